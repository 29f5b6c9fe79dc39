//! `test`, `preview` and `why`, as teams' scripts call them.

use super::{EXAMPLES, err, file, folder, journey, out, status};
use serde_json::Value;

const PROGRAM: &str = "charter: cap 1 per day
journey cart:
  on cart_abandoned:
    wait 1d
    email recs
    if !opened within 48h then push reminder
  goal order_placed within 7d
";

const TESTS: &str = r#"
test cart "the push comes":
  +0 cart_abandoned
  +1d expect email recs
  +3d expect push reminder

test cart "the push does not":
  +0 cart_abandoned
  +1d expect email recs
  +4d set tier "gold"
"#;

#[test]
fn tests_pass_and_fail() {
    let place = folder("seeing_test");
    let program = file(&place, "cart.journey", format!("{PROGRAM}{TESTS}"));
    let played = journey(&["test", &program]);
    assert_eq!(status(&played), 1, "{}", out(&played));
    assert!(out(&played).contains("ok    cart \"the push comes\""));
    assert!(out(&played).contains("FAIL  cart \"the push does not\""));
    assert!(out(&played).contains("Push reminder was sent at +3d, and no line expects it"));
    assert!(out(&played).ends_with("1 of 2 tests failed\n"), "{}", out(&played));

    let good = journey(&["test", &program, "--filter", "push comes"]);
    assert_eq!((status(&good), out(&good)), (0, "ok    cart \"the push comes\"\n1 test passed\n"));
    assert_eq!(status(&journey(&["test", &program, "--filter", "no such test"])), 2);

    let listed = journey(&["test", &program, "--list"]);
    let lines: Vec<&str> = out(&listed).lines().collect();
    assert_eq!((status(&listed), lines.len()), (0, 2));
    assert!(lines[0].ends_with("cart.journey:9  cart \"the push comes\""), "{}", lines[0]);

    let empty = journey(&["test", &file(&place, "none.journey", PROGRAM)]);
    assert_eq!(status(&empty), 0);
    assert!(out(&empty).contains("there are no tests"));
    let broken = journey(&["test", &file(&place, "broken.journey", "on a: wait 1x")]);
    assert_eq!(status(&broken), 1);
    assert_eq!(status(&journey(&["test", "no/such/file.journey"])), 2);
}

#[test]
fn coverage_is_marked_and_demanded() {
    let program = file(&folder("seeing_coverage"), "cart.journey", format!("{PROGRAM}{TESTS}"));
    let only = ["test", &program, "--filter", "push comes"];
    let shown = journey(&[&only[..], &["--coverage"]].concat());
    assert_eq!(status(&shown), 0);
    assert!(out(&shown).contains("✗    1 | charter: cap 1 per day    <- never held or suppressed anything"));
    assert!(out(&shown).contains("✗    7 |   goal order_placed within 7d    <- never reached"));
    assert!(out(&shown).contains("`!opened within 48h` never false"));
    assert!(out(&shown).contains("the tests reach 5 of 8 steps, branches and rules: 62 %"), "{}", out(&shown));
    assert_eq!(status(&journey(&[&only[..], &["--min-coverage", "62"]].concat())), 0);
    // 62.5 % is less than 63.
    assert_eq!(status(&journey(&[&only[..], &["--min-coverage", "63"]].concat())), 1);
    assert_eq!(status(&journey(&[&only[..], &["--min-coverage", "101"]].concat())), 2);
}

