//! What an event changes in what is known of a person: consent, what became of messages, what is kept of the past.

use super::task::Task;
use super::turn::{Impact, Turn};
use crate::engine::facts::consent::has_room;
use crate::engine::facts::gate::rework::Changed;
use crate::engine::facts::leaving::holds;
use crate::engine::io::happened::{Happened, Told};
use crate::engine::io::notice::Notice;
use crate::engine::state::entry::{EntryNo, Instance, Occurrence};
use crate::engine::state::parked::Parked;
use crate::engine::state::profile::Profile;
use crate::engine::state::send::SendRecord;
use crate::engine::state::small::{push, set_flag};
use crate::ir::{ChannelId, Engagement, HistoryId, HistoryOf};
use crate::limits;
use crate::reason::ExitReason;
use crate::source::snake_case;
use crate::value::{Json, Value};
use smol_str::SmolStr;

/// Takes an event.
pub(super) fn track(turn: &mut Turn<'_>, happened: &mut Happened<'_>) {
    let (code, uses) = (turn.code, happened.uses);
    let mut about = None;
    if let Some(yes) = uses.subscribes {
        about = subscription(turn, happened.properties, uses.of.as_deref(), yes);
    }
    happened.told = uses.engagement.filter(|_| !happened.is_bot).map(|told| engagement(turn, told, happened));
    if !uses.narrowed.is_empty() {
        let told_of = happened.told.as_ref().and_then(|told| code.channels.get(told.channel?));
        about.as_ref().or(told_of).into_iter().for_each(|of| happened.narrow(of));
    }
    if happened.is_bot && uses.subscribes.is_none() {
        return;
    }
    // Without an effect nothing has changed but what is remembered, and where an entry stands.
    let changes_what_is_known = uses.subscribes.is_some() || happened.told.is_some();
    let is_inside = !turn.profile.instances.is_empty();
    turn.impacts(if is_inside || changes_what_is_known { Impact::Changed } else { Impact::Read });
    turn.caused_by(happened.name, happened.at);
    if happened.told.as_ref().is_some_and(|t| t.engagement == Engagement::Failed) {
        turn.then(Task::Rework(Changed::Failed));
    }
    if (code.uses.past || code.uses.timed_rules) && changes_what_is_known {
        turn.traits_changed();
    }
    if code.uses.past {
        turn.then(Task::KeepHistories);
    }
    if is_inside {
        if code.uses.happenings {
            turn.then(Task::KeepOccurrences);
        }
        turn.then(Task::Act);
    }
    // Most events that are asked about begin nothing.
    if uses.begins || code.uses.past || !turn.stale.is_empty() || turn.is_cut() {
        turn.then(Task::Enter);
    }
}

/// `subscribed` and `unsubscribed`: for the channel or category in the event's name, else for the one that it says, else
/// for all. Gives that name.
pub(super) fn subscription(turn: &mut Turn<'_>, properties: &Json, of: Option<&str>, yes: bool) -> Option<SmolStr> {
    let said = || ["channel", "category"].into_iter().find_map(|key| properties.get(key).and_then(Json::text));
    let name = of.map(SmolStr::new).or_else(|| said().map(|name| SmolStr::new(snake_case(name))));
    if let Some(name) = &name {
        if !has_room(turn.code, turn.profile, name) {
            turn.notice(Notice::SubscriptionLeftOut);
            return None;
        }
        turn.tell_unknown_subject(name);
    }
    turn.profile.learn().consent.subscribe(name.as_deref(), yes);
    name
}

/// Who calls a message spam gets no more marketing by its channel.
fn complaint(turn: &mut Turn<'_>, name: &str) {
    if turn.profile.known().consent.given(name) != Some(false) && has_room(turn.code, turn.profile, name) {
        turn.notice(Notice::Complaint { channel: SmolStr::new(name) });
        turn.profile.learn().consent.subscribe(Some(name), false);
    }
}

