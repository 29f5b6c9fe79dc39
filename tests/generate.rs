//! Random programs and inputs that fit each other: typed values, and times at the very instants where windows,
//! quiet hours, caps, holds, days and clock changes begin and end.

use journey::value::show_instant;
use journey::{Program, SourceFile, ir};

/// Numbers that look random and are the same every time.
pub struct Random {
    state: u64,
    /// Choices that a fuzzer makes; behind their end the numbers go on by themselves.
    tape: Vec<u8>,
    /// Whether the program that is being made has segments.
    segments: bool,
    /// Whether the journey that is being made may start the other one.
    may_start: bool,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self {
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03,
            tape: vec![],
            segments: false,
            may_start: false,
        };
        for _ in 0..8 {
            random.next();
        }
        random
    }

    /// Choices as a fuzzer makes them: one byte each.
    pub fn tape(bytes: &[u8]) -> Self {
        let mut tape = bytes.to_vec();
        tape.reverse();
        Self { tape, ..Self::new(bytes.len() as u64) }
    }

    pub fn next(&mut self) -> u64 {
        if let Some(byte) = self.tape.pop() {
            return u64::from(byte) << 16;
        }
        self.state |= 1;
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    pub fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 16) % n as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[self.below(options.len())]
    }
}

const DURATIONS: [&str; 8] = ["30m", "1h", "6h", "12h", "1d", "36h", "2d", "3d"];
const TIMES: [&str; 8] = ["00:00", "02:00", "02:30", "08:00", "09:00", "12:30", "21:00", "23:30"];
const CHANNELS: [&str; 3] = ["email", "sms", "push"];
const MESSAGES: [&str; 3] = ["recs", "offer", "hello"];
const EVENTS: [&str; 3] = ["a", "b", "order_placed"];
pub const ZONES: [&str; 6] =
    ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo"];

/// A program that was made at random, compiled once for all who look at it.
pub struct Made {
    pub text: String,
    pub program: Program,
    pub typed: ir::Program,
}

/// Drafts that ask about messages before they are sent, or that go round for ever, are no programs.
pub fn program(r: &mut Random) -> Made {
    accepted(r, draft)
}

/// The first draft that compiles; each is written in several ways, and the first of them that compiles is it.
fn accepted(r: &mut Random, draft: fn(&mut Random) -> Vec<String>) -> Made {
    const REFUSED: [&str; 4] = ["engagement-before-send", "not-tracked", "endless-cycle", "never-allowed"];
    loop {
        let mut ways = draft(r).into_iter().peekable();
        while let Some(text) = ways.next() {
            match Program::compile_typed(vec![SourceFile::new("j.journey", text.as_str())]) {
                Ok((program, typed)) => return Made { text, program, typed },
                Err(error) if ways.peek().is_none() => {
                    let is_refused = error.diagnostics.iter().any(|d| REFUSED.contains(&d.name));
                    assert!(is_refused, "{text}\n{error}");
                }
                Err(_) => {}
            }
        }
    }
}

fn draft(r: &mut Random) -> Vec<String> {
    r.segments = r.chance(45);
    let mut out = charter(r);
    if r.segments {
        for name in ["s1", "s2"] {
            out.push_str(&format!("segment {name}: {}\n", member(r, name)));
        }
    }
    let journeys = 1 + r.below(2);
    for number in 0..journeys {
        r.may_start = number == 0 && journeys == 2;
        out.push_str(&journey(r, number));
    }
    if r.chance(20) {
        out.push_str(&ring(r));
    }
    if r.chance(15) { with_a_text(r, out) } else { vec![out] }
}

/// The program with the text of a message, which reads the entry's event where every journey begins with one; else without.
fn with_a_text(r: &mut Random, program: String) -> Vec<String> {
    let text = |reads: &str| {
        let variants = CHANNELS.map(|channel| format!("  {channel}: body \"{reads}\"\n"));
        format!("{program}message recs:\n{}message offer\nmessage hello\n", variants.concat())
    };
    let of_profile =
        r.pick(&["{{ profile.tier }}", "{% if profile.score > 1 %}{{ profile.day }}{% endif %}", "{{ profile.name }}"]);
    // Of some lists of things single names are asked for, of others the things as they are.
    let things = r.pick(&[
        "",
        "{% for p in event.products %}{{ p.name }}{{ p.price }}{% endfor %}",
        "{% for p in event.products %}{{ p.name }}{% for x in p.parts %}{{ x.id }}{% endfor %}{% endfor %}",
        "{{ event.products.first.price }}{{ event.products.size }}",
        "{% assign all = event.products %}{% for p in all %}{{ p.name }}{% endfor %}",
        "{{ event.products[1] }}{% for i in profile.interests %}{{ i.name }}{% endfor %}",
    ]);
    let whole = text(&format!("{{{{ event.total }}}} {{{{ event.key | default: 'x' }}}} {of_profile}{things}"));
    vec![whole, text(of_profile), program]
}

