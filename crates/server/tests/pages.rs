//! The page of `journey serve --dev` in a real browser, driven as a person would; pictures of it lie in `target/screenshots`.

use crate::running::{Running, Tool, both, finish, folder, free_address, has};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

#[test]
fn a_person_drives_the_page() {
    if !has(&[Tool::Node("pages"), Tool::Chromium]) {
        return;
    }
    let running =
        Running::start(&["--dev", "examples/shop", "--at", "2026-03-02T09:00:00Z"], &free_address());
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    let child = Command::new("node")
        .arg(folder("pages").join("page.mjs"))
        .arg(running.url())
        .arg(&pictures)
        .args(["cart_abandoned", "cart_id=c1", "items=Oak side table, Linen throw"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = finish(child, Duration::from_secs(120));
    assert!(output.status.success(), "{}", both(&output));
    assert!(both(&output).contains("all is as it should be"), "{}", both(&output));
}
