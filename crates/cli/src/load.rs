//! Reads a program: one file, or a folder of .journey files in the order of their paths.

use crate::End;
use journey::diagnostic::{Diagnostic, Level, render};
use journey::source::Span;
use journey::{Program, SourceFile, ir};
use std::path::{Path, PathBuf};

/// Messages are drawn for so many findings; the rest is counted.
const DRAWN: usize = 100;

/// Reads the files of a program.
pub(crate) fn sources(program: &Path) -> Result<Vec<SourceFile>, String> {
    let mut paths: Vec<PathBuf> = Vec::new();
    if program.is_dir() {
        for entry in walkdir::WalkDir::new(program).sort_by_file_name() {
            let entry = entry.map_err(|e| format!("{} cannot be read: {e}", program.display()))?;
            if entry.file_type().is_file() && entry.path().extension().is_some_and(|e| e == "journey") {
                paths.push(entry.into_path());
            }
        }
        paths.sort();
    } else {
        paths.push(program.to_path_buf());
    }
    if paths.len() > usize::from(u16::MAX) {
        return Err(format!("{} holds more than {} files", program.display(), u16::MAX));
    }
    paths.iter().map(|path| source(path)).collect()
}

/// Reads and compiles a program; what is wrong with it is drawn, and `else_what` says what was not done for it.
pub(crate) fn compiled(program: &Path, else_what: &str) -> Result<(Program, ir::Program), End> {
    let sources = sources(program).map_err(End::Unusable)?;
    Program::compile_typed(sources).map_err(|error| {
        anstream::eprint!("{}", draw(&error.diagnostics, &error.sources));
        anstream::eprintln!("{}: {}; {else_what}", program.display(), count(&error.diagnostics));
        End::Findings
    })
}

/// The file and the line of a place.
pub(crate) fn place(sources: &[SourceFile], span: Span) -> (&str, usize) {
    let file = sources.get(usize::from(span.file));
    file.map_or(("", 0), |file| (file.name.as_str(), file.line_column(span.start).0))
}

fn source(path: &Path) -> Result<SourceFile, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        format!(
            "{} is not written in UTF-8: the byte at {} is none of a character; save it as UTF-8",
            path.display(),
            e.utf8_error().valid_up_to()
        )
    })?;
    Ok(SourceFile::new(path.display().to_string(), text))
}

/// Writes a file so that it is whole at any moment: beside it first, then in its place.
pub(crate) fn write(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(name);
    let cannot = |e: std::io::Error| format!("{name} cannot be written: {e}");
    // What a link points to is replaced, not the link.
    let path = std::fs::canonicalize(path).map_err(cannot)?;
    let mut beside = path.clone().into_os_string();
    beside.push(".new");
    std::fs::write(&beside, text).map_err(cannot)?;
    let permissions = std::fs::metadata(&path).map_err(cannot)?.permissions();
    std::fs::set_permissions(&beside, permissions).map_err(cannot)?;
    std::fs::rename(&beside, &path).map_err(cannot)
}

/// Draws findings for people.
pub(crate) fn draw(diagnostics: &[Diagnostic], sources: &[SourceFile]) -> String {
    let shown = diagnostics.get(..DRAWN).unwrap_or(diagnostics);
    let mut out = render::text(shown, sources, true);
    if diagnostics.len() > shown.len() {
        out.push_str(&format!("… and {} more\n", diagnostics.len() - shown.len()));
    }
    out
}

/// `2 errors and 1 warning`
pub(crate) fn count(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.level == Level::Error).count();
    let warnings = diagnostics.len() - errors;
    let some = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (e, 0) => some(e, "error"),
        (0, w) => some(w, "warning"),
        (e, w) => format!("{} and {}", some(e, "error"), some(w, "warning")),
    }
}
