//! The workload on our engine.

use crate::host::{Machine, Tally};
use journey::{EffectKind, Effects, Input, Lateness, Profile, Program, SourceFile};

pub struct Engine {
    program: Program,
    effects: Effects,
}

impl Engine {
    pub fn new() -> Self {
        let program = Program::compile(vec![SourceFile::new("cart.journey", include_str!("../cart.journey"))])
            .expect("it compiles");
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
