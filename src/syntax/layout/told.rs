//! What is said of a line that stands in the wrong column, or does not say that it opens a block.

use super::lines::Line;
use crate::diagnostic::{Advice, Diagnostic, syntax};
use crate::source::Span;
use crate::syntax::classify::Piece;
use crate::syntax::node::last_character;
use crate::syntax::words::Mode;

/// The title of a line that stands left of its block.
pub(in crate::syntax) const TOO_FAR_LEFT: &str = "This line is not far enough to the right for its block";

pub(super) fn too_far_left(line: &Line<'_>, mode: Mode, column: usize) -> Diagnostic {
    let missing = column.saturating_sub(line.column);
    let spaces = if missing == 1 { "a space" } else { &format!("{missing} spaces") };
    let edit = format!("this is {}; put {spaces} before it", mode.noun());
    let place = Span { end: line.first_span().start, ..line.first_span() };
    syntax(line.first_span(), TOO_FAR_LEFT, edit).with_unsafe_fix(place, " ".repeat(missing))
}

/// A line that opens a block and does not say so.
pub(in crate::syntax) fn missing_colon(pieces: &[Piece<'_>], edit: impl Into<Advice>) -> Diagnostic {
    let last = last_character(pieces);
    let behind = Span::new(last.file, last.end, last.end);
    syntax(last, "A `:` is missing at the end of this line", edit).with_safe_fix(behind, ":")
}

pub(super) fn between(line: &Line<'_>, column: usize) -> Diagnostic {
    let edit = match column {
        0 => "begin it in the first column".to_string(),
        n => format!("indent it by {n} spaces, as its neighbours are"),
    };
    syntax(line.first_span(), "This line stands between two levels", edit)
}

pub(super) fn deeper_edit(column: usize, has_above: bool) -> String {
    match (column, has_above) {
        (0, false) => "begin it in the first column".to_string(),
        (0, true) => "begin it in the first column, or end the line above with `:`".to_string(),
        (n, _) => format!("indent it by {n} spaces as its neighbours are, or end the line above with `:`"),
    }
}
