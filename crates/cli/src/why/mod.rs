//! `journey why`: why a person got a message, or did not get it.

mod json;

use crate::end::{End, Ending, Failure};
use crate::inputs::{self, play_each};
use crate::{load, output};
use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use journey::timeline::{self, Tone};
use journey::value::{Timestamp, parse_instant};
use journey::why::words::Words;
use journey::why::{Asked, Entry, Missing, Record, missing};
use journey::{SourceFile, ir};
use std::fmt::Write;
use std::path::PathBuf;

/// What `journey why` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// Inputs in order of arrival, one JSON object a line (Segment spec), or a .csv file; `-` is standard input, `.gz` is unpacked.
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// The customer.
    #[arg(long, value_name = "ID")]
    profile: String,
    /// Play on until here, such as 2026-03-31T00:00:00Z: without it, what the calendar brings for ever stops with the events.
    #[arg(long, value_name = "MOMENT", value_parser = inputs::until)]
    until: Option<i64>,
    /// All that was asked at this moment, as it is printed (2026-03-03 10:00, in the person's time zone) or in UTC (2026-03-03T09:00:00Z).
    #[arg(long, conflicts_with = "message", value_name = "MOMENT")]
    at: Option<String>,
    /// What became of this message.
    #[arg(long, value_name = "NAME")]
    message: Option<String>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In plain words.
    Text,
    /// One object.
    Json,
}

/// A moment as it is printed, or in UTC.
fn moment(typed: &ir::Program, record: &Record, text: &str) -> Result<Timestamp, Failure> {
    let zone = record.zone.unwrap_or(typed.charter.timezone);
    parse_instant(text).or_else(|| timeline::moment(zone, text)).ok_or_else(|| {
        let write = "write the moment as it is printed, such as \"2026-03-03 10:00\", or in UTC: 2026-03-03T09:00:00Z";
        Failure::Unusable(format!("--at {text}: {write}"))
    })
}

/// What is told.
struct Told<'a> {
    sources: &'a [SourceFile],
    typed: &'a ir::Program,
    record: &'a Record,
    /// Messages that the gate was asked about, with the entries that asked.
    asked: Vec<(&'a Entry, &'a Asked)>,
    /// Where the message was not asked for.
    missing: Vec<Missing>,
    /// Whether only what was asked at one moment was wanted, and nothing was.
    nothing_at: Option<Timestamp>,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    load::not_both_stdin(&arguments.program, &arguments.events)?;
    let (program, typed) = load::compiled(&arguments.program, "nothing was asked")?;
    if let Some(message) = &arguments.message {
        is_sent(&typed, message)?;
    }
    // A mistake is told before anything is played.
    if let Some(at) = &arguments.at {
        moment(&typed, &Record::of(&arguments.profile), at)?;
    }
    let mut record = Record::of(&arguments.profile);
    let replay = play_each(&program, &arguments.events, arguments.until, &mut record, Record::input)?;
    if !replay.profiles().iter().any(|profile| profile.id() == record.id) {
        let who = &arguments.profile;
        return Err(Failure::Unusable(format!("no line of {} is about `{who}`", arguments.events.display())));
    }
    let all = record.entries.iter().flat_map(|entry| entry.asked.iter().map(move |asked| (entry, asked)));
    let mut asked: Vec<(&Entry, &Asked)> = all.collect();
    asked.sort_by_key(|(_, asked)| asked.order);
    let mut nothing_at = None;
    if let Some(message) = &arguments.message {
        asked.retain(|(_, asked)| asked.gate.message == *message);
    }
    let at = arguments.at.as_deref().map(|at| moment(&typed, &record, at)).transpose()?;
    if let Some(at) = at {
        if asked.iter().any(|(_, asked)| asked.at == at) {
            asked.retain(|(_, asked)| asked.at == at);
        } else {
            // The last one before says how things stood.
            nothing_at = Some(at);
            let last = asked.iter().map(|(_, asked)| asked.at).filter(|before| *before < at).max();
            asked.retain(|(_, asked)| Some(asked.at) == last);
        }
    }
    let missing = arguments.message.as_ref().map(|message| missing(&typed, &record, message)).unwrap_or_default();
    let told = Told { sources: program.sources(), typed: &typed, record: &record, asked, missing, nothing_at };
    let is_brief = arguments.at.is_none();
    match arguments.format {
        Format::Text => output::print(&text(&told, is_brief))?,
        Format::Json => output::exactly(&(json::json(&told).map_err(|e| e.to_string())? + "\n"))?,
    }
    Ok(End::Good)
}

/// Whether a journey sends a message at all.
fn is_sent(typed: &ir::Program, message: &str) -> Result<(), Failure> {
    if typed.messages.iter().any(|known| known == message) {
        return Ok(());
    }
    let near = typed.messages.iter().max_by(|a, b| strsim::jaro(a, message).total_cmp(&strsim::jaro(b, message)));
    let near = near.filter(|near| strsim::jaro(near, message) > 0.7);
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Failure::Unusable(format!("no journey sends a message `{message}`{near}")))
}

/// The whole answer, in colours where a terminal shows them.
fn text(told: &Told<'_>, is_brief: bool) -> String {
    let words = Words { sources: told.sources, typed: told.typed, record: told.record, paint: &paint };
    let mut out = String::new();
    if let Some(at) = told.nothing_at {
        let _ = write!(out, "Nothing was asked of the gate at {}.", words.time(at));
        out.push_str(if told.asked.is_empty() { "\n" } else { " The last time before:\n\n" });
    }
    for (entry, asked) in &told.asked {
        if is_brief {
            let _ = writeln!(out, "{}", words.headline(asked));
            words.blame(entry, asked, &mut out);
        } else {
            words.asked(entry, asked, &mut out);
        }
    }
    for missing in &told.missing {
        words.missing(missing, &mut out);
    }
    if told.asked.is_empty() && told.missing.is_empty() && told.nothing_at.is_none() {
        let _ = writeln!(out, "No journey asked for a message to {}.", told.record.id);
        for (at, journey, why) in &told.record.refused {
            let values = told.record.values(told.typed, journey, *at, *why);
            let why = values.unwrap_or_else(|| why.words().to_string());
            let _ = writeln!(out, "  {}: {journey} did not begin: {why}", words.time(*at));
        }
    } else if is_brief && !told.asked.is_empty() {
        out.push_str("\n`--at MOMENT` shows how it came to that, every rule that was asked, and what it counted.\n");
    }
    out
}

fn paint(tone: Tone, is_headline: bool, text: &str) -> String {
    let color = match tone {
        Tone::Sent => AnsiColor::Green,
        Tone::Held => AnsiColor::Yellow,
        Tone::Suppressed => AnsiColor::Red,
        _ => return text.to_string(),
    };
    let style = Style::new().fg_color(Some(color.into()));
    let style = if is_headline { style.bold() } else { style };
    format!("{style}{text}{style:#}")
}
