//! Charts as a Mermaid flowchart, which code hosts draw in their pages.

use super::{Chart, NodeKind};
use std::fmt::Write;

/// The colours of what a box stands for: light boxes with dark text, which read on any page.
const CLASSES: &str = "\
  classDef entry fill:#ddf4ff,stroke:#0969da,color:#0a3069
  classDef email fill:#dbe9ff,stroke:#0b62c4,color:#0b2b57
  classDef sms fill:#dcf5e4,stroke:#157347,color:#0c3d26
  classDef push fill:#ffe8d1,stroke:#b35900,color:#4d2600
  classDef other fill:#efe4fb,stroke:#7a3fb8,color:#3a1d59
  classDef question fill:#fff8d6,stroke:#9a6700,color:#3d2b00
  classDef action fill:#f0f2f5,stroke:#57606a,color:#24292f
  classDef goal fill:#d7f5dd,stroke:#1a7f37,color:#0b3d1b
  classDef leave fill:#ffe2e0,stroke:#b42318,color:#5c120c
";

/// Charts as one flowchart: with several, each stands in a box of its own.
pub fn mermaid(charts: &[Chart]) -> String {
    let mut out = String::from("flowchart TD\n");
    for (number, chart) in charts.iter().enumerate() {
        let several = charts.len() > 1;
        if several {
            let _ = writeln!(out, "  subgraph c{number}[\"{}\"]", escaped(&title(chart)));
            out.push_str("    direction TB\n");
        }
        for (at, node) in chart.nodes.iter().enumerate() {
            let words = match node.kind {
                NodeKind::Meet => "·".to_string(),
                _ => text(&node.lines),
            };
            let (open, close) = match node.kind {
                NodeKind::Entry | NodeKind::Event => ("([", "])"),
                NodeKind::Question => ("{{", "}}"),
                NodeKind::Split => ("{", "}"),
                NodeKind::End | NodeKind::Meet => ("((", "))"),
                NodeKind::Goal | NodeKind::Exit => ("[/", "/]"),
                NodeKind::Audience => ("[(", ")]"),
                NodeKind::Send(_) => ("(", ")"),
                NodeKind::Repeat | NodeKind::Action | NodeKind::Journey | NodeKind::Rule => ("[", "]"),
            };
            let _ = writeln!(out, "    n{number}_{at}{open}\"{words}\"{close}:::{}", class(&node.kind));
        }
        for edge in &chart.edges {
            let arrow = if edge.is_loose { "-.-" } else { "-->" };
            let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", text(&edge.label)) };
            let _ = writeln!(out, "    n{number}_{} {arrow}{label} n{number}_{}", edge.from, edge.to);
        }
        if several {
            out.push_str("  end\n");
        }
    }
    out.push_str(CLASSES);
    out
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br/>")
}

fn title(chart: &Chart) -> String {
    match &chart.title {
        Some(title) => format!("{}: {title}", chart.name),
        None => chart.name.to_string(),
    }
}

fn class(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Entry | NodeKind::Event | NodeKind::Journey => "entry",
        NodeKind::Send(channels) => match channels.first().map_or("", |first| first.as_str()) {
            "email" => "email",
            "sms" | "mms" => "sms",
            "push" => "push",
            _ => "other",
        },
        NodeKind::Question | NodeKind::Split | NodeKind::Repeat | NodeKind::Rule => "question",
        NodeKind::Action | NodeKind::Meet | NodeKind::End | NodeKind::Audience => "action",
        NodeKind::Goal => "goal",
        NodeKind::Exit => "leave",
    }
}

/// A text between quotes: what Mermaid would read as its own is written as the code of the character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '#' | '&' | '<' | '>' | '`' | ';' => {
                let _ = write!(out, "#{};", u32::from(character));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
