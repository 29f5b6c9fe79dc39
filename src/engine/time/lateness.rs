//! Live time is not virtual time: after an outage, what was due long ago is due now.

use crate::value::{Millis, Timestamp};

/// How late a timer may be played as if it were on time, and what time it is for the host.
///
/// In live time a host is late now and then: a timer that rings a little late acts at the instant it was set for, so
/// that a slow host and a quick one do the same. After an outage of hours that would be wrong: the quiet hours, the
/// local time and the caps to ask about are those of *now*, and whoever has bought or unsubscribed in the meantime must
/// get nothing. So a timer that is later than this acts now, behind all inputs that were taken in before.
///
/// ```
/// use journey::Lateness;
///
/// let now = 1_772_442_000_000; // the host's own clock
/// assert_eq!(Lateness::live(now), Lateness::at_most(15 * 60_000).at(now)); // live: a quarter of an hour
/// let replay = Lateness::any(); // virtual time: every timer acts at its own instant
/// # let _ = replay;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    most: Option<Millis>,
    now: Option<Timestamp>,
}

impl Lateness {
    /// In live time: at most 15 minutes. `now` is the host's own clock, in milliseconds since 1970-01-01T00:00:00Z; what
    /// an input or an alarm says is when it was due, and may be older.
    ///
    /// A message that was due more than 15 minutes before `now` is not sent at once, as if it were still that time: it
    /// stays due, and [`crate::Program::wake`] asks for it at `now`, once the inputs that came before have been played.
    pub const fn live(now: Timestamp) -> Self {
        Self::at_most(15 * 60_000).at(now)
    }

    /// A timer that is at most this many milliseconds late acts at its own instant; a later one acts now.
    pub const fn at_most(millis: Millis) -> Self {
        Self { most: Some(millis), now: None }
    }

    /// The same, for a host whose clock says `now`.
    #[must_use]
    pub const fn at(self, now: Timestamp) -> Self {
        Self { now: Some(now), ..self }
    }

    /// Every timer acts at its own instant, as in replays and tests.
    pub const fn any() -> Self {
        Self { most: None, now: None }
    }

    /// The host's clock.
    pub(crate) const fn host(self) -> Option<Timestamp> {
        self.now
    }

    /// When a timer acts that was due then and is played with all up to `until`.
    pub(crate) fn acts(self, due: Timestamp, until: Timestamp) -> Timestamp {
        let now = self.now.unwrap_or(until);
        if self.is_late(due, now) { now } else { due }
    }

    /// Whether what is due then is too old to be done as if it were still that time. Only who knows the host's clock can
    /// tell.
    pub(crate) fn is_stale(self, due: Timestamp) -> bool {
        self.now.is_some_and(|now| self.is_late(due, now))
    }

    fn is_late(self, due: Timestamp, now: Timestamp) -> bool {
        self.most.is_some_and(|most| now.saturating_sub(due) > most)
    }
}

impl Default for Lateness {
    /// 15 minutes, for a host whose inputs and alarms are never older than that.
    fn default() -> Self {
        Self::at_most(15 * 60_000)
    }
}
