//! `check` in all its formats, levels, allowances, and `explain`.

use crate::guide::does_what_it_says;
use crate::{EXAMPLES, err, file, folder, journey, out, status};

const DOUBTFUL: &str = "journey cart:\n  on cart_abandoned:\n    email recs\n    if opend then exit\n";

/// Pages with programs and all that is printed about them; read them when they are written anew (`UPDATE_CASES=1`).
#[test]
fn findings_are_short_and_in_order() {
    does_what_it_says(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages/findings.md"));
}

#[test]
fn one_mistake_is_told_once() {
    does_what_it_says(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages/one_mistake.md"));
}

#[test]
fn many_errors_are_counted() {
    let at = folder("many_errors");
    let lines: String = (0..30).map(|n| format!("    email m{n} a b\n")).collect();
    let program = file(&at, "cart.journey", format!("on cart_abandoned:\n{lines}"));
    let output = journey(&["check", &program]);
    assert_eq!(out(&output).matches("[syntax] Error:").count(), 20);
    let last = out(&output).lines().last();
    assert_eq!(last, Some("… and 10 more errors: `journey check --verbose` draws all"));
    assert!(err(&output).contains(": 30 errors\n  syntax: 30 places in `cart`\n"), "{}", err(&output));
    let output = journey(&["check", &program, "--verbose"]);
    assert_eq!(out(&output).matches("[syntax] Error:").count(), 30);
    // Every other format has each finding.
    let output = journey(&["check", &program, "--format", "github"]);
    assert_eq!(out(&output).lines().count(), 30);
}

#[test]
fn sarif_holds_against_its_schema() {
    let at = folder("sarif");
    let text = format!("{DOUBTFUL}  on é a\nmessage unused_one: sms: \"x\"\n  goal x where y is 1 2\n");
    let program = file(&at, "a cart.journey", text);
    let output = journey(&["check", &program, "--format", "sarif"]);
    assert_eq!(status(&output), 1);
    let log: serde_json::Value = serde_json::from_str(out(&output)).unwrap();
    // A pattern of the published schema, for the language of a run, is no regular expression by every reading.
    let schema = include_str!("../sarif-2.1.0.schema.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&log).map(|e| e.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{}", out(&output));
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() >= 3, "{}", out(&output));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.ends_with("/a%20cart.journey"), "{uri}");
    }
    // A program with nothing to say is a log too.
    let clean = journey(&["check", &format!("{EXAMPLES}/welcome"), "--format", "sarif"]);
    assert_eq!(status(&clean), 0);
    let log: serde_json::Value = serde_json::from_str(out(&clean)).unwrap();
    assert!(validator.is_valid(&log) && log["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[test]
fn github_shows_findings_beside_their_lines() {
    let at = folder("github");
    let program = file(&at, "cart.journey", "on cart_abandoned: wait 100% of it\n");
    let output = journey(&["check", &program, "--format", "github"]);
    assert_eq!(status(&output), 1);
    let expected = format!("::error file={program},line=1,endLine=1,col=25,endColumn=29,title=syntax::");
    assert!(out(&output).starts_with(&expected), "{}", out(&output));
    assert!(out(&output).contains("`100%25` cannot follow `wait` here%0A"), "{}", out(&output));
    assert_eq!(out(&output).lines().count(), 1);
}

#[test]
fn warnings_fail_where_they_are_denied() {
    let at = folder("deny");
    let program = file(&at, "cart.journey", DOUBTFUL);
    let output = journey(&["check", &program, "--format", "json"]);
    assert_eq!(status(&output), 0, "{}", out(&output));
    let names: Vec<String> = serde_json::from_str::<Vec<serde_json::Value>>(out(&output))
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["line"], row["level"].as_str().unwrap(), row["name"].as_str().unwrap()))
        .collect();
    assert_eq!(names, ["1 warning no-goal", "4 warning unknown-name"]);
    assert_eq!(status(&journey(&["check", &program, "--deny-warnings"])), 1);
}

#[test]
fn a_team_sets_levels() {
    let at = folder("levels");
    let program = file(&at, "journeys/cart.journey", DOUBTFUL);
    file(&at, "journey.toml", "[levels]\nno-goal = \"off\"\nunknown-name = \"error\"\n");
    let output = journey(&["check", &program]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).contains("[unknown-name] Error:") && !out(&output).contains("no-goal"), "{}", out(&output));
    file(&at, "journey.toml", "[levels]\nno-gaol = \"off\"\n");
    let output = journey(&["check", &program]);
    assert_eq!(status(&output), 2);
    assert!(
        err(&output).contains("journey.toml: there is no finding `no-gaol`: did you mean `no-goal`?"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_comment_allows_one_place() {
    let at = folder("allow");
    let check = |text: &str| {
        let output = journey(&["check", &file(&at, "a.journey", text), "--format", "json"]);
        let rows: Vec<serde_json::Value> = serde_json::from_str(out(&output)).unwrap();
        rows.iter().map(|row| format!("{}:{}", row["line"], row["name"].as_str().unwrap())).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(check("journey j: # allow(no-goal): it greets\n  on a: email b\n"), none);
    assert_eq!(check("# allow(no-goal): it greets\njourney j:\n  on a: email b\n"), none);
    assert_eq!(check("# allow(no-goal): it greets\n# and more\njourney j:\n  on a: email b\n"), none);
    assert_eq!(check("# allow(no-goal, no-timezone): r\njourney j:\n  on a: wait 1d; email b\n"), ["1:unused"]);
    assert_eq!(check("# allow(no-goal)\njourney j:\n  on a: email b\n"), ["1:syntax", "2:no-goal"]);
    assert_eq!(check("# allow(no-goal):\njourney j:\n  on a: email b\n"), ["1:syntax", "2:no-goal"]);
    assert_eq!(check("# allow(no-goal): too far away\n\njourney j:\n  on a: email b\n"), ["1:unused", "3:no-goal"]);
    assert_eq!(
        check("on a: if opened then email b # allow(engagement-before-send): no\n"),
        ["1:engagement-before-send", "1:unused"]
    );
}

#[test]
fn explain_prints_pages() {
    let output = journey(&["explain", "tail-of-if"]);
    assert_eq!(status(&output), 0);
    assert!(out(&output).starts_with("# tail-of-if\n") && out(&output).contains("## When it is fine"));
    let all = journey(&["explain"]);
    assert!(status(&all) == 0 && out(&all).contains("no-goal"), "{}", out(&all));
    let output = journey(&["explain", "tail-of-iff"]);
    assert_eq!(status(&output), 2);
    assert_eq!(err(&output), "error: there is no finding `tail-of-iff`: did you mean `tail-of-if`?\n");
}
