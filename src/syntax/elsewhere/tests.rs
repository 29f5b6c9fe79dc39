//! Lines of tests as people write them: `given …`, `when …`, `then …`, `after 2 days expect …`.

use super::phrase::Phrase;
use super::played::{event, expectation};
use super::slots::{channel, length};
use crate::ir::Engagement;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

/// Whether a line that can be read is read as an event with a message, which engagements alone have.
pub(super) fn is_no_event(phrase: &Phrase<'_>) -> bool {
    let from = if phrase.text(0) == "+" { moment(phrase).map_or(0, |(_, count)| count) } else { 0 };
    let two = phrase.is(from, Lexeme::Word) && (phrase.is(from + 1, Lexeme::Word) || phrase.is(from + 1, Lexeme::Text));
    two && Engagement::of(phrase.text(from)).is_none()
}

/// The time at the beginning of a line, in any of the ways people write it, and where it ends.
fn moment(phrase: &Phrase<'_>) -> Option<(String, usize)> {
    let skip = usize::from(matches!(
        phrase.low(0).as_str(),
        "after" | "in" | "at" | "then" | "and" | "on" | "by" | "t" | "from"
    ));
    let article = usize::from(phrase.low(0) == "the");
    if phrase.low(article) == "next" && phrase.low(article + 1) == "day" || phrase.low(0) == "tomorrow" {
        let end = if phrase.low(0) == "tomorrow" { 1 } else { article + 2 };
        return Some(("+1d".to_string(), end + usize::from(matches!(phrase.text(end), ":" | ","))));
    }
    let plus = skip + usize::from(phrase.text(skip) == "+");
    let plus = plus + usize::from(matches!(phrase.text(plus), "+" | "="));
    let (length, count) =
        if matches!(phrase.low(plus).as_str(), "day" | "d" | "hour") && phrase.is(plus + 1, Lexeme::Number) {
            let unit = phrase.low(plus).chars().next()?;
            let number = phrase.low(plus + 1);
            (if number == "0" { number } else { format!("{number}{unit}") }, 2)
        } else if let Some((mut length, mut count)) = length(phrase, plus) {
            // `+1d 4h`, `+1 day and 4 hours`
            loop {
                let joint = usize::from(matches!(phrase.text(plus + count), "," | "and" | "+"));
                let Some((more, pieces)) = super::slots::length(phrase, plus + count + joint) else { break };
                length.push_str(&more);
                count += joint + pieces;
            }
            (length, count)
        } else if phrase.text(plus) == "0" {
            ("0".to_string(), 1)
        } else if matches!(phrase.low(0).as_str(), "t0" | "start" | "immediately" | "now")
            && phrase.len() > 1
            && phrase.low(0) != "start"
        {
            return Some(("+0".to_string(), 1));
        } else {
            return None;
        };
    let mut end = plus + count;
    while matches!(
        phrase.low(end).as_str(),
        ":" | "later" | "," | "-" | "–" | "after" | "afterwards" | "passed" | "pass" | "on"
    ) {
        end += 1;
    }
    Some((format!("+{length}"), end))
}

/// The titles of lines that lack their time, and of those that say it otherwise.
const TIME: &str = "A line of a test begins with `+` and the time since the start";
const SAYS: &str = "A test says the time, then what happens, or `expect` and what is sent";

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    if phrase.has(Lexeme::OpenList) || phrase.has(Lexeme::CloseList) {
        return None;
    }
    about_the_test(phrase)
        .or_else(|| clock(phrase))
        .or_else(|| two_messages(phrase))
        .or_else(|| nearly_expected(phrase))
        .or_else(|| {
            let found = moment(phrase);
            let (time, from) = found.clone().unwrap_or_default();
            let space = if time.is_empty() { "" } else { " " };
            let title = if found.is_some() && phrase.text(0) != "+" { TIME } else { SAYS };
            if from == all && phrase.text(0) == "+" {
                return None;
            }
            if from == all && found.is_some() {
                return Some(
                    phrase
                        .say(
                            0,
                            all,
                            title,
                            &format!(
                                "write what happens behind it, such as `{time} expect email {}`",
                                phrase.names().message()
                            ),
                        )
                        .shared(),
                );
            }
            if let Some(line) = late_time(phrase) {
                return phrase.whole(TIME, &line).map(Problem::shared);
            }
            if let Some(found) = denied(phrase, from).or_else(|| two_lines(phrase, from)) {
                return Some(found);
            }
            let is_event = (from..all).any(|at| phrase.names().is_event(phrase.text(at)));
            if let Some((late, line)) = expectation(phrase, from).filter(|_| !is_event) {
                let time = late.unwrap_or(time);
                let space = if time.is_empty() { "" } else { " " };
                return phrase.whole(title, &format!("{time}{space}{line}")).map(Problem::shared);
            }
            if let Some(line) = becomes(phrase, from) {
                return phrase
                    .whole("What becomes of an attribute in a test is said by `set`", &format!("{time}{space}{line}"));
            }
            let line = event(phrase, from, phrase.len())?;
            phrase.whole(title, &format!("{time}{space}{line}")).map(Problem::shared)
        })
        .or_else(|| prose(phrase))
}

