//! What an act can set going: the blocks that listen to it, where their conditions may hold right after it.

use super::{Act, Arrow, Block, Cause, Part, What};
use crate::engagement::{self, Tells};
use crate::ir::{
    Engagement, EventId, Expr, HistoryKind, HistoryOf, Journey, Program, PropertyId, SetTarget, StepKind, visit_steps,
};
use crate::kleene::Truth;
use crate::prove::truth::{Fact, World};
use crate::value::Value;
use smol_str::SmolStr;
use std::collections::{BTreeSet, HashMap};

/// What looks up the blocks that an act can set going.
pub(super) struct Index<'a> {
    program: &'a Program,
    events: HashMap<&'a str, Vec<EventId>>,
    by_event: HashMap<EventId, Vec<usize>>,
    by_attribute: HashMap<usize, Vec<usize>>,
    by_segment: HashMap<usize, Vec<usize>>,
    by_engagement: HashMap<Engagement, Vec<usize>>,
    by_consent: Vec<usize>,
    by_start: HashMap<usize, usize>,
    /// By attribute, and by event that their histories count: the segments that ask for it.
    asks_attribute: HashMap<usize, BTreeSet<usize>>,
    asks_event: HashMap<EventId, BTreeSet<usize>>,
    asks_consent: BTreeSet<usize>,
}

