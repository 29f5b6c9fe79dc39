//! A message on its way: what holds it, and how many lie before it when the caps are asked.

use super::super::quiet;
use super::point::Point;
use super::*;
use crate::limits::LONGEST_HOLD;

/// So many parts of the week are told apart.
const WEEKS: usize = 7;

impl<'a> Counter<'a> {
    /// A message, or one of several, and what holds it before.
    pub(super) fn sent(&mut self, step: &Step, sends: &[Send], now: Point, out: &mut Vec<Point>) {
        let is_named = |send: &&Send| named(self.question.list, (send.channel, send.category));
        let is_counted = sends.iter().any(|send| is_named(&send));
        let is_capped = sends.iter().filter(is_named).any(|send| send.category != TRANSACTIONAL);
        let (day, before) = (now.clock.day, now.clock.since.most);
        let quiet = sends.iter().any(|send| self.quiet_for(send).next().is_some());
        let (mut sent, unsent) = if quiet {
            let mut held: Option<Point> = None;
            for send in sends {
                add(&mut held, Some(self.held(send, &now)));
            }
            (held.unwrap_or_else(|| now.clone()), Some(now))
        } else {
            (now, None)
        };
        let best_time = |send: &Send| send.best_time.as_ref().map_or(0, |(within, _)| *within);
        let delay = match (sends.iter().map(|send| self.delay(send)).max().unwrap_or(0), quiet) {
            (delay, false) => delay.saturating_add(sends.iter().map(best_time).max().unwrap_or(0)),
            (0, true) => 0,
            // At the end of a gap it may be quiet again.
            (delay, true) => delay + DAY,
        };
        if let Some(unsent) = &unsent {
            self.park(unsent, sent.clock.since.most.zip(before).map(|(end, begin)| end - begin + delay));
        } else {
            self.park(&sent, Some(delay));
        }
        if delay > 0 {
            sent.pass(Length::up_to(delay));
        }
        if is_counted {
            if let Some(gap) = self.gap.filter(|_| is_capped) {
                sent.tally.keep_apart(gap);
            }
            sent.tally.read(&sent.clock);
            if self.reports {
                self.ask(step, is_capped, day, &sent);
            }
        }
        let first = out.len();
        if self.known.asks_outcome() {
            let messages: Vec<MessageId> = sends.iter().map(|send| send.message).collect();
            // One that does not go, or fails, takes no place.
            for outcome in [Outcome::Suppressed, Outcome::Fails] {
                let mut other = sent.clone();
                if let Some(unsent) = &unsent {
                    other.join(unsent);
                }
                self.known.outcome(&mut other.facts, &messages, outcome);
                out.push(other);
            }
            self.known.outcome(&mut sent.facts, &messages, Outcome::Went);
        } else {
            sent.facts.send();
        }
        if is_counted {
            sent.tally.send(&sent.clock, step.span);
        }
        // Without consent, say, it does not go, and nothing holds it: the clock shows what it showed before.
        if let Some(unsent) = unsent {
            sent.clock.join(&unsent.clock);
            sent.tally.join(&unsent.tally);
        }
        out.push(sent);
        for point in out.iter_mut().skip(first) {
            for send in sends {
                point.clock.send(send.message, self.asked_about.contains(&send.message));
            }
        }
    }

    /// The quiet hours that can hold a message.
    pub(super) fn quiet_for(&self, send: &Send) -> impl Iterator<Item = &'a Quiet> {
        let (of, is_free) = ((send.channel, send.category), send.category == TRANSACTIONAL);
        self.quiet.iter().copied().filter(move |quiet| !is_free && named(&quiet.list, of) && quiet.from != quiet.to)
    }

    /// How long gaps and caps can hold a message.
    pub(super) fn delay(&self, send: &Send) -> Millis {
        let about = |(list, _): &&(&List, Millis)| named(list, (send.channel, send.category));
        let rules = self.delays.iter().filter(|_| send.category != TRANSACTIONAL).filter(about);
        rules.map(|(_, length)| (*length).min(LONGEST_HOLD)).max().unwrap_or(0)
    }

    /// At the end of the quiet hours that can hold a message.
    pub(super) fn held(&self, send: &Send, now: &Point) -> Point {
        let mut point = now.clone();
        // The best hour comes first, and the gate is asked at its end.
        if let Some((within, _)) = &send.best_time {
            point.pass(Length::up_to(*within));
        }
        for quiet in self.quiet_for(send) {
            let mut held = point.clone();
            let passage = held.clock.wait_between(quiet.to, quiet.from, Days::ALL);
            held.passed(&passage);
            if quiet.stands_always() {
                point = held;
            } else {
                point.join(&held);
            }
        }
        // One that stands only at times may end whenever it no longer stands, and several of them follow each other.
        if self.quiet_for(send).any(|quiet| !quiet.stands_always()) {
            let mut held = point.clone();
            held.pass(Length::up_to(quiet::longest(self.quiet_for(send))));
            point.join(&held);
        }
        point
    }

    /// A message of the list reaches the caps: how many lie in the window before it on the worst path to here.
    pub(super) fn ask(&mut self, step: &Step, is_capped: bool, day: Cycle, at: &Point) {
        let question = &self.question;
        let lies_inside = |n: usize| at.tally.ago(n).is_some_and(|ago| inside(question.window, ago, question.hold));
        let before = (1..=at.tally.len()).take_while(|n| lies_inside(*n)).count();
        let closest = at.tally.ago(1).map(|ago| ago.least);
        let still = question.still.is_some();
        let facts = if still { at.facts.clone() } else { Facts::default() };
        let here = self.asked.entry((self.block, step.span)).or_default();
        let known = here.iter().position(|asked| asked.facts == facts || here.len() >= PATHS);
        let path = || {
            let mut path = at.tally.path(before);
            let last = at.tally.ago(before).map_or(0, |ago| ago.least);
            path.push(Shown { at: last, time: at.clock.day.point(), place: step.span });
            path
        };
        let Some(known) = known.and_then(|at| here.get_mut(at)) else {
            here.push(Asked {
                place: step.span,
                is_capped,
                before,
                path: path(),
                ends: at.clock.local.least,
                since: at.clock.since,
                day,
                closest,
                block: self.block,
                weeks: vec![at.clock.week],
                anchors: at.clock.anchors.clone(),
                facts,
            });
            return;
        };
        known.since = known.since.join(at.clock.since);
        known.day = known.day.join(day);
        known.closest = known.closest.into_iter().chain(closest).min();
        known.facts.join(&facts);
        anchor::join(&mut known.anchors, &at.clock.anchors);
        let week = at.clock.week;
        if !known.weeks.iter().any(|known| known.covers(week)) {
            let last = if known.weeks.len() >= WEEKS { known.weeks.pop() } else { None };
            known.weeks.push(last.map_or(week, |last| last.join(week)));
        }
        // Of the ways on which it comes the worst is told.
        if known.before < before {
            known.before = before;
            known.path = path();
            known.ends = at.clock.local.least;
        }
    }
}
