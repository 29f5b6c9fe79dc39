//! Which messages can have gone before a condition asks about them, and by which channels.

use super::view::Journey;
use crate::ir::Engagement;
use crate::source::Span;
use crate::syntax::tree::*;
use crate::syntax::walk::{self, Bare};
use rust_decimal::Decimal;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// A place that asks what became of a message.
pub(super) struct Asked<'a> {
    pub(super) span: Span,
    /// The engagement; none: `sent` or `suppressed`.
    pub(super) engagement: Option<Engagement>,
    /// The message; none: the last one.
    pub(super) message: Option<&'a Name>,
    /// The channels that the message can have gone by, on all paths to this place; none: it was never sent before.
    pub(super) channels: Channels<'a>,
    /// Whether it is what a goal or an exit waits for, so that any message of the entry will do.
    pub(super) is_trigger: bool,
}

type Channels<'a> = BTreeSet<&'a SmolStr>;
/// A message and the channel that it goes by.
type Sent<'a> = (&'a SmolStr, &'a SmolStr);

/// Every such place of a journey, in the order of the file.
pub(super) fn asked<'a>(journey: &Journey<'a>) -> Vec<Asked<'a>> {
    let mut flow = Flow { out: vec![], sent: BTreeMap::new(), log: vec![], last: Channels::new() };
    for clause in journey.entries() {
        flow.block(clause.steps());
        flow.undo(0);
        flow.last.clear();
    }
    // A goal or an exit comes at any moment: after anything that the entries send.
    for clause in journey.entries() {
        flow.may_send(clause.steps());
    }
    let (sent, last) = (flow.log.len(), flow.last.clone());
    for clause in journey.tree.clauses.iter().filter(|clause| !matches!(clause.kind, ClauseKind::Entry { .. })) {
        for event in clause.events().iter().filter(|event| !event.name.quoted) {
            flow.trigger(event);
        }
        if let ClauseKind::ExitWhen { cond, .. } = &clause.kind {
            flow.cond(cond);
        }
        flow.block(clause.steps());
        flow.undo(sent);
        flow.last.clone_from(&last);
    }
    flow.out.sort_by_key(|asked| asked.span.start);
    flow.out
}

struct Flow<'a> {
    out: Vec<Asked<'a>>,
    /// What can have been sent before the present step, with how often it stands in the log.
    sent: BTreeMap<Sent<'a>, usize>,
    /// The same in order, so that what one branch sends can be taken back before the next is looked at.
    log: Vec<Sent<'a>>,
    /// The channels of what was sent last, on any path.
    last: Channels<'a>,
}

impl<'a> Flow<'a> {
    fn add(&mut self, sent: Sent<'a>) {
        *self.sent.entry(sent).or_default() += 1;
        self.log.push(sent);
    }

