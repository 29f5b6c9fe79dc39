//! Findings as SARIF 2.1.0, the format of code-scanning services.

use journey::diagnostic::{Edit, Level};
use journey::lint::{self, Finding};
use journey::source::Span;
use journey::{Diagnostic, SourceFile};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_sarif::sarif;
use std::collections::BTreeMap;

/// What stands in a path as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// All findings in one run of one tool.
pub(crate) fn sarif(diagnostics: &[Diagnostic], sources: &[SourceFile]) -> serde_json::Result<String> {
    let driver = sarif::ToolComponent::builder()
        .name("journey")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(lint::all().iter().map(rule).collect::<Vec<_>>())
        .build();
    let results: Vec<_> = diagnostics.iter().map(|d| result(d, sources)).collect();
    let run = sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .column_kind("unicodeCodePoints")
        .results(results)
        .build();
    let log = sarif::Sarif::builder()
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .version("2.1.0")
        .runs(vec![run])
        .build();
    serde_json::to_string_pretty(&log)
}

fn rule(finding: &Finding) -> sarif::ReportingDescriptor {
    let text = |text: &str| sarif::MultiformatMessageString::builder().text(text).build();
    let page = finding.page();
    sarif::ReportingDescriptor::builder()
        .id(finding.name)
        .short_description(text(finding.title))
        .full_description(text(finding.meaning))
        .help(sarif::MultiformatMessageString::builder().text(page.as_str()).markdown(page.as_str()).build())
        .default_configuration(sarif::ReportingConfiguration::builder().level(finding.level.as_str()).build())
        .build()
}

fn result(diagnostic: &Diagnostic, sources: &[SourceFile]) -> sarif::Result {
    let level = match diagnostic.level {
        Level::Error => sarif::ResultLevel::Error,
        _ => sarif::ResultLevel::Warning,
    };
    let edit = diagnostic.labels.first().map_or("", |label| label.text.as_str());
    let parts =
        [Some(diagnostic.message.as_str()), Some(edit).filter(|edit| !edit.is_empty()), diagnostic.help.as_deref()];
    let text: Vec<&str> = parts.into_iter().flatten().collect();
    let related: Vec<_> =
        diagnostic.labels.iter().skip(1).map(|label| location(label.span, Some(&label.text), sources)).collect();
    let fixes: Vec<_> = diagnostic.fix.iter().map(|fix| fix_of(&fix.edits, edit, sources)).collect();
    let rule = lint::all().iter().position(|finding| finding.name == diagnostic.name);
    let mut result = sarif::Result::builder()
        .rule_id(diagnostic.name)
        .level(level)
        .message(sarif::Message::builder().text(text.join(". ")).build())
        .locations(vec![location(diagnostic.span(), None, sources)])
        .build();
    result.rule_index = rule.and_then(|at| i64::try_from(at).ok());
    result.related_locations = Some(related).filter(|related| !related.is_empty());
    result.fixes = Some(fixes).filter(|fixes| !fixes.is_empty());
    result
}

fn location(span: Span, message: Option<&str>, sources: &[SourceFile]) -> sarif::Location {
    let place = sarif::PhysicalLocation::builder()
        .artifact_location(artifact(span.file, sources))
        .region(region(span, sources))
        .build();
    let mut location = sarif::Location::builder().physical_location(place).build();
    location.message = message.map(|text| sarif::Message::builder().text(text).build());
    location
}

fn artifact(file: u16, sources: &[SourceFile]) -> sarif::ArtifactLocation {
    let name = sources.get(usize::from(file)).map_or("", |file| file.name.as_str()).replace('\\', "/");
    let name = name.strip_prefix("./").unwrap_or(&name);
    sarif::ArtifactLocation::builder().uri(utf8_percent_encode(name, &PLAIN).to_string()).build()
}

fn region(span: Span, sources: &[SourceFile]) -> sarif::Region {
    let at = |offset: u32| sources.get(usize::from(span.file)).map_or((1, 1), |file| file.line_column(offset));
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let ((line, column), (end_line, end_column)) = (at(span.start), at(span.end));
    sarif::Region::builder()
        .start_line(number(line))
        .start_column(number(column))
        .end_line(number(end_line))
        .end_column(number(end_column))
        .build()
}

fn fix_of(edits: &[Edit], label: &str, sources: &[SourceFile]) -> sarif::Fix {
    let mut by_file: BTreeMap<u16, Vec<sarif::Replacement>> = BTreeMap::new();
    for edit in edits {
        let replacement = sarif::Replacement::builder()
            .deleted_region(region(edit.span, sources))
            .inserted_content(sarif::ArtifactContent::builder().text(edit.text.as_str()).build())
            .build();
        by_file.entry(edit.span.file).or_default().push(replacement);
    }
    let changes: Vec<_> = by_file
        .into_iter()
        .map(|(file, replacements)| {
            sarif::ArtifactChange::builder()
                .artifact_location(artifact(file, sources))
                .replacements(replacements)
                .build()
        })
        .collect();
    sarif::Fix::builder().description(sarif::Message::builder().text(label).build()).artifact_changes(changes).build()
}
