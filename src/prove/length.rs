//! Lengths of time between two bounds, and time that passes.

use crate::value::Millis;

/// Later than any calendar: some 30,000 years, in milliseconds.
const FAR: Millis = 1_000_000_000_000_000;

/// A length of time between two bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) least: Millis,
    /// None: any time.
    pub(crate) most: Option<Millis>,
}

impl Length {
    pub(super) const NONE: Length = Length { least: 0, most: Some(0) };
    pub(super) const ANY: Length = Length { least: 0, most: None };

    pub(super) fn exactly(length: Millis) -> Self {
        Self { least: length, most: Some(length) }
    }

    /// From nothing up to this much.
    pub(super) fn up_to(most: Millis) -> Self {
        Self { least: 0, most: Some(most) }
    }

    /// Bounds that can be counted with: what is later than any calendar is at any time.
    pub(super) fn within_reach(self) -> Self {
        Self { least: self.least.clamp(0, FAR), most: self.most.filter(|most| *most <= FAR) }
    }

    pub(super) fn join(self, other: Length) -> Self {
        Self { least: self.least.min(other.least), most: self.most.zip(other.most).map(|(a, b)| a.max(b)) }
    }

    pub(super) fn plus(self, other: Length) -> Self {
        let most = self.most.zip(other.most).map(|(a, b)| a.saturating_add(b));
        Self { least: self.least.saturating_add(other.least), most }.within_reach()
    }

    /// So many of them behind each other.
    pub(super) fn times(self, count: Millis) -> Self {
        let most = self.most.map(|most| most.saturating_mul(count));
        Self { least: self.least.saturating_mul(count), most }.within_reach()
    }

    /// At least as long as this.
    pub(super) fn at_least(self, least: Millis) -> Self {
        Self { least: self.least.max(least), most: self.most.map(|most| most.max(least)) }
    }

    /// What remains of it until a moment; nothing where that is past.
    pub(super) fn until(self, moment: Millis) -> Self {
        Self { least: self.most.map_or(0, |most| (moment - most).max(0)), most: Some((moment - self.least).max(0)) }
    }
}

/// Time that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) length: Length,
    /// Local midnights that it passes, at least.
    pub(super) days: Millis,
    /// Beginnings of a local week that it passes, at least.
    pub(super) weeks: Millis,
    /// The moment at which it ends at the earliest, if that is known from something else than its length.
    pub(super) ends: Option<Ends>,
}

/// A moment, told by how long it comes after something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// After the entry.
    Entry(Millis),
    /// After the local midnight before the entry.
    Midnight(Millis),
    /// After the last message.
    Send(Millis),
}
