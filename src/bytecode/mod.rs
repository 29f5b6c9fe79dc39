//! The program that the engine runs: steps as a flat list of instructions, conditions in postfix form, and
//! tables. It is made from the typed form by `assemble`.

mod assemble;
mod store;
mod verify;

use crate::ir::{
    self, AudienceId, CategoryId, Days, Engagement, Field, HappeningId, List, MessageId, Overlap, PropertyId, Reenter,
    Trigger, Window,
};
use crate::source::Span;
use crate::value::{Millis, Minute, Value};
use chrono::NaiveDate;
use chrono_tz::Tz;
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

pub(crate) use assemble::assemble;
pub use store::LoadError;
pub(crate) use store::{fingerprint, read, write};

/// The place of an instruction.
pub(crate) type Place = u32;

/// A compiled program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) channels: Vec<SmolStr>,
    pub(crate) categories: Vec<SmolStr>,
    pub(crate) messages: Vec<SmolStr>,
    pub(crate) audiences: Vec<SmolStr>,
    /// What the program does with an event, by its name in snake case; one that is not here does nothing.
    #[serde(skip)]
    pub(crate) events: Names,
    pub(crate) event_names: Vec<SmolStr>,
    pub(crate) attributes: Vec<Field>,
    pub(crate) properties: Vec<Field>,
    pub(crate) charter: Charter,
    pub(crate) journeys: Vec<Journey>,
    /// By event: the journeys that it may begin, in the order in which they act.
    #[serde(skip)]
    pub(crate) listeners: Vec<Vec<u16>>,
    pub(crate) ops: Vec<Op>,
    /// Where each instruction stands in the source.
    pub(crate) spans: Vec<Span>,
    pub(crate) terms: Vec<Term>,
    pub(crate) constants: Vec<Value>,
    pub(crate) sends: Vec<ir::Send>,
    pub(crate) untils: Vec<(Moment, bool)>,
    pub(crate) decisions: Vec<Decision>,
    /// Whether any journey has an `exit when`.
    pub(crate) exits_when: bool,
    /// How long a send can matter to a cap or a gap.
    pub(crate) memory: Millis,
    /// Of what the program is: a profile runs on with the same one only.
    pub(crate) fingerprint: u64,
}

/// One look-up of its name says all about an input's event. The names are the program's, so that nobody outside can
/// choose them to collide.
pub(crate) type Names = HashMap<SmolStr, EventUse, BuildHasherDefault<FxHasher>>;

/// What a program does with an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct EventUse {
    /// Its number, where the program names it.
    pub(crate) own: Option<ir::EventId>,
    /// The number of the plain word for an engagement, where the program names that.
    pub(crate) plain: Option<ir::EventId>,
    /// What it tells of a message.
    pub(crate) engagement: Option<Engagement>,
    /// The channel that its name narrows an engagement to.
    pub(crate) channel: Option<SmolStr>,
    /// Whether it subscribes, or unsubscribes.
    pub(crate) subscribes: Option<bool>,
}

impl EventUse {
    /// Whether it is an event of this number.
    pub(crate) fn is(&self, event: ir::EventId) -> bool {
        self.own == Some(event) || self.plain == Some(event)
    }

    /// Its numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = ir::EventId> {
        self.own.into_iter().chain(self.plain)
    }
}

