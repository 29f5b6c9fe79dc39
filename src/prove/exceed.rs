//! Which caps can be exceeded: by one journey, and by several together.

use super::counts::{self, Asked, Counts, LARGEST_CAP, MOST, Question, length};
use super::cycle::DAY;
use super::exclusive::{FEW, Meeting, Part, together};
use super::facts::{Things, shared};
use super::rules::{gap_between, named, sent_in};
use super::tally::Shown;
use crate::ir::{Cap, CategoryId, ChannelId, Journey, List, Overlap, Program, StepKind, Window, visit_steps};
use crate::source::Span;
use crate::value::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// A message that a cap can suppress.
#[derive(Debug)]
pub(crate) struct Exceeded<'a> {
    pub(crate) cap: &'a Cap,
    pub(crate) place: Span,
    /// The messages that lie in the cap's window, and this one.
    pub(crate) path: Vec<Shown>,
    /// When this one comes on that path at the earliest, since the local midnight before the entry.
    pub(crate) ends: Millis,
    /// Messages of another entry beside this one, that lie in the window too, and when they end.
    pub(crate) beside: Option<(Vec<Shown>, Millis)>,
    /// What it takes besides the steps of one entry.
    pub(crate) takes: Takes,
}

/// What must have come before a message that a cap suppresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Takes {
    /// Another entry of the same person before this one.
    pub(crate) earlier_entry: bool,
    /// A rule that held one of the messages.
    pub(crate) hold: bool,
}

/// The messages that caps can suppress, journey by journey, and the caps that several journeys can exceed together.
#[derive(Debug, Default)]
pub(crate) struct Exceeding<'a> {
    pub(crate) by_one: Vec<Exceeded<'a>>,
    pub(crate) by_many: Vec<TooMany<'a>>,
}

