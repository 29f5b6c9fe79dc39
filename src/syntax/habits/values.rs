//! What is brought along to conditions and values, on lines of any kind.

use super::Words;
use crate::source::snake_case;
use crate::syntax::classify::Piece;
use crate::syntax::problem::{Problem, kind};
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::{Mode, reserved};
use crate::value::duration::unit_millis;

impl Words<'_> {
    /// Habits of conditions and values, which stand on many kinds of lines.
    pub(super) fn anywhere(&self) -> Option<Problem> {
        if let Some(found) = self.misspelt_unit() {
            return Some(found);
        }
        let at = self.at;
        if self.text(at) == "," && self.is(at + 1, Lexeme::Number) && self.adjoin(at) {
            let before = at.checked_sub(1).filter(|before| self.is(*before, Lexeme::Number))?;
            let whole = format!("{}{}", self.text(before), self.text(at + 1));
            let group = self.text(at + 1).split('.').next().unwrap_or_default();
            return (group.len() == 3)
                .then(|| self.instead(before, at + 2, kind::Value::Thousands { number: whole.clone() }, &whole));
        }
        let sign = match (self.text(at), self.text(at + 1)) {
            ("at", "least") => Some((2, ">=")),
            ("at", "most") => Some((2, "<=")),
            ("more" | "greater" | "bigger" | "larger" | "higher", "than") => Some((2, ">")),
            ("less" | "fewer" | "smaller" | "lower", "than") => Some((2, "<")),
            ("equal" | "equals", "to") => Some((2, "is")),
            ("equals", _) => Some((1, "is")),
            ("over" | "above", _) if self.is(at + 1, Lexeme::Number) => Some((1, ">")),
            ("under" | "below", _) if self.is(at + 1, Lexeme::Number) => Some((1, "<")),
            _ => None,
        };
        if let Some((count, sign)) = sign {
            return Some(self.instead(at, at + count, kind::Condition::InWords { sign }, sign));
        }
        if let ("in", "the", "last") = (self.before(), self.text(at), self.text(at + 1)) {
            return Some(self.away(at, at + 1, kind::Condition::InTheLast));
        }
        if self.before() == "where" {
            return self.bare_where();
        }
        let begins_condition =
            matches!(self.text(at), "profile" | "in" | "!" | "no") && reserved(self.before()).is_none();
        if begins_condition && (self.asks() || matches!(self.mode, Mode::Condition)) && self.is(at - 1, Lexeme::Word) {
            return Some(self.wrong(at, at + 1, kind::Condition::TwoAtOnce));
        }
        None
    }

    /// A `where` inside a condition, without the parentheses that say how far it goes.
    pub(super) fn bare_where(&self) -> Option<Problem> {
        let is_name = self.is(self.at, Lexeme::Word) && reserved(self.text(self.at)).is_none();
        let behind = self.pieces.get(self.at..).filter(|_| is_name)?;
        let ends = |(at, piece): (usize, &Piece<'_>)| match piece.text {
            "up" | "within" | "then" | "and" | "or" | ":" | ";" | "," => true,
            "in" => self.text(self.at + at + 1) == "last",
            _ => false,
        };
        let count = behind.iter().enumerate().position(|(at, piece)| ends((at, piece))).unwrap_or(behind.len());
        let end = self.at + count;
        let mut asked = String::new();
        let mut before = None;
        for piece in behind.iter().take(count) {
            asked.push_str(if before.is_some_and(|end| end != piece.span.start) { " " } else { "" });
            asked.push_str(piece.text);
            before = Some(piece.span.end);
        }
        let span = self.span(self.at, end);
        let error = Problem::new(span, kind::Condition::BareWhere { asked: asked.clone() });
        let goes_on = matches!(self.text(end), "and" | "or");
        Some(if goes_on || count == 0 { error } else { error.with_safe_fix(span, format!("({asked})")) })
    }

    /// `3 dyas`
    pub(super) fn misspelt_unit(&self) -> Option<Problem> {
        const UNITS: [&str; 8] = ["day", "days", "hour", "hours", "week", "weeks", "minute", "minutes"];
        let number = |at: usize| self.is(at, Lexeme::Number) && self.text(at).bytes().all(|b| b.is_ascii_digit());
        let at = [Some(self.at), self.at.checked_sub(1)].into_iter().flatten().find(|at| number(*at))?;
        let word = self.text(at + 1);
        if !self.is(at + 1, Lexeme::Word) || unit_millis(word).is_some() || reserved(word).is_some() {
            return None;
        }
        let unit = crate::nearest::nearest(word, UNITS)?;
        let length = format!("{}{}", self.text(at), unit.get(..1)?);
        let span = self.span(at, at + 2);
        let kind = kind::Value::MisspeltUnit { word: word.to_string(), length: length.clone() };
        Some(Problem::new(span, kind).with_unsafe_fix(span, length))
    }

    /// A name of several words, or with a hyphen.
    pub(super) fn spaced_name(&self, from: usize) -> Option<Problem> {
        let parts = self.pieces.get(from..)?;
        let count = parts.iter().take_while(|p| matches!(p.lexeme, Lexeme::Word | Lexeme::Minus)).count();
        let words: Vec<&str> = parts.iter().take(count).filter(|p| p.lexeme == Lexeme::Word).map(|p| p.text).collect();
        let behind = parts.get(count).map(|piece| piece.lexeme);
        let ends = matches!(behind, None | Some(Lexeme::Colon | Lexeme::Text | Lexeme::Semicolon));
        // A channel among them, or one of them twice, is another slip.
        let slip = |(at, word): (usize, &&str)| {
            reserved(word).is_some()
                || crate::syntax::words::CHANNELS.contains(word)
                || words.iter().take(at).any(|before| before == word)
        };
        if words.len() < 2 || !ends || words.iter().enumerate().any(slip) {
            return None;
        }
        let name = snake_case(&words.join("_"));
        let span = self.span(from, from + count);
        let error = Problem::new(span, kind::Word::NameInWords { name: name.clone() });
        // A word of the language before a name may be one too many.
        let sure = words.first().is_none_or(|word| Key::of(word).is_none());
        Some(if sure { error.with_unsafe_fix(span, name) } else { error })
    }
}
