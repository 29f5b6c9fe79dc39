//! How the numbers of one version of a program stand in the next: what the same things are there.

use super::{Code, History, Id, Journey, Place, Standing, StandingId, Table};
use crate::ir::{AttributeId, AudienceId, CategoryId, ChannelId, Field, HistoryId, JourneyId, MessageId, PropertyId};
use crate::limits::SHELF;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::HashMap;

/// Where the things of an earlier version of the program are in this one, by their numbers there; none: they are gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Predecessor {
    pub(crate) fingerprint: u64,
    /// What it was called by its bytes.
    #[serde(default)]
    pub(crate) of_bytes: u64,
    pub(crate) channels: Table<ChannelId, Option<ChannelId>>,
    pub(crate) categories: Table<CategoryId, Option<CategoryId>>,
    pub(crate) messages: Table<MessageId, Option<MessageId>>,
    pub(crate) audiences: Table<AudienceId, Option<AudienceId>>,
    pub(crate) attributes: Table<AttributeId, Option<AttributeId>>,
    pub(crate) journeys: Table<JourneyId, Option<JourneyId>>,
    pub(crate) histories: Table<HistoryId, Option<HistoryId>>,
    pub(crate) standing: Table<StandingId, Option<StandingId>>,
    /// Steps, and whether what they are about is the same too.
    pub(crate) places: Table<Place, Option<(Place, bool)>>,
    /// By earlier journey: where the properties of its entry's event are among those that it keeps now.
    pub(crate) entry_properties: Table<JourneyId, Vec<Option<u16>>>,
    /// By earlier journey: where the events that it asks about are now.
    pub(crate) happenings: Table<JourneyId, Vec<Option<u16>>>,
    /// Caps, in the list of all.
    pub(crate) caps: Vec<Option<u16>>,
    /// Names, for what is said of things that are gone.
    pub(crate) journey_names: Table<JourneyId, SmolStr>,
    pub(crate) audience_names: Table<AudienceId, SmolStr>,
    #[serde(default)]
    pub(crate) attribute_paths: Table<AttributeId, Vec<SmolStr>>,
}

/// Where each thing of one list is in another.
fn places<T, K: std::hash::Hash + Eq>(old: &[T], new: &[T], key: impl Fn(&T) -> K) -> Vec<Option<u16>> {
    let mut at: HashMap<K, u16> = HashMap::new();
    for (number, thing) in new.iter().enumerate() {
        at.entry(key(thing)).or_insert(number as u16);
    }
    old.iter().map(|thing| at.get(&key(thing)).copied()).collect()
}

/// Where each row of one table is in another.
fn rows<I: Id, T, K: std::hash::Hash + Eq>(
    old: &Table<I, T>,
    new: &Table<I, T>,
    key: impl Fn(&T) -> K,
) -> Table<I, Option<I>> {
    places(old, new, key).into_iter().map(|at| at.map(|at| I::at(usize::from(at)))).collect()
}

/// Which properties a journey keeps, whatever is kept of the objects in them: a text that reads more of them stands where it
/// stood.
fn properties(code: &Code, journey: &Journey) -> Vec<Option<Field>> {
    let plain = |field: &Field| Field { path: field.path.clone(), ty: field.ty.without_things() };
    journey.entry_properties.iter().map(|id: &PropertyId| code.properties.get(*id).map(plain)).collect()
}

fn happenings(code: &Code, journey: &Journey) -> Vec<(Option<SmolStr>, String)> {
    let name = |id: crate::ir::EventId| code.event_names.get(id).cloned();
    let terms = |cond: Option<super::Formula>| {
        let terms = cond.and_then(|cond| code.terms.get(cond.start as usize..cond.end as usize));
        format!("{:?}", terms.unwrap_or_default())
    };
    journey.happenings.iter().map(|h| (name(h.event), terms(h.cond))).collect()
}

/// Where each row of one table is after two steps.
fn via<I: Id>(first: &Table<I, Option<I>>, second: &Table<I, Option<I>>) -> Table<I, Option<I>> {
    first.iter().map(|at| second.get((*at)?).copied().flatten()).collect()
}

