//! A line as it is said to a colleague: short forms (`it's`, `hasn't`), somebody who does something (`they bought`), and
//! remarks. Said plainly, it is mended as any other line.

use super::gaps::{Word, words};
use super::phrase::Phrase;
use crate::syntax::parse::mended;
use crate::syntax::problem::{Problem, ProblemKind, kind};
use crate::syntax::token::Lexeme;
use crate::syntax::words::{Mode, reserved};

/// Longer lines are no sentences of a program.
const LONGEST: usize = 30;
const PLAIN: &str = "A line says what happens, without short forms and without those who do it";
const REMARK: &str = "What is said to colleagues stands behind `#`, at the end of the line";

/// Said plainly, or without its remark.
pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    if phrase.len() > LONGEST || matches!(phrase.mode, Mode::VariantPart | Mode::Variant | Mode::Field) {
        return None;
    }
    plainly(phrase).or_else(|| remark(phrase))
}

/// `if it's after 18:00`, `exit when they've bought`: short forms and people put plainly.
fn plainly(phrase: &Phrase<'_>) -> Option<Problem> {
    let original = phrase.written(0, phrase.len());
    let text = without_people(phrase, &without_money(&whole_forms(&original)?));
    // `wait until the customer has ordered`
    let text = match text.strip_prefix("wait until ").filter(|deed| !deed.contains(' ') && text != original) {
        Some(deed) if phrase.mode == Mode::Step && !deed.contains(|c: char| c.is_ascii_digit()) => {
            format!("wait for {deed} up to 2d")
        }
        _ => text,
    };
    let found = if text == original { None } else { as_mended(phrase, &text, PLAIN) };
    found.or_else(|| {
        let (short, left_out) = without_fillers(phrase, &text);
        let title = format!("`{left_out}` says nothing to the program, which takes each word by its meaning");
        if short == text { None } else { as_mended(phrase, &short, &title) }
    })
}

/// The line without words that say nothing in it, such as `the total`, `3 days pass`, `day 3 of the journey`, and the first of them.
fn without_fillers(phrase: &Phrase<'_>, text: &str) -> (String, String) {
    const FILLERS: [&str; 29] = [
        "the",
        "a",
        "an",
        "please",
        "just",
        "really",
        "still",
        "currently",
        "passed",
        "pass",
        "passes",
        "elapsed",
        "own",
        "their",
        "his",
        "her",
        "our",
        "my",
        "simply",
        "also",
        "actually",
        "immediately",
        "automatically",
        "exactly",
        "precisely",
        "approximately",
        "again",
        "then",
        "now",
    ];
    const OF: [&str; 5] = ["of", "in", "for", "from", "within"];
    const WHOLE: [&str; 10] =
        ["journey", "flow", "campaign", "canvas", "automation", "workflow", "sequence", "series", "program", "total"];
    let all = words(text);
    let low = |at: usize| all.get(at).map_or_else(String::new, |word| word.text.to_lowercase());
    let last = all.len().saturating_sub(1);
    let mut out = Said::default();
    let mut left_out: Option<String> = None;
    let mut at = 0;
    while let Some(word) = all.get(at) {
        // `of the journey`
        let article = usize::from(matches!(low(at + 1).as_str(), "the" | "this" | "our"));
        if OF.contains(&low(at).as_str()) && WHOLE.contains(&low(at + 1 + article).as_str()) && article > 0 {
            left_out.get_or_insert_with(|| super::gaps::between(&all, text, at, at + 2 + article));
            at += 2 + article;
            continue;
        }
        // `in the morning`
        let daytime = matches!(low(at + 1 + article).as_str(), "morning" | "evening" | "afternoon" | "night");
        let filler = FILLERS.contains(&low(at).as_str())
            && !phrase.names().has(word.text)
            // `in the last 30 days` has a message of its own.
            && !matches!(low(at + 1).as_str(), "last" | "past" | "next")
            && (at == last || !matches!(low(at).as_str(), "then" | "now"));
        if filler || matches!(low(at).as_str(), "in" | "at") && daytime {
            left_out.get_or_insert_with(|| word.text.to_string());
        } else {
            out.push(word, word.text);
        }
        at += 1;
    }
    (out.text, left_out.unwrap_or_default())
}

