//! What a change does to customers, counted.

use super::pair::{Kind, Pair, pairs};
use super::side::{Ask, Counts, Outcome, Played, Side};
use crate::volume::{Busiest, Day, Person, Shares, Volume};
use crate::words::suppressed_by;
use journey::identity;
use journey::smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

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

/// How many messages one person gets in their busiest week, of those who get any.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(super) struct Weekly {
    people: u64,
    #[serde(flatten)]
    pub(super) shares: Shares,
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
    pub(super) volumes: BTreeMap<SmolStr, [Volume; 2]>,
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
pub(super) fn compare(sides: [&Side; 2], played: [&Played; 2]) -> Difference {
    // Who somebody is hangs on the lines alone, so it is the same people in both.
    let [_, Played { people, .. }] = played;
    let mut all = Difference { people: *people, texts: texts(sides), ..Difference::default() };
    let ids: BTreeSet<&SmolStr> = played.iter().flat_map(|played| played.asks.keys()).collect();
    let mut clocks = sides.map(|side| Day::new(side.typed.charter.timezone));
    let mut weeks: [Busiest; 2] = Default::default();
    for id in ids {
        let asks = played.map(|played| played.asks.get(id).map_or(&[][..], Vec::as_slice));
        for (side, ((asks, clock), weeks)) in asks.iter().zip(&mut clocks).zip(&mut weeks).enumerate() {
            let most = count_days(&mut all, side, asks, clock);
            if most > 0 {
                weeks.add(most, 1);
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
    all.weekly = weeks.map(|weeks| Weekly { people: weeks.people(), shares: weeks.shares() });
    for (side, played) in played.iter().enumerate() {
        for (journey, counts) in &played.journeys {
            if let Some(slot) = all.journeys.entry(journey.clone()).or_default().get_mut(side) {
                *slot = counts.clone();
            }
        }
    }
    all
}

/// Counts what was sent to a person by day and minute, and gives the most of one week.
fn count_days(all: &mut Difference, side: usize, asks: &[Ask], clock: &mut Day) -> u64 {
    let mut days = vec![];
    for ask in asks.iter().filter(|ask| ask.is_sent()) {
        let day = clock.of(ask.at);
        days.push(day);
        if let Some(volume) = all.volumes.entry(ask.channel.clone()).or_default().get_mut(side) {
            volume.count(day, ask.at);
        }
    }
    // Lines need not be in order, nor is then what comes of them.
    days.sort_unstable();
    let mut person = Person::default();
    days.into_iter().for_each(|day| person.count(day));
    person.most_in_a_week()
}

/// Counts a pair; says whether it differs.
fn count(all: &mut Difference, id: &SmolStr, pair: Pair) -> bool {
    let of =
        |ask: &Ask| Of { journey: ask.journey.clone(), channel: ask.channel.clone(), message: ask.message.clone() };
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
    let mut add = |ask: &Ask, detail: SmolStr| {
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
        Outcome::Suppressed { reason, rule } => SmolStr::new(suppressed_by(*reason, rule)),
        Outcome::Sent { .. } => SmolStr::default(),
    }
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
