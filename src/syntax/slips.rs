//! Slips of the hand: a word doubled, misspelt, left out, in the wrong place or one too many. Each is tried on the line,
//! and the first without which it reads is what happened.

use super::classify::Piece;
use super::mistakes::Reader;
use super::token::{Key, Lexeme};

use super::words::{Mode, reserved};
use crate::nearest::near;
use crate::source::Span;
use crate::syntax::problem::kind::Side;
use crate::syntax::problem::{Problem, ProblemKind, kind};
use crate::syntax::words::CHANNELS;

/// Words of a line beyond which no slip is looked for.
const LONGEST: usize = 100;
/// Words around the place where a line stops making sense in which the slip is looked for.
const AROUND: usize = 4;

/// A word doubled, misspelt or in the wrong place: put right, everything that is written stays.
pub(super) fn of_the_hand(line: &Reader<'_>) -> Option<Problem> {
    let words = Words::of(line)?;
    words.doubled().or_else(|| words.misspelt()).or_else(|| words.swapped().filter(|swapped| swapped.fix.is_some()))
}

/// A word left out or one too many.
pub(super) fn of_the_mind(line: &Reader<'_>) -> Option<Problem> {
    let words = Words::of(line)?;
    let missing = words.missing();
    words.left_out(&missing).or_else(|| words.swapped()).or_else(|| match missing.is_empty() {
        true => words.too_many(),
        false => words.one_of_several(&missing),
    })
}

/// What is written without a space, as a person sees a word.
struct Word<'a> {
    text: &'a str,
    span: Span,
    lexeme: Lexeme,
}

struct Words<'a> {
    line: &'a Reader<'a>,
    all: Vec<Word<'a>>,
    /// The number of the word at which the line stops making sense; that behind the last where it stops too early.
    at: usize,
}

impl<'a> Words<'a> {
    fn of(line: &'a Reader<'a>) -> Option<Self> {
        let mut all: Vec<Word<'a>> = Vec::new();
        let pieces = line.node.pieces.iter().filter(|piece| piece.span.start < piece.span.end);
        for piece in pieces {
            match all.last_mut() {
                Some(last) if last.span.end == piece.span.start && !parts(piece) => {
                    last.span = last.span.to(piece.span);
                    last.text = line.trial.file.slice(last.span);
                }
                _ => all.push(Word { text: piece.text, span: piece.span, lexeme: piece.lexeme }),
            }
        }
        let at = all.iter().position(|word| word.span.end > line.span.start).unwrap_or(all.len());
        (line.trial.tries && !all.is_empty() && all.len() <= LONGEST).then_some(Words { line, all, at })
    }

    /// The words near the place, the nearest first.
    fn near(&self) -> Vec<usize> {
        let mut near: Vec<usize> =
            (0..self.all.len()).filter(|at| *at < 2 || self.at.abs_diff(*at) <= AROUND).collect();
        near.sort_by_key(|at| (self.at.abs_diff(*at), *at));
        near
    }

    /// The message, if the line reads with its edit.
    fn tried(&self, message: Problem) -> Option<Problem> {
        self.line.trial.holds(self.line.node, &message).then_some(message)
    }

    fn doubled(&self) -> Option<Problem> {
        self.near().into_iter().find_map(|at| {
            let (word, next) = (self.all.get(at)?, self.all.get(at + 1)?);
            if word.text != next.text {
                return None;
            }
            let second = Span { start: word.span.end, ..next.span };
            let kind = kind::Slip::Doubled { word: word.text.to_string() };
            self.tried(Problem::new(next.span, kind).with_unsafe_fix(second, ""))
        })
    }

    fn misspelt(&self) -> Option<Problem> {
        self.near().into_iter().find_map(|at| {
            // Letters that only look right have a message of their own.
            let word = self.all.get(at).filter(|word| word.is_name() && word.text.is_ascii())?;
            let keys = Key::ALL.iter().map(|key| key.word());
            // Of two letters one may be left.
            let short = keys.clone().filter(|key| word.text.len() == 1 && key.len() == 2 && key.contains(word.text));
            let mut meant: Vec<(usize, &str)> = near(word.text, keys).chain(short.map(|key| (1, key))).collect();
            meant.sort_unstable();
            meant.into_iter().find_map(|(_, meant)| {
                let kind = kind::Slip::Misspelt { word: word.text.to_string(), meant: meant.to_string() };
                self.tried(Problem::new(word.span, kind).with_unsafe_fix(word.span, meant))
            })
        })
    }

