//! `tail-of-if`: what stands behind the `;` of a one-line `if` is done for everybody.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::Span;
use crate::syntax::tree::{ItemKind, Step, StepKind};

pub(super) const FINDING: Finding = Finding {
    name: "tail-of-if",
    level: Level::Warning,
    title: "A step behind a one-line `if` is done for everybody",
    meaning: "`;` ends a one-line `if`. In `if opened then email more; wait 1d` only the email depends on the open; the \
              wait is done by all. On a line of its own it reads as what it does.",
    customers: "People get the message behind the `;` whether the condition holds for them or not.",
    bad: "\
journey news:
  on signed_up:
    email welcome
    wait 2d
    if clicked then email more; push invitation
  goal order_placed
charter: consent required for push, cap 2 per 1d
",
    good: "\
journey news:
  on signed_up:
    email welcome
    wait 2d
    if clicked then email more
    push invitation
  goal order_placed
charter: consent required for push, cap 2 per 1d
",
    allow: Some("Where everybody who reads the line knows. A line of its own says it to all others too."),
    fix: Some("It puts each step on a line of its own. The journey does the same as before."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for item in view.items() {
        let ItemKind::Journey(journey) = &item.kind else { continue };
        for clause in &journey.clauses {
            block(view, clause.steps(), out);
        }
    }
}

fn block(view: &View<'_>, steps: &[Step], out: &mut Vec<Diagnostic>) {
    for (at, step) in steps.iter().enumerate() {
        for inner in step.blocks() {
            block(view, inner, out);
        }
        let Some(tail) = steps.get(at + 1).filter(|_| goes_on(step)) else { continue };
        if !on_one_line(view, step, tail) {
            continue;
        }
        let title = format!("`{}` is done for everybody, not only where the `if` holds", first_words(view, tail));
        let finding = FINDING.at(tail.span, title, "put this on a line of its own, or the whole into an `if …:` block");
        out.push(match parted(view, steps, step, tail) {
            Some((span, text)) => finding.with_safe_fix(span, text),
            None => finding,
        });
    }
}

/// Whether a step is an `if` that somebody for whom it holds goes on behind; of one who leaves nobody would think so.
fn goes_on(step: &Step) -> bool {
    let leaves = |block: &[Step]| matches!(block.last().map(|step| &step.kind), Some(StepKind::Exit));
    matches!(&step.kind, StepKind::If { arms, .. } if !arms.iter().all(|arm| leaves(&arm.steps)))
}

fn on_one_line(view: &View<'_>, step: &Step, tail: &Step) -> bool {
    let between = view.text(Span::new(step.span.file, step.span.end, tail.span.start));
    step.span.end <= tail.span.start && between.contains(';') && between.trim_matches([' ', ';', '\u{a0}']).is_empty()
}

fn first_words(view: &View<'_>, step: &Step) -> String {
    view.text(step.span).lines().next().unwrap_or_default().to_string()
}

/// The same steps with a line for each: for a one-line block all of them, else the tail alone.
fn parted(view: &View<'_>, steps: &[Step], step: &Step, tail: &Step) -> Option<(Span, String)> {
    let (first, last) = (steps.first()?, steps.last()?);
    let file = first.span.file;
    let text = &view.sources.get(usize::from(file))?.text;
    let line_of = |offset: u32| text.get(..offset as usize).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let indent_of = |line: &str| line.len() - line.trim_start_matches([' ', '\u{feff}']).len();
    let before = line_of(first.span.start);
    if let Some(head) = before.trim_end().strip_suffix(':') {
        let indent = " ".repeat(indent_of(head) + 2);
        let lines: String = steps.iter().map(|step| format!("\n{indent}{}", view.text(step.span))).collect();
        let colon = first.span.start - (before.len() - before.trim_end().len()) as u32;
        return Some((Span::new(file, colon, last.span.end), lines));
    }
    let line = line_of(step.span.start);
    let indent = " ".repeat(indent_of(line));
    Some((Span::new(file, step.span.end, tail.span.start), format!("\n{indent}")))
}
