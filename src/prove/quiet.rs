//! How long several quiet hours can hold a message together.

use super::clock::millis;
use super::cycle::DAY;
use crate::ir::{Days, Expr, Quiet};
use crate::limits::LONGEST_HOLD;
use crate::value::Millis;

/// The longest stretch in which one of these rules can stand without a pause: no longer than a message is held.
pub(super) fn longest<'a>(rules: impl Iterator<Item = &'a Quiet>) -> Millis {
    let mut times: Vec<(Millis, Millis)> = rules.flat_map(times).collect();
    times.sort_unstable();
    let (mut longest, mut stretch) = (0, (0, 0));
    for (begin, end) in times {
        stretch = if begin <= stretch.1 { (stretch.0, stretch.1.max(end)) } else { (begin, end) };
        longest = longest.max(stretch.1 - stretch.0);
    }
    longest.min(LONGEST_HOLD)
}

/// When a rule can stand within three weeks, so that what goes on over the end of one is whole in the next.
fn times(rule: &Quiet) -> Vec<(Millis, Millis)> {
    let days = rule.when.as_ref().map_or(Days::ALL, stands_on);
    let (from, to) = (millis(rule.from), millis(rule.to));
    let length = if to > from { to - from } else { to - from + DAY };
    let begins = (0..21).filter(|day| rule.days.contains(day % 7)).map(|day| Millis::from(day) * DAY + from);
    begins.flat_map(|begin| on_days(begin, begin + length, days)).collect()
}

/// The parts of a time that lie on these days.
fn on_days(begin: Millis, end: Millis, days: Days) -> impl Iterator<Item = (Millis, Millis)> {
    let midnight = begin.div_euclid(DAY) * DAY;
    let parts = (0..2).map(move |n| (begin.max(midnight + n * DAY), end.min(midnight + (n + 1) * DAY)));
    let lies_on = move |at: Millis| u32::try_from(at.div_euclid(DAY).rem_euclid(7)).is_ok_and(|day| days.contains(day));
    parts.filter(move |(begin, end)| begin < end && lies_on(*begin))
}

/// The days on which a condition can hold.
fn stands_on(cond: &Expr) -> Days {
    match cond {
        Expr::Day(days) => *days,
        Expr::And(parts) => Days(parts.iter().map(stands_on).fold(Days::ALL.0, |all, days| all & days.0)),
        _ => Days::ALL,
    }
}
