//! Who is due in the next hour, in memory: an alarm of every person stands in their row, and only those that are near are
//! looked at each time.

use crate::store::{Lease, Store, Trouble};
use std::collections::BTreeSet;

/// How far ahead the wheel is filled.
const AHEAD: i64 = 3_600_000;
/// Alarms in it at most: what is behind the last of them is read when they have rung.
const MOST: usize = 1_000_000;

/// The alarms that ring next.
#[derive(Debug, Default)]
pub(super) struct Wheel {
    alarms: BTreeSet<(i64, String)>,
    /// All alarms up to here are in it.
    until: Option<i64>,
}

impl Wheel {
    /// Whether what is near is not known.
    pub(super) fn is_over(&self, now: i64) -> bool {
        self.until.is_none_or(|until| now >= until)
    }

    /// Reads what is near, where that is not known yet.
    pub(super) fn fill(&mut self, store: &impl Store, leases: &[Lease], now: i64) -> Result<(), Trouble> {
        if !self.is_over(now) {
            return Ok(());
        }
        let until = now.saturating_add(AHEAD);
        let near = store.due(leases, until, MOST)?;
        // Where not all fit, those of the last instant may lack some.
        let is_cut = near.len() == MOST;
        let last = near.last().map(|(due, _)| *due);
        self.alarms = near.into_iter().collect();
        self.until = Some(if is_cut { last.unwrap_or(until).max(now + 1) } else { until });
        Ok(())
    }

    /// Forgets everything: somebody else played these people.
    pub(super) fn clear(&mut self) {
        *self = Wheel::default();
    }

    /// Notes when somebody is due next, instead of when they were.
    pub(super) fn set(&mut self, id: &str, before: Option<i64>, due: Option<i64>) {
        if before == due {
            return;
        }
        if let Some(before) = before {
            self.alarms.remove(&(before, id.to_string()));
        }
        if let Some(due) = due.filter(|due| self.until.is_none_or(|until| *due <= until)) {
            self.alarms.insert((due, id.to_string()));
        }
    }

    /// Who is due by an instant, the earliest first, at most so many. They stay until they are set.
    pub(super) fn due(&self, by: i64, most: usize) -> Vec<(i64, String)> {
        self.alarms.iter().take_while(|(due, _)| *due <= by).take(most).cloned().collect()
    }

    /// When somebody is due next, if that is near.
    pub(super) fn next(&self) -> Option<i64> {
        self.alarms.first().map(|(due, _)| *due)
    }
}
