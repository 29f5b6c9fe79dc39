//! Rounds that come back to where they began without any time passing: through what journeys emit, start and set, and
//! through entries, waits, goals, exits and segments.
//!
//! Blocks of steps are the places, and what one does at once is an arrow to each block that this can set going. A round is a
//! circle of arrows. It must be possible again and again: what an entry leads to (a goal, an exit, what stands behind a
//! wait) needs somebody who enters again, and a segment that is entered needs something that leaves it.

use super::truth::{Fact, World};
use crate::engagement::{self, Tells};
use crate::ir::{
    Branch, Calendar, Engagement, EntryCause, EventId, ExitCause, Expr, HistoryKind, HistoryOf, Journey, Overlap,
    Program, Reenter, SetTarget, Step, StepKind, Trigger, Until,
};
use crate::kleene::Truth;
use crate::source::Span;
use crate::value::Value;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What sets a block going.
enum Cause<'a> {
    /// One of these events, where a condition may hold of it.
    Event(Vec<EventId>, Option<&'a Expr>),
    /// Somebody comes into a segment, or leaves it.
    Segment(usize, bool),
    /// A message is engaged with.
    Engaged(Engagement),
    /// A condition comes true.
    True(&'a Expr),
}

/// What a block is to its journey.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It lets in; the first one is what `start` begins.
    Entry { is_first: bool },
    /// It needs somebody inside, and is the end of that entry.
    End,
    /// It needs somebody inside: what stands behind a wait.
    Behind,
}

/// Steps that are done at once when something sets them going.
struct Block<'a> {
    journey: usize,
    part: Part,
    causes: Vec<Cause<'a>>,
    /// Whether somebody can enter once more without any time passing and without a goal or an exit.
    ends: bool,
    acts: Vec<Act<'a>>,
    /// The blocks with which it goes on at once.
    then: Vec<usize>,
}

/// What a step brings about.
#[derive(Clone, Copy)]
struct Act<'a> {
    what: What<'a>,
    span: Span,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Emit(&'a SmolStr, &'a [(SmolStr, Expr)]),
    Start(usize),
    Set(&'a SetTarget, &'a Expr),
}

/// An arrow: the block that is set going, by which act (none: it is what comes next), and the change of a segment that it may
/// be.
#[derive(Clone, Copy)]
struct Arrow {
    to: usize,
    span: Option<Span>,
    /// The segment, and whether it is entered.
    turns: Option<(usize, bool)>,
}

/// The first step of each round of these journeys.
pub(crate) fn endless(program: &Program, journeys: &[&Journey]) -> Vec<Span> {
    let blocks = blocks(program, journeys);
    if blocks.iter().all(|block| block.acts.is_empty()) {
        return vec![];
    }
    let mut arrows = Arrows::of(program, &blocks);
    let mut alive = vec![true; blocks.len()];
    loop {
        let next: Vec<Vec<usize>> =
            arrows.from.iter().map(|list| list.iter().map(|arrow| arrow.to).collect()).collect();
        let rounds = components(&next, &alive);
        if !arrows.drop_dead(&blocks, &mut alive, &rounds) {
            return arrows.first_of_each(&alive, &rounds);
        }
    }
}

