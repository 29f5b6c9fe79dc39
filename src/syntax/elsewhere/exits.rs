//! How a journey is left, as people say it.

use super::as_name;
use super::asked::{condition, named};
use super::goals::{asked_of, events, is_amount};
use super::owners::owned;
use super::phrase::Phrase;
use super::slots::{Slots, length};
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

const FIRST_OF: &str = "A journey is left at the first of several events, which are joined by `or`";
const EXIT: &str = "A journey is left with `exit on` and an event, or `exit when` and a condition";

/// `exit if unsubscribed`, `exit criteria: order_placed`, `exit after 30d`
pub(super) fn exit(phrase: &Phrase<'_>) -> Option<Problem> {
    let (first, end) = (phrase.low(0), phrase.end());
    let removes = first == "remove" && phrase.find(&["on", "when", "if"]).is_some();
    let leaves = matches!(first.as_str(), "leave" | "end" | "quit" | "stop" | "exits" | "abort" | "cancel") && end > 2;
    if first != "exit" && !removes && !leaves {
        return None;
    }
    if let Some(found) = two_ways(phrase) {
        return Some(found);
    }
    if let Some(found) = worth_of_an_exit(phrase) {
        return Some(found);
    }
    if let Some(found) = leaves_anyway(phrase) {
        return Some(found);
    }
    if let Some(found) = leaves_at_once(phrase) {
        return Some(found);
    }
    let from = (1..end).find(|&at| {
        !matches!(
            phrase.low(at).as_str(),
            "on" | "if"
                | "when"
                | "criteria"
                | "criterion"
                | "rule"
                | "rules"
                | "condition"
                | "conditions"
                | ":"
                | "="
                | "everyone"
                | "event"
                | "from"
                | "journey"
                | "upon"
                | "once"
                | "is"
                | "customer"
                | "customers"
                | "the"
                | "as"
                | "they"
                | "all"
                | "any"
        )
    })?;
    if matches!(phrase.low(from - 1).as_str(), "when" | "if")
        && phrase.find(&["is", ">", "<", "last", "ever", "contains"]).is_some()
        && first == "exit"
    {
        return None;
    }
    let unless = phrase.low(1) == "unless" || phrase.low(from) == "unless";
    if matches!(phrase.low(from).as_str(), "after" | "timeout") || length(phrase, from).is_some() {
        return leaves_after(phrase);
    }
    if phrase.low(from) == "leaving" && phrase.names().is_segment(phrase.text(from + 1)) && from + 2 == end {
        let line = format!("exit when !in {}", phrase.text(from + 1));
        return phrase.line("An exit asks for a condition with `when`", &line);
    }
    if phrase.low(from) == "leaving" {
        let asked = condition(phrase, from + 1, end)?;
        return phrase.line("An exit asks for a condition with `when`", &format!("exit when !{asked}"));
    }
    let asks = matches!(phrase.low(from).as_str(), "profile" | "in" | "segment" | "entering" | "unless" | "not" | "no")
        || phrase.names().is_segment(phrase.text(from))
        || phrase.names().attribute(phrase.text(from)).is_some();
    if asks {
        let skip = from + usize::from(matches!(phrase.low(from).as_str(), "entering" | "unless"));
        if phrase.names().is_segment(phrase.text(skip)) && skip + 1 == end {
            let bang = if unless { "!" } else { "" };
            let line = format!("exit when {bang}in {}", phrase.text(skip));
            return phrase.line("An exit asks for a condition with `when`", &line);
        }
        let asked = condition(phrase, skip, end)?;
        let asked = match unless {
            true if asked.contains(' ') && !asked.starts_with("in ") => format!("!({asked})"),
            true => format!("!{asked}"),
            false => asked,
        };
        return phrase.line("An exit asks for a condition with `when`", &format!("exit when {asked}"));
    }
    if let Some(found) = leaves_by_a_value(phrase, from) {
        return Some(found);
    }
    if phrase.find(&["within"]).is_some() {
        let events = events(phrase, from, phrase.find(&["within"])?);
        let title = "An exit counts as long as somebody is inside, without a time";
        return phrase.line(title, &format!("exit on {}", events.join(" or ")));
    }
    if let Some(found) = leaves_with(phrase, from) {
        return Some(found);
    }
    let tail = phrase.find(&["where"]).unwrap_or(end);
    let found = events(phrase, from, tail);
    if found.is_empty() || found.iter().any(|event| phrase.names().is_foreign(event)) {
        let edit = format!("write `exit on {}`, or `exit when profile.vip`", phrase.names().purchase());
        let plain = (from..tail).all(|at| phrase.is(at, Lexeme::Word)) && phrase.text(from + 1) == "and";
        if plain && found.len() > 1 {
            return Some(phrase.say(0, end, FIRST_OF, &format!("write `exit on {}`", found.join(" or "))));
        }
        return (!found.is_empty()).then(|| phrase.say(0, phrase.len(), EXIT, &edit));
    }
    // `exit when customer leaves newsletter`: words that were joined are no event of the program.
    let prose = found.iter().any(|event| {
        event.contains('_') && !phrase.names().has(event) && !(from..end).any(|at| phrase.text(at) == event)
    });
    if prose && phrase.low(1) == "when" {
        let edit = "write `exit on` and the event, or `exit when` and a condition such as `profile.vip`";
        return Some(phrase.say(0, phrase.len(), EXIT, edit));
    }
    let tail = if tail < end { format!(" {}", phrase.written(tail, end)) } else { String::new() };
    if phrase.find(&["and"]).is_some_and(|and| (from..end).contains(&and)) && found.len() > 1 {
        return phrase.line(FIRST_OF, &format!("exit on {}{tail}", found.join(" or ")));
    }
    phrase.line(EXIT, &format!("exit on {}{tail}", found.join(" or ")))
}

