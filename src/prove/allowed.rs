//! Messages that the gate always suppresses, and dates on which nobody can enter.

use super::cells::{Axis, Cell};
use super::clock::millis;
use super::counts::{self, Question};
use super::cycle::{Cycle, DAY};
use super::rules::named;
use super::settle::{self, Given, possible, surely};
use crate::ir::{
    EntryCause, Expr, Journey, List, Program, Quiet, Send, StepKind, Subject, TRANSACTIONAL, Window, visit_steps,
};
use crate::source::Span;
use crate::value::Value;
use chrono::{Datelike, NaiveDate};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Why a message never goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Never {
    /// Quiet hours cover the whole day: one of the rules.
    AllDay(Span),
    /// It comes at a local time at which these quiet hours suppress.
    Skipped(Span),
    /// Whoever comes here is left out by this rule.
    Excluded(Span),
    /// Whoever comes here has not agreed to this channel or category.
    NoConsent(SmolStr),
    /// Whoever comes here cannot be reached by this channel.
    Unreachable(SmolStr),
}

/// Whether what is known at a step contradicts the gate.
pub(super) fn never_goes(program: &Program, known: &[&Given], send: &Send) -> Option<Never> {
    let channel = program.channels.get(send.channel.index())?;
    let category = program.categories.get(send.category.index())?;
    let only = |axis: &Axis, blocked: &dyn Fn(&Cell) -> bool| {
        let given = settle::about(known, std::slice::from_ref(axis));
        if given.is_empty() {
            return false;
        }
        let cells = possible(program, &given, std::iter::empty(), axis);
        cells.is_some_and(|cells| !cells.is_empty() && cells.iter().all(blocked))
    };
    let is_no = |cell: &Cell| *cell == Cell::Value(Value::Bool(false));
    if only(&Axis::Value(Expr::ReachableFlag(channel.clone())), &is_no) {
        return Some(Never::Unreachable(channel.clone()));
    }
    if send.category == TRANSACTIONAL {
        return None;
    }
    for (name, subject) in [
        (channel, Subject { channel: Some(send.channel), category: None }),
        (category, Subject { channel: None, category: Some(send.category) }),
    ] {
        let both = Subject { channel: Some(send.channel), category: Some(send.category) };
        let required = program.charter.consent.iter().any(|(of, _)| *of == subject || *of == both);
        let is_missing = |cell: &Cell| matches!(cell, Cell::Value(value) if value.is_missing());
        if only(&Axis::Value(Expr::Consent(name.clone())), &|cell| is_no(cell) || required && is_missing(cell)) {
            return Some(Never::NoConsent(name.clone()));
        }
    }
    let reachable = Axis::Holds(Expr::Reachable(send.channel, Some(send.category)));
    if only(&reachable, &|cell| *cell == Cell::Holds(false)) {
        return Some(Never::Unreachable(channel.clone()));
    }
    let about = |list: &List| named(list, (send.channel, send.category));
    let excluded = program.charter.exclude.iter().find(|rule| about(&rule.list) && surely(program, known, &rule.when));
    excluded.map(|rule| Never::Excluded(rule.span))
}

/// Whether quiet hours that stand at times suppress a message at a step: they stand, and it is quiet.
pub(super) fn never_by_quiet_now(program: &Program, journey: &Journey, known: &[&Given], send: &Send) -> Option<Never> {
    if send.category == TRANSACTIONAL || send.best_time.is_some() {
        return None;
    }
    let about = |quiet: &&Quiet| quiet.skip && named(&quiet.list, (send.channel, send.category));
    let mut rules = program.charter.quiet.iter().chain(&journey.quiet).filter(about);
    let stands = |quiet: &&Quiet| {
        let when = quiet.when.as_ref();
        when.is_some_and(|when| surely(program, known, when))
            && surely(program, known, &Expr::LocalTime(quiet.from, quiet.to))
    };
    rules.find(stands).map(|quiet| Never::Skipped(quiet.span))
}

