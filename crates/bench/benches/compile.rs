//! How fast programs are read, checked, formatted and loaded, in MB/s of source, beside a bare pass of the lexer. A check
//! with all findings is to take at most 5 times as long as a parse of a program of about 300 lines.

use journey::{Program, SourceFile, format, parse};
use logos::Logos;
use std::hint::black_box;
use std::time::Instant;

const SHOP: &str = include_str!("shop.journey");

/// The least work that any reader does: names, numbers, texts, signs and line ends, by the same lexer generator.
#[derive(Logos)]
#[logos(skip r"[ \t\r]+")]
enum Bare {
    #[regex(r"[\p{L}_][\p{L}\p{N}_]*")]
    Word,
    #[regex(r"[0-9]+(\.[0-9]+)?[a-z%]*")]
    Number,
    #[regex(r#""[^"\n]*""#)]
    Text,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment,
    #[token("\n")]
    LineEnd,
    #[regex(r"[^\s]", priority = 0)]
    Sign,
}

/// Journeys of the shop, each under a name of its own.
fn source(copies: usize) -> String {
    let journeys = SHOP.find("journey cart").expect("a journey");
    let mut text = SHOP[..journeys].to_string();
    for n in 0..copies {
        text.push_str(
            &SHOP[journeys..]
                .replace("journey cart", &format!("journey cart_{n}"))
                .replace("journey trial", &format!("journey trial_{n}"))
                .replace("journey beside", &format!("journey beside_{n}")),
        );
    }
    text
}

/// The best of several runs, in MB/s.
fn rate<T>(bytes: usize, mut run: impl FnMut() -> T) -> f64 {
    let time = |run: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64()
    };
    bytes as f64 / 1e6 / (0..25).map(|_| time(&mut run)).fold(f64::MAX, f64::min)
}

fn main() {
    println!(
        "{:<24} {:>10} {:>10} {:>10} {:>10} {:>10} {:>12} {:>12}",
        "MB/s of source", "bare lexer", "parse", "check", "format", "compile", "from_bytes", "check/parse"
    );
    for copies in [1, 8, 500] {
        let text = source(copies);
        let sources = vec![SourceFile::new("shop.journey", text.clone())];
        let program = Program::compile(sources.clone()).unwrap_or_else(|e| panic!("{e}"));
        let bytes = program.to_bytes();
        let bare = rate(text.len(), || Bare::lexer(&text).filter(|token| token.is_ok()).count());
        let parsed = rate(text.len(), || parse(&sources));
        let checked = rate(text.len(), || Program::check(&sources));
        let formatted = sources.iter().map(|source| rate(text.len(), || format(source).is_ok())).next().unwrap_or(0.0);
        let compiled = rate(text.len(), || Program::compile(sources.clone()).is_ok());
        let loaded = rate(text.len(), || Program::from_bytes(&bytes).is_ok());
        let name = format!("{} lines", text.lines().count());
        println!(
            "{name:<24} {bare:>10.1} {parsed:>10.1} {checked:>10.1} {formatted:>10.1} {compiled:>10.1} {loaded:>12.1} {:>12.2}",
            parsed / checked
        );
    }
}
