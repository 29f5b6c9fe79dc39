//! The list of mistakes is closed: each is made in a file of `tests/cases/mistakes`.

use super::ProblemKind;
use crate::source::SourceFile;
use crate::syntax::known::Known;
use crate::syntax::parse::read;
use std::collections::BTreeSet;
use std::path::Path;

/// Mistakes that no case has.
const NO_CASE: [&str; 2] = [
    // A file of a mebibyte is none to read: `tests/hostile.rs` makes it.
    "File::TooLarge",
    // Alone it is a row of `elsewhere/`. Here another mistake stands beside it, and a case has one:
    // `tests/cases/check/do_and_no_message.journey`.
    "Step::DoForThen",
];

#[test]
fn every_mistake_has_a_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/mistakes");
    let mut made = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "journey") {
            let name = path.file_name().unwrap().to_string_lossy();
            let sources = [SourceFile::new(name, std::fs::read_to_string(&path).unwrap())];
            let (_, problems) = read(&sources[0], 0, false, &Known::of(&sources));
            made.extend(problems.iter().map(|problem| problem.kind.name()));
        }
    }
    let without: Vec<&&str> =
        ProblemKind::NAMES.iter().filter(|name| !made.contains(**name) && !NO_CASE.contains(name)).collect();
    assert!(without.is_empty(), "no file of tests/cases/mistakes makes these mistakes: {without:#?}");
    assert!(NO_CASE.iter().all(|name| !made.contains(name)), "some of {NO_CASE:?} have a case");
}
