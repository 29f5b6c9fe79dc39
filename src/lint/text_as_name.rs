//! `text-as-name`: what a message says stands where its name belongs.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::Name;

pub(super) const FINDING: Finding = Finding {
    name: "text-as-name",
    level: Level::Warning,
    title: "The text of a message stands where its name belongs",
    meaning: "A step names a message, and the host or an item `message NAME:` has its text. Here the name is a sentence.",
    customers: "The host is asked for a message of that name. It has none, and nothing is sent, or somebody gets an empty one.",
    bad: "\
journey cart:
  on cart_abandoned: email \"Your cart is waiting!\"
  goal order_placed
",
    good: "\
journey cart:
  on cart_abandoned: email cart_waiting
  goal order_placed
",
    allow: Some("Where the host knows its messages by such names."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for sent in &view.sends {
        let (channel, name) = (&sent.what.channel.text, &sent.what.message);
        if !is_a_sentence(name) || view.names.declared_messages.contains_key(&name.text) {
            continue;
        }
        let short = short_name(&name.text);
        let part = if channel == "email" { "subject \"…\", body" } else { "body" };
        let title = format!("After `{channel}` stands the name of a message, and not what it says");
        // A first `message` item would ask for one for each message.
        let edit = match view.names.declared_messages.is_empty() {
            true => format!("write `{channel} {short}`, the name by which your sender knows the text"),
            false => {
                format!("write `{channel} {short}`, and the text in a line `message {short}: {channel}: {part} \"…\"`")
            }
        };
        out.push(FINDING.at(name.span, title, edit));
    }
}

/// Names of several words are common in other tools; those with the marks of a sentence, or that long, are none.
fn is_a_sentence(name: &Name) -> bool {
    let text = name.text.as_str();
    let words = text.split_whitespace().count();
    let speaks = words > 2 && SAID.iter().any(|word| said(text, word));
    let is_marked = words > 1 && text.contains(['{', '!', '?', ',', '.', '%']);
    name.quoted && (words > 5 || is_marked || speaks || text.contains("{{"))
}

/// Words that speak to somebody.
const SAID: [&str; 10] = ["you", "your", "we", "our", "us", "is", "are", "hello", "hi", "dear"];

fn said(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
}

/// The first words of a text as a name.
fn short_name(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words
        .map(str::to_ascii_lowercase)
        .skip_while(|word| !word.starts_with(|c: char| c.is_ascii_lowercase()))
        .take(3)
        .collect();
    if words.is_empty() { "hello".to_string() } else { words.join("_") }
}
