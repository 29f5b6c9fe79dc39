//! Steps as people say them.

use super::phrase::Phrase;
use super::{as_name, splits};
use crate::source::Span;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::reserved;

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    match first.as_str() {
        "wait" => wait(phrase),
        "if" | "unless" | "else" => condition(phrase),
        "split" | "a" | "b" | "ab" | "variant" | "experiment" | "test" => splits::split(phrase),
        "day" => day(phrase, 1),
        "in" | "after" => in_length(phrase),
        _ => other_step(phrase, &first).or_else(|| when_sent(phrase)),
    }
}

/// `wait …`
fn wait(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let business = phrase.find(&["business", "working", "work", "workdays", "weekdays", "werktage", "ouvrés"]);
    let counts = phrase.text(1).starts_with(|c: char| c.is_ascii_digit());
    if business.is_some() && counts {
        let days = phrase.text(1).trim_end_matches(|c: char| c.is_alphabetic());
        let title = "Business days cannot be counted";
        let line = format!("wait {days}d; wait between 09:00 and 18:00 on weekdays");
        return Some(phrase.perhaps(0, all, title, &line));
    }
    if matches!(
        phrase.low(1).as_str(),
        "in" | "another" | "about" | "around" | "approximately" | "~" | ":" | "of" | "some"
    ) && let Some((length, count)) = phrase.length(2)
    {
        let title = "How long to wait follows `wait` at once";
        return Some(phrase.instead(0, 2 + count, title, &format!("wait {length}")));
    }
    if phrase.low(1) == "between"
        && let Some((length, _)) = phrase.length(2)
    {
        let title = "A wait is of one length for everybody";
        return Some(phrase.perhaps(0, all, title, &format!("wait {length}")));
    }
    if phrase.low(1) == "between"
        && let Some(at) = phrase.find(&["in"]).filter(|&at| phrase.is(at + 1, Lexeme::Text))
    {
        let title = "Times are those of each customer's own time zone";
        return Some(phrase.away(at, all, title, &format!("take `{}` away", phrase.written(at, all))));
    }
    if phrase.is(1, Lexeme::Number)
        && matches!(phrase.low(2).as_str(), "-" | "–" | "to" | "or")
        && phrase.is(3, Lexeme::Number)
    {
        let (length, _) = phrase.length(3)?;
        return Some(phrase.perhaps(0, all, "A wait is of one length for everybody", &format!("wait {length}")));
    }
    if matches!(phrase.low(1).as_str(), "random" | "randomly") {
        return Some(phrase.say(1, all, "A wait is of one length for everybody", "write a length, such as `wait 2h`"));
    }
    if matches!(phrase.text(1), "event" | "profile") {
        let title = "How long to wait is a fixed length, not a value of a customer";
        let edit = "have the date sent instead, and write `wait until event.runs_out_on`";
        return Some(phrase.say(1, all, title, edit));
    }
    if phrase.low(1) == "day" && phrase.is(2, Lexeme::Number) {
        return Some(phrase.instead(
            0,
            3,
            "A day of the journey is waited for with `until`",
            &format!("wait until day {}", phrase.text(2)),
        ));
    }
    // `wait 1d then email x`, `wait 1d and email x`, `wait 1d email x`
    if let Some((_, count)) = phrase.length(1) {
        let at = 1 + count;
        if phrase.step_at(at) == Some(at) {
            let span = phrase.span(at - 1, at);
            let title = "Two steps stand on this line with nothing between them";
            let behind = Span { start: span.end, ..span };
            return Some(
                Problem::told(span, title, format!("write `;` behind `{}`, or begin a new line", phrase.text(at - 1)))
                    .with_safe_fix(behind, ";"),
            );
        }
        if matches!(phrase.low(at).as_str(), "before" | "until")
            && phrase.step_at(at + 1).is_none()
            && phrase.has(Lexeme::Word)
        {
            let (words, _) = phrase.words(at + 1, |word| reserved(word).is_none());
            if matches!(words.first(), Some(&"sending" | &"send" | &"the" | &"next" | &"continuing")) {
                return Some(phrase.away(at, all, "A wait says only how long", "take what follows the length away"));
            }
        }
    }
    None
}

/// What people write who are asked for a condition.
fn condition(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let then = phrase.find(&["then", ":"]).unwrap_or(all);
    if phrase.low(0) == "unless" && then < all {
        let asked = phrase.written(1, then);
        let asked = if then == 2 { asked } else { format!("({asked})") };
        return Some(phrase.instead(0, then, "What must not hold is asked with `if !`", &format!("if !{asked}")));
    }
    if let Some(at) = phrase.find(&["unless", "except"]).filter(|at| *at > 0) {
        let title = "What must not hold is asked with `and !`";
        return Some(phrase.instead(at, at + 1, title, "and !"));
    }
    None
}

