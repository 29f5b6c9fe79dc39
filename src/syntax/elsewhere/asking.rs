//! Conditions in lines that are no steps, read by the same habits: `for profile.age => 18`, `on x where total > 1 and < 9`.

use super::phrase::Phrase;
use super::{conditions, habit, past, slashed_date};
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::Mode;

const ASKING: &[&[habit::Habit]] = &[conditions::JOINING, past::PAST, conditions::CONDITIONS];

/// The condition of a line put into our words, where a word says that one begins.
pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    let asks = phrase.mode == Mode::Condition
        || phrase.low(0) == "for"
        || matches!((phrase.low(0).as_str(), phrase.low(1).as_str()), ("exit" | "exclude", "when"))
        || phrase.find(&["where", "when"]).is_some_and(|at| at > 1);
    let compares =
        (0..phrase.len()).any(|at| matches!(phrase.text(at), "." | "=" | "<" | ">" | "<=" | ">=" | "is" | "between"));
    if !asks || !compares { None } else { habit::told(phrase, ASKING) }
}

/// The same of a condition that says what the habits of an `if` know.
pub(super) fn as_in_a_step(phrase: &Phrase<'_>) -> Option<Problem> {
    habit::told_as_a_step(phrase, head(phrase)?, ASKING)
}

/// How many words stand before the condition of a line that asks one.
fn head(phrase: &Phrase<'_>) -> Option<usize> {
    match (phrase.mode, phrase.low(0).as_str(), phrase.low(1).as_str()) {
        (Mode::Condition, ..) => Some(0),
        (Mode::Clause, "for", _) => Some(1),
        (Mode::Clause, "exit", "when") => Some(2),
        _ => None,
    }
}

/// What can be read, but only as what nobody means: the second of two texts as an event, a date as a division.
pub(super) fn misread(phrase: &Phrase<'_>) -> Option<Problem> {
    let asks = matches!(phrase.mode, Mode::Step | Mode::Condition | Mode::Clause | Mode::Item | Mode::Rule);
    if !asks {
        return None;
    }
    let parted = (1..phrase.len()).any(|at| phrase.is(at, Lexeme::Slash) && phrase.is(at - 1, Lexeme::Number));
    second_text(phrase)
        .or_else(|| null(phrase))
        .or_else(|| quoted_number(phrase))
        .or_else(|| if parted { slashed_date(phrase) } else { None })
}

/// `profile.age >= "18"`: texts have no order.
fn quoted_number(phrase: &Phrase<'_>) -> Option<Problem> {
    let ordered = |at: usize| matches!(phrase.text(at - 1), ">=" | "<=" | ">" | "<") && phrase.is(at, Lexeme::Text);
    let inside = |at: usize| phrase.text(at).trim_matches('"');
    let digits = |at: usize| !inside(at).is_empty() && inside(at).bytes().all(|b| b.is_ascii_digit());
    let at = (1..phrase.len()).find(|&at| ordered(at) && digits(at))?;
    Some(phrase.perhaps(at, at + 1, "A number stands without quotes", inside(at)))
}

/// `profile.country is not null`
fn null(phrase: &Phrase<'_>) -> Option<Problem> {
    let null = |at: usize| matches!(phrase.low(at).as_str(), "null" | "nil") && phrase.text(at + 1) != ".";
    let at =
        (2..phrase.len()).find(|&at| null(at) && matches!(phrase.text(at - 1), "is" | "not" | "=" | "==" | "!="))?;
    let denied = matches!(phrase.text(at - 1), "not" | "!=");
    let from = if phrase.text(at - 1) == "not" { at - 2 } else { at - 1 };
    let title = "Whether there is a value is asked with `is known` or `is missing`";
    (from > 0).then(|| phrase.perhaps(from, at + 1, title, if denied { "is known" } else { "is missing" }))
}

/// `profile.country is "FR" or "BE"`
fn second_text(phrase: &Phrase<'_>) -> Option<Problem> {
    let text = |at: usize| phrase.is(at, Lexeme::Text);
    let first = (2..phrase.len()).find(|&at| {
        let compared = matches!(phrase.text(at - 1), "is" | "=" | "==" | "not" | "!=");
        compared && text(at) && matches!(phrase.text(at + 1), "or" | "," | "and") && text(at + 2)
    })?;
    let mut end = first + 1;
    while matches!(phrase.text(end), "or" | "," | "and") && text(end + 1) {
        end += 2;
    }
    // A quoted name may be an event of which more is asked.
    if matches!(phrase.text(end), "in" | "within" | "ever" | "is" | ".") {
        return None;
    }
    let from = first - if phrase.text(first - 1) == "not" { 2 } else { 1 };
    // Where events are not declared, a finding says it of what may be one; a code of a few capitals is none.
    let is_event = |at: usize| phrase.names().is_event(phrase.text(at).trim_matches('"'));
    let is_code = |at: usize| {
        let text = phrase.text(at).trim_matches('"');
        text.len() < 4 && text.bytes().all(|b| b.is_ascii_uppercase())
    };
    let codes = (first..end).step_by(2).all(is_code);
    if !phrase.names().declares_events && !codes || (first..end).any(is_event) {
        return None;
    }
    let texts: Vec<&str> = (first..end).step_by(2).map(|at| phrase.text(at)).collect();
    let not = if matches!(phrase.text(first - 1), "not" | "!=") { "not " } else { "" };
    let title = "Several values are asked with `is one of (…)`";
    Some(phrase.perhaps(from, end, title, &format!("is {not}one of ({})", texts.join(", "))))
}
