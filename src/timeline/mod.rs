//! What happened to a person, for people: one line an effect, in the person's local time.

use crate::engine::{Because, Effect, EffectKind, Explanation, Profile};
use crate::program::Program;
use crate::replay::Sink;
use crate::source::SourceFile;
use crate::value::{FIRST_INSTANT, LAST_INSTANT, Timestamp, Value};
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::fmt::{self, Write};

/// How a line is meant, for colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A message went out.
    Sent,
    /// A message waits.
    Held,
    /// A message did not go out.
    Suppressed,
    /// A goal was reached.
    Reached,
    /// Why a branch was taken.
    Why,
    /// Everything else.
    Plain,
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it is meant.
    pub tone: Tone,
    /// The local time, `Mon 2026-03-02 10:00`.
    pub time: String,
    /// The journey.
    pub journey: SmolStr,
    /// What happened.
    pub text: String,
}

/// A timeline for each customer, in the order in which something first happened to them. It keeps all of it, so
/// it is for as many customers as a person would read.
#[derive(Debug, Default)]
pub struct Timelines {
    customers: Vec<(SmolStr, Tz, Vec<Line>)>,
    numbers: HashMap<SmolStr, usize>,
}

impl Timelines {
    /// No customers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes all timelines; `paint` may colour the text of a line, or a customer's name.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write, paint: impl Fn(Option<Tone>, &str) -> String) -> fmt::Result {
        for (at, (id, zone, lines)) in self.customers.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            writeln!(out, "{} ({zone})", paint(None, id))?;
            let width = lines.iter().map(|line| line.journey.len()).max().unwrap_or(0);
            for line in lines {
                writeln!(out, "  {}  {:width$}  {}", line.time, line.journey, paint(Some(line.tone), &line.text))?;
            }
        }
        if self.customers.is_empty() {
            writeln!(out, "No customer entered a journey.")?;
        }
        Ok(())
    }
}

impl Sink for Timelines {
    fn effect(&mut self, program: &Program, profile: &Profile, effect: &Effect) {
        if matches!(effect.kind, EffectKind::Seen(_)) {
            return;
        }
        let zone = program.zone(profile);
        let id = SmolStr::new(profile.id());
        let at = *self.numbers.entry(id).or_insert_with_key(|id| {
            self.customers.push((id.clone(), zone, vec![]));
            self.customers.len() - 1
        });
        if let Some((_, last_zone, lines)) = self.customers.get_mut(at) {
            *last_zone = zone;
            lines.push(line(program, zone, effect));
        }
    }

    fn notice(&mut self, _: &Profile, _: &crate::engine::Notice) {}
}

/// Puts an effect into words, in a local zone.
pub fn line(program: &Program, zone: Tz, effect: &Effect) -> Line {
    let (tone, text) = words(program.sources(), zone, effect);
    Line { tone, time: local(zone, effect.at), journey: effect.journey.clone(), text }
}

/// A local time for people; seconds only where there are any.
pub fn local(zone: Tz, at: Timestamp) -> String {
    let local = crate::engine::local_time::local(zone, at);
    let format = if at.rem_euclid(60_000) == 0 { "%a %Y-%m-%d %H:%M" } else { "%a %Y-%m-%d %H:%M:%S%.f" };
    let mut out = String::new();
    if write!(out, "{}", local.format(format)).is_err() {
        out.clear();
    }
    out
}

/// Reads a local time as [`local`] writes it, with or without its weekday; a day alone is its beginning.
///
/// ```
/// use journey::timeline::{local, moment};
///
/// let paris: chrono_tz::Tz = "Europe/Paris".parse().map_err(|_| "a zone")?;
/// let at = moment(paris, "Tue 2026-03-03 10:00").ok_or("a time")?;
/// assert_eq!(at, 1_772_528_400_000);
/// assert_eq!(local(paris, at), "Tue 2026-03-03 10:00");
/// assert_eq!(moment(paris, "yesterday"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn moment(zone: Tz, text: &str) -> Option<Timestamp> {
    let text = match text.split_once(' ') {
        Some((day, rest)) if day.chars().all(char::is_alphabetic) => rest,
        _ => text,
    };
    let read = |format: &str| NaiveDateTime::parse_from_str(text, format).ok();
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let time = read("%Y-%m-%d %H:%M").or_else(|| read("%Y-%m-%d %H:%M:%S%.f")).or_else(day)?;
    let at = crate::engine::local_time::instant_of(zone, time);
    (FIRST_INSTANT..=LAST_INSTANT).contains(&at).then_some(at)
}

