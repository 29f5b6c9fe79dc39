//! What goes in and what comes out, as data.

mod input;

pub use input::{Input, InputKind};
