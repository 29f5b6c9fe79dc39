//! What the texts of messages read: it counts as used, is kept, and goes to the host with the send.

use super::Checker;
use super::names::Names;
use super::templates::read_by;
use crate::ir::{self, EntryCause, Expr, MessageText, StepKind};
use crate::source::SourceFile;
use crate::syntax::tree::{Item, ItemKind, Name, Part, Variant};
use crate::value::Type;
use smol_str::SmolStr;

impl Checker<'_> {
    /// The texts of all messages; each send of one gets what it reads. Numbers of names that other things have stay as they
    /// are: those of texts come last.
    pub(super) fn texts(&mut self, items: &[&Item], journeys: &mut [ir::Journey]) -> Vec<MessageText> {
        let mut texts: Vec<(MessageText, Vec<Type>)> = vec![];
        for item in items {
            let ItemKind::Message { name, title, variants } = &item.kind else { continue };
            let title = title.as_ref().map(|title| title.text.clone());
            texts.extend(
                variants.iter().map(|variant| text(&name.text, title.clone(), variant, &self.names, self.sources)),
            );
        }
        if texts.iter().all(|(text, _)| text.reads.is_empty()) {
            return texts.into_iter().map(|(text, _)| text).collect();
        }
        let messages = self.names.messages.things().to_vec();
        let channels = self.names.channels.things().to_vec();
        for journey in journeys.iter_mut() {
            let events = self.entry_events(journey);
            let mut properties = std::mem::take(&mut journey.entry_properties);
            for steps in journey.blocks_mut() {
                ir::change_steps(steps, &mut |step| {
                    let (StepKind::Send(sends) | StepKind::BestOf(sends)) = &mut step.kind else { return };
                    for send in sends {
                        let of = (messages.get(send.message.index()), channels.get(send.channel.index()));
                        let text = texts.iter().find(|(text, _)| (Some(&text.message), Some(&text.channel)) == of);
                        let reads = text.iter().flat_map(|(text, asked)| text.reads.iter().zip(asked));
                        send.reads = reads
                            .filter_map(|(name, asked)| {
                                Some((name.clone(), self.read(name, asked, &events, &mut properties)?))
                            })
                            .collect();
                    }
                });
            }
            journey.entry_properties = properties;
        }
        super::journeys::pass_properties_on(journeys);
        texts.into_iter().map(|(text, _)| text).collect()
    }

    /// The names of the events that begin a journey.
    fn entry_events(&self, journey: &ir::Journey) -> Vec<SmolStr> {
        let mut found: Vec<SmolStr> = vec![];
        for entry in &journey.entries {
            let EntryCause::Event { events, .. } = &entry.cause else { continue };
            let names = events.iter().filter_map(|event| self.names.events.things().get(event.index()));
            names.for_each(|name| {
                if !found.contains(name) {
                    found.push(name.clone());
                }
            });
        }
        found
    }

    /// What a name of a text is for a journey that begins with these events.
    fn read(
        &mut self,
        name: &str,
        asked: &Type,
        events: &[SmolStr],
        properties: &mut Vec<ir::PropertyId>,
    ) -> Option<Expr> {
        let (root, rest) = name.split_once('.')?;
        let path: Vec<SmolStr> = rest.split('.').map(SmolStr::new).collect();
        if root == "profile" {
            let number = self.attributes.number(path);
            self.kept.attribute_of_text(number, asked.clone());
            return Some(Expr::Attribute(ir::AttributeId(number)));
        }
        let span = crate::source::Span::default();
        let parts: Vec<Name> = path.into_iter().map(|text| Name { text, quoted: false, span }).collect();
        // Where one of them is not known, that was said where it is written.
        let said = self.errors.len();
        let property = if events.is_empty() { None } else { self.property(events, &parts) };
        self.errors.truncate(said);
        let (property, _) = property?;
        self.kept.property_of_text(property.0, asked.clone());
        let at = properties.iter().position(|known| *known == property).unwrap_or_else(|| {
            properties.push(property);
            properties.len() - 1
        });
        Some(Expr::EntryProperty(at as u16))
    }
}

/// A text, and of each value that it reads what it asks for of the objects in it.
fn text(
    message: &SmolStr,
    title: Option<SmolStr>,
    variant: &Variant,
    names: &Names,
    sources: &[SourceFile],
) -> (MessageText, Vec<Type>) {
    let (mut reads, mut asked) = (vec![], vec![]);
    for read in read_by(variant, names) {
        let first = read.path.first().map(SmolStr::as_str);
        let is_read = match read.root.as_str() {
            // Answers and the id are no attributes, and the host knows them.
            "profile" => !matches!(first, None | Some("consent" | "reachable" | "id")),
            root => root == "event" && first.is_some(),
        };
        if is_read {
            reads.push(SmolStr::new(format!("{}.{}", read.root, read.path.join("."))));
            asked.push(read.asked);
        }
    }
    let parts = variant.parts.iter().map(|part| (part.name.as_ref().map(|n| n.text.clone()), part.text.text.clone()));
    let file = |part: &Part| {
        let file = part.file.as_ref().and(sources.get(usize::from(part.text.span.file)));
        file.map(|file| SmolStr::new(&file.name))
    };
    let text = MessageText {
        message: message.clone(),
        channel: variant.channel.text.clone(),
        title,
        parts: parts.collect(),
        files: variant.parts.iter().map(file).collect(),
        reads,
    };
    (text, asked)
}