/// Journeys that set each other going, through entries, goals, exits, segments and waits. Those that would go round in one
/// instant are refused; of the others none is cut off.
fn ring(r: &mut Random) -> String {
    let mut out = String::from("segment far: profile.step is \"two\"\n");
    for name in ["ring", "second_ring"].iter().take(1 + r.below(2)) {
        out.push_str(&format!("journey {name}:\n"));
        match r.below(6) {
            0 => out.push_str("  overlap restart\n"),
            1 => out.push_str("  overlap allow\n"),
            2 => out.push_str("  reenter after 12h\n"),
            _ => {}
        }
        let entry =
            r.pick(&["on a", "on x", "on x or y", "on y", "on order_placed", "on entering far", "on leaving far"]);
        out.push_str(&format!("  {entry}:\n"));
        for _ in 0..1 + r.below(3) {
            let line = match r.below(8) {
                0 => "wait for y up to 1d".to_string(),
                1 => format!("if x within 12h then {}", round_deed(r)),
                2 => format!("wait {}", r.pick(&["30m", "6h"])),
                3 => "email hello".to_string(),
                _ => round_deed(r).to_string(),
            };
            out.push_str(&format!("    {line}\n"));
        }
        for _ in 0..r.below(3) {
            let clause =
                r.pick(&["goal x", "goal order_placed", "exit on y", "exit when profile.step is \"two\"", "exit on b"]);
            let wait = if r.chance(30) { "wait 30m; " } else { "" };
            out.push_str(&format!("  {clause}: {wait}{}\n", round_deed(r)));
        }
    }
    out
}

fn round_deed(r: &mut Random) -> &'static str {
    r.pick(&[
        "emit x",
        "emit y",
        "emit order_placed (total: 2)",
        "set profile.step to \"one\"",
        "set profile.step to \"two\"",
        "set profile.vip to (!profile.vip)",
        "start ring",
    ])
}

/// A program of few lines in which one event brings about more than may be at one instant.
pub fn burst(r: &mut Random) -> Made {
    accepted(r, cascade)
}

fn cascade(r: &mut Random) -> Vec<String> {
    let depth = 12 + r.below(3);
    let mut out = charter(r);
    out.push_str("segment far: profile.step is \"two\"\n");
    for level in 0..depth {
        let next = level + 1;
        let extra = r.pick(&[
            "",
            "; email hello",
            "; set profile.step to \"two\"",
            "; set profile.step to \"one\"",
            "; sms offer",
        ]);
        let overlap = r.pick(&["", "  overlap restart\n", "  overlap allow\n"]);
        let event = if level == 0 { "a".to_string() } else { format!("e{level}") };
        out.push_str(&format!("journey level_{level}:\n{overlap}  on {event}: emit e{next}; emit e{next}{extra}\n"));
    }
    let entry = r.pick(&["on entering far", "on leaving far", "on b"]);
    out.push_str(&format!(
        "journey watch:\n  {entry}: push hello; wait 1h; email recs\n  exit when profile.step is \"one\": sms hello\n"
    ));
    vec![out]
}

/// Who is in a segment.
fn member(r: &mut Random, name: &str) -> String {
    let one = |r: &mut Random| match r.below(6) {
        0 => r.pick(&["profile.score > 1", "profile.tier is \"gold\"", "profile.score is missing"]).to_string(),
        1 => r.pick(&["today is weekend", "local time is between 09:00 and 21:00", "today >= profile.day"]).to_string(),
        _ => past(r).to_string(),
    };
    match r.below(5) {
        0 => format!("{} and {}", one(r), one(r)),
        1 => format!("{} or !({})", one(r), one(r)),
        2 if name == "s2" => format!("in s1 and {}", one(r)),
        _ => one(r),
    }
}

