//! Finds people who together reach every step and branch: those who reach something new are kept, changed a little and
//! played again.

use super::pool::{Pool, pool};
use crate::engine::{Effect, EffectKind};
use crate::ir::{self, Days, EntryCause, Expr, Journey, TestKind};
use crate::limits::DAY;
use crate::program::Program;
use crate::scenario::coverage::Coverage;
use crate::scenario::{inputs, run, scene};
use crate::source::Span;
use crate::value::{Millis, Value};
use smol_str::SmolStr;
use std::cmp::Reverse;

/// People that are played at most, and since the last that reached something new.
const PLAYS: u32 = 30_000;
const PATIENCE: u32 = 8_000;
/// Effects that are looked at, at most: large programs take long to play.
const EFFECTS: usize = 20_000_000;
/// The most that a draft shows of what happens to a person: somebody has to read it.
const LONGEST: usize = 1000;
/// What a person does at most.
const ACTIONS: usize = 12;
/// Most journeys have ended so long after the last that a person does.
const SOON: Millis = 30 * DAY;
const HOUR: Millis = 3_600_000;
/// Nothing is done later than this: a test lasts ten years at most.
const LATEST: Millis = 3_000 * DAY;

/// A person that was made up, as a test without its expectations.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    pub(super) test: ir::Test,
    /// What is played after the last input.
    pub(super) ends: Option<Millis>,
}

/// Numbers that look random, always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let rolled = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(rolled).unwrap_or(0).checked_rem(below).unwrap_or(0)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.roll(of.len()))
    }
}

struct Search<'a> {
    program: &'a Program,
    typed: &'a ir::Program,
    pool: Pool,
    dice: Dice,
    /// People who reached something new.
    kept: Vec<Kept>,
    /// Nothing reached yet.
    nothing: Coverage,
    /// Effects that were looked at.
    looked: usize,
}

/// Somebody who reached something new.
#[derive(Clone)]
struct Kept {
    sketch: Sketch,
    /// The moments at which something happened to them.
    moments: Vec<Millis>,
    /// What they reached, by number.
    reached: Vec<usize>,
}

/// The fewest people found, each needed, in the order in which they reach most.
pub(super) fn search(program: &Program, typed: &ir::Program, journey: &Journey, coverage: &Coverage) -> Vec<Sketch> {
    let base = base(typed, journey);
    let (start, zone) = {
        let scene = scene(typed, &base.test);
        (scene.start, scene.zone)
    };
    let pool = pool(typed, journey, start, zone);
    let (dice, nothing) = (Dice(0x9e37_79b9_7f4a_7c15), coverage.clone());
    let mut search = Search { program, typed, pool, dice, kept: vec![], nothing, looked: 0 };
    let mut reached = coverage.clone();
    let (_, all) = reached.reached();
    let first = search.begun(&base);
    search.keep(&first, &mut reached);
    if search.kept.is_empty() {
        let plays = |sketch: &Sketch| play(program, typed, sketch).is_some();
        let Some(sketch) = [first, base].into_iter().find(plays) else { return vec![] };
        search.kept.push(Kept { sketch, moments: vec![0], reached: vec![] });
    }
    // First those who come in once, and make a story that is easy to read; then whoever reaches more.
    for most_entries in [1, ACTIONS] {
        let mut since = 0;
        for _ in 0..PLAYS {
            if reached.reached().0 == all || since > PATIENCE || search.looked > EFFECTS {
                break;
            }
            since += 1;
            let Some(changed) = search.changed() else { break };
            if search.entries(&changed) <= most_entries && search.keep(&changed, &mut reached) {
                since = 0;
            }
        }
    }
    search.fewest(coverage)
}

