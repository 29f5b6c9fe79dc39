//! Entries at a time, as people say them: `each monday`, `daily at 9`, `on birthday`, `30d before profile.renewal_date`.

use super::as_name;
use super::phrase::Phrase;
use super::slots::{Slots, day};
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::MONTHS;

const AROUND: [&str; 18] = [
    "every", "each", "day", "daily", "weekly", "at", "on", "in", "the", "and", "or", "of", "week", "a", "time", "from",
    "to", "days",
];

/// `every monday and thursday`, `each day at 9am`, `every 2 weeks`
pub(super) fn every(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let weekly = "write `every monday at 09:00:`, and `reenter after 13d` above it for every two weeks";
    let said_day = (1..end).find_map(|at| day(&phrase.low(at))).unwrap_or("monday");
    let said_time =
        (1..end).find_map(|at| super::slots::time(phrase, at)).map_or("09:00".to_string(), |(time, _)| time);
    let (first, second) = (phrase.low(0), phrase.low(1));
    if phrase.find(&["month", "months", "monthly", "quarter", "quarterly"]).is_some()
        || first != "monday"
            && phrase.text(1).starts_with(|c: char| c.is_ascii_digit())
            && super::slots::length(phrase, 1).is_none()
            && first == "every"
    {
        let title = "A journey cannot begin on a day of the month";
        let edit =
            format!("write `every {said_day} at {said_time}:`, and `reenter after 27d` above it: about once a month");
        return Some(phrase.say(0, end, title, &edit));
    }
    if matches!(second.as_str(), "first" | "second" | "third" | "last" | "other" | "1st" | "2nd" | "two") {
        let edit = weekly.replace("monday", said_day).replace("09:00", &said_time);
        return Some(phrase.say(0, end, "A weekday stands for each of its kind, not for every other", &edit));
    }
    if super::slots::length(phrase, 1).is_some() || matches!(second.as_str(), "hour" | "minute") {
        return Some(at_intervals(phrase, weekly));
    }
    if matches!(first.as_str(), "once" | "twice") {
        let edit = if second == "day" || phrase.low(2) == "day" {
            "write `every day at 09:00:`"
        } else {
            "write `every monday at 09:00:`, or `every monday, thursday at 09:00:`"
        };
        return Some(phrase.say(
            0,
            end,
            "A journey that comes again and again begins with `every`, the days and a time",
            edit,
        ));
    }
    if phrase.is(1, Lexeme::Text) {
        let title = "A journey that comes again and again begins with `every`, the days and a time";
        let edit = "write `every monday at 09:00:`, or `every day at 09:00:`, with your day and time";
        return Some(phrase.say(0, end, title, edit));
    }
    if let Some(found) = for_some(phrase) {
        return Some(found);
    }
    if let Some(found) = working_days(phrase) {
        return Some(found);
    }
    if let Some(found) = yearly(phrase) {
        return Some(found);
    }
    if second == "week" && !(0..end).any(|at| day(&phrase.low(at)).is_some()) {
        return None;
    }
    if phrase.find(&["christmas", "easter", "year"]).is_some() && !phrase.has(Lexeme::Dot) {
        let title = "A day of the calendar is written with its year";
        return Some(phrase.say(0, end, title, "write `on 2026-12-24 at 09:00:`, or `every year on profile.birthday at 09:00:` for a date of each customer"));
    }
    let has_time = (1..end).any(|at| super::slots::time(phrase, at).is_some() || phrase.is(at, Lexeme::Number));
    let title = if has_time {
        "A journey that comes again and again begins with `every`, the days and a time"
    } else {
        "This does not say at what time of the day"
    };
    // Where the clock is, is each customer's own affair.
    let cut = phrase.find(&["in", "local"]).filter(|&at| at > 2 && at < end).unwrap_or(end);
    let but = phrase.find(&["except", "but"]).filter(|at| *at < cut);
    let mut said = Slots::of(phrase, 0, cut, &AROUND);
    if let (Some(but), [day]) = (but, said.days.as_slice()) {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let weekend = *day == "weekends";
        if (but + 1..cut)
            .all(|at| super::slots::day(&phrase.low(at)).is_none() && !phrase.low(at).starts_with("weekend"))
        {
            let title = "Days that come once a year are no part of `every`";
            let edit = "take what follows the time away, and in the charter write `quiet 00:00-24:00 when today is 2026-12-25`";
            return Some(phrase.say(0, end, title, edit));
        }
        let left: Vec<&str> =
            days.into_iter().filter(|other| other != day && !(weekend && other.starts_with('s'))).collect();
        let time = (but..cut)
            .chain(1..but)
            .find_map(|at| super::slots::time(phrase, at))
            .map_or("09:00".to_string(), |(time, _)| time);
        return phrase.whole("The days are listed", &format!("every {} at {time}:", left.join(", ")));
    }
    said.names.retain(|name| !matches!(name.as_str(), "morning" | "mornings" | "evening" | "afternoon" | "night"));
    if said.odd || !said.names.is_empty() {
        return None;
    }
    let time = match (said.times.as_slice(), said.numbers.as_slice()) {
        ([time], []) => time.clone(),
        ([], [hour]) => format!("{:02}:00", hour.parse::<u32>().ok().filter(|hour| *hour < 24)?),
        ([], []) if phrase.find(&["evening"]).is_some() => "18:00".to_string(),
        ([], []) if phrase.find(&["night", "nights"]).is_some() => "21:00".to_string(),
        ([], []) if phrase.find(&["afternoon", "afternoons"]).is_some() => "14:00".to_string(),
        ([], []) if phrase.find(&["noon", "midday", "lunchtime"]).is_some() => "12:00".to_string(),
        ([], []) => "09:00".to_string(),
        ([first, second], []) => {
            let days = if said.days.is_empty() { "day".to_string() } else { said.days.join(", ") };
            let edit =
                format!("write `every {days} at {first}:`, and `every {days} at {second}:` on a line of its own");
            return Some(phrase.say(0, end, "An entry is at one time of the day", &edit));
        }
        ([], [first, second])
            if [first, second].into_iter().all(|hour| hour.parse().is_ok_and(|hour: u32| hour < 24)) =>
        {
            let days = if said.days.is_empty() { "day".to_string() } else { said.days.join(", ") };
            let edit = format!(
                "write `every {days} at {first:0>2}:00:`, and `every {days} at {second:0>2}:00:` on a line of its own"
            );
            return Some(phrase.say(0, end, "An entry is at one time of the day", &edit));
        }
        _ => return None,
    };
    let days = if said.days.is_empty() { "day".to_string() } else { said.days.join(", ") };
    let days = days.replace("weekdays", "weekday").replace("weekends", "saturday, sunday");
    phrase.whole(title, &format!("every {days} at {time}:"))
}