fn blocks<'a>(program: &'a Program, journeys: &[&'a Journey]) -> Vec<Block<'a>> {
    let mut out = vec![];
    for journey in journeys {
        let Some(at) = program.journeys.iter().position(|other| std::ptr::eq(other, *journey)) else { continue };
        let mut walk = Walk { behind: vec![], todo: vec![] };
        let entered: Vec<Reach<'_>> = journey.entries.iter().map(|entry| walk.part(&entry.steps)).collect();
        let goals = journey.goals.iter().map(|goal| (triggered(&goal.triggers, goal.cond.as_ref()), &goal.steps));
        let exits = journey.exits.iter().map(|exit| match &exit.cause {
            ExitCause::On(triggers, cond) => (triggered(triggers, cond.as_ref()), &exit.steps),
            ExitCause::When(cond) => (vec![Cause::True(cond)], &exit.steps),
        });
        let mut ends = vec![];
        for (causes, steps) in goals.chain(exits) {
            let Reach { acts, then, .. } = walk.part(steps);
            ends.push(Block { journey: at, part: Part::End, causes, ends: true, acts, then });
        }
        walk.finish();
        let mut entries = vec![];
        for (number, (entry, reach)) in journey.entries.iter().zip(entered).enumerate() {
            // Who is inside is let in a second time only by these.
            let ends = walk.ends(&reach) || journey.overlap != Overlap::Ignore || journey.key.is_some();
            // Who never enters again, or only later, goes round once.
            if journey.reenter != Reenter::Always {
                continue;
            }
            let causes = match &entry.cause {
                EntryCause::Event { events, cond } => vec![Cause::Event(events.clone(), cond.as_ref())],
                EntryCause::Segment { segment, entering } => vec![Cause::Segment(segment.index(), *entering)],
                EntryCause::Date(_) | EntryCause::Yearly(_) | EntryCause::Every(..) | EntryCause::Once(..) => vec![],
            };
            let part = Part::Entry { is_first: number == 0 };
            entries.push(Block { journey: at, part, causes, ends, acts: reach.acts, then: reach.then });
        }
        let behind = walk.behind.into_iter().map(|Behind { causes, does: Reach { acts, then, ends } }| Block {
            journey: at,
            part: Part::Behind,
            causes,
            ends,
            acts,
            then,
        });
        let first = out.len() + entries.len();
        let blocks = entries.into_iter().chain(behind).chain(ends);
        out.extend(blocks.map(|block| Block { then: block.then.iter().map(|at| first + at).collect(), ..block }));
    }
    out
}

/// What goals and exits listen to.
fn triggered<'a>(triggers: &[Trigger], cond: Option<&'a Expr>) -> Vec<Cause<'a>> {
    let of = |trigger: &Trigger| match trigger {
        Trigger::Event(id) => Cause::Event(vec![*id], cond),
        Trigger::Engagement(engagement, _) => Cause::Engaged(*engagement),
    };
    triggers.iter().map(of).collect()
}

/// What steps bring about before any time has surely passed.
#[derive(Default)]
struct Reach<'a> {
    acts: Vec<Act<'a>>,
    /// The blocks behind waits, by their places in [`Walk::behind`], with which they go on at once.
    then: Vec<usize>,
    /// Whether the entry may be over then.
    ends: bool,
}

/// What stands behind a wait, and is still to be gone through: its place, its steps, and what comes behind them.
type Todo<'a> = (usize, &'a [Step], Option<usize>);

/// What stands behind a wait: what ends it, and what it brings about.
struct Behind<'a> {
    causes: Vec<Cause<'a>>,
    does: Reach<'a>,
}

/// Goes through the steps of one journey.
struct Walk<'a> {
    /// What stands behind waits that only something that happens ends.
    behind: Vec<Behind<'a>>,
    todo: Vec<Todo<'a>>,
}

