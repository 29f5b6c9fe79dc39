//! The service is killed under load, again and again: nothing is lost, and nothing happens twice.
//!
//! `KILLS=100` kills it that often; without it each point is met once, and some kills come at any time.

use crate::service::{Client, Start, settled};
use crate::shop::{self, Dice, Effects};
use journey_server::store::sqlite::Sqlite;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const PROGRAM: &str = r#"
charter:
  timezone "Europe/Paris"
  consent required for sms
  cap 40 per day
profile:
  app_installed: bool
  tier: text
segment golden: profile.tier is "gold"
message suggestions:
  email:
    subject "Your cart"
    body "<p>{{ event.total }}</p>"
message reminder
message promo_code
message hello
message tips
message tour
message golden_hello
journey cart:
  one per event.cart_id
  on cart_abandoned where total >= 30:
    wait 1s
    email suggestions
    if opened within 1s then push reminder else sms promo_code
    wait 1s
    add to retargeting
    call crm (total: event.total)
  goal order_completed within 4s where cart_id is event.cart_id: remove from retargeting
  exit on unsubscribed
journey welcome:
  reenter after 2s
  on signed_up:
    email hello
    split tips:
      50% a: push tips
      50% b: email tips
    wait 2s
    email tour
journey gold:
  on entering golden: email golden_hello
"#;

const POINTS: [&str; 6] =
    ["before the inbox", "after the inbox", "in the turn", "before the commit", "after the commit", "after the turn"];
const MAILBOX: [&str; 2] = ["before the mailbox", "after the mailbox"];
/// Clients that send at once, each of people of its own: those of one person are sent in an order.
const CLIENTS: u64 = 3;
const PEOPLE: u64 = 60;

