//! What a journey is done for, and how it is left, as people say it.

use super::asked::condition;
use super::phrase::Phrase;
use super::slots::length;
use super::{as_name, event_name};
use crate::syntax::parse::readable;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

const GOAL: &str = "What a journey is done for is its `goal`: an event, and within what time";

const WORTH: &str = "What a goal is worth is one property of its event, by its name alone";

const FIXED: &str = "What a goal is worth comes with its event, as a property, and is no fixed number";

/// `goal: purchase`, `conversion event: order_placed`, `goal order_placed in 7 days`
pub(super) fn goal(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    if !matches!(
        first.as_str(),
        "goal"
            | "goals"
            | "conversion"
            | "conversions"
            | "convert"
            | "converts"
            | "objective"
            | "success"
            | "target_event"
            | "kpi"
            | "conversion_event"
            | "conversion_goal"
            | "track"
            | "attribution"
    ) {
        return None;
    }
    if phrase.goes_on_below(&["worth", "within", "where"]) {
        let title = "What belongs to a goal stands before its `:`";
        let edit = "write it so: `goal order_completed within 7d worth total:`, then the steps";
        return Some(phrase.say(0, phrase.len(), title, edit));
    }
    let end = phrase.end();
    if let Some(found) = late_window(phrase) {
        return Some(found);
    }
    if let Some(found) = early_window(phrase).or_else(|| no_goal(phrase)) {
        return Some(found);
    }
    // What stands twice is told of by itself: in our words the line would lose one of the two, and what is asked of the event.
    let twice = |word: &str| (1..end).filter(|&at| phrase.text(at) == word).count() > 1;
    if first == "goal" && (twice("within") || twice("worth")) {
        return None;
    }
    let known = phrase.names();
    if first == "goal" && phrase.text(1) == ":" && end == 3 && known.is_event(phrase.text(2)) {
        return phrase.surely("A goal is followed by its event at once", &format!("goal {}", phrase.text(2)));
    }
    // `goal order_completed within 7d if total > 50`
    if let Some(asks) = phrase.find(&["if", "when", "having"]).filter(|at| *at > 2 && *at < end && first == "goal")
        && phrase.find(&["where"]).is_none()
    {
        let line = format!("{} where {}", phrase.written(0, asks), phrase.written(asks + 1, end));
        if let Some(found) = phrase.line("What a goal asks of its event stands behind `where`", &line) {
            return Some(found);
        }
    }
    // `goal order_completed or profile.vip`
    if let Some(or) = phrase
        .find(&["or"])
        .filter(|or| *or == 2 && first == "goal" && matches!(phrase.low(or + 1).as_str(), "profile" | "in" | "when"))
        && phrase.is(1, Lexeme::Word)
    {
        let asked = condition(phrase, or + 1 + usize::from(phrase.low(or + 1) == "when"), end)?;
        let title = "A goal is an event; a condition ends the journey by `exit when`, on a line of its own";
        return Some(phrase.say(
            0,
            end,
            title,
            &format!("write `goal {}` here, and `exit when {asked}` on the next line", phrase.text(1)),
        ));
    }
    if let Some(found) = and_asked(phrase) {
        return Some(found);
    }
    if let Some(found) = with_steps(phrase).or_else(|| same_property(phrase)).or_else(|| nothing(phrase)) {
        return Some(found);
    }
    // One word is another, which is mended without asking.
    if first == "goal" && matches!(phrase.text(1), "is" | "=" | "on") && end == 3 && phrase.is(2, Lexeme::Word)
        || first == "goal"
            && phrase.find(&["in"]) == Some(2)
            && length(phrase, 3).is_some_and(|(_, count)| 3 + count == end)
    {
        let name = as_name(phrase.text(if phrase.low(2) == "in" { 1 } else { 2 }));
        if known.events.is_empty() || known.is_event(&name) {
            return None;
        }
    }
    if phrase.find(&["profile", "segment", "entering", "leaving"]).is_some_and(|at| at < 4)
        || first == "goal" && (phrase.low(1) == "in" || end == 2 && phrase.names().is_segment(phrase.text(1)))
    {
        let title = "A goal is an event; for a condition there is `exit when`";
        let skip = (1..end)
            .find(|&at| !matches!(phrase.low(at).as_str(), "goal" | ":" | "on" | "entering" | "is" | "when"))?;
        let asked = condition(phrase, skip, end)?;
        return phrase.whole(title, &format!("exit when {asked}"));
    }
    let within = (1..end).find_map(|at| Some((length(phrase, at)?, at)));
    // `in the next week`
    let within = within.or_else(|| {
        let at = phrase.find(&["week", "month", "day"]).filter(|at| *at + 1 == end && *at > 2)?;
        let next = matches!(phrase.low(at - 1).as_str(), "next" | "following" | "first" | "one" | "a" | "same");
        let from = (2..at).rev().find(|&at| matches!(phrase.low(at).as_str(), "within" | "in" | "during"))?;
        let length = match phrase.low(at).as_str() {
            "day" => "1d",
            "week" => "7d",
            _ => "30d",
        };
        next.then(|| ((length.to_string(), 1), from))
    });
    let (length, at) = match &within {
        Some(((length, _), at)) => (format!(" within {length}"), *at),
        None => (String::new(), end),
    };
    let tail = phrase.find(&["where", "worth", "value"]).unwrap_or(end);
    let asked = asked_of(phrase, 1, tail.min(end));
    if let Some(found) = of_an_amount(phrase, end, &length, asked.as_ref()) {
        return Some(found);
    }
    let events = match events(phrase, 1, at.min(tail).min(asked.as_ref().map_or(end, |(at, _)| *at))) {
        events if !events.is_empty() => events,
        _ => events(phrase, at, end),
    };
    let within_where = phrase.find(&["where"]).filter(|at| *at < end).unwrap_or(end);
    let behind =
        if within_where < end { format!(" where {}", phrase.written(within_where + 1, end)) } else { String::new() };
    let tail = match phrase.low(tail).as_str() {
        "where" => behind,
        "worth" | "value" => worth(phrase, tail, within_where, &events)? + &behind,
        _ => asked.map(|(_, asked)| format!(" where {asked}")).unwrap_or_default(),
    };
    if events.is_empty() || events.iter().any(|event| known.is_foreign(event)) {
        let window = if first == "conversion" && length.is_empty() { " within 7d".to_string() } else { length };
        let window = if window.is_empty() { " within 7d" } else { &window };
        return Some(phrase.say(0, phrase.len(), GOAL, &format!("write `goal {}{window}`", phrase.names().purchase())));
    }
    let line = format!("goal {}{length}{tail}", events.join(" or "));
    if first == "goal" && is_fixed(phrase, end) {
        let worth = phrase.find(&["worth", "value"])?;
        let behind = turn(phrase, worth, end);
        let property = events.first().and_then(|event| known.amount(event)).unwrap_or("total");
        let edit = format!("write `worth {property}`, a property of the event, or take this away");
        return Some(phrase.say(worth, behind, FIXED, &edit));
    }
    // Where all before it is right, what it is worth is what is wrong.
    let worth = phrase.find(&["worth"]).filter(|at| readable(phrase.mode, &phrase.written(0, *at)));
    if worth.is_some_and(|worth| !line.ends_with(&format!(" {}", phrase.written(worth, end)))) {
        return phrase.line(WORTH, &line);
    }
    let said = events.iter().all(|event| (1..end).any(|at| phrase.text(at) == event));
    if said && first == "goal" && tail.is_empty() { phrase.surely(GOAL, &line) } else { phrase.line(GOAL, &line) }
}