/// `every mon-fri at 9`, `every monday to friday`
fn working_days(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let at = (1..end).find(|&at| {
        day(&phrase.low(at)) == Some("monday")
            && matches!(phrase.low(at + 1).as_str(), "-" | "–" | "to" | "until" | "through")
            && day(&phrase.low(at + 2)) == Some("friday")
    })?;
    let hour =
        |at: usize| phrase.low(at).parse::<u32>().ok().filter(|hour| *hour < 24).map(|hour| format!("{hour:02}:00"));
    let time = |at: usize| super::slots::time(phrase, at).map(|(time, _)| time).or_else(|| hour(at));
    let time = (at + 3..end).find_map(time).unwrap_or("09:00".to_string());
    phrase.whole("Monday to friday is one word", &format!("every weekday at {time}:"))
}

/// `every 2 weeks at 08:00`, `every hour`
fn at_intervals(phrase: &Phrase<'_>, weekly: &str) -> Problem {
    let end = phrase.end();
    let title = "A journey begins on a weekday and at a time, not at intervals";
    let time = (1..end).find_map(|at| super::slots::time(phrase, at)).map_or("09:00".to_string(), |(time, _)| time);
    let day = (1..end).find_map(|at| day(&phrase.low(at))).unwrap_or("monday");
    let weeks = super::slots::length(phrase, 1).and_then(|(length, _)| length.strip_suffix('w')?.parse::<u32>().ok());
    let edit = match (weeks, phrase.find(&["hour", "minute", "hours", "minutes", "day"]).is_some()) {
        (Some(weeks), _) if weeks > 1 => {
            format!("write `every {day} at {time}:`, and `reenter after {}d` above it", weeks.saturating_mul(7) - 1)
        }
        (None, true) => format!("write `every day at {time}:`, the shortest there is"),
        _ => weekly.replace("monday", day).replace("09:00", &time),
    };
    phrase.say(0, end, title, &edit)
}

