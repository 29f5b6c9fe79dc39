//! How closely messages can follow each other: for each count, the least time in which so many were sent.
//!
//! Of all paths to a step only this is kept: how long ago, at least, the first, second, third … latest message was sent.
//! Paths that meet are joined count by count, so that the cost does not grow with their number.

use super::clock::{Clock, Ends, Passage};
use super::cycle::DAY;
use crate::source::Span;
use crate::value::Millis;
use std::rc::Rc;
use thin_vec::{ThinVec, thin_vec};

/// Time that has passed, at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Elapsed {
    pub(super) least: Millis,
    /// Local midnights.
    pub(super) days: Millis,
    /// Beginnings of a local week.
    pub(super) weeks: Millis,
}

impl Elapsed {
    const NONE: Elapsed = Elapsed { least: 0, days: 0, weeks: 0 };

    fn plus(self, other: Elapsed) -> Self {
        Self {
            least: self.least.saturating_add(other.least),
            days: self.days.saturating_add(other.days),
            weeks: self.weeks.saturating_add(other.weeks),
        }
    }

    fn join(self, other: Elapsed) -> Self {
        Self { least: self.least.min(other.least), days: self.days.min(other.days), weeks: self.weeks.min(other.weeks) }
    }

    fn at_least(self, least: Millis) -> Self {
        Self { least: self.least.max(least), ..self }
    }
}

/// The messages of a path, so that it can be shown: each with the time since the first, or since a beginning.
#[derive(Debug)]
enum Trace {
    Nothing,
    Sent { before: Way, at: Millis, time: Option<Millis>, place: Span },
    Both { before: Way, shift: Millis, after: Way },
}

type Way = Rc<Trace>;

/// A message of a path that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Since the first of them, in milliseconds, at least.
    pub at: Millis,
    /// The local time of day in milliseconds since midnight, if it is the same on every path.
    pub time: Option<Millis>,
    /// The step that sends it.
    pub place: Span,
}

fn show(way: &Trace, shift: Millis, out: &mut Vec<Shown>) {
    // The newest first; nothing here is deeper than the counts that are kept.
    let mut way = way;
    loop {
        match way {
            Trace::Nothing => return,
            Trace::Sent { before, at, time, place } => {
                out.push(Shown { at: at.saturating_add(shift), time: *time, place: *place });
                way = before;
            }
            Trace::Both { before, shift: more, after } => {
                show(after, shift.saturating_add(*more), out);
                way = before;
            }
        }
    }
}

/// One of the latest messages.
#[derive(Debug, Clone)]
struct Ago {
    elapsed: Elapsed,
    /// When it was sent at the latest: since the entry (or the beginning of the round), and since the midnight before.
    latest: Option<Millis>,
    latest_local: Option<Millis>,
    /// The local time of day at which it was sent, if it is the same on every path.
    time: Option<Millis>,
    way: Way,
}

impl Ago {
    fn join(&mut self, other: &Ago) {
        if other.elapsed.least < self.elapsed.least {
            self.way = other.way.clone();
        }
        self.elapsed = self.elapsed.join(other.elapsed);
        self.latest = self.latest.zip(other.latest).map(|(a, b)| a.max(b));
        self.latest_local = self.latest_local.zip(other.latest_local).map(|(a, b)| a.max(b));
        self.time = self.time.filter(|time| other.time == Some(*time));
    }
}

/// What can have been sent lately on the paths to a step.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// So many messages are kept at most.
    most: usize,
    /// Messages longer ago than this do not matter.
    horizon: Millis,
    /// The latest, the one before it, and so on, each as late as on any path.
    ago: ThinVec<Ago>,
    /// Paths since the beginning of this block, by how many messages they have sent.
    through: ThinVec<Option<(Elapsed, Way)>>,
}

impl Tally {
    /// At the beginning of a block.
    pub(super) fn new(most: usize, horizon: Millis) -> Self {
        let through = thin_vec![Some((Elapsed::NONE, Rc::new(Trace::Nothing)))];
        Self { most, horizon, ago: ThinVec::new(), through }
    }

    /// How long ago the N-th latest message was sent, at least; none: longer ago than matters, or never.
    pub(super) fn ago(&self, n: usize) -> Option<Elapsed> {
        self.ago.get(n.checked_sub(1)?).map(|ago| ago.elapsed)
    }

    /// How many messages are kept.
    pub(super) fn len(&self) -> usize {
        self.ago.len()
    }

