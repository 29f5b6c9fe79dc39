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
//! # Ok::<(), String>(())
//! ```

mod bytecode;
pub mod chance;
mod changes;
pub mod check;
pub mod diagnostic;
mod engagement;
pub mod engine;
pub mod graph;
pub mod identity;
pub mod ir;
mod kleene;
pub mod limits;
pub mod lint;
mod liquid;
mod mend;
mod nearest;
mod program;
pub mod prove;
mod reason;
pub mod replay;
pub mod scenario;
pub mod source;
pub mod syntax;
pub mod timeline;
pub mod tracking;
pub mod value;
pub mod why;
pub mod wire;

pub use bytecode::LoadError;
pub use changes::{Changes, StepGone};
pub use diagnostic::Diagnostic;
pub use engine::{DecodeError, Effect, EffectKind, Effects, Input, InputKind, Lateness, Notice, Profile};
pub use mend::{Mended, Repair, mend};
pub use program::{CompileError, Parsed, Program, Route, RunError, parse};
pub use reason::{ExitReason, Part, Rule, RuleId, SuppressReason};
pub use source::SourceFile;
pub use syntax::{FormatError, format};
pub use value::Json;
pub use wire::{InputError, Limits, write_effect};

/// The examples of the README, compiled by the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The examples of docs/embedding.md, compiled and run by the tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/embedding.md")]
struct Embedding;
