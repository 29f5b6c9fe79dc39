//! Values and conditions: every name looked up, every type known, three-valued logic kept.

use super::Checker;
use super::names::ATTRIBUTES;
use super::types::Ty;
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Arithmetic, Comparison, Days, Engagement, Expr as Ir};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Expr, ExprKind, Name, Path, Root, Suffix};
use crate::value::{Type, Value};
use rust_decimal::Decimal;
use smol_str::SmolStr;
use std::rc::Rc;

/// Where a condition stands, and so what it may ask.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// Inside a journey: the events of its entries, which `event.…` is about.
    pub(crate) entry_events: Option<Rc<[SmolStr]>>,
    /// Inside `where`: the events whose properties bare names are.
    pub(crate) where_events: Option<Vec<SmolStr>>,
    /// Whether bare events and engagements have a journey to ask about.
    pub(crate) in_steps: bool,
    /// Inside the `where` of a history: only fixed values can be compared.
    pub(crate) constants: bool,
    /// The category that `reachable by` asks for.
    pub(crate) category: Option<ir::CategoryId>,
    /// Properties of the entry's event, collected.
    pub(crate) entry_properties: Vec<ir::PropertyId>,
    /// Events asked about, collected.
    pub(crate) happenings: Vec<ir::Happening>,
}

/// A lowered value, or nothing where an error was reported.
pub(crate) type Lowered = Option<(Ir, Ty)>;

/// Words that people put before an engagement.
const FILLERS: [&str; 8] = ["has", "have", "was", "were", "is", "did", "been", "they"];

pub(crate) fn weekday(word: &str) -> Option<u8> {
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        .iter()
        .position(|d| *d == word)
        .map(|d| d as u8)
}

/// The days that one word names.
pub(crate) fn days(word: &str) -> Option<Days> {
    match word {
        "weekday" | "weekdays" => Some(Days::WEEKDAYS),
        "weekend" | "weekends" => Some(Days::WEEKENDS),
        _ => weekday(word.strip_suffix('s').filter(|w| weekday(w).is_some()).unwrap_or(word)).map(|d| Days(1 << d)),
    }
}

/// A path of one bare word, if the expression is that.
pub(crate) fn bare_word(expr: &Expr) -> Option<&Name> {
    match &expr.kind {
        ExprKind::Path { path, suffix } if path.root == Root::Bare && suffix.is_empty() && path.parts.len() == 1 => {
            path.parts.first().filter(|name| !name.quoted)
        }
        _ => None,
    }
}

