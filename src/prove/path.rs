//! One journey's blocks, followed once: what is true of every path to a step.

use super::clock::{Clock, Length, Passage};
use super::counts;
use super::covers;
use super::rules::Rules;
use super::same_day::Lately;
use super::tally::Shown;
use crate::ir::{Arm, Branch, Engagement, Expr, Journey, MatchArm, MessageId, Program, Send, Step, StepKind, visit_steps};
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
    /// Sends that can fall on the day of an earlier one of the same entry: the earlier one, then this.
    pub(crate) same_day: Vec<[Shown; 2]>,
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
}

impl Before {
    fn at(clock: Clock) -> Self {
        Self { clock, fresh: BTreeMap::new(), last: None, instant: None, lately: Lately::default() }
    }

    fn join(&mut self, other: Before) {
        self.clock.join(&other.clock);
        self.fresh.retain(|message, _| other.fresh.contains_key(message));
        self.last = self.last.filter(|_| other.last.is_some());
        self.instant = self.instant.filter(|(came, _)| other.instant.is_some_and(|(other, _)| other == *came));
        self.lately.join(other.lately);
    }

    /// Some time may have passed.
    fn waited(self, length: Length) -> Self {
        self.passed(|clock| clock.pass(length))
    }

    fn passed(mut self, pass: impl FnOnce(&mut Clock) -> Passage) -> Self {
        let passage = pass(&mut self.clock);
        self.lately.pass(&passage);
        self.fresh.clear();
        self.last = None;
        self.instant = None;
        self
    }
}

/// Follows every block of a journey.
pub(crate) fn follow(program: &Program, journey: &Journey) -> Report {
    // After the latest of the windows nothing can convert any more.
    let windows: Option<Vec<(Millis, Span)>> =
        journey.goals.iter().map(|goal| Some((goal.within?, goal.span))).collect();
    let end = windows.and_then(|windows| windows.into_iter().max());
    let rules = Rules::of(program, journey);
    let mut asked_about = BTreeSet::new();
    for block in journey.blocks() {
        visit_steps(block, &mut |step| {
            if let StepKind::If { arms, .. } = &step.kind {
                arms.iter().for_each(|arm| counts::windows(&arm.cond, &mut asked_about));
            }
        });
    }
    let mut follower = Follower {
        program,
        asked_about,
        end,
        rules,
        rounds: 0,
        everything: Lately::default(),
        report: Report::default(),
    };
    let mut any_moment: Option<Clock> = None;
    for entry in &journey.entries {
        let clock = Clock::entry(&entry.cause);
        match any_moment.as_mut() {
            Some(any) => any.join(&clock),
            None => any_moment = Some(clock.clone()),
        }
        follower.block(&entry.steps, Before::at(clock));
    }
    // What goals and exits do comes at any moment, and is too late for nothing.
    follower.end = None;
    let mut clock = any_moment.unwrap_or_else(Clock::round);
    clock.pass(Length::ANY);
    clock.forget_sends();
    let others = journey.goals.iter().map(|goal| &goal.steps).chain(journey.exits.iter().map(|exit| &exit.steps));
    let lately = std::mem::take(&mut follower.everything).at_any_time();
    for steps in others {
        follower.block(steps, Before { lately: lately.clone(), ..Before::at(clock.clone()) });
    }
    let mut report = follower.report;
    report.same_day.sort_by_key(|[_, later]| later.place);
    report.same_day.dedup_by_key(|[_, later]| later.place);
    report
}

struct Follower<'a> {
    program: &'a Program,
    /// Messages that windows ask about by their names.
    asked_about: BTreeSet<MessageId>,
    /// The end of all goals' windows, since the entry, and the goal that has it.
    end: Option<(Millis, Span)>,
    rules: Rules<'a>,
    /// How many repeats stand around the present step.
    rounds: usize,
    /// Everything that the entries send, as if it had just been sent.
    everything: Lately,
    report: Report,
}

