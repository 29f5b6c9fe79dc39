//! What begins a journey, as people say it: `on event X`, `when somebody abandons a cart`, `each monday`.

use super::asked::condition;
use super::goals::{asked_of, events};
use super::happenings::{arrow, asked_in_words, compares, engagement, forgotten_colon, more_than_an_event};
use super::phrase::Phrase;
use super::schedule::{before_a_date, dated, every, for_some};
use super::{as_name, clauses, event_name, items};
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::{Mode, reserved};

const TITLE: &str = "A journey begins with `on` and its event";

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    if phrase.mode == Mode::Item
        && let Some(found) = items::meant(phrase)
    {
        return Some(found);
    }
    if let Some(found) = only_if(phrase).or_else(|| after_a_while(phrase)) {
        return Some(found);
    }
    if let Some(found) = a_place(phrase).or_else(|| membership(phrase)) {
        return Some(found);
    }
    let first = phrase.low(0);
    let found = match first.as_str() {
        "on" => before_it_happens(phrase).or_else(|| on(phrase)),
        "cron" | "schedule" | "rrule" if phrase.is(1, Lexeme::Text) || phrase.is(2, Lexeme::Text) => {
            let title = "A journey that comes again and again begins with `every`, the days and a time";
            let edit = "write `every monday at 09:00:`, or `every day at 09:00:`, with your day and time";
            Some(phrase.say(0, phrase.end(), title, edit))
        }
        "daily" | "weekly" if phrase.find(&[":"]).is_some_and(|colon| colon + 1 < phrase.len()) => {
            let title = "A journey that comes again and again begins with `every`, the days and a time";
            let days = if first == "daily" { "day" } else { "monday" };
            let colon = phrase.find(&[":"]).unwrap_or(phrase.len());
            let time = (1..colon).find_map(|at| super::slots::time(phrase, at));
            let time = time.map_or("09:00".to_string(), |(time, _)| time);
            Some(phrase.perhaps(0, colon + 1, title, &format!("every {days} at {time}:")))
        }
        "every" | "each" | "daily" | "weekly" | "monthly" | "yearly" => every(phrase),
        "once" | "twice"
            if phrase.end() < phrase.len() && matches!(phrase.low(1).as_str(), "a" | "per" | "each" | "every") =>
        {
            every(phrase)
        }
        "for" if phrase.len() == 2 => None,
        "if" if phrase.low(1) == "customer" || phrase.low(1) == "user" => None,
        _ if phrase.mode == Mode::Clause && super::slots::day(&first).is_some() && phrase.len() > 2 => every(phrase),
        _ if phrase.mode == Mode::Clause => begins(phrase).or_else(|| clauses::meant(phrase)),
        "when" | "whenever" | "entry" | "trigger" => begins(phrase),
        "start" | "starts" | "begin" | "begins" | "entrance" | "enter"
            if matches!(phrase.low(1).as_str(), "when" | "whenever" | "if" | "with" | "on" | "once" | ":") =>
        {
            begins_inline(phrase).or_else(|| begins(phrase))
        }
        _ => None,
    };
    found
        .or_else(|| before_a_date(phrase, 0))
        .or_else(|| super::slots::day(&first).and_then(|_| every(phrase)))
        .or_else(|| if phrase.mode == Mode::Item { items::unlike_all(phrase) } else { None })
}

/// `on cart_abandoned, only if profile.newsletter`
fn only_if(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.find(&[":"]).unwrap_or(phrase.end());
    let asks = (3..end).find(|&at| {
        let limits = matches!(phrase.low(at - 1).as_str(), "," | "only" | "but");
        limits && matches!(phrase.low(at).as_str(), "if" | "when")
    })?;
    let named = phrase.low(0) == "on"
        && phrase.is(1, Lexeme::Word)
        && (2..asks).all(|at| matches!(phrase.low(at).as_str(), "," | "only" | "but"));
    let asked = condition(phrase, asks + 1, end).filter(|asked| named && !asked.contains("event."))?;
    let title = "Who comes in is said by `for` on a line of its own, above this one";
    Some(phrase.say(
        0,
        end,
        title,
        &format!("write `on {}:` here, and `for {asked}` on the line above", phrase.text(1)),
    ))
}

