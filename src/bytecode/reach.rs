//! How long something that happened can matter: what a replay of a part of history has to play before that part.

use super::*;
use crate::limits::{DAY, LATE_GOALS, LOOK_BACK, REMEMBER_KEYS};

impl Code {
    /// The longest time after which an event or a message can still change what somebody gets: the longest window of a
    /// rule or a condition, or the longest stay in a journey; at most [`LOOK_BACK`].
    pub(crate) fn reach(&self) -> Millis {
        let windows = self.histories.iter().map(|history| history.window.unwrap_or(LOOK_BACK));
        let known = self.terms.iter().any(|term| matches!(term, Term::KnownFor(_)));
        let journeys = self.journeys.iter().map(|journey| {
            let again = match journey.reenter {
                Reenter::Always => 0,
                Reenter::After(length) => length,
                Reenter::Never => REMEMBER_KEYS,
            };
            again.max(journey.converts_for.map_or(0, |window| window.saturating_add(LATE_GOALS)))
        });
        let of_parts = windows.chain(journeys).chain(self.stays()).max().unwrap_or(0);
        of_parts.max(self.memory).max(if known { LOOK_BACK } else { 0 }).min(LOOK_BACK)
    }

    /// How long somebody can stay in each journey, at most: its waits one behind the other, whether or not one path has
    /// them all.
    fn stays(&self) -> impl Iterator<Item = Millis> {
        let mut starts: Vec<usize> = self.journeys.iter().map(|journey| journey.first.0.index()).collect();
        starts.sort_unstable();
        let mut stays: Vec<Millis> = vec![0; starts.len()];
        for (place, op) in self.ops.numbered() {
            let journey = starts.partition_point(|start| *start <= place.index()).saturating_sub(1);
            if let Some(stay) = stays.get_mut(journey) {
                *stay = stay.saturating_add(self.length(op));
            }
        }
        stays.into_iter()
    }

    /// How long a step can take.
    fn length(&self, op: &Op) -> Millis {
        match op {
            Op::Wait(length) | Op::WaitFor(_, length) => *length,
            Op::WaitUntil(_) => LOOK_BACK,
            Op::WaitBetween(..) => 7 * DAY,
            Op::Repeat(repeat) => {
                self.repeats.get(*repeat).map_or(0, |repeat| repeat.every.saturating_mul(Millis::from(repeat.times)))
            }
            Op::Branch(decision, _) => {
                let leaves = self.decisions.get(*decision).into_iter().flat_map(|decision| &decision.leaves);
                leaves.filter_map(|leaf| leaf.window.as_ref()).map(|window| window.within).max().unwrap_or(0)
            }
            _ => 0,
        }
    }
}
