//! What differs, for people: in a terminal, and as Markdown for a pull request.

use super::difference::{Difference, Row};
use super::pair::Kind;
use super::why::Whys;
use crate::volume::Volume;
use crate::words::number;
use journey::smol_str::SmolStr;
use std::fmt::Write;

/// Characters of a Markdown comment at most: GitHub takes 65,536.
const MARKDOWN: usize = 60_000;
/// What a bot finds its comment by.
const MARK: &str = "<!-- journey diff -->";
/// Rows of a table in a comment at most.
const ROWS: usize = 60;

/// What stands around all that is said.
pub(super) struct About<'a> {
    pub(super) names: [&'a str; 2],
    pub(super) period: String,
    pub(super) all: &'a Difference,
    pub(super) whys: &'a Whys<'a>,
}

const TRUST: &str = "What people did is played as it was: also where they answered a message that the new program does not send, or \
                     bought because of one. It says what would be sent, not what it would bring.";

/// `-11,895 (-6.5 %)`
fn change(old: u64, new: u64) -> String {
    let sign = if new >= old { "+" } else { "-" };
    let by = number(new.abs_diff(old));
    if old == new {
        return "the same".to_string();
    }
    if old == 0 {
        return format!("{sign}{by}");
    }
    let percent = (new as f64 - old as f64) / old as f64 * 100.0;
    format!("{sign}{by} ({percent:+.1} %)")
}

/// `6.5 %`
fn share(part: u64, whole: u64) -> Option<String> {
    (whole > 0).then(|| format!("{:.1} %", part as f64 / whole as f64 * 100.0))
}

/// Why a row differs: `8,311 not asked for any more; 3,584 not sent any more: cap promo 4 per 7d`.
fn reasons(row: &Row) -> String {
    let mut parts: Vec<(&(Kind, SmolStr), &u64)> = row.kinds.iter().collect();
    parts.sort_by_key(|((kind, _), messages)| (std::cmp::Reverse(**messages), *kind));
    let words = |((kind, detail), messages): &(&(Kind, SmolStr), &u64)| {
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        format!("{} {}{detail}", number(**messages), kind.words())
    };
    parts.iter().map(words).collect::<Vec<_>>().join("; ")
}

/// In a terminal.
pub(super) fn text(about: &About<'_>) -> String {
    let all = about.all;
    let [old, new] = about.names;
    let mut out = format!("{old} beside {new}: {} people{}\n\n", number(all.people), about.period);
    let [was, is] = all.sent;
    let _ = writeln!(out, "messages       {} before, {} after: {}", number(was), number(is), change(was, is));
    let share = share(all.differ, all.people).map_or(String::new(), |share| format!(" ({share})"));
    let _ = writeln!(out, "people         {}{share} get something else", number(all.differ));
    let [then, now] = all.weekly.map(|weekly| weekly.shares);
    let _ = writeln!(
        out,
        "in a busy week {} before and {} after for half of the people or fewer, {} and {} for 95 of 100, {} and {} at most",
        then.p50, now.p50, then.p95, now.p95, then.most, now.most
    );
    let rows: Vec<_> = all.rows.iter().filter(|(_, row)| !row.kinds.is_empty()).collect();
    if !rows.is_empty() {
        out.push_str("\nwhat differs\n");
    }
    let width =
        rows.iter().map(|(of, _)| of.journey.len() + of.channel.len() + of.message.len() + 2).max().unwrap_or(0);
    for (of, row) in rows {
        let name = format!("{} {} {}", of.journey, of.channel, of.message);
        let [was, is] = row.sent.map(number);
        let _ = writeln!(out, "  {name:width$}  {was} before, {is} after: {}", reasons(row));
    }
    journeys(all, &mut out);
    days(all, &mut out);
    for (message, channel, what) in &all.texts {
        let _ = writeln!(out, "\nthe text of {message} by {channel} is {what}");
    }
    for ((journey, kind), examples) in &all.examples {
        let _ = writeln!(out, "\n{journey}, {}: for example", kind.words());
        for example in examples {
            let _ = writeln!(out, "  {}", example.person);
            let [was, is] = about.whys.lines(example);
            let _ = writeln!(out, "    before  {was}\n    after   {is}");
        }
    }
    let _ = writeln!(out, "\n{TRUST}");
    out
}

