//! Changes of the source that mend what a message is about.

use super::Diagnostic;
use crate::source::{SourceFile, Span};

/// One replacement in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// Edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether what the program does is the same after it: a program that could be checked does what it did, and in one
    /// that could not there was one thing that the line can have meant.
    pub safe: bool,
}

/// What came of applying fixes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// The files that changed, by their number, with their new texts.
    pub files: Vec<(usize, String)>,
    /// The messages whose fixes were applied, by their number.
    pub messages: Vec<usize>,
}

/// Applies the fixes of these messages, the unsafe ones too where `also_unsafe`. Of fixes that touch each other the first
/// is applied; check again for the others.
///
/// ```
/// use journey::{Program, SourceFile, diagnostic::apply};
///
/// let sources = [SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; send email recs")];
/// let checked = Program::check(&sources);
/// let applied = apply(&checked.diagnostics, &sources, false);
/// assert_eq!(applied.files, [(0, "on cart_abandoned: wait 1d; email recs".to_string())]);
/// ```
pub fn apply(diagnostics: &[Diagnostic], sources: &[SourceFile], also_unsafe: bool) -> Applied {
    let fixes = diagnostics.iter().enumerate().filter_map(|(at, d)| Some((at, d.fix.as_deref()?)));
    let mut taken: Vec<&Edit> = Vec::new();
    let mut applied = Applied::default();
    for (at, fix) in fixes.filter(|(_, fix)| fix.safe || also_unsafe) {
        let free = fix.edits.iter().all(|edit| taken.iter().all(|other| apart(edit.span, other.span)));
        if free {
            taken.extend(&fix.edits);
            applied.messages.push(at);
        }
    }
    for (at, source) in sources.iter().enumerate() {
        let mut edits: Vec<&Edit> = taken.iter().copied().filter(|edit| usize::from(edit.span.file) == at).collect();
        edits.sort_by_key(|edit| edit.span.start);
        let mut text = String::with_capacity(source.text.len());
        let mut from = 0;
        for edit in edits {
            let range = source.range(edit.span);
            text.push_str(source.text.get(from..range.start).unwrap_or_default());
            text.push_str(&edit.text);
            from = range.end;
        }
        text.push_str(source.text.get(from..).unwrap_or_default());
        if text != source.text {
            applied.files.push((at, text));
        }
    }
    applied
}

/// Whether two edits leave each other alone; two at one point do not.
fn apart(a: Span, b: Span) -> bool {
    a.file != b.file || a.start != b.start && (a.end <= b.start || b.end <= a.start)
}
