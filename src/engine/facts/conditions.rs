//! Conditions: what is true, false or unknown now, and when that may next change by time alone.

use super::consent;
use super::view::View;
use crate::bytecode::{Code, ConstantId, Formula, Term};
use crate::engine::io::brought::Brought;
use crate::engine::io::happened::EventView;
use crate::engine::state::entry::Instance;
use crate::engine::state::past::Memory;
use crate::engine::state::profile::Profile;
use crate::engine::state::send::SendRecord;
use crate::engine::time::local_time;
use crate::ir::{
    Arithmetic, AttributeId, CategoryId, ChannelId, Comparison, Days, Engagement, EventId, HistoryId, MessageId,
    SegmentId,
};
use crate::kleene;
use crate::value::{Millis, Timestamp, Value};
use chrono::Datelike;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use smallvec::SmallVec;
use smol_str::SmolStr;

/// Asks conditions about a profile at one instant.
pub(crate) struct Asker<'a> {
    code: &'a Code,
    profile: &'a Profile,
    now: Timestamp,
    zone: Tz,
    /// The journey that asks.
    pub(crate) instance: Option<&'a Instance>,
    /// The properties of the entry's event, where there is no instance yet.
    pub(crate) entry: &'a [Value],
    /// The event that `where` is about.
    pub(crate) event: Option<EventView<'a>>,
    /// Attributes that were set at this instant and not applied yet: only the entry that set one sees it.
    set: &'a [Brought],
    /// Segments asked about so far.
    asked: SmallVec<[(SegmentId, Option<bool>); 2]>,
    /// Engagements count only before this instant: the end of a window.
    pub(crate) before: Timestamp,
    /// The soonest instant after now at which an answer may change by time alone.
    pub(crate) changes: Option<Timestamp>,
    /// The latest engagement or event that made something true, and its time.
    pub(crate) evidence: Option<(Evidence, Timestamp)>,
    /// Values of another type than the program says.
    pub(crate) odd: Vec<SmolStr>,
}

/// What made a condition true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// An engagement with a message.
    Engagement(Engagement),
    /// An event of the program, by number.
    Event(EventId),
}

impl Evidence {
    /// Its event's name.
    pub(crate) fn name(self, code: &Code) -> SmolStr {
        match self {
            Evidence::Engagement(engagement) => SmolStr::new_static(engagement.word()),
            Evidence::Event(number) => code.event_names.get(number).cloned().unwrap_or_default(),
        }
    }
}

/// What is found in a history.
enum Found {
    /// The latest, of this time: it stands even where the history begins late.
    At(Timestamp, Value),
    /// It changes when what is of this time leaves the window.
    Until(Timestamp, Value),
    /// It has no window.
    Always(Value),
    /// There is nothing.
    Nothing(Value),
}

/// How a value moves with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timed {
    No,
    /// By the millisecond, forwards or backwards.
    Clock(i64),
    /// By the local day, forwards or backwards.
    Day(i64),
}

type Slot = (Value, Timed);
type Stack = SmallVec<[Slot; 4]>;

impl<'a> Asker<'a> {
    pub(crate) fn new(view: View<'a>, instance: Option<&'a Instance>, event: Option<EventView<'a>>) -> Self {
        let View { code, profile, now, zone, set, .. } = view;
        Self {
            code,
            profile,
            now,
            zone,
            instance,
            entry: instance.map_or(&[], Instance::event),
            event,
            set,
            asked: SmallVec::new(),
            before: Timestamp::MAX,
            changes: None,
            evidence: None,
            odd: vec![],
        }
    }

    /// A property of the event.
    pub(crate) fn property(&mut self, id: crate::ir::PropertyId) -> Value {
        self.event_property(id)
    }

    /// The truth of a condition; none is unknown.
    pub(crate) fn truth(&mut self, formula: Formula) -> Option<bool> {
        self.value(formula).truth()
    }

    /// Whether a condition that may be absent holds.
    pub(crate) fn holds(&mut self, formula: Option<Formula>) -> bool {
        formula.is_none_or(|formula| self.truth(formula) == Some(true))
    }

