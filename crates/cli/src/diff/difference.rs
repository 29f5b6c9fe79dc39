//! What a change does to customers, counted.

use super::pair::{Kind, Pair, pairs};
use super::side::{Counts, Outcome, Played, Side};
use journey::chrono::{DateTime, Datelike, NaiveDate};
use journey::chrono_tz::Tz;
use journey::identity;
use journey::smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// People who are shown for each difference.
const SHOWN: usize = 3;

/// A message of a journey on a channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Of {
    pub(super) journey: SmolStr,
    pub(super) channel: SmolStr,
    pub(super) message: SmolStr,
}

/// What became of one message.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// How often it went, in the old program and in the new one.
    pub(super) sent: [u64; 2],
    /// How often it differs, by kind and by what the rule or the other message is.
    pub(super) kinds: BTreeMap<(Kind, SmolStr), u64>,
}

/// Somebody for whom something differs.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) person: SmolStr,
    pub(super) pair: Pair,
}

/// Messages on days, by the charter's clock.
#[derive(Debug, Default)]
pub(super) struct Days {
    pub(super) by_day: BTreeMap<NaiveDate, u64>,
    minutes: HashMap<i64, u64>,
}

impl Days {
    /// The day with the most, and how many.
    pub(super) fn busiest(&self) -> Option<(NaiveDate, u64)> {
        self.by_day.iter().rev().max_by_key(|(_, count)| **count).map(|(day, count)| (*day, *count))
    }

    /// The most in one minute.
    pub(super) fn peak(&self) -> u64 {
        self.minutes.values().copied().max().unwrap_or(0)
    }
}

/// How many messages one person gets in a week: of those who get any, the middle, the 95th of 100, and the most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct Weekly {
    pub(super) people: u64,
    pub(super) p50: u64,
    pub(super) p95: u64,
    pub(super) most: u64,
}

