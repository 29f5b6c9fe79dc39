//! Steps, by walking the tree.

use super::conditions::{all, any};
use super::gate::{By, Verdict};
use super::queue::Queued;
use super::{Block, Person, Sent, State, calendar};
use journey::ir::{self, Arm, Branch, Calendar, Days, Send, Step, StepKind, Until};
use journey::value::{Value, show_instant};

const HALF_HOUR: i64 = 1_800_000;
const DAY: i64 = 86_400_000;

impl<'a> Person<'a> {
    /// The next instant, at or before `until`, at which anything could happen by itself.
    pub(super) fn next_moment(&self, until: i64) -> Option<i64> {
        let mut moments: Vec<i64> = Vec::new();
        let mut live = self.first_seen.is_some() && self.has_standing();
        moments.extend(self.removals.iter().map(|r| r.2));
        moments.extend(self.remembered_moments());
        for inside in self.inside.iter().filter(|i| !i.gone) {
            live = true;
            match &inside.state {
                State::Held { until, .. } => moments.push(*until),
                State::Waiting { since } => moments.extend(self.wait_moments(inside, *since)),
                State::Deciding { arm, since, .. } => {
                    let StepKind::If { arms, .. } = &self.step_of(inside).kind else { unreachable!() };
                    self.window_ends(inside, &arms[*arm].cond, *since, &mut moments);
                }
                State::Ready => {}
            }
        }
        if live {
            // All moments and local times of generated programs are on half hours; `>` comes true right after one.
            let half_hour = self.clock.div_euclid(HALF_HOUR) * HALF_HOUR;
            moments.extend([half_hour + 1, half_hour + HALF_HOUR]);
        }
        moments.into_iter().filter(|m| *m > self.clock && *m <= until).min()
    }

    fn wait_moments(&self, inside: &super::Inside<'a>, since: i64) -> Vec<i64> {
        if let Some(round) = self.over(inside) {
            return vec![round];
        }
        match &self.step_of(inside).kind {
            StepKind::Wait(d) => vec![since + d],
            StepKind::WaitFor { up_to, .. } => vec![since + up_to],
            StepKind::WaitUntil { .. } => {
                let at = self.inside.iter().position(|i| std::ptr::eq(i, inside)).unwrap();
                self.until(at, since).into_iter().collect()
            }
            _ => vec![],
        }
    }

    fn window_ends(&self, inside: &super::Inside<'a>, branch: &Branch, since: i64, out: &mut Vec<i64>) {
        match branch {
            Branch::Ask(..) => {}
            Branch::Window { within, engagement, .. } => out.push(start(inside, engagement, since) + within),
            Branch::Not(inner) => self.window_ends(inside, inner, since, out),
            Branch::And(parts) | Branch::Or(parts) => {
                parts.iter().for_each(|p| self.window_ends(inside, p, since, out))
            }
        }
    }

