//! The bare store: the rows that a service wrote are written again through the same calls, with no engine and no HTTP.

use crate::clients::{Load, Sent};
use journey_server::people::partition;
use journey_server::store::sqlite::Sqlite;
use journey_server::store::sqlite::tables::Handed;
use journey_server::store::{Arrival, Commit, Lease, Message, Outgoing, Person, Store, Trouble, Turn};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Lines of a commit at most, as in the service.
const LINES: usize = 5_000;
const LONG: Duration = Duration::from_secs(3_600);

/// One line, with the rows that it left behind.
struct Step {
    body: String,
    turn: Option<Turn>,
    outgoing: Vec<Outgoing>,
    person: Option<Person>,
}

/// Lines a second that the store takes, each with its rows.
pub(crate) fn limit(from: &Path, to: &Path, sent: &Sent, load: &Load) -> Result<f64, String> {
    let words = |trouble: Trouble| trouble.to_string();
    let steps = steps(&Sqlite::open(from).map_err(words)?, sent.lines).map_err(words)?;
    let store = Sqlite::open(to).map_err(words)?;
    let mut leases = store.claim("bare", 64, LONG).map_err(words)?;
    let (next, there, total) = (AtomicUsize::new(0), AtomicUsize::new(0), steps.len());
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..load.clients {
            scope.spawn(|| {
                loop {
                    let first = next.fetch_add(load.batch, Ordering::AcqRel);
                    let Some(some) = steps.get(first..(first + load.batch).min(total)).filter(|some| !some.is_empty())
                    else {
                        return;
                    };
                    if store.append(some.iter().map(arrival).collect()).is_err() {
                        return;
                    }
                    there.fetch_add(some.len(), Ordering::AcqRel);
                }
            });
        }
        let mut done = 0;
        while done < total {
            let until = there.load(Ordering::Acquire).min(done + LINES);
            let Some(some) = steps.get(done..until).filter(|some| !some.is_empty()) else {
                std::thread::sleep(Duration::from_micros(200));
                if began.elapsed() > LONG {
                    return Err(Trouble::Unreachable("the lines do not come".into()));
                }
                continue;
            };
            done = until;
            commit(&store, &mut leases, some, done)?;
        }
        Ok(())
    })
    .map_err(words)?;
    Ok(total as f64 / began.elapsed().as_secs_f64().max(0.001))
}

fn arrival(step: &Step) -> Arrival {
    let part = step.turn.as_ref().map_or(0, |turn| partition(&turn.person));
    let message = Message::Input { body: step.body.clone(), of: None, joined: false };
    Arrival { part, arrived: step.turn.as_ref().map_or(0, |turn| turn.at), message }
}

fn commit(store: &Sqlite, leases: &mut [Lease], steps: &[Step], done: usize) -> Result<(), Trouble> {
    let cursor = i64::try_from(done).unwrap_or(i64::MAX);
    let mut batch = Commit { cursor, ..Commit::default() };
    let mut people: HashMap<&str, &Person> = HashMap::new();
    for step in steps {
        batch.turns.extend(step.turn.clone());
        batch.outgoing.extend(step.outgoing.iter().cloned());
        // Several turns of a person make one row.
        people.extend(step.person.as_ref().map(|person| (person.id.as_str(), person)));
    }
    batch.people = people.into_values().cloned().collect();
    store.commit(leases, batch)?;
    leases.iter_mut().for_each(|lease| lease.cursor = cursor);
    Ok(())
}

/// What the service's store holds, by line.
fn steps(store: &Sqlite, lines: u64) -> Result<Vec<Step>, Trouble> {
    let turns = store.all_turns()?;
    let mut outgoing: HashMap<String, Vec<Outgoing>> = HashMap::new();
    for Handed { key, person, asked, kind, connector, effect, .. } in store.outbox()? {
        let kind =
            ["sent", "called", "audience_added"].into_iter().find(|known| *known == kind).unwrap_or("audience_removed");
        outgoing.entry(effect.clone()).or_default().push(Outgoing { key, person, asked, kind, connector, effect });
    }
    let ids: Vec<&str> = turns.iter().map(|turn| turn.person.as_str()).collect();
    let mut now: HashMap<String, Person> =
        store.load(&ids)?.into_iter().flatten().map(|person| (person.id.clone(), person)).collect();
    let mut steps = Vec::with_capacity(turns.len());
    // From the last to the first: what a turn left is what the next one of the same person found.
    for turn in turns.iter().rev() {
        let person = now.get_mut(&turn.person).map(|person| {
            let after = person.clone();
            person.state = turn.before.clone();
            after
        });
        let outgoing = turn.effects.lines().flat_map(|line| outgoing.remove(line).unwrap_or_default()).collect();
        let body = turn.input.clone().unwrap_or_default();
        steps.push(Step { body, turn: Some(turn.clone()), outgoing, person });
    }
    Ok(with_idle(steps, usize::try_from(lines).unwrap_or(0)))
}

/// Lines that did nothing are rows of the inbox alone: they lie among the others, so that all commits are alike.
fn with_idle(backwards: Vec<Step>, lines: usize) -> Vec<Step> {
    let (turns, idle) = (backwards.len(), lines.saturating_sub(backwards.len()));
    let body = backwards.first().map(|step| step.body.clone()).unwrap_or_default();
    let mut all = Vec::with_capacity(lines);
    for (number, step) in backwards.into_iter().rev().enumerate() {
        all.push(step);
        while (all.len() - number - 1) * turns < (number + 1) * idle {
            all.push(Step { body: body.clone(), turn: None, outgoing: vec![], person: None });
        }
    }
    all
}
