//! The lines of a file: what is indented below what, which lines of the file are one, and what a merge left behind.

use crate::diagnostic::{Edit, Fix};
use crate::source::{SourceFile, Span};
use crate::syntax::classify::Piece;
use crate::syntax::lookalike;

use crate::syntax::node::first_of;
use crate::syntax::problem::{Problem, kind};
use crate::syntax::token::{Key, Lexeme, lex};

/// A line of the file, with those that go on with it.
pub(super) struct Line<'a> {
    pub(super) column: usize,
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) problem: Option<Problem>,
}

impl Line<'_> {
    pub(super) fn first_span(&self) -> Span {
        first_of(&self.pieces)
    }
}

/// The lines, from the top.
pub(super) fn lines<'a>(file: &'a SourceFile, id: u16) -> Vec<Line<'a>> {
    let mut out: Vec<Line<'a>> = Vec::new();
    let mut depth = 0usize;
    let mut line_start = 0usize;
    // Whether the next piece begins a line of the file.
    let mut fresh = true;
    let mut conflict = Conflict::default();
    let mut tabs_alone: Option<bool> = None;
    for (lexeme, start, end) in lex(&file.text) {
        let span = Span::new(id, start, end);
        let piece = Piece { lexeme, text: file.slice(span), span };
        match lexeme {
            Lexeme::LineEnd => {
                line_start = end as usize;
                fresh = true;
                conflict.on_mark = false;
                continue;
            }
            _ if conflict.hides(&file.text, line_start, fresh) => {
                if std::mem::take(&mut conflict.to_tell) {
                    let mark = Span::new(id, line_start as u32, line_start as u32 + MARK as u32);
                    out.push(Line {
                        column: 0,
                        pieces: vec![],
                        problem: Some(Problem::new(mark, kind::Layout::UnfinishedMerge)),
                    });
                }
                fresh = false;
                continue;
            }
            Lexeme::Comment => {
                if let Some(odd) = lookalike::hidden_character(piece.text) {
                    out.push(Line {
                        column: 0,
                        pieces: vec![],
                        problem: Some(lookalike::hidden(span, piece.text, odd)),
                    });
                }
                continue;
            }
            _ => {}
        }
        if std::mem::take(&mut fresh) {
            let indent = file.text.get(line_start..start as usize).unwrap_or_default();
            let column = indent.chars().filter(|&c| c != '\u{feff}').count();
            let current = out.last_mut().filter(|line| !line.pieces.is_empty());
            let continues = current.is_some_and(|line| continues(line, depth, column, &piece));
            if !continues {
                depth = 0;
                let tab = indent.contains('\t').then(|| {
                    let place = Span::new(id, line_start as u32, start);
                    let error = Problem::new(place, kind::Layout::Tab);
                    // Lines that are indented by tabs alone stay in step with each other.
                    let safe = *tabs_alone.get_or_insert_with(|| is_indented_by_tabs(&file.text));
                    error.with_fix(Fix { edits: vec![Edit { span: place, text: indent.replace('\t', "  ") }], safe })
                });
                out.push(Line { column, pieces: vec![], problem: tab });
            }
        }
        match lexeme {
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if matches!(lexeme, Lexeme::LongText) {
            line_start = start as usize + piece.text.rfind('\n').map_or(0, |at| at + 1);
        }
        if let Some(line) = out.last_mut() {
            line.pieces.push(piece);
        }
    }
    out
}

fn is_indented_by_tabs(text: &str) -> bool {
    text.lines().all(|line| !line.starts_with(' ') && !line.trim_start_matches('\t').starts_with(' '))
}

/// The length of a mark that git leaves.
const MARK: usize = 7;

/// What an unfinished merge left: of two versions the first is read, so that the marks spoil nothing around them.
#[derive(Default)]
struct Conflict {
    /// Whether the present line is a mark.
    on_mark: bool,
    /// Whether the present line is of the second version.
    second: bool,
    /// Whether it is to be told of.
    to_tell: bool,
    /// Whether the first mark was seen, and not the last.
    open: bool,
}

impl Conflict {
    /// Whether the piece that begins here, or goes on with such a line, is not to be read.
    fn hides(&mut self, text: &str, line_start: usize, fresh: bool) -> bool {
        if fresh {
            let line = text.get(line_start..).unwrap_or_default();
            let mark = ["<<<<<<<", "=======", ">>>>>>>"].iter().position(|mark| line.starts_with(mark));
            if let Some(mark) = mark {
                self.on_mark = true;
                self.to_tell = !self.open;
                self.open = mark < 2;
                self.second = mark == 1;
            }
        }
        self.on_mark || self.second
    }
}

/// Whether the line of the file that begins with `piece` goes on with the line before.
fn continues(line: &Line<'_>, depth: usize, column: usize, piece: &Piece<'_>) -> bool {
    let last = line.pieces.last();
    let last_is = |lexeme: Lexeme| last.is_some_and(|p| p.lexeme == lexeme);
    if depth > 0 && !last_is(Lexeme::Colon) && (column > line.column || piece.lexeme == Lexeme::Close) {
        return true;
    }
    let joins = |p: &Piece<'_>, words: &[&str]| p.lexeme == Lexeme::Word && words.contains(&p.text);
    // A stray comma must not swallow the line below it.
    let begins_its_own = column <= line.column && Key::of(piece.text).is_some();
    depth == 0
        && column > 0
        && (joins(piece, &["or", "and", "then"])
            || last_is(Lexeme::Comma) && !begins_its_own
            || last.is_some_and(|p| joins(p, &["or", "and"])))
}
