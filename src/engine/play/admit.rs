//! Entries: journeys are judged that an event, an alarm or another journey may begin, and those that begin are written
//! down.

use super::task::Task;
use super::turn::Turn;
use crate::bytecode::{Place, StandingId};
use crate::engine::facts::admission::{self, Admitted, Refused};
use crate::engine::facts::triggers;
use crate::engine::io::effect::EffectKind;
use crate::engine::io::happened::Happened;
use crate::engine::io::trace::{Refusal, SeenKind};
use crate::engine::state::entry::{EntryNo, Instance, Kept, LastEntry};
use crate::engine::state::parked::Parked;
use crate::engine::state::past::StandingRow;
use crate::ir::{JourneyId, Overlap, PropertyId, Reenter};
use crate::reason::ExitReason;
use crate::source::Span;
use crate::value::{Timestamp, Value};
use smallvec::SmallVec;

/// Judges all entries of an input: those that are let in begin, in order.
pub(super) fn enter(turn: &mut Turn<'_>, happened: Option<&Happened<'_>>) {
    let code = turn.code;
    let happened = happened.filter(|happened| !happened.is_bot);
    let fits = settle_stale(turn);
    if turn.is_cut() {
        if !fits.is_empty() || happened.is_some() {
            turn.cut_off();
        }
        return;
    }
    let mut order: SmallVec<[(u16, JourneyId); 4]> = SmallVec::new();
    if let Some(happened) = happened {
        happened.numbers().for_each(|id| {
            for at in code.listeners.get(id).map_or(&[][..], Vec::as_slice) {
                if let Some(journey) = code.journeys.get(*at) {
                    order.push((journey.rank, *at));
                }
            }
        });
    }
    for standing in fits.iter().filter_map(|number| code.standing.get(*number)) {
        order.extend(code.journeys.get(standing.journey).map(|j| (j.rank, standing.journey)));
    }
    // Most inputs begin one journey, or none.
    if order.is_empty() {
        return;
    }
    if let [(_, only)] = *order.as_slice() {
        match enter_one(turn, only, happened, &fits) {
            Some(entry) if turn.admitted.is_empty() && !restarts(turn, &entry) => enroll_one(turn, entry),
            admitted => let_in(turn, admitted),
        }
        return;
    }
    order.sort_unstable();
    order.dedup();
    for (_, at) in order {
        let judged = enter_one(turn, at, happened, &fits);
        let_in(turn, judged);
    }
}

/// Judges one journey: its first block that fits, in written order.
fn enter_one(
    turn: &mut Turn<'_>,
    at: JourneyId,
    happened: Option<&Happened<'_>>,
    fits: &[StandingId],
) -> Option<Admitted> {
    let code = turn.code;
    let journey = code.journeys.get(at)?;
    let standing = fits.iter().filter_map(|number| code.standing.get(*number));
    let standing = standing.filter(|s| s.journey == at).min_by_key(|s| s.order);
    let before = standing.map_or(u16::MAX, |s| s.order);
    let listened = happened.and_then(|happened| admission::listen(turn.view(), journey, happened, before));
    if let (Some(mut listened), Some(happened)) = (listened, happened) {
        if !listened.odd.is_empty() {
            turn.odd_values(std::mem::take(&mut listened.odd));
        }
        for notice in listened.long.drain(..) {
            turn.notice(notice);
        }
        match listened.block {
            Some((block, event)) => {
                let entry = judge(turn, at, block, event)?;
                return Some(Admitted { happened: happened.at, ..entry });
            }
            None => turn.refused(at, Refusal::Where),
        }
    }
    let standing = standing?;
    judge(turn, at, (standing.start, standing.span), vec![])
}

/// Judges a journey, beside what was let in already, and says why it does not begin.
fn judge(turn: &mut Turn<'_>, journey: JourneyId, block: (Place, Span), event: Vec<Value>) -> Option<Admitted> {
    match admission::judge(turn.view(), journey, block, event, &turn.admitted) {
        Ok(entry) => Some(entry),
        Err(Refused { why, notice }) => {
            notice.into_iter().for_each(|notice| turn.notice(notice));
            turn.refused(journey, why);
            None
        }
    }
}

