//! `journey pressure`: the table, the same numbers as JSON, the picture.

use super::{EXAMPLES, err, file, folder, journey, out, status};

const SHOP: &str = "\
charter:
  timezone \"Europe/Paris\"
  cap 1 per day
journey cart:
  on cart_abandoned:
    email recs
    wait 12h
    email more
  goal order_placed
journey news:
  category promo
  every monday, thursday at 09:00: email news
  goal order_placed
";

#[test]
fn the_table_says_who_adds_up_to_how_much() {
    let folder = folder("pressure_table");
    let shop = file(&folder, "shop.journey", SHOP);
    let output = journey(&["pressure", &shop]);
    assert_eq!(status(&output), 0);
    let text = out(&output);
    let all = text.lines().position(|line| line.contains("all messages")).unwrap();
    let lines: Vec<&str> = text.lines().skip(all).take(3).collect();
    assert!(lines[0].contains("3, caps allow 1 !") && lines[0].contains("4, caps allow 8"), "{text}");
    assert!(lines[1].contains("2 cart") && lines[2].contains("1 news") && lines[2].contains("9 news"), "{text}");
    assert!(text.contains("what is over does not go out"), "{text}");
    assert!(text.contains("each event that lets people in happens once"), "{text}");
    assert!(text.contains("  cart  12h\n"), "{text}");
}

#[test]
fn json_says_the_same() {
    let folder = folder("pressure_json");
    let shop = file(&folder, "shop.journey", SHOP);
    let output = journey(&["pressure", &shop, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(out(&output)).unwrap();
    let all = &report["rows"][0];
    assert_eq!(all["of"], "all");
    assert_eq!(all["windows"][0]["window"], "day");
    assert_eq!(all["windows"][0]["most"], 3);
    assert_eq!(all["windows"][0]["limit"], 1);
    assert_eq!(all["windows"][0]["over"], true);
    assert_eq!(all["windows"][0]["journeys"][0]["journey"], "cart");
    assert_eq!(all["windows"][0]["journeys"][0]["path"][1]["after_seconds"], 43_200);
    assert_eq!(all["windows"][0]["journeys"][0]["path"][1]["line"], 8);
    assert_eq!(all["caps"][0], "cap 1 per day");
    let channel = report["rows"].as_array().unwrap().iter().find(|row| row["of"] == "channel").unwrap();
    assert_eq!(channel["name"], "email");
    assert_eq!(report["journeys"][0]["longest_seconds"], 43_200);
    assert_eq!(report["journeys"][0]["closest_seconds"], 43_200);
    assert_eq!(report["journeys"][0]["sends"][1]["earliest_seconds"], 43_200);
}

#[test]
fn the_picture_shows_the_worst_week() {
    let folder = folder("pressure_svg");
    let shop = file(&folder, "shop.journey", SHOP);
    let output = journey(&["pressure", &shop, "--format", "svg"]);
    assert_eq!(status(&output), 0);
    let text = out(&output);
    assert!(text.starts_with("<svg ") && text.trim_end().ends_with("</svg>"), "{text}");
    for words in [
        "The worst week: one person can be asked to get 4 messages",
        "email recs",
        "email news",
        "prefers-color-scheme: dark",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("http") || text.matches("http").count() == 1, "nothing is fetched: {text}");
}

#[test]
fn names_that_mean_something_in_xml_are_only_names() {
    let folder = folder("pressure_names");
    let program = "journey \"a <b> & c\":\n  on x: email \"<script>\"\n  goal y\n";
    let shop = file(&folder, "shop.journey", program);
    let output = journey(&["pressure", &shop, "--format", "svg"]);
    assert!(!out(&output).contains("<script>") && !out(&output).contains("<b>"), "{}", out(&output));
}

#[test]
fn a_program_with_an_error_has_no_pressure() {
    let folder = folder("pressure_error");
    let broken = file(&folder, "broken.journey", "on x: emial recs\n");
    let output = journey(&["pressure", &broken]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).is_empty() && err(&output).contains("1 error"), "{}", err(&output));
    assert_eq!(status(&journey(&["pressure", "nowhere"])), 2);
}

/// The picture in the docs is the one of the example. With `UPDATE_CASES=1` it is written anew.
#[test]
fn the_picture_of_the_docs_is_fresh() {
    let output = journey(&["pressure", &format!("{EXAMPLES}/daily_cap"), "--format", "svg"]);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pressure.svg");
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(path, &output.stdout).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), out(&output));
}
