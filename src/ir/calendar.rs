//! Moments and days of the local calendar.

use super::*;

/// The moment of a `wait until`.
#[derive(Debug, Clone, PartialEq)]
pub enum Until {
    /// From the calendar alone.
    Calendar(Calendar),
    /// A date or moment of the profile or of the entry's event.
    Value(ValueMoment),
}

/// A moment of the local calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Calendar {
    /// The next such local time.
    Time(Minute),
    /// The next local day at this time.
    Tomorrow(Minute),
    /// Such a weekday.
    Weekday {
        /// 0 is Monday.
        day: u8,
        /// Whether today never counts.
        next: bool,
        /// The time; none: 00:00, and today does not wait.
        at: Option<Minute>,
    },
    /// The N-th local day after the entry's, at this time or the entry's own.
    NthDay(u32, Option<Minute>),
    /// A local day at a time.
    Date(NaiveDate, Minute),
}

/// A set of weekdays; bit 0 is Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Days(pub u8);

impl Days {
    /// Every day.
    pub const ALL: Days = Days(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: Days = Days(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKENDS: Days = Days(0b110_0000);

    /// Whether a weekday is one of them, 0 being Monday.
    pub fn contains(self, day: u32) -> bool {
        day < 7 && self.0 & (1 << day) != 0
    }
}
