//! Why something differs for somebody: what either program says, in two lines each.

use super::difference::Example;
use super::side::{Ask, Side};
use journey::replay::{Replay, Sink};
use journey::smol_str::SmolStr;
use journey::why::Record;
use journey::why::words::{Words, plain};
use journey::{Effect, Input, Notice, Profile, Program, RunError};
use std::collections::BTreeMap;

/// What happened to some people, in one replay.
#[derive(Default)]
struct Records(BTreeMap<SmolStr, Record>);

impl Sink for Records {
    fn effect(&mut self, program: &Program, profile: &Profile, effect: &Effect) {
        if let Some(record) = self.0.get_mut(profile.id()) {
            record.effect(program, profile, effect);
        }
    }

    fn notice(&mut self, _: &Profile, _: &Notice) {}
}

/// What both programs say of people, played again for these alone.
pub(super) struct Whys<'a> {
    sides: [&'a Side; 2],
    records: [Records; 2],
}

impl<'a> Whys<'a> {
    pub(super) fn of(
        sides: [&'a Side; 2],
        inputs: &[Input],
        until: Option<i64>,
        people: &[SmolStr],
    ) -> Result<Whys<'a>, RunError> {
        let mut records: [Records; 2] = Default::default();
        for (side, records) in sides.into_iter().zip(&mut records) {
            records.0 = people.iter().map(|id| (id.clone(), Record::of(id))).collect();
            let mut replay = Replay::traced(&side.program, until);
            for input in inputs {
                replay.input(input, records)?;
                if let Some(record) = records.0.get_mut(&input.profile) {
                    record.input(input);
                }
            }
            replay.finish(records)?;
        }
        Ok(Whys { sides, records })
    }

    /// What either program did, in a few words each.
    pub(super) fn lines(&self, example: &Example) -> [String; 2] {
        let Example { person, pair } = example;
        let of = |side: usize, ask: &Option<Ask>| match (ask, self.sides.get(side), self.records.get(side)) {
            (Some(ask), Some(side), Some(records)) => {
                records.0.get(person).and_then(|record| said(side, record, ask)).unwrap_or_else(|| bare(ask))
            }
            (None, Some(side), Some(records)) => {
                let record = records.0.get(person).zip(pair.ask());
                record
                    .and_then(|(record, ask)| not_asked(side, record, ask))
                    .unwrap_or_else(|| "not asked for".to_string())
            }
            _ => "not asked for".to_string(),
        };
        [of(0, &pair.old), of(1, &pair.new)]
    }
}

/// The words of `journey why`, on one line.
fn said(side: &Side, record: &Record, ask: &Ask) -> Option<String> {
    let all = record.entries.iter().flat_map(|entry| entry.asked.iter().map(move |asked| (entry, asked)));
    let (entry, asked) = all.into_iter().find(|(entry, asked)| {
        entry.journey == ask.journey
            && asked.at == ask.at
            && asked.gate.message == ask.message
            && asked.gate.channel == ask.channel
    })?;
    let words = Words { sources: side.program.sources(), typed: &side.typed, record, paint: &plain };
    let mut text = words.headline(asked);
    words.blame(entry, asked, &mut text);
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Why a message was not asked for at all, where its program has it.
fn not_asked(side: &Side, record: &Record, ask: &Ask) -> Option<String> {
    let all = journey::why::missing(&side.typed, record, &ask.message);
    let missing = all.iter().find(|missing| missing.journey == ask.journey)?;
    let words = Words { sources: side.program.sources(), typed: &side.typed, record, paint: &plain };
    let mut text = String::new();
    words.missing(missing, &mut text);
    let because = text.split("because ").nth(1)?;
    Some(format!("not asked for, because {}", because.split_whitespace().collect::<Vec<_>>().join(" ")))
}

fn bare(ask: &Ask) -> String {
    let what = if ask.is_sent() { "sent" } else { "not sent" };
    format!("{}: {} {} {what}", journey::value::show_instant(ask.at), ask.channel, ask.message)
}
