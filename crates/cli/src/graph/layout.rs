//! Where boxes and arrows stand: texts are measured, and `dagre` does the rest.

use super::letters::{LINE, SIZE, width, wrap};
use super::route::{Rough, route};
use super::shapes::ICON_STEP;
use dagre::graph::{Graph, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};
use journey::graph::{Chart, NodeKind, Taken};

/// The widest text of a box, and of an arrow.
const TEXT: f64 = 300.0;
const LABEL: f64 = 220.0;
/// Between an arrow and its label.
const BESIDE: f64 = 4.0;
const MOST_LINES: usize = 6;
/// Room for a channel's icon.
pub(super) const ICON: f64 = 30.0;
/// Around a part of a chart.
const MARGIN: f64 = 12.0;
/// Between the parts of a chart.
const BETWEEN: f64 = 56.0;

/// A chart with the place of everything.
pub(super) struct Placed {
    pub(super) nodes: Vec<Box>,
    pub(super) edges: Vec<Way>,
    /// Where what may happen at any moment begins; none: nothing does.
    pub(super) aside: Option<f64>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A box: its middle, its size, its lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Box {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) lines: Vec<String>,
}

impl Box {
    pub(super) fn left(&self) -> f64 {
        self.x - self.width / 2.0
    }

    pub(super) fn top(&self) -> f64 {
        self.y - self.height / 2.0
    }
}

/// An arrow: the points it goes through, and its label.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) label: Option<Box>,
    /// How many customers took it.
    pub(super) count: Option<usize>,
}

/// Lays a chart out; `counts` are the customers on its arrows.
pub(super) fn place(chart: &Chart, counts: Option<&[usize]>) -> Placed {
    let mut nodes: Vec<Box> = chart.nodes.iter().map(|node| measure(&node.kind, &node.lines)).collect();
    let mut edges: Vec<Way> = chart
        .edges
        .iter()
        .enumerate()
        .map(|(at, edge)| {
            let count = counts.and_then(|counts| counts.get(at).copied());
            let share = counts.and_then(|counts| share(chart, counts, at));
            Way { points: vec![], label: label(&edge.label, count, share), count }
        })
        .collect();
    let parts = chart.nodes.iter().map(|node| node.part).max().map_or(0, |last| last + 1);
    let (mut main, mut aside) = ((0.0, 0.0), (0.0_f64, 0.0));
    for part in 0..parts {
        let size = place_part(chart, part, &mut nodes, &mut edges);
        if part == 0 {
            main = size;
            continue;
        }
        // Goals and exits stand below each other, to the right.
        shift(chart, part, (main.0 + BETWEEN, aside.1 + LINE * 2.0), &mut nodes, &mut edges);
        aside = (aside.0.max(size.0), aside.1 + size.1 + 28.0);
    }
    let has_aside = aside.0 > 0.0;
    Placed {
        nodes,
        edges,
        aside: has_aside.then_some(main.0 + BETWEEN),
        width: if has_aside { main.0 + BETWEEN + aside.0 } else { main.0 },
        height: f64::max(main.1, aside.1 + LINE * 2.0),
    }
}

fn measure(kind: &NodeKind, text: &[String]) -> Box {
    let most = if *kind == NodeKind::Rule { MOST_LINES * 6 } else { MOST_LINES * 2 };
    let lines: Vec<String> = text.iter().flat_map(|line| wrap(line, TEXT, MOST_LINES)).take(most).collect();
    let widest = lines.iter().map(|line| width(line, SIZE)).fold(0.0, f64::max);
    let icons = if let NodeKind::Send(channels) = kind { channels.len() as f64 * ICON_STEP - 12.0 } else { 0.0 };
    let height = (lines.len() as f64 * LINE).max(icons);
    // A bold first line is wider.
    let bold = if matches!(kind, NodeKind::Journey | NodeKind::Rule) { 1.08 } else { 1.0 };
    let (side, above) = match kind {
        NodeKind::Meet => return Box { width: 10.0, height: 10.0, ..Box::default() },
        NodeKind::Send(_) | NodeKind::Goal | NodeKind::Exit | NodeKind::Audience => (ICON + 24.0, 20.0),
        NodeKind::Question | NodeKind::Split => (52.0, 22.0),
        NodeKind::End => (28.0, 12.0),
        NodeKind::Entry | NodeKind::Event => (36.0, 20.0),
        _ => (28.0, 20.0),
    };
    Box { width: (widest * bold + side).max(56.0), height: height + above, lines, ..Box::default() }
}

