//! Entries that no event lets in: segments, dates, anniversaries, days of the calendar. Their moments are worked out
//! when something that they depend on changes, and ring like any other alarm.

use super::conditions::Asker;
use super::gate::Changed;
use super::local_time::{self, instant, plus_days};
use super::turn::Turn;
use super::until::value_moment;
use crate::bytecode::{Cause, ValueMoment};
use crate::ir::Days;
use crate::value::{Instant, Minute, Value};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

/// What an entry comes to at an instant.
#[derive(Default)]
struct Settled {
    fits: bool,
    due: Option<Instant>,
    mark: Option<i64>,
    inside: bool,
}

impl Turn<'_> {
    /// Sees a person for the first time, if the program has something to say about that.
    pub(crate) fn greet(&mut self) -> bool {
        if !self.code.greets || self.profile.past.as_ref().is_some_and(|past| past.first_seen.is_some()) {
            return false;
        }
        let now = self.now;
        self.profile.remember().first_seen = Some(now);
        self.stale.extend(0..self.code.standing.len() as u16);
        true
    }

    /// What goes by attributes, consent and reachability has to be asked anew.
    pub(crate) fn traits_changed(&mut self) {
        let code = self.code;
        self.stale.extend_from_slice(&code.watch.traits);
        self.rework_holds(Changed::Asked);
    }

    /// What goes by local time has to be worked out anew.
    pub(crate) fn zone_changed(&mut self) {
        let code = self.code;
        self.stale.extend_from_slice(&code.watch.zone);
        self.rework_holds(Changed::Zone);
    }

    /// Asks what has to be asked anew; gives the entries that let the person in now.
    pub(crate) fn settle_stale(&mut self) -> Vec<u16> {
        if self.stale.is_empty() {
            return vec![];
        }
        let mut stale = std::mem::take(&mut self.stale);
        stale.sort_unstable();
        stale.dedup();
        stale.retain(|number| self.settle(*number, None));
        self.profile.remember().set_alarm();
        stale
    }

    /// Works an entry out anew; says whether it lets the person in now. `rung` is the alarm that made it ask.
    pub(crate) fn settle(&mut self, number: u16, rung: Option<Instant>) -> bool {
        let code = self.code;
        let Some(standing) = code.standing.get(usize::from(number)) else { return false };
        let now = self.now;
        let before = self.profile.remember().standing(number);
        let (mark, inside) = (before.mark, before.inside);
        let mut settled = match &standing.cause {
            Cause::Segment { segment, entering } => self.settle_segment(*segment, *entering, inside),
            Cause::Date(moment) => self.settle_date(moment, mark, rung),
            Cause::Yearly(moment) => self.settle_year(moment, mark, rung),
            Cause::Every(days, minute) => settle_day(self.zone(), now, *days, *minute, mark, rung),
            Cause::Once(date, minute) => {
                let reached = instant(self.zone(), *date, *minute);
                let fits = mark.is_none() && (reached == now || Some(reached) == rung);
                let due = Some(reached).filter(|at| *at > now && mark.is_none());
                Settled { fits, due, mark: if fits { Some(1) } else { mark }, inside: false }
            }
        };
        if self.is_last && code.recurs(standing) {
            settled.due = None;
        }
        let Settled { fits, due, mark, inside } = settled;
        self.profile.remember().set_standing(super::past::StandingRow { number, due, mark, inside });
        fits
    }

    fn settle_segment(&mut self, segment: u16, entering: bool, was_inside: bool) -> Settled {
        let Some(of) = self.code.segments.get(usize::from(segment)) else { return Settled::default() };
        let mut asker = Asker::new(self.code, self.profile, self.now, None, None);
        let inside = asker.truth(of.cond) == Some(true);
        Settled { fits: inside != was_inside && inside == entering, due: asker.changes, mark: None, inside }
    }

    /// The value that a moment follows.
    fn followed(&self, moment: &ValueMoment) -> Value {
        Asker::new(self.code, self.profile, self.now, None, None).value(moment.of)
    }

    /// Once for each value of the date; what is past already does not let in.
    fn settle_date(&self, moment: &ValueMoment, mark: Option<i64>, rung: Option<Instant>) -> Settled {
        let value = self.followed(moment);
        let reached = value_moment(self.zone(), &value, moment);
        let of_value = xxhash_rust::xxh3::xxh3_64(value.to_string().as_bytes()) as i64;
        let Some(reached) = reached.filter(|_| mark != Some(of_value)) else {
            return Settled { mark, ..Settled::default() };
        };
        let fits = reached == self.now || Some(reached) == rung;
        let due = Some(reached).filter(|at| *at > self.now);
        Settled { fits, due, mark: if fits { Some(of_value) } else { mark }, inside: false }
    }

    /// Once a year, from the year after the date on.
    fn settle_year(&self, moment: &ValueMoment, mark: Option<i64>, rung: Option<Instant>) -> Settled {
        let zone = self.zone();
        let nothing = Settled { mark, ..Settled::default() };
        let (first, time) = match self.followed(moment) {
            Value::Date(date) => (date, None),
            Value::Moment(at) => {
                let local = local_time::local(zone, at);
                (local.date(), Some(local.time()))
            }
            _ => return nothing,
        };
        let from = self.now.min(rung.unwrap_or(self.now));
        let reached = |year: i32| -> Option<Instant> {
            // 29 February falls on 28 February in other years.
            let day = NaiveDate::from_ymd_opt(year, first.month(), first.day())
                .or_else(|| NaiveDate::from_ymd_opt(year, first.month(), 28))?;
            match (time, moment.at) {
                (Some(time), None) => {
                    Some(local_time::instant_of(zone, day.and_time(time)).saturating_add(moment.offset))
                }
                _ => value_moment(zone, &Value::Date(day), moment),
            }
        };
        let about = local_time::local(zone, from.saturating_sub(moment.offset)).year();
        let after = |mark: Option<i64>| {
            let least = mark.map_or(i64::MIN, |mark| mark.saturating_add(1)).max(i64::from(first.year()) + 1);
            let least = i32::try_from(least).unwrap_or(i32::MAX).max(about.saturating_sub(2));
            (least..=least.saturating_add(4)).filter_map(|year| Some((year, reached(year)?)))
        };
        let Some((year, next)) = after(mark).find(|(_, at)| *at >= from) else { return nothing };
        if next == self.now || Some(next) == rung {
            let mark = Some(i64::from(year));
            let due = after(mark).map(|(_, at)| at).find(|at| *at > self.now);
            return Settled { fits: true, due, mark, inside: false };
        }
        let due = after(mark).map(|(_, at)| at).find(|at| *at > self.now);
        Settled { due, mark, ..Settled::default() }
    }
}

