//! The words in which each mistake is told: its title, the edit, and what else would help. A file is read first, and
//! then every problem of it becomes a message here.

mod conditions;
mod files;
mod layout;
mod rules;
mod signs;
mod slips;
mod steps;
mod tests;
mod unread;
mod values;
mod words;

use super::problem::Problem;
use super::problem::kind::{Elsewhere, ProblemKind};
use crate::diagnostic::{Advice, Diagnostic, syntax};

/// What is said of one mistake.
struct Said {
    title: String,
    edit: Advice,
    help: Option<String>,
}

impl Said {
    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

fn say(title: impl Into<String>, edit: impl Into<Advice>) -> Said {
    Said { title: title.into(), edit: edit.into(), help: None }
}

/// "Write this instead."
fn instead(title: impl Into<String>, text: &str) -> Said {
    say(title, format!("write `{text}` instead"))
}

/// "Take this away", with what is left.
fn away(title: impl Into<String>, example: &str) -> Said {
    say(title, format!("take this away: `{example}`"))
}

impl From<Problem> for Diagnostic {
    fn from(problem: Problem) -> Self {
        let Said { title, edit, help } = said(problem.kind);
        let help = if problem.goes_on { Some("So it is with the lines below.".to_string()) } else { help };
        Diagnostic { help, fix: problem.fix, ..syntax(problem.span, title, edit) }
    }
}

fn said(kind: ProblemKind) -> Said {
    match kind {
        ProblemKind::File(kind) => files::said(&kind),
        ProblemKind::Layout(kind) => layout::said(kind),
        ProblemKind::Sign(kind) => signs::said(kind),
        ProblemKind::Value(kind) => values::said(kind),
        ProblemKind::Word(kind) => words::said(kind),
        ProblemKind::Step(kind) => steps::said(kind),
        ProblemKind::Rule(kind) => rules::said(kind),
        ProblemKind::Test(kind) => tests::said(kind),
        ProblemKind::Condition(kind) => conditions::said(kind),
        ProblemKind::Slip(kind) => slips::said(kind),
        ProblemKind::Unread(kind) => unread::said(kind),
        ProblemKind::Elsewhere(kind) => elsewhere(kind),
    }
}

fn elsewhere(kind: Elsewhere) -> Said {
    match kind {
        Elsewhere::Told { title, edit, help, .. } => Said { help, ..say(title, edit) },
        Elsewhere::NoLineOfJourney { word } => say(
            format!("A journey has no line that begins with `{word}`"),
            "write `goal`, `exit`, `for`, `reenter` or another of its words; a step stands below `on …:`, indented",
        ),
        Elsewhere::StepInJourney { word, on } => say(
            format!("`{word}` is a step, and stands among the lines of the journey"),
            format!("indent it below the line that begins the journey, such as `on {on}:`"),
        ),
    }
}

fn join(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A text short enough for a title.
fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 24 { line.to_string() } else { line.chars().take(23).chain(['…']).collect() }
}