/// Somebody who agreed to everything, before anything happens.
fn base(typed: &ir::Program, journey: &Journey) -> Sketch {
    let mut traits = vec![];
    for (subject, _) in &typed.charter.consent {
        let channel = subject.channel.and_then(|id| typed.channels.get(id.index()));
        let category = subject.category.and_then(|id| typed.categories.get(id.index()));
        for name in channel.into_iter().chain(category) {
            let path = vec![SmolStr::new_static("consent"), name.clone()];
            if !traits.iter().any(|(known, _)| *known == path) {
                traits.push((path, Expr::Const(Value::Bool(true))));
            }
        }
    }
    let place = typed.journeys.iter().position(|j| j.name == journey.name).unwrap_or(0);
    // A start from which everything that the calendar brings can be seen.
    let dates = journey.entries.iter().filter_map(|entry| match &entry.cause {
        EntryCause::Once(date, _) => Some(*date),
        _ => None,
    });
    let begin = dates.chain(journey.active.map(|(from, _)| from)).min();
    let ends = journey.entries.iter().filter_map(|entry| match &entry.cause {
        EntryCause::Every(days, _) => Some(if *days == Days::ALL { 2 * DAY } else { 8 * DAY }),
        EntryCause::Once(..) => Some(3 * DAY),
        EntryCause::Yearly(_) => Some(370 * DAY),
        EntryCause::Date(_) => Some(60 * DAY),
        _ => None,
    });
    let mut test = ir::Test::of(ir::JourneyId(place as u16), Span::default());
    test.traits = traits;
    test.start = begin.and_then(|date| date.pred_opt()).map(|date| (date, Some(9 * 60)));
    Sketch { test, ends: ends.max() }
}

