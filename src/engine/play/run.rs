//! The steps of an entry: run until it is parked or done, and what lets a parked one go on.

use super::task::{Step, Task};
use super::turn::Turn;
use crate::bytecode::{DecisionId, Op, Place, RepeatId};
use crate::engine::facts::decision::{Decided, decide};
use crate::engine::facts::leaving;
use crate::engine::facts::waits::moment;
use crate::engine::io::effect::{Because, EffectKind};
use crate::engine::io::trace::SeenKind;
use crate::engine::state::entry::{EntryNo, LastEntry, Leaving};
use crate::engine::state::parked::Parked;
use crate::engine::time::moments::opens;
use crate::ir::Reenter;
use crate::reason::ExitReason;
use crate::value::Timestamp;
use smol_str::SmolStr;

/// The steps of an entry begin.
pub(super) fn begin(turn: &mut Turn<'_>, entry: EntryNo) {
    if let Some(at) = turn.at(entry) {
        run(turn, at);
    }
}

/// Runs an entry until it is parked or its journey ends, or a step is the business of another room.
fn run(turn: &mut Turn<'_>, at: usize) {
    // Every instruction but the end of a round goes forward, and rounds are counted: this ends.
    loop {
        if turn.steps == 0 {
            let now = turn.now;
            return turn.park(at, Parked::Running, Some(now));
        }
        turn.steps -= 1;
        if let Some(start) = exit_when(turn, at)
            && let Some(instance) = turn.instance_mut(at)
        {
            instance.turn_to(start, Leaving::Exit);
        }
        let Some((op, place)) = turn.op(at) else { return end(turn, at, ExitReason::Completed) };
        if !matches!(op, Op::Jump(_)) {
            turn.see(at, |turn| SeenKind::Step(turn.span(place)));
        }
        match step(turn, at, op, place) {
            Some(Step::Next(place)) => go_to(turn, at, place),
            Some(Step::Stay(parked, due)) => return stay(turn, at, parked, due),
            Some(Step::End(reason)) => return end(turn, at, reason),
            None => {
                let entry = turn.instance(at).map(|instance| instance.number);
                return entry.into_iter().for_each(|entry| turn.then(Task::Do(entry, place)));
            }
        }
    }
}

/// A step that is the business of this room; none: it is another's.
fn step(turn: &mut Turn<'_>, at: usize, op: Op, place: Place) -> Option<Step> {
    let now = turn.now;
    Some(match op {
        Op::Wait(millis) => Step::Stay(Parked::Waiting(now), Some(now.saturating_add(millis))),
        Op::WaitUntil(_) | Op::WaitBetween(..) | Op::WaitFor(..) => wait(turn, at, op, place, now, None),
        // What was due long ago by the host's clock waits for the inputs that came since.
        Op::Send(..) | Op::BestOf(..) if turn.lateness.is_stale(now) => Step::Stay(Parked::Running, Some(now)),
        Op::Branch(decision, otherwise) => branch(turn, at, place, decision, otherwise),
        Op::Jump(place) => Step::Next(place),
        Op::Repeat(_) => {
            if let Some(instance) = turn.instance_mut(at) {
                instance.begin_rounds(now);
            }
            Step::Next(place.next())
        }
        Op::Round(number) => round(turn, at, place, number),
        Op::Again(number) => again(turn, at, place, number, now),
        Op::Exit => Step::End(reason(turn, at).unwrap_or(ExitReason::Exit)),
        Op::Done => Step::End(reason(turn, at).unwrap_or(ExitReason::Completed)),
        Op::Send(..)
        | Op::BestOf(..)
        | Op::Split(_)
        | Op::Add(..)
        | Op::Remove(_)
        | Op::Set(_)
        | Op::Emit(_)
        | Op::Call(_)
        | Op::Start(_) => return None,
    })
}

/// Goes on after a step.
pub(super) fn stepped(turn: &mut Turn<'_>, entry: EntryNo, step: Step) {
    let Some(at) = turn.at(entry) else { return };
    match step {
        Step::Next(place) => {
            go_to(turn, at, place);
            run(turn, at)
        }
        Step::Stay(parked, due) => stay(turn, at, parked, due),
        Step::End(reason) => end(turn, at, reason),
    }
}

fn go_to(turn: &mut Turn<'_>, at: usize, place: Place) {
    if let Some(instance) = turn.instance_mut(at) {
        instance.place = place;
        instance.parked = Parked::Running;
        instance.due = None;
    }
}

/// Why an entry whose goal or exit steps run leaves.
fn reason(turn: &Turn<'_>, at: usize) -> Option<ExitReason> {
    turn.instance(at)?.leaving.map(|leaving| match leaving {
        Leaving::Goal | Leaving::GoalAfter => ExitReason::Goal,
        Leaving::Exit => ExitReason::Exit,
    })
}

