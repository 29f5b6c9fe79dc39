//! The ways through a journey: how many there are, and the choices of the longest and most insistent of them, without
//! going along the others.
//!
//! This is no forward analysis (`dataflow.rs`): what the ways through a block are does not depend on what came before, so
//! blocks are put together from the inside out.

use crate::ir::{Branch, Calendar, Step, StepKind, Until};
use crate::limits::DAY;
use crate::source::Span;
use crate::value::Millis;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A way: one choice for each place where it forks, in the order in which it comes to them.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// Messages that it asks for.
    pub(super) messages: u64,
    /// About how long it takes, for the order alone.
    pub(super) length: Millis,
    pub(super) choices: Vec<u16>,
}

/// The ways of an entry: the first of them, and how many there are in all (no more than can be counted).
pub(super) struct Ways {
    pub(super) first: Vec<Way>,
    pub(super) count: u128,
}

/// The ways through a block of steps, the most insistent first, `most` of them. What is known of conditions that come out
/// one way only, by their places, leaves ways out that nobody goes.
pub(super) fn ways(steps: &[Step], constant: &BTreeMap<Span, bool>, most: usize) -> Ways {
    let mut finder = Finder { most, links: vec![], constant };
    let found = finder.steps(steps);
    let mut first: Vec<Part> = found.open.into_iter().chain(found.ended).collect();
    first.sort_by_key(Part::order);
    first.truncate(most);
    let way = |part: &Part| Way { messages: part.messages, length: part.length, choices: finder.choices(part.links) };
    Ways { first: first.iter().map(way).collect(), count: found.open_count.saturating_add(found.ended_count) }
}

/// A piece of a way.
#[derive(Debug, Clone, Copy)]
struct Part {
    messages: u64,
    length: Millis,
    links: Option<usize>,
}

impl Part {
    const NOTHING: Part = Part { messages: 0, length: 0, links: None };

    /// Most messages first, then the longest; what is equal stays in written order.
    fn order(&self) -> Reverse<(u64, Millis)> {
        Reverse((self.messages, self.length))
    }
}

/// Choices, joined without copying: of this fork, or those of two pieces behind each other.
#[derive(Debug, Clone, Copy)]
enum Link {
    Fork(u16),
    Both(usize, usize),
}

/// The pieces of ways through steps: those that go on behind them, and those that have left.
struct Found {
    open: Vec<Part>,
    ended: Vec<Part>,
    open_count: u128,
    ended_count: u128,
}

struct Finder<'c> {
    most: usize,
    links: Vec<Link>,
    constant: &'c BTreeMap<Span, bool>,
}