    /// The value of a formula.
    pub(crate) fn value(&mut self, formula: Formula) -> Value {
        let code = self.code;
        let terms = code.terms.get(formula.start as usize..formula.end as usize).unwrap_or_default();
        let mut stack = Stack::new();
        // Many are one question.
        if let [term] = terms {
            return self.term(*term, &mut stack).0;
        }
        for term in terms {
            let slot = self.term(*term, &mut stack);
            stack.push(slot);
        }
        debug_assert!(stack.len() <= 1, "a verified condition comes to one value");
        stack.pop().map_or(Value::Missing, |(value, _)| value)
    }

    fn term(&mut self, term: Term, stack: &mut Stack) -> Slot {
        let mut pop = || {
            let slot = stack.pop();
            debug_assert!(slot.is_some(), "a verified condition never lacks a value");
            slot.unwrap_or((Value::Missing, Timed::No))
        };
        // A checked program asks of the truth only what can be true: anything else is a fault of the checker.
        let truth_of = |slot: Slot| {
            debug_assert!(matches!(slot.0, Value::Bool(_) | Value::Missing), "{:?} is neither true nor false", slot.0);
            slot.0.truth()
        };
        let still = |value: Value| (value, Timed::No);
        let truth = |truth: Option<bool>| (truth.map_or(Value::Missing, Value::Bool), Timed::No);
        match term {
            Term::Const(at) => still(self.constant(at)),
            Term::LocalMoment(date, minute) => still(Value::Moment(local_time::instant(self.zone, date, minute))),
            Term::Attribute(at) => still(self.attribute(at)),
            Term::Consent(at) => truth(self.text(at).and_then(|name| self.profile.known().consent.answer(name))),
            Term::ReachableFlag(at) => {
                truth(self.text(at).and_then(|name| {
                    self.profile.known().reachable.iter().find(|(n, _)| n == name).map(|(_, yes)| *yes)
                }))
            }
            Term::EntryProperty(at) => still(self.entry.get(usize::from(at)).cloned().unwrap_or_default()),
            Term::EventProperty(id) => still(self.event_property(id)),
            Term::Now => (Value::Moment(self.now), Timed::Clock(1)),
            Term::Today => (Value::Date(local_time::date(self.zone, self.now)), Timed::Day(1)),
            Term::Compare(op) => {
                let (right, left) = (pop(), pop());
                self.watch(&left, &right);
                truth(op.of(&left.0, &right.0))
            }
            Term::OneOf(count) => {
                let items: Vec<Slot> = (0..count).map(|_| pop()).collect();
                let value = pop();
                let mut answer = Some(false);
                for item in items.iter().rev() {
                    self.watch(&value, item);
                    answer = kleene::or(answer, value.0.is_same(&item.0));
                }
                truth(answer)
            }
            Term::Contains => {
                let (part, whole) = (pop(), pop());
                truth(contains(&whole.0, &part.0))
            }
            Term::Between => {
                let (to, from, value) = (pop(), pop(), pop());
                self.watch(&value, &from);
                self.watch(&value, &to);
                truth(between(&value.0, &from.0, &to.0))
            }
            Term::Known => {
                let (value, _) = pop();
                truth(Some(!value.is_missing()))
            }
            Term::LocalTime(from, to) => {
                let opening = local_time::opening(self.zone, self.now, from, to, Days::ALL);
                self.changes_at(opening.ends.unwrap_or(opening.next));
                truth(Some(opening.ends.is_some()))
            }
            Term::Day(days) => {
                let today = local_time::date(self.zone, self.now);
                let is =
                    |ahead: i64| days.contains(local_time::plus_days(today, ahead).weekday().num_days_from_monday());
                if let Some(ahead) = (1..=7).find(|ahead| is(*ahead) != is(0)) {
                    self.changes_at(local_time::instant(self.zone, local_time::plus_days(today, ahead), 0));
                }
                truth(Some(is(0)))
            }
            Term::Happened(id) => {
                let at = self.instance.and_then(|i| i.happenings().iter().find(|h| h.which == id.0)).map(|h| h.at);
                if let Some(at) = at {
                    let journey = self.instance.and_then(|i| self.code.journeys.get(i.journey));
                    let event =
                        journey.and_then(|j| j.happenings.get(id.index())).map_or(EventId(u16::MAX), |h| h.event);
                    self.found(Evidence::Event(event), at);
                }
                truth(Some(at.is_some()))
            }
            Term::Engaged(engagement, message) => truth(Some(self.engaged(engagement, message))),
            Term::Sent => truth(Some(self.last_asked(None).is_some_and(SendRecord::went))),
            Term::Suppressed => truth(Some(self.last_asked(None).is_some_and(|asked| !asked.went()))),
            Term::Reachable(channel, category) => truth(Some(self.reachable(channel, category))),
            Term::Prefers(channel) => {
                let name = self.code.channels.get(channel);
                truth(self.profile.known().preferred.as_ref().map(|preferred| Some(preferred) == name))
            }
            Term::In(segment) => truth(Some(self.is_in(segment))),
            Term::KnownFor(least) => {
                let past = self.profile.past.as_ref();
                let since = past.and_then(|past| past.first_seen).map(|first| first.saturating_add(least));
                since.into_iter().for_each(|since| self.changes_at(since));
                // Who had been seen before the program began to ask may have been known for long.
                let is_open = past.is_some_and(|past| past.seen_before);
                truth(since.map(|since| self.now >= since).filter(|known| *known || !is_open))
            }
            Term::Occurred(number) => {
                let found = self.remembered(number, |memory, gone| match memory {
                    Memory::Latest(at, _) if *at > gone => Found::At(*at, Value::Bool(true)),
                    _ => Found::Nothing(Value::Bool(false)),
                });
                still(found)
            }
            Term::Count(number) => still(self.remembered(number, |memory, gone| match memory {
                Memory::Count(count) => Found::Always(Value::Number((*count).into())),
                Memory::Times(times) => {
                    let first = times.partition_point(|t| *t <= gone);
                    let count = Value::Number((times.len() - first).into());
                    times.get(first).map_or(Found::Nothing(Value::Number(Decimal::ZERO)), |at| Found::Until(*at, count))
                }
                _ => Found::Nothing(Value::Number(Decimal::ZERO)),
            })),
            Term::Sum(number) => still(self.remembered(number, |memory, gone| match memory {
                Memory::Sum(sum) => Found::Always(sum.map_or(Value::Missing, Value::Number)),
                Memory::Amounts(amounts) => {
                    let inside = amounts.get(amounts.partition_point(|a| a.at <= gone)..).unwrap_or_default();
                    let sum = inside.iter().try_fold(Decimal::ZERO, |sum, a| sum.checked_add(a.value));
                    let sum = sum.map_or(Value::Missing, Value::Number);
                    inside.first().map_or(Found::Nothing(Value::Number(Decimal::ZERO)), |a| Found::Until(a.at, sum))
                }
                _ => Found::Nothing(Value::Number(Decimal::ZERO)),
            })),
            Term::Last(number) => still(self.remembered(number, |memory, gone| match memory {
                Memory::Latest(at, value) if *at > gone => Found::At(*at, value.clone()),
                _ => Found::Nothing(Value::Missing),
            })),
            Term::Since(number) => {
                let now = self.now;
                let since = self.remembered(number, |memory, gone| match memory {
                    Memory::Latest(at, _) if *at > gone => Found::At(*at, Value::Duration(now.saturating_sub(*at))),
                    _ => Found::Nothing(Value::Missing),
                });
                let timed = if since.is_missing() { Timed::No } else { Timed::Clock(1) };
                (since, timed)
            }
            Term::Rate(engagement, channel, window) => still(self.rate(engagement, channel, window)),
            Term::Not => truth(kleene::not(truth_of(pop()))),
            Term::And => {
                let (b, a) = (pop(), pop());
                truth(kleene::and(truth_of(a), truth_of(b)))
            }
            Term::Or => {
                let (b, a) = (pop(), pop());
                truth(kleene::or(truth_of(a), truth_of(b)))
            }
            Term::Arithmetic(op) => {
                let (right, left) = (pop(), pop());
                let timed = match (left.1, right.1) {
                    (Timed::No, Timed::No) => Timed::No,
                    (timed, Timed::No) => timed,
                    (_, Timed::Clock(sign)) if op == Arithmetic::Subtract => Timed::Clock(-sign),
                    (_, Timed::Day(sign)) if op == Arithmetic::Subtract => Timed::Day(-sign),
                    (_, timed) => timed,
                };
                (op.apply(&left.0, &right.0), timed)
            }
        }
    }

