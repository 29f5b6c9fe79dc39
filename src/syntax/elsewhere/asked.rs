//! Conditions as people say them: `vip`, `customers who ordered in the last 7 days`, `in segment big_spender`.

use super::as_name;
use super::phrase::Phrase;
use super::slots::length;
use crate::syntax::parse::readable;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::{Mode, reserved};

/// The condition that these words mean, where it is one that the program can ask.
pub(super) fn condition(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    let mut at = from;
    let mut denied = false;
    while at < to && says_nothing(&phrase.low(at)) {
        denied |= matches!(phrase.low(at).as_str(), "not" | "no" | "never" | "without" | "unless" | "except");
        at += 1;
    }
    if let Some(joined) = (at + 1..to).find(|&at| matches!(phrase.low(at).as_str(), "and" | "or"))
        && at + 3 == to
        && let (Some(first), Some(second)) = (condition(phrase, at, joined), condition(phrase, joined + 1, to))
    {
        return Some(format!("{first} {} {second}", phrase.low(joined)));
    }
    let inside =
        (at..to).find(|&at| phrase.low(at) == "in").filter(|&inside| inside > at && phrase.text(at) == "profile");
    if let Some(inside) = inside.filter(|&at| !matches!(phrase.text(at + 1), "last" | "the")) {
        let quoted = |at: usize| format!("\"{}\"", phrase.text(at).trim_matches('"'));
        let list: Vec<String> = (inside + 1..to)
            .filter(|&at| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Text))
            .map(quoted)
            .collect();
        return Some(format!("{} is one of ({})", phrase.written(at, inside), list.join(", ")));
    }
    let names = phrase.names();
    let bang = if denied { "!" } else { "" };
    let never = (from..at).any(|at| phrase.low(at) == "never");
    if never
        && at + 1 == to
        && let Some(event) = names.event(phrase.text(at))
    {
        return Some(format!("no {event} ever"));
    }
    if at + 1 == to && phrase.is(at, Lexeme::Word) {
        return named(phrase, &as_name(phrase.text(at))).map(|asked| format!("{bang}{asked}"));
    }
    // `newsletter subscribers`, `vip customers`
    let people = matches!(
        phrase.low(to.saturating_sub(1)).as_str(),
        "customers" | "customer" | "subscribers" | "subscriber" | "users" | "members" | "people" | "only" | "contacts"
    );
    if people && at + 2 == to && phrase.is(at, Lexeme::Word) {
        let asked = named(phrase, &as_name(phrase.text(at))).filter(|asked| !asked.ends_with(" in last 30d"));
        return asked.or_else(|| of_a_kind(phrase, phrase.text(at))).map(|asked| format!("{bang}{asked}"));
    }
    if matches!(phrase.low(at).as_str(), "in" | "segment" | "list" | "group" | "members" | "cohort") {
        let name = (at..to).find(|&at| {
            !matches!(
                phrase.low(at).as_str(),
                "in" | "segment" | "list" | "group" | "members" | "cohort" | "the" | "of" | ":"
            )
        })?;
        let segment = as_name(&phrase.written(name, to));
        let is_there = names.is_segment(&segment) || names.segments.is_empty();
        return (is_there && phrase.is(name, Lexeme::Word)).then(|| format!("{bang}in {segment}"));
    }
    let written = phrase.written(at, to);
    let compares = (at..to).any(|at| {
        matches!(phrase.text(at), "is" | "=" | "==" | "!=" | ">" | "<" | ">=" | "<=" | "." | "last" | "ever")
    });
    if compares && phrase.is(at, Lexeme::Number) {
        return None;
    }
    if compares {
        let attribute = phrase.is(at, Lexeme::Word) && names.attribute(phrase.text(at)).is_some();
        let asked =
            if attribute { format!("profile.{written}") } else { written.replace(" = ", " is ").replace(": ", " is ") };
        let event =
            at + 1 < to && phrase.is(at, Lexeme::Word) && matches!(phrase.text(at + 1), "in" | "ever" | "within");
        let foreign = names_a_stranger(phrase, at, to)
            || event && names.is_foreign(phrase.text(at))
            || phrase.low(at) == "bought"
            || phrase.low(at) == "ordered";
        if !foreign && readable(Mode::Condition, &asked) {
            let simple = !denied || !asked.contains(' ');
            return Some(if simple { format!("{bang}{asked}") } else { format!("!({asked})") });
        }
    }
    if let Some(asked) = a_value(phrase, at, to) {
        return Some(format!("{bang}{asked}"));
    }
    // How long ago is asked otherwise, and what is counted in another unit is not known.
    let ago = (at..to).any(|at| matches!(phrase.low(at).as_str(), "ago" | "older" | "old" | "before" | "more"));
    let unread = (at..to).any(|at| phrase.is(at, Lexeme::Number)) && !(at..to).any(|at| length(phrase, at).is_some());
    if ago || unread {
        return None;
    }
    // What is compared must not get lost.
    let numbers = (at..to).filter(|&at| phrase.is(at, Lexeme::Number)).count();
    let plain = (at..to).all(|at| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Number)) && numbers < 2;
    let event = names.event(&written).filter(|_| plain)?;
    let no =
        if denied || (at..to).any(|at| matches!(phrase.low(at).as_str(), "not" | "never" | "no")) { "no " } else { "" };
    match (at..to).find_map(|at| length(phrase, at)) {
        Some((length, _)) => Some(format!("{no}{event} in last {length}")),
        None => Some(format!("{no}{event} in last 30d")),
    }
}

