//! Which ids are one person: names that were joined, devices that several people share, people who were deleted.

use crate::wire::{Input, InputKind};
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

/// What is kept of an id that asked to be deleted: SHA-256 of it. See [`crate::Profile::is_unsubscribed`].
///
/// ```
/// let hash = journey::identity::hash("ana");
/// assert_eq!(hash[..4], [0x24, 0xd4, 0xb9, 0x6f]);
/// ```
pub fn hash(id: &str) -> [u8; 32] {
    hmac_sha256::Hash::hash(id.as_bytes())
}

/// Whose line an input is, once the ids that were joined are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The profile that plays it.
    pub profile: SmolStr,
    /// The profile to merge into it first.
    pub merges: Option<SmolStr>,
}

/// The ids of all people, in memory. A host that keeps profiles in a database keeps the same there: a table of names,
/// each with the profile it belongs to (`docs/reference/identity.md`).
///
/// ```
/// use journey::identity::Identities;
/// use journey::{Input, Json};
///
/// let line = |text: &str| Input::from_json(text).map_err(|e| e.to_string());
/// let mut ids = Identities::default();
/// let both = line(r#"{"type":"track","userId":"ana","anonymousId":"a7","timestamp":"2026-03-02T09:00:00Z","event":"x"}"#)?;
/// assert_eq!(ids.route(&both).merges.as_deref(), Some("a7"));
/// assert_eq!(ids.resolve("a7"), "ana"); // from now on another name of hers
/// let shared = line(r#"{"type":"track","userId":"bob","anonymousId":"a7","timestamp":"2026-03-02T09:00:00Z","event":"x"}"#)?;
/// assert_eq!(ids.route(&shared).merges, None); // a shared device joins nobody
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Identities {
    /// Ids that were joined, with what they are another name of.
    names: HashMap<SmolStr, SmolStr>,
    /// Ids that came as `userId`.
    users: HashSet<SmolStr>,
}

impl Identities {
    /// The profile that an id belongs to; its own where it was never joined.
    pub fn resolve<'a>(&'a self, id: &'a str) -> &'a str {
        let mut id = id;
        while let Some(next) = self.names.get(id) {
            id = next;
        }
        id
    }

    /// Whose line an input is. An id that it joins is another name of that profile from now on.
    pub fn route(&mut self, input: &Input) -> Routed {
        let profile = SmolStr::new(self.resolve(&input.profile));
        if input.is_user {
            self.users.insert(profile.clone());
        }
        let is_alias = matches!(input.kind, InputKind::Alias { .. });
        let merges = input.other().filter(|other| {
            let belongs_to = self.resolve(other);
            // One that was joined before stays with its first user; one that is a user's own is joined by `alias` only.
            belongs_to == other.as_str() && belongs_to != profile && (is_alias || !self.users.contains(*other))
        });
        let merges = merges.cloned();
        if let Some(other) = &merges {
            self.names.insert(other.clone(), profile.clone());
        }
        Routed { profile, merges }
    }
}
