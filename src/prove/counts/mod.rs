//! The most messages of a list that one entry of a journey can be asked to send in a length of time, followed through
//! its blocks once.
//!
//! A message counts at the moment at which the gate asks the caps about it: quiet hours and gaps have held it before.
//!
//! `point.rs` is what is known at a step, `counter.rs` the walk, `sends.rs` what holds a message and how many lie before it.
//! What comes again and again, be it rounds or entries, is followed once by itself and then put behind itself ([`up_to`],
//! [`closure`]).

mod counter;
mod point;
mod sends;

use crate::ir::{
    Arm, Cap, CategoryId, ChannelId, Days, Entry, EntryCause, ExitCause, Expr, Journey, List, MatchArm, MessageId,
    Overlap, Program, Quiet, Reenter, Send, SetTarget, Step, StepKind, TRANSACTIONAL, Window, visit_steps,
};
use crate::prove::anchor::{self, Anchor};
use crate::prove::cells::Axis;
use crate::prove::clock::{Clock, millis};
use crate::prove::cycle::{Cycle, DAY, WEEK};
use crate::prove::dataflow::{self, Analysis, PATHS, Repeat, State, add, divide, gather, joined};
use crate::prove::facts::{Facts, Known, Outcome, Things, Way, fits, ways};
use crate::prove::length::{Length, Passage};
use crate::prove::rules::{Rules, named};
use crate::prove::tally::{Elapsed, Shown, Tally};
use crate::prove::windows;
use crate::source::Span;
use crate::value::Millis;
use counter::Counter;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use thin_vec::ThinVec;

/// A local month at its longest.
pub(super) const MONTH: Millis = 31 * DAY;

/// How far back a window reaches at most.
pub(super) fn length(window: Window) -> Millis {
    match window {
        Window::Day => DAY,
        Window::Week => WEEK,
        Window::Month => MONTH,
        Window::Rolling(length) => length,
    }
}

/// Whether a message sent so long ago lies in the window of one that is held for `hold` from now on.
fn inside(window: Window, ago: Elapsed, hold: Millis) -> bool {
    let still = ago.least.saturating_add(hold) < length(window);
    match window {
        Window::Day => still && ago.days == 0,
        Window::Week => still && ago.weeks == 0,
        Window::Month | Window::Rolling(_) => still,
    }
}

/// What is counted: the messages of a list, at most so many, in a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) list: &'a List,
    pub(super) window: Window,
    /// How long the rule holds a message before it is suppressed.
    pub(super) hold: Millis,
    /// More than this many need not be told apart.
    pub(super) most: usize,
    /// Whether people are taken as unchanged: then, what other journeys speak about too is kept apart as well.
    pub(super) still: Option<&'a [Axis]>,
    /// What the journey speaks about, if that is known already.
    pub(super) things: Option<&'a Things>,
    /// Whether quiet hours, gaps and caps hold messages.
    pub(super) holds: bool,
}

impl<'a> Question<'a> {
    /// Whether a cap is kept: the messages before the one that is too many.
    pub(super) fn of(cap: &'a Cap) -> Self {
        let most = usize::try_from(cap.limit).unwrap_or(LARGEST_CAP).min(LARGEST_CAP);
        // Held until its window is over, only what comes at the same moment matters.
        let hold = cap.held().unwrap_or(0).min(length(cap.per) - 1);
        Self { list: &cap.list, window: cap.per, hold, most, still: None, things: None, holds: true }
    }
}

/// Counts go no further than this.
pub(crate) const MOST: usize = 250;
/// Caps that allow more are not checked.
pub(super) const LARGEST_CAP: usize = 100;

