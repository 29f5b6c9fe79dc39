//! Which files a program is made of, and how files are written.

use crate::{err, file, folder, journey, out, status, within};
use std::path::Path;

const GOOD: &str = "on cart_abandoned: wait 1d; email recs\n";
const LOOSE: &str = "on cart_abandoned :   wait 1 day;email recs\n";
const BAD: &str = "this is no journey\n";

/// The files that `fmt --check` names, of programs that are not in canonical form.
fn read(at: &Path, paths: &[&str]) -> Vec<String> {
    let output = within(at, &[&["fmt", "--check"], paths].concat(), LOOSE);
    out(&output).lines().map(str::to_string).collect()
}

#[test]
fn what_git_ignores_is_passed_over() {
    let at = folder("ignored");
    for name in [
        "a.journey",
        "b/c.journey",
        ".git/hooks.journey",
        ".hidden/d.journey",
        ".e.journey",
        "node_modules/shop/f.journey",
        "b/node_modules/g.journey",
        "target/h.journey",
        "b/drafts/i.journey",
        "b/kept.journey",
        "j.journey.orig",
        "venv/k.journey",
    ] {
        file(&at, name, LOOSE);
    }
    file(&at, ".gitignore", "target/\n");
    file(&at, "b/.ignore", "drafts\n*ept.journey\n!kept.journey\n");
    // As tools do that make a folder of their own.
    file(&at, "venv/.gitignore", "*\n");
    let all = ["a.journey", "b/c.journey", "b/kept.journey"];
    // There is a folder .git, but no repository; then none at all.
    assert_eq!(read(&at, &[]), all);
    assert_eq!(read(&at, &["."]), all);
    std::fs::remove_dir_all(at.join(".git")).unwrap();
    assert_eq!(read(&at, &[]), all);
    assert_eq!(read(&at, &["b"]), ["b/c.journey", "b/kept.journey"]);
    let whole = at.display().to_string();
    assert_eq!(read(&at, &[&whole]), all.map(|name| format!("{whole}/{name}")));
    // What is named is read.
    let named = ["target/h.journey", ".e.journey", "b/drafts/i.journey", "venv/k.journey", "j.journey.orig"];
    assert_eq!(read(&at, &named), named);
    assert_eq!(read(&at, &[".hidden", "node_modules"]), [".hidden/d.journey", "node_modules/shop/f.journey"]);
    // And a folder that is all passed over says so.
    let output = within(&at, &["check", "venv"], "");
    assert_eq!((status(&output), out(&output)), (0, ""));
    assert!(err(&output).contains("venv: there is no .journey file here") && err(&output).contains(".gitignore"));
}

#[test]
fn each_command_takes_this_folder_where_none_is_named() {
    let at = folder("default");
    let test = "test cart \"it comes\":\n  +0 cart_abandoned\n  +1d expect email recs\n";
    file(&at, "cart.journey", format!("{GOOD}\n{test}"));
    file(&at, "node_modules/broken.journey", BAD);
    file(
        &at,
        "events.jsonl",
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#,
    );
    for arguments in [
        &["check"][..],
        &["fix"],
        &["fmt"],
        &["fmt", "--check"],
        &["graph"],
        &["preview"],
        &["pressure"],
        &["test"],
        &["run", "--events", "events.jsonl"],
        &["why", "--events", "events.jsonl", "--profile", "ana"],
    ] {
        let output = within(&at, arguments, "");
        assert_eq!(status(&output), 0, "{arguments:?}: {}", err(&output));
        assert!(!err(&output).contains("no journey here"), "{arguments:?}: {}", err(&output));
    }
    let none = folder("default_none");
    for command in ["check", "fix", "fmt", "graph", "preview", "pressure", "test"] {
        let output = within(&none, &[command], "");
        assert_eq!(status(&output), 0, "{command}: {}", err(&output));
        assert!(err(&output).contains(".: there is no .journey file here"), "{command}: {}", err(&output));
        assert!(!err(&output).contains("nothing wrong") && !err(&output).contains("nothing left"), "{}", err(&output));
    }
}

