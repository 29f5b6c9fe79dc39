//! A compiled program as bytes: a line that says what it is, then JSON with the source and the tables.
//!
//! ```text
//! journey-program 8 <XXH3-64 of all that follows, the version its seed, in hex>
//! {"sources":[…],"code":{…}}
//! ```
//!
//! The source is always read. The tables are used where they were written by an engine of this version and pass
//! [`super::verify`]; another version makes its own from the source.

use super::{Code, Op, Predecessor, fingerprint, of_bytes, verify};
use crate::bytecode::{Place, Table};
use crate::ir::{AttributeId, AudienceId, CategoryId, ChannelId, Field, MessageId};
use crate::source::SourceFile;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::fmt;

/// The version of the tables that this engine writes. It changes with every change of [`Code`] or of its meaning.
const VERSION: u32 = 8;
const MAGIC: &str = "journey-program";

/// Why bytes are no compiled program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// They were not written by `Program::to_bytes`.
    NotAProgram,
    /// They are damaged.
    Damaged(String),
    /// They were written by another version of the engine, and this one finds errors in the source: they are drawn
    /// here.
    Source(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::NotAProgram => f.write_str("these bytes are no compiled program: compile its source again"),
            LoadError::Damaged(why) => write!(f, "a compiled program is damaged ({why}): compile its source again"),
            LoadError::Source(drawn) => {
                write!(f, "a program of another version of the engine has errors in this one:\n{drawn}")
            }
        }
    }
}

impl std::error::Error for LoadError {}

#[derive(Serialize, Deserialize)]
struct Source<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Writing<'a> {
    sources: Vec<Source<'a>>,
    code: &'a Code,
}

#[derive(Deserialize)]
struct Reading<'a> {
    #[serde(borrow)]
    sources: Vec<Source<'a>>,
    #[serde(borrow)]
    code: &'a RawValue,
}

/// What bytes say.
pub(crate) struct Stored {
    pub(crate) sources: Vec<SourceFile>,
    /// None: the tables are another version's.
    pub(crate) code: Option<Code>,
    /// What another version's tables say of those that it follows.
    pub(crate) older: Option<Older>,
}

/// As much of another version's tables as tells whether the numbers in them are those of this one's.
#[derive(Deserialize)]
pub(crate) struct Older {
    channels: Table<ChannelId, SmolStr>,
    categories: Table<CategoryId, SmolStr>,
    messages: Table<MessageId, SmolStr>,
    audiences: Table<AudienceId, SmolStr>,
    attributes: Table<AttributeId, Field>,
    ops: Table<Place, Op>,
    predecessors: Vec<Predecessor>,
}

impl Older {
    /// Gives the versions that it follows to the tables that this engine made from the same source, where their numbers
    /// are the same.
    pub(crate) fn hand_over(self, code: &mut Code) {
        let same = self.ops == code.ops
            && self.channels == code.channels
            && self.categories == code.categories
            && self.messages == code.messages
            && self.audiences == code.audiences
            && self
                .attributes
                .numbered()
                .all(|(at, old)| code.attributes.get(at).is_some_and(|new| new.path == old.path));
        if same {
            code.predecessors = self.predecessors;
        }
    }
}

pub(crate) fn write(sources: &[SourceFile], code: &Code) -> Vec<u8> {
    let source = |s: &'_ SourceFile| -> Source<'static> {
        Source { name: Cow::Owned(s.name.clone()), text: Cow::Owned(s.text.clone()) }
    };
    let all = Writing { sources: sources.iter().map(source).collect(), code };
    // All keys of these tables are texts, and writing to memory cannot fail.
    let content = serde_json::to_vec(&all).unwrap_or_default();
    let mut out = header(VERSION, &content).into_bytes();
    out.extend(content);
    out
}

fn header(version: u32, content: &[u8]) -> String {
    format!("{MAGIC} {version} {:016x}\n", xxhash_rust::xxh3::xxh3_64_with_seed(content, u64::from(version)))
}

pub(crate) fn read(bytes: &[u8]) -> Result<Stored, LoadError> {
    let damaged = |why: &str| LoadError::Damaged(why.to_string());
    let line = bytes.iter().take(80).position(|b| *b == b'\n').ok_or(LoadError::NotAProgram)?;
    let (head, content) = bytes.split_at_checked(line + 1).ok_or(LoadError::NotAProgram)?;
    let head = std::str::from_utf8(head).map_err(|_| LoadError::NotAProgram)?;
    let version: u32 = head
        .strip_prefix(MAGIC)
        .and_then(|rest| rest.split_ascii_whitespace().next())
        .and_then(|version| version.parse().ok())
        .ok_or(LoadError::NotAProgram)?;
    if head != header(version, content) {
        return Err(damaged("its sum does not fit"));
    }
    let json = |e: serde_json::Error| LoadError::Damaged(e.to_string());
    let Reading { sources, code } = serde_json::from_slice(content).map_err(json)?;
    let sources: Vec<SourceFile> = sources.into_iter().map(|s| SourceFile::new(s.name, s.text)).collect();
    if version != VERSION {
        return Ok(Stored { sources, code: None, older: serde_json::from_str(code.get()).ok() });
    }
    let mut code: Code = serde_json::from_str(code.get()).map_err(json)?;
    if code.fingerprint != fingerprint(&sources) {
        return Err(damaged("its tables were made from another source"));
    }
    verify::verify(&code, sources.len()).map_err(LoadError::Damaged)?;
    code.index();
    code.of_bytes = of_bytes(&sources);
    Ok(Stored { sources, code: Some(code), older: None })
}
