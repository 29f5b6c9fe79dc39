//! The only floor that writes. One loop does what is to be done; each room does one kind of thing to a [`turn::Turn`] and
//! says what is to be done then, before all that waits. No room calls another.
//!
//! The order at one instant: alarms in time order; history, traits and consent; entries (goal, else exit, else a wait
//! that this ends); new entries; then what journeys brought about.

mod admit;
mod goals;
mod holds;
mod intake;
mod merge;
mod migrate;
mod run;
mod send;
mod settings;
mod task;
mod traits;
mod turn;

use super::facts::alarms::{self, Alarm, Next, Until};
use super::facts::gate::rework::Changed;
use super::io::brought::Brought;
use super::io::effect::Effects;
use super::io::happened::Happened;
use super::io::input::{Input, InputKind};
use super::io::notice::Notice;
use super::state::profile::{Profile, SeenInput};
use super::time::lateness::Lateness;
use crate::bytecode::{Code, EventUse, Op, Place};
use crate::engagement;
use crate::engine::state::entry::EntryNo;
use crate::limits;
use crate::value::{Json, Timestamp};
use task::{Step, Task};
use turn::{Impact, Turn};

pub(crate) use migrate::evicted;

/// Does what is to be done, until nothing is left. `happened` is the event that it is about.
fn perform(turn: &mut Turn<'_>, happened: Option<&Happened<'_>>) {
    while let Some(task) = turn.next_task() {
        match task {
            Task::KeepHistories => happened.into_iter().for_each(|happened| intake::keep(turn, happened)),
            Task::KeepOccurrences => happened.into_iter().for_each(|happened| intake::happen(turn, happened)),
            Task::Rework(changed) => holds::rework_all(turn, changed),
            Task::Act => goals::act(turn, happened),
            Task::Meet(entry) => goals::meet(turn, entry, happened),
            Task::PassOver(of) => goals::pass_over(turn, of.0, of.1.as_ref()),
            Task::LateSteps => goals::late_steps(turn),
            Task::Resume(entry, rung) => run::resume(turn, entry, rung),
            Task::Run(entry) => run::begin(turn, entry),
            Task::Do(entry, place) => {
                if let Some(op) = turn.code.ops.get(place) {
                    let step = step(turn, entry, *op, place);
                    run::stepped(turn, entry, step);
                }
            }
            Task::Held(entry, place, hold) => {
                let step = send::held(turn, entry, place, hold);
                run::stepped(turn, entry, step);
            }
            Task::Leave(entry, start, leaving) => run::leave(turn, entry, start, leaving),
            Task::End(entry, reason) => run::leave_for_good(turn, entry, reason),
            Task::Enter => admit::enter(turn, happened),
            Task::Admit => admit::admit(turn),
            Task::Enroll => admit::enroll(turn),
            Task::Erase => intake::erase(turn),
            Task::Trim => merge::trim(turn),
        }
    }
}

fn step(turn: &mut Turn<'_>, entry: EntryNo, op: Op, place: Place) -> Step {
    match op {
        Op::Send(first, _) => send::send(turn, entry, place, first),
        Op::BestOf(first, count) => send::best(turn, entry, place, first, count),
        op => settings::step(turn, entry, op, place),
    }
}

/// Plays the alarms due at or before the input, then the input. Returns whether the profile is another one than before,
/// its clock apart; none: there are more alarms than one call plays, and the input was not played.
pub(crate) fn advance<'a>(
    code: &'a Code,
    profile: &'a mut Profile,
    input: &'a Input,
    lateness: Lateness,
    effects: &'a mut Effects,
) -> Option<bool> {
    let now = profile.clock.max(input.arrived);
    // Most events concern no journey, and find nothing due: this is all that they cost.
    let uses = uses(code, input, effects);
    let is_plain = uses.is_none() && matches!(input.kind, InputKind::Track { .. } | InputKind::Group);
    if is_plain && !code.tracks_first_seen && profile.next_due().is_none_or(|due| due > now) {
        profile.clock = now;
        return Some(false);
    }
    let mut turn = Turn::new(code, profile, now, lateness, effects);
    tell_clock(&mut turn, input.arrived);
    let woken = ring_all(&mut turn, now, true);
    // Who wants to leave does not wait behind what is due.
    if turn.is_over && !matches!(input.kind, InputKind::Delete) {
        if uses.is_some_and(|uses| uses.subscribes == Some(false))
            && let InputKind::Track { properties, .. } = &input.kind
        {
            intake::subscription(&mut turn, properties, uses.and_then(|uses| uses.of.as_deref()), false);
        }
        turn.keep_count();
        return None;
    }
    turn.now = now;
    turn.profile.clock = now;
    turn.count_anew();
    let changed = take(&mut turn, input, uses);
    play_brought(&mut turn);
    turn.keep_count();
    Some(changed || woken)
}

