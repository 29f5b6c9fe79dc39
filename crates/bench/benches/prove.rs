//! How long a check takes whose proofs are the most of it. What is wanted: ten times as many journeys take at most 12 times as
//! long; 200 journeys under one cap less than a second; nested ifs, many steps and repeats at most twice as long as a flat
//! program of the same length.

use journey::{Program, SourceFile};
use std::hint::black_box;
use std::time::Instant;

const CHARTER: &str = "\
charter:
  timezone \"Europe/Paris\"
  consent required for sms, push
  quiet 21:00-08:00 for sms, push
  cap 1 per day
  cap promo 4 per 7d
  gap 2h for sms
";

/// A journey of thirty lines.
fn journey(n: usize) -> String {
    format!(
        "\
journey j{n} \"number {n}\":
  category promo
  for profile.tier is \"t{tier}\"
  one per event.cart_id
  reenter after 7d
  on thing_{n}_happened where total >= 30:
    wait 1d
    email recs_{n}
    if !opened within 48h:
      push reminder_{n} or sms other_{n}
    else if clicked within 2d:
      wait until day 5
      add to retargeting
    if profile.score > 3:
      wait until tomorrow at 10:00
      email vip_offer_{n}
    else:
      wait until 18:00
      sms short_{n}
    split s:
      50% a: wait 1d
      50% b:
        wait for page_{n}_viewed up to 2d
        push seen_{n}
    repeat 3 times every 2d:
      email again_{n}
      wait 1h
  goal order_{n}_placed within 30d where cart_id is event.cart_id:
    email thank_you_{n} as transactional
  exit on unsubscribed

",
        tier = n % 5
    )
}

fn journeys(count: usize) -> Vec<SourceFile> {
    let text: String = (0..count).map(journey).collect();
    // Files of at most a mebibyte.
    let mut files = vec![SourceFile::new("charter.journey", CHARTER)];
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = if rest.len() < 900_000 {
            rest.len()
        } else {
            rest[..900_000].rfind("\njourney ").map_or(rest.len(), |at| at + 1)
        };
        files.push(SourceFile::new(format!("{}.journey", files.len()), &rest[..end]));
        rest = &rest[end..];
    }
    files
}

/// The least of several runs, in seconds.
fn seconds(runs: usize, sources: &[SourceFile]) -> f64 {
    let one = || {
        let begin = Instant::now();
        black_box(Program::check(black_box(sources)));
        begin.elapsed().as_secs_f64()
    };
    (0..runs).map(|_| one()).fold(f64::MAX, f64::min)
}

/// A program of a thousand steps of one shape.
fn shaped(lines: impl Fn(usize) -> String) -> Vec<SourceFile> {
    let mut text = format!("{CHARTER}journey j:\n  on a:\n");
    let mut number = 0;
    while text.lines().count() < 1_009 {
        text.push_str(&lines(number));
        number += 1;
    }
    vec![SourceFile::new("j.journey", text)]
}

fn nested(n: usize) -> String {
    let mut text = String::new();
    for depth in 0..60 {
        text.push_str(&format!("{}if event.x{depth} > {n}:\n", " ".repeat(4 + depth)));
    }
    text.push_str(&format!("{}email m{n}\n", " ".repeat(64)));
    text
}

fn main() {
    let (thousand, ten_thousand) = (journeys(1_000), journeys(10_000));
    let lines = |files: &[SourceFile]| files.iter().map(|file| file.text.lines().count()).sum::<usize>();
    let (few, many) = (seconds(5, &thousand), seconds(2, &ten_thousand));
    println!("1,000 journeys ({} lines): {few:.3} s", lines(&thousand));
    println!(
        "10,000 journeys ({} lines): {many:.3} s, {:.1} times as long (at most 12)",
        lines(&ten_thousand),
        many / few
    );

    let one_cap: String = (0..200).map(journey).collect();
    let one_cap = vec![SourceFile::new("j.journey", format!("charter: cap 3 per 7d\n{one_cap}"))];
    println!("200 journeys under one cap: {:.3} s (at most 1)", seconds(5, &one_cap));

    let flat = seconds(20, &shaped(|n| format!("    email m{n}\n    wait 2d\n")));
    println!("1,000 flat steps: {:.2} ms", flat * 1e3);
    // Conditions cost more than waits, however they stand: nested ones are compared with the same ones beside each other.
    let beside = seconds(20, &shaped(|n| format!("    if event.x{} > {n} then email m{n}\n", n % 60)));
    println!("1,000 ifs beside each other: {:.2} ms", beside * 1e3);
    let deep = seconds(20, &shaped(nested));
    println!("60 nested ifs, again and again: {:.2} ms, {:.2} of those (at most 2)", deep * 1e3, deep / beside);
    for (name, sources) in [
        ("waiting ifs", shaped(|n| format!("    email m{n}\n    if !opened within 48h:\n      push p{n}\n"))),
        (
            "ifs with two sides",
            shaped(|n| format!("    if event.x > {n}:\n      email m{n}\n    else:\n      wait 1d\n")),
        ),
        (
            "repeats of 1,000 rounds",
            shaped(|n| format!("    repeat 1000 times every 2d:\n      email m{n}\n      wait 1m\n")),
        ),
        (
            "repeats within repeats",
            shaped(|n| {
                format!("    repeat 1000 times every 30d:\n      repeat 1000 times every 2d:\n        email m{n}\n")
            }),
        ),
        (
            "local times",
            shaped(|n| format!("    email m{n}\n    wait until tomorrow at 10:00\n    wait until 18:00\n")),
        ),
    ] {
        let time = seconds(20, &sources);
        println!("{name}: {:.2} ms, {:.2} of the flat one (at most 2)", time * 1e3, time / flat);
    }
}
