//! The examples of `docs/reference`: every block of `journey` compiles; where blocks of `inputs` and `effects` follow, it
//! is played, and comes to what stands there. A block of `journey new` is a newer version, deployed by the inputs; one of a
//! kind and a name (`html recs.html`) is a file beside the programs of its page. The
//! lines of `docs/from-other-tools.md` are lines of the programs beneath them, with which nothing is wrong.
//!
//! With `UPDATE_CASES=1` the effects are written anew; read them before they are committed.

use crate::run_cases::played;
use journey::diagnostic::render;
use journey::{Program, SourceFile, files_named};
use std::path::PathBuf;

/// A fenced block: what it is, its text, and where that stands in the page.
struct Block {
    kind: String,
    text: String,
    place: std::ops::Range<usize>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(open) = page[at..].find("```").map(|n| at + n) {
        let line_end = open + page[open..].find('\n').unwrap();
        let close = line_end + page[line_end..].find("\n```").expect("a fence is closed") + 1;
        let kind = page[open + 3..line_end].trim().to_string();
        let place = line_end + 1..close;
        found.push(Block { kind, text: page[place.clone()].to_string(), place });
        at = close + 3;
    }
    found
}

#[test]
fn examples_of_the_reference_do_what_they_say() {
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir("docs/reference").unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let (mut programs, mut runs) = (0, 0);
    let mut wrong = vec![];
    for path in pages {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let page = std::fs::read_to_string(&path).unwrap();
        let mut rewritten = page.clone();
        let blocks = blocks(&page);
        let named = blocks.iter().filter_map(|block| Some((block.kind.split_once(' ')?.1, block)));
        let files: Vec<SourceFile> = named
            .filter(|(name, _)| name.contains('.'))
            .map(|(name, block)| SourceFile::new(name, block.text.as_str()))
            .collect();
        for (n, block) in blocks.iter().enumerate().rev() {
            if block.kind != "journey" {
                continue;
            }
            programs += 1;
            let mut sources = vec![SourceFile::new(format!("{name}.journey"), block.text.as_str())];
            let files_of = files_named(&sources);
            sources.extend(files.iter().filter(|file| files_of.iter().any(|(_, name)| *name == file.name)).cloned());
            Program::compile(sources).unwrap_or_else(|e| panic!("{}:\n{}\n{e}", path.display(), block.text));
            let mut after = blocks[n + 1..].iter().peekable();
            let newer = after.next_if(|b| b.kind == "journey new").map(|b| b.text.as_str());
            let Some(inputs) = after.next_if(|b| b.kind == "inputs") else { continue };
            let expected = after.next().filter(|b| b.kind == "effects").expect("effects follow inputs");
            runs += 1;
            let actual = played(&name, &block.text, newer, &files, &inputs.text);
            if actual != expected.text {
                rewritten.replace_range(expected.place.clone(), &actual);
                wrong.push(format!("{}\nexpected:\n{}happened:\n{actual}", path.display(), expected.text));
            }
        }
        if std::env::var_os("UPDATE_CASES").is_some() && rewritten != page {
            std::fs::write(&path, rewritten).unwrap();
            wrong.clear();
        }
    }
    assert!(programs >= 38 && runs >= 36, "{programs} programs, {runs} of them played");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn pages_of_the_reference_begin_in_words() {
    for path in std::fs::read_dir("docs/reference").unwrap().map(|entry| entry.unwrap().path()) {
        let page = std::fs::read_to_string(&path).unwrap();
        if path.ends_with("README.md") {
            continue;
        }
        let head = page.split("\n```").next().unwrap().split("\n| ").next().unwrap();
        let (_, example) = head.split_once("\n\nFor example `").unwrap_or_else(|| panic!("{}", path.display()));
        let (line, _) = example.split_once('`').unwrap();
        let programs = blocks(&page).into_iter().filter(|block| block.kind.starts_with("journey"));
        assert!(programs.into_iter().any(|block| block.text.contains(line)), "{}: `{line}`", path.display());
    }
}

#[test]
fn lines_for_other_tools_are_lines_of_programs() {
    let page = std::fs::read_to_string("docs/from-other-tools.md").unwrap();
    let mut lines = 0;
    for section in page.split("\n## ").filter(|section| section.contains("\n```journey\n")) {
        let tool = section.lines().next().unwrap();
        let mut programs = String::new();
        for block in blocks(section) {
            let sources = [SourceFile::new("page.journey", block.text.as_str())];
            let found = Program::check(&sources).diagnostics;
            assert!(found.is_empty(), "{tool}\n{}", render::text(&found, &sources, false));
            programs.push_str(&block.text);
        }
        for row in section.lines().filter(|line| line.starts_with("| ")) {
            let code = row.split_once(" | ").unwrap().1.split('`').skip(1).step_by(2);
            for line in code {
                lines += 1;
                assert!(programs.contains(line), "{tool}: no program beneath the table has `{line}`");
            }
        }
    }
    assert!(lines >= 100, "{lines} lines");
}
