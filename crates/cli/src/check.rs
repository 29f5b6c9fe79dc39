//! `journey check`: what is wrong with a program.

use crate::config::Config;
use crate::sarif::sarif;
use crate::{End, load};
use clap::{Args, ValueEnum};
use journey::Program;
use journey::diagnostic::{Level, render};
use std::io::Write;
use std::path::PathBuf;

/// What `journey check` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    program: PathBuf,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Count warnings as errors.
    #[arg(long)]
    deny_warnings: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One list of objects.
    Json,
    /// SARIF 2.1.0, for code-scanning services.
    Sarif,
    /// Annotations of a pull request on GitHub.
    Github,
}

pub(crate) fn run(arguments: &Arguments) -> End {
    let sources = match load::sources(&arguments.program) {
        Ok(sources) => sources,
        Err(why) => return End::Unusable(why),
    };
    let config = match Config::of(&arguments.program) {
        Ok(config) => config,
        Err(why) => return End::Unusable(why),
    };
    let mut checked = Program::check(&sources);
    config.apply(&mut checked.diagnostics);
    let diagnostics = &checked.diagnostics;
    let printed = match arguments.format {
        Format::Sarif => match sarif(diagnostics, &sources) {
            Ok(text) => text + "\n",
            Err(why) => return End::Unusable(why.to_string()),
        },
        Format::Github => render::github(diagnostics, &sources),
        Format::Json => render::json(diagnostics, &sources) + "\n",
        Format::Text => load::draw(diagnostics, &sources),
    };
    if anstream::stdout().write_all(printed.as_bytes()).is_err() {
        return End::Findings;
    }
    if !checked.has_journey {
        anstream::eprintln!("{}: there is no journey here, so nothing will ever happen", arguments.program.display());
    }
    if arguments.format == Format::Text {
        if diagnostics.is_empty() {
            anstream::eprintln!("{}: nothing wrong found", arguments.program.display());
        } else {
            anstream::eprintln!("{}: {}", arguments.program.display(), load::count(diagnostics));
            if let Some(first) = diagnostics.first() {
                anstream::eprintln!(
                    "`journey explain {}` says more; `journey fix` mends what is safe to mend",
                    first.name
                );
            }
        }
    }
    let counts = |d: &journey::Diagnostic| d.level == Level::Error || arguments.deny_warnings;
    if diagnostics.iter().any(counts) { End::Findings } else { End::Good }
}
