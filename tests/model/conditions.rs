//! Conditions, asked of the whole history.

use super::{Person, calendar};
use journey::Json;
use journey::ir::{
    CategoryId, ChannelId, Comparison, Days, Engagement, Expr, HistoryId, HistoryOf, MessageId, PropertyId,
    TRANSACTIONAL,
};
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
            (Some(Json::List(items)), Type::List(of)) => {
                Some(Value::List(items.iter().map(|item| self.value_of(Some(item), of)).collect()))
            }
            (Some(Json::List(items)), ty @ (Type::Any | Type::Thing(_))) => {
                Some(Value::List(items.iter().map(|item| self.value_of(Some(item), ty)).collect()))
            }
            (Some(Json::Object(fields)), Type::Any | Type::Thing(_)) => {
                let mut kept: Vec<(smol_str::SmolStr, Value)> = vec![];
                for (name, json) in fields {
                    kept.retain(|(known, _)| known != name);
                    let ty = match ty {
                        Type::Thing(of) => of.iter().find(|(known, _)| known == name).map(|(_, ty)| ty),
                        _ => Some(&Type::Any),
                    };
                    let value = ty.map_or(Value::Missing, |ty| self.id_or_value(Some(json), ty));
                    if !value.is_missing() {
                        kept.push((name.clone(), value));
                    }
                }
                Some(Value::Thing(kept))
            }
            (json, Type::Thing(_)) => Some(self.value_of(json, &Type::Any)),
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
        self.id_or_value(json, &field.ty)
    }

    /// A number where the program has a text is an id.
    fn id_or_value(&self, json: Option<&Json>, ty: &Type) -> Value {
        match (json, ty) {
            (Some(Json::Number(id)), Type::Text) => Value::Text(id.normalize().to_string().into()),
            _ => self.value_of(json, ty),
        }
    }

    pub(super) fn truth(&self, at: usize, cond: &Expr) -> Option<bool> {
        self.truth_before(at, cond, i64::MAX)
    }

    pub(super) fn truth_before(&self, at: usize, cond: &Expr, before: i64) -> Option<bool> {
        let inside = &self.inside[at];
        self.ask(
            About { inside: Some(at), entry: inside.event, event: None, journey: Some(inside.journey), before },
            cond,
        )
    }

    pub(super) fn value_at(&self, at: usize, of: &Expr) -> Value {
        let inside = &self.inside[at];
        self.value(
            About {
                inside: Some(at),
                entry: inside.event,
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
            entry: inside.event,
            event: Some(event),
            journey: Some(inside.journey),
            before: i64::MAX,
        };
        cond.is_none_or(|cond| self.ask(about, cond) == Some(true))
    }

    pub(super) fn entry_holds(
        &self,
        journey: usize,
        event: Option<usize>,
        cond: Option<&Expr>,
        in_where: bool,
    ) -> bool {
        let about = About {
            inside: None,
            entry: event,
            event: event.filter(|_| in_where),
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

    /// A value of the profile alone.
    pub(super) fn value_of_profile(&self, of: &Expr) -> Value {
        self.value(About { inside: None, entry: None, event: None, journey: None, before: i64::MAX }, of)
    }

    fn about_event(&self, event: usize) -> About {
        About { inside: None, entry: None, event: Some(event), journey: None, before: i64::MAX }
    }

    /// The events of a history that lie in its window, with the value it keeps of each.
    fn remembered(&self, id: HistoryId) -> Vec<(i64, Value)> {
        let history = &self.ir.histories[id.index()];
        let counts = |now: &usize| {
            let past = &self.history[*now];
            let named = match history.of {
                HistoryOf::Event(event) => past.names.contains(&event.0),
                HistoryOf::Engagement | HistoryOf::Looks => past.told.is_some_and(|(engagement, _)| {
                    matches!(engagement, Engagement::Opened | Engagement::Clicked | Engagement::Replied)
                }),
            };
            let inside = history.window.is_none_or(|window| past.happened > self.now() - window);
            let holds = |cond: &Expr| self.ask(self.about_event(*now), cond) == Some(true);
            named && inside && history.cond.as_ref().is_none_or(holds)
        };
        let value = |now: usize| history.property.map_or(Value::Missing, |property| self.property(now, property));
        (0..self.history.len()).filter(counts).map(|now| (self.history[now].happened, value(now))).collect()
    }

    /// The latest of a history; of equal times the one told last.
    fn latest(&self, id: HistoryId) -> Option<(i64, Value)> {
        self.remembered(id).into_iter().rev().fold(None, |latest: Option<(i64, Value)>, next| match latest {
            Some(latest) if latest.0 >= next.0 => Some(latest),
            _ => Some(next),
        })
    }

    /// Whether a send was engaged with.
    fn is_engaged(&self, send: usize, wanted: Engagement) -> bool {
        self.history.iter().any(|past| {
            let Some((engagement, Some(of))) = past.told else { return false };
            let same = engagement == wanted || (engagement, wanted) == (Engagement::Clicked, Engagement::Opened);
            same && of == send && past.counts
        })
    }

    /// Messages of the last while on a channel, and which of them were engaged with in one of these ways.
    pub(super) fn answered(&self, channel: Option<u16>, window: i64, ways: &[Engagement]) -> (u64, u64) {
        let lies = |s: &super::Sent| {
            !s.failed && s.at > self.now() - window && channel.is_none_or(|channel| s.channel == channel)
        };
        let sent: Vec<usize> = (0..self.sends.len()).filter(|at| lies(&self.sends[*at])).collect();
        let engaged = sent.iter().filter(|at| ways.iter().any(|way| self.is_engaged(**at, *way))).count();
        (engaged as u64, sent.len() as u64)
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
        // A number and a text are the same where they are written alike.
        let same = |a: &Expr, b: &Expr| match (self.value(about, a), self.value(about, b)) {
            (Value::Number(n), Value::Text(t)) | (Value::Text(t), Value::Number(n)) => {
                Some(n.normalize().to_string() == t.as_str())
            }
            (a, b) => a.compare(&b).map(|o| o == Ordering::Equal),
        };
        match expr {
            Expr::Const(value) => value.clone(),
            Expr::LocalMoment(day, minute) => {
                Value::Moment(calendar::at_minute(&self.zone(), calendar::date(*day), *minute))
            }
            Expr::Attribute(id) if self.pending(about.inside, id.index()).is_some() => {
                self.pending(about.inside, id.index()).unwrap()
            }
            Expr::In(id) => Value::Bool(self.rule_holds(Some(&self.ir.segments[id.index()].cond))),
            Expr::KnownFor(least) => known(self.first_seen.map(|first| self.now() >= first + least)),
            Expr::Occurred(id) => Value::Bool(!self.remembered(*id).is_empty()),
            Expr::Count(id, _) => Value::Number(self.remembered(*id).len().into()),
            Expr::Sum(id, _) => Value::Number(
                self.remembered(*id)
                    .into_iter()
                    .filter_map(|(_, value)| match value {
                        Value::Number(number) => Some(number),
                        _ => None,
                    })
                    .sum(),
            ),
            Expr::Last(id, _) => self.latest(*id).map_or(Value::Missing, |(_, value)| value),
            Expr::Since(id) => self.latest(*id).map_or(Value::Missing, |(at, _)| Value::Duration(self.now() - at)),
            Expr::Rate(engagement, channel, window) => {
                let (engaged, sent) = self.answered(channel.map(|c| c.0), *window, &[*engagement]);
                let share = rust_decimal::Decimal::from(engaged).checked_div(sent.into());
                share.map_or(Value::Missing, Value::Number)
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
            Expr::Now => Value::Moment(self.now()),
            Expr::Today => {
                let today = calendar::local(&self.zone(), self.now()).date();
                Value::Date(
                    chrono::NaiveDate::from_ymd_opt(today.year().into(), today.month() as u32, today.day() as u32)
                        .unwrap(),
                )
            }
            Expr::Compare(Comparison::Is, a, b) => known(same(a, b)),
            Expr::Compare(Comparison::IsNot, a, b) => known(same(a, b).map(|same| !same)),
            Expr::Compare(op, a, b) => known(order(a, b).map(|o| op.holds(o))),
            Expr::OneOf(value, items) => known(any(&items.iter().map(|item| same(value, item)).collect::<Vec<_>>())),
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
            Expr::LocalTime(from, to) => Value::Bool(calendar::inside(&self.zone(), self.now(), *from, *to, Days::ALL)),
            Expr::Day(days) => {
                Value::Bool(days.contains(calendar::weekday(calendar::local(&self.zone(), self.now()).date())))
            }
            Expr::Happened(id) => {
                let Some(at) = about.inside else { return Value::Missing };
                let inside = &self.inside[at];
                let asked = &self.ir.journeys[inside.journey].happenings[id.index()];
                let counts = |now: usize| {
                    let past = &self.history[now];
                    past.happened >= inside.happened
                        && !past.backfilled
                        && past.names.contains(&asked.event.0)
                        && self.event_holds(at, asked.cond.as_ref(), now)
                };
                Value::Bool((inside.since..self.history.len()).filter(|now| !inside.skips.contains(now)).any(counts))
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
        self.history.iter().any(|past| {
            let Some((engagement, Some(of))) = past.told else { return false };
            let same = engagement == wanted || (engagement, wanted) == (Engagement::Clicked, Engagement::Opened);
            same && of == send && past.counts && past.happened < about.before
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
