//! The gate, by scanning all sends.

use super::{Person, Sent, State, calendar};
use journey::ir::{self, Cap, List, Send, TRANSACTIONAL, Window};

/// What holds a send: the journey whose rule it is, none for the charter, and the rule's place there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum By {
    Quiet(Option<usize>, usize),
    Gap(Option<usize>, usize),
    Cap(Option<usize>, usize),
    BestTime,
    Paused,
}

/// Why holds are worked out anew.
#[derive(Clone, Copy, PartialEq)]
pub enum Changed {
    /// The person lives by another clock.
    Zone,
    /// A message gave its place back.
    Failed,
    /// Something that a `when` may ask about.
    Asked,
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

    pub(super) fn gate(&self, at: usize, send: &Send, capped: &[(By, i64)]) -> Verdict {
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
        self.quiet(at, send)
            .or_else(|| self.gaps(at, send))
            .or_else(|| self.caps(at, send, capped))
            .unwrap_or(Verdict::Go)
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

    fn quiet_by(&self, rule: &ir::Quiet) -> bool {
        calendar::inside(&self.zone(), self.now(), rule.from, rule.to, rule.days)
    }

    /// The first instant from now on at which something is not in the way any more: each that something may change at is
    /// asked, one after the other.
    fn free_from(&self, is_in_the_way: impl Fn() -> bool) -> i64 {
        let start = self.now();
        let mut moments = self.remembered_moments();
        let lengths = self.lengths();
        moments.extend(self.sends.iter().flat_map(|s| lengths.iter().map(|length| s.at + length)));
        moments.sort_unstable();
        let before = self.asked_at.get();
        let mut at = start;
        while at < start + 8 * DAY && is_in_the_way() {
            // Local times of generated programs are on half hours; `>` comes true right after one.
            let half_hour = at.div_euclid(HALF_HOUR) * HALF_HOUR;
            let next = moments.iter().copied().find(|moment| *moment > at).unwrap_or(i64::MAX);
            at = [half_hour + 1, half_hour + HALF_HOUR, next].into_iter().filter(|moment| *moment > at).min().unwrap();
            self.asked_at.set(Some(at));
        }
        self.asked_at.set(before);
        at
    }

    /// The lengths of all gaps and rolling caps.
    fn lengths(&self) -> Vec<i64> {
        let (charter, journeys) = (&self.ir.charter, &self.ir.journeys);
        let gaps = charter.gaps.iter().chain(journeys.iter().flat_map(|j| &j.gaps)).map(|gap| gap.least);
        let caps = charter.caps.iter().chain(journeys.iter().flat_map(|j| &j.caps)).filter_map(|cap| match cap.per {
            Window::Rolling(length) => Some(length),
            _ => None,
        });
        gaps.chain(caps).collect()
    }

    fn quiet_ends(&self, at: usize, send: &Send) -> i64 {
        self.free_from(|| self.quiet_rules(at, send).iter().any(|(_, _, rule)| self.quiet_by(rule)))
    }

    fn quiet(&self, at: usize, send: &Send) -> Option<Verdict> {
        let mut inside = self.quiet_rules(at, send);
        inside.retain(|(_, _, rule)| self.quiet_by(rule));
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

    /// Whether a gap stands in the way now.
    fn is_too_soon(&self, of: Option<usize>, gap: &ir::Gap) -> bool {
        let last = self.counted(of, &gap.list).map(|s| s.at).max();
        last.is_some_and(|last| last + gap.least > self.now()) && self.rule_holds(gap.when.as_ref())
    }

    fn gap_ends(&self, of: Option<usize>, gap: &ir::Gap) -> i64 {
        self.free_from(|| self.is_too_soon(of, gap))
    }

    fn gaps(&self, at: usize, send: &Send) -> Option<Verdict> {
        let mut hold: Option<(By, i64)> = None;
        // No send is held for more than a week.
        let week = self.now() + 8 * DAY;
        for (of, n, gap) in self.rules(at, &self.ir.charter.gaps, |j| &j.gaps) {
            if !names(&gap.list, send.channel.0, send.category.0) || !self.is_too_soon(of, gap) {
                continue;
            }
            let ends = self.gap_ends(of, gap);
            if gap.skip {
                let (reason, rule) = self.rule(at, send, By::Gap(of, n));
                return Some(Verdict::Suppress(reason, rule));
            }
            if hold.is_none_or(|(_, longest)| ends.min(week) > longest.min(week)) {
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

    /// Whether a cap stands in the way now.
    fn is_full(&self, of: Option<usize>, cap: &Cap) -> bool {
        self.count(of, cap, self.now()) >= cap.limit as usize && self.rule_holds(cap.when.as_ref())
    }

    fn cap_ends(&self, of: Option<usize>, cap: &Cap) -> i64 {
        match (&cap.when, cap.per) {
            // Months are longer than one looks ahead.
            (None, Window::Day | Window::Week | Window::Month) => calendar::window(&self.zone(), self.now(), cap.per).1,
            _ => self.free_from(|| self.is_full(of, cap)),
        }
    }

    /// `capped`: since when which caps have held it.
    fn caps(&self, at: usize, send: &Send, capped: &[(By, i64)]) -> Option<Verdict> {
        let mut hold: Option<(By, i64)> = None;
        // No send is held for more than a week.
        let week = self.now() + 8 * DAY;
        for (of, n, cap) in self.rules(at, &self.ir.charter.caps, |j| &j.caps) {
            if !names(&cap.list, send.channel.0, send.category.0) || !self.is_full(of, cap) {
                continue;
            }
            let ends = self.cap_ends(of, cap);
            let since = capped.iter().find(|(by, _)| *by == By::Cap(of, n)).map_or(self.now(), |(_, since)| *since);
            if cap.hold.is_none_or(|most| since + most <= self.now()) {
                let (reason, rule) = self.rule(at, send, By::Cap(of, n));
                return Some(Verdict::Suppress(reason, rule));
            }
            if hold.is_none_or(|(_, longest)| ends.min(week) > longest.min(week)) {
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
                && past.happened > self.now() - 90 * DAY
            {
                hours[calendar::local(&zone, past.happened).hour() as usize] += 1;
            }
        }
        let most = *hours.iter().max().unwrap();
        let is_best = |at: i64| hours[calendar::local(&zone, at).hour() as usize] == most;
        if most == 0 || is_best(self.now()) {
            return None;
        }
        // Local hours begin on half hours, in every zone of generated programs.
        let next = (1..)
            .map(|n| (self.now().div_euclid(HALF_HOUR) + n) * HALF_HOUR)
            .find(|at| is_best(*at) && calendar::local(&zone, *at).minute() == 0);
        next.filter(|at| *at <= latest)
    }

    /// The last instant at which a hold may still stand.
    pub(super) fn limit(&self, by: By, since: i64, capped: &[(By, i64)]) -> i64 {
        let of_rule = match by {
            By::Cap(of, n) => {
                let caps = of.map_or(&self.ir.charter.caps, |journey| &self.ir.journeys[journey].caps);
                let first = capped.iter().find(|(known, _)| *known == by).unwrap().1;
                caps[n].hold.map_or(i64::MAX, |most| first + most)
            }
            _ => i64::MAX,
        };
        of_rule.min(since + 7 * DAY)
    }

    /// Works the ends of holds out anew.
    /// Whether any rule stands only at times.
    fn has_timed_rules(&self) -> bool {
        let (charter, journeys) = (&self.ir.charter, &self.ir.journeys);
        let quiet = charter.quiet.iter().chain(journeys.iter().flat_map(|j| &j.quiet)).map(|r| &r.when);
        let gaps = charter.gaps.iter().chain(journeys.iter().flat_map(|j| &j.gaps)).map(|r| &r.when);
        let caps = charter.caps.iter().chain(journeys.iter().flat_map(|j| &j.caps)).map(|r| &r.when);
        quiet.chain(gaps).chain(caps).any(Option::is_some)
    }

    pub(super) fn rework_holds(&mut self, changed: Changed) {
        // Without a `when` nothing but another zone, or a message that failed, moves the end of a hold.
        if changed == Changed::Asked && !self.has_timed_rules() {
            return;
        }
        for at in 0..self.inside.len() {
            let State::Held { alternative, since, by, capped, ends, until } = self.inside[at].state.clone() else {
                continue;
            };
            if self.inside[at].gone {
                continue;
            }
            let send = self.send_at(at, alternative);
            let (charter, journeys) = (&self.ir.charter, &self.ir.journeys);
            // A `when` that comes to say no ends a gap or a cap sooner; what was sent since is asked about at its end.
            let sooner = |when: &Option<ir::Expr>, found: i64| match (changed, when) {
                (Changed::Asked, None) => ends,
                (Changed::Asked, Some(_)) => found.min(ends),
                _ => found,
            };
            let now_ends = match by {
                By::Quiet(..) => self.quiet_ends(at, &send),
                By::Gap(of, n) => {
                    let gap = &of.map_or(&charter.gaps, |j| &journeys[j].gaps)[n];
                    sooner(&gap.when, if self.is_too_soon(of, gap) { self.gap_ends(of, gap) } else { self.now() })
                }
                By::Cap(of, n) => {
                    let cap = &of.map_or(&charter.caps, |j| &journeys[j].caps)[n];
                    sooner(&cap.when, if self.is_full(of, cap) { self.cap_ends(of, cap) } else { self.now() })
                }
                By::BestTime if changed == Changed::Zone => {
                    self.best_time(since + send.best_time.as_ref().unwrap().0).unwrap_or(self.now())
                }
                By::BestTime | By::Paused => ends,
            };
            if now_ends == ends {
                continue;
            }
            let now_until = now_ends.min(self.limit(by, since, &capped));
            if now_until > self.now() && now_until != until {
                self.say_held(at, &send, by, now_until);
            }
            self.inside[at].state = State::Held { alternative, since, by, capped, ends: now_ends, until: now_until };
        }
    }
}
