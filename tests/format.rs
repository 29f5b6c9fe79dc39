//! The formatter: what its cases come to, and what holds of every program that the tests know.

use journey::diagnostic::render;
use journey::{FormatError, SourceFile, format};
use std::path::{Path, PathBuf};

/// Every program in the folders of cases, of the examples and of the docs, with where it stands.
pub fn programs() -> Vec<(String, String)> {
    let mut out = vec![];
    for folder in ["tests/cases", "examples", "fuzz", "docs", "crates/bench"] {
        walk(Path::new(folder), &mut out);
    }
    assert!(out.len() > 500, "{} programs", out.len());
    out
}

fn walk(path: &Path, out: &mut Vec<(String, String)>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.display().to_string();
        if path.is_dir() {
            walk(&path, out);
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        match path.extension().and_then(|e| e.to_str()) {
            Some("journey") => out.push((name, text)),
            // A program stands between the heads of a case.
            Some("case") => {
                let mut sections: Vec<(String, String)> = vec![];
                for line in text.split_inclusive('\n') {
                    match line.strip_prefix("--- ") {
                        Some(head) => sections.push((head.trim().to_string(), String::new())),
                        None => sections.last_mut().into_iter().for_each(|(_, text)| text.push_str(line)),
                    }
                }
                let is_program = |head: &str| {
                    ["program", "new program"].contains(&head) || head.starts_with("fires") || head.starts_with("quiet")
                };
                out.extend(
                    sections
                        .into_iter()
                        .filter(|(head, _)| is_program(head))
                        .map(|(head, t)| (format!("{name} ({head})"), t)),
                );
            }
            Some("md") => {
                for (n, block) in text.split("```journey").skip(1).enumerate() {
                    let (_, block) = block.split_once('\n').unwrap();
                    out.push((format!("{name} (block {n})"), block.split("```").next().unwrap().to_string()));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn every_program_formats_once_and_for_all() {
    let (mut formatted, mut broken) = (0, 0);
    for (name, text) in programs() {
        match format(&SourceFile::new("a.journey", text.as_str())) {
            Ok(once) => {
                formatted += 1;
                let twice = format(&SourceFile::new("a.journey", once.as_str()))
                    .unwrap_or_else(|e| panic!("{name}: {e}\n{once}"));
                assert_eq!(once, twice, "{name}");
                for line in once.lines() {
                    assert_eq!(line.trim_end(), line, "{name}: a space at the end of a line");
                }
                assert!(once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"), "{name}");
            }
            Err(FormatError::Syntax(_)) => broken += 1,
            Err(e) => panic!("{name}: {e}\n{text}"),
        }
    }
    println!("{formatted} programs formatted, {broken} cannot be read");
    assert!(formatted > 400);
}

/// With `UPDATE_CASES=1` those of the examples and of the docs are formatted.
#[test]
fn programs_that_people_copy_are_in_canonical_form() {
    let mut wrong = vec![];
    for (name, text) in programs() {
        let folders =
            ["examples", "docs/reference", "docs/findings", "docs/guide", "docs/cookbook", "docs/from-other-tools"];
        let copied = folders.iter().any(|f| name.starts_with(f));
        let Ok(once) = format(&SourceFile::new("a.journey", text.as_str())) else { continue };
        if !copied || text == once {
            continue;
        }
        let path = name.split(" (").next().unwrap();
        if std::env::var_os("UPDATE_CASES").is_some() && !path.starts_with("docs/findings") {
            let whole = std::fs::read_to_string(path).unwrap();
            std::fs::write(path, whole.replace(&text, &once)).unwrap();
        } else {
            wrong.push(format!("{name}\n{text}should be\n{once}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn format_cases() {
    insta::glob!("cases/format/*.journey", |path| {
        let source = SourceFile::new("a.journey", std::fs::read_to_string(path).unwrap());
        let once = match format(&source) {
            Ok(once) => once,
            Err(FormatError::Syntax(errors)) => panic!("{}", render::text(&errors, &[source], false)),
            Err(e) => panic!("{}: {e}", path.display()),
        };
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(once);
        });
    });
}
