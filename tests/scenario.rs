//! `cases/test`: a program with its tests, and what comes of them. One file is one case:
//!
//! ```text
//! What this shows, in a sentence.
//! --- program
//! journey cart: on cart_abandoned: email recs
//! …
//! --- outcome
//! ok a title
//! FAIL another title
//!   line 7: Email recs was expected at +1d: it did not happen at all
//! ```
//!
//! With `UPDATE_CASES=1` the outcomes are written anew; read them before they are committed.

use crate::generate::{Random, program};
use crate::seeds;
use journey::scenario::coverage::Coverage;
use journey::{Program, SourceFile, scenario};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn outcome(text: &str) -> String {
    let source = SourceFile::new("case.journey", text);
    let mut out = String::new();
    let (program, typed) = match Program::compile_typed(vec![source.clone()]) {
        Ok(both) => both,
        Err(error) => {
            for error in error.diagnostics {
                let label = error.labels.first().map_or("", |label| label.text.as_str());
                let (line, _) = source.line_column(error.span().start);
                writeln!(out, "{} line {line}: {}: {label}", error.name, error.message).unwrap();
            }
            return out;
        }
    };
    for test in &typed.tests {
        let played = scenario::play(&program, &typed, test).unwrap();
        let word = if played.problems.is_empty() { "ok" } else { "FAIL" };
        writeln!(out, "{word} {}", test.title.as_deref().unwrap_or("without a title")).unwrap();
        for problem in &played.problems {
            let (line, _) = source.line_column(problem.span.start);
            writeln!(out, "  line {line}: {}: {}", problem.text, problem.label).unwrap();
            problem.why.iter().for_each(|why| writeln!(out, "    {why}").unwrap());
        }
        for notice in &played.notices {
            writeln!(out, "  note: {notice}").unwrap();
        }
        // Every effect stands in the table, and what differs is marked there.
        assert_eq!(played.problems.is_empty(), played.rows.iter().all(|row| !row.differs), "{text}");
    }
    out
}

#[test]
fn tests_come_to_their_outcomes() {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir("tests/cases/test").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut wrong = vec![];
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let (head, expected) = text.split_once("--- outcome\n").unwrap();
        let program = head.split_once("--- program\n").unwrap().1;
        let actual = outcome(program);
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(path, format!("{head}--- outcome\n{actual}")).unwrap();
        } else if actual != expected {
            wrong.push(format!("{}\nexpected:\n{expected}happened:\n{actual}", path.display()));
        }
    }
    assert!(paths.len() >= 16, "{} cases", paths.len());
    assert!(wrong.is_empty(), "{} of {} cases differ:\n\n{}", wrong.len(), paths.len(), wrong.join("\n"));
}

/// The `.journey` files of a folder, without tests.
fn sources(folder: &Path) -> Vec<SourceFile> {
    let mut paths: Vec<PathBuf> = match folder.is_dir() {
        true => std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect(),
        false => vec![folder.to_path_buf()],
    };
    paths.sort();
    let is_program =
        |path: &&PathBuf| path.extension().is_some_and(|e| e == "journey") && !path.ends_with("tests.journey");
    let source = |path: &PathBuf| SourceFile::new(path.display().to_string(), std::fs::read_to_string(path).unwrap());
    paths.iter().filter(is_program).map(source).collect()
}

