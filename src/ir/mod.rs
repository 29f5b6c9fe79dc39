//! The typed form of a program: every name is looked up, every default is filled in, every condition has a type.
//!
//! The analysis and the slow model of the tests read this form; the engine runs the bytecode made from it.

mod expr;
mod test;

use crate::source::Span;
pub use crate::value::Comparison;
use crate::value::{Millis, Minute, Type};
use chrono::NaiveDate;
use chrono_tz::Tz;
pub use expr::{Arithmetic, Expr, Windowed};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
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

/// The charter.
#[derive(Debug, Clone, PartialEq)]
pub struct Charter {
    /// For profiles without a valid zone of their own.
    pub timezone: Tz,
    /// Who must have said yes, with the line that says so.
    pub consent: Vec<(Subject, SmolStr)>,
    /// What does not go at all.
    pub stop: Vec<Stop>,
    /// Who is left out.
    pub exclude: Vec<Exclude>,
    /// What is not sent beside something else.
    pub avoid: Vec<Avoid>,
    /// The share of people in the control group of all journeys, in percent, and the rule as written.
    pub holdout: Option<(Decimal, SmolStr)>,
    /// Quiet hours, in written order.
    pub quiet: Vec<Quiet>,
    /// Gaps, in written order.
    pub gaps: Vec<Gap>,
    /// Caps, in written order.
    pub caps: Vec<Cap>,
    /// Categories, the first acts first.
    pub priority: Vec<CategoryId>,
    /// The lines that can hold or suppress a message, as written.
    pub rules: Vec<(SmolStr, Span)>,
}

/// `stop sms, promo`
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// What does not go.
    pub list: List,
    /// The rule as written.
    pub text: SmolStr,
}

/// `exclude when profile.vip for promo`
#[derive(Debug, Clone, PartialEq)]
pub struct Exclude {
    /// It stands only while this holds.
    pub when: Expr,
    /// What it is about.
    pub list: List,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// `avoid push when email scheduled within 24h`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avoid {
    /// The channel that is not used.
    pub channel: ChannelId,
    /// The channel of what is scheduled.
    pub other: ChannelId,
    /// How soon, the end included.
    pub within: Millis,
    /// The rule as written.
    pub text: SmolStr,
}

/// A channel, a category, or both at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The channel, where one is named.
    pub channel: Option<ChannelId>,
    /// The category, where one is named.
    pub category: Option<CategoryId>,
}

/// Which sends a rule is about; none: all but transactional ones.
pub type List = Option<Vec<Subject>>;

impl Subject {
    /// Whether it is about a send on a channel that counts as a category.
    pub fn names(&self, channel: ChannelId, category: CategoryId) -> bool {
        self.channel.is_none_or(|wanted| wanted == channel) && self.category.is_none_or(|wanted| wanted == category)
    }
}

/// Whether a list names a send; without one all but transactional sends are meant.
pub fn names(list: &List, channel: ChannelId, category: CategoryId) -> bool {
    match list {
        None => category != TRANSACTIONAL,
        Some(subjects) => subjects.iter().any(|subject| subject.names(channel, category)),
    }
}

