//! Rules of the charter as people say them.

use super::phrase::Phrase;
use super::slots::{Slots, channel};
use super::{consents, quiet, spacing, terms};
use crate::syntax::problem::Problem;
use crate::syntax::token::{Key, Lexeme};

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    spacing::over_all_people(phrase)
        .or_else(|| all_but(phrase))
        .or_else(|| sender(phrase))
        .or_else(|| timezone(phrase))
        .or_else(|| terms::holdout(phrase))
        .or_else(|| priority(phrase))
        .or_else(|| avoid(phrase))
        .or_else(|| consents::refusals(phrase))
        .or_else(|| consents::consent(phrase))
        .or_else(|| consents::exclude(phrase))
        .or_else(|| consents::transactional(phrase))
        .or_else(|| spacing::gap(phrase))
        .or_else(|| spacing::cap(phrase))
        .or_else(|| quiet::quiet(phrase))
        .or_else(|| consents::stop(phrase))
        .or_else(|| {
            let title = format!("A charter has no rule `{}`", phrase.text(0));
            let edit = "write `cap`, `gap`, `quiet`, `consent`, `exclude`, `avoid`, `priority` or another of its rules";
            super::is_unlike_all(phrase).then(|| phrase.say(0, 1, &title, edit))
        })
}

/// `quiet 21:00-08:00 except email`, `cap 1 per day but not sms`: a rule names whom it is about.
fn all_but(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let but = phrase
        .find(&["except", "excluding", "but", "sauf", "außer", "ausser", "excepto", "without"])
        .filter(|at| *at > 1)?;
    let out: Vec<String> = (but + 1..all).filter_map(|at| channel(phrase, &phrase.low(at))).collect();
    let names = phrase.names();
    let counted = matches!(phrase.low(0).as_str(), "cap" | "gap" | "quiet" | "max" | "exclude" | "avoid");
    if counted && phrase.low(but + 1).starts_with("transactional") && phrase.len() <= but + 3 {
        let title = "What is transactional passes this rule anyway";
        let away = phrase.written(but, all);
        return Some(phrase.away(but, all, title, &format!("take `{away}` away")));
    }
    if out.is_empty() || out.iter().any(|name| name == "transactional") {
        return None;
    }
    if out.iter().any(|name| !names.is_channel(name)) {
        let title = format!("A rule names what it is about, and none by `{}`", phrase.text(but));
        let away = phrase.written(but, all);
        let edit =
            format!("take `{away}` away, and list the channels or categories that it is about, such as `email, sms`");
        return Some(phrase.say(but, all, &title, &edit));
    }
    let others: Vec<&str> = names.sending().filter(|channel| !out.iter().any(|name| name == channel)).collect();
    let mut rule = phrase.written(0, but);
    for (all, none) in [(" for all", ""), (" for everything", ""), (" for everyone", ""), (",", "")] {
        rule = rule.strip_suffix(all).map_or(rule.clone(), |rule| format!("{rule}{none}"));
    }
    let title = format!("A rule names the channels that it is about, and none by `{}`", phrase.text(but));
    let others = others.join(", ");
    match phrase.low(0).as_str() {
        "cap" => phrase.line(&title, &rule.replacen("cap", &format!("cap {others}"), 1)),
        "consent" => phrase.line(&title, &format!("consent required for {others}")),
        "stop" => phrase.line(&title, &format!("stop {others}")),
        _ => phrase.line(&title, &format!("{rule} for {others}")),
    }
}

/// Rules of the charter among the lines of a journey, which say the same there otherwise.
pub(super) fn in_journey(phrase: &Phrase<'_>) -> Option<Problem> {
    spacing::over_all_people(phrase).or_else(|| priority(phrase)).or_else(|| sender(phrase))
}

