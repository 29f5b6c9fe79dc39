//! The page of `journey serve --dev` in a real browser, driven as a person would; pictures of it lie in `target/screenshots`.

use crate::running::{Running, Started, Tool, folder, free_address, has};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[test]
fn a_person_drives_the_page() {
    if !has(&[Tool::Node("pages"), Tool::Chromium]) {
        return;
    }
    let running = Running::start(&["--dev", "examples/shop", "--at", "2026-03-02T09:00:00Z"], &free_address());
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    let mut driver = Command::new("node");
    driver.arg(folder("pages").join("page.mjs")).arg(running.url()).arg(&pictures);
    driver.args(["cart_abandoned", "cart_id=c1", "items=Oak side table, Linen throw"]);
    let (is_well, said) = Started::new(&mut driver).finish(Duration::from_secs(120));
    assert!(is_well && said.contains("all is as it should be"), "{said}");
}
