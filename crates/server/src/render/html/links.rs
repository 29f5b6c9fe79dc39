//! The links of what was made, and that none of them runs code.

use super::escape;
use super::scan::{Scan, Seen};

/// The links of a page, each once.
///
/// # Errors
/// One that runs code where it is opened.
pub(crate) fn of_page(page: &str) -> Result<Vec<String>, String> {
    let (mut links, mut bad): (Vec<String>, Option<String>) = (vec![], None);
    Scan::new().feed(page, &mut |seen| {
        let Seen::Attribute(tag, name, value) = seen else { return };
        if !matches!(name, "href" | "src" | "action" | "formaction" | "background" | "poster" | "xlink:href" | "srcdoc")
        {
            return;
        }
        let url = escape::read(value);
        if runs_code(&url, tag == "img") {
            bad.get_or_insert(url);
            return;
        }
        let url = url.trim();
        let is_link = name == "href" && (tag == "a" || tag == "area") && !url.is_empty() && !url.starts_with('#');
        if is_link && !links.iter().any(|known| known == url) {
            links.push(url.to_owned());
        }
    });
    bad.map_or(Ok(links), Err)
}

/// An address that stands alone, such as that of a push.
///
/// # Errors
/// That it runs code.
pub(crate) fn alone(url: &str) -> Result<(), String> {
    if runs_code(url, false) { Err(url.to_owned()) } else { Ok(()) }
}

/// As browsers read it: signs that are no letters do not count.
fn runs_code(url: &str, is_image: bool) -> bool {
    let plain: String =
        url.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(24).collect::<String>().to_ascii_lowercase();
    let is_data = plain.starts_with("data:") && !(is_image && plain.starts_with("data:image/"));
    plain.starts_with("javascript:") || plain.starts_with("vbscript:") || is_data
}

/// Addresses that stand in a text, each once.
pub(crate) fn of_text(text: &str) -> Vec<String> {
    let mut links: Vec<String> = vec![];
    for (_, url) in in_text(text) {
        if !links.iter().any(|known| known == url) {
            links.push(url.to_owned());
        }
    }
    links
}

/// Addresses in a text, with where each begins.
pub(crate) fn in_text(text: &str) -> Vec<(usize, &str)> {
    let mut found = vec![];
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let Some(at) = rest.find("http") else { break };
        let url = rest.get(at..).unwrap_or_default();
        if !url.starts_with("http://") && !url.starts_with("https://") {
            from += at + "http".len();
            continue;
        }
        let end = url.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(url.len());
        let url = url.get(..end).unwrap_or_default();
        // What ends a sentence is no part of it.
        let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        if url.len() > "https://".len() {
            found.push((from + at, url));
        }
        from += at + url.len().max(1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_once() {
        let page = "<a href='https://a.example/?x=1&amp;y=2'>a</a><a href=#b>b</a><area href=/c><a href='https://a.example/?x=1&y=2'>";
        assert_eq!(of_page(page).unwrap(), ["https://a.example/?x=1&y=2", "/c"]);
        assert_eq!(
            of_text("See https://a.example/x, (http://b.example). https://"),
            ["https://a.example/x", "http://b.example"]
        );
    }

    #[test]
    fn no_link_runs_code() {
        for url in [
            "javascript:a()",
            " JaVa\nScRiPt:a",
            "&#106;avascript&colon;a",
            "vbscript:a",
            "data:text/html,a",
            "\u{1}javascript:a",
        ] {
            assert!(of_page(&format!("<a href=\"{url}\">")).is_err(), "{url}");
        }
        assert!(of_page("<img src='data:image/png;base64,AA'>").is_ok());
        assert!(of_page("<a href='https://x.example/javascript:a'>").is_ok());
    }
}
