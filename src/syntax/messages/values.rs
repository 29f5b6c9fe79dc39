//! Numbers, lengths of time, times, dates and zones.

use super::{Said, instead, say};
use crate::diagnostic::Advice;
use crate::syntax::problem::kind::Value;

pub(super) fn said(kind: Value) -> Said {
    match kind {
        Value::TooManyDigits => {
            say("This number has more digits than can be kept exactly", "write a number of at most 28 digits")
        }
        Value::Thousands { number } => instead("Thousands are not parted by a comma", &number),
        Value::NumberInWords { number } => instead("Numbers are written in digits", &number),
        Value::HalfDay { time } => {
            let time = time.unwrap_or_else(|| "a time such as 21:00".to_string());
            say("Times are written on the 24-hour clock", format!("write {time}"))
        }
        Value::Midnight => say("A day ends at 23:59; midnight is its start", "write 00:00"),
        Value::NoSuchTime { time } => say(format!("There is no time `{time}`"), "write a time from 00:00 to 23:59"),
        Value::NoTimeAtAll => say("This lasts no time at all", "write more than nothing, such as 1h"),
        Value::TooLong => say("This is longer than a hundred years", "write a shorter time"),
        Value::PartOfUnit { whole } => {
            let title = "A length of time is written in whole numbers";
            match whole {
                Some(whole) => instead(title, &whole),
                None => say(title, "write it with a smaller unit: 1d12h, not 1.5d"),
            }
        }
        Value::NoUnit { unit, number } => say(
            format!("`{unit}` is no unit of time"),
            format!("write {number}s, {number}m, {number}h, {number}d or {number}w"),
        ),
        Value::MisspeltUnit { word, length } => say(format!("`{word}` is no unit of time"), Advice::meant(&length)),
        Value::UnequalUnits { units } => {
            say(format!("{units} are not all of one length"), "write it in days, such as `30d`")
        }
        Value::NoSuchDay { date, last } => {
            let edit = match last {
                Some(last) => format!("write `{last}`, the last day of that month"),
                None => "write year-month-day, such as 2026-12-24".to_string(),
            };
            say(format!("There is no day `{date}`"), edit)
        }
        Value::MonthInWords => {
            say("Dates are written year-month-day, in digits", "write it in digits, such as 2026-12-24")
        }
        Value::TimeBehindDate { hour } => say(
            "A space stands between a date and its time",
            format!("write a space instead of `T`, such as `2026-12-24 {hour}:00`"),
        ),
        Value::OrderOfDate { year, date } => {
            let title = "Dates are written year-month-day";
            match date {
                Some(date) => instead(title, &date),
                None => say(title, format!("write {year}, then the month, then the day: {year}-12-24")),
            }
        }
        Value::HourOrDay { hour } => say(
            format!("`{hour}` could be a time, a day or a number of days"),
            format!("write `{hour:02}:00`, `day {hour}` or a date"),
        ),
        Value::NoMoment => {
            say("This is neither a time nor a day", "write `09:00`, `monday`, `day 5` or a date such as `2026-12-24`")
        }
        Value::Zone { zone } => {
            let edit = zone
                .map_or_else(|| "write it such as \"Europe/Paris\"".to_string(), |zone| format!("write \"{zone}\""));
            say("A time zone stands in quotes, with its continent", edit)
        }
    }
}
