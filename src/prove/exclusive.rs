//! Which messages of several journeys can meet in one window, and so the most that all of them add up to.
//!
//! Journeys are told apart by who is in them (an attribute, a segment, the past, a property of one event, the time of day at
//! which it comes), and by when they send (in the week, from a date, since one event). For each value of a thing that
//! conditions tell apart, and each moment at which a window can end, the messages are added that can come there; the largest
//! sum is a bound. Of a few journeys several things are looked at together, of many each by itself. Attributes and segments
//! are taken as unchanged within the window.

use super::cells::{Axis, axes, cells, is_small};
use super::consistent::with_segments;
use super::counts::Asked;
use super::cycle::DAY;
use super::facts::as_event_properties;
use super::lines::{self, Line};
use super::truth::World;
use crate::ir::{Entry, EntryCause, EventId, Expr, Journey, Program, Reenter, Window};
use crate::value::Millis;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A journey and what it sends.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub(super) journey: &'a Journey,
    /// Every step that asks for a message of the list.
    pub(super) asked: Vec<Asked>,
    /// So many entries run beside each other.
    pub(super) beside: usize,
    /// How long an entry lasts at most.
    pub(super) longest: Option<Millis>,
}

impl Part<'_> {
    /// The most that one person's entries come to, each entry block once in the window: what its own steps and those of
    /// goals and exits can do. `fits` says which steps count, by their places.
    pub(super) fn count(&self, fits: impl Fn(usize) -> bool) -> usize {
        let entries = self.journey.entries.len();
        let (mut most, mut leaving) = (vec![0usize; entries], 0usize);
        for (_, asked) in self.asked.iter().enumerate().filter(|(at, _)| fits(*at)) {
            let place = most.get_mut(asked.block).unwrap_or(&mut leaving);
            *place = (*place).max(asked.before + 1);
        }
        let each = most.into_iter().map(|most| most.max(leaving));
        let all: usize = match self.journey.reenter {
            Reenter::Never if self.journey.key.is_none() => each.max().unwrap_or(0),
            _ => each.sum(),
        };
        all.saturating_mul(self.beside)
    }
}

/// Which steps of some parts count, by the part's place; of a part that is not there all do.
pub(super) type Mask = BTreeMap<usize, Vec<bool>>;

fn fits(mask: &Mask, part: usize, at: usize) -> bool {
    mask.get(&part).is_none_or(|steps| steps.get(at).copied().unwrap_or(true))
}

/// What counts by both.
fn both(one: &Mask, other: &Mask) -> Mask {
    let mut out = one.clone();
    for (part, steps) in other {
        match out.get_mut(part) {
            Some(known) => known.iter_mut().zip(steps).for_each(|(known, other)| *known &= *other),
            None => drop(out.insert(*part, steps.clone())),
        }
    }
    out
}

/// The question that is put to several journeys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meeting {
    pub(super) window: Window,
    /// How long the window is at most.
    pub(super) length: Millis,
    /// How long a cap holds a message.
    pub(super) hold: Millis,
    /// As soon as it is known that it is no more than this, it need not be known better.
    pub(super) enough: usize,
}

/// Of more journeys than this each thing is looked at by itself.
pub(super) const FEW: usize = 24;
/// So many values of several things are looked at together.
const TOGETHER: usize = 128;

