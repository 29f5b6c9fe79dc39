//! One journey's blocks, followed once: what is true of every path to a step.

use super::covers;
use super::same_day::{DAY, Lately, Rules};
use crate::ir::{
    Arm, Branch, Calendar, Engagement, Expr, Journey, MatchArm, MessageId, Program, Send, Step, StepKind, Until,
};
use crate::source::Span;
use crate::value::Millis;
use std::collections::BTreeSet;

/// So many earlier branches of an `if` or a `match` are looked at for one that covers a later one.
const EARLIER: usize = 256;

/// What was found out about a journey.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The first step of each run that nobody can reach, and branches that an earlier one covers.
    pub(crate) unreachable: Vec<Span>,
    /// The first step on each way that every path reaches only after the end of all goals' windows.
    pub(crate) too_late: Vec<Span>,
    /// Conditions about an engagement that nobody can have shown yet.
    pub(crate) too_soon: Vec<TooSoon>,
    /// Sends that can fall on the day of an earlier one of the same entry, with the earlier one's place.
    pub(crate) same_day: Vec<(Span, Span)>,
}

/// An engagement that is asked about too soon.
#[derive(Debug)]
pub(crate) struct TooSoon {
    /// The condition.
    pub(crate) span: Span,
    pub(crate) asked: Engagement,
    /// The other engagement at whose instant it is asked; none: right behind the send.
    pub(crate) at_instant_of: Option<Engagement>,
}

/// What holds on every path to a step.
#[derive(Debug, Clone)]
struct Before {
    /// Since the entry at least.
    earliest: Millis,
    /// When the last message was asked for, since the entry at least.
    sent: Millis,
    /// Messages that were asked for with no wait since.
    fresh: BTreeSet<MessageId>,
    /// Whether the last message is one of them.
    last_is_fresh: bool,
    /// The engagement at whose very instant the step begins.
    instant: Option<Engagement>,
    /// Since the entry at most; none: any time.
    latest: Option<Millis>,
    /// What was sent within a day before, on any path.
    lately: Lately,
}

impl Before {
    /// At the entry.
    fn entry() -> Self {
        Self {
            earliest: 0,
            sent: 0,
            fresh: BTreeSet::new(),
            last_is_fresh: false,
            instant: None,
            latest: Some(0),
            lately: Lately::default(),
        }
    }

    fn join(&mut self, other: Before) {
        self.earliest = self.earliest.min(other.earliest);
        self.sent = self.sent.min(other.sent);
        self.fresh.retain(|message| other.fresh.contains(message));
        self.last_is_fresh &= other.last_is_fresh;
        self.instant = self.instant.filter(|instant| other.instant == Some(*instant));
        self.latest = self.latest.zip(other.latest).map(|(a, b)| a.max(b));
        self.lately.join(other.lately);
    }

    /// Some time may have passed.
    fn waited(mut self, at_least: Millis, at_most: Option<Millis>) -> Self {
        self.earliest = self.earliest.saturating_add(at_least);
        self.latest = self.latest.zip(at_most).map(|(latest, more)| latest.saturating_add(more));
        self.lately.waited(at_least);
        self.fresh.clear();
        self.last_is_fresh = false;
        self.instant = None;
        self
    }
}

/// Follows every block of a journey.
pub(crate) fn follow(program: &Program, journey: &Journey) -> Report {
    // After the latest of the windows nothing can convert any more.
    let windows: Option<Vec<Millis>> = journey.goals.iter().map(|goal| goal.within).collect();
    let end = windows.and_then(|windows| windows.into_iter().max());
    let rules = Rules::of(program, journey);
    let mut follower = Follower { end, rules, rounds: 0, everything: Lately::default(), report: Report::default() };
    for entry in &journey.entries {
        follower.block(&entry.steps, Before::entry());
    }
    // What goals and exits do comes at any moment, and is too late for nothing.
    follower.end = None;
    let others = journey.goals.iter().map(|goal| &goal.steps).chain(journey.exits.iter().map(|exit| &exit.steps));
    let lately = std::mem::take(&mut follower.everything);
    for steps in others {
        follower.block(steps, Before { latest: None, lately: lately.clone(), ..Before::entry() });
    }
    let mut report = follower.report;
    report.same_day.sort();
    report.same_day.dedup_by_key(|(later, _)| *later);
    report
}

