//! What a message became.

use super::sms::Encoding;
use serde::Serialize;

/// A message as it is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// The subject of an email, on one line.
    pub subject: Option<String>,
    /// What an inbox shows behind the subject: the part `preheader`, or `preview`, or else `<mj-preview>`.
    pub preheader: Option<String>,
    /// The HTML part; of an email that is written as text, made of its text.
    pub html: Option<String>,
    /// The text part; of an email that is written as HTML alone, made of its HTML.
    pub text: Option<String>,
    /// Every written part, filled in, in written order; a text without a name is `body`.
    pub parts: Vec<(String, String)>,
    /// The links that it has, each once, in the order in which they stand.
    pub links: Vec<String>,
    /// How big it is, where the channel counts.
    pub size: Option<Size>,
}

/// How big a message is, as its channel counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Size {
    /// An email.
    Html {
        /// Bytes of its HTML; Gmail shows 102 kB of it.
        html: usize,
    },
    /// A text message.
    Sms {
        /// How many are paid for.
        segments: usize,
        /// What counts against 160 or 70: one that the GSM alphabet holds by an escape counts two there, and one beyond
        /// 16 bits, such as most emoji, two elsewhere.
        characters: usize,
        /// How it goes over the air.
        encoding: Encoding,
    },
    /// A push.
    Push {
        /// Bytes of its parts as JSON.
        bytes: usize,
    },
}
