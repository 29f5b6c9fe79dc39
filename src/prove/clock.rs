//! What is known of the moment at which a step is reached: since the entry, on the local clock, since the last message.
//!
//! Bounds hold on every path at once (intervals that are widened where paths meet). A local day is taken as 24 hours: clock changes are left to run time.

use super::anchor::{self, Anchor, Asked, Base, Target, days};
use super::cycle::{Cycle, DAY, WEEK};
use super::length::{Ends, Length, Passage};
use crate::ir::{Branch, Calendar, Days, EntryCause, Expr, Journey, MessageId, StepKind, Until, ValueMoment};
use crate::limits::LONGEST_WAIT;
use crate::value::{Millis, Minute};
use chrono::Datelike;
use std::collections::{BTreeMap, BTreeSet};
use thin_vec::ThinVec;

/// What is known of a moment.
///
/// INVARIANT: each bound holds on every path to the moment. What is not known is the whole circle, or any length.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    /// Since the entry; since the beginning of a round, where the entry's moment is not known.
    pub(super) since: Length,
    /// Since the local midnight before the entry.
    pub(super) local: Length,
    /// The local time of day at the entry.
    start: Cycle,
    /// Whether the entry's moment is unknown: inside of rounds.
    floats: bool,
    pub(super) day: Cycle,
    pub(super) week: Cycle,
    /// Since the last message was asked for.
    pub(super) sent: Length,
    /// Since the last message of a name was asked for; only of those that windows ask about.
    named: BTreeMap<MessageId, Length>,
    /// How the moment lies to dates.
    pub(super) anchors: ThinVec<Anchor>,
    /// How long the present rounds have lasted, from the outside in.
    rounds: ThinVec<Length>,
}

impl Clock {
    /// At an entry, for each part of the day between these moments, and each weekday of a schedule; parts are told apart
    /// where any time of day lets in.
    pub(super) fn entries(journey: &Journey, cause: &EntryCause, moments: &BTreeSet<Millis>) -> Vec<Self> {
        if let EntryCause::Every(days, minute) = cause {
            let each = (0..7u8).map(|day| Days(1 << day)).filter(|day| day.0 & days.0 != 0);
            return each.map(|day| Self::entry(journey, &EntryCause::Every(day, *minute))).collect();
        }
        let entry = Self::entry(journey, cause);
        if !entry.start.is_any() || moments.is_empty() {
            return vec![entry];
        }
        let begins: BTreeSet<Millis> = moments.iter().copied().chain([0]).collect();
        let ends = begins.iter().skip(1).copied().chain([DAY]);
        let parts = begins.iter().zip(ends).map(|(from, to)| Cycle::between(DAY, *from, to));
        parts.map(|day| Self { start: day, day, ..entry.clone() }.on_day()).collect()
    }

    /// At an entry.
    pub(super) fn entry(journey: &Journey, cause: &EntryCause) -> Self {
        let at = |minute: Minute| Cycle::at(DAY, millis(minute));
        let day = match cause {
            EntryCause::Every(_, minute) | EntryCause::Once(_, minute) => at(*minute),
            EntryCause::Date(moment) | EntryCause::Yearly(moment) if moment.whole_days => {
                at(moment.at.unwrap_or_default())
            }
            _ => Cycle::any(DAY),
        };
        let week = match cause {
            EntryCause::Every(days, minute) => week_of(*days, millis(*minute)),
            EntryCause::Once(date, minute) => {
                Cycle::at(WEEK, Millis::from(date.weekday().num_days_from_monday()) * DAY + millis(*minute))
            }
            _ => Cycle::any(WEEK),
        };
        let mut anchors = ThinVec::new();
        let mut after = |base: Base, moment: &ValueMoment| {
            let mut anchor = Anchor::new(base);
            anchor.at(Target::of(moment));
            anchors.push(anchor);
        };
        match cause {
            EntryCause::Once(date, minute) => anchors.push(Anchor::calendar(*date, millis(*minute))),
            EntryCause::Date(moment) => after(Base::Of(moment.of.clone()), moment),
            EntryCause::Yearly(moment) => after(Base::Yearly(moment.of.clone()), moment),
            _ => {}
        }
        if let Some((first, last)) = journey.active.filter(|_| !matches!(cause, EntryCause::Once(..))) {
            let mut calendar = Anchor::new(Base::Calendar);
            calendar.within(days(first), days(last) + DAY - 1);
            anchors.push(calendar);
        }
        Self { start: day, day, week, floats: false, anchors, ..Self::round() }.on_day()
    }

