//! Steps to instructions.

use super::keys::branch_text;
use super::*;

impl Assembler {
    /// A block of steps whose keys begin with this one.
    pub(super) fn keyed_block(&mut self, key: u64, steps: &[Step], span: Span) -> Place {
        let outer = self.keys.enter(key);
        let start = self.block(steps, span);
        self.keys = outer;
        start
    }

    /// Steps within a step, whose keys begin with its own.
    pub(super) fn keyed_steps(&mut self, key: StepKey, label: &str, steps: &[Step]) {
        let outer = self.keys.enter(within(key.place, label));
        self.steps(steps);
        self.keys = outer;
    }

    pub(super) fn here(&self) -> Place {
        self.code.ops.next_id()
    }

    pub(super) fn push(&mut self, op: Op, span: Span, key: StepKey) {
        self.code.ops.push(op);
        self.code.spans.push(span);
        self.code.keys.push(key);
    }

    /// A block of steps with its end.
    pub(super) fn block(&mut self, steps: &[Step], span: Span) -> Place {
        let start = self.here();
        self.steps(steps);
        let key = self.keys.step("end", "");
        self.push(Op::Done, span, key);
        start
    }

    pub(super) fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    pub(super) fn step(&mut self, step: &Step) {
        let (kind, object) = self.name(&step.kind);
        let key = self.keys.step(kind, &object);
        let op = match &step.kind {
            StepKind::Wait(millis) => Op::Wait(*millis),
            StepKind::WaitUntil { until, or_exit } => {
                let moment = match until {
                    Until::Value(moment) => Moment::Value(self.value_moment(moment)),
                    Until::Calendar(calendar) => Moment::Calendar(calendar.clone()),
                };
                Op::WaitUntil(self.code.untils.push((moment, *or_exit)))
            }
            StepKind::WaitBetween { from, to, days } => Op::WaitBetween(*from, *to, *days),
            StepKind::WaitFor { cond, up_to } => Op::WaitFor(self.formula(cond), *up_to),
            StepKind::Send(alternatives) => {
                let first = self.sends(alternatives);
                Op::Send(first, alternatives.len() as u16)
            }
            StepKind::BestOf(alternatives) => {
                let first = self.sends(alternatives);
                Op::BestOf(first, alternatives.len() as u16)
            }
            StepKind::Add(audience, millis) => Op::Add(*audience, *millis),
            StepKind::Remove(audience) => Op::Remove(*audience),
            StepKind::Set { target, name, value } => {
                let value = self.formula(value);
                Op::Set(self.code.sets.push(Set { target: target.clone(), name: name.clone(), value }))
            }
            StepKind::Emit { event, properties } => Op::Emit(self.call(event, properties)),
            StepKind::Call { hook, arguments } => Op::Call(self.call(hook, arguments)),
            StepKind::Start(journey) => Op::Start(*journey),
            StepKind::Exit => Op::Exit,
            StepKind::If { arms, otherwise } => return self.branches(key, arms, otherwise),
            StepKind::Match { value, arms, otherwise } => return self.matches(key, value, arms, otherwise),
            StepKind::Split { name, arms } => return self.split(key, name, arms, step.span),
            StepKind::Repeat { times, every, until, steps } => {
                let until = self.maybe(until);
                let nowhere = Place::default();
                let repeat = Repeat { times: *times, every: *every, until, start: nowhere, exit: nowhere };
                let number = self.code.repeats.push(repeat);
                self.push(Op::Repeat(number), step.span, key);
                let start = self.here();
                self.push(Op::Round(number), step.span, key);
                self.keyed_steps(key, "round", steps);
                let again = StepKey { exact: key.exact ^ 1, place: key.place ^ 1 };
                self.push(Op::Again(number), step.span, again);
                let exit = self.here();
                if let Some(repeat) = self.code.repeats.get_mut(number) {
                    (repeat.start, repeat.exit) = (start, exit);
                }
                return;
            }
        };
        self.push(op, step.span, key);
    }

    /// What kind of step it is, and what it is about, by name.
    pub(super) fn name(&self, kind: &StepKind) -> (&'static str, String) {
        let code = &self.code;
        let audience = |id: &AudienceId| code.audiences.get(*id).map(ToString::to_string).unwrap_or_default();
        let sends = |sends: &[ir::Send]| {
            let mut all = String::new();
            for send in sends {
                for name in [code.channels.get(send.channel), code.messages.get(send.message)] {
                    all.push_str(name.map_or("", SmolStr::as_str));
                    all.push(' ');
                }
            }
            all
        };
        let asked = |arms: &[ir::Arm]| arms.first().map(|arm| branch_text(&arm.cond)).unwrap_or_default();
        match kind {
            StepKind::Wait(_) => ("wait", String::new()),
            StepKind::WaitUntil { .. } => ("wait until", String::new()),
            StepKind::WaitBetween { .. } => ("wait between", String::new()),
            StepKind::WaitFor { .. } => ("wait for", String::new()),
            StepKind::Send(all) => ("send", sends(all)),
            StepKind::BestOf(all) => ("best of", sends(all)),
            StepKind::If { arms, .. } => ("if", asked(arms)),
            StepKind::Match { .. } => ("match", String::new()),
            StepKind::Split { name, .. } => ("split", name.to_string()),
            StepKind::Repeat { .. } => ("repeat", String::new()),
            StepKind::Add(id, _) => ("add", audience(id)),
            StepKind::Remove(id) => ("remove", audience(id)),
            StepKind::Set { name, .. } => ("set", name.to_string()),
            StepKind::Emit { event, .. } => ("emit", event.to_string()),
            StepKind::Start(journey) => ("start", format!("{}", journey.0)),
            StepKind::Call { hook, .. } => ("call", hook.to_string()),
            StepKind::Exit => ("exit", String::new()),
        }
    }

