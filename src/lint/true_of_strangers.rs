//! `true-of-strangers`: a condition about people's past that holds of everybody who has none.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::ir::EntryCause;
use crate::prove::holds_of_strangers;
use crate::syntax::tree::RuleKind;

pub(super) const FINDING: Finding = Finding {
    name: "true-of-strangers",
    level: Level::Warning,
    title: "A condition already holds for everybody who is seen for the first time",
    meaning: "`no engagement in last 180d` holds for somebody who has been silent for half a year, and for somebody who came a \
              minute ago. Where such a condition excludes, nobody new gets anything; where it lets in, everybody new enters at \
              once. `known for 180d and` in front leaves them out.",
    customers: "New customers are treated as those who have been silent for long.",
    bad: "\
charter: exclude when no engagement in last 180d for promo
journey offers:
  category promo
  on cart_abandoned: email offer
  goal order_placed
",
    good: "\
charter: exclude when known for 180d and no engagement in last 180d for promo
journey offers:
  category promo
  on cart_abandoned: email offer
  goal order_placed
",
    allow: Some("Where new people are meant, such as a welcome for everybody who has bought nothing yet."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let Some(program) = view.whole else { return };
    // The typed form has no places of its own for rules; they stand in the same order.
    let rules = view.rules().filter(|rule| matches!(rule.kind, RuleKind::Exclude { .. }));
    for (rule, exclude) in rules.zip(&program.charter.exclude) {
        if holds_of_strangers(program, &exclude.when) {
            out.push(FINDING.at(
                rule.span,
                "This excludes everybody who is seen for the first time",
                "write `known for 180d and` before the condition, or say otherwise who is meant",
            ));
        }
    }
    for entry in program.journeys.iter().flat_map(|journey| &journey.entries) {
        let EntryCause::Segment { segment, entering: true } = entry.cause else { continue };
        let Some(segment) = program.segments.get(segment.index()) else { continue };
        if holds_of_strangers(program, &segment.cond) {
            let finding = FINDING.at(
                entry.span,
                format!("Everybody enters here who is seen for the first time: all of them are in `{}`", segment.name),
                "write `known for 30d and` in the segment, or say otherwise who is meant",
            );
            let evidence = "day 1 10:00 somebody is seen for the first time · day 1 10:00 they enter";
            out.push(finding.with_label(segment.span, "it holds of whoever has no past").with_help(evidence));
        }
    }
}
