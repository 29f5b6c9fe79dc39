//! Sends: what the gate lets through goes out, what it holds waits, what it suppresses gives way to an alternative.

use super::task::Step;
use super::turn::Turn;
use crate::bytecode::{Op, Place, Send, SendId};
use crate::engine::facts::best::{best_of, best_time};
use crate::engine::facts::gate::{self, Gate, Verdict};
use crate::engine::io::brought::Brought;
use crate::engine::io::effect::EffectKind;
use crate::engine::io::notice::Notice;
use crate::engine::io::send_id;
use crate::engine::io::trace::SeenKind;
use crate::engine::state::entry::{EntryNo, Instance};
use crate::engine::state::parked::{HeldBy, Hold, Parked};
use crate::engine::state::send::SendRecord;
use crate::reason::{Rule, SuppressReason};
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// Asks the gate for the first alternative and, where it is suppressed, for those after it.
pub(super) fn send(turn: &mut Turn<'_>, entry: EntryNo, place: Place, first: SendId) -> Step {
    match turn.at(entry) {
        Some(at) => alternatives(turn, at, place, first, 0, None),
        None => Step::Next(place.next()),
    }
}

/// Asks for the alternative whose channel the person answers best, of those that the gate would not suppress now.
pub(super) fn best(turn: &mut Turn<'_>, entry: EntryNo, place: Place, first: SendId, count: u16) -> Step {
    let Some(at) = turn.at(entry) else { return Step::Next(place.next()) };
    turn.know_control_groups();
    let code = turn.code;
    let view = turn.view();
    let sends = code.sends.run(first, count).unwrap_or_default();
    let is_open = |send: &Send| {
        let verdict = Gate::of(view, at, send, None).map(Gate::asked);
        !matches!(verdict, None | Some(Verdict::Suppress { .. }))
    };
    let open = sends.iter().enumerate().filter(|(_, send)| is_open(send));
    let chosen = best_of(view, open.map(|(number, send)| (number as u16, send))).unwrap_or(0);
    alternatives(turn, at, place, first, chosen, None)
}

/// A held send, at its hold's end or when something else happens.
pub(super) fn held(turn: &mut Turn<'_>, entry: EntryNo, place: Place, hold: Box<Hold>) -> Step {
    if turn.now < hold.until || turn.lateness.is_stale(turn.now) {
        let due = Some(hold.until);
        return Step::Stay(Parked::Held(hold), due);
    }
    let op = turn.code.ops.get(place).copied();
    let (Some(at), Some(Op::Send(first, _) | Op::BestOf(first, _))) = (turn.at(entry), op) else {
        return Step::Next(place.next());
    };
    let alternative = hold.alternative;
    if hold.until >= hold.ends {
        return alternatives(turn, at, place, first, alternative, Some(*hold));
    }
    // It was held as long as it may be.
    if let Some(send) = turn.code.sends.get(first.alternative(alternative)) {
        let rule = gate::rule(turn.code, turn.journey_of(at), send, hold.by);
        if turn.effects.traces() {
            see_gate(turn, at, send, Some(&hold));
        }
        suppressed(turn, at, send, gate::reason(hold.by), rule);
    }
    match op {
        Some(Op::BestOf(..)) => Step::Next(place.next()),
        _ => alternatives(turn, at, place, first, alternative.saturating_add(1), None),
    }
}

/// Asks the gate for an alternative and, where it is suppressed, for those after it.
fn alternatives(turn: &mut Turn<'_>, at: usize, place: Place, first: SendId, from: u16, held: Option<Hold>) -> Step {
    turn.know_control_groups();
    let code = turn.code;
    // Of the best one that is the only one which is tried.
    let count = match code.ops.get(place) {
        Some(Op::Send(_, count)) => *count,
        Some(Op::BestOf(..)) => from.saturating_add(1),
        _ => 0,
    };
    let mut held = held;
    for alternative in from..count {
        let Some(send) = code.sends.get(first.alternative(alternative)) else { break };
        let before = held.take();
        match ask(turn, at, send, before.as_ref()) {
            Verdict::Go => {
                sent(turn, at, send);
                break;
            }
            Verdict::Suppress { reason, rule } => {
                suppressed(turn, at, send, reason, rule);
                // A member of a control group gets nothing else instead.
                if reason == SuppressReason::Holdout {
                    break;
                }
            }
            Verdict::Hold { by, ends, rule } => {
                let since = before.as_ref().map_or(turn.now, |h| h.since);
                let capped = before.map(|h| h.caps().collect()).unwrap_or_default();
                let until = gate::until(code, by, since, ends);
                if until > turn.now {
                    let hold = Hold { alternative, since, by, ends, until, capped };
                    turn.emit_held(at, send, until, rule);
                    return Step::Stay(Parked::Held(Box::new(hold)), Some(until));
                }
                suppressed(turn, at, send, gate::reason(by), rule);
            }
        }
    }
    Step::Next(place.next())
}

