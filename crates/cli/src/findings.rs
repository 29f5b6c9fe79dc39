//! Findings as people read them: errors first, each under its lines; warnings in a few lines; those about one rule as one.

use anstyle::{AnsiColor, Style};
use journey::SourceFile;
use journey::diagnostic::{Diagnostic, Level, render};
use journey::source::{Span, on_one_line};
use journey::syntax::tree::ItemKind;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

/// So many errors, and so many warnings, are drawn; the rest is counted.
const DRAWN: usize = 20;
/// So many further places of one finding are named; the rest is counted.
const NAMED: usize = 5;
/// Lines are shown up to so many characters.
const WIDTH: usize = 100;

/// Draws findings for people, in few lines.
pub(crate) fn draw(found: &[Diagnostic], sources: &[SourceFile]) -> String {
    draw_in(found, sources, &Journeys::of(sources))
}

/// All of them, and each whole.
pub(crate) fn draw_whole(found: &[Diagnostic], sources: &[SourceFile]) -> String {
    let mut all = found.to_vec();
    all.sort_by_key(order);
    render::text(&all, sources, true)
}

/// The same as [`draw`], where it is known which journeys there are.
pub(crate) fn draw_in(found: &[Diagnostic], sources: &[SourceFile], journeys: &Journeys<'_>) -> String {
    let mut out = String::new();
    for level in [Level::Error, Level::Warning] {
        let told = told(found, sources, level);
        for one in told.iter().take(DRAWN) {
            match level {
                Level::Error => out.push_str(&render::text(std::slice::from_ref(one.first), sources, true)),
                _ => short(one.first, sources, &mut out),
            }
            one.others(sources, journeys, &mut out);
            if level == Level::Warning {
                out.push('\n');
            }
        }
        if told.len() > DRAWN {
            let more = some(told.len() - DRAWN, &format!("more {}", level.as_str()));
            let _ = writeln!(out, "… and {more}: `journey check --verbose` draws all");
        }
    }
    out
}

/// `2 errors and 1 warning`
pub(crate) fn count(found: &[Diagnostic]) -> String {
    let errors = found.iter().filter(|d| d.level == Level::Error).count();
    match (errors, found.len() - errors) {
        (e, 0) => some(e, "error"),
        (0, w) => some(w, "warning"),
        (e, w) => format!("{} and {}", some(e, "error"), some(w, "warning")),
    }
}

/// A line for each kind, if one of them was found more than once: `cap-exceeded: 6 places in 3 journeys`.
pub(crate) fn kinds(found: &[Diagnostic], journeys: &Journeys<'_>) -> String {
    let mut kinds: Vec<(&str, Vec<&Diagnostic>)> = vec![];
    let mut sorted: Vec<&Diagnostic> = found.iter().collect();
    sorted.sort_by_key(|finding| order(finding));
    for finding in sorted {
        match kinds.iter_mut().find(|(name, _)| *name == finding.name) {
            Some((_, all)) => all.push(finding),
            None => kinds.push((finding.name, vec![finding])),
        }
    }
    if kinds.len() == found.len() {
        return String::new();
    }
    let line = |(name, all): &(&str, Vec<&Diagnostic>)| {
        let inside: Option<BTreeSet<&str>> = all.iter().map(|finding| journeys.at(finding.span())).collect();
        let inside = inside.map_or_else(String::new, |names| match names.len() {
            1 => format!(" in `{}`", names.into_iter().collect::<String>()),
            several => format!(" in {several} journeys"),
        });
        format!("\n  {name}: {}{inside}", some(all.len(), "place"))
    };
    kinds.iter().map(line).collect()
}

fn some(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Errors first, then as the files and their lines follow each other.
fn order(finding: &Diagnostic) -> (Level, u16, u32) {
    (finding.level, finding.span().file, finding.span().start)
}

/// Findings that are told as one.
struct Told<'a> {
    /// The one that is drawn.
    first: &'a Diagnostic,
    others: Vec<&'a Diagnostic>,
}

