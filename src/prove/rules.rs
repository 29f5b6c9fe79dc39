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
    let any =
        |blocks: &mut dyn Iterator<Item = &Vec<Step>>| blocks.map(|steps| sent_in(steps, list, either)).fold(0, either);
    let in_step = |step: &Step| match &step.kind {
        StepKind::Send(sends) | StepKind::BestOf(sends) => {
            usize::from(sends.iter().any(|send| named(list, (send.channel, send.category))))
        }
        StepKind::If { arms, otherwise } => any(&mut arms.iter().map(|arm| &arm.steps).chain([otherwise])),
        StepKind::Match { arms, otherwise, .. } => any(&mut arms.iter().map(|arm| &arm.steps).chain([otherwise])),
        StepKind::Split { arms, .. } => any(&mut arms.iter().map(|arm| &arm.steps)),
        StepKind::Repeat { steps, times, .. } => sent_in(steps, list, either).saturating_mul(*times as usize),
        _ => 0,
    };
    steps.iter().map(in_step).fold(0, usize::saturating_add)
}
