//! The Liquid of a page is covered while others make something of the page, and put back as it stood.

use super::scan::{Place, Scan};
use crate::render::declared::Declared;
use crate::render::liquid::cut::{Piece, line_ends};
use crate::render::liquid::template::{BLOCKS, written};

/// A page whose Liquid is covered.
pub(crate) struct Covered {
    /// The page: where Liquid stood, a word or a comment stands.
    pub(crate) page: String,
    /// The Liquid, with each place.
    holes: Vec<Hole>,
    mark: String,
    /// Where in the page each piece of the text begins, with its line of the text.
    lines: Vec<(usize, usize)>,
}

struct Hole {
    liquid: String,
    /// As the text has it; none: it says nothing.
    shown: Option<String>,
    place: Place,
    is_tag: bool,
    /// The element of MJML in which it stands.
    element: Option<String>,
}

/// Covers the pieces of a page, each with the line of the text on which it begins.
///
/// # Errors
/// In words, what cannot be filled in.
pub(crate) fn cover(pieces: &[Piece], lines: &[usize], declared: &Declared) -> Result<Covered, String> {
    let all: String = pieces
        .iter()
        .filter_map(|piece| if let Piece::Plain(text) = piece { Some(text.as_str()) } else { None })
        .collect();
    let mut mark = "jq".to_owned();
    while all.to_ascii_lowercase().contains(&mark) {
        mark.push('q');
    }
    let mut covered = Covered { page: String::with_capacity(all.len()), holes: vec![], mark, lines: vec![] };
    let mut scan = Scan::new();
    // Where each branch begins, for the next one to begin there too.
    let mut branches: Vec<Scan> = vec![];
    for (piece, line) in pieces.iter().zip(lines) {
        covered.lines.push((covered.page.len(), *line));
        let is_tag = match piece {
            Piece::Plain(text) => {
                covered.page.push_str(text);
                scan.feed(text, &mut |_| {});
                continue;
            }
            Piece::Tag { name, .. } => {
                match name.as_str() {
                    "else" | "elsif" | "when" => {
                        if let Some(start) = branches.last() {
                            scan = start.clone();
                        }
                    }
                    name if BLOCKS.contains(&name) => branches.push(scan.clone()),
                    name if name.starts_with("end") => {
                        branches.pop();
                    }
                    _ => {}
                }
                true
            }
            Piece::Output { .. } => false,
            Piece::Verbatim(_) => true,
        };
        // A tag prints nothing: it is no part of what stands around it.
        let (place, mode) = if is_tag { scan.clone().hole() } else { scan.hole() };
        let element = scan.element().map(str::to_owned);
        let shown = (!matches!(piece, Piece::Verbatim(_))).then(|| piece.shown());
        let liquid = written(piece, mode, declared).map_err(|why| format!("line {line}: {why}"))?;
        let hole = Hole { liquid, shown, place, is_tag, element };
        covered.page.push_str(&covered.cover_of(&hole));
        covered.holes.push(hole);
    }
    Ok(covered)
}

impl Covered {
    fn cover_of(&self, hole: &Hole) -> String {
        let word = self.word(self.holes.len());
        match hole.place {
            Place::Style if hole.is_tag => format!("/*{word}*/"),
            // Text among the rows of a table would be moved out of it.
            Place::Skeleton => format!("<!--{word}-->"),
            Place::Text if hole.is_tag => format!("<!--{word}-->"),
            _ => word,
        }
    }

    fn word(&self, at: usize) -> String {
        format!("{}{at}z", self.mark)
    }

    /// Whether Liquid stands within a tag, outside of the values of attributes: a reader of HTML would lose it.
    pub(crate) fn is_within_tags(&self) -> bool {
        self.holes.iter().any(|hole| hole.place == Place::Tag || hole.place == Place::Value && hole.is_tag)
    }

    /// Whether a tag of Liquid stands in a style.
    pub(crate) fn has_tags_in_style(&self) -> bool {
        self.holes.iter().any(|hole| hole.place == Place::Style && hole.is_tag)
    }

    /// Liquid between elements of MJML where no text can stand, with the element around it.
    pub(crate) fn between<'h>(&'h self, takes_text: &[&str]) -> Vec<(&'h str, &'h str)> {
        let is_between = |hole: &&'h Hole| {
            matches!(hole.place, Place::Text | Place::Skeleton | Place::Tag)
                && !hole.element.as_deref().is_some_and(|element| takes_text.contains(&element))
        };
        let told = |hole: &'h Hole| Some((hole.shown.as_deref()?, hole.element.as_deref().unwrap_or("mjml")));
        self.holes.iter().filter(is_between).filter_map(told).collect()
    }

    /// The line of the text of which something in the covered page was made.
    pub(crate) fn line(&self, at: usize) -> usize {
        let begun = self.lines.iter().rev().find(|(begin, _)| *begin <= at).copied();
        let (begin, line) = begun.unwrap_or((0, 1));
        line + line_ends(self.page.get(begin..at).unwrap_or_default())
    }

    /// A piece of the page as the text has it, to tell of it.
    pub(crate) fn shown(&self, page: &str) -> String {
        self.filled(page, |hole| hole.shown.as_deref().unwrap_or_default()).0
    }

    /// A page with the Liquid in it again, and how many pieces have got lost.
    pub(crate) fn fill(&self, page: &str) -> (String, usize) {
        self.filled(page, |hole| &hole.liquid)
    }

    /// How many pieces of Liquid stand in a page.
    pub(crate) fn count(&self, page: &str) -> usize {
        self.holes.len() - self.fill(page).1
    }

    fn filled<'h>(&'h self, page: &str, with: impl Fn(&'h Hole) -> &'h str) -> (String, usize) {
        let mut out = String::with_capacity(page.len());
        let mut found = vec![false; self.holes.len()];
        let mut rest = page;
        while let Some(start) = rest.find(&self.mark) {
            let (before, word) = rest.split_at_checked(start).unwrap_or((rest, ""));
            let digits: String =
                word.get(self.mark.len()..).unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
            let behind = word.get(self.mark.len() + digits.len()..).and_then(|behind| behind.strip_prefix('z'));
            let hole = digits.parse::<usize>().ok().and_then(|at| Some((at, self.holes.get(at)?)));
            let (Some(after), Some((at, hole))) = (behind, hole) else {
                out.push_str(before);
                out.push_str(&self.mark);
                rest = word.get(self.mark.len()..).unwrap_or_default();
                continue;
            };
            if let Some(found) = found.get_mut(at) {
                *found = true;
            }
            let (before, after) = uncovered(before, after);
            out.push_str(before);
            out.push_str(with(hole));
            rest = after;
        }
        out.push_str(rest);
        (out, found.iter().filter(|found| !**found).count())
    }
}

/// What stood around the word to cover it.
fn uncovered<'p>(before: &'p str, after: &'p str) -> (&'p str, &'p str) {
    for (open, close) in [("<!--", "-->"), ("/*", "*/")] {
        if let (Some(before), Some(after)) = (before.strip_suffix(open), after.strip_prefix(close)) {
            return (before, after);
        }
    }
    (before, after.strip_prefix("=\"\"").unwrap_or(after))
}
