//! Two ids are one person: the owner of the one asks the owner of the other, who gives it or refuses. Where both are played
//! here that happens at once; else the person's lines wait for the answer.

use super::batch::{About, Batch, Stuck};
use super::traits;
use crate::store::{Line, Message, Store};
use journey::Profile;

impl<S: Store> Batch<'_, S> {
    /// A line of a person names another id. Says whether the line waits for an answer now.
    pub(super) fn join(&mut self, line: &Line, id: &str, other: &str, alias: bool) -> Result<bool, Stuck> {
        if id == other || self.slot(id)?.person.names.iter().any(|name| name == other) {
            return Ok(false);
        }
        if self.owns(other) && self.slot(other)?.person.parked.is_empty() {
            if let Some(Message::Give { state, names, traits, .. }) =
                self.ask(line.arrived, other, id, alias, line.seq)?
            {
                self.given(line, id, other, state.as_deref(), &names, traits.as_deref())?;
            }
            return Ok(false);
        }
        let slot = self.slot(id)?;
        slot.person.parked.push(line.clone());
        slot.is_changed = true;
        let message = Message::Ask { other: other.to_string(), by: id.to_string(), alias };
        self.tell(other, line.arrived, message);
        Ok(true)
    }

    /// Somebody else's owner asks for an id.
    pub(super) fn asked(&mut self, line: &Line, other: &str, by: &str, alias: bool) -> Result<(), Stuck> {
        let slot = self.slot(other)?;
        if !slot.person.parked.is_empty() {
            // It waits itself; of two that wait for each other the smaller one goes on.
            if by < other {
                slot.person.parked.push(line.clone());
                slot.is_changed = true;
                return Ok(());
            }
            let refused = Message::Refuse { to: by.to_string(), other: other.to_string() };
            self.tell(by, line.arrived, refused);
            return Ok(());
        }
        let given = self.ask(line.arrived, other, by, alias, line.seq)?;
        let answer = given.unwrap_or_else(|| Message::Refuse { to: by.to_string(), other: other.to_string() });
        self.tell(by, line.arrived, answer);
        Ok(())
    }

    /// Makes an id another name of a person, unless it belongs to somebody: gives what was known of it.
    fn ask(&mut self, at: i64, other: &str, by: &str, alias: bool, place: i64) -> Result<Option<Message>, Stuck> {
        let slot = self.slot(other)?;
        // One that was joined before stays with its first person; a user's own is joined by `alias` alone.
        if slot.person.name_of.is_some() || slot.person.is_user && !alias {
            return Ok(None);
        }
        // What is due of it happens under its own name still.
        let about = About { input: None, place };
        self.turn(other, &about, |program, profile, lateness, effects| program.wake(profile, at, lateness, effects))?;
        let state = self.take_profile(other)?.map(|profile| profile.encode());
        let slot = self.slot(other)?;
        slot.is_changed = true;
        slot.person.name_of = Some(by.to_string());
        slot.person.state = None;
        slot.person.due = None;
        let (names, traits) = (std::mem::take(&mut slot.person.names), slot.person.traits.take());
        Ok(Some(Message::Give { to: by.to_string(), other: other.to_string(), state, names, traits }))
    }

    /// What was known of an id comes to the person that it is another name of.
    pub(super) fn given(
        &mut self,
        line: &Line,
        to: &str,
        other: &str,
        state: Option<&[u8]>,
        names: &[String],
        theirs: Option<&str>,
    ) -> Result<(), Stuck> {
        // She may be another name herself by now, or know it already: a message can come twice.
        let id = self.resolve(to)?;
        if !self.owns(&id) {
            let (names, traits) = (names.to_vec(), theirs.map(str::to_string));
            let other = other.to_string();
            let message = Message::Give { to: id.clone(), other, state: state.map(<[u8]>::to_vec), names, traits };
            self.tell(&id, line.arrived, message);
            return Ok(());
        }
        let slot = self.slot(&id)?;
        if slot.person.names.iter().any(|name| name == other) {
            return Ok(());
        }
        slot.person.names.push(other.to_string());
        slot.person.names.extend_from_slice(names);
        slot.person.traits = traits::united(theirs, slot.person.traits.as_deref());
        slot.is_changed = true;
        let Some(state) = state else { return Ok(()) };
        let second = Profile::decode(state)
            .map_err(|error| Stuck::Person(format!("the profile of `{other}` cannot be read ({error})")))?;
        let about = About { input: None, place: line.seq };
        let at = line.arrived;
        self.turn(&id, &about, |program, profile, lateness, effects| {
            let woken = program.wake(profile, at, lateness, effects)?;
            Ok(program.merge(profile, second, at, lateness, effects)? || woken)
        })?;
        Ok(())
    }

    /// The answer is here: what waited for it is played.
    pub(super) fn answered(&mut self, to: &str, other: &str) -> Result<(), Stuck> {
        let asks = |line: &Line| match &line.message {
            Message::Input { body, .. } => {
                journey::Input::from_json(body).is_ok_and(|input| input.other().is_some_and(|id| id == other))
            }
            _ => false,
        };
        let slot = self.slot(to)?;
        // An answer that came twice, or to a question that nobody waits for any more.
        if !slot.person.parked.first().is_some_and(asks) {
            return Ok(());
        }
        self.unpark(to)
    }
}
