//! What is said of a line that stands in the wrong column, or does not say that it opens a block.

use super::lines::Line;
use crate::source::Span;
use crate::syntax::classify::Piece;
use crate::syntax::node::last_character;
use crate::syntax::problem::{Problem, kind};
use crate::syntax::words::Mode;

pub(super) fn too_far_left(line: &Line<'_>, mode: Mode, column: usize) -> Problem {
    let missing = column.saturating_sub(line.column);
    let place = Span { end: line.first_span().start, ..line.first_span() };
    Problem::new(line.first_span(), kind::Layout::TooFarLeft { mode, spaces: missing })
        .with_unsafe_fix(place, " ".repeat(missing))
}

/// A line that opens a block and does not say so: one that is there, or one of this kind that should be.
pub(in crate::syntax) fn missing_colon(pieces: &[Piece<'_>], below: Option<Mode>) -> Problem {
    let last = last_character(pieces);
    let behind = Span::new(last.file, last.end, last.end);
    Problem::new(last, kind::Layout::NoColon { below }).with_safe_fix(behind, ":")
}

pub(super) fn between(line: &Line<'_>, column: usize) -> Problem {
    Problem::new(line.first_span(), kind::Layout::BetweenLevels { column })
}
