//! What is said about a program and its inputs: warnings, at the place in the program that misses something.

use super::places::Places;
use super::{Brought, Tracking, nearest};
use crate::diagnostic::{Advice, Diagnostic, Level};
use crate::engagement;
use crate::engine::Refusal;
use crate::ir::{self, EntryCause, SetTarget, StepKind, visit_steps};
use crate::program::parse;
use crate::source::Span;
use crate::value::Json;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// The name of these findings.
const NAME: &str = "inputs";
/// What a person is allowed to be told and reached by is asked through channels.
const ASKED_BY_CHANNEL: [&str; 2] = ["consent", "reachable"];

impl Tracking<'_> {
    /// What does not fit, in the order of the program, each with its place in [`crate::Program::sources`].
    pub fn findings(&self) -> Vec<Diagnostic> {
        if self.ids.is_empty() {
            return vec![];
        }
        let sources = self.program.sources();
        let places = Places::of(&parse(sources).files, sources);
        let mut out = vec![];
        self.events(&places, &mut out);
        self.attributes(&places, &mut out);
        self.properties(&places, &mut out);
        self.channels(&places, &mut out);
        self.entries(&mut out);
        out.sort_by_key(|finding| (finding.span().file, finding.span().start));
        // One property may be read as two kinds.
        out.dedup();
        self.ids(&mut out);
        out
    }

    /// Events that the program waits for, and nobody sends.
    fn events(&self, places: &Places, out: &mut Vec<Diagnostic>) {
        let emitted = self.emitted();
        let known: Vec<&SmolStr> = self.typed.events.iter().collect();
        let strange: BTreeMap<&str, u64> =
            self.events.iter().filter(|(name, _)| !known.contains(name)).map(|(name, n)| (name.as_str(), *n)).collect();
        for event in &self.typed.events {
            let tells = engagement::tells(event, |of| self.is_channel(of), |of| self.is_category(of)).is_some();
            // An event that only a test or a declaration names is nothing that the program waits for.
            let Some(place) = places.first(&[event]).filter(|_| !tells) else { continue };
            if self.events.contains_key(event) || emitted.contains(event) {
                continue;
            }
            let label = match nearest(event, strange.keys().copied()) {
                Some(near) => {
                    let often = times(strange.get(near).copied().unwrap_or(0));
                    let text = format!("did you mean `{near}`, which comes {often}?");
                    Advice { text, suggestion: Some(near.to_string()) }
                }
                None => "ask whoever sends the events for it, or take it away".into(),
            };
            out.push(warning(place, format!("The event `{event}` never comes in these inputs"), label));
        }
    }

    fn emitted(&self) -> BTreeSet<&SmolStr> {
        let mut emitted = BTreeSet::new();
        self.steps(&mut |step| {
            if let StepKind::Emit { event, .. } = step {
                emitted.insert(event);
            }
        });
        emitted
    }

    fn steps<'s>(&'s self, see: &mut impl FnMut(&'s StepKind)) {
        let blocks = self.typed.journeys.iter().flat_map(ir::Journey::blocks);
        blocks.for_each(|block| visit_steps(block, &mut |step| see(&step.kind)));
    }

    fn is_channel(&self, name: &str) -> bool {
        self.typed.channels.iter().any(|channel| channel == name)
    }

    fn is_category(&self, name: &str) -> bool {
        self.typed.categories.iter().any(|category| category == name)
    }

    fn attributes(&self, places: &Places, out: &mut Vec<Diagnostic>) {
        let mut set = BTreeSet::new();
        self.steps(&mut |step| {
            if let StepKind::Set { target: SetTarget::Attribute(attribute), .. } = step {
                set.insert(attribute.index());
            }
        });
        let is_read = |name: &str| self.typed.attributes.iter().any(|field| field.path.join(".") == name);
        let strange: Vec<&str> = self.traits.keys().map(String::as_str).filter(|name| !is_read(name)).collect();
        for (number, (field, brought)) in self.typed.attributes.iter().zip(&self.attributes_brought).enumerate() {
            let is_asked_otherwise = field.path.first().is_some_and(|root| ASKED_BY_CHANNEL.contains(&root.as_str()));
            if is_asked_otherwise || set.contains(&number) {
                continue;
            }
            let name = format!("profile.{}", field.path.join("."));
            let path: Vec<&str> = std::iter::once("profile").chain(field.path.iter().map(SmolStr::as_str)).collect();
            let Some(place) = places.first(&path).or_else(|| path.last().and_then(|last| places.first(&[last]))) else {
                continue;
            };
            let near = nearest(&field.path.join("."), strange.iter().copied());
            match comes(&name, field, brought) {
                Some(said) => out.push(warning(place, said, "send it as that, or ask for what comes")),
                None if brought.right == 0 => out.push(warning(
                    place,
                    format!("`{name}` never comes in these inputs: it is missing for everybody"),
                    near.map_or_else(
                        || "send it with `identify`, or take it away".into(),
                        |near| Advice::meant(&format!("profile.{near}")),
                    ),
                )),
                None => {}
            }
        }
    }

    /// Properties, where the events come at all.
    fn properties(&self, places: &Places, out: &mut Vec<Diagnostic>) {
        if !self.typed.events.iter().any(|event| self.events.contains_key(event)) {
            return;
        }
        let is_read = |name: &str| self.typed.properties.iter().any(|field| field.path.join(".") == name);
        let strange: Vec<&str> = self.properties.keys().map(String::as_str).filter(|name| !is_read(name)).collect();
        for (field, brought) in self.typed.properties.iter().zip(&self.properties_brought) {
            let name = field.path.join(".");
            let path: Vec<&str> = field.path.iter().map(SmolStr::as_str).collect();
            let Some(place) = places.first(&path) else { continue };
            match comes(&name, field, brought) {
                Some(said) => out.push(warning(place, said, "send it as that, or ask for what comes")),
                None if brought.right == 0 => out.push(warning(
                    place,
                    format!("No event of these inputs that the program hears has `{name}`: it is always missing"),
                    nearest(&name, strange.iter().copied())
                        .map_or_else(|| "send it with the event, or take it away".into(), Advice::meant),
                )),
                None => {}
            }
        }
    }

    /// Channels that were asked for and reached nobody.
    fn channels(&self, places: &Places, out: &mut Vec<Diagnostic>) {
        for (channel, reached) in &self.channels {
            let refused = reached.not_agreed + reached.unreachable;
            let Some(place) = places.first(&[channel]).filter(|_| reached.sent == 0 && refused > 0) else { continue };
            let label = if reached.unreachable > 0 {
                format!("send `reachable.{channel}` with `identify`, or use another channel")
            } else {
                format!("send `consent.{channel}` with `identify`, or use another channel")
            };
            let why = match (reached.not_agreed, reached.unreachable) {
                (n, 0) => format!("{} the person had not agreed", times(n)),
                (0, n) => format!("{} the channel could not reach the person", times(n)),
                (n, m) => {
                    format!(
                        "{} the person had not agreed, {} the channel could not reach the person",
                        times(n),
                        times(m)
                    )
                }
            };
            out.push(warning(place, format!("Nobody in these inputs can be sent anything by {channel}: {why}"), label));
        }
    }

    /// Journeys whose event comes, and lets nobody in.
    fn entries(&self, out: &mut Vec<Diagnostic>) {
        for journey in self.typed.journeys.iter().filter(|journey| !self.entered.contains(&journey.name)) {
            let name = |event: &ir::EventId| self.typed.events.get(event.index());
            let came = |event: &ir::EventId| name(event).and_then(|name| self.events.get(name)).copied().unwrap_or(0);
            let by_event = journey.entries.iter().filter_map(|entry| match &entry.cause {
                EntryCause::Event { events, .. } => Some((entry.span, events.iter().map(came).sum::<u64>())),
                _ => None,
            });
            let Some((span, came)) = by_event.into_iter().find(|(_, came)| *came > 0) else { continue };
            let why: Vec<String> = self
                .refused
                .get(&journey.name)
                .into_iter()
                .flatten()
                .map(|(why, n)| format!("{} {}", times(*n), refusal(*why)))
                .collect();
            let why = if why.is_empty() { String::new() } else { format!(": {}", why.join(", ")) };
            let said =
                format!("Nobody in these inputs enters {}, though its event comes {}{why}", journey.name, times(came));
            out.push(warning(span, said, "hold this against what comes".to_string()));
        }
    }

    /// Ids that are to be joined, and are nobody's.
    fn ids(&self, out: &mut Vec<Diagnostic>) {
        let lone: Vec<&SmolStr> = self.previous.iter().filter(|id| !self.ids.contains(*id)).collect();
        let Some(first) = lone.first() else { return };
        let said = match lone.len() {
            1 => format!("An `alias` joins `{first}`, which no other line has"),
            n => format!("{n} ids that `alias` lines join are in no other line, such as `{first}`"),
        };
        out.push(Diagnostic {
            name: NAME,
            level: Level::Warning,
            message: format!("{said}: see that `previousId` is the id under which the person came before"),
            labels: vec![],
            help: None,
            rule: None,
            fix: None,
        });
    }
}

