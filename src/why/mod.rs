//! Why a person got a message, or did not get it: what let them in, which branches they took, and what every rule of the
//! gate said, with the sends that it counted.

mod missing;
mod values;
pub mod words;

use crate::engine::{Effect, EffectKind, Explanation, Gate, Profile, Refusal, SeenKind};
use crate::program::Program;
use crate::reason::{ExitReason, SuppressReason};
use crate::replay::Sink;
use crate::source::Span;
use crate::value::Timestamp;
use chrono_tz::Tz;
pub(crate) use missing::not_entered;
pub use missing::{Missing, Reason, missing};
use smol_str::SmolStr;

/// All that happened to one person, from a replay that was traced ([`crate::replay::Replay::traced`]).
///
/// ```
/// use journey::replay::Replay;
/// use journey::why::Record;
/// use journey::{Input, Json, Program, SourceFile};
///
/// let source = SourceFile::new("cart.journey", "charter: cap 1 per day\non cart_abandoned: email recs; push reminder");
/// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
/// let mut replay = Replay::traced(&program, None);
/// let mut ana = Record::of("ana");
/// replay.input(&Input::event("ana", 1_772_442_000_000, "cart_abandoned", Json::Null), &mut ana)?;
/// replay.finish(&mut ana)?;
/// let cap = &ana.entries[0].asked[1].gate.checks.last().ok_or("no rule")?;
/// assert_eq!((cap.rule.as_str(), cap.counted.len()), ("cap 1 per day", 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Record {
    /// Who.
    pub id: SmolStr,
    /// Their zone at the end.
    pub zone: Option<Tz>,
    /// Their entries, in order.
    pub entries: Vec<Entry>,
    /// When a journey did not let them in, and why.
    pub refused: Vec<(Timestamp, SmolStr, Refusal)>,
    /// An explanation whose entry is about to be told.
    explained: Vec<Explanation>,
    /// How often the gate was asked.
    gates: usize,
    /// What the person's inputs bring, and when.
    brought: Vec<(Timestamp, values::Brought)>,
}

/// One entry of a person into a journey.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The number of the entry among all of the person's.
    pub number: u32,
    /// The journey.
    pub journey: SmolStr,
    /// When.
    pub at: Timestamp,
    /// The line that let them in.
    pub by: Span,
    /// How branches came out, in order.
    pub answers: Vec<Answered>,
    /// The arms of splits, in order.
    pub arms: Vec<(SmolStr, SmolStr)>,
    /// The messages that were asked for, each time that the gate was.
    pub asked: Vec<Asked>,
    /// The step that was begun last, and when.
    pub last: Option<(Timestamp, Span)>,
    /// The goal or exit that acted, and when.
    pub left_by: Option<(Timestamp, Span)>,
    /// When and why the journey ended; none: the person is inside.
    pub ended: Option<(Timestamp, ExitReason)>,
}

/// A branch that came out.
#[derive(Debug, Clone)]
pub struct Answered {
    /// When.
    pub at: Timestamp,
    /// Where the condition stands.
    pub span: Span,
    /// Whether it held.
    pub holds: bool,
    /// What each of its parts came to.
    pub parts: Vec<Explanation>,
}

/// A message that the gate was asked about.
#[derive(Debug, Clone)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// The step.
    pub span: Span,
    /// What the gate was asked, and what its rules said.
    pub gate: Gate,
    /// What became of it.
    pub outcome: Outcome,
    /// How many branches had come out before.
    pub answers: usize,
    /// Its place among all that were asked for: several can be at one instant.
    pub order: usize,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It went out.
    Sent,
    /// It waits until then, for this rule.
    Held(Timestamp, SmolStr),
    /// It did not go out, for this reason, by this rule.
    Suppressed(SuppressReason, SmolStr),
    /// It was asked about to find the best channel, and not chosen.
    NotChosen,
}

impl Record {
    /// Nothing known yet of a person.
    pub fn of(id: &str) -> Self {
        Self {
            id: id.into(),
            zone: None,
            entries: vec![],
            refused: vec![],
            explained: vec![],
            gates: 0,
            brought: vec![],
        }
    }

