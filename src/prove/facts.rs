//! What is known on a path: conditions that came out so before, as long as nothing can have changed them.
//!
//! Paths on which different things are known are followed apart, as far as something later asks about the same things; so a
//! path on which two conditions contradict each other is no path. What is known of values, of messages and of the past is
//! kept here; what is known of the time of day, the weekday and of dates is the clock's.

use super::cells::{Axis, axes, is_small};
use super::clock::Clock;
use super::consistent::{Fuel, can_be, with_segments};
use super::length::Length;
use super::past::history;
use crate::ir::{
    Branch, Engagement, EntryCause, Expr, Journey, MessageId, Program, SetTarget, Step, StepKind, visit_steps,
};
use crate::value::Millis;
use std::rc::Rc;
use thin_vec::ThinVec;

/// More things than this are not kept of one path.
const KEPT: usize = 12;

/// What is looked at on the paths of one journey.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) program: &'a Program,
    asked: Things,
    /// Whether people are taken as unchanged, as within one window.
    still: bool,
    pub(super) fuel: Fuel,
}

/// What the conditions of a journey speak about; found out once.
#[derive(Debug, Clone)]
pub(super) struct Things(Rc<Spoken>);

#[derive(Debug)]
struct Spoken {
    /// The things that more than one condition speaks about.
    things: Vec<Axis>,
    /// Whether something asks what became of a message.
    asks_outcome: bool,
}

/// Something known.
#[derive(Debug, PartialEq)]
pub(super) struct Fact {
    pub(super) cond: Expr,
    /// Whether it holds; else it does not, be it false or unknown.
    pub(super) holds: bool,
    /// Whether it ends as time passes, and with the next message.
    with_time: bool,
    with_send: bool,
}

/// All that is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts(ThinVec<Rc<Fact>>);

impl Facts {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.0.iter().map(Rc::as_ref)
    }

    /// What neither time nor a message ends.
    pub(super) fn lasting(&self) -> impl Iterator<Item = &Fact> {
        self.iter().filter(|fact| !fact.with_time && !fact.with_send)
    }

    /// Some time may have passed.
    pub(super) fn pass(&mut self) {
        if self.0.iter().any(|fact| fact.with_time) {
            self.0.retain(|fact| !fact.with_time);
        }
    }

    /// A message was asked for.
    pub(super) fn send(&mut self) {
        if self.0.iter().any(|fact| fact.with_send) {
            self.0.retain(|fact| !fact.with_send);
        }
    }

    /// An attribute is set.
    pub(super) fn set(&mut self, target: &SetTarget) {
        self.0.retain(|fact| {
            let mut is_about = false;
            fact.cond.visit(&mut |part| {
                is_about |= match (target, part) {
                    (_, Expr::In(_)) => true,
                    (SetTarget::Attribute(set), Expr::Attribute(asked)) => set == asked,
                    (SetTarget::Attribute(_), Expr::Prefers(_)) => true,
                    (SetTarget::Consent(_) | SetTarget::Reachable(_), Expr::Reachable(..)) => true,
                    (SetTarget::Consent(set), Expr::Consent(asked)) => set == asked,
                    (SetTarget::Reachable(set), Expr::ReachableFlag(asked)) => set == asked,
                    _ => false,
                };
            });
            !is_about
        });
    }

    /// Keeps what is known on both of two paths.
    pub(super) fn join(&mut self, other: &Facts) {
        if self.0 != other.0 {
            self.0.retain(|fact| other.0.contains(fact));
        }
    }
}

/// One way in which a branch comes out.
pub(super) struct Way<'b> {
    /// How long it takes until that is certain.
    pub(super) length: Length,
    /// So long after the last message at least, where its window is over.
    pub(super) window: Option<Millis>,
    /// The conditions that hold then, and those that do not.
    pub(super) known: Vec<(&'b Expr, bool)>,
}

impl<'b> Way<'b> {
    pub(super) fn new(length: Length, known: Vec<(&'b Expr, bool)>) -> Self {
        Self { length, window: None, known }
    }
}

/// How a branch comes out: with yes, and with no.
pub(super) fn ways<'b>(clock: &Clock, branch: &'b Branch) -> (Way<'b>, Way<'b>) {
    let (yes, no) = clock.decision(branch);
    let (mut holds, mut does_not) = (vec![], vec![]);
    known(clock, branch, &mut holds, &mut does_not);
    let (over, reverse) = window(branch);
    let (mut yes, mut no) = (Way::new(yes, holds), Way::new(no, does_not));
    if reverse {
        yes.window = over
    } else {
        no.window = over
    }
    (yes, no)
}

