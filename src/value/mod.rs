//! Values and their types: exact decimals, local dates and times, instants in whole milliseconds.

pub mod duration;
mod json;
mod thing;

pub use json::Json;
pub(crate) use thing::{DEEPEST, unlike};

use crate::limits;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::cmp::Ordering;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
pub type Timestamp = i64;

/// A length of time in milliseconds.
pub type Millis = i64;

/// A minute of the day, from 0 to 1439.
pub type Minute = u32;

/// The days that the engine can count with: years 1 to 9999.
pub const FIRST_INSTANT: Timestamp = -62_135_596_800_000;
/// See [`FIRST_INSTANT`].
pub const LAST_INSTANT: Timestamp = 253_402_300_799_999;

/// A value. One that is [`Value::Missing`] makes what is asked of it unknown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Value {
    /// Nothing is known.
    #[default]
    Missing,
    /// True or false.
    Bool(bool),
    /// An exact decimal.
    Number(#[serde(with = "rust_decimal::serde::str")] Decimal),
    /// A text.
    Text(SmolStr),
    /// A local calendar day.
    Date(NaiveDate),
    /// A local time of day.
    Time(Minute),
    /// An instant.
    Moment(Timestamp),
    /// A length of time.
    Duration(Millis),
    /// Several values.
    List(Vec<Value>),
    /// An object: names in snake case, each once, and values, in the order in which they stand. Only texts of messages read
    /// them; it is there, and nothing compares with it.
    Thing(Vec<(SmolStr, Value)>),
}

impl Value {
    /// Whether nothing is known.
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }

    /// A condition's answer; anything but a bool is unknown.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Value::Text(text) => text.len(),
            Value::List(items) => items.iter().map(|item| 32 + item.size()).sum(),
            Value::Thing(fields) => fields.iter().map(|(name, value)| 32 + name.len() + value.size()).sum(),
            _ => 16,
        }
    }

    /// Whether it is short enough to be kept.
    pub(crate) fn fits(&self) -> bool {
        self.size() <= if self.holds_thing() { limits::THINGS } else { limits::VALUE }
    }

    /// Whether there is an object in it.
    pub(crate) fn holds_thing(&self) -> bool {
        match self {
            Value::Thing(_) => true,
            Value::List(items) => items.iter().any(Value::holds_thing),
            _ => false,
        }
    }

    /// Orders two values of one type; values of unlike types, and missing ones, do not compare.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
            (Value::Moment(a), Value::Moment(b)) | (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Some(a.len().cmp(&b.len()));
                }
                a.iter()
                    .zip(b)
                    .map(|(a, b)| a.compare(b))
                    .find(|o| *o != Some(Ordering::Equal))
                    .unwrap_or(Some(Ordering::Equal))
            }
            _ => None,
        }
    }
}

impl Value {
    /// Whether two values are the same. An id is one id as number and as text: 7 is `"7"`, in keys too.
    pub fn is_same(&self, other: &Value) -> Option<bool> {
        match (self, other) {
            (Value::Number(number), Value::Text(text)) | (Value::Text(text), Value::Number(number)) => {
                Some(number.normalize().to_string() == text.as_str())
            }
            _ => self.compare(other).map(|order| order == Ordering::Equal),
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the signs")]
pub enum Comparison {
    Is,
    IsNot,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Whether two values compare like this; none where they do not compare.
    pub fn of(self, left: &Value, right: &Value) -> Option<bool> {
        match self {
            Comparison::Is => left.is_same(right),
            Comparison::IsNot => left.is_same(right).map(|same| !same),
            _ => left.compare(right).map(|order| self.holds(order)),
        }
    }

    /// Whether an order of two values fits.
    pub fn holds(self, order: Ordering) -> bool {
        use Ordering::{Equal, Greater, Less};
        match self {
            Comparison::Is => order == Equal,
            Comparison::IsNot => order != Equal,
            Comparison::Less => order == Less,
            Comparison::LessOrEqual => order != Greater,
            Comparison::Greater => order == Greater,
            Comparison::GreaterOrEqual => order != Less,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Missing => f.write_str("missing"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Number(n) => write!(f, "{}", n.normalize()),
            Value::Text(t) => write!(f, "{t:?}"),
            Value::Date(d) => write!(f, "{d}"),
            Value::Time(m) => f.write_str(&show_minute(*m)),
            Value::Moment(t) => f.write_str(&show_instant(*t)),
            Value::Duration(d) => f.write_str(&show_duration(*d)),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "({})", items.join(", "))
            }
            Value::Thing(fields) => {
                let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                write!(f, "({})", fields.join(", "))
            }
        }
    }
}

/// What a value can be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Type {
    /// Nothing in the program says.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `text`
    Text,
    /// One of the listed texts.
    Choice(Vec<SmolStr>),
    /// `date`
    Date,
    /// `time`
    Time,
    /// `moment`
    Moment,
    /// A date or a moment; the value itself says which.
    DateOrMoment,
    /// `duration`
    Duration,
    /// `list of T`
    List(Box<Type>),
    /// An object, or a list of such: the names that are kept of it, and their types. What is no object stays what it is.
    Thing(Vec<(SmolStr, Type)>),
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Type::Any => f.write_str("a value"),
            Type::Bool => f.write_str("true or false"),
            Type::Number => f.write_str("a number"),
            Type::Text => f.write_str("a text"),
            Type::Choice(options) => {
                let options: Vec<String> = options.iter().map(|o| format!("\"{o}\"")).collect();
                write!(f, "one of {}", options.join(", "))
            }
            Type::Date => f.write_str("a date"),
            Type::Time => f.write_str("a time of day"),
            Type::Moment => f.write_str("a moment"),
            Type::DateOrMoment => f.write_str("a date or a moment"),
            Type::Duration => f.write_str("a length of time"),
            Type::List(of) => write!(f, "a list, each {of}"),
            Type::Thing(_) => f.write_str("an object"),
        }
    }
}

