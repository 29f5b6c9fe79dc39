//! What the service says when it cannot start, by cases in `tests/troubles.txt`; and what it does on a full disk.
//!
//! A case is a title, a command, and what comes of it: the exit code and what stands on the error output. `UPDATE=1` writes
//! that into the file, to be read.

use crate::kill::{PROGRAM, line, nothing_lost_nothing_twice};
use crate::service::{Client, Start, ends, journeyd, settled};
use crate::shop::Dice;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

/// What the commands find in their folder.
fn furnish(folder: &Path) {
    for (name, text) in [
        ("shop/shop.journey", "on cart_abandoned: wait 1d; email recs\n"),
        ("broken/shop.journey", "on cart_abandoned:\n  wait 1d\n  emial recs\n  wait -3d\n"),
        ("empty/README.md", "nothing here\n"),
        ("letter.db", "this is a letter to my aunt, and not a store at all, whatever its name is; it is long enough\n"),
    ] {
        std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
    }
    drop(journey_server::store::sqlite::Sqlite::open(&folder.join("newer.db")).unwrap());
    let newer = rusqlite::Connection::open(folder.join("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 9).unwrap();
    rusqlite::Connection::open(folder.join("other.db")).unwrap().execute_batch("CREATE TABLE notes (text)").unwrap();
}

/// Keys are random.
fn told(said: &str, port: u16) -> String {
    let mut out = String::new();
    for word in said.trim_end().split_inclusive([' ', '\n']) {
        let key = word.trim_end_matches([',', ' ', '\n']);
        let is_key = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        out += &if is_key { word.replace(key, "RANDOM") } else { word.to_string() };
    }
    out.replace(&(port + 1).to_string(), "NEXT").replace(&port.to_string(), "PORT")
}

#[test]
fn it_says_why_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let other = Start::new(folder.path(), "on cart_abandoned: email recs");
    let mut service = other.run();
    service.says("events come in here");

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/troubles.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let (mut written, mut wrong, mut count) = (String::new(), String::new(), 0);
    for case in text.split("#### ").skip(1) {
        let (head, expected) = case.split_once("\n====\n").unwrap_or((case.trim_end(), ""));
        let (title, command) = head.split_once('\n').unwrap();
        let mut process = journeyd();
        process.current_dir(folder.path());
        for word in command.trim_start_matches("journeyd ").replace("PORT", &port.to_string()).split(' ') {
            match word.split_once('=').filter(|(name, _)| name.starts_with("JOURNEY_")) {
                Some((name, value)) => process.env(name, value),
                None => process.arg(if word == "''" { "" } else { word }),
            };
        }
        let (code, said) = ends(process);
        let got = format!("exit {code}\n{}", told(&said, port));
        if got.trim_end() != expected.trim_end() {
            write!(wrong, "{title}\n{got}\nexpected\n{expected}\n").unwrap();
        }
        write!(written, "#### {title}\n{command}\n====\n{}\n\n", got.trim_end()).unwrap();
        count += 1;
    }
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&path, format!("{}\n", written.trim_end())).unwrap();
    } else {
        assert!(wrong.is_empty(), "{wrong}");
    }
    assert!(count > 12, "only {count} cases");
}

/// On a full disk clients are told to come again, and once there is room all goes on as if nothing had been.
#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    std::fs::write(&pages, "90").unwrap();
    let start = Start { pages: Some(pages.clone()), ..Start::new(folder.path(), PROGRAM) };
    let mut service = start.run();
    service.says("events come in here");
    let client = Client::new(&start.url());
    let (mut dice, mut sent) = (Dice::new(5), vec![]);
    let mut batch = || -> Vec<String> {
        (0..40)
            .map(|_| {
                sent.push(format!("m0-{}", sent.len()));
                line(&mut dice, 0, sent.len() as u64 - 1)
            })
            .collect()
    };
    let until = Instant::now() + Duration::from_secs(60);
    let refused = loop {
        let lines = batch();
        let told = client.send(&lines).unwrap();
        if told.status != 200 {
            assert_eq!((told.status, told.retry_after), (429, Some(5)), "{told:?}");
            assert!(told.body.contains("later"), "{told:?}");
            break lines;
        }
        assert!(Instant::now() < until, "the disk does not fill");
    };
    // The same again and again: it is still alive, and still full.
    for _ in 0..5 {
        assert_eq!(client.send(&refused).unwrap().status, 429);
    }
    service.says("nothing is played for now: no room is left for the store: make room on its disk; nothing was lost");
    std::fs::remove_file(&pages).unwrap();
    client.deliver(&refused);
    client.deliver(&batch());
    settled(&start.store);
    assert!(service.stop().success());
    nothing_lost_nothing_twice(&start, &sent, 5);
}

/// What would stop a message stands among the first lines, and not only in the report of the message that did not go.
#[test]
fn what_is_wrong_with_texts_is_said_at_the_start_and_at_a_save() {
    let text = |mjml: &str| format!("message hi: email: subject \"s\", html \"{mjml}\"\non cart_abandoned: email hi\n");
    let folder = tempfile::tempdir().unwrap();
    let program = text("<mjml><mj-body><mj-text>Hi</mj-body></mjml>");
    let start = Start { dev: true, ..Start::new(folder.path(), &program) };
    let mut service = start.run();
    service.says("`hi` (email, html) cannot be sent: MJML, line 1: `<mj-text>` is not closed: write `</mj-text>`");
    std::fs::write(&start.program, text("<mjml><mj-body><mj-txet>Hi</mj-txet></mj-body></mjml>")).unwrap();
    service.says("`hi` (email, html) goes, and may look wrong: line 1: `<mj-txet>` is no element of MJML");
    let start = Start { dev: false, port: crate::service::port(), store: folder.path().join("other.db"), ..start };
    start.run().says("`<mj-txet>` is no element of MJML");
}
