//! Entries: who gets in, beside what, and again when.

use super::conditions::Asker;
use super::effect::EffectKind;
use super::history::REMEMBER_KEYS;
use super::limits;
use super::local_time;
use super::profile::{Instance, Kept, LastEntry, Parked};
use super::turn::{Happened, Turn};
use crate::bytecode::Journey;
use crate::ir::{Overlap, Reenter};
use crate::value::{Instant, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// An entry that was let in.
struct Admitted {
    journey: u16,
    start: u32,
    key: Option<SmolStr>,
    event: Vec<Value>,
}

impl Turn<'_> {
    /// Judges all entries of an event, then runs the steps of those that were let in.
    pub(crate) fn enter(&mut self, happened: &Happened<'_>) {
        let code = self.code;
        if happened.is_bot {
            return;
        }
        let mut order: SmallVec<[(u16, u16); 4]> = SmallVec::new();
        for id in happened.uses.numbers() {
            for at in code.listeners.get(id.index()).into_iter().flatten() {
                order.extend(code.journeys.get(usize::from(*at)).map(|j| (j.rank, *at)));
            }
        }
        order.sort_unstable();
        order.dedup();
        let mut admitted: SmallVec<[Admitted; 1]> = SmallVec::new();
        for (_, at) in order {
            if let Some(journey) = code.journeys.get(usize::from(at)) {
                let entry = self.judge(at, journey, happened, &admitted);
                admitted.extend(entry);
            }
        }
        for entry in admitted {
            self.admit(entry, happened.at);
        }
    }

    /// Whether an event begins a journey, beside what it has begun already.
    fn judge(
        &mut self,
        number: u16,
        journey: &Journey,
        happened: &Happened<'_>,
        before: &[Admitted],
    ) -> Option<Admitted> {
        let code = self.code;
        if !journey.entries.iter().any(|e| e.events.iter().any(|id| happened.is(*id))) {
            return None;
        }
        let zone = self.zone();
        let mut odd = Vec::new();
        let mut long = Vec::new();
        let event: Vec<Value> = journey
            .entry_properties
            .iter()
            .map(|id| {
                let Some(field) = code.properties.get(id.index()) else { return Value::Missing };
                match happened
                    .view()
                    .walk(&field.path)
                    .map(|json| json.typed(&field.ty, &|local| local_time::instant_of(zone, local)))
                {
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
        let (start, eligible) = {
            let mut asker = Asker::new(code, self.profile, self.now, None, Some(happened.view()));
            asker.entry = &event;
            let entry =
                journey.entries.iter().find(|e| e.events.iter().any(|id| happened.is(*id)) && asker.holds(e.cond));
            let start = entry.map(|e| e.start);
            let eligible = start.is_some() && asker.with_no_event().holds(journey.eligible);
            odd.append(&mut asker.odd);
            (start, eligible)
        };
        self.odd_values(odd);
        for field in long {
            self.notice(format!(
                "`{}` is longer than {} bytes: it counts as missing",
                field.path.join("."),
                limits::VALUE
            ));
        }
        let start = start.filter(|_| eligible)?;
        if let Some((from, to)) = journey.active {
            let today = local_time::date(code.charter.timezone, self.now);
            if today < from || today > to {
                return None;
            }
        }
        let key = match journey.key {
            Some(at) => match key_text(event.get(usize::from(at))) {
                Some(key) => Some(key),
                None => {
                    self.notice(format!("`{}` did not begin: the event has no value for its `one per`", journey.name));
                    return None;
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
            return None;
        }
        let restarts = is_inside && journey.overlap == Overlap::Restart;
        if beside >= limits::BESIDE && !restarts {
            self.notice(format!(
                "`{}` did not begin: the person is in it {} times already",
                journey.name,
                limits::BESIDE
            ));
            return None;
        }
        let instances = &self.profile.instances;
        let kept = || {
            let events = instances.iter().map(|i| i.event()).chain(before.iter().map(|e| e.event.as_slice()));
            events.flatten().chain(&event).map(Value::size).sum::<usize>()
        };
        if instances.len() + before.len() >= limits::INSTANCES || !event.is_empty() && kept() > limits::EVENTS {
            self.notice(format!("`{}` did not begin: too much is kept of this person already", journey.name));
            return None;
        }
        Some(Admitted { journey: number, start, key, event })
    }

    fn may_reenter(&self, journey: u16, key: Option<&SmolStr>, reenter: Reenter) -> bool {
        let last = self.profile.entries.iter().find(|e| e.journey == journey && e.key.as_ref() == key);
        match (reenter, last) {
            (Reenter::Always, _) | (_, None) => true,
            (_, Some(last)) if key.is_some() && self.now >= last.at.saturating_add(REMEMBER_KEYS) => true,
            (Reenter::Never, Some(_)) => false,
            (Reenter::After(d), Some(last)) => self.now >= last.at.saturating_add(d),
        }
    }

    fn admit(&mut self, entry: Admitted, happened: Instant) {
        let Admitted { journey, start, key, event } = entry;
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
                    self.end(at, "restarted");
                }
            }
        }
        // Ids of several entries at one instant count on, from those beside this one and from those that have ended.
        let beside = self.profile.instances.iter().filter(|i| i.journey == journey && i.key() == key.as_ref());
        let mut sends = beside.filter(|i| i.entered == self.now).map(|i| i.sends).max().unwrap_or(0);
        match self.profile.entries.iter_mut().find(|e| e.journey == journey && e.key == key) {
            Some(last) if last.at == self.now => sends = sends.max(last.sends),
            Some(last) => {
                last.at = self.now;
                last.sends = 0;
            }
            // Who may always enter again is asked of nothing but ids, which the entry itself counts.
            None if self.code.journeys.get(usize::from(journey)).is_none_or(|j| j.reenter == Reenter::Always) => {}
            None => self.profile.entries.push(LastEntry { journey, key: key.clone(), at: self.now, sends: 0 }),
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
            kept: (!is_plain).then(|| Box::new(Kept { key, event, happenings: vec![] })),
        };
        self.profile.instances.push(instance);
        self.emit(journey, EffectKind::Entered);
        if let Some(at) = self.profile.at(number) {
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
