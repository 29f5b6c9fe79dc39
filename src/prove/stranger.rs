//! What holds of somebody who was just seen for the first time, and of whom nothing is known yet.

use crate::ir::{Expr, Program};
use crate::value::Value;

/// What can be said of a condition about a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    /// A value is missing, so that neither it nor its opposite holds.
    Unknown,
    /// It depends on the hour, the day, or who it is.
    Varies,
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }

    fn not(self) -> Self {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            other => other,
        }
    }

    /// Both must hold.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, rest) | (rest, Truth::Yes) => rest,
            (Truth::Unknown, Truth::Unknown) => Truth::Unknown,
            _ => Truth::Varies,
        }
    }
}

/// Whether a condition surely holds of a stranger, at any moment.
pub(crate) fn holds_of_strangers(program: &Program, cond: &Expr) -> bool {
    Stranger { program }.truth(cond, 0) == Truth::Yes
}

/// Segments within segments, as many as the checker lets through.
const DEEPEST: usize = 64;

struct Stranger<'a> {
    program: &'a Program,
}

impl Stranger<'_> {
    fn truth(&self, cond: &Expr, depth: usize) -> Truth {
        match cond {
            Expr::Const(Value::Bool(holds)) => Truth::of(*holds),
            Expr::Not(inner) => self.truth(inner, depth).not(),
            Expr::And(parts) => parts.iter().fold(Truth::Yes, |all, part| all.and(self.truth(part, depth))),
            // One of them holds unless none does.
            Expr::Or(parts) => {
                parts.iter().fold(Truth::Yes, |none, part| none.and(self.truth(part, depth).not())).not()
            }
            Expr::In(id) => match self.program.segments.get(id.index()).filter(|_| depth < DEEPEST) {
                // Who is not surely in a segment is outside.
                Some(segment) => match self.truth(&segment.cond, depth + 1) {
                    Truth::Unknown => Truth::No,
                    other => other,
                },
                None => Truth::Varies,
            },
            Expr::Known(value) => match self.value(value) {
                Some(value) => Truth::of(!value.is_missing()),
                None => Truth::Varies,
            },
            // Nothing has happened, and they were seen this moment.
            Expr::Occurred(_) | Expr::Happened(_) | Expr::Engaged(..) | Expr::KnownFor(_) => Truth::No,
            Expr::Compare(op, left, right) => match (self.value(left), self.value(right)) {
                (Some(Value::Missing), _) | (_, Some(Value::Missing)) => Truth::Unknown,
                (Some(left), Some(right)) => {
                    left.compare(&right).map_or(Truth::Unknown, |order| Truth::of(op.holds(order)))
                }
                _ => Truth::Varies,
            },
            Expr::OneOf(value, _) | Expr::Contains(value, _) | Expr::Between(value, ..) => match self.value(value) {
                Some(Value::Missing) => Truth::Unknown,
                _ => Truth::Varies,
            },
            Expr::Attribute(_) | Expr::Consent(_) | Expr::ReachableFlag(_) => Truth::Unknown,
            _ => Truth::Varies,
        }
    }

    /// A value, if it is the same for all strangers at all times.
    fn value(&self, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Const(value) => Some(value.clone()),
            Expr::Attribute(_) | Expr::Consent(_) | Expr::ReachableFlag(_) => Some(Value::Missing),
            Expr::Last(..) | Expr::Since(_) | Expr::Rate(..) => Some(Value::Missing),
            Expr::Count(..) | Expr::Sum(..) => Some(Value::Number(rust_decimal::Decimal::ZERO)),
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
