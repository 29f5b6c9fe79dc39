//! Where boxes and arrows stand: texts are measured, and `dagre` does the rest.

use super::letters::{LINE, SIZE, width, wrap};
use super::route::{Rough, route};
use super::shapes::ICON_STEP;
use dagre::graph::{Graph, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};
use journey::graph::{Chart, Edge, NodeKind, Taken};

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
/// What is wider is not seen whole on a screen.
const PAGE: f64 = 1_000.0;
/// Between the parts of a chart.
const BETWEEN: f64 = 56.0;

/// A chart with the place of everything.
pub(super) struct Placed {
    pub(super) nodes: Vec<Box>,
    pub(super) edges: Vec<Way>,
    /// Where what may happen at any moment begins; none: nothing does.
    pub(super) aside: Option<(f64, f64)>,
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
    /// What stands quietly below them.
    pub(super) notes: Vec<String>,
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

/// The customers on a chart: on its arrows, and in its boxes what was kept from them.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) edges: Vec<usize>,
    pub(super) notes: Vec<Vec<String>>,
}

/// Lays a chart out, with the customers on it.
pub(super) fn place(chart: &Chart, counts: Option<&Counts>) -> Placed {
    let notes = |at: usize| counts.and_then(|counts| counts.notes.get(at)).map(Vec::as_slice).unwrap_or_default();
    let boxes = chart.nodes.iter().enumerate();
    let mut nodes: Vec<Box> = boxes.map(|(at, node)| measure(&node.kind, &node.lines, notes(at))).collect();
    let counts = counts.map(|counts| counts.edges.as_slice()).filter(|edges| !edges.is_empty());
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
    let is_rule = |part: usize| chart.nodes.iter().any(|node| node.part == part && node.kind == NodeKind::Rule);
    // To the right stand rules, and then goals and exits under a heading of their own.
    let (rules, ends): (Vec<usize>, Vec<usize>) = (1..parts).partition(|part| is_rule(*part));
    let main = place_part(chart, 0, &mut nodes, &mut edges);
    if is_overview(chart) {
        let sizes: Vec<_> =
            rules.iter().map(|part| (*part, place_part(chart, *part, &mut nodes, &mut edges))).collect();
        let widest = sizes.iter().map(|(_, size)| size.0).fold(0.0, f64::max);
        // Beside many journeys nobody would see the rules: they stand above.
        if main.0 + BETWEEN + widest > PAGE {
            let mut y = 0.0;
            for (part, size) in sizes {
                shift(chart, part, (0.0, y), &mut nodes, &mut edges);
                y += size.1;
            }
            shift(chart, 0, (0.0, y), &mut nodes, &mut edges);
            return Placed { nodes, edges, aside: None, width: main.0.max(widest), height: y + main.1 };
        }
    }
    let (x, mut y, mut widest, mut heading) = (main.0 + BETWEEN, 0.0, 0.0_f64, None);
    for part in rules.into_iter().chain(ends) {
        if !is_rule(part) && heading.is_none() {
            y += if y > 0.0 { LINE } else { 0.0 };
            heading = Some((x, y));
            y += LINE * 2.0;
        }
        let size = place_part(chart, part, &mut nodes, &mut edges);
        shift(chart, part, (x, y), &mut nodes, &mut edges);
        widest = widest.max(size.0);
        y += size.1;
    }
    let width = if widest > 0.0 { x + widest } else { main.0 };
    Placed { nodes, edges, aside: heading, width, height: f64::max(main.1, y) }
}

fn measure(kind: &NodeKind, text: &[String], notes: &[String]) -> Box {
    let most = if *kind == NodeKind::Rule { MOST_LINES * 6 } else { MOST_LINES * 2 };
    let lines: Vec<String> = text.iter().flat_map(|line| wrap(line, TEXT, MOST_LINES)).take(most).collect();
    let notes: Vec<String> = notes.iter().flat_map(|line| wrap(line, TEXT, MOST_LINES)).collect();
    let widest = lines.iter().chain(&notes).map(|line| width(line, SIZE)).fold(0.0, f64::max);
    let icons = if let NodeKind::Send(channels) = kind { channels.len() as f64 * ICON_STEP - 12.0 } else { 0.0 };
    let height = ((lines.len() + notes.len()) as f64 * LINE).max(icons);
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
    Box { width: (widest * bold + side).max(56.0), height: height + above, lines, notes, ..Box::default() }
}

/// Of those who were asked or divided up, how many of a hundred went this way.
pub(super) fn share(chart: &Chart, counts: &[usize], at: usize) -> Option<usize> {
    let edge = chart.edges.get(at).filter(|edge| edge.taken != Taken::Always)?;
    let others = chart.edges.iter().zip(counts).filter(|(other, _)| other.from == edge.from);
    let all: usize = others.map(|(_, count)| *count).sum();
    (counts.get(at)? * 200 + all).checked_div(all * 2)
}

