//! The gate: what every send is asked, as one list of checks in the order of [`Part`]: stop, holdout, consent,
//! reachability, exclude, avoid, paused, quiet hours, gaps, caps. The list is lazy: who only wants the verdict asks as
//! far as it takes to know it, and who wants to tell of it asks all.

pub(crate) mod report;
pub(crate) mod rework;
mod windows;

use super::ahead::is_scheduled;
use super::consent;
use super::view::View;
use crate::bytecode::{Cap, Code, Gap, Quiet, Send};
use crate::engine::state::parked::{HeldBy, Hold};
use crate::ir::{JourneyId, TRANSACTIONAL, names};
use crate::limits::LONGEST_HOLD;
use crate::reason::{Part, Rule, RuleId, SuppressReason};
use crate::value::Timestamp;
use smol_str::SmolStr;

/// What the gate says of a send.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// It goes.
    Go,
    /// It does not go.
    Suppress { reason: SuppressReason, rule: Rule },
    /// It waits; what holds it ends by itself at `ends`.
    Hold { by: HeldBy, ends: Timestamp, rule: Rule },
}

/// One check of a send: what one rule, or one thing that is always asked, says of it.
#[derive(Clone, Copy)]
pub(crate) struct Check<'a> {
    pub(crate) part: Part,
    /// Its number among the rules of its part.
    pub(crate) number: usize,
    /// The rule as written; none: it is always asked.
    pub(crate) rule: Option<&'a SmolStr>,
    pub(crate) says: Says,
}

/// What a check says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Says {
    Passes,
    Suppresses(SuppressReason),
    Holds { by: HeldBy, ends: Timestamp },
}

impl Check<'_> {
    /// The rule as effects name it; what is always asked is named by its reason.
    fn named(&self) -> Rule {
        let Some(text) = self.rule else {
            let reason = match self.says {
                Says::Suppresses(reason) => reason.name(),
                Says::Holds { by, .. } => reason(by).name(),
                Says::Passes => "",
            };
            return Rule::named(SmolStr::new_static(reason));
        };
        let has_list = !matches!(self.part, Part::Consent | Part::Holdout | Part::Paused);
        let number = u16::try_from(self.number).ok().filter(|_| has_list);
        Rule { text: text.clone(), id: number.map(|number| RuleId { part: self.part, number }) }
    }
}

/// The checks of a send, as far as somebody asks for them.
pub(crate) struct Checks<'a> {
    gate: Gate<'a>,
    /// The part that is asked next, by its place among those that can say anything, and its rule.
    part: usize,
    number: usize,
}

impl<'a> Iterator for Checks<'a> {
    type Item = Check<'a>;

    #[inline]
    fn next(&mut self) -> Option<Check<'a>> {
        loop {
            let part = *self.gate.view.code.parts.get(self.part)?;
            if self.number >= self.gate.count(part) {
                (self.part, self.number) = (self.part + 1, 0);
                continue;
            }
            self.number += 1;
            if let Some(check) = self.gate.check(part, self.number - 1) {
                return Some(check);
            }
        }
    }
}

/// A send of an entry before the gate.
#[derive(Clone, Copy)]
pub(crate) struct Gate<'a> {
    view: View<'a>,
    /// The place of the entry in the list.
    at: usize,
    journey: JourneyId,
    send: &'a Send,
    /// The hold that ends now.
    held: Option<&'a Hold>,
}

impl<'a> Gate<'a> {
    /// None: there is no such entry, and nothing may be sent.
    pub(crate) fn of(view: View<'a>, at: usize, send: &'a Send, held: Option<&'a Hold>) -> Option<Self> {
        let journey = view.instance(at)?.journey;
        Some(Self { view, at, journey, send, held })
    }

    /// What the gate says: of the checks, as far as they have to be asked.
    pub(crate) fn asked(self) -> Verdict {
        if self.is_open() { Verdict::Go } else { self.verdict(self.checks()) }
    }

    /// Whether no check can say anything but that it passes: the program has no rules for this send, and the person has never
    /// answered or become unreachable.
    fn is_open(&self) -> bool {
        let View { code, profile, .. } = self.view;
        let known = profile.known();
        code.uses.no_rules
            && known.consent.is_empty()
            && known.reachable.is_empty()
            && code.channels.has(self.send.channel)
    }

