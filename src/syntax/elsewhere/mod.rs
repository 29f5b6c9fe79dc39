//! Lines as people write them who come from other tools or from their own language: each is recognised as a whole, once
//! it is known that it cannot be read, and gets one message with the line that says the same here.

mod changes;
mod conditions;
mod entries;
mod gaps;
mod habit;
mod past;
mod phrase;
mod rules;
mod sends;
mod steps;
mod waits;

use super::classify::Spanned;
use super::layout::Node;
use super::lookalike::plain_letters;
use super::token::{Key, Lexeme, Token};
use super::words::{Mode, reserved};
use crate::diagnostic::{Diagnostic, syntax};
use crate::ir::Engagement;
use crate::source::snake_case;
use phrase::Phrase;

pub(super) use entries::item_word;

/// What the author of a line that cannot be read meant, where many write it so.
pub(super) fn meant(node: &Node<'_>) -> Option<Diagnostic> {
    let phrase = Phrase::of(node);
    if let Some(found) = native_word(&phrase) {
        return Some(found);
    }
    let by_mode = match node.mode {
        Mode::Step => {
            steps::what_somebody_did(&phrase).or_else(|| habit::told(&phrase, STEPS)).or_else(|| steps::meant(&phrase))
        }
        Mode::Item | Mode::Clause => entries::meant(&phrase),
        Mode::Rule => rules::meant(&phrase),
        Mode::SplitArm => steps::share(&phrase),
        Mode::MatchArm => steps::arm(&phrase),
        Mode::Variant => steps::variant(&phrase),
        _ => None,
    };
    by_mode
        .or_else(|| match node.mode {
            Mode::Clause | Mode::Rule if phrase.starts_like_rule() => rules::meant(&phrase),
            _ => None,
        })
        .or_else(|| anywhere(&phrase))
}

/// The habits of steps, in the order in which a line is put into our words.
const STEPS: &[&[habit::Habit]] = &[
    waits::WAITS,
    sends::SENDS,
    conditions::JOINING,
    past::PAST,
    conditions::CONDITIONS,
    past::LAST,
    changes::CHANGES,
];

/// Whether a condition holds two names in a row that say nothing together, such as `order_placed yesterday`.
pub(super) fn has_a_strange_pair(node: &Node<'_>, tokens: &[Spanned]) -> bool {
    let asks = matches!(node.head, Some(Key::If | Key::Else | Key::Wait)) && node.mode == Mode::Step;
    let begins = |token: &Token| matches!(token, Token::Key(Key::If | Key::For));
    let ends = |token: &Token| matches!(token, Token::Key(Key::Then | Key::Up));
    let words = tokens.iter().map(|(_, token, _)| token);
    let asked: Vec<&Token> = words.skip_while(|token| !begins(token)).take_while(|token| !ends(token)).collect();
    asks && asked.windows(3).any(|three| match three {
        [before, Token::Word(first), Token::Word(second) | Token::Text(second)] => {
            !matches!(before, Token::Key(Key::Of))
                && Engagement::of(first).is_none()
                && first != "prefers"
                && !(first == "local" && second == "time")
        }
        _ => false,
    })
}

/// The words of French, German and Spanish that begin or join steps, with ours.
const NATIVE: &[(&str, &str)] = &[
    ("attendre", "wait"),
    ("attends", "wait"),
    ("patienter", "wait"),
    ("warte", "wait"),
    ("warten", "wait"),
    ("espera", "wait"),
    ("esperar", "wait"),
    ("si", "if"),
    ("wenn", "if"),
    ("falls", "if"),
    ("sinon", "else"),
    ("sonst", "else"),
    ("ansonsten", "else"),
    ("sino", "else"),
    ("alors", "then"),
    ("dann", "then"),
    ("entonces", "then"),
    ("quand", "on"),
    ("lorsque", "on"),
    ("cuando", "on"),
    ("envoyer", "email"),
    ("sende", "email"),
    ("enviar", "email"),
    ("jour", "day"),
    ("jours", "days"),
    ("tag", "day"),
    ("tage", "days"),
    ("tagen", "days"),
    ("dia", "day"),
    ("dias", "days"),
    ("días", "days"),
    ("heure", "hour"),
    ("heures", "hours"),
    ("stunde", "hour"),
    ("stunden", "hours"),
    ("hora", "hour"),
    ("horas", "hours"),
    ("semaine", "week"),
    ("semaines", "weeks"),
    ("woche", "week"),
    ("wochen", "weeks"),
    ("semana", "week"),
    ("semanas", "weeks"),
];

fn translated(word: &str) -> Option<&'static str> {
    NATIVE.iter().find(|(native, _)| *native == word).map(|(_, ours)| *ours)
}

/// A line in the author's own language: the whole line is given back in ours.
fn native_word(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let head = phrase.low(0);
    let ours = translated(&head).filter(|word| matches!(*word, "wait" | "if" | "else" | "then" | "on"))?;
    if !matches!(phrase.mode, Mode::Step | Mode::Clause | Mode::Item) {
        return None;
    }
    let line = phrase.rewritten(|word| translated(&word.to_lowercase()));
    let title = format!("The words of the language are English: `{}` is `{ours}`", phrase.text(0));
    Some(phrase.instead_of_all(&title, &line))
}