    fn constant(&self, at: ConstantId) -> Value {
        self.code.constants.get(at).cloned().unwrap_or_default()
    }

    fn text(&self, at: ConstantId) -> Option<&'a str> {
        match self.code.constants.get(at) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether the person is in a segment; unknown is outside.
    fn is_in(&mut self, segment: SegmentId) -> bool {
        if let Some((_, answer)) = self.asked.iter().find(|(asked, _)| *asked == segment) {
            return *answer == Some(true);
        }
        let code = self.code;
        let answer = code.segments.get(segment).and_then(|s| self.truth(s.cond));
        self.asked.push((segment, answer));
        answer == Some(true)
    }

    /// Asks a history over its window. `find` looks in what is remembered, behind an instant. Where recording began inside
    /// the window the answer is unknown, unless something that was found settles it.
    fn remembered(&mut self, number: HistoryId, find: impl FnOnce(&Memory, Timestamp) -> Found) -> Value {
        let window = self.code.histories.get(number).and_then(|h| h.window);
        let gone = window.map_or(Timestamp::MIN, |window| self.now.saturating_sub(window));
        let row = self.profile.past.as_ref().and_then(|past| past.history(number));
        let since = row.and_then(|row| row.since).filter(|since| *since > gone);
        let ends = |at: Timestamp| window.map(|window| at.saturating_add(window));
        match (find(row.map_or(&Memory::Nothing, |row| &row.memory), gone), since) {
            (Found::At(at, value), _) => {
                ends(at).into_iter().for_each(|at| self.changes_at(at));
                value
            }
            (_, Some(since)) => {
                ends(since).into_iter().for_each(|at| self.changes_at(at));
                Value::Missing
            }
            (Found::Until(at, value), None) => {
                ends(at).into_iter().for_each(|at| self.changes_at(at));
                value
            }
            (Found::Always(value) | Found::Nothing(value), None) => value,
        }
    }

