//! Sends: what the gate lets through goes out, what it holds waits, what it suppresses gives way to an alternative.

use super::effect::EffectKind;
use super::gate::{self, Changed, Verdict};
use super::profile::{HeldBy, Hold, Instance, Parked, SendRecord};
use super::queue::Queued;
use super::steps::Step;
use super::turn::Turn;
use crate::bytecode::{Op, Send};
use crate::limits::LONGEST_HOLD;
use crate::reason::SuppressReason;
use crate::value::Instant;
use smol_str::SmolStr;
use thin_vec::ThinVec;

impl Turn<'_> {
    /// Asks the gate for an alternative and, where it is suppressed, for those after it.
    pub(super) fn send(&mut self, at: usize, place: u32, first: u32, alternative: u16, held: Option<Hold>) -> Step {
        let code = self.code;
        let only = alternative.saturating_add(1);
        let mut held = held;
        let mut alternative = alternative;
        loop {
            // Only the best one is tried.
            let count = match code.ops.get(place as usize) {
                Some(Op::Send(_, count)) => *count,
                Some(Op::BestOf(..)) => only,
                _ => 0,
            };
            let Some(send) = code.sends.get(first as usize + usize::from(alternative)).filter(|_| alternative < count)
            else {
                return Step::Next(place + 1);
            };
            let before = held.take();
            // The best hour comes first, and the gate is asked at its end.
            let best = match (&send.best_time, &before) {
                (Some((within, text)), None) => {
                    let start = self.best_time(self.now.saturating_add(*within));
                    start.map(|ends| Verdict::Hold { by: HeldBy::BestTime, ends, limit: None, rule: text.clone() })
                }
                _ => None,
            };
            if best.is_none() {
                self.see_gate(at, send);
            }
            match best.unwrap_or_else(|| gate::ask(self, at, send, before.as_ref())) {
                Verdict::Go => {
                    self.sent(at, send);
                    return Step::Next(place + 1);
                }
                Verdict::Suppress { reason, rule } => {
                    self.suppressed(at, send, reason, rule);
                    // A member of a control group gets nothing else instead.
                    if reason == SuppressReason::Holdout {
                        return Step::Next(place + 1);
                    }
                }
                Verdict::Hold { by, ends, limit, rule } => {
                    let since = before.as_ref().map_or(self.now, |h| h.since);
                    let capped = before.map(|h| h.caps().collect()).unwrap_or_default();
                    let most = limit.unwrap_or(Instant::MAX).min(since.saturating_add(LONGEST_HOLD));
                    let until = ends.min(most);
                    if until > self.now {
                        let hold = Hold { alternative, since, by, ends, until, capped };
                        self.emit_held(at, send, until, rule);
                        return Step::Stay(Parked::Held(Box::new(hold)), Some(until));
                    }
                    self.suppressed(at, send, gate::reason(by), rule);
                }
            }
            alternative += 1;
        }
    }

    /// Asks for the alternative whose channel the person answers best, of those that the gate would not suppress now.
    pub(super) fn best(&mut self, at: usize, place: u32, first: u32, count: u16) -> Step {
        let code = self.code;
        let sends = code.sends.get(first as usize..first as usize + usize::from(count)).unwrap_or_default();
        let mut open = vec![];
        for (number, send) in sends.iter().enumerate() {
            if !matches!(gate::ask(self, at, send, None), Verdict::Suppress { .. }) {
                open.push((number as u16, send));
            }
        }
        let chosen = self.best_of(open.into_iter()).unwrap_or(0);
        self.send(at, place, first, chosen, None)
    }

    /// A held send, at its hold's end or when something else happens.
    pub(super) fn held(&mut self, at: usize, place: u32, first: u32, hold: Hold) -> Step {
        if self.now < hold.until || self.lateness.is_stale(self.now) {
            let due = Some(hold.until);
            return Step::Stay(Parked::Held(Box::new(hold)), due);
        }
        if hold.until >= hold.ends {
            return self.send(at, place, first, hold.alternative, Some(hold));
        }
        // It was held as long as it may be.
        if let Some(send) = self.code.sends.get(first as usize + usize::from(hold.alternative)) {
            let journey = self.profile.instances.get(at).map_or(0, |i| i.journey);
            let rule = gate::rule(self.code, journey, send, hold.by);
            self.see_gate(at, send);
            self.suppressed(at, send, gate::reason(hold.by), rule);
        }
        match self.op(at) {
            Some((Op::BestOf(..), _)) => Step::Next(place + 1),
            _ => self.send(at, place, first, hold.alternative + 1, None),
        }
    }

    /// Works holds out anew after a change of something that they rest on.
    pub(crate) fn rework_holds(&mut self, changed: Changed) {
        let code = self.code;
        if changed == Changed::Asked && !code.has.timed_rules {
            return;
        }
        for at in 0..self.profile.instances.len() {
            let Some(Parked::Held(hold)) = self.profile.instances.get(at).map(|i| i.parked.clone()) else { continue };
            let Some((Op::Send(first, _) | Op::BestOf(first, _), _)) = self.op(at) else { continue };
            let Some(send) = code.sends.get(first as usize + usize::from(hold.alternative)) else { continue };
            let journey = self.profile.instances.get(at).map_or(0, |i| i.journey);
            let ends = gate::rework(self, journey, send, &hold, changed);
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
                self.emit_held(at, send, until, gate::rule(code, journey, send, hold.by));
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

    fn suppressed(&mut self, at: usize, send: &Send, reason: SuppressReason, rule: SmolStr) {
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
        let values = if send.values.is_empty() { Vec::new() } else { self.values(at, &send.values) };
        let reads = if send.reads.is_empty() { Vec::new() } else { self.values(at, &send.reads) };
        self.emit(journey, EffectKind::Sent { channel, message, category, id, values, reads });
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
        let Some((entry, journey)) = self.profile.instances.get(at).map(|i| (i.number, i.journey)) else { return };
        let has_rules = self.code.journeys.get(usize::from(journey)).is_some_and(|j| j.own_rules);
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
            own: has_rules.then_some(journey),
        };
        self.profile.sends.push(record);
        // A message more changes the rates that others ask for.
        if self.code.rates && number > 0 {
            self.queue(Queued::Look { traits: false });
        }
    }
}
