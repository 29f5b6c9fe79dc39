//! Reads inputs: a file of JSON lines or a CSV file, one packed with gzip, or standard input.

mod columns;

use crate::output;
use columns::Columns;
use flate2::read::MultiGzDecoder;
use journey::Input;
use journey::Program;
use journey::replay::{Replay, Sink};
use journey::value::parse_instant;
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
    number: u64,
    /// What the columns of a CSV file mean.
    columns: Option<Columns>,
}

/// One input, with the line at which it begins, or why that line cannot be used.
pub(crate) type Numbered = (u64, Result<Input, String>);

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
    /// Opens a file; `-` is standard input. What is no list of lines at all is told of here, once.
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
        let mut inputs = Inputs { reader, size, read, line: Vec::new(), number: 0, columns: None };
        inputs.recognize(path)?;
        Ok(inputs)
    }

    /// Looks at how the file begins: a list of JSON is refused, the header of a CSV file is read.
    fn recognize(&mut self, path: &Path) -> Result<(), String> {
        let name = path.display();
        let start = self.reader.fill_buf().map_err(|e| format!("the inputs cannot be read: {e}"))?;
        let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
        if start.starts_with(b"[") {
            return Err(format!(
                "{name} is one list of JSON, and inputs stand one object a line: `jq -c '.[]'` makes lines of a list"
            ));
        }
        let is_named_csv = name.to_string().to_ascii_lowercase().trim_end_matches(".gz").ends_with(".csv");
        let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_csv = !start.starts_with(b"{") && columns::looks_like_a_header(&String::from_utf8_lossy(first));
        if is_csv && !is_named_csv {
            return Err(format!(
                "{name} looks like CSV, and inputs stand one JSON object a line: give the file a name that ends in `.csv` \
                 to have it read as it is"
            ));
        }
        if is_named_csv && !start.is_empty() && !start.starts_with(b"{") {
            let header = loop {
                let Some(row) = self.row()? else { return Ok(()) };
                match row.and_then(|()| text(&self.line)) {
                    Ok(header) if header.trim().is_empty() => {}
                    Ok(header) => break Columns::of(header),
                    Err(why) => break Err(why.to_string()),
                }
            };
            self.columns = Some(header.map_err(|why| format!("{name}: {why}"))?);
        }
        Ok(())
    }

    /// Bytes of the file read so far.
    pub(crate) fn position(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The next input; empty lines are passed over.
    pub(crate) fn next(&mut self) -> Result<Option<Numbered>, String> {
        loop {
            let number = self.number + 1;
            let Some(row) = self.row()? else { return Ok(None) };
            let read = match (row.and_then(|()| text(&self.line)), &self.columns) {
                (Err(why), _) => Err(why.to_string()),
                (Ok(text), _) if text.trim().is_empty() => continue,
                (Ok(text), None) => Input::from_json(text).map_err(|e| e.to_string()),
                (Ok(text), Some(columns)) => columns.input(text),
            };
            return Ok(Some((number, read)));
        }
    }

    /// Reads one line; of a CSV file one row, which goes on below where a cell holds line ends. Whether there is one.
    fn row(&mut self) -> Result<Option<Result<(), &'static str>>, String> {
        self.line.clear();
        let fail = |e: io::Error| format!("the inputs cannot be read: {e}");
        let mut is_open = false;
        loop {
            let known = self.line.len();
            let left = LONGEST_LINE.saturating_sub(self.line.len() as u64);
            let n = (&mut self.reader).take(left).read_until(b'\n', &mut self.line).map_err(fail)?;
            if self.line.is_empty() {
                return Ok(None);
            }
            self.number += u64::from(n > 0);
            let is_full = self.line.len() as u64 == LONGEST_LINE;
            let new = self.line.iter().skip(known);
            is_open ^= self.columns.is_some() && new.filter(|byte| **byte == b'"').count() % 2 == 1;
            if is_open && (n == 0 || is_full) {
                return Ok(Some(Err("a quotation mark is opened in this row and never closed")));
            }
            if is_full && self.line.last() != Some(&b'\n') {
                self.skip_line().map_err(fail)?;
                return Ok(Some(Err("this line is longer than 256 KiB")));
            }
            if !is_open {
                return Ok(Some(Ok(())));
            }
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

/// A line without its end.
fn text(line: &[u8]) -> Result<&str, &'static str> {
    let bytes = line.strip_suffix(b"\n").unwrap_or(line);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}')),
        Err(_) => Err("this line is not written in UTF-8"),
    }
}

/// Plays all inputs of a file with all that is looked at on the way. Lines that cannot be used are told of and passed over.
pub(crate) fn play_traced<'a>(program: &'a Program, path: &Path, sink: &mut impl Sink) -> Result<Replay<'a>, String> {
    play_each(program, path, None, sink, |_, _| {})
}

/// The same; each input is shown before it is played.
pub(crate) fn play_each<'a, S: Sink>(
    program: &'a Program,
    path: &Path,
    until: Option<i64>,
    sink: &mut S,
    mut show: impl FnMut(&mut S, &Input),
) -> Result<Replay<'a>, String> {
    let mut replay = Replay::traced(program, until);
    let mut inputs = Inputs::open(path)?;
    let mut skipped = 0u64;
    while let Some((number, read)) = inputs.next()? {
        match read {
            Ok(input) => {
                show(sink, &input);
                replay.input(&input, sink).map_err(|e| format!("line {number}: {e}"))?;
            }
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

/// The moment at which playing stops, as an argument gives it.
pub(crate) fn until(text: &str) -> Result<i64, String> {
    parse_instant(text).ok_or_else(|| "write a moment of RFC 3339, such as 2026-03-31T00:00:00Z".to_string())
}

/// Says how many lines were passed over.
pub(crate) fn say_skipped(lines: u64) {
    if lines > 0 {
        let some = if lines == 1 { "line" } else { "lines" };
        output::say(&format!("{lines} {some} could not be used and had no effect"));
    }
}
