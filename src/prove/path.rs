//! One journey's blocks, followed once: what is true of every path to a step.

use super::clock::Clock;
use super::covers;
use super::dataflow::{self, Analysis, Repeat, State, add, divide, gather, joined};
use super::facts::{Facts, Known, Outcome, Things, Way, fits, ways};
use super::length::{Length, Passage};
use super::rules::{Rules, can_hold};
use super::same_day::{Lately, SameDay};
use super::windows;
use crate::ir::{
    Arm, Branch, Engagement, ExitCause, Expr, Journey, MatchArm, MessageId, Program, Send, SetTarget, Step, StepKind,
};
use crate::source::Span;
use crate::value::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// So many earlier branches of an `if` or a `match` are looked at for one that covers a later one.
const EARLIER: usize = 256;

/// What was found out about a journey.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The first step of each run that nobody can reach, and branches that an earlier one covers; with what takes
    /// everybody before.
    pub(crate) unreachable: Vec<(Span, Span)>,
    /// The first step on each way that every path reaches only after the end of all goals' windows.
    pub(crate) too_late: Vec<TooLate>,
    /// Conditions about an engagement that nobody can have shown yet.
    pub(crate) too_soon: Vec<TooSoon>,
    /// Sends that can fall on the day of an earlier one of the same entry.
    pub(crate) same_day: Vec<SameDay>,
}

/// A step that comes when no goal counts any more.
#[derive(Debug)]
pub(crate) struct TooLate {
    pub(crate) span: Span,
    /// Since the entry, at least.
    pub(crate) earliest: Millis,
    /// The goal whose window is the longest, and when it ends.
    pub(crate) goal: Span,
    pub(crate) end: Millis,
}

/// An engagement that is asked about too soon.
#[derive(Debug)]
pub(crate) struct TooSoon {
    /// The condition.
    pub(crate) span: Span,
    pub(crate) asked: Engagement,
    /// The message, or the condition at whose instant it is asked.
    pub(crate) behind: Span,
    /// The other engagement at whose instant it is asked; none: right behind the send.
    pub(crate) at_instant_of: Option<Engagement>,
}

/// What holds on every path to a step.
#[derive(Debug, Clone)]
struct Before {
    clock: Clock,
    /// Messages that were asked for with no wait since, and where.
    fresh: BTreeMap<MessageId, Span>,
    /// The last message, if it is one of them.
    last: Option<Span>,
    /// The engagement at whose very instant the step begins, and where it is waited for.
    instant: Option<(Engagement, Span)>,
    /// What was sent within a day before, on any path.
    lately: Lately,
    /// What came out so on the way.
    facts: Facts,
}

impl Before {
    fn at(clock: Clock) -> Self {
        Self {
            clock,
            fresh: BTreeMap::new(),
            last: None,
            instant: None,
            lately: Lately::default(),
            facts: Facts::default(),
        }
    }

    /// Some time may have passed.
    fn waited(self, length: Length) -> Self {
        self.passed(|clock| clock.pass(length))
    }

    fn passed(mut self, pass: impl FnOnce(&mut Clock) -> Passage) -> Self {
        let passage = pass(&mut self.clock);
        self.lately.pass(&passage);
        if passage.length.most != Some(0) {
            self.facts.pass();
        }
        self.fresh.clear();
        self.last = None;
        self.instant = None;
        self
    }
}

impl State for Before {
    fn join(&mut self, other: &Before) {
        self.clock.join(&other.clock);
        self.fresh.retain(|message, _| other.fresh.contains_key(message));
        self.last = self.last.filter(|_| other.last.is_some());
        self.instant = self.instant.filter(|(came, _)| other.instant.is_some_and(|(other, _)| other == *came));
        self.lately.join(&other.lately);
        self.facts.join(&other.facts);
    }

    fn is_like(&self, other: &Before) -> bool {
        self.facts == other.facts
    }
}

