//! Advice is true: whoever makes the edit of a message is rid of it, and gets no new error on that line.
//!
//! Held against `cases/mistakes`, and against 2,000 random slips of the hand in programs that are right. To go on for
//! longer: `MUTATIONS=100000 SEED=7 cargo test --test all advice`.

use crate::generate::Random;
use journey::diagnostic::{Applied, Level, apply};
use journey::{Diagnostic, Program, SourceFile, files_named};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Programs that are right, each as its files: the examples, the recipes, the shop of every page of the guide and that of the cases.
pub fn programs() -> Vec<Vec<SourceFile>> {
    let mut folders: Vec<PathBuf> =
        ["examples", "crates/cli/recipes"].iter().flat_map(|f| inside(Path::new(f))).collect();
    // The shop is mostly the HTML of its mail.
    folders.retain(|folder| folder.is_dir() && !folder.ends_with("examples/shop"));
    let mut programs: Vec<Vec<SourceFile>> = folders.iter().map(|folder| files(folder)).collect();
    programs.push(vec![source(Path::new("tests/cases/parse/shop.journey"))]);
    let mut shop: BTreeMap<String, String> = BTreeMap::new();
    for page in inside(Path::new("docs/guide")).iter().filter(|page| page.extension().is_some_and(|e| e == "md")) {
        let page = std::fs::read_to_string(page).unwrap();
        for block in page.split("\n```journey ").skip(1) {
            let (file, text) = block.split_once('\n').unwrap();
            shop.insert(file.to_string(), text.split("```").next().unwrap().to_string());
        }
        programs.push(shop.iter().map(|(file, text)| SourceFile::new(file.as_str(), text.as_str())).collect());
    }
    programs.retain(|program| !program.is_empty());
    programs
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn files(folder: &Path) -> Vec<SourceFile> {
    inside(folder)
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "journey"))
        .map(|path| source(path))
        .collect()
}

fn source(path: &Path) -> SourceFile {
    SourceFile::new(path.display().to_string(), std::fs::read_to_string(path).unwrap())
}

/// What is wrong with a program, and its files in the order in which the messages count them.
fn errors(sources: Vec<SourceFile>) -> (Vec<Diagnostic>, Vec<SourceFile>) {
    match Program::compile(sources) {
        Ok(program) => (vec![], program.sources().to_vec()),
        Err(error) => (error.diagnostics, error.sources),
    }
}

/// The errors that stand on these lines of a file.
fn on_lines<'a>(
    found: &'a [Diagnostic],
    sources: &'a [SourceFile],
    file: u16,
    lines: std::ops::RangeInclusive<usize>,
) -> impl Iterator<Item = &'a Diagnostic> {
    found.iter().filter(move |d| {
        let span = d.span();
        span.file == file && lines.contains(&sources[usize::from(file)].line_column(span.start).0)
    })
}

/// What stands on the line of a message once its edit is made, and did not stand there before; the message itself too.
fn left_by_advice(at: usize, found: &[Diagnostic], sources: &[SourceFile]) -> Option<(String, Vec<String>)> {
    let fix = found[at].fix.as_deref().filter(|_| found[at].level == Level::Error)?;
    let file = found[at].span().file;
    let Applied { files, .. } = apply(&found[at..=at], sources, true);
    let mut after = sources.to_vec();
    for (number, text) in files {
        after[number] = SourceFile::new(after[number].name.clone(), text);
    }
    let (before, now) = (&sources[usize::from(file)], &after[usize::from(file)]);
    let first = fix.edits.iter().map(|edit| edit.span.start).chain([found[at].span().start]).min().unwrap();
    let last = fix.edits.iter().map(|edit| edit.span.end).chain([found[at].span().start]).max().unwrap();
    let (first, last) = (before.line_column(first).0, before.line_column(last).0);
    let grown = now.text.lines().count().saturating_sub(before.text.lines().count());
    let others: Vec<&Diagnostic> =
        on_lines(found, sources, file, first..=last).filter(|other| **other != found[at]).collect();
    let line = now.text.lines().skip(first - 1).take(last + grown - first + 1).collect::<Vec<_>>().join("\n");
    // A file that is named now is there; it comes behind in the order of the files.
    let named = files_named(&after).into_iter().filter(|(_, name)| !after.iter().any(|known| known.name == *name));
    let named: Vec<SourceFile> = named.map(|(_, name)| SourceFile::new(name, "Hello")).collect();
    after.extend(named);
    let (new, after) = errors(after);
    let left = on_lines(&new, &after, file, first..=last + grown)
        .filter(|d| others.iter().all(|other| other.message != d.message))
        .map(said)
        .collect();
    Some((line, left))
}

