//! Notes and lines as other languages and texts have them: `// …`, `-- …`, `/* … */`, `=====`, `1.`, `**Cart**`.

use super::phrase::Phrase;
use crate::source::Span;
use crate::syntax::problem::{Problem, kind};
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::Mode;

/// The title of the message about a note; one is enough for those that follow each other.
const NOTE: &str = "Notes to colleagues stand behind `#`";

/// The title of the message about lines with numbers.
const NUMBERED: &str = "Lines are not numbered; each stands in its place";

/// A note behind the sign of another language, on a line of its own or behind one.
pub(super) fn foreign(phrase: &Phrase<'_>) -> Option<Problem> {
    // What follows `https:` is an address.
    let is_address = |at: usize| at > 1 && phrase.text(at - 1) == ":" && phrase.low(at - 2).starts_with("http");
    let at = (0..phrase.len()).find(|&at| begins_note(phrase, at) && !is_address(at))?;
    let (sign, count) = match (phrase.text(at), phrase.text(at + 1)) {
        ("/", "/") => ("//", 2),
        ("-", "-") => ("--", 2),
        ("/", "*") => ("/*", 2),
        ("*", "/") => ("*/", 2),
        ("<", "!") => ("<!--", 4),
        (other, _) => (other, 1),
    };
    let rule = (at..phrase.len()).all(|at| matches!(phrase.text(at), "-" | "=" | "*" | "==" | "_" | "—" | "–"));
    if rule {
        let span = phrase.span(at, phrase.len());
        let title = "A line that only parts others is written behind `#`";
        return Some(
            Problem::told(span, title, "put `#` before it, or take it away")
                .with_safe_fix(Span { end: span.start, ..span }, "# "),
        );
    }
    let sign_span = phrase.span(at, at + count);
    let closes = (at + 2..phrase.len()).any(|at| (phrase.text(at), phrase.text(at + 1)) == ("*", "/"));
    if sign == "/*" && !closes {
        let edit = "write `#` at the beginning of each line of the note, instead of this and `*/`";
        return Some(Problem::told(sign_span, NOTE, edit).shared());
    }
    let error = Problem::told(sign_span, NOTE, format!("write `#` instead of `{sign}`"));
    Some(error.shared().with_safe_fix(sign_span, "#"))
}

fn begins_note(phrase: &Phrase<'_>, at: usize) -> bool {
    let pair = match (phrase.text(at), phrase.text(at + 1)) {
        ("/", "/") | ("/", "*") | ("-", "-") => true,
        ("*", "/") => at == 0,
        ("<", "!") => phrase.text(at + 2) == "-",
        ("=" | "==", "=" | "==") | ("*", "*") => at == 0 && phrase.len() > 2,
        _ => false,
    };
    let joined = phrase.joined(at);
    let alone = at == 0
        && matches!(phrase.text(0), ";" | "%" | "'" | "’")
        && phrase.len() > 1
        && phrase.mode == Mode::Item
        && !phrase.joined(0);
    pair && joined || alone
}

/// A line that says something to people.
pub(super) fn note(phrase: &Phrase<'_>) -> Problem {
    let span = phrase.span(0, phrase.len());
    Problem::told(span, NOTE, "put `#` before it").shared().with_safe_fix(Span { end: span.start, ..span }, "# ")
}

/// `- email recs`, `1. email recs`, `* wait 1d`, `1) journey cart:`
pub(super) fn bullet(phrase: &Phrase<'_>) -> Option<Problem> {
    let numbered = phrase.is(0, Lexeme::Number) && phrase.low(0).bytes().all(|b| b.is_ascii_digit());
    let count = match (phrase.text(0), phrase.text(1)) {
        ("-" | "*" | "–" | "—" | "•", next) if next != phrase.text(0) && !next.is_empty() => 1,
        (_, "." | ")") if numbered => 2,
        _ => return None,
    };
    // A test says the time with a `+`, and a condition may be less than nothing.
    if phrase.mode == Mode::Step {
        return None;
    }
    // A step in such a place is another mistake.
    let begins = Key::of(&phrase.low(count)).is_some_and(|key| phrase.mode.heads().contains(&key));
    if phrase.mode == Mode::Clause && !begins {
        let title = "Steps stand below the line that begins the journey, without bullets and numbers";
        let edit = format!(
            "indent this below `on {}:`, and take `{}` away",
            phrase.names().started(),
            phrase.written(0, count)
        );
        return Some(phrase.say(0, phrase.len(), title, &edit));
    }
    let span = phrase.span(0, count);
    let end = phrase.span(count, count + 1).start;
    let mark = phrase.written(0, count);
    let found = match count {
        1 => Problem::new(span, kind::Layout::BulletOf { mark }),
        _ => Problem::told(span, NUMBERED, format!("take `{mark}` away")).shared(),
    };
    Some(found.with_safe_fix(Span { end, ..span }, ""))
}

/// A sentence among the lines of a program.
pub(super) fn sentence(phrase: &Phrase<'_>) -> Option<Problem> {
    let words = (0..phrase.len()).filter(|&at| phrase.is(at, Lexeme::Word)).count();
    let capital =
        phrase.text(0).starts_with(char::is_uppercase) && !phrase.text(0).chars().skip(1).any(char::is_uppercase);
    let last = phrase.len().checked_sub(1)?;
    let ends = matches!(phrase.text(last), "." | "?" | "!") || words > 5;
    let heading = phrase.end() < phrase.len() && words < 4;
    let outside = matches!(phrase.mode, Mode::Item | Mode::TestLine);
    (outside && capital && ends && words > 3 && !heading).then(|| {
        let span = phrase.span(0, phrase.len());
        let title = "A sentence does nothing here; what happens is written as lines of a program";
        Problem::told(span, title, "put `#` before it if it is a note")
            .with_safe_fix(Span { end: span.start, ..span }, "# ")
    })
}
