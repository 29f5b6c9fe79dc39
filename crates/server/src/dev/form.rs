//! What the page sends: events of the form, and what becomes of messages. It takes the way that every client takes.

use super::answers::{Answer, Told};
use crate::ingest::Taken;
use crate::serve::Service;
use journey::value::show_instant;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// An event or attributes from the form.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    r#type: String,
    person: String,
    event: Option<String>,
    #[serde(default)]
    properties: Map<String, Value>,
    #[serde(default)]
    traits: Map<String, Value>,
}

/// What became of a message.
#[derive(Debug, Deserialize)]
pub(super) struct Feedback {
    what: String,
    link: Option<String>,
    text: Option<String>,
}

pub(super) fn send(service: &Service, sent: Sent) -> Answer {
    if sent.person.trim().is_empty() {
        return Err(Told::wrong("say who it is: an id such as ana"));
    }
    let mut line = json!({"type": sent.r#type, "userId": sent.person.trim()});
    let (name, value) = match sent.r#type.as_str() {
        "track" => {
            let event = sent
                .event
                .filter(|event| !event.trim().is_empty())
                .ok_or_else(|| Told::wrong("say which event it is"))?;
            if let Some(line) = line.as_object_mut() {
                line.insert("event".into(), event.trim().into());
            }
            ("properties", sent.properties)
        }
        "identify" => ("traits", sent.traits),
        other => return Err(Told::wrong(format!("`{other}` cannot be sent here: send track or identify"))),
    };
    if let Some(line) = line.as_object_mut() {
        line.insert(name.into(), Value::Object(value));
    }
    take(service, line)
}

/// The event that tells of it, in Segment's words where it has some.
fn event(channel: &str, what: &str) -> Option<String> {
    let channel = match channel {
        "email" => "Email",
        "sms" => "SMS",
        "push" => "Push Notification",
        _ => "",
    };
    Some(match (what, channel) {
        ("opened", "Email") => "Email Opened".into(),
        ("clicked", "Email" | "SMS") => format!("{channel} Link Clicked"),
        ("clicked", "Push Notification") => "Push Notification Tapped".into(),
        ("delivered", "Push Notification") => "Push Notification Received".into(),
        ("bounced", "Email") => "Email Bounced".into(),
        ("delivered", "Email" | "SMS") => format!("{channel} Delivered"),
        ("complained", "Email") => "Email Marked as Spam".into(),
        ("unsubscribed", _) => "Unsubscribed".into(),
        ("opened" | "clicked" | "replied" | "bounced" | "complained" | "dismissed" | "delivered" | "failed", _) => {
            what.into()
        }
        _ => return None,
    })
}

pub(super) fn feedback(service: &Service, key: &str, given: Feedback) -> Answer {
    let message = service.store.message(key)?.ok_or_else(|| Told::missing("such message"))?;
    let effect: Value = serde_json::from_str(&message.effect).unwrap_or_default();
    let of = |name: &str| effect.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let name = event(&of("channel"), &given.what)
        .ok_or_else(|| Told::wrong(format!("`{}` is nothing that becomes of a message", given.what)))?;
    let mut properties = json!({"send": of("id"), "message": of("message"), "channel": of("channel")});
    if let Some(properties) = properties.as_object_mut() {
        for (name, value) in [("link", given.link), ("text", given.text)] {
            properties.extend(value.map(|value| (name.to_string(), Value::from(value))));
        }
    }
    take(service, json!({"type": "track", "userId": message.person, "event": name, "properties": properties}))?;
    let note = format!("feedback:{key}");
    let before = service.store.note(&note)?.unwrap_or_default();
    if !before.split(' ').any(|what| what == given.what) {
        let all = format!("{before} {}", given.what);
        service.store.set_note(note, all.trim().to_string())?;
    }
    service.changed();
    Ok(json!({"ok": true}))
}

/// Stamps a line and takes it in.
fn take(service: &Service, mut line: Value) -> Answer {
    let now = show_instant(service.clock.now());
    if let Some(line) = line.as_object_mut() {
        line.insert("timestamp".into(), now.clone().into());
        line.insert("receivedAt".into(), now.into());
    }
    let body = line.to_string();
    journey::Input::from_json(&body).map_err(|error| Told::wrong(error.to_string()))?;
    service.take(vec![Taken { body }], vec![])?;
    Ok(json!({"ok": true}))
}
