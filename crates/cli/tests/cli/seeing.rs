//! `test`, `preview`, `why`, `graph` and `new`, as teams' scripts call them.

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
fn graphs_are_drawn_in_every_format() {
    let browse = format!("{EXAMPLES}/browse");
    let svg = journey(&["graph", &browse]);
    assert_eq!(status(&svg), 0);
    let read = svg::read(out(&svg)).unwrap().filter(|event| matches!(event, svg::parser::Event::Error(_))).count();
    assert_eq!(read, 0);
    assert!(out(&svg).contains("prefers-color-scheme: dark") && out(&svg).contains("\nemail picks\n"));
    // Nothing is fetched from anywhere.
    assert!(!out(&svg).replace("http://www.w3.org/2000/svg", "").contains("http"));
    let events = format!("{EXAMPLES}/browse/events.jsonl");
    let counted = journey(&["graph", &browse, "--events", &events]);
    assert!(out(&counted).contains("\n4 customers\n") && out(&counted).contains("4 customers came in"));

    let text = journey(&["graph", &browse, "--format", "mermaid"]);
    assert!(
        out(&text).starts_with("flowchart TD\n") && out(&text).contains("{{\"clicked?\"}}:::question"),
        "{}",
        out(&text)
    );
    let page = journey(&["graph", &browse, "--format", "html"]);
    assert!(out(&page).starts_with("<!doctype html>") && out(&page).contains("<span id=\"l0-14\">"));
    assert!(!out(&page).replace("http://www.w3.org/2000/svg", "").contains("http"));
    // It is passed on: where the files lie on this machine is nobody's business.
    assert!(out(&page).contains("<h2>browse/") && !out(&page).contains(EXAMPLES));
    for button in ["fit", "text", "in", "out"] {
        assert!(out(&page).contains(&format!("<button id=\"{button}\"")), "{button}");
    }

    let place = folder("seeing_graph").display().to_string();
    let daily = format!("{EXAMPLES}/daily_cap");
    let files = journey(&["graph", &daily, "--out", &place]);
    assert_eq!(out(&files).lines().count(), 3, "{}", out(&files));
    assert!(std::path::Path::new(&place).join("all_journeys.svg").is_file());
    assert_eq!(status(&journey(&["graph", &daily, "--journey", "no_such"])), 2);
    assert_eq!(status(&journey(&["graph", &daily, "--format", "gif"])), 2);
    // A machine without fonts says so, and draws no picture without letters.
    for (format, begins) in [("png", b"\x89PNG"), ("pdf", b"%PDF")] {
        let drawn = journey(&["graph", &daily, "--format", format]);
        let none = format!("a {} needs a font", format.to_uppercase());
        match status(&drawn) {
            0 => assert!(drawn.stdout.starts_with(begins), "{format}"),
            other => assert!(other == 2 && err(&drawn).contains(&none), "{}", err(&drawn)),
        }
    }
}

const RULES: &str = "charter:
  timezone \"Europe/Paris\"
  consent required for sms
  quiet 21:00-08:00 for email
  exclude when profile.angry for promo
  cap promo 1 per day
  priority cart, promo
  holdout 1%

journey cart:
  category cart
  for profile.age >= 18
  reenter after 7d
  one per event.cart_id
  overlap restart
  holdout 10%
  gap 2h
  on cart_abandoned:
    email recs
    sms offer as promo or push offer as promo
    push news as promo
    add to social for 30d
  goal order_placed

journey other:
  reenter never
  category promo
  on order_placed: email thanks; add to social for 5d
";

/// Who is let in, when again, who is held out and who is left out can be read off the picture, in every format.
#[test]
fn graphs_say_who_is_let_in() {
    let place = folder("seeing_graph_rules");
    let both = file(&place, "rules.journey", RULES);
    let of_cart = [
        "For this journey",
        "let in only if profile.age at least 18",
        "let in again 7d after the last time",
        "who is still inside starts over",
        "each cart_id by itself",
        "10% held out: nothing but transactional",
        "its messages count as cart",
        "gap 2h",
        "add to social for 30d",
    ];
    let of_all = [
        "For all journeys",
        "timezone Europe/Paris",
        "consent required for sms",
        "quiet 21:00-08:00 for email",
        "exclude when profile.angry for promo",
        "priority cart, promo",
        "1% held out",
    ];
    let drawn = journey(&["graph", &both, "--journey", "cart"]);
    for words in of_cart.iter().chain(&of_all) {
        assert!(out(&drawn).contains(words), "{words}: {}", out(&drawn));
    }
    let drawn = journey(&["graph", &both, "--format", "mermaid"]);
    for words in of_cart.iter().chain(&of_all).chain(&["let in once, and never again", "adds for 5d"]) {
        assert!(out(&drawn).contains(words), "{words}: {}", out(&drawn));
    }
    // The rules for all stand once.
    assert_eq!(out(&drawn).matches("For all journeys").count(), 1);
}