    /// The entry is on this day of the week, at this time, if it can be: how long that is after the beginning of Monday.
    pub(super) fn starts(&mut self, day: u8, minute: Minute) -> Option<Millis> {
        let at = Millis::from(day) * DAY + millis(minute);
        let (day, week) = (self.day.meet(Cycle::at(DAY, at))?, self.week.meet(Cycle::at(WEEK, at))?);
        *self = Self { start: day, day, week, ..self.clone() }.on_day();
        Some(at)
    }

    /// At the beginning of a round: nothing is known.
    pub(super) fn round() -> Self {
        Self {
            since: Length::NONE,
            local: Length::ANY,
            start: Cycle::any(DAY),
            floats: true,
            day: Cycle::any(DAY),
            week: Cycle::any(WEEK),
            sent: Length::ANY,
            named: BTreeMap::new(),
            anchors: ThinVec::new(),
            rounds: ThinVec::new(),
        }
    }

    /// At the beginning of some round: `all` is how long it takes to come to the last one, `whole_days` and `whole_weeks`
    /// whether each begins at the time of day, or of the week, of the first.
    pub(super) fn begin_rounds(&mut self, all: Length, whole_days: bool, whole_weeks: bool) {
        let (day, week) = (self.day, self.week);
        self.pass(Length { least: 0, ..all });
        self.day = if whole_days { day } else { self.day };
        self.week = if whole_weeks { week } else { self.week };
        self.forget_sends();
    }

    /// A round begins, inside of those around it.
    pub(super) fn begin_round(&mut self) {
        self.rounds.push(Length::NONE);
    }

    /// A round ends: how long it lasted.
    pub(super) fn end_round(&mut self) -> Length {
        self.rounds.pop().unwrap_or(Length::ANY)
    }

    /// From the end of a round, which began at `origin`, to the beginning of the next.
    pub(super) fn until_round(&mut self, origin: &Clock, lasted: Length, every: Millis) -> Passage {
        let passage = self.pass(lasted.until(every));
        if lasted.most.is_none_or(|most| most > every) {
            return passage;
        }
        let mut next = origin.clone();
        next.pass(Length::exactly(every));
        let ends = Some(Ends::Entry(next.since.least));
        (self.since, self.local, self.day, self.week) = (next.since, next.local, next.day, next.week);
        self.rounds = next.rounds;
        for anchor in next.anchors {
            self.anchors.retain(|known| known.base != anchor.base);
            self.anchors.push(anchor);
        }
        Passage { ends, ..passage }
    }

    /// Forgets when messages were sent.
    pub(super) fn forget_sends(&mut self) {
        self.sent = Length::ANY;
        self.named.clear();
    }

    fn on_day(mut self) -> Self {
        let (first, last) = self.start.ends();
        self.local = Length { least: first, most: Some(last) };
        self
    }

    pub(super) fn join(&mut self, other: &Clock) {
        self.since = self.since.join(other.since);
        self.local = self.local.join(other.local);
        self.start = self.start.join(other.start);
        self.floats |= other.floats;
        self.day = self.day.join(other.day);
        self.week = self.week.join(other.week);
        self.sent = self.sent.join(other.sent);
        anchor::join(&mut self.anchors, &other.anchors);
        for (round, other) in self.rounds.iter_mut().zip(&other.rounds) {
            *round = round.join(*other);
        }
        self.named.retain(|message, _| other.named.contains_key(message));
        for (message, length) in &mut self.named {
            *length = other.named.get(message).map_or(Length::ANY, |other| length.join(*other));
        }
    }