/// `every monday at 09:00 for vips`, `on cart_abandoned for profile.vip`: who comes in is said by a line of its own.
pub(super) fn for_some(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let of_segment = matches!(phrase.text(1), "entering" | "leaving");
    let at = (2..end).find(|&at| match phrase.low(at).as_str() {
        "for" => true,
        "to" => !of_segment,
        "where" | "if" | "when" | "and" => of_segment,
        _ => false,
    })?;
    // For how long is no question of who.
    let who = ["customers", "users", "people", "members", "contacts", "subscribers", "only"];
    let last = if who.contains(&phrase.low(end - 1).as_str()) && at + 2 < end { end - 1 } else { end };
    let asked =
        super::asked::condition(phrase, at + 1, last).filter(|_| super::slots::length(phrase, at + 1).is_none());
    let asked = asked.or_else(|| {
        let alone = at + 2 == end && phrase.is(at + 1, Lexeme::Word) && phrase.low(at) == "for";
        alone.then(|| format!("in {}", as_name(phrase.text(at + 1))))
    })?;
    let line = phrase.rewritten(|word| day(&word.to_lowercase()).filter(|day| word.eq_ignore_ascii_case(day)));
    let begins = line.split(&format!(" {} ", phrase.text(at))).next().unwrap_or_default().to_string();
    let title = "Who comes in is said by `for` on a line of its own, above this one";
    Some(phrase.say(
        at,
        end,
        title,
        &format!("write `{begins}:` here, and `for {asked}` on the line above, in the same column"),
    ))
}

/// `every birthday`, `every year on the customer's birthday`
fn yearly(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let names = phrase.names();
    let asks = phrase.find(&["year", "yearly", "birthday", "anniversary", "annually"])?;
    let date = (1..end).rev().find(|&at| {
        phrase.is(at, Lexeme::Word)
            && names.attribute(phrase.text(at)).is_some_and(|kind| matches!(kind, "date" | "moment"))
    });
    let date = date.or_else(|| phrase.find(&["birthday", "anniversary"]))?;
    let number = (asks..end).any(|at| phrase.is(at, Lexeme::Number));
    if phrase.has(Lexeme::Dot) || number {
        return None;
    }
    let time = (date..end).find_map(|at| super::slots::time(phrase, at)).map_or("09:00".to_string(), |(time, _)| time);
    let title = "The day of each year comes from a date of the profile";
    phrase.whole(title, &format!("every year on profile.{} at {time}:", phrase.low(date)))
}

/// `on birthday`, `on date birthday`, `on 24 december 2026`, `on monday at 09:00`, `on date 2026-12-24`
pub(super) fn dated(phrase: &Phrase<'_>) -> Option<Problem> {
    if let Some(found) = feast(phrase) {
        return Some(found);
    }
    let end = phrase.end();
    if phrase.low(1) == "date" && phrase.find(&["month", "months", "year", "years"]).is_some() {
        return months(phrase);
    }
    if let Some(found) = before_a_date(phrase, 1) {
        return Some(found);
    }
    if phrase.find(&["month", "monthly"]).is_some_and(|at| at < end) {
        let title = "A journey cannot begin on a day of the month";
        let edit = "write `every monday at 09:00:`, and `reenter after 27d` above it: about once a month";
        return Some(phrase.say(0, end, title, edit));
    }
    if phrase.find(&["birthday", "anniversary"]).is_some_and(|at| at > 1 && at < end)
        && phrase.low(1) != "date"
        && phrase.low(1) != "profile"
    {
        return yearly(phrase);
    }
    if let Some(weekday) = (1..end.min(4)).find(|&at| day(&phrase.low(at)).is_some()) {
        let around = (1..weekday).all(|at| matches!(phrase.low(at).as_str(), "a" | "the" | "each" | "every" | "next"));
        return if around { every_weekday(phrase) } else { None };
    }
    let names = phrase.names();
    let from = if phrase.low(1) == "date" { 2 } else { 1 };
    if from == 2 && phrase.is(2, Lexeme::Date) {
        return phrase.line("A day of the calendar follows `on` at once", &format!("on {}", phrase.written(2, end)));
    }
    if let Some(date) = spelt(phrase, from) {
        let time =
            (from..end).find_map(|at| super::slots::time(phrase, at)).map_or("09:00".to_string(), |(time, _)| time);
        return phrase.whole("Dates are written year-month-day", &format!("on {date} at {time}:"));
    }
    let path = if phrase.low(from) == "profile" { from + 2 } else { from };
    let is_date = names.attribute(phrase.text(path)).is_some_and(|kind| matches!(kind, "date" | "moment"));
    let plain = phrase.low(from) == "profile" || from == 2;
    let of_each = phrase.low(from) == "profile"
        && phrase.low(1) != "date"
        && matches!(phrase.low(path + 1).as_str(), ":" | "at" | "");
    if of_each && is_yearly(&phrase.low(path)) {
        let time =
            (path..end).find_map(|at| super::slots::time(phrase, at)).map_or("09:00".to_string(), |(time, _)| time);
        let title = "A day that comes each year begins with `every year on` and its attribute";
        return phrase.line(title, &format!("every year on profile.{} at {time}", phrase.text(path)));
    }
    if !plain || !phrase.is(path, Lexeme::Word) || from == 1 && !is_date {
        return None;
    }
    let date = format!("profile.{}", phrase.text(path));
    let title = "A journey that follows a date begins with `on date` and the attribute";
    let rest = match (phrase.low(path + 1).as_str(), super::slots::length(phrase, path + 2)) {
        ("before" | "minus" | "less", Some((length, _))) => format!(" - {length}"),
        ("after" | "plus", Some((length, _))) => format!(" + {length}"),
        ("", _) | (":", _) => String::new(),
        _ if path + 1 < end => format!(" {}", phrase.written(path + 1, end)),
        _ => String::new(),
    };
    let at = (path + 1..end).find(|&at| phrase.text(at) == "at").filter(|_| !rest.contains(" at "));
    let time = at.map_or(String::new(), |at| format!(" {}", phrase.written(at, end)));
    phrase.line(title, &format!("on date {date}{rest}{time}"))
}