    /// The share of the messages of the last while that were engaged with; of none it is missing.
    fn rate(&mut self, engagement: Engagement, channel: Option<ChannelId>, window: Millis) -> Value {
        let gone = self.now.saturating_sub(window);
        let counts = |s: &&SendRecord| {
            s.went() && !s.failed && s.at > gone && channel.is_none_or(|channel| channel == s.channel)
        };
        let profile = self.profile;
        let sends = || profile.sends.iter().filter(counts);
        if let Some(oldest) = sends().map(|s| s.at).min() {
            self.changes_at(oldest.saturating_add(window));
        }
        let engaged = sends().filter(|s| s.time_of(engagement).is_some()).count();
        Decimal::from(engaged).checked_div(Decimal::from(sends().count())).map_or(Value::Missing, Value::Number)
    }

    fn attribute(&self, at: AttributeId) -> Value {
        if let Some(instance) = self.instance {
            let of_it = |queued: &&Brought| matches!(queued, Brought::Set { by, number, .. } if *by == instance.number && *number == at);
            if let Some(Brought::Set { value, .. }) = self.set.iter().rev().find(of_it) {
                return value.clone();
            }
        }
        self.profile
            .known()
            .traits
            .iter()
            .find(|(number, _)| *number == at)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    fn event_property(&mut self, id: crate::ir::PropertyId) -> Value {
        let code = self.code;
        let (Some(event), Some(field)) = (self.event, code.properties.get(id)) else { return Value::Missing };
        match event.typed(field, self.zone) {
            Some(Ok(value)) => value.unwrap_or_default(),
            Some(Err(())) => {
                self.odd.push(SmolStr::new(field.path.join(".")));
                Value::Missing
            }
            None => Value::Missing,
        }
    }

    fn found(&mut self, what: Evidence, at: Timestamp) {
        if self.evidence.is_none_or(|(_, before)| at > before) {
            self.evidence = Some((what, at));
        }
    }

    fn last_asked(&self, message: Option<MessageId>) -> Option<&'a SendRecord> {
        self.profile.last_asked(self.instance?.number, message)
    }

