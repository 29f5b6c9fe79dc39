//! What is known where a step stands: the conditions around it that were asked with no wait between (its path condition).
//!
//! From it come conditions that can come out one way only, and messages that the gate always suppresses.

use super::allowed::{Never, never_by_quiet_now, never_goes};
use super::consistent::Fuel;
use super::covers;
use super::dataflow::{Analysis, Repeat, State, divide};
use super::facts::as_entry_properties;
use super::past;
use super::rules::can_hold;
use super::settle::{self, Given, Settled, settle};
use super::truth::{Fact, World};
use crate::ir::{
    Arm, Branch, ChannelId, Days, Entry, EntryCause, EventId, ExitCause, Expr, HistoryId, HistoryOf, Journey, Program,
    Send, SetTarget, Step, StepKind, Trigger, visit_steps,
};
use crate::kleene::Truth;
use crate::source::Span;
use crate::value::{Comparison, Value};
use chrono::Datelike;
use std::rc::Rc;

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

    /// Time passes: people change, and what was asked may come out otherwise.
    fn waits(&mut self) {
        self.waits += 1;
    }
}

/// What is known at a step.
#[derive(Debug, Clone, Default)]
struct Here {
    /// What came out so, and when, in the order in which it was asked.
    given: Vec<(Rc<Given>, Moment)>,
    now: Moment,
}

impl State for Here {
    /// Both know what was asked before they parted.
    fn join(&mut self, other: &Here) {
        let both = self.given.iter().zip(&other.given).take_while(|(ours, theirs)| Rc::ptr_eq(&ours.0, &theirs.0));
        self.given.truncate(both.count());
        self.now = self.now.latest(other.now);
    }
}

