//! Rules of the charter as people say them.

use super::phrase::Phrase;
use crate::diagnostic::Diagnostic;
use crate::syntax::token::Lexeme;

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    over_all_people(phrase).or_else(|| cap(phrase)).or_else(|| quiet(phrase))
}

/// What the words for days mean behind `on`.
fn days(word: &str) -> Option<&'static str> {
    Some(match word.trim_end_matches('s') {
        "monday" => "monday",
        "tuesday" => "tuesday",
        "wednesday" => "wednesday",
        "thursday" => "thursday",
        "friday" => "friday",
        "saturday" => "saturday",
        "sunday" => "sunday",
        "weekend" => "saturday, sunday",
        "weekday" => "weekdays",
        _ => return None,
    })
}

/// `throttle 1000 per hour`
fn over_all_people(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let first = phrase.low(0);
    if !matches!(first.as_str(), "throttle" | "rate" | "rate_limit" | "ratelimit" | "speed") {
        return None;
    }
    let title = "A limit over all customers together cannot be said";
    Some(phrase.say(0, phrase.len(), title, "limit what each customer gets: `cap 1 per day`"))
}

/// `cap 2 emails per week`, `cap 1/day`, `no more than 2 emails a week`
fn cap(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let first = phrase.low(0);
    let begins = matches!(
        first.as_str(),
        "cap" | "max" | "maximum" | "limit" | "frequency" | "at_most" | "at" | "no" | "only" | "never" | "not" | "up"
    );
    let number_at = (1..phrase.len()).find(|&at| {
        phrase.is(at, Lexeme::Number) || number(phrase.text(at)).is_some() && !matches!(phrase.text(at), "a" | "an")
    });
    let number_at = number_at.filter(|_| begins)?;
    // One word is another, which is mended without asking.
    if matches!(phrase.text(0), "max" | "limit") && number_at == 1 && phrase.text(2) == "per" && phrase.len() == 4 {
        return None;
    }
    let counted = match number(phrase.text(number_at)) {
        Some(number) => number.to_string(),
        None => phrase.text(number_at).to_string(),
    };
    if !counted.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut channel = None;
    let mut window = None;
    let mut odd = false;
    for at in 1..phrase.len() {
        if at == number_at {
            continue;
        }
        match phrase.low(at).as_str() {
            "per" | "/" | "a" | "an" | "each" | "every" | "in" | "to" | "than" | "more" | "most" | "of" | "cap"
            | "message" | "messages" | "time" | "times" | "send" | "sends" | "contact" | "contacts" | "x" | "limit"
            | ":" | "over" | "is" | "customer" | "user" | "person" => {}
            "email" | "emails" | "mail" | "mails" => channel = Some("email"),
            "sms" | "text" | "texts" => channel = Some("sms"),
            "push" | "pushes" => channel = Some("push"),
            "day" | "days" | "daily" if window.is_none() => window = Some("day"),
            "week" | "weeks" | "weekly" if window.is_none() => window = Some("week"),
            "month" | "months" | "monthly" if window.is_none() => window = Some("month"),
            _ => odd = true,
        }
    }
    let window = window.filter(|_| !odd)?;
    let channel = channel.map(|channel| format!("{channel} ")).unwrap_or_default();
    let title = "How many messages a customer gets is limited by `cap`, the channel before the number";
    Some(phrase.perhaps(0, phrase.len(), title, &format!("cap {channel}{counted} per {window}")))
}

/// `quiet sundays`, `no emails on weekends`, `quiet 21:00-08:00 and sunday`
fn quiet(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let first = phrase.low(0);
    let day = (1..phrase.len()).find_map(|at| days(&phrase.low(at)))?;
    if first == "quiet" && phrase.has(Lexeme::Time) {
        let at = phrase.find(&["and", ",", "&", "plus"])?;
        let title = "Each quiet time has a line of its own";
        return Some(phrase.say(
            at,
            phrase.len(),
            title,
            &format!("write on the next line `quiet 00:00-24:00 on {day}`"),
        ));
    }
    let begins = matches!(first.as_str(), "quiet" | "no" | "never" | "don" | "not" | "silent" | "silence" | "blackout");
    let said =
        matches!(phrase.low(1).as_str(), "sending" | "send" | "sends" | "message" | "messages" | "on" | "contact")
            || days(&phrase.low(1)).is_some()
            || phrase.find(&["email", "emails", "sms", "push", "days", "'"]).is_some();
    let channel = phrase.find(&["email", "emails"]).map(|_| " for email");
    let channel = channel.or_else(|| phrase.find(&["sms"]).map(|_| " for sms"));
    let channel = channel.or_else(|| phrase.find(&["push"]).map(|_| " for push")).unwrap_or_default();
    let title = "A quiet day is a quiet time from 00:00 to 24:00";
    (begins && said).then(|| phrase.perhaps(0, phrase.len(), title, &format!("quiet 00:00-24:00 on {day}{channel}")))
}

/// A small number in words.
fn number(word: &str) -> Option<usize> {
    crate::syntax::habits::in_words(&word.to_lowercase()).or(match word.to_lowercase().as_str() {
        "once" => Some(1),
        "twice" => Some(2),
        _ => None,
    })
}
