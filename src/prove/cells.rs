//! One thing about a person at a time (an attribute, a count, a segment, the weekday), and the values that conditions tell
//! apart: below 30, 30, above 30, missing. The cells are a partition: to the conditions all values of a cell look alike, so
//! that what holds in none of them holds never.
//!
//! Only one thing is looked at at a time, so that the cost stays that of the conditions. That two conditions contradict each
//! other through two things together is not seen.

use super::past::{self, Relation};
use super::truth::Fact;
use crate::ir::{ChannelId, Comparison, Days, Engagement, Expr, HistoryId, Program};
use crate::kleene::Truth;
use crate::value::{Millis, Type, Value};
use rust_decimal::Decimal;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// More values than this of one thing are not told apart.
const VALUES: usize = 64;
/// Conditions of more parts than this are not looked into: every part would be compared with every other.
pub(super) const PARTS: usize = 64;

/// A thing about which conditions speak.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Axis {
    /// Something that has a value.
    Value(Expr),
    /// Something that holds or does not.
    Holds(Expr),
    /// Whether a value holds another.
    Contains(Expr),
    /// How long ago the latest event of a history was, whatever is asked of it.
    Latest(HistoryId),
    /// The preferred channel.
    Preferred,
    /// The local time of day.
    TimeOfDay,
    /// The local weekday.
    Weekday,
}

/// A value that a thing can have, which stands for all of its cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Value(Value),
    Holds(bool),
    /// Yes, no, or missing.
    Answer(Truth),
    /// So long ago; none: never.
    Ago(Option<Millis>),
    /// None: it is missing; of channels nobody asks about one stands for all.
    Channel(Option<ChannelId>),
    /// Minutes since midnight.
    TimeOfDay(u32),
    /// 0 is Monday.
    Weekday(u32),
}

impl Axis {
    /// What a cell says about a part of a condition.
    pub(super) fn fact(&self, program: &Program, cell: &Cell, part: &Expr) -> Option<Fact> {
        let holds = |truth: Truth| Some(Fact::Holds(truth));
        match (self, cell, part) {
            (Axis::Value(of), Cell::Value(value), part) if of == part => Some(Fact::Is(value.clone())),
            // One value stands for its cell in comparisons, and not in sums.
            (Axis::Value(of), _, Expr::Arithmetic(..)) => {
                let mut speaks = false;
                part.visit(&mut |part| speaks |= part == of);
                speaks.then_some(Fact::Holds(Truth::VARIES))
            }
            (Axis::Value(Expr::Count(of, _)), Cell::Value(Value::Number(count)), part) => {
                past::by_count(program, *of, *count, part).and_then(holds)
            }
            (Axis::Holds(of), Cell::Holds(answer), part) if of == part => holds(Truth::of(*answer)),
            (Axis::Holds(of), Cell::Holds(answer), part) => implied(of, *answer, part).and_then(holds),
            (Axis::Contains(of), Cell::Answer(answer), part) if of == part => holds(*answer),
            (Axis::Contains(of), Cell::Answer(answer), part) => contained(program, of, *answer, part).and_then(holds),
            (Axis::Latest(of), Cell::Ago(ago), part) => past::by_latest(program, *of, *ago, part),
            (Axis::Preferred, Cell::Channel(preferred), Expr::Prefers(channel)) => {
                holds(preferred.map_or(Truth::UNKNOWN, |preferred| Truth::of(preferred == *channel)))
            }
            (Axis::TimeOfDay, Cell::TimeOfDay(minute), Expr::LocalTime(from, to)) => {
                holds(Truth::of(lies_between(*minute, *from, *to)))
            }
            (Axis::Weekday, Cell::Weekday(day), Expr::Day(days)) => holds(Truth::of(Days::contains(*days, *day))),
            _ => None,
        }
    }
}

