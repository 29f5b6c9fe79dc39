//! From trees to the typed form: names (`names`), types (`types`), and the lowering of the charter, of
//! journeys, of steps and of conditions, each in a file of its own. All errors of a program are found in one run.

mod charter;
pub(crate) mod conditions;
mod declare;
mod histories;
mod journeys;
mod kept;
mod misread;
mod moments;
pub(crate) mod names;
pub(crate) mod paths;
mod resolutions;
mod steps;
mod templates;
mod tests;
mod texts;
pub(crate) mod types;

use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::source::{SourceFile, Span};
use crate::syntax::tree::{File, Item, ItemKind, Name};
use crate::value::Type;
use names::{Names, Table};
pub use resolutions::{NameKind, Places, Resolutions, Symbol};
use smol_str::SmolStr;
use std::collections::HashMap;
use types::Ty;

/// What came of checking a program.
#[derive(Debug)]
pub struct Checked {
    /// The typed program, if nothing is wrong with it.
    pub program: Option<ir::Program>,
    /// All findings, in the order of the files and their lines.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the program has a journey; without one it does nothing.
    pub has_journey: bool,
    /// What every name was resolved to, also where something is wrong.
    pub resolutions: Resolutions,
}

/// What the names and types of a program come to, before the findings of `lint/` are added.
pub(crate) struct Outcome {
    /// The typed program; what it says holds only if there is no error.
    pub(crate) program: ir::Program,
    /// What is wrong.
    pub(crate) errors: Vec<Diagnostic>,
    /// What the program declares.
    pub(crate) names: Names,
    /// Whether the program has a journey.
    pub(crate) has_journey: bool,
}

/// Looks up the names and types of a program; `files` and `sources` go together.
pub(crate) fn check(files: &[File], sources: &[SourceFile], syntax_errors: Vec<Diagnostic>) -> Outcome {
    let lost = files.iter().flat_map(|f| f.lost_words.iter().cloned()).collect();
    let mut checker = Checker {
        sources,
        errors: syntax_errors,
        names: Names::new(lost),
        attributes: Table::default(),
        properties: Table::default(),
        histories: vec![],
        segments: vec![],
        sent: vec![],
        undeclared: vec![],
        kept: kept::Kept::default(),
    };
    let items: Vec<&Item> = files.iter().flat_map(|f| &f.items).collect();
    checker.declare(&items);
    checker.segments(&items);
    let charter = checker.charter(&items);
    let mut journeys = checker.journeys(&items);
    checker.kept.texts_begin(&checker.attributes, &checker.properties);
    checker.templates(&items);
    let has_journey = items.iter().any(|i| matches!(i.kind, ItemKind::Journey(_))) || files.iter().any(|f| f.broken);
    let mut tests = vec![];
    for item in &items {
        if let ItemKind::Test(test) = &item.kind {
            tests.extend(checker.test(test, item.span));
        }
    }
    let texts = checker.texts(&items, &mut journeys);
    let entries = journeys.iter().map(|journey| journey.entries.len()).sum();
    checker.refuse_too_many_names(entries);
    checker.tell_undeclared_messages();
    checker.names.resolutions.finish();
    let Checker { mut errors, names, attributes, properties, histories, segments, kept, .. } = checker;
    tell_once(&mut errors);
    let resolve = |path: Vec<SmolStr>, ty: &Ty, kept: &Type| {
        let ty = names.slots.resolve(ty).keeping(kept);
        ir::Field { path, ty }
    };
    let program = ir::Program {
        attributes: attributes
            .into_things()
            .into_iter()
            .enumerate()
            .map(|(number, path)| {
                let ty = names.attributes.get(&path).cloned().unwrap_or(Ty::TEXT);
                let kept = kept.of_attribute(number, &path, &names);
                resolve(path, &ty, &kept)
            })
            .collect(),
        properties: properties
            .into_things()
            .into_iter()
            .enumerate()
            .map(|(number, (path, ty))| resolve(path, &ty, &kept.of_property(number)))
            .collect(),
        segments: segments.into_iter().flatten().collect(),
        histories,
        charter,
        journeys,
        texts,
        tests,
        channels: names.channels.things().to_vec(),
        categories: names.categories.things().to_vec(),
        messages: names.messages.things().to_vec(),
        audiences: names.audiences.things().to_vec(),
        events: names.events.things().to_vec(),
    };
    Outcome { program, errors, names, has_journey }
}

/// A name that is not known is told of once, at the first of its places, with the others beside it.
fn tell_once(errors: &mut Vec<Diagnostic>) {
    errors.sort_by_key(|error| (error.span().file, error.span().start));
    let mut told: HashMap<(String, String), usize> = HashMap::new();
    let mut out: Vec<Diagnostic> = Vec::with_capacity(errors.len());
    for error in errors.drain(..) {
        let label = error.labels.first().map(|label| label.text.clone()).unwrap_or_default();
        let first = told.get(&(error.message.clone(), label.clone())).and_then(|at| out.get_mut(*at));
        match first.filter(|_| error.name == "unknown-name") {
            // A text that several messages have is read once for each.
            Some(first) if first.labels.iter().any(|label| label.span == error.span()) => {}
            Some(first) => first.push_again(error.span()),
            None => {
                told.insert((error.message.clone(), label), out.len());
                out.push(error);
            }
        }
    }
    *errors = out;
}

