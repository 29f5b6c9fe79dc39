//! A line is played: whose it is, whom it joins, what it does.

use super::batch::{About, Batch, Stuck};
use super::traits;
use crate::store::{Line, Message, Store, Trouble};
use journey::{Input, InputKind, RunError};

/// Lines that wait for the answer about a name, at most: with more of them nobody waits any longer.
const PARKED: usize = 1_000;

/// A line with what it says, which is read once.
pub(super) struct Heard {
    line: Line,
    input: Option<Result<Input, String>>,
}

impl Heard {
    pub(super) fn new(line: Line) -> Heard {
        let input = match &line.message {
            Message::Input { body, .. } => Some(Input::from_json(body).map_err(|error| error.to_string())),
            _ => None,
        };
        Heard { line, input }
    }

    /// Whom it is about at first sight.
    pub(super) fn about(&self) -> Option<&str> {
        match &self.line.message {
            Message::Input { of: Some(id), .. } | Message::Ask { other: id, .. } => Some(id),
            Message::Give { to, .. } | Message::Refuse { to, .. } => Some(to),
            Message::Input { .. } => self.input.as_ref()?.as_ref().ok().map(|input| input.profile.as_str()),
        }
    }
}

impl<S: Store> Batch<'_, S> {
    /// Plays a line of the inbox. One that cannot be played is put aside.
    pub(super) fn line(&mut self, heard: Heard) -> Result<(), Trouble> {
        let Heard { line, input } = heard;
        match self.try_line(&line, input) {
            Ok(()) => Ok(()),
            Err(Stuck::Store(trouble)) => Err(trouble),
            Err(Stuck::Person(why)) => {
                self.reject(&line, why);
                Ok(())
            }
        }
    }

    fn try_line(&mut self, line: &Line, input: Option<Result<Input, String>>) -> Result<(), Stuck> {
        match &line.message {
            Message::Input { body, of, joined } => {
                let Some(input) = input else { return Ok(()) };
                let input = input.map_err(Stuck::Person)?.ingested_at(line.arrived);
                self.input(line, body, input, of.as_deref(), *joined)
            }
            Message::Ask { other, by, alias } => self.asked(line, other, by, *alias),
            Message::Give { to, other, state, names, traits } => {
                self.given(line, to, other, state.as_deref(), names, traits.as_deref())?;
                self.answered(to, other)
            }
            Message::Refuse { to, other } => self.answered(to, other),
        }
    }

    fn input(&mut self, line: &Line, body: &str, input: Input, of: Option<&str>, joined: bool) -> Result<(), Stuck> {
        let id = self.resolve(of.unwrap_or(&input.profile))?;
        if !self.owns(&id) {
            let message = Message::Input { body: body.to_string(), of: Some(id.clone()), joined };
            self.tell(&id, line.arrived, message);
            return Ok(());
        }
        let slot = self.slot(&id)?;
        if input.is_user && !slot.person.is_user {
            slot.person.is_user = true;
            slot.is_changed = true;
        }
        if !slot.person.parked.is_empty() && !joined {
            slot.person.parked.push(line.clone());
            slot.is_changed = true;
            return if slot.person.parked.len() > PARKED { self.unpark(&id) } else { Ok(()) };
        }
        if !joined && let Some(other) = self.program.route(&input).merges {
            let is_alias = matches!(input.kind, InputKind::Alias { .. });
            if self.join(line, &id, &other, is_alias)? {
                return Ok(());
            }
        }
        self.play(line, body, &id, input)
    }

    /// Plays a line of a person whose names are known.
    fn play(&mut self, line: &Line, body: &str, id: &str, input: Input) -> Result<(), Stuck> {
        self.keep_traits(id, body, &input)?;
        if !self.program.concerns(&input) {
            self.pass_over(id, body);
            return Ok(());
        }
        let input = input.of(id);
        let about = About { input: Some(body), place: line.seq };
        let changed = self.turn(id, &about, |program, profile, lateness, effects| {
            loop {
                match program.advance(profile, &input, lateness, effects) {
                    // Each call plays more of what is due before the line.
                    Err(RunError::Behind) => {}
                    played => return played,
                }
            }
        })?;
        // A repeated line deletes nobody again.
        if changed && input.kind == InputKind::Delete {
            self.forget(id)?;
        }
        Ok(())
    }

    /// Keeps all traits of an `identify`: the profile has those alone that the program reads.
    fn keep_traits(&mut self, id: &str, body: &str, input: &Input) -> Result<(), Trouble> {
        if !matches!(input.kind, InputKind::Identify { .. }) {
            return Ok(());
        }
        let slot = self.slot(id)?;
        if let Some(traits) = traits::merged(slot.person.traits.as_deref(), body) {
            slot.person.traits = traits;
            slot.is_changed = true;
        }
        Ok(())
    }

    /// Plays the alarms of somebody that are due by an instant.
    pub(super) fn wake(&mut self, id: &str, by: i64) -> Result<(), Trouble> {
        let about = About { input: None, place: by };
        let woken =
            self.turn(id, &about, |program, profile, lateness, effects| program.wake(profile, by, lateness, effects));
        match woken {
            Ok(_) => Ok(()),
            Err(Stuck::Store(trouble)) => Err(trouble),
            Err(Stuck::Person(why)) => {
                // The alarm would ring for ever.
                let line =
                    Line { seq: 0, part: 0, arrived: by, message: Message::Refuse { to: id.into(), other: id.into() } };
                self.reject(&line, why);
                let slot = self.slot(id)?;
                slot.person.due = None;
                slot.is_changed = true;
                Ok(())
            }
        }
    }

    /// Lines that waited for an answer are played, in their order.
    pub(super) fn unpark(&mut self, id: &str) -> Result<(), Stuck> {
        let slot = self.slot(id)?;
        let lines = std::mem::take(&mut slot.person.parked);
        slot.is_changed = true;
        for (number, mut line) in lines.into_iter().enumerate() {
            // The first is the one that asked.
            if let (0, Message::Input { joined, .. }) = (number, &mut line.message) {
                *joined = true;
            }
            self.line(Heard::new(line))?;
        }
        Ok(())
    }
}
