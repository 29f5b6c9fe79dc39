//! What stands behind `on` besides the name of an event: several times, a wait, a message, a condition, a step.

use super::asked::condition;
use super::phrase::Phrase;
use super::{as_name, event_name};
use crate::source::Span;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

/// Whether a value is compared behind this place.
pub(super) fn compares(phrase: &Phrase<'_>, at: usize, end: usize) -> bool {
    (at..end).any(|at| {
        matches!(
            phrase.text(at),
            ">" | "<" | ">=" | "<=" | "is" | "=" | "==" | "!=" | "contains" | "than" | "least" | "over" | "between"
        )
    })
}

/// `total more than 30` with the sign for it.
pub(super) fn asked_in_words(phrase: &Phrase<'_>, from: usize, to: usize) -> String {
    // An amount has no currency.
    let currency =
        ["eur", "euro", "euros", "usd", "dollars", "gbp", "chf"].contains(&phrase.low(to.saturating_sub(1)).as_str());
    let written = phrase.written(from, if currency { to - 1 } else { to });
    let signs = [
        (" is more than ", " > "),
        (" more than ", " > "),
        (" less than ", " < "),
        (" at least ", " >= "),
        (" at most ", " <= "),
        (" over ", " > "),
        (" greater than ", " > "),
        (" equals ", " is "),
        (" => ", " >= "),
        (" =< ", " <= "),
    ];
    let written = match written.split_once(" between ") {
        Some((value, between)) if !value.ends_with(" is") && value != "is" => format!("{value} is between {between}"),
        _ => written,
    };
    signs.iter().fold(written, |text, (words, sign)| text.replace(words, sign))
}

/// `on cart_abandoned -> email recs`, `on cart_abandoned then email recs`, `on cart_abandoned do:`
pub(super) fn arrow(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = (2..phrase.len()).find(|&at| {
        matches!(
            phrase.low(at).as_str(),
            "then" | "do" | "→" | "happens" | "occurs" | "fires" | "happened" | "occurred"
        ) || matches!((phrase.text(at), phrase.text(at + 1)), ("-" | "=", ">"))
    })?;
    let behind = at + if phrase.text(at + 1) == ">" { 2 } else { 1 };
    let event = event_name(phrase, &phrase.written(1, at))?;
    let rest = phrase.written(behind, phrase.end());
    if rest.is_empty() {
        let title = "Behind `on` stands the name of the event alone";
        return phrase.whole(title, &format!("on {event}:"));
    }
    let title = "What begins the journey and its steps are parted by `:`";
    phrase.whole(title, &format!("on {event}: {rest}"))
}

/// The forgotten `:` of a journey on one line.
pub(super) fn forgotten_colon(phrase: &Phrase<'_>) -> Option<Problem> {
    let step = phrase.step_at(2).filter(|_| !phrase.has(Lexeme::Colon) && phrase.text(2) != "opened")?;
    let plain = (1..step).all(|at| phrase.is(at, Lexeme::Word) || phrase.find(&["where"]).is_some());
    let last = phrase.span(step - 1, step);
    let behind = Span { start: last.end, ..last };
    let title = "A `:` is missing between what begins the journey and its first step";
    let edit = format!("write `:` behind `{}`", phrase.text(step - 1));
    let found = phrase.whole(title, &format!("{}: {}", phrase.written(0, step), phrase.written(step, phrase.len())));
    found.filter(|_| plain).map(|_| Problem::told(last, title, edit).with_safe_fix(behind, ":"))
}