/// What is asked of the past.
fn past(r: &mut Random) -> &'static str {
    r.pick(&[
        "order_placed in last 1d",
        "no order_placed in last 36h",
        "no a in last 12h",
        "order_placed ever",
        "order_placed where (total > 1) in last 2d",
        "order_placed ever where (total is 2)",
        "count of a in last 2d >= 2",
        "count of b > 2",
        "count of order_placed where (total > 1) in last 2d is 1",
        "sum of order_placed.total in last 36h >= 2",
        "sum of order_placed.total > 3",
        "sum of order_placed.total in last 2d / count of order_placed in last 2d > 1",
        "last order_placed.total > 1",
        "last order_placed.total in last 1d is 2",
        "last order_placed.total is missing",
        "time since order_placed > 1d",
        "time since a in last 2d < 12h",
        "rate of opened in last 2d > 30%",
        "rate of clicked email in last 3d >= 50%",
        "no engagement in last 1d",
        "engagement in last 12h",
        "opened in last 1d",
        "count of engagement in last 2d > 1",
        "known for 36h",
        "!known for 1d",
    ])
}

fn list(r: &mut Random) -> &'static str {
    r.pick(&[
        "email",
        "sms",
        "push",
        "promo",
        "cart",
        "marketing",
        "sms, push",
        "email as promo",
        "transactional, email",
        "promo, push",
    ])
}

fn two_times(r: &mut Random) -> (&'static str, &'static str) {
    loop {
        let (a, b) = (r.pick(&TIMES), r.pick(&TIMES));
        if a != b {
            return (a, b);
        }
    }
}

fn charter(r: &mut Random) -> String {
    let mut lines: Vec<String> = vec![];
    if r.chance(60) {
        lines.push(format!("timezone \"{}\"", r.pick(&ZONES)));
    }
    if r.chance(30) {
        lines.push(format!("consent required for {}", r.pick(&["sms", "push", "promo", "sms, push"])));
    }
    let when = |r: &mut Random| if r.chance(35) { format!(" when {}", rule_condition(r)) } else { String::new() };
    let of = |r: &mut Random| if r.chance(50) { format!(" for {}", list(r)) } else { String::new() };
    for _ in 0..[0, 0, 1, 1, 2][r.below(5)] {
        let (a, b) = two_times(r);
        let skip = if r.chance(20) { ", skip" } else { "" };
        let (of, when) = (of(r), when(r));
        let on = if r.chance(15) { r.pick(&[" on weekdays", " on saturday, sunday", " on monday"]) } else { "" };
        let (a, b) = if r.chance(12) { ("00:00", "24:00") } else { (a, b) };
        lines.push(format!("quiet {a}-{b}{on}{of}{skip}{when}"));
    }
    for _ in 0..[0, 0, 0, 1, 2][r.below(5)] {
        let skip = if r.chance(25) { ", skip" } else { "" };
        let (of, when) = (of(r), when(r));
        lines.push(format!("gap {}{of}{skip}{when}", r.pick(&["1h", "6h", "1d", "2d"])));
    }
    for _ in 0..[0, 0, 1, 1, 2][r.below(5)] {
        let of = if r.chance(50) { format!("{} ", list(r)) } else { String::new() };
        let per = r.pick(&["day", "week", "month", "1d", "12h", "3d"]);
        let hold = if r.chance(45) {
            format!(", hold up to {}", r.pick(&["6h", "12h", "1d", "3d", "9d"]))
        } else {
            String::new()
        };
        let when = when(r);
        lines.push(format!("cap {of}{} per {per}{hold}{when}", 1 + r.below(2)));
    }
    if r.chance(6) {
        lines.push(format!("stop {}", list(r)));
    }
    if r.chance(20) {
        let of = of(r);
        lines.push(format!("exclude when {}{of}", rule_condition(r)));
    }
    for _ in 0..[0, 0, 1, 2, 2][r.below(5)] {
        let within = r.pick(&["1h", "12h", "1d", "3d", "3d"]);
        lines.push(format!("avoid {} when {} scheduled within {within}", r.pick(&CHANNELS), r.pick(&CHANNELS)));
    }
    if r.chance(6) {
        lines.push(format!("holdout {}", r.pick(&["50%", "100%", "12.5%"])));
    }
    if r.chance(40) {
        lines.push(format!("priority {}", r.pick(&["cart, promo", "promo", "marketing, cart"])));
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("charter:\n{}", lines.iter().map(|line| format!("  {line}\n")).collect::<String>())
}

fn rule_condition(r: &mut Random) -> &'static str {
    if r.segments && r.chance(25) {
        return r.pick(&["in s1", "!(in s2)"]);
    }
    if r.chance(30) {
        return past(r);
    }
    r.pick(&[
        "profile.vip",
        "!profile.vip",
        "profile.tier is \"gold\"",
        "profile.score > 1",
        "today is weekday",
        "today is sunday",
        "local time is between 09:00 and 21:00",
        "local time is between 20:00 and 24:00",
        "now < 2026-03-29 12:30",
    ])
}

