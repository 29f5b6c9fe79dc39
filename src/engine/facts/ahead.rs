//! What other journeys of a person will do next, for `avoid`.

use super::view::View;
use super::waits::moment;
use crate::bytecode::{Op, SendId};
use crate::engine::state::entry::Round;
use crate::engine::state::parked::Parked;
use crate::engine::time::moments::opens;
use crate::ir::ChannelId;
use crate::value::{Millis, Timestamp};

/// Instructions that are looked at ahead of an entry; beyond them a send counts as not scheduled.
const AHEAD: usize = 10_000;

/// Whether a send on a channel is held for this person, or is what another entry will surely do next, due within a
/// length of time, its end included.
pub(crate) fn is_scheduled(view: View<'_>, but: usize, channel: ChannelId, within: Millis) -> bool {
    let latest = view.now.saturating_add(within);
    (0..view.profile.instances.len()).filter(|at| *at != but).any(|at| sends_by(view, at, channel, latest))
}

fn sends_by(view: View<'_>, at: usize, channel: ChannelId, latest: Timestamp) -> bool {
    let Some(instance) = view.instance(at) else { return false };
    let (journey, parked, mut place) = (instance.journey, instance.parked.clone(), instance.place);
    // Nothing is sent to a member of a control group.
    if parked == Parked::Left || view.is_control(journey) {
        return false;
    }
    let code = view.code;
    let uses = |first: SendId, count: u16| {
        let sends = code.sends.run(first, count).unwrap_or_default();
        sends.iter().any(|send| send.channel == channel)
    };
    let mut rounds: Vec<Round> = instance.kept.as_ref().map(|k| k.rounds.clone()).unwrap_or_default();
    let mut since = view.now;
    let mut time = view.now;
    match (&parked, code.ops.get(place)) {
        (Parked::Held(hold), Some(Op::Send(first, _) | Op::BestOf(first, _))) => {
            return uses(first.alternative(hold.alternative), 1);
        }
        (Parked::Waiting(began), _) => since = *began,
        (Parked::Deciding(..), _) => return false,
        _ => {}
    }
    for _ in 0..AHEAD {
        if time > latest {
            return false;
        }
        let Some(op) = code.ops.get(place) else { return false };
        place = place.next();
        match op {
            Op::Wait(millis) => time = time.max(since.saturating_add(*millis)),
            Op::WaitUntil(number) => {
                let Some((until, or_exit)) = code.untils.get(*number) else { return false };
                match moment(view, at, until, since) {
                    Some(reached) if reached >= time => time = reached,
                    _ if *or_exit => return false,
                    _ => {}
                }
            }
            Op::WaitBetween(from, to, days) => {
                time = opens(view.zone, time, *from, *to, *days).unwrap_or(time);
            }
            // What is tried first is what it will do.
            Op::Send(first, _) if uses(*first, 1) => return true,
            Op::BestOf(first, count) if uses(*first, *count) => return true,
            Op::Jump(to) => place = *to,
            Op::Repeat(_) => rounds.push(Round { count: 0, began: time }),
            Op::Round(number) | Op::Again(number) => {
                let Some(repeat) = code.repeats.get(*number) else { return false };
                let Some(round) = rounds.last_mut().filter(|_| repeat.until.is_none()) else { return false };
                match op {
                    Op::Round(_) => *round = Round { count: round.count.saturating_add(1), began: time },
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
