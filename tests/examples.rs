//! Every folder of `examples/` runs and comes to the timeline that stands in it.
//!
//! With `UPDATE_CASES=1` the timelines are written anew; read them before they are committed.

use journey::replay::Replay;
use journey::timeline::Timelines;
use journey::{Input, Program, SourceFile};
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn timeline(folder: &Path) -> String {
    let is_program = |path: &PathBuf| path.extension().is_some_and(|e| e == "journey");
    let sources = files(folder).into_iter().filter(is_program).map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        SourceFile::new(name, std::fs::read_to_string(path).unwrap())
    });
    let program = Program::compile(sources.collect()).unwrap_or_else(|e| panic!("{}:\n{e}", folder.display()));
    let mut timelines = Timelines::new();
    let mut replay = Replay::new(&program, None, true);
    for line in std::fs::read_to_string(folder.join("events.jsonl")).unwrap().lines() {
        replay.input(&Input::from_json(line).unwrap(), &mut timelines).unwrap();
    }
    replay.finish(&mut timelines).unwrap();
    let mut text = String::new();
    timelines.write(&mut text, |_, text| text.to_string()).unwrap();
    text
}

#[test]
fn examples_come_to_their_timelines() {
    let is_program = |path: &PathBuf| path.join("events.jsonl").is_file();
    let folders: Vec<PathBuf> = files(Path::new("examples")).into_iter().filter(is_program).collect();
    assert!(folders.len() >= 5);
    for folder in folders {
        let (actual, path) = (timeline(&folder), folder.join("timeline.txt"));
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&path, &actual).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(actual, expected, "{}", path.display());
    }
}
