//! Where a line stands, and what stands below it.

use super::{Said, away, say};
use crate::syntax::problem::kind::Layout;
use crate::syntax::words::Mode;

const BULLET: &str = "Lines begin without a bullet";

pub(super) fn said(kind: Layout) -> Said {
    match kind {
        Layout::UnfinishedMerge => say(
            "A merge was left unfinished here, so it is open which of two versions customers would get",
            "keep one of the two and delete the lines with the marks",
        ),
        Layout::Tab => say("A tab stands in the indentation of this line", "indent with spaces, two for each level"),
        Layout::Bullet { in_test } => away(BULLET, if in_test { "+1d expect email recs" } else { "wait 1d" }),
        Layout::BulletOf { mark } => say(BULLET, format!("take `{mark}` away")),
        Layout::TooFarLeft { mode, spaces } => {
            let spaces = if spaces == 1 { "a space".to_string() } else { format!("{spaces} spaces") };
            say(
                "This line is not far enough to the right for its block",
                format!("this is {}; put {spaces} before it", mode.noun()),
            )
        }
        Layout::BetweenLevels { column } => say("This line stands between two levels", between(column)),
        Layout::TooDeep { column, has_above } => {
            say("This line stands deeper than the line above it", deeper(column, has_above))
        }
        Layout::NoColon { below } => {
            let edit = match below {
                Some(below) => format!("write `:`, then {} below it, indented", below.noun()),
                None => "write `:` here, before the lines that belong to it".to_string(),
            };
            say("A `:` is missing at the end of this line", edit)
        }
        Layout::OtherThanColon { sign } => {
            say("A line with others below it ends in `:`", format!("write `:` instead of `{sign}`"))
        }
        Layout::ThenBehindColon => say("The `:` says already that what is done stands below", "take `then` away"),
        Layout::TwoBlocks => {
            say("A block stands behind the `:` or below it, never both", "move this to a line of its own, indented")
        }
        Layout::TooManyBlocks => {
            say("Blocks are nested too deep here", "at most 64 blocks may stand inside each other")
        }
        Layout::NotBehindColon => {
            say("These lines do not fit behind the `:`", "put each on a line of its own below, indented")
        }
        Layout::BlockInLine => say(
            "A block cannot stand inside a one-line block",
            "write `then` instead of `:`, or put it on a line of its own",
        ),
        Layout::NothingBelow { below } => say(
            "Nothing stands below this `:`",
            format!("write {} on the next line, indented", below.map_or("a step", Mode::noun)),
        ),
        Layout::NotIndentedBelow => say(
            "The lines that belong below this `:` are not indented",
            "indent what belongs to it by two spaces more; what stays in this column comes after it",
        ),
        Layout::TwoConditions => say("A segment is one condition", "begin this line with `and` or `or`"),
        Layout::ElseAlone => else_alone(),
        Layout::ElseBehindSemicolon => else_alone().with_help("A `;` ends the `if` before it."),
        Layout::GoesOn { word } => say(
            format!("This line begins with `{word}`, and so goes on with the line above"),
            format!("take `{word}` away"),
        ),
    }
}

fn else_alone() -> Said {
    say("An `else` stands without an `if`", "put it right below the `if` it belongs to, in the same column")
}

fn between(column: usize) -> String {
    match column {
        0 => "begin it in the first column".to_string(),
        n => format!("indent it by {n} spaces, as its neighbours are"),
    }
}

fn deeper(column: usize, has_above: bool) -> String {
    match (column, has_above) {
        (0, false) => "begin it in the first column".to_string(),
        (0, true) => "begin it in the first column, or end the line above with `:`".to_string(),
        (n, _) => format!("indent it by {n} spaces as its neighbours are, or end the line above with `:`"),
    }
}
