//! Which message of the new program stands in the place of which one of the old.

use super::side::{Ask, Outcome};
use journey::smol_str::SmolStr;
use std::collections::HashMap;

/// Two messages further apart than this are two messages.
const APART: i64 = 7 * 86_400_000;

/// A message of one program beside that of the other, where it has one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    pub(super) old: Option<Ask>,
    pub(super) new: Option<Ask>,
}

/// What differs for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// Not asked for any more.
    OnlyOld,
    /// Was not asked for before.
    OnlyNew,
    /// Was sent, and a rule does not let it through now.
    NowSuppressed,
    /// A rule did not let it through, and now it goes.
    NowAllowed,
    /// Goes at another time.
    Moved,
    /// Goes by another channel.
    OtherChannel,
    /// Another message goes in its place.
    OtherMessage,
}

impl Kind {
    /// Its name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::OnlyOld => "only_old",
            Kind::OnlyNew => "only_new",
            Kind::NowSuppressed => "now_suppressed",
            Kind::NowAllowed => "now_allowed",
            Kind::Moved => "moved",
            Kind::OtherChannel => "other_channel",
            Kind::OtherMessage => "other_message",
        }
    }

    /// For people, behind a number of messages.
    pub(super) fn words(self) -> &'static str {
        match self {
            Kind::OnlyOld => "not asked for any more",
            Kind::OnlyNew => "new",
            Kind::NowSuppressed => "not sent any more",
            Kind::NowAllowed => "sent now, and not before",
            Kind::Moved => "at another time",
            Kind::OtherChannel => "by another channel",
            Kind::OtherMessage => "another message in its place",
        }
    }
}

impl Pair {
    /// What differs; none: nothing does, for the person.
    pub(super) fn kind(&self) -> Option<Kind> {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => match (old.is_sent(), new.is_sent()) {
                (true, false) => Some(Kind::NowSuppressed),
                (false, true) => Some(Kind::NowAllowed),
                (false, false) => None,
                (true, true) if old.message != new.message => Some(Kind::OtherMessage),
                (true, true) if old.channel != new.channel => Some(Kind::OtherChannel),
                (true, true) => (old.at != new.at).then_some(Kind::Moved),
            },
            (Some(old), None) => old.is_sent().then_some(Kind::OnlyOld),
            (None, Some(new)) => new.is_sent().then_some(Kind::OnlyNew),
            (None, None) => None,
        }
    }

    /// The message that it is about.
    pub(super) fn ask(&self) -> Option<&Ask> {
        self.old.as_ref().or(self.new.as_ref())
    }
}

/// Pairs what two programs asked for one person.
pub(super) fn pairs(old: &[Ask], new: &[Ask]) -> Vec<Pair> {
    let mut pairing = Pairing { old, new, of_old: vec![None; old.len()], of_new: vec![false; new.len()] };
    pairing.by_id();
    let sent_first = [true, false];
    for both_sent in sent_first {
        pairing.nearest(both_sent, |ask| Some((ask.journey.clone(), ask.message.clone(), ask.channel.clone())));
    }
    for both_sent in sent_first {
        pairing.nearest(both_sent, |ask| Some((ask.journey.clone(), ask.message.clone(), SmolStr::default())));
    }
    // The same entry and the same number in it: another message in the same place.
    pairing.nearest(true, |ask| match &ask.outcome {
        Outcome::Sent { id } => Some((ask.journey.clone(), SmolStr::new(id), SmolStr::default())),
        Outcome::Suppressed { .. } => None,
    });
    pairing.finish()
}

/// What two messages have in common that can stand for each other.
type Key = (SmolStr, SmolStr, SmolStr);

struct Pairing<'a> {
    old: &'a [Ask],
    new: &'a [Ask],
    /// For each of the old, its place among the new.
    of_old: Vec<Option<usize>>,
    of_new: Vec<bool>,
}

