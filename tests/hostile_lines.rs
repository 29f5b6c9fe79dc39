//! One line that somebody else wrote costs little, however it is made.

use journey::{Effects, Input, InputError, Lateness, Limits, Program, SourceFile, limits};
use std::time::Instant;

const HEAD: &str = r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"a""#;

fn traits(count: usize) -> String {
    let fields: String = (0..count).map(|n| format!(",\"t{n}\":{}", n % 10)).collect();
    format!(r#"{{"type":"identify","userId":"ana","timestamp":"2026-03-02T09:00:00Z","traits":{{"x":1{fields}}}}}"#)
}

fn properties(value: &str) -> String {
    format!("{HEAD},\"properties\":{{\"x\":{value}}}}}")
}

fn within_lists(inner: &str, count: usize) -> String {
    let many = vec![inner; count].join(",");
    properties(&format!("{}{many}{}", "[".repeat(29), "]".repeat(29)))
}

#[test]
#[ignore = "prints what the lines of 15 MB cost"]
fn measured() {
    let reads: String = (0..300).map(|n| format!("  on a{n}: if profile.t{n} is 7 then email b\n")).collect();
    let program = Program::compile(vec![SourceFile::new("j.journey", format!("journey j:\n{reads}"))]).unwrap();
    let say = |what: &str, start: Instant| println!("{what:30} {:>9.1?}", start.elapsed());
    let consent: String = (0..1_050_000).map(|n| format!(",\"c{n}\":1")).collect();
    let cases = [
        ("1.3 M traits", traits(1_300_000)),
        ("1.9 M objects in 29 lists", within_lists("{\"a\":1}", 1_900_000)),
        ("5 M lists in 29 lists", within_lists("[]", 5_000_000)),
        ("7 M lists open", properties(&"[".repeat(7_000_000))),
        ("7 M lists within", properties(&format!("{}{}", "[".repeat(7_000_000), "]".repeat(7_000_000)))),
        (
            "1.05 M consents",
            format!(
                r#"{{"type":"identify","userId":"ana","timestamp":"2026-03-02T09:00:00Z","traits":{{"consent":{{"x":1{consent}}}}}}}"#
            ),
        ),
    ];
    for (what, line) in cases {
        println!("{what}: {:.1} MB", line.len() as f64 / 1e6);
        let start = Instant::now();
        let input = Input::from_slice(line.as_bytes(), Limits::default().line(16 << 20));
        say("  from_json", start);
        let Ok(input) = input else { continue };
        let start = Instant::now();
        let concerns = program.concerns(&input);
        say("  concerns", start);
        let mut ana = program.profile("ana");
        let mut effects = Effects::new();
        let start = Instant::now();
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap();
        say("  advance", start);
        println!("  {concerns}, {} notices", effects.notices.len());
    }
}

/// What lines of the length that is taken by default cost is told by their length alone.
#[test]
fn a_line_is_read_and_played_in_time_that_its_length_bounds() {
    let reads: String = (0..300).map(|n| format!("  on a{n}: if profile.t{n} is 7 then email b\n")).collect();
    let program = Program::compile(vec![SourceFile::new("j.journey", format!("journey j:\n{reads}"))]).unwrap();
    let consent: String = (0..20_000).map(|n| format!(",\"c{n}\":1")).collect();
    let lines = [
        traits(20_000),
        within_lists("{\"a\":1}", 30_000),
        within_lists("[]", 80_000),
        properties(&format!("{}{}", "[".repeat(120_000), "]".repeat(120_000))),
        format!("{},\"traits\":{{\"consent\":{{\"x\":1{consent}}}}}}}", HEAD.replace("track", "identify")),
    ];
    for line in lines {
        assert!(line.len() < limits::LINE && line.len() > limits::LINE / 2, "{}", line.len());
        let start = Instant::now();
        let input = Input::from_json(&line).unwrap();
        program.concerns(&input);
        let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap();
        // Some milliseconds; the bound leaves room for a slow machine.
        assert!(start.elapsed().as_millis() < 500, "{:?} for {}", start.elapsed(), &line[..200]);
        assert!(effects.notices.len() <= limits::NOTICES + 1 && ana.encode().len() < 64 << 10);
    }
    let longer = format!("{{\"x\":\"{}\"}}", "x".repeat(limits::LINE));
    assert_eq!(Input::from_json(&longer), Err(InputError::TooLong(limits::LINE)));
    assert_eq!(Input::from_slice(longer.as_bytes(), Limits::default().line(1 << 20)), Err(InputError::NoType));
}

/// Of what has too many things to be told, most are left out, and that is told.
#[test]
fn notices_of_one_call_are_bounded() {
    let program = Program::compile(vec![SourceFile::new("j.journey", "on a: email b")]).unwrap();
    let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
    for call in 1..=3 {
        let consent: String = (0..limits::NOTICES * 2).map(|n| format!(",\"c{n}\":1")).collect();
        let line = format!("{},\"traits\":{{\"consent\":{{\"x\":1{consent}}}}}}}", HEAD.replace("track", "identify"));
        program.advance(&mut ana, &Input::from_json(&line).unwrap(), Lateness::any(), &mut effects).unwrap();
        assert_eq!(effects.notices.len(), call * (limits::NOTICES + 1));
    }
    assert_eq!(effects.notices[limits::NOTICES].to_string(), "there is more to say of this call: it is left out");
}

/// What is there and can be nobody's id is an error, and the line does not become an anonymous one.
#[test]
fn what_cannot_be_an_id_is_refused() {
    let line = |user: &str| {
        format!(
            r#"{{"type":"track","userId":{user},"anonymousId":"a7","timestamp":"2026-03-02T09:00:00Z","event":"a"}}"#
        )
    };
    let read = |user: &str| Input::from_json(&line(user)).map(|input| (input.profile.to_string(), input.is_user));
    for user in ["true", "false", "[1]", "[]", "{}", r#"{"$oid":"5"}"#, "123456789012345678901234567890123", "1e400"] {
        assert_eq!(read(user), Err(InputError::BadId("userId")), "{user}");
        let other = line("\"ana\"").replace("\"a7\"", user);
        assert_eq!(Input::from_json(&other), Err(InputError::BadId("anonymousId")), "{user}");
        let alias =
            format!(r#"{{"type":"alias","userId":"ana","previousId":{user},"timestamp":"2026-03-02T09:00:00Z"}}"#);
        assert_eq!(Input::from_json(&alias), Err(InputError::BadId("previousId")), "{user}");
        let message = line("\"ana\"").replace("\"event\"", &format!("\"messageId\":{user},\"event\""));
        assert_eq!(Input::from_json(&message), Err(InputError::BadId("messageId")), "{user}");
    }
    // One that is not there, or empty, is another matter.
    for user in ["null", "\"\""] {
        assert_eq!(read(user), Ok(("a7".to_string(), false)), "{user}");
    }
    // A number is the same id as its text.
    for (number, text) in [
        ("5", "5"),
        ("-5", "-5"),
        ("5.0", "5"),
        ("5e2", "500"),
        ("12345678901234567890123456", "12345678901234567890123456"),
    ] {
        assert_eq!(read(number), Ok((text.to_string(), true)), "{number}");
        assert_eq!(read(&format!("\"{text}\"")), Ok((text.to_string(), true)));
    }
    let long = |length: usize| format!("\"{}\"", "x".repeat(length));
    assert!(read(&long(limits::ID)).is_ok());
    assert_eq!(read(&long(limits::ID + 1)), Err(InputError::LongId("userId")));
    assert_eq!(read(&long(limits::ID + 1)).unwrap_err().to_string(), "`userId` is longer than 256 bytes");
}
