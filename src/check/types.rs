//! Types: what the schema says, and what the uses of a value say where there is no schema.

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::value::Type;

/// A type while the program is read: known, or that of an attribute or property whose uses will tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ty {
    /// Known.
    Known(Type),
    /// Still open.
    Slot(usize),
}

impl Ty {
    pub(crate) const BOOL: Ty = Ty::Known(Type::Bool);
    pub(crate) const NUMBER: Ty = Ty::Known(Type::Number);
    pub(crate) const TEXT: Ty = Ty::Known(Type::Text);
    pub(crate) const DATE: Ty = Ty::Known(Type::Date);
    pub(crate) const TIME: Ty = Ty::Known(Type::Time);
    pub(crate) const MOMENT: Ty = Ty::Known(Type::Moment);
    pub(crate) const DURATION: Ty = Ty::Known(Type::Duration);
}

#[derive(Debug, Clone)]
struct Slot {
    /// The slot that this one is the same as.
    same: Option<usize>,
    ty: Type,
    /// Where its type was settled.
    settled: Option<Span>,
    /// Whether the schema settled it.
    declared: bool,
}

/// All open types of a program.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
}

impl Slots {
    /// A type that is still open.
    pub(crate) fn open(&mut self) -> Ty {
        self.slots.push(Slot { same: None, ty: Type::Any, settled: None, declared: false });
        Ty::Slot(self.slots.len() - 1)
    }

    /// A type that the schema gives.
    pub(crate) fn declared(&mut self, ty: Type, span: Span) -> Ty {
        self.slots.push(Slot { same: None, ty, settled: Some(span), declared: true });
        Ty::Slot(self.slots.len() - 1)
    }

    fn root(&self, slot: usize) -> usize {
        let mut at = slot;
        while let Some(next) = self.slots.get(at).and_then(|s| s.same) {
            at = next;
        }
        at
    }

    /// What is known of a type by now.
    pub(crate) fn resolve(&self, ty: &Ty) -> Type {
        match ty {
            Ty::Known(ty) => ty.clone(),
            Ty::Slot(slot) => self.slots.get(self.root(*slot)).map_or(Type::Any, |s| s.ty.clone()),
        }
    }

    fn settled(&self, ty: &Ty) -> Option<(Span, bool)> {
        match ty {
            Ty::Known(_) => None,
            Ty::Slot(slot) => self.slots.get(self.root(*slot)).and_then(|s| s.settled.map(|span| (span, s.declared))),
        }
    }

    fn settle(&mut self, ty: &Ty, found: Type, span: Span) {
        if let Ty::Slot(slot) = ty {
            let root = self.root(*slot);
            if let Some(slot) = self.slots.get_mut(root) {
                if slot.ty != found {
                    slot.settled = slot.settled.or(Some(span));
                }
                slot.ty = found;
            }
        }
    }

    /// Makes two types one, or says how they contradict; `span` is the second use.
    pub(crate) fn unify(&mut self, left: &Ty, right: &Ty, span: Span) -> Result<(), Diagnostic> {
        let (a, b) = (self.resolve(left), self.resolve(right));
        let Some(both) = meet(&a, &b) else {
            return Err(self.mismatch(left, right, span));
        };
        self.settle(left, both.clone(), span);
        self.settle(right, both, span);
        if let (Ty::Slot(a), Ty::Slot(b)) = (left, right) {
            let (a, b) = (self.root(*a), self.root(*b));
            let declared = |slots: &Self, at: usize| slots.slots.get(at).is_some_and(|s| s.declared);
            let (from, to) = if declared(self, a) { (b, a) } else { (a, b) };
            if from != to
                && let Some(slot) = self.slots.get_mut(from)
            {
                slot.same = Some(to);
            }
        }
        Ok(())
    }

    fn mismatch(&self, left: &Ty, right: &Ty, span: Span) -> Diagnostic {
        let (a, b) = (self.resolve(left), self.resolve(right));
        let title = super::capital(&format!("{a} and {b} do not go together"));
        let error = Diagnostic::error("type-mismatch", span, title, "write values of the same kind here");
        match self.settled(left).or_else(|| self.settled(right)) {
            Some((first, true)) if first != span => error.with_label(first, "what it is, is said here"),
            Some((first, false)) if first != span => error.with_label(first, "used otherwise here"),
            _ => error,
        }
    }
}

/// The type that fits both, if there is one.
fn meet(a: &Type, b: &Type) -> Option<Type> {
    use Type::*;
    Some(match (a, b) {
        (Any, other) | (other, Any) => other.clone(),
        (DateOrMoment, other @ (Date | Moment)) | (other @ (Date | Moment), DateOrMoment) => other.clone(),
        (Choice(options), Text) | (Text, Choice(options)) => Choice(options.clone()),
        (List(a), List(b)) => List(Box::new(meet(a, b)?)),
        _ if a == b => a.clone(),
        _ => return None,
    })
}
