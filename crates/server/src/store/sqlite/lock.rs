//! One service at a time: a file beside the store stays locked while the process lives, however it ends. Who comes next
//! then knows that nobody else plays, and waits for no lease.

use crate::store::Trouble;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Locks the store at a path, until what is given is dropped.
pub(super) fn lock(path: &Path) -> Result<File, Trouble> {
    let mut name = path.as_os_str().to_os_string();
    name.push("-lock");
    let unusable = |error: std::io::Error| Trouble::Unreachable(error.to_string());
    let file = File::options().create(true).append(true).open(name).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Trouble::Taken),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}
