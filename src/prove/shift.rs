//! Steps whose moment a hold before them can let pass: a journey is followed twice at once, as if nothing were ever held and
//! as if everything were held as long as it can be.

use super::clock::{Clock, millis};
use super::cycle::DAY;
use super::dataflow::{Analysis, Repeat, State, add, divide, joined};
use super::length::Length;
use super::quiet::longest;
use super::rules::{named, sent_in};
use super::windows;
use crate::ir::{
    Arm, Branch, Calendar, Days, Journey, List, MessageId, Program, Quiet, Send, Step, StepKind, TRANSACTIONAL, Until,
};
use crate::source::Span;
use crate::value::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// A step whose moment can be past.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shifted {
    /// The step, or the condition with the window.
    pub(crate) place: Span,
    /// The message that is held.
    pub(crate) send: Span,
    /// The rule that holds it.
    pub(crate) rule: Span,
    /// How long it is held at most.
    pub(crate) hold: Millis,
    /// How long that rule holds it by itself.
    pub(crate) alone: Millis,
    /// The first day of the journey that is never past, where the step waits for one.
    pub(crate) day: Option<Millis>,
}

/// A message that can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    send: Span,
    rule: Span,
    hold: Millis,
    alone: Millis,
}

#[derive(Debug, Clone)]
struct Point {
    /// Without holds.
    plain: Clock,
    /// With holds.
    late: Clock,
    held: Option<Held>,
}

impl Point {
    fn new(clock: Clock) -> Self {
        Self { plain: clock.clone(), late: clock, held: None }
    }

    /// The same happens on both clocks.
    fn both(&mut self, happens: impl Fn(&mut Clock)) {
        happens(&mut self.plain);
        happens(&mut self.late);
    }
}

impl State for Point {
    fn join(&mut self, other: &Point) {
        self.plain.join(&other.plain);
        self.late.join(&other.late);
        self.held = self.held.or(other.held);
    }
}

/// How often messages of each rule's list are sent, by the rule's place.
pub(crate) type Sent = BTreeMap<Span, usize>;

/// How often what the charter's rules are about is sent in the whole program.
pub(crate) fn sent(program: &Program) -> Sent {
    let charter = &program.charter;
    let gaps = charter.gaps.iter().map(|gap| (gap.span, &gap.list));
    let caps = charter.caps.iter().filter(|cap| cap.hold.is_some()).map(|cap| (cap.span, &cap.list));
    let count = |list| program.journeys.iter().map(|journey| sent_by(journey, list)).fold(0, usize::saturating_add);
    gaps.chain(caps).map(|(rule, list)| (rule, count(list))).collect()
}

/// The steps of a journey whose moment a hold can let pass.
pub(crate) fn shifted(program: &Program, journey: &Journey, sent: &Sent) -> Vec<Shifted> {
    let charter = &program.charter;
    let asked_about = windows::asked_about(journey);
    let mut follower = Follower { program, journey, asked_about, sent, found: BTreeMap::new(), days: BTreeMap::new() };
    let quiet = charter.quiet.iter().chain(&journey.quiet).filter(|quiet| !quiet.skip);
    let moments: BTreeSet<Millis> =
        quiet.flat_map(|quiet| [millis(quiet.from), millis(quiet.to)]).take(MOMENTS).collect();
    for entry in &journey.entries {
        for clock in Clock::entries(journey, &entry.cause, &moments) {
            follower.block(&entry.steps, vec![Point::new(clock)]);
        }
    }
    for steps in journey.goals.iter().map(|goal| &goal.steps).chain(journey.exits.iter().map(|exit| &exit.steps)) {
        // They come at any moment.
        follower.block(steps, vec![Point::new(Clock::round())]);
    }
    let Follower { found, days, .. } = follower;
    found.into_values().map(|found| Shifted { day: days.get(&found.place).copied().flatten(), ..found }).collect()
}

/// Entries at any time of day are followed for so many parts of it.
const MOMENTS: usize = 8;