    pub(super) fn step_of(&self, inside: &super::Inside<'a>) -> &'a Step {
        let block = inside.blocks.last().unwrap();
        &block.steps[block.at]
    }

    /// When the next round of a `repeat` begins, where the present one has ended.
    fn over(&self, inside: &super::Inside<'a>) -> Option<i64> {
        let block = inside.blocks.last()?;
        let (_, began) = block.round.filter(|_| block.at >= block.steps.len())?;
        let parent = &inside.blocks[inside.blocks.len() - 2];
        let StepKind::Repeat { every, .. } = &parent.steps[parent.at].kind else { unreachable!() };
        Some(began + every)
    }

    pub(super) fn send_at(&self, at: usize, alternative: usize) -> Send {
        let (StepKind::Send(sends) | StepKind::BestOf(sends)) = &self.step_of(&self.inside[at]).kind else {
            unreachable!()
        };
        sends[alternative].clone()
    }

    /// Lets an entry do what it can at this instant.
    pub(super) fn go_on(&mut self, at: usize) {
        if !self.inside[at].gone {
            self.run(at);
        }
    }

    pub(super) fn leave(&mut self, at: usize, steps: &'a [Step], why: &'static str) {
        let inside = &mut self.inside[at];
        inside.leaving = Some(why);
        inside.blocks = vec![Block::new(steps)];
        inside.state = State::Ready;
        self.run(at);
    }

    pub(super) fn end(&mut self, at: usize, reason: &'static str) {
        let inside = &mut self.inside[at];
        inside.gone = true;
        let leaving = inside.leaving.take();
        inside.can_convert &= leaving != Some("goal");
        let journey = inside.journey;
        if leaving != Some("goal after the end") {
            self.say(journey, format!("exited {reason}"));
        }
    }

    pub(super) fn run(&mut self, at: usize) {
        loop {
            if let Some(steps) = self.exit_when(at) {
                return self.leave(at, steps, "exit");
            }
            while let Some(block) = self.inside[at].blocks.last()
                && block.at >= block.steps.len()
            {
                if block.round.is_some() && self.waits_for_round(at) {
                    if let Some(steps) = self.exit_when(at) {
                        self.leave(at, steps, "exit");
                    }
                    return;
                }
                let block = self.inside[at].blocks.last().unwrap();
                if block.round.is_some() && block.at < block.steps.len() {
                    // A further round has begun.
                    break;
                }
                self.inside[at].blocks.pop();
                if let Some(block) = self.inside[at].blocks.last_mut() {
                    block.at += 1;
                }
            }
            if self.inside[at].blocks.is_empty() {
                let reason = self.inside[at].leaving.unwrap_or("completed");
                return self.end(at, reason);
            }
            let step = self.step_of(&self.inside[at]);
            match self.step(at, step) {
                Done::Next => {
                    self.inside[at].state = State::Ready;
                    self.inside[at].blocks.last_mut().unwrap().at += 1;
                }
                Done::Into(steps) => {
                    self.inside[at].state = State::Ready;
                    self.inside[at].blocks.push(Block::new(steps));
                }
                Done::Round(steps) => {
                    self.inside[at].state = State::Ready;
                    let round = Some((1, self.clock));
                    self.inside[at].blocks.push(Block { steps, at: 0, round });
                }
                Done::Again => {}
                Done::Stay => {
                    if let Some(steps) = self.exit_when(at) {
                        self.leave(at, steps, "exit");
                    }
                    return;
                }
                Done::Leave => {
                    let reason = self.inside[at].leaving.unwrap_or("exit");
                    return self.end(at, reason);
                }
            }
        }
    }

    /// At the end of a round: whether it waits for the next one. Begins the next, or leaves the block at its end.
    fn waits_for_round(&mut self, at: usize) -> bool {
        let inside = &self.inside[at];
        let parent = &inside.blocks[inside.blocks.len() - 2];
        let StepKind::Repeat { times, every, until, .. } = &parent.steps[parent.at].kind else { unreachable!() };
        let (count, began) = inside.blocks.last().unwrap().round.unwrap();
        let is_over = until.as_ref().is_some_and(|cond| self.truth(at, cond) == Some(true));
        if count >= *times || is_over {
            self.inside[at].state = State::Ready;
            return false;
        }
        if self.clock < began + every {
            let since = self.clock;
            if !matches!(self.inside[at].state, State::Waiting { .. }) {
                self.inside[at].state = State::Waiting { since };
            }
            return true;
        }
        self.inside[at].state = State::Ready;
        let clock = self.clock;
        let block = self.inside[at].blocks.last_mut().unwrap();
        (block.at, block.round) = (0, Some((count + 1, clock)));
        false
    }

    /// The steps of the first `exit when` that holds.
    fn exit_when(&self, at: usize) -> Option<&'a [Step]> {
        let ir = self.ir;
        if self.inside[at].leaving.is_some() {
            return None;
        }
        let exits = &ir.journeys[self.inside[at].journey].exits;
        let holds =
            |exit: &&ir::Exit| matches!(&exit.cause, ir::ExitCause::When(cond) if self.truth(at, cond) == Some(true));
        exits.iter().find(holds).map(|exit| exit.steps.as_slice())
    }

