//! The thread that writes. What waits when it comes round goes into one transaction, each job behind a savepoint of its own:
//! one that fails takes nothing else with it.

use crate::store::Trouble;
use rusqlite::{Connection, TransactionBehavior};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

/// Jobs of one transaction at most.
const MOST: usize = 256;

type Work = Box<dyn FnOnce(&Connection) -> Result<(), Trouble> + Send>;

/// A job: it writes, and hears how it went when that is durable.
struct Job {
    work: Work,
    done: SyncSender<Result<(), Trouble>>,
}

pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Writer {
        let (jobs, waiting) = channel();
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || run(connection, &waiting)).ok();
        Writer { jobs: Some(jobs), thread }
    }

    /// Writes; what it gives is durable.
    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let gone = || Trouble::Unreachable("the store was closed".into());
        let (done, result) = sync_channel(1);
        let (give, given) = sync_channel(1);
        let work: Work = Box::new(move |connection| {
            let made = work(connection)?;
            // Who asked is waiting: this is read once the transaction has been committed.
            let _ = give.send(made);
            Ok(())
        });
        self.jobs.as_ref().ok_or_else(gone)?.send(Job { work, done }).map_err(|_| gone())?;
        result.recv().map_err(|_| gone())??;
        given.recv().map_err(|_| gone())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(mut connection: Connection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let jobs: Vec<Job> = std::iter::once(first).chain(waiting.try_iter().take(MOST - 1)).collect();
        write(&mut connection, jobs);
    }
}

fn write(connection: &mut Connection, jobs: Vec<Job>) {
    let (works, waiting): (Vec<Work>, Vec<_>) = jobs.into_iter().map(|job| (job.work, job.done)).unzip();
    match together(connection, works) {
        Ok(outcomes) => {
            for (done, outcome) in waiting.into_iter().zip(outcomes) {
                let _ = done.send(outcome);
            }
        }
        Err(trouble) => {
            for done in waiting {
                let _ = done.send(Err(trouble.clone()));
            }
        }
    }
}

/// All jobs in one transaction, with what came of each.
fn together(connection: &mut Connection, works: Vec<Work>) -> Result<Vec<Result<(), Trouble>>, Trouble> {
    crate::stop::limit(connection);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut outcomes = vec![];
    for work in works {
        transaction.execute_batch("SAVEPOINT job")?;
        let outcome = work(&transaction);
        if let Err(trouble) = &outcome {
            // Where the disk is full all of the transaction may be gone by itself.
            if transaction.is_autocommit() {
                return Err(trouble.clone());
            }
            transaction.execute_batch("ROLLBACK TO job")?;
        }
        transaction.execute_batch("RELEASE job")?;
        outcomes.push(outcome);
    }
    crate::stop::point("before the commit");
    transaction.commit()?;
    crate::stop::point("after the commit");
    Ok(outcomes)
}
