//! Cases under `tests/render`: a program, values, and what must come of them. Adding a file adds a case.
//!
//! Blocks of a case, in order: `journey` is the program; `troubles` what is said of its texts when they are read, where
//! anything is; then any number of sends, each a block `send MESSAGE CHANNEL` with the values (JSON as in the effect's line,
//! and `host` for what the host provides), and behind it what is expected:
//!
//! - `refused`: it is not made, and this is said;
//! - `part NAME`, `subject`, `preheader`, `text`, `html`: this, to the letter;
//! - `text has`, `html has`: each line of the block stands in it; `text not`, `html not`: none does;
//! - `links`: these; `size`: this, as JSON.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use journey::chrono_tz::Tz;
use journey::{Json, Program, SourceFile};
use journey_server::render::{Rendered, Texts, Values};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Deserialize)]
struct Host<'a> {
    #[serde(default, borrow)]
    host: BTreeMap<String, &'a serde_json::value::RawValue>,
    zone: Option<String>,
}

fn values(json: &str) -> Values {
    let mut values = Values::from_json(json).unwrap();
    let host: Host = serde_json::from_str(json).unwrap();
    for (name, value) in &host.host {
        values = values.with(name, &Json::parse(value.get()).unwrap());
    }
    match host.zone {
        Some(zone) => values.zone(zone.parse::<Tz>().unwrap()),
        None => values,
    }
}

/// Blocks between lines of three backticks, each with the words behind the first of them.
fn blocks(case: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = vec![];
    let mut inside = false;
    for line in case.lines() {
        if let Some(words) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                found.push((words.trim().to_owned(), String::new()));
            }
        } else if inside {
            let block = &mut found.last_mut().unwrap().1;
            if !block.is_empty() {
                block.push('\n');
            }
            block.push_str(line);
        }
    }
    assert!(!inside, "a block is not closed");
    found
}

fn held(name: &str, want: &str, made: &Rendered) -> Result<(), String> {
    let of_page = |name: &str| match name {
        "html" => made.html.clone(),
        "text" => made.text.clone(),
        "subject" => made.subject.clone(),
        "preheader" => made.preheader.clone(),
        _ => None,
    };
    let same = |is: Option<String>| match is {
        Some(is) if is.trim_end() == want.trim_end() => Ok(()),
        is => Err(format!("{name} is not as expected, but:\n{}", is.as_deref().unwrap_or("(none)"))),
    };
    match name.split_once(' ') {
        Some(("part", part)) => same(made.parts.iter().find(|(name, _)| name == part).map(|(_, text)| text.clone())),
        Some((page, how)) => {
            let is = of_page(page).ok_or_else(|| format!("there is no {page}"))?;
            let wrong: Vec<&str> = want.lines().filter(|line| is.contains(line.trim()) != (how == "has")).collect();
            if wrong.is_empty() { Ok(()) } else { Err(format!("{name}: {wrong:#?} in\n{is}")) }
        }
        None if name == "links" => same(Some(made.links.join("\n"))),
        None if name == "size" => same(made.size.map(|size| serde_json::to_string(&size).unwrap())),
        None => same(of_page(name)),
    }
}

fn play(case: &str) -> Vec<String> {
    let mut wrong = vec![];
    let mut blocks = blocks(case).into_iter().peekable();
    let (_, program) = blocks.next_if(|(name, _)| name == "journey").expect("a program comes first");
    let program = Program::compile(vec![SourceFile::new("case.journey", program)]).map_err(|e| e.to_string()).unwrap();
    let (texts, troubles) = Texts::of(&program);
    let told: Vec<String> = troubles.iter().map(ToString::to_string).collect();
    let expected = blocks.next_if(|(name, _)| name == "troubles").map(|(_, block)| block).unwrap_or_default();
    if told.join("\n") != expected {
        wrong.push(format!("troubles are:\n{}", told.join("\n")));
    }
    let mut sends = 0;
    while let Some((name, block)) = blocks.next() {
        let send: Vec<&str> = name.split(' ').collect();
        let ["send", message, channel] = send[..] else { panic!("`{name}` is no block of a case here") };
        sends += 1;
        let made = texts.render(message, channel, &values(&block));
        let mut is_held = false;
        while let Some((name, want)) = blocks.next_if(|(name, _)| !name.starts_with("send ")) {
            is_held = true;
            let held = match (&made, name.as_str()) {
                (Err(why), "refused") if why.to_string() == want => Ok(()),
                (Err(why), _) => Err(format!("it is refused: {why}")),
                (Ok(made), "refused") => Err(format!("it is made: {made:#?}")),
                (Ok(made), name) => held(name, &want, made),
            };
            wrong.extend(held.err().map(|held| format!("send {sends}, {message} {channel} {block}\n{held}")));
        }
        assert!(is_held, "nothing is expected of send {sends}");
    }
    assert!(sends > 0 || !expected.is_empty(), "nothing is asked of the case");
    wrong
}

#[test]
fn cases() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 12, "cases are missing");
    let mut report = String::new();
    for path in paths {
        let case = std::fs::read_to_string(&path).unwrap();
        let wrong = std::panic::catch_unwind(|| play(&case)).unwrap_or_else(|_| vec!["it cannot be played".to_owned()]);
        for wrong in wrong {
            let _ = writeln!(report, "{}: {wrong}\n", path.file_name().unwrap().to_string_lossy());
        }
    }
    assert!(report.is_empty(), "\n{report}");
}
