//! How many customers took each arrow of a chart.

use super::missed::Missed;
use super::{Chart, Node, NodeKind, Taken};
use crate::engine::{Effect, EffectKind, Profile, SeenKind};
use crate::ir::StepKind;
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
    /// The entry that was looked at last: what is told next of a split or a message is its.
    last: Option<(SmolStr, u32)>,
    /// Who came into each journey.
    entered: HashMap<SmolStr, HashSet<u32>>,
}

#[derive(Debug)]
struct Counted {
    by_span: HashMap<Span, usize>,
    /// The box at the end of a block, by the block's line.
    ends: HashMap<Span, usize>,
    edges: HashMap<(usize, usize, Taken), usize>,
    took: Vec<HashSet<u32>>,
    seen: Vec<HashSet<u32>>,
    missed: Vec<Missed>,
    /// The journeys that are boxes here.
    journeys: Vec<Option<SmolStr>>,
    /// The boxes of messages, and what each can send.
    sends: HashMap<usize, Vec<(SmolStr, SmolStr)>>,
}

#[derive(Debug, Clone)]
struct Place {
    chart: usize,
    node: usize,
    answer: Option<Taken>,
    /// What kept the message of this box, where nothing has been sent instead yet.
    kept: Option<SmolStr>,
}

impl Traffic {
    /// Nobody on any of these charts yet.
    pub fn on(program: &crate::ir::Program, charts: &[Chart]) -> Self {
        let by_name = charts.iter().enumerate().map(|(at, chart)| (chart.name.clone(), at)).collect();
        let counted = |chart: &Chart| {
            let mut by_span = HashMap::new();
            for (at, node) in chart.nodes.iter().enumerate() {
                // Rules stand on the line of the journey, and nobody comes there.
                let span = node.span.filter(|_| node.kind != NodeKind::Rule);
                by_span.extend(span.map(|span| (span, at)));
            }
            let (mut ends, mut sends) = (HashMap::new(), HashMap::new());
            let journey = program.journeys.iter().find(|j| j.name == chart.name);
            if let Some(journey) = journey {
                lines_of_matches(journey, &mut by_span);
                what_is_sent(program, journey, &by_span, &mut sends);
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
                missed: chart.nodes.iter().map(|_| Missed::default()).collect(),
                journeys: chart.nodes.iter().map(journey_of).collect(),
                sends,
            }
        };
        Traffic {
            charts: charts.iter().map(counted).collect(),
            by_name,
            at: HashMap::new(),
            people: HashMap::new(),
            last: None,
            entered: HashMap::new(),
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

    /// What stands quietly in each box of a chart: of a message, whom it was not sent to or held for, and why; of a journey,
    /// who came in.
    pub fn notes(&self, chart: usize) -> Vec<Vec<String>> {
        let Some(counted) = self.charts.get(chart) else { return vec![] };
        let boxes = counted.missed.iter().zip(&counted.seen).zip(&counted.journeys);
        let notes = boxes.map(|((missed, seen), journey)| match journey {
            Some(name) => {
                let count = self.entered.get(name).map_or(0, HashSet::len);
                vec![format!("{count} customer{} came in", if count == 1 { "" } else { "s" })]
            }
            None => missed.words(seen.len()),
        });
        notes.collect()
    }

    /// The number of a person.
    fn number(&mut self, person: &SmolStr) -> u32 {
        let people = self.people.len() as u32;
        *self.people.entry(person.clone()).or_insert(people)
    }

    /// A message was kept from the entry that was looked at last, or went to it. `rule`: what kept it; none: it went.
    fn asked(&mut self, what: (&SmolStr, &SmolStr), rule: Option<&SmolStr>, is_held: bool) {
        let Some((person, entry)) = self.last.clone() else { return };
        let number = self.number(&person);
        let Some(place) = self.at.get_mut(&(person, entry)) else { return };
        let Some(counted) = self.charts.get_mut(place.chart) else { return };
        let is_here = |sends: &Vec<(SmolStr, SmolStr)>| sends.iter().any(|(channel, name)| (channel, name) == what);
        if !counted.sends.get(&place.node).is_some_and(is_here) {
            return;
        }
        match rule {
            Some(rule) if is_held => {
                if let Some(missed) = counted.missed.get_mut(place.node) {
                    missed.held(number, rule);
                }
            }
            // Another channel may still be tried.
            other => place.kept = other.cloned(),
        }
    }

    /// An entry goes on: what was kept from it at its box stays so.
    fn goes_on(&mut self, person: &SmolStr, entry: u32) {
        let key = (person.clone(), entry);
        let Some((chart, node, rule)) =
            self.at.get_mut(&key).and_then(|place| Some((place.chart, place.node, place.kept.take()?)))
        else {
            return;
        };
        let number = self.number(person);
        if let Some(missed) = self.charts.get_mut(chart).and_then(|counted| counted.missed.get_mut(node)) {
            missed.not_sent(number, &rule);
        }
    }

    fn arrive(&mut self, person: SmolStr, entry: u32, chart: usize, node: usize, is_new: bool) {
        let number = self.number(&person);
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
        self.at.insert(key, Place { chart, node, answer: None, kept: None });
    }
}

/// The journey that a box stands for.
fn journey_of(node: &Node) -> Option<SmolStr> {
    let name = node.lines.first().filter(|_| node.kind == NodeKind::Journey)?;
    Some(SmolStr::new(name))
}

/// What the boxes of messages can send.
fn what_is_sent(
    program: &crate::ir::Program,
    journey: &crate::ir::Journey,
    by_span: &HashMap<Span, usize>,
    sends: &mut HashMap<usize, Vec<(SmolStr, SmolStr)>>,
) {
    for block in journey.blocks() {
        crate::ir::visit_steps(block, &mut |step| {
            let (StepKind::Send(list) | StepKind::BestOf(list)) = &step.kind else { return };
            let named = list.iter().filter_map(|send| {
                let channel = program.channels.get(send.channel.index())?;
                Some((channel.clone(), program.messages.get(send.message.index())?.clone()))
            });
            sends.extend(by_span.get(&step.span).map(|node| (*node, named.collect())));
        });
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
        let person = SmolStr::new(profile.id());
        if effect.kind == EffectKind::Entered {
            let number = self.number(&person);
            self.entered.entry(effect.journey.clone()).or_default().insert(number);
        }
        let Some(chart) = self.by_name.get(&effect.journey).copied() else { return };
        match &effect.kind {
            EffectKind::Chose { arm, .. } => {
                if let Some(place) = self.last.as_ref().and_then(|last| self.at.get_mut(last)) {
                    place.answer = Some(Taken::Arm(arm.clone()));
                }
            }
            EffectKind::Sent { channel, message, .. } => self.asked((channel, message), None, false),
            EffectKind::Held { channel, message, rule, .. } => self.asked((channel, message), Some(rule), true),
            EffectKind::Suppressed { channel, message, rule, .. } => self.asked((channel, message), Some(rule), false),
            EffectKind::Seen(seen) => {
                let Some(entry) = seen.entry else { return };
                self.last = Some((person.clone(), entry));
                if !matches!(seen.what, SeenKind::Gate(_)) {
                    self.goes_on(&person, entry);
                }
                let Some(counted) = self.charts.get(chart) else { return };
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

    fn notice(&mut self, _: &Profile, _: &crate::engine::Notice) {}
}