/// Follows every block of a journey.
pub(crate) fn follow(program: &Program, journey: &Journey) -> Report {
    // After the latest of the windows nothing can convert any more.
    let windows: Option<Vec<(Millis, Span)>> =
        journey.goals.iter().map(|goal| Some((goal.within?, goal.span))).collect();
    let end = windows.and_then(|windows| windows.into_iter().max());
    let rules = Rules::of(program, journey);
    let mut follower = Follower {
        known: Known::new(program, Things::of(program, journey, &[]), false),
        program,
        asked_about: windows::asked_about(journey),
        end,
        rules,
        repeats_around: 0,
        sent_at_waits: Lately::default(),
        can_hold: can_hold(program, journey),
        exits_at_once: journey.exits.iter().any(|exit| matches!(exit.cause, ExitCause::When(_))),
        goals_outlast: journey.watches_for().is_some(),
        sent_at_ends: Lately::default(),
        report: Report::default(),
    };
    let mut any_moment: Option<Clock> = None;
    for entry in &journey.entries {
        let clock = Clock::entry(journey, &entry.cause);
        match any_moment.as_mut() {
            Some(any) => any.join(&clock),
            None => any_moment = Some(clock.clone()),
        }
        let mut before = Before::at(clock.clone());
        // Nobody enters where the clauses contradict each other; that is told of them, not of the steps.
        let enters = follower.known.enter(journey, &entry.cause, &mut before.clock, &mut before.facts);
        if !enters {
            before = Before::at(clock);
        }
        let told = follower.report.same_day.len();
        let ends = follower.block(&entry.steps, vec![before]);
        follower.ended(&ends);
        if !enters {
            follower.report.same_day.truncate(told);
        }
    }
    // What goals and exits do comes at any moment, and is too late for nothing.
    follower.end = None;
    let mut clock = any_moment.unwrap_or_else(Clock::round);
    clock.pass(Length::ANY);
    clock.forget_sends();
    let mut sent_at_waits = std::mem::take(&mut follower.sent_at_waits);
    let lately = sent_at_waits.clone().at_any_time();
    for exit in &journey.exits {
        let ends = follower.block(&exit.steps, vec![Before { lately: lately.clone(), ..Before::at(clock.clone()) }]);
        follower.ended(&ends);
    }
    // Goals with a window also act behind the last step.
    sent_at_waits.join(&follower.sent_at_ends);
    let sent_at_ends = sent_at_waits.at_any_time();
    for goal in &journey.goals {
        let lately = if goal.within.is_some() { &sent_at_ends } else { &lately };
        follower.block(&goal.steps, vec![Before { lately: lately.clone(), ..Before::at(clock.clone()) }]);
    }
    let mut report = follower.report;
    report.same_day.sort_by_key(SameDay::place);
    report.same_day.dedup_by_key(|both| both.place());
    report
}

struct Follower<'a> {
    program: &'a Program,
    known: Known<'a>,
    /// Messages that windows ask about by their names.
    asked_about: BTreeSet<MessageId>,
    /// The end of all goals' windows, since the entry, and the goal that has it.
    end: Option<(Millis, Span)>,
    rules: Rules<'a>,
    /// How many repeats stand around the present step.
    repeats_around: usize,
    /// What was sent lately wherever somebody waits, for goals and exits act there.
    sent_at_waits: Lately,
    /// Whether an exit can act with no wait before.
    exits_at_once: bool,
    /// Whether a rule can hold a message.
    can_hold: bool,
    /// Whether a goal can still be reached though the steps are over, and what was sent lately wherever they are.
    goals_outlast: bool,
    sent_at_ends: Lately,
    report: Report,
}

