//! `constant-condition`: a condition that can come out one way only.

use super::Finding;
use super::view::View;
use super::words::is_a_word;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{ClauseKind, Expr, ExprKind, Root};
use crate::value::Comparison;

pub(super) const FINDING: Finding = Finding {
    name: "constant-condition",
    level: Level::Warning,
    title: "A condition can come out one way only",
    meaning: "It compares fixed values, asks for two things of one value that exclude each other or that one of always holds, or \
              for a count below nothing; it stands inside another condition that has settled it, with no wait between; or it \
              asks about what the journey's own goal or exit takes people out for. Where the value is missing a comparison does \
              not hold, whatever it says.",
    customers: "One side of it is for nobody: its messages never go, or go to everybody.",
    bad: "\
journey cart:
  on cart_abandoned:
    wait 1d
    if !order_placed then email recs
  goal order_placed
",
    good: "\
journey cart:
  on cart_abandoned:
    wait 1d
    if !page_viewed then email recs
  goal order_placed
",
    allow: Some("For a condition that is switched on or off for a while."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    birthdays(view, out);
    for constant in view.constant() {
        let way = if constant.settled.always { "always true" } else { "never true" };
        let title = match constant.leaves {
            true => format!("This is {way} here: whoever it is about has left the steps by the goal or exit"),
            false if constant.settled.always && constant.settled.by.is_none() => {
                "This is always true, unless a value is missing".to_string()
            }
            false => format!("This is {way}"),
        };
        let edit = if constant.settled.always { "take the condition away" } else { "take away what it is for" };
        // A `for` is a clause of its journey.
        let clause_at = |place: Span| {
            let journeys = view.journeys.iter().filter(|journey| journey.item.span == place);
            let clauses = journeys.flat_map(|journey| &journey.tree.clauses);
            clauses.filter(|clause| matches!(clause.kind, ClauseKind::For(_))).map(|clause| clause.span).next()
        };
        let place = clause_at(constant.place).unwrap_or(constant.place);
        let finding = FINDING.at(place, title, format!("{edit}, or ask something else"));
        out.push(match constant.settled.by {
            Some(by) if by != constant.place => finding.with_label(clause_at(by).unwrap_or(by), "this settles it"),
            _ => finding,
        });
    }
}

/// `profile.birthday is today`: the year counts too, so nobody of an age to read has ever had such a day.
fn birthdays(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for condition in view.conditions() {
        condition.expr.visit(condition.bare, &mut |part, _| {
            let ExprKind::Compare { op: Comparison::Is, left, right } = &part.kind else { return };
            let (date, day) = if counts_from_today(left) { (right, left) } else { (left, right) };
            let Some(path) = date.path().filter(|path| path.root == Root::Profile && counts_from_today(day)) else {
                return;
            };
            let name = path.parts.last().map(|name| snake_case(&name.text)).unwrap_or_default();
            if crate::syntax::is_yearly(&name) {
                let title = format!(
                    "The year counts too: this is true on the very day of `{}`, and on none of its anniversaries",
                    view.text(path.span)
                );
                let edit = format!("begin the journey with `every year on {} at 09:00:` instead", view.text(path.span));
                out.push(FINDING.at(part.span, title, edit));
            }
        });
    }
}

/// `today`, `today + 3d`
fn counts_from_today(day: &Expr) -> bool {
    match &day.kind {
        ExprKind::Sum(first, _) => is_a_word(first, &["today"]),
        _ => is_a_word(day, &["today"]),
    }
}
