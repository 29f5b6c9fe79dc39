//! What becomes different for people when one version of a program follows another.

use crate::bytecode::{Code, Id, Op, Place, Predecessor};
use crate::ir::{Field, JourneyId};
use crate::source::{SourceFile, on_one_line};
use smol_str::SmolStr;

/// What a new version of a program changes for the people whom the one before has played.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Changes {
    /// Attributes that the one before did not read: of everybody they are missing until they come again.
    pub attributes_needed: Vec<String>,
    /// Attributes that are read as another kind of value: one that does not fit is missing until it comes again.
    pub attributes_retyped: Vec<String>,
    /// Attributes that are not read any more. Their values are kept, for a version that is taken back.
    pub attributes_dropped: Vec<String>,
    /// Journeys that are gone: whoever is in them leaves with `changed`.
    pub journeys_gone: Vec<SmolStr>,
    /// Steps at which people may stand that are gone: whoever stands there leaves with `changed`.
    pub steps_gone: Vec<StepGone>,
}

/// A step of the version before that has no place in the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepGone {
    /// Its journey.
    pub journey: SmolStr,
    /// The step as it was written.
    pub text: String,
}

pub(crate) fn between(old: &Code, sources: &[SourceFile], new: &Code) -> Changes {
    let found = Predecessor::between(old, new);
    let name = |field: &Field| field.path.join(".");
    let mut changes = Changes::default();
    for field in &new.attributes {
        match old.attributes.iter().find(|before| before.path == field.path) {
            Some(before) if before.ty != field.ty => changes.attributes_retyped.push(name(field)),
            Some(_) => {}
            None if old.shelf.contains(field) => {}
            None => changes.attributes_needed.push(name(field)),
        }
    }
    let is_read = |field: &&Field| !new.attributes.iter().any(|now| now.path == field.path);
    changes.attributes_dropped = old.attributes.iter().filter(is_read).map(name).collect();
    let gone = |at: JourneyId| found.journeys.get(at).is_some_and(Option::is_none);
    let journeys = || old.journeys.numbered();
    changes.journeys_gone = journeys().filter(|(at, _)| gone(*at)).map(|(_, journey)| journey.name.clone()).collect();
    // Steps of one journey lie behind each other.
    let mut starts: Vec<(Place, JourneyId)> = vec![];
    for (at, journey) in journeys() {
        let entries = journey.entries.iter().map(|entry| entry.start);
        let ends = journey.goals.iter().map(|goal| goal.start).chain(journey.exits.iter().map(|exit| exit.start));
        starts.extend(entries.chain(ends).chain([journey.first.0]).map(|start| (start, at)));
    }
    starts.extend(old.standing.iter().map(|standing| (standing.start, standing.journey)));
    starts.sort_unstable();
    for (at, op) in old.ops.numbered() {
        let stands = matches!(
            op,
            Op::Wait(_)
                | Op::WaitUntil(_)
                | Op::WaitBetween(..)
                | Op::WaitFor(..)
                | Op::Send(..)
                | Op::BestOf(..)
                | Op::Branch(..)
                | Op::Again(_)
        );
        if !stands || found.places.get(at).is_none_or(Option::is_some) {
            continue;
        }
        let before = starts.partition_point(|(start, _)| *start <= at).checked_sub(1);
        let journey =
            before.and_then(|before| starts.get(before)).map_or(JourneyId::nothing(), |(_, journey)| *journey);
        let span = old.spans.get(at).copied();
        if let (Some(journey), Some(span), false) = (old.journeys.get(journey), span, gone(journey)) {
            let text = on_one_line(sources, span);
            let text = if matches!(op, Op::Branch(..)) { format!("if {text}") } else { text };
            changes.steps_gone.push(StepGone { journey: journey.name.clone(), text });
        }
    }
    changes
}
