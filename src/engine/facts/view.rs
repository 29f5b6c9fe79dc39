//! What every fact is worked out from: a program, a person, an instant.

use super::assignment::{ControlGroup, control_rule};
use super::conditions::Asker;
use crate::bytecode::{Code, Journey};
use crate::engine::io::brought::Brought;
use crate::engine::io::happened::Happened;
use crate::engine::state::entry::Instance;
use crate::engine::state::profile::Profile;
use crate::ir::JourneyId;
use crate::value::Timestamp;
use chrono_tz::Tz;
use smol_str::SmolStr;

/// A person at an instant, as a program sees them. Nothing that has one can change anything.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) code: &'a Code,
    pub(crate) profile: &'a Profile,
    pub(crate) now: Timestamp,
    /// The person's zone, else the charter's.
    pub(crate) zone: Tz,
    /// What was set and is not played as an input yet: the entry that set it sees it.
    pub(crate) set: &'a [Brought],
    pub(crate) control: &'a [ControlGroup<'a>],
}

impl<'a> View<'a> {
    pub(crate) fn new(code: &'a Code, profile: &'a Profile, now: Timestamp) -> Self {
        let zone = profile.known().zone.unwrap_or(code.charter.timezone);
        Self { code, profile, now, zone, set: &[], control: &[] }
    }

    pub(crate) fn instance(self, at: usize) -> Option<&'a Instance> {
        self.profile.instances.get(at)
    }

    pub(crate) fn journey(self, number: JourneyId) -> Option<&'a Journey> {
        self.code.journeys.get(number)
    }

    /// The rule by which the person is in a control group of a journey, its own or that of all.
    pub(crate) fn control_rule(self, journey: JourneyId) -> Option<&'a SmolStr> {
        control_rule(self.code, self.profile, self.control, journey)
    }

    /// Whether the person is in a control group of a journey.
    pub(crate) fn is_control(self, journey: JourneyId) -> bool {
        self.code.uses.holdouts && self.control_rule(journey).is_some()
    }

    /// The place of a journey in the order in which they act.
    pub(crate) fn rank(self, journey: JourneyId) -> u16 {
        self.journey(journey).map_or(u16::MAX, |j| j.rank)
    }

    /// Asks conditions about the person, of no journey.
    pub(crate) fn ask(self) -> Asker<'a> {
        Asker::new(self, None, None)
    }

    /// Asks conditions of an entry, outside of any event.
    pub(crate) fn ask_of(self, at: usize) -> Asker<'a> {
        Asker::new(self, self.instance(at), None)
    }

    /// Asks conditions of an entry about an event.
    pub(crate) fn ask_about(self, at: usize, happened: &Happened<'a>) -> Asker<'a> {
        Asker::new(self, self.instance(at), Some(happened.view()))
    }

    /// Asks conditions about an event, of no journey.
    pub(crate) fn ask_happened(self, happened: &Happened<'a>) -> Asker<'a> {
        Asker::new(self, None, Some(happened.view()))
    }
}
