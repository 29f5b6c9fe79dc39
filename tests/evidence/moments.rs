//! Findings about one moment of one entry, held against what the engine tells of each step: a step that comes behind the
//! goal's window, a question that is asked too soon, a moment that a hold lets pass.

use super::DAY;
use journey::engine::{Answer, SeenKind};
use journey::replay::{Replay, Sink};
use journey::source::Span;
use journey::value::Timestamp;
use journey::{Diagnostic, Effect, EffectKind, Input, Profile, Program, SourceFile, ir};
use std::collections::BTreeMap;

pub(super) const OF_MOMENTS: [&str; 3] = ["wait-past-goal", "checked-too-soon", "hold-shifts-step"];

/// What such a finding says, so that a play can show it, or show that it is false.
pub(super) enum Moment {
    /// This step is never reached before so much time since the entry.
    AfterGoal { step: Span, within: i64 },
    /// The step that asks, and the program in which the answer is no whatever happens.
    NeverYes { step: Span, deaf: Box<Program> },
    /// The step whose moment passes, the message that is held, and the program without the rule that holds it.
    Shifted { step: Span, send: Span, is_tomorrow: bool, calm: Box<Program> },
}

/// A rule that stands where another one stood and never holds anything.
const NO_RULE: &str = "cap 4000 per 1h";
/// A question to which the answer is always no.
const NO_ANSWER: &str = "nobody_does_this";

impl Moment {
    /// None: it is not about a moment, or the other program cannot be written.
    pub(super) fn of(text: &str, program: &ir::Program, finding: &Diagnostic) -> Option<Self> {
        let span = |label: usize| finding.labels.get(label).map(|label| label.span);
        let (step, words) = (finding.span(), part(text, finding.span()));
        match finding.name {
            "wait-past-goal" => {
                let goal = span(1)?;
                let within =
                    program.journeys.iter().flat_map(|journey| &journey.goals).find(|of| of.span == goal)?.within?;
                Some(Self::AfterGoal { step, within })
            }
            "checked-too-soon" => {
                let begin = words.find(|letter: char| letter.is_ascii_alphabetic())?;
                let mut end = begin + words[begin..].find(' ').unwrap_or(words.len() - begin);
                let next = words[end..].split_whitespace().next().unwrap_or_default();
                if program.messages.iter().any(|message| message == next) {
                    end += 1 + next.len();
                }
                let at = step.start as usize;
                let deaf = format!("{}{NO_ANSWER}{}", &text[..at + begin], &text[at + end..]);
                Some(Self::NeverYes { step, deaf: compiled(&deaf)? })
            }
            "hold-shifts-step" => {
                let (send, rule) = (span(1)?, span(2)?);
                let calm = format!("{}{NO_RULE}{}", &text[..rule.start as usize], &text[rule.end as usize..]);
                // What stands behind the rule lies further on in the other text.
                let calm = compiled(&calm)?;
                Some(Self::Shifted { step, send, is_tomorrow: words.contains("tomorrow"), calm })
            }
            _ => None,
        }
    }

    /// Whether a play shows it.
    ///
    /// # Errors
    /// The play shows that it is false.
    pub(super) fn happened(&self, program: &Program, lines: &[(Timestamp, String)]) -> Result<bool, String> {
        let played = Trace::of(program, lines);
        match self {
            Self::AfterGoal { step, within } => {
                let since: Vec<i64> = played.entries.values().flat_map(|entry| entry.since_entry(*step)).collect();
                match since.iter().find(|since| *since < within) {
                    Some(since) => Err(format!("the step is reached {since} ms after the entry")),
                    None => Ok(!since.is_empty()),
                }
            }
            Self::NeverYes { step, deaf } => {
                let other = Trace::of(deaf, lines);
                if let Some((did, would)) = played.effects.iter().zip(&other.effects).find(|(a, b)| a != b) {
                    return Err(format!("the answer was not no: {did}, and not {would}"));
                }
                Ok(played.entries.values().any(|entry| entry.reaches(*step)))
            }
            Self::Shifted { step, send, is_tomorrow, calm } => {
                let (other, moved) = (Trace::of(calm, lines), shift(program, calm));
                Ok(played.entries.iter().any(|(number, entry)| {
                    let Some((begin, end)) = entry.stay(*step).filter(|_| entry.is_held(*send)) else { return false };
                    let calm = other.entries.get(number).and_then(|entry| entry.stay(moved(*step)));
                    match calm {
                        Some((_, without)) if *is_tomorrow => end - without >= DAY - 3_600_000,
                        Some((began, without)) => begin == end && began != without,
                        None => false,
                    }
                }))
            }
        }
    }
}

