//! The program that the engine runs: steps as a flat list of instructions, conditions in postfix form, and
//! tables. It is made from the typed form by `assemble`.

mod assemble;
mod fingerprint;
mod follow;
mod index;
mod reach;
mod store;
mod table;
mod verify;

use crate::ir::{
    self, AttributeId, AudienceId, CategoryId, ChannelId, Days, Engagement, EventId, Field, HappeningId, HistoryId,
    HistoryKind, HistoryOf, JourneyId, List, MessageId, Overlap, PropertyId, Reenter, SegmentId, SetTarget, Trigger,
    Window,
};
use crate::reason::Part;
use crate::source::Span;
use crate::value::{Millis, Minute, Value};
use chrono::NaiveDate;
use chrono_tz::Tz;
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Deref;

pub(crate) use assemble::assemble;
pub(crate) use fingerprint::{fingerprint, of_bytes, order};
pub(crate) use follow::{Predecessor, follow};
pub use store::LoadError;
pub(crate) use store::{read, write};
pub(crate) use table::{
    CallId, ConstantId, DecisionId, Id, Place, RepeatId, SendId, SetId, SplitId, StandingId, Table, UntilId,
};

/// A compiled program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) channels: Table<ChannelId, SmolStr>,
    pub(crate) categories: Table<CategoryId, SmolStr>,
    pub(crate) messages: Table<MessageId, SmolStr>,
    pub(crate) audiences: Table<AudienceId, SmolStr>,
    /// What the program does with an event, by its name in snake case; one that is not here does nothing.
    #[serde(skip)]
    pub(crate) events: Names,
    pub(crate) event_names: Table<EventId, SmolStr>,
    pub(crate) attributes: Table<AttributeId, Field>,
    pub(crate) properties: Table<PropertyId, Field>,
    pub(crate) charter: Charter,
    pub(crate) segments: Table<SegmentId, Segment>,
    pub(crate) histories: Table<HistoryId, History>,
    /// The history of opens and clicks that the best time is worked out from, where a send asks for it.
    pub(crate) looks: Option<HistoryId>,
    /// Entries that no event lets in, of all journeys.
    pub(crate) standing: Table<StandingId, Standing>,
    pub(crate) journeys: Table<JourneyId, Journey>,
    /// By event: the journeys that it may begin, in the order in which they act.
    #[serde(skip)]
    pub(crate) listeners: Table<EventId, Vec<JourneyId>>,
    /// By the first name of their paths: the attributes that a trait is read for, and those of the shelf.
    #[serde(skip)]
    pub(crate) roots: HashMap<SmolStr, Root, BuildHasherDefault<FxHasher>>,
    /// What has to be asked anew when something happens.
    #[serde(skip)]
    pub(crate) watch: Watch,
    /// Which optional parts of the language this program uses: what it does not use is not looked for in each turn.
    #[serde(skip)]
    pub(crate) uses: Uses,
    /// The parts of the gate that can say anything, in the order in which they are asked.
    #[serde(skip)]
    pub(crate) parts: Vec<Part>,
    pub(crate) ops: Table<Place, Op>,
    /// Where each instruction stands in the source.
    pub(crate) spans: Table<Place, Span>,
    pub(crate) terms: Vec<Term>,
    pub(crate) constants: Table<ConstantId, Value>,
    /// Of each instruction, what it is known by in other versions of the program. They are stored: that a program runs
    /// does not mean that its source still compiles.
    pub(crate) keys: Table<Place, StepKey>,
    /// The texts of messages, for the host.
    pub(crate) texts: Vec<ir::MessageText>,
    pub(crate) sends: Table<SendId, Send>,
    pub(crate) splits: Table<SplitId, Split>,
    pub(crate) repeats: Table<RepeatId, Repeat>,
    pub(crate) sets: Table<SetId, Set>,
    /// What `emit` and `call` name, with the values they give.
    pub(crate) calls: Table<CallId, Call>,
    pub(crate) untils: Table<UntilId, (Moment, bool)>,
    pub(crate) decisions: Table<DecisionId, Decision>,
    /// Whether any journey has an `exit when`.
    pub(crate) exits_when: bool,
    /// How long a send can matter to a cap, a gap, a rate or the best channel.
    pub(crate) memory: Millis,
    /// Whether any condition asks for a rate.
    pub(crate) rates: bool,
    /// Whether something asks about opens and clicks of messages whose journeys have ended.
    #[serde(rename = "answers")]
    pub(crate) keeps_engagement_after_exit: bool,
    /// Whether the program asks when a person was first seen, or has entries that no event lets in.
    #[serde(rename = "greets")]
    pub(crate) tracks_first_seen: bool,
    /// By attribute: whether any condition or value asks for it, or the person lives by it (zone, favourite channel).
    #[serde(skip)]
    pub(crate) asked: Table<AttributeId, bool>,
    /// The names that answers about consent and reachability are asked by.
    #[serde(skip)]
    pub(crate) answered: Vec<SmolStr>,
    /// Of what the program is: a profile runs on with the same one, or with one that follows it.
    pub(crate) fingerprint: u64,
    /// What an engine called it before that knew programs by their bytes.
    #[serde(skip)]
    pub(crate) of_bytes: u64,
    /// Attributes that an earlier version read and this one does not, or as another kind of value. They are kept, so that a
    /// version that is taken back finds them.
    pub(crate) shelf: Vec<Field>,
    /// The versions that it follows.
    pub(crate) predecessors: Vec<Predecessor>,
}

