//! Lines and alarms are played: an owner holds partitions, plays what came in for them in order, wakes who is due, and stores
//! each batch whole.

mod batch;
mod flight;
mod join;
mod key;
mod play;
mod traits;
mod wheel;

use crate::clock::Clock;
use crate::store::{Lease, Store, Trouble};
use batch::Batch;
use flight::Flight;
use journey::Program;
pub use key::of_send;
use play::Heard;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use wheel::Wheel;

/// Lines of a tick at most.
const LINES: usize = 5_000;
/// People who are woken in a tick at most.
const ALARMS: usize = 5_000;
/// People who are taken over by a new program in a tick at most.
const SWEPT: usize = 1_000;
/// How long a lease lasts; it is renewed when a third of it is over.
const LEASE: Duration = Duration::from_secs(5);

/// The program that runs, where a newer one can be put.
pub type Current = Arc<RwLock<Arc<Program>>>;

/// What a tick did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ticked {
    /// Lines that were played.
    pub lines: usize,
    /// People who were woken.
    pub alarms: usize,
    /// People who were taken over by a new program.
    pub swept: usize,
    /// Whether an earlier batch has been stored: all of them are behind a tick that is idle.
    pub landed: bool,
    /// What of it is to be handed over.
    pub outgoing: usize,
    /// When somebody is due next, as far as that is near.
    pub next: Option<i64>,
}

impl Ticked {
    /// Whether nothing was there to do.
    pub fn is_idle(&self) -> bool {
        !self.landed && !self.is_new()
    }

    fn is_new(&self) -> bool {
        self.lines + self.alarms + self.swept > 0
    }
}

/// Plays the partitions that it holds.
pub struct Owner<S> {
    store: Arc<S>,
    program: Current,
    clock: Clock,
    /// Its name among those who share the store.
    worker: String,
    /// Partitions that are its fair share.
    fair: usize,
    workspace: String,
    records_all: bool,
    leases: Vec<Lease>,
    flight: Flight,
    claimed: Option<Instant>,
    wheel: Wheel,
    /// The last person who was taken over by a new program; none: all are.
    sweep: Option<i64>,
    /// The program of the last tick.
    played: Option<u64>,
}

impl<S: Store> Owner<S> {
    /// Somebody who plays at most so many partitions.
    pub fn new(store: Arc<S>, program: Current, clock: Clock, worker: &str, fair: usize, workspace: &str) -> Owner<S> {
        Owner {
            flight: Flight::new(store.clone()),
            store,
            program,
            clock,
            worker: worker.to_string(),
            fair,
            workspace: workspace.to_string(),
            records_all: false,
            leases: vec![],
            claimed: None,
            wheel: Wheel::default(),
            sweep: None,
            played: None,
        }
    }

    /// The same, keeping also what nothing came of: for who tries a program.
    #[must_use]
    pub fn recording_all(mut self, yes: bool) -> Owner<S> {
        self.records_all = yes;
        self
    }

    /// The same, waking everybody behind a person first: a new program was put while nothing ran.
    #[must_use]
    pub fn sweeping(mut self, behind: Option<i64>) -> Owner<S> {
        self.sweep = behind;
        self
    }

    /// One batch: lines, then who is due by an instant up to which all lines are in the inbox, then people whom a new program
    /// takes over.
    ///
    /// # Errors
    /// When the store fails: nothing was played then, and the next call plays the same.
    pub fn tick(&mut self, complete: i64) -> Result<Ticked, Trouble> {
        match self.try_tick(complete) {
            Err(trouble) => {
                // Whatever was known of leases and alarms may be wrong; what is on its way lands first.
                let _ = self.flight.land();
                self.leases.clear();
                self.claimed = None;
                self.wheel.clear();
                if trouble == Trouble::Fenced { Ok(Ticked::default()) } else { Err(trouble) }
            }
            ticked => ticked,
        }
    }

