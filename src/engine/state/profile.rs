//! The state of one person: everything that is needed to go on, and no more.

use super::codec::fields as with;
use super::consent::Consent;
use super::entry::{EntryNo, Instance, LastEntry};
use super::parked::Parked;
use super::past::Past;
use super::send::SendRecord;
use super::small::push;
use crate::bytecode::{Code, StandingId};
use crate::ir::{AttributeId, MessageId};
use crate::limits;
use crate::source::snake_case;
use crate::value::{Timestamp, Value};
use chrono_tz::Tz;
use minicbor::{Decode, Encode};
use smallvec::SmallVec;
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// One person as the engine knows them. It is changed by [`crate::Program::advance`] and
/// [`crate::Program::wake`] alone, and is stored with [`Profile::encode`].
///
/// Most people are in one journey at a time: one entry and two messages lie in the profile itself, so that a turn
/// touches one piece of memory. The fields are in the order in which a stored profile is shortest: what is mostly
/// empty stands last and is left out.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub struct Profile {
    /// The id that inputs call it by.
    #[cbor(n(0), with = "with::text")]
    pub(crate) id: SmolStr,
    /// The program that it runs.
    #[n(1)]
    pub(crate) program: u64,
    /// The latest moment that it has seen. All other times are stored as distances from it.
    #[cbor(n(2), with = "with::clock")]
    pub(crate) clock: Timestamp,
    /// The journeys it is in, and those it left whose goals can still count, by entry.
    #[cbor(n(3), with = "with::rows", has_nil)]
    pub(crate) instances: SmallVec<[Instance; 1]>,
    /// Messages asked for that caps, gaps, conditions or engagements may still ask about, oldest first.
    #[cbor(n(4), with = "with::rows", has_nil)]
    pub(crate) sends: SmallVec<[SendRecord; 2]>,
    /// The number of the next entry.
    #[n(5)]
    pub(crate) next_entry: EntryNo,
    /// Last entries, for `reenter` and for the ids of sends.
    #[cbor(n(6), with = "with::rows", has_nil)]
    pub(crate) entries: ThinVec<LastEntry>,
    /// Hashes of the ids of inputs that must be known again, with their times.
    #[cbor(n(7), with = "with::rows", has_nil)]
    pub(crate) seen: ThinVec<SeenInput>,
    /// What is known of the person; none: nothing.
    #[n(8)]
    pub(crate) known: Option<Box<Known>>,
    /// What else the program keeps; none: nothing.
    #[n(9)]
    pub(crate) past: Option<Box<Past>>,
    /// How much journeys have brought about at the instant of the clock, where the last call ended in the middle of it.
    #[n(10)]
    pub(crate) brought: Option<u32>,
}

/// An input that the program names, or that changed something: it must be known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct SeenInput {
    /// XXH3-64 of its id.
    #[n(0)]
    pub(crate) id: u64,
    #[cbor(n(1), with = "with::time")]
    pub(crate) at: Timestamp,
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Known {
    /// The attributes that the program reads, by number.
    #[cbor(n(0), with = "with::values")]
    pub(crate) traits: Vec<(AttributeId, Value)>,
    /// The valid zone; none: the charter's.
    #[cbor(n(1), with = "with::zone")]
    pub(crate) zone: Option<Tz>,
    /// `preferred_channel`
    #[cbor(n(2), with = "with::maybe_text")]
    pub(crate) preferred: Option<SmolStr>,
    /// What the person has agreed to.
    #[n(3)]
    pub(crate) consent: Consent,
    /// Channels by which the person can or cannot be reached.
    #[cbor(n(4), with = "with::flags")]
    pub(crate) reachable: Vec<(SmolStr, bool)>,
    /// Attributes that an earlier version of the program read, by their names with dots.
    #[cbor(n(5), with = "with::shelf", has_nil)]
    pub(crate) shelf: Vec<(SmolStr, Value)>,
}

impl Known {
    /// Keeps, or forgets, the value of an attribute that an earlier version of the program read.
    pub(crate) fn shelve(&mut self, path: &[SmolStr], value: Option<Value>) {
        let path = path.join(".");
        self.shelf.retain(|(name, _)| *name != path);
        if let Some(value) = value {
            push(&mut self.shelf, (SmolStr::new(path), value));
        }
    }

    /// The value that is kept of such an attribute.
    pub(crate) fn shelved(&self, path: &[SmolStr]) -> Option<&Value> {
        let path = path.join(".");
        self.shelf.iter().find(|(name, _)| *name == path).map(|(_, value)| value)
    }

    /// Takes the person's zone; says whether it is one. Where it is none the charter's is used.
    pub(crate) fn set_zone(&mut self, name: Option<&str>) -> bool {
        self.zone = name.and_then(|name| name.parse().ok());
        self.zone.is_some()
    }

    /// Takes the channel that the person prefers.
    pub(crate) fn set_preferred(&mut self, name: Option<&str>) {
        let name = name.filter(|name| name.len() <= limits::NAME);
        self.preferred = name.map(|name| SmolStr::new(snake_case(name)));
    }

