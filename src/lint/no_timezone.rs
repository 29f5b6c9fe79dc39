//! `no-timezone`: local times of nobody knows where.

use super::Finding;
use super::no_consent_rule::charter_line;
use super::view::View;
use crate::diagnostic::{Diagnostic, Fix, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{
    ClauseKind, Entry, ExprKind, Path, Root, RuleKind, SendOption, Step, StepKind, Until, Window,
};
use crate::value::Type;
use smol_str::SmolStr;

pub(super) const FINDING: Finding = Finding {
    name: "no-timezone",
    level: Level::Warning,
    title: "Local times are used, and the charter names no time zone",
    meaning: "Times of day, days and dates are those of each customer's own time zone. Where a customer's is not known, the \
              charter's counts, and without one it is UTC.",
    customers: "For customers whose zone is unknown, 09:00 is 09:00 in UTC: four in the morning in New York.",
    bad: "\
journey news:
  on signed_up:
    wait until 09:00
    email welcome
  goal order_placed
",
    good: "\
charter: timezone \"Europe/Paris\"
journey news:
  on signed_up:
    wait until 09:00
    email welcome
  goal order_placed
",
    allow: Some("Where every profile bears a time zone."),
    fix: Some(
        "It adds `timezone \"UTC\"` to the charter, which says what happens already. Change it to your customers' zone.",
    ),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let given = view.rules().any(|rule| matches!(rule.kind, RuleKind::Timezone(_)));
    if given || view.lost("timezone") || !view.knows_charter {
        return;
    }
    let mut places: Vec<Span> = Vec::new();
    places.extend(view.rules().filter(|rule| is_local_rule(&rule.kind)).map(|rule| rule.span));
    for journey in &view.journeys {
        for clause in &journey.tree.clauses {
            let is_local = match &clause.kind {
                ClauseKind::Active { .. } => true,
                ClauseKind::Rule(rule) => is_local_rule(rule),
                ClauseKind::Entry { entry, .. } => is_local_entry(view, entry),
                _ => false,
            };
            places.extend(is_local.then_some(clause.span));
        }
        places.extend(journey.steps().into_iter().filter(|step| is_local_step(view, step)).map(|step| step.span));
    }
    for condition in view.conditions() {
        condition.expr.visit(condition.bare, &mut |expr, _| {
            let is_local = match &expr.kind {
                ExprKind::Moment(..) => true,
                ExprKind::Pair(first, second, _) => first.text == "local" && second.text == "time",
                _ => super::words::is_a_word(expr, &["today"]),
            };
            places.extend(is_local.then_some(expr.span));
        });
    }
    let Some(first) = places.into_iter().min() else { return };
    let finding = FINDING.at(
        first,
        "For customers whose time zone is unknown this is in UTC",
        "write `timezone \"Europe/Paris\"`, or the zone of your customers, in the charter",
    );
    out.push(match charter_line(view, first.file, "timezone \"UTC\"") {
        Some(edit) => finding.with_fix(Fix { edits: vec![edit], safe: true }),
        None => finding,
    });
}

fn is_local_rule(rule: &RuleKind) -> bool {
    matches!(rule, RuleKind::Quiet { .. } | RuleKind::Cap { per: Window::Calendar(_), .. })
}

fn is_local_entry(view: &View<'_>, entry: &Entry) -> bool {
    match entry {
        Entry::OnDate { path, at, .. } => at.is_some() || !is_moment(view, path),
        Entry::Yearly { .. } | Entry::Every { .. } | Entry::Once { .. } => true,
        Entry::On { .. } | Entry::Entering(_) | Entry::Leaving(_) => false,
    }
}

fn is_local_step(view: &View<'_>, step: &Step) -> bool {
    let best_time = |option: &SendOption| matches!(option, SendOption::BestTime(..));
    match &step.kind {
        StepKind::WaitUntil { until: Until::Path { path, at, .. }, .. } => at.is_some() || !is_moment(view, path),
        StepKind::WaitUntil { .. } | StepKind::WaitBetween { .. } => true,
        _ => step.alternatives().iter().any(|what| what.options.iter().any(best_time)),
    }
}

/// Whether a value is declared as a moment, which is the same everywhere.
fn is_moment(view: &View<'_>, path: &Path) -> bool {
    let snake: Vec<SmolStr> = path.parts.iter().map(|part| SmolStr::new(snake_case(&part.text))).collect();
    let is = |ty: Option<&crate::check::types::Ty>| ty.is_some_and(|ty| view.names.slots.resolve(ty) == Type::Moment);
    match path.root {
        Root::Profile => is(view.names.attributes.get(&snake)),
        _ => {
            let mut schemas = view.names.event_schemas.values().filter_map(|schema| schema.get(&snake)).peekable();
            schemas.peek().is_some() && schemas.all(|ty| is(Some(ty)))
        }
    }
}
