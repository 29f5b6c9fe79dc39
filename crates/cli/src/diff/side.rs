//! A side of a comparison: a program from files, a folder, or a commit, and what it did with the inputs.

use crate::end::Failure;
use crate::load;
use journey::replay::{Replay, Sink};
use journey::rust_decimal::Decimal;
use journey::smol_str::SmolStr;
use journey::{Effect, EffectKind, Input, Notice, Profile, Program, RunError, SourceFile, SuppressReason, ir};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;

/// One of the two programs.
pub(super) struct Side {
    pub(super) name: String,
    pub(super) program: Program,
    pub(super) typed: ir::Program,
}

impl Side {
    /// Reads and compiles what a name leads to: a file, a folder, or `git:REF:PATH`.
    pub(super) fn open(name: &str) -> Result<Side, Failure> {
        let nothing = "nothing was compared";
        let (program, typed) = match name.strip_prefix("git:") {
            None => load::compiled(Path::new(name), nothing)?,
            Some(place) => {
                let (commit, path) = place.split_once(':').ok_or_else(|| {
                    Failure::Unusable(format!(
                        "`{name}` names no path: write git:REF:PATH, such as git:main:shop for the folder shop as it is on main"
                    ))
                })?;
                load::compile(committed(commit, path)?, name, nothing)?
            }
        };
        Ok(Side { name: name.to_string(), program, typed })
    }
}

/// The files of a program as they are in a commit, with the texts that its messages name.
fn committed(commit: &str, path: &str) -> Result<Vec<SourceFile>, String> {
    // What looks like an option is none.
    if commit.starts_with('-') {
        return Err(format!("`{commit}` is no commit"));
    }
    let listed = git(&["ls-tree", "-r", "--name-only", "-z", commit, "--", path])?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let files: Vec<&str> = listed.split('\0').filter(|file| file.ends_with(".journey")).collect();
    if files.is_empty() {
        return Err(format!("there is no .journey file at `{path}` in {commit}"));
    }
    let mut sources = files.into_iter().map(|file| show(commit, file)).collect::<Result<Vec<_>, _>>()?;
    let mut named: Vec<String> = journey::files_named(&sources).into_iter().map(|(_, file)| file).collect();
    named.sort_unstable();
    named.dedup();
    // One that is not there is told of by the program's check.
    sources.extend(named.iter().filter_map(|file| show(commit, file).ok()));
    Ok(sources)
}

fn show(commit: &str, file: &str) -> Result<SourceFile, String> {
    let bytes = git(&["show", &format!("{commit}:./{file}")])?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{commit}:{file} is not written in UTF-8"))?;
    Ok(SourceFile::new(file, text))
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output =
        Command::new("git").args(arguments).output().map_err(|error| format!("git cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("git says: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// A message that was asked for, and what became of it in the end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ask {
    /// The id that it was asked for under: it can be joined with another one later.
    pub(super) profile: SmolStr,
    pub(super) at: i64,
    pub(super) journey: SmolStr,
    pub(super) channel: SmolStr,
    pub(super) message: SmolStr,
    pub(super) outcome: Outcome,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Sent { id: String },
    Suppressed { reason: SuppressReason, rule: SmolStr },
}

impl Ask {
    pub(super) fn is_sent(&self) -> bool {
        matches!(self.outcome, Outcome::Sent { .. })
    }
}

/// What happened in a journey, counted.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub(super) struct Counts {
    pub(super) entries: u64,
    pub(super) converted: u64,
    /// What the conversions were worth, where goals say so.
    #[serde(serialize_with = "decimal")]
    pub(super) worth: Decimal,
    pub(super) audience_changes: u64,
    pub(super) calls: u64,
}

fn decimal<S: serde::Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.normalize().to_string())
}

/// What a program did with the inputs.
#[derive(Default)]
pub(super) struct Played {
    /// By person, in the order of time; ids that were joined are one person.
    pub(super) asks: HashMap<SmolStr, Vec<Ask>>,
    pub(super) journeys: BTreeMap<SmolStr, Counts>,
    pub(super) people: u64,
}

impl Played {
    /// Plays inputs through a program.
    pub(super) fn of(side: &Side, inputs: &[Input], until: Option<i64>) -> Result<Played, String> {
        let mut played = Played::default();
        let replay = play(Replay::new(&side.program, until, false), inputs, &mut played)
            .map_err(|error| format!("{}: {error}", side.name))?;
        played.people = replay.people().count() as u64;
        for (id, asks) in std::mem::take(&mut played.asks) {
            played.asks.entry(SmolStr::new(replay.resolve(&id))).or_default().extend(asks);
        }
        for asks in played.asks.values_mut() {
            asks.sort_by(|a, b| (a.at, &a.profile).cmp(&(b.at, &b.profile)));
        }
        Ok(played)
    }
}

impl Sink for Played {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let counts = self.journeys.entry(effect.journey.clone()).or_default();
        let (channel, message, outcome) = match &effect.kind {
            EffectKind::Sent { channel, message, id, .. } => (channel, message, Outcome::Sent { id: id.clone() }),
            EffectKind::Suppressed { channel, message, reason, rule } => {
                (channel, message, Outcome::Suppressed { reason: *reason, rule: rule.text.clone() })
            }
            EffectKind::Entered => return counts.entries += 1,
            EffectKind::AudienceAdded(_) | EffectKind::AudienceRemoved(_) => return counts.audience_changes += 1,
            EffectKind::Called { .. } => return counts.calls += 1,
            EffectKind::Converted { value, .. } => {
                counts.converted += 1;
                counts.worth = counts.worth.saturating_add(value.unwrap_or_default());
                return;
            }
            _ => return,
        };
        let (journey, channel, message) = (effect.journey.clone(), channel.clone(), message.clone());
        let id = SmolStr::new(profile.id());
        let ask = Ask { profile: id.clone(), at: effect.at, journey, channel, message, outcome };
        self.asks.entry(id).or_default().push(ask);
    }

    fn notice(&mut self, _: &Profile, _: &Notice) {}
}

/// Plays inputs to their end. Lines that cannot be used were told of by the reading.
pub(super) fn play<'a, 'i>(
    mut replay: Replay<'a>,
    inputs: impl IntoIterator<Item = &'i Input>,
    sink: &mut impl Sink,
) -> Result<Replay<'a>, RunError> {
    inputs.into_iter().try_for_each(|input| replay.input(input, sink).map(|_| ()))?;
    replay.finish(sink)?;
    Ok(replay)
}
