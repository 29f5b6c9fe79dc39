//! The engine against the slow model, on random programs and inputs; crash at every point; timers in batches.
//!
//! `cargo test --test all differential` plays a fixed 20,000 pairs. `PAIRS=1000000 SEED=7 cargo test --release
//! --test all differential -- --nocapture` goes on for as long as one likes. A pair that differs is shrunk and
//! printed as a case for `tests/cases/run`.

use crate::generate::Random;
use crate::pairs::{Drive, Pair, World, is_history};
use crate::seeds;
use crate::shown::shown;
use journey::{Effects, Lateness};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a pair differs; a panic is a difference too.
fn caught(pair: &Pair) -> Option<String> {
    let played = catch_unwind(AssertUnwindSafe(|| pair.difference()));
    played.unwrap_or_else(|panic| Some(format!("stopped: {:?}", panic.downcast_ref::<String>())))
}

/// Stops where engine and model differ, with as little of the pair as still does.
fn assert_agrees(seed: u64, pair: &Pair) {
    if let Some(found) = caught(pair) {
        let (text, lines, found) = shrunk(pair.text.clone(), pair.lines.clone(), found);
        panic!("seed {seed} differs\n--- program\n{text}--- inputs\n{}\n\n{found}", lines.join("\n"));
    }
}

/// Takes away inputs and lines of the program while the pair still differs.
fn shrunk(mut text: String, mut lines: Vec<String>, mut difference: String) -> (String, Vec<String>, String) {
    let differs = |text: &str, lines: &[String]| caught(&Pair::of(text, lines)?);
    let without = |text: &str, at: usize| -> String {
        text.lines().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| format!("{line}\n")).collect()
    };
    loop {
        let fewer_inputs = (0..lines.len()).find_map(|at| {
            let mut fewer = lines.clone();
            fewer.remove(at);
            differs(&text, &fewer).map(|found| (text.clone(), fewer, found))
        });
        let smaller = fewer_inputs.or_else(|| {
            (0..text.lines().count()).find_map(|at| {
                let fewer = without(&text, at);
                differs(&fewer, &lines).map(|found| (fewer, lines.clone(), found))
            })
        });
        match smaller {
            Some(smaller) => (text, lines, difference) = smaller,
            None => return (text, lines, difference),
        }
    }
}

/// What must occur often enough for the run to mean something, and where it is looked for.
const IN_PROGRAMS: &[&str] = &[
    "wait until day",
    "wait until tomorrow",
    "wait until next",
    "wait until profile.",
    "wait until event.",
    "wait between",
    "wait for",
    " or exit",
    " on weekdays",
    " within ",
    " and ",
    " or ",
    "else if",
    "else:",
    "!opened",
    "local time",
    "today is",
    "now ",
    "reachable by",
    "prefers",
    "profile.consent",
    "sent",
    "suppressed",
    "opened recs",
    "failed",
    " as promo",
    " as transactional",
    "add to",
    "remove from",
    "exit on",
    "exit when",
    "goal ",
    " worth ",
    "one per",
    "reenter never",
    "reenter after",
    "overlap restart",
    "overlap allow",
    "active ",
    "for ",
    "category ",
    "priority ",
    "consent required",
    "quiet ",
    ", skip",
    " when ",
    "when today is",
    "when local time",
    "when now",
    "when profile",
    "when !profile",
    " on saturday, sunday",
    "quiet 00:00-24:00",
    "journey ring",
    "journey second_ring",
    "start ring",
    "emit x",
    "goal x",
    "exit on y",
    "exit when profile.step",
    "entering far",
    "leaving far",
    "email_clicked",
    "sms_unsubscribed",
    "email_unsubscribed",
    "gap ",
    "cap ",
    "hold up to",
    "per day",
    "per week",
    "per month",
    "email as promo",
    "contains",
    "one of",
    "is between",
    "is missing",
    "is known",
    " / 0 ",
    "where (",
    "segment s1",
    "in s1",
    "on entering",
    "on leaving",
    "on date ",
    "every year",
    "every day",
    "every monday",
    "on 2026-",
    "match ",
    "split ",
    "repeat ",
    " until ",
    "best of",
    "at best time",
    " with (",
    "set profile.",
    "emit ",
    "start another",
    "call crm",
    "add to people for",
    "message recs:",
    "event.total }}",
    "stop ",
    "exclude when",
    "avoid ",
    "holdout ",
    "paused",
    "in last",
    " ever",
    "count of",
    "sum of",
    "rate of",
    "last order_placed",
    "time since",
    "no engagement",
    "known for",
];
const IN_EFFECTS: &[&str] = &[
    " entered",
    " sent ",
    " held ",
    " suppressed ",
    ": no_consent",
    ": unreachable",
    ": quiet_hours",
    ": gap",
    ": cap",
    " added ",
    " removed ",
    " converted ",
    " worth ",
    "exited completed",
    "exited goal",
    "exited exit",
    "exited restarted",
    "as transactional",
    "/k1/",
    "/k%2F%25/",
    " chose ",
    " set ",
    " emitted ",
    " called ",
    ": stopped",
    ": holdout",
    ": excluded",
    ": avoided",
    " by at best time",
    " (control)",
    " reads (",
    "reads (event.total: ",
    " (who: ",
    "exited merged",
    "exited deleted",
    "two ids became one",
    "entered with no input",
    "held, then held again",
    "at the very instant that something was due",
    "one millisecond before",
    "one millisecond after",
    "late",
    "repeated",
    "history",
    "history of somebody inside",
    "zone changed during a hold or wait",
    "on the day of a clock change",
];

