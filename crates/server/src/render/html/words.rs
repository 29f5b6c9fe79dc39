//! A page of a text, and a text of a page, so that every email has both.

use super::{escape, links};

/// Signs on a line of the text at most.
const WIDTH: usize = 78;

/// A page whose paragraphs are those of a text; addresses in it are links.
pub(crate) fn page(text: &str) -> String {
    let mut body = String::new();
    let mut lines: Vec<String> = vec![];
    let mut flush = |lines: &mut Vec<String>| {
        if !lines.is_empty() {
            body.push_str(&format!("<p>{}</p>\n", lines.join("<br>\n")));
            lines.clear();
        }
    };
    for line in text.lines().map(str::trim) {
        if line.is_empty() { flush(&mut lines) } else { lines.push(with_links(line)) }
    }
    flush(&mut lines);
    format!(
        "<!doctype html>\n<html>\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"></head>\n\
         <body style=\"font-family:sans-serif;font-size:16px;line-height:1.5\">\n{body}</body>\n</html>\n"
    )
}

fn with_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut from = 0;
    for (at, url) in links::in_text(line) {
        out.push_str(&escape::text(line.get(from..at).unwrap_or_default(), false, false));
        let shown = escape::text(url, false, false);
        out.push_str(&format!("<a href=\"{}\">{shown}</a>", escape::text(&escape::url(url), false, false)));
        from = at + url.len();
    }
    out + &escape::text(line.get(from..).unwrap_or_default(), false, false)
}

/// The text of a page; tables are passed over as the layout that they are in mails.
pub(crate) fn text(page: &str) -> Option<String> {
    let page = without_hidden(page);
    let config = html2text::config::plain().raw_mode(true).no_link_wrapping().allow_width_overflow();
    let text = config.string_from_read(page.as_bytes(), WIDTH).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    Some(out.trim().to_owned())
}

/// A page without the preview that MJML hides at its beginning.
fn without_hidden(page: &str) -> String {
    let open = "<div style=\"display:none;";
    let Some(start) = page.find(open) else { return page.to_owned() };
    let Some(end) = page.get(start..).and_then(|rest| rest.find("</div>")) else { return page.to_owned() };
    let inside = page.get(start + open.len()..start + end).unwrap_or_default();
    if inside.contains("<div") {
        return page.to_owned();
    }
    format!("{}{}", page.get(..start).unwrap_or_default(), page.get(start + end + "</div>".len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_links_of_a_text() {
        let page = page("Hi <Ana>,\n\n  see https://x.example/?a=1&b=2.\n  Bye\n");
        assert!(page.contains("<p>Hi &lt;Ana&gt;,</p>\n<p>see <a href=\"https://x.example/?a=1&amp;b=2\">https://x.example/?a=1&amp;b=2</a>.<br>\nBye</p>"), "{page}");
    }

    #[test]
    fn the_text_of_a_page() {
        let page = "<table><tr><td><h1>Hi</h1></td></tr><tr><td><p>Two<br>lines, <a href='https://x.example/'>a link</a></p></td></tr></table>";
        let text = text(page).unwrap();
        assert!(text.contains("Hi") && text.contains("https://x.example/"), "{text}");
    }

    #[test]
    fn a_page_that_goes_as_deep_as_may_be_is_read() {
        for (tag, times) in [("<div>", 200), ("<b>", 200), ("<table><tr><td>", 200), ("<ul><li>", 200), ("<p>a", 5_000)]
        {
            let begun = std::time::Instant::now();
            assert!(text(&format!("{}Hi", tag.repeat(times))).is_some(), "{tag}");
            assert!(begun.elapsed().as_secs() < 20, "{tag} takes {:?}", begun.elapsed());
        }
    }
}