impl<'a> Walk<'a> {
    /// What a block of steps brings about at once.
    fn part(&mut self, steps: &'a [Step]) -> Reach<'a> {
        let mut part = Reach::default();
        part.ends = self.steps(steps, &mut part);
        part
    }

    /// Collects what steps bring about before any time has surely passed; says whether a path goes on with none. What
    /// stands behind a wait is gone through once, with that wait.
    fn steps(&mut self, steps: &'a [Step], part: &mut Reach<'a>) -> bool {
        for (at, step) in steps.iter().enumerate() {
            let rest = steps.get(at + 1..).unwrap_or_default();
            let goes_on = match &step.kind {
                StepKind::Wait(_) | StepKind::Exit => false,
                StepKind::WaitUntil { until, .. } => match until {
                    Until::Calendar(Calendar::Tomorrow(_) | Calendar::NthDay(..)) => false,
                    Until::Calendar(Calendar::Weekday { next, .. }) => !next,
                    Until::Calendar(Calendar::Time(_) | Calendar::Date(..)) | Until::Value(_) => true,
                },
                StepKind::WaitFor { cond, .. } => {
                    // Nothing has happened yet where somebody has just entered.
                    self.waits(&[cond], rest, !is_news(cond), part);
                    false
                }
                StepKind::Emit { event, properties } => {
                    part.acts.push(Act { what: What::Emit(event, properties), span: step.span });
                    true
                }
                StepKind::Start(journey) => {
                    part.acts.push(Act { what: What::Start(journey.index()), span: step.span });
                    true
                }
                StepKind::Set { target, value, .. } => {
                    part.acts.push(Act { what: What::Set(target, value), span: step.span });
                    true
                }
                StepKind::If { arms, otherwise } => {
                    let mut asked = vec![];
                    arms.iter().for_each(|arm| windows(&arm.cond, &mut asked));
                    let mut blocks: Vec<&[Step]> = arms.iter().map(|arm| arm.steps.as_slice()).collect();
                    blocks.push(otherwise);
                    if asked.is_empty() {
                        self.any(blocks.into_iter(), part)
                    } else {
                        self.decides(&asked, blocks.into_iter(), rest, part);
                        false
                    }
                }
                StepKind::Match { arms, otherwise, .. } => {
                    self.any(arms.iter().map(|arm| arm.steps.as_slice()).chain([otherwise.as_slice()]), part)
                }
                StepKind::Split { arms, .. } => self.any(arms.iter().map(|arm| arm.steps.as_slice()), part),
                StepKind::Repeat { times, until, steps, .. } => {
                    let through = self.steps(steps, part) && *times <= 1;
                    // Between two rounds time passes.
                    match until {
                        Some(cond) => {
                            self.waits(&[cond], rest, through || !is_news(cond), part);
                            false
                        }
                        None => through,
                    }
                }
                _ => true,
            };
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// Whether a path goes on through one of these blocks. All are walked, also behind one that does.
    fn any(&mut self, blocks: impl Iterator<Item = &'a [Step]>, part: &mut Reach<'a>) -> bool {
        let mut any = false;
        for block in blocks {
            any |= self.steps(block, part);
        }
        any
    }

    /// What stands behind a wait for something is set going by it, and where that may hold already, at once.
    fn waits(&mut self, conds: &[&'a Expr], rest: &'a [Step], at_once: bool, part: &mut Reach<'a>) {
        let behind = self.behind(conds, rest, None);
        part.then.extend(Some(behind).filter(|_| at_once));
    }

    /// The same of branches that wait for one of these, or for the end of a window.
    fn decides(
        &mut self,
        asked: &[&'a Expr],
        blocks: impl ExactSizeIterator<Item = &'a [Step]>,
        rest: &'a [Step],
        part: &mut Reach<'a>,
    ) {
        let at_once = asked.iter().any(|cond| !is_news(cond));
        let behind = self.behind.len() + blocks.len();
        for block in blocks {
            let branch = self.behind(asked, block, Some(behind));
            part.then.extend(Some(branch).filter(|_| at_once));
        }
        self.behind(asked, rest, None);
    }

    /// What is set going by one of these; `then` comes behind it, and stands further on in the list.
    fn behind(&mut self, conds: &[&'a Expr], steps: &'a [Step], then: Option<usize>) -> usize {
        let at = self.behind.len();
        let causes = conds.iter().map(|cond| Cause::True(cond)).collect();
        self.behind.push(Behind { causes, does: Reach::default() });
        self.todo.push((at, steps, then));
        at
    }

    /// Goes through all that stands behind waits.
    fn finish(&mut self) {
        while let Some((at, steps, then)) = self.todo.pop() {
            let mut does = self.part(steps);
            if does.ends && then.is_some() {
                does.then.extend(then);
                does.ends = false;
            }
            if let Some(behind) = self.behind.get_mut(at) {
                behind.does = does;
            }
        }
        // What comes at once behind a block stands further on in the list.
        for at in (0..self.behind.len()).rev() {
            let ends = self.behind.get(at).is_some_and(|behind| self.ends(&behind.does));
            if let Some(behind) = self.behind.get_mut(at) {
                behind.does.ends = ends;
            }
        }
    }

    fn ends(&self, reach: &Reach<'a>) -> bool {
        reach.ends || reach.then.iter().any(|then| self.behind.get(*then).is_some_and(|behind| behind.does.ends))
    }
}

/// What the windows of a branch wait for.
fn windows<'a>(branch: &'a Branch, out: &mut Vec<&'a Expr>) {
    match branch {
        Branch::Ask(..) => {}
        Branch::Window { cond, .. } => out.push(cond),
        Branch::Not(inner) => windows(inner, out),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().for_each(|part| windows(part, out)),
    }
}

/// Whether a condition is about nothing but what happens after the entry, and so is not true yet in the instant of it.
fn is_news(cond: &Expr) -> bool {
    match cond {
        Expr::Happened(_) | Expr::Engaged(..) => true,
        Expr::And(parts) => parts.iter().any(is_news),
        Expr::Or(parts) => parts.iter().all(is_news),
        _ => false,
    }
}

/// The arrows between blocks.
struct Arrows {
    from: Vec<Vec<Arrow>>,
    /// For each block, what can turn a segment without setting anything going: acts of it, with the segment and the way.
    turns: Vec<Vec<(usize, bool, Span)>>,
}

impl Arrows {
    fn of<'a>(program: &'a Program, blocks: &[Block<'a>]) -> Arrows {
        let index = &Index::of(program, blocks);
        // Exits by a condition, by journey.
        let mut by_condition: HashMap<usize, Vec<usize>> = HashMap::new();
        let stands = |cause: &Cause<'_>| matches!(cause, Cause::True(cond) if !is_news(cond));
        for (at, block) in blocks.iter().enumerate() {
            if block.part == Part::End && block.causes.iter().any(stands) {
                by_condition.entry(block.journey).or_default().push(at);
            }
        }
        let mut arrows = Arrows { from: vec![], turns: vec![] };
        for block in blocks {
            let (mut from, mut turns) = (vec![], vec![]);
            from.extend(block.then.iter().map(|to| Arrow { to: *to, span: None, turns: None }));
            for act in &block.acts {
                index.targets(blocks, act, &mut from);
                let touched = index.segments_of(act);
                turns.extend(touched.into_iter().flat_map(|segment| {
                    let ways = [true, false].into_iter().filter(move |way| index.may_turn(act, segment, *way));
                    ways.map(move |way| (segment, way, act.span)).collect::<Vec<_>>()
                }));
            }
            // Who enters may leave at once by a condition that holds already.
            let entered: BTreeMap<usize, Option<Span>> = from
                .iter()
                .filter_map(|arrow| blocks.get(arrow.to).map(|target| (target, arrow.span)))
                .filter(|(target, _)| matches!(target.part, Part::Entry { .. }))
                .map(|(target, span)| (target.journey, span))
                .collect();
            for (journey, span) in entered {
                let exits = by_condition.get(&journey).into_iter().flatten();
                let may_leave = |at: &&usize| {
                    let causes = blocks.get(**at).map_or(&[][..], |exit| &exit.causes);
                    let holds = |act: &Act<'_>| {
                        causes.iter().any(|cause| matches!(cause, Cause::True(cond) if index.may_hold(act, cond)))
                    };
                    block.acts.iter().any(holds)
                };
                from.extend(exits.filter(may_leave).map(|at| Arrow { to: *at, span, turns: None }));
            }
            arrows.from.push(from);
            arrows.turns.push(turns);
        }
        arrows
    }

    /// Takes away what cannot go on in its round for ever; says whether there was anything.
    fn drop_dead(&mut self, blocks: &[Block<'_>], alive: &mut [bool], rounds: &[usize]) -> bool {
        let lives = |at: usize, alive: &[bool]| alive.get(at) == Some(&true);
        let round = |at: usize| rounds.get(at).copied();
        // Who is entered by a block of each round, who may leave in it, and how segments turn in it.
        let mut entered: BTreeSet<(usize, Option<usize>)> = BTreeSet::new();
        let mut left: BTreeSet<(usize, Option<usize>)> = BTreeSet::new();
        let mut turned: HashMap<(usize, Option<usize>, bool), BTreeSet<Span>> = HashMap::new();
        let mut see = |does: &BTreeSet<(usize, Option<usize>)>| {
            let arrows = |at: usize| self.from.get(at).into_iter().flatten();
            let targets = |at: usize| arrows(at).filter_map(|arrow| blocks.get(arrow.to));
            for (at, of) in does {
                let ends = targets(*at)
                    .filter(|target| target.part == Part::End || target.part == Part::Behind && target.ends);
                left.extend(ends.map(|target| (target.journey, *of)));
            }
            for (at, of) in does {
                for target in targets(*at) {
                    let key = (target.journey, *of);
                    if matches!(target.part, Part::Entry { .. }) && (target.ends || left.contains(&key)) {
                        entered.insert(key);
                    }
                }
                for (segment, way, span) in self.turns.get(*at).into_iter().flatten() {
                    turned.entry((*segment, *of, *way)).or_default().insert(*span);
                }
            }
            entered.clone()
        };
        let living = || self.from.iter().enumerate().filter(|(at, _)| lives(*at, alive));
        let inside = see(&living().map(|(at, _)| (at, round(at))).collect());
        // What a round sets going beside itself lets in and out, too, if it can act each time.
        let acts = |arrow: &Arrow, of: Option<usize>| {
            let beside = blocks.get(arrow.to).filter(|_| round(arrow.to) != of);
            beside
                .is_some_and(|block| matches!(block.part, Part::Entry { .. }) || inside.contains(&(block.journey, of)))
        };
        let beside = living().flat_map(|(at, arrows)| arrows.iter().map(move |arrow| (arrow, round(at))));
        see(&beside.filter(|(arrow, of)| acts(arrow, *of)).map(|(arrow, of)| (arrow.to, of)).collect());
        let mut gone = false;
        for (at, block) in blocks.iter().enumerate() {
            if !lives(at, alive) {
                continue;
            }
            let key = (block.journey, round(at));
            let goes_on = match block.part {
                Part::Entry { .. } => block.ends || left.contains(&key),
                Part::End | Part::Behind => entered.contains(&key),
            };
            if !goes_on && let Some(alive) = alive.get_mut(at) {
                *alive = false;
                gone = true;
            }
        }
        // A segment is entered again and again only if something else leaves it, and the other way round.
        for (at, arrows) in self.from.iter_mut().enumerate() {
            let before = arrows.len();
            arrows.retain(|arrow| {
                let Some((segment, way)) = arrow.turns else { return true };
                if round(at) != round(arrow.to) || !lives(at, alive) {
                    return true;
                }
                let there = turned.get(&(segment, round(at), way));
                let back = turned.get(&(segment, round(at), !way));
                there.zip(back).is_some_and(|(there, back)| there.len() > 1 || back.iter().any(|b| !there.contains(b)))
            });
            gone |= arrows.len() < before;
        }
        gone
    }

    /// The first act of each round.
    fn first_of_each(&self, alive: &[bool], rounds: &[usize]) -> Vec<Span> {
        let mut first: BTreeMap<usize, Span> = BTreeMap::new();
        for (at, arrows) in self.from.iter().enumerate() {
            for arrow in arrows {
                let (Some(round), Some(other)) = (rounds.get(at), rounds.get(arrow.to)) else { continue };
                if round == other && alive.get(at) == Some(&true) && alive.get(arrow.to) == Some(&true) {
                    let Some(span) = arrow.span else { continue };
                    let place = first.entry(*round).or_insert(span);
                    *place = (*place).min(span);
                }
            }
        }
        first.into_values().collect()
    }
}

/// What looks up the blocks that an act can set going.
struct Index<'a> {
    program: &'a Program,
    events: HashMap<&'a str, Vec<EventId>>,
    by_event: HashMap<EventId, Vec<usize>>,
    by_attribute: HashMap<usize, Vec<usize>>,
    by_segment: HashMap<usize, Vec<usize>>,
    by_engagement: HashMap<Engagement, Vec<usize>>,
    by_consent: Vec<usize>,
    by_start: HashMap<usize, usize>,
    /// By attribute, and by event that their histories count: the segments that ask for it.
    asks_attribute: HashMap<usize, BTreeSet<usize>>,
    asks_event: HashMap<EventId, BTreeSet<usize>>,
    asks_consent: BTreeSet<usize>,
}

impl<'a> Index<'a> {
    fn of(program: &'a Program, blocks: &[Block<'a>]) -> Self {
        let mut index = Index {
            program,
            events: events_by_name(program),
            by_event: HashMap::new(),
            by_attribute: HashMap::new(),
            by_segment: HashMap::new(),
            by_engagement: HashMap::new(),
            by_consent: vec![],
            by_start: HashMap::new(),
            asks_attribute: HashMap::new(),
            asks_event: HashMap::new(),
            asks_consent: BTreeSet::new(),
        };
        for (at, segment) in program.segments.iter().enumerate() {
            let asked = Asked::of(program, None, &segment.cond);
            asked.attributes.iter().for_each(|id| _ = index.asks_attribute.entry(*id).or_default().insert(at));
            asked.events.iter().for_each(|id| _ = index.asks_event.entry(*id).or_default().insert(at));
            if asked.consent {
                index.asks_consent.insert(at);
            }
        }
        for (at, block) in blocks.iter().enumerate() {
            if let Part::Entry { is_first: true } = block.part {
                index.by_start.insert(block.journey, at);
            }
            for cause in &block.causes {
                match cause {
                    Cause::Event(events, _) => {
                        events.iter().for_each(|id| index.by_event.entry(*id).or_default().push(at))
                    }
                    Cause::Segment(segment, _) => index.by_segment.entry(*segment).or_default().push(at),
                    Cause::Engaged(engagement) => index.by_engagement.entry(*engagement).or_default().push(at),
                    Cause::True(cond) => {
                        let asked = Asked::of(program, program.journeys.get(block.journey), cond);
                        asked.events.iter().for_each(|id| index.by_event.entry(*id).or_default().push(at));
                        asked.attributes.iter().for_each(|id| index.by_attribute.entry(*id).or_default().push(at));
                        asked.engagements.iter().for_each(|e| index.by_engagement.entry(*e).or_default().push(at));
                        if asked.consent {
                            index.by_consent.push(at);
                        }
                    }
                }
            }
        }
        index
    }

    /// The segments that an act may turn.
    fn segments_of(&self, act: &Act<'_>) -> Vec<usize> {
        match act.what {
            What::Emit(name, _) => {
                let ids = self.events.get(name.as_str()).into_iter().flatten();
                ids.filter_map(|id| self.asks_event.get(id)).flatten().copied().collect()
            }
            What::Set(SetTarget::Attribute(id), _) => {
                self.asks_attribute.get(&id.index()).into_iter().flatten().copied().collect()
            }
            What::Set(..) => self.asks_consent.iter().copied().collect(),
            What::Start(_) => vec![],
        }
    }

    /// What an emitted event tells of a message.
    fn engagement(&self, name: &str) -> Option<Engagement> {
        let is_channel = |name: &str| self.program.channels.iter().any(|channel| channel == name);
        engagement::of_event(name, is_channel).map(|(engagement, _)| engagement)
    }

    fn targets(&self, blocks: &[Block<'a>], act: &Act<'a>, out: &mut Vec<Arrow>) {
        let mut found: Vec<usize> = vec![];
        match act.what {
            What::Emit(name, _) => {
                let ids = self.events.get(name.as_str()).into_iter().flatten();
                found.extend(ids.filter_map(|id| self.by_event.get(id)).flatten());
                let told = self.engagement(name).into_iter().flat_map(told_of);
                found.extend(told.filter_map(|engagement| self.by_engagement.get(&engagement)).flatten());
            }
            What::Start(journey) => found.extend(self.by_start.get(&journey)),
            What::Set(SetTarget::Attribute(id), _) => {
                found.extend(self.by_attribute.get(&id.index()).into_iter().flatten())
            }
            What::Set(..) => found.extend(&self.by_consent),
        }
        let by_segment = self.segments_of(act).into_iter().filter_map(|segment| self.by_segment.get(&segment));
        found.extend(by_segment.flatten());
        found.sort_unstable();
        found.dedup();
        for to in found {
            let Some(block) = blocks.get(to) else { continue };
            let eligible = self.program.journeys.get(block.journey).and_then(|journey| journey.eligible.as_ref());
            if matches!(block.part, Part::Entry { .. })
                && eligible.is_some_and(|cond| !self.may_hold_in(act, cond, block))
            {
                continue;
            }
            if matches!(act.what, What::Start(_)) {
                out.push(Arrow { to, span: Some(act.span), turns: None });
                continue;
            }
            for cause in &block.causes {
                match cause {
                    Cause::Event(ids, cond) => {
                        let What::Emit(name, _) = act.what else { continue };
                        let is_one = self.events.get(name.as_str()).into_iter().flatten().any(|id| ids.contains(id));
                        if is_one && cond.is_none_or(|cond| self.may_hold_in(act, cond, block)) {
                            out.push(Arrow { to, span: Some(act.span), turns: None });
                        }
                    }
                    Cause::Segment(segment, entering) => {
                        if self.may_turn(act, *segment, *entering) {
                            out.push(Arrow { to, span: Some(act.span), turns: Some((*segment, *entering)) });
                        }
                    }
                    Cause::Engaged(engagement) => {
                        let What::Emit(name, _) = act.what else { continue };
                        if self.engagement(name).into_iter().flat_map(told_of).any(|told| told == *engagement) {
                            out.push(Arrow { to, span: Some(act.span), turns: None });
                        }
                    }
                    Cause::True(cond) => {
                        if self.may_hold(act, cond) {
                            out.push(Arrow { to, span: Some(act.span), turns: None });
                        }
                    }
                }
            }
        }
    }

    /// Whether an act can make a segment true, or not true.
    fn may_turn(&self, act: &Act<'_>, segment: usize, entering: bool) -> bool {
        let Some(segment) = self.program.segments.get(segment) else { return false };
        let found = self.truth(act, &segment.cond, None);
        if entering { found.may_hold() } else { found != Truth::YES }
    }

    /// Whether a condition can hold right after an act.
    fn may_hold(&self, act: &Act<'_>, cond: &Expr) -> bool {
        self.truth(act, cond, None).may_hold()
    }

    /// The same of a condition about the event that an entry block hears.
    fn may_hold_in(&self, act: &Act<'_>, cond: &Expr, block: &Block<'_>) -> bool {
        self.truth(act, cond, self.program.journeys.get(block.journey)).may_hold()
    }

    fn truth(&self, act: &Act<'_>, cond: &Expr, hears: Option<&Journey>) -> Truth {
        let program = self.program;
        // A property of an emitted event is what its step says, and missing where it says nothing.
        let property = |id: crate::ir::PropertyId| -> Option<Fact> {
            let (What::Emit(_, values), Some(field)) = (act.what, program.properties.get(id.index())) else {
                return None;
            };
            let [name] = field.path.as_slice() else { return None };
            match values.iter().find(|(given, _)| given == name) {
                Some((_, Expr::Const(value))) => Some(Fact::Is(value.clone())),
                Some(_) => None,
                None => Some(Fact::Is(Value::Missing)),
            }
        };
        let is_entry_event = |block: &Journey, at: u16| block.entry_properties.get(usize::from(at)).copied();
        let fact = |part: &Expr| match (part, act.what) {
            (Expr::Attribute(id), What::Set(SetTarget::Attribute(set), Expr::Const(value))) if id == set => {
                Some(Fact::Is(value.clone()))
            }
            (Expr::Consent(name), What::Set(SetTarget::Consent(set), Expr::Const(value))) if name == set => {
                Some(Fact::Is(value.clone()))
            }
            (Expr::EventProperty(id), _) => hears.and_then(|_| property(*id)),
            (Expr::EntryProperty(at), What::Emit(..)) => hears.and_then(|j| property(is_entry_event(j, *at)?)),
            _ => None,
        };
        World::new(program, fact).truth(cond)
    }
}

/// What a condition asks for.
#[derive(Default)]
struct Asked {
    attributes: BTreeSet<usize>,
    events: BTreeSet<EventId>,
    engagements: BTreeSet<Engagement>,
    consent: bool,
}

impl Asked {
    fn of(program: &Program, journey: Option<&Journey>, cond: &Expr) -> Asked {
        let mut asked = Asked::default();
        let mut segments = BTreeSet::new();
        asked.see(program, journey, cond, &mut segments);
        asked
    }

    fn see(&mut self, program: &Program, journey: Option<&Journey>, cond: &Expr, segments: &mut BTreeSet<usize>) {
        let mut inner = vec![];
        // The person's zone and favourite channel are attributes by another name.
        let named =
            |name: &str| program.attributes.iter().position(|field| matches!(field.path.as_slice(), [n] if n == name));
        cond.visit(&mut |part| match part {
            Expr::LocalTime(..) | Expr::Day(_) | Expr::Today | Expr::LocalMoment(..) => {
                self.attributes.extend(named("timezone"));
            }
            Expr::Prefers(_) => self.attributes.extend(named("preferred_channel")),
            Expr::Engaged(engagement, _) => _ = self.engagements.insert(*engagement),
            Expr::Attribute(id) => _ = self.attributes.insert(id.index()),
            Expr::Consent(_) | Expr::ReachableFlag(_) | Expr::Reachable(..) => self.consent = true,
            Expr::In(id) if segments.insert(id.index()) => inner.push(id.index()),
            Expr::Happened(id) => {
                let happening = journey.and_then(|journey| journey.happenings.get(id.index()));
                self.events.extend(happening.map(|happening| happening.event));
            }
            Expr::Occurred(id) | Expr::Count(id, _) | Expr::Sum(id, _) | Expr::Last(id, _) | Expr::Since(id) => {
                let history = program.histories.get(id.index());
                // An event more makes some answers another, once; the last value and a sum may go back and forth.
                let goes_back = history.is_some_and(|h| h.kind == HistoryKind::Sum || h.property.is_some());
                if let Some(HistoryOf::Event(event)) = history.map(|h| h.of)
                    && (goes_back || journey.is_some())
                {
                    self.events.insert(event);
                }
            }
            _ => {}
        });
        for segment in inner {
            if let Some(segment) = program.segments.get(segment) {
                self.see(program, journey, &segment.cond, segments);
            }
        }
    }
}

/// What an engagement counts as: a click is an open too.
fn told_of(engagement: Engagement) -> impl Iterator<Item = Engagement> {
    let open = (engagement == Engagement::Clicked).then_some(Engagement::Opened);
    std::iter::once(engagement).chain(open)
}

/// The numbers of an event by each name that it can be emitted by.
fn events_by_name(program: &Program) -> HashMap<&str, Vec<EventId>> {
    let tells = |name: &str| {
        let is_among = |names: &[SmolStr], name: &str| names.iter().any(|n| n == name);
        let found = engagement::tells(name, |n| is_among(&program.channels, n), |n| is_among(&program.categories, n));
        found.map(|(tells, _)| tells)
    };
    let named: Vec<(EventId, &SmolStr)> = (0u16..).map(EventId).zip(&program.events).collect();
    let mut by_name: HashMap<&str, Vec<EventId>> = HashMap::new();
    named.iter().for_each(|(id, name)| by_name.entry(name.as_str()).or_default().push(*id));
    // Other words for the same: an emitted `email_clicked` is a `clicked`.
    let told: Vec<(EventId, Tells)> =
        named.iter().filter_map(|(id, name)| tells(name).map(|tells| (*id, tells))).collect();
    let see = |name: &SmolStr| -> Option<Vec<EventId>> {
        let of = tells(name)?;
        Some(told.iter().filter(|(_, tells)| *tells == of).map(|(id, _)| *id).collect())
    };
    let mut emitted: BTreeSet<&SmolStr> = BTreeSet::new();
    for block in program.journeys.iter().flat_map(Journey::blocks) {
        crate::ir::visit_steps(block, &mut |step| {
            if let StepKind::Emit { event, .. } = &step.kind {
                emitted.insert(event);
            }
        });
    }
    for name in emitted {
        for id in see(name).into_iter().flatten() {
            let ids = by_name.entry(name.as_str()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    by_name
}

/// The number of the strongly connected component of each living block (Tarjan, with its own stack).
fn components(next: &[Vec<usize>], alive: &[bool]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let count = next.len();
    let (mut index, mut low, mut component) = (vec![NEW; count], vec![0; count], vec![NEW; count]);
    let (mut stack, mut at, mut found) = (Vec::new(), 0, 0);
    let get = |list: &[usize], at: usize| list.get(at).copied().unwrap_or(NEW);
    let set = |list: &mut [usize], at: usize, value: usize| {
        if let Some(slot) = list.get_mut(at) {
            *slot = value;
        }
    };
    for root in 0..count {
        let mut calls: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = calls.pop() {
            if edge == 0 {
                if get(&index, node) != NEW || alive.get(node) != Some(&true) {
                    continue;
                }
                set(&mut index, node, at);
                set(&mut low, node, at);
                at += 1;
                stack.push(node);
            }
            let targets = next.get(node).map(Vec::as_slice).unwrap_or_default();
            if let Some(before) = edge.checked_sub(1).and_then(|last| targets.get(last))
                && get(&component, *before) == NEW
                && get(&index, *before) != NEW
            {
                let least = get(&low, node).min(get(&low, *before));
                set(&mut low, node, least);
            }
            if let Some(target) = targets.get(edge) {
                calls.push((node, edge + 1));
                calls.push((*target, 0));
                continue;
            }
            if get(&low, node) == get(&index, node) {
                while let Some(member) = stack.pop() {
                    set(&mut component, member, found);
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}
