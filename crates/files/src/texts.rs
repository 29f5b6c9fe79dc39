//! The files that messages take their texts from. What is missing is said by the check, at the line that names it.

use crate::{Files, is_stdin, text};
use journey::limits::ATTACHMENT;
use std::collections::HashSet;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Letters that a misspelt name is off, at most.
const NEAR: usize = 3;
/// Files of a folder that are looked at for the one that was meant.
const MOST_LOOKED_AT: usize = 10_000;

/// Adds the files that the messages of these programs name, as far as they are there.
pub(crate) fn add(paths: &[PathBuf], files: &mut Files) -> Result<(), String> {
    let wanted = journey::files_named(&files.sources);
    if wanted.is_empty() {
        return Ok(());
    }
    let folders = Folders::of(paths);
    let mut seen: HashSet<PathBuf> = files.sources.iter().map(|source| plain(&source.name)).collect();
    for (by, name) in wanted {
        let number = files.named.get(by).copied().unwrap_or_default();
        let path = PathBuf::from(&name);
        if !seen.insert(plain(&name)) || !folders.hold(&path) {
            continue;
        }
        match read(&path, &folders)? {
            Some(bytes) => files.take(number, Some(path), text(&name, bytes)?),
            // The check asks whether the file was meant that is called nearly so.
            None => {
                let Some(near) = nearest(&path).filter(|near| !seen.contains(near)) else { continue };
                let Some(bytes) = read(&near, &folders).ok().flatten() else { continue };
                let Ok(source) = text(&near.display().to_string(), bytes) else { continue };
                seen.insert(near.clone());
                files.take(number, Some(near), source);
            }
        }
        if files.sources.len() > usize::from(u16::MAX) {
            return Err(format!("this program has more than {} files", u16::MAX));
        }
    }
    Ok(())
}

/// A path without the parts that say nothing.
pub(crate) fn plain(name: &str) -> PathBuf {
    Path::new(name).components().filter(|part| *part != std::path::Component::CurDir).collect()
}

/// The folders that the program was said to lie in.
struct Folders {
    named: Vec<PathBuf>,
    /// Where they are, links followed.
    whole: Vec<PathBuf>,
}

impl Folders {
    fn of(paths: &[PathBuf]) -> Folders {
        let folder = |path: &PathBuf| match path {
            path if is_stdin(path) => PathBuf::new(),
            path if path.is_dir() => path.clone(),
            path => path.parent().map(Path::to_path_buf).unwrap_or_default(),
        };
        let named: Vec<PathBuf> = paths.iter().map(|path| plain(&folder(path).display().to_string())).collect();
        let here = |folder: &PathBuf| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.clone() };
        let whole = named.iter().filter_map(|folder| here(folder).canonicalize().ok()).collect();
        Folders { named, whole }
    }

    /// Whether a path lies in one of them, by its name.
    fn hold(&self, path: &Path) -> bool {
        let path = plain(&path.display().to_string());
        self.named.iter().any(|folder| path.starts_with(folder))
    }

    /// The same of a file as it is, links followed.
    fn hold_whole(&self, path: &Path) -> bool {
        self.whole.iter().any(|folder| path.starts_with(folder))
    }
}

/// What a file says; nothing: it is not there.
fn read(path: &Path, folders: &Folders) -> Result<Option<Vec<u8>>, String> {
    let unreadable = |e: std::io::Error| format!("{} cannot be read: {e}", path.display());
    let whole = match path.canonicalize() {
        Ok(whole) => whole,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(e) => return Err(unreadable(e)),
    };
    if !folders.hold_whole(&whole) {
        return Err(format!(
            "{} is a link that leads out of the program's folder: put the file itself into it",
            path.display()
        ));
    }
    let what = whole.metadata().map_err(unreadable)?;
    if !what.is_file() {
        return Err(format!("{} is no file, and a message takes its text from it: name a file", path.display()));
    }
    let mut bytes = vec![];
    let file = std::fs::File::open(&whole).map_err(unreadable)?;
    file.take(ATTACHMENT as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > ATTACHMENT {
        return Err(format!(
            "{} is larger than {} KiB, and a message takes its text from it: make it smaller, a picture is a link in a mail",
            path.display(),
            ATTACHMENT >> 10
        ));
    }
    Ok(Some(bytes))
}

/// The file of the same folder that is called nearly so.
fn nearest(path: &Path) -> Option<PathBuf> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let names = entries.take(MOST_LOOKED_AT).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let names = names.filter(|name| !name.starts_with('.') && !name.ends_with(".journey"));
    let far = names.map(|name| (strsim::damerau_levenshtein(wanted, &name), name));
    let (_, name) = far.filter(|(distance, _)| *distance <= NEAR).min()?;
    Some(folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name)))
}
