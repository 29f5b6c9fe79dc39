//! What stands at the top of the page: the program, the clock, and what can be sent.

use super::answers::Answer;
use crate::serve::Service;
use journey::Profile;
use journey::ir::EntryCause;
use journey::syntax::tree::ItemKind;
use journey::value::{Type, show_instant};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn state(service: &Service) -> Answer {
    let loaded = service.loaded();
    let broken = service.broken.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
    let typed = &loaded.typed;
    let counts = service.store.counts()?;
    let journeys: Vec<Value> =
        typed.journeys.iter().map(|journey| json!({"name": journey.name, "title": journey.title})).collect();
    let attributes: Vec<Value> =
        typed.attributes.iter().map(|field| json!({"name": field.path.join("."), "type": kind(&field.ty)})).collect();
    Ok(json!({
        "program": {
            "path": service.options.program.display().to_string(),
            "journeys": journeys,
            "channels": loaded.channels(),
            "ok": broken.is_empty(),
            "findings": if broken.is_empty() { &loaded.findings } else { &broken },
        },
        "clock": {
            "now": show_instant(service.clock.now()),
            "moved": service.clock.offset() != 0,
            "next": next(service)?,
        },
        "counts": {"people": counts.people, "messages": counts.messages, "inside": counts.waiting, "waiting": counts.inbox, "rejected": counts.rejected},
        "events": events(service),
        "attributes": attributes,
        "url": format!("http://{}", service.address),
        "write_key": "dev",
    }))
}

/// Who is due next, and in which journey.
fn next(service: &Service) -> Result<Value, super::answers::Told> {
    let Some((due, id)) = service.store.next()? else { return Ok(Value::Null) };
    let journey = service
        .store
        .people(&id)?
        .and_then(|person| Profile::decode(&person.state?).ok())
        .and_then(|profile| service.loaded().program.view(&profile).ok())
        .and_then(|view| {
            view.entries.iter().find(|entry| entry.due == Some(due)).map(|entry| entry.journey.to_string())
        });
    Ok(json!({"at": show_instant(due), "person": id, "journey": journey}))
}

/// The program's events with what they bring: what it declares of them, else all that it reads of events.
fn events(service: &Service) -> Vec<Value> {
    let loaded = service.loaded();
    let typed = &loaded.typed;
    let field = |name: String, ty: &Type| json!({"name": name, "type": kind(ty)});
    let read: Vec<Value> = typed.properties.iter().map(|p| field(p.path.join("."), &p.ty)).collect();
    let mut declared: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let parsed = journey::parse(loaded.program.sources());
    for item in parsed.files.iter().flat_map(|file| &file.items) {
        if let ItemKind::Event { name, fields: Some(fields) } = &item.kind {
            let of: Vec<Value> = fields
                .iter()
                .map(|f| {
                    let name = f.path.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(".");
                    let known = typed.properties.iter().find(|p| p.path.join(".") == name);
                    field(name, known.map_or(&Type::Any, |p| &p.ty))
                })
                .collect();
            declared.insert(journey::source::snake_case(&name.text), of);
        }
    }
    let begins = |number: usize| {
        let entries = typed.journeys.iter().flat_map(|journey| &journey.entries);
        entries.into_iter().any(|entry| matches!(&entry.cause, EntryCause::Event { events, .. } if events.iter().any(|id| id.index() == number)))
    };
    let mut events: Vec<(bool, Value)> = typed
        .events
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let begins = begins(number);
            let properties = declared.get(name.as_str()).unwrap_or(&read);
            (begins, json!({"name": name, "begins": begins, "properties": properties}))
        })
        .collect();
    events.sort_by_key(|(begins, _)| !begins);
    events.into_iter().map(|(_, event)| event).collect()
}

/// A type as the language writes it.
fn kind(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::Number => "number".into(),
        Type::Text => "text".into(),
        Type::Choice(texts) => texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(" | "),
        Type::Date => "date".into(),
        Type::Time => "time".into(),
        Type::Moment | Type::DateOrMoment => "moment".into(),
        Type::Duration => "duration".into(),
        Type::List(of) if matches!(**of, Type::Thing(_)) => kind(of),
        Type::List(of) => format!("list of {}", kind(of)),
        // What texts go through, or a list says that its things have.
        Type::Thing(parts) => {
            let parts: Vec<String> = parts.iter().map(|(name, ty)| format!("{name}: {}", kind(ty))).collect();
            format!("list of ({})", parts.join(", "))
        }
        _ => "any".into(),
    }
}
