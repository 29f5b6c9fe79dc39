//! What is kept of a person, in the program's own names: for whoever shows people to people.

use crate::ir::Engagement;
use crate::reason::Rule;
use crate::source::Span;
use crate::value::{Timestamp, Value};
use smol_str::SmolStr;

/// One person as a program knows them ([`crate::Program::view`]), and as [`crate::write_profile`] writes them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProfileView {
    /// The id that inputs call it by.
    pub id: SmolStr,
    /// The latest moment that the person has seen; none: nothing yet.
    pub clock: Option<Timestamp>,
    /// Since when the person is known; none: the program does not ask.
    pub first_seen: Option<Timestamp>,
    /// The zone in which their local times count: their own, else the charter's.
    pub zone: chrono_tz::Tz,
    /// Whether that is their own.
    pub has_own_zone: bool,
    /// The attributes that the program reads and that have come, by their names with dots, in the order of the program.
    pub attributes: Vec<(SmolStr, Value)>,
    /// Attributes that only an earlier version read, kept in case it is taken back.
    pub shelved: Vec<(SmolStr, Value)>,
    /// What the person has agreed to.
    pub consent: ConsentView,
    /// The channels of which it was told whether they reach the person; any other does.
    pub reachable: Vec<(SmolStr, bool)>,
    /// The channel that the person prefers, where they have said so.
    pub preferred_channel: Option<SmolStr>,
    /// Where the person is, and what they left whose goals can still count, the oldest entry first.
    pub entries: Vec<EntryView>,
    /// The messages that were asked for and that something may still ask about, the oldest first. It is no history: what was
    /// sent long ago is forgotten.
    pub sends: Vec<SendView>,
    /// When something happens by itself next ([`crate::Program::next_due`]).
    pub next_due: Option<Timestamp>,
}

/// What a person has agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConsentView {
    /// Whether the person has unsubscribed from all.
    pub unsubscribed: bool,
    /// Channels and categories subscribed to since then, which it does not keep back.
    pub resubscribed: Vec<SmolStr>,
    /// Answers by channel or category; no answer is a yes, except where the charter requires one.
    pub answers: Vec<(SmolStr, bool)>,
}

/// One stay in a journey.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EntryView {
    /// The journey.
    pub journey: SmolStr,
    /// Its number among all entries of the person.
    pub number: u32,
    /// What it is one per, where the journey says so.
    pub key: Option<SmolStr>,
    /// When it began.
    pub entered: Timestamp,
    /// Whether the person is in a control group of the journey: nothing but transactional messages reaches them.
    pub control: bool,
    /// Whether the steps of a goal or an exit run: the journey's own are over.
    pub leaving: bool,
    /// What it waits for.
    pub state: EntryState,
    /// The step at which it stands, in the files of the program ([`crate::Program::sources`]); none: it stands nowhere any more.
    pub span: Option<Span>,
    /// That step as it is written, on one line; empty: it stands nowhere any more.
    pub step: String,
    /// When it goes on by itself; none: it does not.
    pub due: Option<Timestamp>,
}

/// What an entry waits for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EntryState {
    /// It goes on at once, with the next call.
    Running,
    /// At a wait.
    Waiting {
        /// Since then.
        since: Timestamp,
    },
    /// At an `if` whose window is open.
    Deciding {
        /// Since then.
        since: Timestamp,
    },
    /// At a message that is held.
    Held {
        /// The channel that it would go out on.
        channel: SmolStr,
        /// The name of the message.
        message: SmolStr,
        /// When it was first held.
        since: Timestamp,
        /// Until then, if nothing changes.
        until: Timestamp,
        /// For this rule, as written.
        rule: Rule,
    },
    /// The person has left, and a goal can still count.
    Left,
}

impl EntryState {
    /// The word for it: `running`, `waiting`, `deciding`, `held` or `left`. It stays what it is.
    pub fn name(&self) -> &'static str {
        match self {
            EntryState::Running => "running",
            EntryState::Waiting { .. } => "waiting",
            EntryState::Deciding { .. } => "deciding",
            EntryState::Held { .. } => "held",
            EntryState::Left => "left",
        }
    }
}

/// A message that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendView {
    /// The name of the message; empty: the program has it no more.
    pub message: SmolStr,
    /// The channel; empty: the program has it no more.
    pub channel: SmolStr,
    /// What it counts as; empty: the program has it no more.
    pub category: SmolStr,
    /// When it was asked for, which is when it went, where it did.
    pub at: Timestamp,
    /// Whether it went out; else it was suppressed.
    pub sent: bool,
    /// Whether the provider refused it: it counts for nothing.
    pub failed: bool,
    /// The number of the entry that asked for it, which may be over ([`EntryView::number`]).
    pub entry: u32,
    /// Its id, as the effect had it, while its entry is there; none: only a hash of it is kept.
    pub id: Option<String>,
    /// What became of it, each with its first time, in the order of [`Engagement::ALL`].
    pub feedback: Vec<(Engagement, Timestamp)>,
}

impl SendView {
    /// What became of it in a word: the last of `suppressed`, `sent`, `delivered`, `opened`, `clicked`, `replied`; or
    /// `failed`, `bounced`, `complained`, `dismissed`, where one of these came.
    pub fn state(&self) -> &'static str {
        use Engagement::{Bounced, Complained, Dismissed};
        let came = |what: Engagement| self.feedback.iter().any(|(known, _)| *known == what);
        let bad = [Complained, Bounced, Dismissed].into_iter().find(|what| came(*what));
        match (self.sent, self.failed, bad.or(self.feedback.last().map(|(what, _)| *what))) {
            (false, ..) => "suppressed",
            (true, true, _) => "failed",
            (true, false, Some(what)) => what.word(),
            (true, false, None) => "sent",
        }
    }
}