/// Everything that differs.
#[derive(Debug, Default)]
pub(super) struct Difference {
    pub(super) people: u64,
    /// People for whom a message differs.
    pub(super) differ: u64,
    /// Messages sent by either.
    pub(super) sent: [u64; 2],
    pub(super) rows: BTreeMap<Of, Row>,
    pub(super) examples: BTreeMap<(SmolStr, Kind), Vec<Example>>,
    pub(super) journeys: BTreeMap<SmolStr, [Counts; 2]>,
    /// By channel.
    pub(super) days: BTreeMap<SmolStr, [Days; 2]>,
    pub(super) weekly: [Weekly; 2],
    /// Messages whose text is another one: message, channel, and whether it is new, gone or changed.
    pub(super) texts: Vec<(SmolStr, SmolStr, &'static str)>,
}

impl Difference {
    /// Whether nothing differs for anybody.
    pub(super) fn is_empty(&self) -> bool {
        self.differ == 0 && self.texts.is_empty() && self.journeys.values().all(|[old, new]| old == new)
    }
}

/// Compares what two programs did.
pub(super) fn compare(sides: [&Side; 2], played: [&Played; 2], people: u64) -> Difference {
    let zone = sides.map(|side| side.typed.charter.timezone);
    let mut all = Difference { people, texts: texts(sides), ..Difference::default() };
    let ids: BTreeSet<&SmolStr> = played.iter().flat_map(|played| played.asks.keys()).collect();
    let mut weeks: [Vec<u64>; 2] = Default::default();
    for id in ids {
        let asks = played.map(|played| played.asks.get(id).map_or(&[][..], Vec::as_slice));
        for (side, asks) in asks.iter().enumerate() {
            let mut by_week: HashMap<(i32, u32), u64> = HashMap::new();
            for ask in asks.iter().filter(|ask| ask.is_sent()) {
                let Some(zone) = zone.get(side) else { continue };
                count_day(&mut all, side, &ask.channel, ask.at, *zone);
                let week = local(*zone, ask.at).iso_week();
                *by_week.entry((week.year(), week.week())).or_default() += 1;
            }
            if let (Some(weeks), Some(most)) = (weeks.get_mut(side), by_week.values().max()) {
                weeks.push(*most);
            }
        }
        let [old, new] = asks;
        let pairs = pairs(old, new);
        let mut differs = false;
        for pair in pairs {
            differs |= count(&mut all, id, pair);
        }
        all.differ += u64::from(differs);
    }
    all.weekly = weeks.map(weekly);
    for (side, played) in played.iter().enumerate() {
        for (journey, counts) in &played.journeys {
            if let Some(slot) = all.journeys.entry(journey.clone()).or_default().get_mut(side) {
                *slot = counts.clone();
            }
        }
    }
    all
}

fn local(zone: Tz, at: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(at).unwrap_or_default().with_timezone(&zone).date_naive()
}

fn count_day(all: &mut Difference, side: usize, channel: &SmolStr, at: i64, zone: Tz) {
    if let Some(days) = all.days.entry(channel.clone()).or_default().get_mut(side) {
        *days.by_day.entry(local(zone, at)).or_default() += 1;
        *days.minutes.entry(at.div_euclid(60_000)).or_default() += 1;
    }
}

/// Counts a pair; says whether it differs.
fn count(all: &mut Difference, id: &SmolStr, pair: Pair) -> bool {
    let of = |ask: &super::side::Ask| Of {
        journey: ask.journey.clone(),
        channel: ask.channel.clone(),
        message: ask.message.clone(),
    };
    for (side, ask) in [&pair.old, &pair.new].into_iter().enumerate() {
        if let Some(ask) = ask.as_ref().filter(|ask| ask.is_sent()) {
            if let Some(sent) = all.sent.get_mut(side) {
                *sent += 1;
            }
            if let Some(sent) = all.rows.entry(of(ask)).or_default().sent.get_mut(side) {
                *sent += 1;
            }
        }
    }
    let (Some(kind), Some(ask)) = (pair.kind(), pair.ask()) else { return false };
    let detail = match (kind, &pair.old, &pair.new) {
        (Kind::NowSuppressed, _, Some(now)) => rule(&now.outcome),
        (Kind::NowAllowed, Some(then), _) => rule(&then.outcome),
        (Kind::Moved, Some(then), Some(now)) => SmolStr::new_static(if now.at > then.at { "later" } else { "earlier" }),
        (Kind::OtherChannel, _, Some(now)) => now.channel.clone(),
        (Kind::OtherMessage, _, Some(now)) => now.message.clone(),
        _ => SmolStr::default(),
    };
    let journey = ask.journey.clone();
    let mut add = |ask: &super::side::Ask, detail: SmolStr| {
        *all.rows.entry(of(ask)).or_default().kinds.entry((kind, detail)).or_default() += 1;
    };
    // What goes now stands at what goes, and of two that stand for each other either row says it.
    match (kind, &pair.old, &pair.new) {
        (Kind::NowAllowed, _, Some(now)) => add(now, detail),
        (Kind::OtherChannel, Some(then), Some(now)) => {
            add(then, detail);
            add(now, SmolStr::new(format!("it was {}", then.channel)));
        }
        (Kind::OtherMessage, Some(then), Some(now)) => {
            add(then, detail);
            add(now, SmolStr::new(format!("it was {}", then.message)));
        }
        _ => add(ask, detail),
    }
    let examples = all.examples.entry((journey, kind)).or_default();
    if !examples.iter().any(|example| example.person == *id) {
        examples.push(Example { person: id.clone(), pair });
        // The same people tomorrow: those with the smallest hashes.
        examples.sort_by_key(|example| identity::hash(&example.person));
        examples.truncate(SHOWN);
    }
    true
}

fn rule(outcome: &Outcome) -> SmolStr {
    match outcome {
        Outcome::Suppressed { reason, rule } if rule == reason.name() => SmolStr::new(reason.words()),
        Outcome::Suppressed { rule, .. } => rule.clone(),
        Outcome::Sent { .. } => SmolStr::default(),
    }
}

fn weekly(mut most: Vec<u64>) -> Weekly {
    most.sort_unstable();
    // The value that so many of 100 are at or below.
    let at = |percent: usize| most.get((most.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
    Weekly { people: most.len() as u64, p50: at(50), p95: at(95), most: most.last().copied().unwrap_or(0) }
}

/// Messages whose words are not the same any more: no replay shows that.
fn texts([old, new]: [&Side; 2]) -> Vec<(SmolStr, SmolStr, &'static str)> {
    let mut found = vec![];
    for text in old.program.messages() {
        match new.program.message(&text.message, &text.channel) {
            None => found.push((text.message.clone(), text.channel.clone(), "gone")),
            Some(now) if now.parts != text.parts => found.push((text.message.clone(), text.channel.clone(), "changed")),
            Some(_) => {}
        }
    }
    for text in new.program.messages() {
        if old.program.message(&text.message, &text.channel).is_none() {
            found.push((text.message.clone(), text.channel.clone(), "new"));
        }
    }
    found
}
