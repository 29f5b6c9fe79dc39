//! `wait-past-goal`: a step that comes when the goal no longer counts.

use super::Finding;
use super::evidence::{after_entry, moment_after_entry};
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};

pub(super) const FINDING: Finding = Finding {
    name: "wait-past-goal",
    level: Level::Warning,
    title: "A step comes only after the goal's window has ended",
    meaning: "A goal `within 7d` counts what happens in the seven days after the entry. This step is reached later than that \
              on every path, or at that very moment. Holds by quiet hours and caps are not counted.",
    customers: "The messages from here on can bring nobody to the goal any more: whoever buys because of them is not counted.",
    bad: "\
journey cart:
  on cart_abandoned:
    email recs
    wait 7d
    email last_call
  goal order_placed within 7d
",
    good: "\
journey cart:
  on cart_abandoned:
    email recs
    wait 6d
    email last_call
  goal order_placed within 7d
",
    allow: Some("For messages that are not meant to bring about the goal, such as a thank-you."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for late in view.proved().flat_map(|report| report.too_late.iter()) {
        let title = "This comes only when the goal's time is over, so nothing that it brings about is counted";
        let finding = FINDING.at(late.span, title, "wait less before this, or give the goal a longer `within`");
        let evidence = format!(
            "day 1 10:00 entry · {} the goal's window ends · {} at the earliest",
            after_entry(late.end),
            moment_after_entry(view, late.earliest, late.span)
        );
        out.push(finding.about_rule(late.goal, "this goal counts no longer", 0).with_help(evidence));
    }
}