    fn step(&mut self, at: usize, step: &'a Step) -> Done<'a> {
        let now = self.clock;
        let journey = self.inside[at].journey;
        let since = match self.inside[at].state {
            State::Waiting { since } => since,
            _ => now,
        };
        let goes_on = match &step.kind {
            StepKind::Wait(d) => now >= since + d,
            StepKind::WaitUntil { or_exit, .. } => match self.until(at, since) {
                Some(moment) if moment > now => false,
                Some(moment) if moment == now => true,
                _ if *or_exit => return Done::Leave,
                _ => true,
            },
            StepKind::WaitBetween { from, to, days } => calendar::inside(&self.zone(), now, *from, *to, *days),
            StepKind::WaitFor { cond, up_to } => now >= since + up_to || self.truth(at, cond) == Some(true),
            StepKind::Add(audience, millis) => {
                if self.control(journey).is_none() {
                    self.removals.retain(|r| r.0 != audience.index());
                    self.removals.extend(millis.map(|d| (audience.index(), journey, now + d)));
                    self.say(journey, format!("added {}", self.ir.audiences[audience.index()]));
                }
                true
            }
            StepKind::Remove(audience) => {
                self.removals.retain(|r| r.0 != audience.index());
                self.say(journey, format!("removed {}", self.ir.audiences[audience.index()]));
                true
            }
            StepKind::Exit => return Done::Leave,
            StepKind::If { arms, otherwise } => return self.decide(at, arms, otherwise),
            StepKind::Match { value, arms, otherwise } => {
                let fits = |arm: &&'a ir::MatchArm| {
                    arm.values.iter().any(|v| {
                        self.value_at(at, value).compare(&self.value_at(at, v)) == Some(std::cmp::Ordering::Equal)
                    })
                };
                return Done::Into(arms.iter().find(fits).map_or(otherwise.as_slice(), |arm| arm.steps.as_slice()));
            }
            StepKind::Split { name, arms } => return Done::Into(self.split(journey, name, arms)),
            StepKind::Repeat { until, steps, .. } => {
                if until.as_ref().is_some_and(|cond| self.truth(at, cond) == Some(true)) {
                    return Done::Next;
                }
                return Done::Round(steps);
            }
            StepKind::Set { target, name, value } => {
                self.set(at, target, name, value);
                true
            }
            StepKind::Emit { event, properties } => {
                self.emit(at, event, properties);
                true
            }
            StepKind::Start(other) => {
                self.queue.push_back(Queued::Start { journey: other.index(), event: self.inside[at].event });
                true
            }
            StepKind::Call { hook, arguments } => {
                if self.control(journey).is_none() {
                    let shown = self.named(at, arguments);
                    self.say(journey, format!("called {hook} {shown}"));
                }
                true
            }
            StepKind::Send(sends) => return self.send(at, sends, 0, sends.len()),
            StepKind::BestOf(sends) => return self.best_of(at, sends),
        };
        if goes_on {
            return Done::Next;
        }
        self.inside[at].state = State::Waiting { since };
        Done::Stay
    }

    /// The moment of the `wait until` that an entry stands at.
    fn until(&self, at: usize, since: i64) -> Option<i64> {
        let StepKind::WaitUntil { until, .. } = &self.step_of(&self.inside[at]).kind else { unreachable!() };
        self.until_of(at, until, since)
    }

    /// The moment of a `wait until` of an entry.
    pub(super) fn until_of(&self, at: usize, until: &Until, since: i64) -> Option<i64> {
        let zone = self.zone();
        let today = calendar::local(&zone, since).date();
        let first_from = |from: i64, minute: u32, days: Days| {
            (0..10)
                .map(|n| calendar::plus(today, n))
                .filter(|d| days.contains(calendar::weekday(*d)))
                .map(|d| calendar::at_minute(&zone, d, minute))
                .find(|t| *t >= from)
        };
        match until {
            Until::Calendar(Calendar::Time(minute)) => first_from(since, *minute, Days::ALL),
            Until::Calendar(Calendar::Tomorrow(minute)) => {
                Some(calendar::at_minute(&zone, calendar::plus(today, 1), *minute))
            }
            Until::Calendar(Calendar::Weekday { day, next: true, at }) => {
                let found =
                    (1..=7).map(|n| calendar::plus(today, n)).find(|d| calendar::weekday(*d) == u32::from(*day));
                found.map(|d| calendar::at_minute(&zone, d, at.unwrap_or(0)))
            }
            Until::Calendar(Calendar::Weekday { day, next: false, at: None }) => {
                if calendar::weekday(today) == u32::from(*day) {
                    return Some(since);
                }
                first_from(since, 0, Days(1 << day))
            }
            Until::Calendar(Calendar::Weekday { day, next: false, at: Some(minute) }) => {
                first_from(since, *minute, Days(1 << day))
            }
            Until::Calendar(Calendar::NthDay(n, minute)) => {
                let entry = calendar::local(&zone, self.inside[at].entered);
                let day = calendar::plus(entry.date(), i64::from(*n));
                Some(match minute {
                    Some(minute) => calendar::at_minute(&zone, day, *minute),
                    None => calendar::instant(&zone, day.to_datetime(entry.time())),
                })
            }
            Until::Calendar(Calendar::Date(day, minute)) => {
                Some(calendar::at_minute(&zone, calendar::date(*day), *minute))
            }
            Until::Value(of) => {
                let moment = self.follow(&self.value_at(at, &of.of), of)?;
                // Ten years with three leap days.
                Some(moment.min(since + (365 * 10 + 3) * DAY))
            }
        }
    }

