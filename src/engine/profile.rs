//! The state of one person: everything that is needed to go on, and no more.

use crate::bytecode::Code;
use crate::ir::Engagement;
use crate::value::{Instant, Value};
use chrono_tz::Tz;
use minicbor::{Decode, Encode};
use smallvec::SmallVec;
use smol_str::SmolStr;
use thin_vec::ThinVec;

use super::fields as with;
use super::past::Past;

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
    pub(crate) clock: Instant,
    /// The journeys it is in, and those it left whose goals can still count, by entry.
    #[cbor(n(3), with = "with::rows", has_nil)]
    pub(crate) instances: SmallVec<[Instance; 1]>,
    /// Messages asked for that caps, gaps, conditions or engagements may still ask about, oldest first.
    #[cbor(n(4), with = "with::rows", has_nil)]
    pub(crate) sends: SmallVec<[SendRecord; 2]>,
    /// The number of the next entry.
    #[n(5)]
    pub(crate) next_entry: u32,
    /// Last entries, for `reenter` and for the ids of sends.
    #[cbor(n(6), with = "with::rows", has_nil)]
    pub(crate) entries: ThinVec<LastEntry>,
    /// Hashes of the ids of inputs that changed something, with their times.
    #[cbor(n(7), with = "with::rows", has_nil)]
    pub(crate) seen: ThinVec<Seen>,
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

/// An input that changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Seen {
    /// XXH3-64 of its id.
    #[n(0)]
    pub(crate) id: u64,
    #[cbor(n(1), with = "with::time")]
    pub(crate) at: Instant,
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Known {
    /// The attributes that the program reads, by number.
    #[cbor(n(0), with = "with::values")]
    pub(crate) traits: Vec<(u16, Value)>,
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
    pub(crate) fn put_by(&mut self, path: &[SmolStr], value: Option<Value>) {
        let path = path.join(".");
        self.shelf.retain(|(name, _)| *name != path);
        if let Some(value) = value {
            push(&mut self.shelf, (SmolStr::new(path), value));
        }
    }

    /// The value that is kept of such an attribute.
    pub(crate) fn put_by_of(&self, path: &[SmolStr]) -> Option<&Value> {
        let path = path.join(".");
        self.shelf.iter().find(|(name, _)| *name == path).map(|(_, value)| value)
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

/// Consent by name of channel or category.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub(crate) struct Consent {
    /// Whether the person unsubscribed from all.
    #[n(0)]
    pub(crate) out_of_all: bool,
    /// Channels and categories subscribed to since then.
    #[cbor(n(1), with = "with::texts")]
    pub(crate) lifted: Vec<SmolStr>,
    /// Answers given.
    #[cbor(n(2), with = "with::flags")]
    pub(crate) answers: Vec<(SmolStr, bool)>,
}

/// A message that was asked for: one that went out, or one that was suppressed.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct SendRecord {
    #[cbor(n(0), with = "with::time")]
    pub(crate) at: Instant,
    /// XXH3-64 of its id: what an engagement that names the send is matched by. 0 where it was suppressed.
    #[n(1)]
    pub(crate) id: u64,
    /// The number of the entry that asked for it.
    #[n(2)]
    pub(crate) entry: u32,
    /// Its number in its id; 0: it was suppressed.
    #[n(3)]
    pub(crate) number: u32,
    #[n(4)]
    pub(crate) message: u16,
    #[n(5)]
    pub(crate) channel: u16,
    #[n(6)]
    pub(crate) category: u16,
    /// What became of it, with the first time.
    #[cbor(n(7), with = "with::rows", has_nil)]
    pub(crate) engaged: ThinVec<Engaged>,
    /// The provider refused it: it counts for nothing.
    #[cbor(n(8), with = "with::flag", has_nil)]
    pub(crate) failed: bool,
    /// Its journey, where that has caps or gaps of its own.
    #[n(9)]
    pub(crate) own: Option<u16>,
}

