//! `cases/parse`: what can be written is read. `cases/check`: what is wrong is said, several things of a kind in a file.
//! `cases/mistakes`: one mistake a file, as people make them who have read the guide and not the grammar; each gets one
//! message, which says what to type.

use crate::outline::outline;
use journey::diagnostic::{Level, render};
use journey::{Program, SourceFile, files_named, parse};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::Path;

fn source(path: &Path) -> SourceFile {
    let name = path.file_name().unwrap().to_string_lossy();
    SourceFile::new(name, std::fs::read_to_string(path).unwrap())
}

/// A program with the files beside it that its messages name.
fn whole(path: &Path) -> Vec<SourceFile> {
    let mut sources = vec![source(path)];
    for (_, name) in files_named(&sources) {
        let text = std::fs::read_to_string(path.with_file_name(&name));
        sources.extend(text.ok().map(|text| SourceFile::new(name, text)));
    }
    sources
}

#[test]
fn parse_cases() {
    insta::glob!("cases/parse/*.journey", |path| {
        let source = source(path);
        let parsed = parse(std::slice::from_ref(&source));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(outline(&parsed.files[0]));
        });
        assert!(parsed.diagnostics.is_empty(), "{}", render::text(&parsed.diagnostics, &[source], false));
    });
}

#[test]
fn check_cases() {
    insta::glob!("cases/check/*.journey", |path| {
        let source = source(path);
        let mut checked = Program::check(std::slice::from_ref(&source));
        // Warnings have cases of their own (`cases/findings`).
        checked.diagnostics.retain(|d| d.level == Level::Error);
        assert!(!checked.diagnostics.is_empty(), "{} has nothing wrong", path.display());
        let mut shown = source.text.clone();
        shown.push_str("\n----\n");
        shown.push_str(&render::text(&checked.diagnostics, std::slice::from_ref(&source), false));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(shown);
        });
    });
}

#[test]
fn mistakes_get_one_message_each() {
    let titles = RefCell::new(BTreeSet::new());
    let files = Cell::new(0);
    insta::glob!("cases/mistakes/*.journey", |path| {
        let sources = whole(path);
        let source = &sources[0];
        let checked = Program::check(&sources);
        let shown = render::text(&checked.diagnostics, &sources, false);
        assert_eq!(checked.diagnostics.len(), 1, "{}\n{}{shown}", path.display(), source.text);
        files.set(files.get() + 1);
        // Names and numbers do not make another message.
        let words = checked.diagnostics[0].message.split('`').step_by(2).collect::<Vec<_>>().join("…");
        titles.borrow_mut().insert(words.replace(|c: char| c.is_ascii_digit(), ""));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("{}\n----\n{shown}", source.text));
        });
    });
    let (files, titles) = (files.get(), titles.borrow().len());
    println!("{files} mistakes, {titles} different messages");
    assert!(files >= 110 && titles >= 80, "{files} mistakes, {titles} different messages");
}
