//! `negated-missing`: "is not" says nothing about people of whom nothing is known.

use super::Finding;
use super::view::View;
use super::words::is_a_word;
use crate::diagnostic::{Diagnostic, Edit, Fix, Level};
use crate::source::Span;
use crate::syntax::tree::{ClauseKind, Expr, ExprKind, ItemKind, Root, RuleKind, Step, StepKind};
use crate::syntax::walk::Bare;
use crate::value::Comparison;
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) const FINDING: Finding = Finding {
    name: "negated-missing",
    level: Level::Warning,
    title: "A negated comparison leaves out everybody of whom the value is not known",
    meaning: "A comparison with a value that is missing is neither true nor false, and its opposite is not true either: \
              nobody is written to on a guess. `profile.tier is not \"gold\"` holds for people whose tier is known and is another \
              one. Say whether people without the value are meant.",
    customers: "People without the value are left out of a journey, do not leave it, or are not protected by a rule that was to hold \
                for them.",
    bad: "\
journey offers:
  for profile.tier is not \"gold\"
  on cart_abandoned: email offer
  goal order_placed
",
    good: "\
journey offers:
  for profile.tier is known and profile.tier is not \"gold\"
  on cart_abandoned: email offer
  goal order_placed
",
    allow: Some("Where every profile, or every such event, bears the value."),
    fix: Some(
        "It writes `… is known and` in front, which says what happens already. To include people without the value, write \
         `… is missing or` instead.",
    ),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let mut looker =
        Looker { view, known: Known::default(), windowed: false, told: FxHashSet::default(), then: Then::LeftOut, out };
    for item in view.items() {
        match &item.kind {
            ItemKind::Segment { cond: Some(cond), .. } => looker.condition(cond, Bare::Events),
            ItemKind::Charter(rules) => {
                rules.iter().for_each(|rule| looker.rule(&rule.kind));
            }
            ItemKind::Journey(journey) => {
                // What must hold at the entry is known to the steps.
                let entry = journey.clauses.iter().find_map(|clause| match &clause.kind {
                    ClauseKind::For(cond) => Some(cond),
                    _ => None,
                });
                for clause in &journey.clauses {
                    match (&clause.kind, clause.cond()) {
                        (ClauseKind::Rule(rule), _) => looker.rule(rule),
                        (ClauseKind::ExitWhen { cond, .. }, _) => looker.leads_to(Then::StaysIn, cond),
                        (_, Some((cond, bare))) => looker.condition(cond, bare),
                        _ => {}
                    }
                    let mark = looker.known.mark();
                    entry.into_iter().for_each(|cond| looker.assume(cond, true));
                    looker.steps(clause.steps());
                    looker.known.forget(mark);
                }
            }
            _ => {}
        }
    }
}

/// Values that are known at a place, as written; what was learnt last is forgotten first.
#[derive(Default)]
struct Known<'a> {
    log: Vec<&'a str>,
    counts: FxHashMap<&'a str, usize>,
}

impl<'a> Known<'a> {
    fn learn(&mut self, value: &'a str) {
        self.log.push(value);
        *self.counts.entry(value).or_default() += 1;
    }

    fn mark(&self) -> usize {
        self.log.len()
    }

    /// Forgets what was learnt since the mark.
    fn forget(&mut self, mark: usize) {
        for value in self.log.drain(mark..) {
            if let Some(count) = self.counts.get_mut(value) {
                *count -= 1;
            }
        }
    }

    fn has(&self, value: &str) -> bool {
        self.counts.get(value).is_some_and(|count| *count > 0)
    }
}

/// What comes of it for whom the value is not known.
#[derive(Clone, Copy)]
enum Then {
    /// They are not let in, or not written to.
    LeftOut,
    /// They do not leave.
    StaysIn,
    /// A rule that keeps messages back does not hold for them.
    NotProtected,
}

struct Looker<'v, 'a, 'o> {
    view: &'v View<'a>,
    /// What is known where the present condition is asked.
    known: Known<'a>,
    /// Whether the present part has a window, so that what is written in front of it needs parentheses.
    windowed: bool,
    /// Values of the present condition that were told of.
    told: FxHashSet<&'a str>,
    /// What comes of it where the present condition does not hold.
    then: Then,
    out: &'o mut Vec<Diagnostic>,
}