/// Waits that began at `since` and are not for a fixed time: whether they go on now, else when.
fn wait(turn: &Turn<'_>, at: usize, op: Op, place: Place, since: Timestamp, rung: Option<Timestamp>) -> Step {
    let (view, now) = (turn.view(), turn.now);
    match op {
        Op::WaitUntil(number) => {
            // A wait that is not known is no leave to go on: the journey ends.
            let Some((until, or_exit)) = turn.code.untils.get(number) else {
                return Step::End(ExitReason::Exit);
            };
            match moment(view, at, until, since) {
                Some(reached) if reached > now => Step::Stay(Parked::Waiting(since), Some(reached)),
                // It is now, or its alarm rang late.
                Some(reached) if reached == now || Some(reached) == rung => Step::Next(place.next()),
                _ if *or_exit => Step::End(reason(turn, at).unwrap_or(ExitReason::Exit)),
                _ => Step::Next(place.next()),
            }
        }
        Op::WaitBetween(from, to, days) => match opens(view.zone, now, from, to, days) {
            Some(start) => Step::Stay(Parked::Waiting(since), Some(start)),
            None => Step::Next(place.next()),
        },
        Op::WaitFor(cond, up_to) => {
            let ends = since.saturating_add(up_to);
            if now >= ends {
                return Step::Next(place.next());
            }
            let mut asker = view.ask_of(at);
            if asker.truth(cond) == Some(true) {
                return Step::Next(place.next());
            }
            let due = asker.changes.map_or(ends, |change| change.min(ends));
            Step::Stay(Parked::Waiting(since), Some(due))
        }
        _ => Step::Next(place.next()),
    }
}

/// Goes on behind an `if`, or stays at it.
fn branch(turn: &mut Turn<'_>, at: usize, place: Place, decision: DecisionId, otherwise: Place) -> Step {
    let explain = turn.effects.explains().then_some(&turn.cause);
    let (decided, explained) = decide(turn.view(), at, decision, explain);
    let span = turn.span(place);
    if !explained.is_empty() {
        let told = explained.into_iter().map(|one| (one.leaf.text.clone(), one.holds, one.because));
        let (told, journey): (Vec<_>, _) = (told.collect(), turn.journey_of(at));
        told.into_iter().for_each(|(text, holds, because)| turn.explain(journey, &text, span, holds, because));
    }
    let (holds, next) = match decided {
        Decided::Yes => (true, place.next()),
        Decided::No => (false, otherwise),
        Decided::NotYet { since, answers, due } => return Step::Stay(Parked::Deciding(since, answers), due),
    };
    turn.see(at, |_| SeenKind::Decided(span, holds));
    Step::Next(next)
}

/// A round begins, unless its condition ends it before.
fn round(turn: &mut Turn<'_>, at: usize, place: Place, number: RepeatId) -> Step {
    let (code, now) = (turn.code, turn.now);
    let Some(repeat) = code.repeats.get(number) else { return Step::Next(place.next()) };
    let is_over = repeat.until.is_some_and(|cond| turn.view().ask_of(at).truth(cond) == Some(true));
    let Some(instance) = turn.instance_mut(at) else { return Step::Next(repeat.exit) };
    match instance.this_round() {
        Some(round) if !is_over => {
            round.count = round.count.saturating_add(1);
            round.began = now;
            Step::Next(place.next())
        }
        _ => {
            instance.end_rounds();
            Step::Next(repeat.exit)
        }
    }
}

/// A round has ended, at `since`: whether the next one begins now, else when.
fn again(turn: &mut Turn<'_>, at: usize, place: Place, number: RepeatId, since: Timestamp) -> Step {
    let (code, now) = (turn.code, turn.now);
    let Some(repeat) = code.repeats.get(number) else { return Step::Next(place.next()) };
    let Some(instance) = turn.instance_mut(at) else { return Step::Next(repeat.exit) };
    let Some(round) = instance.this_round().map(|round| *round).filter(|round| round.count < repeat.times) else {
        instance.end_rounds();
        return Step::Next(repeat.exit);
    };
    let next = round.began.saturating_add(repeat.every);
    let mut due = next;
    if let Some(cond) = repeat.until {
        let mut asker = turn.view().ask_of(at);
        if asker.truth(cond) == Some(true) {
            return Step::Next(repeat.start);
        }
        due = asker.changes.map_or(due, |change| change.min(due));
    }
    if now >= next { Step::Next(repeat.start) } else { Step::Stay(Parked::Waiting(since), Some(due)) }
}

