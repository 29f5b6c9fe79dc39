//! Tests in the language: a person is played through the program in virtual time, and what happens is held against
//! what the test expects.

pub mod coverage;
mod draft;
mod entered;
mod expected;
mod table;

use crate::chance;
use crate::engine::Input;
use crate::engine::local_time;
use crate::engine::{Effect, Profile};
use crate::ir::{self, Expr, TestKind};
use crate::program::{Program, RunError};
use crate::replay::{Replay, Sink};
use crate::source::Span;
use crate::value::{Json, Timestamp, Value};
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
pub use draft::{Drafts, draft};
use rust_decimal::Decimal;
use smol_str::SmolStr;
pub use table::Row;

/// The start of a test that names none: a Monday, at nine.
const START: (i32, u32, u32) = (2026, 1, 5);
/// Ids that are tried for a person outside of all control groups.
const IDS: u32 = 1_000;

/// What came of a test.
#[derive(Debug)]
pub struct Outcome {
    /// What did not come as it was expected, in the order of time; empty: the test passed.
    pub problems: Vec<Problem>,
    /// What was expected beside what happened, in the order of time.
    pub rows: Vec<Row>,
    /// All that was played, with what was looked at on the way.
    pub effects: Vec<Effect>,
    /// What the engine had to say: values of another type, entries that were dropped.
    pub notices: Vec<String>,
}

/// Something that did not come as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the test that says so, or, of a message that nobody expected, the line to write the expectation below.
    pub span: Span,
    /// What is wrong, in a sentence.
    pub text: String,
    /// What to write.
    pub label: String,
    /// Why nobody was in the journey, at the first line that expected something of it.
    pub why: Option<String>,
}

/// The parts of a test that are needed to play it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The person.
    pub id: SmolStr,
    /// Their zone, or the charter's.
    pub zone: Tz,
    /// When it starts.
    pub start: Timestamp,
    /// What is known of the person before, as an `identify` line brings it.
    pub traits: Json,
}

/// The effects of a replay of one person.
#[derive(Default)]
struct Tape {
    effects: Vec<Effect>,
    notices: Vec<String>,
    /// Whether more is due behind the end. Without an end it is what would come for ever: that is left out behind the
    /// last input.
    goes_on: bool,
}

impl Sink for Tape {
    fn effect(&mut self, _: &Program, _: &Profile, effect: &Effect) {
        self.effects.push(effect.clone());
    }

    fn notice(&mut self, _: &Profile, notice: &crate::engine::Notice) {
        self.notices.push(notice.to_string());
    }
}

/// Plays a test of a program, whose typed form is `typed`.
///
/// ```
/// use journey::{Program, SourceFile, scenario};
///
/// let text = "journey cart:\n  on cart_abandoned: wait 1d; email recs\n\ntest cart:\n  +0 cart_abandoned\n  +1d expect email recs\n";
/// let (program, typed) = Program::compile_typed(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string())?;
/// let outcome = scenario::play(&program, &typed, &typed.tests[0])?;
/// assert!(outcome.problems.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`Program::advance`].
pub fn play(program: &Program, typed: &ir::Program, test: &ir::Test) -> Result<Outcome, RunError> {
    let scene = scene(typed, test);
    let last = test.lines.iter().map(|line| line.offset).max().unwrap_or(0);
    let inputs = inputs(&scene, test);
    let tape = run(program, &scene, &inputs, Some(scene.start.saturating_add(last)))?;
    let journey = typed.journeys.get(test.journey.index()).map(|j| j.name.clone()).unwrap_or_default();
    let allowed =
        |channel: &str| test.allowed.iter().any(|id| typed.channels.get(id.index()).is_some_and(|c| c == channel));
    let happened: Vec<&Effect> = tape.effects.iter().filter(|effect| table::is_shown(effect)).collect();
    let matches = expected::matches(&scene, &journey, test, &happened);
    let mut problems = expected::problems(&scene, &journey, test, &happened, &matches, &allowed);
    let demands = |line: &&ir::TestLine| matches!(&line.kind, TestKind::Expect(expectation) if *expectation != ir::Expectation::Nothing);
    let demanding: Vec<Span> = test.lines.iter().filter(demands).map(|line| line.span).collect();
    let missed = problems.iter_mut().find(|problem| demanding.contains(&problem.span));
    if let (Some(missed), Some(journey)) = (missed, typed.journeys.get(test.journey.index())) {
        let played = (inputs.as_slice(), scene.start.saturating_add(last));
        missed.why = entered::why_not(program, typed, &scene, journey, played, &happened)?;
    }
    let rows = table::rows(program, &scene, test, &happened, &matches, &allowed);
    Ok(Outcome { problems, rows, effects: tape.effects, notices: tape.notices })
}

