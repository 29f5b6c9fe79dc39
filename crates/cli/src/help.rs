//! What stands below the help of each command, and in its manual page: examples, and what its exit status says.

use clap::Command;
use std::fmt::Write;

/// What stands below the help of a command.
pub(crate) struct Below {
    /// A command line, and what it does.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    /// An exit status, and what it says.
    pub(crate) statuses: &'static [(u8, &'static str)],
}

const UNUSABLE: (u8, &str) = (2, "called wrongly, a file cannot be read, or the output cannot be written");
const DONE: (u8, &str) = (0, "done");
const BROKEN: (u8, &str) = (1, "the program has errors");

/// What stands below the help of a command; what holds for all where it has no row.
pub(crate) fn of(command: &str) -> &'static Below {
    match command {
        "backtest" => &Below {
            examples: &[
                (
                    "journey backtest journeys --events events.jsonl export.csv",
                    "a summary of what would have been sent",
                ),
                (
                    "journey backtest journeys --events events.jsonl --from 2026-03-01 --until 2026-04-01",
                    "of one month",
                ),
                (
                    "journey backtest journeys --events events.jsonl --effects out.jsonl",
                    "and each message, line by line",
                ),
            ],
            statuses: &[
                (0, "all was played, and every limit in [backtest] of journey.toml is kept"),
                (1, "a limit is broken, the program has errors, no line could be used, or with --strict one could not"),
                UNUSABLE,
            ],
        },
        "diff" => &Below {
            examples: &[
                (
                    "journey diff git:main:journeys journeys --events events.jsonl",
                    "the folder as it is on main, beside the one here",
                ),
                (
                    "journey diff git:main:journeys journeys --events events.jsonl --format markdown",
                    "for the comment of a pull request",
                ),
                (
                    "journey diff git:main:journeys journeys --events events.jsonl --at 2026-03-03T09:00:00Z",
                    "who stays where, if the new one takes over then",
                ),
                ("journey diff git:main:journeys journeys --events events.jsonl --fail-on 'people > 5%'", "as a gate"),
            ],
            statuses: &[
                (0, "it is said what differs"),
                (1, "a program has errors, or the change is over a limit of --fail-on"),
                UNUSABLE,
            ],
        },
        "serve" => &Below {
            examples: &[
                (
                    "journey serve --dev journeys",
                    "shows the program live in a browser, with a mailbox and a clock that moves",
                ),
                ("journey serve --dev journeys --at 2026-03-02T09:00:00Z", "the same, on a Monday morning"),
                ("journey serve journeys --store shop.db --write-key 4f0c2d", "runs it for clients that show this key"),
            ],
            statuses: &[
                (0, "it was asked to stop"),
                (1, "the program has errors: nothing was started"),
                (2, "called wrongly, the store or the address cannot be used, or the service is not installed"),
            ],
        },
        "check" => &Below {
            examples: &[
                ("journey check", "all .journey files of this folder, as one program"),
                ("journey check charter.journey journeys", "a file and a folder, as one program"),
                ("journey check - < cart.journey", "standard input, as an editor does"),
                ("journey check journeys --events events.jsonl", "held against real inputs, too"),
                ("journey check journeys --verbose", "each finding drawn by itself, with all places and times"),
                ("journey check journeys --format sarif > journeys.sarif", "for code scanning"),
            ],
            statuses: &[
                (0, "nothing is wrong, or there are warnings alone"),
                (1, "there are errors, or with --deny-warnings warnings"),
                UNUSABLE,
            ],
        },
        "completions" => &Below {
            examples: &[("journey completions bash > journey.bash", "then: source journey.bash")],
            statuses: &[DONE, UNUSABLE],
        },
        "explain" => &Below {
            examples: &[
                ("journey explain", "all findings, each in a line"),
                ("journey explain no-goal", "one, with examples"),
            ],
            statuses: &[DONE, (2, "there is no such finding, or the output cannot be written")],
        },
        "fix" => &Below {
            examples: &[
                ("journey fix", "mends what is safe to mend in this folder"),
                ("journey fix --unsafe journeys", "writes what is likely meant, too: read it before you keep it"),
            ],
            statuses: &[(0, "no errors are left"), (1, "errors are left"), UNUSABLE],
        },
        "fmt" => &Below {
            examples: &[
                ("journey fmt", "formats the .journey files of this folder"),
                ("journey fmt --check journeys", "changes nothing, and names those that are not formatted"),
                ("journey fmt - < cart.journey", "prints the canonical form of standard input"),
            ],
            statuses: &[
                (0, "every file is in canonical form now"),
                (1, "a file has lines that cannot be read, or with --check is not in canonical form"),
                UNUSABLE,
            ],
        },
        "graph" => &Below {
            examples: &[
                ("journey graph journeys > journeys.svg", "all charts in one picture"),
                ("journey graph journeys --format html > journeys.html", "a page that moves and zooms"),
                ("journey graph journeys --events events.jsonl --out charts", "a file each, with counted customers"),
            ],
            statuses: &[DONE, BROKEN, UNUSABLE],
        },
        "man" => &Below {
            examples: &[
                ("journey man > journey.1", "the first page"),
                ("journey man --out man", "the pages of all commands"),
            ],
            statuses: &[DONE, UNUSABLE],
        },
        "new" => &Below {
            examples: &[
                ("journey new --list", "the recipes"),
                ("journey new shop --recipe welcome", "a folder that works"),
                ("journey new birthday --into shop", "one recipe more in that folder"),
            ],
            statuses: &[
                DONE,
                (1, "what the folder declares does not fit the recipe; nothing was written"),
                (2, "there is no such recipe, the folder is not empty, has the journey already, or cannot be written"),
            ],
        },
        "pressure" => &Below {
            examples: &[
                ("journey pressure journeys", "a table"),
                ("journey pressure journeys --format svg > week.svg", "the worst week as a picture"),
            ],
            statuses: &[DONE, BROKEN, UNUSABLE],
        },
        "preview" => &Below {
            examples: &[
                ("journey preview journeys", "the most insistent ways first"),
                ("journey preview journeys --journey cart_recovery --most 3", "three ways of one journey"),
                ("journey preview journeys --starts 'monday 10:00'", "with the days and times of who comes in then"),
            ],
            statuses: &[DONE, BROKEN, UNUSABLE],
        },
        "run" => &Below {
            examples: &[
                ("journey run journeys --events events.jsonl --format text", "a timeline for each customer"),
                ("journey run journeys --events - < events.jsonl", "standard input, to effects as JSON lines"),
                ("journey run journeys --events export.csv --profile ana", "a CSV file, and one customer of it"),
            ],
            statuses: &[
                (0, "all was played; lines that could not be used were passed over, and named"),
                (1, "the program has errors, no line could be used, or with --strict one could not"),
                UNUSABLE,
            ],
        },
        "test" => &Below {
            examples: &[
                ("journey test journeys --coverage", "plays all tests, and says what none reaches"),
                ("journey test journeys --junit results.xml", "for CI"),
                ("journey test journeys --write cart_recovery > drafts.journey", "tests to read, correct and keep"),
            ],
            statuses: &[
                (0, "every test passed, or there are none"),
                (1, "a test failed, less is reached than --min-coverage asks for, or the program has errors"),
                UNUSABLE,
            ],
        },
        "why" => &Below {
            examples: &[
                ("journey why journeys --events events.jsonl --profile ana", "all that was asked about ana"),
                ("journey why journeys --events events.jsonl --profile ana --message cart_reminder", "one message"),
            ],
            statuses: &[
                DONE,
                BROKEN,
                (2, "called wrongly, nobody of that id is met, or a file cannot be read or written"),
            ],
        },
        _ => &Below {
            examples: &[],
            statuses: &[
                (0, "all is well"),
                (1, "something was found: errors, failed tests, files that are not formatted"),
                UNUSABLE,
            ],
        },
    }
}

/// The commands with what stands below their help.
pub(crate) fn documented(command: Command) -> Command {
    let text = text(of(command.get_name()));
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_string()).collect();
    names.into_iter().fold(command.after_help(text), |command, name| command.mut_subcommand(name, documented))
}

fn text(below: &Below) -> String {
    let mut out = String::new();
    if !below.examples.is_empty() {
        out.push_str("Examples:\n");
        for (line, what) in below.examples {
            let _ = writeln!(out, "  {line}\n      {what}");
        }
        out.push('\n');
    }
    out.push_str("Exit status:\n");
    for (status, meaning) in below.statuses {
        let _ = writeln!(out, "  {status}  {meaning}");
    }
    out.trim_end().to_string()
}