/// An entry whose alarm rang, if it lets in now.
pub(super) fn ring(turn: &mut Turn<'_>, number: StandingId, due: Timestamp) {
    let code = turn.code;
    turn.cause = None;
    let before = turn.profile.remember().standing(number);
    turn.profile.remember().set_standing(StandingRow { due: None, ..before });
    let fits = settle(turn, number, Some(due));
    turn.profile.remember().set_alarm();
    let standing = code.standing.get(number).filter(|_| fits);
    let judged = standing.and_then(|s| judge(turn, s.journey, (s.start, s.span), vec![]));
    let_in(turn, judged);
}

/// What was let in begins next.
fn let_in(turn: &mut Turn<'_>, admitted: Option<Admitted>) {
    if let Some(admitted) = admitted {
        turn.admitted.push(admitted);
        turn.then(Task::Admit);
    }
}

/// A journey that another one starts, with the event of that one.
pub(super) fn begin(turn: &mut Turn<'_>, number: JourneyId, block: (Place, Span), event: &[(PropertyId, Value)]) {
    let Some(journey) = turn.code.journeys.get(number) else { return };
    let value = |id: &PropertyId| event.iter().find(|(known, _)| known == id).map(|(_, value)| value.clone());
    let event = journey.entry_properties.iter().map(|id| value(id).unwrap_or_default()).collect();
    let judged = judge(turn, number, block, event);
    let_in(turn, judged);
}

/// Whether an entry ends those that are in its journey already.
fn restarts(turn: &Turn<'_>, entry: &Admitted) -> bool {
    turn.code.journeys.get(entry.journey).is_some_and(|j| j.overlap == Overlap::Restart)
}

/// Ends the entries that the next one restarts, before it is written down.
pub(super) fn admit(turn: &mut Turn<'_>) {
    let Some(entry) = turn.admitted.first() else { return };
    if restarts(turn, entry) {
        let alike = |i: &&Instance| i.journey == entry.journey && i.key() == entry.key.as_ref();
        let inside = turn.profile.instances.iter().filter(alike).filter(|i| i.parked != Parked::Left);
        let inside: Vec<EntryNo> = inside.map(|i| i.number).collect();
        inside.into_iter().for_each(|number| turn.then(Task::End(number, ExitReason::Restarted)));
    }
    turn.then(Task::Enroll);
}

/// Writes the next entry down. Its steps begin.
pub(super) fn enroll(turn: &mut Turn<'_>) {
    if !turn.admitted.is_empty() {
        let entry = turn.admitted.remove(0);
        enroll_one(turn, entry);
    }
}

fn enroll_one(turn: &mut Turn<'_>, entry: Admitted) {
    let Admitted { journey, start, span, key, event, happened } = entry;
    let now = turn.now;
    // Ids of several entries at one instant count on, from those beside this one and from those that have ended.
    let profile = &mut *turn.profile;
    let beside = profile.instances.iter().filter(|i| i.journey == journey && i.key() == key.as_ref());
    let mut sends = beside.filter(|i| i.entered == now).map(|i| i.sends).max().unwrap_or(0);
    let same = |e: &LastEntry| e.journey == journey && e.key == key;
    let known = profile.entries.iter().filter(|e| same(e) && e.at == now).map(|e| e.sends).max();
    sends = sends.max(known.unwrap_or(0));
    let last = || LastEntry { journey, key: key.clone(), at: now, sends: known.unwrap_or(0), erased: false };
    match profile.entries.iter_mut().find(|e| same(e)) {
        Some(entry) => {
            *entry = last();
            // After a merge there may be what was deleted beside what was there.
            let mut is_first = true;
            profile.entries.retain(|e| !same(e) || std::mem::take(&mut is_first));
        }
        // Who may always enter again is asked of nothing but ids, which the entry itself counts.
        None if turn.code.journeys.get(journey).is_none_or(|j| j.reenter == Reenter::Always) => {}
        None => profile.entries.push(last()),
    }
    let number = profile.next_entry;
    profile.next_entry = number.plus(1);
    let is_plain = key.is_none() && event.is_empty();
    let instance = Instance {
        entered: now,
        place: start,
        parked: Parked::Running,
        due: None,
        journey,
        number,
        sends,
        late: now.saturating_sub(happened),
        leaving: None,
        kept: (!is_plain).then(|| Box::new(Kept { key, event, happenings: vec![], rounds: vec![] })),
    };
    profile.instances.push(instance);
    turn.emit(journey, EffectKind::Entered);
    if let Some(at) = turn.at(number) {
        turn.see(at, |_| SeenKind::Block(span));
        turn.then(Task::Run(number));
    }
}

