//! `not-tracked`: an engagement that the channel never reports.

use super::view::View;
use super::{Finding, flow};
use crate::diagnostic::{Diagnostic, Level};
use crate::ir::Engagement;
use crate::syntax::tree::{ChannelPart, ExprKind, ItemKind};
use smol_str::SmolStr;

pub(super) const FINDING: Finding = Finding {
    name: "not-tracked",
    level: Level::Error,
    title: "No channel of the message reports this engagement",
    meaning: "Channels report different things: an email its opens, a text message none. Where no channel by which the \
              message can have gone reports what is asked, the answer is always no. Where only some do, it is a warning: the \
              question is answered for them alone. What each channel reports stands in `docs/reference/channel.md`; a \
              channel of your own says it by `tracks`.",
    customers: "Everybody counts as somebody who did not react, and gets the reminder meant for those.",
    bad: "\
charter:
  consent required for sms

journey offer \"An offer by text message\":
  on cart_abandoned:
    sms offer
    if !opened within 48h then email offer
  goal order_placed
",
    good: "\
charter:
  consent required for sms

journey offer \"An offer by text message\":
  on cart_abandoned:
    sms offer
    if !clicked within 48h then email offer
  goal order_placed
",
    allow: Some(
        "As a warning, where the message goes by the channel that does not report only when the other one is closed to it. \
         As an error never.",
    ),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        for asked in flow::asked(journey) {
            let Some(engagement) = asked.engagement.filter(|_| !asked.channels.is_empty()) else { continue };
            let silent: Vec<&str> =
                asked.channels.iter().map(|c| c.as_str()).filter(|c| !tracks(view, c, engagement)).collect();
            let all = silent.len() == asked.channels.len();
            if silent.is_empty() || asked.is_trigger && !all {
                continue;
            }
            let title = match all {
                true => format!(
                    "{} never {} `{}`, so the answer is always no",
                    list(&silent),
                    reports(&silent),
                    engagement.word()
                ),
                false => {
                    let word = engagement.word();
                    format!("A message by {} is never known to be {word}, and counts as not {word}", list(&silent))
                }
            };
            let told: Vec<&str> = Engagement::ALL
                .into_iter()
                .filter(|e| *e != Engagement::Failed && silent.iter().all(|c| tracks(view, c, *e)))
                .map(Engagement::word)
                .collect();
            let edit = match told.is_empty() {
                true => "ask about something that the channel reports".to_string(),
                false => format!("ask about {}", told.join(", ")),
            };
            let mut finding = FINDING.at(asked.span, title, edit);
            if !all {
                finding.level = Level::Warning;
            }
            out.push(finding);
        }
    }
    rates(view, out);
}

/// `rate of opened sms`: the share of nothing.
fn rates(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for condition in view.conditions() {
        condition.expr.visit(condition.bare, &mut |expr, _| {
            let ExprKind::Aggregate { word, of, channel: Some(channel), .. } = &expr.kind else { return };
            let engagement = of.parts.first().and_then(|name| Engagement::of(&name.text));
            let Some(engagement) = engagement.filter(|_| word.text == "rate") else { return };
            if view.names.is_channel(&channel.text) && !tracks(view, &channel.text, engagement) {
                let title = format!("{} never reports `{}`, so this rate is always 0", channel.text, engagement.word());
                out.push(FINDING.at(expr.span, title, "ask about something that the channel reports"));
            }
        });
    }
}

fn list(channels: &[&str]) -> String {
    channels.join(" and ")
}

fn reports(channels: &[&str]) -> &'static str {
    if channels.len() == 1 { "reports" } else { "report" }
}

/// Whether a channel reports an engagement. Providers of all channels say when a message could not be sent.
fn tracks(view: &View<'_>, channel: &str, engagement: Engagement) -> bool {
    use Engagement::*;
    if engagement == Failed {
        return true;
    }
    let reported: &[Engagement] = match channel {
        "email" => &[Delivered, Opened, Clicked, Replied, Bounced, Complained],
        "sms" | "mms" => &[Delivered, Clicked, Replied, Bounced],
        "push" => &[Delivered, Opened, Clicked, Dismissed],
        "in_app" | "web" => &[Opened, Clicked, Dismissed],
        // Of a channel that nobody declares, the checker has said so.
        _ => return declared(view, channel, engagement).unwrap_or(true),
    };
    // A built-in channel may report more than it does by itself.
    reported.contains(&engagement) || declared(view, channel, engagement) == Some(true)
}

/// Whether a channel's item says that it reports an engagement, if there is one.
fn declared(view: &View<'_>, channel: &str, engagement: Engagement) -> Option<bool> {
    let is = |name: &SmolStr| name == engagement.word();
    let parts = view.items().find_map(|item| match &item.kind {
        ItemKind::Channel { name, parts } if name.text == channel => Some(parts),
        _ => None,
    })?;
    let tracks =
        |part: &ChannelPart| matches!(part, ChannelPart::Tracks(words) if words.iter().any(|word| is(&word.text)));
    Some(parts.iter().any(tracks))
}
