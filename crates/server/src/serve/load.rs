//! How much is waiting, and when more of it is refused: then clients are told when to come again.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Lines are refused when those that wait would take longer than this.
const LONGEST: f64 = 10.0;
/// Lines a second until something was measured.
const GUESS: f64 = 2_000.0;

/// Lines that have been taken in and not been played yet.
#[derive(Debug)]
pub struct Load {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    waiting: f64,
    /// Lines a second, as of late.
    speed: f64,
    since: Instant,
}

impl Load {
    /// So many lines wait at first.
    pub fn new(waiting: i64) -> Load {
        let waiting = waiting.max(0) as f64;
        Load { state: Mutex::new(State { waiting, speed: GUESS, since: Instant::now() }) }
    }

    /// Lines were taken in.
    pub fn came(&self, lines: usize) {
        let mut state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if state.waiting < 1.0 {
            state.since = Instant::now();
        }
        state.waiting += lines as f64;
    }

    /// Lines were played.
    pub fn played(&self, lines: usize) {
        let mut state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let took = state.since.elapsed().as_secs_f64().max(0.000_1);
        if lines > 0 {
            // The more were played at once, the more this measure says.
            let weight = (lines as f64 / 1_000.0).min(0.5);
            state.speed = state.speed * (1.0 - weight) + lines as f64 / took * weight;
        }
        state.waiting = (state.waiting - lines as f64).max(0.0);
        state.since = Instant::now();
    }

    /// How long a client is to wait before it sends more; none: it may.
    pub fn refuses(&self) -> Option<Duration> {
        let state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let takes = state.waiting / state.speed.max(1.0);
        (takes > LONGEST).then(|| Duration::from_secs_f64(takes.min(300.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_refused_until_it_is_played() {
        let load = Load::new(0);
        load.came(15_000);
        assert_eq!(load.refuses(), None);
        load.came(10_000);
        assert!(load.refuses().is_some_and(|wait| wait.as_secs() == 12));
        load.played(25_000);
        assert_eq!(load.refuses(), None);
    }
}
