//! Which files of a folder belong to a program.

use ignore::{DirEntry, WalkBuilder};
use std::path::{Path, PathBuf};

/// The .journey files of a folder and those below it, in the order of their paths. What is hidden is passed over, so is what
/// a `.gitignore` or `.ignore` names, in a repository and outside of one, and so are the packages of others.
pub(crate) fn within(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut walk = WalkBuilder::new(folder);
    // What a program is hangs on its own files alone: on no settings of the machine.
    walk.require_git(false).git_global(false).git_exclude(false);
    walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != "node_modules");
    let mut paths = vec![];
    for entry in walk.build() {
        let entry = entry.map_err(|e| format!("{} cannot be read: {e}", folder.display()))?;
        if is_program(&entry) {
            let path = entry.path();
            paths.push(path.strip_prefix(".").unwrap_or(path).to_path_buf());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether this is a .journey file, or a link to one.
fn is_program(entry: &DirEntry) -> bool {
    entry.path().extension().is_some_and(|e| e == "journey") && entry.path().is_file()
}
