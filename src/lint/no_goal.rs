//! `no-goal`: a journey that sells, and does not say what it wants.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::ClauseKind;

pub(super) const FINDING: Finding = Finding {
    name: "no-goal",
    level: Level::Warning,
    title: "A journey sends marketing and has no goal",
    meaning: "A goal says what a journey is for. It ends the journey for whoever has reached it, and counts the conversions. \
              Only named journeys are asked for one, and only if something that they send is not transactional.",
    customers: "Somebody who has just bought goes on getting the messages that ask them to buy.",
    bad: "\
journey cart_recovery \"Bring back carts\":
  on cart_abandoned:
    wait 1d
    email recs
",
    good: "\
journey cart_recovery \"Bring back carts\":
  on cart_abandoned:
    wait 1d
    email recs
  goal order_placed within 7d
",
    allow: Some("For news and greetings that want nothing in return."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        let has_goal = journey.tree.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Goal { .. }));
        // A line that could not be read may have been the goal.
        if has_goal || journey.tree.name.is_none() || journey.tree.broken {
            continue;
        }
        if view.sends_of(journey).iter().any(|sent| !sent.is_transactional()) {
            // Whom an exit takes out is not written to any more, and not counted either.
            let exit = journey.tree.clauses.iter().find_map(|clause| match &clause.kind {
                ClauseKind::ExitOn { events, .. } => events.iter().find(|event| event.name.text != "unsubscribed"),
                _ => None,
            });
            let (title, edit) = match exit {
                Some(event) => (
                    format!("`{}` does not count whom it has brought to `{}`", journey.name, event.name.text),
                    format!("write `goal {}` in place of the exit, if that is what it is for", event.name.text),
                ),
                None => (
                    format!("`{}` goes on writing to customers who have done what it is for", journey.name),
                    "write a goal below, such as `goal order_placed within 7d`".to_string(),
                ),
            };
            out.push(FINDING.at(journey.item.span, title, edit));
        }
    }
}
