//! A part of a message is read: what kind of text it is, and what of it can be filled in.

use super::declared::Declared;
use super::html::{holes, inline, is_html, mjml};
use super::limits::GMAIL_SHOWS;
use super::liquid::Template;
use super::liquid::cut::{Piece, cut};
use super::liquid::template::nested;

/// What kind of text a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A header of a mail: text on one line.
    Header,
    /// A page.
    Html,
}

/// A part that has been read.
pub(super) struct Part {
    pub(super) name: String,
    /// As it is told of: a text without a name has none.
    pub(super) shown: Option<String>,
    pub(super) kind: Kind,
    /// Or, in words, why it cannot be filled in.
    pub(super) template: Result<Template, String>,
}

/// Parts of an email that become headers of it, or stand on one line beside its subject.
const HEADERS: [&str; 8] = ["subject", "preheader", "preview", "from", "from_name", "reply_to", "cc", "bcc"];

/// Reads a part, with what would look wrong.
pub(super) fn part(
    channel: &str,
    name: Option<&str>,
    text: &str,
    has_preheader: bool,
    declared: &Declared,
) -> (Part, Vec<String>) {
    let shown = name.map(str::to_owned);
    let name = name.unwrap_or("body").to_owned();
    let pieces = cut(text).and_then(|pieces| nested(&pieces).map(|()| pieces));
    let (kind, template, mut odd) = match pieces {
        Ok(pieces) => {
            let kind = kind(channel, &name, text, &pieces);
            let (template, odd) = match kind {
                Kind::Html => html(text, pieces, has_preheader, declared),
                Kind::Text | Kind::Header => (Template::plain(text, declared), vec![]),
            };
            (kind, template, odd)
        }
        Err(problem) => (Kind::Text, Err(problem), vec![]),
    };
    if kind == Kind::Html && channel == "email" && text.len() > GMAIL_SHOWS {
        odd.push(format!("it has {} kB, and Gmail shows 102 kB of a mail", text.len() / 1024));
    }
    (Part { name, shown, kind, template }, odd)
}

fn kind(channel: &str, name: &str, text: &str, pieces: &[Piece]) -> Kind {
    let is_page = || {
        let plain =
            pieces.iter().filter_map(|piece| if let Piece::Plain(text) = piece { Some(text.as_str()) } else { None });
        mjml::is_mjml(text) || is_html(&plain.collect::<String>())
    };
    match (channel, name) {
        (_, "html") | ("email", "amp") => Kind::Html,
        ("email", "body") if is_page() => Kind::Html,
        ("email", name) if HEADERS.contains(&name) => Kind::Header,
        _ => Kind::Text,
    }
}

fn html(
    text: &str,
    pieces: Vec<Piece>,
    has_preheader: bool,
    declared: &Declared,
) -> (Result<Template, String>, Vec<String>) {
    let is_mjml = mjml::is_mjml(text);
    let pieces = match is_mjml && has_preheader {
        true => cut(&mjml::without_preview(text)),
        false => Ok(pieces),
    };
    let made = pieces.and_then(|pieces| {
        let covered = holes::cover(&pieces, declared)?;
        if is_mjml { mjml::page(&covered) } else { Ok(inline::page(&covered)) }
    });
    match made {
        Ok((page, odd)) => (Template::read(&page, declared), odd),
        Err(problem) => (Err(problem), vec![]),
    }
}