impl Search<'_> {
    /// The same person, coming in by the first event that lets in.
    fn begun(&mut self, base: &Sketch) -> Sketch {
        let mut out = base.clone();
        if let Some(event) = self.pool.entries.first().cloned() {
            let line = self.event(&event, 0);
            out.test.lines.push(line);
        }
        out
    }

    /// An event with a value for each property that matters.
    fn event(&mut self, name: &SmolStr, offset: Millis) -> ir::TestLine {
        let known = self.pool.events.get(name).cloned().unwrap_or_default();
        let properties = known.iter().filter_map(|(name, values)| {
            let value = self.dice.one(values)?.clone();
            Some((name.clone(), Expr::Const(value)))
        });
        let kind = TestKind::Event(name.clone(), properties.collect());
        ir::TestLine { offset, kind, span: Span::default() }
    }

    /// How often events that let in happen to a person.
    fn entries(&self, sketch: &Sketch) -> usize {
        let lets_in = |line: &&ir::TestLine| match &line.kind {
            TestKind::Event(name, _) => self.pool.entries.contains(name),
            _ => false,
        };
        sketch.test.lines.iter().filter(lets_in).count()
    }

    /// Plays a person; keeps them if they reach something new.
    fn keep(&mut self, sketch: &Sketch, reached: &mut Coverage) -> bool {
        let Some(effects) = play(self.program, self.typed, sketch) else { return false };
        self.looked += effects.len();
        let before = reached.reached().0;
        reached.take(&effects);
        if reached.reached().0 == before {
            return false;
        }
        let start = scene(self.typed, &sketch.test).start;
        let mut moments: Vec<Millis> =
            effects.iter().filter(|e| is_moment(e)).map(|e| e.at.saturating_sub(start)).collect();
        moments.dedup();
        let mut own = self.nothing.clone();
        own.take(&effects);
        let reached = own.items().iter().enumerate().filter(|(_, item)| item.reached).map(|(at, _)| at).collect();
        self.kept.push(Kept { sketch: sketch.clone(), moments, reached });
        true
    }

    /// Somebody kept, with a few changes.
    fn changed(&mut self) -> Option<Sketch> {
        // Mostly one of the newest: they have come farthest.
        let newest = self.kept.len().saturating_sub(4);
        let at = if self.dice.roll(3) > 0 {
            newest + self.dice.roll(self.kept.len() - newest)
        } else {
            self.dice.roll(self.kept.len())
        };
        let Kept { mut sketch, moments, .. } = self.kept.get(at).cloned()?;
        for _ in 0..=self.dice.roll(3) {
            self.change(&mut sketch, &moments);
        }
        sketch.test.lines.sort_by_key(|line| line.offset);
        Some(sketch)
    }

    /// A moment at which something can be done: right at the start, a while after something happened, or just before.
    fn moment(&mut self, moments: &[Millis]) -> Millis {
        let at = self.dice.one(moments).copied().unwrap_or(0);
        let moment = match self.dice.roll(6) {
            0 => at,
            1 => at + DAY,
            2 => (at - HOUR).max(0),
            3 => at + 20 * DAY,
            _ => at + HOUR,
        };
        moment.min(LATEST)
    }

    fn change(&mut self, sketch: &mut Sketch, moments: &[Millis]) {
        let offset = self.moment(moments);
        let test = &mut sketch.test;
        match self.dice.roll(12) {
            0..=2 => {
                let traits: Vec<_> = self.pool.traits.iter().collect();
                if let Some((path, values)) =
                    self.dice.one(&traits).map(|(path, values)| ((*path).clone(), (*values).clone()))
                {
                    test.traits.retain(|(known, _)| *known != path);
                    if let Some(value) = self.dice.one(&values) {
                        test.traits.push((path, Expr::Const(value.clone())));
                    }
                }
            }
            3..=4 => {
                // Nobody opens a message at the very instant at which it is sent.
                let offset = if moments.contains(&offset) { offset + HOUR } else { offset };
                if let Some((word, message)) = self.dice.one(&self.pool.engagements).cloned() {
                    let message = message.map(|message| (vec!["message".into()], Expr::Const(Value::Text(message))));
                    let kind = TestKind::Event(word, message.into_iter().collect());
                    test.lines.push(ir::TestLine { offset, kind, span: Span::default() });
                }
            }
            5..=6 => {
                let names: Vec<SmolStr> = self.pool.events.keys().cloned().collect();
                if let Some(name) = self.dice.one(&names) {
                    let line = self.event(name, offset);
                    test.lines.push(line);
                }
            }
            7 => {
                // The event that lets in, with other values, or by another entry.
                if let Some(event) = self.dice.one(&self.pool.entries).cloned() {
                    let line = self.event(&event, 0);
                    let first = test.lines.iter().position(|line| line.offset == 0);
                    first.into_iter().for_each(|at| _ = test.lines.remove(at));
                    test.lines.insert(0, line);
                }
            }
            8 if !test.lines.is_empty() => {
                let at = self.dice.roll(test.lines.len());
                test.lines.remove(at);
            }
            9 => {
                let traits: Vec<_> =
                    self.pool.traits.iter().map(|(path, values)| (path.clone(), values.clone())).collect();
                if let Some((path, values)) = self.dice.one(&traits)
                    && let Some(value) = self.dice.one(values)
                {
                    let kind = TestKind::Set(path.clone(), Expr::Const(value.clone()));
                    test.lines.push(ir::TestLine { offset, kind, span: Span::default() });
                }
            }
            10 => test.id = Some(SmolStr::new(format!("customer {}", 2 + self.dice.roll(60)))),
            _ => {
                if let Some(again) = self.dice.one(&test.lines).cloned() {
                    test.lines.push(ir::TestLine { offset, ..again });
                }
            }
        }
        test.lines.truncate(ACTIONS);
    }

    /// Of those kept, as few as reach as much, each with nothing that they can do without.
    fn fewest(&self, coverage: &Coverage) -> Vec<Sketch> {
        let mut left: Vec<&Kept> = self.kept.iter().collect();
        let mut reached = coverage.clone();
        let mut out = vec![];
        loop {
            let is_new = |at: &&usize| reached.items().get(**at).is_some_and(|item| !item.reached);
            // Of those who reach as much, who does least.
            let least = |sketch: &Sketch| Reverse((self.entries(sketch), sketch.test.lines.len()));
            let worth = |kept: &Kept| (kept.reached.iter().filter(is_new).count(), least(&kept.sketch));
            let best = left.iter().enumerate().map(|(at, kept)| (worth(kept), Reverse(at))).max();
            let Some((_, Reverse(at))) = best.filter(|((much, _), _)| *much > 0) else { break };
            let slim = self.slim(&left.remove(at).sketch, &reached);
            reached.take(&play(self.program, self.typed, &slim).unwrap_or_default());
            out.push(slim);
        }
        out
    }

    /// Takes everything away that is not needed to reach so much.
    fn slim(&self, sketch: &Sketch, before: &Coverage) -> Sketch {
        let mut slim = sketch.clone();
        let mut wanted = before.clone();
        wanted.take(&play(self.program, self.typed, sketch).unwrap_or_default());
        let enough = |sketch: &Sketch| {
            let mut after = before.clone();
            after.take(&play(self.program, self.typed, sketch).unwrap_or_default());
            after.reaches_all_of(&wanted)
        };
        let mut without = |change: &dyn Fn(&mut ir::Test)| {
            let mut less = slim.clone();
            change(&mut less.test);
            if enough(&less) {
                slim = less;
            }
        };
        without(&|test| test.id = None);
        for at in (0..sketch.test.lines.len()).rev() {
            without(&|test| {
                if at < test.lines.len() {
                    test.lines.remove(at);
                }
            });
        }
        // People agree to what they are asked for, unless it matters that they do not.
        let agrees = |at: usize| {
            let known = sketch.test.traits.get(at);
            known.is_some_and(|(path, value)| {
                path.first().is_some_and(|first| first == "consent") && *value == Expr::Const(Value::Bool(true))
            })
        };
        for at in (0..sketch.test.traits.len()).rev().filter(|at| !agrees(*at)) {
            without(&|test| {
                if at < test.traits.len() {
                    test.traits.remove(at);
                }
            });
        }
        for at in 0..sketch.test.lines.len() {
            for property in (0..8).rev() {
                without(&|test| {
                    if let Some(TestKind::Event(_, values)) = test.lines.get_mut(at).map(|line| &mut line.kind)
                        && property < values.len()
                    {
                        values.remove(property);
                    }
                });
            }
        }
        slim
    }
}

