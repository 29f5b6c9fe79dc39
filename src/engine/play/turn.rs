//! One turn of one profile, as what is written to: effects, notices, what journeys bring about.

use super::task::Task;
use crate::bytecode::{Code, Formula, Id, Op, Place, Send, StandingId};
use crate::engine::facts::admission::Admitted;
use crate::engine::facts::assignment::{ControlGroup, control_rule};
use crate::engine::facts::decision::About;
use crate::engine::facts::gate::rework::Changed;
use crate::engine::facts::leaving;
use crate::engine::facts::view::View;
use crate::engine::io::brought::Brought;
use crate::engine::io::effect::{Because, Effect, EffectKind, Effects, Explanation};
use crate::engine::io::notice::Notice;
use crate::engine::io::trace::{Refusal, Seen, SeenKind};
use crate::engine::state::entry::{EntryNo, Instance};
use crate::engine::state::parked::Parked;
use crate::engine::state::profile::Profile;
use crate::engine::state::retention;
use crate::engine::time::lateness::Lateness;
use crate::ir::JourneyId;
use crate::limits;
use crate::reason::Rule;
use crate::source::Span;
use crate::value::{Timestamp, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::cmp::Ordering;

/// What playing an input asks of who stores the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Impact {
    /// Nothing: the program has no business with it.
    None,
    /// The program names it, and it changed nothing that is kept: it must be known again.
    Read,
    /// It may have changed what is kept: it must be stored.
    Changed,
}

/// Entries whose steps were over when they reached a goal: their numbers, and where its steps begin.
pub(crate) type LateGoals = Vec<(EntryNo, Place)>;

pub(crate) struct Turn<'a> {
    pub(crate) code: &'a Code,
    pub(crate) profile: &'a mut Profile,
    pub(crate) effects: &'a mut Effects,
    pub(crate) now: Timestamp,
    /// The event that this turn is about, for explanations.
    pub(crate) cause: About,
    /// What playing the present input asks of who stores the person.
    pub(crate) impact: Impact,
    /// What journeys brought about at this instant, and how much of it was played.
    brought: Vec<Brought>,
    played: usize,
    /// How many of the inputs that journeys made were played since this instant, or this input, began.
    pub(crate) count: u32,
    /// Whether it was said that this was too much.
    told_cut: bool,
    /// Entries that no event lets in and that have to be asked anew.
    pub(crate) stale: Vec<StandingId>,
    /// What is to be done next; and what waits, of which the last is to be done first. Of what waits, so many are to be done
    /// behind the next one and stand in the order in which they are. Mostly one thing leads to another, and the list stays empty.
    first: Option<Task>,
    waiting: SmallVec<[Task; 4]>,
    behind: usize,
    /// Entries that were let in and have not begun yet, in order.
    pub(crate) admitted: SmallVec<[Admitted; 1]>,
    /// Goals that were reached after an entry's own steps, and whose steps are still to be done.
    pub(crate) late: LateGoals,
    /// By journey: the rule that makes the person a member of a control group, as far as it was asked for.
    control: Vec<ControlGroup<'a>>,
    /// Whether this goes on after the last input of a replay: what the calendar brings for ever has stopped.
    pub(crate) is_last: bool,
    /// Steps that may still be played before the call ends.
    pub(crate) steps: u32,
    /// Effects that there may be before the call ends.
    effects_end: usize,
    /// Whether the call ended before all that is due was played.
    pub(crate) is_over: bool,
    /// What time it is for the host.
    pub(crate) lateness: Lateness,
    /// Notices of earlier calls.
    notices: usize,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(
        code: &'a Code,
        profile: &'a mut Profile,
        now: Timestamp,
        lateness: Lateness,
        effects: &'a mut Effects,
    ) -> Self {
        let effects_end = effects.list.len().saturating_add(limits::EFFECTS);
        let notices = effects.notices.len();
        Self {
            code,
            profile,
            effects,
            now,
            cause: None,
            impact: Impact::None,
            brought: Vec::new(),
            played: 0,
            count: 0,
            told_cut: false,
            stale: Vec::new(),
            first: None,
            waiting: SmallVec::new(),
            behind: 0,
            admitted: SmallVec::new(),
            late: LateGoals::new(),
            control: Vec::new(),
            is_last: false,
            steps: limits::STEPS,
            effects_end,
            is_over: false,
            lateness,
            notices,
        }
    }

    /// This is to be done behind what is to be done next already, and before all that waits.
    #[inline]
    pub(crate) fn then(&mut self, task: Task) {
        match self.first {
            None => self.first = Some(task),
            Some(_) => {
                self.waiting.push(task);
                self.behind += 1;
            }
        }
    }

    /// What is to be done now.
    #[inline]
    pub(crate) fn next_task(&mut self) -> Option<Task> {
        if self.behind > 0 {
            let before = self.waiting.len().saturating_sub(std::mem::take(&mut self.behind));
            if let Some(behind) = self.waiting.get_mut(before..) {
                behind.reverse();
            }
        }
        self.first.take().or_else(|| self.waiting.pop())
    }

    /// The person as they are now.
    pub(crate) fn view(&self) -> View<'_> {
        let set = if self.brought.is_empty() { &[][..] } else { self.brought.get(self.played..).unwrap_or_default() };
        View { set, control: &self.control, ..View::new(self.code, self.profile, self.now) }
    }

    /// The place in the list of an entry.
    pub(crate) fn at(&self, entry: EntryNo) -> Option<usize> {
        self.profile.at(entry)
    }

    pub(crate) fn instance(&self, at: usize) -> Option<&Instance> {
        self.profile.instances.get(at)
    }

    pub(crate) fn instance_mut(&mut self, at: usize) -> Option<&mut Instance> {
        self.profile.instances.get_mut(at)
    }

    /// The instruction at which an entry stands, and its place.
    pub(crate) fn op(&self, at: usize) -> Option<(Op, Place)> {
        let place = self.instance(at)?.place;
        Some((*self.code.ops.get(place)?, place))
    }

    /// The journey of an entry.
    pub(crate) fn journey_of(&self, at: usize) -> JourneyId {
        self.instance(at).map_or(Id::nothing(), |i| i.journey)
    }

    /// Parks an entry; an `exit when` may wake it sooner than its step.
    pub(crate) fn park(&mut self, at: usize, parked: Parked, due: Option<Timestamp>) {
        let due = if self.code.exits_when { leaving::wakes(self.view(), at, due) } else { due };
        if let Some(instance) = self.instance_mut(at) {
            instance.parked = parked;
            instance.due = due;
        }
    }

    /// What the present input asks is at least this.
    pub(crate) fn impacts(&mut self, impact: Impact) {
        self.impact = self.impact.max(impact);
    }

    /// What goes by attributes, consent and reachability has to be asked anew.
    pub(crate) fn traits_changed(&mut self) {
        self.stale.extend_from_slice(&self.code.watch.traits);
        self.then(Task::Rework(Changed::Asked));
    }

    /// What goes by local time has to be worked out anew.
    pub(crate) fn zone_changed(&mut self) {
        self.stale.extend_from_slice(&self.code.watch.zone);
        self.then(Task::Rework(Changed::Zone));
    }

    /// What goes by the messages that were sent has to be asked anew.
    pub(crate) fn sends_changed(&mut self) {
        self.stale.extend_from_slice(&self.code.watch.sends);
        self.then(Task::Rework(Changed::Asked));
    }

    /// Takes the person's zone; one that is none is the charter's.
    pub(crate) fn set_zone(&mut self, name: Option<&str>, is_taken_away: bool) {
        if !self.profile.learn().set_zone(name) && !is_taken_away {
            self.notice(Notice::UnknownZone { zone: SmolStr::new(name.unwrap_or("this")) });
        }
    }

    /// Says of an answer about consent that it is about no channel and no category of the program. It is kept all the same:
    /// a later version may have one of that name.
    pub(crate) fn tell_unknown_subject(&mut self, name: &str) {
        if !self.code.answered.iter().any(|known| known == name) {
            self.notice(Notice::UnknownSubject { name: SmolStr::new(name) });
        }
    }

    /// The turn is about an input of this name.
    pub(crate) fn caused_by(&mut self, name: &str, at: Timestamp) {
        self.cause = self.effects.explains().then(|| (SmolStr::new(name), at));
    }
}

