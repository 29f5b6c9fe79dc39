//! `endless-cycle`: journeys that start each other again and again without any time passing.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{ClauseKind, Entry, Step, StepKind, Until};
use rust_decimal::Decimal;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const FINDING: Finding = Finding {
    name: "endless-cycle",
    level: Level::Error,
    title: "Journeys start each other without end and without any time passing",
    meaning: "`emit` and `start` are inputs of the same instant. Here they come round to where they began, no step on the \
              way surely takes time, and no `reenter never` or `reenter after` ends the round. `wait until 09:00` is no help: \
              at 09:00 it does not wait.",
    customers: "One customer would go round for ever in one instant, and would get every message of the round each time.",
    bad: "\
charter: timezone \"Europe/Paris\"
journey hello:
  on signed_up or greeted_again:
    wait until 09:00
    emit greeted_again
",
    good: "\
charter: timezone \"Europe/Paris\"
journey hello:
  on signed_up or greeted_again:
    wait 1d
    emit greeted_again
",
    allow: None,
    fix: None,
};

/// A block of steps that an event or a `start` sets going.
struct Block<'a> {
    journey: usize,
    /// Whether it lets in; otherwise it is what a goal or an exit does.
    is_entry: bool,
    /// The events that set it going.
    events: Vec<SmolStr>,
    /// Whether `start` of its journey does.
    is_first: bool,
    /// What it sets going in the instant in which it begins, with the step.
    sets_going: Vec<(Going<'a>, Span)>,
}

enum Going<'a> {
    Event(SmolStr),
    Journey(&'a str),
}

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let blocks = blocks(view);
    let mut by_event: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_start: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, block) in blocks.iter().enumerate() {
        for event in &block.events {
            by_event.entry(event).or_default().push(at);
        }
        if block.is_first {
            by_start.entry(view.journeys.get(block.journey).map_or("", |j| j.name.as_str())).or_insert(at);
        }
    }
    let next: Vec<Vec<(usize, Span)>> = blocks
        .iter()
        .map(|block| {
            let targets = block.sets_going.iter().flat_map(|(going, span)| {
                let found: Vec<usize> = match going {
                    Going::Event(event) => by_event.get(event.as_str()).cloned().unwrap_or_default(),
                    Going::Journey(name) => by_start.get(name).copied().into_iter().collect(),
                };
                found.into_iter().map(|target| (target, *span))
            });
            targets.collect()
        })
        .collect();
    let mut alive: Vec<bool> = vec![true; blocks.len()];
    loop {
        let rounds = components(&next, &alive);
        // What a goal does comes round only if its journey is entered again in the same round.
        let mut gone = false;
        let entries = blocks.iter().enumerate().filter(|(at, block)| block.is_entry && alive.get(*at) == Some(&true));
        let entered: BTreeSet<(usize, Option<&usize>)> =
            entries.map(|(at, block)| (block.journey, rounds.get(at))).collect();
        for (at, block) in blocks.iter().enumerate().filter(|(_, block)| !block.is_entry) {
            let entered = entered.contains(&(block.journey, rounds.get(at)));
            if let Some(alive) = alive.get_mut(at).filter(|alive| **alive && !entered) {
                *alive = false;
                gone = true;
            }
        }
        if !gone {
            report(&next, &alive, &rounds, out);
            return;
        }
    }
}

/// One finding for each round, at its first `emit` or `start`.
fn report(next: &[Vec<(usize, Span)>], alive: &[bool], rounds: &[usize], out: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<usize, Span> = BTreeMap::new();
    for (at, targets) in next.iter().enumerate() {
        for (target, span) in targets {
            let (Some(round), Some(other)) = (rounds.get(at), rounds.get(*target)) else { continue };
            let lives = alive.get(at) == Some(&true) && alive.get(*target) == Some(&true);
            if round == other && lives {
                let place = first.entry(*round).or_insert(*span);
                *place = (*place).min(*span);
            }
        }
    }
    out.extend(first.into_values().map(|span| {
        FINDING.at(
            span,
            "This comes round to itself without any time passing, and so never ends",
            "put a `wait` before this, or write `reenter never` or `reenter after 1d` in the journey",
        )
    }));
}

