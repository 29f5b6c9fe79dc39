//! What happens in a test and what is expected of it, however it is put.

use super::phrase::Phrase;
use super::slots::{channel, length};
use super::{as_name, event_name};
use crate::syntax::token::Lexeme;
use crate::syntax::words::CHANNELS;

/// Words before an event that a test does not need.
pub(super) fn is_given(word: &str) -> bool {
    matches!(
        word,
        "given"
            | "when"
            | "send"
            | "sends"
            | "emit"
            | "trigger"
            | "triggers"
            | "fire"
            | "on"
            | "event"
            | "receive"
            | "receives"
            | "if"
            | "track"
            | "do"
            | "simulate"
            | "after"
            | "once"
            | "a"
            | "the"
            | "customer"
            | "user"
            | "someone"
            | "he"
            | "she"
            | "and"
            | "then"
            | ":"
            | ","
            | "happens"
            | "occurs"
            | "comes"
    )
}

/// Words for `expect`.
pub(super) fn is_expected(word: &str) -> bool {
    matches!(
        word,
        "expect"
            | "expects"
            | "expected"
            | "should"
            | "assert"
            | "verify"
            | "check"
            | "then"
            | "ensure"
            | "must"
            | "gets"
            | "get"
            | "receives"
            | "="
            | ">"
            | "sends"
            | "they"
            | "we"
            | "he"
            | "she"
            | "customer"
            | "user"
            | "send"
            | "sent"
            | "receive"
            | "and"
            | ":"
            | "that"
            | "to"
            | "the"
            | "an"
            | "a"
            | "is"
            | "will"
            | "be"
            | "message"
            | "->"
            | "-"
            | "→"
    )
}

/// What is expected, with the time that stands behind it.
pub(super) fn expectation(phrase: &Phrase<'_>, from: usize) -> Option<(Option<String>, String)> {
    let all = phrase.len();
    let names = phrase.names();
    let skip = (from..all).find(|&at| !is_expected(&phrase.low(at)))?;
    let says = (from..skip)
        .any(|at| !matches!(phrase.low(at).as_str(), "and" | ":" | "the" | "a" | "an" | "then" | "-" | "is" | "to"));
    let first = phrase.low(skip);
    let later = (skip + 1..all)
        .find(|&at| matches!(phrase.low(at).as_str(), "after" | "at" | "within" | "on" | "in" | "later" | "+"))
        .filter(|_| !matches!(first.as_str(), "held"));
    let late = later.and_then(|at| {
        let at = at + usize::from(phrase.text(at + 1) == "+" || phrase.text(at + 1) == "day");
        let day = phrase.low(at) == "day";
        let (length, _) =
            length(phrase, at + 1).or_else(|| Some((format!("{}d", phrase.text(at + 1)), 1)).filter(|_| day))?;
        Some(format!("+{length}"))
    });
    let end = later.filter(|_| late.is_some()).unwrap_or(all);
    let rest = |from: usize| -> Vec<String> {
        (from..end)
            .filter(|&at| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Text))
            .map(|at| phrase.text(at).trim_matches('"').to_string())
            .filter(|word| {
                !matches!(
                    word.as_str(),
                    "sent"
                        | "send"
                        | "be"
                        | "to"
                        | "is"
                        | "was"
                        | "message"
                        | "the"
                        | "an"
                        | "a"
                        | "called"
                        | "with"
                        | "should"
                        | "must"
                        | "will"
                        | "goes"
                        | "out"
                        | "delivered"
                        | "received"
                )
            })
            .collect()
    };
    let line = match first.as_str() {
        "in" | "added" | "add" if says => format!("add to {}", rest(skip + 1).last()?),
        "removed" | "out" if says => format!("remove from {}", rest(skip + 1).last()?),
        "split" | "arm" | "variant" if says => format!("chose {}", rest(skip + 1).join(" ")),
        "profile" if says => {
            let value = phrase.find(&["is", "=", "to", "=="])?;
            format!("set {} to {}", phrase.written(skip + 2, value), phrase.written(value + 1, end))
        }
        "converted" | "goal" | "conversion" if says => match (skip..end).find(|&at| phrase.is(at, Lexeme::Number)) {
            Some(at) => format!("converted (value: {})", phrase.text(at)),
            None => "converted".to_string(),
        },
        "exit" | "exits" | "leaves" | "exited" if says && skip + 1 == end => "exited".to_string(),
        "suppressed" | "held" if says => outcome(phrase, skip, end)?,
        _ => {
            let by = by_channel(phrase, &first);
            let words = rest(skip);
            match (by, words.as_slice()) {
                (Some(by), [_, message])
                    if !matches!(message.as_str(), "held" | "suppressed" | "opened" | "clicked") =>
                {
                    format!("{by} {}", as_name(message))
                }
                (Some(by), [_, message, what]) if matches!(what.as_str(), "held" | "suppressed") => {
                    format!("{what} {by} {message}")
                }
                (Some(by), [_, message, and, other, third]) if and == "and" => {
                    return Some((late, format!("expect {by} {message}`, and `expect {other} {third}")))
                        .filter(|_| false);
                }
                (Some(by), [_]) if says => format!("{by} {}", names.message()),
                (None, [message]) if says && names.messages.contains(message) => format!("email {message}"),
                _ => return None,
            }
        }
    };
    Some((late, format!("expect {line}")))
}

