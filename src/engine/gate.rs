//! The gate: what every send is asked, in the order of [`Part`]: stop, holdout, consent, reachability, exclude, avoid, paused,
//! quiet hours, gaps, caps. A rule with a `when` stands only while it holds, and so the end of a hold is looked for
//! instant by instant: the first at which the rule no longer stands in the way.

use super::conditions::{Asker, is_transactional};
use super::local_time::{self, calendar};
use super::profile::{Consent, HeldBy, Hold, Profile, SendRecord};
use super::seen::{Answer, Check, Counted, Gate as Report, Part};
use super::turn::Turn;
use crate::bytecode::{Cap, Code, Formula, Gap, Quiet, Send};
use crate::ir::{CategoryId, ChannelId, List, Subject, TRANSACTIONAL, Window, names};
use crate::reason::SuppressReason;
use crate::value::Instant;
use chrono_tz::Tz;
use smol_str::SmolStr;
use std::cell::RefCell;

/// What the gate says of a send.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// It goes.
    Go,
    /// It does not go.
    Suppress { reason: SuppressReason, rule: SmolStr },
    /// It waits; `limit` is how long this rule holds it at most.
    Hold { by: HeldBy, ends: Instant, limit: Option<Instant>, rule: SmolStr },
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

/// The text of the rule that holds a send of a journey.
pub(crate) fn rule(code: &Code, journey: u16, send: &Send, by: HeldBy) -> SmolStr {
    let charter = &code.charter;
    let text = match by {
        HeldBy::Quiet(at) => charter.quiet.get(usize::from(at)).map(|r| &r.text),
        HeldBy::Gap(at) => charter.gaps.get(usize::from(at)).map(|r| &r.text),
        HeldBy::Cap(at, _) => charter.caps.get(usize::from(at)).map(|r| &r.text),
        HeldBy::BestTime => send.best_time.as_ref().map(|(_, text)| text),
        HeldBy::Paused => code.journeys.get(usize::from(journey)).and_then(|j| j.paused.as_ref()),
    };
    text.cloned().unwrap_or_default()
}

/// Asks the gate about a send of an entry. `held` is the hold that ends now.
pub(crate) fn ask(turn: &mut Turn<'_>, at: usize, send: &Send, held: Option<&Hold>) -> Verdict {
    let code = turn.code;
    let Some(journey) = turn.profile.instances.get(at).map(|i| i.journey) else {
        // A send that no entry asks for cannot be: nobody is contacted by it.
        turn.notice("a message of no entry was asked for: it was not sent".to_string());
        return Verdict::Suppress { reason: SuppressReason::Stopped, rule: SmolStr::new_static("no entry") };
    };
    let is_transactional = send.category == TRANSACTIONAL;
    if let Some(verdict) = before_consent(turn, journey, send) {
        return verdict;
    }
    if let Err(rule) = consents(code, turn.profile, send.channel, Some(send.category)) {
        return Verdict::Suppress { reason: SuppressReason::NoConsent, rule };
    }
    if code.channels.get(send.channel.index()).is_none_or(|name| !turn.profile.is_reachable(name)) {
        return Verdict::Suppress { reason: SuppressReason::Unreachable, rule: SmolStr::new_static("unreachable") };
    }
    if let Some(verdict) = after_reachability(turn, at, journey, send) {
        return verdict;
    }
    // Without a rule that holds there is nothing to work out.
    let charter = &code.charter;
    let is_free = charter.quiet.is_empty() && charter.gaps.is_empty() && charter.caps.is_empty();
    if is_transactional || is_free {
        return Verdict::Go;
    }
    let gate = Gate::new(code, turn.profile, journey, send, turn.now);
    gate.quiet().or_else(|| gate.gaps()).or_else(|| gate.caps(held)).unwrap_or(Verdict::Go)
}

