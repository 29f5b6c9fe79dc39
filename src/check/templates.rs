//! Texts of messages: their Liquid must be right, and every variable in them must be there, for each journey that sends
//! the message; in branches that no rendering takes too, because the text itself is looked through.

use super::Checker;
use super::conditions::Scope;
use crate::diagnostic::{Diagnostic, syntax};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Item, ItemKind, Name, Text, Variant};
use smol_str::SmolStr;
use std::rc::Rc;

/// A place that sends a message.
#[derive(Debug, Clone)]
pub(super) struct SentBy {
    pub(super) channel: SmolStr,
    pub(super) message: SmolStr,
    /// The events of the journey's entries.
    pub(super) events: Rc<[SmolStr]>,
    /// What `with` gives.
    pub(super) values: Vec<SmolStr>,
    pub(super) span: Span,
}

impl Checker<'_> {
    /// Remembers who sends what, for the variables of its text.
    pub(super) fn note_send(&mut self, channel: &Name, message: &Name, values: &[SmolStr], scope: &Scope, span: Span) {
        let events = scope.entry_events.clone().unwrap_or_else(|| Rc::from([]));
        let (channel, message) = (channel.text.clone(), message.text.clone());
        self.sent.push(SentBy { channel, message, events, values: values.to_vec(), span });
    }

    pub(super) fn templates(&mut self, items: &[&Item]) {
        let sent = std::mem::take(&mut self.sent);
        for item in items {
            let ItemKind::Message { name, variants, .. } = &item.kind else { continue };
            for variant in variants {
                let by: Vec<&SentBy> =
                    sent.iter().filter(|s| s.message == name.text && s.channel == variant.channel.text).collect();
                self.variant(variant, &by);
            }
        }
    }

    fn variant(&mut self, variant: &Variant, by: &[&SentBy]) {
        for (_, text) in &variant.parts {
            if let Some(why) = broken(&text.text) {
                let title = format!("The part in braces cannot be read: {why}");
                let edit = "write it as Liquid, such as `{{ event.total }}` or `{% if profile.vip %}…{% endif %}`";
                self.error(syntax(text.span, title, edit));
                continue;
            }
            for path in variables(&text.text) {
                self.variable(text, &path, by);
            }
        }
    }

    fn variable(&mut self, text: &Text, path: &[String], by: &[&SentBy]) {
        let Some((root, rest)) = path.split_first() else { return };
        let span = self.place(text, &path.join("."));
        let parts: Vec<Name> = rest.iter().map(|part| Name { text: SmolStr::new(part), quoted: false, span }).collect();
        match root.as_str() {
            "profile" if !parts.is_empty() => {
                let snake: Vec<SmolStr> = parts.iter().map(|p| SmolStr::new(snake_case(&p.text))).collect();
                if !matches!(snake.first().map(SmolStr::as_str), Some("consent" | "reachable" | "id")) {
                    self.attribute_type(&snake, &parts);
                }
            }
            "event" if !parts.is_empty() => {
                let mut seen: Vec<&[SmolStr]> = vec![];
                for send in by {
                    if seen.contains(&send.events.as_ref()) {
                        continue;
                    }
                    seen.push(&send.events);
                    if send.events.is_empty() {
                        let title = format!(
                            "`{{{{ {} }}}}` is empty: the journey that sends this begins with no event",
                            path.join(".")
                        );
                        let error = syntax(span, title, "write a value of the profile, or give one by `with`");
                        self.error(error.with_label(send.span, "sent here"));
                        continue;
                    }
                    self.property(&send.events, &parts);
                }
            }
            _ => {
                let Some(without) = by.iter().find(|send| !send.values.iter().any(|v| *v == snake_case(root))) else {
                    return;
                };
                let known = ["profile", "event"].into_iter().chain(without.values.iter().map(SmolStr::as_str));
                let edit = match super::nearest::nearest(root, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write `profile.{root}` or `event.{root}`, or send it `with ({root}: …)`"),
                };
                let title = format!("Nobody says what `{root}` is in this text");
                let error = Diagnostic::error("unknown-name", span, title, edit);
                self.error(error.with_label(without.span, "sent here"));
            }
        }
    }

    /// Where a part of a text stands, if it is written there as it is.
    fn place(&self, text: &Text, part: &str) -> Span {
        let written = self.sources.get(usize::from(text.span.file)).map_or("", |file| file.slice(text.span));
        match written.find(part) {
            Some(at) => {
                let start = text.span.start + at as u32;
                Span::new(text.span.file, start, start + part.len() as u32)
            }
            None => text.span,
        }
    }
}

