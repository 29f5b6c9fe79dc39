//! `journey preview`: what can happen to a customer, as storyboards.

use crate::end::{End, Ending};
use crate::{load, output};
use anstyle::{AnsiColor, Style};
use clap::Args;
use journey::ir;
use journey::prove::{Scene, SceneKind, Story, stories};
use journey::source::{SourceFile, on_one_line};
use journey::value::{Millis, show_duration};
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
    /// Show so many storyboards at most.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=50))]
    most: u16,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let (program, typed) = load::compiled(&arguments.program, "nothing was shown")?;
    if let Some(only) = &arguments.journey
        && !typed.journeys.iter().any(|journey| journey.name == *only)
    {
        return Err(load::no_such_journey(only, &typed));
    }
    let found = stories(&typed, arguments.journey.as_deref(), usize::from(arguments.most));
    let mut out = String::new();
    for (number, story) in found.shown.iter().enumerate() {
        tell(number + 1, story, program.sources(), &mut out);
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
    let journeys = typed.journeys.iter().filter(|j| arguments.journey.as_ref().is_none_or(|only| j.name == *only));
    let ends: String = journeys.map(|journey| ends_early(journey, program.sources())).collect();
    if !ends.is_empty() {
        let _ = write!(out, "\nAt any moment inside:\n{ends}");
    }
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
        (_, Some(0)) => "at once".to_string(),
        (least, Some(most)) if least == most => format!("in {}", show_duration(most)),
        (_, Some(most)) => format!("in up to {}", show_duration(most)),
        (least, None) => format!("in {} or more", show_duration(least)),
    };
    let _ = writeln!(out, "{bold}{number}. {}: {messages} {length}{bold:#}", story.journey.name);
    let times: Vec<String> = story.scenes.iter().map(|scene| time(scene.at)).collect();
    let width = times.iter().map(|time| time.chars().count()).max().unwrap_or(0);
    for (scene, time) in story.scenes.iter().zip(&times) {
        let _ = writeln!(out, "   {time:width$}  {}", words(scene, sources));
    }
    out.push('\n');
}

/// `+3d`, `+1d to +3d`, `+2d or later`
fn time((least, most): (Millis, Option<Millis>)) -> String {
    let offset = |millis: Millis| if millis == 0 { "+0".to_string() } else { format!("+{}", show_duration(millis)) };
    match most {
        Some(most) if most == least => offset(least),
        Some(most) => format!("{} to {}", offset(least), offset(most)),
        None => format!("{} or later", offset(least)),
    }
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
fn ends_early(journey: &ir::Journey, sources: &[SourceFile]) -> String {
    let spans = journey.goals.iter().map(|goal| goal.span).chain(journey.exits.iter().map(|exit| exit.span));
    let line = |span| format!("  {}: {}\n", journey.name, on_one_line(sources, span).trim_end_matches(':'));
    spans.map(line).collect()
}