/// `when cart_abandoned and 2 hours passed`
fn after_a_while(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.find(&[":"]).unwrap_or(phrase.end());
    let and = (2..end).find(|&at| matches!(phrase.low(at).as_str(), "and" | "then" | ","))?;
    let (length, count) = super::slots::length(phrase, and + 1)?;
    let idle = |at: usize| {
        matches!(
            phrase.low(at).as_str(),
            "passed" | "have" | "has" | "later" | "after" | "elapsed" | "pass" | "went" | "by" | "gone"
        )
    };
    let begins = matches!(phrase.low(0).as_str(), "when" | "on" | "after" | "if" | "once");
    let behind = and + 1 + count;
    let event =
        events(phrase, 1, and).into_iter().next().filter(|_| begins && behind < end && (behind..end).all(idle))?;
    let edit = format!("write `on {event}:`, and `wait {length}` below it, indented");
    Some(phrase.say(0, end, "Waiting is the first step, and no part of the entry", &edit))
}

/// `start when user_registered: email welcome`
fn begins_inline(phrase: &Phrase<'_>) -> Option<Problem> {
    let colon = (2..phrase.len()).find(|&at| phrase.text(at) == ":").filter(|at| at + 1 < phrase.len())?;
    let found = events(phrase, 2, colon);
    let rest = phrase.written(colon + 1, phrase.len());
    let line = format!("on {}: {rest}", found.join(" or "));
    if found.is_empty() { None } else { phrase.whole(TITLE, &line) }
}

/// `trigger: cart_abandoned`, `when someone abandons a cart`, `entering big_spender`
fn begins(phrase: &Phrase<'_>) -> Option<Problem> {
    if let Some(found) = where_of_an_entry(phrase) {
        return Some(found);
    }
    let first = phrase.low(0);
    let (all, end) = (phrase.len(), phrase.end());
    if matches!(first.as_str(), "entering" | "leaving" | "enters" | "joins") && phrase.is(1, Lexeme::Word) {
        return segment(phrase, 0);
    }
    if first == "immediately" && all < 3 {
        let on = phrase.names().started();
        return Some(phrase.say(0, all, TITLE, &format!("write `on {on}:`; its first step is done at once")));
    }
    let known = |at: usize| phrase.names().is_event(phrase.text(at));
    if first == "if" && end == 2 && end < all && known(1) {
        return phrase.whole(TITLE, &format!("on {}:", phrase.text(1)));
    }
    let says = matches!(
        first.as_str(),
        "entry"
            | "enter"
            | "start"
            | "starts"
            | "begin"
            | "begins"
            | "trigger"
            | "triggers"
            | "triggered"
            | "when"
            | "whenever"
            | "event"
            | "upon"
            | "after"
            | "entrance"
            | "enrollment"
    );
    let dated = (0..all).any(|at| phrase.is(at, Lexeme::Date) || phrase.is(at, Lexeme::Number));
    if !says || dated {
        return None;
    }
    // One word is another, which is mended without asking.
    if matches!(first.as_str(), "when" | "trigger" | "triggered" | "upon" | "whenever") && end == 2 && end < all {
        return None;
    }
    let skip = |word: &str| {
        matches!(
            word,
            ":" | "when"
                | "on"
                | "criteria"
                | "event"
                | "with"
                | "is"
                | "a"
                | "an"
                | "the"
                | "if"
                | "by"
                | "condition"
                | "conditions"
                | "rule"
                | "source"
        )
    };
    let Some(from) = (1..end).find(|&at| !skip(&phrase.low(at))) else {
        let on = phrase.names().started();
        return Some(phrase.say(0, all, TITLE, &format!("write `on {on}:`, and its steps below it")));
    };
    if let Some(at) =
        (from..end).find(|&at| matches!(phrase.low(at).as_str(), "enters" | "joins" | "segment" | "entering"))
    {
        return segment(phrase, at);
    }
    let tail = phrase.find(&["where"]).filter(|&at| at > from).unwrap_or(end);
    let found = events(phrase, from, tail);
    let asked = if tail < end { format!(" {}", phrase.written(tail, end)) } else { String::new() };
    if found.is_empty() {
        return None;
    }
    phrase.whole(TITLE, &format!("on {}{asked}:", found.join(" or ")))
}

