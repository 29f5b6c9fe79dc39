//! `message-part`: a part of a message that its channel does not have, or an email without a subject.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::nearest::nearest;
use crate::syntax::tree::{ItemKind, Variant};

pub(super) const FINDING: Finding = Finding {
    name: "message-part",
    level: Level::Warning,
    title: "A part of a message that its channel does not have, or one that is missing",
    meaning: "The built-in channels have parts of fixed names, such as `subject` and `body` of an email; a message that is \
              written for one has no others. An email needs a `subject`.",
    customers: "A part under another name is not shown, and an email without a subject looks like spam, where it arrives at all.",
    bad: "\
message recs:
  email: subjct \"Still thinking?\", body \"Your cart is waiting.\"
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    good: "\
message recs:
  email: subject \"Still thinking?\", body \"Your cart is waiting.\"
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    allow: Some("Where the host reads a part of that name, or writes the subject itself."),
    fix: Some("With `--unsafe` it writes the name that was likely meant."),
};

const EMAIL: &[&str] = &[
    "subject",
    "preheader",
    "preview",
    "body",
    "html",
    "text",
    "amp",
    "from",
    "from_name",
    "reply_to",
    "cc",
    "bcc",
    "attachment",
];
const PUSH: &[&str] =
    &["title", "subtitle", "body", "text", "image", "icon", "link", "url", "button", "sound", "badge", "data"];
const SMS: &[&str] = &["body", "text", "from", "media", "link", "url"];
const IN_APP: &[&str] =
    &["title", "headline", "subtitle", "body", "text", "html", "image", "icon", "link", "url", "button", "data"];

/// The parts of a built-in channel; of the program's own the host says what they have.
pub(super) fn parts_of(channel: &str) -> Option<&'static [&'static str]> {
    match channel {
        "email" => Some(EMAIL),
        "push" => Some(PUSH),
        "sms" => Some(SMS),
        "in_app" => Some(IN_APP),
        _ => None,
    }
}

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for item in view.items() {
        let ItemKind::Message { name, variants, .. } = &item.kind else { continue };
        for variant in variants {
            look(&name.text, variant, view, out);
        }
    }
}

/// What a part is called on a channel that goes by another name elsewhere.
fn other_name(channel: &str, name: &str) -> Option<&'static str> {
    Some(match (channel, name) {
        ("push" | "in_app", "subject" | "heading" | "header" | "headline" | "titre" | "titel") => "title",
        ("email", "title" | "headline" | "heading" | "topic" | "betreff" | "objet" | "asunto") => "subject",
        ("email", "preview_text" | "pre_header" | "preheader_text") => "preheader",
        ("email", "sender" | "from_email") => "from",
        (
            "email" | "push" | "sms" | "in_app",
            "content" | "message" | "copy" | "msg" | "description" | "corps" | "inhalt",
        ) => "body",
        ("push" | "in_app", "deeplink" | "deep_link" | "href" | "action") => "link",
        ("push" | "in_app", "cta" | "buttons" | "label") => "button",
        ("push" | "in_app", "picture" | "photo" | "img") => "image",
        _ => return None,
    })
}

fn look(message: &str, variant: &Variant, view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let channel = variant.channel.text.as_str();
    let Some(known) = parts_of(channel) else { return };
    let mut is_odd = false;
    for part in &variant.parts {
        let Some(name) = part.name.as_ref().filter(|name| !known.contains(&name.text.as_str())) else { continue };
        is_odd = true;
        // That is `file-as-text`.
        if super::file_as_text::is_without_part(part, channel) {
            continue;
        }
        let title = format!("`{channel}` has no part `{}`: it is not shown to customers", name.text);
        if matches!(name.text.as_str(), "send_time" | "send_at" | "schedule" | "time" | "delay" | "send_on" | "when") {
            let title =
                format!("`{}` is no part of a message: when it goes is said by the step that sends it", name.text);
            let edit = format!(
                "take this away, and write `{channel} {message} at best time within 12h`, or a `wait` before that step"
            );
            out.push(FINDING.at(name.span, title, edit));
            continue;
        }
        out.push(match other_name(channel, &name.text).or_else(|| nearest(&name.text, known.iter().copied())) {
            Some(meant) => FINDING.at(name.span, title, format!("write `{meant}`")).with_unsafe_fix(name.span, meant),
            None => FINDING.at(name.span, title, format!("write one of: {}", known.join(", "))),
        });
    }
    // A part that is no part may be the subject.
    let has_subject = variant.parts.iter().any(|part| part.name.as_ref().is_some_and(|name| name.text == "subject"));
    // Nor is one missing that stands on a line which cannot be read.
    if channel == "email" && !is_odd && !has_subject && !variant.parts.is_empty() && !view.lost("subject") {
        let title = format!("The email `{message}` has no subject");
        out.push(FINDING.at(
            variant.channel.span,
            title,
            "write it first, such as `subject \"Your cart is waiting\", body …`",
        ));
    }
}
