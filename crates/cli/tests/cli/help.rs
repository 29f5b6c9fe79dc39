//! What the help says of each command is so: its examples run, its exit statuses are listed, and colours come as asked.

use crate::{err, file, folder, git, journey, out, status};
use std::path::Path;
use std::process::{Command, Stdio};

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = journey(&["--help"]);
    let lines = out(&help).lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    lines.map(|line| line.split_whitespace().next().unwrap().to_string()).filter(|name| name != "help").collect()
}

/// A part of a help, up to the next empty line.
fn part<'a>(help: &'a str, title: &str) -> Vec<&'a str> {
    help.lines().skip_while(|line| *line != title).skip(1).take_while(|line| !line.is_empty()).collect()
}

/// A folder in which the examples make sense.
fn place() -> std::path::PathBuf {
    let at = folder("help");
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/cart_recovery");
    let copy = |name: &str, to: &str| {
        file(&at, to, std::fs::read(recipe.join(name)).unwrap());
    };
    copy("charter.journey", "charter.journey");
    copy("cart.journey", "journeys/cart_recovery.journey");
    copy("events.jsonl", "events.jsonl");
    file(&at, "export.csv", "type,event,userId,timestamp\ntrack,Cart Abandoned,ana,2026-03-02T09:00:00Z\n");
    file(&at, "cart.journey", "event basket_left\non basket_left: wait 1d; email cart_waiting\n");
    file(&at, ".gitignore", "drafts.journey\n");
    git(&at, &["init", "-q", "-b", "main"]);
    git(&at, &["add", "."]);
    git(&at, &["commit", "-q", "-m", "shop"]);
    at
}

#[test]
fn the_examples_run() {
    let at = place();
    let bin = Path::new(env!("CARGO_BIN_EXE_journey")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    for name in commands() {
        let help = journey(&[&name, "--help"]);
        let lines = part(out(&help), "Examples:");
        let examples: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("  journey ")).collect();
        assert!(!examples.is_empty(), "`journey {name} --help` gives no example");
        for example in examples {
            assert!(example.split_whitespace().next() == Some(&name), "{example}");
            // The service goes on until somebody stops it: its own tests start it.
            if name == "serve" {
                continue;
            }
            let line = format!("journey {example}");
            let mut shell = Command::new("sh");
            let output = shell.args(["-c", &line]).current_dir(&at).env("PATH", &path).stdin(Stdio::null()).output();
            let output = output.unwrap();
            assert_eq!(status(&output), 0, "{line}: {}{}", out(&output), err(&output));
        }
    }
}

#[test]
fn exit_statuses_are_listed_in_the_help_and_the_manual() {
    let pages = folder("help_man");
    assert_eq!(status(&journey(&["man", "--out", &pages.display().to_string()])), 0);
    for name in commands() {
        let help = journey(&[&name, "--help"]);
        let page = std::fs::read_to_string(pages.join(format!("journey-{name}.1"))).unwrap();
        let statuses = part(out(&help), "Exit status:");
        assert!(statuses.len() >= 2 && statuses[0].starts_with("  0  "), "{name}: {statuses:?}");
        assert!(page.contains(".SH EXAMPLES\n") && page.contains(".SH \"EXIT STATUS\"\n"), "{page}");
        for status in statuses {
            let (number, meaning) = status.trim().split_once("  ").unwrap();
            assert!(page.contains(&format!("\\fB{number}\\fR\n{}", meaning.replace('-', "\\-"))), "{name}: {page}");
        }
    }
    assert!(std::fs::read_to_string(pages.join("journey.1")).unwrap().contains(".SH \"EXIT STATUS\"\n"));
    assert!(part(out(&journey(&["--help"])), "Exit status:").len() == 3);
}

#[test]
fn colours_come_as_they_are_asked_for() {
    let at = folder("color");
    let bad = file(&at, "a.journey", "on a: emial recs\n");
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_journey"));
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        let output = command.args(arguments).envs(variables.iter().copied()).output().unwrap();
        (out(&output).contains('\u{1b}'), err(&output).contains('\u{1b}'))
    };
    let check = ["check", &bad];
    let with = |color: &'static str| [&check[..], &[color]].concat();
    assert_eq!(colored(&check, &[]), (false, false), "a pipe is no terminal");
    assert_eq!(colored(&with("--color=always"), &[]), (true, false));
    assert_eq!(colored(&["--color", "always", "check", &bad], &[("NO_COLOR", "1")]), (true, false));
    assert_eq!(colored(&with("--color=auto"), &[]), (false, false));
    assert_eq!(colored(&check, &[("CLICOLOR_FORCE", "1")]), (true, false));
    assert_eq!(colored(&with("--color=never"), &[("CLICOLOR_FORCE", "1")]), (false, false));
    // What is wrong with a call too, in the same colours as clap's.
    for wrong in [&["check", "nowhere"][..], &["check", "--nowhere"], &["dance"]] {
        assert_eq!(colored(wrong, &[]), (false, false));
        assert_eq!(colored(&[&["--color", "always"], wrong].concat(), &[]), (false, true), "{wrong:?}");
    }
    let said = |arguments: &[&str]| err(&journey(&[&["--color=always"], arguments].concat())).to_string();
    let start = "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m ";
    assert!(said(&["check", "nowhere"]).starts_with(start) && said(&["check", "--nowhere"]).starts_with(start));
    assert_eq!(colored(&["--color", "always", "--help"], &[]), (true, false));
    // Formats for machines bear none.
    for format in ["json", "github", "sarif"] {
        assert_eq!(colored(&["check", &bad, "--color=always", "--format", format], &[]), (false, false));
    }
    assert_eq!(status(&journey(&["--color", "loud", "check", &bad])), 2);
}
