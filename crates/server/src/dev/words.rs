//! What happened to somebody, from the turns that are stored: each is played again from the profile before it, so that the
//! words are those of `journey run` and `journey why`.

use crate::serve::Service;
use crate::store::Turn;
use journey::replay::Sink;
use journey::timeline::{self, Tone};
use journey::why::Record;
use journey::{Effect, Effects, Input, Lateness, Profile, Program, write_effect};
use serde_json::{Value, json};
use std::sync::Arc;

/// A turn that was played again.
pub(super) struct Again {
    pub(super) program: Arc<Program>,
    pub(super) profile: Profile,
    /// What came out, with all that was looked at.
    pub(super) effects: Vec<Effect>,
}

/// Plays a turn again; none where that does not give what was stored: two ids were joined in it, say.
pub(super) fn again(service: &Service, turn: &Turn) -> Option<Again> {
    let current = service.loaded().program.clone();
    let program = match turn.program == current.fingerprint() {
        true => current,
        false => Arc::new(service.store.program(turn.program).ok()??),
    };
    let mut profile = match &turn.before {
        Some(bytes) => Profile::decode(bytes).ok()?,
        None => program.profile(&turn.person),
    };
    let mut effects = Effects::traced();
    match &turn.input {
        Some(body) => {
            let input = Input::from_json(body).ok()?;
            let input = input.of(&turn.person);
            program.advance(&mut profile, &input, Lateness::live(turn.at), &mut effects).ok()?;
        }
        None => {
            program.wake(&mut profile, turn.at, Lateness::live(turn.at), &mut effects).ok()?;
        }
    }
    let mut lines = vec![];
    for effect in effects.list.iter().filter(|effect| !is_trace(effect)) {
        write_effect(&turn.person, effect, &mut lines);
        lines.push(b'\n');
    }
    (lines == turn.effects.as_bytes()).then_some(Again { program, profile, effects: effects.list })
}

fn is_trace(effect: &Effect) -> bool {
    matches!(effect.kind, journey::EffectKind::Explained(_) | journey::EffectKind::Seen(_))
}

/// All that happened to somebody, as `journey why` keeps it.
pub(super) fn record(service: &Service, person: &str) -> Result<Record, crate::store::Trouble> {
    let mut record = Record::of(person);
    for turn in service.store.turns_of(person, i64::MAX)? {
        if let Some(body) = turn.input.as_deref()
            && let Ok(input) = Input::from_json(body)
        {
            record.input(&input);
        }
        if let Some(again) = again(service, &turn) {
            for effect in &again.effects {
                record.effect(&again.program, &again.profile, effect);
            }
        }
    }
    Ok(record)
}

/// A turn as lines of a timeline.
pub(super) fn lines(service: &Service, turn: &Turn) -> Vec<Value> {
    let mut lines = vec![];
    let zone = |again: &Option<Again>| match again {
        Some(again) => again.program.zone(&again.profile),
        None => service.loaded().typed.charter.timezone,
    };
    let again = again(service, turn);
    let zone = zone(&again);
    let line = |at: i64, kind: &str, text: String, key: Option<String>| json!({"at": journey::value::show_instant(at), "local": super::messages::local(service, zone, at), "kind": kind, "text": text, "key": key});
    if let Some(body) = &turn.input {
        let at = Input::from_json(body).map_or(turn.at, |input| input.arrived);
        lines.push(line(at, "event", came(body), None));
    }
    match &again {
        Some(again) => {
            for effect in again.effects.iter().filter(|effect| !matches!(effect.kind, journey::EffectKind::Seen(_))) {
                let said = timeline::line(&again.program, zone, effect);
                let key = match &effect.kind {
                    journey::EffectKind::Sent { id, .. } => Some(service.key_of(id)),
                    _ => None,
                };
                let unwritten = key.as_deref().and_then(|key| unwritten(service, key));
                let (kind, text) = match unwritten {
                    Some(why) => {
                        ("suppressed", format!("{} could not be written: {why}", said.text.trim_end_matches(" sent")))
                    }
                    None => (kind(said.tone), said.text),
                };
                lines.push(line(effect.at, kind, format!("{}: {text}", said.journey), key));
            }
            for (at, text) in refusals(service, turn, again) {
                lines.push(line(at, "suppressed", text, None));
            }
        }
        None => {
            for effect in turn.effects.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
                let at = effect.get("at").and_then(Value::as_str).and_then(journey::value::parse_instant);
                lines.push(line(at.unwrap_or(turn.at), "other", plain(&effect), None));
            }
        }
    }
    for notice in turn.notices.lines() {
        lines.push(line(turn.at, "notice", notice.to_string(), None));
    }
    if let Some(text) = turn.input.as_deref().and_then(|body| unheard(service, body)) {
        lines.push(line(turn.at, "notice", text, None));
    }
    lines
}

