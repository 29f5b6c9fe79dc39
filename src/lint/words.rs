//! Names that are words of the language.

use crate::ir::Engagement;
use crate::syntax::tree::{Expr, Name, Root, Suffix};

/// Whether an expression is one of these words.
pub(super) fn is_a_word(expr: &Expr, words: &[&str]) -> bool {
    expr.path().is_some_and(|path| {
        path.root == Root::Bare
            && matches!(path.parts.as_slice(), [name] if !name.quoted && words.contains(&name.text.as_str()))
    })
}

/// Whether a bare name is a word of the language and no event.
pub(super) fn means_itself(name: &Name, suffix: &Suffix) -> bool {
    if name.quoted {
        return false;
    }
    match name.text.as_str() {
        "engagement" => true,
        "now" | "today" | "sent" | "suppressed" => suffix.is_empty(),
        word => suffix.is_empty() && Engagement::of(word).is_some(),
    }
}
