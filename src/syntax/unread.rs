//! What is said of a line of which nobody knows what was meant: where it stops making sense, and what could stand there.

use super::layout::missing_colon;
use super::mistakes::{Reader, no_line_begins_with};
use super::token::{Key, Lexeme, Token};
use super::words::{Mode, reserved};
use crate::syntax::problem::Problem;

impl Reader<'_> {
    pub(super) fn plain(&self) -> Problem {
        let mode = self.node.mode;
        if self.at_first() && (mode.closed() || mode == Mode::Step || mode == Mode::TestLine) {
            return self.no_head();
        }
        if self.found.is_none()
            && self.expects(":")
            && mode.must_open(self.node.head)
            && let Some(below) = mode.below(self.node.head)
        {
            return Problem { fix: None, ..missing_colon(&self.node.pieces, Some(below)) };
        }
        let wanted = self.wanted();
        let title = match (self.found, self.before()) {
            (None, Some(before)) => format!("This line stops after `{}` and is not finished", shorten(&shown(before))),
            (None, None) => "This line is not finished".to_string(),
            (Some(_), Some(before)) => {
                format!("`{}` cannot follow `{}` here", shorten(self.written()), shorten(&shown(before)))
            }
            (Some(_), None) => format!("`{}` cannot stand here", shorten(self.written())),
        };
        if let Some(Token::Key(key)) = self.found
            && self.expects("WORD")
            && !self.expects("!")
            && reserved(key.word()).is_some()
            && self.follows_on()
        {
            let title = format!("`{}` is a word of the language and cannot be {}", key.word(), self.name());
            return Problem::told(
                self.span,
                title,
                format!("choose another name, or write it in quotes: \"{}\"", key.word()),
            );
        }
        let edit = match (wanted.as_slice(), self.found) {
            ([], _) => "take this away, or put it on a line of its own".to_string(),
            (some, None) => format!("write {} here", join(some)),
            (some, Some(_)) => format!("write {} instead, or take this away", join(some)),
        };
        let error = Problem::told(self.span, title, edit);
        match example(self.node.mode, self.node.head) {
            Some(example) => error.with_help(format!("Such a line looks like this: {example}")),
            None => error,
        }
    }

    /// A line that begins with a word that begins no line of its block.
    fn no_head(&self) -> Problem {
        let (word, span) = self.head_word();
        let is_send =
            matches!(self.node.pieces.as_slice(), [a, b, ..] if a.lexeme == Lexeme::Word && b.lexeme == Lexeme::Word);
        let edit = match self.node.mode {
            Mode::Clause if is_send => "this looks like a step: indent it below `on …:`".to_string(),
            mode => format!("write {}", mode.noun()),
        };
        Problem::told(span, no_line_begins_with(word), edit)
    }

    /// Whether the line could go on behind this word as behind a name.
    fn follows_on(&self) -> bool {
        let next = self.tokens.iter().find(|(start, ..)| *start >= self.span.end).map(|(_, token, _)| token);
        matches!(next, None | Some(Token::Colon | Token::Comma | Token::Key(Key::Or | Key::Else | Key::As)))
    }

    /// What a name that could stand here is the name of.
    fn name(&self) -> &'static str {
        use Key::*;
        let before = match self.before() {
            Some(Token::Key(key)) => Some(*key),
            _ => None,
        };
        match (self.node.mode, self.node.head, before) {
            (Mode::Item, ..) => "its name",
            (Mode::Rule | Mode::Clause, Some(Priority | Category), _) => "a category",
            (Mode::Rule, Some(Transactional), _) => "a message",
            (Mode::Rule, Some(Avoid), _) => "a channel",
            (_, Some(Cap), Some(Per)) => "`day`, `week`, `month`",
            (_, Some(Consent | Quiet | Cap | Gap | Stop | Exclude), _) => "a channel or a category",
            (Mode::Clause, Some(Overlap), _) => "`ignore`, `restart`, `allow`",
            (Mode::Clause, Some(On | Goal | Exit), Some(On | Goal | Or)) => "an event",
            (_, _, Some(In)) => "a segment",
            (_, _, Some(As)) => "a category",
            (Mode::Step, Some(Add | Remove), _) => "an audience",
            (Mode::Step, _, Some(Until)) => "a day such as `monday` or `tomorrow`",
            (Mode::Step, _, Some(Or | Then | Else)) => "a channel and a message",
            (Mode::Step, None, None) => "a message",
            _ => "a name",
        }
    }

    /// What could stand here, in the words of a person; at most five.
    fn wanted(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut add = |text: &str| {
            if !out.iter().any(|o| o == text) {
                out.push(text.to_string());
            }
        };
        if self.expects("!") {
            return vec!["a condition such as `opened` or `profile.tier is \"gold\"`".to_string()];
        }
        let value = self.expects("WORD") && self.expects("NUMBER") && self.expects("true");
        if value {
            add("a value such as `event.total`, `30` or `\"gold\"`");
        } else {
            if self.expects("WORD") {
                add(self.name());
            } else if self.expects("TEXT") {
                add("a text in quotes");
            }
            for (terminal, text) in [
                ("DURATION", "a length of time such as `2d`"),
                ("NUMBER", "a number"),
                ("TIME", "a time such as `09:00`"),
                ("DATE", "a date such as `2026-12-24`"),
                ("PERCENT", "a share such as `50%`"),
            ] {
                if self.expects(terminal) {
                    add(text);
                }
            }
        }
        if self.expects("<") {
            out.push("a comparison such as `is` or `>=`".to_string());
        }
        for terminal in self.expected {
            let word = terminal.trim_matches('"');
            let sign_of_arithmetic =
                matches!(word, "+" | "-" | "*" | "/" | "(" | "[" | "." | "," | ";" | "<" | "<=" | ">" | ">=" | "!=")
                    || self.expects("<") && matches!(word, "is" | "contains" | "in" | "ever" | "where");
            if word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
                || sign_of_arithmetic
                || (value && word.len() > 1)
            {
                continue;
            }
            if out.len() < 5 {
                let text = format!("`{word}`");
                if !out.contains(&text) {
                    out.push(text);
                }
            }
        }
        out.truncate(5);
        out
    }
}