/// `exit on order_completed or when profile.vip`, `exit on order_completed or if in vip`
fn two_ways(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let or = (2..end).find(|&at| {
        let turns = matches!(phrase.low(at + 1).as_str(), "when" | "if" | "on" | "profile" | "in" | "once" | "after")
            || length(phrase, at + 1).is_some();
        phrase.low(at) == "or" && turns && phrase.low(0) == "exit"
    })?;
    let named = phrase.is(2, Lexeme::Word) && or == 3 && matches!(phrase.low(1).as_str(), "on" | "when" | "if");
    let event = named.then(|| phrase.text(2)).filter(|event| crate::syntax::words::reserved(event).is_none())?;
    let from = or + 1 + usize::from(matches!(phrase.low(or + 1).as_str(), "when" | "if" | "on" | "once" | "after"));
    let other = match phrase.low(or + 1).as_str() {
        _ if length(phrase, from).is_some() => {
            let (length, _) = length(phrase, from)?;
            let title = "A journey is left after some time by the window of its goal";
            return Some(phrase.say(
                0,
                end,
                title,
                &format!("write `goal {event} within {length}`: who is inside then leaves"),
            ));
        }
        "on" if from + 1 == end => {
            let title = "Events of which any ends the journey stand behind one `on`, joined by `or`";
            return phrase.line(title, &format!("exit on {event} or {}", phrase.text(from)));
        }
        _ => condition(phrase, from, end)?,
    };
    let title = "An event and a condition end a journey on a line each";
    let edit = format!("write `exit on {event}` here, and `exit when {other}` on the next line");
    Some(phrase.say(0, end, title, &edit))
}

/// `exit on plan is "pro"`, `exit on order_placed > 50`
fn leaves_by_a_value(phrase: &Phrase<'_>, from: usize) -> Option<Problem> {
    let end = phrase.end();
    let sign =
        matches!(phrase.low(from + 1).as_str(), "is" | "=" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "contains" | "in");
    if !sign || !phrase.is(from, Lexeme::Word) || phrase.find(&["where"]).is_some() {
        return None;
    }
    if phrase.names().is_event(phrase.text(from)) {
        let (_, asked) = asked_of(phrase, from, end)?;
        return phrase.line(
            "What an exit asks of its event stands behind `where`",
            &format!("exit on {} where {asked}", phrase.text(from)),
        );
    }
    let asked = owned(phrase, phrase.text(from));
    // What an order comes to is asked of the order.
    if asked.starts_with("event.") || is_amount(phrase.text(from)) {
        let event = phrase.names().purchase();
        let amount = phrase.names().amount(event).unwrap_or("total");
        let line = format!("exit on {event} where {amount} {}", phrase.written(from + 1, end));
        return phrase.line("What an exit asks of its event stands behind `where`", &line);
    }
    let asked = format!(
        "{asked} {}",
        phrase.written(from + 1, end).replace("==", "is").replacen("= ", "is ", 1).replace("!is", "is not")
    );
    phrase.line("An exit asks for a condition with `when`", &format!("exit when {asked}"))
}

