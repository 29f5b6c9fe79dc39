//! One person under two ids: what both profiles know becomes one. And one who wants to be forgotten.

use super::effect::Effects;
use super::gate::Changed;
use super::lateness::Lateness;
use super::past::{HistoryRow, Memory, Past};
use super::profile::{Consent, Known, LastEntry, Parked, Profile, set_flag};
use super::turn::{Turn, rank};
use crate::bytecode::{Cause, Code};
use crate::ir::Overlap;
use crate::limits;
use crate::reason::ExitReason;
use crate::value::Instant;
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// Where the numbers of messages begin whose entries came by a merge and may not be the only ones of their instant.
const MERGED: u32 = 1_000_000;

/// Merges another profile into one; says whether that changed it.
pub(crate) fn merge(
    code: &Code,
    profile: &mut Profile,
    other: Profile,
    at: Instant,
    lateness: Lateness,
    effects: &mut Effects,
) -> bool {
    let is_blank = other.clock == Instant::MIN && other.known.is_none() && other.past.is_none();
    if is_blank {
        return false;
    }
    let is_new = profile.clock == Instant::MIN && profile.known.is_none() && profile.past.is_none();
    let last_seen = profile.clock;
    let now = at.max(last_seen).max(other.clock);
    profile.clock = now;
    // Splits and control groups go on as they were: by the id that was there first.
    if is_new && other.roll() != profile.id() {
        profile.remember().roll = Some(SmolStr::new(other.roll()));
    }
    let Profile { instances, sends, next_entry, entries, seen, known, past, .. } = other;
    if let Some(known) = known {
        unite_known(profile.learn(), *known);
    }
    if let Some(past) = past {
        unite_past(code, profile.remember(), *past);
    }
    // Entries of both are numbered one after the other.
    let offset = profile.next_entry;
    profile.next_entry = offset.wrapping_add(next_entry);
    for mut send in sends {
        send.entry = send.entry.wrapping_add(offset);
        let place = profile.sends.partition_point(|s| s.at <= send.at);
        profile.sends.insert(place, send);
    }
    for mut instance in instances {
        instance.number = instance.number.wrapping_add(offset);
        profile.instances.push(instance);
    }
    for entry in entries {
        unite_entry(&mut profile.entries, entry);
    }
    let inputs: Vec<Instant> = profile.seen.iter().map(|seen| seen.at).collect();
    profile.seen.extend(seen);
    profile.seen.sort_by_key(|seen| seen.at);
    let mut turn = Turn::new(code, profile, now, effects);
    turn.lateness = lateness;
    turn.leave_twins();
    turn.keep_within_bounds();
    turn.count_elsewhere(offset, last_seen, &inputs);
    turn.greet();
    turn.stale.extend(0..code.standing.len() as u16);
    turn.rework_holds(Changed::Zone);
    turn.instances(None);
    turn.enter(None);
    turn.play_queue();
    turn.forget();
    true
}

