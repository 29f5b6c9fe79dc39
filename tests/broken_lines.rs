//! Each line of the shop's program is broken in turn: one message, on that line, and none on the others.

use journey::{SourceFile, parse};
use std::fmt::Write;

const SHOP: &str = include_str!("cases/parse/shop.journey");

/// The messages for a program, each with its line.
fn messages(text: &str) -> Vec<(usize, String)> {
    let source = SourceFile::new("shop.journey", text);
    let parsed = parse(std::slice::from_ref(&source));
    parsed
        .diagnostics
        .iter()
        .map(|d| {
            let (line, _) = source.line_column(d.span().start);
            (line, format!("{} → {}", d.message, d.labels[0].text))
        })
        .collect()
}

fn with_line(at: usize, line: &str) -> String {
    let mut lines: Vec<&str> = SHOP.lines().collect();
    lines[at] = line;
    lines.join("\n") + "\n"
}

/// Breaks every line in every way that `ways` gives and shows what is said.
fn broken(ways: impl Fn(&str) -> Vec<String>) -> String {
    let mut shown = String::new();
    for (at, line) in SHOP.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        for way in ways(line) {
            let found = messages(&with_line(at, &way));
            for (number, message) in &found {
                assert_eq!(
                    *number,
                    at + 1,
                    "`{way}` is line {}, and this was said of line {number}: {message}",
                    at + 1
                );
            }
            assert!(found.len() <= 1, "`{way}`: {found:?}");
            let said = found.first().map_or("can be read", |(_, message)| message.as_str());
            writeln!(shown, "{:2} {}\n     {said}", at + 1, way.trim_end()).unwrap();
        }
    }
    shown
}

#[test]
fn a_word_deleted() {
    let shown = broken(|line| {
        let words: Vec<&str> = line.split_inclusive(' ').collect();
        let is_word = |word: &str| !word.trim().is_empty();
        (0..words.len())
            .filter(|at| is_word(words[*at]))
            .map(|at| words.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| *word).collect())
            .filter(|left: &String| !left.trim().is_empty())
            .collect()
    });
    insta::assert_snapshot!(shown);
}

#[test]
fn a_stray_character() {
    let shown = broken(|line| {
        let start = line.len() - line.trim_start().len();
        let middle = line[start..].find(' ').map_or(line.len(), |at| start + at);
        let mut ways = vec![];
        for stray in ["§", "?", ")", "е"] {
            let mut way = line.to_string();
            way.insert_str(middle, stray);
            ways.push(way);
        }
        ways.push(format!("{line} $"));
        ways
    });
    insta::assert_snapshot!(shown);
}

#[test]
fn wrong_indentation() {
    let shown = broken(|line| {
        let mut ways = vec![format!(" {line}")];
        if let Some(less) = line.strip_prefix(' ') {
            ways.push(less.to_string());
            ways.push(line.trim_start().to_string());
            ways.push(format!("\t{}", line.trim_start()));
        }
        ways
    });
    insta::assert_snapshot!(shown);
}
