//! The canonical form of a file: one way to write each thing, comments and blank lines at their places.
//!
//! The lines of the outline are printed from their tokens (`atoms`), comments are put between them (`notes`), and what is
//! too long for a line is broken where a line may go on (`fill`). Nothing is given out before it was read again and came to
//! the same tree.

mod atoms;
mod fill;
mod notes;

use super::layout::outline;
use super::node::Node;
use super::parse::{parse, shape};
use super::token::Key;
use super::words::Mode;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};
use atoms::{Atom, atoms};
use notes::Notes;
use std::fmt;

/// Lines are broken that would be longer, counted in characters.
pub(super) const WIDTH: usize = 100;
/// Spaces for each level.
const INDENT: usize = 2;
/// Where the actions of a test begin, behind the longest moment and at least so far right.
const MOMENTS: usize = 6;

/// Why a file was not formatted.
#[derive(Debug, Clone)]
pub enum FormatError {
    /// Some lines cannot be read; these are the messages.
    Syntax(Vec<Diagnostic>),
    /// The text that came out does not mean the same. This is a mistake of the formatter, which therefore gives nothing.
    Different,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Syntax(errors) => match errors.len() {
                1 => f.write_str("one line cannot be read"),
                n => write!(f, "{n} lines cannot be read"),
            },
            FormatError::Different => {
                f.write_str("it would not mean the same in the canonical form, so nothing was changed")
            }
        }
    }
}

impl std::error::Error for FormatError {}

/// The canonical form of a file's text.
///
/// ```
/// use journey::{SourceFile, format};
///
/// let source = SourceFile::new("cart.journey", "on cart_abandoned :  wait 2 days;email recs # picked by us");
/// assert_eq!(format(&source)?, "on cart_abandoned: wait 2d; email recs  # picked by us\n");
/// # Ok::<(), journey::FormatError>(())
/// ```
///
/// # Errors
/// When a line of the file cannot be read, or when the result would not mean the same.
pub fn format(file: &SourceFile) -> Result<String, FormatError> {
    let (_, errors) = parse(file, 0, &super::Known::default());
    if !errors.is_empty() {
        return Err(FormatError::Syntax(errors));
    }
    let text = print(file);
    let again = SourceFile::new(file.name.clone(), text);
    match shape(file) == shape(&again) && Notes::texts(file) == Notes::texts(&again) {
        true => Ok(again.text),
        false => Err(FormatError::Different),
    }
}

fn print(file: &SourceFile) -> String {
    let nodes = outline(file, 0);
    let mut printer = Printer { file, notes: Notes::of(file), out: String::new(), columns: vec![], end: 0 };
    printer.block(&nodes, 0);
    printer.notes_before(file.text.len() as u32, 0);
    printer.out
}

struct Printer<'a> {
    file: &'a SourceFile,
    notes: Notes<'a>,
    out: String,
    /// The columns, in the source, of the blocks that the last line stands in.
    columns: Vec<usize>,
    /// Where, in the source, what was printed last ends.
    end: u32,
}

