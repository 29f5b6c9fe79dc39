//! What can be said of a condition where only some things are known.

use crate::ir::{Comparison, Expr, Program};
use crate::value::Value;

/// What can be said of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// A value is missing, so that neither it nor its opposite holds.
    Unknown,
    /// It depends on what is not known here.
    Varies,
}

impl Truth {
    pub(super) fn of(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }

    /// Whether it can hold.
    pub(super) fn may_hold(self) -> bool {
        matches!(self, Truth::Yes | Truth::Varies)
    }

    pub(super) fn not(self) -> Self {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            other => other,
        }
    }

    /// Both must hold.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, rest) | (rest, Truth::Yes) => rest,
            (Truth::Unknown, Truth::Unknown) => Truth::Unknown,
            _ => Truth::Varies,
        }
    }
}

/// What is known of a part of a condition.
#[derive(Debug, Clone)]
pub(super) enum Fact {
    /// Its value.
    Is(Value),
    /// Whether it holds.
    Holds(Truth),
}

/// Segments within segments, as many as the checker lets through.
const DEEPEST: usize = 64;

/// Conditions as far as some of their parts are known.
pub(super) struct World<'a, F: Fn(&Expr) -> Option<Fact>> {
    pub(super) program: &'a Program,
    /// What is known of a part; none: nothing but what follows from its own parts.
    pub(super) fact: F,
}

impl<F: Fn(&Expr) -> Option<Fact>> World<'_, F> {
    pub(super) fn truth(&self, cond: &Expr) -> Truth {
        self.at(cond, 0)
    }

    fn at(&self, cond: &Expr, depth: usize) -> Truth {
        match (self.fact)(cond) {
            Some(Fact::Holds(truth)) => return truth,
            Some(Fact::Is(value)) => return value.truth().map_or(Truth::Unknown, Truth::of),
            None => {}
        }
        match cond {
            Expr::Const(value) => value.truth().map_or(Truth::Unknown, Truth::of),
            Expr::Not(inner) => self.at(inner, depth).not(),
            Expr::And(parts) => parts.iter().fold(Truth::Yes, |all, part| all.and(self.at(part, depth))),
            // One of them holds unless none does.
            Expr::Or(parts) => parts.iter().fold(Truth::Yes, |none, part| none.and(self.at(part, depth).not())).not(),
            Expr::In(id) => match self.program.segments.get(id.index()).filter(|_| depth < DEEPEST) {
                // Who is not surely in a segment is outside.
                Some(segment) => match self.at(&segment.cond, depth + 1) {
                    Truth::Unknown => Truth::No,
                    other => other,
                },
                None => Truth::Varies,
            },
            Expr::Known(value) => match self.value(value) {
                Some(value) => Truth::of(!value.is_missing()),
                None => Truth::Varies,
            },
            Expr::Compare(op, left, right) => self.compare(*op, left, right),
            Expr::OneOf(value, items) => {
                let is = |item: &Expr| self.compare(Comparison::Is, value, item);
                items.iter().fold(Truth::Yes, |none, item| none.and(is(item).not())).not()
            }
            // Times of day go around midnight.
            Expr::Between(_, from, _) if matches!(self.value(from), Some(Value::Time(_))) => Truth::Varies,
            Expr::Between(value, from, to) => {
                let least = self.compare(Comparison::GreaterOrEqual, value, from);
                least.and(self.compare(Comparison::LessOrEqual, value, to))
            }
            Expr::Contains(value, _) => match self.value(value) {
                Some(Value::Missing) => Truth::Unknown,
                _ => Truth::Varies,
            },
            _ => Truth::Varies,
        }
    }

    fn compare(&self, op: Comparison, left: &Expr, right: &Expr) -> Truth {
        match (self.value(left), self.value(right)) {
            (Some(Value::Missing), _) | (_, Some(Value::Missing)) => Truth::Unknown,
            (Some(left), Some(right)) => {
                left.compare(&right).map_or(Truth::Unknown, |order| Truth::of(op.holds(order)))
            }
            _ => Truth::Varies,
        }
    }

    /// A value, if it is known.
    fn value(&self, expr: &Expr) -> Option<Value> {
        if let Some(fact) = (self.fact)(expr) {
            return match fact {
                Fact::Is(value) => Some(value),
                Fact::Holds(_) => None,
            };
        }
        match expr {
            Expr::Const(value) => Some(value.clone()),
            Expr::Arithmetic(first, parts) => {
                let mut value = self.value(first)?;
                for (sign, part) in parts {
                    value = sign.apply(&value, &self.value(part)?);
                }
                Some(value)
            }
            _ => None,
        }
    }
}
