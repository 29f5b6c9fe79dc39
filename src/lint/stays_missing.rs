//! `stays-missing`: a number that is worked out from itself and that nothing begins.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Edit, Fix, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Expr, ExprKind, Path, Root, Step, StepKind};
use crate::syntax::walk::Bare;
use crate::value::{Comparison, Type};
use smol_str::SmolStr;
use std::collections::BTreeSet;

pub(super) const FINDING: Finding = Finding {
    name: "stays-missing",
    level: Level::Warning,
    title: "A number is worked out from itself, and nothing begins it",
    meaning: "What is worked out from something missing is missing: for whoever has no such number yet this step changes \
              nothing, however often it comes. No other step of the program sets it to something else, and no condition of the \
              journey asks whether it is known.",
    customers: "The number stays missing for them for good, and whatever asks for it never holds: nobody is ever scored, \
                counted or let in by it.",
    bad: "\
journey points:
  on order_placed:
    set profile.points to profile.points + 1
",
    good: "\
journey points:
  on order_placed:
    if profile.points is missing then set profile.points to 0
    set profile.points to profile.points + 1
",
    allow: Some("Where the host gives everybody a number to begin with."),
    fix: Some("With `--unsafe` it writes a line above that begins the number: at 0, or at 1 where it is multiplied."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let begun = begun(view);
    for journey in &view.journeys {
        let asked = asked(journey);
        for step in journey.steps() {
            let Some((name, times)) = counter(step) else { continue };
            if begun.contains(&name) || asked.contains(&name) || !is_number(view, &name) {
                continue;
            }
            let (shown, first) = (name.join("."), i32::from(times));
            let line = format!("if profile.{shown} is missing then set profile.{shown} to {first}");
            let title = format!("Where `profile.{shown}` is missing it stays missing, for nothing begins it");
            let finding = FINDING.at(step.span, title, format!("write above it `{line}`"));
            out.push(match on_a_line_of_its_own(view, step.span) {
                Some(indent) => {
                    let start = Span { end: step.span.start, ..step.span };
                    let edit = Edit { span: start, text: format!("{line}\n{indent}") };
                    finding.with_fix(Fix { edits: vec![edit], safe: false })
                }
                None => finding,
            });
        }
    }
}

/// The attribute that a step works out from itself, and whether by multiplying alone.
fn counter(step: &Step) -> Option<(Vec<SmolStr>, bool)> {
    let StepKind::Set { path, value } = &step.kind else { return None };
    let name = attribute(path)?;
    match &value.kind {
        ExprKind::Sum(..) if reads(value, &name) => Some((name, false)),
        ExprKind::Product(..) if reads(value, &name) => Some((name, true)),
        _ => None,
    }
}

/// The attributes that some step sets to something else than what they are.
fn begun(view: &View<'_>) -> BTreeSet<Vec<SmolStr>> {
    let mut begun = BTreeSet::new();
    for journey in &view.journeys {
        for step in journey.steps() {
            let StepKind::Set { path, value } = &step.kind else { continue };
            begun.extend(attribute(path).filter(|name| !reads(value, name)));
        }
    }
    begun
}

/// The attributes of which a journey asks whether they are there.
fn asked(journey: &super::view::Journey<'_>) -> BTreeSet<Vec<SmolStr>> {
    let mut asked = BTreeSet::new();
    let mut see = |expr: &Expr, _: Bare| {
        if let ExprKind::Compare { op: Comparison::Is | Comparison::IsNot, left, right } = &expr.kind
            && super::words::is_a_word(right, &["known", "missing"])
        {
            asked.extend(left.path().and_then(attribute));
        }
    };
    for clause in &journey.tree.clauses {
        clause.cond().into_iter().for_each(|(cond, bare)| cond.visit(bare, &mut see));
    }
    for step in journey.steps() {
        step.exprs().into_iter().for_each(|expr| expr.visit(Bare::Events, &mut see));
    }
    asked
}

fn reads(value: &Expr, name: &[SmolStr]) -> bool {
    let mut found = false;
    value.visit(Bare::Events, &mut |expr, _| {
        found |= expr.path().and_then(attribute).is_some_and(|read| read == name);
    });
    found
}

/// The names of an attribute in snake case.
fn attribute(path: &Path) -> Option<Vec<SmolStr>> {
    (path.root == Root::Profile).then(|| path.parts.iter().map(|part| SmolStr::new(snake_case(&part.text))).collect())
}

/// A date that is moved has to come from somewhere, and is no counter.
fn is_number(view: &View<'_>, name: &[SmolStr]) -> bool {
    let ty = view.names.attributes.get(name);
    ty.is_some_and(|ty| view.names.slots.resolve(ty) == Type::Number)
}

/// The indentation of a step that begins its line.
fn on_a_line_of_its_own<'v>(view: &'v View<'_>, step: Span) -> Option<&'v str> {
    let file = view.sources.get(usize::from(step.file))?;
    let before = file.text.get(..step.start as usize)?;
    let indent = before.rsplit('\n').next()?;
    indent.trim().is_empty().then_some(indent)
}
