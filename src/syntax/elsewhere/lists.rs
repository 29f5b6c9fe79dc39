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
    let Some(at) = (1..phrase.end()).find(parts) else {
        return (2..phrase.end()).filter(|at| begins(*at)).find_map(|at| run_together(phrase, at));
    };
    let (first, second) = (phrase.written(0, at), phrase.written(at + 1, phrase.len()));
    let both = readable(phrase.mode, &first) && readable(phrase.mode, &second);
    both.then(|| {
        phrase.say(at, at + 1, one_thing(phrase), &format!("write `{first}` here, and `{second}` on the next line"))
    })
}

fn one_thing(phrase: &Phrase<'_>) -> &'static str {
    match phrase.mode {
        Mode::Rule => "Each rule has a line of its own",
        _ => "Each line of a journey says one thing",
    }
}

/// `category promo reenter after 180d`, `on entering lapsed for profile.vip:`: the second line begins at `at`.
fn run_together(phrase: &Phrase<'_>, at: usize) -> Option<Problem> {
    if phrase.reads {
        return None;
    }
    let (end, first, second) = (phrase.end(), Key::of(phrase.text(0))?, Key::of(phrase.text(at))?);
    let begins = |key: Key| matches!(key, Key::On | Key::Every);
    // `exit on refunded for profile.vip` is about those who leave, and no line of its own says that.
    if second == Key::For && !matches!(first, Key::Category | Key::Reenter | Key::One) {
        return None;
    }
    // A `:` belongs to the line that has steps.
    let colon = phrase.written(end, phrase.len());
    let (mut before, mut behind) = (phrase.written(0, at), phrase.written(at, end));
    let one = if begins(first) { &mut before } else { &mut behind };
    one.push_str(&colon);
    let both = readable(phrase.mode, &before) && readable(phrase.mode, &behind);
    let steps = phrase.has_block && begins(first);
    let edit = match steps {
        true => format!("write `{before}` here, and `{behind}` on a line of its own above it"),
        false => format!("write `{before}` here, and `{behind}` on the next line"),
    };
    both.then(|| phrase.say(at, end, one_thing(phrase), &edit))
}
