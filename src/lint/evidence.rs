//! The path that a finding about time rests on, as a small timeline: `day 1 10:00 email recs · day 1 22:00 sms offer`.

use super::view::View;
use crate::limits::DAY;
use crate::prove::Shown;
use crate::source::Span;
use crate::value::Millis;

/// The time of day at which a path begins that can begin at any.
const MORNING: Millis = 10 * 3_600_000;
/// More messages than this are not told one by one.
const TOLD: usize = 6;

/// A path with its times, of which the last comes so long after the midnight before the entry; `in_a_day`: it is about one
/// local day, so it is put into one.
pub(super) fn timeline(view: &View<'_>, path: &[Shown], ends: Millis, in_a_day: bool) -> String {
    let begin = begins(path, ends, in_a_day);
    let mut out: Vec<String> = path.iter().map(|shown| moment(view, begin, shown)).collect();
    if out.len() > TOLD {
        let left_out = out.len() - TOLD;
        out.splice(3..3 + left_out, [format!("… {left_out} more …")]);
    }
    out.join(" · ")
}

/// When a path begins, since the midnight before the entry; what earlier entries sent counts from its first message.
fn begins(path: &[Shown], ends: Millis, in_a_day: bool) -> Millis {
    let lasts = path.last().map_or(0, |shown| shown.at);
    let earliest = (ends - lasts).max(0);
    let known = path.iter().find_map(|shown| Some((shown.time? - shown.at).rem_euclid(DAY)));
    let is_long = in_a_day && lasts < DAY && MORNING + lasts >= DAY;
    let time = known.unwrap_or(if is_long { (DAY - 60_000 - lasts).max(0) } else { MORNING });
    let (day, after) = (earliest.div_euclid(DAY), earliest.rem_euclid(DAY));
    match known {
        _ if time >= after => day * DAY + time,
        None if !in_a_day || after + lasts < DAY => earliest,
        _ => (day + 1) * DAY + time,
    }
}

/// So long after an entry at ten in the morning: `day 8 10:00`.
pub(super) fn after_entry(at: Millis) -> String {
    day_and_time(MORNING.saturating_add(at))
}

/// A step that comes so long after an entry at ten in the morning: `day 8 10:00 email last_call`.
pub(super) fn moment_after_entry(view: &View<'_>, at: Millis, place: Span) -> String {
    format!("{} {}", after_entry(at), step(view, place))
}

fn moment(view: &View<'_>, begin: Millis, shown: &Shown) -> String {
    format!("{} {}", day_and_time(begin.saturating_add(shown.at)), step(view, shown.place))
}

/// `day 1 10:00`
fn day_and_time(since_midnight: Millis) -> String {
    let minutes = since_midnight.rem_euclid(DAY) / 60_000;
    format!("day {} {:02}:{:02}", since_midnight.div_euclid(DAY) + 1, minutes / 60, minutes % 60)
}

/// A step as it is written, on one line.
pub(super) fn step(view: &View<'_>, place: Span) -> String {
    let text = view.text(place);
    let line = text.lines().next().unwrap_or_default().trim();
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_string(),
    }
}
