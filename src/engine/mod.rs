//! The engine: program × profile × input → effects. Pure functions over one `Profile`: no clock, no chance,
//! nothing read or written but what is passed in.

mod arms;
mod avoid;
mod best;
pub(crate) mod conditions;
mod decide;
mod effect;
mod encode;
mod enter;
mod fields;
mod gate;
mod history;
mod io;
mod lateness;
pub(crate) mod local_time;
mod merge;
mod past;
mod profile;
mod queue;
mod repeat;
mod seen;
mod send_id;
mod sends;
mod standing;
mod steps;
mod turn;
mod until;
mod version;

pub use effect::{Because, Effect, EffectKind, Effects, Explanation};
pub use encode::{DecodeError, PROFILE_VERSION};
pub use io::{Input, InputKind};
pub use lateness::Lateness;
pub(crate) use merge::merge;
pub use profile::Profile;
pub use seen::{Answer, Check, Counted, Gate, Part, Refusal, Seen, SeenKind};
pub(crate) use turn::{advance, wake, wake_last};
pub(crate) use version::{evicted, take_over};
