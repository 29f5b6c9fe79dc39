//! What is told of a run, held against the run, on random programs and inputs: the trace changes nothing; what `why` says
//! of the gate is what the gate did; charts have an arrow for every way that somebody took; and the ways that `preview`
//! counts are those there are.

use crate::generate::{Made, Random};
use crate::pairs::Pair;
use crate::seeds;
use journey::engine::{Answer, Part};
use journey::graph::{Traffic, chart, overview};
use journey::ir::{self, Step, StepKind, visit_steps};
use journey::prove::stories;
use journey::replay::{Replay, Sink};
use journey::why::{Outcome, Record};
use journey::{Effect, EffectKind, Input, Profile, Program};
use std::collections::BTreeSet;

const RUNS: u64 = 5_000;

#[derive(Default)]
struct Tape(Vec<String>, BTreeSet<String>);

impl Sink for Tape {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        if !matches!(effect.kind, EffectKind::Explained(_) | EffectKind::Seen(_)) {
            self.0.push(format!("{} {effect:?}", profile.id()));
            self.1.insert(profile.id().to_string());
        }
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

fn play(mut replay: Replay<'_>, inputs: &[Input], sink: &mut impl Sink) {
    for input in inputs {
        replay.input(input, sink).unwrap();
    }
    replay.finish(sink).unwrap();
}

#[test]
fn what_is_told_is_what_happened() {
    let [sent, suppressed, held, counted, walked] = seeds::count(0..RUNS, |told, seed| {
        let [sent, suppressed, held, counted, walked] = told;
        let Pair { text, program, typed, lines, inputs } = Pair::generated(Random::new(seed + 31_000_000));
        let until = inputs.last().map(|input| input.arrived + 20 * 86_400_000);
        let (mut plain, mut traced) = (Tape::default(), Tape::default());
        play(Replay::new(&program, until, false), &inputs, &mut plain);
        play(Replay::traced(&program, until), &inputs, &mut traced);
        assert_eq!(plain.0, traced.0, "{text}");
        for id in &plain.1 {
            let mut record = Record::of(id);
            play(Replay::traced(&program, until), &inputs, &mut record);
            let all = record.entries.iter().flat_map(|entry| entry.asked.iter().map(move |asked| (entry, asked)));
            for (entry, asked) in all {
                let says = |wanted: fn(&Answer) -> bool| asked.gate.checks.iter().any(|check| wanted(&check.answer));
                let stands = |answer: &Answer| *answer != Answer::Passes;
                match &asked.outcome {
                    Outcome::Sent => {
                        *sent += 1;
                        let checks = &asked.gate.checks;
                        assert!(!says(stands), "{text}\n{id} was sent {:?}", checks);
                        // A cap lets a message through only where there is room for it.
                        for cap in checks.iter().filter(|check| check.part == Part::Cap) {
                            assert!(cap.counted.len() < cap.limit.unwrap() as usize, "{text}\n{cap:?}");
                            *counted += cap.counted.len();
                        }
                    }
                    Outcome::Suppressed(journey::SuppressReason::BestTime, _) | Outcome::NotChosen => {}
                    Outcome::Suppressed(_, rule) | Outcome::Held(_, rule) => {
                        let is_hold = matches!(asked.outcome, Outcome::Held(..));
                        if is_hold {
                            *held += 1
                        } else {
                            *suppressed += 1
                        }
                        let mut standing = asked.gate.checks.iter().filter(|check| check.answer != Answer::Passes);
                        // What was held for as long as may be names the rule that began it, which may stand no more.
                        let was_held = entry
                            .asked
                            .iter()
                            .any(|before| before.order < asked.order && matches!(before.outcome, Outcome::Held(..)));
                        if was_held && !is_hold {
                            continue;
                        }
                        let no_rule = ["no_consent", "unreachable"].contains(&rule.as_str());
                        assert!(
                            standing.any(|check| no_rule || check.rule == *rule),
                            "{text}\n{id}: {:?}: {:?}",
                            asked.outcome,
                            asked.gate.checks
                        );
                    }
                }
            }
        }
        // Entries that a merge brings into another profile begin where they stand: nobody saw them go there.
        if lines.iter().any(|line| line.contains("alias") || line.contains("anonymousId")) {
            return;
        }
        // Every arrow that somebody must have taken is there: whoever came to a box came by an arrow, or it begins a block.
        let charts: Vec<_> = typed.journeys.iter().map(|journey| chart(&typed, journey, program.sources())).collect();
        let mut traffic = Traffic::on(&typed, &charts);
        play(Replay::traced(&program, until), &inputs, &mut traffic);
        for (number, chart) in charts.iter().enumerate() {
            let (nodes, edges) = (traffic.nodes(number), traffic.edges(number));
            for (at, count) in nodes.iter().enumerate() {
                let into: Vec<usize> = (0..edges.len()).filter(|edge| chart.edges[*edge].to == at).collect();
                if !into.is_empty() && *count > 0 {
                    let came: usize = into.iter().map(|edge| edges[*edge]).sum();
                    assert!(
                        came >= *count,
                        "{text}\n{} {:?}: {came} came, {count} were there",
                        chart.name,
                        chart.nodes[at]
                    );
                    *walked += 1;
                }
            }
        }
        assert!(overview(&typed, program.sources()).nodes.len() >= typed.journeys.len());
    });
    println!("{sent} sent, {held} held, {suppressed} suppressed, {counted} counted, {walked} boxes");
    assert!(sent > 5_000 && held > 1_000 && suppressed > 3_000 && counted > 200 && walked > 1_000);
}

/// The ways through steps and the messages of each, one by one: those that go on, and those that have left.
fn ways(steps: &[Step]) -> (Vec<u64>, Vec<u64>) {
    let (mut open, mut ended) = (vec![0_u64], vec![]);
    for step in steps {
        let (next, left) = match &step.kind {
            StepKind::Send(_) | StepKind::BestOf(_) => (vec![1], vec![]),
            StepKind::Exit => (vec![], vec![0]),
            StepKind::If { arms, otherwise } => {
                all(arms.iter().map(|arm| arm.steps.as_slice()).chain([otherwise.as_slice()]))
            }
            StepKind::Match { arms, otherwise, .. } => {
                all(arms.iter().map(|arm| arm.steps.as_slice()).chain([otherwise.as_slice()]))
            }
            StepKind::Split { arms, .. } => all(arms.iter().map(|arm| arm.steps.as_slice())),
            _ => (vec![0], vec![]),
        };
        ended.extend(open.iter().flat_map(|a| left.iter().map(move |b| a + b)));
        open = open.iter().flat_map(|a| next.iter().map(move |b| a + b)).collect();
    }
    (open, ended)
}

fn all<'s>(blocks: impl Iterator<Item = &'s [Step]>) -> (Vec<u64>, Vec<u64>) {
    let (mut open, mut ended) = (vec![], vec![]);
    for block in blocks {
        let found = ways(block);
        open.extend(found.0);
        ended.extend(found.1);
    }
    (open, ended)
}

