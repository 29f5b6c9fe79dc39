//! `journey pressure`: how many messages one person can be asked to get.

mod json;
mod picture;
mod table;

use crate::{End, load, output};
use clap::{Args, ValueEnum};
use journey::SourceFile;
use journey::prove::{Of, pressure};
use journey::source::Span;
use std::path::PathBuf;

/// What `journey pressure` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
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

pub(crate) fn run(arguments: &Arguments) -> End {
    let sources = match load::sources(&arguments.program) {
        Ok(sources) => sources,
        Err(why) => return End::Unusable(why),
    };
    let checked = journey::Program::check(&sources);
    let Some(program) = &checked.program else {
        anstream::eprint!("{}", load::draw(&checked.diagnostics, &sources));
        anstream::eprintln!("{}: {}", arguments.program.display(), load::count(&checked.diagnostics));
        return End::Findings;
    };
    if !checked.has_journey {
        anstream::eprintln!(
            "{}: there is no journey here, so nobody is asked to get anything",
            arguments.program.display()
        );
    }
    let pressure = pressure(program);
    let printed = match arguments.format {
        Format::Text => table::table(&pressure),
        Format::Json => match json::json(&pressure, &sources) {
            Ok(text) => text + "\n",
            Err(why) => return End::Unusable(why.to_string()),
        },
        Format::Svg => picture::week(&pressure, &sources),
    };
    output::print(&printed)
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
