//! A line and what stands behind its `:`, and the parts of a one-line block.

use crate::syntax::classify::{Piece, head_of};
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::Mode;

/// Cuts a line behind the `:` that opens its block, if it is a line that can have one.
pub(in crate::syntax) fn split_at_colon<'a>(
    mode: Mode,
    mut pieces: Vec<Piece<'a>>,
) -> (Vec<Piece<'a>>, Vec<Piece<'a>>) {
    if matches!(mode, Mode::Field | Mode::VariantPart | Mode::Trait | Mode::Condition)
        || mode.below(head_of(mode, &pieces)).is_none()
    {
        return (pieces, Vec::new());
    }
    let mut depth = 0usize;
    let colon = pieces.iter().position(|p| {
        match p.lexeme {
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        p.lexeme == Lexeme::Colon && depth == 0
    });
    match colon {
        Some(at) if !parts_the_name(mode, &pieces, at) => {
            let rest = pieces.split_off(at + 1);
            (pieces, rest)
        }
        _ => (pieces, Vec::new()),
    }
}

pub(super) fn colon_ends(pieces: &[Piece<'_>]) -> bool {
    pieces.last().is_some_and(|piece| piece.lexeme == Lexeme::Colon)
}

/// Whether a `:` follows the word that begins an item, where its name belongs.
pub(super) fn is_torn(mode: Mode, pieces: &[Piece<'_>]) -> bool {
    mode == Mode::Item && pieces.len() > 2 && pieces.get(1).is_some_and(|piece| piece.lexeme == Lexeme::Colon)
}

/// Whether a `:` stands where the name or the title of an item goes on, such as in `journey: cart`: no block is behind it.
fn parts_the_name(mode: Mode, pieces: &[Piece<'_>], colon: usize) -> bool {
    use Key::*;
    let head = head_of(mode, pieces);
    let named = matches!(head, Some(Journey | Message | Test | Channel | Segment | Event));
    let word = pieces.get(1).map_or("", |piece| piece.text);
    let behind = pieces.get(colon + 1..).unwrap_or_default();
    let title = matches!(head, Some(Journey | Test))
        && matches!(behind, [text] | [text, _] if matches!(text.lexeme, Lexeme::Text | Lexeme::Colon));
    if mode == Mode::Clause {
        let label = matches!(word, "criteria" | "criterion" | "rule" | "event" | "condition" | "when");
        return matches!(head, Some(Goal | Exit | On)) && !behind.is_empty() && (colon == 1 || colon == 2 && label);
    }
    mode == Mode::Item
        && !behind.is_empty()
        && (named && (colon == 1 || colon == 2 && matches!(word, "name" | "title" | "called")) || title)
}

/// Cuts a one-line block into its parts.
pub(in crate::syntax) fn split_parts<'a>(mode: Mode, pieces: Vec<Piece<'a>>) -> Vec<Vec<Piece<'a>>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0usize;
    for (at, piece) in pieces.iter().enumerate() {
        match piece.lexeme {
            Lexeme::OpenList if mode.has_lists() => depth += 1,
            Lexeme::CloseList if mode.has_lists() => depth = depth.saturating_sub(1),
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && divides(mode, piece, pieces.get(at + 1..).unwrap_or_default()) {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(*piece);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether this sign ends a part, seen with what follows it.
fn divides(mode: Mode, piece: &Piece<'_>, rest: &[Piece<'_>]) -> bool {
    let next = rest.first();
    let second = rest.get(1);
    match (mode, piece.lexeme) {
        (Mode::Step | Mode::ChannelPart, Lexeme::Semicolon) => true,
        (Mode::Field | Mode::VariantPart | Mode::Trait, Lexeme::Comma) => true,
        (Mode::ChannelPart, Lexeme::Comma) => {
            next.is_some_and(|n| Mode::ChannelPart.heads().iter().any(|head| head.word() == n.text))
        }
        (Mode::Variant, Lexeme::Comma) => second.is_some_and(|s| s.lexeme == Lexeme::Colon),
        (Mode::Rule, Lexeme::Comma) => {
            // `transactional` and `stop` are categories or begin a rule; what follows tells.
            let begins = head_of(Mode::Rule, rest).is_some();
            begins && second.is_some_and(|s| !matches!(s.lexeme, Lexeme::Comma))
        }
        _ => false,
    }
}
