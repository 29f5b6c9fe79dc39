//! The lowest floor: what is kept of one person, as data. It knows nothing of steps, rules or effects.

pub(crate) mod codec;
pub(crate) mod consent;
pub(crate) mod entry;
pub(crate) mod parked;
pub(crate) mod past;
pub(crate) mod profile;
pub(crate) mod retention;
pub(crate) mod send;
pub(crate) mod small;
