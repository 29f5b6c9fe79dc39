//! The filters that every Liquid has, with how many values each takes.

/// Name, fewest and most values behind the `:`.
const FILTERS: &[(&str, usize, usize)] = &[
    ("abs", 0, 0),
    ("append", 1, 1),
    ("at_least", 1, 1),
    ("at_most", 1, 1),
    ("base64_decode", 0, 0),
    ("base64_encode", 0, 0),
    ("base64_url_safe_decode", 0, 0),
    ("base64_url_safe_encode", 0, 0),
    ("capitalize", 0, 0),
    ("ceil", 0, 0),
    ("compact", 0, 1),
    ("concat", 1, 1),
    ("date", 1, 1),
    // Ours: a price, 7.5 as 7.50.
    ("decimals", 1, 1),
    ("default", 0, 2),
    ("divided_by", 1, 1),
    ("downcase", 0, 0),
    ("escape", 0, 0),
    ("escape_once", 0, 0),
    ("find", 1, 2),
    ("find_index", 1, 2),
    ("first", 0, 0),
    ("floor", 0, 0),
    ("h", 0, 0),
    ("has", 1, 2),
    ("join", 0, 1),
    ("last", 0, 0),
    ("lstrip", 0, 0),
    ("map", 1, 1),
    ("minus", 1, 1),
    ("modulo", 1, 1),
    ("newline_to_br", 0, 0),
    ("plus", 1, 1),
    ("prepend", 1, 1),
    // Ours: a value that is HTML itself, and is shown as that.
    ("raw", 0, 0),
    ("reject", 1, 2),
    ("remove", 1, 1),
    ("remove_first", 1, 1),
    ("remove_last", 1, 1),
    ("replace", 1, 2),
    ("replace_first", 1, 2),
    ("replace_last", 1, 2),
    ("reverse", 0, 0),
    ("round", 0, 1),
    ("rstrip", 0, 0),
    ("size", 0, 0),
    ("slice", 1, 2),
    ("sort", 0, 1),
    ("sort_natural", 0, 1),
    ("split", 1, 1),
    ("strip", 0, 0),
    ("strip_html", 0, 0),
    ("strip_newlines", 0, 0),
    ("sum", 0, 1),
    ("times", 1, 1),
    ("truncate", 0, 2),
    ("truncatewords", 0, 2),
    ("uniq", 0, 1),
    ("upcase", 0, 0),
    ("url_decode", 0, 0),
    ("url_encode", 0, 0),
    ("where", 1, 2),
];

/// How many values a filter takes, the fewest and the most.
pub(super) fn filter(name: &str) -> Option<(usize, usize)> {
    FILTERS.iter().find(|(known, ..)| *known == name).map(|(_, fewest, most)| (*fewest, *most))
}

/// The names of all.
pub(super) fn filters<'a>() -> impl Iterator<Item = &'a str> {
    FILTERS.iter().map(|(name, ..)| *name)
}

/// Tags that stand alone.
pub(super) const TAGS: &[&str] =
    &["assign", "break", "continue", "cycle", "decrement", "echo", "include", "increment", "liquid", "render"];

/// Tags that are closed by an `end` of theirs.
pub(super) const BLOCKS: &[&str] =
    &["capture", "case", "comment", "doc", "for", "if", "ifchanged", "raw", "tablerow", "unless"];