impl<'a> Looker<'_, 'a, '_> {
    fn steps(&mut self, steps: &'a [Step]) {
        for step in steps {
            match &step.kind {
                StepKind::If { arms, otherwise } => {
                    let outer = self.known.mark();
                    for arm in arms {
                        self.condition(&arm.cond, Bare::Events);
                        let mark = self.known.mark();
                        self.assume(&arm.cond, true);
                        self.steps(&arm.steps);
                        self.known.forget(mark);
                        // Behind `if X is missing`, X is known.
                        if let Some(value) = self.missing(&arm.cond) {
                            self.known.learn(value);
                        }
                    }
                    otherwise.iter().for_each(|steps| self.steps(steps));
                    self.known.forget(outer);
                }
                StepKind::WaitFor { cond, .. } => self.condition(cond, Bare::Events),
                StepKind::Repeat { until, .. } => until.iter().for_each(|cond| self.condition(cond, Bare::Events)),
                _ => {}
            }
            if !matches!(step.kind, StepKind::If { .. }) {
                step.blocks().into_iter().for_each(|block| self.steps(block));
            }
        }
    }

    /// Adds what is known where a condition holds. Within one condition a negated comparison is no guard of another.
    fn assume(&mut self, cond: &'a Expr, negated_too: bool) {
        match &cond.kind {
            ExprKind::And(parts) => parts.iter().for_each(|part| self.assume(part, negated_too)),
            ExprKind::Within(inner, _) => self.assume(inner, negated_too),
            ExprKind::Compare { op, left, right } if is_a_word(right, &["known", "missing"]) => {
                let known = is_a_word(right, &["known"]) == (*op == Comparison::Is);
                let value = known.then(|| self.view.text(left.span));
                value.into_iter().for_each(|value| self.known.learn(value));
            }
            ExprKind::Compare { op: Comparison::IsNot, .. }
            | ExprKind::OneOf { not: true, .. }
            | ExprKind::Between { not: true, .. }
                if !negated_too => {}
            // Where a comparison holds, its values are known.
            ExprKind::Compare { .. } | ExprKind::OneOf { .. } | ExprKind::Between { .. } | ExprKind::Contains(..) => {
                for value in self.values(cond) {
                    self.known.learn(self.view.text(value.span));
                }
            }
            _ => {}
        }
    }

