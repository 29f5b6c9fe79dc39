//! `journey test`: plays the tests of a program in virtual time.

mod coverage;
mod junit;
mod table;

use crate::end::{End, Ending, Failure};
use crate::{load, output, write};
use anstyle::{AnsiColor, Style};
use clap::Args;
use journey::diagnostic::{Diagnostic, render};
use journey::ir;
use journey::scenario::coverage::Coverage;
use journey::scenario::{self, Outcome};
use journey::source::on_one_line;
use journey::{Program, SourceFile};
use std::fmt::Write;
use std::path::PathBuf;

/// What `journey test` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// Play only tests whose journey or title contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Say which tests there are, and play none.
    #[arg(long)]
    list: bool,
    /// Write the results as JUnit XML into this file too, for CI.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Show which steps, branches and rules no test reaches.
    #[arg(long)]
    coverage: bool,
    /// Fail if the tests reach less than this percentage; shows the coverage too.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// Print draft tests that reach every step and branch of a journey, to be read, corrected and kept.
    #[arg(long, value_name = "JOURNEY", conflicts_with_all = ["filter", "list", "junit", "coverage", "min_coverage"])]
    write: Option<String>,
}

/// A test that was played.
struct Played<'a> {
    journey: &'a str,
    test: &'a ir::Test,
    outcome: Outcome,
}

impl Played<'_> {
    fn passed(&self) -> bool {
        self.outcome.problems.is_empty()
    }
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let (program, typed) = load::compiled(&arguments.program, "nothing was played")?;
    if let Some(journey) = &arguments.write {
        return draft(&program, &typed, journey);
    }
    let name = |test: &ir::Test| typed.journeys.get(test.journey.index()).map_or("", |j| j.name.as_str());
    let wanted = |test: &&ir::Test| {
        let filter = arguments.filter.as_deref().unwrap_or_default();
        name(test).contains(filter) || test.title.as_ref().is_some_and(|title| title.contains(filter))
    };
    let tests: Vec<&ir::Test> = typed.tests.iter().filter(wanted).collect();
    if let (Some(filter), true) = (&arguments.filter, tests.is_empty()) {
        return Err(Failure::Unusable(format!("no test has `{filter}` in its journey or title; `--list` shows all")));
    }
    if arguments.list {
        let lines: String = tests.iter().map(|test| listed(name(test), test, program.sources())).collect();
        output::print(&lines)?;
        return Ok(End::Good);
    }
    let mut played = vec![];
    for test in tests {
        let outcome = scenario::play(&program, &typed, test).map_err(|e| e.to_string())?;
        played.push(Played { journey: name(test), test, outcome });
    }
    let mut out = String::new();
    for one in &played {
        report(one, program.sources(), &mut out);
    }
    let failed = played.iter().filter(|one| !one.passed()).count();
    let mut good = failed == 0;
    if arguments.coverage || arguments.min_coverage.is_some() {
        let mut reached = Coverage::of(&typed);
        played.iter().for_each(|one| reached.take(&one.outcome.effects));
        let _ = write!(out, "\n{}", coverage::text(&reached, program.sources()));
        if let Some(least) = arguments.min_coverage
            && !coverage::is_enough(&reached, least)
        {
            let _ = writeln!(out, "less than the {least} % that were asked for");
            good = false;
        }
    }
    let _ = writeln!(out, "{}", summary(played.len(), failed));
    if let Some(path) = &arguments.junit {
        write::file(path, junit::xml(&played, program.sources())?.as_bytes())?;
    }
    output::print(&out)?;
    Ok(End::good_if(good))
}

/// `shop.journey:35  cart_recovery "…"`
fn listed(journey: &str, test: &ir::Test, sources: &[SourceFile]) -> String {
    let title = test.title.as_ref().map_or_else(String::new, |title| format!(" \"{title}\""));
    let (file, line) = load::place(sources, test.span);
    format!("{file}:{line}  {journey}{title}\n")
}

fn report(one: &Played<'_>, sources: &[SourceFile], out: &mut String) {
    let (word, color) = if one.passed() { ("ok  ", AnsiColor::Green) } else { ("FAIL", AnsiColor::Red) };
    let style = Style::new().fg_color(Some(color.into()));
    let title = one.test.title.as_ref().map_or_else(String::new, |title| format!(" \"{title}\""));
    let _ = writeln!(out, "{style}{word}{style:#}  {}{title}", one.journey);
    if !one.passed() {
        let _ = write!(
            out,
            "\n{}\n{}\n",
            render::text(&problems(one), sources, true),
            table::side_by_side(&one.outcome.rows)
        );
    }
    for notice in &one.outcome.notices {
        let _ = writeln!(out, "      note: {notice}");
    }
}

/// What went wrong as messages under the lines of the test.
fn problems(one: &Played<'_>) -> Vec<Diagnostic> {
    let problem = |p: &scenario::Problem| {
        let told = Diagnostic::error("test", p.span, p.text.clone(), p.label.clone());
        match &p.why {
            Some(why) => told.with_help(why.as_str()),
            None => told,
        }
    };
    one.outcome.problems.iter().map(problem).collect()
}

fn summary(all: usize, failed: usize) -> String {
    let tests = |n: usize| format!("{n} test{}", if n == 1 { "" } else { "s" });
    match (all, failed) {
        (0, _) => "there are no tests; `journey test --write JOURNEY` drafts some".to_string(),
        (all, 0) => format!("{} passed", tests(all)),
        (all, failed) => format!("{failed} of {} failed", tests(all)),
    }
}

/// Prints drafts, and says what none of them reaches.
fn draft(program: &Program, typed: &ir::Program, journey: &str) -> Ending {
    let Some(drafts) = scenario::draft(program, typed, journey) else {
        return Err(load::no_such_journey(journey, typed));
    };
    output::print(&format!(
        "# Drafts: they say what the program does now. Read each, correct it, and give it a title of your own.\n\n{}",
        drafts.text
    ))?;
    let reached = drafts.all - drafts.missed.len();
    output::say(&format!("{} tests reach {reached} of {} steps and branches of {journey}", drafts.tests, drafts.all));
    for item in &drafts.missed {
        let (file, line) = load::place(program.sources(), item.span);
        let text = on_one_line(program.sources(), item.span);
        output::say(&format!("  {file}:{line}: `{}` {}", text.trim_end_matches(':'), item.what.missing()));
    }
    Ok(End::Good)
}
