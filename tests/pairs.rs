//! Pairs of a program and its inputs: made at random, played by the engine in several ways and by the slow model.

use crate::generate::{self, Made, Random};
use crate::model::Person;
use crate::shown::shown;
use journey::identity::Identities;
use journey::replay::{Replay, Sink};
use journey::{Effects, EntryState, Input, InputKind, Json, Lateness, Profile, Program, Route, SourceFile, ir};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// How the engine is driven.
#[derive(Clone, Copy, PartialEq)]
pub enum Drive {
    /// Woken before the next input only.
    Late,
    /// Woken at every instant that is due.
    AtOnce,
    /// Stored and read back at every point, each turn played a second time from the stored state, and the last
    /// input repeated after its turn was stored.
    Crashing,
}

const DAY: i64 = 86_400_000;

/// Whether a line is taken for what it tells of the past. Its id says so, also where it is told once more.
pub fn is_history(input: &Input) -> bool {
    input.kind != InputKind::Delete && input.message_id.as_ref().is_some_and(|id| id.starts_with('h'))
}

/// After history nobody inside acts by themselves on what has changed. This line changes nothing, and lets all act: from here
/// on who predicts and who looks again and again see the same.
fn nudge(input: &Input) -> Input {
    Input::traits(input.profile.clone(), input.arrived, Json::parse(r#"{"consent": {}}"#).unwrap())
}

/// Plays an input, or takes it as history.
fn play(program: &Program, ana: &mut Profile, input: &Input, effects: &mut Effects) {
    if !is_history(input) {
        program.advance(ana, input, Lateness::any(), effects).unwrap();
        return;
    }
    // What is due comes first, as before a merge.
    wake_until(program, ana, input.arrived, effects, Drive::Late);
    let (done, stood) = (effects.list.len(), standing(program, ana));
    program.backfill(ana, input, Lateness::any(), effects).unwrap();
    assert_eq!(effects.list.len(), done, "something came of history");
    assert_eq!(standing(program, ana), stood, "somebody moved because of history");
    if ana.inside() > 0 {
        program.advance(ana, &nudge(input), Lateness::any(), effects).unwrap();
    }
}

/// Where somebody stands in journeys. What is forgotten with time is left out.
fn standing(program: &Program, ana: &Profile) -> impl PartialEq + std::fmt::Debug + use<> {
    let view = program.view(ana).unwrap();
    let inside = view.entries.into_iter().filter(|entry| entry.state != EntryState::Left);
    inside.map(|entry| (entry.number, entry.state, entry.span, entry.due)).collect::<Vec<_>>()
}

/// A program of one file.
pub fn compile(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("j.journey", text)]).unwrap_or_else(|e| panic!("{text}\n{e}"))
}

/// What a replay of a program and inputs shows, until a year and a month after the last input: what comes again has come.
pub fn played<S: Sink>(program: &Program, inputs: &[Input], mut sink: S) -> S {
    let mut replay = Replay::new(program, inputs.last().map(|input| input.arrived + 400 * DAY), false);
    for input in inputs {
        replay.input(input, &mut sink).unwrap();
    }
    replay.finish(&mut sink).unwrap();
    sink
}

/// A program and inputs that fit it: compiled and read once, played in many ways.
pub struct Pair {
    pub text: String,
    pub program: Program,
    pub typed: ir::Program,
    pub lines: Vec<String>,
    pub inputs: Vec<Input>,
}

/// Everybody that the inputs name, with what came out for each.
pub struct World<'a> {
    program: &'a Program,
    ids: Identities,
    /// How often two ids became one person.
    pub joined: u64,
    people: BTreeMap<SmolStr, (Profile, Effects)>,
    drive: Drive,
}

impl<'a> World<'a> {
    pub fn new(program: &'a Program, drive: Drive) -> Self {
        Self { program, ids: Identities::default(), joined: 0, people: BTreeMap::new(), drive }
    }

