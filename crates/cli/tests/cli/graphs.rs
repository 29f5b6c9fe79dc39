//! `graph`: pictures in every format, with customers on the arrows.

use super::{EXAMPLES, err, file, folder, journey, out, status};

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
