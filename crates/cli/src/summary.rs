//! What `journey run` says at its end: how much happened, and what did not and perhaps should have.

use crate::words::suppressed_by;
use journey::replay::Replay;
use journey::tracking::{misspelt, nearest};
use journey::{Effect, EffectKind, Input, InputKind, Profile, Program};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;

/// So many names are kept, and a few of them written; those beyond are counted together.
const KEPT: usize = 1_000;
const WRITTEN: usize = 5;

/// What is counted on the way.
#[derive(Default)]
pub(crate) struct Summary {
    /// By journey: entries, and messages by channel.
    journeys: BTreeMap<String, (u64, BTreeMap<String, u64>)>,
    /// Messages that were not sent, by the rule.
    not_sent: BTreeMap<String, u64>,
    /// Events that mean nothing to the program.
    unheard: BTreeMap<String, u64>,
    more_unheard: u64,
    heard: BTreeSet<String>,
    /// Customers to whom something happened.
    met: HashSet<String>,
}

impl Summary {
    /// An input is played.
    pub(crate) fn input(&mut self, program: &Program, input: &Input) {
        let InputKind::Track { event, .. } = &input.kind else { return };
        if program.hears(event) {
            if !self.heard.contains(event.as_str()) {
                self.heard.insert(event.to_string());
            }
        } else if let Some(times) = self.unheard.get_mut(event.as_str()) {
            *times += 1;
        } else if self.unheard.len() < KEPT {
            self.unheard.insert(event.to_string(), 1);
        } else {
            self.more_unheard += 1;
        }
    }

    /// Something happened to a customer.
    pub(crate) fn effect(&mut self, profile: &Profile, effect: &Effect) {
        if !self.met.contains(profile.id()) {
            self.met.insert(profile.id().to_string());
        }
        match &effect.kind {
            EffectKind::Entered => self.journey(effect).0 += 1,
            EffectKind::Sent { channel, .. } => {
                *self.journey(effect).1.entry(channel.to_string()).or_default() += 1;
            }
            EffectKind::Suppressed { reason, rule, .. } => {
                *self.not_sent.entry(suppressed_by(*reason, rule).to_string()).or_default() += 1;
            }
            _ => {}
        }
    }

    fn journey(&mut self, effect: &Effect) -> &mut (u64, BTreeMap<String, u64>) {
        self.journeys.entry(effect.journey.to_string()).or_default()
    }

    /// All of it in words; of one customer, where only one is asked for.
    pub(crate) fn text(&self, replay: &Replay<'_>, only: Option<&str>, events: &[impl AsRef<str>]) -> String {
        let mut out = String::new();
        let people: Vec<&str> = replay.people().map(Profile::id).filter(|id| only.is_none_or(|o| o == *id)).collect();
        let entries: u64 = self.journeys.values().map(|(entries, _)| entries).sum();
        let sent: u64 = self.journeys.values().flat_map(|(_, channels)| channels.values()).sum();
        let not_sent: u64 = self.not_sent.values().sum();
        let who = only.map_or_else(|| some(people.len() as u64, "customer"), str::to_string);
        let _ = write!(out, "{who}: {}, {} sent", entries_of(entries), some(sent, "message"));
        let _ = if not_sent > 0 { writeln!(out, ", {not_sent} not sent") } else { writeln!(out) };
        for (journey, (entries, channels)) in &self.journeys {
            let channels: Vec<String> = channels.iter().map(|(channel, n)| format!("{n} {channel}")).collect();
            let sent = if channels.is_empty() { "no message".to_string() } else { channels.join(", ") };
            let _ = writeln!(out, "  {journey}: {}; {sent}", entries_of(*entries));
        }
        for (rule, times) in &self.not_sent {
            let _ = writeln!(out, "  not sent {times}×: {rule}");
        }
        self.unheard(events, &mut out);
        let nothing: Vec<&str> = people.into_iter().filter(|id| !self.met.contains(*id)).collect();
        if !nothing.is_empty() {
            let customers = some(nothing.len() as u64, "customer");
            let _ =
                writeln!(out, "  nothing happened to {customers}: {}", few(nothing.iter().map(|id| id.to_string())));
        }
        out.trim_end().to_string()
    }

    fn unheard(&self, events: &[impl AsRef<str>], out: &mut String) {
        if self.unheard.is_empty() {
            return;
        }
        // What the program waits for and never got is what a name can have meant; or it is a slip of one that came.
        let known = || events.iter().map(AsRef::as_ref);
        let missed = || known().filter(|event| !self.heard.contains(*event));
        let meant = |name: &str| nearest(name, missed()).or_else(|| misspelt(name, known()));
        let mut names: Vec<(&String, &u64, Option<&str>)> =
            self.unheard.iter().map(|(name, times)| (name, times, meant(name))).collect();
        names.sort_by_key(|(_, times, near)| (near.is_none(), std::cmp::Reverse(**times)));
        let named = names.into_iter().map(|(name, times, near)| match near {
            None => format!("{name} {times}×"),
            Some(near) => format!("{name} {times}×, did you mean `{near}`?"),
        });
        let all = self.unheard.values().sum::<u64>() + self.more_unheard;
        let _ = writeln!(out, "  {} that no journey listens to: {}", some(all, "event"), few(named));
    }
}

/// `1 message`, `2 messages`
fn some(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn entries_of(n: u64) -> String {
    if n == 1 { "1 entry".to_string() } else { format!("{n} entries") }
}

/// The first of some, and how many more there are.
fn few(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(WRITTEN);
    let written = all.take(WRITTEN).collect::<Vec<_>>().join("; ");
    if more > 0 { format!("{written}; and {more} more") } else { written }
}
