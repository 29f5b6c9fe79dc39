//! What stands at the top of the page: the program, the clock, and what can be sent.

use super::answers::Answer;
use super::schema;
use crate::serve::Service;
use journey::Profile;
use journey::value::show_instant;
use serde_json::{Value, json};

pub(super) fn state(service: &Service) -> Answer {
    let loaded = service.loaded();
    let broken = service.broken.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
    let typed = &loaded.typed;
    let counts = service.store.counts()?;
    let journeys: Vec<Value> =
        typed.journeys.iter().map(|journey| json!({"name": journey.name, "title": journey.title})).collect();
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
            "zone": typed.charter.timezone.name(),
            "moved": service.clock.offset() != 0,
            "next": next(service)?,
        },
        "counts": {"people": counts.people, "messages": counts.messages, "coming": counts.coming, "waiting": counts.inbox, "rejected": counts.rejected},
        "events": schema::events(&loaded),
        "attributes": schema::attributes(&loaded),
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