/// `cart_abandoned {"cart_id": "c1", "total": 80}`
pub(super) fn braced(phrase: &Phrase<'_>) -> Option<Problem> {
    let open = phrase.find(&["{"])?;
    let close = phrase.find(&["}"]).filter(|&at| at + 1 == phrase.len())?;
    let mut given = String::new();
    for at in open + 1..close {
        let name = phrase.is(at, Lexeme::Text) && phrase.text(at + 1) == ":";
        let space = if given.is_empty() || matches!(phrase.text(at), "," | ":") { "" } else { " " };
        let text = phrase.text(at);
        given.push_str(space);
        given.push_str(if name { text.trim_matches('"') } else { text });
    }
    let title = "What an event bears stands in parentheses, each name without quotes";
    phrase.whole(title, &format!("{} ({given})", phrase.written(0, open)))
}

/// `expect email sent recs`, `expect converted 80`
pub(super) fn expected(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = phrase.find(&["expect"])? + 1;
    let last = phrase.len() == at + 2;
    if phrase.text(at) == "converted" && phrase.is(at + 1, Lexeme::Number) && last {
        let title = "What a goal is worth is expected in parentheses";
        return Some(phrase.perhaps(at + 1, at + 2, title, &format!("(value: {})", phrase.text(at + 1))));
    }
    let what = phrase.text(phrase.len() - 1);
    if matches!(what, "suppressed" | "held") && last && phrase.names().is_channel(phrase.text(at)) {
        let title = format!("That a message is {what} is said first");
        return Some(phrase.perhaps(at, at + 2, &title, &format!("{what} {}", phrase.text(at))));
    }
    let title = "A message that is expected is its channel and its name";
    let filler = matches!(phrase.text(at + 1), "sent" | "send" | "message") && phrase.is(at + 2, Lexeme::Word);
    // `to be sent`, `is delivered`, `please`
    const IDLE: [&str; 13] =
        ["to", "be", "is", "was", "sent", "delivered", "received", "please", "message", "goes", "out", "now", "once"];
    if matches!(phrase.low(at + 1).as_str(), "not" | "never") {
        return denied(phrase, at - 1);
    }
    let idle = (at + 2..phrase.len()).all(|at| IDLE.contains(&phrase.low(at).as_str())) && phrase.len() > at + 2;
    if idle && phrase.names().is_channel(phrase.text(at)) && phrase.is(at + 1, Lexeme::Word) && !filler {
        let idle = phrase.written(at + 2, phrase.len());
        return Some(phrase.away(at + 2, phrase.len(), title, &format!("take `{idle}` away")));
    }
    let sent = filler && phrase.len() == at + 3 && phrase.names().is_channel(phrase.text(at));
    sent.then(|| phrase.away(at + 1, at + 2, title, &format!("take `{}` away", phrase.text(at + 1))))
}

/// Where the time of a line stands behind its event: `cart_abandoned +2d (total: 30)`.
fn late_time(phrase: &Phrase<'_>) -> Option<String> {
    let plus = phrase.find(&["+"]).filter(|&at| at == 1 && phrase.is(0, Lexeme::Word))?;
    let (length, count) = if phrase.text(plus + 1) == "0" { ("0".to_string(), 1) } else { length(phrase, plus + 1)? };
    let rest = phrase.written(plus + 1 + count, phrase.len());
    Some(format!("+{length} {} {rest}", phrase.text(0)).trim_end().to_string())
}

