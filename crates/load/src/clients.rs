//! Clients that send for a while, and how much of it was played.

use crate::lines::{Dice, Mix};
use base64::Engine;
use journey_server::store::sqlite::Sqlite;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What is sent.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) people: u64,
    /// Lines a second at most; 0: as many as are taken.
    pub(crate) rate: u64,
    pub(crate) lasts: Duration,
    pub(crate) mix: Mix,
    pub(crate) batch: usize,
    pub(crate) clients: u64,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Lines that were taken.
    pub(crate) lines: u64,
    /// Until the last of them was taken.
    taken: Duration,
    /// Until the last of them was played, where that could be seen.
    played: Option<Duration>,
    /// How often clients were told to come later.
    later: u64,
    /// How long requests took, the quickest first.
    waits: Vec<Duration>,
}

impl Sent {
    /// Lines that were played a second; where that is not known, lines that were taken.
    pub(crate) fn speed(&self) -> f64 {
        self.lines as f64 / self.played.unwrap_or(self.taken).as_secs_f64().max(0.001)
    }

    pub(crate) fn tell(&self) {
        let at = |share: f64| self.waits.get((self.waits.len() as f64 * share) as usize).map_or(0, Duration::as_millis);
        let taken = self.lines as f64 / self.taken.as_secs_f64().max(0.001);
        println!("taken: {} lines, {taken:.0} a second, {} times later", self.lines, self.later);
        println!("requests: half in {} ms, 99 of 100 in {} ms", at(0.5), at(0.99));
        match self.played {
            Some(played) => println!("played: all in {:.1} s, {:.0} turns/s", played.as_secs_f64(), self.speed()),
            None => println!("played: --store FILE would say"),
        }
    }
}

/// Waits longer than this for what is left are given up.
const LONGEST: Duration = Duration::from_secs(120);

/// Sends, and waits until all was played.
pub(crate) fn send(url: &str, key: &str, load: &Load, store: Option<&Path>) -> Result<Sent, String> {
    let store = store.map(Sqlite::open).transpose().map_err(|trouble| trouble.to_string())?;
    let (count, later) = (AtomicU64::new(0), AtomicU64::new(0));
    let began = Instant::now();
    let run = began_at();
    let mut waits = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..load.clients)
            .map(|number| {
                scope.spawn({
                    let all = (&count, &later);
                    move || client(url, key, load, run + number, began, all)
                })
            })
            .collect();
        let mut waits = vec![];
        for client in clients {
            waits.extend(client.join().map_err(|_| "a client failed".to_string())??);
        }
        Ok::<_, String>(waits)
    })?;
    let taken = began.elapsed();
    waits.sort_unstable();
    let played = match store {
        None => None,
        Some(store) => {
            while store.counts().map_err(|trouble| trouble.to_string())?.inbox > 0 {
                if began.elapsed() > load.lasts + LONGEST {
                    return Err("what was taken is not played".into());
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            Some(began.elapsed())
        }
    };
    Ok(Sent { lines: count.into_inner(), taken, played, later: later.into_inner(), waits })
}

/// Ids of lines differ from those of another run.
fn began_at() -> u64 {
    let now = journey_server::clock::Clock::default().now();
    u64::try_from(now).unwrap_or(0) * 1_000
}

fn client(
    url: &str,
    key: &str,
    load: &Load,
    number: u64,
    began: Instant,
    (count, later): (&AtomicU64, &AtomicU64),
) -> Result<Vec<Duration>, String> {
    let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(LONGEST));
    let agent: ureq::Agent = config.build().into();
    let authorization = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{key}:")));
    let (mut dice, mut first, mut waits) = (Dice::new(number), 0, vec![]);
    while began.elapsed() < load.lasts {
        let body = load.mix.batch(&mut dice, load.people, number, first, load.batch);
        first += load.batch as u64;
        loop {
            let asked = Instant::now();
            let request = agent.post(format!("{url}/v1/batch")).header("authorization", &authorization);
            let mut answer =
                request.content_type("application/json").send(&body).map_err(|error| format!("{url}: {error}"))?;
            let text = answer.body_mut().read_to_string().unwrap_or_default();
            match answer.status().as_u16() {
                200 => {
                    waits.push(asked.elapsed());
                    break;
                }
                429 => {
                    later.fetch_add(1, Ordering::Relaxed);
                    let seconds =
                        answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                    std::thread::sleep(Duration::from_secs(seconds.unwrap_or(1)));
                }
                status => return Err(format!("{url} answers {status}: {text}")),
            }
        }
        let sent = count.fetch_add(load.batch as u64, Ordering::Relaxed) + load.batch as u64;
        if load.rate > 0 {
            let due = Duration::from_secs_f64(sent as f64 / load.rate as f64);
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
    }
    Ok(waits)
}
