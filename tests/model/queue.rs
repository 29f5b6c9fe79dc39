//! What journeys bring about themselves, one by one after the present input.

use super::Person;
use super::gate::Changed;
use journey::Json;
use journey::ir::{Expr, SetTarget};
use journey::value::Value;

/// How much journeys may bring about at one instant, or by one input.
pub const MOST: u32 = 4_096;

/// An input that a journey made.
#[derive(Clone)]
pub enum Queued<'a> {
    Set { by: usize, attribute: usize, value: Value },
    Look,
    Event { name: &'a str, properties: Json },
    Start { journey: usize, event: Option<usize> },
}

impl<'a> Person<'a> {
    /// What an entry has set and nobody else sees yet.
    pub(super) fn pending(&self, inside: Option<usize>, attribute: usize) -> Option<Value> {
        self.queue.iter().rev().find_map(|queued| match queued {
            Queued::Set { by, attribute: of, value } if Some(*by) == inside && *of == attribute => Some(value.clone()),
            _ => None,
        })
    }

    pub(super) fn play_queue(&mut self) {
        while let Some(next) = self.queue.pop_front() {
            self.brought += 1;
            match next {
                // Beyond the bound what is set is taken, and nothing begins.
                Queued::Event { .. } | Queued::Start { .. } if self.brought > MOST => {}
                Queued::Set { attribute, value, .. } => {
                    let zone = self.zone();
                    let text = match &value {
                        Value::Text(text) => Some(text.to_string()),
                        _ => None,
                    };
                    match self.ir.attributes[attribute].path.as_slice() {
                        [name] if name == "timezone" => {
                            self.zone = text.filter(|name| name.parse::<chrono_tz::Tz>().is_ok());
                        }
                        [name] if name == "preferred_channel" => self.preferred = text,
                        _ => {}
                    }
                    self.attributes.insert(attribute, value);
                    self.rework_holds(if zone != self.zone() { Changed::Zone } else { Changed::Asked });
                    self.all_look();
                }
                Queued::Look => {
                    self.rework_holds(Changed::Asked);
                    self.all_look();
                }
                Queued::Event { name, properties } => self.event(name, &properties, &Json::Null, self.clock),
                Queued::Start { journey, event } => {
                    if let Some(key) = self.judge(journey, event) {
                        let steps = &self.ir.journeys[journey].entries[0].steps;
                        self.begin(journey, steps, key, event, self.clock);
                    }
                }
            }
        }
    }

    fn all_look(&mut self) {
        for at in self.order() {
            self.go_on(at);
        }
        self.enter(None);
    }

    pub(super) fn set(&mut self, at: usize, target: &SetTarget, name: &str, value: &Expr) {
        let value = self.value_at(at, value);
        let flag = match value {
            Value::Bool(yes) => Some(yes),
            _ => None,
        };
        match target {
            SetTarget::Attribute(id) => {
                self.queue.push_back(Queued::Set { by: at, attribute: id.index(), value: value.clone() });
            }
            SetTarget::Consent(name) | SetTarget::Reachable(name) => {
                let map = if matches!(target, SetTarget::Consent(_)) { &mut self.consent } else { &mut self.reachable };
                match flag {
                    Some(yes) => map.insert(name.to_string(), yes),
                    None => map.remove(name.as_str()),
                };
                self.queue.push_back(Queued::Look);
            }
        }
        self.say(self.inside[at].journey, format!("set {name} to {value}"));
    }

    pub(super) fn emit(&mut self, at: usize, event: &'a str, properties: &'a [(smol_str::SmolStr, Expr)]) {
        let json = |value: Value| match value {
            Value::Bool(b) => Json::Bool(b),
            Value::Number(n) => Json::Number(n),
            Value::Text(t) => Json::Text(t),
            Value::Missing => Json::Null,
            other => Json::Text(other.to_string().into()),
        };
        let shown = self.named(at, properties);
        let fields = properties.iter().map(|(name, of)| (name.clone(), json(self.value_at(at, of)))).collect();
        self.say(self.inside[at].journey, format!("emitted {event} {shown}"));
        self.queue.push_back(Queued::Event { name: event, properties: Json::Object(fields) });
    }

    /// Named values as tests show them.
    pub(super) fn named(&self, at: usize, values: &[(smol_str::SmolStr, Expr)]) -> String {
        let parts: Vec<String> = values.iter().map(|(name, of)| format!("{name}: {}", self.value_at(at, of))).collect();
        format!("({})", parts.join(", "))
    }
}
