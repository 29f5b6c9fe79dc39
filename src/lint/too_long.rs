//! `too-long`: a text that does not fit into one message of its channel.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::{ChannelPart, ItemKind};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

pub(super) const FINDING: Finding = Finding {
    name: "too-long",
    level: Level::Warning,
    title: "A text is longer than one message of its channel",
    meaning: "An sms holds 160 characters of the GSM alphabet, in which € [ ] { } \\ ^ ~ and | count two; with any other \
              character in it, an emoji or a ł, it holds 70. A channel of your own holds what its `limit` says. What \
              `{{ … }}` puts in comes on top and is not counted.",
    customers: "The text arrives in several parts, each of which is paid for, or is cut off.",
    bad: "\
charter: consent required for sms
message offer:
  sms: \"Your cart is waiting for you 🛒 and if you come back before Sunday evening there is something extra in it for you.\"
journey cart:
  on cart_abandoned: sms offer
  goal order_placed
",
    good: "\
charter: consent required for sms
message offer:
  sms: \"Your cart is waiting for you, and if you come back before Sunday evening there is something extra in it for you.\"
journey cart:
  on cart_abandoned: sms offer
  goal order_placed
",
    allow: Some("Where two parts are meant, and paid for."),
    fix: None,
};

/// Characters of the GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1), ASCII letters and digits left out.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Its extension table: each is sent as two.
const GSM_TWO: &str = "\u{c}^{}\\[~]|€";

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for item in view.items() {
        let ItemKind::Message { name, variants, .. } = &item.kind else { continue };
        for variant in variants {
            let text: String = variant.parts.iter().map(|part| plain(&part.text.text)).collect();
            let channel = variant.channel.text.as_str();
            let (length, limit, why) = match channel {
                "sms" => match (sms(&text), declared(view, channel)) {
                    ((length, ..), Some(limit)) => (length, limit, String::new()),
                    (counted, None) => counted,
                },
                _ => match declared(view, channel) {
                    Some(limit) => (text.chars().count(), limit, String::new()),
                    None => continue,
                },
            };
            if length > limit {
                out.push(FINDING.at(
                    variant.span,
                    format!("`{}` has {length} characters, and one {channel} holds {limit}{why}", name.text),
                    format!("take away {} or more", length - limit),
                ));
            }
        }
    }
}

/// How long a text is as an sms, how much one holds, and why.
fn sms(text: &str) -> (usize, usize, String) {
    let odd = text.chars().find(|&c| !c.is_ascii_alphanumeric() && !GSM.contains(c) && !GSM_TWO.contains(c));
    match odd {
        // With any other character the text is sent in UTF-16.
        Some(odd) => (text.encode_utf16().count(), 70, format!(" with a `{odd}` in it")),
        None => (text.chars().map(|c| if GSM_TWO.contains(c) { 2 } else { 1 }).sum(), 160, String::new()),
    }
}

fn declared(view: &View<'_>, channel: &str) -> Option<usize> {
    view.items().find_map(|item| match &item.kind {
        ItemKind::Channel { name, parts } if name.text == channel => parts.iter().find_map(|part| match part {
            ChannelPart::Limit(limit, _) => limit.to_usize().filter(|_| *limit >= Decimal::ONE),
            _ => None,
        }),
        _ => None,
    })
}

/// A text without what a template puts in.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let (before, tag) = rest.split_at_checked(start).unwrap_or((rest, ""));
        out.push_str(before);
        let close = if tag.starts_with("{{") { "}}" } else { "%}" };
        rest = tag.find(close).and_then(|end| tag.get(end + 2..)).unwrap_or_default();
    }
    out + rest
}