/// The most that meet in one window: what counts then, and how much that is for each part.
pub(super) fn together(program: &Program, parts: &[Part<'_>], meeting: Meeting) -> (Mask, Vec<usize>) {
    let full: Vec<usize> = parts.iter().map(|part| part.count(|_| true)).collect();
    let mut adding = Adding { parts, full, lines: vec![], meeting };
    let mut best = adding.worst(Mask::new());
    if adding.is_enough(&best) {
        return best;
    }
    let is_few = parts.len() <= FEW;
    adding.lines = lines::of(parts, meeting, is_few);
    best = adding.worst(Mask::new());
    if !is_few && let Some(by_date) = by_date(parts, meeting.length) {
        let mask = (0..parts.len()).filter(|at| !by_date.contains(at));
        let mask = mask.map(|at| (at, vec![false; parts.get(at).map_or(0, |part| part.asked.len())])).collect();
        best = adding.less(best, adding.worst(mask));
    }
    let mut things: Vec<Vec<Mask>> = vec![];
    for (shared, speak) in things_of(program, parts) {
        if adding.is_enough(&best) {
            return best;
        }
        if speak.len() < 2 && !is_few {
            continue;
        }
        // Of a few all are asked: one answer can settle another.
        let speak = if is_few { (0..parts.len()).collect() } else { speak };
        let Some(cells) = by_thing(program, parts, &shared, &speak) else { continue };
        let most = adding.most(cells.iter().cloned());
        best = adding.less(best, most);
        if is_few {
            things.push(cells);
        }
    }
    // Those with few values first, as many as can be looked at together.
    things.sort_by_key(Vec::len);
    let mut all: Vec<Mask> = vec![Mask::new()];
    let mut joined = 0;
    for cells in things {
        if all.len().saturating_mul(cells.len()) <= TOGETHER {
            all = all.iter().flat_map(|one| cells.iter().map(move |other| both(one, other))).collect();
            all.sort_unstable();
            all.dedup();
            joined += 1;
        }
    }
    if joined > 1 && !adding.is_enough(&best) {
        let most = adding.most(all.into_iter());
        best = adding.less(best, most);
    }
    best
}

struct Adding<'p, 'a> {
    parts: &'p [Part<'a>],
    /// What each comes to where nothing is left out.
    full: Vec<usize>,
    lines: Vec<Line>,
    meeting: Meeting,
}

impl Adding<'_, '_> {
    fn counts(&self, mask: &Mask) -> Vec<usize> {
        let count = |(at, part): (usize, &Part<'_>)| match mask.contains_key(&at) {
            true => part.count(|step| fits(mask, at, step)),
            false => self.full.get(at).copied().unwrap_or(0),
        };
        self.parts.iter().enumerate().map(count).collect()
    }

    fn is_enough(&self, (_, counts): &(Mask, Vec<usize>)) -> bool {
        counts.iter().sum::<usize>() <= self.meeting.enough
    }

    /// The bound that is lower.
    fn less(&self, one: (Mask, Vec<usize>), other: (Mask, Vec<usize>)) -> (Mask, Vec<usize>) {
        if other.1.iter().sum::<usize>() < one.1.iter().sum::<usize>() { other } else { one }
    }

    /// The most that some values come to.
    fn most(&self, masks: impl Iterator<Item = Mask>) -> (Mask, Vec<usize>) {
        let all = masks.map(|mask| self.worst(mask));
        all.max_by_key(|(_, counts)| counts.iter().sum::<usize>()).unwrap_or_default()
    }

    /// The most that these come to, at the moments at which they can meet: by the line that tells most.
    fn worst(&self, mask: Mask) -> (Mask, Vec<usize>) {
        let counts = self.counts(&mask);
        let mut best = (mask.clone(), counts);
        for line in &self.lines {
            if self.is_enough(&best) {
                break;
            }
            let moments = line.moments.iter().map(|moment| {
                let mask = both(&mask, moment);
                let counts = self.counts(&mask);
                (mask, counts)
            });
            let most = moments.max_by_key(|(_, counts)| counts.iter().sum::<usize>());
            if let Some(most) = most {
                best = self.less(best, most);
            }
        }
        best
    }
}

/// A thing that the conditions of several journeys can be about.
#[derive(Debug, Clone)]
struct Shared {
    axis: Axis,
    /// The event whose property, or whose moment, it is; none: it is of the person.
    event: Option<EventId>,
}

