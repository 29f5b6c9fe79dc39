//! The moments of waits, of one entry.

use super::view::View;
use crate::bytecode::Moment;
use crate::engine::time::moments::{calendar_moment, value_moment};
use crate::limits::LONGEST_WAIT;
use crate::value::Timestamp;

/// The moment of a `wait until` that began at `since`; none where its value is missing.
pub(crate) fn moment(view: View<'_>, at: usize, moment: &Moment, since: Timestamp) -> Option<Timestamp> {
    match moment {
        Moment::Calendar(until) => {
            let entered = view.instance(at).map_or(since, |i| i.entered);
            Some(calendar_moment(view.zone, until, since, entered))
        }
        Moment::Value(moment) => {
            let found = view.ask_of(at).value(moment.of);
            let reached = value_moment(view.zone, &found, moment)?;
            Some(reached.min(since.saturating_add(LONGEST_WAIT)))
        }
    }
}