/// `if they don't open`, `if the customer has not clicked`, `if she has not bought, send a push`
pub(super) fn what_somebody_did(phrase: &Phrase<'_>) -> Option<Problem> {
    const SOMEBODY: [&str; 16] = [
        "they",
        "he",
        "she",
        "it",
        "customer",
        "customers",
        "user",
        "users",
        "person",
        "people",
        "recipient",
        "subscriber",
        "contact",
        "who",
        "nobody",
        "somebody",
    ];
    const APOSTROPHE: [&str; 6] = ["'", "’", "dont", "didnt", "doesnt", "hasnt"];
    const DENIES: [&str; 8] = ["not", "never", "no", "nobody", "didn", "doesn", "hasn", "without"];
    let then = phrase.find(&["then", ":", ","]).filter(|_| phrase.low(0) == "if")?;
    let mut verbs = (1..then).filter_map(|at| what_is_done(phrase, &phrase.low(at)));
    let verb = verbs.next().filter(|_| verbs.next().is_none())?;
    let denies =
        (1..then).any(|at| [DENIES.as_slice(), APOSTROPHE.as_slice()].concat().contains(&phrase.low(at).as_str()));
    let subject = (1..then.min(3)).any(|at| SOMEBODY.contains(&phrase.low(at).as_str()));
    if !subject && phrase.find(&APOSTROPHE).is_none() {
        return None;
    }
    let window = (1..then).find_map(|at| super::slots::length(phrase, at));
    let window = window.map(|(length, _)| format!(" within {length}")).unwrap_or_default();
    // How often is counted, and said otherwise.
    let numbers = (1..then).filter(|&at| phrase.is(at, Lexeme::Number)).count();
    let often = phrase.find(&["twice", "times", "thrice"]).is_some();
    if often || numbers > usize::from(!window.is_empty()) {
        return None;
    }
    // `opened recs`
    let engaged = crate::ir::Engagement::of(verb).is_some();
    let message =
        (1..then).map(|at| phrase.text(at)).find(|word| engaged && phrase.names().messages.iter().any(|m| m == word));
    let message = message.map(|message| format!(" {message}")).unwrap_or_default();
    let (title, bang) = match denies {
        true => ("What somebody did not do is asked with `!`", "!"),
        false => ("What somebody did is asked by its name alone", ""),
    };
    // `has not bought in the last 30 days` looks back.
    let lately = (1..then)
        .any(|at| matches!(phrase.low(at).as_str(), "last" | "past") && super::slots::length(phrase, at + 1).is_some());
    let asked = match (lately, denies) {
        (true, true) => format!("no {verb}{message}{}", window.replace("within", "in last")),
        (true, false) => format!("{verb}{message}{}", window.replace("within", "in last")),
        (false, _) => format!("{bang}{verb}{message}{window}"),
    };
    let title = if lately { "What happened before is asked with `in last` and a length of time" } else { title };
    if phrase.text(then) != "," {
        return Some(phrase.perhaps(1, then, title, &asked));
    }
    let step =
        (then + 1..phrase.len()).find(|&at| !matches!(phrase.low(at).as_str(), "then" | "send" | "a" | "an" | "the"));
    phrase.whole(title, &format!("if {asked} then {}", phrase.written(step?, phrase.len())))
}

/// The event that a verb means: an engagement, or the purchase that the program is about.
fn what_is_done<'a>(phrase: &Phrase<'a>, verb: &str) -> Option<&'a str> {
    match verb {
        "buy" | "buys" | "bought" | "purchase" | "purchased" | "order" | "ordered" => Some(phrase.names().purchase()),
        _ => engagement(verb),
    }
}

/// The engagement that a verb means.
fn engagement(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "open" | "opens" | "opened" | "read" | "reads" => "opened",
        "click" | "clicks" | "clicked" => "clicked",
        "reply" | "replies" | "replied" | "answers" | "answered" => "replied",
        "unsubscribe" | "unsubscribes" | "unsubscribed" => "unsubscribed",
        _ => return None,
    })
}

/// `Day 1: email recs`
fn day(phrase: &Phrase<'_>, at: usize) -> Option<Problem> {
    let number = phrase.text(at);
    if !phrase.is(at, Lexeme::Number) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let sign = matches!(phrase.text(at + 1), ":" | "-" | "–" | "—" | ",");
    let from = if sign { at + 2 } else { at + 1 };
    let title = "A day of the journey is waited for before its step";
    let rest = phrase.written(from, phrase.len());
    let line =
        if rest.is_empty() { format!("wait until day {number}") } else { format!("wait until day {number}; {rest}") };
    Some(phrase.perhaps(0, phrase.len(), title, &line))
}

