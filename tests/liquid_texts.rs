//! Texts of messages, made at random, read by the checker and by another reader of Liquid: what that one can read is right
//! here too, and what it cannot read is wrong here too, but for little things that others allow.

use crate::generate::Random;
use journey::{Program, SourceFile};
use std::fmt::Write;

const VALUES: [&str; 16] = [
    "event.total",
    "event.items[0]",
    "event.items[0].title",
    "event.items.size",
    "event['items']",
    "event.a[event.b]",
    "profile.first_name",
    "profile[\"first_name\"]",
    "'text'",
    "\"it's\"",
    "12",
    "-1.5",
    "true",
    "nil",
    "item",
    "event.a[0][1].b",
];
const FILTERS: [&str; 14] = [
    "upcase",
    "default: 'you'",
    "append: event.b",
    "truncate: 20, '…'",
    "split: ','",
    "first",
    "round: 2",
    "date: '%Y-%m-%d'",
    "times: event.total",
    "join",
    "where: 'a', event.b",
    "size",
    "slice: 1, 2",
    "replace: 'a', 'b'",
];
/// What slips in.
const SLIPS: [&str; 16] = [
    "{{",
    "}}",
    "{%",
    "%}",
    "|",
    "'",
    "[",
    "]",
    "endif",
    "{% else %}",
    "{% endfor %}",
    "(",
    "=",
    ",",
    "$",
    "{% break %}",
];

fn value(random: &mut Random) -> String {
    random.pick(&VALUES).to_string()
}

fn chain(random: &mut Random) -> String {
    let mut out = value(random);
    for _ in 0..random.below(3) {
        let _ = write!(out, "{}|{}{}", random.pick(&["", " "]), random.pick(&["", " "]), random.pick(&FILTERS));
    }
    out
}

fn condition(random: &mut Random) -> String {
    let mut out = value(random);
    for _ in 0..random.below(3) {
        let sign = random.pick(&[" == ", " != ", " > ", " <= ", " contains "]);
        if !out.ends_with("and ") && random.chance(60) && out.split(" and ").last().unwrap().split(' ').count() == 1 {
            let _ = write!(out, "{sign}{}", value(random));
        } else {
            let _ = write!(out, " {} {}", random.pick(&["and", "or"]), value(random));
        }
    }
    out
}

/// A part of a template, and what stands inside it.
fn part(random: &mut Random, depth: usize, out: &mut String) {
    let (open, close) = (random.pick(&["{%", "{%-"]), random.pick(&["%}", "-%}"]));
    let inner = |random: &mut Random, out: &mut String| {
        for _ in 0..random.below(3) {
            if depth > 0 {
                part(random, depth - 1, out);
            }
        }
    };
    match random.below(13) {
        0..=3 => {
            let (open, close) = (random.pick(&["{{", "{{-", "{{ "]), random.pick(&["}}", "-}}", " }}"]));
            let _ = write!(out, "{open}{}{close}", chain(random));
        }
        4 | 5 => {
            let word = random.pick(&["if", "unless"]);
            let _ = write!(out, "{open} {word} {} {close}", condition(random));
            inner(random, out);
            if word == "if" && random.chance(30) {
                let _ = write!(out, "{open} elsif {} {close}", condition(random));
                inner(random, out);
            }
            if random.chance(30) {
                let _ = write!(out, "{open}else{close}");
                inner(random, out);
            }
            let _ = write!(out, "{open} end{word} {close}");
        }
        6 | 7 => {
            let (word, extra) =
                *[("for", ""), ("for", " limit:2 offset: 1"), ("for", " reversed"), ("tablerow", " cols:2")]
                    .get(random.below(4))
                    .unwrap();
            let over = random.pick(&["event.items", "(1..3)", "(1..event.items.size)", "event['items'][0].parts"]);
            let _ = write!(out, "{open} {word} item in {over}{extra} {close}");
            inner(random, out);
            let _ = write!(out, "{open} end{word} {close}");
        }
        8 => {
            let _ = write!(out, "{open} assign item = {} {close}", chain(random));
        }
        9 => {
            let _ = write!(out, "{open} capture item {close}");
            inner(random, out);
            let _ = write!(out, "{open} endcapture {close}");
        }
        10 => {
            let _ = write!(out, "{open} case {} {close}{open} when {} {close}", value(random), value(random));
            inner(random, out);
            let _ = write!(out, "{open} endcase {close}");
        }
        11 => out.push_str(random.pick(&[
            "{% raw %}{{ x | y }}{% endraw %}",
            "{% comment %}{{ x | y }} don't {% endcomment %}",
            "{% increment item %}",
            "{% cycle 'a', 'b' %}",
            "{% cycle 'g': 'a', event.b %}",
        ])),
        _ => out.push_str(random.pick(&["plain, isn't it? 20% off", " ", "a \\ b", "é\n", "100 %"])),
    }
}

fn program(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("message m: email: body \"{text}\"\non a: email m with (item: 1)\n")
}

/// What the checker says is wrong with the Liquid of a text.
fn wrong(text: &str) -> Vec<String> {
    let found = Program::check(&[SourceFile::new("j.journey", program(text))]).diagnostics;
    found.into_iter().filter(|d| d.name == "syntax").map(|d| d.message).collect()
}

#[test]
fn texts_are_read_as_another_reader_of_liquid_reads_them() {
    let other = liquid::ParserBuilder::with_stdlib().build().unwrap();
    let (mut right, mut broken, mut lenient) = (0, 0, 0);
    for seed in 0..4_000 {
        let mut random = Random::new(seed);
        let mut text = String::new();
        for _ in 0..=random.below(3) {
            part(&mut random, 3, &mut text);
        }
        let slips = seed % 4 == 0;
        if slips {
            let at = (0..=text.len())
                .filter(|at| text.is_char_boundary(*at))
                .nth(random.below(text.chars().count() + 1))
                .unwrap();
            text.insert_str(at, random.pick(&SLIPS));
        }
        let read = other.parse(&text);
        let wrong = wrong(&text);
        match &read {
            Ok(_) => right += 1,
            Err(_) => broken += 1,
        }
        let said = || format!("{text}\n{wrong:?}\n{:?}", read.as_ref().err().map(|e| e.to_string()));
        // Whatever the other one can read is right.
        assert!(read.is_err() || wrong.is_empty(), "{}", said());
        assert!(slips || read.is_ok(), "{}", said());
        if read.is_err() && wrong.is_empty() {
            lenient += 1;
            println!("{}", said());
        }
    }
    println!("{right} right, {broken} broken, of which {lenient} are read here");
    assert!(
        right > 2_500 && broken > 400 && lenient * 8 < broken,
        "{right} right, {broken} broken, {lenient} read here"
    );
}