/// Why a message that was sent has not been written, if that is so.
pub(super) fn unwritten(service: &Service, key: &str) -> Option<String> {
    let message = service.store.message(key).ok().flatten()?;
    matches!(message.state.as_str(), "unrenderable" | "failed").then_some(message.problem).flatten()
}

/// The journeys that an event did not begin, with the values that kept the person out.
fn refusals(service: &Service, turn: &Turn, again: &Again) -> Vec<(i64, String)> {
    let mut record = Record::of(&turn.person);
    if let Some(input) = turn.input.as_deref().and_then(|body| Input::from_json(body).ok()) {
        record.input(&input);
    }
    for effect in &again.effects {
        record.effect(&again.program, &again.profile, effect);
    }
    let typed = &service.loaded().typed;
    let words = |(at, journey, why): &(i64, journey::smol_str::SmolStr, journey::engine::Refusal)| {
        let why = record.values(typed, journey, *at, *why).unwrap_or_else(|| why.words().to_string());
        (*at, format!("{journey} did not begin: {why}"))
    };
    record.refused.iter().map(words).collect()
}

/// That nothing in the program listens to an event, with the one that may be meant.
fn unheard(service: &Service, body: &str) -> Option<String> {
    let input = Input::from_json(body).ok()?;
    let journey::InputKind::Track { event, .. } = &input.kind else { return None };
    let loaded = service.loaded();
    if loaded.program.hears(event) {
        return None;
    }
    let known = loaded.typed.events.iter();
    let near = known.max_by(|a, b| strsim::jaro_winkler(a, event).total_cmp(&strsim::jaro_winkler(b, event)));
    let near = near.filter(|near| strsim::jaro_winkler(near, event) > 0.85);
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Some(format!("nothing in the program listens to `{event}`{near}"))
}

fn kind(tone: Tone) -> &'static str {
    match tone {
        Tone::Sent => "sent",
        Tone::Held => "held",
        Tone::Suppressed => "suppressed",
        Tone::Reached => "converted",
        Tone::Why => "why",
        Tone::Plain => "other",
    }
}

/// What came in, in a line.
fn came(body: &str) -> String {
    let Ok(line) = serde_json::from_str::<Value>(body) else { return String::new() };
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let with = |name: &str| match line.get(name) {
        Some(Value::Object(all)) if !all.is_empty() => {
            let all: Vec<String> = all.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            format!(" ({})", all.join(", "))
        }
        _ => String::new(),
    };
    match text("type").as_str() {
        "track" => format!("{}{}", text("event"), with("properties")),
        "identify" => format!("known{}", with("traits")),
        "alias" => format!("is {} too", text("previousId")),
        "delete" => "asked to be deleted".to_string(),
        other => format!("{other} {}", text("name")).trim_end().to_string(),
    }
}

/// An effect of which only the JSON is there.
fn plain(effect: &Value) -> String {
    let text = |name: &str| effect.get(name).and_then(Value::as_str).unwrap_or_default();
    let what = ["channel", "message", "audience", "event", "reason"].map(text).join(" ");
    let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{}: {} {what}", text("journey"), text("effect").replace('_', " ")).trim_end().to_string()
}
