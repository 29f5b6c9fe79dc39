//! `cases/run`: a program, its inputs, and what comes out. One file is one case:
//!
//! ```text
//! What this shows, in a sentence.
//! --- program
//! on cart_abandoned: email recs
//! --- inputs
//! 2026-03-02T09:00:00Z ana Cart Abandoned {"total": 80}
//! --- effects
//! 2026-03-02T09:00:00Z ana one entered
//! ```
//!
//! An input may also be a whole line of JSON; `until MOMENT` ends the replay; `deploy MOMENT` goes on with the program of
//! a section `--- new program` from then on; `--- file NAME` is a file that a message names. The journey without a name is called
//! as the file. With `UPDATE_CASES=1` the effects are written anew; read them before they are committed.

use crate::shown::shown;
use journey::replay::{Replay, Sink};
use journey::value::parse_instant;
use journey::{Effect, Input, Profile, Program, SourceFile, files_named};
use std::fmt::Write;
use std::path::{Path, PathBuf};

struct Shown(String);

impl Sink for Shown {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let line = shown(effect);
        let (time, rest) = line.split_once(' ').unwrap();
        writeln!(self.0, "{time} {} {rest}", profile.id()).unwrap();
    }

    fn notice(&mut self, profile: &Profile, notice: &journey::Notice) {
        writeln!(self.0, "notice {}: {notice}", profile.id()).unwrap();
    }
}

fn input(line: &str) -> Input {
    if line.starts_with('{') {
        return Input::from_json(line).unwrap_or_else(|e| panic!("{line}: {e}"));
    }
    let (head, json) = line.find('{').map_or((line, "{}"), |at| (&line[..at], &line[at..]));
    let mut words = head.trim().splitn(3, ' ');
    let (time, user, event) =
        (words.next().unwrap(), words.next().unwrap(), words.next().unwrap_or_else(|| panic!("{line}: no event")));
    if let ("alias", json) = (event, json) {
        let previous = json.trim().trim_matches(['{', '}', '"']);
        return Input::from_json(&format!(
            r#"{{"type":"alias","userId":"{user}","previousId":"{previous}","timestamp":"{time}"}}"#
        ))
        .unwrap();
    }
    let (kind, field) = match event {
        "identify" => ("identify", "traits"),
        "delete" => ("delete", "properties"),
        _ => ("track", "properties"),
    };
    Input::from_json(&format!(
        r#"{{"type":"{kind}","userId":"{user}","timestamp":"{time}","event":{event:?},"{field}":{json}}}"#
    ))
    .unwrap_or_else(|e| panic!("{line}: {e}"))
}

fn section<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text.find(&format!("--- {name}\n")).unwrap_or_else(|| panic!("no section {name}")) + name.len() + 5;
    let rest = &text[start..];
    &rest[..rest.find("\n--- ").map_or(rest.len(), |at| at + 1)]
}

fn play(path: &Path, text: &str) -> String {
    let name = path.file_stem().unwrap().to_string_lossy();
    let newer = text.contains("--- new program\n").then(|| section(text, "new program"));
    let files = text.split("--- file ").skip(1).filter_map(|part| part.split_once('\n'));
    let files: Vec<SourceFile> =
        files.map(|(name, rest)| SourceFile::new(name, &rest[..rest.find("--- ").unwrap_or(rest.len())])).collect();
    played(&name, section(text, "program"), newer, &files, section(text, "inputs"))
}

/// What comes out of a program, and of a newer one that follows it, for inputs as cases write them.
/// `files` are those that its messages may name.
pub fn played(name: &str, text: &str, newer: Option<&str>, files: &[SourceFile], lines: &str) -> String {
    let compile = |text: &str| {
        let mut sources = vec![SourceFile::new(format!("{name}.journey"), text)];
        let named = files_named(&sources);
        sources.extend(files.iter().filter(|file| named.iter().any(|(_, name)| *name == file.name)).cloned());
        Program::compile(sources).unwrap_or_else(|e| panic!("{name}:\n{e}"))
    };
    let program = compile(text);
    // Written to bytes and read back it still knows what it follows.
    let newer = newer.map(|text| {
        let stored = Program::from_bytes(&program.to_bytes()).unwrap();
        Program::from_bytes(&compile(text).following(&stored).to_bytes()).unwrap()
    });
    let mut until = None;
    let mut inputs = vec![];
    for line in lines.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("until ") {
            Some(moment) => until = parse_instant(moment),
            None => inputs.push(match line.strip_prefix("deploy ") {
                Some(moment) => Err(parse_instant(moment).unwrap()),
                None => Ok(input(line)),
            }),
        }
    }
    let mut shown = Shown(String::new());
    let mut replay = Replay::new(&program, until, false);
    for input in &inputs {
        match input {
            Ok(input) => drop(replay.input(input, &mut shown).unwrap()),
            Err(at) => replay.deploy(newer.as_ref().unwrap(), *at, &mut shown).unwrap(),
        }
    }
    replay.finish(&mut shown).unwrap();
    for profile in replay.profiles() {
        let bytes = profile.encode();
        assert_eq!(Profile::decode(&bytes).unwrap(), *profile, "{name}: what is stored is what was there");
    }
    shown.0
}

#[test]
fn run_cases() {
    let mut paths: Vec<PathBuf> = std::fs::read_dir("tests/cases/run")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "case"))
        .collect();
    paths.sort();
    let mut wrong = vec![];
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let actual = play(path, &text);
        let expected = section(&text, "effects");
        if actual == expected {
            continue;
        }
        if std::env::var_os("UPDATE_CASES").is_some() {
            let head = &text[..text.find("--- effects\n").unwrap() + "--- effects\n".len()];
            std::fs::write(path, format!("{head}{actual}")).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{expected}happened:\n{actual}", path.display()));
        }
    }
    assert!(paths.len() >= 80, "{} run cases", paths.len());
    assert!(wrong.is_empty(), "{} of {} cases differ:\n\n{}", wrong.len(), paths.len(), wrong.join("\n"));
}
