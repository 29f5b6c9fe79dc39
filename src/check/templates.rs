//! Texts of messages: their Liquid must be right, and every variable in them must be there, for each journey that sends
//! the message; in branches that no rendering takes too, because the text itself is looked through.

use super::Checker;
use super::conditions::Scope;
use super::kept::asked_by;
use super::names::{ATTRIBUTES, Names, Schema};
use super::resolutions::NameKind;
use crate::diagnostic::{Advice, Diagnostic, syntax};
use crate::liquid::foreign::{self, About, Means, MergeTag};
use crate::liquid::{self, Dialect, Elsewhere, Variable};
use crate::source::{SourceFile, Span, snake_case};
use crate::syntax::tree::{Item, ItemKind, Name, Part, Variant};
use crate::value::Type;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// A place that sends a message.
#[derive(Debug, Clone)]
pub(super) struct SentBy {
    pub(super) channel: SmolStr,
    pub(super) message: SmolStr,
    /// The events of the journey's entries.
    pub(super) events: Rc<[SmolStr]>,
    /// What `with` gives.
    pub(super) values: Vec<SmolStr>,
    pub(super) span: Span,
}

/// A value that a text reads: the first of its names is `profile`, `event`, or one that `with` gives or the host provides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Read {
    pub(super) root: SmolStr,
    /// The names behind it in snake case, as far as they are about one value of the program: of `event.items[0].title` and
    /// of `event.items.size` it is `items`.
    pub(super) path: Vec<SmolStr>,
    /// What of the objects in it.
    pub(super) asked: Type,
}

/// What the texts of a message read, those of one channel, in the order of the text and each once. Of something of which the
/// program declares parts, the parts.
pub(super) fn read_by(variant: &Variant, names: &Names) -> Vec<Read> {
    let mut out: Vec<Read> = vec![];
    for Part { text, .. } in &variant.parts {
        let reading = liquid::read(&text.text, names.dialect(&variant.channel.text));
        for variable in reading.variables {
            let Some((root, rest)) = variable.path.split_first().filter(|_| !variable.foreign) else { continue };
            let schemas: Vec<&Schema> = match root.as_str() {
                "profile" => names.profile.iter().collect(),
                "event" => names.event_schemas.values().collect(),
                _ => vec![],
            };
            let of_each = schemas.iter().map(|schema| about(rest, Some(schema)));
            let declared = of_each.filter(|path| schemas.iter().any(|schema| schema.contains_key(path)));
            let path = declared.max_by_key(Vec::len).unwrap_or_else(|| about(rest, None));
            let is_part =
                |known: &&Vec<SmolStr>| !path.is_empty() && known.len() > path.len() && known.starts_with(&path);
            let mut parts: Vec<Vec<SmolStr>> =
                schemas.iter().flat_map(|schema| schema.keys()).filter(is_part).cloned().collect();
            let mut asked = Type::Any;
            if parts.is_empty() || schemas.iter().any(|schema| schema.contains_key(&path)) {
                if !reading.reads_elsewhere {
                    asked = asked_by(&variable, 1 + path.len());
                }
                parts = vec![path];
            }
            for path in parts {
                match out.iter_mut().find(|read| read.root == *root && read.path == path) {
                    Some(read) => read.asked = std::mem::replace(&mut read.asked, Type::Any).and(asked.clone()),
                    None => out.push(Read { root: root.clone(), path, asked: asked.clone() }),
                }
            }
        }
    }
    out
}

/// The names of one value among those that a text asks for; behind them it asks for parts of the value.
fn about(rest: &[SmolStr], schema: Option<&Schema>) -> Vec<SmolStr> {
    let snake: Vec<SmolStr> = rest.iter().map(|part| SmolStr::new(snake_case(part))).collect();
    let declared = |schema: &Schema| {
        let whole = (1..=snake.len()).rev().find_map(|n| snake.get(..n).filter(|path| schema.contains_key(*path)));
        whole.map(<[SmolStr]>::to_vec)
    };
    if let Some(path) = schema.and_then(declared) {
        return path;
    }
    let part = snake.iter().skip(1).position(|name| PARTS.contains(&name.as_str()));
    snake.into_iter().take(part.map_or(usize::MAX, |at| at + 1)).collect()
}

