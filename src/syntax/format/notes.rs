//! The comments of a file, with where they stand.

use crate::source::{SourceFile, Span};
use crate::syntax::token::{Lexeme, lex};

/// A comment.
#[derive(Debug, Clone)]
pub(super) struct Note {
    /// As it is printed.
    pub(super) text: String,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The column at which it begins, if it is alone on its line.
    pub(super) column: usize,
    /// Whether something stands before it on its line.
    pub(super) behind: bool,
}

/// The comments that are still to be printed, in order.
pub(super) struct Notes<'a> {
    file: &'a SourceFile,
    notes: Vec<Note>,
    /// How many of them are printed.
    at: usize,
}

impl<'a> Notes<'a> {
    pub(super) fn of(file: &'a SourceFile) -> Self {
        let mut notes = Vec::new();
        let mut behind = false;
        for (lexeme, start, end) in lex(&file.text) {
            match lexeme {
                Lexeme::LineEnd => behind = false,
                Lexeme::Comment => notes.push(Note {
                    text: canonical(file.slice(Span::new(0, start, end))),
                    start,
                    end,
                    column: file.line_column(start).1 - 1,
                    behind,
                }),
                _ => behind = true,
            }
        }
        Self { file, notes, at: 0 }
    }

    /// The comments of a file as they are printed.
    pub(super) fn texts(file: &SourceFile) -> Vec<String> {
        Notes::of(file).notes.into_iter().map(|note| note.text).collect()
    }

    fn next(&self) -> Option<&Note> {
        self.notes.get(self.at)
    }

    /// Whether any stands between these places.
    pub(super) fn within(&self, start: u32, end: u32) -> bool {
        self.notes.get(self.at..).unwrap_or_default().iter().any(|note| note.start >= start && note.start < end)
    }

    /// Takes those between two places.
    pub(super) fn take_within(&mut self, start: u32, end: u32) -> Vec<Note> {
        let mut out = Vec::new();
        while let Some(note) = self.next().filter(|note| note.start >= start && note.start < end) {
            out.push(note.clone());
            self.at += 1;
        }
        out
    }

    /// Takes all before a place.
    pub(super) fn take_before(&mut self, start: u32) -> Vec<Note> {
        self.take_within(0, start)
    }

    /// The comment on the line of the source that ends here.
    pub(super) fn behind(&self, end: u32) -> Option<&str> {
        let note = self.next().filter(|note| note.behind && note.start >= end)?;
        let between = self.file.slice(Span::new(0, end, note.start));
        (!between.contains('\n')).then_some(note.text.as_str())
    }

    /// Takes that comment.
    pub(super) fn take_behind(&mut self, end: u32) -> Option<Note> {
        self.behind(end)?;
        let note = self.next().cloned();
        self.at += 1;
        note
    }
}

/// A comment with one space behind its sign and none at its end.
fn canonical(text: &str) -> String {
    let text = text.trim_end();
    match text.strip_prefix('#') {
        Some(rest) if !rest.is_empty() && !rest.starts_with([' ', '#', '!', '\u{a0}']) => format!("# {rest}"),
        _ => text.to_string(),
    }
}