/// The emergency brake and control groups.
fn before_consent(turn: &mut Turn<'_>, journey: u16, send: &Send) -> Option<Verdict> {
    let mut stops = turn.code.charter.stop.iter();
    if let Some((_, rule)) = stops.find(|(list, _)| names(list, send.channel, send.category)) {
        return Some(Verdict::Suppress { reason: SuppressReason::Stopped, rule: rule.clone() });
    }
    let rule = if send.category == TRANSACTIONAL { None } else { turn.control_rule(journey) };
    rule.map(|rule| Verdict::Suppress { reason: SuppressReason::Holdout, rule })
}

/// Who is left out, what would come beside something else, and journeys that are paused.
fn after_reachability(turn: &mut Turn<'_>, at: usize, journey: u16, send: &Send) -> Option<Verdict> {
    let code = turn.code;
    if send.category != TRANSACTIONAL {
        let rules = &code.charter.exclude;
        if !rules.is_empty() {
            let gate = Gate::new(code, turn.profile, journey, send, turn.now);
            if let Some(rule) = rules.iter().find(|rule| gate.concerns(None, &rule.list, Some(rule.when))) {
                return Some(Verdict::Suppress { reason: SuppressReason::Excluded, rule: rule.text.clone() });
            }
        }
        for rule in code.charter.avoid.iter().filter(|rule| rule.channel == send.channel) {
            if turn.is_scheduled(at, rule.other.0, rule.within) {
                return Some(Verdict::Suppress { reason: SuppressReason::Avoided, rule: rule.text.clone() });
            }
        }
    }
    let rule = code.journeys.get(usize::from(journey)).and_then(|j| j.paused.clone())?;
    Some(Verdict::Hold { by: HeldBy::Paused, ends: Instant::MAX, limit: None, rule })
}

/// Whether consent stands for a send, else the rule that it breaks.
pub(crate) fn consents(
    code: &Code,
    profile: &Profile,
    channel: ChannelId,
    category: Option<CategoryId>,
) -> Result<(), SmolStr> {
    if code.charter.consent.is_empty() && profile.known().consent == Consent::default() {
        return Ok(());
    }
    let no_rule = || SmolStr::new_static("no_consent");
    let channel_name = code.channels.get(channel.index()).map_or("", SmolStr::as_str);
    let category_name = category.and_then(|c| code.categories.get(c.index())).map(SmolStr::as_str);
    let both: &[&str] = &[channel_name, category_name.unwrap_or(channel_name)];
    if profile.known().consent.is_out(both) {
        return Err(no_rule());
    }
    if is_transactional(category) {
        return Ok(());
    }
    // A send needs the consent of its channel and of its category.
    let required = |subject: Subject| -> Option<&SmolStr> {
        code.charter
            .consent
            .iter()
            .find(|(of, _)| {
                *of == subject || of.channel == Some(channel) && of.category == category && category.is_some()
            })
            .map(|(_, text)| text)
    };
    let of_channel = Subject { channel: Some(channel), category: None };
    let of_category = Subject { channel: None, category };
    for (name, subject) in [(Some(channel_name), of_channel), (category_name, of_category)] {
        let Some(name) = name else { continue };
        let rule = required(subject);
        let answer = profile.known().consent.given(name);
        if answer == Some(false) || answer.is_none() && rule.is_some() {
            return Err(rule.cloned().unwrap_or_else(no_rule));
        }
    }
    Ok(())
}

/// Moments that are asked in search of the end of a hold; a later look goes on from the last of them.
const LOOKS: u32 = 2_000;

#[derive(Clone, Copy)]
struct Gate<'a> {
    code: &'a Code,
    profile: &'a Profile,
    journey: u16,
    send: &'a Send,
    now: Instant,
    zone: Tz,
}

impl<'a> Gate<'a> {
    fn new(code: &'a Code, profile: &'a Profile, journey: u16, send: &'a Send, now: Instant) -> Self {
        let zone = profile.known().zone.unwrap_or(code.charter.timezone);
        Self { code, profile, journey, send, now, zone }
    }

