//! A batch on its way into the store. While it is written the next one is played, from what this one leaves; where it cannot
//! be stored nothing of the next one counts either.

use crate::store::{Commit, Lease, Person, Store, Trouble};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// What a batch leaves that is not in the store yet.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// People as they are then.
    people: HashMap<String, Person>,
    refused: Vec<([u8; 32], bool)>,
    outgoing: usize,
}

impl Left {
    fn of(batch: &Commit) -> Left {
        let forgotten = batch.forgotten.iter().map(|id| (id.clone(), Person::new(id)));
        // Somebody can come back in the same batch.
        let people = forgotten.chain(batch.people.iter().map(|person| (person.id.clone(), person.clone()))).collect();
        Left { people, refused: batch.refused.clone(), outgoing: batch.outgoing.len() }
    }

    /// Somebody whom the batch changes.
    pub(super) fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(id)
    }

    /// Whether the refusal of a deleted id is kept, where the batch changes that.
    pub(super) fn refused(&self, hash: &[u8; 32]) -> Option<bool> {
        self.refused.iter().rev().find(|(refused, _)| refused == hash).map(|(_, yes)| *yes)
    }
}

type Job = (Vec<Lease>, Commit);

/// The thread that waits for the store, with at most one batch.
pub(super) struct Flight {
    jobs: Option<Sender<Job>>,
    landed: Receiver<Result<(), Trouble>>,
    thread: Option<JoinHandle<()>>,
    left: Option<Arc<Left>>,
}

impl Flight {
    pub(super) fn new<S: Store>(store: Arc<S>) -> Flight {
        let (jobs, waiting) = channel::<Job>();
        let (done, landed) = channel();
        let run = move || {
            for (leases, batch) in waiting {
                let stored = store.commit(&leases, batch);
                crate::stop::point("after the turn");
                if done.send(stored).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("commit".into()).spawn(run).ok();
        Flight { jobs: Some(jobs), landed, thread, left: None }
    }

    /// What is not stored yet.
    pub(super) fn left(&self) -> Option<Arc<Left>> {
        self.left.clone()
    }

    /// Sends a batch on its way; the one before has landed.
    pub(super) fn start(&mut self, leases: Vec<Lease>, batch: Commit) -> Result<(), Trouble> {
        let left = Arc::new(Left::of(&batch));
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.send((leases, batch)).map_err(|_| gone())?;
        self.left = Some(left);
        Ok(())
    }

    /// Waits until the batch is durable, if there is one; gives how much of it is to be handed over.
    pub(super) fn land(&mut self) -> Result<Option<usize>, Trouble> {
        let Some(left) = self.left.take() else { return Ok(None) };
        self.landed.recv().map_err(|_| gone())??;
        Ok(Some(left.outgoing))
    }
}

fn gone() -> Trouble {
    Trouble::Unreachable("the store was closed".into())
}

impl Drop for Flight {
    fn drop(&mut self) {
        // What was begun is stored first.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
