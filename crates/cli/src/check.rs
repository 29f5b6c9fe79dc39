//! `journey check`: what is wrong with a program.

use crate::config::Settings;
use crate::end::{End, Ending};
use crate::inputs::play_each;
use crate::sarif::sarif;
use crate::{findings, load, output};
use clap::{Args, ValueEnum};
use journey::diagnostic::{Diagnostic, Level, render};
use journey::tracking::Tracking;
use journey::{Program, SourceFile, lint};
use std::path::{Path, PathBuf};

/// What `journey check` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// .journey files and folders of them, together one program; `-` is standard input.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Hold the program against these inputs, too: what it names and never comes, or comes as something else. One JSON
    /// object a line (Segment spec), or a .csv file; `-` is standard input, `.gz` is unpacked.
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Draw every finding whole, each one by itself.
    #[arg(long, short)]
    verbose: bool,
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
    if let Some(events) = &arguments.events {
        arguments.paths.iter().try_for_each(|path| load::not_both_stdin(path, events))?;
        checked.diagnostics.extend(against(&files.sources, events)?);
    }
    let (found, sources) = (&checked.diagnostics, &files.sources);
    let mut kinds = String::new();
    match arguments.format {
        Format::Text => {
            let journeys = findings::Journeys::of(sources);
            let drawn = match arguments.verbose {
                true => findings::draw_whole(found, sources),
                false => findings::draw_in(found, sources, &journeys),
            };
            output::print(&drawn)?;
            kinds = findings::kinds(found, &journeys);
        }
        Format::Json => output::exactly(&(render::json(found, sources) + "\n"))?,
        Format::Github => output::exactly(&render::github(found, sources))?,
        Format::Sarif => output::exactly(&(sarif(found, sources).map_err(|e| e.to_string())? + "\n"))?,
    }
    if !checked.has_journey {
        load::say_no_journey(&arguments.paths, sources, "nothing will ever happen");
    }
    if arguments.format == Format::Text {
        sum_up(arguments, found, &kinds, checked.has_journey);
    }
    let counts = |d: &Diagnostic| d.level == Level::Error || arguments.deny_warnings;
    Ok(End::good_if(!found.iter().any(counts)))
}

/// The program held against inputs. One that has errors cannot be: they are told of, and this says so.
fn against(sources: &[SourceFile], events: &Path) -> Result<Vec<Diagnostic>, String> {
    let Ok((program, typed)) = Program::compile_typed(sources.to_vec()) else {
        output::say("the program has errors, so it was not held against the inputs");
        return Ok(vec![]);
    };
    let mut tracking = Tracking::new(&program, &typed);
    play_each(&program, events, None, &mut tracking, Tracking::input)?;
    let mut found = tracking.findings();
    // A compiled program has its files in an order of its own.
    let names = program.sources().iter().map(|source| sources.iter().position(|named| named.name == source.name));
    let places: Vec<u16> = names.map(|at| at.and_then(|at| u16::try_from(at).ok()).unwrap_or_default()).collect();
    for label in found.iter_mut().flat_map(|finding| &mut finding.labels) {
        label.span.file = places.get(usize::from(label.span.file)).copied().unwrap_or_default();
    }
    Ok(found)
}

/// How much was found, and what to do about it.
fn sum_up(arguments: &Arguments, found: &[Diagnostic], kinds: &str, has_journey: bool) {
    let paths = &arguments.paths;
    let shown = load::shown(paths);
    if found.is_empty() {
        if has_journey {
            output::say(&format!("{shown}: nothing wrong found"));
        }
        return;
    }
    output::say(&format!("{shown}: {}{kinds}", findings::count(found)));
    let is_here = matches!(paths.as_slice(), [only] if only.as_os_str() == ".");
    let at: String = paths.iter().filter(|_| !is_here).map(|path| format!(" {}", path.display())).collect();
    let is_fixed = |safe: bool| found.iter().filter_map(|d| d.fix.as_ref()).any(|fix| fix.safe == safe);
    let mend = match (is_fixed(true), is_fixed(false)) {
        _ if paths.iter().all(|path| load::is_stdin(path)) => String::new(),
        (true, _) => format!("; `journey fix{at}` mends what is safe to mend"),
        (false, true) => format!("; `journey fix --unsafe{at}` writes what is likely meant"),
        (false, false) => String::new(),
    };
    // What inputs show has no page: it stands on the page about checking.
    let explained = found.iter().filter(|d| lint::find(d.name).is_some()).min_by_key(|d| d.level);
    let is_cut = !arguments.verbose && !kinds.is_empty() && found.iter().any(|d| d.level == Level::Warning);
    let whole = if is_cut { ", `--verbose` draws each whole" } else { "" };
    let more = explained.map(|d| format!("`journey explain {}` says more{whole}{mend}", d.name));
    output::say_if_any(&more.unwrap_or_default());
}