/// Whether an attribute by this name is a day that comes back each year.
pub(crate) fn is_yearly(name: &str) -> bool {
    ["birthday", "birth_date", "birthdate", "date_of_birth", "dob", "anniversary", "geburtstag", "anniversaire"]
        .iter()
        .any(|yearly| name.ends_with(yearly))
}

/// `on black friday at 9am`, `on christmas`: feast days with the date on which they next are.
fn feast(phrase: &Phrase<'_>) -> Option<Problem> {
    const FEASTS: [(&str, &str); 16] = [
        ("black friday", "2026-11-27"),
        ("cyber monday", "2026-11-30"),
        ("singles day", "2026-11-11"),
        ("christmas eve", "2026-12-24"),
        ("christmas", "2026-12-25"),
        ("xmas", "2026-12-25"),
        ("weihnachten", "2026-12-24"),
        ("noel", "2026-12-25"),
        ("navidad", "2026-12-25"),
        ("new year", "2027-01-01"),
        ("valentine", "2027-02-14"),
        ("easter", "2027-03-28"),
        ("ostern", "2027-03-28"),
        ("halloween", "2026-10-31"),
        ("thanksgiving", "2026-11-26"),
        ("boxing day", "2026-12-26"),
    ];
    let end = phrase.end();
    let said = (1..end).map(|at| phrase.low(at)).collect::<Vec<_>>().join(" ").replace('_', " ");
    let (_, date) =
        FEASTS.iter().find(|(name, _)| said.starts_with(name) || said.starts_with(&format!("the {name}")))?;
    let time = (1..end).find_map(|at| super::slots::time(phrase, at)).map_or("09:00".to_string(), |(time, _)| time);
    let title = "Feast days have no names here: the date is written, with its year";
    phrase.line(title, &format!("on {date} at {time}"))
}

/// `on monday at 09:00`
fn every_weekday(phrase: &Phrase<'_>) -> Option<Problem> {
    let said = Slots::of(phrase, 1, phrase.end(), &["a", "the", "at", "and", "or", "each", "every", "next"]);
    let time = said.times.first().map_or("09:00", String::as_str);
    let title = "A weekday that comes each week begins with `every`";
    (!said.odd && said.names.is_empty()).then_some(())?;
    phrase.whole(title, &format!("every {} at {time}:", said.days.join(", ")))
}