/// At most once a local date, on some days of the week.
fn settle_day(zone: Tz, now: Instant, days: Days, minute: Minute, mark: Option<i64>, rung: Option<Instant>) -> Settled {
    let from = now.min(rung.unwrap_or(now));
    let today = local_time::date(zone, from);
    let after = |mark: Option<i64>| {
        (-1..=9)
            .map(move |ahead| plus_days(today, ahead))
            .filter(move |day| days.contains(day.weekday().num_days_from_monday()))
            .filter(move |day| mark.is_none_or(|mark| i64::from(day.num_days_from_ce()) > mark))
            .map(move |day| (day, instant(zone, day, minute)))
    };
    let next_after = |mark: Option<i64>| {
        let near = after(mark).map(|(_, at)| at).find(|at| *at > now);
        // A host that was away for long counts from now.
        near.or_else(|| Some(local_time::next_time(zone, now.saturating_add(1), minute, days)))
    };
    match after(mark).find(|(_, at)| *at >= from) {
        Some((day, at)) if at == now || Some(at) == rung => {
            let mark = Some(i64::from(day.num_days_from_ce()));
            Settled { fits: true, due: next_after(mark), mark, inside: false }
        }
        _ => Settled { due: next_after(mark), mark, ..Settled::default() },
    }
}