/// What is found of a level, in order; what is about one rule, or is the same warning but for its names, as one.
fn told<'a>(found: &'a [Diagnostic], sources: &[SourceFile], level: Level) -> Vec<Told<'a>> {
    let mut sorted: Vec<&Diagnostic> = found.iter().filter(|finding| finding.level == level).collect();
    sorted.sort_by_key(|finding| order(finding));
    let mut out: Vec<Told<'_>> = vec![];
    let mut known: HashMap<(&str, Option<Span>, String), usize> = HashMap::new();
    for finding in sorted {
        let subject = match &finding.rule {
            Some(rule) => Some((finding.name, Some(rule.span), String::new())),
            // Errors are mended one by one.
            None => (level == Level::Warning).then(|| (finding.name, None, without_names(finding, sources))),
        };
        let at = subject.map(|subject| *known.entry(subject).or_insert(out.len()));
        match at.and_then(|at| out.get_mut(at)) {
            Some(told) => told.add(finding),
            None => out.push(Told { first: finding, others: vec![] }),
        }
    }
    out.iter_mut().for_each(|told| told.others.sort_by_key(|finding| order(finding)));
    out
}

/// What a finding says, without the names that its place shows, or that are proposed.
fn without_names(finding: &Diagnostic, sources: &[SourceFile]) -> String {
    let here = on_one_line(sources, finding.span());
    let is_told = |(at, part): &(usize, &str)| at % 2 == 0 || !here.contains(part);
    let message = finding.message.split('`').enumerate().filter(is_told).map(|(_, part)| part);
    message.chain(edit(finding).split('`').step_by(2)).collect()
}

fn edit(finding: &Diagnostic) -> &str {
    finding.labels.first().map_or("", |label| label.text.as_str())
}

impl<'a> Told<'a> {
    fn add(&mut self, finding: &'a Diagnostic) {
        let coincidences = |finding: &Diagnostic| finding.rule.as_ref().map_or(0, |rule| rule.coincidences);
        if coincidences(finding) < coincidences(self.first) {
            self.others.push(std::mem::replace(&mut self.first, finding));
        } else {
            self.others.push(finding);
        }
    }

    /// The places that are not drawn, a line each.
    fn others(&self, sources: &[SourceFile], journeys: &Journeys<'_>, out: &mut String) {
        if self.others.is_empty() {
            return;
        }
        let _ = writeln!(out, "  The same at {}:", some(self.others.len(), "more place"));
        // Nobody is told of one more.
        let all = self.others.as_slice();
        let shown = all.get(..NAMED).filter(|_| all.len() > NAMED + 1).unwrap_or(all);
        let named = shown.iter().map(|finding| {
            let text = cut(&on_one_line(sources, finding.span()));
            // Its own line names it.
            let journey = journeys.at(finding.span()).filter(|_| !text.starts_with("journey "));
            let journey = journey.map_or_else(String::new, |journey| format!(" ({journey})"));
            let edit = Some(edit(finding)).filter(|text| *text != edit(self.first));
            let edit = edit.map_or_else(String::new, |edit| format!(": {edit}"));
            (place(sources, finding.span()), format!("{text}{journey}{edit}"))
        });
        rows(&named.collect::<Vec<_>>(), "    ", out);
        if all.len() > shown.len() {
            let _ = writeln!(out, "    … and {} more", all.len() - shown.len());
        }
    }
}