/// `where profile.vip`, `customers who ordered in the last 30 days`, `everyone`, in the place of a condition.
pub(super) fn whole(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    if phrase.text(0) == "[" || phrase.is(0, Lexeme::Text) && (phrase.text(1) == "," || phrase.text(0).contains('@')) {
        let title = "A segment is a condition, and no list of people";
        let edit = "let an attribute say who is one, and write `profile.vip`";
        return Some(phrase.say(0, all, title, edit));
    }
    if phrase.low(0) == "or" && all > 1 {
        let title = "The words that join conditions are written in small letters";
        return Some(phrase.say(0, 1, title, "write `or` instead"));
    }
    // `everyone with tier gold`
    let value =
        all.checked_sub(1).filter(|&at| at > 2 && phrase.is(at, Lexeme::Word) && phrase.is(at - 1, Lexeme::Word));
    if let Some(value) = value.filter(|&at| matches!(phrase.low(at - 2).as_str(), "with" | "whose" | "having" | "of"))
        && (0..value - 1).all(|at| phrase.is(at, Lexeme::Word) && (says_nothing(&phrase.low(at)) || at == value - 2))
        && reserved(phrase.text(value - 1)).is_none()
        && reserved(phrase.text(value)).is_none()
    {
        let asked = format!("profile.{} is \"{}\"", phrase.low(value - 1), phrase.text(value));
        return phrase.whole("What is known of a customer begins with `profile.`, and a text stands in quotes", &asked);
    }
    if let Some(found) = once_and_not_lately(phrase).or_else(|| compared_at_once(phrase)).or_else(|| long_ago(phrase)) {
        return Some(found);
    }
    let comma = phrase.find(&[","]).filter(|_| !phrase.has(Lexeme::Open));
    if let Some(comma) = comma
        && let (Some(first), Some(second)) = (condition(phrase, 0, comma), condition(phrase, comma + 1, all))
    {
        return phrase.whole("Conditions that must all hold are joined by `and`", &format!("{first} and {second}"));
    }
    // `inactive for 90d`
    if matches!(phrase.low(0).as_str(), "inactive" | "silent" | "dormant" | "unengaged")
        && let Some((length, _)) = (1..all).find_map(|at| length(phrase, at))
    {
        let title = "Who reacted to no message is asked with `no engagement`";
        return phrase.whole(title, &format!("no engagement in last {length}"));
    }
    let everyone = (0..all).all(|at| {
        matches!(phrase.low(at).as_str(), "everyone" | "everybody" | "all" | "customers" | "users" | "people")
    });
    if everyone {
        let title = "A segment of everybody needs no name: a journey without `for` lets everybody in";
        return Some(phrase.say(
            0,
            all,
            title,
            "take this segment away, or write a condition such as `profile.country is \"FR\"`",
        ));
    }
    if let Some(parts) = joints(phrase) {
        return joined(phrase, &parts);
    }
    if let Some((title, asked)) = counted(phrase, 0, all) {
        return phrase.whole(title, &asked);
    }
    // What stands behind the words for people may read by itself.
    let from = (0..all).find(|&at| !says_nothing(&phrase.low(at)) || matches!(phrase.low(at).as_str(), "no" | "not"));
    let rest = from.and_then(|from| Some((from, condition_as_it_stands(phrase, from, all)?)));
    let asked = match rest {
        Some((from, rest)) if from > 0 => rest,
        _ => condition(phrase, 0, all)?,
    };
    phrase.whole("What must hold is written as a condition at once", &asked)
}

