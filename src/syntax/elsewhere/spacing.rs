//! How many messages a customer gets, and how far apart: `cap` and `gap` as people say them.

use super::phrase::Phrase;
use super::slots::Slots;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

const CAP: &str = "How many messages a customer gets is limited by `cap`, the channel before the number";

/// Words around the numbers of a cap.
const AROUND_A_CAP: &[&str] = &[
    "msgs",
    "msg",
    "rolling",
    "exceed",
    "do",
    "don",
    "'",
    "’",
    "t",
    "receive",
    "receives",
    "gets",
    "get",
    "frequency",
    "they",
    "the",
    "cap",
    "capping",
    "caps",
    "frequency",
    "max",
    "maximum",
    "limit",
    "at",
    "at_most",
    "most",
    "no",
    "not",
    "more",
    "than",
    "only",
    "never",
    "up",
    "to",
    "per",
    "/",
    "a",
    "an",
    "each",
    "every",
    "in",
    "of",
    "message",
    "messages",
    "time",
    "times",
    "send",
    "sends",
    "contact",
    "contacts",
    "x",
    "over",
    "is",
    "customer",
    "user",
    "person",
    "for",
    "<=",
    "calendar",
    "any",
    "with",
    "and",
    "together",
    "both",
    "combined",
    "category",
];

/// `cap 2 emails per week`, `cap 1/day`, `no more than 2 emails a week`
pub(super) fn cap(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    let limits = |at: usize| {
        matches!(
            phrase.low(at).as_str(),
            "cap" | "caps" | "max" | "maximum" | "limit" | "exceed" | "frequency" | "at_most"
        )
    };
    let window = |at: usize| matches!(phrase.low(at).as_str(), "per" | "/" | "a" | "daily" | "weekly" | "monthly");
    let begins = limits(0)
        || matches!(first.as_str(), "at" | "no" | "only" | "never" | "not" | "up")
        || (1..phrase.len().min(5)).any(limits)
        || (0..phrase.len()).any(window)
            && (phrase.is(0, Lexeme::Number)
                || matches!(first.as_str(), "one" | "two" | "three" | "once" | "twice" | "do" | "don"));
    // One word is another, which is mended without asking.
    let plain = matches!(phrase.text(0), "max" | "limit") && phrase.is(1, Lexeme::Number) && phrase.text(2) == "per";
    if !begins || plain && phrase.len() == 4 {
        return None;
    }
    let all = phrase.len();
    let end =
        phrase.find(&["hold", "wait", "queue", "delay", "otherwise", "skip", "except", "and", "when"]).unwrap_or(all);
    let comma = (1..all).find(|&at| phrase.text(at) == "," && phrase.find(&["per", "/"]).is_some_and(|per| per < at));
    if let Some(comma) = comma
        && let (Some((first, true)), Some((second, true))) =
            (one_cap(phrase, 0, comma), one_cap(phrase, comma + 1, all))
    {
        let edit = format!("write `{first}` here, and `{second}` on the next line");
        return Some(phrase.say(0, all, "Each cap has a line of its own", &edit));
    }
    // `per customer and day`
    let is_person = |at: usize| super::terms::is_person(&phrase.low(at));
    let person = phrase.low(end) == "and" && (is_person(end.saturating_sub(1)) || is_person(end + 1) && end + 2 == all);
    let end = if person { all } else { end };
    if phrase.low(end) == "and" {
        return two_caps(phrase, end);
    }
    let frequency = matches!(first.as_str(), "frequency" | "cap" | "limit") && !phrase.pieces_have_number();
    if frequency {
        return Some(phrase.say(0, all, CAP, "write `cap 3 per week`, or `cap email 1 per day`"));
    }
    let bare = Slots::of(phrase, 0, end, AROUND_A_CAP);
    if let ([number, hours], true, "per") =
        (bare.numbers.as_slice(), bare.names.is_empty(), phrase.low(end.saturating_sub(2)).as_str())
    {
        let title = "A length of time has a unit";
        let unit = if hours.parse().is_ok_and(|number: u32| number < 8 || number == 30) { "d" } else { "h" };
        return phrase.line(
            title,
            &format!(
                "cap {}{number} per {hours}{unit}",
                if bare.list.is_empty() { String::new() } else { format!("{} ", bare.joined()) }
            ),
        );
    }
    if phrase
        .find(&["channel", "channels"])
        .is_some_and(|at| matches!(phrase.low(at - 1).as_str(), "per" | "each" | "every" | "and"))
    {
        let (line, _) = one_cap(phrase, 0, end).filter(|(_, complete)| *complete)?;
        let rest = line.trim_start_matches("cap ");
        let lines: Vec<String> = phrase.names().sending().take(3).map(|by| format!("`cap {by} {rest}`")).collect();
        let edit = format!("write a line for each: {}", lines.join(", "));
        return Some(phrase.say(0, all, "A cap of each channel is a line of its own", &edit));
    }
    let (line, complete) = one_cap(phrase, 0, end)?;
    if !complete {
        let says = first == "cap" || phrase.find(&["cap", "messages", "emails"]).is_some();
        let edit = format!("write within what time, such as `{line} per week`");
        return says.then(|| phrase.say(0, all, "A cap counts within a time", &edit));
    }
    let held =
        Slots::of(phrase, end, all, &["hold", "wait", "queue", "delay", "up", "to", "for", "them", "it", "rest"]);
    match phrase.low(end).as_str() {
        "hold" | "wait" | "queue" | "delay" | "otherwise" => {
            let held = held.lengths.first().map_or("1d", String::as_str);
            phrase.line("What a cap waits for at most is said by `hold up to`", &format!("{line}, hold up to {held}"))
        }
        "skip" => phrase.line("What is over a cap is not sent anyway", &line),
        "except" if phrase.low(end + 1) == "transactional" => {
            phrase.line("Transactional messages are under no cap anyway", &line)
        }
        "when" => phrase.line(CAP, &format!("{line} {}", phrase.written(end, all))),
        "except" => None,
        // `cap 1 every 3 days`
        _ if first == "cap"
            && phrase.find(&["per"]).is_none()
            && phrase.is(1, Lexeme::Number)
            && bare.list.is_empty() =>
        {
            phrase.line("Within what time a cap counts is said behind `per`", &line)
        }
        _ => phrase.line(CAP, &line),
    }
}

