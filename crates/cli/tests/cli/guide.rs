//! `docs/guide`, `docs/cookbook`, `docs/embedding.md` and the README: every file of them is written, every command of them is run, page after page in one
//! folder, and prints what stands there. A block whose fence names a file is that file; a block of `console` holds
//! commands behind `$` and what they print. Pictures beside the pages are those that the commands make.
//!
//! With `UPDATE_CASES=1` what is printed and drawn is written anew; read it before it is committed.

use super::folder;
use std::path::{Path, PathBuf};
use std::process::Command;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
const EMBEDDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/embedding.md");
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");

/// Runs a line of a page and gives what it prints.
fn run(line: &str, place: &Path) -> String {
    let (command, into) = match line.split_once(" > ") {
        Some((command, file)) => (command, Some(file.trim())),
        None => (line, None),
    };
    // What stands in quotes is one word.
    let parts = command.split('"').enumerate();
    let words: Vec<&str> =
        parts.flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect();
    match words.as_slice() {
        ["cat", file] => std::fs::read_to_string(place.join(file)).unwrap(),
        ["journey", arguments @ ..] => {
            let program = env!("CARGO_BIN_EXE_journey");
            let output = Command::new(program).args(arguments).current_dir(place).output().unwrap();
            let mut said = String::from_utf8(output.stderr).unwrap();
            match into {
                Some(file) => std::fs::write(place.join(file), output.stdout).unwrap(),
                None => said.insert_str(0, &String::from_utf8(output.stdout).unwrap()),
            }
            assert_ne!(output.status.code(), Some(2), "{line}: {said}");
            said
        }
        _ => panic!("`{line}` is no command that a guide can run"),
    }
}

/// The lines of a `console` block, each command followed by what it prints.
fn played(block: &str, place: &Path) -> String {
    let mut out = String::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            out.push_str(&format!("{line}\n"));
            for said in run(command, place).lines() {
                out.push_str(&format!("{}\n", said.trim_end()));
            }
        }
    }
    out
}

/// Follows a page in a folder; gives the page as it should read.
fn follow(page: &str, place: &Path) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(open) = rest.find("```") {
        let line_end = open + rest[open..].find('\n').unwrap();
        let close = line_end + 1 + rest[line_end + 1..].find("```").expect("a fence is closed");
        let (kind, block) = (rest[open + 3..line_end].trim(), &rest[line_end + 1..close]);
        out.push_str(&rest[..=line_end]);
        match kind.split_once(' ') {
            Some((_, file)) => {
                std::fs::create_dir_all(place.join(file).parent().unwrap()).unwrap();
                std::fs::write(place.join(file), block).unwrap();
                out.push_str(block);
            }
            None if kind == "console" => out.push_str(&played(block, place)),
            None => out.push_str(block),
        }
        out.push_str("```");
        rest = &rest[close + 3..];
    }
    out + rest
}

/// Follows all pages of a folder of the docs, and compares them and their pictures; gives how many commands they have.
fn follow_all(name: &str) -> usize {
    let docs = Path::new(DOCS).join(name);
    let place = folder(name);
    let mut files: Vec<_> = std::fs::read_dir(&docs).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut commands = 0;
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "md")) {
        let page = std::fs::read_to_string(path).unwrap();
        commands += page.matches("\n$ ").count();
        let actual = follow(&page, &place);
        if update {
            std::fs::write(path, &actual).unwrap();
        }
        assert!(update || actual == page, "{} says otherwise:\n{actual}", path.display());
        // Each picture of a page is one that its commands have made.
        for picture in
            page.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|n| n.ends_with(".svg"))
        {
            let made = std::fs::read_to_string(place.join(picture)).unwrap_or_else(|e| panic!("{picture}: {e}"));
            let kept = docs.join(picture);
            if update {
                std::fs::write(&kept, &made).unwrap();
            }
            assert!(made == std::fs::read_to_string(&kept).unwrap(), "{picture} is not what is drawn now");
        }
    }
    commands
}

#[test]
fn the_guide_does_what_it_says() {
    let commands = follow_all("guide");
    assert!(commands >= 15, "{commands} commands");
}

/// Every journey of the cookbook is one that people can take: nothing is wrong with it, its tests pass, it is drawn, and
/// the list names it.
#[test]
fn the_cookbook_does_what_it_says() {
    follow_all("cookbook");
    let cookbook = Path::new(DOCS).join("cookbook");
    let list = std::fs::read_to_string(cookbook.join("README.md")).unwrap();
    let mut dishes = 0;
    for path in std::fs::read_dir(&cookbook).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_none_or(|e| e != "md") || name == "README" {
            continue;
        }
        dishes += 1;
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.contains(&format!("\n{name}: nothing wrong found\n")), "{name}");
        assert!(page.contains(" tests passed\n") && !page.contains("\nFAIL"), "{name}");
        assert!(page.contains(&format!("]({name}.svg)")), "{name} has no picture");
        assert!(list.contains(&format!("({name}.md)")), "the list does not name {name}");
    }
    assert!(dishes >= 20, "{dishes} journeys");
}

/// Follows a page that stands by itself, in a folder of its own, which it gives.
pub(super) fn does_what_it_says(path: &str) -> PathBuf {
    let page = std::fs::read_to_string(path).unwrap();
    let name = Path::new(path).file_stem().unwrap().to_str().unwrap();
    let place = folder(&format!("page_{name}"));
    let actual = follow(&page, &place);
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(path, &actual).unwrap();
    } else {
        assert!(actual == page, "{path} says otherwise:\n{actual}");
    }
    assert!(page.contains("```console"));
    place
}

/// The commands of the README, in the same way; its picture is that of the guide, and what they draw.
#[test]
fn the_readme_does_what_it_says() {
    let place = does_what_it_says(README);
    let shown = "<img src=\"docs/guide/cart.svg\"";
    assert!(std::fs::read_to_string(README).unwrap().contains(shown));
    let [kept, made] = [Path::new(DOCS).join("guide/cart.svg"), place.join("cart.svg")].map(std::fs::read_to_string);
    assert!(made.unwrap() == kept.unwrap(), "the README's picture is not what is drawn now");
}

/// What goes through a host, as lines.
#[test]
fn the_page_for_hosts_does_what_it_says() {
    does_what_it_says(EMBEDDING);
}