    /// Takes back what was added since the log had this length.
    fn undo(&mut self, length: usize) -> Vec<Sent<'a>> {
        let undone = self.log.split_off(length);
        for sent in &undone {
            if let Some(count) = self.sent.get_mut(sent) {
                *count -= 1;
                if *count == 0 {
                    self.sent.remove(sent);
                }
            }
        }
        undone
    }

    /// Whatever these steps send may have gone.
    fn may_send(&mut self, steps: &'a [Step]) {
        walk::steps(steps, &mut |step| {
            for what in step.alternatives() {
                self.add((&what.message.text, &what.channel.text));
                self.last.insert(&what.channel.text);
            }
        });
    }

    fn channels(&self, message: &Name) -> Channels<'a> {
        self.sent.keys().filter(|(sent, _)| **sent == message.text).map(|(_, channel)| *channel).collect()
    }

    fn trigger(&mut self, event: &'a EventRef) {
        let Some(engagement) = Engagement::of(&event.name.text) else { return };
        let message = event.message.as_ref();
        let span = message.map_or(event.name.span, |message| event.name.span.to(message.span));
        let channels = match message {
            Some(message) => self.channels(message),
            None => self.sent.keys().map(|(_, channel)| *channel).collect(),
        };
        self.out.push(Asked { span, engagement: Some(engagement), message, channels, is_trigger: true });
    }

    /// Every engagement that a condition asks about.
    fn cond(&mut self, cond: &'a Expr) {
        cond.visit(Bare::Events, &mut |expr, bare| {
            if bare == Bare::Properties {
                return;
            }
            let (word, message) = match &expr.kind {
                ExprKind::Path { path, suffix } if path.root == Root::Bare && suffix.is_empty() => {
                    match path.parts.as_slice() {
                        [name] if !name.quoted => (name.text.as_str(), None),
                        _ => return,
                    }
                }
                ExprKind::Pair(first, message, suffix) if suffix.is_empty() => (first.text.as_str(), Some(message)),
                _ => return,
            };
            let engagement = Engagement::of(word);
            if engagement.is_none() && !(message.is_none() && matches!(word, "sent" | "suppressed")) {
                return;
            }
            let channels = message.map_or_else(|| self.last.clone(), |message| self.channels(message));
            self.out.push(Asked { span: expr.span, engagement, message, channels, is_trigger: false });
        });
    }

    /// Goes through steps; says whether any path goes on behind them.
    fn block(&mut self, steps: &'a [Step]) -> bool {
        steps.iter().all(|step| self.step(step))
    }

    fn step(&mut self, step: &'a Step) -> bool {
        match &step.kind {
            StepKind::If { arms, otherwise } => {
                let arms = arms.iter().map(|arm| (Some(&arm.cond), Some(arm.steps.as_slice())));
                self.branches(arms.chain([(None, otherwise.as_deref())]))
            }
            StepKind::Match { value, arms, otherwise } => {
                self.cond(value);
                let arms = arms.iter().map(|(_, steps, _)| (None, Some(steps.as_slice())));
                self.branches(arms.chain([(None, otherwise.as_deref())]))
            }
            StepKind::Split { arms, .. } => {
                self.branches(arms.iter().map(|(_, _, steps)| (None, Some(steps.as_slice()))))
            }
            StepKind::Repeat { times, until, steps, .. } => self.repeat(times.0, until.as_ref(), steps),
            StepKind::Exit => false,
            _ => {
                for expr in step.exprs() {
                    self.cond(expr);
                }
                let sends = step.alternatives();
                if !sends.is_empty() {
                    self.last = sends.iter().map(|what| &what.channel.text).collect();
                    for what in sends {
                        self.add((&what.message.text, &what.channel.text));
                    }
                }
                true
            }
        }
    }

    /// `until` is asked before each round, and so after the sends of the round before.
    fn repeat(&mut self, times: Decimal, until: Option<&'a Expr>, steps: &'a [Step]) -> bool {
        let (before, last) = (self.log.len(), self.last.clone());
        self.may_send(steps);
        if let Some(until) = until {
            self.cond(until);
        }
        if times <= Decimal::ONE {
            self.undo(before);
            self.last.clone_from(&last);
        }
        let goes_on = self.block(steps);
        // Where `until` holds at once, no round is done.
        if until.is_some() {
            self.last.extend(last);
        }
        goes_on || until.is_some()
    }

    /// Branches of which one is taken: what is asked before it, and its steps where it has any.
    fn branches(&mut self, arms: impl Iterator<Item = (Option<&'a Expr>, Option<&'a [Step]>)>) -> bool {
        let (mark, start) = (self.log.len(), std::mem::take(&mut self.last));
        let (mut kept, mut last, mut goes_on) = (vec![], Channels::new(), false);
        for (cond, steps) in arms {
            self.last.clone_from(&start);
            if let Some(cond) = cond {
                self.cond(cond);
            }
            let through = steps.is_none_or(|steps| self.block(steps));
            let sent = self.undo(mark);
            if through {
                kept.extend(sent);
                last.append(&mut self.last);
                goes_on = true;
            }
        }
        for sent in kept {
            self.add(sent);
        }
        self.last = last;
        goes_on
    }
}
