//! A history played in parts gives what one replay of all lines in order of arrival gives, byte for byte: random programs
//! and inputs, with people who are joined, share devices and are deleted.
//!
//! `PAIRS=2000 SEED=7 cargo test -p journey-history --test equality` goes on for as long as one likes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

#[allow(dead_code, unreachable_pub, reason = "it belongs to the library's own tests, which use all of it")]
#[path = "../../../tests/generate.rs"]
mod generate;

use generate::Random;
use journey::replay::{Replay, Sink};
use journey::{Effect, Input, Notice, Profile, Program, write_effect};
use journey_history::{Count, History, Settings};
use std::path::PathBuf;

/// Effects as lines, and how many notices.
#[derive(Default)]
struct Lines(Vec<u8>, u64);

impl Sink for Lines {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        write_effect(profile.id(), effect, &mut self.0);
        self.0.push(b'\n');
    }

    fn notice(&mut self, _: &Profile, _: &Notice) {
        self.1 += 1;
    }
}

struct Nothing(usize);

impl Count for Nothing {
    fn effect(&mut self, _: &Program, _: &Profile, _: usize, _: &Effect) -> bool {
        true
    }

    fn part(&mut self, replay: &Replay<'_>) {
        self.0 += replay.people().count();
    }

    fn absorb(&mut self, other: Self) {
        self.0 += other.0;
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A line of somebody out of a few, with one of a few devices.
fn somebody(r: &mut Random, line: &str) -> String {
    let (user, device) = (r.below(9), r.pick(&["anon", "undefined", "d3", "p2", "p5"]));
    let mut line = line.replace("\"ana\"", &format!("\"p{user}\"")).replace("\"anon\"", &format!("\"{device}\""));
    if r.chance(12) {
        line = line.replacen("\"userId\"", "\"anonymousId\":\"undefined\",\"userId\"", 1);
        // One of two fields of a name is enough.
        if line.matches("anonymousId").count() > 1 {
            line = line.replacen("\"anonymousId\":\"undefined\",", "", 1);
        }
    }
    if r.chance(4) {
        line = line.replacen("\"type\":\"track\"", "\"type\":\"delete\"", 1);
    }
    line
}

/// What one replay of all lines gives: by arrival, then by file and position.
fn replayed(program: &Program, files: &[Vec<String>], until: Option<i64>) -> (Vec<u8>, usize) {
    let mut inputs: Vec<Input> = files.iter().flatten().map(|line| Input::from_json(line).unwrap()).collect();
    inputs.sort_by_key(|input| input.arrived);
    let (mut lines, mut replay) = (Lines::default(), Replay::new(program, until, false));
    for input in &inputs {
        replay.input(input, &mut lines).unwrap();
    }
    replay.finish(&mut lines).unwrap();
    (lines.0, replay.people().count())
}

#[test]
fn parts_give_what_one_replay_gives() {
    let (pairs, seed) = (number("PAIRS", 60), number("SEED", 1));
    let folder = tempfile::tempdir().unwrap();
    let mut effects = 0;
    for pair in 0..pairs {
        let r = &mut Random::new(seed * 1_000_003 + pair);
        let made = generate::program(r);
        let mut now = generate::start(r);
        let (mut all, mut before) = (vec![], vec![]);
        for line in 0..20 + r.below(60) {
            let (at, text) = generate::input(r, now, None, line, &before);
            // Most of them come close to each other, some at one instant.
            now = if r.chance(60) { now + (at - now) / 64 } else { at };
            let text = text.replace(&journey::value::show_instant(at), &journey::value::show_instant(now));
            before.push(text.clone());
            all.push(somebody(r, &text));
        }
        let until = r.chance(60).then_some(now + (r.below(20) as i64 - 4) * 86_400_000);
        let mut files: Vec<Vec<String>> = vec![vec![]; 1 + r.below(5)];
        while !all.is_empty() {
            let (file, line) = (r.below(files.len()), r.below(all.len()));
            files[file].push(all.swap_remove(line));
        }
        let paths: Vec<PathBuf> = (0..files.len()).map(|at| folder.path().join(format!("{at}.jsonl"))).collect();
        for (path, lines) in paths.iter().zip(&files) {
            std::fs::write(path, lines.join("\n")).unwrap();
        }
        let (expected, people) = replayed(&made.program, &files, until);
        effects += expected.iter().filter(|byte| **byte == b'\n').count();
        for (threads, memory) in [(1, 1 << 30), (2, 1 << 12), (7, 1 << 15)] {
            let settings =
                Settings { threads, memory, until, temp: folder.path().to_path_buf(), ..Settings::default() };
            let history = History::read(&made.program, &paths, &settings, &|_| {}).unwrap();
            let played = history.play(&made.program, &settings, true, || Nothing(0), &|_| {}).unwrap();
            let mut found = vec![];
            played
                .effects
                .write(&mut |line| {
                    found.extend_from_slice(line);
                    true
                })
                .unwrap();
            let show = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            assert!(
                found == expected,
                "seed {seed}, pair {pair}, {threads} threads, until {until:?}\n--- program\n{}\n--- inputs\n{}\n--- expected\n{}\n--- found\n{}",
                made.text,
                files.iter().map(|lines| lines.join("\n")).collect::<Vec<_>>().join("\n-\n"),
                show(&expected),
                show(&found),
            );
            assert_eq!(played.counted.0, people, "seed {seed}, pair {pair}: people");
        }
        let left = std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_none_or(|end| end != "jsonl"));
        assert_eq!(left.count(), 0, "a file is left");
    }
    assert!(effects as u64 > pairs * 10, "{effects} effects are too few to mean something");
}
