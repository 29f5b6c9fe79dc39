//! The `if` that waits: its windows combine in three-valued logic, and it goes on as soon as the outcome is
//! certain.

use super::conditions::Evidence;
use super::effect::Because;
use super::profile::{Answer, Parked};
use super::turn::Turn;
use crate::bytecode::{Code, Decision, Leaf, Shape};
use crate::value::Instant;
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// What an `if` comes to.
pub(crate) enum Decided {
    /// Its condition holds.
    Yes,
    /// It does not, or is unknown.
    No,
    /// A window that matters is still open.
    NotYet { since: Instant, answers: ThinVec<Answer>, due: Option<Instant> },
}

/// The answer to one part, and what made it.
#[derive(Clone, Copy)]
struct Part {
    answer: Answer,
    because: Why,
    due: Option<Instant>,
}

/// What decided a part; names are looked up for explanations alone.
#[derive(Clone, Copy)]
enum Why {
    Asked,
    Evidence(Evidence, Instant),
    /// The input of this turn, or the time.
    CameTrue,
    /// It had come true in an earlier turn.
    CameTrueBefore,
    WindowEnded(Instant),
}

impl Why {
    fn because(self, code: &Code, cause: Option<&(SmolStr, Instant)>) -> Because {
        match (self, cause) {
            (Why::Asked, _) => Because::Asked,
            (Why::Evidence(what, at), _) => Because::Event { name: what.name(code), at },
            (Why::CameTrue, Some((name, at))) => Because::Event { name: name.clone(), at: *at },
            (Why::CameTrue, None) | (Why::CameTrueBefore, _) => Because::CameTrue,
            (Why::WindowEnded(at), _) => Because::WindowEnded { at },
        }
    }
}

impl Turn<'_> {
    pub(crate) fn decision(&mut self, at: usize, number: u32, place: u32) -> Decided {
        let code = self.code;
        let Some(decision) = code.decisions.get(number as usize) else { return Decided::No };
        let (since, before) = match self.profile.instances.get(at).map(|i| &i.parked) {
            Some(Parked::Deciding(since, answers)) => (*since, answers.clone()),
            _ => (self.now, ThinVec::new()),
        };
        let part = |index: usize, leaf| self.part(at, leaf, since, before.get(index).copied());
        // Most have one part, which needs no list.
        let (one, many);
        let parts: &[Part] = match decision.leaves.as_slice() {
            [leaf] => {
                one = [part(0, leaf)];
                &one
            }
            leaves => {
                many = leaves.iter().enumerate().map(|(index, leaf)| part(index, leaf)).collect::<Vec<_>>();
                &many
            }
        };
        let (least, most) = combine(decision, parts);
        let holds = if least == Answer::True {
            true
        } else if most != Answer::True {
            false
        } else {
            let due = parts.iter().filter(|p| p.answer == Answer::Pending).filter_map(|p| p.due).min();
            let all_open = parts.iter().all(|p| p.answer == Answer::Pending);
            let answers = if all_open { ThinVec::new() } else { parts.iter().map(|p| p.answer).collect() };
            return Decided::NotYet { since, answers, due };
        };
        if self.effects.explains() {
            let journey = self.profile.instances.get(at).map_or(0, |i| i.journey);
            let span = code.spans.get(place as usize).copied().unwrap_or_default();
            for (leaf, part) in decision.leaves.iter().zip(parts) {
                let holds = match part.answer {
                    Answer::True => Some(true),
                    Answer::False => Some(false),
                    Answer::Unknown => None,
                    // It did not matter any more.
                    Answer::Pending => continue,
                };
                let because = part.because.because(code, self.cause.as_ref());
                self.explain(journey, &leaf.text, span, holds, because);
            }
        }
        if holds { Decided::Yes } else { Decided::No }
    }

    fn part(&self, at: usize, leaf: &Leaf, since: Instant, before: Option<Answer>) -> Part {
        let settled = before.filter(|answer| *answer != Answer::Pending);
        let Some(window) = &leaf.window else {
            // What has no window was asked when the step was reached.
            if let Some(answer) = settled {
                return Part { answer, because: Why::Asked, due: None };
            }
            let mut asker = self.ask(at);
            let answer = match asker.truth(leaf.cond) {
                Some(true) => Answer::True,
                Some(false) => Answer::False,
                None => Answer::Unknown,
            };
            let evidence = asker.evidence.filter(|_| answer == Answer::True);
            let because = evidence.map_or(Why::Asked, |(what, at)| Why::Evidence(what, at));
            return Part { answer, because, due: None };
        };
        let start = match &window.sends {
            Some(messages) => self.window_start(at, messages).unwrap_or(since),
            None => since,
        };
        let ends = start.saturating_add(window.within);
        if let Some(answer) = settled.filter(|_| window.sends.is_none()) {
            let because = if answer == Answer::True { Why::CameTrueBefore } else { Why::WindowEnded(ends) };
            return Part { answer, because, due: None };
        }
        let mut asker = self.ask(at);
        asker.before = ends;
        // An engagement counts by its own time, also where it is told of late; anything else only while the
        // window is open.
        let open = self.now < ends;
        let came_true = (open || window.sends.is_some()) && asker.truth(leaf.cond) == Some(true);
        if came_true {
            let because = asker.evidence.map_or(Why::CameTrue, |(what, at)| Why::Evidence(what, at));
            return Part { answer: Answer::True, because, due: None };
        }
        if open {
            let due = asker.changes.map_or(ends, |change| change.min(ends));
            return Part { answer: Answer::Pending, because: Why::Asked, due: Some(due) };
        }
        Part { answer: Answer::False, because: Why::WindowEnded(ends), due: None }
    }

    /// When the messages that a window asks about were sent or suppressed: the latest of them.
    fn window_start(&self, at: usize, messages: &[Option<crate::ir::MessageId>]) -> Option<Instant> {
        let entry = self.profile.instances.get(at)?.number;
        let asked = messages.iter().filter_map(|m| self.profile.last_asked(entry, m.map(|m| m.0)));
        asked.map(|a| a.at).max()
    }
}

