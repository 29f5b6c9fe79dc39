//! Plays many profiles in virtual time: inputs in order of arrival, alarms between them, effects in time order.

use crate::engine::{Effect, Effects, Lateness, Profile};
use crate::engine::{Input, InputKind};
use crate::identity::Identities;
use crate::program::{Program, Route, RunError};
use crate::value::Timestamp;
use smol_str::SmolStr;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Takes what comes out of a replay.
pub trait Sink {
    /// An effect of a profile; they come in time order, those of one instant by profile in the order in which the
    /// inputs first name them.
    fn effect(&mut self, program: &Program, profile: &Profile, effect: &Effect);
    /// The same, for who keeps something of his own by profile: `number` is its place in [`Replay::profiles`].
    fn numbered(&mut self, program: &Program, profile: &Profile, _number: usize, effect: &Effect) {
        self.effect(program, profile, effect);
    }
    /// Something about a profile that the person who runs it should know.
    fn notice(&mut self, profile: &Profile, notice: &crate::engine::Notice);
}

/// What an input was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Played {
    /// It was played.
    InOrder,
    /// It arrived before the input above it; it acts at the time that its own profile has come to.
    OutOfOrder,
    /// It lies after the end of the replay.
    AfterEnd,
}

/// Many profiles in virtual time.
///
/// ```
/// use journey::replay::{Replay, Sink};
/// use journey::{Effect, Input, Json, Profile, Program, SourceFile};
///
/// struct Printed;
/// impl Sink for Printed {
///     fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
///         println!("{} {} {:?}", effect.at, profile.id(), effect.kind);
///     }
///     fn notice(&mut self, profile: &Profile, notice: &journey::Notice) {
///         eprintln!("{}: {notice}", profile.id());
///     }
/// }
///
/// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
/// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
/// let mut replay = Replay::new(&program, None, false);
/// for (at, id) in [(1_772_442_000_000, "ana"), (1_772_442_060_000, "bob")] {
///     replay.input(&Input::event(id, at, "cart_abandoned", Json::Null), &mut Printed)?;
/// }
/// replay.finish(&mut Printed)?; // until nothing is left to happen
/// assert_eq!(replay.profiles().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Replay<'a> {
    program: &'a Program,
    profiles: Vec<Profile>,
    numbers: HashMap<SmolStr, u32>,
    identities: Identities,
    /// When each profile's alarm stands, so that an outdated one is known.
    alarm: Vec<Option<Timestamp>>,
    alarms: BinaryHeap<Reverse<(Timestamp, u32)>>,
    /// The instant being played.
    now: Timestamp,
    /// Effects of this instant, by profile.
    waiting: Vec<(u32, Effect)>,
    effects: Effects,
    until: Option<Timestamp>,
    /// The last input has been played, and no end is given.
    is_last: bool,
}

/// Journeys that start each other can go on for ever, and a replay does not: it stops this long after its last input,
/// in milliseconds (100 years).
pub const LONGEST: Timestamp = 36_525 * 86_400_000;

impl<'a> Replay<'a> {
    /// A replay without inputs yet; what is due at `until` still happens.
    pub fn new(program: &'a Program, until: Option<Timestamp>, explained: bool) -> Self {
        Self {
            program,
            profiles: vec![],
            numbers: HashMap::new(),
            identities: Identities::default(),
            alarm: vec![],
            alarms: BinaryHeap::new(),
            now: Timestamp::MIN,
            waiting: vec![],
            effects: if explained { Effects::explained() } else { Effects::new() },
            until,
            is_last: false,
        }
    }

    /// A replay whose effects come with all that was looked at on the way ([`crate::engine::Seen`]).
    pub fn traced(program: &'a Program, until: Option<Timestamp>) -> Self {
        Self { effects: Effects::traced(), ..Self::new(program, until, false) }
    }

