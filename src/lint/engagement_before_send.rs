//! `engagement-before-send`: what became of a message is asked where none can have gone.

use super::view::View;
use super::{Finding, flow};
use crate::diagnostic::{Diagnostic, Level};

pub(super) const FINDING: Finding = Finding {
    name: "engagement-before-send",
    level: Level::Error,
    title: "An engagement is asked about before its message can have been sent",
    meaning: "`opened`, `clicked`, `sent` and their like ask what became of a message of this journey. On no path to this \
              place has that message been sent, so the answer is always no. The `until` of a `repeat` counts the sends of \
              its own round, and a goal or an exit those of all entry blocks.",
    customers: "Everybody is treated as somebody who did not react: reminders go to people who have nothing to react to.",
    bad: "\
charter: cap 2 per 1d
journey cart \"Bring back carts\":
  on cart_abandoned:
    wait 1d
    if !opened within 48h then email reminder
    email recs
  goal order_placed
",
    good: "\
charter: cap 2 per 1d
journey cart \"Bring back carts\":
  on cart_abandoned:
    wait 1d
    email recs
    if !opened within 48h then email reminder
  goal order_placed
",
    allow: None,
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        // A line that could not be read may have sent it.
        if journey.tree.broken {
            continue;
        }
        let never = flow::asked(journey).into_iter().filter(|asked| asked.channels.is_empty());
        for asked in never {
            let message = asked.message.map(|message| message.text.as_str());
            let sent_at_all =
                message.is_none_or(|message| view.sends.iter().any(|sent| sent.what.message.text == message));
            let (title, edit) = match message {
                Some(message) if !sent_at_all => (
                    format!("`{message}` is never sent, so nobody can react to it"),
                    "ask about a message that this journey sends".to_string(),
                ),
                Some(message) if asked.is_trigger => (
                    format!("This journey does not send `{message}` before, so nobody can react to it"),
                    "name a message that its entry blocks send".to_string(),
                ),
                Some(message) => (
                    format!("`{message}` is not sent before this, so the answer is always no"),
                    format!("ask this behind the step that sends `{message}`"),
                ),
                None => (
                    "No message is sent before this, so the answer is always no".to_string(),
                    "ask this behind the step that sends the message".to_string(),
                ),
            };
            out.push(FINDING.at(asked.span, title, edit));
        }
    }
}