impl Finder<'_> {
    fn steps(&mut self, steps: &[Step]) -> Found {
        let mut found = Found { open: vec![Part::NOTHING], ended: vec![], open_count: 1, ended_count: 0 };
        for step in steps {
            let next = self.step(step);
            found.ended_count = found.ended_count.saturating_add(found.open_count.saturating_mul(next.ended_count));
            found.open_count = found.open_count.saturating_mul(next.open_count);
            let ended = self.behind(&found.open, &next.ended);
            found.ended.extend(ended);
            self.keep(&mut found.ended);
            found.open = self.behind(&found.open, &next.open);
            if found.open.is_empty() {
                break;
            }
        }
        found
    }

    /// Each piece with each behind it, the best of them.
    fn behind(&mut self, before: &[Part], next: &[Part]) -> Vec<Part> {
        let mut pairs: Vec<(Part, Part)> = before.iter().flat_map(|a| next.iter().map(|b| (*a, *b))).collect();
        let order =
            |(a, b): &(Part, Part)| Reverse((a.messages.saturating_add(b.messages), a.length.saturating_add(b.length)));
        if next.len() > 1 {
            pairs.sort_by_key(order);
        }
        pairs.truncate(self.most);
        pairs.into_iter().map(|(a, b)| self.join(a, b)).collect()
    }

    fn join(&mut self, a: Part, b: Part) -> Part {
        let links = match (a.links, b.links) {
            (Some(a), Some(b)) => {
                self.links.push(Link::Both(a, b));
                Some(self.links.len() - 1)
            }
            (a, b) => a.or(b),
        };
        Part { messages: a.messages.saturating_add(b.messages), length: a.length.saturating_add(b.length), links }
    }

    fn keep(&self, parts: &mut Vec<Part>) {
        parts.sort_by_key(Part::order);
        parts.truncate(self.most);
    }

    fn one(&self, messages: u64, length: Millis) -> Found {
        Found { open: vec![Part { messages, length, links: None }], ended: vec![], open_count: 1, ended_count: 0 }
    }

    fn step(&mut self, step: &Step) -> Found {
        match &step.kind {
            StepKind::Wait(length) => self.one(0, *length),
            StepKind::WaitFor { up_to, .. } => self.one(0, *up_to),
            StepKind::WaitUntil { until: Until::Calendar(Calendar::NthDay(days, _)), .. } => {
                self.one(0, Millis::from(*days) * DAY)
            }
            StepKind::WaitUntil { .. } | StepKind::WaitBetween { .. } => self.one(0, DAY),
            StepKind::Send(_) | StepKind::BestOf(_) => self.one(1, 0),
            StepKind::Exit => Found { open: vec![], ended: vec![Part::NOTHING], open_count: 0, ended_count: 1 },
            StepKind::If { arms, otherwise } => {
                let known = |branch: &Branch, place: Span| match branch {
                    Branch::And(_) | Branch::Or(_) => None,
                    _ => self.constant.get(&place).copied(),
                };
                let (mut branches, mut all, mut is_left) = (vec![], 0, true);
                for (number, arm) in arms.iter().enumerate() {
                    let (length, comes_out) = (window(&arm.cond), known(&arm.cond, arm.span));
                    all = length.saturating_add(all);
                    if is_left && comes_out != Some(false) {
                        branches.push((number, length, arm.steps.as_slice()));
                    }
                    is_left &= comes_out != Some(true);
                }
                if is_left {
                    branches.push((arms.len(), all, otherwise.as_slice()));
                }
                self.fork(branches.into_iter())
            }
            StepKind::Match { arms, otherwise, .. } => {
                let blocks = arms.iter().map(|arm| arm.steps.as_slice()).chain([otherwise.as_slice()]);
                self.fork(blocks.enumerate().map(|(number, steps)| (number, 0, steps)))
            }
            StepKind::Split { arms, .. } => {
                self.fork(arms.iter().enumerate().map(|(number, arm)| (number, 0, arm.steps.as_slice())))
            }
            StepKind::Repeat { times, every, until, steps } => self.rounds(*times, *every, until.is_some(), steps),
            _ => self.one(0, 0),
        }
    }

    fn fork<'s>(&mut self, arms: impl Iterator<Item = (usize, Millis, &'s [Step])>) -> Found {
        let mut found = Found { open: vec![], ended: vec![], open_count: 0, ended_count: 0 };
        for (number, length, steps) in arms {
            let inner = self.steps(steps);
            found.open_count = found.open_count.saturating_add(inner.open_count);
            found.ended_count = found.ended_count.saturating_add(inner.ended_count);
            let fork = self.choice(number, length);
            let open = self.behind(&[fork], &inner.open);
            found.open.extend(open);
            let ended = self.behind(&[fork], &inner.ended);
            found.ended.extend(ended);
        }
        self.keep(&mut found.open);
        self.keep(&mut found.ended);
        found
    }

    fn choice(&mut self, number: usize, length: Millis) -> Part {
        self.links.push(Link::Fork(u16::try_from(number).unwrap_or(u16::MAX)));
        Part { messages: 0, length, links: Some(self.links.len() - 1) }
    }

    /// Rounds that all go alike are shown; all that there are, are counted.
    fn rounds(&mut self, times: u32, every: Millis, until: bool, steps: &[Step]) -> Found {
        let mut found = self.steps(steps);
        let (mut open, mut ended) = (1_u128, 0_u128);
        for _ in 0..times {
            ended = ended.saturating_add(open.saturating_mul(found.ended_count));
            open = open.saturating_mul(found.open_count);
            if open == u128::MAX || open == 0 || (open, found.open_count) == (1, 1) && found.ended_count == 0 {
                break;
            }
        }
        (found.open_count, found.ended_count) = (open, ended);
        for part in &mut found.open {
            part.messages = part.messages.saturating_mul(u64::from(times));
            part.length = part.length.saturating_add(every.saturating_mul(Millis::from(times).saturating_sub(1)));
        }
        if until {
            // It comes true before the first round, or all rounds are done.
            let all = self.choice(0, 0);
            found.open = self.behind(&[all], &found.open);
            found.ended = self.behind(&[all], &found.ended);
            let none = self.choice(1, 0);
            found.open.push(none);
            self.keep(&mut found.open);
            found.open_count = found.open_count.saturating_add(1);
        }
        found
    }

    fn choices(&self, links: Option<usize>) -> Vec<u16> {
        let (mut out, mut open) = (vec![], vec![]);
        open.extend(links);
        while let Some(at) = open.pop() {
            match self.links.get(at) {
                Some(Link::Fork(number)) => out.push(*number),
                Some(Link::Both(a, b)) => open.extend([*b, *a]),
                None => {}
            }
        }
        out
    }
}

/// The longest window of a condition.
fn window(branch: &Branch) -> Millis {
    match branch {
        Branch::Ask(..) => 0,
        Branch::Window { within, .. } => *within,
        Branch::Not(inner) => window(inner),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().map(window).max().unwrap_or(0),
    }
}
