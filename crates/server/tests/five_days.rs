//! A journey of five days, lived through in a moment: with its clock moved the service sends what `journey run` sends, byte for
//! byte.

use crate::running::{Running, free_address, root};
use crate::shop::{self, Effects};
use journey::Program;
use journey::value::parse_instant;
use journey_server::store::sqlite::Sqlite;
use serde_json::{Value, json};

fn move_clock(running: &Running, how: &Value) {
    let (status, body) = running.ask("POST", "/dev/clock", &how.to_string());
    assert_eq!(status, 200, "{how}: {body}");
}

fn state(running: &Running) -> Value {
    serde_json::from_str(&running.ask("GET", "/dev/state", "").1).unwrap()
}

#[test]
fn five_days_are_as_in_a_run() {
    let folder = root().join("examples/cart_five_days");
    let place = tempfile::tempdir().unwrap();
    let store = place.path().join("store.db");
    let arguments = [
        "--dev",
        folder.to_str().unwrap(),
        "--store",
        store.to_str().unwrap(),
        "--keep-lines",
        "99",
        "--at",
        "2026-03-01T07:00:00Z",
    ];
    let running = Running::start(&arguments, &free_address());

    let lines = std::fs::read_to_string(folder.join("events.jsonl")).unwrap();
    let mut last = Value::Null;
    for line in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if line["receivedAt"] != last {
            move_clock(&running, &json!({"to": line["receivedAt"]}));
            last = line["receivedAt"].clone();
        }
        let (status, body) = running.ask("POST", "/v1/batch", &json!({"batch": [line]}).to_string());
        assert_eq!((status, body.as_str()), (200, r#"{"success":true}"#));
    }
    let mut days = 0;
    while !state(&running)["clock"]["next"].is_null() {
        move_clock(&running, &json!({"by": "1d"}));
        days += 1;
        assert!(days < 60, "something is due for ever: {}", state(&running)["clock"]);
    }
    let until = parse_instant(state(&running)["clock"]["now"].as_str().unwrap()).unwrap();
    assert_eq!(state(&running)["counts"]["rejected"], 0);
    running.kill();

    let store = Sqlite::open(&store).unwrap();
    let kept: Vec<(i64, String)> = store.kept_lines().unwrap().into_iter().map(|line| (0, line)).collect();
    assert_eq!(kept.len(), lines.lines().count());
    let program = Program::compile(journey_files::sources(&folder).unwrap()).unwrap();
    let wanted = shop::run(&program, &kept, until);
    let mut got = Effects::new();
    for turn in store.all_turns().unwrap() {
        got.entry(turn.person).or_default().extend(turn.effects.lines().map(str::to_string));
    }
    got.retain(|_, effects| !effects.is_empty());
    assert_eq!(got, wanted);
    let sent = wanted.values().flatten().filter(|effect| effect.contains(r#""effect":"sent""#)).count();
    assert_eq!(sent, 7, "as many as in the timeline of the example");
}