/// `goal order_completed within 30d, remove from sleeping`: its steps follow a `:`.
fn with_steps(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let step = phrase.step_at(2).filter(|at| phrase.low(0) == "goal" && *at < end)?;
    let parted = matches!(phrase.low(step - 1).as_str(), "," | "then" | "and" | ";" | ">" | "-" | "–" | "—");
    let from = if parted { step - 1 } else { step };
    let from = from - usize::from(matches!(phrase.text(from - 1), "," | "-" | "="));
    let line = format!("{}: {}", phrase.written(0, from), phrase.written(step, phrase.len()));
    phrase.whole("What is done for who reaches the goal follows a `:`", &line)
}

/// `goal when order_completed and profile.vip`: what is asked besides stands behind `where`.
fn and_asked(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let at = (1..3).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "when" | "if" | "on" | "is"))?;
    let (window, behind) =
        match length(phrase, at + 2).filter(|_| matches!(phrase.low(at + 1).as_str(), "within" | "in")) {
            Some((length, count)) => (format!(" within {length}"), at + 2 + count),
            None => (String::new(), at + 1),
        };
    let joins = matches!(phrase.low(behind).as_str(), "and" | "if" | "when" | "with" | "where" | "while");
    let event =
        event_name(phrase, phrase.text(at)).filter(|_| phrase.low(0) == "goal" && phrase.is(at, Lexeme::Word))?;
    let asks = matches!(phrase.low(behind + 1).as_str(), "profile" | "in" | "today" | "local" | "not" | "!")
        || behind > at + 1 && matches!(phrase.text(behind + 2), ">" | "<" | ">=" | "<=" | "is" | "=");
    if !joins || !asks {
        return None;
    }
    let compared = behind > at + 1 && phrase.is(behind + 1, Lexeme::Word) && phrase.low(behind + 1) != "profile";
    let asked = match compared {
        true => phrase.written(behind + 1, end),
        false => condition(phrase, behind + 1, end)?,
    };
    phrase.line("What a goal asks of its event stands behind `where`", &format!("goal {event}{window} where {asked}"))
}

