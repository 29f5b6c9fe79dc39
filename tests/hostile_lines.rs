//! One line that somebody else wrote costs little, however it is made.

use journey::{Effects, Input, Lateness, Program, SourceFile};
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
        let input = Input::from_json(&line);
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
