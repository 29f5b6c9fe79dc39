//! From the typed form to instructions.

use super::*;
use crate::engagement;
use crate::ir::{Branch, Expr, Program, Step, StepKind, Until};
use crate::wire::Json;

/// Compiles a program; `fingerprint` names what it was made from.
pub(crate) fn assemble(program: &Program, fingerprint: u64) -> Code {
    let mut rank: Vec<usize> = (0..program.journeys.len()).collect();
    let place = |journey: &ir::Journey| {
        program.charter.priority.iter().position(|c| *c == journey.category).unwrap_or(usize::MAX)
    };
    rank.sort_by_key(|&at| program.journeys.get(at).map(|j| (place(j), j.name.clone())));
    let mut out = Assembler {
        code: Code {
            channels: program.channels.clone(),
            categories: program.categories.clone(),
            messages: program.messages.clone(),
            audiences: program.audiences.clone(),
            events: Names::default(),
            event_names: program.events.clone(),
            attributes: program.attributes.clone(),
            properties: program.properties.clone(),
            charter: Charter {
                timezone: program.charter.timezone,
                consent: program.charter.consent.clone(),
                quiet: vec![],
                gaps: vec![],
                caps: vec![],
            },
            listeners: vec![],
            journeys: vec![],
            ops: vec![],
            spans: vec![],
            terms: vec![],
            constants: vec![],
            sends: vec![],
            untils: vec![],
            decisions: vec![],
            exits_when: false,
            memory: 0,
            fingerprint,
        },
    };
    out.charter(&program.charter);
    for (at, journey) in program.journeys.iter().enumerate() {
        let rank = rank.iter().position(|&r| r == at).unwrap_or(at) as u16;
        let journey = out.journey(journey, rank);
        out.code.journeys.push(journey);
    }
    out.code.exits_when = out.code.journeys.iter().any(|j| j.exits_when);
    out.code.index();
    out.code
}

/// What the program does with every event that it knows.
fn uses(events: &[SmolStr], channels: &[SmolStr]) -> Names {
    let number = |name: &str| events.iter().position(|event| event == name).map(|at| ir::EventId(at as u16));
    let mut uses = Names::default();
    for (at, name) in events.iter().enumerate() {
        uses.entry(name.clone()).or_default().own = Some(ir::EventId(at as u16));
    }
    for name in engagement::names(channels) {
        let found = engagement::of_event(&name, |channel| channels.iter().any(|c| c == channel));
        let Some((told, channel)) = found else { continue };
        let channel = channel.map(SmolStr::new);
        let plain = if told.word() == name { None } else { number(told.word()) };
        let of = uses.entry(name).or_default();
        (of.engagement, of.channel, of.plain) = (Some(told), channel, plain);
    }
    for (name, yes) in [("subscribed", true), ("unsubscribed", false)] {
        uses.entry(SmolStr::new_static(name)).or_default().subscribes = Some(yes);
    }
    uses
}

impl Code {
    /// Whether traits of an input concern the program.
    pub(crate) fn reads(&self, traits: &Json) -> bool {
        let of_all = ["timezone", "preferred_channel", "consent", "reachable"];
        let read = |name: &str| {
            of_all.contains(&name) || self.attributes.iter().any(|f| f.path.first().is_some_and(|p| p == name))
        };
        matches!(traits, Json::Object(fields) if fields.iter().any(|(name, _)| read(name)))
    }

    /// Makes the tables that follow from the others.
    pub(super) fn index(&mut self) {
        self.events = uses(&self.event_names, &self.channels);
        self.listeners = vec![Vec::new(); self.event_names.len()];
        let mut order: Vec<(u16, usize)> = self.journeys.iter().enumerate().map(|(at, j)| (j.rank, at)).collect();
        order.sort_unstable();
        for (_, at) in order {
            let Some(journey) = self.journeys.get(at) else { continue };
            for event in journey.entries.iter().flat_map(|e| &e.events) {
                if let Some(list) = self.listeners.get_mut(event.index())
                    && list.last() != Some(&(at as u16))
                {
                    list.push(at as u16);
                }
            }
        }
    }
}

struct Assembler {
    code: Code,
}

const DAY: Millis = 86_400_000;

