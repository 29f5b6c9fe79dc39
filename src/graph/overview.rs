//! All journeys of a program as one chart: what lets people in, who starts whom, which audiences they share, and the rules for all of them.

use super::rules::add_rules_for_all;
use super::{Chart, Edge, Node, NodeKind, Taken};
use crate::ir::{EntryCause, Journey, MARKETING, Program, Send, StepKind, visit_steps};
use crate::source::{SourceFile, Span};
use crate::value::show_duration;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The chart over all journeys.
pub fn overview(program: &Program, sources: &[SourceFile]) -> Chart {
    let mut out = Overview { program, nodes: vec![], edges: vec![], named: BTreeMap::new() };
    // Journeys come first: their numbers are those of the program.
    for journey in &program.journeys {
        out.journey(journey);
    }
    for (number, journey) in program.journeys.iter().enumerate() {
        for entry in &journey.entries {
            match &entry.cause {
                EntryCause::Event { events, .. } => {
                    for event in events {
                        let name = program.events.get(event.index()).cloned().unwrap_or_default();
                        let event = out.node(NodeKind::Event, &name, Some(entry.span));
                        out.lead(event, number, "", false);
                    }
                }
                EntryCause::Segment { segment, entering } => {
                    let name = program.segments.get(segment.index()).map(|s| s.name.clone()).unwrap_or_default();
                    let segment = out.node(NodeKind::Event, &SmolStr::new(format!("segment {name}")), Some(entry.span));
                    out.lead(segment, number, if *entering { "entering" } else { "leaving" }, false);
                }
                _ => {
                    let text = sources.get(usize::from(entry.span.file)).map_or("", |file| file.slice(entry.span));
                    let text = text.lines().next().unwrap_or_default().trim().trim_end_matches(':');
                    let event = out.node(NodeKind::Event, &SmolStr::new(text), Some(entry.span));
                    out.lead(event, number, "", false);
                }
            }
        }
        out.reaches(number, journey);
    }
    let mut chart = Chart { name: "all journeys".into(), title: None, nodes: out.nodes, edges: out.edges };
    // The rules of the charter hold for all journeys, so they stand in one box, without a line to each.
    add_rules_for_all(program, &mut chart);
    chart
}

struct Overview<'a> {
    program: &'a Program,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    named: BTreeMap<(u8, SmolStr), usize>,
}

impl Overview<'_> {
    fn journey(&mut self, journey: &Journey) {
        let mut lines = vec![journey.name.to_string()];
        lines.extend(journey.title.as_ref().map(ToString::to_string));
        let mut channels: BTreeMap<&str, usize> = BTreeMap::new();
        for send in sends(journey) {
            *channels
                .entry(self.program.channels.get(send.channel.index()).map_or("", SmolStr::as_str))
                .or_default() += 1;
        }
        let counts: Vec<String> = channels.iter().map(|(channel, count)| format!("{count} {channel}")).collect();
        if !counts.is_empty() {
            lines.push(counts.join(" · "));
        }
        if journey.category != MARKETING {
            let category = self.program.categories.get(journey.category.index()).map_or("", SmolStr::as_str);
            lines.push(format!("counts as {category}"));
        }
        if journey.paused.is_some() {
            lines.push("paused".to_string());
        }
        self.nodes.push(Node { kind: NodeKind::Journey, lines, span: Some(journey.span), part: 0 });
    }

    /// The box of a name, made where there is none.
    fn node(&mut self, kind: NodeKind, name: &SmolStr, span: Option<Span>) -> usize {
        let sort = match kind {
            NodeKind::Event => 0,
            NodeKind::Audience => 1,
            _ => 2,
        };
        let (nodes, lines) = (&mut self.nodes, vec![name.to_string()]);
        *self.named.entry((sort, name.clone())).or_insert_with(|| {
            nodes.push(Node { kind, lines, span, part: 0 });
            nodes.len() - 1
        })
    }

    fn lead(&mut self, from: usize, to: usize, label: &str, is_loose: bool) {
        let known = self.edges.iter_mut().find(|e| (e.from, e.to) == (from, to));
        match known {
            Some(edge) if edge.label.iter().any(|part| part == label) || label.is_empty() => {}
            Some(edge) => edge.label.push(label.to_string()),
            None => {
                let label = if label.is_empty() { vec![] } else { vec![label.to_string()] };
                self.edges.push(Edge { from, to, label, taken: Taken::Always, is_loose });
            }
        }
    }

    /// The journeys that a journey starts, the events that it emits and the audiences that it changes.
    fn reaches(&mut self, number: usize, journey: &Journey) {
        for block in journey.blocks() {
            let mut found = vec![];
            visit_steps(block, &mut |step| found.push(step));
            for step in found {
                let name = |list: &[SmolStr], at: usize| list.get(at).cloned().unwrap_or_default();
                match &step.kind {
                    StepKind::Start(other) => self.lead(number, other.index(), "starts", false),
                    StepKind::Emit { event, .. } => {
                        // An event that nothing here listens to leaves the picture.
                        if let Some(node) = self.listened(event) {
                            self.lead(number, node, "emits", false);
                        }
                    }
                    StepKind::Add(audience, time) => {
                        let name = name(&self.program.audiences, audience.index());
                        let audience = self.node(NodeKind::Audience, &name, Some(step.span));
                        let adds =
                            time.map_or_else(|| "adds".to_string(), |time| format!("adds for {}", show_duration(time)));
                        self.lead(number, audience, &adds, false);
                    }
                    StepKind::Remove(audience) => {
                        let name = name(&self.program.audiences, audience.index());
                        let audience = self.node(NodeKind::Audience, &name, Some(step.span));
                        self.lead(number, audience, "removes", false);
                    }
                    _ => {}
                }
            }
        }
    }

    /// The box of an event that lets people into a journey.
    fn listened(&mut self, event: &SmolStr) -> Option<usize> {
        let id = self.program.events.iter().position(|name| name == event)?;
        let entries = self.program.journeys.iter().flat_map(|j| &j.entries);
        let span = entries.clone().find_map(|entry| match &entry.cause {
            EntryCause::Event { events, .. } => events.iter().any(|e| e.index() == id).then_some(entry.span),
            _ => None,
        })?;
        Some(self.node(NodeKind::Event, event, Some(span)))
    }
}

fn sends(journey: &Journey) -> Vec<&Send> {
    let mut found = vec![];
    for block in journey.blocks() {
        visit_steps(block, &mut |step| match &step.kind {
            StepKind::Send(sends) | StepKind::BestOf(sends) => found.extend(sends),
            _ => {}
        });
    }
    found
}
