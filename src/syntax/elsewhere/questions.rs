//! Questions of an `if` that need to know the names of the program: two comparisons in a row, an address without quotes,
//! what somebody has spent.

use super::phrase::Phrase;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::{Mode, reserved};

const QUOTES: &str = "A text that is compared stands in quotes";
const BRACES: &str = "In a condition a value of the customer is written without braces";
const CHAIN: &str = "A value between two others is asked for in two questions, joined by `and`";
const SPENT: &str = "What somebody has spent is asked as the sum of what their orders came to";

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    chained(phrase)
        .or_else(|| marked(phrase))
        .or_else(|| in_brackets(phrase))
        .or_else(|| braces(phrase))
        .or_else(|| address(phrase))
        .or_else(|| spent(phrase))
}

/// `event.total is 50 or more`, which reads as an event called `more`.
pub(super) fn or_more(phrase: &Phrase<'_>) -> Option<Problem> {
    let or = (2..phrase.len()).find(|&at| {
        let number = phrase.is(at - 1, Lexeme::Number) && matches!(phrase.text(at - 2), "is" | "=" | "==");
        number && phrase.low(at) == "or"
    })?;
    let sign = match phrase.low(or + 1).as_str() {
        "more" | "higher" | "above" | "over" | "greater" | "larger" => ">=",
        "less" | "lower" | "below" | "under" | "fewer" | "smaller" => "<=",
        _ => return None,
    };
    let asked = format!("{sign} {}", phrase.text(or - 1));
    Some(phrase.perhaps(or - 2, or + 2, "Values are compared by signs", &asked))
}

/// A value with its place behind it: `5`, `-5`, `profile.points`.
fn value(phrase: &Phrase<'_>, at: usize) -> Option<usize> {
    if phrase.is(at, Lexeme::Minus) && phrase.joined(at) && phrase.is(at + 1, Lexeme::Number) {
        return Some(at + 2);
    }
    if matches!(phrase.low(at).as_str(), "now" | "today") {
        return Some(at + 1);
    }
    if phrase.is(at, Lexeme::Number) || phrase.is(at, Lexeme::Date) {
        return Some(at + 1);
    }
    let named = phrase.is(at, Lexeme::Word)
        && (reserved(phrase.text(at)).is_none() || matches!(phrase.text(at), "profile" | "event"));
    let mut end = at + 1;
    while phrase.text(end) == "." && phrase.is(end + 1, Lexeme::Word) {
        end += 2;
    }
    named.then_some(end)
}

fn is_less(sign: &str) -> bool {
    sign.starts_with('<')
}

/// `2 < profile.points < 5`
fn chained(phrase: &Phrase<'_>) -> Option<Problem> {
    let is_sign = |at: usize| matches!(phrase.text(at), "<" | "<=" | ">" | ">=");
    let (from, first, second, to) = (0..phrase.len()).find_map(|from| {
        let first = value(phrase, from).filter(|at| is_sign(*at))?;
        let second = value(phrase, first + 1).filter(|at| is_sign(*at))?;
        Some((from, first, second, value(phrase, second + 1)?))
    })?;
    let (low, high) = (phrase.text(first), phrase.text(second));
    let middle = owned(phrase, &phrase.written(first + 1, second));
    if is_less(low) != is_less(high) || middle.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (left, right) = (phrase.written(from, first), phrase.written(second + 1, to));
    let turned = if is_less(low) { low.replace('<', ">") } else { low.replace('>', "<") };
    let asked = format!("{middle} {turned} {left} and {middle} {high} {right}");
    // Beside an `or`, and behind a `!`, the two stay together without parentheses only where nothing else is asked.
    let alone = phrase.find(&["or", "!", "not"]).is_none();
    let asked = if alone { asked } else { format!("({asked})") };
    let line = join(phrase, from, &asked, to);
    phrase.line(CHAIN, &line)
}

/// A bare name that is compared in a step, with what it belongs to: by itself it would be an event.
fn owned(phrase: &Phrase<'_>, name: &str) -> String {
    if phrase.mode != Mode::Step || name.contains('.') || matches!(name, "now" | "today") {
        return name.to_string();
    }
    super::owners::owned(phrase, name)
}

