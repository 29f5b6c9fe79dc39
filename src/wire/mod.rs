//! Inputs and effects as JSON lines: inputs follow the Segment spec, effects are one object a line.

mod effect;
mod input;

pub use effect::write_effect;
pub use input::{InputError, Limits};