    /// The moment that follows a value.
    pub(super) fn follow(&self, value: &Value, moment: &ir::ValueMoment) -> Option<i64> {
        let zone = self.zone();
        let ir::ValueMoment { offset, whole_days, at: minute, .. } = moment;
        Some(match value {
            Value::Date(day) if *whole_days => {
                let day = calendar::plus(calendar::date(*day), offset / DAY);
                calendar::at_minute(&zone, day, minute.unwrap_or(0))
            }
            Value::Date(day) => calendar::at_minute(&zone, calendar::date(*day), minute.unwrap_or(0)) + offset,
            Value::Moment(t) => match minute {
                None => t + offset,
                Some(minute) => calendar::at_minute(&zone, calendar::local(&zone, t + offset).date(), *minute),
            },
            _ => return None,
        })
    }

    fn split(&mut self, journey: usize, name: &str, arms: &'a [ir::SplitArm]) -> &'a [Step] {
        use rust_decimal::Decimal;
        let scope = format!("split/{}/{name}", self.ir.journeys[journey].name);
        let drawn = Decimal::from(journey::chance::number(&scope, &self.roll)) * Decimal::from(100);
        let key = (journey, name.to_string());
        let mut sum = Decimal::ZERO;
        let by_chance = arms.iter().find(|arm| {
            sum += arm.share;
            drawn < sum * Decimal::from(1u64 << 52)
        });
        let known = self.arms.get(&key).and_then(|label| arms.iter().find(|arm| arm.label == label.as_str()));
        let arm = known.or(by_chance).unwrap();
        self.arms.insert(key, arm.label.to_string());
        self.say(journey, format!("chose {name}: {}", arm.label));
        &arm.steps
    }

    /// Of the sends that the gate would not suppress, the one whose channel is answered best.
    fn best_of(&mut self, at: usize, sends: &'a [Send]) -> Done<'a> {
        if let State::Held { alternative, .. } = self.inside[at].state {
            return self.send(at, sends, alternative, alternative + 1);
        }
        use journey::ir::Engagement::{Clicked, Opened, Replied};
        let mut best: Option<(usize, u64, u64)> = None;
        for (n, send) in sends.iter().enumerate() {
            if matches!(self.gate(at, send, &[]), Verdict::Suppress(..)) {
                continue;
            }
            let (engaged, sent) = self.answered(Some(send.channel.0), 90 * DAY, &[Opened, Clicked, Replied]);
            let (engaged, sent) = (engaged + 1, sent + 2);
            if best.is_none_or(|(_, e, s)| engaged * s > e * sent) {
                best = Some((n, engaged, sent));
            }
        }
        let chosen = best.map_or(0, |(n, ..)| n);
        self.send(at, sends, chosen, chosen + 1)
    }

    fn decide(&mut self, at: usize, arms: &'a [Arm], otherwise: &'a [Step]) -> Done<'a> {
        let (arm, since, mut asked, mut came_true, mut over) = match self.inside[at].state.clone() {
            State::Deciding { arm, since, asked, came_true, over } => (arm, since, asked, came_true, over),
            _ => (0, self.clock, vec![], vec![], vec![]),
        };
        let cond = &arms[arm].cond;
        let fresh = asked.is_empty() && came_true.is_empty();
        if fresh {
            self.first_answers(at, cond, &mut asked);
            let windows = count_windows(cond);
            came_true = vec![false; windows];
            over = vec![false; windows];
        }
        let mut pending = vec![];
        let mut answers = vec![];
        self.windows(at, cond, since, &mut came_true, &mut over, &mut answers, &mut pending);
        // Certain, if all that is pending may come out in any way and the outcome is the same.
        let mut outcomes = vec![];
        for trial in 0..(1u32 << pending.len()) {
            let mut answers = answers.clone();
            for (bit, window) in pending.iter().enumerate() {
                answers[*window] = trial & (1 << bit) != 0;
            }
            outcomes.push(whole(cond, &mut asked.iter(), &mut answers.iter()) == Some(true));
        }
        let certain = outcomes.iter().all(|o| *o == outcomes[0]).then(|| outcomes[0]);
        match certain {
            Some(true) => Done::Into(&arms[arm].steps),
            Some(false) if arm + 1 < arms.len() => {
                let fresh =
                    State::Deciding { arm: arm + 1, since: self.clock, asked: vec![], came_true: vec![], over: vec![] };
                self.inside[at].state = fresh;
                Done::Again
            }
            Some(false) => Done::Into(otherwise),
            None => {
                self.inside[at].state = State::Deciding { arm, since, asked, came_true, over };
                Done::Stay
            }
        }
    }

    fn first_answers(&self, at: usize, branch: &Branch, out: &mut Vec<Option<bool>>) {
        match branch {
            Branch::Ask(cond, _) => out.push(self.truth(at, cond)),
            Branch::Window { .. } => {}
            Branch::Not(inner) => self.first_answers(at, inner, out),
            Branch::And(parts) | Branch::Or(parts) => parts.iter().for_each(|p| self.first_answers(at, p, out)),
        }
    }

    fn windows(
        &self,
        at: usize,
        branch: &Branch,
        since: i64,
        came_true: &mut [bool],
        over: &mut [bool],
        answers: &mut Vec<bool>,
        pending: &mut Vec<usize>,
    ) {
        match branch {
            Branch::Ask(..) => {}
            Branch::Window { cond, within, engagement, .. } => {
                let number = answers.len();
                let ends = start(&self.inside[at], engagement, since) + within;
                let holds = self.truth_before(at, cond, ends) == Some(true);
                if engagement.is_some() {
                    answers.push(holds);
                } else {
                    came_true[number] |= holds && self.clock < ends && !over[number];
                    answers.push(came_true[number]);
                }
                over[number] |= self.clock >= ends;
                if !answers[number] && self.clock < ends {
                    pending.push(number);
                }
            }
            Branch::Not(inner) => self.windows(at, inner, since, came_true, over, answers, pending),
            Branch::And(parts) | Branch::Or(parts) => {
                for part in parts {
                    self.windows(at, part, since, came_true, over, answers, pending);
                }
            }
        }
    }

    /// Asks the gate for the alternatives from one on, up to a last.
    fn send(&mut self, at: usize, sends: &'a [Send], first: usize, end: usize) -> Done<'a> {
        let (mut alternative, mut held) = match self.inside[at].state.clone() {
            State::Held { until, .. } if self.clock < until => return Done::Stay,
            State::Held { alternative, by, ends, until, .. } if until < ends => {
                // Held for as long as it may be.
                let (reason, rule) = self.rule(at, &sends[alternative], by);
                self.suppress(at, &sends[alternative], reason, rule);
                (alternative + 1, None)
            }
            State::Held { alternative, since, capped, .. } => (alternative, Some((since, capped))),
            _ => (first, None),
        };
        while let Some(send) = sends.get(alternative).filter(|_| alternative < end) {
            let best = send.best_time.as_ref().filter(|_| held.is_none());
            let best = best.and_then(|(within, _)| self.best_time(self.clock + within));
            match best.map_or_else(
                || self.gate(at, send, held.as_ref().map_or(&[], |(_, capped)| capped)),
                |ends| Verdict::Hold(By::BestTime, ends),
            ) {
                Verdict::Go => {
                    self.sent(at, send);
                    return Done::Next;
                }
                Verdict::Suppress(reason, rule) => {
                    self.suppress(at, send, reason, rule);
                    if reason == "holdout" {
                        return Done::Next;
                    }
                }
                Verdict::Hold(by, ends) => {
                    let (since, mut capped) = held.take().unwrap_or((self.clock, vec![]));
                    if matches!(by, By::Cap(..)) && !capped.iter().any(|(known, _)| *known == by) {
                        capped.push((by, self.clock));
                    }
                    let until = ends.min(self.limit(by, since, &capped));
                    if until > self.clock {
                        self.say_held(at, send, by, until);
                        self.inside[at].state = State::Held { alternative, since, by, capped, ends, until };
                        return Done::Stay;
                    }
                    let (reason, rule) = self.rule(at, send, by);
                    self.suppress(at, send, reason, rule);
                }
            }
            alternative += 1;
            held = None;
        }
        Done::Next
    }

    fn words(&self, send: &Send) -> String {
        format!("{} {}", self.ir.channels[send.channel.index()], self.ir.messages[send.message.index()])
    }

    pub(super) fn say_held(&mut self, at: usize, send: &Send, by: By, until: i64) {
        let (_, rule) = self.rule(at, send, by);
        let line = format!("held {} until {} by {rule}", self.words(send), show_instant(until));
        self.say(self.inside[at].journey, line);
    }

    fn suppress(&mut self, at: usize, send: &Send, reason: &str, rule: String) {
        let line = format!("suppressed {}: {reason} by {rule}", self.words(send));
        self.say(self.inside[at].journey, line);
        self.inside[at].asked.push((send.message.0, self.clock, None));
    }

    fn sent(&mut self, at: usize, send: &Send) {
        let (journey, entered, key) = (self.inside[at].journey, self.inside[at].entered, self.inside[at].key.clone());
        let name = &self.ir.journeys[journey].name;
        let key_part = key.as_ref().map_or(String::new(), |key| format!("{}/", part(key)));
        let stem = format!("{}/{}/{}/{key_part}", part(&self.id), part(name), show_instant(entered));
        let number_of = |id: &str| id.strip_prefix(&stem).and_then(|n| n.parse::<usize>().ok());
        let given =
            self.sends.iter().filter_map(|s| number_of(&s.id)).chain(self.given.iter().filter_map(|id| number_of(id)));
        let number = given.max().unwrap_or(0) + 1;
        let id = format!("{stem}{number}");
        let category = &self.ir.categories[send.category.index()];
        let values = if send.values.is_empty() { String::new() } else { format!(" {}", self.named(at, &send.values)) };
        let reads =
            if send.reads.is_empty() { String::new() } else { format!(" reads {}", self.named(at, &send.reads)) };
        let line = format!("sent {} as {category}, {id}{values}{reads}", self.words(send));
        self.say(journey, line);
        self.inside[at].asked.push((send.message.0, self.clock, Some(self.sends.len())));
        self.sends.push(Sent {
            at: self.clock,
            channel: send.channel.0,
            category: send.category.0,
            message: send.message.0,
            inside: at,
            id,
            failed: false,
        });
        if self.asks_rates {
            self.queue.push_back(Queued::Look);
        }
    }
}

/// A part of a send's id, in which no sign stands that stands between parts.
fn part(text: &str) -> String {
    text.replace('%', "%25").replace('/', "%2F")
}

enum Done<'a> {
    Next,
    Into(&'a [Step]),
    /// The first round of a `repeat`.
    Round(&'a [Step]),
    Again,
    Stay,
    Leave,
}

/// When a window starts.
fn start(inside: &super::Inside<'_>, engagement: &Option<Vec<Option<ir::MessageId>>>, since: i64) -> i64 {
    let Some(messages) = engagement else { return since };
    let asked = |message: &Option<ir::MessageId>| {
        inside.asked.iter().rev().find(|a| message.is_none_or(|m| m.0 == a.0)).map(|a| a.1)
    };
    messages.iter().filter_map(asked).max().unwrap_or(since)
}

fn count_windows(branch: &Branch) -> usize {
    match branch {
        Branch::Ask(..) => 0,
        Branch::Window { .. } => 1,
        Branch::Not(inner) => count_windows(inner),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().map(count_windows).sum(),
    }
}

/// The whole condition, with an answer for each part.
fn whole<'b>(
    branch: &Branch,
    asked: &mut impl Iterator<Item = &'b Option<bool>>,
    windows: &mut impl Iterator<Item = &'b bool>,
) -> Option<bool> {
    match branch {
        Branch::Ask(..) => *asked.next().unwrap(),
        Branch::Window { .. } => Some(*windows.next().unwrap()),
        Branch::Not(inner) => whole_dyn(inner, asked, windows).map(|b| !b),
        Branch::And(parts) => all(&parts.iter().map(|p| whole_dyn(p, asked, windows)).collect::<Vec<_>>()),
        Branch::Or(parts) => any(&parts.iter().map(|p| whole_dyn(p, asked, windows)).collect::<Vec<_>>()),
    }
}

fn whole_dyn<'b>(
    branch: &Branch,
    asked: &mut dyn Iterator<Item = &'b Option<bool>>,
    windows: &mut dyn Iterator<Item = &'b bool>,
) -> Option<bool> {
    let (mut asked, mut windows) = (asked, windows);
    whole(branch, &mut asked, &mut windows)
}