/// `@profile.vip`, `$profile.vip`, `{profile.vip}`
fn marked(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = (0..phrase.len()).find(|&at| {
        let mark = matches!(phrase.text(at), "@" | "$" | "{") && phrase.joined(at);
        mark && matches!(phrase.text(at + 1), "profile" | "event") && phrase.text(at + 2) == "."
    })?;
    let end = value(phrase, at + 1)?;
    let to = if phrase.text(end) == "}" { end + 1 } else { end };
    let title = format!("A value is written without `{}` before it", phrase.text(at));
    phrase.line(&title, &join(phrase, at, &phrase.written(at + 1, end), to))
}

/// `profile["plan"]`, `event.items[0].price`
fn in_brackets(phrase: &Phrase<'_>) -> Option<Problem> {
    let open = (1..phrase.len()).find(|&at| phrase.text(at) == "[" && phrase.joined(at - 1))?;
    let close = (open..phrase.len()).find(|&at| phrase.text(at) == "]")?;
    if !phrase.is(open - 1, Lexeme::Word) || reserved(phrase.text(0)).is_none() && phrase.mode != Mode::Step {
        return None;
    }
    if phrase.is(open + 1, Lexeme::Text) && close == open + 2 {
        let name = phrase.text(open + 1).trim_matches('"');
        let path = format!("{}.{name}", phrase.text(open - 1));
        return phrase.line("A value within another follows a full stop", &join(phrase, open - 1, &path, close + 1));
    }
    let numbered = phrase.is(open + 1, Lexeme::Number) && close == open + 2;
    let title = "A single thing of a list cannot be asked for by its number";
    let edit = "ask whether the list has a value, as in `event.skus contains \"A1\"`, or have the value sent by itself";
    numbered.then(|| phrase.say(open, close + 1, title, edit))
}

/// `{{customer.plan}} == "pro"`
fn braces(phrase: &Phrase<'_>) -> Option<Problem> {
    let open = (0..phrase.len()).find(|&at| phrase.text(at) == "{" && phrase.text(at + 1) == "{")?;
    let close = (open..phrase.len()).find(|&at| phrase.text(at) == "}" && phrase.text(at + 1) == "}")?;
    let name = (open + 2..close).rev().find(|&at| phrase.is(at, Lexeme::Word))?;
    let root = if phrase.text(open + 2) == "event" && name > open + 2 { "event" } else { "profile" };
    let plain = format!("{root}.{}", phrase.text(name));
    phrase.line(BRACES, &join(phrase, open, &plain, close + 2)).or_else(|| {
        let edit = format!("write `{plain}` instead");
        Some(phrase.say(open, close + 2, BRACES, &edit))
    })
}

/// `email contains @gmail.com`, `profile.email is ann@gmail.com`
fn address(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = phrase.find(&["@"])?;
    let plain = |at: usize| {
        phrase.is(at, Lexeme::Word)
            || phrase.is(at, Lexeme::Number)
            || matches!(phrase.text(at), "@" | "." | "-" | "*" | "%" | "+")
    };
    let mut from = at;
    while from > 0 && plain(from - 1) && phrase.joined(from - 1) {
        from -= 1;
    }
    let mut to = at + 1;
    while to < phrase.len() && plain(to) && phrase.joined(to - 1) {
        to += 1;
    }
    let text = phrase.written(from, to);
    let quoted = format!("\"{}\"", text.trim_matches(['*', '%']));
    let ends = phrase.text(from.checked_sub(1)?) == "with" && from >= 2;
    let sign = if ends { from - 2 } else { from - 1 };
    let asks = if ends || matches!(phrase.low(sign).as_str(), "contains" | "includes" | "has" | "like" | "in") {
        "contains"
    } else {
        phrase.text(sign)
    };
    let before = sign.checked_sub(1)?;
    let bare = phrase.is(before, Lexeme::Word) && phrase.text(before.saturating_sub(1)) != ".";
    let bare = bare && phrase.mode == Mode::Step && !matches!(phrase.text(before), "event" | "profile");
    if bare {
        let title = "What is known of a customer begins with `profile.`, and a text stands in quotes";
        let asked = format!("profile.{} {asks} {quoted}", phrase.text(before));
        return phrase.line(title, &join(phrase, before, &asked, to));
    }
    if asks == phrase.text(sign) {
        return Some(phrase.instead(from, to, QUOTES, &quoted));
    }
    phrase.line(QUOTES, &join(phrase, sign, &format!("{asks} {quoted}"), to))
}