fn journey(r: &mut Random, number: usize) -> String {
    let mut out = format!("journey {}:\n", ["one", "another"][number]);
    let mut line = |text: String| out.push_str(&format!("  {text}\n"));
    if r.chance(50) {
        line(format!("category {}", r.pick(&["cart", "promo", "transactional"])));
    }
    if r.chance(20) {
        let cond = r.pick(&[
            "profile.vip",
            "profile.score >= 1",
            "reachable by sms",
            "event.total > 1",
            "profile.tier is not \"gold\"",
            "profile.score is missing or event.total is known",
            "known for 1d",
            "no order_placed in last 1d",
        ]);
        line(format!("for {cond}"));
    }
    let keyed = r.chance(25);
    if keyed {
        line("one per event.key".to_string());
    }
    match r.below(5) {
        0 => line("reenter never".to_string()),
        1 => line(format!("reenter after {}", r.pick(&["1d", "2d", "12h"]))),
        _ => {}
    }
    match r.below(4) {
        0 => line("overlap restart".to_string()),
        1 => line("overlap allow".to_string()),
        _ => {}
    }
    if r.chance(8) {
        line("active 2026-03-28 to 2026-03-31".to_string());
    }
    if r.chance(6) {
        line(format!("holdout {}", r.pick(&["50%", "75%"])));
    }
    if r.chance(2) {
        line("paused".to_string());
    }
    if r.chance(12) {
        let rule = r.pick(&[
            "cap 1 per day",
            "cap email 1 per 12h, hold up to 1d",
            "gap 6h",
            "gap 1d for sms, skip",
            "quiet 09:00-12:30",
            "quiet 21:00-08:00 for push, skip",
        ]);
        line(rule.to_string());
    }
    for _ in 0..1 + usize::from(r.chance(20)) {
        if !keyed && r.chance(30) {
            let entry = standing(r);
            out.push_str(&format!("  {entry}:\n"));
            steps(r, 4, 0, &mut out);
            continue;
        }
        let events = r.pick(&["a", "a", "a or b", "b", "clicked"]);
        let cond = if r.chance(25) { " where total > 1" } else { "" };
        out.push_str(&format!("  on {events}{cond}:\n"));
        steps(r, 4, 0, &mut out);
    }
    for _ in 0..[0, 0, 1, 1, 2][r.below(5)] {
        let event = r.pick(&[
            "order_placed",
            "order_placed",
            "b",
            "clicked",
            "clicked recs",
            "order_placed or opened",
            "email_clicked",
            "sms_unsubscribed",
        ]);
        let within =
            if r.chance(60) { format!(" within {}", r.pick(&["12h", "1d", "2d", "3d"])) } else { String::new() };
        let worth =
            if r.chance(40) && !event.contains("click") && !event.contains("open") { " worth total" } else { "" };
        let cond = if event == "order_placed" {
            r.pick(&[
                "",
                "",
                " where total > 1",
                " where key is event.key",
                " where key is event.key",
                " where total >= event.total",
            ])
        } else {
            ""
        };
        leaving(r, &format!("goal {event}{within}{worth}{cond}"), &mut out);
    }
    for _ in 0..[0, 0, 0, 1, 2][r.below(5)] {
        let clause = match r.below(4) {
            0 => format!(
                "exit on {}",
                r.pick(&[
                    "unsubscribed",
                    "email_unsubscribed",
                    "b",
                    "bounced",
                    "opened offer",
                    "order_placed where total > 2"
                ])
            ),
            1 => format!("exit on {}", r.pick(&["b or unsubscribed", "complained"])),
            _ => format!("exit when {}", condition(r, 1)),
        };
        leaving(r, &clause, &mut out);
    }
    out
}

/// An entry that no event lets in.
fn standing(r: &mut Random) -> String {
    let at = r.pick(&["", "", " at 09:00", " at 02:30"]);
    let offset = r.pick(&["", "", " + 1d", " - 1d", " + 12h", " - 2h"]);
    match r.below(8) {
        0..=2 if r.segments => format!("on {} {}", r.pick(&["entering", "entering", "leaving"]), r.pick(&["s1", "s2"])),
        3 => format!("every day at {}", r.pick(&TIMES)),
        4 => format!("every {} at {}", r.pick(&["monday, saturday", "weekday", "sunday"]), r.pick(&TIMES)),
        5 => format!("every year on profile.{}{offset}{at}", r.pick(&["born", "joined"])),
        6 => format!("on {}{at}", r.pick(&["2026-03-29", "2026-03-30", "2026-10-25", "2026-04-05"])),
        _ => format!("on date profile.{}{offset}{at}", r.pick(&["trial", "day", "day"])),
    }
}

