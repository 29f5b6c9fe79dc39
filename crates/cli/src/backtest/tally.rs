//! What a history comes to: messages by journey, channel and day, and how much one person gets.

use crate::volume::{Busiest, Day, Person, Volume};
use crate::words::suppressed_by;
use journey::chrono_tz::Tz;
use journey::replay::Replay;
use journey::smol_str::SmolStr;
use journey::{Effect, EffectKind, Input, InputKind, Json, Profile, Program};
use journey_history::Count;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one journey did.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Journey {
    pub(super) people: u64,
    pub(super) entries: u64,
    /// Messages by channel.
    pub(super) sent: BTreeMap<SmolStr, u64>,
    /// Messages that were not sent, by the rule.
    pub(super) suppressed: BTreeMap<String, u64>,
    pub(super) held: u64,
    pub(super) converted: u64,
}

/// What is counted, by each thread for itself.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    only: Option<String>,
    from: Option<i64>,
    day: Day,
    pub(super) people: u64,
    /// People who entered a journey.
    pub(super) entered: u64,
    pub(super) journeys: BTreeMap<SmolStr, Journey>,
    /// Messages by channel.
    pub(super) volumes: BTreeMap<SmolStr, Volume>,
    pub(super) busiest_day: Busiest,
    pub(super) busiest_week: Busiest,
    /// What people did with messages, as history has it, and how much of it is about a message that was sent here.
    pub(super) responses: (u64, u64),
    /// Of the part that is being played: what each profile was sent, message and channel; where anything asks for it.
    sends: Option<HashMap<SmolStr, HashSet<(SmolStr, SmolStr)>>>,
    /// Of the part that is being played: the messages of each profile.
    persons: HashMap<usize, Person>,
    /// Of the part that is being played: who entered what.
    entries: HashSet<(usize, SmolStr)>,
}

impl Tally {
    pub(super) fn new(zone: Tz, from: Option<i64>, only: Option<String>, has_responses: bool) -> Self {
        Self {
            only,
            from,
            day: Day::new(zone),
            people: 0,
            entered: 0,
            journeys: BTreeMap::new(),
            volumes: BTreeMap::new(),
            busiest_day: Busiest::default(),
            busiest_week: Busiest::default(),
            responses: (0, 0),
            sends: has_responses.then(HashMap::new),
            persons: HashMap::new(),
            entries: HashSet::new(),
        }
    }

    /// Messages that were sent.
    pub(super) fn messages(&self) -> u64 {
        self.journeys.values().flat_map(|journey| journey.sent.values()).sum()
    }

    pub(super) fn all(&self, of: impl Fn(&Journey) -> u64) -> u64 {
        self.journeys.values().map(of).sum()
    }

    fn sent(&mut self, channel: &SmolStr, number: usize, at: i64) {
        let day = self.day.of(at);
        entry(&mut self.volumes, channel).count(day, at);
        self.persons.entry(number).or_default().count(day);
    }
}

fn entry<'a, V: Default>(map: &'a mut BTreeMap<SmolStr, V>, key: &SmolStr) -> &'a mut V {
    map.entry(key.clone()).or_default()
}

impl Count for Tally {
    fn effect(&mut self, _: &Program, profile: &Profile, number: usize, effect: &Effect) -> bool {
        if let (Some(sends), EffectKind::Sent { channel, message, .. }) = (&mut self.sends, &effect.kind) {
            let sends = sends.entry(SmolStr::new(profile.id())).or_default();
            sends.insert((message.clone(), channel.clone()));
        }
        let is_wanted = self.only.as_ref().is_none_or(|only| only == profile.id())
            && self.from.is_none_or(|from| effect.at >= from);
        if !is_wanted {
            return false;
        }
        match &effect.kind {
            EffectKind::Entered => {
                self.entries.insert((number, effect.journey.clone()));
                entry(&mut self.journeys, &effect.journey).entries += 1;
            }
            EffectKind::Sent { channel, .. } => {
                *entry(&mut entry(&mut self.journeys, &effect.journey).sent, channel) += 1;
                self.sent(channel, number, effect.at);
            }
            EffectKind::Suppressed { reason, rule, .. } => {
                let by = suppressed_by(*reason, rule);
                *entry(&mut self.journeys, &effect.journey).suppressed.entry(by.to_string()).or_default() += 1;
            }
            EffectKind::Held { .. } => entry(&mut self.journeys, &effect.journey).held += 1,
            EffectKind::Converted { .. } => entry(&mut self.journeys, &effect.journey).converted += 1,
            _ => {}
        }
        true
    }

    fn input(&mut self, program: &Program, replay: &Replay<'_>, input: &Input) {
        let (Some(sends), InputKind::Track { event, properties, .. }) = (&self.sends, &input.kind) else { return };
        let person = replay.resolve(&input.profile);
        let is_counted = self.only.as_ref().is_none_or(|only| only == person)
            && self.from.is_none_or(|from| input.arrived >= from)
            && journey_history::is_response(program, event);
        if is_counted {
            let text = |name: &str| match properties.get(name) {
                Some(Json::Text(text)) => Some(text),
                _ => None,
            };
            let (of, on) = (text("message"), text("channel"));
            // A name such as `email_opened` says the channel, a bare word does not.
            let fits = |(message, channel): &(SmolStr, SmolStr)| {
                let is_on = match on {
                    Some(on) => on == channel,
                    None => !event.contains('_') || event.starts_with(channel.as_str()),
                };
                is_on && of.is_none_or(|of| of == message)
            };
            self.responses.0 += 1;
            self.responses.1 += u64::from(sends.get(person).is_some_and(|sends| sends.iter().any(fits)));
        }
    }

    fn part(&mut self, replay: &Replay<'_>) {
        let people = replay.people().filter(|one| self.only.as_ref().is_none_or(|only| only == one.id()));
        let people = people.count() as u64;
        self.people += people;
        // Whose ids were joined is one person, whatever they came in as.
        let person = |number: usize| replay.profiles().get(number).map(|profile| replay.resolve(profile.id()));
        let entered: HashSet<_> = self.entries.drain().map(|(number, journey)| (person(number), journey)).collect();
        self.entered += entered.iter().map(|(person, _)| person).collect::<HashSet<_>>().len() as u64;
        for (_, journey) in entered {
            self.journeys.entry(journey).or_default().people += 1;
        }
        self.sends.iter_mut().for_each(HashMap::clear);
        let mut nothing = people;
        for (_, person) in self.persons.drain() {
            nothing = nothing.saturating_sub(1);
            self.busiest_day.add(person.most_in_a_day(), 1);
            self.busiest_week.add(person.most_in_a_week(), 1);
        }
        self.busiest_day.add(0, nothing);
        self.busiest_week.add(0, nothing);
    }

    fn absorb(&mut self, other: Self) {
        self.people += other.people;
        self.entered += other.entered;
        self.responses = (self.responses.0 + other.responses.0, self.responses.1 + other.responses.1);
        for (name, theirs) in other.journeys {
            let mine = entry(&mut self.journeys, &name);
            mine.people += theirs.people;
            mine.entries += theirs.entries;
            mine.held += theirs.held;
            mine.converted += theirs.converted;
            theirs.sent.into_iter().for_each(|(channel, n)| *mine.sent.entry(channel).or_default() += n);
            theirs.suppressed.into_iter().for_each(|(rule, n)| *mine.suppressed.entry(rule).or_default() += n);
        }
        for (channel, theirs) in other.volumes {
            entry(&mut self.volumes, &channel).absorb(theirs);
        }
        self.busiest_day.absorb(other.busiest_day);
        self.busiest_week.absorb(other.busiest_week);
    }
}