/// A part of a line as one condition: as it stands where it reads and compares, else as it would be mended.
pub(super) fn whole_condition(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    condition_as_it_stands(phrase, from, to).or_else(|| {
        let found = whole(&phrase.asking(from, to))?;
        found.fix.as_deref()?.edits.first().map(|edit| edit.text.clone())
    })
}

/// A part of a line that reads as a condition, and asks more than one name.
fn condition_as_it_stands(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    let written = phrase.written(from, to);
    let compares = (from..to).any(|at| {
        matches!(phrase.text(at), "is" | "=" | ">" | "<" | ">=" | "<=" | "." | "last" | "ever" | "in" | "known")
    });
    let reads = compares && readable(Mode::Condition, &written) && !names_a_stranger(phrase, from, to);
    reads.then_some(written)
}

/// `has ordered but not in the last 90 days`
fn once_and_not_lately(phrase: &Phrase<'_>) -> Option<Problem> {
    const IDLE: [&str; 16] = [
        "in", "within", "for", "since", "the", "last", "past", "has", "have", "not", "done", "so", "it", ",", "any",
        "more",
    ];
    let all = phrase.len();
    let but = phrase.find(&["but", "and", "yet", "although"])?;
    let not = (but..all).find(|&at| matches!(phrase.low(at).as_str(), "not" | "never" | "no"))?;
    let (at, (length, count)) = (not..all).find_map(|at| Some((at, length(phrase, at)?)))?;
    let before = phrase.written(0, but);
    let event = phrase.names().event(&before)?;
    // Nothing else is asked.
    let plain = (0..but).all(|at| {
        (phrase.is(at, Lexeme::Word) || phrase.text(at) == ",")
            && !matches!(phrase.text(at), "profile" | "where" | "in")
    });
    let idle = (not + 1..at).all(|at| IDLE.contains(&phrase.low(at).as_str()));
    let title = "What somebody did once, and not lately, is asked in two questions";
    let line = format!("{event} ever and no {event} in last {length}");
    (plain && idle && at + count == all).then(|| phrase.whole(title, &line)).flatten()
}

/// `order_completed >= 3 in last 90d`: how often is counted.
fn compared_at_once(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let signs = matches!(phrase.text(1), ">" | ">=" | "<" | "<=" | "=" | "is");
    let event = phrase.text(0);
    if !signs || !phrase.is(2, Lexeme::Number) || !phrase.names().is_event(event) {
        return None;
    }
    let sign = if phrase.text(1) == "=" { "is" } else { phrase.text(1) };
    let times = 3 + usize::from(matches!(phrase.low(3).as_str(), "times" | "x"));
    let behind = phrase.written(times, all);
    let asked = format!("count of {event} {behind}");
    phrase.whole(
        "How much there was is asked by `count of` or `sum of` an event",
        &format!("{} {sign} {}", asked.trim_end(), phrase.text(2)),
    )
}

/// `last order_completed more than 90d ago`, `order_completed between 90d and 180d ago`
fn long_ago(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let ago = phrase.find(&["ago", "old", "older"]).is_some();
    let from = usize::from(matches!(phrase.low(0).as_str(), "last" | "latest"));
    let says = phrase.find(&["more", "over", "longer", "older", ">"]);
    let cut = says.or(phrase.find(&["between", "is", "was"]))?;
    let before = phrase.written(from, cut);
    let event = phrase.names().event(&before).filter(|_| ago && cut > from)?;
    let lengths: Vec<String> = (from + 1..all).filter_map(|at| length(phrase, at)).map(|(length, _)| length).collect();
    let title = "How long ago something happened last is asked with `time since`";
    match lengths.as_slice() {
        [one] if says.is_some() => phrase.whole(title, &format!("time since {event} > {one}")),
        [first, second] if phrase.find(&["between"]).is_some() => {
            phrase.whole(title, &format!("time since {event} is between {first} and {second}"))
        }
        _ => None,
    }
}

