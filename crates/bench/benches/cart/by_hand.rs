//! The same state machine as an engineer would write it: an enum, a match, ids of sends made the same way.

use crate::host::{Machine, Tally};
use journey::value::show_instant;
use journey::{Input, InputKind};

const DAY: i64 = 86_400_000;

/// The decisions by hand.
pub struct ByHand;

impl Decides for ByHand {
    fn next(&mut self, state: State, event: Option<&str>, now: i64) -> Move {
        match (state, event) {
            (State::Out, Some("cart_abandoned")) => Move::Enter,
            (State::Abandoned(_) | State::Emailed(_), Some("order_placed")) => Move::Buy,
            (State::Emailed(_), Some("opened" | "clicked")) => Move::Open,
            (State::Abandoned(since), None) if now >= since + DAY => Move::Email,
            (State::Emailed(since), None) if now >= since + 3 * DAY => Move::Push,
            _ => Move::Stay,
        }
    }
}

/// Where a customer stands.
#[derive(Clone, Copy)]
pub enum State {
    Out,
    /// Since this instant, waiting for the email's time.
    Abandoned(i64),
    /// Since this instant; the email went out a day later.
    Emailed(i64),
}

pub struct Customer {
    id: Box<str>,
    pub state: State,
}

/// What happens next to a customer: what the languages beside us decide, and what is done the same way for all.
#[derive(Clone, Copy)]
pub enum Move {
    Stay,
    Enter,
    Buy,
    Email,
    Open,
    Push,
}

/// What is to be done.
pub enum Effect {
    Entered,
    Sent { channel: &'static str, message: &'static str, category: &'static str, id: String },
    Converted { event: &'static str },
    Exited { reason: &'static str },
}

pub fn send(profile: &str, entered: i64, number: u32, channel: &'static str, message: &'static str) -> Effect {
    let id = format!("{profile}/cart/{}/{number}", show_instant(entered));
    Effect::Sent { channel, message, category: "marketing", id }
}

impl Customer {
    pub fn new(id: &str) -> Self {
        Self { id: id.into(), state: State::Out }
    }

    pub fn go(&mut self, next: Move, now: i64, effects: &mut Vec<Effect>) {
        match (next, self.state) {
            (Move::Enter, _) => {
                self.state = State::Abandoned(now);
                effects.push(Effect::Entered);
            }
            (Move::Buy, _) => {
                self.state = State::Out;
                effects.push(Effect::Converted { event: "order_placed" });
                effects.push(Effect::Exited { reason: "goal" });
            }
            (Move::Open, _) => {
                self.state = State::Out;
                effects.push(Effect::Exited { reason: "completed" });
            }
            (Move::Email, State::Abandoned(since)) => {
                effects.push(send(&self.id, since, 1, "email", "recs"));
                self.state = State::Emailed(since);
            }
            (Move::Push, State::Emailed(since)) => {
                effects.push(send(&self.id, since, 2, "push", "reminder"));
                effects.push(Effect::Exited { reason: "completed" });
                self.state = State::Out;
            }
            _ => {}
        }
    }

    pub fn due(&self) -> Option<i64> {
        match self.state {
            State::Out => None,
            State::Abandoned(since) => Some(since + DAY),
            State::Emailed(since) => Some(since + 3 * DAY),
        }
    }
}

/// Hands effects on and empties the list.
pub fn take(now: i64, effects: &mut Vec<Effect>, out: &mut Tally) {
    for effect in effects.drain(..) {
        let (kind, id) = match &effect {
            Effect::Entered => (1, ""),
            Effect::Sent { channel, message, category, id } => {
                std::hint::black_box((channel, message, category));
                (2, id.as_str())
            }
            Effect::Converted { event } => {
                std::hint::black_box(event);
                (3, "")
            }
            Effect::Exited { reason } => {
                std::hint::black_box(reason);
                (4, "")
            }
        };
        out.take(now, kind, id);
    }
}

/// What decides what happens next: on an event, or where there is none on an alarm.
pub trait Decides {
    fn next(&mut self, state: State, event: Option<&str>, now: i64) -> Move;
}

/// A machine of which only the decisions are somebody else's.
#[derive(Default)]
pub struct Decided<D> {
    decides: D,
    effects: Vec<Effect>,
}

impl<D> Decided<D> {
    pub fn by(decides: D) -> Self {
        Self { decides, effects: vec![] }
    }
}

impl<D: Decides> Machine for Decided<D> {
    type State = Customer;

    fn fresh(&mut self, id: &str) -> Customer {
        Customer::new(id)
    }

    fn input(&mut self, state: &mut Customer, input: &Input, out: &mut Tally) {
        if let InputKind::Track { event, .. } = &input.kind {
            state.go(self.decides.next(state.state, Some(event), input.arrived), input.arrived, &mut self.effects);
        }
        take(input.arrived, &mut self.effects, out);
    }

    fn wake(&mut self, state: &mut Customer, now: i64, out: &mut Tally) {
        state.go(self.decides.next(state.state, None, now), now, &mut self.effects);
        take(now, &mut self.effects, out);
    }

    fn due(&mut self, state: &Customer) -> Option<i64> {
        state.due()
    }
}
