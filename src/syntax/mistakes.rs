//! What people meant: from the place where a line stops making sense to the mistake that was made.

use super::classify::Spanned;
use super::habits;
use super::node::Node;
use super::slips;
use super::token::{Key, Lexeme, Token};
use super::trial::Trial;

use super::words::Mode;
use crate::diagnostic::Fix;
use crate::nearest;
use crate::source::Span;
use crate::syntax::problem::{Problem, kind};
use lalrpop_util::ParseError;

/// Explains why a line could not be read; `told` is what may be meant by it as a whole.
pub(crate) fn explain<Told: Iterator<Item = Problem>>(
    error: ParseError<u32, Token, Problem>,
    node: &Node<'_>,
    tokens: &[Spanned],
    told: impl FnOnce() -> Told,
    trial: Trial<'_>,
) -> Problem {
    let end = Span { start: node.span().end, ..node.span() };
    let (span, found, expected) = match error {
        ParseError::User { error } => return likeliest(told(), error, node, trial),
        // A `:` that nobody wrote stands in no place.
        ParseError::UnrecognizedToken { token: (start, _, end_at), expected } if start == end_at => {
            (end, None, expected)
        }
        ParseError::UnrecognizedToken { token: (start, token, end_at), expected } => {
            (Span::new(end.file, start, end_at), Some(token), expected)
        }
        ParseError::ExtraToken { token: (start, token, end_at) } => {
            (Span::new(end.file, start, end_at), Some(token), vec![])
        }
        ParseError::UnrecognizedEof { expected, .. } => (end, None, expected),
        ParseError::InvalidToken { .. } => (end, None, vec![]),
    };
    let line = Reader { node, tokens, span, found: found.as_ref(), expected: &expected, trial };
    if let Some(joined) = line.goes_on_with_the_line_above() {
        return joined;
    }
    let mut here: Vec<Problem> = habits::habit(&line).into_iter().chain(line.known_mistake()).collect();
    // One small and sure edit that mends it all says more than what the whole line may mean; but of a step, what follows
    // a sure edit is easily another step.
    let small = here.iter().position(|message| is_sure(message) && trial.holds(node, message));
    match small.filter(|_| node.mode != Mode::Step) {
        Some(small) => here.swap_remove(small),
        None => line.likeliest(told().chain(here).collect()).unwrap_or_else(|| line.plain()),
    }
}

/// What is wrong with a line in which this error stands: that, if nothing that may be meant by it as a whole says more.
pub(crate) fn likeliest(
    told: impl Iterator<Item = Problem>,
    mut error: Problem,
    node: &Node<'_>,
    trial: Trial<'_>,
) -> Problem {
    let told = told.chain([error.clone()]).find(|message| trial.holds(node, message));
    told.unwrap_or_else(|| {
        // How a word is spelt is sure, unless nothing of the line is as it was meant; that a sign has no place is not.
        let begins = trial.begins(node, &error);
        let spells = |fix: &Fix| fix.edits.iter().any(|edit| !edit.text.is_empty());
        error.fix = error.fix.take().filter(|fix| fix.safe || begins && spells(fix));
        error
    })
}

/// Whether the edit of a message is safe to make.
fn is_sure(message: &Problem) -> bool {
    message.fix.as_deref().is_some_and(|fix| fix.safe)
}

pub(super) struct Reader<'a> {
    pub(super) node: &'a Node<'a>,
    pub(super) tokens: &'a [Spanned],
    pub(super) span: Span,
    pub(super) found: Option<&'a Token>,
    pub(super) expected: &'a [String],
    pub(super) trial: Trial<'a>,
}

