//! What is looked up while a program runs, found once when it is loaded: who listens to what, what is read, what recurs.

use super::*;
use crate::engagement::{self, Tells};
use crate::value::Json;

impl Code {
    /// Whether traits of an input concern the program.
    pub(crate) fn reads(&self, traits: &Json) -> bool {
        let of_all = ["timezone", "preferred_channel", "consent", "reachable"];
        let read =
            |name: &str| of_all.contains(&name) || self.roots.contains_key(name) || self.is_misplaced_answer(name);
        matches!(traits, Json::Object(fields) if fields.iter().any(|(name, _)| read(name)))
    }

    /// Whether an attribute looks like an answer about consent or reachability that was written as one name, such as
    /// `consent.email`.
    pub(crate) fn is_misplaced_answer(&self, name: &str) -> bool {
        let answers = ["consent_", "reachable_"].into_iter().find_map(|start| name.strip_prefix(start));
        let is_ours = |of: &str| self.channels.iter().chain(&self.categories).any(|known| known == of);
        answers.is_some_and(is_ours) && !self.attributes.iter().any(|f| f.path.first().is_some_and(|p| p == name))
    }

    /// Makes the tables that follow from the others.
    pub(super) fn index(&mut self) {
        self.events = uses(&self.event_names, &self.channels, &self.categories);
        self.listeners = vec![Vec::new(); self.event_names.len()].into();
        let mut order: Vec<(u16, JourneyId)> = self.journeys.numbered().map(|(at, j)| (j.rank, at)).collect();
        order.sort_unstable();
        for (_, at) in order {
            let Some(journey) = self.journeys.get(at) else { continue };
            for event in journey.entries.iter().flat_map(|e| &e.events) {
                if let Some(list) = self.listeners.get_mut(*event)
                    && list.last() != Some(&at)
                {
                    list.push(at);
                }
            }
        }
        let listeners = &self.listeners;
        let begins = |id: EventId| listeners.get(id).is_some_and(|journeys| !journeys.is_empty());
        for uses in self.events.values_mut() {
            uses.begins = uses.numbers().any(begins) || uses.narrowed.iter().any(|(_, id)| begins(*id));
        }
        self.roots.clear();
        for (number, field) in self.attributes.numbered() {
            let Some(root) = field.path.first() else { continue };
            self.roots.entry(root.clone()).or_default().attributes.push(number);
        }
        for (number, field) in self.shelf.iter().enumerate() {
            let Some(root) = field.path.first() else { continue };
            self.roots.entry(root.clone()).or_default().shelf.push(number as u16);
        }
        self.watch = self.watched();
        self.answered = self.names_answered();
        let lives_by =
            |field: &ir::Field| matches!(field.path.as_slice(), [n] if n == "timezone" || n == "preferred_channel");
        self.asked = self.attributes.iter().map(lives_by).collect();
        for term in &self.terms {
            if let Term::Attribute(at) = term
                && let Some(asked) = self.asked.get_mut(*at)
            {
                *asked = true;
            }
        }
        let charter = &self.charter;
        let holdouts = charter.holdout.is_some() || self.journeys.iter().any(|j| j.holdout.is_some());
        let timed_rules = charter.quiet.iter().any(|rule| rule.when.is_some())
            || charter.gaps.iter().any(|rule| rule.when.is_some())
            || charter.caps.iter().any(|rule| rule.when.is_some());
        let past = !self.histories.is_empty() || !self.standing.is_empty();
        let is_paused = self.journeys.iter().any(|journey| journey.paused.is_some());
        let says = |part: &Part| match part {
            Part::Stop => !charter.stop.is_empty(),
            Part::Holdout => holdouts,
            Part::Consent | Part::Reachable => true,
            Part::Exclude => !charter.exclude.is_empty(),
            Part::Avoid => !charter.avoid.is_empty(),
            Part::Paused => is_paused,
            Part::Quiet => !charter.quiet.is_empty(),
            Part::Gap => !charter.gaps.is_empty(),
            Part::Cap => !charter.caps.is_empty(),
        };
        self.parts = Part::ALL.into_iter().filter(says).collect();
        let happenings = self.journeys.iter().any(|journey| !journey.happenings.is_empty());
        let no_rules = self.parts == [Part::Consent, Part::Reachable] && charter.consent.is_empty();
        self.uses = Uses { holdouts, timed_rules, past, happenings, no_rules };
    }

    /// The channels and categories, and what else conditions and `set` name.
    fn names_answered(&self) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = self.channels.iter().chain(&self.categories).cloned().collect();
        for term in &self.terms {
            if let Term::Consent(at) | Term::ReachableFlag(at) = term
                && let Some(Value::Text(name)) = self.constants.get(*at)
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        names.extend(self.sets.iter().filter_map(|set| match &set.target {
            ir::SetTarget::Consent(name) | ir::SetTarget::Reachable(name) => Some(name.clone()),
            ir::SetTarget::Attribute(_) => None,
        }));
        names
    }