/// One thing that became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Engaged {
    /// The number of the [`Engagement`].
    #[n(0)]
    pub(crate) what: u8,
    /// Its earliest time.
    #[cbor(n(1), with = "with::time")]
    pub(crate) at: Instant,
}

impl SendRecord {
    pub(crate) fn went(&self) -> bool {
        self.number > 0
    }

    pub(crate) fn time_of(&self, engagement: Engagement) -> Option<Instant> {
        self.engaged.iter().find(|e| e.what == engagement as u8).map(|e| e.at)
    }

    /// Remembers an engagement by its earliest time.
    pub(crate) fn engage(&mut self, engagement: Engagement, at: Instant) {
        match self.engaged.iter_mut().find(|e| e.what == engagement as u8) {
            Some(first) => first.at = at.min(first.at),
            None => {
                self.engaged.reserve_exact(1);
                self.engaged.push(Engaged { what: engagement as u8, at });
            }
        }
    }
}

/// The last entry into a journey, by key.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct LastEntry {
    #[n(0)]
    pub(crate) journey: u16,
    #[cbor(n(1), with = "with::maybe_text")]
    pub(crate) key: Option<SmolStr>,
    #[cbor(n(2), with = "with::time")]
    pub(crate) at: Instant,
    /// How many sends bear ids of this entry's instant.
    #[n(3)]
    pub(crate) sends: u32,
    /// The person was deleted since: nothing but ids goes on from here.
    #[cbor(n(4), with = "with::flag", has_nil)]
    pub(crate) erased: bool,
}

/// A profile inside a journey.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Instance {
    /// The instant of the entry.
    #[cbor(n(0), with = "with::time")]
    pub(crate) entered: Instant,
    /// The next instruction.
    #[n(1)]
    pub(crate) place: u32,
    /// Why it stands there.
    #[n(2)]
    pub(crate) parked: Parked,
    /// When it goes on by itself.
    #[cbor(n(3), with = "with::maybe_time")]
    pub(crate) due: Option<Instant>,
    #[n(4)]
    pub(crate) journey: u16,
    /// Entries of a profile are numbered.
    #[n(5)]
    pub(crate) number: u32,
    /// The number of the last send of all entries of this instant.
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
    pub(crate) happenings: Vec<Happened>,
    /// The repeats it is in, innermost last.
    #[cbor(n(3), with = "with::rows", has_nil)]
    pub(crate) rounds: Vec<RoundOf>,
}

/// A round of a `repeat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct RoundOf {
    /// So many have begun.
    #[n(0)]
    pub(crate) count: u32,
    /// When this one began.
    #[cbor(n(1), with = "with::time")]
    pub(crate) began: Instant,
}

/// An event that a journey asks about and that has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Happened {
    /// Its number among those the journey asks about.
    #[n(0)]
    pub(crate) which: u16,
    #[cbor(n(1), with = "with::time")]
    pub(crate) at: Instant,
}

impl Instance {
    /// When the entry's event happened.
    pub(crate) fn happened(&self) -> Instant {
        self.entered.saturating_sub(self.late)
    }

    /// Whether its steps are over, and no goal can do any more that asks what has happened since.
    pub(crate) fn is_over(&self, code: &Code) -> bool {
        let watches_on = || code.journeys.get(usize::from(self.journey)).is_some_and(|journey| journey.watches_on);
        self.parked == Parked::Left && !watches_on()
    }

    /// Its journey and key: of entries alike in both one alone does the steps of a goal.
    pub(crate) fn of(&self) -> (u16, Option<SmolStr>) {
        (self.journey, self.key().cloned())
    }

    pub(crate) fn key(&self) -> Option<&SmolStr> {
        self.kept.as_ref()?.key.as_ref()
    }

    /// The properties of the entry's event.
    pub(crate) fn event(&self) -> &[Value] {
        self.kept.as_ref().map_or(&[], |kept| &kept.event)
    }

