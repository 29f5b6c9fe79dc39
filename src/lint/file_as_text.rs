//! `file-as-text`: the name of a file stands where the text in it was meant.

use super::Finding;
use super::message_part::parts_of;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::{ItemKind, Part, Variant};
use crate::syntax::{holds_words, is_file_name};

pub(super) const FINDING: Finding = Finding {
    name: "file-as-text",
    level: Level::Warning,
    title: "The name of a file stands where its text is meant",
    meaning: "A text in quotes is what customers read. `file` before it takes the text from the file of that name, which lies \
              beside the .journey file.",
    customers: "They get a message that reads `recs.mjml`, and nothing of what is in that file.",
    bad: "\
message recs:
  email: subject \"Still thinking?\", body \"recs.mjml\"
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    good: "\
message recs:
  email: subject \"Still thinking?\", body file \"recs.mjml\"
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    allow: Some("Where the host knows its texts by such names, and sends what is in them."),
    fix: Some("With `--unsafe` it writes `file` before the name."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for item in view.items() {
        let ItemKind::Message { variants, .. } = &item.kind else { continue };
        for variant in variants {
            out.extend(variant.parts.iter().filter_map(|part| look(variant, part, view)));
        }
    }
}

fn look(variant: &Variant, part: &Part, view: &View<'_>) -> Option<Diagnostic> {
    let name = part.name.as_ref().map_or("", |name| name.text.as_str());
    let (text, channel) = (part.text.text.as_str(), variant.channel.text.as_str());
    if part.file.is_some() || !(is_file_name(text) || view.is_text(text)) {
        return None;
    }
    let written = view.text(part.text.span);
    if let Some(named) = part.name.as_ref().filter(|_| is_without_part(part, channel)) {
        let body = if variant.parts.iter().any(|other| other.name.as_ref().is_some_and(|n| n.text == "body")) {
            "html"
        } else {
            "body"
        };
        let title = "This does not say which part of the message the file is";
        let edit = format!("write `{body} file {written}`");
        return Some(
            FINDING.at(named.span.to(part.text.span), title, edit).with_unsafe_fix(named.span, format!("{body} file")),
        );
    }
    if !holds_words(name) {
        return None;
    }
    let title = format!("This sends the words `{text}`, and not what is in that file");
    // The whole message has no name: a file is one of its parts.
    let said = if name.is_empty() { "body" } else { name };
    let place = crate::source::Span { end: part.text.span.start, ..part.text.span };
    let before = if name.is_empty() { "body file " } else { "file " };
    Some(FINDING.at(part.text.span, title, format!("write `{said} file {written}`")).with_unsafe_fix(place, before))
}

/// `file "recs.mjml"`: a part that no built-in channel has.
pub(super) fn is_without_part(part: &Part, channel: &str) -> bool {
    let is_file = part.file.is_none() && part.name.as_ref().is_some_and(|name| name.text == "file" && !name.quoted);
    is_file && (parts_of(channel).is_some() || is_file_name(&part.text.text))
}
