//! What journeys bring about themselves: attributes that are set, events that are emitted, journeys that are started.
//! Each is an input of the same instant, after the present one.

use crate::bytecode::Place;
use crate::engine::state::entry::EntryNo;
use crate::ir::{AttributeId, JourneyId, PropertyId};
use crate::source::Span;
use crate::value::{Json, Value};
use smol_str::SmolStr;

/// An input that a journey made.
#[derive(Debug, Clone)]
pub(crate) enum Brought {
    /// An attribute was set by the entry of this number.
    Set { by: EntryNo, number: AttributeId, value: Value },
    /// All entries of the person are to look again: consent or reachability was set (`traits`), or a message was sent whose
    /// rates conditions ask for.
    Look { traits: bool },
    /// An event.
    Event { name: SmolStr, properties: Json },
    /// A journey begins.
    Start { journey: JourneyId, block: (Place, Span), event: Vec<(PropertyId, Value)> },
}

impl Brought {
    /// Whether it can begin a journey that was not there before.
    pub(crate) fn begins(&self) -> bool {
        matches!(self, Brought::Event { .. } | Brought::Start { .. })
    }
}