/// RFC 3339 in UTC, with a fraction only where there is one.
pub fn show_instant(at: Timestamp) -> String {
    let mut out = String::with_capacity(24);
    push_instant(&mut out, at);
    out
}

/// The digits of the numbers below 100.
const PAIRS: &[[u8; 2]] = b"\
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"
    .as_chunks()
    .0;

/// Appends what [`show_instant`] shows. Every send has one in its id: this is quicker than a general format.
pub(crate) fn push_instant(out: &mut String, at: Timestamp) {
    let Some(time) = DateTime::from_timestamp_millis(at).map(|time| time.naive_utc()) else {
        return out.push_str(&format!("{at} ms"));
    };
    if !(0..=9999).contains(&time.year()) {
        return out.push_str(&time.and_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
    let d = |number: u32| b'0' + (number % 10) as u8;
    let two = |number: u32| PAIRS.get(number as usize).copied().unwrap_or_default();
    let (year, month, day) = (time.year().unsigned_abs(), time.month(), time.day());
    let of_day = at.rem_euclid(86_400_000) as u32;
    let (hour, minute, second, millis) =
        (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60, of_day % 1_000);
    let ([y1, y2], [y3, y4], [o1, o2], [d1, d2]) = (two(year / 100), two(year % 100), two(month), two(day));
    let ([h1, h2], [m1, m2], [s1, s2]) = (two(hour), two(minute), two(second));
    let text = [y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z'];
    // Digits and signs are always text.
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
    if millis > 0 {
        out.pop();
        let rest = [b'.', d(millis / 100), d(millis / 10), d(millis), b'Z'];
        out.push_str(std::str::from_utf8(&rest).unwrap_or_default());
    }
}

/// Reads an instant of RFC 3339; what is finer than a millisecond is cut off. None outside the years 1 to 9999.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let parsed = DateTime::parse_from_rfc3339(text).ok()?;
    let at = parsed.timestamp_millis();
    (FIRST_INSTANT..=LAST_INSTANT).contains(&at).then_some(at)
}

/// `1d12h`: the shortest way to write a length of time; less than a second as `250ms`.
pub fn show_duration(millis: Millis) -> String {
    if millis == 0 {
        return "0s".to_string();
    }
    let mut rest = millis.unsigned_abs();
    let mut out = String::new();
    if millis < 0 {
        out.push('-');
    }
    for (unit, each) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
        if rest >= each {
            out.push_str(&format!("{}{unit}", rest / each));
            rest %= each;
        }
    }
    out
}

/// `1d 12h`: a length of time for people, to the second; from two years on `about 3 years`.
///
/// ```
/// use journey::value::show_roughly;
///
/// assert_eq!(show_roughly(205_200_001), "2d 9h");
/// assert_eq!(show_roughly(898_739_999), "10d 9h 39m");
/// assert_eq!(show_roughly(1_098 * 86_400_000), "about 3 years");
/// ```
pub fn show_roughly(millis: Millis) -> String {
    const YEAR: u64 = 365;
    let mut rest = (millis.unsigned_abs() + 500) / 1_000;
    let days = rest / 86_400;
    if days >= 2 * YEAR {
        return format!("about {} years", (days + YEAR / 2) / YEAR);
    }
    let mut parts = vec![];
    for (unit, each) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= each {
            parts.push(format!("{}{unit}", rest / each));
            rest %= each;
        }
    }
    if parts.is_empty() { "0s".to_string() } else { parts.join(" ") }
}

/// `09:00`
pub fn show_minute(minute: Minute) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Reads a date, `2026-12-24`.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (text.len() == 10 && (1..=9999).contains(&date.year())).then_some(date)
}

/// Reads a local moment, `2026-12-24 18:30`.
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(' ')?;
    parse_date(date)?
        .and_hms_opt(0, 0, 0)?
        .checked_add_signed(chrono::Duration::minutes(i64::from(parse_minute(time)?)))
}

/// Reads a time of day, `09:00`.
pub fn parse_minute(text: &str) -> Option<Minute> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |s: &str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_fractions_only_where_there_are_any() {
        assert_eq!(show_instant(0), "1970-01-01T00:00:00Z");
        assert_eq!(show_instant(1_500), "1970-01-01T00:00:01.500Z");
        for at in (FIRST_INSTANT..LAST_INSTANT).step_by(86_400_007_000_000 / 7) {
            let general = DateTime::from_timestamp_millis(at).unwrap();
            assert_eq!(show_instant(at), general.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
        }
        assert_eq!(parse_instant("1970-01-01T01:00:00.0009+01:00"), Some(0));
        assert_eq!(parse_instant("0000-01-01T00:00:00Z"), None);
    }

    #[test]
    fn durations_print_as_they_are_written() {
        assert_eq!(show_duration(36 * 3_600_000), "1d12h");
        assert_eq!(show_duration(-60_000), "-1m");
    }

    #[test]
    fn local_moments_are_strict() {
        assert!(parse_local("2026-12-24 18:30").is_some());
        assert!(parse_local("2026-12-24 24:00").is_none());
        assert!(parse_local("2026-02-30 10:00").is_none());
        assert!(parse_minute("9:00").is_none());
    }
}
