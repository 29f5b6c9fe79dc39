//! One thing about a person at a time (an attribute, a count, a segment, the weekday), and the values that conditions tell
//! apart: below 30, 30, above 30, missing. What holds in none of these cells holds never.
//!
//! Only one thing is looked at at a time, so that the cost stays that of the conditions. That two conditions contradict each
//! other through two things together is not seen.

use super::truth::{Fact, Truth};
use crate::ir::{Days, Expr};
use crate::value::Value;
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// More values than this of one thing are not told apart.
const VALUES: usize = 64;
/// Conditions of more parts than this are not looked into.
pub(super) const PARTS: usize = 64;

/// A thing about which conditions speak.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Axis {
    /// Something that has a value.
    Value(Expr),
    /// Something that holds or does not.
    Holds(Expr),
    /// The local time of day.
    TimeOfDay,
    /// The local weekday.
    Weekday,
}

/// A value that a thing can have; all values of a cell look alike to the conditions.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Value(Value),
    Holds(bool),
    /// Minutes since midnight.
    TimeOfDay(u32),
    /// 0 is Monday.
    Weekday(u32),
}

impl Axis {
    /// What a cell says about a part of a condition.
    pub(super) fn fact(&self, cell: &Cell, part: &Expr) -> Option<Fact> {
        match (self, cell, part) {
            (Axis::Value(of), Cell::Value(value), part) if of == part => Some(Fact::Is(value.clone())),
            // One value stands for its cell in comparisons, and not in sums.
            (Axis::Value(of), _, Expr::Arithmetic(..)) => {
                let mut speaks = false;
                part.visit(&mut |part| speaks |= part == of);
                speaks.then_some(Fact::Holds(Truth::Varies))
            }
            (Axis::Holds(of), Cell::Holds(holds), part) if of == part => Some(Fact::Holds(Truth::of(*holds))),
            (Axis::TimeOfDay, Cell::TimeOfDay(minute), Expr::LocalTime(from, to)) => {
                Some(Fact::Holds(Truth::of(lies_between(*minute, *from, *to))))
            }
            (Axis::Weekday, Cell::Weekday(day), Expr::Day(days)) => {
                Some(Fact::Holds(Truth::of(Days::contains(*days, *day))))
            }
            _ => None,
        }
    }
}

/// Whether a minute lies in a local window, overnight where it ends before it starts.
fn lies_between(minute: u32, from: u32, to: u32) -> bool {
    if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

/// The things that some conditions speak about.
pub(super) fn axes<'a>(conds: impl Iterator<Item = &'a Expr>) -> Vec<Axis> {
    let mut out: Vec<Axis> = Vec::new();
    for cond in conds {
        cond.visit(&mut |part| {
            let axis = match part {
                Expr::Attribute(_)
                | Expr::Consent(_)
                | Expr::ReachableFlag(_)
                | Expr::EntryProperty(_)
                | Expr::EventProperty(_)
                | Expr::Count(..)
                | Expr::Sum(..)
                | Expr::Last(..)
                | Expr::Since(_)
                | Expr::Rate(..)
                | Expr::Today
                | Expr::Now => Axis::Value(part.clone()),
                Expr::Happened(_)
                | Expr::Engaged(..)
                | Expr::Sent
                | Expr::Suppressed
                | Expr::Reachable(..)
                | Expr::Prefers(_)
                | Expr::In(_)
                | Expr::KnownFor(_)
                | Expr::Occurred(_) => Axis::Holds(part.clone()),
                Expr::LocalTime(..) => Axis::TimeOfDay,
                Expr::Day(_) => Axis::Weekday,
                _ => return,
            };
            if !out.contains(&axis) {
                out.push(axis);
            }
        });
    }
    out
}

/// The cells that some conditions tell apart; none: they are too many.
pub(super) fn cells<'a>(axis: &Axis, conds: impl Iterator<Item = &'a Expr>) -> Option<Vec<Cell>> {
    match axis {
        Axis::Holds(_) => Some(vec![Cell::Holds(true), Cell::Holds(false)]),
        Axis::Weekday => Some((0..7).map(Cell::Weekday).collect()),
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
        Axis::Value(of) => {
            let mut values: Vec<Value> = Vec::new();
            for cond in conds {
                constants(of, cond, &mut values);
            }
            values.sort_by(|a, b| a.compare(b).unwrap_or(std::cmp::Ordering::Equal));
            values.dedup();
            if values.len() > VALUES {
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