    /// All checks of the send, in the order in which they are asked; each is worked out when it is looked at.
    pub(crate) fn checks(self) -> Checks<'a> {
        Checks { gate: self, part: 0, number: 0 }
    }

    /// The verdict of a list of checks: the first that suppresses; of those of one part that hold, the one that holds
    /// longest. What was not found to be agreed to and reachable does not go.
    pub(crate) fn verdict(&self, checks: impl IntoIterator<Item = Check<'a>>) -> Verdict {
        let (mut agreed, mut goes) = (false, false);
        let mut longest: Option<(Check<'a>, HeldBy, Timestamp)> = None;
        for check in checks {
            if longest.is_some_and(|(held, ..)| held.part != check.part) {
                break;
            }
            match check.says {
                Says::Suppresses(reason) => return Verdict::Suppress { reason, rule: check.named() },
                Says::Passes => {
                    agreed |= check.part == Part::Consent;
                    goes |= check.part == Part::Reachable && agreed;
                }
                Says::Holds { by, ends } => {
                    if longest.is_none_or(|(.., before)| self.is_longer(ends, before)) {
                        longest = Some((check, by, ends));
                    }
                }
            }
        }
        match longest {
            Some((check, by, ends)) => Verdict::Hold { by, ends, rule: check.named() },
            None if goes => Verdict::Go,
            None => {
                let reason = SuppressReason::Unreachable;
                Verdict::Suppress { reason, rule: Rule::named(SmolStr::new_static(reason.name())) }
            }
        }
    }

    /// How many checks a part has.
    fn count(&self, part: Part) -> usize {
        let charter = &self.view.code.charter;
        // A receipt passes whatever is there to keep marketing back.
        if self.send.category == TRANSACTIONAL
            && matches!(part, Part::Holdout | Part::Exclude | Part::Avoid | Part::Quiet | Part::Gap | Part::Cap)
        {
            return 0;
        }
        match part {
            Part::Stop => charter.stop.len(),
            Part::Holdout => usize::from(self.view.code.uses.holdouts),
            Part::Consent | Part::Reachable | Part::Paused => 1,
            Part::Exclude => charter.exclude.len(),
            Part::Avoid => charter.avoid.len(),
            Part::Quiet => charter.quiet.len(),
            Part::Gap => charter.gaps.len(),
            Part::Cap => charter.caps.len(),
        }
    }

    /// What one rule of a part says; none: it is about other messages.
    #[inline]
    fn check(&self, part: Part, number: usize) -> Option<Check<'a>> {
        let (view, send) = (self.view, self.send);
        let charter = &view.code.charter;
        let of = |rule: Option<&'a SmolStr>, says: Says| Some(Check { part, number, rule, says });
        let stops = |yes: bool, reason: SuppressReason| if yes { Says::Suppresses(reason) } else { Says::Passes };
        match part {
            Part::Stop => {
                let (list, rule) = charter.stop.get(number)?;
                let is_about = names(list, send.channel, send.category);
                if is_about { of(Some(rule), Says::Suppresses(SuppressReason::Stopped)) } else { None }
            }
            Part::Holdout => {
                let rule = view.control_rule(self.journey)?;
                of(Some(rule), Says::Suppresses(SuppressReason::Holdout))
            }
            Part::Consent => match consent::allows(view.code, view.profile, send.channel, Some(send.category)) {
                Ok(()) => of(None, Says::Passes),
                Err(rule) => of(rule, Says::Suppresses(SuppressReason::NoConsent)),
            },
            Part::Reachable => {
                let name = view.code.channels.get(send.channel);
                let is_closed = name.is_none_or(|name| !view.profile.is_reachable(name));
                of(None, stops(is_closed, SuppressReason::Unreachable))
            }
            Part::Exclude => {
                let rule = charter.exclude.get(number)?;
                let is_about = names(&rule.list, send.channel, send.category);
                let stands = || self.stands(Some(rule.when)).is_some();
                if is_about { of(Some(&rule.text), stops(stands(), SuppressReason::Excluded)) } else { None }
            }
            Part::Avoid => {
                let rule = charter.avoid.get(number).filter(|rule| rule.channel == send.channel)?;
                let comes = is_scheduled(view, self.at, rule.other, rule.within);
                of(Some(&rule.text), stops(comes, SuppressReason::Avoided))
            }
            Part::Paused => {
                let rule = view.journey(self.journey).and_then(|j| j.paused.as_ref())?;
                of(Some(rule), Says::Holds { by: HeldBy::Paused, ends: Timestamp::MAX })
            }
            Part::Quiet => {
                let rule = charter.quiet.get(number).filter(|rule| self.is_about(rule.journey, &rule.list))?;
                of(Some(&rule.text), self.quiet_says(number, rule))
            }
            Part::Gap => {
                let rule = charter.gaps.get(number).filter(|rule| self.is_about(rule.journey, &rule.list))?;
                of(Some(&rule.text), self.gap_says(number, rule))
            }
            Part::Cap => {
                let rule = charter.caps.get(number).filter(|rule| self.is_about(rule.journey, &rule.list))?;
                of(Some(&rule.text), self.cap_says(number, rule))
            }
        }
    }

    /// What a gap says.
    fn gap_says(&self, number: usize, gap: &Gap) -> Says {
        match self.gap_until(gap) {
            None => Says::Passes,
            Some(_) if gap.skip => Says::Suppresses(SuppressReason::Gap),
            Some(_) => Says::Holds { by: HeldBy::Gap(number as u16), ends: self.gap_ends(gap) },
        }
    }

    /// What a quiet line says. Quiet hours of several lines add up to one quiet time, which the first that stands holds
    /// to its end.
    fn quiet_says(&self, number: usize, rule: &Quiet) -> Says {
        if self.quiet_until(rule).is_none() {
            return Says::Passes;
        }
        if rule.skip {
            return Says::Suppresses(SuppressReason::QuietHours);
        }
        let before = self.view.code.charter.quiet.iter().take(number);
        let is_first = before.filter(|rule| !rule.skip).all(|rule| self.quiet_until(rule).is_none());
        let ends = if is_first { self.quiet_ends() } else { self.view.now };
        Says::Holds { by: HeldBy::Quiet(number as u16), ends }
    }

    /// What a cap says; one that has held the send for as long as it may suppresses.
    fn cap_says(&self, number: usize, cap: &Cap) -> Says {
        if self.cap_until(cap).is_none() {
            return Says::Passes;
        }
        // A cap that holds the send again goes on with the time it had.
        let number = number as u16;
        let since = self.held.and_then(|held| held.capped_since(number)).unwrap_or(self.view.now);
        if cap.hold.is_none_or(|most| since.saturating_add(most) <= self.view.now) {
            return Says::Suppresses(SuppressReason::Cap);
        }
        Says::Holds { by: HeldBy::Cap(number, since), ends: self.cap_ends(cap) }
    }
}

