//! Messages as the page shows them.

use super::answers::{Answer, Told};
use super::words;
use crate::serve::Service;
use crate::store::sqlite::tables::Handed;
use journey::Profile;
use journey::chrono::{DateTime, Datelike};
use journey::chrono_tz::Tz;
use journey::source::{SourceFile, Span};
use journey::value::{parse_instant, show_instant};
use journey::why::words::{Words, plain};
use serde_json::{Value, json};

/// Messages of a page at most.
const MOST: i64 = 200;

pub(super) fn list(service: &Service, before: i64, most: i64) -> Answer {
    let most = most.clamp(1, MOST);
    let mut messages = service.store.messages(before, most + 1)?;
    let more = messages.len() as i64 > most;
    messages.truncate(most as usize);
    let shown: Vec<Value> = messages.iter().map(|message| summary(service, message)).collect();
    Ok(json!({"messages": shown, "more": more}))
}

fn parsed(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}

fn summary(service: &Service, message: &Handed) -> Value {
    let loaded = service.loaded();
    let effect = parsed(Some(&message.effect));
    let rendered = parsed(message.rendered.as_deref());
    let text = |name: &str| effect.get(name).and_then(Value::as_str).unwrap_or_default();
    let at = parse_instant(text("at")).unwrap_or(message.asked);
    let title = loaded.program.message(text("message"), text("channel")).and_then(|known| known.title.clone());
    json!({
        "n": message.number, "key": message.key, "at": show_instant(at),
        "local": local(service, zone_of(service, message), at), "person": message.person, "channel": text("channel"),
        "message": text("message"), "title": title, "journey": text("journey"), "category": text("category"),
        "subject": headline(&rendered), "preview": preview(&rendered), "state": if message.state == "failed" { "unrenderable" } else { &message.state }, "problem": message.problem,
        "feedback": feedback(service, message).unwrap_or_default(),
    })
}

/// A local time for people: `Mon 2 Mar, 10:00`, with the year where it is not that of the clock.
pub(super) fn local(service: &Service, zone: Tz, at: i64) -> String {
    let of = |at| DateTime::from_timestamp_millis(at).unwrap_or_default().with_timezone(&zone);
    let (at, now) = (of(at), of(service.clock.now()));
    let format = if at.year() == now.year() { "%a %-d %b, %H:%M" } else { "%a %-d %b %Y, %H:%M" };
    at.format(format).to_string()
}

/// What a message is called by who gets it: its subject, or the title of a push.
fn headline(rendered: &Value) -> Option<&str> {
    let part = |name: &str| {
        let mut parts = rendered.get("parts").and_then(Value::as_array).into_iter().flatten();
        parts.find(|part| part.get(0).and_then(Value::as_str) == Some(name))?.get(1)?.as_str()
    };
    rendered.get("subject").and_then(Value::as_str).or_else(|| part("title")).or_else(|| part("headline"))
}

/// The first words of a message.
fn preview(rendered: &Value) -> Option<String> {
    let text = ["preheader", "text"].into_iter().find_map(|name| rendered.get(name).and_then(Value::as_str))?;
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(words.chars().take(120).collect())
}

/// The zone of the person whose message it is.
pub(super) fn zone_of(service: &Service, message: &Handed) -> Tz {
    let loaded = service.loaded();
    let person = service.store.people(&message.person).ok().flatten();
    let profile = person.and_then(|person| Profile::decode(&person.state?).ok());
    profile.map_or(loaded.typed.charter.timezone, |profile| loaded.program.zone(&profile))
}

/// What has become of a message, as far as the person's profile remembers it.
fn feedback(service: &Service, message: &Handed) -> Option<Vec<String>> {
    let kept = service.store.note(&format!("feedback:{}", message.key)).ok()??;
    Some(kept.split(' ').map(str::to_string).collect())
}

fn find(service: &Service, key: &str) -> Result<Handed, Told> {
    service.store.message(key)?.ok_or_else(|| Told::missing("such message"))
}

pub(super) fn one(service: &Service, key: &str) -> Answer {
    let message = find(service, key)?;
    let mut shown = summary(service, &message);
    let effect = parsed(Some(&message.effect));
    let rendered = parsed(message.rendered.as_deref());
    let of = |name: &str| rendered.get(name).cloned().unwrap_or(Value::Null);
    let line = asked(service, &message).map(|(_, span)| place(service.loaded().program.sources(), span));
    if let Some(shown) = shown.as_object_mut() {
        let parts = rendered.get("parts").and_then(Value::as_array).into_iter().flatten();
        shown.insert("parts".into(), parts.map(|part| json!({"name": part.get(0), "text": part.get(1)})).collect());
        shown.insert("text".into(), of("text"));
        shown.insert("has_html".into(), rendered.get("html").is_some_and(Value::is_string).into());
        shown.insert("links".into(), of("links"));
        shown.insert("size".into(), of("size"));
        for name in ["values", "reads", "id"] {
            shown.insert(name.into(), effect.get(name).cloned().unwrap_or(Value::Null));
        }
        shown.insert("line".into(), line.into());
    }
    Ok(shown)
}

pub(super) fn html(service: &Service, key: &str) -> Result<String, Told> {
    let message = find(service, key)?;
    let rendered = parsed(message.rendered.as_deref());
    rendered
        .get("html")
        .and_then(Value::as_str)
        .map(str::to_string)
        .ok_or_else(|| Told::missing("HTML in this message"))
}

/// The file, the line and its text.
pub(super) fn place(sources: &[SourceFile], span: Span) -> Value {
    let Some(file) = sources.get(usize::from(span.file)) else { return Value::Null };
    let number = file.line_column(span.start).0;
    let text = file.text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
    json!({"file": file.name, "number": number, "text": text})
}

/// Where the gate let a message through, and the line that asked for it.
fn asked(service: &Service, message: &Handed) -> Option<(String, Span)> {
    let effect = parsed(Some(&message.effect));
    let text = |name: &str| effect.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let at = parse_instant(&text("at"))?;
    let record = words::record(service, &message.person).ok()?;
    let (entry, asked) =
        record.entries.iter().flat_map(|entry| entry.asked.iter().map(move |asked| (entry, asked))).find(
            |(entry, asked)| {
                asked.at == at
                    && entry.journey == *text("journey")
                    && asked.gate.message == *text("message")
                    && asked.gate.channel == *text("channel")
            },
        )?;
    let loaded = service.loaded();
    let words = Words { sources: loaded.program.sources(), typed: &loaded.typed, record: &record, paint: &plain };
    let mut text = String::new();
    words.asked(entry, asked, &mut text);
    Some((text, asked.span))
}

pub(super) fn why(service: &Service, key: &str) -> Answer {
    let message = find(service, key)?;
    let text = asked(service, &message).map(|(text, _)| text);
    let text = text.unwrap_or_else(|| "What led to this message is not kept any more.".to_string());
    let text = match words::unwritten(service, key) {
        Some(why) => format!(
            "It was let through, and could not be written: {why}.\nIt is written anew after the next save. Until then caps count it, as they would where \
             messages really go out.\n\n{text}"
        ),
        None => text,
    };
    Ok(json!({ "text": text }))
}