impl Assembler {
    fn charter(&mut self, charter: &ir::Charter) {
        for q in &charter.quiet {
            let when = self.maybe(&q.when);
            self.code.charter.quiet.push(Quiet {
                from: q.from,
                to: q.to,
                list: q.list.clone(),
                skip: q.skip,
                when,
                text: q.text.clone(),
            });
        }
        for g in &charter.gaps {
            let when = self.maybe(&g.when);
            self.code.memory = self.code.memory.max(g.least);
            self.code.charter.gaps.push(Gap {
                least: g.least,
                list: g.list.clone(),
                skip: g.skip,
                when,
                text: g.text.clone(),
            });
        }
        for c in &charter.caps {
            let when = self.maybe(&c.when);
            // Calendar windows with room for the clock and zone changes that make one longer.
            let reach = match c.per {
                Window::Day => 3 * DAY,
                Window::Week => 9 * DAY,
                Window::Month => 33 * DAY,
                Window::Rolling(millis) => millis,
            };
            self.code.memory = self.code.memory.max(reach);
            self.code.charter.caps.push(Cap {
                limit: c.limit,
                per: c.per,
                list: c.list.clone(),
                hold: c.hold,
                when,
                text: c.text.clone(),
            });
        }
    }

    fn journey(&mut self, journey: &ir::Journey, rank: u16) -> Journey {
        let eligible = self.maybe(&journey.eligible);
        let entries = journey
            .entries
            .iter()
            .map(|e| Entry {
                events: e.events.clone(),
                cond: self.maybe(&e.cond),
                start: self.block(&e.steps, journey.span),
            })
            .collect();
        let goals = journey
            .goals
            .iter()
            .map(|g| Goal {
                triggers: g.triggers.clone(),
                within: g.within,
                worth: g.worth,
                cond: self.maybe(&g.cond),
                start: self.block(&g.steps, g.span),
            })
            .collect();
        let exits: Vec<Exit> = journey
            .exits
            .iter()
            .map(|e| {
                let start = self.block(&e.steps, e.span);
                let (triggers, cond) = match &e.cause {
                    ir::ExitCause::On(triggers, cond) => (Some(triggers.clone()), self.maybe(cond)),
                    ir::ExitCause::When(cond) => (None, Some(self.formula(cond))),
                };
                Exit { triggers, cond, start, span: e.span }
            })
            .collect();
        let happenings =
            journey.happenings.iter().map(|h| Happening { event: h.event, cond: self.maybe(&h.cond) }).collect();
        Journey {
            name: journey.name.clone(),
            rank,
            eligible,
            reenter: journey.reenter,
            overlap: journey.overlap,
            key: journey.key,
            active: journey.active,
            entries,
            goals,
            exits_when: exits.iter().any(|exit| exit.triggers.is_none()),
            exits,
            entry_properties: journey.entry_properties.clone(),
            happenings,
            converts_for: journey.goals.iter().filter_map(|g| g.within).max(),
        }
    }

    fn here(&self) -> Place {
        self.code.ops.len() as Place
    }

    fn push(&mut self, op: Op, span: Span) {
        self.code.ops.push(op);
        self.code.spans.push(span);
    }

    /// A block of steps with its end.
    fn block(&mut self, steps: &[Step], span: Span) -> Place {
        let start = self.here();
        self.steps(steps);
        self.push(Op::Done, span);
        start
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        let op = match &step.kind {
            StepKind::Wait(millis) => Op::Wait(*millis),
            StepKind::WaitUntil { until, or_exit } => {
                let moment = match until {
                    Until::Value { of, offset, whole_days, at } => {
                        Moment::Value { of: self.formula(of), offset: *offset, whole_days: *whole_days, at: *at }
                    }
                    Until::Calendar(calendar) => Moment::Calendar(calendar.clone()),
                };
                self.code.untils.push((moment, *or_exit));
                Op::WaitUntil((self.code.untils.len() - 1) as u32)
            }
            StepKind::WaitBetween { from, to, days } => Op::WaitBetween(*from, *to, *days),
            StepKind::WaitFor { cond, up_to } => Op::WaitFor(self.formula(cond), *up_to),
            StepKind::Send(alternatives) => {
                let first = self.code.sends.len() as u32;
                self.code.sends.extend(alternatives.iter().cloned());
                Op::Send(first, alternatives.len() as u16)
            }
            StepKind::Add(audience) => Op::Add(*audience),
            StepKind::Remove(audience) => Op::Remove(*audience),
            StepKind::Exit => Op::Exit,
            StepKind::If { arms, otherwise } => {
                self.branches(arms, otherwise);
                return;
            }
        };
        self.push(op, step.span);
    }