/// The messages of a journey that quiet hours always suppress.
pub(crate) fn never_by_quiet(program: &Program, journey: &Journey) -> Vec<(Span, Never)> {
    let rules: Vec<&Quiet> =
        program.charter.quiet.iter().chain(&journey.quiet).filter(|quiet| quiet.stands_always()).collect();
    if rules.is_empty() {
        return vec![];
    }
    // When each step is reached, as far as the local time is known there.
    let mut at: BTreeMap<Span, Cycle> = BTreeMap::new();
    if rules.iter().any(|quiet| quiet.skip) {
        let everything: List = Some(vec![Subject { channel: None, category: None }]);
        let question = Question {
            list: &everything,
            window: Window::Rolling(1),
            hold: 0,
            most: 1,
            still: None,
            things: None,
            holds: true,
        };
        for asked in counts::of_entry(program, journey, question).asked {
            at.entry(asked.place).and_modify(|day| *day = day.join(asked.day)).or_insert(asked.day);
        }
    }
    let mut out = vec![];
    for block in journey.blocks() {
        visit_steps(block, &mut |step| {
            let (StepKind::Send(sends) | StepKind::BestOf(sends)) = &step.kind else { return };
            for send in sends.iter().filter(|send| send.category != TRANSACTIONAL) {
                let about = |skips: bool| -> Vec<&Quiet> {
                    let of =
                        |quiet: &&&Quiet| named(&quiet.list, (send.channel, send.category)) && (!skips || quiet.skip);
                    rules.iter().filter(of).copied().collect()
                };
                let all = about(false);
                let whole_day = Cycle::any(DAY);
                if let Some(rule) = cover(&all, whole_day) {
                    out.push((step.span, Never::AllDay(rule.span)));
                } else if send.best_time.is_none()
                    && let Some(rule) = at.get(&step.span).and_then(|day| cover(&about(true), *day))
                {
                    out.push((step.span, Never::Skipped(rule.span)));
                }
            }
        });
    }
    out
}

/// Whether quiet hours cover a part of the day: one of those that do.
fn cover<'a>(rules: &[&'a Quiet], part: Cycle) -> Option<&'a Quiet> {
    let (mut at, end) = part.begin_and_end();
    let mut last = None;
    for _ in 0..=rules.len() {
        if at > end {
            return last;
        }
        let inside = |quiet: &&&Quiet| Cycle::between(DAY, millis(quiet.from), millis(quiet.to)).contains(at);
        let left = |quiet: &Quiet| (millis(quiet.to) - at).rem_euclid(DAY);
        let longest = rules.iter().filter(inside).max_by_key(|quiet| left(quiet))?;
        at += match left(longest) {
            0 => DAY,
            left => left,
        };
        last = Some(*longest);
    }
    last.filter(|_| at > end)
}

/// Whether no entry of a journey can meet its `active` dates.
pub(crate) fn never_active(journey: &Journey) -> bool {
    let Some((first, last)) = journey.active else { return false };
    journey.entries.iter().all(|entry| match &entry.cause {
        EntryCause::Once(date, _) => !near(*date, first, last),
        EntryCause::Every(days, _) => {
            // A day earlier or later where the person's zone is another than the charter's.
            let (first, last) = (first - chrono::Days::new(1), last + chrono::Days::new(1));
            let meets = |day: NaiveDate| days.contains(day.weekday().num_days_from_monday());
            !first.iter_days().take(7).take_while(|day| *day <= last).any(meets)
        }
        _ => last < first,
    })
}

/// Whether a local date can lie between two of the charter's zone: it begins at most a day earlier or later there.
fn near(date: NaiveDate, first: NaiveDate, last: NaiveDate) -> bool {
    let day = chrono::Days::new(1);
    date.checked_add_days(day).is_none_or(|next| next >= first)
        && date.checked_sub_days(day).is_none_or(|before| before <= last)
}
