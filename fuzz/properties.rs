//! What must hold of any bytes. Each property is a plain function: the fuzz targets call it with what libFuzzer
//! finds, and the tests of the library call it with seeded noise.

use crate::generate::Random;
use crate::pairs::Pair;
use journey::diagnostic::{Diagnostic, Level};
use journey::replay::{Replay, Sink};
use journey::{Effect, Effects, FormatError, Input, Lateness, Profile, Program, SourceFile, format, mend};
use std::sync::LazyLock;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

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
    let Ok((program, typed)) = Program::compile_typed(sources) else { return };
    told(&program, &typed);
    let names = ["a", "b", "cart_abandoned", "order_placed", "opened", "unsubscribed"];
    bounded(&program, names.map(|name| Input::event("ana", 1_772_442_000_000, name, journey::Json::Null)));
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

/// One input costs a bounded number of calls, each with bounded effects, and leaves a profile of bounded size; and whoever
/// wants to leave can.
pub fn bounded(program: &Program, inputs: impl IntoIterator<Item = Input>) {
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    for input in inputs {
        let (mut calls, mut taken) = (0, false);
        // First the input is taken, then what is due at its instant is played.
        while !taken || program.next_due(&ana).is_some_and(|due| due <= input.arrived) {
            effects.list.clear();
            effects.notices.clear();
            if taken {
                program.wake(&mut ana, input.arrived, Lateness::any(), &mut effects).expect("its own profile");
            } else {
                taken = program.advance(&mut ana, &input, Lateness::any(), &mut effects).is_ok();
            }
            assert!(effects.list.len() <= 2 * journey::limits::EFFECTS, "{} effects of one call", effects.list.len());
            assert!(ana.encode().len() < 8 << 20, "a profile of {} bytes", ana.encode().len());
            calls += 1;
            assert!(calls <= 1_000, "one input takes calls without end");
        }
    }
    let mut delete = Input::event("ana", 1_772_442_000_000, "", journey::Json::Null);
    delete.kind = journey::InputKind::Delete;
    program.advance(&mut ana, &delete, Lateness::any(), &mut effects).expect("a deletion waits for nothing");
    assert_eq!(ana.inside(), 0);
}

/// Whatever compiles can be drawn, told and tested.
fn told(program: &Program, typed: &journey::ir::Program) {
    use journey::{graph, prove, scenario};
    let mut charts = vec![graph::overview(typed, program.sources())];
    charts.extend(typed.journeys.iter().map(|journey| graph::chart(typed, journey, program.sources())));
    for chart in &charts {
        assert!(chart.edges.iter().all(|edge| edge.from < chart.nodes.len() && edge.to < chart.nodes.len()));
    }
    graph::mermaid(&charts);
    assert!(prove::stories(typed, None, None, 5).shown.len() <= 5);
    let mut coverage = scenario::coverage::Coverage::of(typed);
    for test in typed.tests.iter().take(3) {
        let played = scenario::play(program, typed, test).expect("one program plays its own profiles");
        coverage.take(&played.effects);
    }
    assert!(coverage.reached().0 <= coverage.reached().1);
}

/// Any bytes as a source to be formatted and mended: the canonical form is its own, and means the same; fixes lie inside of
/// the file, come to an end, and break no program that runs.
pub fn rewrite(data: &[u8]) {
    let source = SourceFile::new("fuzz.journey", String::from_utf8_lossy(data));
    match format(&source) {
        Ok(once) => {
            let again = SourceFile::new("fuzz.journey", once.as_str());
            assert_eq!(format(&again).expect("what was formatted can be read"), once);
        }
        Err(FormatError::Syntax(_)) => {}
        Err(FormatError::Different) => panic!("the canonical form means something else"),
    }
    let runs = |found: &[Diagnostic]| found.iter().all(|d| d.level == Level::Warning);
    let before = Program::check(std::slice::from_ref(&source)).diagnostics;
    for edit in before.iter().filter_map(|d| d.fix.as_deref()).flat_map(|fix| &fix.edits) {
        let range = edit.span.start as usize..edit.span.end as usize;
        assert!(source.text.get(range).is_some(), "an edit outside of its file, or inside a letter");
    }
    if before.iter().any(|d| d.fix.is_some()) {
        let mended = mend(std::slice::from_ref(&source), false);
        assert!(!runs(&before) || runs(&mended.left), "a safe fix broke a program");
        mend(&[source], true);
    }
}

/// Any bytes as lines of input to a program that reads a bit of everything: an error, or a profile that is stored and
/// read back as it was.
pub fn inputs(data: &[u8]) {
    let program = &*EVERYTHING;
    let mut sink = Passed;
    let mut replay = Replay::new(program, Some(4_000_000_000_000), false);
    for line in String::from_utf8_lossy(data).lines() {
        if let Ok(input) = Input::from_json(line) {
            replay.input(&input, &mut sink).expect("one program plays its own profiles");
        }
    }
    stored(replay.profiles());
    replay.finish(&mut sink).expect("one program plays its own profiles");
    stored(replay.profiles());
}

