//! `checked-too-soon`: an engagement asked about before anybody can have shown it.

use super::Finding;
use super::evidence::{after_entry, step};
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};

pub(super) const FINDING: Finding = Finding {
    name: "checked-too-soon",
    level: Level::Warning,
    title: "An engagement is asked about before anybody can have shown it",
    meaning: "Without a wait and without `within` the question is asked in the instant of the send, or in the instant of another \
              engagement: nobody has opened a message the moment it goes out, and nobody clicks in the instant in which they \
              open.",
    customers: "Everybody counts as somebody who did not react.",
    bad: "\
charter: cap 2 per 1d
journey cart:
  on cart_abandoned:
    email recs
    if opened then email more
  goal order_placed
",
    good: "\
charter: cap 2 per 1d
journey cart:
  on cart_abandoned:
    email recs
    if opened within 48h then email more
  goal order_placed
",
    allow: Some("Where the message is sent `at best time` by your own service, and the answer is known before."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for too_soon in view.proved().flat_map(|report| report.too_soon.iter()) {
        let word = too_soon.asked.word();
        let when = match too_soon.at_instant_of {
            Some(other) => format!("in the instant in which it is {}", other.word()),
            None => "in the instant in which the message goes out".to_string(),
        };
        let finding = FINDING.at(
            too_soon.span,
            format!("`{word}` is asked {when}, so the answer is always no"),
            format!("give it time: `{word} within 48h`, or a `wait` before this"),
        );
        let begin = after_entry(0);
        let evidence = format!("{begin} {} · {begin} {word}?", step(view, too_soon.behind));
        out.push(finding.with_label(too_soon.behind, "at the very moment of this").with_help(evidence));
    }
}
