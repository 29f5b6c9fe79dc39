//! What goes in and what comes out, as data; and what is brought about on the way.

pub(crate) mod brought;
pub(crate) mod effect;
pub(crate) mod happened;
pub(crate) mod input;
pub(crate) mod notice;
pub(crate) mod profile_view;
pub(crate) mod send_id;
pub(crate) mod trace;

pub use effect::{Because, Effect, EffectKind, Effects, Explanation};
pub use input::{Input, InputKind};
pub use notice::Notice;
pub use profile_view::{ConsentView, EntryState, EntryView, ProfileView, SendView};
pub use trace::{Answer, Check, Counted, Gate, Refusal, Seen, SeenKind};