struct Follower<'a> {
    program: &'a Program,
    journey: &'a Journey,
    asked_about: BTreeSet<MessageId>,
    sent: &'a Sent,
    found: BTreeMap<Span, Shifted>,
    /// The first day that is not past when a step is reached, on any way to it.
    days: BTreeMap<Span, Option<Millis>>,
}

impl Analysis for Follower<'_> {
    type State = Point;
    type Earlier<'s> = ();

    fn wait(&mut self, step: &Step, mut now: Point, behind: &mut Vec<Point>) {
        let StepKind::WaitUntil { until, .. } = &step.kind else {
            now.both(|clock| _ = clock.wait(&step.kind));
            return behind.push(now);
        };
        let day = self.days.entry(step.span).or_default();
        *day = first_day(until, &now).max(*day);
        if let Some(held) = now.held.filter(|_| can_pass(until, &now)) {
            self.find(step.span, held);
        }
        now.both(|clock| _ = clock.wait(&step.kind));
        // A moment that follows from something else than the steps before takes the hold up.
        if matches!(until, Until::Value(_) | Until::Calendar(Calendar::Date(..))) || now.plain.since == now.late.since {
            now.held = None;
        }
        behind.push(now);
    }

    fn send(&mut self, step: &Step, sends: &[Send], mut now: Point, behind: &mut Vec<Point>) {
        for send in sends {
            self.hold(step.span, send, &mut now);
        }
        for send in sends {
            let is_named = self.asked_about.contains(&send.message);
            now.both(|clock| clock.send(send.message, is_named));
        }
        behind.push(now);
    }

    fn arm(&mut self, arm: &Arm, (): &mut (), all: Vec<Point>) -> (Vec<Point>, Vec<Point>) {
        divide(all, |mut now| {
            if let Some(held) = now.held.filter(|_| can_end(&arm.cond, &now)) {
                self.find(arm.span, held);
            }
            let mut taken = now.clone();
            taken.both(|clock| _ = clock.pass(clock.decision(&arm.cond).0));
            now.both(|clock| _ = clock.pass(clock.decision(&arm.cond).1));
            (Some(taken), Some(now))
        })
    }

    /// One round at any time, or none.
    fn rounds(&mut self, repeat: &Repeat<'_>, all: Vec<Point>) -> Vec<Point> {
        let Some(mut round) = joined(all) else { return vec![] };
        round.both(|clock| {
            clock.pass(Length::ANY);
            clock.forget_sends();
        });
        let mut behind = joined(self.block(repeat.steps, vec![round.clone()]));
        add(&mut behind, Some(round));
        behind.into_iter().collect()
    }
}