struct Follower<'a> {
    /// The end of all goals' windows, since the entry.
    end: Option<Millis>,
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
        for step in steps {
            let Some(before) = now.take() else {
                self.report.unreachable.push(step.span);
                break;
            };
            if self.end.is_some_and(|end| before.earliest >= end) {
                self.report.too_late.push(step.span);
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
            StepKind::Wait(length) => Some(before.waited(*length, Some(*length))),
            StepKind::WaitUntil { until, .. } => Some(wait_until(until, before)),
            StepKind::WaitBetween { .. } => Some(before.waited(0, Some(7 * DAY))),
            StepKind::WaitFor { up_to, .. } => Some(before.waited(0, Some(*up_to))),
            StepKind::Send(sends) | StepKind::BestOf(sends) => {
                let earlier = before.lately.clash(sends, &self.rules);
                self.report.same_day.extend(earlier.map(|earlier| (step.span, earlier)));
                before.lately.send(sends, before.latest, step.span);
                self.everything.send(sends, None, step.span);
                before.sent = before.earliest;
                before.fresh.extend(sends.iter().map(|send| send.message));
                before.last_is_fresh = true;
                let held = |send: &Send| send.best_time.as_ref().map(|(within, _)| *within);
                Some(match sends.iter().filter_map(held).max() {
                    Some(within) => before.waited(0, Some(within)),
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
                let mut behind = self.rounds(steps, *times, *every, &before).map(|behind| match *times {
                    0 | 1 => behind,
                    _ => Before { earliest: behind.earliest.max(before.earliest.saturating_add(last)), ..behind },
                });
                if until.is_some() {
                    join(&mut behind, Some(before.waited(0, None)));
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
        let later = Before { earliest: before.earliest, latest: None, ..before.clone().waited(0, None) };
        let mut behind = self.block(steps, later.clone());
        // What one round sends and the next one too. Deeper within each other rounds are not compared: each level would
        // be followed twice more.
        if self.rounds <= 2 {
            let reported = (self.report.unreachable.len(), self.report.too_late.len(), self.report.too_soon.len());
            let alone = self.block(steps, Before::entry());
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
        let mut at_once: Vec<&Branch> = Vec::new();
        for arm in arms {
            if at_once.iter().any(|earlier| covers::branch(earlier, &arm.cond)) {
                self.report.unreachable.push(arm.span);
                continue;
            }
            self.asked_too_soon(&arm.cond, arm.span, &before);
            let outcome = outcome(&arm.cond, &before);
            join(&mut behind, self.block(&arm.steps, outcome.yes));
            match has_window(&arm.cond) {
                true => at_once.clear(),
                false if at_once.len() < EARLIER => at_once.push(&arm.cond),
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
                self.report.unreachable.push(arm.span);
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
            let fresh = message.map_or(before.last_is_fresh, |message| before.fresh.contains(&message));
            let other = before.instant.filter(|came| came != asked && !implies(*came, *asked));
            if fresh {
                found = found.or(Some((*asked, None)));
            } else if other.is_some() {
                found = found.or(Some((*asked, other)));
            }
        });
        self.report.too_soon.extend(found.map(|(asked, at_instant_of)| TooSoon { span, asked, at_instant_of }));
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

fn has_window(branch: &Branch) -> bool {
    match branch {
        Branch::Ask(..) => false,
        Branch::Window { .. } => true,
        Branch::Not(inner) => has_window(inner),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().any(has_window),
    }
}

fn outcome(branch: &Branch, before: &Before) -> Outcome {
    match branch {
        Branch::Ask(..) => Outcome { yes: before.clone(), no: before.clone() },
        Branch::Window { cond, within, engagement, .. } => {
            let start = if engagement.is_some() { before.sent } else { before.earliest };
            let end = start.saturating_add(*within).max(before.earliest);
            let came = match cond {
                Expr::Engaged(came, _) => Some(*came),
                _ => None,
            };
            let yes = Before { instant: came, ..before.clone().waited(0, Some(*within)) };
            let no = before.clone().waited(end - before.earliest, Some(*within));
            Outcome { yes, no }
        }
        Branch::Not(inner) => {
            let Outcome { yes, no } = outcome(inner, before);
            Outcome { yes: no, no: yes }
        }
        Branch::And(parts) => together(parts, before, |outcome| (outcome.yes, outcome.no)).into_outcome(false),
        Branch::Or(parts) => together(parts, before, |outcome| (outcome.no, outcome.yes)).into_outcome(true),
    }
}

/// Several conditions: the one outcome needs all of them, the other any.
struct Together {
    all: Before,
    any: Before,
}

impl Together {
    fn into_outcome(self, all_is_no: bool) -> Outcome {
        match all_is_no {
            true => Outcome { yes: self.any, no: self.all },
            false => Outcome { yes: self.all, no: self.any },
        }
    }
}

fn together(parts: &[Branch], before: &Before, order: impl Fn(Outcome) -> (Before, Before)) -> Together {
    let waits = parts.iter().any(has_window);
    let start = if waits { before.clone().waited(0, longest(parts)) } else { before.clone() };
    let mut all = start.clone();
    let mut any: Option<Before> = None;
    let mut at_least = before.earliest;
    for part in parts {
        let (each, one) = order(outcome(part, before));
        at_least = at_least.max(each.earliest);
        join(&mut any, Some(one));
    }
    all.lately.waited(at_least - before.earliest);
    all.earliest = at_least;
    Together { all, any: any.unwrap_or(start) }
}

/// The longest of the windows in conditions.
fn longest(parts: &[Branch]) -> Option<Millis> {
    let window = |part: &Branch| match part {
        Branch::Ask(..) => 0,
        Branch::Window { within, .. } => *within,
        Branch::Not(inner) => longest(std::slice::from_ref(inner)).unwrap_or(0),
        Branch::And(parts) | Branch::Or(parts) => longest(parts).unwrap_or(0),
    };
    parts.iter().map(window).max()
}

/// Waits for a moment. A day is taken as 24 hours.
fn wait_until(until: &Until, before: Before) -> Before {
    let mut waited = match until {
        Until::Calendar(Calendar::Time(_)) => return before.waited(0, Some(DAY)),
        Until::Calendar(Calendar::Tomorrow(_)) => before.waited(0, Some(2 * DAY)),
        Until::Calendar(Calendar::Weekday { next: false, .. }) => return before.waited(0, Some(8 * DAY)),
        Until::Calendar(Calendar::Weekday { .. }) => before.waited(0, Some(8 * DAY)),
        // The N-th day after the entry's begins N - 1 days after the entry at the earliest; at the entry's own time of
        // day it is N days.
        Until::Calendar(Calendar::NthDay(day, at)) => {
            let day = Millis::from(*day);
            let least = (day - Millis::from(at.is_some())) * DAY;
            let most = before.latest.map(|latest| latest.max((day + 1) * DAY));
            let at_least = (least - before.earliest).max(0);
            let mut waited = Before { latest: most, ..before.waited(0, None) };
            waited.earliest += at_least;
            waited.lately.day_begins(day);
            return waited;
        }
        Until::Calendar(Calendar::Date(..)) | Until::Value(_) => return before.waited(0, None),
    };
    waited.lately.next_day();
    waited
}