impl Reader<'_> {
    /// The first of these messages without whose mistake the line reads; else a slip without which it does, unless one
    /// of the messages is sure as far as it goes.
    fn likeliest(&self, mut told: Vec<Problem>) -> Option<Problem> {
        let helps = |message: &Problem| self.trial.helps(self.node, message);
        if let Some(sure) = told.iter().position(|message| self.trial.holds(self.node, message)) {
            return Some(told.swap_remove(sure));
        }
        if let Some(slip) = slips::of_the_hand(self) {
            return Some(slip);
        }
        if let Some(sure) = told.iter().position(|message| is_sure(message) && helps(message)) {
            return Some(told.swap_remove(sure));
        }
        slips::of_the_mind(self).or_else(|| Some(Problem { fix: None, ..told.into_iter().find(helps)? }))
    }

    pub(super) fn first_word(&self) -> &str {
        self.node.pieces.first().map_or("", |p| p.text)
    }

    pub(super) fn written(&self) -> &str {
        let piece = self.node.pieces.iter().find(|p| p.span.start == self.span.start);
        piece.map_or("", |p| p.text)
    }

    pub(super) fn expects(&self, terminal: &str) -> bool {
        self.expected.iter().any(|e| e.trim_matches('"') == terminal)
    }

    pub(super) fn has(&self, key: Key) -> bool {
        self.tokens.iter().any(|(_, token, _)| *token == Token::Key(key))
    }

    /// The token before the place of the mistake.
    pub(super) fn before(&self) -> Option<&Token> {
        let at = self.tokens.iter().rposition(|(start, token, end)| {
            // Neither the kind of line nor a `:` that is only understood is written.
            start < end
                && !matches!(token, Token::Mode(_))
                && (self.found.is_none() || *end <= self.span.start && *start < self.span.start)
        })?;
        self.tokens.get(at).map(|(_, token, _)| token)
    }

    pub(super) fn at_first(&self) -> bool {
        self.before().is_none()
    }

    /// A line of its own that begins with a word which joins it to the line above.
    fn goes_on_with_the_line_above(&self) -> Option<Problem> {
        let pieces = &self.node.pieces;
        let at = pieces.iter().position(|piece| piece.span.start >= self.span.start).unwrap_or(pieces.len());
        let joins = |at: &usize| {
            let piece = pieces.get(*at).filter(|piece| matches!(piece.text, "and" | "or" | "then"));
            *at > 0 && piece.is_some_and(|piece| self.trial.begins_line(piece.span))
        };
        let at = [Some(at), at.checked_sub(1)].into_iter().flatten().find(joins)?;
        let (word, next) = (pieces.get(at)?, pieces.get(at + 1)?);
        let rest = next.span.to(self.node.span());
        if !self.trial.reads_alone(self.node, Span { start: next.span.start, ..rest }) {
            return None;
        }
        let error = Problem::new(word.span, kind::Layout::GoesOn { word: word.text.to_string() });
        Some(error.with_unsafe_fix(Span { end: next.span.start, ..word.span }, ""))
    }

    /// A quotation mark inside of a text, which ends it there.
    fn quoted_in_text(&self) -> Option<Problem> {
        let at = self.node.pieces.iter().position(|piece| piece.span.start == self.span.start)?;
        let (before, word) = (self.node.pieces.get(at.checked_sub(1)?)?, self.node.pieces.get(at)?);
        let cut = before.lexeme == Lexeme::Text && before.span.end == word.span.start;
        let goes_on =
            self.node.pieces.iter().skip(at).any(|piece| matches!(piece.lexeme, Lexeme::Text | Lexeme::OpenText));
        let mark = Span { start: before.span.end.saturating_sub(1), ..before.span };
        (cut && goes_on).then(|| Problem::new(mark, kind::Sign::QuoteInText))
    }

    /// A name with a hyphen in it, where it must be read as a name: `cart-recs`, `last-order: date`, `e-mail`.
    fn hyphenated(&self) -> Option<Problem> {
        let pieces = &self.node.pieces;
        let near = pieces.iter().position(|piece| piece.span.end >= self.span.start).unwrap_or(pieces.len());
        let joined = |at: usize| match (pieces.get(at), pieces.get(at + 1)) {
            (Some(piece), Some(next)) => piece.span.end == next.span.start,
            _ => false,
        };
        let word = |at: usize| pieces.get(at).is_some_and(|piece| piece.lexeme == Lexeme::Word);
        let minus = |at: usize| pieces.get(at).is_some_and(|piece| piece.lexeme == Lexeme::Minus);
        let goes_on = |at: usize| word(at) && joined(at) && minus(at + 1) && joined(at + 1) && word(at + 2);
        let from = (near.saturating_sub(2)..=near).find(|&at| goes_on(at))?;
        let mut end = from;
        while goes_on(end) {
            end += 2;
        }
        let (first, last) = (pieces.get(from)?, pieces.get(end)?);
        let span = first.span.to(last.span);
        let written = self.trial.file.slice(span);
        let (name, error) = match written {
            "e-mail" | "E-mail" | "E-Mail" => ("email".to_string(), Problem::new(span, kind::Word::EMail)),
            _ => {
                let name = crate::source::snake_case(written);
                (name.clone(), Problem::new(span, kind::Word::Hyphen { name }))
            }
        };
        let declares = matches!(self.node.mode, Mode::Field | Mode::Item);
        let known = declares || self.trial.known.names().has(&name) || self.trial.known.names().is_channel(&name);
        Some(if known { error.with_unsafe_fix(span, name) } else { error })
    }

    /// Mistakes that have an edit of their own.
    fn known_mistake(&self) -> Option<Problem> {
        let (mode, head) = (self.node.mode, self.node.head);
        let span = self.span;
        if let Some(found) = self.quoted_in_text().or_else(|| self.hyphenated()) {
            return Some(found);
        }
        if self.at_first() && (mode.closed() || mode == Mode::Step || mode == Mode::TestLine) {
            return self.wrong_head();
        }
        if mode == Mode::Step && head.is_none() {
            match self.first_word() {
                "send" => {
                    let (send, channel) = (self.node.pieces.first()?.span, self.node.pieces.get(1)?.span);
                    let error = Problem::new(send, kind::Step::SendWord);
                    return Some(error.with_safe_fix(Span { end: channel.start, ..send }, ""));
                }
                "after" | "sleep" | "pause" | "delay" => {
                    let word = self.node.pieces.first()?.span;
                    let error = Problem::new(word, kind::Step::WaitWord);
                    let counts = self.node.pieces.get(1).is_some_and(|next| next.lexeme == Lexeme::Number);
                    return Some(if counts { error.with_safe_fix(word, "wait") } else { error });
                }
                word if self.misspelt(word) => return self.wrong_head(),
                _ if self.found.is_none() && self.node.pieces.len() == 1 => {
                    return Some(Problem::new(span, kind::Step::Alone { word: self.first_word().to_string() }));
                }
                _ => {}
            }
        }
        if mode == Mode::Step && matches!(head, Some(Key::If | Key::Else)) && self.has(Key::If) && !self.has(Key::Then)
        {
            if self.found.is_none() && self.expects("then") {
                return Some(Problem::new(span, kind::Step::NothingDone));
            }
            if matches!(self.found, Some(Token::Word(_) | Token::Key(Key::Wait | Key::Add | Key::Remove | Key::Exit))) {
                let span = self.start_of_step();
                let error = Problem::new(span, kind::Step::NoThen);
                return Some(error.with_safe_fix(Span { end: span.start, ..span }, "then "));
            }
        }
        if self.has(Key::Then) && matches!(self.found, Some(Token::Key(Key::If))) {
            return Some(Problem::new(span, kind::Step::IfBehindThen));
        }
        None
    }

    /// Whether the word that begins a step is no channel, and nearly one that begins another step.
    fn misspelt(&self, word: &str) -> bool {
        let heads = self.node.mode.heads().iter().map(|key| key.word());
        !crate::syntax::words::CHANNELS.contains(&word) && nearest::nearest(word, heads).is_some()
    }

    /// Where the step begins that follows a condition without `then`: a channel may have been read as the name of a message.
    fn start_of_step(&self) -> Span {
        let is_channel = |text: &str| crate::syntax::words::CHANNELS.contains(&text);
        let before = self.node.pieces.iter().rfind(|piece| piece.span.end <= self.span.start);
        match before.filter(|piece| is_channel(piece.text) && !is_channel(self.written())) {
            Some(channel) => channel.span.to(self.span),
            None => self.span,
        }
    }

    /// The word that begins a line of its block wrongly, with its place.
    pub(super) fn head_word(&self) -> (&str, Span) {
        match self.node.pieces.first().filter(|_| !self.at_first()) {
            Some(first) => (first.text, first.span),
            None => (self.written(), self.span),
        }
    }

    /// A line that begins with a word of another block, or with one that is nearly one of its own.
    fn wrong_head(&self) -> Option<Problem> {
        let mode = self.node.mode;
        let (word, span) = self.head_word();
        let order = match mode {
            Mode::Item => [Mode::Rule, Mode::Clause, Mode::Step, Mode::Item],
            _ => [Mode::Clause, Mode::Rule, Mode::Step, Mode::Item],
        };
        let other = order
            .into_iter()
            .find(|other| *other != mode && Key::of(word).is_some_and(|key| other.heads().contains(&key)));
        let own = || word.to_string();
        if other.is_none() {
            let mut near: Vec<(usize, &str)> = nearest::near(word, mode.heads().iter().map(|key| key.word())).collect();
            near.sort_unstable();
            let meant = |(_, near): &(usize, &str)| {
                let kind = kind::Word::MisspeltHead { word: own(), near: near.to_string() };
                Problem::new(span, kind).with_unsafe_fix(span, *near)
            };
            let mut messages = near.iter().map(meant);
            let sure = messages.clone().find(|message| self.trial.holds(self.node, message));
            return sure.or_else(|| messages.next());
        }
        let kind = match (mode, other?) {
            (Mode::Clause, Mode::Step) => kind::Word::StepInJourney { word: own() },
            (Mode::Step, Mode::Clause) => kind::Word::ClauseInSteps { word: own() },
            (_, Mode::Rule) if mode != Mode::Step => kind::Word::RuleOutside { word: own() },
            (Mode::Item, Mode::Clause) => kind::Word::ClauseOutside { word: own() },
            (Mode::Item, _) => kind::Word::BelowAnItem { word: own() },
            _ => return None,
        };
        Some(Problem::new(span, kind))
    }
}

/// A line of steps that begins with a word of another kind of line: no channel is called so.
pub(crate) fn misplaced(node: &Node<'_>, trial: Trial<'_>) -> Option<Problem> {
    let first = node.pieces.first().filter(|piece| piece.lexeme == Lexeme::Word && node.mode == Mode::Step)?;
    let key = Key::of(first.text).filter(|_| node.head.is_none())?;
    let elsewhere = [Mode::Clause, Mode::Rule, Mode::Item].iter().any(|mode| mode.heads().contains(&key));
    elsewhere.then(|| Reader { node, tokens: &[], span: first.span, found: None, expected: &[], trial }.wrong_head())?
}