impl Analysis for Follower<'_> {
    type State = Before;
    /// The arms since time last passed: what they ask is asked at one moment.
    type Earlier<'s> = Vec<&'s Arm>;

    fn block(&mut self, steps: &[Step], all: Vec<Before>) -> Vec<Before> {
        let end = self.end;
        let mut now = all;
        // Where nobody comes to the first step something before is to blame.
        let mut leaves = None;
        for step in steps {
            if now.is_empty() {
                self.report.unreachable.extend(leaves.map(|leaves| (step.span, leaves)));
                break;
            }
            leaves = Some(step.span);
            let earliest = now.iter().map(|before| before.clock.since.least).min().unwrap_or(0);
            if let Some((end, goal)) = self.end.filter(|(end, _)| earliest >= *end) {
                self.report.too_late.push(TooLate { span: step.span, earliest, goal, end });
                // What follows in this block is later still.
                self.end = None;
            }
            now = self.step(step, now);
        }
        self.end = end;
        now
    }

    fn step(&mut self, step: &Step, all: Vec<Before>) -> Vec<Before> {
        let waits = match &step.kind {
            StepKind::Wait(_)
            | StepKind::WaitUntil { .. }
            | StepKind::WaitBetween { .. }
            | StepKind::WaitFor { .. }
            | StepKind::Repeat { .. } => true,
            StepKind::If { arms, .. } => arms.iter().any(|arm| arm.cond.has_window()),
            StepKind::Send(_)
            | StepKind::BestOf(_)
            | StepKind::Match { .. }
            | StepKind::Split { .. }
            | StepKind::Add(..)
            | StepKind::Remove(_)
            | StepKind::Set { .. }
            | StepKind::Emit { .. }
            | StepKind::Start(_)
            | StepKind::Call { .. }
            | StepKind::Exit => false,
        };
        if waits {
            all.iter().for_each(|before| self.sent_at_waits.join(&before.lately));
        }
        dataflow::step(self, step, all)
    }

    fn wait(&mut self, step: &Step, before: Before, behind: &mut Vec<Before>) {
        match &step.kind {
            StepKind::WaitFor { cond, up_to } if self.known.can_speak(cond) => {
                let came = Way::new(Length::up_to(*up_to), vec![(cond, true)]);
                // Who goes on without it has waited to the end.
                let not = Way::new(Length::exactly(*up_to), vec![(cond, false)]);
                behind.extend(self.takes(before.clone(), &came));
                behind.extend(self.takes(before, &not));
            }
            kind => behind.push(before.passed(|clock| clock.wait(kind))),
        }
    }

    fn send(&mut self, step: &Step, sends: &[Send], mut before: Before, all: &mut Vec<Before>) {
        let both = before.lately.clash(sends, &self.rules, &before.clock, step.span);
        self.report.same_day.extend(both);
        let messages: Vec<MessageId> = sends.iter().map(|send| send.message).collect();
        let mut behind = vec![];
        if self.known.asks_outcome() {
            // One that does not go, or fails, is no message of that day.
            for outcome in [Outcome::Suppressed, Outcome::Fails] {
                let mut other = before.clone();
                self.known.outcome(&mut other.facts, &messages, outcome);
                behind.push(other);
            }
            self.known.outcome(&mut before.facts, &messages, Outcome::Went);
        } else {
            before.facts.send();
        }
        before.lately.send(sends, &before.clock, step.span);
        behind.push(before);
        // One that waits for its hour, or is held, keeps the entry inside; an exit can act on what was just sent.
        let stays = self.can_hold || sends.iter().any(|send| send.best_time.is_some()) || self.exits_at_once;
        if stays {
            behind.iter().for_each(|before| self.sent_at_waits.join(&before.lately));
        }
        let held = |send: &Send| send.best_time.as_ref().map(|(within, _)| *within);
        let held = sends.iter().filter_map(held).max();
        all.extend(behind.into_iter().map(|mut before| {
            for send in sends {
                before.clock.send(send.message, self.asked_about.contains(&send.message));
            }
            before.fresh.extend(sends.iter().map(|send| (send.message, step.span)));
            before.last = Some(step.span);
            match held {
                Some(within) => before.waited(Length::up_to(within)),
                None => before,
            }
        }));
    }

    fn set(&mut self, _: &Step, target: &SetTarget, _: &Expr, before: &mut Before) {
        before.facts.set(target);
        before.clock.forget_dates();
    }

    fn exit(&mut self, before: Before, _: &mut Vec<Before>) {
        self.ended(&[before]);
    }

    fn arm<'s>(&mut self, arm: &'s Arm, earlier: &mut Vec<&'s Arm>, all: Vec<Before>) -> (Vec<Before>, Vec<Before>) {
        if let Some(covering) = covers::branches(self.program, &self.known.fuel, earlier, &arm.cond) {
            self.report.unreachable.push((arm.span, covering.span));
            return (vec![], all);
        }
        if asks_engagement(&arm.cond)
            && let Some(before) = joined(all.clone())
        {
            self.asked_too_soon(&arm.cond, arm.span, &before);
        }
        let (taken, others) = divide(all, |before| {
            let (yes, no) = outcome(arm, &before);
            (self.takes(yes.0, &yes.1), self.takes(no.0, &no.1))
        });
        match arm.cond.has_window() {
            true => earlier.clear(),
            false if earlier.len() < EARLIER => earlier.push(arm),
            false => {}
        }
        (gather(taken), gather(others))
    }

    fn fits(
        &mut self,
        value: &Expr,
        arm: &MatchArm,
        earlier: &[MatchArm],
        all: Vec<Before>,
    ) -> (Vec<Before>, Vec<Before>) {
        if covers::values(earlier.iter().take(EARLIER), arm) {
            let first = earlier.first().map_or(arm.span, |first| first.span);
            self.report.unreachable.push((arm.span, first));
            return (vec![], all);
        }
        let fits = fits(value, &arm.values);
        let way = |holds: bool| Way::new(Length::NONE, vec![(&fits, holds)]);
        divide(all, |before| (self.takes(before.clone(), &way(true)), self.takes(before, &way(false))))
    }

    fn rounds(&mut self, repeat: &Repeat<'_>, all: Vec<Before>) -> Vec<Before> {
        let Some(before) = joined(all) else { return vec![] };
        let last = repeat.every.saturating_mul(Millis::from(repeat.times) - 1);
        let first = before.clock.since.least;
        let mut behind = self.each_round(repeat, &before);
        if let Some(behind) = &mut behind {
            behind.clock.since.least = behind.clock.since.least.max(first.saturating_add(last));
        }
        if repeat.until.is_some() {
            add(&mut behind, Some(before.waited(Length::ANY)));
        }
        behind.into_iter().collect()
    }
}

