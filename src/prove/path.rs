//! One journey's blocks, followed once: what is true of every path to a step.

use super::clock::{Clock, Length, Passage};
use super::counts;
use super::covers;
use super::facts::{Facts, Known, Outcome, PATHS, Things, Way, fits, ways};
use super::rules::Rules;
use super::same_day::{Lately, SameDay};
use crate::ir::{
    Arm, Branch, Engagement, ExitCause, Expr, Journey, MatchArm, MessageId, Program, Send, Step, StepKind, visit_steps,
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
    /// What is known.
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

    fn join(&mut self, other: Before) {
        self.clock.join(&other.clock);
        self.fresh.retain(|message, _| other.fresh.contains_key(message));
        self.last = self.last.filter(|_| other.last.is_some());
        self.instant = self.instant.filter(|(came, _)| other.instant.is_some_and(|(other, _)| other == *came));
        self.lately.join(other.lately);
        self.facts.join(&other.facts);
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
        known: Known::new(program, Things::of(program, journey, &[]), false),
        program,
        asked_about,
        end,
        rules,
        rounds: 0,
        parked: Lately::default(),
        holds: program.charter.quiet.iter().chain(&journey.quiet).any(|quiet| !quiet.skip)
            || program.charter.gaps.iter().chain(&journey.gaps).any(|gap| !gap.skip)
            || program.charter.caps.iter().chain(&journey.caps).any(|cap| cap.hold.is_some()),
        exits_at_once: journey.exits.iter().any(|exit| matches!(exit.cause, ExitCause::When(_))),
        watches: journey.watches_for().is_some(),
        watched: Lately::default(),
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
    let mut parked = std::mem::take(&mut follower.parked);
    let lately = parked.clone().at_any_time();
    for exit in &journey.exits {
        let ends = follower.block(&exit.steps, vec![Before { lately: lately.clone(), ..Before::at(clock.clone()) }]);
        follower.ended(&ends);
    }
    // Goals with a window also act behind the last step.
    parked.join(std::mem::take(&mut follower.watched));
    let watched = parked.at_any_time();
    for goal in &journey.goals {
        let lately = if goal.within.is_some() { &watched } else { &lately };
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
    rounds: usize,
    /// What was sent lately wherever somebody waits: there goals and exits act.
    parked: Lately,
    /// Whether an exit can act with no wait before, and whether a rule can hold a message.
    exits_at_once: bool,
    holds: bool,
    /// Whether a goal does its steps though those of the entry are over, and what was sent lately then.
    watches: bool,
    watched: Lately,
    report: Report,
}

impl Follower<'_> {
    /// The steps are over: the windows of goals may not be.
    fn ended(&mut self, ends: &[Before]) {
        if self.watches {
            ends.iter().for_each(|before| self.watched.join(before.lately.clone()));
        }
    }

    /// Follows steps; gives what holds behind them, or nothing where every path leaves.
    fn block(&mut self, steps: &[Step], before: Vec<Before>) -> Vec<Before> {
        let end = self.end;
        let mut now = before;
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
            _ => false,
        };
        if waits {
            all.iter().for_each(|before| self.parked.join(before.lately.clone()));
        }
        match &step.kind {
            StepKind::Wait(length) => each(all, |before| before.waited(Length::exactly(*length))),
            StepKind::WaitUntil { until, or_exit } => {
                each(all, |before| before.passed(|clock| clock.wait_until(until, *or_exit)))
            }
            StepKind::WaitBetween { from, to, days } => {
                each(all, |before| before.passed(|clock| clock.wait_between(*from, *to, *days)))
            }
            StepKind::WaitFor { cond, up_to } if !self.known.can_speak(cond) => {
                each(all, |before| before.waited(Length::up_to(*up_to)))
            }
            StepKind::WaitFor { cond, up_to } => {
                let mut behind = vec![];
                for before in all {
                    let came = Way::new(Length::up_to(*up_to), vec![(cond, true)]);
                    // Who goes on without it has waited to the end.
                    let not = Way::new(Length::exactly(*up_to), vec![(cond, false)]);
                    behind.extend(self.takes(before.clone(), &came));
                    behind.extend(self.takes(before, &not));
                }
                gather(behind)
            }
            StepKind::Send(sends) | StepKind::BestOf(sends) => {
                let all = all.into_iter().flat_map(|before| self.send(step, sends, before)).collect();
                gather(all)
            }
            StepKind::If { arms, otherwise } => self.branches(arms, otherwise, all),
            StepKind::Match { value, arms, otherwise } => self.matches(value, arms, otherwise, all),
            StepKind::Split { arms, .. } => {
                gather(arms.iter().flat_map(|arm| self.block(&arm.steps, all.clone())).collect())
            }
            StepKind::Repeat { times, every, until, steps } => {
                let Some(before) = joined(all) else { return vec![] };
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
                behind.into_iter().collect()
            }
            StepKind::Exit => {
                self.ended(&all);
                vec![]
            }
            StepKind::Set { target, .. } => {
                let set = |mut before: Before| {
                    before.facts.set(target);
                    before.clock.forget_dates();
                    before
                };
                each(all, set)
            }
            StepKind::Add(..)
            | StepKind::Remove(_)
            | StepKind::Emit { .. }
            | StepKind::Start(_)
            | StepKind::Call { .. } => all,
        }
    }

    fn send(&mut self, step: &Step, sends: &[Send], mut before: Before) -> Vec<Before> {
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
        let stays = self.holds || sends.iter().any(|send| send.best_time.is_some()) || self.exits_at_once;
        if stays {
            behind.iter().for_each(|before| self.parked.join(before.lately.clone()));
        }
        let held = |send: &Send| send.best_time.as_ref().map(|(within, _)| *within);
        let held = sends.iter().filter_map(held).max();
        let all = behind.into_iter().map(|mut before| {
            for send in sends {
                before.clock.send(send.message, self.asked_about.contains(&send.message));
            }
            before.fresh.extend(sends.iter().map(|send| (send.message, step.span)));
            before.last = Some(step.span);
            match held {
                Some(within) => before.waited(Length::up_to(within)),
                None => before,
            }
        });
        all.collect()
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

    /// The rounds of a repeat; gives what holds behind the last.
    fn rounds(&mut self, steps: &[Step], times: u32, every: Millis, before: &Before) -> Option<Before> {
        if times <= 1 {
            return joined(self.block(steps, vec![before.clone()]));
        }
        self.rounds += 1;
        // A later round may come at any time: nothing is fresh any more.
        let mut later = before.clone().waited(Length::ANY);
        later.clock.forget_sends();
        later.facts.send();
        let mut behind = joined(self.block(steps, vec![later.clone()]));
        // What one round sends and the next one too. Deeper within each other rounds are not compared: each level would
        // be followed twice more.
        if self.rounds <= 2 {
            let reported = (self.report.unreachable.len(), self.report.too_late.len(), self.report.too_soon.len());
            let alone = joined(self.block(steps, vec![Before::at(Clock::round())]));
            let lately = alone.map(|round| round.lately).unwrap_or_default().in_next_round(every);
            let end = self.end.take();
            let next = joined(self.block(steps, vec![Before { lately, ..later }]));
            self.end = end;
            self.report.unreachable.truncate(reported.0);
            self.report.too_late.truncate(reported.1);
            self.report.too_soon.truncate(reported.2);
            join(&mut behind, next);
        }
        self.rounds -= 1;
        behind
    }

    fn branches(&mut self, arms: &[Arm], otherwise: &[Step], all: Vec<Before>) -> Vec<Before> {
        let mut behind = vec![];
        let mut left = all;
        // The arms since time last passed: what they ask is asked at one moment.
        let mut at_once: Vec<&Arm> = Vec::new();
        for arm in arms {
            if let Some(earlier) = covers::branches(self.program, &self.known.fuel, &at_once, &arm.cond) {
                self.report.unreachable.push((arm.span, earlier.span));
                continue;
            }
            if let Some(before) = joined(if asks_engagement(&arm.cond) { left.clone() } else { vec![] }) {
                self.asked_too_soon(&arm.cond, arm.span, &before);
            }
            let (mut taken, mut others) = (vec![], vec![]);
            for before in &left {
                let (yes, no) = outcome(arm, before);
                let (yes, no) = (self.takes(yes.0, &yes.1), self.takes(no.0, &no.1));
                taken.extend(yes);
                others.extend(no);
            }
            behind.extend(self.block(&arm.steps, gather(taken)));
            match arm.cond.has_window() {
                true => at_once.clear(),
                false if at_once.len() < EARLIER => at_once.push(arm),
                false => {}
            }
            left = gather(others);
        }
        behind.extend(self.block(otherwise, left));
        gather(behind)
    }

    fn matches(&mut self, value: &Expr, arms: &[MatchArm], otherwise: &[Step], all: Vec<Before>) -> Vec<Before> {
        let mut behind = vec![];
        let mut left = all;
        for (at, arm) in arms.iter().enumerate() {
            if covers::values(arms.iter().take(at).take(EARLIER), arm) {
                let first = arms.first().map_or(arm.span, |first| first.span);
                self.report.unreachable.push((arm.span, first));
                continue;
            }
            let fits = fits(value, &arm.values);
            let way = |holds: bool| Way::new(Length::NONE, vec![(&fits, holds)]);
            let taken = left.iter().filter_map(|before| self.takes(before.clone(), &way(true))).collect();
            behind.extend(self.block(&arm.steps, taken));
            left = left.into_iter().filter_map(|before| self.takes(before, &way(false))).collect();
        }
        behind.extend(self.block(otherwise, left));
        gather(behind)
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

/// Whether an engagement is asked about at once.
fn asks_engagement(branch: &Branch) -> bool {
    let Branch::Ask(cond, _) = branch else { return false };
    let mut asks = false;
    cond.visit(&mut |part| asks |= matches!(part, Expr::Engaged(..)));
    asks
}

/// What becomes of all paths.
fn each(all: Vec<Before>, pass: impl FnMut(Before) -> Before) -> Vec<Before> {
    gather(all.into_iter().map(pass).collect())
}

/// The same paths, those on which the same is known put together; too many are put together whatever is known.
fn gather(all: Vec<Before>) -> Vec<Before> {
    if all.len() < 2 {
        return all;
    }
    let mut out: Vec<Before> = Vec::with_capacity(all.len().min(PATHS + 1));
    for before in all {
        match out.iter_mut().find(|known| known.facts == before.facts) {
            Some(known) => known.join(before),
            None => out.push(before),
        }
    }
    if out.len() > PATHS { joined(out).into_iter().collect() } else { out }
}

/// All paths together.
fn joined(all: Vec<Before>) -> Option<Before> {
    let mut one = None;
    all.into_iter().for_each(|before| join(&mut one, Some(before)));
    one
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
