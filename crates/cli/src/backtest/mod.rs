//! `journey backtest`: what a program would have sent, from a history that may be larger than the memory.

mod summary;
mod tally;

use crate::config::Limits;
use crate::end::{End, Ending, Failure};
use crate::volume::midnight;
use crate::{inputs, load, output, write};
use clap::{Args, ValueEnum};
use flate2::Compression;
use flate2::write::GzEncoder;
use indicatif::ProgressBar;
use journey::chrono_tz::Tz;
use journey::value::{parse_date, parse_instant};
use journey_history::{History, Place, Played, Progress, Settings};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use summary::{About, Summary};
use tally::Tally;

/// What `journey backtest` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// Inputs in any order: one JSON object a line (Segment spec), or .csv files; `-` is standard input, `.gz` and `.zst` are unpacked.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    events: Vec<PathBuf>,
    /// Count from here on, such as 2026-06-01 (in the charter's time zone) or 2026-06-01T00:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    from: Option<String>,
    /// Stop here; what is due at this moment still happens. Without it, all that the events bring about is played to its end.
    #[arg(long, value_name = "MOMENT")]
    until: Option<String>,
    /// How much before --from is played uncounted, such as 30d; by default as long as anything matters to the program.
    #[arg(long, value_name = "LENGTH", requires = "from", value_parser = length)]
    warm_up: Option<i64>,
    /// Write the effects, as `journey run` prints them: a file that ends in .jsonl or .jsonl.gz, or `-`.
    #[arg(long, value_name = "FILE")]
    effects: Option<PathBuf>,
    /// Write the summary as JSON.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// What people did with messages in history: opens, clicks and the like.
    #[arg(long, value_enum, value_name = "WORLD", default_value_t = Responses::Recorded)]
    responses: Responses,
    /// Count, and write, what happens to this customer only.
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// Stop at the first line that cannot be used.
    #[arg(long)]
    strict: bool,
    /// How much memory lines and effects take, about; what is more lies in files without a name.
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = size)]
    memory: u64,
    /// How many threads read and play; by default as many as the machine has.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// The folder for what does not fit the memory; by default the one that the system names.
    #[arg(long, value_name = "FOLDER")]
    temp: Option<PathBuf>,
    /// How the summary is printed.
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Responses {
    /// They are played as they were recorded, whatever they answered.
    Recorded,
    /// They are set aside: nobody reacts to a message. Refusals, bounces, failures and complaints stay.
    None,
}

/// `30d`, `4w`, `12h`
fn length(text: &str) -> Result<i64, String> {
    let unit = [("w", 7 * 24), ("d", 24), ("h", 1)].into_iter().find_map(|(unit, hours)| {
        let count: i64 = text.strip_suffix(unit)?.parse().ok()?;
        (count >= 0).then_some(count.checked_mul(hours * 3_600_000)).flatten()
    });
    unit.filter(|length| *length <= 36_600 * 86_400_000)
        .ok_or_else(|| "write a length such as 30d, 4w or 12h".to_string())
}

/// `512M`, `2G`
fn size(text: &str) -> Result<u64, String> {
    let text = text.trim_end_matches(['B', 'b']).trim_end_matches('i');
    let units = [("K", 10), ("M", 20), ("G", 30), ("T", 40)];
    let upper = text.to_ascii_uppercase();
    let of = |(unit, shift): (&str, u32)| upper.strip_suffix(unit)?.trim().parse::<u64>().ok()?.checked_mul(1 << shift);
    let least = 1 << 20;
    match units.into_iter().find_map(of) {
        Some(bytes) if bytes >= least => Ok(bytes),
        Some(_) => Err("at least 1M is needed".to_string()),
        None => Err("write a size such as 512M or 2G".to_string()),
    }
}