    /// Whether the calendar alone lets people in, for ever.
    pub(crate) fn recurs(&self, standing: &Standing) -> bool {
        match standing.cause {
            Cause::Every(..) | Cause::Yearly(_) => true,
            Cause::Segment { segment, .. } => self.segments.get(segment).is_some_and(|s| s.recurs),
            Cause::Date(_) | Cause::Once(..) => false,
        }
    }

    /// Shows all terms of a segment and of the segments within.
    pub(crate) fn parts_of(&self, segment: SegmentId, see: &mut impl FnMut(Term)) {
        let mut open = vec![segment];
        let mut done = vec![];
        while let Some(next) = open.pop() {
            if done.contains(&next) {
                continue;
            }
            done.push(next);
            let Some(segment) = self.segments.get(next) else { continue };
            let terms = self.terms.get(segment.cond.start as usize..segment.cond.end as usize);
            for term in terms.unwrap_or_default() {
                if let Term::In(inner) = term {
                    open.push(*inner);
                }
                see(*term);
            }
        }
    }

    /// Which standing entries and histories each kind of input may change.
    fn watched(&self) -> Watch {
        let events = self.event_names.len();
        let mut watch = Watch {
            histories: vec![Vec::new(); events].into(),
            events: vec![Vec::new(); events].into(),
            ..Watch::default()
        };
        for (at, history) in self.histories.numbered() {
            match history.of {
                HistoryOf::Event(id) => watch.histories.get_mut(id).into_iter().for_each(|list| add(list, at)),
                HistoryOf::Engagement | HistoryOf::Looks => add(&mut watch.engagement, at),
            }
        }
        for (at, standing) in self.standing.numbered() {
            let segment = match standing.cause {
                Cause::Segment { segment, .. } => segment,
                Cause::Date(_) | Cause::Yearly(_) => {
                    add(&mut watch.traits, at);
                    add(&mut watch.zone, at);
                    continue;
                }
                Cause::Every(..) | Cause::Once(..) => {
                    add(&mut watch.zone, at);
                    continue;
                }
            };
            self.parts_of(segment, &mut |term| match term {
                Term::Attribute(_)
                | Term::Consent(_)
                | Term::ReachableFlag(_)
                | Term::Reachable(..)
                | Term::Prefers(_) => {
                    add(&mut watch.traits, at);
                }
                Term::Today | Term::LocalMoment(..) | Term::LocalTime(..) | Term::Day(_) => add(&mut watch.zone, at),
                Term::Rate(..) => {
                    add(&mut watch.sends, at);
                    add(&mut watch.engaged, at);
                }
                Term::Occurred(id) | Term::Count(id) | Term::Sum(id) | Term::Last(id) | Term::Since(id) => {
                    match self.histories.get(id).map(|h| h.of) {
                        Some(HistoryOf::Event(id)) => {
                            watch.events.get_mut(id).into_iter().for_each(|list| add(list, at));
                        }
                        _ => add(&mut watch.engaged, at),
                    }
                }
                _ => {}
            });
        }
        watch
    }
}

/// Adds a number to a list that grows in order.
fn add<I: PartialEq>(list: &mut Vec<I>, at: I) {
    if list.last() != Some(&at) {
        list.push(at);
    }
}

/// What the program does with every event that it knows.
fn uses(events: &[SmolStr], channels: &[SmolStr], categories: &[SmolStr]) -> Names {
    let number = |name: &str| events.iter().position(|event| event == name).map(|at| ir::EventId(at as u16));
    let mut uses = Names::default();
    for (at, name) in events.iter().enumerate() {
        uses.entry(name.clone()).or_default().own = Some(ir::EventId(at as u16));
    }
    let tells = |name: &str| {
        let is_among = |names: &[SmolStr], name: &str| names.iter().any(|n| n == name);
        let found = engagement::tells(name, |n| is_among(channels, n), |n| is_among(categories, n));
        found.map(|(tells, of)| (tells, of.map(SmolStr::new)))
    };
    // The narrower names that the program itself has for what events tell.
    let narrow: Vec<(Tells, SmolStr, ir::EventId)> = (0u16..)
        .zip(events)
        .filter_map(|(at, name)| tells(name).and_then(|(tells, of)| Some((tells, of?, ir::EventId(at)))))
        .collect();
    for name in engagement::names(channels, categories) {
        let Some((told, of)) = tells(&name) else { continue };
        let plain = if told.word() == name { None } else { number(told.word()) };
        let entry = uses.entry(name).or_default();
        let others = narrow.iter().filter(|(tells, _, id)| *tells == told && entry.own != Some(*id));
        entry.narrowed = others.map(|(_, of, id)| (of.clone(), *id)).collect();
        (entry.of, entry.plain) = (of, plain);
        match told {
            Tells::Engagement(engagement) => entry.engagement = Some(engagement),
            Tells::Subscription(yes) => entry.subscribes = Some(yes),
        }
    }
    uses
}
