//! Which events tell what became of a message: our own words and Segment's names.
//!
//! Source of the names: Segment's specifications of email and mobile events.

use crate::ir::Engagement;
use smol_str::SmolStr;

/// The engagement that an event in snake case tells of, and the channel that its name narrows it to.
pub(crate) fn of_event(snake: &str, is_channel: impl Fn(&str) -> bool) -> Option<(Engagement, Option<&str>)> {
    if let Some(engagement) = Engagement::of(snake) {
        return Some((engagement, None));
    }
    let named = match snake {
        "email_link_clicked" => (Engagement::Clicked, "email"),
        "email_marked_as_spam" => (Engagement::Complained, "email"),
        "sms_link_clicked" => (Engagement::Clicked, "sms"),
        "push_notification_received" => (Engagement::Delivered, "push"),
        "push_notification_tapped" => (Engagement::Clicked, "push"),
        _ => {
            let (channel, word) = snake.rsplit_once('_')?;
            let channel = if channel == "push_notification" { "push" } else { channel };
            let engagement = Engagement::of(word)?;
            return is_channel(channel).then_some((engagement, Some(channel)));
        }
    };
    Some((named.0, Some(named.1)))
}

/// Every name in snake case that tells of an engagement, for a program with these channels.
pub(crate) fn names(channels: &[SmolStr]) -> Vec<SmolStr> {
    let words = || Engagement::ALL.into_iter().map(Engagement::word);
    let segments = [
        "email_link_clicked",
        "email_marked_as_spam",
        "sms_link_clicked",
        "push_notification_received",
        "push_notification_tapped",
    ];
    let mut names: Vec<SmolStr> = words().map(SmolStr::new_static).collect();
    names.extend(segments.map(SmolStr::new_static));
    for channel in channels.iter().map(SmolStr::as_str).chain(["push_notification"]) {
        names.extend(words().map(|word| SmolStr::new(format!("{channel}_{word}"))));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_event(snake: &str) -> Option<(Engagement, Option<&str>)> {
        super::of_event(snake, |channel| ["email", "push", "in_app", "whatsapp"].contains(&channel))
    }

    #[test]
    fn segments_names_are_understood() {
        assert_eq!(of_event("email_opened"), Some((Engagement::Opened, Some("email"))));
        assert_eq!(of_event("push_notification_tapped"), Some((Engagement::Clicked, Some("push"))));
        assert_eq!(of_event("in_app_dismissed"), Some((Engagement::Dismissed, Some("in_app"))));
        assert_eq!(of_event("whatsapp_replied"), Some((Engagement::Replied, Some("whatsapp"))));
        assert_eq!(of_event("opened"), Some((Engagement::Opened, None)));
        assert_eq!(of_event("account_opened"), None);
    }
}
