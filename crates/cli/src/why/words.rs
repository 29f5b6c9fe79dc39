//! The answer in plain words.

use super::Told;
use crate::load;
use anstyle::{AnsiColor, Style};
use journey::SuppressReason;
use journey::engine::{Answer, Check, Part};
use journey::source::{Span, on_one_line};
use journey::timeline::{answer, local};
use journey::value::Timestamp;
use journey::why::{Asked, Entry, Missing, Outcome, Reason};
use std::fmt::Write;

pub(super) fn text(told: &Told<'_>, is_brief: bool) -> String {
    let mut out = String::new();
    if let Some(at) = told.nothing_at {
        let _ = write!(out, "Nothing was asked of the gate at {}.", told.time(at));
        out.push_str(if told.asked.is_empty() { "\n" } else { " The last time before:\n\n" });
    }
    for (entry, asked) in &told.asked {
        if is_brief {
            let _ = writeln!(out, "{}", told.headline(asked));
            told.blame(entry, asked, &mut out);
        } else {
            told.asked(entry, asked, &mut out);
        }
    }
    for missing in &told.missing {
        told.missing(missing, &mut out);
    }
    if told.asked.is_empty() && told.missing.is_empty() && told.nothing_at.is_none() {
        let _ = writeln!(out, "No journey asked for a message to {}.", told.record.id);
        for (at, journey, why) in &told.record.refused {
            let values = told.record.values(told.typed, journey, *at, *why);
            let why = values.unwrap_or_else(|| why.words().to_string());
            let _ = writeln!(out, "  {}: {journey} did not begin: {why}", told.time(*at));
        }
    } else if is_brief && !told.asked.is_empty() {
        out.push_str("\n`--at MOMENT` shows how it came to that, every rule that was asked, and what it counted.\n");
    }
    out
}

impl Told<'_> {
    fn time(&self, at: Timestamp) -> String {
        match self.record.zone {
            Some(zone) => local(zone, at),
            None => journey::value::show_instant(at),
        }
    }

    /// `shop.journey:17`
    fn place(&self, span: Span) -> String {
        let (file, line) = load::place(self.sources, span);
        format!("[{file}:{line}]")
    }

    fn line(&self, span: Span) -> String {
        let text = on_one_line(self.sources, span);
        format!("{}  {}", text.trim_end_matches(':'), self.place(span))
    }

    fn headline(&self, asked: &Asked) -> String {
        let (what, color) = match &asked.outcome {
            Outcome::Sent => ("sent".to_string(), AnsiColor::Green),
            Outcome::Held(until, _) => (format!("held until {}", self.time(*until)), AnsiColor::Yellow),
            Outcome::Suppressed(..) => ("not sent".to_string(), AnsiColor::Red),
            Outcome::NotChosen => ("not chosen: another channel answers better".to_string(), AnsiColor::Yellow),
        };
        let style = Style::new().bold().fg_color(Some(color.into()));
        let (channel, message) = (&asked.gate.channel, &asked.gate.message);
        format!("{}: {style}{channel} {message} {what}{style:#}", self.time(asked.at))
    }

    fn asked(&self, entry: &Entry, asked: &Asked, out: &mut String) {
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
    fn blame(&self, entry: &Entry, asked: &Asked, out: &mut String) {
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
        let (mark, color) = match check.answer {
            Answer::Passes => ("✓", AnsiColor::Green),
            Answer::Holds(_) => ("…", AnsiColor::Yellow),
            Answer::Suppresses => ("✗", AnsiColor::Red),
        };
        let style = Style::new().fg_color(Some(color.into()));
        let _ = writeln!(out, "    {style}{mark}{style:#} {asked}  {verdict}{place}");
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

    fn missing(&self, missing: &Missing, out: &mut String) {
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
            _ => "the journey went another way".to_string(),
        };
        let _ = writeln!(out, "  because {why}\n");
    }
}
