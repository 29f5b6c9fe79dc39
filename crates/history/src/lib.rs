//! Plays histories through a program, of files that may be larger than the memory.
//!
//! People are independent of each other, so a history is played in parts, each with some of the people: first all files
//! are read and their lines put by person, then each part is played by itself ([`journey::replay::Replay`]). What comes
//! out is what one replay of all lines in order of arrival gives, whatever the number of threads, the memory, and the order
//! and number of the files.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("events.jsonl");
//! # let line = r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#;
//! # std::fs::write(&path, line)?;
//! use journey::replay::Replay;
//! use journey::{Effect, Profile, Program, SourceFile};
//! use journey_history::{Count, History, Settings};
//!
//! #[derive(Default)]
//! struct Effects(u64);
//! impl Count for Effects {
//!     fn effect(&mut self, _: &Program, _: &Profile, _: usize, _: &Effect) -> bool {
//!         self.0 += 1;
//!         true // it is to be written
//!     }
//!     fn part(&mut self, _: &Replay<'_>) {}
//!     fn absorb(&mut self, other: Self) {
//!         self.0 += other.0;
//!     }
//! }
//!
//! let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
//! let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
//! let settings = Settings::default();
//! let history = History::read(&program, &[path], &settings, &|_| {})?;
//! let played = history.play(&program, &settings, true, Effects::default, &|_| {})?;
//! assert_eq!(played.counted.0, 3); // ana entered, was written to and left
//! let mut lines = Vec::new();
//! played.effects.write(&mut |line| { lines.extend_from_slice(line); true })?;
//! assert_eq!(lines.iter().filter(|byte| **byte == b'\n').count(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod columns;
mod first;
mod homes;
mod lines;
mod packed;
mod play;
mod read;
mod record;
mod runs;
mod store;

use std::path::PathBuf;

pub use lines::{Inputs, Numbered};
pub use play::{Count, Failure, Notice, Played};
pub use read::{Broken, Facts, History, is_response};
pub use record::Place;
pub use runs::Runs;

/// How a history is read and played.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Bytes of memory that lines and effects take, about; what is more lies in files.
    pub memory: u64,
    /// So many threads read, and play.
    pub threads: usize,
    /// The folder for files of what does not fit the memory. They have no name, so they are gone whenever the process is.
    pub temp: PathBuf,
    /// Lines that arrived before this instant are left out, but for those that say who somebody is or what they agreed
    /// to.
    pub since: Option<i64>,
    /// Playing stops here; what is due at this instant still happens.
    pub until: Option<i64>,
    /// Reading stops at the first line that cannot be used.
    pub strict: bool,
    /// What people did with messages is left out: opens, clicks, replies and the like. Refusals, bounces and complaints
    /// stay.
    pub no_responses: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            temp: std::env::temp_dir(),
            since: None,
            until: None,
            strict: false,
            no_responses: false,
        }
    }
}

/// How far the work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes of all files are read.
    Read(u64),
    /// So many parts are played, of so many.
    Played(usize, usize),
}