/// The message about a line that says the same in plainer words.
fn as_mended(phrase: &Phrase<'_>, text: &str, otherwise: &str) -> Option<Problem> {
    let (line, first) = mended(phrase.mode, text, phrase.known)?;
    if !keeps(phrase, &line) {
        return None;
    }
    let title = match first.map(|first| first.kind) {
        Some(ProblemKind::Elsewhere(kind::Elsewhere::Told { title, .. })) => title,
        _ => otherwise.to_string(),
    };
    phrase.whole(&title, &line.replace(" :", ":"))
}

/// Whether a line still has each number that its author wrote, and still denies what they deny.
fn keeps(phrase: &Phrase<'_>, line: &str) -> bool {
    let digits = |text: &str| text.trim_start_matches('0').chars().take_while(char::is_ascii_digit).collect::<String>();
    let now: Vec<String> = words(line).iter().map(|word| digits(word.text)).collect();
    let numbers = (0..phrase.len()).filter(|&at| phrase.is(at, Lexeme::Number)).all(|at| {
        let number = digits(phrase.text(at));
        let later = number.parse::<u32>().map(|hour| hour.saturating_add(12).to_string()).unwrap_or_default();
        number.is_empty() || now.contains(&number) || now.contains(&later)
    });
    let denied = phrase.find(&["not", "never", "no", "without", "unless", "except", "t"]).is_some();
    let denies = ["!", "not ", "no ", "never", "missing", "exit", "exclude", " up to ", "quiet", "cap"];
    numbers && (!denied || denies.iter().any(|word| line.contains(word)))
}

/// `isn't` as `is not`, `it's` as `it is`, `user's country` as `profile.country`; nothing where a mark is none of a word.
fn whole_forms(text: &str) -> Option<String> {
    let all = words(text);
    let mut out = Said::default();
    let mut at = 0;
    while let Some(word) = all.get(at) {
        let mark = all.get(at + 1).filter(|mark| matches!(mark.text, "'" | "’") && mark.start == word.end);
        let tail = all.get(at + 2).filter(|tail| mark.is_some_and(|mark| mark.end == tail.start));
        let Some(tail) = tail else {
            if matches!(word.text, "'" | "’") {
                return None;
            }
            out.push(word, word.text);
            at += 1;
            continue;
        };
        let low = word.text.to_lowercase();
        let next = all.get(at + 3).map_or("", |next| next.text);
        at += 3;
        match (low.as_str(), tail.text.to_lowercase().as_str()) {
            ("o", "clock") => out.whole_hour(),
            ("today", "s") if next == "date" => {
                out.push(word, "today");
                at += 1;
            }
            ("it" | "today", "s") => out.push(word, &format!("{low} is")),
            ("he" | "she" | "who" | "that", "s") => out.push(word, &format!("{low} has")),
            (owner, "s") if is_somebody(owner) && all.get(at).is_some_and(|next| is_name(next)) => {
                if matches!(next, "time" | "timezone" | "zone" | "local") {
                    out.push(word, "customer");
                } else {
                    out.push(word, &format!("profile.{next}"));
                    at += 1;
                }
            }
            (_, "s") => out.push(word, word.text),
            ("won", "t") => out.push(word, "will not"),
            ("can", "t") => out.push(word, "can not"),
            (verb, "t") if verb.ends_with('n') => out.push(word, &format!("{} not", verb.trim_end_matches('n'))),
            (who, "ve") => out.push(word, &format!("{who} have")),
            (who, "re") => out.push(word, &format!("{who} are")),
            (who, "ll") => out.push(word, &format!("{who} will")),
            (who, "d") => out.push(word, &format!("{who} had")),
            _ => return None,
        }
    }
    Some(out.text)
}

/// A line that is put together word by word, with the spaces that it had.
#[derive(Default)]
struct Said {
    text: String,
    end: usize,
}

