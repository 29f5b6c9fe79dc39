//! The program held against inputs as they come, like a tracking plan: what it names and nobody sends, what comes as
//! another kind of value, whom nothing reaches.

mod findings;
mod near;
mod places;

use crate::engine::io::happened::EventView;
use crate::engine::local_time::instant_of;
use crate::engine::{Effect, EffectKind, Profile, Refusal, SeenKind};
use crate::engine::{Input, InputKind};
use crate::ir;
use crate::program::Program;
use crate::reason::SuppressReason;
use crate::replay::Sink;
use crate::value::{Json, Value};
pub use near::{misspelt, nearest};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Of names that the program does not know, so many are kept: one of them may be meant.
const KEPT: usize = 1_000;
/// Names within names are followed so deep.
const DEPTH: usize = 4;

/// What inputs bring of an attribute or a property that the program reads.
#[derive(Debug, Clone, Default)]
struct Brought {
    /// Values of the kind that the program asks for.
    right: u64,
    /// Others, and the first of them.
    wrong: u64,
    example: String,
}

/// What became of the messages of a channel.
#[derive(Debug, Clone, Default)]
struct Reached {
    sent: u64,
    not_agreed: u64,
    unreachable: u64,
}

/// What inputs bring, and what the program makes of it. Give it each input, and play the same inputs with it as the sink
/// of a replay that is traced ([`crate::replay::Replay::traced`]).
///
/// ```
/// use journey::replay::Replay;
/// use journey::tracking::Tracking;
/// use journey::{Input, Json, Program, SourceFile};
///
/// let sources = vec![SourceFile::new("cart.journey", "on cart_abandoned: email recs")];
/// let (program, typed) = Program::compile_typed(sources).map_err(|e| e.to_string())?;
/// let mut tracking = Tracking::new(&program, &typed);
/// let mut replay = Replay::traced(&program, None);
/// let input = Input::event("ana", 1_772_442_000_000, "Cart Abandonned", Json::Null);
/// tracking.input(&input);
/// replay.input(&input, &mut tracking)?;
/// replay.finish(&mut tracking)?;
/// assert_eq!(tracking.findings()[0].labels[0].text, "did you mean `cart_abandonned`, which comes once?");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Tracking<'a> {
    program: &'a Program,
    typed: &'a ir::Program,
    events: BTreeMap<SmolStr, u64>,
    /// Attributes that come and are not read, and properties of events that the program hears.
    traits: BTreeMap<String, u64>,
    properties: BTreeMap<String, u64>,
    attributes_brought: Vec<Brought>,
    properties_brought: Vec<Brought>,
    /// Ids that lines are about, and those that an `alias` names.
    ids: HashSet<SmolStr>,
    previous: BTreeSet<SmolStr>,
    entered: BTreeSet<SmolStr>,
    refused: BTreeMap<SmolStr, Vec<(Refusal, u64)>>,
    channels: BTreeMap<SmolStr, Reached>,
}

impl<'a> Tracking<'a> {
    /// Nothing has come yet.
    pub fn new(program: &'a Program, typed: &'a ir::Program) -> Self {
        Self {
            program,
            typed,
            events: BTreeMap::new(),
            traits: BTreeMap::new(),
            properties: BTreeMap::new(),
            attributes_brought: vec![Brought::default(); typed.attributes.len()],
            properties_brought: vec![Brought::default(); typed.properties.len()],
            ids: HashSet::new(),
            previous: BTreeSet::new(),
            entered: BTreeSet::new(),
            refused: BTreeMap::new(),
            channels: BTreeMap::new(),
        }
    }

    /// An input comes.
    pub fn input(&mut self, input: &Input) {
        if !self.ids.contains(&input.profile) {
            self.ids.insert(input.profile.clone());
        }
        match &input.kind {
            InputKind::Track { event, properties, context } => {
                count(&mut self.events, event.clone());
                if self.program.hears(event) {
                    names(properties, "", DEPTH, &mut self.properties);
                    let event = EventView { properties, context };
                    brought(&self.typed.properties, &mut self.properties_brought, |field| {
                        event.typed(field, chrono_tz::UTC).map(|typed| (event.walk(&field.path), typed))
                    });
                }
            }
            InputKind::Identify { traits } => {
                names(traits, "", DEPTH, &mut self.traits);
                brought(&self.typed.attributes, &mut self.attributes_brought, |field| {
                    let json = traits.walk(&field.path)?;
                    Some((Some(json), json.typed(&field.ty, &|local| instant_of(chrono_tz::UTC, local))))
                });
            }
            InputKind::Alias { previous } => _ = self.previous.insert(previous.clone()),
            InputKind::Delete | InputKind::Group => {}
        }
    }
}

impl Sink for Tracking<'_> {
    fn effect(&mut self, _: &Program, _: &Profile, effect: &Effect) {
        match &effect.kind {
            EffectKind::Entered => _ = self.entered.insert(effect.journey.clone()),
            EffectKind::Sent { channel, .. } => self.channels.entry(channel.clone()).or_default().sent += 1,
            EffectKind::Suppressed { channel, reason, .. } => {
                let reached = self.channels.entry(channel.clone()).or_default();
                reached.not_agreed += u64::from(*reason == SuppressReason::NoConsent);
                reached.unreachable += u64::from(*reason == SuppressReason::Unreachable);
            }
            EffectKind::Seen(seen) => {
                if let SeenKind::Refused(why) = seen.what {
                    let refused = self.refused.entry(effect.journey.clone()).or_default();
                    match refused.iter_mut().find(|(known, _)| *known == why) {
                        Some((_, times)) => *times += 1,
                        None => refused.push((why, 1)),
                    }
                }
            }
            _ => {}
        }
    }

    fn notice(&mut self, _: &Profile, _: &crate::engine::Notice) {}
}

fn count<K: Ord>(all: &mut BTreeMap<K, u64>, key: K) {
    if let Some(times) = all.get_mut(&key) {
        *times += 1;
    } else if all.len() < KEPT {
        all.insert(key, 1);
    }
}

/// The names in an object, each with the way to it.
fn names(json: &Json, before: &str, depth: usize, out: &mut BTreeMap<String, u64>) {
    let Json::Object(fields) = json else { return };
    for (name, value) in fields {
        let path = if before.is_empty() { name.to_string() } else { format!("{before}.{name}") };
        match value {
            Json::Object(_) if depth > 0 => names(value, &path, depth - 1, out),
            _ => count(out, path),
        }
    }
}

/// Counts the values of the fields that the program reads, as the engine takes them.
fn brought<'j>(
    fields: &[ir::Field],
    out: &mut [Brought],
    taken: impl Fn(&ir::Field) -> Option<(Option<&'j Json>, Result<Option<Value>, ()>)>,
) {
    for (field, brought) in fields.iter().zip(out) {
        match taken(field) {
            Some((_, Ok(Some(_)))) => brought.right += 1,
            Some((json, Err(()))) => {
                brought.wrong += 1;
                if brought.example.is_empty() {
                    brought.example = json.map(findings::shown).unwrap_or_default();
                }
            }
            Some((_, Ok(None))) | None => {}
        }
    }
}
