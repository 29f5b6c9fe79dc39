//! A compiled program, and what a host does with it.

use crate::bytecode::{self, Code, LoadError};
use crate::changes::{self, Changes};
use crate::check::{self, Checked};
use crate::diagnostic::{Diagnostic, Level, render, syntax as syntax_error};
use crate::engine::{self, Effects, Lateness, Profile};
use crate::engine::{Input, InputKind};
use crate::ir;
use crate::limits;
use crate::lint::{self, Wanted};
use crate::source::{SourceFile, Span};
use crate::syntax::{self, tree};
use crate::value::{FIRST_INSTANT, Instant, LAST_INSTANT, show_instant};
use smol_str::SmolStr;
use std::fmt;

/// A program that can run. It never changes; any number of threads may share it.
///
/// This is all that a host needs of the language: see the crate's page for the loop around it.
#[derive(Debug, Clone)]
pub struct Program {
    sources: Vec<SourceFile>,
    code: Code,
}

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
    /// The profile was last played by a program that this one does not follow ([`Program::following`]). Nothing was
    /// done.
    ProgramChanged,
    /// The input is another profile's. Nothing was done.
    OtherProfile,
    /// Two profiles of one id cannot be merged. Nothing was done.
    SameProfile,
    /// An instant that cannot be one in milliseconds since 1970-01-01T00:00:00Z: it lies outside of the years 1 to 9999,
    /// or where a time in seconds lies that was given for one in milliseconds. Nothing was done.
    Time(Instant),
    /// The input or the alarm lies more than a day ahead of the host's own clock ([`Lateness::live`]). Nothing was done: a
    /// person's clock never runs backwards, and would stand there.
    Ahead(Instant),
    /// More was due before the input than one call plays ([`crate::limits::STEPS`]). That much of it was played, and
    /// the input was not: give it again, until it is taken.
    Behind,
}

/// Whose line an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route<'a> {
    /// The profile that plays it.
    pub profile: &'a str,
    /// Another id of the same person on the line (the `previousId` of an `alias`, an `anonymousId` beside a `userId`),
    /// whose profile is to be merged in before the line is played, unless it belongs to another user already.
    pub merges: Option<&'a str>,
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
            RunError::Behind => f.write_str("more is due before this input than one call plays: give the input again"),
        }
    }
}

impl std::error::Error for RunError {}

/// Where times in seconds lie that are read as milliseconds: those of the years 1998 to 2103.
const SECONDS: std::ops::RangeInclusive<Instant> = 900_000_000..=4_200_000_000;
/// So far ahead of the host's clock an input may be: clocks differ.
const AHEAD: Instant = limits::DAY;

