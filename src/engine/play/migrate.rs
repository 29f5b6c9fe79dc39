//! A new version of a program takes over a person whom an earlier one has played.

use crate::bytecode::{Code, Id, Op, Place, Predecessor, SendId, Table};
use crate::engine::io::effect::{Effect, EffectKind, Effects};
use crate::engine::io::notice::Notice;
use crate::engine::state::entry::{Leaving, Occurrence};
use crate::engine::state::parked::{Capped, HeldBy, Hold, Parked};
use crate::engine::state::past::{HistoryRow, Memory, Past};
use crate::engine::state::profile::Profile;
use crate::ir::{AttributeId, HistoryId};
use crate::reason::ExitReason;
use crate::value::{Timestamp, Type, Value};
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// Moves a person over, of whom something is known: entries, messages, what is known and what is kept stand where they
/// stood, or leave. What that brings about is told at this instant.
pub(super) fn move_over(
    code: &Code,
    earlier: &Predecessor,
    profile: &mut Profile,
    now: Timestamp,
    effects: &mut Effects,
) {
    let gone = move_entries(code, earlier, profile);
    move_sends(code, earlier, profile);
    let lost = move_known(code, earlier, profile);
    let removed = move_past(code, earlier, profile, now);
    effects.notices.extend(lost.into_iter().map(|name| Notice::LostValue { name: name.into() }));
    let exits = gone.into_iter().map(|journey| (journey, EffectKind::Exited { reason: ExitReason::Changed }));
    let removals = removed.into_iter().map(|(journey, audience)| (journey, EffectKind::AudienceRemoved(audience)));
    let told = exits.chain(removals);
    effects.list.extend(told.map(|(journey, kind)| Effect { at: now, journey, control: false, kind }));
}

/// The journeys that a person of an earlier version leaves because the step is gone at which they stand.
pub(crate) fn evicted(earlier: &Predecessor, profile: &Profile) -> Vec<SmolStr> {
    let inside = profile.instances.iter().filter(|instance| instance.parked != Parked::Left);
    let gone = inside.filter(|instance| {
        let place = earlier.places.get(instance.place).copied().flatten();
        now_at(&earlier.journeys, instance.journey).is_none() || place.is_none()
    });
    gone.map(|i| earlier.journey_names.get(i.journey).cloned().unwrap_or_default()).collect()
}

/// Where something is now.
fn now_at<I: Id>(table: &Table<I, Option<I>>, number: I) -> Option<I> {
    table.get(number).copied().flatten()
}

/// Where a rule, a property of an entry's event or an occurrence is now, by its place in its list.
fn now_in(list: &[Option<u16>], number: u16) -> Option<u16> {
    list.get(usize::from(number)).copied().flatten()
}

/// Entries stand where they stood. Gives the journeys of those whose step is gone.
fn move_entries(code: &Code, earlier: &Predecessor, profile: &mut Profile) -> Vec<SmolStr> {
    let mut gone = vec![];
    profile.instances.retain(|instance| {
        let name = earlier.journey_names.get(instance.journey).cloned().unwrap_or_default();
        let is_left = instance.parked == Parked::Left;
        let journey = now_at(&earlier.journeys, instance.journey);
        let place = earlier.places.get(instance.place).copied().flatten();
        // Who has left stands nowhere.
        let (Some(journey), Some((place, is_same))) = (journey, place.or(is_left.then_some((Place(0), true)))) else {
            if !is_left && instance.leaving != Some(Leaving::GoalAfter) {
                gone.push(name);
            }
            return false;
        };
        if let Some(kept) = &mut instance.kept {
            let count = code.journeys.get(journey).map_or(0, |j| j.entry_properties.len());
            let before = std::mem::take(&mut kept.event);
            if !before.is_empty() {
                kept.event = vec![Value::Missing; count];
            }
            let properties = earlier.entry_properties.get(instance.journey);
            for (value, to) in before.into_iter().zip(properties.into_iter().flatten()) {
                let slot = to.and_then(|to| kept.event.get_mut(usize::from(to)));
                slot.into_iter().for_each(|slot| *slot = value.clone());
            }
            let happenings = earlier.happenings.get(instance.journey);
            kept.happenings = std::mem::take(&mut kept.happenings)
                .into_iter()
                .filter_map(|happened| {
                    let which = now_in(happenings.map_or(&[], Vec::as_slice), happened.which)?;
                    Some(Occurrence { which, at: happened.at })
                })
                .collect();
        }
        instance.journey = journey;
        instance.place = place;
        match &mut instance.parked {
            // What was answered belongs to the condition as it was.
            Parked::Deciding(_, answers) if !is_same => *answers = ThinVec::new(),
            Parked::Held(hold) => move_hold(code, earlier, hold, place),
            _ => {}
        }
        true
    });
    gone
}

