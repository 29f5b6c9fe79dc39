//! Lines that begin a journey, a list of people or a text, in the words of other tools.

use super::as_name;
use super::phrase::Phrase;
use crate::diagnostic::{Diagnostic, syntax};
use crate::source::Span;
use crate::syntax::token::Lexeme;
use crate::syntax::words::Mode;

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let item = phrase.mode == Mode::Item;
    if item && let Some(found) = other_item(phrase) {
        return Some(found);
    }
    match phrase.low(0).as_str() {
        "on" => on(phrase),
        "goal" | "exit" => event_name(phrase),
        "every" => every(phrase),
        "for" if phrase.len() == 2 => None,
        "if" if phrase.low(1) == "customer" || phrase.low(1) == "user" => None,
        _ if phrase.mode == Mode::Clause => other_clause(phrase),
        _ => before_a_date(phrase, 0),
    }
}

/// What other tools call the things of a program.
const ITEMS: &[(&str, &str)] = &[
    ("flow", "journey"),
    ("workflow", "journey"),
    ("canvas", "journey"),
    ("campaign", "journey"),
    ("automation", "journey"),
    ("program", "journey"),
    ("programme", "journey"),
    ("scenario", "journey"),
    ("sequence", "journey"),
    ("series", "journey"),
    ("drip", "journey"),
    ("parcours", "journey"),
    ("kampagne", "journey"),
    ("campagne", "journey"),
    ("campaña", "journey"),
    ("flujo", "journey"),
    ("list", "audience"),
    ("cohort", "segment"),
    ("group", "segment"),
    ("template", "message"),
    ("rules", "charter"),
    ("policy", "charter"),
    ("settings", "charter"),
    ("global", "charter"),
    ("attributes", "profile"),
    ("traits", "profile"),
    ("customer", "profile"),
    ("user", "profile"),
];

/// Our word for what another tool calls otherwise.
pub(in crate::syntax) fn item_word(word: &str) -> Option<&'static str> {
    ITEMS.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours)
}

fn other_item(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let theirs = phrase.low(0);
    let ours = item_word(&theirs)?;
    let title = match ours {
        "journey" => format!("A journey begins with `journey`, not with `{theirs}`"),
        _ => format!("What `{theirs}` is elsewhere is called `{ours}` here"),
    };
    let end = phrase.find(&[":"]).unwrap_or(phrase.len());
    let needs_name = !matches!(ours, "charter" | "profile");
    let named = if !needs_name {
        ours.to_string()
    } else if phrase.is(1, Lexeme::Text) {
        let text = phrase.text(1);
        format!("{ours} {} {text}", as_name(text.trim_matches(['"', '“', '”', '„'])))
    } else if end > 1 {
        format!("{ours} {}", as_name(&phrase.written(1, end)))
    } else {
        return Some(phrase.say(0, 1, &title, &format!("write `{ours}` and a name, such as `{ours} cart:`")));
    };
    let colon = if ours == "audience" { "" } else { ":" };
    Some(phrase.perhaps(0, phrase.len(), &title, &format!("{named}{colon}")))
}

/// `on …`
fn on(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    if phrase.low(1) == "entry"
        || matches!(phrase.low(1).as_str(), "enter" | "enters" | "entering" | "joining" | "segment")
    {
        let name = (2..phrase.len()).find(|&at| {
            phrase.is(at, Lexeme::Word) && !matches!(phrase.text(at), "to" | "into" | "in" | "segment" | "the" | "of")
        })?;
        let title = "Whoever comes into a segment begins with `on entering`";
        return Some(phrase.instead(0, name, title, "on entering"));
    }
    if phrase.low(1) == "date" && phrase.find(&["-", "+"]).is_some() {
        return months(phrase);
    }
    if let Some(found) = before_a_date(phrase, 1) {
        return Some(found);
    }
    // The forgotten `:` of a journey on one line.
    if let Some(step) =
        phrase.step_at(2).filter(|at| !phrase.has(Lexeme::Colon) && !phrase.is(at - 1, Lexeme::Semicolon))
    {
        let last = phrase.span(step - 1, step);
        let behind = Span { start: last.end, ..last };
        let title = "A `:` is missing between what begins the journey and its first step";
        let edit = format!("write `:` behind `{}`", phrase.text(step - 1));
        return Some(syntax(last, title, edit).with_safe_fix(behind, ":"));
    }
    event_name(phrase)
}

/// `- 1 month`
fn months(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let at = phrase.find(&["month", "months", "year", "years"])?;
    let number: u32 = phrase.text(at.checked_sub(1)?).parse().ok()?;
    let year = phrase.low(at).starts_with('y');
    let days = number.checked_mul(if year { 365 } else { 30 })?;
    let title = if year { "Years are not all of one length" } else { "Months are not all of one length" };
    Some(phrase.perhaps(at - 1, at + 1, title, &format!("{days}d")))
}

/// `30d before profile.renewal_date`
fn before_a_date(phrase: &Phrase<'_>, from: usize) -> Option<Diagnostic> {
    let (length, count) = phrase.length(from)?;
    let sign = match phrase.low(from + count).as_str() {
        "before" | "prior" | "ahead" => "-",
        "after" | "past" | "since" => "+",
        _ => return None,
    };
    let end = phrase.find(&[":", "at"]).unwrap_or(phrase.len());
    let skip = (from + count + 1..end).find(|&at| !matches!(phrase.text(at), "the" | "to" | "of"))?;
    let date = phrase.written(skip, end);
    let date = if date.contains('.') { date } else { format!("profile.{}", as_name(&date)) };
    let title = "A journey that follows a date begins with `on date`";
    Some(phrase.perhaps(0, end, title, &format!("on date {date} {sign} {length}")))
}

