//! People: who is there, what is known of them, where they stand, what happened.

use super::answers::{Answer, Told};
use super::words;
use crate::serve::Service;
use journey::value::show_instant;
use journey::{Profile, ProfileView};
use serde_json::{Value, json};

/// People of a list at most.
const MOST: i64 = 200;
/// Turns of a timeline at most.
const TURNS: i64 = 200;

pub(super) fn list(service: &Service, text: &str) -> Answer {
    let listed = service.store.list(text, MOST + 1)?;
    let program = service.loaded().program.clone();
    let more = listed.len() as i64 > MOST;
    let people: Vec<Value> = listed
        .into_iter()
        .take(MOST as usize)
        .map(|person| {
            let view = person
                .state
                .as_deref()
                .and_then(|bytes| Profile::decode(bytes).ok())
                .and_then(|p| program.view(&p).ok());
            let inside = view.as_ref().map(inside).unwrap_or_default();
            let seen = view.as_ref().and_then(|view| view.clock).map(show_instant);
            json!({
                "id": person.id, "inside": inside, "messages": person.messages, "seen": seen,
                "next": person.due.map(show_instant),
            })
        })
        .collect();
    Ok(json!({"people": people, "more": more}))
}

fn inside(view: &ProfileView) -> Vec<String> {
    let inside = view.entries.iter().filter(|entry| entry.state != journey::EntryState::Left);
    inside.map(|entry| entry.journey.to_string()).collect()
}

pub(super) fn one(service: &Service, id: &str) -> Answer {
    let Some(person) = service.store.people(id)? else { return Err(Told::missing("such person")) };
    if let Some(name_of) = &person.name_of {
        return one(service, name_of);
    }
    let loaded = service.loaded();
    let view = person
        .state
        .as_deref()
        .and_then(|bytes| Profile::decode(bytes).ok())
        .and_then(|p| loaded.program.view(&p).ok());
    let traits = person.traits.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let mut shown = json!({
        "id": id, "names": person.names, "traits": traits.unwrap_or_else(|| json!({})), "consents": [], "unsubscribed": false,
        "entries": [], "next": person.due.map(show_instant),
    });
    if let Some(view) = &view
        && let Some(shown) = shown.as_object_mut()
    {
        let answers = view.consent.answers.iter().map(|(what, given)| json!({"what": what, "given": given}));
        let reach =
            view.reachable.iter().map(|(what, yes)| json!({"what": format!("reachable by {what}"), "given": yes}));
        shown.insert("consents".into(), answers.chain(reach).collect());
        shown.insert("unsubscribed".into(), view.consent.unsubscribed.into());
        shown.insert("zone".into(), view.zone.name().into());
        let entries = view.entries.iter().map(|entry| {
            let place = entry.span.map(|span| super::messages::place(loaded.program.sources(), span));
            json!({
                "journey": entry.journey, "since": show_instant(entry.entered), "state": entry.state.name(), "step": entry.step,
                "control": entry.control, "line": place, "due": entry.due.map(show_instant), "key": entry.key,
            })
        });
        shown.insert("entries".into(), entries.collect());
    }
    let turns = service.store.turns_of(id, TURNS)?;
    let timeline: Vec<Value> = turns.iter().flat_map(|turn| words::lines(service, turn)).collect();
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("timeline".into(), timeline.into());
    }
    Ok(shown)
}
