//! The last filter of all that a text prints: it knows the place, and lets nothing missing through.

use super::cut::split;
use super::state::{is_missing, refuse, resolved, state, stop};
use crate::render::html::escape;
use crate::render::unrenderable::Why;
use liquid_core::parser::{FilterArguments, ParameterReflection};
use liquid_core::{Error, Expression, Filter, FilterReflection, ParseFilter, Result, Runtime, Value, ValueView};
use std::fmt;

/// The name of the filter, which no text writes.
const NAME: &str = "journey_print";

/// What the place where a value is printed asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// No HTML: it stands as it is.
    Plain,
    /// Between the tags of a page.
    Html,
    /// In a quoted value of an attribute.
    Attribute,
    /// In a value of an attribute without quotes.
    Bare,
    /// In the address of a link.
    Url { bare: bool },
    /// One value in an address, behind `=`.
    UrlValue { bare: bool },
    /// In a style.
    Css,
    /// In a script that is data.
    Json,
    /// A name within a tag.
    Word,
    /// In a script that runs.
    Script,
    /// As it is, since the text says `| raw`.
    Raw,
}

const MODES: [(Mode, &str); 13] = [
    (Mode::Plain, "plain"),
    (Mode::Html, "html"),
    (Mode::Attribute, "attribute"),
    (Mode::Bare, "bare"),
    (Mode::Url { bare: false }, "url"),
    (Mode::Url { bare: true }, "url bare"),
    (Mode::UrlValue { bare: false }, "value"),
    (Mode::UrlValue { bare: true }, "value bare"),
    (Mode::Css, "css"),
    (Mode::Json, "json"),
    (Mode::Word, "word"),
    (Mode::Script, "script"),
    (Mode::Raw, "raw"),
];

/// What stands in the braces of an output, with our filter behind it.
pub(super) fn printed(chain: &str, mode: Mode) -> Result<String, String> {
    let mut parts = split(chain, '|');
    let is_sole = parts.len() == 1;
    if parts.len() > 1 && parts.last() == Some(&"raw") {
        parts.pop();
        return Ok(with_last(&parts, Mode::Raw, is_sole));
    }
    if parts.iter().skip(1).any(|part| *part == "raw") {
        return Err("`| raw` must be the last filter, since it is about how the whole is printed".to_owned());
    }
    if mode == Mode::Script {
        return Err(format!(
            "`{{{{ {chain} }}}}` stands in a script, where a value could run as code: put it into an attribute, or write `| raw` behind it"
        ));
    }
    if mode == Mode::Plain {
        return Ok(with_last(&parts, mode, is_sole));
    }
    // Line ends become elements: that comes behind our filter, which would take them for text.
    let has_breaks = mode == Mode::Html && parts.len() > 1 && parts.last() == Some(&"newline_to_br");
    if has_breaks {
        parts.pop();
    }
    // What escapes already is not escaped twice.
    while parts.len() > 1 && matches!(parts.last(), Some(&("escape" | "h"))) {
        parts.pop();
    }
    let breaks = if has_breaks { " | newline_to_br" } else { "" };
    Ok(with_last(&parts, mode, is_sole) + breaks)
}

fn with_last(parts: &[&str], mode: Mode, is_sole: bool) -> String {
    let mode = MODES.iter().find(|(known, _)| *known == mode).map_or("plain", |(_, name)| name);
    let entry = parts.first().copied().unwrap_or_default();
    let chain = parts.join(" | ");
    // Where quotes of both kinds stand in it, it is shown without.
    let shown = chain.replace('\'', "’").replace(['{', '}', '%'], "");
    format!("{chain} | {NAME}: '{mode}', '{}', '{shown}', {}, {entry}", name_of(entry), is_sole)
}

/// A name as it is shown, from how it stands in a text: `event['total']` is `event.total`.
pub(super) fn name_of(written: &str) -> String {
    let first = split(written, '|').first().copied().unwrap_or_default();
    if first.starts_with(['"', '\'']) {
        return String::new();
    }
    let mut out = String::new();
    for c in first.chars() {
        match c {
            '"' | '\'' | '\\' | '{' | '}' | '%' => {}
            _ => out.push(c),
        }
    }
    dotted(&out)
}

/// An expression as a text would write it.
pub(super) fn written(expression: &Expression) -> String {
    match expression {
        Expression::Variable(variable) => variable.to_string(),
        Expression::Literal(value) => value.to_kstr().into_string(),
    }
}

/// As people are told of it.
pub(super) fn name_shown(name: &str) -> String {
    dotted(name)
}

