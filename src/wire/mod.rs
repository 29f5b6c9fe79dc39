//! Inputs, effects and people as JSON lines: inputs follow the Segment spec, effects and people are one object a line.

mod effect;
mod input;
mod profile;
mod value;

pub use effect::write_effect;
pub use input::{InputError, Limits};
pub use profile::write_profile;
