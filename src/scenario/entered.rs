//! Why nobody is in the journey of a test: what a line below its first failure says.

use super::Scene;
use super::expected::offset;
use crate::engine::Input;
use crate::engine::{Effect, EffectKind};
use crate::ir;
use crate::program::{Program, RunError};
use crate::replay::Replay;
use crate::source::on_one_line;
use crate::value::Timestamp;
use crate::why::{Reason, Record, not_entered};

/// Why the person did not come into a journey, in a sentence; nothing where they did.
pub(super) fn why_not(
    program: &Program,
    typed: &ir::Program,
    scene: &Scene,
    journey: &ir::Journey,
    played: (&[Input], Timestamp),
    happened: &[&Effect],
) -> Result<Option<String>, RunError> {
    let name = &journey.name;
    let mut entries =
        happened.iter().filter(|e| e.journey == *name && matches!(e.kind, EffectKind::Entered)).peekable();
    if entries.peek().is_some() {
        let control = entries.all(|entry| entry.control);
        let edit = "they get nothing but transactional messages. Without `id` the person of a test is outside of it";
        return Ok(control.then(|| format!("`{}` is in the control group of `{name}`: {edit}.", scene.id)));
    }
    let (inputs, until) = played;
    let mut record = Record::of(&scene.id);
    let mut replay = Replay::traced(program, Some(until));
    for input in inputs {
        record.input(input);
        replay.input(input, &mut record)?;
    }
    replay.finish(&mut record)?;
    let (reason, values) = not_entered(typed, &record, journey);
    let because = match reason {
        Reason::NothingHappened(lines) => {
            let lines = lines.iter().map(|span| {
                let line = on_one_line(program.sources(), *span);
                format!("`{}`", line.trim_end().trim_end_matches(':'))
            });
            let lines = lines.collect::<Vec<_>>().join(" or ");
            let values = values.map_or_else(String::new, |values| format!(" ({values})"));
            format!("what lets people in did not happen, {lines}{values}")
        }
        Reason::Refused(at, why) => {
            let why = values.unwrap_or_else(|| why.words().to_string());
            format!("at {} it did not begin: {why}", offset(at.saturating_sub(scene.start)))
        }
        _ => return Ok(None),
    };
    Ok(Some(format!("Nobody entered `{name}`: {because}.")))
}
