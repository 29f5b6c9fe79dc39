//! What an input costs that concerns no journey, beside one look-up of its event's name; and whether journeys that do
//! not listen cost anything.

use journey::{Effects, Input, Json, Lateness, Profile, Program, SourceFile};
use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: u32 = 2_000_000;
const CART: &str = include_str!("cart.journey");

/// The least of several runs, in nanoseconds a round.
fn least(mut round: impl FnMut()) -> f64 {
    let run = |round: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            round();
        }
        start.elapsed().as_nanos() as f64 / f64::from(ROUNDS)
    };
    (0..9).map(|_| run(&mut round)).fold(f64::MAX, f64::min)
}

/// The cart's journey and others beside it that listen to other events.
fn program(journeys: usize) -> Program {
    let mut text = CART.to_string();
    for n in 1..journeys {
        text.push_str(&format!(
            "journey other{n}:\n  on viewed_{n} where total > {n}: wait 1d; email m{n}; if !opened within 2d then push p{n}\n  goal bought_{n}\n"
        ));
    }
    Program::compile(vec![SourceFile::new("cart.journey", text)]).expect("it compiles")
}

fn waiting(program: &Program) -> Profile {
    let mut ana = program.profile("customer-0000001");
    let input = Input::event("customer-0000001", 0, "cart_abandoned", Json::Null);
    program.advance(&mut ana, &input, Lateness::any(), &mut Effects::new()).expect("its own profile");
    ana
}

/// A whole journey of one customer: enters, gets both messages.
fn whole(program: &Program, effects: &mut Effects) {
    let mut ana = waiting(program);
    while let Some(due) = program.next_due(&ana) {
        program.wake(&mut ana, due, Lateness::any(), effects).expect("its own profile");
    }
    effects.clear();
}

fn main() {
    let mut effects = Effects::new();
    let one = program(1);
    let mut ana = waiting(&one);
    let input = Input::event("customer-0000001", 1_000, "product_viewed", Json::Null);
    let mut names: HashMap<String, u32> = HashMap::new();
    for name in ["cart_abandoned", "order_placed", "opened", "clicked", "subscribed", "unsubscribed"] {
        names.insert(name.to_string(), 0);
    }
    let look_up = least(|| {
        black_box(names.get(black_box("product_viewed")));
    });
    let concerns = least(|| {
        black_box(one.concerns(black_box(&input)));
    });
    let advance = least(|| {
        black_box(one.advance(&mut ana, black_box(&input), Lateness::any(), &mut effects)).expect("its own profile");
    });
    println!("an input that concerns no journey, in nanoseconds");
    println!("  one look-up in a std HashMap of six names  {look_up:>8.1}");
    println!("  Program::concerns                          {concerns:>8.1}");
    println!("  Program::advance                           {advance:>8.1}   {:.2} look-ups", advance / look_up);

    let many = program(1_000);
    let mut ana_of_many = waiting(&many);
    let rounds = |program: &Program, effects: &mut Effects| {
        let run = || {
            let start = Instant::now();
            (0..200_000).for_each(|_| whole(program, effects));
            start.elapsed().as_nanos() as f64 / 200_000.0
        };
        std::iter::repeat_with(run).take(7).fold(f64::MAX, f64::min)
    };
    let (of_one, of_many) = (rounds(&one, &mut effects), rounds(&many, &mut effects));
    let advance_many = least(|| {
        black_box(many.advance(&mut ana_of_many, black_box(&input), Lateness::any(), &mut effects)).expect("its own");
    });
    println!("journeys that do not listen, in nanoseconds      1 journey   1,000 journeys");
    println!(
        "  a customer's whole journey                  {of_one:>10.1} {of_many:>16.1}   x {:.2}",
        of_many / of_one
    );
    println!(
        "  an input that concerns no journey           {advance:>10.1} {advance_many:>16.1}   x {:.2}",
        advance_many / advance
    );
}