    fn entry(&mut self, number: u32) -> Option<&mut Entry> {
        self.entries.iter_mut().rev().find(|entry| entry.number == number)
    }

    /// The newest entry of a journey that has not ended.
    fn inside(&mut self, journey: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().rev().find(|entry| entry.journey == journey && entry.ended.is_none())
    }

    /// Says what became of the message that the gate was asked about last.
    fn settle(&mut self, effect: &Effect, channel: &str, message: &str, outcome: Outcome) {
        let open = self.entries.iter_mut().rev().filter(|entry| entry.journey == effect.journey);
        let mut asked = open.filter_map(|entry| {
            let last = entry.asked.iter_mut().rev().find(|asked| asked.at == effect.at)?;
            (last.gate.channel == channel && last.gate.message == message).then_some(last)
        });
        if let Some(asked) = asked.find(|asked| asked.outcome == Outcome::NotChosen) {
            asked.outcome = outcome;
        }
    }

    fn seen(&mut self, effect: &Effect, number: Option<u32>, what: &SeenKind) {
        let at = effect.at;
        let Some(number) = number else {
            if let SeenKind::Refused(why) = what {
                self.refused.push((at, effect.journey.clone(), *why));
            }
            return;
        };
        let parts = std::mem::take(&mut self.explained);
        let order = self.gates;
        self.gates += usize::from(matches!(what, SeenKind::Gate(_)));
        if let SeenKind::Block(span) = what {
            match self.entry(number) {
                Some(entry) => entry.left_by = Some((at, *span)),
                None => self.entries.push(Entry {
                    number,
                    journey: effect.journey.clone(),
                    at,
                    by: *span,
                    answers: vec![],
                    arms: vec![],
                    asked: vec![],
                    last: None,
                    left_by: None,
                    ended: None,
                }),
            }
            return;
        }
        let Some(entry) = self.entry(number) else { return };
        match what {
            SeenKind::Step(span) => entry.last = Some((at, *span)),
            SeenKind::Decided(span, holds) => {
                entry.answers.push(Answered { at, span: *span, holds: *holds, parts });
            }
            SeenKind::Gate(gate) => {
                let span = entry.last.map_or(Span::default(), |(_, span)| span);
                let answers = entry.answers.len();
                entry.asked.push(Asked { at, span, gate: gate.clone(), outcome: Outcome::NotChosen, answers, order });
            }
            _ => {}
        }
    }
}

impl Sink for Record {
    fn effect(&mut self, program: &Program, profile: &Profile, effect: &Effect) {
        if profile.id() != self.id {
            return;
        }
        self.zone = Some(program.zone(profile));
        match &effect.kind {
            EffectKind::Seen(seen) => self.seen(effect, seen.entry, &seen.what),
            EffectKind::Explained(explanation) => self.explained.push(explanation.clone()),
            EffectKind::Sent { channel, message, .. } => self.settle(effect, channel, message, Outcome::Sent),
            EffectKind::Held { channel, message, until, rule } => {
                self.settle(effect, channel, message, Outcome::Held(*until, rule.text.clone()));
            }
            EffectKind::Suppressed { channel, message, reason, rule } => {
                self.settle(effect, channel, message, Outcome::Suppressed(*reason, rule.text.clone()));
            }
            EffectKind::ProfileSet { attribute, value } => {
                self.brought.push((effect.at, values::Brought::Set(attribute.clone(), value.clone())));
            }
            EffectKind::Chose { split, arm } => {
                if let Some(entry) = self.inside(&effect.journey) {
                    entry.arms.push((split.clone(), arm.clone()));
                }
            }
            EffectKind::Exited { reason } => {
                if let Some(entry) = self.inside(&effect.journey) {
                    entry.ended = Some((effect.at, *reason));
                }
            }
            _ => {}
        }
    }

    fn notice(&mut self, _: &Profile, _: &crate::engine::Notice) {}
}
