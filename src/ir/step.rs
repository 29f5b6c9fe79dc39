//! Steps and what they hold.

use super::*;

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Where it stands.
    pub span: Span,
}

impl Step {
    /// The steps inside of it, block by block, in written order.
    pub fn blocks(&self) -> impl Iterator<Item = &[Step]> {
        let (ifs, matches, splits): (&[Arm], &[MatchArm], &[SplitArm]) = match &self.kind {
            StepKind::If { arms, .. } => (arms, &[], &[]),
            StepKind::Match { arms, .. } => (&[], arms, &[]),
            StepKind::Split { arms, .. } => (&[], &[], arms),
            _ => (&[], &[], &[]),
        };
        let last = match &self.kind {
            StepKind::If { otherwise: steps, .. }
            | StepKind::Match { otherwise: steps, .. }
            | StepKind::Repeat { steps, .. } => Some(steps),
            _ => None,
        };
        let arms = ifs.iter().map(|arm| &arm.steps);
        let arms = arms.chain(matches.iter().map(|arm| &arm.steps)).chain(splits.iter().map(|arm| &arm.steps));
        arms.chain(last).map(Vec::as_slice)
    }
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Send<C = Expr> {
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// The category it counts as.
    pub category: CategoryId,
    /// Whether it waits for the person's best hour, how long at most, and the option as written.
    pub best_time: Option<(Millis, SmolStr)>,
    /// Values for the template.
    pub values: Vec<(SmolStr, C)>,
    /// What its text reads of the entry's event and of the profile, by the names that stand there.
    pub reads: Vec<(SmolStr, C)>,
}
