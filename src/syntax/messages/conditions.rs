//! Conditions.

use super::{Said, away, instead, say};
use crate::syntax::problem::kind::Condition;

pub(super) fn said(kind: Condition) -> Said {
    match kind {
        Condition::InWords { sign } => instead("Values are compared by signs", sign),
        Condition::InTheLast => away("A time to look back is written without `the`", "in last 30d"),
        Condition::TwoAtOnce => {
            say("Two conditions stand here with nothing between them", "write `and` or `or` before this")
        }
        Condition::BareWhere { asked } => {
            say("What a `where` asks stands in parentheses here", format!("write `where ({asked})`"))
        }
    }
}