#[test]
fn several_paths_are_one_program() {
    let at = folder("several_paths");
    file(&at, "charter.journey", "message recs\n");
    file(&at, "journeys/cart.journey", GOOD);
    file(&at, "journeys/more/other.journey", "on a: email recs\n");
    let check = |paths: &[&str]| {
        let output = within(&at, &[&["check", "--format", "json"], paths].concat(), "on b: email recs\n");
        out(&output).to_string()
    };
    assert_eq!(check(&["charter.journey", "journeys"]), "[]\n");
    // Whatever is named twice is read once: a journey twice would be an error.
    let twice = ["journeys", "charter.journey", "./journeys/cart.journey", "journeys/../charter.journey", "journeys"];
    assert_eq!(check(&twice), "[]\n");
    assert_eq!(check(&[".", "journeys/more"]), "[]\n");
    assert_eq!(check(&["charter.journey", "-", "-"]), "[]\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("journeys/cart.journey", at.join("link.journey")).unwrap();
        assert_eq!(check(&["."]), "[]\n");
        let linked = folder("several_linked");
        std::os::unix::fs::symlink(at.join("journeys/cart.journey"), linked.join("cart.journey")).unwrap();
        let output = within(&linked, &["check"], "");
        assert!(err(&output).contains(".: nothing wrong found"), "{}", err(&output));
    }
    let output = within(&at, &["check", "charter.journey", "journeys"], "");
    assert_eq!(err(&output), "charter.journey, journeys: nothing wrong found\n");
    assert_eq!(status(&within(&at, &["check", "charter.journey", "nowhere"], "")), 2);
    file(&at, "journeys/loose.journey", "on c :  after 1 day; email recs\n");
    let output = within(&at, &["fix", "charter.journey", "journeys"], "");
    assert!(err(&output).ends_with("charter.journey, journeys: 1 mended, nothing left\n"), "{}", err(&output));
    assert_eq!(std::fs::read_to_string(at.join("journeys/loose.journey")).unwrap(), "on c: wait 1d; email recs\n");
}

#[test]
fn the_nearest_settings_hold_for_each_path() {
    let at = folder("several_settings");
    let doubtful = |name: &str| format!("journey {name}:\n  on a: email recs\n");
    file(&at, "loud/one.journey", doubtful("one"));
    file(&at, "loud/journey.toml", "[levels]\nno-goal = \"error\"\n");
    file(&at, "quiet/two.journey", doubtful("two"));
    file(&at, "quiet/journey.toml", "[levels]\nno-goal = \"off\"\n");
    file(&at, "three.journey", doubtful("three"));
    let output = within(&at, &["check", "quiet", "three.journey", "loud", "--format", "json"], "");
    let found: Vec<serde_json::Value> = serde_json::from_str(out(&output)).unwrap();
    let found: Vec<String> =
        found.iter().map(|f| format!("{} {}", f["file"].as_str().unwrap(), f["level"].as_str().unwrap())).collect();
    assert_eq!(found, ["three.journey warning", "loud/one.journey error"]);
    assert_eq!(status(&output), 1);
    // Standard input has those of the folder that the command is called in.
    let output = within(&at.join("quiet"), &["check", "-"], doubtful("four"));
    assert_eq!((status(&output), err(&output)), (0, "stdin: nothing wrong found\n"));
}

#[test]
fn standard_input_is_checked_and_formatted() {
    let at = folder("stdin");
    let output = within(&at, &["check", "-"], GOOD);
    assert_eq!((status(&output), out(&output), err(&output)), (0, "", "stdin: nothing wrong found\n"));
    let output = within(&at, &["check", "-"], BAD);
    assert_eq!(status(&output), 1);
    assert!(out(&output).contains("stdin:1:1") && !err(&output).contains("journey fix"), "{}", err(&output));
    let output = within(&at, &["fmt", "-"], LOOSE);
    assert_eq!((status(&output), out(&output), err(&output)), (0, GOOD, ""));
    let output = within(&at, &["fmt", "-"], GOOD);
    assert_eq!((status(&output), out(&output)), (0, GOOD));
    let output = within(&at, &["fmt", "-", "--check"], LOOSE);
    assert_eq!((status(&output), out(&output)), (1, "stdin\n"));
    let output = within(&at, &["fmt", "--check", "-"], GOOD);
    assert_eq!((status(&output), out(&output)), (0, ""));
    let output = within(&at, &["fmt", "-"], BAD);
    assert_eq!((status(&output), out(&output)), (1, ""));
    // What is printed is the text, byte for byte, whatever a terminal would make of it.
    let escape = "on a: email recs  # \u{1b}[31mred\n";
    let output = within(&at, &["fmt", "-", "--color", "never"], escape);
    assert_eq!(out(&output), escape);
    let output = within(&at, &["fix", "-"], GOOD);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("standard input has none"), "{}", err(&output));
    let pairs = [
        ["run", "-", "--events", "-"].as_slice(),
        &["backtest", "-", "--events", "-"],
        &["diff", "a.journey", "-", "--events", "-"],
        &["diff", "-", "-", "--events", "in.jsonl"],
    ];
    for command in pairs {
        let both = within(&at, command, GOOD);
        assert_eq!(status(&both), 2);
        assert!(err(&both).contains("cannot both be standard input"), "{command:?}: {}", err(&both));
    }
    let output = within(&at, &["check", "-"], b"on caf\xe9: email recs\n");
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("stdin is not written in UTF-8"), "{}", err(&output));
}

