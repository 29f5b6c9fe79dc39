//! How commands end where nobody takes what they print: a full disk, a reader that has gone, closed streams. One row for
//! every command and every format; a command or a format without a row fails.

use crate::{file, folder};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What to call, with the exit status where somebody listens. All of them print to standard output.
const ROWS: &[(&str, i32)] = &[
    ("backtest good --events good/events.jsonl", 0),
    ("backtest good --events good/events.jsonl --format text", 0),
    ("backtest good --events good/events.jsonl --format json", 0),
    ("backtest good --events good/events.jsonl --effects -", 0),
    ("check doubtful", 0),
    ("check doubtful --deny-warnings", 1),
    ("check broken", 1),
    ("check broken --format text", 1),
    ("check broken --format json", 1),
    ("check good --format json", 0),
    ("check broken --format sarif", 1),
    ("check good --format sarif", 0),
    ("check broken --format github", 1),
    ("check --format json -", 0),
    ("completions bash", 0),
    ("completions elvish", 0),
    ("completions fish", 0),
    ("completions powershell", 0),
    ("completions zsh", 0),
    ("explain", 0),
    ("explain no-goal", 0),
    ("fix mendable", 0),
    ("fix half", 1),
    ("fmt --check doubtful", 1),
    ("fmt -", 0),
    ("fmt --check -", 1),
    ("graph good", 0),
    ("graph good --format svg", 0),
    ("graph good --format html", 0),
    ("graph good --format mermaid", 0),
    ("graph good --out charts", 0),
    ("graph good --events good/events.jsonl", 0),
    ("man", 0),
    ("new", 0),
    ("new --list", 0),
    ("new elsewhere --recipe welcome", 0),
    ("pressure good", 0),
    ("pressure good --format text", 0),
    ("pressure good --format json", 0),
    ("pressure good --format svg", 0),
    ("preview good", 0),
    ("run good --events good/events.jsonl", 0),
    ("run good --events good/events.jsonl --format jsonl", 0),
    ("run good --events good/events.jsonl --format text", 0),
    ("run good --events good/late.jsonl --strict --format jsonl", 1),
    ("run good --events good/late.jsonl --strict --format text", 1),
    ("test good", 0),
    ("test failing", 1),
    ("test good --list", 0),
    ("test good --coverage", 0),
    ("test good --min-coverage 100 --filter spares", 1),
    ("test good --junit results.xml", 0),
    ("test good --write cart_recovery", 0),
    ("why good --events good/events.jsonl --profile ana", 0),
    ("why good --events good/events.jsonl --profile ana --format text", 0),
    ("why good --events good/events.jsonl --profile ana --format json", 0),
    ("diff good good --events good/events.jsonl", 0),
    ("diff good good --events good/events.jsonl --format text", 0),
    ("diff good doubtful --events good/events.jsonl --format json", 0),
    ("diff good doubtful --events good/events.jsonl --format markdown", 0),
    ("diff good doubtful --events good/events.jsonl --at 2026-03-03T09:00:00Z", 0),
    ("--help", 0),
    ("-h", 0),
    ("--version", 0),
    ("help", 0),
    ("help check", 0),
];

/// What is said beside what is printed, and to nobody: the exit status alone tells.
const SAID: &[(&str, i32)] = &[
    // A good one needs a font of the machine.
    ("graph broken --format png", 1),
    ("graph broken --format pdf", 1),
    ("", 2),
    ("dance", 2),
    ("backtest broken --events good/events.jsonl", 1),
    ("backtest good --events good/late.jsonl --strict", 1),
    ("check nowhere", 2),
    ("check --dance", 2),
    ("check good", 0),
    ("explain no-such-thing", 2),
    ("fix good", 0),
    ("fmt good", 0),
    ("fmt broken", 1),
    ("graph broken", 1),
    ("pressure broken", 1),
    ("preview broken", 1),
    ("run broken --events good/events.jsonl", 1),
    ("test broken", 1),
    ("why broken --events good/events.jsonl --profile ana", 1),
    ("man --out pages", 0),
    ("diff broken good --events good/events.jsonl", 1),
    ("diff good nowhere --events good/events.jsonl", 2),
    // Whether the service is installed or not.
    ("serve --dance", 2),
];

const STDIN: &str = "journey cart:\n  on cart_abandoned:  email recs\n";

/// A folder with programs of every kind; made anew for each call, for some calls change them.
fn place() -> PathBuf {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let at = folder(&format!("ends/{}", CALLS.fetch_add(1, Ordering::Relaxed)));
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/cart_recovery");
    for entry in std::fs::read_dir(good).unwrap() {
        let entry = entry.unwrap();
        file(&at, &format!("good/{}", entry.file_name().display()), std::fs::read(entry.path()).unwrap());
    }
    let events = std::fs::read_to_string(at.join("good/events.jsonl")).unwrap();
    file(&at, "good/late.jsonl", events + "no input\n");
    file(&at, "doubtful/a.journey", STDIN);
    file(&at, "broken/a.journey", "journey cart:\n  on cart_abandoned:\n    emial recs\n    wait 1x\n");
    file(&at, "mendable/a.journey", "on cart_abandoned: after 2 days; email recs\n");
    file(&at, "half/a.journey", "on cart_abandoned:\n  after 2 days\n  wait 2d of\n");
    let test = "test a \"nothing comes\":\n  +0 cart_abandoned\n  +1d expect email recs\n";
    file(&at, "failing/a.journey", format!("on cart_abandoned: email recs\n{test}"));
    at
}

