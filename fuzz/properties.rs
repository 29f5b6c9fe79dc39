//! What must hold of any bytes. Each property is a plain function: the fuzz targets call it with what libFuzzer
//! finds, and the tests of the library call it with seeded noise.

use journey::replay::{Replay, Sink};
use journey::{Effect, Input, Profile, Program, SourceFile};

/// Any bytes as a source: messages at sound places, or a program that runs.
pub fn source(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let sources = vec![SourceFile::new("fuzz.journey", text)];
    let checked = Program::check(&sources);
    for diagnostic in &checked.diagnostics {
        for label in &diagnostic.labels {
            let source = &sources[usize::from(label.span.file)];
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(start <= end && end <= source.text.len(), "a span outside of its file");
            assert!(source.text.is_char_boundary(start) && source.text.is_char_boundary(end), "a span inside a letter");
        }
    }
    // Drawing takes a while: the first few are like the others.
    let few = &checked.diagnostics[..checked.diagnostics.len().min(3)];
    assert_eq!(journey::diagnostic::render::text(few, &sources, false).is_empty(), few.is_empty());
    let Ok(program) = Program::compile(sources) else { return };
    let mut replay = Replay::new(&program, Some(4_000_000_000_000), false);
    let mut sink = Passed;
    for event in ["a", "b", "cart_abandoned", "order_placed", "opened", "unsubscribed"] {
        for at in [1_772_442_000_000, 1_772_528_400_000] {
            let input = Input::event("ana", at, event, journey::Json::Null);
            replay.input(&input, &mut sink).expect("one program plays its own profiles");
        }
    }
    replay.finish(&mut sink).expect("one program plays its own profiles");
}

/// Any bytes as lines of input to a program that reads a bit of everything: an error, or a profile that is stored and
/// read back as it was.
pub fn inputs(data: &[u8]) {
    let program = everything();
    let mut sink = Passed;
    let mut replay = Replay::new(&program, Some(4_000_000_000_000), false);
    for line in String::from_utf8_lossy(data).lines() {
        if let Ok(input) = Input::from_json(line) {
            replay.input(&input, &mut sink).expect("one program plays its own profiles");
        }
    }
    stored(replay.profiles());
    replay.finish(&mut sink).expect("one program plays its own profiles");
    stored(replay.profiles());
}

fn stored(profiles: &[Profile]) {
    for profile in profiles {
        let bytes = profile.encode();
        assert_eq!(Profile::decode(&bytes).as_ref(), Ok(profile), "read back as it was");
    }
}

/// A program with most of what the language has.
fn everything() -> Program {
    let text = include_str!("everything.journey");
    Program::compile(vec![SourceFile::new("everything.journey", text)]).unwrap_or_else(|e| panic!("{e}"))
}

struct Passed;

impl Sink for Passed {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let mut line = Vec::new();
        journey::write_effect(profile.id(), effect, &mut line);
        assert!(!line.is_empty() && !line.contains(&b'\n'), "one effect, one line");
    }
    fn notice(&mut self, _: &Profile, _: &str) {}
}