/// A line as it should be, for the word that begins it.
fn example(mode: Mode, head: Option<Key>) -> Option<&'static str> {
    use Key::*;
    Some(match (mode, head?) {
        (_, Wait) => "`wait 1d`, `wait until 09:00`, `wait for opened up to 2d`",
        (Mode::Step, If) => "`if !opened within 48h then push reminder`",
        (Mode::Step, Add) => "`add to retargeting`",
        (Mode::Step, Remove) => "`remove from retargeting`",
        (_, Goal) => "`goal order_placed within 7d`",
        (Mode::Clause, Exit) => "`exit on unsubscribed`, `exit when profile.vip`",
        (_, On) => "`on cart_abandoned where total >= 30:`",
        (_, Every) => "`every monday at 09:00:`",
        (_, Reenter) => "`reenter after 7d`, `reenter never`",
        (_, One) => "`one per event.cart_id`",
        (_, Active) => "`active 2026-11-01 to 2026-12-31`",
        (_, Overlap) => "`overlap restart`",
        (_, Quiet) => "`quiet 21:00-08:00 for sms, push`",
        (_, Cap) => "`cap 1 per day`, `cap promo 4 per 7d`",
        (_, Gap) => "`gap 4h for sms`",
        (_, Consent) => "`consent required for sms, push`",
        (_, Timezone) => "`timezone \"Europe/Paris\"`",
        (_, Avoid) => "`avoid push when email scheduled within 24h`",
        (_, Exclude) => "`exclude when profile.blocked for promo`",
        (_, Priority) => "`priority transactional, cart, promo`",
        (_, Journey) => "`journey cart_recovery \"Bring back carts\":`",
        (_, Message) => "`message recs \"Picked for you\":`",
        (_, Segment) => "`segment big_spender: profile.lifetime_value >= 500`",
        (_, Test) => "`test cart_recovery \"what it shows\":`",
        (_, Repeat) => "`repeat 3 times every 2d:`",
        _ => return None,
    })
}

pub(super) fn join(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A token as a person would write it.
fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) => word.to_string(),
        Token::Text(text) => format!("\"{text}\""),
        Token::Number(number) => number.to_string(),
        Token::Percent(number) => format!("{number}%"),
        Token::Duration(length) => crate::value::show_duration(length.millis),
        Token::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
        Token::Date(date) => date.to_string(),
        Token::Key(key) => key.word().to_string(),
        sign => sign.sign().unwrap_or_default().to_string(),
    }
}

/// A text short enough for a title.
pub(super) fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 24 { line.to_string() } else { line.chars().take(23).chain(['…']).collect() }
}
