//! Many people who wait for the same moment.

use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
use journey_server::clock::Clock;
use journey_server::store::sqlite::Sqlite;
use journey_server::store::{Commit, Person, Store, Trouble};
use journey_server::turn::Owner;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

const PROGRAM: &str = "on signed_up: wait 1d; email tour";
const DAY: i64 = 86_400_000;
/// People of one commit while the store is filled.
const SOME: u64 = 5_000;

/// Fills a store, moves the clock to the moment, and says how long it takes.
pub(crate) fn run(folder: &Path, people: u64) -> Result<(), String> {
    let words = |trouble: Trouble| trouble.to_string();
    let program =
        Program::compile(vec![SourceFile::new("load.journey", PROGRAM)]).map_err(|error| error.to_string())?;
    let store = Arc::new(Sqlite::open(&folder.join("alarms.db")).map_err(words)?);
    let entered = Clock::default().now();
    let began = Instant::now();
    fill(&store, &program, people, entered)?;
    println!("{people} people wait; that took {:.0} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let clock = Clock::starting_at(entered + DAY);
    let program = Arc::new(RwLock::new(Arc::new(program)));
    let mut owner = Owner::new(store.clone(), program, clock.clone(), "load", 64, "load");
    let mut woken = 0;
    loop {
        let ticked = owner.tick(clock.now()).map_err(words)?;
        if ticked.is_idle() {
            break;
        }
        woken += ticked.alarms as u64;
    }
    let took = began.elapsed();
    let counts = store.counts().map_err(words)?;
    println!(
        "woken: {woken} in {:.1} s, {:.0} turns/s",
        took.as_secs_f64(),
        woken as f64 / took.as_secs_f64().max(0.001)
    );
    println!("messages: {}, something is to come for: {}", counts.messages, counts.coming);
    if woken != people || counts.messages != i64::try_from(people).unwrap_or(0) {
        return Err("not everybody was woken once".into());
    }
    Ok(())
}

fn fill(store: &Sqlite, program: &Program, people: u64, at: i64) -> Result<(), String> {
    let leases = store.claim("load", 64, Duration::from_secs(1)).map_err(|trouble| trouble.to_string())?;
    for first in (0..people).step_by(usize::try_from(SOME).unwrap_or(1)) {
        let mut batch = Commit::default();
        for number in first..(first + SOME).min(people) {
            let id = format!("customer-{number}");
            let (mut profile, mut effects) = (program.profile(&id), Effects::new());
            let input = Input::event(&id, at, "signed_up", Json::Null);
            program.advance(&mut profile, &input, Lateness::any(), &mut effects).map_err(|error| error.to_string())?;
            let due = program.next_due(&profile);
            batch.people.push(Person { is_user: true, state: Some(profile.encode()), due, ..Person::new(id) });
        }
        store.commit(&leases, batch).map_err(|trouble| trouble.to_string())?;
    }
    Ok(())
}