    /// Whether a rule, of the charter or of one journey, is about this send and stands now.
    fn concerns(&self, journey: Option<u16>, list: &List, when: Option<Formula>) -> bool {
        self.stands(journey, list, when).is_some()
    }

    /// Until when at least a rule stands by time alone, if it is about this send and stands now.
    fn stands(&self, journey: Option<u16>, list: &List, when: Option<Formula>) -> Option<Instant> {
        if journey.is_some_and(|journey| journey != self.journey) || !names(list, self.send.channel, self.send.category)
        {
            return None;
        }
        if when.is_none() {
            return Some(Instant::MAX);
        }
        let mut asker = Asker::new(self.code, self.profile, self.now, None, None);
        asker.holds(when).then(|| asker.changes.unwrap_or(Instant::MAX))
    }

    /// How far ahead one looks: a send is not held longer than a week anyway.
    fn enough(&self) -> Instant {
        self.now.saturating_add(8 * 86_400_000)
    }

    /// Whether a rule holds longer than another one: what lies behind the longest hold is all the same.
    fn is_longer(&self, ends: Instant, other: Instant) -> bool {
        ends.min(self.enough()) > other.min(self.enough())
    }

    /// The first instant from now on at which a rule, or several, no longer stand in the way. `look` says at an instant
    /// until when at least they do.
    fn free_from(&self, look: impl Fn(&Self) -> Option<Instant>) -> Instant {
        let enough = self.enough();
        let mut gate = *self;
        for _ in 0..LOOKS {
            match look(&gate) {
                Some(next) if gate.now < enough => gate.now = next.max(gate.now.saturating_add(1)),
                _ => break,
            }
        }
        gate.now
    }

    /// Until when at least a quiet line stands in the way, if it does now.
    fn quiet_until(&self, rule: &Quiet) -> Option<Instant> {
        let ends = local_time::opening(self.zone, self.now, rule.from, rule.to, rule.days).ends?;
        Some(ends.min(self.stands(rule.journey, &rule.list, rule.when)?))
    }

    /// Quiet hours of several rules add up to one quiet time; now where it is not quiet.
    fn quiet_ends(&self) -> Instant {
        let rules = &self.code.charter.quiet;
        self.free_from(|gate| rules.iter().filter_map(|rule| gate.quiet_until(rule)).max())
    }

    fn quiet(&self) -> Option<Verdict> {
        let rules = self.code.charter.quiet.iter().enumerate();
        let inside = || rules.clone().filter(|(_, rule)| self.quiet_until(rule).is_some());
        let (at, _) = inside().next()?;
        if let Some((_, rule)) = inside().find(|(_, rule)| rule.skip) {
            return Some(Verdict::Suppress { reason: SuppressReason::QuietHours, rule: rule.text.clone() });
        }
        let by = HeldBy::Quiet(at as u16);
        Some(Verdict::Hold {
            by,
            ends: self.quiet_ends(),
            limit: None,
            rule: rule(self.code, self.journey, self.send, by),
        })
    }

    /// The sends that a rule counts: of all journeys, or of its own.
    fn counted<'b>(&'b self, journey: Option<u16>, list: &'b List) -> impl DoubleEndedIterator<Item = &'b SendRecord> {
        self.profile.sends.iter().filter(move |s| {
            s.went()
                && !s.failed
                && (journey.is_none() || s.own == journey)
                && names(list, ChannelId(s.channel), CategoryId(s.category))
        })
    }

    /// Of the gaps that stand in the way, one that suppresses, else the one that holds longest.
    fn gaps(&self) -> Option<Verdict> {
        let mut longest: Option<(usize, Instant)> = None;
        for (at, gap) in self.code.charter.gaps.iter().enumerate().filter(|(_, gap)| self.gap_until(gap).is_some()) {
            if gap.skip {
                return Some(Verdict::Suppress { reason: SuppressReason::Gap, rule: gap.text.clone() });
            }
            let ends = self.gap_ends(gap);
            if longest.is_none_or(|(_, before)| self.is_longer(ends, before)) {
                longest = Some((at, ends));
            }
        }
        let (at, ends) = longest?;
        let by = HeldBy::Gap(at as u16);
        Some(Verdict::Hold { by, ends, limit: None, rule: rule(self.code, self.journey, self.send, by) })
    }

