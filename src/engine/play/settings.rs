//! What journeys do beside sending: they set, emit, call, start, add to audiences and split. What they bring about is
//! an input of the same instant, after the present one.

use super::task::{Step, Task};
use super::turn::Turn;
use crate::bytecode::{CallId, Op, Place, SetId, SplitId};
use crate::engine::facts::assignment::{self, hash};
use crate::engine::facts::consent::has_room;
use crate::engine::io::brought::Brought;
use crate::engine::io::effect::EffectKind;
use crate::engine::io::notice::Notice;
use crate::engine::state::entry::EntryNo;
use crate::engine::state::past::Removal;
use crate::engine::state::small::set_flag;
use crate::ir::{AttributeId, AudienceId, JourneyId, SetTarget};
use crate::value::{Json, Millis, Type, Value};
use smol_str::SmolStr;

/// Does one step of an entry.
pub(super) fn step(turn: &mut Turn<'_>, entry: EntryNo, op: Op, place: Place) -> Step {
    let next = Step::Next(place.next());
    let Some(at) = turn.at(entry) else { return next };
    let journey = turn.journey_of(at);
    match op {
        Op::Split(split) => return Step::Next(take_arm(turn, at, split).unwrap_or(place.next())),
        Op::Add(audience, millis) => add_to(turn, journey, audience, millis),
        Op::Remove(audience) => remove_from(turn, journey, audience),
        Op::Set(number) => set(turn, at, number),
        Op::Emit(number) => emit(turn, at, number),
        Op::Call(number) => call(turn, at, number),
        Op::Start(started) => start(turn, at, started),
        _ => {}
    }
    next
}

/// Goes on in an arm of a split, which is remembered.
fn take_arm(turn: &mut Turn<'_>, at: usize, number: SplitId) -> Option<Place> {
    let assigned = assignment::arm(turn.view(), at, number)?;
    let (start, key, is_known) = (assigned.arm.start, assigned.key, assigned.is_known);
    let (split, arm) = (assigned.split.name.clone(), assigned.arm.label.clone());
    if !is_known && turn.profile.remember().take_arm(key, hash(&arm)) {
        turn.notice(Notice::ManyArms);
    }
    turn.emit(turn.journey_of(at), EffectKind::Chose { split, arm });
    Some(start)
}

/// Adds to an audience, and for a while only sets the alarm that takes the person out again. Nothing is done for a
/// member of a control group.
fn add_to(turn: &mut Turn<'_>, journey: JourneyId, audience: AudienceId, millis: Option<Millis>) {
    if turn.is_control(journey) {
        return;
    }
    let now = turn.now;
    // A second one begins anew.
    if let Some(past) = &mut turn.profile.past {
        past.removals.retain(|removal| removal.audience != audience);
        past.set_alarm();
    }
    if let Some(millis) = millis {
        let past = turn.profile.remember();
        past.removals.push(Removal { audience, journey, at: now.saturating_add(millis) });
        past.set_alarm();
    }
    let name = turn.code.audiences.get(audience).cloned().unwrap_or_default();
    turn.emit(journey, EffectKind::AudienceAdded(name));
}

fn remove_from(turn: &mut Turn<'_>, journey: JourneyId, audience: AudienceId) {
    if let Some(past) = &mut turn.profile.past {
        past.removals.retain(|removal| removal.audience != audience);
        past.set_alarm();
    }
    let name = turn.code.audiences.get(audience).cloned().unwrap_or_default();
    turn.emit(journey, EffectKind::AudienceRemoved(name));
}

/// The person is taken out of an audience again; it is called by its place in the list.
pub(super) fn take_out(turn: &mut Turn<'_>, at: usize) {
    let Some(past) = &mut turn.profile.past else { return };
    if at >= past.removals.len() {
        return;
    }
    let removal = past.removals.remove(at);
    past.set_alarm();
    let name = turn.code.audiences.get(removal.audience).cloned().unwrap_or_default();
    turn.emit(removal.journey, EffectKind::AudienceRemoved(name));
}

