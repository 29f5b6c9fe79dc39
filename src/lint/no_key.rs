//! `no-key`: a journey for each cart, entered by something that has no cart.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::{ClauseKind, Entry};

pub(super) const FINDING: Finding = Finding {
    name: "no-key",
    level: Level::Error,
    title: "A keyed journey has an entry without an event",
    meaning: "`one per event.cart_id` runs the journey once for each cart. An entry by date, by segment or by the calendar \
              has no event, and so nothing to tell one from another.",
    customers: "Nobody would ever enter by that line.",
    bad: "\
journey cart:
  one per event.cart_id
  on cart_abandoned: email recs
  every monday at 09:00: email recs
  goal order_placed where cart_id is event.cart_id
charter: timezone \"Europe/Paris\"
",
    good: "\
journey cart:
  one per event.cart_id
  on cart_abandoned: email recs
  goal order_placed where cart_id is event.cart_id
charter: timezone \"Europe/Paris\"
",
    allow: None,
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        let clauses = &journey.tree.clauses;
        let without = clauses.iter().find(
            |clause| matches!(&clause.kind, ClauseKind::Entry { entry, .. } if !matches!(entry, Entry::On { .. })),
        );
        let key = clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::OnePer(_)));
        if let (Some(without), Some(key)) = (without, key) {
            let title = "An entry of this journey has no event to take the key from";
            let finding = FINDING.at(key.span, title, "take this line away, or enter `on` events alone");
            out.push(finding.with_label(without.span, "this entry"));
        }
    }
}
