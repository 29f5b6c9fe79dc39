//! Inputs as lines: a file of JSON lines or a CSV file, one packed with gzip or Zstandard, or standard input.

use crate::columns::{self, Columns};
use crate::packed::Frames;
use flate2::read::MultiGzDecoder;
use journey::Input;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A line longer than this is passed over.
const LONGEST_LINE: u64 = journey::limits::LINE as u64;

/// Inputs, with how far the file has been read.
pub struct Inputs {
    reader: Box<dyn BufRead>,
    size: Option<u64>,
    read: Arc<AtomicU64>,
    line: Vec<u8>,
    number: u64,
    /// What the columns of a CSV file mean.
    columns: Option<Arc<Columns>>,
}

/// A row as it stands in the file: the line at which it begins, or also why it cannot be used.
pub(crate) type Row = (u64, Result<(), &'static str>);

/// One input, with the line at which it begins, or why that line cannot be used.
pub type Numbered = (u64, Result<Input, String>);

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
    ///
    /// # Errors
    /// When it cannot be read, or is no file of inputs.
    pub fn open(path: &Path) -> Result<Inputs, String> {
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
            let packed = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
            let reader: Box<dyn BufRead> = match packed {
                "gz" => Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(counted))),
                "zst" => Box::new(BufReader::with_capacity(1 << 16, Frames::new(counted))),
                _ => Box::new(BufReader::with_capacity(1 << 16, counted)),
            };
            (reader, Some(facts.len()))
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
        let lower = name.to_string().to_ascii_lowercase();
        let is_named_csv = ["", ".gz", ".zst"].iter().any(|packed| lower.ends_with(&format!(".csv{packed}")));
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
            self.columns = Some(Arc::new(header.map_err(|why| format!("{name}: {why}"))?));
        }
        Ok(())
    }

    /// Bytes of the file, where that is known.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Bytes of the file read so far.
    pub fn position(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The next input; empty lines are passed over.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_input(&mut self) -> Result<Option<Numbered>, String> {
        loop {
            let number = self.number + 1;
            let Some(row) = self.row()? else { return Ok(None) };
            let line = as_json(row.map(|()| self.line.as_slice()), self.columns.as_deref());
            let Some(line) = line else { continue };
            let read = line.and_then(|line| Input::from_json(&line).map_err(|e| e.to_string()));
            return Ok(Some((number, read)));
        }
    }

    /// Appends the next row as it stands there, to be read elsewhere.
    pub(crate) fn raw(&mut self, to: &mut Vec<u8>) -> Result<Option<Row>, String> {
        let number = self.number + 1;
        let Some(row) = self.row()? else { return Ok(None) };
        to.extend_from_slice(&self.line);
        Ok(Some((number, row)))
    }

    /// The line that was read last, for messages.
    pub(crate) fn at(&self) -> u64 {
        self.number
    }

    /// What the columns mean, where the file is CSV.
    pub(crate) fn columns(&self) -> Option<Arc<Columns>> {
        self.columns.clone()
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

/// A row as the line of JSON that it stands for, or why it cannot be used; nothing where it is empty.
pub(crate) fn as_json<'a>(
    row: Result<&'a [u8], &'static str>,
    columns: Option<&Columns>,
) -> Option<Result<Cow<'a, str>, String>> {
    match (row.and_then(text), columns) {
        (Err(why), _) => Some(Err(why.to_string())),
        (Ok(text), _) if text.trim().is_empty() => None,
        (Ok(text), None) => Some(Ok(Cow::Borrowed(text))),
        (Ok(text), Some(columns)) => Some(columns.line(text).map(Cow::Owned)),
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
