//! Why a message does not go, and why a journey is left: each reason with its name in effects and its words for people.

use serde::{Serialize, Serializer};
use smol_str::SmolStr;
use std::fmt;
use std::ops::Deref;

/// The parts of the gate, in the order in which it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the rules")]
pub enum Part {
    Stop,
    Holdout,
    Consent,
    Reachable,
    Exclude,
    Avoid,
    Paused,
    Quiet,
    Gap,
    Cap,
}

impl Part {
    /// All of them, in the order in which the gate asks.
    pub const ALL: [Part; 10] = [
        Part::Stop,
        Part::Holdout,
        Part::Consent,
        Part::Reachable,
        Part::Exclude,
        Part::Avoid,
        Part::Paused,
        Part::Quiet,
        Part::Gap,
        Part::Cap,
    ];

    /// The word for it in the language, or for what is asked.
    pub fn word(self) -> &'static str {
        match self {
            Part::Stop => "stop",
            Part::Holdout => "holdout",
            Part::Consent => "consent",
            Part::Reachable => "reachable",
            Part::Exclude => "exclude",
            Part::Avoid => "avoid",
            Part::Paused => "paused",
            Part::Quiet => "quiet",
            Part::Gap => "gap",
            Part::Cap => "cap",
        }
    }
}

/// Which rule of a program: its part of the gate, and its number among the rules of that part, those of the charter first
/// and then those of each journey. Another version of the program may number anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId {
    /// The part of the gate.
    pub part: Part,
    /// The number, from 0.
    pub number: u16,
}

/// A rule that kept a message back. Shown, and written as JSON, it is its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The line as written; where nothing is written that says so, the name of the reason.
    pub text: SmolStr,
    /// Which rule it is, so that two lines of one text are two; none where no rule of a list says it: consent, control groups,
    /// reachability, the best hour, a journey that is paused.
    pub id: Option<RuleId>,
}

impl Rule {
    /// A rule that is known by its text alone.
    pub fn named(text: impl Into<SmolStr>) -> Self {
        Self { text: text.into(), id: None }
    }
}

impl Deref for Rule {
    type Target = SmolStr;

    fn deref(&self) -> &SmolStr {
        &self.text
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a message is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SuppressReason {
    /// The person has not agreed to it, or has left.
    NoConsent,
    /// The channel cannot reach the person.
    Unreachable,
    /// The charter says `stop`.
    Stopped,
    /// The person is in a control group.
    Holdout,
    /// An `exclude` leaves the person out.
    Excluded,
    /// Another message comes soon, and an `avoid` lets it go first.
    Avoided,
    /// Quiet hours held it as long as they may.
    QuietHours,
    /// A gap held it as long as it may.
    Gap,
    /// A cap counts too many, or held it as long as it may.
    Cap,
    /// The best hour did not come in time.
    BestTime,
    /// Its journey was paused for too long.
    Paused,
}

impl SuppressReason {
    /// Every one of them.
    pub const ALL: [Self; 11] = [
        Self::NoConsent,
        Self::Unreachable,
        Self::Stopped,
        Self::Holdout,
        Self::Excluded,
        Self::Avoided,
        Self::QuietHours,
        Self::Gap,
        Self::Cap,
        Self::BestTime,
        Self::Paused,
    ];

    /// The reason of a name, as effects bear it.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Its name, as effects bear it: `no_consent`.
    pub fn name(self) -> &'static str {
        self.named().0
    }

    /// What it means, in words: `the person has not agreed to it`.
    pub fn words(self) -> &'static str {
        self.named().1
    }

    fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::NoConsent => ("no_consent", "the person has not agreed to it"),
            Self::Unreachable => ("unreachable", "the channel cannot reach the person"),
            Self::Stopped => ("stopped", "the emergency brake is on"),
            Self::Holdout => ("holdout", "the person is in the control group"),
            Self::Excluded => ("excluded", "the person is left out"),
            Self::Avoided => ("avoided", "another message comes soon"),
            Self::QuietHours => ("quiet_hours", "it is quiet time"),
            Self::Gap => ("gap", "it would follow another message too soon"),
            Self::Cap => ("cap", "the person got as many as they may"),
            Self::BestTime => ("best_time", "the person's best hour did not come in time"),
            Self::Paused => ("paused", "the journey was paused for too long"),
        }
    }
}

/// Why a journey is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ExitReason {
    /// Its last step was played.
    Completed,
    /// Its goal was reached.
    Goal,
    /// An `exit` step or clause.
    Exit,
    /// It began anew, with `overlap restart`.
    Restarted,
    /// The person was in it twice, under two ids.
    Merged,
    /// A new version of the program has not got the step at which the person was.
    Changed,
    /// The person was deleted.
    Deleted,
}

impl ExitReason {
    /// Every one of them.
    pub const ALL: [Self; 7] =
        [Self::Completed, Self::Goal, Self::Exit, Self::Restarted, Self::Merged, Self::Changed, Self::Deleted];

    /// Its name, as effects bear it: `completed`.
    pub fn name(self) -> &'static str {
        self.named().0
    }

    /// What it means, in words: `left: its goal was reached`.
    pub fn words(self) -> &'static str {
        self.named().1
    }

    fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Completed => ("completed", "finished"),
            Self::Goal => ("goal", "left: its goal was reached"),
            Self::Exit => ("exit", "left"),
            Self::Restarted => ("restarted", "starts over"),
            Self::Merged => ("merged", "left: the person was in it twice, under two ids"),
            Self::Changed => ("changed", "left: a new version has not got this step any more"),
            Self::Deleted => ("deleted", "left: the person was deleted"),
        }
    }
}

/// Reasons are shown and written by their names.
macro_rules! by_name {
    ($($reason:ty),*) => {$(
        impl fmt::Display for $reason {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(self.name())
            }
        }

        impl Serialize for $reason {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.name())
            }
        }
    )*};
}

by_name!(SuppressReason, ExitReason);
