//! Effects as tests show them.

use journey::value::show_instant;
use journey::{Effect, EffectKind};

/// An effect on one line: time, journey, what happened.
pub fn shown(effect: &Effect) -> String {
    let what = match &effect.kind {
        EffectKind::Entered => "entered".to_string(),
        EffectKind::Sent { channel, message, category, id } => format!("sent {channel} {message} as {category}, {id}"),
        EffectKind::Held { channel, message, until, rule } => {
            format!("held {channel} {message} until {} by {rule}", show_instant(*until))
        }
        EffectKind::Suppressed { channel, message, reason, rule } => {
            format!("suppressed {channel} {message}: {reason} by {rule}")
        }
        EffectKind::AudienceAdded(audience) => format!("added {audience}"),
        EffectKind::AudienceRemoved(audience) => format!("removed {audience}"),
        EffectKind::Converted { event, value } => {
            format!("converted {event}{}", value.map(|v| format!(" worth {}", v.normalize())).unwrap_or_default())
        }
        EffectKind::Exited { reason } => format!("exited {reason}"),
        EffectKind::Explained(why) => format!("explained {}", why.text),
        other => format!("{other:?}"),
    };
    format!("{} {} {what}", show_instant(effect.at), effect.journey)
}
