//! Programs and inputs that nobody should write, and somebody will: an error or nothing, never a panic, and never
//! for long.

use crate::properties;
use crate::seeds;
use journey::replay::{Replay, Sink};
use journey::{Effect, Effects, Input, InputError, Lateness, Profile, Program, SourceFile};

/// The messages for a program.
fn check(text: impl Into<String>) -> Vec<String> {
    let sources = [SourceFile::new("hostile.journey", text)];
    let checked = Program::check(&sources);
    let drawn =
        journey::diagnostic::render::text(&checked.diagnostics[..checked.diagnostics.len().min(3)], &sources, false);
    assert!(checked.diagnostics.is_empty() || !drawn.is_empty());
    checked.diagnostics.into_iter().map(|d| d.message).collect()
}

/// Numbers that look random and are the same every time.
fn noise(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    })
}

/// The properties that the fuzz targets hold against any bytes, on noise that is the same every time: as it is, and mixed
/// into what the property takes.
#[test]
fn what_holds_of_any_bytes() {
    type Property = fn(&[u8]);
    let samples: [(Property, &[u8], u64); 6] = [
        (properties::source, include_bytes!("cases/parse/shop.journey"), 300),
        (properties::rewrite, include_bytes!("cases/mend/doubts.journey"), 200),
        (properties::inputs, include_bytes!("../examples/browse/events.jsonl"), 100),
        (properties::profile, b"\x05\x10\x20", 400),
        (properties::program, b"\x01\x00\x02\x03", 60),
        (properties::play, b"", 300),
    ];
    for (property, sample, rounds) in samples {
        seeds::count(1..rounds + 1, |[], seed| {
            let mut random = noise(seed);
            let length = (random.next().unwrap() % 64) as usize;
            let mut bytes: Vec<u8> = random.by_ref().take(length).map(|n| n as u8).collect();
            property(&bytes);
            for chunk in sample.chunks(64) {
                bytes.extend(chunk);
                let n = random.next().unwrap();
                if n.is_multiple_of(4) {
                    let at = (n >> 8) as usize % bytes.len();
                    bytes[at] = (n >> 40) as u8;
                }
            }
            property(&bytes);
        });
    }
}

/// A line that ends in a letter of several bytes, where a `:` is missing: the message points at the whole letter.
#[test]
fn what_is_missing_after_a_long_letter() {
    for text in
        ["journey caf\u{e9}\n  on a\u{20ac}\n    email b", "journey j:\n  on a\u{ff1a}\n", "on \u{1f6d2}\n  email b"]
    {
        properties::source(text.as_bytes());
    }
}

#[test]
fn a_mebibyte_of_garbage() {
    let letters: Vec<char> = "aé(:;,\"#! \n\t09dh%<=>.|&_-+*/–“x\u{202e}§".chars().collect();
    let mut text = String::new();
    for n in noise(7) {
        let letter = letters[(n % letters.len() as u64) as usize];
        if text.len() + letter.len_utf8() > 1 << 20 {
            break;
        }
        text.push(letter);
    }
    assert!(check(text).len() > 100);
}

#[test]
fn one_byte_too_many() {
    let program = "on a: email b\n";
    let full = program.to_string() + &"#".repeat((1 << 20) - program.len());
    assert!(check(full.clone()).is_empty(), "a file of exactly 1 MiB is read");
    assert_eq!(check(full + "#"), ["This file is larger than 1 MiB"]);
}

#[test]
fn words_of_the_language_in_any_order() {
    let words = "journey on : if then else email a b ( ) , ; wait 1d until and or not ! is in last 5 \"x\" within goal exit when charter cap per day quiet 21:00 - 08:00 for match split repeat times every profile . event where # \n \n   \n     "
        .split(' ')
        .collect::<Vec<_>>();
    for seed in 1..400 {
        let mut random = noise(seed);
        let mut text = String::new();
        for n in random.by_ref().take(80) {
            text.push_str(words[(n % words.len() as u64) as usize]);
            text.push(if n % 5 == 0 { '\n' } else { ' ' });
            text.push_str(if n % 7 == 0 { "  " } else { "" });
        }
        check(text);
    }
}

