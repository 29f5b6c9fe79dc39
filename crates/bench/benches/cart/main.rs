//! One workload, several ways to run it, in the same host loop and the same process.
//!
//! A customer abandons a cart; a day later an email goes out; whoever has not opened it after 48 hours gets a push;
//! a purchase ends it. `cargo bench --bench cart` prints the tables of docs/performance.md; `-- 10000` plays another
//! number of customers.

mod by_hand;
mod cel_rules;
mod engine;
mod host;
mod limit;
mod rhai_decides;
mod rhai_machine;
mod workload;

use by_hand::Decided;
use host::{Machine, Played, Recorded, play};
use std::time::{Duration, Instant};
use workload::Workload;

/// The best of several runs: what the machine can do when nothing else is in its way.
fn best<T>(runs: usize, mut run: impl FnMut() -> (Duration, T)) -> (Duration, T) {
    let mut best = run();
    for _ in 1..runs {
        let next = run();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

fn timed<M: Machine>(machine: &mut M, workload: &Workload) -> (Duration, Played) {
    let start = Instant::now();
    let played = play(machine, workload);
    (start.elapsed(), played)
}

struct Row {
    name: &'static str,
    time: Duration,
}

fn table(customers: usize, runs: usize) {
    let workload = Workload::new(customers);
    let mut recorded = Recorded::default();
    let reference = play(&mut host::Recording::new(engine::Engine::new(), &mut recorded), &workload);
    let steps = reference.turns;
    println!(
        "\n{customers} customers, {} inputs, {steps} steps (inputs and alarms), {} effects",
        workload.inputs.len(),
        reference.effects
    );
    let mut rows = vec![];
    let (empty, _) = best(runs, || timed(&mut host::Empty::new(&recorded), &workload));
    let mut row = |name, (time, played): (Duration, Played)| {
        assert_eq!(
            (played.effects, played.checksum),
            (reference.effects, reference.checksum),
            "{name} does something else"
        );
        rows.push(Row { name, time });
    };
    row("journey", best(runs, || timed(&mut engine::Engine::new(), &workload)));
    row("by hand", best(runs, || timed(&mut Decided::by(by_hand::ByHand), &workload)));
    row("rhai", best(runs.min(3), || timed(&mut rhai_machine::Rhai::new(), &workload)));
    row("rhai decides", best(runs.min(3), || timed(&mut Decided::by(rhai_decides::RhaiDecides::new()), &workload)));
    row("cel decides", best(runs.min(3), || timed(&mut Decided::by(cel_rules::Cel::new()), &workload)));
    let dense = limit::Dense::new(&workload);
    row(
        "the limit",
        best(runs, || {
            let start = Instant::now();
            let played = dense.play();
            (start.elapsed(), played)
        }),
    );
    println!("{:<12} {:>12} {:>14} {:>16} {:>12}", "", "seconds", "steps/s", "ns/step - host", "journey is");
    println!("{:<12} {:>12.3}", "empty host", empty.as_secs_f64());
    let each = |time: &Duration| (time.as_secs_f64() - empty.as_secs_f64()) * 1e9 / steps as f64;
    let ours = rows[0].time;
    for Row { name, time } in &rows {
        // Throughput against what is written by hand; the cost of a step against the other languages.
        let ratio = match *name {
            "by hand" => format!("{:.2} x as fast", time.as_secs_f64() / ours.as_secs_f64()),
            "rhai" | "rhai decides" | "cel decides" => format!("1/{:.1} the cost", each(time) / each(&ours)),
            _ => String::new(),
        };
        let per_second = steps as f64 / time.as_secs_f64();
        // The limit has no table by text ids: less than nothing is left of it without the host.
        let cost = if *name == "the limit" { String::new() } else { format!("{:.1}", each(time)) };
        println!("{name:<12} {:>12.3} {per_second:>14.0} {cost:>16} {ratio:>18}", time.as_secs_f64());
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if let [once, customers] = arguments.as_slice()
        && once == "once"
    {
        // One run of our engine alone, for a profiler.
        let workload = Workload::new(customers.parse().expect("a number of customers"));
        println!("{} steps", play(&mut engine::Engine::new(), &workload).turns);
        return;
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes };
    for customers in sizes {
        table(customers, if customers > 500_000 { 3 } else { 7 });
    }
}
