//! Which values conditions show to be there.

use super::view::View;
use super::words::is_a_word;
use crate::source::snake_case;
use crate::syntax::tree::{Expr, ExprKind, ItemKind, Path, Root};
use crate::value::Comparison;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::fmt;

/// An attribute of the profile, or a property of the entry's event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Value {
    of_event: bool,
    names: Vec<SmolStr>,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", if self.of_event { "event" } else { "profile" }, self.names.join("."))
    }
}

impl Value {
    pub(super) fn of(path: &Path) -> Option<Value> {
        let of_event = path.root == Root::Event;
        (path.root != Root::Bare).then(|| Value { of_event, names: names(path) })
    }
}

fn names(path: &Path) -> Vec<SmolStr> {
    path.parts.iter().map(|part| SmolStr::new(snake_case(&part.text))).collect()
}

/// Values that are there.
#[derive(Debug, Clone, Default)]
pub(super) struct Known(BTreeSet<Value>);

/// Segments within segments are followed so far.
const DEEPEST: usize = 8;

impl Known {
    pub(super) fn holds(&self, value: &Value) -> bool {
        self.0.contains(value)
    }

    pub(super) fn extend(&mut self, value: Option<Value>) {
        self.0.extend(value);
    }

    /// Keeps what another one has too.
    pub(super) fn keep(&mut self, other: &Known) {
        self.0.retain(|value| other.0.contains(value));
    }

    /// A condition holds. Inside the `where` of an entry bare names are properties: of its event.
    pub(super) fn learn(&mut self, cond: &Expr, properties: Option<usize>, view: &View<'_>) {
        self.0.extend(shown(cond, true, properties.is_some(), view, 0));
    }

    /// A condition does not hold: it is false, or unknown.
    pub(super) fn unlearn(&mut self, cond: &Expr, view: &View<'_>) {
        self.0.extend(not_shown(cond, view));
    }

    pub(super) fn learn_segment(&mut self, name: &str, view: &View<'_>) {
        self.0.extend(of_segment(name, view, 0));
    }
}

fn of_segment(name: &str, view: &View<'_>, depth: usize) -> BTreeSet<Value> {
    let cond = view.items().find_map(|item| match &item.kind {
        ItemKind::Segment { name: known, cond } if known.text == name => cond.as_ref(),
        _ => None,
    });
    cond.filter(|_| depth < DEEPEST).map(|cond| shown(cond, true, false, view, depth + 1)).unwrap_or_default()
}

/// The values that are there where a condition is true, or where it is false; unknown is neither.
fn shown(cond: &Expr, truth: bool, bare: bool, view: &View<'_>, depth: usize) -> BTreeSet<Value> {
    let all = |parts: &[Expr]| -> BTreeSet<Value> {
        parts.iter().flat_map(|part| shown(part, truth, bare, view, depth)).collect()
    };
    let each = |parts: &[Expr]| -> BTreeSet<Value> {
        let mut sets = parts.iter().map(|part| shown(part, truth, bare, view, depth));
        let first = sets.next().unwrap_or_default();
        sets.fold(first, |all, one| all.intersection(&one).cloned().collect())
    };
    match &cond.kind {
        ExprKind::And(parts) if truth => all(parts),
        ExprKind::And(parts) => each(parts),
        ExprKind::Or(parts) if truth => each(parts),
        ExprKind::Or(parts) => all(parts),
        ExprKind::Not(inner) => shown(inner, !truth, bare, view, depth),
        ExprKind::Within(inner, _) => shown(inner, truth, bare, view, depth),
        ExprKind::InSegment(name) if truth => of_segment(&name.text, view, depth),
        ExprKind::Compare { op, left, right } if is_a_word(right, &["known", "missing"]) => {
            let known = is_a_word(right, &["known"]) == (*op == Comparison::Is);
            if known == truth { read(left, bare) } else { BTreeSet::new() }
        }
        // A comparison with something missing is neither true nor false.
        ExprKind::Compare { left, right, .. } | ExprKind::Contains(left, right) => {
            read(left, bare).into_iter().chain(read(right, bare)).collect()
        }
        ExprKind::OneOf { value, .. } => read(value, bare),
        ExprKind::Between { value, from, to, .. } => {
            [value, from, to].into_iter().flat_map(|part| read(part, bare)).collect()
        }
        // A bool by itself: missing is false.
        ExprKind::Path { .. } if truth => read(cond, bare),
        _ => BTreeSet::new(),
    }
}

/// The values that are there where a condition is not true: of `X is missing` that is so, of a comparison not.
fn not_shown(cond: &Expr, view: &View<'_>) -> BTreeSet<Value> {
    match &cond.kind {
        ExprKind::Compare { op, left, right } if is_a_word(right, &["known", "missing"]) => {
            let missing = is_a_word(right, &["missing"]) == (*op == Comparison::Is);
            if missing { read(left, false) } else { BTreeSet::new() }
        }
        ExprKind::Not(inner) => match &inner.kind {
            // `!(X is known)` does not hold.
            ExprKind::Compare { right, .. } if is_a_word(right, &["known", "missing"]) => {
                shown(inner, true, false, view, 0)
            }
            _ => BTreeSet::new(),
        },
        ExprKind::Or(parts) => parts.iter().flat_map(|part| not_shown(part, view)).collect(),
        _ => BTreeSet::new(),
    }
}

/// The values that an expression is worked out from.
fn read(expr: &Expr, bare: bool) -> BTreeSet<Value> {
    match &expr.kind {
        ExprKind::Path { path, suffix } if suffix.is_empty() => match path.root {
            Root::Bare if bare => BTreeSet::from([Value { of_event: true, names: names(path) }]),
            _ => Value::of(path).into_iter().collect(),
        },
        ExprKind::Negative(inner) => read(inner, bare),
        ExprKind::Sum(first, rest) | ExprKind::Product(first, rest) => std::iter::once(&**first)
            .chain(rest.iter().map(|(_, part)| part))
            .flat_map(|part| read(part, bare))
            .collect(),
        _ => BTreeSet::new(),
    }
}