/// `set`
fn set(turn: &mut Turn<'_>, at: usize, number: SetId) {
    let code = turn.code;
    let Some(set) = code.sets.get(number) else { return };
    let Some((journey, by)) = turn.instance(at).map(|i| (i.journey, i.number)) else { return };
    let mut value = turn.view().ask_of(at).value(set.value);
    match &set.target {
        SetTarget::Attribute(id) => {
            let field = code.attributes.get(*id);
            let outside = |ty: &Type| match (ty, &value) {
                (Type::Choice(options), Value::Text(text)) => !options.contains(text),
                _ => false,
            };
            if field.is_some_and(|field| outside(&field.ty)) {
                turn.notice(Notice::OutsideChoice { attribute: set.name.clone(), value: value.to_string() });
                value = Value::Missing;
            }
            if !value.fits() {
                turn.notice(match value.holds_thing() {
                    true => Notice::too_long(set.name.clone(), &value),
                    false => Notice::LongSet { attribute: set.name.clone() },
                });
                value = Value::Missing;
            }
            turn.bring(Brought::Set { by, number: *id, value: value.clone() });
        }
        // What is set about consent and reachability holds at once, for all entries of the person.
        SetTarget::Consent(name) | SetTarget::Reachable(name) => {
            if has_room(code, turn.profile, name) {
                let known = turn.profile.learn();
                match set.target {
                    SetTarget::Consent(_) => known.consent.set(name, value.truth()),
                    _ => set_flag(&mut known.reachable, name, value.truth()),
                }
            }
            turn.bring(Brought::Look { traits: true });
        }
    }
    turn.emit(journey, EffectKind::ProfileSet { attribute: set.name.clone(), value });
}

/// Takes an attribute that a journey has set.
pub(super) fn apply(turn: &mut Turn<'_>, number: AttributeId, value: Value) {
    turn.cause = None;
    let code = turn.code;
    if let Some(field) = code.attributes.get(number) {
        let zone = turn.view().zone;
        let text = match &value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        match field.path.as_slice() {
            [name] if name == "timezone" => turn.set_zone(text.as_deref(), value.is_missing()),
            [name] if name == "preferred_channel" => turn.profile.learn().set_preferred(text.as_deref()),
            _ => {}
        }
        turn.profile.learn().set_trait(number, (!value.is_missing()).then_some(value));
        if turn.view().zone != zone {
            turn.zone_changed();
        }
        turn.traits_changed();
    }
    // What no condition asks for changes nothing for anybody.
    if code.asked.get(number) != Some(&false) {
        turn.then(Task::Act);
        turn.then(Task::Enter);
    }
}

/// `emit`
fn emit(turn: &mut Turn<'_>, at: usize, number: CallId) {
    let Some(Called { journey, name: event, values }) = called(turn, at, number) else { return };
    let properties = Json::Object(values.iter().map(|(name, value)| (name.clone(), Json::of(value))).collect());
    turn.emit(journey, EffectKind::Emitted { event: event.clone(), properties: values });
    turn.bring(Brought::Event { name: event, properties });
}

/// `call`; nothing is done for a member of a control group.
fn call(turn: &mut Turn<'_>, at: usize, number: CallId) {
    let Some(Called { journey, name: hook, values: arguments }) = called(turn, at, number) else { return };
    if !turn.is_control(journey) {
        turn.emit(journey, EffectKind::Called { hook, arguments });
    }
}

/// What a journey calls or emits, with its values.
struct Called {
    journey: JourneyId,
    name: SmolStr,
    values: Vec<(SmolStr, Value)>,
}

fn called(turn: &Turn<'_>, at: usize, number: CallId) -> Option<Called> {
    let call = turn.code.calls.get(number)?;
    let journey = turn.instance(at)?.journey;
    Some(Called { journey, name: call.name.clone(), values: turn.values(at, &call.values) })
}

/// `start`
fn start(turn: &mut Turn<'_>, at: usize, journey: JourneyId) {
    let code = turn.code;
    let Some(instance) = turn.instance(at) else { return };
    let own = code.journeys.get(instance.journey).map_or(&[][..], |j| &j.entry_properties);
    let event = own.iter().copied().zip(instance.event().iter().cloned()).collect();
    let block = code.journeys.get(journey).map(|j| j.first).unwrap_or_default();
    turn.bring(Brought::Start { journey, block, event });
}
