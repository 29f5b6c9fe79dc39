//! How closely messages can follow each other: for each count, the least time in which so many were sent.
//!
//! Of all paths to a step only this is kept: how long ago, at least, the first, second, third … latest message was sent.
//! Paths that meet are joined count by count, so that the cost does not grow with their number.
//!
//! Why the bounds hold: a bound that holds on each of two paths is the lesser of both (`join`); time that passes makes every
//! message older by as much (`pass`); a new message makes the first the second, and so on (`send`). So after each of them
//! every bound holds on every path, and what is left out is longer ago than anybody asks about (`forget`).

use super::clock::Clock;
use super::cycle::DAY;
use super::length::{Ends, Passage};
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
///
/// INVARIANT: on every path to the step the latest message but `n` was sent at least `ago[n].elapsed` ago; where there is no
/// `ago[n]`, it was sent longer ago than the horizon, or never.
///
/// INVARIANT: every path from the beginning of the block to the step that sends `n` messages takes at least
/// `path_lengths[n]`; where there is none, no path sends so many, or it takes longer than the horizon.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// So many messages are kept at most.
    capacity: usize,
    /// Messages longer ago than this do not matter.
    horizon: Millis,
    /// The latest, the one before it, and so on, each as late as on any path.
    ago: ThinVec<Ago>,
    /// By how many messages a path from the beginning of the block has sent: the least time that it takes, and those
    /// messages. Empty where nobody asks for them any more.
    path_lengths: ThinVec<Option<(Elapsed, Way)>>,
}

impl Tally {
    /// At the beginning of a block.
    pub(super) fn new(capacity: usize, horizon: Millis) -> Self {
        let path_lengths = thin_vec![Some((Elapsed::NONE, Rc::new(Trace::Nothing)))];
        Self { capacity, horizon, ago: ThinVec::new(), path_lengths }
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

    /// What was sent on either of two paths.
    pub(super) fn join(&mut self, other: &Tally) {
        for (at, theirs) in other.ago.iter().enumerate() {
            match self.ago.get_mut(at) {
                Some(ours) => ours.join(theirs),
                None => self.ago.push(theirs.clone()),
            }
        }
        for (at, theirs) in other.path_lengths.iter().enumerate() {
            if let Some((elapsed, way)) = theirs {
                self.offer_path(at, *elapsed, way.clone());
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
        for (elapsed, _) in self.path_lengths.iter_mut().flatten() {
            *elapsed = elapsed.plus(more);
        }
        self.forget();
    }

    /// Leaves out what is too long ago to matter.
    fn forget(&mut self) {
        let keep = self.ago.iter().take_while(|ago| ago.elapsed.least < self.horizon).count();
        self.ago.truncate(keep.min(self.capacity));
        self.path_lengths.truncate(self.capacity + 1);
        for path in &mut self.path_lengths {
            path.take_if(|(elapsed, _)| elapsed.least >= self.horizon);
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
        for (elapsed, way) in self.path_lengths.iter_mut().flatten() {
            *way = sent(way, elapsed.least);
        }
        if !self.path_lengths.is_empty() {
            self.path_lengths.insert(0, None);
        }
        self.forget();
    }

    /// What was sent after this and then a block, of which is known what it does by itself.
    ///
    /// Proof sketch: a path through the block that sends `count` messages takes at least `path_lengths[count]`. Behind it the
    /// latest `count` messages are the block's own, as long ago as `block.ago` says; each one before them is one of this, and
    /// older by that time. Joined over every count, that is each way in which a message can be the latest but `n`.
    pub(super) fn then(&self, block: &Tally) -> Tally {
        if block.is_nothing() {
            return self.clone();
        }
        let mut out = Tally { ago: block.ago.clone(), path_lengths: ThinVec::new(), ..*self };
        // Inside of the block nobody knows when the entry was.
        for ago in &mut out.ago {
            (ago.latest, ago.latest_local) = (None, None);
        }
        let after = |before: &Way, shift: Millis, after: &Way| match after.as_ref() {
            Trace::Nothing => before.clone(),
            _ => Rc::new(Trace::Both { before: before.clone(), shift, after: after.clone() }),
        };
        for (count, path) in block.path_lengths.iter().enumerate() {
            let Some((passed, way)) = path else { continue };
            for (at, own) in self.path_lengths.iter().enumerate().take((self.capacity + 1).saturating_sub(count)) {
                let Some((elapsed, before)) = own else { continue };
                out.offer_path(count + at, elapsed.plus(*passed), after(before, elapsed.least, way));
            }
            // What was sent before the block comes behind what the block sent. Where the first of that is too long ago to
            // matter, so is what was before it.
            if block.ago.len() < count {
                continue;
            }
            for (at, ago) in self.ago.iter().enumerate().take(self.capacity.saturating_sub(count)) {
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
    fn offer_path(&mut self, place: usize, elapsed: Elapsed, way: Way) {
        while self.path_lengths.len() <= place {
            self.path_lengths.push(None);
        }
        match self.path_lengths.get_mut(place) {
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
        let starts = matches!(self.path_lengths.as_slice(), [Some((Elapsed::NONE, way))] if matches!(way.as_ref(), Trace::Nothing));
        self.ago.is_empty() && starts
    }

    /// A block of which the next begins no sooner than this after its own beginning: whoever is through sooner waits.
    pub(super) fn lasting(mut self, least: Millis) -> Tally {
        for ago in &mut self.ago {
            ago.elapsed = ago.elapsed.at_least(ago.latest.map_or(0, |latest| least - latest));
            ago.latest = None;
            ago.latest_local = None;
        }
        for (elapsed, _) in self.path_lengths.iter_mut().flatten() {
            *elapsed = elapsed.at_least(least);
        }
        self.forget();
        self
    }

    /// A block all of whose paths take at least so long, whatever they send meanwhile.
    pub(super) fn paths_at_least(mut self, least: Millis) -> Tally {
        for (elapsed, _) in self.path_lengths.iter_mut().flatten() {
            *elapsed = elapsed.at_least(least);
        }
        self.forget();
        self
    }

    /// Whether its bounds are those of another; the messages that show them may differ.
    pub(super) fn says_the_same(&self, other: &Tally) -> bool {
        let ago = |tally: &Tally| tally.ago.iter().map(|ago| ago.elapsed).collect::<Vec<_>>();
        let paths = |tally: &Tally| tally.path_lengths.iter().map(|t| t.as_ref().map(|t| t.0)).collect::<Vec<_>>();
        ago(self) == ago(other) && paths(self) == paths(other)
    }

    /// What was sent lately, for a block that begins here: of the paths before it nothing else is asked any more, and its
    /// clock does not know when they were.
    pub(super) fn as_before(&self) -> Tally {
        let mut before = Tally { ago: self.ago.clone(), path_lengths: ThinVec::new(), ..*self };
        for ago in &mut before.ago {
            (ago.latest, ago.latest_local) = (None, None);
        }
        before
    }
}
