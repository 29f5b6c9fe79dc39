//! The most messages of a list that one entry of a journey can be asked to send in a length of time, followed through
//! its blocks once.
//!
//! A message counts at the moment at which the gate asks the caps about it: quiet hours and gaps have held it before.

use super::anchor::{self, Anchor};
use super::cells::Axis;
use super::clock::{Clock, Length, Passage, millis};
use super::cycle::{Cycle, DAY, WEEK};
use super::facts::{Facts, Known, Outcome, PATHS, Things, Way, fits, ways};
use super::rules::{Rules, named};
use super::tally::{Elapsed, Shown, Tally};
use crate::ir::{
    Branch, Cap, CategoryId, ChannelId, Days, Entry, EntryCause, ExitCause, Expr, Journey, List, MessageId, Overlap,
    Program, Quiet, Reenter, Send, Step, StepKind, TRANSACTIONAL, Window, visit_steps,
};
use crate::source::Span;
use crate::value::Millis;
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
    /// Whether people are taken as unchanged, with the things that other journeys speak about too.
    pub(super) still: Option<&'a [Axis]>,
    /// What the journey speaks about, if that is known already.
    pub(super) things: Option<&'a Things>,
}

impl<'a> Question<'a> {
    /// Whether a cap is kept: the messages before the one that is too many.
    pub(super) fn of(cap: &'a Cap) -> Self {
        let most = usize::try_from(cap.limit).unwrap_or(LARGEST_CAP).min(LARGEST_CAP);
        // Held until its window is over, only what comes at the same moment matters.
        let hold = cap.hold.unwrap_or(0).min(length(cap.per) - 1);
        Self { list: &cap.list, window: cap.per, hold, most, still: None, things: None }
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
    /// Those, and it.
    pub(super) path: Vec<Shown>,
    /// When it comes, since the entry.
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

/// A moment of a path: the clock, and what was sent before.
#[derive(Debug, Clone)]
struct Point {
    clock: Clock,
    tally: Tally,
    facts: Facts,
}

impl Point {
    fn join(&mut self, other: &Point) {
        self.clock.join(&other.clock);
        self.tally.join(&other.tally);
        self.facts.join(&other.facts);
    }

    fn pass(&mut self, length: Length) {
        let passage = self.clock.pass(length);
        self.passed(&passage);
    }

    /// Time has passed on the clock.
    fn passed(&mut self, passage: &Passage) {
        self.tally.pass(passage);
        if passage.length.most != Some(0) {
            self.facts.pass();
        }
    }
}

/// The same paths, those on which the same is known put together; too many are put together whatever is known.
fn gather(points: Vec<Point>) -> Vec<Point> {
    if points.len() < 2 {
        return points;
    }
    let mut out: Vec<Point> = Vec::with_capacity(points.len().min(PATHS + 1));
    for point in points {
        match out.iter_mut().find(|known| known.facts == point.facts) {
            Some(known) => known.join(&point),
            None => out.push(point),
        }
    }
    if out.len() > PATHS { joined(out).into_iter().collect() } else { out }
}

/// All paths together.
fn joined(points: Vec<Point>) -> Option<Point> {
    let mut all = None;
    points.into_iter().for_each(|point| join(&mut all, Some(point)));
    all
}

fn join(into: &mut Option<Point>, other: Option<Point>) {
    match (into.as_mut(), other) {
        (Some(into), Some(other)) => into.join(&other),
        (None, other) => *into = other,
        (Some(_), None) => {}
    }
}

/// What a `repeat` does: found out once, however often it is come to.
#[derive(Debug, Clone)]
struct Rounds {
    /// From the beginning of the repeat to that of any round.
    to_round: Tally,
    /// From its beginning to its end.
    through: Tally,
    /// How long one round lasts, and all of them.
    round: Length,
    all: Length,
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
    let parked = counter.parked.take();
    let new = counter.new_tally();
    let mut closures: BTreeMap<Vec<Millis>, Tally> = BTreeMap::new();
    let before = journey.entries.iter().map(|entry| {
        let mut before: Option<Tally> = None;
        let mut add = |tally: Tally| match before.as_mut() {
            Some(before) => before.join(&tally),
            None => before = Some(tally),
        };
        // A restart comes wherever somebody waits.
        if restarts && let Some(parked) = &parked {
            add(parked.tally.as_before());
        }
        if let Some(gaps) = again(entry) {
            let mut run = ended.as_ref().map(|end| end.tally.clone());
            if journey.overlap == Overlap::Restart
                && let Some(parked) = &parked
            {
                match run.as_mut() {
                    Some(run) => run.join(&parked.tally),
                    None => run = Some(parked.tally.clone()),
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

/// What lies before any round, if rounds follow each other: at each place of the pattern of `gaps`, from beginning to
/// beginning.
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

/// So many rounds at most, behind each other.
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

struct Counter<'a> {
    journey: &'a Journey,
    known: Known<'a>,
    question: Question<'a>,
    /// Quiet hours that hold a message, always or sometimes.
    quiet: Vec<&'a Quiet>,
    /// The gap that lies between any two messages of the list.
    gap: Option<Millis>,
    /// How long gaps and caps can hold which messages.
    delays: Vec<(&'a List, Millis)>,
    /// Messages that windows ask about by their names.
    asked_about: BTreeSet<MessageId>,
    rounds: BTreeMap<Span, Rc<Rounds>>,
    /// Times of day at which quiet hours begin or end: entries before and after are followed apart.
    moments: BTreeSet<Millis>,
    /// Whether an exit can act with no wait before.
    exits_at_once: bool,
    /// Whether steps are counted where they stand, not only what goes through them.
    tells: bool,
    /// Whether it matters where somebody waits: a goal or an exit does something there, or another entry comes.
    parks: bool,
    /// Wherever somebody waits.
    parked: Option<Point>,
    /// Wherever an entry ends.
    ends: Option<Point>,
    block: usize,
    asked: BTreeMap<(usize, Span), Vec<Asked>>,
}

/// An entry at any time of day is followed for this many parts of the day, plus one.
const PARTS_OF_THE_DAY: usize = 8;

/// A message is held this long at most, in all.
const LONGEST_HOLD: Millis = 7 * DAY;

impl<'a> Counter<'a> {
    fn new(program: &'a Program, journey: &'a Journey, question: Question<'a>) -> Self {
        let rules = Rules::of(program, journey);
        let mut all: BTreeSet<(ChannelId, CategoryId)> = BTreeSet::new();
        let mut asked_about = BTreeSet::new();
        for block in journey.blocks() {
            visit_steps(block, &mut |step| match &step.kind {
                StepKind::Send(alternatives) | StepKind::BestOf(alternatives) => {
                    all.extend(alternatives.iter().map(|send| (send.channel, send.category)));
                }
                StepKind::If { arms, .. } => arms.iter().for_each(|arm| windows(&arm.cond, &mut asked_about)),
                _ => {}
            });
        }
        let charter = &program.charter;
        let sends = all.iter().filter(|send| named(question.list, **send)).copied().collect();
        let holds = |quiet: &&Quiet| !quiet.skip && all.iter().any(|send| named(&quiet.list, *send));
        let quiet: Vec<&Quiet> = charter.quiet.iter().chain(&journey.quiet).filter(holds).collect();
        let mut moments: BTreeSet<Millis> =
            quiet.iter().flat_map(|quiet| [millis(quiet.from), millis(quiet.to)]).collect();
        while moments.len() > PARTS_OF_THE_DAY {
            moments.pop_last();
        }
        let gaps = charter.gaps.iter().chain(&journey.gaps).filter(|gap| !gap.skip).map(|gap| (&gap.list, gap.least));
        let caps = charter.caps.iter().chain(&journey.caps).filter_map(|cap| Some((&cap.list, cap.hold?)));
        let delays = gaps.chain(caps).collect();
        let still = question.still.is_some();
        let things = || Things::of(program, journey, question.still.unwrap_or_default());
        Self {
            journey,
            known: Known::new(program, question.things.cloned().unwrap_or_else(things), still),
            question,
            quiet,
            gap: rules.gap_between(&sends),
            delays,
            asked_about,
            rounds: BTreeMap::new(),
            moments,
            exits_at_once: journey.exits.iter().any(|exit| matches!(exit.cause, ExitCause::When(_))),
            tells: true,
            parks: journey.goals.iter().any(|goal| !goal.steps.is_empty())
                || journey.exits.iter().any(|exit| !exit.steps.is_empty()),
            parked: None,
            ends: None,
            block: 0,
            asked: BTreeMap::new(),
        }
    }

    /// What was counted; the next is counted anew.
    fn counts(&mut self) -> Counts {
        let longest = self.ends.as_ref().and_then(|end| end.clock.since.most);
        Counts { asked: std::mem::take(&mut self.asked).into_values().flatten().collect(), longest }
    }

    fn new_tally(&self) -> Tally {
        Tally::new(self.question.most, length(self.question.window).saturating_sub(self.question.hold))
    }

    /// Follows all blocks; `before` says what lies before an entry, `last` whether nothing is asked of what it leaves behind.
    fn journey(&mut self, before: impl Fn(usize) -> Option<Tally>, last: bool) {
        let leaving = self.parks;
        self.parks |= !last;
        for (at, entry) in self.journey.entries.iter().enumerate() {
            self.block = at;
            let tally = before(at).unwrap_or_else(|| match last {
                true => self.new_tally().as_before(),
                false => self.new_tally(),
            });
            for mut clock in Clock::entries(self.journey, &entry.cause, &self.moments) {
                let mut facts = Facts::default();
                if !self.known.enter(self.journey, &entry.cause, &mut clock, &mut facts) {
                    continue;
                }
                let point = Point { clock, tally: tally.clone(), facts };
                if self.exits_at_once {
                    join(&mut self.parked, Some(point.clone()));
                }
                let ends = self.block(&entry.steps, vec![point]);
                join(&mut self.ends, joined(ends));
            }
        }
        self.parks = leaving;
        // Goals and exits act wherever somebody waits; an `exit when` even before the first step.
        let Some(parked) = self.parked.clone() else { return };
        let goals = self.journey.goals.iter().map(|goal| &goal.steps);
        for (at, steps) in goals.chain(self.journey.exits.iter().map(|exit| &exit.steps)).enumerate() {
            self.block = self.journey.entries.len() + at;
            let ends = self.block(steps, vec![parked.clone()]);
            join(&mut self.ends, joined(ends));
        }
    }

    /// Follows steps; gives what is known behind them, or nothing where every path leaves.
    fn block(&mut self, steps: &[Step], before: Vec<Point>) -> Vec<Point> {
        let mut now = before;
        let mut next = Vec::with_capacity(now.len());
        for step in steps {
            for point in now.drain(..) {
                self.step(step, point, &mut next);
            }
            std::mem::swap(&mut now, &mut next);
            if now.len() > 1 {
                now = gather(now);
            }
            // What is sent or set can make an `exit when` true at once.
            if self.tells
                && self.exits_at_once
                && matches!(step.kind, StepKind::Send(_) | StepKind::BestOf(_) | StepKind::Set { .. })
            {
                now.iter().for_each(|point| join(&mut self.parked, Some(point.clone())));
            }
        }
        now
    }

    /// Somebody waits from here on, so long at most: goals and exits can act.
    fn park(&mut self, point: &Point, most: Option<Millis>) {
        if self.tells && self.parks && most != Some(0) {
            let mut clock = point.clock.clone();
            clock.pass(Length { least: 0, most });
            let mut facts = point.facts.clone();
            facts.pass();
            match &mut self.parked {
                Some(parked) => {
                    parked.clock.join(&clock);
                    parked.tally.join(&point.tally);
                    parked.facts.join(&facts);
                }
                none => *none = Some(Point { clock, tally: point.tally.clone(), facts }),
            }
        }
    }

    fn waits(&mut self, mut point: Point, length: Length) -> Point {
        self.park(&point, length.most);
        point.pass(length);
        point
    }

    /// A path on which a branch comes out so, if it can.
    fn takes(&self, mut point: Point, way: &Way<'_>) -> Option<Point> {
        point.pass(way.length);
        let learned =
            way.known.iter().all(|(cond, holds)| self.known.learn(&mut point.clock, &mut point.facts, cond, *holds));
        learned.then_some(point)
    }

    /// What is known behind a step goes `out`.
    fn step(&mut self, step: &Step, mut now: Point, out: &mut Vec<Point>) {
        match &step.kind {
            StepKind::Wait(length) => out.push(self.waits(now, Length::exactly(*length))),
            StepKind::WaitUntil { until, or_exit } => {
                if *or_exit && self.tells {
                    join(&mut self.ends, Some(now.clone()));
                }
                let mut clock = now.clock.clone();
                let passage = clock.wait_until(until, *or_exit);
                self.park(&now, passage.length.most);
                now.clock = clock;
                now.passed(&passage);
                out.push(now);
            }
            StepKind::WaitBetween { from, to, days } => {
                let mut clock = now.clock.clone();
                let passage = clock.wait_between(*from, *to, *days);
                self.park(&now, passage.length.most);
                now.clock = clock;
                now.passed(&passage);
                out.push(now);
            }
            StepKind::WaitFor { cond, up_to } if !self.known.can_speak(cond) => {
                out.push(self.waits(now, Length::up_to(*up_to)));
            }
            StepKind::WaitFor { cond, up_to } => {
                self.park(&now, Some(*up_to));
                let came = self.takes(now.clone(), &Way { length: Length::up_to(*up_to), known: vec![(cond, true)] });
                // Who goes on without it has waited to the end.
                let not = self.takes(now, &Way { length: Length::exactly(*up_to), known: vec![(cond, false)] });
                out.extend(came.into_iter().chain(not));
            }
            StepKind::Send(sends) | StepKind::BestOf(sends) => self.send(step, sends, now, out),
            StepKind::If { arms, otherwise } => {
                let mut behind = vec![];
                let mut left = vec![now];
                for arm in arms {
                    let mut others = vec![];
                    for now in left {
                        let (yes, no) = ways(&now.clock, &arm.cond);
                        self.park(&now, yes.length.join(no.length).most);
                        if let Some(taken) = self.takes(now.clone(), &yes) {
                            behind.extend(self.block(&arm.steps, vec![taken]));
                        }
                        others.extend(self.takes(now, &no));
                    }
                    left = gather(others);
                }
                behind.extend(self.block(otherwise, left));
                out.extend(gather(behind));
            }
            StepKind::Match { value, arms, otherwise } => {
                let mut behind = vec![];
                let mut left = Some(now);
                for arm in arms {
                    let Some(now) = left else { break };
                    let fits = fits(value, &arm.values);
                    let way = |holds: bool| Way { length: Length::NONE, known: vec![(&fits, holds)] };
                    if let Some(taken) = self.takes(now.clone(), &way(true)) {
                        behind.extend(self.block(&arm.steps, vec![taken]));
                    }
                    left = self.takes(now, &way(false));
                }
                behind.extend(self.block(otherwise, left.into_iter().collect()));
                out.extend(gather(behind));
            }
            StepKind::Split { arms, .. } => {
                let mut behind = vec![];
                for arm in arms {
                    behind.extend(self.block(&arm.steps, vec![now.clone()]));
                }
                out.extend(gather(behind));
            }
            StepKind::Repeat { times, every, until, steps } => {
                if (*times as usize).saturating_mul(weight(steps)) <= UNROLLED {
                    out.extend(self.each_round(*times, *every, until.as_ref(), steps, now));
                } else {
                    out.push(self.repeat(step.span, *times, *every, until.is_some(), steps, now));
                }
            }
            StepKind::Exit => {
                if self.tells {
                    join(&mut self.ends, Some(now));
                }
            }
            StepKind::Set { target, .. } => {
                now.facts.set(target);
                now.clock.forget_dates();
                out.push(now);
            }
            StepKind::Add(..)
            | StepKind::Remove(_)
            | StepKind::Emit { .. }
            | StepKind::Start(_)
            | StepKind::Call { .. } => out.push(now),
        }
    }

    /// A few rounds of a repeat, one after the other.
    fn each_round(
        &mut self,
        times: u32,
        every: Millis,
        until: Option<&Expr>,
        steps: &[Step],
        now: Point,
    ) -> Vec<Point> {
        let over = |holds: bool| Way { length: Length::NONE, known: until.iter().map(|cond| (*cond, holds)).collect() };
        let mut behind = vec![];
        let mut begins = vec![now];
        for round in 1..=times {
            let mut next = vec![];
            for begin in std::mem::take(&mut begins) {
                if until.is_some() {
                    behind.extend(self.takes(begin.clone(), &over(true)));
                }
                let Some(mut begin) = self.takes(begin, &over(false)) else { continue };
                let origin = begin.clock.clone();
                begin.clock.begin_round();
                for mut end in self.block(steps, vec![begin]) {
                    let lasted = end.clock.end_round();
                    if round == times {
                        behind.push(end);
                        continue;
                    }
                    self.park(&end, Some(every));
                    if until.is_some() {
                        // It comes true between two rounds.
                        let mut early = end.clone();
                        early.pass(Length::up_to((every - lasted.least).max(0)));
                        behind.extend(self.takes(early, &over(true)));
                    }
                    let passage = end.clock.until_round(&origin, lasted, every);
                    end.passed(&passage);
                    next.push(end);
                }
            }
            begins = gather(next);
        }
        gather(behind)
    }

    /// The rounds of a repeat.
    fn repeat(
        &mut self,
        at: Span,
        times: u32,
        every: Millis,
        ends_early: bool,
        steps: &[Step],
        mut now: Point,
    ) -> Point {
        let rounds = match self.rounds.get(&at) {
            Some(rounds) => rounds.clone(),
            None => {
                let rounds = Rc::new(self.find_rounds(times, every, ends_early, steps));
                self.rounds.insert(at, rounds.clone());
                rounds
            }
        };
        now.facts.pass();
        now.facts.send();
        if self.tells {
            let mut begin = now.clone();
            begin.tally = now.tally.then(&rounds.to_round).as_before();
            let in_step = rounds.round.most.is_some_and(|most| most <= every);
            begin.clock.begin_rounds(rounds.all, in_step && every % DAY == 0, in_step && every % WEEK == 0);
            let ends = self.block(steps, vec![begin]);
            // Between two rounds somebody waits.
            if times > 1 {
                ends.iter().for_each(|end| self.park(end, Some(every)));
            }
        }
        now.tally = now.tally.then(&rounds.through);
        now.clock.pass(rounds.all);
        now.clock.forget_sends();
        now
    }

    /// What rounds do, without a word about the steps within.
    fn find_rounds(&mut self, times: u32, every: Millis, ends_early: bool, steps: &[Step]) -> Rounds {
        let told = std::mem::replace(&mut self.tells, false);
        let new = self.new_tally();
        let start = Point { clock: Clock::round(), tally: new.clone(), facts: Facts::default() };
        let end = joined(self.block(steps, vec![start]));
        self.tells = told;
        // Where every path leaves there is one round at most.
        let Some(end) = end else {
            return Rounds { to_round: new.clone(), through: new, round: Length::NONE, all: Length::ANY };
        };
        let round = end.clock.since;
        let one = end.tally.clone().lasting(every);
        let to_round = up_to(&new, one, times - 1);
        let to_last = round.at_least(every).times(Millis::from(times) - 1);
        let mut through = to_round.then(&end.tally);
        let mut all = to_last.plus(round);
        if ends_early {
            through.join(&to_round);
            all.least = 0;
        } else {
            through = through.through_at_least(to_last.least.saturating_add(round.least));
        }
        Rounds { to_round, through, round, all }
    }

    /// A message, or one of several, and what holds it before.
    fn send(&mut self, step: &Step, sends: &[Send], now: Point, out: &mut Vec<Point>) {
        let is_named = |send: &&Send| named(self.question.list, (send.channel, send.category));
        let is_counted = sends.iter().any(|send| is_named(&send));
        let is_capped = sends.iter().filter(is_named).any(|send| send.category != TRANSACTIONAL);
        let (day, before) = (now.clock.day, now.clock.since.most);
        let quiet = sends.iter().any(|send| self.quiet_for(send).next().is_some());
        let (mut sent, unsent) = if quiet {
            let mut held: Option<Point> = None;
            for send in sends {
                join(&mut held, Some(self.held(send, &now)));
            }
            (held.unwrap_or_else(|| now.clone()), Some(now))
        } else {
            (now, None)
        };
        let best_time = |send: &Send| send.best_time.as_ref().map_or(0, |(within, _)| *within);
        let delay = match (sends.iter().map(|send| self.delay(send)).max().unwrap_or(0), quiet) {
            (delay, false) => delay.saturating_add(sends.iter().map(best_time).max().unwrap_or(0)),
            (0, true) => 0,
            // At the end of a gap it may be quiet again.
            (delay, true) => delay + DAY,
        };
        if let Some(unsent) = &unsent {
            self.park(unsent, sent.clock.since.most.zip(before).map(|(end, begin)| end - begin + delay));
        } else {
            self.park(&sent, Some(delay));
        }
        if delay > 0 {
            sent.pass(Length::up_to(delay));
        }
        if is_counted {
            if let Some(gap) = self.gap.filter(|_| is_capped) {
                sent.tally.keep_apart(gap);
            }
            sent.tally.read(&sent.clock);
            if self.tells {
                self.ask(step, is_capped, day, &sent);
            }
        }
        let first = out.len();
        if self.known.asks_outcome() {
            let messages: Vec<MessageId> = sends.iter().map(|send| send.message).collect();
            // One that does not go, or fails, takes no place.
            for outcome in [Outcome::Suppressed, Outcome::Fails] {
                let mut other = sent.clone();
                if let Some(unsent) = &unsent {
                    other.join(unsent);
                }
                self.known.outcome(&mut other.facts, &messages, outcome);
                out.push(other);
            }
            self.known.outcome(&mut sent.facts, &messages, Outcome::Went);
        } else {
            sent.facts.send();
        }
        if is_counted {
            sent.tally.send(&sent.clock, step.span);
        }
        // Without consent, say, it does not go, and nothing holds it: the clock shows what it showed before.
        if let Some(unsent) = unsent {
            sent.clock.join(&unsent.clock);
            sent.tally.join(&unsent.tally);
        }
        out.push(sent);
        for point in out.iter_mut().skip(first) {
            for send in sends {
                point.clock.send(send.message, self.asked_about.contains(&send.message));
            }
        }
    }

    /// The quiet hours that can hold a message.
    fn quiet_for(&self, send: &Send) -> impl Iterator<Item = &'a Quiet> {
        let (of, is_free) = ((send.channel, send.category), send.category == TRANSACTIONAL);
        self.quiet.iter().copied().filter(move |quiet| !is_free && named(&quiet.list, of) && quiet.from != quiet.to)
    }

    /// How long gaps and caps can hold a message.
    fn delay(&self, send: &Send) -> Millis {
        let about = |(list, _): &&(&List, Millis)| named(list, (send.channel, send.category));
        let rules = self.delays.iter().filter(|_| send.category != TRANSACTIONAL).filter(about);
        rules.map(|(_, length)| (*length).min(LONGEST_HOLD)).max().unwrap_or(0)
    }

    /// At the end of the quiet hours that can hold a message.
    fn held(&self, send: &Send, now: &Point) -> Point {
        let mut point = now.clone();
        // The best hour comes first, and the gate is asked at its end.
        if let Some((within, _)) = &send.best_time {
            point.pass(Length::up_to(*within));
        }
        for quiet in self.quiet_for(send) {
            let mut held = point.clone();
            let passage = held.clock.wait_between(quiet.to, quiet.from, Days::ALL);
            held.passed(&passage);
            if quiet.stands_always() {
                point = held;
            } else {
                point.join(&held);
            }
        }
        // One that stands only at times may end whenever it no longer stands, and several of them follow each other.
        let (mut longest, mut odd) = (0, 0);
        for quiet in self.quiet_for(send) {
            let length = (millis(quiet.to) - millis(quiet.from)).rem_euclid(DAY);
            longest = if length == 0 { LONGEST_HOLD } else { longest.max(length) };
            odd += usize::from(!quiet.stands_always());
        }
        if odd > 0 {
            let mut held = point.clone();
            held.pass(Length::up_to(if self.quiet_for(send).count() > 1 { LONGEST_HOLD } else { longest }));
            point.join(&held);
        }
        point
    }

    /// A message of the list reaches the caps.
    fn ask(&mut self, step: &Step, is_capped: bool, day: Cycle, at: &Point) {
        let question = &self.question;
        let lies_inside = |n: usize| at.tally.ago(n).is_some_and(|ago| inside(question.window, ago, question.hold));
        let before = (1..=at.tally.len()).take_while(|n| lies_inside(*n)).count();
        let closest = at.tally.ago(1).map(|ago| ago.least);
        let still = question.still.is_some();
        let facts = if still { at.facts.clone() } else { Facts::default() };
        let here = self.asked.entry((self.block, step.span)).or_default();
        let known = here.iter().position(|asked| asked.facts == facts || here.len() >= PATHS);
        let path = || {
            let mut path = at.tally.path(before);
            let last = at.tally.ago(before).map_or(0, |ago| ago.least);
            path.push(Shown { at: last, time: at.clock.day.point(), place: step.span });
            path
        };
        let Some(known) = known.and_then(|at| here.get_mut(at)) else {
            here.push(Asked {
                place: step.span,
                is_capped,
                before,
                path: path(),
                since: at.clock.since,
                day,
                closest,
                block: self.block,
                weeks: vec![at.clock.week],
                anchors: at.clock.anchors.clone(),
                facts,
            });
            return;
        };
        known.since = known.since.join(at.clock.since);
        known.day = known.day.join(day);
        known.closest = known.closest.into_iter().chain(closest).min();
        known.facts.join(&facts);
        anchor::join(&mut known.anchors, &at.clock.anchors);
        let week = at.clock.week;
        if !known.weeks.iter().any(|known| known.covers(week)) {
            let last = if known.weeks.len() >= WEEKS { known.weeks.pop() } else { None };
            known.weeks.push(last.map_or(week, |last| last.join(week)));
        }
        // Of the ways on which it comes the worst is told.
        if known.before < before {
            known.before = before;
            known.path = path();
        }
    }
}

/// So many parts of the week are told apart.
const WEEKS: usize = 7;

/// A repeat of so many steps in all is followed round by round.
const UNROLLED: usize = 40;

/// How many steps a block comes to, rounds counted each.
fn weight(steps: &[Step]) -> usize {
    let all =
        |blocks: &mut dyn Iterator<Item = &Vec<Step>>| blocks.map(|steps| weight(steps)).fold(0, usize::saturating_add);
    let of = |step: &Step| match &step.kind {
        StepKind::If { arms, otherwise } => all(&mut arms.iter().map(|arm| &arm.steps).chain([otherwise])) + 1,
        StepKind::Match { arms, otherwise, .. } => all(&mut arms.iter().map(|arm| &arm.steps).chain([otherwise])) + 1,
        StepKind::Split { arms, .. } => all(&mut arms.iter().map(|arm| &arm.steps)) + 1,
        StepKind::Repeat { steps, times, .. } => weight(steps).saturating_mul(*times as usize).saturating_add(1),
        _ => 1,
    };
    steps.iter().map(of).fold(0, usize::saturating_add)
}

/// The messages that windows ask about by their names.
pub(super) fn windows(branch: &Branch, out: &mut BTreeSet<MessageId>) {
    match branch {
        Branch::Ask(..) => {}
        Branch::Window { engagement, .. } => {
            // More of them than this are rare, and are taken as sent at any time.
            out.extend(engagement.iter().flatten().flatten());
            while out.len() > 8 {
                out.pop_last();
            }
        }
        Branch::Not(inner) => windows(inner, out),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().for_each(|part| windows(part, out)),
    }
}