impl Follower<'_> {
    /// The steps are over: the windows of goals may not be.
    fn ended(&mut self, ends: &[Before]) {
        if self.goals_outlast {
            ends.iter().for_each(|before| self.sent_at_ends.join(&before.lately));
        }
    }

    /// A path on which something comes out so, if it can.
    fn takes(&self, before: Before, way: &Way<'_>) -> Option<Before> {
        let mut before = match way.length {
            Length::NONE => before,
            length => before.passed(|clock| clock.decided(length, way.window)),
        };
        let learned =
            way.known.iter().all(|(cond, holds)| self.known.learn(&mut before.clock, &mut before.facts, cond, *holds));
        learned.then_some(before)
    }

    /// What holds behind the last round, where all are done.
    fn each_round(&mut self, repeat: &Repeat<'_>, before: &Before) -> Option<Before> {
        let steps = repeat.steps;
        if repeat.times <= 1 {
            return joined(self.block(steps, vec![before.clone()]));
        }
        self.repeats_around += 1;
        // A later round may come at any time: nothing is fresh any more.
        let mut later = before.clone().waited(Length::ANY);
        later.clock.forget_sends();
        later.facts.send();
        let mut behind = joined(self.block(steps, vec![later.clone()]));
        // What one round sends and the next one too. Deeper within each other rounds are not compared: each level would
        // be followed twice more.
        if self.repeats_around <= 2 {
            let reported = (self.report.unreachable.len(), self.report.too_late.len(), self.report.too_soon.len());
            let alone = joined(self.block(steps, vec![Before::at(Clock::round())]));
            let lately = alone.map(|round| round.lately).unwrap_or_default().in_next_round(repeat.every);
            let end = self.end.take();
            let next = joined(self.block(steps, vec![Before { lately, ..later }]));
            self.end = end;
            self.report.unreachable.truncate(reported.0);
            self.report.too_late.truncate(reported.1);
            self.report.too_soon.truncate(reported.2);
            add(&mut behind, next);
        }
        self.repeats_around -= 1;
        behind
    }

    /// Looks for engagements in a condition that is asked at once.
    fn asked_too_soon(&mut self, cond: &Branch, span: Span, before: &Before) {
        // Beside a window it is another mistake (`half-windowed`).
        let Branch::Ask(cond, _) = cond else { return };
        let mut found = None;
        cond.visit(&mut |part| {
            let Expr::Engaged(asked, message) = part else { return };
            let fresh = message.map_or(before.last, |message| before.fresh.get(&message).copied());
            let other = before.instant.filter(|(came, _)| came != asked && !implies(*came, *asked));
            let too_soon = match (fresh, other) {
                (Some(behind), _) => TooSoon { span, asked: *asked, behind, at_instant_of: None },
                (None, Some((came, behind))) => TooSoon { span, asked: *asked, behind, at_instant_of: Some(came) },
                (None, None) => return,
            };
            found.get_or_insert(too_soon);
        });
        self.report.too_soon.extend(found);
    }
}

/// A click counts as an open, and whoever opens got it.
fn implies(came: Engagement, asked: Engagement) -> bool {
    matches!((came, asked), (Engagement::Clicked, Engagement::Opened))
}

/// Whether an engagement is asked about at once.
fn asks_engagement(branch: &Branch) -> bool {
    let Branch::Ask(cond, _) = branch else { return false };
    let mut asks = false;
    cond.visit(&mut |part| asks |= matches!(part, Expr::Engaged(..)));
    asks
}

/// Where a condition comes true, and where it comes false: what was so before, and the way there.
fn outcome<'b>(arm: &'b Arm, before: &Before) -> ((Before, Way<'b>), (Before, Way<'b>)) {
    let branch = &arm.cond;
    let (yes, no) = ways(&before.clock, branch);
    // Whoever waits is at another moment, even where no time passes.
    let waited = |way: Way<'b>| match branch.has_window() {
        true => {
            let before = before.clone().passed(|clock| clock.decided(way.length, way.window));
            (before, Way { length: Length::NONE, ..way })
        }
        false => (before.clone(), way),
    };
    let (mut yes, mut no) = (waited(yes), waited(no));
    // At the very instant of an engagement the next question is asked.
    match came(branch) {
        Some((engagement, true)) => yes.0.instant = Some((engagement, arm.span)),
        Some((engagement, false)) => no.0.instant = Some((engagement, arm.span)),
        None => {}
    }
    (yes, no)
}

/// The engagement whose coming decides a branch at that instant, and whether it decides it with yes.
fn came(branch: &Branch) -> Option<(Engagement, bool)> {
    match branch {
        Branch::Window { cond: Expr::Engaged(came, _), .. } => Some((*came, true)),
        Branch::Not(inner) => came(inner).map(|(engagement, yes)| (engagement, !yes)),
        _ => None,
    }
}