fn leaving(r: &mut Random, clause: &str, out: &mut String) {
    if r.chance(50) {
        out.push_str(&format!("  {clause}\n"));
    } else {
        out.push_str(&format!("  {clause}:\n"));
        steps(r, 4, 2, out);
    }
}

fn steps(r: &mut Random, indent: usize, depth: usize, out: &mut String) {
    for _ in 0..1 + r.below(if depth == 0 { 5 } else { 2 }) {
        step(r, indent, depth, out);
    }
}

fn send(r: &mut Random) -> String {
    let category =
        if r.chance(30) { format!(" as {}", r.pick(&["promo", "transactional", "cart"])) } else { String::new() };
    let option = match r.below(20) {
        0 => r.pick(&[" at best time within 6h", " at best time within 1d"]),
        1 => r.pick(&[" with (who: profile.tier, n: event.total + 1)", " with (since: time since a)"]),
        _ => "",
    };
    format!("{} {}{category}{option}", r.pick(&CHANNELS), r.pick(&MESSAGES))
}

/// A step that brings something about for other journeys, or for the host.
fn deed(r: &mut Random) -> &'static str {
    if r.may_start && r.chance(25) {
        return "start another";
    }
    r.pick(&[
        "set profile.vip to true",
        "set profile.vip to (!sent)",
        "set profile.stage to \"warm\"",
        "set profile.timezone to \"Asia/Tokyo\"",
        "set profile.consent.sms to false",
        "set profile.reachable.push to profile.vip",
        "set profile.preferred_channel to \"sms\"",
        "set profile.trial to 2026-03-30 12:30",
        "emit order_placed (total: profile.score, key: \"k1\")",
        "emit order_placed (total: event.total)",
        "emit replied",
        "emit something (when: today, why: \"x\")",
        "call crm (n: profile.score, t: profile.tier)",
        "add to people for 1d",
        "add to people for 36h",
        "add to others",
    ])
}

/// Blocks that choose, or that do the same several times.
fn choice(r: &mut Random, indent: usize, depth: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match r.below(3) {
        0 => {
            let (of, arms) = match r.below(3) {
                0 => ("profile.tier", ["\"gold\"", "\"silver\", \"bronze\""]),
                1 => ("profile.score", ["1", "1.5, 2"]),
                _ => ("event.total", ["1, 2.5", "2"]),
            };
            out.push_str(&format!("{pad}match {of}:\n"));
            let otherwise = r.chance(50);
            for head in arms.into_iter().chain(otherwise.then_some("else")) {
                arm(r, head, indent, depth, out);
            }
        }
        1 => {
            out.push_str(&format!("{pad}split {}:\n", r.pick(&["s", "t"])));
            for head in ["50% x", "30% y", "20% z"] {
                arm(r, head, indent, depth, out);
            }
        }
        _ => {
            let until = if r.chance(50) { format!(" until {}", condition(r, 1)) } else { String::new() };
            let times = 1 + r.below(4);
            out.push_str(&format!("{pad}repeat {times} times every {}{until}:\n", r.pick(&DURATIONS)));
            steps(r, indent + 2, depth + 1, out);
        }
    }
}

fn arm(r: &mut Random, head: &str, indent: usize, depth: usize, out: &mut String) {
    out.push_str(&format!("{}{head}:\n", " ".repeat(indent + 2)));
    steps(r, indent + 4, depth + 1, out);
}

