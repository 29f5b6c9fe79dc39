//! What a person can be and do so that a journey notices: the values that its conditions compare with, and their
//! neighbours; the events and engagements that it listens to.

use crate::engine::local_time;
use crate::ir::{
    Branch, EntryCause, ExitCause, Expr, HistoryId, HistoryOf, Journey, Program, PropertyId, Send, StepKind, Trigger,
    Until, visit_steps,
};
use crate::value::{Timestamp, Type, Value};
use chrono::Days;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What can be done to a journey from outside.
#[derive(Debug, Default)]
pub(super) struct Pool {
    /// Attributes, with values that matter.
    pub(super) traits: BTreeMap<Vec<SmolStr>, Vec<Value>>,
    /// Events, with the properties that matter and their values.
    pub(super) events: BTreeMap<SmolStr, BTreeMap<Vec<SmolStr>, Vec<Value>>>,
    /// Engagements, with the message where one is named.
    pub(super) engagements: Vec<(SmolStr, Option<SmolStr>)>,
    /// The events that let people in, first those of the first entry.
    pub(super) entries: Vec<SmolStr>,
}

/// What is compared with what.
enum Side {
    Trait(Vec<SmolStr>, Type),
    Property(PropertyId),
    /// The sum or the last value of a property.
    Kept(HistoryId),
}

struct Filler<'a> {
    program: &'a Program,
    journey: &'a Journey,
    start: Timestamp,
    zone: Tz,
    pool: Pool,
    /// Properties that are compared, with values.
    values: BTreeMap<PropertyId, Vec<Value>>,
    /// By event, the properties that are read of it.
    reads: BTreeMap<SmolStr, Vec<PropertyId>>,
}

/// All that matters to a journey; dates are made up around the start.
pub(super) fn pool(program: &Program, journey: &Journey, start: Timestamp, zone: Tz) -> Pool {
    let mut filler = Filler {
        program,
        journey,
        start,
        zone,
        pool: Pool::default(),
        values: BTreeMap::new(),
        reads: BTreeMap::new(),
    };
    filler.clauses();
    for block in journey.blocks() {
        visit_steps(block, &mut |step| filler.step(&step.kind));
    }
    for segment in &program.segments {
        filler.condition(&segment.cond);
    }
    filler.finish()
}

