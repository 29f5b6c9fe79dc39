//! `goal-after-end`: steps of a goal or an exit that wait for people who are not inside any more.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::{Clause, ClauseKind, Expr, ExprKind, SendOption, Step, StepKind};
use crate::syntax::walk::{self, Bare};

pub(super) const FINDING: Finding = Finding {
    name: "goal-after-end",
    level: Level::Warning,
    title: "A goal or an exit has steps, and nobody is inside to do them",
    meaning: "A goal without `within`, and every exit, acts only on people who are still inside the journey. Here no step of it \
              waits: it is over at the very moment it begins, and nobody is inside when the event happens. Only a message \
              that quiet hours, a gap or a cap hold keeps somebody in it for a while.",
    customers: "What they do later is not noticed: they get no thank-you, are not taken off the list, and are not counted.",
    bad: "\
journey cart:
  on cart_abandoned:
    add to retargeting
    email recs
  goal order_placed:
    remove from retargeting
",
    good: "\
journey cart:
  on cart_abandoned:
    add to retargeting
    email recs
  goal order_placed within 7d:
    remove from retargeting
",
    allow: Some("Where the steps are only for those whose message is held."),
    fix: Some("With `--unsafe` it writes `within 7d` behind the event of a goal."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        let mut entries = journey.tree.clauses.iter().filter(|c| matches!(c.kind, ClauseKind::Entry { .. })).peekable();
        if journey.tree.broken || entries.peek().is_none() || entries.any(waits) {
            continue;
        }
        for clause in &journey.tree.clauses {
            match &clause.kind {
                ClauseKind::Goal { events, within: None, steps, .. } if !steps.is_empty() => {
                    let title = "Nobody is inside when this happens: the journey is over at the moment it begins";
                    let edit =
                        "write `within 7d` behind the event: the goal is watched that long, and its steps are done";
                    let finding = FINDING.at(clause.span, title, edit);
                    let last = events.last().map(|event| event.message.as_ref().unwrap_or(&event.name).span);
                    out.push(match last {
                        Some(last) => {
                            finding.with_unsafe_fix(crate::source::Span { start: last.end, ..last }, " within 7d")
                        }
                        None => finding,
                    });
                }
                ClauseKind::ExitOn { steps, .. } if !steps.is_empty() => {
                    let title = "Nobody is inside when this happens: the journey is over at the moment it begins";
                    let edit = "write a `wait` as the last step, as long as this is to be watched; or make it a journey of its own";
                    out.push(FINDING.at(clause.span, title, edit));
                }
                _ => {}
            }
        }
    }
}

/// Whether somebody who comes in by this line stays for a while.
fn waits(entry: &Clause) -> bool {
    let mut waits = false;
    walk::steps(entry.steps(), &mut |step| waits |= lasts(step));
    waits
}

fn lasts(step: &Step) -> bool {
    match &step.kind {
        StepKind::Wait(_)
        | StepKind::WaitUntil { .. }
        | StepKind::WaitBetween { .. }
        | StepKind::WaitFor { .. }
        | StepKind::Repeat { .. } => true,
        StepKind::If { arms, .. } => arms.iter().any(|arm| has_window(&arm.cond)),
        _ => step.alternatives().iter().flat_map(|sent| &sent.options).any(|o| matches!(o, SendOption::BestTime(..))),
    }
}

fn has_window(cond: &Expr) -> bool {
    let mut found = false;
    cond.visit(Bare::Events, &mut |expr, _| found |= matches!(expr.kind, ExprKind::Within(..)));
    found
}