/// `goal order_completed within 7d same cart_id`
fn same_property(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let same = phrase.find(&["same", "matching", "this"]).filter(|at| phrase.low(0) == "goal" && *at > 1)?;
    let property = (same + 1..end).find(|&at| !matches!(phrase.low(at).as_str(), "the" | "by" | "on"))?;
    let known = phrase.names().properties.iter().any(|[_, name, _]| name == phrase.text(property));
    let from = (0..same)
        .rev()
        .take_while(|&at| matches!(phrase.low(at).as_str(), "with" | "of" | "for" | "the" | "where" | ","))
        .count();
    if !known || property + 1 != end {
        return None;
    }
    let name = phrase.text(property);
    let line = format!("{} where {name} is event.{name}", phrase.written(0, same - from));
    phrase.line("That it is about the same thing is asked behind `where`", &line)
}

/// `goal: none`
fn nothing(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = (1..phrase.end()).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "=" | "is"))?;
    let none = matches!(phrase.low(at).as_str(), "none" | "nothing" | "no" | "null") && at + 1 == phrase.end();
    let title = "What a journey does not have needs no line";
    none.then(|| phrase.say(0, phrase.len(), title, "take this line away"))
}

/// Whether a goal is worth a number: `worth 50`, `worth 50 EUR`, `worth €50`
fn is_fixed(phrase: &Phrase<'_>, end: usize) -> bool {
    let Some(worth) = phrase.find(&["worth", "value"]).filter(|at| *at < end) else { return false };
    let tail = turn(phrase, worth, end);
    let behind = worth + 1..tail.min(end).min(worth + 4);
    let number = |at: usize| phrase.is(at, Lexeme::Number) || phrase.text(at).starts_with(|c: char| c.is_ascii_digit());
    behind.clone().any(number) && behind.into_iter().all(|at| !is_name(phrase, at))
}

/// `goal order_completed where cart_id is event.cart_id within 7d worth total`
fn late_window(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let asks = phrase.find(&["where"]).filter(|_| phrase.text(0) == "goal")?;
    let tail = (asks..end).find(|&at| matches!(phrase.text(at), "within" | "worth"))?;
    let line = format!("{} {} {}", phrase.written(0, asks), phrase.written(tail, end), phrase.written(asks, tail));
    phrase.line("What a goal asks of its event stands at its end, behind `within` and `worth`", &line)
}

/// `goal within 7d order_completed worth total`
fn early_window(phrase: &Phrase<'_>) -> Option<Problem> {
    let from = 1 + usize::from(phrase.text(1) == ":");
    let (length, count) =
        length(phrase, from + 1).filter(|_| phrase.text(0) == "goal" && phrase.low(from) == "within")?;
    let (event, end) = (from + 1 + count, phrase.end());
    let tail = (event..end).find(|&at| matches!(phrase.text(at), "worth" | "where")).unwrap_or(end);
    let line = format!("goal {} within {length} {}", phrase.written(event, tail), phrase.written(tail, end));
    phrase.line("Within what time a goal counts is said behind its event", line.trim_end())
}