/// `quiet 21:00-08:00 for sms`
#[derive(Debug, Clone, PartialEq)]
pub struct Quiet {
    /// First quiet minute of the local day.
    pub from: Minute,
    /// The first minute that is not quiet any more, up to 1440; before `from` where the time is overnight.
    pub to: Minute,
    /// The days on which it begins.
    pub days: Days,
    /// What it is about; none: all but transactional.
    pub list: List,
    /// Whether a send inside is suppressed instead of held.
    pub skip: bool,
    /// It stands only while this holds.
    pub when: Option<Expr>,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// `gap 4h for sms`
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The least time between two sends.
    pub least: Millis,
    /// What it is about.
    pub list: List,
    /// Whether the later send is suppressed instead of held.
    pub skip: bool,
    /// It stands only while this holds.
    pub when: Option<Expr>,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// `cap 4 per 7d`
#[derive(Debug, Clone, PartialEq)]
pub struct Cap {
    /// At most this many sends.
    pub limit: u32,
    /// In this window.
    pub per: Window,
    /// What is counted.
    pub list: List,
    /// How long a send beyond it is held at most; none: it is suppressed.
    pub hold: Option<Millis>,
    /// It stands only while this holds.
    pub when: Option<Expr>,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// What a cap counts over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// The local calendar day.
    Day,
    /// The local calendar week, from Monday.
    Week,
    /// The local calendar month.
    Month,
    /// Any half-open span of this length.
    Rolling(Millis),
}

/// A journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Its name.
    pub name: SmolStr,
    /// What it is for.
    pub title: Option<SmolStr>,
    /// What caps and priorities call its sends.
    pub category: CategoryId,
    /// Must hold at entry.
    pub eligible: Option<Expr>,
    /// When a profile that is not inside may enter again.
    pub reenter: Reenter,
    /// What becomes of an entry while inside.
    pub overlap: Overlap,
    /// The property by which overlap and reenter hold.
    pub key: Option<u16>,
    /// First and last day on which one may enter, in the charter's zone.
    pub active: Option<(NaiveDate, NaiveDate)>,
    /// The share of people in this journey's control group, in percent, and the clause as written.
    pub holdout: Option<(Decimal, SmolStr)>,
    /// Whether nobody enters and nothing is sent for now; the clause as written.
    pub paused: Option<SmolStr>,
    /// Quiet hours of its own sends.
    pub quiet: Vec<Quiet>,
    /// Gaps between its own sends.
    pub gaps: Vec<Gap>,
    /// Caps on its own sends.
    pub caps: Vec<Cap>,
    /// The entry blocks, in written order.
    pub entries: Vec<Entry>,
    /// The goals, in written order.
    pub goals: Vec<Goal>,
    /// The exits, in written order.
    pub exits: Vec<Exit>,
    /// The properties of the entry's event that are read; [`Expr::EntryProperty`] counts in it.
    pub entry_properties: Vec<PropertyId>,
    /// The events whose happening is asked about; [`Expr::Happened`] counts in it.
    pub happenings: Vec<Happening>,
    /// The line that opens it.
    pub span: Span,
}

impl Journey {
    /// Its own rules that can hold or suppress a message, as written.
    pub fn rules(&self) -> impl Iterator<Item = (&SmolStr, Span)> {
        let quiet = self.quiet.iter().map(|rule| (&rule.text, rule.span));
        let gaps = self.gaps.iter().map(|rule| (&rule.text, rule.span));
        quiet.chain(gaps).chain(self.caps.iter().map(|rule| (&rule.text, rule.span)))
    }

    /// All blocks of steps: those of entries, goals and exits.
    pub fn blocks(&self) -> impl Iterator<Item = &[Step]> {
        let entries = self.entries.iter().map(|e| e.steps.as_slice());
        let goals = self.goals.iter().map(|g| g.steps.as_slice());
        entries.chain(goals).chain(self.exits.iter().map(|e| e.steps.as_slice()))
    }

    /// Its blocks of steps, to be changed.
    pub(crate) fn blocks_mut(&mut self) -> impl Iterator<Item = &mut [Step]> {
        let entries = self.entries.iter_mut().map(|entry| entry.steps.as_mut_slice());
        let goals = self.goals.iter_mut().map(|goal| goal.steps.as_mut_slice());
        entries.chain(goals).chain(self.exits.iter_mut().map(|exit| exit.steps.as_mut_slice()))
    }

    /// The places of the journeys that its steps start.
    pub fn starts(&self) -> impl Iterator<Item = usize> {
        let mut found = Vec::new();
        for block in self.blocks() {
            visit_steps(block, &mut |step| {
                if let StepKind::Start(journey) = &step.kind {
                    found.push(journey.index());
                }
            });
        }
        found.into_iter()
    }
}

