//! Which events tell what became of a message, or that somebody wants to hear no more: our own words, Segment's names,
//! and the words of other tools for a refusal. The safe reading wins: there are more words for leaving than for coming.
//!
//! Source of the names: Segment's specifications of email and mobile events.

use crate::ir::{self, Engagement};
use smol_str::SmolStr;

/// What an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tells {
    /// What became of a message.
    Engagement(Engagement),
    /// Consent is given, or taken back.
    Subscription(bool),
}

impl Tells {
    /// The event's own word in the language.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Tells::Engagement(engagement) => engagement.word(),
            Tells::Subscription(true) => "subscribed",
            Tells::Subscription(false) => "unsubscribed",
        }
    }

    fn all() -> impl Iterator<Item = Tells> {
        let subscriptions = [Tells::Subscription(true), Tells::Subscription(false)];
        Engagement::ALL.into_iter().map(Tells::Engagement).chain(subscriptions)
    }
}

/// Other words for a complaint about spam, alone or behind a channel.
const SPAM: [&str; 4] = ["marked_as_spam", "spam_complaint", "spam_reported", "spam_report"];
/// Other words for a refusal, behind a channel or a category; `unsubscribe` alone too.
const REFUSALS: [&str; 7] = ["unsubscribed", "unsubscribe", "opted_out", "opt_out", "optout", "stopped", "stop"];
/// And before one.
const BEFORE: [&str; 2] = ["unsubscribed_from_", "opted_out_of_"];
/// Names of their own.
const NAMED: [(&str, &str, Engagement); 4] = [
    ("email_link_clicked", "email", Engagement::Clicked),
    ("sms_link_clicked", "sms", Engagement::Clicked),
    ("push_notification_received", "push", Engagement::Delivered),
    ("push_notification_tapped", "push", Engagement::Clicked),
];

/// What an event in snake case tells, and the channel (of a refusal also the category) that its name narrows it to.
pub(crate) fn tells(
    snake: &str,
    is_channel: impl Fn(&str) -> bool,
    is_category: impl Fn(&str) -> bool,
) -> Option<(Tells, Option<&str>)> {
    if let Some(tells) = Tells::all().find(|tells| tells.word() == snake) {
        return Some((tells, None));
    }
    if SPAM.contains(&snake) {
        return Some((Tells::Engagement(Engagement::Complained), None));
    }
    if snake == "unsubscribe" {
        return Some((Tells::Subscription(false), None));
    }
    if let Some((_, channel, engagement)) = NAMED.iter().find(|(name, ..)| *name == snake) {
        return Some((Tells::Engagement(*engagement), Some(channel)));
    }
    if let Some(of) = BEFORE.iter().find_map(|start| snake.strip_prefix(start)) {
        let of = alias(of);
        return (is_channel(of) || is_category(of)).then_some((Tells::Subscription(false), Some(of)));
    }
    // The longest channel first: names of channels and words may both hold `_`.
    let splits = snake.match_indices('_').rev().filter_map(|(at, _)| Some((snake.get(..at)?, snake.get(at + 1..)?)));
    for (of, word) in splits {
        let of = alias(of);
        if is_channel(of) {
            let engagement = Engagement::of(word)
                .or_else(|| (SPAM.contains(&word) || word == "complaint").then_some(Engagement::Complained));
            if let Some(engagement) = engagement {
                return Some((Tells::Engagement(engagement), Some(of)));
            }
            if matches!(word, "subscribed" | "resubscribed") {
                return Some((Tells::Subscription(true), Some(of)));
            }
        }
        if REFUSALS.contains(&word) && (is_channel(of) || is_category(of)) {
            return Some((Tells::Subscription(false), Some(of)));
        }
    }
    None
}

/// The channel that a name of other tools stands for.
fn alias(of: &str) -> &str {
    if of == "push_notification" { "push" } else { of }
}

/// Whether an event that tells nothing may still be meant as a refusal, of a list that the program does not know.
pub(crate) fn sounds_like_a_refusal(snake: &str) -> bool {
    ["_unsubscribed", "_unsubscribe", "_opted_out", "_opt_out"].iter().any(|end| snake.ends_with(end))
        || BEFORE.iter().any(|start| snake.starts_with(start))
}

