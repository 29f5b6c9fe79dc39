//! Splits and control groups: which arm a person is in.

use super::effect::EffectKind;
use super::turn::Turn;
use crate::chance;
use crate::limits;
use smol_str::SmolStr;

fn hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

impl Turn<'_> {
    /// Whether the person is in a control group of a journey, its own or that of all.
    #[inline]
    pub(crate) fn is_control(&mut self, journey: u16) -> bool {
        self.code.has.holdouts && self.control_rule(journey).is_some()
    }

    /// The rule by which the person is in a control group of a journey.
    pub(crate) fn control_rule(&mut self, journey: u16) -> Option<SmolStr> {
        let code = self.code;
        let own = code.journeys.get(usize::from(journey)).filter(|j| j.holdout.is_some());
        if code.charter.holdout.is_none() && own.is_none() {
            return None;
        }
        if let Some((_, rule)) = self.control.iter().find(|(of, _)| *of == journey) {
            return rule.clone();
        }
        let roll = self.profile.roll();
        let inside = |scope: &str, below: u64| chance::number(scope, roll) < below;
        let of_all = code.charter.holdout.as_ref().filter(|(below, _)| inside(chance::HOLDOUT, *below));
        let of_own =
            || own.and_then(|j| j.holdout.as_ref().filter(|(below, _)| inside(&chance::holdout_of(&j.name), *below)));
        let rule = of_all.or_else(of_own).map(|(_, text)| text.clone());
        self.control.push((journey, rule.clone()));
        rule
    }

    /// Where a split goes on: in the arm that the person was in before, else by chance, fixed for the person.
    pub(crate) fn split(&mut self, at: usize, number: u32) -> Option<u32> {
        let code = self.code;
        let split = code.splits.get(number as usize)?;
        let journey = self.profile.instances.get(at)?.journey;
        let scope = chance::split_of(&code.journeys.get(usize::from(journey))?.name, &split.name);
        let key = hash(&scope);
        let before = self.profile.past.as_ref().and_then(|past| past.arm(key));
        let known = before.and_then(|label| split.arms.iter().find(|arm| hash(&arm.label) == label));
        let drawn = || {
            let drawn = chance::number(&scope, self.profile.roll());
            split.arms.iter().find(|arm| drawn < arm.below)
        };
        let arm = known.or_else(drawn).or(split.arms.last())?;
        if known.is_none() && self.profile.remember().take_arm(key, hash(&arm.label)) {
            self.notice(format!("more than {} arms are remembered: the oldest was forgotten", limits::ARMS));
        }
        self.emit(journey, EffectKind::Chose { split: split.name.clone(), arm: arm.label.clone() });
        Some(arm.start)
    }
}