/// Who is played, and from when.
pub fn scene(typed: &ir::Program, test: &ir::Test) -> Scene {
    let known = test.traits.iter().rev().find(|(path, _)| matches!(path.as_slice(), [only] if only == "timezone"));
    let zone = match known {
        Some((_, Expr::Const(Value::Text(name)))) => name.parse().ok(),
        _ => None,
    };
    let zone = zone.unwrap_or(typed.charter.timezone);
    let (year, month, day) = START;
    let (date, minute) = match test.start {
        Some((date, minute)) => (date, minute.unwrap_or(0)),
        None => (NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default(), 9 * 60),
    };
    let mut traits = Json::Object(vec![]);
    for (path, value) in &test.traits {
        put(&mut traits, path, json(value));
    }
    let id = test.id.clone().unwrap_or_else(|| outsider(typed));
    Scene { id, zone, start: local_time::instant(zone, date, minute), traits }
}

/// Somebody who is in no control group, if there is anybody: a test is about those who get something.
fn outsider(typed: &ir::Program) -> SmolStr {
    let ids =
        (1..=IDS).map(|n| if n == 1 { SmolStr::new_static("customer") } else { SmolStr::new(format!("customer {n}")) });
    let inside = |scope: &str, share: Decimal, id: &str| chance::number(scope, id) < chance::threshold(share);
    let is_control = |id: &SmolStr| {
        let of_all = typed.charter.holdout.as_ref().is_some_and(|(share, _)| inside(chance::HOLDOUT, *share, id));
        let own = |j: &ir::Journey| {
            j.holdout.as_ref().is_some_and(|(share, _)| inside(&chance::holdout_of(&j.name), *share, id))
        };
        of_all || typed.journeys.iter().any(own)
    };
    let mut ids = ids;
    ids.find(|id| !is_control(id)).unwrap_or(SmolStr::new_static("customer"))
}

/// What the test feeds, in the order of time.
fn inputs(scene: &Scene, test: &ir::Test) -> Vec<Input> {
    let mut inputs = vec![Input::traits(scene.id.clone(), scene.start, scene.traits.clone())];
    for line in &test.lines {
        let at = scene.start.saturating_add(line.offset);
        inputs.extend(match &line.kind {
            TestKind::Event(name, properties) => {
                let mut given = Json::Object(vec![]);
                properties.iter().for_each(|(path, value)| put(&mut given, path, json(value)));
                Some(Input::event(scene.id.clone(), at, name, given))
            }
            TestKind::Set(path, value) => {
                let mut traits = Json::Object(vec![]);
                put(&mut traits, path, json(value));
                Some(Input::traits(scene.id.clone(), at, traits))
            }
            TestKind::Expect(_) => None,
        });
    }
    inputs.sort_by_key(|input| input.arrived);
    inputs
}

/// Plays inputs of one person; what is due at `until` still happens.
fn run(program: &Program, scene: &Scene, inputs: &[Input], until: Option<Timestamp>) -> Result<Tape, RunError> {
    let mut replay = Replay::traced(program, until);
    let mut tape = Tape::default();
    for input in inputs.iter().filter(|input| input.profile == scene.id) {
        replay.input(input, &mut tape)?;
    }
    replay.finish(&mut tape)?;
    tape.goes_on = replay.profiles().iter().any(|profile| program.next_due(profile).is_some());
    Ok(tape)
}

/// A plain value as inputs write it.
fn json(value: &Expr) -> Json {
    match value {
        Expr::Const(value) => Json::of(value),
        Expr::LocalMoment(date, minute) => {
            let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap_or_default();
            Json::Text(SmolStr::new(date.and_time(time).format("%Y-%m-%d %H:%M").to_string()))
        }
        _ => Json::Null,
    }
}

/// Puts a value at the end of a path of names.
fn put(into: &mut Json, path: &[SmolStr], value: Json) {
    let Some((first, rest)) = path.split_first() else {
        *into = value;
        return;
    };
    if !matches!(into, Json::Object(_)) {
        *into = Json::Object(vec![]);
    }
    if let Json::Object(fields) = into {
        let at = fields.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
            fields.push((first.clone(), Json::Null));
            fields.len() - 1
        });
        if let Some((_, inner)) = fields.get_mut(at) {
            put(inner, rest, value);
        }
    }
}