/// Takes an input for what it tells of the past. Returns whether the profile is another one than before, its clock apart.
///
/// What is known of the person is another afterwards, and nothing comes of that: no entry acts or begins, and no alarm
/// rings. Time goes on as far as the input, and not as far as what is due: that happens at its own instant, by the next
/// [`wake`].
pub(crate) fn backfill(
    code: &Code,
    profile: &mut Profile,
    input: &Input,
    lateness: Lateness,
    effects: &mut Effects,
) -> bool {
    // Whoever says in live time that a line arrived long ago takes it in now all the same: what follows from it in time, such
    // as leaving a segment, lies ahead of this instant and not behind it.
    let arrived = lateness.acts(input.arrived, input.arrived);
    let before_due = profile.next_due().map_or(arrived, |due| due.saturating_sub(1).min(arrived));
    let now = profile.clock.max(before_due);
    let uses = uses(code, input, effects);
    let turn = &mut Turn::new(code, profile, now, lateness, effects);
    tell_clock(turn, arrived);
    turn.profile.clock = now;
    if matches!(input.kind, InputKind::Group | InputKind::Delete) || is_repeated(turn, input) {
        return false;
    }
    let is_older = admit::backdate(turn, input.happened);
    let changed = match &input.kind {
        InputKind::Group | InputKind::Delete | InputKind::Alias { .. } => false,
        InputKind::Track { event, properties, context } => uses.is_some_and(|uses| {
            once(turn, input, |turn| {
                let mut happened = Happened::new(event, uses, properties, context, input.happened);
                intake::track(turn, &mut happened);
                learn(turn, Some(&happened));
            })
        }),
        InputKind::Identify { traits } => once(turn, input, |turn| {
            traits::identify(turn, traits, input.happened);
            learn(turn, None);
        }),
    };
    admit::settle_quietly(turn);
    changed || is_older
}

/// Of what is to be done next, does what changes what is known of the person, and drops what anybody would act on.
fn learn(turn: &mut Turn<'_>, happened: Option<&Happened<'_>>) {
    while let Some(task) = turn.next_task() {
        if let (Task::KeepHistories, Some(happened)) = (task, happened) {
            intake::keep(turn, happened);
        }
    }
}

/// Plays the alarms due at or before an instant. Returns whether the profile is another one than before.
pub(crate) fn wake(
    code: &Code,
    profile: &mut Profile,
    now: Timestamp,
    lateness: Lateness,
    effects: &mut Effects,
) -> bool {
    let mut turn = Turn::new(code, profile, now, lateness, effects);
    tell_clock(&mut turn, now);
    let changed = ring_all(&mut turn, now, false);
    // Where nothing was due the person was not seen, and the profile need not be stored.
    if changed && !turn.is_over {
        turn.profile.clock = turn.profile.clock.max(now);
    }
    if changed {
        turn.keep_count();
    }
    changed
}

/// Plays the alarms due at or before an instant after the last input of a replay: what the calendar brings for ever does
/// not come any more.
pub(crate) fn wake_last(code: &Code, profile: &mut Profile, now: Timestamp, effects: &mut Effects) {
    let mut turn = Turn::new(code, profile, now, Lateness::any(), effects);
    turn.is_last = true;
    ring_all(&mut turn, now, false);
    turn.keep_count();
}

/// Merges another profile into one; says whether that changed it.
pub(crate) fn merge(
    code: &Code,
    profile: &mut Profile,
    other: Profile,
    at: Timestamp,
    lateness: Lateness,
    effects: &mut Effects,
) -> bool {
    let Some(merged) = merge::unite(code, profile, other, at) else { return false };
    let now = profile.clock;
    let turn = &mut Turn::new(code, profile, now, lateness, effects);
    merge::twins(turn);
    perform(turn, None);
    let left_out = merge::keep_within_bounds(turn);
    turn.then(Task::Trim);
    perform(turn, None);
    if left_out {
        turn.notice(Notice::MergedTooMuch);
    }
    merge::count_elsewhere(turn, &merged);
    admit::greet(turn);
    turn.stale.extend(code.standing.ids());
    [Task::Rework(Changed::Zone), Task::Act, Task::Enter].into_iter().for_each(|task| turn.then(task));
    perform(turn, None);
    play_brought(turn);
    turn.forget();
    true
}

