//! Which ids have to be played in one part, because lines join them or may join them.
//!
//! An id that stands as the other one on a line is joined to the first person whose line bears it, and to no further one
//! ([`journey::identity`]). So a device that many people share does not bring them all into one part. Only where
//! somebody was deleted all who bear an id stay together, for it can be joined anew.

use crate::record::Order;
use std::collections::{HashMap, HashSet};

/// Two ids on one line: the other one, the person's, and whether it is an `alias`.
type Pair = (u64, u64, bool);

/// What lines say about ids.
#[derive(Default)]
pub(crate) struct Names {
    /// With the first line that says so.
    pairs: HashMap<Pair, Order>,
    deleted: HashSet<u64>,
}

impl Names {
    pub(crate) fn pair(&mut self, other: u64, person: u64, is_alias: bool, at: Order) {
        if other != person {
            let first = self.pairs.entry((other, person, is_alias)).or_insert(at);
            *first = at.min(*first);
        }
    }

    pub(crate) fn delete(&mut self, person: u64) {
        self.deleted.insert(person);
    }

    pub(crate) fn absorb(&mut self, other: Names) {
        for ((other, person, is_alias), at) in other.pairs {
            self.pair(other, person, is_alias, at);
        }
        self.deleted.extend(other.deleted);
    }

    /// The part of each id that is not in its own.
    pub(crate) fn homes(self) -> HashMap<u64, u64> {
        let mut sets = Sets::default();
        let others: HashSet<u64> = self.pairs.keys().map(|(other, ..)| *other).collect();
        let mut pairs: Vec<(u64, bool, Order, u64)> =
            self.pairs.into_iter().map(|((other, person, alias), at)| (other, alias, at, person)).collect();
        pairs.sort_unstable();
        for of_one in pairs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            for (other, _, _, person) in of_one {
                sets.join(*other, *person);
                // Who may be a name of the other id already leaves it free for the next one.
                if !others.contains(person) {
                    break;
                }
            }
        }
        // A set with somebody who was deleted takes in all that its ids stand beside; that can bring in the next.
        let mut is_done: HashSet<u64> = HashSet::new();
        loop {
            let marked: HashSet<u64> = self.deleted.iter().filter_map(|id| sets.known(*id)).collect();
            let mut is_new = false;
            for (other, _, _, person) in &pairs {
                let is_marked = sets.known(*other).is_some_and(|root| marked.contains(&root));
                if is_marked && is_done.insert(other.rotate_left(1) ^ person) {
                    is_new = true;
                    sets.join(*other, *person);
                }
            }
            if !is_new {
                return sets.homes();
            }
        }
    }
}

/// Sets of ids (union-find).
#[derive(Default)]
struct Sets {
    places: HashMap<u64, usize>,
    ids: Vec<u64>,
    above: Vec<usize>,
}

impl Sets {
    fn place(&mut self, id: u64) -> usize {
        *self.places.entry(id).or_insert_with(|| {
            self.ids.push(id);
            self.above.push(self.above.len());
            self.above.len() - 1
        })
    }

    fn root(&mut self, mut at: usize) -> usize {
        loop {
            let above = self.above.get(at).copied().unwrap_or(at);
            if above == at {
                return at;
            }
            let next = self.above.get(above).copied().unwrap_or(above);
            if let Some(link) = self.above.get_mut(at) {
                *link = next;
            }
            at = next;
        }
    }

    fn join(&mut self, other: u64, person: u64) {
        let (other, person) = (self.place(other), self.place(person));
        let (other, person) = (self.root(other), self.root(person));
        // The lower one stays above, so that it does not hang on the order of the tables.
        let id = |at: usize| self.ids.get(at).copied();
        let (below, above) = if id(other) > id(person) { (other, person) } else { (person, other) };
        if let Some(link) = self.above.get_mut(below) {
            *link = above;
        }
    }

    fn known(&mut self, id: u64) -> Option<u64> {
        let at = *self.places.get(&id)?;
        let root = self.root(at);
        self.ids.get(root).copied()
    }

    fn homes(mut self) -> HashMap<u64, u64> {
        let ids = self.ids.clone();
        let home = |id: u64| Some((id, self.known(id)?));
        ids.into_iter().filter_map(home).filter(|(id, home)| id != home).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Place;

    fn at(line: u64) -> Order {
        Order { arrived: 0, place: Place::new(0, line) }
    }

    #[test]
    fn a_shared_device_belongs_to_its_first_user_alone() {
        let mut names = Names::default();
        for user in 2..100 {
            names.pair(1, user, false, at(user));
        }
        let homes = names.homes();
        assert_eq!(homes, HashMap::from([(2, 1)]));
    }

    #[test]
    fn where_somebody_is_deleted_all_stay_together() {
        let mut names = Names::default();
        for user in 2..10 {
            names.pair(1, user, false, at(user));
        }
        names.delete(2);
        assert_eq!(names.homes().len(), 8);
    }

    #[test]
    fn an_alias_joins_whom_another_line_could_not() {
        let mut names = Names::default();
        names.pair(5, 6, false, at(1));
        names.pair(5, 7, false, at(2));
        names.pair(5, 8, true, at(3));
        assert_eq!(names.homes(), HashMap::from([(6, 5), (8, 5)]));
    }
}
