//! The command line of the journey language: the only place that reads files and arguments.

mod check;
mod config;
mod explain;
mod fix;
mod fmt;
mod graph;
mod inputs;
mod load;
mod new;
mod output;
mod pressure;
mod preview;
mod run;
mod sarif;
mod shell;
mod test;
mod why;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Journeys as text: check them, and play real inputs through them in virtual time.
#[derive(Parser)]
#[command(name = "journey", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Look for mistakes in a program: a .journey file, or a folder of them.
    Check(check::Arguments),
    /// Print a script that completes these commands in a shell.
    Completions(shell::Completions),
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
    /// Play the tests of a program in virtual time.
    Test(test::Arguments),
    /// Say why a customer got a message, or did not get it.
    Why(why::Arguments),
}

/// How a command ended, and so its exit status.
enum End {
    /// All is well: 0.
    Good,
    /// Something was found: 1.
    Findings,
    /// It was called wrongly, or a file cannot be read: 2.
    Unusable(String),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let end = match arguments.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Fix(arguments) => fix::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Man(arguments) => shell::man(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Pressure(arguments) => pressure::run(&arguments),
        Command::Preview(arguments) => preview::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Why(arguments) => why::run(&arguments),
    };
    match end {
        End::Good => ExitCode::SUCCESS,
        End::Findings => ExitCode::from(1),
        End::Unusable(why) => {
            anstream::eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}
