//! Writes a person that was made up as a test, with all that happened to them as its expectations.

use super::search::{Sketch, play};
use crate::engine::local_time;
use crate::engine::{Effect, EffectKind};
use crate::ir::{self, Expr, Journey, TestKind};
use crate::program::Program;
use crate::scenario::coverage::{Coverage, Item, What};
use crate::scenario::expected::offset;
use crate::scenario::{Scene, scene};
use crate::source::on_one_line;
use crate::value::{Millis, Value};
use smol_str::SmolStr;
use std::fmt::Write;

/// The longest title.
const TITLE: usize = 80;

/// Appends a test; marks what it reaches.
pub(super) fn test(
    program: &Program,
    typed: &ir::Program,
    journey: &Journey,
    sketch: &Sketch,
    number: usize,
    coverage: &mut Coverage,
    out: &mut String,
) {
    let effects = play(program, typed, sketch).unwrap_or_default();
    let before: Vec<bool> = coverage.items().iter().map(|item| item.reached).collect();
    coverage.take(&effects);
    let new: Vec<&Item> =
        coverage.items().iter().zip(&before).filter(|(item, was)| item.reached && !**was).map(|(i, _)| i).collect();
    let scene = scene(typed, &sketch.test);
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "test {} {}:", journey.name, quoted(&title(program, &new, number)));
    let mut traits: Vec<String> = sketch.test.id.iter().map(|id| format!("id {}", quoted(id))).collect();
    traits
        .extend(sketch.test.traits.iter().map(|(path, value)| format!("{} {}", dotted(path), written(&scene, value))));
    if !traits.is_empty() {
        let _ = writeln!(out, "  profile: {}", traits.join(", "));
    }
    if let Some((date, minute)) = sketch.test.start {
        let _ = writeln!(out, "  start {date} {}", crate::value::show_minute(minute.unwrap_or(0)));
    }
    // At one moment: what is done, then what is expected.
    let mut lines: Vec<(Millis, u8, String)> = vec![];
    for line in &sketch.test.lines {
        lines.push((line.offset, 0, action(&scene, &line.kind)));
    }
    for effect in &effects {
        let since = effect.at.saturating_sub(scene.start);
        lines.extend(expectation(&scene, journey, effect).map(|words| (since, 1, format!("expect {words}"))));
    }
    // The test plays until its last line: it has one where the journey last did something.
    let end = effects.last().map_or(0, |effect| effect.at.saturating_sub(scene.start));
    if lines.iter().all(|(at, ..)| *at < end) || lines.is_empty() {
        let enters = |e: &Effect| e.kind == EffectKind::Entered && e.journey == journey.name;
        let entered = effects.iter().any(|e| enters(e) && e.at.saturating_sub(scene.start) == end);
        lines.push((end, 1, format!("expect {}", if entered { "entered" } else { "nothing" })));
    }
    lines.sort_by_key(|(at, order, _)| (*at, *order));
    let width = lines.iter().map(|(at, ..)| offset(*at).len()).max().unwrap_or(0);
    for (at, _, words) in &lines {
        let _ = writeln!(out, "  {:width$}  {words}", offset(*at));
    }
}

/// What the test shows: the branches that none before it took.
fn title(program: &Program, new: &[&Item], number: usize) -> String {
    let mut parts: Vec<String> = vec![];
    for item in new {
        let text = on_one_line(program.sources(), item.span).replace('"', "'");
        let text = text.trim_end_matches(':');
        parts.extend(match &item.what {
            What::Branch(true) => {
                Some(text.strip_prefix('!').map_or_else(|| text.to_string(), |rest| format!("not {rest}")))
            }
            What::Branch(false) => {
                Some(text.strip_prefix('!').map_or_else(|| format!("not ({text})"), ToString::to_string))
            }
            What::Arm(arm) => Some(arm.to_string()),
            What::Block if text.starts_with("goal") || text.starts_with("exit") => Some(text.to_string()),
            What::Alternative(send) => Some(format!("{send} instead")),
            _ => None,
        });
    }
    let mut out = format!("draft {number}");
    for (at, part) in parts.iter().enumerate() {
        let longer = format!("{out}{} {part}", if at == 0 { ":" } else { "," });
        if longer.chars().count() > TITLE {
            out.push_str(" …");
            break;
        }
        out = longer;
    }
    out
}

