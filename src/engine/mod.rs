//! The engine: program × profile × input → effects. No clock, no chance, nothing read or written but what is passed in.
//!
//! It has floors, and each knows only those below it: `time` is the calendar, `state` (what is kept of a person) and `io`
//! (what goes in and comes out) are data; `facts` says what is true of a person and changes nothing; `play` writes.

pub(crate) mod facts;
pub(crate) mod io;
pub(crate) mod play;
mod state;
mod time;

pub use crate::reason::{Part, Rule, RuleId};
pub use io::{
    Answer, Because, Check, ConsentView, Counted, Effect, EffectKind, Effects, EntryState, EntryView, Explanation,
    Gate, Input, InputKind, Notice, ProfileView, Refusal, Seen, SeenKind, SendView,
};
pub(crate) use play::{advance, backfill, evicted, merge, take_over, wake, wake_last};
pub use state::codec::{DecodeError, PROFILE_VERSION};
pub use state::profile::Profile;
pub use time::lateness::Lateness;
pub(crate) use time::local_time;

/// What is kept of a person, in the program's own names.
pub(crate) fn profile_view(
    code: &crate::bytecode::Code,
    profile: &Profile,
    sources: &[crate::source::SourceFile],
    next_due: Option<crate::value::Timestamp>,
) -> ProfileView {
    let view = facts::view::View::new(code, profile, profile.clock);
    facts::profile_view::profile_view(view, sources, next_due)
}
