//! Local time, by jiff: nothing of the engine's.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use journey::ir::Days;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The zone of a name. It is asked for at every half hour, so those that were looked up are kept.
pub fn zone(name: &str) -> TimeZone {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<String, TimeZone>> = const { RefCell::new(BTreeMap::new()) };
    }
    let known = KNOWN.with_borrow(|known| known.get(name).cloned());
    known.unwrap_or_else(|| {
        let zone = TimeZone::get(name).unwrap();
        KNOWN.with_borrow_mut(|known| known.insert(name.to_string(), zone.clone()));
        zone
    })
}

fn stamp(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap()
}

pub fn local(zone: &TimeZone, at: i64) -> DateTime {
    zone.to_datetime(stamp(at))
}

/// The instant of a local moment: the first of two, or the first after a gap.
pub fn instant(zone: &TimeZone, local: DateTime) -> i64 {
    let found = zone.to_ambiguous_timestamp(local);
    match found.offset() {
        AmbiguousOffset::Gap { .. } => {
            let before = found.earlier().unwrap();
            let after = zone.following(before).next().unwrap();
            after.timestamp().as_millisecond()
        }
        _ => found.earlier().unwrap().as_millisecond(),
    }
}

pub fn at_minute(zone: &TimeZone, day: Date, minute: u32) -> i64 {
    // The end of a day is the beginning of the next.
    let (day, minute) = if minute == 1_440 { (plus(day, 1), 0) } else { (day, minute) };
    instant(zone, day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0))
}

pub fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap()
}

pub fn weekday(day: Date) -> u32 {
    day.weekday().to_monday_zero_offset() as u32
}

pub fn date(day: chrono::NaiveDate) -> Date {
    use chrono::Datelike;
    jiff::civil::date(day.year() as i16, day.month() as i8, day.day() as i8)
}

/// Whether an instant lies in a daily window that begins on one of the days.
pub fn inside(zone: &TimeZone, at: i64, from: u32, to: u32, days: Days) -> bool {
    let today = local(zone, at).date();
    [-1, 0, 1].into_iter().map(|ahead| plus(today, ahead)).filter(|day| days.contains(weekday(*day))).any(|day| {
        let start = at_minute(zone, day, from);
        let end = at_minute(zone, if from < to { day } else { plus(day, 1) }, to);
        start <= at && at < end
    })
}

/// First day of the calendar window of an instant, and of the next one.
pub fn window(zone: &TimeZone, at: i64, window: journey::ir::Window) -> (i64, i64) {
    use journey::ir::Window::*;
    let today = local(zone, at).date();
    let (first, next) = match window {
        Day => (today, plus(today, 1)),
        Week => {
            let monday = plus(today, -i64::from(weekday(today)));
            (monday, plus(monday, 7))
        }
        Month => (today.first_of_month(), plus(today.last_of_month(), 1)),
        Rolling(_) => unreachable!(),
    };
    (at_minute(zone, first, 0), at_minute(zone, next, 0))
}