    /// A message is asked for; `named`: whether a window asks about it by its name.
    pub(super) fn send(&mut self, message: MessageId, named: bool) {
        self.sent = Length::NONE;
        if named {
            self.named.insert(message, Length::NONE);
        }
    }

    /// Since a message was asked for.
    pub(super) fn since_message(&self, message: Option<MessageId>) -> Length {
        match message {
            None => self.sent,
            Some(message) => self.named.get(&message).copied().unwrap_or(Length::ANY),
        }
    }

    /// Time passes.
    pub(super) fn pass(&mut self, length: Length) -> Passage {
        let length = length.within_reach();
        let passage =
            Passage { length, days: self.day.begins(length.least), weeks: self.week.begins(length.least), ends: None };
        self.since = self.since.plus(length);
        self.local = self.local.plus(length);
        self.day = self.day.pass(length.least, length.most);
        self.week = self.week.pass(length.least, length.most);
        self.sent = self.sent.plus(length);
        for named in self.named.values_mut() {
            *named = named.plus(length);
        }
        for anchor in &mut self.anchors {
            anchor.pass(length.least, length.most);
        }
        for round in &mut self.rounds {
            *round = round.plus(length);
        }
        passage
    }

    /// Time passes until the outcome of an `if` is certain; `window`: so long after the last message.
    pub(super) fn decided(&mut self, length: Length, window: Option<Millis>) -> Passage {
        let passage = self.pass(length);
        let Some(window) = window else { return passage };
        self.sent = self.sent.at_least(window);
        Passage { ends: Some(Ends::Send(window)), ..passage }
    }

    /// A step that waits; any other takes no time by itself.
    pub(super) fn wait(&mut self, step: &StepKind) -> Passage {
        match step {
            StepKind::Wait(length) => self.pass(Length::exactly(*length)),
            StepKind::WaitUntil { until, or_exit } => self.wait_until(until, *or_exit),
            StepKind::WaitBetween { from, to, days } => self.wait_between(*from, *to, *days),
            StepKind::WaitFor { up_to, .. } => self.pass(Length::up_to(*up_to)),
            // Named one by one, so that a new kind of step says how much time it takes.
            StepKind::Send(_)
            | StepKind::BestOf(_)
            | StepKind::If { .. }
            | StepKind::Match { .. }
            | StepKind::Split { .. }
            | StepKind::Repeat { .. }
            | StepKind::Add(..)
            | StepKind::Remove(_)
            | StepKind::Set { .. }
            | StepKind::Emit { .. }
            | StepKind::Start(_)
            | StepKind::Call { .. }
            | StepKind::Exit => self.pass(Length::NONE),
        }
    }

    /// `wait until …`; `surely`: whoever comes too late for it, or has no such date, leaves.
    fn wait_until(&mut self, until: &Until, surely: bool) -> Passage {
        match until {
            Until::Calendar(Calendar::Time(minute)) => self.until_time(millis(*minute)),
            Until::Calendar(Calendar::Tomorrow(minute)) => self.until_tomorrow(millis(*minute)),
            Until::Calendar(Calendar::Weekday { day, next, at }) => self.until_weekday(*day, *next, *at),
            Until::Calendar(Calendar::NthDay(day, at)) => self.until_day(Millis::from(*day), at.map(millis)),
            Until::Calendar(Calendar::Date(date, minute)) => {
                let target = Target::calendar(*date, millis(*minute));
                self.until_date(Base::Calendar, target, Some(millis(*minute)), surely, true)
            }
            Until::Value(moment) => {
                let at = moment.at.map(millis).or(moment.whole_days.then_some(0));
                self.until_date(Base::Of(moment.of.clone()), Target::of(moment), at, surely, false)
            }
        }
    }

