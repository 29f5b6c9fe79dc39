//! A line of the outline, and where its pieces stand.

use super::classify::Piece;
use super::token::Key;
use super::words::Mode;
use crate::source::Span;
use crate::syntax::problem::Problem;

/// A line, or a part of one, and what stands below it.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) mode: Mode,
    /// The pieces up to and with the `:`, comments left out.
    pub(crate) pieces: Vec<Piece<'a>>,
    /// The word that decides what the line is.
    pub(crate) head: Option<Key>,
    /// Whether it ends in a `:` that opens a block.
    pub(crate) opens: bool,
    /// Whether it follows a `;` on its line.
    pub(crate) follows: bool,
    /// What is wrong with the line's place or shape.
    pub(crate) problem: Option<Problem>,
    pub(crate) children: Vec<Node<'a>>,
}

impl Node<'_> {
    /// The line without its block.
    pub(crate) fn span(&self) -> Span {
        span_of(&self.pieces)
    }
}

pub(super) fn first_of(pieces: &[Piece<'_>]) -> Span {
    pieces.first().map(|p| p.span).unwrap_or_default()
}

pub(super) fn span_of(pieces: &[Piece<'_>]) -> Span {
    match (pieces.first(), pieces.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    }
}

/// The last character of a line: where what it lacks would stand.
pub(super) fn last_character(pieces: &[Piece<'_>]) -> Span {
    let Some(last) = pieces.last() else { return Span::default() };
    let length = last.text.chars().next_back().map_or(0, char::len_utf8) as u32;
    Span::new(last.span.file, last.span.end.saturating_sub(length).max(last.span.start), last.span.end)
}
