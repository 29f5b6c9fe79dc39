//! All tests of the library, one binary. Cases are files: adding one adds a case.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

mod broken_lines;
mod cases;
mod examples;
mod hostile;
mod run_cases;
