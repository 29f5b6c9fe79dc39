//! Attributes and properties with their kinds, as databases, forms and other languages have them.

use super::as_name;
use super::phrase::Phrase;
use crate::diagnostic::{Edit, Fix};
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

const TITLE: &str = "An attribute or a property is its name, `:` and its kind";

/// Our word for a kind of value.
pub(crate) fn kind(word: &str) -> Option<&'static str> {
    Some(match word {
        "number" | "numbers" | "int" | "integer" | "float" | "double" | "decimal" | "numeric" | "money"
        | "currency" | "amount" | "long" | "bigint" | "real" | "price" => "number",
        "text" | "texts" | "string" | "strings" | "str" | "varchar" | "char" | "nvarchar" | "uuid" | "id" | "url"
        | "phone" | "words" => "text",
        "bool" | "boolean" | "flag" | "bit" | "checkbox" | "yesno" => "bool",
        "date" | "dates" | "day" => "date",
        "moment" | "datetime" | "timestamp" | "timestamptz" | "instant" | "date_time" => "moment",
        "time" => "time",
        "duration" | "interval" | "timespan" => "duration",
        _ => return None,
    })
}

/// The kind that a name lets expect.
pub(super) fn guessed(name: &str) -> &'static str {
    match name {
        "total" | "price" | "amount" | "value" | "count" | "quantity" | "age" | "points" | "revenue" => "number",
        "birthday" | "birthdate" => "date",
        "vip" => "bool",
        _ => "text",
    }
}

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = trimmed(phrase);
    if let Some(found) = pattern(phrase) {
        return Some(found);
    }
    let from = if phrase.low(0) == "profile" && phrase.text(1) == "." { 2 } else { 0 };
    let parts = (from..end).find(|&at| matches!(phrase.text(at), ":" | "=" | "-" | "–" | "(" | "|" | "[" | "<"));
    let Some(sign) = parts.filter(|&at| at > from) else { return bare(phrase, from, end) };
    let name = path(phrase, from, sign);
    let behind = if matches!(phrase.text(sign), ":" | "=" | "-" | "–") { sign + 1 } else { sign };
    // `birthday (date)`
    if phrase.text(sign) == "(" && sign + 3 == end && phrase.text(sign + 2) == ")" {
        let kind = kind(&phrase.low(sign + 1))?;
        return phrase.whole(TITLE, &format!("{name}: {kind}")).map(Problem::shared);
    }
    if name.is_empty() {
        return None;
    }
    if behind >= end {
        return object(phrase, &name);
    }
    let kind = whole_kind(phrase, behind, end)?;
    let line = format!("{name}: {kind}");
    match lists_choices(phrase, behind, end) {
        true => phrase.whole("A choice of texts is written in quotes, parted by `|`", &line),
        false => phrase.whole(TITLE, &line).map(Problem::shared),
    }
}

/// `country: text,` and the next attribute below it, or behind it.
pub(super) fn commas(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = trimmed(phrase);
    let begins = |at: usize| phrase.is(at, Lexeme::Word) && phrase.text(at + 1) == ":";
    let commas: Vec<usize> = (1..end).filter(|&at| phrase.text(at) == "," && begins(at + 1)).collect();
    let first = *commas.first().filter(|_| begins(0) && !phrase.has(Lexeme::Open))?;
    let title = "Each attribute or property has a line of its own, without a comma behind it";
    if !commas.iter().all(|&at| phrase.is_far(at + 1)) {
        return Some(phrase.say(
            first,
            first + 1,
            title,
            "take the `,` away, and put what follows on a line of its own",
        ));
    }
    let edits = commas.iter().map(|&at| Edit { span: phrase.span(at, at + 1), text: String::new() }).collect();
    let error = phrase.say(first, first + 1, title, "take the `,` away");
    Some(error.with_fix(Fix { edits, safe: true }))
}

/// `birthday: DD.MM.YYYY`
fn pattern(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = (0..phrase.len()).find(|&at| matches!(phrase.text(at), ":" | "="))?;
    let written = phrase.written(at + 1, trimmed(phrase)).to_lowercase();
    let parts: Vec<&str> = written.trim_matches('"').split(['.', '-', '/', ' ']).collect();
    let dates = parts.iter().all(|part| matches!(*part, "d" | "dd" | "m" | "mm" | "yy" | "yyyy" | "jjjj" | "tt"));
    let title = "A date is of the kind `date`; how it is written is not said here";
    (dates && parts.len() == 3).then(|| phrase.instead(at + 1, trimmed(phrase), title, "date"))
}

fn lists_choices(phrase: &Phrase<'_>, from: usize, to: usize) -> bool {
    let several = (from..to).any(|at| matches!(phrase.low(at).as_str(), "," | "|" | "or" | "/" | "of" | "enum"));
    several && kind(&phrase.low(from)).is_none() && !matches!(phrase.low(from).as_str(), "list" | "array")
}

