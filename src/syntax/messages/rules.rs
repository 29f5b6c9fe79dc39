//! Lines of journeys, rules, channels and shares.

use super::{Said, away, instead, say};
use crate::syntax::problem::kind::Rule;

pub(super) fn said(kind: Rule) -> Said {
    match kind {
        Rule::BeginsWithoutOn { word } => instead(format!("A journey begins with `on`, not with `{word}`"), "on"),
        Rule::LeavesWithoutExit { word } => {
            instead(format!("A journey is left with `exit`, not with `{word}`"), "exit")
        }
        Rule::ExitIf => instead("An exit asks with `when`, or names an event with `on`", "when"),
        Rule::GoalBy => away("A goal is followed by its event", "goal order_placed"),
        Rule::GoalIn => instead("How long a goal counts is said by `within`", "within"),
        Rule::GoalTwice => say("A goal says this only once", "take one of the two away"),
        Rule::EventIf => instead("What must hold of the event is said behind `where`", "where"),
        Rule::EveryWithoutTime { day } => say(
            format!("This does not say at what time of the {day}"),
            format!("write the time: `every {day} at 09:00:`"),
        ),
        Rule::CapAndMore { word } => say(
            format!("How many messages go is limited by `cap` alone, without `{word}`"),
            format!("take `{word}` away"),
        ),
        Rule::OtherThanCap { word } => {
            instead(format!("How many messages go is limited by `cap`, not by `{word}`"), "cap")
        }
        Rule::Quiet { write } => {
            let title = "Quiet hours are written from-to";
            match write {
                Some(write) => instead(title, &write),
                None => say(title, "write `quiet 21:00-08:00`"),
            }
        }
        Rule::ConsentForWhom => say("This does not say that consent is required", "write `consent required for`"),
        Rule::TextWithoutChannel => say(
            "This does not say on which channel the text is sent",
            "write the channel before it, such as `sms: \"…\"`",
        ),
        Rule::ShareWithoutPercent => say("A share is written in percent", "write it before the name, such as `50% a:`"),
    }
}
