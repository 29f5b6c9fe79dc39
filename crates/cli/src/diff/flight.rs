//! What becomes of people who are inside a journey at the moment of the change.

use super::side::{Side, play};
use crate::words::number;
use journey::replay::{Replay, Sink};
use journey::smol_str::SmolStr;
use journey::{
    Effect, EffectKind, Effects, EntryState, EntryView, ExitReason, Input, Lateness, Notice, Profile, Program,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Nothing is kept: only where people stand matters.
struct Nothing;

impl Sink for Nothing {
    fn effect(&mut self, _: &Program, _: &Profile, _: &Effect) {}
    fn notice(&mut self, _: &Profile, _: &Notice) {}
}

/// People who stood at one step.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// They stand there still, and what they wait for comes when it would have come.
    pub(super) stay: u64,
    /// They stand there still, and what they wait for comes at another time: by the step as the new program has it.
    pub(super) other_time: BTreeMap<String, u64>,
    /// They went on at once: by the new step that they came to.
    pub(super) went_on: BTreeMap<String, u64>,
    /// They left, by the reason.
    pub(super) left: BTreeMap<&'static str, u64>,
}

/// What the change does at its moment.
#[derive(Debug, Default)]
pub(super) struct Flight {
    /// People inside a journey.
    pub(super) people: u64,
    /// By journey and by the step as the old program has it.
    pub(super) steps: BTreeMap<(SmolStr, String), Standing>,
    /// Messages that go at once, by journey, channel and message.
    pub(super) at_once: BTreeMap<(SmolStr, SmolStr, SmolStr), u64>,
}

/// Plays the old program up to a moment, and takes everybody over by the new one: on a copy.
pub(super) fn flight(old: &Side, new: &Side, inputs: &[Input], at: i64) -> Result<Flight, String> {
    let say = |error: journey::RunError| error.to_string();
    let replay = play(Replay::new(&old.program, Some(at), false), inputs, &mut Nothing).map_err(say)?;
    let next = new.program.clone().following(&old.program);
    let mut all = Flight::default();
    for profile in replay.people() {
        let before = old.program.view(profile).map_err(say)?;
        let inside: Vec<&EntryView> = before.entries.iter().filter(|entry| entry.state != EntryState::Left).collect();
        if inside.is_empty() {
            continue;
        }
        all.people += 1;
        let (mut copy, mut effects) = (profile.clone(), Effects::new());
        next.wake(&mut copy, at, Lateness::live(at), &mut effects).map_err(say)?;
        let after = next.view(&copy).map_err(say)?;
        let mut exits: Vec<(&SmolStr, ExitReason)> = vec![];
        for effect in &effects.list {
            match &effect.kind {
                EffectKind::Exited { reason } => exits.push((&effect.journey, *reason)),
                EffectKind::Sent { channel, message, .. } => {
                    let of = (effect.journey.clone(), channel.clone(), message.clone());
                    *all.at_once.entry(of).or_default() += 1;
                }
                _ => {}
            }
        }
        for entry in inside {
            let standing = all.steps.entry((entry.journey.clone(), step(entry))).or_default();
            let now = after.entries.iter().find(|now| {
                now.journey == entry.journey && now.number == entry.number && now.state != EntryState::Left
            });
            match now {
                Some(now) if since(&now.state) != since(&entry.state) => {
                    *standing.went_on.entry(step(now)).or_default() += 1;
                }
                Some(now) if now.due != entry.due => *standing.other_time.entry(step(now)).or_default() += 1,
                Some(_) => standing.stay += 1,
                None => {
                    let left = exits.iter().position(|(journey, _)| **journey == entry.journey);
                    let reason = left.map_or(ExitReason::Changed, |at| exits.remove(at).1);
                    *standing.left.entry(reason.name()).or_default() += 1;
                }
            }
        }
    }
    Ok(all)
}

/// Since when an entry is where it is.
fn since(state: &EntryState) -> Option<i64> {
    match state {
        EntryState::Waiting { since } | EntryState::Deciding { since } | EntryState::Held { since, .. } => Some(*since),
        _ => None,
    }
}

fn step(entry: &EntryView) -> String {
    entry.step.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(':').to_string()
}

/// For people.
pub(super) fn text(all: &Flight, when: &str) -> String {
    let mut out = format!("people inside a journey at {when}: {}\n", number(all.people));
    let width = all.steps.keys().map(|(journey, step)| journey.len() + step.len() + 2).max().unwrap_or(0);
    for ((journey, step), standing) in &all.steps {
        let mut parts = vec![];
        let mut part = |people: u64, words: String| {
            if people > 0 {
                parts.push(format!("{words}: {}", number(people)));
            }
        };
        part(standing.stay, "stay as they are".into());
        for (now, number) in &standing.other_time {
            let now = if now == step { String::new() } else { format!(", at `{now}`") };
            part(*number, format!("go on at another time{now}"));
        }
        for (step, number) in &standing.went_on {
            part(*number, format!("go on at once, to `{step}`"));
        }
        for (reason, number) in &standing.left {
            part(
                *number,
                match *reason {
                    "changed" => "leave, for their step is gone".to_string(),
                    reason => format!("leave at once ({reason})"),
                },
            );
        }
        let at = format!("{journey}  {step}");
        let _ = writeln!(out, "  {at:width$}  {}", parts.join("; "));
    }
    for ((journey, channel, message), messages) in &all.at_once {
        let _ = writeln!(out, "sent at once: {channel} {message} of {journey}, {}", number(*messages));
    }
    out
}

pub(super) fn json(all: &Flight, when: &str) -> Value {
    let steps: Vec<Value> = all
        .steps
        .iter()
        .map(|((journey, step), standing)| {
            json!({
                "journey": journey, "step": step, "stay": standing.stay, "other_time": standing.other_time,
                "went_on": standing.went_on, "left": standing.left,
            })
        })
        .collect();
    let at_once: Vec<Value> = all
        .at_once
        .iter()
        .map(|((journey, channel, message), number)| {
            json!({"journey": journey, "channel": channel, "message": message, "messages": number})
        })
        .collect();
    json!({"at": when, "people": all.people, "steps": steps, "at_once": at_once})
}
