//! A second interpreter, slow and obvious, written from what the words mean (`docs/reference`): the oracle that
//! the engine is held against. It walks the typed form, keeps the whole history and asks every rule by scanning it.
//! It predicts nothing: between inputs it looks at every half hour, the millisecond after it, and the ends of waits.

mod ahead;
pub mod calendar;
mod conditions;
mod gate;
use gate::Changed;
mod merge;
mod queue;
mod standing;
mod steps;

use jiff::tz::TimeZone;
use journey::ir::{self, Engagement, Trigger};
use journey::value::{Value, show_instant};
use journey::{Input, InputKind, Json};
use queue::Queued;
use standing::Standing;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One event of a person, as it was told.
#[derive(Clone)]
pub struct Past {
    name: String,
    happened: i64,
    names: Vec<u16>,
    properties: Json,
    context: Json,
    told: Option<(Engagement, Option<usize>)>,
    /// What it tells of a message counts: it did not happen before the entry that sent it.
    counts: bool,
    /// It came as history: no entry heard it.
    backfilled: bool,
}

/// A message that went out.
#[derive(Clone)]
struct Sent {
    at: i64,
    channel: u16,
    category: u16,
    message: u16,
    inside: usize,
    id: String,
    failed: bool,
}

/// Being in a journey, also after it has ended.
#[derive(Clone)]
struct Inside<'a> {
    journey: usize,
    entered: i64,
    happened: i64,
    /// What of the history came before.
    since: usize,
    /// What of the history came by a merge, and is no news.
    skips: std::ops::Range<usize>,
    key: Option<String>,
    event: Option<usize>,
    /// The steps still to do, innermost block last.
    blocks: Vec<Block<'a>>,
    state: State,
    /// Messages asked for, with the send where there was one.
    asked: Vec<(u16, i64, Option<usize>)>,
    leaving: Option<&'static str>,
    gone: bool,
    can_convert: bool,
}

/// A block of steps, and how far it is done.
#[derive(Clone, PartialEq)]
struct Block<'a> {
    steps: &'a [ir::Step],
    at: usize,
    /// In a `repeat`: so many rounds have begun, and when this one did.
    round: Option<(u32, i64)>,
}

impl<'a> Block<'a> {
    fn new(steps: &'a [ir::Step]) -> Self {
        Self { steps, at: 0, round: None }
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Ready,
    Waiting { since: i64 },
    Deciding { arm: usize, since: i64, asked: Vec<Option<bool>>, came_true: Vec<bool>, over: Vec<bool> },
    Held { alternative: usize, since: i64, by: gate::By, capped: Vec<(gate::By, i64)>, ends: i64, until: i64 },
}

/// A person.
#[derive(Clone)]
pub struct Person<'a> {
    ir: &'a ir::Program,
    id: String,
    clock: i64,
    attributes: BTreeMap<usize, Value>,
    zone: Option<String>,
    preferred: Option<String>,
    out_of_all: bool,
    lifted: BTreeSet<String>,
    consent: BTreeMap<String, bool>,
    reachable: BTreeMap<String, bool>,
    history: Vec<Past>,
    sends: Vec<Sent>,
    seen: Vec<(String, i64)>,
    inside: Vec<Inside<'a>>,
    first_seen: Option<i64>,
    /// The id that splits and control groups go by.
    roll: String,
    /// Whether any input has come.
    touched: bool,
    /// Ids of messages of somebody who was deleted since.
    given: BTreeSet<String>,
    queue: VecDeque<Queued<'a>>,
    /// By journey and entry.
    standing: BTreeMap<(usize, usize), Standing>,
    /// Audience, journey and time.
    removals: Vec<(usize, usize, i64)>,
    /// By journey and split.
    arms: BTreeMap<(usize, String), String>,
    /// Lengths of time in the program.
    durations: BTreeSet<i64>,
    asks_rates: bool,
    /// How much journeys have brought about at this instant, or by this input.
    brought: u32,
    /// Where conditions are asked at another instant than the clock's: in search of the end of a hold.
    asked_at: Cell<Option<i64>>,
    /// What came out.
    pub out: Vec<String>,
}

