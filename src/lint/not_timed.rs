//! `not-timed`: found where comparisons are read (`check/conditions.rs`).

use super::Finding;
use crate::diagnostic::Level;

pub(super) const FINDING: Finding = Finding {
    name: "not-timed",
    level: Level::Error,
    title: "Two things that change as time goes by are compared with each other",
    meaning: "`now`, `today`, `time since` and counts `in last` change without anything happening. Compared with something that \
              stands still, the moment at which the answer changes can be worked out in advance; compared with each other it \
              cannot.",
    customers: "A message that waits for such a condition would come at no particular time.",
    bad: "\
charter: cap 2 per 1d
journey cart:
  on cart_abandoned:
    email recs
    if count of item_viewed in last 7d > count of item_viewed in last 30d then email more
  goal order_placed
",
    good: "\
charter: cap 2 per 1d
journey cart:
  on cart_abandoned:
    email recs
    if count of item_viewed in last 7d > 3 then email more
  goal order_placed
",
    allow: None,
    fix: None,
};
