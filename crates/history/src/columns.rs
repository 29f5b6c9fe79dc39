//! A CSV file as inputs: its header names the fields of the Segment spec, and each row is one input.

use journey::source::snake_case;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

/// The fields that stand in a column of their own.
const FIELDS: [&str; 9] =
    ["type", "event", "userId", "anonymousId", "previousId", "timestamp", "receivedAt", "messageId", "name"];
/// What has parts, of which each has a column.
const PARTS: [&str; 3] = ["properties", "traits", "context"];

/// What the columns mean, from left to right.
pub(crate) struct Columns {
    delimiter: u8,
    paths: Vec<Vec<String>>,
}

/// Whether a line can only be the header of a CSV file.
pub(crate) fn looks_like_a_header(line: &str) -> bool {
    let names = cells(line, delimiter(line)).unwrap_or_default();
    names.len() > 1 && names.iter().any(|name| path(name).is_some())
}

impl Columns {
    /// Reads the header.
    pub(crate) fn of(header: &str) -> Result<Columns, String> {
        let delimiter = delimiter(header);
        let mut paths: Vec<Vec<String>> = vec![];
        for name in cells(header, delimiter).unwrap_or_default() {
            let path = path(&name).ok_or_else(|| {
                format!(
                    "the column `{name}` is no field of an input: name it {}, or as a part of one, such as \
                     `properties.{name}` or `traits.{name}`",
                    FIELDS.join(", ")
                )
            })?;
            if paths.iter().any(|other| path.starts_with(other) || other.starts_with(&path)) {
                return Err(format!("the column `{name}` stands twice, or is a part of another one: keep one of them"));
            }
            paths.push(path);
        }
        Ok(Columns { delimiter, paths })
    }

    /// A row as the line of JSON that it stands for.
    pub(crate) fn line(&self, row: &str) -> Result<String, String> {
        let cells = cells(row, self.delimiter).ok_or("this row cannot be read as CSV")?;
        if cells.len() > self.paths.len() {
            let (cells, columns) = (cells.len(), self.paths.len());
            return Err(format!(
                "this row has {cells} cells, and the header {columns}: put quotes around a cell with commas"
            ));
        }
        let mut line = BTreeMap::new();
        for (path, cell) in self.paths.iter().zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
            let value = if path.len() == 1 { to_raw_value(cell).ok() } else { value(cell) };
            put(&mut line, path, Node::Value(value.ok_or("this row cannot be read as CSV")?));
        }
        serde_json::to_string(&line).map_err(|e| e.to_string())
    }
}

/// Spreadsheets of some countries write `;`, and a copied table has tabs.
fn delimiter(header: &str) -> u8 {
    if header.contains(',') {
        b','
    } else if header.contains(';') {
        b';'
    } else if header.contains('\t') {
        b'\t'
    } else {
        b','
    }
}

/// The cells of one row, without the blanks around them.
fn cells(row: &str, delimiter: u8) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    reader.has_headers(false).delimiter(delimiter).trim(csv::Trim::All).buffer_capacity(row.len().max(1));
    let record = reader.from_reader(row.as_bytes()).into_records().next()?.ok()?;
    Some(record.iter().map(str::to_string).collect())
}

/// Where a column's values stand in an input, if it is a field of one.
fn path(name: &str) -> Option<Vec<String>> {
    let is = |known: &str, name: &str| snake_case(known) == snake_case(name);
    if let Some(field) = FIELDS.iter().find(|field| is(field, name)) {
        return Some(vec![field.to_string()]);
    }
    let (first, rest) = name.split_once('.')?;
    let part = PARTS.iter().find(|part| is(part, first))?;
    let names: Vec<String> = rest.split('.').map(str::to_string).collect();
    (!names.iter().any(String::is_empty)).then(|| [vec![part.to_string()], names].concat())
}

/// A cell has no kind of its own: what JSON reads as a number, `true`, `false`, `null` or a list is that, digit by digit;
/// all else is a text.
fn value(cell: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(cell.to_string()).or_else(|_| to_raw_value(cell)).ok()
}

/// A field of an input: a value, or parts of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Node {
    Value(Box<RawValue>),
    Parts(BTreeMap<String, Node>),
}

fn put(object: &mut BTreeMap<String, Node>, path: &[String], value: Node) {
    match path {
        [] => {}
        [last] => _ = object.insert(last.clone(), value),
        [first, rest @ ..] => {
            let inner = object.entry(first.clone()).or_insert_with(|| Node::Parts(BTreeMap::new()));
            if let Node::Parts(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}
