//! What can happen to a customer, as storyboards: a way through a journey with its times, its messages, and what makes it
//! this way.
//!
//! This is no analysis of all paths at once (`dataflow.rs`): one way is followed, whose choices `ways.rs` has made.

use super::clock::Clock;
use super::consistent::{Asked, Fuel, can_be};
use super::facts::as_entry_properties;
use super::given::{asked, holds, look};
use super::kept::{is_changed_by_sends, is_changed_by_setting, is_fixed};
use super::length::Length;
use super::settle::{Given, Settled, settle};
use super::ways::{Way, ways};
use crate::ir::{Branch, EntryCause, Expr, Journey, MessageId, Program, SetTarget, Step, StepKind};
use crate::source::Span;
use crate::value::{Comparison, Millis, Minute};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// With no more ways than this, each is looked at, and counts are exact.
const FEW: u128 = 2_000;
/// Of more, so many of each entry are looked at.
const SOME: usize = 60;
/// A way with more than this is not told round by round.
const SCENES: usize = 200;
/// So many things that are known are held against an answer together, the newest first.
const TOGETHER: usize = 16;
/// Rounds that are told one by one.
const ROUNDS: u32 = 6;

/// The storyboards of a program.
#[derive(Debug)]
pub struct Stories<'a> {
    /// The ways that are shown: those of one journey together, of each the most insistent first, and so are the journeys.
    pub shown: Vec<Story<'a>>,
    /// How many more there are; at most as many as can be counted ([`u128::MAX`]: at least).
    pub more: u128,
    /// Whether all of those that contradict themselves are known, and not counted.
    pub is_exact: bool,
}

/// A way through a journey.
#[derive(Debug)]
pub struct Story<'a> {
    /// The journey.
    pub journey: &'a Journey,
    /// The goal or exit whose steps these are; none: an entry's, which is what happens if no goal or exit acts.
    pub leaves_by: Option<Span>,
    /// What happens, in order.
    pub scenes: Vec<Scene>,
    /// Messages that are asked for.
    pub messages: u64,
    /// Since the entry at the end: at least, and at most where that is known.
    pub length: (Millis, Option<Millis>),
    /// When it begins, since the local Monday, where that was asked for and the journey can begin then.
    pub starts: Option<Millis>,
}

/// Something that happens on a way.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Since the entry, in milliseconds: at least, and at most where that is known.
    pub at: (Millis, Option<Millis>),
    /// What it is.
    pub what: SceneKind,
    /// Where it stands.
    pub place: Span,
}

/// What happens.
#[derive(Debug, Clone, PartialEq)]
pub enum SceneKind {
    /// The person enters; of the steps of a goal or exit, it acts.
    Enters,
    /// A message is asked for.
    Message,
    /// Something else is done.
    Step,
    /// A question was answered so.
    Answer(bool),
    /// A line of a `match`.
    Fits,
    /// No line of a `match` fits.
    FitsNone,
    /// An arm of a split: the name of the split, then of the arm.
    Arm(SmolStr, SmolStr),
    /// Rounds begin, of which so many are not told.
    MoreRounds(u32),
    /// The rounds are not begun, or ended, by their `until`.
    NoRounds,
    /// The way ends.
    Ends,
}

