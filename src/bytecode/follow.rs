//! How the numbers of one version of a program stand in the next: what the same things are there.

use super::{Code, History, Journey, Place, Standing};
use crate::ir::{Field, PropertyId};
use crate::limits::SHELF;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::HashMap;

/// An earlier version, and where its things are now. What is gone has no place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Predecessor {
    pub(crate) fingerprint: u64,
    /// What it was called by its bytes.
    #[serde(default)]
    pub(crate) of_bytes: u64,
    pub(crate) channels: Vec<Option<u16>>,
    pub(crate) categories: Vec<Option<u16>>,
    pub(crate) messages: Vec<Option<u16>>,
    pub(crate) audiences: Vec<Option<u16>>,
    pub(crate) attributes: Vec<Option<u16>>,
    pub(crate) journeys: Vec<Option<u16>>,
    pub(crate) histories: Vec<Option<u16>>,
    pub(crate) standing: Vec<Option<u16>>,
    /// Steps, and whether what they are about is the same too.
    pub(crate) places: Vec<Option<(Place, bool)>>,
    /// By earlier journey: where the properties of its entry's event are among those that it keeps now.
    pub(crate) entry_properties: Vec<Vec<Option<u16>>>,
    /// By earlier journey: where the events that it asks about are now.
    pub(crate) happenings: Vec<Vec<Option<u16>>>,
    /// Caps, in the list of all.
    pub(crate) caps: Vec<Option<u16>>,
    /// Names, for what is said of things that are gone.
    pub(crate) journey_names: Vec<SmolStr>,
    pub(crate) audience_names: Vec<SmolStr>,
    #[serde(default)]
    pub(crate) attribute_paths: Vec<Vec<SmolStr>>,
}

/// Where each thing of one list is in another.
fn places<T, K: std::hash::Hash + Eq>(old: &[T], new: &[T], key: impl Fn(&T) -> K) -> Vec<Option<u16>> {
    let mut at: HashMap<K, u16> = HashMap::new();
    for (number, thing) in new.iter().enumerate() {
        at.entry(key(thing)).or_insert(number as u16);
    }
    old.iter().map(|thing| at.get(&key(thing)).copied()).collect()
}

fn properties(code: &Code, journey: &Journey) -> Vec<Option<Field>> {
    journey.entry_properties.iter().map(|id: &PropertyId| code.properties.get(id.index()).cloned()).collect()
}

fn happenings(code: &Code, journey: &Journey) -> Vec<(Option<SmolStr>, String)> {
    let name = |id: crate::ir::EventId| code.event_names.get(id.index()).cloned();
    let terms = |cond: Option<super::Formula>| {
        let terms = cond.and_then(|cond| code.terms.get(cond.start as usize..cond.end as usize));
        format!("{:?}", terms.unwrap_or_default())
    };
    journey.happenings.iter().map(|h| (name(h.event), terms(h.cond))).collect()
}

impl Predecessor {
    pub(crate) fn between(old: &Code, new: &Code) -> Self {
        let same_journey = places(&old.journeys, &new.journeys, |j| j.name.clone());
        let mut exact: HashMap<u64, Place> = HashMap::new();
        let mut by_place: HashMap<u64, Place> = HashMap::new();
        for (at, key) in new.keys.iter().enumerate() {
            exact.entry(key.exact).or_insert(at as Place);
            by_place.entry(key.place).or_insert(at as Place);
        }
        let kind = |code: &Code, at: usize| code.ops.get(at).map(std::mem::discriminant);
        let steps = old.keys.iter().enumerate().map(|(at, key)| {
            let same = |found: &&Place| kind(new, **found as usize) == kind(old, at);
            let found = exact.get(&key.exact).filter(same).map(|place| (*place, true));
            found.or_else(|| by_place.get(&key.place).filter(same).map(|place| (*place, false)))
        });
        let paired = |of: &dyn Fn(&Code, &Journey) -> Vec<String>| -> Vec<Vec<Option<u16>>> {
            let each = old.journeys.iter().zip(&same_journey);
            each.map(|(journey, now)| {
                let now = now.and_then(|now| new.journeys.get(usize::from(now)));
                let now = now.map(|now| of(new, now)).unwrap_or_default();
                places(&of(old, journey), &now, Clone::clone)
            })
            .collect()
        };
        let owner = |code: &Code, journey: Option<u16>| {
            journey.and_then(|j| code.journeys.get(usize::from(j))).map(|j| j.name.clone())
        };
        let cap_names = |code: &Code| -> Vec<(Option<SmolStr>, SmolStr)> {
            code.charter.caps.iter().map(|c| (owner(code, c.journey), c.text.clone())).collect()
        };
        Self {
            fingerprint: old.fingerprint,
            of_bytes: old.of_bytes,
            channels: places(&old.channels, &new.channels, Clone::clone),
            categories: places(&old.categories, &new.categories, Clone::clone),
            messages: places(&old.messages, &new.messages, Clone::clone),
            audiences: places(&old.audiences, &new.audiences, Clone::clone),
            attributes: places(&old.attributes, &new.attributes, |field: &Field| field.path.clone()),
            histories: places(&old.histories, &new.histories, |history: &History| history.key),
            standing: places(&old.standing, &new.standing, |standing: &Standing| standing.key),
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
        let via = |first: &[Option<u16>], second: &[Option<u16>]| -> Vec<Option<u16>> {
            first.iter().map(|at| second.get(usize::from((*at)?)).copied().flatten()).collect()
        };
        let lists = |first: &[Vec<Option<u16>>], second: &[Vec<Option<u16>>]| -> Vec<Vec<Option<u16>>> {
            let of_journey = |at: usize| earlier.journeys.get(at).copied().flatten();
            let each = first.iter().enumerate();
            each.map(|(at, first)| {
                let second = of_journey(at).and_then(|at| second.get(usize::from(at)));
                via(first, second.map_or(&[], Vec::as_slice))
            })
            .collect()
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
                    let (at, still) = self.places.get(at as usize).copied().flatten()?;
                    Some((at, same && still))
                })
                .collect(),
            entry_properties: lists(&earlier.entry_properties, &self.entry_properties),
            happenings: lists(&earlier.happenings, &self.happenings),
            caps: via(&earlier.caps, &self.caps),
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
