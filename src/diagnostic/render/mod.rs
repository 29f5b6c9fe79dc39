//! Messages for people and for machines, one format a file.

mod json;
mod text;

pub use json::json;
pub use text::text;
