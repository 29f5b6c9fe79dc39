//! What comes out: effects in the order in which they happen, and notices for the host.

use super::notice::Notice;
use super::trace::Seen;
use crate::reason::{ExitReason, Rule, SuppressReason};
use crate::source::Span;
use crate::value::{Timestamp, Value};
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// Something that happened to a profile in a journey.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Effect {
    /// When.
    pub at: Timestamp,
    /// In which journey.
    pub journey: SmolStr,
    /// Whether the person is in a control group of it: nothing but transactional messages reaches them.
    pub control: bool,
    /// What.
    pub kind: EffectKind,
}

impl Effect {
    /// Something that happened in a journey to somebody who is in no control group of it.
    ///
    /// ```
    /// use journey::{Effect, EffectKind};
    ///
    /// assert!(!Effect::new(1_772_442_000_000, "cart", EffectKind::Entered).control);
    /// ```
    pub fn new(at: Timestamp, journey: impl Into<SmolStr>, kind: EffectKind) -> Self {
        Self { at, journey: journey.into(), control: false, kind }
    }
}

/// What happened. There will be more of them: a host passes over those that it does not know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EffectKind {
    /// The profile entered the journey.
    Entered,
    /// A message goes out: the host delivers it.
    Sent {
        /// The channel that it goes out on.
        channel: SmolStr,
        /// The name of the message.
        message: SmolStr,
        /// The category that rules and consent know it by.
        category: SmolStr,
        /// The key for handing it over once: never given twice.
        id: String,
        /// Values for its template, as `with` says.
        values: Vec<(SmolStr, Value)>,
        /// What its text reads of the entry's event and of the profile, by the names that stand there, such as
        /// `event.total` ([`crate::Program::message`]); a missing one is [`Value::Missing`].
        reads: Vec<(SmolStr, Value)>,
    },
    /// A message waits.
    Held {
        /// The channel that it would go out on.
        channel: SmolStr,
        /// The name of the message.
        message: SmolStr,
        /// Until then, if nothing changes.
        until: Timestamp,
        /// For this rule, as written.
        rule: Rule,
    },
    /// A message will not go out.
    Suppressed {
        /// The channel that it goes out on.
        channel: SmolStr,
        /// The name of the message.
        message: SmolStr,
        /// For this reason.
        reason: SuppressReason,
        /// By this rule as written, or the reason where there is none.
        rule: Rule,
    },
    /// The host adds the profile to an audience.
    AudienceAdded(SmolStr),
    /// The host takes it out.
    AudienceRemoved(SmolStr),
    /// A goal was reached.
    Converted {
        /// By this event.
        event: SmolStr,
        /// Of this value, where the goal says what it is worth and the event has it.
        value: Option<Decimal>,
    },
    /// An arm of a split was taken.
    Chose {
        /// The split.
        split: SmolStr,
        /// The arm.
        arm: SmolStr,
    },
    /// An attribute was set: the host may keep it too.
    ProfileSet {
        /// Its name, without `profile.`.
        attribute: SmolStr,
        /// To this; missing: it was taken away.
        value: Value,
    },
    /// An event of this person, which has been played already.
    Emitted {
        /// Its name in snake case.
        event: SmolStr,
        /// Its properties.
        properties: Vec<(SmolStr, Value)>,
    },
    /// The host does something.
    Called {
        /// Its name.
        hook: SmolStr,
        /// What it is told.
        arguments: Vec<(SmolStr, Value)>,
    },
    /// The profile left the journey.
    Exited {
        /// Why.
        reason: ExitReason,
    },
    /// Why something was done, for people; only where the host asked for explanations.
    Explained(Explanation),
    /// What was looked at on the way; only where the host asked for a trace.
    Seen(Box<Seen>),
}

/// Why a branch was taken or a journey left.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The condition or clause as written.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
    /// Whether it holds; none: unknown.
    pub holds: Option<bool>,
    /// What decided.
    pub because: Because,
}

/// What decided a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Because {
    /// It was asked at once.
    Asked,
    /// This happened.
    Event {
        /// The event, in snake case.
        name: SmolStr,
        /// When.
        at: Timestamp,
    },
    /// Nothing had happened when its window ended.
    WindowEnded {
        /// The first instant after the window.
        at: Timestamp,
    },
    /// It came true with what is known of the profile, or with the time.
    CameTrue,
}

/// Takes what comes out of a turn. A host keeps one and empties it after each.
///
/// ```
/// use journey::{EffectKind, Effects, Input, Json, Lateness, Program, SourceFile};
///
/// # let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
/// # let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
/// # let mut ana = program.profile("ana");
/// # let input = Input::event("ana", 1_772_442_000_000, "cart_abandoned", Json::Null);
/// let mut effects = Effects::new();
/// program.advance(&mut ana, &input, Lateness::default(), &mut effects)?;
/// for effect in &effects.list {
///     if let EffectKind::Sent { channel, message, id, .. } = &effect.kind {
///         println!("deliver {message} by {channel}, under the key {id}");
///     }
/// }
/// for notice in &effects.notices {
///     eprintln!("ana: {notice}");
/// }
/// effects.clear();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// What happened, in order.
    pub list: Vec<Effect>,
    /// What the host should know: an entry that was dropped, a value of another type.
    pub notices: Vec<Notice>,
    explain: bool,
    trace: bool,
}

impl Effects {
    /// Takes effects and notices.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes explanations too, for people who want to know why.
    pub fn explained() -> Self {
        Self { explain: true, ..Self::default() }
    }

    /// Takes explanations and all that was looked at on the way, for tests, pictures and `journey why`.
    pub fn traced() -> Self {
        Self { explain: true, trace: true, ..Self::default() }
    }

    /// Forgets what was taken; the memory is kept.
    pub fn clear(&mut self) {
        self.list.clear();
        self.notices.clear();
    }

    pub(crate) fn explains(&self) -> bool {
        self.explain
    }

    #[inline]
    pub(crate) fn traces(&self) -> bool {
        self.trace
    }
}