/// `in 2 days: email x`
fn in_length(phrase: &Phrase<'_>) -> Option<Problem> {
    let (length, count) = phrase.length(1)?;
    let at = 1 + count;
    // Nothing else stands there: one word is another, which is mended without asking.
    if phrase.text(0) == "after" && at == phrase.len() {
        return None;
    }
    let sign = matches!(phrase.text(at), ":" | "," | "-" | "–" | "then");
    let rest = phrase.written(if sign { at + 1 } else { at }, phrase.len());
    let line = if rest.is_empty() { format!("wait {length}") } else { format!("wait {length}; {rest}") };
    Some(phrase.perhaps(0, phrase.len(), "Waiting is a step of its own, written with `wait`", &line))
}

/// A send that says when it goes.
fn when_sent(phrase: &Phrase<'_>) -> Option<Problem> {
    if !crate::syntax::words::CHANNELS.contains(&phrase.text(0)) || !phrase.is(1, Lexeme::Word) {
        return None;
    }
    let all = phrase.len();
    let send = phrase.written(0, 2);
    if phrase.text(2) == "at" && phrase.text(3) == "best" && phrase.text(4) == "time" && all == 5 {
        let title = "This does not say how long the best time is looked for";
        let place = phrase.span(4, 5);
        let edit = "write `at best time within 24h`";
        return Some(
            Problem::told(place, title, edit).with_safe_fix(Span { start: place.end, ..place }, " within 24h"),
        );
    }
    let title = "When a message goes is said by a step before it";
    if matches!(phrase.text(2), "after" | "in")
        && let Some((length, count)) = phrase.length(3)
        && 3 + count == all
    {
        return Some(phrase.perhaps(0, all, title, &format!("wait {length}; {send}")));
    }
    if matches!(phrase.text(2), "on" | "the") && phrase.text(3) == "day" && phrase.is(4, Lexeme::Number) {
        return Some(phrase.perhaps(0, all, title, &format!("wait until day {}; {send}", phrase.text(4))));
    }
    if phrase.text(2) == "at" && phrase.is(3, Lexeme::Time) && all == 4 {
        return Some(phrase.perhaps(0, all, title, &format!("wait until {}; {send}", phrase.text(3))));
    }
    if matches!(
        phrase.text(2),
        "tomorrow" | "next" | "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday"
    ) || phrase.text(2) == "on" && phrase.is(3, Lexeme::Word)
    {
        let from = if phrase.text(2) == "on" { 3 } else { 2 };
        return Some(phrase.perhaps(0, all, title, &format!("wait until {}; {send}", phrase.written(from, all))));
    }
    if matches!(phrase.text(2), "if" | "when" | "unless") && all > 3 {
        let asked = phrase.written(3, all);
        let bang = if phrase.text(2) == "unless" { "!" } else { "" };
        let title = "A condition comes before the step that depends on it";
        return Some(phrase.perhaps(0, all, title, &format!("if {bang}{asked} then {send}")));
    }
    None
}

/// Words behind `exit` that only name the journey itself.
fn is_this_journey(word: &str) -> bool {
    matches!(word, "the" | "this" | "from" | "journey" | "flow" | "canvas" | "campaign" | "workflow" | "here" | "now")
}