/// Of which event, or of the profile, and which of its names.
type List = (Option<SmolStr>, Vec<SmolStr>);

/// What Liquid asks of every list, and of every text.
const PARTS: [&str; 3] = ["size", "first", "last"];

impl Names {
    /// What the host adds to Liquid in the texts of a channel.
    pub(crate) fn dialect<'n>(&'n self, channel: &'n str) -> Dialect<'n> {
        match self.hosts.get(channel) {
            Some(host) => Dialect { channel, filters: &host.filters, tags: &host.tags },
            None => Dialect { channel, ..Dialect::default() },
        }
    }
}

impl Checker<'_> {
    /// Remembers who sends what, for the variables of its text.
    pub(super) fn note_send(&mut self, channel: &Name, message: &Name, values: &[SmolStr], scope: &Scope, span: Span) {
        let events = scope.entry_events.clone().unwrap_or_else(|| Rc::from([]));
        let (channel, message) = (channel.text.clone(), message.text.clone());
        self.sent.push(SentBy { channel, message, events, values: values.to_vec(), span });
    }

    pub(super) fn templates(&mut self, items: &[&Item]) {
        let sent = std::mem::take(&mut self.sent);
        for item in items {
            let ItemKind::Message { name, variants, .. } = &item.kind else { continue };
            for variant in variants {
                let by: Vec<&SentBy> =
                    sent.iter().filter(|s| s.message == name.text && s.channel == variant.channel.text).collect();
                self.variant(variant, &by);
            }
        }
    }

    fn variant(&mut self, variant: &Variant, by: &[&SentBy]) {
        let channel = variant.channel.text.as_str();
        for part in &variant.parts {
            let text = &part.text;
            let reading = liquid::read(&text.text, self.names.dialect(channel));
            let places = Places::of(self.sources, part);
            for mistake in reading.mistakes {
                self.error(syntax(places.span(&mistake.at), mistake.title, mistake.edit));
            }
            for tag in foreign::merge_tags(&text.text, &reading.plain) {
                self.merge_tag(part, places.span(&tag.at), &tag, by, channel);
            }
            // The same variable is told of once, at its first place.
            let mut seen: BTreeSet<(&[SmolStr], &[SmolStr], bool)> = BTreeSet::new();
            let mut unknown: BTreeSet<&[SmolStr]> = BTreeSet::new();
            for variable in &reading.variables {
                let path = variable.path.as_slice();
                if unknown.contains(path) || !seen.insert((path, &variable.behind, variable.elsewhere.is_some())) {
                    continue;
                }
                let (before, span) = (self.errors.len(), places.span(&variable.at));
                if let Some(list) = self.variable(variable, by, channel, span) {
                    self.thing_of_text(list, variable, span);
                } else if self.errors.len() > before {
                    unknown.insert(path);
                }
            }
            for variable in reading.variables.iter().filter(|variable| !variable.foreign) {
                self.note_attribute(variable, places.span(&variable.at));
            }
        }
    }

    /// Looks a variable up; of which event, or of the profile, and which of its names it is.
    fn variable(&mut self, variable: &Variable, by: &[&SentBy], channel: &str, span: Span) -> Option<List> {
        let (root, rest) = variable.path.split_first()?;
        if variable.foreign {
            self.foreign(variable, by, span);
            return None;
        }
        match root.as_str() {
            "profile" | "event" if rest.is_empty() => None,
            "profile" => self.attribute_of_text(rest, span),
            "event" => self.property_of_text(rest, variable, by, span),
            _ => {
                self.free(variable, by, channel, span);
                None
            }
        }
    }

    fn attribute_of_text(&mut self, rest: &[SmolStr], span: Span) -> Option<List> {
        let path = about(rest, self.names.profile.as_ref());
        let first = path.first().map(SmolStr::as_str);
        if matches!(first, Some("consent" | "reachable" | "id")) {
            return None;
        }
        if let Some(schema) = &self.names.profile
            && !schema.contains_key(&path)
            && let Some(edit) = between(rest, schema, "profile").or_else(|| whole(&path, schema))
        {
            edit.into_iter().for_each(|edit| self.unknown_in_text("attribute", &path, span, edit));
            return None;
        }
        self.attribute_type(&path, &names_of(&path, span))?;
        Some((None, path))
    }

    /// Every place of a text that names an attribute which is there.
    fn note_attribute(&mut self, variable: &Variable, span: Span) {
        let Some((_, rest)) = variable.path.split_first().filter(|(root, _)| *root == "profile") else { return };
        let path = about(rest, self.names.profile.as_ref());
        let written = rest.get(..path.len()).unwrap_or_default();
        let Some(place) = self.place_of(written, span) else { return };
        if let [about, name] = path.as_slice()
            && matches!(about.as_str(), "consent" | "reachable")
        {
            self.answer_about(Some(&Name { text: name.clone(), quoted: false, span: place }));
        } else if self.names.attributes.contains_key(&path)
            || path.first().is_some_and(|name| ATTRIBUTES.contains(&name.as_str()))
        {
            self.names.resolutions.add(NameKind::Attribute, &path.join("."), place);
        }
    }

    /// Where the last of some names stands within a variable: `city` in `profile.address.city` and in
    /// `profile["address"]["city"]`.
    fn place_of(&self, names: &[SmolStr], variable: Span) -> Option<Span> {
        let (last, before) = names.split_last()?;
        let text = self.sources.get(usize::from(variable.file))?.text.as_str();
        let text = text.get(variable.start as usize..variable.end as usize)?;
        let mut from = text.find(|c: char| !c.is_alphanumeric())?;
        for name in before {
            from += text.get(from..)?.find(name.as_str())? + name.len();
        }
        let start = variable.start + (from + text.get(from..)?.find(last.as_str())?) as u32;
        Some(Span { start, end: start + last.len() as u32, ..variable })
    }

    /// What a text asks of the things in a list: each must be among what the list says that they have.
    fn thing_of_text(&mut self, (event, mut list): List, variable: &Variable, span: Span) {
        // `items.first.title`: behind the path of the list and its part.
        let names = variable.path.iter().skip(1 + list.len()).chain(&variable.behind);
        let asked = names.map(|name| SmolStr::new(snake_case(name)));
        let asked: Vec<SmolStr> = asked.filter(|name| !PARTS.contains(&name.as_str())).collect();
        let mut asked = asked.as_slice();
        while let Some(names) = self.names.things.get(&(event.clone(), list.clone())) {
            let Some(first) = asked.first() else { return };
            let known = names.iter().filter(|name| asked.starts_with(name)).max_by_key(|name| name.len());
            let Some(known) = known else {
                // Of an object within, a part is asked for as a whole.
                if names.iter().any(|name| name.starts_with(asked)) {
                    return;
                }
                let shown: Vec<String> = names.iter().map(|name| name.join(".")).collect();
                let edit = match crate::nearest::nearest(&asked.join("."), shown.iter().map(String::as_str)) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("add it to the list's names, or write {}", shown.join(", ")),
                };
                let title = format!("Nothing in `{}` has a `{first}`", list.join("."));
                return self.error(Diagnostic::error("unknown-name", span, title, edit));
            };
            list.extend(known.iter().cloned());
            asked = asked.get(known.len()..).unwrap_or_default();
        }
    }

    fn property_of_text(&mut self, rest: &[SmolStr], variable: &Variable, by: &[&SentBy], span: Span) -> Option<List> {
        let mut list = None;
        let mut seen: Vec<&[SmolStr]> = vec![];
        for send in by {
            if seen.contains(&send.events.as_ref()) {
                continue;
            }
            seen.push(&send.events);
            if send.events.is_empty() {
                let title = format!(
                    "`{{{{ {} }}}}` is empty: the journey that sends this begins with no event",
                    variable.path.join(".")
                );
                let error = syntax(span, title, "write a value of the profile, or give one by `with`");
                self.error(error.with_label(send.span, "sent here"));
                continue;
            }
            // Of several events the one that declares least decides how much of the path is one value.
            let schema = send.events.iter().find_map(|event| self.names.event_schemas.get(event));
            let path = about(rest, schema);
            let in_context = path.first().is_some_and(|first| first == "context");
            if let Some(schema) = schema.filter(|schema| !in_context && !schema.contains_key(&path))
                && let Some(edit) = between(rest, schema, "event").or_else(|| whole(&path, schema))
            {
                edit.into_iter().for_each(|edit| self.unknown_in_text("property", &path, span, edit));
                return None;
            }
            self.property(&send.events, &names_of(&path, span))?;
            if let [event] = send.events.as_ref() {
                list.get_or_insert((Some(event.clone()), path));
            }
        }
        list
    }

    fn unknown_in_text(&mut self, kind: &str, path: &[SmolStr], span: Span, edit: String) {
        self.error(Diagnostic::error("unknown-name", span, format!("There is no {kind} `{}`", path.join(".")), edit));
    }

    /// A variable that is neither of the profile nor of the event: `with` gives it, or the host.
    fn free(&mut self, variable: &Variable, by: &[&SentBy], channel: &str, span: Span) {
        let Some((root, rest)) = variable.path.split_first() else { return };
        let snake = snake_case(root);
        let provides = self.names.hosts.get(channel).map(|host| host.provides.as_slice()).unwrap_or_default();
        if provides.iter().any(|name| name == root || *name == snake) {
            return;
        }
        let Some(without) = by.iter().find(|send| !send.values.iter().any(|v| *v == snake)) else { return };
        let error = match &variable.elsewhere {
            Some(Elsewhere::BehindItsLoop) => {
                let title = format!("`{root}` is empty here: it stands only inside its loop");
                Diagnostic::error("unknown-name", span, title, "move this inside the loop, or assign the value there")
            }
            Some(Elsewhere::BeforeItIsSet(_)) => {
                let title = format!("`{root}` is empty here: it is set further down");
                Diagnostic::error("unknown-name", span, title, "move this below the tag that sets it")
            }
            None if matches!(root.as_str(), "forloop" | "tablerowloop" | "loop") => {
                let title = format!("`{root}` is empty here: it stands only inside a loop");
                Diagnostic::error("unknown-name", span, title, "move this inside the `{% for … %}`, as `forloop.index`")
            }
            None => {
                let declared = provides.iter().map(SmolStr::as_str);
                let given = without.values.iter().map(SmolStr::as_str).chain(declared);
                let known = ["profile", "event"].into_iter().chain(given);
                let own = match foreign::about(root) {
                    Some(about) if !rest.is_empty() => Some(self.own_name(about, rest, by)),
                    _ => None,
                };
                let near = crate::nearest::nearest(root, known);
                let title = format!("Nobody says what `{root}` is in this text");
                let error = |edit: Advice| Diagnostic::error("unknown-name", span, title, edit);
                match (own, near) {
                    (Some(own), _) => error(format!("write `{own}`").into()).with_unsafe_fix(span, own),
                    (None, Some(near)) => error(Advice::meant(near)),
                    (None, None) => match self.behind_a_thing(&variable.path, by) {
                        Some(own) => error(format!("write `{own}`").into()).with_unsafe_fix(span, own),
                        None => error(self.who_could_give(&variable.path, by, channel).into()),
                    },
                }
            }
        };
        self.error(error.with_label(without.span, "sent here"));
    }

    /// `cart.total`, `order.items`: what the event or the profile has by the last of these names.
    fn behind_a_thing(&self, path: &[SmolStr], by: &[&SentBy]) -> Option<String> {
        let (root, rest) = path.split_first().filter(|(_, rest)| !rest.is_empty())?;
        if foreign::is_of_the_host(root) {
            return None;
        }
        self.known(About::Event, rest, by).or_else(|| self.known(About::Person, rest, by))
    }

    fn who_could_give(&self, path: &[SmolStr], by: &[&SentBy], channel: &str) -> String {
        let root = path.first().map(SmolStr::as_str).unwrap_or_default();
        if foreign::is_of_the_host(root) {
            return format!("if the host fills it in, declare it: `channel {channel}: provides {root}`");
        }
        let known = self.known(About::Either, foreign::behind(path), by);
        match known {
            Some(known) => format!("write `{known}`"),
            None => {
                let name = foreign::joined(path);
                format!("write `profile.{name}` or `event.{name}`, or send it `with ({root}: …)`")
            }
        }
    }

    /// `${first_name}`, `custom_attribute.${first_name}`
    fn foreign(&mut self, variable: &Variable, by: &[&SentBy], span: Span) {
        let about = variable.path.first().and_then(|root| foreign::about(root));
        let rest = match (about, variable.path.as_slice()) {
            (Some(_), [_, rest @ ..]) => rest,
            (_, path) => path,
        };
        let own = self.own_name(about.unwrap_or(About::Person), rest, by);
        self.error(syntax(span, "`${…}` is how another tool writes a value", format!("write `{own}`")));
    }

    /// `*|FNAME|*`, `%%first_name%%`
    fn merge_tag(&mut self, part: &Part, span: Span, tag: &MergeTag, by: &[&SentBy], channel: &str) {
        let liquid = match &tag.means {
            Means::Value(about, name) => {
                let path: Vec<SmolStr> = name.split('.').map(SmolStr::new).collect();
                Some(format!("{{{{ {} }}}}", self.own_name(*about, &path, by)))
            }
            Means::Liquid(liquid) => Some(liquid.clone()),
            Means::Host(_) | Means::Unclear => None,
        };
        let edit = match (&liquid, &tag.means) {
            (Some(liquid), _) => format!("write `{liquid}`"),
            (None, Means::Host(name)) => {
                format!(
                    "write `{{{{ {name} }}}}`, and declare what the host fills in: `channel {channel}: provides {name}`"
                )
            }
            _ => "write a value such as `{{ profile.first_name }}`, or take it away".to_string(),
        };
        let written = part.text.text.get(tag.at.clone()).unwrap_or_default();
        let title = format!("Nothing fills in `{written}`, and customers would read it as it stands");
        let mut finding = Diagnostic::warning("merge-tag", span, title, edit);
        // What a file of another language says is allowed where it is named.
        if let Some(file) = &part.file {
            finding = finding.with_label(file.span, "named here");
        }
        // The tags of a choice belong together, and are not written one by one.
        self.error(match liquid.filter(|_| matches!(tag.means, Means::Value(..))) {
            Some(liquid) => finding.with_unsafe_fix(span, liquid),
            None => finding,
        });
    }

    /// The program's own name for something that another tool has a name for.
    fn own_name(&self, about: About, rest: &[SmolStr], by: &[&SentBy]) -> String {
        let rest = foreign::behind(rest);
        self.known(about, rest, by).unwrap_or_else(|| {
            let root = if about == About::Event { "event" } else { "profile" };
            format!("{root}.{}", foreign::joined(rest))
        })
    }

    /// The attribute or property that is meant, if the program names one like it.
    fn known(&self, about: About, rest: &[SmolStr], by: &[&SentBy]) -> Option<String> {
        let squeezed = |path: &[SmolStr]| foreign::squeezed(&path.concat());
        let usual = foreign::squeezed(&foreign::joined(rest));
        let fits = |path: &&Vec<SmolStr>| {
            let known = squeezed(path);
            known == squeezed(rest) || known == usual || foreign::squeezed(&foreign::spelled(&path.join("_"))) == usual
        };
        let of_person = || {
            let declared = self.names.profile.iter().flatten().map(|(path, _)| path);
            let found = declared.chain(self.names.attributes.keys()).find(fits);
            let built_in = ATTRIBUTES.iter().find(|name| **name == usual).map(|name| (*name).to_string());
            found.map(|path| path.join(".")).or(built_in).map(|path| format!("profile.{path}"))
        };
        let of_event = || {
            let events = by.iter().flat_map(|send| send.events.iter());
            let mut properties = events.flat_map(|event| {
                let schema = self.names.event_schemas.get(event).into_iter().flatten().map(|(path, _)| path);
                let used = self.names.properties.keys().filter(move |(of, _)| of == event).map(|(_, path)| path);
                schema.chain(used)
            });
            properties.find(fits).map(|path| format!("event.{}", path.join(".")))
        };
        match about {
            About::Person => of_person(),
            About::Event => of_event(),
            About::Either => of_person().or_else(of_event),
        }
    }
}

