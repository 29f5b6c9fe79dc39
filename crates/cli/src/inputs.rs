//! Inputs as commands take them: read by `journey-history`, and played.

use crate::output;
use indicatif::{ProgressBar, ProgressStyle};
use journey::Input;
use journey::Program;
use journey::replay::{Replay, Sink};
use journey::value::parse_instant;
use std::path::Path;

pub(crate) use journey_history::Inputs;

/// Plays all inputs of a file with all that is looked at on the way. Lines that cannot be used are told of and passed over.
pub(crate) fn play_traced<'a>(program: &'a Program, path: &Path, sink: &mut impl Sink) -> Result<Replay<'a>, String> {
    play_each(program, path, None, sink, |_, _| {})
}

/// The same; each input is shown before it is played.
pub(crate) fn play_each<'a, S: Sink>(
    program: &'a Program,
    path: &Path,
    until: Option<i64>,
    sink: &mut S,
    mut show: impl FnMut(&mut S, &Input),
) -> Result<Replay<'a>, String> {
    let mut replay = Replay::traced(program, until);
    let skipped = each(path, |number, input| {
        show(sink, &input);
        replay.input(&input, sink).map(|_| ()).map_err(|e| format!("line {number}: {e}"))
    })?;
    replay.finish(sink).map_err(|e| e.to_string())?;
    say_skipped(skipped);
    Ok(replay)
}

/// Gives each input of a file, with its line. Lines that cannot be used are told of, and counted.
pub(crate) fn each(path: &Path, mut take: impl FnMut(u64, Input) -> Result<(), String>) -> Result<u64, String> {
    let mut inputs = Inputs::open(path)?;
    let mut skipped = 0;
    while let Some((number, read)) = inputs.next_input()? {
        match read {
            Ok(input) => take(number, input)?,
            Err(why) => {
                skipped += 1;
                output::say(&format!("line {number}: {why}"));
            }
        }
    }
    Ok(skipped)
}

/// The moment at which playing stops, as an argument gives it.
pub(crate) fn until(text: &str) -> Result<i64, String> {
    parse_instant(text).ok_or_else(|| "write a moment of RFC 3339, such as 2026-03-31T00:00:00Z".to_string())
}

/// Says how many lines were passed over.
pub(crate) fn say_skipped(lines: u64) {
    if lines > 0 {
        let some = if lines == 1 { "line" } else { "lines" };
        output::say(&format!("{lines} {some} could not be used and had no effect"));
    }
}

/// Says why playing stopped, where journeys would have gone on for ever.
pub(crate) fn say_cut_off() {
    output::say(
        "journeys go on for ever by starting each other: this stops 100 years after the last input; `--until` stops it earlier",
    );
}

/// A bar on long inputs, on a terminal only.
pub(crate) fn bar(size: Option<u64>, template: &str) -> Option<ProgressBar> {
    let size = size.filter(|size| *size > 8 << 20 && output::is_heard_on_a_terminal())?;
    Some(ProgressBar::new(size).with_style(ProgressStyle::with_template(template).ok()?))
}