    /// What could be written before the place so that the line reads.
    fn missing(&self) -> Vec<Problem> {
        let next = self.all.get(self.at);
        let at_value = next.is_some_and(Word::is_value);
        let in_test = matches!(self.line.node.mode, Mode::TestLine | Mode::Trait);
        let expected = self.line.expected.iter().map(|terminal| terminal.trim_matches('"'));
        let mut words: Vec<&str> = expected
            .filter_map(|word| match word {
                // What a line denies is in its author's mind alone, and so is what is true.
                "not" | "no" => None,
                "true" | "false" if !in_test => None,
                "where" | "when" | "and" | "or" | "contains" | "since" | "of" | "if" if at_value => None,
                "is" if !at_value => None,
                ":" if next.is_none() => None,
                // A name alone may be anything.
                "where" if self.at + 1 >= self.all.len() && next.is_some_and(Word::is_name) => None,
                "up" => Some("up to"),
                "required" if next.is_some_and(|next| next.text != "for") => Some("required for"),
                "scheduled" if next.is_some_and(|next| next.text != "within") => Some("scheduled within"),
                ":" | "," => Some(word),
                _ => Key::of(word).map(Key::word),
            })
            .collect();
        words.dedup();
        let mut found: Vec<Problem> =
            words.into_iter().filter_map(|word| self.tried(self.missing_word(word)?)).collect();
        if found.is_empty() {
            // The line may have made sense a little further without it.
            found.extend(["of", "is", "to", "for"].into_iter().filter_map(|word| self.tried(self.missing_word(word)?)));
        }
        if self.at == 0 && found.len() > 3 { vec![] } else { found }
    }

    fn missing_word(&self, word: &str) -> Option<Problem> {
        let before = self.at.checked_sub(1).and_then(|at| self.all.get(at));
        let side = match self.all.get(self.at) {
            Some(next) => Side::Before(next.text.to_string()),
            None => Side::Behind(before?.text.to_string()),
        };
        let sign = matches!(word, ":" | ",");
        let error = |span| Problem::new(span, kind::Slip::Missing { word: word.to_string(), side });
        Some(match (before, self.all.get(self.at)) {
            (Some(before), next) if sign || next.is_none() => {
                let end = Span { start: before.span.end, ..before.span };
                let text = if sign { word.to_string() } else { format!(" {word}") };
                error(next.unwrap_or(before).span).with_unsafe_fix(end, text)
            }
            (_, Some(next)) => {
                let start = Span { end: next.span.start, ..next.span };
                error(next.span).with_unsafe_fix(start, format!("{word} "))
            }
            _ => return None,
        })
    }

    fn left_out(&self, missing: &[Problem]) -> Option<Problem> {
        let [one] = missing else { return None };
        let next = self.all.get(self.at);
        match word_of(one) {
            // Between two names a comma may be missing, or one of them is too many.
            Some(",") => None,
            // A number may be compared in other ways.
            Some("is") if next.is_some_and(|next| next.lexeme == Lexeme::Number) => None,
            _ => Some(one.clone()),
        }
    }

    /// One of several words is missing, and only who wrote the line knows which; or what follows is too much.
    fn one_of_several(&self, missing: &[Problem]) -> Option<Problem> {
        let first = missing.first()?;
        let ProblemKind::Slip(kind::Slip::Missing { side, .. }) = &first.kind else { return None };
        let words = missing.iter().filter_map(word_of).map(str::to_string).collect();
        let or_away = self.without(self.at).and_then(|message| self.tried(message)).is_some();
        Some(Problem::new(first.span, kind::Slip::OneOfSeveralMissing { words, side: side.clone(), or_away }))
    }

    fn swapped(&self) -> Option<Problem> {
        self.near().into_iter().find_map(|at| {
            let (first, second) = (self.all.get(at)?, self.all.get(at + 1)?);
            if first.is_sign() || second.is_sign() {
                return None;
            }
            let span = first.span.to(second.span);
            let right = format!("{} {}", second.text, first.text);
            let kind = kind::Slip::Swapped { first: first.text.to_string(), second: second.text.to_string() };
            let error = self.tried(Problem::new(span, kind).with_unsafe_fix(span, right.as_str()))?;
            // A name that the line can do without may be one too many as well.
            let is_name = |at: &usize| self.all.get(*at).is_some_and(Word::is_name);
            let spare = [at, at + 1]
                .into_iter()
                .filter(is_name)
                .find(|at| self.without(*at).and_then(|m| self.tried(m)).is_some());
            Some(match spare.and_then(|at| self.all.get(at)) {
                Some(word) => Problem::new(span, kind::Slip::SwappedOrSpare { word: word.text.to_string(), right }),
                None => error,
            })
        })
    }