/// The window after the last message that is over where a branch comes out with no; true: where it comes out with yes.
fn window(branch: &Branch) -> (Option<Millis>, bool) {
    match branch {
        Branch::Window { within, engagement: Some(messages), .. } => {
            (messages.iter().all(Option::is_none).then_some(*within), false)
        }
        Branch::Not(inner) => {
            let (over, reverse) = window(inner);
            (over, !reverse)
        }
        _ => (None, false),
    }
}

fn known<'b>(clock: &Clock, branch: &'b Branch, yes: &mut Vec<(&'b Expr, bool)>, no: &mut Vec<(&'b Expr, bool)>) {
    match branch {
        Branch::Ask(cond, _) => {
            yes.push((cond, true));
            no.push((cond, false));
        }
        Branch::Window { cond, engagement, .. } => {
            yes.push((cond, true));
            // A window that began with a message can be over: what came behind its end does not count in it.
            if engagement.is_none() || clock.decision(branch).1.least > 0 {
                no.push((cond, false));
            }
        }
        Branch::Not(inner) => {
            // What is unknown is not so either way: of a condition that is asked at once the opposite is known.
            known(clock, inner, no, yes);
        }
        // One of several windows decides, and the others may still be open.
        Branch::And(_) | Branch::Or(_) => {}
    }
}

impl<'a> Known<'a> {
    pub(super) fn new(program: &'a Program, asked: Things, still: bool) -> Self {
        Self { program, asked, still, fuel: Fuel::new() }
    }

    pub(super) fn asks_outcome(&self) -> bool {
        self.asked.0.asks_outcome
    }

    /// Whether a condition can speak about something that is asked again: a quick look, before it is known.
    pub(super) fn can_speak(&self, cond: &Expr) -> bool {
        let mut speaks = false;
        if self.asked.0.things.is_empty() {
            return false;
        }
        cond.visit(&mut |part| {
            speaks |= match part {
                Expr::In(_) | Expr::KnownFor(_) | Expr::Engaged(..) | Expr::Sent | Expr::Suppressed => true,
                part if history(part).is_some() => true,
                part => self.asked.0.things.iter().any(|axis| match axis {
                    Axis::Value(of) | Axis::Holds(of) | Axis::Contains(of) => of == part,
                    Axis::Latest(_) => false,
                    Axis::Preferred => matches!(part, Expr::Prefers(_)),
                    Axis::TimeOfDay => matches!(part, Expr::LocalTime(..)),
                    Axis::Weekday => matches!(part, Expr::Day(_)),
                }),
            };
        });
        speaks
    }

    /// At the moment of an entry its clauses hold. False: nobody enters so.
    pub(super) fn enter(&self, journey: &Journey, cause: &EntryCause, clock: &mut Clock, facts: &mut Facts) -> bool {
        let mut can = true;
        if let Some(cond) = &journey.eligible {
            can &= self.learn(clock, facts, cond, true);
        }
        match cause {
            EntryCause::Event { cond: Some(cond), .. } => {
                // `where` speaks of the event's properties; the steps know those they read by other names.
                let cond = as_entry_properties(journey, cond);
                can &= self.learn(clock, facts, &cond, true);
            }
            EntryCause::Segment { segment, entering } => {
                can &= self.learn(clock, facts, &Expr::In(*segment), *entering);
            }
            _ => {}
        }
        can
    }

    /// A condition came out so at this moment: what follows for the clock and for what is known. False: it cannot come out so.
    pub(super) fn learn(&self, clock: &mut Clock, facts: &mut Facts, cond: &Expr, holds: bool) -> bool {
        if !is_small(cond) {
            return true;
        }
        match cond {
            Expr::And(parts) if holds => return parts.iter().all(|part| self.learn(clock, facts, part, true)),
            Expr::Or(parts) if !holds => return parts.iter().all(|part| self.learn(clock, facts, part, false)),
            // Of what is surely yes or no the opposite is known.
            Expr::Not(inner) if is_two_valued(inner) => return self.learn(clock, facts, inner, !holds),
            _ => {}
        }
        if !clock.know(cond, holds) {
            return false;
        }
        if !self.can_speak(cond) {
            return true;
        }
        let mine = axes(self.program, with_segments(self.program, std::iter::once(cond)).into_iter());
        if !mine.iter().any(|axis| self.asked.0.things.contains(axis)) {
            return true;
        }
        if facts.0.iter().any(|fact| fact.cond == *cond && fact.holds == holds) {
            return true;
        }
        let mut all: Vec<(&Expr, bool)> = facts.iter().map(|fact| (&fact.cond, fact.holds)).collect();
        all.push((cond, holds));
        if all.len() > 1 && !can_be(self.program, &self.fuel, &all) {
            return false;
        }
        if facts.0.len() < KEPT {
            let (with_time, with_send) = self.ends(cond, holds);
            facts.0.push(Rc::new(Fact { cond: cond.clone(), holds, with_time, with_send }));
        }
        true
    }

