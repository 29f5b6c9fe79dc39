//! `unreachable-step`: a step that nobody ever comes to.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};

pub(super) const FINDING: Finding = Finding {
    name: "unreachable-step",
    level: Level::Warning,
    title: "Nobody can reach this step",
    meaning: "The step stands behind `exit`, behind branches that all leave, or in a branch whose people an earlier branch takes: \
              behind `if event.total >= 30`, nobody is left for `else if event.total >= 50`.",
    customers: "What the step sends never goes out.",
    bad: "\
journey cart:
  on cart_abandoned:
    if event.total >= 30:
      email recs
    else if event.total >= 50:
      email vip_offer
  goal order_placed
",
    good: "\
journey cart:
  on cart_abandoned:
    if event.total >= 50:
      email vip_offer
    else if event.total >= 30:
      email recs
  goal order_placed
",
    allow: Some("For a step that is switched off for a while by an `exit` before it."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for (span, before) in view.proved().flat_map(|report| report.unreachable.iter()) {
        let finding =
            FINDING.at(*span, "Nobody ever comes to this step", "take it away, or change what comes before it");
        out.push(finding.with_label(*before, "everybody who comes here goes another way or leaves"));
    }
}