    /// Until when at least a gap stands in the way, if it does now.
    fn gap_until(&self, gap: &Gap) -> Option<Instant> {
        let last = self.counted(gap.journey, &gap.list).next_back()?;
        let ends = Some(last.at.saturating_add(gap.least)).filter(|ends| *ends > self.now)?;
        Some(ends.min(self.stands(gap.journey, &gap.list, gap.when)?))
    }

    fn gap_ends(&self, gap: &Gap) -> Instant {
        self.free_from(|gate| gate.gap_until(gap))
    }

    /// Of the caps that are reached, one that suppresses, else the one that holds longest; one that has held the send
    /// for as long as it may suppresses.
    fn caps(&self, held: Option<&Hold>) -> Option<Verdict> {
        let mut longest: Option<(Instant, HeldBy, Instant)> = None;
        for (at, cap) in self.code.charter.caps.iter().enumerate().filter(|(_, cap)| self.cap_until(cap).is_some()) {
            // A cap that holds the send again goes on with the time it had.
            let since = held.and_then(|held| held.capped_since(at as u16)).unwrap_or(self.now);
            let limit = cap.hold.map_or(self.now, |most| since.saturating_add(most));
            if limit <= self.now {
                return Some(Verdict::Suppress { reason: SuppressReason::Cap, rule: cap.text.clone() });
            }
            let ends = self.cap_ends(cap);
            if longest.is_none_or(|(before, ..)| self.is_longer(ends, before)) {
                longest = Some((ends, HeldBy::Cap(at as u16, since), limit));
            }
        }
        let (ends, by, limit) = longest?;
        Some(Verdict::Hold { by, ends, limit: Some(limit), rule: rule(self.code, self.journey, self.send, by) })
    }

    fn cap_ends(&self, cap: &Cap) -> Instant {
        self.free_from(|gate| gate.cap_until(cap))
    }

    /// Until when at least a cap that is reached stands in the way, if it does now.
    fn cap_until(&self, cap: &Cap) -> Option<Instant> {
        let ends = self.is_reached_until(cap)?;
        Some(ends.min(self.stands(cap.journey, &cap.list, cap.when)?))
    }

    /// When a cap that is reached lets a send through again.
    fn is_reached_until(&self, cap: &Cap) -> Option<Instant> {
        let limit = cap.limit as usize;
        let newest_first = self.counted(cap.journey, &cap.list).rev();
        match cap.per {
            // At most N in any half-open span: one that lies exactly its length back is outside.
            Window::Rolling(length) => {
                let mut inside = newest_first.map(|s| s.at.saturating_add(length)).filter(|ends| *ends > self.now);
                inside.nth(limit - 1)
            }
            window => {
                let (start, next) = calendar(self.zone, self.now, window)?;
                let count = newest_first.take_while(|s| s.at >= start).filter(|s| s.at < next).count();
                (count >= limit).then_some(next)
            }
        }
    }
}

/// Why a hold is worked out anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    /// The person lives by another clock.
    Zone,
    /// A message gave its place back.
    Failed,
    /// Something that a `when` may ask about is another.
    Asked,
}

