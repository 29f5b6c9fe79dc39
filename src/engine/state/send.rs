//! The messages of one person that may still be asked about.

use super::codec::fields as with;
use super::entry::EntryNo;
use crate::ir::{CategoryId, ChannelId, Engagement, JourneyId, MessageId};
use crate::value::Timestamp;
use minicbor::{Decode, Encode};
use thin_vec::ThinVec;

/// A message that was asked for: one that went out, or one that was suppressed.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct SendRecord {
    #[cbor(n(0), with = "with::time")]
    pub(crate) at: Timestamp,
    /// XXH3-64 of its id: what an engagement that names the send is matched by. 0 where it was suppressed.
    #[n(1)]
    pub(crate) id: u64,
    /// The number of the entry that asked for it.
    #[n(2)]
    pub(crate) entry: EntryNo,
    /// Its number in its id; 0: it was suppressed.
    #[n(3)]
    pub(crate) number: u32,
    #[n(4)]
    pub(crate) message: MessageId,
    #[n(5)]
    pub(crate) channel: ChannelId,
    #[n(6)]
    pub(crate) category: CategoryId,
    /// What became of it, with the first time.
    #[cbor(n(7), with = "with::rows", has_nil)]
    pub(crate) engaged: ThinVec<Engaged>,
    /// The provider refused it: it counts for nothing.
    #[cbor(n(8), with = "with::flag", has_nil)]
    pub(crate) failed: bool,
    /// Its journey, where that has caps or gaps of its own.
    #[n(9)]
    pub(crate) own: Option<JourneyId>,
}

/// One thing that became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Engaged {
    /// The number of the [`Engagement`].
    #[n(0)]
    pub(crate) what: u8,
    /// Its earliest time.
    #[cbor(n(1), with = "with::time")]
    pub(crate) at: Timestamp,
}

impl SendRecord {
    pub(crate) fn went(&self) -> bool {
        self.number > 0
    }

    pub(crate) fn time_of(&self, engagement: Engagement) -> Option<Timestamp> {
        self.engaged.iter().find(|e| e.what == engagement as u8).map(|e| e.at)
    }

    /// Remembers an engagement by its earliest time.
    pub(crate) fn engage(&mut self, engagement: Engagement, at: Timestamp) {
        match self.engaged.iter_mut().find(|e| e.what == engagement as u8) {
            Some(first) => first.at = at.min(first.at),
            None => {
                self.engaged.reserve_exact(1);
                self.engaged.push(Engaged { what: engagement as u8, at });
            }
        }
    }
}
