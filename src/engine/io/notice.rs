//! What a host should know of a call: something was left out or passed over, and nothing failed.

use crate::limits;
use crate::value::{Timestamp, Value, show_instant};
use smol_str::SmolStr;
use std::fmt;

/// Something that a host should look into: it was left out or passed over, and nothing failed. Shown, it is one English
/// sentence for a log; [`Notice::name`] is what a metric counts it by.
///
/// ```
/// use journey::Notice;
///
/// let notice = Notice::UnknownZone { zone: "Mars/Base".into() };
/// assert_eq!(notice.name(), "unknown_zone");
/// assert_eq!(notice.to_string(), "`Mars/Base` is no time zone: the charter's is used");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// An event sounds like a refusal, and names nothing that the program sends by.
    UnclearRefusal {
        /// The event, in snake case.
        event: SmolStr,
    },
    /// The person's clock stands more than a day ahead of the host's.
    ClockAhead {
        /// Where it stands, in milliseconds since 1970-01-01T00:00:00Z.
        clock: Timestamp,
    },
    /// There were more notices in this call than one gives.
    More,
    /// A property of an event is of another kind than the program says; it counts as missing.
    WrongProperty {
        /// Its name, with dots.
        name: SmolStr,
    },
    /// An attribute is not of the type that the program says; it counts as missing.
    WrongAttribute {
        /// Its name, with dots.
        name: SmolStr,
        /// The type, as the language writes it.
        expected: String,
    },
    /// A value is longer than [`limits::VALUE`] bytes; it counts as missing.
    LongValue {
        /// Its name, with dots.
        name: SmolStr,
    },
    /// A value with objects in it is longer than [`limits::THINGS`] bytes; it counts as missing.
    LongThings {
        /// Its name, with dots.
        name: SmolStr,
    },
    /// `traits` is no object.
    NoTraits,
    /// `consent` or `reachable` is no object.
    NoAnswers {
        /// Which of the two.
        list: &'static str,
    },
    /// An answer about consent or reachability is neither true nor false.
    UnclearAnswer {
        /// `consent` or `reachable`.
        list: &'static str,
        /// What it is about.
        name: SmolStr,
    },
    /// An answer about consent or reachability had no room, or too long a name.
    AnswerLeftOut {
        /// `consent` or `reachable`.
        list: &'static str,
    },
    /// An answer stands as one attribute, `consent.email`, and was passed over.
    MisplacedAnswer {
        /// `consent` or `reachable`.
        list: SmolStr,
        /// What it is about.
        name: SmolStr,
    },
    /// Something is said to be reachable that is no channel of the program.
    UnknownChannel {
        /// Its name.
        name: SmolStr,
    },
    /// Consent was answered for something that is no channel and no category of the program.
    UnknownSubject {
        /// Its name.
        name: SmolStr,
    },
    /// A subscription had no room, or too long a name.
    SubscriptionLeftOut,
    /// A complaint about spam closed a channel for all but transactional messages.
    Complaint {
        /// The channel.
        channel: SmolStr,
    },
    /// A time zone is none; the charter's is used.
    UnknownZone {
        /// What was given; `this` where it was no text.
        zone: SmolStr,
    },
    /// More than [`limits::INPUTS`] inputs came in seven days.
    ManyInputs,
    /// More than [`limits::HISTORY`] events of one history are remembered.
    ManyEvents,
    /// More than [`limits::KEYS`] entries are remembered.
    ManyEntries,
    /// More than [`limits::SENDS`] messages are remembered.
    ManySends,
    /// More than [`limits::ARMS`] arms of splits are remembered.
    ManyArms,
    /// A journey did not begin: the event has no value for its `one per`.
    NoKey {
        /// The journey.
        journey: SmolStr,
    },
    /// A journey did not begin: the person is in it [`limits::BESIDE`] times.
    ManyBeside {
        /// The journey.
        journey: SmolStr,
    },
    /// A journey did not begin: as much is kept of this person as may be.
    ProfileFull {
        /// The journey.
        journey: SmolStr,
    },
    /// Journeys set each other going without end at one instant.
    Endless,
    /// A journey set an attribute to something that it cannot be; it was taken away.
    OutsideChoice {
        /// The attribute.
        attribute: SmolStr,
        /// The value, as shown.
        value: String,
    },
    /// A journey set an attribute to more than [`limits::VALUE`] bytes; it was taken away.
    LongSet {
        /// The attribute.
        attribute: SmolStr,
    },
    /// Two ids of one person had kept more than one may.
    MergedTooMuch,
    /// A value that an earlier version of the program kept is of a kind that this one does not take.
    LostValue {
        /// Its name, with dots.
        name: SmolStr,
    },
    /// A message was asked for by no entry: it was not sent. This cannot be, and nobody is contacted by it.
    NoEntry,
}

impl Notice {
    /// That a value is too long to be kept.
    pub(crate) fn too_long(name: SmolStr, value: &Value) -> Notice {
        if value.holds_thing() { Notice::LongThings { name } } else { Notice::LongValue { name } }
    }

