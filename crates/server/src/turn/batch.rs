//! The turns of one tick: people are loaded once, played in memory, and stored together.

use super::flight::Left;
use super::key;
use crate::people::{PARTITIONS, partition};
use crate::store::{Arrival, Commit, Lease, Line, Message, Outgoing, Person, Rejected, Store, Trouble, Turn};
use journey::{EffectKind, Effects, Lateness, Profile, Program, identity, write_effect};
use std::collections::HashMap;
use std::sync::Arc;

/// One person in the batch.
pub(super) struct Slot {
    pub(super) person: Person,
    /// The profile, once it was needed.
    profile: Option<Profile>,
    /// When the person was due as the batch began, for the wheel.
    pub(super) due_before: Option<i64>,
    pub(super) is_changed: bool,
}

/// Somebody, when they were due, and when they are now.
pub(super) type Moved = (String, Option<i64>, Option<i64>);

/// A tick in the making.
pub(super) struct Batch<'a, S> {
    pub(super) program: &'a Program,
    pub(super) workspace: &'a str,
    /// Whether lines are recorded that nothing came of: for who tries a program.
    pub(super) records_all: bool,
    /// The service's clock.
    pub(super) now: i64,
    store: &'a S,
    /// What is not in the store yet.
    left: Option<Arc<Left>>,
    owned: [bool; PARTITIONS as usize],
    owns_all: bool,
    people: HashMap<String, Slot>,
    pub(super) commit: Commit,
}

/// Why a line of somebody cannot be played now.
pub(super) enum Stuck {
    /// The store failed: nothing of the batch counts.
    Store(Trouble),
    /// This person's profile cannot be read or played: it is told, and nothing of it is touched.
    Person(String),
}

impl From<Trouble> for Stuck {
    fn from(trouble: Trouble) -> Stuck {
        Stuck::Store(trouble)
    }
}

/// What a turn was about, for its record.
pub(super) struct About<'a> {
    pub(super) input: Option<&'a str>,
    pub(super) place: i64,
}

impl<'a, S: Store> Batch<'a, S> {
    pub(super) fn new(
        store: &'a S,
        left: Option<Arc<Left>>,
        program: &'a Program,
        workspace: &'a str,
        leases: &[Lease],
        now: i64,
    ) -> Self {
        let mut owned = [false; PARTITIONS as usize];
        for lease in leases {
            if let Some(slot) = owned.get_mut(usize::from(lease.part)) {
                *slot = true;
            }
        }
        let owns_all = owned.iter().all(|yes| *yes);
        Batch {
            program,
            workspace,
            records_all: false,
            now,
            store,
            left,
            owned,
            owns_all,
            people: HashMap::new(),
            commit: Commit::default(),
        }
    }

    /// Whether the partition of an id is played here.
    pub(super) fn owns(&self, id: &str) -> bool {
        self.owns_all || self.owned.get(usize::from(partition(id))).is_some_and(|yes| *yes)
    }

