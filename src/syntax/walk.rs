//! Ways through the tree: what stands directly inside a step, a line of a journey or a condition.

use super::tree::*;

/// Where a condition stands, and so what its bare names mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    /// Events and engagements.
    Events,
    /// Properties of the event that the `where` is about.
    Properties,
}

impl Step {
    /// The steps in its blocks, block by block.
    pub(crate) fn blocks(&self) -> Vec<&[Step]> {
        match &self.kind {
            StepKind::If { arms, otherwise } => {
                arms.iter().map(|arm| arm.steps.as_slice()).chain(otherwise.as_deref()).collect()
            }
            StepKind::Match { arms, otherwise, .. } => {
                arms.iter().map(|(_, steps, _)| steps.as_slice()).chain(otherwise.as_deref()).collect()
            }
            StepKind::Split { arms, .. } => arms.iter().map(|(_, _, steps)| steps.as_slice()).collect(),
            StepKind::Repeat { steps, .. } => vec![steps],
            _ => vec![],
        }
    }

    /// Its own conditions and values, without those of the steps inside it.
    pub(crate) fn exprs(&self) -> Vec<&Expr> {
        match &self.kind {
            StepKind::WaitFor { cond, .. } => vec![cond],
            StepKind::If { arms, .. } => arms.iter().map(|arm| &arm.cond).collect(),
            StepKind::Match { value, arms, .. } => {
                std::iter::once(value).chain(arms.iter().flat_map(|(values, ..)| values)).collect()
            }
            StepKind::Repeat { until, .. } => until.iter().collect(),
            StepKind::Set { value, .. } => vec![value],
            StepKind::Emit { args, .. } | StepKind::Call { args, .. } => args.iter().map(|(_, value)| value).collect(),
            StepKind::Send(_) | StepKind::BestOf(_) => {
                let options = self.alternatives().iter().flat_map(|a| &a.options);
                options
                    .flat_map(|option| match option {
                        SendOption::With(args, _) => args.as_slice(),
                        _ => &[],
                    })
                    .map(|(_, value)| value)
                    .collect()
            }
            _ => vec![],
        }
    }

    /// What it may send.
    pub(crate) fn alternatives(&self) -> &[Alternative] {
        match &self.kind {
            StepKind::Send(alternatives) | StepKind::BestOf(alternatives) => alternatives,
            _ => &[],
        }
    }
}

/// Every step of a block and of the blocks inside it, in the order of the file.
pub(crate) fn steps<'t>(block: &'t [Step], see: &mut dyn FnMut(&'t Step)) {
    for step in block {
        see(step);
        for inner in step.blocks() {
            steps(inner, see);
        }
    }
}

impl Clause {
    /// The steps below the line.
    pub(crate) fn steps(&self) -> &[Step] {
        match &self.kind {
            ClauseKind::Goal { steps, .. }
            | ClauseKind::ExitOn { steps, .. }
            | ClauseKind::ExitWhen { steps, .. }
            | ClauseKind::Entry { steps, .. } => steps,
            _ => &[],
        }
    }

    /// The condition of the line itself.
    pub(crate) fn cond(&self) -> Option<(&Expr, Bare)> {
        match &self.kind {
            ClauseKind::For(cond) | ClauseKind::ExitWhen { cond, .. } => Some((cond, Bare::Events)),
            ClauseKind::Goal { cond, .. }
            | ClauseKind::ExitOn { cond, .. }
            | ClauseKind::Entry { entry: Entry::On { cond, .. }, .. } => {
                cond.as_ref().map(|cond| (cond, Bare::Properties))
            }
            ClauseKind::Rule(rule) => rule.cond().map(|cond| (cond, Bare::Events)),
            _ => None,
        }
    }

    /// The events that the line is about.
    pub(crate) fn events(&self) -> &[EventRef] {
        match &self.kind {
            ClauseKind::Goal { events, .. }
            | ClauseKind::ExitOn { events, .. }
            | ClauseKind::Entry { entry: Entry::On { events, .. }, .. } => events,
            _ => &[],
        }
    }
}

impl RuleKind {
    /// The condition of the rule.
    pub(crate) fn cond(&self) -> Option<&Expr> {
        match self {
            RuleKind::Quiet { when, .. } | RuleKind::Cap { when, .. } | RuleKind::Gap { when, .. } => when.as_ref(),
            RuleKind::Exclude { when, .. } => Some(when),
            _ => None,
        }
    }

    /// The LIST of the rule, where it has one.
    pub(crate) fn list(&self) -> Option<&[Subject]> {
        match self {
            RuleKind::Quiet { list, .. }
            | RuleKind::Cap { list, .. }
            | RuleKind::Gap { list, .. }
            | RuleKind::Exclude { list, .. } => list.as_deref(),
            RuleKind::Consent(list) | RuleKind::Stop(list) => Some(list),
            _ => None,
        }
    }
}

impl Expr {
    /// The expressions directly inside it, and what bare names mean there.
    pub(crate) fn parts(&self, bare: Bare) -> Vec<(&Expr, Bare)> {
        match &self.kind {
            ExprKind::Path { suffix, .. }
            | ExprKind::Pair(_, _, suffix)
            | ExprKind::Aggregate { suffix, .. }
            | ExprKind::Last { suffix, .. }
            | ExprKind::Since { suffix, .. } => {
                suffix.cond.as_deref().map(|cond| (cond, Bare::Properties)).into_iter().collect()
            }
            ExprKind::Compare { left, right, .. } => vec![(left, bare), (right, bare)],
            ExprKind::Contains(left, right) => vec![(left, bare), (right, bare)],
            ExprKind::OneOf { value, list, .. } => {
                std::iter::once(&**value).chain(list).map(|part| (part, bare)).collect()
            }
            ExprKind::Between { value, from, to, .. } => vec![(value, bare), (from, bare), (to, bare)],
            ExprKind::Not(one) | ExprKind::Within(one, _) | ExprKind::Negative(one) => vec![(one, bare)],
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::List(parts) => {
                parts.iter().map(|part| (part, bare)).collect()
            }
            ExprKind::Sum(first, rest) | ExprKind::Product(first, rest) => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, part)| part)).map(|part| (part, bare)).collect()
            }
            _ => vec![],
        }
    }

    /// This expression and all inside it, in the order of the file.
    pub(crate) fn visit<'t>(&'t self, bare: Bare, see: &mut dyn FnMut(&'t Expr, Bare)) {
        see(self, bare);
        for (part, bare) in self.parts(bare) {
            part.visit(bare, see);
        }
    }

    /// The path that it is, without what may narrow it.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.kind {
            ExprKind::Path { path, suffix } if suffix.is_empty() => Some(path),
            _ => None,
        }
    }
}