impl<'a> Index<'a> {
    pub(super) fn of(program: &'a Program, blocks: &[Block<'a>]) -> Self {
        let mut index = Index {
            program,
            events: events_by_name(program),
            by_event: HashMap::new(),
            by_attribute: HashMap::new(),
            by_segment: HashMap::new(),
            by_engagement: HashMap::new(),
            by_consent: vec![],
            by_start: HashMap::new(),
            asks_attribute: HashMap::new(),
            asks_event: HashMap::new(),
            asks_consent: BTreeSet::new(),
        };
        for (at, segment) in program.segments.iter().enumerate() {
            let asked = Asked::of(program, None, &segment.cond);
            asked.attributes.iter().for_each(|id| _ = index.asks_attribute.entry(*id).or_default().insert(at));
            asked.events.iter().for_each(|id| _ = index.asks_event.entry(*id).or_default().insert(at));
            if asked.consent {
                index.asks_consent.insert(at);
            }
        }
        for (at, block) in blocks.iter().enumerate() {
            if let Part::Entry { is_first: true } = block.part {
                index.by_start.insert(block.journey, at);
            }
            for cause in &block.causes {
                match cause {
                    Cause::Event(events, _) => {
                        events.iter().for_each(|id| index.by_event.entry(*id).or_default().push(at))
                    }
                    Cause::Segment(segment, _) => index.by_segment.entry(*segment).or_default().push(at),
                    Cause::Engaged(engagement) => index.by_engagement.entry(*engagement).or_default().push(at),
                    Cause::True(cond) => {
                        let asked = Asked::of(program, program.journeys.get(block.journey), cond);
                        asked.events.iter().for_each(|id| index.by_event.entry(*id).or_default().push(at));
                        asked.attributes.iter().for_each(|id| index.by_attribute.entry(*id).or_default().push(at));
                        asked.engagements.iter().for_each(|e| index.by_engagement.entry(*e).or_default().push(at));
                        if asked.consent {
                            index.by_consent.push(at);
                        }
                    }
                }
            }
        }
        index
    }

    /// The segments that an act may turn.
    pub(super) fn segments_of(&self, act: &Act<'_>) -> Vec<usize> {
        match act.what {
            What::Emit(name, _) => {
                let ids = self.events.get(name.as_str()).into_iter().flatten();
                ids.filter_map(|id| self.asks_event.get(id)).flatten().copied().collect()
            }
            What::Set(SetTarget::Attribute(id), _) => {
                self.asks_attribute.get(&id.index()).into_iter().flatten().copied().collect()
            }
            What::Set(..) => self.asks_consent.iter().copied().collect(),
            What::Start(_) => vec![],
        }
    }

    /// What an emitted event tells of a message.
    fn engagement(&self, name: &str) -> Option<Engagement> {
        let is_channel = |name: &str| self.program.channels.iter().any(|channel| channel == name);
        engagement::of_event(name, is_channel).map(|(engagement, _)| engagement)
    }

    /// The blocks that an act sets going.
    pub(super) fn targets(&self, blocks: &[Block<'a>], act: &Act<'a>, out: &mut Vec<Arrow>) {
        let mut found: Vec<usize> = vec![];
        match act.what {
            What::Emit(name, _) => {
                let ids = self.events.get(name.as_str()).into_iter().flatten();
                found.extend(ids.filter_map(|id| self.by_event.get(id)).flatten());
                let told = self.engagement(name).into_iter().flat_map(told_of);
                found.extend(told.filter_map(|engagement| self.by_engagement.get(&engagement)).flatten());
            }
            What::Start(journey) => found.extend(self.by_start.get(&journey)),
            What::Set(SetTarget::Attribute(id), _) => {
                found.extend(self.by_attribute.get(&id.index()).into_iter().flatten())
            }
            What::Set(..) => found.extend(&self.by_consent),
        }
        let by_segment = self.segments_of(act).into_iter().filter_map(|segment| self.by_segment.get(&segment));
        found.extend(by_segment.flatten());
        found.sort_unstable();
        found.dedup();
        for to in found {
            let Some(block) = blocks.get(to) else { continue };
            let eligible = self.program.journeys.get(block.journey).and_then(|journey| journey.eligible.as_ref());
            if matches!(block.part, Part::Entry { .. })
                && eligible.is_some_and(|cond| !self.may_hold_in(act, cond, block))
            {
                continue;
            }
            if matches!(act.what, What::Start(_)) {
                out.push(Arrow { to, span: Some(act.span), turns: None });
                continue;
            }
            for cause in &block.causes {
                match cause {
                    Cause::Event(ids, cond) => {
                        let What::Emit(name, _) = act.what else { continue };
                        let is_one = self.events.get(name.as_str()).into_iter().flatten().any(|id| ids.contains(id));
                        if is_one && cond.is_none_or(|cond| self.may_hold_in(act, cond, block)) {
                            out.push(Arrow { to, span: Some(act.span), turns: None });
                        }
                    }
                    Cause::Segment(segment, entering) => {
                        if self.may_turn(act, *segment, *entering) {
                            out.push(Arrow { to, span: Some(act.span), turns: Some((*segment, *entering)) });
                        }
                    }
                    Cause::Engaged(engagement) => {
                        let What::Emit(name, _) = act.what else { continue };
                        if self.engagement(name).into_iter().flat_map(told_of).any(|told| told == *engagement) {
                            out.push(Arrow { to, span: Some(act.span), turns: None });
                        }
                    }
                    Cause::True(cond) => {
                        if self.may_hold(act, cond) {
                            out.push(Arrow { to, span: Some(act.span), turns: None });
                        }
                    }
                }
            }
        }
    }

    /// Whether an act can make a segment true, or not true.
    pub(super) fn may_turn(&self, act: &Act<'_>, segment: usize, entering: bool) -> bool {
        let Some(segment) = self.program.segments.get(segment) else { return false };
        let found = self.truth(act, &segment.cond, None);
        if entering { found.may_hold() } else { found != Truth::YES }
    }

    /// Whether a condition can hold right after an act.
    pub(super) fn may_hold(&self, act: &Act<'_>, cond: &Expr) -> bool {
        self.truth(act, cond, None).may_hold()
    }

    /// Whether a condition of a block can hold right after an act, where it may be about the very event that the act emits.
    fn may_hold_in(&self, act: &Act<'_>, cond: &Expr, block: &Block<'_>) -> bool {
        self.truth(act, cond, self.program.journeys.get(block.journey)).may_hold()
    }

    fn truth(&self, act: &Act<'_>, cond: &Expr, hears: Option<&Journey>) -> Truth {
        let program = self.program;
        // A property of an emitted event is what its step says, and missing where it says nothing.
        let property = |id: PropertyId| -> Option<Fact> {
            let (What::Emit(_, values), Some(field)) = (act.what, program.properties.get(id.index())) else {
                return None;
            };
            let [name] = field.path.as_slice() else { return None };
            match values.iter().find(|(given, _)| given == name) {
                Some((_, Expr::Const(value))) => Some(Fact::Is(value.clone())),
                Some(_) => None,
                None => Some(Fact::Is(Value::Missing)),
            }
        };
        let is_entry_event = |block: &Journey, at: u16| block.entry_properties.get(usize::from(at)).copied();
        let fact = |part: &Expr| match (part, act.what) {
            (Expr::Attribute(id), What::Set(SetTarget::Attribute(set), Expr::Const(value))) if id == set => {
                Some(Fact::Is(value.clone()))
            }
            (Expr::Consent(name), What::Set(SetTarget::Consent(set), Expr::Const(value))) if name == set => {
                Some(Fact::Is(value.clone()))
            }
            (Expr::EventProperty(id), _) => hears.and_then(|_| property(*id)),
            (Expr::EntryProperty(at), What::Emit(..)) => hears.and_then(|j| property(is_entry_event(j, *at)?)),
            _ => None,
        };
        World::new(program, fact).truth(cond)
    }
}

