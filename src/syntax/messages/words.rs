//! Words of the language and names, and where they stand.

use super::unread::name_of;
use super::{Said, instead, say, shorten};
use crate::diagnostic::Advice;
use crate::syntax::problem::kind::Word;
use crate::syntax::words::Mode;

pub(super) fn said(kind: Word) -> Said {
    match kind {
        Word::Capital { word, small } => say(
            format!("Words of the language are written in small letters, and `{word}` is not"),
            format!("write `{small}`"),
        ),
        Word::CapitalName { word, small } => {
            let small = if small.is_empty() { "a name such as `recs`".to_string() } else { format!("`{small}`") };
            say(format!("Names are written in small letters, and `{word}` is not"), format!("write {small}"))
                .with_help(format!("A name that must be written this way stands in quotes: \"{word}\"."))
        }
        Word::Hyphen { name } => instead("A name has no hyphen, but `_`", &name),
        Word::EMail => instead("The channel is called `email` here", "email"),
        Word::NameInWords { name } => say("A name is one word", format!("write `{name}`")),
        Word::MessageInWords { name } => instead("The name of a message is one word", &name),
        Word::Reserved { key, place } => {
            let word = key.word();
            say(
                format!("`{word}` is a word of the language and cannot be {}", name_of(place)),
                format!("choose another name, or write it in quotes: \"{word}\""),
            )
        }
        Word::MisspeltHead { word, near } => say(no_line_begins_with(&word), Advice::meant(&near)),
        Word::NoHead { word, mode, is_send } => {
            let edit = match mode {
                Mode::Clause if is_send => "this looks like a step: indent it below `on …:`".to_string(),
                mode => format!("write {}", mode.noun()),
            };
            say(no_line_begins_with(&word), edit)
        }
        Word::BelowAnItem { word } => say(no_line_begins_with(&word), "indent this below the item it belongs to"),
        Word::StepInJourney { word } => {
            say(format!("`{word}` is a step, and stands among the lines of the journey"), "indent it below `on …:`")
        }
        Word::ClauseInSteps { word } => {
            say(format!("`{word}` belongs to the journey, and stands among its steps"), "give it the column of `on`")
        }
        Word::ClauseOutside { word } => {
            say(format!("`{word}` belongs to a journey"), "indent it below `journey NAME:`")
        }
        Word::RuleOutside { word } => say(
            format!("`{word}` is a rule for all journeys, and stands outside of the charter"),
            "put it below `charter:`, indented",
        ),
    }
}

fn no_line_begins_with(word: &str) -> String {
    match word {
        "" => "This line is not finished".to_string(),
        _ => format!("No line here begins with `{}`", shorten(word)),
    }
}
