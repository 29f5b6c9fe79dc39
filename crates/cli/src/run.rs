//! `journey run`: plays inputs through a program in virtual time.

use crate::end::{End, Ending};
use crate::inputs::{self, Inputs, say_skipped};
use crate::summary::Summary;
use crate::{load, output};
use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use journey::ir::{self, EntryCause};
use journey::replay::{Played, Replay, Sink};
use journey::timeline::{Timelines, Tone};
use journey::{Effect, Profile, Program, write_effect};
use std::path::PathBuf;

/// What `journey run` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// Inputs in order of arrival, one JSON object a line (Segment spec), or a .csv file; `-` is standard input, `.gz` is unpacked.
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// Stop here, such as 2026-03-31T00:00:00Z; what is due at this moment still happens.
    #[arg(long, value_name = "MOMENT", value_parser = inputs::until)]
    until: Option<i64>,
    /// Print what happens to this customer only.
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// Stop at the first line that cannot be used.
    #[arg(long)]
    strict: bool,
    /// How effects are printed; by default `text` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A timeline for each customer, in local time.
    Text,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    load::not_both_stdin(&arguments.program, &arguments.events)?;
    let (program, typed) = load::compiled(&arguments.program, "nothing was run")?;
    let mut inputs = Inputs::open(&arguments.events)?;
    let format = arguments.format.unwrap_or(if output::is_terminal() { Format::Text } else { Format::Jsonl });
    let only = arguments.profile.as_deref();
    match format {
        Format::Jsonl => {
            let mut sink = Lines { only, out: output::Lines::open(), line: vec![], line_number: 0 };
            let (end, summary) = play(arguments, (&program, &typed), &mut inputs, &mut sink, false)?;
            sink.out.close()?;
            output::say_if_any(&summary);
            Ok(end)
        }
        Format::Text => {
            let mut sink = Readable { only, timelines: Timelines::new(), line_number: 0 };
            let (end, summary) = play(arguments, (&program, &typed), &mut inputs, &mut sink, true)?;
            output::print(&text(&sink.timelines)?)?;
            output::say_if_any(&summary);
            Ok(end)
        }
    }
}

/// Knows the line of the inputs that is being played, for notices.
trait AtLine: Sink {
    fn at_line(&mut self, number: u64);
    /// Whether there is no use in going on.
    fn broken(&self) -> bool {
        false
    }
}

/// What the calendar brings for ever stops with the inputs: whoever waits for a birthday's mail is told so.
fn say_stopped(typed: &ir::Program) {
    let recurs = |cause: &EntryCause| matches!(cause, EntryCause::Yearly(_) | EntryCause::Every(..));
    let stopped = typed.journeys.iter().filter(|journey| journey.entries.iter().any(|entry| recurs(&entry.cause)));
    let names: Vec<String> = stopped.map(|journey| format!("`{}`", journey.name)).collect();
    if let Some((last, before)) = names.split_last() {
        let all = if before.is_empty() { last.clone() } else { format!("{} and {last}", before.join(", ")) };
        output::say(&format!(
            "nobody enters {all} by the calendar after the last input: `--until 2030-01-01T00:00:00Z` plays on until then"
        ));
    }
}

