//! How much is sent: by day and by minute, and to one person in their busiest day and week.

use crate::words;
use journey::chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use journey::chrono_tz::Tz;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

const MINUTE: i64 = 60_000;

/// The local day of an instant, counted from the first of our era; that of the last one is kept, for effects come in time
/// order.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    zone: Tz,
    from: i64,
    to: i64,
    day: i32,
}

impl Day {
    pub(crate) fn new(zone: Tz) -> Self {
        Self { zone, from: 0, to: 0, day: 0 }
    }

    pub(crate) fn of(&mut self, at: i64) -> i32 {
        if !(self.from..self.to).contains(&at) {
            let date = words::day(self.zone, at);
            let midnight = |date: NaiveDate| midnight(self.zone, date).unwrap_or(at);
            self.day = date.num_days_from_ce();
            self.from = midnight(date).min(at);
            self.to = date.checked_add_days(Days::new(1)).map_or(at, midnight).max(at + 1);
        }
        self.day
    }
}

/// When a day begins somewhere.
pub(crate) fn midnight(zone: Tz, date: NaiveDate) -> Option<i64> {
    // Where the clock jumps over midnight, the day begins behind the gap.
    let mut hours = (0..4).filter_map(|hour| date.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::hours(hour)));
    hours.find_map(|local| zone.from_local_datetime(&local).earliest()).map(|at| at.timestamp_millis())
}

/// Messages of one channel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Volume {
    days: BTreeMap<i32, u64>,
    minutes: HashMap<i64, u64>,
}

impl Volume {
    /// Counts a message; `day` is that of the instant.
    pub(crate) fn count(&mut self, day: i32, at: i64) {
        *self.days.entry(day).or_default() += 1;
        *self.minutes.entry(at.div_euclid(MINUTE)).or_default() += 1;
    }

    pub(crate) fn absorb(&mut self, other: Volume) {
        other.days.into_iter().for_each(|(day, n)| *self.days.entry(day).or_default() += n);
        other.minutes.into_iter().for_each(|(minute, n)| *self.minutes.entry(minute).or_default() += n);
    }

    pub(crate) fn by_day(&self) -> impl Iterator<Item = (NaiveDate, u64)> {
        self.days.iter().map(|(day, n)| (date(*day), *n))
    }

    /// The day with the most, and how many; none: nothing was sent.
    pub(crate) fn busiest_day(&self) -> Option<(NaiveDate, u64)> {
        first_of_most(&self.days).map(|(day, n)| (date(day), n))
    }

    /// When the minute with the most began, and how many.
    pub(crate) fn busiest_minute(&self) -> Option<(i64, u64)> {
        first_of_most(&self.minutes).map(|(minute, n)| (minute * MINUTE, n))
    }
}

fn date(day: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default()
}

/// The one with the highest count; of equals the first.
fn first_of_most<'a, K: Ord + Copy + 'a>(all: impl IntoIterator<Item = (&'a K, &'a u64)>) -> Option<(K, u64)> {
    all.into_iter().map(|(key, n)| (*key, *n)).max_by_key(|(key, n)| (*n, Reverse(*key)))
}

/// Messages to one person, counted in time order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Person {
    day: Most,
    week: Most,
}

impl Person {
    pub(crate) fn count(&mut self, day: i32) {
        self.day.count(day);
        // Weeks begin on Monday, as the first day of our era did.
        self.week.count((day - 1).div_euclid(7));
    }

    /// The most in one day.
    pub(crate) fn most_in_a_day(&self) -> u64 {
        self.day.most
    }

    /// The most in one week.
    pub(crate) fn most_in_a_week(&self) -> u64 {
        self.week.most
    }
}

/// The most in any one of a row of days or weeks.
#[derive(Debug, Clone, Default)]
struct Most {
    now: i32,
    here: u64,
    most: u64,
}

impl Most {
    fn count(&mut self, at: i32) {
        self.here = if self.now == at { self.here + 1 } else { 1 };
        self.now = at;
        self.most = self.most.max(self.here);
    }
}

/// How many people got so many messages in their busiest day or week; the place is the number of messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Busiest(Vec<u64>);

/// The numbers of messages that half of the people and 95 of 100 do not exceed, and the most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Shares {
    pub(crate) p50: u64,
    pub(crate) p95: u64,
    pub(crate) most: u64,
}

impl Busiest {
    /// Counts people beyond this number of messages as if they got so many: nobody's week has more.
    const MOST: usize = 1 << 16;

    pub(crate) fn add(&mut self, messages: u64, people: u64) {
        let at = usize::try_from(messages).unwrap_or(Self::MOST).min(Self::MOST);
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(count) = self.0.get_mut(at) {
            *count += people;
        }
    }

    pub(crate) fn absorb(&mut self, other: Busiest) {
        other.0.into_iter().enumerate().for_each(|(messages, people)| self.add(messages as u64, people));
    }

    pub(crate) fn people(&self) -> u64 {
        self.0.iter().sum()
    }

    pub(crate) fn shares(&self) -> Shares {
        let most = self.0.iter().rposition(|count| *count > 0).unwrap_or(0) as u64;
        Shares { p50: self.percentile(50), p95: self.percentile(95), most }
    }

    /// The number of messages that this share of the people do not exceed, in hundredths.
    fn percentile(&self, hundredths: u64) -> u64 {
        let wanted = (self.people() * hundredths).div_ceil(100);
        let mut so_far = 0;
        let found = self.0.iter().position(|count| {
            so_far += count;
            so_far >= wanted
        });
        found.unwrap_or(0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_charters_day_also_where_the_clock_changes() {
        let mut day = Day::new(Tz::Europe__Paris);
        let at = |text: &str| journey::value::parse_instant(text).unwrap();
        let first = day.of(at("2026-03-28T22:59:59Z"));
        assert_eq!(day.of(at("2026-03-28T23:00:00Z")), first + 1);
        assert_eq!(day.of(at("2026-03-29T21:59:59Z")), first + 1); // a day of 23 hours
        assert_eq!(day.of(at("2026-03-29T22:00:00Z")), first + 2);
        assert_eq!(day.of(at("2026-03-28T12:00:00Z")), first);
    }

    #[test]
    fn of_equals_the_first_counts() {
        let all = BTreeMap::from([(3, 5), (1, 5), (2, 4)]);
        assert_eq!(first_of_most(&all), Some((1, 5)));
    }

    #[test]
    fn a_week_goes_from_monday_to_sunday() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap().num_days_from_ce();
        let mut person = Person::default();
        for text in ["2026-03-01", "2026-03-02", "2026-03-08", "2026-03-09"] {
            person.count(day(text));
        }
        assert_eq!((person.most_in_a_day(), person.most_in_a_week()), (1, 2));
    }

    #[test]
    fn shares_of_people() {
        let shares = Busiest(vec![50, 45, 4, 1]).shares();
        assert_eq!((shares.p50, shares.p95, shares.most), (0, 1, 3));
        assert_eq!(Busiest::default().shares(), Shares::default());
    }
}
