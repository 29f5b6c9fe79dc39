//! Effects on their way out: sorted pieces, in memory as long as they fit, that are merged in the end.

use crate::record::{Order, Place};
use crate::store::{full, lock, nameless};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Mutex;

/// Where an effect stands among all: its instant, and the first line that names its person.
pub(crate) type Key = (i64, Order);

/// Bytes that are read of a piece at once.
const WINDOW: usize = 1 << 16;
/// Bytes before the line of an effect: its key and its length.
const HEAD: usize = 28;

/// Effects of one part of the people as they come.
#[derive(Default)]
pub(crate) struct Piece {
    /// The key of each line, and where it ends.
    index: Vec<(Key, usize)>,
    pub(crate) lines: Vec<u8>,
}

impl Piece {
    /// What was appended to the lines is one of its own.
    pub(crate) fn end_line(&mut self, key: Key) {
        self.index.push((key, self.lines.len()));
    }

    /// Takes memory of about so many bytes.
    pub(crate) fn size(&self) -> usize {
        self.lines.len() + self.index.len() * 32
    }

    /// All lines by their keys; those of one key stay in their order.
    fn sorted(self) -> Vec<u8> {
        let mut from = 0;
        let mut index: Vec<(Key, usize, usize)> = Vec::with_capacity(self.index.len());
        for (key, to) in self.index {
            index.push((key, from, to));
            from = to;
        }
        index.sort_by_key(|(key, ..)| *key);
        let mut out = Vec::with_capacity(self.lines.len() + index.len() * HEAD);
        for ((at, order), from, to) in index {
            let line = self.lines.get(from..to).unwrap_or_default();
            out.extend_from_slice(&at.to_le_bytes());
            out.extend_from_slice(&order.arrived.to_le_bytes());
            out.extend_from_slice(&order.place.number().to_le_bytes());
            out.extend_from_slice(&(line.len() as u32).to_le_bytes());
            out.extend_from_slice(line);
        }
        out
    }
}

/// All effects, in sorted pieces.
pub struct Runs {
    inner: Mutex<Inner>,
    most: u64,
    temp: PathBuf,
}

#[derive(Default)]
struct Inner {
    /// With the number of the piece, so that it does not matter which thread was first.
    pieces: Vec<((usize, usize), Bytes)>,
    held: u64,
    file: Option<File>,
    written: u64,
}

enum Bytes {
    Held(Vec<u8>),
    /// From here to there in the file.
    OnDisk(u64, u64),
}

impl Runs {
    pub(crate) fn new(most: u64, temp: PathBuf) -> Self {
        Self { inner: Mutex::default(), most, temp }
    }

    /// Takes a piece; `number` says where it stands among those that could share a key.
    pub(crate) fn put(&self, number: (usize, usize), piece: Piece) -> Result<(), String> {
        let bytes = piece.sorted();
        if bytes.is_empty() {
            return Ok(());
        }
        let mut inner = lock(&self.inner);
        let length = bytes.len() as u64;
        if inner.held + length <= self.most {
            inner.held += length;
            inner.pieces.push((number, Bytes::Held(bytes)));
            return Ok(());
        }
        let mut file = match inner.file.take() {
            Some(file) => file,
            None => nameless(&self.temp)?,
        };
        file.write_all(&bytes).map_err(|e| full(&self.temp, &e))?;
        let from = inner.written;
        inner.written += length;
        inner.file = Some(file);
        inner.pieces.push((number, Bytes::OnDisk(from, from + length)));
        Ok(())
    }

