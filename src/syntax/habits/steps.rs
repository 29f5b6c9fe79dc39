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

        match (self.text(0), self.text(at)) {
            ("-" | "*", _) => Some(self.away(0, 1, kind::Layout::Bullet { in_test: true })),
            ("after" | "at" | "in", _) if self.is(1, Lexeme::Plus) => Some(self.away(0, 1, kind::Test::WordBeforeTime)),
            ("after" | "at" | "in", _) if self.is_length(1) => Some(self.instead(0, 1, kind::Test::WordForPlus, "+")),
            (_, ":" | "-") if at == 2 && self.is(0, Lexeme::Plus) => {
                Some(self.away(at, at + 1, kind::Test::SignBehindTime))
            }
            (_, "no" | "not") if self.pieces.iter().any(|piece| piece.text == "expect") || at <= 2 => {
                Some(self.wrong(at, at + 1, kind::Test::NotSent))
            }
            (_, "to" | "=" | "is") if self.pieces.iter().any(|piece| piece.text == "set") => {
                Some(self.away(at, at + 1, kind::Test::TraitBy))
            }
            _ if at == 1
                && self.is(0, Lexeme::Word)
                && matches!(
                    self.pieces.get(1).map(|piece| piece.lexeme),
                    Some(Lexeme::Number | Lexeme::Text | Lexeme::Date)
                ) =>
            {
                Some(self.wrong(0, 1, kind::Test::TraitOfWhat { word: self.text(0).to_string() }))
            }
            ("+", "") if self.pieces.len() <= 3 => Some(self.wrong(0, self.pieces.len(), kind::Test::NothingThen)),
            _ if at == 0 && self.is_length(0) && !self.has_word(&["profile", "start", "allow"]) => {
                let start = Span { end: self.span(0, 1).start, ..self.span(0, 1) };
                let kind = kind::Test::TimeWithoutPlus { length: self.text(0).to_string() };
                Some(self.wrong(0, 1, kind).with_unsafe_fix(start, "+"))
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
            "-" | "*" => return Some(self.away(0, 1, kind::Layout::Bullet { in_test: false })),
            _ => {}
        }
        if self.text(at) == "otherwise" && self.has_then {
            return Some(self.instead(at, at + 1, kind::Step::OtherElse, "else"));
        }
        if matches!(self.head, Some(Key::If | Key::Else)) && !self.has_then && self.before() == "do" {
            return Some(self.instead(at - 1, at, kind::Step::DoForThen, "then"));
        }
        if at >= 2
            && self.before() != "then"
            && self.begins_step(at + 1)
            && matches!(self.text(at), "," | "and" | "then" | "&")
            && (self.has_then || !self.asks())
        {
            return Some(self.instead(at, at + 1, kind::Step::Joined, ";"));
        }
        match (self.head, self.text(at)) {
            (Some(Key::If | Key::Else), _) if matches!(self.before(), "after" | "for" | "in") && self.is_length(at) => {
                let length = self.length(at);
                let error = self.wrong(at - 1, at, kind::Step::IfWaits { length });
                return Some(error.with_unsafe_fix(self.span(at - 1, at), "within"));
            }
            (Some(Key::Add), _) if at == 1 && self.text(2) == "to" => {
                return Some(self.away(1, 2, kind::Step::AddedByName));
            }
            (Some(Key::Add), word) if at == 1 && self.is(1, Lexeme::Word) && !self.begins_step(1) => {
                let place = Span { end: self.span(1, 2).start, ..self.span(1, 2) };
                let kind = kind::Step::AddWithoutTo { audience: word.to_string() };
                return Some(self.wrong(1, 2, kind).with_safe_fix(place, "to "));
            }
            (Some(Key::Split), ":") if at == 1 => {
                return Some(self.wrong(1, 2, kind::Step::SplitWithoutName));
            }
            (Some(Key::Repeat), "until") if at == 1 => {
                return Some(self.wrong(1, 2, kind::Step::EndlessRepeat));
            }
            (Some(Key::Repeat), ":" | "until") if self.before() == "times" => {
                return Some(self.wrong(at, at + 1, kind::Step::RoundsAtOnce));
            }
            (None, "to") if at >= 2 => {
                return Some(self.away(at, self.pieces.len(), kind::Step::SendToSomebody));
            }
            (None, word) if at >= 2 && crate::syntax::words::CHANNELS.contains(&word) => {
                return Some(self.wrong(at, at + 1, kind::Step::TwoSends));
            }
            (None, "transactional" | "marketing" | "promo") if at == 2 => {
                let place = Span { end: self.span(2, 3).start, ..self.span(2, 3) };
                return Some(self.wrong(2, 3, kind::Step::CategoryWithoutAs).with_safe_fix(place, "as "));
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
        if matches!(self.text(1), "for" | "until") && self.is_length(2) {
            let number = if unit_millis(self.text(3)).is_some() { 4 } else { 3 };
            if let ("before" | "ahead" | "prior", date) = (self.text(number), number + 1)
                && self.is(self.pieces.len() - 1, Lexeme::Word)
            {
                return Some(self.before_a_date(number, date));
            }
        }
        if at >= self.pieces.len() && self.pieces.len() == 1 {
            return Some(self.wrong(0, 1, kind::Step::HowLong));
        }
        if at == 1 {
            if self.is(1, Lexeme::Number) && self.text(1).contains('.') && unit_millis(self.text(2)).is_some() {
                let length = crate::syntax::elsewhere::part_of(self.text(1), self.text(2))?;
                return Some(self.instead(1, 3, kind::Value::PartOfUnit { whole: Some(length.clone()) }, &length));
            }
            if matches!(self.text(2), "month" | "months" | "quarter" | "quarters" | "year" | "years") {
                return Some(self.wrong(1, 3, kind::Value::UnequalUnits { units: self.plural(2) }));
            }
            if let (Some(number), Some(_)) = (in_words(self.text(1)), unit_millis(self.text(2))) {
                let length = format!("{number}{}", self.text(2).chars().next().unwrap_or('d'));
                return Some(self.instead(1, 3, kind::Value::NumberInWords { number: length.clone() }, &length));
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
        let all = self.span(0, self.pieces.len());
        let line = format!("wait until {date} - {length}");
        let error = self.wrong(2, self.pieces.len(), kind::Step::BeforeDate { line: line.clone() });
        error.with_unsafe_fix(all, line)
    }

    /// A number where a moment should be: an hour, or a date in another order.
    pub(super) fn moment(&self, at: usize) -> Problem {
        let number = |at: usize| self.text(at).parse::<u32>().ok();
        if let (Some(a), "/", Some(b), "/", Some(year)) =
            (number(at), self.text(at + 1), number(at + 2), self.text(at + 3), number(at + 4))
        {
            // Which is the day, only one above 12 tells.
            let date = match (a, b) {
                (13..=31, 1..=12) => Some(format!("{year}-{b:02}-{a:02}")),
                (1..=12, 13..=31) => Some(format!("{year}-{a:02}-{b:02}")),
                _ => None,
            };
            let kind = kind::Value::OrderOfDate { year, date: date.clone() };
            return match date {
                Some(date) => self.instead(at, at + 5, kind, &date),
                None => self.wrong(at, at + 5, kind),
            };
        }
        match number(at).filter(|hour| *hour < 24 && at + 1 >= self.pieces.len()) {
            Some(hour) => {
                let error = self.wrong(at, at + 1, kind::Value::HourOrDay { hour });
                error.with_unsafe_fix(self.span(at, at + 1), format!("{hour:02}:00"))
            }
            None => self.wrong(at, self.pieces.len(), kind::Value::NoMoment),
        }
    }
}
