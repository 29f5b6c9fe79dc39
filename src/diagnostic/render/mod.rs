//! Messages for people and for machines, one format a file.

mod github;
mod json;
mod text;

pub use github::github;
pub use json::json;
pub use text::text;
