//! Follows a page from its beginning and knows the place: between tags, in an attribute, in a style.

use crate::render::liquid::Mode;

/// Attributes whose value is an address.
const ADDRESSES: [&str; 9] =
    ["href", "src", "action", "formaction", "background", "background-url", "poster", "cite", "xlink:href"];
/// Elements whose inside is text alone.
const TEXT_ALONE: [&str; 4] = ["script", "style", "title", "textarea"];
/// Tags of a table, behind which no text can stand.
const OF_TABLES: [&str; 7] = ["table", "tbody", "thead", "tfoot", "tr", "colgroup", "caption"];

#[derive(Debug, Clone, PartialEq)]
enum At {
    Text,
    /// Within a tag, between attributes.
    Tag,
    Name,
    /// Behind the name of an attribute.
    Named,
    /// Behind its `=`.
    Equals,
    Value(Option<char>),
    Comment,
    Declaration,
    /// Within an element whose inside is text alone.
    Inside(String),
}

/// What comes by.
#[derive(Debug)]
pub(crate) enum Seen<'s> {
    /// A tag that opens an element, when its `>` is read.
    Open(Tag<'s>),
    /// A tag that closes one.
    Close(Tag<'s>),
    /// An attribute of the tag, with its value as it is written.
    Attribute(&'s str, &'s str, &'s str),
}

/// A tag that was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag<'s> {
    /// Its name, in small letters.
    pub(crate) name: &'s str,
    /// Whether it closes itself: `<br/>`.
    pub(crate) is_alone: bool,
    /// The byte of its `<`, counted from where the page began.
    pub(crate) at: usize,
}

/// Where it has come to.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    at: At,
    /// Bytes that have gone by.
    passed: usize,
    tag: String,
    /// Where the tag began.
    tag_at: usize,
    is_closing: bool,
    is_alone: bool,
    name: String,
    value: String,
    is_data: bool,
    /// Names of open elements of MJML.
    open: Vec<String>,
    /// Whether the last tag belongs to the skeleton of a table.
    in_skeleton: bool,
    /// Whether it stands in a comment for Outlook, whose inside is a page for that alone.
    in_conditional: bool,
}

/// The kind of place where a piece of Liquid stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Between tags.
    Text,
    /// Between tags of a table, where text cannot stand.
    Skeleton,
    /// Within an element of text alone, such as `<title>`.
    TextAlone,
    /// In a value of an attribute.
    Value,
    /// Within a tag otherwise.
    Tag,
    /// In a comment.
    Comment,
    /// In `<style>`.
    Style,
}

impl Scan {
    pub(crate) fn new() -> Self {
        Scan {
            at: At::Text,
            passed: 0,
            tag: String::new(),
            tag_at: 0,
            is_closing: false,
            is_alone: false,
            name: String::new(),
            value: String::new(),
            is_data: false,
            open: vec![],
            in_skeleton: false,
            in_conditional: false,
        }
    }

    /// The innermost open element of MJML.
    pub(crate) fn element(&self) -> Option<&str> {
        self.open.last().map(String::as_str)
    }

    /// Something stands here that is filled in: the place, and what it asks of a value.
    pub(crate) fn hole(&mut self) -> (Place, Mode) {
        if self.at == At::Equals {
            self.at = At::Value(None);
        }
        match &self.at {
            At::Text if self.in_conditional => (Place::TextAlone, Mode::Html),
            At::Text if self.in_skeleton => (Place::Skeleton, Mode::Html),
            At::Text => (Place::Text, Mode::Html),
            At::Comment | At::Declaration => (Place::Comment, Mode::Html),
            At::Tag | At::Name | At::Named | At::Equals => (Place::Tag, Mode::Word),
            At::Inside(name) => match name.as_str() {
                "style" => (Place::Style, Mode::Css),
                "script" => (Place::TextAlone, if self.is_data { Mode::Json } else { Mode::Script }),
                _ => (Place::TextAlone, Mode::Html),
            },
            At::Value(quote) => {
                let bare = quote.is_none();
                let mode = if self.name == "style" {
                    Mode::Css
                } else if self.name.starts_with("on") {
                    Mode::Script
                } else if ADDRESSES.contains(&self.name.as_str()) {
                    if self.value.ends_with('=') { Mode::UrlValue { bare } } else { Mode::Url { bare } }
                } else if bare {
                    Mode::Bare
                } else {
                    Mode::Attribute
                };
                self.value.push('\u{fffc}');
                (Place::Value, mode)
            }
        }
    }

