//! Which messages the rules of the charter and of a journey are about.

use crate::ir::{Cap, CategoryId, ChannelId, Gap, Journey, List, Program, Subject, TRANSACTIONAL, Window};
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

    /// Whether a cap per day or per length of time, or a gap, counts both of two messages.
    pub(super) fn count_both(&self, a: (ChannelId, CategoryId), b: (ChannelId, CategoryId)) -> bool {
        let caps = self.caps.iter().filter(|cap| matches!(cap.per, Window::Day | Window::Rolling(_)));
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

/// Whether a list names a send; without one all but transactional messages are meant.
pub(super) fn named(list: &List, (channel, category): (ChannelId, CategoryId)) -> bool {
    let fits = |subject: &Subject| {
        subject.channel.is_none_or(|wanted| wanted == channel)
            && subject.category.is_none_or(|wanted| wanted == category)
    };
    match list {
        None => category != TRANSACTIONAL,
        Some(list) => list.iter().any(fits),
    }
}