/// Takes a profile over, if this program follows the one that played it; what a step that is gone brings about happens
/// now, and nothing that lies in the past becomes due.
pub(crate) fn take_over(
    code: &Code,
    profile: &mut Profile,
    now: Timestamp,
    lateness: Lateness,
    effects: &mut Effects,
) -> bool {
    let Some(earlier) = code.follows(profile.program) else { return false };
    let is_seen = profile.clock > Timestamp::MIN;
    profile.program = code.fingerprint;
    if !is_seen {
        return true;
    }
    let now = profile.clock.max(now);
    profile.clock = now;
    migrate::move_over(code, earlier, profile, now, effects);
    let turn = &mut Turn::new(code, profile, now, lateness, effects);
    admit::settle_new(turn);
    turn.then(Task::Act);
    perform(turn, None);
    play_brought(turn);
    turn.forget();
    true
}

/// What the program does with the event of an input; says of one that it does not name, and that sounds like a refusal, that
/// nothing is done.
fn uses<'a>(code: &'a Code, input: &Input, effects: &mut Effects) -> Option<&'a EventUse> {
    let InputKind::Track { event, .. } = &input.kind else { return None };
    let uses = code.events.get(event);
    if uses.is_none() && engagement::sounds_like_a_refusal(event) {
        effects.notices.push(Notice::UnclearRefusal { event: event.clone() });
    }
    uses
}

/// A person's clock never runs backwards: one that a wrong reading has set far ahead stands, and that is said.
fn tell_clock(turn: &mut Turn<'_>, at: Timestamp) {
    let (clock, at) = (turn.profile.clock, turn.lateness.host().unwrap_or(at));
    if clock != Timestamp::MIN && clock.saturating_sub(at) > limits::DAY {
        turn.notice(Notice::ClockAhead { clock });
    }
}

/// Plays what is due at or before an instant; says whether anything was.
fn ring_all(turn: &mut Turn<'_>, now: Timestamp, is_before_input: bool) -> bool {
    let until = Until { now, is_before_input, is_last: turn.is_last, lateness: turn.lateness };
    let mut changed = false;
    // The last call may have ended in the middle of an instant.
    let mut instant = turn.profile.clock;
    turn.count = turn.profile.brought.take().unwrap_or(0);
    loop {
        let next = alarms::next(turn.code, turn.profile, until);
        // What journeys brought about at one instant comes before what a later one brings.
        if turn.has_brought() && next.as_ref().is_none_or(|next| next.acts.max(turn.profile.clock) > turn.now) {
            play_next(turn);
            continue;
        }
        let Some(Next { acts, alarm, due, .. }) = next else { break };
        // An alarm is never played before what the profile has seen already.
        let acts = acts.max(turn.profile.clock);
        // A call ends between two instants where it can: what happens at one instant stays together.
        let is_next = acts > instant;
        if turn.steps == 0 || is_next && changed && turn.steps < limits::STEPS / 2 || turn.is_full() {
            turn.is_over = true;
            break;
        }
        if is_next {
            instant = acts;
            turn.count_anew();
        }
        changed = true;
        turn.steps -= 1;
        turn.now = acts;
        turn.profile.clock = acts;
        ring(turn, alarm, due);
    }
    play_brought(turn);
    if !turn.is_over {
        turn.now = now;
    }
    changed
}

/// Plays one alarm.
fn ring(turn: &mut Turn<'_>, alarm: Alarm, due: Timestamp) {
    match alarm {
        Alarm::Removal(at) => settings::take_out(turn, at),
        Alarm::Entry(at) => {
            // The alarm has rung: what goes on sets its own, and a damaged state cannot ring for ever.
            if let Some(instance) = turn.instance_mut(at) {
                instance.due = None;
                let entry = instance.number;
                run::resume(turn, entry, Some(due));
                perform(turn, None);
            }
        }
        Alarm::Standing(number) => {
            admit::ring(turn, number, due);
            perform(turn, None);
            turn.forget();
        }
    }
}

