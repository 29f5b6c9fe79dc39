//! Holds whose end is another one, because something that they rest on has changed.

use super::Gate;
use crate::bytecode::{Formula, Send};
use crate::engine::facts::best::best_time;
use crate::engine::facts::view::View;
use crate::engine::state::parked::{HeldBy, Hold};
use crate::value::Timestamp;

/// Why a hold is worked out anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    /// The person lives by another clock.
    Zone,
    /// A message gave its place back.
    Failed,
    /// Something that a `when` may ask about is another.
    Asked,
}

/// When a hold ends by itself, worked out anew; now where nothing holds any more.
pub(crate) fn rework(view: View<'_>, at: usize, send: &Send, hold: &Hold, changed: Changed) -> Timestamp {
    let View { code, now, .. } = view;
    let Some(gate) = Gate::of(view, at, send, None) else { return now };
    // What was sent meanwhile is asked about when the hold ends. Where only a `when` may have changed, the hold can end
    // sooner than it would have, never later.
    let worked_out = |when: Option<Formula>, ends: Timestamp| match changed {
        Changed::Asked if when.is_none() => hold.ends,
        Changed::Asked => ends.min(hold.ends),
        Changed::Zone | Changed::Failed => ends,
    };
    match hold.by {
        HeldBy::Quiet(_) => gate.quiet_ends(),
        HeldBy::Gap(at) => {
            let gap = code.charter.gaps.get(usize::from(at));
            gap.map_or(now, |gap| worked_out(gap.when, gate.gap_ends(gap)))
        }
        HeldBy::Cap(at, _) => {
            let cap = code.charter.caps.get(usize::from(at));
            cap.map_or(now, |cap| worked_out(cap.when, gate.cap_ends(cap)))
        }
        HeldBy::BestTime if changed == Changed::Zone => {
            let within = send.best_time.as_ref().map_or(0, |(within, _)| *within);
            best_time(view, hold.since.saturating_add(within)).unwrap_or(now)
        }
        HeldBy::BestTime | HeldBy::Paused => hold.ends,
    }
}
