//! Files that are something else: JSON, YAML, a table, prose. Each gets one message instead of one for every line.

use super::words::{Mode, meant_head};
use crate::diagnostic::{Diagnostic, syntax};
use crate::source::{SourceFile, Span};

const EXAMPLE: &str = "A journey looks like this: `on cart_abandoned:`, and below it, indented, `email recs`.";

/// What the whole file is, where it is no program at all.
pub(super) fn instead_of_a_program(file: &SourceFile, id: u16) -> Option<Diagnostic> {
    let text = file.text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let first = lines.iter().find(|line| !line.trim_start().starts_with('#'))?;
    let (title, edit) = kind(first.trim(), &lines)?;
    let start = file.text.find(first)?;
    let place = first.trim();
    let start = start + (first.len() - first.trim_start().len());
    let length = place.char_indices().nth(60).map_or(place.len(), |(at, _)| at);
    let span = Span::new(id, start as u32, (start + length) as u32);
    Some(syntax(span, title, edit).with_help(EXAMPLE))
}

fn kind(first: &str, lines: &[&str]) -> Option<(&'static str, &'static str)> {
    let fence = first.starts_with("```");
    if fence {
        return Some((
            "This file begins with the marks of a code block, which belong to a chat or a web page",
            "delete the lines with ``` and keep what stands between them",
        ));
    }
    if first.starts_with('{') || first.starts_with('[') {
        return Some(("This file is JSON, and no journey", "write the journey in its own words"));
    }
    if first.starts_with("<!") || first.starts_with("<?") || first.to_lowercase().starts_with("<html") {
        return Some(("This file is a web page, and no journey", "write the journey in its own words"));
    }
    // A single line that begins as a program does makes it a program with mistakes.
    if first != "---" && (lines.len() < 2 || lines.iter().any(|line| begins_a_program(line))) {
        return None;
    }
    let content = || lines.iter().filter(|line| !line.trim_start().starts_with('#'));
    let all = content().count();
    let pairs = content().filter(|line| is_pair(line)).count();
    if first == "---" || pairs * 3 >= all * 2 {
        return Some(("This file is YAML or a list of settings, and no journey", "write the journey in its own words"));
    }
    if content().all(|line| line.matches(',').count() >= 2) {
        return Some(("This file is a table, and no journey", "events for `journey run` go into a file of their own"));
    }
    let sentences = content().filter(|line| is_sentence(line)).count();
    (sentences * 2 > all).then_some((
        "This file is plain text, so nothing would happen to any customer",
        "write what happens as lines of a journey, or put `#` before what is a note",
    ))
}

/// Whether a line begins with a word that begins some line of a program.
fn begins_a_program(line: &str) -> bool {
    let word: String = line.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let rest = line.trim_start().get(word.len()..).unwrap_or_default();
    let pair = rest.starts_with(": ") || rest.starts_with(':') && line.starts_with(char::is_whitespace);
    // `channel: email` and `name: Cart` are pairs; `charter:` is an item, and so is `on cart_abandoned: email recs`.
    !pair
        && [Mode::Item, Mode::Rule, Mode::Clause, Mode::Step]
            .iter()
            .any(|mode| meant_head(*mode, &word).is_some_and(|key| mode.heads().contains(&key) && key.word() == word))
}

/// `name: value` or `- name: value`
fn is_pair(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ");
    let Some((name, value)) = line.split_once(':') else { return line.starts_with('-') };
    let one_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '"'));
    one_word && (value.is_empty() || value.starts_with(' '))
}

/// Four words or more, begun with a capital or ended as a sentence.
fn is_sentence(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['-', '*', '•', ' ']);
    let words = line.split_whitespace().count();
    words >= 4 && (line.starts_with(char::is_uppercase) || line.ends_with(['.', '!', '?', ',']))
}
