//! Numbers of a program's things, stored as numbers.

use crate::bytecode::{Place, StandingId};
use crate::ir::{AudienceId, CategoryId, ChannelId, HistoryId, JourneyId, MessageId};
use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

macro_rules! stored {
    ($($name:ident)*) => {$(
        impl<C> Encode<C> for $name {
            fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), Error<W::Error>> {
                self.0.encode(e, ctx)
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, DecodeError> {
                Decode::decode(d, ctx).map(Self)
            }
        }
    )*};
}

stored! { AudienceId CategoryId ChannelId HistoryId JourneyId MessageId Place StandingId }