/// Whether an event says that somebody is lost.
fn is_loss(event: &str) -> bool {
    matches!(
        event,
        "unsubscribed" | "unsubscribe" | "unsubscribes" | "bounced" | "complained" | "account_deleted" | "churned"
    ) || event.ends_with("_unsubscribed")
        || event.ends_with("_cancelled")
        || event.ends_with("_canceled")
}

/// `goal on unsubscribed`: what nobody wants is an exit.
fn no_goal(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = (1..phrase.end()).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "on" | "is" | "=" | "event"))?;
    let lost =
        phrase.low(0) == "goal" && phrase.is(at, Lexeme::Word) && is_loss(&phrase.low(at)) && at + 1 == phrase.end();
    let event = event_name(phrase, phrase.text(at)).filter(|_| lost)?;
    phrase.line("A goal is what customers are won for; who is lost leaves by an exit", &format!("exit on {event}"))
}

/// What reads, and is not meant: a window behind the `where`, where only an `if` waits.
pub(super) fn misread(phrase: &Phrase<'_>) -> Option<Problem> {
    late_window(phrase)
}

/// `goal: revenue > 50 EUR`: what an order comes to is no event.
fn of_an_amount(phrase: &Phrase<'_>, end: usize, length: &str, asked: Option<&(usize, String)>) -> Option<Problem> {
    let known = phrase.names();
    let at = (1..end).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "is" | "on" | "="))?;
    let compared = matches!(phrase.text(at + 1), ">" | "<" | ">=" | "<=");
    let (_, asked) = asked.filter(|_| compared && is_amount(&phrase.low(at)) && !known.is_event(phrase.text(at)))?;
    let event = known.purchase();
    let name = known.amount(event).unwrap_or("total");
    let behind = asked.strip_prefix(phrase.text(at)).map_or(asked.clone(), |rest| format!("{name}{rest}"));
    phrase.line(GOAL, &format!("goal {event}{length} where {behind}"))
}

/// Whether a name is that of what an order comes to.
pub(super) fn is_amount(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    matches!(last, "total" | "revenue" | "amount" | "value" | "spend" | "price" | "umsatz" | "sales")
}

/// Where what a goal is worth ends.
fn turn(phrase: &Phrase<'_>, worth: usize, end: usize) -> usize {
    (worth..end).find(|&at| matches!(phrase.text(at), "where" | "within")).unwrap_or(end)
}

/// Whether a word behind `worth` may be a property: a currency is none.
fn is_name(phrase: &Phrase<'_>, at: usize) -> bool {
    const CURRENCIES: [&str; 12] =
        ["eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pounds", "chf", "event", "of", "is"];
    phrase.is(at, Lexeme::Word) && !CURRENCIES.contains(&phrase.low(at).as_str())
}

/// `worth event.total`, `value total`, `worth 30`, `worth sum(total)`
fn worth(phrase: &Phrase<'_>, at: usize, end: usize, events: &[String]) -> Option<String> {
    let sums =
        |at: usize| matches!(phrase.low(at).as_str(), "sum" | "total" | "value" | "avg" | "average" | "max" | "min");
    let is_function = |at: usize| sums(at) && matches!(phrase.text(at + 1), "(" | "of");
    let named = |at: usize| is_name(phrase, at) && !is_function(at) && phrase.text(at + 1) != ".";
    let property = (at + 1..end).find(|&at| named(at));
    let property =
        property.map(|at| phrase.text(at)).or_else(|| phrase.names().amount(events.first()?)).unwrap_or("total");
    // A comparison that follows lacks its `where`.
    let behind = (at + 1..end).find(|&at| named(at)).map_or(end, |at| at + 1);
    let asks = behind + 1 < end
        && (behind..end).any(|at| matches!(phrase.text(at), "is" | "=" | "==" | ">" | "<" | ">=" | "<="));
    let asked = if asks && phrase.is(behind, Lexeme::Word) {
        format!(" where {}", phrase.written(behind, end))
    } else {
        String::new()
    };
    Some(format!(" worth {property}{asked}"))
}

