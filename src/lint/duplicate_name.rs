//! `duplicate-name`: found where names are declared (`check/declare.rs` and others).

use super::Finding;
use crate::diagnostic::Level;

pub(super) const FINDING: Finding = Finding {
    name: "duplicate-name",
    level: Level::Error,
    title: "Two things of one kind have the same name",
    meaning: "There are two journeys, messages, segments, audiences or channels of one name, two charters, two clauses where a journey \
              has one, or two labels of one split. The second place is shown. Items `profile` and items of one event add up.",
    customers: "Nobody could tell which of the two they would get.",
    bad: "\
message recs: email: subject \"Picked for you\", body \"Have a look.\"
message recs: email: subject \"Still interested?\", body \"Have a look.\"
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    good: "\
message recs: email: subject \"Picked for you\", body \"Have a look.\"
message again: email: subject \"Still interested?\", body \"Have a look.\"
journey cart:
  on cart_abandoned: email recs; wait 2d; email again
  goal order_placed
",
    allow: None,
    fix: None,
};
