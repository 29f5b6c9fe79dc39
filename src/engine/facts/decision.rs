//! The `if` that waits: its windows combine in three-valued logic, and it goes on as soon as the outcome is
//! certain.

use super::conditions::Evidence;
use super::view::View;
use crate::bytecode::{Code, Decision, DecisionId, Leaf, Shape};
use crate::engine::io::effect::Because;
use crate::engine::state::parked::{Parked, PartAnswer};
use crate::kleene::Truth;
use crate::value::Timestamp;
use smallvec::SmallVec;
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// What an `if` comes to.
pub(crate) enum Decided {
    /// Its condition holds.
    Yes,
    /// It does not, or is unknown.
    No,
    /// A window that matters is still open.
    NotYet { since: Timestamp, answers: ThinVec<PartAnswer>, due: Option<Timestamp> },
}

/// The answer to one part, and what made it.
#[derive(Clone, Copy)]
struct Part {
    answer: PartAnswer,
    because: Why,
    due: Option<Timestamp>,
}

/// What decided a part; names are looked up for explanations alone.
#[derive(Clone, Copy)]
enum Why {
    Asked,
    Evidence(Evidence, Timestamp),
    /// The input of this turn, or the time.
    CameTrue,
    /// It had come true in an earlier turn.
    CameTrueBefore,
    WindowEnded(Timestamp),
}

impl Why {
    fn because(self, code: &Code, cause: Option<&(SmolStr, Timestamp)>) -> Because {
        match (self, cause) {
            (Why::Asked, _) => Because::Asked,
            (Why::Evidence(what, at), _) => Because::Event { name: what.name(code), at },
            (Why::CameTrue, Some((name, at))) => Because::Event { name: name.clone(), at: *at },
            (Why::CameTrue, None) | (Why::CameTrueBefore, _) => Because::CameTrue,
            (Why::WindowEnded(at), _) => Because::WindowEnded { at },
        }
    }
}

/// Why one part of a condition came out as it did.
pub(crate) struct Explained<'a> {
    pub(crate) leaf: &'a Leaf,
    /// None: unknown.
    pub(crate) holds: Option<bool>,
    pub(crate) because: Because,
}

/// The event that a turn is about, with its time.
pub(crate) type About = Option<(SmolStr, Timestamp)>;

/// What an `if` comes to at which an entry stands; and why, where somebody wants to know it (`explain`).
pub(crate) fn decide<'a>(
    view: View<'a>,
    at: usize,
    number: DecisionId,
    explain: Option<&About>,
) -> (Decided, Vec<Explained<'a>>) {
    let Some(decision) = view.code.decisions.get(number) else { return (Decided::No, vec![]) };
    let (since, before) = match view.instance(at).map(|i| &i.parked) {
        Some(Parked::Deciding(since, answers)) => (*since, answers.as_slice()),
        _ => (view.now, &[][..]),
    };
    let part = |index: usize, leaf| part(view, at, leaf, since, before.get(index).copied());
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
    let Some(holds) = combine(decision, parts).certain() else {
        let due = parts.iter().filter(|p| p.answer == PartAnswer::Pending).filter_map(|p| p.due).min();
        let all_open = parts.iter().all(|p| p.answer == PartAnswer::Pending);
        let answers = if all_open { ThinVec::new() } else { parts.iter().map(|p| p.answer).collect() };
        return (Decided::NotYet { since, answers, due }, vec![]);
    };
    let decided = if holds { Decided::Yes } else { Decided::No };
    let Some(about) = explain else { return (decided, vec![]) };
    let explained = decision.leaves.iter().zip(parts).filter_map(|(leaf, part)| {
        let holds = match part.answer {
            PartAnswer::True => Some(true),
            PartAnswer::False => Some(false),
            PartAnswer::Unknown => None,
            // It did not matter any more.
            PartAnswer::Pending => return None,
        };
        Some(Explained { leaf, holds, because: part.because.because(view.code, about.as_ref()) })
    });
    (decided, explained.collect())
}

