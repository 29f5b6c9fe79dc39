//! Liquid, filled in so that nothing is lost on the way.
//!
//! [`cut`] finds the pieces of a text. What it prints gets a last filter of ours ([`output`]), which knows the place where
//! it stands and refuses what is missing. `guard` stands around every other filter: what is asked of something missing is
//! missing too, so that no filter makes an empty text of it. `define` and `loops` are the tags that need the same care.
//! `frame` has the names that a text gives, `state` is what a run keeps beside the values, `template` reads and runs.

mod contains;
pub(super) mod cut;
mod define;
mod filters;
mod frame;
mod guard;
mod language;
mod loops;
mod number;
pub(super) mod output;
mod problem;
mod state;
pub(super) mod template;

pub(super) use number::Numbers;
pub(super) use output::Mode;
pub(super) use template::Template;

/// Bytes that one part of a message has at most, and one value on the way to it.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// Rounds of all loops of one part together.
const MOST_ROUNDS: usize = 10_000;
/// Tags within tags: what reads them goes down as deep.
const DEEPEST: usize = 64;
