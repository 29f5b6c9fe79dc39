//! What time it is: that of the machine, or, while a journey is tried, one that can be moved ahead.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock; its clones are the same one. Times are milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that is this far ahead of the machine's.
    pub fn ahead(millis: i64) -> Clock {
        Clock { ahead: Arc::new(AtomicI64::new(millis)) }
    }

    /// A clock that says this now, and goes on.
    pub fn starting_at(now: i64) -> Clock {
        Clock::ahead(now - machine())
    }

    /// The time.
    pub fn now(&self) -> i64 {
        machine() + self.ahead.load(Ordering::Acquire)
    }

    /// How far it is ahead of the machine's.
    pub fn offset(&self) -> i64 {
        self.ahead.load(Ordering::Acquire)
    }

    /// Moves it to an instant; it never goes back.
    pub fn move_to(&self, to: i64) {
        self.ahead.fetch_max(to - machine(), Ordering::AcqRel);
    }
}

fn machine() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
