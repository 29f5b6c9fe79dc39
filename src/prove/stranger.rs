//! What holds of somebody who was just seen for the first time, and of whom nothing is known yet.

use super::truth::{Fact, World};
use crate::ir::{Expr, Program};
use crate::kleene::Truth;
use crate::value::Value;
use rust_decimal::Decimal;

/// Whether a condition surely holds of a stranger, at any moment.
pub(crate) fn holds_of_strangers(program: &Program, cond: &Expr) -> bool {
    World::new(program, of_a_stranger).truth(cond) == Truth::YES
}

fn of_a_stranger(part: &Expr) -> Option<Fact> {
    match part {
        Expr::Attribute(_) | Expr::Consent(_) | Expr::ReachableFlag(_) => Some(Fact::Is(Value::Missing)),
        Expr::Last(..) | Expr::Since(_) | Expr::Rate(..) => Some(Fact::Is(Value::Missing)),
        Expr::Count(..) | Expr::Sum(..) => Some(Fact::Is(Value::Number(Decimal::ZERO))),
        // Nothing has happened, and they were seen this moment.
        Expr::Occurred(_) | Expr::Happened(_) | Expr::Engaged(..) | Expr::KnownFor(_) => Some(Fact::Holds(Truth::NO)),
        _ => None,
    }
}
