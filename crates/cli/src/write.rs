//! Writes files: what is there is whole at any moment, for a new text is written beside it first, then put in its place.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file, new or in the place of what is there. What a link points to is replaced, not the link, and it may be
/// read by whom it might be read before.
pub(crate) fn file(path: &Path, content: &[u8]) -> Result<(), String> {
    whole(path, content).map_err(|e| format!("{} cannot be written: {e}", path.display()))
}

/// Writes a file that is not there yet, and none that is.
pub(crate) fn new(path: &Path, content: &[u8]) -> Result<(), String> {
    let written =
        fs::File::create_new(path).and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()));
    written.map_err(|e| format!("{} cannot be written: {e}", path.display()))
}

fn whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let there: Option<Metadata> = match fs::metadata(path) {
        Ok(there) => Some(there),
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(e) => return Err(e),
    };
    match there {
        // A pipe or a device is written to: nothing can stand in its place.
        Some(there) if !there.is_file() => fs::OpenOptions::new().write(true).open(path)?.write_all(content),
        Some(there) => {
            let path = fs::canonicalize(path)?;
            let file = beside(&path, content)?;
            file.as_file().set_permissions(there.permissions())?;
            file.persist(&path).map_err(|e| e.error)?;
            settled(&path)
        }
        None => {
            beside(path, content)?.persist(path).map_err(|e| e.error)?;
            settled(path)
        }
    }
}

/// A file of a name that nobody has, in the same folder, with the content on the disk. It goes where it is not kept.
fn beside(path: &Path, content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.prefix(".journey-").suffix(".tmp").tempfile_in(folder(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The new name is on the disk too, where the system can say so.
fn settled(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder(path))?.sync_all()?;
    }
    Ok(())
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