impl Turn<'_> {
    /// The target may have entered a journey at the very instant at which the other did, and what that entry sent may be
    /// forgotten: where the calendar lets people in, and where an input of that instant is remembered. Ids of the messages
    /// of entries from this number on count from elsewhere then, so that none is given twice.
    fn count_elsewhere(&mut self, first: u32, last_seen: Instant, inputs: &[Instant]) {
        let (code, now) = (self.code, self.now);
        let moved = |i: &&mut super::profile::Instance| i.number >= first && i.entered <= last_seen && i.entered < now;
        for instance in self.profile.instances.iter_mut().filter(moved) {
            let by_calendar = code.standing.iter().any(|standing| standing.journey == instance.journey);
            if by_calendar || inputs.contains(&instance.entered) {
                instance.sends = instance.sends.saturating_add(MERGED);
            }
        }
    }

    /// Two people may have kept more than one may.
    fn keep_within_bounds(&mut self) {
        let (code, profile) = (self.code, &mut *self.profile);
        let mut left_out = profile.seen.len() > limits::INPUTS;
        drop(profile.seen.drain(..profile.seen.len().saturating_sub(limits::INPUTS)));
        for row in profile.past.iter_mut().flat_map(|past| &mut past.histories) {
            let length = match &mut row.memory {
                Memory::Times(times) => {
                    let beyond = times.len().saturating_sub(limits::HISTORY);
                    times.drain(..beyond).count()
                }
                Memory::Amounts(amounts) => {
                    let beyond = amounts.len().saturating_sub(limits::HISTORY);
                    amounts.drain(..beyond).count()
                }
                _ => 0,
            };
            left_out |= length > 0;
        }
        if let Some(known) = profile.known.as_mut() {
            // Answers about the program's own channels and categories are always kept.
            let is_ours = |name: &SmolStr| code.channels.iter().chain(&code.categories).any(|n| n == name);
            let Consent { answers, lifted, .. } = &mut known.consent;
            for names in [answers, &mut known.reachable].into_iter().filter(|names| names.len() > limits::ANSWERS) {
                names.retain(|(name, _)| is_ours(name));
                left_out = true;
            }
            if lifted.len() > limits::ANSWERS {
                lifted.retain(is_ours);
                left_out = true;
            }
        }
        // Entries that were left, and whose goals could still count, go first; then those that came last.
        let instances = &mut self.profile.instances;
        let mut beyond = instances.len().saturating_sub(limits::INSTANCES);
        left_out |= beyond > 0;
        instances.retain(|i| {
            let goes = beyond > 0 && i.parked == Parked::Left;
            beyond -= usize::from(goes);
            !goes
        });
        while self.profile.instances.len() > limits::INSTANCES {
            let before = self.profile.instances.len();
            self.end(before - 1, ExitReason::Merged);
            if self.profile.instances.len() == before {
                // It was kept for its goal.
                self.profile.instances.pop();
            }
        }
        if left_out {
            self.notice("two ids of one person had kept more than one may: the oldest was forgotten".to_string());
        }
    }

    /// Of two entries in one journey and key the one entered first stays.
    fn leave_twins(&mut self) {
        let mut order: Vec<(u16, Instant, u32)> = self
            .profile
            .instances
            .iter()
            .filter(|i| i.parked != Parked::Left)
            .map(|i| (rank(self.code, i.journey), i.entered, i.number))
            .collect();
        order.sort_unstable();
        let mut first: Vec<(u16, Option<SmolStr>)> = vec![];
        for (_, _, number) in order {
            let Some(at) = self.profile.at(number) else { continue };
            let Some(instance) = self.profile.instances.get(at) else { continue };
            let of = (instance.journey, instance.key().cloned());
            let beside = self.code.journeys.get(usize::from(of.0)).is_some_and(|j| j.overlap == Overlap::Allow);
            if beside || !first.contains(&of) {
                first.push(of);
            } else {
                self.end(at, ExitReason::Merged);
            }
        }
    }

    /// Everything is forgotten but an unsubscribe from all; what is pending does not happen.
    pub(crate) fn delete(&mut self) {
        let mut order: Vec<(u16, u32)> = self
            .profile
            .instances
            .iter()
            .filter(|i| i.parked != Parked::Left)
            .map(|i| (rank(self.code, i.journey), i.number))
            .collect();
        order.sort_unstable();
        for (_, number) in order {
            if let Some(at) = self.profile.at(number) {
                self.end(at, ExitReason::Deleted);
            }
        }
        let (id, now) = (self.profile.id.clone(), self.now);
        let is_out = self.profile.known().consent.out_of_all;
        let mut entries = std::mem::take(&mut self.profile.entries);
        // Ids of messages are never given twice, not even at this instant.
        entries.retain(|entry| entry.at >= now && entry.sends > 0);
        entries.iter_mut().for_each(|entry| entry.erased = true);
        let program = self.profile.program;
        *self.profile = Profile { clock: now, entries, ..Profile::new(id, program) };
        if is_out {
            self.profile.learn().consent.out_of_all = true;
        }
        self.stale.clear();
    }
}