    /// The N latest messages, the earliest of them first.
    pub(super) fn path(&self, n: usize) -> Vec<Shown> {
        let mut out = vec![];
        if let Some(ago) = n.checked_sub(1).and_then(|at| self.ago.get(at)) {
            show(&ago.way, 0, &mut out);
        }
        out.reverse();
        out.sort_by_key(|shown| shown.at);
        out
    }

    pub(super) fn join(&mut self, other: &Tally) {
        for (at, theirs) in other.ago.iter().enumerate() {
            match self.ago.get_mut(at) {
                Some(ours) => ours.join(theirs),
                None => self.ago.push(theirs.clone()),
            }
        }
        for (at, theirs) in other.through.iter().enumerate() {
            if let Some((elapsed, way)) = theirs {
                self.offer_through(at, *elapsed, way.clone());
            }
        }
    }

    /// Time passes.
    pub(super) fn pass(&mut self, passage: &Passage) {
        let more = Elapsed { least: passage.length.least, days: passage.days, weeks: passage.weeks };
        for ago in &mut self.ago {
            ago.elapsed = ago.elapsed.plus(more);
            match passage.ends {
                Some(Ends::Entry(end)) => {
                    ago.elapsed = ago.elapsed.at_least(ago.latest.map_or(0, |latest| end - latest));
                }
                Some(Ends::Midnight(end)) => {
                    let Some(latest) = ago.latest_local else { continue };
                    ago.elapsed = ago.elapsed.at_least(end - latest);
                    let days = end.div_euclid(DAY) - latest.div_euclid(DAY);
                    ago.elapsed.days = ago.elapsed.days.max(days);
                }
                // None of them is later than the last message.
                Some(Ends::Send(window)) => ago.elapsed = ago.elapsed.at_least(window),
                None => {}
            }
        }
        for (elapsed, _) in self.through.iter_mut().flatten() {
            *elapsed = elapsed.plus(more);
        }
        self.forget();
    }

    /// Leaves out what is too long ago to matter.
    fn forget(&mut self) {
        let keep = self.ago.iter().take_while(|ago| ago.elapsed.least < self.horizon).count();
        self.ago.truncate(keep.min(self.most));
        self.through.truncate(self.most + 1);
        for through in &mut self.through {
            through.take_if(|(elapsed, _)| elapsed.least >= self.horizon);
        }
    }

    /// No two messages less than `gap` apart.
    pub(super) fn keep_apart(&mut self, gap: Millis) {
        for (at, ago) in self.ago.iter_mut().enumerate() {
            ago.elapsed = ago.elapsed.at_least(gap.saturating_mul(at as Millis + 1));
        }
        self.forget();
    }

    /// What the clock says of now, and said when a message was sent, says how long ago that was.
    pub(super) fn read(&mut self, clock: &Clock) {
        let now = clock.day.point();
        for ago in &mut self.ago {
            let elapsed = &mut ago.elapsed;
            if let Some(latest) = ago.latest {
                *elapsed = elapsed.at_least(clock.since.least - latest);
            }
            if let Some(latest) = ago.latest_local {
                *elapsed = elapsed.at_least(clock.local.least - latest);
                elapsed.days = elapsed.days.max(clock.local.least.div_euclid(DAY) - latest.div_euclid(DAY));
            }
            elapsed.least = elapsed.least.max((elapsed.days - 1).max(0) * DAY);
            // Between two known times of day lie whole days and the time from the one to the other.
            let Some((now, then)) = now.zip(ago.time) else { continue };
            elapsed.least += (now - then - elapsed.least).rem_euclid(DAY);
            if elapsed.least == 0 && elapsed.days > 0 {
                elapsed.least = DAY;
            }
        }
        self.forget();
    }

    /// A message is sent.
    pub(super) fn send(&mut self, clock: &Clock, place: Span) {
        let time = clock.day.point();
        let sent = |before: &Way, at: Millis| Rc::new(Trace::Sent { before: before.clone(), at, time, place });
        for ago in &mut self.ago {
            ago.way = sent(&ago.way, ago.elapsed.least);
        }
        let way = sent(&Rc::new(Trace::Nothing), 0);
        self.ago.insert(
            0,
            Ago { elapsed: Elapsed::NONE, latest: clock.since.most, latest_local: clock.local.most, time, way },
        );
        for (elapsed, way) in self.through.iter_mut().flatten() {
            *way = sent(way, elapsed.least);
        }
        if !self.through.is_empty() {
            self.through.insert(0, None);
        }
        self.forget();
    }

