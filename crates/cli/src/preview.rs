//! `journey preview`: what can happen to a customer, as storyboards.

use crate::end::{End, Ending};
use crate::{load, output};
use anstyle::{AnsiColor, Style};
use clap::Args;
use journey::ir;
use journey::prove::{Scene, SceneKind, Story, stories};
use journey::source::{SourceFile, Span, on_one_line};
use journey::value::{Millis, Minute, parse_minute, show_minute, show_roughly};
use std::fmt::Write;
use std::path::PathBuf;

/// What `journey preview` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// Show only this journey.
    #[arg(long, value_name = "NAME")]
    journey: Option<String>,
    /// Show local days and times, for somebody who comes in then.
    #[arg(long, value_name = "DAY TIME", value_parser = starts)]
    starts: Option<(u8, Minute)>,
    /// Show so many storyboards at most.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=50))]
    most: u16,
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `monday 10:00`
fn starts(text: &str) -> Result<(u8, Minute), String> {
    let parsed = text.trim().split_once(char::is_whitespace).and_then(|(day, time)| {
        let day = WEEKDAYS.iter().position(|known| known.eq_ignore_ascii_case(day))?;
        Some((u8::try_from(day).ok()?, parse_minute(time.trim())?))
    });
    parsed.ok_or_else(|| "write a day of the week and a time, such as \"monday 10:00\"".to_string())
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let (program, typed) = load::compiled(&arguments.program, "nothing was shown")?;
    if let Some(only) = &arguments.journey
        && !typed.journeys.iter().any(|journey| journey.name == *only)
    {
        return Err(load::no_such_journey(only, &typed));
    }
    let found = stories(&typed, arguments.journey.as_deref(), arguments.starts, usize::from(arguments.most));
    let mut out = String::new();
    for (number, story) in found.shown.iter().enumerate() {
        tell(number + 1, story, program.sources(), &mut out);
        let next = found.shown.get(number + 1);
        if next.is_none_or(|next| next.journey.span != story.journey.span) {
            ends_early(story.journey, program.sources(), &mut out);
        }
    }
    let ways = |n: u128, more: &str| format!("{n}{more} way{}", if n == 1 { "" } else { "s" });
    let _ = match (found.more, found.is_exact) {
        (0, _) => writeln!(out, "{} in all.", ways(found.shown.len() as u128, "")),
        (u128::MAX, _) => writeln!(out, "And more ways than can be counted."),
        (more, true) => writeln!(out, "And {}.", ways(more, " more")),
        (more, false) => {
            writeln!(
                out,
                "And {}, as the branches are written; some of them may contradict themselves.",
                ways(more, " more")
            )
        }
    };
    out.push_str(
        "\nQuiet hours, gaps and caps can hold or stop any of these messages, and consent is asked for each.\n",
    );
    output::print(&out)?;
    Ok(End::Good)
}

fn tell(number: usize, story: &Story<'_>, sources: &[SourceFile], out: &mut String) {
    let bold = Style::new().bold();
    let messages = format!("{} message{}", story.messages, if story.messages == 1 { "" } else { "s" });
    let length = match story.length {
        (_, Some(most)) if most < 500 => "at once".to_string(),
        (least, Some(most)) if least == most => format!("in {}", show_roughly(most)),
        (_, Some(most)) => format!("in up to {}", show_roughly(most)),
        (least, None) => format!("in {} or more", show_roughly(least)),
    };
    let meanwhile = story.leaves_by.map_or_else(String::new, |place| format!(", {}", meanwhile(sources, place)));
    let _ = writeln!(out, "{bold}{number}. {}{meanwhile}: {messages} {length}{bold:#}", story.journey.name);
    let times: Vec<String> = story.scenes.iter().map(|scene| time(scene.at, story.starts)).collect();
    let width = times.iter().map(|time| time.chars().count()).max().unwrap_or(0);
    for (scene, time) in story.scenes.iter().zip(&times) {
        let _ = writeln!(out, "   {time:width$}  {}", words(scene, sources));
    }
    out.push('\n');
}

