//! The event of an input, as the journeys see it.

use crate::bytecode::EventUse;
use crate::engine::state::entry::EntryNo;
use crate::engine::time::local_time;
use crate::ir::{ChannelId, Engagement, EventId, Field};
use crate::value::{Json, Timestamp, Type, Value};
use chrono_tz::Tz;
use smallvec::SmallVec;
use smol_str::SmolStr;

/// The properties of an event, as conditions see them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventView<'a> {
    pub(crate) properties: &'a Json,
    pub(crate) context: &'a Json,
}

impl EventView<'_> {
    /// A property by its path; `context` is what the source adds.
    pub(crate) fn walk(&self, path: &[SmolStr]) -> Option<&Json> {
        match path.split_first() {
            Some((first, rest)) if first == "context" && self.properties.get("context").is_none() => {
                self.context.walk(rest)
            }
            _ => self.properties.walk(path),
        }
    }

    /// A property as a value of its type; an error where it is of another one. A number where the program has a text is an
    /// id, and its text.
    pub(crate) fn typed(&self, field: &Field, zone: Tz) -> Option<Result<Option<Value>, ()>> {
        let json = self.walk(&field.path)?;
        if let (Type::Text, Json::Number(_)) = (&field.ty, json) {
            return Some(
                json.typed(&Type::Number, &|_| 0)
                    .map(|value| value.map(|id| Value::Text(SmolStr::new(id.to_string())))),
            );
        }
        Some(json.typed(&field.ty, &|local| local_time::instant_of(zone, local)))
    }
}

/// What an event tells of a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) engagement: Engagement,
    /// The entry and the number of the send it is about, if it fits one.
    pub(crate) send: Option<(EntryNo, u32)>,
    /// The program's channel that it is about: by its name, by what it says, or that of its send.
    pub(crate) channel: Option<ChannelId>,
}

/// An event that concerns the program.
pub(crate) struct Happened<'a> {
    pub(crate) name: &'a SmolStr,
    pub(crate) uses: &'a EventUse,
    /// It was made by a machine: whatever it tells of a message does not count.
    pub(crate) is_bot: bool,
    pub(crate) properties: &'a Json,
    pub(crate) context: &'a Json,
    pub(crate) at: Timestamp,
    pub(crate) told: Option<Told>,
    /// Its numbers as an event of one channel or category, such as `email_opened` for an `opened`, once it is known which it
    /// is about.
    narrowed: SmallVec<[EventId; 1]>,
}

impl<'a> Happened<'a> {
    /// An event of which is not known yet what it tells.
    pub(crate) fn new(
        name: &'a SmolStr,
        uses: &'a EventUse,
        properties: &'a Json,
        context: &'a Json,
        at: Timestamp,
    ) -> Self {
        let is_bot = uses.engagement.is_some() && properties.get("bot") == Some(&Json::Bool(true));
        Self { name, uses, is_bot, properties, context, at, told: None, narrowed: SmallVec::new() }
    }

    pub(crate) fn view(&self) -> EventView<'a> {
        EventView { properties: self.properties, context: self.context }
    }

    /// Its numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = EventId> {
        self.uses.numbers().chain(self.narrowed.iter().copied()).filter(|_| !self.is_bot)
    }

    /// Whether it is an event of this number.
    pub(crate) fn is(&self, event: EventId) -> bool {
        let EventUse { own, plain, .. } = self.uses;
        !self.is_bot && (*own == Some(event) || *plain == Some(event) || self.narrowed.contains(&event))
    }

    /// Narrows it to a channel or a category.
    pub(crate) fn narrow(&mut self, of: &str) {
        let names = self.uses.narrowed.iter().filter(|(name, id)| name == of && !self.narrowed.contains(id));
        let found: SmallVec<[EventId; 1]> = names.map(|(_, id)| *id).collect();
        self.narrowed.extend(found);
    }
}
