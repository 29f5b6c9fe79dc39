//! What can happen in time, read off the typed form without playing it.
//!
//! `path` says which steps of a journey can be reached, how soon, and what is surely too soon to be known there. Bounds are
//! over all paths at once, one pass over each block, so that time grows with the program and not with its paths. `stranger`
//! says what holds of somebody of whom nothing is known.

mod allowed;
mod anchor;
mod cells;
mod clock;
mod consistent;
mod counts;
mod covers;
mod cycle;
mod dataflow;
mod endless;
mod exceed;
mod exclusive;
mod facts;
mod given;
mod kept;
mod length;
mod lines;
mod past;
mod path;
mod pressure;
mod quiet;
mod rules;
mod same_day;
mod settle;
mod shift;
mod story;
mod stranger;
mod tally;
mod truth;
mod ways;
mod windows;

pub(crate) use allowed::{Never, never_active, never_by_quiet};
pub(crate) use endless::endless;
pub(crate) use exceed::{Exceeding, Takes, counted as sent_of, exceeding};
pub(crate) use given::{Constant, Found, constant_segments, look};
pub(crate) use path::{Report, follow};
pub use pressure::{
    Cell, Of, Pressure, Row, SendTime, Share, Shown, Times, WINDOWS, most_asked, most_asked_by_entry, pressure,
};
pub(crate) use shift::{Shifted, sent, shifted};
pub use story::{Scene, SceneKind, Stories, Story, stories};
pub(crate) use stranger::holds_of_strangers;
