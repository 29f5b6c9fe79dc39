//! The first few of many, by their order, whoever finds them.

use std::collections::BTreeSet;

/// The least of all that were put in, and how many those were.
#[derive(Debug, Clone)]
pub(crate) struct First<T> {
    kept: BTreeSet<T>,
    pub(crate) all: u64,
}

impl<T> Default for First<T> {
    fn default() -> Self {
        Self { kept: BTreeSet::new(), all: 0 }
    }
}

impl<T: Ord> First<T> {
    /// So many are kept.
    const KEPT: usize = 20;

    pub(crate) fn put(&mut self, one: T) {
        self.all += 1;
        self.keep(one);
    }

    fn keep(&mut self, one: T) {
        self.kept.insert(one);
        if self.kept.len() > Self::KEPT {
            self.kept.pop_last();
        }
    }

    pub(crate) fn absorb(&mut self, other: First<T>) {
        self.all += other.all;
        for one in other.kept {
            self.keep(one);
        }
    }

    pub(crate) fn into_list(self) -> Vec<T> {
        self.kept.into_iter().collect()
    }
}
