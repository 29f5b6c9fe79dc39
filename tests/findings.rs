//! The findings: their pages, whose examples must be true; `cases/findings`, a file for each finding with programs that
//! have it and programs that have not, one edit away; and `examples/`, which have none.
//!
//! A case file is a run of pairs:
//!
//! ```text
//! --- fires at 2: what is wrong
//! on cart_abandoned: …
//! --- quiet: what is right
//! on cart_abandoned: …
//! ```
//!
//! The number is the line that is blamed. With `UPDATE_CASES=1` the pages of `docs/findings` are written anew.

use journey::diagnostic::{Level, render};
use journey::{Diagnostic, Program, SourceFile, files_named, lint};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A program, and a text in each file that its messages name.
fn sources(text: &str) -> Vec<SourceFile> {
    let mut sources = vec![SourceFile::new("shop.journey", text)];
    sources.extend(files_named(&sources).into_iter().map(|(_, name)| SourceFile::new(name, "Hello")));
    sources
}

fn check(text: &str) -> Vec<Diagnostic> {
    Program::check(&sources(text)).diagnostics
}

fn drawn(text: &str, found: &[Diagnostic]) -> String {
    format!("{text}\n{}", render::text(found, &sources(text), false))
}

#[test]
fn examples_of_the_pages_are_true() {
    for finding in lint::all() {
        let bad = check(finding.bad);
        let names: BTreeSet<&str> = bad.iter().map(|d| d.name).collect();
        assert_eq!(names, BTreeSet::from([finding.name]), "{}: {}", finding.name, drawn(finding.bad, &bad));
        let level = bad.iter().map(|d| d.level).min().unwrap();
        assert_eq!(level, finding.level, "{}", finding.name);
        let good = check(finding.good);
        assert!(good.is_empty(), "{}: {}", finding.name, drawn(finding.good, &good));
        assert!(finding.allow.is_some() || finding.level == Level::Error, "{}", finding.name);
    }
}

#[test]
fn pages_of_the_docs_are_fresh() {
    let mut pages = vec![];
    let mut index = String::from(
        "# Findings\n\nWhat `journey check` finds. `journey explain NAME` prints the same pages. These files are made from \
         `src/lint/`; a test says when they are stale.\n",
    );
    for level in [Level::Error, Level::Warning] {
        let title = if level == Level::Error { "Errors" } else { "Warnings" };
        index.push_str(&format!("\n## {title}\n\n"));
        for finding in lint::all().iter().filter(|finding| finding.level == level) {
            index.push_str(&format!("- [`{0}`]({0}.md): {1}.\n", finding.name, finding.title));
            pages.push((format!("{}.md", finding.name), finding.page()));
        }
    }
    pages.push(("README.md".into(), index));
    let folder = PathBuf::from("docs/findings");
    if std::env::var_os("UPDATE_CASES").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        pages.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    }
    let there: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, pages.iter().map(|(name, _)| name.clone()).collect(), "docs/findings holds other pages");
    for (name, text) in pages {
        assert_eq!(std::fs::read_to_string(folder.join(&name)).unwrap(), text, "docs/findings/{name} is stale");
    }
}

/// A program of a case, and the line that must be blamed.
struct Case {
    line: Option<usize>,
    text: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut out: Vec<Case> = vec![];
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("--- fires at ") {
            let number = rest.split(':').next().unwrap().parse().unwrap();
            out.push(Case { line: Some(number), text: String::new() });
        } else if line.starts_with("--- quiet: ") {
            out.push(Case { line: None, text: String::new() });
        } else {
            out.last_mut().expect("a case begins with its head").text.push_str(line);
        }
    }
    out
}

/// How many lines stand in one text and not in the other.
fn lines_apart(a: &str, b: &str) -> usize {
    let others = |a: &str, b: &str| a.lines().filter(|line| !b.lines().any(|other| other == *line)).count();
    others(a, b).max(others(b, a))
}

#[test]
fn findings_fire_and_keep_quiet() {
    for finding in lint::all() {
        let path = format!("tests/cases/findings/{}.case", finding.name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let cases = cases(&text);
        assert!(cases.len() >= 6 && cases.len().is_multiple_of(2), "{path}: three pairs at least");
        for pair in cases.chunks(2) {
            let [fires, quiet] = pair else { unreachable!() };
            let line = fires.line.unwrap_or_else(|| panic!("{path}: a pair begins with a program that fires"));
            assert!(quiet.line.is_none(), "{path}: a pair ends with a program that does not fire");
            let apart = lines_apart(&fires.text, &quiet.text);
            assert!((1..=2).contains(&apart), "{path}: {apart} lines apart\n{}", fires.text);
            let found = check(&fires.text);
            let file = SourceFile::new("", fires.text.as_str());
            let lines: Vec<usize> =
                found.iter().filter(|d| d.name == finding.name).map(|d| file.line_column(d.span().start).0).collect();
            assert_eq!(lines, [line], "{path}: {}", drawn(&fires.text, &found));
            let found = check(&quiet.text);
            assert!(!found.iter().any(|d| d.name == finding.name), "{path}: {}", drawn(&quiet.text, &found));
        }
    }
}

#[test]
fn examples_have_no_findings() {
    let examples = std::fs::read_dir("examples").unwrap().map(|entry| entry.unwrap().path());
    for folder in examples.filter(|path| path.is_dir()) {
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let sources: Vec<SourceFile> = files
            .filter(|path| path.extension().is_some_and(|e| e == "journey"))
            .map(|path| SourceFile::new(path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
            .collect();
        let found = Program::check(&sources).diagnostics;
        assert!(found.is_empty(), "{}", render::text(&found, &sources, false));
    }
}

#[test]
fn errors_in_one_file_hide_none_in_another() {
    let file = |name: &str, text: &str| SourceFile::new(name, text);
    let alone = [
        ("a.journey", "charter\n  cap 1 per hour\n"),
        ("b.journey", "on cart_abandoned:\n  after 2 days\n  email recs\n"),
        ("c.journey", "journey c:\n  on order_placed: if opened then email recs\n  goal paid\n"),
        ("d.journey", "journey d:\n  on cart_seen: email recs; if in nobody then exit\n"),
        ("e.journey", "on item_viewed: wait 1d; add to x; if profile.tier is not \"gold\" then add to y; email more\n"),
    ];
    let lines = |found: &[Diagnostic], sources: &[SourceFile]| -> Vec<String> {
        let line = |d: &Diagnostic| {
            let file = &sources[usize::from(d.span().file)];
            format!("{}:{} {}", file.name, file.line_column(d.span().start).0, d.name)
        };
        found.iter().map(line).collect()
    };
    let together: Vec<SourceFile> = alone.iter().map(|(name, text)| file(name, text)).collect();
    let all = lines(&Program::check(&together).diagnostics, &together);
    let each: Vec<String> = alone
        .iter()
        .flat_map(|(name, text)| {
            let sources = [file(name, text)];
            lines(&Program::check(&sources).diagnostics, &sources)
        })
        .collect();
    assert_eq!(all, each);
    assert_eq!(all.len(), 8, "{all:#?}");
}
