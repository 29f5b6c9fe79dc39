//! Who may call whom: the rooms of the house, and the floors of the engine. `docs/architecture.md` tells what is in each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms of `src/`, lowest first: a room knows only those before it.
const HOUSE: &[&str] = &[
    "source",
    "limits",
    "value",
    "reason",
    "chance",
    "kleene",
    "ir",
    "engagement",
    "nearest",
    "diagnostic",
    "syntax",
    "liquid",
    "check",
    "prove",
    "lint",
    "bytecode",
    "engine",
    "wire",
    "changes",
    "program",
    "identity",
    "replay",
    "timeline",
    "mend",
    "why",
    "scenario",
    "graph",
    "tracking",
    "lib",
];

/// The floors of `src/engine/`, lowest first.
const ENGINE: [&str; 6] = ["time", "state", "io", "facts", "play", "mod"];

/// What the rooms of `src/engine/play/` may know of their floor: the turn they write to, and the tasks they give back. Only
/// the loop knows the rooms.
const PLAY: [&str; 2] = ["task", "turn"];

/// Files of one folder and those below it, with their text, without comments and unit tests.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut paths = vec![PathBuf::from(folder)];
    let mut found = vec![];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
            found.push((path, code.join("\n")));
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

/// The first part of a path below a folder: its room.
fn room(path: &Path, folder: &str) -> String {
    let below = path.strip_prefix(folder).unwrap();
    let first = below.components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

/// The names that stand behind a prefix such as `crate::`.
fn named<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for part in code.split(prefix).skip(1) {
        let list = match part.strip_prefix('{') {
            // `{facts::view::View, io}`: the first name of each.
            Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![part],
        };
        for name in list {
            let name = name.trim();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            names.insert(&name[..end]);
        }
    }
    names
}

/// Holds the files of a folder against a list of rooms, lowest first.
fn held(folder: &str, prefix: &str, rooms: &[&str]) -> Vec<String> {
    let floor = |name: &str| rooms.iter().position(|room| *room == name);
    let mut wrong = vec![];
    let mut seen = BTreeSet::new();
    for (path, code) in files(folder) {
        let own = room(&path, folder);
        let Some(at) = floor(&own) else {
            wrong.push(format!("{} stands in no room of the list", path.display()));
            continue;
        };
        seen.insert(own.clone());
        for other in named(&code, prefix) {
            match floor(other) {
                Some(below) if below > at => {
                    wrong.push(format!("{} names `{prefix}{other}`, which lies above it", path.display()));
                }
                _ => {}
            }
        }
    }
    wrong.extend(
        rooms
            .iter()
            .filter(|room| !seen.contains(**room))
            .map(|room| format!("the list has `{room}`, and there is no such room")),
    );
    wrong
}

#[test]
fn a_room_knows_only_the_rooms_below_it() {
    let wrong = held("src", "crate::", HOUSE);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_floor_of_the_engine_knows_only_the_floors_below_it() {
    let wrong = held("src/engine", "crate::engine::", &ENGINE);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a fact is worked out from cannot be changed through it.
#[test]
fn facts_change_nothing() {
    for (path, code) in files("src/engine/facts") {
        for word in ["&mut Turn", "&mut Profile", "&mut Effects", "&mut Instance", "&mut self.profile"] {
            assert!(!code.contains(word), "{} has `{word}`", path.display());
        }
    }
}

#[test]
fn rooms_that_play_do_not_call_each_other() {
    let folder = "src/engine/play";
    for (path, code) in files(folder) {
        let own = room(&path, folder);
        if own == "mod" {
            continue;
        }
        for other in named(&code, "super::") {
            assert!(PLAY.contains(&other), "{} names `{other}`, a room beside it", path.display());
        }
        assert!(!code.contains("engine::play"), "{} names its own floor", path.display());
        assert!(own == "turn" || !code.contains("impl Turn"), "{} gives the turn methods of its own", path.display());
    }
}

/// A file has one purpose, and is read in one sitting.
#[test]
fn no_file_is_long() {
    let folders = std::fs::read_dir("crates").unwrap().map(|entry| entry.unwrap().path().join("src"));
    let mut folders: Vec<PathBuf> = folders.filter(|folder| folder.is_dir()).collect();
    folders.push("src".into());
    for (path, _) in folders.iter().flat_map(|folder| files(folder.to_str().unwrap())) {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 600, "{} has {lines} lines: cut it where its purposes part", path.display());
    }
}

/// That the tests above can fail.
#[test]
fn what_is_named_is_found() {
    let code = "use crate::{ir::Cap, wire};\nuse crate::value::{Timestamp, Value};\nlet x = crate::lint::find(\"a\");";
    assert_eq!(named(code, "crate::"), BTreeSet::from(["ir", "lint", "value", "wire"]));
    let rooms: BTreeMap<&str, String> = ["src/ir/step.rs", "src/ir/mod.rs", "src/why/values.rs", "src/value.rs"]
        .map(|p| (p, room(Path::new(p), "src")))
        .into();
    assert_eq!(rooms.into_values().collect::<Vec<_>>(), ["ir", "ir", "value", "why"]);
    let upside_down: Vec<&str> = HOUSE.iter().copied().rev().collect();
    assert!(held("src", "crate::", &upside_down).len() > 100);
}
