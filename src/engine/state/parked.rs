//! Why an entry does not go on at once: waits, open questions, messages that are held.

use super::codec::fields as with;
use crate::value::Timestamp;
use minicbor::{Decode, Encode};
use thin_vec::ThinVec;

/// Why an instance does not go on at once.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) enum Parked {
    /// It is about to go on.
    #[n(0)]
    Running,
    /// It left, and a goal can still count.
    #[n(1)]
    Left,
    /// At a wait that began then.
    #[n(2)]
    Waiting(#[cbor(n(0), with = "with::time")] Timestamp),
    /// At an `if` that began then, with the answers so far; none: all are open.
    #[n(3)]
    Deciding(
        #[cbor(n(0), with = "with::time")] Timestamp,
        #[cbor(n(1), with = "with::rows", has_nil)] ThinVec<PartAnswer>,
    ),
    /// At a send that is held.
    #[n(4)]
    Held(#[n(0)] Box<Hold>),
}

/// The answer to a part of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum PartAnswer {
    #[n(0)]
    False,
    #[n(1)]
    Unknown,
    #[n(2)]
    True,
    /// Its window is still open.
    #[n(3)]
    Pending,
}

/// A send that is held.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Hold {
    /// Which alternative.
    #[n(0)]
    pub(crate) alternative: u16,
    /// When it was first held.
    #[cbor(n(1), with = "with::time")]
    pub(crate) since: Timestamp,
    /// What holds it.
    #[n(2)]
    pub(crate) by: HeldBy,
    /// When what holds it stops doing so by itself.
    #[cbor(n(3), with = "with::time")]
    pub(crate) ends: Timestamp,
    /// When the hold is over: at `ends`, or sooner where it may not be held for so long.
    #[cbor(n(4), with = "with::time")]
    pub(crate) until: Timestamp,
    /// The caps that held it before, with when each first did: their time goes on while something else holds it.
    #[cbor(n(5), with = "with::rows", has_nil)]
    pub(crate) capped: ThinVec<Capped>,
}

impl Hold {
    /// Since when a cap has held it, if it has.
    pub(crate) fn capped_since(&self, cap: u16) -> Option<Timestamp> {
        self.caps().find(|capped| capped.cap == cap).map(|capped| capped.since)
    }

    /// The caps that have held it, the one that does now among them.
    pub(crate) fn caps(&self) -> impl Iterator<Item = Capped> {
        let now = match self.by {
            HeldBy::Cap(cap, since) => Some(Capped { cap, since }),
            _ => None,
        };
        let before = self.capped.iter().copied().filter(move |capped| now.is_none_or(|now| now.cap != capped.cap));
        before.chain(now)
    }
}

/// A cap that held a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Capped {
    /// The rule in the charter.
    #[n(0)]
    pub(crate) cap: u16,
    /// When it first held it.
    #[cbor(n(1), with = "with::time")]
    pub(crate) since: Timestamp,
}

/// What holds a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) enum HeldBy {
    /// Quiet hours; the rule in the charter.
    #[n(0)]
    Quiet(#[n(0)] u16),
    /// A gap; the rule in the charter.
    #[n(1)]
    Gap(#[n(0)] u16),
    /// A cap, and since when it has; the rule in the charter.
    #[n(2)]
    Cap(#[n(0)] u16, #[cbor(n(1), with = "with::time")] Timestamp),
    /// The person's best hour has not come yet.
    #[n(3)]
    BestTime,
    /// The journey is paused.
    #[n(4)]
    Paused,
}