/// What follows from something that holds or does not, for something else.
fn implied(of: &Expr, holds: bool, part: &Expr) -> Option<Truth> {
    match (of, part) {
        // A click counts as an open.
        (Expr::Engaged(Engagement::Clicked, of), Expr::Engaged(Engagement::Opened, part)) if holds && of == part => {
            Some(Truth::YES)
        }
        (Expr::Engaged(Engagement::Opened, of), Expr::Engaged(Engagement::Clicked, part)) if !holds && of == part => {
            Some(Truth::NO)
        }
        (Expr::KnownFor(of), Expr::KnownFor(part)) if holds && part <= of => Some(Truth::YES),
        (Expr::KnownFor(of), Expr::KnownFor(part)) if !holds && part >= of => Some(Truth::NO),
        // What was suppressed did not go.
        (Expr::Sent, Expr::Suppressed) | (Expr::Suppressed, Expr::Sent) if holds => Some(Truth::NO),
        (Expr::Suppressed, Expr::Engaged(_, None)) if holds => Some(Truth::NO),
        (Expr::Sent, Expr::Engaged(_, None)) if !holds => Some(Truth::NO),
        (Expr::Engaged(_, None), Expr::Sent) if holds => Some(Truth::YES),
        (Expr::Engaged(_, None), Expr::Suppressed) if holds => Some(Truth::NO),
        _ => None,
    }
}