/// Entries, conversions, audiences and calls, where they differ.
fn journeys(all: &Difference, out: &mut String) {
    for (journey, [old, new]) in &all.journeys {
        let mut parts = vec![];
        let lines = [
            ("entries", old.entries, new.entries),
            ("goals reached", old.converted, new.converted),
            ("changes of audiences", old.audience_changes, new.audience_changes),
            ("calls", old.calls, new.calls),
        ];
        for (what, was, is) in lines {
            if was != is {
                parts.push(format!("{what} {} before, {} after", number(was), number(is)));
            }
        }
        if !parts.is_empty() {
            let _ = writeln!(out, "\n{journey}: {}", parts.join("; "));
        }
    }
}

/// The busiest day and minute of each channel.
fn days(all: &Difference, out: &mut String) {
    if all.volumes.is_empty() {
        return;
    }
    out.push_str("\nbusiest day and minute\n");
    for (channel, sides) in &all.volumes {
        let words = |volume: &Volume| {
            let ((day, most), (_, peak)) = volume.busiest_day().zip(volume.busiest_minute())?;
            Some(format!("{} on {}, {} in a minute", number(most), day.format("%a %Y-%m-%d"), number(peak)))
        };
        let [was, is] = sides.each_ref().map(|volume| words(volume).unwrap_or_else(|| "none".to_string()));
        let _ = writeln!(out, "  {channel:10} before {was}; after {is}");
    }
}

/// A text of customers within a table.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}

/// For a pull request: tables first, examples folded; never longer than a comment may be.
pub(super) fn markdown(about: &About<'_>) -> String {
    let all = about.all;
    let [old, new] = about.names;
    let mut out = format!(
        "{MARK}\n### What changes for customers: `{old}` → `{new}` ({} people{})\n\n",
        number(all.people),
        about.period
    );
    if all.is_empty() {
        out.push_str("Nothing: everybody gets the same messages at the same times.\n");
        return out;
    }
    let [was, is] = all.sent;
    let _ = writeln!(out, "| | before | after | |\n| --- | --: | --: | --- |");
    let _ = writeln!(out, "| messages | {} | {} | {} |", number(was), number(is), change(was, is));
    let _ = writeln!(
        out,
        "| people who get something else | | {} | {} |",
        number(all.differ),
        share(all.differ, all.people).unwrap_or_default()
    );
    let rows: Vec<_> = all.rows.iter().filter(|(_, row)| !row.kinds.is_empty()).collect();
    for (of, row) in rows.iter().take(ROWS) {
        let [was, is] = row.sent.map(number);
        let name = cell(&format!("{} · {} {}", of.journey, of.channel, of.message));
        let _ = writeln!(out, "| {name} | {was} | {is} | {} |", cell(&reasons(row)));
    }
    if rows.len() > ROWS {
        let _ = writeln!(out, "| {} further messages | | | |", rows.len() - ROWS);
    }
    let [then, now] = all.weekly.map(|weekly| weekly.shares);
    let _ = writeln!(out, "| most to one person in a week | {} | {} | |", then.most, now.most);
    for (channel, sides) in &all.volumes {
        let [was, is] = sides.each_ref().map(|volume| volume.busiest_day().map_or(0, |(_, most)| most));
        let _ = writeln!(
            out,
            "| busiest day, {} | {} | {} | {} |",
            cell(channel),
            number(was),
            number(is),
            change(was, is)
        );
    }
    for (message, channel, what) in &all.texts {
        let _ = writeln!(out, "\nThe text of `{message}` by {channel} is {what}.");
    }
    let end = format!("\n{TRUST}\n");
    for ((journey, kind), examples) in &all.examples {
        let mut folded = format!("\n<details><summary>{}: {}</summary>\n\n", cell(journey), kind.words());
        for example in examples {
            let _ = writeln!(folded, "- {}", cell(&example.person));
            let [was, is] = about.whys.lines(example);
            let _ = writeln!(folded, "  - before: {}\n  - after: {}", cell(&was), cell(&is));
        }
        folded.push_str("\n</details>\n");
        if out.len() + folded.len() + end.len() < MARKDOWN {
            out.push_str(&folded);
        }
    }
    out.push_str(&end);
    out
}
