//! What one answer about the past says of another: windows lie within each other, an event of one kind is one of a wider kind.

use super::cells::related;
use super::covers;
use super::truth::Fact;
use crate::engagement;
use crate::ir::{Comparison, Engagement, Expr, History, HistoryId, HistoryOf, Program};
use crate::kleene::Truth;
use crate::value::{Millis, Value};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// How the events of one history lie to those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Same,
    /// All of them are events of the other.
    Within,
    /// All events of the other are among them.
    Around,
}

/// How the events of `of` lie to those of `to`, windows left out.
pub(super) fn relation(program: &Program, of: HistoryId, to: HistoryId) -> Option<Relation> {
    let (of, to) = (program.histories.get(of.index())?, program.histories.get(to.index())?);
    if of.of == to.of && of.cond == to.cond && of.property == to.property {
        return Some(Relation::Same);
    }
    if within(program, of, to) {
        return Some(Relation::Within);
    }
    within(program, to, of).then_some(Relation::Around)
}

/// Whether every event of the one is surely an event of the other.
fn within(program: &Program, one: &History, other: &History) -> bool {
    // Of a history with a property only events with a value are kept.
    let kind = match (one.of, other.of) {
        (a, b) if a == b => true,
        (HistoryOf::Event(event), HistoryOf::Engagement) => {
            let name = program.events.get(event.index()).map(|name| name.as_str()).unwrap_or_default();
            let is_channel = |name: &str| program.channels.iter().any(|channel| channel == name);
            let engagement = engagement::of_event(name, is_channel).map(|(engagement, _)| engagement);
            matches!(engagement, Some(Engagement::Opened | Engagement::Clicked | Engagement::Replied))
        }
        _ => false,
    };
    let cond = match (&one.cond, &other.cond) {
        (_, None) => true,
        (Some(one), Some(other)) => covers::expr(other, one),
        (None, Some(_)) => false,
    };
    kind && cond && (other.property.is_none() || one.property == other.property)
}

/// Histories that are further apart than this in the program are not compared.
const NEAR: usize = 64;

/// The histories that are asked about near another.
pub(super) fn near(program: &Program, id: HistoryId) -> impl Iterator<Item = HistoryId> {
    let end = program.histories.len().min(id.index().saturating_add(NEAR));
    (id.index().saturating_sub(NEAR)..end).filter_map(|at| u16::try_from(at).ok().map(HistoryId))
}

/// The histories that hold all events of another, and more.
pub(super) fn around(program: &Program, id: HistoryId) -> impl Iterator<Item = HistoryId> {
    near(program, id).filter(move |other| relation(program, *other, id) == Some(Relation::Around))
}

/// The history that a part of a condition is about.
pub(super) fn history(part: &Expr) -> Option<HistoryId> {
    match part {
        Expr::Occurred(id) | Expr::Count(id, _) | Expr::Sum(id, _) | Expr::Last(id, _) | Expr::Since(id) => Some(*id),
        _ => None,
    }
}

/// What follows for a part of a condition from how long ago the latest event of a history was.
pub(super) fn by_latest(program: &Program, of: HistoryId, ago: Option<Millis>, part: &Expr) -> Option<Fact> {
    let state = |id: HistoryId| {
        let relation = relation(program, id, of)?;
        let window = program.histories.get(id.index())?.window;
        let inside = ago.is_some_and(|ago| window.is_none_or(|window| ago < window));
        // An event of the narrower kind is no newer than one of the wider.
        let nothing = !inside && relation != Relation::Around;
        let something = inside && relation != Relation::Within;
        Some((relation, nothing, something))
    };
    match part {
        Expr::Occurred(id) => {
            let (_, nothing, something) = state(*id)?;
            (nothing || something).then(|| Fact::Holds(Truth::of(something)))
        }
        Expr::Count(id, _) | Expr::Sum(id, _) => state(*id)?.1.then_some(Fact::Is(Value::Number(Decimal::ZERO))),
        Expr::Last(id, _) => state(*id)?.1.then_some(Fact::Is(Value::Missing)),
        Expr::Since(id) => match state(*id)? {
            (_, true, _) => Some(Fact::Is(Value::Missing)),
            (Relation::Same, ..) => Some(Fact::Is(Value::Duration(ago?))),
            _ => None,
        },
        Expr::Compare(op, left, right) => match (left.as_ref(), right.as_ref()) {
            (Expr::Count(id, _), Expr::Const(Value::Number(limit))) if state(*id)?.2 => {
                between(*op, Some(Decimal::ONE), None, *limit).map(Fact::Holds)
            }
            (Expr::Since(id), Expr::Const(Value::Duration(limit))) => match (state(*id)?, ago?) {
                ((Relation::Within, false, _), ago) => {
                    between(*op, Some(ago.into()), None, (*limit).into()).map(|truth| Fact::Holds(truth.or_missing()))
                }
                ((Relation::Around, _, true), ago) => {
                    between(*op, Some(Decimal::ZERO), Some(ago.into()), (*limit).into()).map(Fact::Holds)
                }
                _ => None,
            },
            _ => None,
        },
        Expr::Arithmetic(..) => {
            let mut speaks = false;
            part.visit(&mut |part| speaks |= related(program, of, part));
            speaks.then_some(Fact::Holds(Truth::VARIES))
        }
        _ => None,
    }
}

/// What follows for a part of a condition from how often something was.
pub(super) fn by_count(program: &Program, of: HistoryId, count: Decimal, part: &Expr) -> Option<Truth> {
    // At least and at most so many.
    let bounds = |id: HistoryId| -> Option<(Decimal, Option<Decimal>)> {
        let relation = relation(program, id, of)?;
        let window = |id: HistoryId| Some(program.histories.get(id.index())?.window.unwrap_or(Millis::MAX));
        let order = window(id)?.cmp(&window(of)?);
        if relation != Relation::Around && order != Ordering::Greater {
            return Some((Decimal::ZERO, Some(count)));
        }
        (relation != Relation::Within && order != Ordering::Less).then_some((count, None))
    };
    match part {
        Expr::Occurred(id) => match bounds(*id)? {
            (least, _) if least >= Decimal::ONE => Some(Truth::YES),
            (_, Some(most)) if most < Decimal::ONE => Some(Truth::NO),
            _ => None,
        },
        Expr::Compare(op, left, right) => match (left.as_ref(), right.as_ref()) {
            (Expr::Count(id, _), Expr::Const(Value::Number(limit))) if *id != of => {
                let (least, most) = bounds(*id)?;
                between(*op, Some(least), most, *limit)
            }
            _ => None,
        },
        _ => None,
    }
}

/// How a comparison with a limit comes out for everything between two bounds; none: one way or the other.
fn between(op: Comparison, least: Option<Decimal>, most: Option<Decimal>, limit: Decimal) -> Option<Truth> {
    let above = least.is_some_and(|least| least > limit);
    let below = most.is_some_and(|most| most < limit);
    let (reaches, stays) = (least.is_some_and(|least| least >= limit), most.is_some_and(|most| most <= limit));
    match op {
        Comparison::Is if above || below => Some(Truth::NO),
        Comparison::IsNot if above || below => Some(Truth::YES),
        Comparison::Less | Comparison::GreaterOrEqual if reaches || below => {
            Some(Truth::of(below == (op == Comparison::Less)))
        }
        Comparison::LessOrEqual | Comparison::Greater if above || stays => {
            Some(Truth::of(stays == (op == Comparison::LessOrEqual)))
        }
        _ => None,
    }
}