/// `event[total]` is `event.total`; places in a list keep their brackets.
fn dotted(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find('[') {
        let (before, inside) = rest.split_at_checked(open).unwrap_or((rest, ""));
        let inside = inside.get(1..).unwrap_or_default();
        let Some(close) = inside.find(']') else { break };
        let (word, after) = inside.split_at_checked(close).unwrap_or((inside, ""));
        let is_word = word.starts_with(|c: char| c.is_alphabetic() || c == '_') && !word.contains(['.', ' ']);
        out.push_str(before);
        out.push_str(&if is_word { format!(".{word}") } else { format!("[{word}]") });
        rest = after.get(1..).unwrap_or_default();
    }
    out + rest
}

#[derive(Clone)]
pub(super) struct PrintFilter;

impl FilterReflection for PrintFilter {
    fn name(&self) -> &str {
        NAME
    }

    fn description(&self) -> &str {
        "prints a value as its place asks for"
    }

    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }

    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
}

impl ParseFilter for PrintFilter {
    fn parse(&self, mut arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        let mut text = || arguments.positional.next().as_ref().map(written).unwrap_or_default();
        let (mode, name, chain, is_sole) = (text(), text(), text(), text());
        let mode = MODES.iter().find(|(_, known)| *known == mode).map(|(mode, _)| *mode);
        let mode = mode.ok_or_else(|| Error::with_msg("Unknown filter").context("requested filter", NAME))?;
        let entry = arguments.positional.next().unwrap_or(Expression::Literal(Value::Nil));
        let is_once = chain.ends_with("| escape_once");
        Ok(Box::new(Print { mode, name, chain, is_sole: is_sole == "true", is_once, entry }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

#[derive(Debug)]
struct Print {
    mode: Mode,
    name: String,
    chain: String,
    /// Whether no other filter stands before it.
    is_sole: bool,
    /// Whether the last of them is `escape_once`.
    is_once: bool,
    entry: Expression,
}

impl fmt::Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("print")
    }
}

impl Filter for Print {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let because = state(runtime).because.take();
        if is_missing(input) {
            let entry_is_missing = || self.entry.evaluate(runtime).is_ok_and(|entry| is_missing(entry.as_view()));
            let variable = match because {
                Some(because) => resolved(runtime, &because),
                None if !self.name.is_empty() && entry_is_missing() => resolved(runtime, &self.name),
                None => self.chain.clone(),
            };
            return Err(stop(runtime, Why::Missing { variable }));
        }
        if holds_object(input) {
            let name = if self.name.is_empty() { self.chain.clone() } else { resolved(runtime, &self.name) };
            let told = format!("`{name}` has parts and no text of its own: print one of them, such as `{name}.name`");
            return Err(refuse(runtime, told));
        }
        let text = shown(input, runtime);
        // Behind `escape_once` its entities stay as they are, and so do those of what the text captured.
        let is_html = self.is_once || self.is_sole && state(runtime).captured.contains(&self.name);
        let printed = match self.mode {
            Mode::Plain | Mode::Raw => text,
            Mode::Html if is_html && self.is_sole => text,
            Mode::Html | Mode::Attribute | Mode::Bare => escape::text(&text, self.mode == Mode::Bare, is_html),
            Mode::Url { bare } => escape::text(&escape::url(&text), bare, is_html),
            Mode::UrlValue { bare } => escape::text(&escape::url_value(&text, is_html), bare, is_html),
            Mode::Css => escape::css(&text),
            Mode::Json => escape::json(&text),
            Mode::Word => {
                if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
                    let told = format!(
                        "`{}` stands within a tag and is `{text}`: only letters, digits, `-` and `_` can stand there, or write `| raw` behind it",
                        self.chain
                    );
                    return Err(refuse(runtime, told));
                }
                text
            }
            Mode::Script => return Err(refuse(runtime, format!("`{}` stands in a script", self.chain))),
        };
        Ok(Value::scalar(printed))
    }
}

/// Whether it is an object, or a list with one in it: nobody can read that.
fn holds_object(value: &dyn ValueView) -> bool {
    value.as_object().is_some() || value.as_array().is_some_and(|list| list.values().any(holds_object))
}

/// A value as people read it.
fn shown(value: &dyn ValueView, runtime: &dyn Runtime) -> String {
    if let Some(text) = state(runtime).numbers.shown(value) {
        return text;
    }
    match value.as_array() {
        Some(list) => list.values().map(|item| shown(item, runtime)).collect(),
        None => value.render().to_string(),
    }
}
