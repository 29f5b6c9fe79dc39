//! `endless-cycle`: journeys that start each other again and again without any time passing.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};

pub(super) const FINDING: Finding = Finding {
    name: "endless-cycle",
    level: Level::Error,
    title: "Journeys start each other without end and without any time passing",
    meaning: "What journeys `emit`, `start` and `set` happens in the same instant. Here it comes round to where it began: by \
              entries, goals, exits, waits that it ends, or segments that it moves people in and out of. No step on the way \
              surely takes time, and no `reenter never` or `reenter after` ends the round. `wait until 09:00` is no help: at \
              09:00 it does not wait. A round that cannot be seen here is cut off after 4,096 turns when it is played.",
    customers: "One customer would go round for ever in one instant, and would get every message of the round each time.",
    bad: "\
charter: timezone \"Europe/Paris\"
journey hello:
  on signed_up or greeted_again:
    wait until 09:00
    emit greeted_again
",
    good: "\
charter: timezone \"Europe/Paris\"
journey hello:
  on signed_up or greeted_again:
    wait 1d
    emit greeted_again
",
    allow: None,
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    out.extend(view.endless().into_iter().map(|span| {
        FINDING.at(
            span,
            "This comes round to itself without any time passing, and so never ends",
            "put a `wait` before this, or write `reenter never` or `reenter after 1d` in the journey",
        )
    }));
}