/// A moment, or the beginning of a day.
fn moment(zone: Tz, text: &str) -> Result<i64, Failure> {
    let day = || parse_date(text).and_then(|date| midnight(zone, date));
    parse_instant(text).or_else(day).ok_or_else(|| {
        Failure::Unusable(format!("{text}: write a day, such as 2026-06-01, or a moment, such as 2026-06-01T00:00:00Z"))
    })
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    for events in &arguments.events {
        load::not_both_stdin(&arguments.program, events)?;
    }
    let is_on_stdout = arguments.effects.as_deref().is_some_and(is_stdout);
    if is_on_stdout && arguments.format == Format::Json {
        return Err(Failure::Unusable(
            "the effects and the summary cannot both be standard output: name a file for one of them, with --effects or \
             --summary"
                .into(),
        ));
    }
    let (program, typed) = load::compiled(&arguments.program, "nothing was played")?;
    let limits = Limits::of(&arguments.program)?;
    if let Some(odd) = limits.capacity.keys().find(|name| !typed.channels.iter().any(|channel| channel == *name)) {
        let known = typed.channels.iter().map(|channel| channel.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::Unusable(format!(
            "journey.toml: capacity.{odd}: there is no such channel; there are {known}"
        )));
    }
    let zone = program.zone(&program.profile(""));
    let from = arguments.from.as_deref().map(|text| moment(zone, text)).transpose()?;
    let until = arguments.until.as_deref().map(|text| moment(zone, text)).transpose()?;
    if let (Some(from), Some(until)) = (from, until)
        && from >= until
    {
        return Err(Failure::Unusable("--from is not before --until: nothing would be counted".into()));
    }
    let warm_up = arguments.warm_up.unwrap_or_else(|| program.reach());
    let default = Settings::default();
    let settings = Settings {
        memory: arguments.memory,
        threads: arguments.threads.map_or(default.threads, usize::from),
        temp: arguments.temp.clone().unwrap_or(default.temp),
        since: from.map(|from| from.saturating_sub(warm_up)),
        until,
        strict: arguments.strict,
        no_responses: arguments.responses == Responses::None,
    };
    let bar = Bar::new(&arguments.events);
    let read = History::read(&program, &arguments.events, &settings, &|progress| bar.set(progress));
    let history = read.inspect_err(|_| bar.clear())?;
    let facts = history.facts.clone();
    say_broken(arguments, &facts.broken, facts.unusable);
    if facts.unusable > 0 && (arguments.strict || facts.used == 0) {
        bar.clear();
        return Ok(End::Findings);
    }
    let out = arguments.effects.as_deref().map(Effects::open).transpose().inspect_err(|_| bar.clear())?;
    let only = arguments.profile.clone();
    let new = || Tally::new(zone, from, only.clone(), facts.responses > 0 && !settings.no_responses);
    let played = history.play(&program, &settings, out.is_some(), new, &|progress| bar.set(progress));
    bar.clear();
    let played = played.map_err(|failure| named(arguments, failure.place, &failure.why))?;
    say_notices(arguments, &played);
    if let Some(out) = out {
        out.write(played.effects)?;
    }
    let about = About {
        facts: &facts,
        limits: &limits,
        zone,
        from,
        until,
        only: arguments.profile.as_deref(),
        responses: !settings.no_responses,
        warm_up,
    };
    let summary = Summary::new(played.counted, &about);
    if let Some(path) = &arguments.summary {
        write::file(path, summary.json()?.as_bytes())?;
    }
    match arguments.format {
        Format::Json => output::exactly(&summary.json()?)?,
        Format::Text if is_on_stdout => output::say(summary.text(&about).trim_end()),
        Format::Text => output::print(&summary.text(&about))?,
    }
    Ok(End::good_if(!summary.is_broken()))
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What is said of a line, with its file and its number.
fn named(arguments: &Arguments, place: Place, what: &str) -> String {
    match arguments.events.get(place.file()).filter(|_| !place.is_none()) {
        Some(file) => format!("{}:{}: {what}", load::shown(std::slice::from_ref(file)), place.line()),
        None => what.to_string(),
    }
}

fn say_broken(arguments: &Arguments, broken: &[(Place, String)], all: u64) {
    let shown = if arguments.strict { 1 } else { broken.len() };
    for (place, why) in broken.iter().take(shown) {
        output::say(&named(arguments, *place, why));
    }
    if arguments.strict {
        return;
    }
    let more = all - broken.len() as u64;
    if more > 0 {
        output::say(&format!("and {more} more"));
    }
    inputs::say_skipped(all);
}

fn say_notices(arguments: &Arguments, played: &Played<Tally>) {
    let only = arguments.profile.as_deref();
    for (place, id, what) in played.notices.iter().filter(|(_, id, _)| only.is_none_or(|only| only == id)) {
        output::say(&named(arguments, *place, &format!("{id}: {what}")));
    }
    let more = played.noticed - played.notices.len() as u64;
    if more > 0 {
        output::say(&format!("and {more} more notices"));
    }
    if played.is_cut_off {
        inputs::say_cut_off();
    }
}

/// Where effects are written.
enum Effects {
    Stdout,
    Plain(PathBuf, BufWriter<File>),
    Packed(PathBuf, Box<GzEncoder<BufWriter<File>>>),
}

impl Effects {
    fn open(path: &Path) -> Result<Effects, Failure> {
        if is_stdout(path) {
            return Ok(Effects::Stdout);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let is_packed = name.ends_with(".jsonl.gz");
        if !is_packed && !name.ends_with(".jsonl") {
            return Err(Failure::Unusable(format!(
                "{}: effects are written as JSON lines: give the file a name that ends in .jsonl or .jsonl.gz",
                path.display()
            )));
        }
        let file = File::create(path).map_err(|e| cannot(path, &e))?;
        let file = BufWriter::with_capacity(1 << 18, file);
        Ok(if is_packed {
            Effects::Packed(path.to_path_buf(), Box::new(GzEncoder::new(file, Compression::default())))
        } else {
            Effects::Plain(path.to_path_buf(), file)
        })
    }

    fn write(self, effects: journey_history::Runs) -> Result<(), Failure> {
        match self {
            Effects::Stdout => {
                let mut out = output::Lines::open();
                effects.write(&mut |line| {
                    out.write(line);
                    !out.is_broken()
                })?;
                out.close()
            }
            Effects::Plain(path, mut out) => {
                all(effects, &mut out, &path)?;
                Ok(out.flush().map_err(|e| cannot(&path, &e))?)
            }
            Effects::Packed(path, mut out) => {
                all(effects, &mut out, &path)?;
                Ok(out.finish().and_then(|mut file| file.flush()).map_err(|e| cannot(&path, &e))?)
            }
        }
    }
}

fn cannot(path: &Path, why: &std::io::Error) -> String {
    format!("{} cannot be written: {why}", path.display())
}

fn all(effects: journey_history::Runs, out: &mut impl Write, path: &Path) -> Result<(), String> {
    let mut written = Ok(());
    effects.write(&mut |line| {
        written = out.write_all(line);
        written.is_ok()
    })?;
    written.map_err(|e| cannot(path, &e))
}

/// A bar in two parts, on a terminal only: the files by bytes, then the people by parts.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new(files: &[PathBuf]) -> Bar {
        let sizes: Option<u64> = files.iter().map(|file| std::fs::metadata(file).ok().map(|facts| facts.len())).sum();
        let bar = inputs::bar(sizes, "{msg} {bar:40} {percent}% {eta} left");
        Bar(bar.map(|bar| bar.with_message("reading")))
    }

    fn set(&self, progress: Progress) {
        let Some(bar) = &self.0 else { return };
        match progress {
            Progress::Read(bytes) => bar.set_position(bytes),
            Progress::Played(parts, all) => {
                if parts == 1 {
                    bar.set_message("playing");
                    bar.set_length(all as u64);
                    bar.reset();
                }
                bar.set_position(parts as u64);
            }
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_lengths_are_read_as_people_write_them() {
        assert_eq!((size("8M"), size("1g"), size("512MiB")), (Ok(8 << 20), Ok(1 << 30), Ok(512 << 20)));
        assert!(size("12").is_err() && size("1K").is_err() && size("99999999999T").is_err());
        assert_eq!((length("30d"), length("2w"), length("0d")), (Ok(2_592_000_000), Ok(1_209_600_000), Ok(0)));
        assert!(length("30").is_err() && length("-1d").is_err() && length("999999999999w").is_err());
    }
}
