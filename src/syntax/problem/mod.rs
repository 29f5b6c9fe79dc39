//! What is wrong with a file, as it is found while it is read: which mistake of people it is, where, and the edits that
//! mend it. Words come after (`messages/`), so that no code has to read them to know what was found.

pub(super) mod kind;
#[cfg(test)]
mod tests;
pub(super) use kind::ProblemKind;

use crate::diagnostic::{Edit, Fix};
use crate::source::Span;

/// One mistake at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(super) kind: ProblemKind,
    /// The place that one would edit.
    pub(super) span: Span,
    /// The edits that mend it, where they are clear.
    pub(super) fix: Option<Box<Fix>>,
    /// Whether the lines below have it too, and are mended with it.
    pub(super) goes_on: bool,
}

impl Problem {
    pub(super) fn new(span: Span, kind: impl Into<ProblemKind>) -> Self {
        Self { kind: kind.into(), span, fix: None, goes_on: false }
    }

    /// A line that is another tool's, in the words of the row that knows it.
    pub(super) fn told(span: Span, title: impl Into<String>, edit: impl Into<String>) -> Self {
        let (title, edit) = (title.into(), edit.into());
        Self::new(span, kind::Elsewhere::Told { title, edit, help: None, shared: false })
    }

    /// The same, with a further sentence of help.
    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        if let ProblemKind::Elsewhere(kind::Elsewhere::Told { help: said, .. }) = &mut self.kind {
            *said = Some(help.into());
        }
        self
    }

    /// The same, where the lines below often have it too: then it is told of once.
    #[must_use]
    pub(super) fn shared(mut self) -> Self {
        if let ProblemKind::Elsewhere(kind::Elsewhere::Told { shared, .. }) = &mut self.kind {
            *shared = true;
        }
        self
    }

    /// The same, with a change that mends it and cannot change what the program does otherwise.
    #[must_use]
    pub(super) fn with_safe_fix(self, span: Span, text: impl Into<String>) -> Self {
        self.with_fix(Fix { edits: vec![Edit { span, text: text.into() }], safe: true })
    }

    /// The same, with a change that is likely meant, and to be read before it is kept.
    #[must_use]
    pub(super) fn with_unsafe_fix(self, span: Span, text: impl Into<String>) -> Self {
        self.with_fix(Fix { edits: vec![Edit { span, text: text.into() }], safe: false })
    }

    /// Whether a line is indented by tabs: a file is told so once.
    pub(super) fn is_tab(&self) -> bool {
        self.kind == kind::Layout::Tab.into()
    }

    /// The same, with these edits.
    #[must_use]
    pub(super) fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(Box::new(fix));
        self
    }
}
