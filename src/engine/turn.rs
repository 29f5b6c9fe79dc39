//! One turn of one profile: the timers that are due, then one input.
//!
//! The order at one instant: timers in time order; history, traits and consent; instances (goal, else exit, else
//! a wait that this ends); entries.

use super::conditions::{Asker, EventView};
use super::effect::{Because, Effect, EffectKind, Effects, Explanation};
use super::gate::Changed;
use super::history::Told;
use super::io::{Input, InputKind};
use super::lateness::Lateness;
use super::profile::{Happened as HasHappened, Instance, Leaving, Parked, Profile, push};
use super::queue::Queued;
use super::seen::SeenKind;
use crate::bytecode::{Code, EventUse, Formula};
use crate::engagement;
use crate::ir::{Engagement, EventId, HistoryOf, Trigger};
use crate::limits;
use crate::source::Span;
use crate::value::{Instant, Json, Value, show_instant};
use chrono_tz::Tz;
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::cmp::Ordering;

/// What an input is to a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concern {
    /// Nothing.
    None,
    /// The program names it, and it changed nothing that is kept.
    Read,
    /// It may have changed what is kept.
    Changed,
}

/// Entries whose steps were over when they reached a goal: their numbers, and where its steps begin.
type LateGoals = SmallVec<[(u32, u32); 2]>;

/// The event of an input, as the journeys see it.
pub(crate) struct Happened<'a> {
    pub(crate) name: &'a SmolStr,
    pub(crate) uses: &'a EventUse,
    /// It was made by a machine: whatever it tells of a message does not count.
    pub(crate) is_bot: bool,
    pub(crate) properties: &'a Json,
    pub(crate) context: &'a Json,
    pub(crate) at: Instant,
    pub(crate) told: Option<Told>,
    /// Its numbers by narrower names, once it is known what it is about.
    pub(crate) narrowed: SmallVec<[EventId; 1]>,
}

impl<'a> Happened<'a> {
    pub(crate) fn view(&self) -> EventView<'a> {
        EventView { properties: self.properties, context: self.context }
    }

    /// Its numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = EventId> {
        self.uses.numbers().chain(self.narrowed.iter().copied()).filter(|_| !self.is_bot)
    }

    /// Whether it is an event of this number.
    pub(crate) fn is(&self, event: EventId) -> bool {
        self.numbers().any(|id| id == event)
    }

    /// Narrows it to a channel or a category.
    fn narrow(&mut self, of: &str) {
        let names = self.uses.narrowed.iter().filter(|(name, id)| name == of && !self.narrowed.contains(id));
        let found: SmallVec<[EventId; 1]> = names.map(|(_, id)| *id).collect();
        self.narrowed.extend(found);
    }
}

pub(crate) struct Turn<'a> {
    pub(crate) code: &'a Code,
    pub(crate) profile: &'a mut Profile,
    pub(crate) effects: &'a mut Effects,
    pub(crate) now: Instant,
    /// The name and time of the event that this turn is about, for explanations.
    pub(crate) cause: Option<(SmolStr, Instant)>,
    /// What journeys brought about at this instant, and how much of it was played.
    pub(crate) queued: Vec<Queued>,
    pub(crate) played: usize,
    /// How much of it was played since this instant, or this input, began.
    pub(crate) brought: u32,
    /// Whether it was said that this was too much.
    pub(crate) told_cut: bool,
    /// Entries that no event lets in and that have to be asked anew.
    pub(crate) stale: Vec<u16>,
    /// By journey: the rule that makes the person a member of a control group.
    pub(crate) control: Vec<(u16, Option<SmolStr>)>,
    /// Whether this goes on after the last input of a replay: what the calendar brings for ever has stopped.
    pub(crate) is_last: bool,
    /// Steps that may still be played before the call ends.
    pub(crate) steps: u32,
    /// Effects that there may be before the call ends.
    effects_end: usize,
    /// Whether the call ended before all that is due was played.
    is_over: bool,
    /// What time it is for the host.
    pub(crate) lateness: Lateness,
    /// Notices of earlier calls.
    notices: usize,
}