/// Draws a finding in a few lines: what happens, where, what to type, and a case of it.
fn short(finding: &Diagnostic, sources: &[SourceFile], out: &mut String) {
    let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
    let _ = writeln!(out, "{yellow}[{}] Warning:{yellow:#} {}", finding.name, finding.message);
    let mut places = vec![];
    if let Some(first) = finding.labels.first() {
        let (line, marks) = marked(sources, first.span);
        places.push((place(sources, first.span), line));
        if !marks.is_empty() {
            places.push((String::new(), format!("{yellow}{marks}{yellow:#}")));
        }
    }
    // More than two would be told in the message.
    let further = finding.labels.get(1..).filter(|further| further.len() <= 2).unwrap_or_default();
    places.extend(further.iter().map(|label| {
        (place(sources, label.span), format!("{} ({})", cut(&on_one_line(sources, label.span)), label.text))
    }));
    rows(&places, "  ", out);
    if !edit(finding).is_empty() {
        let _ = writeln!(out, "  → {}", edit(finding));
    }
    let worst = finding.rule.as_ref().and_then(|rule| rule.worst.as_ref());
    if let Some(help) = worst.or(finding.help.as_ref()) {
        let _ = writeln!(out, "  For instance: {help}");
    }
}

/// Places and what stands there, below each other.
fn rows(rows: &[(String, String)], indent: &str, out: &mut String) {
    let width = rows.iter().map(|(place, _)| place.chars().count()).max().unwrap_or(0);
    for (place, text) in rows {
        let _ = writeln!(out, "{indent}{place:width$} │ {text}");
    }
}

/// `shop/cart.journey:5:3`
fn place(sources: &[SourceFile], span: Span) -> String {
    let file = sources.get(usize::from(span.file));
    let ((line, column), name) = file.map_or(((1, 1), ""), |file| (file.line_column(span.start), file.name.as_str()));
    format!("{name}:{line}:{column}")
}

/// The line of a place, and marks under the part of it that is meant; none where all of it is.
fn marked(sources: &[SourceFile], span: Span) -> (String, String) {
    let Some(file) = sources.get(usize::from(span.file)) else { return Default::default() };
    let range = file.range(span);
    let (before, behind) =
        (file.text.get(..range.start).unwrap_or_default(), file.text.get(range.start..).unwrap_or_default());
    let before = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let behind = behind.lines().next().unwrap_or_default();
    let line = format!("{before}{behind}").trim_end().to_string();
    let marks = behind.get(..range.len()).unwrap_or(behind).trim_end().chars().count().max(1);
    let all = line.chars().count();
    if all > WIDTH {
        return (cut(&on_one_line(sources, span)), String::new());
    }
    let marks = if marks < all { " ".repeat(before.chars().count()) + &"^".repeat(marks) } else { String::new() };
    (line, marks)
}

/// The beginning of a long text.
fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_string(),
    }
}

/// Which journey stands where; looked up when it is first asked for.
pub(crate) struct Journeys<'a> {
    sources: &'a [SourceFile],
    /// The first lines of all items, with the name where one is a journey.
    items: OnceCell<Vec<(Span, Option<String>)>>,
}

impl<'a> Journeys<'a> {
    pub(crate) fn of(sources: &'a [SourceFile]) -> Self {
        Journeys { sources, items: OnceCell::new() }
    }

    fn items(&self) -> &[(Span, Option<String>)] {
        self.items.get_or_init(|| {
            let parsed = journey::parse(self.sources);
            let items = parsed.files.iter().flat_map(|file| &file.items).map(|item| {
                let name = match &item.kind {
                    ItemKind::Journey(journey) => match &journey.name {
                        Some(name) => Some(name.text.to_string()),
                        None => self.sources.get(usize::from(item.span.file)).map(SourceFile::stem),
                    },
                    _ => None,
                };
                (item.span, name)
            });
            items.collect()
        })
    }

    /// The journey that a place lies in.
    fn at(&self, place: Span) -> Option<&str> {
        let items = self.items();
        let begun = items.partition_point(|(item, _)| (item.file, item.start) <= (place.file, place.start));
        let (item, name) = items.get(begun.checked_sub(1)?)?;
        name.as_deref().filter(|_| item.file == place.file)
    }
}
