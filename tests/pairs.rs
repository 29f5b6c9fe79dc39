//! Pairs of a program and its inputs: made at random, played by the engine in several ways and by the slow model.

use crate::generate::{self, Random};
use crate::model::Person;
use crate::shown::shown;
use journey::{Effects, Input, Lateness, Profile, Program, SourceFile, ir};

/// How the engine is driven.
#[derive(Clone, Copy, PartialEq)]
enum Drive {
    /// Woken before the next input only.
    Late,
    /// Woken at every instant that is due.
    AtOnce,
    /// Stored and read back at every point, each turn played a second time from the stored state, and the last
    /// input repeated after its turn was stored.
    Crashing,
}

const DAY: i64 = 86_400_000;

/// A program of one file.
pub fn compile(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("j.journey", text)]).unwrap_or_else(|e| panic!("{text}\n{e}"))
}

fn engine(program: &Program, inputs: &[Input], end: i64, drive: Drive) -> Vec<String> {
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    for input in inputs {
        if drive != Drive::Late {
            wake_until(program, &mut ana, input.arrived - 1, &mut effects, drive);
        }
        if drive == Drive::Crashing {
            let stored = ana.encode();
            let mut before = Profile::decode(&stored).unwrap();
            let mut lost = Effects::new();
            program.advance(&mut before, input, Lateness::any(), &mut lost).unwrap();
            // The crash: what was not stored is played again, and comes to the same.
            let done = effects.list.len();
            program.advance(&mut ana, input, Lateness::any(), &mut effects).unwrap();
            assert_eq!(effects.list[done..], lost.list[..], "a turn played twice from the same state");
            assert_eq!(before, ana);
            ana = Profile::decode(&ana.encode()).unwrap();
            let done = effects.list.len();
            program.advance(&mut ana, input, Lateness::any(), &mut effects).unwrap();
            assert_eq!(effects.list.len(), done, "an input repeated after its turn was stored");
        } else {
            program.advance(&mut ana, input, Lateness::any(), &mut effects).unwrap();
        }
    }
    wake_until(program, &mut ana, end, &mut effects, drive);
    effects.list.iter().map(shown).collect()
}

fn wake_until(program: &Program, ana: &mut Profile, end: i64, effects: &mut Effects, drive: Drive) {
    if drive != Drive::Late {
        while let Some(due) = program.next_due(ana).filter(|due| *due <= end) {
            program.wake(ana, due, Lateness::any(), effects).unwrap();
            if drive == Drive::Crashing {
                *ana = Profile::decode(&ana.encode()).unwrap();
            }
        }
    }
    program.wake(ana, end, Lateness::any(), effects).unwrap();
}

fn model(program: &ir::Program, inputs: &[Input], end: i64) -> Vec<String> {
    let mut ana = Person::new(program, "ana");
    for input in inputs {
        ana.input(input);
    }
    ana.pass(end);
    ana.out
}

/// What a pair comes to: nothing, or how engine and model differ.
pub fn difference(text: &str, lines: &[String]) -> Option<String> {
    let compiled = compile(text);
    // Written to bytes and read back it is the same program, and passes the verifier.
    let program = Program::from_bytes(&compiled.to_bytes()).unwrap_or_else(|e| panic!("{text}\n{e}"));
    let inputs: Vec<Input> = lines.iter().map(|line| Input::from_json(line).unwrap()).collect();
    let end = inputs.last().map_or(0, |i| i.arrived) + 12 * DAY;
    let checked = Program::check(program.sources()).program.unwrap();
    let expected = model(&checked, &inputs, end);
    for (drive, name) in [(Drive::Late, "late"), (Drive::AtOnce, "at once"), (Drive::Crashing, "crashing")] {
        let actual = engine(&program, &inputs, end, drive);
        if actual != expected {
            return Some(format!("driven {name}\nengine:\n{}\nmodel:\n{}", actual.join("\n"), expected.join("\n")));
        }
    }
    None
}

/// A program and inputs that fit it.
pub fn generated(mut r: Random) -> (String, Vec<String>) {
    let text = generate::program(&mut r);
    let program = compile(&text);
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let mut now = generate::start(&mut r);
    let mut lines = vec![];
    for number in 0..4 + r.below(14) {
        // The engine's own alarm is a good hint where boundaries are.
        let due = program.next_due(&ana);
        let (at, line) = generate::input(&mut r, now, due, number, &lines);
        now = at;
        program.advance(&mut ana, &Input::from_json(&line).unwrap(), Lateness::any(), &mut effects).unwrap();
        lines.push(line);
    }
    (text, lines)
}
