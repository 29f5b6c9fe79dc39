//! What each check of the gate said, for people: with the rules that stand, what they counted and until when they hold.

use super::{Check, Gate, Says};
use crate::bytecode::{Cap, Quiet};
use crate::engine::io::trace::{self, Answer, Counted};
use crate::engine::time::local_time::calendar;
use crate::ir::{JourneyId, List, TRANSACTIONAL, Window};
use crate::reason::Part;
use crate::value::Timestamp;
use smol_str::SmolStr;

impl<'a> Gate<'a> {
    /// Tells of these checks, which are all of the gate's.
    pub(crate) fn report(&self, checks: &[Check<'a>]) -> trace::Gate {
        let code = self.view.code;
        let quiet_until = if code.charter.quiet.is_empty() { vec![] } else { self.quiet_until_each() };
        trace::Gate {
            channel: code.channels.get(self.send.channel).cloned().unwrap_or_default(),
            message: code.messages.get(self.send.message).cloned().unwrap_or_default(),
            category: code.categories.get(self.send.category).cloned().unwrap_or_default(),
            checks: checks.iter().filter_map(|check| self.told(check, &quiet_until)).collect(),
        }
    }

    /// Tells of one check; none: its rule does not stand now.
    fn told(&self, check: &Check<'a>, quiet_until: &[Option<Timestamp>]) -> Option<trace::Check> {
        let charter = &self.view.code.charter;
        let mut told = trace::Check {
            part: check.part,
            rule: check.rule.cloned().unwrap_or_default(),
            answer: match check.says {
                Says::Passes => Answer::Passes,
                Says::Suppresses(_) => Answer::Suppresses,
                Says::Holds { ends, .. } => Answer::Holds(ends),
            },
            counted: vec![],
            limit: None,
            window: None,
        };
        match check.part {
            Part::Consent => told.rule = self.consent_rule(check),
            Part::Quiet => {
                let rule = charter.quiet.get(check.number)?;
                told.answer = self.quiet_answer(rule, check.says, quiet_until.get(check.number).copied().flatten())?;
            }
            Part::Gap => {
                let rule = charter.gaps.get(check.number)?;
                self.stands(rule.when)?;
                let from = self.view.now.saturating_sub(rule.least).saturating_add(1);
                told.counted = self.counted_sends(rule.journey, &rule.list, from);
                told.window = Some((from, self.view.now.saturating_add(1)));
            }
            Part::Cap => {
                let rule = charter.caps.get(check.number)?;
                self.stands(rule.when)?;
                let (from, to) = self.looked_at(rule);
                told.counted = self.counted_sends(rule.journey, &rule.list, from);
                (told.limit, told.window) = (Some(rule.limit), Some((from, to)));
            }
            _ => {}
        }
        Some(told)
    }

    /// The rule about consent: the one that is broken, else the one that asks for it.
    fn consent_rule(&self, check: &Check<'a>) -> SmolStr {
        if let Says::Suppresses(_) = check.says {
            return check.named().text;
        }
        let (channel, category) = (self.send.channel, self.send.category);
        let rules = &self.view.code.charter.consent;
        let rule = rules.iter().find(|(subject, _)| subject.names(channel, category)).map(|(_, text)| text);
        rule.filter(|_| category != TRANSACTIONAL).cloned().unwrap_or_default()
    }

    /// What a quiet line says by itself: until when it stands in the quiet time that begins now.
    fn quiet_answer(&self, rule: &Quiet, says: Says, until: Option<Timestamp>) -> Option<Answer> {
        match (says, until) {
            (Says::Suppresses(_), _) => Some(Answer::Suppresses),
            (_, Some(until)) if !rule.skip => Some(Answer::Holds(until)),
            (_, until) => (until.is_some() || self.stands(rule.when).is_some()).then_some(Answer::Passes),
        }
    }

    /// The first instant of the time that a cap looks at, and the first after it.
    fn looked_at(&self, cap: &Cap) -> (Timestamp, Timestamp) {
        let now = self.view.now;
        match cap.per {
            // What lies exactly a window back is outside.
            Window::Rolling(length) => (now.saturating_sub(length).saturating_add(1), now.saturating_add(1)),
            window => calendar(self.view.zone, now, window).unwrap_or((now, now)),
        }
    }

    fn counted_sends(&self, journey: Option<JourneyId>, list: &List, from: Timestamp) -> Vec<Counted> {
        let code = self.view.code;
        let sends = self.counted(journey, list).filter(|send| send.at >= from);
        sends
            .map(|send| Counted {
                at: send.at,
                channel: code.channels.get(send.channel).cloned().unwrap_or_default(),
                message: code.messages.get(send.message).cloned().unwrap_or_default(),
            })
            .collect()
    }
}