    fn engaged(&mut self, engagement: Engagement, message: Option<MessageId>) -> bool {
        let Some(at) = self.last_asked(message).and_then(|asked| asked.time_of(engagement)) else { return false };
        if at >= self.before {
            return false;
        }
        self.found(Evidence::Engagement(engagement), at);
        true
    }

    /// Consent and reachability, as the gate sees them.
    fn reachable(&self, channel: ChannelId, category: Option<CategoryId>) -> bool {
        let Some(name) = self.code.channels.get(channel) else { return false };
        self.profile.is_reachable(name) && consent::allows(self.code, self.profile, channel, category).is_ok()
    }

    fn changes_at(&mut self, at: Timestamp) {
        if at > self.now && at < Timestamp::MAX {
            self.changes = Some(self.changes.map_or(at, |before| before.min(at)));
        }
    }

    /// Works out when a comparison of two values may change by time alone.
    fn watch(&mut self, left: &Slot, right: &Slot) {
        let (moving, still) = match (left.1, right.1) {
            (Timed::No, Timed::No) => return,
            (Timed::No, _) => (right, left),
            _ => (left, right),
        };
        match moving.1 {
            Timed::Clock(sign) => {
                let (Value::Moment(a) | Value::Duration(a), Value::Moment(b) | Value::Duration(b)) =
                    (&moving.0, &still.0)
                else {
                    return;
                };
                let meet = b.checked_sub(*a).and_then(|d| d.checked_mul(sign)).and_then(|d| self.now.checked_add(d));
                if let Some(meet) = meet {
                    self.changes_at(meet);
                    self.changes_at(meet.saturating_add(1));
                }
            }
            Timed::Day(sign) => {
                let days = match (&moving.0, &still.0) {
                    (Value::Date(a), Value::Date(b)) => b.signed_duration_since(*a).num_days(),
                    (Value::Duration(a), Value::Duration(b)) => match b.checked_sub(*a) {
                        // The day on which the difference is reached, and the one after it where it lies between.
                        Some(d) => d.div_euclid(86_400_000),
                        None => return,
                    },
                    _ => return,
                };
                let today = local_time::date(self.zone, self.now);
                for ahead in [days * sign - 1, days * sign, days * sign + 1, days * sign + 2] {
                    if (1..=4_000_000).contains(&ahead) {
                        self.changes_at(local_time::instant(self.zone, local_time::plus_days(today, ahead), 0));
                    }
                }
            }
            Timed::No => {}
        }
    }
}

fn contains(whole: &Value, part: &Value) -> Option<bool> {
    match (whole, part) {
        (Value::Text(whole), Value::Text(part)) => Some(whole.contains(part.as_str())),
        (_, Value::Missing) => None,
        (Value::List(items), part) => Some(items.iter().any(|item| item.is_same(part) == Some(true))),
        _ => None,
    }
}

/// Both ends included; of times of day the end is not, and a start after the end is overnight.
fn between(value: &Value, from: &Value, to: &Value) -> Option<bool> {
    if let (Value::Time(at), Value::Time(from), Value::Time(to)) = (value, from, to) {
        return Some(if from <= to { from <= at && at < to } else { at >= from || at < to });
    }
    kleene::and(
        value.compare(from).map(|o| Comparison::GreaterOrEqual.holds(o)),
        value.compare(to).map(|o| Comparison::LessOrEqual.holds(o)),
    )
}
