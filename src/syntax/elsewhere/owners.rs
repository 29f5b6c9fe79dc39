//! Names that are compared and do not say whose they are: `plan <> "pro"`, `age in 18..30`. By itself each would be an event.

use super::phrase::Phrase;
use crate::ir::Engagement;
use crate::syntax::token::Lexeme;
use crate::syntax::words::{Mode, reserved};

pub(super) const OWNED: &str = "A value of the customer is written `profile.NAME`, one of the event `event.NAME`";

/// Whether several names lack what they belong to, or one is of the event, which no other message says.
pub(super) fn needs_the_line(phrase: &Phrase<'_>) -> bool {
    let bare: Vec<usize> = (0..phrase.len()).filter(|&at| is_bare(phrase, at)).collect();
    let texts =
        (0..phrase.len()).filter(|&at| is_bare_text(phrase, at) && !(at > 1 && bare.contains(&(at - 2)))).count();
    let of_event = bare.iter().any(|&at| owned(phrase, phrase.text(at)).starts_with("event."));
    bare.len() + texts > 1 || of_event
}

/// What is said of such a line.
pub(super) fn title(phrase: &Phrase<'_>) -> &'static str {
    if (0..phrase.len()).any(|at| is_bare(phrase, at)) { OWNED } else { QUOTED }
}

const QUOTED: &str = "A text that is compared stands in quotes; without them it is an event";

/// The line with an owner before each bare name that is compared; nothing where there is none.
pub(super) fn given(phrase: &Phrase<'_>) -> Option<String> {
    let asks = match phrase.mode {
        Mode::Condition => true,
        Mode::Step => {
            matches!(phrase.low(0).as_str(), "if" | "else" | "wait" | "elseif" | "elif")
                || phrase.find(&["if", "unless"]).is_some()
        }
        Mode::Clause => phrase.low(0) == "for" || phrase.low(0) == "exit" && phrase.low(1) == "when",
        Mode::Rule => phrase.low(0) == "exclude",
        _ => false,
    };
    let where_at = phrase.find(&["where", "with", "whose"]).unwrap_or(phrase.len());
    if !asks || !(0..where_at).any(|at| is_bare(phrase, at) || phrase.reads && is_bare_text(phrase, at)) {
        return None;
    }
    let mut out = String::new();
    for at in 0..phrase.len() {
        if at > 0 && phrase.apart(at) {
            out.push(' ');
        }
        match at < where_at && is_bare(phrase, at) {
            true => out.push_str(&owned(phrase, phrase.text(at))),
            false if at < where_at && is_bare_text(phrase, at) => out.push_str(&format!("\"{}\"", phrase.text(at))),
            false => out.push_str(phrase.text(at)),
        }
    }
    Some(out)
}

/// Whether a word is compared, and is neither a value's last name nor the name of something that happens.
fn is_bare(phrase: &Phrase<'_>, at: usize) -> bool {
    let (word, sign) = (phrase.text(at), phrase.low(at + 1));
    let begins = at == 0
        || matches!(
            phrase.low(at - 1).as_str(),
            "if" | "unless" | "and" | "or" | "&" | "|" | "(" | "!" | "not" | "when" | "for" | "elseif" | "elif"
        );
    let compared = match sign.as_str() {
        "<" | ">" | "<=" | ">=" | "=" | "==" | "!=" | "contains" | "includes" | "equals" | "like" | "between" | "%" => {
            true
        }
        "!" => phrase.text(at + 2) == "=",
        "from" | "over" | "above" | "below" | "under" | "exceeds" => phrase.is(at + 2, Lexeme::Number),
        "in" => {
            let next = phrase.text(at + 2);
            matches!(next, "(" | "[" | "{")
                || [Lexeme::Number, Lexeme::Text].iter().any(|kind| phrase.is(at + 2, *kind))
                    && super::slots::length(phrase, at + 2).is_none()
        }
        "is" => !phrase.names().is_channel(word) && Engagement::of(&phrase.low(at + 2)).is_none(),
        _ => false,
    };
    // What has no name of its own among events may be told by the clock.
    let clock = matches!(
        word,
        "now"
            | "today"
            | "time"
            | "hour"
            | "day"
            | "weekday"
            | "it"
            | "they"
            | "event"
            | "count"
            | "customer"
            | "user"
            | "who"
    );
    begins
        && compared
        && phrase.is(at, Lexeme::Word)
        && reserved(word).is_none()
        && !clock
        && !phrase.names().is_event(word)
        // What sounds as if it happened is counted.
        && !(word.contains('_') && word.ends_with("ed"))
        && Engagement::of(word).is_none()
}

/// Whether a word is what an attribute is compared with: a text that lacks its quotes.
fn is_bare_text(phrase: &Phrase<'_>, at: usize) -> bool {
    let not = usize::from(at > 2 && phrase.low(at - 1) == "not");
    let Some(sign) = at.checked_sub(1 + not).filter(|sign| *sign > 0) else { return false };
    let compared = matches!(phrase.low(sign).as_str(), "is" | "=" | "==" | "!=");
    let path = sign > 2 && phrase.text(sign - 2) == "." && phrase.is(sign - 1, Lexeme::Word);
    let bare = is_bare(phrase, sign - 1);
    const SAID: [&str; 18] = [
        "known",
        "missing",
        "null",
        "none",
        "nil",
        "empty",
        "blank",
        "undefined",
        "unknown",
        "yes",
        "no",
        "on",
        "off",
        "today",
        "now",
        "tomorrow",
        "yesterday",
        "set",
    ];
    compared
        && (path || bare)
        && phrase.is(at, Lexeme::Word)
        && reserved(phrase.text(at)).is_none()
        && !SAID.contains(&phrase.low(at).as_str())
        && phrase.text(at + 1) != "."
        && !phrase.names().is_event(phrase.text(at))
}

/// A bare name that is compared, with what it belongs to.
pub(super) fn owned(phrase: &Phrase<'_>, name: &str) -> String {
    let names = phrase.names();
    let of_event = names.properties.iter().any(|[_, property, _]| property == name);
    let sum = matches!(name, "total" | "amount" | "price" | "value" | "quantity" | "subtotal");
    // What belongs to no journey knows no event.
    let has_event = !matches!(phrase.mode, Mode::Condition | Mode::Rule);
    let owner = if has_event && names.attribute(name).is_none() && (of_event || sum) { "event" } else { "profile" };
    format!("{owner}.{}", super::as_name(name))
}
