//! A compiled program, and what a host does with it.

use crate::bytecode::{self, Code};
use crate::check::{self, Checked};
use crate::diagnostic::{Diagnostic, Level, render};
use crate::engine::{self, Effects, Lateness, Profile};
use crate::ir;
use crate::source::SourceFile;
use crate::syntax::{self, tree};
use crate::value::Instant;
use crate::wire::Input;
use std::fmt;

/// A program that can run. It never changes; any number of threads may share it.
#[derive(Debug, Clone)]
pub struct Program {
    sources: Vec<SourceFile>,
    ir: ir::Program,
    code: Code,
}

/// Why a program cannot run.
#[derive(Debug, Clone)]
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

impl std::error::Error for CompileError {}

/// Why a turn could not be played; the profile is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunError {
    /// The profile was last played by another program.
    ProgramChanged,
    /// The input is another profile's.
    OtherProfile,
    /// More timers are due before the input than one call plays. They are being played: call [`Program::wake`] until
    /// [`Program::next_due`] lies after the input, then give the input again.
    Behind,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RunError::ProgramChanged => "not-yet: this profile was stored by another version of the program, and a change of version cannot be played yet",
            RunError::OtherProfile => "this input belongs to another profile",
            RunError::Behind => "more timers are due before this input than one call plays: wake the profile until none is, then give the input again",
        })
    }
}

impl std::error::Error for RunError {}

impl From<RunError> for String {
    fn from(error: RunError) -> String {
        error.to_string()
    }
}

/// The files of a program as trees, with what could not be read.
#[derive(Debug)]
pub struct Parsed {
    /// A tree for each file.
    pub files: Vec<tree::File>,
    /// One message for each line that could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the syntax of a program's files.
pub fn parse(sources: &[SourceFile]) -> Parsed {
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let (file, errors) = syntax::parse(source, u16::try_from(at).unwrap_or(u16::MAX));
        files.push(file);
        diagnostics.extend(errors);
    }
    Parsed { files, diagnostics }
}

impl Program {
    /// Checks the files of a program: syntax, names and types.
    pub fn check(sources: &[SourceFile]) -> Checked {
        let Parsed { files, diagnostics } = parse(sources);
        check::check(&files, sources, diagnostics)
    }

    /// Compiles the files of a program; their names appear in messages, and a journey without a name takes its
    /// file's.
    ///
    /// # Errors
    /// Everything that is wrong with the program.
    pub fn compile(sources: Vec<SourceFile>) -> Result<Program, CompileError> {
        let Checked { program, diagnostics, .. } = Self::check(&sources);
        match program {
            Some(ir) if !diagnostics.iter().any(|d| d.level == Level::Error) => {
                let mut hash = xxhash_rust::xxh3::Xxh3::new();
                for source in &sources {
                    hash.update(source.name.as_bytes());
                    hash.update(&[0]);
                    hash.update(source.text.as_bytes());
                    hash.update(&[0]);
                }
                let code = bytecode::assemble(&ir, hash.digest());
                Ok(Program { sources, ir, code })
            }
            _ => Err(CompileError { diagnostics, sources }),
        }
    }

    /// The files it was made from.
    pub fn sources(&self) -> &[SourceFile] {
        &self.sources
    }

    /// Its typed form.
    pub fn ir(&self) -> &ir::Program {
        &self.ir
    }

    /// A person of whom nothing is known yet.
    pub fn profile(&self, id: &str) -> Profile {
        Profile::new(id, self.code.fingerprint)
    }

    /// Plays the timers that are due when the input arrives, then the input. Effects and notices are appended.
    /// Returns whether the profile changed; one that did not need not be stored.
    ///
    /// # Errors
    /// When the profile belongs to another program, or the input to another profile.
    pub fn advance(
        &self,
        profile: &mut Profile,
        input: &Input,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        if profile.id() != input.profile {
            return Err(RunError::OtherProfile);
        }
        self.same_program(profile)?;
        engine::advance(&self.code, profile, input, lateness, effects).ok_or(RunError::Behind)
    }

    /// Plays the timers that are due at or before `now`, in milliseconds since 1970-01-01T00:00:00Z. Returns
    /// whether the profile changed.
    ///
    /// # Errors
    /// When the profile belongs to another program.
    pub fn wake(
        &self,
        profile: &mut Profile,
        now: Instant,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        self.same_program(profile)?;
        Ok(engine::wake(&self.code, profile, now, lateness, effects))
    }

    /// When to call [`Program::wake`], if no input comes before; none: nothing will happen by itself.
    pub fn next_due(&self, profile: &Profile) -> Option<Instant> {
        profile.next_due()
    }

    /// The zone in which a person's local times count.
    pub fn zone(&self, profile: &Profile) -> chrono_tz::Tz {
        profile.known().zone.unwrap_or(self.code.charter.timezone)
    }

    fn same_program(&self, profile: &Profile) -> Result<(), RunError> {
        if profile.program == self.code.fingerprint { Ok(()) } else { Err(RunError::ProgramChanged) }
    }
}
