//! Reads inputs: a file of JSON lines, one packed with gzip, or standard input.

use crate::output;
use flate2::read::MultiGzDecoder;
use journey::replay::{Replay, Sink};
use journey::{Input, Program};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A line longer than this is passed over.
const LONGEST_LINE: u64 = journey::limits::LINE as u64;

/// Inputs, with how far the file has been read.
pub(crate) struct Inputs {
    reader: Box<dyn BufRead>,
    /// Bytes of the file, where that is known.
    pub(crate) size: Option<u64>,
    read: Arc<AtomicU64>,
    line: Vec<u8>,
}

/// One line.
pub(crate) enum Line<'a> {
    /// Its text.
    Text(&'a str),
    /// What is wrong with it.
    Bad(&'static str),
    /// There is no more.
    End,
}

struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Inputs {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(path: &Path) -> Result<Inputs, String> {
        let read = Arc::new(AtomicU64::new(0));
        let (reader, size): (Box<dyn BufRead>, _) = if path.as_os_str() == "-" {
            (Box::new(BufReader::new(io::stdin())), None)
        } else {
            let fail = |e: io::Error| format!("{} cannot be read: {e}", path.display());
            let file = File::open(path).map_err(fail)?;
            let facts = file.metadata().map_err(fail)?;
            if facts.is_dir() {
                return Err(format!("{} is a folder, and inputs are read from a file", path.display()));
            }
            let counted = Counted { inner: file, read: Arc::clone(&read) };
            if path.extension().is_some_and(|e| e == "gz") {
                (Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(counted))), Some(facts.len()))
            } else {
                (Box::new(BufReader::with_capacity(1 << 16, counted)), Some(facts.len()))
            }
        };
        Ok(Inputs { reader, size, read, line: Vec::new() })
    }

    /// Bytes of the file read so far.
    pub(crate) fn position(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The next line.
    pub(crate) fn next(&mut self) -> Result<Line<'_>, String> {
        self.line.clear();
        let fail = |e: io::Error| format!("the inputs cannot be read: {e}");
        let n = (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut self.line).map_err(fail)?;
        if n == 0 {
            return Ok(Line::End);
        }
        if n as u64 == LONGEST_LINE && self.line.last() != Some(&b'\n') {
            self.skip_line().map_err(fail)?;
            return Ok(Line::Bad("this line is longer than 256 KiB"));
        }
        let bytes = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Line::Text(text.trim_start_matches('\u{feff}'))),
            Err(_) => Ok(Line::Bad("this line is not written in UTF-8")),
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let (used, found) = match buffer.iter().position(|b| *b == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.reader.consume(used);
            if found {
                return Ok(());
            }
        }
    }
}

/// Plays all inputs of a file with all that is looked at on the way. Lines that cannot be used are told of and passed over.
pub(crate) fn play_traced<'a>(program: &'a Program, path: &Path, sink: &mut impl Sink) -> Result<Replay<'a>, String> {
    let mut replay = Replay::traced(program, None);
    let mut inputs = Inputs::open(path)?;
    let (mut number, mut skipped) = (0u64, 0u64);
    loop {
        number += 1;
        let read = match inputs.next()? {
            Line::End => break,
            Line::Text(text) if text.trim().is_empty() => continue,
            Line::Text(text) => Input::from_json(text).map_err(|e| e.to_string()),
            Line::Bad(why) => Err(why.to_string()),
        };
        match read {
            Ok(input) => _ = replay.input(&input, sink).map_err(|e| format!("line {number}: {e}"))?,
            Err(why) => {
                skipped += 1;
                output::say(&format!("line {number}: {why}"));
            }
        }
    }
    replay.finish(sink).map_err(|e| e.to_string())?;
    say_skipped(skipped);
    Ok(replay)
}

/// Says how many lines were passed over.
pub(crate) fn say_skipped(lines: u64) {
    if lines > 0 {
        let some = if lines == 1 { "line" } else { "lines" };
        output::say(&format!("{lines} {some} could not be used and had no effect"));
    }
}
