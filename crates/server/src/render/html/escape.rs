//! Values, written so that they stay values where they stand.

use std::fmt::Write;

/// A text in a page. In an attribute without quotes more signs would end it. What is HTML already keeps its `&`.
pub(crate) fn text(value: &str, is_bare: bool, is_html: bool) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '&' if is_html => out.push('&'),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '=' | '`' if is_bare => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if is_bare && c.is_whitespace() => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// An address, or a piece of one: what cannot stand in one is percent-encoded.
pub(crate) fn url(value: &str) -> String {
    encoded(value.trim(), "-._~:/?#[]@!$&'()*+,;=")
}

/// One value in an address, behind `=`: what divides an address is percent-encoded too.
pub(crate) fn url_value(value: &str, is_html: bool) -> String {
    encoded(value, if is_html { "-._~&;" } else { "-._~" })
}

fn encoded(value: &str, kept: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let bytes = value.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    for (at, byte) in bytes.iter().enumerate() {
        let c = char::from(*byte);
        // What is encoded already stays so.
        let stays = c.is_ascii_alphanumeric()
            || kept.contains(c) && c.is_ascii()
            || c == '%' && is_hex(at + 1) && is_hex(at + 2);
        if stays {
            out.push(c);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A value in a style: other signs than those of colours and lengths are written as their number.
pub(crate) fn css(value: &str) -> String {
    let is_colour =
        ["rgb(", "rgba(", "hsl(", "hsla("].iter().any(|name| value.trim_start().to_ascii_lowercase().starts_with(name));
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || " #%.,_-+".contains(c) => out.push(c),
            '(' | ')' if is_colour => out.push(c),
            c => {
                let _ = write!(out, "\\{:x} ", u32::from(c));
            }
        }
    }
    out
}

/// A value in a text of JSON within a page.
pub(crate) fn json(value: &str) -> String {
    let quoted = serde_json::to_string(value).unwrap_or_default();
    let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    let mut out = String::with_capacity(inside.len());
    for c in inside.chars() {
        match c {
            '<' | '>' | '&' | '\'' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// What an attribute says: its entities are read.
pub(crate) fn read(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let name: String =
            entity.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || *c == '#').take(12).collect();
        let number = name.strip_prefix('#').map(|digits| match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        });
        let c = match (number, name.as_str()) {
            (Some(number), _) => number.and_then(char::from_u32),
            (None, "amp" | "AMP") => Some('&'),
            (None, "lt" | "LT") => Some('<'),
            (None, "gt" | "GT") => Some('>'),
            (None, "quot" | "QUOT") => Some('"'),
            (None, "apos") => Some('\''),
            (None, "colon") => Some(':'),
            (None, "sol") => Some('/'),
            (None, "Tab") => Some('\t'),
            (None, "NewLine") => Some('\n'),
            (None, _) => None,
        };
        let after = entity.get(1 + name.len()..).unwrap_or_default();
        match c {
            Some(c) => {
                out.push(c);
                rest = after.strip_prefix(';').unwrap_or(after);
            }
            None => {
                out.push('&');
                rest = entity.get(1..).unwrap_or_default();
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_values() {
        assert_eq!(text("Tom & \"Jo\" <b>'s", false, false), "Tom &amp; &quot;Jo&quot; &lt;b&gt;&#39;s");
        assert_eq!(text("a b=c", true, false), "a&#32;b&#61;c");
        assert_eq!(css("red; background:url(//x)"), "red\\3b  background\\3a url\\28 \\2f \\2f x\\29 ");
        assert_eq!(css("rgb(1, 2, 3)"), "rgb(1, 2, 3)");
        assert_eq!(json("a\"b</script>\n"), "a\\\"b\\u003c/script\\u003e\\n");
    }

    #[test]
    fn addresses_are_encoded_where_they_must_be() {
        assert_eq!(url(" https://x.example/a b?q=ü&c=%20 "), "https://x.example/a%20b?q=%C3%BC&c=%20");
        assert_eq!(url_value("Tom & Co 100%", false), "Tom%20%26%20Co%20100%25");
        assert_eq!(url_value("Tom%20Co", false), "Tom%20Co");
    }

    #[test]
    fn entities_are_read() {
        assert_eq!(read("java&#115;cript&colon;a&amp;b&#x3A;&nope;&"), "javascript:a&b:&nope;&");
    }
}