fn command(line: &str) -> Command {
    let at = place();
    file(&at, "stdin", STDIN);
    let mut command = Command::new(env!("CARGO_BIN_EXE_journey"));
    command.args(line.split_whitespace()).current_dir(&at).stdin(std::fs::File::open(at.join("stdin")).unwrap());
    command
}

/// A pipe whose reader has gone.
fn gone() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// A disk that is full.
fn full() -> Stdio {
    std::fs::File::options().write(true).open("/dev/full").unwrap().into()
}

fn ended(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// All commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = command("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    lines.map(|line| line.split_whitespace().next().unwrap().to_string()).collect()
}

/// The formats that a command's help lists.
fn formats(name: &str) -> Vec<String> {
    let help = command(&format!("{name} --help")).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let lines = help.lines().skip_while(|line| !line.contains("--format <FORMAT>")).skip(1);
    let own = lines.take_while(|line| !line.trim_start().starts_with("--"));
    own.filter_map(|line| line.trim().strip_prefix("- ")?.split_once(':')).map(|(name, _)| name.to_string()).collect()
}

#[test]
fn every_command_and_every_format_has_a_row() {
    let rows: BTreeSet<&str> = ROWS.iter().chain(SAID).map(|(line, _)| *line).collect();
    let commands = commands();
    assert!(commands.len() >= 14, "{commands:?}");
    let mut formatted = 0;
    for name in &commands {
        let own: Vec<&&str> = rows.iter().filter(|row| row.split_whitespace().next() == Some(name)).collect();
        assert!(!own.is_empty(), "`journey {name}` has no row");
        for format in formats(name) {
            formatted += 1;
            let wanted = format!("--format {format}");
            assert!(own.iter().any(|row| row.contains(&wanted)), "`journey {name} {wanted}` has no row");
        }
    }
    assert!(formatted >= 14, "{formatted} formats are listed");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_of_and_a_reader_that_has_gone_changes_nothing() {
    let helps: Vec<(String, i32)> = commands().iter().map(|name| (format!("help {name}"), 0)).collect();
    let rows = ROWS.iter().map(|(line, status)| (line.to_string(), *status));
    for (line, status) in rows.chain(helps) {
        let heard = command(&line).output().unwrap();
        assert_eq!(heard.status.code(), Some(status), "{line}: {}", ended(&heard).1);
        assert!(!heard.stdout.is_empty(), "`journey {line}` prints nothing");
        let (code, said) = ended(&command(&line).stdout(full()).output().unwrap());
        assert_eq!(code, Some(2), "a full disk, {line}: {said}");
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with("error: the output cannot be written: "), "a full disk, {line}: {said}");
        let (code, said) = ended(&command(&line).stdout(gone()).output().unwrap());
        assert_eq!((code, said.as_str()), (Some(status), ended(&heard).1.as_str()), "nobody reads, {line}");
        let (code, _) = ended(&command(&line).stderr(gone()).output().unwrap());
        assert_eq!(code, Some(status), "nobody listens, {line}");
        let (code, _) = ended(&command(&line).stdout(gone()).stderr(full()).output().unwrap());
        assert_eq!(code, Some(status), "nobody reads and a full disk, {line}");
        let (code, _) = ended(&command(&line).stdout(full()).stderr(full()).output().unwrap());
        assert_eq!(code, Some(2), "all is full, {line}");
        assert_eq!(first_line_only(command(&line)), Some(status), "one line is read, {line}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_nobody_hears_does_no_harm() {
    for (line, status) in SAID {
        for heard_by in [Stdio::piped(), gone(), full()] {
            let (code, said) = ended(&command(line).stderr(heard_by).output().unwrap());
            assert_eq!(code, Some(*status), "{line}: {said}");
        }
        // Nothing is printed, so a full disk is none of its business.
        let (code, said) = ended(&command(line).stdout(full()).output().unwrap());
        assert_eq!(code, Some(*status), "{line}: {said}");
    }
}

/// Reads one line and goes.
fn first_line_only(mut command: Command) -> Option<i32> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty());
    child.wait().unwrap().code()
}

#[test]
fn much_more_than_a_pipe_holds() {
    let at = folder("ends_much");
    let program = file(&at, "a.journey", "on a: email recs\n");
    let broken = file(&at, "broken.journey", "on a:\n".to_string() + &"  emial recs\n".repeat(5_000));
    let line = |n: usize| {
        let (day, minute) = (1 + n / 1_440, n % 1_440);
        let time = format!("2026-03-{day:02}T{:02}:{:02}:00Z", minute / 60, minute % 60);
        format!("{{\"type\":\"track\",\"userId\":\"u{n}\",\"timestamp\":\"{time}\",\"event\":\"a\"}}\n")
    };
    let events: String = (0..20_000).map(line).collect();
    let late = file(&at, "late.jsonl", format!("{events}no input\n"));
    let events = file(&at, "events.jsonl", events);
    let ends = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_journey"));
        command.args(arguments);
        first_line_only(command)
    };
    for format in ["jsonl", "text"] {
        assert_eq!(ends(&["run", &program, "--events", &events, "--format", format]), Some(0));
        assert_eq!(ends(&["run", &program, "--events", &late, "--format", format]), Some(0));
        assert_eq!(ends(&["run", &program, "--events", &late, "--format", format, "--strict"]), Some(1));
    }
    for format in ["text", "json", "sarif", "github"] {
        assert_eq!(ends(&["check", &broken, "--format", format]), Some(1));
    }
}