impl Printer<'_> {
    /// Prints the lines of a block.
    fn block(&mut self, nodes: &[Node<'_>], depth: usize) {
        let moments = moments(self.file, nodes);
        let mut at = 0;
        while let Some(first) = nodes.get(at) {
            // What follows behind a `;` stands on one line with it, if it fits.
            let rest = nodes.get(at + 1..).unwrap_or_default();
            let count = 1 + rest.iter().take_while(|node| node.follows).count();
            let run = nodes.get(at..at + count).unwrap_or_default();
            let column = self.column(first);
            self.run(run, depth, column, moments);
            at += count;
        }
    }

    /// The column at which a line begins in the source.
    fn column(&self, node: &Node<'_>) -> usize {
        self.file.line_column(node.span().start).1 - 1
    }

    /// Prints one line of the source: a node, or several with `;` between them.
    fn run(&mut self, nodes: &[Node<'_>], depth: usize, column: usize, moments: usize) {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return };
        self.notes_before(first.span().start, depth);
        self.columns.truncate(depth);
        self.columns.push(column);
        let inline = last_inline(self.file, last);
        let end = inline.map_or(last.span().end, |node| node.span().end);
        let has_notes = self.notes.within(first.span().start, end);
        if !has_notes {
            let parts: Vec<String> = nodes.iter().map(|node| one_line(self.file, node, moments)).collect();
            let line = parts.join("; ");
            let note = self.notes.behind(end).map_or(0, |note| note.chars().count() + 2);
            let fits = depth * INDENT + line.chars().count() + note <= WIDTH;
            // One text behind its `:` is no shorter below it.
            let one_text = || first.children.len() == 1 && first.children.iter().all(|part| part.pieces.len() == 1);
            let fits = fits || nodes.len() == 1 && has_inline(self.file, first) && one_text();
            if !line.contains('\n') && (fits || nodes.len() == 1 && !has_inline(self.file, first)) {
                if fits {
                    self.line(&line, depth, end);
                } else {
                    self.filled(first, depth, moments);
                }
                self.below(last, depth);
                return;
            }
        }
        // Each part on a line of its own.
        for node in nodes {
            self.filled(node, depth, moments);
            if has_inline(self.file, node) {
                self.block_of_parts(&node.children, depth + 1);
            } else {
                self.below(node, depth);
            }
        }
    }

    /// The parts of a one-line block, which becomes a block of lines.
    fn block_of_parts(&mut self, parts: &[Node<'_>], depth: usize) {
        for part in parts {
            self.run(std::slice::from_ref(part), depth, depth * INDENT, 0);
        }
    }

    fn below(&mut self, node: &Node<'_>, depth: usize) {
        if !has_inline(self.file, node) {
            self.block(&node.children, depth + 1);
        }
    }

    /// Prints a node without its block, broken where it is too long or has notes inside.
    fn filled(&mut self, node: &Node<'_>, depth: usize, moments: usize) {
        self.notes_before(node.span().start, depth);
        let mut list = atoms(self.file, node);
        pad(&mut list, node, moments);
        let end = node.span().end;
        let notes = self.notes.take_within(node.span().start, end);
        let text = fill::fill(&list, &notes, depth * INDENT);
        self.line(&text, depth, end);
    }

    /// Writes a line with the note behind it.
    fn line(&mut self, text: &str, depth: usize, end: u32) {
        let indent = depth * INDENT;
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out.push_str(text);
        if let Some(note) = self.notes.take_behind(end) {
            self.out.push_str("  ");
            self.out.push_str(&note.text);
            self.end = note.end;
        } else {
            self.end = end;
        }
        self.out.push('\n');
    }

    /// Prints the notes on lines of their own before `start`, whose line has this depth, and the blank lines between.
    fn notes_before(&mut self, start: u32, depth: usize) {
        for note in self.notes.take_before(start) {
            self.blank(note.start);
            // A note behind a block may belong to it, or to what follows: its column tells.
            let open = self.columns.iter().enumerate().skip(depth).rev();
            let level = open.into_iter().find(|(_, column)| **column <= note.column).map_or(depth, |(level, _)| level);
            self.out.extend(std::iter::repeat_n(' ', level * INDENT));
            self.out.push_str(&note.text);
            self.out.push('\n');
            self.end = note.end;
        }
        self.blank(start);
    }

    /// One empty line, where there are any in the source.
    fn blank(&mut self, next: u32) {
        let between = self.file.slice(Span::new(0, self.end, next));
        let at_end = self.file.text.get(next as usize..).is_none_or(|rest| rest.trim().is_empty());
        if !self.out.is_empty() && !at_end && has_blank_line(between) && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

fn has_blank_line(between: &str) -> bool {
    let lines: Vec<&str> = between.split('\n').collect();
    // The first ends a line, the last begins one.
    lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default().iter().any(|line| line.trim().is_empty())
}

/// Whether the block of a node stands on its line.
fn has_inline(file: &SourceFile, node: &Node<'_>) -> bool {
    let (colon, first) = (node.span().end, node.children.first().map(|first| first.span().start));
    first.is_some_and(|first| !file.slice(Span::new(0, colon, first)).contains('\n'))
}

/// The last part of a one-line block, however deep.
fn last_inline<'n, 'a>(file: &SourceFile, node: &'n Node<'a>) -> Option<&'n Node<'a>> {
    let last = node.children.last().filter(|_| has_inline(file, node))?;
    Some(last_inline(file, last).unwrap_or(last))
}

/// A node and the parts of its one-line block on one line.
fn one_line(file: &SourceFile, node: &Node<'_>, moments: usize) -> String {
    let mut list = atoms(file, node);
    pad(&mut list, node, moments);
    let mut text = fill::unbroken(&list);
    if has_inline(file, node) {
        let part = node.children.first().map_or(Mode::Step, |part| part.mode);
        let separator = if matches!(part, Mode::Step | Mode::ChannelPart) { "; " } else { ", " };
        let parts: Vec<String> = node.children.iter().map(|part| one_line(file, part, 0)).collect();
        text.push(' ');
        text.push_str(&parts.join(separator));
    }
    text
}

/// How far right the actions of a test begin.
fn moments(file: &SourceFile, nodes: &[Node<'_>]) -> usize {
    let moments = nodes.iter().filter(|node| node.mode == Mode::TestLine && node.head != Some(Key::Profile));
    let widths = moments.filter_map(|node| {
        let list = atoms(file, node);
        list.first().filter(|atom| atom.text.starts_with('+')).map(|atom| atom.text.chars().count() + 1)
    });
    widths.max().map_or(0, |widest| widest.max(MOMENTS))
}

/// Fills the moment of a line of a test up to the column of the actions.
fn pad(list: &mut [Atom], node: &Node<'_>, moments: usize) {
    if let Some(first) = list.first_mut().filter(|atom| node.mode == Mode::TestLine && atom.text.starts_with('+')) {
        let width = first.text.chars().count();
        first.text.extend(std::iter::repeat_n(' ', moments.saturating_sub(width + 1)));
    }
}