    /// Loads some people in one go.
    pub(super) fn load(&mut self, ids: &[&str]) -> Result<(), Trouble> {
        let mut unknown: Vec<&str> = ids.iter().copied().filter(|id| !self.people.contains_key(*id)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if let Some(left) = self.left.clone() {
            unknown.retain(|id| left.person(id).is_none_or(|person| self.take_in(id, person.clone())));
        }
        let found = self.store.load(&unknown)?;
        for (id, person) in unknown.into_iter().zip(found) {
            self.take_in(id, person.unwrap_or_else(|| Person::new(id)));
        }
        Ok(())
    }

    /// Somebody is here; gives that nobody need look for them.
    fn take_in(&mut self, id: &str, person: Person) -> bool {
        let due_before = person.due;
        self.people.insert(id.to_string(), Slot { person, profile: None, due_before, is_changed: false });
        false
    }

    /// Somebody, loaded where they are not here yet.
    pub(super) fn slot(&mut self, id: &str) -> Result<&mut Slot, Trouble> {
        if !self.people.contains_key(id) {
            self.load(&[id])?;
        }
        self.people.get_mut(id).ok_or_else(|| Trouble::Unreachable("a person was not loaded".into()))
    }

    /// The person that an id belongs to, as far as that is known here: through names that were joined.
    pub(super) fn resolve(&mut self, id: &str) -> Result<String, Trouble> {
        let mut at = id.to_string();
        while self.owns(&at) {
            match self.slot(&at)?.person.name_of.clone() {
                Some(next) => at = next,
                None => break,
            }
        }
        let slot = self.slot(id)?;
        // The way is short from now on.
        if at != id && slot.person.name_of.as_deref() != Some(&at) && slot.person.name_of.is_some() {
            slot.person.name_of = Some(at.clone());
            slot.is_changed = true;
        }
        Ok(at)
    }

    /// The stored form of somebody's profile, and the profile; a new one for who has none.
    pub(super) fn profile(&mut self, id: &str) -> Result<&mut Profile, Stuck> {
        let slot = self.slot(id)?;
        let is_new = slot.profile.is_none() && slot.person.state.is_none();
        let is_out = is_new && self.is_refused(id)?;
        let program = self.program;
        let slot = self.slot(id)?;
        if slot.profile.is_none() {
            let profile = match &slot.person.state {
                Some(bytes) => Profile::decode(bytes).map_err(|error| {
                    Stuck::Person(format!(
                        "the stored profile of `{id}` cannot be read ({error}): restore it from a copy"
                    ))
                })?,
                None if is_out => program.unsubscribed(id),
                None => program.profile(id),
            };
            slot.profile = Some(profile);
        }
        slot.profile.as_mut().ok_or_else(|| Stuck::Person("no profile".into()))
    }

    /// Whether an id was deleted whose refusal is kept.
    fn is_refused(&self, id: &str) -> Result<bool, Trouble> {
        let hash = identity::hash(id);
        let here = self.commit.refused.iter().rev().find(|(refused, _)| *refused == hash).map(|(_, yes)| *yes);
        let left = || self.left.as_ref().and_then(|left| left.refused(&hash));
        here.or_else(left).map_or_else(|| self.store.is_refused(&hash), Ok)
    }

    /// Puts back what a profile is now.
    fn keep(&mut self, id: &str) -> Result<(), Trouble> {
        let program = self.program;
        let slot = self.slot(id)?;
        if let Some(profile) = &slot.profile {
            slot.person.state = Some(profile.encode());
            slot.person.due = program.next_due(profile);
            slot.is_changed = true;
        }
        Ok(())
    }

    /// Takes a profile away from somebody who is another name from now on, or asked to be deleted.
    pub(super) fn take_profile(&mut self, id: &str) -> Result<Option<Profile>, Stuck> {
        self.profile(id)?;
        Ok(self.slot(id)?.profile.take())
    }

    /// Plays a turn of somebody: `play` may change the profile and says whether it did. What comes out is kept.
    pub(super) fn turn(
        &mut self,
        id: &str,
        about: &About<'_>,
        play: impl FnOnce(&Program, &mut Profile, Lateness, &mut Effects) -> Result<bool, journey::RunError>,
    ) -> Result<bool, Stuck> {
        let (program, now) = (self.program, self.now);
        self.profile(id)?;
        let slot = self.slot(id)?;
        let before = slot.person.state.clone();
        let Some(profile) = slot.profile.as_mut() else { return Ok(false) };
        let mut effects = Effects::new();
        let played = play(program, profile, Lateness::live(now), &mut effects);
        let changed = match played {
            Ok(changed) => changed,
            Err(error) => {
                // Profile and effects belong together: neither is kept.
                slot.profile = None;
                return Err(Stuck::Person(format!("a line of `{id}` cannot be played: {error}")));
            }
        };
        if changed || !effects.list.is_empty() {
            self.keep(id)?;
        }
        self.record(id, about, before, &effects, changed);
        Ok(changed)
    }

    /// Keeps what came out of a turn: for the outbox, the timeline and *why*.
    fn record(&mut self, id: &str, about: &About<'_>, before: Option<Vec<u8>>, effects: &Effects, changed: bool) {
        if effects.list.is_empty()
            && effects.notices.is_empty()
            && !((changed || self.records_all) && about.input.is_some())
        {
            return;
        }
        let mut lines = String::new();
        for (number, effect) in effects.list.iter().enumerate() {
            let mut line = Vec::new();
            write_effect(id, effect, &mut line);
            let line = String::from_utf8_lossy(&line).into_owned();
            let (key, kind, connector) = match &effect.kind {
                EffectKind::Sent { channel, id, .. } => (key::of_send(self.workspace, id), "sent", channel),
                EffectKind::Called { hook, .. } => (self.key_of(id, about, number, effect.at), "called", hook),
                EffectKind::AudienceAdded(name) => (self.key_of(id, about, number, effect.at), "audience_added", name),
                EffectKind::AudienceRemoved(name) => {
                    (self.key_of(id, about, number, effect.at), "audience_removed", name)
                }
                _ => (String::new(), "", &effect.journey),
            };
            if !kind.is_empty() {
                let (person, connector, effect) = (id.to_string(), connector.to_string(), line.clone());
                self.commit.outgoing.push(Outgoing { key, person, asked: self.now, kind, connector, effect });
            }
            lines.push_str(&line);
            lines.push('\n');
        }
        let notices = effects.notices.iter().map(|notice| format!("{notice}\n")).collect();
        let (person, input) = (id.to_string(), about.input.map(str::to_string));
        let program = self.program.fingerprint();
        self.commit.turns.push(Turn { person, at: self.now, input, before, effects: lines, notices, program });
    }

    /// Keeps that a line came which concerns no journey.
    pub(super) fn pass_over(&mut self, id: &str, body: &str) {
        if self.records_all {
            let (person, input) = (id.to_string(), Some(body.to_string()));
            let (at, program) = (self.now, self.program.fingerprint());
            self.commit.turns.push(Turn {
                person,
                at,
                input,
                before: None,
                effects: String::new(),
                notices: String::new(),
                program,
            });
        }
    }

    fn key_of(&self, id: &str, about: &About<'_>, number: usize, at: i64) -> String {
        let (place, number, at) = (about.place.to_string(), number.to_string(), at.to_string());
        let turn = if about.input.is_some() { "line" } else { "alarm" };
        key::of(&["effect", self.workspace, id, turn, &place, &number, &at])
    }

    /// Puts a line aside that cannot be played: it can be looked at and given again.
    pub(super) fn reject(&mut self, line: &Line, why: String) {
        let body = match &line.message {
            Message::Input { body, .. } => body.clone(),
            other => serde_json::to_string(other).unwrap_or_default(),
        };
        self.commit.rejected.push(Rejected { at: self.now, body, why });
    }

    /// A message for the owner of an id, who is somebody else.
    pub(super) fn tell(&mut self, id: &str, arrived: i64, message: Message) {
        self.commit.messages.push(Arrival { part: partition(id), arrived, message });
    }

    /// Forgets somebody with all their names; only a refusal outlives that.
    pub(super) fn forget(&mut self, id: &str) -> Result<(), Stuck> {
        let is_out = self.profile(id)?.is_unsubscribed();
        let slot = self.slot(id)?;
        let mut ids = std::mem::take(&mut slot.person.names);
        ids.push(id.to_string());
        for id in ids {
            self.commit.refused.push((identity::hash(&id), is_out));
            let slot = self.slot(&id)?;
            slot.person = Person::new(&id);
            slot.profile = None;
            slot.is_changed = false;
            self.commit.forgotten.push(id);
        }
        Ok(())
    }

    /// The batch as it is stored, and who is due when from now on.
    pub(super) fn finish(mut self, cursor: i64) -> (Commit, Vec<Moved>) {
        self.commit.cursor = cursor;
        let mut alarms = vec![];
        let mut people: Vec<(String, Slot)> = self.people.into_iter().collect();
        people.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (id, slot) in people {
            alarms.push((id, slot.due_before, slot.person.due));
            if slot.is_changed {
                self.commit.people.push(slot.person);
            }
        }
        (self.commit, alarms)
    }
}