/// `on Cart Abandoned:`, `goal order-placed`, `on panier abandonné`
fn event_name(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let from = match phrase.low(0).as_str() {
        "exit" if matches!(phrase.text(1), "on" | "when") => 2,
        "exit" => return exit_if(phrase),
        _ => 1,
    };
    if phrase.text(1) == "when" {
        return None;
    }
    let fits =
        |at: usize| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Minus) && phrase.is(at + 1, Lexeme::Word);
    let ends = |at: usize| {
        matches!(phrase.text(at), "where" | "within" | "worth" | "or")
            // A small word inside of a name with capitals, such as `Added to Cart`, is part of the name.
            || crate::syntax::words::reserved(phrase.text(at)).is_some() && !phrase.text(at + 1).starts_with(char::is_uppercase)
    };
    let count = (from..phrase.len()).take_while(|&at| fits(at) && !ends(at)).count();
    let written = phrase.written(from, from + count);
    let name = as_name(&written);
    if count == 0 || name == written || name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let behind = phrase.text(from + count);
    if !matches!(behind, "" | ":" | "where" | "within" | "worth" | "or") {
        return None;
    }
    let title = "The name of an event is one word in small letters";
    let span = phrase.span(from, from + count);
    let error = syntax(span, title, format!("write `{name}` instead"));
    let error = error.with_help(format!("Or write it in quotes, as your shop sends it: \"{written}\"."));
    Some(if written.is_ascii() { error.with_safe_fix(span, name) } else { error.with_unsafe_fix(span, name) })
}

/// `exit if order_placed` means the event, `exit if profile.vip` a condition.
fn exit_if(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let bare =
        phrase.len() == 3 && phrase.is(2, Lexeme::Word) && crate::syntax::words::reserved(phrase.text(2)).is_none();
    if matches!(phrase.low(1).as_str(), "if" | "after" | "upon" | "once") && bare {
        return Some(phrase.instead(1, 2, "An exit names an event with `on`", "on"));
    }
    None
}

/// `every …`
fn every(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let end = phrase.find(&[":"]).unwrap_or(phrase.len());
    let second = phrase.low(1);
    let weekly = "write `every monday at 09:00:`, and `reenter after 13d` above it for every two weeks";
    if phrase.find(&["month", "months", "monthly", "quarter"]).is_some()
        || phrase.text(1).starts_with(|c: char| c.is_ascii_digit()) && phrase.length(1).is_none()
    {
        let title = "A journey cannot begin on a day of the month";
        let edit = "write `every monday at 09:00:`, and `reenter after 27d` above it: about once a month";
        return Some(phrase.say(0, end, title, edit));
    }
    if matches!(second.as_str(), "first" | "second" | "third" | "last" | "other" | "1st" | "2nd" | "two") {
        return Some(phrase.say(0, end, "A weekday stands for each of its kind, not for every other", weekly));
    }
    if phrase.length(1).is_some() || matches!(second.as_str(), "hour" | "minute") {
        let title = "A journey begins on a weekday and at a time, not at intervals";
        return Some(phrase.say(0, end, title, weekly));
    }
    if second == "year" && phrase.text(2) == "on" && phrase.is(3, Lexeme::Word) && !phrase.has(Lexeme::Dot) {
        let title = "A date of each customer is one of the profile";
        return Some(phrase.instead(3, 4, title, &format!("profile.{}", phrase.text(3))));
    }
    None
}

/// What other tools write among the lines of a journey.
fn other_clause(phrase: &Phrase<'_>) -> Option<Diagnostic> {
    let all = phrase.len();
    Some(match phrase.low(0).as_str() {
        "entry" | "enter" | "start" | "starts" | "begin" | "trigger" | "triggers" | "when" if phrase.len() > 1 => {
            let from = (1..all).find(|&at| {
                !matches!(
                    phrase.low(at).as_str(),
                    ":" | "when" | "on" | "criteria" | "event" | "with" | "is" | "a" | "the"
                )
            })?;
            let end = if phrase.text(all - 1) == ":" { all - 1 } else { all };
            if from >= end {
                return Some(phrase.say(
                    0,
                    all,
                    "A journey begins with `on` and its event",
                    "write `on cart_abandoned:`",
                ));
            }
            if (from..end)
                .any(|at| !phrase.is(at, Lexeme::Word) || crate::syntax::words::reserved(phrase.text(at)).is_some())
            {
                return None;
            }
            let name = as_name(&phrase.written(from, end));
            phrase.instead_of_all("A journey begins with `on` and its event", &format!("on {name}:"))
        }
        "audience" | "filter" | "only" | "who" | "target" | "targets" | "segment" => phrase.say(
            0,
            all,
            "Who may come in is said by `for`",
            "write `for in big_spenders`, or `for profile.country is \"FR\"`",
        ),
        "conversion" | "convert" | "objective" | "success" | "target_event" => {
            phrase.say(0, 1, "What a journey is done for is its `goal`", "write `goal order_placed within 7d`")
        }
        "reentry" | "re" | "frequency" | "repeatable" => phrase.say(
            0,
            all,
            "Who may come in again is said by `reenter`",
            "write `reenter after 30d` or `reenter never`",
        ),
        "description" | "name" | "title" | "owner" => phrase.say(
            0,
            all,
            "A journey has no such line",
            "write its title behind its name, `journey cart \"Bring back carts\":`, and notes behind `#`",
        ),
        _ => return before_a_date(phrase, 0),
    })
}