    pub fn input(&mut self, input: &Input) {
        if self.drive != Drive::Late {
            self.pass(input.arrived - 1);
        }
        let Route { profile, merges } = self.ids.route(input);
        let (program, drive) = (self.program, self.drive);
        let other = merges.and_then(|other| self.people.remove(&other));
        let (ana, effects) =
            self.people.entry(profile.clone()).or_insert_with(|| (program.profile(&profile), Effects::new()));
        if let Some((mut other, mut before)) = other {
            program.wake(&mut other, input.arrived, Lateness::any(), &mut before).unwrap();
            program.wake(ana, input.arrived, Lateness::any(), effects).unwrap();
            // What happened under the other name is told before.
            before.list.append(&mut effects.list);
            *effects = before;
            self.joined += u64::from(program.merge(ana, other, input.arrived, Lateness::any(), effects).unwrap());
        }
        let input = &input.clone().of(&profile);
        if drive != Drive::Crashing {
            return play(program, ana, input, effects);
        }
        let stored = ana.encode();
        let mut before = Profile::decode(&stored).unwrap();
        let mut lost = Effects::new();
        play(program, &mut before, input, &mut lost);
        // The crash: what was not stored is played again, and comes to the same.
        let done = effects.list.len();
        play(program, ana, input, effects);
        assert_eq!(effects.list[done..], lost.list[..], "a turn played twice from the same state");
        assert_eq!(before, *ana);
        *ana = Profile::decode(&ana.encode()).unwrap();
        let done = effects.list.len();
        play(program, ana, input, effects);
        assert_eq!(effects.list.len(), done, "an input repeated after its turn was stored");
    }

    /// What was said so far.
    pub fn notices(&self) -> impl Iterator<Item = &journey::Notice> {
        self.people.values().flat_map(|(_, effects)| &effects.notices)
    }

    /// What came out so far, and was not taken yet.
    pub fn effects(&self) -> impl Iterator<Item = &journey::Effect> {
        self.people.values().flat_map(|(_, effects)| &effects.list)
    }

    /// Whether somebody is in a journey.
    pub fn is_inside(&self, id: &str) -> bool {
        self.people.get(id).is_some_and(|(profile, _)| profile.inside() > 0)
    }

    /// Lets time pass for everybody.
    pub fn pass(&mut self, end: i64) {
        for (profile, effects) in self.people.values_mut() {
            wake_until(self.program, profile, end, effects, self.drive);
        }
    }

    /// When something is due next.
    pub fn next_due(&self) -> Option<i64> {
        self.people.values().filter_map(|(profile, _)| self.program.next_due(profile)).min()
    }

    pub fn out(self) -> Vec<String> {
        let person = |(id, (_, effects)): (SmolStr, (Profile, Effects))| {
            effects.list.iter().map(|effect| format!("{id}: {}", shown(effect))).collect::<Vec<_>>()
        };
        self.people.into_iter().flat_map(person).collect()
    }
}

fn engine(program: &Program, inputs: &[Input], end: i64, drive: Drive) -> Vec<String> {
    let mut world = World::new(program, drive);
    inputs.iter().for_each(|input| world.input(input));
    world.pass(end);
    world.out()
}

fn wake_until(program: &Program, ana: &mut Profile, end: i64, effects: &mut Effects, drive: Drive) {
    if drive != Drive::Late {
        while let Some(due) = program.next_due(ana).filter(|due| *due <= end) {
            program.wake(ana, due, Lateness::any(), effects).unwrap();
            if drive == Drive::Crashing {
                *ana = Profile::decode(&ana.encode()).unwrap();
            }
        }
    }
    program.wake(ana, end, Lateness::any(), effects).unwrap();
    // One call plays so many steps: what is left is still due.
    while program.next_due(ana).is_some_and(|due| due <= end) {
        program.wake(ana, end, Lateness::any(), effects).unwrap();
    }
}

fn model(program: &ir::Program, inputs: &[Input], end: i64) -> Vec<String> {
    let mut people: BTreeMap<SmolStr, Person<'_>> = BTreeMap::new();
    // Generated inputs know two ids: `ana` is a user, `anon` is hers from the first line that says so.
    let mut is_joined = false;
    for input in inputs {
        let joins = input.other().is_some_and(|other| other == "anon") && !is_joined;
        is_joined |= joins;
        let id = if is_joined { "ana" } else { input.profile.as_str() };
        let other = if joins { people.remove("anon") } else { None };
        let ana = people.entry(SmolStr::new(id)).or_insert_with(|| Person::new(program, id));
        if let Some(mut other) = other {
            other.pass(input.arrived);
            ana.pass_if_seen(input.arrived);
            other.out.append(&mut ana.out);
            ana.out = std::mem::take(&mut other.out);
            ana.merge(other, input.arrived);
        }
        if is_history(input) {
            ana.pass_if_seen(input.arrived);
            ana.backfill(input);
            if ana.inside() > 0 {
                ana.input(&nudge(input));
            }
        } else {
            ana.input(input);
        }
    }
    let person = |(id, mut person): (SmolStr, Person<'_>)| {
        person.pass(end);
        person.out.iter().map(|line| format!("{id}: {line}")).collect::<Vec<_>>()
    };
    people.into_iter().flat_map(person).collect()
}