fn said(d: &Diagnostic) -> String {
    format!("{} → {}", d.message, d.labels[0].text)
}

/// A slip of the hand on one line.
fn slip(line: &str, words: &[&str], random: &mut Random) -> Option<String> {
    let indent = &line[..line.len() - line.trim_start().len()];
    let mut own: Vec<&str> = line.split_whitespace().collect();
    if own.is_empty() || own[0].starts_with('#') {
        return None;
    }
    let at = random.below(own.len());
    let next = (at + 1) % own.len();
    let letter;
    match random.below(5) {
        0 => drop(own.remove(at)),
        1 => own.insert(at, words[random.below(words.len())]),
        2 => own.swap(at, next),
        3 => own.insert(at, own[at]),
        _ => {
            letter = changed_letter(own[at], random);
            own[at] = &letter;
        }
    }
    Some(format!("{indent}{}", own.join(" "))).filter(|new| !new.trim().is_empty() && new.trim() != line.trim())
}

/// A word with a letter left out, doubled, or another in its place.
fn changed_letter(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    if !letters[at].is_ascii_alphanumeric() {
        return word.to_string();
    }
    match random.below(3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters[at] = char::from(b'a' + random.below(26) as u8),
    }
    letters.into_iter().collect()
}

pub fn with_line(text: &str, at: usize, line: &str) -> String {
    let lines = text.lines().enumerate().map(|(number, old)| if number == at { line } else { old });
    lines.map(|line| format!("{line}\n")).collect()
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |n| n.parse().unwrap())
}

/// What is wrong with the advice for a program, told as `what`; and how many edits were made.
fn wrong_advice(what: &str, sources: Vec<SourceFile>) -> (Vec<String>, usize) {
    let (found, sources) = errors(sources);
    let edited: Vec<_> = (0..found.len()).filter_map(|at| Some((at, left_by_advice(at, &found, &sources)?))).collect();
    let wrong = edited.iter().filter(|(_, (_, left))| !left.is_empty());
    let wrong = wrong.map(|(at, (line, left))| format!("{what}\n  {}\n  {line}\n  {left:?}", said(&found[*at])));
    (wrong.collect(), edited.len())
}

#[test]
fn the_advice_of_every_mistake_is_true() {
    let mistakes = files(Path::new("tests/cases/mistakes")).into_iter();
    let told: Vec<_> = mistakes.map(|file| wrong_advice(&file.name.clone(), vec![file])).collect();
    let edits: usize = told.iter().map(|(_, edits)| edits).sum();
    let wrong: Vec<&str> = told.iter().flat_map(|(wrong, _)| wrong).map(String::as_str).collect();
    println!("{} mistakes, {edits} edits", told.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(edits > 60, "{edits} edits");
}

#[test]
fn the_advice_for_a_slip_of_the_hand_is_true() {
    let programs = programs();
    for program in &programs {
        let (found, sources) = errors(program.clone());
        assert!(found.is_empty(), "{}: {found:?}", sources[0].name);
    }
    let words = programs.iter().flatten().flat_map(|file| file.text.split_whitespace());
    let words: Vec<&str> =
        words.filter(|word| !word.contains(|c: char| c.is_uppercase() || "\"{}".contains(c))).collect();
    let mut random = Random::new(number("SEED", 1));
    let slips = number("MUTATIONS", 2_000) as usize;
    let (mut made, mut told, mut edits, mut several) = (0, 0, 0, 0);
    let mut wrong = vec![];
    while made < slips {
        let mut program = programs[random.below(programs.len())].clone();
        let file = random.below(program.len());
        let lines: Vec<&str> = program[file].text.lines().collect();
        let at = random.below(lines.len());
        let Some(line) = slip(lines[at], &words, &mut random) else { continue };
        made += 1;
        let what = format!("{} → {}", lines[at].trim(), line.trim());
        program[file] = SourceFile::new(program[file].name.clone(), with_line(&program[file].text, at, &line));
        let messages = errors(program.clone()).0.len();
        told += usize::from(messages > 0);
        several += usize::from(messages > 1);
        let (untrue, count) = wrong_advice(&what, program);
        wrong.extend(untrue);
        edits += count;
    }
    println!("{slips} slips, {told} told of, {several} by several messages; {edits} edits");
    println!("{} edits are wrong\n{}", wrong.len(), wrong.join("\n"));
    // Other slips are drawn with each new page and example: fewer than one edit of a hundred may be wrong.
    assert!(wrong.len() * 100 < edits, "{} of {edits} edits are wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(edits * 2 > slips && several * 50 < slips, "{slips} slips: {edits} edits, {several} with several messages");
}
