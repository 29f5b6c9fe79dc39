//! Lines of which nobody knows what was meant: where it stops making sense, and what could stand there.

use super::layout::missing_colon;
use super::mistakes::Reader;
use super::token::{Key, Lexeme, Token};
use super::words::{Mode, reserved};
use crate::syntax::problem::kind::{Could, Place, Wanted};
use crate::syntax::problem::{Problem, kind};

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
        if let Some(Token::Key(key)) = self.found
            && self.expects("WORD")
            && !self.expects("!")
            && reserved(key.word()).is_some()
            && self.follows_on()
        {
            return Problem::new(self.span, kind::Word::Reserved { key: *key, place: self.place() });
        }
        let could = Could { wanted: self.wanted(), place: self.place() };
        let word = self.written().to_string();
        let kind = match (self.found, self.before().map(shown)) {
            (None, before) => kind::Unread::StopsAfter { before, could },
            (Some(_), Some(before)) => kind::Unread::CannotFollow { word, before, could },
            (Some(_), None) => kind::Unread::CannotStand { word, could },
        };
        Problem::new(self.span, kind)
    }

    /// A line that begins with a word that begins no line of its block.
    fn no_head(&self) -> Problem {
        let (word, span) = self.head_word();
        let is_send =
            matches!(self.node.pieces.as_slice(), [a, b, ..] if a.lexeme == Lexeme::Word && b.lexeme == Lexeme::Word);
        let word = word.to_string();
        Problem::new(span, kind::Word::NoHead { word, mode: self.node.mode, is_send })
    }

    /// Whether the line could go on behind this word as behind a name.
    fn follows_on(&self) -> bool {
        let next = self.tokens.iter().find(|(start, ..)| *start >= self.span.end).map(|(_, token, _)| token);
        matches!(next, None | Some(Token::Colon | Token::Comma | Token::Key(Key::Or | Key::Else | Key::As)))
    }

    /// The place where the line stops making sense.
    fn place(&self) -> Place {
        let before = match self.before() {
            Some(Token::Key(key)) => Some(*key),
            _ => None,
        };
        Place { mode: self.node.mode, head: self.node.head, before }
    }

    /// What could stand here; at most five.
    fn wanted(&self) -> Vec<Wanted> {
        if self.expects("!") {
            return vec![Wanted::Condition];
        }
        let mut out = Vec::new();
        let value = self.expects("WORD") && self.expects("NUMBER") && self.expects("true");
        if value {
            out.push(Wanted::Value);
        } else {
            if self.expects("WORD") {
                out.push(Wanted::Name);
            } else if self.expects("TEXT") {
                out.push(Wanted::Text);
            }
            let kinds = [
                ("DURATION", Wanted::Length),
                ("NUMBER", Wanted::Number),
                ("TIME", Wanted::Time),
                ("DATE", Wanted::Date),
                ("PERCENT", Wanted::Share),
            ];
            out.extend(kinds.into_iter().filter(|(terminal, _)| self.expects(terminal)).map(|(_, wanted)| wanted));
        }
        if self.expects("<") {
            out.push(Wanted::Comparison);
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
            let wanted = Wanted::Word(word.to_string());
            if !out.contains(&wanted) {
                out.push(wanted);
            }
        }
        out.truncate(5);
        out
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
