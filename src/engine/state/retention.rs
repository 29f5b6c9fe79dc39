//! What is forgotten because nothing can ask for it any more.

use super::entry::Instance;
use super::parked::Parked;
use super::profile::Profile;
use super::send::SendRecord;
use crate::bytecode::Code;
use crate::ir::{ChannelId, MessageId, Reenter};
use crate::limits;
use crate::value::Timestamp;
use smallvec::SmallVec;

/// Forgets the entries that were left and whose goals cannot count any more.
pub(crate) fn forget_left(profile: &mut Profile, code: &Code, now: Timestamp) {
    let is_left = |i: &Instance| i.parked == Parked::Left;
    if !profile.instances.iter().any(is_left) {
        return;
    }
    profile.instances.retain(|i| {
        let converts = code.journeys.get(i.journey).and_then(|j| j.converts_for);
        !is_left(i) || converts.is_some_and(|d| now < i.entered.saturating_add(d).saturating_add(limits::LATE_GOALS))
    });
}

/// Forgets last entries that no `reenter` can ask about; says whether one that it could was among them.
pub(crate) fn forget_entries(profile: &mut Profile, code: &Code, now: Timestamp) -> bool {
    if profile.entries.is_empty() {
        return false;
    }
    profile.entries.retain(|e| {
        e.at >= now
            || match code.journeys.get(e.journey).map_or(Reenter::Always, |j| j.reenter) {
                Reenter::Always => false,
                Reenter::After(d) => {
                    now < e.at.saturating_add(d)
                        && (e.key.is_none() || now < e.at.saturating_add(limits::REMEMBER_KEYS))
                }
                Reenter::Never => e.key.is_none() || now < e.at.saturating_add(limits::REMEMBER_KEYS),
            }
    });
    let beyond = profile.entries.len().saturating_sub(limits::KEYS);
    profile.entries.drain(..beyond);
    beyond > 0
}

/// Forgets sends that no cap, gap or entry can ask about, but the newest of each message and channel; says whether one
/// that could be asked about was among them.
pub(crate) fn forget_sends(profile: &mut Profile, code: &Code, now: Timestamp) -> bool {
    // What lies in the profile itself takes no room.
    if profile.sends.len() <= profile.sends.inline_size() {
        return false;
    }
    let since = now.saturating_sub(code.memory);
    let instances = &profile.instances;
    let lasts = |s: &SendRecord| s.went() && s.at > since || instances.iter().any(|i| i.number == s.entry);
    if profile.sends.len() <= limits::SENDS && profile.sends.iter().all(lasts) {
        return false;
    }
    let mut newest: SmallVec<[(MessageId, ChannelId); 8]> = SmallVec::new();
    let mut keep: SmallVec<[bool; 16]> = profile
        .sends
        .iter()
        .rev()
        .map(|s| {
            // The newest of a message on a channel is what a later engagement without an id is about.
            let first = s.went() && !newest.contains(&(s.message, s.channel));
            if first {
                newest.push((s.message, s.channel));
            }
            first || lasts(s)
        })
        .collect();
    let sends = &mut profile.sends;
    sends.retain(|_| keep.pop().unwrap_or(true));
    let beyond = sends.len().saturating_sub(limits::SENDS);
    sends.drain(..beyond);
    beyond > 0
}
