//! Whether one condition holds wherever another one does, as far as that can be seen from how they are written.

use crate::ir::{Branch, Comparison, Expr, MatchArm};
use crate::value::Value;
use std::cmp::Ordering;

/// Whether an earlier branch takes everybody that a later one is for. Both are asked at one moment.
pub(super) fn branch(earlier: &Branch, later: &Branch) -> bool {
    match (earlier, later) {
        (Branch::Ask(earlier, _), Branch::Ask(later, _)) => {
            is_small(earlier) && is_small(later) && expr(earlier, later)
        }
        _ => false,
    }
}

/// Whether all values of a branch of a `match` stand in earlier ones.
pub(super) fn values<'a>(earlier: impl Iterator<Item = &'a MatchArm> + Clone, later: &MatchArm) -> bool {
    later.values.iter().all(|value| earlier.clone().any(|arm| arm.values.contains(value)))
}

/// Conditions of more parts than this are not compared: they would be with each other's every part.
const PARTS: usize = 64;

fn is_small(expr: &Expr) -> bool {
    let mut parts = 0;
    expr.visit(&mut |_| parts += 1);
    parts <= PARTS
}

/// Whether `wide` holds wherever `narrow` does.
pub(super) fn expr(wide: &Expr, narrow: &Expr) -> bool {
    if wide == narrow {
        return true;
    }
    match (wide, narrow) {
        (_, Expr::Or(parts)) => parts.iter().all(|part| expr(wide, part)),
        (Expr::And(parts), _) => parts.iter().all(|part| expr(part, narrow)),
        (_, Expr::And(parts)) if parts.iter().any(|part| expr(wide, part)) => true,
        (Expr::Or(parts), _) => parts.iter().any(|part| expr(part, narrow)),
        // A comparison that holds says that its values are known.
        (Expr::Known(value), Expr::Compare(_, a, b)) => **value == **a || **value == **b,
        (Expr::Between(value, from, to), _) => {
            let least = Expr::Compare(Comparison::GreaterOrEqual, value.clone(), from.clone());
            let most = Expr::Compare(Comparison::LessOrEqual, value.clone(), to.clone());
            expr(&least, narrow) && expr(&most, narrow)
        }
        (_, Expr::Between(value, from, to)) => {
            let least = Expr::Compare(Comparison::GreaterOrEqual, value.clone(), from.clone());
            let most = Expr::Compare(Comparison::LessOrEqual, value.clone(), to.clone());
            expr(wide, &least) || expr(wide, &most)
        }
        (_, Expr::OneOf(value, list)) => {
            let is = |item: &Expr| Expr::Compare(Comparison::Is, value.clone(), Box::new(item.clone()));
            !list.is_empty() && list.iter().all(|item| expr(wide, &is(item)))
        }
        (Expr::OneOf(value, list), Expr::Compare(Comparison::Is, other, item)) => value == other && list.contains(item),
        (Expr::Compare(a, value, bound), Expr::Compare(b, other, limit)) if value == other => {
            match (bound.as_ref(), limit.as_ref()) {
                (Expr::Const(bound), Expr::Const(limit)) => range(*a, bound, *b, limit),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether what compares so with `limit` compares so with `bound` too.
fn range(wide: Comparison, bound: &Value, narrow: Comparison, limit: &Value) -> bool {
    use Comparison::{Greater, GreaterOrEqual, Is, IsNot, Less, LessOrEqual};
    let Some(order) = limit.compare(bound) else { return false };
    match (wide, narrow) {
        (_, Is) => wide.holds(order),
        (Less, Less) | (LessOrEqual, Less | LessOrEqual) => order != Ordering::Greater,
        (Less, LessOrEqual) => order == Ordering::Less,
        (Greater, Greater) | (GreaterOrEqual, Greater | GreaterOrEqual) => order != Ordering::Less,
        (Greater, GreaterOrEqual) => order == Ordering::Greater,
        (IsNot, Less) => order != Ordering::Greater,
        (IsNot, LessOrEqual) => order == Ordering::Less,
        (IsNot, Greater) => order != Ordering::Less,
        (IsNot, GreaterOrEqual) => order == Ordering::Greater,
        _ => false,
    }
}