impl Said {
    fn push(&mut self, word: &Word<'_>, text: &str) {
        if !self.text.is_empty() && (word.start > self.end || self.end == usize::MAX) {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.end = if text == word.text { word.end } else { 0 };
    }

    /// The number that was said last is an hour.
    fn whole_hour(&mut self) {
        let hour = self.text.rsplit(' ').next().and_then(|hour| hour.parse::<u32>().ok()).filter(|hour| *hour < 24);
        if let Some(hour) = hour {
            let before = self.text.rsplit_once(' ').map_or("", |(before, _)| before);
            self.text = format!("{before} {hour:02}:00");
        }
        self.end = 0;
    }
}

fn is_name(word: &Word<'_>) -> bool {
    word.lexeme == Lexeme::Word && reserved(word.text).is_none()
}

fn is_somebody(word: &str) -> bool {
    matches!(
        word,
        "customer"
            | "customers"
            | "user"
            | "users"
            | "person"
            | "people"
            | "recipient"
            | "recipients"
            | "subscriber"
            | "subscribers"
            | "contact"
            | "contacts"
            | "they"
            | "he"
            | "she"
            | "somebody"
            | "someone"
            | "shopper"
            | "buyer"
            | "client"
            | "member"
    )
}

/// `more than 50 euros` as `more than 50`.
fn without_money(text: &str) -> String {
    let all = words(text);
    let mut out = Said::default();
    for (at, word) in all.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| all.get(before));
        let amount = before.is_some_and(|before| before.lexeme == Lexeme::Number);
        let coin = matches!(
            word.text.to_lowercase().as_str(),
            "euro" | "euros" | "eur" | "dollar" | "dollars" | "usd" | "pounds" | "gbp" | "chf" | "€" | "$" | "£"
        );
        if !(amount && coin) {
            out.push(word, word.text);
        }
    }
    out.text
}

/// `they haven't bought yet` as `!order_placed`, `the customer opens the email` as `opened`.
fn without_people(phrase: &Phrase<'_>, text: &str) -> String {
    let all = words(text);
    let low = |at: usize| all.get(at).map_or_else(String::new, |word| word.text.to_lowercase());
    let one_of = |at: usize, words: &[&str]| words.contains(&low(at).as_str());
    let mut out = Said::default();
    let mut at = 0;
    while let Some(word) = all.get(at) {
        let who = at + usize::from(one_of(at, &["the", "a", "any", "our", "this"]));
        let mut end = who + 1;
        let mut denied = false;
        const HELPS: [&str; 16] = [
            "has", "have", "had", "did", "does", "do", "is", "was", "will", "already", "just", "ever", "not", "never",
            "been", "would",
        ];
        while one_of(end, &HELPS) {
            denied |= one_of(end, &["not", "never"]);
            end += 1;
        }
        // `if has ordered in the last 90 days`: somebody is understood.
        let understood = one_of(at, &["has", "have", "did", "does"]) && at > 0;
        if understood {
            end = at;
            while one_of(end, &HELPS) {
                denied |= one_of(end, &["not", "never"]);
                end += 1;
            }
        }
        let deed = deed(phrase, &low(end)).filter(|_| understood || is_somebody(&low(who)));
        let Some(deed) = deed else {
            let but = matches!(low(at).as_str(), "but" | "yet") && at > 1;
            out.push(word, if but { "and" } else { word.text });
            at += 1;
            continue;
        };
        end += 1;
        let own = |at: usize| all.get(at).is_some_and(|word| phrase.names().messages.iter().any(|m| m == word.text));
        while !own(end)
            && one_of(
                end,
                &[
                    "the",
                    "an",
                    "a",
                    "it",
                    "that",
                    "this",
                    "any",
                    "something",
                    "anything",
                    "our",
                    "my",
                    "on",
                    "email",
                    "mail",
                    "message",
                    "push",
                    "sms",
                    "link",
                    "yet",
                    "already",
                    "order",
                    "purchase",
                    "before",
                ],
            )
        {
            end += 1;
        }
        let lately = one_of(end, &["in", "within", "during", "for", "over"])
            && (one_of(end + 1, &["last", "past"]) || one_of(end + 2, &["last", "past"]));
        let text = match (denied, lately) {
            (false, _) => deed.to_string(),
            (true, true) => format!("no {deed}"),
            (true, false) => format!("!{deed}"),
        };
        out.push(word, &text);
        at = end;
    }
    out.text
}

