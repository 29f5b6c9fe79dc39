//! What people write behind `wait until` that is no moment, and what is waited for instead.

use crate::diagnostic::{Diagnostic, syntax};
use crate::ir::Engagement;
use crate::source::Span;
use crate::syntax::tree::Name;
use crate::syntax::words::weekday;

/// `wait until tomorrow morning`, `wait until best time`, `wait until next day 09:00`: two words that are no day.
pub(super) fn no_moment(first: &Name, second: &Name, at: Option<u32>) -> Diagnostic {
    let span = first.span.to(second.span);
    let title = format!("`{} {}` is no moment", first.text, second.text);
    if (first.text.as_str(), second.text.as_str()) == ("best", "time") {
        let edit = "a message finds its best time itself: write `email recs at best time within 24h`";
        return syntax(span, title, edit);
    }
    const NTH: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if let Some(number) = NTH.iter().position(|nth| *nth == first.text).filter(|_| second.text == "day") {
        let edit = format!("day {}", number + 1);
        return syntax(span, title, format!("write `wait until {edit}`")).with_unsafe_fix(span, edit);
    }
    let day = match first.text.as_str() {
        "next" | "following" if second.text == "day" => Some("tomorrow"),
        "tomorrow" => Some("tomorrow"),
        word => weekday(word).map(|_| word),
    };
    let time = match (at, second.text.as_str()) {
        (Some(_), _) => None,
        (None, "morning") => Some("at 09:00"),
        (None, "noon" | "midday" | "lunch" | "lunchtime") => Some("at 12:00"),
        (None, "afternoon") => Some("at 15:00"),
        (None, "evening" | "night") => Some("at 19:00"),
        (None, _) => None,
    };
    let moment = match (day, time) {
        (Some(day), Some(time)) => format!("{day} {time}"),
        (Some(day), None) => day.to_string(),
        (None, _) if weekday(&second.text).is_some() => format!("next {}", second.text),
        (None, Some(time)) => format!("tomorrow {time}"),
        (None, None) => {
            return syntax(
                span,
                title,
                "write `tomorrow at 09:00`, `next monday`, `day 5` or a date such as `2026-12-24`",
            );
        }
    };
    syntax(span, title, format!("write `wait until {moment}`")).with_unsafe_fix(span, moment)
}

/// `wait until opened`, `wait until order_placed`, `wait until morning`: one word that is no day.
pub(super) fn no_day(word: &Name) -> Option<Diagnostic> {
    let span = word.span;
    let time = match word.text.as_str() {
        "morning" => Some("tomorrow at 09:00"),
        "noon" | "midday" => Some("12:00"),
        "evening" => Some("19:00"),
        "midnight" => Some("00:00"),
        _ => None,
    };
    if let Some(time) = time {
        let title = format!("`{}` is no moment to wait for", word.text);
        return Some(syntax(span, title, format!("write `wait until {time}`")).with_unsafe_fix(span, time));
    }
    let days = match word.text.as_str() {
        "week" => Some(7),
        "month" => Some(30),
        "year" => Some(365),
        _ => None,
    };
    if let Some(days) = days {
        let title = format!("`{}` is no moment to wait for", word.text);
        return Some(syntax(span, title, format!("write `wait {days}d` instead of the line")));
    }
    if matches!(word.text.as_str(), "weekday" | "weekdays" | "weekend" | "workday") {
        let days = if word.text == "weekend" { "saturday, sunday" } else { "weekdays" };
        let title = format!("`{}` is several days, and a wait ends at one moment", word.text);
        return Some(syntax(span, title, format!("write `wait between 09:00 and 18:00 on {days}`")));
    }
    // Names of several words are events; one word may be a day that is misspelt.
    let event = Engagement::of(&word.text).is_some() || word.text.contains('_');
    event.then(|| until_event(span, &word.text))
}

/// What other tools call "wait until" an event.
fn until_event(span: Span, event: &str) -> Diagnostic {
    let title = format!("`{event}` may never happen, so waiting for it needs an end");
    syntax(span, title, format!("write `wait for {event} up to 2d`"))
}
