//! `journey check`: what is wrong with a program.

use crate::config::Settings;
use crate::end::{End, Ending};
use crate::sarif::sarif;
use crate::{load, output};
use clap::{Args, ValueEnum};
use journey::Program;
use journey::diagnostic::{Diagnostic, Level, render};
use std::path::PathBuf;

/// What `journey check` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// .journey files and folders of them, together one program; `-` is standard input.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
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

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let files = load::files(&arguments.paths)?;
    let settings = Settings::of(&arguments.paths)?;
    let mut checked = Program::check(&files.sources);
    settings.apply(&files, &mut checked.diagnostics);
    let (found, sources) = (&checked.diagnostics, &files.sources);
    match arguments.format {
        Format::Text => output::print(&load::draw(found, sources))?,
        Format::Json => output::exactly(&(render::json(found, sources) + "\n"))?,
        Format::Github => output::exactly(&render::github(found, sources))?,
        Format::Sarif => output::exactly(&(sarif(found, sources).map_err(|e| e.to_string())? + "\n"))?,
    }
    if !checked.has_journey {
        load::say_no_journey(&arguments.paths, sources, "nothing will ever happen");
    }
    if arguments.format == Format::Text {
        sum_up(&arguments.paths, found, checked.has_journey);
    }
    let counts = |d: &Diagnostic| d.level == Level::Error || arguments.deny_warnings;
    Ok(End::good_if(!found.iter().any(counts)))
}

/// How much was found, and what to do about it.
fn sum_up(paths: &[PathBuf], found: &[Diagnostic], has_journey: bool) {
    let shown = load::shown(paths);
    let Some(first) = found.first() else {
        if has_journey {
            output::say(&format!("{shown}: nothing wrong found"));
        }
        return;
    };
    output::say(&format!("{shown}: {}", load::count(found)));
    let is_here = matches!(paths, [only] if only.as_os_str() == ".");
    let at: String = paths.iter().filter(|_| !is_here).map(|path| format!(" {}", path.display())).collect();
    let is_fixed = |safe: bool| found.iter().filter_map(|d| d.fix.as_ref()).any(|fix| fix.safe == safe);
    let mend = match (is_fixed(true), is_fixed(false)) {
        _ if paths.iter().all(|path| load::is_stdin(path)) => String::new(),
        (true, _) => format!("; `journey fix{at}` mends what is safe to mend"),
        (false, true) => format!("; `journey fix --unsafe{at}` writes what is likely meant"),
        (false, false) => String::new(),
    };
    output::say(&format!("`journey explain {}` says more{mend}", first.name));
}