/// The name without what another tool puts between, if that is there: `event.properties.total`.
fn between(rest: &[SmolStr], schema: &Schema, root: &str) -> Option<Option<String>> {
    let behind = foreign::behind(rest);
    let snake: Vec<SmolStr> = behind.iter().map(|part| SmolStr::new(snake_case(part))).collect();
    let known = behind.len() < rest.len() && schema.contains_key(&snake);
    known.then(|| Some(format!("write `{root}.{}`", snake.join("."))))
}

/// Nothing is wrong with asking for the whole of something of which parts are declared.
fn whole(path: &[SmolStr], schema: &Schema) -> Option<Option<String>> {
    schema.keys().any(|known| known.len() > path.len() && known.starts_with(path)).then_some(None)
}

/// The parts of a path, each in its place where they stand as they are behind `profile.` or `event.`.
fn names_of(path: &[SmolStr], span: Span) -> Vec<Name> {
    let length = |parts: &[SmolStr]| parts.iter().map(|part| part.len() + 1).sum::<usize>().saturating_sub(1) as u32;
    let before = (span.end - span.start).checked_sub(length(path));
    let is_plain = before.is_some_and(|before| ["profile.", "event."].iter().any(|root| root.len() as u32 == before));
    let place = |at: usize| {
        let end = span.end - path.get(at + 1..).filter(|rest| !rest.is_empty()).map_or(0, |rest| length(rest) + 1);
        Span { start: end - path.get(at).map_or(0, |part| part.len() as u32), end, ..span }
    };
    let of = |(at, part): (usize, &SmolStr)| {
        let span = if is_plain { place(at) } else { span };
        Name { text: part.clone(), quoted: false, span }
    };
    path.iter().enumerate().map(of).collect()
}

