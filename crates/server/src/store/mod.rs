//! What is kept, and the five calls by which the turn side keeps it. A store that passes the conformance suite can stand in
//! for any other.

mod messages;
pub mod sqlite;

pub use messages::Message;

use std::fmt;
use std::time::Duration;

/// A line at the door, before it has its place in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The partition that plays it.
    pub part: u8,
    /// When it was taken in, in milliseconds since 1970-01-01T00:00:00Z.
    pub arrived: i64,
    /// What it is.
    pub message: Message,
}

/// A line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place: lines are played in the order of their places.
    pub seq: i64,
    /// The partition that plays it.
    pub part: u8,
    /// When it was taken in.
    pub arrived: i64,
    /// What it is.
    pub message: Message,
}

/// A line that was not taken, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// When it came.
    pub at: i64,
    /// As it came, cut at 32 KiB.
    pub body: String,
    /// Why it cannot be used.
    pub why: String,
}

/// The right to play a partition, until somebody else takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The partition.
    pub part: u8,
    /// Counts its owners: a commit under an older number is refused.
    pub epoch: i64,
    /// The last line that was played.
    pub cursor: i64,
}

/// What is kept of an id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The id.
    pub id: String,
    /// Whether it came as a `userId`: then it is nobody's device.
    pub is_user: bool,
    /// The id that it is another name of; then nothing else is kept of it.
    pub name_of: Option<String>,
    /// Its other names.
    pub names: Vec<String>,
    /// The stored profile ([`journey::Profile::encode`]); none: nothing is known.
    pub state: Option<Vec<u8>>,
    /// When something happens by itself.
    pub due: Option<i64>,
    /// All traits of `identify`, as JSON: a profile keeps those alone that the program reads.
    pub traits: Option<String>,
    /// While another partition is asked about a name: the lines that wait for the answer.
    pub parked: Vec<Line>,
}

impl Person {
    /// Somebody of whom nothing is known.
    pub fn new(id: impl Into<String>) -> Person {
        Person { id: id.into(), ..Person::default() }
    }
}

/// Something to hand over: a message, a call, a change of an audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The key by which a receiver knows a repetition.
    pub key: String,
    /// Whose it is.
    pub person: String,
    /// When it was asked for.
    pub asked: i64,
    /// `sent`, `called`, `audience_added` or `audience_removed`, as effects call them.
    pub kind: &'static str,
    /// The channel of a message, the name of a hook or of an audience.
    pub connector: String,
    /// The effect as JSON ([`journey::write_effect`]).
    pub effect: String,
}

/// A turn that did something: what a timeline and *why* are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whose it is.
    pub person: String,
    /// When it was played, by the service's clock.
    pub at: i64,
    /// The line; none: an alarm.
    pub input: Option<String>,
    /// The profile before it; none: a new person.
    pub before: Option<Vec<u8>>,
    /// Effects as JSON lines.
    pub effects: String,
    /// Notices as lines of text.
    pub notices: String,
    /// The program that played it, by its fingerprint.
    pub program: u64,
}

/// All that a batch of turns changes: it is stored whole or not at all.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// The last line that has been played, for every lease.
    pub cursor: i64,
    /// People as they are now; each once.
    pub people: Vec<Person>,
    /// Ids that are forgotten.
    pub forgotten: Vec<String>,
    /// Hashes of ids whose refusal outlives them, and whether it does.
    pub refused: Vec<([u8; 32], bool)>,
    /// What is to be handed over.
    pub outgoing: Vec<Outgoing>,
    /// What happened.
    pub turns: Vec<Turn>,
    /// Messages for partitions that others own.
    pub messages: Vec<Arrival>,
    /// Lines that could not be played, with the reason.
    pub rejected: Vec<Rejected>,
    /// How far everybody has been woken after a new program; none: as before.
    pub swept: Option<i64>,
}

/// What all stores do for the turn side. Calls block; each is durable when it returns.
pub trait Store: Send + Sync + 'static {
    /// Puts lines into the inbox, in this order.
    ///
    /// # Errors
    /// When they are not durable: then none of them is there.
    fn append(&self, lines: Vec<Arrival>) -> Result<(), Trouble>;

    /// Takes, renews or keeps leases for a worker: of its fair share, a number of partitions.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    fn claim(&self, worker: &str, fair: usize, lasts: Duration) -> Result<Vec<Lease>, Trouble>;

    /// Lines of the leased partitions behind their cursors, in order, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn read(&self, leases: &[Lease], most: usize) -> Result<Vec<Line>, Trouble>;

    /// What is kept of some ids, in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn load(&self, ids: &[&str]) -> Result<Vec<Option<Person>>, Trouble>;

    /// Stores a batch whole, if all leases still hold.
    ///
    /// # Errors
    /// [`Trouble::Fenced`] when another worker has taken a partition: nothing was stored, and everything that was played
    /// is to be thrown away.
    fn commit(&self, leases: &[Lease], batch: Commit) -> Result<(), Trouble>;

    /// Who of the leased partitions is due in a stretch of time, with the instants, the earliest first: for the wheel.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn due(&self, leases: &[Lease], until: i64, most: usize) -> Result<Vec<(i64, String)>, Trouble>;

    /// Whether an id was deleted whose refusal is kept.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn is_refused(&self, hash: &[u8; 32]) -> Result<bool, Trouble>;

    /// The ids with a profile whose numbers lie behind a number, in order, with the last number: for the sweep after a new
    /// program.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn sweep(&self, leases: &[Lease], behind: i64, most: usize) -> Result<(Vec<String>, Option<i64>), Trouble>;
}

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Another worker owns a partition now.
    Fenced,
    /// Another process uses it, and it is for one at a time.
    Taken,
    /// No room is left on the disk, or in the file.
    Full,
    /// The store was written by a newer version.
    Newer {
        /// The version of its layout.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// It is no store, or damaged.
    Damaged(String),
    /// It cannot be reached, read or written.
    Unreachable(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Fenced => f.write_str("another process plays these people now"),
            Trouble::Taken => f.write_str("another process uses the store: stop that one first, or name another file"),
            Trouble::Full => f.write_str("no room is left for the store: make room on its disk; nothing was lost"),
            Trouble::Newer { found, known } => write!(
                f,
                "the store was written by a newer version of journey (its layout is {found}, and this one knows up to {known}): run that version"
            ),
            Trouble::Damaged(what) => write!(f, "the store is damaged or no store of journey: {what}"),
            Trouble::Unreachable(what) => write!(f, "the store cannot be used: {what}"),
        }
    }
}

impl std::error::Error for Trouble {}
