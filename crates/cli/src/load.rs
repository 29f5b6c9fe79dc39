//! Reads programs: files, folders of .journey files, standard input.

use crate::end::Failure;
use crate::{findings, output};
use ignore::{DirEntry, WalkBuilder};
use journey::source::Span;
use journey::{Program, SourceFile, ir};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What standard input is called, and so a journey in it that has no name.
const STDIN: &str = "stdin";

/// The files of a program, in the order in which their paths were named, and in a folder in that of their own.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) sources: Vec<SourceFile>,
    /// Of each file, where it lies; nothing of standard input.
    pub(crate) paths: Vec<Option<PathBuf>>,
    /// Of each file, which of the named paths it was found at.
    pub(crate) named: Vec<usize>,
}

/// Whether a path means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads the files at some paths. A file that is met twice is read once.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Files, String> {
    let mut files = Files::default();
    let mut seen: HashSet<PathBuf> = HashSet::new();
    let mut stdin_is_read = false;
    for (number, named) in paths.iter().enumerate() {
        if is_stdin(named) {
            if !std::mem::replace(&mut stdin_is_read, true) {
                files.take(number, None, stdin()?);
            }
            continue;
        }
        let found = if named.is_dir() { within(named)? } else { vec![named.clone()] };
        for path in found {
            let whole = path.canonicalize().map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
            if seen.insert(whole) {
                let source = source(&path)?;
                files.take(number, Some(path), source);
            }
        }
        if files.sources.len() > usize::from(u16::MAX) {
            return Err(format!("{} holds more than {} files", named.display(), u16::MAX));
        }
    }
    Ok(files)
}

/// Reads the files of a program of one path.
pub(crate) fn sources(program: &Path) -> Result<Vec<SourceFile>, String> {
    files(&[program.to_path_buf()]).map(|files| files.sources)
}

impl Files {
    fn take(&mut self, named: usize, path: Option<PathBuf>, source: SourceFile) {
        self.sources.push(source);
        self.paths.push(path);
        self.named.push(named);
    }
}

/// The .journey files of a folder and those below it, in the order of their paths. What is hidden is passed over, so is what
/// a `.gitignore` or `.ignore` names, in a repository and outside of one, and so are the packages of others.
fn within(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut walk = WalkBuilder::new(folder);
    // What a program is hangs on its own files alone: on no settings of the machine.
    walk.require_git(false).git_global(false).git_exclude(false);
    walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != "node_modules");
    let mut paths = vec![];
    for entry in walk.build() {
        let entry = entry.map_err(|e| format!("{} cannot be read: {e}", folder.display()))?;
        if is_program(&entry) {
            let path = entry.path();
            paths.push(path.strip_prefix(".").unwrap_or(path).to_path_buf());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether this is a .journey file, or a link to one.
fn is_program(entry: &DirEntry) -> bool {
    entry.path().extension().is_some_and(|e| e == "journey") && entry.path().is_file()
}

/// Reads and compiles a program; `else_what` says what was not done where it has errors, or no journey.
pub(crate) fn compiled(path: &Path, else_what: &str) -> Result<(Program, ir::Program), Failure> {
    let (program, typed) = Program::compile_typed(sources(path)?).map_err(|error| {
        let drawn = findings::draw(&error.diagnostics, &error.sources);
        let shown = shown(&[path.to_path_buf()]);
        Failure::Program(format!("{drawn}{shown}: {}; {else_what}", findings::count(&error.diagnostics)))
    })?;
    if typed.journeys.is_empty() {
        say_no_journey(&[path.to_path_buf()], program.sources(), else_what);
    }
    Ok((program, typed))
}

/// Names a journey that is not there, with those that are.
pub(crate) fn no_such_journey(name: &str, typed: &ir::Program) -> Failure {
    let names: Vec<&str> = typed.journeys.iter().map(|journey| journey.name.as_str()).collect();
    let others = if names.is_empty() { String::new() } else { format!("; there are {}", names.join(", ")) };
    Failure::Unusable(format!("there is no journey `{name}`{others}"))
}

/// Where the inputs and the program cannot both be standard input.
pub(crate) fn not_both_stdin(program: &Path, events: &Path) -> Result<(), Failure> {
    if is_stdin(program) && is_stdin(events) {
        return Err(Failure::Unusable(
            "the program and the inputs cannot both be standard input: name a file for one of them".into(),
        ));
    }
    Ok(())
}

/// The paths as a line names them.
pub(crate) fn shown(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| if is_stdin(path) { STDIN.to_string() } else { path.display().to_string() };
    match paths {
        [first, _, _, _, ..] => format!("{} and {} more", name(first), paths.len() - 1),
        few => few.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

/// Says that there is nothing to act on, and why that may be; `so` says what comes of it.
pub(crate) fn say_no_journey(paths: &[PathBuf], sources: &[SourceFile], so: &str) {
    let shown = shown(paths);
    output::say(&if sources.is_empty() {
        format!(
            "{shown}: there is no .journey file here, so {so}; hidden folders, node_modules and what .gitignore names are \
             not looked into: name a file in them to read it"
        )
    } else {
        format!("{shown}: there is no journey here, so {so}")
    });
}

/// The file and the line of a place.
pub(crate) fn place(sources: &[SourceFile], span: Span) -> (&str, usize) {
    let file = sources.get(usize::from(span.file));
    file.map_or(("", 0), |file| (file.name.as_str(), file.line_column(span.start).0))
}

fn source(path: &Path) -> Result<SourceFile, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
    text(&path.display().to_string(), bytes)
}

fn stdin() -> Result<SourceFile, String> {
    let mut bytes = vec![];
    std::io::stdin().read_to_end(&mut bytes).map_err(|e| format!("standard input cannot be read: {e}"))?;
    text(STDIN, bytes)
}

fn text(name: &str, bytes: Vec<u8>) -> Result<SourceFile, String> {
    let text = String::from_utf8(bytes).map_err(|e| {
        format!(
            "{name} is not written in UTF-8: the byte at {} is none of a character; save it as UTF-8",
            e.utf8_error().valid_up_to()
        )
    })?;
    Ok(SourceFile::new(name, text))
}
