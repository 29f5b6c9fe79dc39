//! What is known where a step stands: the conditions around it that were asked with no wait between.
//!
//! From it come conditions that can come out one way only, and messages that the gate always suppresses.

use super::allowed::{Never, never_by_quiet_now, never_goes};
use super::consistent::Fuel;
use super::covers;
use super::facts::as_entry_properties;
use super::past;
use super::settle::{self, Given, Settled, settle};
use super::truth::{Fact, World};
use crate::ir::{
    Branch, ChannelId, Days, Entry, EntryCause, EventId, ExitCause, Expr, HistoryId, HistoryOf, Journey, Program,
    SetTarget, Step, StepKind, Trigger, visit_steps,
};
use crate::kleene::Truth;
use crate::source::Span;
use crate::value::{Comparison, Value};
use chrono::Datelike;

/// A condition that comes out one way only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Constant {
    pub(crate) place: Span,
    pub(crate) settled: Settled,
    /// Whether the journey's own goal or exit settles it.
    pub(crate) leaves: bool,
}

/// What was found in a journey.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) constant: Vec<Constant>,
    /// Messages that never go, with the reason.
    pub(crate) never: Vec<(Span, Never)>,
    /// Messages before which it was asked whether the person agreed to their channel.
    pub(crate) agreed: Vec<Span>,
}

/// How much has happened on the way to a step, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Moment {
    waits: usize,
    sends: usize,
}

impl Moment {
    fn latest(self, other: Moment) -> Moment {
        Moment { waits: self.waits.max(other.waits), sends: self.sends.max(other.sends) }
    }
}

/// Looks at every condition and every message of a journey.
pub(crate) fn look(program: &Program, journey: &Journey) -> Found {
    let mut sets = false;
    for block in journey.blocks() {
        visit_steps(block, &mut |step| sets |= matches!(step.kind, StepKind::Set { .. }));
    }
    let rules = &program.charter;
    let holds = rules.quiet.iter().chain(&journey.quiet).any(|quiet| !quiet.skip)
        || rules.gaps.iter().chain(&journey.gaps).any(|gap| !gap.skip)
        || rules.caps.iter().chain(&journey.caps).any(|cap| cap.hold.is_some());
    let mut looker = Looker {
        program,
        fuel: Fuel::new(),
        journey,
        holds,
        leaving: vec![],
        always: vec![],
        given: vec![],
        now: Moment::default(),
        found: Found::default(),
    };
    looker.clauses();
    // Goals and exits act before a step can see what they are about.
    for (triggers, cond, place) in leaving(journey) {
        if cond.is_none() {
            looker.leaving.extend(triggers.iter().map(|trigger| (*trigger, place)));
        }
    }
    for exit in &journey.exits {
        // What the steps set is seen by them at once, and by the exit only after them.
        if let ExitCause::When(cond) = &exit.cause
            && !sets
        {
            looker.always.push(Given::new(program, cond.clone(), false, exit.span));
        }
    }
    for entry in &journey.entries {
        looker.now = Moment::default();
        looker.given.clear();
        looker.know(journey.eligible.iter().cloned(), true, journey.span);
        looker.know(on_the_calendar(&entry.cause), true, entry.span);
        looker.block(&entry.steps);
    }
    looker.leaving.clear();
    looker.always.clear();
    let steps = journey.goals.iter().map(|goal| &goal.steps).chain(journey.exits.iter().map(|exit| &exit.steps));
    for steps in steps {
        looker.now = Moment::default();
        looker.given.clear();
        looker.block(steps);
    }
    looker.found
}

/// The conditions of segments and of the charter's rules that come out one way only.
pub(crate) fn constant_segments(program: &Program) -> Vec<Constant> {
    let charter = &program.charter;
    let segments = program.segments.iter().map(|segment| (&segment.cond, segment.span));
    let excludes = charter.exclude.iter().map(|rule| (&rule.when, rule.span));
    let quiet = charter.quiet.iter().filter_map(|rule| Some((rule.when.as_ref()?, rule.span)));
    let gaps = charter.gaps.iter().filter_map(|rule| Some((rule.when.as_ref()?, rule.span)));
    let caps = charter.caps.iter().filter_map(|rule| Some((rule.when.as_ref()?, rule.span)));
    let all = segments.chain(excludes).chain(quiet).chain(gaps).chain(caps);
    let fuel = Fuel::new();
    all.filter_map(|(cond, place)| {
        settle(program, &fuel, &[], cond).map(|settled| Constant { place, settled, leaves: false })
    })
    .collect()
}

