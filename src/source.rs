//! Source files, the spans that point into them, and the lines and columns people count by.

use std::ops::Range;

/// One source file of a program.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The name shown in messages, usually the path as the user typed it.
    pub name: String,
    /// The text as it was read, byte for byte.
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Takes a text under the name that messages will show.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect();
        Self { name: name.into(), text, line_starts }
    }

    /// Line and column of a byte offset, both counted from 1; columns count characters.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let offset = self.snap(offset as usize);
        let line = self.line_starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.line_starts.get(line - 1).map_or(0, |&s| s as usize);
        let before = self.text.get(start..offset).unwrap_or_default();
        // A byte-order mark has no width. Counted apart, both are quick on a line of a megabyte.
        let column = before.chars().count() - before.matches('\u{feff}').count();
        (line, column + 1)
    }

    /// The line that holds a byte, without its end.
    pub(crate) fn line_of(&self, offset: u32) -> &str {
        let (before, behind) = self.text.split_at_checked(offset as usize).unwrap_or((&self.text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = before.len() + behind.find('\n').unwrap_or(behind.len());
        self.text.get(start..end).unwrap_or_default()
    }

    /// The text of a span, or nothing where the span does not fit this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(self.range(span)).unwrap_or_default()
    }

    /// The span as a byte range that lies inside the file and on character boundaries.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.snap(span.start as usize);
        start..self.snap(span.end as usize).max(start)
    }

    fn snap(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// The name that a journey without one of its own takes: the file's name in snake case.
    pub fn stem(&self) -> String {
        let base = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        snake_case(base.strip_suffix(".journey").unwrap_or(base))
    }
}

/// What stands at a place of a program, on one line; of several lines without their comments.
pub fn on_one_line(sources: &[SourceFile], span: Span) -> String {
    let text = sources.get(usize::from(span.file)).map_or("", |file| file.slice(span));
    let lines: Vec<&str> = text.lines().map(|line| line.split_once(" #").map_or(line, |(code, _)| code)).collect();
    if lines.len() == 1 {
        return text.trim().to_string();
    }
    lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A piece of a source file, as byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// Which file of the program, counted from 0 in the order they were given.
    pub file: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `file` from byte `start` up to, not including, byte `end`.
    pub fn new(file: u16, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span::new(self.file, self.start.min(other.start), self.end.max(other.end))
    }
}

/// Snake case, the form in which names of events, attributes and properties are compared: split at all but
/// letters and digits, between a small letter or digit and a capital, and before the last capital of a run
/// that a small letter follows.
pub fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut chars = name.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() {
            before = None;
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        let small_follows = chars.peek().is_some_and(|next| next.is_lowercase());
        let splits = c.is_uppercase() && before.is_some_and(|b| !b.is_uppercase() || small_follows);
        if splits && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        before = Some(c);
    }
    if out.ends_with('_') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_in_snake_case() {
        for name in [
            "order_completed",
            "Order Completed",
            "order.completed",
            "orderCompleted",
            "OrderCompleted",
            " order--completed ",
        ] {
            assert_eq!(snake_case(name), "order_completed", "{name}");
        }
        assert_eq!(snake_case("HTTPServerError"), "http_server_error");
        assert_eq!(snake_case("cartID"), "cart_id");
        assert_eq!(snake_case("ga4Event"), "ga4_event");
    }

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new("a", "\u{feff}é b\nc");
        assert_eq!(file.line_column(6), (1, 3));
        assert_eq!(file.line_column(8), (2, 1));
    }
}
