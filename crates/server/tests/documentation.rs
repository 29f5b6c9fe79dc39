//! What `docs/serve.md` and the README tell to type is typed, and comes to what they say.

use crate::running::{Running, Started, Tool, free_address, has, root};
use rusqlite::Connection;
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// What stands between fences of this kind.
fn blocks<'a>(page: &'a str, kind: &str) -> Vec<&'a str> {
    let fence = format!("```{kind}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn json(running: &Running, path: &str) -> Value {
    serde_json::from_str(&running.ask("GET", path, "").1).unwrap()
}

/// Types a line that sends an event to a service at the address of the pages.
fn send(line: &str, running: &Running) {
    let line = line.replace("http://127.0.0.1:4321", &running.url());
    let (is_well, said) = Started::new(Command::new("sh").args(["-c", &line])).finish(Duration::from_secs(20));
    assert!(is_well && said.contains(r#"{"success":true}"#), "{line}\n{said}");
}

#[test]
fn a_mail_is_there_within_a_second() {
    if !has(&[Tool::Curl]) {
        return;
    }
    for name in ["README.md", "docs/serve.md"] {
        let text = page(name);
        let begins = |line: &&str| line.starts_with("journey serve --dev");
        let serve = blocks(&text, "sh").into_iter().flat_map(str::lines).find(begins).unwrap();
        let began = Instant::now();
        let running = Running::start(&serve.split(' ').skip(2).collect::<Vec<_>>(), &free_address());
        // Others may be at work on this machine; CI holds it to a second.
        assert!(began.elapsed() < Duration::from_secs(5), "{name}: it took {:?} to start", began.elapsed());
        let first = text[text.find("\ncurl ").unwrap()..].trim_start().split("\n```").next().unwrap();
        send(first, &running);
        let sent = Instant::now();
        let shown = loop {
            let messages = json(&running, "/dev/messages");
            match messages["messages"].as_array().and_then(|all| all.iter().find(|one| one["state"] != "ready")) {
                Some(message) => break message.clone(),
                None => assert!(sent.elapsed() < Duration::from_secs(5), "{name}: no message came"),
            }
        };
        assert_eq!(
            (&shown["state"], &shown["person"], &shown["channel"]),
            (&"shown".into(), &"ana".into(), &"email".into()),
            "{name}"
        );
    }
}

#[test]
fn every_line_of_the_page_is_taken() {
    if !has(&[Tool::Curl]) {
        return;
    }
    let (place, text) = (tempfile::tempdir().unwrap(), page("docs/serve.md"));
    let store = place.path().join("shop.db");
    let running = Running::start(&["--dev", "examples/shop", "--store", store.to_str().unwrap()], &free_address());
    let lines: Vec<&str> = blocks(&text, "sh").into_iter().filter(|block| block.starts_with("curl ")).collect();
    assert!(lines.len() >= 4, "{lines:?}");
    lines.iter().for_each(|line| send(line, &running));
    assert_eq!(json(&running, "/v1/rejected")["rejected"], Value::Array(vec![]));
    let until = Instant::now() + Duration::from_secs(10);
    while json(&running, "/dev/state")["counts"]["messages"] != 3 {
        assert!(Instant::now() < until, "a cart and two receipts: {}", json(&running, "/dev/messages"));
    }

    let queries = blocks(&text, "sql");
    assert!(queries.len() >= 4, "{queries:?}");
    for query in queries {
        let connection = Connection::open(&store).unwrap();
        let copy = place.path().join("shop-copy.db");
        let query = query.replace("shop-copy.db", copy.to_str().unwrap());
        connection.prepare(&query).unwrap().query([]).unwrap().next().unwrap();
    }
    running.kill();
    let copy = journey_server::store::sqlite::Sqlite::open(&place.path().join("shop-copy.db")).unwrap();
    assert_eq!(copy.counts().unwrap().messages, 3, "of the copy");
}

#[test]
fn the_page_names_every_option_and_path() {
    let (text, running) = (page("docs/serve.md"), Running::start(&["--dev", "examples/shop"], &free_address()));
    let help = Command::new(env!("CARGO_BIN_EXE_journeyd")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let options = help.lines().filter_map(|line| line.trim().strip_prefix("--")?.split([' ', '=']).next());
    for option in options {
        assert!(text.contains(&format!("--{option}")), "docs/serve.md says nothing of --{option}");
    }
    let rows = text.lines().filter(|line| line.starts_with("| `/"));
    let paths: Vec<&str> = rows.flat_map(|row| row.split('|').nth(1).unwrap().split_whitespace()).collect();
    assert!(paths.len() > 15, "{paths:?}");
    for path in paths {
        let path = path.trim_matches('`');
        let method = if path.starts_with("/health") || path.contains("settings") { "GET" } else { "POST" };
        let (status, said) = running.ask(method, path, "{}");
        assert!(![404, 405].contains(&status), "{method} {path}: {status} {said}");
    }
}