/// `entry: cart_abandoned where total > 30`: what is compared is a number of the event, and no date.
fn where_of_an_entry(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    let begins = matches!(first.as_str(), "entry" | "trigger" | "start" | "when" | "enter");
    let from = if phrase.text(1) == ":" { 2 } else { 1 };
    let plain = phrase.is(from, Lexeme::Word) && reserved(phrase.text(from)).is_none();
    // One word is another, which is mended without asking.
    let bare = phrase.is(1, Lexeme::Word) && !matches!(phrase.low(1).as_str(), "when" | "by" | "on" | "if" | "event");
    let words = matches!(first.as_str(), "when" | "trigger") && from == 1 && bare;
    let said = (from..phrase.end())
        .take_while(|&at| matches!(phrase.low(at).as_str(), "when" | "by" | "on" | "if" | "event" | "is"));
    let from = from + said.count();
    let plain = plain || phrase.is(from, Lexeme::Word) && reserved(phrase.text(from)).is_none();
    let begins = begins || first == "triggered";
    if !begins || words || !plain || !matches!(phrase.low(from + 1).as_str(), "where" | "if" | "with" | "and") {
        return None;
    }
    let asked = phrase.written(from + 2, phrase.end());
    phrase.whole(TITLE, &format!("on {} where {asked}:", phrase.text(from)))
}

/// `on entering store radius 500m`: where somebody is is told by an event of the app.
fn a_place(phrase: &Phrase<'_>) -> Option<Problem> {
    let begins = matches!(phrase.low(0).as_str(), "on" | "when" | "entering" | "near" | "trigger" | "entry");
    let place =
        ["radius", "geofence", "location", "nearby", "near", "gps", "beacon", "km", "meters", "metres", "proximity"];
    phrase
        .find(&place)
        .filter(|at| begins && *at < phrase.end() && phrase.find(&["where"]).is_none() && phrase.end() > 2)?;
    let title = "Nothing is known of places: the app tells by an event that somebody is there";
    Some(phrase.say(0, phrase.end(), title, "have the app send that event, and write `on store_entered:`"))
}

/// `enrollment trigger: list membership vip`, `entry source: segment vip`
fn membership(phrase: &Phrase<'_>) -> Option<Problem> {
    let begins = matches!(
        phrase.low(0).as_str(),
        "enrollment" | "enrolment" | "entry" | "trigger" | "entrance" | "start" | "enroll" | "enrol" | "audience"
    );
    let list = (1..phrase.end())
        .find(|&at| matches!(phrase.low(at).as_str(), "list" | "membership" | "cohort" | "member" | "members"))?;
    let said = [
        "list",
        "membership",
        "cohort",
        "of",
        "the",
        "in",
        "is",
        ":",
        "member",
        "members",
        "added",
        "to",
        "based",
        "joins",
        "joined",
        "=",
        "a",
    ];
    let name = (list..phrase.end()).find(|&at| !said.contains(&phrase.low(at).as_str()))?;
    if !begins || phrase.mode != Mode::Clause {
        return None;
    }
    let name = as_name(phrase.written(name, phrase.end()).trim_matches('"'));
    let title = "Who comes onto a list begins with `on entering` and a segment";
    if phrase.names().is_segment(&name) {
        return phrase.whole(title, &format!("on entering {name}:"));
    }
    let edit = format!(
        "write `on entering {name}:` here, and `segment {name}: profile.{name}` in the first column, with what makes somebody one"
    );
    Some(phrase.say(0, phrase.len(), title, &edit))
}

/// `on cart_abandoned - 30 minutes`, `on cart_abandoned + 1h`: what happens is known when it has happened.
fn before_it_happens(phrase: &Phrase<'_>) -> Option<Problem> {
    let (minus, plus) = (phrase.is(2, Lexeme::Minus), phrase.is(2, Lexeme::Plus));
    let (length, count) = super::slots::length(phrase, 3).filter(|_| minus || plus)?;
    let event = phrase.text(1);
    if !phrase.is(1, Lexeme::Word) || reserved(event).is_some() || 3 + count < phrase.end() {
        return None;
    }
    let title = "An entry has no time before or after its event: waiting is the first step";
    let edit = format!("write `on {event}:`, and `wait {length}` below it, indented");
    Some(phrase.say(0, phrase.end(), title, &edit))
}

