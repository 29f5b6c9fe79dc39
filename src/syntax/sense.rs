//! Whether a line that reads can also be meant, as far as it tells by itself: any two names read as a channel and its
//! message, any word as a day. Edits that are tried must come to a line that says something.

use super::known::Names;
use super::line::{ItemHead, Line, StepLine, Tail};
use super::token::Key;
use super::tree::*;
use super::walk::Bare;
use super::words::reserved;
use crate::ir::Engagement;
use crate::syntax::words::CHANNELS;
use crate::syntax::words::{days, weekday};

pub(super) fn can_be_meant(line: &Line, known: &Names) -> bool {
    match line {
        Line::Item(item) => match item {
            ItemHead::Entry(entry) => is_entry(entry, known),
            ItemHead::Event(name, _) | ItemHead::Message(name, _) | ItemHead::Audience(name, _) => is_free(name),
            ItemHead::Journey(name, _) | ItemHead::Test(name, _) | ItemHead::Segment(name) => is_free(name),
            _ => true,
        },
        Line::Rule(rule) => is_rule(rule, known),
        Line::Clause(kind) => is_clause(kind, known),
        Line::Step(step) => is_step_line(step, known),
        Line::Field(_, ty) => is_type(ty),
        Line::Variant(name) => known.is_channel(&name.text),
        Line::Test(_, kind) => is_test_line(kind, known),
        Line::Trait(path, value) => {
            let agrees = path.first().is_some_and(|name| matches!(name.text.as_str(), "consent" | "reachable"));
            let fits = !agrees || matches!(value.kind, ExprKind::Bool(_));
            path.iter().all(|name| !name.quoted) && is_plain(value) && fits
        }
        Line::Condition(cond) => is_condition(known, cond, Bare::Events),
        Line::ChannelPart(_) | Line::VariantPart(..) | Line::MatchArm(_) | Line::MatchElse | Line::SplitArm(..) => true,
    }
}

/// Why a line reads though the checker will say that it means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chance {
    /// Any two words read as a question, and any word as a day.
    Words,
    /// Any name reads as an event, also one that is compared.
    Compared,
}

/// Whether a line reads only by chance.
pub(super) fn by_chance(line: &Line) -> Option<Chance> {
    let mut chance = None;
    let mut asks = |cond: &Expr| {
        if asks_no_event(cond) {
            chance = Some(Chance::Words);
        }
        cond.visit(Bare::Events, &mut |part, bare| {
            let found = match &part.kind {
                ExprKind::Pair(first, second, _) if !is_pair(first, second) => Chance::Words,
                ExprKind::Compare { left, right, .. }
                    if bare == Bare::Events && [left, right].into_iter().any(|side| bare_name(side).is_some()) =>
                {
                    Chance::Compared
                }
                _ => return,
            };
            chance = chance.filter(|chance| *chance == Chance::Words).or(Some(found));
        });
    };
    match line {
        Line::Step(StepLine::If(cond) | StepLine::ElseIf(cond))
        | Line::Step(StepLine::IfThen { cond, .. } | StepLine::ElseIfThen { cond, .. })
        | Line::Clause(ClauseKind::For(cond) | ClauseKind::ExitWhen { cond, .. })
        | Line::Condition(cond) => asks(cond),
        Line::Step(StepLine::Simple(step)) => match &step.kind {
            StepKind::WaitUntil { until, .. } if !is_moment(until) => chance = Some(Chance::Words),
            StepKind::WaitFor { cond, .. } => asks(cond),
            _ => {}
        },
        _ => {}
    }
    chance
}

/// Whether two names in a row ask something: what somebody did with a message, and few others.
fn is_pair(first: &Name, second: &Name) -> bool {
    Engagement::of(&first.text).is_some()
        || matches!(first.text.as_str(), "prefers" | "sent" | "suppressed")
        || (first.text.as_str(), second.text.as_str()) == ("local", "time")
}