/// Takes what an event tells of a message.
fn engagement(turn: &mut Turn<'_>, engagement: Engagement, event: &Happened<'_>) -> Told {
    let code = turn.code;
    let (properties, happened) = (event.properties, event.at);
    let named = || properties.get("channel").and_then(Json::text).map(|name| SmolStr::new(snake_case(name)));
    let channel_name = event.uses.of.clone().or_else(named);
    let channel = channel_name.as_deref().and_then(|name| code.channels.numbered().find(|(_, c)| *c == name));
    let channel = channel.map(|(id, _)| id);
    let about = About { properties, channel_name: channel_name.as_deref(), channel };
    let found = find_send(turn, &about);
    let send = found.and_then(|at| turn.profile.sends.get(at)).map(|s| (s.entry, s.number, s.channel));
    if engagement == Engagement::Bounced {
        let of_send = send.and_then(|(_, _, c)| code.channels.get(c)).map(SmolStr::as_str);
        let soft = properties.get("type").and_then(Json::text).is_some_and(|t| t.eq_ignore_ascii_case("soft"));
        if channel_name.as_deref().or(of_send) == Some("email") && !soft {
            set_flag(&mut turn.profile.learn().reachable, "email", Some(false));
        }
    }
    let Profile { sends, instances, .. } = &mut *turn.profile;
    if let Some(record) = found.and_then(|at| sends.get_mut(at)) {
        record.failed |= engagement == Engagement::Failed;
        let asked_by = instances.iter().find(|i| i.number == record.entry && !i.is_over(code));
        // A late event never acts on an entry that came after it; of one whose steps are over all is remembered.
        let counts = |i: &Instance| i.parked == Parked::Left || happened >= i.happened();
        if asked_by.map_or(code.keeps_engagement_after_exit, counts) {
            record.engage(engagement, happened);
            if engagement == Engagement::Clicked {
                record.engage(Engagement::Opened, happened);
            }
        }
    }
    let about = channel.or(send.map(|(.., channel)| channel).filter(|_| channel_name.is_none()));
    if engagement == Engagement::Complained {
        // One that names no channel and fits no message is about email.
        let of_send = about.and_then(|channel| code.channels.get(channel));
        let name = channel_name.as_ref().or(of_send).cloned();
        complaint(turn, name.as_deref().unwrap_or("email"));
    }
    Told { engagement, send: send.map(|(entry, number, _)| (entry, number)), channel: about }
}

/// What an engagement says of the message that it is about.
struct About<'a> {
    properties: &'a Json,
    channel_name: Option<&'a str>,
    /// The program's channel of that name.
    channel: Option<ChannelId>,
}

/// The send that an engagement is about: by its id, else the newest of its message, else the newest.
fn find_send(turn: &Turn<'_>, about: &About<'_>) -> Option<usize> {
    let sends = &turn.profile.sends;
    if let Some(id) = about.properties.get("send").and_then(Json::text) {
        let id = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
        return sends.iter().rposition(|s| s.went() && s.id == id);
    }
    if about.channel_name.is_some() && about.channel.is_none() {
        return None;
    }
    let on_channel = |s: &SendRecord| s.went() && about.channel.is_none_or(|c| s.channel == c);
    match about.properties.get("message").and_then(Json::text) {
        Some(name) => {
            let (message, _) = turn.code.messages.numbered().find(|(_, m)| *m == name)?;
            sends.iter().rposition(|s| s.message == message && on_channel(s))
        }
        None => sends.iter().rposition(on_channel),
    }
}