/// The gate is asked again at once; a cap goes on with the time it had.
fn move_hold(code: &Code, earlier: &Predecessor, hold: &mut Hold, place: Place) {
    let (first, count) = match code.ops.get(place) {
        Some(Op::Send(first, count) | Op::BestOf(first, count)) => (*first, *count),
        _ => (SendId(0), 0),
    };
    hold.alternative = hold.alternative.min(count.saturating_sub(1));
    let send = code.sends.get(first.alternative(hold.alternative));
    if hold.by == HeldBy::BestTime && send.is_some_and(|send| send.best_time.is_some()) {
        return;
    }
    (hold.ends, hold.until) = (Timestamp::MIN, Timestamp::MIN);
    hold.capped = std::mem::take(&mut hold.capped)
        .into_iter()
        .filter_map(|capped| Some(Capped { cap: now_in(&earlier.caps, capped.cap)?, ..capped }))
        .collect();
    // A cap that is gone holds nothing; what is held asks the gate at once, and must be held by something until then.
    hold.by = match hold.by {
        HeldBy::Cap(rule, since) => now_in(&earlier.caps, rule).map_or(HeldBy::Paused, |rule| HeldBy::Cap(rule, since)),
        other => other,
    };
}

fn move_sends(code: &Code, earlier: &Predecessor, profile: &mut Profile) {
    let instances = &profile.instances;
    for send in &mut profile.sends {
        send.message = now_at(&earlier.messages, send.message).unwrap_or(Id::nothing());
        send.channel = now_at(&earlier.channels, send.channel).unwrap_or(Id::nothing());
        send.category = now_at(&earlier.categories, send.category).unwrap_or(Id::nothing());
        // The entry that sent it was moved before.
        let by = instances.iter().find(|i| i.number == send.entry).map(|i| i.journey);
        let own = by.or(send.own.and_then(|own| now_at(&earlier.journeys, own)));
        send.own = own.filter(|own| code.journeys.get(*own).is_some_and(|j| j.own_rules));
    }
    profile.entries.retain_mut(|entry| {
        let journey = now_at(&earlier.journeys, entry.journey);
        entry.journey = journey.unwrap_or(Id::nothing());
        journey.is_some()
    });
}

