//! A person as JSON, one object.

use super::value::Named;
use crate::engine::{ConsentView, EntryState, EntryView, ProfileView, SendView};
use crate::ir::Engagement;
use crate::value::{Timestamp, show_instant};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use smol_str::SmolStr;

struct Line<'a>(&'a ProfileView);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ProfileView {
            id,
            clock,
            first_seen,
            zone,
            has_own_zone,
            attributes,
            shelved,
            consent,
            reachable,
            preferred_channel,
            entries,
            sends,
            next_due,
        } = self.0;
        let ConsentView { unsubscribed, resubscribed, answers } = consent;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", id.as_str())?;
        map.serialize_entry("clock", &clock.map(show_instant))?;
        map.serialize_entry("first_seen", &first_seen.map(show_instant))?;
        map.serialize_entry("zone", zone.name())?;
        map.serialize_entry("own_zone", has_own_zone)?;
        map.serialize_entry("traits", &Named(attributes))?;
        map.serialize_entry("shelved", &Named(shelved))?;
        map.serialize_entry("unsubscribed", unsubscribed)?;
        map.serialize_entry("resubscribed", &Texts(resubscribed))?;
        map.serialize_entry("consent", &Flags(answers))?;
        map.serialize_entry("reachable", &Flags(reachable))?;
        map.serialize_entry("preferred_channel", &preferred_channel.as_deref())?;
        map.serialize_entry("entries", &entries.iter().map(Entry).collect::<Vec<_>>())?;
        map.serialize_entry("sends", &sends.iter().map(Send).collect::<Vec<_>>())?;
        map.serialize_entry("next_due", &next_due.map(show_instant))?;
        map.end()
    }
}

struct Texts<'a>(&'a [SmolStr]);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(SmolStr::as_str))
    }
}

/// Answers by name.
struct Flags<'a>(&'a [(SmolStr, bool)]);

impl Serialize for Flags<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, yes)| (name.as_str(), yes)))
    }
}

struct Entry<'a>(&'a EntryView);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let EntryView { journey, number, key, entered, control, leaving, state, span, step, due } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("journey", journey.as_str())?;
        map.serialize_entry("number", number)?;
        map.serialize_entry("key", &key.as_deref())?;
        map.serialize_entry("entered", &show_instant(*entered))?;
        map.serialize_entry("control", control)?;
        map.serialize_entry("leaving", leaving)?;
        map.serialize_entry("state", state.name())?;
        match state {
            EntryState::Running | EntryState::Left => {}
            EntryState::Waiting { since } | EntryState::Deciding { since } => {
                map.serialize_entry("since", &show_instant(*since))?;
            }
            EntryState::Held { channel, message, since, until, rule } => {
                map.serialize_entry("since", &show_instant(*since))?;
                map.serialize_entry("channel", channel.as_str())?;
                map.serialize_entry("message", message.as_str())?;
                map.serialize_entry("until", &show_instant(*until))?;
                map.serialize_entry("rule", rule.as_str())?;
            }
        }
        map.serialize_entry("step", &span.map(|_| step.as_str()))?;
        map.serialize_entry("span", span)?;
        map.serialize_entry("due", &due.map(show_instant))?;
        map.end()
    }
}

struct Send<'a>(&'a SendView);

impl Serialize for Send<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let SendView { message, channel, category, at, sent, failed, entry, id, feedback } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", message.as_str())?;
        map.serialize_entry("channel", channel.as_str())?;
        map.serialize_entry("category", category.as_str())?;
        map.serialize_entry("at", &show_instant(*at))?;
        map.serialize_entry("sent", sent)?;
        map.serialize_entry("failed", failed)?;
        map.serialize_entry("entry", entry)?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("state", self.0.state())?;
        map.serialize_entry("feedback", &feedback.iter().map(Feedback).collect::<Vec<_>>())?;
        map.end()
    }
}

struct Feedback<'a>(&'a (Engagement, Timestamp));

impl Serialize for Feedback<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (what, at) = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("what", what.word())?;
        map.serialize_entry("at", &show_instant(*at))?;
        map.end()
    }
}

/// The object that [`write_profile`] writes.
#[cfg(feature = "serde")]
impl Serialize for ProfileView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Line(self).serialize(serializer)
    }
}

/// Appends a person as one line of JSON, without the line end: the fields of [`ProfileView`], instants in RFC 3339.
///
/// ```
/// use journey::{Program, write_profile};
///
/// # let program = Program::compile(vec![]).map_err(|e| e.to_string())?;
/// let mut line = Vec::new();
/// write_profile(&program.view(&program.unsubscribed("ana"))?, &mut line);
/// let read: serde_json::Value = serde_json::from_slice(&line)?;
/// assert_eq!((read["id"].as_str(), read["unsubscribed"].as_bool()), (Some("ana"), Some(true)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_profile(view: &ProfileView, out: &mut Vec<u8>) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, &Line(view)).is_err() {
        // Writing texts to memory cannot fail; half a line would be worse than none.
        out.truncate(before);
    }
}