/// What comes out.
impl Turn<'_> {
    pub(crate) fn notice(&mut self, notice: Notice) {
        let said = self.effects.notices.len().saturating_sub(self.notices);
        match said.cmp(&limits::NOTICES) {
            Ordering::Less => self.effects.notices.push(notice),
            Ordering::Equal => self.effects.notices.push(Notice::More),
            Ordering::Greater => {}
        }
    }

    /// Properties of another kind than the program says.
    pub(crate) fn odd_values(&mut self, odd: Vec<SmolStr>) {
        for name in odd {
            self.notice(Notice::WrongProperty { name });
        }
    }

    #[inline(always)]
    pub(crate) fn emit(&mut self, journey: JourneyId, kind: EffectKind) {
        let control = self.is_control(journey);
        let journey = self.code.journeys.get(journey).map(|j| j.name.clone()).unwrap_or_default();
        self.effects.list.push(Effect { at: self.now, journey, control, kind });
    }

    pub(crate) fn explain(
        &mut self,
        journey: JourneyId,
        text: &SmolStr,
        span: Span,
        holds: Option<bool>,
        because: Because,
    ) {
        if self.effects.explains() {
            self.emit(journey, EffectKind::Explained(Explanation { text: text.clone(), span, holds, because }));
        }
    }

    /// Tells what was looked at of an entry, if the host wants to know.
    #[inline]
    pub(crate) fn see(&mut self, at: usize, what: impl FnOnce(&Self) -> SeenKind) {
        if self.effects.traces() {
            let Some((number, journey)) = self.instance(at).map(|i| (i.number, i.journey)) else { return };
            let seen = Seen { entry: Some(number.0), what: what(self) };
            self.emit(journey, EffectKind::Seen(Box::new(seen)));
        }
    }

    /// Tells that a journey did not begin.
    pub(crate) fn refused(&mut self, journey: JourneyId, why: Refusal) {
        if self.effects.traces() {
            self.emit(journey, EffectKind::Seen(Box::new(Seen { entry: None, what: SeenKind::Refused(why) })));
        }
    }

    /// The place in the source of an instruction.
    pub(crate) fn span(&self, place: Place) -> Span {
        self.code.spans.get(place).copied().unwrap_or_default()
    }

    /// Whether this call has made as many effects as one may.
    pub(crate) fn is_full(&self) -> bool {
        self.effects.list.len() >= self.effects_end
    }

    /// Whether the person is in a control group of a journey, its own or that of all.
    #[inline]
    pub(crate) fn is_control(&mut self, journey: JourneyId) -> bool {
        self.code.uses.holdouts && self.knows_control(journey)
    }

    fn knows_control(&mut self, journey: JourneyId) -> bool {
        if let Some((_, rule)) = self.control.iter().find(|(of, _)| *of == journey) {
            return rule.is_some();
        }
        let rule = control_rule(self.code, self.profile, &self.control, journey);
        self.control.push((journey, rule));
        rule.is_some()
    }

    /// Works out, once in a turn, which journeys the person is in the control group of, where a rule looks at what other
    /// entries will do.
    pub(crate) fn know_control_groups(&mut self) {
        if self.code.uses.holdouts && !self.code.charter.avoid.is_empty() {
            let journeys: SmallVec<[JourneyId; 4]> = self.profile.instances.iter().map(|i| i.journey).collect();
            for journey in journeys {
                self.is_control(journey);
            }
        }
    }

    /// A message of an entry waits.
    pub(crate) fn emit_held(&mut self, at: usize, send: &Send, until: Timestamp, rule: Rule) {
        let (channel, message) = self.names(send);
        self.emit(self.journey_of(at), EffectKind::Held { channel, message, until, rule });
    }

    /// The channel and the message of a send.
    pub(crate) fn names(&self, send: &Send) -> (SmolStr, SmolStr) {
        let channel = self.code.channels.get(send.channel).cloned().unwrap_or_default();
        let message = self.code.messages.get(send.message).cloned().unwrap_or_default();
        (channel, message)
    }

    /// Named values, as an entry sees them now.
    pub(crate) fn values(&self, at: usize, values: &[(SmolStr, Formula)]) -> Vec<(SmolStr, Value)> {
        let view = self.view();
        values.iter().map(|(name, formula)| (name.clone(), view.ask_of(at).value(*formula))).collect()
    }
}

