//! What is kept of one person, as data: changed by `play`, never of itself. It calls a program's things by their numbers, and
//! asks the program only what may be forgotten.

pub(crate) mod codec;
pub(crate) mod consent;
pub(crate) mod entry;
pub(crate) mod parked;
pub(crate) mod past;
pub(crate) mod profile;
pub(crate) mod retention;
pub(crate) mod send;
pub(crate) mod small;
