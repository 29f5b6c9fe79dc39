//! Inputs and effects as JSON lines: inputs follow the Segment spec, effects are one object a line.

mod effect;
mod input;
mod json;

pub use effect::write_effect;
pub use input::{Input, InputError, InputKind, Limits};
pub use json::Json;
