//! Local time: from a zone's calendar to instants and back, over clock changes.
//!
//! A local moment in a spring gap is the first instant after the gap; one that comes twice is the first. The
//! zones' rules come from the tz database, through chrono-tz.

use crate::ir::{Days, Window};
use crate::value::{FIRST_INSTANT, LAST_INSTANT, Minute, Timestamp};
use chrono::{DateTime, Datelike, Days as DayCount, MappedLocalTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::{GapInfo, Tz};

/// The local date and time of an instant. Outside of the years 1 to 9999, where no clock of ours stands, it is that of
/// their first or last day: the calendar of the crate ends, and with a zone's offset it would be left.
pub(crate) fn local(zone: Tz, at: Timestamp) -> NaiveDateTime {
    let at = at.clamp(FIRST_INSTANT, LAST_INSTANT);
    DateTime::from_timestamp_millis(at).unwrap_or_default().with_timezone(&zone).naive_local()
}

/// The local date of an instant.
pub(crate) fn date(zone: Tz, at: Timestamp) -> NaiveDate {
    local(zone, at).date()
}

/// The instant of a local moment.
pub(crate) fn instant_of(zone: Tz, local: NaiveDateTime) -> Timestamp {
    // Beyond the years that we count with no zone is asked: at the calendar's end its offset would leave it.
    if !(0..=10_000).contains(&local.year()) {
        return local.and_utc().timestamp_millis();
    }
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.timestamp_millis(),
        MappedLocalTime::None => GapInfo::new(&local, &zone)
            .and_then(|gap| gap.end)
            .map_or_else(|| local.and_utc().timestamp_millis(), |end| end.timestamp_millis()),
    }
}

/// The instant of a minute of a local day.
pub(crate) fn instant(zone: Tz, date: NaiveDate, minute: Minute) -> Timestamp {
    let midnight = date.and_time(chrono::NaiveTime::MIN);
    instant_of(zone, midnight.checked_add_signed(TimeDelta::minutes(i64::from(minute))).unwrap_or(midnight))
}

/// A day some days away.
pub(crate) fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    let moved = match u64::try_from(days) {
        Ok(forward) => date.checked_add_days(DayCount::new(forward)),
        Err(_) => date.checked_sub_days(DayCount::new(days.unsigned_abs())),
    };
    moved.unwrap_or(date)
}

/// The first instant from `from` on at which a local day of `days` shows this minute.
pub(crate) fn next_time(zone: Tz, from: Timestamp, minute: Minute, days: Days) -> Timestamp {
    let today = date(zone, from);
    (-1..=9)
        .map(|ahead| plus_days(today, ahead))
        .filter(|day| days.contains(day.weekday().num_days_from_monday()))
        .map(|day| instant(zone, day, minute))
        .find(|at| *at >= from)
        .unwrap_or(from)
}

/// A daily window, seen from one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    /// Its end, where it is open now.
    pub(crate) ends: Option<Timestamp>,
    /// Its next start after now.
    pub(crate) next: Timestamp,
}

/// A window from one minute up to, not including, another, on the days it begins on; overnight where it ends
/// before it starts. One that a gap swallows whole does not open that day.
pub(crate) fn opening(zone: Tz, at: Timestamp, from: Minute, to: Minute, days: Days) -> Opening {
    let today = date(zone, at);
    let mut ends: Option<Timestamp> = None;
    for ahead in -2..=15 {
        let day = plus_days(today, ahead);
        if !days.contains(day.weekday().num_days_from_monday()) {
            continue;
        }
        let start = instant(zone, day, from);
        let end = instant(zone, if from < to { day } else { plus_days(day, 1) }, to);
        if start >= end {
            continue;
        }
        if start <= at && at < end {
            ends = ends.max(Some(end));
        }
        if start > at {
            return Opening { ends, next: start };
        }
    }
    Opening { ends, next: Timestamp::MAX }
}

