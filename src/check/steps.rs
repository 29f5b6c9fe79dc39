//! Steps.

use super::Checker;
use super::conditions::{Scope, days, unknown_day, weekday};
use super::types::Ty;
use crate::diagnostic::{Diagnostic, syntax};
use crate::ir::{self, Branch, Calendar, Days, Until};
use crate::source::Span;
use crate::syntax::tree::{
    Alternative, Expr, ExprKind, Name, Path, Root, SendOption, Step, StepKind, Suffix, Until as Tree,
};
use crate::value::Type;
use rust_decimal::Decimal;
use smol_str::SmolStr;

impl Checker<'_> {
    pub(crate) fn steps(&mut self, steps: &[Step], scope: &mut Scope, category: ir::CategoryId) -> Vec<ir::Step> {
        self.in_steps(scope, |this, scope| steps.iter().filter_map(|step| this.step(step, scope, category)).collect())
    }

    fn step(&mut self, step: &Step, scope: &mut Scope, category: ir::CategoryId) -> Option<ir::Step> {
        use ir::StepKind as Ir;
        let later = |this: &mut Self, construct: &str| -> Option<Ir> {
            this.not_yet(step.span, construct);
            None
        };
        let kind = match &step.kind {
            StepKind::Wait(millis) => Ir::Wait(*millis),
            StepKind::WaitUntil { until, or_exit } => {
                Ir::WaitUntil { until: self.until(until, scope)?, or_exit: *or_exit }
            }
            StepKind::WaitBetween { from, to, days } => {
                self.check_window(*from, *to, step.span)?;
                Ir::WaitBetween { from: *from, to: *to, days: self.days(days)? }
            }
            StepKind::WaitFor { cond, up_to } => Ir::WaitFor { cond: self.condition(cond, scope)?, up_to: *up_to },
            StepKind::Send(alternatives) => Ir::Send(self.alternatives(alternatives, scope, category)?),
            StepKind::If { arms, otherwise } => {
                let mut lowered = Vec::new();
                let mut whole = true;
                for arm in arms {
                    let cond = self.branch(&arm.cond, scope);
                    let steps = self.steps(&arm.steps, scope, category);
                    whole &= cond.is_some();
                    lowered.extend(cond.map(|cond| ir::Arm { cond, steps, span: arm.cond.span }));
                }
                let otherwise = otherwise.as_ref().map(|steps| self.steps(steps, scope, category)).unwrap_or_default();
                if !whole {
                    return None;
                }
                Ir::If { arms: lowered, otherwise }
            }
            StepKind::Add { audience, for_ } => {
                let audience = self.audience(audience)?;
                if for_.is_some() {
                    return later(self, "add … for").map(|kind| ir::Step { kind, span: step.span });
                }
                Ir::Add(audience)
            }
            StepKind::Remove(audience) => Ir::Remove(self.audience(audience)?),
            StepKind::Exit => Ir::Exit,
            StepKind::BestOf(alternatives) => {
                self.alternatives(alternatives, scope, category);
                later(self, "best of")?
            }
            StepKind::Match { value, arms, otherwise } => {
                let ty = self.value(value, scope).map(|(_, ty)| ty);
                for (values, steps, _) in arms {
                    for item in values {
                        let item_ty = self.value(item, scope).map(|(_, ty)| ty);
                        if let (Some(ty), Some(item_ty)) = (&ty, item_ty)
                            && let Err(error) = self.names.slots.unify(ty, &item_ty, item.span)
                        {
                            self.errors.push(error);
                        }
                    }
                    self.steps(steps, scope, category);
                }
                self.steps(otherwise.as_deref().unwrap_or_default(), scope, category);
                later(self, "match")?
            }
            StepKind::Split { arms, .. } => {
                self.shares(arms, step.span);
                for (_, _, steps) in arms {
                    self.steps(steps, scope, category);
                }
                later(self, "split")?
            }
            StepKind::Repeat { times, until, steps, .. } => {
                self.count(*times, "A round is done at least once");
                if let Some(cond) = until {
                    self.condition(cond, scope);
                }
                self.steps(steps, scope, category);
                later(self, "repeat")?
            }
            StepKind::Set { value, .. } => {
                self.value(value, scope);
                later(self, "set")?
            }
            StepKind::Emit { event, args } => {
                self.names.event(event, &mut self.errors);
                for (_, value) in args {
                    self.value(value, scope);
                }
                later(self, "emit")?
            }
            StepKind::Start(name) => {
                self.journey_name(name);
                later(self, "start")?
            }
            StepKind::Call { args, .. } => {
                for (_, value) in args {
                    self.value(value, scope);
                }
                later(self, "call")?
            }
        };
        Some(ir::Step { kind, span: step.span })
    }

    fn shares(&mut self, arms: &[(Decimal, Name, Vec<Step>)], span: Span) {
        let mut sum = Decimal::ZERO;
        for (at, (share, label, _)) in arms.iter().enumerate() {
            sum += *share;
            if share.is_zero() {
                self.error(syntax(
                    label.span,
                    "A share of nothing reaches nobody",
                    "write more than 0%, or take this line away",
                ));
            }
            if arms.iter().take(at).any(|(_, other, _)| other.text == label.text) {
                self.error(Diagnostic::error(
                    "duplicate-name",
                    label.span,
                    format!("There are two parts called `{}` in this split", label.text),
                    "give this one another name",
                ));
            }
        }
        if sum != Decimal::ONE_HUNDRED {
            self.error(Diagnostic::error(
                "shares-not-100",
                span,
                format!("The shares of this split add up to {}%, not 100%", sum.normalize()),
                "change them so that they add up to 100%",
            ));
        }
    }

    fn alternatives(
        &mut self,
        alternatives: &[Alternative],
        scope: &mut Scope,
        category: ir::CategoryId,
    ) -> Option<Vec<ir::Send>> {
        let mut out = Some(Vec::new());
        for alternative in alternatives {
            match self.alternative(alternative, scope, category) {
                Some(send) => out.iter_mut().for_each(|out| out.push(send.clone())),
                None => out = None,
            }
        }
        out
    }

    fn alternative(
        &mut self,
        alternative: &Alternative,
        scope: &mut Scope,
        journeys: ir::CategoryId,
    ) -> Option<ir::Send> {
        let channel = self.channel(&alternative.channel);
        let message = self.message(&alternative.message);
        let mut category = Some(journeys);
        let mut seen: Vec<&str> = Vec::new();
        for option in &alternative.options {
            let (word, span) = match option {
                SendOption::As(name) => ("as", name.span),
                SendOption::BestTime(span) => ("at best time", *span),
                SendOption::With(_, span) => ("with", *span),
            };
            if seen.contains(&word) {
                self.error(syntax(span, format!("A send says `{word}` once"), "take one of the two away"));
            }
            seen.push(word);
            match option {
                SendOption::As(name) => category = self.category(name),
                SendOption::BestTime(span) => drop(self.not_yet(*span, "at best time")),
                SendOption::With(args, span) => {
                    for (_, value) in args {
                        self.value(value, scope);
                    }
                    self.not_yet(*span, "with");
                }
            }
        }
        Some(ir::Send { channel: channel?, message: message?, category: category? })
    }

    /// The condition of an `if`: windows apart from what is asked at once.
    fn branch(&mut self, expr: &Expr, scope: &mut Scope) -> Option<Branch> {
        if !has_window(expr) {
            let text = SmolStr::new(self.source(expr.span));
            return Some(Branch::Ask(self.condition(expr, scope)?, text));
        }
        match &expr.kind {
            ExprKind::Within(inner, within) => {
                if has_window(inner) {
                    self.error(syntax(
                        expr.span,
                        "A window cannot stand inside another window",
                        "write one `within` for each event",
                    ));
                    return None;
                }
                let cond = self.condition(inner, scope)?;
                let text = SmolStr::new(self.source(expr.span));
                let mut messages = Vec::new();
                let engagement = only_engagements(&cond, &mut messages).then_some(messages);
                Some(Branch::Window { cond, within: *within, engagement, text })
            }
            ExprKind::Not(inner) => Some(Branch::Not(Box::new(self.branch(inner, scope)?))),
            ExprKind::And(parts) => Some(Branch::And(self.branches(parts, scope)?)),
            ExprKind::Or(parts) => Some(Branch::Or(self.branches(parts, scope)?)),
            _ => {
                self.error(syntax(
                    expr.span,
                    "A window cannot be part of a comparison",
                    "write the `within` after the whole comparison",
                ));
                None
            }
        }
    }

    fn branches(&mut self, parts: &[Expr], scope: &mut Scope) -> Option<Vec<Branch>> {
        let lowered: Vec<Option<Branch>> = parts.iter().map(|part| self.branch(part, scope)).collect();
        lowered.into_iter().collect()
    }

    fn days(&mut self, names: &[Name]) -> Option<Days> {
        if names.is_empty() {
            return Some(Days::ALL);
        }
        let mut all = 0;
        for name in names {
            match days(&name.text) {
                Some(found) => all |= found.0,
                None => self.error(unknown_day(name)),
            }
        }
        (all != 0).then_some(Days(all))
    }

    fn until(&mut self, until: &Tree, scope: &mut Scope) -> Option<Until> {
        Some(match until {
            Tree::Time(minute) => Until::Calendar(Calendar::Time(*minute)),
            Tree::Day { word, at } => match word.text.as_str() {
                "tomorrow" => Until::Calendar(Calendar::Tomorrow(at.unwrap_or(0))),
                _ => Until::Calendar(Calendar::Weekday { day: self.weekday(word)?, next: false, at: *at }),
            },
            Tree::Next { next, word, at } => {
                if next.text != "next" {
                    self.error(syntax(
                        next.span,
                        format!("`{} {}` is no moment", next.text, word.text),
                        format!("write `{0}` or `next {0}`", word.text),
                    ));
                    return None;
                }
                Until::Calendar(Calendar::Weekday { day: self.weekday(word)?, next: true, at: *at })
            }
            Tree::NthDay { word, number, at } => {
                if word.text != "day" {
                    self.error(syntax(
                        word.span,
                        format!("`{}` is no moment to wait for", word.text),
                        "write `day` and a number, such as `day 5`",
                    ));
                    return None;
                }
                let number = self.count(*number, "Days are counted from 1, the day after the entry")?;
                Until::Calendar(Calendar::NthDay(number, *at))
            }
            Tree::Date { date, at } => Until::Calendar(Calendar::Date(*date, at.unwrap_or(0))),
            Tree::Path { path, offset, at } => {
                let of = self.moment_of(path, scope)?;
                Until::Value {
                    of,
                    offset: offset.map_or(0, |o| o.millis),
                    whole_days: offset.is_none_or(|o| o.whole_days),
                    at: *at,
                }
            }
        })
    }

    /// A date or a moment of the profile or of the entry's event.
    fn moment_of(&mut self, path: &Path, scope: &mut Scope) -> Option<ir::Expr> {
        debug_assert!(path.root != Root::Bare);
        let expr = Expr { kind: ExprKind::Path { path: path.clone(), suffix: Suffix::default() }, span: path.span };
        let (ir, ty) = self.value(&expr, scope)?;
        if self.names.slots.unify(&ty, &Ty::Known(Type::DateOrMoment), path.span).is_err() {
            let found = self.names.slots.resolve(&ty);
            self.error(Diagnostic::error(
                "type-mismatch",
                path.span,
                format!("One waits until a date or a moment, and this is {found}"),
                "write an attribute that is a date or a moment",
            ));
            return None;
        }
        Some(ir)
    }

    fn weekday(&mut self, word: &Name) -> Option<u8> {
        let found = weekday(&word.text);
        if found.is_none() {
            let known = ["tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let edit = super::nearest::did_you_mean(
                &word.text,
                known,
                "write a time, a day such as monday, `tomorrow`, `day 5` or a date",
            );
            self.error(syntax(word.span, format!("`{}` is no moment to wait for", word.text), edit));
        }
        found
    }
}

fn has_window(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Within(..) => true,
        ExprKind::Not(inner) | ExprKind::Negative(inner) => has_window(inner),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(has_window),
        ExprKind::Compare { left, right, .. } | ExprKind::Contains(left, right) => {
            has_window(left) || has_window(right)
        }
        _ => false,
    }
}

/// Whether a condition asks about engagements alone; collects the messages that it names.
fn only_engagements(cond: &ir::Expr, messages: &mut Vec<Option<ir::MessageId>>) -> bool {
    match cond {
        ir::Expr::Engaged(_, message) => {
            if !messages.contains(message) {
                messages.push(*message);
            }
            true
        }
        ir::Expr::Not(inner) => only_engagements(inner, messages),
        ir::Expr::And(parts) | ir::Expr::Or(parts) => parts.iter().all(|part| only_engagements(part, messages)),
        _ => false,
    }
}