    /// When somebody is due next, however far that is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_due(&self) -> Result<Option<i64>, Trouble> {
        match self.wheel.next() {
            Some(next) => Ok(Some(next)),
            None => Ok(self.store.due(&self.leases, i64::MAX, 1)?.first().map(|(due, _)| *due)),
        }
    }

    fn try_tick(&mut self, complete: i64) -> Result<Ticked, Trouble> {
        let mut ticked = Ticked::default();
        self.claim(&mut ticked)?;
        let program = self.program.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        if self.played.replace(program.fingerprint()).is_some_and(|before| before != program.fingerprint()) {
            self.sweep = Some(-1);
        }
        let now = self.clock.now();
        // Who looks through all of the store must find all in it.
        if self.sweep.is_some() || self.wheel.is_over(now) {
            self.land(&mut ticked)?;
        }
        self.wheel.fill(&*self.store, &self.leases, now)?;
        let lines = self.store.read(&self.leases, LINES)?;
        // An alarm rings when all that was taken in before it has been played.
        // While more waits, a line that has not been read may bear an earlier time than the last one here.
        let is_all = lines.len() < LINES;
        let first = lines.iter().map(|line| line.arrived).min().filter(|_| !is_all);
        let horizon = first.map_or(complete, |first| first.saturating_sub(1).min(complete));
        let store = Arc::clone(&self.store);
        let workspace = self.workspace.clone();
        let mut batch = Batch::new(&*store, self.flight.left(), &program, &workspace, &self.leases, now);
        batch.records_all = self.records_all;
        ticked.lines = lines.len();
        let cursor =
            lines.last().map_or_else(|| self.leases.iter().map(|l| l.cursor).max().unwrap_or(0), |line| line.seq);
        let heard: Vec<Heard> = lines.into_iter().map(Heard::new).collect();
        batch.load(&heard.iter().filter_map(Heard::about).collect::<Vec<_>>())?;
        for line in heard {
            batch.line(line)?;
            crate::stop::point("in the turn");
        }
        ticked.alarms = self.ring(&mut batch, horizon)?;
        let sweep = self.take_over(&mut batch, horizon, &mut ticked)?;
        let played = ticked.is_new().then(|| batch.finish(cursor));
        // Batches are stored one behind the other.
        self.land(&mut ticked)?;
        if let Some((commit, alarms)) = played {
            self.flight.start(self.leases.clone(), commit)?;
            self.leases.iter_mut().for_each(|lease| lease.cursor = lease.cursor.max(cursor));
            for (id, before, due) in alarms {
                self.wheel.set(&id, before, due);
            }
        }
        if self.sweep.is_some() {
            self.land(&mut ticked)?;
            self.sweep = sweep;
        }
        ticked.next = self.wheel.next();
        Ok(ticked)
    }

    /// Waits until the batch before is durable.
    fn land(&mut self, ticked: &mut Ticked) -> Result<(), Trouble> {
        if let Some(outgoing) = self.flight.land()? {
            ticked.landed = true;
            ticked.outgoing += outgoing;
        }
        Ok(())
    }

    fn claim(&mut self, ticked: &mut Ticked) -> Result<(), Trouble> {
        if self.claimed.is_some_and(|at| at.elapsed() < LEASE / 3) {
            return Ok(());
        }
        // Cursors are read again.
        self.land(ticked)?;
        let leases = self.store.claim(&self.worker, self.fair, LEASE)?;
        let same = |a: &Lease, b: &Lease| (a.part, a.epoch) == (b.part, b.epoch);
        if leases.len() != self.leases.len() || !leases.iter().zip(&self.leases).all(|(a, b)| same(a, b)) {
            self.wheel.clear();
        }
        self.leases = leases;
        self.claimed = Some(Instant::now());
        Ok(())
    }

    /// Wakes who is due; says how many.
    fn ring(&mut self, batch: &mut Batch<'_, S>, horizon: i64) -> Result<usize, Trouble> {
        let due = self.wheel.due(horizon, ALARMS);
        let ids: Vec<&str> = due.iter().map(|(_, id)| id.as_str()).collect();
        batch.load(&ids)?;
        let mut woken = 0;
        for (due, id) in &due {
            let slot = batch.slot(id)?;
            if slot.due_before != Some(*due) {
                self.wheel.set(id, Some(*due), slot.due_before);
            }
            // A line may have changed it; who waits for a name is woken behind the lines that wait too.
            if slot.person.due.is_some_and(|due| due <= horizon) && slot.person.parked.is_empty() {
                batch.wake(id, horizon)?;
                woken += 1;
            }
        }
        Ok(woken)
    }

    /// Wakes people of an earlier program; says behind whom it is to go on.
    fn take_over(&self, batch: &mut Batch<'_, S>, horizon: i64, ticked: &mut Ticked) -> Result<Option<i64>, Trouble> {
        let Some(behind) = self.sweep else { return Ok(None) };
        let (ids, last) = self.store.sweep(&self.leases, behind, SWEPT)?;
        ticked.swept = ids.len();
        batch.load(&ids.iter().map(String::as_str).collect::<Vec<_>>())?;
        for id in &ids {
            let person = &batch.slot(id)?.person;
            if person.state.is_some() && person.parked.is_empty() {
                batch.wake(id, horizon)?;
            }
        }
        // That all are through is stored too.
        ticked.swept = ticked.swept.max(1);
        batch.commit.swept = Some(last.unwrap_or(i64::MAX));
        Ok(last)
    }
}