fn part(view: View<'_>, at: usize, leaf: &Leaf, since: Timestamp, before: Option<PartAnswer>) -> Part {
    let settled = before.filter(|answer| *answer != PartAnswer::Pending);
    let Some(window) = &leaf.window else {
        // What has no window was asked when the step was reached.
        if let Some(answer) = settled {
            return Part { answer, because: Why::Asked, due: None };
        }
        let mut asker = view.ask_of(at);
        let answer = match asker.truth(leaf.cond) {
            Some(true) => PartAnswer::True,
            Some(false) => PartAnswer::False,
            None => PartAnswer::Unknown,
        };
        let evidence = asker.evidence.filter(|_| answer == PartAnswer::True);
        let because = evidence.map_or(Why::Asked, |(what, at)| Why::Evidence(what, at));
        return Part { answer, because, due: None };
    };
    let start = match &window.sends {
        Some(messages) => window_start(view, at, messages).unwrap_or(since),
        None => since,
    };
    let ends = start.saturating_add(window.within);
    if let Some(answer) = settled.filter(|_| window.sends.is_none()) {
        let because = if answer == PartAnswer::True { Why::CameTrueBefore } else { Why::WindowEnded(ends) };
        return Part { answer, because, due: None };
    }
    let mut asker = view.ask_of(at);
    asker.before = ends;
    // An engagement counts by its own time, also where it is told of late; anything else only while the
    // window is open.
    let open = view.now < ends;
    let came_true = (open || window.sends.is_some()) && asker.truth(leaf.cond) == Some(true);
    if came_true {
        let because = asker.evidence.map_or(Why::CameTrue, |(what, at)| Why::Evidence(what, at));
        return Part { answer: PartAnswer::True, because, due: None };
    }
    if open {
        let due = asker.changes.map_or(ends, |change| change.min(ends));
        return Part { answer: PartAnswer::Pending, because: Why::Asked, due: Some(due) };
    }
    Part { answer: PartAnswer::False, because: Why::WindowEnded(ends), due: None }
}

/// When the messages that a window asks about were sent or suppressed: the latest of them.
fn window_start(view: View<'_>, at: usize, messages: &[Option<crate::ir::MessageId>]) -> Option<Timestamp> {
    let entry = view.instance(at)?.number;
    let asked = messages.iter().filter_map(|m| view.profile.last_asked(entry, *m));
    asked.map(|a| a.at).max()
}

/// The answers that the whole can still come to.
fn combine(decision: &Decision, parts: &[Part]) -> Truth {
    let of = |at: u16| parts.get(usize::from(at)).map_or(Truth::UNKNOWN, |part| can_be(part.answer));
    // Most have one part, which needs no list.
    match decision.shape.as_slice() {
        [Shape::Leaf(at)] => return of(*at),
        [Shape::Leaf(at), Shape::Not] => return of(*at).not(),
        _ => {}
    }
    let mut stack: SmallVec<[Truth; 8]> = SmallVec::new();
    for shape in &decision.shape {
        let truth = match shape {
            Shape::Leaf(at) => of(*at),
            Shape::Not => stack.pop().unwrap_or(Truth::UNKNOWN).not(),
            Shape::And(count) => last(&mut stack, *count).fold(Truth::YES, Truth::and),
            Shape::Or(count) => last(&mut stack, *count).fold(Truth::NO, Truth::or),
        };
        stack.push(truth);
    }
    stack.pop().unwrap_or(Truth::UNKNOWN)
}

/// The last so many parts, taken off the stack.
fn last(stack: &mut SmallVec<[Truth; 8]>, count: u16) -> impl Iterator<Item = Truth> {
    stack.drain(stack.len().saturating_sub(usize::from(count))..)
}

/// What an answer can still become: while a window is open, anything.
fn can_be(answer: PartAnswer) -> Truth {
    match answer {
        PartAnswer::True => Truth::YES,
        PartAnswer::False => Truth::NO,
        PartAnswer::Unknown => Truth::UNKNOWN,
        PartAnswer::Pending => Truth::VARIES,
    }
}
