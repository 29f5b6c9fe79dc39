//! How many messages one person can be asked to get: the numbers behind `journey pressure`.
//!
//! A message counts at the moment at which the gate asks the caps about it; whether a cap, a missing consent or an
//! unreachable channel then stops it is not looked at. Each event that lets in is counted once, what a schedule brings
//! (`every …`) as often as it comes. See [`most_asked`] for what else is taken as given.

use super::counts::{self, MOST, Question, length};
use super::cycle::DAY;
use super::exceed::{self, counted};
use super::exclusive::FEW;
use super::facts::shared;
use super::rules::named;
use crate::ir::{Cap, CategoryId, ChannelId, Journey, List, Program, Subject, TRANSACTIONAL, Window};
use crate::source::Span;
use crate::value::Millis;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

pub use super::exceed::Share;
pub use super::tally::Shown;

/// The most messages of a list that one person can be asked to get in a window, as the journeys that add up to it.
///
/// The bound is never too low, under these assumptions: each event that lets in happens once in the window, attributes and
/// segments do not change within it, and a local day has 24 hours. It can be too high: conditions on a path are taken as
/// independent of each other, and journeys are told apart by one thing about the person at a time. More than 250 messages
/// of a journey are not told apart.
///
/// ```
/// use journey::ir::Window;
/// use journey::{Program, SourceFile, prove};
///
/// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs; wait 12h; email more; wait 2d; email final_call");
/// let program = Program::check(&[source]).program.ok_or("it has an error")?;
/// let shares = prove::most_asked(&program, &None, Window::Rolling(86_400_000));
/// assert_eq!(shares.iter().map(|share| share.count).sum::<usize>(), 2);
/// # Ok::<(), &str>(())
/// ```
pub fn most_asked<'a>(program: &'a Program, list: &List, window: Window) -> Vec<Share<'a>> {
    let mine: Vec<&Journey> = program.journeys.iter().filter(|journey| !counted(journey, list).is_empty()).collect();
    let still = if mine.len() <= FEW { shared(program, &mine) } else { vec![] };
    let question = Question { list, window, hold: 0, most: MOST, still: Some(&still), things: None, holds: true };
    let each = mine
        .into_iter()
        .filter_map(|journey| exceed::part(journey, window, counts::of_schedule(program, journey, question)));
    exceed::shares(program, window, 0, 0, each.collect())
}

/// The most messages of a list that one entry of a journey asks for in a window, with the path on which it does.
pub fn most_asked_by_entry<'a>(
    program: &'a Program,
    journey: &'a Journey,
    list: &List,
    window: Window,
) -> Option<Share<'a>> {
    let counts = counts::of_entry(
        program,
        journey,
        Question { list, window, hold: 0, most: MOST, still: Some(&[]), things: None, holds: true },
    );
    counts.worst().map(|worst| {
        let (count, path, ends) = (worst.before + 1, worst.path.clone(), worst.ends);
        Share { journey, count, path, ends }
    })
}

/// The windows of the table: a local day, any 7 days, any 30 days.
pub const WINDOWS: [Window; 3] = [Window::Day, Window::Rolling(7 * DAY), Window::Rolling(30 * DAY)];

/// How many messages one person can be asked to get.
#[derive(Debug, Clone)]
pub struct Pressure<'a> {
    /// All messages but transactional ones, then each channel, then each category that is used.
    pub rows: Vec<Row<'a>>,
    /// What is known of each journey's times, by name.
    pub journeys: Vec<Times<'a>>,
}

/// A line of the table.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// What it is about.
    pub of: Of,
    /// For each of [`WINDOWS`].
    pub cells: Vec<Cell<'a>>,
    /// The caps of the charter that count all of it, as written.
    pub caps: Vec<SmolStr>,
}

/// What a line of the table is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// All messages but transactional ones.
    All,
    /// A channel, transactional messages included.
    Channel(SmolStr),
    /// A category.
    Category(SmolStr),
}

/// How many messages in one window.
#[derive(Debug, Clone)]
pub struct Cell<'a> {
    /// The journeys that add up to it.
    pub shares: Vec<Share<'a>>,
    /// The most that the charter's caps let through; none: no cap counts all of it.
    pub limit: Option<u64>,
}

impl Cell<'_> {
    /// All together.
    pub fn count(&self) -> usize {
        self.shares.iter().map(|share| share.count).sum()
    }

    /// Whether it may be more still: of one journey no more than so many are counted.
    pub fn or_more(&self) -> bool {
        self.shares.iter().any(|share| share.count > MOST)
    }

    /// Whether more can be asked for than the caps let through.
    pub fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| u64::try_from(self.count()).is_ok_and(|count| count > limit))
    }
}

/// What is known of a journey's times.
#[derive(Debug, Clone)]
pub struct Times<'a> {
    /// Its name.
    pub name: &'a str,
    /// How long an entry lasts at most, holds included, in milliseconds; none: until a date, and what follows it.
    pub longest: Option<Millis>,
    /// The least time between two messages of one entry, in milliseconds; none: no path sends two.
    pub closest: Option<Millis>,
    /// Each step that sends, in the order of the file.
    pub sends: Vec<SendTime>,
}

