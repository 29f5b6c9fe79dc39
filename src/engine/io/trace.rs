//! What a host may look at on the way, where it asks: the steps that were begun, how branches came out, why somebody
//! was not let in, and what the gate was asked. Tests, pictures and `journey why` are made from it.

use crate::reason::Part;
use crate::source::Span;
use crate::value::Timestamp;
use smol_str::SmolStr;

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The number of the entry among all of the person's; none: nobody was let in.
    pub entry: Option<u32>,
    /// What it was.
    pub what: SeenKind,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SeenKind {
    /// A block of steps begins: that of an entry, a goal or an exit, whose line this is.
    Block(Span),
    /// A step begins; of an `if` or `match`, one of its branches is asked. The end of a block is its line again.
    Step(Span),
    /// How a branch came out.
    Decided(Span, bool),
    /// The journey did not begin.
    Refused(Refusal),
    /// What the gate was asked about a message.
    Gate(Gate),
}

/// Why a journey did not begin, though what it listens to happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The `where` of its entry is not true of the event.
    Where,
    /// Its `for` is not true of the person.
    For,
    /// It is paused.
    Paused,
    /// The day lies outside of its `active` dates.
    NotActive,
    /// The event has no value for its `one per`.
    NoKey,
    /// The person is inside, and `overlap` says to ignore it.
    Inside,
    /// The person was inside before, and `reenter` does not let in yet.
    Reenter,
    /// A limit of the engine.
    Limit,
}

impl Refusal {
    /// Why, in words that follow "the journey did not begin".
    pub fn words(self) -> &'static str {
        match self {
            Refusal::Where => "its `where` is not true of the event",
            Refusal::For => "its `for` is not true of the person",
            Refusal::Paused => "it is paused",
            Refusal::NotActive => "the day lies outside of its `active` dates",
            Refusal::NoKey => "the event has no value for its `one per`",
            Refusal::Inside => "the person was inside already",
            Refusal::Reenter => "its `reenter` does not let the person in again yet",
            Refusal::Limit => "a limit of the engine was reached",
        }
    }
}

/// What the gate was asked about one message, rule by rule in its order, and what it said.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// The channel.
    pub channel: SmolStr,
    /// The message.
    pub message: SmolStr,
    /// What the send counts as.
    pub category: SmolStr,
    /// The rules that are about this message.
    pub checks: Vec<Check>,
}

/// One rule about one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Which part of the gate it belongs to.
    pub part: Part,
    /// The rule as written; empty where there is none.
    pub rule: SmolStr,
    /// What it said.
    pub answer: Answer,
    /// What a cap or gap counted, oldest first.
    pub counted: Vec<Counted>,
    /// How many sends a cap lets through.
    pub limit: Option<u32>,
    /// The first instant of the time that a cap or gap looks at, and the first after it.
    pub window: Option<(Timestamp, Timestamp)>,
}

/// What a rule said of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It may go.
    Passes,
    /// It waits until then.
    Holds(Timestamp),
    /// It does not go.
    Suppresses,
}

/// A send that a cap or a gap counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// When it went.
    pub at: Timestamp,
    /// Its channel.
    pub channel: SmolStr,
    /// The message.
    pub message: SmolStr,
}
