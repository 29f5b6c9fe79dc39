//! `uncorrelated-event`: a journey about one cart that listens to all carts.

use super::Finding;
use super::view::{Journey, View};
use crate::diagnostic::{Diagnostic, Level};
use crate::ir::Engagement;
use crate::source::{Span, snake_case};
use crate::syntax::tree::{ClauseKind, Expr, ExprKind, Path, Root, StepKind};
use crate::syntax::walk::Bare;

pub(super) const FINDING: Finding = Finding {
    name: "uncorrelated-event",
    level: Level::Warning,
    title: "A journey about one thing listens to the events of all",
    meaning: "With `one per event.cart_id` a customer is in the journey once for each cart. A goal, an exit or a wait for an \
              event that does not say which cart it is about, acts on all of them. Events about the person, such as \
              `unsubscribed`, are meant for all and need no condition.",
    customers: "An order of one cart ends the reminders of all the others, and counts as their success.",
    bad: "\
journey cart:
  one per event.cart_id
  on cart_abandoned:
    wait 1d
    email recs
  goal order_placed within 7d
",
    good: "\
journey cart:
  one per event.cart_id
  on cart_abandoned:
    wait 1d
    email recs
  goal order_placed within 7d where cart_id is event.cart_id
",
    allow: Some("Where any such event is meant to end them all."),
    fix: Some("With `--unsafe` it adds `where KEY is event.KEY` to a goal or an exit that has no `where`."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for journey in &view.journeys {
        let Some(key) = journey.key() else { continue };
        clauses(view, journey, key, out);
        for step in journey.steps() {
            match &step.kind {
                StepKind::WaitFor { cond, .. } => waited_for(view, key, cond, step.span, false, out),
                StepKind::If { arms, .. } => {
                    arms.iter().for_each(|arm| waited_for(view, key, &arm.cond, arm.cond.span, true, out));
                }
                StepKind::Repeat { until: Some(until), .. } => waited_for(view, key, until, step.span, false, out),
                _ => {}
            }
        }
    }
}

fn clauses(view: &View<'_>, journey: &Journey<'_>, key: &Path, out: &mut Vec<Diagnostic>) {
    for clause in &journey.tree.clauses {
        match &clause.kind {
            ClauseKind::Goal { events, cond, .. } | ClauseKind::ExitOn { events, cond, .. } => {
                let about_one = cond.as_ref().is_some_and(correlates);
                let event =
                    events.iter().find(|event| event.message.is_none() && !is_about_person(view, &event.name.text));
                let Some(event) = event.filter(|_| !about_one) else { continue };
                let finding = finding(&event.name.text, key, clause.span);
                out.push(match cond {
                    // Only what the line says itself, and not yet otherwise, can be added behind its end.
                    None => finding.with_unsafe_fix(behind(view, clause.span), format!(" where {}", condition(key))),
                    Some(_) => finding,
                });
            }
            ClauseKind::ExitWhen { cond, .. } => waited_for(view, key, cond, clause.span, false, out),
            _ => {}
        }
    }
}

fn finding(event: &str, key: &Path, span: Span) -> Diagnostic {
    let thing = key.parts.last().map_or("", |part| part.text.as_str());
    FINDING.at(
        span,
        format!("`{event}` of any {thing} acts on the journeys of all others too"),
        format!("say which one is meant: `where {}`", condition(key)),
    )
}

fn condition(key: &Path) -> String {
    let path: Vec<&str> = key.parts.iter().map(|part| part.text.as_str()).collect();
    let path = path.join(".");
    format!("{path} is event.{path}")
}

/// The place behind a line, before the `:` that it may end in.
fn behind(view: &View<'_>, line: Span) -> Span {
    let text = view.text(line);
    let end = line.start + text.strip_suffix(':').unwrap_or(text).trim_end().len() as u32;
    Span::new(line.file, end, end)
}

/// Events that a condition waits for: of an `if`, those with a window alone.
fn waited_for(view: &View<'_>, key: &Path, cond: &Expr, span: Span, windows_only: bool, out: &mut Vec<Diagnostic>) {
    let mut found: Option<&str> = None;
    look(cond, !windows_only, &mut |path, about_one| {
        if let Some(name) = path.parts.first()
            && !about_one
            && !is_about_person(view, &name.text)
        {
            found = found.or(Some(name.text.as_str()));
        }
    });
    out.extend(found.map(|event| finding(event, key, span)));
}

/// Calls `see` for each event that is waited for, with whether it says which one is meant.
fn look<'t>(expr: &'t Expr, waits: bool, see: &mut dyn FnMut(&'t Path, bool)) {
    match &expr.kind {
        ExprKind::Within(inner, _) => look(inner, true, see),
        ExprKind::Path { path, suffix }
            if path.root == Root::Bare && waits && suffix.in_last.is_none() && !suffix.ever =>
        {
            let own = matches!(path.parts.as_slice(), [name] if !name.quoted && is_a_word(&name.text));
            if !own {
                see(path, suffix.cond.as_deref().is_some_and(correlates));
            }
        }
        ExprKind::Compare { left, right, .. }
            if super::words::is_a_word(right, &["known", "missing"]) || super::words::is_a_word(left, &["today"]) => {}
        _ => expr
            .parts(Bare::Events)
            .into_iter()
            .filter(|(_, bare)| *bare == Bare::Events)
            .for_each(|(part, _)| look(part, waits, see)),
    }
}

fn is_a_word(word: &str) -> bool {
    matches!(word, "sent" | "suppressed" | "now" | "today" | "engagement") || Engagement::of(word).is_some()
}

/// Engagements, and what a person says about messages as such.
fn is_about_person(view: &View<'_>, event: &str) -> bool {
    let snake = snake_case(event);
    matches!(snake.as_str(), "subscribed" | "unsubscribed")
        || crate::engagement::of_event(&snake, |channel| view.names.is_channel(channel)).is_some()
}

/// Whether a `where` compares a property with one of the entry's event.
fn correlates(cond: &Expr) -> bool {
    let mut found = false;
    cond.visit(Bare::Properties, &mut |expr, _| {
        let is_comparison = matches!(
            expr.kind,
            ExprKind::Compare { .. } | ExprKind::OneOf { .. } | ExprKind::Contains(..) | ExprKind::Between { .. }
        );
        if is_comparison {
            let (mut own, mut entrys) = (false, false);
            expr.visit(Bare::Properties, &mut |part, _| match part.path().map(|path| path.root) {
                Some(Root::Bare) => own = true,
                Some(Root::Event) => entrys = true,
                _ => {}
            });
            found |= own && entrys;
        }
    });
    found
}
