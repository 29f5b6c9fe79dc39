//! `missing-date`: a wait for a date that somebody may not have, and a message behind it.

use super::Finding;
use super::known::{Known, Value};
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::Span;
use crate::syntax::tree::{ClauseKind, Entry, Step, StepKind, Until};

pub(super) const FINDING: Finding = Finding {
    name: "missing-date",
    level: Level::Warning,
    title: "Who has no such date gets the message behind the wait at once",
    meaning: "A wait for a date that is missing is over at once, as if the date were past, and nothing before it asks whether the \
              date is there: no condition, no `for` or `where`, no entry on the date itself.",
    customers: "Whoever lacks the date, or has one that could not be read, gets what is meant for days later in the minute of the \
                entry: \"your trial has ended\" with the welcome.",
    bad: "\
charter: timezone \"Europe/Paris\"
journey invoice:
  on invoice_sent:
    wait until event.due_on + 7d
    email overdue
  goal invoice_paid
",
    good: "\
charter: timezone \"Europe/Paris\"
journey invoice:
  on invoice_sent:
    wait until event.due_on + 7d or exit
    email overdue
  goal invoice_paid
",
    allow: Some("Where the host sends no event without the date, or the message is right without it."),
    fix: Some(
        "With `--unsafe` it writes `or exit` behind the wait. Whoever comes when the date is past leaves by it too.",
    ),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        let mut everywhere = Known::default();
        for clause in &journey.tree.clauses {
            match &clause.kind {
                ClauseKind::For(cond) => everywhere.learn(cond, None, view),
                // Whoever lacks it has left.
                ClauseKind::ExitWhen { cond, .. } => everywhere.unlearn(cond, view),
                _ => {}
            }
        }
        for clause in &journey.tree.clauses {
            let mut known = everywhere.clone();
            match &clause.kind {
                ClauseKind::Entry { entry, .. } => match entry {
                    Entry::On { events, cond: Some(cond) } => known.learn(cond, Some(events.len()), view),
                    Entry::OnDate { path, .. } | Entry::Yearly { path, .. } => known.extend(Value::of(path)),
                    Entry::Entering(segment) => known.learn_segment(&segment.text, view),
                    _ => {}
                },
                ClauseKind::Goal { .. } | ClauseKind::ExitOn { .. } | ClauseKind::ExitWhen { .. } => {}
                _ => continue,
            }
            let mut way = Way { known, waited: vec![] };
            let mut found = Walker { view, out };
            found.block(clause.steps(), &mut way);
        }
    }
}

/// What holds at a step.
#[derive(Clone)]
struct Way {
    known: Known,
    /// Waits before it whose date can be missing.
    waited: Vec<(Value, Span, bool)>,
}

struct Walker<'v, 'a> {
    view: &'v View<'a>,
    out: &'v mut Vec<Diagnostic>,
}

impl Walker<'_, '_> {
    /// Follows a block; whether anybody goes on behind it.
    fn block(&mut self, steps: &[Step], way: &mut Way) -> bool {
        steps.iter().all(|step| self.step(step, way))
    }

    fn step(&mut self, step: &Step, way: &mut Way) -> bool {
        match &step.kind {
            StepKind::WaitUntil { until: Until::Path { path, .. }, or_exit } => {
                if let Some(value) = Value::of(path).filter(|value| !way.known.holds(value)) {
                    match or_exit {
                        true => way.known.extend(Some(value)),
                        false => way.waited.push((value, step.span, false)),
                    }
                }
            }
            StepKind::Send(_) | StepKind::BestOf(_) => self.sent(step, way),
            StepKind::Set { path, .. } => way.known.extend(Value::of(path)),
            StepKind::WaitFor { .. } => {}
            StepKind::Exit => return false,
            StepKind::If { arms, otherwise } => {
                let mut ends = vec![];
                let mut before = way.clone();
                for arm in arms {
                    let mut inside = before.clone();
                    inside.known.learn(&arm.cond, None, self.view);
                    if self.block(&arm.steps, &mut inside) {
                        ends.push(inside);
                    }
                    before.waited = merged(before.waited, &way.waited);
                    before.known.unlearn(&arm.cond, self.view);
                }
                if self.block(otherwise.as_deref().unwrap_or_default(), &mut before) {
                    ends.push(before);
                }
                return join(ends, way);
            }
            _ => {
                let mut ends = vec![];
                let inner = step.blocks();
                if inner.is_empty() {
                    return true;
                }
                let is_all = match &step.kind {
                    StepKind::Match { otherwise, .. } => otherwise.is_some(),
                    StepKind::Split { .. } => true,
                    _ => false,
                };
                for block in inner {
                    let mut inside = way.clone();
                    if self.block(block, &mut inside) {
                        ends.push(inside);
                    }
                }
                if !is_all {
                    ends.push(way.clone());
                }
                return join(ends, way);
            }
        }
        true
    }

    /// A message goes to whoever did not wait.
    fn sent(&mut self, step: &Step, way: &mut Way) {
        for (value, wait, told) in &mut way.waited {
            if *told || way.known.holds(value) {
                continue;
            }
            *told = true;
            // One that comes by another branch too is told of once.
            if self.out.iter().any(|finding| finding.name == FINDING.name && finding.span() == *wait) {
                continue;
            }
            let message =
                step.alternatives().first().map(|sent| format!("{} {}", sent.channel.text, sent.message.text));
            let title = format!("Who has no `{value}` gets `{}` at once", message.unwrap_or_default());
            let end = Span { start: wait.end, ..*wait };
            let finding = FINDING.at(*wait, title, "write `or exit` behind it");
            self.out.push(finding.with_label(step.span, "sent at once").with_unsafe_fix(end, " or exit"));
        }
        // Further waits for the same date are mended by the same edit.
        let told: Vec<Value> = way.waited.iter().filter(|(.., told)| *told).map(|(value, ..)| value.clone()).collect();
        told.into_iter().for_each(|value| way.known.extend(Some(value)));
    }
}

fn merged(mut some: Vec<(Value, Span, bool)>, others: &[(Value, Span, bool)]) -> Vec<(Value, Span, bool)> {
    for other in others {
        if !some.iter().any(|one| one.1 == other.1) {
            some.push(other.clone());
        }
    }
    some
}

/// What holds behind all branches.
fn join(ends: Vec<Way>, way: &mut Way) -> bool {
    let mut ends = ends.into_iter();
    let Some(mut all) = ends.next() else { return false };
    for end in ends {
        all.known.keep(&end.known);
        all.waited = merged(all.waited, &end.waited);
    }
    *way = all;
    true
}