/// The id of a message on a line.
fn id_of(line: &str) -> Option<&str> {
    let (_, id) = line.split_once(" sent ")?.1.split_once(", ")?;
    id.split(' ').next()
}

/// Takes the number out of the id on a line.
fn unnumbered(line: &mut String) {
    if let Some(id) = id_of(line).map(str::to_string) {
        let stem = id.rsplit_once('/').map_or("", |(stem, _)| stem);
        *line = line.replacen(&id, stem, 1);
    }
}

impl Pair {
    /// The pair of a text and lines; none: the text is no program.
    pub fn of(text: &str, lines: &[String]) -> Option<Self> {
        let source = SourceFile::new("j.journey", text);
        let (program, typed) = Program::compile_typed(vec![source]).ok()?;
        let inputs = lines.iter().map(|line| Input::from_json(line).unwrap()).collect();
        Some(Self { text: text.to_string(), program, typed, lines: lines.to_vec(), inputs })
    }

    /// A program and inputs that fit it.
    pub fn generated(mut r: Random) -> Self {
        let made = generate::program(&mut r);
        Self::with_inputs(r, made, 4, false)
    }

    /// The same, where some lines are history.
    pub fn with_history(mut r: Random) -> Self {
        let made = generate::program(&mut r);
        Self::with_inputs(r, made, 6, true)
    }

    /// A program in which one event brings about more than may be, and inputs.
    pub fn bursting(mut r: Random) -> Self {
        let made = generate::burst(&mut r);
        Self::with_inputs(r, made, 2, false)
    }

    fn with_inputs(mut r: Random, made: Made, least: usize, history: bool) -> Self {
        let Made { text, program, typed } = made;
        let mut world = World::new(&program, Drive::Late);
        let mut now = generate::start(&mut r);
        let (mut lines, mut inputs) = (vec![], vec![]);
        for number in 0..least + r.below(least * 3 + 2) {
            // The engine's own alarm is a good hint where boundaries are.
            let (at, line) = generate::input(&mut r, now, world.next_due(), number, &lines);
            now = at;
            let line = if history && r.chance(35) { generate::told_later(&mut r, at, &line) } else { line };
            let input = Input::from_json(&line).unwrap();
            world.input(&input);
            lines.push(line);
            inputs.push(input);
        }
        Self { text, program, typed, lines, inputs }
    }

    /// When everything is looked at for the last time.
    pub fn end(&self) -> i64 {
        self.inputs.last().map_or(0, |input| input.arrived) + 12 * DAY
    }

    /// What it comes to: nothing, or how engine and model differ.
    pub fn difference(&self) -> Option<String> {
        // Written to bytes and read back it is the same program, and passes the verifier.
        let program = Program::from_bytes(&self.program.to_bytes()).unwrap_or_else(|e| panic!("{}\n{e}", self.text));
        let (inputs, end) = (&self.inputs, self.end());
        let expected = model(&self.typed, inputs, end);
        for (drive, name) in [(Drive::Late, "late"), (Drive::AtOnce, "at once"), (Drive::Crashing, "crashing")] {
            let mut actual = engine(&program, inputs, end, drive);
            let ids: Vec<&str> = actual.iter().filter_map(|line| id_of(line)).collect();
            if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
                return Some(format!("driven {name}: an id given twice\n{}", actual.join("\n")));
            }
            // How the messages of two ids of one person are numbered is the engine's own affair.
            let mut expected = expected.clone();
            if inputs.iter().any(|input| input.other().is_some()) {
                actual.iter_mut().for_each(unnumbered);
                expected.iter_mut().for_each(unnumbered);
            }
            if actual != expected {
                return Some(format!("driven {name}\nengine:\n{}\nmodel:\n{}", actual.join("\n"), expected.join("\n")));
            }
        }
        None
    }
}
