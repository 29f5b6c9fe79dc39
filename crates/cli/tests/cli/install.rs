//! `scripts/install.sh`: a release in a folder is installed, and what is not what was released is not.
#![cfg(unix)]

use crate::{file, folder};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/install.sh");

/// The name of the archive for this machine.
fn name() -> String {
    let system = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-gnu" };
    format!("journey-{}-{system}", std::env::consts::ARCH)
}

/// What a release holds: the archive and its checksum.
fn release(of: &str) -> PathBuf {
    let at = folder(of);
    let journey = Path::new(env!("CARGO_BIN_EXE_journey"));
    let archive = format!("{}.tar.gz", name());
    let mut tar = Command::new("tar");
    tar.arg("-czf").arg(at.join(&archive)).arg("-C").arg(journey.parent().unwrap()).arg("journey");
    assert!(tar.status().unwrap().success());
    let sum = match cfg!(target_os = "macos") {
        true => "shasum -a 256",
        false => "sha256sum",
    };
    let told = Command::new("sh").args(["-c", &format!("{sum} {archive}")]).current_dir(&at).output().unwrap();
    file(&at, &format!("{}.sha256", name()), told.stdout);
    at
}

fn install(from: &Path, into: &Path) -> Output {
    Command::new("sh").arg(SCRIPT).env("JOURNEY_FROM", from).env("JOURNEY_BIN", into).output().unwrap()
}

#[test]
fn a_release_is_installed() {
    let from = release("release");
    let into = from.join("a folder/bin");
    let done = install(&from, &into);
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{said}");
    assert!(said.contains("installed journey") && said.contains("is not on your PATH"), "{said}");
    assert!(Command::new(into.join("journey")).args(["new", "--list"]).status().unwrap().success());
    // A second time it is replaced.
    assert!(install(&from, &into).status.success());
}

#[test]
fn another_file_than_the_released_one_is_not_installed() {
    let from = release("altered_release");
    let into = from.join("bin");
    let archive = from.join(format!("{}.tar.gz", name()));
    let mut bytes = std::fs::read(&archive).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&archive, bytes).unwrap();
    let altered = install(&from, &into);
    let said = String::from_utf8(altered.stderr).unwrap();
    assert!(!altered.status.success() && said.contains("checksum differs"), "{said}");
    assert!(!into.join("journey").exists());
    std::fs::remove_file(&archive).unwrap();
    let missing = install(&from, &into);
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(!missing.status.success() && said.contains("could not be fetched"), "{said}");
}