/// What follows from whether a value holds another.
fn contained(program: &Program, of: &Expr, answer: Truth, part: &Expr) -> Option<Truth> {
    let Expr::Contains(whole, inner) = of else { return None };
    let Expr::Const(inner) = inner.as_ref() else { return None };
    let missing = answer == Truth::UNKNOWN;
    match part {
        Expr::Known(value) if value == whole => Some(Truth::of(!missing)),
        Expr::Compare(_, value, _) | Expr::OneOf(value, _) | Expr::Contains(value, _) if missing && value == whole => {
            Some(Truth::UNKNOWN)
        }
        Expr::Contains(value, other) if value == whole && is_text(program, whole) => match (inner, other.as_ref()) {
            // A text that holds `gift card` holds `gift`.
            (Value::Text(inner), Expr::Const(Value::Text(other))) => match answer {
                Truth::YES if inner.contains(other.as_str()) => Some(Truth::YES),
                Truth::NO if other.contains(inner.as_str()) => Some(Truth::NO),
                _ => None,
            },
            _ => None,
        },
        Expr::Compare(Comparison::Is, value, other) if value == whole => match (inner, other.as_ref()) {
            (Value::Text(inner), Expr::Const(Value::Text(other))) => {
                (other.contains(inner.as_str()) != (answer == Truth::YES)).then_some(Truth::NO)
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_text(program: &Program, value: &Expr) -> bool {
    let field = match value {
        Expr::Attribute(id) => program.attributes.get(id.index()),
        Expr::EventProperty(id) => program.properties.get(id.index()),
        _ => None,
    };
    field.is_some_and(|field| field.ty == Type::Text)
}

/// Whether a part of a condition asks about a history, or one around or within it.
pub(super) fn related(program: &Program, of: HistoryId, part: &Expr) -> bool {
    past::history(part).is_some_and(|id| past::relation(program, id, of).is_some())
}

/// Whether a minute lies in a local window, overnight where it ends before it starts.
fn lies_between(minute: u32, from: u32, to: u32) -> bool {
    if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

/// The things that some conditions speak about.
pub(super) fn axes<'a>(program: &Program, conds: impl Iterator<Item = &'a Expr>) -> Vec<Axis> {
    let mut out: Vec<Axis> = Vec::new();
    let mut add = |axis: Axis| {
        if !out.contains(&axis) {
            out.push(axis);
        }
    };
    for cond in conds {
        cond.visit(&mut |part| {
            // Whatever is asked of one history moves together.
            if let Some(id) = past::history(part) {
                add(Axis::Latest(latest(program, id)));
                for around in past::around(program, id) {
                    add(Axis::Latest(latest(program, around)));
                }
            }
            // Whoever clicks opens, and whoever is known for a year is known for a month.
            match part {
                Expr::Engaged(Engagement::Clicked, message) => {
                    add(Axis::Holds(Expr::Engaged(Engagement::Opened, *message)));
                }
                Expr::KnownFor(_) => add(Axis::Holds(Expr::KnownFor(0))),
                Expr::Sent => add(Axis::Holds(Expr::Suppressed)),
                Expr::Suppressed => add(Axis::Holds(Expr::Sent)),
                _ => {}
            }
            add(match part {
                Expr::Attribute(_)
                | Expr::Consent(_)
                | Expr::ReachableFlag(_)
                | Expr::EntryProperty(_)
                | Expr::EventProperty(_)
                | Expr::Count(..)
                | Expr::Sum(..)
                | Expr::Last(..)
                | Expr::Rate(..)
                | Expr::Today
                | Expr::Now => Axis::Value(part.clone()),
                Expr::Happened(_)
                | Expr::Engaged(..)
                | Expr::Sent
                | Expr::Suppressed
                | Expr::Reachable(..)
                | Expr::In(_)
                | Expr::KnownFor(_) => Axis::Holds(part.clone()),
                Expr::Contains(_, inner) if matches!(inner.as_ref(), Expr::Const(_)) => Axis::Contains(part.clone()),
                Expr::Prefers(_) => Axis::Preferred,
                Expr::LocalTime(..) => Axis::TimeOfDay,
                Expr::Day(_) => Axis::Weekday,
                _ => return,
            });
        });
    }
    out
}

/// Of the histories with the same events the first stands for all, as far as they are asked about near each other.
fn latest(program: &Program, id: HistoryId) -> HistoryId {
    let same = |other: &HistoryId| past::relation(program, id, *other) == Some(Relation::Same);
    past::near(program, id).find(same).unwrap_or(id)
}

/// The cells that some conditions tell apart; none: they are too many.
pub(super) fn cells<'a>(program: &Program, axis: &Axis, conds: impl Iterator<Item = &'a Expr>) -> Option<Vec<Cell>> {
    match axis {
        Axis::Holds(_) => Some(vec![Cell::Holds(true), Cell::Holds(false)]),
        Axis::Contains(_) => Some([Truth::YES, Truth::NO, Truth::UNKNOWN].map(Cell::Answer).to_vec()),
        Axis::Weekday => Some((0..7).map(Cell::Weekday).collect()),
        Axis::Preferred => {
            // One that nobody asks about, and none.
            let mut all = vec![None, Some(ChannelId(u16::MAX))];
            for cond in conds {
                cond.visit(&mut |part| {
                    if let Expr::Prefers(channel) = part
                        && !all.contains(&Some(*channel))
                    {
                        all.push(Some(*channel));
                    }
                });
            }
            (all.len() <= VALUES).then(|| all.into_iter().map(Cell::Channel).collect())
        }
        Axis::TimeOfDay => {
            let mut minutes = vec![0];
            for cond in conds {
                cond.visit(&mut |part| {
                    if let Expr::LocalTime(from, to) = part {
                        minutes.extend([*from, *to]);
                    }
                });
            }
            minutes.sort_unstable();
            minutes.dedup();
            (minutes.len() <= VALUES).then(|| minutes.into_iter().map(Cell::TimeOfDay).collect())
        }
        Axis::Latest(of) => {
            let mut lengths: BTreeSet<Millis> = BTreeSet::from([0]);
            for cond in conds {
                let mut values = vec![];
                cond.visit(&mut |part| {
                    let Some(id) = past::history(part).filter(|_| related(program, *of, part)) else { return };
                    if let Some(window) = program.histories.get(id.index()).and_then(|history| history.window) {
                        values.push(Value::Duration(window));
                    }
                    if matches!(part, Expr::Since(_)) {
                        constants(part, cond, &mut values);
                    }
                });
                for value in values {
                    if let Value::Duration(length) = value {
                        lengths.extend([length - 1, length, length.saturating_add(1)]);
                    }
                }
            }
            let ago = lengths.into_iter().filter(|length| *length >= 0).map(Some).chain([None]);
            let cells: Vec<Cell> = ago.map(Cell::Ago).collect();
            (cells.len() <= VALUES).then_some(cells)
        }
        Axis::Value(of) => {
            let mut values: Vec<Value> = Vec::new();
            let mut is_compared = false;
            for cond in conds {
                is_compared |= compares(of, cond);
                constants(of, cond, &mut values);
                if let Expr::Count(id, _) = of {
                    counts(program, *id, cond, &mut values);
                }
            }
            values.sort_by(|a, b| a.compare(b).unwrap_or(std::cmp::Ordering::Equal));
            values.dedup();
            // What is compared with nothing that is known can be anything, and no few values stand for that.
            if values.len() > VALUES || values.is_empty() && is_compared {
                return None;
            }
            let mut cells = representatives(of, &values);
            cells.retain(|value| can_be(of, value));
            let never_missing = matches!(of, Expr::Count(..) | Expr::Sum(..) | Expr::Today | Expr::Now);
            cells.extend((!never_missing).then_some(Value::Missing));
            Some(cells.into_iter().map(Cell::Value).collect())
        }
    }
}

/// The numbers with which other counts of the same events are compared.
fn counts(program: &Program, of: HistoryId, cond: &Expr, out: &mut Vec<Value>) {
    cond.visit(&mut |part| match part {
        Expr::Count(..) if related(program, of, part) => constants(part, cond, out),
        Expr::Occurred(_) if related(program, of, part) => out.push(Value::Number(Decimal::ONE)),
        _ => {}
    });
}

/// The values that a condition compares a thing with.
fn constants(of: &Expr, cond: &Expr, out: &mut Vec<Value>) {
    let mut add = |item: &Expr| {
        if let Expr::Const(value) = item {
            out.push(value.clone());
        }
    };
    cond.visit(&mut |part| match part {
        Expr::Compare(_, left, right) if **left == *of => add(right),
        Expr::Compare(_, left, right) if **right == *of => add(left),
        Expr::OneOf(value, items) if **value == *of => items.iter().for_each(&mut add),
        Expr::Between(value, from, to) if **value == *of => [from, to].into_iter().for_each(|item| add(item)),
        _ => {}
    });
}

/// Whether a condition compares a thing with something, or counts with it: then it is not itself true or false.
fn compares(of: &Expr, cond: &Expr) -> bool {
    let mut found = false;
    cond.visit(&mut |part| {
        found |= match part {
            Expr::Compare(_, left, right) | Expr::Contains(left, right) => **left == *of || **right == *of,
            Expr::OneOf(value, items) => **value == *of || items.contains(of),
            Expr::Between(value, from, to) => [value, from, to].into_iter().any(|one| **one == *of),
            Expr::Arithmetic(first, parts) => **first == *of || parts.iter().any(|(_, part)| part == of),
            _ => false,
        };
    });
    found
}

/// One value for each cell: the constants, and one between each two, before the first and behind the last.
fn representatives(of: &Expr, values: &[Value]) -> Vec<Value> {
    let mut out: Vec<Value> = values.to_vec();
    match values.first() {
        // A bool may stand alone.
        None | Some(Value::Bool(_)) => return vec![Value::Bool(false), Value::Bool(true)],
        Some(Value::Text(_)) => {
            // Some other text; it is longer than each of them.
            let longest = values.iter().map(Value::size).max().unwrap_or(0);
            out.push(Value::Text(SmolStr::new("?".repeat(longest + 1))));
            return out;
        }
        _ => {}
    }
    let whole = matches!(of, Expr::Count(..));
    out.extend(values.first().and_then(|first| beside(first, false)));
    out.extend(values.last().and_then(|last| beside(last, true)));
    for pair in values.windows(2) {
        if let [a, b] = pair {
            out.extend(between(a, b, whole));
        }
    }
    out
}

fn beside(value: &Value, after: bool) -> Option<Value> {
    let sign = if after { 1 } else { -1 };
    Some(match value {
        // Counts beside a half are whole, too.
        Value::Number(n) if after => Value::Number(n.floor().checked_add(Decimal::ONE)?),
        Value::Number(n) => Value::Number(n.ceil().checked_sub(Decimal::ONE)?),
        Value::Moment(t) => Value::Moment(t.checked_add(sign)?),
        Value::Duration(t) => Value::Duration(t.checked_add(sign)?),
        Value::Date(day) if after => Value::Date(day.succ_opt()?),
        Value::Date(day) => Value::Date(day.pred_opt()?),
        Value::Time(minute) => Value::Time(u32::try_from(i64::from(*minute) + sign).ok().filter(|m| *m < 1440)?),
        _ => return None,
    })
}

fn between(a: &Value, b: &Value, whole: bool) -> Option<Value> {
    let middle = match (a, b) {
        (Value::Number(a), Value::Number(_)) if whole => Value::Number(a.floor() + Decimal::ONE),
        (Value::Number(a), Value::Number(b)) => Value::Number(a.checked_add(*b)?.checked_div(Decimal::TWO)?),
        _ => beside(a, true)?,
    };
    (middle.compare(b)? == std::cmp::Ordering::Less).then_some(middle)
}

/// The natural bounds of a count, a share and a length of time.
fn can_be(of: &Expr, value: &Value) -> bool {
    match (of, value) {
        (Expr::Count(..), Value::Number(n)) => n.is_integer() && *n >= Decimal::ZERO,
        (Expr::Rate(..), Value::Number(n)) => (Decimal::ZERO..=Decimal::ONE).contains(n),
        (Expr::Since(_), Value::Duration(length)) => *length >= 0,
        _ => true,
    }
}

/// Whether a condition is small enough to be looked into.
pub(super) fn is_small(cond: &Expr) -> bool {
    let mut parts = 0;
    cond.visit(&mut |_| parts += 1);
    parts <= PARTS
}
