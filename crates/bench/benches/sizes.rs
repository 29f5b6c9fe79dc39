//! What one customer in flight takes, in a store and in memory, and how much of it are ids.

use allocation_counter::measure;
use journey::{Effects, Input, Json, Lateness, Profile, Program, SourceFile};

const MANY: usize = 1_000;
/// 2026-03-02T00:00:00Z
const START: i64 = 1_772_409_600_000;
const HOUR: i64 = 3_600_000;

fn main() {
    let program =
        Program::compile(vec![SourceFile::new("cart.journey", include_str!("cart.journey"))]).expect("it compiles");
    let id = |n: usize| format!("customer-{n:07}");
    println!(
        "Bytes of one customer in flight. The id is {} bytes; in memory it lies inside the profile (24).",
        id(0).len()
    );
    println!("{:<46} {:>8} {:>12} {:>10}", "", "stored", "without id", "in memory");
    /// An event, and after how many hours.
    type Event = (&'static str, i64);
    let inputs: [(&str, &[Event], i64); 4] = [
        ("before the email", &[("cart_abandoned", 0)], 0),
        ("before the push", &[("cart_abandoned", 0)], 24),
        ("left: opened and nothing else", &[("cart_abandoned", 0), ("opened", 30)], 30),
        ("in a second cart, before its email", &[("cart_abandoned", 0), ("opened", 30), ("cart_abandoned", 40)], 40),
    ];
    for with_ids in [false, true] {
        for (place, events, until) in inputs {
            let mut profiles: Vec<Profile> = Vec::with_capacity(MANY);
            let fill = || {
                for n in 0..MANY {
                    let mut effects = Effects::new();
                    let mut profile = program.profile(&id(n));
                    for (number, (event, hours)) in events.iter().enumerate() {
                        let mut input = Input::event(id(n), START + hours * HOUR, event, Json::Null);
                        input.message_id = with_ids.then(|| format!("{number}").into());
                        program.advance(&mut profile, &input, Lateness::any(), &mut effects).expect("its own profile");
                    }
                    program
                        .wake(&mut profile, START + until * HOUR, Lateness::any(), &mut effects)
                        .expect("its own profile");
                    profiles.push(profile);
                }
            };
            let heap = measure(fill).bytes_current as usize / MANY;
            let stored = profiles.iter().map(|p| p.encode().len()).sum::<usize>() / MANY;
            let name = if with_ids { format!("{place}, with message ids") } else { place.to_string() };
            let without = stored - id(0).len() - 1;
            println!("{name:<46} {stored:>8} {without:>12} {:>10}", heap + size_of::<Profile>());
        }
    }
}
