//! The thread that plays: it ticks while there is work, sleeps until somebody is due, and moves the clock when it is asked.

use super::door::Door;
use crate::clock::Clock;
use crate::store::{Store, Trouble};
use crate::turn::{Owner, Ticked};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

/// What the thread is told.
enum Word {
    /// Lines have come, or there is a new program.
    Look,
    /// The clock is to be moved.
    Move { to: To, done: SyncSender<Result<Moved, String>> },
}

/// Where the clock is moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To the next instant at which something happens by itself.
    Next,
    /// So many milliseconds further.
    By(i64),
    /// To an instant.
    At(i64),
}

/// Where the clock stands after it was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// What it says now.
    pub now: i64,
    /// People to whom something happened.
    pub played: usize,
    /// Whether it stopped on the way: too much happened for one go.
    pub is_short: bool,
}

/// How long the thread sleeps at most: leases are renewed in time.
const NAP: Duration = Duration::from_millis(500);
/// How long the clock is moved for at most, by the machine's clock.
const LONGEST_MOVE: Duration = Duration::from_secs(20);
/// After a trouble of the store the thread waits this long.
const PAUSE: Duration = Duration::from_millis(500);

/// The way to the thread.
#[derive(Clone)]
pub struct Turns {
    words: Sender<Word>,
}

impl Turns {
    /// Starts the thread; `after` hears of each tick that did something.
    pub fn start<S: Store>(
        owner: Owner<S>,
        clock: Clock,
        door: Arc<Door>,
        stop: Arc<AtomicBool>,
        after: impl Fn(&Result<Ticked, Trouble>) + Send + 'static,
    ) -> (Turns, std::thread::JoinHandle<()>) {
        let (words, heard) = channel();
        let mut thread = Thread { owner, clock, door, after: Box::new(after) };
        let thread = std::thread::spawn(move || thread.run(&heard, &stop));
        (Turns { words }, thread)
    }

    /// Lines have come.
    pub fn look(&self) {
        let _ = self.words.send(Word::Look);
    }

    /// Moves the clock: all that is due on the way happens, each at its own time.
    ///
    /// # Errors
    /// In words, when there is nothing to come, or the store fails.
    pub fn move_clock(&self, to: To) -> Result<Moved, String> {
        let (done, result) = sync_channel(1);
        let gone = || "the service is stopping".to_string();
        self.words.send(Word::Move { to, done }).map_err(|_| gone())?;
        result.recv().map_err(|_| gone())?
    }
}

/// Who hears of a tick.
type After = Box<dyn Fn(&Result<Ticked, Trouble>) + Send>;

struct Thread<S> {
    owner: Owner<S>,
    clock: Clock,
    door: Arc<Door>,
    after: After,
}

impl<S: Store> Thread<S> {
    fn run(&mut self, heard: &Receiver<Word>, stop: &AtomicBool) {
        let mut nap = Duration::ZERO;
        while !stop.load(Ordering::Acquire) {
            let first = match heard.recv_timeout(nap) {
                Ok(word) => Some(word),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // Many requests are one reason to look.
            for word in first.into_iter().chain(heard.try_iter()) {
                if let Word::Move { to, done } = word {
                    let moved = self.move_clock(to).map_err(|trouble| trouble.to_string());
                    let nothing =
                        || "nothing is to come: nobody is inside a journey, and no day is waited for".to_string();
                    let _ = done.send(moved.and_then(|moved| moved.ok_or_else(nothing)));
                }
            }
            nap = self.tick();
        }
    }

    /// One tick; says how long there is nothing to do.
    fn tick(&mut self) -> Duration {
        let ticked = self.owner.tick(self.door.complete());
        let nap = match &ticked {
            Err(_) => PAUSE,
            Ok(ticked) if !ticked.is_idle() => Duration::ZERO,
            Ok(ticked) => {
                let wait = ticked.next.map(|next| next.saturating_sub(self.clock.now()));
                wait.map_or(NAP, |wait| {
                    Duration::from_millis(u64::try_from(wait).unwrap_or(0)).clamp(Duration::from_millis(1), NAP)
                })
            }
        };
        if !matches!(&ticked, Ok(ticked) if ticked.is_idle()) {
            (self.after)(&ticked);
        }
        nap
    }

    /// Ticks until nothing is left to do at this instant; says how many people were woken.
    fn settle(&mut self, until: Instant) -> Result<usize, Trouble> {
        let mut woken = 0;
        loop {
            let ticked = self.owner.tick(self.door.complete())?;
            if ticked.is_idle() || Instant::now() > until {
                return Ok(woken);
            }
            woken += ticked.alarms;
            (self.after)(&Ok(ticked));
        }
    }

    fn move_clock(&mut self, to: To) -> Result<Option<Moved>, Trouble> {
        let until = Instant::now() + LONGEST_MOVE;
        let mut played = self.settle(until)?;
        let to = match to {
            To::By(millis) => self.clock.now().saturating_add(millis),
            To::At(at) => at,
            To::Next => match self.owner.next_due()? {
                Some(next) => next,
                None => return Ok(None),
            },
        };
        loop {
            match self.owner.next_due()?.filter(|next| *next <= to) {
                Some(_) if Instant::now() > until => {
                    return Ok(Some(Moved { now: self.clock.now(), played, is_short: true }));
                }
                Some(next) => self.clock.move_to(next),
                None => break,
            }
            let woken = self.settle(until)?;
            played += woken;
        }
        self.clock.move_to(to);
        played += self.settle(until)?;
        Ok(Some(Moved { now: self.clock.now(), played, is_short: false }))
    }
}
