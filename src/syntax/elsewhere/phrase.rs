//! A line as its words, to look for what people mean by it.

use crate::ir::Engagement;
use crate::source::Span;
use crate::syntax::classify::Piece;
use crate::syntax::known::{Known, Names};
use crate::syntax::node::Node;
use crate::syntax::parse::readable;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::token::lex;
use crate::syntax::words::{Mode, reserved};
use crate::value::duration::unit_millis;

pub(super) struct Phrase<'a> {
    pieces: &'a [Piece<'a>],
    pub(super) mode: Mode,
    /// Whether lines stand below it, or behind its `:`.
    pub(super) has_block: bool,
    /// The first line below it, or behind its `:`.
    first_below: &'a [Piece<'a>],
    /// Whether its first word was parted into several.
    pub(super) is_parted: bool,
    /// Whether it can be read, though nobody means it so.
    pub(super) reads: bool,
    pub(super) known: &'a Known<'a>,
}

impl<'a> Phrase<'a> {
    pub(super) fn of(node: &'a Node<'a>, known: &'a Known<'a>) -> Self {
        let first_below = node.children.first().map_or(&[][..], |child| &child.pieces);
        Phrase {
            pieces: &node.pieces,
            mode: node.mode,
            has_block: !node.children.is_empty(),
            first_below,
            is_parted: false,
            reads: false,
            known,
        }
    }

