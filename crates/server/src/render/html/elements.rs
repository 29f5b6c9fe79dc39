//! What is wrong with the elements of MJML, each by its name and its line of the text.

use super::holes::Covered;
use super::scan::{Scan, Seen, Tag};
use journey::tracking::misspelt;
use mrml::prelude::parser::Error;

/// The elements that MJML has.
const ELEMENTS: [&str; 33] = [
    "mjml",
    "mj-head",
    "mj-body",
    "mj-accordion",
    "mj-accordion-element",
    "mj-accordion-text",
    "mj-accordion-title",
    "mj-all",
    "mj-attributes",
    "mj-breakpoint",
    "mj-button",
    "mj-carousel",
    "mj-carousel-image",
    "mj-class",
    "mj-column",
    "mj-divider",
    "mj-font",
    "mj-group",
    "mj-hero",
    "mj-image",
    "mj-navbar",
    "mj-navbar-link",
    "mj-preview",
    "mj-raw",
    "mj-section",
    "mj-social",
    "mj-social-element",
    "mj-spacer",
    "mj-style",
    "mj-table",
    "mj-text",
    "mj-title",
    "mj-wrapper",
];
/// Elements of HTML that have no end.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Whether MJML has an element.
pub(crate) fn is_known(name: &str) -> bool {
    ELEMENTS.contains(&name)
}

/// What is told of elements that MJML does not have.
///
/// # Errors
/// That another file is to be taken in.
pub(crate) fn unknown(covered: &Covered) -> Result<Vec<String>, String> {
    let (mut odd, mut include) = (vec![], None);
    Scan::new().feed(&covered.page, &mut |seen| {
        let Seen::Open(tag) = seen else { return };
        if tag.name == "mj-include" {
            include.get_or_insert(covered.line(tag.at));
        } else if tag.name.starts_with("mj") && !is_known(tag.name) {
            let line = covered.line(tag.at);
            odd.push(format!(
                "line {line}: {}: what stands in it is not shown as it should be",
                no_element(tag.name, covered)
            ));
        }
    });
    match include {
        Some(line) => {
            Err(format!("line {line}: `<mj-include>` takes in another file, and there are none here: write it out"))
        }
        None => Ok(odd),
    }
}

fn no_element(name: &str, covered: &Covered) -> String {
    let meant = misspelt(name, ELEMENTS).map_or_else(String::new, |meant| format!(" (write `<{meant}>`)"));
    format!("`<{}>` is no element of MJML{meant}", covered.shown(name))
}

/// Whether each element is closed where it should be: the reader of MJML only counts ends, and does not look at their names.
///
/// # Errors
/// In words, the first that is not.
pub(crate) fn closed(covered: &Covered) -> Result<(), String> {
    let mut open: Vec<(String, usize)> = vec![];
    let mut wrong: Option<String> = None;
    Scan::new().feed(&covered.page, &mut |seen| match seen {
        _ if wrong.is_some() => {}
        Seen::Open(tag) if !tag.is_alone && !VOID.contains(&tag.name) => open.push((tag.name.to_owned(), tag.at)),
        Seen::Close(tag) if !VOID.contains(&tag.name) => {
            let last = open.pop();
            let is_right = last.as_ref().is_some_and(|(name, _)| {
                // Ends of HTML in a wrong order are mended by who reads it.
                name == tag.name || !name.starts_with("mj") && !tag.name.starts_with("mj")
            });
            if !is_right {
                wrong = Some(wrong_end(tag, last, &open, covered));
            }
        }
        _ => {}
    });
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    match open.pop() {
        Some((name, at)) => Err(format!("MJML, line {}: {}", covered.line(at), not_closed(&name, covered))),
        None => Ok(()),
    }
}

fn not_closed(name: &str, covered: &Covered) -> String {
    let name = covered.shown(name);
    format!("`<{name}>` is not closed: write `</{name}>`")
}

/// Of an end that closes another element than the last that was opened.
fn wrong_end(end: Tag<'_>, last: Option<(String, usize)>, open: &[(String, usize)], covered: &Covered) -> String {
    let (name, line) = (covered.shown(end.name), covered.line(end.at));
    match last {
        None => format!("MJML, line {line}: `</{name}>` closes nothing"),
        Some((last, at)) if open.iter().any(|(open, _)| open == end.name) => {
            let begun = covered.line(at);
            format!("MJML, line {begun}: {} before `</{name}>` in line {line}", not_closed(&last, covered))
        }
        Some((last, at)) => {
            let (last, begun) = (covered.shown(&last), covered.line(at));
            format!("MJML, line {line}: `</{name}>` stands where `</{last}>` is to close `<{last}>` of line {begun}")
        }
    }
}

/// Why MJML cannot be read.
pub(crate) fn told(error: &Error, covered: &Covered) -> String {
    let (is_element, at) = match error {
        Error::UnexpectedElement { position, .. } => (true, *position),
        Error::UnexpectedToken { position, .. } => (false, *position),
        Error::NoRootNode => return "MJML: it has no `<mjml>`".to_owned(),
        Error::EndOfStream { .. } => return "MJML: it stops before it is finished".to_owned(),
        _ => return "MJML: it cannot be read".to_owned(),
    };
    let (line, written) = (covered.line(at.start), covered.page.get(at.start..at.end).unwrap_or_default());
    let name = written.trim_start_matches(['<', '/']);
    if is_element && name.starts_with("mj") && !is_known(name) {
        return format!("MJML, line {line}: {}", no_element(name, covered));
    }
    let written: String = covered.shown(written.trim()).chars().take(60).collect();
    let shown = if is_element { format!("<{name}>") } else { written };
    format!("MJML, line {line}: `{shown}` cannot stand there")
}