fn step(r: &mut Random, indent: usize, depth: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    let exit = if r.chance(20) { " or exit" } else { "" };
    let text = match r.below(25) {
        0..=1 => format!("wait {}", r.pick(&DURATIONS)),
        2 => format!("wait until {}{exit}", r.pick(&TIMES)),
        3 => format!(
            "wait until {}{exit}",
            r.pick(&[
                "tomorrow",
                "tomorrow 09:00",
                "monday",
                "sunday 02:30",
                "next sunday",
                "next monday 09:00",
                "saturday"
            ])
        ),
        4 => format!(
            "wait until {}{exit}",
            r.pick(&[
                "day 1",
                "day 2",
                "day 1 at 02:30",
                "day 3 at 18:00",
                "2026-03-29 02:30",
                "2026-03-30",
                "2026-10-25 02:30"
            ])
        ),
        5 => {
            let offset = r.pick(&["", "", " + 1d", " - 1d", " + 12h", " - 2h"]);
            let at = r.pick(&["", " at 09:00", " at 02:30"]);
            format!("wait until {}{offset}{at}{exit}", r.pick(&["profile.trial", "profile.day", "event.day"]))
        }
        6 => {
            let (a, b) = two_times(r);
            let days = r.pick(&["", "", " on weekdays", " on weekends", " on monday, sunday"]);
            format!("wait between {a} and {b}{days}")
        }
        7..=8 => format!("wait for {} up to {}", condition(r, 1), r.pick(&DURATIONS)),
        9..=13 => {
            let mut text = send(r);
            while r.chance(25) {
                text.push_str(&format!(" or {}", send(r)));
            }
            text
        }
        14 => r.pick(&["add to people", "remove from people"]).to_string(),
        15 if depth > 0 => "exit".to_string(),
        20..=21 => deed(r).to_string(),
        22 => format!("best of {}, {}", send(r), send(r)),
        23..=24 if depth < 2 => return choice(r, indent, depth, out),
        _ if depth < 2 => {
            out.push_str(&format!("{pad}if {}:\n", branch(r)));
            steps(r, indent + 2, depth + 1, out);
            if r.chance(30) {
                out.push_str(&format!("{pad}else if {}:\n", branch(r)));
                steps(r, indent + 2, depth + 1, out);
            }
            if r.chance(40) {
                out.push_str(&format!("{pad}else:\n"));
                steps(r, indent + 2, depth + 1, out);
            }
            return;
        }
        _ => format!("if {} then {} else {}", branch(r), send(r), send(r)),
    };
    out.push_str(&format!("{pad}{text}\n"));
}

/// The condition of an `if`, often with windows.
fn branch(r: &mut Random) -> String {
    let window = |r: &mut Random| {
        let not = if r.chance(40) { "!" } else { "" };
        let what = match r.below(6) {
            0 => format!("({})", condition(r, 1)),
            1 => r.pick(&["order_placed", "b", "profile.tier is \"gold\"", "profile.vip"]).to_string(),
            _ => engagement(r),
        };
        format!("{not}{what} within {}", r.pick(&DURATIONS))
    };
    match r.below(6) {
        0..=1 => window(r),
        2 => format!("{} and {}", window(r), window(r)),
        3 => format!("{} or {}", window(r), window(r)),
        4 => format!("{} and {}", condition(r, 0), window(r)),
        _ => condition(r, 2),
    }
}

fn engagement(r: &mut Random) -> String {
    let word = r.pick(&["opened", "clicked", "opened", "clicked", "delivered", "bounced", "failed"]);
    let message = if r.chance(40) { format!(" {}", r.pick(&MESSAGES)) } else { String::new() };
    format!("{word}{message}")
}

/// A condition without windows.
fn condition(r: &mut Random, depth: usize) -> String {
    if depth > 0 && r.chance(40) {
        let (a, b) = (condition(r, depth - 1), condition(r, depth - 1));
        return match r.below(3) {
            0 => format!("({a} and {b})"),
            1 => format!("({a} or {b})"),
            _ => format!("!({a})"),
        };
    }
    if r.segments && r.chance(8) {
        return r.pick(&["in s1", "in s2", "!(in s1)"]).to_string();
    }
    match r.below(16) {
        14..=15 => past(r).to_string(),
        0 => r.pick(&["profile.vip", "!profile.vip", "profile.vip is known"]).to_string(),
        1 => r
            .pick(&[
                "profile.tier is \"gold\"",
                "profile.tier is not \"gold\"",
                "profile.tier is one of (\"gold\", \"silver\")",
                "profile.tier contains \"ol\"",
            ])
            .to_string(),
        2 => r
            .pick(&[
                "profile.score > 1",
                "profile.score * 2 - 1 >= 1",
                "profile.score is between 1 and 2",
                "profile.score / 0 > 1",
                "profile.score is missing",
            ])
            .to_string(),
        3 => r.pick(&["event.total > 1", "event.total is known", "event.total + 0.5 is 1.5"]).to_string(),
        4..=5 => engagement(r),
        6 => r.pick(&["sent", "suppressed"]).to_string(),
        7 => r
            .pick(&["order_placed", "b", "order_placed where (total > 1)", "order_placed where (total >= event.total)"])
            .to_string(),
        8 => {
            let (a, b) = two_times(r);
            format!("local time is between {a} and {b}")
        }
        9 => r
            .pick(&["today is monday", "today is weekend", "today is not weekday", "today is one of (sunday, monday)"])
            .to_string(),
        10 => r
            .pick(&[
                "now >= profile.trial",
                "now > profile.trial + 1d",
                "now - profile.trial < 2d",
                "now < profile.trial",
                "profile.trial + 12h < now",
                "profile.trial - now < 1d",
            ])
            .to_string(),
        11 => r
            .pick(&[
                "today >= profile.day",
                "today is profile.day + 1d",
                "today < 2026-03-30",
                "today - profile.day > 1d",
                "profile.day - today <= 1d",
                "2026-03-30 > today",
                "profile.day - 1d is today",
            ])
            .to_string(),
        12 => r
            .pick(&[
                "reachable by sms",
                "reachable by email",
                "prefers sms",
                "profile.consent.sms",
                "profile.reachable.push is missing",
            ])
            .to_string(),
        _ => r.pick(&["now < 2026-03-29 03:30", "now > 2026-10-25 02:30"]).to_string(),
    }
}