    /// What the program has names for.
    pub(super) fn names(&self) -> &'a Names {
        self.known.names()
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(super) fn text(&self, at: usize) -> &'a str {
        self.pieces.get(at).map_or("", |piece| piece.text)
    }

    /// The word at this place in small letters.
    pub(super) fn low(&self, at: usize) -> String {
        self.text(at).to_lowercase()
    }

    pub(super) fn is(&self, at: usize, lexeme: Lexeme) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.lexeme == lexeme)
    }

    pub(super) fn find(&self, words: &[&str]) -> Option<usize> {
        self.pieces.iter().position(|piece| words.contains(&piece.text.to_lowercase().as_str()))
    }

    pub(super) fn has(&self, lexeme: Lexeme) -> bool {
        self.pieces.iter().any(|piece| piece.lexeme == lexeme)
    }

    /// The place of these pieces.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let last = to.min(self.pieces.len()).saturating_sub(1).max(from);
        match (self.pieces.get(from), self.pieces.get(last)) {
            (Some(first), Some(last)) => first.span.to(last.span),
            (Some(first), None) => first.span,
            _ => self.pieces.last().map(|piece| piece.span).unwrap_or_default(),
        }
    }

    /// These pieces as they are written, with one space where some stood between them.
    pub(super) fn written(&self, from: usize, to: usize) -> String {
        let mut out = String::new();
        let mut end = None;
        for piece in self.pieces.iter().take(to).skip(from) {
            if end.is_some_and(|end| end != piece.span.start) {
                out.push(' ');
            }
            out.push_str(piece.text);
            end = Some(piece.span.end);
        }
        out
    }

    /// The line with some of its words changed.
    pub(super) fn rewritten(&self, change: impl Fn(&str) -> Option<&'static str>) -> String {
        let mut out = String::new();
        let mut end = None;
        for piece in self.pieces {
            if end.is_some_and(|end| end != piece.span.start) {
                out.push(' ');
            }
            let word = piece.lexeme == Lexeme::Word;
            out.push_str(change(piece.text).filter(|_| word).unwrap_or(piece.text));
            end = Some(piece.span.end);
        }
        out
    }

    /// Pieces from here on with nothing between them.
    pub(super) fn run(&self, at: usize, fits: impl Fn(&Piece<'_>) -> bool) -> (String, usize) {
        let mut text = String::new();
        let mut end = None;
        let pieces = self.pieces.iter().skip(at).take_while(|piece| {
            let adjoins = end.is_none_or(|end| end == piece.span.start) && fits(piece);
            end = Some(piece.span.end);
            adjoins
        });
        let mut count = 0;
        for piece in pieces {
            text.push_str(piece.text);
            count += 1;
        }
        (text, count)
    }

    /// The words from here on that fit.
    pub(super) fn words(&self, at: usize, fits: impl Fn(&str) -> bool) -> (Vec<&'a str>, usize) {
        let words: Vec<&str> = self
            .pieces
            .iter()
            .skip(at)
            .take_while(|piece| matches!(piece.lexeme, Lexeme::Word) && fits(piece.text))
            .map(|piece| piece.text)
            .collect();
        let count = words.len();
        (words, count)
    }

    /// A length of time, with the number of its pieces.
    pub(super) fn length(&self, at: usize) -> Option<(String, usize)> {
        let text = self.text(at);
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if !self.is(at, Lexeme::Number) {
            return None;
        }
        if unit.is_empty() {
            let letter = self.low(at + 1);
            unit_millis(&letter)?;
            return Some((format!("{text}{}", letter.chars().next()?), 2));
        }
        unit_millis(unit)?;
        let number = text.strip_suffix(unit)?;
        Some((format!("{number}{}", unit.chars().next()?), 1))
    }

    /// The letter of a unit of time.
    pub(super) fn unit(&self, at: usize) -> Option<(char, usize)> {
        let word = self.low(at);
        unit_millis(&word).filter(|_| self.is(at, Lexeme::Word))?;
        Some((word.chars().next()?, 1))
    }

    /// Where a step begins, from here on.
    pub(super) fn step_at(&self, from: usize) -> Option<usize> {
        (from..self.len()).find(|&at| {
            let word = self.text(at);
            let channel = crate::syntax::words::CHANNELS.contains(&word) && self.is(at + 1, Lexeme::Word);
            channel || matches!(word, "wait" | "add" | "remove" | "split" | "repeat" | "call" | "emit" | "if")
        })
    }

    pub(super) fn mode_is_rule(&self) -> bool {
        self.mode == Mode::Rule
    }

    /// "Write this instead."
    pub(super) fn instead(&self, from: usize, to: usize, title: &str, text: &str) -> Problem {
        let span = self.span(from, to);
        Problem::told(span, title, format!("write `{text}` instead")).with_safe_fix(span, text)
    }

    /// "Write this instead", where another reading is possible.
    pub(super) fn perhaps(&self, from: usize, to: usize, title: &str, text: &str) -> Problem {
        let span = self.span(from, to);
        Problem::told(span, title, format!("write `{text}` instead")).with_unsafe_fix(span, text)
    }

    /// "Write this line instead."
    pub(super) fn instead_of_all(&self, title: &str, text: &str) -> Problem {
        self.perhaps(0, self.len(), title, text)
    }

    /// The number of pieces before the `:` at the end.
    pub(super) fn end(&self) -> usize {
        let colon = self.pieces.last().is_some_and(|piece| piece.lexeme == Lexeme::Colon);
        self.pieces.len() - usize::from(colon)
    }

    /// "Write this line instead", if it can be read; it ends in `:` as the line does.
    pub(super) fn line(&self, title: &str, text: &str) -> Option<Problem> {
        self.readable(text).then(|| self.perhaps(0, self.end(), title, text))
    }

    /// The same, where nothing else can be meant.
    pub(super) fn surely(&self, title: &str, text: &str) -> Option<Problem> {
        self.readable(text).then(|| self.instead(0, self.end(), title, text))
    }

    /// "Write this line instead", with its `:` or without it.
    pub(super) fn whole(&self, title: &str, text: &str) -> Option<Problem> {
        (text != self.written(0, self.len()) && !self.invents(text) && !self.loses(text) && readable(self.mode, text))
            .then(|| self.perhaps(0, self.len(), title, text))
    }

    /// Whether a `:` stands here that nobody wrote, because lines stand below.
    pub(super) fn opens_unsaid(&self, at: usize) -> bool {
        at + 1 == self.pieces.len() && self.pieces.get(at).is_some_and(|piece| piece.span.start == piece.span.end)
    }

    /// Whether a single word stands below the line, or behind its `:`.
    pub(super) fn has_one_word_below(&self) -> bool {
        matches!(self.first_below, [piece] if piece.lexeme == Lexeme::Word)
    }

    /// What stands right behind the `:`, where it is words alone, and its place.
    pub(super) fn words_behind_colon(&self) -> Option<(String, Span)> {
        let (first, last) = (self.first_below.first()?, self.first_below.last()?);
        let behind = self.pieces.last().is_some_and(|colon| colon.span.end + 1 == first.span.start);
        let words = self.first_below.len() > 1 && self.first_below.iter().all(|piece| piece.lexeme == Lexeme::Word);
        let said: Vec<&str> = self.first_below.iter().map(|piece| piece.text).collect();
        (behind && words).then(|| (said.join(" "), first.span.to(last.span)))
    }

    /// Whether what stands below the line, or behind its `:`, begins with one of these.
    pub(super) fn goes_on_below(&self, words: &[&str]) -> bool {
        self.first_below.first().is_some_and(|piece| words.contains(&piece.text))
    }

    /// Whether the line below begins with a share.
    pub(super) fn has_a_share_below(&self) -> bool {
        self.first_below.first().is_some_and(|piece| piece.lexeme == Lexeme::Number && piece.text.ends_with('%'))
    }

    pub(super) fn pieces_have_number(&self) -> bool {
        let words = ["one", "two", "three", "four", "five", "once", "twice"];
        self.has(Lexeme::Number) || self.find(&words).is_some()
    }

    /// Whether a trait has a word for its value, which would be read as an event.
    pub(super) fn has_bare_value(&self) -> bool {
        match self.pieces {
            [name, value] => {
                name.lexeme == Lexeme::Word && value.lexeme == Lexeme::Word && !matches!(value.text, "true" | "false")
            }
            _ => false,
        }
    }

    /// Whether a text is opened and never closed.
    pub(super) fn has_open_text(&self) -> bool {
        let long = |piece: &Piece<'_>| {
            piece.lexeme == Lexeme::LongText && (piece.text.len() < 6 || !piece.text.ends_with("\"\"\""))
        };
        self.has(Lexeme::OpenText) || self.pieces.iter().any(long)
    }

    /// Whether the line begins with a word that limits, which is mended by one word.
    pub(super) fn is_limit(&self) -> bool {
        matches!(self.text(0), "max" | "maximum" | "limit" | "frequency" | "at_most") && self.is(1, Lexeme::Number)
    }

    /// Whether a day of the week is cut short, or a part of the day stands for it.
    pub(super) fn has_odd_day(&self) -> bool {
        (1..self.end()).any(|at| {
            let text = self.text(at);
            let short = super::slots::day(text).is_some() && text.len() < 6;
            short || matches!(text, "night" | "morning" | "evening" | "nights" | "mornings" | "evenings")
        })
    }

    /// The pieces with the first word parted at its underscores, where it has some and is no word of ours.
    pub(super) fn head_in_words(&self) -> Vec<Piece<'a>> {
        let Some(first) = self.pieces.first().filter(|piece| piece.lexeme == Lexeme::Word) else { return vec![] };
        if !first.text.contains('_') || !self.mode.closed() || crate::syntax::words::CHANNELS.contains(&first.text) {
            return vec![];
        }
        let mut start = first.span.start;
        let mut out = vec![];
        for text in first.text.split('_') {
            let end = start + text.len() as u32;
            out.push(Piece { text, span: Span { start, end, ..first.span }, ..*first });
            start = end + 1;
        }
        out.extend(self.pieces.iter().skip(1).copied());
        out
    }

    /// The same line in other pieces.
    pub(super) fn of_pieces<'b>(&'b self, pieces: &'b [Piece<'a>]) -> Phrase<'b>
    where
        'a: 'b,
    {
        Phrase {
            pieces,
            mode: self.mode,
            has_block: self.has_block,
            first_below: self.first_below,
            is_parted: true,
            reads: self.reads,
            known: self.known,
        }
    }

    /// A part of the line, which asks something.
    pub(super) fn asking(&self, from: usize, to: usize) -> Phrase<'a> {
        let pieces = self.pieces.get(from..to).unwrap_or_default();
        Phrase {
            pieces,
            mode: Mode::Condition,
            has_block: false,
            first_below: &[],
            is_parted: false,
            reads: false,
            known: self.known,
        }
    }

    /// "Write this line instead", which begins a journey and so ends in `:`.
    pub(super) fn entry(&self, title: &str, text: &str) -> Option<Problem> {
        if self.end() < self.len() { self.line(title, text) } else { self.whole(title, &format!("{text}:")) }
    }

    /// Whether white space stands before a piece.
    pub(super) fn apart(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.pieces.get(before));
        matches!((before, self.pieces.get(at)), (Some(before), Some(piece)) if before.span.end < piece.span.start)
    }

    /// Whether so much white space stands before a piece that it stands on a line of its own, which is indented.
    pub(super) fn is_far(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.pieces.get(before));
        matches!((before, self.pieces.get(at)), (Some(before), Some(piece)) if before.span.end + 1 < piece.span.start)
    }

    /// Whether the next piece follows at once.
    pub(super) fn joined(&self, at: usize) -> bool {
        at + 1 < self.pieces.len() && !self.apart(at + 1)
    }

    /// Whether a line has a name that neither its author nor a program that declares its events has: words that were
    /// joined to one, or a property that nobody wrote.
    fn invents(&self, text: &str) -> bool {
        let words: Vec<&str> = lex(text).filter_map(|(_, from, to)| text.get(from as usize..to as usize)).collect();
        let is_written = |word: &str| self.pieces.iter().any(|piece| piece.text.eq_ignore_ascii_case(word));
        let is_name = |at: usize, word: &str| {
            let is_property = words.get(at + 1) == Some(&":") && words.iter().take(at).any(|before| *before == "(");
            is_property || word.contains('_') && !word.starts_with('"')
        };
        // A declaration gives its own name.
        self.mode != Mode::Field
            && self.names().declares_events
            && words
                .iter()
                .enumerate()
                .any(|(at, word)| is_name(at, word) && !is_written(word) && !self.names().has(word))
    }

    fn readable(&self, text: &str) -> bool {
        let colon = if self.end() < self.len() { ":" } else { "" };
        text != self.written(0, self.end())
            && !self.invents(text)
            && !self.loses(text)
            && readable(self.mode, &format!("{text}{colon}"))
    }

    /// Whether a line has lost a text or what it is compared with, or makes a text of a word that only joins.
    pub(super) fn loses(&self, text: &str) -> bool {
        let inside = |text: &str| text.trim_matches(['"', '“', '”', '„', '\'', '%', '*']).to_lowercase();
        let texts: Vec<String> = lex(text)
            .filter(|(lexeme, ..)| *lexeme == Lexeme::Text)
            .filter_map(|(_, from, to)| text.get(from as usize..to as usize).map(inside))
            .collect();
        let joins = |at: usize| matches!(self.text(at), "and" | "or") && self.is(at, Lexeme::Word);
        let invented = (0..self.len()).any(|at| joins(at) && texts.iter().any(|text| text == self.text(at)));
        // A name may have been written in quotes; a sentence is none.
        let kept = |written: &str| {
            let written = inside(written);
            !written.contains(' ') || texts.iter().any(|text| text.contains(&written))
        };
        let lost = self.pieces.iter().any(|piece| piece.lexeme == Lexeme::Text && !kept(piece.text));
        // What somebody did is done with a message, and an event of the program is none.
        let words: Vec<&str> = lex(text).filter_map(|(_, from, to)| text.get(from as usize..to as usize)).collect();
        let names = self.names();
        let made = words.windows(2).any(|pair| {
            matches!(pair, [deed, event] if Engagement::of(deed).is_some()
                && names.is_event(event)
                && !names.messages.iter().any(|message| message == event))
        });
        // A number that is compared, and no arrow.
        let compares = |at: usize| matches!(self.text(at), ">=" | "<=" | ">" | "<") && self.is(at + 1, Lexeme::Number);
        let number = (0..self.len()).any(compares) && !text.contains(['<', '>', '=']);
        invented
            || lost
            || made
            || self.has_bare_unit()
                && !text.contains(|c: char| c.is_ascii_digit())
                && !words.iter().any(|word| is_unit(word))
            || number && ![" is ", "between", "at least"].iter().any(|asked| text.contains(asked))
            || self.drops(&words)
    }

    /// Whether it says a week or a month without a number: `within the next week`.
    fn has_bare_unit(&self) -> bool {
        (1..self.len()).any(|at| is_unit(&self.low(at)) && !self.is(at - 1, Lexeme::Number) && self.low(0) == "goal")
    }

    /// Whether a line in these words has lost a name of the program, or a time or a day that its author wrote.
    fn drops(&self, words: &[&str]) -> bool {
        let says = |low: &str| {
            words
                .iter()
                .any(|word| word.trim_matches('"').split('_').any(|part| part == low) || word.trim_matches('"') == low)
        };
        let clock = |text: &str| text.trim_start_matches('0').to_string();
        (0..self.len()).any(|at| {
            let low = self.low(at);
            match self.pieces.get(at).map(|piece| piece.lexeme) {
                // These are words of the language of people, too.
                Some(Lexeme::Word) if matches!(low.as_str(), "total" | "name" | "value" | "type" | "marketing") => {
                    false
                }
                Some(Lexeme::Word) => {
                    let journey = self.names().journeys.contains(&low);
                    let own = reserved(&low).is_none() && !journey && self.names().has(self.text(at));
                    own && !says(&low)
                }
                Some(Lexeme::Time) => !words.iter().any(|word| clock(word) == clock(&low)),
                Some(Lexeme::Date) => !words.contains(&self.text(at)),
                _ => false,
            }
        })
    }

    /// "Take this away", with the space before it.
    pub(super) fn away(&self, from: usize, to: usize, title: &str, edit: &str) -> Problem {
        let span = self.span(from, to);
        let start = from.checked_sub(1).and_then(|before| self.pieces.get(before)).map_or(span.start, |p| p.span.end);
        Problem::told(span, title, edit).with_safe_fix(Span { start, ..span }, "")
    }

    /// What is said here, without a fix.
    pub(super) fn say(&self, from: usize, to: usize, title: &str, edit: &str) -> Problem {
        Problem::told(self.span(from, to), title, edit)
    }
}

/// A unit of the calendar.
fn is_unit(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "day" | "days" | "week" | "weeks" | "month" | "months" | "year")
}