/// Drafts are tests that pass, and reach all that can be reached; the same each time.
#[test]
fn drafts_pass_and_reach_everything() {
    let mut folders: Vec<PathBuf> = vec!["fuzz/everything.journey".into()];
    for root in ["examples", "crates/cli/recipes"] {
        let found = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(found.filter(|path| path.is_dir()));
    }
    let mut drafted = 0;
    for folder in folders {
        let sources = sources(&folder);
        let (program, typed) = Program::compile_typed(sources.clone()).unwrap();
        for journey in &typed.journeys {
            let drafts = scenario::draft(&program, &typed, &journey.name).unwrap();
            // A journey that is paused lets nobody in.
            if journey.paused.is_none() {
                assert!(drafts.missed.is_empty(), "{}: {:?}", journey.name, drafts.missed);
            }
            let mut all = sources.clone();
            all.push(SourceFile::new("drafts.journey", drafts.text.as_str()));
            let (program, typed) =
                Program::compile_typed(all).unwrap_or_else(|e| panic!("{}:\n{}\n{e}", journey.name, drafts.text));
            let mut coverage = Coverage::of(&typed);
            for test in &typed.tests {
                let played = scenario::play(&program, &typed, test).unwrap();
                assert_eq!(played.problems, [], "{}:\n{}", journey.name, drafts.text);
                coverage.take(&played.effects);
                drafted += 1;
            }
            let own = coverage.items().iter().filter(|item| item.journey == journey.name && item.reached).count();
            assert!(own >= drafts.all - drafts.missed.len(), "{}", journey.name);
        }
        let again = typed.journeys.first().map(|j| scenario::draft(&program, &typed, &j.name).unwrap().text);
        assert_eq!(again, typed.journeys.first().map(|j| scenario::draft(&program, &typed, &j.name).unwrap().text));
    }
    assert!(drafted >= 40, "{drafted} drafts");
}

/// Drafts of a program, read and played with it: those that do not pass, with why.
fn failing(text: &str, journey: usize) -> Result<usize, String> {
    let source = SourceFile::new("random.journey", text);
    let (program, typed) = Program::compile_typed(vec![source.clone()]).map_err(|e| e.to_string())?;
    let Some(journey) = typed.journeys.get(journey % typed.journeys.len().max(1)) else { return Ok(0) };
    let drafts = scenario::draft(&program, &typed, &journey.name).ok_or("no journey")?;
    let drafted = SourceFile::new("drafts.journey", drafts.text.as_str());
    let (program, typed) =
        Program::compile_typed(vec![source, drafted]).map_err(|e| format!("{e}\n{}\n{}", journey.name, drafts.text))?;
    for test in &typed.tests {
        let played = scenario::play(&program, &typed, test).map_err(|e| e.to_string())?;
        if !played.problems.is_empty() {
            return Err(format!("{}:\n{}\n{:?}", journey.name, drafts.text, played.problems));
        }
    }
    Ok(typed.tests.len())
}

/// Whatever the program, its drafts pass: `every …`, anniversaries and segments of other journeys among what happens.
#[test]
fn drafts_of_random_programs_pass() {
    let many: u64 = std::env::var("DRAFTS").map_or(100, |n| n.parse().unwrap());
    let [drafted] = seeds::count(0..many, |[drafted], seed| {
        let text = program(&mut Random::new(seed)).text;
        match failing(&text, seed as usize) {
            Ok(tests) => *drafted += tests,
            Err(why) => panic!("seed {seed}\n{text}\n{why}"),
        }
    });
    assert!(drafted as u64 > many, "{drafted} drafts");
}

/// Lists and values within values are drafted too, and an entry that no line tells of otherwise.
#[test]
fn drafts_reach_lists_and_inner_values() {
    let text = "event order_placed:
  codes: list of text
  sizes: list of number
  address.city: text
journey thanks:
  on order_placed:
    if event.codes contains \"A\" then email a else email b
    if event.sizes contains 42 then email c
    if event.address.city is \"Paris\" then email d
journey mondays:
  every monday at 08:00: wait 30d; email e
";
    let (program, typed) = Program::compile_typed(vec![SourceFile::new("random.journey", text)]).unwrap();
    let drafts = scenario::draft(&program, &typed, "thanks").unwrap();
    assert_eq!(drafts.missed, [], "{}", drafts.text);
    for written in ["codes: [\"A\"]", "sizes: [42]", "address.city: \"Paris\""] {
        assert!(drafts.text.contains(written), "{}", drafts.text);
    }
    for journey in [0, 1] {
        assert!(failing(text, journey).unwrap_or_else(|why| panic!("{why}")) > 0);
    }
    let drafts = scenario::draft(&program, &typed, "mondays").unwrap();
    assert!(drafts.text.contains("expect entered"), "{}", drafts.text);
}
