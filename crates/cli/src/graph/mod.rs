//! `journey graph`: the program as a picture.

mod layout;
mod letters;
mod page;
mod palette;
mod pdf;
mod picture;
mod png;
mod printed;
mod route;
mod shapes;

use crate::end::{End, Ending, Failure};
use crate::inputs::play_traced;
use crate::{load, output, write};
use clap::{Args, ValueEnum};
use journey::graph::{Chart, Traffic, add_rules_for_all, chart, mermaid, overview};
use journey::{Program, SourceFile, ir};
use layout::is_overview;
use picture::Picture;
use std::path::{Path, PathBuf};

/// What `journey graph` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// How it is drawn.
    #[arg(long, value_enum, default_value_t = Format::Svg)]
    format: Format,
    /// Draw only this journey.
    #[arg(long, value_name = "NAME", conflicts_with = "overview")]
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
    /// A picture for slides and mails, with the fonts of this machine.
    Png,
    /// A page for print, with the fonts of this machine.
    Pdf,
    /// A text that code hosts draw.
    Mermaid,
    /// A page: drag to move, scroll to zoom, click a box to see its line.
    Html,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
            Format::Pdf => "pdf",
            Format::Mermaid => "mmd",
            Format::Html => "html",
        }
    }
}

/// `1 customer`
fn customers(count: usize) -> String {
    format!("{count} customer{}", if count == 1 { "" } else { "s" })
}

/// `1 customer · 25%`
fn counted_so(count: usize, share: Option<usize>) -> String {
    customers(count) + &share.map_or_else(String::new, |share| format!(" · {share}%"))
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    if let Some(events) = &arguments.events {
        load::not_both_stdin(&arguments.program, events)?;
    }
    let (program, typed) = load::compiled(&arguments.program, "nothing was drawn")?;
    let sources = program.sources();
    let charts = charts(arguments, &program, &typed)?;
    if let Some(large) =
        charts.iter().find(|chart| chart.nodes.len() > MOST_BOXES && arguments.format != Format::Mermaid)
    {
        let (name, boxes) = (&large.name, large.nodes.len());
        return Err(Failure::Unusable(format!(
            "the chart of {name} has {boxes} boxes, more than anybody can read ({MOST_BOXES}); `--journey` draws another one"
        )));
    }
    let traffic = match &arguments.events {
        Some(path) => Some(count(&program, &typed, &charts, path)?),
        None => None,
    };
    let picture = Picture { charts: &charts, traffic: traffic.as_ref(), sources };
    let drawn = |numbers: &[usize]| -> Result<Vec<u8>, Failure> {
        match arguments.format {
            Format::Svg => Ok(picture.svg(numbers).into_bytes()),
            Format::Png => png::png(&picture.svg(numbers)),
            Format::Pdf => pdf::pdf(&picture.svg(numbers)),
            Format::Html => Ok(page::html(&picture, numbers).into_bytes()),
            Format::Mermaid => {
                let some: Vec<Chart> = numbers
                    .iter()
                    .filter_map(|at| charts.get(*at))
                    .map(|c| counted(c, &charts, traffic.as_ref()))
                    .collect();
                Ok(mermaid(&some).into_bytes())
            }
        }
    };
    let Some(folder) = &arguments.out else {
        let all: Vec<usize> = (0..charts.len()).collect();
        output::bytes(&drawn(&all)?)?;
        return Ok(End::Good);
    };
    std::fs::create_dir_all(folder).map_err(|e| format!("{} cannot be written: {e}", folder.display()))?;
    let mut written = String::new();
    for (number, chart) in charts.iter().enumerate() {
        let name = chart.name.replace(' ', "_");
        let path = folder.join(format!("{name}.{}", arguments.format.extension()));
        write::file(&path, &drawn(&[number])?)?;
        written.push_str(&format!("{}\n", path.display()));
    }
    output::print(&written)?;
    Ok(End::Good)
}

/// The charts that were asked for: of several journeys the one over all first.
fn charts(arguments: &Arguments, program: &Program, typed: &ir::Program) -> Result<Vec<Chart>, Failure> {
    let sources = program.sources();
    if let Some(name) = &arguments.journey {
        let Some(journey) = typed.journeys.iter().find(|journey| journey.name == *name) else {
            return Err(load::no_such_journey(name, typed));
        };
        return Ok(vec![alone(typed, journey, sources)]);
    }
    if let ([only], false) = (typed.journeys.as_slice(), arguments.overview) {
        return Ok(vec![alone(typed, only, sources)]);
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

/// A chart without the one over all bears the rules for all journeys itself.
fn alone(typed: &ir::Program, journey: &ir::Journey, sources: &[SourceFile]) -> Chart {
    let mut out = chart(typed, journey, sources);
    add_rules_for_all(typed, &mut out);
    out
}

/// Plays inputs and counts who went where.
fn count(program: &Program, typed: &ir::Program, charts: &[Chart], path: &Path) -> Result<Traffic, Failure> {
    let mut traffic = Traffic::on(typed, charts);
    play_traced(program, path, &mut traffic)?;
    Ok(traffic)
}

/// A chart whose arrows bear the customers, for texts.
fn counted(of: &Chart, charts: &[Chart], traffic: Option<&Traffic>) -> Chart {
    let mut out = of.clone();
    let number = charts.iter().position(|chart| chart.name == of.name);
    if let (Some(traffic), Some(number)) = (traffic, number) {
        let edges = if is_overview(of) { vec![] } else { traffic.edges(number) };
        for (at, (edge, count)) in out.edges.iter_mut().zip(&edges).enumerate().filter(|(_, (edge, _))| !edge.is_loose)
        {
            edge.label.push(counted_so(*count, layout::share(of, &edges, at)));
        }
        for (node, notes) in out.nodes.iter_mut().zip(traffic.notes(number)) {
            node.lines.extend(notes);
        }
    }
    out
}
