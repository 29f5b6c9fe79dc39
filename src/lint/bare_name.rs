//! `bare-name`: a question about an event that nothing else in the program names.

use super::Finding;
use super::view::View;
use super::words::means_itself;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{ClauseKind, Entry, Expr, ExprKind, Root, StepKind};
use crate::syntax::words::days;
use crate::value::Comparison;
use smol_str::SmolStr;
use std::collections::BTreeMap;

pub(super) const FINDING: Finding = Finding {
    name: "bare-name",
    level: Level::Warning,
    title: "A question asks for an event that nothing else names",
    meaning: "A name by itself is an event: the question is whether one of that name has happened since the entry. Nothing else \
              of the program names it: no entry, goal, exit, test or `event` item, and no question about a time. What is known \
              of a person is written `profile.NAME`. The same is said of an entry that is called like an attribute, and of a \
              text that stands by itself beside a comparison.",
    customers: "Where no such event is ever sent, the question is answered with no for everybody: who is a VIP or has the app \
                is treated like all others.",
    bad: "\
journey cart:
  on cart_abandoned:
    if vip then email offer else email recs
  goal order_placed
",
    good: "\
journey cart:
  on cart_abandoned:
    if profile.vip then email offer else email recs
  goal order_placed
",
    allow: Some("Where it is an event all the same. An item such as `event vip` says so too."),
    fix: Some("With `--unsafe` it writes `profile.` before the name."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let mut asked: BTreeMap<SmolStr, Vec<Span>> = BTreeMap::new();
    for journey in &view.journeys {
        for step in journey.steps() {
            if let StepKind::If { arms, .. } = &step.kind {
                arms.iter().for_each(|arm| bare(&arm.cond, &mut asked));
                arms.iter().for_each(|arm| values(view, &arm.cond, out));
            }
        }
    }
    entered_by_an_attribute(view, out);
    for (event, places) in asked {
        let everywhere = view.uses_of(&event).len();
        if everywhere > places.len()
            || view.names.is_built_in_event(&event)
            || view.names.declared_events.contains_key(&event)
            || view.lost(&event)
        {
            continue;
        }
        let said: Vec<Span> = out.iter().map(Diagnostic::span).collect();
        // One finding for a name, however often it stands there.
        if let Some(place) = places.first().copied().filter(|place| !said.contains(place)) {
            if days(&event).is_some() {
                let title = format!("`{event}` by itself asks for an event of that name, not for the day of the week");
                let edit = format!("today is {event}");
                let finding = FINDING.at(place, title, format!("write `{edit}`"));
                out.push(finding.with_unsafe_fix(place, edit));
                continue;
            }
            let title = format!(
                "`{event}` by itself is an event, and nothing else here names it: where none is sent the answer is always no"
            );
            let edit = format!(
                "for what is known of a person write `profile.{event}`; for an event add a line `event {event}`"
            );
            out.push(FINDING.at(place, title, edit).with_unsafe_fix(place, format!("profile.{event}")));
        }
    }
}

/// `on birthday:` where `birthday` is known of each person: nothing of that name happens.
fn entered_by_an_attribute(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let Some(profile) = &view.names.profile else { return };
    for clause in view.journeys.iter().flat_map(|journey| &journey.tree.clauses) {
        let ClauseKind::Entry { entry: Entry::On { events, .. }, .. } = &clause.kind else { continue };
        for event in events.iter().filter(|event| event.message.is_none()) {
            let name = SmolStr::new(snake_case(&event.name.text));
            let is_attribute = profile.contains_key(std::slice::from_ref(&name));
            let elsewhere = view.uses_of(&name).len() > 1;
            if !is_attribute || elsewhere || view.names.declared_events.contains_key(&name) {
                continue;
            }
            let title = format!("`{name}` is an attribute, and this waits for an event that is called so");
            let edit = format!(
                "for a date write `every year on profile.{name} at 09:00` or `on date profile.{name}`; for an event add a line \
                 `event {name}`"
            );
            out.push(FINDING.at(event.name.span, title, edit));
        }
    }
}

/// The events that a condition asks about with neither a window nor a `where`.
fn bare(cond: &Expr, asked: &mut BTreeMap<SmolStr, Vec<Span>>) {
    match &cond.kind {
        ExprKind::Not(inner) => bare(inner, asked),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(|part| bare(part, asked)),
        ExprKind::Path { path, suffix } if path.root == Root::Bare && suffix.is_empty() => {
            if let [name] = path.parts.as_slice()
                && !name.quoted
                && !means_itself(name, suffix)
            {
                asked.entry(SmolStr::new(snake_case(&name.text))).or_default().push(name.span);
            }
        }
        _ => {}
    }
}

/// `profile.tier is "gold" or "silver"`: a text by itself is the name of an event, and no second value.
fn values(view: &View<'_>, cond: &Expr, out: &mut Vec<Diagnostic>) {
    let parts = match &cond.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => parts,
        ExprKind::Not(inner) => return values(view, inner, out),
        _ => return,
    };
    parts.iter().for_each(|part| values(view, part, out));
    let compared = parts.iter().enumerate().find_map(|(at, part)| match &part.kind {
        ExprKind::Compare { op, left, right } if matches!(right.kind, ExprKind::Text(_)) => match op {
            Comparison::Is => Some((at, part, "is one of", left, right)),
            Comparison::IsNot => Some((at, part, "is not one of", left, right)),
            _ => None,
        },
        _ => None,
    });
    let Some((at, first, one_of, left, right)) = compared else { return };
    let behind = parts.iter().skip(at + 1);
    // A word without quotes is a value only behind `or`; behind `and` it asks for more.
    let listed = matches!(cond.kind, ExprKind::Or(_));
    let more: Vec<&Expr> = behind
        .filter(|part| {
            let bare = || word(part).filter(|name| listed && !is_attribute(view, name));
            text(part).or_else(bare).is_some_and(|name| is_named_here_alone(view, name))
        })
        .collect();
    let (Some(place), Some(last)) = (more.first(), more.last()) else { return };
    let listed = std::iter::once(&**right).chain(more.iter().copied());
    let values: Vec<String> = listed
        .map(|value| match word(value) {
            Some(name) => format!("\"{name}\""),
            None => view.text(value.span).to_string(),
        })
        .collect();
    let (left, silver) = (view.text(left.span), view.text(place.span));
    let line = format!("{left} {one_of} ({})", values.join(", "));
    let (silver, edit) = match word(place) {
        Some(name) => (
            format!("`{silver}`"),
            format!(
                "write `{line}`; for an event add a line `event {name}`, and for an attribute write `profile.{name}`"
            ),
        ),
        None => (silver.to_string(), format!("write `{line}`")),
    };
    let title = format!("{silver} by itself asks for an event of that name, not for a value of `{left}`");
    let finding = FINDING.at(place.span, title, edit);
    // What stands between them would be lost.
    let are_neighbours = parts.len() == more.len() + 1;
    out.push(if are_neighbours { finding.with_unsafe_fix(first.span.to(last.span), line) } else { finding });
}