    /// Whether the moment that follows a date is surely still to come: it is told from the same date as the entry, or as a
    /// wait before.
    pub(super) fn is_ahead(&self, until: &Until) -> bool {
        let (base, target) = match until {
            Until::Calendar(Calendar::Date(date, minute)) => (Base::Calendar, Target::calendar(*date, millis(*minute))),
            Until::Value(moment) => (Base::Of(moment.of.clone()), Target::of(moment)),
            Until::Calendar(_) => return false,
        };
        self.anchors.iter().any(|anchor| anchor.base == base && anchor.until(target).2)
    }

    fn until_time(&mut self, time: Millis) -> Passage {
        let (least, most) = self.day.until(time);
        let days = Millis::from(self.day.ends().0 > time);
        let local = next(self.local, |moment| moment + (time - moment).rem_euclid(DAY));
        let passage = self.pass(Length { least, most: Some(most) });
        self.local = local;
        self.day = Cycle::at(DAY, time);
        Passage { days: passage.days.max(days), ..passage }
    }

    fn until_tomorrow(&mut self, time: Millis) -> Passage {
        let (first, last) = self.day.ends();
        let local = next(self.local, |moment| (moment.div_euclid(DAY) + 1) * DAY + time);
        let passage = self.pass(Length { least: DAY - last + time, most: Some(DAY - first + time) });
        self.local = local;
        self.day = Cycle::at(DAY, time);
        Passage { days: 1, ..passage }
    }

    fn until_weekday(&mut self, day: u8, next: bool, at: Option<Minute>) -> Passage {
        let begin = Millis::from(day) * DAY;
        let target = begin + at.map_or(0, millis);
        let today = Cycle::between(WEEK, begin, begin + DAY);
        let length = match (next, at) {
            // Today counts as the whole of it.
            (false, None) if self.week.meets(today) => Length::up_to(self.week.until(begin).1),
            (false, _) => {
                let (least, most) = self.week.until(target);
                Length { least, most: Some(most) }
            }
            // Never today: up to the beginning of the next such day, which is a week away at the beginning of this one.
            (true, _) => {
                let (first, last) = self.week.begin_and_end();
                let (since, at) = ((first - begin).rem_euclid(WEEK), target - begin);
                let least = (WEEK - since - (last - first)).max(1);
                let most = if since + last - first < WEEK { WEEK - since } else { WEEK };
                Length { least: least + at, most: Some(most + at) }
            }
        };
        let stays = !next && at.is_none() && self.week.meets(today);
        let before = self.day;
        let passage = self.pass(length);
        let arrived = Cycle::at(DAY, target);
        self.day = if stays { before.join(arrived) } else { arrived };
        self.week = if stays { today } else { Cycle::at(WEEK, target) };
        Passage { days: passage.days.max(Millis::from(next)), ..passage }
    }

    /// The N-th local day after the entry's, at a time or at the entry's own time of day.
    fn until_day(&mut self, day: Millis, at: Option<Millis>) -> Passage {
        if self.floats {
            return self.pass(Length::ANY);
        }
        let (first, last) = self.start.ends();
        let (earliest, latest) = match at {
            None => (day * DAY, day * DAY),
            Some(time) => (day * DAY + time - last, day * DAY + time - first),
        };
        let since =
            Length { least: self.since.least.max(earliest), most: self.since.most.map(|most| most.max(latest)) };
        let length = Length { least: self.since.until(earliest).least, most: self.since.until(latest).most };
        let (local_from, local_to) =
            (earliest + if at.is_some() { last } else { first }, latest + if at.is_some() { first } else { last });
        let local =
            Length { least: self.local.least.max(local_from), most: self.local.most.map(|most| most.max(local_to)) };
        // Whether the moment is surely still to come.
        let waits = self.since.most.is_some_and(|most| most <= earliest)
            || at.is_some() && self.local.most.is_some_and(|most| most <= local_to);
        let days = self.local.most.map_or(0, |most| (day - most.div_euclid(DAY)).max(0));
        let before = self.day;
        let passage = self.pass(length);
        let arrived = at.map_or(self.start, |time| Cycle::at(DAY, time));
        self.day = if waits { arrived } else { before.join(arrived) };
        self.since = since.within_reach();
        self.local = local.within_reach();
        let ends = at.map_or(Ends::Entry(day * DAY), |time| Ends::Midnight(day * DAY + time));
        Passage { days: passage.days.max(days), ends: Some(ends), ..passage }
    }