/// A cap, and whether it says within what time.
fn one_cap(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<(String, bool)> {
    let mut said = Slots::of(phrase, from, to, AROUND_A_CAP);
    let mut window = None;
    let mut named = vec![];
    for name in std::mem::take(&mut said.names) {
        match name.as_str() {
            "day" | "days" | "daily" => window = window.or(Some("day".to_string())),
            "week" | "weeks" | "weekly" => window = window.or(Some("week".to_string())),
            "month" | "months" | "monthly" => window = window.or(Some("month".to_string())),
            "hour" | "hourly" => window = window.or(Some("1h".to_string())),
            "channel" | "total" | "journey" | "ever" | "campaign" | "lifetime" => {}
            _ => named.push(name),
        }
    }
    // `a week` and `per week` are the week of the calendar; `per 7 days` is any seven days.
    if let [length] = said.lengths.as_slice() {
        window = window.or(Some(match length.as_str() {
            "1d" if phrase.find(&["1d", "24h"]).is_none() => "day".to_string(),
            "1w" if phrase.find(&["1w"]).is_none() => "week".to_string(),
            "30d" if phrase.find(&["month"]).is_some() => "month".to_string(),
            other => other.to_string(),
        }));
    }
    let number = said.numbers.first()?;
    let fits =
        !said.odd && said.numbers.len() == 1 && said.lengths.len() < 2 && named.is_empty() && said.days.is_empty();
    let list = said.joined();
    let space = if list.is_empty() { "" } else { " " };
    let line = format!("cap {list}{space}{number}");
    match window.filter(|_| fits) {
        Some(window) => Some((format!("{line} per {window}"), true)),
        None => fits.then_some((line, false)),
    }
}

/// `cap 3 per week and 1 per day`; `cap email and push 1 per day` is one.
fn two_caps(phrase: &Phrase<'_>, and: usize) -> Option<Problem> {
    let all = phrase.len();
    match (one_cap(phrase, 0, and), one_cap(phrase, and + 1, all)) {
        (Some((first, true)), Some((second, true))) => {
            let title = "Each cap has a line of its own";
            let edit = format!("write `{first}` here, and `{second}` on the next line");
            Some(phrase.say(0, all, title, &edit))
        }
        // `cap 3 per day for email and push together`
        (None, _) | (Some((_, true)), None)
            if !(and + 1..all).any(|at| phrase.is(at, Lexeme::Number)) || one_cap(phrase, 0, and).is_none() =>
        {
            let mut fillers = AROUND_A_CAP.to_vec();
            fillers.push("and");
            let said = Slots::of(phrase, 0, all, &fillers);
            let window = said.names.iter().find(|name| matches!(name.as_str(), "day" | "week" | "month"));
            let window = window.or(said.lengths.first())?;
            let line = format!("cap {} {} per {window}", said.joined(), said.numbers.first()?);
            phrase.line("Names in a list are parted by commas", &line)
        }
        _ => None,
    }
}

/// Words around the length of a gap.
const AROUND_A_GAP: &[&str] = &[
    "interval", "cooldown", "time", "no", "within", "not", "more", "one", "a", "all", "distance", "pause", "gap",
    "gaps", "min", "minimum", "minimal", "at", "at_least", "least", "of", "between", "message", "messages", "send",
    "sends", "each", "every", "two", "the", "and", "wait", "for", "in", "per", "on", "any", "keep", "leave", "is",
    ">=", "apart", "space", "spacing", "other", "than", "after",
];

/// `gap 1 day between emails`, `min gap 24h`, `at least 1 day between messages`
pub(super) fn gap(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    // `gap 3 per day`
    let counts = (1..all)
        .any(|at| phrase.is(at, Lexeme::Number) && matches!(phrase.low(at + 1).as_str(), "per" | "/" | "a" | "each"));
    if phrase.low(0) == "gap"
        && counts
        && let Some((line, true)) = one_cap(phrase, 1, all)
    {
        return phrase
            .line("How many messages go in a time is limited by `cap`; a `gap` is the time between two", &line);
    }
    let says = (0..all.min(3)).any(|at| matches!(phrase.low(at).as_str(), "gap" | "spacing" | "interval" | "cooldown"))
        || matches!(phrase.low(all.saturating_sub(1)).as_str(), "gap" | "apart" | "pause" | "distance")
            && (0..all).any(|at| super::slots::length(phrase, at).is_some())
        || phrase.low(0) == "no" && phrase.find(&["two", "within"]).is_some() && phrase.find(&["per"]).is_none()
        || phrase.find(&["between", "apart"]).is_some()
            && phrase.find(&["messages", "message", "emails", "sms", "pushes", "sends", "promos", "mails"]).is_some();
    if !says || phrase.has(Lexeme::Time) {
        return None;
    }
    let end = phrase.find(&["skip", "when", "hold"]).unwrap_or(all);
    let said = Slots::of(phrase, 0, end, AROUND_A_GAP);
    let list = said.joined();
    let list = if list.is_empty() { list } else { format!(" for {list}") };
    let tail = match phrase.low(end).as_str() {
        "skip" => ", skip".to_string(),
        "when" => format!(" {}", phrase.written(end, all)),
        _ => String::new(),
    };
    if said.only(1, 0, 0) {
        let length = said.lengths.first()?;
        let title = "How far messages are apart is said by `gap` and a length of time";
        return phrase.line(title, &format!("gap {length}{list}{tail}"));
    }
    if said.only(0, 1, 0) {
        let number = said.numbers.first()?;
        let title = "A gap needs the unit of its time";
        return phrase.line(title, &format!("gap {number}h{list}{tail}"));
    }
    let edit = format!("write `gap 4h`, or `gap 1d{}`", if list.is_empty() { " for email" } else { &list });
    (phrase.low(0) == "gap" && all == 1)
        .then(|| phrase.say(0, all, "A gap says how far messages are apart at least", &edit))
}

/// `throttle 1000 per hour`
pub(super) fn over_all_people(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    // `limit 1000 customers`
    let people = matches!(first.as_str(), "limit" | "max" | "maximum" | "only" | "first" | "cap" | "quota")
        && phrase.is(1, Lexeme::Number)
        && matches!(
            phrase.low(2).as_str(),
            "customers" | "users" | "people" | "contacts" | "entries" | "recipients" | "persons"
        );
    if people && phrase.len() == 3 {
        let title = "How many customers come in together cannot be limited";
        return Some(phrase.say(
            0,
            phrase.len(),
            title,
            "take this line away, and say who comes in by `for` and a condition",
        ));
    }
    if !matches!(
        first.as_str(),
        "throttle" | "rate" | "rate_limit" | "ratelimit" | "speed" | "budget" | "volume" | "warmup"
    ) {
        return None;
    }
    let title = "A limit over all customers together cannot be said";
    Some(phrase.say(0, phrase.len(), title, "limit what each customer gets: `cap 1 per day`"))
}
