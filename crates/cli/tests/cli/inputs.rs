//! What inputs are read, what `journey run` says at its end, and `journey check --events`.

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

const SHOP: &str = r#"charter:
  consent required for marketing
journey cart:
  # A comment that names basket_left, survey_answered and profile.level.
  on added_to_cart where total > 20 and sku is "x":
    if profile.tier is "gold" then email recs
    else sms nudge
    wait for survey_answered up to 2d
    set profile.asked to true
    if profile.age > 18 and profile.asked then email reminder
    emit cart_is_over
  goal order_placed
journey vip:
  for profile.level is "x"
  on cart_is_over or basket_left: email thanks
  goal order_placed
test cart "x":
  +0 never_waited_for
"#;

/// What `check --events` says of a program, by line.
fn held(name: &str, program: &str, events: &str) -> (i32, Vec<(u64, String)>) {
    let at = folder(name);
    let (program, events) = (file(&at, "shop.journey", program), file(&at, "events.jsonl", events));
    let output = journey(&["check", &program, "--events", &events, "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(out(&output)).unwrap();
    let rows = rows.as_array().unwrap().iter().filter(|row| row["name"] == "inputs").map(|row| {
        assert_eq!(row["level"], "warning");
        let said = [&row["message"], &row["help"]].map(|part| part.as_str().unwrap()).join(" / ");
        (row["line"].as_u64().unwrap(), said)
    });
    (status(&output), rows.collect())
}

#[test]
fn check_holds_a_program_against_inputs() {
    let events = [
        r#"{"type":"identify","userId":"ana","timestamp":"2026-03-02T08:00:00Z","traits":{"age":"41","Tiers":"gold","consent":{"marketing":true},"reachable":{"sms":false}}}"#,
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Added To Cart","properties":{"Total":80,"sku":"x"}}"#,
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:10:00Z","event":"Order Completed","properties":{"sku":7}}"#,
        r#"{"type":"track","userId":"bob","timestamp":"2026-03-02T09:10:00Z","event":"Basket Left"}"#,
        r#"{"type":"alias","userId":"ana","previousId":"zzz","timestamp":"2026-03-02T09:11:00Z"}"#,
    ];
    let (code, said) = held("held", SHOP, &events.join("\n"));
    assert_eq!(code, 0);
    let expected = [
        (6, "`profile.tier` never comes in these inputs: it is missing for everybody / did you mean `profile.tiers`?"),
        (
            7,
            "Nobody in these inputs can be sent anything by sms: once the channel could not reach the person / \
             send `reachable.sms` with `identify`, or use another channel",
        ),
        (
            8,
            "The event `survey_answered` never comes in these inputs / \
             ask whoever sends the events for it, or take it away",
        ),
        (
            10,
            "`profile.age` is asked for as a number and always comes as something else, such as \"41\": it is missing then \
             / send it as that, or ask for what comes",
        ),
        (
            12,
            "The event `order_placed` never comes in these inputs / did you mean `order_completed`, which comes once?",
        ),
        (
            14,
            "`profile.level` never comes in these inputs: it is missing for everybody / \
             send it with `identify`, or take it away",
        ),
        (
            15,
            "Nobody in these inputs enters vip, though its event comes once: 2 times its `for` was not true / \
             hold this against what comes",
        ),
        (
            1,
            "An `alias` joins `zzz`, which no other line has: see that `previousId` is the id under which the person came \
             before / ",
        ),
    ];
    assert_eq!(said, expected.map(|(line, said)| (line, said.to_string())));
}

#[test]
fn inputs_that_fit_say_nothing() {
    let program = "journey cart:\n  on cart_abandoned where cart.total > 5: email recs\n  goal order_placed\n";
    let event = |name: &str, total: &str| {
        format!(
            r#"{{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"{name}","properties":{{"cart":{{{total}}}}}}}"#
        )
    };
    let fits = [event("Cart Abandoned", r#""Total":9"#), event("orderPlaced", "")].join("\n");
    assert_eq!(held("fits", program, &fits), (0, vec![]));
    let (_, said) = held("fits-not", program, &fits.replace("Total", "Amount"));
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].1.starts_with("Nobody in these inputs enters cart, though its event comes once"), "{said:?}");
    assert!(said[1].1.starts_with("No event of these inputs that the program hears has `cart.total`"), "{said:?}");
    // Nothing came at all, and of a program with errors nothing can be said.
    assert_eq!(held("fits-empty", program, ""), (0, vec![]));
    assert_eq!(held("fits-errors", "on cart_abandoned:\n  emial recs\n", &fits), (1, vec![]));
}

/// What has its place in one of several files is shown there, whatever the order of their names.
#[test]
fn places_stand_in_the_file_that_has_them() {
    let at = folder("held-files");
    let first =
        file(&at, "z.journey", "# one\n# two\njourney a:\n  on cart_abandoned: email recs\n  goal order_placed\n");
    let second = file(&at, "a.journey", "journey b:\n  on basket_left: email hello\n  goal order_placed\n");
    let events = file(&at, "events.jsonl", INPUT);
    let output = journey(&["check", &first, &second, "--events", &events, "--deny-warnings"]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).contains("a.journey:2:6") && out(&output).contains("on basket_left"), "{}", out(&output));
    assert!(err(&output).ends_with("2 warnings\n  inputs: 2 places in `b`\n"), "{}", err(&output));
}

#[test]
fn a_goal_that_came_for_one_and_not_for_the_other() {
    let at = folder("goals");
    let program = file(
        &at,
        "cart.journey",
        "journey cart:\n  on cart_abandoned: email recs\n  goal order_placed within 7d: email thanks\n",
    );
    let line = |day: u8, who: &str, event: &str| {
        format!(
            "{{\"type\":\"track\",\"event\":\"{event}\",\"userId\":\"{who}\",\"timestamp\":\"2026-03-0{day}T09:00:00Z\"}}\n"
        )
    };
    let lines = [line(1, "ana", "Cart Abandoned"), line(1, "bob", "Cart Abandoned"), line(6, "ana", "Order Placed")];
    let events = file(&at, "events.jsonl", lines.concat() + &line(6, "bob", "Order Placd"));
    // A slip of an event that came, too.
    let ran = journey(&["run", &program, "--events", &events]);
    assert!(err(&ran).contains("order_placd 1×, did you mean `order_placed`?"), "{}", err(&ran));
    let why = |who: &str| {
        out(&journey(&["why", &program, "--events", &events, "--profile", who, "--message", "thanks"])).to_string()
    };
    // The journey had ended for both, and that is not why.
    assert!(why("ana").starts_with("Fri 2026-03-06 09:00: email thanks sent\n"), "{}", why("ana"));
    let said = "because this has not happened: goal order_placed within 7d";
    assert!(why("bob").contains(said), "{}", why("bob"));
}