impl Filler<'_> {
    fn clauses(&mut self) {
        let journey = self.journey;
        journey.eligible.iter().for_each(|cond| self.condition(cond));
        for entry in &journey.entries {
            match &entry.cause {
                EntryCause::Event { events, cond } => {
                    for event in events {
                        let name = self.event(*event);
                        self.reads.entry(name.clone()).or_default().extend(&journey.entry_properties);
                        cond.iter().for_each(|cond| self.of_event(&name, cond));
                        self.pool.entries.push(name);
                    }
                }
                EntryCause::Date(moment) | EntryCause::Yearly(moment) => self.condition(&moment.of),
                EntryCause::Segment { .. } | EntryCause::Every(..) | EntryCause::Once(..) => {}
            }
        }
        for goal in &journey.goals {
            self.triggers(&goal.triggers, goal.cond.as_ref(), goal.worth);
        }
        for exit in &journey.exits {
            match &exit.cause {
                ExitCause::On(triggers, cond) => self.triggers(triggers, cond.as_ref(), None),
                ExitCause::When(cond) => self.condition(cond),
            }
        }
        for happening in &journey.happenings {
            let name = self.event(happening.event);
            happening.cond.iter().for_each(|cond| self.of_event(&name, cond));
        }
        for history in &self.program.histories {
            if let HistoryOf::Event(event) = history.of {
                let name = self.event(event);
                self.reads.entry(name.clone()).or_default().extend(history.property);
                history.cond.iter().for_each(|cond| self.of_event(&name, cond));
            }
        }
        for exclude in &self.program.charter.exclude {
            self.condition(&exclude.when);
        }
    }

    fn event(&mut self, event: crate::ir::EventId) -> SmolStr {
        let name = self.program.events.get(event.index()).cloned().unwrap_or_default();
        self.reads.entry(name.clone()).or_default();
        name
    }

    fn triggers(&mut self, triggers: &[Trigger], cond: Option<&Expr>, worth: Option<PropertyId>) {
        for trigger in triggers {
            match trigger {
                Trigger::Event(event) => {
                    let name = self.event(*event);
                    self.reads.entry(name.clone()).or_default().extend(worth);
                    cond.iter().for_each(|cond| self.of_event(&name, cond));
                }
                Trigger::Engagement(engagement, message) => {
                    let message = message.and_then(|id| self.program.messages.get(id.index()).cloned());
                    self.pool.engagements.push((SmolStr::new_static(engagement.word()), message));
                }
            }
        }
    }

    fn step(&mut self, step: &StepKind) {
        match step {
            StepKind::If { arms, .. } => arms.iter().for_each(|arm| self.branch(&arm.cond)),
            StepKind::Match { value, arms, .. } => {
                for arm in arms {
                    self.condition(&Expr::OneOf(Box::new(value.clone()), arm.values.clone()));
                }
            }
            StepKind::WaitFor { cond, .. } => self.condition(cond),
            StepKind::Repeat { until: Some(cond), .. } => self.condition(cond),
            StepKind::WaitUntil { until: Until::Value(moment), .. } => self.condition(&moment.of),
            StepKind::Send(sends) | StepKind::BestOf(sends) => {
                let one = sends.len() == 1;
                sends.iter().for_each(|send| self.send(send, !one));
            }
            _ => {}
        }
    }

    /// Consent and reachability decide which alternative goes.
    fn send(&mut self, send: &Send, has_others: bool) {
        let channel = self.program.channels.get(send.channel.index()).cloned().unwrap_or_default();
        let both = || vec![Value::Bool(true), Value::Bool(false)];
        if has_others {
            self.pool.traits.insert(vec!["reachable".into(), channel], both());
        }
    }

    fn branch(&mut self, branch: &Branch) {
        match branch {
            Branch::Ask(cond, _) | Branch::Window { cond, .. } => self.condition(cond),
            Branch::Not(inner) => self.branch(inner),
            Branch::And(parts) | Branch::Or(parts) => parts.iter().for_each(|part| self.branch(part)),
        }
    }

    /// A condition about an event that is happening.
    fn of_event(&mut self, event: &SmolStr, cond: &Expr) {
        let mut read = vec![];
        cond.visit(&mut |part| {
            if let Expr::EventProperty(id) = part {
                read.push(*id);
            }
        });
        self.reads.entry(event.clone()).or_default().extend(read);
        self.condition(cond);
    }

    fn condition(&mut self, cond: &Expr) {
        let mut found: Vec<(Side, Vec<Value>)> = vec![];
        cond.visit(&mut |part| self.look(part, &mut found));
        for (side, values) in found {
            match side {
                Side::Trait(path, ty) => {
                    let into = self.pool.traits.entry(path).or_default();
                    let values = if values.is_empty() { some(&ty, self.start, self.zone) } else { values };
                    values.into_iter().for_each(|value| add(into, value));
                }
                Side::Property(id) => {
                    let into = self.values.entry(id).or_default();
                    values.into_iter().for_each(|value| add(into, value));
                }
                Side::Kept(id) => {
                    let property = self.program.histories.get(id.index()).and_then(|history| history.property);
                    if let Some(property) = property {
                        let into = self.values.entry(property).or_default();
                        values.into_iter().for_each(|value| add(into, value));
                    }
                }
            }
        }
    }

    fn look(&self, part: &Expr, found: &mut Vec<(Side, Vec<Value>)>) {
        match part {
            Expr::Compare(_, a, b) => {
                for (a, b) in [(a, b), (b, a)] {
                    if let (Some(side), Expr::Const(value)) = (self.side(a), &**b) {
                        found.push((side, near(value)));
                    }
                }
            }
            Expr::OneOf(value, list) => {
                let listed = list.iter().filter_map(|item| match item {
                    Expr::Const(value) => Some(value.clone()),
                    _ => None,
                });
                let mut listed: Vec<Value> = listed.collect();
                listed.extend(other(listed.first()));
                found.extend(self.side(value).map(|side| (side, listed)));
            }
            Expr::Between(value, from, to) => {
                for end in [from, to] {
                    if let (Some(side), Expr::Const(value)) = (self.side(value), &**end) {
                        found.push((side, near(value)));
                    }
                }
            }
            Expr::Contains(value, part) => {
                if let (Some(side), Expr::Const(part)) = (self.side(value), &**part) {
                    let values = match (self.type_of(&side), part) {
                        (Some(Type::List(_)), part) | (Some(Type::Any), part @ Value::Number(_)) => {
                            vec![Value::List(vec![part.clone()]), Value::List(vec![])]
                        }
                        (_, part) => vec![part.clone(), Value::Text("another".into())],
                    };
                    found.push((side, values));
                }
            }
            Expr::Consent(name) => {
                let path = vec!["consent".into(), name.clone()];
                found.push((Side::Trait(path, Type::Bool), vec![Value::Bool(true), Value::Bool(false)]));
            }
            Expr::ReachableFlag(name) => {
                let path = vec!["reachable".into(), name.clone()];
                found.push((Side::Trait(path, Type::Bool), vec![Value::Bool(true), Value::Bool(false)]));
            }
            Expr::Reachable(channel, _) => {
                let name = self.program.channels.get(channel.index()).cloned().unwrap_or_default();
                let path = vec!["reachable".into(), name];
                found.push((Side::Trait(path, Type::Bool), vec![Value::Bool(true), Value::Bool(false)]));
            }
            Expr::Prefers(channel) => {
                let name = self.program.channels.get(channel.index()).cloned().unwrap_or_default();
                let path = vec!["preferred_channel".into()];
                found.push((Side::Trait(path, Type::Text), vec![Value::Text(name), Value::Text("another".into())]));
            }
            part => found.extend(self.side(part).map(|side| (side, vec![]))),
        }
    }

    fn side(&self, part: &Expr) -> Option<Side> {
        match part {
            Expr::Attribute(id) => {
                let field = self.program.attributes.get(id.index())?;
                Some(Side::Trait(field.path.clone(), field.ty.clone()))
            }
            Expr::EntryProperty(at) => Some(Side::Property(*self.journey.entry_properties.get(usize::from(*at))?)),
            Expr::EventProperty(id) => Some(Side::Property(*id)),
            Expr::Sum(id, _) | Expr::Last(id, _) => Some(Side::Kept(*id)),
            _ => None,
        }
    }

    fn type_of(&self, side: &Side) -> Option<Type> {
        let id = match side {
            Side::Trait(_, ty) => return Some(ty.clone()),
            Side::Property(id) => *id,
            Side::Kept(id) => self.program.histories.get(id.index())?.property?,
        };
        self.program.properties.get(id.index()).map(|field| field.ty.clone())
    }

    fn finish(mut self) -> Pool {
        for (event, ids) in &self.reads {
            let properties = self.pool.events.entry(event.clone()).or_default();
            for id in ids {
                let Some(field) = self.program.properties.get(id.index()) else { continue };
                let into = properties.entry(field.path.clone()).or_default();
                let known = self.values.get(id).filter(|values| !values.is_empty()).cloned();
                known.unwrap_or_else(|| some(&field.ty, self.start, self.zone)).into_iter().for_each(|v| add(into, v));
            }
        }
        self.pool.engagements.extend(self.engagements());
        self.pool.engagements.sort();
        self.pool.engagements.dedup();
        self.pool
    }

    /// The engagements that steps ask about, of any message and of the named one.
    fn engagements(&self) -> Vec<(SmolStr, Option<SmolStr>)> {
        let mut found = vec![];
        let mut see = |cond: &Expr| {
            cond.visit(&mut |part| {
                if let Expr::Engaged(engagement, message) = part {
                    let message = message.and_then(|id| self.program.messages.get(id.index()).cloned());
                    found.push((SmolStr::new_static(engagement.word()), message));
                }
            });
        };
        for block in self.journey.blocks() {
            visit_steps(block, &mut |step| match &step.kind {
                StepKind::If { arms, .. } => arms.iter().for_each(|arm| visit_branch(&arm.cond, &mut see)),
                StepKind::WaitFor { cond, .. } | StepKind::Repeat { until: Some(cond), .. } => see(cond),
                _ => {}
            });
        }
        found
    }
}