struct Checker<'a> {
    sources: &'a [SourceFile],
    errors: Vec<Diagnostic>,
    names: Names,
    /// Attributes that are read, numbered.
    attributes: Table<Vec<SmolStr>>,
    /// Properties that are read, numbered.
    properties: Table<(Vec<SmolStr>, Ty)>,
    /// What conditions ask of the past.
    histories: Vec<ir::History>,
    /// The segments, by name; none: an error was reported.
    segments: Vec<Option<ir::Segment>>,
    /// Who sends what.
    sent: Vec<templates::SentBy>,
    /// Messages that are sent and not declared, where others are; each with what would be said of it alone.
    undeclared: Vec<(Name, Diagnostic)>,
    /// What is kept of objects.
    kept: kept::Kept,
}

impl Checker<'_> {
    /// Numbers of names are small; a program that needs larger ones is refused.
    fn refuse_too_many_names(&mut self, entries: usize) {
        let names = &self.names;
        let tables = [&names.channels, &names.categories, &names.messages, &names.audiences, &names.events];
        if self.histories.len() > names::MOST_NAMES
            || entries > names::MOST_NAMES
            || self.segments.len() > names::MOST_NAMES
            || names.journeys.len() > names::MOST_NAMES
            || tables.iter().any(|t| t.too_many())
            || self.attributes.too_many()
            || self.properties.too_many()
        {
            let message = format!("This program has more than {} names of one kind", names::MOST_NAMES);
            self.error(crate::diagnostic::syntax(Span::default(), message, "divide it into several programs"));
        }
    }

    /// The text of a span, its white space made single spaces.
    fn source(&self, span: Span) -> String {
        crate::source::on_one_line(self.sources, span)
    }

    fn error(&mut self, error: Diagnostic) {
        self.errors.push(error);
    }

    fn channel(&mut self, name: &Name) -> Option<ir::ChannelId> {
        if let Some(number) = self.names.channels.find(&name.text) {
            self.names.resolutions.add(NameKind::Channel, &name.text, name.span);
            return Some(ir::ChannelId(number));
        }
        if name.text == "send" {
            let title = "A send begins with its channel";
            self.error(crate::diagnostic::syntax(
                name.span,
                title,
                "write the channel instead of `send`: `email recs`",
            ));
            return None;
        }
        if let Some(error) = other_send(name) {
            self.error(error);
            return None;
        }
        let known: Vec<SmolStr> = self.names.channels.iter().map(SmolStr::new).collect();
        let error = self.names.unknown("channel", name, known.iter().map(SmolStr::as_str));
        self.errors.extend(error);
        None
    }

    /// Whether a message stands before its channel, which is then said.
    fn wrong_way_round(&mut self, channel: &Name, message: &Name) -> bool {
        let swapped = self.names.is_channel(&message.text) && !self.names.is_channel(&channel.text);
        if swapped {
            let right = format!("{} {}", message.text, channel.text);
            let span = channel.span.to(message.span);
            let error = crate::diagnostic::syntax(
                span,
                "The channel comes first, then the message",
                format!("write `{right}`"),
            );
            self.error(error.with_unsafe_fix(span, right));
        }
        swapped
    }

    fn message(&mut self, name: &Name) -> Option<ir::MessageId> {
        let declared = &self.names.declared_messages;
        if !declared.is_empty() && !declared.contains_key(&name.text) {
            match self.names.unknown("message", name, declared.keys().map(SmolStr::as_str)) {
                Some(error) if error.suggestion().is_none() => self.undeclared.push((name.clone(), error)),
                error => self.errors.extend(error),
            }
            return None;
        }
        self.names.resolutions.add(NameKind::Message, &name.text, name.span);
        Some(ir::MessageId(self.names.messages.number(name.text.clone())))
    }

    /// Who declares the first message of a program whose journeys send many has one thing to do, and is told one.
    fn tell_undeclared_messages(&mut self) {
        let undeclared = std::mem::take(&mut self.undeclared);
        let mut names: Vec<&Name> = vec![];
        for (name, _) in &undeclared {
            if !names.iter().any(|known| known.text == name.text) {
                names.push(name);
            }
        }
        let declared = self.names.declared_messages.iter().min_by_key(|(_, d)| (d.span.file, d.span.start));
        let (Some((first, place)), [one, ..], true) = (declared, names.as_slice(), names.len() > 2) else {
            return self.errors.extend(undeclared.into_iter().map(|(_, error)| error));
        };
        let title = format!("{} messages are sent that have no `message` line, as `{first}` has", names.len());
        let label = format!("write `message {}` and a line like it for each of the others", one.text);
        let lines: String = names.iter().map(|name| format!("message {}\n", name.text)).collect();
        let line = self.line_of(place.span);
        let mut error = Diagnostic::error("unknown-name", one.span, title, label)
            .with_help("Once one message is declared all are, so that a misspelt name is found.")
            .with_unsafe_fix(line, lines);
        undeclared.iter().filter(|(name, _)| name.span != one.span).for_each(|(name, _)| error.push_again(name.span));
        self.errors.push(error);
    }

    /// The place before the line on which something stands.
    fn line_of(&self, span: Span) -> Span {
        let text = self.sources.get(usize::from(span.file)).map_or("", |source| source.text.as_str());
        let before = text.get(..span.start as usize).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1) as u32;
        Span { start, end: start, ..span }
    }

    fn audience(&mut self, name: &Name) -> Option<ir::AudienceId> {
        let declared = &self.names.declared_audiences;
        if !declared.is_empty() && !declared.contains_key(&name.text) {
            let error = self.names.unknown("audience", name, declared.keys().map(SmolStr::as_str));
            self.errors.extend(error);
            return None;
        }
        self.names.resolutions.add(NameKind::Audience, &name.text, name.span);
        Some(ir::AudienceId(self.names.audiences.number(name.text.clone())))
    }

    fn segment(&mut self, name: &Name) -> Option<ir::SegmentId> {
        let at = self.names.declared_segments.keys().position(|known| *known == name.text);
        match at {
            Some(_) => self.names.resolutions.add(NameKind::Segment, &name.text, name.span),
            None => {
                let known = self.names.declared_segments.keys().map(SmolStr::as_str);
                self.errors.extend(self.names.unknown("segment", name, known));
            }
        }
        at.map(|at| ir::SegmentId(at as u16))
    }

    fn journey_name(&mut self, name: &Name) -> Option<ir::JourneyId> {
        if !self.names.journeys.contains_key(&name.text) {
            let error = self.names.unknown("journey", name, self.names.journeys.keys().map(SmolStr::as_str));
            self.errors.extend(error);
            return None;
        }
        self.names.resolutions.add(NameKind::Journey, &name.text, name.span);
        // The typed journeys stand in the order of their names, as here.
        self.names.journeys.keys().position(|known| *known == name.text).map(|at| ir::JourneyId(at as u16))
    }

    /// A category; a channel's name is none.
    fn category(&mut self, name: &Name) -> Option<ir::CategoryId> {
        if self.names.is_channel(&name.text) {
            self.error(crate::diagnostic::syntax(
                name.span,
                format!("`{}` is a channel, and a category is meant here", name.text),
                "write a category such as `promo` or `transactional`",
            ));
            return None;
        }
        if let Some(key) =
            crate::syntax::token::Key::of(&name.text).filter(|key| *key != crate::syntax::token::Key::Transactional)
        {
            self.error(crate::diagnostic::syntax(
                name.span,
                format!("`{}` is a word of the language and no name for a category", key.word()),
                "choose another name",
            ));
            return None;
        }
        self.names.resolutions.add(NameKind::Category, &name.text, name.span);
        Some(ir::CategoryId(self.names.categories.number(name.text.clone())))
    }
}