/// Shows every step of a block and of the blocks within, in written order.
pub fn visit_steps<'s>(steps: &'s [Step], see: &mut impl FnMut(&'s Step)) {
    for step in steps {
        see(step);
        match &step.kind {
            StepKind::If { arms, otherwise } => {
                arms.iter().for_each(|arm| visit_steps(&arm.steps, see));
                visit_steps(otherwise, see);
            }
            StepKind::Match { arms, otherwise, .. } => {
                arms.iter().for_each(|arm| visit_steps(&arm.steps, see));
                visit_steps(otherwise, see);
            }
            StepKind::Split { arms, .. } => arms.iter().for_each(|arm| visit_steps(&arm.steps, see)),
            StepKind::Repeat { steps, .. } => visit_steps(steps, see),
            _ => {}
        }
    }
}

/// Shows every step of a block and of the blocks within, to be changed.
pub(crate) fn change_steps(steps: &mut [Step], change: &mut impl FnMut(&mut Step)) {
    for step in steps {
        change(step);
        match &mut step.kind {
            StepKind::If { arms, otherwise } => {
                arms.iter_mut().for_each(|arm| change_steps(&mut arm.steps, change));
                change_steps(otherwise, change);
            }
            StepKind::Match { arms, otherwise, .. } => {
                arms.iter_mut().for_each(|arm| change_steps(&mut arm.steps, change));
                change_steps(otherwise, change);
            }
            StepKind::Split { arms, .. } => arms.iter_mut().for_each(|arm| change_steps(&mut arm.steps, change)),
            StepKind::Repeat { steps, .. } => change_steps(steps, change),
            _ => {}
        }
    }
}

/// When a profile may enter again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reenter {
    /// Whenever it is not inside.
    Always,
    /// Never.
    Never,
    /// This long after the last entry, that instant included.
    After(Millis),
}

/// What becomes of an entry while inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overlap {
    /// It is dropped.
    Ignore,
    /// It starts over.
    Restart,
    /// It runs beside.
    Allow,
}

/// An entry block.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What lets a profile in.
    pub cause: EntryCause,
    /// What is done.
    pub steps: Vec<Step>,
    /// The line.
    pub span: Span,
}

/// What lets a profile in.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryCause {
    /// Any of these events, where the condition holds of it.
    Event {
        /// The events.
        events: Vec<EventId>,
        /// Must hold of the event.
        cond: Option<Expr>,
    },
    /// The moment the person comes into a segment, or leaves it.
    Segment {
        /// The segment.
        segment: SegmentId,
        /// Whether it is about coming in.
        entering: bool,
    },
    /// A moment that follows an attribute, once for each value of it.
    Date(ValueMoment),
    /// The anniversaries of an attribute.
    Yearly(ValueMoment),
    /// A local time on these days.
    Every(Days, Minute),
    /// A local moment.
    Once(NaiveDate, Minute),
}

/// A moment that follows a date or a moment of the profile or of the entry's event.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueMoment {
    /// Where it comes from.
    pub of: Expr,
    /// Added to it.
    pub offset: Millis,
    /// Whether the offset counts calendar days on a date.
    pub whole_days: bool,
    /// The local time on that day; none: 00:00 of a date, a moment's own.
    pub at: Option<Minute>,
}

/// What makes a goal or an exit act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trigger {
    /// An event of this name.
    Event(EventId),
    /// An engagement with the last message sent, or with the last one of this name.
    Engagement(Engagement, Option<MessageId>),
}

/// A goal.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// What reaches it.
    pub triggers: Vec<Trigger>,
    /// It converts if less than this has passed since the entry.
    pub within: Option<Millis>,
    /// The property that is the conversion's value.
    pub worth: Option<PropertyId>,
    /// Must hold of the event.
    pub cond: Option<Expr>,
    /// What is done then.
    pub steps: Vec<Step>,
    /// The line.
    pub span: Span,
}

/// An exit clause.
#[derive(Debug, Clone, PartialEq)]
pub struct Exit {
    /// What makes it act.
    pub cause: ExitCause,
    /// What is done then.
    pub steps: Vec<Step>,
    /// The line.
    pub span: Span,
}

/// What makes an exit act.
#[derive(Debug, Clone, PartialEq)]
pub enum ExitCause {
    /// One of these, where the condition holds of it.
    On(Vec<Trigger>, Option<Expr>),
    /// The moment this comes true.
    When(Expr),
}

