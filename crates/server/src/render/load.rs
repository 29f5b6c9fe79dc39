//! A part of a message is read: what kind of text it is, and what of it can be filled in.

use super::declared::Declared;
use super::html::{holes, inline, is_flat, is_html, mjml};
use super::limits::GMAIL_SHOWS;
use super::liquid::Template;
use super::liquid::cut::{Piece, cut_with_lines};
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
    /// The preview of MJML, as HTML: the preheader, where the message has no part for it.
    pub(super) preview: Option<Template>,
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
    let pieces = cut_with_lines(text).and_then(|(pieces, lines)| nested(&pieces).map(|()| (pieces, lines)));
    let (kind, made) = match pieces {
        Ok((pieces, mut lines)) => {
            // The first line is the one behind the line of `"""`.
            let is_below = text.starts_with('\n') || text.starts_with("\r\n");
            lines.iter_mut().for_each(|line| *line = line.saturating_sub(usize::from(is_below)));
            let kind = kind(channel, &name, text, &pieces);
            let made = match kind {
                Kind::Html if mjml::is_mjml(text) => of_mjml(&pieces, &lines, has_preheader, declared),
                Kind::Html => html(&pieces, &lines, channel == "email" && name != "amp", declared),
                Kind::Text | Kind::Header => Template::plain(text, declared).map(Made::of),
            };
            (kind, made)
        }
        Err(problem) => (Kind::Text, Err(problem)),
    };
    let (template, preview, mut odd) = match made {
        Ok(Made { template, preview, odd }) => (Ok(template), preview, odd),
        Err(problem) => (Err(problem), None, vec![]),
    };
    if kind == Kind::Html && channel == "email" && text.len() > GMAIL_SHOWS {
        odd.push(format!("it has {} kB, and Gmail shows 102 kB of a mail", text.len() / 1024));
    }
    (Part { name, shown, kind, template, preview }, odd)
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

/// What was made of a part, with what would look wrong.
struct Made {
    template: Template,
    preview: Option<Template>,
    odd: Vec<String>,
}

impl Made {
    fn of(template: Template) -> Made {
        Made { template, preview: None, odd: vec![] }
    }
}

fn of_mjml(pieces: &[Piece], lines: &[usize], has_preheader: bool, declared: &Declared) -> Result<Made, String> {
    let mjml::Made { page, preview, odd } = mjml::page(&holes::cover(pieces, lines, declared)?)?;
    let preview = preview.filter(|_| !has_preheader).map(|preview| Template::read(&preview, declared)).transpose()?;
    Ok(Made { preview, odd, ..Made::of(Template::read(&page, declared)?) })
}

fn html(pieces: &[Piece], lines: &[usize], is_mail: bool, declared: &Declared) -> Result<Made, String> {
    let covered = holes::cover(pieces, lines, declared)?;
    is_flat(&covered.page)?;
    // An app and AMP have styles of their own.
    let (page, odd) = if is_mail { inline::page(&covered) } else { (covered.fill(&covered.page).0, vec![]) };
    Ok(Made { odd, ..Made::of(Template::read(&page, declared)?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::values::Values;

    const FRAGMENTS: [&str; 48] = [
        "{{ v }}",
        "{{ v | upcase }}",
        "{{ missing }}",
        "{{ missing | default: v }}",
        "{{- v -}}",
        "{{ v",
        "}}",
        "{% if v %}",
        "{% else %}",
        "{% endif %}",
        "{% for i in (1..3) %}",
        "{{ i }}",
        "{% endfor %}",
        "{% assign x = v %}",
        "{{ x }}",
        "{% capture c %}",
        "{% endcapture %}",
        "{{ c }}",
        "{% raw %}",
        "{% endraw %}",
        "{% comment %}",
        "{% endcomment %}",
        "{% case v %}",
        "{% when 'a' %}",
        "{% endcase %}",
        "<p>",
        "</p>",
        "<a href=\"",
        "\">",
        "<a href=",
        ">",
        " title='",
        "'",
        "<style>",
        "</style>",
        "<table><tr><td>",
        "</td></tr></table>",
        "<!--",
        "-->",
        "<!--[if mso]>",
        "<![endif]-->",
        "<script>",
        "</script>",
        "<mjml><mj-body><mj-section><mj-column><mj-text>",
        "</mj-text></mj-column></mj-section></mj-body></mjml>",
        "<mj-raw>",
        "</mj-raw>",
        "é🛒",
    ];

    /// Whatever stands in a text: nothing of ours is left in what is made of it, and a value never becomes an element.
    #[test]
    fn texts_made_at_random_keep_values_values() {
        let values = Values::from_json(r#"{"values": {"v": "<zz a=\"b\" c='d'>&zz;"}}"#).unwrap();
        let (mut seed, mut made) = (1u64, 0);
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        for round in 0..6_000 {
            let mut text = String::from(["<p>", "", "<mjml><mj-body><mj-section><mj-column><mj-text>"][round % 3]);
            for _ in 0..=next(9) {
                text.push_str(FRAGMENTS[next(FRAGMENTS.len())]);
            }
            let (part, _) = part("email", Some("html"), &text, false, &Declared::default());
            let Ok(filled) = part.template.map(|template| template.fill(&values)) else { continue };
            let Ok(filled) = filled else { continue };
            made += 1;
            assert!(!filled.to_ascii_lowercase().contains("<zz"), "{text}\n{filled}");
            assert!(!filled.contains("jq") && !filled.contains("journey_print"), "{text}\n{filled}");
        }
        assert!(made > 500, "{made} texts are right");
    }
}