#[test]
fn every_beginning_and_every_byte_of_a_program() {
    let shop = include_str!("cases/parse/shop.journey");
    for at in 0..shop.len() {
        check(&shop[..at]);
        let mut bytes = shop.as_bytes().to_vec();
        bytes[at] = b"\0(:\n\"!"[at % 6];
        check(String::from_utf8(bytes).unwrap());
    }
}

#[test]
fn nested_without_end() {
    let deep = format!("on a:\n  if {}b{} then email c\n", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(check(deep), ["This is nested too deep to be read"]);
    let bangs = format!("on a:\n  if {}b then email c\n", "!".repeat(100_000));
    assert_eq!(check(bangs), ["This is nested too deep to be read"]);
    assert_eq!(check(format!("on a: wait {}", "(".repeat(100_000))).len(), 1);
    let minus = format!("on a:\n  if {}1 > 2 then email c\n", "- ".repeat(100_000));
    assert_eq!(check(minus), ["This is nested too deep to be read"]);
    let mut blocks = String::from("journey j:\n  on a:\n");
    for depth in 0..200 {
        blocks.push_str(&format!("{}if b:\n", " ".repeat(depth * 2 + 4)));
    }
    blocks.push_str(&format!("{}email c\n", " ".repeat(404)));
    assert_eq!(check(blocks).iter().filter(|m| m.contains("too deep")).count(), 1);
}

#[test]
fn exactly_as_deep_as_may_be() {
    let parens = |n: usize| format!("on a or b:\n  if {}b{} then email c\n", "(".repeat(n), ")".repeat(n));
    assert!(check(parens(64)).is_empty());
    assert_eq!(check(parens(65)).len(), 1);
}

#[test]
fn chains_without_end() {
    let long = |word: &str| format!("on a or b:\n  if {} then email c\n", vec!["b"; 50_000].join(word));
    assert!(check(long(" and ")).is_empty());
    assert!(check(long(" or ")).is_empty());
    let negated: Vec<String> =
        (0..30_000).map(|n| format!("profile.a{n} is {}1", if n % 2 == 0 { "" } else { "not " })).collect();
    assert_eq!(check(format!("on a:\n  if {} then email c\n", negated.join(" and "))).len(), 15_000);
    assert!(check(format!("on a:\n  if {} > 3 then email c\n", vec!["1"; 50_000].join(" + "))).is_empty());
    let others: String = (0..20_000).map(|n| format!("  else if event.n is {n} then email c\n")).collect();
    let arms = format!("on a or b:\n  if b then email c\n{others}");
    assert!(check(arms).is_empty());
    let sends = format!("on a: {}\n", vec!["email c"; 60_000].join(" or "));
    assert!(check(sends).is_empty());
}

#[test]
fn a_line_of_a_megabyte() {
    let mut line = String::from("on a: email b");
    while line.len() < 1_000_000 {
        line.push_str("; wait 1d; email b");
    }
    assert!(check(line).is_empty());
}

#[test]
fn names_without_end() {
    let mut text = String::from("on a:\n");
    let mut n = 0;
    while text.len() < 1_000_000 {
        text.push_str(&format!("  email m{n}\n"));
        n += 1;
    }
    assert_eq!(check(text), ["This program has more than 60000 names of one kind"]);
}

#[test]
fn nothing_at_all() {
    for text in ["", "\n", "   ", "# only a comment", "\u{feff}", "\r\n\r\n", "\u{feff}\r\n  \t"] {
        assert!(check(text).is_empty(), "{text:?}");
    }
}

struct Counted(usize);

impl Sink for Counted {
    fn effect(&mut self, _: &Program, _: &Profile, _: &Effect) {
        self.0 += 1;
    }
    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

#[test]
fn a_million_events_of_one_person() {
    let source = SourceFile::new("a.journey", "journey j:\n  on e5: wait 1d; email b; if e7 within 30d then push c");
    let program = Program::compile(vec![source]).unwrap();
    let mut replay = Replay::new(&program, None, false);
    let mut count = Counted(0);
    for n in 0..1_000_000i64 {
        let input = Input::event("ana", 1_000 * n, &format!("e{n}"), journey::Json::Null);
        replay.input(&input, &mut count).unwrap();
    }
    replay.finish(&mut count).unwrap();
    assert_eq!(count.0, 4);
    assert!(replay.profiles()[0].encode().len() < 200, "what no journey asks for is not kept");
}

#[test]
fn an_input_that_nobody_listens_to_changes_nothing() {
    let program = Program::compile(vec![SourceFile::new("a.journey", "on a: wait 1d; email b")]).unwrap();
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    assert!(
        program
            .advance(&mut ana, &Input::event("ana", 0, "a", journey::Json::Null), Lateness::any(), &mut effects)
            .unwrap()
    );
    assert!(
        !program
            .advance(&mut ana, &Input::event("ana", 1, "other", journey::Json::Null), Lateness::any(), &mut effects)
            .unwrap()
    );
    let other = program.profile("bob");
    assert!(
        program
            .advance(&mut ana, &Input::event("bob", 1, "a", journey::Json::Null), Lateness::any(), &mut effects)
            .is_err()
    );
    assert!(program.next_due(&other).is_none());
}

#[test]
fn times_at_the_ends_of_the_calendar() {
    let text = "journey j:\n  overlap allow\n  on a: wait until 09:00; wait between 10:00 and 11:00 on monday; email b; wait until profile.t + 36500d; wait 36500d; email c\ncharter: cap 1 per month, hold up to 400d, gap 30d, quiet 21:00-08:00";
    let program = Program::compile(vec![SourceFile::new("a.journey", text)]).unwrap();
    let mut replay = Replay::new(&program, None, false);
    let mut count = Counted(0);
    for time in ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"] {
        let line = format!(
            r#"{{"type":"identify","userId":"ana","timestamp":"{time}","traits":{{"t":"9999-12-31","timezone":"Pacific/Apia"}}}}"#
        );
        replay.input(&Input::from_json(&line).unwrap(), &mut count).unwrap();
        let line = format!(r#"{{"type":"track","userId":"ana","timestamp":"{time}","event":"a"}}"#);
        replay.input(&Input::from_json(&line).unwrap(), &mut count).unwrap();
    }
    replay.finish(&mut count).unwrap();
    assert!(count.0 > 6);
}

/// What fuzzing found: at the end of time a local time never comes, and its alarm rang for ever.
#[test]
fn an_alarm_at_the_end_of_time_does_not_ring_for_ever() {
    let text = "journey j:\n  on a: wait between 09:00 and 17:00 on monday; email b";
    let program = Program::compile(vec![SourceFile::new("a.journey", text)]).unwrap();
    for at in [journey::value::FIRST_INSTANT, journey::value::LAST_INSTANT] {
        let mut ana = program.profile("ana");
        let mut effects = Effects::new();
        let input = Input::event("ana", at, "a", journey::Json::Null);
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap();
        program.wake(&mut ana, journey::value::LAST_INSTANT, Lateness::any(), &mut effects).unwrap();
        assert_eq!(program.next_due(&ana), None);
    }
}

#[test]
fn lines_that_cannot_be_used() {
    let error = |line: &str| Input::from_json(line).unwrap_err();
    assert!(matches!(error("{"), InputError::Json(_)));
    assert!(matches!(error("[1]"), InputError::Json(_)));
    assert!(matches!(error("42"), InputError::Json(_)));
    assert!(
        matches!(
            error(r#"{"type":"track","userId":"\ud800","timestamp":"2026-03-02T09:00:00Z","event":"a"}"#),
            InputError::Json(_)
        ),
        "a lone surrogate"
    );
    assert!(matches!(
        error(
            r#"{"type":"track","userId":"a","timestamp":"2026-03-02T09:00:00Z","event":"a","properties":{"x":"\udc00"}}"#
        ),
        InputError::Json(_)
    ));
    assert_eq!(error(r#"{"type":"track","timestamp":"2026-03-02T09:00:00Z","event":"a"}"#), InputError::NoUser);
    assert_eq!(
        error(r#"{"type":"track","userId":"","timestamp":"2026-03-02T09:00:00Z","event":"a"}"#),
        InputError::NoUser
    );
    assert_eq!(error(r#"{"type":"track","userId":"a","event":"a"}"#), InputError::NoTime);
    assert!(matches!(
        error(r#"{"type":"track","userId":"a","timestamp":"yesterday","event":"a"}"#),
        InputError::BadTime(_)
    ));
    assert!(matches!(error(r#"{"type":"track","userId":"a","timestamp":12,"event":"a"}"#), InputError::BadTime(_)));
    assert_eq!(error(r#"{"type":"track","userId":"a","timestamp":"2026-03-02T09:00:00Z"}"#), InputError::NoEvent);
    assert_eq!(
        error(r#"{"type":"trak","userId":"a","timestamp":"2026-03-02T09:00:00Z"}"#),
        InputError::UnknownType("trak".to_string())
    );
    assert_eq!(error(r#"{"type":"alias","userId":"a","timestamp":"2026-03-02T09:00:00Z"}"#), InputError::NoPrevious);
    let deep = format!(
        r#"{{"type":"track","userId":"a","timestamp":"2026-03-02T09:00:00Z","event":"a","properties":{{"x":{}{}}}}}"#,
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    let _ = Input::from_json(&deep);
    let numbers = r#"{"type":"track","userId":7,"timestamp":"2026-03-02T09:00:00+01:00","event":"a","properties":{"x":1e999,"y":-1e-999,"z":99999999999999999999999999999999999}}"#;
    assert_eq!(Input::from_json(numbers).unwrap().profile, "7");
}

#[test]
fn stored_profiles_that_are_damaged() {
    let text = "charter: quiet 16:00-08:00 for push, timezone \"Europe/Paris\"\nmessage b:\n  email: subject \"{{ event.things[0] }}\"\nmessage c\nmessage d\njourney j:\n  one per event.id\n  on a where total > 1: email b; if opened within 2d and profile.x > 3 then push c else push d\n  goal order within 7d";
    let program = Program::compile(vec![SourceFile::new("a.journey", text)]).unwrap();
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let lines = [
        r#"{"type":"identify","userId":"ana","timestamp":"2026-03-02T08:00:00Z","traits":{"x":4.5,"timezone":"Asia/Tokyo","consent":{"sms":true},"reachable":{"push":true}}}"#,
        r#"{"type":"track","messageId":"m","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"a","properties":{"id":"c1","total":80,"things":[{"n":"x","of":{"y":1}},{}]}}"#,
    ];
    // Before and after each input, and as time goes on: deciding, held, left.
    let mut samples = vec![ana.clone()];
    for line in lines {
        program.advance(&mut ana, &Input::from_json(line).unwrap(), Lateness::any(), &mut effects).unwrap();
        samples.push(ana.clone());
    }
    while let Some(due) = program.next_due(&ana) {
        program.wake(&mut ana, due, Lateness::any(), &mut effects).unwrap();
        samples.push(ana.clone());
    }
    assert!(samples.len() >= 5);
    for sample in samples {
        damage(&program, &sample);
    }
    assert_eq!(
        Profile::decode(&[99]).unwrap_err().to_string(),
        "a stored profile has version 99, and this engine reads version 5"
    );
}

/// Cuts the stored form at every byte and flips every bit. Each is an error; and where somebody has made the sum fit
/// again, the engine goes on in some way and does not stop.
fn damage(program: &Program, sample: &Profile) {
    let mut effects = Effects::new();
    let bytes = sample.encode();
    assert_eq!(Profile::decode(&bytes).unwrap(), *sample);
    for at in 0..bytes.len() {
        assert!(Profile::decode(&bytes[..at]).is_err(), "cut at {at}");
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            assert!(Profile::decode(&damaged).is_err(), "bit {bit} of byte {at}");
            let end = damaged.len() - 4;
            let sum = xxhash_rust::xxh3::xxh3_64(&damaged[..end]) as u32;
            damaged[end..].copy_from_slice(&sum.to_le_bytes());
            if let Ok(mut profile) = Profile::decode(&damaged) {
                let _ = program.wake(&mut profile, 1_800_000_000_000, Lateness::any(), &mut effects);
                effects.clear();
            }
        }
    }
}

/// A stored profile that is nothing but a list, made to fit its sum: reading it takes room in proportion.
#[test]
fn reading_a_profile_takes_room_in_proportion_to_its_bytes() {
    // Nulls, and names without a letter whose values are null.
    let kinds: [(u8, &[u8]); 2] = [(5, b"\xf6"), (6, b"\x82\x60\xf6")];
    for (count, (kind, item)) in [1_000u32, 1_000_000].into_iter().flat_map(|count| kinds.map(|kind| (count, kind))) {
        let mut bytes = vec![journey::engine::PROFILE_VERSION];
        bytes.extend(b"\x89\x63ana\x1b\0\0\0\0\0\0\0\0\x00\xf6\xf6\x00\xf6\xf6\x85\x81\x82\x00\x82");
        bytes.extend([kind, 0x9a]);
        bytes.extend(count.to_be_bytes());
        bytes.extend(item.repeat(count as usize));
        bytes.extend(b"\xf6\xf6\x83\xf4\x80\x80\x80");
        bytes.extend((xxhash_rust::xxh3::xxh3_64(&bytes) as u32).to_le_bytes());
        let counted = allocation_counter::measure(|| assert_eq!(Profile::decode(&bytes).unwrap().id(), "ana"));
        let times = counted.bytes_max / bytes.len() as u64;
        assert!(times <= 64, "{times} times as many bytes as it was stored in");
    }
}

/// A stored profile whose clock stands anywhere: at the edge of the calendar, where a zone's offset would leave it, too.
#[test]
fn a_profile_whose_clock_stands_anywhere() {
    use xxhash_rust::xxh3::xxh3_64;
    let texts = [
        include_str!("../fuzz/everything.journey"),
        "charter: timezone \"Europe/Paris\", quiet 21:00-08:00 for email, cap 1 per day, cap 3 per month, cap 2 per week\njourney j:\n  overlap allow\n  active 2026-01-01 to 2027-01-01\n  on a: wait until 09:00; email b; wait until next monday at 08:00; wait between 09:00 and 18:00; email c",
        "charter: timezone \"Pacific/Apia\"\njourney every_day:\n  every day at 08:00: email b\njourney j:\n  overlap allow\n  on a: wait until 09:00; if local time is between 08:00 and 12:00 and today is monday then email b; wait 1d; email c",
    ];
    let monday = 1_772_442_000_000i64;
    let edge = 8_210_266_876_799_999;
    let clocks = [
        i64::MIN,
        i64::MIN + 1,
        -edge - 1,
        -edge,
        -62_135_596_800_001,
        -62_135_596_800_000,
        -1,
        0,
        1_772_442_000,
        253_402_300_799_999,
        253_402_300_800_000,
        edge - 86_400_000,
        edge - 1,
        edge,
        edge + 1,
        i64::MAX - 1,
        i64::MAX,
    ];
    let mut played = 0;
    for text in texts {
        let program = Program::compile(vec![SourceFile::new("j.journey", text)]).unwrap_or_else(|e| panic!("{e}"));
        let mut ana = program.profile("ana");
        let input = Input::event("ana", monday, "a", journey::Json::Null);
        program.advance(&mut ana, &input, Lateness::any(), &mut Effects::new()).unwrap();
        let mut stored = ana.encode();
        stored.truncate(stored.len() - 4);
        let at = stored.windows(8).position(|eight| eight == monday.to_be_bytes()).unwrap();
        for clock in clocks {
            let mut bytes = stored.clone();
            let number = if clock < 0 { !clock } else { clock };
            bytes[at - 1] = if clock < 0 { 0x3b } else { 0x1b };
            bytes[at..at + 8].copy_from_slice(&number.to_be_bytes());
            let sum = (xxh3_64(&bytes) as u32).to_le_bytes();
            let mut ana = Profile::decode(&[bytes, sum.to_vec()].concat()).unwrap();
            assert_eq!(ana.clock().unwrap_or(i64::MIN), clock);
            for hours in [0, 1, 26, 24 * 40] {
                let now = monday + hours * 3_600_000;
                for lateness in [Lateness::any(), Lateness::default(), Lateness::live(now)] {
                    let mut effects = Effects::new();
                    let input = Input::event("ana", now, "a", journey::Json::Null);
                    let _ = program.advance(&mut ana, &input, lateness, &mut effects);
                    for _ in 0..5 {
                        let Some(due) = program.next_due(&ana) else { break };
                        program
                            .wake(&mut ana, due.max(now).min(253_402_300_799_999), Lateness::any(), &mut effects)
                            .unwrap();
                    }
                    let is_far = clock > now + 86_400_000;
                    assert!(!is_far || !effects.notices.is_empty(), "{clock} stands in silence");
                    played += 1;
                }
            }
            assert_eq!(Profile::decode(&ana.encode()).unwrap(), ana);
        }
    }
    assert_eq!(played, 3 * clocks.len() * 12);
}