/// `on entering segment big_spender`, `on exit segment vip`: the words from here on.
fn segment(phrase: &Phrase<'_>, at: usize) -> Option<Problem> {
    let leaves = (0..=at + 1)
        .any(|at| matches!(phrase.low(at).as_str(), "leaving" | "leave" | "leaves" | "exit" | "exits" | "exiting"));
    let said = |word: &str| {
        matches!(
            word,
            "to" | "into"
                | "in"
                | "segment"
                | "the"
                | "of"
                | "entering"
                | "enters"
                | "enter"
                | "joins"
                | "joining"
                | "join"
                | "leaving"
                | "leave"
                | "leaves"
                | "exit"
                | "exits"
                | "exiting"
                | "becoming"
                | "becomes"
                | "become"
                | "added"
                | "list"
                | "group"
                | "entry"
                | "entrance"
                | "a"
                | "on"
                | "from"
        )
    };
    let named = |at: usize| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Text);
    let name = (at..phrase.end()).find(|&at| named(at) && !said(&phrase.low(at)))?;
    let name = as_name(&phrase.written(name, phrase.end()));
    let names = phrase.names();
    let single = name.strip_suffix('s').unwrap_or(&name);
    let name = if names.is_segment(single) { single } else { &name };
    let title = "Whoever comes into a segment begins with `on entering`, whoever goes out of it with `on leaving`";
    let on = if leaves { "leaving" } else { "entering" };
    if phrase.low(at) == "exit" && phrase.mode == Mode::Clause && !names.is_segment(name) {
        return phrase.whole("A journey is left with `exit on` and an event", &format!("exit on {name}"));
    }
    if !names.is_segment(name) && !names.segments.is_empty() {
        let edit = format!("write `on {on} {}:`, or declare `segment {name}: …` first", names.segment());
        return Some(phrase.say(0, phrase.end(), title, &edit));
    }
    phrase.whole(title, &format!("on {on} {name}:"))
}

