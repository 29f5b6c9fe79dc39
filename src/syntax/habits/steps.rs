//! What is brought along to steps and to the lines of tests.

use super::{Words, in_words};
use crate::source::Span;
use crate::syntax::problem::{Problem, kind};
use crate::syntax::token::{Key, Lexeme};
use crate::value::duration::unit_millis;

impl Words<'_> {
    /// A line of a test.
    pub(super) fn test_line(&self) -> Option<Problem> {
        let at = self.at;
        let begins = "A line of a test begins with the time since the start";
        match (self.text(0), self.text(at)) {
            ("-" | "*", _) => Some(self.taken(0, 1, kind::Layout::Bullet { in_test: true })),
            ("after" | "at" | "in", _) if self.is(1, Lexeme::Plus) => Some(self.away(0, 1, begins, "+1d …")),
            ("after" | "at" | "in", _) if self.is_length(1) => Some(self.instead(0, 1, begins, "+")),
            (_, ":" | "-") if at == 2 && self.is(0, Lexeme::Plus) => {
                Some(self.away(at, at + 1, "What happens follows the time at once", "+1d expect email recs"))
            }
            (_, "no" | "not") if self.pieces.iter().any(|piece| piece.text == "expect") || at <= 2 => {
                let title = "A test need not say what is not sent";
                let label = "take this line away: a message that no line expects fails the test; \
                             `+9d expect nothing` plays on until then";
                Some(Problem::told(self.span(at, at + 1), title, label))
            }
            (_, "to" | "=" | "is") if self.pieces.iter().any(|piece| piece.text == "set") => {
                Some(self.away(at, at + 1, "In a test a trait is followed by its value", "set tier \"gold\""))
            }
            _ if at == 1
                && self.is(0, Lexeme::Word)
                && matches!(
                    self.pieces.get(1).map(|piece| piece.lexeme),
                    Some(Lexeme::Number | Lexeme::Text | Lexeme::Date)
                ) =>
            {
                let title = format!("This does not say what `{}` is", self.text(0));
                let label = "write `profile:` before this if it is known from the start, `set` if it changes";
                Some(Problem::told(self.span(0, 1), title, label))
            }
            ("+", "") if self.pieces.len() <= 3 => {
                let label = "write what happens then, or `expect nothing`";
                Some(Problem::told(self.span(0, self.pieces.len()), "Nothing is said about this moment", label))
            }
            _ if at == 0 && self.is_length(0) && !self.has_word(&["profile", "start", "allow"]) => {
                let start = Span { end: self.span(0, 1).start, ..self.span(0, 1) };
                Some(
                    Problem::told(self.span(0, 1), begins, format!("write `+{}`", self.text(0)))
                        .with_unsafe_fix(start, "+"),
                )
            }
            _ => None,
        }
    }

    pub(super) fn step(&self) -> Option<Problem> {
        let at = self.at;
        if let Some(found) = self.wait() {
            return Some(found);
        }
        match self.text(0) {
            "-" | "*" => return Some(self.taken(0, 1, kind::Layout::Bullet { in_test: false })),
            _ => {}
        }
        if self.text(at) == "otherwise" && self.has_then {
            return Some(self.instead(at, at + 1, "What is done for all others begins with `else`", "else"));
        }
        if matches!(self.head, Some(Key::If | Key::Else)) && !self.has_then && self.before() == "do" {
            return Some(self.instead(at - 1, at, "What an `if` does is said behind `then`", "then"));
        }
        if at >= 2
            && self.before() != "then"
            && self.begins_step(at + 1)
            && matches!(self.text(at), "," | "and" | "then" | "&")
            && (self.has_then || !self.asks())
        {
            return Some(self.instead(at, at + 1, "Steps are parted by `;`, or stand on lines of their own", ";"));
        }
        match (self.head, self.text(at)) {
            (Some(Key::If | Key::Else), _) if matches!(self.before(), "after" | "for" | "in") && self.is_length(at) => {
                let length = self.length(at);
                let title = "How long an `if` waits is said by `within`";
                let error = Problem::told(self.span(at - 1, at), title, format!("write `within {length}`"));
                return Some(error.with_unsafe_fix(self.span(at - 1, at), "within"));
            }
            (Some(Key::Add), _) if at == 1 && self.text(2) == "to" => {
                return Some(self.away(
                    1,
                    2,
                    "Whoever is in the journey is added; nobody is named",
                    "add to retargeting",
                ));
            }
            (Some(Key::Add), word) if at == 1 && self.is(1, Lexeme::Word) && !self.begins_step(1) => {
                let place = Span { end: self.span(1, 2).start, ..self.span(1, 2) };
                let title = "Customers are added to an audience";
                return Some(
                    Problem::told(self.span(1, 2), title, format!("write `add to {word}`")).with_safe_fix(place, "to "),
                );
            }
            (Some(Key::Split), ":") if at == 1 => {
                let title = "A split needs a name, so that everybody goes the same way each time";
                return Some(Problem::told(
                    self.span(1, 2),
                    title,
                    "write a name before the `:`, such as `split offers:`",
                ));
            }
            (Some(Key::Repeat), "until") if at == 1 => {
                let title = "A repeat must end, also for those to whom this never happens";
                return Some(Problem::told(
                    self.span(1, 2),
                    title,
                    "say how often at most: `repeat 3 times every 2d until …`",
                ));
            }
            (Some(Key::Repeat), ":" | "until") if self.before() == "times" => {
                let title = "All rounds would be done at one moment";
                return Some(Problem::told(
                    self.span(at, at + 1),
                    title,
                    "say how far apart they begin: `repeat 3 times every 2d`",
                ));
            }
            (None, "to") if at >= 2 => {
                return Some(self.away(
                    at,
                    self.pieces.len(),
                    "Whoever is in the journey gets it; a send names nobody",
                    "email recs",
                ));
            }
            (None, word) if at >= 2 && crate::syntax::words::CHANNELS.contains(&word) => {
                let title = "Two sends stand here with nothing between them";
                return Some(Problem::told(
                    self.span(at, at + 1),
                    title,
                    "write `;` before this, or `or` where it is tried instead",
                ));
            }
            (None, "transactional" | "marketing" | "promo") if at == 2 => {
                let place = Span { end: self.span(2, 3).start, ..self.span(2, 3) };
                let error = Problem::told(
                    self.span(2, 3),
                    "The category of a send is named behind `as`",
                    "write `as` before this",
                );
                return Some(error.with_safe_fix(place, "as "));
            }
            (None, _) if at == 2 && self.text(0) != "send" => return self.spaced_name(1),
            _ => {}
        }
        None
    }

    /// `wait` and what people write behind it.
    pub(super) fn wait(&self) -> Option<Problem> {
        let at = self.at;
        if self.head != Some(Key::Wait) {
            return None;
        }
        if let ("for" | "until", true) = (self.text(1), self.is_length(2)) {
            let rest = self.length(2);
            let number = if unit_millis(self.text(3)).is_some() { 4 } else { 3 };
            if let ("before" | "ahead" | "prior", date) = (self.text(number), number + 1)
                && self.is(self.pieces.len() - 1, Lexeme::Word)
            {
                return Some(self.before_a_date(number, date));
            }
            if at >= self.pieces.len() || at == 2 && self.text(1) == "until" && number >= self.pieces.len() {
                let title = format!("A length of time needs no `{}`", self.text(1));
                let fix = self.with_space(1, 2);
                return Some(
                    Problem::told(self.span(1, 2), title, format!("write `wait {rest}`")).with_safe_fix(fix, ""),
                );
            }
        }
        if at >= self.pieces.len() && self.pieces.len() == 1 {
            let title = "This does not say how long to wait";
            return Some(Problem::told(
                self.span(0, 1),
                title,
                "write how long, `wait 2d`, or until when, `wait until 09:00`",
            ));
        }
        if at == 1 {
            if self.is(1, Lexeme::Number) && self.text(1).contains('.') && unit_millis(self.text(2)).is_some() {
                let title = "A length of time is written in whole numbers";
                let length = crate::syntax::elsewhere::part_of(self.text(1), self.text(2))?;
                return Some(self.instead(1, 3, title, &length));
            }
            if matches!(self.text(2), "month" | "months" | "quarter" | "quarters" | "year" | "years") {
                let title = format!("{} are not all of one length", self.plural(2));
                return Some(Problem::told(self.span(1, 3), title, "write it in days, such as `30d`"));
            }
            if let (Some(number), Some(_)) = (in_words(self.text(1)), unit_millis(self.text(2))) {
                let length = format!("{number}{}", self.text(2).chars().next().unwrap_or('d'));
                return Some(self.instead(1, 3, "Numbers are written in digits", &length));
            }
        }
        if at == 2 && self.text(1) == "until" && self.is(2, Lexeme::Number) {
            return Some(self.moment(2));
        }
        None
    }

    /// `until 3 days before trial_end`.
    pub(super) fn before_a_date(&self, number: usize, date: usize) -> Problem {
        let words = self.pieces.iter().skip(date).map(|piece| piece.text).skip_while(|word| *word == "the");
        let date = words.collect::<Vec<_>>().join("_").replace("_._", ".");
        let date = if date.contains('.') { date } else { format!("profile.{date}") };
        let unit = self.text(3).chars().next().filter(|_| number == 4);
        let length = format!("{}{}", self.text(2), unit.map(String::from).unwrap_or_default());
        let title = "A moment before a date is the date, less a length of time";
        let fix = format!("{date} - {length}");
        let all = self.span(0, self.pieces.len());
        let line = format!("wait until {fix}");
        Problem::told(self.span(2, self.pieces.len()), title, format!("write `{line}`")).with_unsafe_fix(all, line)
    }

    /// A number where a moment should be: an hour, or a date in another order.
    pub(super) fn moment(&self, at: usize) -> Problem {
        let number = |at: usize| self.text(at).parse::<u32>().ok();
        if let (Some(a), "/", Some(b), "/", Some(year)) =
            (number(at), self.text(at + 1), number(at + 2), self.text(at + 3), number(at + 4))
        {
            let title = "Dates are written year-month-day";
            // Which is the day, only one above 12 tells.
            return match (a, b) {
                (13..=31, 1..=12) => self.instead(at, at + 5, title, &format!("{year}-{b:02}-{a:02}")),
                (1..=12, 13..=31) => self.instead(at, at + 5, title, &format!("{year}-{a:02}-{b:02}")),
                _ => Problem::told(
                    self.span(at, at + 5),
                    title,
                    format!("write {year}, then the month, then the day: {year}-12-24"),
                ),
            };
        }
        match number(at).filter(|hour| *hour < 24 && at + 1 >= self.pieces.len()) {
            Some(hour) => {
                let title = format!("`{hour}` could be a time, a day or a number of days");
                let time = format!("{hour:02}:00");
                Problem::told(self.span(at, at + 1), title, format!("write `{time}`, `day {hour}` or a date"))
                    .with_unsafe_fix(self.span(at, at + 1), time)
            }
            None => {
                let title = "This is neither a time nor a day";
                Problem::told(
                    self.span(at, self.pieces.len()),
                    title,
                    "write `09:00`, `monday`, `day 5` or a date such as `2026-12-24`",
                )
            }
        }
    }
}
