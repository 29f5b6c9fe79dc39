//! Advice is tried before it is given: whether a line would read, were it written otherwise.

use super::classify::{Piece, classify, head_of};
use super::known::Known;
use super::layout::{fits_behind_colon, split_at_colon, split_parts};
use super::node::Node;
use super::parse::grammar::LineParser;
use super::sense::can_be_meant;
use super::token::{Key, Lexeme, lex};
use super::words::Mode;
use crate::diagnostic::Edit;
use crate::source::{SourceFile, Span};
use crate::syntax::problem::Problem;
use lalrpop_util::ParseError;

/// What it takes to read a line once more.
#[derive(Clone, Copy)]
pub(super) struct Trial<'a> {
    pub(super) grammar: &'a LineParser,
    pub(super) file: &'a SourceFile,
    pub(super) known: &'a Known<'a>,
    /// Whether advice is tried at all; else it is taken for true.
    pub(super) tries: bool,
}

/// What comes of reading a line once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    Reads,
    /// It reads, and nobody can mean it.
    MeansNothing,
    /// The byte at which it stops making sense.
    Stops(usize),
}

/// A line with some edits made.
struct Edited {
    text: String,
    /// Where the last of them ends.
    end: usize,
}

impl Trial<'_> {
    /// Whether what a message says to type makes the line readable; so does what names no edit.
    pub(super) fn holds(&self, node: &Node<'_>, message: &Problem) -> bool {
        message.fix.as_deref().is_none_or(|fix| self.reads(node, &fix.edits))
    }

    /// Whether the line makes sense beyond what a message says to type, though something else is wrong with it.
    pub(super) fn helps(&self, node: &Node<'_>, message: &Problem) -> bool {
        let Some(edited) = message.fix.as_deref().and_then(|fix| self.edited(node, &fix.edits)) else { return true };
        match self.attempt(node, &edited.text) {
            // Beyond the word that follows.
            Attempt::Stops(at) => {
                let rest = edited.text.get(edited.end..).unwrap_or_default();
                let next = rest.trim_start();
                let behind = next.find(char::is_whitespace).unwrap_or(next.len());
                at > edited.end && at >= edited.end + (rest.len() - next.len()) + behind
            }
            attempt => attempt == Attempt::Reads,
        }
    }

    /// Whether at least the first word of the line makes sense with the edit of a message.
    pub(super) fn begins(&self, node: &Node<'_>, message: &Problem) -> bool {
        let edited = message.fix.as_deref().and_then(|fix| self.edited(node, &fix.edits));
        edited.is_none_or(|edited| self.attempt(node, &edited.text) != Attempt::Stops(0))
    }

    /// Whether the line reads with these edits, and says something.
    pub(super) fn reads(&self, node: &Node<'_>, edits: &[Edit]) -> bool {
        self.edited(node, edits).is_none_or(|edited| self.attempt(node, &edited.text) == Attempt::Reads)
    }

    /// Whether a text reads as a line of this kind.
    pub(super) fn reads_alone(&self, node: &Node<'_>, text: Span) -> bool {
        self.tries && self.attempt(node, self.file.slice(text)) == Attempt::Reads
    }

    /// Whether nothing stands on the line of the file before this place.
    pub(super) fn begins_line(&self, place: Span) -> bool {
        let before = self.file.text.get(..place.start as usize).unwrap_or_default();
        before.rsplit('\n').next().is_some_and(|indent| indent.trim().is_empty())
    }

    /// The text of a line with these edits; nothing where they reach beyond it.
    fn edited(&self, node: &Node<'_>, edits: &[Edit]) -> Option<Edited> {
        let mut line = node.span();
        if node.opens {
            // What stands behind the `:` belongs to it, should the `:` go.
            let rest = self.file.text.get(line.end as usize..).unwrap_or_default();
            line.end += rest.lines().next().map_or(0, str::len) as u32;
        }
        if !self.tries {
            return None;
        }
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| edit.span.start);
        let (mut text, mut from) = (String::new(), line.start);
        let mut end = 0;
        for edit in edits {
            if edit.span.start < from || edit.span.end > line.end {
                return None;
            }
            text.push_str(self.file.slice(Span { start: from, end: edit.span.start, ..line }));
            text.push_str(&edit.text);
            (from, end) = (edit.span.end, text.len());
        }
        text.push_str(self.file.slice(Span { start: from, ..line }));
        // A `:` that was forgotten before the lines below is told of by itself.
        let understood = node.pieces.last().is_some_and(|last| last.span.start == last.span.end);
        if understood && !text.ends_with(':') {
            text.push(':');
        }
        Some(Edited { text, end })
    }

    fn attempt(&self, node: &Node<'_>, text: &str) -> Attempt {
        let pieces = lex(text).filter_map(|(lexeme, start, end)| {
            let piece = Piece { lexeme, text: text.get(start as usize..end as usize)?, span: Span::new(0, start, end) };
            (!matches!(lexeme, Lexeme::Comment | Lexeme::LineEnd)).then_some(piece)
        });
        let pieces: Vec<Piece<'_>> = pieces.collect();
        // An `else` goes on with a line above, and no edit of this line makes one.
        let becomes_else =
            node.mode == Mode::Step && head_of(Mode::Step, &pieces) == Some(Key::Else) && node.head != Some(Key::Else);
        match self.line(node.mode, pieces) {
            // A line that is taken away says nothing wrong.
            _ if text.trim().is_empty() => Attempt::Reads,
            _ if becomes_else => Attempt::MeansNothing,
            Attempt::Stops(at) => Attempt::Stops(at.min(text.len())),
            attempt => attempt,
        }
    }

    fn line(&self, mode: Mode, pieces: Vec<Piece<'_>>) -> Attempt {
        let (own, inline) = split_at_colon(mode, pieces);
        let below = mode.below(head_of(mode, &own));
        let parts = if mode == Mode::Step { split_parts(mode, own) } else { vec![own] };
        let parts = parts.iter().map(|part| self.part(mode, part));
        let inline_at = inline.first().map(|first| first.span.start as usize);
        let inline = match below {
            Some(below) if fits_behind_colon(below) => {
                split_parts(below, inline).into_iter().map(|part| self.line(below, part)).collect()
            }
            _ => inline_at.map(Attempt::Stops).into_iter().collect::<Vec<_>>(),
        };
        parts.chain(inline).find(|attempt| *attempt != Attempt::Reads).unwrap_or(Attempt::Reads)
    }

    fn part(&self, mode: Mode, pieces: &[Piece<'_>]) -> Attempt {
        let tokens = match classify(mode, pieces) {
            Ok(tokens) => tokens,
            Err(error) => return Attempt::Stops(error.span.start as usize),
        };
        match self.grammar.parse(0, tokens) {
            Ok(line) if can_be_meant(&line, self.known.names()) => Attempt::Reads,
            Ok(_) => Attempt::MeansNothing,
            Err(
                ParseError::UnrecognizedToken { token: (start, ..), .. }
                | ParseError::ExtraToken { token: (start, ..) },
            ) => Attempt::Stops(start as usize),
            Err(ParseError::User { error }) => Attempt::Stops(error.span.start as usize),
            Err(ParseError::UnrecognizedEof { .. } | ParseError::InvalidToken { .. }) => Attempt::Stops(usize::MAX),
        }
    }
}
