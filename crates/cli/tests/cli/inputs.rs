//! What `journey run` reads, and what it says at its end.

use super::{CART, INPUT, err, file, folder, journey, out, status};

const TWO: &str = "charter:\n  consent required for marketing\n\n\
    on cart_abandoned: email recs; wait for added_to_cart up to 1d; push reminder\n";

#[test]
fn a_csv_file_is_read_as_the_lines_that_it_stands_for() {
    let at = folder("csv");
    let program = file(
        &at,
        "cart.journey",
        "on cart_abandoned where total > 19.8: email recs with (total: event.total, note: event.note)\n",
    );
    let lines = concat!(
        r#"{"type":"track","event":"Cart Abandoned","userId":"007","timestamp":"2026-03-02T09:00:00Z","properties":{"total":19.90,"note":"two\nlines, \"here\""}}"#,
        "\n",
        r#"{"type":"track","event":"Cart Abandoned","anonymousId":"a7","timestamp":"2026-03-02T09:01:00Z","properties":{"total":5}}"#,
        "\n",
    );
    let lines = file(&at, "events.jsonl", lines);
    let expected = journey(&["run", &program, "--events", &lines]);
    assert_eq!((status(&expected), out(&expected).lines().count()), (0, 3));
    let rows = "\u{feff}type,Event,user_id,anonymousId,timestamp,properties.total,properties.note\r\n\
        track,Cart Abandoned,007,,2026-03-02T09:00:00Z,19.90,\"two\nlines, \"\"here\"\"\"\r\n\
        track,Cart Abandoned,,a7,2026-03-02T09:01:00Z,5,\r\n";
    for (name, rows) in [("a.csv", rows.to_string()), ("B.CSV", rows.replace(',', ";").replace("lines;", "lines,"))] {
        let events = file(&at, name, rows);
        let output = journey(&["run", &program, "--events", &events]);
        assert_eq!((out(&output), err(&output)), (out(&expected), err(&expected)), "{name}");
    }
    let why = journey(&["why", &program, "--events", &at.join("a.csv").display().to_string(), "--profile", "007"]);
    assert!(status(&why) == 0 && out(&why).contains("email recs"), "{}", out(&why));
}

#[test]
fn what_a_csv_file_cannot_say_is_told_by_its_line() {
    let at = folder("csv-wrong");
    let program = file(&at, "cart.journey", CART);
    let said = |rows: &str| {
        let output = journey(&["run", &program, "--events", &file(&at, "events.csv", rows)]);
        (status(&output), err(&output).to_string())
    };
    let (code, text) = said("type,event,customer\ntrack,x,ana\n");
    assert!(code == 2 && text.contains("events.csv: the column `customer` is no field of an input"), "{text}");
    let (code, text) = said("type,userId,user_id\ntrack,x,ana\n");
    assert!(code == 2 && text.contains("the column `user_id` stands twice"), "{text}");
    let (code, text) = said("type,event,userId\ntrack,\"x\ny\",\"ana\"\ntrack,a,b,c\nzoom,x,ana\n,x,ana\n");
    assert_eq!(code, 1, "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "line 2: no time: give `timestamp`, such as \"2026-03-02T09:00:00Z\"");
    assert_eq!(lines[1], "line 4: this row has 4 cells, and the header 3: put quotes around a cell with commas");
    assert!(lines[2].starts_with("line 5: `zoom` is no type of input"), "{text}");
    assert!(lines[3].starts_with("line 6: `type` is missing"), "{text}");
    assert_eq!(lines[4..], ["4 lines could not be used and had no effect"]);
    let (code, text) = said("type,event,userId\ntrack,\"x,ana\ntrack,x,ana\n");
    assert_eq!(code, 1, "{text}");
    assert!(text.starts_with("line 2: a quotation mark is opened in this row and never closed"), "{text}");
}

#[test]
fn what_is_no_list_of_lines_is_one_message() {
    let at = folder("shapes");
    let program = file(&at, "cart.journey", CART);
    for (name, content, said) in [
        ("events.txt", "type,event,userId\ntrack,x,ana\ntrack,y,ana\n", "looks like CSV"),
        ("list.json", "\u{feff} [\n{\"type\":\"track\"},\n{\"type\":\"track\"}]\n", "is one list of JSON"),
    ] {
        let events = file(&at, name, content);
        for command in
            [&["run", &program, "--events", &events][..], &["why", &program, "--events", &events, "--profile", "a"]]
        {
            let output = journey(command);
            assert_eq!((status(&output), out(&output), err(&output).lines().count()), (2, "", 1), "{}", err(&output));
            assert!(err(&output).contains(said), "{}", err(&output));
        }
    }
    // Lines of which none can be used are no good end; an empty file is.
    let nonsense = journey(&["run", &program, "--events", &file(&at, "nonsense.jsonl", "one\n\ntwo\n")]);
    assert_eq!(status(&nonsense), 1);
    assert!(err(&nonsense).ends_with("2 lines could not be used and had no effect\n"), "{}", err(&nonsense));
    let empty = journey(&["run", &program, "--events", &file(&at, "empty.csv", "")]);
    assert_eq!((status(&empty), err(&empty)), (0, "0 customers: 0 entries, 0 messages sent\n"));
}

#[test]
fn run_ends_with_a_summary() {
    let at = folder("summary");
    let program = file(&at, "cart.journey", TWO);
    let track = |who: &str, event: &str, time: &str| {
        INPUT
            .replace("ana", who)
            .replace("Cart Abandoned", event)
            .replace("T09", time)
            .replace("e1", &format!("{who}{time}"))
    };
    let consent = r#"{"type":"identify","userId":"ana","timestamp":"2026-03-02T08:00:00Z","traits":{"consent":{"marketing":true}}}"#;
    let events = [
        consent.to_string(),
        track("ana", "Cart Abandoned", "T09"),
        track("bob", "Cart Abandoned", "T10"),
        track("cleo", "Product Added", "T11"),
        track("dan", "Video Paused", "T11"),
        track("dan", "Video Paused", "T12"),
    ];
    let events = file(&at, "events.jsonl", events.join("\n"));
    let output = journey(&["run", &program, "--events", &events]);
    assert_eq!(status(&output), 0);
    assert_eq!(
        err(&output),
        "4 customers: 2 entries, 2 messages sent, 2 not sent
  cart: 2 entries; 1 email, 1 push
  not sent 2×: consent required for marketing
  3 events that no journey listens to: product_added 1×, did you mean `added_to_cart`?; video_paused 2×
  nothing happened to 2 customers: cleo; dan
"
    );
    let bob = journey(&["run", &program, "--events", &events, "--profile", "bob"]);
    assert!(
        err(&bob).starts_with(
            "bob: 1 entry, 0 messages sent, 2 not sent\n  cart: 1 entry; no message\n  not sent 2×: consent required"
        ),
        "{}",
        err(&bob)
    );
}