type Counts = BTreeMap<&'static str, u64>;

fn count(pair: &Pair, counts: &mut Counts) {
    for what in IN_PROGRAMS {
        *counts.entry(what).or_default() += pair.text.matches(what).count() as u64;
    }
    let mut world = World::new(&pair.program, Drive::Late);
    let mut seen = std::collections::BTreeSet::new();
    for (line, input) in pair.lines.iter().zip(&pair.inputs) {
        let due = world.next_due();
        let mut add = |what: &'static str, yes: bool| *counts.entry(what).or_default() += u64::from(yes);
        add("at the very instant that something was due", due == Some(input.arrived));
        add("one millisecond before", due == Some(input.arrived + 1));
        add("one millisecond after", due == Some(input.arrived - 1));
        add("late", input.happened < input.arrived);
        add("history", is_history(input));
        add("history of somebody inside", is_history(input) && world.is_inside(&input.profile));
        add("repeated", !seen.insert(input.message_id.clone()));
        add("zone changed during a hold or wait", due.is_some() && line.contains("\"timezone\""));
        add(
            "on the day of a clock change",
            line.contains("\"receivedAt\":\"2026-03-29") || line.contains("\"receivedAt\":\"2026-10-25"),
        );
        world.input(input);
    }
    // What `check` lets through does not go round for ever.
    assert!(
        !world.notices().any(|notice| notice.to_string().contains("at one instant")),
        "{}{}",
        pair.text,
        pair.lines.join("\n")
    );
    world.pass(pair.end());
    *counts.entry("two ids became one").or_default() += world.joined;
    let mut last_held = false;
    for effect in world.effects() {
        let by_itself =
            effect.kind == journey::EffectKind::Entered && !pair.inputs.iter().any(|input| input.arrived == effect.at);
        *counts.entry("entered with no input").or_default() += u64::from(by_itself);
    }
    for effect in world.effects().map(shown) {
        for what in IN_EFFECTS.iter().filter(|what| effect.contains(**what)) {
            *counts.entry(what).or_default() += 1;
        }
        let held = effect.contains(" held ");
        *counts.entry("held, then held again").or_default() += u64::from(held && last_held);
        last_held = held;
    }
}

#[test]
fn differential() {
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let (pairs, first) = (number("PAIRS", 20_000), number("SEED", 1));
    let of_cores = seeds::over(first..first + pairs, |counts: &mut Counts, seed| {
        // In every third some of the lines are history.
        let made = if seed % 3 == 0 { Pair::with_history } else { Pair::generated };
        let pair = made(Random::new(seed));
        assert_agrees(seed, &pair);
        count(&pair, counts);
    });
    let mut counts: Counts = IN_EFFECTS.iter().map(|what| (*what, 0)).collect();
    for (what, n) in of_cores.iter().flatten() {
        *counts.entry(what).or_default() += n;
    }
    println!("{pairs} pairs agree; how often each thing occurred:");
    for (what, n) in &counts {
        println!("{n:8}  {}", what.trim());
    }
    if pairs >= 20_000 {
        let rare: Vec<_> = counts.iter().filter(|(_, n)| **n < 100).collect();
        assert!(rare.is_empty(), "too rare to mean something: {rare:?}");
    }
}

/// Where one event brings about more than may be at one instant, engine and model leave out the same, nothing of the state
/// is lost, and the person says what was left out.
#[test]
fn bursts() {
    let [cut] = seeds::count(1..11, |[cut], seed| {
        let pair = Pair::bursting(Random::new(seed));
        assert_agrees(seed, &pair);
        crate::properties::bounded(&pair.program, pair.inputs.iter().map(|input| input.clone().of("ana")));
        let mut world = World::new(&pair.program, Drive::Late);
        pair.inputs.iter().for_each(|input| world.input(input));
        *cut += world.notices().filter(|notice| notice.to_string().contains("at one instant")).count();
    });
    println!("{cut} inputs of 10 pairs brought about too much");
    assert!(cut >= 5, "{cut}");
}

