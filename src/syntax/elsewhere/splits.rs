//! Splits, choices and matches as people write them: what parts customers, and its parts.

use super::as_name;
use super::phrase::Phrase;
use crate::source::Span;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

/// `A/B test subject_line:` with shares below it
pub(super) fn named_test(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let test = (0..2).any(|at| phrase.low(at) == "split")
        || phrase.low(0) == "ab"
        || phrase.text(1) == "/"
        || matches!(phrase.low(0).as_str(), "experiment" | "test");
    let said = ["a", "b", "ab", "test", "split", "experiment", "for", "of", "the", "on", "named", "random"];
    let name = (0..end).rev().find(|&at| phrase.is(at, Lexeme::Word))?;
    let named = test && !said.contains(&phrase.low(name).as_str()) && phrase.has_a_share_below();
    let title = "A split has a name, and each of its parts a line below it with its share";
    named.then(|| phrase.line(title, &format!("split {}", as_name(phrase.text(name))))).flatten()
}

/// `conditional split opened within 2d:` with `yes:` and `no:` below it; these have the same message.
pub(super) fn choice(phrase: &Phrase<'_>) -> Option<Problem> {
    let splits = (0..phrase.len().min(3))
        .any(|at| matches!(phrase.low(at).as_str(), "split" | "branch" | "path" | "paths" | "check" | "if"));
    if !splits || !phrase.goes_on_below(&["yes", "no", "true", "false", "Yes", "No"]) {
        return None;
    }
    let behind = (0..phrase.end())
        .rev()
        .find(|&at| matches!(phrase.low(at).as_str(), "split" | "branch" | "path" | "paths" | "check" | "if"));
    let asked = phrase.written(behind? + 1, phrase.end());
    let asked = if asked.is_empty() { "opened within 2d" } else { asked.trim_start_matches(": ") };
    Some(
        phrase
            .say(
                0,
                phrase.len(),
                super::CHOICE,
                &format!("write `if {asked}:` and `else:`, each with its steps below it"),
            )
            .shared(),
    )
}

/// `split 50/50:`, `A/B test:`
pub(super) fn split(phrase: &Phrase<'_>) -> Option<Problem> {
    let title = "A split has a name, and each of its parts a line below it with its share";
    let edit = "write `split offers:`, and below it, indented, `50% a:` and `50% b:` with their steps";
    let is_test = phrase.low(0) == "ab"
        || phrase.low(1) == "/" && phrase.low(2).starts_with('b')
        || matches!(phrase.low(0).as_str(), "experiment");
    if is_test
        || phrase.low(0) == "split" && !phrase.is(1, Lexeme::Word) && phrase.text(1) != ":"
        || phrase.low(0) == "split" && phrase.low(1) == "test" && phrase.is(2, Lexeme::Number)
    {
        return Some(phrase.say(0, phrase.len(), title, edit));
    }
    let first = phrase.low(0);
    let (name, colon) = if first == "variant" { (phrase.low(1), 2) } else { (first, 1) };
    if name.len() == 1 && phrase.text(colon) == ":" {
        let title = "A part of a split begins with its share";
        let edit = format!("write `50% {name}:`, indented below `split offers:`");
        return Some(phrase.say(0, colon + 1, title, &edit));
    }
    None
}

/// The title of parts that have a share and no name.
const NAMELESS: &str = "Each part of a split has a name of its own behind its share";

/// The title of parts that say it otherwise.
const SHARE: &str = "A part of a split begins with its share in percent, then its name";

/// `A 50%:`, `half:`, `50% a, email x`
pub(super) fn share(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let colon = phrase.find(&[":"]);
    let step = phrase.step_at(1).filter(|_| colon.is_none());
    let end = colon.or(step).unwrap_or(all);
    let share = (0..end).find(|&at| phrase.is(at, Lexeme::Number));
    let name = (0..end).find(|&at| phrase.is(at, Lexeme::Word) && phrase.text(at) != "percent");
    // `variant a 50%`
    let says =
        |at: usize| matches!(phrase.low(at).as_str(), "variant" | "arm" | "group" | "version" | "option" | "path");
    let name = name.map(|at| if says(at) && phrase.is(at + 1, Lexeme::Word) && at + 1 < end { at + 1 } else { at });
    // `email plain 50%`: what is sent is what its arm is called after.
    if let (Some(share), None, true) = (share, colon, phrase.names().is_channel(phrase.text(0)))
        && phrase.is(1, Lexeme::Word)
        && (2..all).all(|at| at == share || matches!(phrase.text(at), ":" | "(" | ")" | "%" | ","))
    {
        let arm = as_name(phrase.text(1));
        let line = format!("{}% {arm}: {} {arm}", percent(phrase.text(share)), phrase.text(0));
        return Some(phrase.instead_of_all(SHARE, &line).shared());
    }
    // `50% email plain`, `plain: 50% email plain`
    if let (Some(share), true) = (share.or_else(|| (0..all).find(|&at| phrase.is(at, Lexeme::Number))), all > 2) {
        let [by, message] = [share + 1, share + 2].map(|at| phrase.text(at));
        if phrase.names().is_channel(by) && phrase.is(share + 2, Lexeme::Word) && share + 3 == all {
            let named = (0..share).find(|&at| phrase.is(at, Lexeme::Word)).map_or(message, |at| phrase.text(at));
            let line = format!("{}% {}: {by} {message}", percent(phrase.text(share)), as_name(named));
            return Some(phrase.instead_of_all(SHARE, &line).shared());
        }
    }
    if let (None, Some(name), "half") =
        (share, (1..end).find(|&at| phrase.is(at, Lexeme::Word)), phrase.low(0).as_str())
    {
        return Some(phrase.perhaps(0, end, SHARE, &format!("50% {}", as_name(phrase.text(name)))).shared());
    }
    // `1/2 a`
    if let (Some(share), Some(name)) = (share, name)
        && phrase.text(share + 1) == "/"
        && let (Ok(part), Ok(whole @ 2..=100)) =
            (phrase.text(share).parse::<u32>(), phrase.text(share + 2).parse::<u32>())
        && part < whole
    {
        let line = format!("{}% {}", part * 100 / whole, as_name(phrase.text(name)));
        return Some(phrase.perhaps(0, end, SHARE, &line).shared());
    }
    match (share, name) {
        (Some(share), Some(name)) if phrase.text(share + 1) != "/" => {
            let line = format!("{}% {}", percent(phrase.text(share)), as_name(phrase.text(name)));
            let line = match step {
                Some(step) => format!("{line}: {}", phrase.written(step, all)),
                None => line,
            };
            Some(phrase.perhaps(0, if step.is_some() { all } else { end }, SHARE, &line).shared())
        }
        (Some(share), _) => {
            let number = percent(phrase.text(share));
            let edit = format!("write a name behind it, another one in each part: `{number}% a:`, `{number}% b:`");
            Some(phrase.say(0, end, NAMELESS, &edit).shared())
        }
        (None, Some(name)) if phrase.text(0) != "else" => Some(
            phrase
                .say(
                    0,
                    end,
                    SHARE,
                    &format!("write the share before it, such as `50% {}:`", as_name(phrase.text(name))),
                )
                .shared(),
        ),
        _ => None,
    }
}

