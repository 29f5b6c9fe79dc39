//! The table for people.

use super::{ASSUMPTIONS, words};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use journey::prove::{Cell, Of, Pressure};
use journey::value::show_roughly;
use std::fmt::Write;

/// Journeys that are named in a cell; the others are counted.
const NAMED: usize = 5;
/// A minute, the finest that people plan with.
const MINUTE: i64 = 60_000;

pub(super) fn table(pressure: &Pressure<'_>) -> String {
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["at most", "in one day", "in any 7 days", "in any 30 days", "the charter's caps"]);
    let mut over = 0;
    for row in &pressure.rows {
        let mut line = vec![words(&row.of)];
        line.extend(row.cells.iter().map(cell));
        line.push(if row.caps.is_empty() { "none".to_string() } else { row.caps.join("\n") });
        over += row.cells.iter().filter(|cell| cell.is_over()).count();
        table.add_row(line);
    }
    let mut out = format!("The most messages that one person can be asked to get:\n\n{table}\n\n");
    if over > 0 {
        out.push_str("! more than the caps let through: what is over does not go out\n\n");
    }
    // More can stand beside a channel than beside all messages.
    if pressure.rows.iter().any(|row| row.of == Of::Category("transactional".into())) {
        out.push_str("Transactional messages, which no cap counts, are left out of \"all messages\" and counted with their channel.\n\n");
    }
    let _ = writeln!(out, "Taken as given: {}.", ASSUMPTIONS.join("; "));
    let width = pressure.journeys.iter().map(|journey| journey.name.len()).max().unwrap_or(0);
    if !pressure.journeys.is_empty() {
        out.push_str("\nHow long one entry lasts at most, holds included:\n\n");
    }
    for journey in &pressure.journeys {
        let longest = match journey.longest {
            Some(0) => "it ends at once".to_string(),
            Some(longest) => {
                show_roughly(longest.div_euclid(MINUTE) * MINUTE + i64::from(longest % MINUTE > 0) * MINUTE)
            }
            None => "until a date, and what follows it".to_string(),
        };
        let _ = writeln!(out, "  {:width$}  {longest}", journey.name);
    }
    out
}

/// `5 of 2 !`, and the journeys.
fn cell(cell: &Cell<'_>) -> String {
    let count = format!("{}{}", cell.count(), if cell.or_more() { " or more" } else { "" });
    let mut out = match cell.limit {
        _ if cell.shares.is_empty() => return "0".to_string(),
        Some(limit) => format!("{count}, caps allow {limit}{}", if cell.is_over() { " !" } else { "" }),
        None => count,
    };
    for share in cell.shares.iter().take(NAMED) {
        let _ = write!(out, "\n  {} {}", share.count, share.journey.name);
    }
    let more: usize = cell.shares.iter().skip(NAMED).map(|share| share.count).sum();
    if more > 0 {
        let _ = write!(out, "\n  {more} by {} more", cell.shares.len() - NAMED);
    }
    out
}