    /// What becomes of a message is known from here on, for whoever asks about it.
    pub(super) fn outcome(&self, facts: &mut Facts, messages: &[MessageId], outcome: Outcome) {
        facts.send();
        let mut add = |cond: Expr, holds: bool| {
            facts.0.push(Rc::new(Fact { cond, holds, with_time: false, with_send: true }));
        };
        add(Expr::Sent, outcome != Outcome::Suppressed);
        add(Expr::Suppressed, outcome == Outcome::Suppressed);
        if outcome == Outcome::Went {
            add(Expr::Engaged(Engagement::Failed, None), false);
            messages.iter().for_each(|message| add(Expr::Engaged(Engagement::Failed, Some(*message)), false));
        }
    }

    /// Whether something known ends as time passes, and with the next message.
    fn ends(&self, cond: &Expr, holds: bool) -> (bool, bool) {
        let (mut with_time, mut with_send) = (false, false);
        let comes_and_stays = holds && is_positive(cond);
        for cond in with_segments(self.program, std::iter::once(cond)) {
            cond.visit(&mut |part| match part {
                Expr::Engaged(..) => {
                    with_send = true;
                    with_time |= !comes_and_stays;
                }
                Expr::Sent | Expr::Suppressed => with_send = true,
                Expr::Happened(_) => with_time |= !comes_and_stays,
                Expr::Occurred(id) => {
                    let for_ever = self.program.histories.get(id.index()).is_some_and(|h| h.window.is_none());
                    with_time |= !(for_ever && comes_and_stays);
                }
                Expr::Attribute(_)
                | Expr::Consent(_)
                | Expr::ReachableFlag(_)
                | Expr::Reachable(..)
                | Expr::Prefers(_)
                | Expr::KnownFor(_) => with_time |= !self.still,
                Expr::Count(..) | Expr::Sum(..) | Expr::Last(..) | Expr::Since(_) | Expr::Rate(..) => with_time = true,
                Expr::Now | Expr::Today | Expr::LocalTime(..) | Expr::Day(_) => with_time = true,
                _ => {}
            });
        }
        (with_time, with_send)
    }
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It goes, and does not fail.
    Went,
    /// It goes, and fails later: it gives its place back.
    Fails,
    /// It is suppressed.
    Suppressed,
}

/// The things of a person that several journeys speak about.
pub(super) fn shared(program: &Program, journeys: &[&Journey]) -> Vec<Axis> {
    let mut once: Vec<Axis> = vec![];
    let mut out: Vec<Axis> = vec![];
    for journey in journeys {
        let mut mine: Vec<Axis> = vec![];
        each_condition(journey, &mut |cond| {
            for axis in axes(program, with_segments(program, std::iter::once(cond)).into_iter()) {
                if is_of_the_person(&axis) && !mine.contains(&axis) {
                    mine.push(axis);
                }
            }
        });
        for axis in mine {
            match once.contains(&axis) {
                true if !out.contains(&axis) => out.push(axis),
                true => {}
                false => once.push(axis),
            }
        }
    }
    out
}

fn is_of_the_person(axis: &Axis) -> bool {
    let is = |value: &Expr| matches!(value, Expr::Attribute(_) | Expr::Consent(_) | Expr::ReachableFlag(_));
    match axis {
        Axis::Value(of) => is(of),
        Axis::Contains(Expr::Contains(of, _)) => is(of),
        Axis::Holds(of) => matches!(of, Expr::In(_) | Expr::Reachable(..) | Expr::KnownFor(_)),
        Axis::Preferred => true,
        _ => false,
    }
}

