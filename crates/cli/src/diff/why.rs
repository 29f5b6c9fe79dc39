//! Why something differs for somebody: what either program says, in two lines each.

use super::difference::Example;
use super::side::{Ask, Side, play};
use journey::replay::{Replay, Sink};
use journey::smol_str::SmolStr;
use journey::why::Record;
use journey::why::words::{Words, plain};
use journey::{Effect, Input, Notice, Profile, Program, RunError};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    pub(super) fn of<'e>(
        sides: [&'a Side; 2],
        inputs: &[Input],
        until: Option<i64>,
        examples: impl Iterator<Item = &'e Example>,
    ) -> Result<Whys<'a>, RunError> {
        let asks = examples.flat_map(|example| [&example.pair.old, &example.pair.new]).flatten();
        let people: BTreeSet<SmolStr> = asks.map(|ask| ask.profile.clone()).collect();
        let inputs = about(&people, inputs, until);
        let mut records: [Records; 2] = Default::default();
        for (side, records) in sides.into_iter().zip(&mut records) {
            records.0 = people.iter().map(|id| (id.clone(), Record::of(id))).collect();
            for input in &inputs {
                if let Some(record) = records.0.get_mut(&input.profile) {
                    record.input(input);
                }
            }
            play(Replay::traced(&side.program, until), inputs.iter().copied(), records)?;
        }
        Ok(Whys { sides, records })
    }

    /// What either program did, in a few words each.
    pub(super) fn lines(&self, example: &Example) -> [String; 2] {
        let pair = &example.pair;
        let of = |side: usize, ask: &Option<Ask>| {
            let about = pair.ask()?;
            let (side, records) = (self.sides.get(side)?, self.records.get(side)?);
            let record = |ask: &Ask| records.0.get(&ask.profile);
            match ask {
                Some(ask) => Some(record(ask).and_then(|record| said(side, record, ask)).unwrap_or_else(|| bare(ask))),
                None => record(about).and_then(|record| not_asked(side, record, about)),
            }
        };
        let of = |side, ask| of(side, ask).unwrap_or_else(|| "not asked for".to_string());
        [of(0, &pair.old), of(1, &pair.new)]
    }
}

/// The lines of some people and of all who share an id with them, by whom they can be joined. What happens to them is the
/// same without all others, but for the time: a line that comes late counts from the moment that any line before it has
/// come to, and what the calendar brings stops at the last one. So the lines that say these moments stay, too.
fn about<'a>(people: &BTreeSet<SmolStr>, inputs: &'a [Input], until: Option<i64>) -> Vec<&'a Input> {
    let mut beside: HashMap<&str, Vec<&str>> = HashMap::new();
    for input in inputs {
        if let Some(other) = input.other() {
            beside.entry(&input.profile).or_default().push(other);
            beside.entry(other).or_default().push(&input.profile);
        }
    }
    let mut ids: HashSet<&str> = HashSet::new();
    let mut next: Vec<&str> = people.iter().map(SmolStr::as_str).collect();
    while let Some(id) = next.pop() {
        if ids.insert(id) {
            next.extend(beside.get(id).into_iter().flatten());
        }
    }
    let mut kept = vec![];
    let mut ahead: Option<&Input> = None;
    for input in inputs {
        if ids.contains(input.profile.as_str()) {
            kept.extend(ahead.take_if(|ahead| ahead.arrived > input.arrived));
            kept.push(input);
        } else if until.is_none_or(|until| input.arrived <= until)
            && ahead.is_none_or(|ahead| ahead.arrived < input.arrived)
        {
            ahead = Some(input);
        }
    }
    kept.extend(ahead);
    kept
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(people: &[&str], until: Option<i64>, lines: &[(&str, i64, Option<&str>)]) -> Vec<i64> {
        let input = |(id, at, other): &(&str, i64, Option<&str>)| {
            let mut input = Input::event(*id, *at, "cart_abandoned", journey::Json::Null);
            input.anonymous = other.map(SmolStr::new);
            input
        };
        let inputs: Vec<Input> = lines.iter().map(input).collect();
        let people = people.iter().map(SmolStr::new).collect();
        about(&people, &inputs, until).into_iter().map(|input| input.arrived).collect()
    }

    #[test]
    fn whoever_shares_an_id_with_somebody_is_played_with_them() {
        let lines = [("d", 1, None), ("ana", 2, Some("d")), ("bob", 3, Some("d")), ("cleo", 4, None), ("bob", 5, None)];
        assert_eq!(kept(&["ana"], None, &lines), [1, 2, 3, 5, 4]);
        assert_eq!(kept(&["cleo"], None, &lines), [4, 5]);
    }

    #[test]
    fn the_time_is_that_of_all_lines() {
        let late = [("bob", 3, None), ("bob", 9, None), ("bob", 8, None), ("ana", 5, None), ("ana", 12, None)];
        assert_eq!(kept(&["ana"], None, &late), [9, 5, 12]);
        // What comes behind the end moves no clock.
        assert_eq!(kept(&["ana"], Some(8), &late), [8, 5, 12]);
        assert_eq!(kept(&["ana"], None, &[("ana", 5, None), ("bob", 7, None)]), [5, 7]);
    }
}
