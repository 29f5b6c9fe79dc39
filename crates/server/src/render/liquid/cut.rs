//! A text as pieces: what is sent as it stands, what Liquid prints, and its tags.

/// A piece of a text, in the order in which they stand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    /// Sent as it stands.
    Plain(String),
    /// `{{ … }}`, or `{% echo … %}`.
    Output {
        /// What stands in the braces.
        chain: String,
        /// `{{-`
        left: bool,
        /// `-}}`
        right: bool,
    },
    /// `{% … %}`
    Tag {
        /// Its first word.
        name: String,
        /// What follows.
        rest: String,
        /// `{%-`
        left: bool,
        /// `-%}`
        right: bool,
    },
    /// `{% raw %} … {% endraw %}` and comments, with their tags.
    Verbatim(String),
}

impl Piece {
    /// As the text has it, to tell of it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Piece::Plain(text) | Piece::Verbatim(text) => text.clone(),
            Piece::Output { chain, .. } => format!("{{{{ {chain} }}}}"),
            Piece::Tag { name, rest, .. } if rest.is_empty() => format!("{{% {name} %}}"),
            Piece::Tag { name, rest, .. } => format!("{{% {name} {rest} %}}"),
        }
    }
}

/// Cuts a text into pieces.
///
/// # Errors
/// In words, what is not closed.
pub(crate) fn cut(text: &str) -> Result<Vec<Piece>, String> {
    cut_with_lines(text).map(|(pieces, _)| pieces)
}

/// The same, with the line of the text on which each piece begins.
///
/// # Errors
/// In words, what is not closed.
pub(crate) fn cut_with_lines(text: &str) -> Result<(Vec<Piece>, Vec<usize>), String> {
    let (mut pieces, mut lines) = (vec![], vec![]);
    let (mut rest, mut line) = (text, 1);
    while let Some(start) = opening(rest) {
        let (before, braces) = rest.split_at_checked(start).unwrap_or((rest, ""));
        if !before.is_empty() {
            pieces.push(Piece::Plain(before.to_owned()));
        }
        lines.resize(pieces.len(), line);
        line += line_ends(before);
        rest = braced(braces, &mut pieces)?;
        lines.resize(pieces.len(), line);
        line += line_ends(braces.strip_suffix(rest).unwrap_or_default());
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    lines.resize(pieces.len(), line);
    Ok((pieces, lines))
}

/// How many lines end in a text.
pub(crate) fn line_ends(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// The pieces of the braces with which a text begins, and what stands behind them.
fn braced<'t>(braces: &'t str, pieces: &mut Vec<Piece>) -> Result<&'t str, String> {
    let is_output = braces.starts_with("{{");
    let close = if is_output { "}}" } else { "%}" };
    let inner_at = braces.get(2..).unwrap_or_default();
    let Some(end) = end_of(inner_at, close) else {
        let shown: String = braces.chars().take(40).collect();
        return Err(format!("`{}` is not closed: {shown}", if is_output { "{{" } else { "{%" }));
    };
    let (inner, after) = inner_at.split_at_checked(end).unwrap_or((inner_at, ""));
    let rest = after.get(2..).unwrap_or_default();
    let (left, inner) = inner.strip_prefix('-').map_or((false, inner), |inner| (true, inner));
    let (right, inner) = inner.strip_suffix('-').map_or((false, inner), |inner| (true, inner));
    let inner = inner.trim();
    if is_output {
        pieces.push(Piece::Output { chain: inner.to_owned(), left, right });
        return Ok(rest);
    }
    let name: String = inner.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    match name.as_str() {
        "raw" | "comment" | "doc" => {
            let (inside, behind, closing) = until_end(rest, &name)
                .ok_or_else(|| format!("`{{% {name} %}}` is not closed: write `{{% end{name} %}}`"))?;
            let (open, shut) = (if left { "{%-" } else { "{%" }, if closing { "-%}" } else { "%}" });
            pieces.push(Piece::Verbatim(if name == "raw" {
                let inner_right = if right { "-%}" } else { "%}" };
                format!("{open} raw {inner_right}{inside}{{% endraw {shut}")
            } else {
                format!("{open} comment %}}{{% endcomment {shut}")
            }));
            return Ok(behind);
        }
        // `{% # said to nobody %}`
        "" if inner.starts_with('#') => {
            let (open, shut) = (if left { "{%-" } else { "{%" }, if right { "-%}" } else { "%}" });
            pieces.push(Piece::Verbatim(format!("{open} comment %}}{{% endcomment {shut}")));
        }
        "liquid" => lines(inner.get("liquid".len()..).unwrap_or_default(), (left, right), pieces),
        _ => pieces.push(tag(&name, inner, left, right)),
    }
    Ok(rest)
}