fn other_step(phrase: &Phrase<'_>, first: &str) -> Option<Problem> {
    let all = phrase.len();
    Some(match first {
        "stop" | "end" | "finish" | "quit" | "done" | "leave" | "abort" | "fin" | "ende" if all == 1 => {
            phrase.instead(0, 1, &format!("A journey is left with `exit`, not with `{first}`"), "exit")
        }
        // What follows may be a condition, and without it everybody would leave: only words that say nothing are taken away.
        "exit" if all > 1 && (1..all).all(|at| is_this_journey(&phrase.low(at))) => {
            phrase.away(1, all, "An exit is always from this journey", "write `exit` alone")
        }
        "stop" | "end" | "exit" | "leave" if matches!(phrase.text(1), "when" | "if" | "once" | "after" | "on" | "as") => {
            let title = "What ends a journey early is said by a line of the journey, not by a step";
            let own = (all == 3 && phrase.text(1) == "on" && phrase.is(2, Lexeme::Word)).then(|| phrase.text(2));
            let event = own.unwrap_or_else(|| phrase.names().purchase());
            let edit = format!("write `exit on {event}` in the column of the journey's `on`");
            phrase.say(0, all, title, &edit)
        }
        "stop" | "end" | "cancel" | "terminate" => phrase.say(
            0,
            all,
            "A journey cannot end another one",
            "write `exit` to end this one; another ends by an event: `emit offer_ended` here, `exit on offer_ended` there",
        ),
        "update" | "change" | "put" | "save" | "store" | "let" | "assign" => {
            let path = phrase.find(&["profile"])?;
            let end = phrase.find(&["to", "=", "==", "is", "as"]).unwrap_or(all);
            let title = format!("An attribute is changed with `set`, not with `{first}`");
            if end + 1 >= all || end <= path {
                return Some(phrase.say(0, all, &title, "write `set profile.tier to \"gold\"`"));
            }
            let line = format!("set {} to {}", phrase.written(path, end), phrase.written(end + 1, all));
            phrase.perhaps(0, all, &title, &line)
        }
        "set" if phrase.find(&["=", "=="]).is_some() => {
            let at = phrase.find(&["=", "=="])?;
            phrase.instead(at, at + 1, "The new value of an attribute is said behind `to`", "to")
        }
        "webhook" | "api" | "http" | "hook" | "notify" | "post" => {
            let named = phrase.is(1, Lexeme::Word);
            let title = format!("Another system is called with `call`, not with `{first}`");
            if named && all == 2 {
                phrase.instead(0, 1, &title, "call")
            } else {
                phrase.say(0, all, &title, "write `call crm`, or with values `call crm (total: event.total)`")
            }
        }
        "tag" | "label" | "subscribe" if all >= 2 => {
            phrase.say(0, all, "Customers are put into an audience with `add to`", &format!("write `add to {}`", as_name(phrase.text(all - 1))))
        }
        "untag" | "unlabel" => {
            phrase.say(0, all, "Customers are taken out of an audience with `remove from`", &format!("write `remove from {}`", as_name(phrase.text(all - 1))))
        }
        "go" | "goto" | "jump" | "move" | "continue" | "enter" if phrase.find(&["journey", "flow", "canvas", "campaign"]).is_some() => {
            let name = (1..all).rev().find(|&at| phrase.is(at, Lexeme::Word) && !matches!(phrase.low(at).as_str(), "journey" | "flow" | "canvas" | "campaign"))?;
            let (title, name) = ("Another journey is begun by `start`, and this one goes on", as_name(phrase.text(name)));
            match phrase.names().journeys.contains(&name) {
                true => phrase.perhaps(0, all, title, &format!("start {name}")),
                false => phrase.say(0, all, title, &format!("write `start {name}`, the name of a journey of this program")),
            }
        }
        "goto" | "go" | "jump" | "loop" | "while" | "back" => phrase.say(
            0,
            all,
            "Steps are done again with `repeat`; nothing jumps",
            "write `repeat 3 times every 2d:` and the steps below it, indented",
        ),
        "then" | "next" | "finally" | "and" if all > 1 => {
            let from = if phrase.text(1) == "," || phrase.text(1) == ":" { 2 } else { 1 };
            let place = Span { end: phrase.span(from, from + 1).start, ..phrase.span(0, from) };
            Problem::told(phrase.span(0, from), format!("A step begins without `{first}`"), format!("take `{first}` away"))
                .with_safe_fix(place, "")
        }
        "step" | "etape" | "schritt" if phrase.is(1, Lexeme::Number) => {
            phrase.say(0, all, "Steps are not numbered; they are done in their order", &format!("take `{} {}` away", phrase.text(0), phrase.text(1))).shared()
        }
        "delay" | "sleep" | "pause" | "hold" if phrase.text(1) == ":" || phrase.text(1) == "for" => {
            let (length, _) = phrase.length(2)?;
            phrase.instead(0, all, &format!("Waiting is written with `wait`, not with `{first}`"), &format!("wait {length}"))
        }
        _ if phrase.is(0, Lexeme::Number) => {
            if matches!(phrase.text(1), "." | ")" | ":") || phrase.text(0).ends_with('.') {
                let title = "Steps are not numbered; they are done in their order";
                return Some(phrase.say(0, 2, title, &format!("take `{}` away", phrase.written(0, 2))).shared());
            }
            let (length, count) = phrase.length(0)?;
            let skip = (count..all).find(|&at| phrase.step_at(at) == Some(at));
            let rest = skip.map(|at| phrase.written(at, all));
            let line = match rest {
                Some(rest) => format!("wait {length}; {rest}"),
                None => format!("wait {length}"),
            };
            phrase.perhaps(0, all, "Waiting is a step of its own, written with `wait`", &line)
        }
        _ => return None,
    })
}

