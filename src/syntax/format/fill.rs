//! One line of a program, broken where it may go on if it is too long, or if a comment stands inside it.

use super::WIDTH;
use super::atoms::Atom;
use super::notes::Note;

/// What goes on stands so much further right than its line.
const HANGING: usize = 4;

/// The atoms on one line.
pub(super) fn unbroken(atoms: &[Atom]) -> String {
    let mut out = String::new();
    for atom in atoms {
        if atom.space && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&atom.text);
    }
    out
}

/// The atoms on as few lines as will do, the comments among them behind what they stood behind.
pub(super) fn fill(atoms: &[Atom], notes: &[Note], indent: usize) -> String {
    let next_line = format!("\n{}", " ".repeat(indent + HANGING));
    let mut out = String::new();
    let mut column = indent;
    let mut notes = notes.iter().peekable();
    // Nothing can follow a comment on its line.
    let mut must_break = false;
    for (at, atom) in atoms.iter().enumerate() {
        while let Some(note) = notes.next_if(|note| note.start < atom.start) {
            out.push_str(if note.behind && !must_break { "  " } else { &next_line });
            out.push_str(&note.text);
            must_break = true;
        }
        let chunk = chunk_width(atoms.get(at..).unwrap_or_default());
        let too_long = column + usize::from(atom.space) + chunk > WIDTH && column > indent + HANGING;
        if must_break || atom.may_break.is_some() && too_long {
            out.push_str(&next_line);
            column = indent + HANGING;
            must_break = false;
        } else if atom.space && at > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(&atom.text);
        column += atom.text.chars().count();
    }
    out
}

/// The width of what comes before the next place where the line may be broken, inside as few parentheses.
fn chunk_width(atoms: &[Atom]) -> usize {
    let depth = atoms.first().and_then(|atom| atom.may_break).unwrap_or_default();
    let mut width = 0;
    for (at, atom) in atoms.iter().enumerate() {
        if at > 0 && atom.may_break.is_some_and(|inside| inside <= depth) {
            break;
        }
        width += atom.text.chars().count() + usize::from(at > 0 && atom.space);
    }
    width
}
