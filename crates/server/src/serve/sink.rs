//! Lines from the door into the inbox.

use super::Service;
use crate::ingest::{Busy, Known, Refused, Sink, Taken};
use crate::people::partition;
use crate::store::{Arrival, Message, Rejected, Store};
use journey::Input;
use std::sync::Arc;
use std::time::Duration;

/// A refused line is kept up to here.
const KEPT: usize = 32 << 10;
/// While the store has a trouble clients come again after this.
const TROUBLE: Duration = Duration::from_secs(5);

/// The way in, for the door.
pub(super) struct Inbox(pub(super) Arc<Service>);

impl Sink for Inbox {
    async fn append(&self, lines: Vec<Taken>, refused: Vec<Refused>) -> Result<(), Busy> {
        let service = self.0.clone();
        if let Some(retry_after) = service.load.refuses() {
            return Err(Busy { retry_after });
        }
        let stored = tokio::task::spawn_blocking(move || service.take(lines, refused)).await;
        match stored {
            Ok(Ok(())) => Ok(()),
            _ => Err(Busy { retry_after: TROUBLE }),
        }
    }

    fn now(&self) -> i64 {
        self.0.clock.now()
    }

    fn source(&self, write_key: &str) -> Known {
        let options = &self.0.options;
        if options.dev || options.write_keys.iter().any(|key| same(key, write_key)) { Known::Yes } else { Known::No }
    }
}

/// Whether two keys are the same, in a time that tells nothing of how far they are.
fn same(known: &str, shown: &str) -> bool {
    let hash = |key: &str| journey::identity::hash(key);
    hash(known).iter().zip(hash(shown)).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

impl Service {
    /// Takes lines in; they are durable when this returns.
    pub(crate) fn take(&self, lines: Vec<Taken>, refused: Vec<Refused>) -> Result<(), crate::store::Trouble> {
        let mut arrivals = Vec::with_capacity(lines.len());
        let mut first = i64::MAX;
        for Taken { body } in lines {
            // The door has read it: a line that is none does not come here.
            let Ok(input) = Input::from_json(&body) else { continue };
            first = first.min(input.arrived);
            let part = partition(&input.profile);
            arrivals.push(Arrival {
                part,
                arrived: input.arrived,
                message: Message::Input { body, of: None, joined: false },
            });
        }
        if !refused.is_empty() {
            let at = self.clock.now();
            let cut = |mut body: String| {
                let mut end = KEPT.min(body.len());
                while !body.is_char_boundary(end) {
                    end -= 1;
                }
                body.truncate(end);
                body
            };
            let rejected = refused.into_iter().map(|Refused { body, why }| Rejected { at, body: cut(body), why });
            self.store.reject(rejected.collect())?;
        }
        if arrivals.is_empty() {
            return Ok(());
        }
        let count = arrivals.len();
        let entering = self.door.enter(first);
        self.store.append(arrivals)?;
        drop(entering);
        self.load.came(count);
        self.turns.look();
        Ok(())
    }

    /// The key of a message by its send id.
    pub(crate) fn key_of(&self, id: &str) -> String {
        crate::turn::of_send(&self.workspace, id)
    }
}