    pub(crate) fn happenings(&self) -> &[Happened] {
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

/// Why an instance does not go on at once.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) enum Parked {
    /// It is about to go on.
    #[n(0)]
    Running,
    /// It left, and a goal can still count.
    #[n(1)]
    Left,
    /// At a wait that began then.
    #[n(2)]
    Waiting(#[cbor(n(0), with = "with::time")] Instant),
    /// At an `if` that began then, with the answers so far; none: all are open.
    #[n(3)]
    Deciding(#[cbor(n(0), with = "with::time")] Instant, #[cbor(n(1), with = "with::rows", has_nil)] ThinVec<Answer>),
    /// At a send that is held.
    #[n(4)]
    Held(#[n(0)] Box<Hold>),
}

/// The answer to a part of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Answer {
    #[n(0)]
    False,
    #[n(1)]
    Unknown,
    #[n(2)]
    True,
    /// Its window is still open.
    #[n(3)]
    Pending,
}

/// A send that is held.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Hold {
    /// Which alternative.
    #[n(0)]
    pub(crate) alternative: u16,
    /// When it was first held.
    #[cbor(n(1), with = "with::time")]
    pub(crate) since: Instant,
    /// What holds it.
    #[n(2)]
    pub(crate) by: HeldBy,
    /// When that ends by itself.
    #[cbor(n(3), with = "with::time")]
    pub(crate) ends: Instant,
    /// The sooner of that and of the time it may be held.
    #[cbor(n(4), with = "with::time")]
    pub(crate) until: Instant,
    /// The caps that held it before, with when each first did: their time goes on while something else holds it.
    #[cbor(n(5), with = "with::rows", has_nil)]
    pub(crate) capped: ThinVec<Capped>,
}

impl Hold {
    /// Since when a cap has held it, if it has.
    pub(crate) fn capped_since(&self, cap: u16) -> Option<Instant> {
        self.caps().find(|capped| capped.cap == cap).map(|capped| capped.since)
    }

    /// The caps that have held it, the one that does now among them.
    pub(crate) fn caps(&self) -> impl Iterator<Item = Capped> {
        let now = match self.by {
            HeldBy::Cap(cap, since) => Some(Capped { cap, since }),
            _ => None,
        };
        let before = self.capped.iter().copied().filter(move |capped| now.is_none_or(|now| now.cap != capped.cap));
        before.chain(now)
    }
}

/// A cap that held a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Capped {
    /// The rule in the charter.
    #[n(0)]
    pub(crate) cap: u16,
    /// When it first held it.
    #[cbor(n(1), with = "with::time")]
    pub(crate) since: Instant,
}

/// What holds a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) enum HeldBy {
    /// Quiet hours; the rule in the charter.
    #[n(0)]
    Quiet(#[n(0)] u16),
    /// A gap; the rule in the charter.
    #[n(1)]
    Gap(#[n(0)] u16),
    /// A cap, and since when it has; the rule in the charter.
    #[n(2)]
    Cap(#[n(0)] u16, #[cbor(n(1), with = "with::time")] Instant),
    /// The person's best hour has not come yet.
    #[n(3)]
    BestTime,
    /// The journey is paused.
    #[n(4)]
    Paused,
}

impl Profile {
    /// A person of whom nothing is known, for a program of this fingerprint.
    pub(crate) fn new(id: impl Into<SmolStr>, program: u64) -> Self {
        Self {
            id: id.into(),
            program,
            clock: Instant::MIN,
            instances: SmallVec::new(),
            sends: SmallVec::new(),
            next_entry: 0,
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
    pub fn clock(&self) -> Option<Instant> {
        (self.clock != Instant::MIN).then_some(self.clock)
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
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let alarm = self.past.as_ref().and_then(|past| past.alarm);
        self.instances.iter().filter_map(|i| i.due).chain(alarm).min()
    }

    /// The same without what the calendar brings for ever.
    pub(crate) fn next_due_last(&self, code: &Code) -> Option<Instant> {
        let past = self.past.as_ref();
        let removals = past.into_iter().flat_map(|past| past.removals.iter().map(|r| r.at));
        let ends = |number: u16| code.standing.get(usize::from(number)).is_some_and(|s| !code.recurs(s));
        let standing = past.into_iter().flat_map(|past| &past.standing);
        let standing = standing.filter(|row| ends(row.number)).filter_map(|row| row.due);
        self.instances.iter().filter_map(|i| i.due).chain(removals).chain(standing).min()
    }

    /// What is kept of the past, to be changed.
    pub(crate) fn remember(&mut self) -> &mut Past {
        self.past.get_or_insert_with(|| Box::new(Past::new()))
    }

    /// The id that splits and control groups go by.
    pub(crate) fn roll(&self) -> &str {
        self.past.as_ref().and_then(|past| past.roll.as_deref()).unwrap_or(&self.id)
    }

    /// The place in the list of the instance with this number.
    pub(crate) fn at(&self, number: u32) -> Option<usize> {
        self.instances.iter().position(|i| i.number == number)
    }

    /// The newest message that an entry asked for, or the newest of a name.
    pub(crate) fn last_asked(&self, entry: u32, message: Option<u16>) -> Option<&SendRecord> {
        self.sends.iter().rev().find(|s| s.entry == entry && message.is_none_or(|m| m == s.message))
    }

    /// Whether a channel can reach the person.
    pub(crate) fn is_reachable(&self, channel: &str) -> bool {
        self.known().reachable.iter().find(|(name, _)| name == channel).is_none_or(|(_, yes)| *yes)
    }
}

impl Consent {
    /// What was answered for a name, an unsubscribe from all included.
    pub(crate) fn answer(&self, name: &str) -> Option<bool> {
        if self.is_out(&[name]) { Some(false) } else { self.given(name) }
    }

    /// How many names were answered for.
    pub(crate) fn count(&self) -> usize {
        self.answers.len().max(self.lifted.len())
    }

    /// What was answered for a name itself.
    pub(crate) fn given(&self, name: &str) -> Option<bool> {
        self.answers.iter().find(|(n, _)| n == name).map(|(_, yes)| *yes)
    }

    /// Whether an unsubscribe from all stands in the way of a send of all these names.
    pub(crate) fn is_out(&self, names: &[&str]) -> bool {
        self.out_of_all && !names.iter().any(|name| self.lifted.iter().any(|lifted| lifted == name))
    }

    /// Takes an answer, as a trait gives it.
    pub(crate) fn set(&mut self, name: &str, yes: Option<bool>) {
        set_flag(&mut self.answers, name, yes);
    }

    /// `subscribed` and `unsubscribed`, for a name or for all.
    pub(crate) fn subscribe(&mut self, name: Option<&str>, yes: bool) {
        match (name, yes) {
            (Some(name), true) => {
                self.set(name, Some(true));
                if self.out_of_all && !self.lifted.iter().any(|l| l == name) {
                    push(&mut self.lifted, SmolStr::new(name));
                }
            }
            (Some(name), false) => {
                self.set(name, Some(false));
                self.lifted.retain(|l| l != name);
            }
            (None, yes) => {
                self.out_of_all = !yes;
                self.lifted.clear();
                if yes {
                    // The person wants to hear from us again: earlier refusals are withdrawn.
                    self.answers.retain(|(_, yes)| *yes);
                }
            }
        }
    }
}

/// Adds to a list that stays short: room for one more, not for four.
pub(crate) fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(1 + list.len() / 2);
    }
    list.push(item);
}

/// Sets or forgets one flag of a sorted list.
pub(crate) fn set_flag(flags: &mut Vec<(SmolStr, bool)>, name: &str, yes: Option<bool>) {
    let at = flags.binary_search_by(|(n, _)| n.as_str().cmp(name));
    match (at, yes) {
        (Ok(at), Some(yes)) => {
            if let Some(flag) = flags.get_mut(at) {
                flag.1 = yes;
            }
        }
        (Ok(at), None) => drop(flags.remove(at)),
        (Err(at), Some(yes)) => flags.insert(at, (SmolStr::new(name), yes)),
        (Err(_), None) => {}
    }
}
