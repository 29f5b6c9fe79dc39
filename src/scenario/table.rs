//! What was expected beside what happened, a row a moment or a thing.

use super::Scene;
use super::expected::{Matches, is_about, is_quiet, offset, words};
use crate::engine::{Effect, EffectKind};
use crate::ir::{Expectation, Test, TestKind};
use crate::program::Program;
use crate::timeline::{self, Tone};
use crate::value::Timestamp;

/// A row of a test's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Since the start, `+1d`.
    pub offset: String,
    /// The local time, `Tue 2026-01-06 09:00`.
    pub time: String,
    /// What was expected, as it is written; or, in the test's words, what was done.
    pub expected: String,
    /// What happened.
    pub happened: String,
    /// How the second is meant.
    pub tone: Tone,
    /// Whether the two differ.
    pub differs: bool,
}

/// Whether people care for it.
pub(super) fn is_shown(effect: &Effect) -> bool {
    !matches!(effect.kind, EffectKind::Seen(_) | EffectKind::Explained(_))
}

pub(super) fn rows(
    program: &Program,
    scene: &Scene,
    test: &Test,
    happened: &[&Effect],
    matches: &Matches,
    allowed: &impl Fn(&str) -> bool,
) -> Vec<Row> {
    // What comes first at one moment: what is fed, what happens, what was missed.
    let mut rows: Vec<(Timestamp, u8, Row)> = vec![];
    let row = |at: Timestamp, expected: String, happened: String, tone: Tone, differs: bool| Row {
        offset: offset(at.saturating_sub(scene.start)),
        time: timeline::local(scene.zone, at),
        expected,
        happened,
        tone,
        differs,
    };
    // What was missed stands beside what came in its place.
    let mut beside: Vec<Option<usize>> = vec![None; happened.len()];
    for (number, line) in test.lines.iter().enumerate() {
        let at = scene.start.saturating_add(line.offset);
        match &line.kind {
            TestKind::Expect(Expectation::Nothing) if is_quiet(happened, at) => {
                rows.push((at, 2, row(at, "nothing".to_string(), "nothing".to_string(), Tone::Plain, false)));
            }
            TestKind::Expect(expectation) if matches.get(number).copied().flatten().is_none() => {
                let free = |which: &usize| !matches.contains(&Some(*which)) && beside.get(*which) == Some(&None);
                let here = || {
                    (0..happened.len()).filter(|which| happened.get(*which).is_some_and(|e| e.at == at)).filter(free)
                };
                let is = |which: &usize, test: &dyn Fn(&Effect) -> bool| happened.get(*which).is_some_and(|e| test(e));
                let send =
                    |e: &Effect| matches!((expectation, &e.kind), (Expectation::Sent(..), EffectKind::Sent { .. }));
                let found = here().find(|which| is(which, &|e| is_about(expectation, e)));
                match found.or_else(|| here().find(|which| is(which, &send))).and_then(|which| beside.get_mut(which)) {
                    Some(slot) => *slot = Some(number),
                    None => rows.push((at, 2, row(at, words(expectation), String::new(), Tone::Plain, true))),
                }
            }
            TestKind::Expect(_) => {}
            TestKind::Event(..) | TestKind::Set(..) => {
                let source =
                    program.sources().get(usize::from(line.span.file)).map_or("", |file| file.slice(line.span));
                let done = source.lines().next().unwrap_or_default();
                let done =
                    done.strip_prefix('+').and_then(|d| d.split_once(char::is_whitespace)).map_or(done, |(_, d)| d);
                rows.push((at, 0, row(at, String::new(), format!("· {}", done.trim()), Tone::Why, false)));
            }
        }
    }
    for (number, effect) in happened.iter().enumerate() {
        let missed = beside.get(number).copied().flatten();
        let is_expected = matches.contains(&Some(number));
        let about = test
            .lines
            .iter()
            .enumerate()
            .filter(|(at, _)| missed == Some(*at) || matches.get(*at).copied().flatten() == Some(number));
        let expected: Vec<String> = about
            .filter_map(|(_, line)| match &line.kind {
                TestKind::Expect(expectation) => Some(words(expectation)),
                _ => None,
            })
            .collect();
        let is_surprise = match &effect.kind {
            EffectKind::Sent { channel, .. } => !is_expected && !allowed(channel),
            _ => false,
        };
        let shown = timeline::in_words(scene.zone, effect);
        let text = format!("{}: {}", effect.journey, shown.1);
        rows.push((effect.at, 1, row(effect.at, expected.join("; "), text, shown.0, is_surprise || missed.is_some())));
    }
    rows.sort_by_key(|(at, order, _)| (*at, *order));
    rows.into_iter().map(|(_, _, row)| row).collect()
}
