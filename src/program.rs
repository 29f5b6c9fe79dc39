//! A compiled program, and what a host does with it.

use crate::bytecode::{self, Code, LoadError};
use crate::check::{self, Checked};
use crate::diagnostic::{Diagnostic, Level, render, syntax as syntax_error};
use crate::engine::{self, Effects, Lateness, Profile};
use crate::source::{SourceFile, Span};
use crate::syntax::{self, tree};
use crate::value::Instant;
use crate::wire::{Input, InputKind};
use std::fmt;

/// A program that can run. It never changes; any number of threads may share it.
///
/// This is all that a host needs of the language: see the crate's page for the loop around it.
#[derive(Debug, Clone)]
pub struct Program {
    sources: Vec<SourceFile>,
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

/// Why a turn could not be played. Profile and effects belong together: after an error keep both as they are now, or
/// neither.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunError {
    /// The profile was last played by another program. Nothing was done.
    ProgramChanged,
    /// The input is another profile's. Nothing was done.
    OtherProfile,
    /// More was due before the input than one call plays ([`crate::limits::STEPS`]). That much of it was played, and
    /// the input was not: give it again, until it is taken.
    Behind,
    /// The engine cannot do this yet. Nothing was done.
    NotYet(&'static str),
}

/// Whose line an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route<'a> {
    /// The profile that plays it.
    pub profile: &'a str,
    /// Another id of the same person on the line (`anonymousId` beside `userId`), whose profile is to be merged in
    /// before the line is played.
    pub merges: Option<&'a str>,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::ProgramChanged => f.write_str(
                "not-yet: this profile was stored by another version of the program, and a change of version cannot be played yet",
            ),
            RunError::OtherProfile => f.write_str("this input belongs to another profile"),
            RunError::Behind => f.write_str("more is due before this input than one call plays: give the input again"),
            RunError::NotYet(what) => write!(f, "not-yet: {what}"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<RunError> for String {
    fn from(error: RunError) -> String {
        error.to_string()
    }
}

/// Files of a program at most.
const MOST_FILES: usize = 50_000;
/// Bytes of all files of a program at most.
const MOST_BYTES: usize = 64 << 20;

/// The files of a program as trees, with what could not be read.
#[derive(Debug)]
pub struct Parsed {
    /// A tree for each file.
    pub files: Vec<tree::File>,
    /// One message for each line that could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the syntax of a program's files: a tree for each, and what could not be read.
///
/// ```
/// use journey::{SourceFile, parse};
///
/// let parsed = parse(&[SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs")]);
/// assert!(parsed.diagnostics.is_empty());
/// assert_eq!(parsed.files.len(), 1);
/// ```
pub fn parse(sources: &[SourceFile]) -> Parsed {
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    if sources.len() > MOST_FILES || sources.iter().map(|s| s.text.len()).sum::<usize>() > MOST_BYTES {
        let text = format!("This program has more than {MOST_FILES} files or {} MiB", MOST_BYTES >> 20);
        diagnostics.push(syntax_error(Span::default(), text, "divide it into several programs"));
        return Parsed { files, diagnostics };
    }
    for (at, source) in sources.iter().enumerate() {
        let (file, errors) = syntax::parse(source, u16::try_from(at).unwrap_or(u16::MAX));
        files.push(file);
        diagnostics.extend(errors);
    }
    Parsed { files, diagnostics }
}

/// Making a program.
impl Program {
    /// Checks the files of a program: syntax, names and types.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let checked = Program::check(&[SourceFile::new("cart.journey", "on cart_abandoned: wait 3dayz; email recs")]);
    /// assert_eq!(checked.diagnostics.len(), 1);
    /// ```
    pub fn check(sources: &[SourceFile]) -> Checked {
        let Parsed { files, diagnostics } = parse(sources);
        check::check(&files, sources, diagnostics)
    }

    /// Compiles the files of a program; their names appear in messages, and a journey without a name takes its
    /// file's.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// assert!(Program::compile(vec![source]).is_ok());
    ///
    /// let wrong = SourceFile::new("cart.journey", "on cart_abandoned wait 1d; email recs");
    /// let error = Program::compile(vec![wrong]).unwrap_err();
    /// println!("{error}"); // drawn under the line, with what to write instead
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with the program.
    pub fn compile(sources: Vec<SourceFile>) -> Result<Program, CompileError> {
        let Checked { program, diagnostics, .. } = Self::check(&sources);
        match program {
            Some(ir) if !diagnostics.iter().any(|d| d.level == Level::Error) => {
                let code = bytecode::assemble(&ir, bytecode::fingerprint(&sources));
                Ok(Program { sources, code })
            }
            _ => Err(CompileError { diagnostics, sources }),
        }
    }

    /// The compiled program as bytes, for a host that compiles in one place and runs in another. They carry the
    /// source, so that an engine of another version can compile it again.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let bytes = program.to_bytes();
    /// let again = Program::from_bytes(&bytes)?;
    /// assert_eq!(again.sources()[0].text, program.sources()[0].text);
    /// assert!(Program::from_bytes(&bytes[..bytes.len() - 1]).is_err()); // damage is found
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        bytecode::write(&self.sources, &self.code)
    }

    /// Reads what [`Program::to_bytes`] wrote, with this version of the engine or another one, and verifies it. A sum
    /// and the verification find damage; they do not tell whether somebody wrote another program on purpose, so take
    /// bytes only from where you would take the source from.
    ///
    /// ```
    /// use journey::{LoadError, Program};
    ///
    /// assert!(matches!(Program::from_bytes(b"something else"), Err(LoadError::NotAProgram)));
    /// ```
    ///
    /// # Errors
    /// When the bytes are no program or damaged, or when they are of another version and their source has errors in
    /// this one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Program, LoadError> {
        let stored = bytecode::read(bytes)?;
        match stored.code {
            Some(code) => Ok(Program { sources: stored.sources, code }),
            None => Program::compile(stored.sources).map_err(|error| LoadError::Source(error.to_string())),
        }
    }

    /// The files it was made from.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.sources()[0].name, "cart.journey");
    /// # Ok::<(), String>(())
    /// ```
    pub fn sources(&self) -> &[SourceFile] {
        &self.sources
    }
}

