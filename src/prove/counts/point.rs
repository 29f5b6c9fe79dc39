//! A moment of a path, and paths put together.

use super::*;

/// A moment of a path: the clock, and what was sent before.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) clock: Clock,
    pub(super) tally: Tally,
    pub(super) facts: Facts,
}

impl Point {
    pub(super) fn join(&mut self, other: &Point) {
        self.clock.join(&other.clock);
        self.tally.join(&other.tally);
        self.facts.join(&other.facts);
    }

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

/// The same paths, those on which the same is known put together; too many are put together whatever is known.
pub(super) fn gather(points: Vec<Point>) -> Vec<Point> {
    if points.len() < 2 {
        return points;
    }
    let mut out: Vec<Point> = Vec::with_capacity(points.len().min(PATHS + 1));
    for point in points {
        match out.iter_mut().find(|known| known.facts == point.facts) {
            Some(known) => known.join(&point),
            None => out.push(point),
        }
    }
    if out.len() > PATHS { joined(out).into_iter().collect() } else { out }
}

/// All paths together.
pub(super) fn joined(points: Vec<Point>) -> Option<Point> {
    let mut all = None;
    points.into_iter().for_each(|point| join(&mut all, Some(point)));
    all
}

pub(super) fn join(into: &mut Option<Point>, other: Option<Point>) {
    match (into.as_mut(), other) {
        (Some(into), Some(other)) => into.join(&other),
        (None, other) => *into = other,
        (Some(_), None) => {}
    }
}
