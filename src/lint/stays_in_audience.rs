//! `stays-in-audience`: whoever reaches the goal stays on a list for ever.

use super::Finding;
use super::view::{Journey, View};
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Clause, ClauseKind, ItemKind, StepKind};
use crate::syntax::walk;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const FINDING: Finding = Finding {
    name: "stays-in-audience",
    level: Level::Warning,
    title: "Who reaches the goal stays in an audience for ever",
    meaning: "A step puts people into an audience without `for`, and no journey of the program ever takes anybody out of it. \
              The goal of the journey can still be reached after that step, and whoever reaches it stays on the list. So does \
              who reaches it after the last step, where only a goal without `within`, or an exit, takes people out. Only \
              lists whose name or description says that they are for people who have not done something yet are looked at: \
              retargeting, ads, carts, lost, sleeping and the like. A club is for good.",
    customers: "They have bought, and go on seeing the ads that ask them to buy; or they are back, and stay on the list of \
                those who are gone.",
    bad: "\
journey cart:
  on cart_abandoned:
    email recs
    wait 2d
    add to retargeting
  goal order_placed within 7d
",
    good: "\
journey cart:
  on cart_abandoned:
    email recs
    wait 2d
    add to retargeting
  goal order_placed within 7d: remove from retargeting
",
    allow: Some("Where people are to stay on the list whatever they do, or another system takes them out."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    // A line that cannot be read may be the one that takes people out.
    if view.whole.is_none() {
        return;
    }
    let (removed, while_inside) = (removed(view, lasting), removed(view, |clause| !lasting(clause)));
    let described = described(view);
    let mut told: BTreeSet<SmolStr> = BTreeSet::new();
    for journey in &view.journeys {
        let Some((goal, within)) = goal(journey) else { continue };
        for clause in &journey.tree.clauses {
            if !matches!(clause.kind, ClauseKind::Entry { .. }) {
                continue;
            }
            let mut adds: Vec<(SmolStr, Span)> = vec![];
            let mut last_wait: Option<Span> = None;
            walk::steps(clause.steps(), &mut |step| match &step.kind {
                StepKind::Add { audience, for_: None } => adds.push((SmolStr::new(&audience.text), step.span)),
                StepKind::Wait(_)
                | StepKind::WaitUntil { .. }
                | StepKind::WaitBetween { .. }
                | StepKind::WaitFor { .. }
                | StepKind::Repeat { .. } => last_wait = Some(step.span),
                _ => {}
            });
            for (audience, place) in adds {
                if removed.contains(&audience) || !is_for_the_missing(&described, &audience) {
                    continue;
                }
                let (title, edit) = if while_inside.contains(&audience) {
                    // Where nothing waits at all, `goal-after-end` tells of it.
                    if last_wait.is_none() {
                        continue;
                    }
                    (
                        format!(
                            "Who reaches `goal {goal}` after the last step stays in `{audience}` for ever: nothing takes them out then"
                        ),
                        format!(
                            "write `within 30d` behind the goal's event: it is watched that long, and its steps are done; or `add to {audience} for 30d`"
                        ),
                    )
                } else {
                    // A goal without `within` acts as long as somebody is inside.
                    let can_act = match within {
                        true => !is_over(view, journey, place),
                        false => last_wait.is_some_and(|wait| wait.start > place.end),
                    };
                    if !can_act {
                        continue;
                    }
                    (
                        format!("Who reaches `goal {goal}` stays in `{audience}` for ever: nothing takes them out"),
                        format!(
                            "write `remove from {audience}` below the goal, or give it an end: `add to {audience} for 30d`"
                        ),
                    )
                };
                if told.insert(audience) {
                    out.push(FINDING.at(place, title, edit));
                }
            }
        }
    }
}

/// What each audience is described by.
fn described<'a>(view: &View<'a>) -> BTreeMap<&'a str, &'a str> {
    let titled = view.items().filter_map(|item| match &item.kind {
        ItemKind::Audience { name, title } => Some((name.text.as_str(), title.as_ref()?.text.as_str())),
        _ => None,
    });
    titled.collect()
}

/// Whether a list, by its name or description, is of people who have not done something yet.
fn is_for_the_missing(described: &BTreeMap<&str, &str>, audience: &SmolStr) -> bool {
    let said = format!("{audience} {}", described.get(audience.as_str()).copied().unwrap_or_default()).to_lowercase();
    let mut words = said.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word) || BEGINNINGS.iter().any(|begin| word.starts_with(begin)))
}

/// Words of lists for people who are still to do something.
const WORDS: [&str; 14] = [
    "ad",
    "ads",
    "cart",
    "carts",
    "gone",
    "leads",
    "leavers",
    "lost",
    "overdue",
    "prospects",
    "sleepers",
    "sleeping",
    "unpaid",
    "viewed",
];

/// How further such words begin.
const BEGINNINGS: [&str; 8] = ["abandon", "churn", "dormant", "inactive", "lapsed", "remarket", "retarget", "winback"];

/// Whether the steps of a clause are done for everybody: those of a goal without `within`, and of an exit, are only for people
/// who are still inside.
fn lasting(clause: &Clause) -> bool {
    match clause.kind {
        ClauseKind::Goal { within, .. } => within.is_some(),
        ClauseKind::ExitOn { .. } | ClauseKind::ExitWhen { .. } => false,
        _ => true,
    }
}

/// The audiences that somebody is taken out of, in clauses of this kind.
fn removed(view: &View<'_>, of: fn(&Clause) -> bool) -> BTreeSet<SmolStr> {
    let mut removed = BTreeSet::new();
    for clause in view.journeys.iter().flat_map(|journey| &journey.tree.clauses).filter(|clause| of(clause)) {
        walk::steps(clause.steps(), &mut |step| {
            if let StepKind::Remove(audience) = &step.kind {
                removed.insert(SmolStr::new(&audience.text));
            }
        });
    }
    removed
}

/// The first goal of a journey that an event reaches, and whether it has a window.
fn goal(journey: &Journey<'_>) -> Option<(String, bool)> {
    journey.tree.clauses.iter().find_map(|clause| match &clause.kind {
        ClauseKind::Goal { events, within, .. } => {
            let named = events.first().filter(|event| event.message.is_none())?;
            Some((snake_case(&named.name.text), within.is_some()))
        }
        _ => None,
    })
}

/// Whether the goal's window is over before this step on every path.
fn is_over(view: &View<'_>, journey: &Journey<'_>, step: Span) -> bool {
    let item = journey.item.span;
    let inside = |span: Span| span.file == item.file && span.start >= item.start && span.start <= step.start;
    view.proved()
        .flat_map(|report| report.too_late.iter())
        .any(|late| inside(late.span) && late.span.start <= step.start)
}
