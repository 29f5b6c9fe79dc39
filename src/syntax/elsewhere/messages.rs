//! Messages as people write them: `email recs: "Hi"`, `subject: "Hi"`, `email "Hi"`.

use super::as_name;
use super::phrase::Phrase;
use super::slots::channel;
use crate::diagnostic::{Edit, Fix};
use crate::source::Span;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::CHANNELS;

/// The parts of messages, by the names that people give them.
fn part(word: &str) -> Option<&'static str> {
    Some(match word {
        "subject" | "subject_line" | "subjectline" | "betreff" | "objet" => "subject",
        "body" | "content" | "copy" | "message" => "body",
        "preheader" | "pre_header" | "preview_text" | "previewtext" => "preheader",
        "preview" => "preview",
        "title" => "title",
        "headline" => "headline",
        "html" => "html",
        "text" => "text",
        "from" | "sender" => "from",
        "from_name" | "fromname" | "sender_name" => "from_name",
        "reply_to" | "replyto" => "reply_to",
        "image" => "image",
        "link" => "link",
        "url" => "url",
        "button" | "cta" => "button",
        _ => return None,
    })
}

/// The channel that a part lets expect.
fn channel_of(part: &str) -> &'static str {
    match part {
        "title" | "image" | "link" | "url" | "button" => "push",
        "headline" => "in_app",
        "text" => "sms",
        _ => "email",
    }
}

const NO_CHANNEL: &str = "A message says for each of its channels what it is, the channel first";

/// `email recs: subject: "Hi"`, `message: recs`, `message recs = "Hi"`, in the place of an item.
pub(super) fn item(phrase: &Phrase<'_>) -> Option<Problem> {
    let (all, first) = (phrase.len(), phrase.low(0));
    let title = "A message is an item: `message`, its name, and below it its channels";
    if first != "message" {
        let named = |by: &String| CHANNELS.contains(&by.as_str()) || phrase.names().channels.contains(by);
        let by = channel(phrase, &first).filter(named)?;
        if !phrase.is(1, Lexeme::Word) && !phrase.is(1, Lexeme::Text) {
            let edit = format!("write `message {}:`, and `{by}:` with the text below it", phrase.names().message());
            return (all > 1).then(|| phrase.say(0, all, title, &edit));
        }
        let name = as_name(phrase.text(1).trim_matches('"'));
        if all == 2 {
            let edit = format!("indent it below a line such as `on {}:`", phrase.names().started());
            return Some(phrase.say(0, 1, super::items::OUTSIDE, &edit).shared());
        }
        let parts = parts(phrase, 2, all, &by);
        if parts.is_empty() {
            let edit = format!(
                "write `message {name}:` here, and `{by}:` on the next line, with its parts below that, indented"
            );
            return Some(phrase.say(0, all, title, &edit));
        }
        return phrase.whole(title, &format!("message {name}: {by}: {parts}"));
    }
    let from = (1..all).find(|&at| !matches!(phrase.text(at), ":" | "="))?;
    let name = as_name(phrase.text(from).trim_matches('"'));
    if phrase.text(1) == ":" {
        return phrase.whole("Behind `message` stands its name at once", &format!("message {name}:"));
    }
    if phrase.is(2, Lexeme::Word) && phrase.len() > 3 && CHANNELS.contains(&phrase.low(2).as_str()) {
        let edit = format!(
            "write `message {name}:` here, and `{}:` on the next line, with its parts below that, indented",
            phrase.low(2)
        );
        return Some(phrase.say(0, all, title, &edit));
    }
    let text = (from + 1..all).find(|&at| phrase.is(at, Lexeme::Text))?;
    let by = channel_of(part(&phrase.low(text - 1)).unwrap_or("subject"));
    let parts = parts(phrase, from + 1, all, by);
    (!parts.is_empty() && !phrase.has(Lexeme::LongText) && text != 2)
        .then(|| phrase.whole(title, &format!("message {name}: {by}: {parts}")))
        .flatten()
}

/// The parts that stand here, as they are written.
fn parts(phrase: &Phrase<'_>, from: usize, to: usize, by: &str) -> String {
    let mut out: Vec<String> = vec![];
    let mut words: Vec<&str> = vec![];
    for at in from..to {
        if phrase.is(at, Lexeme::Text) {
            let said = part(&as_name(&words.join(" "))).unwrap_or(match by {
                "email" if out.is_empty() => "subject",
                "email" => "body",
                _ => "",
            });
            out.push(format!("{said} {}", phrase.text(at)).trim().to_string());
            words.clear();
        } else if phrase.is(at, Lexeme::Word) && !matches!(phrase.text(at), "and" | "with") {
            words.push(phrase.text(at));
        }
    }
    if words.is_empty() { out.join(", ") } else { String::new() }
}

/// A line that can be read as a text for a channel, but names a part of a message where its channel stands.
pub(super) fn is_a_part(phrase: &Phrase<'_>) -> bool {
    let first = phrase.low(0);
    let part = first != "text" && part(&first).is_some() || matches!(first.as_str(), "channel" | "channels");
    part && phrase.text(1) == ":" && !phrase.names().channels.contains(&first)
}

