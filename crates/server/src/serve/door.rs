//! Lines on their way from a client to the inbox.
//!
//! An alarm rings when all that was taken in before it has been played. A request stamps its lines before they are in the
//! inbox, so the playing side asks here until when all lines are there; whoever comes later is stamped later.

use crate::clock::Clock;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Stamps of the lines that are being stored.
#[derive(Debug, Default)]
pub struct Door {
    clock: Clock,
    stamps: Mutex<Stamps>,
}

#[derive(Debug, Default)]
struct Stamps {
    /// How many requests bear a stamp.
    entering: BTreeMap<i64, usize>,
    /// All lines up to here are in the inbox, as the playing side has been told.
    told: i64,
}

impl Door {
    /// A door that stamps by a clock.
    pub fn new(clock: Clock) -> Door {
        Door { clock, ..Door::default() }
    }

    fn stamps(&self) -> MutexGuard<'_, Stamps> {
        self.stamps.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Lines come: they are on their way until what is given is dropped.
    pub fn enter(self: Arc<Self>) -> Entering {
        let mut stamps = self.stamps();
        let stamp = self.clock.now().max(stamps.told.saturating_add(1));
        *stamps.entering.entry(stamp).or_default() += 1;
        drop(stamps);
        Entering { door: self, stamp }
    }

    /// The last instant of which all lines are in the inbox: no line will bear it or an earlier one.
    pub fn complete(&self) -> i64 {
        let mut stamps = self.stamps();
        let now = self.clock.now();
        let until = stamps.entering.first_key_value().map_or(now, |(first, _)| now.min(first.saturating_sub(1)));
        stamps.told = stamps.told.max(until);
        until
    }
}

/// Lines that are being stored.
#[derive(Debug)]
pub struct Entering {
    door: Arc<Door>,
    /// When they were taken in.
    pub stamp: i64,
}

impl Drop for Entering {
    fn drop(&mut self) {
        let mut stamps = self.door.stamps();
        if let Some(count) = stamps.entering.get_mut(&self.stamp) {
            *count -= 1;
            if *count == 0 {
                stamps.entering.remove(&self.stamp);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_wait_for_lines_on_their_way() {
        let clock = Clock::starting_at(1_000_000);
        let door = Arc::new(Door::new(clock.clone()));
        let first = door.clone().enter();
        clock.move_to(2_000_000);
        let second = door.clone().enter();
        assert_eq!(door.complete(), first.stamp - 1);
        drop(first);
        assert_eq!(door.complete(), second.stamp - 1);
        drop(second);
        let told = door.complete();
        assert!(told >= 2_000_000);
        // What comes in the same millisecond comes behind what has rung.
        assert!(door.enter().stamp > told);
    }
}
