//! What is due next of a person. It is asked for at every turn, and so looks at no more than it needs.

use crate::bytecode::{Code, StandingId};
use crate::engine::state::profile::Profile;
use crate::engine::time::lateness::Lateness;
use crate::ir::JourneyId;
use crate::value::Timestamp;

/// What rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// An audience that the person is taken out of, by its place in the list.
    Removal(usize),
    /// An entry, by its place in the list.
    Entry(usize),
    /// An entry that no event lets in, by its number.
    Standing(StandingId),
}

/// The alarm that rings next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Next {
    /// When it acts; never before `due`.
    pub(crate) acts: Timestamp,
    pub(crate) alarm: Alarm,
    /// When it was set for.
    pub(crate) due: Timestamp,
    rank: u16,
    order: u32,
}

impl Next {
    fn key(&self) -> (Timestamp, u16, u8, u32, usize) {
        match self.alarm {
            Alarm::Removal(at) => (self.acts, self.rank, 0, self.order, at),
            Alarm::Entry(at) => (self.acts, self.rank, 1, self.order, at),
            Alarm::Standing(_) => (self.acts, self.rank, 2, self.order, 0),
        }
    }
}

/// How far alarms are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until {
    /// The last instant.
    pub(crate) now: Timestamp,
    /// Whether an input of that instant waits behind them.
    pub(crate) is_before_input: bool,
    /// Whether what the calendar brings for ever has stopped: the end of a replay.
    pub(crate) is_last: bool,
    pub(crate) lateness: Lateness,
}

/// What is due first, at or before an instant; at one instant by the order of journeys, then by entry. An entry that is
/// very late by the host's clock goes on at that clock's instant, behind the inputs that came before.
#[inline]
pub(crate) fn next(code: &Code, profile: &Profile, until: Until) -> Option<Next> {
    // Mostly nothing is due, and that is soon known.
    if profile.next_due().is_none_or(|due| due > until.now) { None } else { first(code, profile, until) }
}

fn first(code: &Code, profile: &Profile, until: Until) -> Option<Next> {
    let Until { now, is_before_input, is_last, lateness } = until;
    let mut next: Option<Next> = None;
    let mut see = |due: Timestamp, journey: JourneyId, alarm: Alarm, order: u32| {
        let is_stale = || lateness.is_stale(due) && (is_before_input || lateness.is_stale(now));
        if due <= now && !(matches!(alarm, Alarm::Entry(_)) && is_stale()) {
            let acts = lateness.acts(due, now).min(now);
            let found = Next {
                acts,
                rank: code.journeys.get(journey).map_or(u16::MAX, |journey| journey.rank),
                alarm,
                order,
                due,
            };
            if next.as_ref().is_none_or(|before| found.key() < before.key()) {
                next = Some(found);
            }
        }
    };
    for (at, instance) in profile.instances.iter().enumerate() {
        if let Some(due) = instance.due {
            see(due, instance.journey, Alarm::Entry(at), instance.number.0);
        }
    }
    if let Some(past) = profile.past.as_ref().filter(|past| past.alarm.is_some_and(|alarm| alarm <= now)) {
        for (at, removal) in past.removals.iter().enumerate() {
            see(removal.at, removal.journey, Alarm::Removal(at), u32::from(removal.audience.0));
        }
        for row in &past.standing {
            let standing = code.standing.get(row.number);
            if let (Some(due), Some(standing)) = (row.due, standing)
                && !(is_last && code.recurs(standing))
            {
                see(due, standing.journey, Alarm::Standing(row.number), u32::from(row.number.0));
            }
        }
    }
    next
}
