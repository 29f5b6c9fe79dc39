//! The summary of a backtest: the same figures in words and for machines.

use super::tally::{Journey, Tally};
use crate::config::Limits;
use crate::volume::Shares;
use crate::words::{day, number, span};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use journey::chrono::{DateTime, Datelike, NaiveDate};
use journey::chrono_tz::Tz;
use journey::smol_str::SmolStr;
use journey::value::show_instant;
use journey_history::Facts;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What a backtest found; a later version of it may have more fields.
#[derive(Serialize)]
pub(super) struct Summary {
    version: u32,
    inputs: Inputs,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    timezone: String,
    people: u64,
    people_entered: u64,
    entries: u64,
    messages: u64,
    suppressed: u64,
    held: u64,
    journeys: BTreeMap<SmolStr, Journey>,
    channels: BTreeMap<SmolStr, Channel>,
    /// Of each person the busiest day.
    per_person_day: Shares,
    /// Of each person the busiest week, from Monday on.
    per_person_week: Shares,
    responses: Responses,
    limits: Vec<Limit>,
}

#[derive(Serialize)]
struct Inputs {
    played: u64,
    unusable: u64,
    before_the_warm_up: u64,
    after_the_end: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    unheard: BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Channel {
    messages: u64,
    by_day: BTreeMap<NaiveDate, u64>,
    busiest_day: BusyDay,
    busiest_minute: BusyMinute,
}

#[derive(Serialize)]
struct BusyDay {
    at: NaiveDate,
    messages: u64,
}

#[derive(Serialize)]
struct BusyMinute {
    #[serde(serialize_with = "instant")]
    at: i64,
    messages: u64,
}

fn instant<S: Serializer>(at: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&show_instant(*at))
}

/// What people did with messages, as history has it.
#[derive(Serialize)]
struct Responses {
    world: &'static str,
    /// Of these people and this time; where they are set aside, all that were.
    in_history: u64,
    /// About a message that this program sent them before.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_what_was_sent: Option<u64>,
}

/// A limit of `journey.toml`.
#[derive(Serialize)]
struct Limit {
    name: String,
    limit: u64,
    found: u64,
    is_broken: bool,
}

/// What is known beside the counts.
pub(super) struct About<'a> {
    pub(super) facts: &'a Facts,
    pub(super) limits: &'a Limits,
    pub(super) zone: Tz,
    pub(super) from: Option<i64>,
    pub(super) until: Option<i64>,
    /// The only customer that is counted, if there is one.
    pub(super) only: Option<&'a str>,
    /// Whether what people did with messages was played.
    pub(super) responses: bool,
    /// How much before `from` is played, in milliseconds.
    pub(super) warm_up: i64,
}

impl Summary {
    pub(super) fn new(tally: Tally, about: &About<'_>) -> Summary {
        let facts = about.facts;
        let channels = tally.volumes.iter().map(|(name, volume)| {
            let (day, in_day) = volume.busiest_day().unwrap_or_default();
            let (minute, in_minute) = volume.busiest_minute().unwrap_or_default();
            let channel = Channel {
                messages: volume.by_day().map(|(_, n)| n).sum(),
                by_day: volume.by_day().collect(),
                busiest_day: BusyDay { at: day, messages: in_day },
                busiest_minute: BusyMinute { at: minute, messages: in_minute },
            };
            (name.clone(), channel)
        });
        let mut summary = Summary {
            version: 1,
            inputs: Inputs {
                played: facts.used,
                unusable: facts.unusable,
                before_the_warm_up: facts.before,
                after_the_end: facts.after,
                first: facts.span.map(|(first, _)| show_instant(first)),
                last: facts.span.map(|(_, last)| show_instant(last)),
                unheard: facts.unheard.clone(),
            },
            from: about.from.map(show_instant),
            until: about.until.map(show_instant),
            timezone: about.zone.name().to_string(),
            people: tally.people,
            people_entered: tally.entered,
            entries: tally.all(|journey| journey.entries),
            messages: tally.messages(),
            suppressed: tally.all(|journey| journey.suppressed.values().sum()),
            held: tally.all(|journey| journey.held),
            channels: channels.collect(),
            per_person_day: tally.busiest_day.shares(),
            per_person_week: tally.busiest_week.shares(),
            responses: Responses {
                world: if about.responses { "recorded" } else { "none" },
                in_history: if about.responses { tally.responses.0 } else { facts.responses },
                to_what_was_sent: about.responses.then_some(tally.responses.1),
            },
            limits: vec![],
            journeys: tally.journeys,
        };
        summary.limits = summary.held_against(about.limits);
        summary
    }

