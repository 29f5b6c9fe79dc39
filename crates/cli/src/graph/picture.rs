//! Charts as one SVG, below each other.

use super::layout::{Box, Counts, Placed, Way, is_overview, place};
use super::letters::{LINE, SIZE, width, wrap};
use super::palette;
use super::shapes::{channel_class, icon, rectangle, round, shape};
use crate::load;
use journey::SourceFile;
use journey::graph::{Chart, NodeKind, Traffic};
use svg::Document;
use svg::node::element::{Group, Path, Polygon, Style, Text, Title};

const MARGIN: f64 = 24.0;
const HEAD: f64 = 64.0;
const LEGEND: f64 = 36.0;

/// What is drawn: the charts, and who went along them.
pub(super) struct Picture<'a> {
    pub(super) charts: &'a [Chart],
    pub(super) traffic: Option<&'a Traffic>,
    pub(super) sources: &'a [SourceFile],
}

impl Picture<'_> {
    /// Draws the charts whose numbers these are.
    pub(super) fn svg(&self, numbers: &[usize]) -> String {
        let (mut y, mut widest) = (MARGIN, 360.0_f64);
        let mut drawn = Group::new();
        for number in numbers {
            let Some(chart) = self.charts.get(*number) else { continue };
            let counts = self.traffic.map(|traffic| {
                let edges = if is_overview(chart) { vec![] } else { traffic.edges(*number) };
                Counts { edges, notes: traffic.notes(*number) }
            });
            let placed = place(chart, counts.as_ref());
            let (group, size) = self.chart(*number, chart, &placed);
            widest = widest.max(size.0);
            let id = format!("chart-{number}");
            drawn = drawn.add(group.set("id", id).set("transform", format!("translate({MARGIN} {})", round(y))));
            y += size.1 + MARGIN * 2.0;
        }
        let (width, height) = (round(widest + MARGIN * 2.0), round(y));
        let names: Vec<&str> = numbers.iter().filter_map(|at| self.charts.get(*at)).map(|c| c.name.as_str()).collect();
        let out = Document::new()
            .set("viewBox", (0.0, 0.0, width, height))
            .set("width", width)
            .set("height", height)
            .set("role", "img")
            .add(Title::new(format!("Chart of {}", names.join(", "))))
            .add(Style::new(palette::style()))
            .add(rectangle(0.0, 0.0, width, height).set("class", "ground"))
            .add(drawn);
        format!("{out}\n")
    }

    /// A chart with its heading, and how large it is.
    fn chart(&self, number: usize, chart: &Chart, placed: &Placed) -> (Group, (f64, f64)) {
        let mut out = Group::new().add(text(0.0, 20.0, &chart.name).set("class", "ink title"));
        let people = self.traffic.map(|traffic| traffic.nodes(number)).unwrap_or_default();
        let mut subtitle: Vec<String> = chart.title.iter().map(ToString::to_string).collect();
        if !people.is_empty() && !is_overview(chart) {
            let entered =
                chart.nodes.iter().zip(&people).filter(|(n, _)| n.kind == NodeKind::Entry).map(|(_, count)| count);
            subtitle.push(format!("{} came in", super::customers(entered.copied().max().unwrap_or(0))));
        }
        out = out.add(text(0.0, 42.0, &subtitle.join(" · ")).set("class", "soft"));
        let mut body = Group::new().set("transform", format!("translate(0 {HEAD})"));
        if let Some((x, y)) = placed.aside {
            body = body.add(text(x + 12.0, y + 14.0, "At any moment").set("class", "soft"));
        }
        for (edge, way) in chart.edges.iter().zip(&placed.edges) {
            body = body.add(arrow(way, edge.is_loose));
        }
        for (at, (node, of)) in placed.nodes.iter().zip(&chart.nodes).enumerate() {
            let mut group = shape(&of.kind, node);
            if let Some(span) = of.span {
                let (file, line) = load::place(self.sources, span);
                group = group.set("data-file", span.file).set("data-line", line);
                let whole = of.lines.join("\n");
                group = group.add(Title::new(format!("{whole}\n{}:{line}", passed_on(file))));
            }
            let acts = matches!(of.kind, NodeKind::Goal | NodeKind::Exit);
            if let Some(count) = people.get(at).filter(|_| acts && self.traffic.is_some()) {
                let (x, y) = (node.left() + node.width + 6.0, node.y + 4.5);
                body = body.add(text(x, y, &super::customers(*count)).set("class", "count"));
            }
            body = body.add(group);
        }
        // Labels stand above all lines.
        for way in &placed.edges {
            if let Some(label) = &way.label {
                body = body.add(beside(label, way.count.is_some()));
            }
        }
        let (legend, legend_width) = legend(chart);
        let bottom = HEAD + placed.height + LEGEND;
        out = out.add(body).add(legend.set("transform", format!("translate(0 {})", round(bottom - 8.0))));
        let heading = width(&chart.name, 20.0).max(width(&subtitle.join(" · "), SIZE));
        let counted = if self.traffic.is_some() { 110.0 } else { 0.0 };
        (out, ((placed.width + counted).max(heading).max(legend_width), bottom))
    }
}

