//! Constructs that are read and checked for their names, and that the engine does not carry yet. Nothing is
//! silently ignored: each is an error that names the construct.

use super::Checker;
use super::conditions::Lowered;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Test, TestKind};

impl Checker<'_> {
    /// Reports a construct that cannot run yet.
    pub(crate) fn not_yet(&mut self, span: Span, construct: &str) -> Lowered {
        self.errors.push(
            Diagnostic::error("not-yet", span, format!("`{construct}` cannot be run yet"), "take this away for now")
                .with_help("It is part of the language, and this version reads it without running it."),
        );
        None
    }

    /// Checks the names of a test, which cannot be run yet.
    pub(crate) fn test(&mut self, test: &Test, span: Span) {
        self.journey_name(&test.journey);
        for line in &test.lines {
            if let TestKind::Profile(traits) = &line.kind {
                for (path, _) in traits {
                    let snake: Vec<_> = path.iter().map(|p| snake_case(&p.text).into()).collect();
                    if !matches!(snake.first().map(smol_str::SmolStr::as_str), Some("consent" | "reachable")) {
                        self.attribute_type(&snake, path);
                    }
                }
            }
        }
        self.not_yet(span, "test");
    }
}