/// A sentence begins with a capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// What other tools call a step or a channel, where a channel should stand.
fn other_send(name: &Name) -> Option<Diagnostic> {
    use crate::diagnostic::syntax;
    let word = name.text.as_str();
    let instead = |title: String, text: &'static str| {
        Some(syntax(name.span, title, format!("write `{text}` instead")).with_safe_fix(name.span, text))
    };
    match word {
        "webhook" | "api" | "http" | "hook" | "notify" | "post" => {
            instead(format!("Another system is called with `call`, not with `{word}`"), "call")
        }
        "mail" | "e_mail" | "emails" => instead(format!("The channel `{word}` is called `email` here"), "email"),
        "text" | "txt" => instead(format!("The channel `{word}` is called `sms` here"), "sms"),
        "notification" | "notif" | "push_notification" => {
            instead(format!("The channel `{word}` is called `push` here"), "push")
        }
        "inapp" | "popup" => instead(format!("The channel `{word}` is called `in_app` here"), "in_app"),
        "end" | "cancel" | "terminate" | "finish" => {
            let edit = "write `exit` alone; another journey ends by an event: `emit offer_ended` here, `exit on offer_ended` there";
            Some(syntax(name.span, format!("A journey is left with `exit`, not with `{word}`"), edit))
        }
        "tag" | "label" | "subscribe" => {
            Some(syntax(name.span, "Customers are put into an audience with `add to`", "write `add to retargeting`"))
        }
        "untag" | "unsubscribe" => Some(syntax(
            name.span,
            "Customers are taken out of an audience with `remove from`",
            "write `remove from retargeting`",
        )),
        _ => None,
    }
}
