//! The steps of an instance: run until it is parked or done, and what lets a parked one go on.

use super::decide::Decided;
use super::effect::{Because, EffectKind};
use super::past::Removal;
use super::profile::{Hold, LastEntry, Leaving, Parked};
use super::seen::SeenKind;
use super::turn::Turn;
use super::until::opens;
use crate::bytecode::Op;
use crate::ir::{AudienceId, Reenter};
use crate::reason::ExitReason;
use crate::value::{Instant, Millis};
use smol_str::SmolStr;

/// What became of a step.
pub(super) enum Step {
    /// The next one is at this place.
    Next(u32),
    /// It stays, and goes on by itself then.
    Stay(Parked, Option<Instant>),
    /// The journey ends.
    End(ExitReason),
}

impl Turn<'_> {
    pub(super) fn op(&self, at: usize) -> Option<(Op, u32)> {
        let place = self.profile.instances.get(at)?.place;
        Some((*self.code.ops.get(place as usize)?, place))
    }

    /// Runs an instance until it is parked or its journey ends.
    pub(crate) fn run(&mut self, at: usize) {
        // Every instruction but the end of a round goes forward, and rounds are counted: this ends.
        loop {
            if self.steps == 0 {
                return self.park(at, Parked::Running, Some(self.now));
            }
            self.steps -= 1;
            if let Some(start) = self.exit_when(at)
                && let Some(instance) = self.profile.instances.get_mut(at)
            {
                instance.leaving = Some(Leaving::Exit);
                instance.place = start;
                instance.parked = Parked::Running;
                if let Some(kept) = &mut instance.kept {
                    kept.rounds = vec![];
                }
            }
            let Some((op, place)) = self.op(at) else { return self.end(at, ExitReason::Completed) };
            if !matches!(op, Op::Jump(_)) {
                self.see(at, |turn| SeenKind::Step(turn.span(place)));
            }
            match self.step(at, op, place) {
                Step::Next(place) => {
                    if let Some(instance) = self.profile.instances.get_mut(at) {
                        instance.place = place;
                        instance.parked = Parked::Running;
                    }
                }
                Step::Stay(parked, due) => return self.stay(at, parked, due),
                Step::End(reason) => return self.end(at, reason),
            }
        }
    }

    fn step(&mut self, at: usize, op: Op, place: u32) -> Step {
        let now = self.now;
        let next = Step::Next(place + 1);
        let number = self.profile.instances.get(at).map_or(0, |i| i.journey);
        match op {
            Op::Wait(millis) => Step::Stay(Parked::Waiting(now), Some(now.saturating_add(millis))),
            Op::WaitUntil(_) | Op::WaitBetween(..) | Op::WaitFor(..) => self.wait(at, op, place, now, None),
            // What was due long ago by the host's clock waits for the inputs that came since.
            Op::Send(..) | Op::BestOf(..) if self.lateness.is_stale(now) => Step::Stay(Parked::Running, Some(now)),
            Op::Send(first, _) => self.send(at, place, first, 0, None),
            Op::Branch(decision, otherwise) => self.decide(at, place, decision, otherwise),
            Op::Jump(place) => Step::Next(place),
            Op::BestOf(first, count) => self.best(at, place, first, count),
            Op::Split(split) => Step::Next(self.split(at, split).unwrap_or(place + 1)),
            Op::Repeat(_) => {
                self.begin_rounds(at);
                next
            }
            Op::Round(number) => self.round(at, place, number),
            Op::Again(number) => self.again(at, place, number, now),
            Op::Add(audience, millis) => {
                self.add_to(number, audience, millis);
                next
            }
            Op::Remove(audience) => {
                if let Some(past) = &mut self.profile.past {
                    past.removals.retain(|removal| removal.audience != audience.0);
                    past.set_alarm();
                }
                let name = self.code.audiences.get(audience.index()).cloned().unwrap_or_default();
                self.emit(number, EffectKind::AudienceRemoved(name));
                next
            }
            Op::Set(set) => {
                self.set(at, set);
                next
            }
            Op::Emit(call) => {
                self.emit_event(at, call);
                next
            }
            Op::Call(call) => {
                self.call(at, call);
                next
            }
            Op::Start(journey) => {
                self.start(at, journey);
                next
            }
            Op::Exit => Step::End(self.reason(at).unwrap_or(ExitReason::Exit)),
            Op::Done => Step::End(self.reason(at).unwrap_or(ExitReason::Completed)),
        }
    }

    /// Adds to an audience, and for a while only sets the alarm that takes the person out again. Nothing is done for a
    /// member of a control group.
    fn add_to(&mut self, journey: u16, audience: AudienceId, millis: Option<Millis>) {
        if self.is_control(journey) {
            return;
        }
        let now = self.now;
        // A second one begins anew.
        if let Some(past) = &mut self.profile.past {
            past.removals.retain(|removal| removal.audience != audience.0);
            past.set_alarm();
        }
        if let Some(millis) = millis {
            let past = self.profile.remember();
            past.removals.push(Removal { audience: audience.0, journey, at: now.saturating_add(millis) });
            past.set_alarm();
        }
        let name = self.code.audiences.get(audience.index()).cloned().unwrap_or_default();
        self.emit(journey, EffectKind::AudienceAdded(name));
    }

    /// Why an instance whose goal or exit steps run leaves.
    fn reason(&self, at: usize) -> Option<ExitReason> {
        self.profile.instances.get(at)?.leaving.map(|leaving| match leaving {
            Leaving::Goal | Leaving::GoalAfter => ExitReason::Goal,
            Leaving::Exit => ExitReason::Exit,
        })
    }

    /// Waits that began at `since` and are not for a fixed time: whether they go on now, else when.
    fn wait(&mut self, at: usize, op: Op, place: u32, since: Instant, rung: Option<Instant>) -> Step {
        let now = self.now;
        let code = self.code;
        let zone = self.zone();
        match op {
            Op::WaitUntil(number) => {
                // A wait that is not known is no leave to go on: the journey ends.
                let Some((moment, or_exit)) = code.untils.get(number as usize) else {
                    return Step::End(ExitReason::Exit);
                };
                match self.moment(at, moment, since) {
                    Some(reached) if reached > now => Step::Stay(Parked::Waiting(since), Some(reached)),
                    // It is now, or its alarm rang late.
                    Some(reached) if reached == now || Some(reached) == rung => Step::Next(place + 1),
                    _ if *or_exit => Step::End(self.reason(at).unwrap_or(ExitReason::Exit)),
                    _ => Step::Next(place + 1),
                }
            }
            Op::WaitBetween(from, to, days) => match opens(zone, now, from, to, days) {
                Some(start) => Step::Stay(Parked::Waiting(since), Some(start)),
                None => Step::Next(place + 1),
            },
            Op::WaitFor(cond, up_to) => {
                let ends = since.saturating_add(up_to);
                if now >= ends {
                    return Step::Next(place + 1);
                }
                let mut asker = self.ask(at);
                if asker.truth(cond) == Some(true) {
                    return Step::Next(place + 1);
                }
                let due = asker.changes.map_or(ends, |change| change.min(ends));
                Step::Stay(Parked::Waiting(since), Some(due))
            }
            _ => Step::Next(place + 1),
        }
    }

    /// Lets a parked instance go on, if it can now; `rung` is the alarm that woke it.
    pub(crate) fn resume(&mut self, at: usize, rung: Option<Instant>) {
        let Some(instance) = self.profile.instances.get(at) else { return };
        if instance.parked == Parked::Left {
            return;
        }
        if let Some(start) = self.exit_when(at) {
            return self.leave(at, start, Leaving::Exit);
        }
        let Some(instance) = self.profile.instances.get(at) else { return };
        let Some((op, place)) = self.op(at) else { return self.end(at, ExitReason::Completed) };
        let now = self.now;
        // An alarm that has passed and was not played by itself has rung.
        let rung = rung.or(instance.due.filter(|due| *due <= now));
        let step = match (&instance.parked, op) {
            (Parked::Waiting(since), Op::Wait(millis)) => {
                let ends = since.saturating_add(millis);
                if now >= ends { Step::Next(place + 1) } else { Step::Stay(Parked::Waiting(*since), Some(ends)) }
            }
            (Parked::Waiting(since), Op::Again(number)) => {
                let since = *since;
                self.again(at, place, number, since)
            }
            (Parked::Waiting(since), op) => {
                let since = *since;
                self.wait(at, op, place, since, rung)
            }
            (Parked::Deciding(..), Op::Branch(decision, otherwise)) => self.decide(at, place, decision, otherwise),
            (Parked::Held(hold), Op::Send(first, _) | Op::BestOf(first, _)) => {
                let hold = Hold::clone(hold);
                self.held(at, place, first, hold)
            }
            // A state that this program does not know: it goes on where it stands.
            _ => Step::Next(place),
        };
        match step {
            Step::Next(place) => {
                if let Some(instance) = self.profile.instances.get_mut(at) {
                    instance.place = place;
                    instance.parked = Parked::Running;
                    instance.due = None;
                }
                self.run(at);
            }
            Step::Stay(parked, due) => self.stay(at, parked, due),
            Step::End(reason) => self.end(at, reason),
        }
    }

    /// The steps of the first `exit when` that holds.
    #[inline(always)]
    fn exit_when(&mut self, at: usize) -> Option<u32> {
        // Most programs have none.
        if self.code.exits_when { self.first_exit_when(at) } else { None }
    }

    fn first_exit_when(&mut self, at: usize) -> Option<u32> {
        let code = self.code;
        let instance = self.profile.instances.get(at)?;
        let journey = code.journeys.get(usize::from(instance.journey))?;
        if instance.leaving.is_some() || !journey.exits_when {
            return None;
        }
        let number = instance.journey;
        let found = journey
            .exits
            .iter()
            .filter(|exit| exit.triggers.is_none())
            .find(|exit| exit.cond.is_some_and(|cond| self.ask(at).truth(cond) == Some(true)))?;
        self.explain(number, &SmolStr::new_static(""), found.span, Some(true), Because::CameTrue);
        self.see(at, |_| SeenKind::Block(found.span));
        Some(found.start)
    }

    /// Parks an instance, unless what its step did so far makes an `exit when` true: an alternative that was
    /// suppressed before another one was held.
    fn stay(&mut self, at: usize, parked: Parked, due: Option<Instant>) {
        // Where the calendar ends there is no later moment: what waits for one waits for ever, and does not ring. What
        // waits for inputs that came since goes on at the host's clock.
        self.park(at, parked, due.filter(|due| *due > self.now || self.lateness.is_stale(*due)));
        if let Some(start) = self.exit_when(at) {
            self.leave(at, start, Leaving::Exit);
        }
    }

    /// Parks an instance; an `exit when` may wake it sooner than its step.
    pub(super) fn park(&mut self, at: usize, parked: Parked, due: Option<Instant>) {
        let code = self.code;
        let mut due = due;
        if code.exits_when
            && let Some(instance) = self.profile.instances.get(at)
            && instance.leaving.is_none()
            && let Some(journey) = code.journeys.get(usize::from(instance.journey))
            && journey.exits_when
        {
            for cond in journey.exits.iter().filter(|e| e.triggers.is_none()).filter_map(|e| e.cond) {
                let mut asker = self.ask(at);
                asker.truth(cond);
                due = match (due, asker.changes) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
        }
        if let Some(instance) = self.profile.instances.get_mut(at) {
            instance.parked = parked;
            instance.due = due;
        }
    }

    /// Ends an instance. It is kept while a goal of it can still count.
    pub(crate) fn end(&mut self, at: usize, reason: ExitReason) {
        let Some(instance) = self.profile.instances.get(at) else { return };
        let number = instance.journey;
        let journey = self.code.journeys.get(usize::from(number));
        let converts = journey.and_then(|j| j.converts_for);
        if journey.is_some_and(|j| j.reenter == Reenter::Always) && instance.entered == self.now && instance.sends > 0 {
            // The person may enter again at this very instant: ids go on from here.
            let (key, sends) = (instance.key().cloned(), instance.sends);
            let entries = &mut self.profile.entries;
            match entries.iter_mut().find(|e| e.journey == number && e.key == key) {
                Some(last) if last.at == self.now => last.sends = last.sends.max(sends),
                Some(last) => (last.at, last.sends) = (self.now, sends),
                None => entries.push(LastEntry { journey: number, key, at: self.now, sends, erased: false }),
            }
        }
        let Some(instance) = self.profile.instances.get(at) else { return };
        let leaving = instance.leaving;
        let counts_on = !matches!(leaving, Some(Leaving::Goal | Leaving::GoalAfter)) && converts.is_some();
        if leaving != Some(Leaving::GoalAfter) {
            self.emit(number, EffectKind::Exited { reason });
        }
        if !counts_on {
            self.profile.instances.remove(at);
            self.forget_sends();
        } else if let Some(instance) = self.profile.instances.get_mut(at) {
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

    /// Goes on behind an `if`, or stays at it.
    fn decide(&mut self, at: usize, place: u32, decision: u32, otherwise: u32) -> Step {
        match self.decision(at, decision, place) {
            Decided::Yes => {
                self.see(at, |turn| SeenKind::Decided(turn.span(place), true));
                Step::Next(place + 1)
            }
            Decided::No => {
                self.see(at, |turn| SeenKind::Decided(turn.span(place), false));
                Step::Next(otherwise)
            }
            Decided::NotYet { since, answers, due } => Step::Stay(Parked::Deciding(since, answers), due),
        }
    }
}