fn label(text: &[String], count: Option<usize>, share: Option<usize>) -> Option<Box> {
    let mut lines: Vec<String> = text.iter().flat_map(|line| wrap(line, LABEL, 5)).collect();
    if let Some(count) = count {
        lines.push(super::counted_so(count, share));
    }
    if lines.is_empty() {
        return None;
    }
    let widest = lines.iter().map(|line| width(line, SIZE)).fold(0.0, f64::max);
    Some(Box { width: widest + 10.0, height: lines.len() as f64 * LINE + 4.0, lines, ..Box::default() })
}

/// Lays one part out from its own top left corner; gives its size.
fn place_part(chart: &Chart, part: usize, nodes: &mut [Box], edges: &mut [Way]) -> (f64, f64) {
    // Journeys stand below each other: beside each other they would be wider than any page.
    let is_across = part == 0 && is_overview(chart);
    if is_across {
        turn(chart, part, nodes, edges);
    }
    rank_by_rank(chart, part, nodes, edges);
    if is_across {
        turn(chart, part, nodes, edges);
    }
    to_the_corner(chart, part, nodes, edges)
}

/// Turns a part over: what ran down runs to the right, and back.
fn turn(chart: &Chart, part: usize, nodes: &mut [Box], edges: &mut [Way]) {
    let belongs = |at: usize| chart.nodes.get(at).is_some_and(|node| node.part == part);
    let over = |of: &mut Box| {
        (of.x, of.y) = (of.y, of.x);
        (of.width, of.height) = (of.height, of.width);
    };
    nodes.iter_mut().enumerate().filter(|(at, _)| belongs(*at)).for_each(|(_, node)| over(node));
    for (way, _) in edges.iter_mut().zip(&chart.edges).filter(|(_, edge)| belongs(edge.from)) {
        way.points.iter_mut().for_each(|point| *point = (point.1, point.0));
        way.label.iter_mut().for_each(over);
    }
}

/// Whether a chart shows journeys, and no steps.
pub(super) fn is_overview(chart: &Chart) -> bool {
    chart.nodes.iter().any(|node| node.kind == NodeKind::Journey)
}

