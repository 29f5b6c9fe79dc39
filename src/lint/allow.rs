//! `# allow(NAME): why` silences one finding at one place.

use super::{find, nearest, unused};
use crate::diagnostic::{Advice, Diagnostic, Level, syntax};
use crate::source::{SourceFile, Span};
use crate::syntax::are_texts;
use crate::syntax::token::{Lexeme, lex};
use std::collections::BTreeMap;

struct Allowance<'a> {
    name: &'a str,
    /// The name's place.
    span: Span,
    /// What goes with it if it goes: the comment, and the line where it is alone on it. None: it allows something else too.
    leaves: Option<Span>,
    /// The line of the file that it is about, counted from 1.
    line: usize,
    used: bool,
}

/// Takes away what comments allow, and adds what is wrong with the comments themselves.
pub(super) fn apply(sources: &[SourceFile], is_whole: bool, found: &mut Vec<Diagnostic>) {
    let mut wrong = Vec::new();
    let is_text = are_texts(sources);
    let is_text = |file: u16| is_text.get(usize::from(file)).copied().unwrap_or_default();
    for (id, file) in sources.iter().enumerate().filter(|(_, file)| file.text.contains("allow")) {
        let id = u16::try_from(id).unwrap_or(u16::MAX);
        if is_text(id) {
            continue;
        }
        let mut allowances = allowances(file, id, &mut wrong);
        let mut by_line: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, allowance) in allowances.iter().enumerate() {
            by_line.entry(allowance.line).or_default().push(at);
        }
        found.retain(|finding| {
            // What is found in the text of a message is allowed where its file is named.
            let in_text = is_text(finding.span().file);
            let mut places = finding.labels.iter().map(|label| label.span);
            let place = if in_text { places.find(|place| !is_text(place.file)) } else { places.next() };
            let Some(place) = place.filter(|place| place.file == id && finding.level != Level::Error) else {
                return true;
            };
            let first = file.line_column(place.start).0;
            let last = file.line_column(place.end).0;
            let mut silenced = false;
            for at in by_line.range(first..=last).flat_map(|(_, here)| here) {
                if let Some(allowance) = allowances.get_mut(*at).filter(|allowance| allowance.name == finding.name) {
                    allowance.used = true;
                    silenced = true;
                }
            }
            !silenced
        });
        // Of a program that is not whole not all is found, and what is not found now may come: but no name that there is not.
        let is_idle = |allowance: &Allowance<'_>| {
            is_whole || find(allowance.name).is_none_or(|finding| finding.level == Level::Error)
        };
        let idle = allowances.into_iter().filter(|allowance| !allowance.used && is_idle(allowance));
        wrong.extend(idle.map(|allowance| silences_nothing(&allowance)));
    }
    found.append(&mut wrong);
}

fn silences_nothing(allowance: &Allowance<'_>) -> Diagnostic {
    let (title, edit) = match find(allowance.name) {
        Some(finding) if finding.level == Level::Error => {
            (format!("`{}` is an error, and errors cannot be allowed", allowance.name), "take this away".into())
        }
        Some(_) => (format!("There is no `{}` here to be allowed", allowance.name), "take this away".into()),
        None => {
            let edit = nearest(allowance.name).map_or("take this away".into(), Advice::meant);
            (format!("There is no finding called `{}`", allowance.name), edit)
        }
    };
    let finding = unused::FINDING.at(allowance.span, title, edit);
    match allowance.leaves {
        Some(span) => finding.with_safe_fix(span, ""),
        None => finding,
    }
}

/// Reads the allowances of a file. One whose reason is missing is an error, and silences nothing.
fn allowances<'a>(file: &'a SourceFile, id: u16, wrong: &mut Vec<Diagnostic>) -> Vec<Allowance<'a>> {
    let mut out: Vec<Allowance<'a>> = Vec::new();
    // Allowances alone on their lines, waiting for the line that they are about.
    let mut waiting: Vec<usize> = Vec::new();
    let (mut code_on_line, mut comment_on_line) = (false, false);
    let mut line = 1;
    for (lexeme, start, end) in lex(&file.text) {
        match lexeme {
            Lexeme::LineEnd => {
                // An empty line parts a comment from what follows.
                if !code_on_line && !comment_on_line {
                    waiting.clear();
                }
                (code_on_line, comment_on_line) = (false, false);
                line += 1;
            }
            Lexeme::Comment => {
                comment_on_line = true;
                let span = Span::new(id, start, end);
                let names = read(file, span, wrong);
                let leaves = (names.len() == 1).then(|| with_its_line(file, span, code_on_line));
                for (name, place) in names {
                    if !code_on_line {
                        waiting.push(out.len());
                    }
                    out.push(Allowance { name, span: place, leaves, line, used: false });
                }
            }
            _ => {
                if !std::mem::replace(&mut code_on_line, true) {
                    for at in waiting.drain(..) {
                        if let Some(allowance) = out.get_mut(at) {
                            allowance.line = line;
                        }
                    }
                }
                line += file.slice(Span::new(id, start, end)).matches('\n').count();
            }
        }
    }
    out
}

/// A comment with the spaces before it, or with the line that it is alone on.
fn with_its_line(file: &SourceFile, comment: Span, behind_code: bool) -> Span {
    let before = file.text.get(..comment.start as usize).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\u{a0}']).len() as u32;
    let line_end = u32::from(!behind_code && file.text.len() > comment.end as usize);
    Span { start, end: comment.end + line_end, ..comment }
}

/// The names that a comment allows, with their places.
fn read<'a>(file: &'a SourceFile, comment: Span, wrong: &mut Vec<Diagnostic>) -> Vec<(&'a str, Span)> {
    let text = file.slice(comment);
    let inner = text.trim_start_matches('#').trim_start();
    let Some(rest) = inner.strip_prefix("allow").map(str::trim_start).filter(|rest| rest.starts_with('(')) else {
        return vec![];
    };
    let Some((names, reason)) = rest.split_once(')') else {
        wrong.push(no_reason(comment, "close the name with `)` and say why: `# allow(no-goal): why`"));
        return vec![];
    };
    let reason = reason.trim_start().strip_prefix(':').map(str::trim);
    if reason.is_none_or(str::is_empty) {
        wrong.push(no_reason(comment, format!("write the reason behind it: `# allow{names}): why`")));
        return vec![];
    }
    let offset = |part: &str| comment.start + (part.as_ptr() as usize - text.as_ptr() as usize) as u32;
    let names = names.trim_start_matches('(').split(',').map(str::trim);
    names.map(|name| (name, Span::new(comment.file, offset(name), offset(name) + name.len() as u32))).collect()
}

fn no_reason(span: Span, edit: impl Into<Advice>) -> Diagnostic {
    syntax(span, "Nothing is allowed without a reason, and so this silences nothing", edit)
}