/// When a step sends, since the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendTime {
    /// The step.
    pub place: Span,
    /// In milliseconds, at least.
    pub earliest: Millis,
    /// In milliseconds, at most, holds included; none: no end is known.
    pub latest: Option<Millis>,
}

/// Works out how many messages one person can be asked to get, under the assumptions of [`most_asked`].
pub fn pressure(program: &Program) -> Pressure<'_> {
    let everything = vec![Subject { channel: None, category: None }];
    let everything: List = Some(everything);
    let mut used: BTreeSet<(ChannelId, CategoryId)> = BTreeSet::new();
    program.journeys.iter().for_each(|journey| used.extend(counted(journey, &everything)));
    let channels: BTreeSet<ChannelId> = used.iter().map(|(channel, _)| *channel).collect();
    let categories: BTreeSet<CategoryId> = used.iter().map(|(_, category)| *category).collect();
    let name = |names: &[SmolStr], at: usize| names.get(at).cloned().unwrap_or_default();
    let mut lists: Vec<(Of, List)> = vec![(Of::All, None)];
    for channel in channels {
        let of = Of::Channel(name(&program.channels, channel.index()));
        lists.push((of, Some(vec![Subject { channel: Some(channel), category: None }])));
    }
    for category in categories {
        let of = Of::Category(name(&program.categories, category.index()));
        lists.push((of, Some(vec![Subject { channel: None, category: Some(category) }])));
    }
    let mut rows: Vec<Row<'_>> = vec![];
    // Lists that mean the same messages come to the same.
    let mut known: BTreeMap<BTreeSet<(ChannelId, CategoryId)>, usize> = BTreeMap::new();
    for (of, list) in lists {
        let mine: BTreeSet<_> = used.iter().filter(|send| named(&list, **send)).copied().collect();
        let same = known.get(&mine).and_then(|at| rows.get(*at)).cloned();
        known.entry(mine.clone()).or_insert(rows.len());
        rows.push(same.map_or_else(|| row(program, of.clone(), &list, &mine), |same| Row { of: of.clone(), ..same }));
    }
    let journeys = program.journeys.iter().map(|journey| times(program, journey, &everything)).collect();
    Pressure { rows, journeys }
}

/// A line of the table; `mine` are the messages that the list means.
fn row<'a>(program: &'a Program, of: Of, list: &List, mine: &BTreeSet<(ChannelId, CategoryId)>) -> Row<'a> {
    let counts_all = |cap: &&Cap| cap.when.is_none() && !mine.is_empty() && mine.iter().all(|send| covers(cap, *send));
    let caps: Vec<&Cap> = program.charter.caps.iter().filter(counts_all).collect();
    let cell = |window: &Window| Cell {
        shares: most_asked(program, list, *window),
        limit: caps.iter().map(|cap| lets_through(cap, *window)).min(),
    };
    Row { of, cells: WINDOWS.iter().map(cell).collect(), caps: caps.iter().map(|cap| cap.text.clone()).collect() }
}

/// Whether a cap limits a message: one that is transactional it only counts.
fn covers(cap: &Cap, send: (ChannelId, CategoryId)) -> bool {
    send.1 != TRANSACTIONAL && named(&cap.list, send)
}

/// The most that a cap lets through in a window.
fn lets_through(cap: &Cap, window: Window) -> u64 {
    let (asked, per) = (length(window), length(cap.per).max(1));
    // A span touches one calendar day, week or month more than fit into it; a local day lies in one of each.
    let windows = match (window, cap.per) {
        (Window::Day, Window::Day | Window::Week | Window::Month) => 1,
        (_, Window::Rolling(_)) => (asked + per - 1) / per,
        // February is the shortest month.
        (_, Window::Month) => (asked - 1) / (28 * DAY) + 2,
        _ => (asked - 1) / per + 2,
    };
    u64::from(cap.limit).saturating_mul(u64::try_from(windows).unwrap_or(1))
}

fn times<'a>(program: &'a Program, journey: &'a Journey, everything: &List) -> Times<'a> {
    let question = Question {
        list: everything,
        window: Window::Rolling(400 * DAY),
        hold: 0,
        most: 1,
        still: None,
        things: None,
        holds: true,
    };
    let counts = counts::of_entry(program, journey, question);
    let mut sends: BTreeMap<Span, SendTime> = BTreeMap::new();
    for asked in &counts.asked {
        let new = SendTime { place: asked.place, earliest: asked.since.least, latest: asked.since.most };
        let known = sends.entry(asked.place).or_insert(new);
        known.earliest = known.earliest.min(new.earliest);
        known.latest = known.latest.zip(new.latest).map(|(a, b)| a.max(b));
    }
    let closest = counts.asked.iter().filter_map(|asked| asked.closest).min();
    Times { name: &journey.name, longest: counts.longest, closest, sends: sends.into_values().collect() }
}