/// First instant of the calendar window that an instant lies in, and of the one after it.
pub(crate) fn calendar(zone: Tz, at: Timestamp, window: Window) -> Option<(Timestamp, Timestamp)> {
    let today = date(zone, at);
    let (first, next) = match window {
        Window::Rolling(_) => return None,
        Window::Day => (today, plus_days(today, 1)),
        Window::Week => {
            let monday = plus_days(today, -i64::from(today.weekday().num_days_from_monday()));
            (monday, plus_days(monday, 7))
        }
        Window::Month => {
            let first = today.with_day(1).unwrap_or(today);
            (first, first.checked_add_months(chrono::Months::new(1)).unwrap_or(first))
        }
    };
    Some((instant(zone, first, 0), instant(zone, next, 0)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_instant_and_no_day_is_beyond_the_calendar() {
        let zones = [chrono_tz::Europe::Paris, chrono_tz::Pacific::Apia, chrono_tz::America::New_York];
        let edge = 8_210_266_876_799_999;
        let instants = [i64::MIN, -edge, FIRST_INSTANT, LAST_INSTANT, LAST_INSTANT + 1, edge, edge + 1, i64::MAX];
        for (zone, at) in zones.into_iter().flat_map(|zone| instants.map(|at| (zone, at))) {
            let _ = (next_time(zone, at, 540, Days::ALL), opening(zone, at, 1_260, 480, Days::ALL));
            for window in [Window::Day, Window::Week, Window::Month] {
                let _ = calendar(zone, at, window);
            }
            for day in [NaiveDate::MIN, NaiveDate::MAX] {
                let _ = instant(zone, day, 1_439);
            }
        }
    }

    use super::*;
    use crate::value::parse_instant;
    use chrono_tz::Europe::Paris;

    fn at(text: &str) -> Timestamp {
        parse_instant(text).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_in_the_gap_is_the_first_instant_after_it() {
        assert_eq!(instant(Paris, day("2026-03-29"), 2 * 60 + 30), at("2026-03-29T01:00:00Z"));
        assert_eq!(instant(Paris, day("2026-03-29"), 3 * 60), at("2026-03-29T01:00:00Z"));
    }

    #[test]
    fn a_moment_that_comes_twice_is_the_first() {
        assert_eq!(instant(Paris, day("2026-10-25"), 2 * 60 + 30), at("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn a_window_that_the_gap_swallows_does_not_open() {
        let opening = opening(Paris, at("2026-03-28T12:00:00Z"), 2 * 60 + 10, 2 * 60 + 50, Days::ALL);
        assert_eq!(opening, Opening { ends: None, next: at("2026-03-30T00:10:00Z") });
    }

    #[test]
    fn an_overnight_window_belongs_to_the_day_it_began_on() {
        let friday = Days(0b001_0000);
        let saturday_at_one = at("2026-03-07T00:00:00Z");
        assert_eq!(opening(Paris, saturday_at_one, 22 * 60, 6 * 60, friday).ends, Some(at("2026-03-07T05:00:00Z")));
        assert_eq!(opening(Paris, at("2026-03-06T00:00:00Z"), 22 * 60, 6 * 60, friday).ends, None);
    }

    #[test]
    fn days_of_23_and_25_hours_are_one_day() {
        let (from, to) = calendar(Paris, at("2026-03-29T12:00:00Z"), Window::Day).unwrap();
        assert_eq!(to - from, 23 * 3_600_000);
        let (from, to) = calendar(Paris, at("2026-10-25T12:00:00Z"), Window::Day).unwrap();
        assert_eq!(to - from, 25 * 3_600_000);
    }

    #[test]
    fn a_day_that_a_zone_left_out_is_passed_over() {
        // Samoa went from 29 to 31 December 2011.
        let zone = chrono_tz::Pacific::Apia;
        assert_eq!(instant(zone, day("2011-12-30"), 600), at("2011-12-30T10:00:00Z"));
    }
}
