//! What was not sent, or held first, at the box of a message: whom, and why most often.

use crate::reason::SuppressReason;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashSet};

/// What was kept from customers at one box.
#[derive(Debug, Default)]
pub(super) struct Missed {
    not_sent: Kept,
    held: Kept,
}

#[derive(Debug, Default)]
struct Kept {
    people: HashSet<u32>,
    /// How often each rule was the reason.
    because: BTreeMap<SmolStr, usize>,
}

impl Kept {
    fn add(&mut self, person: u32, rule: &SmolStr) {
        self.people.insert(person);
        *self.because.entry(rule.clone()).or_default() += 1;
    }

    /// The commonest reason, the first by its letters where several are as common.
    fn why(&self) -> String {
        let mut most: Option<(&SmolStr, usize)> = None;
        for (rule, times) in &self.because {
            if most.is_none_or(|(_, known)| *times > known) {
                most = Some((rule, *times));
            }
        }
        let mostly = if self.because.len() > 1 { "mostly " } else { "" };
        // Where there is no rule, its name is that of the reason.
        let rule = most.map_or_else(String::new, |(rule, _)| rule.to_string());
        format!("{mostly}{}", SuppressReason::of(&rule).map_or(rule.as_str(), |reason| reason.words()))
    }
}

impl Missed {
    /// Nothing of the step went to a customer, by this rule.
    pub(super) fn not_sent(&mut self, person: u32, rule: &SmolStr) {
        self.not_sent.add(person, rule);
    }

    /// A message waits, for this rule.
    pub(super) fn held(&mut self, person: u32, rule: &SmolStr) {
        self.held.add(person, rule);
    }

    /// In words, a line each: of those who came to the box.
    pub(super) fn words(&self, came: usize) -> Vec<String> {
        let mut out = vec![];
        for (what, kept) in [("not sent to", &self.not_sent), ("held first for", &self.held)] {
            let count = kept.people.len();
            if count > 0 {
                let share = (count * 200 + came).checked_div(came * 2).unwrap_or(0);
                out.push(format!("{what} {count} · {share}%: {}", kept.why()));
            }
        }
        out
    }
}
