//! A moment of a path.

use super::*;

/// A moment of a path: the clock, and what was sent before.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) clock: Clock,
    pub(super) tally: Tally,
    pub(super) facts: Facts,
}

impl State for Point {
    fn join(&mut self, other: &Point) {
        self.clock.join(&other.clock);
        self.tally.join(&other.tally);
        self.facts.join(&other.facts);
    }

    fn is_like(&self, other: &Point) -> bool {
        self.facts == other.facts
    }
}

impl Point {
    pub(super) fn pass(&mut self, length: Length) {
        let passage = self.clock.pass(length);
        self.passed(&passage);
    }

    /// Time has passed on the clock.
    pub(super) fn passed(&mut self, passage: &Passage) {
        self.tally.pass(passage);
        if passage.length.most != Some(0) {
            self.facts.pass();
        }
    }
}
