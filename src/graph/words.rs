//! Lines of a program as charts say them: a clause a line, and questions that are never asked the other way round.

use crate::ir::{Branch, Expr};
use crate::value::show_duration;

/// An answer that is no longer than this is said in its own words.
const SHORT: usize = 28;

/// `goal order_placed within 7d worth total` in its clauses, a line each.
pub(super) fn clauses(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let text = in_words(text);
    for word in text.split_whitespace() {
        if !quoted
            && matches!(word, "where" | "within" | "worth" | "for" | "reenter")
            && out.last().is_some_and(|line| !line.is_empty())
        {
            out.push(String::new());
        }
        if let Some(line) = out.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        quoted ^= word.matches('"').count() % 2 == 1;
    }
    out.iter().map(|line| same(line)).collect()
}

/// A line with its signs in words; what stands in quotes stays.
pub(super) fn in_words(text: &str) -> String {
    let mut quoted = false;
    let words = text.split(' ').map(|word| {
        let out = if quoted { word } else { said(word) };
        quoted ^= word.matches('"').count() % 2 == 1;
        out
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A sign in words.
fn said(word: &str) -> &str {
    match word {
        ">=" => "at least",
        "<=" => "at most",
        ">" => "more than",
        "<" => "less than",
        "=" | "==" => "is",
        "!=" => "is not",
        other => other,
    }
}

/// `where cart_id is event.cart_id` asks for the same cart as at the entry.
fn same(line: &str) -> String {
    if let ["where", name, "is", other] = line.split(' ').collect::<Vec<_>>().as_slice()
        && other.strip_prefix("event.") == Some(name)
    {
        return format!("with the same {name}");
    }
    line.to_string()
}

/// What is asked, and its two answers: first the one for which the condition of the program holds. `text` is the
/// condition as written; of `!opened` it is asked whether they opened.
pub(super) fn question(cond: &Branch, text: &str) -> (String, String, String) {
    match cond {
        Branch::Window { within, .. } => {
            let (yes, no) = windowed(*within, text);
            (text.to_string(), yes, no)
        }
        Branch::Not(inner) => {
            if let (Branch::Window { within, .. }, Some(asked)) = (&**inner, turned(text)) {
                let (yes, no) = windowed(*within, asked);
                return (asked.to_string(), no, yes);
            }
            plain(text)
        }
        // What is missing makes both a condition and its opposite come out no: only what is always known is turned.
        Branch::Ask(Expr::Not(_), _) => match turned(text).filter(|asked| is_known(asked)) {
            Some(asked) => (asked.to_string(), "no".to_string(), "yes".to_string()),
            None => plain(text),
        },
        _ => plain(text),
    }
}

/// Whether a question about what somebody did with a message, or a single name: nothing in it can be missing.
fn is_known(asked: &str) -> bool {
    let words: Vec<&str> = asked.split(' ').collect();
    !asked.contains('.') && matches!(words.as_slice(), [_] | ["opened" | "clicked" | "delivered", _])
}

fn plain(text: &str) -> (String, String, String) {
    let asked = text.strip_prefix('!').map_or_else(|| text.to_string(), |rest| format!("not {rest}"));
    (asked, "yes".to_string(), "no".to_string())
}

/// The condition behind the `!`, without its brackets.
fn turned(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('!')?.trim();
    let inner = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    Some(inner.filter(|inner| !inner.contains(['(', ')'])).unwrap_or(rest))
}

/// The answers to what may happen until a window ends, and what is said when it does not.
fn windowed(within: i64, text: &str) -> (String, String) {
    // The length as it was written, where it can be told.
    let (what, length) = match text.split_once(" within ") {
        Some((what, length)) if !length.contains("within ") => (what.trim(), length.trim().to_string()),
        _ => (text, show_duration(within)),
    };
    let is_short = what.chars().count() <= SHORT && !what.starts_with(['!', '(']) && !what.contains(" within ");
    let yes = if is_short { what.to_string() } else { "yes, when it happens".to_string() };
    (yes, format!("not within {length}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_stand_below_each_other_in_words() {
        let goal = "goal order_placed within 7d worth total where cart_id is event.cart_id";
        assert_eq!(clauses(goal), ["goal order_placed", "within 7d", "worth total", "with the same cart_id"]);
        assert_eq!(clauses("on cart_abandoned where total >= 30"), ["on cart_abandoned", "where total at least 30"]);
        // What stands in quotes is nobody's clause.
        assert_eq!(clauses("on a where title is \"back within 7d\""), ["on a", "where title is \"back within 7d\""]);
    }
}