    fn held_against(&self, limits: &Limits) -> Vec<Limit> {
        let mut found = vec![];
        let mut hold = |name: String, limit: Option<u64>, value: u64| {
            if let Some(limit) = limit {
                found.push(Limit { name, limit, found: value, is_broken: value > limit });
            }
        };
        hold("max_per_person_day".into(), limits.max_per_person_day, self.per_person_day.most);
        hold("max_per_person_week".into(), limits.max_per_person_week, self.per_person_week.most);
        for (channel, capacity) in &limits.capacity {
            let of = self.channels.get(channel.as_str());
            hold(format!("capacity.{channel}.day"), capacity.day, of.map_or(0, |of| of.busiest_day.messages));
            hold(format!("capacity.{channel}.minute"), capacity.minute, of.map_or(0, |of| of.busiest_minute.messages));
        }
        found
    }

    /// Whether a limit of `journey.toml` is broken.
    pub(super) fn is_broken(&self) -> bool {
        self.limits.iter().any(|limit| limit.is_broken)
    }

    pub(super) fn json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|e| e.to_string())
    }

    /// The summary in words.
    pub(super) fn text(&self, about: &About<'_>) -> String {
        let mut out = String::new();
        self.heading(about, &mut out);
        self.table(&mut out);
        if self.messages > 0 {
            let (day, week) = (&self.per_person_day, &self.per_person_week);
            let _ = writeln!(
                out,
                "In their busiest day, half of the people got {} at most, 95 of 100 {} at most, and the most for one person was {}.\n\
                 In their busiest week (from Monday on): {}, {} and {}.\n",
                number(day.p50),
                number(day.p95),
                number(day.most),
                number(week.p50),
                number(week.p95),
                number(week.most),
            );
            self.days(about, &mut out);
        }
        self.trust(about, &mut out);
        self.limits(&mut out);
        out.trim_end().to_string() + "\n"
    }

    fn heading(&self, about: &About<'_>, out: &mut String) {
        let _ = write!(out, "{}", some(self.inputs.played, "event"));
        let _ = match about.only {
            Some(id) => write!(out, ", of which what happens to {id} is counted"),
            None => write!(out, " of {}", people(self.people)),
        };
        if let Some(ends) = about.facts.span {
            let _ = write!(out, ", {}", span(about.zone, ends));
        }
        out.push('\n');
        if let Some(from) = about.from {
            let _ = write!(out, "Counted from {} on", day(about.zone, from));
            let days = about.warm_up.div_euclid(86_400_000);
            let _ = writeln!(out, "; {} before are played as a warm-up", some(days.unsigned_abs(), "day"));
        }
        if self.inputs.before_the_warm_up > 0 {
            let _ = writeln!(out, "{} before the warm-up left out", some(self.inputs.before_the_warm_up, "event"));
        }
        if self.inputs.after_the_end > 0 {
            let _ = writeln!(out, "{} after the end left out", some(self.inputs.after_the_end, "event"));
        }
        let _ = writeln!(
            out,
            "{} entered a journey, in {}; {}, {} suppressed, {} held for a while\n",
            people(self.people_entered),
            if self.entries == 1 { "1 entry".to_string() } else { format!("{} entries", number(self.entries)) },
            some(self.messages, "message"),
            number(self.suppressed),
            number(self.held),
        );
    }

    fn table(&self, out: &mut String) {
        let channels: BTreeSet<&SmolStr> = self.journeys.values().flat_map(|journey| journey.sent.keys()).collect();
        let mut rows = vec![vec!["journey".to_string(), "people".into(), "entries".into()]];
        let head = channels.iter().map(|channel| channel.to_string()).chain(["suppressed".into(), "most by".into()]);
        rows.iter_mut().for_each(|row| row.extend(head.clone()));
        for (name, journey) in &self.journeys {
            let sent = channels.iter().map(|channel| journey.sent.get(*channel).copied().unwrap_or(0));
            let counts = [journey.people, journey.entries].into_iter().chain(sent);
            let mut row: Vec<String> = [name.to_string()].into_iter().chain(counts.map(number)).collect();
            row.push(number(journey.suppressed.values().sum()));
            // Of equals the first by name.
            let by = journey.suppressed.iter().rev().max_by_key(|(_, n)| **n);
            row.push(by.map_or(String::new(), |(rule, n)| format!("{rule} ({})", number(*n))));
            rows.push(row);
        }
        if rows.len() > 1 {
            aligned(rows, out);
            out.push('\n');
        }
    }

    fn days(&self, about: &About<'_>, out: &mut String) {
        let days: BTreeSet<&NaiveDate> = self.channels.values().flat_map(|channel| channel.by_day.keys()).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return };
        let span = (**last - **first).num_days().unsigned_abs() + 1;
        let head = ["by day", "on average", "busiest", "", "in one minute", ""].map(str::to_string).to_vec();
        let mut rows = vec![head];
        for (name, channel) in &self.channels {
            rows.push(vec![
                name.to_string(),
                number((channel.messages + span / 2) / span),
                number(channel.busiest_day.messages),
                weekday(channel.busiest_day.at),
                number(channel.busiest_minute.messages),
                local_minute(about.zone, channel.busiest_minute.at),
            ]);
        }
        aligned(rows, out);
        out.push('\n');
    }

    fn trust(&self, about: &About<'_>, out: &mut String) {
        out.push_str("How far this can be trusted\n");
        let _ = match (self.responses.in_history, about.responses) {
            (0, _) => {
                writeln!(out, "  history has no opens, clicks or replies: to a question about them the answer is no")
            }
            (all, true) => {
                let fitting = self.responses.to_what_was_sent.unwrap_or(0);
                writeln!(
                    out,
                    "  of {} in history, all played as they were, {} ({} %) are about a message that these\n  journeys \
                     sent to the person, too; `--responses none` shows the world in which nobody reacts",
                    reactions(all),
                    number(fitting),
                    fitting * 100 / all,
                )
            }
            (all, false) => {
                writeln!(out, "  {} of history are set aside: in this world nobody reacts to a message", reactions(all))
            }
        };
        out.push_str(
            "  what people bought is played as it was: a backtest says what would be sent, not what it would bring\n",
        );
        if !self.inputs.unheard.is_empty() {
            let mut names: Vec<(&String, &u64)> = self.inputs.unheard.iter().collect();
            names.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
            let all: u64 = self.inputs.unheard.values().sum();
            let few: Vec<String> = names.iter().take(5).map(|(name, n)| format!("{name} {}×", number(**n))).collect();
            let more = names.len().saturating_sub(5);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            let _ = writeln!(out, "  {} that no journey listens to: {}{more}", some(all, "event"), few.join("; "));
        }
        out.push('\n');
    }

    fn limits(&self, out: &mut String) {
        for limit in &self.limits {
            let Limit { name, limit: most, found, is_broken } = limit;
            let word = if *is_broken { "broken" } else { "kept" };
            let _ = writeln!(out, "{word:6}  {name}: {} of {} at most", number(*found), number(*most));
        }
    }
}

