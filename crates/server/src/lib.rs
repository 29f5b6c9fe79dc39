//! The service around the journey interpreter: it takes events in over HTTP, plays them, keeps what is to come, and hands
//! messages over.
//!
//! Rooms, in the order in which a line goes through them: [`ingest`] (HTTP to lines), [`store`] (what is kept), [`turn`] (lines
//! and alarms are played), [`render`] (a send becomes a mail, a text message, a push), `dev` (the mailbox).

pub mod clock;
mod dev;
pub mod ingest;
pub mod loaded;
pub mod people;
pub mod render;
pub mod serve;
mod stop;
pub mod store;
pub mod turn;
