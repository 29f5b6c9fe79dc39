//! The host is killed with SIGKILL, at named places and at random, and started again: nothing is lost, and nothing
//! reaches a receiver twice that keeps keys.

use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cart_five_days/cart.journey");

/// A store, a receiver and an inbox of their own.
struct Shop {
    folder: PathBuf,
}

impl Shop {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let mut inbox = inbox().into_bytes();
        inbox.extend(b"\xff\xfe is no text\n");
        std::fs::write(folder.join("inbox.jsonl"), inbox).unwrap();
        Self { folder }
    }

    fn start(&self, stop_at: Option<&str>) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqlite_host"));
        command.arg(PROGRAM);
        command.args(["store.db", "inbox.jsonl", "receiver.db"].map(|file| self.folder.join(file)));
        command.arg("--replay").stdout(Stdio::piped());
        if let Some(stop_at) = stop_at {
            command.env("STOP_AT", stop_at);
        }
        command.spawn().unwrap()
    }

    fn finish(&self) {
        assert!(self.start(None).wait().unwrap().success());
    }

    /// What the receiver has, by profile in the order of arrival, and how often something came again.
    fn received(&self) -> (BTreeMap<String, Vec<String>>, i64) {
        let kept = Connection::open(self.folder.join("receiver.db")).unwrap();
        let mut all = kept.prepare("SELECT effect, times FROM received ORDER BY rowid").unwrap();
        let rows = all.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).unwrap();
        let (mut effects, mut again) = (BTreeMap::<String, Vec<String>>::new(), 0);
        for (effect, times) in rows.map(Result::unwrap) {
            let profile = effect.split("\"profile\":\"").nth(1).unwrap().split('"').next().unwrap().to_string();
            effects.entry(profile).or_default().push(effect);
            again += times - 1;
        }
        (effects, again)
    }
}

/// Eight customers who leave carts, buy, change their zone and unsubscribe; every fourth line comes twice. Two of them
/// begin without a name, on a device each; a third shares one of those, and one is deleted.
fn inbox() -> String {
    let mut lines = String::new();
    for n in 0..40 {
        let (who, minute, hour) = (n % 8, n % 60, 8 + n / 8 * 3);
        let rest = match (n / 8 + n) % 5 {
            0 => r#""type":"identify","traits":{"consent":{"sms":true,"push":true},"app_installed":true}"#.to_string(),
            1 | 2 => format!(r#""type":"track","event":"Cart Abandoned","properties":{{"total":80,"cart_id":"c{n}"}}"#),
            3 => format!(r#""type":"track","event":"Order Completed","properties":{{"cart_id":"c{}"}}"#, n - 8),
            _ => r#""type":"track","event":"Email Opened""#.to_string(),
        };
        let ids = match who {
            6 | 7 if n < 16 => format!(r#""anonymousId":"device{who}""#),
            6 | 7 => format!(r#""userId":"customer{who}","anonymousId":"device{who}""#),
            5 if n > 30 => r#""userId":"customer5","anonymousId":"device6""#.to_string(),
            _ => format!(r#""userId":"customer{who}""#),
        };
        let rest = if n == 36 { r#""type":"delete""#.to_string() } else { rest };
        let line = format!(
            r#"{{"messageId":"m{n}",{ids},"timestamp":"2026-03-0{}T{hour:02}:{minute:02}:00Z",{rest}}}"#,
            2 + n / 16
        );
        for _ in 0..1 + usize::from(n % 4 == 0) {
            writeln!(lines, "{line}").unwrap();
        }
        if n % 10 == 0 {
            writeln!(lines, "this is no input").unwrap();
        }
    }
    lines
}

/// What comes out where nobody kills anything: as the library's own replay says.
fn undisturbed() -> BTreeMap<String, Vec<String>> {
    struct Sink(BTreeMap<String, Vec<String>>);
    impl journey::replay::Sink for Sink {
        fn effect(&mut self, _: &journey::Program, profile: &journey::Profile, effect: &journey::Effect) {
            let mut line = Vec::new();
            journey::write_effect(profile.id(), effect, &mut line);
            self.0.entry(profile.id().to_string()).or_default().push(String::from_utf8(line).unwrap());
        }
        fn notice(&mut self, _: &journey::Profile, _: &journey::Notice) {}
    }
    let source = journey::SourceFile::new(PROGRAM, std::fs::read_to_string(PROGRAM).unwrap());
    let program = journey::Program::compile(vec![source]).unwrap();
    let (mut replay, mut sink) = (journey::replay::Replay::new(&program, None, false), Sink(BTreeMap::new()));
    for line in inbox().lines() {
        if let Ok(input) = journey::Input::from_json(line) {
            replay.input(&input, &mut sink).unwrap();
        }
    }
    replay.finish(&mut sink).unwrap();
    sink.0
}

#[test]
fn undisturbed_it_does_what_a_replay_does() {
    let shop = Shop::new("undisturbed");
    shop.finish();
    let (effects, again) = shop.received();
    assert_eq!((effects, again), (undisturbed(), 0));
}

/// Kills the host 20 times at a place; a run that ends before is followed by one on a new store.
fn killed_at(place: &str) -> i64 {
    let expected = undisturbed();
    let (mut kills, mut stores, mut again) = (0, 0, 0);
    while kills < 20 {
        stores += 1;
        let shop = Shop::new(&format!("{}-{stores}", place.replace(' ', "-")));
        loop {
            let mut host = shop.start(Some(&format!("{place}:{}", 1 + kills * 5 % 13)));
            let mut said = [0; 7];
            if host.stdout.as_mut().unwrap().read_exact(&mut said).is_err() {
                assert!(host.wait().unwrap().success());
                break;
            }
            host.kill().unwrap(); // SIGKILL
            assert!(!host.wait().unwrap().success());
            kills += 1;
        }
        shop.finish();
        let (effects, twice) = shop.received();
        assert_eq!(effects, expected, "killed {place}");
        again += twice;
    }
    again
}

#[test]
fn killed_before_commit() {
    assert_eq!(killed_at("before commit"), 0);
}

#[test]
fn killed_after_commit_before_hand_over() {
    assert_eq!(killed_at("before hand-over"), 0);
}

#[test]
fn killed_after_hand_over_before_acknowledgement() {
    assert!(killed_at("before acknowledgement") >= 20, "each kill makes the host hand an effect over again");
}

#[test]
fn killed_in_an_alarm() {
    assert_eq!(killed_at("in an alarm"), 0);
}

#[test]
fn killed_at_random_120_times() {
    let expected = undisturbed();
    let (mut kills, mut stores, mut state) = (0, 0, 0x9E37_79B9_7F4A_7C15u64);
    while kills < 120 {
        stores += 1;
        let shop = Shop::new(&format!("random-{stores}"));
        loop {
            let mut host = shop.start(None);
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            std::thread::sleep(Duration::from_micros(1_000 + state % 40_000));
            if let Some(ended) = host.try_wait().unwrap() {
                assert!(ended.success());
                break;
            }
            host.kill().unwrap(); // SIGKILL
            kills += usize::from(!host.wait().unwrap().success());
        }
        shop.finish();
        assert_eq!(shop.received().0, expected, "killed at random");
    }
    println!("{kills} kills on {stores} stores");
}
