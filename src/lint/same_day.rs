//! `same-day`: two messages of one journey on one day, and no rule that counts both.

use super::Finding;
use super::evidence::timeline;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};

pub(super) const FINDING: Finding = Finding {
    name: "same-day",
    level: Level::Warning,
    title: "Two messages of one journey can go on one day, and no rule counts both",
    meaning: "Less than a day can lie between these two messages to one customer, and no rule counts both: no cap per day, per \
              length of time or of one message alone, and no gap. Transactional messages are not looked at, nor are holds.",
    customers: "They get two messages of one journey on one day.",
    bad: "\
journey cart:
  on cart_abandoned:
    email recs
    wait 6h
    email more
  goal order_placed
",
    good: "\
journey cart:
  on cart_abandoned:
    email recs
    wait 1d
    email more
  goal order_placed
",
    allow: Some("Where two messages on one day are meant."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    // A rule that cannot be read may count both.
    if !view.knows_charter {
        return;
    }
    for both in view.proved().flat_map(|report| report.same_day.iter()) {
        let [earlier, later] = &both.both;
        let title = "A customer can get this on the day of an earlier message of this journey";
        let edit = "wait longer before this, or write `cap 1 per day` or a `gap` for both";
        let finding = FINDING.at(later.place, title, edit).with_help(timeline(view, &both.both, both.ends, true));
        let again = later.place == earlier.place;
        out.push(if again { finding } else { finding.with_label(earlier.place, "the earlier one") });
    }
}