/// Lays one part out, a row of boxes below the other.
fn rank_by_rank(chart: &Chart, part: usize, nodes: &mut [Box], edges: &mut [Way]) {
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    let name = |at: usize| format!("{at:06}");
    let belongs = |at: usize| chart.nodes.get(at).is_some_and(|node| node.part == part);
    // What leads back to a box above is laid out as leading down, so that it stands between the rounds and what follows.
    let is_back = |edge: &Edge| edge.to < edge.from && !is_overview(chart);
    let ends = |edge: &Edge| {
        let (upper, lower) = if is_back(edge) { (edge.to, edge.from) } else { (edge.from, edge.to) };
        (name(upper), name(lower))
    };
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
        let (upper, lower) = ends(edge);
        graph.set_edge(upper, lower, Some(label), Some(&name(at)));
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
        let (upper, lower) = ends(edge);
        let found = graph.edge(&upper, &lower, Some(&name(at)));
        let (Some(found), Some(way)) = (found, edges.get_mut(at)) else { continue };
        if let Some(node) = nodes.get(edge.from).filter(|_| edge.from == edge.to) {
            round_and_back(way, node);
            continue;
        }
        let mut points: Vec<(f64, f64)> = found.points.iter().map(|point| (point.x, point.y)).collect();
        if is_back(edge) {
            points.reverse();
        }
        if let Some(label) = &mut way.label {
            label.y = found.y.unwrap_or(0.0);
            let line = points.iter().find(|point| (point.1 - label.y).abs() < 1.0).map_or(0.0, |point| point.0);
            label.x = line + BESIDE + label.width / 2.0;
        }
        rough.push((at, Rough { from: edge.from, to: edge.to, points }));
    }
    route(&rough, nodes, &inside, edges);
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
    fn stands_clear(chart: &Chart, counts: Option<&Counts>) {
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
        // Rules are seen at once: beside few journeys, above many.
        let of = |kind: NodeKind| placed.nodes.iter().zip(&chart.nodes).filter(move |(_, node)| node.kind == kind);
        if is_overview(chart) && placed.width > PAGE {
            let lowest = of(NodeKind::Rule).map(|(rule, _)| rule.top() + rule.height).fold(0.0, f64::max);
            assert!(of(NodeKind::Journey).all(|(journey, _)| lowest < journey.top()), "{}", chart.name);
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
            let (first, last) = (way.points[0], way.points[way.points.len() - 1]);
            // Of journeys the arrows run to the right, of steps down.
            let ends = match is_overview(chart) {
                true => (from.x < to.x).then_some([(first.1, from.y), (last.1, to.y)]),
                false => (from.y < to.y).then_some([(first.0, from.x), (last.0, to.x)]),
            };
            // What leads back comes in at the middle of a box of rounds, and what leaves it stands beside.
            let along = |at: &(f64, f64)| if is_overview(chart) { at.0 } else { at.1 };
            let of_rounds = chart.edges.iter().zip(&placed.edges).any(|(other, back)| {
                other.to == edge.from && along(&back.points[0]) > along(&back.points[back.points.len() - 1])
            });
            if let Some(ends) = ends.filter(|_| !of_rounds) {
                assert!(ends.iter().all(|(at, middle)| (at - middle).abs() < 0.6), "{}: {edge:?}", chart.name);
            }
        }
    }

    /// Many customers on every arrow, and something kept from them at every box.
    fn crowded(chart: &Chart) -> Counts {
        let note =
            "not sent to 123456 · 17%: mostly exclude when known for 180d and no engagement in last 180d for promo";
        Counts { edges: vec![123_456; chart.edges.len()], notes: vec![vec![note.to_string()]; chart.nodes.len()] }
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

    /// Rules stand at the top on the right, goals and exits below them under their heading; and no box is without a place.
    #[test]
    fn rules_stand_above_goals_and_exits() {
        let text = "charter:\n  quiet 21:00-08:00\n  exclude when profile.vip for promo\n  priority cart, promo\n\
                    journey cart:\n  category cart\n  reenter after 7d\n  holdout 10%\n  on a: email x\n  goal b\n  exit on c\n\
                    journey other:\n  category promo\n  on b: email y\n";
        for chart in charts(vec![SourceFile::new("rules.journey", text)]) {
            let placed = place(&chart, None);
            let of = |kind: NodeKind| -> Vec<&Box> {
                placed.nodes.iter().zip(&chart.nodes).filter(|(_, node)| node.kind == kind).map(|(at, _)| at).collect()
            };
            let rules = of(NodeKind::Rule);
            assert!(!rules.is_empty(), "{}", chart.name);
            let ends = [of(NodeKind::Goal), of(NodeKind::Exit)].concat();
            for end in &ends {
                let (_, y) = placed.aside.unwrap();
                assert!(rules.iter().all(|rule| rule.top() + rule.height <= y) && y + LINE <= end.top());
                assert!(rules.iter().all(|rule| (rule.left() - end.left()).abs() < 0.5));
            }
            assert_eq!(ends.is_empty(), placed.aside.is_none());
        }
    }

    /// Rounds lead back between their steps and what follows them, across nothing.
    #[test]
    fn rounds_cross_nothing() {
        let text = "on a:\n  repeat 3 times every 2d until b: email x\n  email y\n  repeat 2 times every 7d:\n    push z\n    sms z\n  email v\n";
        for chart in charts(vec![SourceFile::new("rounds.journey", text)]).iter().skip(1) {
            let placed = place(chart, None);
            let lines: Vec<Vec<[(f64, f64); 2]>> =
                placed.edges.iter().map(|way| way.points.windows(2).map(|pair| [pair[0], pair[1]]).collect()).collect();
            for (at, one) in lines.iter().enumerate() {
                for (other, far) in lines.iter().enumerate().skip(at + 1) {
                    let crossed = one.iter().any(|a| far.iter().any(|b| cross(*a, *b) || cross(*b, *a)));
                    assert!(!crossed, "{:?} crosses {:?}", chart.edges[at], chart.edges[other]);
                }
            }
        }
    }

    /// Whether a line that runs sideways goes through one that runs down.
    fn cross(sideways: [(f64, f64); 2], down: [(f64, f64); 2]) -> bool {
        let within = |at: f64, a: f64, b: f64| a.min(b) + 0.6 < at && at < a.max(b) - 0.6;
        within(down[0].0, sideways[0].0, sideways[1].0) && within(sideways[0].1, down[0].1, down[1].1)
    }

    /// However many journeys, the chart over all fits a page, and those without a link between them stand below each other.
    #[test]
    fn all_journeys_fit_a_page() {
        let mut text = String::from("charter:\n  quiet 21:00-08:00 for sms, push\n  consent required for sms\n");
        for n in 0..12 {
            text.push_str(&format!(
                "journey number_{n} \"One of many journeys\":\n  on something_{n}: email x; add to shared for 30d\n  goal done\n"
            ));
        }
        let all = charts(vec![SourceFile::new("many.journey", text)]);
        let placed = place(&all[0], None);
        assert!(placed.width < 1_240.0, "{}", placed.width);
        let journeys: Vec<f64> = placed.nodes.iter().take(12).map(|node| node.y).collect();
        assert!(journeys.windows(2).all(|pair| pair[0] < pair[1]), "{journeys:?}");
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
                stands_clear(&chart, Some(&crowded(&chart)));
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
                if seed % 4 == 0 {
                    stands_clear(&chart, Some(&crowded(&chart)));
                }
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