/// Plays the timers due at or before the input, then the input. Returns whether the profile is another one than
/// before, its clock apart; none: there are more timers than one call plays, and the input was not played.
pub(crate) fn advance<'a>(
    code: &'a Code,
    profile: &'a mut Profile,
    input: &'a Input,
    lateness: Lateness,
    effects: &'a mut Effects,
) -> Option<bool> {
    let now = profile.clock.max(input.arrived);
    // Most events concern no journey, and find nothing due: this is all that they cost.
    let uses = match &input.kind {
        InputKind::Track { event, .. } => code.events.get(event),
        _ => None,
    };
    if let (None, InputKind::Track { event, .. }) = (uses, &input.kind)
        && engagement::sounds_like_a_refusal(event)
    {
        effects.notices.push(format!(
            "`{event}` sounds like a refusal and names no channel and no category of this program: nothing was closed"
        ));
    }
    let is_plain = uses.is_none() && matches!(input.kind, InputKind::Track { .. } | InputKind::Group);
    if is_plain && !code.greets && profile.next_due().is_none_or(|due| due > now) {
        profile.clock = now;
        return Some(false);
    }
    let mut turn = Turn::new(code, profile, now, effects);
    turn.lateness = lateness;
    turn.tell_clock(input.arrived);
    let woken = turn.timers(now, true);
    // Who wants to leave does not wait behind what is due.
    if turn.is_over && !matches!(input.kind, InputKind::Delete) {
        if uses.is_some_and(|uses| uses.subscribes == Some(false))
            && let InputKind::Track { properties, .. } = &input.kind
        {
            turn.subscription(properties, uses.and_then(|uses| uses.of.as_deref()), false);
        }
        turn.keep_count();
        return None;
    }
    turn.now = now;
    turn.profile.clock = now;
    turn.count_anew();
    let changed = turn.input(input, uses);
    turn.play_queue();
    turn.keep_count();
    Some(changed || woken)
}

/// Plays the timers due at or before an instant. Returns whether the profile is another one than before.
pub(crate) fn wake(
    code: &Code,
    profile: &mut Profile,
    now: Instant,
    lateness: Lateness,
    effects: &mut Effects,
) -> bool {
    let mut turn = Turn::new(code, profile, now, effects);
    turn.lateness = lateness;
    turn.tell_clock(now);
    let changed = turn.timers(now, false);
    // Where nothing was due the person was not seen, and the profile need not be stored.
    if changed && !turn.is_over {
        turn.profile.clock = turn.profile.clock.max(now);
    }
    if changed {
        turn.keep_count();
    }
    changed
}

/// The same in a replay after its last input: what the calendar brings for ever does not come any more.
pub(crate) fn wake_last(code: &Code, profile: &mut Profile, now: Instant, effects: &mut Effects) {
    let mut turn = Turn::new(code, profile, now, effects);
    turn.is_last = true;
    turn.timers(now, false);
    turn.keep_count();
}

pub(crate) fn rank(code: &Code, journey: u16) -> u16 {
    code.journeys.get(usize::from(journey)).map_or(u16::MAX, |j| j.rank)
}

impl<'a> Turn<'a> {
    pub(crate) fn new(code: &'a Code, profile: &'a mut Profile, now: Instant, effects: &'a mut Effects) -> Self {
        let effects_end = effects.list.len().saturating_add(limits::EFFECTS);
        let notices = effects.notices.len();
        Self {
            code,
            profile,
            effects,
            now,
            cause: None,
            queued: Vec::new(),
            played: 0,
            brought: 0,
            told_cut: false,
            stale: Vec::new(),
            control: Vec::new(),
            is_last: false,
            steps: limits::STEPS,
            effects_end,
            is_over: false,
            lateness: Lateness::any(),
            notices,
        }
    }

    /// Whether this call has made as many effects as one may.
    pub(crate) fn is_full(&self) -> bool {
        self.effects.list.len() >= self.effects_end
    }

    /// A call that ends in the middle of an instant leaves to the next one how much was brought about at it.
    fn keep_count(&mut self) {
        let goes_on = || self.profile.next_due().is_some_and(|due| due <= self.profile.clock);
        self.profile.brought = Some(self.brought).filter(|brought| *brought > 0 && goes_on());
    }

