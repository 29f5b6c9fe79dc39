//! One turn of one profile: the timers that are due, then one input.
//!
//! The order at one instant: timers in time order; history, traits and consent; instances (goal, else exit, else
//! a wait that this ends); entries.

use super::conditions::{Asker, EventView};
use super::effect::{Because, Effect, EffectKind, Effects, Explanation};
use super::history::{LATE_GOALS, Told};
use super::profile::{Leaving, Parked, Profile};
use crate::bytecode::{Code, Formula};
use crate::ir::{Engagement, EventId, Trigger};
use crate::source::Span;
use crate::value::{Instant, Value};
use crate::wire::{Input, InputKind, Json};
use chrono_tz::Tz;
use smol_str::SmolStr;

/// What a turn did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Whether the profile is another one than before, its clock apart.
    pub(crate) changed: bool,
}

/// The event of an input, as the journeys see it.
pub(crate) struct Happened<'a> {
    pub(crate) name: &'a SmolStr,
    /// The numbers of its names in this program: its own, and its engagement's.
    pub(crate) ids: Vec<EventId>,
    pub(crate) properties: &'a Json,
    pub(crate) context: &'a Json,
    pub(crate) at: Instant,
    pub(crate) told: Option<Told>,
}

impl<'a> Happened<'a> {
    pub(crate) fn view(&self) -> EventView<'a> {
        EventView { properties: self.properties, context: self.context }
    }
}

pub(crate) struct Turn<'a> {
    pub(crate) code: &'a Code,
    pub(crate) profile: &'a mut Profile,
    pub(crate) effects: &'a mut Effects,
    pub(crate) now: Instant,
    /// The name and time of the event that this turn is about, for explanations.
    pub(crate) cause: Option<(SmolStr, Instant)>,
}

/// Plays the timers due at or before the input, then the input.
pub(crate) fn advance(code: &Code, profile: &mut Profile, input: &Input, effects: &mut Effects) -> Outcome {
    let now = profile.clock.max(input.arrived);
    let played = wake(code, profile, now, effects);
    let mut turn = Turn { code, profile, effects, now, cause: None };
    let changed = turn.input(input);
    Outcome { changed: changed || played.changed }
}

/// Plays the timers due at or before an instant.
pub(crate) fn wake(code: &Code, profile: &mut Profile, now: Instant, effects: &mut Effects) -> Outcome {
    let mut changed = false;
    loop {
        let due = |at: usize| {
            profile.instances.get(at).and_then(|i| i.due.map(|due| (due, rank(code, i.journey), i.number, at)))
        };
        let next = (0..profile.instances.len()).filter_map(due).filter(|(due, ..)| *due <= now).min();
        let Some((due, _, number, at)) = next else { break };
        // The alarm has rung: what goes on sets its own, and a damaged state cannot ring for ever.
        if let Some(instance) = profile.instances.get_mut(at) {
            instance.due = None;
        }
        changed = true;
        // A timer is never played before what the profile has seen already.
        let at = due.max(profile.clock);
        profile.clock = at;
        let mut turn = Turn { code, profile, effects, now: at, cause: None };
        turn.go_on(number, None);
    }
    profile.clock = profile.clock.max(now);
    Outcome { changed }
}

fn rank(code: &Code, journey: u16) -> u16 {
    code.journeys.get(usize::from(journey)).map_or(u16::MAX, |j| j.rank)
}

