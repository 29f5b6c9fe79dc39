//! The moments of `wait until` and `wait between`, worked out from where the wait began.

use super::local_time::{self, instant, next_time, opening, plus_days};
use crate::bytecode::ValueMoment;
use crate::ir::{Calendar, Days};
use crate::value::{Minute, Timestamp, Value};
use chrono::Datelike;
use chrono_tz::Tz;

/// The moment of a `wait until` that names a time or day of the calendar.
pub(crate) fn calendar_moment(zone: Tz, until: &Calendar, since: Timestamp, entered: Timestamp) -> Timestamp {
    let today = local_time::date(zone, since);
    match until {
        Calendar::Time(minute) => next_time(zone, since, *minute, Days::ALL),
        Calendar::Tomorrow(minute) => instant(zone, plus_days(today, 1), *minute),
        Calendar::Weekday { day, next, at } => {
            let ahead = (i64::from(*day) - i64::from(today.weekday().num_days_from_monday())).rem_euclid(7);
            match (next, at) {
                // Never today.
                (true, at) => instant(zone, plus_days(today, if ahead == 0 { 7 } else { ahead }), at.unwrap_or(0)),
                // Such a day without a time: today does not wait.
                (false, None) if ahead == 0 => since,
                (false, None) => instant(zone, plus_days(today, ahead), 0),
                (false, Some(minute)) => next_time(zone, since, *minute, Days(1 << day)),
            }
        }
        Calendar::NthDay(number, minute) => {
            let first = local_time::local(zone, entered);
            let day = plus_days(first.date(), i64::from(*number));
            match minute {
                Some(minute) => instant(zone, day, *minute),
                None => local_time::instant_of(zone, day.and_time(first.time())),
            }
        }
        Calendar::Date(date, minute) => instant(zone, *date, *minute),
    }
}

/// The moment of a date or a moment, moved by an offset, at a local time.
pub(crate) fn value_moment(zone: Tz, value: &Value, moment: &ValueMoment) -> Option<Timestamp> {
    let ValueMoment { offset, whole_days, at, .. } = *moment;
    let days = offset / 86_400_000;
    match (value, at) {
        (Value::Date(date), minute) if whole_days => Some(instant(zone, plus_days(*date, days), minute.unwrap_or(0))),
        (Value::Date(date), None) => Some(instant(zone, *date, 0).saturating_add(offset)),
        (Value::Date(date), Some(minute)) => Some(instant(zone, *date, minute).saturating_add(offset)),
        (Value::Moment(at), None) => Some(at.saturating_add(offset)),
        (Value::Moment(at), Some(minute)) => {
            Some(instant(zone, local_time::date(zone, at.saturating_add(offset)), minute))
        }
        _ => None,
    }
}

/// The next start of a `wait between`; none where it is open now.
pub(crate) fn opens(zone: Tz, now: Timestamp, from: Minute, to: Minute, days: Days) -> Option<Timestamp> {
    let opening = opening(zone, now, from, to, days);
    match opening.ends {
        Some(_) => None,
        None => Some(opening.next),
    }
}