    fn timers(&mut self, now: Instant, is_before_input: bool) -> bool {
        let mut changed = false;
        // The last call may have ended in the middle of an instant.
        let mut instant = self.profile.clock;
        self.brought = self.profile.brought.take().unwrap_or(0);
        loop {
            let next = self.next_timer(now, is_before_input);
            // What journeys brought about at one instant comes before what a later one brings.
            if self.has_queued() && next.as_ref().is_none_or(|next| next.acts.max(self.profile.clock) > self.now) {
                self.play_next();
                continue;
            }
            let Some(Next { acts, timer, due, .. }) = next else { break };
            // A timer is never played before what the profile has seen already.
            let acts = acts.max(self.profile.clock);
            // A call ends between two instants where it can: what happens at one instant stays together.
            let is_next = acts > instant;
            if self.steps == 0 || is_next && changed && self.steps < limits::STEPS / 2 || self.is_full() {
                self.is_over = true;
                break;
            }
            if is_next {
                instant = acts;
                self.count_anew();
            }
            changed = true;
            self.steps -= 1;
            self.now = acts;
            self.profile.clock = self.now;
            match timer {
                Timer::Removal(at) => self.take_out(at),
                Timer::Instance(at) => {
                    // The alarm has rung: what goes on sets its own, and a damaged state cannot ring for ever.
                    if let Some(instance) = self.profile.instances.get_mut(at) {
                        instance.due = None;
                    }
                    self.resume(at, Some(due));
                }
                Timer::Standing(number) => self.ring(number, due),
            }
        }
        self.play_queue();
        if !self.is_over {
            self.now = now;
        }
        changed
    }

    /// A person's clock never runs backwards: one that a wrong reading has set far ahead stands, and that is said.
    fn tell_clock(&mut self, at: Instant) {
        let (clock, at) = (self.profile.clock, self.lateness.host().unwrap_or(at));
        if clock != Instant::MIN && clock.saturating_sub(at) > limits::DAY {
            self.notice(format!(
                "this person's clock stands at {} and runs on from there: a clock was wrong, or inputs came in another order",
                show_instant(clock)
            ));
        }
    }

    /// What is due first, at or before an instant; at one instant by the order of journeys, then by entry. An entry that
    /// is very late by the host's clock goes on at that clock's instant, behind the inputs that came before.
    fn next_timer(&self, now: Instant, is_before_input: bool) -> Option<Next> {
        let mut next: Option<Next> = None;
        let mut see = |due: Instant, journey: u16, timer: Timer, order: u32| {
            let is_stale = || self.lateness.is_stale(due) && (is_before_input || self.lateness.is_stale(now));
            if due <= now && !(matches!(timer, Timer::Instance(_)) && is_stale()) {
                let acts = self.lateness.acts(due, now).min(now);
                let found = Next { acts, rank: rank(self.code, journey), timer, order, due };
                if next.as_ref().is_none_or(|before| found.key() < before.key()) {
                    next = Some(found);
                }
            }
        };
        for (at, instance) in self.profile.instances.iter().enumerate() {
            if let Some(due) = instance.due {
                see(due, instance.journey, Timer::Instance(at), instance.number);
            }
        }
        if let Some(past) = self.profile.past.as_ref().filter(|past| past.alarm.is_some_and(|alarm| alarm <= now)) {
            for (at, removal) in past.removals.iter().enumerate() {
                see(removal.at, removal.journey, Timer::Removal(at), u32::from(removal.audience));
            }
            for row in &past.standing {
                let standing = self.code.standing.get(usize::from(row.number));
                if let (Some(due), Some(standing)) = (row.due, standing)
                    && !(self.is_last && self.code.recurs(standing))
                {
                    see(due, standing.journey, Timer::Standing(row.number), u32::from(row.number));
                }
            }
        }
        next
    }

    /// The person is taken out of an audience again.
    fn take_out(&mut self, at: usize) {
        let Some(past) = &mut self.profile.past else { return };
        if at >= past.removals.len() {
            return;
        }
        let removal = past.removals.remove(at);
        past.set_alarm();
        let name = self.code.audiences.get(usize::from(removal.audience)).cloned().unwrap_or_default();
        self.emit(removal.journey, EffectKind::AudienceRemoved(name));
    }
}

/// What rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Removal(usize),
    Instance(usize),
    Standing(u16),
}

/// The alarm that rings next.
struct Next {
    acts: Instant,
    rank: u16,
    timer: Timer,
    order: u32,
    due: Instant,
}

