//! The same state machine as an engineer would write it: an enum, a match, ids of sends made the same way.

use crate::host::{Machine, Tally};
use journey::value::show_instant;
use journey::{Input, InputKind};

const DAY: i64 = 86_400_000;

pub struct ByHand;

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
    state: State,
}

/// What is to be done.
pub enum Effect {
    Entered,
    Sent { channel: &'static str, message: &'static str, category: &'static str, id: String },
    Converted { event: &'static str },
    Exited { reason: &'static str },
}

fn send(profile: &str, entered: i64, number: u32, channel: &'static str, message: &'static str) -> Effect {
    let id = format!("{profile}/cart/{}/{number}", show_instant(entered));
    Effect::Sent { channel, message, category: "marketing", id }
}

impl Customer {
    pub fn new(id: &str) -> Self {
        Self { id: id.into(), state: State::Out }
    }

    fn on(&mut self, event: &str, now: i64, effects: &mut Vec<Effect>) {
        match (self.state, event) {
            (State::Out, "cart_abandoned") => {
                self.state = State::Abandoned(now);
                effects.push(Effect::Entered);
            }
            (State::Abandoned(_) | State::Emailed(_), "order_placed") => {
                self.state = State::Out;
                effects.push(Effect::Converted { event: "order_placed" });
                effects.push(Effect::Exited { reason: "goal" });
            }
            (State::Emailed(_), "opened" | "clicked") => {
                self.state = State::Out;
                effects.push(Effect::Exited { reason: "completed" });
            }
            _ => {}
        }
    }

    fn wake(&mut self, now: i64, effects: &mut Vec<Effect>) {
        match self.state {
            State::Abandoned(since) if now >= since + DAY => {
                effects.push(send(&self.id, since, 1, "email", "recs"));
                self.state = State::Emailed(since);
            }
            State::Emailed(since) if now >= since + 3 * DAY => {
                effects.push(send(&self.id, since, 2, "push", "reminder"));
                effects.push(Effect::Exited { reason: "completed" });
                self.state = State::Out;
            }
            _ => {}
        }
    }

    fn due(&self) -> Option<i64> {
        match self.state {
            State::Out => None,
            State::Abandoned(since) => Some(since + DAY),
            State::Emailed(since) => Some(since + 3 * DAY),
        }
    }
}

/// Hands effects on and empties the list.
fn take(now: i64, effects: &mut Vec<Effect>, out: &mut Tally) {
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

impl Machine for ByHand {
    type State = Customer;

    fn fresh(&mut self, id: &str) -> Customer {
        Customer::new(id)
    }

    fn input(&mut self, state: &mut Customer, input: &Input, out: &mut Tally) {
        let mut effects = Vec::new();
        if let InputKind::Track { event, .. } = &input.kind {
            state.on(event, input.arrived, &mut effects);
        }
        take(input.arrived, &mut effects, out);
    }

    fn wake(&mut self, state: &mut Customer, now: i64, out: &mut Tally) {
        let mut effects = Vec::new();
        state.wake(now, &mut effects);
        take(now, &mut effects, out);
    }

    fn due(&mut self, state: &Customer) -> Option<i64> {
        state.due()
    }
}