impl Pairing<'_> {
    fn by_id(&mut self) {
        let id = |ask: &Ask| match &ask.outcome {
            Outcome::Sent { id } => Some(id.clone()),
            Outcome::Suppressed { .. } => None,
        };
        let known: HashMap<String, usize> =
            self.new.iter().enumerate().filter_map(|(n, ask)| Some((id(ask)?, n))).collect();
        for (o, ask) in self.old.iter().enumerate() {
            let Some(n) = id(ask).and_then(|id| known.get(&id).copied()) else { continue };
            // The same id can stand for another message where a step came in before it.
            if self.new.get(n).is_some_and(|other| other.message == ask.message && other.channel == ask.channel) {
                self.join(o, n);
            }
        }
    }

    fn join(&mut self, o: usize, n: usize) {
        if let (Some(slot), Some(used)) = (self.of_old.get_mut(o), self.of_new.get_mut(n)) {
            *slot = Some(n);
            *used = true;
        }
    }

    /// Joins those of one key that are nearest to each other.
    fn nearest(&mut self, both_sent: bool, key: impl Fn(&Ask) -> Option<Key>) {
        let mut groups: HashMap<Key, [Vec<usize>; 2]> = HashMap::new();
        for (o, ask) in self.old.iter().enumerate().filter(|(o, _)| self.of_old.get(*o) == Some(&None)) {
            groups.entry(key(ask).unwrap_or_default()).or_default()[0].push(o);
        }
        for (n, ask) in self.new.iter().enumerate().filter(|(n, _)| self.of_new.get(*n) == Some(&false)) {
            groups.entry(key(ask).unwrap_or_default()).or_default()[1].push(n);
        }
        let mut near = vec![];
        for (key, [olds, news]) in groups {
            if key == Default::default() {
                continue;
            }
            for o in olds {
                for n in &news {
                    let (Some(old), Some(new)) = (self.old.get(o), self.new.get(*n)) else { continue };
                    let apart = old.at.abs_diff(new.at);
                    if apart <= APART.unsigned_abs() && (!both_sent || old.is_sent() && new.is_sent()) {
                        // The same whichever of the two is called old.
                        near.push((apart, old.at.min(new.at), old.at.max(new.at), o.min(*n), o.max(*n), o, *n));
                    }
                }
            }
        }
        near.sort_unstable();
        for (.., o, n) in near {
            if self.of_old.get(o) == Some(&None) && self.of_new.get(n) == Some(&false) {
                self.join(o, n);
            }
        }
    }

    fn finish(self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = vec![];
        for (ask, n) in self.old.iter().zip(&self.of_old) {
            let new = n.and_then(|n| self.new.get(n)).cloned();
            pairs.push(Pair { old: Some(ask.clone()), new });
        }
        for (ask, used) in self.new.iter().zip(&self.of_new) {
            if !used {
                pairs.push(Pair { old: None, new: Some(ask.clone()) });
            }
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use journey::SuppressReason;

    fn ask(at: i64, what: &str, id: Option<&str>) -> Ask {
        let (channel, message) = what.split_once(' ').unwrap();
        let outcome = match id {
            Some(id) => Outcome::Sent { id: id.into() },
            None => Outcome::Suppressed { reason: SuppressReason::Cap, rule: "cap 1 per day".into() },
        };
        Ask {
            profile: "ana".into(),
            at,
            journey: "cart".into(),
            channel: channel.into(),
            message: message.into(),
            outcome,
        }
    }

    fn kinds(old: &[Ask], new: &[Ask]) -> Vec<Option<Kind>> {
        pairs(old, new).iter().map(Pair::kind).collect()
    }

    #[test]
    fn the_same_is_no_difference() {
        let old = [ask(0, "email recs", Some("1")), ask(5, "push tip", None)];
        assert_eq!(kinds(&old, &old), [None, None]);
    }

    #[test]
    fn what_moved_is_one_message_and_not_two() {
        let (old, new) = ([ask(0, "email recs", Some("1"))], [ask(3_600_000, "email recs", Some("2"))]);
        assert_eq!(kinds(&old, &new), [Some(Kind::Moved)]);
        let far = [ask(APART + 1, "email recs", Some("2"))];
        assert_eq!(kinds(&old, &far), [Some(Kind::OnlyOld), Some(Kind::OnlyNew)]);
    }

    #[test]
    fn a_rule_is_told_from_a_step_that_went() {
        let (sent, capped) = ([ask(0, "email recs", Some("1"))], [ask(0, "email recs", None)]);
        assert_eq!(kinds(&sent, &capped), [Some(Kind::NowSuppressed)]);
        assert_eq!(kinds(&capped, &sent), [Some(Kind::NowAllowed)]);
        assert_eq!(kinds(&sent, &[]), [Some(Kind::OnlyOld)]);
        assert_eq!(kinds(&capped, &[]), [None]);
    }

    #[test]
    fn another_channel_and_another_message_stand_in_its_place() {
        let email = [ask(0, "email recs", Some("1"))];
        assert_eq!(kinds(&email, &[ask(0, "sms recs", Some("9"))]), [Some(Kind::OtherChannel)]);
        assert_eq!(kinds(&email, &[ask(0, "email offer", Some("1"))]), [Some(Kind::OtherMessage)]);
    }
}
