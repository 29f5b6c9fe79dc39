//! `journey graph`: the program as a picture.

mod layout;
mod letters;
mod page;
mod palette;
mod picture;
mod shapes;

use crate::inputs::play_traced;
use crate::{End, load, output};
use clap::{Args, ValueEnum};
use journey::graph::{Chart, Traffic, chart, mermaid, overview};
use journey::{Program, ir};
use picture::Picture;
use std::path::{Path, PathBuf};

/// What `journey graph` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    program: PathBuf,
    /// How it is drawn.
    #[arg(long, value_enum, default_value_t = Format::Svg)]
    format: Format,
    /// Draw only this journey.
    #[arg(long, conflicts_with = "overview")]
    journey: Option<String>,
    /// Draw only the chart over all journeys.
    #[arg(long)]
    overview: bool,
    /// Count on each arrow how many customers of these inputs took it (JSON lines; `-` is standard input).
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Write a file for each chart into this folder instead of printing all charts together.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// A chart with more boxes is not drawn: nobody could read it, and laying it out takes long.
const MOST_BOXES: usize = 3_000;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A picture, for light and dark pages.
    Svg,
    /// A text that code hosts draw.
    Mermaid,
    /// A page: drag to move, scroll to zoom, click a box to see its line.
    Html,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Mermaid => "mmd",
            Format::Html => "html",
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> End {
    match draw(arguments) {
        Ok(end) | Err(end) => end,
    }
}

/// `1 customer`
fn customers(count: usize) -> String {
    format!("{count} customer{}", if count == 1 { "" } else { "s" })
}

fn draw(arguments: &Arguments) -> Result<End, End> {
    let (program, typed) = load::compiled(&arguments.program, "nothing was drawn")?;
    let sources = program.sources();
    let charts = charts(arguments, &program, &typed)?;
    if charts.is_empty() {
        anstream::eprintln!("{}: there is no journey here, so there is nothing to draw", arguments.program.display());
    }
    if let Some(large) =
        charts.iter().find(|chart| chart.nodes.len() > MOST_BOXES && arguments.format != Format::Mermaid)
    {
        let (name, boxes) = (&large.name, large.nodes.len());
        return Err(End::Unusable(format!(
            "the chart of {name} has {boxes} boxes, more than anybody can read ({MOST_BOXES}); `--journey` draws another one"
        )));
    }
    let traffic = match &arguments.events {
        Some(path) => Some(count(&program, &typed, &charts, path)?),
        None => None,
    };
    let picture = Picture { charts: &charts, traffic: traffic.as_ref(), sources };
    let drawn = |numbers: &[usize]| match arguments.format {
        Format::Svg => picture.svg(numbers),
        Format::Html => page::html(&picture, numbers),
        Format::Mermaid => {
            let some: Vec<Chart> = numbers
                .iter()
                .filter_map(|at| charts.get(*at))
                .map(|c| counted(c, &charts, traffic.as_ref()))
                .collect();
            mermaid(&some)
        }
    };
    let Some(folder) = &arguments.out else {
        let all: Vec<usize> = (0..charts.len()).collect();
        return Ok(output::print(&drawn(&all)));
    };
    let cannot = |e: std::io::Error| End::Unusable(format!("{} cannot be written: {e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(cannot)?;
    for (number, chart) in charts.iter().enumerate() {
        let name = chart.name.replace(' ', "_");
        let path = folder.join(format!("{name}.{}", arguments.format.extension()));
        std::fs::write(&path, drawn(&[number])).map_err(cannot)?;
        anstream::println!("{}", path.display());
    }
    Ok(End::Good)
}

/// The charts that were asked for: of several journeys the one over all first.
fn charts(arguments: &Arguments, program: &Program, typed: &ir::Program) -> Result<Vec<Chart>, End> {
    let sources = program.sources();
    if let Some(name) = &arguments.journey {
        let Some(journey) = typed.journeys.iter().find(|journey| journey.name == *name) else {
            let names: Vec<&str> = typed.journeys.iter().map(|journey| journey.name.as_str()).collect();
            return Err(End::Unusable(format!("there is no journey `{name}`; there are {}", names.join(", "))));
        };
        return Ok(vec![chart(typed, journey, sources)]);
    }
    let mut out = vec![];
    if arguments.overview || typed.journeys.len() > 1 {
        out.push(overview(typed, sources));
    }
    if !arguments.overview {
        out.extend(typed.journeys.iter().map(|journey| chart(typed, journey, sources)));
    }
    Ok(out)
}

/// Plays inputs and counts who went where.
fn count(program: &Program, typed: &ir::Program, charts: &[Chart], path: &Path) -> Result<Traffic, End> {
    let mut traffic = Traffic::on(typed, charts);
    play_traced(program, path, &mut traffic).map_err(End::Unusable)?;
    Ok(traffic)
}

/// A chart whose arrows bear the customers, for texts.
fn counted(of: &Chart, charts: &[Chart], traffic: Option<&Traffic>) -> Chart {
    let mut out = of.clone();
    let number = charts.iter().position(|chart| chart.name == of.name);
    if let (Some(traffic), Some(number)) = (traffic, number) {
        for (edge, count) in out.edges.iter_mut().zip(traffic.edges(number)).filter(|(edge, _)| !edge.is_loose) {
            edge.label.push(customers(count));
        }
    }
    out
}
