//! Boxes and icons as SVG.

use super::layout::{Box, ICON};
use super::letters::LINE;
use journey::graph::NodeKind;
use svg::node::element::{Circle, Group, Path, Polygon, Rectangle, Text};

/// From one icon of a box to the next.
pub(super) const ICON_STEP: f64 = 20.0;

/// The class of a box, which gives it its colours.
pub(super) fn class(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Entry | NodeKind::Event => "entry",
        NodeKind::Send(channels) => channels.first().map_or("other", |first| channel_class(first)),
        NodeKind::Question => "question",
        NodeKind::Split => "other",
        NodeKind::Repeat | NodeKind::Action | NodeKind::Audience => "action",
        NodeKind::Meet | NodeKind::End => "end",
        NodeKind::Goal => "goal",
        NodeKind::Exit => "exit",
        NodeKind::Journey => "journey",
        NodeKind::Rule => "rule",
    }
}

/// The class of a channel.
pub(super) fn channel_class(channel: &str) -> &'static str {
    match channel {
        "email" => "email",
        "sms" | "mms" => "sms",
        "push" => "push",
        _ => "other",
    }
}

/// A box with its text.
pub(super) fn shape(kind: &NodeKind, node: &Box) -> Group {
    let (x, y, w, h) = (node.left(), node.top(), node.width, node.height);
    let out = Group::new().set("class", class(kind));
    let rounded = |radius: f64| rectangle(x, y, w, h).set("rx", round(radius)).set("class", "box");
    let mut text_from = None;
    let mut out = match kind {
        NodeKind::Meet => {
            let dot = Circle::new().set("cx", round(node.x)).set("cy", round(node.y)).set("r", 4);
            return out.add(dot.set("class", "bar"));
        }
        NodeKind::Question | NodeKind::Split => {
            let slant = 14.0;
            let corners = [
                (x, node.y),
                (x + slant, y),
                (x + w - slant, y),
                (x + w, node.y),
                (x + w - slant, y + h),
                (x + slant, y + h),
            ];
            let points: Vec<String> = corners.iter().map(|(x, y)| format!("{},{}", round(*x), round(*y))).collect();
            out.add(Polygon::new().set("points", points.join(" ")).set("class", "box"))
        }
        NodeKind::Send(channels) => {
            text_from = Some(x + ICON + 12.0);
            let out = out.add(rounded(8.0)).add(rectangle(x, y, 5.0, h).set("rx", 2).set("class", "bar"));
            // One below the other: what a send falls back on is seen, too.
            let top = node.y - channels.len() as f64 * ICON_STEP / 2.0 + 1.0;
            let icons = channels.iter().enumerate();
            icons.fold(out, |out, (at, channel)| out.add(icon(channel, x + 14.0, top + at as f64 * ICON_STEP)))
        }
        NodeKind::Goal | NodeKind::Exit | NodeKind::Audience => {
            text_from = Some(x + ICON + 12.0);
            let name = match kind {
                NodeKind::Goal => "goal",
                NodeKind::Exit => "exit",
                _ => "audience",
            };
            let radius = if *kind == NodeKind::Audience { 8.0 } else { (h / 2.0).min(20.0) };
            out.add(rounded(radius)).add(icon(name, x + 14.0, node.y - 9.0))
        }
        NodeKind::Entry | NodeKind::Event | NodeKind::End => out.add(rounded((h / 2.0).min(20.0))),
        NodeKind::Repeat => {
            out.add(rounded(6.0)).add(rectangle(x + 3.0, y + 3.0, w - 6.0, h - 6.0).set("rx", 4).set("class", "box"))
        }
        NodeKind::Rule => {
            text_from = Some(x + 14.0);
            out.add(rectangle(x, y, w, h).set("rx", 6).set("class", "box dashed"))
        }
        NodeKind::Action | NodeKind::Journey => out.add(rounded(6.0)),
    };
    let rows = node.lines.len() + node.notes.len();
    let first = node.y - (rows as f64 - 1.0) * LINE / 2.0 + 4.5;
    for (at, line) in node.lines.iter().chain(&node.notes).enumerate() {
        let mut text = Text::new(line.as_str()).set("y", round(first + at as f64 * LINE));
        text = match text_from {
            Some(x) => text.set("x", round(x)),
            None => text.set("x", round(node.x)).set("text-anchor", "middle"),
        };
        if matches!(kind, NodeKind::Journey | NodeKind::Rule) && at == 0 {
            text = text.set("class", "strong");
        }
        if at >= node.lines.len() {
            text = text.set("class", "count");
        }
        out = out.add(text);
    }
    out
}

/// An icon of 18 by 18 at a place.
pub(super) fn icon(name: &str, x: f64, y: f64) -> Path {
    let lines = match name {
        // An envelope.
        "email" => "M1 4 h16 v11 h-16 z M1 4.5 l8 6 l8 -6",
        // A speech bubble with two lines.
        "sms" | "mms" => "M1 3 h16 v10 h-9 l-4 4 v-4 h-3 z M4.5 6.5 h9 M4.5 9.5 h6",
        // A bell.
        "push" => "M3 13 c2 -1 2 -3 2 -6 a4 4 0 0 1 8 0 c0 3 0 5 2 6 z M7.5 15.5 a1.6 1.6 0 0 0 3 0",
        // A window.
        "in_app" | "web" => "M1 3 h16 v12 h-16 z M1 6.5 h16 M3.5 4.8 h0.1 M6 4.8 h0.1",
        // A flag.
        "goal" => "M4 17 v-15 M4 3 h10 l-2.5 3.5 l2.5 3.5 h-10",
        // A door with an arrow.
        "exit" => "M9 2 h-6 v14 h6 M7 9 h10 M13.5 5.5 l3.5 3.5 l-3.5 3.5",
        // Two people.
        "audience" => {
            "M6.5 8 a2.8 2.8 0 1 0 -0.1 0 z M1 15.5 c0 -6 11 -6 11 0 M12.5 8 a2.4 2.4 0 1 0 -1 -4.5 M13.5 10.5 c2.5 0 3.5 2 3.5 5"
        }
        // A paper plane.
        _ => "M1 9 l16 -7 l-5 14 l-3.5 -5 z M8.5 11 l8 -8.5",
    };
    Path::new().set("d", lines).set("transform", format!("translate({} {})", round(x), round(y))).set("class", "icon")
}

pub(super) fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new().set("x", round(x)).set("y", round(y)).set("width", round(width)).set("height", round(height))
}

/// A tenth of a point is enough.
pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
