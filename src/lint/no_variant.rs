//! `no-variant`: a message sent on a channel that it is not written for.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};

pub(super) const FINDING: Finding = Finding {
    name: "no-variant",
    level: Level::Error,
    title: "A message is sent on a channel that it is not written for",
    meaning: "A message that lists texts for channels can be sent on those channels only.",
    customers: "They would get an empty message, or none.",
    bad: "\
message hello:
  email: subject \"Hello\", body \"Good to see you.\"
journey welcome:
  on signed_up: push hello
  goal order_placed
charter: consent required for push
",
    good: "\
message hello:
  email: subject \"Hello\", body \"Good to see you.\"
  push: title \"Hello\", body \"Good to see you.\"
journey welcome:
  on signed_up: push hello
  goal order_placed
charter: consent required for push
",
    allow: None,
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for sent in &view.sends {
        let (channel, message) = (&sent.what.channel.text, &sent.what.message.text);
        let Some(written) = view.names.variants.get(message).filter(|written| !written.contains(channel)) else {
            continue;
        };
        // A text for a channel that there is not may have been meant for this one.
        if !view.names.is_channel(channel)
            || view.lost(channel)
            || written.iter().any(|written| !view.names.is_channel(written))
        {
            continue;
        }
        let finding = FINDING.at(
            sent.what.span,
            format!("`{message}` is not written for {channel}, so there is nothing to send"),
            format!("send it by {}, or add a line `{channel}:` below the message", written.join(" or ")),
        );
        out.push(match view.names.declared_messages.get(message) {
            Some(declared) => finding.with_label(declared.span, "what it is written for, is said here"),
            None => finding,
        });
    }
}