/// The things that conditions speak about, each with the parts that do.
fn things_of(program: &Program, parts: &[Part<'_>]) -> Vec<(Shared, Vec<usize>)> {
    let mut out: BTreeMap<String, (Shared, Vec<usize>)> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        let mut add = |axis: Axis, event: Option<EventId>| {
            let shared = Shared { axis, event };
            let (_, speak) = out.entry(format!("{shared:?}")).or_insert_with(|| (shared, vec![]));
            if speak.last() != Some(&at) {
                speak.push(at);
            }
        };
        let mut conds: Vec<(Expr, Option<EventId>)> = vec![];
        for entry in &part.journey.entries {
            let event = only_event(entry);
            conds.extend(wanted(part.journey, entry).into_iter().map(|cond| (cond, event)));
        }
        let event = the_event(part.journey);
        for asked in &part.asked {
            let facts = asked.facts.lasting().filter(|fact| !conds.iter().any(|(cond, _)| *cond == fact.cond));
            let facts: Vec<Expr> = facts.map(|fact| as_event_properties(part.journey, &fact.cond)).collect();
            conds.extend(facts.into_iter().map(|cond| (cond, event)));
        }
        for (cond, event) in &conds {
            for axis in axes(program, with_segments(program, std::iter::once(cond)).into_iter()) {
                match of_whom(&axis) {
                    Whose::Person => add(axis, None),
                    Whose::Event if event.is_some() => add(axis, *event),
                    _ => {}
                }
            }
        }
    }
    out.into_values().collect()
}

/// What a thing is of.
enum Whose {
    Person,
    Event,
    Nobody,
}

fn of_whom(axis: &Axis) -> Whose {
    let of = match axis {
        Axis::Value(of) => of,
        Axis::Contains(Expr::Contains(of, _)) => of,
        Axis::Holds(Expr::In(_) | Expr::KnownFor(_) | Expr::Reachable(..)) | Axis::Latest(_) | Axis::Preferred => {
            return Whose::Person;
        }
        // What lets in both comes at one moment.
        Axis::TimeOfDay | Axis::Weekday => return Whose::Event,
        _ => return Whose::Nobody,
    };
    match of {
        Expr::Attribute(_)
        | Expr::Consent(_)
        | Expr::ReachableFlag(_)
        | Expr::Count(..)
        | Expr::Sum(..)
        | Expr::Last(..)
        | Expr::Rate(..) => Whose::Person,
        Expr::EventProperty(_) | Expr::Now | Expr::Today => Whose::Event,
        _ => Whose::Nobody,
    }
}

/// What must hold for an entry, of the person and of its event.
fn wanted(journey: &Journey, entry: &Entry) -> Vec<Expr> {
    let mut out: Vec<Expr> = journey.eligible.iter().map(|cond| as_event_properties(journey, cond)).collect();
    match &entry.cause {
        EntryCause::Segment { segment, entering: true } => out.push(Expr::In(*segment)),
        EntryCause::Segment { segment, .. } => out.push(Expr::Not(Box::new(Expr::In(*segment)))),
        EntryCause::Event { cond, .. } => out.extend(cond.iter().cloned()),
        _ => {}
    }
    out.retain(is_small);
    out
}

/// The one event that lets in.
pub(super) fn only_event(entry: &Entry) -> Option<EventId> {
    let EntryCause::Event { events, .. } = &entry.cause else { return None };
    match events.as_slice() {
        [event] => Some(*event),
        _ => None,
    }
}

/// The one event that lets into a journey, whichever entry it is.
pub(super) fn the_event(journey: &Journey) -> Option<EventId> {
    let mut events = journey.entries.iter().map(only_event);
    let first = events.next()??;
    events.all(|event| event == Some(first)).then_some(first)
}

