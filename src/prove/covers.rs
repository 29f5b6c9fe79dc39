//! Whether one condition holds wherever another one does (subsumption), as far as that can be seen from how they are written.

use super::cells::{axes, is_small};
use super::consistent::{Fuel, can_be, with_segments};
use crate::ir::{Arm, Branch, Comparison, Expr, MatchArm, Program};
use crate::value::Value;
use std::cmp::Ordering;

/// Of the branches before a later one, that which leaves nobody for it; all are asked at one moment.
pub(super) fn branches<'a>(program: &Program, fuel: &Fuel, earlier: &[&'a Arm], later: &Branch) -> Option<&'a Arm> {
    let Branch::Ask(later, _) = later else { return None };
    if !is_small(later) {
        return None;
    }
    let plain = earlier.iter().find(|arm| asked(arm).is_some_and(|earlier| expr(earlier, later)));
    if let Some(arm) = plain {
        return Some(arm);
    }
    // One alone, and then all that speak about the same things.
    let things = axes(program, with_segments(program, [later].into_iter()).into_iter());
    let is_about = |arm: &&&Arm| {
        let cond = asked(arm);
        cond.is_some_and(|cond| {
            axes(program, with_segments(program, [cond].into_iter()).into_iter())
                .iter()
                .any(|axis| things.contains(axis))
        })
    };
    let mut all: Vec<(&Expr, bool)> = vec![(later, true)];
    // What nobody can be by itself is another finding.
    let near: Vec<&&Arm> = earlier.iter().rev().filter(is_about).take(NEAR).collect();
    if near.is_empty() || !can_be(program, fuel, &all) {
        return None;
    }
    for arm in &near {
        if let Some(cond) = asked(arm)
            && !can_be(program, fuel, &[(later, true), (cond, false)])
        {
            return Some(arm);
        }
    }
    all.extend(near.iter().filter_map(|arm| Some((asked(arm)?, false))));
    near.first().filter(|_| near.len() > 1 && !can_be(program, fuel, &all)).map(|arm| **arm)
}

/// What a branch asks at once.
fn asked(arm: &Arm) -> Option<&Expr> {
    match &arm.cond {
        Branch::Ask(cond, _) => Some(cond).filter(|cond| is_small(cond)),
        _ => None,
    }
}

/// So many branches before are taken together.
const NEAR: usize = 8;

/// Whether all values of a branch of a `match` stand in earlier ones.
pub(super) fn values<'a>(earlier: impl Iterator<Item = &'a MatchArm> + Clone, later: &MatchArm) -> bool {
    later.values.iter().all(|value| earlier.clone().any(|arm| arm.values.contains(value)))
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
