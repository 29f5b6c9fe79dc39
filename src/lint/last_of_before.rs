//! `last-of-before`: `last EVENT.prop` behind a wait for that event, which can have ended without it.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::snake_case;
use crate::syntax::tree::{Expr, ExprKind, Root, Step, StepKind};
use crate::syntax::walk::Bare;
use smol_str::SmolStr;

pub(super) const FINDING: Finding = Finding {
    name: "last-of-before",
    level: Level::Warning,
    title: "The last of an event is asked for though the wait for it can have ended without it",
    meaning: "`wait for … up to D` goes on after D whether the event has come or not. `last EVENT.prop` is then that of an \
              earlier time, months ago perhaps.",
    customers: "Who did not answer this time is treated by the answer of last time.",
    bad: "\
journey survey:
  on order_delivered:
    email survey
    wait for survey_answered up to 7d
    if last survey_answered.score <= 6 then call ticket
",
    good: "\
journey survey:
  on order_delivered:
    email survey
    wait for survey_answered up to 7d
    if survey_answered where (score <= 6) then call ticket
",
    allow: Some("Where the answer of an earlier time is as good."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        for clause in &journey.tree.clauses {
            block(clause.steps(), &mut vec![], out);
        }
    }
}

/// Follows steps with the events that were waited for and may not have come.
fn block(steps: &[Step], open: &mut Vec<SmolStr>, out: &mut Vec<Diagnostic>) {
    for step in steps {
        if let StepKind::If { arms, otherwise } = &step.kind {
            for arm in arms {
                // Who asks for the event itself knows that it can be missing: behind that nothing is said of it.
                open.retain(|event| !events(&arm.cond).contains(event));
                look(&arm.cond, open, out);
                block(&arm.steps, &mut open.clone(), out);
            }
            otherwise.iter().for_each(|steps| block(steps, &mut open.clone(), out));
            continue;
        }
        step.exprs().into_iter().for_each(|expr| look(expr, open, out));
        step.blocks().into_iter().for_each(|steps| block(steps, &mut open.clone(), out));
        if let StepKind::WaitFor { cond, .. } = &step.kind {
            open.extend(events(cond));
        }
    }
}

fn look(expr: &Expr, open: &[SmolStr], out: &mut Vec<Diagnostic>) {
    expr.visit(Bare::Events, &mut |part, _| {
        let ExprKind::Last { path, suffix } = &part.kind else { return };
        let [event, property, ..] = path.parts.as_slice() else { return };
        if suffix.in_last.is_none() && open.contains(&SmolStr::new(snake_case(&event.text))) {
            let title = format!(
                "Where the wait ended without `{}` this is the answer of an earlier time, however long ago",
                event.text
            );
            let edit = format!("ask for it with its value, such as `{} where ({} <= 6)`", event.text, property.text);
            out.push(FINDING.at(part.span, title, edit));
        }
    });
}

/// The events that a condition asks about by themselves.
fn events(cond: &Expr) -> Vec<SmolStr> {
    let mut found = vec![];
    cond.visit(Bare::Events, &mut |part, bare| {
        if let (ExprKind::Path { path, .. }, Bare::Events) = (&part.kind, bare)
            && path.root == Root::Bare
            && let [name] = path.parts.as_slice()
        {
            found.push(SmolStr::new(snake_case(&name.text)));
        }
    });
    found
}
