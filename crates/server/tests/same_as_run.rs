//! The service does what `journey run` does, byte for byte, whoever plays which partitions.

use crate::shop::{self, Effects, MONDAY, PROGRAM};
use journey::Program;
use journey_server::clock::Clock;
use journey_server::people::partition;
use journey_server::store::sqlite::Sqlite;
use journey_server::store::{Arrival, Message, Store};
use journey_server::turn::{Current, Owner};
use std::path::Path;
use std::sync::{Arc, RwLock};

const DAY: i64 = 24 * 3_600_000;

struct Service {
    store: Arc<Sqlite>,
    clock: Clock,
    owners: Vec<Owner<Sqlite>>,
}

impl Service {
    fn open(path: &Path, program: &Program, clock: &Clock, owners: usize) -> Service {
        let store = Arc::new(Sqlite::open(path).unwrap());
        let current: Current = Arc::new(RwLock::new(Arc::new(program.clone())));
        let owners = (0..owners)
            .map(|n| Owner::new(store.clone(), current.clone(), clock.clone(), &format!("w{n}"), 64 / owners, "test"));
        Service { owners: owners.collect(), store, clock: clock.clone() }
    }

    fn settle(&mut self) {
        let mut idle = 0;
        while idle < self.owners.len() {
            for owner in &mut self.owners {
                idle = if owner.tick(self.clock.now()).unwrap().is_idle() { idle + 1 } else { 0 };
            }
        }
    }

    /// All that is due until then happens, each at its time.
    fn move_to(&mut self, to: i64) {
        loop {
            self.settle();
            let next = self.owners.iter_mut().filter_map(|owner| owner.next_due().unwrap()).min();
            match next.filter(|next| *next <= to) {
                Some(next) => self.clock.move_to(next),
                None => break,
            }
        }
        self.clock.move_to(to);
        self.settle();
    }

    fn take(&self, lines: &[(i64, String)]) {
        let arrival = |(arrived, body): &(i64, String)| {
            let id = journey::Input::from_json(body).unwrap().profile;
            let message = Message::Input { body: body.clone(), of: None, joined: false };
            Arrival { part: partition(&id), arrived: *arrived, message }
        };
        self.store.append(lines.iter().map(arrival).collect()).unwrap();
    }

    fn effects(&self) -> Effects {
        let mut all = Effects::new();
        for turn in self.store.all_turns().unwrap() {
            all.entry(turn.person.clone()).or_default().extend(turn.effects.lines().map(str::to_string));
        }
        all.retain(|_, lines| !lines.is_empty());
        all
    }
}

fn same(seed: u64, owners: usize, chunk: usize, restarts: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let program = shop::program(PROGRAM);
    let lines = shop::lines(seed, 300, 8);
    let until = lines.last().unwrap().0 + 12 * DAY;
    let clock = Clock::starting_at(MONDAY);
    let mut service = Service::open(&path, &program, &clock, owners);
    for (number, some) in lines.chunks(chunk).enumerate() {
        if restarts && number % 7 == 3 {
            drop(service);
            service = Service::open(&path, &program, &clock, owners);
        }
        if chunk == 1 {
            service.move_to(some[0].0);
            service.take(some);
        } else {
            // The whole chunk is in the inbox before any of it is played.
            for line in some {
                service.clock.move_to(line.0);
            }
            service.take(some);
        }
        service.settle();
    }
    service.move_to(until);
    let wanted = shop::run(&program, &lines, until);
    let got = service.effects();
    for (id, lines) in &wanted {
        let theirs = got.get(id).cloned().unwrap_or_default();
        let differ = lines.iter().zip(&theirs).position(|(a, b)| a != b).unwrap_or(lines.len().min(theirs.len()));
        assert_eq!(
            theirs.get(differ),
            lines.get(differ),
            "seed {seed}, {id}, line {differ} of {} and {}",
            theirs.len(),
            lines.len()
        );
    }
    assert_eq!(got.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    assert!(wanted.values().flatten().count() > 100, "nothing happened");
}

#[test]
fn one_owner_line_by_line() {
    (1..6).for_each(|seed| same(seed, 1, 1, false));
}

#[test]
fn with_restarts() {
    same(11, 1, 1, true);
}

/// Names of one person lie in partitions of two owners, who ask each other.
#[test]
fn two_owners_ask_each_other_for_names() {
    (21..24).for_each(|seed| same(seed, 2, 1, false));
}
