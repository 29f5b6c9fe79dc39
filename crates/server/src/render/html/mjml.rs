//! MJML becomes HTML, once, with its Liquid covered.

use super::holes::Covered;
use super::scan::{Scan, Seen};
use mrml::prelude::parser::Error;
use mrml::prelude::render::RenderOptions;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

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
/// Those in which text stands.
const TAKES_TEXT: [&str; 11] = [
    "mj-accordion-text",
    "mj-accordion-title",
    "mj-button",
    "mj-navbar-link",
    "mj-preview",
    "mj-raw",
    "mj-social-element",
    "mj-style",
    "mj-table",
    "mj-text",
    "mj-title",
];
/// Whether a text is written in MJML.
pub(crate) fn is_mjml(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        rest = comment.split_once("-->").map_or("", |(_, behind)| behind.trim_start());
    }
    rest.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("<mjml"))
}

/// The page that it makes, with what would look wrong.
///
/// # Errors
/// In words, why it makes none.
pub(crate) fn page(covered: &Covered) -> Result<(String, Vec<String>), String> {
    let (mut odd, mut includes) = (vec![], false);
    super::is_flat(&covered.page)?;
    Scan::new().feed(&covered.page, &mut |seen| {
        let Seen::Open(tag, _) = seen else { return };
        if tag == "mj-include" {
            includes = true;
        } else if tag.starts_with("mj") && !ELEMENTS.contains(&tag) {
            odd.push(format!("`<{tag}>` is no element of MJML: what stands in it is not shown as it should be"));
        }
    });
    if includes {
        return Err("`<mj-include>` takes in another file, and there are none here: write it out".to_owned());
    }
    for (liquid, element) in covered.between(&TAKES_TEXT) {
        odd.push(format!(
            "`{liquid}` stands between elements of `<{element}>`, where MJML takes no text: put it into `<mj-raw>`, or into the text of an element"
        ));
    }
    let made = catch_unwind(AssertUnwindSafe(|| {
        let read = mrml::parse(&covered.page).map_err(|error| told(&error, &covered.page))?;
        for warning in &read.warnings {
            let written = covered.page.get(warning.span.start..warning.span.end).unwrap_or_default();
            let line = line_of(&covered.page, warning.span.start);
            odd.push(format!("line {line}: MJML does nothing with `{written}`"));
        }
        let options = RenderOptions { fonts: HashMap::new(), ..RenderOptions::default() };
        read.element.render(&options).map_err(|error| format!("MJML: {error}"))
    }));
    let page = made.unwrap_or_else(|_| Err("the reader of MJML gave up on it".to_owned()))?;
    let (page, lost) = covered.fill(&page);
    if lost > 0 {
        odd.push(format!("{lost} pieces of Liquid stand where MJML shows nothing, and are left out"));
    }
    odd.dedup();
    Ok((page, odd))
}

fn told(error: &Error, page: &str) -> String {
    let (what, at) = match error {
        Error::UnexpectedElement { position, .. } => ("an element cannot stand there", Some(position.start)),
        Error::UnexpectedToken { position, .. } => ("something cannot stand there", Some(position.start)),
        Error::EndOfStream { .. } => ("an element is not closed", None),
        Error::NoRootNode => ("it has no `<mjml>`", None),
        _ => ("it cannot be read", None),
    };
    match at {
        Some(at) => format!("MJML, line {}: {what}", line_of(page, at)),
        None => format!("MJML: {what}"),
    }
}

fn line_of(page: &str, at: usize) -> usize {
    1 + page.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// Takes `<mj-preview>` out of a text: the message has a part for it.
pub(crate) fn without_preview(text: &str) -> String {
    let end = "</mj-preview>";
    match (text.find("<mj-preview"), text.find(end)) {
        (Some(start), Some(stop)) if start < stop => {
            format!("{}{}", text.get(..start).unwrap_or_default(), text.get(stop + end.len()..).unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}
