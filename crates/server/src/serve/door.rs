//! Lines on their way from a client to the inbox.
//!
//! An alarm rings when all that was taken in before it has been played. A request stamps its lines before they are in the
//! inbox, so the playing side asks here until when all lines are there.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// Between the moment at which a request reads the clock and the one at which its lines are known here at most, in
/// milliseconds.
const GRACE: i64 = 100;

/// Stamps of the lines that are being stored.
#[derive(Debug, Default)]
pub struct Door {
    stamps: Mutex<BTreeMap<i64, usize>>,
    is_exact: bool,
}

impl Door {
    /// A door for a clock that is moved by hand: alarms ring at once.
    pub fn without_grace() -> Door {
        Door { is_exact: true, ..Door::default() }
    }

    /// Lines of this time are being stored, until what is given is dropped.
    pub fn enter(&self, stamp: i64) -> Entering<'_> {
        let mut stamps = self.stamps.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *stamps.entry(stamp).or_default() += 1;
        Entering { door: self, stamp }
    }

    /// The last instant of which all lines are in the inbox.
    pub fn played_until(&self, now: i64) -> i64 {
        let stamps = self.stamps.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let calm = if self.is_exact { now } else { now.saturating_sub(GRACE) };
        stamps.first_key_value().map_or(calm, |(first, _)| calm.min(first.saturating_sub(1)))
    }
}

/// Lines that are being stored.
pub struct Entering<'a> {
    door: &'a Door,
    stamp: i64,
}

impl Drop for Entering<'_> {
    fn drop(&mut self) {
        let mut stamps = self.door.stamps.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(count) = stamps.get_mut(&self.stamp) {
            *count -= 1;
            if *count == 0 {
                stamps.remove(&self.stamp);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_wait_for_lines_on_their_way() {
        let door = Door::default();
        assert_eq!(door.played_until(1_000), 900);
        let first = door.enter(850);
        let second = door.enter(850);
        assert_eq!(door.played_until(1_000), 849);
        drop(first);
        assert_eq!(door.played_until(1_000), 849);
        drop(second);
        assert_eq!(door.played_until(1_000), 900);
        assert_eq!(Door::without_grace().played_until(1_000), 1_000);
    }
}
