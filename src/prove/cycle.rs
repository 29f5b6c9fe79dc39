//! Where on a clock that goes round somebody can be: a part of the day or of the week.

// A local day is taken as 24 hours.
pub(crate) use crate::limits::{DAY, WEEK};
use crate::value::Millis;

/// A part of a circle: from `low` on, `width` long, both ends included.
///
/// INVARIANT: `0 <= low < length` and `0 <= width < length`. A part can only be too wide: every operation gives a part that
/// holds all points that it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cycle {
    length: Millis,
    low: Millis,
    width: Millis,
}

impl Cycle {
    /// Anywhere.
    pub(super) fn any(length: Millis) -> Self {
        Self { length, low: 0, width: length - 1 }
    }

    /// At one point.
    pub(super) fn at(length: Millis, point: Millis) -> Self {
        Self { length, low: point.rem_euclid(length), width: 0 }
    }

    /// From one point up to another, that one not included; the same twice is the whole circle.
    pub(super) fn between(length: Millis, from: Millis, to: Millis) -> Self {
        let width = (to - from).rem_euclid(length);
        Self { length, low: from.rem_euclid(length), width: if width == 0 { length - 1 } else { width - 1 } }
    }

    pub(super) fn is_any(self) -> bool {
        self.width >= self.length - 1
    }

    /// The one point, if there is no other.
    pub(super) fn point(self) -> Option<Millis> {
        (self.width == 0).then_some(self.low)
    }

    fn wraps(self) -> bool {
        self.low + self.width >= self.length
    }

    /// The first and the last place since the circle's beginning.
    pub(super) fn ends(self) -> (Millis, Millis) {
        if self.wraps() { (0, self.length - 1) } else { (self.low, self.low + self.width) }
    }

    /// Where it begins, and where it ends, which may be past the end of the circle.
    pub(super) fn begin_and_end(self) -> (Millis, Millis) {
        (self.low, self.low + self.width)
    }

    pub(super) fn contains(self, point: Millis) -> bool {
        (point - self.low).rem_euclid(self.length) <= self.width
    }

    /// Whether all of another part lies in this one.
    pub(super) fn covers(self, other: Cycle) -> bool {
        let ahead = (other.low - self.low).rem_euclid(self.length);
        self.is_any() || ahead <= self.width && other.width <= self.width - ahead
    }

    /// Whether they have a point in common.
    pub(super) fn meets(self, other: Cycle) -> bool {
        self.contains(other.low) || other.contains(self.low)
    }

    /// The points that lie in both; none: there is none. Where they are two parts, the smallest part that holds both.
    pub(super) fn meet(self, other: Cycle) -> Option<Self> {
        if self.covers(other) {
            return Some(other);
        }
        if other.covers(self) {
            return Some(self);
        }
        // Each begins within the other: there are two parts.
        let (a, b) = (other.contains(self.low), self.contains(other.low));
        match (a, b) {
            (true, true) => Some(if self.width <= other.width { self } else { other }),
            (true, false) => Some(Self { width: (other.low + other.width - self.low).rem_euclid(self.length), ..self }),
            (false, true) => Some(Self { width: (self.low + self.width - other.low).rem_euclid(self.length), ..other }),
            (false, false) => None,
        }
    }

    /// After this much time.
    pub(super) fn pass(self, least: Millis, most: Option<Millis>) -> Self {
        let more = most.map_or(self.length, |most| most - least);
        if self.is_any() || more >= self.length - 1 - self.width {
            return Self::any(self.length);
        }
        Self { length: self.length, low: (self.low + least % self.length) % self.length, width: self.width + more }
    }

    /// The smallest part that holds both.
    pub(super) fn join(self, other: Cycle) -> Self {
        let spanning = |a: Cycle, b: Cycle| {
            let ahead = (b.low - a.low).rem_euclid(a.length);
            Cycle { width: a.width.max(ahead + b.width).min(a.length - 1), ..a }
        };
        let (a, b) = (spanning(self, other), spanning(other, self));
        if a.is_any() && b.is_any() {
            Self::any(self.length)
        } else if a.width <= b.width {
            a
        } else {
            b
        }
    }

    /// How often its beginning (midnight, Monday) is passed at least, in so much time.
    pub(super) fn begins(self, least: Millis) -> Millis {
        let (first, _) = self.ends();
        first.saturating_add(least) / self.length
    }

    /// How long it takes to the next such point, the present one included: at least and at most.
    pub(super) fn until(self, point: Millis) -> (Millis, Millis) {
        let last = self.low + self.width;
        let to = |from: Millis| (point - from).rem_euclid(self.length);
        match self.contains(point) {
            true if to(last) == 0 => (0, self.width),
            true => (0, self.length - 1),
            false => (to(last), to(self.low)),
        }
    }
}
