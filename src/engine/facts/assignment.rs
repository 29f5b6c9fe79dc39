//! Splits and control groups: which arm a person is in.

use super::view::View;
use crate::bytecode::{Code, Split, SplitArm, SplitId};
use crate::chance;
use crate::engine::state::profile::Profile;
use crate::ir::JourneyId;
use smol_str::SmolStr;

/// What an arm of a split, or the split, is remembered by.
pub(crate) fn hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// By journey: the rule that makes the person a member of a control group, as far as it was worked out.
pub(crate) type ControlGroup<'c> = (JourneyId, Option<&'c SmolStr>);

/// The rule by which the person is in a control group of a journey, its own or that of all.
pub(crate) fn control_rule<'c>(
    code: &'c Code,
    profile: &Profile,
    known: &[ControlGroup<'c>],
    journey: JourneyId,
) -> Option<&'c SmolStr> {
    let own = code.journeys.get(journey).filter(|j| j.holdout.is_some());
    let of_all = code.charter.holdout.as_ref();
    if of_all.is_none() && own.is_none() {
        return None;
    }
    if let Some((_, rule)) = known.iter().find(|(of, _)| *of == journey) {
        return *rule;
    }
    let bucketing_id = profile.bucketing_id();
    let inside = |scope: &str, below: u64| chance::number(scope, bucketing_id) < below;
    let of_all = of_all.filter(|(below, _)| inside(chance::HOLDOUT, *below));
    let of_own =
        || own.and_then(|j| j.holdout.as_ref().filter(|(below, _)| inside(&chance::holdout_of(&j.name), *below)));
    of_all.or_else(of_own).map(|(_, text)| text)
}

/// Where a split goes on.
pub(crate) struct Assigned<'a> {
    pub(crate) split: &'a Split,
    pub(crate) arm: &'a SplitArm,
    /// What the split is remembered by.
    pub(crate) key: u64,
    /// Whether the person was in this arm before.
    pub(crate) is_known: bool,
}

/// The arm of a split: the one that the person was in before, else by chance, fixed for the person.
pub(crate) fn arm(view: View<'_>, at: usize, number: SplitId) -> Option<Assigned<'_>> {
    let split = view.code.splits.get(number)?;
    let scope = chance::split_of(&view.journey(view.instance(at)?.journey)?.name, &split.name);
    let key = hash(&scope);
    let before = view.profile.past.as_ref().and_then(|past| past.arm(key));
    let known = before.and_then(|label| split.arms.iter().find(|arm| hash(&arm.label) == label));
    let drawn = || {
        let drawn = chance::number(&scope, view.profile.bucketing_id());
        split.arms.iter().find(|arm| drawn < arm.below)
    };
    let arm = known.or_else(drawn).or(split.arms.last())?;
    Some(Assigned { split, arm, key, is_known: known.is_some() })
}
