//! How fast the workload can go at all: by hand, customers numbered without gaps, events numbered beforehand, one
//! binary heap, ids of sends not made but counted.

use crate::host::{Played, Tally};
use crate::workload::Workload;
use journey::InputKind;
use journey::value::show_instant;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

const DAY: i64 = 86_400_000;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Out,
    Abandoned,
    Emailed,
}

#[derive(Clone, Copy)]
enum Event {
    Abandoned,
    Ordered,
    Opened,
}

pub struct Dense {
    inputs: Vec<(i64, u32, Event)>,
    customers: usize,
    end: i64,
    id_length: usize,
}

impl Dense {
    pub fn new(workload: &Workload) -> Self {
        let mut numbers = HashMap::new();
        let mut inputs = Vec::new();
        for input in &workload.inputs {
            let next = numbers.len() as u32;
            let number = *numbers.entry(input.profile.clone()).or_insert(next);
            let InputKind::Track { event, .. } = &input.kind else { continue };
            let event = match event.as_str() {
                "cart_abandoned" => Event::Abandoned,
                "order_placed" => Event::Ordered,
                _ => Event::Opened,
            };
            inputs.push((input.arrived, number, event));
        }
        let id_length = "customer-0000000/cart//1".len();
        Self { inputs, customers: numbers.len(), end: workload.end, id_length }
    }

    pub fn play(&self) -> Played {
        let mut states = vec![(State::Out, 0i64); self.customers];
        let mut alarms: BinaryHeap<Reverse<(i64, u32)>> = BinaryHeap::new();
        let mut tally = Tally::default();
        let mut turns = 0;
        for (at, number, event) in &self.inputs {
            self.alarms(&mut alarms, &mut states, *at, &mut tally, &mut turns);
            turns += 1;
            let (state, since) = &mut states[*number as usize];
            match (*state, event) {
                (State::Out, Event::Abandoned) => {
                    (*state, *since) = (State::Abandoned, *at);
                    alarms.push(Reverse((at + DAY, *number)));
                    tally.take(*at, 1, "");
                }
                (State::Abandoned | State::Emailed, Event::Ordered) => {
                    *state = State::Out;
                    tally.take(*at, 3, "");
                    tally.take(*at, 4, "");
                }
                (State::Emailed, Event::Opened) => {
                    *state = State::Out;
                    tally.take(*at, 4, "");
                }
                _ => {}
            }
        }
        self.alarms(&mut alarms, &mut states, self.end, &mut tally, &mut turns);
        Played { turns, effects: tally.effects, checksum: tally.checksum }
    }

    fn alarms(
        &self,
        alarms: &mut BinaryHeap<Reverse<(i64, u32)>>,
        states: &mut [(State, i64)],
        end: i64,
        tally: &mut Tally,
        turns: &mut u64,
    ) {
        while let Some(Reverse((due, number))) = alarms.peek().copied().filter(|Reverse((due, _))| *due <= end) {
            alarms.pop();
            let (state, since) = &mut states[number as usize];
            // The text that an id would be is as long as this one, and ends in the same digit.
            let id = |number: &'static str| (self.id_length, number);
            match *state {
                State::Abandoned if due == *since + DAY => {
                    *state = State::Emailed;
                    alarms.push(Reverse((*since + 3 * DAY, number)));
                    sent(tally, due, *since, id("1"));
                }
                State::Emailed if due == *since + 3 * DAY => {
                    *state = State::Out;
                    sent(tally, due, *since, id("2"));
                    tally.take(due, 4, "");
                }
                _ => continue,
            }
            *turns += 1;
        }
    }
}

/// Counts a send as the others do, without making its id.
fn sent(tally: &mut Tally, at: i64, since: i64, (length, number): (usize, &str)) {
    let instant = if since % 1_000 == 0 { 20 } else { 24 };
    debug_assert_eq!(instant, show_instant(since).len());
    tally.take_counted(at, 2, length + instant, number);
}