/// Whether it is yes or no, and never unknown.
fn is_two_valued(cond: &Expr) -> bool {
    match cond {
        Expr::Known(_)
        | Expr::LocalTime(..)
        | Expr::Day(_)
        | Expr::Happened(_)
        | Expr::Engaged(..)
        | Expr::Sent
        | Expr::Suppressed
        | Expr::Reachable(..)
        | Expr::In(_) => true,
        Expr::Not(inner) => is_two_valued(inner),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().all(is_two_valued),
        _ => false,
    }
}

/// Whether it asks for nothing but what has happened, so that it goes on holding.
fn is_positive(cond: &Expr) -> bool {
    match cond {
        Expr::Happened(_) | Expr::Engaged(..) | Expr::Occurred(_) => true,
        Expr::And(parts) | Expr::Or(parts) => parts.iter().all(is_positive),
        _ => false,
    }
}

/// The conditions of a journey that decide on a path.
fn each_condition(journey: &Journey, see: &mut impl FnMut(&Expr)) {
    journey.eligible.iter().for_each(&mut *see);
    for entry in &journey.entries {
        match &entry.cause {
            EntryCause::Event { cond: Some(cond), .. } => see(&as_entry_properties(journey, cond)),
            EntryCause::Segment { segment, .. } => see(&Expr::In(*segment)),
            _ => {}
        }
    }
    fn of_branch(branch: &Branch, see: &mut impl FnMut(&Expr)) {
        match branch {
            Branch::Ask(cond, _) | Branch::Window { cond, .. } => see(cond),
            Branch::Not(inner) => of_branch(inner, see),
            Branch::And(parts) | Branch::Or(parts) => parts.iter().for_each(|part| of_branch(part, see)),
        }
    }
    for block in journey.blocks() {
        visit_steps(block, &mut |step: &Step| match &step.kind {
            StepKind::If { arms, .. } => arms.iter().for_each(|arm| of_branch(&arm.cond, see)),
            StepKind::WaitFor { cond, .. } => see(cond),
            StepKind::Repeat { until: Some(cond), .. } => see(cond),
            StepKind::Match { value, arms, .. } => arms.iter().for_each(|arm| see(&fits(value, &arm.values))),
            _ => {}
        });
    }
}

/// Whether a value is one of those of an arm.
pub(super) fn fits(value: &Expr, values: &[Expr]) -> Expr {
    Expr::OneOf(Box::new(value.clone()), values.to_vec())
}

/// The properties of the event that the journey reads, by the names that its steps use.
pub(super) fn as_entry_properties(journey: &Journey, cond: &Expr) -> Expr {
    replace(cond, &|part| match part {
        Expr::EventProperty(id) => {
            let at = journey.entry_properties.iter().position(|property| property == id)?;
            Some(Expr::EntryProperty(u16::try_from(at).ok()?))
        }
        _ => None,
    })
}

/// The properties of an entry's event, by the names that `where` uses.
pub(super) fn as_event_properties(journey: &Journey, cond: &Expr) -> Expr {
    replace(cond, &|part| match part {
        Expr::EntryProperty(at) => journey.entry_properties.get(usize::from(*at)).map(|id| Expr::EventProperty(*id)),
        _ => None,
    })
}

fn replace(cond: &Expr, other: &impl Fn(&Expr) -> Option<Expr>) -> Expr {
    let again = |cond: &Expr| replace(cond, other);
    let boxed = |cond: &Expr| Box::new(again(cond));
    let all = |list: &[Expr]| list.iter().map(again).collect::<Vec<_>>();
    match cond {
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
        part => other(part).unwrap_or_else(|| part.clone()),
    }
}

impl Things {
    /// `shared`: things that other journeys speak about too.
    pub(super) fn of(program: &Program, journey: &Journey, shared: &[Axis]) -> Self {
        let mut once: Vec<Axis> = vec![];
        let mut things: Vec<Axis> = vec![];
        let mut asks_outcome = false;
        each_condition(journey, &mut |cond| {
            if !is_small(cond) {
                return;
            }
            cond.visit(&mut |part| {
                if matches!(part, Expr::Sent | Expr::Suppressed | Expr::Engaged(Engagement::Failed, _)) {
                    asks_outcome = true;
                    things.push(Axis::Holds(part.clone()));
                }
            });
            for axis in axes(program, with_segments(program, std::iter::once(cond)).into_iter()) {
                match once.contains(&axis) || shared.contains(&axis) {
                    true if !things.contains(&axis) => things.push(axis),
                    true => {}
                    false => once.push(axis),
                }
            }
        });
        Self(Rc::new(Spoken { things, asks_outcome }))
    }
}