#[test]
fn fixes_are_offered_only_where_there_are_some() {
    let at = folder("offered");
    let says = |text: &str| {
        let output = journey(&["check", &file(&at, "a.journey", text)]);
        err(&output).lines().last().unwrap().to_string()
    };
    assert!(says("on a: after 2 days; email recs\n").ends_with("a.journey` mends what is safe to mend"));
    let unsafe_only = says("on a: push recs\n");
    assert!(unsafe_only.ends_with("a.journey` writes what is likely meant"), "{unsafe_only}");
    assert!(says("on a: wait\n").ends_with("says more"));
}

#[test]
fn files_are_whole_at_any_moment() {
    let at = folder("whole");
    let program = file(&at, "cart.journey", LOOSE);
    // What was the name of the file beside it is somebody's own.
    file(&at, "cart.journey.new", "mine");
    file(&at, "cart.journey.tmp", "mine too");
    assert_eq!(status(&journey(&["fmt", &program])), 0);
    assert_eq!(std::fs::read_to_string(&program).unwrap(), GOOD);
    assert_eq!(std::fs::read_to_string(at.join("cart.journey.new")).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(&at).unwrap().count(), 3, "nothing is left beside it");
    // The same for what other commands write.
    for arguments in [
        &["graph", &program, "--out", &at.join("out").display().to_string()][..],
        &["test", &program, "--junit", &at.join("out/results.xml").display().to_string()],
        &["man", "--out", &at.join("out").display().to_string()],
    ] {
        let again = [arguments, arguments].map(|arguments| status(&journey(arguments)));
        assert_eq!(again, [0, 0], "{arguments:?}");
    }
    let names: Vec<String> =
        std::fs::read_dir(at.join("out")).unwrap().map(|e| e.unwrap().file_name().display().to_string()).collect();
    assert!(names.len() > 10 && names.iter().all(|name| !name.starts_with('.')), "{names:?}");
}

#[test]
#[cfg(unix)]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let at = folder("links");
    let program = file(&at, "real/cart.journey", LOOSE);
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o640)).unwrap();
    symlink("real/cart.journey", at.join("link.journey")).unwrap();
    assert_eq!(status(&journey(&["fmt", &at.join("link.journey").display().to_string()])), 0);
    assert!(at.join("link.journey").is_symlink());
    assert_eq!(std::fs::read_to_string(&program).unwrap(), GOOD);
    assert_eq!(std::fs::metadata(&program).unwrap().permissions().mode() & 0o777, 0o640);
    // New files are read by whom others are read, and pipes are written to.
    let results = at.join("results.xml");
    assert_eq!(status(&journey(&["test", &program, "--junit", &results.display().to_string()])), 0);
    let other = std::fs::metadata(file(&at, "other", "")).unwrap().permissions();
    assert_eq!(std::fs::metadata(&results).unwrap().permissions(), other);
    let output = journey(&["test", &program, "--junit", "/dev/stdout"]);
    assert!(status(&output) == 0 && out(&output).contains("<testsuites"), "{}", err(&output));
}

#[test]
#[cfg(unix)]
fn names_that_are_no_text_are_written_too() {
    use std::os::unix::ffi::OsStrExt;
    let at = folder("names");
    let path = at.join(std::ffi::OsStr::from_bytes(b"caf\xe9.journey"));
    if std::fs::write(&path, LOOSE).is_ok() {
        assert_eq!(status(&journey(&["fmt", &at.display().to_string()])), 0);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), GOOD);
    }
}