/// What something is worth, and within what time it counts, is said of a goal.
fn worth_of_an_exit(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let worth = phrase.find(&["worth"]).filter(|_| phrase.low(0) == "exit")?;
    let title = "What something is worth is said of a goal, and who reaches it leaves the journey";
    phrase.line(title, &format!("goal {}", phrase.written(2, end))).or_else(|| {
        let edit = format!("take `{}` away", phrase.written(worth, end));
        Some(phrase.say(worth, end, title, &edit))
    })
}

/// `exit on order_placed with total > 50`
fn leaves_with(phrase: &Phrase<'_>, from: usize) -> Option<Problem> {
    let end = phrase.end();
    let joins = |at: &usize| matches!(phrase.low(*at).as_str(), "with" | "having" | "whose" | "if" | "when");
    let with = (from + 1..end).find(joins).filter(|_| phrase.find(&["where"]).is_none())?;
    let compares = |at: usize| matches!(phrase.text(at), "is" | "=" | "==" | ">" | "<" | ">=" | "<=");
    let event = match events(phrase, from, with).as_slice() {
        [event] if (with..end).any(compares) => event.clone(),
        _ => return None,
    };
    let line = format!("exit on {event} where {}", phrase.written(with + 1, end));
    phrase.line("What an exit asks of its event stands behind `where`", &line)
}

/// `exit at the end`, `exit on 2026-12-24`
fn leaves_anyway(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    if phrase.low(0) == "exit"
        && (1..all).any(|at| matches!(phrase.low(at).as_str(), "end" | "finish" | "last"))
        && !phrase.has(Lexeme::Number)
    {
        let title = "A journey ends behind its last step, without a line that says so";
        return Some(phrase.say(0, all, title, "take this line away"));
    }
    let date = (1..all).find(|&at| phrase.is(at, Lexeme::Date)).filter(|date| *date < 4 && phrase.low(0) == "exit")?;
    let title = "An exit on a day asks for that day with `when`";
    phrase.line(title, &format!("exit when today >= {}", phrase.text(date)))
}

/// `exit on order_placed`, one word changed: mended without asking.
fn leaves_at_once(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let bare = end == 3 && phrase.is(2, Lexeme::Word);
    let first = phrase.low(0);
    let name = phrase.low(2);
    let event = bare && named(phrase, &name).is_none_or(|asked| asked.ends_with(" in last 30d"));
    // What somebody is is asked of the profile; what happened ends as a verb does.
    let happens = phrase.names().is_event(&name)
        || name.contains('_')
        || ["ed", "paid", "ought", "event"].iter().any(|end| name.ends_with(end));
    if first == "exit"
        && matches!(phrase.low(1).as_str(), "if" | "once")
        && event
        && !happens
        && phrase.names().attributes.is_empty()
    {
        let line = format!("exit when profile.{}", as_name(phrase.text(2)));
        return phrase.line("An exit asks for a condition with `when`", &line);
    }
    if first == "exit" && matches!(phrase.low(1).as_str(), "if" | "after" | "upon" | "once") && event {
        return Some(phrase.instead(1, 2, "An exit names an event with `on`", "on"));
    }
    None
}

/// A journey that is left after some time.
pub(super) fn leaves_after(phrase: &Phrase<'_>) -> Option<Problem> {
    let said = Slots::of(phrase, 0, phrase.len(), &[]);
    let length = said.lengths.first().cloned().unwrap_or("30d".to_string());
    let title = "A journey is left after some time by the window of its goal";
    let goal = phrase.names().purchase();
    let edit = match phrase.names().goals.is_empty() {
        true => format!("write `goal {goal} within {length}`: who is inside then leaves"),
        false => format!(
            "take this line away, and write `within {length}` in the goal of this journey, as in `goal {goal} within {length}`: who is inside then leaves"
        ),
    };
    Some(phrase.say(0, phrase.len(), title, &edit))
}
