//! What can stand in an inbox: lines of clients, and what partitions say to each other when two ids are one person.
//!
//! A line that bears `ana` and `a7` is ana's. Her owner parks her lines and asks the owner of a7; that one makes a7 another
//! name of ana and gives its profile, or refuses. Each message can come twice and does then what it did.

use serde::{Deserialize, Serialize};

/// A message of an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Message {
    /// A line of a client.
    Input {
        /// JSON as Segment's spec has it.
        body: String,
        /// The person, where the line was forwarded from another name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
        /// Whether the names on it have been looked at.
        #[serde(default, skip_serializing_if = "is_false")]
        joined: bool,
    },
    /// Asks for an id to become another name of a person.
    Ask {
        /// The id that is asked for.
        other: String,
        /// The person who asks.
        by: String,
        /// Whether the line was an `alias`, which joins a user's own id too.
        alias: bool,
    },
    /// The id is a name of the person now; this is what was known of it.
    Give {
        /// The person.
        to: String,
        /// The id.
        other: String,
        /// Its stored profile.
        state: Option<Vec<u8>>,
        /// Its other names.
        names: Vec<String>,
        /// Its traits.
        traits: Option<String>,
    },
    /// The id belongs to somebody else.
    Refuse {
        /// The person who asked.
        to: String,
        /// The id.
        other: String,
    },
}

fn is_false(yes: &bool) -> bool {
    !yes
}