/// An event that a journey asks about: has it happened since the entry?
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// The event.
    pub event: EventId,
    /// Must hold of it.
    pub cond: Option<Expr>,
    /// As written, for explanations.
    pub text: SmolStr,
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of step.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// Elapsed time.
    Wait(Millis),
    /// Until a moment that is worked out where the step is reached.
    WaitUntil {
        /// The moment.
        until: Until,
        /// Whether to leave where it is already past.
        or_exit: bool,
    },
    /// Goes on inside a local window.
    WaitBetween {
        /// First minute inside.
        from: Minute,
        /// First minute after it.
        to: Minute,
        /// The days it opens on.
        days: Days,
    },
    /// Until the condition holds.
    WaitFor {
        /// The condition.
        cond: Expr,
        /// At most so long.
        up_to: Millis,
    },
    /// A send and what to try instead where it is suppressed.
    Send(Vec<Send>),
    /// The first arm whose condition holds.
    If {
        /// The arms.
        arms: Vec<Arm>,
        /// What is done where none holds.
        otherwise: Vec<Step>,
    },
    /// A send by the channel that the person answers best.
    BestOf(Vec<Send>),
    /// The first arm one of whose values the value is.
    Match {
        /// What is compared.
        value: Expr,
        /// The arms.
        arms: Vec<MatchArm>,
        /// What is done where none fits.
        otherwise: Vec<Step>,
    },
    /// One arm, at random and fixed for a person.
    Split {
        /// Its name.
        name: SmolStr,
        /// The arms; their shares sum to 100.
        arms: Vec<SplitArm>,
    },
    /// The same steps several times.
    Repeat {
        /// So many rounds.
        times: u32,
        /// From the beginning of a round to that of the next.
        every: Millis,
        /// Ends it where it holds.
        until: Option<Expr>,
        /// A round.
        steps: Vec<Step>,
    },
    /// Adds the profile to an audience, for a while or for good.
    Add(AudienceId, Option<Millis>),
    /// Takes it out.
    Remove(AudienceId),
    /// Sets an attribute.
    Set {
        /// Which.
        target: SetTarget,
        /// Its name without `profile.`.
        name: SmolStr,
        /// To this.
        value: Expr,
    },
    /// An event of this person.
    Emit {
        /// Its name in snake case.
        event: SmolStr,
        /// Its properties.
        properties: Vec<(SmolStr, Expr)>,
    },
    /// Begins another journey.
    Start(JourneyId),
    /// The host does something.
    Call {
        /// Its name.
        hook: SmolStr,
        /// What it is told.
        arguments: Vec<(SmolStr, Expr)>,
    },
    /// Leaves the journey.
    Exit,
}

/// What a `set` sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetTarget {
    /// An attribute that the program reads or sets.
    Attribute(AttributeId),
    /// `profile.consent.NAME`
    Consent(SmolStr),
    /// `profile.reachable.NAME`
    Reachable(SmolStr),
}

/// A line of a `match`.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchArm {
    /// Any of these.
    pub values: Vec<Expr>,
    /// What is done.
    pub steps: Vec<Step>,
    /// As written.
    pub text: SmolStr,
    /// The line.
    pub span: Span,
}

/// A line of a `split`.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitArm {
    /// In percent.
    pub share: Decimal,
    /// Its label.
    pub label: SmolStr,
    /// What is done.
    pub steps: Vec<Step>,
}

/// An arm of an `if`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// The condition, which may wait.
    pub cond: Branch,
    /// What is done.
    pub steps: Vec<Step>,
    /// Where the condition stands.
    pub span: Span,
}

/// The condition of an `if`: what is asked at once, and what waits for its window's end.
#[derive(Debug, Clone, PartialEq)]
pub enum Branch {
    /// Asked where the step is reached.
    Ask(Expr, SmolStr),
    /// `COND within D`
    Window {
        /// The condition.
        cond: Expr,
        /// How long it may take.
        within: Millis,
        /// Whether all that it asks about are engagements: its window starts at the send.
        engagement: Option<Vec<Option<MessageId>>>,
        /// As written.
        text: SmolStr,
    },
    /// True where the inner is false.
    Not(Box<Branch>),
    /// True where all are.
    And(Vec<Branch>),
    /// True where one is.
    Or(Vec<Branch>),
}