fn visit_branch(branch: &Branch, see: &mut impl FnMut(&Expr)) {
    match branch {
        Branch::Ask(cond, _) | Branch::Window { cond, .. } => see(cond),
        Branch::Not(inner) => visit_branch(inner, see),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().for_each(|part| visit_branch(part, see)),
    }
}

fn add(into: &mut Vec<Value>, value: Value) {
    if !into.contains(&value) {
        into.push(value);
    }
}

/// A value of the same kind that is in no list.
fn other(listed: Option<&Value>) -> Option<Value> {
    match listed {
        Some(Value::Text(_)) | None => Some(Value::Text("another".into())),
        Some(Value::Number(_)) => Some(Value::Number(Decimal::new(-987_654, 0))),
        Some(_) => None,
    }
}

/// A value and its neighbours on both sides.
fn near(value: &Value) -> Vec<Value> {
    let mut out = vec![value.clone()];
    match value {
        Value::Number(number) => {
            let neighbours = [number.checked_add(Decimal::ONE), number.checked_sub(Decimal::ONE)];
            out.extend(neighbours.into_iter().flatten().map(Value::Number));
        }
        Value::Text(_) => out.push(Value::Text("another".into())),
        Value::Bool(holds) => out.push(Value::Bool(!holds)),
        Value::Date(date) => {
            let neighbours = [date.checked_add_days(Days::new(1)), date.checked_sub_days(Days::new(1))];
            out.extend(neighbours.into_iter().flatten().map(Value::Date));
        }
        Value::Time(minute) => out.extend([Value::Time((minute + 1) % 1440), Value::Time((minute + 1439) % 1440)]),
        _ => {}
    }
    out
}

/// Some values of a type.
fn some(ty: &Type, start: Timestamp, zone: Tz) -> Vec<Value> {
    let today = local_time::date(zone, start);
    let later = |days: u64| today.checked_add_days(Days::new(days)).map(Value::Date);
    match ty {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::Number => vec![Value::Number(Decimal::ONE_HUNDRED), Value::Number(Decimal::ONE)],
        Type::Choice(options) => options.iter().cloned().map(Value::Text).collect(),
        Type::Date | Type::DateOrMoment => [3, 10, 40].into_iter().filter_map(later).collect(),
        Type::Time => vec![Value::Time(9 * 60), Value::Time(20 * 60)],
        Type::Moment => [3, 10, 40].into_iter().map(|days| Value::Moment(start + days * 86_400_000)).collect(),
        Type::Duration => vec![Value::Duration(86_400_000)],
        Type::Text | Type::Any | Type::Thing(_) => vec![Value::Text("a".into()), Value::Text("b".into())],
        Type::List(of) => some(of, start, zone).into_iter().take(1).map(|value| Value::List(vec![value])).collect(),
    }
}
