//! Why a program cannot be made, and why it cannot be played.

use crate::diagnostic::{Diagnostic, render};
use crate::source::SourceFile;
use crate::value::{Timestamp, show_instant};
use std::fmt;

/// Why a program cannot run. It shows itself as it is drawn for people, also where only `Debug` is asked for.
#[derive(Clone)]
pub struct CompileError {
    /// What is wrong, in the order of the files and their lines.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for drawing the messages.
    pub sources: Vec<SourceFile>,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::text(&self.diagnostics, &self.sources, false))
    }
}

impl fmt::Debug for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for CompileError {}

/// Why a turn could not be played. Profile and effects belong together: after an error keep both as they are now, or
/// neither.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunError {
    /// The profile was last played by a program that this one does not follow ([`crate::Program::following`]). Nothing was
    /// done.
    ProgramChanged,
    /// The input is another profile's. Nothing was done.
    OtherProfile,
    /// Two profiles of one id cannot be merged. Nothing was done.
    SameProfile,
    /// An instant that cannot be one in milliseconds since 1970-01-01T00:00:00Z: it lies outside of the years 1 to 9999,
    /// or where a time in seconds lies that was given for one in milliseconds. Nothing was done.
    Time(Timestamp),
    /// The input or the alarm lies more than a day ahead of the host's own clock ([`crate::Lateness::live`]). Nothing was done: a
    /// person's clock never runs backwards, and would stand there.
    Ahead(Timestamp),
    /// Somebody who asks to be deleted wants that now, whenever the line was written: a deletion is not taken by
    /// [`crate::Program::backfill`]. Nothing was done.
    Deletion,
    /// More was due before the input than one call plays ([`crate::limits::STEPS`]). That much of it was played, and
    /// the input was not: give it again, until it is taken.
    Behind,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::ProgramChanged => f.write_str(
                "this profile was stored by another program: let this one follow that one, by `Program::following`",
            ),
            RunError::OtherProfile => f.write_str("this input belongs to another profile"),
            RunError::SameProfile => {
                f.write_str("these two profiles have one id, and a person is not merged with itself")
            }
            RunError::Time(at) => match unit(*at) {
                Some((unit, edit)) => {
                    write!(f, "{at} looks like a time in {unit}, and times are in milliseconds: {edit}")
                }
                None => write!(f, "{at} is no time in milliseconds: it lies outside of the years 1 to 9999"),
            },
            RunError::Ahead(at) => {
                write!(f, "{} is more than a day ahead of the host's own clock: look at both", show_instant(*at))
            }
            RunError::Deletion => f.write_str(
                "a deletion is carried out and not remembered: play the line, by `Program::advance`, where it still stands",
            ),
            RunError::Behind => f.write_str("more is due before this input than one call plays: give the input again"),
        }
    }
}

impl std::error::Error for RunError {}

/// Where times in seconds lie that are read as milliseconds: those of the years 1998 to 2103.
pub(super) const SECONDS: std::ops::RangeInclusive<Timestamp> = 900_000_000..=4_200_000_000;
/// The unit that a time seems to be in, and how to mend it.
fn unit(at: Timestamp) -> Option<(&'static str, &'static str)> {
    let is_now = |factor: Timestamp| SECONDS.contains(&(at / factor));
    if SECONDS.contains(&at) {
        Some(("seconds", "multiply it by 1,000"))
    } else if is_now(1_000_000) {
        Some(("microseconds", "divide it by 1,000"))
    } else if is_now(1_000_000_000) {
        Some(("nanoseconds", "divide it by 1,000,000"))
    } else {
        None
    }
}
