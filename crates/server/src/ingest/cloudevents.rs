//! CloudEvents 1.0 become lines: `type` names the event, `subject` is the person, `data` are the properties.

use super::fields::{Fields, items, quoted};
use super::line::{Arrival, Lines, digest};
use super::{CALL, MANY, kilobytes};
use axum::http::HeaderMap;
use base64::Engine;
use percent_encoding::percent_decode_str;

/// How the events of a request are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    /// Attributes in headers, data in the body.
    Binary,
    /// One event as JSON.
    Structured,
    /// A list of events as JSON.
    Batch,
}

/// The mode of a request, by its headers.
///
/// # Errors
/// Why it is none, for people.
pub(crate) fn mode(headers: &HeaderMap) -> Result<Mode, String> {
    let media = media(headers);
    match media.as_str() {
        "application/cloudevents+json" => Ok(Mode::Structured),
        "application/cloudevents-batch+json" => Ok(Mode::Batch),
        other if other.starts_with("application/cloudevents") => {
            Err(format!("`{other}` is not read here: send `application/cloudevents+json`"))
        }
        _ if headers.contains_key("ce-specversion") => Ok(Mode::Binary),
        _ => Err("this is no CloudEvent: send `Content-Type: application/cloudevents+json`, or the attributes as \
                  headers that begin with `ce-`"
            .to_string()),
    }
}

/// The media type of a body, without its parameters, in small letters.
fn media(headers: &HeaderMap) -> String {
    let written = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The lines of a request.
///
/// # Errors
/// Why the body as a whole cannot be read.
pub(crate) fn events(mode: Mode, headers: &HeaderMap, body: &str, arrival: Arrival<'_>) -> Result<Lines, String> {
    let mut lines = Lines::default();
    match mode {
        Mode::Binary => {
            let event = binary(headers, body);
            let written = event.write();
            push(event, &written, arrival, &mut lines);
        }
        Mode::Structured => push(Fields::parse(body)?, body, arrival, &mut lines),
        Mode::Batch => {
            let batch = items(body).ok_or("it is no JSON list of events")?;
            if batch.len() > MANY {
                return Err(format!("it has {} events: send at most {MANY} at once", batch.len()));
            }
            for item in batch {
                if item.len() > CALL {
                    let size = kilobytes(item.len());
                    lines.refuse(item, format!("this event has {size}: at most {} are taken", kilobytes(CALL)));
                    continue;
                }
                match Fields::parse(item) {
                    Ok(event) => push(event, item, arrival, &mut lines),
                    Err(why) => lines.refuse(item, why),
                }
            }
        }
    }
    Ok(lines)
}

/// An event whose attributes stand in headers, as it would stand in JSON.
fn binary<'a>(headers: &HeaderMap, body: &'a str) -> Fields<'a> {
    let mut event = Fields::default();
    for (name, value) in headers {
        let Some(name) = name.as_str().strip_prefix("ce-") else { continue };
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&value);
        event.set_text(name.to_string(), &percent_decode_str(value).decode_utf8_lossy());
    }
    let media = media(headers);
    if !media.is_empty() {
        event.set_text("datacontenttype", &media);
    }
    let body = body.trim();
    if !body.is_empty() {
        let is_json = is_json(&media) && serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
        if is_json { event.set("data", body) } else { event.set_text("data", body) }
    }
    event
}

fn is_json(media: &str) -> bool {
    media.is_empty() || media == "application/json" || media.ends_with("+json") || media == "text/json"
}

fn push(event: Fields<'_>, written: &str, arrival: Arrival<'_>, lines: &mut Lines) {
    match line(event) {
        Ok(line) => {
            let _ = lines.push(line, written, arrival);
        }
        Err(why) => lines.refuse(written, why),
    }
}

/// The line of an event; what else it says of itself is kept as `context.cloudevent`.
fn line(mut event: Fields<'_>) -> Result<Fields<'_>, String> {
    let version = event.text("specversion").unwrap_or_default();
    if version != "1.0" {
        return Err(format!("`specversion` is `{version}`: only 1.0 is read"));
    }
    let needed = |name: &str| {
        event.text(name).filter(|text| !text.is_empty()).ok_or_else(|| format!("a CloudEvent needs `{name}`, a text"))
    };
    let (id, source, kind) = (needed("id")?, needed("source")?, needed("type")?);
    let who = event.text("subject").filter(|text| !text.is_empty());
    let who = who.ok_or("this event has no `subject`: it says who the customer is")?;
    let properties = properties(&mut event)?;
    let name = kind.rsplit('.').find(|word| !word.is_empty()).unwrap_or(&kind);
    let mut line = Fields::default();
    line.set("type", "\"track\"");
    line.set_text("event", name);
    line.set_text("userId", &who);
    line.set_text("messageId", &digest(&[&source, &id]));
    if let Some(time) = event.raw("time") {
        line.set("timestamp", time.to_string());
    }
    line.set("properties", properties);
    line.set("context", format!("{{\"cloudevent\":{}}}", event.write()));
    Ok(line)
}

/// The data as properties: an object is its own, another value is called `data`.
fn properties(event: &mut Fields<'_>) -> Result<String, String> {
    let media = event.text("datacontenttype").unwrap_or_default().to_ascii_lowercase();
    let media = media.split(';').next().unwrap_or_default().trim();
    let data = match (event.take("data"), event.take("data_base64")) {
        (Some(data), _) => data.into_owned(),
        (None, Some(encoded)) => {
            let bytes = serde_json::from_str::<String>(&encoded)
                .ok()
                .and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.ok_or("`data_base64` is no text in base64")?;
            if is_json(media) && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() {
                text
            } else {
                quoted(&text)
            }
        }
        (None, None) => return Ok("{}".to_string()),
    };
    Ok(if data.trim_start().starts_with('{') { data } else { format!("{{\"data\":{data}}}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_type_is_the_event() {
        for (kind, event) in [("com.shop.order.Completed", "Completed"), ("paid", "paid"), ("a.b.", "b"), (".", ".")] {
            let written = format!(r#"{{"specversion":"1.0","id":"1","source":"s","type":"{kind}","subject":"ana"}}"#);
            let line = line(Fields::parse(&written).unwrap()).unwrap();
            assert_eq!(line.text("event").as_deref(), Some(event));
        }
    }
}
