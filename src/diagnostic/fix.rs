//! Changes of the source that mend what a message is about.

use super::Diagnostic;
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;

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
    // By where they begin.
    let mut taken: BTreeMap<(u16, u32), &Edit> = BTreeMap::new();
    let mut applied = Applied::default();
    for (at, fix) in fixes.filter(|(_, fix)| fix.safe || also_unsafe) {
        if fix.edits.iter().all(|edit| is_free(&taken, edit.span)) {
            taken.extend(fix.edits.iter().map(|edit| ((edit.span.file, edit.span.start), edit)));
            applied.messages.push(at);
        }
    }
    for (at, source) in sources.iter().enumerate() {
        let edits = taken.values().filter(|edit| usize::from(edit.span.file) == at);
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

/// Whether a place touches none of these edits, which do not touch each other; two at one point do.
fn is_free(taken: &BTreeMap<(u16, u32), &Edit>, span: Span) -> bool {
    let before = taken.range((span.file, 0)..=(span.file, span.start)).next_back();
    let behind = taken.range((span.file, span.start)..(span.file, span.end.max(span.start))).next();
    before.is_none_or(|((_, start), edit)| *start != span.start && edit.span.end <= span.start) && behind.is_none()
}