/// When a hold that began at `since` is over: where what holds it ends by itself, or sooner where it may not be held for
/// so long.
pub(crate) fn until(code: &Code, by: HeldBy, since: Timestamp, ends: Timestamp) -> Timestamp {
    let longest = ends.min(since.saturating_add(LONGEST_HOLD));
    match by {
        HeldBy::Cap(number, since) => {
            let most = code.charter.caps.get(usize::from(number)).and_then(|cap| cap.hold);
            most.map_or(longest, |most| longest.min(since.saturating_add(most)))
        }
        _ => longest,
    }
}

/// The reason of a hold, once it suppresses.
pub(crate) fn reason(by: HeldBy) -> SuppressReason {
    match by {
        HeldBy::Quiet(_) => SuppressReason::QuietHours,
        HeldBy::Gap(_) => SuppressReason::Gap,
        HeldBy::Cap(..) => SuppressReason::Cap,
        HeldBy::BestTime => SuppressReason::BestTime,
        HeldBy::Paused => SuppressReason::Paused,
    }
}

/// The rule that holds a send of a journey.
pub(crate) fn rule(code: &Code, journey: JourneyId, send: &Send, by: HeldBy) -> Rule {
    let charter = &code.charter;
    let of = |part: Part, number: u16| Some(RuleId { part, number });
    let (text, id) = match by {
        HeldBy::Quiet(at) => (charter.quiet.get(usize::from(at)).map(|r| &r.text), of(Part::Quiet, at)),
        HeldBy::Gap(at) => (charter.gaps.get(usize::from(at)).map(|r| &r.text), of(Part::Gap, at)),
        HeldBy::Cap(at, _) => (charter.caps.get(usize::from(at)).map(|r| &r.text), of(Part::Cap, at)),
        HeldBy::BestTime => (send.best_time.as_ref().map(|(_, text)| text), None),
        HeldBy::Paused => (code.journeys.get(journey).and_then(|j| j.paused.as_ref()), None),
    };
    Rule { text: text.cloned().unwrap_or_default(), id }
}
