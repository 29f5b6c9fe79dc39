//! From files to a program, and from a program to bytes and back.

use super::{CompileError, Program};
use crate::bytecode::{self, LoadError};
use crate::check::{self, Checked};
use crate::diagnostic::{Diagnostic, Level, syntax as syntax_error};
use crate::ir;
use crate::lint::{self, Wanted};
use crate::source::{SourceFile, Span};
use crate::syntax::{self, tree};
use std::sync::Arc;

/// Files of a program at most.
const MOST_FILES: usize = 50_000;
/// Bytes of all files of a program at most.
const MOST_BYTES: usize = 64 << 20;

/// The files of a program as trees, with what could not be read.
#[derive(Debug)]
pub struct Parsed {
    /// A tree for each file; that of a file which a message takes a text from is empty.
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
    read(sources).0
}

/// The same, and what is wrong with the files that messages name, which is no matter of syntax.
fn read(sources: &[SourceFile]) -> (Parsed, Vec<Diagnostic>) {
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    if sources.len() > MOST_FILES || sources.iter().map(|s| s.text.len()).sum::<usize>() > MOST_BYTES {
        let text = format!("This program has more than {MOST_FILES} files or {} MiB", MOST_BYTES >> 20);
        diagnostics.push(syntax_error(Span::default(), text, "divide it into several programs"));
        return (Parsed { files, diagnostics }, vec![]);
    }
    let is_text = syntax::are_texts(sources);
    let programs = sources.iter().zip(&is_text).filter(|(_, is_text)| !**is_text);
    let known = syntax::Known::of(programs.map(|(source, _)| source));
    for ((at, source), is_text) in sources.iter().enumerate().zip(&is_text) {
        if *is_text {
            files.push(tree::File::default());
            continue;
        }
        let (file, errors) = syntax::parse(source, u16::try_from(at).unwrap_or(u16::MAX), &known);
        files.push(file);
        diagnostics.extend(errors);
    }
    let missing = syntax::put_in(&mut files, sources, &is_text);
    (Parsed { files, diagnostics }, missing)
}

/// The files that the messages of these sources take their texts from (`body file "recs.mjml"`): the number of the source that
/// names one, and the name under which the file is to be given as a further [`SourceFile`], from the same folder on as the
/// source. This opens nothing: a host reads those that are there, and the check says what is missing. A text that is only
/// the name of a file is listed too, so that the check knows what was meant.
///
/// ```
/// use journey::{Program, SourceFile, files_named};
///
/// let text = "message recs:\n  email: subject \"Hi\", body file \"mails/recs.mjml\"\non cart_abandoned: email recs";
/// let mut sources = vec![SourceFile::new("shop/cart.journey", text)];
/// assert_eq!(files_named(&sources), [(0, "shop/mails/recs.mjml".to_string())]);
/// sources.push(SourceFile::new("shop/mails/recs.mjml", "<mjml>{{ event.total }}</mjml>"));
/// let program = Program::compile(sources).map_err(|e| e.to_string())?;
/// let recs = program.message("recs", "email").ok_or("no text")?;
/// assert_eq!(recs.parts[1], (Some("body".into()), "<mjml>{{ event.total }}</mjml>".into()));
/// assert_eq!(recs.files[1].as_deref(), Some("shop/mails/recs.mjml"));
/// assert_eq!(recs.reads, ["event.total"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn files_named(sources: &[SourceFile]) -> Vec<(usize, String)> {
    syntax::named(sources)
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
        let (Parsed { files, mut diagnostics }, missing) = read(sources);
        diagnostics.extend(missing);
        let check::Outcome { program, errors: mut diagnostics, names, has_journey } =
            check::check(&files, sources, diagnostics);
        lint::lint(&files, sources, &names, &program, wanted, &mut diagnostics);
        keep_texts(sources, &mut diagnostics);
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
    /// # Ok::<(), Box<dyn std::error::Error>>(())
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
                Ok((Program { sources: sources.into(), code: Arc::new(code) }, typed))
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
            Some(code) => Ok(Program { sources: stored.sources.into(), code: Arc::new(code) }),
            None => {
                let compiled = Program::compile_in_order(stored.sources);
                let (mut program, _) = compiled.map_err(|error| LoadError::Source(error.to_string()))?;
                if let Some(older) = stored.older {
                    older.hand_over(Arc::make_mut(&mut program.code));
                }
                Ok(program)
            }
        }
    }
}

/// The files of other languages are their authors' own: nothing is mended in them.
fn keep_texts(sources: &[SourceFile], found: &mut [Diagnostic]) {
    let is_text = syntax::are_texts(sources);
    let is_in_text = |span: Span| is_text.get(usize::from(span.file)).copied().unwrap_or_default();
    for finding in found {
        finding.fix = finding.fix.take().filter(|fix| !fix.edits.iter().any(|edit| is_in_text(edit.span)));
    }
}