/// What is said of the whole test: who it is about, and when it starts.
fn about_the_test(phrase: &Phrase<'_>) -> Option<Problem> {
    let (all, first) = (phrase.len(), phrase.low(0));
    let names = phrase.names();
    match first.as_str() {
        "start" | "starts" | "date" | "begin" => {
            let title = "When a test starts is said by `start` and a date, then perhaps a time";
            let date = (1..all).find(|&at| phrase.is(at, Lexeme::Date)).map(|at| phrase.text(at));
            let event = 1 + usize::from(phrase.text(1) == ":");
            if date.is_none() && names.is_event(phrase.text(event)) {
                return phrase.whole(TIME, &format!("+0 {}", phrase.written(event, all))).map(Problem::shared);
            }
            let time = (1..all)
                .find_map(|at| super::slots::time(phrase, at))
                .map(|(time, _)| format!(" {time}"))
                .unwrap_or_default();
            let slashed = (1..all).any(|at| matches!(phrase.text(at), "/" | "."));
            match date {
                Some(date) => phrase.whole(title, &format!("start {date}{time}")),
                None if slashed || all < 2 => None,
                None => Some(phrase.say(
                    0,
                    all,
                    title,
                    &format!("write the date: `start 2026-03-02{}`", if time.is_empty() { " 09:00" } else { &time }),
                )),
            }
        }
        "allow" | "ignore" | "allows" | "except" => {
            let found: Vec<String> = (1..all).filter_map(|at| channel(phrase, &phrase.low(at))).collect();
            let title = "Which channels a test passes over is said by `allow` and their names";
            (!found.is_empty()).then(|| phrase.whole(title, &format!("allow {}", found.join(", ")))).flatten()
        }
        "timezone" => {
            let zone = (1..all).find(|&at| phrase.is(at, Lexeme::Text)).filter(|&at| at + 1 == all)?;
            phrase.whole(
                "What is known of the person stands behind `profile:`",
                &format!("profile: timezone {}", phrase.text(zone)),
            )
        }
        "wait" => {
            let (length, _) = length(phrase, 1)?;
            let title = "A test waits nowhere: each line says its own time";
            Some(phrase.say(0, all, title, &format!("take this line away, and begin the next with `+{length}`")))
        }
        "profile" | "user" | "customer" | "person" | "given" | "contact" | "who" => person(phrase),
        "set" => {
            let at = phrase.find(&["=", "to", "is"]).filter(|&at| at > 1)?;
            phrase.whole(
                "In a test a trait is followed by its value",
                &format!("{} {}", phrase.written(0, at), phrase.written(at + 1, all)),
            )
        }
        "id" | "name" if names.attribute(&first).is_none() => {
            let id = (1..all).find(|&at| phrase.is(at, Lexeme::Text)).map_or("\"ana\"", |at| phrase.text(at));
            phrase.whole("Who the person is stands behind `profile:`", &format!("profile: id {id}"))
        }
        _ => None,
    }
}

/// `profile.country is "FR"`, `user: country "FR"`, `customer ana`
fn person(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let names = phrase.names();
    let title = "What is known of the person is `profile:`, then each attribute and its value";
    let from = (0..all).find(|&at| {
        !matches!(
            phrase.low(at).as_str(),
            "profile"
                | "user"
                | "customer"
                | "person"
                | "given"
                | "contact"
                | "who"
                | ":"
                | "."
                | "a"
                | "the"
                | "{"
                | "with"
                | "is"
                | "="
        )
    })?;
    let path = (from..all)
        .take_while(|&at| {
            phrase.is(at, Lexeme::Word) && (at == from || phrase.text(at - 1) == ".") || phrase.text(at) == "."
        })
        .count();
    let name = phrase.written(from, from + path);
    if !phrase.is(from, Lexeme::Word) || path == 0 || names.is_event(&name) {
        let text = phrase.is(from, Lexeme::Text).then(|| phrase.text(from));
        return text.and_then(|text| phrase.whole(title, &format!("profile: id {text}")));
    }
    if let (Some(open), "}") = (phrase.find(&["{"]), phrase.text(all - 1)) {
        let inside = phrase.written(open + 1, all - 1);
        let plain = (open + 1..all - 1).all(|at| !matches!(phrase.text(at), "{" | "[" | "("));
        let line = format!("profile: {}", inside.replace([':', '='], "").replace("  ", " "));
        if plain && let Some(found) = phrase.whole(title, &line) {
            return Some(found);
        }
        let edit = format!("write `profile: {name} …` without braces and signs between");
        return Some(phrase.say(0, all, title, &edit));
    }
    let known = names.attribute(&name).is_some()
        || name.contains('.')
        || phrase.low(0) == "profile"
        || phrase.find(&["profile"]).is_some();
    let value = (from + path..all).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "=" | "is" | "==" | "to"));
    let close = all - usize::from(phrase.text(all - 1) == "}");
    let Some(value) = value.filter(|&at| at < close) else {
        if !known && phrase.low(0) != "given" {
            return phrase.whole(title, &format!("profile: id \"{name}\""));
        }
        return known.then(|| phrase.whole(title, &format!("profile: {name} true"))).flatten();
    };
    let said = phrase.written(value, close);
    let said = match said.as_str() {
        "yes" | "true" => "true".to_string(),
        "no" | "false" => "false".to_string(),
        word if phrase.is(value, Lexeme::Word) && value + 1 == close => format!("\"{word}\""),
        other => other.to_string(),
    };
    if !known && phrase.low(0) == "given" {
        return None;
    }
    if !known
        && value + 1 == close
        && phrase.is(value, Lexeme::Word)
        && !matches!(phrase.text(value - 1), ":" | "=" | "is")
    {
        return phrase.whole(title, &format!("profile: id \"{name}\""));
    }
    phrase.whole(title, &format!("profile: {name} {said}"))
}

