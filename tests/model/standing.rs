//! Entries that no event lets in, looked at again and again; and all else that happens at a moment of its own.

use super::{Person, calendar};
use journey::ir::{self, EntryCause, Expr, StepKind};
use journey::value::Value;
use std::collections::BTreeSet;

/// What is known of such an entry.
#[derive(Default, Clone)]
pub struct Standing {
    inside: bool,
    /// Values of dates, years and days that let in already.
    done: BTreeSet<String>,
    /// The latest year or day that let in.
    last: Option<i64>,
}

impl Standing {
    /// What two profiles of one person know of it.
    pub fn unite(&mut self, other: Standing) {
        self.inside |= other.inside;
        if self.done.is_empty() {
            self.done = other.done;
        }
        self.last = self.last.max(other.last);
    }
}

/// Every length of time in a program.
pub fn durations(program: &ir::Program) -> BTreeSet<i64> {
    let mut found: BTreeSet<i64> = program.histories.iter().filter_map(|h| h.window).collect();
    each_condition(program, &mut |expr| match expr {
        Expr::KnownFor(d) | Expr::Rate(_, _, d) => drop(found.insert(*d)),
        Expr::Const(Value::Duration(d)) => drop(found.insert(*d)),
        _ => {}
    });
    found
}

/// Whether any condition asks for a rate.
pub fn asks_rates(program: &ir::Program) -> bool {
    let mut found = false;
    each_condition(program, &mut |expr| found |= matches!(expr, Expr::Rate(..)));
    found
}

/// Shows every part of every condition.
fn each_condition(program: &ir::Program, see: &mut impl FnMut(&Expr)) {
    program.segments.iter().for_each(|s| s.cond.visit(see));
    let charter = &program.charter;
    charter.exclude.iter().for_each(|r| r.when.visit(see));
    charter.quiet.iter().filter_map(|r| r.when.as_ref()).for_each(|when| when.visit(see));
    charter.gaps.iter().filter_map(|r| r.when.as_ref()).for_each(|when| when.visit(see));
    charter.caps.iter().filter_map(|r| r.when.as_ref()).for_each(|when| when.visit(see));
    for journey in &program.journeys {
        journey.quiet.iter().filter_map(|r| r.when.as_ref()).for_each(|when| when.visit(see));
        journey.gaps.iter().filter_map(|r| r.when.as_ref()).for_each(|when| when.visit(see));
        journey.caps.iter().filter_map(|r| r.when.as_ref()).for_each(|when| when.visit(see));
        journey.eligible.iter().for_each(|cond| cond.visit(see));
        for exit in &journey.exits {
            if let ir::ExitCause::When(cond) = &exit.cause {
                cond.visit(see);
            }
        }
        for block in journey.blocks() {
            ir::visit_steps(block, &mut |step| match &step.kind {
                StepKind::WaitFor { cond, .. } => cond.visit(see),
                StepKind::Repeat { until: Some(cond), .. } => cond.visit(see),
                StepKind::If { arms, .. } => arms.iter().for_each(|arm| branch(&arm.cond, see)),
                StepKind::Send(sends) | StepKind::BestOf(sends) => {
                    sends.iter().flat_map(|s| &s.values).for_each(|(_, value)| value.visit(see));
                }
                _ => {}
            });
        }
    }
}

fn branch(of: &ir::Branch, see: &mut impl FnMut(&Expr)) {
    match of {
        ir::Branch::Ask(cond, _) | ir::Branch::Window { cond, .. } => cond.visit(see),
        ir::Branch::Not(inner) => branch(inner, see),
        ir::Branch::And(parts) | ir::Branch::Or(parts) => parts.iter().for_each(|part| branch(part, see)),
    }
}