/// Whether a day or a channel stands where a question does.
fn asks_no_event(cond: &Expr) -> bool {
    match &cond.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(asks_no_event),
        ExprKind::Not(inner) | ExprKind::Within(inner, _) => asks_no_event(inner),
        _ => cond.path().is_some_and(is_no_event),
    }
}

/// A day or a channel alone, which no event is called.
fn is_no_event(path: &Path) -> bool {
    let other = |name: &Name| days(&name.text).is_some() || CHANNELS.contains(&name.text.as_str());
    path.root == Root::Bare && matches!(path.parts.as_slice(), [name] if !name.quoted && other(name))
}

/// A name that is an event by itself.
fn bare_name(side: &Expr) -> Option<&Name> {
    let path = side.path().filter(|path| path.root == Root::Bare)?;
    let [name] = path.parts.as_slice() else { return None };
    let other = matches!(name.text.as_str(), "now" | "today" | "known" | "missing") || days(&name.text).is_some();
    (!other).then_some(name)
}

/// The one bare word that stands here.
fn bare_word(side: &Expr) -> Option<String> {
    let path = side.path().filter(|path| path.root == Root::Bare)?;
    let [name] = path.parts.as_slice() else { return None };
    (!name.quoted).then(|| name.text.to_string())
}

/// Whether a name is no word of the language; in quotes it may be.
fn is_free(name: &Name) -> bool {
    let begins_item = matches!(
        Key::of(&name.text),
        Some(
            Key::Charter
                | Key::Journey
                | Key::Message
                | Key::Profile
                | Key::Segment
                | Key::Channel
                | Key::Test
                | Key::Event
        )
    );
    name.quoted || reserved(&name.text).is_none() && !begins_item
}

fn is_entry(entry: &Entry, known: &Names) -> bool {
    match entry {
        Entry::On { events, cond } => {
            events.iter().all(|event| event.message.is_none() && is_free(&event.name))
                && cond.iter().all(|cond| is_condition(known, cond, Bare::Properties))
        }
        Entry::Entering(name) | Entry::Leaving(name) => is_free(name),
        Entry::Every { days, .. } | Entry::Yearly { words: days, .. } => days.iter().all(is_free),
        Entry::OnDate { .. } | Entry::Once { .. } => true,
    }
}

fn is_rule(rule: &RuleKind, known: &Names) -> bool {
    let when = match rule {
        RuleKind::Cap { per: Window::Calendar(name), .. }
            if !matches!(name.text.as_str(), "day" | "week" | "month") =>
        {
            return false;
        }
        RuleKind::Quiet { days, .. } if !are_days(days) => return false,
        RuleKind::Cap { when, .. } | RuleKind::Gap { when, .. } | RuleKind::Quiet { when, .. } => when.as_ref(),
        RuleKind::Exclude { when, .. } => Some(when),
        RuleKind::Transactional(names) => {
            return names.iter().all(|name| !name.quoted && known.may_be_message(&name.text));
        }
        RuleKind::Priority(names) => return names.iter().all(|name| !name.quoted),
        RuleKind::Stop(list) => return list.iter().all(|subject| !subject.name.quoted),
        _ => None,
    };
    when.is_none_or(|when| is_condition(known, when, Bare::Events))
}

fn is_clause(clause: &ClauseKind, known: &Names) -> bool {
    match clause {
        ClauseKind::Category(name) => !known.is_channel(&name.text) && (is_free(name) || name.text == "transactional"),
        ClauseKind::Overlap(word) => matches!(word.text.as_str(), "ignore" | "restart" | "allow"),
        ClauseKind::For(cond) | ClauseKind::ExitWhen { cond, .. } => is_condition(known, cond, Bare::Events),
        ClauseKind::Goal { events, cond, .. } | ClauseKind::ExitOn { events, cond, .. } => {
            events.iter().all(is_event) && cond.iter().all(|cond| is_condition(known, cond, Bare::Properties))
        }
        ClauseKind::Entry { entry, .. } => is_entry(entry, known),
        ClauseKind::Rule(rule) => is_rule(rule, known),
        _ => true,
    }
}

