//! Which journeys one person cannot be in together, and so the most that all of them add up to.
//!
//! One thing at a time is looked at: an attribute, a segment, a count of the past, a property of one event, the date. For
//! each value of it that conditions tell apart the journeys are added whose `for` and `where` can hold there; the largest
//! sum is a bound, and of all things the one with the least bound is taken. Two things together are not looked at: journeys
//! for gold members in Paris and for silver ones anywhere are told apart by the tier, ones that differ only in the pair of
//! tier and town are not. Attributes, segments and counts are taken as unchanged within the window.

use super::cells::{Axis, axes, cells, is_small};
use super::consistent::with_segments;
use super::cycle::DAY;
use super::truth::World;
use crate::ir::{Entry, EntryCause, EventId, Expr, Journey, Program, PropertyId};
use crate::value::Millis;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A journey and what it adds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) journey: &'a Journey,
    pub(super) count: usize,
    /// How long an entry lasts at most.
    pub(super) longest: Option<Millis>,
}

/// The parts that add up to the most that one person can be in within a window of this length: their places.
pub(super) fn together(program: &Program, parts: &[Part<'_>], window: Millis) -> Vec<usize> {
    let sum = |places: &[usize]| places.iter().filter_map(|at| parts.get(*at)).map(|part| part.count).sum::<usize>();
    let all: Vec<usize> = (0..parts.len()).collect();
    let mut best = all.clone();
    let mut try_it = |places: Vec<usize>| {
        if sum(&places) < sum(&best) {
            best = places;
        }
    };
    if let Some(places) = by_date(parts, window) {
        try_it(places);
    }
    for (shared, speak) in things(program, parts) {
        if speak.len() < 2 {
            continue;
        }
        let Some(places) = by_thing(program, parts, &shared, &speak) else { continue };
        try_it(places);
    }
    best
}

/// A thing that the conditions of several journeys can be about.
#[derive(Debug, Clone)]
enum Shared {
    /// Of the person.
    Person(Axis),
    /// A property of an event that lets in.
    Event(EventId, PropertyId),
}

/// The things that conditions speak about, each with the parts that do.
fn things(program: &Program, parts: &[Part<'_>]) -> Vec<(Shared, Vec<usize>)> {
    let mut out: BTreeMap<String, (Shared, Vec<usize>)> = BTreeMap::new();
    let mut add = |shared: Shared, at: usize| {
        let (_, speak) = out.entry(format!("{shared:?}")).or_insert_with(|| (shared, vec![]));
        if speak.last() != Some(&at) {
            speak.push(at);
        }
    };
    for (at, part) in parts.iter().enumerate() {
        let conds: Vec<Expr> = part.journey.entries.iter().flat_map(|entry| wanted(part.journey, entry)).collect();
        for axis in axes(program, with_segments(program, conds.iter()).into_iter()) {
            let is_about_the_person = match &axis {
                Axis::Value(of) => matches!(
                    of,
                    Expr::Attribute(_)
                        | Expr::Consent(_)
                        | Expr::ReachableFlag(_)
                        | Expr::Count(..)
                        | Expr::Sum(..)
                        | Expr::Last(..)
                        | Expr::Rate(..)
                ),
                Axis::Contains(of) => matches!(of, Expr::Contains(whole, _) if matches!(**whole, Expr::Attribute(_))),
                Axis::Holds(of) => matches!(of, Expr::In(_) | Expr::KnownFor(_) | Expr::Reachable(..)),
                Axis::Latest(_) | Axis::Preferred => true,
                Axis::TimeOfDay | Axis::Weekday => false,
            };
            if is_about_the_person {
                add(Shared::Person(axis), at);
            }
        }
        for (event, property) in part.journey.entries.iter().flat_map(|entry| properties(part.journey, entry)) {
            add(Shared::Event(event, property), at);
        }
    }
    out.into_values().collect()
}

/// What must hold of the person for an entry.
fn wanted(journey: &Journey, entry: &Entry) -> Vec<Expr> {
    let mut out: Vec<Expr> = journey.eligible.iter().cloned().collect();
    match &entry.cause {
        EntryCause::Segment { segment, entering: true } => out.push(Expr::In(*segment)),
        EntryCause::Segment { segment, .. } => out.push(Expr::Not(Box::new(Expr::In(*segment)))),
        EntryCause::Event { cond, .. } => out.extend(cond.iter().cloned()),
        _ => {}
    }
    out
}

/// The properties of its one event that an entry asks about.
fn properties(journey: &Journey, entry: &Entry) -> Vec<(EventId, PropertyId)> {
    let EntryCause::Event { events, cond } = &entry.cause else { return vec![] };
    let [event] = events.as_slice() else { return vec![] };
    let mut out = vec![];
    for cond in cond.iter().chain(&journey.eligible).filter(|cond| is_small(cond)) {
        cond.visit(&mut |part| match part {
            Expr::EventProperty(property) => out.push((*event, *property)),
            Expr::EntryProperty(at) => {
                out.extend(journey.entry_properties.get(usize::from(*at)).map(|property| (*event, *property)));
            }
            _ => {}
        });
    }
    out
}

/// The largest sum over the values of one thing.
fn by_thing(program: &Program, parts: &[Part<'_>], shared: &Shared, speak: &[usize]) -> Option<Vec<usize>> {
    // Properties have one name in each journey's conditions; here they get one for all.
    let same = |journey: &Journey, cond: &Expr| match shared {
        Shared::Person(_) => cond.clone(),
        Shared::Event(_, property) => as_event_property(journey, cond, *property),
    };
    let axis = match shared {
        Shared::Person(axis) => axis.clone(),
        Shared::Event(_, property) => Axis::Value(Expr::EventProperty(*property)),
    };
    let is_about = |entry: &Entry| match (shared, &entry.cause) {
        (Shared::Person(_), _) => true,
        (Shared::Event(event, _), EntryCause::Event { events, .. }) => events.as_slice() == [*event],
        (Shared::Event(..), _) => false,
    };
    // What each entry wants; an entry of another event may come whatever the value is.
    let entries: Vec<(usize, Vec<Vec<Expr>>)> = speak
        .iter()
        .filter_map(|at| Some((*at, parts.get(*at)?.journey)))
        .map(|(at, journey)| {
            let each = journey.entries.iter().map(|entry| match is_about(entry) {
                true => wanted(journey, entry).iter().filter(|c| is_small(c)).map(|c| same(journey, c)).collect(),
                false => vec![],
            });
            (at, each.collect())
        })
        .collect();
    let conds = entries.iter().flat_map(|(_, entries)| entries.iter().flatten());
    let cells = cells(program, &axis, with_segments(program, conds).into_iter())?;
    let speaks: std::collections::BTreeSet<usize> = speak.iter().copied().collect();
    let others: Vec<usize> = (0..parts.len()).filter(|at| !speaks.contains(at)).collect();
    let count = |at: &usize| parts.get(*at).map_or(0, |part| part.count);
    let mut best: Vec<usize> = vec![];
    let mut most = 0;
    for cell in &cells {
        let world = World::new(program, |part: &Expr| axis.fact(program, cell, part));
        let can =
            |entries: &[Vec<Expr>]| entries.iter().any(|conds| conds.iter().all(|cond| world.truth(cond).may_hold()));
        let here: Vec<usize> = entries.iter().filter(|(_, entries)| can(entries)).map(|(at, _)| *at).collect();
        let sum: usize = here.iter().map(count).sum();
        if sum > most {
            (best, most) = (here, sum);
        }
    }
    best.extend(others);
    best.sort_unstable();
    Some(best)
}

/// The same condition, with the entry's property as that of an event; other properties stay what they are.
fn as_event_property(journey: &Journey, cond: &Expr, property: PropertyId) -> Expr {
    let again = |cond: &Expr| as_event_property(journey, cond, property);
    let boxed = |cond: &Expr| Box::new(again(cond));
    let all = |list: &[Expr]| list.iter().map(again).collect::<Vec<_>>();
    match cond {
        Expr::EntryProperty(at) if journey.entry_properties.get(usize::from(*at)) == Some(&property) => {
            Expr::EventProperty(property)
        }
        Expr::Compare(op, a, b) => Expr::Compare(*op, boxed(a), boxed(b)),
        Expr::OneOf(value, items) => Expr::OneOf(boxed(value), all(items)),
        Expr::Contains(a, b) => Expr::Contains(boxed(a), boxed(b)),
        Expr::Between(value, from, to) => Expr::Between(boxed(value), boxed(from), boxed(to)),
        Expr::Known(inner) => Expr::Known(boxed(inner)),
        Expr::Not(inner) => Expr::Not(boxed(inner)),
        Expr::And(parts) => Expr::And(all(parts)),
        Expr::Or(parts) => Expr::Or(all(parts)),
        Expr::Arithmetic(first, parts) => {
            Expr::Arithmetic(boxed(first), parts.iter().map(|(sign, part)| (*sign, again(part))).collect())
        }
        other => other.clone(),
    }
}

/// The largest sum over the dates at which a window can begin; none: no journey is bound to dates.
fn by_date(parts: &[Part<'_>], window: Millis) -> Option<Vec<usize>> {
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
    let count = |at: usize| parts.get(at).map_or(0, |part| part.count);
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