impl Predecessor {
    pub(crate) fn between(old: &Code, new: &Code) -> Self {
        let same_journey = rows(&old.journeys, &new.journeys, |j| j.name.clone());
        let mut exact: HashMap<u64, Place> = HashMap::new();
        let mut by_place: HashMap<u64, Place> = HashMap::new();
        for (at, key) in new.keys.numbered() {
            exact.entry(key.exact).or_insert(at);
            by_place.entry(key.place).or_insert(at);
        }
        let kind = |code: &Code, at: Place| code.ops.get(at).map(std::mem::discriminant);
        let steps = old.keys.numbered().map(|(at, key)| {
            let same = |found: &&Place| kind(new, **found) == kind(old, at);
            let found = exact.get(&key.exact).filter(same).map(|place| (*place, true));
            found.or_else(|| by_place.get(&key.place).filter(same).map(|place| (*place, false)))
        });
        let paired = |of: &dyn Fn(&Code, &Journey) -> Vec<String>| -> Table<JourneyId, Vec<Option<u16>>> {
            let each = old.journeys.iter().zip(&same_journey);
            each.map(|(journey, now)| {
                let now = now.and_then(|now| new.journeys.get(now));
                let now = now.map(|now| of(new, now)).unwrap_or_default();
                places(&of(old, journey), &now, Clone::clone)
            })
            .collect()
        };
        let owner = |code: &Code, journey: Option<JourneyId>| {
            journey.and_then(|j| code.journeys.get(j)).map(|j| j.name.clone())
        };
        let cap_names = |code: &Code| -> Vec<(Option<SmolStr>, SmolStr)> {
            code.charter.caps.iter().map(|c| (owner(code, c.journey), c.text.clone())).collect()
        };
        Self {
            fingerprint: old.fingerprint,
            of_bytes: old.of_bytes,
            channels: rows(&old.channels, &new.channels, Clone::clone),
            categories: rows(&old.categories, &new.categories, Clone::clone),
            messages: rows(&old.messages, &new.messages, Clone::clone),
            audiences: rows(&old.audiences, &new.audiences, Clone::clone),
            attributes: rows(&old.attributes, &new.attributes, |field: &Field| field.path.clone()),
            histories: rows(&old.histories, &new.histories, |history: &History| history.key),
            standing: rows(&old.standing, &new.standing, |standing: &Standing| standing.key),
            places: steps.collect(),
            entry_properties: paired(&|code, journey| {
                properties(code, journey).iter().map(|field| format!("{field:?}")).collect()
            }),
            happenings: paired(&|code, journey| {
                happenings(code, journey).iter().map(|happening| format!("{happening:?}")).collect()
            }),
            caps: places(&cap_names(old), &cap_names(new), Clone::clone),
            journey_names: old.journeys.iter().map(|j| j.name.clone()).collect(),
            audience_names: old.audiences.clone(),
            attribute_paths: old.attributes.iter().map(|field| field.path.clone()).collect(),
            journeys: same_journey,
        }
    }

    /// The way of an earlier one through this one.
    fn after(&self, earlier: &Predecessor) -> Predecessor {
        let lists = |first: &Table<JourneyId, Vec<Option<u16>>>, second: &Table<JourneyId, Vec<Option<u16>>>| {
            let each = first.numbered().map(|(journey, first)| {
                let second = earlier.journeys.get(journey).copied().flatten().and_then(|at| second.get(at));
                let after = |at: u16| second.and_then(|second| second.get(usize::from(at)).copied().flatten());
                first.iter().map(|at| after((*at)?)).collect()
            });
            each.collect()
        };
        Predecessor {
            fingerprint: earlier.fingerprint,
            of_bytes: earlier.of_bytes,
            channels: via(&earlier.channels, &self.channels),
            categories: via(&earlier.categories, &self.categories),
            messages: via(&earlier.messages, &self.messages),
            audiences: via(&earlier.audiences, &self.audiences),
            attributes: via(&earlier.attributes, &self.attributes),
            journeys: via(&earlier.journeys, &self.journeys),
            histories: via(&earlier.histories, &self.histories),
            standing: via(&earlier.standing, &self.standing),
            places: earlier
                .places
                .iter()
                .map(|place| {
                    let (at, same) = (*place)?;
                    let (at, still) = self.places.get(at).copied().flatten()?;
                    Some((at, same && still))
                })
                .collect(),
            entry_properties: lists(&earlier.entry_properties, &self.entry_properties),
            happenings: lists(&earlier.happenings, &self.happenings),
            caps: earlier.caps.iter().map(|at| self.caps.get(usize::from((*at)?)).copied().flatten()).collect(),
            journey_names: earlier.journey_names.clone(),
            audience_names: earlier.audience_names.clone(),
            attribute_paths: earlier.attribute_paths.clone(),
        }
    }
}

/// Makes a program the newest version after another one, and after all that that one follows.
pub(crate) fn follow(code: &mut Code, previous: &Code) {
    if previous.fingerprint == code.fingerprint {
        code.predecessors.clone_from(&previous.predecessors);
        code.shelf.clone_from(&previous.shelf);
        code.index();
        return;
    }
    let last = Predecessor::between(previous, code);
    code.predecessors = previous
        .predecessors
        .iter()
        // A version that was taken back is the newest again: who never left it stands where they stood.
        .filter(|earlier| earlier.fingerprint != code.fingerprint)
        .map(|earlier| last.after(earlier))
        .collect();
    code.predecessors.push(last);
    // What an earlier version read is kept on: it may come back.
    let mut shelf: Vec<Field> = vec![];
    for field in previous.shelf.iter().chain(&previous.attributes) {
        if !code.attributes.contains(field) && !shelf.contains(field) {
            shelf.push(field.clone());
        }
    }
    shelf.drain(..shelf.len().saturating_sub(SHELF));
    code.shelf = shelf;
    code.index();
}

impl Code {
    /// The earlier version of a fingerprint.
    pub(crate) fn follows(&self, fingerprint: u64) -> Option<&Predecessor> {
        self.predecessors.iter().find(|p| p.fingerprint == fingerprint || p.of_bytes == fingerprint)
    }
}