    /// The kind of notice, in snake case: what a metric counts it by. It stays what it is.
    pub fn name(&self) -> &'static str {
        match self {
            Notice::UnclearRefusal { .. } => "unclear_refusal",
            Notice::ClockAhead { .. } => "clock_ahead",
            Notice::More => "more",
            Notice::WrongProperty { .. } => "wrong_property",
            Notice::WrongAttribute { .. } => "wrong_attribute",
            Notice::LongValue { .. } => "long_value",
            Notice::LongThings { .. } => "long_things",
            Notice::NoTraits => "no_traits",
            Notice::NoAnswers { .. } => "no_answers",
            Notice::UnclearAnswer { .. } => "unclear_answer",
            Notice::AnswerLeftOut { .. } => "answer_left_out",
            Notice::MisplacedAnswer { .. } => "misplaced_answer",
            Notice::UnknownChannel { .. } => "unknown_channel",
            Notice::UnknownSubject { .. } => "unknown_subject",
            Notice::SubscriptionLeftOut => "subscription_left_out",
            Notice::Complaint { .. } => "complaint",
            Notice::UnknownZone { .. } => "unknown_zone",
            Notice::ManyInputs => "many_inputs",
            Notice::ManyEvents => "many_events",
            Notice::ManyEntries => "many_entries",
            Notice::ManySends => "many_sends",
            Notice::ManyArms => "many_arms",
            Notice::NoKey { .. } => "no_key",
            Notice::ManyBeside { .. } => "many_beside",
            Notice::ProfileFull { .. } => "profile_full",
            Notice::Endless => "endless",
            Notice::OutsideChoice { .. } => "outside_choice",
            Notice::LongSet { .. } => "long_set",
            Notice::MergedTooMuch => "merged_too_much",
            Notice::LostValue { .. } => "lost_value",
            Notice::NoEntry => "no_entry",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::UnclearRefusal { event } => write!(
                f,
                "`{event}` sounds like a refusal and names no channel and no category of this program: nothing was closed"
            ),
            Notice::ClockAhead { clock } => write!(
                f,
                "this person's clock stands at {} and runs on from there: a clock was wrong, or inputs came in another order",
                show_instant(*clock)
            ),
            Notice::More => f.write_str("there is more to say of this call: it is left out"),
            Notice::WrongProperty { name } => {
                write!(f, "`{name}` is of another kind than the program says: it counts as missing")
            }
            Notice::WrongAttribute { name, expected } => write!(f, "`{name}` is not {expected}: it counts as missing"),
            Notice::LongValue { name } => {
                write!(f, "`{name}` is longer than {} bytes: it counts as missing", limits::VALUE)
            }
            Notice::LongThings { name } => {
                let kib = limits::THINGS >> 10;
                write!(f, "`{name}` has objects in it and is longer than {kib} KiB: it counts as missing")
            }
            Notice::NoTraits => f.write_str("`traits` is no object of names and values: passed over"),
            Notice::NoAnswers { list } => {
                write!(f, "`{list}` is no list of names with true or false, such as {{\"email\": false}}: passed over")
            }
            Notice::UnclearAnswer { list, name } => {
                write!(f, "`{list}.{name}` is neither true nor false: passed over")
            }
            Notice::AnswerLeftOut { list } => {
                write!(f, "`{list}` has too many or too long names: one was passed over")
            }
            Notice::MisplacedAnswer { list, name } => write!(
                f,
                "`{list}.{name}` as one name is no answer and was passed over: write \"{list}\": {{\"{name}\": …}}"
            ),
            Notice::UnknownChannel { name } => {
                write!(f, "`{name}` is no channel of this program: whether it can be reached says nothing")
            }
            Notice::UnknownSubject { name } => write!(
                f,
                "`{name}` is no channel and no category of this program: what is answered for it changes nothing that is sent"
            ),
            Notice::SubscriptionLeftOut => {
                f.write_str("a subscription has too many or too long names: it was passed over")
            }
            Notice::Complaint { channel } => {
                write!(f, "a complaint about spam: {channel} is closed for all but transactional messages")
            }
            Notice::UnknownZone { zone } => write!(f, "`{zone}` is no time zone: the charter's is used"),
            Notice::ManyInputs => {
                write!(f, "more than {} inputs in 7 days: the oldest would not be known again", limits::INPUTS)
            }
            Notice::ManyEvents => {
                write!(f, "more than {} events of one history: the oldest was forgotten", limits::HISTORY)
            }
            Notice::ManyEntries => {
                write!(f, "more than {} entries are remembered: the oldest was forgotten", limits::KEYS)
            }
            Notice::ManySends => {
                write!(f, "more than {} messages are remembered: the oldest was forgotten", limits::SENDS)
            }
            Notice::ManyArms => write!(f, "more than {} arms are remembered: the oldest was forgotten", limits::ARMS),
            Notice::NoKey { journey } => {
                write!(f, "`{journey}` did not begin: the event has no value for its `one per`")
            }
            Notice::ManyBeside { journey } => {
                write!(f, "`{journey}` did not begin: the person is in it {} times already", limits::BESIDE)
            }
            Notice::ProfileFull { journey } => {
                write!(f, "`{journey}` did not begin: too much is kept of this person already")
            }
            Notice::Endless => write!(
                f,
                "journeys set each other going more than {} times at one instant: nothing more begins until time goes on",
                limits::QUEUE
            ),
            Notice::OutsideChoice { attribute, value } => {
                write!(f, "`{attribute}` cannot be {value}: it was taken away")
            }
            Notice::LongSet { attribute } => {
                write!(f, "`{attribute}` is longer than {} bytes: it was taken away", limits::VALUE)
            }
            Notice::MergedTooMuch => {
                f.write_str("two ids of one person had kept more than one may: the oldest was forgotten")
            }
            Notice::LostValue { name } => write!(
                f,
                "`{name}` was kept as a kind of value that this version does not take: it is missing until it comes again"
            ),
            Notice::NoEntry => f.write_str("a message of no entry was asked for: it was not sent"),
        }
    }
}