const VARIANTS: &str = "A message has one text for each channel; a split chooses between two messages";

/// A line that should begin with a channel.
pub(super) fn variant(phrase: &Phrase<'_>) -> Option<Problem> {
    let (all, first) = (phrase.len(), phrase.low(0));
    if phrase.is(0, Lexeme::Text) || phrase.is(0, Lexeme::LongText) {
        return None;
    }
    if matches!(first.as_str(), "channel" | "channels" | "type" | "via" | "by") {
        let by = (1..all).find_map(|at| channel(phrase, &phrase.low(at))).unwrap_or("email".to_string());
        let text = if by == "email" { "subject \"…\", body \"…\"" } else { "\"…\"" };
        return Some(phrase.say(0, all, NO_CHANNEL, &format!("write `{by}: {text}`")).shared());
    }
    if matches!(first.as_str(), "variant" | "version" | "a" | "b") && phrase.end() < 3 {
        let name = phrase.names().message();
        return Some(phrase.say(
            0,
            all,
            VARIANTS,
            &format!(
                "write two messages, `message {name}_a:` and `message {name}_b:`, and a `split` that sends one of them"
            ),
        ).shared());
    }
    let words = (0..all).take_while(|&at| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Minus)).count();
    if let Some(said) = part(&as_name(&phrase.written(0, words))) {
        let by = channel_of(said);
        let parts = parts(phrase, 0, all, by);
        let edit = match parts.is_empty() || all == phrase.end() + 1 {
            true => format!("write `{by}:` on a line before this, and indent this and the parts that follow below it"),
            false => format!("write `{by}: {parts}`"),
        };
        return Some(phrase.say(0, all, NO_CHANNEL, &edit).shared());
    }
    if as_name(&phrase.written(0, words)) == "e_mail" {
        return Some(phrase.instead(0, words, "The channel is called `email` here", "email"));
    }
    if first == "push" && matches!(phrase.low(1).as_str(), "notification" | "message" | "msg") && words == 2 {
        return Some(phrase.instead(0, 2, "The channel is called `push` here", "push"));
    }
    let several =
        (1..all.min(4)).any(|at| matches!(phrase.text(at), "," | "and" | "&" | "/")) && phrase.is(2, Lexeme::Word);
    if several {
        let edit = format!("write `{first}:` here, and `{}:` on a line of its own, each with its text", phrase.low(2));
        return Some(phrase.say(0, phrase.end(), "Each channel of a message has a line of its own", &edit));
    }
    let by = channel(phrase, &first)?;
    let parts = parts(phrase, 1, all, &by);
    if parts.is_empty() {
        let text = if by == "email" { "subject \"…\", body \"…\"" } else { "\"…\"" };
        return (all == 1)
            .then(|| phrase.say(0, all, "This does not say what the message reads", &format!("write `{by}: {text}`")));
    }
    phrase.whole("What a message says on a channel stands behind `:`", &format!("{by}: {parts}"))
}

/// `"Your "favourite" cart"`, `"Hi {{ profile.name | default: "you" }}"`
fn mark_inside(phrase: &Phrase<'_>) -> Option<Problem> {
    let text = |at: usize| phrase.is(at, Lexeme::Text);
    let first = (0..phrase.len()).find(|&at| text(at) && phrase.joined(at) && !text(at + 1))?;
    // A text that ends as a part begins lacks its own mark.
    let second =
        (first + 1..phrase.len()).find(|&at| text(at)).filter(|_| part_inside(phrase.text(first)).is_none())?;
    if phrase.apart(second) {
        return None;
    }
    let (open, close) = (phrase.span(first, first + 1), phrase.span(second, second + 1));
    let (open, close) = (Span { start: open.end.saturating_sub(1), ..open }, Span { end: close.start + 1, ..close });
    let in_braces = phrase.text(first).rsplit_once("{{").is_some_and(|(_, behind)| !behind.contains("}}"));
    let (mark, title, edit) = if in_braces {
        ("'", "This quotation mark ends the text of the message", "write `'` for both marks within `{{ … }}`")
    } else {
        (
            "\\\"",
            "This quotation mark ends the text of the message",
            "write `\\\"` for both marks that customers are to read",
        )
    };
    let edits = [open, close].map(|span| Edit { span, text: mark.to_string() }).to_vec();
    Some(Problem::told(open, title, edit).with_fix(Fix { edits, safe: false }))
}

/// `subject "You left something, body "Hi"`
pub(super) fn mark_missing(phrase: &Phrase<'_>) -> Option<Problem> {
    // Right behind the name of its part; else another mark is wrong.
    let at = 1;
    part(&phrase.low(0)).filter(|_| phrase.is(at, Lexeme::Text))?;
    let (cut, said) = part_inside(phrase.text(at)).filter(|(cut, _)| *cut > 1)?;
    let start = phrase.span(at, at + 1).start + cut as u32;
    let place = Span { start, end: start, ..phrase.span(at, at + 1) };
    let title = "The quotation mark at the end of a text is missing";
    let edit = format!("write `\"` before `, {said}`");
    Some(Problem::told(Span { end: start + 1, ..place }, title, edit).with_unsafe_fix(place, "\""))
}

