//! `bare-name`: a question about an event that nothing else in the program names.

use super::Finding;
use super::uses::means_itself;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{ClauseKind, Entry, Expr, ExprKind, Root, StepKind};
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
        let everywhere = view.uses.events.get(&event).map_or(0, Vec::len);
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
            let elsewhere = view.uses.events.get(&name).map_or(0, Vec::len) > 1;
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
    let (ExprKind::And(parts) | ExprKind::Or(parts)) = &cond.kind else {
        if let ExprKind::Not(inner) = &cond.kind {
            values(view, inner, out);
        }
        return;
    };
    parts.iter().for_each(|part| values(view, part, out));
    let mut compared: Option<(&Expr, &str, Vec<&str>)> = None;
    let mut listed: Vec<&Expr> = vec![];
    for part in parts {
        match &part.kind {
            ExprKind::Compare { op, left, right } if matches!(right.kind, ExprKind::Text(_)) && compared.is_none() => {
                let one_of = match op {
                    Comparison::Is => "is one of",
                    Comparison::IsNot => "is not one of",
                    _ => return,
                };
                compared = Some((part, one_of, vec![view.text(left.span), view.text(right.span)]));
            }
            ExprKind::Text(_) if compared.is_some() => listed.push(part),
            ExprKind::Path { path, suffix } if path.root == Root::Bare && suffix.is_empty() && compared.is_some() => {
                if matches!(path.parts.as_slice(), [name] if name.quoted) {
                    listed.push(part);
                }
            }
            _ => {}
        }
    }
    let (Some((first, one_of, told)), Some(place)) = (compared, listed.first()) else { return };
    let [left, value] = told.as_slice() else { return };
    let values: Vec<&str> = std::iter::once(*value).chain(listed.iter().map(|part| view.text(part.span))).collect();
    let line = format!("{left} {one_of} ({})", values.join(", "));
    let title =
        format!("{} by itself asks for an event of that name, not for a value of `{left}`", view.text(place.span));
    let whole = first.span.to(listed.last().map_or(place.span, |last| last.span));
    let finding = FINDING.at(place.span, title, format!("write `{line}`"));
    // What stands between them would be lost.
    let are_neighbours = parts.len() == listed.len() + 1;
    out.push(if are_neighbours { finding.with_unsafe_fix(whole, line) } else { finding });
}
