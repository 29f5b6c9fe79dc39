//! `X contains Y` of a missing `X` is no, as everywhere; the reader of Liquid that we stand on makes an error of it.

/// A condition in which `X contains Y` stands as `X != nil and X contains Y`.
pub(super) fn guarded(condition: &str) -> String {
    let words = words(condition);
    let mut out: Vec<String> = vec![];
    for (at, word) in words.iter().enumerate() {
        match words.get(at + 1) {
            Some(next) if *next == "contains" => out.push(format!("{word} != nil and {word}")),
            _ => out.push((*word).to_owned()),
        }
    }
    out.join(" ")
}

/// Words of a condition; a text in quotes is one, and so is a name with its brackets.
fn words(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut quote, mut open) = (vec![], None, None, 0usize);
    for (at, c) in text.char_indices() {
        match quote {
            Some(sign) => {
                if c == sign {
                    quote = None;
                }
                continue;
            }
            None if c.is_whitespace() && open == 0 => {
                if let Some(start) = start.take() {
                    found.push(text.get(start..at).unwrap_or_default());
                }
                continue;
            }
            None => {}
        }
        start.get_or_insert(at);
        match c {
            '"' | '\'' => quote = Some(c),
            '[' => open += 1,
            ']' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    found.extend(start.and_then(|start| text.get(start..)));
    found
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_question_about_a_list_asks_first_whether_there_is_one() {
        assert_eq!(
            guarded("a and event.tags contains 'a b' or c"),
            "a and event.tags != nil and event.tags contains 'a b' or c"
        );
        assert_eq!(guarded("a == ' contains '"), "a == ' contains '");
        assert_eq!(guarded("p['a b'] contains x"), "p['a b'] != nil and p['a b'] contains x");
    }
}