/// What was not sent stands at its message with the commonest reason, and no fallback that went counts as missing.
#[test]
fn graphs_say_what_was_not_sent() {
    let place = folder("seeing_graph_missed");
    let program = file(&place, "rules.journey", RULES.replace("  holdout 1%\n", "").replace("  holdout 10%\n", ""));
    let mut events = String::new();
    for (n, person) in ["ana", "bob", "cem", "dan"].iter().enumerate() {
        let line = |kind: &str, rest: &str| {
            format!("{{\"userId\":\"{person}\",\"timestamp\":\"2026-03-02T22:0{n}:00Z\",\"type\":\"{kind}\",{rest}}}\n")
        };
        let traits = if n == 0 { ",\"angry\":true" } else { "" };
        events.push_str(&line("identify", &format!("\"traits\":{{\"age\":30{traits}}}")));
        events.push_str(&line("track", "\"event\":\"cart_abandoned\",\"properties\":{\"cart_id\":\"c\"}"));
    }
    let events = file(&place, "events.jsonl", events);
    let drawn = journey(&["graph", &program, "--journey", "cart", "--events", &events]);
    assert!(
        out(&drawn).contains("<text class=\"count\"") && out(&drawn).contains("not sent to 1 · 25%"),
        "{}",
        out(&drawn)
    );
    let drawn = journey(&["graph", &program, "--journey", "cart", "--events", &events, "--format", "mermaid"]);
    let text = out(&drawn);
    assert!(text.contains("held first for 4 · 100%: quiet 21:00-08:00 for email"), "{text}");
    // Who is angry gets neither offer; those whose sms needs consent get the push, which a gap holds.
    assert!(text.contains("not sent to 1 · 25%: exclude when profile.angry for promo"), "{text}");
    assert!(text.contains("not sent to 4 · 100%: mostly cap promo 1 per day"), "{text}");
    assert!(
        !text.contains("consent required for sms<br/>held") && text.contains("held first for 3 · 75%: gap 2h"),
        "{text}"
    );
    let drawn = journey(&["graph", &program, "--overview", "--events", &events]);
    assert!(out(&drawn).contains("4 customers came in") && out(&drawn).contains("0 customers came in"));
}

