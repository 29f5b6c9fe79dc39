//! Fixes applied until none is left, and the files put into canonical form.

use crate::diagnostic::{Applied, Diagnostic, Level, apply};
use crate::program::Program;
use crate::source::SourceFile;
use crate::syntax::{are_texts, format};

/// A program after its fixes.
#[derive(Debug, Clone)]
pub struct Mended {
    /// The files, those that did not change among them.
    pub sources: Vec<SourceFile>,
    /// What was mended, in the order in which it was.
    pub repairs: Vec<Repair>,
    /// What is left.
    pub left: Vec<Diagnostic>,
}

/// One fix that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The finding's name.
    pub name: &'static str,
    /// The finding's message.
    pub message: String,
    /// The file.
    pub file: String,
    /// The line that it stood on by then, counted from 1.
    pub line: usize,
}

/// Rounds at most: a fix can bring up another, and not for ever.
const ROUNDS: usize = 64;

/// Mends what can be mended: with safe fixes alone, which change nothing about what a program does, or with all of them.
/// Every file that can be read comes out in canonical form, so that synonyms are rewritten too.
///
/// ```
/// use journey::{SourceFile, mend};
///
/// let source = SourceFile::new("cart.journey", "on cart_abandoned\n  after 2 days\n  send email recs\n");
/// let mended = mend(&[source], false);
/// assert_eq!(mended.sources[0].text, "on cart_abandoned:\n  wait 2d\n  email recs\n");
/// assert_eq!(mended.repairs.len(), 3);
/// ```
pub fn mend(sources: &[SourceFile], also_unsafe: bool) -> Mended {
    let mut sources = sources.to_vec();
    let mut repairs = Vec::new();
    let mut found = Program::check(&sources).diagnostics;
    // What a wrong line was to use may look unused once that line is mended or gone: nobody's text is taken away for it.
    let is_whole = found.iter().all(|finding| finding.level != Level::Error);
    for _ in 0..ROUNDS {
        if !is_whole {
            found.iter_mut().filter(|finding| finding.name == "unused").for_each(|finding| finding.fix = None);
        }
        // What is sure comes first: it may bring up lines that were not looked at before.
        let sure = after(apply(&found, &sources, false), &sources);
        let likely = || also_unsafe.then(|| likely(&sources, &found)).flatten();
        let Some((applied, next, left)) = Some(sure).filter(|round| !round.0.files.is_empty()).or_else(likely) else {
            break;
        };
        let messages = applied.messages.iter().filter_map(|at| found.get(*at));
        repairs.extend(messages.map(|finding| repair(finding, &sources)));
        (sources, found) = (next, left);
    }
    let is_text = are_texts(&sources);
    for (file, _) in sources.iter_mut().zip(is_text).filter(|(_, is_text)| !is_text) {
        if let Ok(text) = format(file)
            && text != file.text
        {
            *file = SourceFile::new(file.name.clone(), text);
        }
    }
    let left = Program::check(&sources).diagnostics;
    Mended { sources, repairs, left }
}

type Round = (Applied, Vec<SourceFile>, Vec<Diagnostic>);

/// Applies all fixes at once; where a line would become unreadable by them, the first that makes none so.
fn likely(sources: &[SourceFile], found: &[Diagnostic]) -> Option<Round> {
    let together = after(apply(found, sources, true), sources);
    if together.0.files.is_empty() {
        return None;
    }
    if unreadable(&together.2) <= unreadable(found) {
        return Some(together);
    }
    together.0.messages.iter().find_map(|at| {
        let one = apply(found.get(*at..at + 1)?, sources, true);
        let (applied, next, left) = after(one, sources);
        let helps = unreadable(&left) <= unreadable(found);
        helps.then_some((Applied { messages: vec![*at], ..applied }, next, left))
    })
}

fn after(applied: Applied, sources: &[SourceFile]) -> Round {
    let mut next = sources.to_vec();
    for (at, text) in &applied.files {
        if let Some(file) = next.get_mut(*at) {
            *file = SourceFile::new(file.name.clone(), text.as_str());
        }
    }
    let found = Program::check(&next).diagnostics;
    (applied, next, found)
}

fn unreadable(found: &[Diagnostic]) -> usize {
    found.iter().filter(|finding| finding.name == "syntax" && finding.level == Level::Error).count()
}

fn repair(finding: &Diagnostic, sources: &[SourceFile]) -> Repair {
    let span = finding.span();
    let file = sources.get(usize::from(span.file));
    Repair {
        name: finding.name,
        message: finding.message.clone(),
        file: file.map(|file| file.name.clone()).unwrap_or_default(),
        line: file.map_or(1, |file| file.line_column(span.start).0),
    }
}