/// Whether it is a moment at which a person or the clock did something.
fn is_moment(effect: &Effect) -> bool {
    !matches!(effect.kind, EffectKind::Explained(_))
}

/// Plays a person as their test will be played: until the last that they do, or that the journey does, included.
pub(super) fn play(program: &Program, typed: &ir::Program, sketch: &Sketch) -> Option<Vec<Effect>> {
    let scene = scene(typed, &sketch.test);
    let inputs = inputs(&scene, &sketch.test);
    let last = sketch.test.lines.iter().map(|line| scene.start.saturating_add(line.offset)).max();
    let last = last.unwrap_or(scene.start);
    let until = sketch.ends.map(|ends| scene.start.saturating_add(ends).max(last.saturating_add(DAY)));
    let journey = typed.journeys.get(sketch.test.journey.index())?;
    let mut tape = run(program, &scene, &inputs, until.or(Some(last.saturating_add(SOON)))).ok()?;
    let own = tape.effects.iter().filter(|effect| effect.journey == journey.name).count();
    if until.is_none() && tape.goes_on && own <= LONGEST {
        tape = run(program, &scene, &inputs, None).ok()?;
    }
    let end = |effects: &[Effect]| {
        let own = effects.iter().rfind(|effect| effect.journey == journey.name);
        own.map_or(last, |effect| effect.at.max(last))
    };
    if until.is_none() && tape.goes_on {
        // What comes for ever was left out behind the last input; in a test it comes.
        tape = run(program, &scene, &inputs, Some(end(&tape.effects))).ok()?;
    }
    let end = end(&tape.effects);
    let mut effects = tape.effects;
    effects.truncate(effects.partition_point(|effect| effect.at <= end));
    // What goes round and round is shown for a while: the test ends before the rest.
    if let Some(beyond) = effects.iter().filter(|effect| is_moment(effect)).nth(LONGEST).map(|effect| effect.at) {
        effects.truncate(effects.partition_point(|effect| effect.at < beyond));
        return effects.last().is_some_and(|effect| effect.at >= last).then_some(effects);
    }
    Some(effects)
}