/// `on …`
fn on(phrase: &Phrase<'_>) -> Option<Problem> {
    let (all, end) = (phrase.len(), phrase.end());
    let second = phrase.low(1);
    if let Some(found) = into_a_segment(phrase) {
        return Some(found);
    }
    if matches!(second.as_str(), "entering" | "leaving")
        && phrase.names().is_segment(phrase.text(2))
        && let Some(found) = for_some(phrase)
    {
        return Some(found);
    }
    if matches!(
        second.as_str(),
        "entry"
            | "enter"
            | "enters"
            | "entering"
            | "joining"
            | "segment"
            | "becoming"
            | "leaving"
            | "exit"
            | "exiting"
            | "join"
    ) || (second == "added" && phrase.find(&["list", "segment"]).is_some())
    {
        return segment(phrase, 1);
    }
    if let Some(at) = (1..end).find(|&at| phrase.names().is_segment(phrase.text(at))).filter(|_| end > 2) {
        let leaves = phrase.find(&["left", "leaves", "out"]).is_some();
        let title = "Whoever comes into a segment begins with `on entering`, whoever goes out of it with `on leaving`";
        let on = if leaves { "leaving" } else { "entering" };
        return phrase.entry(title, &format!("on {on} {}", phrase.text(at)));
    }
    if let Some(found) = listed_conditions(phrase) {
        return Some(found);
    }
    if let Some(found) = arrow(phrase).or_else(|| forgotten_colon(phrase)).or_else(|| dated(phrase)) {
        return Some(found);
    }
    if let Some(found) = for_some(phrase) {
        return Some(found);
    }
    if let Some(found) = more_than_an_event(phrase).or_else(|| engagement(phrase)) {
        return Some(found);
    }
    if let Some(found) = around_a_date(phrase) {
        return Some(found);
    }
    if second == "profile"
        || phrase.find(&["attribute", "change", "changes", "changed", "updated"]).is_some_and(|at| at < 4)
            && phrase.find(&["profile", "attribute"]).is_some()
    {
        let title = "A journey begins with an event; what becomes true of a customer is a segment";
        let changes = phrase.find(&["changes", "changed", "change", "updated", "updates"]).is_some();
        if let (true, None, Some(name)) = (changes, becomes(phrase), (1..end).find(|&at| phrase.text(at) == ".")) {
            let name = as_name(phrase.text(name + 1));
            let title = "A journey begins with an event, and that an attribute changes is none";
            let edit = format!("have your systems send an event, and write `on {name}_changed:`");
            return Some(phrase.say(0, end, title, &edit));
        }
        let asked = becomes(phrase).or_else(|| condition(phrase, 1, end)).unwrap_or("profile.vip".to_string());
        let edit = format!("write `segment changed: {asked}` in the first column, and `on entering changed:` here");
        return Some(phrase.say(0, end, title, &edit));
    }
    if phrase.find(&["list", "import", "imported", "upload", "csv", "file"]).is_some_and(|at| at < end)
        && phrase.find(&["where"]).is_none()
    {
        let title = "Whom another tool lists comes in by an event for each";
        return Some(phrase.say(0, end, title, "let that tool send an event, and write `on list_joined:`"));
    }
    if let Some(at) = (2..end).find(|&at| {
        matches!(phrase.low(at).as_str(), "where" | "with" | "if" | "and" | "when" | "having" | ":" | "whose")
    }) && compares(phrase, at, end)
        && let [event] = events(phrase, 1, at).as_slice()
    {
        let asked = asked_in_words(phrase, at + 1, end);
        // `status = shipped`
        let bare = at + 4 == end && matches!(phrase.text(at + 2), "=" | "==" | "is") && phrase.is(at + 3, Lexeme::Word);
        let bare = bare && reserved(phrase.text(at + 3)).is_none() && !matches!(phrase.text(at + 3), "true" | "false");
        let asked = match bare {
            true => format!("{} is \"{}\"", phrase.text(at + 1), phrase.text(at + 3)),
            false => asked,
        };
        let title = match phrase.low(at) == "where" && asked == phrase.written(at + 1, end) {
            true if phrase.low(1) == "event" => "Behind `on` stands the name of the event at once",
            true => "The name of an event is one word in small letters",
            false if phrase.low(at) == "where" => "What is asked of the event is compared by signs",
            false => "What must hold of the event is said behind `where`",
        };
        return phrase.entry(title, &format!("on {event} where {asked}"));
    }
    if let Some((at, asked)) = asked_of(phrase, 1, end)
        && let [event] = events(phrase, 1, at).as_slice()
    {
        return phrase
            .entry("What must hold of the event is said behind `where`", &format!("on {event} where {asked}"));
    }
    if let Some(at) = (2..end)
        .find(|&at| phrase.is(at, Lexeme::Text) || matches!(phrase.text(at), "=" | "=="))
        .filter(|_| second != "event")
        && (at..end).any(|at| phrase.is(at, Lexeme::Text))
        && phrase.find(&["where"]).is_none()
    {
        let text = (at..end).find(|&at| phrase.is(at, Lexeme::Text)).map(|at| phrase.text(at))?;
        let event = event_name(phrase, &phrase.written(1, at.min(2))).filter(|event| event != "event")?;
        let text_at = (at..end).find(|&at| phrase.is(at, Lexeme::Text)).unwrap_or(at);
        // `with coupon "SPRING"`
        let named = text_at.checked_sub(1).filter(|&word| {
            const JOINS: [&str; 12] =
                ["with", "and", "for", "in", "of", "the", "a", "is", "on", "named", "called", "event"];
            word > 1 && phrase.is(word, Lexeme::Word) && !JOINS.contains(&phrase.low(word).as_str())
        });
        let property = match named {
            Some(word) => phrase.text(word),
            None if text.starts_with("\"/") || text.starts_with("\"http") => "path",
            None => "name",
        };
        return phrase.line(
            "What must hold of the event is said behind `where`",
            &format!("on {event} where {property} is {text}"),
        );
    }
    let tail = phrase.find(&["where"]).unwrap_or(end);
    let asked = if tail < end { format!(" {}", phrase.written(tail, end)) } else { String::new() };
    let found = events(phrase, 1, tail);
    if found.is_empty() || (1..end).any(|at| phrase.is(at, Lexeme::Number)) || all < 2 {
        return None;
    }
    if found.len() > 1 || phrase.low(1) == "event" || phrase.find(&["event"]).is_some() {
        let title = if found.len() > 1 {
            "Events of which any begins the journey are joined by `or`"
        } else {
            "Behind `on` stands the name of the event at once"
        };
        return phrase.entry(title, &format!("on {}{asked}", found.join(" or ")));
    }
    one_name(phrase, 1, tail).or_else(|| {
        let [event] = found.as_slice() else { return None };
        let changed = phrase.names().is_event(event) && *event != phrase.written(1, tail);
        let title = "The name of an event is one word in small letters";
        changed.then(|| phrase.entry(title, &format!("on {event}{asked}"))).flatten()
    })
}

