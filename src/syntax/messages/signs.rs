//! Signs and letters.

use super::{Said, instead, say};
use crate::syntax::problem::kind::Sign;

const QUOTES: &str = "Texts for customers stand in quotes, notes to colleagues after `#`.";

pub(super) fn said(kind: Sign) -> Said {
    match kind {
        Sign::TextOpen => say("A text is opened and never closed", "close it with `\"` on this line")
            .with_help("A text over several lines stands between \"\"\" and \"\"\"."),
        Sign::LongTextOpen => {
            say("A text over several lines is opened and never closed", "close it with \"\"\" behind its last line")
        }
        Sign::ListOpen => say("A list is opened and never closed", "close it with `]` on this line"),
        Sign::ListClosed => {
            say("A list is closed that was never opened", "take this `]` away, or write the `[` it belongs to")
        }
        Sign::ParenthesisOpen => say("A parenthesis is opened and never closed", "close it with `)` on this line"),
        Sign::ParenthesisClosed => {
            say("A parenthesis is closed that was never opened", "take this `)` away, or write the `(` it belongs to")
        }
        Sign::TooNested => {
            say("This is nested too deep to be read", "at most 64 parentheses or `!` may stand inside each other")
        }
        Sign::QuoteInText => {
            say("This quotation mark ends the text", "write `\\\"` for one that customers are to read, or take it away")
        }
        Sign::Arrow { meant } => instead("An arrow is no sign of the language", meant),
        Sign::LooksAlike { word, alphabet, odd, plain } => say(
            format!("A letter in `{word}` only looks like `{plain}`"),
            format!("this is a {alphabet} letter (U+{:04X}); type `{plain}`", odd as u32),
        ),
        Sign::OtherLetter { word, plain } => {
            let edit = match plain {
                Some(plain) => format!("write `{plain}`, or the name in quotes: \"{word}\""),
                None => format!("write the name in quotes: \"{word}\""),
            };
            say(format!("The name `{word}` has a letter other than a to z"), edit)
        }
        Sign::Currency { sign } => say("An amount is a number without its currency", format!("take `{sign}` away")),
        Sign::Brace => {
            say("Blocks are made by indentation, not by braces", "write `:` instead of `{`, and take the `}` away")
        }
        Sign::Unknown { what } => say(format!("A {what} is no sign of the language"), "take it away"),
        Sign::StandsForAnother { what, odd, plain } => say(
            format!("A {what} stands where `{plain}` is meant"),
            format!("this is `{odd}` (U+{:04X}); type `{plain}`", odd as u32),
        ),
        Sign::At => say("The character `@` has no meaning here", "put quotes around the text").with_help(QUOTES),
        Sign::NoMeaning { odd } => {
            say(format!("The character `{odd}` has no meaning here"), "take it away").with_help(QUOTES)
        }
        Sign::Hidden { odd } => {
            let title = match odd {
                '\0' => "A NUL character is hidden here",
                '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{ad}' => "An invisible character is hidden here",
                _ => "A hidden character here changes the direction of the text",
            };
            say(title, format!("delete the character U+{:04X} and type the text anew", odd as u32))
        }
    }
}