impl Follower<'_> {
    fn find(&mut self, place: Span, Held { send, rule, hold, alone }: Held) {
        self.found.entry(place).or_insert(Shifted { place, send, rule, hold, alone, day: None });
    }

    /// The message as late as the rules can hold it.
    fn hold(&mut self, place: Span, send: &Send, now: &mut Point) {
        if send.category == TRANSACTIONAL {
            return;
        }
        let about = |list: &List| named(list, (send.channel, send.category));
        let (charter, journey) = (&self.program.charter, self.journey);
        let before = now.late.since.most;
        let mut rules: Vec<(Span, Length)> = vec![];
        let all = charter.quiet.iter().chain(&journey.quiet);
        let quiet: Vec<&Quiet> = all.filter(|quiet| !quiet.skip && about(&quiet.list)).collect();
        let holding = quiet.iter().filter_map(|rule| {
            let mut late = now.late.clone();
            let passage = match rule.is_whole_day() {
                true => late.pass(Length::up_to(longest(std::iter::once(*rule)))),
                false => late.wait_between(rule.to, rule.from, Days::ALL),
            };
            (passage.length.most != Some(0)).then_some((rule.span, passage.length, late))
        });
        if let Some((rule, mut length, mut late)) = holding.max_by_key(|(_, length, _)| length.most) {
            if quiet.len() > 1 {
                // One rule leads into the next.
                length = Length::up_to(longest(quiet.iter().copied()));
                late = now.late.clone();
                late.pass(length);
            }
            late.join(&now.late);
            now.late = late;
            rules.push((rule, length));
        }
        for gap in charter.gaps.iter().chain(&journey.gaps).filter(|gap| !gap.skip && about(&gap.list)) {
            if self.sent(gap.span, &gap.list) > 1 {
                rules.push((gap.span, Length::up_to(gap.least)));
                now.late.pass(Length::up_to(gap.least));
            }
        }
        for cap in charter.caps.iter().chain(&journey.caps).filter(|cap| about(&cap.list)) {
            let Some(hold) = cap.held() else { continue };
            if self.sent(cap.span, &cap.list) > cap.limit as usize {
                rules.push((cap.span, Length::up_to(hold)));
                now.late.pass(Length::up_to(hold));
            }
        }
        let longest = rules.iter().max_by_key(|(_, length)| length.most.unwrap_or(Millis::MAX));
        if let Some((rule, length)) = longest {
            let hold = now.late.since.most.zip(before).map_or(7 * DAY, |(after, before)| (after - before).min(7 * DAY));
            let alone = length.most.map_or(hold, |most| most.min(hold));
            now.held = Some(Held { send: place, rule: *rule, hold, alone });
        }
    }

    /// How often messages of a rule's list are sent: in the whole program, or by the journey whose rule it is.
    fn sent(&self, rule: Span, list: &List) -> usize {
        self.sent.get(&rule).copied().unwrap_or_else(|| sent_by(self.journey, list))
    }
}

/// How often a journey sends messages of a list; in rounds more than once.
fn sent_by(journey: &Journey, list: &List) -> usize {
    journey.blocks().map(|block| sent_in(block, list, usize::saturating_add)).fold(0, usize::saturating_add)
}

/// Whether a hold can let the moment pass that a step waits for.
fn can_pass(until: &Until, now: &Point) -> bool {
    match until {
        Until::Value(_) | Until::Calendar(Calendar::Date(..)) => !now.late.is_ahead(until),
        Until::Calendar(Calendar::NthDay(day, at)) => {
            let day = Millis::from(*day) * DAY;
            let (plain, late, moment) = match at {
                None => (now.plain.since, now.late.since, day),
                Some(at) => (now.plain.local, now.late.local, day + millis(*at)),
            };
            plain.most.is_some() && plain.least < moment && late.most.is_none_or(|most| most > moment)
        }
        // The day after a later day.
        Until::Calendar(Calendar::Tomorrow(_)) => {
            let day = |length: Length| length.most.map(|most| most.div_euclid(DAY));
            day(now.plain.local).is_some_and(|plain| day(now.late.local).is_none_or(|late| late > plain))
        }
        Until::Calendar(_) => false,
    }
}

/// The first day of the journey whose moment is not past here, even after a hold.
fn first_day(until: &Until, now: &Point) -> Option<Millis> {
    let Until::Calendar(Calendar::NthDay(_, at)) = until else { return None };
    let (late, at) = at.map_or((now.late.since, 0), |at| (now.late.local, millis(at)));
    late.most.map(|most| (most - at + DAY - 1).div_euclid(DAY))
}

/// Whether a hold can let a window end that began with an earlier message.
fn can_end(branch: &Branch, now: &Point) -> bool {
    match branch {
        Branch::Ask(..) => false,
        Branch::Window { within, engagement, .. } => engagement.iter().flatten().flatten().any(|message| {
            let (plain, late) = (now.plain.since_message(Some(*message)), now.late.since_message(Some(*message)));
            let ends = |length: Length| length.most.is_some_and(|most| most >= *within);
            plain.most.is_some() && plain.least < *within && ends(late) && late.most > plain.most
        }),
        Branch::Not(inner) => can_end(inner, now),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().any(|part| can_end(part, now)),
    }
}