    /// This, and then a block that was followed by itself.
    pub(super) fn then(&self, block: &Tally) -> Tally {
        if block.is_nothing() {
            return self.clone();
        }
        let mut out = Tally { most: self.most, horizon: self.horizon, ago: block.ago.clone(), through: ThinVec::new() };
        // Inside of the block nobody knows when the entry was.
        for ago in &mut out.ago {
            (ago.latest, ago.latest_local) = (None, None);
        }
        let after = |before: &Way, shift: Millis, after: &Way| match after.as_ref() {
            Trace::Nothing => before.clone(),
            _ => Rc::new(Trace::Both { before: before.clone(), shift, after: after.clone() }),
        };
        for (count, through) in block.through.iter().enumerate() {
            let Some((passed, way)) = through else { continue };
            for (at, own) in self.through.iter().enumerate().take((self.most + 1).saturating_sub(count)) {
                let Some((elapsed, before)) = own else { continue };
                out.offer_through(count + at, elapsed.plus(*passed), after(before, elapsed.least, way));
            }
            // What was sent before the block comes behind what the block sent, if that still matters.
            if block.ago.len() < count {
                continue;
            }
            for (at, ago) in self.ago.iter().enumerate().take(self.most.saturating_sub(count)) {
                let elapsed = ago.elapsed.plus(*passed);
                if elapsed.least >= self.horizon {
                    break;
                }
                out.offer(count + at, Ago { elapsed, way: after(&ago.way, ago.elapsed.least, way), ..ago.clone() });
            }
        }
        out.forget();
        out
    }

    /// Joins one of the latest messages.
    fn offer(&mut self, place: usize, new: Ago) {
        match self.ago.get_mut(place) {
            Some(ours) => ours.join(&new),
            None => self.ago.push(new),
        }
    }

    /// Joins a path since the beginning of the block.
    fn offer_through(&mut self, place: usize, elapsed: Elapsed, way: Way) {
        while self.through.len() <= place {
            self.through.push(None);
        }
        match self.through.get_mut(place) {
            Some(Some((ours, known))) => {
                if elapsed.least < ours.least {
                    *known = way;
                }
                *ours = ours.join(elapsed);
            }
            Some(none) => *none = Some((elapsed, way)),
            None => {}
        }
    }

    /// Whether nothing was sent and no time has passed.
    fn is_nothing(&self) -> bool {
        let starts =
            matches!(self.through.as_slice(), [Some((Elapsed::NONE, way))] if matches!(way.as_ref(), Trace::Nothing));
        self.ago.is_empty() && starts
    }

    /// The same, if the next block begins no sooner than this after the beginning of this one.
    pub(super) fn lasting(mut self, least: Millis) -> Tally {
        for ago in &mut self.ago {
            ago.elapsed = ago.elapsed.at_least(ago.latest.map_or(0, |latest| least - latest));
            ago.latest = None;
            ago.latest_local = None;
        }
        for (elapsed, _) in self.through.iter_mut().flatten() {
            *elapsed = elapsed.at_least(least);
        }
        self.forget();
        self
    }

    /// The same, where the whole block lasts at least so long, whatever it sent meanwhile.
    pub(super) fn through_at_least(mut self, least: Millis) -> Tally {
        for (elapsed, _) in self.through.iter_mut().flatten() {
            *elapsed = elapsed.at_least(least);
        }
        self.forget();
        self
    }

    /// Whether it says the same as another.
    pub(super) fn says_the_same(&self, other: &Tally) -> bool {
        let ago = |tally: &Tally| tally.ago.iter().map(|ago| ago.elapsed).collect::<Vec<_>>();
        let through = |tally: &Tally| tally.through.iter().map(|t| t.as_ref().map(|t| t.0)).collect::<Vec<_>>();
        ago(self) == ago(other) && through(self) == through(other)
    }

    /// What was sent lately, for a block behind; how the way there was made up is not asked any more.
    pub(super) fn as_before(&self) -> Tally {
        let mut before =
            Tally { most: self.most, horizon: self.horizon, ago: self.ago.clone(), through: ThinVec::new() };
        for ago in &mut before.ago {
            (ago.latest, ago.latest_local) = (None, None);
        }
        before
    }
}