/// What goes wrong on lines of many kinds.
fn anywhere(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    slashed_date(phrase)
        .or_else(|| amount(phrase))
        .or_else(|| stray_sign(phrase))
        .or_else(|| age(phrase))
        .or_else(|| capital_text(phrase))
}

/// `31/12/2026`, `31.12.2026`
fn slashed_date(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let title = "Dates are written year-month-day";
    for at in 0..phrase.len() {
        let (text, count) =
            phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Slash | Lexeme::Dot | Lexeme::Minus));
        let parts: Vec<u32> = text.split(['/', '.', '-']).map_while(|part| part.parse().ok()).collect();
        let (day, month, year) = match parts.as_slice() {
            [day, month, year] if text.matches(['/', '.', '-']).count() == 2 && text.len() >= 6 => {
                (*day, *month, *year)
            }
            _ => continue,
        };
        let year = if year < 100 { 2000 + year } else { year };
        let span = phrase.span(at, at + count);
        return Some(match (day, month, year) {
            (13..=31, 1..=12, 1900..=2999) => {
                phrase.instead(at, at + count, title, &format!("{year}-{month:02}-{day:02}"))
            }
            (1..=12, 13..=31, 1900..=2999) => {
                phrase.instead(at, at + count, title, &format!("{year}-{day:02}-{month:02}"))
            }
            (1..=12, 1..=12, 1900..=2999) => syntax(
                span,
                title,
                format!("write `{year}-{month:02}-{day:02}`, or `{year}-{day:02}-{month:02}` if the month comes first"),
            ),
            _ => continue,
        });
    }
    None
}

/// `1.000,50`, `12,50`, `10 %`
fn amount(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    for at in 0..phrase.len() {
        if phrase.is(at, Lexeme::Number) && phrase.text(at + 1) == "%" {
            let joined = format!("{}%", phrase.text(at));
            return Some(phrase.instead(at, at + 2, "A share is written without a space before its `%`", &joined));
        }
        let (text, count) = phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Comma | Lexeme::Dot));
        let Some((whole, cents)) = text.rsplit_once(',') else { continue };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let plain: String = whole.chars().filter(|c| *c != '.').collect();
        if count >= 3 && digits(&plain) && digits(cents) && cents.len() < 3 {
            let title = "The decimals of a number follow a point, and thousands are not parted";
            // In a list the comma may part two numbers.
            return Some(phrase.perhaps(at, at + count, title, &format!("{plain}.{cents}")));
        }
    }
    None
}

/// A dash, comma or full stop before a word that goes on with the line.
fn stray_sign(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let last = phrase.len().checked_sub(1)?;
    if last > 0 && phrase.is(last, Lexeme::Dot) {
        return Some(phrase.away(last, last + 1, "A line ends without a full stop", "take the `.` away"));
    }
    let at = (1..phrase.len()).find(|&at| {
        let sign = matches!(phrase.text(at), "-" | "–" | "—" | ",");
        sign && matches!(
            phrase.text(at + 1),
            "within" | "where" | "when" | "then" | "worth" | "or" | "and" | "at" | "for" | "else"
        )
    })?;
    let title = format!("No `{}` stands before `{}`", phrase.text(at), phrase.text(at + 1));
    Some(phrase.away(at, at + 1, &title, &format!("take the `{}` away", phrase.text(at))))
}

/// `>= 18 years`
fn age(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let at = (1..phrase.len()).find(|&at| {
        matches!(phrase.text(at - 1), "<" | ">" | "<=" | ">=" | "is" | "=" | "==")
            && phrase.is(at, Lexeme::Number)
            && is_unit(&phrase.low(at + 1))
    })?;
    let title = "A number is compared without its unit";
    Some(phrase.away(at + 1, at + 2, title, &format!("take `{}` away", phrase.text(at + 1))))
}

/// What is counted in, by words that could be nothing else: a condition may follow a number too.
fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "year"
            | "years"
            | "old"
            | "eur"
            | "euro"
            | "euros"
            | "usd"
            | "dollar"
            | "dollars"
            | "gbp"
            | "pounds"
            | "chf"
            | "times"
            | "points"
            | "items"
            | "orders"
    )
}

/// `profile.country == France`: a word with a capital where something is compared is the text itself.
fn capital_text(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let at = (1..phrase.len()).find(|&at| {
        matches!(phrase.text(at - 1), "is" | "=" | "==" | "!=" | "contains" | "not")
            && phrase.is(at, Lexeme::Word)
            && phrase.text(at).starts_with(char::is_uppercase)
            && !gaps::DAYS.contains(&phrase.low(at).as_str())
            && !matches!(phrase.text(at), "NOT" | "True" | "False" | "TRUE" | "FALSE")
    })?;
    let (words, count) = phrase.words(at, |word| reserved(word).is_none());
    let title = "A text that is compared stands in quotes";
    Some(phrase.instead(at, at + count, title, &format!("\"{}\"", words.join(" "))))
}

/// A name of several words, with capitals or hyphens, as one word.
fn as_name(text: &str) -> String {
    snake_case(&plain_letters(text))
}
