//! Conditions, asked of the whole history.

use super::{Person, calendar};
use journey::Json;
use journey::ir::{CategoryId, ChannelId, Comparison, Days, Engagement, Expr, MessageId, PropertyId, TRANSACTIONAL};
use journey::value::{Type, Value, parse_date, parse_instant, parse_local};
use std::cmp::Ordering;

/// What a condition is asked about.
#[derive(Clone, Copy)]
struct About {
    inside: Option<usize>,
    /// The entry's event, where nobody is inside yet.
    entry: Option<usize>,
    /// The event that `where` is about.
    event: Option<usize>,
    /// The journey that the entry's properties are numbered in.
    journey: Option<usize>,
    /// Engagements count before this instant.
    before: i64,
}

impl Person<'_> {
    /// A JSON value as one of a type.
    pub(super) fn value_of(&self, json: Option<&Json>, ty: &Type) -> Value {
        let moment = |text: &str| {
            let local = || parse_local(text).map(|l| calendar::instant(&self.zone(), jiff_of(l)));
            parse_instant(text).or_else(local).map(Value::Moment)
        };
        let found = match (json, ty) {
            (Some(Json::Bool(b)), Type::Bool | Type::Any) => Some(Value::Bool(*b)),
            (Some(Json::Number(n)), Type::Number | Type::Any) => Some(Value::Number(*n)),
            (Some(Json::Text(t)), Type::Text | Type::Any) => Some(Value::Text(t.clone())),
            (Some(Json::Text(t)), Type::Choice(options)) if options.contains(t) => Some(Value::Text(t.clone())),
            (Some(Json::Text(t)), Type::Date) => parse_date(t).map(Value::Date),
            (Some(Json::Text(t)), Type::Moment) => moment(t),
            (Some(Json::Text(t)), Type::DateOrMoment) => parse_date(t).map(Value::Date).or_else(|| moment(t)),
            _ => None,
        };
        found.unwrap_or_default()
    }

    pub(super) fn property(&self, event: usize, property: PropertyId) -> Value {
        let field = &self.ir.properties[property.index()];
        let past = &self.history[event];
        let json = match field.path[0].as_str() {
            "context" => field.path[1..].iter().try_fold(&past.context, |at, name| at.get(name)),
            _ => field.path.iter().try_fold(&past.properties, |at, name| at.get(name)),
        };
        self.value_of(json, &field.ty)
    }

    pub(super) fn truth(&self, at: usize, cond: &Expr) -> Option<bool> {
        self.truth_before(at, cond, i64::MAX)
    }

    pub(super) fn truth_before(&self, at: usize, cond: &Expr, before: i64) -> Option<bool> {
        let inside = &self.inside[at];
        self.ask(
            About { inside: Some(at), entry: Some(inside.event), event: None, journey: Some(inside.journey), before },
            cond,
        )
    }

    pub(super) fn value_at(&self, at: usize, of: &Expr) -> Value {
        let inside = &self.inside[at];
        self.value(
            About {
                inside: Some(at),
                entry: Some(inside.event),
                event: None,
                journey: Some(inside.journey),
                before: i64::MAX,
            },
            of,
        )
    }

    pub(super) fn event_holds(&self, at: usize, cond: Option<&Expr>, event: usize) -> bool {
        let inside = &self.inside[at];
        let about = About {
            inside: Some(at),
            entry: Some(inside.event),
            event: Some(event),
            journey: Some(inside.journey),
            before: i64::MAX,
        };
        cond.is_none_or(|cond| self.ask(about, cond) == Some(true))
    }

    pub(super) fn entry_holds(&self, journey: usize, event: usize, cond: Option<&Expr>, in_where: bool) -> bool {
        let about = About {
            inside: None,
            entry: Some(event),
            event: in_where.then_some(event),
            journey: Some(journey),
            before: i64::MAX,
        };
        cond.is_none_or(|cond| self.ask(about, cond) == Some(true))
    }

    /// A condition of the charter.
    pub(super) fn rule_holds(&self, cond: Option<&Expr>) -> bool {
        let about = About { inside: None, entry: None, event: None, journey: None, before: i64::MAX };
        cond.is_none_or(|cond| self.ask(about, cond) == Some(true))
    }

    fn ask(&self, about: About, cond: &Expr) -> Option<bool> {
        match self.value(about, cond) {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }

    fn value(&self, about: About, expr: &Expr) -> Value {
        let known = |answer: Option<bool>| answer.map_or(Value::Missing, Value::Bool);
        let order = |a: &Expr, b: &Expr| self.value(about, a).compare(&self.value(about, b));
        match expr {
            Expr::Const(value) => value.clone(),
            Expr::LocalMoment(day, minute) => {
                Value::Moment(calendar::at_minute(&self.zone(), calendar::date(*day), *minute))
            }
            Expr::Attribute(id) => self.attributes.get(&id.index()).cloned().unwrap_or_default(),
            Expr::Consent(name) => {
                let out = self.out_of_all && !self.lifted.contains(name.as_str());
                known(if out { Some(false) } else { self.consent.get(name.as_str()).copied() })
            }
            Expr::ReachableFlag(name) => known(self.reachable.get(name.as_str()).copied()),
            Expr::EntryProperty(at) => match (about.entry, about.journey) {
                (Some(event), Some(journey)) => {
                    self.property(event, self.ir.journeys[journey].entry_properties[usize::from(*at)])
                }
                _ => Value::Missing,
            },
            Expr::EventProperty(id) => about.event.map_or(Value::Missing, |event| self.property(event, *id)),
            Expr::Now => Value::Moment(self.clock),
            Expr::Today => {
                let today = calendar::local(&self.zone(), self.clock).date();
                Value::Date(
                    chrono::NaiveDate::from_ymd_opt(today.year().into(), today.month() as u32, today.day() as u32)
                        .unwrap(),
                )
            }
            Expr::Compare(op, a, b) => known(order(a, b).map(|o| op.holds(o))),
            Expr::OneOf(value, items) => {
                let same: Vec<Option<bool>> =
                    items.iter().map(|item| order(value, item).map(|o| o == Ordering::Equal)).collect();
                known(any(&same))
            }
            Expr::Contains(a, b) => match (self.value(about, a), self.value(about, b)) {
                (Value::Text(a), Value::Text(b)) => Value::Bool(a.contains(b.as_str())),
                _ => Value::Missing,
            },
            Expr::Between(value, from, to) => {
                let low = order(value, from).map(|o| Comparison::GreaterOrEqual.holds(o));
                let high = order(value, to).map(|o| Comparison::LessOrEqual.holds(o));
                known(all(&[low, high]))
            }
            Expr::Known(inner) => Value::Bool(self.value(about, inner) != Value::Missing),
            Expr::LocalTime(from, to) => Value::Bool(calendar::inside(&self.zone(), self.clock, *from, *to, Days::ALL)),
            Expr::Day(days) => {
                Value::Bool(days.contains(calendar::weekday(calendar::local(&self.zone(), self.clock).date())))
            }
            Expr::Happened(id) => {
                let Some(at) = about.inside else { return Value::Missing };
                let inside = &self.inside[at];
                let asked = &self.ir.journeys[inside.journey].happenings[id.index()];
                let counts = |now: usize| {
                    let past = &self.history[now];
                    past.happened >= inside.happened
                        && past.names.contains(&asked.event.0)
                        && self.event_holds(at, asked.cond.as_ref(), now)
                };
                Value::Bool((inside.since..self.history.len()).any(counts))
            }
            Expr::Engaged(engagement, message) => Value::Bool(self.engaged(about, *engagement, *message)),
            Expr::Sent => Value::Bool(self.last(about, None).is_some_and(|a| a.2.is_some())),
            Expr::Suppressed => Value::Bool(self.last(about, None).is_some_and(|a| a.2.is_none())),
            Expr::Reachable(channel, category) => {
                Value::Bool(self.can_reach(*channel) && self.consents(*channel, *category).is_ok())
            }
            Expr::Prefers(channel) => {
                known(self.preferred.as_ref().map(|p| *p == self.ir.channels[channel.index()].as_str()))
            }
            Expr::Not(inner) => known(self.ask(about, inner).map(|b| !b)),
            Expr::And(parts) => known(all(&parts.iter().map(|p| self.ask(about, p)).collect::<Vec<_>>())),
            Expr::Or(parts) => known(any(&parts.iter().map(|p| self.ask(about, p)).collect::<Vec<_>>())),
            Expr::Arithmetic(first, parts) => {
                parts.iter().fold(self.value(about, first), |sum, (op, part)| op.apply(&sum, &self.value(about, part)))
            }
        }
    }

    fn last(&self, about: About, message: Option<MessageId>) -> Option<(u16, i64, Option<usize>)> {
        self.inside[about.inside?].asked.iter().rev().find(|a| message.is_none_or(|m| m.0 == a.0)).copied()
    }

    fn engaged(&self, about: About, wanted: Engagement, message: Option<MessageId>) -> bool {
        let Some((_, _, Some(send))) = self.last(about, message) else { return false };
        let entered = self.inside[about.inside.unwrap()].happened;
        self.history.iter().any(|past| {
            let Some((engagement, Some(of))) = past.told else { return false };
            let same = engagement == wanted || (engagement, wanted) == (Engagement::Clicked, Engagement::Opened);
            same && of == send && past.happened >= entered && past.happened < about.before
        })
    }

    pub(super) fn can_reach(&self, channel: ChannelId) -> bool {
        self.reachable.get(self.ir.channels[channel.index()].as_str()) != Some(&false)
    }

    /// The rule that consent breaks, if it does.
    pub(super) fn consents(&self, channel: ChannelId, category: Option<CategoryId>) -> Result<(), String> {
        let channel_name = self.ir.channels[channel.index()].as_str();
        let names: Vec<&str> =
            std::iter::once(channel_name).chain(category.map(|c| self.ir.categories[c.index()].as_str())).collect();
        if self.out_of_all && !names.iter().any(|name| self.lifted.contains(*name)) {
            return Err("no_consent".to_string());
        }
        if category == Some(TRANSACTIONAL) {
            return Ok(());
        }
        for name in names {
            let is = |s: &journey::ir::Subject| match (s.channel, s.category) {
                (Some(c), None) => self.ir.channels[c.index()] == name && c == channel,
                (None, Some(c)) => self.ir.categories[c.index()] == name && Some(c) == category,
                (c, k) => c == Some(channel) && k == category,
            };
            let rule = self.ir.charter.consent.iter().find(|(s, _)| is(s)).map(|(_, text)| text.to_string());
            match (self.consent.get(name), rule) {
                (Some(true), _) | (None, None) => {}
                (_, rule) => return Err(rule.unwrap_or_else(|| "no_consent".to_string())),
            }
        }
        Ok(())
    }
}

fn jiff_of(local: chrono::NaiveDateTime) -> jiff::civil::DateTime {
    use chrono::Timelike;
    calendar::date(local.date()).at(local.hour() as i8, local.minute() as i8, 0, 0)
}

pub(super) fn all(parts: &[Option<bool>]) -> Option<bool> {
    if parts.contains(&Some(false)) {
        Some(false)
    } else if parts.contains(&None) {
        None
    } else {
        Some(true)
    }
}

pub(super) fn any(parts: &[Option<bool>]) -> Option<bool> {
    if parts.contains(&Some(true)) {
        Some(true)
    } else if parts.contains(&None) {
        None
    } else {
        Some(false)
    }
}
