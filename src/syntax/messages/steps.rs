//! Steps.

use super::{Said, away, instead, say};
use crate::syntax::problem::kind::Step;

pub(super) fn said(kind: Step) -> Said {
    match kind {
        Step::SendWord => say("A send begins with its channel", "take `send` away: `email recs`"),
        Step::WaitWord => say("Waiting is written with `wait`", "write `wait`, then how long: `wait 2d`"),
        Step::Alone { word } => say(
            format!("`{word}` alone is not a step"),
            "say what to send: a channel, then a message, such as `email recs`",
        )
        .with_help("Other steps begin with `wait`, `if`, `add to`, `remove from` or `exit`."),
        Step::HowLong => {
            say("This does not say how long to wait", "write how long, `wait 2d`, or until when, `wait until 09:00`")
        }
        Step::BeforeDate { line } => {
            say("A moment before a date is the date, less a length of time", format!("write `{line}`"))
        }
        Step::NothingDone => {
            say("This `if` does not say what to do", "write `then` and a step, or `:` and steps below")
        }
        Step::NoThen => say(
            "A `then` is missing between the condition and the step",
            "write `then` before the step, or `:` and the steps below",
        ),
        Step::IfBehindThen => {
            say("An `if` cannot follow `then`", "write `and` to join the two conditions, or use lines below with `:`")
        }
        Step::DoForThen => instead("What an `if` does is said behind `then`", "then"),
        Step::OtherElse => instead("What is done for all others begins with `else`", "else"),
        Step::ElseIfInOneWord { word } => instead(format!("`{word}` is written as two words"), "else if"),
        Step::IfWaits { length } => {
            say("How long an `if` waits is said by `within`", format!("write `within {length}`"))
        }
        Step::Joined => instead("Steps are parted by `;`, or stand on lines of their own", ";"),
        Step::AddedByName => away("Whoever is in the journey is added; nobody is named", "add to retargeting"),
        Step::AddWithoutTo { audience } => {
            say("Customers are added to an audience", format!("write `add to {audience}`"))
        }
        Step::SplitWithoutName => say(
            "A split needs a name, so that everybody goes the same way each time",
            "write a name before the `:`, such as `split offers:`",
        ),
        Step::EndlessRepeat => say(
            "A repeat must end, also for those to whom this never happens",
            "say how often at most: `repeat 3 times every 2d until …`",
        ),
        Step::RoundsAtOnce => {
            say("All rounds would be done at one moment", "say how far apart they begin: `repeat 3 times every 2d`")
        }
        Step::SendToSomebody => away("Whoever is in the journey gets it; a send names nobody", "email recs"),
        Step::TwoSends => say(
            "Two sends stand here with nothing between them",
            "write `;` before this, or `or` where it is tried instead",
        ),
        Step::CategoryWithoutAs => say("The category of a send is named behind `as`", "write `as` before this"),
        Step::NoBestTime => say("A message goes out at once, or `at best time`", "write `at best time within 12h`")
            .with_help("To send at a fixed time, put a step before it: `wait until 09:00`."),
    }
}
