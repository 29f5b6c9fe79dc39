//! Why a message was not made.

use std::fmt;

/// A message that cannot be made whole, and so is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrenderable {
    /// The message.
    pub message: String,
    /// The channel.
    pub channel: String,
    /// The part in which it shows; none: it is about the message as a whole, or about a text without parts.
    pub part: Option<String>,
    /// Why.
    pub why: Why,
}

/// The kinds of reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// Something that the text says is not known.
    Missing {
        /// Its name, as the program has it: `event.total`.
        variable: String,
    },
    /// It is longer than the channel takes; nothing is ever cut.
    TooLong {
        /// How long it is.
        is: usize,
        /// How long it may be.
        most: usize,
        /// Of what: `characters`, `bytes`.
        unit: &'static str,
    },
    /// The text cannot be filled in: what is wrong with its Liquid, or with a value for it.
    Liquid(String),
    /// A link that runs code where it is opened.
    Link {
        /// The link.
        url: String,
    },
    /// The program has no text of it for this channel.
    NoText,
}

impl fmt::Display for Unrenderable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unrenderable { message, channel, part, why } = self;
        let place = match part {
            Some(part) => format!("`{message}` ({channel}, {part})"),
            None => format!("`{message}` ({channel})"),
        };
        match why {
            Why::Missing { variable } => write!(f, "`{variable}` is missing, and the text of {place} needs it"),
            Why::TooLong { is, most, unit } => {
                write!(f, "the text of {place} has {is} {unit}, and {most} is the most that can be sent")
            }
            Why::Liquid(problem) => write!(f, "the text of {place} cannot be filled in: {problem}"),
            Why::Link { url } => write!(f, "the text of {place} has a link that is no address of a page: `{url}`"),
            Why::NoText => {
                write!(f, "the program has no text of `{message}` for {channel}: write one, or name another channel")
            }
        }
    }
}

impl std::error::Error for Unrenderable {}