/// Where the parts of a text stand in its file.
pub(super) struct Places {
    text: Span,
    /// Where the text begins, behind the quotes.
    begin: usize,
    /// From which byte of the text on it is how far behind what is written: escapes are shorter.
    behind: Vec<(usize, usize)>,
}

impl Places {
    pub(super) fn of(sources: &[SourceFile], part: &Part) -> Self {
        let text = &part.text;
        if part.file.is_some() {
            return Places { text: text.span, begin: 0, behind: vec![] };
        }
        let written = sources.get(usize::from(text.span.file)).map_or("", |file| file.slice(text.span));
        let long = written.starts_with("\"\"\"");
        let begin = if long { 3 } else { written.chars().next().map_or(0, char::len_utf8) };
        let (mut behind, mut at, mut lost) = (vec![], 0, 0);
        let mut bytes = written.bytes().skip(begin).peekable();
        while let Some(byte) = bytes.next() {
            let escapes = !long && byte == b'\\' && matches!(bytes.peek(), Some(b'n' | b'"' | b'\\'));
            let is_left_out = long && byte == b'\r';
            if escapes {
                bytes.next();
            }
            at += usize::from(!is_left_out);
            if escapes || is_left_out {
                lost += 1;
                behind.push((at, lost));
            }
        }
        Places { text: text.span, begin, behind }
    }

    pub(super) fn span(&self, part: &Range<usize>) -> Span {
        let length = (self.text.end - self.text.start) as usize;
        let written = |at: usize| {
            let lost = self.behind.partition_point(|(from, _)| *from <= at).checked_sub(1);
            let lost = lost.and_then(|last| self.behind.get(last)).map_or(0, |(_, lost)| *lost);
            (self.begin + at + lost).min(length) as u32
        };
        let (start, end) = (written(part.start), written(part.end));
        Span::new(self.text.file, self.text.start + start.min(end), self.text.start + end)
    }
}