    /// The value that a condition says is missing.
    fn missing(&self, cond: &Expr) -> Option<&'a str> {
        match &cond.kind {
            ExprKind::Compare { op, left, right } if is_a_word(right, &["known", "missing"]) => {
                let is_missing = is_a_word(right, &["missing"]) == (*op == Comparison::Is);
                is_missing.then(|| self.view.text(left.span))
            }
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Compare { op, left, right } if is_a_word(right, &["known", "missing"]) => {
                    let is_missing = is_a_word(right, &["known"]) == (*op == Comparison::Is);
                    is_missing.then(|| self.view.text(left.span))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A rule that keeps messages back.
    fn rule(&mut self, rule: &'a RuleKind) {
        rule.cond().into_iter().for_each(|cond| self.leads_to(Then::NotProtected, cond));
    }

    fn leads_to(&mut self, then: Then, cond: &'a Expr) {
        self.then = then;
        self.condition(cond, Bare::Events);
        self.then = Then::LeftOut;
    }

    fn condition(&mut self, cond: &'a Expr, bare: Bare) {
        let mark = self.known.mark();
        self.told.clear();
        self.part(cond, bare, false, None);
        self.known.forget(mark);
    }

    /// Looks at a part of a condition; `not` where its opposite is asked, `outer` the negation that turned it last.
    fn part(&mut self, expr: &'a Expr, bare: Bare, not: bool, outer: Option<&'a Expr>) {
        let mark = self.known.mark();
        match &expr.kind {
            ExprKind::Not(inner) => self.part(inner, bare, !not, outer.or(Some(expr))),
            ExprKind::Within(inner, _) => {
                // What has not come true by the end of a window is false, and so its opposite true.
                self.windowed = true;
                self.part(inner, bare, false, None);
                self.windowed = false;
            }
            // Where all must hold, each part may rely on the others; where one will do, on the others' opposite. A part is no
            // guard of itself, for what it would say is what it is looked at for.
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let all = matches!(expr.kind, ExprKind::And(_));
                for other in parts.iter().filter(|_| !not) {
                    if all {
                        self.assume(other, false);
                    } else if let Some(value) = self.missing(other) {
                        self.known.learn(value);
                    }
                }
                parts.iter().for_each(|part| self.part(part, bare, not, outer));
                self.known.forget(mark);
            }
            ExprKind::Compare { right, .. } if is_a_word(right, &["known", "missing"]) => {}
            ExprKind::Compare { left, .. } if is_a_word(left, &["today"]) || is_local_time(left) => {}
            ExprKind::Between { value, .. } if is_local_time(value) => {}
            ExprKind::Compare { op, .. } => self.comparison(expr, (*op == Comparison::IsNot) != not, not, outer),
            ExprKind::OneOf { not: own, .. } | ExprKind::Between { not: own, .. } => {
                self.comparison(expr, *own != not, not, outer);
            }
            ExprKind::Contains(..) => self.comparison(expr, not, not, outer),
            _ => {}
        }
        // The `where` of an event is a condition of its own, about the event.
        for (inner, inside) in expr.parts(bare) {
            if inside == Bare::Properties && bare == Bare::Events {
                let outside = std::mem::take(&mut self.known);
                self.part(inner, inside, false, None);
                self.known = outside;
            }
        }
        if let ExprKind::Compare { .. } | ExprKind::OneOf { .. } | ExprKind::Between { .. } | ExprKind::Contains(..) =
            &expr.kind
        {
            for (side, inside) in expr.parts(bare) {
                for (inner, deeper) in side.parts(inside) {
                    if deeper == Bare::Properties && inside == Bare::Events {
                        self.part(inner, deeper, false, None);
                    }
                }
            }
        }
    }

    fn comparison(&mut self, expr: &'a Expr, negated: bool, not: bool, outer: Option<&'a Expr>) {
        if !negated {
            return;
        }
        let values = self.values(expr);
        let unknown = |text: &&str| !self.known.has(text) && !self.told.contains(text);
        let Some(text) = values.into_iter().map(|value| self.view.text(value.span)).find(unknown) else { return };
        let title = match self.then {
            Then::LeftOut => format!("This leaves out everybody of whom `{text}` is not known"),
            Then::StaysIn => format!("Nobody of whom `{text}` is not known leaves by this"),
            Then::NotProtected => format!("This rule does not hold for anybody of whom `{text}` is not known"),
        };
        let finding =
            FINDING.at(expr.span, title, format!("write `{text} is known and` in front, or `{text} is missing or`"));
        // In front of the whole negation it holds for as many as before, if that is not turned round again.
        let place = outer.filter(|_| not).unwrap_or(expr).span;
        // Beside an `and` inside, what is not known may not matter: there it is for people to say.
        let beside = outer.is_some_and(|outer| self.view.text(outer.span).contains(" and "));
        let safe = (outer.is_none() || not) && !beside;
        let (start, end) = (Span { end: place.start, ..place }, Span { start: place.end, ..place });
        let open = if self.windowed { "(" } else { "" };
        let mut edits = vec![Edit { span: start, text: format!("{open}{text} is known and ") }];
        if self.windowed {
            edits.push(Edit { span: end, text: ")".to_string() });
        }
        self.out.push(if safe { finding.with_fix(Fix { edits, safe }) } else { finding });
        // One message for each value of a condition.
        self.told.insert(text);
    }

    /// The values of a comparison that may be missing.
    fn values(&self, expr: &'a Expr) -> Vec<&'a Expr> {
        let mut out = Vec::new();
        for (part, _) in expr.parts(Bare::Events) {
            may_miss(part, &mut out);
        }
        out
    }
}

/// Collects the values in an expression that may be missing.
fn may_miss<'t>(expr: &'t Expr, out: &mut Vec<&'t Expr>) {
    match &expr.kind {
        ExprKind::Path { path, suffix } => {
            let word = path.root == Root::Bare && is_a_word(expr, &["now", "today", "known", "missing"]);
            if suffix.is_empty() && !word {
                out.push(expr);
            }
        }
        ExprKind::Last { .. } | ExprKind::Since { .. } => out.push(expr),
        ExprKind::Aggregate { word, .. } if word.text == "rate" => out.push(expr),
        ExprKind::Negative(inner) => may_miss(inner, out),
        ExprKind::Sum(first, rest) | ExprKind::Product(first, rest) => {
            may_miss(first, out);
            rest.iter().for_each(|(_, part)| may_miss(part, out));
        }
        _ => {}
    }
}

fn is_local_time(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Pair(first, second, _) if first.text == "local" && second.text == "time")
}
