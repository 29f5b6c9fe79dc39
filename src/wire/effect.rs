//! Effects as JSON, one object a line.

use crate::engine::{Effect, EffectKind};
use crate::value::show_instant;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

struct Line<'a> {
    profile: &'a str,
    effect: &'a Effect,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("at", &show_instant(self.effect.at))?;
        map.serialize_entry("profile", self.profile)?;
        map.serialize_entry("journey", self.effect.journey.as_str())?;
        let name = match &self.effect.kind {
            EffectKind::Entered => "entered",
            EffectKind::Sent { .. } => "sent",
            EffectKind::Held { .. } => "held",
            EffectKind::Suppressed { .. } => "suppressed",
            EffectKind::AudienceAdded(_) => "audience_added",
            EffectKind::AudienceRemoved(_) => "audience_removed",
            EffectKind::Converted { .. } => "converted",
            EffectKind::Exited { .. } => "exited",
            EffectKind::Explained(_) => "explained",
        };
        map.serialize_entry("effect", name)?;
        match &self.effect.kind {
            EffectKind::Sent { channel, message, category, id } => {
                map.serialize_entry("channel", channel.as_str())?;
                map.serialize_entry("message", message.as_str())?;
                map.serialize_entry("category", category.as_str())?;
                map.serialize_entry("id", id)?;
            }
            EffectKind::Held { channel, message, until, rule } => {
                map.serialize_entry("channel", channel.as_str())?;
                map.serialize_entry("message", message.as_str())?;
                map.serialize_entry("until", &show_instant(*until))?;
                map.serialize_entry("rule", rule.as_str())?;
            }
            EffectKind::Suppressed { channel, message, reason, rule } => {
                map.serialize_entry("channel", channel.as_str())?;
                map.serialize_entry("message", message.as_str())?;
                map.serialize_entry("reason", reason)?;
                map.serialize_entry("rule", rule.as_str())?;
            }
            EffectKind::AudienceAdded(audience) | EffectKind::AudienceRemoved(audience) => {
                map.serialize_entry("audience", audience.as_str())?
            }
            EffectKind::Converted { event, value } => {
                map.serialize_entry("event", event.as_str())?;
                // The digits of an exact decimal are a number of JSON as they stand.
                if let Some(number) = value.and_then(|v| RawValue::from_string(v.normalize().to_string()).ok()) {
                    map.serialize_entry("value", &number)?;
                }
            }
            EffectKind::Exited { reason } => map.serialize_entry("reason", reason)?,
            EffectKind::Explained(explanation) => map.serialize_entry("text", explanation.text.as_str())?,
            EffectKind::Entered => {}
        }
        map.end()
    }
}

/// Appends an effect of a profile as one line of JSON, without the line end.
///
/// ```
/// use journey::{Effect, EffectKind, write_effect};
///
/// let effect = Effect { at: 1_772_442_000_000, journey: "cart".into(), kind: EffectKind::Entered };
/// let mut line = Vec::new();
/// write_effect("ana", &effect, &mut line);
/// assert_eq!(line, br#"{"at":"2026-03-02T09:00:00Z","profile":"ana","journey":"cart","effect":"entered"}"#);
/// ```
pub fn write_effect(profile: &str, effect: &Effect, out: &mut Vec<u8>) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, &Line { profile, effect }).is_err() {
        // Writing texts to memory cannot fail; half a line would be worse than none.
        out.truncate(before);
    }
}