/// What leaves the steps of the entries: triggers, their condition, and where they stand.
fn leaving(journey: &Journey) -> impl Iterator<Item = (&[Trigger], Option<&Expr>, Span)> {
    let goals = journey.goals.iter().map(|goal| (goal.triggers.as_slice(), goal.cond.as_ref(), goal.span));
    goals.chain(journey.exits.iter().filter_map(|exit| match &exit.cause {
        ExitCause::On(triggers, cond) => Some((triggers.as_slice(), cond.as_ref(), exit.span)),
        ExitCause::When(_) => None,
    }))
}

struct Looker<'a> {
    program: &'a Program,
    fuel: Fuel,
    journey: &'a Journey,
    /// Whether a rule can hold a message, so that time passes at it.
    holds: bool,
    /// What ends the steps at once where it happens.
    leaving: Vec<(Trigger, Span)>,
    /// What is known at every step.
    always: Vec<Given>,
    given: Vec<(Box<Given>, Moment)>,
    now: Moment,
    found: Found,
}

impl Looker<'_> {
    /// The conditions of the clauses, by themselves.
    fn clauses(&mut self) {
        let entries = self.journey.entries.iter().filter_map(|entry| match &entry.cause {
            EntryCause::Event { cond: Some(cond), .. } => Some((cond, entry.span)),
            _ => None,
        });
        let goals = self.journey.goals.iter().filter_map(|goal| Some((goal.cond.as_ref()?, goal.span)));
        let exits = self.journey.exits.iter().filter_map(|exit| match &exit.cause {
            ExitCause::On(_, cond) => Some((cond.as_ref()?, exit.span)),
            ExitCause::When(cond) => Some((cond, exit.span)),
        });
        let eligible = self.journey.eligible.iter().map(|cond| (cond, self.journey.span));
        let mut entering: Vec<(&Expr, Span)> = eligible.clone().collect();
        entering.extend(self.journey.exits.iter().filter_map(|exit| match &exit.cause {
            ExitCause::When(cond) => Some((cond, exit.span)),
            ExitCause::On(..) => None,
        }));
        let quiet = self.journey.quiet.iter().filter_map(|rule| Some((rule.when.as_ref()?, rule.span)));
        let gaps = self.journey.gaps.iter().filter_map(|rule| Some((rule.when.as_ref()?, rule.span)));
        let caps = self.journey.caps.iter().filter_map(|rule| Some((rule.when.as_ref()?, rule.span)));
        for (cond, place) in entries.chain(goals).chain(exits).chain(eligible).chain(quiet).chain(gaps).chain(caps) {
            if let Some(settled) = settle(self.program, &self.fuel, &[], cond) {
                self.found.constant.push(Constant { place, settled, leaves: false });
            }
        }
        for (cond, place) in entering {
            let is_told = self.found.constant.iter().any(|constant| constant.place == place);
            if let Some(settled) = self.by_entering(cond, place).filter(|_| !is_told) {
                self.found.constant.push(Constant { place, settled, leaves: false });
            }
        }
    }

    /// A clause that what lets in settles: it holds of all who could enter, or of none.
    fn by_entering(&self, cond: &Expr, place: Span) -> Option<Settled> {
        let mut all: Option<Settled> = None;
        for entry in &self.journey.entries {
            let settled = self.by_entry(entry, cond, place)?;
            match all {
                Some(known) if known.always != settled.always => return None,
                Some(_) => {}
                None => all = Some(settled),
            }
        }
        // An `exit when` is there for what comes true later.
        all.filter(|settled| place == self.journey.span || settled.always)
    }

    fn by_entry(&self, entry: &Entry, cond: &Expr, place: Span) -> Option<Settled> {
        let by = Some(entry.span);
        if let EntryCause::Event { events, cond: wanted } = &entry.cause {
            // What lets in is in the past by then.
            let way = |event: &EventId| {
                let counts = |id: HistoryId| {
                    let history = self.program.histories.get(id.index())?;
                    let fits = match (&history.cond, wanted) {
                        (None, _) => true,
                        (Some(of), Some(wanted)) => covers::expr(of, wanted),
                        (Some(_), None) => false,
                    };
                    (history.of == HistoryOf::Event(*event) && history.property.is_none() && fits).then_some(id)
                };
                let fact = |part: &Expr| {
                    let of = match part {
                        Expr::Compare(_, of, _) => of,
                        part => part,
                    };
                    past::by_latest(self.program, counts(past::history(of)?)?, Some(0), part)
                };
                World::new(self.program, fact).truth(cond).certain()
            };
            let mut ways = events.iter().map(way);
            if let Some(Some(always)) = ways.next()
                && ways.all(|way| way == Some(always))
            {
                return Some(Settled { always, by });
            }
        }
        let mut given = vec![];
        match &entry.cause {
            EntryCause::Event { cond: Some(cond), .. } => {
                given.push(Given::new(self.program, as_entry_properties(self.journey, cond), true, entry.span));
            }
            EntryCause::Segment { segment, entering } => {
                given.push(Given::new(self.program, Expr::In(*segment), *entering, entry.span));
            }
            _ => {}
        }
        if let Some(cond) = self.journey.eligible.as_ref().filter(|_| place != self.journey.span) {
            given.push(Given::new(self.program, cond.clone(), true, self.journey.span));
        }
        let given: Vec<&Given> = given.iter().collect();
        settle::by_given(self.program, &self.fuel, &given, cond)
    }

    fn know(&mut self, conds: impl Iterator<Item = Expr>, holds: bool, place: Span) {
        let now = self.now;
        self.given.extend(conds.map(|cond| (Box::new(Given::new(self.program, cond, holds, place)), now)));
    }

    /// What is still known now.
    fn known(&self) -> Vec<&Given> {
        let still = |(given, since): &&(Box<Given>, Moment)| {
            since.waits == self.now.waits && (since.sends == self.now.sends || !is_about_messages(&given.cond))
        };
        self.always.iter().chain(self.given.iter().filter(still).map(|(given, _)| given.as_ref())).collect()
    }

    fn waits(&mut self) {
        self.now.waits += 1;
    }

    /// Whether somebody comes here only who had agreed to a channel: a later no is honoured anyway.
    fn has_agreed(&self, channel: ChannelId) -> bool {
        let Some(name) = self.program.channels.get(channel.index()) else { return false };
        let asked = self.given.iter().map(|(given, _)| given.as_ref()).chain(&self.always);
        asked.filter(|given| given.holds).any(|given| asks_consent(&given.cond, name))
            || self.journey.eligible.as_ref().is_some_and(|cond| asks_consent(cond, name))
    }

    fn block(&mut self, steps: &[Step]) {
        let given = self.given.len();
        for step in steps {
            self.step(step);
        }
        self.given.truncate(given);
    }

    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Wait(_) | StepKind::WaitUntil { .. } | StepKind::WaitBetween { .. } => self.waits(),
            StepKind::WaitFor { cond, .. } => {
                self.ask(cond, step.span, false);
                self.waits();
            }
            StepKind::Send(sends) | StepKind::BestOf(sends) => {
                let known = self.known();
                let never = sends.iter().filter_map(|send| {
                    never_goes(self.program, &known, send)
                        .or_else(|| never_by_quiet_now(self.program, self.journey, &known, send))
                });
                let never: Vec<(Span, Never)> = never.map(|never| (step.span, never)).collect();
                self.found.never.extend(never);
                if sends.iter().all(|send| self.has_agreed(send.channel)) {
                    self.found.agreed.push(step.span);
                }
                self.now.sends += 1;
                if self.holds || sends.iter().any(|send| send.best_time.is_some()) {
                    self.waits();
                }
            }
            StepKind::If { arms, otherwise } => {
                let begin = self.given.len();
                let mut end = self.now;
                // What the branches before did not take; a branch that one of them covers is an unreachable step.
                let mut left: Vec<(Box<Given>, Moment)> = vec![];
                for arm in arms {
                    self.branch(&arm.cond, arm.span);
                    let before = self.now;
                    if arm.cond.has_window() {
                        self.waits();
                    }
                    self.given.append(&mut left);
                    let before_it = self.given.len();
                    self.know(holds(&arm.cond).into_iter(), true, arm.span);
                    self.block(&arm.steps);
                    end = end.latest(self.now);
                    self.given.truncate(before_it);
                    left = self.given.split_off(begin);
                    self.now = before;
                    if arm.cond.has_window() {
                        // Another moment than that at which it came true.
                        self.waits();
                        self.waits();
                    }
                    let now = self.now;
                    let asked = asked(&arm.cond).map(|cond| Given::new(self.program, cond, false, arm.span));
                    left.extend(asked.map(|given| (Box::new(given), now)));
                }
                self.given.append(&mut left);
                self.block(otherwise);
                self.now = end.latest(self.now);
                self.given.truncate(begin);
            }
            StepKind::Match { arms, otherwise, .. } => {
                self.any_of(arms.iter().map(|arm| arm.steps.as_slice()).chain([otherwise.as_slice()]));
            }
            StepKind::Split { arms, .. } => self.any_of(arms.iter().map(|arm| arm.steps.as_slice())),
            StepKind::Repeat { until, steps, .. } => {
                if let Some(cond) = until {
                    self.ask(cond, step.span, false);
                }
                self.waits();
                self.block(steps);
                self.waits();
            }
            // What is set can be what a condition was about.
            StepKind::Set { target, value, .. } => {
                self.waits();
                if let (SetTarget::Attribute(id), Expr::Const(_)) = (target, value) {
                    let is = (Comparison::Is, Box::new(Expr::Attribute(*id)), Box::new(value.clone()));
                    self.know([Expr::Compare(is.0, is.1, is.2)].into_iter(), true, step.span);
                }
            }
            StepKind::Add(..)
            | StepKind::Remove(_)
            | StepKind::Emit { .. }
            | StepKind::Start(_)
            | StepKind::Call { .. }
            | StepKind::Exit => {}
        }
    }

    fn any_of<'s>(&mut self, blocks: impl Iterator<Item = &'s [Step]>) {
        let before = self.now;
        let mut end = before;
        for steps in blocks {
            self.now = before;
            self.block(steps);
            end = end.latest(self.now);
        }
        self.now = end;
    }

    /// A condition of an `if`.
    fn branch(&mut self, branch: &Branch, place: Span) {
        match branch {
            Branch::Ask(cond, _) => self.ask(cond, place, true),
            // What holds later is not what is known now.
            Branch::Window { cond, .. } => self.ask(cond, place, false),
            Branch::Not(inner) => {
                let before = self.found.constant.len();
                self.branch(inner, place);
                for constant in self.found.constant.iter_mut().skip(before) {
                    constant.settled.always = !constant.settled.always;
                }
            }
            Branch::And(parts) | Branch::Or(parts) => {
                // One message a condition.
                let before = self.found.constant.len();
                for part in parts {
                    self.branch(part, place);
                }
                self.found.constant.truncate(before + 1);
            }
        }
    }

    fn ask(&mut self, cond: &Expr, place: Span, now: bool) {
        let given = if now { self.known() } else { self.always.iter().collect() };
        let settled = settle(self.program, &self.fuel, &given, cond);
        let constant = settled.map(|settled| {
            let leaves = settled.by.is_some_and(|by| self.always.iter().any(|given| given.place == by));
            Constant { place, settled, leaves }
        });
        self.found.constant.extend(constant.or_else(|| self.by_leaving(cond, place)));
    }

    /// A condition about what ends the steps at once: nobody who can be asked has done it.
    fn by_leaving(&self, cond: &Expr, place: Span) -> Option<Constant> {
        let by = |part: &Expr| {
            let trigger = match part {
                Expr::Happened(id) => Trigger::Event(self.journey.happenings.get(id.index())?.event),
                Expr::Engaged(engagement, message) => Trigger::Engagement(*engagement, *message),
                _ => return None,
            };
            self.leaving.iter().find(|(leaving, _)| *leaving == trigger).map(|(_, place)| *place)
        };
        let mut first = None;
        cond.visit(&mut |part| first = first.or_else(|| by(part)));
        let goal = first?;
        let world = World::new(self.program, |part: &Expr| by(part).map(|_| Fact::Holds(Truth::NO)));
        let always = world.truth(cond).certain()?;
        Some(Constant { place, settled: Settled { always, by: Some(goal) }, leaves: true })
    }
}

