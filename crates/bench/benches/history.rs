//! What a long history costs: ten years of one person's inputs, and the next moment of a segment.

use journey::{Effects, Input, Json, Lateness, Profile, Program, SourceFile};
use std::time::{Duration, Instant};

const DAY: i64 = 86_400_000;
const ALL: &str = include_str!("../../../fuzz/everything.journey");

fn compile(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("everything.journey", text)]).expect("it compiles")
}

/// The inputs of one year: a page every ten minutes, an order every other day, what comes between.
fn year(number: i64) -> Vec<Input> {
    let start = 1_767_225_600_000 + number * 365 * DAY;
    let step = 10 * 60_000;
    (0..365 * DAY / step)
        .map(|n| {
            let (event, json) = match n % 288 {
                0 => ("order_placed", r#"{"total":19.99,"currency":"EUR"}"#),
                72 => ("cart_abandoned", r#"{"total":80,"currency":"EUR","cart_id":"c1"}"#),
                144 => ("opened", "{}"),
                216 => ("clicked", "{}"),
                _ => ("page_viewed", r#"{"name":"price list"}"#),
            };
            Input::event("ana", start + n * step, event, Json::parse(json).expect("JSON"))
        })
        .collect()
}

fn main() {
    let program = compile(ALL);
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let mut times: Vec<Duration> = vec![];
    for number in 0..10 {
        let inputs = year(number);
        let start = Instant::now();
        for input in &inputs {
            program.advance(&mut ana, input, Lateness::any(), &mut effects).expect("its own profile");
            effects.clear();
        }
        times.push(start.elapsed());
        let each = start.elapsed().as_nanos() / inputs.len() as u128;
        println!("year {:2}  {each:6} ns an input, {:6} bytes stored", number + 1, ana.encode().len());
    }
    let ratio = |a: usize, b: usize| times[a].as_secs_f64() / times[b].as_secs_f64();
    println!("year 10 costs {:.2} times year 2", ratio(9, 1));

    // The next moment of a segment, with ever more events in its window: one input that changes it.
    let text = "segment often: count of visit in last 400d >= 3\njourney j:\n  on leaving often: email b";
    let program = compile(text);
    for count in [10, 100, 1_000, 4_000] {
        let mut ana = program.profile("ana");
        for n in 0..count {
            let input = Input::event("ana", n * 60_000, "visit", Json::Null);
            program.advance(&mut ana, &input, Lateness::any(), &mut effects).expect("its own profile");
        }
        let mut least = Duration::MAX;
        for round in 0..2_000 {
            let mut again: Profile = ana.clone();
            let input = Input::event("ana", (count + round) * 60_000, "visit", Json::Null);
            let start = Instant::now();
            program.advance(&mut again, &input, Lateness::any(), &mut effects).expect("its own profile");
            least = least.min(start.elapsed());
        }
        println!("{count:5} events in the window of a segment: {:6} ns an input", least.as_nanos());
    }
}