/// When a hold ends by itself, worked out anew; now where nothing holds any more.
pub(crate) fn rework(turn: &Turn<'_>, journey: u16, send: &Send, hold: &Hold, changed: Changed) -> Instant {
    let (code, now) = (turn.code, turn.now);
    let gate = Gate::new(code, turn.profile, journey, send, now);
    // What was sent meanwhile is asked about at the end of the hold: a `when` alone only ends it sooner.
    let worked_out = |when: Option<Formula>, ends: Instant| match changed {
        Changed::Asked if when.is_none() => hold.ends,
        Changed::Asked => ends.min(hold.ends),
        Changed::Zone | Changed::Failed => ends,
    };
    match hold.by {
        HeldBy::Quiet(_) => gate.quiet_ends(),
        HeldBy::Gap(at) => {
            let gap = code.charter.gaps.get(usize::from(at));
            gap.map_or(now, |gap| worked_out(gap.when, gate.gap_ends(gap)))
        }
        HeldBy::Cap(at, _) => {
            let cap = code.charter.caps.get(usize::from(at));
            cap.map_or(now, |cap| worked_out(cap.when, gate.cap_ends(cap)))
        }
        HeldBy::BestTime if changed == Changed::Zone => {
            let within = send.best_time.as_ref().map_or(0, |(within, _)| *within);
            turn.best_time(hold.since.saturating_add(within)).unwrap_or(now)
        }
        HeldBy::BestTime | HeldBy::Paused => hold.ends,
    }
}

/// All rules about a send and what each says by itself, in the order in which the gate asks, for people.
pub(crate) fn report(turn: &mut Turn<'_>, at: usize, send: &Send) -> Report {
    let code = turn.code;
    let name = |list: &[SmolStr], at: usize| list.get(at).cloned().unwrap_or_default();
    let (channel, category) =
        (name(&code.channels, send.channel.index()), name(&code.categories, send.category.index()));
    let journey = turn.profile.instances.get(at).map_or(0, |i| i.journey);
    let is_transactional = send.category == TRANSACTIONAL;
    let mut checks = vec![];
    let mut plain = |part: Part, rule: &SmolStr, answer: Answer| {
        checks.push(Check { part, rule: rule.clone(), answer, counted: vec![], limit: None, window: None });
    };
    let stops = |yes: bool| if yes { Answer::Suppresses } else { Answer::Passes };
    for (_, rule) in code.charter.stop.iter().filter(|(list, _)| names(list, send.channel, send.category)) {
        plain(Part::Stop, rule, Answer::Suppresses);
    }
    if !is_transactional && let Some(rule) = turn.control_rule(journey) {
        plain(Part::Holdout, &rule, Answer::Suppresses);
    }
    match consents(code, turn.profile, send.channel, Some(send.category)) {
        Err(rule) => plain(Part::Consent, &rule, Answer::Suppresses),
        Ok(()) => {
            let rule = code
                .charter
                .consent
                .iter()
                .find(|(subject, _)| subject.names(send.channel, send.category))
                .map(|(_, text)| text);
            plain(Part::Consent, rule.filter(|_| !is_transactional).unwrap_or(&SmolStr::default()), Answer::Passes);
        }
    }
    plain(Part::Reachable, &SmolStr::default(), stops(!turn.profile.is_reachable(&channel)));
    if !is_transactional {
        for rule in &code.charter.exclude {
            let gate = Gate::new(code, turn.profile, journey, send, turn.now);
            if gate.concerns(None, &rule.list, None) {
                plain(Part::Exclude, &rule.text, stops(gate.concerns(None, &rule.list, Some(rule.when))));
            }
        }
        for rule in code.charter.avoid.iter().filter(|rule| rule.channel == send.channel) {
            plain(Part::Avoid, &rule.text, stops(turn.is_scheduled(at, rule.other.0, rule.within)));
        }
    }
    if let Some(rule) = code.journeys.get(usize::from(journey)).and_then(|j| j.paused.as_ref()) {
        plain(Part::Paused, rule, Answer::Holds(Instant::MAX));
    }
    if !is_transactional {
        let gate = Gate::new(code, turn.profile, journey, send, turn.now);
        checks.extend(gate.quiet_checks());
        checks.extend(gate.gap_checks());
        checks.extend(gate.cap_checks());
    }
    Report { channel, message: name(&code.messages, send.message.index()), category, checks }
}

