//! Boxes of rules: who comes into a journey, how often, and what holds for its messages; and what holds for all journeys.

use super::words::in_words;
use super::{Chart, Node, NodeKind};
use crate::ir::{Journey, MARKETING, Overlap, Program, Reenter};
use crate::source::{SourceFile, Span, on_one_line};
use crate::value::show_duration;
use chrono_tz::Tz;
use smol_str::SmolStr;

/// So many rules are written out.
const MOST_RULES: usize = 24;

/// The rules that hold for all journeys, in a box apart from everything else on a chart; none where there are none.
pub fn add_rules_for_all(program: &Program, chart: &mut Chart) {
    let charter = &program.charter;
    let mut lines = vec![];
    if charter.timezone != Tz::UTC {
        lines.push(format!("timezone {}", charter.timezone.name()));
    }
    lines.extend(charter.rules.iter().map(|(rule, _)| rule.split_whitespace().collect::<Vec<_>>().join(" ")));
    let names: Vec<&str> = charter.priority.iter().map(|id| category(program, id.index())).collect();
    if !names.is_empty() {
        lines.push(format!("priority {}", names.join(", ")));
    }
    if let Some((share, _)) = &charter.holdout {
        lines.push(held_out(share.normalize().to_string()));
    }
    if lines.is_empty() {
        return;
    }
    if let Some(more) = lines.len().checked_sub(MOST_RULES).filter(|more| *more > 0) {
        lines.truncate(MOST_RULES);
        lines.push(format!("and {more} more"));
    }
    lines.insert(0, "For all journeys".to_string());
    apart(chart, lines, charter.rules.first().map(|(_, span)| *span));
}

/// Who comes into a journey and how often, and its own rules, in a box apart.
pub(super) fn add_rules_of(program: &Program, journey: &Journey, sources: &[SourceFile], chart: &mut Chart) {
    let mut lines = vec!["For this journey".to_string()];
    if journey.paused.is_some() {
        lines.push("paused: nobody is let in, and nothing is sent".to_string());
    }
    if let Some(span) = journey.eligible_at {
        let cond = in_words(&on_one_line(sources, span));
        lines.push(format!(
            "let in only if {}",
            cond.strip_prefix('!').map_or(cond.clone(), |rest| format!("not {rest}"))
        ));
    }
    if let Some((from, to)) = journey.active {
        lines.push(format!("let in only from {from} to {to}, both included"));
    }
    lines.push(again(journey));
    match journey.overlap {
        Overlap::Ignore => {}
        Overlap::Restart => lines.push("who is still inside starts over".to_string()),
        Overlap::Allow => lines.push("who is still inside is let in once more, beside it".to_string()),
    }
    let key = journey.key.and_then(|at| journey.entry_properties.get(usize::from(at)));
    if let Some(property) = key.and_then(|id| program.properties.get(id.index())) {
        lines.push(format!("each {} by itself", property.path.join(".")));
    }
    if let Some((share, _)) = &journey.holdout {
        lines.push(held_out(share.normalize().to_string()));
    }
    if journey.category != MARKETING {
        lines.push(format!("its messages count as {}", category(program, journey.category.index())));
    }
    let own = journey.rules().map(|(rule, _)| rule.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.extend(own.take(MOST_RULES));
    apart(chart, lines, Some(journey.span));
}

/// When somebody who was inside comes in again.
fn again(journey: &Journey) -> String {
    let out = if journey.overlap == Overlap::Ignore { ", if they are out by then" } else { "" };
    match journey.reenter {
        Reenter::Never => "let in once, and never again".to_string(),
        Reenter::Always => "let in again as soon as they are out".to_string(),
        Reenter::After(time) => format!("let in again {} after the last time{out}", show_duration(time)),
    }
}

/// Whom a control group leaves out.
fn held_out(share: String) -> String {
    format!("{share}% held out: nothing but transactional messages reaches them")
}

fn category(program: &Program, at: usize) -> &str {
    program.categories.get(at).map_or("", SmolStr::as_str)
}

fn apart(chart: &mut Chart, lines: Vec<String>, span: Option<Span>) {
    let part = chart.nodes.iter().map(|node| node.part + 1).max().unwrap_or(0);
    chart.nodes.push(Node { kind: NodeKind::Rule, lines, span, part });
}