impl Follower<'_> {
    /// Follows steps; gives what holds behind them, or nothing where every path leaves.
    fn block(&mut self, steps: &[Step], before: Before) -> Option<Before> {
        let end = self.end;
        let mut now = Some(before);
        let mut leaves = Span::default();
        for step in steps {
            let Some(before) = now.take() else {
                self.report.unreachable.push((step.span, leaves));
                break;
            };
            leaves = step.span;
            let earliest = before.clock.since.least;
            if let Some((end, goal)) = self.end.filter(|(end, _)| earliest >= *end) {
                self.report.too_late.push(TooLate { span: step.span, earliest, goal, end });
                // What follows in this block is later still.
                self.end = None;
            }
            now = self.step(step, before);
        }
        self.end = end;
        now
    }

    fn step(&mut self, step: &Step, mut before: Before) -> Option<Before> {
        match &step.kind {
            StepKind::Wait(length) => Some(before.waited(Length::exactly(*length))),
            StepKind::WaitUntil { until, .. } => Some(before.passed(|clock| clock.wait_until(until))),
            StepKind::WaitBetween { from, to, days } => {
                Some(before.passed(|clock| clock.wait_between(*from, *to, *days)))
            }
            StepKind::WaitFor { up_to, .. } => Some(before.waited(Length::up_to(*up_to))),
            StepKind::Send(sends) | StepKind::BestOf(sends) => {
                let both = before.lately.clash(sends, &self.rules, &before.clock, step.span);
                self.report.same_day.extend(both);
                before.lately.send(sends, &before.clock, step.span);
                self.everything.send(sends, &before.clock, step.span);
                for send in sends {
                    before.clock.send(send.message, self.asked_about.contains(&send.message));
                }
                before.fresh.extend(sends.iter().map(|send| (send.message, step.span)));
                before.last = Some(step.span);
                let held = |send: &Send| send.best_time.as_ref().map(|(within, _)| *within);
                Some(match sends.iter().filter_map(held).max() {
                    Some(within) => before.waited(Length::up_to(within)),
                    None => before,
                })
            }
            StepKind::If { arms, otherwise } => self.branches(arms, otherwise, before),
            StepKind::Match { arms, otherwise, .. } => self.matches(arms, otherwise, before),
            StepKind::Split { arms, .. } => {
                let mut behind = None;
                for arm in arms {
                    join(&mut behind, self.block(&arm.steps, before.clone()));
                }
                behind
            }
            StepKind::Repeat { times, every, until, steps } => {
                let last = every.saturating_mul(Millis::from(*times) - 1);
                let first = before.clock.since.least;
                let mut behind = self.rounds(steps, *times, *every, &before).map(|mut behind| {
                    let least = behind.clock.since.least;
                    behind.clock.since.least = least.max(first.saturating_add(last));
                    behind
                });
                if until.is_some() {
                    join(&mut behind, Some(before.waited(Length::ANY)));
                }
                behind
            }
            StepKind::Exit => None,
            StepKind::Add(..)
            | StepKind::Remove(_)
            | StepKind::Set { .. }
            | StepKind::Emit { .. }
            | StepKind::Start(_)
            | StepKind::Call { .. } => Some(before),
        }
    }

    /// The rounds of a repeat; gives what holds behind the last.
    fn rounds(&mut self, steps: &[Step], times: u32, every: Millis, before: &Before) -> Option<Before> {
        if times <= 1 {
            return self.block(steps, before.clone());
        }
        self.rounds += 1;
        // A later round may come at any time: nothing is fresh any more.
        let mut later = before.clone().waited(Length::ANY);
        later.clock.forget_sends();
        let mut behind = self.block(steps, later.clone());
        // What one round sends and the next one too. Deeper within each other rounds are not compared: each level would
        // be followed twice more.
        if self.rounds <= 2 {
            let reported = (self.report.unreachable.len(), self.report.too_late.len(), self.report.too_soon.len());
            let alone = self.block(steps, Before::at(Clock::round()));
            let lately = alone.map(|round| round.lately).unwrap_or_default().in_next_round(every);
            let end = self.end.take();
            let next = self.block(steps, Before { lately, ..later });
            self.end = end;
            self.report.unreachable.truncate(reported.0);
            self.report.too_late.truncate(reported.1);
            self.report.too_soon.truncate(reported.2);
            join(&mut behind, next);
        }
        self.rounds -= 1;
        behind
    }

    fn branches(&mut self, arms: &[Arm], otherwise: &[Step], mut before: Before) -> Option<Before> {
        let mut behind = None;
        // The arms since time last passed: what they ask is asked at one moment.
        let mut at_once: Vec<&Arm> = Vec::new();
        for arm in arms {
            if let Some(earlier) = covers::branches(self.program, &at_once, &arm.cond) {
                self.report.unreachable.push((arm.span, earlier.span));
                continue;
            }
            self.asked_too_soon(&arm.cond, arm.span, &before);
            let outcome = outcome(arm, &before);
            join(&mut behind, self.block(&arm.steps, outcome.yes));
            match arm.cond.has_window() {
                true => at_once.clear(),
                false if at_once.len() < EARLIER => at_once.push(arm),
                false => {}
            }
            before = outcome.no;
        }
        join(&mut behind, self.block(otherwise, before));
        behind
    }

    fn matches(&mut self, arms: &[MatchArm], otherwise: &[Step], before: Before) -> Option<Before> {
        let mut behind = None;
        for (at, arm) in arms.iter().enumerate() {
            if covers::values(arms.iter().take(at).take(EARLIER), arm) {
                let first = arms.first().map_or(arm.span, |first| first.span);
                self.report.unreachable.push((arm.span, first));
                continue;
            }
            join(&mut behind, self.block(&arm.steps, before.clone()));
        }
        join(&mut behind, self.block(otherwise, before));
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

fn join(into: &mut Option<Before>, other: Option<Before>) {
    match (into.as_mut(), other) {
        (Some(into), Some(other)) => into.join(other),
        (None, other) => *into = other,
        (Some(_), None) => {}
    }
}

/// What holds where a condition came true, and where it came false.
struct Outcome {
    yes: Before,
    no: Before,
}

fn outcome(arm: &Arm, before: &Before) -> Outcome {
    let branch = &arm.cond;
    let (yes, no) = before.clock.decision(branch);
    let waited = |length: Length| match branch.has_window() {
        true => before.clone().waited(length),
        false => before.clone(),
    };
    let (mut yes, mut no) = (waited(yes), waited(no));
    // At the very instant of an engagement the next question is asked.
    match came(branch) {
        Some((engagement, true)) => yes.instant = Some((engagement, arm.span)),
        Some((engagement, false)) => no.instant = Some((engagement, arm.span)),
        None => {}
    }
    Outcome { yes, no }
}

/// The engagement whose coming decides a branch at that instant, and whether it decides it with yes.
fn came(branch: &Branch) -> Option<(Engagement, bool)> {
    match branch {
        Branch::Window { cond: Expr::Engaged(came, _), .. } => Some((*came, true)),
        Branch::Not(inner) => came(inner).map(|(engagement, yes)| (engagement, !yes)),
        _ => None,
    }
}
