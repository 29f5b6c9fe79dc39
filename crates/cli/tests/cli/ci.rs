//! What the docs offer to teams: the git hook and the lines of the workflow do what they say.

use crate::{file, folder};
use std::path::Path;
use std::process::{Command, Output};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
const GOOD: &str = "on cart_abandoned: wait 1d; email recs\n";

/// Runs a command in a folder with `journey` on the path, and with no settings of whoever runs the tests.
fn run(at: &Path, program: &str, arguments: &[&str]) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_journey")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("PATH", path).env("HOME", at).env("GIT_CONFIG_NOSYSTEM", "1");
    command.args(arguments).current_dir(at).output().unwrap()
}

fn git(at: &Path, arguments: &[&str]) -> (bool, String) {
    let output = run(at, "git", &[&["-c", "user.name=a", "-c", "user.email=a@example.com"], arguments].concat());
    (output.status.success(), String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_git_hook_refuses_what_is_wrong() {
    let at = folder("hook");
    assert!(git(&at, &["init", "-q"]).0);
    std::fs::create_dir_all(at.join(".git/hooks")).unwrap();
    std::fs::copy(format!("{DOCS}/ci/pre-commit"), at.join(".git/hooks/pre-commit")).unwrap();
    let commit = |text: &str| {
        file(&at, "journeys/cart.journey", text);
        assert!(git(&at, &["add", "."]).0);
        git(&at, &["commit", "-q", "-m", "a change"])
    };
    let (done, said) = commit(GOOD);
    assert!(done, "{said}");
    let (done, said) = commit("on cart_abandoned: wiat 1d; email recs\n");
    assert!(!done && said.contains("did you mean `wait`?"), "{said}");
    let (done, said) = commit("on cart_abandoned:   wait 2 days; email recs\n");
    assert!(!done && said.contains("not in canonical form"), "{said}");
    // What is staged counts, and not what lies beside it.
    file(&at, "journeys/cart.journey", "on cart_abandoned: wait 2d; email recs\n");
    assert!(git(&at, &["add", "."]).0);
    file(&at, "journeys/cart.journey", "not a journey\n");
    let (done, said) = git(&at, &["commit", "-q", "-m", "staged"]);
    assert!(done, "{said}");
}

#[test]
fn the_lines_of_the_workflow_run() {
    let workflow = std::fs::read_to_string(format!("{DOCS}/ci/github-workflow.yml")).unwrap();
    let lines: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("- run: journey ")).collect();
    assert_eq!(lines.len(), 4);
    let at = folder("workflow");
    let results = |text: &str| -> Vec<bool> {
        file(&at, "journeys/cart.journey", text);
        lines.iter().map(|line| run(&at, "sh", &["-c", &format!("journey {line}")]).status.success()).collect()
    };
    assert_eq!(results(GOOD), [true, true, true, true]);
    assert_eq!(results("on cart_abandoned:  push recs\n"), [false, false, true, true]);
    assert!(std::fs::read_to_string(at.join("journeys.sarif")).unwrap().contains("no-consent-rule"));
}