/// An arrow with soft corners and a tip.
fn arrow(way: &Way, is_loose: bool) -> Group {
    let mut out = Group::new();
    let points = &way.points;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return out };
    let mut d = format!("M{} {}", round(first.0), round(first.1));
    for window in points.windows(3) {
        if let [before, corner, after] = window {
            let (a, b) = (toward(*corner, *before, 14.0), toward(*corner, *after, 14.0));
            d.push_str(&format!(
                " L{} {} Q{} {} {} {}",
                round(a.0),
                round(a.1),
                round(corner.0),
                round(corner.1),
                round(b.0),
                round(b.1)
            ));
        }
    }
    let before = points.len().checked_sub(2).and_then(|at| points.get(at)).unwrap_or(first);
    // Without a tip the line goes all the way.
    let base = if is_loose { *last } else { toward(*last, *before, 8.0) };
    d.push_str(&format!(" L{} {}", round(base.0), round(base.1)));
    let class = if is_loose { "way loose" } else { "way" };
    let mut path = Path::new().set("d", d).set("class", class);
    if let Some(count) = way.count {
        // More customers, a thicker line.
        let weight = 1.0 + (1.0 + count as f64).log10() * 1.6;
        path = path.set("style", format!("stroke-width: {}", round(weight)));
    }
    out = out.add(path);
    if !is_loose {
        let (dx, dy) = ((last.0 - base.0) / 8.0, (last.1 - base.1) / 8.0);
        let corners =
            [(last.0, last.1), (base.0 - dy * 4.5, base.1 + dx * 4.5), (base.0 + dy * 4.5, base.1 - dx * 4.5)];
        let corners: Vec<String> = corners.iter().map(|(x, y)| format!("{},{}", round(*x), round(*y))).collect();
        out = out.add(Polygon::new().set("points", corners.join(" ")).set("class", "tip"));
    }
    out
}

/// A point on the way from one to another, so far along, and no more than half of it.
fn toward(from: (f64, f64), to: (f64, f64), far: f64) -> (f64, f64) {
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    if length < 0.001 {
        return from;
    }
    let part = far.min(length / 2.0) / length;
    (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
}

/// The label of an arrow, on the ground of the page.
fn beside(label: &Box, counted: bool) -> Group {
    let mut out = Group::new()
        .set("class", "label")
        .add(rectangle(label.left(), label.top(), label.width, label.height).set("rx", 4).set("class", "ground"));
    let first = label.y - (label.lines.len() as f64 - 1.0) * LINE / 2.0 + 4.5;
    for (at, line) in label.lines.iter().enumerate() {
        let is_count = counted && at + 1 == label.lines.len();
        let class = if is_count { "count" } else { "ink" };
        let line = text(label.left() + 5.0, first + at as f64 * LINE, line).set("class", class);
        out = out.add(line);
    }
    out
}

/// The channels of a chart, and how wide that is.
fn legend(chart: &Chart) -> (Group, f64) {
    let mut channels: Vec<&str> = vec![];
    for node in &chart.nodes {
        let NodeKind::Send(sends) = &node.kind else { continue };
        for channel in sends {
            if !channels.contains(&channel.as_str()) {
                channels.push(channel);
            }
        }
    }
    let (mut out, mut x) = (Group::new(), 12.0);
    for channel in channels {
        let one = Group::new().set("class", channel_class(channel)).add(icon(channel, x, -13.0)).add(text(
            x + 25.0,
            1.0,
            channel,
        ));
        out = out.add(one);
        x += 25.0 + width(channel, SIZE) + 22.0;
    }
    (out, x)
}

fn text(x: f64, y: f64, words: &str) -> Text {
    // What is too long for any page is cut.
    let words = wrap(words, 900.0, 1);
    Text::new(words.first().map_or("", String::as_str)).set("x", round(x)).set("y", round(y))
}

/// A file as it is called where the picture is read: with its folder, and no more of where it lies on this machine.
pub(super) fn passed_on(name: &str) -> String {
    let path = std::path::Path::new(name);
    match (path.is_absolute(), path.parent().and_then(std::path::Path::file_name), path.file_name()) {
        (true, Some(folder), Some(file)) => format!("{}/{}", folder.to_string_lossy(), file.to_string_lossy()),
        _ => name.to_string(),
    }
}