/// What the person does, as a test writes it.
fn action(scene: &Scene, kind: &TestKind) -> String {
    match kind {
        TestKind::Event(name, properties) => {
            let engaged = ir::Engagement::of(name).is_some();
            let message = properties.iter().find(|(path, _)| engaged && is_message(path));
            let message = match message {
                Some((_, Expr::Const(Value::Text(message)))) => format!(" {}", named(message)),
                _ => String::new(),
            };
            let others = properties.iter().filter(|(path, _)| !(engaged && is_message(path)));
            let parts: Vec<String> =
                others.map(|(path, value)| format!("{}: {}", dotted(path), written(scene, value))).collect();
            let list = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
            format!("{}{message}{list}", named(name))
        }
        TestKind::Set(path, value) => format!("set {} {}", dotted(path), written(scene, value)),
        TestKind::Expect(_) => String::new(),
    }
}

/// What is expected, for an effect that a test can name.
fn expectation(scene: &Scene, journey: &Journey, effect: &Effect) -> Option<String> {
    let own = effect.journey == journey.name;
    let values = |values: &[(SmolStr, Value)]| {
        let plain = |value: &Value| {
            !matches!(value, Value::Missing | Value::List(_) | Value::Thing(_) | Value::Moment(_) | Value::Duration(_))
        };
        let parts: Vec<String> = values.iter().filter(|(_, v)| plain(v)).map(|(n, v)| format!("{n}: {v}")).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    };
    Some(match &effect.kind {
        EffectKind::Sent { channel, message, .. } => format!("{channel} {}", named(message)),
        EffectKind::Held { channel, message, until, .. } => {
            format!("held {channel} {} until {}", named(message), offset(until.saturating_sub(scene.start)))
        }
        EffectKind::Suppressed { channel, message, rule, .. } => {
            format!("suppressed {channel} {} by {}", named(message), quoted(rule))
        }
        EffectKind::AudienceAdded(audience) => format!("add to {}", named(audience)),
        EffectKind::AudienceRemoved(audience) => format!("remove from {}", named(audience)),
        EffectKind::Converted { value: Some(value), .. } if own => format!("converted (value: {})", value.normalize()),
        EffectKind::Converted { .. } if own => "converted".to_string(),
        EffectKind::Chose { split, arm } => format!("chose {} {}", named(split), named(arm)),
        EffectKind::Emitted { event, properties } => format!("emit {}{}", named(event), values(properties)),
        EffectKind::Called { hook, arguments } => format!("call {}{}", named(hook), values(arguments)),
        EffectKind::Exited { reason } if own => format!("exited {reason}"),
        _ => return None,
    })
}

fn written(scene: &Scene, value: &Expr) -> String {
    match value {
        Expr::Const(Value::Text(text)) => quoted(text),
        Expr::Const(Value::Moment(at)) => local_time::local(scene.zone, *at).format("%Y-%m-%d %H:%M").to_string(),
        Expr::Const(Value::List(items)) => {
            let items: Vec<String> = items.iter().map(|item| written(scene, &Expr::Const(item.clone()))).collect();
            format!("[{}]", items.join(", "))
        }
        Expr::Const(value) => value.to_string(),
        _ => String::new(),
    }
}

/// Names from the outside in; before a dot, `consent` is a name like any other.
fn dotted(path: &[SmolStr]) -> String {
    match path {
        [first, rest @ ..] if first == "consent" && !rest.is_empty() => format!("consent.{}", dotted(rest)),
        _ => path.iter().map(|name| named(name)).collect::<Vec<_>>().join("."),
    }
}

fn is_message(path: &[SmolStr]) -> bool {
    matches!(path, [only] if only == "message")
}

/// A name as it is written: in quotes where it would not read as one.
fn named(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && crate::syntax::token::Key::of(name).is_none();
    if plain { name.to_string() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
