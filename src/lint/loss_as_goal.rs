//! `loss-as-goal`: who is lost counts as won.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::engagement::{self, Tells};
use crate::ir::Engagement;
use crate::source::snake_case;

pub(super) const FINDING: Finding = Finding {
    name: "loss-as-goal",
    level: Level::Warning,
    title: "Who is lost counts as won",
    meaning: "A goal is what a journey is for: who reaches it is counted as a conversion. An unsubscribe, a bounce or a \
              complaint about spam is the opposite, and what ends a journey without counting is an `exit on`.",
    customers: "They leave the journey, as they should; but the more people leave you, the better the journey looks.",
    bad: "\
journey news:
  on signed_up:
    email welcome
    wait 2d
    email more
  goal unsubscribed
",
    good: "\
journey news:
  on signed_up:
    email welcome
    wait 2d
    email more
  goal order_placed
  exit on unsubscribed
",
    allow: Some("Where the journey is there to let people go, such as one that asks whether they want to stay."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        for clause in journey.goals() {
            let Some(event) = clause.events().iter().find(|event| is_loss(view, &event.name.text)) else { continue };
            let name = view.text(event.name.span);
            out.push(FINDING.at(
                clause.span,
                format!("`{name}` counts people as won who are lost"),
                format!("write `exit on {name}` instead"),
            ));
        }
    }
}

/// Whether an event tells that somebody does not want to hear from us, or cannot.
fn is_loss(view: &View<'_>, event: &str) -> bool {
    let is_category = |name: &str| view.names.categories.things().iter().any(|known| known == name);
    let name = snake_case(event);
    let told = engagement::tells(&name, |name| view.names.is_channel(name), is_category);
    matches!(
        told.map(|(tells, _)| tells),
        Some(Tells::Subscription(false) | Tells::Engagement(Engagement::Bounced | Engagement::Complained))
    )
}
