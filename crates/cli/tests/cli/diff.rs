//! `journey diff`: what a change does to customers, in every format; what becomes of who is inside; the gate; commits.

use super::{err, file, folder, git, journey, out, status, within};

const OLD: &str = "\
charter: cap 2 per day
journey cart:
  on cart_abandoned:
    wait 1d
    email recs
    push reminder
    wait 1d
    sms last_call
  goal order_placed
message recs:
  email: subject \"Hi\", body \"Your cart\"
message reminder
message last_call
";

fn events(folder: &std::path::Path) -> String {
    let mut lines = String::new();
    for (who, day) in [("ana", 2), ("bob", 3), ("cleo", 4)] {
        let at = format!("2026-03-0{day}T09:00:00Z");
        lines += &format!(
            "{{\"type\":\"track\",\"userId\":\"{who}\",\"timestamp\":\"{at}\",\"event\":\"Cart Abandoned\"}}\n"
        );
    }
    lines += "{\"type\":\"track\",\"userId\":\"dan\",\"timestamp\":\"2026-03-05T09:00:00Z\",\"event\":\"Page Seen\"}\n";
    file(folder, "events.jsonl", &lines)
}

/// A folder with both programs and the events.
fn shop(name: &str, new: &str) -> (std::path::PathBuf, [String; 3]) {
    let folder = folder(name);
    let files = [file(&folder, "old.journey", OLD), file(&folder, "new.journey", new), events(&folder)];
    (folder, files)
}

#[test]
fn the_same_program_differs_for_nobody() {
    let (_, [old, _, events]) = shop("diff_same", OLD);
    let output = journey(&["diff", &old, &old, "--events", &events]);
    assert_eq!(
        (status(&output), out(&output)),
        (0, "nothing differs for any of 4 people: the same messages at the same times\n")
    );
}