impl Gate<'_> {
    fn counted_sends(&self, journey: Option<u16>, list: &List, from: Instant) -> Vec<Counted> {
        let name = |list: &[SmolStr], at: u16| list.get(usize::from(at)).cloned().unwrap_or_default();
        let sends = self.counted(journey, list).filter(|send| send.at >= from);
        sends
            .map(|send| Counted {
                at: send.at,
                channel: name(&self.code.channels, send.channel),
                message: name(&self.code.messages, send.message),
            })
            .collect()
    }

    fn quiet_checks(&self) -> Vec<Check> {
        let rules = &self.code.charter.quiet;
        let (held, stands) = (self.quiet_until_each(), |rule: &Quiet| self.quiet_until(rule).is_some());
        let check = |(rule, held): (&Quiet, &Option<Instant>)| {
            let answer = match held {
                _ if rule.skip && stands(rule) => Answer::Suppresses,
                Some(until) if !rule.skip => Answer::Holds(*until),
                _ => Answer::Passes,
            };
            Check { part: Part::Quiet, rule: rule.text.clone(), answer, counted: vec![], limit: None, window: None }
        };
        let concerns = |rule: &Quiet| self.concerns(rule.journey, &rule.list, rule.when);
        rules.iter().zip(&held).filter(|(rule, held)| held.is_some() || concerns(rule)).map(check).collect()
    }

    /// Until when each line stands in the quiet time that begins now: what one holds until another begins, that one holds
    /// on.
    fn quiet_until_each(&self) -> Vec<Option<Instant>> {
        let rules = &self.code.charter.quiet;
        let ends = RefCell::new(vec![None; rules.len()]);
        self.free_from(|gate| {
            let mut ends = ends.borrow_mut();
            let mut latest = None;
            for (rule, end) in rules.iter().zip(ends.iter_mut()) {
                if let Some(until) = gate.quiet_until(rule) {
                    *end = Some(until);
                    latest = latest.max(Some(until));
                }
            }
            latest
        });
        ends.into_inner()
    }

    fn gap_checks(&self) -> Vec<Check> {
        let gaps = self.code.charter.gaps.iter().filter(|gap| self.concerns(gap.journey, &gap.list, gap.when));
        let check = |gap: &Gap| {
            let answer = match self.gap_until(gap) {
                None => Answer::Passes,
                Some(_) if gap.skip => Answer::Suppresses,
                Some(_) => Answer::Holds(self.gap_ends(gap)),
            };
            let from = self.now.saturating_sub(gap.least).saturating_add(1);
            Check {
                part: Part::Gap,
                rule: gap.text.clone(),
                answer,
                counted: self.counted_sends(gap.journey, &gap.list, from),
                limit: None,
                window: Some((from, self.now.saturating_add(1))),
            }
        };
        gaps.map(check).collect()
    }

    fn cap_checks(&self) -> Vec<Check> {
        let caps = self.code.charter.caps.iter().filter(|cap| self.concerns(cap.journey, &cap.list, cap.when));
        let check = |cap: &Cap| {
            let answer = match self.cap_until(cap) {
                None => Answer::Passes,
                Some(_) if cap.hold.is_none() => Answer::Suppresses,
                Some(_) => Answer::Holds(self.cap_ends(cap)),
            };
            let (from, to) = match cap.per {
                // What lies exactly a window back is outside.
                Window::Rolling(length) => {
                    (self.now.saturating_sub(length).saturating_add(1), self.now.saturating_add(1))
                }
                window => calendar(self.zone, self.now, window).unwrap_or((self.now, self.now)),
            };
            Check {
                part: Part::Cap,
                rule: cap.text.clone(),
                answer,
                counted: self.counted_sends(cap.journey, &cap.list, from),
                limit: Some(cap.limit),
                window: Some((from, to)),
            }
        };
        caps.map(check).collect()
    }
}