/// The engagement that an event in snake case tells of, and the channel that its name narrows it to.
pub(crate) fn of_event(snake: &str, is_channel: impl Fn(&str) -> bool) -> Option<(Engagement, Option<&str>)> {
    match tells(snake, is_channel, |_| false)? {
        (Tells::Engagement(engagement), channel) => Some((engagement, channel)),
        (Tells::Subscription(_), _) => None,
    }
}

/// Every name in snake case that tells something, for a program with these channels and categories.
pub(crate) fn names(channels: &[SmolStr], categories: &[SmolStr]) -> Vec<SmolStr> {
    let words = || Tells::all().map(Tells::word);
    let mut names: Vec<SmolStr> = words().chain(SPAM).chain(["unsubscribe"]).map(SmolStr::new_static).collect();
    names.extend(NAMED.iter().map(|(name, ..)| SmolStr::new_static(name)));
    for channel in channels.iter().map(SmolStr::as_str).chain(["push_notification"]) {
        let words = words().chain(SPAM).chain(["complaint", "resubscribed"]).chain(REFUSALS);
        names.extend(words.map(|word| SmolStr::new(format!("{channel}_{word}"))));
        names.extend(BEFORE.iter().map(|start| SmolStr::new(format!("{start}{channel}"))));
    }
    let transactional = ir::TRANSACTIONAL.index();
    for category in categories.iter().enumerate().filter(|(at, _)| *at != transactional).map(|(_, name)| name) {
        names.extend(REFUSALS.iter().map(|word| SmolStr::new(format!("{category}_{word}"))));
        names.extend(BEFORE.iter().map(|start| SmolStr::new(format!("{start}{category}"))));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tells(snake: &str) -> Option<(Tells, Option<&str>)> {
        let is = |names: &'static [&str]| move |name: &str| names.contains(&name);
        super::tells(snake, is(&["email", "sms", "push", "in_app", "whatsapp"]), is(&["marketing", "promo"]))
    }

    #[test]
    fn segments_names_are_understood() {
        let engagement = |engagement, channel| Some((Tells::Engagement(engagement), channel));
        assert_eq!(tells("email_opened"), engagement(Engagement::Opened, Some("email")));
        assert_eq!(tells("push_notification_tapped"), engagement(Engagement::Clicked, Some("push")));
        assert_eq!(tells("in_app_dismissed"), engagement(Engagement::Dismissed, Some("in_app")));
        assert_eq!(tells("whatsapp_replied"), engagement(Engagement::Replied, Some("whatsapp")));
        assert_eq!(tells("email_marked_as_spam"), engagement(Engagement::Complained, Some("email")));
        assert_eq!(tells("opened"), engagement(Engagement::Opened, None));
        assert_eq!(tells("account_opened"), None);
    }

    #[test]
    fn refusals_in_other_words_are_understood() {
        let refusal = |of| Some((Tells::Subscription(false), of));
        assert_eq!(tells("unsubscribed"), refusal(None));
        assert_eq!(tells("email_unsubscribed"), refusal(Some("email")));
        assert_eq!(tells("sms_opt_out"), refusal(Some("sms")));
        assert_eq!(tells("push_notification_unsubscribed"), refusal(Some("push")));
        assert_eq!(tells("unsubscribed_from_whatsapp"), refusal(Some("whatsapp")));
        assert_eq!(tells("unsubscribed_from_push_notification"), refusal(Some("push")));
        assert_eq!(tells("promo_unsubscribed"), refusal(Some("promo")));
        assert_eq!(tells("email_subscribed"), Some((Tells::Subscription(true), Some("email"))));
        // A product that is subscribed to is no consent.
        assert_eq!(tells("promo_subscribed"), None);
        assert_eq!(tells("premium_unsubscribed"), None);
    }

    #[test]
    fn every_name_tells_something() {
        let all = |names: &[&'static str]| names.iter().copied().map(SmolStr::new_static).collect::<Vec<_>>();
        let (channels, categories) = (all(&["email", "sms", "push", "in_app"]), all(&["marketing", "transactional"]));
        for name in names(&channels, &categories) {
            let found = super::tells(&name, |n| channels.iter().any(|c| c == n), |n| categories.iter().any(|c| c == n));
            assert!(found.is_some(), "{name}");
        }
    }
}
