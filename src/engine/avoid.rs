//! What other journeys of a person will do next, for `avoid`.

use super::profile::{Parked, RoundOf};
use super::turn::Turn;
use super::until::opens;
use crate::bytecode::Op;
use crate::value::{Instant, Millis};

/// Steps that are looked at ahead of an entry; a journey that does so many without a wait ends somewhere else.
const AHEAD: usize = 10_000;

impl Turn<'_> {
    /// Whether a send on a channel is held for this person, or is what another entry will surely do next, due within a
    /// length of time, its end included.
    pub(crate) fn is_scheduled(&mut self, but: usize, channel: u16, within: Millis) -> bool {
        let latest = self.now.saturating_add(within);
        (0..self.profile.instances.len()).filter(|at| *at != but).any(|at| self.sends_by(at, channel, latest))
    }

    fn sends_by(&mut self, at: usize, channel: u16, latest: Instant) -> bool {
        let Some(instance) = self.profile.instances.get(at) else { return false };
        let (journey, parked, mut place) = (instance.journey, instance.parked.clone(), instance.place);
        // Nothing is sent to a member of a control group.
        if parked == Parked::Left || self.is_control(journey) {
            return false;
        }
        let code = self.code;
        let uses = |first: u32, count: u16| {
            let sends = code.sends.get(first as usize..first as usize + usize::from(count)).unwrap_or_default();
            sends.iter().any(|send| send.channel.0 == channel)
        };
        let mut rounds: Vec<RoundOf> =
            self.profile.instances.get(at).and_then(|i| i.kept.as_ref()).map(|k| k.rounds.clone()).unwrap_or_default();
        let mut since = self.now;
        let mut time = self.now;
        match (&parked, code.ops.get(place as usize)) {
            (Parked::Held(hold), Some(Op::Send(first, _) | Op::BestOf(first, _))) => {
                return uses(first + u32::from(hold.alternative), 1);
            }
            (Parked::Waiting(began), _) => since = *began,
            (Parked::Deciding(..), _) => return false,
            _ => {}
        }
        for _ in 0..AHEAD {
            if time > latest {
                return false;
            }
            let Some(op) = code.ops.get(place as usize) else { return false };
            place += 1;
            match op {
                Op::Wait(millis) => time = time.max(since.saturating_add(*millis)),
                Op::WaitUntil(number) => {
                    let Some((moment, or_exit)) = code.untils.get(*number as usize) else { return false };
                    match self.moment(at, moment, since) {
                        Some(reached) if reached >= time => time = reached,
                        _ if *or_exit => return false,
                        _ => {}
                    }
                }
                Op::WaitBetween(from, to, days) => {
                    time = opens(self.zone(), time, *from, *to, *days).unwrap_or(time);
                }
                // What is tried first is what it will do.
                Op::Send(first, _) if uses(*first, 1) => return true,
                Op::BestOf(first, count) if uses(*first, *count) => return true,
                Op::Jump(to) => place = *to,
                Op::Repeat(_) => rounds.push(RoundOf { count: 0, began: time }),
                Op::Round(number) | Op::Again(number) => {
                    let Some(repeat) = code.repeats.get(*number as usize) else { return false };
                    let Some(round) = rounds.last_mut().filter(|_| repeat.until.is_none()) else { return false };
                    match op {
                        Op::Round(_) => *round = RoundOf { count: round.count + 1, began: time },
                        _ if round.count >= repeat.times => drop(rounds.pop()),
                        _ => {
                            time = time.max(round.began.saturating_add(repeat.every));
                            place = repeat.start;
                        }
                    }
                }
                Op::Branch(..) | Op::Split(_) | Op::WaitFor(..) | Op::Exit | Op::Done => return false,
                Op::Send(..)
                | Op::BestOf(..)
                | Op::Add(..)
                | Op::Remove(_)
                | Op::Set(_)
                | Op::Emit(_)
                | Op::Call(_)
                | Op::Start(_) => {}
            }
            since = time;
        }
        false
    }
}
