//! `journey fix`: after a fix the finding is gone and the program formats; a safe one changes nothing that a customer sees.
//!
//! `cases/mend` shows what becomes of files: what was mended, then the text with safe fixes, then with all.

use crate::format::programs;
use crate::generate::Random;
use crate::pairs::{Pair, compile, played};
use crate::seeds;
use crate::shown::shown;
use journey::replay::Sink;
use journey::{Effect, EffectKind, Profile, Program, SourceFile, format, mend};
use std::fmt::Write;

#[test]
fn mend_cases() {
    insta::glob!("cases/mend/*.journey", |path| {
        let source = SourceFile::new("a.journey", std::fs::read_to_string(path).unwrap());
        let mut text = String::new();
        for (also_unsafe, title) in [(false, "safe"), (true, "all")] {
            let mended = mend(std::slice::from_ref(&source), also_unsafe);
            writeln!(text, "==== {title}").unwrap();
            for repair in &mended.repairs {
                writeln!(text, "# {}: {} [{}]", repair.line, repair.message, repair.name).unwrap();
            }
            for left in &mended.left {
                writeln!(text, "# left: {} [{}]", left.message, left.name).unwrap();
            }
            text.push_str(&mended.sources[0].text);
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(text);
        });
    });
}

#[test]
fn what_is_mended_is_gone_and_formats() {
    let mut count = 0;
    for (name, text) in programs() {
        let source = SourceFile::new("a.journey", text.as_str());
        let before = Program::check(std::slice::from_ref(&source)).diagnostics;
        if before.iter().all(|finding| finding.fix.is_none()) {
            continue;
        }
        for also_unsafe in [false, true] {
            let mended = mend(std::slice::from_ref(&source), also_unsafe);
            count += mended.repairs.len();
            // From a program with an error nothing is taken away: whoever asks again has seen what is unused.
            let is_whole = before.iter().all(|finding| finding.level != journey::diagnostic::Level::Error);
            let fixable = |d: &&journey::Diagnostic| {
                d.fix.as_ref().is_some_and(|fix| fix.safe || also_unsafe) && (is_whole || d.name != "unused")
            };
            let stays: Vec<&str> = mended.left.iter().filter(fixable).map(|d| d.message.as_str()).collect();
            assert!(stays.is_empty(), "{name}: {stays:?}\n{text}----\n{}", mended.sources[0].text);
            if !before.iter().any(|d| d.name == "syntax") {
                assert_eq!(format(&mended.sources[0]).ok().as_ref(), Some(&mended.sources[0].text), "{name}");
            }
        }
    }
    assert!(count > 100, "{count} repairs");
}

/// Everything that a customer sees; a rule is written otherwise after a fix, and does the same.
struct Seen(String);

impl Sink for Seen {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let mut effect = effect.clone();
        if let EffectKind::Suppressed { rule, .. } | EffectKind::Held { rule, .. } = &mut effect.kind {
            *rule = journey::Rule::named("");
        }
        writeln!(self.0, "{} {}", profile.id(), shown(&effect)).unwrap();
    }

    fn notice(&mut self, profile: &Profile, notice: &journey::Notice) {
        writeln!(self.0, "{} {notice}", profile.id()).unwrap();
    }
}

#[test]
fn safe_fixes_change_nothing_that_a_customer_sees() {
    let [changed] = seeds::count(0..600, |[changed], seed| {
        let before = Pair::generated(Random::new(seed));
        let mended = mend(before.program.sources(), false);
        if mended.repairs.is_empty() {
            return;
        }
        *changed += 1;
        let after = &mended.sources[0].text;
        let (text, inputs) = (&before.text, &before.inputs);
        let seen = |program: &Program| played(program, inputs, Seen(String::new())).0;
        assert_eq!(seen(&before.program), seen(&compile(after)), "seed {seed}\n{text}----\n{after}");
    });
    assert!(changed > 100, "{changed} programs changed");
}
