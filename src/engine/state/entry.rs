//! One person inside of one journey, and when they were inside last.

use super::codec::fields as with;
use super::parked::Parked;
use crate::bytecode::{Code, Place};
use crate::ir::JourneyId;
use crate::value::{Timestamp, Value};
use minicbor::{Decode, Encode};
use smol_str::SmolStr;

/// The number of an entry among all of one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub(crate) struct EntryNo(#[n(0)] pub(crate) u32);

impl EntryNo {
    /// The number of the entry that comes so many after this one.
    pub(crate) fn plus(self, more: u32) -> Self {
        Self(self.0.wrapping_add(more))
    }
}

/// A profile inside a journey.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Instance {
    /// The instant of the entry.
    #[cbor(n(0), with = "with::time")]
    pub(crate) entered: Timestamp,
    /// The next instruction.
    #[n(1)]
    pub(crate) place: Place,
    /// Why it stands there.
    #[n(2)]
    pub(crate) parked: Parked,
    /// When it goes on by itself.
    #[cbor(n(3), with = "with::maybe_time")]
    pub(crate) due: Option<Timestamp>,
    #[n(4)]
    pub(crate) journey: JourneyId,
    /// Entries of a profile are numbered.
    #[n(5)]
    pub(crate) number: EntryNo,
    /// The highest number that a send of this entry, or of one alike that began at the same instant, bears in its id.
    #[n(6)]
    pub(crate) sends: u32,
    /// How long before the entry its event had happened, in milliseconds.
    #[n(7)]
    pub(crate) late: i64,
    /// Whether the steps of a goal or an exit run.
    #[n(8)]
    pub(crate) leaving: Option<Leaving>,
    /// What else its journey asks for; none: nothing.
    #[n(9)]
    pub(crate) kept: Option<Box<Kept>>,
}

/// What some journeys keep of an entry.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Kept {
    #[cbor(n(0), with = "with::maybe_text")]
    pub(crate) key: Option<SmolStr>,
    /// The properties of the entry's event that the journey reads.
    #[cbor(n(1), with = "with::list")]
    pub(crate) event: Vec<Value>,
    /// Events asked about that have happened since, with the first time.
    #[cbor(n(2), with = "with::rows", has_nil)]
    pub(crate) happenings: Vec<Occurrence>,
    /// The repeats it is in, innermost last.
    #[cbor(n(3), with = "with::rows", has_nil)]
    pub(crate) rounds: Vec<Round>,
}

/// A round of a `repeat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Round {
    /// So many have begun.
    #[n(0)]
    pub(crate) count: u32,
    /// When this one began.
    #[cbor(n(1), with = "with::time")]
    pub(crate) began: Timestamp,
}

/// An event that a journey asks about and that has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Occurrence {
    /// Its number among those the journey asks about.
    #[n(0)]
    pub(crate) which: u16,
    #[cbor(n(1), with = "with::time")]
    pub(crate) at: Timestamp,
}

impl Instance {
    /// When the entry's event happened.
    pub(crate) fn happened(&self) -> Timestamp {
        self.entered.saturating_sub(self.late)
    }

    /// Whether its steps are over, and no goal can do any more that asks what has happened since.
    pub(crate) fn is_over(&self, code: &Code) -> bool {
        let watches_on = || code.journeys.get(self.journey).is_some_and(|journey| journey.watches_on);
        self.parked == Parked::Left && !watches_on()
    }

    /// Its journey and key: of entries alike in both one alone does the steps of a goal.
    pub(crate) fn of(&self) -> (JourneyId, Option<SmolStr>) {
        (self.journey, self.key().cloned())
    }

    pub(crate) fn key(&self) -> Option<&SmolStr> {
        self.kept.as_ref()?.key.as_ref()
    }

    /// Rounds begin, inside of those that the entry is in already.
    pub(crate) fn begin_rounds(&mut self, now: Timestamp) {
        self.kept.get_or_insert_default().rounds.push(Round { count: 0, began: now });
    }

    /// The innermost of its rounds.
    pub(crate) fn this_round(&mut self) -> Option<&mut Round> {
        self.kept.as_mut()?.rounds.last_mut()
    }

    /// The innermost of its rounds are over.
    pub(crate) fn end_rounds(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.rounds.pop();
        }
    }

    /// Its steps are left: it stands at another place, in no rounds.
    pub(crate) fn turn_to(&mut self, place: Place, leaving: Leaving) {
        self.leaving = Some(leaving);
        self.place = place;
        self.parked = Parked::Running;
        if let Some(kept) = &mut self.kept {
            kept.rounds = vec![];
        }
    }

    /// The properties of the entry's event.
    pub(crate) fn event(&self) -> &[Value] {
        self.kept.as_ref().map_or(&[], |kept| &kept.event)
    }

    pub(crate) fn happenings(&self) -> &[Occurrence] {
        self.kept.as_ref().map_or(&[], |kept| &kept.happenings)
    }
}

/// Why the steps of a goal or exit run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Leaving {
    #[n(0)]
    Goal,
    #[n(1)]
    Exit,
    /// A goal, after the entry's own steps were over: that it exited was told then.
    #[n(2)]
    GoalAfter,
}

/// The last entry into a journey, by key.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct LastEntry {
    #[n(0)]
    pub(crate) journey: JourneyId,
    #[cbor(n(1), with = "with::maybe_text")]
    pub(crate) key: Option<SmolStr>,
    #[cbor(n(2), with = "with::time")]
    pub(crate) at: Timestamp,
    /// How many sends bear ids of this entry's instant.
    #[n(3)]
    pub(crate) sends: u32,
    /// The person was deleted since: nothing but ids goes on from here.
    #[cbor(n(4), with = "with::flag", has_nil)]
    pub(crate) erased: bool,
}
