//! How long a rule stands in the way of a message. A rule with a `when` stands only while it holds, and so the end of a
//! hold is looked for instant by instant: the first at which the rule no longer stands in the way.

use super::Gate;
use crate::bytecode::{Cap, Formula, Gap, Quiet};
use crate::engine::state::send::SendRecord;
use crate::engine::time::local_time::{self, calendar};
use crate::ir::{JourneyId, List, Window, names};
use crate::value::Timestamp;
use std::cell::RefCell;

/// Moments that are asked in one search for the end of a hold. Where they are used up the hold ends at the last of them,
/// and the gate, which is asked again then, searches on from there.
const LOOKS: u32 = 2_000;

impl Gate<'_> {
    /// Until when at least a rule stands by time alone, if it stands now. A rule without a `when` always does.
    pub(super) fn stands(&self, when: Option<Formula>) -> Option<Timestamp> {
        let Some(when) = when else { return Some(Timestamp::MAX) };
        let mut asker = self.view.ask();
        (asker.truth(when) == Some(true)).then(|| asker.changes.unwrap_or(Timestamp::MAX))
    }

    /// Whether a rule, of the charter or of one journey, is about this send.
    pub(super) fn is_about(&self, journey: Option<JourneyId>, list: &List) -> bool {
        journey.is_none_or(|journey| journey == self.journey) && names(list, self.send.channel, self.send.category)
    }

    /// How far ahead one looks: a send is not held longer than a week anyway.
    fn enough(&self) -> Timestamp {
        self.view.now.saturating_add(8 * 86_400_000)
    }

    /// Whether a rule holds longer than another one: what lies behind the longest hold is all the same.
    pub(super) fn is_longer(&self, ends: Timestamp, other: Timestamp) -> bool {
        ends.min(self.enough()) > other.min(self.enough())
    }

    /// The first instant from now on at which a rule, or several, no longer stand in the way. `look` says at an instant
    /// until when at least they do.
    fn free_from(&self, look: impl Fn(&Self) -> Option<Timestamp>) -> Timestamp {
        let enough = self.enough();
        let mut gate = *self;
        for _ in 0..LOOKS {
            match look(&gate) {
                Some(next) if gate.view.now < enough => gate.view.now = next.max(gate.view.now.saturating_add(1)),
                _ => break,
            }
        }
        gate.view.now
    }

    /// Until when at least a quiet line stands in the way, if it does now.
    pub(super) fn quiet_until(&self, rule: &Quiet) -> Option<Timestamp> {
        if !self.is_about(rule.journey, &rule.list) {
            return None;
        }
        let ends = local_time::opening(self.view.zone, self.view.now, rule.from, rule.to, rule.days).ends?;
        Some(ends.min(self.stands(rule.when)?))
    }

    /// Quiet hours of several rules add up to one quiet time; now where it is not quiet.
    pub(super) fn quiet_ends(&self) -> Timestamp {
        let rules = &self.view.code.charter.quiet;
        self.free_from(|gate| rules.iter().filter_map(|rule| gate.quiet_until(rule)).max())
    }

    /// Until when each quiet line holds a message in the quiet time that begins now, line by line. A line that begins only
    /// when another one ends holds it too, and has its own end.
    pub(super) fn quiet_until_each(&self) -> Vec<Option<Timestamp>> {
        let rules = &self.view.code.charter.quiet;
        let ends = RefCell::new(vec![None; rules.len()]);
        self.free_from(|gate| {
            let mut ends = ends.borrow_mut();
            let mut latest = None;
            for (rule, end) in rules.iter().zip(ends.iter_mut()) {
                if let Some(until) = gate.quiet_until(rule) {
                    *end = Some(until);
                    latest = latest.max(Some(until));
                }
            }
            latest
        });
        ends.into_inner()
    }

    /// The sends that a rule counts: of all journeys, or of its own.
    pub(super) fn counted<'b>(
        &'b self,
        journey: Option<JourneyId>,
        list: &'b List,
    ) -> impl DoubleEndedIterator<Item = &'b SendRecord> {
        self.view.profile.sends.iter().filter(move |s| {
            s.went() && !s.failed && (journey.is_none() || s.own == journey) && names(list, s.channel, s.category)
        })
    }

    /// Until when at least a gap stands in the way, if it does now.
    pub(super) fn gap_until(&self, gap: &Gap) -> Option<Timestamp> {
        if !self.is_about(gap.journey, &gap.list) {
            return None;
        }
        let last = self.counted(gap.journey, &gap.list).next_back()?;
        let ends = Some(last.at.saturating_add(gap.least)).filter(|ends| *ends > self.view.now)?;
        Some(ends.min(self.stands(gap.when)?))
    }

    pub(super) fn gap_ends(&self, gap: &Gap) -> Timestamp {
        self.free_from(|gate| gate.gap_until(gap))
    }

    pub(super) fn cap_ends(&self, cap: &Cap) -> Timestamp {
        self.free_from(|gate| gate.cap_until(cap))
    }

    /// Until when at least a cap that is reached stands in the way, if it does now.
    pub(super) fn cap_until(&self, cap: &Cap) -> Option<Timestamp> {
        if !self.is_about(cap.journey, &cap.list) {
            return None;
        }
        let ends = self.is_reached_until(cap)?;
        Some(ends.min(self.stands(cap.when)?))
    }

    /// When a cap that is reached lets a send through again.
    fn is_reached_until(&self, cap: &Cap) -> Option<Timestamp> {
        let limit = cap.limit as usize;
        let newest_first = self.counted(cap.journey, &cap.list).rev();
        match cap.per {
            // At most N in any half-open span: one that lies exactly its length back is outside.
            Window::Rolling(length) => {
                let mut inside = newest_first.map(|s| s.at.saturating_add(length)).filter(|ends| *ends > self.view.now);
                inside.nth(limit - 1)
            }
            window => {
                let (start, next) = calendar(self.view.zone, self.view.now, window)?;
                let count = newest_first.take_while(|s| s.at >= start).filter(|s| s.at < next).count();
                (count >= limit).then_some(next)
            }
        }
    }
}