    pub(super) fn sends(&mut self, alternatives: &[ir::Send]) -> SendId {
        let first = self.code.sends.next_id();
        for send in alternatives {
            let (values, reads) = (self.values(&send.values), self.values(&send.reads));
            self.code.sends.push(Send {
                channel: send.channel,
                message: send.message,
                category: send.category,
                best_time: send.best_time.clone(),
                values,
                reads,
            });
        }
        first
    }

    pub(super) fn values(&mut self, values: &[(SmolStr, Expr)]) -> Vec<(SmolStr, Formula)> {
        values.iter().map(|(name, value)| (name.clone(), self.formula(value))).collect()
    }

    pub(super) fn call(&mut self, name: &SmolStr, values: &[(SmolStr, Expr)]) -> CallId {
        let values = self.values(values);
        self.code.calls.push(Call { name: name.clone(), values })
    }

    pub(super) fn branches(&mut self, key: StepKey, arms: &[ir::Arm], otherwise: &[Step]) {
        let mut ends = Vec::new();
        for (at, arm) in arms.iter().enumerate() {
            let decision = self.decision(&arm.cond);
            let arm_key = if at == 0 { key } else { key.arm(at, &branch_text(&arm.cond)) };
            self.arm(decision, arm_key, &at.to_string(), &arm.steps, arm.span, &mut ends);
        }
        self.keyed_steps(key, "else", otherwise);
        self.land(ends);
    }

    pub(super) fn matches(&mut self, key: StepKey, value: &Expr, arms: &[ir::MatchArm], otherwise: &[Step]) {
        let mut ends = Vec::new();
        for (at, arm) in arms.iter().enumerate() {
            let cond = Expr::OneOf(Box::new(value.clone()), arm.values.clone());
            let decision = self.decision(&Branch::Ask(cond, arm.text.clone()));
            self.arm(decision, key.arm(at, &arm.text), &arm.text, &arm.steps, arm.span, &mut ends);
        }
        self.keyed_steps(key, "else", otherwise);
        self.land(ends);
    }

    /// A decision with the steps behind it, and a jump to the end that is not known yet.
    pub(super) fn arm(
        &mut self,
        decision: DecisionId,
        key: StepKey,
        label: &str,
        steps: &[Step],
        span: Span,
        ends: &mut Vec<Place>,
    ) {
        let branch = self.here();
        self.push(Op::Branch(decision, Place::default()), span, key);
        self.keyed_steps(key, label, steps);
        ends.push(self.here());
        self.push(Op::Jump(Place::default()), span, StepKey::default());
        let next = self.here();
        if let Some(op) = self.code.ops.get_mut(branch) {
            *op = Op::Branch(decision, next);
        }
    }

    /// Patches jumps whose target was not known yet: they come out here.
    pub(super) fn land(&mut self, jumps: Vec<Place>) {
        let end = self.here();
        for at in jumps {
            if let Some(op) = self.code.ops.get_mut(at) {
                *op = Op::Jump(end);
            }
        }
    }

    pub(super) fn split(&mut self, key: StepKey, name: &SmolStr, arms: &[ir::SplitArm], span: Span) {
        let number = self.code.splits.push(Split { name: name.clone(), arms: vec![] });
        self.push(Op::Split(number), span, key);
        let mut ends = Vec::new();
        let mut sum = Decimal::ZERO;
        for arm in arms {
            sum += arm.share;
            let (label, below, start) = (arm.label.clone(), chance::threshold(sum), self.here());
            if let Some(split) = self.code.splits.get_mut(number) {
                split.arms.push(SplitArm { label, below, start });
            }
            self.keyed_steps(key, &arm.label, &arm.steps);
            ends.push(self.here());
            self.push(Op::Jump(Place::default()), span, StepKey::default());
        }
        self.land(ends);
    }

    pub(super) fn decision(&mut self, branch: &Branch) -> DecisionId {
        let mut decision = Decision { leaves: vec![], shape: vec![] };
        self.leaves(branch, &mut decision);
        self.code.decisions.push(decision)
    }

    pub(super) fn leaves(&mut self, branch: &Branch, out: &mut Decision) {
        let (cond, text, window) = match branch {
            Branch::Ask(cond, text) => (cond, text, None),
            Branch::Window { cond, within, engagement, text } => {
                (cond, text, Some(LeafWindow { within: *within, sends: engagement.clone() }))
            }
            Branch::Not(inner) => {
                self.leaves(inner, out);
                out.shape.push(Shape::Not);
                return;
            }
            Branch::And(parts) | Branch::Or(parts) => {
                for part in parts {
                    self.leaves(part, out);
                }
                let count = parts.len() as u16;
                out.shape.push(if matches!(branch, Branch::And(_)) { Shape::And(count) } else { Shape::Or(count) });
                return;
            }
        };
        let cond = self.formula(cond);
        out.shape.push(Shape::Leaf(out.leaves.len() as u16));
        out.leaves.push(Leaf { cond, text: text.clone(), window });
    }
}
