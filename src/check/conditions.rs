//! Values and conditions: every name looked up, every type known, three-valued logic kept.

use super::Checker;
use super::types::Ty;
use crate::diagnostic::{Advice, Diagnostic};
use crate::ir::{self, Arithmetic, Comparison, Days, Expr as Ir};
use crate::source::Span;
use crate::syntax::tree::{Expr, ExprKind, Name, Root, Suffix};
use crate::syntax::words::days;
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
            ExprKind::Negative(inner) if let ExprKind::Number(n) = inner.kind => {
                constant(Value::Number(-n), Ty::NUMBER)
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
    pub(super) fn same(&mut self, left: &Ty, right: &Ty, span: Span) -> Option<()> {
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
        if is && self.compares_a_yes(&a_ty, op == Comparison::Is, left, right) {
            return None;
        }
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

    pub(crate) fn check_choice(&mut self, ty: &Ty, value: &Ir, span: Span) -> Option<()> {
        let (Type::Choice(options), Ir::Const(Value::Text(text))) = (self.names.slots.resolve(ty), value) else {
            return Some(());
        };
        if options.contains(text) {
            return Some(());
        }
        let near = crate::nearest::nearest(text, options.iter().map(SmolStr::as_str));
        let edit = near.map_or_else(|| format!("write {}", Type::Choice(options.clone())).into(), Advice::meant_text);
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
        if scope.where_events.is_none() && self.asks_a_bare_name(value) {
            return None;
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
        if scope.where_events.is_none() && (self.contains_an_event(value, part) || self.asks_a_bare_name(value)) {
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
        if scope.where_events.is_none() && (self.asks_the_clock(value, from) || self.asks_a_bare_name(value)) {
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
    let edit = Advice::nearest(&word.text, known, "write a day such as monday, or weekday");
    crate::diagnostic::syntax(word.span, format!("`{}` is no day of the week", word.text), edit)
}

pub(crate) fn needs_window(span: Span, title: &str) -> Diagnostic {
    Diagnostic::error("needs-window", span, title, "say since when: `order_placed in last 30d`, or `ever`")
}
