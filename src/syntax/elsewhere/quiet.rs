//! Quiet times as people say them.

use super::phrase::Phrase;
use super::slots::{Slots, WEEK, day};
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

/// Words around the times of a quiet rule.
const AROUND: &[&str] = &[
    "start",
    "starts",
    "end",
    "ends",
    "overnight",
    "tonight",
    "quiet",
    "hours",
    "hour",
    "time",
    "times",
    "from",
    "to",
    "until",
    "till",
    "and",
    "between",
    "for",
    "on",
    "at",
    "the",
    "in",
    "of",
    "no",
    "not",
    "never",
    "do",
    "don",
    "'",
    "’",
    "t",
    "send",
    "sends",
    "sending",
    "message",
    "messages",
    "disturb",
    "dnd",
    "contact",
    "silent",
    "silence",
    "blackout",
    "after",
    "before",
    "night",
    "nights",
    "nightly",
    "daily",
    "every",
    "each",
    "day",
    "days",
    "only",
    "customers",
    "customer",
    "local",
    "all",
    "whole",
    "long",
    "mode",
    "business",
    "office",
    "working",
    "allowed",
    "allow",
    "window",
    "is",
    "during",
    "is",
    "be",
    "or",
];

/// `quiet hours 9pm - 8am`, `no emails on sunday`, `send only between 09:00 and 18:00`
pub(super) fn quiet(phrase: &Phrase<'_>) -> Option<Problem> {
    let (first, all) = (phrase.low(0), phrase.len());
    let forbids = matches!(
        first.as_str(),
        "quiet"
            | "night"
            | "no"
            | "never"
            | "do"
            | "don"
            | "not"
            | "dnd"
            | "silent"
            | "silence"
            | "blackout"
            | "nothing"
    );
    let opens = matches!(
        (first.as_str(), phrase.low(1).as_str()),
        ("only", "send" | "sends" | "contact" | "between")
            | (
                "send" | "sending" | "deliver" | "allowed" | "business" | "office" | "working" | "delivery" | "opening",
                _
            )
    ) && phrase.find(&["best"]).is_none();
    if matches!(first.as_str(), "weekdays" | "workdays") && phrase.low(1) == "only"
        || first == "only" && phrase.find(&["weekdays"]).is_some() && !phrase.has(Lexeme::Time)
    {
        return phrase.line("A quiet day is a quiet time from 00:00 to 24:00", "quiet 00:00-24:00 on weekends");
    }
    if !forbids && !opens {
        return None;
    }
    let on_weekdays = opens && phrase.find(&["weekdays", "workdays", "weekday"]).is_some() && !phrase.has(Lexeme::Time);
    if on_weekdays && !phrase.has(Lexeme::Number) {
        return phrase.line("A quiet day is a quiet time from 00:00 to 24:00", "quiet 00:00-24:00 on weekends");
    }
    let end = phrase.find(&["except", "skip", "when"]).unwrap_or(all);
    if let Some(found) = of_a_zone(phrase) {
        return Some(found);
    }
    let mut said = Slots::of(phrase, 1, end, AROUND);
    hours(phrase, end, &mut said);
    if said.odd || !said.names.is_empty() || !said.lengths.is_empty() || !said.numbers.is_empty() {
        return other_quiet(phrase, &said);
    }
    let times = match (said.times.as_slice(), opens) {
        ([from, to], false) | ([to, from], true) => format!("{from}-{to}"),
        ([one], false) if phrase.find(&["before", "until"]).is_some() => format!("21:00-{one}"),
        ([one], false) => format!("{one}-08:00"),
        ([], false) if phrase.find(&["night", "nights", "nightly", "overnight"]).is_some() => "21:00-08:00".to_string(),
        ([], false) if !said.days.is_empty() => "00:00-24:00".to_string(),
        ([a, b, c, d], false) => {
            let days = |at: usize| said.days.get(at).map(|day| format!(" on {day}")).unwrap_or_default();
            let (first, second) =
                if said.days.len() == 2 { (days(0), days(1)) } else { (String::new(), String::new()) };
            let edit = format!("write `quiet {a}-{b}{first}` here, and `quiet {c}-{d}{second}` on the next line");
            return Some(phrase.say(0, all, "Each quiet time has a line of its own", &edit));
        }
        _ => return other_quiet(phrase, &said),
    };
    if first == "quiet"
        && said.times.len() == 2
        && phrase
            .find(&["plus", "and", "&", ","])
            .is_some_and(|at| day(&phrase.low(at + 1)).is_some() && said.days.len() == 1)
    {
        let edit =
            format!("write `quiet {times}` here, and `quiet 00:00-24:00 on {}` on the next line", said.days.join(", "));
        return Some(phrase.say(0, all, "Each quiet time has a line of its own", &edit));
    }
    let others = if phrase.low(end) == "except" { other_days(phrase, end + 1) } else { None };
    if let Some(others) = others.filter(|_| said.days.is_empty()) {
        let list = if said.list.is_empty() { String::new() } else { format!(" for {}", said.joined()) };
        let line = format!("quiet {times} on {}{list}", others.join(", "));
        return phrase.line("A quiet time names the days on which it stands", &line);
    }
    let days = if said.days.is_empty() { String::new() } else { format!(" on {}", said.days.join(", ")) };
    let list = said.joined();
    let list = if list.is_empty() { list } else { format!(" for {list}") };
    let tail = match phrase.low(end).as_str() {
        "skip" => ", skip".to_string(),
        "when" => format!(" {}", phrase.written(end, all)),
        "except" if phrase.low(end + 1) != "transactional" => return None,
        _ => String::new(),
    };
    let title = match said.times.as_slice() {
        [] if !said.days.is_empty() => "A quiet day is a quiet time from 00:00 to 24:00",
        _ if opens => "When nothing is sent is said by `quiet`, from-to",
        _ if phrase.low(end) == "except" => "Transactional messages have no quiet time anyway",
        _ if !said.texts.is_empty() || phrase.find(&["local"]).is_some() => {
            "Quiet times are those of each customer's own time zone"
        }
        _ if (1..end).any(|at| phrase.low(at).ends_with("am") || phrase.low(at).ends_with("pm")) => {
            "Times are written on the 24-hour clock"
        }
        _ => "Quiet hours are written from-to",
    };
    let line = format!("quiet {times}{days}{list}{tail}");
    // Both times are said, and nothing is left out.
    let sure = said.times.len() == 2 && !opens && said.texts.is_empty() && phrase.low(end) != "except";
    if sure { phrase.surely(title, &line) } else { phrase.line(title, &line) }
}