/// In live time, with outages of hours and days: nothing acts longer ago than a quarter of an hour, time never runs
/// backwards, no id is given twice, and a host that wakes within the quarter does what one does that is never late.
#[test]
fn outages() {
    const QUARTER: i64 = 900_000;
    let [late] = seeds::count(1..3_001, |[late], seed| {
        let mut r = Random::new(seed);
        let Pair { text, program, lines, inputs, .. } = Pair::generated(Random::new(seed));
        let (mut live, mut prompt) = (program.profile("ana"), program.profile("ana"));
        let (mut after, mut exact) = (Effects::new(), Effects::new());
        let mut slow = program.profile("ana");
        let mut slowly = Effects::new();
        let mut ids = std::collections::BTreeSet::new();
        let mut last = i64::MIN;
        for input in inputs.iter().filter(|input| input.profile == "ana") {
            while let Some(due) = program.next_due(&prompt).filter(|due| *due < input.arrived) {
                program.wake(&mut prompt, due, Lateness::default(), &mut exact).unwrap();
                // The slow host comes by within a quarter of an hour, or with the next input.
                let comes = (due + r.below(QUARTER as usize + 1) as i64).min(input.arrived - 1);
                program.wake(&mut slow, comes, Lateness::default(), &mut slowly).unwrap();
            }
            program.advance(&mut prompt, input, Lateness::default(), &mut exact).unwrap();
            program.advance(&mut slow, input, Lateness::default(), &mut slowly).unwrap();
            let due = program.next_due(&live);
            program.advance(&mut live, input, Lateness::default(), &mut after).unwrap();
            *late += usize::from(due.is_some_and(|due| input.arrived - due > QUARTER));
            for effect in after.list.drain(..) {
                assert!(
                    effect.at >= last.max(input.arrived - QUARTER) && effect.at <= input.arrived.max(last),
                    "{seed}"
                );
                last = effect.at;
                if let journey::EffectKind::Sent { id, .. } = effect.kind {
                    assert!(ids.insert(id), "{seed}: an id given twice");
                }
            }
        }
        assert_eq!(exact.list, slowly.list, "seed {seed}\n{text}{}", lines.join("\n"));
    });
    assert!(late > 1_000, "outages that mattered: {late}");
}

/// Inputs are played hours after they were taken in, in heaps, and alarms ring behind them: no message goes out as if it
/// were an hour ago, no alarm comes before an input that was there first, no id is given twice, and where nothing is late
/// all is as in virtual time.
#[test]
fn backlogs() {
    const QUARTER: i64 = 900_000;
    let [heaps, sends, held_back] = seeds::count(1..3_001, |[heaps, sends, held_back], seed| {
        let mut r = Random::new(seed);
        let Pair { text, program, lines, mut inputs, .. } = Pair::generated(Random::new(seed));
        inputs.retain(|input| input.profile == "ana");
        inputs.sort_by_key(|input| input.arrived);
        let (mut live, mut effects) = (program.profile("ana"), Effects::new());
        let (mut prompt, mut exact) = (program.profile("ana"), Effects::new());
        let mut ids = std::collections::BTreeSet::new();
        let mut rest = inputs.as_slice();
        while let Some(first) = rest.first() {
            let lag = if r.chance(33) { 0 } else { r.below(40 * 3_600_000) as i64 };
            let now = first.arrived + lag;
            let heap = rest.iter().take_while(|input| input.arrived <= now).count();
            *heaps += usize::from(heap > 1);
            for input in &rest[..heap] {
                program.advance(&mut live, input, Lateness::live(now), &mut effects).unwrap();
                // The store has nothing to say: bytes are the state.
                live = journey::Profile::decode(&live.encode()).unwrap();
            }
            *held_back += usize::from(program.next_due(&live).is_some_and(|due| due < now - QUARTER));
            rest = &rest[heap..];
            let mut calls = 0;
            while program.next_due(&live).is_some_and(|due| due <= now) {
                program.wake(&mut live, now, Lateness::live(now), &mut effects).unwrap();
                calls += 1;
                assert!(calls < 100, "seed {seed}: an alarm that does not stop\n{text}");
            }
            for effect in effects.list.drain(..) {
                if let journey::EffectKind::Sent { id, .. } = effect.kind {
                    *sends += 1;
                    let is_new = effect.at >= now - QUARTER;
                    assert!(is_new && effect.at <= now.max(live.clock().unwrap()), "seed {seed}: {id}\n{text}");
                    assert!(ids.insert(id), "seed {seed}: an id given twice");
                }
            }
        }
        // Never late: each alarm and each input at its own instant.
        let (mut timely, mut said) = (program.profile("ana"), Effects::new());
        for input in &inputs {
            for (profile, effects, live) in [(&mut timely, &mut said, true), (&mut prompt, &mut exact, false)] {
                let lateness = |now| if live { Lateness::live(now) } else { Lateness::any() };
                while let Some(due) = program.next_due(profile).filter(|due| *due < input.arrived) {
                    program.wake(profile, due, lateness(due), effects).unwrap();
                }
                program.advance(profile, input, lateness(input.arrived), effects).unwrap();
            }
        }
        assert_eq!(said.list, exact.list, "seed {seed}\n{text}{}", lines.join("\n"));
    });
    println!("{heaps} heaps, {sends} messages, {held_back} times something waited for the host's clock");
    assert!(heaps > 1_000 && sends > 1_000 && held_back > 100);
}