    /// Plays an input and all that is due before it.
    ///
    /// # Errors
    /// As [`Program::advance`].
    pub fn input(&mut self, input: &Input, sink: &mut impl Sink) -> Result<Played, RunError> {
        if self.until.is_some_and(|until| input.arrived > until) {
            return Ok(Played::AfterEnd);
        }
        let in_order = input.arrived >= self.now;
        if input.arrived > self.now {
            self.alarms_before(input.arrived, sink)?;
            self.flush(sink);
            self.now = input.arrived;
        }
        let Route { profile, merges } = self.identities.route(input);
        let other = merges.and_then(|other| self.numbers.get(&other).copied());
        let number = self.number(&profile);
        if let Some(other) = other {
            self.merge(number, other, sink)?;
        }
        let renamed = (profile != input.profile).then(|| input.clone().of(&profile));
        let input = renamed.as_ref().unwrap_or(input);
        let mut changed = false;
        if let Some(profile) = self.profiles.get_mut(number as usize) {
            let mut played = self.program.advance(profile, input, Lateness::any(), &mut self.effects);
            while played == Err(RunError::Behind) {
                // Each call plays more of what is due before the input.
                played = self.program.advance(profile, input, Lateness::any(), &mut self.effects);
            }
            changed = played?;
        }
        self.take(number, sink);
        // A repeated line deletes nobody again.
        if changed && input.kind == InputKind::Delete {
            self.forget(number, &profile);
        }
        Ok(if in_order { Played::InOrder } else { Played::OutOfOrder })
    }

    /// A person who was deleted has no names any more; that they had unsubscribed holds for each of them.
    fn forget(&mut self, number: u32, id: &SmolStr) {
        let refused = self.profiles.get(number as usize).is_some_and(Profile::is_unsubscribed);
        for name in self.identities.forget(id) {
            let Some(at) = self.numbers.get(&name).copied().or_else(|| refused.then(|| self.number(&name))) else {
                continue;
            };
            if let Some(profile) = self.profiles.get_mut(at as usize).filter(|_| refused) {
                *profile = self.program.unsubscribed(&name);
            }
        }
    }

    /// Goes on with a newer version of the program from an instant on, as a host does that deploys it then. It must
    /// follow the one before ([`Program::following`]).
    ///
    /// # Errors
    /// As [`Program::wake`].
    pub fn deploy(&mut self, program: &'a Program, at: Timestamp, sink: &mut impl Sink) -> Result<(), RunError> {
        if at > self.now {
            self.alarms_before(at, sink)?;
            self.flush(sink);
            self.now = at;
        }
        self.program = program;
        for number in 0..self.profiles.len() as u32 {
            if let Some(profile) = self.profiles.get_mut(number as usize) {
                self.program.wake(profile, self.now, Lateness::any(), &mut self.effects)?;
            }
            self.take(number, sink);
        }
        Ok(())
    }

    /// Goes on until the end, or until nothing is left to happen: then what the calendar brings for ever, such as
    /// recurring entries and anniversaries, stops at the last input, and all else [`LONGEST`] after it.
    ///
    /// # Errors
    /// As [`Program::wake`].
    pub fn finish(&mut self, sink: &mut impl Sink) -> Result<(), RunError> {
        let end = match self.until {
            Some(until) => until.saturating_add(1),
            None => {
                // What is due at the very instant of the last input still happens.
                self.alarms_before(self.now.saturating_add(1), sink)?;
                self.is_last = true;
                for number in 0..self.profiles.len() {
                    self.set_alarm(number);
                }
                self.now.saturating_add(LONGEST)
            }
        };
        self.alarms_before(end, sink)?;
        self.flush(sink);
        Ok(())
    }

