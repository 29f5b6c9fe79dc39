//! `journey backtest`: the same effects as `journey run`, figures that can be counted by hand, limits, and what it says of
//! files that cannot be read.

use super::{CART, err, file, folder, journey, out, status};
use std::io::Write;
use std::path::Path;

/// Lines of some people in order: carts, opens, purchases, and a device that many share.
fn lines(people: usize, each: usize) -> Vec<String> {
    let mut lines = vec![];
    let mut state = 7_u64;
    for line in 0..people * each {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (person, kind) = ((state >> 33) as usize % people, (state >> 20) as usize % 8);
        let at = journey::value::show_instant(1_772_442_000_000 + (line as i64 / 3) * 1_860_000);
        let (event, rest) = match kind {
            0..=3 => ("Cart Abandoned", r#","properties":{"total":80}"#),
            4 => ("Email Opened", r#","properties":{"message":"recs"}"#),
            5 => ("Order Completed", r#","anonymousId":"undefined""#),
            6 => ("Page Closed", ""),
            _ => ("Cart Abandoned", r#","anonymousId":"shared""#),
        };
        lines.push(format!(
            r#"{{"type":"track","messageId":"m{line}","userId":"p{person}","timestamp":"{at}","event":"{event}"{rest}}}"#
        ));
    }
    lines
}

/// The file packed with gzip.
fn gz(folder: &Path, name: &str, text: &str) -> String {
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    file(folder, name, packed.finish().unwrap())
}

#[test]
fn it_plays_as_run_does_whatever_the_threads_the_memory_and_the_files() {
    let at = folder("backtest-same");
    let program = file(&at, "cart.journey", format!("charter:\n  cap 1 per day\n\n{CART}"));
    let lines = lines(300, 20);
    let events = file(&at, "all.jsonl", lines.join("\n"));
    let run = journey(&["run", &program, "--events", &events]);
    assert!(status(&run) == 0 && out(&run).lines().count() > 3_000, "{}", err(&run));
    let temp = at.join("temp");
    std::fs::create_dir(&temp).unwrap();
    let temp = temp.display().to_string();
    for (threads, memory) in [("1", "1G"), ("2", "1M"), ("7", "8M")] {
        let backtest = journey(&[
            "backtest",
            &program,
            "--events",
            &events,
            "--effects",
            "-",
            "--threads",
            threads,
            "--memory",
            memory,
            "--temp",
            &temp,
        ]);
        assert_eq!(status(&backtest), 0, "{}", err(&backtest));
        assert!(out(&backtest) == out(&run), "{threads} threads, {memory}");
    }
    assert_eq!(std::fs::read_dir(&temp).unwrap().count(), 0);
    // Pieces in any order; lines of one instant have to stay in theirs.
    let pieces: Vec<String> =
        lines.chunks(3).enumerate().fold(vec![String::new(); 5], |mut pieces, (number, chunk)| {
            // From behind, so that no piece is in order.
            let at = number * 7 % 5;
            pieces[at] = format!("{}\n{}", chunk.join("\n"), pieces[at]);
            pieces
        });
    let mut arguments = vec!["backtest".to_string(), program.clone(), "--events".into()];
    for (number, piece) in pieces.iter().enumerate() {
        arguments.push(if number == 2 {
            gz(&at, "2.jsonl.gz", piece)
        } else {
            file(&at, &format!("{number}.jsonl"), piece)
        });
    }
    let effects = at.join("effects.jsonl.gz").display().to_string();
    arguments.extend(["--effects".into(), effects.clone()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let backtest = journey(&arguments);
    assert_eq!(status(&backtest), 0, "{}", err(&backtest));
    let mut text = String::new();
    let packed = flate2::read::MultiGzDecoder::new(std::fs::File::open(&effects).unwrap());
    std::io::Read::read_to_string(&mut std::io::BufReader::new(packed), &mut text).unwrap();
    assert!(text == out(&run));
}

#[test]
fn the_summary_can_be_counted_by_hand() {
    let at = folder("backtest-summary");
    let program = file(
        &at,
        "cart.journey",
        "charter:\n  timezone \"Europe/Paris\"\n  cap 1 per day\n\n\
         journey cart:\n  on cart_abandoned: email recs; wait 1h; push reminder; wait 2d; email offer\n",
    );
    let line = |id: &str, at: &str| {
        format!(r#"{{"type":"track","userId":"{id}","timestamp":"{at}","event":"Cart Abandoned"}}"#)
    };
    let seen = r#"{"type":"track","userId":"cleo","timestamp":"2026-03-03T09:00:00Z","event":"Video Paused"}"#;
    let open = r#"{"type":"track","userId":"ana","timestamp":"2026-03-03T09:00:00Z","event":"Email Opened"}"#;
    let lines = [
        line("bob", "2026-03-02T09:00:00Z"),
        line("ana", "2026-03-02T09:00:00Z"),
        line("ana", "2026-02-01T09:00:00Z"),
        seen.into(),
        open.into(),
        "no line".into(),
    ];
    let events = file(&at, "events.jsonl", lines.join("\n"));
    let written = at.join("summary.json").display().to_string();
    let backtest = journey(&["backtest", &program, "--events", &events, "--from", "2026-03-01", "--summary", &written]);
    assert_eq!(status(&backtest), 0, "{}", err(&backtest));
    assert!(err(&backtest).starts_with(&format!("{events}:6: this is no JSON object")), "{}", err(&backtest));
    let read = std::fs::read_to_string(&written).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read).unwrap();
    assert_eq!(json["people"], 3);
    assert_eq!(json["people_entered"], 2);
    assert_eq!(json["messages"], 4, "{json:#}");
    assert_eq!(json["suppressed"], 2);
    assert_eq!(json["inputs"]["unusable"], 1);
    assert_eq!(json["inputs"]["before_the_warm_up"], 1);
    assert_eq!(json["inputs"]["unheard"]["video_paused"], 1);
    assert_eq!(json["responses"], serde_json::json!({ "world": "recorded", "in_history": 1, "to_what_was_sent": 1 }));
    assert_eq!(json["channels"]["email"]["by_day"]["2026-03-02"], 2);
    assert_eq!(json["channels"]["email"]["by_day"]["2026-03-04"], 2);
    assert_eq!(json["channels"]["email"]["busiest_minute"]["messages"], 2);
    assert_eq!(json["per_person_week"], serde_json::json!({ "p50": 2, "p95": 2, "most": 2 }));
    let text = out(&backtest);
    for part in [
        "4 events of 3 people, 2026-03-02 to 2026-03-03 (Europe/Paris)",
        "2 people entered a journey, in 2 entries; 4 messages, 2 suppressed, 0 held for a while",
        "cap 1 per day (2)",
        "2  at 10:00 on 2026-03-02",
        "1 event that no journey listens to: video_paused 1×",
        "a backtest says what would be sent, not what it would bring",
    ] {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
    let none = journey(&["backtest", &program, "--events", &events, "--responses", "none", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(out(&none)).unwrap();
    assert_eq!((&json["responses"]["world"], &json["inputs"]["played"]), (&"none".into(), &4.into()));
    let ana = journey(&["backtest", &program, "--events", &events, "--profile", "ana", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(out(&ana)).unwrap();
    assert_eq!((&json["people"], &json["entries"]), (&1.into(), &2.into()));
}

#[test]
fn who_enters_under_two_ids_is_one_person() {
    let at = folder("backtest-joined");
    let program = file(&at, "cart.journey", "on cart_abandoned: email recs\n");
    let lines = [
        r#"{"type":"track","anonymousId":"d7","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#,
        r#"{"type":"track","userId":"ana","anonymousId":"d7","timestamp":"2026-03-03T09:00:00Z","event":"Cart Abandoned"}"#,
    ];
    let backtest = journey(&["backtest", &program, "--events", &file(&at, "events.jsonl", lines.join("\n"))]);
    let text = out(&backtest);
    assert!(text.starts_with("2 events of 1 person, 2026-03-02 to 2026-03-03 (UTC)\n"), "{text}");
    assert!(text.contains("\n1 person entered a journey, in 2 entries; 2 messages"), "{text}");
    assert!(text.contains("\ncart          1        2      2"), "{text}");
}

#[test]
fn a_limit_that_is_broken_ends_with_1() {
    let at = folder("backtest-limits");
    let program = file(&at, "cart.journey", "on cart_abandoned: email recs; wait 1h; email offer\n");
    let line = r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#;
    let events = file(&at, "events.jsonl", line);
    let run = |settings: &str| {
        file(&at, "journey.toml", settings);
        let output = journey(&["backtest", &program, "--events", &events]);
        (status(&output), format!("{}{}", out(&output), err(&output)))
    };
    let (code, text) = run("[backtest]\nmax_per_person_day = 2\ncapacity.email.day = 2\ncapacity.sms.day = 0\n");
    assert!(code == 0 && text.contains("kept    max_per_person_day: 2 of 2 at most"), "{text}");
    let (code, text) = run("[backtest]\nmax_per_person_week = 1\n");
    assert!(code == 1 && text.contains("broken  max_per_person_week: 2 of 1 at most"), "{text}");
    let (code, text) = run("[backtest]\ncapacity.email.minute = 0\n");
    assert!(code == 1 && text.contains("broken  capacity.email.minute: 1 of 0 at most"), "{text}");
    let (code, text) = run("[backtest]\ncapacity.emial.day = 5\n");
    assert!(code == 2 && text.contains("capacity.emial: there is no such channel; there are email"), "{text}");
    let (code, text) = run("[backtest]\nmax_per_week = 5\n");
    assert!(code == 2 && text.contains("unknown field `max_per_week`"), "{text}");
}

#[test]
fn damaged_files_end_in_a_message_with_their_name_and_line() {
    let at = folder("backtest-damaged");
    let program = file(&at, "cart.journey", CART);
    let text = lines(50, 20).join("\n");
    let good = file(&at, "good.jsonl", &text);
    let said = |arguments: &[&str]| {
        let output = journey(&[&["backtest", &program, "--events", &good][..], arguments].concat());
        (status(&output), err(&output).to_string())
    };
    gz(&at, "cut.jsonl.gz", &text);
    let packed = std::fs::read(at.join("cut.jsonl.gz")).unwrap();
    let cut = file(&at, "cut.jsonl.gz", &packed[..packed.len() / 2]);
    let (code, text) = said(&[&cut]);
    assert!(code == 2 && text.contains(&format!("{cut}: behind line ")), "{text}");
    let zst = file(&at, "none.jsonl.zst", "this is no Zstandard");
    let (code, text) = said(&[&zst]);
    assert!(code == 2 && text.contains("cannot be read"), "{text}");
    let (code, text) = said(&[&at.join("missing.jsonl").display().to_string()]);
    assert!(code == 2 && text.contains("missing.jsonl cannot be read"), "{text}");
    let (code, text) = said(&[&at.display().to_string()]);
    assert!(code == 2 && text.contains("is a folder"), "{text}");
    let odd = file(&at, "odd.jsonl", b"\xff\xfe\n{\"type\":\"track\"}\n");
    let (code, text) = said(&[&odd]);
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with(&format!("{odd}:1: this line is not written in UTF-8\n{odd}:2: ")), "{text}");
    let (code, text) = said(&[&odd, "--strict"]);
    assert_eq!((code, text.as_str()), (1, format!("{odd}:1: this line is not written in UTF-8\n").as_str()));
    let (code, text) = said(&["--effects", &at.join("x.parquet").display().to_string()]);
    assert!(code == 2 && text.contains("give the file a name that ends in .jsonl or .jsonl.gz"), "{text}");
    let (code, text) = said(&["--effects", "-", "--format", "json"]);
    assert!(code == 2 && text.contains("cannot both be standard output"), "{text}");
    let (code, text) = said(&["--from", "2026-04-01", "--until", "2026-03-01"]);
    assert!(code == 2 && text.contains("--from is not before --until"), "{text}");
    let much = file(&at, "much.jsonl", lines(2_000, 15).join("\n"));
    let (code, text) = said(&[&much, "--memory", "1M", "--temp", &at.join("nowhere").display().to_string()]);
    assert!(code == 2 && text.contains("`--temp` names another folder"), "{text}");
}

/// Frames one behind the other, one of them to be skipped, as `zstd` and tools that pack in pieces write them: these hold
/// their text as it is.
#[test]
fn a_zst_file_is_unpacked_frame_by_frame() {
    let at = folder("backtest-zst");
    let program = file(&at, "cart.journey", CART);
    let lines = lines(20, 10);
    let frame = |text: &str| {
        let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
        bytes.extend((text.len() as u32).to_le_bytes());
        // One raw block, the last.
        bytes.extend(&((text.len() as u32) << 3 | 1).to_le_bytes()[..3]);
        bytes.extend(text.as_bytes());
        bytes
    };
    let (first, second) = lines.split_at(70);
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let packed = [frame(&(first.join("\n") + "\n")), skipped, frame(&second.join("\n"))].concat();
    let packed = file(&at, "events.jsonl.zst", packed);
    let plain = file(&at, "events.jsonl", lines.join("\n"));
    let (run, expected) =
        (journey(&["run", &program, "--events", &packed]), journey(&["run", &program, "--events", &plain]));
    assert_eq!((status(&run), err(&run)), (0, err(&expected)));
    assert!(out(&run) == out(&expected) && !out(&run).is_empty());
    let backtest = journey(&["backtest", &program, "--events", &packed, "--effects", "-"]);
    assert!(out(&backtest) == out(&expected), "{}", err(&backtest));
}

/// What does not fit the memory lies in files without a name: nobody has to take them away, however the command ends.
#[cfg(unix)]
#[test]
fn nothing_is_left_where_it_is_interrupted() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};
    let at = folder("backtest-interrupted");
    let program = file(&at, "cart.journey", CART);
    let temp = at.join("temp");
    std::fs::create_dir(&temp).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_journey"))
        .args(["backtest", &program, "--events", "-", "--memory", "1M", "--threads", "2", "--temp"])
        .arg(&temp)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = lines(2_000, 15).join("\n") + "\n";
    stdin.write_all(text.as_bytes()).unwrap();
    let fds = format!("/proc/{}/fd", child.id());
    let open = || {
        let links =
            std::fs::read_dir(&fds).into_iter().flatten().filter_map(|fd| std::fs::read_link(fd.ok()?.path()).ok());
        links.filter(|link| link.starts_with(&temp)).count()
    };
    // On systems that tell, wait until there are such files.
    for _ in 0..600 {
        if !cfg!(target_os = "linux") || open() > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(!cfg!(target_os = "linux") || open() > 0, "nothing was spilled");
    assert_eq!(std::fs::read_dir(&temp).unwrap().count(), 0);
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().signal(), Some(2));
    assert_eq!(std::fs::read_dir(&temp).unwrap().count(), 0);
    drop(stdin);
}