/// Sees a person for the first time, if the program has something to say about that.
pub(super) fn greet(turn: &mut Turn<'_>) -> bool {
    if !turn.code.tracks_first_seen || turn.profile.past.as_ref().is_some_and(|past| past.first_seen.is_some()) {
        return false;
    }
    let now = turn.now;
    turn.profile.remember().first_seen = Some(now);
    turn.stale.extend(turn.code.standing.ids());
    true
}

/// Knows the person for longer, if the program has something to say about that.
pub(super) fn backdate(turn: &mut Turn<'_>, happened: Timestamp) -> bool {
    let first_seen = turn.profile.past.as_ref().and_then(|past| past.first_seen);
    if !turn.code.tracks_first_seen || first_seen.is_some_and(|first| first <= happened) {
        return false;
    }
    turn.profile.remember().first_seen = Some(happened);
    turn.stale.extend(turn.code.standing.ids());
    true
}

/// Asks what has to be asked anew, and lets nobody in: who turns out to be in a segment has not entered it. An alarm that
/// is due already rings all the same.
pub(super) fn settle_quietly(turn: &mut Turn<'_>) {
    let stale = take_stale(turn);
    if stale.is_empty() {
        return;
    }
    for number in stale {
        let before = turn.profile.remember().standing(number);
        settle(turn, number, None);
        if before.due.is_some_and(|due| due <= turn.now) {
            let inside = turn.profile.remember().standing(number).inside;
            turn.profile.remember().set_standing(StandingRow { inside, ..before });
        }
    }
    turn.profile.remember().set_alarm();
}

/// The entries that no event lets in and that have to be asked anew.
fn take_stale(turn: &mut Turn<'_>) -> Vec<StandingId> {
    let mut stale = std::mem::take(&mut turn.stale);
    stale.sort_unstable();
    stale.dedup();
    stale
}

/// Asks what has to be asked anew; gives the entries that let the person in now.
fn settle_stale(turn: &mut Turn<'_>) -> Vec<StandingId> {
    if turn.stale.is_empty() {
        return vec![];
    }
    let mut stale = take_stale(turn);
    stale.retain(|number| settle(turn, *number, None));
    turn.profile.remember().set_alarm();
    stale
}

/// Works out the moments of entries that no event lets in; nobody is let in by a new version itself.
pub(super) fn settle_new(turn: &mut Turn<'_>) {
    if turn.code.tracks_first_seen {
        for number in turn.code.standing.ids() {
            settle(turn, number, None);
        }
        turn.profile.remember().set_alarm();
    }
}

/// Works an entry out anew; says whether it lets the person in now. `rung` is the alarm that made it ask.
fn settle(turn: &mut Turn<'_>, number: StandingId, rung: Option<Timestamp>) -> bool {
    let code = turn.code;
    let Some(standing) = code.standing.get(number) else { return false };
    let before = turn.profile.remember().standing(number);
    let settled = triggers::settle(turn.view(), standing, &before, rung);
    let is_stopped = turn.is_last && code.recurs(standing);
    let due = settled.due.filter(|_| !is_stopped);
    let row = StandingRow { number, due, last_fired: settled.last_fired, inside: settled.inside };
    turn.profile.remember().set_standing(row);
    settled.fits
}
