//! The properties that the fuzz targets call, and what they are made of: the tests' generator and slow model.

#[path = "../tests/generate.rs"]
mod generate;
#[path = "../tests/model/mod.rs"]
mod model;
#[path = "../tests/pairs.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod pairs;
pub mod properties;
#[path = "../tests/shown.rs"]
mod shown;
