//! `open-as-goal`: opens say little about people.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::engagement;
use crate::ir::Engagement;
use crate::source::snake_case;

pub(super) const FINDING: Finding = Finding {
    name: "open-as-goal",
    level: Level::Warning,
    title: "Opens count as conversions",
    meaning: "Mail programs fetch the pictures of an email before anybody has seen it, and others never do. An open says \
              little about a person; a click or an event of your shop says more.",
    customers: "The journey ends for people who have never seen the message, and counts them as won.",
    bad: "\
journey news:
  on signed_up:
    email welcome
    wait 2d
    email more
  goal opened welcome
",
    good: "\
journey news:
  on signed_up:
    email welcome
    wait 2d
    email more
  goal clicked welcome
",
    allow: Some("Where the channel's opens are sure, such as messages inside your own app."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        for clause in journey.goals() {
            let opens = clause.events().iter().find(|event| {
                let told = snake_case(&event.name.text);
                matches!(engagement::of_event(&told, |c| view.names.is_channel(c)), Some((Engagement::Opened, _)))
            });
            if let Some(event) = opens {
                out.push(FINDING.at(
                    clause.span,
                    format!(
                        "`{}` counts people as won who may never have seen the message",
                        view.text(event.name.span)
                    ),
                    "write a goal that people reach on purpose, such as `clicked` or `order_placed`",
                ));
            }
        }
    }
}