/// `€1,000`, `1.000,00 €`: taken without its currency alone, the first would be one.
pub(super) fn money(phrase: &Phrase<'_>) -> Option<Problem> {
    let is_currency = |at: usize| matches!(phrase.text(at), "€" | "$" | "£") || is_code(&phrase.low(at));
    let (at, to) = (1..phrase.len())
        .filter(|&at| phrase.is(at, Lexeme::Number))
        .map(|at| (at, super::slots::money_ends(phrase, at)))
        .find(|(at, to)| is_currency(at - 1) || is_currency(*to))?;
    let amount = super::slots::money(phrase, at).filter(|amount| *amount != phrase.written(at, to))?;
    let (from, to) = (at - usize::from(is_currency(at - 1)), to + usize::from(is_currency(to)));
    let title = "An amount is a plain number: no currency, thousands not parted, and cents behind a point";
    spent(phrase).or_else(|| Some(phrase.perhaps(from, to, title, &amount)))
}

fn is_code(word: &str) -> bool {
    matches!(word, "eur" | "euro" | "euros" | "usd" | "dollars" | "gbp" | "pounds" | "chf")
}

/// `spent more than 100 EUR in the last 30 days`, `lifetime value > 500`
fn spent(phrase: &Phrase<'_>) -> Option<Problem> {
    if phrase.low(0) != "if" {
        return None;
    }
    let end = phrase.find(&["then"]).unwrap_or_else(|| phrase.end());
    let word = (1..end).find(|&at| {
        let low = phrase.low(at);
        let lifetime = matches!(low.as_str(), "lifetime" | "total" | "overall")
            && matches!(phrase.low(at + 1).as_str(), "value" | "revenue" | "spend" | "spent" | "spending");
        lifetime || matches!(low.as_str(), "spent" | "spend" | "spends" | "ltv") && phrase.text(at + 1) != "."
    })?;
    let joined = (1..end).any(|at| matches!(phrase.low(at).as_str(), "and" | "or" | "then" | "."));
    let number = (word..end).find(|&at| phrase.is(at, Lexeme::Number) && super::slots::length(phrase, at).is_none())?;
    if joined {
        return None;
    }
    let number = super::slots::money(phrase, number)?;
    let names = phrase.names();
    let event = names.purchase();
    let amount = names.amount(event).unwrap_or("total");
    let has = |words: &[&str]| (1..end).any(|at| words.contains(&phrase.low(at).as_str()));
    let sign = match () {
        () if has(&[">=", "least", "minimum"]) => ">=",
        () if has(&["<="]) || has(&["at"]) && has(&["most"]) => "<=",
        () if has(&["<", "less", "under", "below", "fewer"]) => "<",
        () if has(&[">", "more", "over", "above"]) => ">",
        () => ">=",
    };
    let window = (1..end)
        .find_map(|at| super::slots::length(phrase, at))
        .map_or(String::new(), |(length, _)| format!(" in last {length}"));
    let tail = if end < phrase.end() { format!(" {}", phrase.written(end, phrase.end())) } else { String::new() };
    let own = [phrase.low(word), format!("{}_{}", phrase.low(word), phrase.low(word + 1))]
        .into_iter()
        .find(|name| names.attribute(name) == Some("number"));
    if let Some(own) = own.filter(|_| window.is_empty()) {
        let title = format!("What is known of a customer is asked by its name: `profile.{own}`");
        return phrase.line(&title, &format!("if profile.{own} {sign} {number}{tail}"));
    }
    let asked = format!("if sum of {event}.{amount}{window} {sign} {number}");
    phrase.line(SPENT, &format!("{asked}{tail}"))
}

/// The line with these pieces of it put otherwise.
fn join(phrase: &Phrase<'_>, from: usize, text: &str, to: usize) -> String {
    let (before, behind) = (phrase.written(0, from), phrase.written(to, phrase.end()));
    [before.as_str(), text, behind.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