/// The number of pieces without a sign at the end that says nothing.
fn trimmed(phrase: &Phrase<'_>) -> usize {
    let end = phrase.len();
    end - usize::from(end > 1 && matches!(phrase.text(end - 1), ";" | ","))
}

fn path(phrase: &Phrase<'_>, from: usize, to: usize) -> String {
    let words: Vec<String> = phrase.written(from, to).split('.').map(|part| as_name(part.trim_matches('"'))).collect();
    words.join(".")
}

/// `total number`, `number total`, `name`, `name, country`
fn bare(phrase: &Phrase<'_>, from: usize, end: usize) -> Option<Problem> {
    if (from..end).any(|at| phrase.text(at) == ",") {
        let names: Vec<String> =
            (from..end).filter(|&at| phrase.is(at, Lexeme::Word)).map(|at| phrase.low(at)).collect();
        let lines: Vec<String> = names.iter().map(|name| format!("`{name}: {}`", guessed(name))).collect();
        return Some(
            phrase
                .say(0, phrase.len(), TITLE, &format!("write {}, each on a line of its own", lines.join(", then ")))
                .shared(),
        );
    }
    if !(from..end).all(|at| phrase.is(at, Lexeme::Word)) {
        return None;
    }
    let last = end.checked_sub(1)?;
    let (name, kind) = match (kind(&phrase.low(from)), kind(&phrase.low(last))) {
        (_, Some(kind)) if last > from => (path(phrase, from, last), kind),
        (Some(kind), None) if last > from => (path(phrase, from + 1, end), kind),
        _ => {
            let name = path(phrase, from, end);
            let kind = guessed(&name);
            (name, kind)
        }
    };
    phrase.whole(TITLE, &format!("{name}: {kind}")).map(Problem::shared)
}

/// `address:` with its parts below.
fn object(phrase: &Phrase<'_>, name: &str) -> Option<Problem> {
    let title = "What has parts is written with dots, each part on a line";
    Some(phrase.say(
        0,
        phrase.len(),
        title,
        &format!("write the lines below as `{name}.city: text`, and take this one away"),
    ))
}

/// What stands behind the name, as a kind.
fn whole_kind(phrase: &Phrase<'_>, from: usize, to: usize) -> Option<String> {
    // `birthday: a date`
    let article = matches!(phrase.low(from).as_str(), "a" | "an" | "the") && from + 1 < to;
    if article {
        return whole_kind(phrase, from + 1, to);
    }
    let first = phrase.low(from);
    let list = matches!(first.as_str(), "list" | "array" | "lists" | "set" | "[" | "json" | "object" | "objects")
        || (from..to).any(|at| phrase.text(at) == "[");
    if list {
        return Some(list_of(phrase, from, to));
    }
    let texts: Vec<String> =
        (from..to).filter(|&at| phrase.is(at, Lexeme::Text)).map(|at| phrase.text(at).to_string()).collect();
    if texts.len() > 1 {
        return Some(texts.join(" | "));
    }
    let said: Vec<String> = (from..to).filter(|&at| phrase.is(at, Lexeme::Word)).map(|at| phrase.low(at)).collect();
    if said.iter().any(|word| matches!(word.as_str(), "yes" | "no" | "true" | "false")) {
        return Some("bool".to_string());
    }
    if let Some(kind) = kind(&first) {
        return Some(kind.to_string());
    }
    if phrase.is(from, Lexeme::Date) {
        return Some("date".to_string());
    }
    if phrase.is(from, Lexeme::Number) {
        return Some("number".to_string());
    }
    let skip = |word: &&String| {
        !matches!(
            word.as_str(),
            "or" | "one"
                | "of"
                | "enum"
                | "choice"
                | "choices"
                | "either"
                | "and"
                | "options"
                | "option"
                | "picklist"
                | "select"
        )
    };
    let choices: Vec<String> = said.iter().filter(skip).map(|word| format!("\"{word}\"")).collect();
    (choices.len() > 1).then(|| choices.join(" | "))
}

fn list_of(phrase: &Phrase<'_>, from: usize, to: usize) -> String {
    let fields: Vec<String> = (from..to)
        .filter(|&at| phrase.is(at, Lexeme::Word) && phrase.text(at + 1) == ":")
        .map(|at| format!("{}: {}", as_name(phrase.text(at)), kind(&phrase.low(at + 2)).unwrap_or("text")))
        .collect();
    if !fields.is_empty() {
        return format!("list of ({})", fields.join(", "));
    }
    let of = (from..to).find_map(|at| kind(&phrase.low(at)));
    match of {
        Some(kind) => format!("list of {kind}"),
        None if phrase
            .find(&["objects", "object", "items", "products", "records", "json"])
            .is_some_and(|at| at >= from) =>
        {
            "list of (title: text, price: number)".to_string()
        }
        None => "list of text".to_string(),
    }
}