/// What is more than one event: its first time, several of them, one that did not come.
pub(super) fn more_than_an_event(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    if let Some(at) = phrase
        .find(&["inactivity", "inactive", "churn", "churned", "lapsed", "dormant", "silence"])
        .filter(|at| *at < end)
    {
        let length =
            (at..end).find_map(|at| super::slots::length(phrase, at)).map_or("30d".to_string(), |(length, _)| length);
        let title = "What does not happen begins no journey; a segment sees it";
        let edit = format!(
            "write `segment silent: no engagement in last {length}` in the first column, and `on entering silent:` here"
        );
        return Some(phrase.say(0, end, title, &edit));
    }
    let event = |from: usize, to: usize| event_name(phrase, &phrase.written(from, to));
    let say = |title: &str, edit: String| Some(phrase.say(0, end, title, &edit));
    let length = (1..end).find_map(|at| super::slots::length(phrase, at)).map(|(length, _)| length);
    let within = phrase.find(&["within", "in", "for"]).filter(|at| *at < end).unwrap_or(end);
    match phrase.low(1).as_str() {
        "not" | "no" => {
            let (event, length) = (event(2, within)?, length.unwrap_or("30d".to_string()));
            let title = "What does not happen begins no journey; a segment sees it";
            return say(
                title,
                format!(
                    "write `segment silent: no {event} in last {length}` in the first column, and `on entering silent:` here"
                ),
            );
        }
        "first" | "the" | "a" | "their" | "his" | "her" | "only" | "1st"
            if matches!(phrase.low(1).as_str(), "first" | "1st")
                || matches!(phrase.low(2).as_str(), "first" | "1st") =>
        {
            let from = if matches!(phrase.low(1).as_str(), "first" | "1st") { 2 } else { 3 };
            let event = event(from, end)?;
            return say(
                "The first time only is said by `reenter never`",
                format!("write `on {event}:`, and `reenter never` on the line above"),
            );
        }
        "any" | "all" | "every" if matches!(phrase.low(2).as_str(), "event" | "events") => {
            let names = phrase.names();
            let events = names.events.iter().take(2).cloned().collect::<Vec<_>>().join(" or ");
            let events = if events.is_empty() { "cart_abandoned or order_placed".to_string() } else { events };
            return say("No entry takes every event", format!("write the events that count: `on {events}:`"));
        }
        _ => {}
    }
    // `on cart_abandoned (first time only)`, `on cart_abandoned for the first time`
    let first = phrase.find(&["first", "once", "1st"]).filter(|at| *at > 1 && *at < end);
    let idle = |at: usize| {
        let idle = [
            "for", "the", "first", "1st", "time", "times", "only", "once", "per", "customer", "user", "person", "(",
            ")", ",", "very", "a", "each", "just", "at", "most", "ever",
        ];
        idle.contains(&phrase.low(at).as_str())
    };
    // `on cart_abandoned but not more than once a week`
    let often = ["but", "not", "no", "more", "than", "max", "maximum", "up", "to", "every", "in", "at", "within"];
    let unit = (2..end).find(|&at| matches!(phrase.low(at).as_str(), "day" | "week" | "month" | "year"));
    let counted = |at: usize| Some(at) == unit || idle(at) || often.contains(&phrase.low(at).as_str());
    if first.is_some()
        && let Some(unit) = unit
        && (2..end).all(counted)
    {
        let event = event(1, 2)?;
        let length = match phrase.low(unit).as_str() {
            "day" => "1d",
            "week" => "7d",
            "month" => "30d",
            _ => "365d",
        };
        let title = "How soon somebody may come in again is said by `reenter after`";
        return say(title, format!("write `on {event}:`, and `reenter after {length}` on the line above"));
    }
    if first.is_some() && (2..end).all(idle) {
        let event = event(1, 2)?;
        return say(
            "The first time only is said by `reenter never`",
            format!("write `on {event}:`, and `reenter never` on the line above"),
        );
    }
    let times = (1..end).find(|&at| matches!(phrase.low(at).as_str(), "twice" | "times" | "thrice"));
    if times.is_some()
        || phrase.is(1, Lexeme::Number) && phrase.is(2, Lexeme::Word) && !super::schedule::is_month(&phrase.low(2))
    {
        let word =
            (1..end).find(|&at| phrase.is(at, Lexeme::Word) && !matches!(phrase.low(at).as_str(), "at" | "least"))?;
        let number = (1..end)
            .find(|&at| phrase.is(at, Lexeme::Number) && super::slots::length(phrase, at).is_none())
            .map_or("2", |at| phrase.text(at));
        let (event, length) = (event(word, word + 1)?, length.unwrap_or("30d".to_string()));
        let title = "An entry is one event; how often one comes is asked by a segment";
        return say(
            title,
            format!(
                "write `segment often: count of {event} in last {length} >= {number}` in the first column, and `on entering often:` here"
            ),
        );
    }
    // `on cart_abandoned, wait 1h`
    if matches!(phrase.text(2), "," | ";")
        && matches!(phrase.low(3).as_str(), "wait" | "after" | "then")
        && let (Some(begun), Some(length)) = (event(1, 2), &length)
    {
        let edit = format!("write `on {begun}:`, and `wait {length}` below it, indented");
        return say("Waiting is the first step, and no part of the entry", edit);
    }
    // `on cart_abandoned and not order_completed`
    if matches!(phrase.low(2).as_str(), "and" | "but" | ",")
        && let Some(not) = (3..5.min(end)).find(|&at| matches!(phrase.low(at).as_str(), "not" | "no" | "without" | "!"))
        && let (Some(begun), Some(other)) = (event(1, 2), event(not + 1, end))
    {
        return say(
            "Who does something else leaves the journey by `exit`",
            format!("write `on {begun}:`, and `exit on {other}` on a line of its own"),
        );
    }
    let at = (2..end).find(|&at| {
        matches!(
            phrase.low(at).as_str(),
            "without" | "unless" | "after" | "once" | "for" | "in" | "from" | "within" | "except"
        )
    })?;
    // `only for customers in France`
    let only = usize::from(at > 2 && phrase.low(at - 1) == "only");
    let before = event(1, at - only)?;
    match phrase.low(at).as_str() {
        "without" | "unless" | "except" => {
            let other = event(at + 1, end)?;
            say(
                "Who does something else leaves the journey by `exit`",
                format!("write `on {before}:`, and `exit on {other}` on a line of its own"),
            )
        }
        "after" => {
            let length = length?;
            say(
                "Waiting is the first step, and no part of the entry",
                format!("write `on {before}:`, and `wait {length}` below it, indented"),
            )
        }
        "within" => {
            let title = "An event begins the journey whenever it happens, without a time";
            let away = phrase.written(at, end);
            Some(phrase.away(at, end, title, &format!("take `{away}` away")))
        }
        "once" if at + 1 == end => say(
            "Once only is said by `reenter never`",
            format!("write `on {before}:`, and `reenter never` on the line above"),
        ),
        "in" if super::slots::length(phrase, at + 1).is_some() && at > 2 => {
            let (length, _) = super::slots::length(phrase, at + 1)?;
            let words = ["ending", "ends", "expiring", "expires", "due", "runs", "out", "the", "their"];
            let name: Vec<String> =
                (1..at).map(|at| phrase.low(at)).filter(|word| !words.contains(&word.as_str())).collect();
            let title = "A journey that begins before a date follows that date of each customer";
            say(title, format!("write `on date profile.{}_end - {length}:`", super::as_name(&name.join("_"))))
        }
        "for" | "in" => {
            let asked = condition(phrase, at, end).or_else(|| super::clauses::a_kind(phrase, at, end));
            let asked = asked.unwrap_or(format!("in {}", phrase.names().segment()));
            say(
                "Who may come in is said by `for`, on a line of its own",
                format!("write `on {before}:`, and `for {asked}` on the line above"),
            )
        }
        _ => None,
    }
}

