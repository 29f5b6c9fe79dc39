//! The answer as JSON.

use super::Told;
use crate::load;
use journey::engine::{Answer, Check};
use journey::source::{Span, on_one_line};
use journey::value::{Timestamp, show_instant};
use journey::why::{Asked, Entry, Missing, Outcome, Reason};
use serde_json::{Value, json};

pub(super) fn json(told: &Told<'_>) -> serde_json::Result<String> {
    let asked: Vec<Value> = told.asked.iter().map(|(entry, asked)| told.asked_json(entry, asked)).collect();
    let missing: Vec<Value> = told.missing.iter().map(|missing| told.missing_json(missing)).collect();
    let refused = told.record.refused.iter();
    let refused: Vec<Value> = refused
        .map(|(at, journey, why)| {
            let values = told.record.values(told.typed, journey, *at, *why);
            json!({"at": time(*at), "journey": journey.as_str(), "why": why.words(), "values": values})
        })
        .collect();
    serde_json::to_string_pretty(&json!({
        "profile": told.record.id.as_str(),
        "timezone": told.record.zone.map(|zone| zone.name()),
        "asked": asked,
        "not_asked": missing,
        "not_entered": refused,
    }))
}

fn time(at: Timestamp) -> String {
    show_instant(at)
}

impl Told<'_> {
    fn at(&self, span: Span) -> Value {
        let (file, line) = load::place(self.sources, span);
        json!({"file": file, "line": line, "text": on_one_line(self.sources, span).trim_end_matches(':')})
    }

    fn asked_json(&self, entry: &Entry, asked: &Asked) -> Value {
        let (outcome, reason, rule, until) = match &asked.outcome {
            Outcome::Sent => ("sent", None, None, None),
            Outcome::Held(until, rule) => ("held", None, Some(rule), Some(time(*until))),
            Outcome::Suppressed(reason, rule) => ("suppressed", Some(*reason), Some(rule), None),
            Outcome::NotChosen => ("not_chosen", None, None, None),
        };
        let path =
            entry.answers.iter().take(asked.answers).map(
                |answered| json!({"at": time(answered.at), "holds": answered.holds, "place": self.at(answered.span)}),
            );
        let place = rule.and_then(|rule| self.typed.rule(&entry.journey, rule)).map(|span| self.at(span));
        let checks = asked.gate.checks.iter().map(|check| self.check_json(entry, check));
        json!({
            "at": time(asked.at),
            "journey": entry.journey.as_str(),
            "channel": asked.gate.channel.as_str(),
            "message": asked.gate.message.as_str(),
            "category": asked.gate.category.as_str(),
            "outcome": outcome,
            "reason": reason,
            "rule": rule.map(|rule| rule.as_str()),
            "rule_place": place,
            "until": until,
            "place": self.at(asked.span),
            "entered": {"at": time(entry.at), "place": self.at(entry.by)},
            "path": path.collect::<Vec<_>>(),
            "gate": checks.collect::<Vec<_>>(),
        })
    }

    fn check_json(&self, entry: &Entry, check: &Check) -> Value {
        let (answer, until) = match check.answer {
            Answer::Passes => ("passes", None),
            Answer::Holds(Timestamp::MAX) => ("holds", None),
            Answer::Holds(until) => ("holds", Some(time(until))),
            Answer::Suppresses => ("suppresses", None),
        };
        let counted = check.counted.iter().map(
            |sent| json!({"at": time(sent.at), "channel": sent.channel.as_str(), "message": sent.message.as_str()}),
        );
        json!({
            "asks": check.part.word(),
            "rule": check.rule.as_str(),
            "place": self.typed.rule(&entry.journey, &check.rule).map(|span| self.at(span)),
            "answer": answer,
            "until": until,
            "limit": check.limit,
            "from": check.window.map(|(from, _)| time(from)),
            "to": check.window.map(|(_, to)| time(to)),
            "counted": counted.collect::<Vec<_>>(),
        })
    }

    fn missing_json(&self, missing: &Missing) -> Value {
        let why = match &missing.reason {
            Reason::NothingHappened(lines) => {
                json!({"why": "nothing_happened", "waits_for": lines.iter().map(|span| self.at(*span)).collect::<Vec<_>>()})
            }
            Reason::Refused(at, why) => json!({"why": "not_entered", "at": time(*at), "words": why.words()}),
            Reason::Branch(at, span, holds) => {
                json!({"why": "branch", "at": time(*at), "holds": holds, "place": self.at(*span)})
            }
            Reason::Arm(span, split, arm) => {
                json!({"why": "split", "split": split.as_str(), "arm": arm.as_str(), "place": self.at(*span)})
            }
            Reason::NotReached(span) => json!({"why": "not_reached", "place": self.at(*span)}),
            Reason::Left(at, span) => json!({"why": "left", "at": time(*at), "place": self.at(*span)}),
            Reason::Ended(at, reason) => json!({"why": "ended", "at": time(*at), "reason": reason}),
            Reason::Waits(at, span) => json!({"why": "waits", "at": time(*at), "place": self.at(*span)}),
            _ => json!({"why": "other"}),
        };
        json!({
            "journey": missing.journey.as_str(),
            "step": self.at(missing.step),
            "entered": missing.entered.map(time),
            "because": why,
            "values": missing.values,
        })
    }
}