/// A share in percent, which some write as a part of one.
fn percent(share: &str) -> String {
    let number = share.trim_end_matches('%');
    match number.strip_prefix("0.") {
        Some(tenths) if number == share && tenths.len() <= 2 => {
            format!("{tenths:0<2}").trim_start_matches('0').to_string()
        }
        _ => number.to_string(),
    }
}

/// `wednesday, thursday:`
pub(super) fn arm(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.find(&[":"]).unwrap_or(phrase.len());
    if phrase.low(0) == "case" || phrase.low(0) == "when" {
        let title = format!("A value of a `match` stands alone, without `{}`", phrase.text(0));
        let place = Span { end: phrase.span(1, 2).start, ..phrase.span(0, 1) };
        return Some(
            Problem::told(phrase.span(0, 1), title, format!("take `{}` away", phrase.text(0))).with_safe_fix(place, ""),
        );
    }
    if matches!(phrase.low(0).as_str(), "default" | "otherwise" | "other" | "others") {
        return Some(phrase.instead(0, 1, "What is done for all others begins with `else`", "else"));
    }
    if let Some(at) = phrase.find(&["then"]).filter(|at| *at < end) {
        return Some(phrase.instead(at, at + 1, "The steps of a value follow its `:`", ":"));
    }
    if let Some(at) = phrase.step_at(1).filter(|at| end == phrase.len() && phrase.text(at - 1) != ">") {
        let from = if phrase.text(at - 1) == "," { at - 1 } else { at };
        let title = "The steps of a value follow its `:`";
        let line = format!("{}: {}", phrase.written(0, from), phrase.written(at, phrase.len()));
        return Some(phrase.instead_of_all(title, &line));
    }
    if let Some(at) = phrase.find(&["or", "/", "and"]).filter(|at| *at < end) {
        return Some(phrase.instead(at, at + 1, "Several values of a `match` are parted by commas", ","));
    }
    if matches!(phrase.text(0), "is" | "=" | "==") {
        let title = format!("A value of a `match` stands alone, without `{}`", phrase.text(0));
        let place = Span { end: phrase.span(1, 2).start, ..phrase.span(0, 1) };
        return Some(
            Problem::told(phrase.span(0, 1), title, format!("take `{}` away", phrase.text(0))).with_safe_fix(place, ""),
        );
    }
    if matches!(phrase.text(0), "*" | "_" | "any" | "rest") && end == 1 {
        return Some(phrase.instead(0, 1, "What is done for all others begins with `else`", "else"));
    }
    if matches!(phrase.text(0), "<" | "<=" | ">" | ">=" | "between")
        || phrase.text(1) == "-" && phrase.is(2, Lexeme::Number)
    {
        let title = "A `match` asks for single values, not for ranges";
        return Some(phrase.say(
            0,
            end,
            title,
            "write an `if` for each range instead of the `match`, such as `if profile.age >= 30:`",
        ));
    }
    if let Some(at) =
        (0..phrase.len()).find(|&at| phrase.text(at) == ">" && matches!(phrase.text(at.wrapping_sub(1)), "-" | "="))
    {
        return Some(phrase.instead(at - 1, at + 1, "The steps of a value follow its `:`", ":"));
    }
    let words = (0..end).all(|at| matches!(phrase.text(at), ",") || phrase.is(at, Lexeme::Word));
    let quoted: Vec<String> =
        (0..end).filter(|&at| phrase.is(at, Lexeme::Word)).map(|at| format!("\"{}\"", phrase.text(at))).collect();
    (words && !quoted.is_empty() && !phrase.low(0).is_empty() && phrase.low(0) != "else")
        .then(|| phrase.perhaps(0, end, "The values of a `match` stand in quotes", &quoted.join(", ")))
}