/// `expect no email`, `expect nothing else`, `expect nothing for 7d`
fn denied(phrase: &Phrase<'_>, from: usize) -> Option<Problem> {
    let all = phrase.len();
    if phrase.find(&["nothing", "none"]).is_some_and(|at| at > from) {
        let late = (from..all).find_map(|at| length(phrase, at)).map(|(length, _)| length);
        let title = "That nothing is sent until a time is said by `expect nothing` at that time";
        let time = match (late, from) {
            (Some(late), _) => format!("+{late} "),
            (None, 0) => String::new(),
            (None, _) => format!("{} ", phrase.written(0, from)),
        };
        return phrase.whole(title, &format!("{time}expect nothing"));
    }
    let late = || if from > 0 && phrase.text(0) == "+" { phrase.written(0, from) } else { "+9d".to_string() };
    let no = (from..all).find(|&at| matches!(phrase.low(at).as_str(), "no" | "not" | "never" | "without"))?;
    let about = (no..all).any(|at| {
        channel(phrase, &phrase.low(at)).is_some() || matches!(phrase.low(at).as_str(), "sent" | "message" | "messages")
    });
    let title = "A test need not say what is not sent";
    let label = format!(
        "take this line away: a message that no line expects fails the test; `{} expect nothing` plays on until then",
        late()
    );
    about.then(|| phrase.say(0, all, title, &label))
}

/// `expect email recs and push reminder`: each message has a line.
fn two_messages(phrase: &Phrase<'_>) -> Option<Problem> {
    let expect = phrase.find(&["expect", "expects"])?;
    let time = if expect > 0 { format!("{} ", phrase.written(0, expect)) } else { String::new() };
    let parted = |at: &usize| matches!(phrase.low(*at).as_str(), "and" | "," | "&" | "+");
    let ends: Vec<usize> = (expect + 1..phrase.len()).filter(parted).chain([phrase.len()]).collect();
    let begins = std::iter::once(expect + 1).chain(ends.iter().map(|end| end + 1));
    let lines: Option<Vec<String>> = begins
        .zip(&ends)
        .map(|(from, &to)| {
            // `…, then push reminder`, `… and expect push reminder`
            let said = |at: usize| matches!(phrase.low(at).as_str(), "expect" | "then" | "a" | "an" | "the");
            let begins = (from..to).find(|&at| !said(at))?;
            let [by, message] = [begins, begins + 1].map(|at| phrase.text(at));
            let sends = phrase.names().is_channel(by) && phrase.names().may_be_message(message);
            (to == begins + 2 && sends).then(|| format!("`{time}expect {by} {message}`"))
        })
        .collect();
    let lines = lines?;
    let (first, rest) = lines.split_first()?;
    let edit = format!("write {first} here, and {} on the next line", rest.join(" and "));
    (!rest.is_empty())
        .then(|| phrase.say(0, phrase.len(), "Each message that is expected has a line of its own", &edit))
}

