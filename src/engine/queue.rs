//! What journeys bring about themselves: attributes that are set, events that are emitted, journeys that are started.
//! Each is an input of the same instant, after the present one.

use super::effect::EffectKind;
use super::gate::Changed;
use super::turn::{Happened, Turn};
use crate::bytecode::{Formula, Place};
use crate::ir::{PropertyId, SetTarget};
use crate::limits;
use crate::source::Span;
use crate::value::{Json, Type, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// Values by name, in written order.
pub(crate) type Values = Vec<(SmolStr, Value)>;

/// An input that a journey made.
#[derive(Debug, Clone)]
pub(crate) enum Queued {
    /// An attribute was set by the entry of this number.
    Set { by: u32, number: u16, value: Value },
    /// Something was set that holds for everybody at once, or a message was sent that conditions ask about.
    Look { traits: bool },
    /// An event.
    Event { name: SmolStr, properties: Json },
    /// A journey begins.
    Start { journey: u16, block: (Place, Span), event: Vec<(PropertyId, Value)> },
}

impl Turn<'_> {
    pub(crate) fn queue(&mut self, queued: Queued) {
        let waiting = self.queued.len().saturating_sub(self.played) as u32;
        let begins = matches!(queued, Queued::Event { .. } | Queued::Start { .. });
        if begins && (self.is_cut() || self.brought.saturating_add(waiting) >= limits::QUEUE) {
            return self.cut_off();
        }
        self.queued.push(queued);
    }

    /// Whether journeys have brought about so much at this instant that nothing more begins: journeys that set each other
    /// going without end would not come to one.
    pub(crate) fn is_cut(&self) -> bool {
        self.brought > limits::QUEUE || self.is_full()
    }

    /// Says, once, that something does not begin any more.
    pub(crate) fn cut_off(&mut self) {
        if !self.told_cut {
            self.told_cut = true;
            self.notice(format!(
                "journeys set each other going more than {} times at one instant: nothing more begins until time goes on",
                limits::QUEUE
            ));
        }
    }

    /// A new cause: what it brings about is counted by itself.
    pub(crate) fn count_anew(&mut self) {
        (self.brought, self.told_cut) = (0, false);
    }

    /// Whether something waits to be played at this instant.
    pub(crate) fn has_queued(&self) -> bool {
        self.played < self.queued.len()
    }

    /// Plays all of it.
    pub(crate) fn play_queue(&mut self) {
        while self.has_queued() {
            self.play_next();
        }
    }

    /// Plays the next of it.
    pub(crate) fn play_next(&mut self) {
        let Some(next) = self.queued.get(self.played).cloned() else { return };
        self.played += 1;
        self.brought = self.brought.saturating_add(1);
        if !self.has_queued() {
            self.queued.clear();
            self.played = 0;
        }
        match next {
            Queued::Set { number, value, .. } => {
                self.cause = None;
                self.apply(number, value);
                // What no condition asks for changes nothing for anybody.
                if self.code.asked.get(usize::from(number)) != Some(&false) {
                    self.instances(None);
                    self.enter(None);
                }
            }
            Queued::Look { traits } => {
                self.cause = None;
                if traits {
                    self.traits_changed();
                } else {
                    self.stale.extend_from_slice(&self.code.watch.sends);
                    self.rework_holds(Changed::Asked);
                }
                self.instances(None);
                self.enter(None);
            }
            // It was queued before this call had made as many effects as one may.
            Queued::Event { .. } | Queued::Start { .. } if self.is_cut() => self.cut_off(),
            Queued::Event { name, properties } => {
                let Some(uses) = self.code.events.get(&name) else { return };
                let is_bot = uses.engagement.is_some() && properties.get("bot") == Some(&Json::Bool(true));
                let (at, told, context, narrowed) = (self.now, None, Json::Null, SmallVec::new());
                self.track(Happened {
                    name: &name,
                    uses,
                    is_bot,
                    properties: &properties,
                    context: &context,
                    at,
                    told,
                    narrowed,
                });
            }
            Queued::Start { journey, block, event } => self.begin(journey, block, &event),
        }
    }

    /// Takes an attribute that a journey has set.
    fn apply(&mut self, number: u16, value: Value) {
        let Some(field) = self.code.attributes.get(usize::from(number)) else { return };
        let zone = self.zone();
        let text = match &value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        match field.path.as_slice() {
            [name] if name == "timezone" => self.set_zone(text.as_deref(), value.is_missing()),
            [name] if name == "preferred_channel" => self.set_preferred(text.as_deref()),
            _ => {}
        }
        self.set_trait(number, (!value.is_missing()).then_some(value));
        if self.zone() != zone {
            self.zone_changed();
        }
        self.traits_changed();
    }

    /// `set`
    pub(crate) fn set(&mut self, at: usize, number: u32) {
        let code = self.code;
        let Some(set) = code.sets.get(number as usize) else { return };
        let Some((journey, by)) = self.profile.instances.get(at).map(|i| (i.journey, i.number)) else { return };
        let mut value = self.ask(at).value(set.value);
        match &set.target {
            SetTarget::Attribute(id) => {
                let field = code.attributes.get(id.index());
                let outside = |ty: &Type| match (ty, &value) {
                    (Type::Choice(options), Value::Text(text)) => !options.contains(text),
                    _ => false,
                };
                if field.is_some_and(|field| outside(&field.ty)) {
                    self.notice(format!("`{}` cannot be {value}: it was taken away", set.name));
                    value = Value::Missing;
                }
                if value.size() > limits::VALUE {
                    self.notice(format!("`{}` is longer than {} bytes: it was taken away", set.name, limits::VALUE));
                    value = Value::Missing;
                }
                self.queue(Queued::Set { by, number: id.0, value: value.clone() });
            }
            // What is set about consent and reachability holds for everybody at once.
            SetTarget::Consent(name) | SetTarget::Reachable(name) => {
                if self.remembers_answers_of(name) {
                    let known = self.profile.learn();
                    match set.target {
                        SetTarget::Consent(_) => known.consent.set(name, value.truth()),
                        _ => super::profile::set_flag(&mut known.reachable, name, value.truth()),
                    }
                }
                self.queue(Queued::Look { traits: true });
            }
        }
        self.emit(journey, EffectKind::ProfileSet { attribute: set.name.clone(), value });
    }

    /// `emit`
    pub(crate) fn emit_event(&mut self, at: usize, number: u32) {
        let Some((journey, event, values)) = self.called(at, number) else { return };
        let properties = Json::Object(values.iter().map(|(name, value)| (name.clone(), Json::of(value))).collect());
        self.emit(journey, EffectKind::Emitted { event: event.clone(), properties: values });
        self.queue(Queued::Event { name: event, properties });
    }

    /// `call`; nothing is done for a member of a control group.
    pub(crate) fn call(&mut self, at: usize, number: u32) {
        let Some((journey, hook, arguments)) = self.called(at, number) else { return };
        if !self.is_control(journey) {
            self.emit(journey, EffectKind::Called { hook, arguments });
        }
    }

    /// What a call names, and its values.
    fn called(&mut self, at: usize, number: u32) -> Option<(u16, SmolStr, Values)> {
        let code = self.code;
        let call = code.calls.get(number as usize)?;
        let journey = self.profile.instances.get(at)?.journey;
        Some((journey, call.name.clone(), self.values(at, &call.values)))
    }

    /// Named values, as an entry sees them now.
    pub(crate) fn values(&mut self, at: usize, values: &[(SmolStr, Formula)]) -> Values {
        values.iter().map(|(name, formula)| (name.clone(), self.ask(at).value(*formula))).collect()
    }

    /// `start`
    pub(crate) fn start(&mut self, at: usize, journey: u16) {
        let code = self.code;
        let Some(instance) = self.profile.instances.get(at) else { return };
        let own = code.journeys.get(usize::from(instance.journey)).map_or(&[][..], |j| &j.entry_properties);
        let event = own.iter().copied().zip(instance.event().iter().cloned()).collect();
        let block = code.journeys.get(usize::from(journey)).map_or((0, Span::default()), |j| j.first);
        self.queue(Queued::Start { journey, block, event });
    }
}