/// One input as a line of JSON, given when the last one came and when something is due next.
pub fn input(r: &mut Random, now: i64, due: Option<i64>, number: usize, before: &[String]) -> (i64, String) {
    let hour = 3_600_000;
    let at = match (due, r.below(10)) {
        (Some(due), 0..=1) => due,
        (Some(due), 2) => due - 1,
        (Some(due), 3) => due + 1,
        (_, 4) => now,
        (_, 5) => now + 24 * hour,
        (_, 6) => (now / (12 * hour) + 1) * 12 * hour,
        (_, 7) => now + r.below(40) as i64 * hour / 2,
        _ => now + r.below(30) as i64 * hour + 1,
    };
    // Two ids of one person do not do something in the same millisecond: what one of them has sent may be forgotten.
    let is_anonymous = r.chance(16);
    let at = at.max(now);
    let at = if is_anonymous && at % 2 == 0 { at + 1 } else { at };
    let happened = if r.chance(12) { at - [1, hour, 12 * hour, 30 * hour, 72 * hour][r.below(5)] } else { at };
    if !before.is_empty() && r.chance(8) {
        // Told once more, and so later.
        let last = &before[before.len() - 1 - r.below(before.len().min(5))];
        let start = last.find("\"receivedAt\":\"").unwrap() + 14;
        let end = start + last[start..].find('"').unwrap();
        return (at, format!("{}{}{}", &last[..start], show_instant(at), &last[end..]));
    }
    let total = r.pick(&["", "\"total\":1", "\"total\":2", "\"total\":2.5"]);
    let key = r.pick(&["", "\"key\":\"k1\"", "\"key\":\"k2\"", "\"key\":7", "\"key\":\"7\"", "\"key\":\"k/%\""]);
    let day = r.pick(&["", "\"day\":\"2026-03-29\"", "\"day\":\"2026-10-25\""]);
    let products = r.pick(&[
        "",
        "",
        r#""products":[{"name":"Tea","price":3.50,"sku":7},{"Name":"Cup","price":null,"parts":[{"id":1},{"id":"b","x":{}}]}]"#,
        r#""products":[{"name":"Tea","name":null},"loose",{"price":1,"price":2}]"#,
        r#""products":{"name":"one","parts":"none"}"#,
        r#""products":["Tea",{"parts":{"id":[{"id":3}]}}]"#,
    ]);
    let join = |parts: &[&str]| parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(",");
    let (kind, event, fields) = match r.below(20) {
        0..=6 => ("track", r.pick(&["a", "a", "A", "b"]), join(&[total, key, day, products])),
        7..=8 => ("track", EVENTS[2], join(&[total, key, products])),
        9..=13 => {
            let event = r.pick(&[
                "opened",
                "clicked",
                "Email Opened",
                "Email Link Clicked",
                "Push Notification Tapped",
                "delivered",
                "bounced",
                "Email Bounced",
                "failed",
                "complained",
                "replied",
            ]);
            let message = r.pick(&["", "", "\"message\":\"recs\"", "\"message\":\"offer\"", "\"message\":\"unknown\""]);
            let extra =
                r.pick(&["", "", "\"channel\":\"email\"", "\"channel\":\"sms\"", "\"bot\":true", "\"type\":\"soft\""]);
            ("track", event, join(&[message, extra]))
        }
        14 => {
            let name = r.pick(&["", "\"channel\":\"sms\"", "\"channel\":\"email\"", "\"category\":\"promo\""]);
            let event = r.pick(&[
                "unsubscribed",
                "unsubscribed",
                "subscribed",
                "Email Unsubscribed",
                "SMS Opt Out",
                "promo_unsubscribed",
                "Unsubscribed from Push",
                "email_subscribed",
                "email_marked_as_spam",
                "spam_report",
            ]);
            ("track", event, name.to_string())
        }
        15 => ("track", "unheard_of", String::new()),
        _ => ("identify", "", traits(r)),
    };
    let field = if kind == "identify" { "traits" } else { "properties" };
    let (happened, arrived) = (show_instant(happened), show_instant(at));
    let (who, kind) = match r.below(42) {
        _ if is_anonymous => (r#""anonymousId":"anon""#, kind),
        8..=9 => (r#""userId":"ana","anonymousId":"anon""#, kind),
        10 => (r#""userId":"ana","previousId":"anon""#, "alias"),
        11 if r.chance(50) => (r#""userId":"ana""#, "delete"),
        _ => (r#""userId":"ana""#, kind),
    };
    let line = format!(
        r#"{{"type":"{kind}","messageId":"m{number}",{who},"timestamp":"{happened}","receivedAt":"{arrived}","event":"{event}","{field}":{{{fields}}}}}"#
    );
    (at, line)
}

/// The same line as history: it happened long before it arrives, mostly.
pub fn told_later(r: &mut Random, arrived: i64, line: &str) -> String {
    let (hour, day) = (3_600_000, 86_400_000);
    let ago = [0, 1, 12 * hour, day, 2 * day, 3 * day, 7 * day, 20 * day, 40 * day, 400 * day][r.below(10)];
    let start = line.find("\"timestamp\":\"").unwrap() + 13;
    let end = start + line[start..].find('"').unwrap();
    let line = format!("{}{}{}", &line[..start], show_instant(arrived - ago), &line[end..]);
    line.replacen("\"messageId\":\"m", "\"messageId\":\"h", 1)
}

fn traits(r: &mut Random) -> String {
    let mut out = vec![];
    for _ in 0..1 + r.below(2) {
        out.push(match r.below(11) {
            10 => format!(
                "\"interests\":{}",
                r.pick(&[r#"[{"name":"tea","rank":1},{"rank":2}]"#, r#"{"name":"tea"}"#, "null", "[]"])
            ),
            9 => format!(
                "\"{}\":{}",
                r.pick(&["born", "joined"]),
                r.pick(&["\"2024-02-29\"", "\"2025-03-29\"", "\"2020-10-25T01:30:00Z\"", "\"2026-03-29\"", "null"])
            ),
            0..=1 => format!("\"timezone\":\"{}\"", r.pick(&ZONES)),
            2 => format!("\"vip\":{}", r.pick(&["true", "false", "null"])),
            3 => format!("\"tier\":{}", r.pick(&["\"gold\"", "\"silver\"", "null"])),
            4 => format!("\"score\":{}", r.pick(&["0", "1", "1.5", "2", "null"])),
            5 => format!(
                "\"trial\":{}",
                r.pick(&["\"2026-03-29T01:00:00Z\"", "\"2026-03-30T12:00:00Z\"", "\"2026-10-25 02:30\"", "null"])
            ),
            6 => format!("\"day\":{}", r.pick(&["\"2026-03-29\"", "\"2026-03-31\"", "\"2026-10-25\"", "null"])),
            7 => format!(
                "\"consent\":{{\"{}\":{}}}",
                r.pick(&["sms", "push", "promo", "email"]),
                r.pick(&["true", "true", "false", "null"])
            ),
            _ => format!("\"reachable\":{{\"{}\":{}}}", r.pick(&["sms", "push", "email"]), r.pick(&["true", "false"])),
        });
    }
    if r.chance(15) {
        out.push(format!("\"preferred_channel\":\"{}\"", r.pick(&CHANNELS)));
    }
    out.join(",")
}

/// Where a run of inputs begins: shortly before a clock change, or on an ordinary day.
pub fn start(r: &mut Random) -> i64 {
    let starts = [
        "2026-03-27T20:00:00Z",
        "2026-10-24T06:00:00Z",
        "2026-03-07T12:00:00Z",
        "2026-04-03T22:30:00Z",
        "2026-06-30T09:00:00Z",
    ];
    journey::value::parse_instant(r.pick(&starts)).unwrap() + r.below(48) as i64 * 1_800_000
}
