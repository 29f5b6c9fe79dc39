//! What is brought along to clauses, rules, channels and shares.

use super::{Words, in_words};
use crate::source::Span;
use crate::syntax::classify::Piece;
use crate::syntax::problem::Problem;
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::Mode;

impl Words<'_> {
    pub(super) fn clause(&self) -> Option<Problem> {
        let at = self.at;
        match self.text(0) {
            word @ ("when" | "whenever" | "upon" | "trigger" | "triggered" | "once") if at == 0 => {
                return Some(self.instead(0, 1, &format!("A journey begins with `on`, not with `{word}`"), "on"));
            }
            word @ ("leave" | "end" | "quit" | "stop") if self.mode == Mode::Clause && at == 0 => {
                return Some(self.instead(0, 1, &format!("A journey is left with `exit`, not with `{word}`"), "exit"));
            }
            _ => {}
        }
        match (self.head, self.text(at)) {
            (Some(Key::Exit), "if")
                if at == 1 && (matches!(self.text(2), "profile" | "in" | "!" | "not" | "no") || self.compares()) =>
            {
                return Some(self.instead(1, 2, "An exit asks with `when`, or names an event with `on`", "when"));
            }
            (Some(Key::Goal), "is" | "=" | ":" | "on") if at == 1 => {
                return Some(self.away(1, 2, "A goal is followed by its event", "goal order_placed"));
            }
            (Some(Key::Goal), "in") if self.is_length(at + 1) => {
                return Some(self.instead(at, at + 1, "How long a goal counts is said by `within`", "within"));
            }
            (Some(Key::On), word @ ("if" | "when" | "with" | "and")) if word != "and" || self.compares() => {
                return Some(self.instead(at, at + 1, "What must hold of the event is said behind `where`", "where"));
            }
            (Some(Key::Every), ":") if at >= 2 => {
                let title = format!("This does not say at what time of the {}", self.before());
                let edit = format!("write the time: `every {} at 09:00:`", self.before());
                return Some(Problem::told(self.span(at - 1, at), title, edit));
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
                let title = format!("How many messages go is limited by `cap` alone, without `{word}`");
                let error = Problem::told(self.span(0, 1), title, format!("take `{word}` away"));
                return Some(error.with_safe_fix(self.with_space(0, 1), ""));
            }
            word @ ("max" | "maximum" | "limit" | "frequency" | "at_most") if at == 0 => {
                return Some(self.instead(
                    0,
                    1,
                    &format!("How many messages go is limited by `cap`, not by `{word}`"),
                    "cap",
                ));
            }
            _ => {}
        }
        match (self.head, self.text(at)) {
            (Some(Key::Cap), "per") if in_words(self.before()).is_some() => {
                let number = in_words(self.before())?.to_string();
                Some(self.instead(at - 1, at, "Numbers are written in digits", &number))
            }
            (Some(Key::Quiet), "from" | "hours" | "time" | "between") if at == 1 => {
                let from = 1 + self.pieces.get(1..)?.iter().position(|piece| piece.lexeme == Lexeme::Time)?;
                let title = "Quiet hours are written from-to";
                match (self.text(from + 1), self.is(from + 2, Lexeme::Time)) {
                    ("to" | "-" | "until" | "and" | "–" | "—", true) => {
                        let times = format!("{}-{}", self.text(from), self.text(from + 2));
                        Some(self.instead(1, from + 3, title, &times))
                    }
                    _ => Some(Problem::told(self.span(1, 2), title, "write `quiet 21:00-08:00`")),
                }
            }
            (Some(Key::Quiet), "to" | "until" | "and") if self.is(at + 1, Lexeme::Time) => {
                Some(self.instead(at, at + 1, "Quiet hours are written from-to", "-"))
            }
            (Some(Key::Consent), "for") if at == 1 && self.text(2) != "required" => {
                let place = Span { end: self.span(1, 2).start, ..self.span(1, 2) };
                let error = Problem::told(
                    self.span(0, 2),
                    "This does not say that consent is required",
                    "write `consent required for`",
                );
                Some(error.with_safe_fix(place, "required "))
            }
            (Some(Key::Timezone), word) if at == 1 && self.is(1, Lexeme::Word) => {
                let title = "A time zone stands in quotes, with its continent";
                Some(Problem::told(self.span(1, 2), title, format!("write it such as \"Europe/Paris\", not `{word}`")))
            }
            _ => None,
        }
    }

    /// A text in the place of a channel.
    pub(super) fn variant(&self) -> Option<Problem> {
        let is_text = self.is(0, Lexeme::Text) || self.is(0, Lexeme::LongText);
        let title = "This does not say on which channel the text is sent";
        is_text.then(|| Problem::told(self.span(0, 1), title, "write the channel before it, such as `sms: \"…\"`"))
    }

    /// A share that is no percentage.
    pub(super) fn share(&self) -> Option<Problem> {
        let is_share = self.at == 0 && !self.is(0, Lexeme::Colon);
        let edit = "write it before the name, such as `50% a:`";
        is_share.then(|| Problem::told(self.span(0, 1), "A share is written in percent", edit))
    }
}
