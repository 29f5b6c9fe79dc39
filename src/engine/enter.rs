//! Entries: who gets in, beside what, and again when.

use super::conditions::Asker;
use super::effect::EffectKind;
use super::local_time;
use super::profile::{Instance, Kept, LastEntry, Parked};
use super::seen::{Refusal, SeenKind};
use super::turn::{Happened, Turn};
use crate::bytecode::{Entry, Journey};
use crate::ir::{Overlap, PropertyId, Reenter};
use crate::limits;
use crate::reason::ExitReason;
use crate::source::Span;
use crate::value::{Instant, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// An entry that was let in.
struct Admitted {
    journey: u16,
    start: u32,
    /// The line of the entry block.
    span: Span,
    key: Option<SmolStr>,
    event: Vec<Value>,
    /// When its event happened; without one, now.
    happened: Instant,
}

impl Turn<'_> {
    /// Judges all entries of an input, then runs the steps of those that were let in.
    pub(crate) fn enter(&mut self, happened: Option<&Happened<'_>>) {
        let code = self.code;
        let happened = happened.filter(|happened| !happened.is_bot);
        let fits = self.settle_stale();
        if self.is_cut() {
            if !fits.is_empty() || happened.is_some() {
                self.cut_off();
            }
            return;
        }
        let mut order: SmallVec<[(u16, u16); 4]> = SmallVec::new();
        for id in happened.iter().flat_map(|happened| happened.numbers()) {
            for at in code.listeners.get(id.index()).into_iter().flatten() {
                if let Some(journey) = code.journeys.get(usize::from(*at)) {
                    order.push((journey.rank, *at));
                }
            }
        }
        for standing in fits.iter().filter_map(|number| code.standing.get(usize::from(*number))) {
            order.extend(code.journeys.get(usize::from(standing.journey)).map(|j| (j.rank, standing.journey)));
        }
        // Most inputs begin one journey, or none.
        if order.is_empty() {
            return;
        }
        if order.len() > 1 {
            order.sort_unstable();
            order.dedup();
        }
        let mut admitted: SmallVec<[Admitted; 1]> = SmallVec::new();
        for (_, at) in order {
            let Some(journey) = code.journeys.get(usize::from(at)) else { continue };
            // The first block that fits, in written order.
            let of_this = |number: &&u16| code.standing.get(usize::from(**number)).filter(|s| s.journey == at);
            let standing = fits.iter().filter_map(|number| of_this(&number)).min_by_key(|s| s.order);
            let before = standing.map_or(u16::MAX, |s| s.order);
            let found = match happened {
                Some(happened) if journey.entries.iter().any(|e| e.order < before) => {
                    self.listen(at, journey, happened, before)
                }
                _ => None,
            };
            let entry = match (found, standing) {
                (Some((block, event)), _) => {
                    let happened_at = happened.map_or(self.now, |happened| happened.at);
                    self.judge(at, block, event, &admitted).map(|entry| Admitted { happened: happened_at, ..entry })
                }
                (None, Some(standing)) => self.judge(at, (standing.start, standing.span), vec![], &admitted),
                (None, None) => None,
            };
            admitted.extend(entry);
        }
        for entry in admitted {
            self.admit(entry);
        }
    }

    /// An entry whose alarm rang, if it lets in now.
    pub(crate) fn ring(&mut self, number: u16, due: Instant) {
        let code = self.code;
        self.cause = None;
        let before = self.profile.remember().standing(number);
        self.profile.remember().set_standing(super::past::StandingRow { due: None, ..before });
        let fits = self.settle(number, Some(due));
        self.profile.remember().set_alarm();
        if fits
            && let Some(standing) = code.standing.get(usize::from(number))
            && let Some(entry) = self.judge(standing.journey, (standing.start, standing.span), vec![], &[])
        {
            self.admit(entry);
        }
        self.forget();
    }

    /// A journey that another one starts, with the event of that one.
    pub(crate) fn begin(&mut self, number: u16, block: (u32, Span), event: &[(PropertyId, Value)]) {
        let Some(journey) = self.code.journeys.get(usize::from(number)) else { return };
        let value = |id: &PropertyId| event.iter().find(|(known, _)| known == id).map(|(_, value)| value.clone());
        let event = journey.entry_properties.iter().map(|id| value(id).unwrap_or_default()).collect();
        if let Some(entry) = self.judge(number, block, event, &[]) {
            self.admit(entry);
        }
    }

    /// The first block, before a place in written order, that an event lets in, and what of the event is kept.
    fn listen(
        &mut self,
        number: u16,
        journey: &Journey,
        happened: &Happened<'_>,
        before: u16,
    ) -> Option<((u32, Span), Vec<Value>)> {
        let code = self.code;
        let named = |e: &&Entry| e.order < before && e.events.iter().any(|id| happened.is(*id));
        journey.entries.iter().find(named)?;
        let zone = self.zone();
        let mut odd = Vec::new();
        let mut long = Vec::new();
        let event: Vec<Value> = journey
            .entry_properties
            .iter()
            .map(|id| {
                let Some(field) = code.properties.get(id.index()) else { return Value::Missing };
                match happened.view().typed(field, zone) {
                    Some(Ok(Some(value))) if value.size() > limits::VALUE => {
                        long.push(field);
                        Value::Missing
                    }
                    Some(Ok(value)) => value.unwrap_or_default(),
                    Some(Err(())) => {
                        odd.push(SmolStr::new(field.path.join(".")));
                        Value::Missing
                    }
                    None => Value::Missing,
                }
            })
            .collect();
        let block = match journey.entries.iter().find(named) {
            // Most have one block without a condition.
            Some(entry) if entry.cond.is_none() => Some((entry.start, entry.span)),
            _ => {
                let mut asker = Asker::new(code, self.profile, self.now, None, Some(happened.view()));
                asker.entry = &event;
                let entry = journey.entries.iter().filter(named).find(|e| asker.holds(e.cond));
                odd.append(&mut asker.odd);
                entry.map(|e| (e.start, e.span))
            }
        };
        if !odd.is_empty() {
            self.odd_values(odd);
        }
        for field in long {
            self.notice(format!(
                "`{}` is longer than {} bytes: it counts as missing",
                field.path.join("."),
                limits::VALUE
            ));
        }
        match block {
            Some(block) => Some((block, event)),
            None => self.refused(number, Refusal::Where),
        }
    }

    /// Whether a journey begins, beside what has begun already at this input.
    fn judge(
        &mut self,
        number: u16,
        (start, span): (u32, Span),
        event: Vec<Value>,
        before: &[Admitted],
    ) -> Option<Admitted> {
        let code = self.code;
        let journey = code.journeys.get(usize::from(number))?;
        if journey.paused.is_some() {
            return self.refused(number, Refusal::Paused);
        }
        if journey.eligible.is_some() {
            let mut asker = Asker::new(code, self.profile, self.now, None, None);
            asker.entry = &event;
            if !asker.holds(journey.eligible) {
                return self.refused(number, Refusal::For);
            }
        }
        if let Some((from, to)) = journey.active {
            let today = local_time::date(code.charter.timezone, self.now);
            if today < from || today > to {
                return self.refused(number, Refusal::NotActive);
            }
        }
        let key = match journey.key {
            Some(at) => match key_text(event.get(usize::from(at))) {
                Some(key) => Some(key),
                None => {
                    self.notice(format!("`{}` did not begin: the event has no value for its `one per`", journey.name));
                    return self.refused(number, Refusal::NoKey);
                }
            },
            None => None,
        };
        let inside = self.profile.instances.iter().filter(|i| i.journey == number && i.parked != Parked::Left);
        let beside = inside.clone().count();
        let is_inside = inside.clone().any(|i| i.key() == key.as_ref());
        let may = match (is_inside, journey.overlap) {
            (true, Overlap::Ignore) => false,
            (true, _) => true,
            (false, _) => self.may_reenter(number, key.as_ref(), journey.reenter),
        };
        if !may {
            return self.refused(number, if is_inside { Refusal::Inside } else { Refusal::Reenter });
        }
        let restarts = is_inside && journey.overlap == Overlap::Restart;
        if beside >= limits::BESIDE && !restarts {
            self.notice(format!(
                "`{}` did not begin: the person is in it {} times already",
                journey.name,
                limits::BESIDE
            ));
            return self.refused(number, Refusal::Limit);
        }
        let instances = &self.profile.instances;
        let kept = || {
            let events = instances.iter().map(|i| i.event()).chain(before.iter().map(|e| e.event.as_slice()));
            events.flatten().chain(&event).map(Value::size).sum::<usize>()
        };
        if instances.len() + before.len() >= limits::INSTANCES || !event.is_empty() && kept() > limits::EVENTS {
            self.notice(format!("`{}` did not begin: too much is kept of this person already", journey.name));
            return self.refused(number, Refusal::Limit);
        }
        Some(Admitted { journey: number, start, span, key, event, happened: self.now })
    }

    fn may_reenter(&self, journey: u16, key: Option<&SmolStr>, reenter: Reenter) -> bool {
        let last = self.profile.entries.iter().find(|e| e.journey == journey && e.key.as_ref() == key && !e.erased);
        match (reenter, last) {
            (Reenter::Always, _) | (_, None) => true,
            (_, Some(last)) if key.is_some() && self.now >= last.at.saturating_add(limits::REMEMBER_KEYS) => true,
            (Reenter::Never, Some(_)) => false,
            (Reenter::After(d), Some(last)) => self.now >= last.at.saturating_add(d),
        }
    }

    fn admit(&mut self, entry: Admitted) {
        let Admitted { journey, start, span, key, event, happened } = entry;
        let restarts = self.code.journeys.get(usize::from(journey)).is_some_and(|j| j.overlap == Overlap::Restart);
        if restarts {
            let inside: Vec<u32> = self
                .profile
                .instances
                .iter()
                .filter(|i| i.journey == journey && i.key() == key.as_ref() && i.parked != Parked::Left)
                .map(|i| i.number)
                .collect();
            for number in inside {
                if let Some(at) = self.profile.at(number) {
                    self.end(at, ExitReason::Restarted);
                }
            }
        }
        // Ids of several entries at one instant count on, from those beside this one and from those that have ended.
        let beside = self.profile.instances.iter().filter(|i| i.journey == journey && i.key() == key.as_ref());
        let mut sends = beside.filter(|i| i.entered == self.now).map(|i| i.sends).max().unwrap_or(0);
        let same = |e: &LastEntry| e.journey == journey && e.key == key;
        let known = self.profile.entries.iter().filter(|e| same(e) && e.at == self.now).map(|e| e.sends).max();
        sends = sends.max(known.unwrap_or(0));
        let last = LastEntry { journey, key: key.clone(), at: self.now, sends: known.unwrap_or(0), erased: false };
        match self.profile.entries.iter_mut().find(|e| same(e)) {
            Some(entry) => {
                *entry = last;
                // After a merge there may be what was deleted beside what was there.
                let mut is_first = true;
                self.profile.entries.retain(|e| !same(e) || std::mem::take(&mut is_first));
            }
            // Who may always enter again is asked of nothing but ids, which the entry itself counts.
            None if self.code.journeys.get(usize::from(journey)).is_none_or(|j| j.reenter == Reenter::Always) => {}
            None => self.profile.entries.push(last),
        }
        let number = self.profile.next_entry;
        self.profile.next_entry = number.wrapping_add(1);
        let is_plain = key.is_none() && event.is_empty();
        let instance = Instance {
            entered: self.now,
            place: start,
            parked: Parked::Running,
            due: None,
            journey,
            number,
            sends,
            late: self.now.saturating_sub(happened),
            leaving: None,
            kept: (!is_plain).then(|| Box::new(Kept { key, event, happenings: vec![], rounds: vec![] })),
        };
        self.profile.instances.push(instance);
        self.emit(journey, EffectKind::Entered);
        if let Some(at) = self.profile.at(number) {
            self.see(at, |_| SeenKind::Block(span));
            self.run(at);
        }
    }
}

/// A key as a text; one that is missing is none.
fn key_text(value: Option<&Value>) -> Option<SmolStr> {
    match value? {
        Value::Missing | Value::List(_) => None,
        Value::Text(text) if text.len() > limits::NAME => None,
        Value::Text(text) => Some(text.clone()),
        other => Some(SmolStr::new(other.to_string())),
    }
}
