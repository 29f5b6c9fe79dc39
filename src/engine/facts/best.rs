//! The best channel and the best hour of a person, from what they answered in the last 90 days.

use super::view::View;
use crate::bytecode::Send;
use crate::engine::state::past::Memory;
use crate::engine::time::local_time;
use crate::ir::{ChannelId, Days, Engagement};
use crate::limits;
use crate::value::Timestamp;
use chrono::Timelike;

/// How well the person answers a channel: more than half of the messages engaged with is better than less. One
/// engagement and two messages are added to both, so that a channel without a history lies in the middle.
fn answers(view: View<'_>, channel: ChannelId) -> (u64, u64) {
    let gone = view.now.saturating_sub(limits::BEST);
    let (mut engaged, mut sent) = (1, 2);
    for send in view.profile.sends.iter().filter(|s| s.went() && !s.failed && s.channel == channel && s.at > gone) {
        sent += 1;
        let answers = [Engagement::Opened, Engagement::Clicked, Engagement::Replied];
        engaged += u64::from(answers.into_iter().any(|answer| send.time_of(answer).is_some()));
    }
    (engaged, sent)
}

/// Of several sends the one by the channel that is answered best, the first of those that are equal.
pub(crate) fn best_of<'s>(view: View<'_>, sends: impl Iterator<Item = (u16, &'s Send)>) -> Option<u16> {
    let mut best: Option<(u16, (u64, u64))> = None;
    for (at, send) in sends {
        let rate = answers(view, send.channel);
        // a/b > c/d, without a fraction.
        if best.is_none_or(|(_, before)| rate.0 * before.1 > before.0 * rate.1) {
            best = Some((at, rate));
        }
    }
    best.map(|(at, _)| at)
}

/// When the person's best hour begins, if that is after now and at or before `latest`.
pub(crate) fn best_time(view: View<'_>, latest: Timestamp) -> Option<Timestamp> {
    let View { profile, now, zone, .. } = view;
    let Memory::Times(looks) = &profile.past.as_ref()?.history(view.code.looks?)?.memory else { return None };
    let gone = now.saturating_sub(limits::BEST);
    let mut hours = [0u32; 24];
    for at in looks.iter().filter(|at| **at > gone) {
        if let Some(count) = hours.get_mut(local_time::local(zone, *at).hour() as usize) {
            *count += 1;
        }
    }
    let most = hours.iter().copied().max().filter(|most| *most > 0)?;
    let this_hour = local_time::local(zone, now).hour();
    let next = (0..24u32).zip(hours).filter(|(_, count)| *count == most).map(|(hour, _)| match hour == this_hour {
        true => now,
        false => local_time::next_time(zone, now, hour * 60, Days::ALL),
    });
    next.min().filter(|start| *start > now && *start <= latest)
}