/// What is wrong with the Liquid of a text.
#[cfg(feature = "templates")]
fn broken(text: &str) -> Option<String> {
    if !text.contains("{{") && !text.contains("{%") {
        return None;
    }
    if is_too_deep(text) {
        return Some(format!("its tags stand more than {DEEPEST} deep within each other"));
    }
    if text.matches("{{").count() != text.matches("}}").count() && !text.contains("{%") {
        return Some("two braces open a value, and two close it".to_string());
    }
    let parser = liquid::ParserBuilder::with_stdlib().build().ok()?;
    let error = parser.parse(text).err()?.to_string();
    // The reader draws its own text; what is wrong stands behind `=`, or in the first line.
    let lines = || error.lines().map(str::trim);
    let said = lines().find_map(|line| line.strip_prefix("= "));
    let said = said.or_else(|| lines().next().and_then(|line| line.strip_prefix("liquid: ")));
    let what = lines().find_map(|line| line.strip_prefix("requested")?.split_once('=')).map(|(_, what)| what);
    let said = said.unwrap_or("something is not closed").trim_end_matches('.');
    Some(what.map_or_else(|| said.to_string(), |what| format!("{said} `{what}`")))
}

/// Tags within tags, brackets within brackets: the reader goes down into each.
#[cfg(feature = "templates")]
const DEEPEST: usize = 64;

