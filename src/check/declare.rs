//! The first pass: everything that a program declares, so that the order of its lines does not matter.

use super::Checker;
use super::names::{Declared, ListOf, Schema};
use super::resolutions::NameKind;
use super::types::Ty;
use crate::diagnostic::{Advice, Diagnostic, syntax};
use crate::ir::{self, Engagement};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{ChannelPart, Field, Item, ItemKind, Name, Text, TypeExpr};
use crate::value::{DEEPEST, Type};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// What items have listed so far, by the event (none: the profile) and the path.
type Listed<'a> = BTreeMap<ListOf, &'a Field>;

/// Segments within segments.
const MOST_NESTED: usize = 64;

impl Checker<'_> {
    pub(crate) fn declare(&mut self, items: &[&Item]) {
        let mut charter: Option<Span> = None;
        let mut listed = Listed::new();
        for item in items {
            match &item.kind {
                ItemKind::Charter(_) => self.only_one_charter(&mut charter, item.span),
                ItemKind::Profile(fields) => {
                    let schema = self.schema(fields, None, &mut listed);
                    for (path, ty) in &schema {
                        self.names.attributes.insert(path.clone(), ty.clone());
                    }
                    self.names.profile.get_or_insert_default().extend(schema);
                }
                ItemKind::Event { name, fields } => {
                    let snake = SmolStr::new(snake_case(&name.text));
                    self.names.resolutions.define(NameKind::Event, &snake, name.span);
                    self.names.declared_events.entry(snake.clone()).or_insert(Declared { span: name.span });
                    if let Some(fields) = fields {
                        let schema = self.schema(fields, Some(&snake), &mut listed);
                        self.names.event_schemas.entry(snake).or_default().extend(schema);
                    }
                }
                ItemKind::Channel { name, parts } => {
                    let twice = self.names.declared_channels.insert(name.text.clone(), Declared { span: name.span });
                    self.names.resolutions.define(NameKind::Channel, &name.text, name.span);
                    self.twice("channel", name, twice);
                    self.reserved_name("channel", name);
                    self.names.channels.number(name.text.clone());
                    self.channel_parts(&name.text, parts);
                }
                ItemKind::Audience { name, .. } => {
                    let twice = self.names.declared_audiences.insert(name.text.clone(), Declared { span: name.span });
                    self.names.resolutions.define(NameKind::Audience, &name.text, name.span);
                    self.twice("audience", name, twice);
                }
                ItemKind::Segment { name, .. } => {
                    let twice = self.names.declared_segments.insert(name.text.clone(), Declared { span: name.span });
                    self.names.resolutions.define(NameKind::Segment, &name.text, name.span);
                    self.twice("segment", name, twice);
                }
                ItemKind::Message { name, .. } => {
                    let twice = self.names.declared_messages.insert(name.text.clone(), Declared { span: name.span });
                    self.names.resolutions.define(NameKind::Message, &name.text, name.span);
                    self.twice("message", name, twice);
                }
                ItemKind::Journey(journey) => {
                    let (name, span) = match &journey.name {
                        Some(name) => {
                            self.names.resolutions.define(NameKind::Journey, &name.text, name.span);
                            (name.text.clone(), name.span)
                        }
                        None => (self.file_name(item.span), item.span),
                    };
                    let whole = Name { text: name.clone(), quoted: false, span };
                    let twice = self.names.journeys.insert(name, Declared { span });
                    self.twice("journey", &whole, twice);
                }
                ItemKind::Test(_) => {}
            }
        }
        // Variants are checked where channels are all known.
        for item in items {
            let ItemKind::Message { variants, name, .. } = &item.kind else { continue };
            let mut written: Vec<SmolStr> = vec![];
            for variant in variants {
                self.channel(&variant.channel);
                if written.contains(&variant.channel.text) {
                    self.error(Diagnostic::error(
                        "duplicate-name",
                        variant.channel.span,
                        format!("`{}` is written for {} twice", name.text, variant.channel.text),
                        "take one of the two away",
                    ));
                    continue;
                }
                written.push(variant.channel.text.clone());
            }
            if !written.is_empty() {
                self.names.variants.insert(name.text.clone(), written);
            }
        }
    }

    /// Lowers the segments, which may ask for each other but not in a ring.
    pub(crate) fn segments(&mut self, items: &[&Item]) {
        let mut found: Vec<Option<ir::Segment>> = vec![None; self.names.declared_segments.len()];
        for item in items {
            let ItemKind::Segment { name, cond } = &item.kind else { continue };
            let Some(cond) = cond else { continue };
            let lowered = self.condition(cond, &mut super::conditions::Scope::default());
            let at = self.names.declared_segments.keys().position(|known| *known == name.text);
            if let (Some(cond), Some(slot)) = (lowered, at.and_then(|at| found.get_mut(at))) {
                *slot = Some(ir::Segment { name: name.text.clone(), cond, span: name.span });
            }
        }
        let mut depths = vec![None; found.len()];
        for at in 0..found.len() {
            self.segment_depth(&found, at, &mut depths, &mut vec![]);
        }
        self.segments = found;
    }

    /// How many segments lie within each other at most, from this one on.
    fn segment_depth(
        &mut self,
        segments: &[Option<ir::Segment>],
        at: usize,
        depths: &mut Vec<Option<usize>>,
        above: &mut Vec<usize>,
    ) -> usize {
        if let Some(Some(depth)) = depths.get(at) {
            return *depth;
        }
        let Some(Some(segment)) = segments.get(at) else { return 0 };
        if above.contains(&at) || above.len() > MOST_NESTED {
            self.nested(segment, above.contains(&at));
            if let Some(depth) = depths.get_mut(at) {
                *depth = Some(0);
            }
            return 0;
        }
        above.push(at);
        let mut inner = vec![];
        segment.cond.visit(&mut |part| {
            if let ir::Expr::In(id) = part {
                inner.push(id.index());
            }
        });
        let mut depth =
            inner.into_iter().map(|at| self.segment_depth(segments, at, depths, above)).max().unwrap_or(0) + 1;
        above.pop();
        if let Some(slot) = depths.get_mut(at).filter(|slot| slot.is_none()) {
            if depth > MOST_NESTED {
                self.nested(segment, false);
                depth = 0;
            }
            *slot = Some(depth);
        }
        depth
    }

    fn nested(&mut self, segment: &ir::Segment, is_ring: bool) {
        let title = if is_ring {
            format!("To know who is in `{}`, one would have to know it already", segment.name)
        } else {
            format!("More than {MOST_NESTED} segments are asked for within each other")
        };
        self.error(syntax(segment.span, title, "ask for something else than the segment here"));
    }

    /// The name that a bare entry block takes.
    pub(crate) fn file_name(&self, span: Span) -> SmolStr {
        self.sources.get(usize::from(span.file)).map(|file| SmolStr::new(file.stem())).unwrap_or_default()
    }

    fn only_one_charter(&mut self, first: &mut Option<Span>, span: Span) {
        match *first {
            Some(before) => {
                let error = Diagnostic::error(
                    "duplicate-name",
                    span,
                    "A program has one `charter`, and this is a second",
                    "move these lines into the first one",
                );
                self.error(error.with_label(before, "the first one"));
            }
            None => *first = Some(span),
        }
    }

    fn twice(&mut self, kind: &str, name: &Name, before: Option<Declared>) {
        if let Some(before) = before {
            let error = Diagnostic::error(
                "duplicate-name",
                name.span,
                format!("There are two {kind}s called `{}`", name.text),
                "give this one another name",
            );
            self.error(error.with_label(before.span, "the first one"));
        }
    }

    fn reserved_name(&mut self, kind: &str, name: &Name) {
        if crate::syntax::token::Key::of(&name.text).is_some() {
            let error = syntax(
                name.span,
                format!("`{}` is a word of the language and no name for a {kind}", name.text),
                "choose another name",
            );
            self.error(error);
        }
    }

    fn channel_parts(&mut self, channel: &SmolStr, parts: &[ChannelPart]) {
        let host = self.names.hosts.entry(channel.clone()).or_default();
        for part in parts {
            let (known, words) = match part {
                ChannelPart::Provides(words) => (&mut host.provides, words),
                ChannelPart::Filters(words) => (&mut host.filters, words),
                ChannelPart::Tags(words) => (&mut host.tags, words),
                ChannelPart::Tracks(_) | ChannelPart::Limit(..) => continue,
            };
            known.extend(words.iter().map(|word| word.text.clone()));
        }
        for part in parts {
            match part {
                ChannelPart::Provides(words) => {
                    for word in words.iter().filter(|word| matches!(word.text.as_str(), "profile" | "event")) {
                        self.error(syntax(
                            word.span,
                            format!("`{}` is a word of the language and no name for a variable", word.text),
                            "take it away: texts know it already",
                        ));
                    }
                }
                ChannelPart::Filters(_) | ChannelPart::Tags(_) => {}
                ChannelPart::Tracks(words) => {
                    for word in words.iter().filter(|w| Engagement::of(&w.text).is_none()) {
                        let known = Engagement::ALL.map(Engagement::word);
                        let edit = Advice::nearest(
                            &word.text,
                            known,
                            "write delivered, opened, clicked, replied or another of that kind",
                        );
                        self.error(Diagnostic::error(
                            "unknown-name",
                            word.span,
                            format!("Nothing called `{}` can be tracked", word.text),
                            edit,
                        ));
                    }
                }
                ChannelPart::Limit(number, span) => {
                    if number.is_zero() || !number.is_integer() {
                        self.error(syntax(
                            *span,
                            "A channel holds a whole number of characters",
                            "write a number such as 1024",
                        ));
                    }
                }
            }
        }
    }

    /// The fields that one item lists for an event, or for the profile. Items of one name add up: what another has listed
    /// with the same kind is left out, another kind is an error.
    fn schema<'a>(&mut self, fields: &'a [Field], event: Option<&SmolStr>, listed: &mut Listed<'a>) -> Schema {
        let mut schema: Schema = BTreeMap::new();
        let mut here: BTreeSet<Vec<SmolStr>> = BTreeSet::new();
        for field in fields {
            let path: Vec<SmolStr> = field.path.iter().map(|p| SmolStr::new(snake_case(&p.text))).collect();
            if let (None, Some(last)) = (event, field.path.last()) {
                self.names.resolutions.define(NameKind::Attribute, &path.join("."), last.span);
            }
            if !here.insert(path.clone()) {
                let error = Diagnostic::error(
                    "duplicate-name",
                    field.span,
                    "This name is listed twice",
                    "take one of the two lines away",
                );
                self.error(error);
                continue;
            }
            let key = (event.cloned(), path.clone());
            if let Some(before) = listed.get(&key) {
                if !same_kind(&before.ty, &field.ty) {
                    self.two_kinds(before, field, &path);
                }
                continue;
            }
            listed.insert(key, field);
            if let TypeExpr::List(of) = &field.ty
                && let TypeExpr::Thing(parts) = &**of
            {
                let mut whole = path.clone();
                let ty = self.thing(parts, event, &mut whole, 0);
                self.names.thing_types.insert((event.cloned(), path.clone()), ty);
            }
            // What is of no known kind is there all the same.
            let ty: Ty = match self.type_of(&field.ty) {
                Some(ty) => self.names.slots.declared(ty, field.span),
                None => self.names.slots.open(),
            };
            schema.insert(path, ty);
        }
        schema
    }

    fn two_kinds(&mut self, before: &Field, field: &Field, path: &[SmolStr]) {
        let error = Diagnostic::error(
            "type-mismatch",
            field.span,
            format!("`{}` is listed in two places, as two kinds of value", path.join(".")),
            "write the same kind in both places, or take one of the two lines away",
        );
        self.error(error.with_label(before.span, "listed otherwise here"));
    }

    /// What each thing of a list has; `path` leads to the list. Of lists within lists that is kept so deep.
    fn thing(&mut self, parts: &[Field], event: Option<&SmolStr>, path: &mut Vec<SmolStr>, depth: usize) -> Type {
        let mut kept = Type::Thing(vec![]);
        let mut names: Vec<Vec<SmolStr>> = vec![];
        for part in parts {
            let name: Vec<SmolStr> = part.path.iter().map(|p| SmolStr::new(snake_case(&p.text))).collect();
            if names.contains(&name) {
                let edit = "take one of the two away";
                self.error(Diagnostic::error("duplicate-name", part.span, "This name is listed twice", edit));
            }
            let ty = if let TypeExpr::List(of) = &part.ty
                && let TypeExpr::Thing(parts) = &**of
            {
                let length = path.len();
                path.extend(name.iter().cloned());
                let ty = self.thing(parts, event, path, depth + name.len());
                path.truncate(length);
                Type::List(Box::new(ty))
            } else {
                self.type_of(&part.ty).unwrap_or(Type::Any)
            };
            kept = kept.and(match name.get(..DEEPEST.saturating_sub(depth)) {
                Some(first) => Type::at(first, Type::Any),
                None => Type::at(&name, ty),
            });
            names.push(name);
        }
        self.names.things.insert((event.cloned(), path.clone()), names);
        kept
    }

    fn type_of(&mut self, ty: &TypeExpr) -> Option<Type> {
        Some(match ty {
            TypeExpr::Choice(options) => Type::Choice(options.iter().map(|o| o.text.clone()).collect()),
            TypeExpr::List(of) => Type::List(Box::new(self.type_of(of)?)),
            // Conditions ask nothing of what a thing has; texts do.
            TypeExpr::Thing(_) => Type::Any,
            TypeExpr::Named(name) => match name.text.as_str() {
                "number" => Type::Number,
                "text" => Type::Text,
                "bool" => Type::Bool,
                "date" => Type::Date,
                "time" => Type::Time,
                "moment" => Type::Moment,
                "duration" => Type::Duration,
                other if let Some(ours) = crate::syntax::kind(other) => {
                    let title = format!("The kind of value `{other}` is called `{ours}` here");
                    let error = syntax(name.span, title, format!("write `{ours}` instead"));
                    self.error(error.with_safe_fix(name.span, ours));
                    // What it is of is known all the same.
                    let named = Name { text: SmolStr::new_static(ours), ..name.clone() };
                    return self.type_of(&TypeExpr::Named(named));
                }
                other => {
                    let edit = Advice::nearest(
                        other,
                        ["number", "text", "bool", "date", "time", "moment", "duration"],
                        "write number, text, bool, date, moment or a choice of texts",
                    );
                    self.error(Diagnostic::error(
                        "unknown-name",
                        name.span,
                        format!("There is no kind of value called `{other}`"),
                        edit,
                    ));
                    return None;
                }
            },
        })
    }
}

/// Whether two types as written say the same; the order of choices and of what a thing has does not count.
fn same_kind(a: &TypeExpr, b: &TypeExpr) -> bool {
    match (a, b) {
        (TypeExpr::Named(a), TypeExpr::Named(b)) => a.text == b.text,
        (TypeExpr::List(a), TypeExpr::List(b)) => same_kind(a, b),
        (TypeExpr::Choice(a), TypeExpr::Choice(b)) => {
            let texts = |options: &[Text]| options.iter().map(|o| o.text.clone()).collect::<BTreeSet<_>>();
            texts(a) == texts(b)
        }
        (TypeExpr::Thing(a), TypeExpr::Thing(b)) => {
            let name = |field: &Field| field.path.iter().map(|p| snake_case(&p.text)).collect::<Vec<_>>();
            let by_name = |parts: &'_ [Field]| parts.iter().map(name).collect::<BTreeSet<_>>();
            let kinds: BTreeMap<_, _> = a.iter().map(|field| (name(field), &field.ty)).collect();
            by_name(a) == by_name(b)
                && b.iter().all(|field| kinds.get(&name(field)).is_some_and(|ty| same_kind(ty, &field.ty)))
        }
        _ => false,
    }
}
