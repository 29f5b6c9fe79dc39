//! What can be said of a condition where only some things are known.

use crate::ir::{Comparison, Expr, Program, SegmentId};
use crate::value::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What can be said of a condition: the answers that it can still have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth(u8);

impl Truth {
    pub(super) const NO: Truth = Truth(1);
    pub(super) const YES: Truth = Truth(2);
    /// A value is missing, so that neither it nor its opposite holds.
    pub(super) const UNKNOWN: Truth = Truth(4);
    /// It depends on what is not known here.
    pub(super) const VARIES: Truth = Truth(1 | 2 | 4);

    pub(super) fn of(holds: bool) -> Self {
        if holds { Truth::YES } else { Truth::NO }
    }

    /// Whether it can hold.
    pub(super) fn may_hold(self) -> bool {
        self.can_be(Truth::YES)
    }

    /// Whether it can fail to hold: by being false, or unknown.
    pub(super) fn may_fail(self) -> bool {
        self != Truth::YES
    }

    /// The one way in which it comes out, unknown counting as false.
    pub(super) fn way(self) -> Option<bool> {
        match self.may_hold() {
            false => Some(false),
            true => (!self.may_fail()).then_some(true),
        }
    }

    /// The same, or unknown.
    pub(super) fn or_missing(self) -> Self {
        self.or_else(Truth::UNKNOWN)
    }

    fn can_be(self, answer: Truth) -> bool {
        self.0 & answer.0 != 0
    }

    fn or_else(self, answer: Truth) -> Self {
        Truth(self.0 | answer.0)
    }

    pub(super) fn not(self) -> Self {
        Truth(self.0 & 4 | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }

    /// Both must hold: each answer of the one with each of the other.
    pub(super) fn and(self, other: Self) -> Self {
        let mut out = Truth(0);
        if self.can_be(Truth::NO) || other.can_be(Truth::NO) {
            out = out.or_else(Truth::NO);
        }
        if self.may_hold() && other.may_hold() {
            out = out.or_else(Truth::YES);
        }
        let stays = |truth: Self| truth.can_be(Truth(2 | 4));
        let unknown = self.can_be(Truth::UNKNOWN) && stays(other) || other.can_be(Truth::UNKNOWN) && stays(self);
        if unknown { out.or_else(Truth::UNKNOWN) } else { out }
    }

    /// Unknown counts as false.
    fn settled(self) -> Self {
        if self.can_be(Truth::UNKNOWN) { Truth(self.0 & 2 | 1) } else { self }
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
            Some(Fact::Is(value)) => return value.truth().map_or(Truth::UNKNOWN, Truth::of),
            None => {}
        }
        match cond {
            Expr::Const(value) => value.truth().map_or(Truth::UNKNOWN, Truth::of),
            Expr::Not(inner) => self.at(inner, depth).not(),
            Expr::And(parts) => parts.iter().fold(Truth::YES, |all, part| all.and(self.at(part, depth))),
            // One of them holds unless none does.
            Expr::Or(parts) => parts.iter().fold(Truth::YES, |none, part| none.and(self.at(part, depth).not())).not(),
            Expr::In(id) => self.segment(*id, depth),
            Expr::Known(value) => match self.value(value) {
                Some(value) => Truth::of(!value.is_missing()),
                None => Truth::VARIES,
            },
            Expr::Compare(op, left, right) => self.compare(*op, left, right),
            Expr::OneOf(value, items) => {
                let is = |item: &Expr| self.compare(Comparison::Is, value, item);
                items.iter().fold(Truth::YES, |none, item| none.and(is(item).not())).not()
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
        let truth = found().map_or(Truth(1 | 2), |segment| self.at(&segment.cond, depth + 1).settled());
        self.segments.borrow_mut().insert(id, truth);
        truth
    }

    fn compare(&self, op: Comparison, left: &Expr, right: &Expr) -> Truth {
        match (self.value(left), self.value(right)) {
            (Some(Value::Missing), _) | (_, Some(Value::Missing)) => Truth::UNKNOWN,
            (Some(left), Some(right)) => op.of(&left, &right).map_or(Truth::UNKNOWN, Truth::of),
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