/// Looks at every condition and every message of a journey.
pub(crate) fn look(program: &Program, journey: &Journey) -> Found {
    let mut sets = false;
    for block in journey.blocks() {
        visit_steps(block, &mut |step| sets |= matches!(step.kind, StepKind::Set { .. }));
    }
    let mut looker = Looker {
        program,
        fuel: Fuel::new(),
        journey,
        can_hold: can_hold(program, journey),
        leaving: vec![],
        always: vec![],
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
        let mut here = Here::default();
        looker.know(&mut here, journey.eligible.iter().cloned(), true, journey.span);
        looker.know(&mut here, on_the_calendar(&entry.cause), true, entry.span);
        looker.block(&entry.steps, vec![here]);
    }
    looker.leaving.clear();
    looker.always.clear();
    let steps = journey.goals.iter().map(|goal| &goal.steps).chain(journey.exits.iter().map(|exit| &exit.steps));
    for steps in steps {
        looker.block(steps, vec![Here::default()]);
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
    can_hold: bool,
    /// What ends the steps at once where it happens: nobody at a step has done it.
    leaving: Vec<(Trigger, Span)>,
    /// What is known at every step.
    always: Vec<Given>,
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

    /// What an entry says can settle a clause: it holds of all who could come in, or of none.
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

    fn know(&self, here: &mut Here, conds: impl Iterator<Item = Expr>, holds: bool, place: Span) {
        let now = here.now;
        here.given.extend(conds.map(|cond| (Rc::new(Given::new(self.program, cond, holds, place)), now)));
    }

    /// What is still known here.
    fn known<'h>(&'h self, here: &'h Here, given: &'h [(Rc<Given>, Moment)]) -> Vec<&'h Given> {
        let still = |(given, since): &&(Rc<Given>, Moment)| {
            since.waits == here.now.waits && (since.sends == here.now.sends || !is_about_messages(&given.cond))
        };
        self.always.iter().chain(given.iter().filter(still).map(|(given, _)| given.as_ref())).collect()
    }

    /// Whether somebody comes here only who had agreed to a channel: a later no is honoured anyway.
    fn has_agreed(&self, here: &Here, channel: ChannelId) -> bool {
        let Some(name) = self.program.channels.get(channel.index()) else { return false };
        let asked = here.given.iter().map(|(given, _)| given.as_ref()).chain(&self.always);
        asked.filter(|given| given.holds).any(|given| asks_consent(&given.cond, name))
            || self.journey.eligible.as_ref().is_some_and(|cond| asks_consent(cond, name))
    }

    /// A condition of an `if`, with what is known where it is asked.
    fn branch(&mut self, branch: &Branch, place: Span, here: &Here, given: &[(Rc<Given>, Moment)]) {
        match branch {
            Branch::Ask(cond, _) => {
                let settled = settle(self.program, &self.fuel, &self.known(here, given), cond);
                self.settled(cond, place, settled);
            }
            // What holds later is not what is known now.
            Branch::Window { cond, .. } => self.ask_later(cond, place),
            Branch::Not(inner) => {
                let before = self.found.constant.len();
                self.branch(inner, place, here, given);
                for constant in self.found.constant.iter_mut().skip(before) {
                    constant.settled.always = !constant.settled.always;
                }
            }
            Branch::And(parts) | Branch::Or(parts) => {
                // One message a condition.
                let before = self.found.constant.len();
                for part in parts {
                    self.branch(part, place, here, given);
                }
                self.found.constant.truncate(before + 1);
            }
        }
    }

    /// A condition that waits to come true: only what always holds is known then.
    fn ask_later(&mut self, cond: &Expr, place: Span) {
        let always: Vec<&Given> = self.always.iter().collect();
        let settled = settle(self.program, &self.fuel, &always, cond);
        self.settled(cond, place, settled);
    }

    fn settled(&mut self, cond: &Expr, place: Span, settled: Option<Settled>) {
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

impl Analysis for Looker<'_> {
    type State = Here;
    /// How much was known before the `if`.
    type Earlier<'s> = Option<usize>;

    /// What is learnt in a block is known in it alone.
    fn block(&mut self, steps: &[Step], all: Vec<Here>) -> Vec<Here> {
        let known = all.first().map_or(0, |here| here.given.len());
        let mut behind = steps.iter().fold(all, |all, step| self.step(step, all));
        behind.iter_mut().for_each(|here| here.given.truncate(known));
        behind
    }

    fn wait(&mut self, step: &Step, mut here: Here, behind: &mut Vec<Here>) {
        if let StepKind::WaitFor { cond, .. } = &step.kind {
            self.ask_later(cond, step.span);
        }
        here.now.waits();
        behind.push(here);
    }

    fn send(&mut self, step: &Step, sends: &[Send], mut here: Here, behind: &mut Vec<Here>) {
        let known = self.known(&here, &here.given);
        let never = sends.iter().filter_map(|send| {
            never_goes(self.program, &known, send)
                .or_else(|| never_by_quiet_now(self.program, self.journey, &known, send))
        });
        let never: Vec<(Span, Never)> = never.map(|never| (step.span, never)).collect();
        self.found.never.extend(never);
        if sends.iter().all(|send| self.has_agreed(&here, send.channel)) {
            self.found.agreed.push(step.span);
        }
        here.now.sends += 1;
        if self.can_hold || sends.iter().any(|send| send.best_time.is_some()) {
            here.now.waits();
        }
        behind.push(here);
    }

    /// What is set can be what a condition was about.
    fn set(&mut self, step: &Step, target: &SetTarget, value: &Expr, here: &mut Here) {
        here.now.waits();
        if let (SetTarget::Attribute(id), Expr::Const(_)) = (target, value) {
            let is = Expr::Compare(Comparison::Is, Box::new(Expr::Attribute(*id)), Box::new(value.clone()));
            self.know(here, std::iter::once(is), true, step.span);
        }
    }

    /// Steps behind it are looked at, too.
    fn exit(&mut self, here: Here, behind: &mut Vec<Here>) {
        behind.push(here);
    }

    fn arm(&mut self, arm: &Arm, before: &mut Option<usize>, all: Vec<Here>) -> (Vec<Here>, Vec<Here>) {
        divide(all, |mut here| {
            // Not what the arms before did not take: an arm that one of them covers is an unreachable step.
            let before = *before.get_or_insert(here.given.len());
            self.branch(&arm.cond, arm.span, &here, here.given.get(..before).unwrap_or_default());
            let mut taken = here.clone();
            if arm.cond.has_window() {
                taken.now.waits();
                // Another moment than that at which it came true.
                here.now.waits();
                here.now.waits();
            }
            self.know(&mut taken, holds(&arm.cond).into_iter(), true, arm.span);
            self.know(&mut here, asked(&arm.cond).into_iter(), false, arm.span);
            (Some(taken), Some(here))
        })
    }

    fn rounds(&mut self, repeat: &Repeat<'_>, mut all: Vec<Here>) -> Vec<Here> {
        if let Some(cond) = repeat.until {
            self.ask_later(cond, repeat.place);
        }
        all.iter_mut().for_each(|here| here.now.waits());
        let mut behind = self.block(repeat.steps, all);
        behind.iter_mut().for_each(|here| here.now.waits());
        behind
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