/// The target's traits win; of consents a no wins.
fn unite_known(known: &mut Known, other: Known) {
    for (number, value) in other.traits {
        if let Err(at) = known.traits.binary_search_by_key(&number, |(n, _)| *n) {
            known.traits.insert(at, (number, value));
        }
    }
    for (path, value) in other.shelf {
        if !known.shelf.iter().any(|(known, _)| *known == path) {
            known.shelf.push((path, value));
        }
    }
    known.zone = known.zone.or(other.zone);
    known.preferred = known.preferred.take().or(other.preferred);
    for (name, yes) in other.reachable {
        if !known.reachable.iter().any(|(n, _)| *n == name) {
            set_flag(&mut known.reachable, &name, Some(yes));
        }
    }
    let Consent { out_of_all, lifted, answers } = other.consent;
    let consent = &mut known.consent;
    consent.lifted = match (consent.out_of_all, out_of_all) {
        (true, true) => consent.lifted.iter().filter(|name| lifted.contains(name)).cloned().collect(),
        (false, true) => lifted,
        _ => std::mem::take(&mut consent.lifted),
    };
    consent.out_of_all |= out_of_all;
    for (name, yes) in answers {
        let both = consent.given(&name).unwrap_or(true) && yes;
        consent.set(&name, Some(both));
    }
}

/// What was deleted only keeps ids apart; it never stands for an entry that was there, nor an entry for it.
fn unite_entry(entries: &mut ThinVec<LastEntry>, other: LastEntry) {
    let same = |e: &&mut LastEntry| (e.journey, &e.key, e.erased) == (other.journey, &other.key, other.erased);
    match entries.iter_mut().find(same) {
        Some(entry) if entry.at == other.at => entry.sends = entry.sends.max(other.sends),
        Some(entry) if entry.at < other.at => *entry = other,
        Some(_) => {}
        None => entries.push(other),
    }
}

fn unite_past(code: &Code, past: &mut Past, other: Past) {
    past.first_seen = match (past.first_seen, other.first_seen) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    past.seen_before |= other.seen_before;
    for row in other.histories {
        match past.histories.binary_search_by_key(&row.number, |r| r.number) {
            Ok(at) => past.histories.get_mut(at).into_iter().for_each(|mine| unite_history(mine, &row)),
            Err(at) => past.histories.insert(at, row),
        }
    }
    for row in other.standing {
        let mut mine = past.standing(row.number);
        mine.inside |= row.inside;
        let is_date = code.standing.get(usize::from(row.number)).is_some_and(|s| matches!(s.cause, Cause::Date(_)));
        mine.mark = match (mine.mark, row.mark) {
            // Of years and days the later one; of dates the target's own.
            (Some(a), Some(b)) if !is_date => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        past.set_standing(mine);
    }
    for removal in other.removals {
        match past.removals.iter_mut().find(|r| r.audience == removal.audience) {
            Some(mine) if mine.at < removal.at => *mine = removal,
            Some(_) => {}
            None => past.removals.push(removal),
        }
    }
    for arm in other.arms {
        if past.arm(arm.split).is_none() {
            past.take_arm(arm.split, arm.label);
        }
    }
    past.set_alarm();
}

/// What two profiles remember of one history. It begins where the later of both begins.
fn unite_history(mine: &mut HistoryRow, other: &HistoryRow) {
    mine.since = mine.since.max(other.since);
    match (&mut mine.memory, &other.memory) {
        (_, Memory::Nothing) => {}
        (memory @ Memory::Nothing, found) => *memory = found.clone(),
        (Memory::Latest(at, value), Memory::Latest(other_at, other_value)) if *other_at > *at => {
            (*at, *value) = (*other_at, other_value.clone());
        }
        (Memory::Times(times), Memory::Times(others)) => {
            times.extend_from_slice(others);
            times.sort_unstable();
        }
        (Memory::Amounts(amounts), Memory::Amounts(others)) => {
            amounts.extend_from_slice(others);
            amounts.sort_by_key(|amount| amount.at);
        }
        (Memory::Count(count), Memory::Count(others)) => *count = count.saturating_add(*others),
        (Memory::Sum(sum), Memory::Sum(others)) => {
            *sum = sum.zip(*others).and_then(|(a, b)| a.checked_add(b));
        }
        // The target's is the latest; and histories of one number are of one kind.
        _ => {}
    }
}
