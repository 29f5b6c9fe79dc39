//! What is proved of random programs is held against what happens: nobody comes to a step that is called unreachable, and
//! nobody comes in time to one that is called too late, and an engagement that is asked too soon was never shown. A mark (`call mark`) is put before the step that is blamed.

use crate::generate::{Made, Random};
use crate::pairs::{Pair, played};
use crate::seeds;
use journey::replay::{Replay, Sink};
use journey::value::Timestamp;
use journey::{Diagnostic, Effect, EffectKind, Input, Profile, Program, SourceFile};
use std::collections::{BTreeMap, BTreeSet};

/// When the mark was called, and when that journey was entered last.
#[derive(Default)]
struct Marks {
    entered: BTreeMap<(String, String), Timestamp>,
    called: Vec<(Timestamp, Timestamp)>,
}

impl Sink for Marks {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let key = (profile.id().to_string(), effect.journey.to_string());
        match &effect.kind {
            EffectKind::Entered => drop(self.entered.insert(key, effect.at)),
            EffectKind::Called { hook, .. } if hook == "mark" => {
                // Of an entry under another id, before the two were joined, nothing is known.
                let entered = self.entered.get(&key).copied().unwrap_or(i64::MIN / 2);
                self.called.push((effect.at, entered));
            }
            _ => {}
        }
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

/// The program with the mark before the step at `start`, if a step can stand there.
fn marked(text: &str, start: usize) -> Option<String> {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    let first_word = text[start..].split_whitespace().next().unwrap_or_default();
    if !before.trim().is_empty() || ["if", "else"].contains(&first_word) && before.is_empty() {
        return None;
    }
    let (at, indent) = match text[start..].starts_with("else") || text[start..].lines().next()?.starts_with('"') {
        // The mark goes into the branch.
        true => (start + text[start..].find(":\n")? + 2, format!("{before}  ")),
        false => (line, before.to_string()),
    };
    Some(format!("{}{indent}call mark\n{}", &text[..at], &text[at..]))
}

/// The longest window of the goals of the journey in which a place lies, in milliseconds.
fn end_of_windows(text: &str, place: usize) -> i64 {
    let begin = text[..place].rfind("\njourney ").map_or(0, |at| at + 1);
    let end = text[place..].find("\njourney ").map_or(text.len(), |at| place + at);
    let goals = text[begin..end].lines().filter(|line| line.starts_with("  goal "));
    let windows = goals.map(|line| {
        let window = line.split(" within ").nth(1).expect("each goal has a window").split([' ', ':']).next().unwrap();
        let (number, unit) = window.split_at(window.len() - 1);
        number.parse::<i64>().unwrap()
            * match unit {
                "m" => 60_000,
                "h" => 3_600_000,
                _ => 86_400_000,
            }
    });
    windows.max().unwrap()
}

fn called(text: &str, inputs: &[Input]) -> Option<Vec<(Timestamp, Timestamp)>> {
    let program = Program::compile(vec![SourceFile::new("j.journey", text)]).ok()?;
    Some(played(&program, inputs, Marks::default()).called)
}

#[test]
fn what_is_proved_holds() {
    let [unreachable, late, came, soon] = seeds::count(0..10_000, |[unreachable, late, came, soon], seed| {
        let Pair { text, program, lines, inputs, .. } = Pair::generated(Random::new(seed));
        let found = Program::check(program.sources()).diagnostics;
        // Where entries run beside each other, or of two people one is made, the mark does not say whose it is.
        let beside = ["overlap allow", "one per"].iter().any(|word| text.contains(word));
        let joined = lines.iter().any(|line| line.contains("alias") || line.contains("anonymousId"));
        let one_at_a_time = !beside && !joined;
        for finding in &found {
            // Of a branch the condition is blamed; the line begins with its `if`.
            let place = finding.span().start as usize;
            let line = text[..place].rfind('\n').map_or(0, |at| at + 1);
            let head = text[line..place].trim_start();
            let start = if ["if ", "else if "].contains(&head) { place - head.len() } else { place };
            match finding.name {
                "unreachable-step" => {
                    let Some(called) = marked(&text, start).and_then(|text| called(&text, &inputs)) else { continue };
                    assert!(called.is_empty(), "seed {seed}: {called:?}\n{text}{finding:#?}");
                    *unreachable += 1;
                }
                "wait-past-goal" if one_at_a_time => {
                    let Some(called) = marked(&text, start).and_then(|text| called(&text, &inputs)) else { continue };
                    let least = called.iter().map(|(at, entered)| at - entered).min();
                    let end = end_of_windows(&text, start);
                    assert!(
                        least.is_none_or(|least| least >= end),
                        "seed {seed}: {least:?} < {end}\n{text}{finding:#?}"
                    );
                    *late += 1;
                    *came += called.len();
                }
                "checked-too-soon" => {
                    let word = finding.message.split('`').nth(1).unwrap();
                    let line = text[start..].lines().next().unwrap();
                    let named = ["recs", "offer", "hello"].iter().any(|name| line.contains(&format!("{word} {name}")));
                    let asked = marked(&text, start).filter(|_| !named && line.starts_with("if "));
                    let asked = asked.map(|text| text.replacen("call mark", &format!("if {word} then call mark"), 1));
                    let Some(called) = asked.and_then(|text| called(&text, &inputs)) else { continue };
                    assert!(called.is_empty(), "seed {seed}: {called:?}\n{text}{finding:#?}");
                    *soon += 1;
                }
                _ => {}
            }
        }
    });
    println!(
        "{unreachable} steps that nobody reaches; {late} that come too late, to which somebody came {came} times; {soon} \
         engagements asked too soon"
    );
    assert!(unreachable > 300 && late > 30 && came > 5 && soon > 10, "{unreachable} {late} {came} {soon}");
}

/// What each entry was sent, transactional messages left out, and whether anything was held.
#[derive(Default)]
struct Sends {
    /// By the id without its last number: person, journey, entry and key.
    by_entry: BTreeMap<(String, String), Vec<Timestamp>>,
    /// Journeys that were entered twice at one instant: the messages of both are counted together.
    twice: BTreeSet<String>,
    entered: BTreeSet<(String, Timestamp)>,
    held: bool,
}

impl Sink for Sends {
    fn effect(&mut self, _: &Program, _: &Profile, effect: &Effect) {
        match &effect.kind {
            EffectKind::Sent { id, category, .. } if category != "transactional" => {
                let entry = id.rsplit_once('/').unwrap().0.to_string();
                self.by_entry.entry((effect.journey.to_string(), entry)).or_default().push(effect.at);
            }
            EffectKind::Held { .. } => self.held = true,
            EffectKind::Entered if !self.entered.insert((effect.journey.to_string(), effect.at)) => {
                self.twice.insert(effect.journey.to_string());
            }
            _ => {}
        }
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

/// Whether a finding is about something in a journey.
fn is_of(text: &str, journey: &str, finding: &Diagnostic) -> bool {
    let begin = text.find(&format!("journey {journey}:")).unwrap();
    let end = text[begin + 1..].find("\njourney ").map_or(text.len(), |at| begin + 1 + at);
    (begin..end).contains(&(finding.span().start as usize))
}

/// In programs without caps and gaps: where two messages of one entry went on one day (of UTC, where nobody has another
/// zone; else at one instant), `same-day` had said so.
#[test]
fn two_messages_on_one_day_were_foretold() {
    let [programs, days] = seeds::count(0..16_000, |[programs, days], seed| {
        let Pair { text, program, lines, inputs, .. } = Pair::generated(Random::new(seed));
        // Two entries of one instant, beside each other, count their messages together.
        if ["cap ", "gap ", "overlap allow"].iter().any(|rule| text.contains(rule)) {
            return;
        }
        *programs += 1;
        let sends = played(&program, &inputs, Sends::default());
        // Holds are not looked at.
        if sends.held {
            return;
        }
        let in_utc = !lines.iter().any(|line| line.contains("timezone")) && !text.contains("timezone");
        let day = |at: Timestamp| if in_utc { at.div_euclid(86_400_000) } else { at };
        let of_one_day = sends.by_entry.iter().filter(|((journey, _), times)| {
            !sends.twice.contains(journey) && times.windows(2).any(|pair| day(pair[0]) == day(pair[1]))
        });
        let mut of_one_day = of_one_day.peekable();
        if of_one_day.peek().is_none() {
            return;
        }
        let found = Program::check(program.sources()).diagnostics;
        for ((journey, entry), times) in of_one_day {
            *days += 1;
            let foretold = found.iter().any(|d| d.name == "same-day" && is_of(&text, journey, d));
            assert!(foretold, "seed {seed}: {entry}: {times:?}\n{text}");
        }
    });
    println!("{programs} programs without caps and gaps; {days} entries got two messages on one day, all foretold");
    assert!(days > 100, "{days}");
}

/// Who enters a journey, by the journey's name.
#[derive(Default)]
struct Entered(Vec<String>);

impl Sink for Entered {
    fn effect(&mut self, _: &Program, _: &Profile, effect: &Effect) {
        if matches!(effect.kind, EffectKind::Entered) {
            self.0.push(effect.journey.to_string());
        }
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

/// Where `on entering` is said to let in everybody who is seen for the first time, it lets in somebody who just was.
#[test]
fn strangers_enter_where_it_was_said() {
    let [count] = seeds::count(0..6_000, |[count], seed| {
        let Made { text, program, .. } = crate::generate::program(&mut Random::new(seed));
        let may_keep_out = ["  for ", "holdout", "  active", "paused"].iter().any(|clause| text.contains(clause));
        if may_keep_out || !text.contains("on entering") {
            return;
        }
        let found = Program::check(program.sources()).diagnostics;
        for finding in found.iter().filter(|d| d.name == "true-of-strangers") {
            let place = finding.span().start as usize;
            if !text[place..].starts_with("on entering") {
                continue;
            }
            let head = text[..place].rfind("journey ").unwrap() + "journey ".len();
            let journey = text[head..].split(':').next().unwrap();
            let mut entered = Entered::default();
            let at = 1_772_442_000_000 + i64::try_from(seed).unwrap() * 3_600_000;
            let input = Input::event("zoe", at, "something_else", journey::Json::Null);
            let mut replay = Replay::new(&program, Some(at), false);
            replay.input(&input, &mut entered).unwrap();
            replay.finish(&mut entered).unwrap();
            assert!(entered.0.iter().any(|name| name == journey), "seed {seed}: {:?}\n{text}", entered.0);
            *count += 1;
        }
    });
    println!("{count} entries that let every stranger in");
    assert!(count > 20, "{count}");
}

/// What became of the first entries of a person.
#[derive(Default)]
struct FirstEntries {
    entered: Vec<String>,
    /// Journeys whose messages a cap suppressed while there was one entry only.
    capped: Vec<String>,
    /// Whether one was suppressed while each journey had been entered once at most.
    together: bool,
    other: bool,
}

impl Sink for FirstEntries {
    fn effect(&mut self, _: &Program, _: &Profile, effect: &Effect) {
        match &effect.kind {
            EffectKind::Entered => {
                self.other |= self.entered.iter().any(|name| *name == effect.journey);
                self.entered.push(effect.journey.to_string());
            }
            EffectKind::Exited { reason: journey::ExitReason::Merged | journey::ExitReason::Restarted } => {
                self.other = true
            }
            EffectKind::Suppressed { reason: journey::SuppressReason::Cap, .. } if !self.other => {
                if self.entered.len() == 1 {
                    self.capped.push(effect.journey.to_string());
                } else {
                    self.together = true;
                }
            }
            _ => {}
        }
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

/// Where a cap suppresses a message though there was one entry alone, `cap-exceeded` had said so. In UTC, where every day has
/// 24 hours.
#[test]
fn what_a_cap_suppresses_was_foretold() {
    let many = std::env::var("SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(6_000);
    let [programs, capped, together] = seeds::count(0..many, |[programs, capped, together], seed| {
        let mut r = Random::new(seed);
        let Pair { text, mut lines, .. } = Pair::generated(Random::new(seed));
        let cap = r.pick(&[
            "cap 1 per day",
            "cap 1 per 12h",
            "cap 2 per 2d",
            "cap email 1 per week",
            "cap 1 per 1d, hold up to 6h",
        ]);
        let mut text = text.replace("set profile.timezone to \"Asia/Tokyo\"", "call nothing");
        for zone in crate::generate::ZONES {
            text = text.replace(&format!("  timezone \"{zone}\"\n"), "");
        }
        text = match text.strip_prefix("charter:\n") {
            Some(rest) => format!("charter:\n  {cap}\n{rest}"),
            None => format!("charter:\n  {cap}\n{text}"),
        };
        lines.retain(|line| !line.contains("timezone") && !line.contains("anon"));
        let Some(Pair { program, inputs, .. }) = Pair::of(&text, &lines) else { return };
        *programs += 1;
        let mut seen = played(&program, &inputs, FirstEntries::default());
        // Whom a journey lets in may change; what contradicts each other then is not told.
        seen.together &= !text.contains("  for ");
        if seen.capped.is_empty() && !seen.together {
            return;
        }
        let found = Program::check(program.sources()).diagnostics;
        for journey in &seen.capped {
            let foretold = found.iter().any(|d| d.name == "cap-exceeded" && is_of(&text, journey, d));
            assert!(foretold, "seed {seed}: {journey}\n{text}\n{}", lines.join("\n"));
            *capped += 1;
        }
        if seen.together {
            let foretold = found.iter().any(|d| ["cap-exceeded", "journeys-exceed-cap"].contains(&d.name));
            assert!(foretold, "seed {seed}\n{text}\n{}", lines.join("\n"));
            *together += 1;
        }
    });
    println!(
        "{programs} programs with caps; {capped} messages suppressed after one entry alone, and {together} times after one \
         entry of several journeys, all foretold"
    );
    assert!(capped > 50 && together > 20, "{capped} {together}");
}

/// Sixty repeats of a thousand rounds within each other last longer than any calendar; that is no reason to stop.
#[test]
fn times_beyond_all_calendars_are_counted_with() {
    let mut text = String::from("charter:\n  cap 3 per day, hold up to 2d\n  quiet 21:00-08:00\n  gap 1h\non a:\n");
    for depth in 1..60 {
        let indent = "  ".repeat(depth);
        text.push_str(&format!("{indent}repeat 1000 times every 1m:\n{indent}  email m{depth}\n"));
    }
    text.push_str(&format!("{}wait until day 4000000000 at 10:00\n", "  ".repeat(60)));
    let checked = Program::check(&[SourceFile::new("j.journey", text.as_str())]);
    let program = checked.program.expect("it has no error");
    let pressure = journey::prove::pressure(&program);
    assert!(pressure.rows[0].cells.iter().all(|cell| cell.count() > 0));
}