/// A line of somebody, without times: the door gives them.
pub fn line(dice: &mut Dice, client: u64, number: u64) -> String {
    let who = dice.below(PEOPLE);
    let ids = match dice.below(10) {
        0 => format!(r#""anonymousId":"d{client}-{who}""#),
        1 => format!(r#""userId":"c{client}-{who}","anonymousId":"d{client}-{who}""#),
        2 => format!(r#""userId":"c{client}-{}","anonymousId":"d{client}-{who}""#, (who + 1) % PEOPLE),
        _ => format!(r#""userId":"c{client}-{who}""#),
    };
    let rest = match dice.below(16) {
        0 => r#""type":"identify","traits":{"consent":{"sms":true},"app_installed":true}"#.to_string(),
        1 => format!(r#""type":"identify","traits":{{"tier":"{}"}}"#, ["gold", "silver"][dice.below(2) as usize]),
        2..=6 => format!(
            r#""type":"track","event":"Cart Abandoned","properties":{{"total":{}.5,"cart_id":"k{}"}}"#,
            dice.below(99),
            dice.below(4)
        ),
        7 | 8 => format!(r#""type":"track","event":"Order Completed","properties":{{"cart_id":"k{}"}}"#, dice.below(4)),
        9..=11 => r#""type":"track","event":"Signed Up""#.to_string(),
        12 | 13 => r#""type":"track","event":"Email Opened""#.to_string(),
        14 if dice.below(20) == 0 => r#""type":"track","event":"Unsubscribed""#.to_string(),
        14 => r#""type":"track","event":"Nothing Of Note""#.to_string(),
        _ => r#""type":"track","event":"Email Bounced","properties":{"type":"soft"}"#.to_string(),
    };
    format!(r#"{{{ids},"messageId":"m{client}-{number}",{rest}}}"#)
}

/// Sends until it is told to stop; gives the ids of all lines that were taken.
fn client(start: &Start, number: u64, seed: u64, stop: &AtomicBool) -> Vec<String> {
    let client = Client::new(&start.url());
    let (mut dice, mut sent) = (Dice::new(seed * 31 + number), vec![]);
    while !stop.load(Ordering::Acquire) {
        let mut batch = vec![];
        for _ in 0..=dice.below(12) {
            batch.push(line(&mut dice, number, sent.len() as u64));
            sent.push(format!("m{number}-{}", sent.len()));
        }
        client.deliver(&batch);
        std::thread::sleep(Duration::from_millis(5 + dice.below(40)));
    }
    sent
}

/// Kills a service under load, at points or at any time, and gives what was taken of it.
fn killed(start: &Start, seed: u64, plan: &[Option<String>]) -> Vec<String> {
    let stop = AtomicBool::new(false);
    let mut dice = Dice::new(seed);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                scope.spawn({
                    let stop = &stop;
                    move || client(start, n, seed, stop)
                })
            })
            .collect();
        let finished = Stops(&stop);
        for place in plan {
            let mut service = Start { stop_at: place.clone(), ..start.clone() }.run();
            if place.is_some() {
                let ended = service.ends(Duration::from_secs(40));
                assert!(ended.is_some(), "it never came to {place:?}");
                assert_eq!(ended.unwrap().code(), None, "it ended by itself at {place:?}: {}", service.said());
            } else {
                service.ends(Duration::from_millis(50 + dice.below(1_500)));
                service.kill();
            }
        }
        let service = start.run();
        std::thread::sleep(Duration::from_millis(500));
        drop(finished);
        let sent = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        settled(&start.store);
        if start.dev {
            handed_over(&start.store);
        }
        assert!(service.stop().success());
        sent
    })
}

/// Clients stop with whoever waits for them.
struct Stops<'a>(&'a AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Waits until the mailbox has all.
fn handed_over(store: &Path) {
    let store = Sqlite::open(store).unwrap();
    for _ in 0..1_000 {
        if store.ready(1).unwrap().is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("something is left: {:?}", store.ready(1));
}

/// All that was taken is there, and has done what `journey run` does with it; each message stands once in the outbox.
pub fn nothing_lost_nothing_twice(start: &Start, sent: &[String], seed: u64) {
    let store = Sqlite::open(&start.store).unwrap();
    let id = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        json["messageId"].as_str().unwrap().to_string()
    };
    let kept = store.kept_lines().unwrap();
    let there: BTreeSet<String> = kept.iter().map(|line| id(line)).collect();
    let lost: Vec<&String> = sent.iter().filter(|id| !there.contains(*id)).collect();
    assert!(lost.is_empty(), "seed {seed}: {} of {} lines are lost, such as {:?}", lost.len(), sent.len(), lost[0]);

    // Clients send side by side, so lines of different people may lie in another order than they came.
    let mut lines: Vec<(i64, String)> =
        kept.into_iter().map(|line| (journey::Input::from_json(&line).unwrap().arrived, line)).collect();
    lines.sort_by_key(|(arrived, _)| *arrived);
    let program = shop::program(PROGRAM);
    let wanted = shop::run(&program, &lines, lines.last().unwrap().0 + 3_600_000);
    let mut got = Effects::new();
    for turn in store.all_turns().unwrap() {
        got.entry(turn.person).or_default().extend(turn.effects.lines().map(str::to_string));
    }
    got.retain(|_, effects| !effects.is_empty());
    for (id, effects) in &wanted {
        let theirs = got.get(id).cloned().unwrap_or_default();
        let differ = effects.iter().zip(&theirs).position(|(a, b)| a != b).unwrap_or(effects.len().min(theirs.len()));
        if theirs.get(differ) != effects.get(differ) {
            let about: Vec<&String> =
                lines.iter().map(|(_, line)| line).filter(|line| line.contains(&format!("\"{id}\""))).collect();
            let _ = std::fs::write(
                std::env::temp_dir().join("journey-kill.txt"),
                format!("{about:#?}\n{theirs:#?}\n{effects:#?}"),
            );
        }
        assert_eq!(
            theirs.get(differ),
            effects.get(differ),
            "seed {seed}, {id}, effect {differ} of {} and {}",
            theirs.len(),
            effects.len()
        );
    }
    assert_eq!(got.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());

    let kinds = ["sent", "called", "audience_added", "audience_removed"];
    let mut outbox: BTreeMap<String, usize> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for one in store.outbox().unwrap() {
        *outbox.entry(one.effect.clone()).or_default() += 1;
        assert!(keys.insert(one.key.clone()), "twice under one key: {one:?}");
        let expected: &[&str] = if start.dev { &["shown", "done"] } else { &["ready"] };
        assert!(expected.contains(&one.state.as_str()), "{one:?}");
    }
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for effect in wanted.values().flatten() {
        let json: serde_json::Value = serde_json::from_str(effect).unwrap();
        if kinds.contains(&json["effect"].as_str().unwrap_or_default()) {
            *asked.entry(effect.clone()).or_default() += 1;
        }
    }
    assert!(asked.len() > 20, "too little happened: {} messages of {} lines", asked.len(), lines.len());
    assert!(outbox == asked, "seed {seed}: {} stand in the outbox, {} were asked for", outbox.len(), asked.len());
    println!("{} lines taken, {} kept, {} in the outbox, all as journey run", sent.len(), lines.len(), keys.len());
}

fn kills() -> usize {
    std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// Four of ten at the points, each of them in turn; the others at any time.
fn plan(dice: &mut Dice, kills: usize, points: &[&str]) -> Vec<Option<String>> {
    let named = points.len().max(kills * 4 / 10).min(kills);
    let mut plan: Vec<Option<String>> = (0..kills)
        .map(|n| (n < named).then(|| format!("{}:{}", points[n % points.len()], 1 + dice.below(12))))
        .collect();
    for n in (1..plan.len()).rev() {
        plan.swap(n, dice.below(n as u64 + 1) as usize);
    }
    plan
}

fn round(seed: u64, kills: usize, points: &[&str], dev: bool) {
    let folder = tempfile::tempdir().unwrap();
    let start = Start { dev, ..Start::new(folder.path(), PROGRAM) };
    let plan = plan(&mut Dice::new(seed), kills, points);
    let sent = killed(&start, seed, &plan);
    nothing_lost_nothing_twice(&start, &sent, seed);
}

fn seed() -> u64 {
    std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

#[test]
fn under_load() {
    round(seed(), (kills() * 4 / 5).max(POINTS.len() + 2), &POINTS, false);
}

/// What the mailbox has shown it shows once.
#[test]
fn with_the_mailbox() {
    round(seed() + 100, (kills() / 5).max(MAILBOX.len() + 1), &MAILBOX, true);
}