/// A text that stands by itself in a condition.
fn text(part: &Expr) -> Option<&str> {
    match &part.kind {
        ExprKind::Text(text) => Some(text),
        ExprKind::Path { path, suffix } if path.root == Root::Bare && suffix.is_empty() => {
            match path.parts.as_slice() {
                [name] if name.quoted => Some(&name.text),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A word without quotes that stands by itself in a condition.
fn word(part: &Expr) -> Option<&str> {
    match &part.kind {
        ExprKind::Path { path, suffix } if path.root == Root::Bare && suffix.is_empty() => {
            match path.parts.as_slice() {
                [name] if !name.quoted && !means_itself(name, suffix) => Some(&name.text),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the program declares an attribute of this name.
fn is_attribute(view: &View<'_>, name: &str) -> bool {
    let name = SmolStr::new(snake_case(name));
    view.names.profile.as_ref().is_some_and(|profile| profile.contains_key(std::slice::from_ref(&name)))
}

/// Whether nothing else of the program names an event.
fn is_named_here_alone(view: &View<'_>, name: &str) -> bool {
    let event = SmolStr::new(snake_case(name));
    view.uses_of(&event).len() <= 1
        && !view.names.is_built_in_event(&event)
        && !view.names.declared_events.contains_key(&event)
}