/// Remembers an event in the histories that conditions ask about.
pub(super) fn keep(turn: &mut Turn<'_>, happened: &Happened<'_>) {
    let watch = &turn.code.watch;
    let mut kept = false;
    for id in happened.numbers() {
        for number in watch.histories.get(id).into_iter().flatten() {
            kept |= keep_in(turn, *number, happened);
        }
        turn.stale.extend(watch.events.get(id).into_iter().flatten());
    }
    if let Some(told) = &happened.told {
        let engagement = told.engagement;
        for number in &watch.engagement {
            let of = turn.code.histories.get(*number).map(|h| h.of);
            let counts = match of {
                Some(HistoryOf::Looks) => matches!(engagement, Engagement::Opened | Engagement::Clicked),
                _ => matches!(engagement, Engagement::Opened | Engagement::Clicked | Engagement::Replied),
            };
            if counts {
                kept |= keep_in(turn, *number, happened);
            }
        }
        turn.stale.extend_from_slice(&watch.engaged);
    }
    if kept {
        turn.impacts(Impact::Changed);
        turn.then(Task::Rework(Changed::Asked));
    }
}

/// Remembers an event in one history, if that is about it.
fn keep_in(turn: &mut Turn<'_>, number: HistoryId, happened: &Happened<'_>) -> bool {
    let Some(history) = turn.code.histories.get(number) else { return false };
    let mut asker = turn.view().ask_happened(happened);
    let counts = asker.holds(history.cond);
    let value = history.property.filter(|_| counts).map(|id| asker.property(id)).unwrap_or_default();
    let odd = std::mem::take(&mut asker.odd);
    turn.odd_values(odd);
    if counts {
        let value = if value.size() > limits::VALUE { Value::Missing } else { value };
        let now = turn.now;
        if turn.profile.remember().remember(number, history, happened.at, value, now) {
            turn.notice(Notice::ManyEvents);
        }
    }
    counts
}

/// Remembers, for the entries whose journeys ask, that an event has happened.
pub(super) fn happen(turn: &mut Turn<'_>, happened: &Happened<'_>) {
    let code = turn.code;
    for at in 0..turn.profile.instances.len() {
        let Some(instance) = turn.instance(at) else { continue };
        let Some(journey) = code.journeys.get(instance.journey) else { continue };
        // A late event never acts on an entry that came after it.
        if instance.is_over(code) || happened.at < instance.happened() {
            continue;
        }
        for (number, asked) in journey.happenings.iter().enumerate() {
            let which = number as u16;
            let is_known = |i: &Instance| i.happenings().iter().any(|h| h.which == which);
            if !happened.is(asked.event) || turn.instance(at).is_some_and(is_known) {
                continue;
            }
            let mut odd = vec![];
            let is_so = holds(turn.view(), at, asked.cond, happened, &mut odd);
            turn.odd_values(odd);
            if is_so && let Some(instance) = turn.instance_mut(at) {
                let kept = instance.kept.get_or_insert_default();
                push(&mut kept.happenings, Occurrence { which, at: happened.at });
            }
        }
    }
}

/// The entries that a deletion ends, then all else.
pub(super) fn delete(turn: &mut Turn<'_>) {
    let view = turn.view();
    let inside = turn.profile.instances.iter().filter(|i| i.parked != Parked::Left);
    let mut order: Vec<(u16, EntryNo)> = inside.map(|i| (view.rank(i.journey), i.number)).collect();
    order.sort_unstable();
    order.into_iter().for_each(|(_, number)| turn.then(Task::End(number, ExitReason::Deleted)));
    turn.then(Task::Erase);
}

/// Everything is forgotten but an unsubscribe from all; what is pending does not happen.
pub(super) fn erase(turn: &mut Turn<'_>) {
    let (id, now) = (turn.profile.id.clone(), turn.now);
    let is_out = turn.profile.known().consent.out_of_all;
    let mut entries = std::mem::take(&mut turn.profile.entries);
    // Ids of messages are never given twice, not even at this instant.
    entries.retain(|entry| entry.at >= now && entry.sends > 0);
    entries.iter_mut().for_each(|entry| entry.erased = true);
    let program = turn.profile.program;
    *turn.profile = Profile { clock: now, entries, ..Profile::new(id, program) };
    if is_out {
        turn.profile.learn().consent.out_of_all = true;
    }
    turn.stale.clear();
}
