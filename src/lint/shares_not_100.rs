//! `shares-not-100`: a split that leaves somebody out, or sends somebody two ways.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::StepKind;
use rust_decimal::Decimal;

pub(super) const FINDING: Finding = Finding {
    name: "shares-not-100",
    level: Level::Error,
    title: "The shares of a split do not add up to 100%",
    meaning: "Everybody goes exactly one way through a split, and so its shares add up to 100%.",
    customers: "With less than 100% some people would go no way at all; with more the last way would get fewer than it says.",
    bad: "\
journey news:
  on signed_up:
    split subject:
      50% short: email hello
      40% long: email welcome
  goal order_placed
",
    good: "\
journey news:
  on signed_up:
    split subject:
      50% short: email hello
      50% long: email welcome
  goal order_placed
",
    allow: None,
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for step in view.journeys.iter().filter(|journey| !journey.tree.broken).flat_map(|journey| journey.steps()) {
        let StepKind::Split { arms, .. } = &step.kind else { continue };
        let sum: Decimal = arms.iter().fold(Decimal::ZERO, |sum, (share, ..)| sum.saturating_add(*share));
        if sum != Decimal::ONE_HUNDRED {
            out.push(FINDING.at(
                step.span,
                format!("The shares of this split add up to {}%, not 100%", sum.normalize()),
                "change them so that they add up to 100%",
            ));
        }
    }
}
