//! The answer in plain words.

use super::{Asked, Entry, Missing, Outcome, Reason, Record};
use crate::engine::{Answer, Check, Part};
use crate::ir;
use crate::reason::SuppressReason;
use crate::source::{SourceFile, Span, on_one_line};
use crate::timeline::{Tone, answer, local};
use crate::value::{Timestamp, show_instant};
use std::fmt::Write;

/// What is known of one person, to be put into words.
pub struct Words<'a> {
    /// The program's files.
    pub sources: &'a [SourceFile],
    /// The program, for the lines of its rules.
    pub typed: &'a ir::Program,
    /// What happened to the person.
    pub record: &'a Record,
    /// Colours a text that is meant so; the first word of an answer is a headline.
    pub paint: &'a dyn Fn(Tone, bool, &str) -> String,
}

/// For who shows no colours.
pub fn plain(_: Tone, _: bool, text: &str) -> String {
    text.to_string()
}

impl Words<'_> {
    /// A moment as the person's clock has it.
    pub fn time(&self, at: Timestamp) -> String {
        match self.record.zone {
            Some(zone) => local(zone, at),
            None => show_instant(at),
        }
    }

    /// `shop.journey:17`
    fn place(&self, span: Span) -> String {
        let file = self.sources.get(usize::from(span.file));
        let (file, line) = file.map_or(("", 0), |file| (file.name.as_str(), file.line_column(span.start).0));
        format!("[{file}:{line}]")
    }

    fn line(&self, span: Span) -> String {
        let text = on_one_line(self.sources, span);
        format!("{}  {}", text.trim_end_matches(':'), self.place(span))
    }

    /// What became of a message, in a line.
    pub fn headline(&self, asked: &Asked) -> String {
        let (what, tone) = match &asked.outcome {
            Outcome::Sent => ("sent".to_string(), Tone::Sent),
            Outcome::Held(until, _) => (format!("held until {}", self.time(*until)), Tone::Held),
            Outcome::Suppressed(..) => ("not sent".to_string(), Tone::Suppressed),
            Outcome::NotChosen => ("not chosen: another channel answers better".to_string(), Tone::Held),
        };
        let (channel, message) = (&asked.gate.channel, &asked.gate.message);
        format!("{}: {}", self.time(asked.at), (self.paint)(tone, true, &format!("{channel} {message} {what}")))
    }

    /// How it came to a message, every rule that was asked, and what it counted.
    pub fn asked(&self, entry: &Entry, asked: &Asked, out: &mut String) {
        let _ = writeln!(out, "{}", self.headline(asked));
        self.blame(entry, asked, out);
        let _ = writeln!(out, "\n  How {} came to it:", self.record.id);
        let _ = writeln!(out, "    {}  entered {}: {}", self.time(entry.at), entry.journey, self.line(entry.by));
        for answered in entry.answers.iter().take(asked.answers) {
            let words: Vec<String> = match self.record.zone {
                Some(zone) => answered.parts.iter().map(|part| answer(self.sources, zone, part)).collect(),
                None => vec![],
            };
            let _ =
                writeln!(out, "    {}  {}  {}", self.time(answered.at), words.join("; "), self.place(answered.span));
        }
        let _ = writeln!(out, "    {}  {}", self.time(asked.at), self.line(asked.span));
        let _ = writeln!(out, "\n  What was asked before it went, in this order:");
        for check in &asked.gate.checks {
            self.check(entry, check, out);
        }
        out.push('\n');
    }

    /// The rule that held or suppressed it.
    pub fn blame(&self, entry: &Entry, asked: &Asked, out: &mut String) {
        let (reason, rule) = match &asked.outcome {
            Outcome::Held(_, rule) => (None, rule),
            Outcome::Suppressed(reason, rule) => (Some(*reason), rule),
            Outcome::Sent | Outcome::NotChosen => return,
        };
        let words = reason.map_or("a rule holds it", SuppressReason::words);
        let place =
            self.typed.rule(&entry.journey, rule).map_or_else(String::new, |span| format!("  {}", self.place(span)));
        let rule =
            if reason.is_some_and(|reason| rule == reason.name()) { String::new() } else { format!(": {rule}{place}") };
        let _ = writeln!(out, "  because {words}{rule}");
    }

    /// One rule, what it said and what it counted.
    fn check(&self, entry: &Entry, check: &Check, out: &mut String) {
        let asked = match (check.part, check.rule.as_str()) {
            (Part::Consent, "" | "no_consent") => "has the person agreed to it?".to_string(),
            (Part::Reachable, _) => "can the channel reach the person?".to_string(),
            (_, rule) => rule.to_string(),
        };
        let place = self
            .typed
            .rule(&entry.journey, &check.rule)
            .map_or_else(String::new, |span| format!("  {}", self.place(span)));
        let verdict = match (check.part, check.answer) {
            (Part::Consent | Part::Reachable, Answer::Passes) => "yes".to_string(),
            (Part::Consent | Part::Reachable, _) => "no: not sent".to_string(),
            (_, Answer::Passes) => "lets it through".to_string(),
            (_, Answer::Holds(Timestamp::MAX)) => "holds it".to_string(),
            (_, Answer::Holds(until)) => format!("holds it until {}", self.time(until)),
            (_, Answer::Suppresses) => "not sent".to_string(),
        };
        let (mark, tone) = match check.answer {
            Answer::Passes => ("✓", Tone::Sent),
            Answer::Holds(_) => ("…", Tone::Held),
            Answer::Suppresses => ("✗", Tone::Suppressed),
        };
        let mark = (self.paint)(tone, false, mark);
        let _ = writeln!(out, "    {mark} {asked}  {verdict}{place}");
        if let (Part::Cap | Part::Gap, Some((from, to))) = (check.part, check.window) {
            let most = check.limit.map_or_else(String::new, |limit| format!(" of {limit}"));
            // A window of the calendar ends later than now, and is named from its beginning.
            let since = self.time(from.saturating_add(i64::from(from % 60_000 == 1)).div_euclid(60_000) * 60_000);
            let _ = write!(out, "        {}{most} counted since {since}", check.counted.len());
            let now_ends = check.part == Part::Cap && to % 60_000 == 0;
            let _ = writeln!(out, "{}", if now_ends { format!(", until {}", self.time(to)) } else { String::new() });
            for counted in &check.counted {
                let _ = writeln!(out, "          {}  {} {}", self.time(counted.at), counted.channel, counted.message);
            }
        }
    }

    /// Why a message was not asked for.
    pub fn missing(&self, missing: &Missing, out: &mut String) {
        let _ = writeln!(out, "{}: not asked for by {}", self.line(missing.step), missing.journey);
        if let Some(at) = missing.entered {
            let _ = writeln!(out, "  {} entered on {}", self.record.id, self.time(at));
        }
        let why = match &missing.reason {
            Reason::NothingHappened(lines) => {
                let lines: Vec<String> = lines.iter().map(|span| self.line(*span)).collect();
                let values = missing.values.as_ref().map_or_else(String::new, |values| format!("; {values}"));
                format!("what lets people in did not happen: {}{values}", lines.join("; or "))
            }
            Reason::Refused(at, why) => {
                let why = missing.values.clone().unwrap_or_else(|| why.words().to_string());
                format!("on {} the journey did not begin: {why}", self.time(*at))
            }
            Reason::Branch(at, span, holds) => {
                let answer = if *holds { "yes" } else { "no" };
                format!("on {} this came out {answer}: {}", self.time(*at), self.line(*span))
            }
            Reason::Arm(span, split, arm) => {
                format!("split {split} put the person into `{arm}`  {}", self.place(*span))
            }
            Reason::NotReached(span) => format!("this has not happened: {}", self.line(*span)),
            Reason::Left(at, span) => format!("on {} the person left before: {}", self.time(*at), self.line(*span)),
            Reason::Ended(at, why) => format!("the journey had ended on {} ({why})", self.time(*at)),
            Reason::Waits(at, span) => {
                format!("the person has not come so far: since {} at {}", self.time(*at), self.line(*span))
            }
        };
        let _ = writeln!(out, "  because {why}\n");
    }
}