/// Where a place of one program stands in another one, in which one rule has another length.
fn shift<'a>(from: &'a Program, to: &'a Program) -> impl Fn(Span) -> Span + 'a {
    let (from, to) = (from.sources()[0].text.as_str(), to.sources()[0].text.as_str());
    let same = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    let longer = to.len() as i64 - from.len() as i64;
    move |span| {
        let moved = |at: u32| if at as usize > same { (i64::from(at) + longer) as u32 } else { at };
        Span::new(span.file, moved(span.start), moved(span.end))
    }
}

fn part(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn compiled(text: &str) -> Option<Box<Program>> {
    Program::compile(vec![SourceFile::new("j.journey", text)]).ok().map(Box::new)
}

/// What the engine told of one entry, in its order.
#[derive(Default)]
struct Entry {
    seen: Vec<(Timestamp, SeenKind)>,
}

/// What it told of all, and what it did.
#[derive(Default)]
struct Trace {
    entries: BTreeMap<u32, Entry>,
    effects: Vec<String>,
}

impl Trace {
    fn of(program: &Program, lines: &[(Timestamp, String)]) -> Self {
        let (mut trace, mut replay) = (Self::default(), Replay::traced(program, None));
        for (_, line) in lines {
            let Ok(input) = Input::from_json(line) else { panic!("{line}") };
            replay.input(&input, &mut trace).unwrap();
        }
        replay.finish(&mut trace).unwrap();
        trace
    }
}

impl Sink for Trace {
    fn effect(&mut self, _: &Program, _: &Profile, effect: &Effect) {
        match &effect.kind {
            EffectKind::Seen(seen) => {
                let Some(number) = seen.entry else { return };
                self.entries.entry(number).or_default().seen.push((effect.at, seen.what.clone()));
            }
            EffectKind::Explained(_) => {}
            kind => self.effects.push(format!("{} {} {kind:?}", effect.at, effect.journey)),
        }
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

impl Entry {
    /// The times since the entry at which it came to a step.
    fn since_entry(&self, step: Span) -> impl Iterator<Item = i64> {
        let entered = self.seen.first().map_or(0, |(at, _)| *at);
        self.seen.iter().filter(move |(_, what)| *what == SeenKind::Step(step)).map(move |(at, _)| at - entered)
    }

    /// Whether it comes to a step that begins where this does, or around it.
    fn reaches(&self, place: Span) -> bool {
        let holds = |step: &Span| step.start <= place.start && place.start < step.end;
        self.seen.iter().any(|(_, what)| matches!(what, SeenKind::Step(step) if holds(step)))
    }

    /// When it came to a step, and when it went on.
    fn stay(&self, step: Span) -> Option<(Timestamp, Timestamp)> {
        let at = self.seen.iter().position(|(_, what)| *what == SeenKind::Step(step))?;
        let goes_on = |what: &SeenKind| matches!(what, SeenKind::Step(_) | SeenKind::Decided(..) | SeenKind::Block(_));
        let next = self.seen[at + 1..].iter().find(|(_, what)| goes_on(what))?;
        Some((self.seen[at].0, next.0))
    }

    /// Whether a message of this step was held.
    fn is_held(&self, send: Span) -> bool {
        let Some(at) = self.seen.iter().position(|(_, what)| *what == SeenKind::Step(send)) else { return false };
        let mut behind = self.seen[at + 1..].iter().take_while(|(_, what)| !matches!(what, SeenKind::Step(_)));
        behind.any(|(_, what)| match what {
            SeenKind::Gate(gate) => gate.checks.iter().any(|check| matches!(check.answer, Answer::Holds(_))),
            _ => false,
        })
    }
}
