//! Lists whose rows are called by numbers of their own kind, so that the number of a journey is never taken for that of a
//! split.

use crate::ir::{
    AttributeId, AudienceId, CategoryId, ChannelId, EventId, HappeningId, HistoryId, JourneyId, MessageId, PropertyId,
    SegmentId,
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::ops::Deref;

/// The number of a row.
pub(crate) trait Id: Copy + PartialEq {
    /// The place of the row.
    fn index(self) -> usize;
    /// The number of the row at a place; beyond what a number can hold, one that no table has.
    fn at(index: usize) -> Self;

    /// The number of something that the program does not have.
    fn nothing() -> Self {
        Self::at(usize::MAX)
    }
}

macro_rules! known {
    ($($name:ident)*) => {$(
        impl Id for $name {
            fn index(self) -> usize {
                usize::from(self.0)
            }

            fn at(index: usize) -> Self {
                Self(u16::try_from(index).unwrap_or(u16::MAX))
            }
        }
    )*};
}

known! {
    ChannelId CategoryId MessageId AudienceId EventId AttributeId PropertyId JourneyId HappeningId SegmentId HistoryId
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident: $of:ty),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub(crate) struct $name(pub(crate) $of);

        impl Id for $name {
            fn index(self) -> usize {
                self.0 as usize
            }

            fn at(index: usize) -> Self {
                Self(<$of>::try_from(index).unwrap_or(<$of>::MAX))
            }
        }
    )*};
}

ids! {
    /// An entry of [`super::Code::standing`].
    StandingId: u16,
    /// The place of an instruction in [`super::Code::ops`].
    Place: u32,
    /// A value of [`super::Code::constants`].
    ConstantId: u32,
    /// A send of [`super::Code::sends`].
    SendId: u32,
    /// A split of [`super::Code::splits`].
    SplitId: u32,
    /// A repeat of [`super::Code::repeats`].
    RepeatId: u32,
    /// What a step sets, of [`super::Code::sets`].
    SetId: u32,
    /// What a step emits or calls, of [`super::Code::calls`].
    CallId: u32,
    /// A moment of [`super::Code::untils`].
    UntilId: u32,
    /// A condition of [`super::Code::decisions`].
    DecisionId: u32,
}

impl Place {
    /// The place behind this one.
    pub(crate) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl SendId {
    /// An alternative of the send that begins here.
    pub(crate) fn alternative(self, number: u16) -> Self {
        Self(self.0.saturating_add(u32::from(number)))
    }
}

/// A list whose rows are called by an `I`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Table<I, T> {
    rows: Vec<T>,
    #[serde(skip)]
    called: PhantomData<fn() -> I>,
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self { rows: vec![], called: PhantomData }
    }
}

impl<I, T> From<Vec<T>> for Table<I, T> {
    fn from(rows: Vec<T>) -> Self {
        Self { rows, called: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Table<I, T> {
    fn from_iter<R: IntoIterator<Item = T>>(rows: R) -> Self {
        Vec::from_iter(rows).into()
    }
}

impl<I: Id, T> Table<I, T> {
    pub(crate) fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())
    }

    pub(crate) fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.rows.get_mut(id.index())
    }

    /// So many rows from one on; none where there are fewer.
    pub(crate) fn run(&self, first: I, count: u16) -> Option<&[T]> {
        let start = first.index();
        self.rows.get(start..start.checked_add(usize::from(count))?)
    }

    /// Whether there is such a row.
    pub(crate) fn has(&self, id: I) -> bool {
        id.index() < self.rows.len()
    }

    /// Adds a row, and gives its number.
    pub(crate) fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::at(self.rows.len() - 1)
    }

    /// The number that the next row will have.
    pub(crate) fn next_id(&self) -> I {
        I::at(self.rows.len())
    }

    /// All numbers.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::at)
    }

    /// All rows with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().map(|(at, row)| (I::at(at), row))
    }
}

impl<I, T> Deref for Table<I, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.rows
    }
}

impl<'a, I, T> IntoIterator for &'a Table<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}
