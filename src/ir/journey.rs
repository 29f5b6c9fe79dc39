//! Journeys: what lets in, what ends them, what they keep.

use super::*;

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
    /// Where that stands in the source.
    pub eligible_at: Option<Span>,
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
    /// How long after an entry, in milliseconds, the steps of a goal can be done though those of the entry are over; none:
    /// no goal with a window has steps.
    pub fn watches_for(&self) -> Option<Millis> {
        self.goals.iter().filter(|goal| !goal.steps.is_empty()).filter_map(|goal| goal.within).max()
    }

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
        step.blocks().for_each(|steps| visit_steps(steps, see));
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueMoment<C = Expr> {
    /// Where it comes from.
    pub of: C,
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