/// What other tools have among their settings.
fn sender(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    Some(match phrase.low(0).as_str() {
        "sender" | "from" | "from_name" | "from_email" | "reply_to" | "replyto" | "reply" => phrase.say(
            0,
            all,
            "Who a message is from is said by the message",
            "write it with the message: `message recs: email: from \"shop@example.com\", subject \"…\"`",
        ),
        "language" | "locale" | "currency" | "name" | "brand" | "title" | "description" | "owner" | "version"
        | "country" => {
            let title = format!("A charter has no `{}`: it holds rules alone", phrase.text(0));
            phrase.say(0, all, &title, "take this line away, or put `#` before it")
        }
        "channels" => phrase.say(
            0,
            all,
            "Channels are not listed; email, sms, mms, push, in_app and web are there",
            "take this line away; another channel is an item, such as `channel whatsapp: tracks delivered`",
        ),
        "goal" | "exit" | "reenter" | "category" | "for" | "overlap" | "active" | "paused" if phrase.mode_is_rule() => {
            let title = format!("`{}` belongs to a journey, and stands among the rules for all", phrase.text(0));
            phrase.say(0, 1, &title, "move this line below `journey NAME:`, indented")
        }
        "default" | "fallback" | "utm_source" | "utm_campaign" | "utm_medium" | "test" | "debug"
            if phrase.mode_is_rule() && phrase.find(&["timezone", "zone"]).is_none() =>
        {
            let title = format!("A charter has no `{}`: it holds rules alone", phrase.text(0));
            let message = phrase.names().message();
            phrase.say(0, all, &title, &format!("take this line away; where another channel is tried is said by a step: `push {message} or sms {message}`"))
        }
        "blackout" | "freeze" | "holiday" | "holidays" | "closed" if phrase.has(Lexeme::Date) => {
            let dates: Vec<&str> =
                (1..all).filter(|&at| phrase.is(at, Lexeme::Date)).map(|at| phrase.text(at)).collect();
            let title = "Days on which nothing goes are a quiet time from 00:00 to 24:00";
            match dates.as_slice() {
                [day] => phrase.whole(title, &format!("quiet 00:00-24:00 when today is {day}"))?,
                [first, last] => {
                    phrase.whole(title, &format!("quiet 00:00-24:00 when today is between {first} and {last}"))?
                }
                _ => return None,
            }
        }
        "best" | "sto" if phrase.mode_is_rule() => best_time(phrase),
        "send" | "optimize" | "smart" if phrase.find(&["best", "sto", "optimal", "optimize"]).is_some() => {
            best_time(phrase)
        }
        "unsubscribe" | "footer" => phrase.say(
            0,
            all,
            "What an email says at its foot is said by the message",
            "take this line away, and write the link into the body of each email",
        ),
        _ => return None,
    })
}

fn best_time(phrase: &Phrase<'_>) -> Problem {
    let title = "The best time is asked for by each send";
    let edit = format!("write it behind a send: `email {} at best time within 24h`", phrase.names().message());
    phrase.say(0, phrase.len(), title, &edit)
}

/// `timezone: Europe/Paris`, `tz "Europe/Paris"`, `timezone Paris`
fn timezone(phrase: &Phrase<'_>) -> Option<Problem> {
    let from = match (phrase.low(0).as_str(), phrase.low(1).as_str()) {
        ("timezone" | "tz" | "time_zone" | "timezones", _) => 1,
        ("time" | "default", "zone" | "timezone") => 2,
        ("time", "-") => 3,
        _ => return None,
    };
    let title = "A time zone stands in quotes, with its continent";
    let from = if matches!(phrase.text(from), ":" | "=" | "is") { from + 1 } else { from };
    let written = phrase.written(from, phrase.len());
    let name = written.trim_matches(['"', '“', '”', '\'']).replace(' ', "_");
    match zone(&name) {
        Some(zone) => phrase.whole(title, &format!("timezone \"{zone}\"")),
        None if name.split('_').any(|word| {
            matches!(word, "customer" | "customers" | "user" | "recipient" | "local" | "their" | "auto")
        }) =>
        {
            let title = "Times are those of each customer already; this is the zone of those without one";
            Some(phrase.say(0, phrase.len(), title, "write your own zone, such as `timezone \"Europe/Paris\"`"))
        }
        None => Some(phrase.say(0, phrase.len(), title, "write it such as `timezone \"Europe/Paris\"`")),
    }
}

/// A time zone by its name, its city or the letters that many write.
fn zone(name: &str) -> Option<&'static str> {
    let by_letters = match name.to_ascii_uppercase().as_str() {
        "CET" | "CEST" | "MEZ" => Some("Europe/Paris"),
        "GMT" | "BST" | "UK" => Some("Europe/London"),
        "UTC" => Some("Etc/UTC"),
        "EST" | "EDT" | "ET" => Some("America/New_York"),
        "CST" | "CDT" | "CT" => Some("America/Chicago"),
        "PST" | "PDT" | "PT" => Some("America/Los_Angeles"),
        _ => None,
    };
    let zones = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = |zone: &&str| zone.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(name));
    by_letters
        .or_else(|| zones().find(|zone| zone.eq_ignore_ascii_case(name) && zone.contains('/')))
        .or_else(|| zones().find(city))
}