#[test]
fn a_cap_a_channel_and_a_wait_are_told_apart() {
    let new = OLD.replace("cap 2 per day", "cap 1 per day").replace("    wait 1d\n    sms", "    wait 2d\n    mms");
    let new = new.replace("Your cart", "Your cart waits");
    let (_, [old, new, events]) = shop("diff_kinds", &new);
    let output = journey(&["diff", &old, &new, "--events", &events]);
    let text = out(&output);
    assert_eq!(status(&output), 0, "{}", err(&output));
    for line in [
        "messages       9 before, 6 after: -3 (-33.3 %)",
        "people         3 (75.0 %) get something else",
        "  cart push reminder  3 before, 0 after: 3 not sent any more: cap 1 per day",
        "  cart sms last_call  3 before, 0 after: 3 by another channel: mms",
        "  cart mms last_call  0 before, 3 after: 3 by another channel: it was sms",
        "the text of recs by email is changed",
        "    after   Tue 2026-03-03 09:00: push reminder not sent",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // And the other way round it is the mirror of it.
    let back = journey(&["diff", &new, &old, "--events", &events]);
    let back = out(&back);
    for line in [
        "messages       6 before, 9 after: +3 (+50.0 %)",
        "3 sent now, and not before: cap 1 per day",
        "3 by another channel: sms",
    ] {
        assert!(back.contains(line), "{line}\n{back}");
    }
}

/// What went to a device before its user was known went to that user.
#[test]
fn ids_that_were_joined_are_one_person() {
    let (folder, [old, new, _]) =
        shop("diff_joined", &OLD.replace("    wait 1d\n    email", "    wait 12h\n    email"));
    let lines = [
        r#"{"type":"track","anonymousId":"d7","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#,
        r#"{"type":"identify","userId":"ana","anonymousId":"d7","timestamp":"2026-03-03T08:00:00Z","traits":{}}"#,
    ];
    let events = file(&folder, "joined.jsonl", lines.join("\n"));
    let output = journey(&["diff", &old, &new, "--events", &events]);
    let text = out(&output);
    assert_eq!(status(&output), 0, "{}", err(&output));
    for line in [
        "people         1 (100.0 %) get something else",
        "  cart email recs     1 before, 1 after: 1 at another time: earlier",
        "\n  ana\n    before  2026-03-03T09:00:00Z: email recs sent\n    after   Mon 2026-03-02 21:00: email recs sent\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn what_comes_behind_the_end_counts_nowhere() {
    let (_, [old, new, events]) = shop("diff_until", &OLD.replace("    push reminder\n", ""));
    let output = journey(&["diff", &old, &new, "--events", &events, "--until", "2026-03-03T12:00:00Z"]);
    let text = out(&output);
    assert!(text.contains(": 2 people, 2026-03-02 to 2026-03-03 (UTC)\n"), "{text}");
    assert!(text.contains("people         1 (50.0 %) get something else"), "{text}");
}

#[test]
fn json_and_markdown_say_the_same() {
    let (_, [old, new, events]) = shop("diff_formats", &OLD.replace("    push reminder\n", ""));
    let output = journey(&["diff", &old, &new, "--events", &events, "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(out(&output)).unwrap();
    assert_eq!((&all["people"], &all["people_who_differ"]), (&4.into(), &3.into()));
    assert_eq!(all["messages"], serde_json::json!({"old": 9, "new": 6}));
    let row = all["rows"].as_array().unwrap().iter().find(|row| row["message"] == "reminder").unwrap();
    assert_eq!(row["differences"], serde_json::json!([{"kind": "only_old", "by": null, "messages": 3}]));
    assert_eq!(all["days"][0]["old"]["by_day"]["2026-03-03"], 1);
    let output = journey(&["diff", &old, &new, "--events", &events, "--format", "markdown"]);
    let text = out(&output);
    assert!(text.starts_with("<!-- journey diff -->\n### What changes for customers"), "{text}");
    assert!(text.contains("| cart · push reminder | 3 | 0 | 3 not asked for any more |"), "{text}");
}

#[test]
fn a_comment_fits_however_much_changes() {
    let folder = folder("diff_long");
    let program = |word: &str| {
        (0..400)
            .map(|n| format!("journey j{n}:\n  on cart_abandoned: email {word}_{n}_{}\n", "x".repeat(100)))
            .collect::<String>()
    };
    let (old, new) = (file(&folder, "old.journey", program("a")), file(&folder, "new.journey", program("b")));
    let output = journey(&["diff", &old, &new, "--events", &events(&folder), "--format", "markdown"]);
    let text = out(&output);
    assert!(text.len() < 60_000 && text.contains("further messages"), "{} bytes", text.len());
}

#[test]
fn who_is_inside_stays_or_leaves() {
    let (_, [old, new, events]) =
        shop("diff_flight", &OLD.replace("    wait 1d\n    sms last_call\n", "    sms last_call\n"));
    let output = journey(&["diff", &old, &new, "--events", &events, "--at", "2026-03-04T10:00:00Z"]);
    let text = out(&output);
    assert!(text.starts_with("people inside a journey at 2026-03-04T10:00:00Z: 2\n"), "{text}");
    assert!(text.contains("  cart  wait 1d  stay as they are: 1; leave, for their step is gone: 1\n"), "{text}");
}

#[test]
fn a_change_over_its_limit_fails() {
    let (_, [old, new, events]) = shop("diff_gate", &OLD.replace("    push reminder\n", ""));
    let run = |limits: &str| journey(&["diff", &old, &new, "--events", &events, "--fail-on", limits]);
    assert_eq!(status(&run("people > 75%, messages < -34%")), 0);
    let output = run("people > 74%, messages < -33%");
    assert_eq!(status(&output), 1);
    assert!(
        err(&output).contains("over the limit: 75.0 % of the people get something else, 74 % are allowed"),
        "{}",
        err(&output)
    );
    let output = run("people more than five");
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("is no limit: write `people > 5%`"), "{}", err(&output));
}

#[test]
fn a_side_can_be_a_commit() {
    let (folder, [_, new, events]) = shop("diff_git", &OLD.replace("wait 1d", "wait 2d"));
    git(&folder, &["init", "-q"]);
    std::fs::create_dir_all(folder.join("shop")).unwrap();
    file(&folder, "shop/cart.journey", OLD);
    git(&folder, &["add", "shop"]);
    git(&folder, &["commit", "-q", "-m", "shop"]);
    let run = |old: &str| within(&folder, &["diff", old, &new, "--events", &events], "");
    let output = run("git:HEAD:shop");
    assert!(out(&output).contains("3 at another time: later"), "{}{}", out(&output), err(&output));
    for (wrong, why) in [
        ("git:HEAD:nowhere", "there is no .journey file at `nowhere` in HEAD"),
        ("git:HEAD", "names no path"),
        ("git:nothing:shop", "git says"),
        ("git:--help:shop", "is no commit"),
    ] {
        let output = run(wrong);
        assert_eq!(status(&output), 2, "{wrong}");
        assert!(err(&output).contains(why), "{wrong}: {}", err(&output));
    }
}
