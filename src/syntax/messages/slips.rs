//! Slips of the hand.

use super::{Said, join, say, shorten};
use crate::diagnostic::Advice;
use crate::syntax::problem::kind::{Side, Slip};

pub(super) fn said(kind: Slip) -> Said {
    match kind {
        Slip::Doubled { word } => say(format!("`{}` stands here twice", shorten(&word)), "take one of the two away"),
        Slip::Misspelt { word, meant } => {
            say(format!("`{word}` is no word that can stand here"), Advice::meant(&meant))
        }
        Slip::Missing { word, side } => {
            let vowel = word.starts_with(['a', 'e', 'i', 'u']) || word.starts_with('o') && word != "one";
            let article = if vowel { "An" } else { "A" };
            let (beside, place) = beside(&side);
            say(format!("{article} `{word}` is missing {beside}"), format!("write `{word}` {place}"))
        }
        Slip::OneOfSeveralMissing { words, side, or_away } => {
            let shown = |word: &String| match word.as_str() {
                "is" => "a sign such as `is` or `>=`".to_string(),
                word => format!("`{word}`"),
            };
            let words: Vec<String> = words.iter().map(shown).collect();
            let away = if or_away { ", or take it away" } else { "" };
            let (beside, place) = beside(&side);
            say(format!("A word is missing {beside}"), format!("write {} {place}{away}", join(&words)))
        }
        Slip::Swapped { first, second } => say(
            format!("`{}` and `{}` stand the wrong way round", shorten(&first), shorten(&second)),
            format!("write `{second} {first}`"),
        ),
        Slip::SwappedOrSpare { word, right } => {
            say(format!("`{word}` does not stand here"), format!("write `{right}`, or take `{word}` away"))
        }
        Slip::Spare { word } => {
            let word = shorten(&word);
            say(format!("`{word}` has no place here"), format!("take `{word}` away"))
        }
        Slip::OneOfSeveralSpare { words } => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            say("One word too many stands here", format!("take {} away", join(&words)))
        }
    }
}

/// Beside which word something is missing, and where that is seen from the place of the message.
fn beside(side: &Side) -> (String, &'static str) {
    match side {
        Side::Before(next) => (format!("before `{}`", shorten(next)), "before this"),
        Side::Behind(before) => (format!("behind `{}`", shorten(before)), "behind this"),
    }
}
