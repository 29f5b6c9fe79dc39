//! What is true of a person at an instant: pure functions of a [`view::View`], which change nothing.

pub(crate) mod admission;
pub(crate) mod ahead;
pub(crate) mod alarms;
pub(crate) mod assignment;
pub(crate) mod best;
pub(crate) mod conditions;
pub(crate) mod consent;
pub(crate) mod decision;
pub(crate) mod gate;
pub(crate) mod leaving;
pub(crate) mod profile_view;
pub(crate) mod triggers;
pub(crate) mod view;
pub(crate) mod waits;
