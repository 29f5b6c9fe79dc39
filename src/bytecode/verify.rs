//! A compiled program that was read back is verified before it runs: every number is the place of something, every
//! jump goes forward, every condition comes to true or false.
//!
//! What the engine makes itself always passes (the tests see to it), so that whatever fails here is damaged.

use super::{Cause, Code, Decision, Formula, History, Id, Journey, Moment, Op, Shape, Term, ValueMoment};
use crate::bytecode::{ConstantId, Place};
use crate::ir::{
    Calendar, CategoryId, ChannelId, Days, Field, HistoryId, HistoryOf, JourneyId, List, MessageId, PropertyId,
    SegmentId, SetTarget, Subject, Trigger,
};
use crate::value::{Minute, Type, Value};
use smol_str::SmolStr;

type Check = Result<(), String>;

fn ensure(holds: bool, what: &str) -> Check {
    if holds { Ok(()) } else { Err(format!("{what} does not exist or does not fit")) }
}

/// Whether a program can run: `files` is how many source files it has.
pub(super) fn verify(code: &Code, files: usize) -> Check {
    let verifier = Verifier { code };
    let most = usize::from(u16::MAX);
    let tables = [
        code.channels.len(),
        code.categories.len(),
        code.messages.len(),
        code.audiences.len(),
        code.event_names.len(),
        code.attributes.len(),
        code.properties.len(),
        code.journeys.len(),
        code.standing.len(),
        code.segments.len(),
        code.histories.len(),
    ];
    ensure(tables.iter().all(|length| *length <= most), "a table of this size")?;
    ensure(code.categories.len() >= 2, "a built-in category")?;
    ensure(code.ops.len() == code.spans.len() && code.ops.len() < u32::MAX as usize, "the place of a step")?;
    ensure(code.keys.len() == code.ops.len(), "what a step is known by")?;
    ensure(code.shelf.len() <= crate::limits::SHELF, "a table of this size")?;
    ensure(
        code.attributes.iter().chain(&code.properties).chain(&code.shelf).all(|field| !field.path.is_empty()),
        "the name of a value",
    )?;
    ensure(code.memory >= 0, "a length of time")?;
    for span in &code.spans {
        ensure(usize::from(span.file) < files && span.start <= span.end, "a place in the source")?;
    }
    verifier.charter()?;
    verifier.segments()?;
    let mut ranks: Vec<u16> = code.journeys.iter().map(|j| j.rank).collect();
    ranks.sort_unstable();
    ensure(ranks.iter().enumerate().all(|(at, rank)| usize::from(*rank) == at), "the rank of a journey")?;
    ensure(code.exits_when == code.journeys.iter().any(|j| j.exits_when), "an `exit when`")?;
    let mut seen = vec![false; code.ops.len()];
    code.journeys.iter().try_for_each(|journey| verifier.journey(journey, &mut seen))?;
    ensure(seen.iter().all(|seen| *seen), "the journey of a step")
}

/// What a term leaves on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// True, false or unknown.
    Truth,
    /// Any value, among them what is true or false.
    Value,
}

struct Verifier<'a> {
    code: &'a Code,
}