fn tag(name: &str, inner: &str, left: bool, right: bool) -> Piece {
    let rest = inner.get(name.len()..).unwrap_or_default().trim().to_owned();
    if name == "echo" {
        return Piece::Output { chain: rest, left, right };
    }
    Piece::Tag { name: name.to_owned(), rest, left, right }
}

/// Where braces open.
fn opening(text: &str) -> Option<usize> {
    let mut pairs = text.as_bytes().windows(2);
    pairs.position(|pair| pair == b"{{" || pair == b"{%")
}

/// The lines of `{% liquid … %}`, each a tag.
fn lines(text: &str, trims: (bool, bool), pieces: &mut Vec<Piece>) {
    let mut silent: Option<String> = None;
    let mut made: Vec<Piece> = vec![];
    for line in text.lines().map(str::trim) {
        let name: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        match &silent {
            Some(end) => {
                if *end == name {
                    silent = None;
                }
            }
            None if name == "comment" || name == "doc" => silent = Some(format!("end{name}")),
            None if name.is_empty() => {}
            None => made.push(tag(&name, line, false, false)),
        }
    }
    if let Some(Piece::Output { left, .. } | Piece::Tag { left, .. }) = made.first_mut() {
        *left = trims.0;
    }
    if let Some(Piece::Output { right, .. } | Piece::Tag { right, .. }) = made.last_mut() {
        *right = trims.1;
    }
    pieces.append(&mut made);
}

/// Where braces are closed, texts in quotes passed over.
fn end_of(text: &str, close: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if text.get(at..).is_some_and(|rest| rest.starts_with(close)) => return Some(at),
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {}
        }
    }
    // An apostrophe in words that are said to nobody: `{% # it's new %}`.
    if text.trim_start_matches('-').trim_start().starts_with('#') { text.find(close) } else { None }
}

/// What stands before `{% endNAME %}`, what follows it, and whether it takes the blanks behind it away.
fn until_end<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str, bool)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find("{%")?;
        let inside = text.get(start + 2..)?;
        let end = inside.find("%}")?;
        let word = inside.get(..end)?;
        let closing = word.ends_with('-');
        if word.trim_matches('-').trim() == format!("end{name}") {
            return Some((text.get(..start)?, inside.get(end + 2..)?, closing));
        }
        from = start + 2;
    }
}

/// A text at its `sign`s, those in quotes left alone.
pub(crate) fn split(text: &str, sign: char) -> Vec<&str> {
    let (mut parts, mut start, mut quote) = (vec![], 0, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == sign => {
                parts.push(text.get(start..at).unwrap_or_default().trim());
                start = at + sign.len_utf8();
            }
            None => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found() {
        let pieces = cut("Hi {{- name | default: '}}' -}}!{% if a %}b{% endif %}{% raw %}{{ c }}{% endraw %}").unwrap();
        assert_eq!(pieces.len(), 7, "{pieces:?}");
        assert_eq!(pieces[1], Piece::Output { chain: "name | default: '}}'".into(), left: true, right: true });
        assert_eq!(pieces[6], Piece::Verbatim("{% raw %}{{ c }}{% endraw %}".into()));
    }

    #[test]
    fn each_piece_knows_its_line() {
        let text = "a\n{{\n b }}c{% liquid\n assign a = 1\n echo a %}\n{% comment %}\n\n{% endcomment %}{{ d }}\n";
        assert_eq!(cut_with_lines(text).unwrap().1, [1, 2, 3, 3, 3, 5, 6, 8, 8]);
    }

    #[test]
    fn what_is_not_closed_is_told() {
        for text in ["{{ a", "{% if a", "{% raw %}x", "{{ 'a }}", "{% comment %}"] {
            assert!(cut(text).is_err(), "{text}");
        }
        assert_eq!(cut("{% # it's new %}a").unwrap().len(), 2);
    }

    #[test]
    fn lines_of_the_liquid_tag_are_tags() {
        let pieces = cut("{%- liquid\n assign a = 1\n comment\n x\n endcomment\n echo a | plus: 1\n-%} b").unwrap();
        let assign = Piece::Tag { name: "assign".into(), rest: "a = 1".into(), left: true, right: false };
        let echo = Piece::Output { chain: "a | plus: 1".into(), left: false, right: true };
        assert_eq!(pieces, [assign, echo, Piece::Plain(" b".into())]);
    }
}
