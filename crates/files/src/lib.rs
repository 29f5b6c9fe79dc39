//! Programs as they lie in folders: .journey files, the files that their messages take texts from, and standard input.
//!
//! The library opens no file, so whoever has a program in a folder reads it with this: the command line, and the service.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path();
//! # std::fs::write(path.join("cart.journey"), "on cart_abandoned: email recs")?;
//! let sources = journey_files::sources(path)?;
//! let program = journey::Program::compile(sources).map_err(|e| e.to_string())?;
//! assert_eq!(program.sources().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod texts;
mod walk;

use journey::SourceFile;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What standard input is called, and so a journey in it that has no name.
pub const STDIN: &str = "stdin";

/// The files of a program, in the order in which their paths were named, and in a folder in that of their own; behind them the
/// texts of messages.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Files {
    /// The files, under the names that messages show.
    pub sources: Vec<SourceFile>,
    /// Of each file, where it lies; nothing of standard input.
    pub paths: Vec<Option<PathBuf>>,
    /// Of each file, which of the named paths it was found at.
    pub named: Vec<usize>,
    /// How many of them are the program itself: those behind are texts of messages, which nothing is written to.
    pub programs: usize,
}

/// Whether a path means standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads the files of a program of one path, with the texts that its messages name.
///
/// # Errors
/// What cannot be read, in words for people.
pub fn sources(program: &Path) -> Result<Vec<SourceFile>, String> {
    files(&[program.to_path_buf()]).map(|files| files.sources)
}

/// Reads the files of a program of several paths, with the texts that its messages name: .journey files, folders of them, and
/// `-`, which is standard input.
///
/// # Errors
/// What cannot be read, in words for people.
pub fn files(paths: &[PathBuf]) -> Result<Files, String> {
    let mut files = programs(paths)?;
    texts::add(paths, &mut files)?;
    Ok(files)
}

/// The same without the texts of messages, for what is done to each file alone. A file that is met twice is read once.
///
/// # Errors
/// What cannot be read, in words for people.
pub fn programs(paths: &[PathBuf]) -> Result<Files, String> {
    let mut files = Files::default();
    let mut seen: HashSet<PathBuf> = HashSet::new();
    let mut stdin_is_read = false;
    for (number, named) in paths.iter().enumerate() {
        if is_stdin(named) {
            if !std::mem::replace(&mut stdin_is_read, true) {
                files.take(number, None, stdin()?);
            }
            continue;
        }
        let found = if named.is_dir() { walk::within(named)? } else { vec![named.clone()] };
        for path in found {
            let whole = path.canonicalize().map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
            if seen.insert(whole) {
                let source = source(&path)?;
                files.take(number, Some(path), source);
            }
        }
        if files.sources.len() > usize::from(u16::MAX) {
            return Err(format!("{} holds more than {} files", named.display(), u16::MAX));
        }
    }
    files.programs = files.sources.len();
    Ok(files)
}

/// Whether two names of files are one, however they are written.
pub fn same(one: &str, other: &str) -> bool {
    texts::plain(one) == texts::plain(other)
}

impl Files {
    fn take(&mut self, named: usize, path: Option<PathBuf>, source: SourceFile) {
        self.sources.push(source);
        self.paths.push(path);
        self.named.push(named);
    }
}

fn source(path: &Path) -> Result<SourceFile, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
    text(&path.display().to_string(), bytes)
}

fn stdin() -> Result<SourceFile, String> {
    let mut bytes = vec![];
    std::io::stdin().read_to_end(&mut bytes).map_err(|e| format!("standard input cannot be read: {e}"))?;
    text(STDIN, bytes)
}

fn text(name: &str, bytes: Vec<u8>) -> Result<SourceFile, String> {
    let text = String::from_utf8(bytes).map_err(|e| {
        format!(
            "{name} is not written in UTF-8: the byte at {} is none of a character; save it as UTF-8",
            e.utf8_error().valid_up_to()
        )
    })?;
    Ok(SourceFile::new(name, text))
}