    /// Goes on over a piece of the page.
    pub(crate) fn feed(&mut self, text: &str, seen: &mut dyn FnMut(Seen<'_>)) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let step = self.step(rest, c, seen).max(1);
            // Within a text a step is whole characters.
            let behind = rest.get(step..).or_else(|| rest.get(c.len_utf8()..)).unwrap_or_default();
            self.passed += rest.len() - behind.len();
            rest = behind;
        }
    }

    /// Takes one step, and says how many bytes it took.
    fn step(&mut self, rest: &str, c: char, seen: &mut dyn FnMut(Seen<'_>)) -> usize {
        let width = c.len_utf8();
        match self.at.clone() {
            At::Text => self.text(rest),
            At::Comment => skip(rest, "-->").inspect(|_| self.at = At::Text).unwrap_or(rest.len()),
            At::Declaration => skip(rest, ">").inspect(|_| self.at = At::Text).unwrap_or(rest.len()),
            At::Inside(name) => {
                let is_end = rest.get(2..2 + name.len()).is_some_and(|word| word.eq_ignore_ascii_case(&name));
                if rest.starts_with("</") && is_end {
                    self.at = At::Text;
                    return self.text(rest);
                }
                1 + rest.get(1..).and_then(|behind| behind.find('<')).unwrap_or(rest.len())
            }
            At::Tag | At::Named if c == '>' => {
                self.attribute(seen);
                self.end(seen);
                width
            }
            At::Tag => {
                match c {
                    '/' => self.is_alone = true,
                    c if c.is_whitespace() => {}
                    c => {
                        self.is_alone = false;
                        self.name = c.to_ascii_lowercase().to_string();
                        self.value.clear();
                        self.at = At::Name;
                    }
                }
                width
            }
            At::Name => match c {
                '>' | '/' => {
                    self.attribute(seen);
                    self.at = At::Tag;
                    self.is_alone = c == '/';
                    if c == '>' { self.closed_by(seen) } else { width }
                }
                '=' => {
                    self.at = At::Equals;
                    width
                }
                c if c.is_whitespace() => {
                    self.at = At::Named;
                    width
                }
                c => {
                    self.name.extend(c.to_lowercase());
                    width
                }
            },
            At::Named => {
                match c {
                    '=' => self.at = At::Equals,
                    c if c.is_whitespace() => {}
                    '/' => {
                        self.attribute(seen);
                        self.is_alone = true;
                        self.at = At::Tag;
                    }
                    c => {
                        self.attribute(seen);
                        self.name = c.to_ascii_lowercase().to_string();
                        self.at = At::Name;
                    }
                }
                width
            }
            At::Equals => {
                match c {
                    '"' | '\'' => self.at = At::Value(Some(c)),
                    c if c.is_whitespace() => {}
                    '>' => {
                        self.attribute(seen);
                        return self.closed_by(seen);
                    }
                    c => {
                        self.value.push(c);
                        self.at = At::Value(None);
                    }
                }
                width
            }
            At::Value(quote) => {
                let ends = match quote {
                    Some(quote) => c == quote,
                    None => c.is_whitespace() || c == '>',
                };
                if !ends {
                    self.value.push(c);
                    return width;
                }
                self.attribute(seen);
                self.at = At::Tag;
                if quote.is_none() && c == '>' { self.closed_by(seen) } else { width }
            }
        }
    }

    fn closed_by(&mut self, seen: &mut dyn FnMut(Seen<'_>)) -> usize {
        self.end(seen);
        1
    }

    fn text(&mut self, rest: &str) -> usize {
        let Some(open) = rest.find('<') else {
            self.in_skeleton &= rest.trim().is_empty();
            return rest.len();
        };
        if open > 0 {
            self.in_skeleton &= rest.get(..open).is_some_and(|text| text.trim().is_empty());
            return open;
        }
        // What stands in a comment for Outlook is a page too.
        if rest.starts_with("<!--[if") {
            self.in_conditional = true;
            return skip(rest, "]>").unwrap_or(rest.len());
        }
        // What ends at once is no comment: `<!--[if !mso]><!-->` is for all others.
        if rest.starts_with("<!-->") {
            self.in_conditional = false;
            return 5;
        }
        if rest.starts_with("<![endif]") {
            self.in_conditional = false;
        }
        if rest.starts_with("<!--") {
            self.at = At::Comment;
            return 4;
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            self.at = At::Declaration;
            return 2;
        }
        let is_closing = rest.starts_with("</");
        let name_at = 1 + usize::from(is_closing);
        let name = rest.get(name_at..).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return 1;
        }
        let end = name.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(name.len());
        self.tag = name.get(..end).unwrap_or_default().to_ascii_lowercase();
        self.tag_at = self.passed;
        (self.is_closing, self.is_alone, self.is_data) = (is_closing, false, false);
        self.name.clear();
        self.value.clear();
        self.at = At::Tag;
        name_at + end
    }

    fn attribute(&mut self, seen: &mut dyn FnMut(Seen<'_>)) {
        if self.name.is_empty() {
            return;
        }
        if self.name == "type" && self.value.to_ascii_lowercase().contains("json") {
            self.is_data = true;
        }
        seen(Seen::Attribute(&self.tag, &self.name, &self.value));
        self.name.clear();
        self.value.clear();
    }

    /// The `>` of a tag.
    fn end(&mut self, seen: &mut dyn FnMut(Seen<'_>)) {
        self.at = At::Text;
        let tag = self.tag.as_str();
        let is_cell = tag == "td" || tag == "th";
        self.in_skeleton =
            OF_TABLES.contains(&tag) && !(self.is_closing && tag == "table") || self.is_closing && is_cell;
        if self.is_closing {
            if tag.starts_with("mj")
                && let Some(at) = self.open.iter().rposition(|open| open == tag)
            {
                self.open.truncate(at);
            }
            seen(Seen::Close(Tag { name: tag, is_alone: false, at: self.tag_at }));
            return;
        }
        seen(Seen::Open(Tag { name: tag, is_alone: self.is_alone, at: self.tag_at }));
        if self.is_alone {
            return;
        }
        if TEXT_ALONE.contains(&tag) {
            self.at = At::Inside(self.tag.clone());
        } else if tag.starts_with("mj") {
            self.open.push(self.tag.clone());
        }
    }
}

/// Bytes up to and with a sign.
fn skip(text: &str, sign: &str) -> Option<usize> {
    text.find(sign).map(|at| at + sign.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of each `@`.
    fn places(page: &str) -> Vec<(Place, Mode)> {
        let (mut scan, mut found) = (Scan::new(), vec![]);
        for (at, piece) in page.split('@').enumerate() {
            if at > 0 {
                found.push(scan.hole());
            }
            scan.feed(piece, &mut |_| {});
        }
        found
    }

    #[test]
    fn places_are_known() {
        for (page, place, mode) in [
            ("<p>@</p>", Place::Text, Mode::Html),
            ("a < b @", Place::Text, Mode::Html),
            ("<p title='@'>", Place::Value, Mode::Attribute),
            ("<p title=@>", Place::Value, Mode::Bare),
            ("<a href=\"@\">", Place::Value, Mode::Url { bare: false }),
            ("<a class=x HREF = @>", Place::Value, Mode::Url { bare: true }),
            ("<a href='/x?a=@'>", Place::Value, Mode::UrlValue { bare: false }),
            ("<a href='/x?@'>", Place::Value, Mode::Url { bare: false }),
            ("<p style='color: @'>", Place::Value, Mode::Css),
            ("<style>a { color: @ }</style>", Place::Style, Mode::Css),
            ("<script>a('@')</script>", Place::TextAlone, Mode::Script),
            ("<p onclick='@'>", Place::Value, Mode::Script),
            ("<script type='application/ld+json'>{\"a\": \"@\"}</script>", Place::TextAlone, Mode::Json),
            ("<title>@</title>", Place::TextAlone, Mode::Html),
            ("<td @>", Place::Tag, Mode::Word),
            ("<h@>", Place::Tag, Mode::Word),
            ("<!-- @ -->", Place::Comment, Mode::Html),
            ("<!--[if mso]><p>@</p><![endif]-->", Place::TextAlone, Mode::Html),
            ("<!--[if !mso]><!-->@", Place::Text, Mode::Html),
            ("<!--[if mso]><p><![endif]-->@", Place::Text, Mode::Html),
            ("<!--[if mso]><a href='@'><![endif]-->", Place::Value, Mode::Url { bare: false }),
            ("<table>\n@", Place::Skeleton, Mode::Html),
            ("<table><tr><td>a</td>@", Place::Skeleton, Mode::Html),
            ("<table><tr><td>@", Place::Text, Mode::Html),
            ("<table></table>@", Place::Text, Mode::Html),
            ("<script></script><br/>@", Place::Text, Mode::Html),
            ("<a href=x>@", Place::Text, Mode::Html),
            ("<input disabled>@", Place::Text, Mode::Html),
            ("<p title=>@", Place::Text, Mode::Html),
        ] {
            assert_eq!(places(page), [(place, mode)], "{page}");
        }
        assert_eq!(
            places("<a href=\"@/x?y=@\">@")[1..],
            [(Place::Value, Mode::UrlValue { bare: false }), (Place::Text, Mode::Html)]
        );
    }
}