/// The storyboards of all journeys, or of one, `most` of them; if somebody comes in on this day of the week (0 is Monday), at
/// this minute of the day.
///
/// ```
/// use journey::{Program, SourceFile, prove};
///
/// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs; if opened within 1d then sms offer");
/// let checked = Program::check(&[source]);
/// let typed = checked.program.ok_or("errors")?;
/// let stories = prove::stories(&typed, None, None, 50);
/// assert_eq!((stories.shown.len(), stories.more), (2, 0));
/// assert_eq!(stories.shown[0].messages, 2);
/// # Ok::<(), &str>(())
/// ```
pub fn stories<'a>(program: &'a Program, only: Option<&str>, starts: Option<(u8, Minute)>, most: usize) -> Stories<'a> {
    let mut blocks = vec![];
    for journey in program.journeys.iter().filter(|j| only.is_none_or(|only| j.name == only)) {
        let constant = constant(program, journey);
        let entries = journey.entries.iter().map(|entry| (Begins::Enters(&entry.cause), entry.span, &entry.steps));
        let goals = journey.goals.iter().map(|goal| (goal.span, &goal.steps));
        let leaves = goals.chain(journey.exits.iter().map(|exit| (exit.span, &exit.steps)));
        let leaves = leaves.filter(|(_, steps)| !steps.is_empty());
        let all = entries.chain(leaves.map(|(span, steps)| (Begins::Leaves, span, steps)));
        blocks.extend(all.map(|(begins, place, steps)| (Block { journey, begins, place, steps }, constant.clone())));
    }
    let count = |(block, constant): &(Block<'_>, _)| ways(block.steps, constant, 1).count;
    let all = blocks.iter().map(count).fold(0_u128, u128::saturating_add);
    let is_exact = all <= FEW;
    let each = if is_exact { all as usize } else { SOME.max(most) };
    let mut found: Vec<(&Block<'_>, Way)> = vec![];
    for (block, constant) in &blocks {
        found.extend(ways(block.steps, constant, each).first.into_iter().map(|way| (block, way)));
    }
    let found = share_out(found, most);
    let (mut shown, mut impossible, mut looked) = (vec![], 0_u128, 0_u128);
    for (block, way) in &found {
        if shown.len() >= most && !is_exact {
            break;
        }
        looked += 1;
        match Teller::new(program, **block, starts, way).tell() {
            Some(story) if shown.len() < most => shown.push(story),
            Some(_) => {}
            None => impossible += 1,
        }
    }
    together(&mut shown);
    let more = match all {
        u128::MAX => u128::MAX,
        all => all.saturating_sub(impossible).saturating_sub(shown.len() as u128),
    };
    Stories { shown, more, is_exact: looked == all }
}

/// The most insistent first, but each journey's share before what others have beyond theirs: none takes the room of all.
fn share_out<'b, 'p>(mut found: Vec<(&'b Block<'p>, Way)>, most: usize) -> Vec<(&'b Block<'p>, Way)> {
    found.sort_by_key(|(_, way)| std::cmp::Reverse((way.messages, way.length)));
    let journeys: BTreeSet<Span> = found.iter().map(|(block, _)| block.journey.span).collect();
    let share = most.checked_div(journeys.len()).unwrap_or(0).max(1);
    let mut before: BTreeMap<Span, usize> = BTreeMap::new();
    let (mut first, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(|(block, _)| {
        let count = before.entry(block.journey.span).or_default();
        *count += 1;
        *count <= share
    });
    first.extend(rest);
    first
}

/// Puts one journey's ways together; the journey whose first way is the most insistent comes first.
fn together(shown: &mut [Story<'_>]) {
    let mut firsts: Vec<&Story<'_>> = vec![];
    for story in shown.iter() {
        if !firsts.iter().any(|first| first.journey.span == story.journey.span) {
            firsts.push(story);
        }
    }
    firsts.sort_by_key(|story| std::cmp::Reverse((story.messages, story.length)));
    let order: Vec<Span> = firsts.iter().map(|story| story.journey.span).collect();
    shown.sort_by_key(|story| order.iter().position(|known| *known == story.journey.span));
}

/// A block of steps, and how it begins.
#[derive(Clone, Copy)]
struct Block<'a> {
    journey: &'a Journey,
    begins: Begins<'a>,
    place: Span,
    steps: &'a [Step],
}

#[derive(Clone, Copy)]
enum Begins<'a> {
    /// Somebody comes in.
    Enters(&'a EntryCause),
    /// Somebody leaves by a goal or exit, at any moment.
    Leaves,
}

/// Whether a condition cannot come out otherwise; what holds by itself holds only where no value is missing.
fn is_sure(settled: &Settled) -> bool {
    settled.by.is_some() || !settled.always
}

/// The questions of a journey that come out one way only, by their places.
fn constant(program: &Program, journey: &Journey) -> BTreeMap<Span, bool> {
    let found = look(program, journey).constant.into_iter();
    let surely = found.filter(|constant| is_sure(&constant.settled));
    surely.map(|constant| (constant.place, constant.settled.always)).collect()
}

struct Teller<'a> {
    program: &'a Program,
    fuel: Fuel,
    block: Block<'a>,
    starts: Option<Millis>,
    choices: Vec<u16>,
    next: usize,
    messages: u64,
    clock: Clock,
    /// When messages were asked for, since the entry, and the last of them.
    sent: BTreeMap<MessageId, Length>,
    last: Option<Length>,
    known: Vec<Given>,
    scenes: Vec<Scene>,
    possible: bool,
}

impl<'a> Teller<'a> {
    fn new(program: &'a Program, block: Block<'a>, starts: Option<(u8, Minute)>, way: &Way) -> Self {
        let journey = block.journey;
        let mut clock = match block.begins {
            Begins::Enters(cause) => Clock::entry(journey, cause),
            Begins::Leaves => Clock::round(),
        };
        let starts = starts.filter(|_| matches!(block.begins, Begins::Enters(_)));
        let starts = starts.and_then(|(day, minute)| clock.starts(day, minute));
        // Who leaves by a goal may no longer be one of those whom the journey is for.
        let mut known = vec![];
        if let Begins::Enters(cause) = block.begins {
            known.extend(journey.eligible.iter().map(|cond| Given::new(program, cond.clone(), true, journey.span)));
            match cause {
                EntryCause::Event { cond: Some(cond), .. } => {
                    known.push(Given::new(program, as_entry_properties(journey, cond), true, block.place));
                }
                EntryCause::Segment { segment, entering } => {
                    known.push(Given::new(program, Expr::In(*segment), *entering, block.place));
                }
                _ => {}
            }
        }
        let (messages, choices) = (way.messages, way.choices.clone());
        Self {
            program,
            fuel: Fuel::new(),
            block,
            starts,
            choices,
            next: 0,
            messages,
            clock,
            sent: BTreeMap::new(),
            last: None,
            known,
            scenes: vec![],
            possible: true,
        }
    }

    /// The story, unless the way contradicts itself.
    fn tell(mut self) -> Option<Story<'a>> {
        let Block { journey, begins, place, steps } = self.block;
        self.scene(SceneKind::Enters, place);
        let goes_on = self.steps(steps);
        if goes_on {
            self.scene(SceneKind::Ends, place);
        }
        let length = (self.clock.since.least, self.clock.since.most);
        let leaves_by = matches!(begins, Begins::Leaves).then_some(place);
        let (scenes, messages, starts) = (self.scenes, self.messages, self.starts);
        self.possible.then_some(Story { journey, leaves_by, scenes, messages, length, starts })
    }

    fn scene(&mut self, what: SceneKind, place: Span) {
        let at = (self.clock.since.least, self.clock.since.most);
        self.scenes.push(Scene { at, what, place });
    }

    fn choose(&mut self) -> usize {
        let choice = self.choices.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        usize::from(choice)
    }

    /// Time passes: what was known of a person may have changed.
    fn waits(&mut self, pass: impl FnOnce(&mut Clock)) {
        pass(&mut self.clock);
        self.known.retain(|known| is_fixed(&known.cond));
    }

    /// A condition came out so on this way; where it cannot, the way is not possible.
    fn answer(&mut self, cond: Option<Expr>, holds: bool, place: Span) {
        let Some(cond) = cond else { return };
        let known: Vec<&Given> = self.known.iter().collect();
        let settled = settle(self.program, &self.fuel, &known, &cond).filter(is_sure);
        if settled.is_some_and(|settled| settled.always != holds) {
            self.possible = false;
        }
        // All that is known together can leave no room, where no part of it does.
        let mut all: Vec<Asked<'_>> =
            known.iter().rev().take(TOGETHER).map(|given| (&given.cond, given.holds)).collect();
        all.push((&cond, holds));
        if self.possible && all.len() > 1 && !can_be(self.program, &self.fuel, &all) {
            self.possible = false;
        }
        self.known.push(Given::new(self.program, cond, holds, place));
    }

    /// Whether the way goes on behind the steps.
    fn steps(&mut self, steps: &'a [Step]) -> bool {
        steps.iter().all(|step| self.possible && self.step(step))
    }

    fn step(&mut self, step: &'a Step) -> bool {
        match &step.kind {
            StepKind::Wait(_) | StepKind::WaitUntil { .. } | StepKind::WaitBetween { .. } => {
                self.waits(|clock| _ = clock.wait(&step.kind));
            }
            StepKind::WaitFor { .. } => {
                self.scene(SceneKind::Step, step.span);
                self.waits(|clock| _ = clock.wait(&step.kind));
            }
            StepKind::Send(sends) | StepKind::BestOf(sends) => {
                self.scene(SceneKind::Message, step.span);
                for send in sends {
                    self.clock.send(send.message, true);
                    self.sent.insert(send.message, self.clock.since);
                }
                self.last = Some(self.clock.since);
                let messages: Vec<MessageId> = sends.iter().map(|send| send.message).collect();
                self.known.retain(|known| !is_changed_by_sends(self.program, &known.cond, &messages));
                let best = sends.iter().filter_map(|send| send.best_time.as_ref().map(|(within, _)| *within)).max();
                if let Some(within) = best {
                    self.waits(|clock| _ = clock.pass(Length::up_to(within)));
                }
            }
            StepKind::If { arms, otherwise } => {
                let choice = self.choose();
                for arm in arms.iter().take(choice) {
                    self.branch(&arm.cond, false, arm.span);
                }
                return match arms.get(choice) {
                    Some(arm) => {
                        self.branch(&arm.cond, true, arm.span);
                        self.steps(&arm.steps)
                    }
                    None => self.steps(otherwise),
                };
            }
            StepKind::Match { value, arms, otherwise } => {
                let choice = self.choose();
                let fits = |values: &[Expr]| Some(Expr::OneOf(Box::new(value.clone()), values.to_vec()));
                for arm in arms.iter().take(choice) {
                    self.answer(fits(&arm.values), false, arm.span);
                }
                return match arms.get(choice) {
                    Some(arm) => {
                        self.answer(fits(&arm.values), true, arm.span);
                        self.scene(SceneKind::Fits, arm.span);
                        self.steps(&arm.steps)
                    }
                    None => {
                        self.scene(SceneKind::FitsNone, step.span);
                        self.steps(otherwise)
                    }
                };
            }
            StepKind::Split { name, arms } => {
                let choice = self.choose();
                let Some(arm) = arms.get(choice) else { return true };
                self.scene(SceneKind::Arm(name.clone(), arm.label.clone()), step.span);
                return self.steps(&arm.steps);
            }
            StepKind::Repeat { times, every, until, steps } => {
                if until.is_some() && self.choose() == 1 {
                    self.scene(SceneKind::NoRounds, step.span);
                    return true;
                }
                return self.rounds(*times, *every, steps, step.span);
            }
            StepKind::Exit => {
                self.scene(SceneKind::Ends, step.span);
                return false;
            }
            StepKind::Set { target, value, .. } => {
                self.scene(SceneKind::Step, step.span);
                match target {
                    SetTarget::Attribute(id) => {
                        self.known.retain(|known| !is_changed_by_setting(self.program, &known.cond, *id));
                        if matches!(value, Expr::Const(_)) {
                            let attribute = Box::new(Expr::Attribute(*id));
                            let is = Expr::Compare(Comparison::Is, attribute, Box::new(value.clone()));
                            self.known.push(Given::new(self.program, is, true, step.span));
                        }
                    }
                    _ => self.known.retain(|known| is_fixed(&known.cond)),
                }
            }
            _ => self.scene(SceneKind::Step, step.span),
        }
        true
    }

    /// An `if` that comes out so, after its windows.
    fn branch(&mut self, branch: &Branch, yes: bool, place: Span) {
        if branch.has_window() {
            let (on_yes, on_no) = self.clock.decision(branch);
            self.waits(|clock| _ = clock.pass(if yes { on_yes } else { on_no }));
            self.bound(branch, yes);
            if let Some(cond) = holds(branch).filter(|_| yes) {
                self.known.push(Given::new(self.program, cond, true, place));
            }
        } else {
            self.answer(asked(branch), yes, place);
        }
        self.scene(SceneKind::Answer(yes), place);
    }

    /// A question about a message is settled when its window after the send is over: the clock alone does not know so closely
    /// when that is.
    fn bound(&mut self, branch: &Branch, yes: bool) {
        let (window, in_time) = match branch {
            Branch::Not(inner) => (&**inner, !yes),
            window => (window, yes),
        };
        let Branch::Window { within, engagement: Some(messages), .. } = window else { return };
        let [message] = messages.as_slice() else { return };
        let sent = message.map_or(self.last, |message| self.sent.get(&message).copied());
        let Some(Length { least, most }) = sent else { return };
        let since = &mut self.clock.since;
        if !in_time {
            since.least = since.least.max(least.saturating_add(*within));
        }
        if let Some(end) = most.map(|most| most.saturating_add(*within)) {
            since.most = Some(since.most.map_or(end, |most| most.min(end)).max(since.least));
        }
    }

    /// Rounds that all go alike; the first ones are told.
    fn rounds(&mut self, times: u32, every: Millis, steps: &'a [Step], place: Span) -> bool {
        let (first, begin) = (self.next, self.clock.clone());
        let mut round = 0;
        while round < times {
            self.next = first;
            if round > 0 {
                // Rounds begin so far apart; one that takes longer is followed at once.
                let mut next = begin.clone();
                next.pass(Length::exactly(every.saturating_mul(Millis::from(round))));
                if next.since.least >= self.clock.since.least {
                    self.clock = next;
                }
                self.known.retain(|known| is_fixed(&known.cond));
            }
            if round == ROUNDS && times > ROUNDS + 1 {
                self.scene(SceneKind::MoreRounds(times - round - 1), place);
                round = times - 1;
                continue;
            }
            if self.scenes.len() > SCENES {
                // Rounds within rounds: what is left is counted.
                self.scene(SceneKind::MoreRounds(times - round), place);
                let left = every.saturating_mul(Millis::from(times - round));
                self.waits(|clock| _ = clock.pass(Length { least: 0, most: Some(left) }));
                return true;
            }
            if !self.steps(steps) {
                return false;
            }
            round += 1;
        }
        true
    }
}