/// What the calendar says at an entry that it begins.
fn on_the_calendar(cause: &EntryCause) -> impl Iterator<Item = Expr> + use<> {
    let (days, minute) = match cause {
        EntryCause::Every(days, minute) => (*days, *minute),
        EntryCause::Once(date, minute) => (Days(1 << date.weekday().num_days_from_monday()), *minute),
        _ => return None.into_iter().flatten(),
    };
    Some([Expr::Day(days), Expr::LocalTime(minute, (minute + 1) % 1_440)]).into_iter().flatten()
}

/// Whether a condition is about what became of messages.
fn is_about_messages(cond: &Expr) -> bool {
    let mut found = false;
    cond.visit(&mut |part| {
        found |= matches!(
            part,
            Expr::Engaged(..)
                | Expr::Sent
                | Expr::Suppressed
                | Expr::Rate(..)
                | Expr::Occurred(_)
                | Expr::Count(..)
                | Expr::In(_)
        );
    });
    found
}

/// Whether a condition that holds says that the person agreed to a channel or category.
fn asks_consent(cond: &Expr, name: &str) -> bool {
    match cond {
        Expr::Consent(of) => of == name,
        Expr::And(parts) => parts.iter().any(|part| asks_consent(part, name)),
        Expr::Or(parts) => parts.iter().all(|part| asks_consent(part, name)),
        Expr::Compare(Comparison::Is, a, b) => {
            let is_yes = |expr: &Expr| matches!(expr, Expr::Const(Value::Bool(true)));
            is_yes(b) && asks_consent(a, name) || is_yes(a) && asks_consent(b, name)
        }
        _ => false,
    }
}

/// What holds at the moment at which a condition comes true.
pub(super) fn holds(branch: &Branch) -> Option<Expr> {
    match branch {
        Branch::Ask(cond, _) | Branch::Window { cond, .. } => Some(cond.clone()),
        _ => None,
    }
}

/// What was asked at once.
pub(super) fn asked(branch: &Branch) -> Option<Expr> {
    match branch {
        Branch::Ask(cond, _) => Some(cond.clone()),
        _ => None,
    }
}