/// Whether the reader would have to go too deep.
#[cfg(feature = "templates")]
fn is_too_deep(text: &str) -> bool {
    let mut brackets = 0usize;
    // Of each open tag how many branches it has so far: the reader goes down into each branch too.
    let mut open: Vec<usize> = vec![];
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => brackets += 1,
            ']' | ')' => brackets = brackets.saturating_sub(1),
            // What is outside of a tag is text.
            '}' => brackets = 0,
            '{' if text.get(at..).is_some_and(|rest| rest.starts_with("{%")) => {
                let inside = text.get(at + 2..).unwrap_or_default().trim_start_matches(['-', ' ', '\t', '\n', '\r']);
                let word: String = inside.chars().take_while(|c| c.is_alphanumeric()).take(16).collect();
                match word.as_str() {
                    "elsif" | "when" => {
                        if let Some(branches) = open.last_mut() {
                            *branches += 1;
                            depth += 1;
                        }
                    }
                    end if end.starts_with("end") => depth = depth.saturating_sub(open.pop().unwrap_or(0)),
                    "if" | "unless" | "for" | "case" | "capture" | "tablerow" | "ifchanged" | "comment" | "raw" => {
                        open.push(1);
                        depth += 1;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        if brackets > DEEPEST || depth > DEEPEST {
            return true;
        }
    }
    false
}

#[cfg(not(feature = "templates"))]
fn broken(_: &str) -> Option<String> {
    None
}

/// The variables of a text, each as its names. What the text defines itself is none.
pub(super) fn variables(text: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![];
    let mut own: Vec<String> = ["forloop", "tablerowloop"].map(String::from).to_vec();
    let mut rest = text;
    let mut skip_to: Option<&str> = None;
    while let Some(at) = rest.as_bytes().windows(2).position(|two| matches!(two, b"{{" | b"{%")) {
        let after = rest.get(at..).unwrap_or_default();
        let is_tag = after.starts_with("{%");
        let end = after.find(if is_tag { "%}" } else { "}}" }).unwrap_or(after.len());
        let inside = after.get(2..end).unwrap_or_default().trim_matches(|c: char| c == '-' || c.is_whitespace());
        rest = after.get(end..).and_then(|rest| rest.get(2..)).unwrap_or_default();
        let word = inside.split_whitespace().next().unwrap_or_default();
        if let Some(tag) = skip_to {
            if is_tag && word == tag {
                skip_to = None;
            }
            continue;
        }
        match word {
            "raw" if is_tag => skip_to = Some("endraw"),
            "comment" if is_tag => skip_to = Some("endcomment"),
            _ => one(inside, is_tag, &mut own, &mut found),
        }
    }
    found.retain(|path| path.first().is_some_and(|root| !own.contains(root)));
    found.dedup();
    found
}

/// Words of Liquid that stand where a variable may.
const WORDS: [&str; 16] = [
    "and", "or", "not", "contains", "in", "true", "false", "nil", "null", "empty", "blank", "reversed", "by", "with",
    "limit", "offset",
];

/// The variables of one tag or output.
fn one(inside: &str, is_tag: bool, own: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let tokens = tokens(inside);
    let mut tokens = tokens.iter().map(String::as_str).peekable();
    let tag = if is_tag { tokens.next().unwrap_or_default() } else { "" };
    // What a tag defines is its own from here on.
    if matches!(tag, "assign" | "capture" | "for" | "tablerow" | "increment" | "decrement")
        && let Some(name) = tokens.next()
    {
        own.push(name.to_string());
    }
    let mut before = "";
    while let Some(token) = tokens.next() {
        let is_name = token.starts_with(|c: char| c.is_alphabetic() || c == '_');
        // A filter's name, or the name of an argument.
        let is_word = before == "|" || tokens.peek() == Some(&":") || WORDS.contains(&token);
        if is_name && !is_word {
            found.push(token.split('.').filter(|part| !part.is_empty()).map(String::from).collect());
        }
        before = token;
    }
}

/// Names with their dots, and signs; texts and numbers are left out.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                for inner in chars.by_ref() {
                    if inner == c {
                        break;
                    }
                }
                out.push("''".to_string());
            }
            c if c.is_alphabetic() || c == '_' => {
                let mut name = c.to_string();
                while let Some(next) = chars.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')) {
                    name.push(next);
                }
                // `..` is a range between two names.
                out.extend(name.split("..").filter(|part| !part.is_empty()).map(String::from));
            }
            c if c.is_whitespace() => {}
            c => out.push(c.to_string()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::variables;

    fn found(text: &str) -> Vec<String> {
        variables(text).iter().map(|path| path.join(".")).collect()
    }

    #[test]
    fn variables_are_found_in_every_branch() {
        let text = "Hi {{ profile.name | default: 'you' | append: suffix }}{% if event.total > 10 %}{{ a }}{% elsif b == 'x' %}{{ c.d }}{% else %}{{ e | round: f }}{% endif %}";
        assert_eq!(found(text), ["profile.name", "suffix", "event.total", "a", "b", "c.d", "e", "f"]);
    }

    #[test]
    fn what_a_text_defines_is_its_own() {
        let text = "{% assign x = event.y %}{% for item in event.items limit:2 %}{{ item.name }} {{ forloop.index }} {{ x }}{% endfor %}";
        assert_eq!(found(text), ["event.y", "event.items"]);
        assert_eq!(
            found("{% raw %}{{ not_me }}{% endraw %}{% comment %}{{ nor_me }}{% endcomment %}{{- me -}}"),
            ["me"]
        );
    }

    #[test]
    fn texts_that_are_broken_do_no_harm() {
        for open in ["{% if a %}", "{% for a in b %}", "{{ a[", "{% elsif %}", "{%- case x -%}", "{% when 1 %}"] {
            let deep = format!("{{% if a %}}{}", open.repeat(30_000));
            let _ = (super::broken(&deep), variables(&deep));
        }
        for text in ["{{", "{%", "}}", "{{ ' }}", "{{ a", "{% for %}", "{%%}", "{{}}", "é{{é}}é"] {
            let _ = variables(text);
        }
    }
}