/// `order_completed once and …` in the place where nothing began: ever.
pub(super) fn once_ever(phrase: &Phrase<'_>) -> Option<Problem> {
    let once = (1..phrase.len()).find(|&at| {
        let turns = matches!(phrase.text(at + 1), "" | "and" | "or" | ",");
        phrase.low(at) == "once" && phrase.names().is_event(phrase.text(at - 1)) && turns
    })?;
    let rest = phrase.written(once + 1, phrase.len());
    let line = format!("{} ever {rest}", phrase.written(0, once));
    phrase.whole("Whether something ever happened is asked with `ever`", line.trim_end())
}

/// Where `and` and `or` part what is asked, outside of parentheses and ranges; nothing where it is asked in one.
fn joints(phrase: &Phrase<'_>) -> Option<Vec<usize>> {
    let mut depth = 0usize;
    let mut range = false;
    let mut out = vec![];
    for at in 0..phrase.len() {
        match phrase.low(at).as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "between" => range = true,
            "and" if range => range = false,
            "and" | "or" | "but" | "without" | ";" if depth == 0 && at > 0 => out.push(at),
            _ => {}
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Whether a part names an event that the program does not have, in words that mean one which it has.
fn names_a_stranger(phrase: &Phrase<'_>, from: usize, to: usize) -> bool {
    let names = phrase.names();
    let no = usize::from(matches!(phrase.low(from).as_str(), "no" | "not" | "!"));
    let word = phrase.text(from + no);
    let looks_back = matches!(phrase.low(from + no + 1).as_str(), "in" | "ever");
    let other = names.event(&phrase.written(from, to)).is_some();
    looks_back && other && !names.is_event(word) && !word.contains('_')
}

/// `at least 1 order ever and no order in the last 180 days`: each part in our words, and none of them lost.
fn joined(phrase: &Phrase<'_>, joints: &[usize]) -> Option<Problem> {
    let mut title = match phrase.find(&["but", "without"]) {
        None if (1..phrase.len())
            .any(|at| phrase.is(at - 1, Lexeme::Number) && matches!(phrase.low(at).as_str(), "month" | "months")) =>
        {
            "Months are not all of one length, and are written in days"
        }
        Some(_) => "Conditions are joined by `and` and `or`",
        None => "What must hold is written as a condition at once",
    };
    let mut line = String::new();
    let mut from = 0;
    for &joint in joints.iter().chain([&phrase.len()]) {
        // `…, but no …`
        let to = joint - usize::from(phrase.text(joint - 1) == ",");
        let written = phrase.written(from, to);
        let asked = match counted(phrase, from, to) {
            Some((said, asked)) => {
                title = said;
                asked
            }
            None if readable(Mode::Condition, &written) && !names_a_stranger(phrase, from, to) => written,
            None => condition(phrase, from, to)?,
        };
        line.push_str(&asked);
        line.push_str(match phrase.low(joint).as_str() {
            "or" => " or ",
            "without" => " and no ",
            _ if joint < phrase.len() => " and ",
            _ => "",
        });
        from = joint + 1;
    }
    phrase.whole(title, &line)
}

/// `count(order_placed) > 3`, `more than 3 orders in last 30d`, `order_placed 3 times in last 30d`
fn counted(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<(&'static str, String)> {
    let title = "How much there was is asked by `count of` or `sum of` an event";
    let names = phrase.names();
    let find = |words: &[&str]| (from..to).find(|&at| words.contains(&phrase.low(at).as_str()));
    let ever = if find(&["ever"]).is_some() { " ever" } else { "" };
    let length = (from..to)
        .find_map(|at| length(phrase, at))
        .map_or(ever.to_string(), |(length, _)| format!(" in last {length}"));
    if let (Some(open), "count" | "sum" | "avg" | "average" | "max" | "min") = (find(&["("]), phrase.low(from).as_str())
    {
        let close = find(&[")"])?;
        let word = phrase.low(from).replace("avg", "average");
        let rest = phrase.written(close + 1, to);
        return Some((title, format!("{word} of {} {rest}", phrase.written(open + 1, close))));
    }
    let number = |from: usize| {
        (from..to).find(|&at| phrase.is(at, Lexeme::Number) && super::slots::length(phrase, at).is_none())
    };
    if let Some(spent) = find(&["spend", "spent", "revenue", "ltv", "spending"]) {
        let event = names.purchase();
        let amount = names.amount(event).unwrap_or("total");
        let sign = (spent..to)
            .find(|&at| matches!(phrase.text(at), ">" | "<" | ">=" | "<="))
            .map_or(">=", |at| phrase.text(at));
        let within = if length.is_empty() { " in last 365d" } else { &length };
        return Some((title, format!("sum of {event}.{amount}{within} {sign} {}", phrase.text(number(from)?))));
    }
    let times = find(&["times", "orders", "purchases", "events"]).is_some() || find(&["than", "least"]).is_some();
    let written = phrase.written(from, to);
    let event = names.event(&written).filter(|_| times)?;
    let often = find(&["once", "twice"]).map(|at| if phrase.low(at) == "once" { "1" } else { "2" });
    let number = number(from).map(|at| phrase.text(at)).or(often)?;
    let sign = match find(&["more", "over"]) {
        Some(_) => ">",
        None if find(&["less", "fewer", "under"]).is_some() => "<",
        None => ">=",
    };
    Some((title, format!("count of {event}{length} {sign} {number}")))
}

const LISTED: &str = "The parts of a condition are joined by `and` or `or`, not listed";

/// `- profile.vip`
pub(super) fn bullets(phrase: &Phrase<'_>) -> Option<Problem> {
    let edit = "take the `-` away, and begin each line after the first with `and`";
    let listed = phrase.apart(1) && !phrase.is(1, Lexeme::Number);
    listed.then(|| phrase.say(0, phrase.len(), LISTED, edit).shared())
}

/// What a single name asks, as the program knows it.
pub(super) fn named(phrase: &Phrase<'_>, name: &str) -> Option<String> {
    let names = phrase.names();
    let single = name.strip_suffix('s').unwrap_or(name);
    for name in [name, single] {
        if names.is_segment(name) {
            return Some(format!("in {name}"));
        }
        if names.attribute(name).is_some_and(|kind| matches!(kind, "bool" | "boolean" | "")) {
            return Some(format!("profile.{name}"));
        }
        if names.is_event(name) || matches!(name, "unsubscribed" | "bounced" | "complained") {
            return Some(format!("{name} in last 30d"));
        }
    }
    names.event(name).map(|event| format!("{event} in last 30d"))
}

/// `tier "gold"`, `profile.tier gold or silver`: an attribute and what it is.
fn a_value(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    let at = if phrase.low(from) == "profile" && phrase.text(from + 1) == "." { from + 2 } else { from };
    let name = phrase.text(at);
    phrase.names().attribute(name)?;
    let is_choice = |word: &str| phrase.names().choices.iter().any(|[of, text]| of == name && text == word);
    let mut values: Vec<String> = vec![];
    for at in at + 1..to {
        let text = phrase.text(at).trim_matches('"');
        match phrase.low(at).as_str() {
            "or" | "," | "is" | "=" | ":" => {}
            _ if phrase.is(at, Lexeme::Text) || phrase.is(at, Lexeme::Word) && is_choice(text) => {
                values.push(format!("\"{text}\""));
            }
            _ => return None,
        }
    }
    match values.as_slice() {
        [] => None,
        [one] => Some(format!("profile.{name} is {one}")),
        several => Some(format!("profile.{name} is one of ({})", several.join(", "))),
    }
}

/// `gold` where an attribute is a choice of texts of which that is one.
fn of_a_kind(phrase: &Phrase<'_>, word: &str) -> Option<String> {
    let [attribute, _] = phrase.names().choices.iter().find(|[_, text]| text == word)?;
    Some(format!("profile.{attribute} is \"{word}\""))
}

/// Words before what is asked.
fn says_nothing(word: &str) -> bool {
    matches!(
        word,
        "customer"
            | "customers"
            | "user"
            | "users"
            | "people"
            | "person"
            | "persons"
            | "everyone"
            | "anyone"
            | "contacts"
            | "subscribers"
            | "who"
            | "whoever"
            | "that"
            | "those"
            | "are"
            | "with"
            | "where"
            | "if"
            | "when"
            | "whose"
            | "the"
            | "have"
            | "has"
            | "had"
            | "only"
            | "all"
            | "for"
            | "to"
            | "from"
            | ":"
            | "not"
            | "no"
            | "never"
            | "without"
            | "unless"
            | "except"
            | "recent"
            | "a"
    )
}