#[test]
fn junit_says_the_same() {
    let place = folder("seeing_junit");
    let program = file(&place, "cart.journey", format!("{PROGRAM}{TESTS}"));
    let results = place.join("results.xml").display().to_string();
    assert_eq!(status(&journey(&["test", &program, "--junit", &results])), 1);
    let xml = std::fs::read_to_string(&results).unwrap();
    assert!(xml.contains(r#"<testsuites name="journey" tests="2" skipped="0" failures="1" errors="0">"#), "{xml}");
    assert!(xml.contains(r#"<testcase name="the push comes" classname="cart""#));
    assert!(xml.contains(r#"<failure message="Push reminder was sent at +3d, and no line expects it">"#));
    assert_eq!(status(&journey(&["test", &program, "--junit", "no/such/folder/x.xml"])), 2);
}

#[test]
fn drafts_can_be_kept() {
    let place = folder("seeing_drafts");
    let program = file(&place, "cart.journey", PROGRAM);
    let drafts = journey(&["test", &program, "--write", "cart"]);
    assert_eq!(status(&drafts), 0);
    assert!(err(&drafts).contains("steps and branches of cart"));
    file(&place, "drafts.journey", out(&drafts));
    let played = journey(&["test", &place.display().to_string()]);
    assert_eq!(status(&played), 0, "{}", out(&played));
    assert_eq!(status(&journey(&["test", &program, "--write", "cat"])), 2);
}

#[test]
fn previews_tell_the_ways() {
    let place = folder("seeing_preview");
    let program = file(&place, "cart.journey", PROGRAM);
    let told = journey(&["preview", &program]);
    assert_eq!(status(&told), 0);
    assert!(out(&told).starts_with("1. cart: 2 messages in 3d\n"), "{}", out(&told));
    assert!(out(&told).contains("2 ways in all."));
    let ends = "At any moment while the customer is inside cart; a goal `within` a time also after the last step, until that time is over:\n   goal order_placed within 7d\n";
    assert!(out(&told).contains(ends), "{}", out(&told));
    // Sixteen questions, of which the same one is asked twice: what contradicts itself is not shown.
    let mut many = String::from("on a:\n  if profile.vip then email x\n  if profile.vip then email y\n");
    for n in 0..12 {
        many.push_str(&format!("  if profile.p{n} is \"a\" then email m{n}\n"));
    }
    let many = journey(&["preview", &file(&place, "many.journey", many)]);
    assert_eq!(out(&many).lines().filter(|line| line.contains(". many: ")).count(), 50);
    assert!(!out(&many).contains("profile.vip? no"), "{}", out(&many));
    assert!(out(&many).contains(" more ways, as the branches are written"), "{}", out(&many));
    assert_eq!(status(&journey(&["preview", &program, "--journey", "cat"])), 2);
}

const LEAVES: &str = "charter: timezone \"Europe/Paris\"
journey cart:
  on cart_abandoned:
    wait 1d
    email recs
    wait until tomorrow at 10:00
    push nudge
    if no order_placed then add to social for 30d
  goal order_placed: email thank_you
  exit on account_closed
";

/// What nobody goes is no way, and what a goal sends is one.
#[test]
fn previews_know_what_check_knows() {
    let place = folder("seeing_preview_goal");
    let program = file(&place, "cart.journey", LEAVES);
    let told = journey(&["preview", &program]);
    assert_eq!(
        out(&told).split("\n\nQuiet hours").next().unwrap(),
        "1. cart: 2 messages in up to 2d 10h
   +0                  on cart_abandoned
   +1d                 email recs
   +1d 10h to +2d 10h  push nudge
   +1d 10h to +2d 10h  no order_placed? yes
   +1d 10h to +2d 10h  add to social for 30d
   +1d 10h to +2d 10h  the end

2. cart, if order_placed meanwhile: 1 message at once
   +0  goal order_placed
   +0  email thank_you
   +0  the end

At any moment while the customer is inside cart:
   goal order_placed
   exit on account_closed

2 ways in all."
    );
    // What is known together leaves no room: the event of the entry, what was clicked, a segment, what was set.
    let none = "segment gold: profile.tier is \"gold\"\njourney j:\n  on a where total >= 50:\n    email x\n    wait 1d\n    \
                if event.total < 20 then email none1\n    if clicked x:\n      email y\n      if !opened x then email none2\n    \
                if in gold:\n      email z\n      if profile.tier is \"silver\" then email none3\n    \
                set profile.tier to \"bronze\"\n    if in gold then email none4\n    if profile.tier is \"bronze\" then email sure\n";
    let told = journey(&["preview", &file(&place, "none.journey", none)]);
    assert!(!out(&told).contains("email none") && out(&told).contains("4 ways in all."), "{}", out(&told));
    assert_eq!(out(&told).matches("email sure").count(), 4, "{}", out(&told));
    // A missing value is neither below nor above.
    let both = "on a:\n  if profile.age > 5 or profile.age <= 5 then email x\n  else email y\n";
    let told = journey(&["preview", &file(&place, "both.journey", both)]);
    assert!(out(&told).contains("2 ways in all."), "{}", out(&told));
}

/// One journey's ways stand together, and none takes the room of another.
#[test]
fn previews_keep_a_journey_together() {
    let place = folder("seeing_preview_together");
    let mut text = String::from("journey many:\n  on a:\n");
    for n in 0..5 {
        text.push_str(&format!("    if profile.p{n} is \"a\" then email m{n}\n    push n{n}\n"));
    }
    text.push_str("journey few:\n  on b:\n    email x\n    if opened within 1d then email y\n  exit on c\n");
    let told = journey(&["preview", &file(&place, "two.journey", text), "--most", "8"]);
    let heads: Vec<&str> = out(&told)
        .lines()
        .filter_map(|line| line.split_once(". ").and_then(|(_, rest)| rest.split_once(": ")).map(|(name, _)| name))
        .collect();
    assert_eq!(heads, ["many", "many", "many", "many", "many", "many", "few", "few"], "{}", out(&told));
    assert!(out(&told).contains("the end\n\nAt any moment while the customer is inside few:\n   exit on c\n"));
    assert!(out(&told).contains("And 26 more ways."), "{}", out(&told));
}

#[test]
fn previews_tell_days_where_the_start_is_given() {
    let place = folder("seeing_preview_starts");
    let program = file(&place, "cart.journey", LEAVES);
    let told = journey(&["preview", &program, "--starts", "Saturday 23:30", "--most", "1"]);
    assert!(
        out(&told).starts_with(
            "1. cart: 2 messages in 1d 10h 30m
   day 1 Sat 23:30  on cart_abandoned
   day 2 Sun 23:30  email recs
   day 3 Mon 10:00  push nudge
"
        ),
        "{}",
        out(&told)
    );
    // One that cannot begin then tells how long after its beginning.
    let weekly = file(&place, "weekly.journey", "every friday at 08:00:\n  email news\n  wait 90s\n  push more\n");
    let told = journey(&["preview", &weekly, "--starts", "monday 08:00"]);
    assert!(out(&told).contains("   +1m 30s  push more\n"), "{}", out(&told));
    for wrong in ["monday", "someday 10:00", "monday 25:00"] {
        let told = journey(&["preview", &program, "--starts", wrong]);
        assert!(status(&told) == 2 && err(&told).contains("such as \"monday 10:00\""), "{}", err(&told));
    }
}

#[test]
fn why_names_the_rule_and_what_it_counted() {
    let (program, events) = (format!("{EXAMPLES}/daily_cap"), format!("{EXAMPLES}/daily_cap/events.jsonl"));
    let ask = |more: &[&str]| journey(&[&["why", &program, "--events", &events, "--profile", "ana"], more].concat());
    let told = ask(&["--message", "picks", "--format", "json"]);
    assert_eq!(status(&told), 0);
    let told: Value = serde_json::from_str(out(&told)).unwrap();
    let asked = &told["asked"][0];
    assert_eq!((&asked["outcome"], &asked["reason"]), (&"suppressed".into(), &"cap".into()));
    assert_eq!((&asked["rule"], &asked["rule_place"]["line"]), (&"cap 1 per day".into(), &5.into()));
    let cap = asked["gate"].as_array().unwrap().iter().find(|check| check["rule"] == "cap 1 per day").unwrap();
    assert_eq!(cap["counted"][0]["message"], "cart_reminder");
    assert_eq!((&cap["from"], &cap["to"]), (&"2026-03-03T05:00:00Z".into(), &"2026-03-04T05:00:00Z".into()));

    let at = ask(&["--at", "2026-03-03T15:00:00Z"]);
    assert!(out(&at).contains("email picks not sent") && out(&at).contains("email cart_reminder sent"), "{}", out(&at));
    let before = ask(&["--at", "2026-03-03T14:59:59Z"]);
    assert!(out(&before).starts_with("Nothing was asked of the gate at Tue 2026-03-03 09:59:59"), "{}", out(&before));
    assert_eq!(status(&ask(&["--message", "pics"])), 2);
    assert!(err(&ask(&["--message", "pics"])).contains("did you mean `picks`?"));
    assert_eq!(status(&ask(&["--at", "noon"])), 2);
    assert_eq!(status(&journey(&["why", &program, "--events", &events, "--profile", "zoe"])), 2);
}

#[test]
fn why_says_what_came_instead() {
    let place = folder("seeing_why");
    let program = file(&place, "cart.journey", PROGRAM.replace("cart_abandoned:", "cart_abandoned where total > 9:"));
    let line = |user: &str, time: &str, event: &str, properties: &str| {
        format!(
            r#"{{"type":"track","userId":"{user}","timestamp":"2026-03-{time}Z","event":"{event}","properties":{properties}}}"#
        )
    };
    let events = [
        line("small", "02T09:00:00", "cart_abandoned", r#"{"total":9}"#),
        line("opens", "02T09:00:00", "cart_abandoned", r#"{"total":10}"#),
        line("buys", "02T09:00:00", "cart_abandoned", r#"{"total":10}"#),
        line("other", "02T09:00:00", "page_viewed", "{}"),
        line("buys", "03T10:00:00", "order_placed", "{}"),
        line("opens", "03T10:00:00", "opened", "{}"),
    ];
    let events = file(&place, "events.jsonl", events.join("\n"));
    for (who, because) in [
        ("small", "the journey did not begin: total was 9, more than 9 is asked"),
        ("opens", "this came out no: !opened within 48h"),
        ("buys", "the person left before: goal order_placed within 7d"),
        ("other", "what lets people in did not happen: on cart_abandoned where total > 9"),
    ] {
        let told = journey(&["why", &program, "--events", &events, "--profile", who, "--message", "reminder"]);
        assert_eq!(status(&told), 0);
        assert!(out(&told).contains(because), "{who}: {}", out(&told));
    }
}

/// Of what was asked, what was false, with its value.
#[test]
fn why_says_what_the_values_were() {
    let place = folder("seeing_values");
    let program = "segment hot: profile.visits >= 5 and profile.vip
journey cart:
  for profile.tier is \"gold\"
  on cart_abandoned where total >= 30 and currency is not \"EUR\": email recs
  goal order_placed
journey hot_ones:
  on entering hot: email hi
  goal order_placed
";
    let program = file(&place, "shop.journey", program);
    let cart = |day: u8, total: u8, currency: &str| {
        format!(
            r#"{{"type":"track","userId":"ana","timestamp":"2026-03-0{day}T09:00:00Z","event":"Cart Abandoned","properties":{{"total":{total},"currency":"{currency}"}}}}"#
        )
    };
    let events = [
        r#"{"type":"identify","userId":"ana","timestamp":"2026-03-02T08:00:00Z","traits":{"visits":3,"tier":"silver"}}"#.to_string(),
        cart(2, 12, "EUR"),
        cart(3, 42, "USD"),
        r#"{"type":"identify","userId":"ana","timestamp":"2026-03-04T08:00:00Z","traits":{"tier":"bronze"}}"#.to_string(),
    ];
    let events = file(&place, "events.jsonl", events.join("\n"));
    let ask = |more: &[&str]| journey(&[&["why", &program, "--events", &events, "--profile", "ana"], more].concat());
    let told = ask(&[]);
    assert!(
        out(&told).contains(
            "2026-03-02 09:00: cart did not begin: total was 12, at least 30 is asked; \
             currency was \"EUR\", anything but \"EUR\" is asked\n"
        ) && out(&told)
            .contains("2026-03-03 09:00: cart did not begin: profile.tier was \"silver\", \"gold\" is asked\n"),
        "{}",
        out(&told)
    );
    let outside = "on entering hot  [";
    let parts = "; profile.visits was 3, at least 5 is asked; profile.vip was missing, true is asked\n";
    let told = ask(&["--message", "hi"]);
    assert!(out(&told).contains(outside) && out(&told).contains(parts), "{}", out(&told));
    let told: Value = serde_json::from_str(out(&ask(&["--message", "recs", "--format", "json"]))).unwrap();
    assert_eq!(told["not_asked"][0]["because"]["words"], "its `for` is not true of the person");
    assert_eq!(told["not_asked"][0]["values"], "profile.tier was \"silver\", \"gold\" is asked");
    assert_eq!(told["not_entered"][0]["why"], "its `where` is not true of the event");
    assert!(told["not_entered"][0]["values"].as_str().unwrap().starts_with("total was 12"));
}

#[test]
fn shells_and_manuals_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = journey(&["completions", shell]);
        assert!(status(&script) == 0 && out(&script).contains("preview"), "{shell}");
    }
    assert!(out(&journey(&["man"])).contains("journey"));
    let place = folder("seeing_man");
    assert_eq!(status(&journey(&["man", "--out", &place.display().to_string()])), 0);
    assert!(place.join("journey-graph.1").is_file());
}
