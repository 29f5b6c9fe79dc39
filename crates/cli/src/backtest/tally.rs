//! What a history comes to: messages by journey, channel and day, and how much one person gets.

use journey::chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone};
use journey::chrono_tz::Tz;
use journey::replay::Replay;
use journey::smol_str::SmolStr;
use journey::{Effect, EffectKind, Input, InputKind, Json, Profile, Program};
use journey_history::Count;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one journey did.
#[derive(Debug, Clone, Default)]
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

/// How many people got so many messages in their busiest day or week; the place is the number of messages.
pub(super) type Busiest = Vec<u64>;

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
    /// Messages by channel and day, counted from the first of our era.
    pub(super) days: BTreeMap<SmolStr, BTreeMap<i32, u64>>,
    /// Messages by channel and minute.
    pub(super) minutes: BTreeMap<SmolStr, HashMap<i64, u64>>,
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

/// Messages of one person.
#[derive(Debug, Clone, Default)]
struct Person {
    day: Most,
    week: Most,
}

/// The most in any one of a row of days or weeks.
#[derive(Debug, Clone, Default)]
struct Most {
    now: i32,
    here: u64,
    most: u64,
}

impl Most {
    fn count(&mut self, at: i32) {
        self.here = if self.now == at { self.here + 1 } else { 1 };
        self.now = at;
        self.most = self.most.max(self.here);
    }
}

/// The local day of an instant; that of the last one is kept, for effects come in time order.
#[derive(Debug, Clone)]
struct Day {
    zone: Tz,
    from: i64,
    to: i64,
    day: i32,
}

impl Day {
    fn of(&mut self, at: i64) -> i32 {
        if !(self.from..self.to).contains(&at) {
            let Some(utc) = DateTime::from_timestamp_millis(at) else { return self.day };
            let date = utc.with_timezone(&self.zone).date_naive();
            let midnight = |date: NaiveDate| midnight(self.zone, date).unwrap_or(at);
            self.day = date.num_days_from_ce();
            self.from = midnight(date).min(at);
            self.to = date.checked_add_days(Days::new(1)).map_or(at, midnight).max(at + 1);
        }
        self.day
    }
}

/// When a day begins somewhere.
pub(super) fn midnight(zone: Tz, date: NaiveDate) -> Option<i64> {
    // Where the clock jumps over midnight, the day begins behind the gap.
    let mut hours = (0..4)
        .filter_map(|hour| date.and_time(NaiveTime::MIN).checked_add_signed(journey::chrono::TimeDelta::hours(hour)));
    hours.find_map(|local| zone.from_local_datetime(&local).earliest()).map(|at| at.timestamp_millis())
}

impl Tally {
    pub(super) fn new(zone: Tz, from: Option<i64>, only: Option<String>, has_responses: bool) -> Self {
        Self {
            only,
            from,
            day: Day { zone, from: 0, to: 0, day: 0 },
            people: 0,
            entered: 0,
            journeys: BTreeMap::new(),
            days: BTreeMap::new(),
            minutes: BTreeMap::new(),
            busiest_day: vec![],
            busiest_week: vec![],
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
        *entry(&mut self.days, channel).entry(day).or_default() += 1;
        *entry(&mut self.minutes, channel).entry(at.div_euclid(60_000)).or_default() += 1;
        let person = self.persons.entry(number).or_default();
        person.day.count(day);
        // Weeks begin on Monday, as the first day of our era did.
        person.week.count((day - 1).div_euclid(7));
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
                let is_first = self.entries.insert((number, effect.journey.clone()));
                let journey = entry(&mut self.journeys, &effect.journey);
                journey.entries += 1;
                journey.people += u64::from(is_first);
            }
            EffectKind::Sent { channel, .. } => {
                *entry(&mut entry(&mut self.journeys, &effect.journey).sent, channel) += 1;
                self.sent(channel, number, effect.at);
            }
            EffectKind::Suppressed { reason, rule, .. } => {
                let by = if rule.as_str() == reason.name() { reason.words() } else { rule.as_str() };
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
        self.entered += self.entries.iter().map(|(number, _)| number).collect::<HashSet<_>>().len() as u64;
        self.entries.clear();
        self.sends.iter_mut().for_each(HashMap::clear);
        let mut nothing = people;
        for (_, person) in self.persons.drain() {
            nothing = nothing.saturating_sub(1);
            add(&mut self.busiest_day, person.day.most, 1);
            add(&mut self.busiest_week, person.week.most, 1);
        }
        add(&mut self.busiest_day, 0, nothing);
        add(&mut self.busiest_week, 0, nothing);
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
        for (channel, days) in other.days {
            let mine = entry(&mut self.days, &channel);
            days.into_iter().for_each(|(day, n)| *mine.entry(day).or_default() += n);
        }
        for (channel, minutes) in other.minutes {
            let mine = entry(&mut self.minutes, &channel);
            minutes.into_iter().for_each(|(minute, n)| *mine.entry(minute).or_default() += n);
        }
        for (mine, theirs) in [(&mut self.busiest_day, other.busiest_day), (&mut self.busiest_week, other.busiest_week)]
        {
            theirs.into_iter().enumerate().for_each(|(most, people)| add(mine, most as u64, people));
        }
    }
}

/// Counts people beyond this number of messages as if they got so many: nobody's week has more.
const MOST: usize = 1 << 16;

fn add(busiest: &mut Busiest, messages: u64, people: u64) {
    let at = usize::try_from(messages).unwrap_or(MOST).min(MOST);
    if busiest.len() <= at {
        busiest.resize(at + 1, 0);
    }
    if let Some(count) = busiest.get_mut(at) {
        *count += people;
    }
}

/// The number of messages that this share of the people do not exceed, in hundredths.
pub(super) fn percentile(busiest: &Busiest, hundredths: u64) -> u64 {
    let people: u64 = busiest.iter().sum();
    let wanted = (people * hundredths).div_ceil(100);
    let mut so_far = 0;
    let found = busiest.iter().position(|count| {
        so_far += count;
        so_far >= wanted
    });
    found.unwrap_or(0) as u64
}

/// The most that anybody got.
pub(super) fn most(busiest: &Busiest) -> u64 {
    busiest.iter().rposition(|count| *count > 0).unwrap_or(0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_charters_day_also_where_the_clock_changes() {
        let mut day = Day { zone: Tz::Europe__Paris, from: 0, to: 0, day: 0 };
        let at = |text: &str| journey::value::parse_instant(text).unwrap();
        let first = day.of(at("2026-03-28T22:59:59Z"));
        assert_eq!(day.of(at("2026-03-28T23:00:00Z")), first + 1);
        assert_eq!(day.of(at("2026-03-29T21:59:59Z")), first + 1); // a day of 23 hours
        assert_eq!(day.of(at("2026-03-29T22:00:00Z")), first + 2);
        assert_eq!(day.of(at("2026-03-28T12:00:00Z")), first);
    }

    #[test]
    fn shares_of_people() {
        let busiest = vec![50, 45, 4, 1];
        assert_eq!((percentile(&busiest, 50), percentile(&busiest, 95), most(&busiest)), (0, 1, 3));
        assert_eq!((percentile(&vec![], 50), most(&vec![])), (0, 0));
    }
}
