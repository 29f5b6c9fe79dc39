//! Every entry acts on what happened: goal, else exit, else a wait that this ends.

use super::task::Task;
use super::turn::{LateGoals, Turn};
use crate::bytecode::Place;
use crate::engine::facts::leaving;
use crate::engine::io::effect::{Because, EffectKind};
use crate::engine::io::happened::Happened;
use crate::engine::io::trace::SeenKind;
use crate::engine::state::entry::{EntryNo, Instance, Leaving};
use crate::engine::state::parked::Parked;
use crate::ir::JourneyId;
use crate::value::Timestamp;
use smallvec::SmallVec;
use smol_str::SmolStr;

/// Lets every entry act. Entries whose steps are over convert first, the oldest first, and do the steps of their goals
/// last.
pub(super) fn act(turn: &mut Turn<'_>, happened: Option<&Happened<'_>>) {
    let is_watched = turn.profile.instances.iter().any(|instance| instance.parked == Parked::Left);
    turn.late = happened.filter(|_| is_watched).map_or(LateGoals::new(), |happened| late_goals(turn, happened));
    match turn.profile.instances.as_slice() {
        [] => {}
        [only] => {
            let only = only.number;
            meet(turn, only, happened);
        }
        all => {
            let view = turn.view();
            let mut order: Vec<(u16, EntryNo)> = all.iter().map(|i| (view.rank(i.journey), i.number)).collect();
            order.sort_unstable();
            order.into_iter().for_each(|(_, number)| turn.then(Task::Meet(number)));
        }
    }
    if !turn.late.is_empty() {
        turn.then(Task::LateSteps);
    }
}

/// Lets one entry act.
pub(super) fn meet(turn: &mut Turn<'_>, entry: EntryNo, happened: Option<&Happened<'_>>) {
    let Some(at) = turn.at(entry) else { return };
    // What the goals of those do whose steps are over comes before and behind.
    let acts = |i: &Instance, happened: &Happened<'_>| happened.at >= i.happened() && i.parked != Parked::Left;
    let happened = happened.filter(|happened| turn.instance(at).is_some_and(|i| acts(i, happened)));
    let Some(happened) = happened else { return turn.then(Task::Resume(entry, None)) };
    if let Some(start) = reach(turn, at, happened) {
        let of = turn.instance(at).filter(|_| !turn.late.is_empty()).map(Instance::of);
        turn.then(Task::Leave(entry, start, Leaving::Goal));
        of.into_iter().for_each(|of| turn.then(Task::PassOver(Box::new(of))));
        return;
    }
    let next = match take_exit(turn, at, happened) {
        Some(start) => Task::Leave(entry, start, Leaving::Exit),
        None => Task::Resume(entry, None),
    };
    turn.then(next);
}

/// The first goal that the event reaches counts. Gives where its steps begin.
fn reach(turn: &mut Turn<'_>, at: usize, happened: &Happened<'_>) -> Option<Place> {
    let mut odd = vec![];
    let reached = leaving::goal(turn.view(), at, happened, &mut odd).map(|r| (r.goal.start, r.goal.span, r.converts));
    turn.odd_values(odd);
    let (start, span, converts) = reached?;
    if let Some(value) = converts {
        let journey = turn.journey_of(at);
        turn.emit(journey, EffectKind::Converted { event: happened.name.clone(), value });
    }
    turn.see(at, |_| SeenKind::Block(span));
    Some(start)
}

/// The first exit that the event takes. Gives where its steps begin.
fn take_exit(turn: &mut Turn<'_>, at: usize, happened: &Happened<'_>) -> Option<Place> {
    let mut odd = vec![];
    let exit = leaving::exit_on(turn.view(), at, happened, &mut odd).map(|exit| (exit.start, exit.span));
    turn.odd_values(odd);
    let (start, span) = exit?;
    let because = Because::Event { name: happened.name.clone(), at: happened.at };
    let journey = turn.journey_of(at);
    turn.explain(journey, &SmolStr::new_static(""), span, Some(true), because);
    turn.see(at, |_| SeenKind::Block(span));
    Some(start)
}

/// Converts the entries whose steps are over. Gives those that do the steps of their goal now, and where these begin: of
/// one journey and key the newest; where one that is still inside reaches the goal too, [`pass_over`] takes them away again.
fn late_goals(turn: &mut Turn<'_>, happened: &Happened<'_>) -> LateGoals {
    let mut found = LateGoals::new();
    let instances = turn.profile.instances.iter();
    let left = instances.filter(|i| i.parked == Parked::Left && happened.at >= i.happened());
    let mut order: SmallVec<[(Timestamp, EntryNo); 4]> = left.map(|i| (i.entered, i.number)).collect();
    order.sort_unstable();
    for (_, number) in order {
        let Some(at) = turn.at(number) else { continue };
        let Some(start) = reach(turn, at, happened) else { continue };
        let Some((journey, key)) = turn.instance(at).map(Instance::of) else { continue };
        remove_late(turn, &mut found, journey, key.as_ref());
        found.push((number, start));
    }
    found
}

/// Of entries of one journey and key one alone does the steps of a goal: the others have converted, and that is all.
pub(super) fn pass_over(turn: &mut Turn<'_>, journey: JourneyId, key: Option<&SmolStr>) {
    let mut late = std::mem::take(&mut turn.late);
    remove_late(turn, &mut late, journey, key);
    turn.late = late;
}

fn remove_late(turn: &mut Turn<'_>, late: &mut LateGoals, journey: JourneyId, key: Option<&SmolStr>) {
    late.retain(|(number, _)| match turn.profile.at(*number) {
        Some(at) if turn.instance(at).is_some_and(|i| i.journey == journey && i.key() == key) => {
            turn.profile.instances.remove(at);
            false
        }
        _ => true,
    });
}

/// Begins the steps of goals that entries reached whose own steps were over.
pub(super) fn late_steps(turn: &mut Turn<'_>) {
    let late = std::mem::take(&mut turn.late);
    let mut order: SmallVec<[(u16, EntryNo, Place); 2]> = SmallVec::new();
    for (number, start) in late {
        if let Some(instance) = turn.at(number).and_then(|at| turn.instance(at)) {
            order.push((turn.view().rank(instance.journey), number, start));
        }
    }
    order.sort_unstable();
    order.into_iter().for_each(|(_, number, start)| turn.then(Task::Leave(number, start, Leaving::GoalAfter)));
}
