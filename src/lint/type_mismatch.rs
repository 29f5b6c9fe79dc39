//! `type-mismatch`: found where types are inferred (`check/types.rs`, `check/conditions.rs`).

use super::Finding;
use crate::diagnostic::Level;

pub(super) const FINDING: Finding = Finding {
    name: "type-mismatch",
    level: Level::Error,
    title: "Values of different kinds are compared, or a value is used as two kinds",
    meaning: "A number is compared with a text, a date with a number, or an attribute is a number in one place and a text in \
              another. A text that is none of a choice's values counts too.",
    customers: "The condition would hold for nobody.",
    bad: "\
profile:
  tier: \"bronze\" | \"silver\" | \"gold\"
journey offers:
  for profile.tier is \"golden\"
  on cart_abandoned: email offer
  goal order_placed
",
    good: "\
profile:
  tier: \"bronze\" | \"silver\" | \"gold\"
journey offers:
  for profile.tier is \"gold\"
  on cart_abandoned: email offer
  goal order_placed
",
    allow: None,
    fix: Some("With `--unsafe` it writes the nearest value of a choice."),
};
