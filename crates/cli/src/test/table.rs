//! Expected and happened, side by side.

use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use journey::scenario::Row;

/// The timeline of a test that failed; rows that differ are marked.
pub(super) fn side_by_side(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["", "when", "", "expected", "what happened"]);
    let mut last = "";
    for row in rows {
        // A moment is written once.
        let again = last == row.offset;
        last = &row.offset;
        let mark = if row.differs { "✗" } else { "" };
        let (offset, time) = if again { ("", "") } else { (row.offset.as_str(), row.time.as_str()) };
        let missing =
            if row.differs && row.happened.is_empty() { "nothing of the kind" } else { row.happened.as_str() };
        let unasked = if row.differs && row.expected.is_empty() { "no such message" } else { row.expected.as_str() };
        table.add_row([mark, offset, time, unasked, missing]);
    }
    let red = Style::new().fg_color(Some(AnsiColor::Red.into()));
    let mut out = String::new();
    for line in table.lines() {
        let line = line.trim_end();
        if line.trim_start().starts_with('✗') {
            out.push_str(&format!("{red}{line}{red:#}\n"));
        } else {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}
