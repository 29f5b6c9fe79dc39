//! Hands messages over to the mailbox: each is rendered as a provider would get it, or says why that is not possible.

use super::messages;
use crate::render::Values;
use crate::serve::Service;
use crate::store::sqlite::tables::Handed;
use journey::{Json, Profile};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;

/// Messages that are rendered in one go.
const MOST: i64 = 200;

/// Starts the thread that does it, whenever it hears that there is something.
pub(crate) fn start(service: Arc<Service>, something: Receiver<()>, stop: Arc<AtomicBool>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        loop {
            // What an earlier run left goes first.
            while hand_over(&service) {}
            if something.recv().is_err() || stop.load(Ordering::Acquire) {
                return;
            }
            while something.try_recv().is_ok() {}
        }
    })
}

/// Hands some over; says whether there may be more.
fn hand_over(service: &Service) -> bool {
    let Ok(mut ready) = service.store.ready(MOST) else { return false };
    if ready.is_empty() {
        return false;
    }
    for one in &mut ready {
        settle(service, one);
    }
    crate::stop::point("before the mailbox");
    let is_settled = service.store.settle(ready).is_ok();
    crate::stop::point("after the mailbox");
    service.changed();
    is_settled
}

fn settle(service: &Service, one: &mut Handed) {
    if one.kind != "sent" {
        one.state = "done".into();
        return;
    }
    let effect: Value = serde_json::from_str(&one.effect).unwrap_or_default();
    let of = |name: &str| effect.get(name).and_then(Value::as_str).unwrap_or_default();
    let (message, channel) = (of("message"), of("channel"));
    let loaded = service.loaded();
    if loaded.program.message(message, channel).is_none() {
        // The program has its name alone: another system holds its text.
        one.state = "shown".into();
        one.rendered = Some(json!({"parts": []}).to_string());
        return;
    }
    let values = match Values::from_json(&one.effect) {
        Ok(values) => provided(service, one, values, message, channel),
        Err(why) => {
            one.state = "unrenderable".into();
            one.problem = Some(why);
            return;
        }
    };
    match loaded.texts.render(message, channel, &values) {
        Ok(rendered) => {
            one.state = "shown".into();
            one.problem = None;
            one.rendered = serde_json::to_string(&rendered).ok();
        }
        Err(why) => {
            (service.say)(&format!("{} to {} is not sent: {why}", message, one.person));
            one.state = "unrenderable".into();
            one.problem = Some(why.to_string());
        }
    }
}

/// What a host provides: who it is, what they have agreed to, and what the program says that its channel brings. There is no
/// provider here, so the links of that are those of this mailbox.
fn provided(service: &Service, one: &Handed, values: Values, message: &str, channel: &str) -> Values {
    let loaded = service.loaded();
    let zone = messages::zone_of(service, one);
    let mut values = values.at(one.asked).zone(zone).with("profile.id", &Json::Text(one.person.as_str().into()));
    let person = service.store.people(&one.person).ok().flatten();
    let profile = person.and_then(|person| Profile::decode(&person.state?).ok());
    if let Some(view) = profile.and_then(|profile| loaded.program.view(&profile).ok()) {
        for (name, given) in &view.consent.answers {
            values = values.with(&format!("profile.consent.{name}"), &Json::Bool(*given));
        }
    }
    for name in loaded.texts.provided(message, channel) {
        let text = if name.contains("url") || name.contains("link") {
            format!("http://{}/?message={}#{name}", service.address, one.key)
        } else {
            format!("[{name}]")
        };
        values = values.with(name, &Json::Text(text.into()));
    }
    values
}
