//! What a message says to do at its place.

use crate::nearest::nearest;

/// The edit in words, and what would stand there after it where a name was meant that is nearly the one written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The words of the label.
    pub text: String,
    /// What was meant.
    pub suggestion: Option<String>,
}

impl Advice {
    /// "Did you mean": a name, or a text with the quotation marks that it is written with.
    pub(crate) fn meant(name: &str) -> Self {
        Self { text: format!("did you mean `{name}`?"), suggestion: Some(name.to_string()) }
    }

    /// The same of a text: its own quotation marks are enough.
    pub(crate) fn meant_text(text: &str) -> Self {
        let quoted = format!("\"{text}\"");
        Self { text: format!("did you mean {quoted}?"), suggestion: Some(quoted) }
    }

    /// The nearest of `known` to a name that is not known, else what to write.
    pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> Self {
        nearest(name, known).map_or_else(|| otherwise.into(), Self::meant)
    }
}

impl From<&str> for Advice {
    fn from(text: &str) -> Self {
        text.to_string().into()
    }
}

impl From<String> for Advice {
    fn from(text: String) -> Self {
        Self { text, suggestion: None }
    }
}
