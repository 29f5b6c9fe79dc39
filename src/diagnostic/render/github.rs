//! Messages as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;
use std::fmt::Write;

/// One line for each message; lines and columns count from 1, columns in characters.
pub fn github(diagnostics: &[Diagnostic], sources: &[SourceFile]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let span = diagnostic.span();
        let file = sources.get(usize::from(span.file));
        let (line, column) = file.map_or((1, 1), |file| file.line_column(span.start));
        let (end_line, end_column) = file.map_or((1, 1), |file| file.line_column(span.end));
        let level = diagnostic.level.as_str();
        let name = property(file.map_or("", |file| file.name.as_str()));
        let _ = write!(out, "::{level} file={name},line={line},endLine={end_line},col={column},endColumn={end_column}");
        let _ = write!(out, ",title={}::{}", property(diagnostic.name), data(&diagnostic.message));
        let edit = diagnostic.labels.first().map_or("", |label| label.text.as_str());
        for more in [edit, diagnostic.help.as_deref().unwrap_or_default()].into_iter().filter(|more| !more.is_empty()) {
            let _ = write!(out, "%0A{}", data(more));
        }
        out.push('\n');
    }
    out
}

/// A text of a command, which ends with its line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value in a list of properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