impl Next {
    fn key(&self) -> (Instant, u16, u8, u32, usize) {
        match self.timer {
            Timer::Removal(at) => (self.acts, self.rank, 0, self.order, at),
            Timer::Instance(at) => (self.acts, self.rank, 1, self.order, at),
            Timer::Standing(_) => (self.acts, self.rank, 2, self.order, 0),
        }
    }
}

impl<'a> Turn<'a> {
    pub(crate) fn zone(&self) -> Tz {
        self.profile.known().zone.unwrap_or(self.code.charter.timezone)
    }

    pub(crate) fn notice(&mut self, text: String) {
        let said = self.effects.notices.len().saturating_sub(self.notices);
        match said.cmp(&limits::NOTICES) {
            Ordering::Less => self.effects.notices.push(text),
            Ordering::Equal => {
                self.effects.notices.push("there is more to say of this call: it is left out".to_string())
            }
            Ordering::Greater => {}
        }
    }

    pub(crate) fn emit(&mut self, journey: u16, kind: EffectKind) {
        let control = self.is_control(journey);
        let journey = self.code.journeys.get(usize::from(journey)).map(|j| j.name.clone()).unwrap_or_default();
        self.effects.list.push(Effect { at: self.now, journey, control, kind });
    }

    pub(crate) fn explain(&mut self, journey: u16, text: &SmolStr, span: Span, holds: Option<bool>, because: Because) {
        if self.effects.explains() {
            self.emit(journey, EffectKind::Explained(Explanation { text: text.clone(), span, holds, because }));
        }
    }

