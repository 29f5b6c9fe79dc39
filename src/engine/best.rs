//! The best channel and the best hour of a person, from what they answered in the last 90 days.

use super::local_time;
use super::past::Memory;
use super::turn::Turn;
use crate::bytecode::Send;
use crate::ir::{Days, Engagement};
use crate::limits;
use crate::value::Instant;
use chrono::Timelike;

impl Turn<'_> {
    /// How well the person answers a channel: more than half of the messages engaged with is better than less. One
    /// engagement and two messages are added to both, so that a channel without a history lies in the middle.
    pub(crate) fn answers(&self, channel: u16) -> (u64, u64) {
        let gone = self.now.saturating_sub(limits::BEST);
        let (mut engaged, mut sent) = (1, 2);
        for send in self.profile.sends.iter().filter(|s| s.went() && !s.failed && s.channel == channel && s.at > gone) {
            sent += 1;
            let answers = [Engagement::Opened, Engagement::Clicked, Engagement::Replied];
            engaged += u64::from(answers.into_iter().any(|answer| send.time_of(answer).is_some()));
        }
        (engaged, sent)
    }

    /// Of several sends the one by the channel that is answered best, the first of those that are equal.
    pub(crate) fn best_of<'s>(&self, sends: impl Iterator<Item = (u16, &'s Send)>) -> Option<u16> {
        let mut best: Option<(u16, (u64, u64))> = None;
        for (at, send) in sends {
            let rate = self.answers(send.channel.0);
            // a/b > c/d, without a fraction.
            if best.is_none_or(|(_, before)| rate.0 * before.1 > before.0 * rate.1) {
                best = Some((at, rate));
            }
        }
        best.map(|(at, _)| at)
    }

    /// When the person's best hour begins, if that is after now and at or before `latest`.
    pub(crate) fn best_time(&self, latest: Instant) -> Option<Instant> {
        let past = self.profile.past.as_ref()?;
        let Memory::Times(looks) = &past.history(self.code.looks?)?.memory else { return None };
        let zone = self.zone();
        let gone = self.now.saturating_sub(limits::BEST);
        let mut hours = [0u32; 24];
        for at in looks.iter().filter(|at| **at > gone) {
            if let Some(count) = hours.get_mut(local_time::local(zone, *at).hour() as usize) {
                *count += 1;
            }
        }
        let most = hours.iter().copied().max().filter(|most| *most > 0)?;
        let this_hour = local_time::local(zone, self.now).hour();
        let next = (0..24u32).zip(hours).filter(|(_, count)| *count == most).map(|(hour, _)| match hour == this_hour {
            true => self.now,
            false => local_time::next_time(zone, self.now, hour * 60, Days::ALL),
        });
        next.min().filter(|start| *start > self.now && *start <= latest)
    }
}
