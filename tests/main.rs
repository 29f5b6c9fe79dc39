//! All tests of the library, one binary. Cases are files: adding one adds a case.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    reason = "tests stop at the first surprise"
)]

mod advice;
mod attached;
mod backfill;
mod broken_lines;
mod cases;
mod chance;
mod differential;
mod documentation;
mod embedding;
mod evidence;
mod examples;
mod findings;
mod format;
mod generate;
mod grid;
mod grid_calendar;
mod hostile;
mod hostile_lines;
mod layers;
mod liquid_texts;
mod mend;
mod model;
mod outline;
mod pairs;
mod people;
#[path = "../fuzz/properties.rs"]
mod properties;
mod prove;
mod reference;
mod resolutions;
mod run_cases;
mod scenario;
mod seeds;
mod shown;
mod ten_years;
mod told;
mod versions;
