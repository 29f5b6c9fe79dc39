//! One kind of message for everything that is wrong or doubtful in a program.

mod advice;
mod fix;
pub mod render;

use crate::source::Span;
pub use advice::Advice;
pub use fix::{Applied, Edit, Fix, apply};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// The program cannot run.
    Error,
    /// The program runs, and something about it deserves a look.
    Warning,
}

impl Level {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

/// A place, and what is to be done there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Where.
    pub span: Span,
    /// The edit, or what stands there.
    pub text: String,
    /// What would stand here instead, where the text asks whether that was meant.
    pub suggestion: Option<String>,
    /// Whether the same is wrong here as at the first place.
    pub again: bool,
}

/// A rule that findings at several places can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its line.
    pub span: Span,
    /// How many other things must come together for this finding; of several those with the fewest are shown first.
    pub coincidences: usize,
    /// The worst of several cases that the help tells of, where those are long.
    pub worst: Option<String>,
}

/// A message about a program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The finding's name, as `journey explain` knows it.
    pub name: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// The mistake in about ten plain words.
    pub message: String,
    /// The places; the first is the one to edit.
    pub labels: Vec<Label>,
    /// What else would help.
    pub help: Option<String>,
    /// The rule that it is about, where that can be the rule of others too.
    pub rule: Option<Box<Rule>>,
    /// The edits that mend it, where they are clear.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// An error at one place, with the edit that mends it as the label.
    pub fn error(name: &'static str, span: Span, message: impl Into<String>, advice: impl Into<Advice>) -> Self {
        let Advice { text, suggestion } = advice.into();
        Self {
            name,
            level: Level::Error,
            message: message.into(),
            labels: vec![Label { span, text, suggestion, again: false }],
            help: None,
            rule: None,
            fix: None,
        }
    }

    /// A warning at one place, with the edit that mends it as the label.
    pub fn warning(name: &'static str, span: Span, message: impl Into<String>, advice: impl Into<Advice>) -> Self {
        Self { level: Level::Warning, ..Self::error(name, span, message, advice) }
    }

    /// The same, with a further sentence of help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with a further place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), suggestion: None, again: false });
        self
    }

    /// Adds a place where the same is wrong.
    pub(crate) fn push_again(&mut self, span: Span) {
        self.labels.push(Label { span, text: "and here".to_string(), suggestion: None, again: true });
    }

    /// The same, about a rule that stands at this further place.
    #[must_use]
    pub fn about_rule(mut self, span: Span, text: impl Into<String>, coincidences: usize) -> Self {
        self.rule = Some(Box::new(Rule { span, coincidences, worst: None }));
        self.with_label(span, text)
    }

    /// The same, with a change that mends it and cannot change what the program does otherwise.
    #[must_use]
    pub fn with_safe_fix(self, span: Span, text: impl Into<String>) -> Self {
        self.with_fix(Fix { edits: vec![Edit { span, text: text.into() }], safe: true })
    }

    /// The same, with a change that is likely meant, and to be read before it is kept.
    #[must_use]
    pub fn with_unsafe_fix(self, span: Span, text: impl Into<String>) -> Self {
        self.with_fix(Fix { edits: vec![Edit { span, text: text.into() }], safe: false })
    }

    /// The same, with these edits.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(Box::new(fix));
        self
    }

    /// What would stand at the place to edit instead.
    pub fn suggestion(&self) -> Option<&str> {
        self.labels.first()?.suggestion.as_deref()
    }

    /// The place to edit.
    pub fn span(&self) -> Span {
        self.labels.first().map(|label| label.span).unwrap_or_default()
    }
}

/// An error of the name `syntax`.
pub(crate) fn syntax(span: Span, message: impl Into<String>, advice: impl Into<Advice>) -> Diagnostic {
    Diagnostic::error("syntax", span, message, advice)
}
