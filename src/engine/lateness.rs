//! Live time is not virtual time: after an outage, what was due long ago is due now.

use crate::value::{Instant, Millis};

/// How late a timer may be played as if it were on time.
///
/// In live time a host is late now and then: a timer that rings a little late acts at the instant it was set for, so
/// that a slow host and a quick one do the same. After an outage of hours that would be wrong: the quiet hours, the
/// local time and the caps to ask about are those of *now*. A timer that is later than this counts as due now.
///
/// ```
/// use journey::Lateness;
///
/// assert_eq!(Lateness::default(), Lateness::at_most(15 * 60_000)); // live: a quarter of an hour
/// let replay = Lateness::any(); // virtual time: every timer acts at its own instant
/// # let _ = replay;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness(Option<Millis>);

impl Lateness {
    /// A timer that is at most this many milliseconds late acts at its own instant; a later one acts now.
    pub const fn at_most(millis: Millis) -> Self {
        Self(Some(millis))
    }

    /// Every timer acts at its own instant, as in replays and tests.
    pub const fn any() -> Self {
        Self(None)
    }

    /// When a timer acts that was due then and is played now.
    pub(crate) fn acts(self, due: Instant, now: Instant) -> Instant {
        match self.0 {
            Some(most) if now.saturating_sub(due) > most => now,
            _ => due,
        }
    }
}

impl Default for Lateness {
    /// 15 minutes.
    fn default() -> Self {
        Self::at_most(15 * 60_000)
    }
}
