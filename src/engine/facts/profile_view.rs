//! What is kept of a person, in the program's own names.

use super::gate;
use super::view::View;
use crate::bytecode::{Id, Op, Table};
use crate::engine::io::profile_view::{ConsentView, EntryState, EntryView, ProfileView, SendView};
use crate::engine::io::send_id;
use crate::engine::state::entry::Instance;
use crate::engine::state::parked::{Hold, Parked};
use crate::engine::state::send::SendRecord;
use crate::ir::Engagement;
use crate::source::{SourceFile, on_one_line};
use crate::value::Timestamp;
use smol_str::SmolStr;

/// Everything but when something is due. A stored number that the program has nothing for shows as an empty name.
pub(crate) fn profile_view(view: View<'_>, sources: &[SourceFile], next_due: Option<Timestamp>) -> ProfileView {
    let (code, profile) = (view.code, view.profile);
    let known = profile.known();
    let attributes = known.traits.iter().filter_map(|(number, value)| {
        let field = code.attributes.get(*number)?;
        Some((SmolStr::from(field.path.join(".")), value.clone()))
    });
    ProfileView {
        id: profile.id.clone(),
        clock: profile.clock(),
        first_seen: profile.past.as_ref().and_then(|past| past.first_seen),
        zone: view.zone,
        has_own_zone: known.zone.is_some(),
        attributes: attributes.collect(),
        shelved: known.shelf.clone(),
        consent: ConsentView {
            unsubscribed: known.consent.out_of_all,
            resubscribed: known.consent.lifted.clone(),
            answers: known.consent.answers.clone(),
        },
        reachable: known.reachable.clone(),
        preferred_channel: known.preferred.clone(),
        entries: profile.instances.iter().map(|instance| entry(view, sources, instance)).collect(),
        sends: profile.sends.iter().map(|record| send(view, record)).collect(),
        next_due,
    }
}

/// The name of a thing of the program.
fn name<I: Id>(table: &Table<I, SmolStr>, number: I) -> SmolStr {
    table.get(number).cloned().unwrap_or_default()
}

fn entry(view: View<'_>, sources: &[SourceFile], instance: &Instance) -> EntryView {
    let code = view.code;
    let place = instance.place;
    let span = code.spans.get(place).copied().filter(|_| instance.parked != Parked::Left);
    let text = span.map_or(String::new(), |span| on_one_line(sources, span));
    EntryView {
        journey: view.journey(instance.journey).map(|journey| journey.name.clone()).unwrap_or_default(),
        number: instance.number.0,
        key: instance.key().cloned(),
        entered: instance.entered,
        control: view.is_control(instance.journey),
        leaving: instance.leaving.is_some(),
        state: match &instance.parked {
            Parked::Running => EntryState::Running,
            Parked::Left => EntryState::Left,
            Parked::Waiting(since) => EntryState::Waiting { since: *since },
            Parked::Deciding(since, _) => EntryState::Deciding { since: *since },
            Parked::Held(hold) => held(view, instance, hold),
        },
        span,
        // The place of a branch is its condition.
        step: if matches!(code.ops.get(place), Some(Op::Branch(..))) && !text.is_empty() {
            format!("if {text}")
        } else {
            text
        },
        due: instance.due,
    }
}

fn held(view: View<'_>, instance: &Instance, hold: &Hold) -> EntryState {
    let code = view.code;
    let send = match code.ops.get(instance.place) {
        Some(Op::Send(first, _) | Op::BestOf(first, _)) => code.sends.get(first.alternative(hold.alternative)),
        _ => None,
    };
    // A damaged place holds no message: it goes on with the next call.
    let Some(send) = send else { return EntryState::Running };
    EntryState::Held {
        channel: name(&code.channels, send.channel),
        message: name(&code.messages, send.message),
        since: hold.since,
        until: hold.until,
        rule: gate::rule(code, instance.journey, send, hold.by),
    }
}

fn send(view: View<'_>, record: &SendRecord) -> SendView {
    let code = view.code;
    let told = |what: Engagement| Some((what, record.time_of(what)?));
    SendView {
        message: name(&code.messages, record.message),
        channel: name(&code.channels, record.channel),
        category: name(&code.categories, record.category),
        at: record.at,
        sent: record.went(),
        failed: record.failed,
        entry: record.entry.0,
        id: id_of(view, record),
        feedback: Engagement::ALL.into_iter().filter_map(told).collect(),
    }
}

/// The id of a send, made again from its entry; what is not what was given once is none.
fn id_of(view: View<'_>, record: &SendRecord) -> Option<String> {
    let instance = view.profile.instances.iter().find(|i| i.number == record.entry).filter(|_| record.went())?;
    let journey = view.journey(instance.journey)?;
    let key = instance.key().map(SmolStr::as_str);
    let id = send_id::of(&view.profile.id, &journey.name, instance.entered, key, record.number);
    (xxhash_rust::xxh3::xxh3_64(id.as_bytes()) == record.id).then_some(id)
}
