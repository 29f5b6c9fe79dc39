//! How many customers took each arrow of a chart.

use super::{Chart, NodeKind, Taken};
use crate::engine::{Effect, EffectKind, Profile, SeenKind};
use crate::program::Program;
use crate::replay::Sink;
use crate::source::Span;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

/// Counts the customers on charts, from a replay that was traced ([`crate::replay::Replay::traced`]).
#[derive(Debug)]
pub struct Traffic {
    charts: Vec<Counted>,
    by_name: HashMap<SmolStr, usize>,
    /// Where each entry of each person stands, by chart.
    at: HashMap<(SmolStr, u32), Place>,
    /// Persons by id, numbered.
    people: HashMap<SmolStr, u32>,
    /// The entry that came to a box last: the arm of a split that is told next is its.
    last: Option<(SmolStr, u32)>,
}

#[derive(Debug)]
struct Counted {
    by_span: HashMap<Span, usize>,
    /// The box at the end of a block, by the block's line.
    ends: HashMap<Span, usize>,
    edges: HashMap<(usize, usize, Taken), usize>,
    took: Vec<HashSet<u32>>,
    seen: Vec<HashSet<u32>>,
}

#[derive(Debug, Clone)]
struct Place {
    chart: usize,
    node: usize,
    answer: Option<Taken>,
}

impl Traffic {
    /// Nobody on any of these charts yet.
    pub fn on(program: &crate::ir::Program, charts: &[Chart]) -> Self {
        let by_name = charts.iter().enumerate().map(|(at, chart)| (chart.name.clone(), at)).collect();
        let counted = |chart: &Chart| {
            let mut by_span = HashMap::new();
            for (at, node) in chart.nodes.iter().enumerate() {
                by_span.extend(node.span.map(|span| (span, at)));
            }
            let mut ends = HashMap::new();
            let journey = program.journeys.iter().find(|j| j.name == chart.name);
            if let Some(journey) = journey {
                lines_of_matches(journey, &mut by_span);
                let end = |part: usize| {
                    chart.nodes.iter().position(|n| n.part == part && n.kind == NodeKind::End && n.span.is_none())
                };
                ends.extend(journey.entries.iter().filter_map(|entry| Some((entry.span, end(0)?))));
                let goals = journey.goals.iter().map(|goal| goal.span);
                let others = goals.chain(journey.exits.iter().map(|exit| exit.span)).enumerate();
                ends.extend(others.filter_map(|(at, span)| Some((span, end(at + 1)?))));
            }
            let edges = chart.edges.iter().enumerate();
            Counted {
                by_span,
                ends,
                edges: edges.map(|(at, edge)| ((edge.from, edge.to, edge.taken.clone()), at)).collect(),
                took: vec![HashSet::new(); chart.edges.len()],
                seen: vec![HashSet::new(); chart.nodes.len()],
            }
        };
        Traffic {
            charts: charts.iter().map(counted).collect(),
            by_name,
            at: HashMap::new(),
            people: HashMap::new(),
            last: None,
        }
    }

    /// How many customers took each arrow of a chart.
    pub fn edges(&self, chart: usize) -> Vec<usize> {
        self.charts.get(chart).map(|c| c.took.iter().map(HashSet::len).collect()).unwrap_or_default()
    }

    /// How many customers came to each box of a chart.
    pub fn nodes(&self, chart: usize) -> Vec<usize> {
        self.charts.get(chart).map(|c| c.seen.iter().map(HashSet::len).collect()).unwrap_or_default()
    }

    fn arrive(&mut self, person: SmolStr, entry: u32, chart: usize, node: usize, is_new: bool) {
        let people = self.people.len() as u32;
        let number = *self.people.entry(person.clone()).or_insert(people);
        let key = (person, entry);
        let before = self.at.get(&key).filter(|_| !is_new).cloned();
        let Some(counted) = self.charts.get_mut(chart) else { return };
        if let Some(seen) = counted.seen.get_mut(node) {
            seen.insert(number);
        }
        if let Some(before) =
            before.filter(|before| before.chart == chart && (before.node != node || before.answer.is_some()))
        {
            let ways = [before.answer.clone(), Some(Taken::Always)];
            let edge = ways.into_iter().flatten().find_map(|way| counted.edges.get(&(before.node, node, way)));
            if let Some(took) = edge.and_then(|edge| counted.took.get_mut(*edge)) {
                took.insert(number);
            }
        }
        self.last = Some(key.clone());
        self.at.insert(key, Place { chart, node, answer: None });
    }
}

/// The lines of a `match` are asked in its one box.
fn lines_of_matches(journey: &crate::ir::Journey, by_span: &mut HashMap<Span, usize>) {
    for block in journey.blocks() {
        crate::ir::visit_steps(block, &mut |step| {
            if let (crate::ir::StepKind::Match { arms, .. }, Some(node)) =
                (&step.kind, by_span.get(&step.span).copied())
            {
                by_span.extend(arms.iter().map(|arm| (arm.span, node)));
            }
        });
    }
}

impl Sink for Traffic {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let Some(chart) = self.by_name.get(&effect.journey).copied() else { return };
        let person = SmolStr::new(profile.id());
        match &effect.kind {
            EffectKind::Chose { arm, .. } => {
                if let Some(place) = self.last.as_ref().and_then(|last| self.at.get_mut(last)) {
                    place.answer = Some(Taken::Arm(arm.clone()));
                }
            }
            EffectKind::Seen(seen) => {
                let (Some(entry), Some(counted)) = (seen.entry, self.charts.get(chart)) else { return };
                match &seen.what {
                    SeenKind::Block(span) => {
                        if let Some(node) = counted.by_span.get(span).copied() {
                            self.arrive(person, entry, chart, node, true);
                        }
                    }
                    SeenKind::Step(span) => {
                        let end = counted.ends.get(span).or_else(|| counted.by_span.get(span)).copied();
                        if let Some(node) = end {
                            self.arrive(person, entry, chart, node, false);
                        }
                    }
                    SeenKind::Decided(span, holds) => {
                        if let Some(place) = self.at.get_mut(&(person, entry)) {
                            place.answer = Some(Taken::Answer(*span, *holds));
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn notice(&mut self, _: &Profile, _: &str) {}
}
