//! The host does what `journey run` does, for lines that somebody else wrote: ids that are joined, shared and forgotten,
//! bytes that are no text. And in live time, after an outage, it mails nobody who has bought or unsubscribed since.

use journey::replay::{Replay, Sink};
use journey::{Effect, Input, Limits, Profile, Program, SourceFile, value::show_instant, write_effect};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const PROGRAM: &str = "on cart_abandoned: wait 1d; email recs\n";

fn folder(name: &str, program: &str, inbox: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.journey"), program).unwrap();
    std::fs::write(folder.join("inbox.jsonl"), inbox).unwrap();
    folder
}

fn start(folder: &Path, is_replay: bool) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqlite_host"));
    command.args(["shop.journey", "store.db", "inbox.jsonl", "receiver.db"].map(|file| folder.join(file)));
    command.args(is_replay.then_some("--replay")).spawn().unwrap()
}

fn received(folder: &Path) -> Vec<String> {
    let kept = Connection::open(folder.join("receiver.db")).unwrap();
    let mut all = kept.prepare("SELECT effect FROM received ORDER BY rowid").unwrap();
    all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

struct Lines(Vec<String>);

impl Sink for Lines {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let mut line = Vec::new();
        write_effect(profile.id(), effect, &mut line);
        self.0.push(String::from_utf8(line).unwrap());
    }
    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

/// What the host did with some lines, which is what a replay does with those that can be used.
fn played(name: &str, program: &str, inbox: &[u8]) -> Vec<String> {
    let folder = folder(name, program, inbox);
    assert!(start(&folder, true).wait().unwrap().success());
    let mut effects = received(&folder);
    let program = Program::compile(vec![SourceFile::new("shop.journey", program)]).unwrap();
    let (mut replay, mut expected) = (Replay::new(&program, None, false), Lines(vec![]));
    for line in inbox.split(|byte| *byte == b'\n') {
        if let Ok(input) = Input::from_slice(line, Limits::default()) {
            replay.input(&input, &mut expected).unwrap();
        }
    }
    replay.finish(&mut expected).unwrap();
    effects.sort();
    expected.0.sort();
    assert_eq!(effects, expected.0);
    effects
}

fn sent_to<'a>(effects: &'a [String], who: &'a str) -> impl Iterator<Item = &'a String> {
    let profile = format!("\"profile\":\"{who}\"");
    effects.iter().filter(move |line| line.contains("\"effect\":\"sent\"") && line.contains(&profile))
}

fn lines(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

#[test]
fn a_quiet_user_is_not_taken_for_a_device() {
    let effects = played(
        "quiet-user",
        PROGRAM,
        &lines(&[
            r#"{"type":"track","userId":"bob","timestamp":"2026-03-01T09:00:00Z","event":"Video Paused"}"#,
            r#"{"type":"track","userId":"eve","anonymousId":"bob","timestamp":"2026-03-01T10:00:00Z","event":"Cart Abandoned"}"#,
            r#"{"type":"track","userId":"bob","timestamp":"2026-03-01T11:00:00Z","event":"Cart Abandoned"}"#,
        ]),
    );
    assert_eq!((sent_to(&effects, "bob").count(), sent_to(&effects, "eve").count()), (1, 1));
}

#[test]
fn names_go_with_who_is_deleted() {
    let effects = played(
        "names",
        PROGRAM,
        &lines(&[
            r#"{"type":"track","userId":"ana","anonymousId":"a7","timestamp":"2026-03-01T09:00:00Z","event":"Cart Abandoned"}"#,
            r#"{"type":"alias","userId":"eva","previousId":"ana","timestamp":"2026-03-01T09:30:00Z"}"#,
            r#"{"type":"delete","anonymousId":"a7","timestamp":"2026-03-01T10:00:00Z"}"#,
            r#"{"type":"track","anonymousId":"a7","timestamp":"2026-03-02T10:00:00Z","event":"Cart Abandoned"}"#,
            r#"{"type":"track","userId":"bob","anonymousId":"a7","timestamp":"2026-03-02T11:00:00Z","event":"Video Paused"}"#,
        ]),
    );
    assert_eq!((sent_to(&effects, "bob").count(), sent_to(&effects, "ana").count()), (1, 0), "{effects:?}");
}

#[test]
fn a_refusal_outlives_a_deletion_until_it_is_withdrawn() {
    let unsubscribed = [
        r#"{"type":"alias","userId":"ana","previousId":"a7","timestamp":"2026-03-01T08:00:00Z"}"#,
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-01T09:00:00Z","event":"Unsubscribed"}"#,
        r#"{"type":"delete","userId":"ana","timestamp":"2026-03-01T10:00:00Z"}"#,
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T10:00:00Z","event":"Cart Abandoned"}"#,
        r#"{"type":"track","anonymousId":"a7","timestamp":"2026-03-02T10:00:00Z","event":"Cart Abandoned"}"#,
    ];
    let effects = played("refused", PROGRAM, &lines(&unsubscribed));
    assert!(effects.iter().all(|line| !line.contains("\"sent\"")), "{effects:?}");
    let lifted = [
        unsubscribed[1],
        unsubscribed[2],
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-01T11:00:00Z","event":"Subscribed"}"#,
        r#"{"type":"delete","userId":"ana","timestamp":"2026-03-01T12:00:00Z"}"#,
        unsubscribed[3],
    ];
    assert_eq!(sent_to(&played("lifted", PROGRAM, &lines(&lifted)), "ana").count(), 1);
}

#[test]
fn bytes_that_are_no_text_are_nobody() {
    let mut inbox = Vec::new();
    for id in [b"\xff", b"\xfe", b"a"] {
        inbox.extend(br#"{"type":"track","timestamp":"2026-03-01T09:00:00Z","event":"Cart Abandoned","userId":""#);
        inbox.extend(id);
        inbox.extend(b"\"}\n");
    }
    inbox.splice(0..0, *b"\xef\xbb\xbf{\"type\":\"track\",\"userId\":\"first\",\"timestamp\":\"2026-03-01T09:00:00Z\",\"event\":\"Cart Abandoned\"}\n");
    let effects = played("bytes", PROGRAM, &inbox);
    assert_eq!((effects.len(), sent_to(&effects, "first").count()), (6, 1));
}

/// A host that was down for nine hours finds what has happened in the meantime in its inbox.
#[test]
fn after_an_outage_nobody_is_mailed_who_has_bought_or_unsubscribed() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let line = |who: &str, event: &str, minutes_ago: i64| {
        let at = show_instant(now - minutes_ago * 60_000);
        format!(r#"{{"type":"track","userId":"{who}","timestamp":"{at}","receivedAt":"{at}","event":"{event}"}}"#)
    };
    let hours = |hours: i64| hours * 60;
    let mut inbox = vec![];
    for who in ["before", "after", "refused", "neither"] {
        inbox.push(line(who, "Cart Abandoned", hours(33)));
    }
    inbox.push(line("before", "Order Placed", hours(10)));
    inbox.push(line("after", "Order Placed", hours(3)));
    inbox.push(line("refused", "Unsubscribed", hours(2)));
    inbox.push(line("neither", "Video Paused", 1));
    let inbox: Vec<u8> = inbox.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect();
    let program = "journey cart:\n  on cart_abandoned: wait 1d; email recs\n  goal order_placed\n";
    let folder = folder("outage", program, &inbox);
    let mut host = start(&folder, false);
    for _ in 0..300 {
        std::thread::sleep(Duration::from_millis(100));
        if folder.join("receiver.db").exists() && received_safely(&folder) >= 10 {
            break;
        }
    }
    host.kill().unwrap();
    host.wait().unwrap();
    let effects = received(&folder);
    let sent: Vec<&String> = effects.iter().filter(|line| line.contains("\"effect\":\"sent\"")).collect();
    assert!(sent.len() == 1 && sent[0].contains("\"profile\":\"neither\""), "{effects:?}");
    assert_eq!(effects.iter().filter(|line| line.contains("converted")).count(), 2);
}

fn received_safely(folder: &Path) -> usize {
    let Ok(kept) = Connection::open(folder.join("receiver.db")) else { return 0 };
    kept.query_row("SELECT count(*) FROM received", [], |row| row.get(0)).unwrap_or(0)
}
