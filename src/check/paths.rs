//! What a name in a condition means: an attribute, a property, an event, an engagement with a message.

use super::Checker;
use super::conditions::{Lowered, Scope, needs_window};
use super::names::ATTRIBUTES;
use super::types::Ty;
use crate::diagnostic::{Advice, Diagnostic};
use crate::ir::{self, Engagement, Expr as Ir};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Name, Path, Root, Suffix};
use smol_str::SmolStr;

/// Words that people put before an engagement.
const FILLERS: [&str; 8] = ["has", "have", "was", "were", "is", "did", "been", "they"];

impl Checker<'_> {
    pub(super) fn pair(
        &mut self,
        first: &Name,
        second: &Name,
        suffix: &Suffix,
        span: Span,
        scope: &mut Scope,
    ) -> Lowered {
        if let Some(engagement) = Engagement::of(&first.text).filter(|_| scope.where_events.is_none()) {
            if !suffix.is_empty() {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "An engagement with a message is asked of what this journey sent",
                    format!("write `{} {}`, or look back on all messages: `{0} in last 30d`", first.text, second.text),
                ));
                return None;
            }
            if !scope.in_steps {
                self.errors.push(no_message_here(span));
                return None;
            }
            let message = self.message(second)?;
            return Some((Ir::Engaged(engagement, Some(message)), Ty::BOOL));
        }
        match (first.text.as_str(), second.text.as_str()) {
            ("prefers", _) if suffix.is_empty() => {
                let channel = self.channel(second)?;
                Some((Ir::Prefers(channel), Ty::BOOL))
            }
            ("local", "time") => {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "The local time is asked with `is between`",
                    "write `local time is between 09:00 and 17:00`",
                ));
                None
            }
            _ if Engagement::of(&second.text).is_some()
                && (FILLERS.contains(&first.text.as_str()) || self.names.is_channel(&first.text)) =>
            {
                let word = second.text.as_str();
                let title = format!("Whether a message was {word} is asked with one word");
                let edit = format!("write `{word}`, or name the message behind it: `{word} recs`");
                self.errors.push(crate::diagnostic::syntax(span, title, edit).with_safe_fix(span, word));
                None
            }
            ("has" | "have" | "had" | "did" | "does" | "was", _) => {
                let mut filler = span;
                filler.end = filler.start + first.text.len() as u32;
                self.errors.push(crate::diagnostic::syntax(
                    filler,
                    "Whether something happened is asked by its name alone",
                    format!("take `{}` away", first.text),
                ));
                None
            }
            _ => {
                let near = crate::nearest::nearest(
                    &first.text,
                    Engagement::ALL.map(Engagement::word).into_iter().chain(["prefers"]),
                );
                let edit = match near {
                    Some(near) => Advice::meant(&format!("{near} {}", second.text)),
                    None => "write one condition here, or put `and`, `or` or `then` between the two".into(),
                };
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    format!("`{} {}` is no condition", first.text, second.text),
                    edit,
                ));
                None
            }
        }
    }

    pub(super) fn path(&mut self, path: &Path, suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        match path.root {
            Root::Profile | Root::Event if !suffix.is_empty() => {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "Only events have a history to look back on",
                    "take `where`, `in last` or `ever` away",
                ));
                None
            }
            Root::Profile | Root::Event if scope.constants => {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "What is remembered of an event is compared with fixed values only",
                    "write a value here, such as 100 or \"gold\"",
                ));
                None
            }
            Root::Profile => self.attribute(path),
            Root::Event => self.entry_property(path, scope),
            Root::Bare => self.bare(path, suffix, span, scope),
        }
    }

    pub(super) fn bare(&mut self, path: &Path, suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        let first = path.parts.first()?;
        if path.parts.len() == 1 && suffix.is_empty() && !first.quoted && !scope.constants {
            match first.text.as_str() {
                "now" => return Some((Ir::Now, Ty::MOMENT)),
                "today" => return Some((Ir::Today, Ty::DATE)),
                _ => {}
            }
        }
        if let Some(events) = scope.where_events.clone() {
            if !suffix.is_empty() {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "Inside `where`, names are properties of the event",
                    "compare a property, such as `total >= 30`",
                ));
                return None;
            }
            let (property, ty) = self.property(&events, &path.parts)?;
            return Some((Ir::EventProperty(property), ty));
        }
        if path.parts.len() > 1 {
            let event = first.text.clone();
            // Of a person it is known whether they agreed and can be reached.
            if let ("consent" | "reachable", Some(name)) = (event.as_str(), path.parts.get(1)) {
                let title = format!(
                    "Whether somebody {} is known of the person",
                    match event.as_str() {
                        "consent" => "agreed",
                        _ => "can be reached",
                    }
                );
                let edit = format!("write `profile.{event}.{}`", name.text);
                let start = Span { end: span.start, ..span };
                self.errors.push(crate::diagnostic::syntax(span, title, edit).with_safe_fix(start, "profile."));
                return None;
            }
            if matches!(
                event.as_str(),
                "user" | "customer" | "person" | "contact" | "subscriber" | "recipient" | "client" | "lead"
            ) {
                let title = format!("What is known of a customer begins with `profile`, not with `{event}`");
                let edit = format!("write `profile.{}`", path.parts.get(1).map_or("", |n| n.text.as_str()));
                self.errors
                    .push(crate::diagnostic::syntax(first.span, title, edit).with_safe_fix(first.span, "profile"));
                return None;
            }
            if matches!(event.as_str(), "consent" | "consents" | "reachable" | "optin" | "opt_in") {
                let of = if event == "reachable" { "reachable" } else { "consent" };
                let edit = format!("profile.{of}.{}", path.parts.get(1).map_or("", |n| n.text.as_str()));
                let title = format!("What somebody agreed to is written `profile.consent`, not `{event}`");
                let error = crate::diagnostic::syntax(span, title, format!("write `{edit}`"));
                self.errors.push(error.with_unsafe_fix(span, edit));
                return None;
            }
            let last = path.parts.last().map_or("", |part| part.text.as_str());
            if matches!(last, "com" | "org" | "net" | "de" | "fr" | "es" | "it" | "eu" | "uk" | "io" | "ch" | "at") {
                let text = format!("\"{}\"", self.source(span));
                let title = "A text that is compared stands in quotes";
                let error = crate::diagnostic::syntax(span, title, format!("write `{text}`"));
                self.errors.push(error.with_unsafe_fix(span, text));
                return None;
            }
            let property = path.parts.get(1).map_or("", |n| n.text.as_str());
            let snake = snake_case(&event);
            // One that the journey waits for or asks about is not the one that began it.
            let began = scope.entry_events.as_ref().is_none_or(|events| events.iter().any(|of| *of == snake));
            let edit = match began {
                true => format!("write `event.{property}` for the event that began the journey"),
                false => format!(
                    "ask for one that is so, such as `{event} where ({property} >= 9)`, or for the last one there was: `last {event}.{property}`"
                ),
            };
            self.errors.push(crate::diagnostic::syntax(
                span,
                format!("A property of `{event}` is not a value by itself"),
                edit,
            ));
            return None;
        }
        if !first.quoted && suffix.is_empty() {
            let word = first.text.as_str();
            if matches!(word, "sent" | "suppressed") || Engagement::of(word).is_some() {
                if !scope.in_steps {
                    self.errors.push(no_message_here(span));
                    return None;
                }
                let ir = match word {
                    "sent" => Ir::Sent,
                    "suppressed" => Ir::Suppressed,
                    _ => Ir::Engaged(Engagement::of(word)?, None),
                };
                return Some((ir, Ty::BOOL));
            }
        }
        self.bare_event(&path.parts, suffix, span, scope)
    }

    /// A bare name is an event: has it happened?
    pub(crate) fn bare_event(&mut self, parts: &[Name], suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        let name = parts.first()?;
        let snake = SmolStr::new(snake_case(&name.text));
        let is_attribute =
            self.names.profile.as_ref().is_some_and(|schema| schema.contains_key(std::slice::from_ref(&snake)));
        if is_attribute && !self.names.declared_events.contains_key(&snake) {
            self.errors.push(
                Diagnostic::error(
                    "unknown-name",
                    name.span,
                    format!("`{}` is an attribute, and a bare name is an event", name.text),
                    format!("write `profile.{snake}`"),
                )
                .with_safe_fix(name.span, format!("profile.{snake}")),
            );
            return None;
        }
        if suffix.in_last.is_some() || suffix.ever {
            let id = self.history(name, None, suffix, ir::HistoryKind::Latest, span, scope)?;
            return Some((Ir::Occurred(id), Ty::BOOL));
        }
        if name.text == "engagement" && !name.quoted {
            self.errors.push(needs_window(span, "Engagement on any channel is asked about without saying since when"));
            return None;
        }
        let event = self.names.event(name, &mut self.errors);
        let cond = match &suffix.cond {
            Some(cond) => {
                let mut inner = Scope { where_events: Some(vec![snake]), ..scope.clone() };
                let lowered = self.condition(cond, &mut inner);
                scope.entry_properties = inner.entry_properties;
                Some(lowered?)
            }
            None => None,
        };
        if !scope.in_steps {
            self.errors.push(match self.names.declared_segments.contains_key(&name.text) {
                true => {
                    let title = "Whether somebody is in a segment is asked with `in`";
                    let asked = format!("in {}", name.text);
                    Diagnostic::error("needs-window", span, title, format!("write `{asked}`"))
                        .with_safe_fix(span, asked)
                }
                false => self.bare_event_here(span, &name.text),
            });
            return None;
        }
        let text = SmolStr::new(self.source(span));
        let at = scope.happenings.iter().position(|h| h.event == event && h.cond == cond).unwrap_or_else(|| {
            scope.happenings.push(ir::Happening { event, cond, text });
            scope.happenings.len() - 1
        });
        Some((Ir::Happened(ir::HappeningId(at as u16)), Ty::BOOL))
    }

    /// A name alone, where nothing has happened yet: an event, or an attribute or a segment that lacks its first word.
    fn bare_event_here(&self, span: Span, name: &str) -> Diagnostic {
        let title = format!("`{name}` alone is an event, and it is not said since when it counts");
        // Who has not done it lately, and is asked for it once more, is to have done it at any time.
        let line = self.sources.get(usize::from(span.file)).map_or("", |file| file.line_of(span.start));
        if line.contains(&format!("no {name} in last ")) {
            let ever = format!("{name} ever");
            return Diagnostic::error("needs-window", span, title, format!("write `{ever}`"))
                .with_unsafe_fix(span, ever);
        }
        let counts = format!("write `{name} ever`, or `{name} in last 30d`");
        let edit = match self.names.declared_events.contains_key(name) {
            true => counts,
            false => format!("{counts} for an event, `profile.{name}` for an attribute, `in {name}` for a segment"),
        };
        Diagnostic::error("needs-window", span, title, edit)
    }

    pub(super) fn attribute(&mut self, path: &Path) -> Lowered {
        let snake: Vec<SmolStr> = path.parts.iter().map(|p| SmolStr::new(snake_case(&p.text))).collect();
        let built_in = match snake.as_slice() {
            [first, name] if first == "consent" => Some((Ir::Consent(name.clone()), Ty::BOOL)),
            [first, name] if first == "reachable" => Some((Ir::ReachableFlag(name.clone()), Ty::BOOL)),
            _ => None,
        };
        if let Some(built_in) = built_in {
            self.answer_about(path.parts.get(1));
            return Some(built_in);
        }
        let ty = self.attribute_type(&snake, &path.parts)?;
        self.attribute_named(&snake, &path.parts);
        let at = self.attributes.number(snake);
        Some((Ir::Attribute(ir::AttributeId(at)), ty))
    }

    /// The type of an attribute; an unknown one is reported.
    pub(crate) fn attribute_type(&mut self, snake: &[SmolStr], parts: &[Name]) -> Option<Ty> {
        if let [only] = snake
            && ATTRIBUTES.contains(&only.as_str())
        {
            return Some(Ty::TEXT);
        }
        if let Some(ty) = self.names.attributes.get(snake) {
            return Some(ty.clone());
        }
        if let Some(schema) = &self.names.profile {
            let known: Vec<String> = schema.keys().map(|k| k.join(".")).collect();
            let last = parts.last()?;
            let whole = Name {
                text: parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(".").into(),
                quoted: false,
                span: parts.first()?.span.to(last.span),
            };
            let error = self.names.unknown("attribute", &whole, known.iter().map(String::as_str).chain(ATTRIBUTES));
            self.errors.extend(error);
            return None;
        }
        let ty = self.names.slots.open();
        self.names.attributes.insert(snake.to_vec(), ty.clone());
        Some(ty)
    }

    pub(super) fn entry_property(&mut self, path: &Path, scope: &mut Scope) -> Lowered {
        let Some(events) = scope.entry_events.clone() else {
            self.errors.push(crate::diagnostic::syntax(
                path.span,
                "There is no entry's event here for `event.` to mean",
                "ask about `profile.` instead",
            ));
            return None;
        };
        let (property, ty) = self.property(&events, &path.parts)?;
        let at = scope.entry_properties.iter().position(|p| *p == property).unwrap_or_else(|| {
            scope.entry_properties.push(property);
            scope.entry_properties.len() - 1
        });
        Some((Ir::EntryProperty(at as u16), ty))
    }

    /// A property of any of these events.
    pub(crate) fn property(&mut self, events: &[SmolStr], parts: &[Name]) -> Option<(ir::PropertyId, Ty)> {
        let snake: Vec<SmolStr> = parts.iter().map(|p| SmolStr::new(snake_case(&p.text))).collect();
        let span = parts.first()?.span.to(parts.last()?.span);
        let mut first: Option<Ty> = None;
        for event in events {
            let ty = self.property_type(event, &snake, parts)?;
            match &first {
                None => first = Some(ty),
                Some(first) => self.same(&first.clone(), &ty, span)?,
            }
        }
        let ty = first.unwrap_or_else(|| self.names.slots.open());
        let at = self.properties.number((snake.clone(), ty.clone()));
        events.iter().for_each(|event| self.kept.property(at, event, &snake, &self.names));
        Some((ir::PropertyId(at), ty))
    }

    pub(crate) fn property_type(&mut self, event: &SmolStr, snake: &[SmolStr], parts: &[Name]) -> Option<Ty> {
        // The context that Segment's libraries add has its own shape.
        let in_context = snake.first().is_some_and(|first| first == "context");
        if let Some(schema) = self.names.event_schemas.get(event).filter(|_| !in_context) {
            if let Some(ty) = schema.get(snake) {
                return Some(ty.clone());
            }
            let known: Vec<String> = schema.keys().map(|k| k.join(".")).collect();
            let name =
                Name { text: snake.join(".").into(), quoted: false, span: parts.first()?.span.to(parts.last()?.span) };
            let error = self.names.unknown("property", &name, known.iter().map(String::as_str));
            self.errors.extend(error);
            return None;
        }
        let key = (event.clone(), snake.to_vec());
        if let Some(ty) = self.names.properties.get(&key) {
            return Some(ty.clone());
        }
        let ty = self.names.slots.open();
        self.names.properties.insert(key, ty.clone());
        Some(ty)
    }
}

fn no_message_here(span: Span) -> Diagnostic {
    let title = "Only the steps of a journey have a message to ask about";
    Diagnostic::error("needs-window", span, title, "ask this in an `if`, or look back: `engagement in last 30d`")
}
