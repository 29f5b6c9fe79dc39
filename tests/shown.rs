//! Effects as tests show them.

use journey::value::show_instant;
use journey::{Effect, EffectKind};

/// An effect on one line: time, journey, what happened.
pub fn shown(effect: &Effect) -> String {
    let what = match &effect.kind {
        EffectKind::Entered => "entered".to_string(),
        EffectKind::Sent { channel, message, category, id, values, reads } => {
            let values = if values.is_empty() { String::new() } else { format!(" {}", named(values)) };
            let reads = if reads.is_empty() { String::new() } else { format!(" reads {}", named(reads)) };
            format!("sent {channel} {message} as {category}, {id}{values}{reads}")
        }
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
        EffectKind::Chose { split, arm } => format!("chose {split}: {arm}"),
        EffectKind::ProfileSet { attribute, value } => format!("set {attribute} to {value}"),
        EffectKind::Emitted { event, properties } => format!("emitted {event} {}", named(properties)),
        EffectKind::Called { hook, arguments } => format!("called {hook} {}", named(arguments)),
        EffectKind::Exited { reason } => format!("exited {reason}"),
        EffectKind::Explained(why) => format!("explained {}", why.text),
        other => format!("{other:?}"),
    };
    let control = if effect.control { " (control)" } else { "" };
    format!("{} {} {what}{control}", show_instant(effect.at), effect.journey)
}

fn named(values: &[(smol_str::SmolStr, journey::value::Value)]) -> String {
    let parts: Vec<String> = values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("({})", parts.join(", "))
}
