//! `past-day`: a day of the journey that is over whenever its step is reached.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::{Step, StepKind, Until};
use crate::value::Millis;
use rust_decimal::prelude::ToPrimitive;

const HOUR: Millis = 60 * 60 * 1000;
const DAY: Millis = 24 * HOUR;

pub(super) const FINDING: Finding = Finding {
    name: "past-day",
    level: Level::Warning,
    title: "A day of the journey that is over when its step is reached",
    meaning: "`wait until day 3` is about the third day after the entry. The waits before it take longer than that on every \
              way, so the day is over, and nobody waits. A length of time that is to be waited for is written `wait 3d`.",
    customers: "The next step comes at once, together with what stands before the wait.",
    bad: "\
journey cart:
  on cart_abandoned:
    wait 5d
    email recs
    wait until day 3
    push reminder
  goal order_placed
charter: timezone \"Europe/Paris\", consent required for push, cap 2 per 1d
",
    good: "\
journey cart:
  on cart_abandoned:
    wait 5d
    email recs
    wait until day 8
    push reminder
  goal order_placed
charter: timezone \"Europe/Paris\", consent required for push, cap 2 per 1d
",
    allow: Some("Where the day is kept for the people who were inside before the waits were made longer."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        for clause in &journey.tree.clauses {
            block(clause.steps(), Reached::default(), out);
        }
    }
}

/// When a step is reached at the earliest.
#[derive(Clone, Copy, Default)]
struct Reached {
    /// Since the entry.
    after: Millis,
    /// The day of the journey on which it is.
    day: i64,
}

fn block(steps: &[Step], mut reached: Reached, out: &mut Vec<Diagnostic>) {
    for step in steps {
        match &step.kind {
            StepKind::Wait(length) => reached.after = reached.after.saturating_add(*length),
            StepKind::WaitUntil { until: Until::NthDay { number, .. }, .. } => {
                let Some(day) = number.0.to_i64() else { continue };
                // A day may have an hour more or less where the clocks change.
                let elapsed = reached.after >= day.saturating_add(1).saturating_mul(DAY).saturating_add(2 * HOUR);
                if elapsed || day < reached.day {
                    let later = reached.day.max(reached.after.div_euclid(DAY)).saturating_add(1);
                    let title = format!("Day {day} is over when this is reached, so nobody waits here");
                    let edit =
                        format!("write `day {later}` or a later one, or `wait {day}d` to wait so long from here");
                    out.push(FINDING.at(step.span, title, edit));
                }
                reached.day = reached.day.max(day);
            }
            _ => step.blocks().into_iter().for_each(|inner| block(inner, reached, out)),
        }
    }
}