/// The event that somebody who does this brings about.
fn deed<'a>(phrase: &'a Phrase<'_>, verb: &str) -> Option<&'a str> {
    Some(match verb {
        "open" | "opens" | "opened" | "read" | "reads" => "opened",
        "click" | "clicks" | "clicked" => "clicked",
        "reply" | "replies" | "replied" | "answers" | "answered" => "replied",
        "unsubscribe" | "unsubscribes" | "unsubscribed" => "unsubscribed",
        "subscribe" | "subscribes" | "subscribed" => "subscribed",
        "buy" | "buys" | "bought" | "purchase" | "purchases" | "purchased" | "order" | "orders" | "ordered"
        | "converts" | "converted" => phrase.names().purchase(),
        _ => return None,
    })
}

/// `email recs (nice one)`, `email recs, please`, `email recs (if not opened)`: what stands in parentheses or behind a comma.
fn remark(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let from = if phrase.text(end.checked_sub(1)?) == ")" {
        let open = phrase.find(&["("])?;
        let one = (open + 1..end).filter(|&at| phrase.text(at) == ")").count() == 1;
        // Behind these a parenthesis is part of the line.
        let fits = one
            && phrase.apart(open)
            && !matches!(phrase.low(open - usize::from(open > 0)).as_str(), "with" | "of" | "where");
        fits.then_some(open)?
    } else {
        phrase.find(&[",", "–", "—"]).filter(|&at| at + 1 < end)?
    };
    let inside = from + 1..end - usize::from(phrase.text(end - 1) == ")");
    let plain =
        inside.clone().all(|at| phrase.is(at, Lexeme::Word) || matches!(phrase.text(at), "'" | "’" | "," | "!"));
    const LIMITS: [&str; 30] = [
        "if",
        "when",
        "unless",
        "only",
        "except",
        "not",
        "no",
        "never",
        "once",
        "until",
        "before",
        "after",
        "between",
        "every",
        "each",
        "max",
        "first",
        "on",
        "at",
        "in",
        "or",
        "and",
        "else",
        "otherwise",
        "then",
        "within",
        "for",
        "to",
        "with",
        "whichever",
    ];
    let limits =
        inside.clone().any(|at| LIMITS.contains(&phrase.low(at).as_str()) || phrase.names().has(phrase.text(at)));
    if plain && !limits && from > 1 && !inside.is_empty() {
        phrase.line(REMARK, &phrase.written(0, from))?;
        let said = phrase.written(inside.start, inside.end);
        let edit = format!("take `{}` away, or write `# {said}` at the end of the line", phrase.written(from, end));
        return Some(phrase.away(from, end, REMARK, &edit));
    }
    if phrase.mode != Mode::Step || from < 2 {
        return None;
    }
    // What limits the step is said without its sign.
    let skip =
        inside.clone().take_while(|&at| matches!(phrase.low(at).as_str(), "but" | "please" | "and" | "though")).count();
    let text = format!("{} {}", phrase.written(0, from), phrase.written(inside.start + skip, inside.end));
    as_mended(phrase, &text, "What limits a step is said by a line of its own, or before it")
}

#[cfg(test)]
mod tests {
    use super::whole_forms;

    #[test]
    fn short_forms_are_whole_words() {
        let whole = |text: &str| whole_forms(text).unwrap_or_default();
        assert_eq!(whole("wait until 8 o'clock"), "wait until 08:00");
        assert_eq!(whole("if it's monday"), "if it is monday");
        assert_eq!(whole("if they haven't opened"), "if they have not opened");
        assert_eq!(whole("if user's country is \"FR\""), "if profile.country is \"FR\"");
        assert_eq!(whole("set profile.seen to today's date"), "set profile.seen to today");
        assert_eq!(whole_forms("if profile.country is 'FR'"), None);
    }
}
