//! `journeys-exceed-cap`: several journeys together ask for more than a cap lets through.

use super::Finding;
use super::cap_exceeded::span_of;
use super::evidence::timeline;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::ir::Window;
use crate::limits::LONGEST_HOLD;
use crate::prove::Share;

pub(super) const FINDING: Finding = Finding {
    name: "journeys-exceed-cap",
    level: Level::Warning,
    title: "Several journeys together can ask for more messages than a cap lets through",
    meaning: "One person can be in these journeys at one time, and what they send in the cap's window adds up to more than it \
              allows. Each entry event is counted once. Journeys whose `for`, `where` of one event, `active` or dates contradict \
              each other are not added; attributes and segments are taken as unchanged within the window.",
    customers: "Some of the messages do not go out. Which ones is decided by who comes first, and at one instant by `priority`.",
    bad: "\
charter: cap 1 per 1d
journey cart:
  on cart_abandoned: email recs
  goal order_placed
journey browse:
  on product_viewed: email picks
  goal order_placed
",
    good: "\
charter: cap 1 per 1d
journey cart:
  for profile.vip
  on cart_abandoned: email recs
  goal order_placed
journey browse:
  for !profile.vip
  on product_viewed: email picks
  goal order_placed
",
    allow: Some("Where the cap is there to choose between journeys, and `priority` says which comes first."),
    fix: None,
};

/// More journeys than this are not shown with their messages.
const SHOWN: usize = 5;
/// Paths that are longer together are shortened to the worst of them.
const LONG: usize = 140;

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for too_many in &view.exceeding().by_many {
        let cap = too_many.cap;
        let names: Vec<String> =
            too_many.shares.iter().map(|share| format!("`{}` ({})", share.journey.name, share.count)).collect();
        let shown = names.get(..SHOWN).filter(|_| names.len() > SHOWN + 1).unwrap_or(&names);
        let more = match names.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let title = format!(
            "{} journeys can ask for {}{} messages {} to one person, and this cap lets {} through: {}{more}",
            too_many.shares.len(),
            too_many.count(),
            if too_many.or_more() { " or more" } else { "" },
            span_of(cap.per),
            cap.limit,
            shown.join(", ")
        );
        let edit = match cap.hold {
            Some(hold) if hold >= LONGEST_HOLD => {
                "keep people out of one journey with `for`, or let the cap allow more: nothing is held for more than 7 days"
            }
            None => "let the cap hold (`, hold up to 2d`), or keep people out of one journey with `for`",
            Some(_) => "keep people out of one journey with `for`, or let the cap hold longer: its hold ends too soon",
        };
        let mut finding = FINDING.at(cap.span, title, edit);
        let in_a_day = cap.per == Window::Day;
        let path = |share: &Share<'_>| {
            format!("{}: {}", share.journey.name, timeline(view, &share.path, share.ends, in_a_day))
        };
        for share in too_many.shares.iter().take(SHOWN) {
            if let Some(last) = share.path.last() {
                finding = finding.with_label(last.place, format!("`{}` asks for {}", share.journey.name, share.count));
            }
        }
        let evidence: Vec<String> = too_many.shares.iter().take(SHOWN).map(path).collect();
        let evidence = evidence.join("; ");
        let worst = too_many.shares.iter().rev().max_by_key(|share| share.count).filter(|_| evidence.len() > LONG);
        finding.rule = Some(Box::new(Rule { span: cap.span, coincidences: 0, worst: worst.map(path) }));
        out.push(finding.with_help(evidence));
    }
}
