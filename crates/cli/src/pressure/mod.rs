//! `journey pressure`: how many messages one person can be asked to get.

mod json;
mod picture;
mod table;

use crate::end::{End, Ending, Failure};
use crate::{findings, load, output};
use clap::{Args, ValueEnum};
use journey::SourceFile;
use journey::prove::{Of, pressure};
use journey::source::Span;
use std::path::PathBuf;

/// What `journey pressure` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people.
    Text,
    /// One object.
    Json,
    /// The worst week as a picture.
    Svg,
}

/// What is taken as given; the same words in every format.
const ASSUMPTIONS: [&str; 4] = [
    "each event that lets people in happens once in the window",
    "attributes and segments do not change within it",
    "every message finds consent, and nobody is left out",
    "a day has 24 hours",
];

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let sources = load::sources(&arguments.program)?;
    let checked = journey::Program::check(&sources);
    let Some(program) = &checked.program else {
        let drawn = findings::draw(&checked.diagnostics, &sources);
        let (name, found) = (arguments.program.display(), findings::count(&checked.diagnostics));
        return Err(Failure::Program(format!("{drawn}{name}: {found}")));
    };
    if !checked.has_journey {
        load::say_no_journey(std::slice::from_ref(&arguments.program), &sources, "nobody is asked to get anything");
    }
    let pressure = pressure(program);
    match arguments.format {
        Format::Text => output::print(&table::table(&pressure))?,
        Format::Json => output::exactly(&(json::json(&pressure, &sources).map_err(|e| e.to_string())? + "\n"))?,
        Format::Svg => output::exactly(&picture::week(&pressure, &sources))?,
    }
    Ok(End::Good)
}

/// What a line of the table is about, in words.
fn words(of: &Of) -> String {
    match of {
        Of::All => "all messages".to_string(),
        Of::Channel(name) => format!("channel {name}"),
        Of::Category(name) => format!("category {name}"),
    }
}

/// A step as it is written, on one line.
fn step(sources: &[SourceFile], place: Span) -> &str {
    let text = sources.get(usize::from(place.file)).map_or("", |file| file.slice(place));
    text.lines().next().unwrap_or_default().trim()
}