/// One look-up of its name says all about an input's event. The names are the program's, so that nobody outside can
/// choose them to collide.
pub(crate) type Names = HashMap<SmolStr, EventUse, BuildHasherDefault<FxHasher>>;

/// What a program does with an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct EventUse {
    /// Its number, where the program names it.
    pub(crate) own: Option<EventId>,
    /// The number of the plain word for what it tells, where the program names that.
    pub(crate) plain: Option<EventId>,
    /// Numbers of names for the same, narrowed to one channel or category: it is one of those where it is about that.
    pub(crate) narrowed: Vec<(SmolStr, EventId)>,
    /// What it tells of a message.
    pub(crate) engagement: Option<Engagement>,
    /// The channel, of a refusal also the category, that its name narrows it to.
    pub(crate) of: Option<SmolStr>,
    /// Whether it subscribes, or unsubscribes.
    pub(crate) subscribes: Option<bool>,
    /// Whether any journey may begin with it.
    pub(crate) begins: bool,
}

impl EventUse {
    /// Its numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = EventId> {
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
    pub(crate) stop: Vec<(List, SmolStr)>,
    pub(crate) exclude: Vec<Exclude>,
    pub(crate) avoid: Vec<ir::Avoid>,
    /// The first number outside of the control group of all journeys, and the rule as written.
    pub(crate) holdout: Option<(u64, SmolStr)>,
    pub(crate) quiet: Vec<Quiet>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) caps: Vec<Cap>,
}

/// A rule that is the charter's, or a journey's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Owned<R> {
    /// The journey whose sends alone it is about; none: it is the charter's.
    pub(crate) journey: Option<JourneyId>,
    #[serde(flatten)]
    pub(crate) rule: R,
}

impl<R> Deref for Owned<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.rule
    }
}

pub(crate) type Quiet = Owned<ir::Quiet<Formula>>;
pub(crate) type Gap = Owned<ir::Gap<Formula>>;
pub(crate) type Cap = Owned<ir::Cap<Formula>>;
pub(crate) type Exclude = ir::Exclude<Formula>;
pub(crate) type ValueMoment = ir::ValueMoment<Formula>;
/// One alternative of a send.
pub(crate) type Send = ir::Send<Formula>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Segment {
    pub(crate) name: SmolStr,
    pub(crate) cond: Formula,
    /// Whether days of the week or the time of day change it for ever.
    pub(crate) recurs: bool,
}

/// What is kept of the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct History {
    pub(crate) of: HistoryOf,
    pub(crate) cond: Option<Formula>,
    pub(crate) kind: HistoryKind,
    pub(crate) property: Option<PropertyId>,
    pub(crate) window: Option<Millis>,
    /// What it is known by in other versions of the program.
    pub(crate) key: u64,
}

/// An entry that no event lets in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) journey: JourneyId,
    /// Its place among the entries of the journey.
    pub(crate) order: u16,
    pub(crate) cause: Cause,
    pub(crate) start: Place,
    pub(crate) span: Span,
    /// What it is known by in other versions of the program.
    pub(crate) key: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Cause {
    Segment { segment: SegmentId, entering: bool },
    Date(ValueMoment),
    Yearly(ValueMoment),
    Every(Days, Minute),
    Once(NaiveDate, Minute),
}

/// Which standing entries an input may change, by their numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    /// By event: the histories that it belongs to.
    pub(crate) histories: Table<EventId, Vec<HistoryId>>,
    /// Histories of any engagement.
    pub(crate) engagement: Vec<HistoryId>,
    /// By event: the standing entries whose segments ask for its history.
    pub(crate) events: Table<EventId, Vec<StandingId>>,
    /// Those that ask for any engagement.
    pub(crate) engaged: Vec<StandingId>,
    /// Those that ask for attributes, consent or what can be reached.
    pub(crate) traits: Vec<StandingId>,
    /// Those that go by local time.
    pub(crate) zone: Vec<StandingId>,
    /// Those that ask for what was sent.
    pub(crate) sends: Vec<StandingId>,
}

/// Which parts of the language a program uses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Uses {
    /// Any control group.
    pub(crate) holdouts: bool,
    /// Quiet lines, gaps or caps that stand only at times.
    pub(crate) timed_rules: bool,
    /// Histories, or entries that no event lets in.
    pub(crate) past: bool,
    /// Journeys that ask what has happened since they began.
    pub(crate) happenings: bool,
    /// No rule at all: the gate asks what the person has answered, and whether they can be reached.
    pub(crate) no_rules: bool,
}

