//! When the messages of several journeys come, on what tells their moments from each other: the week, a date, one event.

use super::anchor::Base;
use super::counts::Asked;
use super::cycle::{DAY, WEEK};
use super::exclusive::{Mask, Meeting, Part, only_event, the_event};
use crate::ir::{EventId, Expr, Window};
use crate::value::Millis;

/// A line on which messages of several journeys have their places: for each moment at which a window can end, those that lie
/// in it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) moments: Vec<Mask>,
}

/// What a line begins with.
#[derive(Debug, Clone, PartialEq)]
enum Origin {
    Week,
    Date(Base),
    Event(EventId),
}

/// Where a message lies: from when to when.
type Places = Vec<(Millis, Millis)>;

/// So many moments of a line are looked at.
const MOMENTS: usize = 64;
/// Later, or sooner, than any message.
const FAR: Millis = Millis::MAX / 4;

/// The lines on which at least two journeys have places; `all`: not only the week.
pub(super) fn of(parts: &[Part<'_>], meeting: Meeting, all: bool) -> Vec<Line> {
    let mut origins: Vec<(Origin, usize, usize)> = vec![];
    for (at, part) in parts.iter().enumerate() {
        for asked in &part.asked {
            for origin in origins_of(part, asked, all) {
                match origins.iter_mut().find(|(known, ..)| *known == origin) {
                    Some((_, last, count)) => {
                        *count += usize::from(*last != at);
                        *last = at;
                    }
                    None => origins.push((origin, at, 1)),
                }
            }
        }
    }
    let shared = origins.into_iter().filter(|(_, _, count)| *count > 1);
    shared.filter_map(|(origin, ..)| line(parts, &origin, meeting)).collect()
}

fn origins_of(part: &Part<'_>, asked: &Asked, all: bool) -> Vec<Origin> {
    let mut out = vec![];
    if asked.weeks.iter().all(|week| !week.is_any()) {
        out.push(Origin::Week);
    }
    if all {
        // A property is that of an entry's own event.
        let is_shared = |base: &Base| !matches!(base, Base::Of(Expr::EntryProperty(_)));
        let bases = asked.anchors.iter().map(|anchor| &anchor.base).filter(|base| is_shared(base));
        out.extend(bases.map(|base| Origin::Date(base.clone())));
        out.extend(event(part, asked).map(Origin::Event));
    }
    out
}

/// The event that let in those who come to a step.
fn event(part: &Part<'_>, asked: &Asked) -> Option<EventId> {
    match part.journey.entries.get(asked.block) {
        Some(entry) => only_event(entry),
        None => the_event(part.journey),
    }
}

/// Where a message lies on a line: from when to when. None: anywhere.
fn places(part: &Part<'_>, asked: &Asked, origin: &Origin) -> Option<Places> {
    match origin {
        Origin::Week => {
            let is_known = asked.weeks.iter().all(|week| !week.is_any());
            is_known.then(|| asked.weeks.iter().map(|week| week.begin_and_end()).collect())
        }
        Origin::Date(base) => {
            let anchor = asked.anchors.iter().find(|anchor| anchor.base == *base)?;
            Some(vec![(anchor.day.least.unwrap_or(-FAR), anchor.day.most.unwrap_or(FAR))])
        }
        Origin::Event(of) => {
            (event(part, asked) == Some(*of)).then(|| vec![(asked.since.least, asked.since.most.unwrap_or(FAR))])
        }
    }
}

fn line(parts: &[Part<'_>], origin: &Origin, meeting: Meeting) -> Option<Line> {
    // A local day begins with a midnight that only these know.
    let by_day = meeting.window == Window::Day && !matches!(origin, Origin::Event(_));
    if *origin == Origin::Week && meeting.length.saturating_add(meeting.hold) >= WEEK {
        return None;
    }
    let all: Vec<Vec<Option<Places>>> =
        parts.iter().map(|part| part.asked.iter().map(|asked| places(part, asked, origin)).collect()).collect();
    let firsts = all.iter().flatten().flatten().flatten().map(|(first, _)| *first);
    let mut begins: Vec<Millis> =
        firsts.map(|first| if by_day { first.div_euclid(DAY) * DAY } else { first }).collect();
    begins.sort_unstable();
    begins.dedup();
    if begins.len() > MOMENTS {
        return None;
    }
    let moments = begins.into_iter().map(|moment| {
        // After the first, and up to the last.
        let (after, last) = match by_day {
            true => (moment.saturating_sub(meeting.hold + 1), moment + DAY - 1),
            false => (moment.saturating_sub(meeting.length).saturating_sub(meeting.hold), moment),
        };
        let meets = |(from, to): &(Millis, Millis)| match origin {
            Origin::Week => [-WEEK, 0, WEEK].iter().any(|turn| to + turn > after && from + turn <= last),
            _ => *to > after && *from <= last,
        };
        let steps = |asked: &Vec<Option<Places>>| {
            asked.iter().map(|places| places.as_ref().is_none_or(|places| places.iter().any(meets))).collect()
        };
        let moment = all.iter().enumerate().filter(|(_, asked)| asked.iter().any(Option::is_some));
        moment.map(|(at, asked)| (at, steps(asked))).collect::<Mask>()
    });
    Some(Line { moments: moments.collect() })
}