/// Plays all inputs; gives how that ended, and what is said at the end.
fn play(
    arguments: &Arguments,
    (program, typed): (&Program, &ir::Program),
    inputs: &mut Inputs,
    sink: &mut impl AtLine,
    explained: bool,
) -> Result<(End, String), String> {
    let only = arguments.profile.as_deref();
    let sink = &mut Counted { inner: sink, only, summary: Summary::default() };
    let mut replay = Replay::new(program, arguments.until, explained);
    let bar = inputs::bar(inputs.size(), "{bar:40} {percent}% {eta} left");
    let (mut used, mut skipped) = (0u64, 0u64);
    while let Some((number, read)) = inputs.next_input()? {
        if (used + skipped).is_multiple_of(4096) {
            if let Some(bar) = &bar {
                bar.set_position(inputs.position());
            }
            // With `--strict` what is found hangs on every line, whoever reads it.
            if sink.inner.broken() && !arguments.strict {
                return Ok((End::Good, String::new()));
            }
        }
        let input = match read {
            Ok(input) => input,
            Err(why) => {
                report(&bar, &format!("line {number}: {why}"));
                if arguments.strict {
                    return Ok((End::Findings, String::new()));
                }
                skipped += 1;
                continue;
            }
        };
        used += 1;
        sink.inner.at_line(number);
        let played = replay.input(&input, sink).map_err(|e| format!("line {number}: {e}"))?;
        if played != Played::AfterEnd {
            sink.summary.input(program, &input);
        }
        if played == Played::OutOfOrder {
            report(
                &bar,
                &format!(
                    "line {number}: its time is before that of the line above it, so for `{}` it counts from the time of \
                     their last line on; sort the lines by time",
                    input.profile
                ),
            );
            if arguments.strict {
                return Ok((End::Findings, String::new()));
            }
        }
    }
    replay.finish(sink).map_err(|e| e.to_string())?;
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    say_skipped(skipped);
    if arguments.until.is_none() && !replay.profiles().is_empty() {
        say_stopped(typed);
    }
    if used == 0 && skipped > 0 {
        return Ok((End::Findings, String::new()));
    }
    if replay.is_cut_off() {
        inputs::say_cut_off();
    }
    Ok((End::Good, sink.summary.text(&replay, only, &typed.events)))
}

/// Counts what goes by.
struct Counted<'a, S> {
    inner: &'a mut S,
    only: Option<&'a str>,
    summary: Summary,
}

impl<S: Sink> Sink for Counted<'_, S> {
    fn effect(&mut self, program: &Program, profile: &Profile, effect: &Effect) {
        if self.only.is_none_or(|only| only == profile.id()) {
            self.summary.effect(profile, effect);
        }
        self.inner.effect(program, profile, effect);
    }

    fn notice(&mut self, profile: &Profile, notice: &journey::Notice) {
        self.inner.notice(profile, notice);
    }
}

fn report(bar: &Option<ProgressBar>, text: &str) {
    match bar {
        Some(bar) => bar.suspend(|| output::say(text)),
        None => output::say(text),
    }
}

/// Effects as JSON lines.
struct Lines<'a> {
    /// The only customer to print, if there is one.
    only: Option<&'a str>,
    out: output::Lines,
    line: Vec<u8>,
    line_number: u64,
}

impl Sink for Lines<'_> {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        if self.out.is_broken() || self.only.is_some_and(|only| only != profile.id()) {
            return;
        }
        self.line.clear();
        write_effect(profile.id(), effect, &mut self.line);
        self.line.push(b'\n');
        self.out.write(&self.line);
    }

    fn notice(&mut self, profile: &Profile, notice: &journey::Notice) {
        output::say(&format!("line {}: {}: {notice}", self.line_number, profile.id()));
    }
}

impl AtLine for Lines<'_> {
    fn at_line(&mut self, number: u64) {
        self.line_number = number;
    }

    fn broken(&self) -> bool {
        self.out.is_broken()
    }
}

/// A timeline for each customer.
struct Readable<'a> {
    /// The only customer to print, if there is one.
    only: Option<&'a str>,
    timelines: Timelines,
    line_number: u64,
}

impl Sink for Readable<'_> {
    fn effect(&mut self, program: &Program, profile: &Profile, effect: &Effect) {
        if self.only.is_none_or(|only| only == profile.id()) {
            self.timelines.effect(program, profile, effect);
        }
    }

    fn notice(&mut self, profile: &Profile, notice: &journey::Notice) {
        output::say(&format!("line {}: {}: {notice}", self.line_number, profile.id()));
    }
}

impl AtLine for Readable<'_> {
    fn at_line(&mut self, number: u64) {
        self.line_number = number;
    }
}

fn text(timelines: &Timelines) -> Result<String, String> {
    let mut text = String::new();
    let paint = |tone: Option<Tone>, text: &str| {
        let style = tone.map_or(Style::new().bold(), style);
        format!("{style}{text}{style:#}")
    };
    timelines.write(&mut text, paint).map_err(|e| e.to_string())?;
    Ok(text)
}

fn style(tone: Tone) -> Style {
    let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    match tone {
        Tone::Sent => color(AnsiColor::Green),
        Tone::Held => color(AnsiColor::Yellow),
        Tone::Suppressed => color(AnsiColor::Red),
        Tone::Reached => color(AnsiColor::Cyan),
        Tone::Why => Style::new().dimmed(),
        Tone::Plain => Style::new(),
    }
}
