//! Effects as JSON, one object a line.

use super::value::{Named, Shown};
use crate::engine::{Effect, EffectKind};
use crate::value::show_instant;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

struct Line<'a> {
    profile: Option<&'a str>,
    effect: &'a Effect,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("at", &show_instant(self.effect.at))?;
        if let Some(profile) = self.profile {
            map.serialize_entry("profile", profile)?;
        }
        map.serialize_entry("journey", self.effect.journey.as_str())?;
        let name = match &self.effect.kind {
            EffectKind::Entered => "entered",
            EffectKind::Sent { .. } => "sent",
            EffectKind::Held { .. } => "held",
            EffectKind::Suppressed { .. } => "suppressed",
            EffectKind::AudienceAdded(_) => "audience_added",
            EffectKind::AudienceRemoved(_) => "audience_removed",
            EffectKind::Converted { .. } => "converted",
            EffectKind::Chose { .. } => "chose",
            EffectKind::ProfileSet { .. } => "profile_set",
            EffectKind::Emitted { .. } => "emitted",
            EffectKind::Called { .. } => "called",
            EffectKind::Exited { .. } => "exited",
            EffectKind::Explained(_) => "explained",
            EffectKind::Seen(_) => "seen",
        };
        map.serialize_entry("effect", name)?;
        match &self.effect.kind {
            EffectKind::Sent { channel, message, category, id, values, reads } => {
                map.serialize_entry("channel", channel.as_str())?;
                map.serialize_entry("message", message.as_str())?;
                map.serialize_entry("category", category.as_str())?;
                map.serialize_entry("id", id)?;
                if !values.is_empty() {
                    map.serialize_entry("values", &Named(values))?;
                }
                if !reads.is_empty() {
                    map.serialize_entry("reads", &Named(reads))?;
                }
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
            EffectKind::Chose { split, arm } => {
                map.serialize_entry("split", split.as_str())?;
                map.serialize_entry("arm", arm.as_str())?;
            }
            EffectKind::ProfileSet { attribute, value } => {
                map.serialize_entry("attribute", attribute.as_str())?;
                map.serialize_entry("value", &Shown(value))?;
            }
            EffectKind::Emitted { event, properties } => {
                map.serialize_entry("event", event.as_str())?;
                map.serialize_entry("properties", &Named(properties))?;
            }
            EffectKind::Called { hook, arguments } => {
                map.serialize_entry("hook", hook.as_str())?;
                map.serialize_entry("arguments", &Named(arguments))?;
            }
            EffectKind::Exited { reason } => map.serialize_entry("reason", reason)?,
            EffectKind::Explained(explanation) => map.serialize_entry("text", explanation.text.as_str())?,
            EffectKind::Entered | EffectKind::Seen(_) => {}
        }
        if self.effect.control {
            map.serialize_entry("control", &true)?;
        }
        map.end()
    }
}

/// The object that [`write_effect`] writes, without `profile`: an effect does not know whose it is. Put it beside whose it is
/// with `#[serde(flatten)]`.
///
/// ```
/// use journey::{Effect, EffectKind};
///
/// #[derive(serde::Serialize)]
/// struct Row<'a> {
///     tenant: u32,
///     #[serde(flatten)]
///     effect: &'a Effect,
/// }
/// let row = Row { tenant: 7, effect: &Effect::new(1_772_442_000_000, "cart", EffectKind::Entered) };
/// let json = r#"{"tenant":7,"at":"2026-03-02T09:00:00Z","journey":"cart","effect":"entered"}"#;
/// assert_eq!(serde_json::to_string(&row)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[cfg(feature = "serde")]
impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Line { profile: None, effect: self }.serialize(serializer)
    }
}

/// Appends an effect of a profile as one line of JSON, without the line end.
///
/// ```
/// use journey::{Effect, EffectKind, write_effect};
///
/// let effect = Effect::new(1_772_442_000_000, "cart", EffectKind::Entered);
/// let mut line = Vec::new();
/// write_effect("ana", &effect, &mut line);
/// assert_eq!(line, br#"{"at":"2026-03-02T09:00:00Z","profile":"ana","journey":"cart","effect":"entered"}"#);
/// ```
pub fn write_effect(profile: &str, effect: &Effect, out: &mut Vec<u8>) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, &Line { profile: Some(profile), effect }).is_err() {
        // Writing texts to memory cannot fail; half a line would be worse than none.
        out.truncate(before);
    }
}