/// Any bytes as a stored profile: as they are, with a sum that fits, and as damage to a profile of the program. What is
/// taken goes on in some way, within bounds, and is stored again.
pub fn profile(data: &[u8]) {
    let program = &*EVERYTHING;
    let _ = Profile::decode(data).map(|profile| goes_on(program, profile));
    let sound = |content: &[u8]| {
        let mut bytes = content.to_vec();
        bytes.extend((xxh3_64(content) as u32).to_le_bytes());
        bytes
    };
    if let Ok(profile) = Profile::decode(&sound(data)) {
        goes_on(program, profile);
    }
    let [turns, edits @ ..] = data else { return };
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    for line in LINES.iter().take(usize::from(turns % 12)) {
        let input = Input::from_json(line).expect("a line of ours");
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).expect("its own profile");
    }
    let mut content = ana.encode();
    content.truncate(content.len() - 4);
    for edit in edits.chunks_exact(2) {
        let at = usize::from(edit[0]) % content.len();
        content[at] = edit[1];
    }
    if let Ok(profile) = Profile::decode(&sound(&content)) {
        goes_on(program, profile);
    }
}

/// A profile that somebody else wrote, if it belongs to the program.
fn goes_on(program: &Program, mut profile: Profile) {
    stored(std::slice::from_ref(&profile));
    let mut effects = Effects::new();
    shown(program, &profile);
    let mut with_history = profile.clone();
    for line in LINES {
        let mut input = Input::from_json(line).expect("a line of ours");
        input.profile = profile.id().into();
        // Of a person whom an earlier version has played that one may tell something.
        let done = effects.list.len();
        let is_own = profile.program() == program.fingerprint();
        if program.backfill(&mut with_history, &input, Lateness::default(), &mut effects).is_ok() && is_own {
            assert_eq!(effects.list.len(), done, "something came of history");
            shown(program, &with_history);
        }
        if program.advance(&mut profile, &input, Lateness::default(), &mut effects).is_err() {
            return;
        }
    }
    for _ in 0..50 {
        let Some(due) = program.next_due(&profile) else { break };
        program.wake(&mut profile, due, Lateness::any(), &mut effects).expect("it was played before");
    }
    shown(program, &profile);
    stored(&[profile, with_history]);
}

/// Whatever is kept of a person can be looked at, if it belongs to the program.
fn shown(program: &Program, profile: &Profile) {
    let Ok(view) = program.view(profile) else { return };
    let mut line = Vec::new();
    journey::write_profile(&view, &mut line);
    assert!(line.starts_with(b"{\"id\":") && !line.contains(&b'\n'), "one person, one line");
    assert_eq!((view.id.as_str(), view.next_due), (profile.id(), program.next_due(profile)));
}

/// Any bytes as a compiled program: as they are, with a sum that fits, and as damage to a real one: other bytes, other
/// numbers, other words. What passes the verifier runs.
pub fn program(data: &[u8]) {
    let _ = Program::from_bytes(data).map(|program| runs(&program));
    if let Ok(content) = std::str::from_utf8(data) {
        let _ = Program::from_bytes(&framed(content)).map(|program| runs(&program));
    }
    let real = String::from_utf8(EVERYTHING.to_bytes()).expect("a head and JSON");
    let (_, content) = real.split_once('\n').expect("a head");
    let tables = content.find("\"code\":").expect("tables");
    let mut content = content.to_string();
    for edit in data.chunks_exact(4).take(64) {
        let place = tables + usize::from(u16::from_le_bytes([edit[1], edit[2]])) % (content.len() - tables);
        edited(&mut content, edit[0], place, edit[3]);
    }
    if let Ok(program) = Program::from_bytes(&framed(&content)) {
        runs(&program);
    }
}

fn framed(content: &str) -> Vec<u8> {
    format!("journey-program 7 {:016x}\n{content}", xxh3_64_with_seed(content.as_bytes(), 7)).into_bytes()
}