/// Playing it: a host loads a profile, plays an input or an alarm, and stores the profile with its effects.
impl Program {
    /// A person of whom nothing is known yet, for an id that is not stored.
    ///
    /// ```
    /// # let program = journey::Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// let ana = program.profile("ana");
    /// assert_eq!((ana.id(), ana.inside()), ("ana", 0));
    /// # Ok::<(), String>(())
    /// ```
    pub fn profile(&self, id: &str) -> Profile {
        Profile::new(id, self.code.fingerprint)
    }

    /// Whose line this is: the profile to load, and which other profile is to be merged into it first.
    ///
    /// ```
    /// use journey::{Input, Program, Route};
    ///
    /// # let program = Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// let line = r#"{"type":"track","userId":"ana","anonymousId":"a7","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#;
    /// let input = Input::from_json(line).map_err(|e| e.to_string())?;
    /// assert_eq!(program.route(&input), Route { profile: "ana", merges: Some("a7") });
    /// # Ok::<(), String>(())
    /// ```
    pub fn route<'a>(&self, input: &'a Input) -> Route<'a> {
        Route { profile: &input.profile, merges: input.anonymous.as_deref() }
    }

    /// Whether an input can change any profile of this program; one that cannot need not even load its profile.
    ///
    /// ```
    /// use journey::{Input, Json, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert!(program.concerns(&Input::event("ana", 0, "Cart Abandoned", Json::Null)));
    /// assert!(program.concerns(&Input::event("ana", 0, "Email Opened", Json::Null)));
    /// assert!(!program.concerns(&Input::event("ana", 0, "Video Paused", Json::Null)));
    /// # Ok::<(), String>(())
    /// ```
    pub fn concerns(&self, input: &Input) -> bool {
        match &input.kind {
            // Somebody seen for the first time concerns a program that asks since when, or that lets everybody in.
            _ if self.code.greets => true,
            InputKind::Track { event, .. } => self.code.events.contains_key(event),
            InputKind::Identify { traits } => self.code.reads(traits),
            InputKind::Group => false,
        }
    }

    /// Plays the timers that are due when the input arrives, then the input. Effects and notices are appended.
    /// Returns whether the profile changed; one that did not need not be stored.
    ///
    /// In live time give the input your own clock as its time of arrival, and [`Lateness::default`]; in a replay give
    /// it the time of arrival that was recorded, and [`Lateness::any`].
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let mut ana = program.profile("ana");
    /// let mut effects = Effects::new();
    /// let input = Input::event("ana", 1_772_442_000_000, "cart_abandoned", Json::Null);
    /// let changed = program.advance(&mut ana, &input, Lateness::default(), &mut effects)?;
    /// assert!(changed);
    /// assert_eq!(effects.list.len(), 3); // entered, sent, exited
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// When the profile belongs to another program, the input to another profile, or more is due before the input
    /// than one call plays.
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
    /// whether the profile changed. One call plays [`crate::limits::STEPS`] steps at most; what is left then is still
    /// due by [`Program::next_due`].
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let mut ana = program.profile("ana");
    /// let mut effects = Effects::new();
    /// let monday = 1_772_442_000_000;
    /// program.advance(&mut ana, &Input::event("ana", monday, "cart_abandoned", Json::Null), Lateness::default(), &mut effects)?;
    ///
    /// let alarm = program.next_due(&ana).ok_or("nothing is due")?;
    /// assert_eq!(alarm, monday + 24 * 3_600_000);
    /// assert!(program.wake(&mut ana, alarm, Lateness::default(), &mut effects)?);
    /// assert_eq!(program.next_due(&ana), None);
    /// # Ok::<(), String>(())
    /// ```
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

    /// When to call [`Program::wake`], if no input comes before, in milliseconds since 1970-01-01T00:00:00Z; none:
    /// nothing will happen by itself. Ask after every turn, and once for every profile after a deploy.
    ///
    /// ```
    /// # let program = journey::Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.next_due(&program.profile("ana")), None);
    /// # Ok::<(), String>(())
    /// ```
    pub fn next_due(&self, profile: &Profile) -> Option<Instant> {
        profile.next_due()
    }

    /// In a replay after its last input: what the calendar brings for ever does not come any more.
    pub(crate) fn wake_last(&self, profile: &mut Profile, now: Instant, effects: &mut Effects) -> Result<(), RunError> {
        self.same_program(profile)?;
        engine::wake_last(&self.code, profile, now, effects);
        Ok(())
    }

    /// The same for [`Program::next_due`].
    pub(crate) fn next_due_last(&self, profile: &Profile) -> Option<Instant> {
        profile.next_due_last(&self.code)
    }

    /// The place where the profile of another id of the same person is merged in, when [`Program::route`] names one.
    ///
    /// ```
    /// use journey::{Effects, Program, RunError};
    ///
    /// # let program = Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// let (mut ana, anonymous) = (program.profile("ana"), program.profile("a7"));
    /// let merged = program.merge(&mut ana, anonymous, 1_772_442_000_000, &mut Effects::new());
    /// assert!(matches!(merged, Err(RunError::NotYet(_))));
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Always [`RunError::NotYet`]: until profiles can be merged, play the line for the profile that the route names,
    /// and leave the other one as it is.
    pub fn merge(
        &self,
        profile: &mut Profile,
        other: Profile,
        at: Instant,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        let _ = (profile, other, at, effects);
        Err(RunError::NotYet("profiles cannot be merged yet: play the line for the profile that its route names"))
    }

    /// The zone in which a person's local times count: their own, else the charter's.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// let source = SourceFile::new("shop.journey", "charter: timezone \"Europe/Paris\"\non a: email b");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.zone(&program.profile("ana")).name(), "Europe/Paris");
    /// # Ok::<(), String>(())
    /// ```
    pub fn zone(&self, profile: &Profile) -> chrono_tz::Tz {
        profile.known().zone.unwrap_or(self.code.charter.timezone)
    }

    fn same_program(&self, profile: &Profile) -> Result<(), RunError> {
        if profile.program == self.code.fingerprint { Ok(()) } else { Err(RunError::ProgramChanged) }
    }
}