/// `on click email recs`, `on email opened`, `on open recs`
pub(super) fn engagement(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let verb = |word: &str| match word {
        "open" | "opens" | "opened" | "opening" => Some("opened"),
        "click" | "clicks" | "clicked" | "clicking" => Some("clicked"),
        "reply" | "replies" | "replied" => Some("replied"),
        _ => None,
    };
    let at = (1..end).find(|&at| verb(&phrase.low(at)).is_some())?;
    let verb = verb(&phrase.low(at))?;
    let others: Vec<String> = (1..end)
        .filter(|&other| {
            other != at
                && !matches!(phrase.low(other).as_str(), "the" | "of" | "in" | "an" | "a" | "on" | "link" | "message")
        })
        .map(|at| phrase.low(at))
        .collect();
    let title = "Which message was opened or clicked is said behind `where`";
    let channels = crate::syntax::words::CHANNELS;
    match others.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [channel] if channels.contains(channel) => {
            phrase.line("An engagement with any message of a channel is one word", &format!("on {channel}_{verb}"))
        }
        [channel, message] | [message, channel] if channels.contains(channel) && as_name(message) == **message => {
            phrase.entry(title, &format!("on {channel}_{verb} where message is \"{message}\""))
        }
        [message] if end > 2 && as_name(message) == **message => {
            phrase.entry(title, &format!("on {verb} where message is \"{message}\""))
        }
        _ => None,
    }
}
