//! Which messages the rules of the charter and of a journey are about.

use crate::ir::{
    Cap, CategoryId, ChannelId, Gap, Journey, List, Program, Step, StepKind, TRANSACTIONAL, Window, names,
};
use crate::value::Millis;
use std::collections::BTreeSet;

/// The caps and gaps that hold for a journey's sends, always.
pub(super) struct Rules<'a> {
    caps: Vec<&'a Cap>,
    gaps: Vec<&'a Gap>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(program: &'a Program, journey: &'a Journey) -> Self {
        let caps = program.charter.caps.iter().chain(&journey.caps).filter(|cap| cap.when.is_none());
        let gaps = program.charter.gaps.iter().chain(&journey.gaps).filter(|gap| gap.when.is_none());
        Self { caps: caps.collect(), gaps: gaps.collect() }
    }

    /// Whether a cap per day or per length of time, a cap of one alone, or a gap counts both of two messages of a day.
    pub(super) fn count_both(&self, a: (ChannelId, CategoryId), b: (ChannelId, CategoryId)) -> bool {
        // A day lies within one week and one month.
        let of_days = |cap: &&&Cap| matches!(cap.per, Window::Day | Window::Rolling(_)) || cap.limit <= 1;
        let caps = self.caps.iter().filter(of_days);
        let mut lists = caps.map(|cap| &cap.list).chain(self.gaps.iter().map(|gap| &gap.list));
        lists.any(|list| named(list, a) && named(list, b))
    }

    /// The least time between any two of these messages.
    pub(super) fn gap_between(&self, sends: &BTreeSet<(ChannelId, CategoryId)>) -> Option<Millis> {
        gap_between(self.gaps.iter().copied(), sends)
    }
}

/// Whether a rule can hold a message of this journey, so that it goes later than its step.
pub(super) fn can_hold(program: &Program, journey: &Journey) -> bool {
    let charter = &program.charter;
    charter.quiet.iter().chain(&journey.quiet).any(|quiet| !quiet.skip)
        || charter.gaps.iter().chain(&journey.gaps).any(|gap| !gap.skip)
        || charter.caps.iter().chain(&journey.caps).any(|cap| cap.hold.is_some())
}

/// The least time that gaps keep between any two of these messages.
pub(super) fn gap_between<'a>(
    gaps: impl Iterator<Item = &'a Gap>,
    sends: &BTreeSet<(ChannelId, CategoryId)>,
) -> Option<Millis> {
    // Transactional messages wait for nothing.
    if sends.iter().any(|(_, category)| *category == TRANSACTIONAL) {
        return None;
    }
    let all = gaps.filter(|gap| gap.when.is_none() && sends.iter().all(|send| named(&gap.list, *send)));
    all.map(|gap| gap.least).max()
}

/// Whether a list names a send.
pub(super) fn named(list: &List, (channel, category): (ChannelId, CategoryId)) -> bool {
    names(list, channel, category)
}

/// How often steps send messages of a list, rounds counted each; `either` says what becomes of branches of which one is taken:
/// the largest, or all of them.
pub(super) fn sent_in(steps: &[Step], list: &List, either: fn(usize, usize) -> usize) -> usize {
    let in_step = |step: &Step| match &step.kind {
        StepKind::Send(sends) | StepKind::BestOf(sends) => {
            usize::from(sends.iter().any(|send| named(list, (send.channel, send.category))))
        }
        kind => {
            let inside = step.blocks().map(|steps| sent_in(steps, list, either)).fold(0, either);
            if let StepKind::Repeat { times, .. } = kind { inside.saturating_mul(*times as usize) } else { inside }
        }
    };
    steps.iter().map(in_step).fold(0, usize::saturating_add)
}