/// Columns under each other; those with numbers stand to the right.
fn aligned(rows: Vec<Vec<String>>, out: &mut String) {
    let is_number = |cell: &String| cell.chars().all(|c| c.is_ascii_digit() || c == ',') && !cell.is_empty();
    let columns = rows.first().map_or(0, Vec::len);
    let right: Vec<bool> =
        (0..columns).map(|at| rows.iter().skip(1).any(|row| row.get(at).is_some_and(is_number))).collect();
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled).add_rows(rows);
    for (column, right) in table.column_iter_mut().zip(right) {
        column.set_padding((0, 2));
        column.set_cell_alignment(if right { CellAlignment::Right } else { CellAlignment::Left });
    }
    for line in table.lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn some(n: u64, what: &str) -> String {
    format!("{} {what}{}", number(n), if n == 1 { "" } else { "s" })
}

fn reactions(n: u64) -> String {
    if n == 1 { "1 open, click or the like".to_string() } else { format!("{} opens, clicks and the like", number(n)) }
}

fn people(n: u64) -> String {
    if n == 1 { "1 person".to_string() } else { format!("{} people", number(n)) }
}

fn weekday(date: NaiveDate) -> String {
    format!("on {} {date}", date.weekday())
}

fn local_minute(zone: Tz, at: i64) -> String {
    let local = DateTime::from_timestamp_millis(at).map(|utc| utc.with_timezone(&zone));
    local.map_or(String::new(), |local| local.format("at %H:%M on %Y-%m-%d").to_string())
}
