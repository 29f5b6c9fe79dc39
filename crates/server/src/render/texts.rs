//! The texts of all messages of a program.

use super::declared::{self, Declared};
use super::html::{is_flat, links, preheader, words};
use super::limits;
use super::load::{self, Kind, Part};
use super::rendered::Rendered;
use super::unrenderable::{Unrenderable, Why};
use super::values::Values;
use std::collections::HashMap;
use std::fmt;

/// Texts of all messages of a program, read once.
pub struct Texts {
    /// By message and channel.
    messages: HashMap<String, HashMap<String, Message>>,
}

struct Message {
    parts: Vec<Part>,
    declared: Declared,
}

/// Something about a text that is seen before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The message.
    pub message: String,
    /// The channel.
    pub channel: String,
    /// The part; none: it is about the message as a whole, or about a text without parts.
    pub part: Option<String>,
    /// Whether every send of it is stopped by that; else it goes and looks wrong.
    pub stops: bool,
    /// What it is, in plain words.
    pub text: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Trouble { message, channel, part, stops, text } = self;
        let part = part.as_ref().map_or_else(String::new, |part| format!(", {part}"));
        let what = if *stops { "cannot be sent" } else { "goes, and may look wrong" };
        write!(f, "`{message}` ({channel}{part}) {what}: {text}")
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.messages.keys()).finish()
    }
}

impl Texts {
    /// What the program says that the host provides for a message: [`Values::with`] takes each.
    pub fn provided(&self, message: &str, channel: &str) -> &[String] {
        let found = self.messages.get(message).and_then(|channels| channels.get(channel));
        found.map_or(&[], |message| &message.declared.provides)
    }

    /// Reads the texts of a program, and says what would stop every send of one, or look wrong.
    pub fn of(program: &journey::Program) -> (Texts, Vec<Trouble>) {
        let channels = declared::channels(program);
        let mut texts = Texts { messages: HashMap::new() };
        let mut troubles = vec![];
        for text in program.messages() {
            let channel = text.channel.as_str();
            let declared = channels.get(channel).cloned().unwrap_or_default();
            let named = |name: &str| text.parts.iter().any(|(part, _)| part.as_deref() == Some(name));
            let has_preheader = named("preheader") || named("preview");
            let mut parts = vec![];
            for (name, written) in &text.parts {
                let (part, odd) = load::part(channel, name.as_deref(), written, has_preheader, &declared);
                let mut tell = |stops: bool, words: &str| {
                    troubles.push(Trouble {
                        message: text.message.to_string(),
                        channel: channel.to_owned(),
                        part: part.shown.clone(),
                        stops,
                        text: words.to_owned(),
                    });
                };
                if let Err(problem) = &part.template {
                    tell(true, problem);
                }
                odd.iter().for_each(|odd| tell(false, odd));
                parts.push(part);
            }
            let of_message = texts.messages.entry(text.message.to_string()).or_default();
            of_message.insert(channel.to_owned(), Message { parts, declared });
        }
        (texts, troubles)
    }

    /// Makes a message for one person.
    ///
    /// # Errors
    /// Why it cannot be made whole: it is not to be sent then.
    pub fn render(&self, message: &str, channel: &str, values: &Values) -> Result<Rendered, Unrenderable> {
        let failed = |part: Option<&str>, why: Why| Unrenderable {
            message: message.to_owned(),
            channel: channel.to_owned(),
            part: part.map(str::to_owned),
            why,
        };
        let found = self.messages.get(message).and_then(|channels| channels.get(channel));
        let Message { parts, declared } = found.ok_or_else(|| failed(None, Why::NoText))?;
        if parts.is_empty() {
            return Err(failed(None, Why::NoText));
        }
        let mut made = Made { channel, parts: vec![], links: vec![], kinds: vec![], preview: None };
        for part in parts {
            made.add(part, values).map_err(|why| failed(part.shown.as_deref(), why))?;
        }
        made.finished(declared).map_err(|why| failed(None, why))
    }
}

/// A message as it is being made.
struct Made<'c> {
    channel: &'c str,
    parts: Vec<(String, String)>,
    kinds: Vec<Kind>,
    links: Vec<String>,
    /// What the MJML of a part says for an inbox.
    preview: Option<String>,
}

impl Made<'_> {
    fn add(&mut self, part: &Part, values: &Values) -> Result<(), Why> {
        let template = part.template.as_ref().map_err(|problem| Why::Liquid(problem.clone()))?;
        let filled = template.fill(values)?;
        let filled = match part.kind {
            Kind::Header => on_one_line(&filled),
            Kind::Text => filled.trim().to_owned(),
            Kind::Html => {
                is_flat(&filled).map_err(Why::Liquid)?;
                let links = links::of_page(&filled).map_err(|url| Why::Link { url })?;
                self.link(links);
                if let Some(preview) = &part.preview {
                    let preview = words::text(&preview.fill(values)?).unwrap_or_default();
                    self.preview = Some(on_one_line(&preview)).filter(|preview| !preview.is_empty());
                }
                filled
            }
        };
        if part.kind == Kind::Text {
            self.link(links::of_text(&filled));
            if (part.name == "link" || part.name == "url") && !filled.is_empty() {
                links::alone(&filled).map_err(|url| Why::Link { url })?;
                self.link(vec![filled.clone()]);
            }
        }
        self.parts.push((part.name.clone(), filled));
        self.kinds.push(part.kind);
        Ok(())
    }

    fn link(&mut self, links: Vec<String>) {
        for link in links {
            if !self.links.contains(&link) {
                self.links.push(link);
            }
        }
    }

    fn part(&self, name: &str, kind: Kind) -> Option<String> {
        let mut parts = self.parts.iter().zip(&self.kinds);
        parts.find(|((part, _), is)| part == name && **is == kind).map(|((_, text), _)| text.clone())
    }

    fn finished(self, declared: &Declared) -> Result<Rendered, Why> {
        let is_email = self.channel == "email";
        let preheader = self.part("preheader", Kind::Header).or_else(|| self.part("preview", Kind::Header));
        let preheader = preheader.or_else(|| self.preview.clone());
        let written = self.part("html", Kind::Html).or_else(|| self.part("body", Kind::Html));
        let text = self.part("text", Kind::Text).or_else(|| self.part("body", Kind::Text));
        let html = match (&written, &text) {
            (None, Some(text)) if is_email => Some(words::page(text)),
            _ => written.clone(),
        };
        let text = text.or_else(|| words::text(written.as_deref()?));
        let html = match (&preheader, html) {
            (Some(preheader), Some(html)) if !preheader.is_empty() => Some(preheader::put(&html, preheader)),
            (_, html) => html,
        };
        let size = limits::size(self.channel, declared, &self.parts, text.as_deref(), html.as_deref())?;
        let subject = self.part("subject", Kind::Header);
        Ok(Rendered { subject, preheader, html, text, parts: self.parts, links: self.links, size })
    }
}

/// A header on one line: a line end in a value would begin another header.
fn on_one_line(text: &str) -> String {
    let lines =
        text.split(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}').map(|line| line.trim_matches(' '));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