/// Lets a parked entry go on, if it can now; `rung` is the alarm that woke it.
pub(super) fn resume(turn: &mut Turn<'_>, entry: EntryNo, rung: Option<Timestamp>) {
    let Some(at) = turn.at(entry) else { return };
    if turn.instance(at).is_none_or(|instance| instance.parked == Parked::Left) {
        return;
    }
    if let Some(start) = exit_when(turn, at) {
        return leave(turn, entry, start, Leaving::Exit);
    }
    let Some((op, place)) = turn.op(at) else { return end(turn, at, ExitReason::Completed) };
    let now = turn.now;
    let Some(instance) = turn.instance(at) else { return };
    // An alarm that has passed and was not played by itself has rung.
    let rung = rung.or(instance.due.filter(|due| *due <= now));
    let step = match (&instance.parked, op) {
        (Parked::Waiting(since), Op::Wait(millis)) => {
            let ends = since.saturating_add(millis);
            if now >= ends { Step::Next(place.next()) } else { Step::Stay(Parked::Waiting(*since), Some(ends)) }
        }
        (Parked::Waiting(since), Op::Again(number)) => {
            let since = *since;
            again(turn, at, place, number, since)
        }
        (Parked::Waiting(since), op) => wait(turn, at, op, place, *since, rung),
        (Parked::Deciding(..), Op::Branch(decision, otherwise)) => branch(turn, at, place, decision, otherwise),
        (Parked::Held(hold), Op::Send(..) | Op::BestOf(..)) => {
            let hold = hold.clone();
            return turn.then(Task::Held(entry, place, hold));
        }
        // A state that this program does not know: it goes on where it stands.
        _ => Step::Next(place),
    };
    stepped(turn, entry, step)
}

/// Leaves the steps and begins those of a goal or an exit.
pub(super) fn leave(turn: &mut Turn<'_>, entry: EntryNo, start: Place, leaving: Leaving) {
    let Some(at) = turn.at(entry) else { return };
    let Some(instance) = turn.instance_mut(at) else { return };
    instance.turn_to(start, leaving);
    instance.due = None;
    run(turn, at);
}

/// The steps of the first `exit when` that holds.
#[inline(always)]
fn exit_when(turn: &mut Turn<'_>, at: usize) -> Option<Place> {
    // Most programs have none.
    if turn.code.exits_when { first_exit_when(turn, at) } else { None }
}

fn first_exit_when(turn: &mut Turn<'_>, at: usize) -> Option<Place> {
    let found = leaving::exit_when(turn.view(), at)?;
    let (start, span) = (found.start, found.span);
    let journey = turn.journey_of(at);
    turn.explain(journey, &SmolStr::new_static(""), span, Some(true), Because::CameTrue);
    turn.see(at, |_| SeenKind::Block(span));
    Some(start)
}

/// Parks an entry, unless an `exit when` is true by now: a step that stays can have done something before, as a send whose
/// first alternative was suppressed and whose second is held.
fn stay(turn: &mut Turn<'_>, at: usize, parked: Parked, due: Option<Timestamp>) {
    // Where the calendar ends there is no later moment: what waits for one waits for ever, and does not ring. What
    // waits for inputs that came since goes on at the host's clock.
    let due = due.filter(|due| *due > turn.now || turn.lateness.is_stale(*due));
    turn.park(at, parked, due);
    if let Some(start) = exit_when(turn, at)
        && let Some(entry) = turn.instance(at).map(|instance| instance.number)
    {
        leave(turn, entry, start, Leaving::Exit);
    }
}

/// Ends an entry for a reason that lies outside of its steps.
pub(super) fn leave_for_good(turn: &mut Turn<'_>, entry: EntryNo, reason: ExitReason) {
    if let Some(at) = turn.at(entry) {
        end(turn, at, reason);
    }
}

/// Ends an entry. It is kept while a goal of it can still count.
fn end(turn: &mut Turn<'_>, at: usize, reason: ExitReason) {
    let Some(instance) = turn.instance(at) else { return };
    let number = instance.journey;
    let journey = turn.code.journeys.get(number);
    let converts = journey.and_then(|j| j.converts_for);
    if journey.is_some_and(|j| j.reenter == Reenter::Always) && instance.entered == turn.now && instance.sends > 0 {
        // The person may enter again at this very instant: ids go on from here.
        let (key, sends, now) = (instance.key().cloned(), instance.sends, turn.now);
        let entries = &mut turn.profile.entries;
        match entries.iter_mut().find(|e| e.journey == number && e.key == key) {
            Some(last) if last.at == now => last.sends = last.sends.max(sends),
            Some(last) => (last.at, last.sends) = (now, sends),
            None => entries.push(LastEntry { journey: number, key, at: now, sends, erased: false }),
        }
    }
    let Some(leaving) = turn.instance(at).map(|instance| instance.leaving) else { return };
    let counts_on = !matches!(leaving, Some(Leaving::Goal | Leaving::GoalAfter)) && converts.is_some();
    if leaving != Some(Leaving::GoalAfter) {
        turn.emit(number, EffectKind::Exited { reason });
    }
    if !counts_on {
        turn.profile.instances.remove(at);
        turn.forget_sends();
    } else if let Some(instance) = turn.instance_mut(at) {
        instance.parked = Parked::Left;
        instance.due = None;
        instance.leaving = None;
        // A goal asks for the entry and its event, and for engagements with what was sent; its steps for all that has
        // happened since.
        let does_steps = journey.is_some_and(|journey| journey.watches_on);
        if let Some(kept) = &mut instance.kept {
            kept.rounds = vec![];
            if !does_steps {
                kept.happenings = vec![];
            }
        }
    }
}