/// Every recipe is a folder that passes check, format and tests, and whose inputs make something happen.
#[test]
fn recipes_work() {
    let place = folder("seeing_recipes");
    let listed = journey(&["new", "--list"]);
    let names: Vec<&str> = out(&listed).lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let into = place.join(name).display().to_string();
        assert_eq!(status(&journey(&["new", &into, "--recipe", name])), 0);
        for wanted in ["charter.journey", "tests.journey", "events.jsonl", "journey.toml"] {
            assert!(place.join(name).join(wanted).is_file(), "{name}/{wanted}");
        }
        let checked = journey(&["check", &into, "--deny-warnings"]);
        assert_eq!(status(&checked), 0, "{name}: {}", out(&checked));
        assert_eq!(status(&journey(&["fmt", "--check", &into])), 0, "{name}");
        let tested = journey(&["test", &into, "--min-coverage", "75"]);
        assert_eq!(status(&tested), 0, "{name}: {}", out(&tested));
        // All that is left are rules that no test needs.
        assert!(!out(&tested).contains("never reached") && !out(&tested).contains("never true"), "{}", out(&tested));
        let events = format!("{into}/events.jsonl");
        let ran = journey(&["run", &into, "--events", &events, "--strict", "--format", "jsonl"]);
        assert_eq!(status(&ran), 0, "{name}: {}", err(&ran));
        assert!(out(&ran).contains(r#""effect":"sent""#), "{name}: {}", out(&ran));
    }
    let again = journey(&["new", &place.join("welcome").display().to_string()]);
    assert_eq!(status(&again), 2);
    assert!(err(&again).contains("nothing is overwritten"));
    assert_eq!(status(&journey(&["new", "--recipe", "no-such"])), 2);
}

/// What a recipe is called by: its own name, a folder's, or one beside a folder's.
#[test]
fn a_folder_named_after_a_recipe_gets_that_recipe() {
    let place = folder("seeing_new_names");
    let at = |name: &str| place.join(name).display().to_string();
    for (arguments, file) in [
        (vec![at("birthday")], "birthday/birthday.journey"),
        (vec![at("win-back")], "win-back/win_back.journey"),
        (vec![at("shop")], "shop/cart.journey"),
        (vec![at("welcome"), "--recipe".into(), "renewal".into()], "welcome/renewal.journey"),
    ] {
        let mut all = vec!["new"];
        all.extend(arguments.iter().map(String::as_str));
        assert_eq!(status(&journey(&all)), 0, "{all:?}");
        assert!(place.join(file).is_file(), "{file}");
    }
}

/// All recipes, one after another in one folder: no errors, all tests pass, and no file that was there is another, but for
/// the charter, which has every line that it had.
#[test]
fn recipes_join() {
    let place = folder("seeing_joined");
    let shop = place.join("shop");
    let into = shop.display().to_string();
    let listed = journey(&["new", "--list"]);
    let names: Vec<&str> = out(&listed).lines().filter_map(|line| line.split_whitespace().next()).collect();
    let (first, others) = names.split_first().unwrap();
    assert_eq!(status(&journey(&["new", &into, "--recipe", first])), 0);
    for name in others {
        let before: Vec<_> = std::fs::read_dir(&shop).unwrap().map(|e| e.unwrap().path()).collect();
        let texts: Vec<_> = before.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let joined = journey(&["new", name, "--into", &into]);
        assert_eq!(status(&joined), 0, "{name}: {}", err(&joined));
        for (path, text) in before.iter().zip(&texts) {
            let now = std::fs::read_to_string(path).unwrap();
            if path.ends_with("charter.journey") {
                assert!(text.lines().all(|line| now.lines().any(|l| l == line)), "{now}");
            } else {
                assert_eq!(&now, text, "{}", path.display());
            }
        }
        let checked = journey(&["check", &into]);
        assert_eq!(status(&checked), 0, "{name}: {}", out(&checked));
        assert!(!out(&checked).contains("Error"), "{}", out(&checked));
        assert_eq!(status(&journey(&["fmt", "--check", &into])), 0, "{name}");
    }
    let tested = journey(&["test", &into]);
    assert_eq!(status(&tested), 0, "{}", out(&tested));
    assert!(out(&tested).contains("45 tests passed"), "{}", out(&tested));
    let charter = std::fs::read_to_string(shop.join("charter.journey")).unwrap();
    assert_eq!(charter.matches("timezone").count(), 1, "{charter}");
    assert_eq!(charter.matches("cap promo").count(), 1, "{charter}");
    let again = journey(&["new", "birthday", "--into", &into]);
    assert_eq!(status(&again), 2);
    assert!(err(&again).contains("has a journey `birthday` already; nothing was written"), "{}", err(&again));
    assert_eq!(status(&journey(&["new", "--into", &into])), 2);
    assert_eq!(status(&journey(&["new", "birthday", "--into", &place.join("none").display().to_string()])), 2);
}

/// What a folder says of itself stays, and where a recipe does not fit nothing is written.
#[test]
fn a_recipe_takes_what_the_folder_has() {
    let place = folder("seeing_into");
    let into = place.display().to_string();
    let path = place.join("mine.journey");
    // No lists of events and attributes: none are added. Its own `hello` and nights stay.
    let mine = "charter: quiet 22:00-07:00  # my nights\n\nmessage hello:\n  email: subject \"Mine\", body \"Mine.\"\n\n\
                on account_created where plan is \"a\": if profile.vip then email hello\n";
    std::fs::write(&path, mine).unwrap();
    let joined = journey(&["new", "welcome", "--into", &into]);
    assert_eq!(status(&joined), 0, "{}", err(&joined));
    assert!(out(&joined).contains("the message `hello` stays as it is"), "{}", out(&joined));
    let welcome = std::fs::read_to_string(place.join("welcome.journey")).unwrap();
    assert!(
        !welcome.contains("message hello") && !welcome.contains("profile:\n") && !welcome.contains("\nevent "),
        "{welcome}"
    );
    let charter = mine.replace(
        "charter: quiet 22:00-07:00  # my nights\n",
        "charter:\n  quiet 22:00-07:00  # my nights\n  timezone \"Europe/Paris\"\n  consent required for push\n  cap welcome 1 per day\n",
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), charter);

    // One that lists them takes on what it does not list.
    let place = folder("seeing_into_lists");
    let into = place.display().to_string();
    std::fs::write(
        place.join("mine.journey"),
        "profile:\n  renewal_date: date\n\nevent order_completed:\n  total: number\n\njourney j:\n  on order_completed where total >= 3: email m\n",
    )
    .unwrap();
    assert_eq!(status(&journey(&["new", "--into", &into, "--recipe", "renewal"])), 0);
    let renewal = std::fs::read_to_string(place.join("renewal.journey")).unwrap();
    assert!(renewal.contains("profile:\n  auto_renew: bool\nevent contract_renewed:"), "{renewal}");
    assert!(renewal.ends_with("\n# What the other journeys of this folder use.\nmessage m\n"), "{renewal}");
    assert!(place.join("charter.journey").is_file());
    assert_eq!(status(&journey(&["check", &into])), 0);

    // A contradiction is shown at both places, and nothing comes of it.
    let place = folder("seeing_into_otherwise");
    let into = place.display().to_string();
    std::fs::write(
        place.join("mine.journey"),
        "profile:\n  birthday: text\n\non a: if profile.birthday is \"x\" then email m\n",
    )
    .unwrap();
    let joined = journey(&["new", "birthday", "--into", &into]);
    assert_eq!(status(&joined), 1);
    assert!(
        err(&joined).contains("two kinds of value") && err(&joined).contains("nothing was written"),
        "{}",
        err(&joined)
    );
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 1);
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