/// The title of the message about texts by language.
const LANGUAGES: &str = "A message has one text for each channel, and no variants by language";

/// `email fr:`
pub(super) fn variant(phrase: &Phrase<'_>) -> Option<Problem> {
    let two = phrase.is(0, Lexeme::Word) && phrase.is(1, Lexeme::Word) && phrase.text(2) == ":";
    // `email (fr):`, `email-fr:`, `email [fr]:`
    let marked =
        matches!(phrase.text(1), "(" | "[" | "-" | "/") && phrase.is(2, Lexeme::Word) && phrase.low(2).len() == 2;
    let two = two || marked && phrase.names().is_channel(phrase.text(0)) && matches!(phrase.text(3), ")" | "]" | ":");
    let edit = "write one text, with `{% if profile.language == \"fr\" %}…{% else %}…{% endif %}` inside it";
    two.then(|| phrase.say(0, 2, LANGUAGES, edit).shared())
}

/// `phone call reminder`, `postcard thank_you`: ways that some have, and that a program must declare.
pub(super) fn no_channel(phrase: &Phrase<'_>) -> Option<Problem> {
    const WAYS: [&str; 14] = [
        "phone",
        "call",
        "telephone",
        "postcard",
        "letter",
        "mailing",
        "fax",
        "whatsapp",
        "messenger",
        "slack",
        "telegram",
        "direct",
        "print",
        "voice",
    ];
    let (way, all) = (phrase.low(0), phrase.len());
    // `recs`
    let names = phrase.names();
    if all == 1 && names.messages.contains(&way) && names.may_be_message(&way) {
        let channel = ["email", "push", "sms", "in_app", "mms", "web"]
            .into_iter()
            .find(|channel| names.is_written_for(&way, channel))?;
        return phrase.whole("A send begins with its channel", &format!("{channel} {way}"));
    }
    let said = |at: usize| {
        matches!(
            phrase.low(at).as_str(),
            "call" | "message" | "mail" | "msg" | "the" | "a" | "with" | "template" | "notification" | "text"
        )
    };
    let named = (1..all).find(|&at| !said(at)).filter(|&at| at + 1 == all && phrase.is(at, Lexeme::Word))?;
    let fits = all > 2 && WAYS.contains(&way.as_str()) && way != "call" && !phrase.names().is_channel(&way);
    let title = format!(
        "`{way}` is no channel of this program: email, sms, mms, push, in_app and web are there without a line"
    );
    let edit =
        format!("write `channel {way}: tracks delivered` in the first column, and `{way} {}` here", phrase.text(named));
    fits.then(|| phrase.say(0, all, &title, &edit))
}

/// `if no response within 2d`: what somebody did with a message is told by its channel.
pub(super) fn no_response(phrase: &Phrase<'_>) -> Option<Problem> {
    let word = |at: usize| {
        let said = ["response", "reaction", "reply", "answer", "interaction", "open", "opens", "click", "clicks"];
        said.contains(&phrase.low(at).as_str()) && !phrase.names().is_event(phrase.text(at))
    };
    let at = (1..phrase.len())
        .find(|&at| phrase.low(at - 1) == "no" && word(at))
        .filter(|at| phrase.low(0) == "if" && matches!(phrase.low(at + 1).as_str(), "within" | "then" | ":"))?;
    let deed = match phrase.low(at).as_str() {
        "reply" | "answer" => "replied",
        "open" | "opens" => "opened",
        _ => "clicked",
    };
    let title = "What somebody did not do with a message is asked by one word: opened, clicked or replied";
    Some(phrase.perhaps(at - 1, at + 1, title, &format!("!{deed}")))
}

/// `do nothing`, `goto last_call`: what reads as a send of a message on a channel that nobody has.
pub(super) fn no_step(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    if phrase.names().is_channel(phrase.text(0)) {
        return None;
    }
    let (first, second) = (phrase.low(0), phrase.low(1));
    if let Some(found) = no_channel(phrase) {
        return Some(found);
    }
    match (first.as_str(), second.as_str()) {
        ("do" | "send", "nothing") if all == 2 => {
            let title = "Where nothing is done, nothing is written";
            Some(phrase.say(
                0,
                all,
                title,
                "take this line away, and the `else:` above it where nothing else stands below it",
            ))
        }
        ("goto" | "jump" | "go_to" | "jump_to", _) if all == 2 => {
            let title = "There are no jumps: a journey goes from one line to the next";
            let edit = "take this line away; what is done after either way of an `if` stands below both, in the column of the `if`";
            Some(phrase.say(0, all, title, edit))
        }
        _ => None,
    }
}
