//! A language for customer journeys.
//!
//! ```text
//! on cart_abandoned: wait 1d; email recs; if !opened within 48h then push reminder
//! ```
//!
//! That text is a program. [`Program::compile`] checks it, [`Program::advance`] plays one input to one
//! [`Profile`] and says what is to be done, [`Program::next_due`] says when to call again without an input.
//! Nothing here reads a clock, a file or the network: time arrives with the input.
//!
//! ```
//! use journey::{Effects, Input, Json, Lateness, Program, SourceFile, value::parse_instant};
//!
//! let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
//! let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
//! let mut ana = program.profile("ana");
//! let mut effects = Effects::new();
//! let monday = parse_instant("2026-03-02T09:00:00Z").ok_or("no time")?;
//! program.advance(&mut ana, &Input::event("ana", monday, "cart_abandoned", Json::Null), Lateness::default(), &mut effects)?;
//! let alarm = program.next_due(&ana).ok_or("nothing due")?;
//! assert_eq!(alarm, monday + 24 * 3_600_000);
//! program.wake(&mut ana, alarm, Lateness::default(), &mut effects)?;
//! assert_eq!(effects.list.len(), 3); // entered, sent, exited
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! A host needs what stands at the root, and [`identity`], [`limits`], [`replay`] and [`value`]: these change as semantic
//! versioning has it. What has to grow is `#[non_exhaustive]`: pass over what you do not know.
//!
//! The other modules are the house's own rooms, open to the command line and to whoever builds tools: trees, types, findings,
//! proofs, pictures. **They may change with every version**; take an exact one (`journey = "=0.1.0"`) to build on them.
//!
//! # Features
//!
//! - `serde` (off): `Serialize` for [`Effect`] and [`ProfileView`], and `Deserialize` for [`Input`], by the JSON of
//!   [`write_effect`], [`write_profile`] and [`Input::from_json`].

mod bytecode;
mod changes;
mod engagement;
mod kleene;
mod liquid;
mod mend;
mod nearest;
mod program;
mod reason;

// For hosts.
pub mod identity;
pub mod limits;
pub mod replay;
pub mod value;

// For tools: without a promise.
pub mod chance;
pub mod check;
pub mod diagnostic;
pub mod engine;
pub mod graph;
pub mod ir;
pub mod lint;
pub mod prove;
pub mod scenario;
pub mod source;
pub mod syntax;
pub mod timeline;
pub mod tracking;
pub mod why;
pub mod wire;

pub use bytecode::LoadError;
pub use changes::{Changes, StepGone};
pub use diagnostic::Diagnostic;
pub use engine::{
    ConsentView, DecodeError, Effect, EffectKind, Effects, EntryState, EntryView, Input, InputKind, Lateness, Notice,
    Profile, ProfileView, SendView,
};
pub use ir::Engagement;
pub use mend::{Mended, Repair, mend};
pub use program::{CompileError, Parsed, Program, Route, RunError, files_named, parse};
pub use reason::{ExitReason, Part, Rule, RuleId, SuppressReason};
pub use source::SourceFile;
pub use syntax::{FormatError, format};
pub use value::Json;
pub use wire::{InputError, Limits, write_effect, write_profile};

/// What stands in signatures here and is made elsewhere, in the versions that fit.
#[doc(no_inline)]
pub use {chrono, chrono_tz, rust_decimal, serde_json, smol_str};

/// What a host shares among its threads, and hands from one to another.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Program>();
    is_shared::<Profile>();
    is_shared::<Input>();
    is_shared::<Effects>();
    is_shared::<identity::Identities>();
    is_shared::<CompileError>();
    is_shared::<RunError>();
};

/// The examples of the README, compiled by the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The examples of docs/embedding.md, compiled and run by the tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/embedding.md")]
struct Embedding;
