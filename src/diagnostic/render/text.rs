//! Messages drawn under the lines they are about.

use crate::diagnostic::{Diagnostic, Level};
use crate::source::{SourceFile, Span};
use ariadne::{Color, Config, IndexType, Label, Report, ReportKind};

/// Draws messages as a text; `color` for a terminal.
pub fn text(diagnostics: &[Diagnostic], sources: &[SourceFile], color: bool) -> String {
    let mut out = Vec::new();
    // Each file is cut into lines once, and only if something is drawn from it.
    let text = |name: &String| {
        let file = sources.iter().find(|file| file.name == *name);
        file.map(|file| file.text.clone()).ok_or_else(|| format!("there is no file {name}"))
    };
    let mut files = ariadne::FnCache::new(text);
    for diagnostic in diagnostics {
        draw(diagnostic, sources, color, &mut files, &mut out);
    }
    String::from_utf8_lossy(&out).into_owned()
}

type At = (String, std::ops::Range<usize>);

/// Places of one finding that are drawn; a name that is not known may stand in thousands.
const MOST_PLACES: usize = 8;

fn draw(
    diagnostic: &Diagnostic,
    sources: &[SourceFile],
    color: bool,
    files: &mut impl ariadne::Cache<String>,
    out: &mut Vec<u8>,
) {
    let at = |span: Span| -> At {
        match sources.get(usize::from(span.file)) {
            Some(file) => (file.name.clone(), widen(&file.text, file.range(span))),
            None => (String::new(), 0..0),
        }
    };
    let (kind, paint) = match diagnostic.level {
        Level::Error => (ReportKind::Error, Color::Red),
        Level::Warning => (ReportKind::Warning, Color::Yellow),
    };
    // A tab or a byte-order mark must not shift the marks.
    let config = Config::default().with_index_type(IndexType::Byte).with_color(color).with_tab_width(1);
    let mut report = Report::build(kind, at(diagnostic.span()))
        .with_config(config)
        .with_code(diagnostic.name)
        .with_message(&diagnostic.message);
    // In the order of the lines, so that each file is drawn once.
    let mut labels: Vec<_> = diagnostic.labels.iter().enumerate().take(MOST_PLACES).collect();
    labels.sort_by_key(|(_, label)| label.span);
    for (place, (number, label)) in labels.into_iter().enumerate() {
        let color = if number == 0 { paint } else { Color::Blue };
        report = report.with_label(
            Label::new(at(label.span)).with_message(&label.text).with_color(color).with_order(place as i32),
        );
    }
    if let Some(help) = &diagnostic.help {
        report = report.with_help(help);
    }
    match diagnostic.labels.len().saturating_sub(MOST_PLACES) {
        0 => {}
        1 => report = report.with_note("one more place is not drawn"),
        more => report = report.with_note(format!("{more} more places are not drawn")),
    }
    let written = report.finish().write(files, &mut *out);
    if written.is_err() {
        out.extend(format!("{}: {}\n", diagnostic.level.as_str(), diagnostic.message).into_bytes());
    }
}

/// An empty span is shown at the character before it.
fn widen(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    if !range.is_empty() {
        return range;
    }
    match text.get(..range.start).and_then(|before| before.chars().next_back()) {
        Some(last) => range.start - last.len_utf8()..range.end,
        None => range,
    }
}
