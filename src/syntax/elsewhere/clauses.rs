//! Lines of a journey as people say them: who comes in again, when it is on, what it is called.

use super::asked::condition;
use super::phrase::Phrase;
use super::terms::{active, holdout, overlap, reenter, status};
use super::{exits, goals, quiet, rules, spacing, terms};
use crate::source::Span;
use crate::syntax::problem::{Problem, kind};
use crate::syntax::token::Lexeme;
use crate::syntax::words::reserved;

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    reenter(phrase)
        .or_else(|| overlap(phrase))
        .or_else(|| holdout(phrase))
        .or_else(|| active(phrase))
        .or_else(|| status(phrase))
        .or_else(|| goals::goal(phrase))
        .or_else(|| exits::exit(phrase))
        .or_else(|| audience(phrase))
        .or_else(|| category(phrase))
        .or_else(|| key(phrase))
        .or_else(|| label(phrase))
        .or_else(|| spacing::cap(phrase))
        .or_else(|| spacing::gap(phrase))
        .or_else(|| quiet::quiet(phrase))
        .or_else(|| rules::in_journey(phrase))
        .or_else(|| {
            let word = phrase.text(0).to_string();
            super::is_unlike_all(phrase)
                .then(|| Problem::new(phrase.span(0, 1), kind::Elsewhere::NoLineOfJourney { word }))
        })
}

/// `for segment vip`, `only if profile.vip`, `audience: vip`
fn audience(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    let denied = matches!(
        (first.as_str(), phrase.low(1).as_str()),
        ("exclude" | "excluding" | "except" | "without" | "suppress", _) | ("not", "for")
    );
    let begins = denied
        || matches!(
            first.as_str(),
            "for"
                | "audience"
                | "filter"
                | "only"
                | "who"
                | "target"
                | "targets"
                | "segment"
                | "where"
                | "eligibility"
                | "eligible"
                | "targeting"
                | "recipients"
                | "include"
                | "to"
        )
        || first == "if"
            && phrase.low(phrase.end().saturating_sub(1)) != "then"
            && !phrase.has_block
            && phrase.step_at(1).is_none();
    if !begins {
        return None;
    }
    let title = if denied {
        "Who may not come in is said by `for` and a condition with `!`"
    } else {
        "Who may come in is said by `for` and a condition"
    };
    let end = phrase.end();
    let everyone = (1..end).all(|at| {
        matches!(
            phrase.low(at).as_str(),
            "everyone" | "everybody" | "all" | "customers" | "users" | "anyone" | "any" | ":" | "people" | "contacts"
        )
    });
    if everyone && end > 1 {
        let title = "Everybody comes in for whom no `for` says otherwise";
        return Some(phrase.say(0, phrase.len(), title, "take this line away"));
    }
    if let Some(asked) = condition(phrase, 1, end) {
        let asked = match denied {
            true if asked.starts_with("in ") || asked.starts_with("profile.") && !asked.contains(' ') => {
                format!("!{asked}")
            }
            true if asked.contains(" in last ") && !asked.starts_with("no ") => format!("no {asked}"),
            true => format!("!({asked})"),
            false => asked,
        };
        if let Some(found) = phrase.whole(title, &format!("for {asked}")) {
            return Some(found);
        }
    }
    if matches!(first.as_str(), "for" | "only" | "target" | "audience") {
        let kind = for_a_kind(phrase, title);
        if kind.is_some() || first == "for" {
            return kind;
        }
    }
    if denied && let Some(asked) = a_kind(phrase, 1, end) {
        let no = asked.strip_prefix("no ").map_or_else(|| format!("!{asked}"), str::to_string);
        return phrase.whole(title, &format!("for {no}"));
    }
    let bang = if denied { "!" } else { "" };
    let edit = format!(
        "write a condition, such as `for {bang}in {}`, or `for profile.country is \"FR\"`",
        phrase.names().segment()
    );
    (first != "to").then(|| phrase.say(0, phrase.len(), title, &edit))
}

/// `for vip customers`, `for all customers who are vip`, `for new customers only`
fn for_a_kind(phrase: &Phrase<'_>, title: &str) -> Option<Problem> {
    let asked = a_kind(phrase, 1, phrase.end()).filter(|_| phrase.end() > 2)?;
    phrase.whole(title, &format!("for {asked}"))
}