/// The days of the week but those that are named from here on, where nothing else is.
fn other_days(phrase: &Phrase<'_>, from: usize) -> Option<Vec<&'static str>> {
    let but = Slots::of(phrase, from, phrase.len(), AROUND);
    let named = |day: &&str| match *day {
        "saturday" | "sunday" => but.days.contains(day) || but.days.contains(&"weekends"),
        _ => but.days.contains(day) || but.days.contains(&"weekdays"),
    };
    let others: Vec<&str> = WEEK.into_iter().filter(|day| !named(day)).collect();
    let days_alone = but.only(0, 0, 0) && but.list.is_empty() && but.times.is_empty() && !but.days.is_empty();
    (days_alone && !others.is_empty()).then_some(others)
}

/// `quiet 21:00-08:00 Europe/Paris`
fn of_a_zone(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let slash = (1..all)
        .find(|&at| phrase.text(at) == "/" && phrase.is(at - 1, Lexeme::Word) && phrase.is(at + 1, Lexeme::Word));
    let alone =
        || (1..all).find(|&at| matches!(phrase.text(at), "CET" | "CEST" | "UTC" | "GMT" | "EST" | "PST" | "MEZ"));
    let (mut from, to) = match slash {
        Some(at) => (at - 1, at + 2),
        None => alone().map(|at| (at, at + 1))?,
    };
    if phrase.low(from - 1) == "in" {
        from -= 1;
    }
    let title = "Quiet times are those of each customer's own time zone";
    Some(phrase.away(from, to, title, &format!("take `{}` away", phrase.written(from, to))))
}

/// `quiet 21-8`, `quiet 21h-8h`, `quiet 2100-0800`: hours without their minutes.
fn hours(phrase: &Phrase<'_>, end: usize, said: &mut Slots<'_>) {
    let clock = |text: &str| {
        if let Some((hour, minute)) = text.split_once(['.', 'h']).filter(|(_, minute)| minute.len() == 2) {
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            return (hour < 25 && minute < 60).then(|| format!("{hour:02}:{minute:02}"));
        }
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let rest = text.get(digits.len()..)?;
        let number: u32 = digits.parse().ok().filter(|_| rest.is_empty() || rest == "h")?;
        let (hour, minute) = if digits.len() == 4 { (number / 100, number % 100) } else { (number, 0) };
        (hour < 25 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
    };
    let numbers: Vec<usize> = (1..end).filter(|&at| phrase.is(at, Lexeme::Number)).collect();
    let times: Vec<String> = numbers.iter().filter_map(|&at| clock(phrase.text(at))).collect();
    if said.times.is_empty() && times.len() == 2 && numbers.len() == 2 {
        said.times = times;
        said.lengths.clear();
        said.numbers.clear();
    }
}

/// What cannot be said as a quiet time.
fn other_quiet(phrase: &Phrase<'_>, said: &Slots<'_>) -> Option<Problem> {
    let all = phrase.len();
    let date = said.dates.first().copied().or_else(|| {
        let holiday = phrase.find(&["christmas", "xmas", "holiday", "holidays", "easter", "newyear"]).is_some();
        holiday.then_some("2026-12-25")
    });
    if let Some(date) = date {
        let title = "A quiet date is a quiet day with a condition";
        let line = format!("quiet 00:00-24:00 when today is {date}");
        return phrase.line(title, &line);
    }
    let edit = "write it from-to, such as `quiet 21:00-08:00`, or `quiet 00:00-24:00 on sunday`";
    (phrase.low(0) == "quiet").then(|| phrase.say(0, all, "A quiet time is written from-to", edit))
}