    fn too_many(&self) -> Option<Problem> {
        // Of a line that stops too early the end is missing.
        self.all.get(self.at)?;
        let mut found: Vec<(usize, Problem)> =
            self.near().into_iter().filter_map(|at| Some((at, self.tried(self.without(at)?)?))).collect();
        // A word of the language in a wrong place is likelier one too many than a name.
        let is_name = |at: usize| self.all.get(at).is_some_and(Word::is_name);
        if found.len() > 1 && found.iter().filter(|(at, _)| !is_name(*at)).count() == 1 {
            found.retain(|(at, _)| !is_name(*at));
        }
        found.sort_by_key(|(at, _)| *at);
        let words: Vec<String> = found.iter().filter_map(|(at, _)| Some(self.all.get(*at)?.text.to_string())).collect();
        let (at, one) = found.pop()?;
        match words.len() {
            // Behind a word that joins others something may be missing.
            1 if (1..self.at).contains(&at) && self.all.get(at).is_some_and(|w| reserved(w.text).is_some()) => None,
            1 => Some(one),
            _ => Some(Problem::new(one.span, kind::Slip::OneOfSeveralSpare { words })),
        }
    }

    /// Whether the line is a channel and two words.
    fn is_name_in_two_words(&self) -> bool {
        let [channel, first, second] = self.all.as_slice() else { return false };
        let goes_on = matches!(first.text, "as" | "at" | "with" | "or" | "and" | "to" | "for" | "if" | "when");
        CHANNELS.contains(&channel.text) && !goes_on && first.lexeme == Lexeme::Word && second.lexeme == Lexeme::Word
    }

    fn without(&self, at: usize) -> Option<Problem> {
        let word = self.all.get(at)?;
        let away = match (at.checked_sub(1).and_then(|before| self.all.get(before)), self.all.get(at + 1)) {
            (Some(before), _) => Span { start: before.span.end, ..word.span },
            (None, next) => Span { end: next?.span.start, ..word.span },
        };
        // What begins a line says what it is; only another beginning can take its place.
        let mode = self.line.node.mode;
        let begins = self.line.node.head.is_some_and(|head| head.word() == word.text)
            && self.all.iter().position(|other| other.text == word.text) == Some(at);
        let next = self.all.get(at + 1).map_or("", |next| next.text);
        let goes_on = Key::of(next).is_some_and(|key| mode.heads().contains(&key)) || CHANNELS.contains(&next);
        if mode == Mode::Step && at == 1 && self.is_name_in_two_words() {
            let name = format!("{}_{next}", word.text);
            let span = self.all.get(2).map_or(word.span, |last| word.span.to(last.span));
            let kind = kind::Word::MessageInWords { name: name.clone() };
            return Some(Problem::new(span, kind).with_unsafe_fix(span, name));
        }
        let kind = kind::Slip::Spare { word: word.text.to_string() };
        (!begins || goes_on).then(|| Problem::new(word.span, kind).with_unsafe_fix(away, ""))
    }
}

impl Word<'_> {
    fn is_name(&self) -> bool {
        self.lexeme == Lexeme::Word && Key::of(self.text).is_none()
    }

    /// Whether it stands for itself.
    fn is_value(&self) -> bool {
        matches!(self.lexeme, Lexeme::Number | Lexeme::Text | Lexeme::LongText | Lexeme::Time | Lexeme::Date)
            || self.text.contains('.')
    }

    fn is_sign(&self) -> bool {
        !self.text.contains(|c: char| c.is_alphanumeric() || c == '"')
    }
}

/// The word that a message says is missing.
fn word_of(missing: &Problem) -> Option<&str> {
    match &missing.kind {
        ProblemKind::Slip(kind::Slip::Missing { word, .. }) => Some(word),
        _ => None,
    }
}

/// Whether a sign ends a word that it touches, and is none of its letters.
fn parts(piece: &Piece<'_>) -> bool {
    matches!(piece.lexeme, Lexeme::Colon | Lexeme::Comma | Lexeme::Semicolon)
}
