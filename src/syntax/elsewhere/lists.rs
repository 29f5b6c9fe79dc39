//! Lists in parentheses, and two lines that stand on one.

use super::phrase::Phrase;
use crate::syntax::parse::readable;
use crate::syntax::problem::Problem;
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::Mode;

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    match phrase.mode {
        Mode::Rule | Mode::Clause => in_parentheses(phrase).or_else(|| two_lines(phrase)),
        _ => None,
    }
}

/// `consent required for (sms, push)`
fn in_parentheses(phrase: &Phrase<'_>) -> Option<Problem> {
    let open = phrase.find(&["(", "[", "{"]).filter(|at| *at > 0)?;
    let close = (open..phrase.len()).find(|&at| matches!(phrase.text(at), ")" | "]" | "}"))?;
    let listed = |at: usize| phrase.is(at, Lexeme::Word) || matches!(phrase.text(at), "," | "and" | "or" | "&");
    // What is compared with a list stands in parentheses.
    let compared = matches!(phrase.text(open - 1), "of" | "in" | "is" | "where");
    if close < open + 2 || !(open + 1..close).all(listed) || compared {
        return None;
    }
    let names: Vec<&str> =
        (open + 1..close).map(|at| phrase.text(at)).filter(|text| !matches!(*text, "," | "and" | "or" | "&")).collect();
    let (before, behind) = (phrase.written(0, open), phrase.written(close + 1, phrase.len()));
    let line = format!("{before} {} {behind}", names.join(", "));
    let line = line.trim();
    readable(phrase.mode, line)
        .then(|| phrase.perhaps(open, close + 1, "A list stands without parentheses", &names.join(", ")))
}

/// `category promo, reenter after 180d`, `consent required for sms and quiet 21:00-08:00`
fn two_lines(phrase: &Phrase<'_>) -> Option<Problem> {
    let begins = |at: usize| Key::of(phrase.text(at)).is_some_and(|key| phrase.mode.heads().contains(&key));
    let parts =
        |at: &usize| matches!(phrase.text(*at), "," | ";" | "and" | "or" | "&" | "+" | "." | "then") && begins(at + 1);
    let at = (1..phrase.end()).find(parts)?;
    let (first, second) = (phrase.written(0, at), phrase.written(at + 1, phrase.len()));
    let both = readable(phrase.mode, &first) && readable(phrase.mode, &second);
    let what = if phrase.mode == Mode::Rule {
        "Each rule has a line of its own"
    } else {
        "Each line of a journey says one thing"
    };
    both.then(|| phrase.say(at, at + 1, what, &format!("write `{first}` here, and `{second}` on the next line")))
}
