//! A compiled program, and what a host does with it.

mod error;
mod make;
mod play;
mod versions;
mod view;

use crate::bytecode::Code;
use crate::ir;
use crate::source::SourceFile;
use std::sync::Arc;

pub use error::{CompileError, RunError};
pub use make::{Parsed, files_named, parse};
pub use play::Route;

/// A program that can run. It never changes, any number of threads may share it, and a clone of it is another handle to the
/// same program.
///
/// This is all that a host needs of the language: see the crate's page for the loop around it.
#[derive(Debug, Clone)]
pub struct Program {
    sources: Arc<[SourceFile]>,
    code: Arc<Code>,
}

/// What it is made of.
impl Program {
    /// The text of a message for a channel, as the program has it; none: the program has its name alone, and the host
    /// knows the text. It is Liquid. What it reads of the entry's event and of the profile stands in the effect of each
    /// send, as `reads`; what `with` gives, as `values`.
    ///
    /// ```
    /// use journey::{EffectKind, Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let text = "message recs:\n  email: subject \"Still thinking?\", body \"Your {{ event.total }} cart, {{ profile.name }}\"\n";
    /// let source = SourceFile::new("cart.journey", format!("{text}on cart_abandoned: wait 1d; email recs"));
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let recs = program.message("recs", "email").ok_or("no text")?;
    /// assert_eq!(recs.parts[0], (Some("subject".into()), "Still thinking?".into()));
    /// assert_eq!(recs.reads, ["event.total", "profile.name"]);
    ///
    /// let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
    /// let properties = Json::parse(r#"{"total": 80}"#).map_err(|e| e.to_string())?;
    /// let input = Input::event("ana", 1_772_442_000_000, "Cart Abandoned", properties);
    /// program.advance(&mut ana, &input, Lateness::any(), &mut effects)?;
    /// program.wake(&mut ana, 1_772_528_400_000, Lateness::any(), &mut effects)?;
    /// let EffectKind::Sent { reads, .. } = &effects.list[1].kind else { return Err("nothing was sent".into()) };
    /// assert_eq!(reads[0].1.to_string(), "80"); // of the event a day before
    /// assert!(reads[1].1.is_missing());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn message(&self, name: &str, channel: &str) -> Option<&ir::MessageText> {
        self.messages().iter().find(|text| text.message == name && text.channel == channel)
    }

    /// The texts of all messages that the program has.
    pub fn messages(&self) -> &[ir::MessageText] {
        &self.code.texts
    }

    /// The files it was made from, those that messages take texts from among them.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.sources()[0].name, "cart.journey");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sources(&self) -> &[SourceFile] {
        &self.sources
    }
}
