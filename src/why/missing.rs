//! Why a message was not even asked for: nobody let the person in, a branch led elsewhere, or the journey ended before.

use super::{Entry, Record};
use crate::engine::Refusal;
use crate::ir::{Journey, Program, Step, StepKind};
use crate::reason::ExitReason;
use crate::source::Span;
use crate::value::Timestamp;
use smol_str::SmolStr;

/// Of a journey, so many steps that send the message are looked at.
const STEPS: usize = 200;

/// Why one step that sends a message did not do so.
#[derive(Debug, Clone)]
pub struct Missing {
    /// The journey.
    pub journey: SmolStr,
    /// The step.
    pub step: Span,
    /// When the person entered; none: they did not.
    pub entered: Option<Timestamp>,
    /// Why it was not asked for.
    pub reason: Reason,
    /// What the values were, where the person did not enter and that says why.
    pub values: Option<String>,
}

/// Why a message was not asked for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Reason {
    /// What lets people in did not happen: these lines.
    NothingHappened(Vec<Span>),
    /// It happened, and the journey did not begin: the last time, and why.
    Refused(Timestamp, Refusal),
    /// This condition came out otherwise, then.
    Branch(Timestamp, Span, bool),
    /// Another arm of this split was taken.
    Arm(Span, SmolStr, SmolStr),
    /// It is a step of this goal or exit, which has not acted.
    NotReached(Span),
    /// A goal or exit acted before.
    Left(Timestamp, Span),
    /// The journey ended before.
    Ended(Timestamp, ExitReason),
    /// The person has not come so far: they wait at this step since then.
    Waits(Timestamp, Span),
}

/// What must come out how, so that a step is reached.
#[derive(Debug, Clone)]
enum Need {
    Answer(Span, bool),
    Arm(Span, SmolStr, SmolStr),
    /// This goal or exit must act.
    Leaves(Span),
}

/// For each step that sends a message, and each entry that did not come to it, why not.
pub fn missing(program: &Program, record: &Record, message: &str) -> Vec<Missing> {
    let mut out = vec![];
    for journey in &program.journeys {
        let mut steps = vec![];
        for entry in &journey.entries {
            find(program, &entry.steps, message, &mut vec![], &mut steps);
        }
        let goals = journey.goals.iter().map(|goal| (goal.span, &goal.steps));
        for (span, block) in goals.chain(journey.exits.iter().map(|exit| (exit.span, &exit.steps))) {
            find(program, block, message, &mut vec![Need::Leaves(span)], &mut steps);
        }
        for (step, needs) in steps {
            let mut entries = record.entries.iter().filter(|entry| entry.journey == journey.name).peekable();
            if entries.peek().is_none() {
                let (reason, values) = not_entered(program, record, journey);
                out.push(Missing { journey: journey.name.clone(), step, entered: None, reason, values });
                continue;
            }
            for entry in entries.filter(|entry| entry.asked.iter().all(|asked| asked.span != step)) {
                let reason = turned_away(entry, &needs);
                out.push(Missing {
                    journey: journey.name.clone(),
                    step,
                    entered: Some(entry.at),
                    reason,
                    values: None,
                });
            }
        }
    }
    out
}

/// The steps that send a message, with what must come out how before them.
fn find(program: &Program, steps: &[Step], message: &str, needs: &mut Vec<Need>, out: &mut Vec<(Span, Vec<Need>)>) {
    for step in steps {
        match &step.kind {
            StepKind::Send(sends) | StepKind::BestOf(sends) => {
                let named = |id: crate::ir::MessageId| program.messages.get(id.index()).is_some_and(|m| m == message);
                if out.len() < STEPS && sends.iter().any(|send| named(send.message)) {
                    out.push((step.span, needs.clone()));
                }
            }
            StepKind::If { arms, otherwise } => {
                let arms = arms.iter().map(|arm| (arm.span, arm.steps.as_slice()));
                branches(program, arms, otherwise, message, needs, out);
            }
            StepKind::Match { arms, otherwise, .. } => {
                let arms = arms.iter().map(|arm| (arm.span, arm.steps.as_slice()));
                branches(program, arms, otherwise, message, needs, out);
            }
            StepKind::Split { name, arms } => {
                for arm in arms {
                    needs.push(Need::Arm(step.span, name.clone(), arm.label.clone()));
                    find(program, &arm.steps, message, needs, out);
                    needs.pop();
                }
            }
            StepKind::Repeat { steps, .. } => find(program, steps, message, needs, out),
            _ => {}
        }
    }
}

/// Each branch needs its condition, and that none before it held.
fn branches<'s>(
    program: &Program,
    arms: impl Iterator<Item = (Span, &'s [Step])>,
    otherwise: &[Step],
    message: &str,
    needs: &mut Vec<Need>,
    out: &mut Vec<(Span, Vec<Need>)>,
) {
    let before = needs.len();
    for (span, steps) in arms {
        needs.push(Need::Answer(span, true));
        find(program, steps, message, needs, out);
        needs.pop();
        needs.push(Need::Answer(span, false));
    }
    find(program, otherwise, message, needs, out);
    needs.truncate(before);
}

/// Why a person who was never in a journey did not come into it, and what the values were where they say why.
pub(crate) fn not_entered(program: &Program, record: &Record, journey: &Journey) -> (Reason, Option<String>) {
    match record.refused.iter().rev().find(|(_, name, _)| *name == journey.name) {
        Some((at, _, why)) => (Reason::Refused(*at, *why), record.values(program, &journey.name, *at, *why)),
        None => {
            let lines = journey.entries.iter().map(|entry| entry.span).collect();
            (Reason::NothingHappened(lines), record.outside(program, journey))
        }
    }
}

/// Where an entry went another way.
fn turned_away(entry: &Entry, needs: &[Need]) -> Reason {
    for need in needs {
        match need {
            Need::Answer(span, wanted) => {
                let mut answers = entry.answers.iter().filter(|answer| answer.span == *span).peekable();
                let Some(first) = answers.peek().map(|answer| (answer.at, answer.holds)) else { break };
                if answers.all(|answer| answer.holds != *wanted) {
                    return Reason::Branch(first.0, *span, first.1);
                }
            }
            Need::Leaves(span) => match entry.left_by {
                Some((_, by)) if by == *span => {}
                Some((at, by)) => return Reason::Left(at, by),
                None => return Reason::NotReached(*span),
            },
            Need::Arm(span, split, arm) => {
                let Some((_, taken)) = entry.arms.iter().find(|(name, _)| name == split) else { break };
                if taken != arm {
                    return Reason::Arm(*span, split.clone(), taken.clone());
                }
            }
        }
    }
    match (entry.left_by, entry.ended, entry.last) {
        (Some((at, span)), ..) => Reason::Left(at, span),
        (_, Some((at, why)), _) => Reason::Ended(at, why),
        (_, _, Some((at, span))) => Reason::Waits(at, span),
        _ => Reason::Waits(entry.at, entry.by),
    }
}