/// An event, or an engagement with a message.
fn is_event(event: &EventRef) -> bool {
    is_free(&event.name) && (event.message.is_none() || Engagement::of(&event.name.text).is_some())
}

fn is_step_line(line: &StepLine, known: &Names) -> bool {
    let asks = |cond: &Expr| is_condition(known, cond, Bare::Events);
    let does = |step: &Step| is_step(step, known);
    match line {
        StepLine::Simple(step) | StepLine::ElseStep(step) => does(step),
        StepLine::If(cond) | StepLine::ElseIf(cond) => asks(cond),
        StepLine::IfThen { cond, step, tail } | StepLine::ElseIfThen { cond, step, tail } => {
            let mut next = tail.as_deref();
            let mut tails = std::iter::from_fn(|| {
                let tail = next?;
                next = match tail {
                    Tail::If { tail, .. } => tail.as_deref(),
                    Tail::Else(_) => None,
                };
                Some(tail)
            });
            asks(cond)
                && does(step)
                && tails.all(|tail| match tail {
                    Tail::Else(step) => does(step),
                    Tail::If { cond, step, .. } => asks(cond) && does(step),
                })
        }
        StepLine::Repeat { until, .. } => until.iter().all(asks),
        StepLine::Else | StepLine::Match(_) | StepLine::Split(_) => true,
    }
}

fn is_step(step: &Step, known: &Names) -> bool {
    let options = step.alternatives().iter().flat_map(|alternative| &alternative.options);
    let categories = options.filter(|option| matches!(option, SendOption::As(_))).count();
    let sends = step.alternatives().iter().all(|alternative| {
        let (channel, message) = (&alternative.channel.text, &alternative.message.text);
        known.is_channel(channel) && known.may_be_message(message) && known.is_written_for(message, channel)
    });
    sends
        && categories <= step.alternatives().len()
        && match &step.kind {
            StepKind::WaitUntil { until, .. } => is_moment(until),
            StepKind::WaitBetween { days, .. } => are_days(days),
            StepKind::WaitFor { cond, .. } => is_condition(known, cond, Bare::Events),
            _ => step.exprs().into_iter().all(is_value),
        }
}

fn are_days(words: &[Name]) -> bool {
    words.iter().all(|word| days(&word.text).is_some())
}

fn is_moment(until: &Until) -> bool {
    match until {
        Until::Day { word, .. } => word.text == "tomorrow" || weekday(&word.text).is_some(),
        Until::Next { next, word, .. } => next.text == "next" && weekday(&word.text).is_some(),
        Until::NthDay { word, .. } => word.text == "day",
        Until::Time(_) | Until::Date { .. } | Until::Path { .. } => true,
    }
}

fn is_type(ty: &TypeExpr) -> bool {
    match ty {
        TypeExpr::Named(name) => {
            matches!(name.text.as_str(), "number" | "text" | "bool" | "date" | "time" | "moment" | "duration")
        }
        TypeExpr::List(of) => is_type(of),
        TypeExpr::Choice(_) => true,
        TypeExpr::Thing(fields) => fields.iter().all(|field| is_type(&field.ty)),
    }
}

fn is_test_line(kind: &TestKind, known: &Names) -> bool {
    match kind {
        TestKind::Event { event, args } => is_event(event) && args.iter().all(|(_, value)| is_plain(value)),
        TestKind::Set { value, .. } => is_plain(value),
        TestKind::Expect { words, args, .. } => {
            let mut words = words.iter();
            let (first, second) = (words.next().map_or("", |word| &word.text), words.next());
            let fits = match first {
                "suppressed" | "held" => {
                    second.is_some_and(|channel| known.is_channel(&channel.text)) && words.all(is_free)
                }
                "nothing" | "entered" => second.is_none() && args.is_empty(),
                "converted" => second.is_none(),
                "exited" | "chose" | "add" | "remove" | "emit" | "call" => true,
                channel => {
                    let of_message = second.is_some_and(|message| known.may_be_message(&message.text));
                    known.is_channel(channel) && of_message && words.next().is_none()
                }
            };
            fits && args.iter().all(|(_, value)| is_plain(value))
        }
        TestKind::Profile(_) | TestKind::Start(..) | TestKind::Allow(_) | TestKind::ExpectSet { .. } => true,
    }
}

