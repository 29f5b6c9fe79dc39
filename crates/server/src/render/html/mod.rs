//! HTML: what may stand where, and how pages are made of what people write.
//!
//! [`scan`] follows a page and knows the place; [`escape`] writes values for it. [`holes`] covers the Liquid of a text while
//! [`mjml`] or [`inline`] make a page of it. [`words`] makes pages of text and text of pages, [`preheader`] and [`links`] are
//! the last looks at what was made.

pub(super) mod escape;
pub(super) mod holes;
pub(super) mod inline;
pub(super) mod links;
pub(super) mod mjml;
pub(super) mod preheader;
pub(super) mod scan;
pub(super) mod words;

/// Elements by which a text is known as HTML.
const KNOWN: [&str; 44] = [
    "a",
    "abbr",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "center",
    "code",
    "div",
    "em",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "sup",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
];

/// Whether a text is written as HTML: it has an element of it, or says so.
pub(super) fn is_html(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        let name: String = after.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        let behind = after.trim_start_matches('/').get(name.len()..).unwrap_or_default();
        let ends = behind.is_empty() || behind.starts_with(['>', '/']) || behind.starts_with(char::is_whitespace);
        if ends && KNOWN.contains(&name.as_str()) || after.to_ascii_lowercase().starts_with("!doctype") {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_html;

    #[test]
    fn a_text_is_html_by_its_elements() {
        for text in ["<p>Hi", "Hi<br/>you", "<!DOCTYPE html>x", "a </B> b", "<td\nclass='x'>", "<img src=x>"] {
            assert!(is_html(text), "{text}");
        }
        for text in ["1 < 2", "I <3 you", "<you>", "a<b, c>d", "Hi <name>", "", "<", "</"] {
            assert!(!is_html(text), "{text}");
        }
    }
}
