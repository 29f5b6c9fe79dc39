//! How much one profile may take, and one call. What lies beyond is left out with a notice that says so.

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
