//! What can be said of a condition where only some things are known.

use crate::ir::{Comparison, Expr, Program, SegmentId};
use crate::kleene::Truth;
use crate::value::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;

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
    program: &'a Program,
    /// What is known of a part; none: nothing but what follows from its own parts.
    fact: F,
    /// What is known of segments already: each is asked once, however often it is named.
    segments: RefCell<BTreeMap<SegmentId, Truth>>,
}

impl<'a, F: Fn(&Expr) -> Option<Fact>> World<'a, F> {
    pub(super) fn new(program: &'a Program, fact: F) -> Self {
        Self { program, fact, segments: RefCell::default() }
    }

    pub(super) fn truth(&self, cond: &Expr) -> Truth {
        self.at(cond, 0)
    }

    fn at(&self, cond: &Expr, depth: usize) -> Truth {
        match (self.fact)(cond) {
            Some(Fact::Holds(truth)) => return truth,
            Some(Fact::Is(value)) => return Truth::from(value.truth()),
            None => {}
        }
        match cond {
            Expr::Const(value) => Truth::from(value.truth()),
            Expr::Not(inner) => self.at(inner, depth).not(),
            Expr::And(parts) => parts.iter().fold(Truth::YES, |all, part| all.and(self.at(part, depth))),
            Expr::Or(parts) => parts.iter().fold(Truth::NO, |any, part| any.or(self.at(part, depth))),
            Expr::In(id) => self.segment(*id, depth),
            Expr::Known(value) => match self.value(value) {
                Some(value) => Truth::of(!value.is_missing()),
                None => Truth::VARIES,
            },
            Expr::Compare(op, left, right) => self.compare(*op, left, right),
            Expr::OneOf(value, items) => {
                let is = |item: &Expr| self.compare(Comparison::Is, value, item);
                items.iter().fold(Truth::NO, |any, item| any.or(is(item)))
            }
            // Times of day go around midnight.
            Expr::Between(_, from, _) if matches!(self.value(from), Some(Value::Time(_))) => Truth::VARIES,
            Expr::Between(value, from, to) => {
                let least = self.compare(Comparison::GreaterOrEqual, value, from);
                least.and(self.compare(Comparison::LessOrEqual, value, to))
            }
            Expr::Contains(value, _) => match self.value(value) {
                Some(Value::Missing) => Truth::UNKNOWN,
                _ => Truth::VARIES,
            },
            _ => Truth::VARIES,
        }
    }

    /// Who is not surely in a segment is outside.
    fn segment(&self, id: SegmentId, depth: usize) -> Truth {
        let known = self.segments.borrow().get(&id).copied();
        let found = || self.program.segments.get(id.index()).filter(|_| depth < DEEPEST);
        if let Some(truth) = known {
            return truth;
        }
        let truth = found().map_or(Truth::YES_OR_NO, |segment| self.at(&segment.cond, depth + 1).unknown_as_no());
        self.segments.borrow_mut().insert(id, truth);
        truth
    }

    fn compare(&self, op: Comparison, left: &Expr, right: &Expr) -> Truth {
        match (self.value(left), self.value(right)) {
            (Some(Value::Missing), _) | (_, Some(Value::Missing)) => Truth::UNKNOWN,
            (Some(left), Some(right)) => Truth::from(op.of(&left, &right)),
            _ => Truth::VARIES,
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
