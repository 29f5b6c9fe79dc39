//! A text in pieces: what is sent as it stands, and what is in braces.

use std::ops::Range;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Sent as it stands.
    Plain(Range<usize>),
    /// What stands between `{{` and `}}`; and with them.
    Output { inside: Range<usize>, whole: Range<usize> },
    /// What stands between `{%` and `%}`; and with them.
    Tag { inside: Range<usize>, whole: Range<usize> },
    /// Braces that are not closed.
    Open { is_tag: bool, whole: Range<usize> },
}

/// The piece that begins at a byte of the text.
pub(super) fn next(text: &str, from: usize) -> Option<Piece> {
    let rest = text.get(from..).filter(|rest| !rest.is_empty())?;
    let opens = rest.as_bytes().windows(2).position(|two| matches!(two, b"{{" | b"{%"));
    let start = match opens {
        Some(0) => from,
        Some(at) => return Some(Piece::Plain(from..from + at)),
        None => return Some(Piece::Plain(from..text.len())),
    };
    let is_tag = rest.starts_with("{%");
    let Some(end) = close(text, start + 2, if is_tag { "%}" } else { "}}" }) else {
        let line = rest.find('\n').unwrap_or(rest.len());
        return Some(Piece::Open { is_tag, whole: start..start + line });
    };
    let (whole, inside) = (start..end + 2, trimmed(text, start + 2..end));
    Some(if is_tag { Piece::Tag { inside, whole } } else { Piece::Output { inside, whole } })
}

/// Where the braces are closed: not within quotes, unless only there, and not within `${…}`.
fn close(text: &str, from: usize, sign: &str) -> Option<usize> {
    let rest = text.get(from..)?;
    let first = rest.find(sign);
    let is_comment = rest.trim_start_matches(['-', ' ', '\t', '\n', '\r']).starts_with('#') && sign == "%}";
    if is_comment {
        return first.map(|at| from + at);
    }
    let bytes = rest.as_bytes();
    let (mut at, mut quote) = (0, None);
    while let Some(&byte) = bytes.get(at) {
        let two = bytes.get(at..at + 2).unwrap_or_default();
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if two == sign.as_bytes() => return Some(from + at),
            // The next braces open: an apostrophe was no quote.
            None if matches!(two, b"{{" | b"{%") => break,
            None if two == b"${" => match rest.get(at..).and_then(|rest| rest.find('}')) {
                Some(end) => {
                    at += end + 1;
                    continue;
                }
                None => break,
            },
            None if matches!(byte, b'\'' | b'"') => quote = Some(byte),
            None => {}
        }
        at += 1;
    }
    // Braces of a later value close nothing here.
    let next = rest.as_bytes().windows(2).position(|two| matches!(two, b"{{" | b"{%"));
    first.filter(|first| next.is_none_or(|next| *first < next)).map(|at| from + at)
}

/// A place without the space around it and the `-` that takes away the space outside.
fn trimmed(text: &str, at: Range<usize>) -> Range<usize> {
    let inside = text.get(at.clone()).unwrap_or_default();
    let inside = inside.strip_prefix('-').unwrap_or(inside);
    let start = at.end - inside.len();
    let inside = inside.strip_suffix('-').unwrap_or(inside);
    let start = start + (inside.len() - inside.trim_start().len());
    let inside = inside.trim();
    start..start + inside.len()
}
