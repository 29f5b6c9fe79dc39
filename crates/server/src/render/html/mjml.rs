//! MJML becomes HTML, once, with its Liquid covered.

use super::elements;
use super::holes::Covered;
use super::scan::{Scan, Seen};
use mrml::mj_head::{MjHead, MjHeadChild};
use mrml::mj_preview::MjPreviewChild;
use mrml::prelude::render::RenderOptions;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

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

/// What MJML becomes.
pub(crate) struct Made {
    /// The page, without the preview.
    pub(crate) page: String,
    /// What `<mj-preview>` says, as HTML.
    pub(crate) preview: Option<String>,
    /// What would look wrong.
    pub(crate) odd: Vec<String>,
}

/// The page that it makes.
///
/// # Errors
/// In words, why it makes none.
pub(crate) fn page(covered: &Covered) -> Result<Made, String> {
    super::is_flat(&covered.page)?;
    let mut odd = elements::unknown(covered)?;
    elements::closed(covered)?;
    // What an element is that MJML does not have has been told.
    for (liquid, element) in covered.between(&TAKES_TEXT).into_iter().filter(|(_, element)| elements::is_known(element))
    {
        odd.push(format!(
            "`{liquid}` stands between elements of `<{element}>`, where MJML takes no text: put it into `<mj-raw>`, or into the text of an element"
        ));
    }
    let made = catch_unwind(AssertUnwindSafe(|| {
        let read = mrml::parse(&covered.page).map_err(|error| elements::told(&error, covered))?;
        for warning in &read.warnings {
            let written = covered.page.get(warning.span.start..warning.span.end).unwrap_or_default();
            let (line, written) = (covered.line(warning.span.start), covered.shown(written));
            odd.push(format!("line {line}: MJML does nothing with `{written}`"));
        }
        let mut mjml = read.element;
        let preview = mjml.children.head.as_mut().and_then(take_preview);
        // Those of MJML by itself are loaded from elsewhere, though no text names them.
        let options = RenderOptions { fonts: HashMap::new(), ..RenderOptions::default() };
        let page = mjml.render(&options).map_err(|error| format!("MJML: {error}"))?;
        Ok((page, preview))
    }));
    let (page, preview) = made.unwrap_or_else(|_| Err("the reader of MJML gave up on it".to_owned()))?;
    odd.extend(brought_in(&page, &covered.page));
    let (page, lost) = covered.fill(&page);
    let lost = lost.saturating_sub(preview.as_deref().map_or(0, |preview| covered.count(preview)));
    if lost > 0 {
        odd.push(format!("{lost} pieces of Liquid stand where MJML shows nothing, and are left out"));
    }
    odd.dedup();
    Ok(Made { page, preview: preview.map(|preview| covered.fill(&preview).0), odd })
}

/// What is told of pictures that MJML brings in by itself: whoever has them sees who opens the mail.
fn brought_in(page: &str, text: &str) -> Vec<String> {
    let mut odd = vec![];
    Scan::new().feed(page, &mut |seen| {
        let Seen::Attribute(_, "src", url) = seen else { return };
        let host = url.split('/').nth(2).unwrap_or_default();
        if url.starts_with("http") && !text.contains(host) {
            odd.push(format!(
                "MJML loads `{url}`, which the text does not name: name a picture of your own by `src`, or by the `icon` attributes of `<mj-accordion>` and `<mj-carousel>`"
            ));
        }
    });
    odd
}

/// Takes the preview out: it becomes the preheader of the message.
fn take_preview(head: &mut MjHead) -> Option<String> {
    let mut found = None;
    head.children.retain(|child| {
        let MjHeadChild::MjPreview(preview) = child else { return true };
        let pieces = preview.children.iter().map(|piece| match piece {
            MjPreviewChild::Text(text) => text.inner_str().to_owned(),
            MjPreviewChild::Comment(comment) => format!("<!--{}-->", comment.children),
        });
        found = Some(pieces.collect());
        false
    });
    found
}
