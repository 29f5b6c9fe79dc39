//! `repeat`: rounds that are counted, each from the beginning of the one before.

use super::profile::{Parked, RoundOf};
use super::steps::Step;
use super::turn::Turn;
use crate::value::Instant;

impl Turn<'_> {
    /// Rounds begin, inside of those that the entry is in already.
    pub(super) fn begin_rounds(&mut self, at: usize) {
        let now = self.now;
        if let Some(instance) = self.profile.instances.get_mut(at) {
            instance.kept.get_or_insert_default().rounds.push(RoundOf { count: 0, began: now });
        }
    }

    fn this_round(&mut self, at: usize) -> Option<&mut RoundOf> {
        self.profile.instances.get_mut(at)?.kept.as_mut()?.rounds.last_mut()
    }

    fn end_rounds(&mut self, at: usize) {
        if let Some(kept) = self.profile.instances.get_mut(at).and_then(|instance| instance.kept.as_mut()) {
            kept.rounds.pop();
        }
    }

    /// A round begins, unless its condition ends it before.
    pub(super) fn round(&mut self, at: usize, place: u32, number: u32) -> Step {
        let code = self.code;
        let now = self.now;
        let Some(repeat) = code.repeats.get(number as usize) else { return Step::Next(place + 1) };
        let is_over = repeat.until.is_some_and(|cond| self.ask(at).truth(cond) == Some(true));
        match self.this_round(at) {
            Some(round) if !is_over => {
                round.count = round.count.saturating_add(1);
                round.began = now;
                Step::Next(place + 1)
            }
            _ => {
                self.end_rounds(at);
                Step::Next(repeat.exit)
            }
        }
    }

    /// A round has ended, at `since`: whether the next one begins now, else when.
    pub(super) fn again(&mut self, at: usize, place: u32, number: u32, since: Instant) -> Step {
        let code = self.code;
        let now = self.now;
        let Some(repeat) = code.repeats.get(number as usize) else { return Step::Next(place + 1) };
        let Some(round) = self.this_round(at).map(|round| *round).filter(|round| round.count < repeat.times) else {
            self.end_rounds(at);
            return Step::Next(repeat.exit);
        };
        let next = round.began.saturating_add(repeat.every);
        let mut due = next;
        if let Some(cond) = repeat.until {
            let mut asker = self.ask(at);
            if asker.truth(cond) == Some(true) {
                return Step::Next(repeat.start);
            }
            due = asker.changes.map_or(due, |change| change.min(due));
        }
        if now >= next { Step::Next(repeat.start) } else { Step::Stay(Parked::Waiting(since), Some(due)) }
    }
}