/// Where in a text, which ends there, the next part of its message begins.
fn part_inside(text: &str) -> Option<(usize, &'static str)> {
    let before = text.strip_suffix('"')?;
    let before = before.strip_suffix(' ').unwrap_or(before);
    ["subject", "body", "title", "preheader"].into_iter().find_map(|said| {
        let before = before.strip_suffix(said)?.trim_end();
        Some((before.strip_suffix(',')?.len(), said))
    })
}

const PART: &str = "A part of a message is its name and a text in quotes";

/// `body file recs.mjml`, `body: file "recs.mjml"`, `body from file "recs.mjml"`, `body include "recs.mjml"`
fn from_file(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let said = part(&phrase.low(0)).map_or_else(|| phrase.low(0), str::to_string);
    let from = (1..all).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "=" | "from" | "of" | "the"))?;
    let word = phrase.low(from);
    let is_word = matches!(word.as_str(), "file" | "include" | "import" | "template" | "path");
    if !phrase.is(0, Lexeme::Word) || !is_word {
        return None;
    }
    let behind = if matches!(phrase.text(from + 1), ":" | "=") { from + 2 } else { from + 1 };
    let name = phrase.written(behind, all);
    let is_quoted = phrase.is(behind, Lexeme::Text) && all == behind + 1;
    let bare = name.trim_matches(['"', '\'', '’', '‘', '`']);
    let is_file = is_quoted || !bare.is_empty() && !bare.contains([' ', '"', '\\']) && bare.contains('.');
    match (is_file, is_quoted) {
        (false, _) => None,
        (true, true) => {
            let title = "A text that stands in a file is `file` and the file's name";
            phrase.whole(title, &format!("{said} file {name}"))
        }
        (true, false) => {
            let title = "The name of a file stands in quotes";
            Some(phrase.instead_of_all(title, &format!("{said} file \"{bare}\"")))
        }
    }
}

/// `subject: "Hi"`, `subject Hi there`, `subject "Hi" body "Hello"`, `subject line "Hi"`
pub(super) fn parts_of_a_channel(phrase: &Phrase<'_>) -> Option<Problem> {
    if let Some(found) = from_file(phrase) {
        return Some(found);
    }
    let all = phrase.len();
    let text = (0..all).find(|&at| phrase.is(at, Lexeme::Text) || phrase.is(at, Lexeme::LongText));
    let Some(text) = text else {
        // `sms: Your cart is waiting.`
        let words = (0..all).filter(|&at| phrase.is(at, Lexeme::Word)).count();
        let marks = (0..all)
            .any(|at| phrase.is(at, Lexeme::OpenText) || matches!(phrase.text(at), "'" | "’" | "‘" | ":" | "="));
        if part(&phrase.low(0)).is_none() && words > 2 && !marks {
            return phrase.whole("What customers read stands in quotes", &format!("\"{}\"", phrase.written(0, all)));
        }
        let odd = (1..all).any(|at| phrase.is(at, Lexeme::OpenText) || matches!(phrase.text(at), "'" | "’" | "‘"));
        let said = part(&phrase.low(0)).filter(|_| all > 1 && !odd)?;
        let from = if matches!(phrase.text(1), ":" | "=") { 2 } else { 1 };
        return phrase.whole(PART, &format!("{said} \"{}\"", phrase.written(from, all))).map(Problem::shared);
    };
    if let Some(found) = mark_inside(phrase) {
        return Some(found);
    }
    // `push: "Still interested?" "Your cart is waiting."`
    if text == 0 && phrase.is(1, Lexeme::Text) && all == 2 {
        let line = format!("title {}, body {}", phrase.text(0), phrase.text(1));
        let title = "Two texts of a message say which parts they are";
        return Some(phrase.say(0, all, title, &format!("write `{line}`, or `subject …, body …` in an email")));
    }
    if let Some(next) = (text + 1 < all).then_some(text + 1) {
        let sign = matches!(phrase.text(next), ";" | "and" | "&" | "+");
        let edit = match sign {
            true => format!("write `,` instead of `{}`, or put what follows on a line of its own", phrase.text(next)),
            false => "write `,` before this, or put it on a line of its own".to_string(),
        };
        return Some(phrase.say(
            next,
            next + 1,
            "Parts of a message are parted by commas, or stand on lines of their own",
            &edit,
        ));
    }
    let named = (0..text).filter(|&at| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Minus)).count();
    let words = phrase.written(0, named);
    let sign = matches!(phrase.text(text - usize::from(text > 0)), ":" | "=");
    let said = part(&as_name(&words)).map(str::to_string).or_else(|| (sign && named == 1).then(|| words.clone()))?;
    let place = phrase.span(0, text);
    let title = if sign { PART } else { "The parts of messages have fixed names" };
    let label = format!("write `{said}` instead");
    let found = Problem::told(place, title, label).with_safe_fix(place, said);
    Some(if sign { found.shared() } else { found })
}
