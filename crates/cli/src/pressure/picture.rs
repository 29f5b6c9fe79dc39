//! The worst week as a picture: a row a journey, a column a day, a mark a message.

use super::{ASSUMPTIONS, step};
use journey::SourceFile;
use journey::prove::{Cell, Of, Pressure, Shown};
use std::collections::BTreeMap;
use svg::Document;
use svg::node::element::{Circle, Group, Line, Rectangle, Style, Text, Title};

const DAY: i64 = 86_400_000;
/// The time of day at which a path begins that can begin at any.
const MORNING: i64 = 10 * 3_600_000;
const DAYS: usize = 8;
const LEFT: f64 = 190.0;
const COLUMN: f64 = 130.0;
const TOP: f64 = 96.0;
/// A line of labels.
const LABEL: f64 = 17.0;
/// About as wide as a letter of a label.
const LETTER: f64 = 6.6;
/// Journeys that are drawn; the others are counted.
const JOURNEYS: usize = 20;
/// Messages of a journey that bear their names.
const NAMED: usize = 12;

const STYLE: &str = "
svg { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; font-size: 12px; background: #ffffff; }
.ink { fill: #1f2328; } .soft { fill: #57606a; } .over { fill: #b42318; font-weight: 600; }
.title { font-size: 17px; font-weight: 600; } .name { font-weight: 600; }
.rule { stroke: #d0d7de; } .path { stroke: #8c959f; stroke-width: 2; } .band { fill: #f6f8fa; }
.email { fill: #0b62c4; } .sms { fill: #157347; } .push { fill: #b35900; } .other { fill: #7a3fb8; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; }
.ink { fill: #e6edf3; } .soft { fill: #9da7b3; } .over { fill: #ff8f85; }
.rule { stroke: #30363d; } .path { stroke: #6e7681; } .band { fill: #161b22; }
.email { fill: #6cb0ff; } .sms { fill: #56d08a; } .push { fill: #ffb057; } .other { fill: #c79bff; }
}";

/// A message with its place in the week.
struct Mark<'a> {
    /// Since the midnight before the first.
    at: i64,
    label: &'a str,
    level: usize,
}

pub(super) fn week(pressure: &Pressure<'_>, sources: &[SourceFile]) -> String {
    let all = pressure.rows.iter().find(|row| row.of == Of::All);
    let (day, week) = (all.and_then(|row| row.cells.first()), all.and_then(|row| row.cells.get(1)));
    let width = LEFT + COLUMN * DAYS as f64 + 20.0;
    let (mut bands, mut picture) = (Group::new(), Group::new());
    let mut y = TOP;
    let mut per_day: BTreeMap<i64, usize> = BTreeMap::new();
    let shares = week.map(|cell| cell.shares.as_slice()).unwrap_or_default();
    let mut channels: Vec<&str> = vec![];
    for (number, share) in shares.iter().take(JOURNEYS).enumerate() {
        let marks = marks(&share.path, sources);
        for mark in &marks {
            *per_day.entry(mark.at.div_euclid(DAY)).or_default() += 1;
            let channel = channel(mark.label);
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        let levels = marks.iter().map(|mark| mark.level + 1).max().unwrap_or(1);
        let height = 34.0 + LABEL * levels as f64;
        if number % 2 == 0 {
            bands = bands.add(rectangle(0.0, y, width, height).set("class", "band"));
        }
        picture = picture.add(row(share.journey.name.as_str(), share.count, &marks, y));
        y += height;
    }
    let more = shares.len().saturating_sub(JOURNEYS);
    if more > 0 {
        picture = picture.add(text(12.0, y + 18.0, &format!("and {more} more journeys")).set("class", "soft"));
        y += 28.0;
    }
    let mut out = Document::new()
        .set("viewBox", (0.0, 0.0, width, y + 84.0))
        .set("width", width)
        .set("height", y + 84.0)
        .set("role", "img")
        .add(Title::new("The week in which one person can be asked to get most messages"))
        .add(Style::new(STYLE));
    let title = format!("The worst week: one person can be asked to get {} messages", week.map_or(0, Cell::count));
    out = out.add(text(12.0, 28.0, &title).set("class", "ink title"));
    let given = format!("Taken as given: {}.", ASSUMPTIONS.join("; "));
    out = out.add(text(12.0, 48.0, &given).set("class", "soft"));
    for number in 0..DAYS {
        let x = LEFT + COLUMN * number as f64;
        out = out.add(text(x + 6.0, TOP - 14.0, &format!("day {}", number + 1)).set("class", "soft"));
    }
    // From the back to the front.
    out = out.add(bands);
    for number in 0..=DAYS {
        let x = LEFT + COLUMN * number as f64;
        out = out.add(line(x, TOP - 30.0, x, y + 30.0).set("class", "rule"));
    }
    out = out.add(picture);
    out = out.add(totals(&per_day, day.and_then(|cell| cell.limit), y + 20.0));
    out = out.add(legend(&channels, y + 58.0));
    format!("{out}\n")
}

/// The messages of a path, each label on a line on which it has room.
fn marks<'a>(path: &[Shown], sources: &'a [SourceFile]) -> Vec<Mark<'a>> {
    let known = path.iter().find_map(|shown| Some((shown.time? - shown.at).rem_euclid(DAY)));
    let begin = known.unwrap_or(MORNING);
    let mut ends: Vec<f64> = vec![];
    let mut out = vec![];
    for (number, shown) in path.iter().enumerate() {
        let at = begin.saturating_add(shown.at);
        let label = if number < NAMED { step(sources, shown.place) } else { "" };
        let from = x(at);
        let level = ends.iter().position(|end| *end < from).unwrap_or(ends.len());
        let end = from + short(label).chars().count() as f64 * LETTER + 12.0;
        match ends.get_mut(level) {
            Some(known) => *known = end,
            None => ends.push(end),
        }
        out.push(Mark { at, label: step(sources, shown.place), level: if number < NAMED { level } else { 0 } });
    }
    out
}

fn x(at: i64) -> f64 {
    LEFT + (at as f64 / DAY as f64).min(DAYS as f64) * COLUMN
}

/// A row: the name, the time it takes, its messages.
fn row(name: &str, count: usize, marks: &[Mark<'_>], y: f64) -> Group {
    let middle = y + 16.0;
    let mut out = Group::new()
        .add(text(12.0, middle + 4.0, &short_to(name, 24)).set("class", "ink name"))
        .add(text(12.0, middle + 20.0, &format!("{count} at most")).set("class", "soft"));
    if let (Some(first), Some(last)) = (marks.first(), marks.last()) {
        out = out.add(line(x(first.at), middle, x(last.at), middle).set("class", "path"));
    }
    let mut beside = 0.0;
    let mut last = None;
    for (number, mark) in marks.iter().enumerate() {
        // Two of one moment are drawn beside each other.
        beside = if last == Some(mark.at) { beside + 8.0 } else { 0.0 };
        last = Some(mark.at);
        let minutes = mark.at.rem_euclid(DAY) / 60_000;
        let time = format!("day {} {:02}:{:02}", mark.at.div_euclid(DAY) + 1, minutes / 60, minutes % 60);
        let dot = Circle::new()
            .set("cx", x(mark.at) + beside)
            .set("cy", middle)
            .set("r", 5)
            .set("class", channel(mark.label));
        out = out.add(dot.add(Title::new(format!("{time} {}", mark.label))));
        if number < NAMED {
            let below = middle + 18.0 + LABEL * mark.level as f64;
            out = out.add(text(x(mark.at) - 4.0, below, &short(mark.label)).set("class", channel(mark.label)));
        }
    }
    out
}

/// How many messages fall on each day, beside what the caps let through.
fn totals(per_day: &BTreeMap<i64, usize>, limit: Option<u64>, y: f64) -> Group {
    let mut out = Group::new().add(text(12.0, y, "each day").set("class", "ink name"));
    for number in 0..DAYS {
        let count = per_day.get(&(number as i64)).copied().unwrap_or(0);
        let over = limit.is_some_and(|limit| count as u64 > limit);
        let words = match limit {
            Some(limit) if over => format!("{count}, caps allow {limit}"),
            _ => count.to_string(),
        };
        let class = if over { "over" } else { "soft" };
        out = out.add(text(LEFT + COLUMN * number as f64 + 6.0, y, &words).set("class", class));
    }
    out
}

fn legend(channels: &[&str], y: f64) -> Group {
    let mut out = Group::new();
    let mut at = 12.0;
    for channel in channels {
        let words = if *channel == "other" { "other channels" } else { channel };
        out = out
            .add(Circle::new().set("cx", at + 5.0).set("cy", y - 4.0).set("r", 5).set("class", *channel))
            .add(text(at + 16.0, y, words).set("class", "ink"));
        at += 40.0 + words.len() as f64 * LETTER;
    }
    out
}

/// The class of a step's channel.
fn channel(step: &str) -> &'static str {
    match step.split_whitespace().next() {
        Some("email") => "email",
        Some("sms" | "mms") => "sms",
        Some("push") => "push",
        _ => "other",
    }
}

fn short(label: &str) -> String {
    short_to(label, 26)
}

fn short_to(label: &str, most: usize) -> String {
    match label.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", label.get(..end).unwrap_or_default()),
        None => label.to_string(),
    }
}

fn text(x: f64, y: f64, words: &str) -> Text {
    Text::new(words).set("x", x).set("y", y)
}

fn line(x1: f64, y1: f64, x2: f64, y2: f64) -> Line {
    Line::new().set("x1", x1).set("y1", y1).set("x2", x2).set("y2", y2)
}

fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new().set("x", x).set("y", y).set("width", width).set("height", height)
}