/// A condition or value: a slice of [`Code::terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Formula {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The rules of the charter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Charter {
    pub(crate) timezone: Tz,
    pub(crate) consent: Vec<(ir::Subject, SmolStr)>,
    pub(crate) quiet: Vec<Quiet>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) caps: Vec<Cap>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Quiet {
    pub(crate) from: Minute,
    pub(crate) to: Minute,
    pub(crate) list: List,
    pub(crate) skip: bool,
    pub(crate) when: Option<Formula>,
    pub(crate) text: SmolStr,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Gap {
    pub(crate) least: Millis,
    pub(crate) list: List,
    pub(crate) skip: bool,
    pub(crate) when: Option<Formula>,
    pub(crate) text: SmolStr,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cap {
    pub(crate) limit: u32,
    pub(crate) per: Window,
    pub(crate) list: List,
    pub(crate) hold: Option<Millis>,
    pub(crate) when: Option<Formula>,
    pub(crate) text: SmolStr,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Journey {
    pub(crate) name: SmolStr,
    /// Its place in the order in which journeys act at one instant.
    pub(crate) rank: u16,
    pub(crate) eligible: Option<Formula>,
    pub(crate) reenter: Reenter,
    pub(crate) overlap: Overlap,
    pub(crate) key: Option<u16>,
    pub(crate) active: Option<(NaiveDate, NaiveDate)>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) goals: Vec<Goal>,
    pub(crate) exits: Vec<Exit>,
    /// Whether one of them is an `exit when`.
    pub(crate) exits_when: bool,
    pub(crate) entry_properties: Vec<PropertyId>,
    pub(crate) happenings: Vec<Happening>,
    /// How long after an entry a goal of this journey can convert it; none: only while inside.
    pub(crate) converts_for: Option<Millis>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) events: Vec<ir::EventId>,
    pub(crate) cond: Option<Formula>,
    pub(crate) start: Place,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Goal {
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) within: Option<Millis>,
    pub(crate) worth: Option<PropertyId>,
    pub(crate) cond: Option<Formula>,
    pub(crate) start: Place,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Exit {
    /// None: an `exit when`, whose condition is `cond`.
    pub(crate) triggers: Option<Vec<Trigger>>,
    pub(crate) cond: Option<Formula>,
    pub(crate) start: Place,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Happening {
    pub(crate) event: ir::EventId,
    pub(crate) cond: Option<Formula>,
}

/// An instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Op {
    Wait(Millis),
    /// A moment of [`Code::untils`].
    WaitUntil(u32),
    WaitBetween(Minute, Minute, Days),
    WaitFor(Formula, Millis),
    /// Alternatives of [`Code::sends`]: the first, and how many.
    Send(u32, u16),
    /// A decision of [`Code::decisions`]; goes on behind it where true, else at the place.
    Branch(u32, Place),
    Jump(Place),
    Add(AudienceId),
    Remove(AudienceId),
    Exit,
    /// The end of a block of steps.
    Done,
}

/// The moment of a `wait until`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Moment {
    /// Worked out from the calendar alone.
    Calendar(ir::Calendar),
    /// From a value of the profile or the entry's event.
    Value { of: Formula, offset: Millis, whole_days: bool, at: Option<Minute> },
}

/// The condition of an `if`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Decision {
    pub(crate) leaves: Vec<Leaf>,
    /// How the leaves combine, in postfix form.
    pub(crate) shape: Vec<Shape>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Leaf {
    pub(crate) cond: Formula,
    pub(crate) text: SmolStr,
    /// None: asked at once.
    pub(crate) window: Option<LeafWindow>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LeafWindow {
    pub(crate) within: Millis,
    /// The messages whose sends start the window; none: the step does.
    pub(crate) sends: Option<Vec<Option<MessageId>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Shape {
    Leaf(u16),
    Not,
    And(u16),
    Or(u16),
}

/// A part of a condition, in postfix form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Term {
    Const(u32),
    LocalMoment(NaiveDate, Minute),
    Attribute(u16),
    /// A text of [`Code::constants`].
    Consent(u32),
    /// A text of [`Code::constants`].
    ReachableFlag(u32),
    EntryProperty(u16),
    EventProperty(PropertyId),
    Now,
    Today,
    Compare(ir::Comparison),
    /// So many alternatives lie above the value.
    OneOf(u16),
    Contains,
    Between,
    Known,
    LocalTime(Minute, Minute),
    Day(Days),
    Happened(HappeningId),
    Engaged(Engagement, Option<MessageId>),
    Sent,
    Suppressed,
    Reachable(ir::ChannelId, Option<CategoryId>),
    Prefers(ir::ChannelId),
    Not,
    /// Of the two on top.
    And,
    /// Of the two on top.
    Or,
    Arithmetic(ir::Arithmetic),
}