/// What people of one kind have in common, where one word says which: `new customers only`, `vip`.
pub(super) fn a_kind(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    const PEOPLE: [&str; 26] = [
        "customers",
        "customer",
        "users",
        "user",
        "people",
        "members",
        "contacts",
        "subscribers",
        "only",
        "all",
        "who",
        "are",
        "is",
        "the",
        "just",
        "every",
        "each",
        "everyone",
        "everybody",
        "shoppers",
        "for",
        "in",
        "to",
        "our",
        "a",
        "of",
    ];
    let said = (from..to).filter(|&at| !PEOPLE.contains(&phrase.low(at).as_str()));
    let left: Vec<usize> = said.collect();
    let [kind] = left.as_slice() else { return None };
    if !phrase.is(*kind, Lexeme::Word) || reserved(phrase.text(*kind)).is_some() {
        return None;
    }
    let (kind, names) = (phrase.low(*kind), phrase.names());
    Some(match kind.as_str() {
        "new" => "!(known for 30d)".to_string(),
        "existing" | "old" => "known for 30d".to_string(),
        "active" | "engaged" => "engagement in last 90d".to_string(),
        "inactive" | "unengaged" => "no engagement in last 90d".to_string(),
        _ if names.is_segment(&kind) => format!("in {kind}"),
        _ => format!("profile.{kind}"),
    })
}

/// `for everyone`, `for all`
pub(super) fn for_everyone(phrase: &Phrase<'_>) -> Option<Problem> {
    let word = phrase.low(1);
    let all = matches!(word.as_str(), "everyone" | "everybody" | "all" | "anyone" | "customers" | "users" | "any");
    if all && !phrase.names().is_event(&word) {
        return audience(phrase);
    }
    let asked =
        super::asked::named(phrase, &word).filter(|asked| asked.starts_with("in ") || asked.starts_with("profile."))?;
    phrase.surely("A bare name is an event; what is known of a customer says what it is", &format!("for {asked}"))
}

/// `one per customer`, `exit on goal`: so it is without the line.
pub(super) fn idle(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let words: Vec<String> = (0..all).map(|at| phrase.low(at)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let title = match words.as_slice() {
        ["one", "per", "customer" | "person" | "user" | "contact" | "profile" | "subscriber"] => {
            "A customer is in a journey once at a time anyway"
        }
        ["exit", "on", "goal" | "conversion"] if !phrase.names().is_event(phrase.text(2)) => {
            "Who reaches the goal leaves the journey anyway"
        }
        _ => return None,
    };
    let place = phrase.span(0, all);
    Some(Problem::told(place, title, "take this line away").with_unsafe_fix(place, ""))
}

/// `category: promo`, `type: promo`, `tag promo`
fn category(phrase: &Phrase<'_>) -> Option<Problem> {
    if !matches!(
        phrase.low(0).as_str(),
        "category" | "categories" | "type" | "label" | "tag" | "tags" | "class" | "kind" | "topic"
    ) {
        return None;
    }
    let words: Vec<&str> = (1..phrase.len())
        .filter(|&at| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Text))
        .map(|at| phrase.text(at))
        .filter(|word| *word != "is")
        .collect();
    let title = "What a journey's messages are is said by `category` and one name";
    match words.as_slice() {
        [name] => phrase.whole(title, &format!("category {}", super::as_name(name.trim_matches('"')))),
        [first, ..] => {
            let edit = format!(
                "write one, such as `category {}`; a send may have another: `email recs as promo`",
                super::as_name(first)
            );
            Some(phrase.say(0, phrase.len(), title, &edit))
        }
        [] => Some(phrase.say(0, phrase.len(), title, "write `category promo`")),
    }
}

/// `one per event cart_id`, `once per cart_id`
fn key(phrase: &Phrase<'_>) -> Option<Problem> {
    let begins = matches!(phrase.low(0).as_str(), "one" | "once" | "unique")
        && matches!(phrase.low(1).as_str(), "per" | "by" | "for" | "each")
        || matches!(phrase.low(0).as_str(), "key" | "keyed" | "keyed_by" | "dedupe" | "deduplicate" | "unique" | "per");
    let names = phrase.names();
    let property = (2..phrase.len()).find(|&at| {
        phrase.is(at, Lexeme::Word) && names.properties.iter().any(|[_, property, _]| property == phrase.text(at))
    });
    let title = "What a journey is told apart by is a property of the event that begins it";
    if !begins {
        return None;
    }
    let property = property.map(|at| phrase.text(at).to_string()).or_else(|| by_property(phrase))?;
    phrase.whole(title, &format!("one per event.{property}"))
}