    /// Gives all effects as lines of JSON, in order, until `write` has had enough.
    ///
    /// # Errors
    /// When what did not fit the memory cannot be read back.
    pub fn write(self, write: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), String> {
        let inner = std::mem::take(&mut *lock(&self.inner));
        let Inner { mut pieces, mut file, .. } = inner;
        pieces.sort_by_key(|(number, _)| *number);
        let mut open: Vec<Open> = pieces.into_iter().map(|(_, bytes)| Open::new(bytes)).collect();
        let mut next: BinaryHeap<Reverse<(Key, usize)>> = BinaryHeap::new();
        for (at, piece) in open.iter_mut().enumerate() {
            let key = piece.advance(&mut file).map_err(|e| full(&self.temp, &e))?;
            next.extend(key.map(|key| Reverse((key, at))));
        }
        while let Some(Reverse((_, at))) = next.pop() {
            let Some(piece) = open.get_mut(at) else { continue };
            if !write(piece.line()) {
                break;
            }
            let key = piece.advance(&mut file).map_err(|e| full(&self.temp, &e))?;
            next.extend(key.map(|key| Reverse((key, at))));
        }
        Ok(())
    }
}

/// A piece that is being read.
struct Open {
    window: Vec<u8>,
    /// What of the file is not in the window yet.
    left: (u64, u64),
    /// Where in the window the line stands.
    line: (usize, usize),
}

impl Open {
    fn new(bytes: Bytes) -> Self {
        let (window, left) = match bytes {
            Bytes::Held(bytes) => (bytes, (0, 0)),
            Bytes::OnDisk(from, to) => (vec![], (from, to)),
        };
        Self { window, left, line: (0, 0) }
    }

    fn line(&self) -> &[u8] {
        self.window.get(self.line.0..self.line.1).unwrap_or_default()
    }

    /// Goes to the next line, and gives its key.
    fn advance(&mut self, file: &mut Option<File>) -> std::io::Result<Option<Key>> {
        self.fill(HEAD, file)?;
        let Some((key, length)) = self.window.get(self.line.1..).and_then(head) else { return Ok(None) };
        self.fill(HEAD + length, file)?;
        let from = self.line.1 + HEAD;
        self.line = (from, from + length);
        Ok(Some(key))
    }

    /// Reads on until so many bytes are behind the line.
    fn fill(&mut self, wanted: usize, file: &mut Option<File>) -> std::io::Result<()> {
        let (from, to) = self.left;
        let Some(file) = file.as_mut().filter(|_| self.window.len() < self.line.1 + wanted && from < to) else {
            return Ok(());
        };
        self.window.drain(..self.line.1);
        self.line = (0, 0);
        let more = (wanted.max(WINDOW) as u64).min(to - from);
        file.seek(SeekFrom::Start(from))?;
        file.take(more).read_to_end(&mut self.window)?;
        self.left.0 += more;
        Ok(())
    }
}

fn head(bytes: &[u8]) -> Option<(Key, usize)> {
    let (at, rest) = bytes.split_first_chunk::<8>()?;
    let (arrived, rest) = rest.split_first_chunk::<8>()?;
    let (place, rest) = rest.split_first_chunk::<8>()?;
    let (length, _) = rest.split_first_chunk::<4>()?;
    let order = Order { arrived: i64::from_le_bytes(*arrived), place: Place::of(u64::from_le_bytes(*place)) };
    Some(((i64::from_le_bytes(*at), order), u32::from_le_bytes(*length) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_on_disk_and_in_memory_are_merged_by_instant_and_person() {
        for most in [0, 60, 1 << 20] {
            let runs = Runs::new(most, std::env::temp_dir());
            for of in 0..3_u64 {
                let mut piece = Piece::default();
                for at in (0..2_000).rev() {
                    piece.lines.extend_from_slice(format!("{:05} {}\n", at * 3 + 6 * (of as i64 % 2), of).as_bytes());
                    let order = Order { arrived: of as i64, place: Place::of(of) };
                    piece.end_line((at * 3 + 6 * (of as i64 % 2), order));
                }
                runs.put((of as usize, 0), piece).unwrap();
            }
            let mut lines = vec![];
            runs.write(&mut |line| {
                lines.push(String::from_utf8(line.to_vec()).unwrap());
                true
            })
            .unwrap();
            assert_eq!(lines.len(), 6_000);
            assert!(lines.is_sorted());
        }
    }
}
