//! Messages as JSON, one list of objects.

use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;
use serde::Serialize;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    level: &'a str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    help: String,
}

/// Messages as a JSON list; lines and columns count from 1, columns in characters, the end is one past the last.
pub fn json(diagnostics: &[Diagnostic], sources: &[SourceFile]) -> String {
    let rows: Vec<Row<'_>> = diagnostics
        .iter()
        .map(|d| {
            let span = d.span();
            let file = sources.get(usize::from(span.file));
            let (line, column) = file.map_or((1, 1), |f| f.line_column(span.start));
            let (end_line, end_column) = file.map_or((1, 1), |f| f.line_column(span.end));
            let edit = d.labels.first().map_or("", |l| l.text.as_str());
            let help = match &d.help {
                Some(help) if edit.is_empty() => help.clone(),
                Some(help) => format!("{edit}. {help}"),
                None => edit.to_string(),
            };
            Row {
                name: d.name,
                level: d.level.as_str(),
                message: &d.message,
                file: file.map_or("", |f| f.name.as_str()),
                line,
                column,
                end_line,
                end_column,
                help,
            }
        })
        .collect();
    serde_json::to_string_pretty(&rows).unwrap_or_else(|_| "[]".to_string())
}