    /// Asks a condition of an instance, outside of any event.
    pub(crate) fn ask(&self, at: usize) -> Asker<'_> {
        let mut asker = Asker::new(self.code, self.profile, self.now, self.profile.instances.get(at), None);
        if !self.queued.is_empty() {
            asker.set = self.queued.get(self.played..).unwrap_or_default();
        }
        asker
    }

    fn input(&mut self, input: &Input, uses: Option<&EventUse>) -> bool {
        if matches!(input.kind, InputKind::Group) {
            return false;
        }
        if matches!(input.kind, InputKind::Delete) {
            return self.once(input, |turn| {
                turn.delete();
                Concern::Changed
            });
        }
        let is_new = self.greet();
        let changed = match &input.kind {
            // A profile that an alias names is merged by the host, before the line is played.
            InputKind::Group | InputKind::Alias { .. } | InputKind::Delete => false,
            InputKind::Track { event, properties, context } => uses.is_some_and(|uses| {
                let (told, narrowed) = (None, SmallVec::new());
                let is_bot = uses.engagement.is_some() && properties.get("bot") == Some(&Json::Bool(true));
                let at = input.happened;
                self.once(input, |turn| {
                    turn.track(Happened { name: event, uses, is_bot, properties, context, at, told, narrowed })
                })
            }),
            InputKind::Identify { traits } => self.once(input, |turn| {
                if !turn.identify(traits) {
                    return Concern::None;
                }
                turn.caused_by("identify", input.happened);
                turn.traits_changed();
                turn.instances(None);
                turn.enter(None);
                Concern::Changed
            }),
        };
        if is_new {
            self.enter(None);
        }
        changed || is_new
    }

    fn caused_by(&mut self, name: &str, at: Instant) {
        self.cause = self.effects.explains().then(|| (SmolStr::new(name), at));
    }

    /// Plays an input, unless it was played before; remembers its id where it concerns the program.
    fn once(&mut self, input: &Input, play: impl FnOnce(&mut Self) -> Concern) -> bool {
        let hash = input.message_id.as_ref().map(|id| xxhash_rust::xxh3::xxh3_64(id.as_bytes()));
        if hash.is_some_and(|hash| self.seen(hash)) {
            return false;
        }
        let before = self.effects.list.len();
        let concern = play(self);
        if let Some(hash) = hash.filter(|_| concern != Concern::None) {
            self.remember(hash);
        }
        let changed = concern == Concern::Changed
            || self.effects.list.len() > before
            || concern == Concern::Read && hash.is_some();
        if changed {
            self.forget();
        }
        changed
    }

    pub(crate) fn track(&mut self, mut happened: Happened<'_>) -> Concern {
        let uses = happened.uses;
        let mut about = None;
        if let Some(yes) = uses.subscribes {
            about = self.subscription(happened.properties, uses.of.as_deref(), yes);
        }
        happened.told = uses.engagement.filter(|_| !happened.is_bot).map(|told| self.engagement(told, &happened));
        let code = self.code;
        let told_of = happened.told.as_ref().and_then(|told| code.channels.get(usize::from(told.channel?)));
        if let Some(of) = about.as_ref().or(told_of).filter(|_| !uses.narrowed.is_empty()) {
            happened.narrow(of);
        }
        if happened.is_bot && uses.subscribes.is_none() {
            return Concern::None;
        }
        if happened.told.as_ref().is_some_and(|t| t.engagement == Engagement::Failed) {
            self.rework_holds(Changed::Failed);
        }
        let has = self.code.has;
        if (has.past || has.timed_rules) && (uses.subscribes.is_some() || happened.told.is_some()) {
            self.traits_changed();
        }
        let is_inside = !self.profile.instances.is_empty();
        self.caused_by(happened.name, happened.at);
        let is_kept = self.code.has.past && self.keep(&happened);
        if is_kept {
            self.rework_holds(Changed::Asked);
        }
        self.happen(&happened);
        self.instances(Some(&happened));
        self.enter(Some(&happened));
        // Without an effect nothing has changed but what is remembered, and where an instance stands.
        let told = uses.subscribes.is_some() || happened.told.is_some();
        if is_inside || is_kept || told { Concern::Changed } else { Concern::Read }
    }

    /// Remembers an event in the histories that conditions ask about; says whether there are any.
    fn keep(&mut self, happened: &Happened<'_>) -> bool {
        let code = self.code;
        let none = &[][..];
        let mut kept = false;
        for id in happened.numbers() {
            let histories = code.watch.histories.get(id.index()).map_or(none, Vec::as_slice);
            for number in histories {
                kept |= self.keep_in(*number, happened);
            }
            self.stale.extend_from_slice(code.watch.events.get(id.index()).map_or(none, Vec::as_slice));
        }
        if let Some(told) = &happened.told {
            let engagement = told.engagement;
            for number in &code.watch.engagement {
                let of = code.histories.get(usize::from(*number)).map(|h| h.of);
                let counts = match of {
                    Some(HistoryOf::Looks) => matches!(engagement, Engagement::Opened | Engagement::Clicked),
                    _ => matches!(engagement, Engagement::Opened | Engagement::Clicked | Engagement::Replied),
                };
                if counts {
                    kept |= self.keep_in(*number, happened);
                }
            }
            self.stale.extend_from_slice(&code.watch.engaged);
        }
        kept
    }

    fn keep_in(&mut self, number: u16, happened: &Happened<'_>) -> bool {
        let code = self.code;
        let Some(history) = code.histories.get(usize::from(number)) else { return false };
        let mut asker = Asker::new(code, self.profile, self.now, None, Some(happened.view()));
        let counts = asker.holds(history.cond);
        let value = history.property.filter(|_| counts).map(|id| asker.property(id)).unwrap_or_default();
        let odd = std::mem::take(&mut asker.odd);
        self.odd_values(odd);
        if counts {
            let value = if value.size() > limits::VALUE { Value::Missing } else { value };
            let now = self.now;
            if self.profile.remember().remember(number, history, happened.at, value, now) {
                self.notice(format!("more than {} events of one history: the oldest was forgotten", limits::HISTORY));
            }
        }
        counts
    }

    /// Remembers, for the journeys that ask, that an event has happened.
    fn happen(&mut self, happened: &Happened<'_>) {
        for at in 0..self.profile.instances.len() {
            let Some(instance) = self.profile.instances.get(at) else { continue };
            let Some(journey) = self.code.journeys.get(usize::from(instance.journey)) else { continue };
            // A late event never acts on an entry that came after it.
            if instance.is_over(self.code) || happened.at < instance.happened() {
                continue;
            }
            for (number, asked) in journey.happenings.iter().enumerate() {
                let which = number as u16;
                let is_known =
                    || self.profile.instances.get(at).is_some_and(|i| i.happenings().iter().any(|h| h.which == which));
                if happened.is(asked.event)
                    && !is_known()
                    && self.event_holds(at, asked.cond, happened)
                    && let Some(instance) = self.profile.instances.get_mut(at)
                {
                    let kept = instance.kept.get_or_insert_default();
                    push(&mut kept.happenings, HasHappened { which, at: happened.at });
                }
            }
        }
    }

    pub(crate) fn odd_values(&mut self, odd: Vec<SmolStr>) {
        for name in odd {
            self.notice(format!("`{name}` is of another kind than the program says: it counts as missing"));
        }
    }

    /// Lets every instance act: goal, else exit, else a wait that this ends. Entries whose steps are over convert first,
    /// the oldest first, and do the steps of their goals last.
    pub(crate) fn instances(&mut self, happened: Option<&Happened<'_>>) {
        let is_watched = self.profile.instances.iter().any(|instance| instance.parked == Parked::Left);
        let mut late = happened.filter(|_| is_watched).map_or(LateGoals::new(), |happened| self.late_goals(happened));
        self.act(happened, &mut late);
        if !late.is_empty() {
            self.late_steps(late);
        }
    }

    fn act(&mut self, happened: Option<&Happened<'_>>, late: &mut LateGoals) {
        if self.profile.instances.len() <= 1 {
            self.go_on(0, happened);
            return;
        }
        let mut order: Vec<(u16, u32)> =
            self.profile.instances.iter().map(|i| (rank(self.code, i.journey), i.number)).collect();
        order.sort_unstable();
        for (_, number) in order {
            let Some(at) = self.profile.at(number) else { continue };
            let of = self.profile.instances.get(at).filter(|_| !late.is_empty()).map(Instance::of);
            if self.go_on(at, happened)
                && let Some(of) = of
            {
                self.pass_over(late, &of);
            }
        }
    }

    /// Lets one instance act; says whether it reached a goal.
    fn go_on(&mut self, at: usize, happened: Option<&Happened<'_>>) -> bool {
        if let Some(happened) = happened {
            // What the goals of those do whose steps are over comes before and behind.
            let acts = |i: &Instance| happened.at >= i.happened() && i.parked != Parked::Left;
            if self.profile.instances.get(at).is_some_and(acts) {
                if let Some(start) = self.goal(at, happened) {
                    self.leave(at, start, Leaving::Goal);
                    return true;
                }
                if self.exit_on(at, happened) {
                    return false;
                }
            }
        }
        self.resume(at, None);
        false
    }

    /// Converts the entries whose steps are over. Gives those that do the steps of their goal now, and where these begin:
    /// of one journey and key the newest, and none where somebody inside does them.
    fn late_goals(&mut self, happened: &Happened<'_>) -> LateGoals {
        let mut found = LateGoals::new();
        let instances = self.profile.instances.iter();
        let left = instances.filter(|i| i.parked == Parked::Left && happened.at >= i.happened());
        let mut order: SmallVec<[(Instant, u32); 4]> = left.map(|i| (i.entered, i.number)).collect();
        order.sort_unstable();
        for (_, number) in order {
            let Some(at) = self.profile.at(number) else { continue };
            let Some(start) = self.goal(at, happened) else { continue };
            let Some(of) = self.profile.instances.get(at).map(Instance::of) else { continue };
            self.pass_over(&mut found, &of);
            found.push((number, start));
        }
        found
    }

    /// Of entries of one journey and key one alone does the steps of a goal: the others have converted, and that is all.
    fn pass_over(&mut self, late: &mut LateGoals, of: &(u16, Option<SmolStr>)) {
        late.retain(|(number, _)| match self.profile.at(*number) {
            Some(at) if self.profile.instances.get(at).is_some_and(|i| i.of() == *of) => {
                self.profile.instances.remove(at);
                false
            }
            _ => true,
        });
    }

    /// Does the steps of goals that entries reached whose own steps were over.
    fn late_steps(&mut self, found: LateGoals) {
        let mut order: SmallVec<[(u16, u32, u32); 2]> = SmallVec::new();
        for (number, start) in found {
            let Some(instance) = self.profile.at(number).and_then(|at| self.profile.instances.get(at)) else {
                continue;
            };
            order.push((rank(self.code, instance.journey), number, start));
        }
        order.sort_unstable();
        for (_, number, start) in order {
            let Some(at) = self.profile.at(number) else { continue };
            self.leave(at, start, Leaving::GoalAfter);
        }
    }

    /// Whether one of the triggers fits.
    fn triggered(&self, at: usize, triggers: &[Trigger], happened: &Happened<'_>) -> bool {
        let Some(instance) = self.profile.instances.get(at) else { return false };
        triggers.iter().any(|trigger| match trigger {
            Trigger::Event(event) => happened.is(*event),
            Trigger::Engagement(engagement, message) => {
                let Some(told) = &happened.told else { return false };
                let fits = told.engagement == *engagement
                    || *engagement == Engagement::Opened && told.engagement == Engagement::Clicked;
                let asked = self.profile.last_asked(instance.number, message.map(|m| m.0));
                fits && asked.is_some_and(|a| a.went() && told.send == Some((instance.number, a.number)))
            }
        })
    }

    /// Asks a condition of an instance about an event.
    fn ask_of<'b>(&'b self, at: usize, happened: &'b Happened<'_>) -> Asker<'b> {
        let mut asker = self.ask(at);
        asker.event = Some(happened.view());
        asker
    }

    fn event_holds(&mut self, at: usize, cond: Option<Formula>, happened: &Happened<'_>) -> bool {
        if cond.is_none() {
            return true;
        }
        let mut asker = self.ask_of(at, happened);
        let holds = asker.holds(cond);
        let odd = asker.odd;
        self.odd_values(odd);
        holds
    }

    /// The first goal that the event reaches counts. Gives where its steps begin.
    fn goal(&mut self, at: usize, happened: &Happened<'_>) -> Option<u32> {
        let code = self.code;
        let instance = self.profile.instances.get(at)?;
        let journey = code.journeys.get(usize::from(instance.journey))?;
        if instance.leaving.is_some() {
            return None;
        }
        let (left, entered, number) = (instance.parked == Parked::Left, instance.entered, instance.journey);
        for goal in &journey.goals {
            if !self.triggered(at, &goal.triggers, happened) || !self.event_holds(at, goal.cond, happened) {
                continue;
            }
            let converts = match goal.within {
                Some(within) => happened.at < entered.saturating_add(within),
                None => !left,
            };
            let told_in_time =
                goal.within.is_some_and(|d| self.now < entered.saturating_add(d).saturating_add(limits::LATE_GOALS));
            if left && !(converts && told_in_time) {
                continue;
            }
            if converts {
                let value = goal.worth.map(|property| {
                    let mut asker = self.ask_of(at, happened);
                    asker.property(property)
                });
                let value = match value {
                    Some(Value::Number(number)) => Some(number),
                    _ => None,
                };
                self.emit(number, EffectKind::Converted { event: happened.name.clone(), value });
            }
            self.see(at, |_| SeenKind::Block(goal.span));
            return Some(goal.start);
        }
        None
    }

    fn exit_on(&mut self, at: usize, happened: &Happened<'_>) -> bool {
        let code = self.code;
        let Some(instance) = self.profile.instances.get(at) else { return false };
        let Some(journey) = code.journeys.get(usize::from(instance.journey)) else { return false };
        if instance.leaving.is_some() || instance.parked == Parked::Left {
            return false;
        }
        let number = instance.journey;
        // Exits act in written order, `exit when` among them.
        for exit in &journey.exits {
            let acts = match &exit.triggers {
                Some(triggers) => self.triggered(at, triggers, happened) && self.event_holds(at, exit.cond, happened),
                None => exit.cond.is_some_and(|cond| self.ask(at).truth(cond) == Some(true)),
            };
            if acts {
                let because = Because::Event { name: happened.name.clone(), at: happened.at };
                self.explain(number, &SmolStr::new_static(""), exit.span, Some(true), because);
                self.see(at, |_| SeenKind::Block(exit.span));
                self.leave(at, exit.start, Leaving::Exit);
                return true;
            }
        }
        false
    }

    /// Leaves the steps and begins those of a goal or an exit.
    pub(crate) fn leave(&mut self, at: usize, start: u32, leaving: Leaving) {
        if let Some(instance) = self.profile.instances.get_mut(at) {
            instance.leaving = Some(leaving);
            instance.place = start;
            instance.parked = Parked::Running;
            instance.due = None;
            if let Some(kept) = &mut instance.kept {
                kept.rounds = vec![];
            }
            self.run(at);
        }
    }
}
