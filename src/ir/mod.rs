//! The typed form of a program: every name is looked up, every default is filled in, every condition has a type.
//!
//! The analysis and the slow model of the tests read this form; the engine runs the bytecode made from it.

mod calendar;
mod engagement;
mod expr;
mod journey;
mod rules;
mod step;
mod test;

use crate::reason::{Part, RuleId};
use crate::source::Span;
pub use crate::value::Comparison;
use crate::value::{Millis, Minute, Type};
pub use calendar::{Calendar, Days, Until};
use chrono::NaiveDate;
use chrono_tz::Tz;
pub use engagement::Engagement;
pub use expr::{Arithmetic, Expr, Windowed};
pub(crate) use journey::change_steps;
pub use journey::{
    Entry, EntryCause, Exit, ExitCause, Goal, Happening, Journey, Overlap, Reenter, Trigger, ValueMoment, visit_steps,
};
pub use rules::{Avoid, Cap, Charter, Exclude, Gap, List, Quiet, Stop, Subject, Window, names};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
pub use step::{Arm, Branch, MatchArm, Send, SetTarget, SplitArm, Step, StepKind};
pub use test::{Expectation, Test, TestKind, TestLine};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u16);

        impl $name {
            /// The place in the program's table.
            pub fn index(self) -> usize {
                usize::from(self.0)
            }
        }
    )*};
}

ids! {
    /// A channel of [`Program::channels`].
    ChannelId,
    /// A category of [`Program::categories`].
    CategoryId,
    /// A message of [`Program::messages`].
    MessageId,
    /// An audience of [`Program::audiences`].
    AudienceId,
    /// An event of [`Program::events`].
    EventId,
    /// An attribute of [`Program::attributes`].
    AttributeId,
    /// A property of [`Program::properties`].
    PropertyId,
    /// A journey of [`Program::journeys`].
    JourneyId,
    /// An event of [`Journey::happenings`].
    HappeningId,
    /// A segment of [`Program::segments`].
    SegmentId,
    /// A history of [`Program::histories`].
    HistoryId,
}

/// A whole program.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// Names of channels.
    pub channels: Vec<SmolStr>,
    /// Names of categories; the first is `transactional`, the second `marketing`.
    pub categories: Vec<SmolStr>,
    /// Names of messages.
    pub messages: Vec<SmolStr>,
    /// Names of audiences.
    pub audiences: Vec<SmolStr>,
    /// Names of events, in snake case.
    pub events: Vec<SmolStr>,
    /// The attributes that are read.
    pub attributes: Vec<Field>,
    /// The properties that are read.
    pub properties: Vec<Field>,
    /// The segments, by name.
    pub segments: Vec<Segment>,
    /// What conditions ask of the past, so that it is kept.
    pub histories: Vec<History>,
    /// The rules for all journeys.
    pub charter: Charter,
    /// The journeys, by name.
    pub journeys: Vec<Journey>,
    /// The texts of messages that are written in the program.
    pub texts: Vec<MessageText>,
    /// The tests, in written order.
    pub tests: Vec<Test>,
}

impl Program {
    /// Rules of which two can have one text, by the number that effects call them by ([`RuleId`]), and where each stands.
    pub fn numbered_rules(&self) -> impl Iterator<Item = (RuleId, Span)> {
        let charter = &self.charter;
        let of = |part: Part| move |(number, span): (u16, Span)| (RuleId { part, number }, span);
        let quiet = charter.quiet.iter().chain(self.journeys.iter().flat_map(|j| &j.quiet)).map(|rule| rule.span);
        let gaps = charter.gaps.iter().chain(self.journeys.iter().flat_map(|j| &j.gaps)).map(|rule| rule.span);
        let caps = charter.caps.iter().chain(self.journeys.iter().flat_map(|j| &j.caps)).map(|rule| rule.span);
        let exclude = (0..).zip(charter.exclude.iter().map(|rule| rule.span)).map(of(Part::Exclude));
        exclude
            .chain((0..).zip(quiet).map(of(Part::Quiet)))
            .chain((0..).zip(gaps).map(of(Part::Gap)))
            .chain((0..).zip(caps).map(of(Part::Cap)))
    }

    /// Where a rule stands that held or suppressed a message of a journey: among the journey's own, else in the charter.
    pub fn rule(&self, journey: &str, text: &str) -> Option<Span> {
        let own = self.journeys.iter().filter(|j| j.name == journey).flat_map(Journey::rules);
        let charter = self.charter.rules.iter().map(|(text, span)| (text, *span));
        own.chain(charter).find(|(known, _)| *known == text).map(|(_, span)| span)
    }
}

/// The built-in category that ignores most rules.
pub const TRANSACTIONAL: CategoryId = CategoryId(0);
/// The category of a journey that names none.
pub const MARKETING: CategoryId = CategoryId(1);

/// An attribute or a property: the way to it and what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Names in snake case, from the outside in.
    pub path: Vec<SmolStr>,
    /// What its values are; others count as missing.
    pub ty: Type,
}

/// A segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its name.
    pub name: SmolStr,
    /// Who is in it: those of whom this is true.
    pub cond: Expr,
    /// The line that opens it.
    pub span: Span,
}

/// Something that conditions ask of the past of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// What is remembered.
    pub of: HistoryOf,
    /// Must hold of the event; it compares constants alone.
    pub cond: Option<Expr>,
    /// What is kept of it.
    pub kind: HistoryKind,
    /// The property whose value is kept.
    pub property: Option<PropertyId>,
    /// How far back it is asked about; none: for ever.
    pub window: Option<Millis>,
}

/// What a history remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HistoryOf {
    /// An event of the program.
    Event(EventId),
    /// Any open, click or reply.
    Engagement,
    /// Any open or click, for the best time.
    Looks,
}

/// What is kept of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HistoryKind {
    /// The time of the latest, with the property's value.
    Latest,
    /// How often.
    Count,
    /// The sum of the property's values.
    Sum,
}

/// The text of a message for one channel, as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MessageText {
    /// The message.
    pub message: SmolStr,
    /// The channel.
    pub channel: SmolStr,
    /// What the message is called for people.
    pub title: Option<SmolStr>,
    /// Its parts, such as `subject`, in written order; one without a name is the whole text.
    pub parts: Vec<(Option<SmolStr>, SmolStr)>,
    /// Of each part the file that it is from, by the name that the file has among the program's sources.
    pub files: Vec<Option<SmolStr>>,
    /// What they read of the entry's event and of the profile, such as `event.total`, in snake case. Each stands in the
    /// effect of a send.
    pub reads: Vec<SmolStr>,
}
