//! What makes an entry leave its steps: goals and exits.

use super::view::View;
use crate::bytecode::{Exit, Formula, Goal};
use crate::engine::io::happened::Happened;
use crate::engine::state::parked::Parked;
use crate::ir::{Engagement, Trigger};
use crate::limits;
use crate::value::{Timestamp, Value};
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// A condition about an event: whether it holds, and properties of another type than the program says.
pub(crate) fn holds(
    view: View<'_>,
    at: usize,
    cond: Option<Formula>,
    happened: &Happened<'_>,
    odd: &mut Vec<SmolStr>,
) -> bool {
    if cond.is_none() {
        return true;
    }
    let mut asker = view.ask_about(at, happened);
    let holds = asker.holds(cond);
    odd.append(&mut asker.odd);
    holds
}

/// Whether one of the triggers fits.
fn triggered(view: View<'_>, at: usize, triggers: &[Trigger], happened: &Happened<'_>) -> bool {
    let Some(instance) = view.instance(at) else { return false };
    triggers.iter().any(|trigger| match trigger {
        Trigger::Event(event) => happened.is(*event),
        Trigger::Engagement(engagement, message) => {
            let Some(told) = &happened.told else { return false };
            let fits = told.engagement == *engagement
                || *engagement == Engagement::Opened && told.engagement == Engagement::Clicked;
            let asked = view.profile.last_asked(instance.number, *message);
            fits && asked.is_some_and(|a| a.went() && told.send == Some((instance.number, a.number)))
        }
    })
}

/// A goal that an event reaches.
pub(crate) struct Reached<'a> {
    pub(crate) goal: &'a Goal,
    /// Whether it counts, and of which value.
    pub(crate) converts: Option<Option<Decimal>>,
}

/// The first goal of an entry that the event reaches.
pub(crate) fn goal<'a>(
    view: View<'a>,
    at: usize,
    happened: &Happened<'_>,
    odd: &mut Vec<SmolStr>,
) -> Option<Reached<'a>> {
    let instance = view.instance(at)?;
    let journey = view.journey(instance.journey)?;
    if instance.leaving.is_some() {
        return None;
    }
    let is_left = instance.parked == Parked::Left;
    for goal in &journey.goals {
        if !triggered(view, at, &goal.triggers, happened) || !holds(view, at, goal.cond, happened, odd) {
            continue;
        }
        let converts = match goal.within {
            Some(within) => happened.at < instance.entered.saturating_add(within),
            None => !is_left,
        };
        let ends = |within: i64| instance.entered.saturating_add(within).saturating_add(limits::LATE_GOALS);
        let told_in_time = goal.within.is_some_and(|within| view.now < ends(within));
        if is_left && !(converts && told_in_time) {
            continue;
        }
        let value = || match view.ask_about(at, happened).property(goal.worth?) {
            Value::Number(number) => Some(number),
            _ => None,
        };
        return Some(Reached { goal, converts: converts.then(value) });
    }
    None
}

/// The first exit of an entry that the event takes, or that holds now; in written order, `exit when` among them.
pub(crate) fn exit_on<'a>(
    view: View<'a>,
    at: usize,
    happened: &Happened<'_>,
    odd: &mut Vec<SmolStr>,
) -> Option<&'a Exit> {
    let instance = view.instance(at)?;
    let journey = view.journey(instance.journey)?;
    if instance.leaving.is_some() || instance.parked == Parked::Left {
        return None;
    }
    journey.exits.iter().find(|exit| match &exit.triggers {
        Some(triggers) => triggered(view, at, triggers, happened) && holds(view, at, exit.cond, happened, odd),
        None => exit.cond.is_some_and(|cond| view.ask_of(at).truth(cond) == Some(true)),
    })
}

/// The first `exit when` of an entry that holds.
pub(crate) fn exit_when(view: View<'_>, at: usize) -> Option<&Exit> {
    let instance = view.instance(at)?;
    let journey = view.journey(instance.journey)?;
    if instance.leaving.is_some() || !journey.exits_when {
        return None;
    }
    let mut exits = journey.exits.iter().filter(|exit| exit.triggers.is_none());
    exits.find(|exit| exit.cond.is_some_and(|cond| view.ask_of(at).truth(cond) == Some(true)))
}

/// When a parked entry goes on by itself: by its step, or sooner by an `exit when` that comes true.
pub(crate) fn wakes(view: View<'_>, at: usize, due: Option<Timestamp>) -> Option<Timestamp> {
    let Some(instance) = view.instance(at).filter(|instance| instance.leaving.is_none()) else { return due };
    let Some(journey) = view.journey(instance.journey).filter(|journey| journey.exits_when) else { return due };
    let conditions = journey.exits.iter().filter(|exit| exit.triggers.is_none()).filter_map(|exit| exit.cond);
    let changes = conditions.filter_map(|cond| {
        let mut asker = view.ask_of(at);
        asker.truth(cond);
        asker.changes
    });
    changes.chain(due).min()
}