impl<'a> Person<'a> {
    pub fn new(ir: &'a ir::Program, id: &str) -> Self {
        Self {
            ir,
            id: id.to_string(),
            clock: i64::MIN,
            attributes: BTreeMap::new(),
            zone: None,
            preferred: None,
            out_of_all: false,
            lifted: BTreeSet::new(),
            consent: BTreeMap::new(),
            reachable: BTreeMap::new(),
            history: vec![],
            sends: vec![],
            seen: vec![],
            inside: vec![],
            first_seen: None,
            roll: id.to_string(),
            touched: false,
            given: BTreeSet::new(),
            queue: VecDeque::new(),
            standing: BTreeMap::new(),
            removals: vec![],
            arms: BTreeMap::new(),
            durations: standing::durations(ir),
            asks_rates: standing::asks_rates(ir),
            brought: 0,
            asked_at: Cell::new(None),
            out: vec![],
        }
    }

    /// The instant that conditions are asked at.
    fn now(&self) -> i64 {
        self.asked_at.get().unwrap_or(self.clock)
    }

    fn zone(&self) -> TimeZone {
        calendar::zone(self.zone.as_deref().unwrap_or(self.ir.charter.timezone.name()))
    }

    fn say(&mut self, journey: usize, what: String) {
        let control = if self.control(journey).is_some() { " (control)" } else { "" };
        let line = format!("{} {} {what}{control}", show_instant(self.clock), self.ir.journeys[journey].name);
        self.out.push(line);
    }

    /// Lets time pass up to and with an instant.
    pub fn pass(&mut self, until: i64) {
        while let Some(next) = self.next_moment(until) {
            self.clock = next;
            self.brought = 0;
            self.alarms();
            self.play_queue();
        }
        self.clock = self.clock.max(until);
    }

    /// The same for somebody who may never have been seen.
    pub fn pass_if_seen(&mut self, until: i64) {
        if self.touched {
            self.pass(until);
        }
    }