/// A channel by any of its names.
fn by_channel(phrase: &Phrase<'_>, word: &str) -> Option<String> {
    let is_channel = |by: &String| CHANNELS.contains(&by.as_str()) || phrase.names().channels.contains(by);
    channel(phrase, word).filter(is_channel)
}

/// `suppressed email recs because cap`, `held email recs until 09:00`
fn outcome(phrase: &Phrase<'_>, from: usize, end: usize) -> Option<String> {
    let cut = (from..end).find(|&at| matches!(phrase.low(at).as_str(), "because" | "by" | "due" | "until" | "of"));
    let what = phrase.written(from, cut.unwrap_or(end));
    match cut.map(|at| (phrase.low(at), at)) {
        Some((word, at)) if word == "until" => {
            let (length, _) = length(phrase, at + 1)?;
            Some(format!("{what} until +{length}"))
        }
        Some((_, at)) => {
            let rule = (at + 1..end).find(|&at| !matches!(phrase.low(at).as_str(), "of" | "the" | "to" | "by"))?;
            let rule = phrase.written(rule, end);
            // A rule is named as it is written, not by its kind.
            if !rule.contains(' ') {
                return Some(what);
            }
            Some(format!("{what} by \"{}\"", rule.trim_matches('"')))
        }
        None => Some(what),
    }
}

/// An event and its properties, however they stand there.
pub(super) fn event(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    let all = to - usize::from(to > from && matches!(phrase.text(to - 1), ";" | "." | ","));
    let names = phrase.names();
    let skip = (from..all).find(|&at| !is_given(&phrase.low(at)) || phrase.is(at, Lexeme::Text))?;
    if let Some(found) = engagement(phrase, skip, all) {
        return Some(found);
    }
    let cut = (skip..all).find(|&at| {
        matches!(phrase.text(at), "(" | "{" | "with" | "where" | "[" | "having")
            || phrase.is(at, Lexeme::Number)
            || matches!(phrase.text(at + 1), ":" | "=") && at > skip
    });
    // `cart_abandoned total 80`: a name with `_` is the whole event.
    let named = phrase.text(skip).contains('_') || names.is_event(phrase.text(skip));
    let valued = phrase.is(skip + 1, Lexeme::Word)
        && (phrase.is(skip + 2, Lexeme::Number) || phrase.is(skip + 2, Lexeme::Text) || phrase.text(skip + 2) == "=");
    let cut = if named && valued { skip + 1 } else { cut.unwrap_or(all) };
    let words = phrase.written(skip, cut);
    let name = event_name(phrase, words.trim_matches('"'))?;
    let known = names.is_event(&name);
    let whole = name.contains('_') && name == words;
    if !(known || whole) && (!names.events.is_empty() || words.split_whitespace().count() > 3) {
        return None;
    }
    let mut given = vec![];
    let mut property: Option<String> = None;
    for at in cut..all {
        if phrase.is(at, Lexeme::Word)
            && !matches!(
                phrase.low(at).as_str(),
                "with" | "where" | "and" | "is" | "true" | "false" | "having" | "of" | "eur" | "usd" | "euro" | "euros"
            )
        {
            match property.take() {
                Some(before) => given.push(format!("{before}: \"{}\"", phrase.text(at))),
                None => property = Some(as_name(phrase.text(at))),
            }
        } else if phrase.is(at, Lexeme::Number)
            || phrase.is(at, Lexeme::Text)
            || phrase.is(at, Lexeme::Date)
            || matches!(phrase.text(at), "true" | "false")
        {
            let property =
                property.take().or_else(|| names.amount(&name).map(str::to_string)).unwrap_or("total".to_string());
            given.push(format!("{property}: {}", phrase.text(at)));
        }
    }
    // Something of the line would get lost.
    let twice = given.iter().enumerate().any(|(at, one): (usize, &String)| {
        let name = |text: &str| text.split(':').next().map(str::to_string);
        given.iter().skip(at + 1).any(|other: &String| name(other) == name(one))
    });
    if twice || property.is_some() {
        return None;
    }
    let given = if given.is_empty() { String::new() } else { format!(" ({})", given.join(", ")) };
    Some(format!("{name}{given}"))
}

/// `opens recs`, `clicked email recs`, `email opened`
fn engagement(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    let verb = |word: &str| match word {
        "open" | "opens" | "opened" | "reads" => Some("opened"),
        "click" | "clicks" | "clicked" => Some("clicked"),
        "reply" | "replies" | "replied" => Some("replied"),
        _ => None,
    };
    let at = (from..to).find(|&at| verb(&phrase.low(at)).is_some())?;
    let verb = verb(&phrase.low(at))?;
    let message = (from..to).find(|&at| phrase.names().messages.iter().any(|name| name == phrase.text(at)));
    Some(match message {
        Some(at) => format!("{verb} {}", phrase.text(at)),
        None => verb.to_string(),
    })
}
