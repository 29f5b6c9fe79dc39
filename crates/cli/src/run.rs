//! `journey run`: plays inputs through a program in virtual time.

use crate::inputs::{Inputs, Line};
use crate::{End, load};
use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use journey::replay::{Played, Replay, Sink};
use journey::timeline::{Timelines, Tone};
use journey::value::parse_instant;
use journey::{Effect, Input, Profile, Program, write_effect};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// What `journey run` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    program: PathBuf,
    /// Inputs in order of arrival, one JSON object a line (Segment spec); `-` is standard input, `.gz` is unpacked.
    #[arg(long)]
    events: PathBuf,
    /// Stop here, such as 2026-03-31T00:00:00Z; what is due at this moment still happens.
    #[arg(long, value_parser = moment)]
    until: Option<i64>,
    /// Print what happens to this customer only.
    #[arg(long)]
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

fn moment(text: &str) -> Result<i64, String> {
    parse_instant(text).ok_or_else(|| "write a moment of RFC 3339, such as 2026-03-31T00:00:00Z".to_string())
}

pub(crate) fn run(arguments: &Arguments) -> End {
    let program = match load::compiled(&arguments.program, "nothing was run") {
        Ok((program, _)) => program,
        Err(end) => return end,
    };
    let mut inputs = match Inputs::open(&arguments.events) {
        Ok(inputs) => inputs,
        Err(why) => return End::Unusable(why),
    };
    let format = arguments.format.unwrap_or(if io::stdout().is_terminal() { Format::Text } else { Format::Jsonl });
    let only = arguments.profile.as_deref();
    let played = match format {
        Format::Jsonl => {
            let mut sink =
                Lines { only, out: BufWriter::new(io::stdout().lock()), line: vec![], line_number: 0, failed: None };
            let played = play(arguments, &program, &mut inputs, &mut sink, false);
            let flushed = sink.out.flush();
            played.and_then(|end| sink.failed.map_or(flushed, Err).map(|()| end).or_else(broken_pipe))
        }
        Format::Text => {
            let mut sink = Readable { only, timelines: Timelines::new(), line_number: 0 };
            play(arguments, &program, &mut inputs, &mut sink, true)
                .and_then(|end| print(&sink.timelines).map(|()| end).or_else(broken_pipe))
        }
    };
    match played {
        Ok(end) => end,
        Err(why) => End::Unusable(why),
    }
}

/// A reader that has seen enough is no failure.
fn broken_pipe(error: io::Error) -> Result<End, String> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Ok(End::Good)
    } else {
        Err(format!("the output cannot be written: {error}"))
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

fn play(
    arguments: &Arguments,
    program: &Program,
    inputs: &mut Inputs,
    sink: &mut impl AtLine,
    explained: bool,
) -> Result<End, String> {
    let mut replay = Replay::new(program, arguments.until, explained);
    let bar = progress(inputs.size);
    let mut number = 0u64;
    let mut skipped = 0u64;
    loop {
        if number.is_multiple_of(4096) {
            if let Some(bar) = &bar {
                bar.set_position(inputs.position());
            }
            if sink.broken() {
                return Ok(End::Good);
            }
        }
        number += 1;
        let line = inputs.next()?;
        let read = match line {
            Line::End => break,
            Line::Text(text) if text.trim().is_empty() => continue,
            Line::Text(text) => Input::from_json(text).map_err(|e| e.to_string()),
            Line::Bad(why) => Err(why.to_string()),
        };
        let input = match read {
            Ok(input) => input,
            Err(why) => {
                report(&bar, &format!("line {number}: {why}"));
                if arguments.strict {
                    return Ok(End::Findings);
                }
                skipped += 1;
                continue;
            }
        };
        sink.at_line(number);
        if replay.input(&input, sink).map_err(|e| format!("line {number}: {e}"))? == Played::OutOfOrder {
            report(
                &bar,
                &format!(
                    "line {number}: this arrived before the line above it; it acts at the clock of `{}`",
                    input.profile
                ),
            );
            if arguments.strict {
                return Ok(End::Findings);
            }
        }
    }
    replay.finish(sink).map_err(|e| e.to_string())?;
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    if skipped > 0 {
        anstream::eprintln!(
            "{skipped} line{} could not be used and had no effect",
            if skipped == 1 { "" } else { "s" }
        );
    }
    if replay.is_cut_off() {
        anstream::eprintln!(
            "journeys go on for ever by starting each other: this stops 100 years after the last input; `--until` stops it earlier"
        );
    }
    Ok(End::Good)
}

/// A bar on long inputs, on a terminal only.
fn progress(size: Option<u64>) -> Option<ProgressBar> {
    let size = size.filter(|size| *size > 8 << 20 && io::stderr().is_terminal())?;
    let style = ProgressStyle::with_template("{bar:40} {percent}% {eta} left").ok()?;
    Some(ProgressBar::new(size).with_style(style))
}

fn report(bar: &Option<ProgressBar>, text: &str) {
    match bar {
        Some(bar) => bar.suspend(|| anstream::eprintln!("{text}")),
        None => anstream::eprintln!("{text}"),
    }
}

/// Effects as JSON lines.
struct Lines<'a, W: Write> {
    /// The only customer to print, if there is one.
    only: Option<&'a str>,
    out: W,
    line: Vec<u8>,
    line_number: u64,
    failed: Option<io::Error>,
}

impl<W: Write> Sink for Lines<'_, W> {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        if self.failed.is_some() || self.only.is_some_and(|only| only != profile.id()) {
            return;
        }
        self.line.clear();
        write_effect(profile.id(), effect, &mut self.line);
        self.line.push(b'\n');
        self.failed = self.out.write_all(&self.line).err();
    }

    fn notice(&mut self, profile: &Profile, text: &str) {
        anstream::eprintln!("line {}: {}: {text}", self.line_number, profile.id());
    }
}

impl<W: Write> AtLine for Lines<'_, W> {
    fn at_line(&mut self, number: u64) {
        self.line_number = number;
    }

    fn broken(&self) -> bool {
        self.failed.is_some()
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

    fn notice(&mut self, profile: &Profile, text: &str) {
        anstream::eprintln!("line {}: {}: {text}", self.line_number, profile.id());
    }
}

impl AtLine for Readable<'_> {
    fn at_line(&mut self, number: u64) {
        self.line_number = number;
    }
}

fn print(timelines: &Timelines) -> io::Result<()> {
    let mut text = String::new();
    let paint = |tone: Option<Tone>, text: &str| {
        let style = tone.map_or(Style::new().bold(), style);
        format!("{style}{text}{style:#}")
    };
    timelines.write(&mut text, paint).map_err(io::Error::other)?;
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
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
