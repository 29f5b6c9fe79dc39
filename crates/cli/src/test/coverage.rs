//! What no test reaches, as marked source text.

use crate::load;
use journey::SourceFile;
use journey::scenario::coverage::{Coverage, Item};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Whether a percentage was reached; nothing to reach is all of it.
pub(super) fn is_enough(coverage: &Coverage, least: u8) -> bool {
    let (reached, all) = coverage.reached();
    reached * 100 >= all * usize::from(least)
}

/// The lines of the program that tests can reach, marked, and how much of them they do.
pub(super) fn text(coverage: &Coverage, sources: &[SourceFile]) -> String {
    let mut lines: BTreeMap<(u16, usize), Vec<&Item>> = BTreeMap::new();
    for item in coverage.items() {
        lines.entry((item.span.file, load::place(sources, item.span).1)).or_default().push(item);
    }
    let mut out = String::new();
    let mut file = None;
    for ((number, line), items) in &lines {
        let Some(source) = sources.get(usize::from(*number)) else { continue };
        if file.replace(*number) != Some(*number) {
            let _ = writeln!(out, "{}", source.name);
        }
        let missing: Vec<String> =
            items.iter().filter(|i| !i.reached).map(|item| missing(item, items.len(), source)).collect();
        let mark = match (missing.len(), items.len()) {
            (0, _) => "✓",
            (some, all) if some < all => "~",
            _ => "✗",
        };
        let written = source.text.lines().nth(line - 1).unwrap_or_default();
        let _ = write!(out, "  {mark} {line:>4} | {}", written.trim_end());
        if !missing.is_empty() {
            let _ = write!(out, "    <- {}", missing.join("; "));
        }
        out.push('\n');
    }
    let (reached, all) = coverage.reached();
    // Rounded down: a hundred means all.
    let percent = (reached * 100).checked_div(all).unwrap_or(100);
    let _ = writeln!(out, "the tests reach {reached} of {all} steps, branches and rules: {percent} %");
    out
}

/// What was not reached; where a line holds several things, which of them.
fn missing(item: &Item, beside: usize, source: &SourceFile) -> String {
    let text = source.slice(item.span).lines().next().unwrap_or_default();
    if beside > 1 && !text.is_empty() && text.len() <= 60 {
        format!("`{text}` {}", item.what.missing())
    } else {
        item.what.missing()
    }
}
