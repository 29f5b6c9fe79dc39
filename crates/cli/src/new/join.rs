//! A recipe joined to a folder that has journeys already: what the folder declares stays as it is, and the recipe's charter
//! adds what the folder's says nothing of. Nothing is written unless the whole has no errors.

use super::charter;
use crate::end::Failure;
use crate::{findings, load, write};
use include_dir::Dir;
use journey::diagnostic::Level;
use journey::source::{Span, on_one_line, snake_case};
use journey::syntax::tree::{Field, Item, ItemKind};
use journey::{Program, SourceFile, ir};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What was joined.
pub(super) struct Joined {
    /// The new files.
    pub(super) files: Vec<PathBuf>,
    /// What the folder had already, and what its charter says now.
    pub(super) notes: String,
}

/// Joins a recipe to a folder.
pub(super) fn join(recipe: &Dir<'_>, name: &str, folder: &Path) -> Result<Joined, Failure> {
    if !folder.is_dir() {
        let why = format!("there is no folder {0}: `journey new {0} --recipe {name}` makes one", folder.display());
        return Err(Failure::Unusable(why));
    }
    let mut program = load::files(&[folder.to_path_buf()])?;
    let typed = without_errors(&program.sources, &format!("{}: mend this first", folder.display()))?;
    let known = Known::of(&program.sources);

    let mut notes = String::new();
    let mut new: Vec<(PathBuf, Vec<u8>)> = vec![];
    let mut rules: Option<charter::Addition> = None;
    for file in recipe.files() {
        let Some(base) = file.path().file_name().map(|base| base.to_string_lossy().into_owned()) else { continue };
        let path = free(folder, name, &base, &new);
        match file.contents_utf8().filter(|_| base.ends_with(".journey")) {
            Some(text) if base == "charter.journey" && known.has_charter => {
                rules = charter::addition(&program.sources, text);
            }
            Some(text) => {
                let mut rest = known.rest(text, folder, &mut notes)?;
                if base != "charter.journey" && base != "tests.journey" {
                    rest.push_str(&known.also_declared(&rest, typed.as_ref()));
                }
                let source = SourceFile::new(path.display().to_string(), rest);
                let text = journey::format(&source).map_err(|_| format!("the recipe {name} cannot be joined"))?;
                new.push((path, text.into_bytes()));
            }
            // The settings of the folder stay.
            None if base == "journey.toml" && folder.join(&base).exists() => {}
            None => new.push((path, file.contents().to_vec())),
        }
    }

    if let Some(rules) = &rules
        && let Some(source) = program.sources.get_mut(rules.file)
    {
        *source = SourceFile::new(source.name.clone(), rules.text.clone());
    }
    let mut whole = program.sources;
    whole.extend(
        new.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "journey")).map(|(path, text)| {
            SourceFile::new(path.display().to_string(), String::from_utf8_lossy(text).into_owned())
        }),
    );
    without_errors(&whole, &format!("the recipe {name} does not fit {}; nothing was written", folder.display()))?;

    for (path, text) in &new {
        write::new(path, text)?;
    }
    if let Some(rules) = rules
        && let Some(Some(path)) = program.paths.get(rules.file)
    {
        write::file(path, rules.text.as_bytes())?;
        for line in rules.lines {
            let _ = writeln!(notes, "{}  now says `{line}`", path.display());
        }
    }
    Ok(Joined { files: new.into_iter().map(|(path, _)| path).collect(), notes })
}

/// The typed form of a program, or a failure that shows its errors.
fn without_errors(sources: &[SourceFile], so: &str) -> Result<Option<ir::Program>, Failure> {
    let checked = Program::check(sources);
    let mut found = checked.diagnostics;
    found.retain(|finding| finding.level == Level::Error);
    if found.is_empty() {
        return Ok(checked.program);
    }
    Err(Failure::Program(format!("{}{so}", findings::draw(&found, sources))))
}

/// A path that nothing stands at: the file's own name, or one with the recipe's before it.
fn free(folder: &Path, recipe: &str, base: &str, new: &[(PathBuf, Vec<u8>)]) -> PathBuf {
    let path = folder.join(base);
    if path.exists() || new.iter().any(|(taken, _)| *taken == path) {
        return folder.join(format!("{recipe}_{base}"));
    }
    path
}

/// What a folder declares.
#[derive(Default)]
struct Known {
    has_charter: bool,
    has_profile: bool,
    has_events: bool,
    is_empty: bool,
    /// Each declaration, by its kind and name.
    names: BTreeSet<(&'static str, String)>,
    /// Each attribute and property, by its event (empty: of the profile), as it is written.
    fields: BTreeSet<(String, String)>,
}

impl Known {
    fn of(sources: &[SourceFile]) -> Known {
        let mut known = Known { is_empty: true, ..Known::default() };
        for item in journey::parse(sources).files.iter().flat_map(|file| &file.items) {
            known.is_empty = false;
            match &item.kind {
                ItemKind::Charter(_) => known.has_charter = true,
                ItemKind::Profile(_) => known.has_profile = true,
                ItemKind::Event { .. } => known.has_events = true,
                _ => {}
            }
            if let Some((event, fields)) = listed(item) {
                known.fields.extend(fields.iter().map(|field| (event.clone(), on_one_line(sources, field.span))));
            }
            known.names.extend(declared(item));
        }
        known
    }

