//! What a line can be where it stands: which block it begins, and in which column that block is.

use super::lines::Line;
use crate::syntax::classify::{Piece, head_of};
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::Mode;

/// The column of the block whose first line is `line`: that line's, unless the lines after it agree on another.
pub(super) fn block_column(mode: Mode, parent: usize, line: &Line<'_>, rest: &[Line<'_>]) -> usize {
    let first = line.column;
    let block =
        || rest.iter().take_while(|l| l.column > parent || l.pieces.is_empty()).filter(|l| !l.pieces.is_empty());
    let count = |column: usize| block().filter(|l| l.column == column).count();
    // What stands deeper below a line that begins a block is its block, also where its `:` was forgotten.
    let opens = line.pieces.last().is_some_and(|p| p.lexeme == Lexeme::Colon)
        || must_have_block(mode, head_of(mode, &line.pieces)) && line.pieces.iter().all(|p| p.lexeme != Lexeme::Colon);
    let other = match block().map(|l| l.column).min() {
        Some(least) if least < first => least,
        Some(_) if !opens => match block().next() {
            Some(second) if second.column > first => second.column,
            _ => return first,
        },
        _ => return first,
    };
    let (as_first, as_other) = (count(first) + 1, count(other));
    if as_other > as_first || as_other == as_first && other == parent + 2 { other } else { first }
}

/// Whether lines of this kind can stand behind the `:` that opens their block.
pub(in crate::syntax) fn fits_behind_colon(mode: Mode) -> bool {
    !matches!(mode, Mode::Clause | Mode::TestLine | Mode::MatchArm | Mode::SplitArm)
}

/// Whether a line can begin so in a block of this mode.
pub(super) fn fits(mode: Mode, line: &Line<'_>) -> bool {
    // What other tools call a goal is no channel.
    let goal = line.pieces.first().is_some_and(|piece| matches!(piece.text, "conversion" | "objective" | "kpi"));
    head_of(mode, &line.pieces).is_some() || mode == Mode::Step && looks_like_send(&line.pieces) && !goal
}

/// The kind of block that begins with this line, below one of `mode` that cannot be read.
pub(super) fn likely_block(mode: Mode, first: &Line<'_>) -> Mode {
    let candidates: &[Mode] = match mode {
        Mode::Item => &[Mode::Clause, Mode::Rule, Mode::TestLine, Mode::ChannelPart, Mode::Step],
        // The shares of a split that its author calls otherwise.
        Mode::Step if first.pieces.first().is_some_and(|p| p.lexeme == Lexeme::Number && p.text.ends_with('%')) => {
            return Mode::SplitArm;
        }
        _ => &[Mode::Step],
    };
    let found = candidates.iter().copied().find(|mode| fits(*mode, first));
    let by_sign = match first.pieces.as_slice() {
        [plus, ..] if plus.lexeme == Lexeme::Plus => Mode::TestLine,
        [_, colon, ..] if colon.lexeme == Lexeme::Colon && mode == Mode::Item => Mode::Field,
        _ => Mode::Step,
    };
    found.unwrap_or(by_sign)
}

/// Whether a line that may stand alone was meant to open the block of the line below it.
pub(super) fn may_have_block(head: Option<Key>, next: Option<&Line<'_>>) -> bool {
    let parted = next.is_some_and(|next| next.pieces.get(1).is_some_and(|piece| piece.lexeme == Lexeme::Colon));
    matches!(head, Some(Key::Message | Key::Event)) && parted
}

pub(super) fn must_have_block(mode: Mode, head: Option<Key>) -> bool {
    mode.must_open(head)
        || matches!(
            (mode, head),
            (Mode::Step, Some(Key::If | Key::Else))
                | (Mode::Clause, Some(Key::Goal | Key::Exit))
                | (Mode::Item, Some(Key::Event))
        )
}

fn looks_like_send(pieces: &[Piece<'_>]) -> bool {
    let named =
        matches!(pieces, [a, b, ..] if a.lexeme == Lexeme::Word && matches!(b.lexeme, Lexeme::Word | Lexeme::Text));
    // `send window: 9am-5pm` is a setting of another tool, and `description "…"` says what a journey is.
    let says = pieces.first().is_some_and(|first| matches!(first.text, "description" | "title" | "label" | "name"));
    named && !says && pieces.get(2).is_none_or(|third| third.lexeme != Lexeme::Colon)
}
