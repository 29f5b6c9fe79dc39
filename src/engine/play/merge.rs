//! One person under two ids: what both profiles know becomes one.

use super::task::Task;
use super::turn::Turn;
use crate::bytecode::{Cause, Code};
use crate::engine::state::consent::Consent;
use crate::engine::state::entry::{EntryNo, Instance, LastEntry};
use crate::engine::state::parked::Parked;
use crate::engine::state::past::{HistoryRow, Memory, Past};
use crate::engine::state::profile::{Known, Profile};
use crate::engine::state::small::set_flag;
use crate::ir::{JourneyId, Overlap};
use crate::limits;
use crate::reason::ExitReason;
use crate::value::Timestamp;
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// Added to the numbers of messages of entries that came by a merge and may not be the only ones of their instant, so that
/// their ids cannot be ids that the target gave at the same instant.
const MERGED: u32 = 1_000_000;

/// What a merge has to know of the two profiles as they were.
pub(super) struct Merged {
    /// The number of the first entry that came from the other.
    first: EntryNo,
    /// The latest moment that the target had seen.
    last_seen: Timestamp,
    /// When the inputs came that the target remembers.
    inputs: Vec<Timestamp>,
}

/// Whether nothing is known of somebody.
fn is_blank(profile: &Profile) -> bool {
    profile.clock == Timestamp::MIN && profile.known.is_none() && profile.past.is_none()
}

/// Makes one profile of two, whose clock is this or later; none: of the other one nothing is known.
pub(super) fn unite(code: &Code, profile: &mut Profile, other: Profile, at: Timestamp) -> Option<Merged> {
    if is_blank(&other) {
        return None;
    }
    let last_seen = profile.clock;
    profile.clock = at.max(last_seen).max(other.clock);
    // Splits and control groups go on as they were. Only entries tell: whether anything else is known of an id, and so
    // whether a host has it at all, hangs on what the program happens to ask.
    let never_entered = |profile: &Profile| profile.next_entry == EntryNo(0);
    if never_entered(profile) && !never_entered(&other) && other.bucketing_id() != profile.id() {
        profile.remember().bucketing_id = Some(SmolStr::new(other.bucketing_id()));
    }
    let Profile { instances, sends, next_entry, entries, seen, known, past, .. } = other;
    if let Some(known) = known {
        unite_known(profile.learn(), *known);
    }
    if let Some(past) = past {
        unite_past(code, profile.remember(), *past);
    }
    // Entries of both are numbered one after the other.
    let first = profile.next_entry;
    profile.next_entry = first.plus(next_entry.0);
    for mut send in sends {
        send.entry = send.entry.plus(first.0);
        let place = profile.sends.partition_point(|s| s.at <= send.at);
        profile.sends.insert(place, send);
    }
    for mut instance in instances {
        instance.number = instance.number.plus(first.0);
        profile.instances.push(instance);
    }
    for entry in entries {
        unite_entry(&mut profile.entries, entry);
    }
    let inputs: Vec<Timestamp> = profile.seen.iter().map(|seen| seen.at).collect();
    profile.seen.extend(seen);
    profile.seen.sort_by_key(|seen| seen.at);
    Some(Merged { first, last_seen, inputs })
}

/// Of two entries in one journey and key the one entered first stays.
pub(super) fn twins(turn: &mut Turn<'_>) {
    let view = turn.view();
    let mut order: Vec<(u16, Timestamp, EntryNo)> = turn
        .profile
        .instances
        .iter()
        .filter(|i| i.parked != Parked::Left)
        .map(|i| (view.rank(i.journey), i.entered, i.number))
        .collect();
    order.sort_unstable();
    let mut twins: Vec<EntryNo> = vec![];
    let mut first: Vec<(JourneyId, Option<SmolStr>)> = vec![];
    for (_, _, number) in order {
        let Some(at) = turn.at(number) else { continue };
        let Some(instance) = turn.instance(at) else { continue };
        let of = (instance.journey, instance.key().cloned());
        let beside = turn.code.journeys.get(of.0).is_some_and(|j| j.overlap == Overlap::Allow);
        if beside || !first.contains(&of) {
            first.push(of);
        } else {
            twins.push(number);
        }
    }
    twins.into_iter().for_each(|number| turn.then(Task::End(number, ExitReason::Merged)));
}

/// Two people may have kept more than one may: what came first goes; says whether anything did. Entries that are still too
/// many end afterwards ([`trim`]).
pub(super) fn keep_within_bounds(turn: &mut Turn<'_>) -> bool {
    let (code, profile) = (turn.code, &mut *turn.profile);
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
    let instances = &mut turn.profile.instances;
    let mut beyond = instances.len().saturating_sub(limits::INSTANCES);
    left_out |= beyond > 0;
    instances.retain(|i| {
        let goes = beyond > 0 && i.parked == Parked::Left;
        beyond -= usize::from(goes);
        !goes
    });
    left_out
}

/// Ends the last entry where there are more than one person may have.
pub(super) fn trim(turn: &mut Turn<'_>) {
    if turn.profile.instances.len() <= limits::INSTANCES {
        return;
    }
    match turn.profile.instances.last() {
        // A damaged state may have two of one number: only the last is ended, and where that leaves it in the list, it goes.
        Some(last) if last.parked != Parked::Left && turn.at(last.number) == Some(turn.profile.instances.len() - 1) => {
            let last = last.number;
            turn.then(Task::End(last, ExitReason::Merged));
        }
        // It was kept for its goal.
        _ => {
            turn.profile.instances.pop();
        }
    }
    turn.then(Task::Trim);
}

/// The target may have entered a journey at the very instant at which the other did, and what that entry sent may be
/// forgotten: where the calendar lets people in, and where an input of that instant is remembered. Ids of the messages
/// of entries from this number on count from elsewhere then, so that none is given twice.
pub(super) fn count_elsewhere(turn: &mut Turn<'_>, merged: &Merged) {
    let Merged { first, last_seen, inputs } = merged;
    let (code, now) = (turn.code, turn.now);
    let moved = |i: &&mut Instance| i.number >= *first && i.entered <= *last_seen && i.entered < now;
    for instance in turn.profile.instances.iter_mut().filter(moved) {
        let by_calendar = code.standing.iter().any(|standing| standing.journey == instance.journey);
        if by_calendar || inputs.contains(&instance.entered) {
            instance.sends = instance.sends.saturating_add(MERGED);
        }
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
        let is_date = code.standing.get(row.number).is_some_and(|s| matches!(s.cause, Cause::Date(_)));
        mine.last_fired = match (mine.last_fired, row.last_fired) {
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