impl Turn<'_> {
    pub(crate) fn zone(&self) -> Tz {
        self.profile.zone.unwrap_or(self.code.charter.timezone)
    }

    pub(crate) fn notice(&mut self, text: String) {
        self.effects.notices.push(text);
    }

    pub(crate) fn emit(&mut self, journey: u16, kind: EffectKind) {
        let journey = self.code.journeys.get(usize::from(journey)).map(|j| j.name.clone()).unwrap_or_default();
        self.effects.list.push(Effect { at: self.now, journey, kind });
    }

    pub(crate) fn explain(&mut self, journey: u16, text: &SmolStr, span: Span, holds: Option<bool>, because: Because) {
        if self.effects.explains() {
            self.emit(journey, EffectKind::Explained(Explanation { text: text.clone(), span, holds, because }));
        }
    }

    /// Asks a condition of an instance, outside of any event.
    pub(crate) fn ask(&self, at: usize) -> Asker<'_> {
        let asker = Asker::new(self.code, self.profile, self.now);
        match self.profile.instances.get(at) {
            Some(instance) => asker.about(instance),
            None => asker,
        }
    }

    fn input(&mut self, input: &Input) -> bool {
        self.forget();
        let (again, hash) = self.seen(input);
        if again {
            return false;
        }
        let before = self.effects.list.len();
        let changed = match &input.kind {
            InputKind::Group => false,
            InputKind::Identify { traits } => {
                let zone = self.zone();
                let changed = self.identify(traits);
                if changed {
                    self.cause = Some((SmolStr::new_static("identify"), input.happened));
                    if self.zone() != zone {
                        self.rework_holds();
                    }
                    self.instances(None);
                }
                changed
            }
            InputKind::Track { event, properties, context } => self.track(input, event, properties, context),
        };
        let changed = changed || self.effects.list.len() > before;
        if changed {
            self.remember(hash);
        }
        changed
    }

    fn track(&mut self, input: &Input, event: &SmolStr, properties: &Json, context: &Json) -> bool {
        let is_consent = matches!(event.as_str(), "subscribed" | "unsubscribed");
        if is_consent {
            self.subscription(properties, event == "subscribed");
        }
        let told = self.engagement(event, properties, input.happened);
        let mut ids: Vec<EventId> = Vec::new();
        let is_bot = properties.get("bot") == Some(&Json::Bool(true))
            && crate::engagement::of_event(event, |name| self.code.channels.iter().any(|c| c == name)).is_some();
        if !is_bot {
            ids.extend(self.code.events.get(event).map(|id| EventId(*id)));
            let word = told.as_ref().map(|t| t.engagement.word()).filter(|word| word != event);
            ids.extend(word.and_then(|word| self.code.events.get(word)).map(|id| EventId(*id)));
        }
        if ids.is_empty() && told.is_none() && !is_consent {
            return false;
        }
        if told.as_ref().is_some_and(|t| t.engagement == Engagement::Failed) {
            self.rework_holds();
        }
        self.cause = Some((event.clone(), input.happened));
        let happened = Happened { name: event, ids, properties, context, at: input.happened, told };
        self.happen(&happened);
        self.instances(Some(&happened));
        self.enter(&happened);
        is_consent || happened.told.is_some() || !happened.ids.is_empty()
    }

    /// Remembers, for the journeys that ask, that an event has happened.
    fn happen(&mut self, happened: &Happened<'_>) {
        for at in 0..self.profile.instances.len() {
            let Some(instance) = self.profile.instances.get(at) else { continue };
            let Some(journey) = self.code.journeys.get(usize::from(instance.journey)) else { continue };
            // A late event never acts on an entry that came after it.
            if instance.parked == Parked::Left || happened.at < instance.happened {
                continue;
            }
            let known: Vec<u16> = instance.happenings.iter().map(|(number, _)| *number).collect();
            let mut found = Vec::new();
            for (number, asked) in journey.happenings.iter().enumerate() {
                let number = number as u16;
                if happened.ids.contains(&asked.event) && !known.contains(&number) {
                    let mut asker = self.ask(at).with_event(Some(happened.view()));
                    if asker.holds(asked.cond) {
                        found.push((number, happened.at));
                    }
                    let odd = asker.odd;
                    self.odd_values(odd);
                }
            }
            if let Some(instance) = self.profile.instances.get_mut(at) {
                instance.happenings.extend(found);
            }
        }
    }

    pub(crate) fn odd_values(&mut self, odd: Vec<SmolStr>) {
        for name in odd {
            self.notice(format!("`{name}` is of another kind than the program says: it counts as missing"));
        }
    }

    /// Lets every instance act: goal, else exit, else a wait that this ends.
    fn instances(&mut self, happened: Option<&Happened<'_>>) {
        let mut order: Vec<(u16, u32)> =
            self.profile.instances.iter().map(|i| (rank(self.code, i.journey), i.number)).collect();
        order.sort_unstable();
        for (_, number) in order {
            self.go_on(number, happened);
        }
    }

    /// Lets one instance act.
    pub(crate) fn go_on(&mut self, number: u32, happened: Option<&Happened<'_>>) {
        let Some(at) = self.profile.at(number) else { return };
        if let Some(happened) = happened {
            let early = self.profile.instances.get(at).is_none_or(|i| happened.at < i.happened);
            if !early && (self.goal(at, happened) || self.exit_on(at, happened)) {
                return;
            }
        }
        self.resume(at);
    }

    /// Whether one of the triggers fits.
    fn triggered(&self, at: usize, triggers: &[Trigger], happened: &Happened<'_>) -> bool {
        let Some(instance) = self.profile.instances.get(at) else { return false };
        triggers.iter().any(|trigger| match trigger {
            Trigger::Event(event) => happened.ids.contains(event),
            Trigger::Engagement(engagement, message) => {
                let Some(told) = &happened.told else { return false };
                let fits = told.engagement == *engagement
                    || *engagement == Engagement::Opened && told.engagement == Engagement::Clicked;
                let asked = match message {
                    Some(message) => instance.asked.iter().rev().find(|a| a.message == message.0),
                    None => instance.asked.last(),
                };
                fits && asked.is_some_and(|a| a.number > 0 && told.send == Some((instance.number, a.number)))
            }
        })
    }

    fn event_holds(&mut self, at: usize, cond: Option<Formula>, happened: &Happened<'_>) -> bool {
        let mut asker = self.ask(at).with_event(Some(happened.view()));
        let holds = asker.holds(cond);
        let odd = asker.odd;
        self.odd_values(odd);
        holds
    }

    /// The first goal that the event reaches acts.
    fn goal(&mut self, at: usize, happened: &Happened<'_>) -> bool {
        let code = self.code;
        let Some(instance) = self.profile.instances.get(at) else { return false };
        let Some(journey) = code.journeys.get(usize::from(instance.journey)) else { return false };
        if instance.leaving.is_some() {
            return false;
        }
        let (left, entered, number) = (instance.parked == Parked::Left, instance.entered, instance.journey);
        for goal in &journey.goals {
            if !self.triggered(at, &goal.triggers, happened) || !self.event_holds(at, goal.cond, happened) {
                continue;
            }
            let converts = match goal.within {
                Some(within) => happened.at < entered.saturating_add(within),
                None => !left,
            };
            let told_in_time =
                goal.within.is_some_and(|d| self.now < entered.saturating_add(d).saturating_add(LATE_GOALS));
            if left && !(converts && told_in_time) {
                continue;
            }
            if converts {
                let value = goal.worth.map(|property| {
                    let mut asker = self.ask(at).with_event(Some(happened.view()));
                    asker.property(property)
                });
                let value = match value {
                    Some(Value::Number(number)) => Some(number),
                    _ => None,
                };
                self.emit(number, EffectKind::Converted { event: happened.name.clone(), value });
            }
            if left {
                self.profile.instances.remove(at);
            } else {
                self.leave(at, goal.start, Leaving::Goal);
            }
            return true;
        }
        false
    }

    fn exit_on(&mut self, at: usize, happened: &Happened<'_>) -> bool {
        let code = self.code;
        let Some(instance) = self.profile.instances.get(at) else { return false };
        let Some(journey) = code.journeys.get(usize::from(instance.journey)) else { return false };
        if instance.leaving.is_some() || instance.parked == Parked::Left {
            return false;
        }
        let number = instance.journey;
        // Exits act in written order, `exit when` among them.
        for exit in &journey.exits {
            let acts = match &exit.triggers {
                Some(triggers) => self.triggered(at, triggers, happened) && self.event_holds(at, exit.cond, happened),
                None => exit.cond.is_some_and(|cond| self.ask(at).truth(cond) == Some(true)),
            };
            if acts {
                let because = Because::Event { name: happened.name.clone(), at: happened.at };
                self.explain(number, &SmolStr::new_static(""), exit.span, Some(true), because);
                self.leave(at, exit.start, Leaving::Exit);
                return true;
            }
        }
        false
    }

    /// Leaves the steps and begins those of a goal or an exit.
    pub(crate) fn leave(&mut self, at: usize, start: u32, leaving: Leaving) {
        if let Some(instance) = self.profile.instances.get_mut(at) {
            instance.leaving = Some(leaving);
            instance.place = start;
            instance.parked = Parked::Running;
            instance.due = None;
            self.run(at);
        }
    }
}
