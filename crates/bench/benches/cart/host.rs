//! The host loop that all machines share: a table by text id, one alarm a customer, inputs in order of arrival.

use crate::workload::Workload;
use journey::Input;
use smol_str::SmolStr;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// A way to run the workload.
pub trait Machine {
    /// What is kept of one customer.
    type State;
    fn fresh(&mut self, id: &str) -> Self::State;
    fn input(&mut self, state: &mut Self::State, input: &Input, out: &mut Tally);
    fn wake(&mut self, state: &mut Self::State, now: i64, out: &mut Tally);
    fn due(&mut self, state: &Self::State) -> Option<i64>;
}

/// Takes the effects: how many, and a sum over what they say, to see that all machines do the same.
#[derive(Default, Clone, Copy)]
pub struct Tally {
    pub effects: u64,
    pub checksum: u64,
}

impl Tally {
    pub fn take(&mut self, at: i64, kind: u64, id: &str) {
        self.take_counted(at, kind, id.len(), id);
    }

    /// The same for an id of which only the length and the end are known.
    pub fn take_counted(&mut self, at: i64, kind: u64, length: usize, end: &str) {
        let last = end.as_bytes().last().copied().unwrap_or_default();
        let sum = (at as u64) ^ kind ^ ((length as u64) << 8) ^ u64::from(last);
        self.effects += 1;
        self.checksum = self.checksum.wrapping_mul(31).wrapping_add(sum);
    }
}

#[derive(Clone, Copy)]
pub struct Played {
    pub turns: u64,
    pub effects: u64,
    pub checksum: u64,
}

struct Customer<S> {
    state: S,
    alarm: Option<i64>,
}

pub struct Host<M: Machine> {
    numbers: HashMap<SmolStr, u32>,
    customers: Vec<Customer<M::State>>,
    alarms: BinaryHeap<Reverse<(i64, u32)>>,
    tally: Tally,
    turns: u64,
}

pub fn play<M: Machine>(machine: &mut M, workload: &Workload) -> Played {
    // Large enough from the start: how tables grow is not what is compared.
    let mut host = Host::<M> {
        numbers: HashMap::with_capacity(workload.customers),
        customers: Vec::with_capacity(workload.customers),
        alarms: BinaryHeap::with_capacity(workload.customers),
        tally: Tally::default(),
        turns: 0,
    };
    for input in &workload.inputs {
        host.alarms_before(machine, input.arrived);
        let number = match host.numbers.get(&input.profile) {
            Some(number) => *number,
            None => {
                let number = host.customers.len() as u32;
                host.numbers.insert(input.profile.clone(), number);
                host.customers.push(Customer { state: machine.fresh(&input.profile), alarm: None });
                number
            }
        };
        machine.input(&mut host.customers[number as usize].state, input, &mut host.tally);
        host.set_alarm(machine, number);
    }
    host.alarms_before(machine, workload.end);
    Played { turns: host.turns, effects: host.tally.effects, checksum: host.tally.checksum }
}

impl<M: Machine> Host<M> {
    fn alarms_before(&mut self, machine: &mut M, end: i64) {
        while let Some(Reverse((due, number))) = self.alarms.peek().copied().filter(|Reverse((due, _))| *due <= end) {
            self.alarms.pop();
            let customer = &mut self.customers[number as usize];
            if customer.alarm == Some(due) {
                machine.wake(&mut customer.state, due, &mut self.tally);
                self.set_alarm(machine, number);
            }
        }
    }

    fn set_alarm(&mut self, machine: &mut M, number: u32) {
        self.turns += 1;
        let customer = &mut self.customers[number as usize];
        let due = machine.due(&customer.state);
        if customer.alarm != due {
            customer.alarm = due;
            self.alarms.extend(due.map(|due| Reverse((due, number))));
        }
    }
}

/// What a machine answered when it was asked for its next alarm, turn by turn.
#[derive(Default)]
pub struct Recorded(Vec<Option<i64>>);

pub struct Recording<'a, M> {
    inner: M,
    answers: &'a mut Recorded,
}

impl<'a, M> Recording<'a, M> {
    pub fn new(inner: M, answers: &'a mut Recorded) -> Self {
        Self { inner, answers }
    }
}

impl<M: Machine> Machine for Recording<'_, M> {
    type State = M::State;
    fn fresh(&mut self, id: &str) -> M::State {
        self.inner.fresh(id)
    }
    fn input(&mut self, state: &mut M::State, input: &Input, out: &mut Tally) {
        self.inner.input(state, input, out);
    }
    fn wake(&mut self, state: &mut M::State, now: i64, out: &mut Tally) {
        self.inner.wake(state, now, out);
    }
    fn due(&mut self, state: &M::State) -> Option<i64> {
        let due = self.inner.due(state);
        self.answers.0.push(due);
        due
    }
}

/// The host alone: nothing is done, the same alarms are set.
pub struct Empty<'a> {
    answers: std::slice::Iter<'a, Option<i64>>,
}

impl<'a> Empty<'a> {
    pub fn new(answers: &'a Recorded) -> Self {
        Self { answers: answers.0.iter() }
    }
}

impl Machine for Empty<'_> {
    type State = ();
    fn fresh(&mut self, _: &str) {}
    fn input(&mut self, (): &mut (), _: &Input, _: &mut Tally) {}
    fn wake(&mut self, (): &mut (), _: i64, _: &mut Tally) {}
    fn due(&mut self, (): &()) -> Option<i64> {
        self.answers.next().copied().flatten()
    }
}