impl Checker<'_> {
    /// Lowers a condition.
    pub(crate) fn condition(&mut self, expr: &Expr, scope: &mut Scope) -> Option<Ir> {
        if let ExprKind::Text(text) = &expr.kind {
            let name = Name { text: text.clone(), quoted: true, span: expr.span };
            return self.bare_event(&[name], &Suffix::default(), expr.span, scope).map(|(ir, _)| ir);
        }
        let (ir, ty) = self.value(expr, scope)?;
        let is_attribute = matches!(
            ir,
            Ir::Attribute(_) | Ir::EntryProperty(_) | Ir::EventProperty(_) | Ir::Consent(_) | Ir::ReachableFlag(_)
        );
        if self.names.slots.unify(&ty, &Ty::BOOL, expr.span).is_err() {
            let found = self.names.slots.resolve(&ty);
            self.errors.push(Diagnostic::error(
                "type-mismatch",
                expr.span,
                format!("A condition is needed here, and this is {found}"),
                "compare it with something, such as `is known` or `>= 30`",
            ));
            return None;
        }
        // A bool that stands alone: missing is false.
        Some(if is_attribute { Ir::And(vec![Ir::Known(Box::new(ir.clone())), ir]) } else { ir })
    }

    /// Lowers a value or a condition, with its type.
    pub(crate) fn value(&mut self, expr: &Expr, scope: &mut Scope) -> Lowered {
        let constant = |value: Value, ty: Ty| Some((Ir::Const(value), ty));
        match &expr.kind {
            ExprKind::Number(n) => constant(Value::Number(*n), Ty::NUMBER),
            ExprKind::Percent(n) => constant(Value::Number(*n / Decimal::ONE_HUNDRED), Ty::NUMBER),
            ExprKind::Text(t) => constant(Value::Text(t.clone()), Ty::TEXT),
            ExprKind::Bool(b) => constant(Value::Bool(*b), Ty::BOOL),
            ExprKind::Duration(d) => constant(Value::Duration(*d), Ty::DURATION),
            ExprKind::Time(m) => constant(Value::Time(*m), Ty::TIME),
            ExprKind::Date(d) => constant(Value::Date(*d), Ty::DATE),
            ExprKind::List(_) => {
                let label = "write `is one of (…)` or `contains`";
                self.errors.push(crate::diagnostic::syntax(expr.span, "A list stands in tests alone", label));
                None
            }
            ExprKind::Moment(date, minute) => Some((Ir::LocalMoment(*date, *minute), Ty::MOMENT)),
            ExprKind::Path { path, suffix } => self.path(path, suffix, expr.span, scope),
            ExprKind::Pair(first, second, suffix) => self.pair(first, second, suffix, expr.span, scope),
            ExprKind::Reachable { word, channel } => {
                if word.text != "reachable" {
                    self.errors.push(crate::diagnostic::syntax(
                        word.span,
                        format!("`{} by` means nothing here", word.text),
                        "write `reachable by`",
                    ));
                    return None;
                }
                let channel = self.channel(channel)?;
                Some((Ir::Reachable(channel, scope.category), Ty::BOOL))
            }
            ExprKind::KnownFor(millis) => {
                self.longest(*millis, expr.span)?;
                Some((Ir::KnownFor(*millis), Ty::BOOL))
            }
            ExprKind::InSegment(name) => Some((Ir::In(self.segment(name)?), Ty::BOOL)),
            ExprKind::Aggregate { word, of, channel, suffix } => {
                self.aggregate(word, of, channel.as_ref(), suffix, expr.span, scope)
            }
            ExprKind::Last { path, suffix } => self.last(path, suffix, expr.span, scope),
            ExprKind::Since { word, path, suffix } => self.since(word, path, suffix, expr.span, scope),
            ExprKind::Compare { op, left, right } => self.compare(*op, left, right, expr.span, scope),
            ExprKind::OneOf { value, list, not } => {
                let ir = self.one_of(value, list, scope)?;
                Some((negated(ir, *not), Ty::BOOL))
            }
            ExprKind::Contains(value, part) => self.contains(value, part, scope),
            ExprKind::Between { value, from, to, not } => {
                let ir = self.between(value, from, to, scope)?;
                Some((negated(ir, *not), Ty::BOOL))
            }
            ExprKind::Not(inner) => Some((Ir::Not(Box::new(self.condition(inner, scope)?)), Ty::BOOL)),
            ExprKind::And(parts) => Some((Ir::And(self.conditions(parts, scope)?), Ty::BOOL)),
            ExprKind::Or(parts) => Some((Ir::Or(self.conditions(parts, scope)?), Ty::BOOL)),
            ExprKind::Within(..) => {
                self.errors.push(crate::diagnostic::syntax(
                    expr.span,
                    "Only an `if` can wait with `within`",
                    "write `in last D` to look back, or ask this in an `if` step",
                ));
                None
            }
            ExprKind::Negative(inner) => {
                let (ir, ty) = self.value(inner, scope)?;
                self.same(&ty, &Ty::NUMBER, inner.span)?;
                let zero = Ir::Const(Value::Number(Decimal::ZERO));
                Some((Ir::Arithmetic(Box::new(zero), vec![(Arithmetic::Subtract, ir)]), Ty::NUMBER))
            }
            ExprKind::Sum(first, rest) => self.sum(first, rest, scope),
            ExprKind::Product(first, rest) => {
                let (ir, ty) = self.value(first, scope)?;
                self.same(&ty, &Ty::NUMBER, first.span)?;
                let mut parts = Vec::with_capacity(rest.len());
                for (times, part) in rest {
                    let (right, right_ty) = self.value(part, scope)?;
                    self.same(&right_ty, &Ty::NUMBER, part.span)?;
                    parts.push((if *times { Arithmetic::Multiply } else { Arithmetic::Divide }, right));
                }
                Some((Ir::Arithmetic(Box::new(ir), parts), Ty::NUMBER))
            }
        }
    }

    fn conditions(&mut self, parts: &[Expr], scope: &mut Scope) -> Option<Vec<Ir>> {
        if self.lists_a_value(parts) {
            return None;
        }
        let lowered: Vec<Option<Ir>> = parts.iter().map(|part| self.condition(part, scope)).collect();
        lowered.into_iter().collect()
    }

    /// Makes two types one; an error is reported at `span`.
    fn same(&mut self, left: &Ty, right: &Ty, span: Span) -> Option<()> {
        self.names.slots.unify(left, right, span).map_err(|error| self.errors.push(error)).ok()
    }

    fn sum(&mut self, first: &Expr, rest: &[(bool, Expr)], scope: &mut Scope) -> Lowered {
        let (ir, mut ty) = self.value(first, scope)?;
        let (mut timed, mut moving) = (is_timed(&ir), moves(&ir));
        let mut parts = Vec::with_capacity(rest.len());
        for (plus, part) in rest {
            let (right, right_ty) = self.value(part, scope)?;
            let (a, b) = (self.names.slots.resolve(&ty), self.names.slots.resolve(&right_ty));
            use Type::*;
            ty = match (a, b) {
                (Number, _) | (_, Number) => {
                    self.same(&ty, &Ty::NUMBER, first.span)?;
                    self.same(&right_ty, &Ty::NUMBER, part.span)?;
                    Ty::NUMBER
                }
                (of @ (Date | Moment | Duration | DateOrMoment), Duration) => Ty::Known(of),
                (Any, Duration) => {
                    self.same(&ty, &Ty::Known(DateOrMoment), first.span)?;
                    ty
                }
                (Duration, of @ (Date | Moment)) if *plus => Ty::Known(of),
                (Date, Date) | (Moment, Moment) if !*plus => Ty::DURATION,
                (Date | Moment, Any | DateOrMoment) if !*plus => {
                    self.same(&right_ty, &ty, part.span)?;
                    Ty::DURATION
                }
                (Any | DateOrMoment, Date | Moment) if !*plus => {
                    self.same(&ty, &right_ty, first.span)?;
                    Ty::DURATION
                }
                (Any, Any) => {
                    self.same(&ty, &Ty::NUMBER, first.span)?;
                    self.same(&right_ty, &Ty::NUMBER, part.span)?;
                    Ty::NUMBER
                }
                (a, b) => {
                    let sign = if *plus { "added to" } else { "taken from" };
                    self.errors.push(Diagnostic::error(
                        "type-mismatch",
                        part.span,
                        format!("{} cannot be {sign} {a}", super::capital(&b.to_string())),
                        "write numbers on both sides, or a date and a length of time",
                    ));
                    return None;
                }
            };
            let op = if *plus { Arithmetic::Add } else { Arithmetic::Subtract };
            // What changes at single moments, such as a count, may be added to anything: it says its next moment.
            if timed && moves(&right) || moving && is_timed(&right) {
                self.errors.push(two_timed(part.span));
                return None;
            }
            timed |= is_timed(&right);
            moving |= moves(&right);
            parts.push((op, right));
        }
        Some((Ir::Arithmetic(Box::new(ir), parts), ty))
    }

    fn compare(&mut self, op: Comparison, left: &Expr, right: &Expr, span: Span, scope: &mut Scope) -> Lowered {
        let is = matches!(op, Comparison::Is | Comparison::IsNot);
        if is && let Some(word) = bare_word(right) {
            match word.text.as_str() {
                "known" | "missing" => {
                    if scope.where_events.is_none() && self.knows_an_event(left, word) {
                        return None;
                    }
                    let (ir, _) = self.value(left, scope)?;
                    let known = (word.text == "known") == (op == Comparison::Is);
                    return Some((negated(Ir::Known(Box::new(ir)), !known), Ty::BOOL));
                }
                _ if bare_word(left).is_some_and(|l| l.text == "today") => {
                    let Some(found) = days(&word.text) else {
                        self.errors.push(unknown_day(word));
                        return None;
                    };
                    return Some((negated(Ir::Day(found), op == Comparison::IsNot), Ty::BOOL));
                }
                _ => {}
            }
        }
        if is_local_time(left) {
            return self.local_time(op, right, span);
        }
        if scope.where_events.is_none() && self.compares_an_event(left, right) {
            return None;
        }
        let (a, a_ty) = self.value(left, scope)?;
        // A text beside a choice must be one of it; the place to blame is the text.
        let (b, b_ty) = self.value(right, scope)?;
        self.same(&a_ty, &b_ty, span)?;
        self.check_choice(&a_ty, &b, right.span)?;
        self.check_choice(&b_ty, &a, left.span)?;
        if !is && matches!(self.names.slots.resolve(&a_ty), Type::Bool | Type::List(_)) {
            self.errors.push(Diagnostic::error(
                "type-mismatch",
                span,
                "Only numbers, texts, dates and times have an order",
                "write `is` or `is not` here",
            ));
            return None;
        }
        if is_timed(&a) && is_timed(&b) {
            self.errors.push(two_timed(span));
            return None;
        }
        Some((Ir::Compare(op, Box::new(a), Box::new(b)), Ty::BOOL))
    }

    /// `NAME is known` of an event, which has happened or has not; says so.
    fn knows_an_event(&mut self, left: &Expr, word: &Name) -> bool {
        let Some(name) = bare_word(left).filter(|name| !matches!(name.text.as_str(), "now" | "today")) else {
            return false;
        };
        let title = format!("`{}` by itself is an event, and an event is never `{}`", name.text, word.text);
        let error = match self.happens(name) {
            true => {
                let edit = format!("{}{}", if word.text == "missing" { "!" } else { "" }, name.text);
                Diagnostic::error(
                    "type-mismatch",
                    left.span,
                    title,
                    format!("ask whether it has happened: `if {edit}`"),
                )
            }
            false => {
                let edit = format!("profile.{}", snake_case(&name.text));
                Diagnostic::error("type-mismatch", left.span, title, format!("write `{edit}`"))
                    .with_unsafe_fix(left.span, edit)
            }
        };
        self.errors.push(error);
        true
    }

    /// Whether a name is an event beyond doubt: the program declares it, or it is one everywhere.
    fn happens(&self, name: &Name) -> bool {
        let snake = snake_case(&name.text);
        Engagement::of(&snake).is_some()
            || matches!(snake.as_str(), "sent" | "suppressed")
            || self.names.is_built_in_event(&snake)
            || self.names.declared_events.contains_key(snake.as_str())
    }

    /// A bare name compared with a value: a text without quotes, or an attribute without `profile.`; says so.
    fn compares_an_event(&mut self, left: &Expr, right: &Expr) -> bool {
        let is_event = |name: &&Name| {
            let word = name.text.as_str();
            Engagement::of(word).is_none() && !["now", "today", "sent", "suppressed"].contains(&word)
        };
        let rooted = |expr: &Expr| matches!(&expr.kind, ExprKind::Path { path, .. } if path.root != Root::Bare);
        let literal = |expr: &Expr| {
            matches!(
                expr.kind,
                ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Date(_) | ExprKind::Percent(_) | ExprKind::Bool(_)
            )
        };
        if let (Some(name), ExprKind::Bool(yes)) = (bare_word(left).filter(|name| self.happens(name)), &right.kind) {
            let edit = format!("{}{}", if *yes { "" } else { "!" }, name.text);
            let title = format!("`{}` has happened or has not, and is compared with nothing", name.text);
            let span = left.span.to(right.span);
            self.errors.push(
                Diagnostic::error("type-mismatch", span, title, format!("write `{edit}` alone"))
                    .with_unsafe_fix(span, edit),
            );
            return true;
        }
        if self.asks_the_clock(left, right) {
            return true;
        }
        let answer = bare_word(right).filter(|_| rooted(left)).and_then(|name| match name.text.as_str() {
            "yes" | "on" => Some((name, "")),
            "no" | "off" => Some((name, "!")),
            _ => None,
        });
        if let Some((name, bang)) = answer {
            let edit = format!("{bang}{}", self.source(left.span));
            let title = format!("Whether something is true is asked by its name alone, without `{}`", name.text);
            let span = left.span.to(right.span);
            let error = Diagnostic::error("type-mismatch", span, title, format!("write `{edit}`"));
            self.errors.push(error.with_unsafe_fix(span, edit));
            return true;
        }
        let (name, edit) = match (bare_word(left).filter(is_event), bare_word(right).filter(is_event)) {
            (Some(name), Some(text)) if !self.happens(name) && !self.happens(text) => {
                let edit = format!("profile.{} is \"{}\"", snake_case(&name.text), text.text);
                let title = format!(
                    "`{}` and `{}` by themselves are events, and events are not compared",
                    name.text, text.text
                );
                let span = left.span.to(right.span);
                let error = Diagnostic::error("type-mismatch", span, title, format!("write `{edit}`"));
                self.errors.push(error);
                return true;
            }
            (None, Some(name)) if rooted(left) => (name, format!("\"{}\"", name.text)),
            (Some(name), None) if literal(right) || rooted(right) => (name, format!("profile.{}", name.text)),
            _ => return false,
        };
        let is_nothing =
            matches!(name.text.as_str(), "null" | "none" | "nil" | "empty" | "blank" | "undefined" | "unknown");
        if edit.starts_with('"') && is_nothing {
            let title =
                format!("Whether there is a value is asked with `is known` and `is missing`, not with `{}`", name.text);
            self.errors.push(Diagnostic::error(
                "type-mismatch",
                name.span,
                title,
                "write `is missing` or `is known` instead",
            ));
            return true;
        }
        let is_attribute =
            self.names.profile.as_ref().is_some_and(|s| s.contains_key(std::slice::from_ref(&name.text)));
        if edit.starts_with("profile.") && is_attribute {
            return false;
        }
        let title = match edit.starts_with('"') {
            true => format!("`{}` without quotes is an event and no text, so this would never hold", name.text),
            false => format!("`{}` by itself is an event, and an event is no value to compare", name.text),
        };
        let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{edit}`"));
        self.errors.push(error.with_unsafe_fix(name.span, edit));
        true
    }

    /// `hour >= 9`, `day_of_week is monday`: the clock has names of its own; says so.
    fn asks_the_clock(&mut self, left: &Expr, right: &Expr) -> bool {
        let Some(name) = bare_word(left).filter(|name| !self.happens(name)) else { return false };
        let of_day = bare_word(right).is_some_and(|day| days(&day.text).is_some());
        let of_clock = matches!(right.kind, ExprKind::Number(_) | ExprKind::Time(_));
        let (title, edit) = match name.text.as_str() {
            "hour" | "time" | "current_time" | "current_hour" | "time_of_day" | "hour_of_day" if of_clock => (
                "The time of day is asked with `local time`",
                "write `local time is between 09:00 and 18:00`, with your hours".to_string(),
            ),
            "day" | "weekday" | "day_of_week" | "dayofweek" | "current_day" if of_day => (
                "The day of the week is asked with `today is`",
                format!("write `today is {}`", self.source(right.span)),
            ),
            _ => return false,
        };
        self.errors.push(Diagnostic::error("type-mismatch", left.span.to(right.span), title, edit));
        true
    }

    /// `profile.tags contains vip`: a text without quotes is an event, which no list and no text contains; says so.
    fn contains_an_event(&mut self, value: &Expr, part: &Expr) -> bool {
        let rooted = matches!(&value.kind, ExprKind::Path { path, .. } if path.root != Root::Bare);
        let is_text = |name: &&Name| rooted && !matches!(name.text.as_str(), "now" | "today");
        let Some(name) = bare_word(part).filter(is_text) else { return false };
        let edit = format!("\"{}\"", name.text);
        let title = format!("`{}` without quotes is an event and no text, so this would never hold", name.text);
        let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{edit}`"));
        self.errors.push(error.with_unsafe_fix(name.span, edit));
        true
    }

    /// `profile.points is 5 or 6`: the second value by itself asks nothing; says so.
    fn lists_a_value(&mut self, parts: &[Expr]) -> bool {
        let literal = |expr: &Expr| {
            matches!(
                expr.kind,
                ExprKind::Number(_)
                    | ExprKind::Percent(_)
                    | ExprKind::Date(_)
                    | ExprKind::Time(_)
                    | ExprKind::Duration(_)
                    | ExprKind::Negative(_)
            )
        };
        let Some(second) = parts.iter().position(literal) else { return false };
        let first = parts.iter().take(second).enumerate().rev().find_map(|(at, part)| match &part.kind {
            ExprKind::Compare { op, left, right } if literal(right) => Some((at, part.span, *op, &**left, &**right)),
            _ => None,
        });
        let Some((at, place, op, left, right)) = first else { return false };
        let more: Vec<&Expr> = parts.iter().skip(second).take_while(|part| literal(part)).collect();
        let path = self.source(left.span);
        let values: Vec<String> =
            std::iter::once(right).chain(more.iter().copied()).map(|v| self.source(v.span)).collect();
        let (Some(blamed), Some(last)) = (more.first(), more.last()) else { return false };
        let one_of = match op {
            Comparison::Is => Some("is one of"),
            Comparison::IsNot => Some("is not one of"),
            _ => None,
        };
        let title = format!("`{}` by itself asks nothing: each value is compared by name", self.source(blamed.span));
        let error = match one_of {
            Some(one_of) => {
                let line = format!("{path} {one_of} ({})", values.join(", "));
                let title = format!(
                    "`{}` by itself asks nothing: several values are asked with `{one_of}`",
                    self.source(blamed.span)
                );
                let error = Diagnostic::error("type-mismatch", blamed.span, title, format!("write `{line}`"));
                if at + 1 == second { error.with_unsafe_fix(place.to(last.span), line) } else { error }
            }
            None => {
                let edit = format!("say what is compared with it, such as `{path} is {}`", self.source(blamed.span));
                Diagnostic::error("type-mismatch", blamed.span, title, edit)
            }
        };
        self.errors.push(error);
        true
    }

    pub(crate) fn check_choice(&mut self, ty: &Ty, value: &Ir, span: Span) -> Option<()> {
        let (Type::Choice(options), Ir::Const(Value::Text(text))) = (self.names.slots.resolve(ty), value) else {
            return Some(());
        };
        if options.contains(text) {
            return Some(());
        }
        let near = super::nearest::nearest(text, options.iter().map(SmolStr::as_str));
        let edit = near.map_or_else(
            || format!("write {}", Type::Choice(options.clone())),
            |near| format!("did you mean \"{near}\"?"),
        );
        self.errors.push(Diagnostic::error(
            "type-mismatch",
            span,
            format!("\"{text}\" is none of the values this can have"),
            edit,
        ));
        None
    }

    fn local_time(&mut self, op: Comparison, right: &Expr, span: Span) -> Lowered {
        let ExprKind::Time(minute) = right.kind else {
            self.errors.push(Diagnostic::error(
                "type-mismatch",
                right.span,
                "The local time is compared with a time of day",
                "write a time such as 09:00",
            ));
            return None;
        };
        let day = |from: u32, to: u32| if from == to { Ir::Const(Value::Bool(false)) } else { Ir::LocalTime(from, to) };
        let before = day(0, minute);
        Some(match op {
            Comparison::GreaterOrEqual => (negated(before, true), Ty::BOOL),
            Comparison::Less => (before, Ty::BOOL),
            _ => {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "The local time is never exactly one minute for long",
                    "write `local time is between 09:00 and 17:00`, `<` or `>=`",
                ));
                return None;
            }
        })
    }

    fn one_of(&mut self, value: &Expr, list: &[Expr], scope: &mut Scope) -> Option<Ir> {
        if bare_word(value).is_some_and(|word| word.text == "today")
            && list.iter().all(|item| bare_word(item).is_some())
        {
            let mut all = 0;
            for word in list.iter().filter_map(bare_word) {
                match days(&word.text) {
                    Some(found) => all |= found.0,
                    None => self.errors.push(unknown_day(word)),
                }
            }
            return Some(Ir::Day(Days(all)));
        }
        let (ir, ty) = self.value(value, scope)?;
        let mut items = Vec::new();
        for item in list {
            let (item_ir, item_ty) = self.value(item, scope)?;
            self.same(&ty, &item_ty, item.span)?;
            self.check_choice(&ty, &item_ir, item.span)?;
            if is_timed(&ir) && is_timed(&item_ir) {
                self.errors.push(two_timed(item.span));
                return None;
            }
            items.push(item_ir);
        }
        Some(Ir::OneOf(Box::new(ir), items))
    }

    fn contains(&mut self, value: &Expr, part: &Expr, scope: &mut Scope) -> Lowered {
        if scope.where_events.is_none() && self.contains_an_event(value, part) {
            return None;
        }
        let (a, a_ty) = self.value(value, scope)?;
        let (b, b_ty) = self.value(part, scope)?;
        match self.names.slots.resolve(&a_ty) {
            Type::List(of) => self.same(&Ty::Known(*of), &b_ty, part.span)?,
            Type::Any => {}
            _ => {
                self.same(&a_ty, &Ty::TEXT, value.span)?;
                self.same(&b_ty, &Ty::TEXT, part.span)?;
            }
        }
        Some((Ir::Contains(Box::new(a), Box::new(b)), Ty::BOOL))
    }

    fn between(&mut self, value: &Expr, from: &Expr, to: &Expr, scope: &mut Scope) -> Option<Ir> {
        if is_local_time(value) {
            let (ExprKind::Time(a), ExprKind::Time(b)) = (&from.kind, &to.kind) else {
                self.errors.push(Diagnostic::error(
                    "type-mismatch",
                    from.span.to(to.span),
                    "The local time is compared with times of day",
                    "write times such as 09:00 and 17:00",
                ));
                return None;
            };
            self.check_window(*a, *b, from.span.to(to.span))?;
            return Some(Ir::LocalTime(*a, *b));
        }
        if scope.where_events.is_none() && self.asks_the_clock(value, from) {
            return None;
        }
        let (ir, ty) = self.value(value, scope)?;
        let (a, a_ty) = self.value(from, scope)?;
        let (b, b_ty) = self.value(to, scope)?;
        self.same(&ty, &a_ty, from.span)?;
        self.same(&ty, &b_ty, to.span)?;
        if is_timed(&ir) && (is_timed(&a) || is_timed(&b)) {
            self.errors.push(two_timed(from.span.to(to.span)));
            return None;
        }
        Some(Ir::Between(Box::new(ir), Box::new(a), Box::new(b)))
    }

    /// A window that ends where it starts is none.
    pub(crate) fn check_window(&mut self, from: u32, to: u32, span: Span) -> Option<()> {
        if from != to {
            return Some(());
        }
        self.errors.push(crate::diagnostic::syntax(
            span,
            "This time ends at the minute it starts",
            "write two different times, or 00:00 and 24:00 for the whole day",
        ));
        None
    }

    fn pair(&mut self, first: &Name, second: &Name, suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        if let Some(engagement) = Engagement::of(&first.text).filter(|_| scope.where_events.is_none()) {
            if !suffix.is_empty() {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "An engagement with a message is asked of what this journey sent",
                    format!("write `{} {}`, or look back on all messages: `{0} in last 30d`", first.text, second.text),
                ));
                return None;
            }
            if !scope.in_steps {
                self.errors.push(no_message_here(span));
                return None;
            }
            let message = self.message(second)?;
            return Some((Ir::Engaged(engagement, Some(message)), Ty::BOOL));
        }
        match (first.text.as_str(), second.text.as_str()) {
            ("prefers", _) if suffix.is_empty() => {
                let channel = self.channel(second)?;
                Some((Ir::Prefers(channel), Ty::BOOL))
            }
            ("local", "time") => {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "The local time is asked with `is between`",
                    "write `local time is between 09:00 and 17:00`",
                ));
                None
            }
            _ if Engagement::of(&second.text).is_some()
                && (FILLERS.contains(&first.text.as_str()) || self.names.is_channel(&first.text)) =>
            {
                let word = second.text.as_str();
                let title = format!("Whether a message was {word} is asked with one word");
                let edit = format!("write `{word}`, or name the message behind it: `{word} recs`");
                self.errors.push(crate::diagnostic::syntax(span, title, edit).with_safe_fix(span, word));
                None
            }
            ("has" | "have" | "had" | "did" | "does" | "was", _) => {
                let mut filler = span;
                filler.end = filler.start + first.text.len() as u32;
                self.errors.push(crate::diagnostic::syntax(
                    filler,
                    "Whether something happened is asked by its name alone",
                    format!("take `{}` away", first.text),
                ));
                None
            }
            _ => {
                let near = super::nearest::nearest(
                    &first.text,
                    Engagement::ALL.map(Engagement::word).into_iter().chain(["prefers"]),
                );
                let edit = match near {
                    Some(near) => format!("did you mean `{near} {}`?", second.text),
                    None => "write one condition here, or put `and`, `or` or `then` between the two".to_string(),
                };
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    format!("`{} {}` is no condition", first.text, second.text),
                    edit,
                ));
                None
            }
        }
    }

    fn path(&mut self, path: &Path, suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        match path.root {
            Root::Profile | Root::Event if !suffix.is_empty() => {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "Only events have a history to look back on",
                    "take `where`, `in last` or `ever` away",
                ));
                None
            }
            Root::Profile | Root::Event if scope.constants => {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "What is remembered of an event is compared with fixed values only",
                    "write a value here, such as 100 or \"gold\"",
                ));
                None
            }
            Root::Profile => self.attribute(path),
            Root::Event => self.entry_property(path, scope),
            Root::Bare => self.bare(path, suffix, span, scope),
        }
    }

    fn bare(&mut self, path: &Path, suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        let first = path.parts.first()?;
        if path.parts.len() == 1 && suffix.is_empty() && !first.quoted && !scope.constants {
            match first.text.as_str() {
                "now" => return Some((Ir::Now, Ty::MOMENT)),
                "today" => return Some((Ir::Today, Ty::DATE)),
                _ => {}
            }
        }
        if let Some(events) = scope.where_events.clone() {
            if !suffix.is_empty() {
                self.errors.push(crate::diagnostic::syntax(
                    span,
                    "Inside `where`, names are properties of the event",
                    "compare a property, such as `total >= 30`",
                ));
                return None;
            }
            let (property, ty) = self.property(&events, &path.parts)?;
            return Some((Ir::EventProperty(property), ty));
        }
        if path.parts.len() > 1 {
            let event = first.text.clone();
            // Of a person it is known whether they agreed and can be reached.
            if let ("consent" | "reachable", Some(name)) = (event.as_str(), path.parts.get(1)) {
                let title = format!(
                    "Whether somebody {} is known of the person",
                    match event.as_str() {
                        "consent" => "agreed",
                        _ => "can be reached",
                    }
                );
                let edit = format!("write `profile.{event}.{}`", name.text);
                let start = Span { end: span.start, ..span };
                self.errors.push(crate::diagnostic::syntax(span, title, edit).with_safe_fix(start, "profile."));
                return None;
            }
            if matches!(
                event.as_str(),
                "user" | "customer" | "person" | "contact" | "subscriber" | "recipient" | "client" | "lead"
            ) {
                let title = format!("What is known of a customer begins with `profile`, not with `{event}`");
                let edit = format!("write `profile.{}`", path.parts.get(1).map_or("", |n| n.text.as_str()));
                self.errors
                    .push(crate::diagnostic::syntax(first.span, title, edit).with_safe_fix(first.span, "profile"));
                return None;
            }
            let last = path.parts.last().map_or("", |part| part.text.as_str());
            if matches!(last, "com" | "org" | "net" | "de" | "fr" | "es" | "it" | "eu" | "uk" | "io" | "ch" | "at") {
                let text = format!("\"{}\"", self.source(span));
                let title = "A text that is compared stands in quotes";
                let error = crate::diagnostic::syntax(span, title, format!("write `{text}`"));
                self.errors.push(error.with_unsafe_fix(span, text));
                return None;
            }
            let property = path.parts.get(1).map_or("", |n| n.text.as_str());
            let snake = snake_case(&event);
            // One that the journey waits for or asks about is not the one that began it.
            let began = scope.entry_events.as_ref().is_none_or(|events| events.iter().any(|of| *of == snake));
            let edit = match began {
                true => format!("write `event.{property}` for the event that began the journey"),
                false => format!(
                    "ask for one that is so, such as `{event} where ({property} >= 9)`, or for the last one there was: `last {event}.{property}`"
                ),
            };
            self.errors.push(crate::diagnostic::syntax(
                span,
                format!("A property of `{event}` is not a value by itself"),
                edit,
            ));
            return None;
        }
        if !first.quoted && suffix.is_empty() {
            let word = first.text.as_str();
            if matches!(word, "sent" | "suppressed") || Engagement::of(word).is_some() {
                if !scope.in_steps {
                    self.errors.push(no_message_here(span));
                    return None;
                }
                let ir = match word {
                    "sent" => Ir::Sent,
                    "suppressed" => Ir::Suppressed,
                    _ => Ir::Engaged(Engagement::of(word)?, None),
                };
                return Some((ir, Ty::BOOL));
            }
        }
        self.bare_event(&path.parts, suffix, span, scope)
    }

    /// A bare name is an event: has it happened?
    pub(crate) fn bare_event(&mut self, parts: &[Name], suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        let name = parts.first()?;
        let snake = SmolStr::new(snake_case(&name.text));
        let is_attribute =
            self.names.profile.as_ref().is_some_and(|schema| schema.contains_key(std::slice::from_ref(&snake)));
        if is_attribute && !self.names.declared_events.contains_key(&snake) {
            self.errors.push(
                Diagnostic::error(
                    "unknown-name",
                    name.span,
                    format!("`{}` is an attribute, and a bare name is an event", name.text),
                    format!("write `profile.{snake}`"),
                )
                .with_safe_fix(name.span, format!("profile.{snake}")),
            );
            return None;
        }
        if suffix.in_last.is_some() || suffix.ever {
            let id = self.history(name, None, suffix, ir::HistoryKind::Latest, span, scope)?;
            return Some((Ir::Occurred(id), Ty::BOOL));
        }
        if name.text == "engagement" && !name.quoted {
            self.errors.push(needs_window(span, "Engagement on any channel is asked about without saying since when"));
            return None;
        }
        let event = self.names.event(name, &mut self.errors);
        let cond = match &suffix.cond {
            Some(cond) => {
                let mut inner = Scope { where_events: Some(vec![snake]), ..scope.clone() };
                let lowered = self.condition(cond, &mut inner);
                scope.entry_properties = inner.entry_properties;
                Some(lowered?)
            }
            None => None,
        };
        if !scope.in_steps {
            self.errors.push(match self.names.declared_segments.contains_key(&name.text) {
                true => {
                    let title = "Whether somebody is in a segment is asked with `in`";
                    let asked = format!("in {}", name.text);
                    Diagnostic::error("needs-window", span, title, format!("write `{asked}`"))
                        .with_safe_fix(span, asked)
                }
                false => bare_event_here(span, &name.text),
            });
            return None;
        }
        let text = SmolStr::new(self.source(span));
        let at = scope.happenings.iter().position(|h| h.event == event && h.cond == cond).unwrap_or_else(|| {
            scope.happenings.push(ir::Happening { event, cond, text });
            scope.happenings.len() - 1
        });
        Some((Ir::Happened(ir::HappeningId(at as u16)), Ty::BOOL))
    }

    fn attribute(&mut self, path: &Path) -> Lowered {
        let snake: Vec<SmolStr> = path.parts.iter().map(|p| SmolStr::new(snake_case(&p.text))).collect();
        let built_in = match snake.as_slice() {
            [first, name] if first == "consent" => Some((Ir::Consent(name.clone()), Ty::BOOL)),
            [first, name] if first == "reachable" => Some((Ir::ReachableFlag(name.clone()), Ty::BOOL)),
            _ => None,
        };
        if built_in.is_some() {
            return built_in;
        }
        let ty = self.attribute_type(&snake, &path.parts)?;
        let at = self.attributes.number(snake);
        Some((Ir::Attribute(ir::AttributeId(at)), ty))
    }

    /// The type of an attribute; an unknown one is reported.
    pub(crate) fn attribute_type(&mut self, snake: &[SmolStr], parts: &[Name]) -> Option<Ty> {
        if let [only] = snake
            && ATTRIBUTES.contains(&only.as_str())
        {
            return Some(Ty::TEXT);
        }
        if let Some(ty) = self.names.attributes.get(snake) {
            return Some(ty.clone());
        }
        if let Some(schema) = &self.names.profile {
            let known: Vec<String> = schema.keys().map(|k| k.join(".")).collect();
            let last = parts.last()?;
            let whole = Name {
                text: parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(".").into(),
                quoted: false,
                span: parts.first()?.span.to(last.span),
            };
            let error = self.names.unknown("attribute", &whole, known.iter().map(String::as_str).chain(ATTRIBUTES));
            self.errors.extend(error);
            return None;
        }
        let ty = self.names.slots.open();
        self.names.attributes.insert(snake.to_vec(), ty.clone());
        Some(ty)
    }

    fn entry_property(&mut self, path: &Path, scope: &mut Scope) -> Lowered {
        let Some(events) = scope.entry_events.clone() else {
            self.errors.push(crate::diagnostic::syntax(
                path.span,
                "There is no entry's event here for `event.` to mean",
                "ask about `profile.` instead",
            ));
            return None;
        };
        let (property, ty) = self.property(&events, &path.parts)?;
        let at = scope.entry_properties.iter().position(|p| *p == property).unwrap_or_else(|| {
            scope.entry_properties.push(property);
            scope.entry_properties.len() - 1
        });
        Some((Ir::EntryProperty(at as u16), ty))
    }

    /// A property of any of these events.
    pub(crate) fn property(&mut self, events: &[SmolStr], parts: &[Name]) -> Option<(ir::PropertyId, Ty)> {
        let snake: Vec<SmolStr> = parts.iter().map(|p| SmolStr::new(snake_case(&p.text))).collect();
        let span = parts.first()?.span.to(parts.last()?.span);
        let mut first: Option<Ty> = None;
        for event in events {
            let ty = self.property_type(event, &snake, parts)?;
            match &first {
                None => first = Some(ty),
                Some(first) => self.same(&first.clone(), &ty, span)?,
            }
        }
        let ty = first.unwrap_or_else(|| self.names.slots.open());
        let at = self.properties.number((snake, ty.clone()));
        Some((ir::PropertyId(at), ty))
    }

    pub(crate) fn property_type(&mut self, event: &SmolStr, snake: &[SmolStr], parts: &[Name]) -> Option<Ty> {
        // The context that Segment's libraries add has its own shape.
        let in_context = snake.first().is_some_and(|first| first == "context");
        if let Some(schema) = self.names.event_schemas.get(event).filter(|_| !in_context) {
            if let Some(ty) = schema.get(snake) {
                return Some(ty.clone());
            }
            let known: Vec<String> = schema.keys().map(|k| k.join(".")).collect();
            let name =
                Name { text: snake.join(".").into(), quoted: false, span: parts.first()?.span.to(parts.last()?.span) };
            let error = self.names.unknown("property", &name, known.iter().map(String::as_str));
            self.errors.extend(error);
            return None;
        }
        let key = (event.clone(), snake.to_vec());
        if let Some(ty) = self.names.properties.get(&key) {
            return Some(ty.clone());
        }
        let ty = self.names.slots.open();
        self.names.properties.insert(key, ty.clone());
        Some(ty)
    }
}