/// Attributes that are not read any more, or as another kind of value, are kept on the shelf, and come back from there.
/// Gives the names of those that are read and whose values do not fit.
fn move_known(code: &Code, earlier: &Predecessor, profile: &mut Profile) -> Vec<String> {
    let Some(known) = &mut profile.known else { return vec![] };
    let fits =
        |number: AttributeId, value: &Value| code.attributes.get(number).is_some_and(|field| is_of(value, &field.ty));
    let mut traits: Vec<(AttributeId, Value)> = vec![];
    for (number, value) in std::mem::take(&mut known.traits) {
        let path = earlier.attribute_paths.get(number);
        match now_at(&earlier.attributes, number).filter(|now| fits(*now, &value)) {
            Some(now) => traits.push((now, value)),
            None => path.into_iter().for_each(|path| known.shelve(path, Some(value.clone()))),
        }
    }
    traits.sort_by_key(|(number, _)| *number);
    let mut lost = vec![];
    for (number, field) in code.attributes.numbered() {
        let Err(at) = traits.binary_search_by_key(&number, |(n, _)| *n) else { continue };
        let Some(value) = known.shelved(&field.path) else { continue };
        if is_of(value, &field.ty) {
            traits.insert(at, (number, value.clone()));
        } else {
            lost.push(field.path.join("."));
        }
    }
    known.traits = traits;
    // What is read is kept there as what it is, and what no version asks for any more is not kept.
    let is_kept =
        |path: &str, value: &Value| code.shelf.iter().any(|f| f.path.join(".") == path && is_of(value, &f.ty));
    known.shelf.retain(|(path, value)| is_kept(path, value));
    lost
}

/// Whether a value is one of a type, which a new version may have changed.
fn is_of(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (_, Type::Any) => true,
        (Value::Thing(fields), Type::Thing(kept)) => {
            let of = |name: &SmolStr| kept.iter().find(|(known, _)| known == name).map_or(&Type::Any, |(_, ty)| ty);
            fields.iter().all(|(name, value)| is_of(value, of(name)))
        }
        (Value::List(items), Type::Thing(_)) => items.iter().all(|item| is_of(item, ty)),
        (_, Type::Thing(_)) => true,
        (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::Text(_), Type::Text)
        | (Value::Date(_), Type::Date | Type::DateOrMoment)
        | (Value::Time(_), Type::Time)
        | (Value::Moment(_), Type::Moment | Type::DateOrMoment)
        | (Value::Duration(_), Type::Duration) => true,
        (Value::Text(text), Type::Choice(options)) => options.contains(text),
        (Value::List(items), Type::List(of)) => items.iter().all(|item| item.is_missing() || is_of(item, of)),
        _ => false,
    }
}

/// Histories that are new begin now. Gives the audiences that no alarm can name any more, with their journeys.
fn move_past(code: &Code, earlier: &Predecessor, profile: &mut Profile, now: Timestamp) -> Vec<(SmolStr, SmolStr)> {
    let asks = code.tracks_first_seen || !code.histories.is_empty();
    if profile.past.is_none() && !asks {
        return vec![];
    }
    let past: &mut Past = profile.remember();
    if code.tracks_first_seen && past.first_seen.is_none() {
        (past.first_seen, past.seen_before) = (Some(now), true);
    }
    let kept: Vec<HistoryId> = earlier.histories.iter().flatten().copied().collect();
    let mut histories: Vec<HistoryRow> = std::mem::take(&mut past.histories)
        .into_iter()
        .filter_map(|row| Some(HistoryRow { number: now_at(&earlier.histories, row.number)?, ..row }))
        .collect();
    for number in code.histories.ids().filter(|number| !kept.contains(number)) {
        histories.push(HistoryRow { number, memory: Memory::Nothing, since: Some(now) });
    }
    histories.sort_by_key(|row| row.number);
    past.histories = histories.into_iter().collect();
    let standing = std::mem::take(&mut past.standing);
    for mut row in standing {
        if let Some(number) = now_at(&earlier.standing, row.number) {
            row.number = number;
            past.set_standing(row);
        }
    }
    let mut removed = vec![];
    past.removals.retain_mut(|removal| {
        let audience = now_at(&earlier.audiences, removal.audience);
        if audience.is_none() {
            let journey = earlier.journey_names.get(removal.journey).cloned().unwrap_or_default();
            let name = earlier.audience_names.get(removal.audience).cloned().unwrap_or_default();
            removed.push((journey, name));
        }
        removal.audience = audience.unwrap_or(Id::nothing());
        removal.journey = now_at(&earlier.journeys, removal.journey).unwrap_or(Id::nothing());
        audience.is_some()
    });
    past.set_alarm();
    removed
}
