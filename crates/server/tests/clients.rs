//! Real clients send while the service is killed and started again: each of their events happens, and happens once.
//!
//! `CLIENTS=10000` lets each send so many events; without it they are few.

use crate::running::{Running, Started, Tool, folder, free_address, has, python};
use journey_server::store::sqlite::Sqlite;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Each event calls a hook once, with its number.
const PROGRAM: &str = "journey counted:\n  on client_sent: call counted (number: event.number)\n";

const KEY: &str = "a-key-of-the-tests";

/// The clients: their script, and what stands in the environment.
const CLIENTS: [(&str, &str); 7] = [
    ("analytics-node.mjs", ""),
    ("rudder-node.mjs", ""),
    ("posthog-node.mjs", ""),
    ("posthog-node.mjs", "POSTHOG_CAPTURE_MODE=v1"),
    ("analytics-next.mjs", ""),
    ("analytics-next.mjs", "BATCHING=1"),
    ("analytics_python.py", ""),
];

fn client(script: &str, environment: &str, url: &str, count: usize) -> Started {
    let program = if script.ends_with(".py") { python() } else { "node".into() };
    let mut command = Command::new(program);
    command.arg(folder("clients").join(script)).args([url, KEY, &count.to_string()]);
    Started::new(command.envs(environment.split_once('=')))
}

/// Asks the store behind the service's back.
fn number(store: &Path, query: &str) -> i64 {
    let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

fn wait_until(what: &str, longest: Duration, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + longest;
    while !is_so() {
        assert!(Instant::now() < until, "{what} did not come about within {longest:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn real_clients_lose_nothing_while_it_is_killed() {
    if !has(&[Tool::Node("clients"), Tool::Chromium, Tool::Python]) {
        return;
    }
    let given = std::env::var("CLIENTS").ok().map(|count| count.parse().unwrap());
    let count: usize = given.unwrap_or(400);
    let longest = Duration::from_secs(120 + count as u64 / 10);
    let place = tempfile::tempdir().unwrap();
    let (program, store) = (place.path().join("counted.journey"), place.path().join("store.db"));
    std::fs::write(&program, PROGRAM).unwrap();
    let address = free_address();
    let arguments =
        [program.to_str().unwrap(), "--store", store.to_str().unwrap(), "--write-key", KEY, "--keep-lines", "7"];

    let mut running = Running::start(&arguments, &address);
    let clients = CLIENTS.map(|(script, environment)| (script, client(script, environment, &running.url(), count)));
    let all = (count * CLIENTS.len()) as i64;
    // It dies when so many of ten lines have come, for a while: all clients have something on the way then.
    for tenths in [1, 3, 5, 8] {
        wait_until("the next death", longest, || {
            number(&store, "SELECT coalesce(max(seq), 0) FROM inbox") * 10 >= all * tenths
        });
        running.kill();
        std::thread::sleep(Duration::from_millis(300));
        running = Running::start(&arguments, &address);
    }
    for (script, client) in clients {
        let (is_well, said) = client.finish(longest);
        assert!(is_well, "{script}: {said}");
    }
    wait_until("an empty inbox", longest, || {
        number(&store, "SELECT count(*) FROM inbox WHERE seq > (SELECT min(cursor) FROM part)") == 0
    });
    assert_eq!(number(&store, "SELECT count(*) FROM rejected"), 0, "lines that could not be used");
    running.kill();

    let store = Sqlite::open(&store).unwrap();
    let lines: Vec<Value> =
        store.kept_lines().unwrap().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: BTreeSet<&str> = lines.iter().map(|line| line["messageId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), count * CLIENTS.len(), "events that are there, of those that clients sent");
    let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
    for turn in store.all_turns().unwrap() {
        for effect in turn.effects.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            if effect["effect"] == "called" {
                *times.entry((turn.person.clone(), effect["arguments"]["number"].to_string())).or_default() += 1;
            }
        }
    }
    let others: Vec<_> = (1..=count)
        .map(|k| (format!("u{k}"), k.to_string()))
        .filter_map(|one| {
            Some(times.remove(&one).unwrap_or_default()).filter(|n| *n != CLIENTS.len()).map(|n| (one, n))
        })
        .collect();
    assert!(others.is_empty() && times.is_empty(), "each number is called once for each client: {others:?} {times:?}");
    let twice = lines.len() - ids.len();
    println!("{} events, and {twice} lines that came twice and count once", ids.len());
}
