//! Words, values and signs between braces.

use std::ops::Range;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    /// In quotes, which are part of it.
    Text,
    /// `${name}`, as one other tool writes a variable.
    Dollar,
    /// `== != <> < > <= >= = : , . .. | ( ) [ ]`
    Sign,
    /// What means nothing in Liquid.
    Odd,
}

/// A piece with its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) at: Range<usize>,
}

/// The pieces of a part of a text.
pub(super) fn tokens(text: &str, part: Range<usize>) -> Vec<Token<'_>> {
    let mut out: Vec<Token<'_>> = vec![];
    let mut at = part.start;
    while let Some(rest) = text.get(at..part.end) {
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let behind_dot = matches!(out.last(), Some(Token { kind: Kind::Sign, text: ".", at: dot }) if dot.end == at);
        let (kind, length) = piece(rest, first, behind_dot);
        let end = at + length.max(first.len_utf8());
        out.push(Token { kind, text: text.get(at..end).unwrap_or_default(), at: at..end });
        at = end;
    }
    out
}

/// What a piece is, and its length in bytes.
fn piece(rest: &str, first: char, behind_dot: bool) -> (Kind, usize) {
    let while_ = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
    match first {
        '\'' | '"' => match rest.get(1..).and_then(|inner| inner.find(first)) {
            Some(end) => (Kind::Text, end + 2),
            None => (Kind::Odd, 1),
        },
        '$' if rest.starts_with("${") && rest.contains('}') => (Kind::Dollar, rest.find('}').map_or(1, |end| end + 1)),
        c if c.is_alphabetic() || c == '_' => {
            let length = while_(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
            (Kind::Name, length + usize::from(rest.get(length..).is_some_and(|rest| rest.starts_with('?'))))
        }
        c if c.is_ascii_digit() || matches!(c, '-' | '+') && digits(rest.get(1..)) > 0 => {
            let sign = usize::from(!c.is_ascii_digit());
            let whole = sign + digits(rest.get(sign..));
            // Behind a dot it is a place in a list; before two dots it begins a range.
            let fraction = rest.get(whole..).and_then(|rest| rest.strip_prefix('.')).map_or(0, |r| digits(Some(r)));
            (Kind::Number, if behind_dot || fraction == 0 { whole } else { whole + 1 + fraction })
        }
        _ => {
            let two = ["==", "!=", "<>", "<=", ">=", ".."].iter().find(|two| rest.starts_with(**two));
            match two {
                Some(two) => (Kind::Sign, two.len()),
                None if "=<>:,.|()[]".contains(first) => (Kind::Sign, 1),
                None if rest.starts_with("&&") => (Kind::Odd, 2),
                None => (Kind::Odd, first.len_utf8()),
            }
        }
    }
}

fn digits(text: Option<&str>) -> usize {
    text.map_or(0, |text| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}