    /// Entries that are inside, in the order in which they act.
    fn order(&self) -> Vec<usize> {
        let rank = |i: &Inside<'_>| {
            let journey = &self.ir.journeys[i.journey];
            let place = self.ir.charter.priority.iter().position(|c| *c == journey.category);
            (place.unwrap_or(usize::MAX), journey.name.clone())
        };
        let mut order: Vec<usize> = (0..self.inside.len()).filter(|at| !self.inside[*at].gone).collect();
        order.sort_by_key(|at| (rank(&self.inside[*at]), *at));
        order
    }

    /// Plays an input.
    pub fn input(&mut self, input: &Input) {
        self.pass(self.clock.max(input.arrived));
        self.touched = true;
        self.brought = 0;
        if let Some(id) = &input.message_id
            && self.seen.iter().any(|(seen, at)| seen == id.as_str() && self.clock - at < 7 * 86_400_000)
        {
            return;
        }
        self.seen.extend(input.message_id.as_ref().map(|id| (id.to_string(), self.clock)));
        if input.kind == InputKind::Group {
            return;
        }
        if input.kind == InputKind::Delete {
            return self.delete(input);
        }
        self.first_seen.get_or_insert(self.clock);
        match &input.kind {
            InputKind::Group | InputKind::Alias { .. } => {}
            InputKind::Identify { traits } => {
                let zone = self.zone();
                self.traits(traits);
                self.rework_holds(if zone != self.zone() { Changed::Zone } else { Changed::Asked });
                for at in self.order() {
                    self.go_on(at);
                }
                self.enter(None);
            }
            InputKind::Track { event, properties, context } => self.event(event, properties, context, input.happened),
            other => panic!("the model does not know {other:?}"),
        }
        // A person seen for the first time may be let in by anything.
        self.enter(None);
        self.play_queue();
    }

    /// Takes an input for what it tells of the past. What was due by then has happened.
    pub fn backfill(&mut self, input: &Input) {
        self.clock = self.clock.max(input.arrived);
        self.touched = true;
        if let Some(id) = &input.message_id
            && self.seen.iter().any(|(seen, at)| seen == id.as_str() && self.clock - at < 7 * 86_400_000)
        {
            return;
        }
        self.seen.extend(input.message_id.as_ref().map(|id| (id.to_string(), self.clock)));
        if input.kind == InputKind::Group {
            return;
        }
        self.first_seen = self.first_seen.into_iter().chain([input.happened]).min();
        match &input.kind {
            InputKind::Alias { .. } => {}
            InputKind::Identify { traits } => self.traits(traits),
            InputKind::Track { event, properties, context } => {
                if let Some(now) = self.learn(event, properties, context, input.happened) {
                    self.history[now].backfilled = true;
                }
            }
            other => panic!("the model does not know {other:?} as history"),
        }
        // Whoever is in a segment now was there before.
        for at in 0..self.ir.journeys.len() {
            for number in 0..self.ir.journeys[at].entries.len() {
                self.settle(at, number);
            }
        }
    }

    /// In how many journeys the person is.
    pub fn inside(&self) -> usize {
        self.order().len()
    }

    fn traits(&mut self, traits: &Json) {
        if let Some(zone) = traits.get("timezone") {
            self.zone = zone.text().filter(|name| name.parse::<chrono_tz::Tz>().is_ok()).map(str::to_string);
        }
        if let Some(channel) = traits.get("preferred_channel") {
            self.preferred = channel.text().map(str::to_string);
        }
        for (name, map) in [("consent", &mut self.consent), ("reachable", &mut self.reachable)] {
            let Some(Json::Object(answers)) = traits.get(name) else { continue };
            for (key, answer) in answers {
                match answer {
                    Json::Bool(yes) => map.insert(key.to_string(), *yes),
                    _ => map.remove(key.as_str()),
                };
            }
        }
        for (number, field) in self.ir.attributes.iter().enumerate() {
            if let Some(value) = traits.get(&field.path[0]) {
                let value = self.value_of(Some(value), &field.ty);
                self.attributes.insert(number, value);
            }
        }
    }

    /// Takes what an event changes in what is known; gives its place in the history, if it counts.
    fn learn(&mut self, event: &str, properties: &Json, context: &Json, happened: i64) -> Option<usize> {
        // Names of consent: the plain word, or one behind a channel or a category.
        let named = |word: &str| {
            let categories = self.ir.categories.iter().filter(|name| *name != "transactional");
            let found = self
                .ir
                .channels
                .iter()
                .chain(categories)
                .map(|name| name.as_str())
                .find(|name| event.strip_prefix(name).and_then(|rest| rest.strip_prefix('_')) == Some(word));
            let is_known = |name: &&str| self.ir.channels.iter().chain(&self.ir.categories).any(|n| n == name);
            found.or_else(|| {
                event
                    .strip_prefix("unsubscribed_from_")
                    .or(event.strip_prefix("opted_out_of_"))
                    .filter(|_| word == "unsubscribed")
                    .filter(is_known)
            })
        };
        let refused = ["unsubscribed", "unsubscribe", "opted_out", "opt_out", "optout", "stopped", "stop"]
            .into_iter()
            .find_map(named);
        let agreed = ["subscribed", "resubscribed"].into_iter().find_map(named);
        let mut about: Option<String> = None;
        if matches!(event, "subscribed" | "unsubscribed" | "unsubscribe") || refused.is_some() || agreed.is_some() {
            let said = properties.get("channel").or(properties.get("category")).and_then(Json::text);
            let name = refused.or(agreed).or(said);
            about = name.map(str::to_string);
            self.subscribe(name, event == "subscribed" || agreed.is_some());
        }
        if self.told_word(event).is_some() && properties.get("bot") == Some(&Json::Bool(true)) {
            // It never counts.
            return None;
        }
        let told = self.told(event, properties);
        let mut names: Vec<u16> = Vec::new();
        let number = |name: &str| self.ir.events.iter().position(|e| e == name).map(|n| n as u16);
        names.extend(number(event));
        let consent = match (refused, agreed) {
            (Some(_), _) => Some("unsubscribed"),
            (_, Some(_)) => Some("subscribed"),
            _ => (event == "unsubscribe").then_some("unsubscribed"),
        };
        names.extend(told.as_ref().map(|(e, _)| e.word()).or(consent).filter(|word| *word != event).and_then(number));
        // Every other name of the program for the same thing about the same channel.
        if let Some((engagement, send)) = &told {
            let of_name = self.told_word(event).and_then(|(channel, _)| channel.map(str::to_string));
            let said = properties.get("channel").and_then(Json::text).map(str::to_string);
            let of_send = send.map(|send| self.ir.channels[usize::from(self.sends[send].channel)].to_string());
            about = of_name.or(said).or(of_send);
            for (at, other) in self.ir.events.iter().enumerate() {
                let same = self
                    .told_word(other)
                    .is_some_and(|(channel, e)| e == *engagement && channel.is_some() && channel == about.as_deref());
                if same && !names.contains(&(at as u16)) {
                    names.push(at as u16);
                }
            }
            if *engagement == Engagement::Complained {
                let channel = about.clone().unwrap_or_else(|| "email".to_string());
                self.subscribe(Some(&channel), false);
            }
        } else if let (Some(of), Some(word)) = (&about, consent.or(Some(event))) {
            for (at, other) in self.ir.events.iter().enumerate() {
                if *other == format!("{of}_{word}") && !names.contains(&(at as u16)) {
                    names.push(at as u16);
                }
            }
        }
        if let Some((Engagement::Failed, Some(send))) = told {
            self.sends[send].failed = true;
        }
        let counts = told.and_then(|(_, send)| send).is_none_or(|send| {
            let inside = &self.inside[self.sends[send].inside];
            inside.gone || happened >= inside.happened
        });
        self.history.push(Past {
            counts,
            name: event.to_string(),
            happened,
            names: names.clone(),
            properties: properties.clone(),
            context: context.clone(),
            told,
            backfilled: false,
        });
        Some(self.history.len() - 1)
    }

    fn event(&mut self, event: &str, properties: &Json, context: &Json, happened: i64) {
        let Some(now) = self.learn(event, properties, context, happened) else { return };
        if let Some((Engagement::Failed, _)) = self.history[now].told {
            self.rework_holds(Changed::Failed);
        }
        self.rework_holds(Changed::Asked);
        let mut late = self.late_goals(now);
        for at in self.order() {
            let is_early = happened < self.inside[at].happened;
            let reached = if is_early { None } else { self.goal(at, now) };
            if let Some(steps) = reached {
                late.retain(|(other, _)| !self.alike(at, *other));
                self.leave(at, steps, "goal");
            } else if is_early || !self.exit_on(at, now) {
                self.go_on(at);
            }
        }
        // In the order in which journeys act.
        let ranks = self.ranks();
        late.sort_by_key(|(at, _)| (ranks.iter().position(|j| *j == self.inside[*at].journey), *at));
        for (at, steps) in late {
            self.inside[at].gone = false;
            self.leave(at, steps, "goal after the end");
        }
        self.enter(Some(now));
    }

    fn subscribe(&mut self, name: Option<&str>, yes: bool) {
        match name {
            Some(name) => {
                self.consent.insert(name.to_string(), yes);
                if yes && self.out_of_all {
                    self.lifted.insert(name.to_string());
                }
                if !yes {
                    self.lifted.remove(name);
                }
            }
            None => {
                self.out_of_all = !yes;
                self.lifted.clear();
                if yes {
                    self.consent.retain(|_, yes| *yes);
                }
            }
        }
    }

    /// What an event says became of a message, and the channel in its name.
    fn told_word<'e>(&self, event: &'e str) -> Option<(Option<&'e str>, Engagement)> {
        let (channel, word) = match event {
            "email_link_clicked" => (Some("email"), "clicked"),
            "push_notification_tapped" => (Some("push"), "clicked"),
            "marked_as_spam" | "spam_complaint" | "spam_reported" | "spam_report" => (None, "complained"),
            "email_marked_as_spam" | "email_complaint" | "email_spam_report" => (Some("email"), "complained"),
            _ => match event.split_once('_') {
                Some((channel @ ("email" | "sms" | "push"), word)) => (Some(channel), word),
                _ => (None, event),
            },
        };
        Engagement::of(word).map(|engagement| (channel, engagement))
    }

    /// The engagement that an event tells of, and the send that it is about.
    fn told(&mut self, event: &str, properties: &Json) -> Option<(Engagement, Option<usize>)> {
        let (of_name, engagement) = self.told_word(event)?;
        let channel = of_name.or_else(|| properties.get("channel").and_then(Json::text));
        let named = |send: &Sent| {
            let message = properties.get("message").and_then(Json::text);
            let right_channel = channel.is_none_or(|c| self.ir.channels[usize::from(send.channel)] == c);
            right_channel && message.is_none_or(|m| self.ir.messages[usize::from(send.message)] == m)
        };
        let send = match properties.get("send").and_then(Json::text) {
            Some(id) => self.sends.iter().rposition(|s| s.id == id),
            None => self.sends.iter().rposition(named),
        };
        if engagement == Engagement::Bounced && properties.get("type").and_then(Json::text) != Some("soft") {
            let of_send = send.map(|s| self.ir.channels[usize::from(self.sends[s].channel)].to_string());
            if channel == Some("email") || channel.is_none() && of_send.as_deref() == Some("email") {
                self.reachable.insert("email".to_string(), false);
            }
        }
        Some((engagement, send))
    }

    fn fits(&self, at: usize, triggers: &[Trigger], now: usize) -> bool {
        let (inside, past) = (&self.inside[at], &self.history[now]);
        triggers.iter().any(|trigger| match trigger {
            Trigger::Event(event) => past.names.contains(&event.0),
            Trigger::Engagement(wanted, message) => {
                let Some((engagement, Some(send))) = past.told else { return false };
                let same = engagement == *wanted || (engagement, *wanted) == (Engagement::Clicked, Engagement::Opened);
                let asked = inside.asked.iter().rev().find(|a| message.is_none_or(|m| m.0 == a.0));
                same && asked.is_some_and(|a| a.2 == Some(send))
            }
        })
    }

    /// Entries of one journey and key.
    fn alike(&self, one: usize, other: usize) -> bool {
        let of = |at: usize| (self.inside[at].journey, &self.inside[at].key);
        of(one) == of(other)
    }

    /// Converts the entries whose steps are over, the oldest first; of those alike the newest does the steps of its goal.
    fn late_goals(&mut self, now: usize) -> Vec<(usize, &'a [ir::Step])> {
        let mut gone: Vec<usize> = (0..self.inside.len()).filter(|at| self.inside[*at].gone).collect();
        gone.sort_by_key(|at| (self.inside[*at].entered, *at));
        let mut found: Vec<(usize, &'a [ir::Step])> = vec![];
        for at in gone {
            if self.history[now].happened < self.inside[at].happened {
                continue;
            }
            if let Some(steps) = self.goal(at, now) {
                found.retain(|(older, _)| !self.alike(*older, at));
                found.push((at, steps));
            }
        }
        found
    }

    /// The steps of the goal that is reached, if one is.
    fn goal(&mut self, at: usize, now: usize) -> Option<&'a [ir::Step]> {
        let ir = self.ir;
        let journey = self.inside[at].journey;
        if self.inside[at].leaving.is_some() || self.inside[at].gone && !self.inside[at].can_convert {
            return None;
        }
        for goal in &ir.journeys[journey].goals {
            if !self.fits(at, &goal.triggers, now) || !self.event_holds(at, goal.cond.as_ref(), now) {
                continue;
            }
            let gone = self.inside[at].gone;
            let in_time = goal.within.is_none_or(|d| self.history[now].happened < self.inside[at].entered + d);
            let told_in_time = goal.within.is_some_and(|d| self.clock < self.inside[at].entered + d + 7 * 86_400_000);
            if gone && !(in_time && told_in_time) {
                continue;
            }
            if in_time {
                let name = self.history[now].name.clone();
                let worth = goal.worth.map(|p| self.property(now, p));
                let worth = match worth {
                    Some(Value::Number(n)) => format!(" worth {}", n.normalize()),
                    _ => String::new(),
                };
                self.say(journey, format!("converted {name}{worth}"));
            }
            self.inside[at].can_convert = false;
            return Some(&goal.steps);
        }
        None
    }

    fn exit_on(&mut self, at: usize, now: usize) -> bool {
        let ir = self.ir;
        if self.inside[at].gone || self.inside[at].leaving.is_some() {
            return false;
        }
        for exit in &ir.journeys[self.inside[at].journey].exits {
            let acts = match &exit.cause {
                ir::ExitCause::On(triggers, cond) => {
                    self.fits(at, triggers, now) && self.event_holds(at, cond.as_ref(), now)
                }
                ir::ExitCause::When(cond) => self.truth(at, cond) == Some(true),
            };
            if acts {
                self.leave(at, &exit.steps, "exit");
                return true;
            }
        }
        false
    }

    /// Journeys in the order in which they act.
    fn ranks(&self) -> Vec<usize> {
        let ir = self.ir;
        let place =
            |at: usize| ir.charter.priority.iter().position(|c| *c == ir.journeys[at].category).unwrap_or(usize::MAX);
        let mut order: Vec<usize> = (0..ir.journeys.len()).collect();
        order.sort_by_key(|at| (place(*at), ir.journeys[*at].name.clone()));
        order
    }

    /// Judges all entries of an input, of an event or of none, and begins those that are let in.
    fn enter(&mut self, now: Option<usize>) {
        let ir = self.ir;
        // Beyond the bound of one instant nobody enters, and it is still known who is in which segment.
        let is_cut = self.brought > queue::MOST;
        let mut admitted = vec![];
        for at in self.ranks() {
            let mut found = None;
            for (number, entry) in ir.journeys[at].entries.iter().enumerate() {
                let fits = match (&entry.cause, now) {
                    (ir::EntryCause::Event { events, cond }, Some(now)) => {
                        let named = events.iter().any(|id| self.history[now].names.contains(&id.0));
                        found.is_none() && named && self.entry_holds(at, Some(now), cond.as_ref(), true)
                    }
                    (ir::EntryCause::Event { .. }, None) => false,
                    // What it depends on is worked out, also where another block comes first.
                    _ => self.settle(at, number),
                };
                if fits && found.is_none() {
                    let event = now.filter(|_| matches!(entry.cause, ir::EntryCause::Event { .. }));
                    found = Some((entry.steps.as_slice(), event));
                }
            }
            if let Some((steps, event)) = found.filter(|_| !is_cut) {
                let judged = self.judge(at, event);
                admitted.extend(judged.map(|key| (at, steps, key, event)));
            }
        }
        for (at, steps, key, event) in admitted {
            let happened = event.map_or(self.clock, |event| self.history[event].happened);
            self.begin(at, steps, key, event, happened);
        }
    }

    /// Whether a journey begins for an event, and its key.
    fn judge(&self, at: usize, event: Option<usize>) -> Option<Option<String>> {
        let ir = self.ir;
        let journey = &ir.journeys[at];
        if journey.paused.is_some() || !self.entry_holds(at, event, journey.eligible.as_ref(), false) {
            return None;
        }
        if let Some((from, to)) = journey.active {
            let today = calendar::local(&calendar::zone(ir.charter.timezone.name()), self.clock).date();
            if today < calendar::date(from) || calendar::date(to) < today {
                return None;
            }
        }
        let key = match journey.key {
            None => None,
            Some(property) => {
                let value = event.map_or(Value::Missing, |event| {
                    self.property(event, journey.entry_properties[usize::from(property)])
                });
                match value {
                    Value::Missing => return None,
                    Value::Text(text) => Some(text.to_string()),
                    other => Some(other.to_string()),
                }
            }
        };
        let mine = |i: &&Inside<'_>| i.journey == at && i.key == key;
        let is_inside = self.inside.iter().filter(mine).any(|i| !i.gone);
        let last = self.inside.iter().filter(mine).map(|i| i.entered).max();
        // Keys are remembered for 400 days.
        let last = last.filter(|last| key.is_none() || self.clock < last + 400 * 86_400_000);
        let may = match (is_inside, journey.overlap, journey.reenter) {
            (true, overlap, _) => overlap != ir::Overlap::Ignore,
            (false, _, ir::Reenter::Always) => true,
            (false, _, ir::Reenter::Never) => last.is_none(),
            (false, _, ir::Reenter::After(d)) => last.is_none_or(|last| self.clock >= last + d),
        };
        let beside = self.inside.iter().filter(|i| i.journey == at && !i.gone).count();
        (may && (beside < 32 || is_inside && journey.overlap == ir::Overlap::Restart)).then_some(key)
    }

    fn begin(&mut self, at: usize, steps: &'a [ir::Step], key: Option<String>, event: Option<usize>, happened: i64) {
        if self.ir.journeys[at].overlap == ir::Overlap::Restart {
            for old in 0..self.inside.len() {
                if self.inside[old].journey == at && self.inside[old].key == key && !self.inside[old].gone {
                    self.end(old, "restarted");
                }
            }
        }
        self.inside.push(Inside {
            journey: at,
            entered: self.clock,
            happened,
            since: self.history.len(),
            skips: 0..0,
            key,
            event,
            blocks: vec![Block::new(steps)],
            state: State::Ready,
            asked: vec![],
            leaving: None,
            gone: false,
            can_convert: true,
        });
        self.say(at, "entered".to_string());
        self.run(self.inside.len() - 1);
    }
}
