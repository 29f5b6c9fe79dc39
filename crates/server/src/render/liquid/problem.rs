//! What Liquid's own reader says is wrong, on one line.

use liquid_core::Error;

/// The first line of what it says, with what it says about it; not the way on which it came.
pub(super) fn words(error: &Error) -> String {
    let told = error.to_string();
    let mut out = String::new();
    let mut pointed: Option<&str> = None;
    for line in told.lines() {
        let line = line.trim();
        let plain = line.strip_prefix("liquid:").unwrap_or(line).trim();
        if plain.starts_with("from:") {
            break;
        }
        if let Some(rest) = plain.strip_prefix("= ") {
            // What a parser expected, below the place that it points at.
            pointed = Some(rest);
        } else if let Some((name, value)) = plain.split_once('=').filter(|_| !out.is_empty()) {
            if !name.starts_with("available") {
                let value = value.trim_matches('`').trim();
                out = format!("{out}, {name} `{value}`");
            }
        } else if out.is_empty() && !plain.is_empty() && plain != "with:" && !plain.starts_with("-->") {
            plain.clone_into(&mut out);
        }
    }
    match pointed {
        Some(expected) => format!("it cannot be read as Liquid: {expected}"),
        None if out.is_empty() => "it cannot be read as Liquid".to_owned(),
        None => out,
    }
}