impl Branch {
    /// Whether it waits for the end of a window.
    pub fn has_window(&self) -> bool {
        match self {
            Branch::Ask(..) => false,
            Branch::Window { .. } => true,
            Branch::Not(inner) => inner.has_window(),
            Branch::And(parts) | Branch::Or(parts) => parts.iter().any(Branch::has_window),
        }
    }
}

/// One alternative of a send.
#[derive(Debug, Clone, PartialEq)]
pub struct Send {
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// The category it counts as.
    pub category: CategoryId,
    /// Whether it waits for the person's best hour, how long at most, and the option as written.
    pub best_time: Option<(Millis, SmolStr)>,
    /// Values for the template.
    pub values: Vec<(SmolStr, Expr)>,
    /// What its text reads of the entry's event and of the profile, by the names that stand there.
    pub reads: Vec<(SmolStr, Expr)>,
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
    /// What they read of the entry's event and of the profile, such as `event.total`, in snake case. Each stands in the
    /// effect of a send.
    pub reads: Vec<SmolStr>,
}

/// A wait for a date of the profile or the event goes on after ten years at the latest.
pub const LONGEST_WAIT: Millis = 3_653 * 86_400_000;

/// The moment of a `wait until`.
#[derive(Debug, Clone, PartialEq)]
pub enum Until {
    /// From the calendar alone.
    Calendar(Calendar),
    /// A date or moment of the profile or of the entry's event.
    Value(ValueMoment),
}

/// A moment of the local calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Calendar {
    /// The next such local time.
    Time(Minute),
    /// The next local day at this time.
    Tomorrow(Minute),
    /// Such a weekday.
    Weekday {
        /// 0 is Monday.
        day: u8,
        /// Whether today never counts.
        next: bool,
        /// The time; none: 00:00, and today does not wait.
        at: Option<Minute>,
    },
    /// The N-th local day after the entry's, at this time or the entry's own.
    NthDay(u32, Option<Minute>),
    /// A local day at a time.
    Date(NaiveDate, Minute),
}

/// A set of weekdays; bit 0 is Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Days(pub u8);

impl Quiet {
    /// Whether it stands on every day, whatever else holds.
    pub fn stands_always(&self) -> bool {
        self.when.is_none() && self.days == Days::ALL
    }

    /// Whether it takes whole days.
    pub fn is_whole_day(&self) -> bool {
        self.from == 0 && self.to == 1_440
    }
}

impl Days {
    /// Every day.
    pub const ALL: Days = Days(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: Days = Days(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKENDS: Days = Days(0b110_0000);

    /// Whether a weekday is one of them, 0 being Monday.
    pub fn contains(self, day: u32) -> bool {
        day < 7 && self.0 & (1 << day) != 0
    }
}

/// What a customer can do with a message, and what can become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Engagement {
    /// It arrived.
    Delivered,
    /// It was opened; a click counts as one.
    Opened,
    /// A link in it was followed.
    Clicked,
    /// It was answered.
    Replied,
    /// It was wiped away.
    Dismissed,
    /// It came back.
    Bounced,
    /// It was marked as spam.
    Complained,
    /// The provider refused it.
    Failed,
}

impl Engagement {
    /// All of them.
    pub const ALL: [Engagement; 8] = [
        Engagement::Delivered,
        Engagement::Opened,
        Engagement::Clicked,
        Engagement::Replied,
        Engagement::Dismissed,
        Engagement::Bounced,
        Engagement::Complained,
        Engagement::Failed,
    ];

    /// The word for it in the language.
    pub fn word(self) -> &'static str {
        match self {
            Engagement::Delivered => "delivered",
            Engagement::Opened => "opened",
            Engagement::Clicked => "clicked",
            Engagement::Replied => "replied",
            Engagement::Dismissed => "dismissed",
            Engagement::Bounced => "bounced",
            Engagement::Complained => "complained",
            Engagement::Failed => "failed",
        }
    }

    /// The engagement of a word.
    pub fn of(word: &str) -> Option<Engagement> {
        Engagement::ALL.into_iter().find(|e| e.word() == word)
    }
}