impl Verifier<'_> {
    fn charter(&self) -> Check {
        let charter = &self.code.charter;
        charter.consent.iter().try_for_each(|(subject, _)| self.subject(*subject))?;
        charter.stop.iter().try_for_each(|(list, _)| self.rule(list, None))?;
        charter.exclude.iter().try_for_each(|rule| self.rule(&rule.list, Some(rule.when)))?;
        for rule in &charter.avoid {
            self.channel(rule.channel)?;
            self.channel(rule.other)?;
            ensure(rule.within >= 0, "a length of time")?;
        }
        for rule in &charter.quiet {
            minute(rule.from)?;
            end_minute(rule.to)?;
            days(rule.days)?;
            self.rule(&rule.list, rule.when)?;
        }
        for rule in &charter.gaps {
            ensure(rule.least >= 0, "a length of time")?;
            self.rule(&rule.list, rule.when)?;
        }
        for rule in &charter.caps {
            ensure(rule.limit > 0 && rule.hold.is_none_or(|d| d >= 0), "a limit")?;
            self.rule(&rule.list, rule.when)?;
        }
        let most = usize::from(u16::MAX);
        ensure(charter.quiet.len() <= most && charter.gaps.len() <= most && charter.caps.len() <= most, "a rule")
    }

    /// Segments, whose conditions ask for each other but not in a ring, and what is kept of the past.
    fn segments(&self) -> Check {
        let code = self.code;
        for history in &code.histories {
            if let HistoryOf::Event(id) = history.of {
                self.event(id)?;
            }
            history.property.map_or(Ok(()), |id| self.property(id))?;
            ensure(history.window.is_none_or(|d| d >= 0), "a length of time")?;
            self.maybe(history.cond, None)?;
        }
        ensure(code.looks.is_none_or(|at| code.histories.has(at)), "the history of the best time")?;
        let mut depths = vec![None; code.segments.len()];
        for at in code.segments.ids() {
            self.segment_depth(at, &mut depths, 0)?;
        }
        for segment in &code.segments {
            self.cond(segment.cond, None)?;
        }
        for standing in &code.standing {
            ensure(code.journeys.has(standing.journey), "a journey")?;
            match &standing.cause {
                Cause::Segment { segment, .. } => ensure(code.segments.has(*segment), "a segment")?,
                Cause::Date(moment) | Cause::Yearly(moment) => self.value_moment(moment, None)?,
                Cause::Every(open, at) => {
                    days(*open)?;
                    minute(*at)?;
                    ensure(open.0 != 0, "a day of the week")?;
                }
                Cause::Once(_, at) => minute(*at)?,
            }
        }
        Ok(())
    }

    fn segment_depth(&self, at: SegmentId, depths: &mut [Option<usize>], above: usize) -> Result<usize, String> {
        if let Some(Some(depth)) = depths.get(at.index()) {
            return Ok(*depth);
        }
        ensure(above <= 64, "a segment that is asked for within another one")?;
        let segment = self.code.segments.get(at).ok_or("a segment does not exist")?;
        let terms = self.code.terms.get(segment.cond.start as usize..segment.cond.end as usize);
        let mut depth = 0;
        for term in terms.unwrap_or_default() {
            if let Term::In(inner) = term {
                depth = depth.max(self.segment_depth(*inner, depths, above + 1)? + 1);
            }
        }
        ensure(depth <= 64, "a segment that is asked for within another one")?;
        if let Some(slot) = depths.get_mut(at.index()) {
            *slot = Some(depth);
        }
        Ok(depth)
    }

    fn history(&self, number: HistoryId) -> Result<&History, String> {
        self.code.histories.get(number).ok_or_else(|| "a history does not exist".to_string())
    }

    fn rule(&self, list: &List, when: Option<Formula>) -> Check {
        list.iter().flatten().try_for_each(|subject| self.subject(*subject))?;
        self.maybe(when, None)
    }

    fn subject(&self, subject: Subject) -> Check {
        subject.channel.map_or(Ok(()), |id| self.channel(id))?;
        subject.category.map_or(Ok(()), |id| self.category(id))
    }

    fn channel(&self, id: ChannelId) -> Check {
        ensure(self.code.channels.has(id), "a channel")
    }

    fn category(&self, id: CategoryId) -> Check {
        ensure(self.code.categories.has(id), "a category")
    }

    fn message(&self, id: Option<MessageId>) -> Check {
        ensure(id.is_none_or(|id| self.code.messages.has(id)), "a message")
    }

    fn event(&self, id: crate::ir::EventId) -> Check {
        ensure(self.code.event_names.has(id), "an event")
    }

    fn property(&self, id: PropertyId) -> Check {
        ensure(self.code.properties.has(id), "a property")
    }

    fn journey(&self, journey: &Journey, seen: &mut [bool]) -> Check {
        let own = Some(journey);
        self.maybe(journey.eligible, own)?;
        journey.entry_properties.iter().try_for_each(|id| self.property(*id))?;
        ensure(journey.key.is_none_or(|at| usize::from(at) < journey.entry_properties.len()), "the key of a journey")?;
        for happening in &journey.happenings {
            self.event(happening.event)?;
            self.maybe(happening.cond, own)?;
        }
        for entry in &journey.entries {
            entry.events.iter().try_for_each(|id| self.event(*id))?;
            self.maybe(entry.cond, own)?;
            self.block(entry.start, journey, seen)?;
        }
        for goal in &journey.goals {
            goal.triggers.iter().try_for_each(|trigger| self.trigger(*trigger))?;
            goal.worth.map_or(Ok(()), |id| self.property(id))?;
            ensure(goal.within.is_none_or(|d| d >= 0), "a length of time")?;
            self.maybe(goal.cond, own)?;
            self.block(goal.start, journey, seen)?;
        }
        for standing in self.code.standing.iter().filter(|s| self.journey_at(s.journey, journey)) {
            self.block(standing.start, journey, seen)?;
        }
        for exit in &journey.exits {
            exit.triggers.iter().flatten().try_for_each(|trigger| self.trigger(*trigger))?;
            ensure(exit.triggers.is_some() || exit.cond.is_some(), "the cause of an exit")?;
            self.maybe(exit.cond, own)?;
            self.block(exit.start, journey, seen)?;
        }
        let longest = journey.goals.iter().filter_map(|g| g.within).max();
        ensure(journey.converts_for == longest, "the window of a goal")?;
        ensure(longest.is_some() || !journey.watches_on, "the steps of a goal")?;
        ensure(journey.exits_when == journey.exits.iter().any(|e| e.triggers.is_none()), "an `exit when`")
    }

    fn journey_at(&self, number: JourneyId, journey: &Journey) -> bool {
        self.code.journeys.get(number).is_some_and(|other| std::ptr::eq(other, journey))
    }

    fn trigger(&self, trigger: Trigger) -> Check {
        match trigger {
            Trigger::Event(id) => self.event(id),
            Trigger::Engagement(_, message) => self.message(message),
        }
    }

    /// The steps from a start to the end of its block. Jumps go forward, and the end of the block behind the longest
    /// of them.
    fn block(&self, start: Place, journey: &Journey, seen: &mut [bool]) -> Check {
        let mut furthest = start;
        let mut place = start;
        loop {
            let op = self.code.ops.get(place).ok_or("a block of steps has no end")?;
            if let Some(seen) = seen.get_mut(place.index()) {
                *seen = true;
            }
            if let Op::Branch(_, to) | Op::Jump(to) = op {
                ensure(*to > place, "the target of a jump")?;
                furthest = furthest.max(*to);
            }
            if let Op::Split(at) = op {
                for arm in self.code.splits.get(*at).into_iter().flat_map(|split| &split.arms) {
                    ensure(arm.start > place, "the target of a jump")?;
                    furthest = furthest.max(arm.start);
                }
            }
            // A round begins again at its own start, and ends right behind itself.
            if let Op::Repeat(at) | Op::Round(at) | Op::Again(at) = op {
                let repeat = self.code.repeats.get(*at).ok_or("a repeat does not exist")?;
                let fits = match op {
                    Op::Repeat(_) => repeat.start == place.next(),
                    Op::Round(_) => repeat.start == place && repeat.exit > place.next(),
                    _ => repeat.start < place && repeat.exit == place.next(),
                };
                ensure(fits, "the round of a repeat")?;
                furthest = furthest.max(repeat.exit);
            }
            self.op(*op, journey)?;
            if *op == Op::Done && place >= furthest {
                return Ok(());
            }
            place = place.next();
        }
    }

    fn op(&self, op: Op, journey: &Journey) -> Check {
        match op {
            Op::Wait(millis) => ensure(millis >= 0, "a length of time"),
            Op::WaitUntil(at) => match self.code.untils.get(at) {
                Some((Moment::Calendar(calendar), _)) => moment(calendar),
                Some((Moment::Value(moment), _)) => self.value_moment(moment, Some(journey)),
                None => ensure(false, "the moment of a wait"),
            },
            Op::WaitBetween(from, to, open) => {
                minute(from)?;
                end_minute(to)?;
                days(open)
            }
            Op::WaitFor(cond, up_to) => {
                ensure(up_to >= 0, "a length of time")?;
                self.cond(cond, Some(journey))
            }
            Op::Send(first, count) | Op::BestOf(first, count) => {
                let sends = self.code.sends.run(first, count);
                ensure(count > 0 && sends.is_some(), "a send")?;
                sends.into_iter().flatten().try_for_each(|send| {
                    self.channel(send.channel)?;
                    self.category(send.category)?;
                    self.message(Some(send.message))?;
                    ensure(send.best_time.as_ref().is_none_or(|(within, _)| *within >= 0), "a length of time")?;
                    self.values(&send.values, journey)?;
                    self.values(&send.reads, journey)
                })
            }
            Op::Set(at) => {
                let set = self.code.sets.get(at).ok_or("what a step sets does not exist")?;
                if let SetTarget::Attribute(id) = &set.target {
                    ensure(self.code.attributes.has(*id), "an attribute")?;
                }
                self.formula(set.value, Some(journey)).map(|_| ())
            }
            Op::Emit(at) | Op::Call(at) => {
                let call = self.code.calls.get(at).ok_or("what a step calls does not exist")?;
                self.values(&call.values, journey)
            }
            Op::Start(at) => ensure(self.code.journeys.has(at), "a journey"),
            Op::Split(at) => {
                let split = self.code.splits.get(at).ok_or("a split does not exist")?;
                ensure(!split.arms.is_empty(), "an arm of a split")
            }
            Op::Repeat(at) | Op::Round(at) | Op::Again(at) => {
                let repeat = self.code.repeats.get(at).ok_or("a repeat does not exist")?;
                ensure(repeat.every > 0, "a length of time")?;
                self.maybe(repeat.until, Some(journey))
            }
            Op::Branch(decision, _) => match self.code.decisions.get(decision) {
                Some(decision) => self.decision(decision, journey),
                None => ensure(false, "the condition of a step"),
            },
            Op::Add(audience, millis) => {
                ensure(millis.is_none_or(|d| d >= 0), "a length of time")?;
                ensure(self.code.audiences.has(audience), "an audience")
            }
            Op::Remove(audience) => ensure(self.code.audiences.has(audience), "an audience"),
            Op::Jump(_) | Op::Exit | Op::Done => Ok(()),
        }
    }

    fn values(&self, values: &[(SmolStr, Formula)], journey: &Journey) -> Check {
        values.iter().try_for_each(|(_, value)| self.formula(*value, Some(journey)).map(|_| ()))
    }

    fn value_moment(&self, moment: &ValueMoment, journey: Option<&Journey>) -> Check {
        moment.at.map_or(Ok(()), minute)?;
        self.formula(moment.of, journey).map(|_| ())
    }

    fn decision(&self, decision: &Decision, journey: &Journey) -> Check {
        for leaf in &decision.leaves {
            self.cond(leaf.cond, Some(journey))?;
            if let Some(window) = &leaf.window {
                ensure(window.within >= 0, "a length of time")?;
                window.sends.iter().flatten().try_for_each(|message| self.message(*message))?;
            }
        }
        let mut depth = 0usize;
        for shape in &decision.shape {
            let takes = match shape {
                Shape::Leaf(at) => {
                    ensure(usize::from(*at) < decision.leaves.len(), "a part of a condition")?;
                    0
                }
                Shape::Not => 1,
                Shape::And(count) | Shape::Or(count) => usize::from(*count),
            };
            depth = depth.checked_sub(takes).ok_or("a condition lacks a part")? + 1;
        }
        ensure(depth == 1, "the condition of a step")
    }

    fn maybe(&self, formula: Option<Formula>, journey: Option<&Journey>) -> Check {
        formula.map_or(Ok(()), |formula| self.cond(formula, journey))
    }

    fn cond(&self, formula: Formula, journey: Option<&Journey>) -> Check {
        ensure(self.formula(formula, journey)? == Kind::Truth, "a condition that is true or false")
    }

    fn formula(&self, formula: Formula, journey: Option<&Journey>) -> Result<Kind, String> {
        let terms = self.code.terms.get(formula.start as usize..formula.end as usize);
        let mut stack: Vec<Kind> = Vec::new();
        for term in terms.ok_or("a condition lies outside of the program")? {
            let (takes, truths, leaves) = self.term(*term, journey)?;
            let rest = stack.len().checked_sub(takes).ok_or("a condition lacks a value")?;
            let taken = stack.drain(rest..);
            let fits = !truths || taken.as_slice().iter().all(|kind| *kind == Kind::Truth);
            drop(taken);
            ensure(fits, "a condition that is true or false")?;
            stack.push(leaves);
        }
        match stack.as_slice() {
            [one] => Ok(*one),
            _ => Err("a condition does not come to one value".to_string()),
        }
    }

    /// How many values a term takes, whether each must be true or false, and what it leaves.
    fn term(&self, term: Term, journey: Option<&Journey>) -> Result<(usize, bool, Kind), String> {
        use Kind::{Truth, Value as Any};
        let code = self.code;
        let constant = |at: ConstantId| code.constants.get(at);
        let is_text = |at: ConstantId| matches!(constant(at), Some(Value::Text(_)));
        Ok(match term {
            Term::Const(at) => {
                ensure(constant(at).is_some(), "a value of the program")?;
                (0, false, if matches!(constant(at), Some(Value::Bool(_))) { Truth } else { Any })
            }
            Term::LocalMoment(_, at) => {
                minute(at)?;
                (0, false, Any)
            }
            // What comes from outside is a condition where its type says so: any other value counts as missing.
            Term::Attribute(at) => {
                let field = code.attributes.get(at).ok_or("an attribute does not exist")?;
                (0, false, kind(field))
            }
            Term::Consent(at) | Term::ReachableFlag(at) => {
                ensure(is_text(at), "a name")?;
                (0, false, Truth)
            }
            Term::EntryProperty(at) => {
                let id = journey.and_then(|j| j.entry_properties.get(usize::from(at)));
                let field = id.and_then(|id| code.properties.get(*id));
                (0, false, kind(field.ok_or("a property of the entry's event does not exist")?))
            }
            Term::EventProperty(id) => {
                let field = code.properties.get(id).ok_or("a property does not exist")?;
                (0, false, kind(field))
            }
            Term::Now | Term::Today => (0, false, Any),
            Term::Compare(_) | Term::Contains => (2, false, Truth),
            Term::OneOf(count) => (usize::from(count) + 1, false, Truth),
            Term::Between => (3, false, Truth),
            Term::Known => (1, false, Truth),
            Term::LocalTime(from, to) => {
                minute(from)?;
                end_minute(to)?;
                (0, false, Truth)
            }
            Term::Day(open) => {
                days(open)?;
                (0, false, Truth)
            }
            Term::Happened(id) => {
                ensure(journey.is_some_and(|j| id.index() < j.happenings.len()), "an event that is asked about")?;
                (0, false, Truth)
            }
            Term::Engaged(_, message) => {
                self.message(message)?;
                (0, false, Truth)
            }
            Term::Sent | Term::Suppressed => (0, false, Truth),
            Term::Reachable(channel, category) => {
                self.channel(channel)?;
                category.map_or(Ok(()), |id| self.category(id))?;
                (0, false, Truth)
            }
            Term::Prefers(channel) => {
                self.channel(channel)?;
                (0, false, Truth)
            }
            Term::In(segment) => {
                ensure(code.segments.has(segment), "a segment")?;
                (0, false, Truth)
            }
            Term::KnownFor(_) => (0, false, Truth),
            Term::Occurred(number) => {
                self.history(number)?;
                (0, false, Truth)
            }
            Term::Count(number) | Term::Sum(number) | Term::Since(number) => {
                self.history(number)?;
                (0, false, Any)
            }
            Term::Last(number) => {
                let property = self.history(number)?.property.and_then(|id| code.properties.get(id));
                (0, false, property.map_or(Any, kind))
            }
            Term::Rate(_, channel, window) => {
                channel.map_or(Ok(()), |id| self.channel(id))?;
                ensure(window >= 0, "a length of time")?;
                (0, false, Any)
            }
            Term::Not => (1, true, Truth),
            Term::And | Term::Or => (2, true, Truth),
            Term::Arithmetic(_) => (2, false, Any),
        })
    }
}

fn kind(field: &Field) -> Kind {
    if field.ty == Type::Bool { Kind::Truth } else { Kind::Value }
}

fn minute(minute: Minute) -> Check {
    ensure(minute < 1_440, "a time of day")
}

/// The end of a window may be that of the day.
fn end_minute(minute: Minute) -> Check {
    ensure(minute <= 1_440, "a time of day")
}

fn days(days: Days) -> Check {
    ensure(days.0 < 128, "a day of the week")
}

fn moment(calendar: &Calendar) -> Check {
    match calendar {
        Calendar::Time(at) | Calendar::Tomorrow(at) | Calendar::Date(_, at) => minute(*at),
        Calendar::Weekday { day, at, .. } => {
            ensure(*day < 7, "a day of the week")?;
            at.map_or(Ok(()), minute)
        }
        Calendar::NthDay(_, at) => at.map_or(Ok(()), minute),
    }
}