/// The unit that a time seems to be in, and how to mend it.
fn unit(at: Instant) -> Option<(&'static str, &'static str)> {
    let is_now = |factor: Instant| SECONDS.contains(&(at / factor));
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

/// An alarm that can ring: nothing happens behind the last day that we count with.
fn in_calendar(due: Option<Instant>) -> Option<Instant> {
    due.filter(|due| *due <= LAST_INSTANT).map(|due| due.max(FIRST_INSTANT))
}

/// Looks at the times that a host gives. In virtual time the first months of 1970 are as good as any.
fn timed(at: Instant, lateness: Lateness) -> Result<(), RunError> {
    let now = lateness.host();
    let is_odd = |at: &Instant| {
        !(FIRST_INSTANT..=LAST_INSTANT).contains(at) || lateness != Lateness::any() && SECONDS.contains(at)
    };
    if let Some(odd) = now.into_iter().chain([at]).find(is_odd) {
        return Err(RunError::Time(odd));
    }
    if now.is_some_and(|now| at.saturating_sub(now) > AHEAD) {
        return Err(RunError::Ahead(at));
    }
    Ok(())
}

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
    let known = syntax::Known::of(sources);
    for (at, source) in sources.iter().enumerate() {
        let (file, errors) = syntax::parse(source, u16::try_from(at).unwrap_or(u16::MAX), &known);
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
        Self::look_for(Wanted::All, sources)
    }

    fn look_for(wanted: Wanted, sources: &[SourceFile]) -> Checked {
        let Parsed { files, diagnostics } = parse(sources);
        let check::Outcome { program, errors: mut diagnostics, names, has_journey } =
            check::check(&files, sources, diagnostics);
        lint::lint(&files, sources, &names, &program, wanted, &mut diagnostics);
        diagnostics.sort_by_key(|d| (d.span().file, d.span().start));
        diagnostics.dedup();
        let failed = diagnostics.iter().any(|d| d.level == Level::Error);
        Checked { program: (!failed).then_some(program), diagnostics, has_journey, resolutions: names.resolutions }
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
        Self::compile_typed(sources).map(|(program, _)| program)
    }

    /// Compiles the files of a program and keeps its typed form too, for who plays its tests or draws it.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let (_, typed) = Program::compile_typed(vec![source]).map_err(|e| e.to_string())?;
    /// assert_eq!(typed.journeys[0].name, "cart");
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with the program.
    pub fn compile_typed(sources: Vec<SourceFile>) -> Result<(Program, ir::Program), CompileError> {
        let mut sources = sources;
        sources.sort_by(bytecode::order);
        Self::compile_in_order(sources)
    }

    /// The same, of files in the order in which an earlier engine took them.
    fn compile_in_order(sources: Vec<SourceFile>) -> Result<(Program, ir::Program), CompileError> {
        let Checked { program, mut diagnostics, .. } = Self::look_for(Wanted::Errors, &sources);
        match program {
            Some(typed) => {
                let mut code = bytecode::assemble(&typed, bytecode::fingerprint(&sources));
                code.of_bytes = bytecode::of_bytes(&sources);
                Ok((Program { sources, code }, typed))
            }
            None => {
                diagnostics.retain(|d| d.level == Level::Error);
                Err(CompileError { diagnostics, sources })
            }
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
            None => {
                let compiled = Program::compile_in_order(stored.sources);
                let (mut program, _) = compiled.map_err(|error| LoadError::Source(error.to_string()))?;
                if let Some(older) = stored.older {
                    older.hand_over(&mut program.code);
                }
                Ok(program)
            }
        }
    }

    /// The same program as the newest version after another one, and after all that that one follows: it takes over the
    /// profiles that they have played, at the next call for each. A step is the same step if its journey, the blocks
    /// around it, its kind, what it is about and its place among its like are; a changed wait is worked out anew from its
    /// start; whoever stands at a step that is gone leaves with `changed`. Nothing that lies in the past becomes due. What
    /// a new version asks of the past is unknown as far back as the profile has not kept it (`docs/reference/versions.md`).
    ///
    /// A host keeps the bytes of the program it runs, and hands them to the next. A program is known by its source alone,
    /// so that one compiled again from the same files will do as well.
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let compile = |text: &str| Program::compile(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string());
    /// let old = compile("on cart_abandoned: wait 2d; email recs")?;
    /// let new = compile("on cart_abandoned: wait 1d; email offer")?.following(&old);
    ///
    /// let (mut ana, mut effects) = (old.profile("ana"), Effects::new());
    /// let monday = 1_772_442_000_000;
    /// let input = Input::event("ana", monday, "Cart Abandoned", Json::Null);
    /// old.advance(&mut ana, &input, Lateness::default(), &mut effects)?;
    /// let hour = 3_600_000;
    /// new.wake(&mut ana, monday + hour, Lateness::default(), &mut effects)?; // after the deploy, once for everybody
    /// assert_eq!(new.next_due(&ana), Some(monday + 24 * hour));
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn following(mut self, previous: &Program) -> Program {
        bytecode::follow(&mut self.code, &previous.code);
        self
    }

    /// What this program is called by the profiles that it plays ([`Profile::program`]). It is the same for all files that
    /// come to the same program: their folder and their order, comments, empty lines and the ends of lines are nothing of
    /// it; the name of a file is, for a journey may take it.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let of = |name: &str, text: &str| Program::compile(vec![SourceFile::new(name, text)]).map(|p| p.fingerprint());
    /// let cart = of("cart.journey", "on cart_abandoned: email recs");
    /// assert_eq!(cart.as_ref().ok(), of("./shop/cart.journey", "# hello\n\non cart_abandoned: email recs\n").as_ref().ok());
    /// assert_ne!(cart.ok(), of("cart.journey", "on cart_abandoned: email offer").ok());
    /// ```
    pub fn fingerprint(&self) -> u64 {
        self.code.fingerprint
    }

    /// The programs that this one follows, by [`Program::fingerprint`], the oldest first.
    pub fn follows(&self) -> impl Iterator<Item = u64> {
        self.code.predecessors.iter().map(|earlier| earlier.fingerprint)
    }

    /// The same program, following only those of the programs before that a host still has profiles of
    /// ([`Profile::program`]); a profile of another one is refused from now on.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// # let compile = |text: &str| Program::compile(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string());
    /// # let old = compile("on cart_abandoned: wait 2d; email recs")?;
    /// let new = compile("on cart_abandoned: wait 1d; email offer")?.following(&old);
    /// assert_eq!(new.follows().collect::<Vec<_>>(), [old.fingerprint()]);
    /// let ana = old.profile("ana");
    /// let stored = [ana.program()];
    /// assert_eq!(new.clone().keeping(|program| stored.contains(&program)).follows().count(), 1);
    /// assert_eq!(new.keeping(|_| false).follows().count(), 0); // nobody is left behind
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn keeping(mut self, is_needed: impl Fn(u64) -> bool) -> Program {
        self.code.predecessors.retain(|earlier| is_needed(earlier.fingerprint) || is_needed(earlier.of_bytes));
        self
    }

    /// What becomes different for people when this program follows another one: ask before a deploy.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// # let compile = |text: &str| Program::compile(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string());
    /// let old = compile("on cart_abandoned: wait 2d; if profile.tier is \"gold\" then email vip; email recs")?;
    /// let new = compile("on cart_abandoned: wait 1d; email recs with (age: profile.age)")?;
    /// let changes = new.changes_from(&old);
    /// assert_eq!(changes.attributes_dropped, ["tier"]);
    /// assert_eq!(changes.attributes_needed, ["age"]); // send them again, or they are missing
    /// assert_eq!(changes.steps_gone[0].text, "if profile.tier is \"gold\"");
    /// # Ok::<(), String>(())
    /// ```
    pub fn changes_from(&self, previous: &Program) -> Changes {
        changes::between(&previous.code, &previous.sources, &self.code)
    }

    /// The journeys that a person of an earlier version leaves with `changed` when this program takes the profile over.
    pub fn evicts(&self, profile: &Profile) -> Vec<SmolStr> {
        let earlier = (!self.is_own(profile)).then(|| self.code.follows(profile.program)).flatten();
        earlier.map(|earlier| engine::evicted(earlier, profile)).unwrap_or_default()
    }

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
    /// let EffectKind::Sent { reads, .. } = &effects.list[1].kind else { return Err("nothing was sent".to_string()) };
    /// assert_eq!(reads[0].1.to_string(), "80"); // of the event a day before
    /// assert!(reads[1].1.is_missing());
    /// # Ok::<(), String>(())
    /// ```
    pub fn message(&self, name: &str, channel: &str) -> Option<&ir::MessageText> {
        self.messages().iter().find(|text| text.message == name && text.channel == channel)
    }

    /// The texts of all messages that the program has.
    pub fn messages(&self) -> &[ir::MessageText] {
        &self.code.texts
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
        // Whoever calls one person by one id twice joins nobody.
        let merges = input.other().filter(|other| **other != input.profile);
        Route { profile: &input.profile, merges: merges.map(SmolStr::as_str) }
    }

    /// Whether an event of this name, in snake case, means anything to the program: to a journey, a condition, or as
    /// the answer to a message or to a question of consent.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert!(program.hears("cart_abandoned") && !program.hears("cart_viewed"));
    /// # Ok::<(), String>(())
    /// ```
    pub fn hears(&self, event: &str) -> bool {
        self.code.events.contains_key(event)
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
            // A line may join two ids, whatever else it says.
            _ if input.other().is_some() => true,
            // Somebody seen for the first time concerns a program that asks since when, or that lets everybody in.
            _ if self.code.greets => true,
            InputKind::Track { event, .. } => self.code.events.contains_key(event),
            InputKind::Identify { traits } => self.code.reads(traits),
            InputKind::Alias { .. } | InputKind::Delete => true,
            InputKind::Group => false,
        }
    }

    /// Plays the timers that are due when the input arrives, then the input. Effects and notices are appended.
    /// Returns whether the profile changed; one that did not need not be stored.
    ///
    /// In live time give the input the time at which your queue or collector took it ([`Input::ingested_at`]), and your
    /// own clock as [`Lateness::live`]; in a replay leave the time that was recorded, and give [`Lateness::any`].
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
    /// When the profile belongs to another program, the input to another profile, its time is none, or more is due before
    /// the input than one call plays.
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
        timed(input.arrived, lateness)?;
        if !(FIRST_INSTANT..=LAST_INSTANT).contains(&input.happened) {
            return Err(RunError::Time(input.happened));
        }
        let is_taken_over = self.same_program(profile, input.arrived, lateness, effects)?;
        let changed = engine::advance(&self.code, profile, input, lateness, effects).ok_or(RunError::Behind)?;
        Ok(changed || is_taken_over)
    }

    /// Plays the timers that are due at or before `now`, in milliseconds since 1970-01-01T00:00:00Z. In live time all
    /// inputs that were taken in before `now` are played first: while a queue lags, `now` is how far it has been played,
    /// and [`Lateness::live`] is given the host's own clock; what would be too late then is left due. Returns whether the profile changed. One call plays [`crate::limits::STEPS`] steps at most; what is left then is still
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
    /// When the profile belongs to another program, or the time is none.
    pub fn wake(
        &self,
        profile: &mut Profile,
        now: Instant,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        timed(now, lateness)?;
        let is_taken_over = self.same_program(profile, now, lateness, effects)?;
        Ok(engine::wake(&self.code, profile, now, lateness, effects) || is_taken_over)
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
        // What another version of the program has left is taken over at once.
        if !self.is_own(profile) && self.code.follows(profile.program).is_some() {
            return Some(profile.clock.clamp(FIRST_INSTANT, LAST_INSTANT));
        }
        in_calendar(profile.next_due())
    }

    /// In a replay after its last input: what the calendar brings for ever does not come any more.
    pub(crate) fn wake_last(&self, profile: &mut Profile, now: Instant, effects: &mut Effects) -> Result<(), RunError> {
        self.same_program(profile, now, Lateness::any(), effects)?;
        engine::wake_last(&self.code, profile, now, effects);
        Ok(())
    }

    /// The same for [`Program::next_due`].
    pub(crate) fn next_due_last(&self, profile: &Profile) -> Option<Instant> {
        in_calendar(profile.next_due_last(&self.code))
    }

    /// Merges the profile of another id of the same person into this one, when [`Program::route`] names one that belongs
    /// to nobody else. The target's traits win; histories, messages and consents unite, and a no wins; both keep their
    /// entries, and of two in one journey and key the one entered first stays. Play what is due of both before
    /// ([`Program::wake`]). From then on the other id is another name of this profile, and all effects bear the new one;
    /// the host keeps that name and forgets the other profile. `at` is when the line arrived, in milliseconds since
    /// 1970-01-01T00:00:00Z. Returns whether anything changed. The other profile is taken, also where nothing was done: a host
    /// still has its bytes.
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let (mut ana, mut anonymous) = (program.profile("ana"), program.profile("a7"));
    /// let mut effects = Effects::new();
    /// let monday = 1_772_442_000_000;
    /// let input = Input::event("a7", monday, "Cart Abandoned", Json::Null);
    /// program.advance(&mut anonymous, &input, Lateness::default(), &mut effects)?;
    ///
    /// assert!(program.merge(&mut ana, anonymous, monday + 60_000, Lateness::default(), &mut effects)?);
    /// assert_eq!(ana.inside(), 1); // the reminder goes to ana
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// When one of the profiles belongs to another program, both have one id, or the time is none. Nothing was done.
    pub fn merge(
        &self,
        profile: &mut Profile,
        other: Profile,
        at: Instant,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        if profile.id() == other.id() {
            return Err(RunError::SameProfile);
        }
        timed(at, lateness)?;
        // Both, before anything is done to one of them.
        if !self.plays(profile) || !self.plays(&other) {
            return Err(RunError::ProgramChanged);
        }
        let mut other = other;
        self.same_program(&mut other, at, lateness, effects)?;
        let is_taken_over = self.same_program(profile, at, lateness, effects)?;
        Ok(engine::merge(&self.code, profile, other, at, lateness, effects) || is_taken_over)
    }

    /// A person who asked to be deleted and had unsubscribed from all before: nothing else is known.
    ///
    /// ```
    /// # let program = journey::Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// assert!(program.unsubscribed("ana").is_unsubscribed());
    /// # Ok::<(), String>(())
    /// ```
    pub fn unsubscribed(&self, id: &str) -> Profile {
        let mut profile = self.profile(id);
        profile.learn().consent.out_of_all = true;
        profile
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

    /// Whether a profile is of this program, or of one that it follows.
    fn plays(&self, profile: &Profile) -> bool {
        self.is_own(profile) || self.code.follows(profile.program).is_some()
    }

    /// Takes a profile over from another version of the program, if there is one that this follows; says whether it did.
    fn same_program(
        &self,
        profile: &mut Profile,
        now: Instant,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        if self.is_own(profile) {
            profile.program = self.code.fingerprint;
            return Ok(false);
        }
        if engine::take_over(&self.code, profile, now, lateness, effects) {
            Ok(true)
        } else {
            Err(RunError::ProgramChanged)
        }
    }

    /// Whether a profile is of this very program, as it is called now or was before.
    fn is_own(&self, profile: &Profile) -> bool {
        profile.program == self.code.fingerprint || profile.program == self.code.of_bytes
    }
}
