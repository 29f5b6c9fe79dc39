//! What can happen in time, read off the typed form without playing it.
//!
//! `path` says which steps of a journey can be reached, how soon, and what is surely too soon to be known there. Bounds are
//! over all paths at once, one pass over each block, so that time grows with the program and not with its paths. `stranger`
//! says what holds of somebody of whom nothing is known.

mod covers;
mod path;
mod same_day;
mod stranger;

pub(crate) use path::{Report, follow};
pub(crate) use stranger::holds_of_strangers;
