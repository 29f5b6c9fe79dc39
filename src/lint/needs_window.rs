//! `needs-window`: found where conditions are read (`check/conditions.rs`).

use super::Finding;
use crate::diagnostic::Level;

pub(super) const FINDING: Finding = Finding {
    name: "needs-window",
    level: Level::Error,
    title: "An event is asked about without saying since when",
    meaning: "In the steps of a journey `order_placed` means: since the journey was entered. A segment, the charter and `for` have \
              no such moment, so an event there needs `in last 30d` or `ever`. What became of a message can be asked in \
              steps only.",
    customers: "Nobody could say who is meant: those who ordered yesterday, or ten years ago.",
    bad: "\
segment buyers: order_placed
journey thanks:
  on entering buyers: email thank_you
  goal order_placed
",
    good: "\
segment buyers: order_placed in last 30d
journey thanks:
  on entering buyers: email thank_you
  goal order_placed
",
    allow: None,
    fix: None,
};