/// What is said where values come as another kind than the program asks for.
fn comes(name: &str, field: &ir::Field, brought: &Brought) -> Option<String> {
    let Brought { right, wrong, example } = brought;
    (*wrong > 0).then(|| {
        let of = if *right == 0 { "always".to_string() } else { format!("{wrong} of {} times", right + wrong) };
        format!(
            "`{name}` is asked for as {} and {of} comes as something else, such as {example}: it is missing then",
            field.ty
        )
    })
}

fn warning(span: Span, message: String, advice: impl Into<Advice>) -> Diagnostic {
    Diagnostic::warning(NAME, span, message, advice)
}

fn times(n: u64) -> String {
    if n == 1 { "once".to_string() } else { format!("{n} times") }
}

fn refusal(why: Refusal) -> &'static str {
    match why {
        Refusal::Where => "its `where` was not true",
        Refusal::For => "its `for` was not true",
        Refusal::Paused => "it was paused",
        Refusal::NotActive => "the day lay outside of its `active` dates",
        Refusal::NoKey => "the event had no value for its `one per`",
        Refusal::Inside => "the person was inside",
        Refusal::Reenter => "its `reenter` did not let the person in again",
        Refusal::Limit => "a limit of the engine was reached",
    }
}

/// A value as a line shows it, short.
pub(super) fn shown(value: &Json) -> String {
    const LETTERS: usize = 40;
    match value {
        Json::Null => "null".to_string(),
        Json::Bool(yes) => yes.to_string(),
        Json::Number(number) => number.normalize().to_string(),
        Json::Text(text) if text.chars().count() <= LETTERS => format!("{text:?}"),
        Json::Text(text) => format!("{:?}", text.chars().take(LETTERS).chain(['…']).collect::<String>()),
        Json::List(_) => "a list".to_string(),
        Json::Object(_) => "an object".to_string(),
    }
}