/// Of those who were asked or divided up, how many of a hundred went this way.
fn share(chart: &Chart, counts: &[usize], at: usize) -> Option<usize> {
    let edge = chart.edges.get(at).filter(|edge| edge.taken != Taken::Always)?;
    let others = chart.edges.iter().zip(counts).filter(|(other, _)| other.from == edge.from);
    let all: usize = others.map(|(_, count)| *count).sum();
    (counts.get(at)? * 200 + all).checked_div(all * 2)
}

fn label(text: &[String], count: Option<usize>, share: Option<usize>) -> Option<Box> {
    let mut lines: Vec<String> = text.iter().flat_map(|line| wrap(line, LABEL, 5)).collect();
    if let Some(count) = count {
        let share = share.map_or_else(String::new, |share| format!(" · {share}%"));
        lines.push(format!("{}{share}", super::customers(count)));
    }
    if lines.is_empty() {
        return None;
    }
    let widest = lines.iter().map(|line| width(line, SIZE)).fold(0.0, f64::max);
    Some(Box { width: widest + 10.0, height: lines.len() as f64 * LINE + 4.0, lines, ..Box::default() })
}

/// Lays one part out from its own top left corner; gives its size.
fn place_part(chart: &Chart, part: usize, nodes: &mut [Box], edges: &mut [Way]) -> (f64, f64) {
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    let name = |at: usize| format!("{at:06}");
    let belongs = |at: usize| chart.nodes.get(at).is_some_and(|node| node.part == part);
    for (at, node) in nodes.iter().enumerate().filter(|(at, _)| belongs(*at)) {
        graph.set_node(name(at), Some(NodeLabel { width: node.width, height: node.height, ..NodeLabel::default() }));
    }
    for (at, edge) in chart.edges.iter().enumerate().filter(|(_, edge)| belongs(edge.from)) {
        let size = edges.get(at).and_then(|way| way.label.as_ref()).map_or((0.0, 0.0), |l| (l.width, l.height));
        let label = EdgeLabel {
            width: size.0,
            height: size.1,
            labelpos: LabelPos::Right,
            label_offset: BESIDE,
            weight: if edge.is_loose { 1 } else { 2 },
            ..EdgeLabel::default()
        };
        graph.set_edge(name(edge.from), name(edge.to), Some(label), Some(&name(at)));
    }
    let options = LayoutOptions {
        rankdir: RankDir::TB,
        nodesep: 36.0,
        edgesep: 24.0,
        ranksep: 56.0,
        marginx: 12.0,
        marginy: 12.0,
        // Branches keep the order of the text where no other one has fewer crossings.
        tie_keep_first: true,
        ..LayoutOptions::default()
    };
    dagre::layout(&mut graph, Some(options));
    let inside: Vec<usize> = (0..nodes.len()).filter(|at| belongs(*at)).collect();
    for at in &inside {
        let (Some(found), Some(node)) = (graph.node(&name(*at)), nodes.get_mut(*at)) else { continue };
        (node.x, node.y) = (found.x.unwrap_or(0.0), found.y.unwrap_or(0.0));
    }
    let mut rough = vec![];
    for (at, edge) in chart.edges.iter().enumerate().filter(|(_, edge)| belongs(edge.from)) {
        let found = graph.edge(&name(edge.from), &name(edge.to), Some(&name(at)));
        let (Some(found), Some(way)) = (found, edges.get_mut(at)) else { continue };
        if let Some(node) = nodes.get(edge.from).filter(|_| edge.from == edge.to) {
            round_and_back(way, node);
            continue;
        }
        let points: Vec<(f64, f64)> = found.points.iter().map(|point| (point.x, point.y)).collect();
        if let Some(label) = &mut way.label {
            label.y = found.y.unwrap_or(0.0);
            let line = points.iter().find(|point| (point.1 - label.y).abs() < 1.0).map_or(0.0, |point| point.0);
            label.x = line + BESIDE + label.width / 2.0;
        }
        rough.push((at, Rough { from: edge.from, to: edge.to, points }));
    }
    route(&rough, nodes, &inside, edges);
    to_the_corner(chart, part, nodes, edges)
}

/// An arrow from a box to itself runs at its right.
fn round_and_back(way: &mut Way, node: &Box) {
    let (side, line) = (node.left() + node.width, node.left() + node.width + BESIDE * 4.0);
    let (upper, lower) = (node.y - node.height / 4.0, node.y + node.height / 4.0);
    way.points = vec![(side, lower), (line, lower), (line, upper), (side, upper)];
    if let Some(label) = &mut way.label {
        (label.x, label.y) = (line + BESIDE + label.width / 2.0, node.y);
    }
}

