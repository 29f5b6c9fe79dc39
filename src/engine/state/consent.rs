//! What somebody has agreed to.

use super::codec::fields as with;
use super::small::{push, set_flag};
use minicbor::{Decode, Encode};
use smol_str::SmolStr;

/// Consent by name of channel or category.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub(crate) struct Consent {
    /// Whether the person unsubscribed from all.
    #[n(0)]
    pub(crate) out_of_all: bool,
    /// Channels and categories subscribed to since then.
    #[cbor(n(1), with = "with::texts")]
    pub(crate) lifted: Vec<SmolStr>,
    /// Answers given.
    #[cbor(n(2), with = "with::flags")]
    pub(crate) answers: Vec<(SmolStr, bool)>,
}

impl Consent {
    /// Whether nothing was ever answered.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { out_of_all, lifted, answers } = self;
        !out_of_all && lifted.is_empty() && answers.is_empty()
    }

    /// What was answered for a name, an unsubscribe from all included.
    pub(crate) fn answer(&self, name: &str) -> Option<bool> {
        if self.is_out(&[name]) { Some(false) } else { self.given(name) }
    }

    /// How many names were answered for.
    pub(crate) fn count(&self) -> usize {
        self.answers.len().max(self.lifted.len())
    }

    /// What was answered for a name itself.
    pub(crate) fn given(&self, name: &str) -> Option<bool> {
        self.answers.iter().find(|(n, _)| n == name).map(|(_, yes)| *yes)
    }

    /// Whether an unsubscribe from all stands in the way of a send of all these names.
    pub(crate) fn is_out(&self, names: &[&str]) -> bool {
        self.out_of_all && !names.iter().any(|name| self.lifted.iter().any(|lifted| lifted == name))
    }

    /// Takes an answer, as a trait gives it.
    pub(crate) fn set(&mut self, name: &str, yes: Option<bool>) {
        set_flag(&mut self.answers, name, yes);
    }

    /// `subscribed` and `unsubscribed`, for a name or for all.
    pub(crate) fn subscribe(&mut self, name: Option<&str>, yes: bool) {
        match (name, yes) {
            (Some(name), true) => {
                self.set(name, Some(true));
                if self.out_of_all && !self.lifted.iter().any(|l| l == name) {
                    push(&mut self.lifted, SmolStr::new(name));
                }
            }
            (Some(name), false) => {
                self.set(name, Some(false));
                self.lifted.retain(|l| l != name);
            }
            (None, yes) => {
                self.out_of_all = !yes;
                self.lifted.clear();
                if yes {
                    // The person wants to hear from us again: earlier refusals are withdrawn.
                    self.answers.retain(|(_, yes)| *yes);
                }
            }
        }
    }
}
