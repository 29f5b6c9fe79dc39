//! Which ids are one person: names that were joined, devices that several people share, people who were deleted.

use crate::engine::{Input, InputKind};
use crate::program::Route;
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
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Identities {
    /// Ids that were joined, with what they are another name of.
    names: HashMap<SmolStr, SmolStr>,
    /// By profile: its other names, also those that came with another one.
    of: HashMap<SmolStr, Vec<SmolStr>>,
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

    /// The same, and the way there is short from now on.
    fn find(&mut self, id: &str) -> SmolStr {
        let found = SmolStr::new(self.resolve(id));
        let mut at = SmolStr::new(id);
        while let Some(next) = self.names.get_mut(&at).filter(|next| **next != found) {
            at = std::mem::replace(next, found.clone());
        }
        found
    }

    /// Whose line an input is, now that it is known which ids were joined before. An id that it joins is another name of that profile from now on.
    pub fn route(&mut self, input: &Input) -> Route {
        let profile = self.find(&input.profile);
        if input.is_user {
            self.users.insert(profile.clone());
        }
        let is_alias = matches!(input.kind, InputKind::Alias { .. });
        let other = input.other().map(|other| (other, self.find(other)));
        let merges = other.filter(|(other, belongs_to)| {
            // One that was joined before stays with its first user; one that is a user's own is joined by `alias` only.
            *belongs_to == other.as_str() && *belongs_to != profile && (is_alias || !self.users.contains(*other))
        });
        let merges = merges.map(|(other, _)| other.clone());
        if let Some(other) = &merges {
            self.names.insert(other.clone(), profile.clone());
            let mut theirs = self.of.remove(other).unwrap_or_default();
            theirs.push(other.clone());
            let mine = self.of.entry(profile.clone()).or_default();
            if mine.len() < theirs.len() {
                std::mem::swap(mine, &mut theirs);
            }
            mine.append(&mut theirs);
        }
        Route { profile, merges }
    }

    /// Forgets a profile that was deleted, with its other names, which are given: from now on each is an id of which
    /// nothing is known.
    ///
    /// ```
    /// # use journey::{Input, identity::Identities};
    /// # let mut ids = Identities::default();
    /// let both = Input::from_json(
    ///     r#"{"type":"track","userId":"ana","anonymousId":"a7","timestamp":"2026-03-02T09:00:00Z","event":"x"}"#,
    /// )?;
    /// ids.route(&both);
    /// assert_eq!(ids.forget("ana"), ["a7"]);
    /// assert_eq!(ids.resolve("a7"), "a7");
    /// # Ok::<(), journey::InputError>(())
    /// ```
    pub fn forget(&mut self, profile: &str) -> Vec<SmolStr> {
        self.users.remove(profile);
        let names = self.of.remove(profile).unwrap_or_default();
        for name in &names {
            self.names.remove(name);
            self.users.remove(name);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Json;

    fn alias(id: &str, previous: &str) -> Input {
        let kind = InputKind::Alias { previous: previous.into() };
        Input { kind, ..Input::event(id, 0, "", Json::Null) }
    }

    #[test]
    fn a_long_chain_of_names_is_quick_to_look_up() {
        let mut ids = Identities::default();
        for n in 1..100_000 {
            ids.route(&alias(&format!("a{n}"), &format!("a{}", n - 1)));
        }
        for _ in 0..100_000 {
            assert_eq!(ids.route(&Input::event("a0", 0, "x", Json::Null)).profile, "a99999");
        }
        let mut names = ids.forget("a99999");
        assert_eq!(names.len(), 99_999);
        names.sort_unstable();
        names.dedup();
        assert_eq!((names.len(), ids.resolve("a0"), ids.resolve("a5")), (99_999, "a0", "a5"));
    }

    #[test]
    fn who_was_forgotten_is_joined_anew() {
        let mut ids = Identities::default();
        assert_eq!(ids.route(&alias("ana", "a7")).merges.as_deref(), Some("a7"));
        assert_eq!(ids.route(&alias("eve", "ana")).merges.as_deref(), Some("ana"));
        assert_eq!(ids.forget("eve"), ["a7", "ana"]);
        assert_eq!(ids.forget("eve"), [""; 0]);
        assert_eq!(ids.route(&alias("bob", "a7")).merges.as_deref(), Some("a7"));
        assert_eq!((ids.resolve("a7"), ids.resolve("ana")), ("bob", "ana"));
    }
}