/// Changes the first byte, number or word at or behind a place.
fn edited(content: &mut String, kind: u8, place: usize, with: u8) {
    const NUMBERS: [&str; 8] = ["0", "1", "2", "7", "1440", "65535", "4294967295", "-1"];
    let ends = |from: usize, content: &str, inside: fn(char) -> bool| {
        content[from..].find(|c| !inside(c)).map_or(content.len(), |length| from + length)
    };
    match kind % 3 {
        0 if content.is_char_boundary(place) && content[place..].starts_with(|c: char| c.is_ascii()) => {
            content.replace_range(place..place + 1, &char::from(with % 128).to_string());
        }
        1 => {
            let Some(from) = content.get(place..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())) else {
                return;
            };
            let to = ends(place + from, content, |c| c.is_ascii_digit());
            content.replace_range(place + from..to, NUMBERS[usize::from(with) % NUMBERS.len()]);
        }
        _ => {
            // Names of kinds of steps and conditions, not whatever an edit has made of the text.
            let is_name = |w: &&str| w.starts_with(|c: char| c.is_ascii_uppercase()) && w.len() < 24;
            let words: Vec<&str> = content.split('"').filter(is_name).collect();
            let word = words.get(usize::from(with) % words.len().max(1)).copied().unwrap_or_default().to_string();
            let Some(from) = content.get(place..).and_then(|rest| rest.find(|c: char| c.is_ascii_uppercase())) else {
                return;
            };
            let to = ends(place + from, content, |c| c.is_ascii_alphanumeric());
            content.replace_range(place + from..to, &word);
        }
    }
}

fn runs(program: &Program) {
    assert!(Program::from_bytes(&program.to_bytes()).is_ok(), "what was taken is taken again");
    let mut replay = Replay::new(program, Some(4_000_000_000_000), false);
    for line in LINES {
        let input = Input::from_json(line).expect("a line of ours");
        replay.input(&input, &mut Passed).expect("one program plays its own profiles");
    }
    replay.finish(&mut Passed).expect("one program plays its own profiles");
}

/// Choices of a generator of well-typed programs and inputs: the program compiles, passes the verifier, meets no value
/// of another kind than its conditions are made for, and does what the slow model does, however it is driven.
pub fn play(data: &[u8]) {
    let pair = Pair::generated(Random::tape(data));
    if let Some(difference) = pair.difference() {
        panic!("--- program\n{}--- inputs\n{}\n\n{difference}", pair.text, pair.lines.join("\n"));
    }
}

fn stored(profiles: &[Profile]) {
    for profile in profiles {
        let bytes = profile.encode();
        assert_eq!(Profile::decode(&bytes).as_ref(), Ok(profile), "read back as it was");
    }
}

/// One person meets all of it.
const LINES: [&str; 12] = [
    r#"{"type":"identify","userId":"ana","timestamp":"2026-03-02T08:00:00Z","traits":{"timezone":"Asia/Tokyo","age":30,"tier":"gold","vip":false,"plan":"pro","seats":3,"used":1,"trial_ends":"2026-03-20","consent":{"sms":true,"push":true}}}"#,
    r#"{"type":"track","messageId":"m1","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"cart_abandoned","properties":{"cart_id":"c1","total":120.5,"currency":"EUR"}}"#,
    r#"{"type":"track","messageId":"m2","userId":"ana","timestamp":"2026-03-02T09:30:00Z","event":"Trial Started"}"#,
    r#"{"type":"page","userId":"ana","timestamp":"2026-03-02T10:00:00Z","name":"Our prices and price list"}"#,
    r#"{"type":"track","messageId":"m3","userId":"ana","timestamp":"2026-03-03T12:00:00Z","event":"Email Opened","properties":{"message":"recs"}}"#,
    r#"{"type":"track","userId":"ana","timestamp":"2026-03-03T12:30:00Z","event":"cart_abandoned","properties":{"cart_id":"c2","total":25,"currency":"CHF"}}"#,
    r#"{"type":"track","userId":"ana","timestamp":"2026-03-04T18:00:00Z","event":"Email Bounced"}"#,
    r#"{"type":"identify","userId":"ana","timestamp":"2026-03-05T08:00:00Z","traits":{"timezone":"America/New_York","paid":true,"trial_ends":"2026-03-25","reachable":{"email":true}}}"#,
    r#"{"type":"track","userId":"ana","timestamp":"2026-03-05T09:00:00Z","receivedAt":"2026-03-05T10:00:00Z","event":"order_placed","properties":{"total":99.95}}"#,
    r#"{"type":"track","userId":"ana","timestamp":"2026-03-06T09:00:00Z","event":"unsubscribed","properties":{"channel":"sms"}}"#,
    r#"{"type":"track","userId":"ana","timestamp":"2026-03-07T09:00:00Z","event":"cart_abandoned","properties":{"cart_id":"c1","total":50,"currency":"EUR"}}"#,
    r#"{"type":"track","userId":"ana","timestamp":"2026-03-08T09:00:00Z","event":"Push Notification Tapped"}"#,
];

/// A program with most of what the language has.
static EVERYTHING: LazyLock<Program> = LazyLock::new(|| {
    let text = include_str!("everything.journey");
    Program::compile(vec![SourceFile::new("everything.journey", text)]).unwrap_or_else(|e| panic!("{e}"))
});

struct Passed;

impl Sink for Passed {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let mut line = Vec::new();
        journey::write_effect(profile.id(), effect, &mut line);
        assert!(!line.is_empty() && !line.contains(&b'\n'), "one effect, one line");
    }
    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}
