//! Evidence that can be believed: a path that a finding about time shows can be played. For each finding of the cases and of
//! random programs people are made up from what the program and the evidence name, and their inputs are played until the clash
//! has happened.

mod moments;
mod pool;

use crate::generate::Random;
use crate::seeds;
use journey::replay::{Replay, Sink};
use journey::value::Timestamp;
use journey::{Diagnostic, Effect, EffectKind, Input, Profile, Program, SourceFile, ir};
use moments::{Moment, OF_MOMENTS};
use pool::{Pool, inputs};
use std::collections::{BTreeMap, BTreeSet};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const TRIES: u64 = 4_000;

/// What was asked for.
#[derive(Default)]
struct Seen {
    sent: Vec<(Timestamp, String, String)>,
    capped: BTreeSet<String>,
}

impl Sink for Seen {
    fn effect(&mut self, _: &Program, _: &Profile, effect: &Effect) {
        match &effect.kind {
            EffectKind::Sent { message, .. } => {
                self.sent.push((effect.at, effect.journey.to_string(), message.to_string()));
            }
            EffectKind::Suppressed { message, rule, .. } if rule.starts_with("cap ") => {
                self.capped.insert(message.to_string());
            }
            _ => {}
        }
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

/// A finding that is to happen.
struct Wanted {
    name: &'static str,
    /// The messages of the step that is blamed.
    messages: BTreeSet<String>,
    /// The time of day at which the evidence begins, if it says so.
    begins: Option<i64>,
}

impl Wanted {
    fn of(text: &str, finding: &Diagnostic) -> Self {
        let line = &text[finding.span().start as usize..finding.span().end as usize];
        let words = line.lines().next().unwrap_or_default().split([' ', ',', ';']).map(ToString::to_string);
        let help = finding.help.clone().unwrap_or_default();
        let begins = help.split("day 1 ").nth(1).and_then(|rest| {
            let (hour, minute) = rest.get(..5)?.split_once(':')?;
            Some(hour.parse::<i64>().ok()? * HOUR + minute.parse::<i64>().ok()? * MINUTE)
        });
        Self { name: finding.name, messages: words.collect(), begins }
    }

    fn happened(&self, program: &Program, lines: &[(Timestamp, String)]) -> bool {
        let mut seen = Seen::default();
        let mut replay = Replay::new(program, None, false);
        for (_, line) in lines {
            let Ok(input) = Input::from_json(line) else { panic!("{line}") };
            replay.input(&input, &mut seen).unwrap();
        }
        replay.finish(&mut seen).unwrap();
        match self.name {
            "same-day" => seen.sent.iter().enumerate().any(|(at, (later, journey, message))| {
                self.messages.contains(message)
                    && seen.sent.iter().take(at).any(|(earlier, other, _)| journey == other && later - earlier < DAY)
            }),
            "journeys-exceed-cap" => !seen.capped.is_empty(),
            _ => self.messages.iter().any(|message| seen.capped.contains(message)),
        }
    }
}

/// Whether what a finding says comes to pass: the inputs with which it does.
fn happens(text: &str, compiled: &Program, typed: &ir::Program, finding: &Diagnostic) -> Option<Vec<String>> {
    let (pool, wanted) = (Pool::of(typed, text), Wanted::of(text, finding));
    let moment = Moment::of(text, typed, finding);
    for seed in 0..TRIES {
        let mut r = Random::new(seed);
        let lines = inputs(&pool, wanted.begins, &mut r);
        let happened = match &moment {
            Some(moment) => moment.happened(compiled, &lines).unwrap_or_else(|why| {
                let lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
                panic!("{}: {}: {why}\n{text}\n{}", finding.name, finding.message, lines.join("\n"))
            }),
            None => wanted.happened(compiled, &lines),
        };
        if happened {
            return Some(lines.into_iter().map(|(_, line)| line).collect());
        }
    }
    None
}

const ABOUT_TIME: [&str; 6] =
    ["cap-exceeded", "journeys-exceed-cap", "same-day", OF_MOMENTS[0], OF_MOMENTS[1], OF_MOMENTS[2]];

/// Findings about time: how many of each name there are, and those that nothing brought about.
#[derive(Default)]
struct Looked {
    counts: BTreeMap<&'static str, usize>,
    left: Vec<String>,
}

impl Looked {
    /// Looks at one program.
    fn look(&mut self, text: &str) {
        let checked = Program::check(&[SourceFile::new("j.journey", text)]);
        let Some(program) = checked.program else { return };
        let mut found = checked.diagnostics.iter().filter(|d| ABOUT_TIME.contains(&d.name)).peekable();
        if found.peek().is_none() {
            return;
        }
        let compiled = Program::compile(vec![SourceFile::new("j.journey", text)]).unwrap();
        for finding in found {
            *self.counts.entry(finding.name).or_default() += 1;
            if happens(text, &compiled, &program, finding).is_none() {
                self.left.push(format!("{}: {} {:?}\n{text}", finding.name, finding.message, finding.help));
            }
        }
    }

    /// Inputs are tried at random: a few that would do are not found.
    fn assert_most_happen(&self) {
        let (count, left): (usize, _) = (self.counts.values().sum(), &self.left);
        println!("{:?}; {} that no input was found for:\n{}", self.counts, left.len(), left.join("\n"));
        assert!(left.len() * 100 <= count * 8, "{} of {count}", left.len());
    }
}

#[test]
fn what_the_cases_show_happens() {
    let mut looked = Looked::default();
    for name in ABOUT_TIME {
        let file = std::fs::read_to_string(format!("tests/cases/findings/{name}.case")).unwrap();
        for case in file.split("\n--- ").filter(|case| case.trim_start_matches("--- ").starts_with("fires")) {
            let text = case.split_once('\n').unwrap().1;
            looked.look(&format!("{text}\n"));
        }
    }
    looked.assert_most_happen();
}

#[test]
fn what_random_programs_are_told_happens() {
    let programs: u64 = std::env::var("EVIDENCE").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let of_cores = seeds::over(0..programs, |looked: &mut Looked, seed| {
        let mut r = Random::new(seed + 5_000_000);
        let text = match seed % 2 {
            0 => crate::grid::draft(&mut r).text,
            _ => crate::grid_calendar::draft(&mut r).0,
        };
        let cap = r.pick(&["", "  cap 1 per day\n", "  cap 1 per 12h\n", "  cap 2 per 2d\n", "  cap 3 per 7d\n"]);
        looked.look(&text.replacen("charter:\n", &format!("charter:\n{cap}"), 1));
    });
    let mut looked = Looked::default();
    for of_core in of_cores {
        of_core.counts.into_iter().for_each(|(name, count)| *looked.counts.entry(name).or_default() += count);
        looked.left.extend(of_core.left);
    }
    looked.assert_most_happen();
}
