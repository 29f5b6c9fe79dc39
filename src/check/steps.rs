//! Steps.

use super::Checker;
use super::conditions::{Scope, unknown_day};
use super::types::Ty;
use crate::diagnostic::{Advice, Diagnostic, syntax};
use crate::ir::{self, Branch, Calendar, Days, Until};
use crate::syntax::tree::{
    Alternative, Expr, ExprKind, Name, Path, Root, SendOption, Step, StepKind, Suffix, Until as Tree,
};
use crate::syntax::words::{days, weekday};
use crate::value::Type;
use rust_decimal::Decimal;
use smol_str::SmolStr;

impl Checker<'_> {
    pub(crate) fn steps(&mut self, steps: &[Step], scope: &mut Scope, category: ir::CategoryId) -> Vec<ir::Step> {
        self.in_steps(scope, |this, scope| steps.iter().filter_map(|step| this.step(step, scope, category)).collect())
    }

    fn step(&mut self, step: &Step, scope: &mut Scope, category: ir::CategoryId) -> Option<ir::Step> {
        use ir::StepKind as Ir;
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
            StepKind::Add { audience, for_ } => Ir::Add(self.audience(audience)?, *for_),
            StepKind::Remove(audience) => Ir::Remove(self.audience(audience)?),
            StepKind::Exit => Ir::Exit,
            StepKind::BestOf(alternatives) => Ir::BestOf(self.alternatives(alternatives, scope, category)?),
            StepKind::Match { value, arms, otherwise } => {
                let compared = self.value(value, scope);
                let mut lowered = Vec::new();
                let mut whole = true;
                for (values, steps, span) in arms {
                    let text = SmolStr::new(format!("{} is {}", self.source(value.span), self.source(*span)));
                    let mut items = Vec::new();
                    for item in values {
                        let fits = self.match_value(compared.as_ref(), item, scope);
                        whole &= fits.is_some();
                        items.extend(fits);
                    }
                    let steps = self.steps(steps, scope, category);
                    let text = SmolStr::new(text.trim_end_matches(':'));
                    lowered.push(ir::MatchArm { values: items, steps, text, span: *span });
                }
                let otherwise = self.steps(otherwise.as_deref().unwrap_or_default(), scope, category);
                let (value, _) = compared.filter(|_| whole)?;
                Ir::Match { value, arms: lowered, otherwise }
            }
            StepKind::Split { name, arms } => {
                self.shares(arms);
                let arms = arms
                    .iter()
                    .map(|(share, label, steps)| ir::SplitArm {
                        share: *share,
                        label: label.text.clone(),
                        steps: self.steps(steps, scope, category),
                    })
                    .collect();
                Ir::Split { name: name.text.clone(), arms }
            }
            StepKind::Repeat { times, every, until, steps } => {
                let times = self.count(*times, "A round is done at least once");
                let until = until.as_ref().map(|cond| self.condition(cond, scope));
                let steps = self.steps(steps, scope, category);
                let until = match until {
                    Some(cond) => Some(cond?),
                    None => None,
                };
                Ir::Repeat { times: times?, every: *every, until, steps }
            }
            StepKind::Set { path, value } => {
                let target = self.set_target(path);
                let (value_ir, ty) = self.value(value, scope)?;
                let (target, name, target_ty) = target?;
                if let Err(error) = self.names.slots.unify(&target_ty, &ty, value.span) {
                    self.error(error);
                    return None;
                }
                self.check_choice(&target_ty, &value_ir, value.span)?;
                Ir::Set { target, name, value: value_ir }
            }
            StepKind::Emit { event, args } => {
                let id = self.names.event(event, &mut self.errors);
                let snake = self.names.events.name(id.0);
                let properties = self.arguments(args, scope, |this, name| {
                    this.property(std::slice::from_ref(&snake), std::slice::from_ref(name)).map(|(_, ty)| Some(ty))
                })?;
                Ir::Emit { event: snake, properties }
            }
            StepKind::Start(name) => Ir::Start(self.journey_name(name)?),
            StepKind::Call { hook, args } => {
                let arguments = self.arguments(args, scope, |_, _| Some(None))?;
                Ir::Call { hook: hook.text.clone(), arguments }
            }
        };
        Some(ir::Step { kind, span: step.span })
    }

    /// A value of a `match`, which has the type of what is matched.
    fn match_value(&mut self, compared: Option<&(ir::Expr, Ty)>, item: &Expr, scope: &mut Scope) -> Option<ir::Expr> {
        let (value, ty) = self.value(item, scope)?;
        let (_, wanted) = compared?;
        if let Err(error) = self.names.slots.unify(wanted, &ty, item.span) {
            self.error(error);
            return None;
        }
        self.check_choice(wanted, &value, item.span)?;
        Some(value)
    }

    /// What a `set` sets, its name and its type.
    fn set_target(&mut self, path: &Path) -> Option<(ir::SetTarget, SmolStr, Ty)> {
        if path.root != Root::Profile {
            self.error(syntax(path.span, "Only attributes of the profile can be set", "write `set profile.NAME to …`"));
            return None;
        }
        let snake: Vec<SmolStr> = path.parts.iter().map(|p| SmolStr::new(crate::source::snake_case(&p.text))).collect();
        let name = SmolStr::new(snake.join("."));
        if matches!(snake.first().map(SmolStr::as_str), Some("consent" | "reachable")) {
            self.answer_about(path.parts.get(1));
        }
        match snake.as_slice() {
            [first, of] if first == "consent" => return Some((ir::SetTarget::Consent(of.clone()), name, Ty::BOOL)),
            [first, of] if first == "reachable" => return Some((ir::SetTarget::Reachable(of.clone()), name, Ty::BOOL)),
            _ => {}
        }
        let ty = self.attribute_type(&snake, &path.parts)?;
        self.attribute_named(&snake, &path.parts);
        let at = self.attributes.number(snake);
        Some((ir::SetTarget::Attribute(ir::AttributeId(at)), name, ty))
    }

    /// Named values; `ty` says what one of a name is, if that is known.
    fn arguments(
        &mut self,
        args: &[(Name, Expr)],
        scope: &mut Scope,
        mut ty: impl FnMut(&mut Self, &Name) -> Option<Option<Ty>>,
    ) -> Option<Vec<(SmolStr, ir::Expr)>> {
        let mut out: Option<Vec<(SmolStr, ir::Expr)>> = Some(Vec::new());
        let mut names: Vec<SmolStr> = vec![];
        for (name, value) in args {
            let snake = SmolStr::new(crate::source::snake_case(&name.text));
            if names.contains(&snake) {
                self.error(Diagnostic::error(
                    "duplicate-name",
                    name.span,
                    format!("`{}` is given twice", name.text),
                    "take one of the two away",
                ));
            }
            names.push(snake.clone());
            let wanted = ty(self, name);
            let lowered = self.value(value, scope);
            let fits = match (&wanted, &lowered) {
                (Some(Some(wanted)), Some((ir, ty))) => match self.names.slots.unify(wanted, ty, value.span) {
                    Ok(()) => self.check_choice(wanted, ir, value.span).is_some(),
                    Err(error) => {
                        self.error(error);
                        false
                    }
                },
                _ => true,
            };
            match (wanted, lowered) {
                (Some(_), Some((ir, _))) if fits => {
                    out.iter_mut().for_each(|out| out.push((snake.clone(), ir.clone())))
                }
                _ => out = None,
            }
        }
        out
    }

    fn shares(&mut self, arms: &[(Decimal, Name, Vec<Step>)]) {
        for (at, (share, label, _)) in arms.iter().enumerate() {
            self.exact_share(*share, label.span);
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
        if self.wrong_way_round(&alternative.channel, &alternative.message) {
            return None;
        }
        let channel = self.channel(&alternative.channel);
        let told = self.errors.len();
        let message = self.message(&alternative.message);
        // Behind what is no channel, the next word is hardly a message.
        if channel.is_none() {
            self.errors.truncate(told);
        }
        let mut category = Some(journeys);
        let mut best_time = None;
        let mut values = Some(vec![]);
        let mut seen: Vec<&str> = Vec::new();
        for option in &alternative.options {
            let (word, span) = match option {
                SendOption::As(name) => ("as", name.span),
                SendOption::BestTime(_, span) => ("at best time", *span),
                SendOption::With(_, span) => ("with", *span),
            };
            if seen.contains(&word) {
                self.error(syntax(span, format!("A send says `{word}` once"), "take one of the two away"));
            }
            seen.push(word);
            match option {
                SendOption::As(name) => category = self.category(name),
                SendOption::BestTime(within, span) => {
                    best_time = Some((*within, SmolStr::new(self.source(*span))));
                }
                SendOption::With(args, _) => values = self.arguments(args, scope, |_, _| Some(None)),
            }
        }
        let given: Vec<SmolStr> = values.iter().flatten().map(|(name, _)| name.clone()).collect();
        self.note_send(&alternative.channel, &alternative.message, &given, scope, alternative.span);
        Some(ir::Send {
            channel: channel?,
            message: message?,
            category: category?,
            best_time,
            values: values?,
            reads: vec![],
        })
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

    /// The days of `on weekdays` or `on saturday, sunday`; without any, all.
    pub(super) fn days(&mut self, names: &[Name]) -> Option<Days> {
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
                if next.text != "next" || word.text == "day" {
                    self.error(super::moments::no_moment(next, word, *at));
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
                Until::Value(super::journeys::value_moment(of, *offset, *at))
            }
        })
    }

    /// A date or a moment of the profile or of the entry's event.
    pub(crate) fn moment_of(&mut self, path: &Path, scope: &mut Scope) -> Option<ir::Expr> {
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
            if let Some(error) = super::moments::no_day(word) {
                self.error(error);
                return None;
            }
            let known = ["tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let edit =
                Advice::nearest(&word.text, known, "write a time, a day such as monday, `tomorrow`, `day 5` or a date");
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
