//! One person under two ids, and one who is deleted.

use super::Person;
use journey::{Input, ir};

impl<'a> Person<'a> {
    /// Takes over another profile of the same person.
    pub fn merge(&mut self, other: Person<'a>, at: i64) {
        if !other.touched {
            return;
        }
        self.clock = self.clock.max(other.clock).max(at);
        if self.inside.is_empty() && !other.inside.is_empty() {
            self.roll = other.roll.clone();
        }
        self.first_seen = self.first_seen.into_iter().chain(other.first_seen).min();
        // What is known: the target's own first; of consents a no.
        for (number, value) in other.attributes {
            let mine = self.attributes.entry(number).or_default();
            if mine.is_missing() {
                *mine = value;
            }
        }
        self.zone = self.zone.take().or(other.zone);
        self.preferred = self.preferred.take().or(other.preferred);
        for (name, yes) in other.reachable {
            self.reachable.entry(name).or_insert(yes);
        }
        match (self.out_of_all, other.out_of_all) {
            (true, true) => self.lifted.retain(|name| other.lifted.contains(name)),
            (false, true) => self.lifted = other.lifted,
            _ => {}
        }
        self.out_of_all |= other.out_of_all;
        for (name, yes) in other.consent {
            *self.consent.entry(name).or_insert(true) &= yes;
        }
        self.seen.extend(other.seen);
        // Messages in the order in which they went, the target's first; what was told of them follows.
        let insides = self.inside.len();
        let mut order: Vec<(i64, bool, usize)> = (0..self.sends.len()).map(|n| (self.sends[n].at, false, n)).collect();
        order.extend((0..other.sends.len()).map(|n| (other.sends[n].at, true, n)));
        order.sort_by_key(|(at, is_other, _)| (*at, *is_other));
        let place = |is_other: bool, n: usize| order.iter().position(|o| o.1 == is_other && o.2 == n).unwrap();
        let mut mine: Vec<_> = std::mem::take(&mut self.sends).into_iter().map(Some).collect();
        let mut others: Vec<_> = other.sends.into_iter().map(Some).collect();
        for (_, is_other, n) in &order {
            let mut send = if *is_other { others[*n].take() } else { mine[*n].take() }.unwrap();
            send.inside += if *is_other { insides } else { 0 };
            self.sends.push(send);
        }
        // What happened to the other comes first, so that of two at one time the target's is the latest.
        let shift = other.history.len();
        let mut history = other.history;
        history
            .iter_mut()
            .for_each(|past| past.told = past.told.map(|(way, send)| (way, send.map(|n| place(true, n)))));
        for mut past in std::mem::take(&mut self.history) {
            past.told = past.told.map(|(way, send)| (way, send.map(|n| place(false, n))));
            history.push(past);
        }
        self.history = history;
        for inside in &mut self.inside {
            inside.since += shift;
            inside.event = inside.event.map(|event| event + shift);
            inside.asked.iter_mut().for_each(|asked| asked.2 = asked.2.map(|n| place(false, n)));
        }
        for mut inside in other.inside {
            inside.skips = shift..self.history.len();
            inside.asked.iter_mut().for_each(|asked| asked.2 = asked.2.map(|n| place(true, n)));
            self.inside.push(inside);
        }
        for (key, state) in other.standing {
            self.standing.entry(key).or_default().unite(state);
        }
        for removal in other.removals {
            match self.removals.iter_mut().find(|r| r.0 == removal.0) {
                Some(mine) if mine.2 < removal.2 => *mine = removal,
                Some(_) => {}
                None => self.removals.push(removal),
            }
        }
        for (split, label) in other.arms {
            self.arms.entry(split).or_insert(label);
        }
        self.leave_twins();
        self.rework_holds(super::gate::Changed::Zone);
        for at in self.order() {
            self.go_on(at);
        }
        self.enter(None);
        self.play_queue();
    }

    /// Of two in one journey and key the one entered first stays.
    fn leave_twins(&mut self) {
        let mut kept: Vec<(usize, Option<String>)> = vec![];
        let mut order = self.order();
        let ranks = self.ranks();
        let rank = |journey: usize| ranks.iter().position(|j| *j == journey).unwrap();
        order.sort_by_key(|at| (rank(self.inside[*at].journey), self.inside[*at].entered, *at));
        for at in order {
            let of = (self.inside[at].journey, self.inside[at].key.clone());
            if self.inside[at].gone || self.ir.journeys[of.0].overlap == ir::Overlap::Allow {
                continue;
            }
            if kept.contains(&of) {
                self.end(at, "merged");
            } else {
                kept.push(of);
            }
        }
    }

    /// Everything is forgotten but an unsubscribe from all.
    pub(super) fn delete(&mut self, input: &Input) {
        for at in self.order() {
            if !self.inside[at].gone {
                self.end(at, "deleted");
            }
        }
        let mut blank = Person::new(self.ir, &self.id);
        blank.clock = self.clock;
        blank.touched = true;
        blank.out_of_all = self.out_of_all;
        blank.out = std::mem::take(&mut self.out);
        blank.given = self.sends.iter().map(|send| send.id.clone()).collect();
        blank.seen.extend(input.message_id.as_ref().map(|id| (id.to_string(), self.clock)));
        *self = blank;
    }
}
