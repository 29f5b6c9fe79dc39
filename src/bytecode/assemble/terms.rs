//! Conditions to the terms that the engine works through.

use super::*;

impl Assembler {
    pub(super) fn maybe(&mut self, expr: &Option<Expr>) -> Option<Formula> {
        expr.as_ref().map(|expr| self.formula(expr))
    }

    pub(super) fn formula(&mut self, expr: &Expr) -> Formula {
        let start = self.code.terms.len() as u32;
        self.terms(expr);
        Formula { start, end: self.code.terms.len() as u32 }
    }

    pub(super) fn constant(&mut self, value: Value) -> ConstantId {
        self.code.constants.push(value)
    }

    pub(super) fn terms(&mut self, expr: &Expr) {
        let term = match expr {
            Expr::Const(value) => Term::Const(self.constant(value.clone())),
            Expr::LocalMoment(date, minute) => Term::LocalMoment(*date, *minute),
            Expr::Attribute(id) => Term::Attribute(*id),
            Expr::Consent(name) => Term::Consent(self.constant(Value::Text(name.clone()))),
            Expr::ReachableFlag(name) => Term::ReachableFlag(self.constant(Value::Text(name.clone()))),
            Expr::EntryProperty(at) => Term::EntryProperty(*at),
            Expr::EventProperty(id) => Term::EventProperty(*id),
            Expr::Now => Term::Now,
            Expr::Today => Term::Today,
            Expr::Compare(op, a, b) => self.two(a, b, Term::Compare(*op)),
            Expr::OneOf(value, items) => {
                self.terms(value);
                for item in items {
                    self.terms(item);
                }
                Term::OneOf(items.len() as u16)
            }
            Expr::Contains(a, b) => self.two(a, b, Term::Contains),
            Expr::Between(value, from, to) => {
                self.terms(value);
                self.two(from, to, Term::Between)
            }
            Expr::Known(inner) => self.one(inner, Term::Known),
            Expr::LocalTime(from, to) => Term::LocalTime(*from, *to),
            Expr::Day(days) => Term::Day(*days),
            Expr::Happened(id) => Term::Happened(*id),
            Expr::Engaged(engagement, message) => Term::Engaged(*engagement, *message),
            Expr::Sent => Term::Sent,
            Expr::Suppressed => Term::Suppressed,
            Expr::Reachable(channel, category) => Term::Reachable(*channel, *category),
            Expr::Prefers(channel) => Term::Prefers(*channel),
            Expr::In(id) => Term::In(*id),
            Expr::KnownFor(millis) => Term::KnownFor(*millis),
            Expr::Occurred(id) => Term::Occurred(*id),
            Expr::Count(id, _) => Term::Count(*id),
            Expr::Sum(id, _) => Term::Sum(*id),
            Expr::Last(id, _) => Term::Last(*id),
            Expr::Since(id) => Term::Since(*id),
            Expr::Rate(engagement, channel, window) => Term::Rate(*engagement, *channel, *window),
            Expr::Not(inner) => self.one(inner, Term::Not),
            Expr::And(parts) => return self.chain(parts, Term::And),
            Expr::Or(parts) => return self.chain(parts, Term::Or),
            Expr::Arithmetic(first, parts) => {
                self.terms(first);
                for (op, part) in parts {
                    self.terms(part);
                    self.code.terms.push(Term::Arithmetic(*op));
                }
                return;
            }
        };
        self.code.terms.push(term);
    }

    pub(super) fn one(&mut self, inner: &Expr, term: Term) -> Term {
        self.terms(inner);
        term
    }

    pub(super) fn two(&mut self, a: &Expr, b: &Expr, term: Term) -> Term {
        self.terms(a);
        self.terms(b);
        term
    }

    /// `a and b and c`: never more than two on the stack.
    pub(super) fn chain(&mut self, parts: &[Expr], term: Term) {
        for (at, part) in parts.iter().enumerate() {
            self.terms(part);
            if at > 0 {
                self.code.terms.push(term);
            }
        }
    }
}