fn blocks<'a>(view: &View<'a>) -> Vec<Block<'a>> {
    let mut out = Vec::new();
    for (at, journey) in view.journeys.iter().enumerate() {
        let ends = journey
            .tree
            .clauses
            .iter()
            .any(|clause| matches!(clause.kind, ClauseKind::ReenterNever | ClauseKind::ReenterAfter(_)));
        let mut is_first = true;
        for clause in &journey.tree.clauses {
            let is_entry = matches!(clause.kind, ClauseKind::Entry { .. });
            if is_entry && ends {
                continue;
            }
            let by_event = matches!(
                clause.kind,
                ClauseKind::Entry { entry: Entry::On { .. }, .. } | ClauseKind::Goal { .. } | ClauseKind::ExitOn { .. }
            );
            let events = clause.events().iter().filter(|event| event.message.is_none() && by_event);
            let mut sets_going = Vec::new();
            at_once(clause.steps(), &mut sets_going);
            out.push(Block {
                journey: at,
                is_entry,
                events: events.map(|event| SmolStr::new(snake_case(&event.name.text))).collect(),
                is_first: is_entry && std::mem::replace(&mut is_first, false),
                sets_going,
            });
        }
    }
    out
}

/// Collects what steps set going before any time has surely passed; says whether a path goes on with none.
fn at_once<'a>(steps: &'a [Step], found: &mut Vec<(Going<'a>, Span)>) -> bool {
    for step in steps {
        let goes_on = match &step.kind {
            StepKind::Wait(_) | StepKind::Exit => false,
            StepKind::WaitUntil { until, .. } => match until {
                Until::Day { word, .. } => word.text != "tomorrow",
                Until::Next { .. } | Until::NthDay { .. } => false,
                Until::Time(_) | Until::Date { .. } | Until::Path { .. } => true,
            },
            StepKind::Emit { event, .. } => {
                found.push((Going::Event(SmolStr::new(snake_case(&event.text))), step.span));
                true
            }
            StepKind::Start(name) => {
                found.push((Going::Journey(&name.text), step.span));
                true
            }
            StepKind::If { otherwise, .. } | StepKind::Match { otherwise, .. } => {
                let mut any = otherwise.is_none();
                for block in step.blocks() {
                    any |= at_once(block, found);
                }
                any
            }
            StepKind::Split { .. } => {
                let mut any = false;
                for block in step.blocks() {
                    any |= at_once(block, found);
                }
                any
            }
            StepKind::Repeat { times, until, steps, .. } => {
                let through = at_once(steps, found);
                // Between two rounds time passes.
                until.is_some() || through && times.0 <= Decimal::ONE
            }
            _ => true,
        };
        if !goes_on {
            return false;
        }
    }
    true
}

/// The number of the strongly connected component of each block (Tarjan, with its own stack).
fn components(next: &[Vec<(usize, Span)>], alive: &[bool]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let count = next.len();
    let (mut index, mut low, mut component) = (vec![NEW; count], vec![0; count], vec![NEW; count]);
    let (mut stack, mut at, mut found) = (Vec::new(), 0, 0);
    let get = |list: &[usize], at: usize| list.get(at).copied().unwrap_or(NEW);
    let set = |list: &mut [usize], at: usize, value: usize| {
        if let Some(slot) = list.get_mut(at) {
            *slot = value;
        }
    };
    for root in 0..count {
        let mut calls: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = calls.pop() {
            if edge == 0 {
                if get(&index, node) != NEW || alive.get(node) != Some(&true) {
                    continue;
                }
                set(&mut index, node, at);
                set(&mut low, node, at);
                at += 1;
                stack.push(node);
            }
            let targets = next.get(node).map(Vec::as_slice).unwrap_or_default();
            if let Some((before, _)) = edge.checked_sub(1).and_then(|last| targets.get(last))
                && get(&component, *before) == NEW
                && get(&index, *before) != NEW
            {
                let least = get(&low, node).min(get(&low, *before));
                set(&mut low, node, least);
            }
            if let Some((target, _)) = targets.get(edge) {
                calls.push((node, edge + 1));
                calls.push((*target, 0));
                continue;
            }
            if get(&low, node) == get(&index, node) {
                while let Some(member) = stack.pop() {
                    set(&mut component, member, found);
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}
