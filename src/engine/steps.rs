//! The steps of an instance: run until it is parked or done, and what lets a parked one go on.

use super::effect::{Because, EffectKind};
use super::gate::{self, Verdict};
use super::profile::{HeldBy, Hold, Instance, LastEntry, Leaving, Parked, SendRecord};
use super::turn::Turn;
use super::until::opens;
use crate::bytecode::Op;
use crate::ir::{Reenter, Send};
use crate::value::Instant;
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// A send is held this long at most, in all.
const LONGEST_HOLD: i64 = 7 * 86_400_000;

/// What became of a step.
enum Step {
    /// The next one is at this place.
    Next(u32),
    /// It stays, and goes on by itself then.
    Stay(Parked, Option<Instant>),
    /// The journey ends.
    End(&'static str),
}

impl Turn<'_> {
    fn op(&self, at: usize) -> Option<(Op, u32)> {
        let place = self.profile.instances.get(at)?.place;
        Some((*self.code.ops.get(place as usize)?, place))
    }

    /// Runs an instance until it is parked or its journey ends.
    pub(crate) fn run(&mut self, at: usize) {
        // Every instruction but a jump goes forward, and jumps only go forward: this ends.
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
            }
            let Some((op, place)) = self.op(at) else { return self.end(at, "completed") };
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
            Op::Send(first, _) => self.send(at, place, first, 0, None),
            Op::Branch(decision, otherwise) => self.decide(at, place, decision, otherwise),
            Op::Jump(place) => Step::Next(place),
            Op::Add(audience) | Op::Remove(audience) => {
                let name = self.code.audiences.get(audience.index()).cloned().unwrap_or_default();
                self.emit(
                    number,
                    if matches!(op, Op::Add(_)) {
                        EffectKind::AudienceAdded(name)
                    } else {
                        EffectKind::AudienceRemoved(name)
                    },
                );
                next
            }
            Op::Exit => Step::End(self.reason(at).unwrap_or("exit")),
            Op::Done => Step::End(self.reason(at).unwrap_or("completed")),
        }
    }

    /// Why an instance whose goal or exit steps run leaves.
    fn reason(&self, at: usize) -> Option<&'static str> {
        self.profile.instances.get(at)?.leaving.map(|leaving| match leaving {
            Leaving::Goal => "goal",
            Leaving::Exit => "exit",
        })
    }

    /// Waits that began at `since` and are not for a fixed time: whether they go on now, else when.
    fn wait(&mut self, at: usize, op: Op, place: u32, since: Instant, rung: Option<Instant>) -> Step {
        let now = self.now;
        let code = self.code;
        let zone = self.zone();
        match op {
            Op::WaitUntil(number) => {
                let Some((moment, or_exit)) = code.untils.get(number as usize) else { return Step::Next(place + 1) };
                match self.moment(at, moment, since) {
                    Some(reached) if reached > now => Step::Stay(Parked::Waiting(since), Some(reached)),
                    // It is now, or its alarm rang late.
                    Some(reached) if reached == now || Some(reached) == rung => Step::Next(place + 1),
                    _ if *or_exit => Step::End(self.reason(at).unwrap_or("exit")),
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
        let Some((op, place)) = self.op(at) else { return self.end(at, "completed") };
        let now = self.now;
        let step = match (&instance.parked, op) {
            (Parked::Waiting(since), Op::Wait(millis)) => {
                let ends = since.saturating_add(millis);
                if now >= ends { Step::Next(place + 1) } else { Step::Stay(Parked::Waiting(*since), Some(ends)) }
            }
            (Parked::Waiting(since), op) => {
                let since = *since;
                self.wait(at, op, place, since, rung)
            }
            (Parked::Deciding(..), Op::Branch(decision, otherwise)) => self.decide(at, place, decision, otherwise),
            (Parked::Held(hold), Op::Send(first, _)) => {
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
    fn exit_when(&mut self, at: usize) -> Option<u32> {
        let code = self.code;
        if !code.exits_when {
            return None;
        }
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
        Some(found.start)
    }

    /// Parks an instance, unless what its step did so far makes an `exit when` true: an alternative that was
    /// suppressed before another one was held.
    fn stay(&mut self, at: usize, parked: Parked, due: Option<Instant>) {
        // Where the calendar ends there is no later moment: what waits for one waits for ever, and does not ring.
        self.park(at, parked, due.filter(|due| *due > self.now));
        if let Some(start) = self.exit_when(at) {
            self.leave(at, start, Leaving::Exit);
        }
    }

    /// Parks an instance; an `exit when` may wake it sooner than its step.
    fn park(&mut self, at: usize, parked: Parked, due: Option<Instant>) {
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
    pub(crate) fn end(&mut self, at: usize, reason: &'static str) {
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
                None => entries.push(LastEntry { journey: number, key, at: self.now, sends }),
            }
        }
        let Some(instance) = self.profile.instances.get(at) else { return };
        let counts_on = instance.leaving != Some(Leaving::Goal) && converts.is_some();
        self.emit(number, EffectKind::Exited { reason });
        if !counts_on {
            self.profile.instances.remove(at);
            self.forget_sends();
        } else if let Some(instance) = self.profile.instances.get_mut(at) {
            instance.parked = Parked::Left;
            instance.due = None;
            instance.leaving = None;
            // A goal asks for the entry and its event, and for engagements with what was sent.
            if let Some(kept) = &mut instance.kept {
                kept.happenings = vec![];
            }
        }
    }

    /// Asks the gate for an alternative and, where it is suppressed, for those after it.
    fn send(&mut self, at: usize, place: u32, first: u32, alternative: u16, held: Option<Hold>) -> Step {
        let code = self.code;
        let mut held = held;
        let mut alternative = alternative;
        loop {
            let count = match code.ops.get(place as usize) {
                Some(Op::Send(_, count)) => *count,
                _ => 0,
            };
            let Some(send) = code.sends.get(first as usize + usize::from(alternative)).filter(|_| alternative < count)
            else {
                return Step::Next(place + 1);
            };
            let before = held.take();
            match gate::ask(code, self.profile, send, self.now, before.as_ref().map(|h| h.by)) {
                Verdict::Go => {
                    self.sent(at, send);
                    return Step::Next(place + 1);
                }
                Verdict::Suppress { reason, rule } => self.suppressed(at, send, reason, rule),
                Verdict::Hold { by, ends, limit, rule } => {
                    let since = before.map_or(self.now, |h| h.since);
                    let most = limit.unwrap_or(Instant::MAX).min(since.saturating_add(LONGEST_HOLD));
                    let until = ends.min(most);
                    if until > self.now {
                        let hold = Hold { alternative, since, by, ends, until };
                        self.emit_held(at, send, until, rule);
                        return Step::Stay(Parked::Held(Box::new(hold)), Some(until));
                    }
                    self.suppressed(at, send, gate::reason(by), rule);
                }
            }
            alternative += 1;
        }
    }

    /// A held send, at its hold's end or when something else happens.
    fn held(&mut self, at: usize, place: u32, first: u32, hold: Hold) -> Step {
        if self.now < hold.until {
            let due = Some(hold.until);
            return Step::Stay(Parked::Held(Box::new(hold)), due);
        }
        if hold.until >= hold.ends {
            return self.send(at, place, first, hold.alternative, Some(hold));
        }
        // It was held as long as it may be.
        if let Some(send) = self.code.sends.get(first as usize + usize::from(hold.alternative)) {
            let rule = gate::rule(self.code, hold.by);
            self.suppressed(at, send, gate::reason(hold.by), rule);
        }
        self.send(at, place, first, hold.alternative + 1, None)
    }

    /// Works holds out anew after a change of zone, or of what caps and gaps count.
    pub(crate) fn rework_holds(&mut self) {
        let code = self.code;
        for at in 0..self.profile.instances.len() {
            let Some(Parked::Held(hold)) = self.profile.instances.get(at).map(|i| i.parked.clone()) else { continue };
            let Some((Op::Send(first, _), _)) = self.op(at) else { continue };
            let Some(send) = code.sends.get(first as usize + usize::from(hold.alternative)) else { continue };
            let ends = gate::rework(code, self.profile, send, self.now, hold.by);
            if ends == hold.ends {
                continue;
            }
            let limit = match hold.by {
                HeldBy::Cap(rule, since) => code
                    .charter
                    .caps
                    .get(usize::from(rule))
                    .and_then(|c| c.hold)
                    .map_or(Instant::MAX, |d| since.saturating_add(d)),
                _ => Instant::MAX,
            };
            let until = ends.min(limit).min(hold.since.saturating_add(LONGEST_HOLD));
            if until > self.now && until != hold.until {
                self.emit_held(at, send, until, gate::rule(code, hold.by));
            }
            self.park(at, Parked::Held(Box::new(Hold { ends, until, ..*hold })), Some(until));
        }
    }

    fn names(&self, send: &Send) -> (SmolStr, SmolStr) {
        let channel = self.code.channels.get(send.channel.index()).cloned().unwrap_or_default();
        let message = self.code.messages.get(send.message.index()).cloned().unwrap_or_default();
        (channel, message)
    }

    fn emit_held(&mut self, at: usize, send: &Send, until: Instant, rule: SmolStr) {
        let journey = self.profile.instances.get(at).map_or(0, |i| i.journey);
        let (channel, message) = self.names(send);
        self.emit(journey, EffectKind::Held { channel, message, until, rule });
    }

    fn suppressed(&mut self, at: usize, send: &Send, reason: &'static str, rule: SmolStr) {
        let journey = self.profile.instances.get(at).map_or(0, |i| i.journey);
        let (channel, message) = self.names(send);
        self.emit(journey, EffectKind::Suppressed { channel, message, reason, rule });
        self.asked(at, send, 0, 0);
    }

    fn sent(&mut self, at: usize, send: &Send) {
        let number = self.next_number(at);
        let Some(instance) = self.profile.instances.get(at) else { return };
        let journey = instance.journey;
        let id = self.send_id(journey, instance.entered, instance.key(), number);
        let hash = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
        let (channel, message) = self.names(send);
        let category = self.code.categories.get(send.category.index()).cloned().unwrap_or_default();
        self.emit(journey, EffectKind::Sent { channel, message, category, id });
        self.asked(at, send, number, hash);
        self.forget_entries();
        self.forget_sends();
    }

    /// Ids are never given twice: sends of all entries of one instant are counted together.
    fn next_number(&mut self, at: usize) -> u32 {
        if let ([only], []) = (self.profile.instances.as_mut_slice(), self.profile.entries.as_slice()) {
            only.sends += 1;
            return only.sends;
        }
        let Some(instance) = self.profile.instances.get(at) else { return 1 };
        let (journey, entered, key) = (instance.journey, instance.entered, instance.key().cloned());
        let key = key.as_ref();
        let alike = |i: &&mut Instance| i.journey == journey && i.entered == entered && i.key() == key;
        let mut entries = self.profile.entries.iter_mut();
        let last = entries.find(|e| e.journey == journey && e.at == entered && e.key.as_ref() == key);
        let beside = self.profile.instances.iter_mut().filter(alike).map(|i| i.sends).max();
        let number = beside.max(last.as_ref().map(|e| e.sends)).unwrap_or(0) + 1;
        if let Some(last) = last {
            last.sends = number;
        }
        // Each of them knows the number, so that it lasts as long as any of them.
        for instance in self.profile.instances.iter_mut().filter(alike) {
            instance.sends = number;
        }
        number
    }

    /// Remembers that a message was asked for, as the last one.
    fn asked(&mut self, at: usize, send: &Send, number: u32, id: u64) {
        let Some(entry) = self.profile.instances.get(at).map(|i| i.number) else { return };
        let record = SendRecord {
            at: self.now,
            id,
            entry,
            number,
            message: send.message.0,
            channel: send.channel.0,
            category: send.category.0,
            engaged: ThinVec::new(),
            failed: false,
        };
        self.profile.sends.push(record);
    }

    /// Goes on behind an `if`, or stays at it.
    fn decide(&mut self, at: usize, place: u32, decision: u32, otherwise: u32) -> Step {
        match self.decision(at, decision, place) {
            super::decide::Decided::Yes => Step::Next(place + 1),
            super::decide::Decided::No => Step::Next(otherwise),
            super::decide::Decided::NotYet { since, answers, due } => Step::Stay(Parked::Deciding(since, answers), due),
        }
    }
}