/// The least and the most that the whole can come to, false being less than unknown and unknown less than true.
fn combine(decision: &Decision, parts: &[Part]) -> (Answer, Answer) {
    match (decision.shape.as_slice(), parts) {
        ([Shape::Leaf(0)], [part]) => return bounds(part.answer),
        ([Shape::Leaf(0), Shape::Not], [part]) => {
            let (least, most) = bounds(part.answer);
            return (not(most), not(least));
        }
        _ => {}
    }
    let mut stack: Vec<(Answer, Answer)> = Vec::new();
    for shape in &decision.shape {
        let bounds = match shape {
            Shape::Leaf(at) => bounds(parts.get(usize::from(*at)).map_or(Answer::Unknown, |p| p.answer)),
            Shape::Not => {
                let (least, most) = stack.pop().unwrap_or((Answer::Unknown, Answer::Unknown));
                (not(most), not(least))
            }
            Shape::And(count) => {
                let parts = stack.drain(stack.len().saturating_sub(usize::from(*count))..);
                let less = |a: Answer, b: Answer| if order(b) < order(a) { b } else { a };
                parts.fold((Answer::True, Answer::True), |all, part| (less(all.0, part.0), less(all.1, part.1)))
            }
            Shape::Or(count) => {
                let parts = stack.drain(stack.len().saturating_sub(usize::from(*count))..);
                let more = |a: Answer, b: Answer| if order(b) > order(a) { b } else { a };
                parts.fold((Answer::False, Answer::False), |all, part| (more(all.0, part.0), more(all.1, part.1)))
            }
        };
        stack.push(bounds);
    }
    stack.pop().unwrap_or((Answer::Unknown, Answer::Unknown))
}

fn bounds(answer: Answer) -> (Answer, Answer) {
    match answer {
        Answer::Pending => (Answer::False, Answer::True),
        answer => (answer, answer),
    }
}

fn order(answer: Answer) -> u8 {
    match answer {
        Answer::False => 0,
        Answer::Unknown | Answer::Pending => 1,
        Answer::True => 2,
    }
}

fn not(answer: Answer) -> Answer {
    match answer {
        Answer::False => Answer::True,
        Answer::True => Answer::False,
        other => other,
    }
}