#[test]
fn the_ways_that_are_shown_are_those_there_are() {
    let [compared] = seeds::count(0..3_000, |[compared], seed| {
        let Made { text, typed, .. } = crate::generate::program(&mut Random::new(seed + 77_000_000));
        let mut has_rounds = false;
        for block in typed.journeys.iter().flat_map(ir::Journey::blocks) {
            visit_steps(block, &mut |step| has_rounds |= matches!(step.kind, StepKind::Repeat { .. }));
        }
        if has_rounds {
            return;
        }
        // An entry without steps is a way; a goal or exit without any is none.
        let of_journey = |journey: &ir::Journey| {
            let entries = journey.entries.iter().map(|entry| entry.steps.as_slice());
            let goals = journey.goals.iter().map(|goal| goal.steps.as_slice());
            let exits = journey.exits.iter().map(|exit| exit.steps.as_slice());
            let mut expected: Vec<u64> = vec![];
            for steps in entries.chain(goals.chain(exits).filter(|steps| !steps.is_empty())) {
                let (open, ended) = ways(steps);
                expected.extend(open.into_iter().chain(ended));
            }
            expected.sort_by_key(|messages| std::cmp::Reverse(*messages));
            expected
        };
        let expected: Vec<Vec<u64>> = typed.journeys.iter().map(of_journey).collect();
        let all: usize = expected.iter().map(Vec::len).sum();
        let few = stories(&typed, None, None, 7);
        for story in &few.shown {
            let told = story.scenes.iter().filter(|scene| scene.what == journey::prove::SceneKind::Message).count();
            assert_eq!(told as u64, story.messages, "{text}");
        }
        // One journey's ways stand together, the most insistent first, and so do the journeys.
        let of_one: Vec<_> = few.shown.chunk_by(|a, b| a.journey.name == b.journey.name).collect();
        let mut names: Vec<&str> = of_one.iter().map(|stories| stories[0].journey.name.as_str()).collect();
        assert!(of_one.is_sorted_by(|a, b| a[0].messages >= b[0].messages), "{text}");
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{text}");
        // Ways that contradict themselves are left out, and only those.
        let counted = few.shown.len() as u128 + few.more;
        assert!(counted <= all as u128, "{text}");
        if counted == all as u128 {
            assert_eq!(few.shown.len(), all.min(7), "{text}");
            let share = (7 / typed.journeys.len().max(1)).max(1);
            for stories in &of_one {
                let at = typed.journeys.iter().position(|journey| journey.name == stories[0].journey.name).unwrap();
                let shown: Vec<u64> = stories.iter().map(|story| story.messages).collect();
                assert_eq!(shown[..], expected[at][..shown.len()], "{text}");
                // None takes the room of another.
                assert!(shown.len() >= expected[at].len().min(share), "{text}");
            }
            *compared += 1;
        }
    });
    assert!(compared > 1_000, "{compared} compared");
}