/// `priority cart over promo`, `priority: cart, promo`, `cart before promo`
fn priority(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let first = matches!(phrase.low(0).as_str(), "priority" | "priorities" | "prioritize" | "prioritise")
        || phrase.low(1) == "priority";
    let compares =
        all == 3 && matches!(phrase.low(1).as_str(), "before" | "over" | "beats" | "first") && phrase.mode_is_rule();
    if !first && !compares {
        return None;
    }
    let title = "The categories that go first are listed behind `priority`, parted by commas";
    let example = match phrase.names().categories.as_slice() {
        [] | [_] => "cart, promo".to_string(),
        several => several.join(", "),
    };
    let edit = format!("write the categories in their order, such as `priority transactional, {example}`");
    let signs =
        ["over", "before", "then", "and", ">", "beats", "than", "higher", "first", "of", "is", "to", "priority"];
    let mut said = Slots::of(phrase, usize::from(first), all, &signs);
    // `1. onboarding, 2. promo`
    if said.numbers.iter().enumerate().all(|(at, number)| number.trim_end_matches('.') == (at + 1).to_string()) {
        said.numbers.clear();
    }
    let listed: Vec<String> = (usize::from(first)..all)
        .filter(|&at| phrase.is(at, Lexeme::Word) && !signs.contains(&phrase.low(at).as_str()))
        .map(|at| super::as_name(phrase.text(at)))
        .collect();
    let level = listed
        .iter()
        .any(|name| matches!(name.as_str(), "high" | "low" | "medium" | "normal" | "highest" | "lowest" | "urgent"));
    let are_names = listed.iter().all(|name| name == "transactional" || Key::of(name).is_none());
    let fits = !said.odd && !level && are_names && listed.len() > 1 && said.numbers.is_empty() && phrase.mode_is_rule();
    if !phrase.mode_is_rule() && first {
        let title = "Which journey goes first is said in the charter, by categories";
        return Some(phrase.say(
            0,
            all,
            title,
            &format!("put below `charter:` a line such as `priority {example}`, and `category` here"),
        ));
    }
    if fits && listed.iter().any(|name| phrase.names().category_of(name).is_some()) {
        return Some(of_journeys(phrase, &listed));
    }
    match fits {
        true => phrase.line(title, &format!("priority {}", listed.join(", "))),
        false => Some(phrase.say(0, all, title, &edit)),
    }
}

/// `priority cart > welcome`, where these are journeys.
fn of_journeys(phrase: &Phrase<'_>, listed: &[String]) -> Problem {
    let mut categories: Vec<&str> = vec![];
    for name in listed {
        let category = phrase.names().category_of(name).unwrap_or(name);
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    let title = "What goes first is said by categories, and these are journeys";
    let edit = match categories.len() == listed.len() {
        true => format!("write `priority {}`, the categories of their messages", categories.join(", ")),
        false => "give each of these journeys a `category` of its own, and list those behind `priority`".to_string(),
    };
    phrase.say(0, phrase.len(), title, &edit)
}

/// `avoid push within 24h of email`, `avoid push and email`
fn avoid(phrase: &Phrase<'_>) -> Option<Problem> {
    if phrase.low(0) != "avoid" {
        return None;
    }
    let all = phrase.len();
    let title = "Of two channels, the one that gives way is said by `avoid … when … scheduled within`";
    let found: Vec<String> = (1..all).filter_map(|at| channel(phrase, &phrase.low(at))).collect();
    let length =
        (1..all).find_map(|at| super::slots::length(phrase, at)).map_or("24h".to_string(), |(length, _)| length);
    match found.as_slice() {
        [first, second] if first != second => {
            phrase.line(title, &format!("avoid {first} when {second} scheduled within {length}"))
        }
        [first, second, third] if third != first && third != second => {
            let (a, b) = (
                format!("avoid {first} when {third} scheduled within {length}"),
                format!("avoid {second} when {third} scheduled within {length}"),
            );
            Some(phrase.say(
                0,
                all,
                "A line of `avoid` is about one channel",
                &format!("write `{a}` here, and `{b}` on the next line"),
            ))
        }
        [one] if (1..all).any(|at| super::slots::day(&phrase.low(at)).is_some()) => {
            let day = (1..all).find_map(|at| super::slots::day(&phrase.low(at)))?;
            phrase.line("A day without messages is a quiet day", &format!("quiet 00:00-24:00 on {day} for {one}"))
        }
        _ => Some(Problem::told(phrase.span(0, all), title, "write `avoid push when email scheduled within 24h`")),
    }
}