/// `if order_placed meanwhile`: a goal or exit acts.
fn meanwhile(sources: &[SourceFile], place: Span) -> String {
    let line = on_one_line(sources, place);
    let line = line.trim_end_matches(':');
    let what = ["goal ", "exit on ", "exit when "].iter().find_map(|start| line.strip_prefix(start));
    format!("if {} meanwhile", what.unwrap_or(line))
}

/// `+3d`, `+1d to +3d`, `+2d or later`; where the start is known, `day 1 Mon 10:00`
fn time((least, most): (Millis, Option<Millis>), starts: Option<Millis>) -> String {
    let offset = |millis: Millis| match starts {
        Some(starts) => day_and_time(starts, millis),
        None if millis < 500 => "+0".to_string(),
        None => format!("+{}", show_roughly(millis)),
    };
    let (from, to) = (offset(least), most.map(offset));
    match to {
        Some(to) if to == from => from,
        Some(to) => format!("{from} to {to}"),
        None => format!("{from} or later"),
    }
}

/// So long after the start, which is told since Monday: the local day, counted from the first, and the time.
fn day_and_time(starts: Millis, after: Millis) -> String {
    const MINUTE: Millis = 60_000;
    const DAY: Millis = 1_440 * MINUTE;
    let at = starts.saturating_add(after).saturating_add(MINUTE / 2).div_euclid(MINUTE) * MINUTE;
    let weekday = usize::try_from(at.div_euclid(DAY).rem_euclid(7)).ok().and_then(|day| WEEKDAYS.get(day)?.get(..3));
    let day = at.div_euclid(DAY) - starts.div_euclid(DAY) + 1;
    let minute = Minute::try_from(at.rem_euclid(DAY) / MINUTE).unwrap_or_default();
    format!("day {day} {} {}", weekday.unwrap_or_default(), show_minute(minute))
}

fn words(scene: &Scene, sources: &[SourceFile]) -> String {
    let text = on_one_line(sources, scene.place);
    let head = text.trim_end_matches(':');
    let dim = Style::new().dimmed();
    let green = Style::new().fg_color(Some(AnsiColor::Green.into()));
    let why = |words: String| format!("{dim}{words}{dim:#}");
    match &scene.what {
        SceneKind::Enters | SceneKind::Step => head.to_string(),
        SceneKind::Message => format!("{green}{head}{green:#}"),
        SceneKind::Answer(yes) => {
            let asked = head.strip_prefix('!').map_or_else(|| head.to_string(), |rest| format!("not {rest}"));
            why(format!("{asked}? {}", if *yes { "yes" } else { "no" }))
        }
        SceneKind::Fits => why(format!("it is {head}")),
        SceneKind::FitsNone => why(format!("{head}: none of the lines")),
        SceneKind::Arm(split, arm) => why(format!("split {split}: {arm}")),
        SceneKind::MoreRounds(more) => why(format!("{more} more rounds like these: {head}")),
        SceneKind::NoRounds => why(format!("{head}: it holds already, so no round")),
        SceneKind::Ends if head == "exit" => "exit".to_string(),
        SceneKind::Ends => "the end".to_string(),
    }
}

/// The goals and exits of a journey.
fn ends_early(journey: &ir::Journey, sources: &[SourceFile], out: &mut String) {
    let spans = journey.goals.iter().map(|goal| goal.span).chain(journey.exits.iter().map(|exit| exit.span));
    let lines: Vec<String> =
        spans.map(|span| format!("   {}\n", on_one_line(sources, span).trim_end_matches(':'))).collect();
    if lines.is_empty() {
        return;
    }
    let later = match journey.goals.iter().any(|goal| goal.within.is_some()) {
        true => "; a goal `within` a time also after the last step, until that time is over",
        false => "",
    };
    let _ = writeln!(out, "At any moment while the customer is inside {}{later}:\n{}", journey.name, lines.concat());
}
