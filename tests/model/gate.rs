//! The gate, by scanning all sends.

use super::{Person, Sent, State, calendar};
use journey::ir::{Cap, Days, List, Send, TRANSACTIONAL, Window};

/// What holds a send: the rule's place in the charter.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum By {
    Quiet(usize),
    Gap(usize),
    Cap(usize),
}

pub enum Verdict {
    Go,
    Suppress(&'static str, String),
    Hold(By, i64),
}

const HALF_HOUR: i64 = 1_800_000;
const DAY: i64 = 86_400_000;

fn names(list: &List, channel: u16, category: u16) -> bool {
    match list {
        None => category != TRANSACTIONAL.0,
        Some(list) => list.iter().any(|s| {
            let channel_fits = s.channel.is_none() || s.channel.map(|c| c.0) == Some(channel);
            let category_fits = s.category.is_none() || s.category.map(|c| c.0) == Some(category);
            channel_fits && category_fits
        }),
    }
}

impl Person<'_> {
    pub(super) fn rule(&self, by: By) -> (&'static str, String) {
        match by {
            By::Quiet(at) => ("quiet_hours", self.ir.charter.quiet[at].text.to_string()),
            By::Gap(at) => ("gap", self.ir.charter.gaps[at].text.to_string()),
            By::Cap(at) => ("cap", self.ir.charter.caps[at].text.to_string()),
        }
    }

    pub(super) fn gate(&self, send: &Send) -> Verdict {
        if let Err(rule) = self.consents(send.channel, Some(send.category)) {
            return Verdict::Suppress("no_consent", rule);
        }
        if !self.can_reach(send.channel) {
            return Verdict::Suppress("unreachable", "unreachable".to_string());
        }
        if send.category == TRANSACTIONAL {
            return Verdict::Go;
        }
        self.quiet(send).or_else(|| self.gaps(send)).or_else(|| self.caps(send)).unwrap_or(Verdict::Go)
    }

    /// The quiet lines that are about a send and stand now.
    fn quiet_rules(&self, send: &Send) -> Vec<usize> {
        let stands = |at: &usize| {
            let rule = &self.ir.charter.quiet[*at];
            names(&rule.list, send.channel.0, send.category.0) && self.rule_holds(rule.when.as_ref())
        };
        (0..self.ir.charter.quiet.len()).filter(stands).collect()
    }

    fn quiet_by(&self, at: usize, now: i64) -> bool {
        let rule = &self.ir.charter.quiet[at];
        calendar::inside(&self.zone(), now, rule.from, rule.to, Days::ALL)
    }

    /// The first instant from now on that is not quiet. Quiet hours of generated programs end on half hours.
    fn quiet_ends(&self, rules: &[usize]) -> i64 {
        let mut ends = self.clock;
        while ends < self.clock + 9 * DAY && rules.iter().any(|at| self.quiet_by(*at, ends)) {
            ends = (ends.div_euclid(HALF_HOUR) + 1) * HALF_HOUR;
        }
        ends
    }

    fn quiet(&self, send: &Send) -> Option<Verdict> {
        let rules = self.quiet_rules(send);
        let inside: Vec<usize> = rules.iter().copied().filter(|at| self.quiet_by(*at, self.clock)).collect();
        let first = *inside.first()?;
        if let Some(skips) = inside.iter().find(|at| self.ir.charter.quiet[**at].skip) {
            let (reason, rule) = self.rule(By::Quiet(*skips));
            return Some(Verdict::Suppress(reason, rule));
        }
        Some(Verdict::Hold(By::Quiet(first), self.quiet_ends(&rules)))
    }

    fn counted<'b>(&'b self, list: &'b List) -> impl Iterator<Item = &'b Sent> {
        self.sends.iter().filter(move |s| !s.failed && names(list, s.channel, s.category))
    }

    fn gap_ends(&self, at: usize) -> Option<i64> {
        let gap = &self.ir.charter.gaps[at];
        let last = self.counted(&gap.list).map(|s| s.at).max()?;
        (last + gap.least > self.clock).then_some(last + gap.least)
    }