/// `24 december 2026`, `December 24, 2026`
fn spelt(phrase: &Phrase<'_>, from: usize) -> Option<String> {
    let mut words = (from..from + 3).filter(|&at| phrase.is(at, Lexeme::Word));
    let month = words.find_map(|at| month_of(&phrase.low(at)))?;
    let numbers = (from..phrase.end()).filter(|&at| phrase.is(at, Lexeme::Number));
    let numbers: Vec<u32> =
        numbers.filter_map(|at| phrase.low(at).trim_end_matches(|c: char| c.is_alphabetic()).parse().ok()).collect();
    let day = numbers.iter().find(|number| (1..32).contains(*number))?;
    let year = numbers.iter().find(|number| (2000..2100).contains(*number)).copied().unwrap_or(2026);
    Some(format!("{year}-{month:02}-{day:02}"))
}

/// The date that begins at this place: `1 March 2026`, `March 1`, `2026-03-01`.
pub(super) fn date(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    let number = |at: usize| phrase.is(at, Lexeme::Number);
    let month = |at: usize| phrase.is(at, Lexeme::Word) && is_month(&phrase.low(at));
    if phrase.is(at, Lexeme::Date) {
        return Some(phrase.text(at).to_string());
    }
    let begins = number(at) && month(at + 1) || month(at) && number(at + 1) && !(at > 0 && number(at - 1));
    if begins { spelt(phrase, at) } else { None }
}

/// `24 December`, `1 November 2026` anywhere in a line.
pub(super) fn spelt_date(phrase: &Phrase<'_>) -> Option<Problem> {
    let month = |at: usize| MONTHS.contains(&phrase.low(at).as_str());
    let at = (1..phrase.end()).find(|&at| month(at))?;
    let is_number = |at: usize| phrase.is(at, Lexeme::Number);
    let from = if is_number(at - 1) { at - 1 } else { at };
    let day = if from < at { from } else { at + 1 };
    let comma = day.max(at) + 1;
    let year = [comma, comma + 1]
        .into_iter()
        .find(|&at| phrase.low(at).parse::<u32>().is_ok_and(|year| (2000..2100).contains(&year)));
    let to = year.map_or(day.max(at) + 1, |year| year + 1);
    is_number(day).then_some(())?;
    Some(phrase.perhaps(from, to, "Dates are written year-month-day, in digits", &spelt(phrase, from)?))
}

/// The number of a month by its first three letters, which most languages share: `dec`, `december`, `decembre`.
fn month_of(word: &str) -> Option<usize> {
    MONTHS.iter().position(|month| month.get(..3).is_some_and(|first| word.starts_with(first))).map(|at| at + 1)
}

/// Whether a word is a month, or its first letters.
pub(super) fn is_month(word: &str) -> bool {
    month_of(word).is_some()
}

/// `- 1 month`
fn months(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = phrase.find(&["month", "months", "year", "years"])?;
    let number: u32 = phrase.text(at.checked_sub(1)?).parse().ok()?;
    let year = phrase.low(at).starts_with('y');
    let days = number.checked_mul(if year { 365 } else { 30 })?;
    let title = if year { "Years are not all of one length" } else { "Months are not all of one length" };
    Some(phrase.perhaps(at - 1, at + 1, title, &format!("{days}d")))
}

/// `30d before profile.renewal_date`
pub(super) fn before_a_date(phrase: &Phrase<'_>, from: usize) -> Option<Problem> {
    let (length, count) = super::slots::length(phrase, from)?;
    let sign = match phrase.low(from + count).as_str() {
        "before" | "prior" | "ahead" => "-",
        "after" | "past" | "since" => "+",
        _ => return None,
    };
    let end = phrase.find(&[":", "at"]).unwrap_or(phrase.len());
    let skip = (from + count + 1..end).find(|&at| !matches!(phrase.text(at), "the" | "to" | "of"))?;
    let date = phrase.written(skip, end);
    let date = if date.contains('.') { date } else { format!("profile.{}", as_name(&date)) };
    let bare = date.trim_start_matches("profile.");
    let happens = bare.contains('_') && bare.ends_with("ed") && !phrase.has(Lexeme::Dot) && sign == "+";
    if happens || phrase.names().is_event(bare) {
        let event = date.trim_start_matches("profile.");
        let edit = format!("write `on {event}:`, and `wait {length}` below it, indented");
        return Some(phrase.say(0, end, "Waiting is the first step, and no part of the entry", &edit));
    }
    let title = "A journey that follows a date begins with `on date`";
    Some(phrase.perhaps(0, end, title, &format!("on date {date} {sign} {length}")))
}
