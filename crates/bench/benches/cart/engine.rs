//! The workload on our engine.

use crate::host::{Machine, Tally};
use crate::memory;
use journey::{EffectKind, Effects, Input, Json, Lateness, Profile, Program, SourceFile};

pub const CART: &str = "\
journey cart:
  on cart_abandoned:
    wait 1d
    email recs
    if !opened within 48h then push reminder
  goal order_placed
";

pub struct Engine {
    program: Program,
    effects: Effects,
}

impl Engine {
    pub fn new() -> Self {
        let program = Program::compile(vec![SourceFile::new("cart.journey", CART)]).expect("it compiles");
        Self { program, effects: Effects::new() }
    }

    fn take(&mut self, out: &mut Tally) {
        for effect in &self.effects.list {
            let (kind, id) = match &effect.kind {
                EffectKind::Entered => (1, ""),
                EffectKind::Sent { id, .. } => (2, id.as_str()),
                EffectKind::Converted { .. } => (3, ""),
                EffectKind::Exited { .. } => (4, ""),
                other => panic!("{other:?}"),
            };
            out.take(effect.at, kind, id);
        }
        self.effects.clear();
    }
}

impl Machine for Engine {
    type State = Profile;

    fn fresh(&mut self, id: &str) -> Profile {
        self.program.profile(id)
    }

    fn input(&mut self, state: &mut Profile, input: &Input, out: &mut Tally) {
        self.program.advance(state, input, Lateness::any(), &mut self.effects).expect("its own profile");
        self.take(out);
    }

    fn wake(&mut self, state: &mut Profile, now: i64, out: &mut Tally) {
        self.program.wake(state, now, Lateness::any(), &mut self.effects).expect("its own profile");
        self.take(out);
    }

    fn due(&mut self, state: &Profile) -> Option<i64> {
        self.program.next_due(state)
    }
}

/// What one customer in flight takes, at each place where a customer waits.
pub fn sizes() {
    const MANY: usize = 1_000;
    let engine = Engine::new();
    let program = &engine.program;
    let mut effects = Effects::new();
    let id = |n: usize| format!("customer-{n:07}");
    println!("bytes of one customer in flight, of which the id in its stored form takes {}", id(0).len() + 1);
    println!("{:<24} {:>10} {:>10}", "", "stored", "in memory");
    for (place, after) in [("before the email", 0), ("before the push", 24 * 3_600_000)] {
        let before = memory::in_use();
        let mut profiles: Vec<Profile> = Vec::with_capacity(MANY);
        for n in 0..MANY {
            let mut profile = program.profile(&id(n));
            let input = Input::event(id(n), 1_772_409_600_000, "cart_abandoned", Json::Null);
            program.advance(&mut profile, &input, Lateness::any(), &mut effects).expect("its own profile");
            program
                .wake(&mut profile, 1_772_409_600_000 + after, Lateness::any(), &mut effects)
                .expect("its own profile");
            effects = Effects::new();
            profiles.push(profile);
        }
        let held = (memory::in_use() - before) / MANY;
        let stored: usize = profiles.iter().map(|p| p.encode().len()).sum();
        println!("{place:<24} {:>10} {held:>10}", stored / MANY);
    }
}