    fn gaps(&self, send: &Send) -> Option<Verdict> {
        let mut hold: Option<(usize, i64)> = None;
        for (at, gap) in self.ir.charter.gaps.iter().enumerate() {
            if !names(&gap.list, send.channel.0, send.category.0) || !self.rule_holds(gap.when.as_ref()) {
                continue;
            }
            let Some(ends) = self.gap_ends(at) else { continue };
            if gap.skip {
                let (reason, rule) = self.rule(By::Gap(at));
                return Some(Verdict::Suppress(reason, rule));
            }
            if hold.is_none_or(|(_, longest)| ends > longest) {
                hold = Some((at, ends));
            }
        }
        hold.map(|(at, ends)| Verdict::Hold(By::Gap(at), ends))
    }

    /// How many sends a cap would count at an instant, were it asked then.
    fn count(&self, cap: &Cap, now: i64) -> usize {
        let sends = self.counted(&cap.list);
        match cap.per {
            Window::Rolling(length) => sends.filter(|s| s.at > now - length).count(),
            window => {
                let (start, next) = calendar::window(&self.zone(), now, window);
                sends.filter(|s| start <= s.at && s.at < next).count()
            }
        }
    }

    fn cap_ends(&self, at: usize) -> Option<i64> {
        let cap = &self.ir.charter.caps[at];
        let full = |now: i64| self.count(cap, now) >= cap.limit as usize;
        if !full(self.clock) {
            return None;
        }
        match cap.per {
            Window::Rolling(length) => {
                let mut ends: Vec<i64> = self.sends.iter().map(|s| s.at + length).filter(|t| *t > self.clock).collect();
                ends.sort_unstable();
                ends.into_iter().find(|t| !full(*t))
            }
            window => Some(calendar::window(&self.zone(), self.clock, window).1),
        }
    }

    fn caps(&self, send: &Send) -> Option<Verdict> {
        let mut hold: Option<(usize, i64)> = None;
        for (at, cap) in self.ir.charter.caps.iter().enumerate() {
            if !names(&cap.list, send.channel.0, send.category.0) || !self.rule_holds(cap.when.as_ref()) {
                continue;
            }
            let Some(ends) = self.cap_ends(at) else { continue };
            if cap.hold.is_none() {
                let (reason, rule) = self.rule(By::Cap(at));
                return Some(Verdict::Suppress(reason, rule));
            }
            if hold.is_none_or(|(_, longest)| ends > longest) {
                hold = Some((at, ends));
            }
        }
        hold.map(|(at, ends)| Verdict::Hold(By::Cap(at), ends))
    }

    /// The last instant at which a hold may still stand.
    pub(super) fn limit(&self, by: By, since: i64, rule_since: i64) -> i64 {
        let of_rule = match by {
            By::Cap(at) => self.ir.charter.caps[at].hold.map_or(i64::MAX, |most| rule_since + most),
            _ => i64::MAX,
        };
        of_rule.min(since + 7 * DAY)
    }

    /// Works the ends of holds out anew.
    pub(super) fn rework_holds(&mut self) {
        for at in 0..self.inside.len() {
            let State::Held { alternative, since, by, rule_since, ends, until } = self.inside[at].state.clone() else {
                continue;
            };
            if self.inside[at].gone {
                continue;
            }
            let send = self.send_at(at, alternative);
            let now_ends = match by {
                By::Quiet(_) => Some(self.quiet_ends(&self.quiet_rules(&send))),
                By::Gap(rule) => self.gap_ends(rule),
                By::Cap(rule) => self.cap_ends(rule),
            }
            .unwrap_or(self.clock);
            if now_ends == ends {
                continue;
            }
            let now_until = now_ends.min(self.limit(by, since, rule_since));
            if now_until > self.clock && now_until != until {
                self.say_held(at, &send, by, now_until);
            }
            self.inside[at].state =
                State::Held { alternative, since, by, rule_since, ends: now_ends, until: now_until };
        }
    }
}
