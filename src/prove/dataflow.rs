//! One walk for every forward data-flow analysis: what is known is carried through the steps of a journey, divided where
//! paths part and put together (joined) where they meet.
//!
//! An analysis says what its states are ([`State`]) and what each kind of step does to them ([`Analysis`]). How steps stand
//! within each other is known here alone, so that a new kind of step is one more case of [`step`].

use crate::ir::{Arm, Expr, MatchArm, Send, SetTarget, Step, StepKind};
use crate::source::Span;
use crate::value::Millis;

/// More paths than this are not followed apart.
pub(super) const PATHS: usize = 12;

/// What is known at a place: of one path to it, or of several that are followed as one.
pub(super) trait State: Clone {
    /// Keeps what is known on either path.
    fn join(&mut self, other: &Self);

    /// Whether the two may be followed as one from here on.
    fn is_like(&self, _other: &Self) -> bool {
        true
    }
}

/// The rounds of a `repeat`.
pub(super) struct Repeat<'s> {
    pub(super) place: Span,
    pub(super) times: u32,
    pub(super) every: Millis,
    pub(super) until: Option<&'s Expr>,
    pub(super) steps: &'s [Step],
}

/// A forward analysis. States are handed on from step to step; where there is none, nobody goes on.
///
/// INVARIANT: every state that can be at a place is followed there, by itself or put together with others. So what holds of
/// all states at a place holds of everybody who comes to it.
pub(super) trait Analysis: Sized {
    type State: State;
    /// What is noted at one arm of an `if` for those behind it.
    type Earlier<'s>: Default;

    /// A step that lets time pass.
    fn wait(&mut self, step: &Step, state: Self::State, behind: &mut Vec<Self::State>);

    /// A message, or the first of several that goes.
    fn send(&mut self, step: &Step, sends: &[Send], state: Self::State, behind: &mut Vec<Self::State>);

    /// A value of the person is set.
    fn set(&mut self, _step: &Step, _target: &SetTarget, _value: &Expr, _state: &mut Self::State) {}

    /// The steps are over.
    fn exit(&mut self, _state: Self::State, _behind: &mut Vec<Self::State>) {}

    /// Those who take an arm of an `if`, and those who go on to the next.
    fn arm<'s>(
        &mut self,
        arm: &'s Arm,
        earlier: &mut Self::Earlier<'s>,
        all: Vec<Self::State>,
    ) -> (Vec<Self::State>, Vec<Self::State>);

    /// Those whose value is one of an arm's of a `match`, and those who go on to the next.
    fn fits(
        &mut self,
        _value: &Expr,
        _arm: &MatchArm,
        _earlier: &[MatchArm],
        all: Vec<Self::State>,
    ) -> (Vec<Self::State>, Vec<Self::State>) {
        (all.clone(), all)
    }

    /// The rounds of a `repeat`, followed as closely as the analysis likes.
    fn rounds(&mut self, repeat: &Repeat<'_>, all: Vec<Self::State>) -> Vec<Self::State>;

    /// One step after the other, until nobody goes on.
    fn block(&mut self, steps: &[Step], all: Vec<Self::State>) -> Vec<Self::State> {
        let mut all = all;
        for step in steps {
            if all.is_empty() {
                break;
            }
            all = self.step(step, all);
        }
        all
    }

    /// Anything that is done at every step is done around [`step`].
    fn step(&mut self, step: &Step, all: Vec<Self::State>) -> Vec<Self::State> {
        self::step(self, step, all)
    }
}

/// What is known behind a step.
pub(super) fn step<A: Analysis>(analysis: &mut A, step: &Step, all: Vec<A::State>) -> Vec<A::State> {
    let mut behind = vec![];
    match &step.kind {
        StepKind::Wait(_) | StepKind::WaitUntil { .. } | StepKind::WaitBetween { .. } | StepKind::WaitFor { .. } => {
            all.into_iter().for_each(|state| analysis.wait(step, state, &mut behind));
        }
        StepKind::Send(sends) | StepKind::BestOf(sends) => {
            all.into_iter().for_each(|state| analysis.send(step, sends, state, &mut behind));
        }
        StepKind::Set { target, value, .. } => {
            behind = all;
            behind.iter_mut().for_each(|state| analysis.set(step, target, value, state));
        }
        StepKind::Exit => all.into_iter().for_each(|state| analysis.exit(state, &mut behind)),
        StepKind::If { arms, otherwise } => {
            let (mut left, mut earlier) = (all, A::Earlier::default());
            for arm in arms {
                let (taken, others) = analysis.arm(arm, &mut earlier, left);
                behind.extend(analysis.block(&arm.steps, taken));
                left = others;
            }
            behind.extend(analysis.block(otherwise, left));
        }
        StepKind::Match { value, arms, otherwise } => {
            let mut left = all;
            for (at, arm) in arms.iter().enumerate() {
                let (taken, others) = analysis.fits(value, arm, arms.get(..at).unwrap_or_default(), left);
                behind.extend(analysis.block(&arm.steps, taken));
                left = others;
            }
            behind.extend(analysis.block(otherwise, left));
        }
        StepKind::Split { arms, .. } => {
            for arm in arms {
                behind.extend(analysis.block(&arm.steps, all.clone()));
            }
        }
        StepKind::Repeat { times, every, until, steps } => {
            let place = step.span;
            let repeat = Repeat { place, times: *times, every: *every, until: until.as_ref(), steps };
            return analysis.rounds(&repeat, all);
        }
        StepKind::Add(..)
        | StepKind::Remove(_)
        | StepKind::Emit { .. }
        | StepKind::Start(_)
        | StepKind::Call { .. } => return all,
    }
    gather(behind)
}

/// Divides each state: those who take a branch, and those who go on.
pub(super) fn divide<S>(all: Vec<S>, mut each: impl FnMut(S) -> (Option<S>, Option<S>)) -> (Vec<S>, Vec<S>) {
    let (mut taken, mut others) = (vec![], vec![]);
    for state in all {
        let (yes, no) = each(state);
        taken.extend(yes);
        others.extend(no);
    }
    (taken, others)
}

/// These states, like ones put together; where there are too many, all of them, whatever is known.
pub(super) fn gather<S: State>(all: Vec<S>) -> Vec<S> {
    if all.len() < 2 {
        return all;
    }
    let mut apart: Vec<S> = Vec::with_capacity(all.len().min(PATHS + 1));
    for state in all {
        match apart.iter_mut().find(|known| known.is_like(&state)) {
            Some(known) => known.join(&state),
            None => apart.push(state),
        }
    }
    if apart.len() > PATHS { joined(apart).into_iter().collect() } else { apart }
}

/// All states put together; none where there is none.
pub(super) fn joined<S: State>(all: Vec<S>) -> Option<S> {
    all.into_iter().reduce(|mut one, other| {
        one.join(&other);
        one
    })
}

/// Puts one more state together with those that were seen.
pub(super) fn add<S: State>(seen: &mut Option<S>, state: Option<S>) {
    match (seen.as_mut(), state) {
        (Some(seen), Some(state)) => seen.join(&state),
        (None, state) => *seen = state,
        (Some(_), None) => {}
    }
}