/// `on profile.trial_end - 3d at 10:00`
fn around_a_date(phrase: &Phrase<'_>) -> Option<Problem> {
    let signed = phrase.is(4, Lexeme::Minus) || phrase.is(4, Lexeme::Plus);
    let (length, count) = super::slots::length(phrase, 5).filter(|_| signed)?;
    let behind = 5 + count;
    let timed = matches!(phrase.low(behind).as_str(), "at" | "@" | "um");
    let time = super::slots::time(phrase, behind + usize::from(timed)).map(|(time, _)| format!(" at {time}"));
    if phrase.text(1) != "profile" || behind < phrase.end() && time.is_none() {
        return None;
    }
    let sign = phrase.text(4);
    let line = format!("on date {} {sign} {length}{}", phrase.written(1, 4), time.unwrap_or_default());
    phrase.entry("A journey that follows a date begins with `on date`", &line)
}

/// `on entering profile.vip`
fn into_a_segment(phrase: &Phrase<'_>) -> Option<Problem> {
    let moves = matches!(phrase.low(1).as_str(), "entering" | "leaving") && phrase.text(2) == "profile";
    if !moves || phrase.text(3) != "." || !phrase.is(4, Lexeme::Word) {
        return None;
    }
    let (name, asked) = (phrase.text(4), phrase.written(2, phrase.end()));
    let title = "What is come into is a segment, and what it asks stands there";
    let edit = format!("write `segment {name}: {asked}` in the first column, and `on {} {name}:` here", phrase.low(1));
    Some(phrase.say(0, phrase.end(), title, &edit))
}

/// `on cart_abandoned where total >= 30, total < 100:`
fn listed_conditions(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = phrase.find(&["where"])?;
    let comma = (at..phrase.end()).find(|&at| matches!(phrase.text(at), "," | ";" | "&" | "+"))?;
    if phrase.has(Lexeme::Open) || !phrase.apart(comma + 1) {
        return None;
    }
    let line = format!("{} and {}", phrase.written(0, comma), phrase.written(comma + 1, phrase.end()));
    phrase.entry("Conditions that must all hold are joined by `and`", &line)
}

/// What `on profile.tier changes to "gold"` waits for.
fn becomes(phrase: &Phrase<'_>) -> Option<String> {
    let end = phrase.end();
    // `on profile.last_order > 90 days ago`
    if let Some((length, _)) = super::slots::length(phrase, 5)
        && phrase.find(&["ago", "old"]).is_some()
        && phrase.text(2) == "."
    {
        return Some(format!("profile.{} < now - {length}", phrase.text(3)));
    }
    let value = (3..end).find(|&at| phrase.is(at, Lexeme::Text) || phrase.is(at, Lexeme::Number))?;
    let path = (1..end).find(|&at| phrase.text(at) == "profile" && phrase.text(at + 1) == ".")?;
    Some(format!("profile.{} is {}", phrase.text(path + 2), phrase.text(value)))
}

/// `on Cart Abandoned:`, `goal order-placed`, `on panier abandonné`
fn one_name(phrase: &Phrase<'_>, from: usize, tail: usize) -> Option<Problem> {
    let fits =
        |at: usize| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Minus) && phrase.is(at + 1, Lexeme::Word);
    let ends = |at: usize| {
        // A small word inside of a name with capitals, such as `Added to Cart`, is part of the name.
        reserved(phrase.text(at)).is_some() && !phrase.text(at + 1).starts_with(char::is_uppercase)
    };
    let count = (from..tail).take_while(|&at| fits(at) && !ends(at)).count();
    let written = phrase.written(from, from + count);
    let name = event_name(phrase, &written)?;
    if count == 0 || name == written || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if !matches!(phrase.text(from + count), "" | ":" | "where" | "within" | "worth" | "or") {
        return None;
    }
    if phrase.names().is_foreign(&name) {
        let title = format!("The program has no event `{name}`");
        let edit = format!(
            "write one that it has, such as `{}`, or declare it with a line `event {name}`",
            phrase.names().started()
        );
        return Some(phrase.say(from, from + count, &title, &edit));
    }
    let title = "The name of an event is one word in small letters";
    let span = phrase.span(from, from + count);
    let error = Problem::told(span, title, format!("write `{name}` instead"));
    let error = error.with_help(format!("Or write it in quotes, as your shop sends it: \"{written}\"."));
    let same = as_name(&written) == name;
    Some(if written.is_ascii() && same { error.with_safe_fix(span, name) } else { error.with_unsafe_fix(span, name) })
}