impl Person<'_> {
    pub(super) fn has_standing(&self) -> bool {
        self.ir.journeys.iter().flat_map(|j| &j.entries).any(|e| !matches!(e.cause, EntryCause::Event { .. }))
    }

    /// Moments that lie a length of time of the program after something that happened.
    pub(super) fn remembered_moments(&self) -> Vec<i64> {
        let happened = self.history.iter().map(|past| past.happened);
        let starts = happened.chain(self.sends.iter().map(|s| s.at)).chain(self.first_seen);
        starts.flat_map(|start| self.durations.iter().flat_map(move |d| [start + d, start + d + 1])).collect()
    }

    /// What happens at this moment by itself: by journey, audiences first, then entries, then who is let in.
    pub(super) fn alarms(&mut self) {
        let before = (self.asks_rates && self.inside.len() > 1).then(|| self.clone());
        for journey in self.ranks() {
            let due: Vec<_> = self.removals.iter().copied().filter(|r| r.1 == journey && r.2 == self.clock).collect();
            for (audience, ..) in due {
                self.removals.retain(|r| r.0 != audience);
                self.say(journey, format!("removed {}", self.ir.audiences[audience]));
            }
            for at in 0..self.inside.len() {
                if self.inside[at].journey == journey && self.moves_by_itself(at, before.as_ref()) {
                    self.go_on(at);
                }
            }
            for number in 0..self.ir.journeys[journey].entries.len() {
                let entry = &self.ir.journeys[journey].entries[number];
                if !matches!(entry.cause, EntryCause::Event { .. })
                    && self.first_seen.is_some()
                    && self.settle(journey, number)
                    && let Some(key) = self.judge(journey, None)
                {
                    self.begin(journey, &entry.steps, key, None, self.clock);
                }
            }
        }
    }

    /// Whether time alone lets an entry go on at this moment, as it was before its alarms: a message that has gone out since
    /// then changes rates, and who asks for those acts behind the alarms.
    fn moves_by_itself(&self, at: usize, before: Option<&Self>) -> bool {
        let Some(before) = before.filter(|before| before.sends.len() < self.sends.len() && at < before.inside.len())
        else {
            return true;
        };
        let mut alone = before.clone();
        alone.go_on(at);
        let (was, is) = (&before.inside[at], &alone.inside[at]);
        alone.out.len() > before.out.len() || was.state != is.state || was.blocks != is.blocks
    }

    /// Whether an entry lets the person in at this moment.
    pub(super) fn settle(&mut self, journey: usize, number: usize) -> bool {
        let mut state = self.standing.remove(&(journey, number)).unwrap_or_default();
        let zone = self.zone();
        let today = calendar::local(&zone, self.clock).date();
        let fits = match &self.ir.journeys[journey].entries[number].cause {
            EntryCause::Event { .. } => false,
            EntryCause::Segment { segment, entering } => {
                let inside = self.rule_holds(Some(&Expr::In(*segment)));
                let changed = std::mem::replace(&mut state.inside, inside) != inside;
                changed && inside == *entering
            }
            EntryCause::Date(moment) => {
                let value = self.value_of_profile(&moment.of);
                let fits = self.follow(&value, moment) == Some(self.clock);
                // Only the last value is remembered.
                let known = state.done.contains(&value.to_string());
                if fits && !known {
                    state.done = BTreeSet::from([value.to_string()]);
                }
                fits && !known
            }
            EntryCause::Yearly(moment) => {
                let (first, value): (_, Box<dyn Fn(jiff::civil::Date) -> Value>) =
                    match self.value_of_profile(&moment.of) {
                        Value::Date(date) => (Some(calendar::date(date)), Box::new(|day| Value::Date(chrono_of(day)))),
                        Value::Moment(at) => {
                            let local = calendar::local(&zone, at);
                            let zone = zone.clone();
                            let is_timed = moment.at.is_some();
                            let value = move |day: jiff::civil::Date| match is_timed {
                                true => Value::Date(chrono_of(day)),
                                false => Value::Moment(calendar::instant(&zone, day.to_datetime(local.time()))),
                            };
                            (Some(local.date()), Box::new(value))
                        }
                        _ => (None, Box::new(|_| Value::Missing)),
                    };
                let year = first.and_then(|first| {
                    (today.year() - 3..=today.year() + 3)
                        .filter(|year| *year > first.year() && state.last.is_none_or(|last| i64::from(*year) > last))
                        .find(|year| {
                            let day = jiff::civil::Date::new(*year, first.month(), first.day())
                                .unwrap_or_else(|_| jiff::civil::date(*year, 2, 28));
                            self.follow(&value(day), moment) == Some(self.clock)
                        })
                });
                state.last = year.map(i64::from).or(state.last);
                year.is_some()
            }
            EntryCause::Every(days, minute) => {
                let near = [-1, 0, 1].map(|ahead| calendar::plus(today, ahead));
                let day = near.into_iter().find(|day| {
                    days.contains(calendar::weekday(*day))
                        && calendar::at_minute(&zone, *day, *minute) == self.clock
                        && state.last.is_none_or(|last| ordinal(*day) > last)
                });
                state.last = day.map(ordinal).or(state.last);
                day.is_some()
            }
            EntryCause::Once(day, minute) => {
                let fits =
                    state.last.is_none() && calendar::at_minute(&zone, calendar::date(*day), *minute) == self.clock;
                state.last = state.last.or(fits.then_some(1));
                fits
            }
        };
        self.standing.insert((journey, number), state);
        fits
    }
}

fn ordinal(day: jiff::civil::Date) -> i64 {
    i64::from(day.year()) * 1_000 + i64::from(day.day_of_year())
}

fn chrono_of(day: jiff::civil::Date) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(day.year().into(), day.month() as u32, day.day() as u32).unwrap()
}
