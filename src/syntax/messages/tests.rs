//! Lines of tests.

use super::{Said, away, instead, say};
use crate::syntax::problem::kind::Test;

const BEGINS: &str = "A line of a test begins with the time since the start";

pub(super) fn said(kind: Test) -> Said {
    match kind {
        Test::WordBeforeTime => away(BEGINS, "+1d …"),
        Test::WordForPlus => instead(BEGINS, "+"),
        Test::TimeWithoutPlus { length } => say(BEGINS, format!("write `+{length}`")),
        Test::SignBehindTime => away("What happens follows the time at once", "+1d expect email recs"),
        Test::NotSent => say(
            "A test need not say what is not sent",
            "take this line away: a message that no line expects fails the test; `+9d expect nothing` plays on until then",
        ),
        Test::TraitBy => away("In a test a trait is followed by its value", "set tier \"gold\""),
        Test::TraitOfWhat { word } => say(
            format!("This does not say what `{word}` is"),
            "write `profile:` before this if it is known from the start, `set` if it changes",
        ),
        Test::NothingThen => say("Nothing is said about this moment", "write what happens then, or `expect nothing`"),
        Test::NoUnit { number } => {
            say("A moment of a test needs its unit", format!("write +{number}d, +{number}h or +{number}m"))
        }
    }
}