/// What journeys bring about.
impl Turn<'_> {
    pub(crate) fn bring(&mut self, brought: Brought) {
        let waiting = self.brought.len().saturating_sub(self.played) as u32;
        if brought.begins() && (self.is_cut() || self.count.saturating_add(waiting) >= limits::QUEUE) {
            return self.cut_off();
        }
        self.brought.push(brought);
    }

    /// Whether journeys have brought about so much at this instant that nothing more begins: journeys that set each other
    /// going without end would not come to one.
    pub(crate) fn is_cut(&self) -> bool {
        self.count > limits::QUEUE || self.is_full()
    }

    /// Says, once, that something does not begin any more.
    pub(crate) fn cut_off(&mut self) {
        if !self.told_cut {
            self.told_cut = true;
            self.notice(Notice::Endless);
        }
    }

    /// A new cause: what it brings about is counted by itself.
    pub(crate) fn count_anew(&mut self) {
        (self.count, self.told_cut) = (0, false);
    }

    /// Whether something waits to be played at this instant.
    pub(crate) fn has_brought(&self) -> bool {
        self.played < self.brought.len()
    }

    /// The next that waits to be played.
    pub(crate) fn next_brought(&mut self) -> Option<Brought> {
        let next = self.brought.get(self.played).cloned()?;
        self.played += 1;
        self.count = self.count.saturating_add(1);
        if !self.has_brought() {
            self.brought.clear();
            self.played = 0;
        }
        Some(next)
    }

    /// A call that ends in the middle of an instant leaves to the next one how much was brought about at it.
    pub(crate) fn keep_count(&mut self) {
        let goes_on = || self.profile.next_due().is_some_and(|due| due <= self.profile.clock);
        self.profile.brought = Some(self.count).filter(|count| *count > 0 && goes_on());
    }
}

/// What is forgotten.
impl Turn<'_> {
    /// Forgets what nothing can ask for any more.
    pub(crate) fn forget(&mut self) {
        retention::forget_left(self.profile, self.code, self.now);
        self.forget_entries();
        self.forget_sends();
        if let Some(past) = &mut self.profile.past {
            past.age(self.code, self.now);
        }
    }

    /// Forgets last entries that no `reenter` can ask about.
    pub(crate) fn forget_entries(&mut self) {
        if retention::forget_entries(self.profile, self.code, self.now) {
            self.notice(Notice::ManyEntries);
        }
    }

    /// Forgets sends that nothing can ask about.
    pub(crate) fn forget_sends(&mut self) {
        if retention::forget_sends(self.profile, self.code, self.now) {
            self.notice(Notice::ManySends);
        }
    }
}