/// Looks at every cap; `together`: also at what journeys add up to.
pub(crate) fn exceeding<'a>(program: &'a Program, journeys: &[&'a Journey], together: bool) -> Exceeding<'a> {
    let mut out = Exceeding::default();
    // One finding for each message: by the first cap that suppresses it.
    let mut blamed: BTreeSet<Span> = BTreeSet::new();
    let is_checked = |cap: &&Cap| cap.limit as usize <= LARGEST_CAP;
    let mut things: BTreeMap<Span, Things> = BTreeMap::new();
    for cap in program.charter.caps.iter().filter(is_checked) {
        let mut each: Vec<Part<'a>> = vec![];
        let mut sends = BTreeSet::new();
        let mine = journeys.iter().map(|journey| (*journey, counted(journey, &cap.list)));
        let mine: Vec<_> = mine.filter(|(_, sends)| !sends.is_empty()).collect();
        // Where there are too few messages, whenever they come, nothing needs to be followed.
        let all = mine.iter().map(|(journey, _)| at_most(journey, &cap.list)).fold(0, usize::saturating_add);
        let together = together && mine.len() > 1 && all > capacity(cap);
        let still = (together && mine.len() <= FEW)
            .then(|| shared(program, &mine.iter().map(|(journey, _)| *journey).collect::<Vec<_>>()));
        for (journey, mine) in mine {
            if together || can_exceed(journey, cap) {
                let things = things.entry(journey.span).or_insert_with(|| Things::of(program, journey, &[]));
                let question = Question { things: Some(things), ..Question::of(cap) };
                let alone = by_one(program, journey, cap, question, &mut blamed, &mut out.by_one);
                // People are taken as unchanged where journeys are added.
                let question = match &still {
                    Some(still) => Question { still: Some(still), ..Question::of(cap) },
                    None => question,
                };
                let again = together && (counts::is_scheduled(journey) || still.is_some());
                let scheduled = again.then(|| counts::of_schedule(program, journey, question));
                each.extend(part(journey, cap.per, scheduled.unwrap_or(alone)));
                sends.extend(mine);
            }
        }
        if together && !fits(cap, gap_between(program.charter.gaps.iter(), &sends)) {
            let hold = Question::of(cap).hold;
            let shares = shares(program, cap.per, hold, capacity(cap), each);
            let too_many = TooMany { cap, shares };
            if too_many.shares.len() > 1 && too_many.count() > capacity(cap) {
                out.by_many.push(too_many);
            }
        }
    }
    for journey in journeys {
        for cap in journey.caps.iter().filter(is_checked) {
            let mine = counted(journey, &cap.list);
            if !mine.is_empty() && can_exceed(journey, cap) {
                by_one(program, journey, cap, Question::of(cap), &mut blamed, &mut out.by_one);
            }
        }
    }
    out.by_one.sort_by_key(|exceeded| exceeded.place);
    out
}

/// The messages of one journey that a cap can suppress, whatever other journeys do; gives what one entry comes to.
fn by_one<'a>(
    program: &'a Program,
    journey: &Journey,
    cap: &'a Cap,
    question: Question<'_>,
    blamed: &mut BTreeSet<Span>,
    out: &mut Vec<Exceeded<'a>>,
) -> Counts {
    let mut find = |asked: &Asked, beside: Option<&Asked>, takes: Takes| {
        if blamed.insert(asked.place) {
            let beside = beside.map(|other| (other.path.clone(), other.ends));
            let (place, path, ends) = (asked.place, asked.path.clone(), asked.ends);
            out.push(Exceeded { cap, place, path, ends, beside, takes });
        }
    };
    let limit = cap.limit as usize;
    // A message that is held until the window is over is not suppressed: what follows waits with it.
    let is_short = cap.held().is_none_or(|hold| hold < length(cap.per));
    let (alone, followed) = match is_short {
        true => counts::of_entries(program, journey, question),
        false => (counts::of_entry(program, journey, question), None),
    };
    if is_short {
        let too_many = |asked: &&Asked| asked.is_capped && asked.before >= limit;
        let found: Vec<&Asked> = followed.as_ref().unwrap_or(&alone).asked.iter().filter(too_many).collect();
        let is_in =
            |counts: &Counts, asked: &Asked| counts.asked.iter().filter(too_many).any(|a| a.place == asked.place);
        // Without holds: what is too many then too takes none.
        let unheld = Question { holds: false, ..question };
        let unheld = (!found.is_empty()).then(|| counts::of_entries(program, journey, unheld));
        for asked in found {
            let hold = unheld.as_ref().is_some_and(|(one, all)| !is_in(all.as_ref().unwrap_or(one), asked));
            find(asked, None, Takes { earlier_entry: !is_in(&alone, asked), hold });
        }
    }
    let twice = journey.overlap == Overlap::Allow || journey.key.is_some();
    let gaps = program.charter.gaps.iter().chain(&journey.gaps);
    if !twice || fits(cap, gap_between(gaps, &counted(journey, &cap.list))) {
        return alone;
    }
    let Some(other) = alone.worst() else { return alone };
    let too_many = |asked: &&Asked| asked.is_capped && asked.before + other.before + 1 >= capacity(cap);
    alone.asked.iter().filter(too_many).for_each(|asked| find(asked, Some(other), Takes::default()));
    alone
}

/// How many messages a cap lets through that are asked for at about one time: those that it holds go later.
fn capacity(cap: &Cap) -> usize {
    let rounds = cap.held().unwrap_or(0) / length(cap.per).max(1) + 1;
    (cap.limit as usize).saturating_mul(usize::try_from(rounds).unwrap_or(usize::MAX))
}

/// Whether a gap keeps messages so far apart that a cap is never reached.
fn fits(cap: &Cap, gap: Option<Millis>) -> bool {
    let most = |gap: Millis| (length(cap.per) - 1) / gap.max(1) + 1;
    gap.is_some_and(|gap| most(gap) <= Millis::from(cap.limit))
}

/// Whether a journey has messages enough for a cap at all.
fn can_exceed(journey: &Journey, cap: &Cap) -> bool {
    let comes_again = counts::follow_each_other(journey) || journey.overlap == Overlap::Allow || journey.key.is_some();
    comes_again || at_most(journey, &cap.list) > cap.limit as usize
}

