//! Programs as commands take them: read by `journey-files`, compiled, and named to people.

use crate::end::Failure;
use crate::{findings, output};
use journey::source::Span;
use journey::{Program, SourceFile, ir};
use journey_files::STDIN;
use std::path::{Path, PathBuf};

pub(crate) use journey_files::{Files, files, is_stdin, programs, same, sources};

/// Reads and compiles a program; `else_what` says what was not done where it has errors, or no journey.
pub(crate) fn compiled(path: &Path, else_what: &str) -> Result<(Program, ir::Program), Failure> {
    let (program, typed) = compile(sources(path)?, &shown(&[path.to_path_buf()]), else_what)?;
    if typed.journeys.is_empty() {
        say_no_journey(&[path.to_path_buf()], program.sources(), else_what);
    }
    Ok((program, typed))
}

/// The same of files that were read, as the program of this name.
pub(crate) fn compile(
    sources: Vec<SourceFile>,
    name: &str,
    else_what: &str,
) -> Result<(Program, ir::Program), Failure> {
    Program::compile_typed(sources).map_err(|error| {
        let drawn = findings::draw(&error.diagnostics, &error.sources);
        Failure::Program(format!("{drawn}{name}: {}; {else_what}", findings::count(&error.diagnostics)))
    })
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
