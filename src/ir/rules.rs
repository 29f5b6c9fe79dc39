//! The rules of the charter, and those of a journey of its own.

use super::*;
use crate::limits::LONGEST_HOLD;

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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exclude<C = Expr> {
    /// It stands only while this holds.
    pub when: C,
    /// What it is about.
    pub list: List,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands; a compiled program does not keep it.
    #[serde(skip)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quiet<C = Expr> {
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
    pub when: Option<C>,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands; a compiled program does not keep it.
    #[serde(skip)]
    pub span: Span,
}

/// `gap 4h for sms`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap<C = Expr> {
    /// The least time between two sends.
    pub least: Millis,
    /// What it is about.
    pub list: List,
    /// Whether the later send is suppressed instead of held.
    pub skip: bool,
    /// It stands only while this holds.
    pub when: Option<C>,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands; a compiled program does not keep it.
    #[serde(skip)]
    pub span: Span,
}

/// `cap 4 per 7d`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cap<C = Expr> {
    /// At most this many sends.
    pub limit: u32,
    /// In this window.
    pub per: Window,
    /// What is counted.
    pub list: List,
    /// How long a send beyond it is held at most; none: it is suppressed.
    pub hold: Option<Millis>,
    /// It stands only while this holds.
    pub when: Option<C>,
    /// The rule as written.
    pub text: SmolStr,
    /// Where it stands; a compiled program does not keep it.
    #[serde(skip)]
    pub span: Span,
}

impl Cap {
    /// How long a send beyond it is held, whatever it says: nothing is held longer than [`LONGEST_HOLD`].
    pub fn held(&self) -> Option<Millis> {
        self.hold.map(|hold| hold.min(LONGEST_HOLD))
    }
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

/// Rules with their conditions in another form: as a compiled program has them.
macro_rules! with_conditions {
    ($($name:ident { $($kept:ident),* })*) => {$(
        impl<C> $name<C> {
            /// The same rule, with what becomes of its condition.
            pub(crate) fn with_condition<D>(&self, change: impl FnOnce(&C) -> D) -> $name<D> {
                $name { when: self.when.as_ref().map(change), $($kept: self.$kept.clone()),* }
            }
        }
    )*};
}

with_conditions! {
    Quiet { from, to, days, list, skip, text, span }
    Gap { least, list, skip, text, span }
    Cap { limit, per, list, hold, text, span }
}
