//! What people do with messages.

use super::*;

/// What a customer can do with a message, and what can become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Engagement {
    /// It arrived.
    Delivered,
    /// It was opened; a click counts as one.
    Opened,
    /// A link in it was followed.
    Clicked,
    /// It was answered.
    Replied,
    /// It was wiped away.
    Dismissed,
    /// It came back.
    Bounced,
    /// It was marked as spam.
    Complained,
    /// The provider refused it.
    Failed,
}

impl Engagement {
    /// All of them.
    pub const ALL: [Engagement; 8] = [
        Engagement::Delivered,
        Engagement::Opened,
        Engagement::Clicked,
        Engagement::Replied,
        Engagement::Dismissed,
        Engagement::Bounced,
        Engagement::Complained,
        Engagement::Failed,
    ];

    /// The word for it in the language.
    pub fn word(self) -> &'static str {
        match self {
            Engagement::Delivered => "delivered",
            Engagement::Opened => "opened",
            Engagement::Clicked => "clicked",
            Engagement::Replied => "replied",
            Engagement::Dismissed => "dismissed",
            Engagement::Bounced => "bounced",
            Engagement::Complained => "complained",
            Engagement::Failed => "failed",
        }
    }

    /// The engagement of a word.
    pub fn of(word: &str) -> Option<Engagement> {
        Engagement::ALL.into_iter().find(|e| e.word() == word)
    }
}