/// Moves a part to the top left corner; gives its size.
fn to_the_corner(chart: &Chart, part: usize, nodes: &mut [Box], edges: &mut [Way]) -> (f64, f64) {
    let belongs = |at: usize| chart.nodes.get(at).is_some_and(|node| node.part == part);
    let (mut low, mut high) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    let mut reach = |x: f64, y: f64| {
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    };
    for (_, node) in nodes.iter().enumerate().filter(|(at, _)| belongs(*at)) {
        reach(node.left(), node.top());
        reach(node.left() + node.width, node.top() + node.height);
    }
    for (way, _) in edges.iter().zip(&chart.edges).filter(|(_, edge)| belongs(edge.from)) {
        way.points.iter().for_each(|(x, y)| reach(*x, *y));
        if let Some(label) = &way.label {
            reach(label.left(), label.top());
            reach(label.left() + label.width, label.top() + label.height);
        }
    }
    if !low.0.is_finite() {
        return (0.0, 0.0);
    }
    let by = (MARGIN - low.0, MARGIN - low.1);
    shift(chart, part, by, nodes, edges);
    (high.0 + by.0 + MARGIN, high.1 + by.1 + MARGIN)
}

/// Moves a part.
fn shift(chart: &Chart, part: usize, by: (f64, f64), nodes: &mut [Box], edges: &mut [Way]) {
    let belongs = |at: usize| chart.nodes.get(at).is_some_and(|node| node.part == part);
    for (_, node) in nodes.iter_mut().enumerate().filter(|(at, _)| belongs(*at)) {
        (node.x, node.y) = (node.x + by.0, node.y + by.1);
    }
    for (way, _) in edges.iter_mut().zip(&chart.edges).filter(|(_, edge)| belongs(edge.from)) {
        way.points.iter_mut().for_each(|point| *point = (point.0 + by.0, point.1 + by.1));
        if let Some(label) = &mut way.label {
            (label.x, label.y) = (label.x + by.0, label.y + by.1);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

    use super::*;
    use journey::graph::{chart, overview};
    use journey::{Program, SourceFile};
    use std::path::Path;

    fn charts(sources: Vec<SourceFile>) -> Vec<Chart> {
        let (program, typed) = Program::compile_typed(sources).unwrap();
        let sources = program.sources();
        let all = typed.journeys.iter().map(|journey| chart(&typed, journey, sources));
        std::iter::once(overview(&typed, sources)).chain(all).collect()
    }

    fn overlap(a: &Box, b: &Box) -> bool {
        // Half a point is a touch, and no overlap.
        (a.x - b.x).abs() < (a.width + b.width) / 2.0 - 0.5 && (a.y - b.y).abs() < (a.height + b.height) / 2.0 - 0.5
    }

    /// No box or label lies on another one, and all lie within the chart.
    fn stands_clear(chart: &Chart, counts: Option<&[usize]>) {
        let placed = place(chart, counts);
        let labels = placed.edges.iter().filter_map(|way| way.label.as_ref());
        let all: Vec<&Box> = placed.nodes.iter().chain(labels).collect();
        for (at, one) in all.iter().enumerate() {
            for other in all.iter().skip(at + 1) {
                assert!(!overlap(one, other), "{}: {:?} lies on {:?}", chart.name, one.lines, other.lines);
            }
            assert!(one.left() >= 0.0 && one.top() >= 0.0, "{}: {one:?}", chart.name);
            assert!(one.x + one.width / 2.0 <= placed.width && one.y + one.height / 2.0 <= placed.height);
        }
        for way in &placed.edges {
            assert!(way.points.len() >= 2, "{}: an arrow goes nowhere", chart.name);
        }
        for (way, edge) in placed.edges.iter().zip(&chart.edges) {
            // Right angles, from a middle to a middle; what leads back up stands beside.
            for pair in way.points.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                let is_right = (a.0 - b.0).abs() < 0.01 || (a.1 - b.1).abs() < 0.01;
                assert!(is_right, "{}: {edge:?} goes aslant from {a:?} to {b:?}", chart.name);
                for label in placed.edges.iter().filter_map(|way| way.label.as_ref()) {
                    assert!(!cuts(a, b, label), "{}: {edge:?} cuts {:?}", chart.name, label.lines);
                }
                for node in &placed.nodes {
                    assert!(!cuts(a, b, node), "{}: {edge:?} cuts {:?}", chart.name, node.lines);
                }
            }
            let (from, to) = (&placed.nodes[edge.from], &placed.nodes[edge.to]);
            if from.y < to.y {
                let ends = [(way.points[0].0, from.x), (way.points[way.points.len() - 1].0, to.x)];
                assert!(ends.iter().all(|(at, middle)| (at - middle).abs() < 0.6), "{}: {edge:?}", chart.name);
            }
        }
    }

    /// Whether a part of a line goes through a box.
    fn cuts(a: (f64, f64), b: (f64, f64), node: &Box) -> bool {
        let inside = |low: f64, high: f64, middle: f64, size: f64| {
            low < middle + size / 2.0 - 0.6 && high > middle - size / 2.0 + 0.6
        };
        inside(a.0.min(b.0), a.0.max(b.0), node.x, node.width)
            && inside(a.1.min(b.1), a.1.max(b.1), node.y, node.height)
    }

    /// The branches of a question or a split stand from left to right as they are written.
    fn stands_in_order(chart: &Chart) {
        let placed = place(chart, None);
        for (at, edge) in chart.edges.iter().enumerate().filter(|(_, edge)| edge.taken != Taken::Always) {
            let next = chart.edges.iter().enumerate().skip(at + 1).find(|(_, other)| other.from == edge.from);
            let at_label = |at: usize| placed.edges[at].label.as_ref().map(Box::left).unwrap();
            if let Some((next, other)) = next {
                assert!(at_label(at) < at_label(next), "{}: {:?} and {:?}", chart.name, edge.label, other.label);
            }
        }
    }

    #[test]
    fn nothing_overlaps_in_real_programs() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let (mut programs, mut drawn) = (vec![root.join("fuzz/everything.journey")], 0);
        for folder in ["examples", "crates/cli/recipes"] {
            let found = std::fs::read_dir(root.join(folder)).into_iter().flatten();
            programs.extend(found.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()));
        }
        for program in programs {
            for chart in charts(crate::load::sources(&program).unwrap()) {
                stands_clear(&chart, None);
                stands_in_order(&chart);
                stands_clear(&chart, Some(&vec![123_456; chart.edges.len()]));
                drawn += 1;
            }
        }
        assert!(drawn > 8, "only {drawn} charts were drawn");
    }

    /// Nested questions, long names and forty steps and more.
    #[test]
    fn nothing_overlaps_in_large_charts() {
        for seed in 1..40_u32 {
            let mut text = String::from("journey large \"Everything a journey can have\":\n  on cart_abandoned:\n");
            let mut steps = 0;
            write_block(&mut text, &mut seed.wrapping_mul(2_654_435_761), 2, &mut steps);
            text.push_str("  goal order_placed within 7d: email thank_you\n  exit on unsubscribed\n");
            assert!(steps >= 20);
            for chart in charts(vec![SourceFile::new("large.journey", text)]) {
                stands_clear(&chart, None);
            }
        }
    }

    fn write_block(text: &mut String, seed: &mut u32, depth: usize, steps: &mut usize) {
        let mut next = |n: u32| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*seed >> 8) % n
        };
        let count = if depth == 2 { 24 } else { 1 + next(4) };
        let kinds: Vec<u32> = (0..count).map(|_| next(8)).collect();
        for kind in kinds {
            *steps += 1;
            let pad = " ".repeat(depth * 2);
            let name = format!("message_with_a_rather_long_name_{steps}");
            match kind {
                0 => text.push_str(&format!("{pad}wait {}d\n", 1 + *steps % 9)),
                1 => text.push_str(&format!("{pad}email {name} or push {name} or sms {name}\n")),
                2 => text.push_str(&format!("{pad}add to audience_{steps} for 7d\n")),
                3 if depth < 5 => {
                    text.push_str(&format!("{pad}email {name}\n{pad}if opened {name} within 48h:\n"));
                    write_block(text, seed, depth + 1, steps);
                    text.push_str(&format!("{pad}else if profile.tier is \"gold\":\n"));
                    write_block(text, seed, depth + 1, steps);
                }
                4 if depth < 4 => {
                    text.push_str(&format!("{pad}split test_{steps}:\n{pad}  50% first:\n"));
                    write_block(text, seed, depth + 2, steps);
                    text.push_str(&format!("{pad}  50% second: email {name}\n"));
                }
                5 if depth < 4 => {
                    text.push_str(&format!("{pad}repeat 3 times every 7d:\n"));
                    write_block(text, seed, depth + 1, steps);
                }
                _ => text.push_str(&format!("{pad}push {name}\n")),
            }
        }
    }
}
