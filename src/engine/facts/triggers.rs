//! Entries that no event lets in: segments, dates, anniversaries, days of the calendar. Their moments are worked out
//! when something that they depend on changes, and ring like any other alarm.

use super::view::View;
use crate::bytecode::{Cause, Standing, ValueMoment};
use crate::engine::state::past::StandingRow;
use crate::engine::time::local_time::{self, instant, plus_days};
use crate::engine::time::moments::value_moment;
use crate::ir::{Days, SegmentId};
use crate::value::{Minute, Timestamp, Value};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

/// What an entry comes to at an instant.
#[derive(Default)]
pub(crate) struct Settled {
    /// Whether it lets the person in now.
    pub(crate) fits: bool,
    /// When it has to be asked again.
    pub(crate) due: Option<Timestamp>,
    /// What it let in last ([`StandingRow::last_fired`]).
    pub(crate) last_fired: Option<i64>,
    /// Whether the person is in its segment.
    pub(crate) inside: bool,
}

/// Works an entry out anew, from how it stood before. `rung` is the alarm that made it ask.
pub(crate) fn settle(view: View<'_>, standing: &Standing, before: &StandingRow, rung: Option<Timestamp>) -> Settled {
    let now = view.now;
    let (last_fired, inside) = (before.last_fired, before.inside);
    match &standing.cause {
        Cause::Segment { segment, entering } => settle_segment(view, *segment, *entering, inside),
        Cause::Date(moment) => settle_date(view, moment, last_fired, rung),
        Cause::Yearly(moment) => settle_year(view, moment, last_fired, rung),
        Cause::Every(days, minute) => settle_day(view.zone, now, *days, *minute, last_fired, rung),
        Cause::Once(date, minute) => {
            let reached = instant(view.zone, *date, *minute);
            let fits = last_fired.is_none() && (reached == now || Some(reached) == rung);
            let due = Some(reached).filter(|at| *at > now && last_fired.is_none());
            Settled { fits, due, last_fired: if fits { Some(1) } else { last_fired }, inside: false }
        }
    }
}

fn settle_segment(view: View<'_>, segment: SegmentId, entering: bool, was_inside: bool) -> Settled {
    let Some(of) = view.code.segments.get(segment) else { return Settled::default() };
    let mut asker = view.ask();
    let inside = asker.truth(of.cond) == Some(true);
    Settled { fits: inside != was_inside && inside == entering, due: asker.changes, last_fired: None, inside }
}

/// The value that a moment follows.
fn followed(view: View<'_>, moment: &ValueMoment) -> Value {
    view.ask().value(moment.of)
}

/// Once for each value of the date; what is past already does not let in.
fn settle_date(view: View<'_>, moment: &ValueMoment, last_fired: Option<i64>, rung: Option<Timestamp>) -> Settled {
    let value = followed(view, moment);
    let reached = value_moment(view.zone, &value, moment);
    let of_value = xxhash_rust::xxh3::xxh3_64(value.to_string().as_bytes()) as i64;
    let Some(reached) = reached.filter(|_| last_fired != Some(of_value)) else {
        return Settled { last_fired, ..Settled::default() };
    };
    let fits = reached == view.now || Some(reached) == rung;
    let due = Some(reached).filter(|at| *at > view.now);
    Settled { fits, due, last_fired: if fits { Some(of_value) } else { last_fired }, inside: false }
}

/// Once a year, from the year after the date on.
fn settle_year(view: View<'_>, moment: &ValueMoment, last_fired: Option<i64>, rung: Option<Timestamp>) -> Settled {
    let zone = view.zone;
    let nothing = Settled { last_fired, ..Settled::default() };
    let (first, time) = match followed(view, moment) {
        Value::Date(date) => (date, None),
        Value::Moment(at) => {
            let local = local_time::local(zone, at);
            (local.date(), Some(local.time()))
        }
        _ => return nothing,
    };
    let from = view.now.min(rung.unwrap_or(view.now));
    let reached = |year: i32| -> Option<Timestamp> {
        // 29 February falls on 28 February in other years.
        let day = NaiveDate::from_ymd_opt(year, first.month(), first.day())
            .or_else(|| NaiveDate::from_ymd_opt(year, first.month(), 28))?;
        match (time, moment.at) {
            (Some(time), None) => Some(local_time::instant_of(zone, day.and_time(time)).saturating_add(moment.offset)),
            _ => value_moment(zone, &Value::Date(day), moment),
        }
    };
    let about = local_time::local(zone, from.saturating_sub(moment.offset)).year();
    let after = |last_fired: Option<i64>| {
        let least =
            last_fired.map_or(i64::MIN, |last_fired| last_fired.saturating_add(1)).max(i64::from(first.year()) + 1);
        let least = i32::try_from(least).unwrap_or(i32::MAX).max(about.saturating_sub(2));
        (least..=least.saturating_add(4)).filter_map(|year| Some((year, reached(year)?)))
    };
    let Some((year, next)) = after(last_fired).find(|(_, at)| *at >= from) else { return nothing };
    let fits = next == view.now || Some(next) == rung;
    let last_fired = if fits { Some(i64::from(year)) } else { last_fired };
    let due = after(last_fired).map(|(_, at)| at).find(|at| *at > view.now);
    Settled { fits, due, last_fired, inside: false }
}

/// At most once a local date, on some days of the week.
fn settle_day(
    zone: Tz,
    now: Timestamp,
    days: Days,
    minute: Minute,
    last_fired: Option<i64>,
    rung: Option<Timestamp>,
) -> Settled {
    let from = now.min(rung.unwrap_or(now));
    let today = local_time::date(zone, from);
    let after = |last_fired: Option<i64>| {
        (-1..=9)
            .map(move |ahead| plus_days(today, ahead))
            .filter(move |day| days.contains(day.weekday().num_days_from_monday()))
            .filter(move |day| last_fired.is_none_or(|last_fired| i64::from(day.num_days_from_ce()) > last_fired))
            .map(move |day| (day, instant(zone, day, minute)))
    };
    let fitting = after(last_fired).find(|(_, at)| *at >= from).filter(|(_, at)| *at == now || Some(*at) == rung);
    let last_fired = fitting.map(|(day, _)| i64::from(day.num_days_from_ce())).or(last_fired);
    let near = after(last_fired).map(|(_, at)| at).find(|at| *at > now);
    // A host that was away for long counts from now.
    let due = near.unwrap_or_else(|| local_time::next_time(zone, now.saturating_add(1), minute, days));
    Settled { fits: fitting.is_some(), due: Some(due), last_fired, inside: false }
}