    /// A moment that follows a date; it may be past, and there may be no such date.
    fn until_date(
        &mut self,
        base: Base,
        target: Target,
        time: Option<Millis>,
        surely: bool,
        is_given: bool,
    ) -> Passage {
        let place = self.anchors.iter().position(|anchor| anchor.base == base);
        let mut before = place.map_or_else(|| Anchor::new(base.clone()), |at| self.anchors.swap_remove(at));
        let is_known = is_given || surely || before.is_known();
        if surely {
            before.not_after(target);
        }
        let (least, most, waits) = if is_known { before.until(target) } else { (0, None, false) };
        // A date of the calendar may be any time ahead.
        let most = most.or((!is_given).then_some(LONGEST_WAIT));
        let day = self.day;
        let passage = self.pass(Length { least, most });
        if let Some(time) = time {
            let arrived = Cycle::at(DAY, time);
            self.day = if waits { arrived } else { day.join(arrived) };
        }
        // Without such a date everybody goes on at once.
        if is_known {
            let mut anchor = Anchor::new(base);
            anchor.waited(target, &before);
            self.anchors.push(anchor);
        }
        passage
    }

    /// What a condition says of the moment at which it is asked; false: it cannot come out so.
    pub(super) fn know(&mut self, cond: &Expr, holds: bool) -> bool {
        match cond {
            Expr::Not(inner) if holds => self.know(inner, false),
            Expr::And(parts) if holds => parts.iter().all(|part| self.know(part, true)),
            Expr::Or(parts) if !holds => parts.iter().all(|part| self.know(part, false)),
            Expr::LocalTime(from, to) => {
                let (from, to) = if holds { (*from, *to) } else { (*to, *from) };
                let part = Cycle::between(DAY, millis(from), millis(to));
                let Some(day) = self.day.meet(part) else { return false };
                self.day = day;
                if self.since == Length::NONE && !self.floats {
                    self.start = day;
                    *self = self.clone().on_day();
                }
                true
            }
            Expr::Day(days) => {
                let days = if holds { *days } else { Days(!days.0 & Days::ALL.0) };
                let part = |day: u32| Cycle::between(WEEK, Millis::from(day) * DAY, Millis::from(day + 1) * DAY);
                let parts = (0..7u32).filter(|day| days.contains(*day)).filter_map(|day| self.week.meet(part(day)));
                let Some(week) = parts.reduce(Cycle::join) else { return false };
                self.week = week;
                true
            }
            _ => {
                let Some((base, asked)) = Asked::of(cond, holds) else { return true };
                let place = self.anchors.iter().position(|anchor| anchor.base == base);
                let is_known = base == Base::Calendar || place.is_some();
                // A comparison with a missing date does not hold, whatever it says.
                if !holds && !is_known {
                    return true;
                }
                let mut anchor = place.map_or_else(|| Anchor::new(base), |at| self.anchors.swap_remove(at));
                let can = anchor.know(asked);
                self.anchors.push(anchor);
                can
            }
        }
    }

    /// What is told from an attribute that changes is not known any more.
    pub(super) fn forget_dates(&mut self) {
        let is_fixed = |base: &Base| matches!(base, Base::Calendar | Base::Of(Expr::EntryProperty(_)));
        self.anchors.retain(|anchor| is_fixed(&anchor.base));
    }

