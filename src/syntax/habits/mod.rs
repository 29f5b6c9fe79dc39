//! Words and forms that people bring along from other languages, and what is written instead: found where a line stops
//! making sense, by the words around that place.

mod rules;
mod steps;
mod values;

use super::classify::Piece;
use super::mistakes::Reader;
use super::node::Node;
use super::token::{Key, Lexeme};
use super::words::Mode;
use crate::source::Span;
use crate::syntax::problem::{Problem, ProblemKind, kind};
use crate::value::duration::unit_millis;

/// The mistake of this line, if it is one that many make.
pub(super) fn habit(line: &Reader<'_>) -> Option<Problem> {
    let words = Words::of(line);
    let by_mode = match line.node.mode {
        Mode::Step => words.step(),
        Mode::Clause | Mode::Item => words.clause().or_else(|| words.rule()),
        Mode::Rule => words.rule(),
        Mode::Variant => words.variant(),
        Mode::SplitArm => words.share(),
        Mode::TestLine => words.test_line(),
        _ => None,
    };
    by_mode.or_else(|| words.anywhere())
}

/// A line that begins with another word for `else`; it could be read as a channel and a message.
pub(super) fn other_else(node: &Node<'_>) -> Option<Problem> {
    let first = node.pieces.first().filter(|_| node.mode == Mode::Step && node.head == Some(Key::Else))?;
    let (kind, text) = match first.text {
        "elseif" | "elsif" | "elif" => (kind::Step::ElseIfInOneWord { word: first.text.to_string() }, "else if"),
        "otherwise" => (kind::Step::OtherElse, "else"),
        _ => return None,
    };
    Some(Problem::new(first.span, kind).with_safe_fix(first.span, text))
}

/// A line as its words, with the place where it stops making sense.
struct Words<'a> {
    pieces: &'a [Piece<'a>],
    head: Option<Key>,
    mode: Mode,
    /// The number of the first piece that does not fit; that behind the last where the line stops too early.
    at: usize,
    has_then: bool,
}

impl<'a> Words<'a> {
    fn of(line: &Reader<'a>) -> Self {
        let pieces = line.node.pieces.as_slice();
        let at = pieces.iter().position(|piece| piece.span.start >= line.span.start).unwrap_or(pieces.len());
        Words {
            pieces,
            head: line.node.head,
            mode: line.node.mode,
            at,
            has_then: pieces.iter().take(at).any(|piece| piece.text == "then"),
        }
    }

    fn text(&self, at: usize) -> &'a str {
        self.pieces.get(at).map_or("", |piece| piece.text)
    }

    /// The word before the place.
    fn before(&self) -> &'a str {
        self.at.checked_sub(1).map_or("", |at| self.text(at))
    }

    fn is(&self, at: usize, lexeme: Lexeme) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.lexeme == lexeme)
    }

    fn has_word(&self, words: &[&str]) -> bool {
        self.pieces.iter().any(|piece| words.contains(&piece.text))
    }

    /// The place of these pieces.
    fn span(&self, from: usize, to: usize) -> Span {
        let last = to.saturating_sub(1).max(from);
        match (self.pieces.get(from), self.pieces.get(last)) {
            (Some(first), Some(last)) => first.span.to(last.span),
            (Some(first), None) => first.span,
            _ => self.pieces.last().map(|piece| piece.span).unwrap_or_default(),
        }
    }

    /// These pieces with the space behind them, to be taken away; where they touch what stands before, that space stays.
    fn with_space(&self, from: usize, to: usize) -> Span {
        let span = self.span(from, to);
        let touches = from.checked_sub(1).and_then(|before| self.pieces.get(before));
        match self.pieces.get(to) {
            Some(next) if touches.is_none_or(|before| before.span.end < span.start) => {
                Span { end: next.span.start, ..span }
            }
            _ => span,
        }
    }

    /// A mistake that is mended by writing this instead.
    fn instead(&self, from: usize, to: usize, kind: impl Into<ProblemKind>, text: &str) -> Problem {
        self.wrong(from, to, kind).with_safe_fix(self.span(from, to), text)
    }

    /// A mistake that is mended by taking this away.
    fn away(&self, from: usize, to: usize, kind: impl Into<ProblemKind>) -> Problem {
        self.wrong(from, to, kind).with_safe_fix(self.with_space(from, to), "")
    }

    /// A mistake for which no edit is clear.
    fn wrong(&self, from: usize, to: usize, kind: impl Into<ProblemKind>) -> Problem {
        Problem::new(self.span(from, to), kind)
    }

    /// Whether the line asks a condition.
    fn asks(&self) -> bool {
        matches!(self.head, Some(Key::If | Key::Else | Key::For | Key::Exclude | Key::Exit | Key::On | Key::Goal))
            || self.head == Some(Key::Wait) && self.text(1) == "for"
    }

    /// Whether a step could begin here.
    fn begins_step(&self, at: usize) -> bool {
        let word = self.text(at);
        let head = Key::of(word).is_some_and(|key| Mode::Step.heads().contains(&key));
        head || crate::syntax::words::CHANNELS.contains(&word) && self.is(at + 1, Lexeme::Word)
    }

    /// Whether no space stands on either side of a piece.
    fn adjoin(&self, at: usize) -> bool {
        match (
            at.checked_sub(1).and_then(|before| self.pieces.get(before)),
            self.pieces.get(at),
            self.pieces.get(at + 1),
        ) {
            (Some(before), Some(piece), Some(next)) => {
                before.span.end == piece.span.start && piece.span.end == next.span.start
            }
            _ => false,
        }
    }

    /// Whether a length of time stands here, as one piece or as two.
    fn is_length(&self, at: usize) -> bool {
        let text = self.text(at);
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        self.is(at, Lexeme::Number)
            && (unit_millis(unit).is_some() || unit.is_empty() && unit_millis(self.text(at + 1)).is_some())
    }

    fn length(&self, at: usize) -> String {
        let unit = unit_millis(self.text(at + 1)).map_or("", |_| self.text(at + 1));
        format!("{}{}{unit}", self.text(at), if unit.is_empty() { "" } else { " " })
    }

    fn plural(&self, at: usize) -> String {
        let word = self.text(at).trim_end_matches('s');
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).chain(['s']).collect())
    }
}

/// A small number that is written in words.
pub(super) fn in_words(word: &str) -> Option<usize> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    match word {
        "a" | "an" => Some(1),
        "fourteen" => Some(14),
        "fifteen" => Some(15),
        "twenty" => Some(20),
        "thirty" => Some(30),
        "sixty" => Some(60),
        "ninety" => Some(90),
        _ => WORDS.iter().position(|known| *known == word).map(|at| at + 1),
    }
}