/// The most messages of a list that the entries of a journey send, one in each block; without end where a schedule brings more.
fn at_most(journey: &Journey, list: &List) -> usize {
    if counts::is_scheduled(journey) {
        return usize::MAX;
    }
    let most = |steps: &[crate::ir::Step]| sent_in(steps, list, usize::max);
    let exits = journey.exits.iter().map(|exit| most(&exit.steps)).max().unwrap_or(0);
    // A goal with a window can still be reached behind an exit.
    let goals = journey.goals.iter().map(|goal| most(&goal.steps).saturating_add(goal.within.map_or(0, |_| exits)));
    let leaving = goals.max().unwrap_or(0).max(exits);
    let entries = journey.entries.iter().map(|entry| sent_in(&entry.steps, list, usize::max).saturating_add(leaving));
    entries.fold(0, usize::saturating_add)
}

/// What a journey sends of a list.
pub(crate) fn counted(journey: &Journey, list: &List) -> BTreeSet<(ChannelId, CategoryId)> {
    let mut out = BTreeSet::new();
    for block in journey.blocks() {
        visit_steps(block, &mut |step| {
            if let StepKind::Send(sends) | StepKind::BestOf(sends) = &step.kind {
                let sends = sends.iter().map(|send| (send.channel, send.category));
                out.extend(sends.filter(|send| named(list, *send)));
            }
        });
    }
    out
}

/// A journey of which no end is known is taken to last so long.
const LONGEST: Millis = 400 * DAY;

/// A journey's part in what one person can be asked to get in a window.
#[derive(Debug, Clone)]
pub struct Share<'a> {
    /// The journey.
    pub journey: &'a Journey,
    /// So many messages at most.
    pub count: usize,
    /// The path of one entry on which most of them are.
    pub path: Vec<Shown>,
    /// When the last of them comes at the earliest, since the local midnight before the entry.
    pub ends: Millis,
}

/// What one journey adds, if it sends anything of the list; `counts` is what an entry comes to.
pub(super) fn part<'a>(journey: &'a Journey, window: Window, counts: Counts) -> Option<Part<'a>> {
    if journey.paused.is_some() || counts.asked.is_empty() {
        return None;
    }
    let mut beside = 1;
    if journey.overlap == Overlap::Allow {
        // Entries that a schedule brings run beside each other while they last.
        let lasts = counts.longest.unwrap_or(LONGEST).saturating_add(length(window));
        let gaps = journey.entries.iter().filter_map(|entry| counts::schedule(journey, entry));
        let often = gaps.flatten().min().filter(|gap| counts.longest.is_none_or(|longest| longest > *gap));
        beside = often.map_or(1, |gap| usize::try_from(lasts / gap + 1).unwrap_or(MOST));
    }
    Some(Part { journey, asked: counts.asked, beside, longest: counts.longest })
}

/// What one person can be asked to get of all journeys together; whether it is more than `enough` need not be known.
pub(super) fn shares<'a>(
    program: &'a Program,
    window: Window,
    hold: Millis,
    enough: usize,
    parts: Vec<Part<'a>>,
) -> Vec<Share<'a>> {
    let (mask, counts) = together(program, &parts, Meeting { window, length: length(window), hold, enough });
    let mut out = vec![];
    for (at, (part, count)) in parts.iter().zip(counts).enumerate().filter(|(_, (_, count))| *count > 0) {
        let fits = |step: usize| mask.get(&at).is_none_or(|steps| steps.get(step).copied().unwrap_or(true));
        let worst = part.asked.iter().enumerate().filter(|(step, _)| fits(*step)).rev();
        let worst = worst.max_by_key(|(_, asked)| asked.before);
        let (path, ends) = worst.map(|(_, asked)| (asked.path.clone(), asked.ends)).unwrap_or_default();
        out.push(Share { journey: part.journey, count, path, ends });
    }
    out
}

/// A cap that several journeys can exceed together.
#[derive(Debug)]
pub(crate) struct TooMany<'a> {
    pub(crate) cap: &'a Cap,
    pub(crate) shares: Vec<Share<'a>>,
}

impl TooMany<'_> {
    /// All messages together.
    pub(crate) fn count(&self) -> usize {
        self.shares.iter().map(|share| share.count).sum()
    }

    /// Whether it may be more still: of each journey no more than one beyond the cap are counted.
    pub(crate) fn or_more(&self) -> bool {
        self.shares.iter().any(|share| share.count > self.cap.limit as usize)
    }
}
