//! What the values were where a journey did not begin: `total was 12, at least 30 is asked`.

use super::Record;
use crate::engine::Refusal;
use crate::engine::io::happened::EventView;
use crate::engine::local_time::instant_of;
use crate::engine::{Input, InputKind};
use crate::ir::{EntryCause, Expr, Field, Journey, Program};
use crate::value::{Comparison, Json, Timestamp, Value};
use chrono_tz::Tz;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Of one person, so many inputs are remembered.
const KEPT: usize = 10_000;
/// Segments within segments are followed so deep.
const DEEPEST: usize = 8;

/// What an input brings to a person, or a step sets.
#[derive(Debug, Clone)]
pub(super) enum Brought {
    Event(SmolStr, Json, Json),
    Traits(Json),
    Set(SmolStr, Value),
}

impl Record {
    /// An input comes; with it `why` can say what the values were. One that is not about the person is passed over.
    pub fn input(&mut self, input: &Input) {
        if (input.profile != self.id && input.other() != Some(&self.id)) || self.brought.len() >= KEPT {
            return;
        }
        let brought = match &input.kind {
            InputKind::Track { event, properties, context } => {
                Brought::Event(event.clone(), properties.clone(), context.clone())
            }
            InputKind::Identify { traits } => Brought::Traits(traits.clone()),
            _ => return,
        };
        self.brought.push((input.arrived, brought));
    }

    /// What the values were, if that says why a journey did not begin at that instant.
    pub fn values(&self, program: &Program, journey: &str, at: Timestamp, why: Refusal) -> Option<String> {
        let journey = program.journeys.iter().find(|known| known.name == journey)?;
        let asker = Asker { program, record: self, at, event: None };
        match why {
            Refusal::For => asker.say(journey.eligible.as_ref()?),
            Refusal::Where => {
                let mut said = BTreeSet::new();
                for (events, cond) in journey.entries.iter().filter_map(|entry| match &entry.cause {
                    EntryCause::Event { events, cond: Some(cond) } => Some((events, cond)),
                    _ => None,
                }) {
                    let names: Vec<&SmolStr> = events.iter().filter_map(|id| program.events.get(id.index())).collect();
                    let event = self.brought.iter().rev().find_map(|(then, brought)| match brought {
                        Brought::Event(name, properties, context) if *then == at && names.contains(&name) => {
                            Some(EventView { properties, context })
                        }
                        _ => None,
                    });
                    said.extend(event.and_then(|_| Asker { event, ..asker }.say(cond)));
                }
                (!said.is_empty()).then(|| said.into_iter().collect::<Vec<_>>().join("; or "))
            }
            _ => None,
        }
    }

    /// Why the person is in none of the segments that let people into a journey, as far as values say it.
    pub fn outside(&self, program: &Program, journey: &Journey) -> Option<String> {
        let asker = Asker { program, record: self, at: Timestamp::MAX, event: None };
        journey.entries.iter().find_map(|entry| match &entry.cause {
            EntryCause::Segment { segment, entering: true } => asker.say(&Expr::In(*segment)),
            _ => None,
        })
    }
}

#[derive(Clone, Copy)]
struct Asker<'a> {
    program: &'a Program,
    record: &'a Record,
    at: Timestamp,
    event: Option<EventView<'a>>,
}

impl Asker<'_> {
    /// The parts that do not hold, each with its value.
    fn say(&self, cond: &Expr) -> Option<String> {
        let mut said = vec![];
        self.parts(cond, DEEPEST, &mut said);
        // A question whether it is known says no more than the one that follows.
        let longer: Vec<String> = said.iter().filter(|part| part.ends_with(" is asked")).cloned().collect();
        said.retain(|part| {
            !longer.iter().any(|longer| longer.strip_prefix(part.as_str()).is_some_and(|r| r.starts_with(',')))
        });
        (!said.is_empty()).then(|| said.join("; "))
    }

    fn parts(&self, cond: &Expr, depth: usize, out: &mut Vec<String>) {
        match cond {
            Expr::And(parts) => parts.iter().for_each(|part| self.parts(part, depth, out)),
            Expr::In(segment) if depth > 0 => {
                if let Some(segment) = self.program.segments.get(segment.index()) {
                    self.parts(&segment.cond, depth - 1, out);
                }
            }
            Expr::Compare(op, left, right) => {
                if let (Some((name, value)), Expr::Const(wanted)) = (self.value(left), &**right)
                    && op.of(&value, wanted) != Some(true)
                {
                    out.push(format!("{name} was {}, {} is asked", shown(&value), asked(*op, wanted)));
                }
            }
            Expr::OneOf(of, items) => {
                let wanted: Option<Vec<&Value>> =
                    items.iter().map(|item| if let Expr::Const(value) = item { Some(value) } else { None }).collect();
                if let (Some((name, value)), Some(wanted)) = (self.value(of), wanted)
                    && !wanted.iter().any(|wanted| value.is_same(wanted) == Some(true))
                {
                    let wanted: Vec<String> = wanted.iter().map(|wanted| wanted.to_string()).collect();
                    out.push(format!("{name} was {}, one of {} is asked", shown(&value), wanted.join(", ")));
                }
            }
            Expr::Known(of) => {
                if let Some((name, Value::Missing)) = self.value(of) {
                    out.push(format!("{name} was missing"));
                }
            }
            Expr::Not(inner) => {
                if let Some((name, Value::Bool(true))) = self.value(inner) {
                    out.push(format!("{name} was true, false is asked"));
                }
            }
            _ => {
                if let Some((name, value)) = self.value(cond).filter(|(_, value)| *value != Value::Bool(true)) {
                    out.push(format!("{name} was {}, true is asked", shown(&value)));
                }
            }
        }
    }

    /// A property of the event or an attribute: what it is called and what it was.
    fn value(&self, expr: &Expr) -> Option<(String, Value)> {
        let zone = self.record.zone.unwrap_or(chrono_tz::UTC);
        match expr {
            Expr::EventProperty(id) => {
                let field = self.program.properties.get(id.index())?;
                let value = self.event?.typed(field, zone).and_then(Result::ok).flatten().unwrap_or_default();
                Some((field.path.join("."), value))
            }
            Expr::Attribute(id) => {
                let field = self.program.attributes.get(id.index())?;
                Some((format!("profile.{}", field.path.join(".")), self.attribute(field, zone)))
            }
            _ => None,
        }
    }

    /// The newest value of an attribute by then.
    fn attribute(&self, field: &Field, zone: Tz) -> Value {
        let brought = self.record.brought.iter().rev().filter(|(then, _)| *then <= self.at);
        let mut values = brought.filter_map(|(_, brought)| match brought {
            Brought::Traits(traits) => traits
                .walk(&field.path)
                .map(|json| json.typed(&field.ty, &|local| instant_of(zone, local)).ok().flatten().unwrap_or_default()),
            Brought::Set(name, value) => (*name == field.path.join(".")).then(|| value.clone()),
            Brought::Event(..) => None,
        });
        values.next().unwrap_or_default()
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Missing => "missing".to_string(),
        value => value.to_string(),
    }
}

/// `at least 30`
fn asked(op: Comparison, wanted: &Value) -> String {
    let words = match op {
        Comparison::Is => "",
        Comparison::IsNot => "anything but ",
        Comparison::Less => "less than ",
        Comparison::LessOrEqual => "at most ",
        Comparison::Greater => "more than ",
        Comparison::GreaterOrEqual => "at least ",
    };
    format!("{words}{wanted}")
}