/// Asks for the best hour, which comes first, then the gate, which is asked at its end. `held` is the hold that ends now.
fn ask(turn: &mut Turn<'_>, at: usize, send: &Send, held: Option<&Hold>) -> Verdict {
    if let (Some((within, text)), None) = (&send.best_time, held)
        && let Some(ends) = best_time(turn.view(), turn.now.saturating_add(*within))
    {
        return Verdict::Hold { by: HeldBy::BestTime, ends, rule: Rule::named(text.clone()) };
    }
    if turn.effects.traces() {
        return see_gate(turn, at, send, held);
    }
    match Gate::of(turn.view(), at, send, held) {
        Some(gate) => gate.asked(),
        None => nobody(turn),
    }
}

/// Tells what the gate says of a send, check by check, and gives the verdict of those checks.
fn see_gate(turn: &mut Turn<'_>, at: usize, send: &Send, held: Option<&Hold>) -> Verdict {
    let Some(gate) = Gate::of(turn.view(), at, send, held) else { return nobody(turn) };
    let checks: Vec<_> = gate.checks().collect();
    let report = gate.report(&checks);
    let verdict = gate.verdict(checks);
    turn.see(at, |_| SeenKind::Gate(report));
    verdict
}

/// A send that no entry asks for cannot be: nobody is contacted by it.
fn nobody(turn: &mut Turn<'_>) -> Verdict {
    turn.notice(Notice::NoEntry);
    Verdict::Suppress { reason: SuppressReason::Stopped, rule: Rule::named(SmolStr::new_static("no entry")) }
}

fn suppressed(turn: &mut Turn<'_>, at: usize, send: &Send, reason: SuppressReason, rule: Rule) {
    let (channel, message) = turn.names(send);
    turn.emit(turn.journey_of(at), EffectKind::Suppressed { channel, message, reason, rule });
    asked(turn, at, send, 0, 0);
}

fn sent(turn: &mut Turn<'_>, at: usize, send: &Send) {
    let number = next_number(turn, at);
    let Some(instance) = turn.instance(at) else { return };
    let journey = instance.journey;
    let name = turn.code.journeys.get(journey).map_or("", |j| j.name.as_str());
    let id = send_id::of(&turn.profile.id, name, instance.entered, instance.key().map(SmolStr::as_str), number);
    let hash = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
    let (channel, message) = turn.names(send);
    let category = turn.code.categories.get(send.category).cloned().unwrap_or_default();
    let values = if send.values.is_empty() { Vec::new() } else { turn.values(at, &send.values) };
    let reads = if send.reads.is_empty() { Vec::new() } else { turn.values(at, &send.reads) };
    turn.emit(journey, EffectKind::Sent { channel, message, category, id, values, reads });
    asked(turn, at, send, number, hash);
    turn.forget_entries();
    turn.forget_sends();
}

/// Ids are never given twice: sends of all entries of one instant are counted together.
fn next_number(turn: &mut Turn<'_>, at: usize) -> u32 {
    let profile = &mut *turn.profile;
    if let ([only], []) = (profile.instances.as_mut_slice(), profile.entries.as_slice()) {
        only.sends = only.sends.saturating_add(1);
        return only.sends;
    }
    let Some(instance) = profile.instances.get(at) else { return 1 };
    let (journey, entered, key) = (instance.journey, instance.entered, instance.key().cloned());
    let key = key.as_ref();
    let alike = |i: &&mut Instance| i.journey == journey && i.entered == entered && i.key() == key;
    let mut entries = profile.entries.iter_mut();
    let last = entries.find(|e| e.journey == journey && e.at == entered && e.key.as_ref() == key);
    let beside = profile.instances.iter_mut().filter(alike).map(|i| i.sends).max();
    let number = beside.max(last.as_ref().map(|e| e.sends)).unwrap_or(0).saturating_add(1);
    if let Some(last) = last {
        last.sends = number;
    }
    // Each of them knows the number, so that it lasts as long as any of them.
    for instance in profile.instances.iter_mut().filter(alike) {
        instance.sends = number;
    }
    number
}

/// Remembers that a message was asked for, as the last one.
fn asked(turn: &mut Turn<'_>, at: usize, send: &Send, number: u32, id: u64) {
    let Some((entry, journey)) = turn.instance(at).map(|i| (i.number, i.journey)) else { return };
    let has_rules = turn.code.journeys.get(journey).is_some_and(|j| j.own_rules);
    let record = SendRecord {
        at: turn.now,
        id,
        entry,
        number,
        message: send.message,
        channel: send.channel,
        category: send.category,
        engaged: ThinVec::new(),
        failed: false,
        own: has_rules.then_some(journey),
    };
    turn.profile.sends.push(record);
    // A message more changes the rates that others ask for.
    if turn.code.rates && number > 0 {
        turn.bring(Brought::Look { traits: false });
    }
}