    /// `wait between …`; a send that quiet hours hold waits for what lies between them.
    pub(super) fn wait_between(&mut self, from: Minute, to: Minute, days: Days) -> Passage {
        let window = Cycle::between(DAY, millis(from), millis(to));
        if days == Days::ALL && window.covers(self.day) {
            return self.pass(Length::NONE);
        }
        let least = if window.meets(self.day) { 0 } else { self.day.until(millis(from)).0 };
        let closed = (millis(from) - millis(to)).rem_euclid(DAY);
        let most = if days == Days::ALL { self.day.until(millis(from)).1.min(closed) } else { 8 * DAY };
        // Outside at every moment: the window's beginning is where it goes on.
        let surely_waits = !window.meets(self.day);
        let local = next(self.local, |moment| match window.contains(moment) {
            true => moment,
            false => moment + (millis(from) - moment).rem_euclid(DAY),
        });
        let crosses = Millis::from(surely_waits && self.day.ends().0 > millis(from));
        let passage = self.pass(Length { least, most: Some(most) });
        self.day = if surely_waits { Cycle::at(DAY, millis(from)) } else { window };
        if days == Days::ALL {
            self.local = local;
        }
        Passage { days: passage.days.max(crosses), ..passage }
    }

    /// How long it takes until the outcome of an `if` is certain: where it is yes, and where it is no.
    pub(super) fn decision(&self, branch: &Branch) -> (Length, Length) {
        match branch {
            Branch::Ask(..) => (Length::NONE, Length::NONE),
            Branch::Window { within, engagement, .. } => {
                // An engagement's window begins at the send.
                let ago = engagement.as_ref().map_or(Length::NONE, |messages| {
                    messages
                        .iter()
                        .map(|message| self.since_message(*message))
                        .reduce(Length::join)
                        .unwrap_or(Length::ANY)
                });
                let left = ago.until(*within);
                (Length::up_to(left.most.unwrap_or(*within)), left)
            }
            Branch::Not(inner) => {
                let (yes, no) = self.decision(inner);
                (no, yes)
            }
            Branch::And(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.decision(part)).collect();
                (all(parts.iter().map(|(yes, _)| *yes)), any(&parts, |(_, no)| *no))
            }
            Branch::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.decision(part)).collect();
                (any(&parts, |(yes, _)| *yes), all(parts.iter().map(|(_, no)| *no)))
            }
        }
    }
}

/// The last of several outcomes, all of which must come.
fn all(lengths: impl Iterator<Item = Length>) -> Length {
    lengths.fold(Length::NONE, |a, b| Length {
        least: a.least.max(b.least),
        most: a.most.zip(b.most).map(|(a, b)| a.max(b)),
    })
}

/// Any of several outcomes; the others may still be open, so it can take as long as the longest.
fn any(parts: &[(Length, Length)], which: impl Fn(&(Length, Length)) -> Length) -> Length {
    let least = parts.iter().map(|part| which(part).least).min().unwrap_or(0);
    let longest = all(parts.iter().flat_map(|(yes, no)| [*yes, *no]));
    Length { least, most: longest.most }
}

/// Both bounds through a function that never goes back.
fn next(length: Length, end: impl Fn(Millis) -> Millis) -> Length {
    Length { least: end(length.least), most: length.most.map(end) }
}

/// The part of the week from the first to the last of some days, at a time.
fn week_of(days: Days, time: Millis) -> Cycle {
    let points = (0..7u32).filter(|day| days.contains(*day)).map(|day| Cycle::at(WEEK, Millis::from(day) * DAY + time));
    points.reduce(Cycle::join).unwrap_or(Cycle::any(WEEK))
}

/// A time of day.
pub(super) fn millis(minute: Minute) -> Millis {
    Millis::from(minute) * 60_000
}