/// What a trait of one name is read for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Root {
    pub(crate) attributes: Vec<AttributeId>,
    /// Places in [`Code::shelf`].
    pub(crate) shelf: Vec<u16>,
}

/// What a step is known by in other versions of the program: with its object, and by its place alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub(crate) struct StepKey {
    pub(crate) exact: u64,
    pub(crate) place: u64,
}

impl From<(u64, u64)> for StepKey {
    fn from((exact, place): (u64, u64)) -> Self {
        Self { exact, place }
    }
}

impl From<StepKey> for (u64, u64) {
    fn from(key: StepKey) -> Self {
        (key.exact, key.place)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Split {
    pub(crate) name: SmolStr,
    pub(crate) arms: Vec<SplitArm>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SplitArm {
    pub(crate) label: SmolStr,
    /// The first number beyond it.
    pub(crate) below: u64,
    pub(crate) start: Place,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Repeat {
    pub(crate) times: u32,
    pub(crate) every: Millis,
    pub(crate) until: Option<Formula>,
    /// Where a round begins.
    pub(crate) start: Place,
    /// What follows the last.
    pub(crate) exit: Place,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Set {
    pub(crate) target: SetTarget,
    pub(crate) name: SmolStr,
    pub(crate) value: Formula,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) name: SmolStr,
    pub(crate) values: Vec<(SmolStr, Formula)>,
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
    /// The first number outside of its control group, and the clause as written.
    pub(crate) holdout: Option<(u64, SmolStr)>,
    pub(crate) paused: Option<SmolStr>,
    /// Whether it has caps or gaps of its own.
    pub(crate) own_rules: bool,
    /// The entries that events let in.
    pub(crate) entries: Vec<Entry>,
    /// Where its first entry block begins, and its line, for `start`.
    pub(crate) first: (Place, Span),
    pub(crate) goals: Vec<Goal>,
    pub(crate) exits: Vec<Exit>,
    /// Whether one of them is an `exit when`.
    pub(crate) exits_when: bool,
    pub(crate) entry_properties: Vec<PropertyId>,
    pub(crate) happenings: Vec<Happening>,
    /// How long after an entry a goal of this journey can convert it; none: only while inside.
    pub(crate) converts_for: Option<Millis>,
    /// Whether a goal with a window has steps, which are done after the entry's own are over too.
    pub(crate) watches_on: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its place among the entries of the journey.
    pub(crate) order: u16,
    pub(crate) events: Vec<EventId>,
    pub(crate) cond: Option<Formula>,
    pub(crate) start: Place,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Goal {
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) within: Option<Millis>,
    pub(crate) worth: Option<PropertyId>,
    pub(crate) cond: Option<Formula>,
    pub(crate) start: Place,
    pub(crate) span: Span,
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
    pub(crate) event: EventId,
    pub(crate) cond: Option<Formula>,
}

/// An instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Op {
    Wait(Millis),
    /// A moment of [`Code::untils`].
    WaitUntil(UntilId),
    WaitBetween(Minute, Minute, Days),
    WaitFor(Formula, Millis),
    /// Alternatives of [`Code::sends`]: the first, and how many.
    Send(SendId, u16),
    /// A decision of [`Code::decisions`]; goes on behind it where true, else at the place.
    Branch(DecisionId, Place),
    Jump(Place),
    /// Alternatives of [`Code::sends`] of which the best is chosen: the first, and how many.
    BestOf(SendId, u16),
    /// An arm of [`Code::splits`].
    Split(SplitId),
    /// The first round of [`Code::repeats`] is about to begin.
    Repeat(RepeatId),
    /// A round begins, or all are done.
    Round(RepeatId),
    /// A round has ended.
    Again(RepeatId),
    /// For a while, or for good.
    Add(AudienceId, Option<Millis>),
    Remove(AudienceId),
    /// Of [`Code::sets`].
    Set(SetId),
    /// Of [`Code::calls`].
    Emit(CallId),
    /// Of [`Code::calls`].
    Call(CallId),
    Start(JourneyId),
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
    Value(ValueMoment),
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
    Const(ConstantId),
    LocalMoment(NaiveDate, Minute),
    Attribute(AttributeId),
    /// A text of [`Code::constants`].
    Consent(ConstantId),
    /// A text of [`Code::constants`].
    ReachableFlag(ConstantId),
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
    Reachable(ChannelId, Option<CategoryId>),
    Prefers(ChannelId),
    /// Of [`Code::segments`].
    In(SegmentId),
    KnownFor(Millis),
    /// These are of [`Code::histories`].
    Occurred(HistoryId),
    Count(HistoryId),
    Sum(HistoryId),
    Last(HistoryId),
    Since(HistoryId),
    Rate(Engagement, Option<ChannelId>, Millis),
    Not,
    /// Of the two on top.
    And,
    /// Of the two on top.
    Or,
    Arithmetic(ir::Arithmetic),
}
