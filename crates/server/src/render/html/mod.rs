//! HTML: what may stand where, and how pages are made of what people write.
//!
//! [`scan`] follows a page and knows the place; [`escape`] writes values for it. [`holes`] covers the Liquid of a text while
//! [`mjml`] or [`inline`] make a page of it; [`elements`] says what is wrong with MJML. [`words`] makes pages of text and text of pages, [`preheader`] and [`links`] are
//! the last looks at what was made.

pub(super) mod elements;
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
        if ends && KNOWN.contains(&name.as_str())
            || after.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("!doctype"))
        {
            return true;
        }
    }
    false
}

/// Elements within elements: readers of pages take longer for each that goes deeper.
const DEEPEST: usize = 200;
/// Elements that stay empty, or whose end need not be written: they stand within others that are counted.
const UNCLOSED: [&str; 28] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "p",
    "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "colgroup", "body", "html",
];

/// Looks whether a page goes too deep.
///
/// # Errors
/// In words, that it does.
pub(super) fn is_flat(page: &str) -> Result<(), String> {
    let (mut open, mut deepest): (Vec<String>, usize) = (vec![], 0);
    scan::Scan::new().feed(page, &mut |seen| match seen {
        scan::Seen::Open(tag) if !tag.is_alone && !UNCLOSED.contains(&tag.name) && deepest <= DEEPEST => {
            open.push(tag.name.to_owned());
            deepest = deepest.max(open.len());
        }
        scan::Seen::Close(tag) => {
            if let Some(at) = open.iter().rposition(|open| open == tag.name) {
                open.truncate(at);
            }
        }
        _ => {}
    });
    if deepest > DEEPEST { Err(format!("more than {DEEPEST} elements stand within each other")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_go_deep_are_refused() {
        assert!(is_flat(&"<div>".repeat(201)).is_err());
        assert!(is_flat(&"<div><p>a<br></div>".repeat(1_000)).is_ok());
        assert!(is_flat(&"<b>".repeat(100_000)).is_err());
        assert!(is_flat(&"<div></span>".repeat(201)).is_err());
    }

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