    fn branches(&mut self, arms: &[ir::Arm], otherwise: &[Step]) {
        let mut ends = Vec::new();
        for arm in arms {
            let decision = self.decision(&arm.cond);
            let branch = self.code.ops.len();
            self.push(Op::Branch(decision, 0), arm.span);
            self.steps(&arm.steps);
            ends.push(self.code.ops.len());
            self.push(Op::Jump(0), arm.span);
            let next = self.here();
            if let Some(op) = self.code.ops.get_mut(branch) {
                *op = Op::Branch(decision, next);
            }
        }
        self.steps(otherwise);
        let end = self.here();
        for at in ends {
            if let Some(op) = self.code.ops.get_mut(at) {
                *op = Op::Jump(end);
            }
        }
    }

    fn decision(&mut self, branch: &Branch) -> u32 {
        let mut decision = Decision { leaves: vec![], shape: vec![] };
        self.leaves(branch, &mut decision);
        self.code.decisions.push(decision);
        (self.code.decisions.len() - 1) as u32
    }

    fn leaves(&mut self, branch: &Branch, out: &mut Decision) {
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

    fn maybe(&mut self, expr: &Option<Expr>) -> Option<Formula> {
        expr.as_ref().map(|expr| self.formula(expr))
    }

    fn formula(&mut self, expr: &Expr) -> Formula {
        let start = self.code.terms.len() as u32;
        self.terms(expr);
        Formula { start, end: self.code.terms.len() as u32 }
    }

    fn constant(&mut self, value: Value) -> u32 {
        self.code.constants.push(value);
        (self.code.constants.len() - 1) as u32
    }

    fn terms(&mut self, expr: &Expr) {
        let term = match expr {
            Expr::Const(value) => Term::Const(self.constant(value.clone())),
            Expr::LocalMoment(date, minute) => Term::LocalMoment(*date, *minute),
            Expr::Attribute(id) => Term::Attribute(id.0),
            Expr::Consent(name) => Term::Consent(self.constant(Value::Text(name.clone()))),
            Expr::ReachableFlag(name) => Term::ReachableFlag(self.constant(Value::Text(name.clone()))),
            Expr::EntryProperty(at) => Term::EntryProperty(*at),
            Expr::EventProperty(id) => Term::EventProperty(*id),
            Expr::Now => Term::Now,
            Expr::Today => Term::Today,
            Expr::Compare(op, a, b) => self.two(a, b, Term::Compare(*op)),
            Expr::OneOf(value, items) => {
                self.terms(value);
                for item in items {
                    self.terms(item);
                }
                Term::OneOf(items.len() as u16)
            }
            Expr::Contains(a, b) => self.two(a, b, Term::Contains),
            Expr::Between(value, from, to) => {
                self.terms(value);
                self.two(from, to, Term::Between)
            }
            Expr::Known(inner) => self.one(inner, Term::Known),
            Expr::LocalTime(from, to) => Term::LocalTime(*from, *to),
            Expr::Day(days) => Term::Day(*days),
            Expr::Happened(id) => Term::Happened(*id),
            Expr::Engaged(engagement, message) => Term::Engaged(*engagement, *message),
            Expr::Sent => Term::Sent,
            Expr::Suppressed => Term::Suppressed,
            Expr::Reachable(channel, category) => Term::Reachable(*channel, *category),
            Expr::Prefers(channel) => Term::Prefers(*channel),
            Expr::Not(inner) => self.one(inner, Term::Not),
            Expr::And(parts) => return self.chain(parts, Term::And),
            Expr::Or(parts) => return self.chain(parts, Term::Or),
            Expr::Arithmetic(first, parts) => {
                self.terms(first);
                for (op, part) in parts {
                    self.terms(part);
                    self.code.terms.push(Term::Arithmetic(*op));
                }
                return;
            }
        };
        self.code.terms.push(term);
    }

    fn one(&mut self, inner: &Expr, term: Term) -> Term {
        self.terms(inner);
        term
    }

    fn two(&mut self, a: &Expr, b: &Expr, term: Term) -> Term {
        self.terms(a);
        self.terms(b);
        term
    }

    /// `a and b and c`: never more than two on the stack.
    fn chain(&mut self, parts: &[Expr], term: Term) {
        for (at, part) in parts.iter().enumerate() {
            self.terms(part);
            if at > 0 {
                self.code.terms.push(term);
            }
        }
    }
}
