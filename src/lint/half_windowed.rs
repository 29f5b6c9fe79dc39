//! `half-windowed`: a window that reaches only half of what it seems to.

use super::Finding;
use super::view::View;
use super::words::is_a_word;
use crate::diagnostic::{Diagnostic, Edit, Fix, Level};
use crate::ir::Engagement;
use crate::source::Span;
use crate::syntax::tree::{Expr, ExprKind, Root};
use crate::syntax::walk::Bare;
use crate::value::show_duration;

pub(super) const FINDING: Finding = Finding {
    name: "half-windowed",
    level: Level::Warning,
    title: "A `within` belongs to one event of a condition, and the other is asked at once",
    meaning: "`within` belongs to the event just before it. In `opened and clicked within 48h` the click has 48 hours, and \
              the open is asked the moment the step is reached.",
    customers: "Whoever opens a minute after the question counts as somebody who never opened.",
    bad: "\
charter: cap 2 per 1d
journey news:
  on signed_up:
    email welcome
    if opened and clicked within 48h then email more
  goal order_placed
",
    good: "\
charter: cap 2 per 1d
journey news:
  on signed_up:
    email welcome
    if opened within 48h and clicked within 48h then email more
  goal order_placed
",
    allow: Some("Where a wait comes before it, and the first event is really meant to have happened by then."),
    fix: Some(
        "With `--unsafe` it gives every event of the condition the same window. That changes who waits, so read it.",
    ),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for condition in view.conditions().into_iter().filter(|condition| condition.asks) {
        condition.expr.visit(condition.bare, &mut |expr, bare| {
            let (ExprKind::And(parts) | ExprKind::Or(parts)) = &expr.kind else { return };
            let window = parts.iter().find_map(within);
            let Some(millis) = window.filter(|_| bare == Bare::Events) else { return };
            let at_once: Vec<&Expr> =
                parts.iter().filter(|part| within(part).is_none() && is_happening(part)).collect();
            let Some(first) = at_once.first() else { return };
            let window = show_duration(millis);
            let title = format!("Only one side of this has {window}; `{}` is asked at once", view.text(first.span));
            let edits = at_once.iter().map(|part| {
                let end = Span::new(part.span.file, part.span.end, part.span.end);
                Edit { span: end, text: format!(" within {window}") }
            });
            let fix = Fix { edits: edits.collect(), safe: false };
            out.push(FINDING.at(first.span, title, format!("write `within {window}` behind this too")).with_fix(fix));
        });
    }
}

/// The window of a part, where it has one.
fn within(part: &Expr) -> Option<i64> {
    match &part.kind {
        ExprKind::Within(_, millis) => Some(*millis),
        ExprKind::Not(inner) => within(inner),
        _ => None,
    }
}

/// Whether a part asks for an engagement or for an event since the entry.
fn is_happening(part: &Expr) -> bool {
    match &part.kind {
        ExprKind::Not(inner) => is_happening(inner),
        ExprKind::Pair(first, _, suffix) => suffix.is_empty() && Engagement::of(&first.text).is_some(),
        ExprKind::Path { path, suffix } => {
            path.root == Root::Bare
                && suffix.in_last.is_none()
                && !suffix.ever
                && !is_a_word(part, &["sent", "suppressed", "now", "today"])
        }
        _ => false,
    }
}
