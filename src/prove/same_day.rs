//! Which sends of one entry can fall on one local day with no rule that counts both.

use super::clock::Clock;
use super::cycle::DAY;
use super::length::{Ends, Passage};
use super::rules::Rules;
use super::tally::Shown;
use crate::ir::{CategoryId, ChannelId, Send, TRANSACTIONAL};
use crate::source::Span;
use crate::value::Millis;

/// A message that can have been asked for on the present day.
#[derive(Debug, Clone, PartialEq)]
struct Recent {
    channel: ChannelId,
    category: CategoryId,
    /// How long ago at least.
    since: Millis,
    /// When at the latest, since the entry and since the midnight before it; none: at any time.
    latest: Option<Millis>,
    latest_local: Option<Millis>,
    /// The local time of day, if it is known.
    time: Option<Millis>,
    span: Span,
}

/// Two messages on one day.
#[derive(Debug)]
pub(crate) struct SameDay {
    /// The earlier one, then the one that is blamed.
    pub(crate) both: [Shown; 2],
    /// When that comes at the earliest, since the local midnight before the entry.
    pub(crate) ends: Millis,
}

impl SameDay {
    pub(super) fn place(&self) -> Span {
        let [_, later] = self.both;
        later.place
    }
}

/// What was sent lately, on any path.
#[derive(Debug, Clone, Default)]
pub(super) struct Lately {
    list: Vec<Recent>,
}

impl Lately {
    /// Time passes.
    pub(super) fn pass(&mut self, passage: &Passage) {
        if passage.days > 0 {
            self.list.clear();
        }
        for recent in &mut self.list {
            recent.since = recent.since.saturating_add(passage.length.least);
            match (passage.ends, recent.latest, recent.latest_local) {
                (Some(Ends::Entry(end)), Some(latest), _) => recent.since = recent.since.max(end - latest),
                (Some(Ends::Midnight(end)), _, Some(latest)) => {
                    let is_another_day = latest.div_euclid(DAY) < end.div_euclid(DAY);
                    recent.since = if is_another_day { DAY } else { recent.since.max(end - latest) };
                }
                (Some(Ends::Send(window)), ..) => recent.since = recent.since.max(window),
                _ => {}
            }
        }
        self.list.retain(|recent| recent.since < DAY);
    }

    /// What either of two paths sent.
    pub(super) fn join(&mut self, other: &Lately) {
        other.list.iter().for_each(|recent| self.add(recent.clone()));
    }

    fn add(&mut self, recent: Recent) {
        let same = |known: &&mut Recent| (known.channel, known.category) == (recent.channel, recent.category);
        match self.list.iter_mut().find(same) {
            Some(known) => {
                if recent.since < known.since {
                    known.span = recent.span;
                    known.time = recent.time;
                }
                known.since = known.since.min(recent.since);
                known.latest = known.latest.zip(recent.latest).map(|(a, b)| a.max(b));
                known.latest_local = known.latest_local.zip(recent.latest_local).map(|(a, b)| a.max(b));
            }
            None => self.list.push(recent),
        }
    }

    /// Sends at a step.
    pub(super) fn send(&mut self, sends: &[Send], clock: &Clock, span: Span) {
        for send in sends.iter().filter(|send| send.category != TRANSACTIONAL) {
            self.add(Recent {
                channel: send.channel,
                category: send.category,
                since: 0,
                latest: clock.since.most,
                latest_local: clock.local.most,
                time: clock.day.point(),
                span,
            });
        }
    }

    /// These messages, where nobody knows any more when they were sent: steps of goals and exits come at any time.
    pub(super) fn at_any_time(mut self) -> Self {
        for recent in &mut self.list {
            (recent.latest, recent.latest_local, recent.time) = (None, None, None);
        }
        self
    }

    /// How these messages stand when the next round of a repeat begins, of which this is what one round sent, with its
    /// times counted from the beginning of the round.
    pub(super) fn in_next_round(mut self, every: Millis) -> Self {
        for recent in &mut self.list {
            recent.since = recent.latest.map_or(0, |latest| (every - latest).max(0));
            (recent.latest, recent.latest_local) = (None, None);
        }
        self.list.retain(|recent| recent.since < DAY);
        self
    }

    /// An earlier message that can fall on one day with one of these, and that no rule counts together with it: the two, as
    /// close to each other as they can come.
    pub(super) fn clash(&self, sends: &[Send], rules: &Rules<'_>, clock: &Clock, span: Span) -> Option<SameDay> {
        let marketing = || sends.iter().filter(|send| send.category != TRANSACTIONAL);
        let uncounted = |recent: &&Recent| {
            marketing().any(|send| !rules.count_both((recent.channel, recent.category), (send.channel, send.category)))
        };
        let earlier = self.list.iter().find(uncounted)?;
        let shown = Shown { at: 0, time: earlier.time, place: earlier.span };
        let later = Shown { at: earlier.since, time: clock.day.point(), place: span };
        Some(SameDay { both: [shown, later], ends: clock.local.least })
    }
}