/// `expect 1 email recs`, `expect an email`, `expect recs`, `+4h-5h expect email recs`
fn nearly_expected(phrase: &Phrase<'_>) -> Option<Problem> {
    let expect = phrase.find(&["expect"])?;
    let all = phrase.len();
    let names = phrase.names();
    let title = "A message that is expected is its channel and its name";
    if phrase.is(expect + 1, Lexeme::Number) && names.is_channel(phrase.text(expect + 2)) && all == expect + 4 {
        return match phrase.text(expect + 1) {
            "1" => Some(phrase.away(expect + 1, expect + 2, title, "take `1` away")),
            _ => {
                let edit = format!(
                    "write `{}` as often as it is sent",
                    phrase.written(expect, expect + 1) + " " + &phrase.written(expect + 2, all)
                );
                Some(phrase.say(0, all, "Each message that is expected has a line of its own", &edit))
            }
        };
    }
    // `expect recs by email`
    let (message, by) = (phrase.text(expect + 1), phrase.text(expect + 3));
    if matches!(phrase.low(expect + 2).as_str(), "by" | "via" | "as" | "on")
        && all == expect + 4
        && names.is_channel(by)
    {
        return phrase.whole(title, &format!("{} {by} {message}", phrase.written(0, expect + 1)));
    }
    // `expect email recs at 13:00`, `expect email recs to ana`
    let (by, message) = (phrase.text(expect + 1), phrase.text(expect + 2));
    let sent = names.is_channel(by) && names.may_be_message(message);
    if sent && matches!(phrase.low(expect + 3).as_str(), "at" | "to" | "for" | "from" | "on") && all == expect + 5 {
        let title = "When and to whom a message goes is said by the time of the line and by its test";
        let edit = format!("take `{}` away", phrase.written(expect + 3, all));
        return Some(phrase.away(expect + 3, all, title, &edit));
    }
    if sent && phrase.low(expect + 3) == "or" {
        let title = "A test expects what happens to its one person, and no choice";
        let edit =
            format!("write the one that goes: `expect {by} {message}`, or `{}`", phrase.written(expect + 4, all));
        return Some(phrase.say(0, all, title, &edit));
    }
    let article = usize::from(matches!(phrase.low(expect + 1).as_str(), "a" | "an" | "the" | "one"));
    let by = expect + 1 + article;
    if names.is_channel(phrase.text(by)) && by + 1 == all {
        let channel = phrase.text(by);
        let own = names.messages.iter().find(|message| names.is_written_for(message, channel));
        let edit = format!("write which message, such as `{channel} {}`", own.map_or("recs", String::as_str));
        return Some(phrase.say(expect + 1, all, "This does not say which message is expected", &edit));
    }
    let message = phrase.text(by);
    if by + 1 == all && names.messages.iter().any(|name| name == message) {
        let channels = ["email", "push", "sms", "in_app", "mms", "web"];
        let channel = channels.into_iter().find(|by| names.is_written_for(message, by))?;
        return phrase.whole(title, &format!("{} {channel} {message}", phrase.written(0, expect + 1)));
    }
    let (_, count) = length(phrase, 1).filter(|_| phrase.text(0) == "+")?;
    let range = matches!(phrase.text(1 + count), "-" | "–" | "to") && length(phrase, 2 + count).is_some();
    range.then(|| {
        let title = "What is expected happens at one exact moment";
        let line = format!("{} {}", phrase.written(0, 1 + count), phrase.written(expect, all));
        phrase.whole(title, &line)
    })?
}

/// An event and an expectation on one line.
fn two_lines(phrase: &Phrase<'_>, from: usize) -> Option<Problem> {
    let all = phrase.len();
    let at = (from + 1..all).find(|&at| {
        matches!(phrase.low(at).as_str(), "expect" | "expects" | "→" | "should" | "then")
            || matches!((phrase.text(at), phrase.text(at + 1)), ("-" | "=", ">"))
    })?;
    let before = event(phrase, from, at)?;
    let late = (at..all).find_map(|at| Some((length(phrase, at)?, at)));
    let behind = late.as_ref().map_or(at, |((_, count), at)| at + count);
    let (_, after) = expectation(phrase, behind).or_else(|| expectation(phrase, at))?;
    let time = if from > 0 { phrase.written(0, from) } else { "+0".to_string() };
    let then = late.map_or_else(|| time.clone(), |((length, _), _)| format!("+{length}"));
    let title = "What happens and what is expected each have a line";
    Some(phrase.say(0, all, title, &format!("write `{time} {before}` here, and `{then} {after}` on the next line")))
}