    /// The same for a replay of some of the people of a history, whose last input came at `last`: what the calendar brings
    /// stops for all of them at one instant, whoever's that input is.
    ///
    /// ```
    /// use journey::replay::{Replay, Sink};
    /// use journey::{Effect, Input, Json, Profile, Program, SourceFile};
    ///
    /// struct Counted(usize);
    /// impl Sink for Counted {
    ///     fn effect(&mut self, _: &Program, _: &Profile, _: &Effect) {
    ///         self.0 += 1;
    ///     }
    ///     fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
    /// }
    ///
    /// let source = SourceFile::new("weekly.journey", "every monday at 10:00: email news");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let mut counted = Counted(0);
    /// let mut replay = Replay::new(&program, None, false);
    /// let monday = 1_772_442_000_000; // 9:00 UTC
    /// replay.input(&Input::event("ana", monday, "seen", Json::Null), &mut counted)?;
    /// replay.finish_at(monday + 14 * 86_400_000, &mut counted)?; // bob's last line came two weeks later
    /// assert_eq!(counted.0, 6); // ana entered, was written to and left, twice
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Program::wake`].
    pub fn finish_at(&mut self, last: Timestamp, sink: &mut impl Sink) -> Result<(), RunError> {
        if self.until.is_none() && last > self.now {
            self.alarms_before(last, sink)?;
            self.flush(sink);
            self.now = last;
        }
        self.finish(sink)
    }

    /// Whether journeys that go round for ever were still going when the replay gave up.
    pub fn is_cut_off(&self) -> bool {
        self.is_last && !self.alarms.is_empty()
    }

    /// The people of the replay: its profiles without those that were joined with another one.
    pub fn people(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().filter(|profile| self.identities.resolve(profile.id()) == profile.id())
    }

    /// The profile that an id belongs to by now; its own where it was never joined.
    pub fn resolve<'b>(&'b self, id: &'b str) -> &'b str {
        self.identities.resolve(id)
    }

    /// All profiles, in the order in which the inputs first name them.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Merges one profile into another, each with what is due of it by now.
    fn merge(&mut self, number: u32, other: u32, sink: &mut impl Sink) -> Result<(), RunError> {
        for number in [other, number] {
            if let Some(profile) = self.profiles.get_mut(number as usize) {
                self.program.wake(profile, self.now, Lateness::any(), &mut self.effects)?;
            }
            self.take(number, sink);
        }
        let gone = self.profiles.get(other as usize).map(|profile| self.program.profile(profile.id()));
        let slot = self.profiles.get_mut(other as usize);
        if let (Some(slot), Some(gone)) = (slot, gone) {
            let other = std::mem::replace(slot, gone);
            if let Some(profile) = self.profiles.get_mut(number as usize) {
                self.program.merge(profile, other, self.now, Lateness::any(), &mut self.effects)?;
            }
        }
        self.set_alarm(other as usize);
        self.take(number, sink);
        Ok(())
    }

    fn number(&mut self, id: &SmolStr) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.profiles.len() as u32;
        self.numbers.insert(id.clone(), number);
        self.profiles.push(self.program.profile(id));
        self.alarm.push(None);
        number
    }

    fn alarms_before(&mut self, end: Timestamp, sink: &mut impl Sink) -> Result<(), RunError> {
        while let Some(Reverse((due, number))) = self.alarms.peek().copied().filter(|Reverse((due, _))| *due < end) {
            self.alarms.pop();
            if self.alarm.get(number as usize) != Some(&Some(due)) {
                continue;
            }
            if due > self.now {
                self.flush(sink);
                self.now = due;
            }
            if let Some(profile) = self.profiles.get_mut(number as usize) {
                if self.is_last {
                    self.program.wake_last(profile, due, &mut self.effects)?;
                } else {
                    self.program.wake(profile, due, Lateness::any(), &mut self.effects)?;
                }
            }
            if let Some(alarm) = self.alarm.get_mut(number as usize) {
                *alarm = None;
            }
            self.take(number, sink);
        }
        Ok(())
    }

    /// Takes the effects of one turn and sets the profile's alarm.
    fn take(&mut self, number: u32, sink: &mut impl Sink) {
        let at = number as usize;
        let Some(profile) = self.profiles.get(at) else { return };
        for notice in &self.effects.notices {
            sink.notice(profile, notice);
        }
        self.effects.notices.clear();
        self.waiting.extend(self.effects.list.drain(..).map(|effect| (number, effect)));
        self.set_alarm(at);
    }

    fn set_alarm(&mut self, at: usize) {
        let Some(profile) = self.profiles.get(at) else { return };
        let due = if self.is_last { self.program.next_due_last(profile) } else { self.program.next_due(profile) };
        let number = at as u32;
        if let Some(alarm) = self.alarm.get_mut(at).filter(|alarm| **alarm != due) {
            *alarm = due;
            self.alarms.extend(due.map(|due| Reverse((due, number))));
        }
    }

    fn flush(&mut self, sink: &mut impl Sink) {
        // Stable: what one profile did at one instant stays in its order.
        self.waiting.sort_by_key(|(number, effect)| (effect.at, *number));
        for (number, effect) in self.waiting.drain(..) {
            if let Some(profile) = self.profiles.get(number as usize) {
                sink.numbered(self.program, profile, number as usize, &effect);
            }
        }
    }
}
