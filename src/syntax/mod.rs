//! From text to a tree: pieces (`token`), lines and indentation (`layout`), words where they stand
//! (`classify`), the grammar of one line (`grammar/journey.lalrpop`), and the lines put together (`parse`).

mod attached;
mod classify;
mod elsewhere;
mod format;
mod habits;
mod known;
mod layout;
pub(crate) mod line;
mod lookalike;
mod messages;
mod mistakes;
mod node;
mod parse;
mod pasted;
mod problem;
mod sense;
mod slips;
pub mod token;
pub mod tree;
mod trial;
mod unread;
pub(crate) mod walk;
pub mod words;

pub(crate) use attached::{are_texts, holds_words, is_file_name, named, put_in};
pub(crate) use elsewhere::{is_yearly, kind};
pub use format::{FormatError, format};
pub(crate) use known::{Known, alike};
pub(crate) use parse::parse;
