//! What is bounded, and by how much: how much one profile may take, and one call; how far back and how far ahead anything
//! reaches. What lies beyond is left out with a notice that says so. Reading, checking, lowering, proving and playing all take
//! these from here, so that what is proved is what is played.

/// As [`crate::value::Millis`]; bounds stand below all rooms.
type Millis = i64;

/// Steps that one call plays; the rest is due at once, and the next call goes on with it.
pub const STEPS: u32 = 100_000;
/// Entries that run beside each other in one journey; a further one does not begin.
pub const BESIDE: usize = 32;
/// Entries of all journeys that are kept, with those whose goals can still count; a further one does not begin.
pub const INSTANCES: usize = 1_024;
/// Keys of journeys that are remembered, for 400 days at most; the oldest are forgotten first.
pub const KEYS: usize = 4_096;
/// Messages that are remembered for caps, gaps and engagements; the oldest are forgotten first.
pub const SENDS: usize = 4_096;
/// Ids of inputs that are remembered, for 7 days at most; the oldest are forgotten first.
pub const INPUTS: usize = 4_096;
/// Answers about consent and reachability of one person; further names are passed over.
pub const ANSWERS: usize = 256;
/// Bytes of a name that an input brings along: a key, a channel, a category; a longer one is passed over.
pub const NAME: usize = 256;
/// Bytes of a value that is kept of an input; a longer one counts as missing.
pub const VALUE: usize = 4_096;
/// The same of a value with objects in it, which only texts of messages read: a cart of 30 products with 8 names each.
pub const THINGS: usize = 32 << 10;
/// Bytes of all that is kept of the events of one person's entries; an entry beyond does not begin.
pub const EVENTS: usize = 1 << 20;
/// Attributes that earlier versions of a program read and are kept for them; the oldest are forgotten first.
pub const SHELF: usize = 256;
/// Bytes of one line of input, where a host sets no other limit ([`crate::Limits`]).
pub const LINE: usize = 256 << 10;
/// Bytes of an id of a person or of an input; a line with a longer one is refused.
pub const ID: usize = 256;
/// Notices of one call; what more there is to say is left out, and that is said.
pub const NOTICES: usize = 100;
/// Events of one history that are remembered; the oldest are forgotten first.
pub const HISTORY: usize = 4_096;
/// Arms of splits that are remembered; the oldest are forgotten first.
pub const ARMS: usize = 4_096;
/// Things that the journeys of one person set, emit and start because of one input, or at one instant because of alarms.
/// Beyond it what is set is still taken, and nothing begins: events and starts are left out, and nobody enters.
pub const QUEUE: u32 = 4_096;
/// Effects of one call, about: beyond it nothing more begins in this call, and steps that are left are due at once.
pub const EFFECTS: usize = 100_000;

/// Bytes of a file that a message takes a text from; a larger one is an error of the program.
pub const ATTACHMENT: usize = 256 << 10;
/// Bytes of all such files, each counted as often as it is named.
pub(crate) const ATTACHED: usize = 64 << 20;

/// A day of 24 hours.
pub(crate) const DAY: Millis = 86_400_000;
/// A week of seven such days.
pub(crate) const WEEK: Millis = 7 * DAY;
/// A message is held this long at most, in all.
pub const LONGEST_HOLD: Millis = 7 * DAY;
/// A wait for a date of the profile or the event goes on after ten years at the latest; a test plays so long at most.
pub const LONGEST_WAIT: Millis = 3_653 * DAY;
/// The longest length of time that can be written: 100 years of 366 days.
pub const LONGEST_LENGTH: Millis = 36_600 * DAY;
/// Nobody looks back further than this.
pub const LOOK_BACK: Millis = 400 * DAY;
/// How far back answers count for the best time and the best channel.
pub const BEST: Millis = 90 * DAY;
/// How long the ids of inputs are remembered.
pub const REMEMBER_INPUTS: Millis = 7 * DAY;
/// How long keys of journeys are remembered.
pub const REMEMBER_KEYS: Millis = 400 * DAY;
/// How much later than its window a goal may be told of, once its journey has ended.
pub const LATE_GOALS: Millis = 7 * DAY;