/// Whether a condition asks something, and is no value alone.
fn is_condition(known: &Names, cond: &Expr, bare: Bare) -> bool {
    match &cond.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().all(|part| is_condition(known, part, bare)),
        ExprKind::Not(inner) | ExprKind::Within(inner, _) => is_condition(known, inner, bare),
        ExprKind::Pair(first, message, _) => {
            let is_event = known.is_event(&message.text) && !known.messages.contains(&message.text.to_string());
            Engagement::of(&first.text).is_some()
                && is_free(message)
                && !is_event
                && !CHANNELS.contains(&message.text.as_str())
        }
        ExprKind::Path { path, suffix } if path.root == Root::Bare && suffix.is_empty() => {
            // A bare word is an event, if it looks like the name of one.
            let is_event = |name: &Name| name.text.contains('_') || known.is_event(&name.text);
            bare == Bare::Properties
                || path.parts.iter().any(|part| Engagement::of(&part.text).is_some())
                || matches!(path.parts.as_slice(), [name] if name.quoted || is_event(name))
        }
        ExprKind::Compare { left, right, .. } | ExprKind::Contains(left, right) => {
            // An event is not compared.
            let is_event = |side: &Expr| {
                matches!(&side.kind, ExprKind::Path { path, suffix }
                    if path.root == Root::Bare && suffix.is_empty()
                        && matches!(path.parts.as_slice(), [name] if !matches!(name.text.as_str(), "now" | "today")))
            };
            // `today is monday`
            let day = bare_word(left).is_some_and(|name| name == "today")
                && bare_word(right).is_some_and(|name| days(&name).is_some());
            let events = bare == Bare::Events && !day && (is_event(left) || is_event(right));
            is_value(left) && is_value(right) && !events
        }
        // What somebody did in words is no event of the program.
        ExprKind::Path { path, .. } if path.root == Root::Bare && bare == Bare::Events => {
            let said = |name: &Name| matches!(name.text.as_str(), "ordered" | "bought" | "purchased" | "paid");
            let other = known.event("ordered").is_some_and(|event| known.is_event(event));
            !other
                || !matches!(path.parts.as_slice(), [name] if !name.quoted && said(name) && !known.is_event(&name.text))
        }
        ExprKind::Sum(..) | ExprKind::Product(..) | ExprKind::Negative(_) => false,
        _ => !is_literal(cond),
    }
}

/// Whether no two names stand where one value does, and no number is added to a length of time.
fn is_value(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Pair(first, second, _) => first.text == "local" && second.text == "time",
        ExprKind::Aggregate { word, .. } => matches!(word.text.as_str(), "count" | "sum" | "rate"),
        ExprKind::Sum(first, others) | ExprKind::Product(first, others) => {
            let mut parts = std::iter::once(&**first).chain(others.iter().map(|(_, other)| other));
            let number = parts.clone().any(|part| matches!(part.kind, ExprKind::Number(_)));
            let length = parts.clone().any(|part| matches!(part.kind, ExprKind::Duration(_)));
            !(number && length) && parts.all(is_value)
        }
        _ => true,
    }
}

/// What a test gives: no names.
fn is_plain(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::List(items) => items.iter().all(is_plain),
        ExprKind::Negative(inner) => is_plain(inner),
        _ => is_literal(value),
    }
}

fn is_literal(value: &Expr) -> bool {
    matches!(
        value.kind,
        ExprKind::Number(_)
            | ExprKind::Percent(_)
            | ExprKind::Text(_)
            | ExprKind::Bool(_)
            | ExprKind::Duration(_)
            | ExprKind::Time(_)
            | ExprKind::Date(_)
            | ExprKind::Moment(..)
    )
}