/// What is asked of the event, in parentheses or behind a comparison, and where it begins.
pub(super) fn asked_of(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<(usize, String)> {
    let to = (from..to).find(|&at| matches!(phrase.low(at).as_str(), "within" | "worth")).unwrap_or(to);
    if let Some((at, count, sign)) = in_words(phrase, from, to) {
        let event = phrase.text(at.checked_sub(1)?);
        let amount = phrase.names().amount(event).unwrap_or("total");
        let number = super::slots::money(phrase, at + count)?;
        return Some((at, format!("{amount} {sign} {number}")));
    }
    let at = (from..to).find(|&at| matches!(phrase.text(at), "(" | "[" | ">" | "<" | ">=" | "<="))?;
    if matches!(phrase.text(at), "(" | "[") {
        let close = (at..to).find(|&at| matches!(phrase.text(at), ")" | "]"))?;
        return Some((at, phrase.written(at + 1, close)));
    }
    let before = phrase.text(at.checked_sub(1)?);
    let names = phrase.names();
    // An amount has no currency.
    let currency = phrase.is(to.saturating_sub(1), Lexeme::Word) && !is_name(phrase, to.saturating_sub(1));
    let to = if currency { to - 1 } else { to };
    let alone = (from..at - 1).all(|at| {
        !phrase.is(at, Lexeme::Word) || matches!(phrase.low(at).as_str(), "on" | "is" | "event" | "when" | "if")
    });
    if at >= from + 2 && !names.is_event(before) && !alone {
        return Some((at - 1, phrase.written(at - 1, to)));
    }
    let amount = names.amount(before).unwrap_or("total");
    Some((at, format!("{amount} {}", phrase.written(at, to))))
}

/// `at least 50`, `over 50`: where it stands, how many words it has, and the sign that says the same.
fn in_words(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<(usize, usize, &'static str)> {
    const WORDS: [(&str, &str, &str); 8] = [
        ("at", "least", ">="),
        ("more", "than", ">"),
        ("less", "than", "<"),
        ("at", "most", "<="),
        ("over", "", ">"),
        ("above", "", ">"),
        ("under", "", "<"),
        ("below", "", "<"),
    ];
    (from + 1..to).find_map(|at| {
        WORDS.iter().find_map(|(first, second, sign)| {
            let count = if second.is_empty() { 1 } else { 2 };
            let said = phrase.low(at) == *first && (second.is_empty() || phrase.low(at + 1) == *second);
            let number = phrase.is(at + count, Lexeme::Number) && length(phrase, at + count).is_none();
            (said && number && at + count < to).then_some((at, count, *sign))
        })
    })
}

/// The events that these words name.
pub(super) fn events(phrase: &Phrase<'_>, from: usize, to: usize) -> Vec<String> {
    let filler = |word: &str| {
        matches!(
            word,
            ":" | "="
                | "is"
                | "on"
                | "when"
                | "if"
                | "event"
                | "events"
                | "goal"
                | "the"
                | "a"
                | "an"
                | "customer"
                | "customers"
                | "user"
                | "of"
                | "any"
                | "criteria"
                | "within"
                | "in"
                | "after"
                | "metric"
                | "window"
                | "rule"
                | "rules"
                | "condition"
                | "conditions"
                | "they"
                | "someone"
                | "somebody"
                | "everyone"
                | "from"
                | "journey"
                | "happens"
                | "occurs"
        )
    };
    let mut out: Vec<String> = vec![];
    let mut part: Vec<&str> = vec![];
    let mut bad = false;
    for at in from..=to {
        let low = phrase.low(at);
        let parts = at == to || matches!(low.as_str(), "," | "and" | "or" | "&" | "/" | "+" | "|" | "||");
        if parts {
            out.extend(event_name(phrase, &part.join(" ")));
            part.clear();
        } else if phrase.is(at, Lexeme::Text) {
            out.push(phrase.text(at).to_string());
        } else if matches!(low.as_str(), "in" | "within" | "after") && at + 1 == to && to < phrase.end() {
            // How long it counts follows.
        } else if phrase.is(at, Lexeme::Word) && !(filler(&low) && part.is_empty() || low == "happens") {
            part.push(phrase.text(at));
        } else if phrase.is(at, Lexeme::Minus) && !part.is_empty() {
            part.push("_");
        } else {
            bad |= !(filler(&low) || low == "." && part.is_empty());
        }
    }
    if bad { vec![] } else { out }
}
