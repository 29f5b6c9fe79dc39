//! Records between reading and playing: in memory as long as they fit, else in files without a name.

use crate::record::Head;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many shelves there are: each may be a file, and systems allow 256 open ones at the least.
pub(crate) const SHELVES: usize = 128;

/// The shelf of a part of the people.
pub(crate) fn shelf(home: u64) -> usize {
    (home % SHELVES as u64) as usize
}

#[derive(Default)]
struct Shelf {
    held: Vec<Vec<u8>>,
    file: Option<File>,
    on_disk: u64,
}

/// All records, by shelf.
pub(crate) struct Store {
    shelves: Vec<Mutex<Shelf>>,
    held: AtomicU64,
    most: u64,
    temp: PathBuf,
}

/// What a thread that failed held is whole: it is only ever appended to.
pub(crate) fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a file without a name.
pub(crate) fn nameless(temp: &Path) -> Result<File, String> {
    tempfile::tempfile_in(temp)
        .map_err(|e| format!("no file can be made in {}: {e}; `--temp` names another folder", temp.display()))
}

/// Says that what does not fit the memory does not fit its folder either.
pub(crate) fn full(temp: &Path, why: &std::io::Error) -> String {
    format!("{} cannot hold what does not fit the memory: {why}; `--temp` names another folder", temp.display())
}

impl Store {
    pub(crate) fn new(most: u64, temp: PathBuf) -> Self {
        let shelves = (0..SHELVES).map(|_| Mutex::default()).collect();
        Self { shelves, held: AtomicU64::new(0), most, temp }
    }

    /// Puts records on a shelf.
    pub(crate) fn put(&self, shelf: usize, records: Vec<u8>) -> Result<(), String> {
        let length = records.len() as u64;
        if let Some(shelf) = self.shelves.get(shelf) {
            lock(shelf).held.push(records);
        }
        if self.held.fetch_add(length, Ordering::Relaxed) + length > self.most {
            self.spill()?;
        }
        Ok(())
    }

    /// Writes what is held to files.
    fn spill(&self) -> Result<(), String> {
        for shelf in &self.shelves {
            let mut shelf = lock(shelf);
            let held = std::mem::take(&mut shelf.held);
            if held.is_empty() {
                continue;
            }
            let mut file = match shelf.file.take() {
                Some(file) => file,
                None => nameless(&self.temp)?,
            };
            file.seek(SeekFrom::End(0)).map_err(|e| full(&self.temp, &e))?;
            for records in held {
                file.write_all(&records).map_err(|e| full(&self.temp, &e))?;
                shelf.on_disk += records.len() as u64;
                self.held.fetch_sub(records.len() as u64, Ordering::Relaxed);
            }
            shelf.file = Some(file);
        }
        Ok(())
    }

    /// Bytes of a shelf.
    pub(crate) fn size(&self, shelf: usize) -> u64 {
        let Some(shelf) = self.shelves.get(shelf) else { return 0 };
        let shelf = lock(shelf);
        shelf.on_disk + shelf.held.iter().map(|records| records.len() as u64).sum::<u64>()
    }

    /// Takes the records of a shelf that are wanted; for the last time, where `is_last`.
    pub(crate) fn take(&self, shelf: usize, is_last: bool, wanted: impl Fn(&Head) -> bool) -> Result<Vec<u8>, String> {
        let Some(shelf) = self.shelves.get(shelf) else { return Ok(vec![]) };
        let mut shelf = lock(shelf);
        let mut taken = vec![];
        if let Some(file) = &mut shelf.file {
            file.seek(SeekFrom::Start(0)).map_err(|e| full(&self.temp, &e))?;
            let mut reader = BufReader::with_capacity(1 << 18, file);
            let mut bytes = [0; Head::SIZE];
            let mut text = vec![];
            loop {
                match reader.read_exact(&mut bytes) {
                    Ok(()) => {}
                    Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => break,
                    Err(e) => return Err(full(&self.temp, &e)),
                }
                let Some((head, _)) = Head::read(&bytes) else { break };
                text.resize(head.length as usize, 0);
                reader.read_exact(&mut text).map_err(|e| full(&self.temp, &e))?;
                if wanted(&head) {
                    taken.extend_from_slice(&bytes);
                    taken.extend_from_slice(&text);
                }
            }
        }
        let mut copy = |records: &[u8]| {
            each(records, |head, whole, _| {
                if wanted(head) {
                    taken.extend_from_slice(whole);
                }
            });
        };
        if is_last {
            for records in std::mem::take(&mut shelf.held) {
                copy(&records);
                self.held.fetch_sub(records.len() as u64, Ordering::Relaxed);
            }
            (shelf.file, shelf.on_disk) = (None, 0);
        } else {
            shelf.held.iter().for_each(|records| copy(records));
        }
        Ok(taken)
    }

    /// Puts the records of people who are played with somebody else on that person's shelf as well.
    pub(crate) fn move_home(&self, from: usize, homes: &HashMap<u64, u64>) -> Result<(), String> {
        let is_away = |head: &Head| homes.get(&head.person).is_some_and(|home| shelf(*home) != from);
        let moved = self.take(from, false, is_away)?;
        let mut by_shelf: Vec<Vec<u8>> = vec![vec![]; SHELVES];
        each(&moved, |head, whole, _| {
            let home = homes.get(&head.person).map(|home| shelf(*home));
            if let Some(records) = home.and_then(|home| by_shelf.get_mut(home)) {
                records.extend_from_slice(whole);
            }
        });
        for (shelf, records) in by_shelf.into_iter().enumerate().filter(|(_, records)| !records.is_empty()) {
            self.put(shelf, records)?;
        }
        Ok(())
    }
}

/// Shows each record: its head, all of it, and its text.
pub(crate) fn each(records: &[u8], mut show: impl FnMut(&Head, &[u8], &[u8])) {
    let mut rest = records;
    while let Some((head, behind)) = Head::read(rest) {
        let length = Head::SIZE + head.length as usize;
        let (Some(whole), Some(text)) = (rest.get(..length), behind.get(..head.length as usize)) else { break };
        show(&head, whole, text);
        rest = rest.get(length..).unwrap_or_default();
    }
}
