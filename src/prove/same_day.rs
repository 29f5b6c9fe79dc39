//! Which sends of one entry can fall on one local day with no rule that counts both.

use crate::ir::{Cap, CategoryId, ChannelId, Gap, Journey, List, Program, Send, Subject, TRANSACTIONAL, Window};
use crate::source::Span;
use crate::value::Millis;

/// A local day is taken as 24 hours.
pub(super) const DAY: Millis = 86_400_000;

/// A message that was asked for less than a day ago.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recent {
    pub(super) channel: ChannelId,
    pub(super) category: CategoryId,
    /// How long ago at least.
    pub(super) since: Millis,
    /// When at the latest, since the entry; none: at any time.
    pub(super) latest: Option<Millis>,
    pub(super) span: Span,
}

/// What was sent lately, on any path.
#[derive(Debug, Clone, Default)]
pub(super) struct Lately {
    list: Vec<Recent>,
}

impl Lately {
    /// Time passes.
    pub(super) fn waited(&mut self, at_least: Millis) {
        for recent in &mut self.list {
            recent.since = recent.since.saturating_add(at_least);
        }
        self.list.retain(|recent| recent.since < DAY);
    }

    /// A new day begins for sure.
    pub(super) fn next_day(&mut self) {
        self.list.clear();
    }

    /// The N-th day after the entry's begins: what was sent `days` - 1 days after the entry at the latest was sent before.
    pub(super) fn day_begins(&mut self, days: Millis) {
        self.list.retain(|recent| recent.latest.is_none_or(|latest| latest > (days - 1) * DAY));
    }

    /// What either of two paths sent.
    pub(super) fn join(&mut self, other: Lately) {
        for recent in other.list {
            self.add(recent);
        }
    }

    fn add(&mut self, recent: Recent) {
        let same = |known: &&mut Recent| (known.channel, known.category) == (recent.channel, recent.category);
        match self.list.iter_mut().find(same) {
            Some(known) => {
                if recent.since < known.since {
                    known.span = recent.span;
                }
                known.since = known.since.min(recent.since);
                known.latest = known.latest.zip(recent.latest).map(|(a, b)| a.max(b));
            }
            None => self.list.push(recent),
        }
    }

    /// Sends at a step, `latest` since the entry.
    pub(super) fn send(&mut self, sends: &[Send], latest: Option<Millis>, span: Span) {
        for send in sends.iter().filter(|send| send.category != TRANSACTIONAL) {
            self.add(Recent { channel: send.channel, category: send.category, since: 0, latest, span });
        }
    }

    /// How these messages stand when the next round of a repeat begins, of which this is what one round sent, with its
    /// times counted from the beginning of the round.
    pub(super) fn in_next_round(mut self, every: Millis) -> Self {
        for recent in &mut self.list {
            recent.since = recent.latest.map_or(0, |latest| (every - latest).max(0));
            recent.latest = None;
        }
        self.list.retain(|recent| recent.since < DAY);
        self
    }

    /// An earlier message that can fall on one day with one of these, and that no rule counts together with it.
    pub(super) fn clash(&self, sends: &[Send], rules: &Rules<'_>) -> Option<Span> {
        let marketing = || sends.iter().filter(|send| send.category != TRANSACTIONAL);
        let uncounted = |recent: &&Recent| {
            marketing().any(|send| !rules.count_both((recent.channel, recent.category), (send.channel, send.category)))
        };
        self.list.iter().find(uncounted).map(|recent| recent.span)
    }
}

/// The caps and gaps that hold for a journey's sends, always.
pub(super) struct Rules<'a> {
    lists: Vec<&'a List>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(program: &'a Program, journey: &'a Journey) -> Self {
        let counts = |cap: &&Cap| cap.when.is_none() && matches!(cap.per, Window::Day | Window::Rolling(_));
        let always = |gap: &&Gap| gap.when.is_none();
        let caps = program.charter.caps.iter().chain(&journey.caps).filter(counts).map(|cap| &cap.list);
        let gaps = program.charter.gaps.iter().chain(&journey.gaps).filter(always).map(|gap| &gap.list);
        Self { lists: caps.chain(gaps).collect() }
    }

    fn count_both(&self, a: (ChannelId, CategoryId), b: (ChannelId, CategoryId)) -> bool {
        self.lists.iter().any(|list| named(list, a) && named(list, b))
    }
}

/// Whether a list names a send; without one all but transactional messages are meant.
fn named(list: &List, (channel, category): (ChannelId, CategoryId)) -> bool {
    let fits = |subject: &Subject| {
        subject.channel.is_none_or(|wanted| wanted == channel)
            && subject.category.is_none_or(|wanted| wanted == category)
    };
    list.as_ref().is_none_or(|list| list.iter().any(fits))
}
