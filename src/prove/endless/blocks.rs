//! The steps of journeys, cut into blocks that are done at once.
//!
//! This is no forward analysis (`dataflow.rs`): what stands behind a wait is a block of its own, with all that follows, so
//! that the walk needs the rest of the steps and not what is known before them.

use super::{Act, Block, Cause, Part, What};
use crate::ir::{
    Branch, Calendar, EntryCause, ExitCause, Expr, Journey, Overlap, Program, Reenter, Step, StepKind, Trigger, Until,
};

/// The blocks of these journeys.
pub(super) fn of<'a>(program: &'a Program, journeys: &[&'a Journey]) -> Vec<Block<'a>> {
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
                StepKind::If { arms, .. } => {
                    let mut asked = vec![];
                    arms.iter().for_each(|arm| windows(&arm.cond, &mut asked));
                    if asked.is_empty() {
                        self.any(step, part)
                    } else {
                        self.decides(&asked, step, rest, part);
                        false
                    }
                }
                StepKind::Match { .. } | StepKind::Split { .. } => self.any(step, part),
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

    /// Whether a path goes on through one of the branches of a step. All are walked, also behind one that does.
    fn any(&mut self, step: &'a Step, part: &mut Reach<'a>) -> bool {
        let mut any = false;
        for block in step.blocks() {
            any |= self.steps(block, part);
        }
        any
    }

    /// What stands behind a wait for something is set going by it, and where that may hold already, at once.
    fn waits(&mut self, conds: &[&'a Expr], rest: &'a [Step], at_once: bool, part: &mut Reach<'a>) {
        let behind = self.behind(conds, rest, None);
        part.then.extend(Some(behind).filter(|_| at_once));
    }

    /// The branches of a step that waits for one of these conditions, or for the end of a window: each is set going by them,
    /// and where one may hold already, at once; the rest of the steps stands behind all of them.
    fn decides(&mut self, asked: &[&'a Expr], step: &'a Step, rest: &'a [Step], part: &mut Reach<'a>) {
        let at_once = asked.iter().any(|cond| !is_news(cond));
        let behind = self.behind.len() + step.blocks().count();
        for block in step.blocks() {
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
pub(super) fn is_news(cond: &Expr) -> bool {
    match cond {
        Expr::Happened(_) | Expr::Engaged(..) => true,
        Expr::And(parts) => parts.iter().any(is_news),
        Expr::Or(parts) => parts.iter().all(is_news),
        _ => false,
    }
}