    /// Takes an attribute; none: it is taken away.
    pub(crate) fn set_trait(&mut self, number: AttributeId, value: Option<Value>) {
        let traits = &mut self.traits;
        match (traits.binary_search_by_key(&number, |(n, _)| *n), value) {
            (Ok(at), Some(value)) => {
                if let Some(slot) = traits.get_mut(at) {
                    slot.1 = value;
                }
            }
            (Ok(at), None) => drop(traits.remove(at)),
            (Err(at), Some(value)) => traits.insert(at, (number, value)),
            (Err(_), None) => {}
        }
    }
}

static NOTHING: Known = Known {
    traits: vec![],
    zone: None,
    preferred: None,
    consent: Consent { out_of_all: false, lifted: vec![], answers: vec![] },
    reachable: vec![],
    shelf: vec![],
};

impl Profile {
    /// A person of whom nothing is known, for a program of this fingerprint.
    pub(crate) fn new(id: impl Into<SmolStr>, program: u64) -> Self {
        Self {
            id: id.into(),
            program,
            clock: Timestamp::MIN,
            instances: SmallVec::new(),
            sends: SmallVec::new(),
            next_entry: EntryNo(0),
            entries: ThinVec::new(),
            seen: ThinVec::new(),
            known: None,
            past: None,
            brought: None,
        }
    }

    /// What is known of the person.
    pub(crate) fn known(&self) -> &Known {
        self.known.as_deref().unwrap_or(&NOTHING)
    }

    /// The same, to be changed.
    pub(crate) fn learn(&mut self) -> &mut Known {
        self.known.get_or_insert_default()
    }

    /// The id that inputs call it by.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The latest moment that the person has seen, in milliseconds since 1970-01-01T00:00:00Z; none: nothing yet. It never
    /// runs backwards: where it stands far ahead of the host's clock, a clock was wrong, and an earlier stored state is
    /// the way back.
    pub fn clock(&self) -> Option<Timestamp> {
        (self.clock != Timestamp::MIN).then_some(self.clock)
    }

    /// The program that played it last, by [`crate::Program::fingerprint`]. One that an engine of an earlier version stored
    /// may bear another number for the same program, until its next turn.
    pub fn program(&self) -> u64 {
        self.program
    }

    /// Whether the person has unsubscribed from all. After a `delete` this is all that is left: a host that does not
    /// store such a profile keeps [`crate::identity::hash`] of its id, and begins again with
    /// [`crate::Program::unsubscribed`] when the id comes back.
    pub fn is_unsubscribed(&self) -> bool {
        self.known().consent.out_of_all
    }

    /// How many journeys the person is inside of.
    pub fn inside(&self) -> usize {
        self.instances.iter().filter(|i| i.parked != Parked::Left).count()
    }

    /// When something happens by itself next.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let alarm = self.past.as_ref().and_then(|past| past.alarm);
        // Most people are in one journey.
        let entry = match self.instances.as_slice() {
            [] => None,
            [only] => only.due,
            all => all.iter().filter_map(|i| i.due).min(),
        };
        match (entry, alarm) {
            (Some(entry), Some(alarm)) => Some(entry.min(alarm)),
            (due, None) | (None, due) => due,
        }
    }

    /// The same without what the calendar brings for ever.
    pub(crate) fn next_due_last(&self, code: &Code) -> Option<Timestamp> {
        let past = self.past.as_ref();
        let removals = past.into_iter().flat_map(|past| past.removals.iter().map(|r| r.at));
        let ends = |number: StandingId| code.standing.get(number).is_some_and(|s| !code.recurs(s));
        let standing = past.into_iter().flat_map(|past| &past.standing);
        let standing = standing.filter(|row| ends(row.number)).filter_map(|row| row.due);
        self.instances.iter().filter_map(|i| i.due).chain(removals).chain(standing).min()
    }

    /// What is kept of the past, to be changed.
    pub(crate) fn remember(&mut self) -> &mut Past {
        self.past.get_or_insert_with(|| Box::new(Past::new()))
    }

    /// The id that is hashed for splits and control groups.
    pub(crate) fn bucketing_id(&self) -> &str {
        self.past.as_ref().and_then(|past| past.bucketing_id.as_deref()).unwrap_or(&self.id)
    }

    /// The place in the list of the instance with this number.
    pub(crate) fn at(&self, number: EntryNo) -> Option<usize> {
        self.instances.iter().position(|i| i.number == number)
    }

    /// The newest message that an entry asked for, or the newest of a name.
    pub(crate) fn last_asked(&self, entry: EntryNo, message: Option<MessageId>) -> Option<&SendRecord> {
        self.sends.iter().rev().find(|s| s.entry == entry && message.is_none_or(|m| m == s.message))
    }

    /// Whether a channel can reach the person.
    pub(crate) fn is_reachable(&self, channel: &str) -> bool {
        self.known().reachable.iter().find(|(name, _)| name == channel).is_none_or(|(_, yes)| *yes)
    }
}
