//! The command line of the journey language: the only place that reads files and arguments.

#![deny(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a line that cannot be written must not end a command: `output` prints"
)]

mod backtest;
mod check;
mod config;
mod diff;
mod end;
mod explain;
mod findings;
mod fix;
mod fmt;
mod graph;
mod help;
mod inputs;
mod load;
mod new;
mod output;
mod pressure;
mod preview;
mod run;
mod sarif;
mod serve;
mod shell;
mod summary;
mod test;
mod volume;
mod why;
mod words;
mod write;

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
use end::{End, Ending, Failure};
use std::ffi::OsString;
use std::process::ExitCode;

/// Journeys as text: check them, and play real inputs through them in virtual time.
#[derive(Parser)]
#[command(name = "journey", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When colours are used.
    ///
    /// With `auto`, on a terminal, unless NO_COLOR is set or CLICOLOR is 0, and wherever CLICOLOR_FORCE is set.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

#[derive(Subcommand)]
enum Command {
    /// Play a whole history through a program and say what it would have sent, to whom and how much a day.
    Backtest(backtest::Arguments),
    /// Look for mistakes in a program: a .journey file, or a folder of them.
    Check(check::Arguments),
    /// Print a script that completes these commands in a shell.
    Completions(shell::Completions),
    /// Say what a change does to customers: what they did is played through the old program and the new.
    Diff(diff::Arguments),
    /// Say what a finding means, and when it is fine; without a name, list all.
    Explain(explain::Arguments),
    /// Mend what can be mended without changing what the program does, and format.
    Fix(fix::Arguments),
    /// Write files in their canonical form: one way to say each thing.
    Fmt(fmt::Arguments),
    /// Draw a program as a picture: one chart a journey, and one over all.
    Graph(graph::Arguments),
    /// Print the manual page, or write those of all commands.
    Man(shell::Man),
    /// Begin with a folder that works: a recipe with its charter, journey, tests and inputs.
    New(new::Arguments),
    /// Say how many messages one person can be asked to get in a day, in 7 and in 30 days, and by which journeys.
    Pressure(pressure::Arguments),
    /// Show what can happen to a customer, as storyboards, the most insistent first.
    Preview(preview::Arguments),
    /// Play inputs through a program and print what each customer would get, and when.
    Run(run::Arguments),
    /// Run the service: take events in over HTTP, play them, send; with --dev show it live in a browser.
    Serve(serve::Arguments),
    /// Play the tests of a program in virtual time.
    Test(test::Arguments),
    /// Say why a customer got a message, or did not get it.
    Why(why::Arguments),
}

fn main() -> ExitCode {
    ExitCode::from(match run() {
        Ok(End::Good) => 0,
        Ok(End::Findings) => 1,
        Err(Failure::Program(drawn)) => {
            output::say(&drawn);
            1
        }
        Err(Failure::Called(said)) => {
            output::say(&said);
            2
        }
        Err(Failure::Unusable(why)) => {
            output::say_error(&why);
            2
        }
    })
}

fn run() -> Ending {
    let written: Vec<OsString> = std::env::args_os().collect();
    // What clap itself says is coloured too as it is asked for.
    color(wanted_color(&written));
    let parsed = help::documented(Arguments::command())
        .try_get_matches_from(written)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(said) => return answer(&said),
    };
    color(arguments.color);
    match arguments.command {
        Command::Backtest(arguments) => backtest::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Fix(arguments) => fix::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Man(arguments) => shell::man(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Pressure(arguments) => pressure::run(&arguments),
        Command::Preview(arguments) => preview::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Why(arguments) => why::run(&arguments),
    }
}

/// Prints the help or the version that was asked for, or says what is wrong with the call.
fn answer(said: &clap::Error) -> Ending {
    let text = said.render().ansi().to_string();
    if said.use_stderr() {
        return Err(Failure::Called(text.trim_end().to_string()));
    }
    output::print(&text)?;
    Ok(End::Good)
}

/// The `--color` of a command line that may be wrong elsewhere.
fn wanted_color(written: &[OsString]) -> ColorChoice {
    let words: Vec<&str> = written.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let after = words.windows(2).find_map(|two| if let ["--color", when] = two { Some(*when) } else { None });
    let when = after.or_else(|| words.iter().find_map(|word| word.strip_prefix("--color=")));
    when.and_then(|when| when.parse().ok()).unwrap_or(ColorChoice::Auto)
}

fn color(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}
