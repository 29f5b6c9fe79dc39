//! Characters that look like others, and characters that nobody sees.

use super::classify::Piece;
use crate::diagnostic::{Edit, Fix};
use crate::source::Span;
use crate::syntax::problem::Problem;
use crate::syntax::problem::kind::{SINGLE_QUOTE, Sign};
use crate::syntax::token::Lexeme;

/// Letters of other alphabets that look like ours, after Unicode's list of confusables (UTS 39).
const ALIKE: &[(char, &str, char)] = &[
    ('а', "Cyrillic", 'a'),
    ('е', "Cyrillic", 'e'),
    ('о', "Cyrillic", 'o'),
    ('р', "Cyrillic", 'p'),
    ('с', "Cyrillic", 'c'),
    ('у', "Cyrillic", 'y'),
    ('х', "Cyrillic", 'x'),
    ('і', "Cyrillic", 'i'),
    ('ј', "Cyrillic", 'j'),
    ('ѕ', "Cyrillic", 's'),
    ('ԁ', "Cyrillic", 'd'),
    ('һ', "Cyrillic", 'h'),
    ('ո', "Armenian", 'n'),
    ('ս', "Armenian", 'u'),
    ('ο', "Greek", 'o'),
    ('α', "Greek", 'a'),
    ('ν', "Greek", 'v'),
    ('ι', "Greek", 'i'),
    ('κ', "Greek", 'k'),
    ('ρ', "Greek", 'p'),
    ('τ', "Greek", 't'),
    ('υ', "Greek", 'u'),
    ('ı', "Turkish", 'i'),
    ('ɡ', "phonetic", 'g'),
    ('ⅼ', "Roman numeral", 'l'),
];

/// Signs that people paste, with what to type instead.
const SIGNS: &[(char, &str, &str)] = &[
    ('：', "full-width colon", ":"),
    ('；', "full-width semicolon", ";"),
    ('，', "full-width comma", ","),
    ('（', "full-width parenthesis", "("),
    ('）', "full-width parenthesis", ")"),
    ('！', "full-width exclamation mark", "!"),
    ('≥', "sign", ">="),
    ('≤', "sign", "<="),
    ('≠', "sign", "!="),
    ('−', "minus sign", "-"),
    ('×', "sign", "*"),
    ('÷', "sign", "/"),
    ('…', "sign", "..."),
    ('‘', SINGLE_QUOTE, "\""),
    ('’', SINGLE_QUOTE, "\""),
    ('\'', SINGLE_QUOTE, "\""),
    ('«', "quotation mark", "\""),
    ('»', "quotation mark", "\""),
    ('•', "bullet", ""),
    ('}', "brace", ""),
    ('`', "backquote", "\""),
];

/// Says so where a word has a letter that is not one of a to z, a digit or `_`.
pub(crate) fn check_letters(piece: Piece<'_>) -> Result<(), Problem> {
    let Some((at, odd)) = piece.text.char_indices().find(|(_, c)| !c.is_ascii()) else {
        return Ok(());
    };
    let start = piece.span.start + at as u32;
    let span = Span::new(piece.span.file, start, start + odd.len_utf8() as u32);
    let word = piece.text.to_string();
    Err(match ALIKE.iter().find(|(c, ..)| *c == odd) {
        Some((_, alphabet, plain)) => Problem::new(span, Sign::LooksAlike { word, alphabet, odd, plain: *plain })
            .with_safe_fix(span, plain.to_string()),
        None => match plain_letters(piece.text) {
            plain if plain.is_ascii() => Problem::new(span, Sign::OtherLetter { word, plain: Some(plain.clone()) })
                .with_unsafe_fix(piece.span, plain),
            _ => Problem::new(span, Sign::OtherLetter { word, plain: None }),
        },
    })
}

/// A name without the accents of its letters.
pub(super) fn plain_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let plain = match c {
            'à' | 'á' | 'â' | 'ã' | 'å' | 'À' | 'Á' | 'Â' => "a",
            'ä' | 'Ä' | 'æ' => "ae",
            'ç' | 'Ç' | 'č' | 'ć' => "c",
            'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' => "e",
            'ì' | 'í' | 'î' | 'ï' | 'Î' => "i",
            'ñ' | 'Ñ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'Ô' => "o",
            'ö' | 'Ö' | 'ø' | 'œ' => "oe",
            'ß' => "ss",
            'š' | 'ś' => "s",
            'ù' | 'ú' | 'û' | 'Û' => "u",
            'ü' | 'Ü' => "ue",
            'ý' | 'ÿ' => "y",
            'ž' | 'ź' | 'ż' => "z",
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(plain);
    }
    out
}

/// The mistake of a character that has no place in a program; `rest` is what follows it on its line, which it may begin.
pub(crate) fn bad_character(piece: Piece<'_>, rest: &[Piece<'_>], begins: bool) -> Problem {
    let odd = piece.text.chars().next().unwrap_or('\u{fffd}');
    if hidden_character(piece.text).is_some() {
        return hidden(piece.span, piece.text, odd);
    }
    if matches!(odd, '€' | '$' | '£' | '¥') && rest.first().is_some_and(|next| next.lexeme == Lexeme::Number) {
        return Problem::new(piece.span, Sign::Currency { sign: odd }).with_safe_fix(piece.span, "");
    }
    if odd == '{' {
        return Problem::new(piece.span, Sign::Brace).with_safe_fix(piece.span, ":");
    }
    match SIGNS.iter().find(|(c, ..)| *c == odd) {
        Some((_, what, "")) => {
            let behind = rest.first().map_or(piece.span, |next| Span { end: next.span.start, ..piece.span });
            Problem::new(piece.span, Sign::Unknown { what }).with_safe_fix(behind, "")
        }
        Some((_, what, plain)) => {
            let error = Problem::new(piece.span, Sign::StandsForAnother { what, odd, plain });
            if *plain != "\"" {
                return error.with_safe_fix(piece.span, *plain);
            }
            // Quotation marks are changed in pairs.
            let closes = |p: &&Piece<'_>| {
                p.lexeme == Lexeme::Bad && SIGNS.iter().any(|s| s.2 == "\"" && p.text.starts_with(s.0))
            };
            match rest.iter().find(closes) {
                Some(close) => {
                    let edits = [piece.span, close.span].map(|span| Edit { span, text: "\"".to_string() });
                    error.with_fix(Fix { edits: edits.into(), safe: true })
                }
                None => error,
            }
        }
        // Of an address more is wrong than this sign.
        None if odd == '@' => Problem::new(piece.span, Sign::At),
        None => {
            // With the space behind it, or the line would stand deeper than its neighbours.
            let next = rest.first().map(|next| next.span.start).filter(|_| begins);
            let place = Span { end: next.unwrap_or(piece.span.end), ..piece.span };
            Problem::new(piece.span, Sign::NoMeaning { odd }).with_unsafe_fix(place, "")
        }
    }
}

/// The first control character that nobody sees, or that turns the direction of the text.
pub(crate) fn hidden_character(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\0')
            || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{ad}') && text.chars().count() == 1
    })
}

/// The mistake of such a character.
pub(crate) fn hidden(span: Span, text: &str, odd: char) -> Problem {
    let at = text.find(odd).unwrap_or(0) as u32;
    let span = Span::new(span.file, span.start + at, span.start + at + odd.len_utf8() as u32);
    Problem::new(span, Sign::Hidden { odd }).with_safe_fix(span, "")
}