/// The property of `once per event.cart_id`, `once per cart_id`.
pub(super) fn by_property(phrase: &Phrase<'_>) -> Option<String> {
    let per = matches!(phrase.low(1).as_str(), "per" | "by" | "for" | "each").then_some(2)?;
    let at = if phrase.low(per) == "event" && phrase.text(per + 1) == "." { per + 2 } else { per };
    let name = super::as_name(phrase.text(at));
    let own = at > per || name.ends_with("_id") && !terms::is_person(name.trim_end_matches("_id"));
    (own && at + 1 == phrase.len() && phrase.is(at, Lexeme::Word)).then_some(name)
}

/// `name: Cart`, `channels: email`, `steps:`, `end`
fn label(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let first = phrase.low(0);
    Some(match first.as_str() {
        "description" | "name" | "title" | "owner" | "version" | "author" | "id" | "note" | "notes" | "comment"
        | "created" => {
            let own = phrase.names().journey();
            phrase.say(
                0,
                all,
                "A journey has no such line",
                &format!(
                    "write its title behind its name, `journey {own} \"Bring back carts\":`, and notes behind `#`"
                ),
            )
        }
        "channel" | "channels" => phrase.say(
            0,
            all,
            "A journey has no channel of its own; each of its sends names one",
            &format!(
                "take this line away, and write the channel with each message: `email {}`",
                phrase.names().message()
            ),
        ),
        "steps" | "actions" | "action" | "then" | "do" | "flow" | "sequence" | "path" | "body" if phrase.end() == 1 => {
            let on = phrase.names().started();
            let title = "Steps stand below the line that begins the journey";
            phrase.say(0, all, title, &format!("write `on {on}:` instead of this, and no other `on` for these steps"))
        }
        "no" if all == 2
            && matches!(phrase.low(1).as_str(), "goal" | "exit" | "reentry" | "reenter" | "category" | "cap") =>
        {
            if matches!(phrase.low(1).as_str(), "reentry" | "reenter") {
                return phrase.whole("Who may not come in again is said by `reenter never`", "reenter never");
            }
            let title = "What a journey does not have needs no line";
            phrase.say(0, all, title, "take this line away")
        }
        "allow" | "multiple" | "several"
            if phrase.find(&["entries", "entry", "times", "parallel", "once"]).is_some() =>
        {
            let title = "A customer may be inside several times at once by `overlap allow`";
            phrase.whole(title, "overlap allow")?
        }
        "can" | "may" | "customers" if phrase.find(&["again", "twice", "re", "back"]).is_some() => {
            let length = (0..all).find_map(|at| super::slots::length(phrase, at)).map(|(length, _)| length);
            let month = phrase.find(&["month"]).map(|_| "30d".to_string());
            let title = "Who may come in again is said by `reenter after` and a length of time";
            phrase.whole(title, &format!("reenter after {}", length.or(month).unwrap_or("30d".to_string())))?
        }
        "end" | "fin" | "done" | "finish" if all == 1 || phrase.low(1) == "journey" => {
            let place = phrase.span(0, all);
            Problem::told(place, "A journey ends where its lines end", "take this line away")
                .with_safe_fix(Span { ..place }, "")
        }
        "timeout" | "expires" | "expire" | "expiry" | "duration" | "ttl" | "max" | "lifetime"
            if (0..all).any(|at| super::slots::length(phrase, at).is_some()) && phrase.find(&["per"]).is_none() =>
        {
            exits::leaves_after(phrase)?
        }
        "restart" | "restarts" if phrase.low(1) == "on" || phrase.low(1) == "when" => {
            phrase.whole("Who comes in while inside starts over by `overlap restart`", "overlap restart")?
        }
        "send" if matches!(phrase.low(1).as_str(), "window" | "only" | "between" | "time" | "times" | "hours") => {
            return None;
        }
        "send" | "email" | "sms" | "push" | "in_app" if all > 1 && phrase.is(1, Lexeme::Word) => {
            let (word, on) = (phrase.text(0).to_string(), phrase.names().started().to_string());
            Problem::new(phrase.span(0, all), kind::Elsewhere::StepInJourney { word, on })
        }
        "ignore" | "bypass" | "override"
            if phrase.find(&["quiet", "cap", "caps", "limits", "limit", "rules", "charter"]).is_some() =>
        {
            let message = phrase.names().message();
            let title = "Only transactional messages pass the rules of the charter";
            phrase.say(
                0,
                all,
                title,
                &format!("take this line away, and write `email {message} as transactional` where it is sent"),
            )
        }
        _ => return None,
    })
}
