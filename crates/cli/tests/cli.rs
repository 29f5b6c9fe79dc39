//! The commands as outside tests and teams' scripts call them: names, options, formats and exit statuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

#[path = "cli/backtest.rs"]
mod backtest;
#[path = "cli/ci.rs"]
mod ci;
#[path = "cli/diff.rs"]
mod diff;
#[path = "cli/ends.rs"]
mod ends;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/findings.rs"]
mod findings;
#[path = "cli/graphs.rs"]
mod graphs;
#[path = "cli/guide.rs"]
mod guide;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/inputs.rs"]
mod inputs;
#[path = "cli/install.rs"]
mod install;
#[path = "cli/pressure.rs"]
mod pressure;
#[path = "cli/recipes.rs"]
mod recipes;
#[path = "cli/rewrite.rs"]
mod rewrite;
#[path = "cli/seeing.rs"]
mod seeing;
#[path = "cli/texts.rs"]
mod texts;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");

/// A folder for one test's files.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

fn journey(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_journey")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Runs a command in a folder, with a text as standard input.
fn within(at: &Path, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_journey"))
        .args(arguments)
        .current_dir(at)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that asks for nothing does not wait for it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    child.wait_with_output().unwrap()
}

/// Runs git in a folder, as somebody whom it need not know.
fn git(at: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").args(who).args(arguments).current_dir(at).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", err(&done));
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

const CART: &str = "on cart_abandoned: wait 1d; email recs; if !opened within 48h then push reminder\n";
const INPUT: &str = r#"{"type":"track","messageId":"e1","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned","properties":{"total":80}}"#;

#[test]
fn run_prints_effects_as_json_lines() {
    let at = folder("jsonl");
    let (program, events) = (file(&at, "cart.journey", CART), file(&at, "events.jsonl", format!("{INPUT}\n")));
    let output = journey(&["run", &program, "--events", &events]);
    assert_eq!(status(&output), 0);
    assert_eq!(
        out(&output),
        r#"{"at":"2026-03-02T09:00:00Z","profile":"ana","journey":"cart","effect":"entered"}
{"at":"2026-03-03T09:00:00Z","profile":"ana","journey":"cart","effect":"sent","channel":"email","message":"recs","category":"marketing","id":"ana/cart/2026-03-02T09:00:00Z/1"}
{"at":"2026-03-05T09:00:00Z","profile":"ana","journey":"cart","effect":"sent","channel":"push","message":"reminder","category":"marketing","id":"ana/cart/2026-03-02T09:00:00Z/2"}
{"at":"2026-03-05T09:00:00Z","profile":"ana","journey":"cart","effect":"exited","reason":"completed"}
"#
    );
}

#[test]
fn every_effect_as_json() {
    let at = folder("effects");
    let program = "charter:\n  consent required for sms\n  quiet 21:00-08:00 for push\njourney j:\n  one per event.id\n  on a: sms offer; add to people; remove from people; push late\n  goal b worth total where id is event.id\n";
    let events = concat!(
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T22:00:00.5Z","event":"a","properties":{"id":"c/1"}}"#,
        "\n",
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-03T09:00:00Z","event":"a","properties":{"id":"c2"}}"#,
        "\n",
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-03T22:00:00Z","event":"a","properties":{"id":"c3"}}"#,
        "\n",
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-03T23:00:00Z","event":"b","properties":{"id":"c3","total":1.50}}"#,
        "\n"
    );
    let output = journey(&[
        "run",
        &file(&at, "j.journey", program),
        "--events",
        &file(&at, "e.jsonl", events),
        "--format",
        "jsonl",
    ]);
    let mut lines = out(&output).lines();
    let mut next = || lines.next().unwrap().replace(r#""profile":"ana","journey":"j","effect":"#, "… ");
    assert_eq!(next(), r#"{"at":"2026-03-02T22:00:00.500Z",… "entered"}"#);
    assert_eq!(
        next(),
        r#"{"at":"2026-03-02T22:00:00.500Z",… "suppressed","channel":"sms","message":"offer","reason":"no_consent","rule":"consent required for sms"}"#
    );
    assert_eq!(next(), r#"{"at":"2026-03-02T22:00:00.500Z",… "audience_added","audience":"people"}"#);
    assert_eq!(next(), r#"{"at":"2026-03-02T22:00:00.500Z",… "audience_removed","audience":"people"}"#);
    assert_eq!(
        next(),
        r#"{"at":"2026-03-02T22:00:00.500Z",… "held","channel":"push","message":"late","until":"2026-03-03T08:00:00Z","rule":"quiet 21:00-08:00 for push"}"#
    );
    assert_eq!(
        next(),
        r#"{"at":"2026-03-03T08:00:00Z",… "sent","channel":"push","message":"late","category":"marketing","id":"ana/j/2026-03-02T22:00:00.500Z/c%2F1/1"}"#
    );
    let converted = out(&output).lines().find(|line| line.contains("converted")).unwrap();
    assert!(converted.ends_with(r#""effect":"converted","event":"b","value":1.5}"#), "{converted}");
    assert!(out(&output).lines().last().unwrap().ends_with(r#""effect":"exited","reason":"goal"}"#));
}

#[test]
fn run_reads_standard_input_and_gzip() {
    let at = folder("inputs");
    let program = file(&at, "cart.journey", CART);
    let plain = out(&journey(&["run", &program, "--events", &file(&at, "e.jsonl", INPUT)])).to_string();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(INPUT.as_bytes()).unwrap();
    let packed = file(&at, "e.jsonl.gz", packer.finish().unwrap());
    assert_eq!(out(&journey(&["run", &program, "--events", &packed])), plain);
    let read = within(&at, &["run", &program, "--events", "-"], format!("\u{feff}{INPUT}\r\n\r\n"));
    assert_eq!(out(&read), plain);
}

#[test]
fn run_until_and_for_one_profile() {
    let program = format!("{EXAMPLES}/browse");
    let events = format!("{EXAMPLES}/browse/events.jsonl");
    let all = journey(&["run", &program, "--events", &events]);
    let bob = journey(&["run", &program, "--events", &events, "--profile", "bob"]);
    let expected: Vec<&str> = out(&all).lines().filter(|line| line.contains(r#""profile":"bob""#)).collect();
    assert_eq!(out(&bob).lines().collect::<Vec<_>>(), expected);
    let until = journey(&["run", &program, "--events", &events, "--until", "2026-03-02T13:00:00Z"]);
    assert!(out(&until).lines().all(|line| line < r#"{"at":"2026-03-02T13:00:00Z~"#));
    assert!(
        out(&until)
            .contains(r#""at":"2026-03-02T13:00:00Z","profile":"ana","journey":"browse_recovery","effect":"sent""#)
    );
}

#[test]
fn run_as_text_for_people() {
    let output = journey(&[
        "run",
        &format!("{EXAMPLES}/welcome"),
        "--events",
        &format!("{EXAMPLES}/welcome/events.jsonl"),
        "--format",
        "text",
    ]);
    assert_eq!(out(&output), std::fs::read_to_string(format!("{EXAMPLES}/welcome/timeline.txt")).unwrap());
    assert!(!out(&output).contains('\u{1b}'), "colour only on a terminal");
    let at = folder("nobody");
    let output =
        journey(&["run", &file(&at, "cart.journey", CART), "--events", &file(&at, "e.jsonl", ""), "--format", "text"]);
    assert_eq!(out(&output), "No customer entered a journey.\n");
}

#[test]
fn lines_that_cannot_be_used_are_named_and_skipped() {
    let at = folder("bad_lines");
    let program = file(&at, "cart.journey", CART);
    let mut events = b"{\n".to_vec();
    events.extend(b"{\"type\":\"track\",\"timestamp\":\"2026-03-02T09:00:00Z\",\"event\":\"x\"}\n");
    events.extend(b"{\"type\":\"track\",\"userId\":\"ana\",\"event\":\"x\"}\n");
    events.extend(b"\xff\xfe\n");
    events.extend(b"{\"type\":\"alias\",\"userId\":\"ana\",\"timestamp\":\"2026-03-02T09:00:00Z\"}\n");
    events.extend(format!("{{\"pad\":\"{}\"}}\n", "x".repeat(1_000_000)).into_bytes());
    events.extend(format!("{INPUT}\n").into_bytes());
    events.extend(b"{\"type\":\"track\",\"userId\":\"bob\",\"timestamp\":\"2026-03-01T09:00:00Z\",\"event\":\"x\"}\n");
    let events = file(&at, "e.jsonl", events);
    let output = journey(&["run", &program, "--events", &events]);
    assert_eq!(status(&output), 0);
    assert_eq!(out(&output).lines().count(), 4);
    let said: Vec<&str> = err(&output).lines().collect();
    assert!(said[0].starts_with("line 1: this is no JSON object: "), "{}", said[0]);
    assert_eq!(said[1], "line 2: no user: give `userId` or `anonymousId`");
    assert_eq!(said[2], "line 3: no time: give `timestamp`, such as \"2026-03-02T09:00:00Z\"");
    assert_eq!(said[3], "line 4: this line is not written in UTF-8");
    assert_eq!(said[4], "line 5: an `alias` has no `previousId`");
    assert_eq!(said[5], "line 6: this line is longer than 256 KiB");
    assert_eq!(
        said[6],
        "line 8: its time is before that of the line above it, so for `bob` it counts from the time of their last line on; sort the lines by time"
    );
    assert_eq!(said[7], "6 lines could not be used and had no effect");
    assert_eq!(said[8], "2 customers: 1 entry, 2 messages sent");
    let strict = journey(&["run", &program, "--events", &events, "--strict"]);
    assert_eq!((status(&strict), out(&strict)), (1, ""));
    assert_eq!(err(&strict).lines().count(), 1);
}

/// One customer is printed, and all are played: another id of theirs may be joined later.
#[test]
fn one_customer_of_many_whose_ids_are_joined() {
    let at = folder("one_customer");
    let program = file(&at, "cart.journey", "on a: wait 2d; email recs\n");
    let line =
        |ids: &str, day: u32, rest: &str| format!("{{{ids},\"timestamp\":\"2026-03-{day:02}T09:00:00Z\",{rest}}}\n");
    let track = r#""type":"track","event":"a""#;
    let events = [
        line(r#""anonymousId":"a7""#, 1, track),
        line(r#""userId":"bob""#, 1, track),
        line(r#""userId":"ana","previousId":"a7""#, 2, r#""type":"alias""#),
    ];
    let events = file(&at, "e.jsonl", events.concat());
    let output = journey(&["run", &program, "--events", &events, "--profile", "ana", "--format", "text"]);
    assert_eq!(status(&output), 0);
    assert!(out(&output).contains("email recs sent"), "{}", out(&output));
    assert!(!out(&output).contains("bob"), "{}", out(&output));
}

#[test]
fn exit_statuses() {
    let at = folder("statuses");
    let (good, bad) = (file(&at, "good.journey", CART), file(&at, "bad.journey", "on a: emial recs\n"));
    let events = file(&at, "e.jsonl", INPUT);
    let nothing = file(&at, "nothing.journey", "# no journey\n");
    let latin = file(&at, "latin.journey", b"on caf\xe9: email recs\n");
    let case = |arguments: &[&str]| status(&journey(arguments));
    assert_eq!(case(&["check", &good]), 0);
    assert_eq!(case(&["check", &bad]), 1);
    assert_eq!(case(&["check", &nothing]), 0);
    assert_eq!(case(&["check", "no/such/file.journey"]), 2);
    assert_eq!(case(&["check", &latin]), 2);
    assert_eq!(case(&["check", &good, "--format", "yaml"]), 2);
    assert_eq!(case(&["dance"]), 2);
    assert_eq!(case(&["run", &good]), 2);
    assert_eq!(case(&["run", &good, "--events", "no/such/events.jsonl"]), 2);
    assert_eq!(case(&["run", &good, "--events", &at.display().to_string()]), 2);
    assert_eq!(case(&["run", &good, "--events", &events, "--until", "tomorrow"]), 2);
    assert_eq!(case(&["run", &bad, "--events", &events]), 1);
    assert_eq!(case(&["--help"]), 0);
    assert_eq!(case(&["--version"]), 0);
}

#[test]
fn check_as_json() {
    let at = folder("check_json");
    let bad = file(&at, "bad.journey", "journey j:\n  on a:\n    emial recs\n    wait 3dayz\n");
    let output = journey(&["check", &bad, "--format", "json"]);
    let expected = format!(
        r#"[
  {{
    "name": "unknown-name",
    "level": "error",
    "message": "There is no channel `emial`",
    "file": "{bad}",
    "line": 3,
    "column": 5,
    "end_line": 3,
    "end_column": 10,
    "help": "did you mean `email`?"
  }},
  {{
    "name": "syntax",
    "level": "error",
    "message": "`dayz` is no unit of time",
    "file": "{bad}",
    "line": 4,
    "column": 10,
    "end_line": 4,
    "end_column": 15,
    "help": "write 3s, 3m, 3h, 3d or 3w"
  }}
]
"#
    );
    assert_eq!(out(&output), expected);
    let nothing = journey(&["check", &file(&at, "nothing.journey", "charter: cap 1 per day\n"), "--format", "json"]);
    assert_eq!(out(&nothing), "[]\n");
    assert!(err(&nothing).contains("there is no journey here"));
}

#[test]
fn a_folder_is_one_program() {
    let at = folder("several_files");
    file(&at, "b/second.journey", "on order_placed: email thank_you; add to buyers\n");
    file(&at, "a_first.journey", "message thank_you\naudience buyers\n");
    file(&at, "notes.txt", "not a program");
    let output = journey(&["check", &at.display().to_string()]);
    assert_eq!((status(&output), out(&output)), (0, ""));
    file(&at, "c.journey", "on x: email thank_yu\n");
    let output = journey(&["check", &at.display().to_string(), "--format", "json"]);
    assert!(out(&output).contains("did you mean `thank_you`?"), "{}", out(&output));
    let events = file(&at, "e.jsonl", INPUT.replace("Cart Abandoned", "Order Placed"));
    std::fs::remove_file(at.join("c.journey")).unwrap();
    let output = journey(&["run", &at.display().to_string(), "--events", &events]);
    assert!(
        out(&output).contains(r#""journey":"second","effect":"audience_added","audience":"buyers""#),
        "{}",
        out(&output)
    );
}

#[test]
fn many_findings_are_counted_and_not_all_drawn() {
    let at = folder("many");
    let lines: String = (0..5_000).map(|number| format!("  emial{number} recs\n")).collect();
    let bad = file(&at, "bad.journey", format!("on a:\n{lines}"));
    let output = journey(&["check", &bad]);
    assert!(out(&output).ends_with("… and 4980 more errors: `journey check --verbose` draws all\n"));
    assert!(err(&output).contains(": 5000 errors\n"));
    // A name that is not known is one mistake, wherever it stands.
    let same = file(&at, "same.journey", "on a:\n".to_string() + &"  emial recs\n".repeat(5_000));
    let output = journey(&["check", &same]);
    assert!(out(&output).contains("4992 more places are not drawn"), "{}", out(&output));
    assert!(err(&output).contains(": 1 error\n"));
}