/// `profile.tier is "gold"`, `tier becomes "gold"`
fn becomes(phrase: &Phrase<'_>, from: usize) -> Option<String> {
    let owner = from + if phrase.low(from) == "profile" && phrase.text(from + 1) == "." { 2 } else { 0 };
    let sign = matches!(phrase.low(owner + 1).as_str(), "is" | "=" | "==" | "becomes" | "to" | "changes");
    let value = owner + 2 + usize::from(phrase.low(owner + 2) == "to");
    let named = owner > from || phrase.names().attribute(phrase.text(owner)).is_some();
    let plain = phrase.is(value, Lexeme::Text)
        || phrase.is(value, Lexeme::Number)
        || matches!(phrase.text(value), "true" | "false");
    (sign && named && plain && value + 1 == phrase.len())
        .then(|| format!("set {} {}", phrase.text(owner), phrase.text(value)))
}

/// `country: "FR"`, `country = "FR"`, `vip`
pub(super) fn a_trait(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let title = "An attribute of a test is its name and its value, without a sign";
    let from = if phrase.low(0) == "profile" && phrase.text(1) == "." { 2 } else { 0 };
    let path = (from..all)
        .take_while(|&at| {
            phrase.is(at, Lexeme::Word) && (at == from || phrase.text(at - 1) == ".") || phrase.text(at) == "."
        })
        .count();
    let name = phrase.written(from, from + path);
    let by_channel = matches!(name.as_str(), "consent" | "reachable" | "consents")
        && phrase.names().is_channel(phrase.text(from + path));
    let (name, path) = match by_channel {
        true => (format!("{}.{}", name.trim_end_matches('s'), phrase.text(from + path)), path + 1),
        false => (name, path),
    };
    let value = (from + path..all).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "=" | "is" | "==" | "to"));
    if by_channel {
        let title = "Consent is by channel, and true or false";
        let said = value.map_or("true".to_string(), |value| phrase.written(value, all));
        let said = match said.as_str() {
            "no" | "false" | "off" => "false",
            _ => "true",
        };
        return phrase.whole(title, &format!("{name} {said}"));
    }
    let Some(value) = value else {
        let edit = format!("write its value behind it, such as `{name} true` or `{name} \"gold\"`");
        return (path > 0).then(|| phrase.say(0, all, "An attribute of a test has a value", &edit));
    };
    let said = phrase.written(value, all);
    let said = match said.as_str() {
        "yes" => "true".to_string(),
        "no" => "false".to_string(),
        _ if value + 1 < all => return None,
        word if phrase.is(value, Lexeme::Word) && !matches!(word, "true" | "false") => format!("\"{word}\""),
        other => other.to_string(),
    };
    (path > 0).then(|| phrase.whole(title, &format!("{name} {said}"))).flatten()
}

const CLOCK: &str = "A line of a test begins with `+` and the time since the start, not with a time of day or a date";

/// `09:00 cart_abandoned`, `2026-01-02 expect email recs`
fn clock(phrase: &Phrase<'_>) -> Option<Problem> {
    let dated = phrase.is(0, Lexeme::Date);
    let timed = phrase.is(0, Lexeme::Time) || phrase.low(0) == "at" && phrase.is(1, Lexeme::Time);
    let start = if dated { format!("start {}", phrase.text(0)) } else { "start 2026-03-02 09:00".to_string() };
    let edit = format!("write `{start}` above, and begin this line with the time since then, such as `+0` or `+1d`");
    (dated || timed).then(|| phrase.say(0, 1, CLOCK, &edit).shared())
}

/// A sentence.
fn prose(phrase: &Phrase<'_>) -> Option<Problem> {
    let words = (0..phrase.len()).filter(|&at| phrase.is(at, Lexeme::Word)).count();
    let started = phrase.names().started();
    let title = "A test is no sentence: each line is a time, and what happens or is expected";
    let edit = format!("write `+0 {started}`, and `+1d expect email {}`", phrase.names().message());
    if (0..phrase.len()).any(|at| !phrase.text(at).is_ascii()) {
        return None;
    }
    let gherkin = matches!(phrase.low(0).as_str(), "given" | "when" | "then");
    (words > 3 && !phrase.has(Lexeme::Text) || gherkin).then(|| phrase.say(0, phrase.len(), title, &edit))
}
