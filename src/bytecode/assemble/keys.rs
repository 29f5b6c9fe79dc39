//! Keys of steps: by them a new version of a program finds where somebody stood.

use super::*;

pub(super) fn hash(text: &str) -> u64 {
    within(0, text)
}

/// The hash of a text within something that has one.
pub(super) fn within(outer: u64, text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(text.as_bytes(), outer)
}

/// Makes the keys of the steps of one block: what they are about, and their place among their like.
#[derive(Default)]
pub(super) struct Keys {
    block: u64,
    seen: HashMap<u64, u32, BuildHasherDefault<FxHasher>>,
}

impl Keys {
    pub(super) fn of(journey: &str) -> Self {
        Self { block: hash(journey), ..Self::default() }
    }

    /// Begins a block; gives back the keys of the one around it.
    pub(super) fn enter(&mut self, block: u64) -> Keys {
        std::mem::replace(self, Keys { block, ..Keys::default() })
    }

    pub(super) fn step(&mut self, kind: &str, object: &str) -> StepKey {
        let mut number = |like: u64| {
            let count = self.seen.entry(like).or_default();
            *count += 1;
            xxhash_rust::xxh3::xxh3_64_with_seed(&count.to_le_bytes(), like)
        };
        let place = within(self.block, kind);
        StepKey { exact: number(within(place ^ 1, object)), place: number(place) }
    }
}

impl StepKey {
    /// The key of a further arm of a step.
    pub(super) fn arm(self, at: usize, text: &str) -> StepKey {
        let place = xxhash_rust::xxh3::xxh3_64_with_seed(&at.to_le_bytes(), self.place);
        StepKey { exact: within(self.exact, text), place }
    }
}

/// A condition as it is written.
pub(super) fn branch_text(branch: &Branch) -> String {
    match branch {
        Branch::Ask(_, text) | Branch::Window { text, .. } => text.to_string(),
        Branch::Not(inner) => format!("!{}", branch_text(inner)),
        Branch::And(parts) => parts.iter().map(branch_text).collect::<Vec<_>>().join(" and "),
        Branch::Or(parts) => parts.iter().map(branch_text).collect::<Vec<_>>().join(" or "),
    }
}
