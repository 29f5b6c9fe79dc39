//! `never-allowed`: a message that the rules always suppress, and dates on which nobody can enter.

use super::Finding;
use super::evidence::step;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::prove::Never;
use crate::syntax::tree::ClauseKind;

pub(super) const FINDING: Finding = Finding {
    name: "never-allowed",
    level: Level::Error,
    title: "The rules never let this message go",
    meaning: "Quiet hours cover the whole day, the message comes at a local time at which quiet hours suppress, or the conditions \
              around it are those under which the gate lets nothing through. Control groups, `stop` and `paused` are not looked \
              at. The same name is used for `active` dates on which no entry of the journey comes.",
    customers: "They never get it.",
    bad: "\
charter:
  timezone \"Europe/Paris\"
  consent required for sms
  quiet 21:00-08:00 for sms, skip
journey cart:
  on cart_abandoned:
    wait until 22:00
    sms offer
  goal order_placed
",
    good: "\
charter:
  timezone \"Europe/Paris\"
  consent required for sms
  quiet 21:00-08:00 for sms, skip
journey cart:
  on cart_abandoned:
    wait until 20:00
    sms offer
  goal order_placed
",
    allow: None,
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    // What a wrong rule leaves open is not known.
    if !view.knows_charter {
        return;
    }
    for (place, never) in view.never() {
        let send = step(view, place);
        let (title, edit, rule) = match never {
            Never::AllDay(rule) => {
                let title = "Quiet hours cover the whole day, so this never goes".to_string();
                (title, "leave an hour of the day open".to_string(), Some((rule, "this rule is one of them")))
            }
            Never::Skipped(rule) => {
                let title = format!("`{send}` comes at a time at which quiet hours suppress it, so it never goes");
                (
                    title,
                    "wait for another time, or let the rule hold it: without `, skip`".to_string(),
                    Some((rule, "this rule suppresses it")),
                )
            }
            Never::Excluded(rule) => {
                let title = format!("Whoever comes here is excluded, so `{send}` never goes");
                (
                    title,
                    "change the condition around it, or the rule".to_string(),
                    Some((rule, "this rule excludes them")),
                )
            }
            Never::NoConsent(name) => {
                let title = format!("Whoever comes here has not agreed to {name}, so `{send}` never goes");
                (title, "send it by another channel, or change the condition around it".to_string(), None)
            }
            Never::Unreachable(channel) => {
                let title = format!("Whoever comes here cannot be reached by {channel}, so `{send}` never goes");
                (title, "send it by another channel, or change the condition around it".to_string(), None)
            }
        };
        let finding = FINDING.at(place, title, edit);
        out.push(match rule {
            Some((rule, text)) => finding.with_label(rule, text),
            None => finding,
        });
    }
    for journey in view.never_active() {
        let active = journey.tree.clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::Active { .. }));
        out.extend(active.map(|clause| {
            let title = "Nobody can enter: none of the entries comes between these days";
            FINDING.at(clause.span, title, "choose other days, or another entry")
        }));
    }
}