/// For each value of a thing, what can come then; none: there are too many.
fn by_thing(program: &Program, parts: &[Part<'_>], shared: &Shared, speak: &[usize]) -> Option<Vec<Mask>> {
    let is_about = |event: Option<EventId>| shared.event.is_none() || shared.event == event;
    // What each entry wants; an entry of another event may come whatever the value is.
    let entries = |journey: &Journey| -> Vec<Vec<Expr>> {
        let each = journey.entries.iter().map(|entry| match is_about(only_event(entry)) {
            true => wanted(journey, entry),
            false => vec![],
        });
        each.collect()
    };
    let speaking: Vec<(usize, &Part<'_>, Vec<Vec<Expr>>)> =
        speak.iter().filter_map(|at| parts.get(*at).map(|part| (*at, part, entries(part.journey)))).collect();
    // What is known on the paths to a step, of the same thing; of its event only where there is no other.
    let known = |part: &Part<'_>, asked: &Asked| -> Vec<(Expr, bool)> {
        if !is_about(the_event(part.journey)) || matches!(shared.axis, Axis::TimeOfDay | Axis::Weekday) {
            return vec![];
        }
        asked.facts.lasting().map(|fact| (as_event_properties(part.journey, &fact.cond), fact.holds)).collect()
    };
    let facts: Vec<Vec<Vec<(Expr, bool)>>> =
        speaking.iter().map(|(_, part, _)| part.asked.iter().map(|asked| known(part, asked)).collect()).collect();
    let conds = speaking.iter().flat_map(|(_, _, entries)| entries.iter().flatten());
    let conds = conds.chain(facts.iter().flatten().flatten().map(|(cond, _)| cond));
    let cells = cells(program, &shared.axis, with_segments(program, conds).into_iter())?;
    let masks = cells.iter().map(|cell| {
        let world = World::new(program, |part: &Expr| shared.axis.fact(program, cell, part));
        let each = speaking.iter().zip(&facts).map(|((at, part, entries), facts)| {
            let enters: Vec<bool> =
                entries.iter().map(|conds| conds.iter().all(|cond| world.truth(cond).may_hold())).collect();
            let anybody = enters.iter().any(|enters| *enters);
            let steps = part.asked.iter().zip(facts).map(|(asked, facts)| {
                enters.get(asked.block).copied().unwrap_or(anybody)
                    && facts.iter().all(|(cond, holds)| match holds {
                        true => world.truth(cond).may_hold(),
                        false => world.truth(cond).may_fail(),
                    })
            });
            (*at, steps.collect::<Vec<bool>>())
        });
        each.collect::<Mask>()
    });
    let mut masks: Vec<Mask> = masks.collect();
    masks.sort_unstable();
    masks.dedup();
    Some(masks)
}

/// The largest sum over the dates at which a window can begin; none: no journey is bound to dates.
fn by_date(parts: &[Part<'_>], window: Millis) -> Option<BTreeSet<usize>> {
    let day = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days().saturating_mul(DAY);
    let spans: Vec<Option<(Millis, Millis)>> = parts
        .iter()
        .map(|part| {
            let (first, last) = entry_days(part.journey)?;
            Some((day(first) - window, (day(last) + DAY).saturating_add(part.longest?)))
        })
        .collect();
    if spans.iter().flatten().count() < 2 {
        return None;
    }
    // The windows that begin where some journey's time begins or ends are all that need to be looked at.
    let mut changes: Vec<(Millis, bool, usize)> = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        // Dates that no entry can meet let nobody in.
        if let Some((from, to)) = span.filter(|(from, to)| from < to) {
            changes.extend([(from, true, at), (to, false, at)]);
        }
    }
    changes.sort_unstable();
    let count = |at: usize| parts.get(at).map_or(0, |part| part.count(|_| true));
    let (mut sum, mut most, mut when) = (0usize, 0usize, 0usize);
    for (place, (_, begins, at)) in changes.iter().enumerate() {
        match begins {
            true => sum += count(*at),
            false => sum -= count(*at),
        }
        if sum > most {
            (most, when) = (sum, place);
        }
    }
    let mut inside: Vec<bool> = spans.iter().map(Option::is_none).collect();
    for (_, begins, at) in changes.iter().take(when + 1) {
        if let Some(inside) = inside.get_mut(*at) {
            *inside = *begins;
        }
    }
    Some(inside.iter().enumerate().filter(|(_, inside)| **inside).map(|(at, _)| at).collect())
}

/// The first and the last day on which somebody can enter, if there are such.
fn entry_days(journey: &Journey) -> Option<(NaiveDate, NaiveDate)> {
    let mut days: Option<(NaiveDate, NaiveDate)> = None;
    let mut bound = true;
    for entry in &journey.entries {
        match &entry.cause {
            EntryCause::Once(date, _) => {
                days = Some(days.map_or((*date, *date), |(first, last)| (first.min(*date), last.max(*date))));
            }
            _ => bound = false,
        }
    }
    match (days.filter(|_| bound), journey.active) {
        (Some(days), None) => Some(days),
        (Some((first, last)), Some((from, to))) => Some((first.max(from), last.min(to))),
        (None, active) => active,
    }
}