fn negated(ir: Ir, not: bool) -> Ir {
    if not { Ir::Not(Box::new(ir)) } else { ir }
}

fn is_local_time(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Pair(first, second, suffix) if first.text == "local" && second.text == "time" && suffix.is_empty())
}

/// Whether a value changes with time alone.
pub(crate) fn is_timed(ir: &Ir) -> bool {
    match ir {
        Ir::Now | Ir::Today | Ir::Since(..) | Ir::Rate(..) => true,
        Ir::Count(_, windowed) | Ir::Sum(_, windowed) | Ir::Last(_, windowed) => *windowed,
        Ir::Arithmetic(first, parts) => is_timed(first) || parts.iter().any(|(_, part)| is_timed(part)),
        _ => false,
    }
}

/// Whether it changes all the time, and not at single moments.
fn moves(ir: &Ir) -> bool {
    match ir {
        Ir::Now | Ir::Today | Ir::Since(..) => true,
        Ir::Arithmetic(first, parts) => moves(first) || parts.iter().any(|(_, part)| moves(part)),
        _ => false,
    }
}

fn two_timed(span: Span) -> Diagnostic {
    Diagnostic::error(
        "not-timed",
        span,
        "Both sides of this change as time goes by, so a rise or a fall cannot be asked about",
        "compare one side with a fixed value, such as `< 20%` or `>= 3`, or with a date",
    )
}

/// A word that should be a day.
pub(crate) fn unknown_day(word: &Name) -> Diagnostic {
    let known = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekday", "weekend"];
    let edit = super::nearest::did_you_mean(&word.text, known, "write a day such as monday, or weekday");
    crate::diagnostic::syntax(word.span, format!("`{}` is no day of the week", word.text), edit)
}

pub(crate) fn needs_window(span: Span, title: &str) -> Diagnostic {
    Diagnostic::error("needs-window", span, title, "say since when: `order_placed in last 30d`, or `ever`")
}

/// A name alone, where nothing has happened yet: an event, or an attribute or a segment that lacks its first word.
fn bare_event_here(span: Span, name: &str) -> Diagnostic {
    let title = format!("`{name}` alone is an event, and it is not said since when it counts");
    let edit = format!(
        "write `{name} in last 30d` for an event, `profile.{name}` for an attribute, `in {name}` for a segment"
    );
    Diagnostic::error("needs-window", span, title, edit)
}

fn no_message_here(span: Span) -> Diagnostic {
    let title = "Only the steps of a journey have a message to ask about";
    Diagnostic::error("needs-window", span, title, "ask this in an `if`, or look back: `engagement in last 30d`")
}