/// A step that asks the gate for a message of the list.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) place: Span,
    /// Whether a cap can suppress it: transactional messages are only counted.
    pub(super) is_capped: bool,
    /// How many lie in the window before it.
    pub(super) before: usize,
    /// The messages in the window, and this one behind them.
    pub(super) path: Vec<Shown>,
    /// When this one comes on that path at the earliest, since the local midnight before the entry.
    pub(super) ends: Millis,
    /// When the step is reached, since the entry.
    pub(super) since: Length,
    /// The local time of day at which the gate is asked first.
    pub(super) day: Cycle,
    /// How long ago the message before was sent, at least.
    pub(super) closest: Option<Millis>,
    /// The entry block, or behind those the goal or exit, in which it stands.
    pub(super) block: usize,
    /// Where in the week it comes, and how it lies to dates, holds included.
    pub(super) weeks: Vec<Cycle>,
    pub(super) anchors: ThinVec<Anchor>,
    /// What is known on the paths to it.
    pub(super) facts: Facts,
}

/// What the entries of a journey can come to.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Every step that asks for a message of the list, in the order of the blocks.
    pub(super) asked: Vec<Asked>,
    /// How long an entry lasts at most; none: no end is known.
    pub(super) longest: Option<Millis>,
}

impl Counts {
    /// The step before which most lie in the window, itself counted.
    pub(super) fn worst(&self) -> Option<&Asked> {
        self.asked.iter().rev().max_by_key(|asked| asked.before)
    }
}

/// Counts what one entry sends.
pub(super) fn of_entry(program: &Program, journey: &Journey, question: Question<'_>) -> Counts {
    let mut counter = Counter::new(program, journey, question);
    counter.journey(|_| None, true);
    counter.counts()
}

/// Counts what an entry sends, with what those entries sent before it that a schedule brings (`every …`).
pub(super) fn of_schedule(program: &Program, journey: &Journey, question: Question<'_>) -> Counts {
    if !is_scheduled(journey) {
        return of_entry(program, journey, question);
    }
    follow(Counter::new(program, journey, question), |entry| schedule(journey, entry), false).1
}

/// Counts what one entry sends, and what it sends with what further entries sent before it, as far as the program says
/// when they come; none where they come whenever they like.
pub(super) fn of_entries(program: &Program, journey: &Journey, question: Question<'_>) -> (Counts, Option<Counts>) {
    if !follow_each_other(journey) {
        return (of_entry(program, journey, question), None);
    }
    let restarts = journey.overlap == Overlap::Restart;
    let (alone, all) = follow(Counter::new(program, journey, question), |entry| returns(journey, entry), restarts);
    (alone, Some(all))
}

/// Whether entries follow each other as far as the program says when they come.
pub(super) fn follow_each_other(journey: &Journey) -> bool {
    journey.overlap == Overlap::Restart || journey.entries.iter().any(|entry| returns(journey, entry).is_some())
}

/// Whether a schedule brings entries again.
pub(super) fn is_scheduled(journey: &Journey) -> bool {
    journey.entries.iter().any(|entry| schedule(journey, entry).is_some())
}

/// One entry alone, and one with those before it.
fn follow(mut counter: Counter<'_>, again: impl Fn(&Entry) -> Option<Vec<Millis>>, restarts: bool) -> (Counts, Counts) {
    let journey = counter.journey;
    // What an entry leaves behind; then once more with that before it.
    counter.journey(|_| None, false);
    let alone = counter.counts();
    let ended = counter.ends.take();
    let waiting = counter.waiting.take();
    let new = counter.new_tally();
    let mut closures: BTreeMap<Vec<Millis>, Tally> = BTreeMap::new();
    let before = journey.entries.iter().map(|entry| {
        let mut before: Option<Tally> = None;
        let mut add = |tally: Tally| match before.as_mut() {
            Some(before) => before.join(&tally),
            None => before = Some(tally),
        };
        // A restart comes wherever somebody waits.
        if restarts && let Some(waiting) = &waiting {
            add(waiting.tally.as_before());
        }
        if let Some(gaps) = again(entry) {
            let mut run = ended.as_ref().map(|end| end.tally.clone());
            if journey.overlap == Overlap::Restart
                && let Some(waiting) = &waiting
            {
                match run.as_mut() {
                    Some(run) => run.join(&waiting.tally),
                    None => run = Some(waiting.tally.clone()),
                }
            }
            if let Some(run) = run {
                add(closures.entry(gaps).or_insert_with_key(|gaps| closure(&new, &run, gaps).as_before()).clone());
            }
        }
        before
    });
    let before: Vec<Option<Tally>> = before.collect();
    counter.journey(|at| before.get(at).cloned().flatten(), true);
    let longest = alone.longest;
    (alone, Counts { longest, ..counter.counts() })
}

