//! The gate, by scanning all sends.

use super::{Person, Sent, State, calendar};
use journey::ir::{self, Cap, Days, List, Send, TRANSACTIONAL, Window};

/// What holds a send: the journey whose rule it is, none for the charter, and the rule's place there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum By {
    Quiet(Option<usize>, usize),
    Gap(Option<usize>, usize),
    Cap(Option<usize>, usize),
    BestTime,
    Paused,
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
    pub(super) fn rule(&self, at: usize, send: &Send, by: By) -> (&'static str, String) {
        let (charter, journeys) = (&self.ir.charter, &self.ir.journeys);
        match by {
            By::Quiet(of, n) => ("quiet_hours", of.map_or(&charter.quiet, |j| &journeys[j].quiet)[n].text.to_string()),
            By::Gap(of, n) => ("gap", of.map_or(&charter.gaps, |j| &journeys[j].gaps)[n].text.to_string()),
            By::Cap(of, n) => ("cap", of.map_or(&charter.caps, |j| &journeys[j].caps)[n].text.to_string()),
            By::BestTime => ("best_time", send.best_time.as_ref().unwrap().1.to_string()),
            By::Paused => ("paused", journeys[self.inside[at].journey].paused.as_ref().unwrap().to_string()),
        }
    }

    /// The rule by which the person is in a control group.
    pub(super) fn control(&self, journey: usize) -> Option<String> {
        let below = |scope: &str, share: rust_decimal::Decimal| {
            let drawn = rust_decimal::Decimal::from(journey::chance::number(scope, &self.roll));
            drawn * rust_decimal::Decimal::from(100) < share * rust_decimal::Decimal::from(1u64 << 52)
        };
        let own = &self.ir.journeys[journey];
        let all = self.ir.charter.holdout.as_ref().filter(|(share, _)| below("holdout", *share));
        let own = own.holdout.as_ref().filter(|(share, _)| below(&format!("holdout/{}", own.name), *share));
        all.or(own).map(|(_, text)| text.to_string())
    }

    pub(super) fn gate(&self, at: usize, send: &Send) -> Verdict {
        let charter = &self.ir.charter;
        let transactional = send.category == TRANSACTIONAL;
        for stop in &charter.stop {
            if names(&stop.list, send.channel.0, send.category.0) {
                return Verdict::Suppress("stopped", stop.text.to_string());
            }
        }
        if let Some(rule) = self.control(self.inside[at].journey).filter(|_| !transactional) {
            return Verdict::Suppress("holdout", rule);
        }
        if let Err(rule) = self.consents(send.channel, Some(send.category)) {
            return Verdict::Suppress("no_consent", rule);
        }
        if !self.can_reach(send.channel) {
            return Verdict::Suppress("unreachable", "unreachable".to_string());
        }
        for rule in &charter.exclude {
            let concerns = names(&rule.list, send.channel.0, send.category.0) && !transactional;
            if concerns && self.rule_holds(Some(&rule.when)) {
                return Verdict::Suppress("excluded", rule.text.to_string());
            }
        }
        for rule in &charter.avoid {
            let concerns = rule.channel == send.channel && !transactional;
            if concerns && (0..self.inside.len()).any(|other| other != at && self.is_about_to(other, rule)) {
                return Verdict::Suppress("avoided", rule.text.to_string());
            }
        }
        if self.ir.journeys[self.inside[at].journey].paused.is_some() {
            return Verdict::Hold(By::Paused, i64::MAX);
        }
        if transactional {
            return Verdict::Go;
        }
        self.quiet(at, send).or_else(|| self.gaps(at, send)).or_else(|| self.caps(at, send)).unwrap_or(Verdict::Go)
    }

    /// The rules of the charter and of the entry's own journey, with where each stands.
    fn rules<'r, R>(
        &'r self,
        at: usize,
        charter: &'r [R],
        own: impl Fn(&'r ir::Journey) -> &'r [R],
    ) -> Vec<(Option<usize>, usize, &'r R)> {
        let journey = self.inside[at].journey;
        let of_charter = charter.iter().enumerate().map(|(n, rule)| (None, n, rule));
        let of_journey = own(&self.ir.journeys[journey]).iter().enumerate().map(|(n, rule)| (Some(journey), n, rule));
        of_charter.chain(of_journey).collect()
    }

    /// The quiet lines that are about a send and stand now.
    fn quiet_rules(&self, at: usize, send: &Send) -> Vec<(Option<usize>, usize, &ir::Quiet)> {
        let mut rules = self.rules(at, &self.ir.charter.quiet, |j| &j.quiet);
        rules.retain(|(_, _, rule)| {
            names(&rule.list, send.channel.0, send.category.0) && self.rule_holds(rule.when.as_ref())
        });
        rules
    }

    fn quiet_by(&self, rule: &ir::Quiet, now: i64) -> bool {
        calendar::inside(&self.zone(), now, rule.from, rule.to, Days::ALL)
    }

    /// The first instant from now on that is not quiet. Quiet hours of generated programs end on half hours.
    fn quiet_ends(&self, at: usize, send: &Send) -> i64 {
        let rules = self.quiet_rules(at, send);
        let mut ends = self.clock;
        while ends < self.clock + 9 * DAY && rules.iter().any(|(_, _, rule)| self.quiet_by(rule, ends)) {
            ends = (ends.div_euclid(HALF_HOUR) + 1) * HALF_HOUR;
        }
        ends
    }

    fn quiet(&self, at: usize, send: &Send) -> Option<Verdict> {
        let mut inside = self.quiet_rules(at, send);
        inside.retain(|(_, _, rule)| self.quiet_by(rule, self.clock));
        let (of, n, _) = *inside.first()?;
        if let Some((of, n, _)) = inside.iter().find(|(_, _, rule)| rule.skip) {
            let (reason, rule) = self.rule(at, send, By::Quiet(*of, *n));
            return Some(Verdict::Suppress(reason, rule));
        }
        Some(Verdict::Hold(By::Quiet(of, n), self.quiet_ends(at, send)))
    }

    /// What a rule counts: all sends of its list, or those of its own journey.
    fn counted<'b>(&'b self, of: Option<usize>, list: &'b List) -> impl Iterator<Item = &'b Sent> {
        self.sends.iter().filter(move |s| {
            let own = of.is_none_or(|journey| self.inside[s.inside].journey == journey);
            !s.failed && own && names(list, s.channel, s.category)
        })
    }

    fn gap_ends(&self, of: Option<usize>, gap: &ir::Gap) -> Option<i64> {
        let last = self.counted(of, &gap.list).map(|s| s.at).max()?;
        (last + gap.least > self.clock).then_some(last + gap.least)
    }

    fn gaps(&self, at: usize, send: &Send) -> Option<Verdict> {
        let mut hold: Option<(By, i64)> = None;
        for (of, n, gap) in self.rules(at, &self.ir.charter.gaps, |j| &j.gaps) {
            if !names(&gap.list, send.channel.0, send.category.0) || !self.rule_holds(gap.when.as_ref()) {
                continue;
            }
            let Some(ends) = self.gap_ends(of, gap) else { continue };
            if gap.skip {
                let (reason, rule) = self.rule(at, send, By::Gap(of, n));
                return Some(Verdict::Suppress(reason, rule));
            }
            if hold.is_none_or(|(_, longest)| ends > longest) {
                hold = Some((By::Gap(of, n), ends));
            }
        }
        hold.map(|(by, ends)| Verdict::Hold(by, ends))
    }

    /// How many sends a cap would count at an instant, were it asked then.
    fn count(&self, of: Option<usize>, cap: &Cap, now: i64) -> usize {
        let sends = self.counted(of, &cap.list);
        match cap.per {
            Window::Rolling(length) => sends.filter(|s| s.at > now - length).count(),
            window => {
                let (start, next) = calendar::window(&self.zone(), now, window);
                sends.filter(|s| start <= s.at && s.at < next).count()
            }
        }
    }

    fn cap_ends(&self, of: Option<usize>, cap: &Cap) -> Option<i64> {
        let full = |now: i64| self.count(of, cap, now) >= cap.limit as usize;
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

    fn caps(&self, at: usize, send: &Send) -> Option<Verdict> {
        let mut hold: Option<(By, i64)> = None;
        for (of, n, cap) in self.rules(at, &self.ir.charter.caps, |j| &j.caps) {
            if !names(&cap.list, send.channel.0, send.category.0) || !self.rule_holds(cap.when.as_ref()) {
                continue;
            }
            let Some(ends) = self.cap_ends(of, cap) else { continue };
            if cap.hold.is_none() {
                let (reason, rule) = self.rule(at, send, By::Cap(of, n));
                return Some(Verdict::Suppress(reason, rule));
            }
            if hold.is_none_or(|(_, longest)| ends > longest) {
                hold = Some((By::Cap(of, n), ends));
            }
        }
        hold.map(|(by, ends)| Verdict::Hold(by, ends))
    }

    /// When the person's best hour begins, if it is not now and begins by `latest`.
    pub(super) fn best_time(&self, latest: i64) -> Option<i64> {
        use journey::ir::Engagement::{Clicked, Opened};
        let zone = self.zone();
        let mut hours = [0; 24];
        for past in &self.history {
            if past.told.is_some_and(|(way, _)| matches!(way, Opened | Clicked))
                && past.happened > self.clock - 90 * DAY
            {
                hours[calendar::local(&zone, past.happened).hour() as usize] += 1;
            }
        }
        let most = *hours.iter().max().unwrap();
        let is_best = |at: i64| hours[calendar::local(&zone, at).hour() as usize] == most;
        if most == 0 || is_best(self.clock) {
            return None;
        }
        // Local hours begin on half hours, in every zone of generated programs.
        let next = (1..)
            .map(|n| (self.clock.div_euclid(HALF_HOUR) + n) * HALF_HOUR)
            .find(|at| is_best(*at) && calendar::local(&zone, *at).minute() == 0);
        next.filter(|at| *at <= latest)
    }

    /// The last instant at which a hold may still stand.
    pub(super) fn limit(&self, by: By, since: i64, rule_since: i64) -> i64 {
        let of_rule = match by {
            By::Cap(of, n) => {
                let caps = of.map_or(&self.ir.charter.caps, |journey| &self.ir.journeys[journey].caps);
                caps[n].hold.map_or(i64::MAX, |most| rule_since + most)
            }
            _ => i64::MAX,
        };
        of_rule.min(since + 7 * DAY)
    }

    /// Works the ends of holds out anew.
    pub(super) fn rework_holds(&mut self, zone_changed: bool) {
        for at in 0..self.inside.len() {
            let State::Held { alternative, since, by, rule_since, ends, until } = self.inside[at].state.clone() else {
                continue;
            };
            if self.inside[at].gone {
                continue;
            }
            let send = self.send_at(at, alternative);
            let (charter, journeys) = (&self.ir.charter, &self.ir.journeys);
            let now_ends = match by {
                By::Quiet(..) => Some(self.quiet_ends(at, &send)),
                By::Gap(of, n) => self.gap_ends(of, &of.map_or(&charter.gaps, |j| &journeys[j].gaps)[n]),
                By::Cap(of, n) => self.cap_ends(of, &of.map_or(&charter.caps, |j| &journeys[j].caps)[n]),
                By::BestTime if zone_changed => self.best_time(since + send.best_time.as_ref().unwrap().0),
                By::BestTime | By::Paused => Some(ends),
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
