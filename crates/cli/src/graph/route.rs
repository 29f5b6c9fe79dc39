//! Arrows at right angles. Between two rows of boxes lies a corridor; all that runs sideways runs in one, and each
//! bundle of arrows that leave or reach the same box has a track of its own there.

use super::layout::{Box, Way};
use std::collections::{BTreeMap, BTreeSet};

/// Tracks that come closer than this to each other are not the same.
const APART: f64 = 10.0;

/// Where an arrow goes before it has its corners: the middle of each row that it passes.
pub(super) struct Rough {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) points: Vec<(f64, f64)>,
}

/// What shares a track: all that leaves a box, all that reaches one, or a single arrow on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bundle {
    Leaves(usize),
    /// What leaves a box of rounds to the right: what leads back comes in between.
    LeavesRight(usize),
    Reaches(usize),
    Alone(usize),
}

/// A row of boxes and labels, from its upper to its lower edge.
#[derive(Debug, Clone, Copy)]
struct Row {
    middle: f64,
    top: f64,
    bottom: f64,
}

/// The points between the two boxes.
fn inner(arrow: &Rough) -> &[(f64, f64)] {
    arrow.points.get(1..arrow.points.len().saturating_sub(1)).unwrap_or_default()
}

/// Gives arrows their corners; `nodes` and `labels` stand where they will stay.
pub(super) fn route(rough: &[(usize, Rough)], nodes: &[Box], inside: &[usize], ways: &mut [Way]) {
    let mut rows: Vec<Row> = vec![];
    let mut boxes: Vec<(f64, f64)> = inside.iter().filter_map(|at| nodes.get(*at)).map(|n| (n.y, n.height)).collect();
    for (at, arrow) in rough {
        boxes.extend(inner(arrow).iter().map(|point| (point.1, 0.0)));
        boxes.extend(ways.get(*at).and_then(|way| way.label.as_ref()).map(|label| (label.y, label.height)));
    }
    boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (y, height) in boxes {
        match rows.last_mut().filter(|row| y - row.middle < 1.0) {
            Some(row) => {
                (row.top, row.bottom) = (row.top.min(y - height / 2.0), row.bottom.max(y + height / 2.0));
            }
            None => rows.push(Row { middle: y, top: y - height / 2.0, bottom: y + height / 2.0 }),
        }
    }
    // Boxes that something below leads back to.
    let leads_back = |arrow: &Rough| match (nodes.get(arrow.from), nodes.get(arrow.to)) {
        (Some(from), Some(to)) => to.y < from.y,
        _ => false,
    };
    let rounds: BTreeSet<usize> =
        rough.iter().filter(|(_, arrow)| leads_back(arrow)).map(|(_, arrow)| arrow.to).collect();
    let row = |y: f64| rows.iter().position(|row| (row.middle - y).abs() < 1.0).unwrap_or(0);

    // The middles that each arrow goes through, row by row, and which bundle goes sideways in which corridor.
    let mut tracks: BTreeMap<usize, BTreeMap<Bundle, (f64, f64)>> = BTreeMap::new();
    let mut stops: Vec<Vec<(f64, usize)>> = vec![];
    for (at, arrow) in rough {
        let (Some(from), Some(to)) = (nodes.get(arrow.from), nodes.get(arrow.to)) else {
            stops.push(vec![]);
            continue;
        };
        // An arrow that leads back up stands beside the one that leads down.
        let is_back = to.y < from.y;
        let aside = |node: &Box, next: f64| node.x + if next <= node.x { -node.width / 4.0 } else { node.width / 4.0 };
        let inner = inner(arrow);
        let next = inner.first().map_or(to.x, |p| p.0);
        let starts = if is_back || rounds.contains(&arrow.from) { aside(from, next) } else { from.x };
        let mut list = vec![(starts, row(from.y))];
        list.extend(inner.iter().map(|point| (point.0, row(point.1))));
        list.push((to.x, row(to.y)));
        for (number, pair) in list.windows(2).enumerate() {
            let [a, b] = pair else { continue };
            if (a.0 - b.0).abs() < 0.5 {
                continue;
            }
            let reach = tracks.entry(a.1.min(b.1)).or_default();
            let bundle = bundle(number, list.len(), is_back, starts > from.x, arrow, *at);
            let span = reach.entry(bundle).or_insert((f64::INFINITY, f64::NEG_INFINITY));
            *span = (span.0.min(a.0).min(b.0), span.1.max(a.0).max(b.0));
        }
        stops.push(list);
    }
    let mut heights: BTreeMap<(usize, Bundle), f64> = BTreeMap::new();
    for (corridor, bundles) in tracks {
        let (Some(above), Some(below)) = (rows.get(corridor), rows.get(corridor + 1)) else { continue };
        // Each bundle takes the first track that is free where it runs.
        let mut taken: Vec<Vec<(f64, f64)>> = vec![];
        let mut chosen = vec![];
        for (bundle, span) in bundles {
            let is_free = |track: &Vec<(f64, f64)>| track.iter().all(|t| span.1 + APART < t.0 || t.1 + APART < span.0);
            let track = taken.iter().position(is_free).unwrap_or(taken.len());
            if track == taken.len() {
                taken.push(vec![]);
            }
            if let Some(spans) = taken.get_mut(track) {
                spans.push(span);
            }
            chosen.push((bundle, track));
        }
        let each = (below.top - above.bottom) / (taken.len() as f64 + 1.0);
        for (bundle, track) in chosen {
            heights.insert((corridor, bundle), above.bottom + each * (track as f64 + 1.0));
        }
    }
    for ((at, arrow), list) in rough.iter().zip(&stops) {
        let (Some(way), Some(from), Some(to)) = (ways.get_mut(*at), nodes.get(arrow.from), nodes.get(arrow.to)) else {
            continue;
        };
        let (Some(first), Some(last)) = (list.first(), list.last()) else { continue };
        let is_back = to.y < from.y;
        let side = |node: &Box, below: bool| node.y + if below { node.height / 2.0 } else { -node.height / 2.0 };
        let mut points = vec![(first.0, side(from, !is_back))];
        for (number, pair) in list.windows(2).enumerate() {
            let [a, b] = pair else { continue };
            let key = (a.1.min(b.1), bundle(number, list.len(), is_back, first.0 > from.x, arrow, *at));
            if let Some(y) = heights.get(&key).filter(|_| (a.0 - b.0).abs() >= 0.5) {
                points.push((points.last().map_or(a.0, |point| point.0), *y));
                points.push((b.0, *y));
            }
        }
        // Less than half a point aside is straight.
        let end = points.last().map_or(last.0, |point| point.0);
        points.push((end, side(to, is_back)));
        way.points = points;
    }
}

fn bundle(number: usize, stops: usize, is_back: bool, is_right: bool, arrow: &Rough, at: usize) -> Bundle {
    if is_back {
        return Bundle::Alone(at);
    }
    match number {
        0 if is_right => Bundle::LeavesRight(arrow.from),
        0 => Bundle::Leaves(arrow.from),
        _ if number + 2 == stops => Bundle::Reaches(arrow.to),
        _ => Bundle::Alone(at),
    }
}