    /// Once one message or audience is declared all must be: lines for those that the folder uses and does not declare.
    fn also_declared(&self, recipe: &str, typed: Option<&ir::Program>) -> String {
        let sources = [SourceFile::new("", recipe)];
        let items: Vec<Item> = journey::parse(&sources).files.into_iter().flat_map(|file| file.items).collect();
        let mut out = String::new();
        for (kind, used) in [("message", typed.map(|p| &p.messages)), ("audience", typed.map(|p| &p.audiences))] {
            let new: Vec<String> = items.iter().filter_map(declared).filter(|d| d.0 == kind).map(|d| d.1).collect();
            if new.is_empty() || self.names.iter().any(|known| known.0 == kind) {
                continue;
            }
            for name in used.into_iter().flatten().filter(|name| !new.iter().any(|new| new == name.as_str())) {
                let _ = writeln!(out, "{kind} {name}");
            }
        }
        if out.is_empty() { out } else { format!("\n# What the other journeys of this folder use.\n{out}") }
    }

    /// A file of a recipe without what the folder has; notes say of whole items that the folder's stay.
    fn rest(&self, text: &str, folder: &Path, notes: &mut String) -> Result<String, Failure> {
        let sources = [SourceFile::new("", text)];
        let mut gone: Vec<Span> = vec![];
        for item in journey::parse(&sources).files.iter().flat_map(|file| &file.items) {
            let whole = block(text, item.span);
            let there = declared(item).filter(|declared| self.names.contains(declared));
            if let Some((event, fields)) = listed(item) {
                // A list says that there is nothing else: it joins lists alone.
                let keeps_lists = match item.kind {
                    ItemKind::Profile(_) => self.has_profile,
                    _ => self.has_events,
                };
                let is_known =
                    |field: &&Field| self.fields.contains(&(event.clone(), on_one_line(&sources, field.span)));
                let old: Vec<&Field> = fields.iter().filter(is_known).collect();
                let says_nothing_new = old.len() == fields.len() && (!fields.is_empty() || there.is_some());
                if says_nothing_new || !(keeps_lists || self.is_empty) {
                    gone.push(whole);
                } else {
                    gone.extend(old.iter().map(|field| block(text, field.span)));
                }
            } else if let Some((kind, name)) = there {
                if kind == "journey" {
                    let why = format!("{} has a journey `{name}` already; nothing was written", folder.display());
                    return Err(Failure::Unusable(why));
                }
                gone.push(whole);
                let _ = writeln!(notes, "the {kind} `{name}` stays as it is in {}", folder.display());
            }
        }
        Ok(without(text, &gone))
    }
}

/// What an item declares, by its kind and name.
fn declared(item: &Item) -> Option<(&'static str, String)> {
    let (kind, name) = match &item.kind {
        ItemKind::Event { name, .. } => return Some(("event", snake_case(&name.text))),
        ItemKind::Channel { name, .. } => ("channel", name),
        ItemKind::Audience { name, .. } => ("audience", name),
        ItemKind::Segment { name, .. } => ("segment", name),
        ItemKind::Message { name, .. } => ("message", name),
        ItemKind::Journey(journey) => ("journey", journey.name.as_ref()?),
        ItemKind::Charter(_) | ItemKind::Profile(_) | ItemKind::Test(_) => return None,
    };
    Some((kind, name.text.to_string()))
}

/// What an item lists, and of which event; the profile's name is empty.
fn listed(item: &Item) -> Option<(String, &[Field])> {
    match &item.kind {
        ItemKind::Profile(fields) => Some((String::new(), fields)),
        ItemKind::Event { name, fields } => Some((snake_case(&name.text), fields.as_deref().unwrap_or_default())),
        _ => None,
    }
}

/// The whole lines of a span, with the lines below that stand further in.
fn block(text: &str, span: Span) -> Span {
    let start = text.get(..span.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut end = start;
    let mut least = None;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        match least {
            None => least = Some(indent(line)),
            Some(least) if !line.trim().is_empty() && indent(line) <= least => break,
            Some(_) => {}
        }
        end += line.len();
    }
    Span { file: span.file, start: start as u32, end: end as u32 }
}

/// A text without some pieces, which stand in its order.
fn without(text: &str, gone: &[Span]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for piece in gone {
        out.push_str(text.get(at..piece.start as usize).unwrap_or_default());
        at = at.max(piece.end as usize);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
