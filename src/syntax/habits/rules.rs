//! What is brought along to clauses, rules, channels and shares.

use super::{Words, in_words};
use crate::source::Span;
use crate::syntax::classify::Piece;
use crate::syntax::problem::{Problem, kind};
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::Mode;

impl Words<'_> {
    pub(super) fn clause(&self) -> Option<Problem> {
        let at = self.at;
        match self.text(0) {
            word @ ("when" | "whenever" | "upon" | "trigger" | "triggered" | "once") if at == 0 => {
                return Some(self.instead(0, 1, kind::Rule::BeginsWithoutOn { word: word.to_string() }, "on"));
            }
            word @ ("leave" | "end" | "quit" | "stop") if self.mode == Mode::Clause && at == 0 => {
                return Some(self.instead(0, 1, kind::Rule::LeavesWithoutExit { word: word.to_string() }, "exit"));
            }
            _ => {}
        }
        match (self.head, self.text(at)) {
            (Some(Key::Exit), "if")
                if at == 1 && (matches!(self.text(2), "profile" | "in" | "!" | "not" | "no") || self.compares()) =>
            {
                return Some(self.instead(1, 2, kind::Rule::ExitIf, "when"));
            }
            (Some(Key::Goal), "is" | "=" | ":" | "on") if at == 1 => {
                return Some(self.away(1, 2, kind::Rule::GoalBy));
            }
            (Some(Key::Goal), "in") if self.is_length(at + 1) => {
                return Some(self.instead(at, at + 1, kind::Rule::GoalIn, "within"));
            }
            (Some(Key::On), word @ ("if" | "when" | "with" | "and")) if word != "and" || self.compares() => {
                return Some(self.instead(at, at + 1, kind::Rule::EventIf, "where"));
            }
            (Some(Key::Every), ":") if at >= 2 => {
                let day = self.before().to_string();
                return Some(self.wrong(at - 1, at, kind::Rule::EveryWithoutTime { day }));
            }
            (Some(Key::Journey | Key::Message | Key::Segment | Key::Audience | Key::Event), _) if at == 2 => {
                return self.spaced_name(1);
            }
            _ => {}
        }
        None
    }

    /// Whether the line compares something.
    pub(super) fn compares(&self) -> bool {
        use Lexeme::{Equals, Greater, GreaterOrEqual, Less, LessOrEqual, NotEquals};
        let sign = |piece: &Piece<'_>| {
            matches!(piece.lexeme, Equals | Greater | GreaterOrEqual | Less | LessOrEqual | NotEquals)
                || matches!(piece.text, "is" | "contains")
        };
        self.pieces.iter().any(sign)
    }

    pub(super) fn rule(&self) -> Option<Problem> {
        let at = self.at;
        match self.text(0) {
            word @ ("max" | "maximum" | "limit" | "frequency" | "at_most") if at == 0 && self.text(1) == "cap" => {
                return Some(self.away(0, 1, kind::Rule::CapAndMore { word: word.to_string() }));
            }
            word @ ("max" | "maximum" | "limit" | "frequency" | "at_most") if at == 0 => {
                return Some(self.instead(0, 1, kind::Rule::OtherThanCap { word: word.to_string() }, "cap"));
            }
            _ => {}
        }
        match (self.head, self.text(at)) {
            (Some(Key::Cap), "per") if in_words(self.before()).is_some() => {
                let number = in_words(self.before())?.to_string();
                let kind = kind::Value::NumberInWords { number: number.clone() };
                Some(self.instead(at - 1, at, kind, &number))
            }
            (Some(Key::Quiet), "from" | "hours" | "time" | "between") if at == 1 => {
                let from = 1 + self.pieces.get(1..)?.iter().position(|piece| piece.lexeme == Lexeme::Time)?;
                match (self.text(from + 1), self.is(from + 2, Lexeme::Time)) {
                    ("to" | "-" | "until" | "and" | "–" | "—", true) => {
                        let times = format!("{}-{}", self.text(from), self.text(from + 2));
                        Some(self.instead(1, from + 3, kind::Rule::Quiet { write: Some(times.clone()) }, &times))
                    }
                    _ => Some(self.wrong(1, 2, kind::Rule::Quiet { write: None })),
                }
            }
            (Some(Key::Quiet), "to" | "until" | "and") if self.is(at + 1, Lexeme::Time) => {
                Some(self.instead(at, at + 1, kind::Rule::Quiet { write: Some("-".to_string()) }, "-"))
            }
            (Some(Key::Consent), "for") if at == 1 && self.text(2) != "required" => {
                let place = Span { end: self.span(1, 2).start, ..self.span(1, 2) };
                Some(self.wrong(0, 2, kind::Rule::ConsentForWhom).with_safe_fix(place, "required "))
            }
            _ => None,
        }
    }

    /// A text in the place of a channel.
    pub(super) fn variant(&self) -> Option<Problem> {
        let is_text = self.is(0, Lexeme::Text) || self.is(0, Lexeme::LongText);
        is_text.then(|| self.wrong(0, 1, kind::Rule::TextWithoutChannel))
    }

    /// A share that is no percentage.
    pub(super) fn share(&self) -> Option<Problem> {
        let is_share = self.at == 0 && !self.is(0, Lexeme::Colon);
        is_share.then(|| self.wrong(0, 1, kind::Rule::ShareWithoutPercent))
    }
}