/// What a condition asks for.
#[derive(Default)]
struct Asked {
    attributes: BTreeSet<usize>,
    events: BTreeSet<EventId>,
    engagements: BTreeSet<Engagement>,
    consent: bool,
}

impl Asked {
    fn of(program: &Program, journey: Option<&Journey>, cond: &Expr) -> Asked {
        let mut asked = Asked::default();
        let mut segments = BTreeSet::new();
        asked.see(program, journey, cond, &mut segments);
        asked
    }

    fn see(&mut self, program: &Program, journey: Option<&Journey>, cond: &Expr, segments: &mut BTreeSet<usize>) {
        let mut inner = vec![];
        // The person's zone and favourite channel are attributes by another name.
        let named =
            |name: &str| program.attributes.iter().position(|field| matches!(field.path.as_slice(), [n] if n == name));
        cond.visit(&mut |part| match part {
            Expr::LocalTime(..) | Expr::Day(_) | Expr::Today | Expr::LocalMoment(..) => {
                self.attributes.extend(named("timezone"));
            }
            Expr::Prefers(_) => self.attributes.extend(named("preferred_channel")),
            Expr::Engaged(engagement, _) => _ = self.engagements.insert(*engagement),
            Expr::Attribute(id) => _ = self.attributes.insert(id.index()),
            Expr::Consent(_) | Expr::ReachableFlag(_) | Expr::Reachable(..) => self.consent = true,
            Expr::In(id) if segments.insert(id.index()) => inner.push(id.index()),
            Expr::Happened(id) => {
                let happening = journey.and_then(|journey| journey.happenings.get(id.index()));
                self.events.extend(happening.map(|happening| happening.event));
            }
            Expr::Occurred(id) | Expr::Count(id, _) | Expr::Sum(id, _) | Expr::Last(id, _) | Expr::Since(id) => {
                let history = program.histories.get(id.index());
                // An event more makes some answers another, once; the last value and a sum may go back and forth.
                let goes_back = history.is_some_and(|h| h.kind == HistoryKind::Sum || h.property.is_some());
                if let Some(HistoryOf::Event(event)) = history.map(|h| h.of)
                    && (goes_back || journey.is_some())
                {
                    self.events.insert(event);
                }
            }
            _ => {}
        });
        for segment in inner {
            if let Some(segment) = program.segments.get(segment) {
                self.see(program, journey, &segment.cond, segments);
            }
        }
    }
}

/// What an engagement counts as: a click is an open too.
fn told_of(engagement: Engagement) -> impl Iterator<Item = Engagement> {
    let open = (engagement == Engagement::Clicked).then_some(Engagement::Opened);
    std::iter::once(engagement).chain(open)
}

/// The numbers of an event by each name that it can be emitted by.
fn events_by_name(program: &Program) -> HashMap<&str, Vec<EventId>> {
    let tells = |name: &str| {
        let is_among = |names: &[SmolStr], name: &str| names.iter().any(|n| n == name);
        let found = engagement::tells(name, |n| is_among(&program.channels, n), |n| is_among(&program.categories, n));
        found.map(|(tells, _)| tells)
    };
    let named: Vec<(EventId, &SmolStr)> = (0u16..).map(EventId).zip(&program.events).collect();
    let mut by_name: HashMap<&str, Vec<EventId>> = HashMap::new();
    named.iter().for_each(|(id, name)| by_name.entry(name.as_str()).or_default().push(*id));
    // Other words for the same: an emitted `email_clicked` is a `clicked`.
    let told: Vec<(EventId, Tells)> =
        named.iter().filter_map(|(id, name)| tells(name).map(|tells| (*id, tells))).collect();
    let see = |name: &SmolStr| -> Option<Vec<EventId>> {
        let of = tells(name)?;
        Some(told.iter().filter(|(_, tells)| *tells == of).map(|(id, _)| *id).collect())
    };
    let mut emitted: BTreeSet<&SmolStr> = BTreeSet::new();
    for block in program.journeys.iter().flat_map(Journey::blocks) {
        visit_steps(block, &mut |step| {
            if let StepKind::Emit { event, .. } = &step.kind {
                emitted.insert(event);
            }
        });
    }
    for name in emitted {
        for id in see(name).into_iter().flatten() {
            let ids = by_name.entry(name.as_str()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    by_name
}