/// What lies before any round, if rounds follow each other for ever: from the beginning of each to that of the next it takes
/// as long as the pattern of `gaps` says, which comes again and again.
///
/// Proof sketch: before a round lie some whole patterns and the beginning of one more, which can begin at any of its gaps.
/// For each `first` gap, `whole` is what one pattern does, `up_to` any number of them, and the steps after it each beginning
/// of one more. All of these joined hold before every round.
fn closure(new: &Tally, round: &Tally, gaps: &[Millis]) -> Tally {
    let after = |gap: Millis| round.clone().lasting(gap);
    let mut all = new.clone();
    for first in 0..gaps.len() {
        let pattern = || gaps.iter().cycle().skip(first).take(gaps.len()).copied();
        let whole = pattern().fold(new.clone(), |before, gap| before.then(&after(gap)));
        let mut now = up_to(new, whole, u32::MAX);
        for gap in pattern() {
            all.join(&now);
            now = now.then(&after(gap));
        }
    }
    all
}

/// So many rounds at most, behind each other, by doubling.
///
/// INVARIANT: `some` is what up to 2ⁿ rounds do: one of them or nothing, doubled `n` times. `all` is what as many rounds do at
/// most as the bits of `times` say that were taken so far. Where twice `some` is no more than `some`, neither is any number
/// of them, and one stands for all that are left.
fn up_to(new: &Tally, round: Tally, mut times: u32) -> Tally {
    let mut all = new.clone();
    let mut some = round;
    some.join(new);
    while times > 0 {
        if times & 1 == 1 {
            all = all.then(&some);
        }
        times >>= 1;
        let twice = some.then(&some);
        if twice.says_the_same(&some) {
            // More rounds bring nothing new.
            return if times > 0 { all.then(&some) } else { all };
        }
        some = twice;
    }
    all
}

/// From one entry to the next, where a schedule brings them: the pattern of lengths in which they come.
pub(super) fn schedule(journey: &Journey, entry: &Entry) -> Option<Vec<Millis>> {
    let gaps = match &entry.cause {
        EntryCause::Every(days, _) => days_apart(*days),
        EntryCause::Yearly(_) => vec![365 * DAY],
        _ => return None,
    };
    let least = gaps.iter().copied().min().unwrap_or(DAY);
    match journey.reenter {
        Reenter::Never => None,
        // Only those that come late enough let in.
        Reenter::After(after) if after > least => Some(vec![after]),
        _ => Some(gaps),
    }
}

/// From one entry to the next, where the program says when it comes.
fn returns(journey: &Journey, entry: &Entry) -> Option<Vec<Millis>> {
    match (&entry.cause, journey.reenter) {
        (EntryCause::Event { .. } | EntryCause::Segment { .. }, Reenter::After(after)) => Some(vec![after]),
        _ => schedule(journey, entry),
    }
}

/// From each day to the next, around the week.
fn days_apart(days: Days) -> Vec<Millis> {
    let at: Vec<Millis> = (0..7u32).filter(|day| days.contains(*day)).map(Millis::from).collect();
    let next = at.iter().cycle().skip(1);
    at.iter().zip(next).map(|(day, next)| if next > day { next - day } else { next + 7 - day } * DAY).collect()
}
