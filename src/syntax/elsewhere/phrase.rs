//! A line as its words, to look for what people mean by it.

use crate::diagnostic::{Diagnostic, syntax};
use crate::source::Span;
use crate::syntax::classify::Piece;
use crate::syntax::layout::Node;
use crate::syntax::token::{Key, Lexeme, unit_millis};
use crate::syntax::words::Mode;

pub(super) struct Phrase<'a> {
    pieces: &'a [Piece<'a>],
    pub(super) mode: Mode,
}

impl<'a> Phrase<'a> {
    pub(super) fn of(node: &'a Node<'a>) -> Self {
        Phrase { pieces: &node.pieces, mode: node.mode }
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(super) fn text(&self, at: usize) -> &'a str {
        self.pieces.get(at).map_or("", |piece| piece.text)
    }

    /// The word at this place in small letters.
    pub(super) fn low(&self, at: usize) -> String {
        self.text(at).to_lowercase()
    }

    pub(super) fn is(&self, at: usize, lexeme: Lexeme) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.lexeme == lexeme)
    }

    pub(super) fn find(&self, words: &[&str]) -> Option<usize> {
        self.pieces.iter().position(|piece| words.contains(&piece.text.to_lowercase().as_str()))
    }

    pub(super) fn has(&self, lexeme: Lexeme) -> bool {
        self.pieces.iter().any(|piece| piece.lexeme == lexeme)
    }

    /// The place of these pieces.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let last = to.min(self.pieces.len()).saturating_sub(1).max(from);
        match (self.pieces.get(from), self.pieces.get(last)) {
            (Some(first), Some(last)) => first.span.to(last.span),
            (Some(first), None) => first.span,
            _ => self.pieces.last().map(|piece| piece.span).unwrap_or_default(),
        }
    }

    /// These pieces as they are written, with one space where some stood between them.
    pub(super) fn written(&self, from: usize, to: usize) -> String {
        let mut out = String::new();
        let mut end = None;
        for piece in self.pieces.iter().take(to).skip(from) {
            if end.is_some_and(|end| end != piece.span.start) {
                out.push(' ');
            }
            out.push_str(piece.text);
            end = Some(piece.span.end);
        }
        out
    }

    /// The line with some of its words changed.
    pub(super) fn rewritten(&self, change: impl Fn(&str) -> Option<&'static str>) -> String {
        let mut out = String::new();
        let mut end = None;
        for piece in self.pieces {
            if end.is_some_and(|end| end != piece.span.start) {
                out.push(' ');
            }
            let word = piece.lexeme == Lexeme::Word;
            out.push_str(change(piece.text).filter(|_| word).unwrap_or(piece.text));
            end = Some(piece.span.end);
        }
        out
    }

    /// Pieces from here on with nothing between them.
    pub(super) fn run(&self, at: usize, fits: impl Fn(&Piece<'_>) -> bool) -> (String, usize) {
        let mut text = String::new();
        let mut end = None;
        let pieces = self.pieces.iter().skip(at).take_while(|piece| {
            let adjoins = end.is_none_or(|end| end == piece.span.start) && fits(piece);
            end = Some(piece.span.end);
            adjoins
        });
        let mut count = 0;
        for piece in pieces {
            text.push_str(piece.text);
            count += 1;
        }
        (text, count)
    }

    /// The words from here on that fit.
    pub(super) fn words(&self, at: usize, fits: impl Fn(&str) -> bool) -> (Vec<&'a str>, usize) {
        let words: Vec<&str> = self
            .pieces
            .iter()
            .skip(at)
            .take_while(|piece| matches!(piece.lexeme, Lexeme::Word) && fits(piece.text))
            .map(|piece| piece.text)
            .collect();
        let count = words.len();
        (words, count)
    }

    /// A length of time, with the number of its pieces.
    pub(super) fn length(&self, at: usize) -> Option<(String, usize)> {
        let text = self.text(at);
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if !self.is(at, Lexeme::Number) {
            return None;
        }
        if unit.is_empty() {
            let letter = self.low(at + 1);
            unit_millis(&letter)?;
            return Some((format!("{text}{}", letter.chars().next()?), 2));
        }
        unit_millis(unit)?;
        let number = text.strip_suffix(unit)?;
        Some((format!("{number}{}", unit.chars().next()?), 1))
    }

    /// Where a step begins, from here on.
    pub(super) fn step_at(&self, from: usize) -> Option<usize> {
        (from..self.len()).find(|&at| {
            let word = self.text(at);
            let channel = crate::check::names::CHANNELS.contains(&word) && self.is(at + 1, Lexeme::Word);
            channel || matches!(word, "wait" | "add" | "remove" | "split" | "repeat" | "call" | "emit" | "if")
        })
    }

    pub(super) fn starts_like_rule(&self) -> bool {
        Key::of(self.text(0)).is_some_and(|key| Mode::Rule.heads().contains(&key))
    }

    /// "Write this instead."
    pub(super) fn instead(&self, from: usize, to: usize, title: &str, text: &str) -> Diagnostic {
        let span = self.span(from, to);
        syntax(span, title, format!("write `{text}` instead")).with_safe_fix(span, text)
    }

    /// "Write this instead", where another reading is possible.
    pub(super) fn perhaps(&self, from: usize, to: usize, title: &str, text: &str) -> Diagnostic {
        let span = self.span(from, to);
        syntax(span, title, format!("write `{text}` instead")).with_unsafe_fix(span, text)
    }

    /// "Write this line instead."
    pub(super) fn instead_of_all(&self, title: &str, text: &str) -> Diagnostic {
        self.perhaps(0, self.len(), title, text)
    }

    /// "Take this away", with the space before it.
    pub(super) fn away(&self, from: usize, to: usize, title: &str, edit: &str) -> Diagnostic {
        let span = self.span(from, to);
        let start = from.checked_sub(1).and_then(|before| self.pieces.get(before)).map_or(span.start, |p| p.span.end);
        syntax(span, title, edit).with_safe_fix(Span { start, ..span }, "")
    }

    /// What is said here, without a fix.
    pub(super) fn say(&self, from: usize, to: usize, title: &str, edit: &str) -> Diagnostic {
        syntax(self.span(from, to), title, edit)
    }
}