/// Puts an effect into words that need no source: all but explanations.
pub(crate) fn in_words(zone: Tz, effect: &Effect) -> (Tone, String) {
    words(&[], zone, effect)
}

/// The same without how it is meant.
pub(crate) fn words_of(zone: Tz, effect: &Effect) -> String {
    in_words(zone, effect).1
}

fn words(sources: &[SourceFile], zone: Tz, effect: &Effect) -> (Tone, String) {
    match &effect.kind {
        EffectKind::Entered => (Tone::Plain, "entered".to_string()),
        EffectKind::Sent { channel, message, .. } => (Tone::Sent, format!("{channel} {message} sent")),
        EffectKind::Held { channel, message, until, rule } => {
            (Tone::Held, format!("{channel} {message} held until {} by: {rule}", local(zone, *until)))
        }
        EffectKind::Suppressed { channel, message, reason, rule } => {
            let why = reason.words();
            let by = if rule.as_str() == reason.name() { String::new() } else { format!(", by: {rule}") };
            (Tone::Suppressed, format!("{channel} {message} not sent: {why}{by}"))
        }
        EffectKind::AudienceAdded(audience) => (Tone::Plain, format!("added to {audience}")),
        EffectKind::AudienceRemoved(audience) => (Tone::Plain, format!("removed from {audience}")),
        EffectKind::Converted { event, value } => {
            let worth = value.map_or_else(String::new, |v| format!(", worth {}", v.normalize()));
            (Tone::Reached, format!("goal reached: {event}{worth}"))
        }
        EffectKind::Chose { split, arm } => (Tone::Plain, format!("{split}: {arm}")),
        EffectKind::ProfileSet { attribute, value } => (Tone::Plain, format!("profile.{attribute} set to {value}")),
        EffectKind::Emitted { event, properties } => (Tone::Plain, format!("event {event}{}", named(properties))),
        EffectKind::Called { hook, arguments } => (Tone::Plain, format!("called {hook}{}", named(arguments))),
        EffectKind::Exited { reason } => (Tone::Plain, reason.words().to_string()),

        EffectKind::Explained(explanation) => (Tone::Why, answer(sources, zone, explanation)),
        EffectKind::Seen(_) => (Tone::Plain, String::new()),
    }
}

/// ` (total: 80, tier: "gold")`
fn named(values: &[(SmolStr, Value)]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!(" ({})", parts.join(", "))
}

/// A condition, its answer and what made it, in words.
pub fn answer(sources: &[SourceFile], zone: Tz, explanation: &Explanation) -> String {
    if explanation.text.is_empty() {
        let file = sources.get(usize::from(explanation.span.file));
        let line = file.map_or("", |f| f.slice(explanation.span)).lines().next().unwrap_or_default();
        let clause = line.trim_end_matches(':');
        return match &explanation.because {
            Because::Event { name, at } => format!("{clause}: {name} on {}", local(zone, *at)),
            _ => format!("{clause}: it came true"),
        };
    }
    let text = &explanation.text;
    let yes = match explanation.holds {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known, so no",
    };
    match &explanation.because {
        Because::Asked => format!("{text}? {yes}"),
        Because::Event { name, at } => format!("{text}? {yes}: {name} on {}", local(zone, *at)),
        Because::WindowEnded { at } => format!("{text}? {yes}: it did not happen before {}", local(zone, *at)),
        Because::CameTrue => format!("{text}? {yes}: it came true"),
    }
}