/// Plays an input; says whether it changed what is kept.
fn take(turn: &mut Turn<'_>, input: &Input, uses: Option<&EventUse>) -> bool {
    let is_new = match input.kind {
        InputKind::Group => return false,
        InputKind::Delete => false,
        _ => admit::greet(turn),
    };
    let changed = match &input.kind {
        // A profile that an alias names is merged by the host, before the line is played.
        InputKind::Group | InputKind::Alias { .. } => false,
        InputKind::Delete => once(turn, input, |turn| {
            turn.impacts(Impact::Changed);
            intake::delete(turn);
            perform(turn, None);
        }),
        InputKind::Track { event, properties, context } => uses.is_some_and(|uses| {
            once(turn, input, |turn| track(turn, Happened::new(event, uses, properties, context, input.happened)))
        }),
        InputKind::Identify { traits } => once(turn, input, |turn| {
            traits::identify(turn, traits, input.happened);
            perform(turn, None);
        }),
    };
    if is_new {
        turn.then(Task::Enter);
        perform(turn, None);
    }
    changed || is_new
}

/// Plays an event.
fn track(turn: &mut Turn<'_>, mut happened: Happened<'_>) {
    intake::track(turn, &mut happened);
    perform(turn, Some(&happened));
}

/// Plays an input, unless it was played before; remembers its id where it concerns the program.
fn once(turn: &mut Turn<'_>, input: &Input, play: impl FnOnce(&mut Turn<'_>)) -> bool {
    if is_repeated(turn, input) {
        return false;
    }
    let before = turn.effects.list.len();
    turn.impact = Impact::None;
    play(turn);
    let impact = turn.impact;
    let hash = hash_of(input);
    if let Some(hash) = hash.filter(|_| impact != Impact::None) {
        remember(turn, hash);
    }
    let changed =
        impact == Impact::Changed || turn.effects.list.len() > before || impact == Impact::Read && hash.is_some();
    if changed {
        turn.forget();
    }
    changed
}

/// What an input is known again by.
fn hash_of(input: &Input) -> Option<u64> {
    input.message_id.as_ref().map(|id| xxhash_rust::xxh3::xxh3_64(id.as_bytes()))
}

/// Since when inputs are known again.
fn remembered_since(turn: &Turn<'_>) -> Timestamp {
    turn.now.saturating_sub(limits::REMEMBER_INPUTS)
}

/// Whether an input was played before.
fn is_repeated(turn: &Turn<'_>, input: &Input) -> bool {
    let since = remembered_since(turn);
    hash_of(input).is_some_and(|hash| turn.profile.seen.iter().any(|seen| seen.id == hash && seen.at > since))
}

/// Remembers an input that concerns the program.
fn remember(turn: &mut Turn<'_>, hash: u64) {
    let since = remembered_since(turn);
    let seen = &mut turn.profile.seen;
    seen.retain(|seen| seen.at > since);
    let is_full = seen.len() >= limits::INPUTS;
    if is_full {
        seen.remove(0);
    }
    seen.push(SeenInput { id: hash, at: turn.now });
    if is_full {
        turn.notice(Notice::ManyInputs);
    }
}

/// Plays all that journeys brought about.
fn play_brought(turn: &mut Turn<'_>) {
    while turn.has_brought() {
        play_next(turn);
    }
}

/// Plays the next that journeys brought about.
fn play_next(turn: &mut Turn<'_>) {
    match turn.next_brought() {
        None => {}
        Some(Brought::Set { number, value, .. }) => {
            settings::apply(turn, number, value);
            perform(turn, None);
        }
        Some(Brought::Look { traits }) => {
            turn.cause = None;
            if traits {
                turn.traits_changed()
            } else {
                turn.sends_changed()
            }
            [Task::Act, Task::Enter].into_iter().for_each(|task| turn.then(task));
            perform(turn, None);
        }
        // It was brought about before this call had made as many effects as one may.
        Some(brought) if brought.begins() && turn.is_cut() => turn.cut_off(),
        Some(Brought::Event { name, properties }) => {
            if let Some(uses) = turn.code.events.get(&name) {
                let (context, now) = (Json::Null, turn.now);
                track(turn, Happened::new(&name, uses, &properties, &context, now));
            }
        }
        Some(Brought::Start { journey, block, event }) => {
            admit::begin(turn, journey, block, &event);
            perform(turn, None);
        }
    }
}
