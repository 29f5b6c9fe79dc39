//! The same numbers for programs.

use super::{ASSUMPTIONS, step};
use journey::SourceFile;
use journey::prove::{Of, Pressure};
use serde::Serialize;

/// Names of [`journey::prove::WINDOWS`].
const WINDOWS: [&str; 3] = ["day", "7d", "30d"];

#[derive(Serialize)]
struct Report<'a> {
    assumptions: [&'a str; 4],
    rows: Vec<Row<'a>>,
    journeys: Vec<Times<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    of: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    windows: Vec<Window<'a>>,
    caps: Vec<&'a str>,
}

#[derive(Serialize)]
struct Window<'a> {
    window: &'a str,
    most: usize,
    /// Of one journey no more than some hundred are counted.
    or_more: bool,
    limit: Option<u64>,
    over: bool,
    journeys: Vec<Share<'a>>,
}

#[derive(Serialize)]
struct Share<'a> {
    journey: &'a str,
    most: usize,
    /// The messages of one entry on the worst path, with the time since the first of them.
    path: Vec<Sent<'a>>,
}

#[derive(Serialize)]
struct Sent<'a> {
    after_seconds: i64,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    step: &'a str,
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct Times<'a> {
    journey: &'a str,
    /// Holds included; none: until a date, and what follows it.
    longest_seconds: Option<i64>,
    /// Between two messages of one entry, at least.
    closest_seconds: Option<i64>,
    sends: Vec<SendTime<'a>>,
}

/// Since the entry.
#[derive(Serialize)]
struct SendTime<'a> {
    earliest_seconds: i64,
    latest_seconds: Option<i64>,
    #[serde(flatten)]
    place: Place<'a>,
}

pub(super) fn json(pressure: &Pressure<'_>, sources: &[SourceFile]) -> Result<String, serde_json::Error> {
    let place = |span: journey::source::Span| {
        let file = sources.get(usize::from(span.file));
        Place {
            step: step(sources, span),
            file: file.map_or("", |file| file.name.as_str()),
            line: file.map_or(1, |file| file.line_column(span.start).0),
        }
    };
    let rows = pressure.rows.iter().map(|row| {
        let (of, name) = match &row.of {
            Of::All => ("all", None),
            Of::Channel(name) => ("channel", Some(name.as_str())),
            Of::Category(name) => ("category", Some(name.as_str())),
        };
        let windows = row.cells.iter().zip(WINDOWS).map(|(cell, window)| Window {
            window,
            most: cell.count(),
            or_more: cell.or_more(),
            limit: cell.limit,
            over: cell.is_over(),
            journeys: cell
                .shares
                .iter()
                .map(|share| Share {
                    journey: share.journey.name.as_str(),
                    most: share.count,
                    path: share
                        .path
                        .iter()
                        .map(|sent| Sent { after_seconds: sent.at / 1_000, place: place(sent.place) })
                        .collect(),
                })
                .collect(),
        });
        Row { of, name, windows: windows.collect(), caps: row.caps.iter().map(|cap| cap.as_str()).collect() }
    });
    let journeys = pressure.journeys.iter().map(|times| Times {
        journey: times.name,
        longest_seconds: times.longest.map(up),
        closest_seconds: times.closest.map(|closest| closest / 1_000),
        sends: times
            .sends
            .iter()
            .map(|send| SendTime {
                earliest_seconds: send.earliest / 1_000,
                latest_seconds: send.latest.map(up),
                place: place(send.place),
            })
            .collect(),
    });
    let report = Report { assumptions: ASSUMPTIONS, rows: rows.collect(), journeys: journeys.collect() };
    serde_json::to_string_pretty(&report)
}

/// Whole seconds, none too few.
fn up(millis: i64) -> i64 {
    millis.div_euclid(1_000) + i64::from(millis % 1_000 > 0)
}
