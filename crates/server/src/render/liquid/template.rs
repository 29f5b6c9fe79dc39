//! A text that is read once and filled in many times.

use super::cut::Piece;
use super::frame::Frame;
use super::output::{Mode, printed};
use super::state::{Ground, state};
use super::{DEEPEST, MOST_BYTES, contains, language, problem};
use crate::render::declared::Declared;
use crate::render::unrenderable::Why;
use crate::render::values::Values;
use liquid_core::Renderable;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A text that can be filled in.
pub(crate) struct Template {
    inner: liquid_core::Template,
}

/// Tags that begin something which `endTAG` ends.
pub(crate) const BLOCKS: [&str; 8] = ["if", "unless", "case", "for", "tablerow", "capture", "ifchanged", "raw"];
/// Tags that stand alone.
const TAGS: [&str; 9] = ["assign", "break", "continue", "cycle", "increment", "decrement", "else", "elsif", "when"];

/// A piece as Liquid reads it.
///
/// # Errors
/// In words, what cannot be filled in.
pub(crate) fn written(piece: &Piece, mode: Mode, declared: &Declared) -> Result<String, String> {
    let trims = |left: bool, right: bool| (if left { "-" } else { "" }, if right { "-" } else { "" });
    match piece {
        Piece::Plain(text) | Piece::Verbatim(text) => Ok(text.clone()),
        Piece::Output { chain, left, right } => {
            check(chain)?;
            let ((left, right), printed) = (trims(*left, *right), printed(chain, mode)?);
            Ok(format!("{{{{{left} {printed} {right}}}}}"))
        }
        Piece::Tag { name, rest, left, right } => {
            check(rest)?;
            is_known(name, declared)?;
            let rest = match name.as_str() {
                "if" | "elsif" | "unless" => contains::guarded(rest),
                "cycle" => literals_alone(rest)?.to_owned(),
                _ => rest.clone(),
            };
            let (left, right) = trims(*left, *right);
            Ok(format!("{{%{left} {} {right}%}}", format!("{name} {rest}").trim_end()))
        }
    }
}

/// What the reader of Liquid cannot be given: it would stop the whole program.
fn check(inside: &str) -> Result<(), String> {
    let mut digits = 0;
    let mut open = 0;
    for c in inside.chars() {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        open += usize::from(c == '[' || c == '(');
        if digits > 18 {
            return Err("it has a number of more than 18 digits".to_owned());
        }
        if open > DEEPEST {
            return Err(format!("it has more than {DEEPEST} brackets in one place"));
        }
    }
    Ok(())
}

fn is_known(name: &str, declared: &Declared) -> Result<(), String> {
    let bare = name.strip_prefix("end").unwrap_or(name);
    if BLOCKS.contains(&bare) || TAGS.contains(&name) {
        return Ok(());
    }
    if name == "include" || name == "render" {
        return Err(format!("`{{% {name} %}}` takes in another text, and there are none here: write it out"));
    }
    if declared.tags.iter().any(|tag| tag == name) {
        return Err(format!("the program says that the host has the tag `{name}`, and this one has not"));
    }
    Err(format!("`{{% {name} %}}` is no tag of Liquid"))
}

/// `cycle` prints without our filter: it may print what the text itself says.
fn literals_alone(rest: &str) -> Result<&str, String> {
    let values =
        rest.split_once(':').filter(|(name, _)| !name.contains(['\'', '"', ','])).map_or(rest, |(_, values)| values);
    let is_literal = |value: &&str| {
        let value = value.trim();
        value.starts_with(['\'', '"']) || value.parse::<f64>().is_ok()
    };
    match super::cut::split(values, ',').iter().find(|value| !is_literal(value)) {
        Some(value) => {
            Err(format!("`{{% cycle %}}` can go through texts and numbers; `{value}` is neither: use `{{% if %}}`"))
        }
        None => Ok(rest),
    }
}

impl Template {
    /// Reads a text without HTML.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub(crate) fn plain(text: &str, declared: &Declared) -> Result<Template, String> {
        let pieces = super::cut::cut(text)?;
        nested(&pieces)?;
        let written: Result<String, String> =
            pieces.iter().map(|piece| written(piece, Mode::Plain, declared)).collect();
        Template::read(&written?, declared)
    }

    /// Reads what [`written`] gave.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub(crate) fn read(text: &str, declared: &Declared) -> Result<Template, String> {
        let read = catch_unwind(AssertUnwindSafe(|| liquid_core::parser::parse(text, language::language())));
        match read {
            Ok(Ok(elements)) => Ok(Template { inner: liquid_core::Template::new(elements) }),
            Ok(Err(error)) => {
                Err(unknown_filter(&error.to_string(), declared).unwrap_or_else(|| problem::words(&error)))
            }
            Err(_) => Err("the reader of Liquid gave up on it".to_owned()),
        }
    }

    /// Fills it in.
    pub(crate) fn fill(&self, values: &Values) -> Result<String, Why> {
        let ground = Ground::new(values);
        let mut out = Bounded::new(MOST_BYTES);
        let runtime = Frame::lowest(&ground);
        let done = catch_unwind(AssertUnwindSafe(|| self.inner.render_to(&mut out, &runtime)));
        if let Some(why) = state(&ground).stop.take() {
            return Err(why);
        }
        let Some(text) = out.text() else {
            return Err(Why::TooLong { is: MOST_BYTES + 1, most: MOST_BYTES, unit: "bytes or more" });
        };
        match done {
            Ok(Ok(())) => Ok(text),
            Ok(Err(error)) => Err(Why::Liquid(problem::words(&error))),
            Err(_) => Err(Why::Liquid("a filter or a tag of it gave up on its values".to_owned())),
        }
    }
}

/// Whether tags stand in each other too deep: what reads them goes down as deep.
///
/// # Errors
/// In words, that they do.
pub(crate) fn nested(pieces: &[Piece]) -> Result<(), String> {
    let mut open = 0usize;
    for piece in pieces {
        let Piece::Tag { name, .. } = piece else { continue };
        if BLOCKS.contains(&name.as_str()) {
            open += 1;
        } else if name.starts_with("end") {
            open = open.saturating_sub(1);
        }
        if open > DEEPEST {
            return Err(format!("more than {DEEPEST} tags stand within each other"));
        }
    }
    Ok(())
}

fn unknown_filter(error: &str, declared: &Declared) -> Option<String> {
    if !error.contains("Unknown filter") {
        return None;
    }
    let name = error.lines().find_map(|line| line.trim().strip_prefix("requested filter="))?.trim_matches('`');
    Some(match declared.filters.iter().any(|filter| filter == name) {
        true => format!(
            "the program says that the host has the filter `{name}`, and this one has not: give the value as it is to be read"
        ),
        false => format!("`{name}` is no filter of Liquid"),
    })
}

/// A text in memory, up to a size.
pub(super) struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    is_over: bool,
}

impl Bounded {
    pub(super) fn new(most: usize) -> Self {
        Bounded { bytes: vec![], most, is_over: false }
    }

    /// What was written; none: it was too much.
    pub(super) fn text(self) -> Option<String> {
        if self.is_over { None } else { String::from_utf8(self.bytes).ok() }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most {
            self.is_over = true;
            return Err(io::Error::other("too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
