//! Time: local calendars and their clock changes, the moments of waits, and what a late host does.

pub(crate) mod lateness;
pub(crate) mod local_time;
pub(crate) mod moments;
