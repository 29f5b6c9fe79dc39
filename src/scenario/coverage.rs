//! What tests reach: every step, both outcomes of every branch, and every rule that held or suppressed something.

use crate::engine::{Effect, EffectKind, SeenKind};
use crate::ir::{self, Step, StepKind};
use crate::reason::RuleId;
use crate::source::Span;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

/// Something that a test can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The journey; empty for a rule of the charter.
    pub journey: SmolStr,
    /// Where it stands.
    pub span: Span,
    /// What of it is reached.
    pub what: What,
    /// Whether it was.
    pub reached: bool,
}

/// What of a place is reached.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// Somebody entered by this line, or it acted: an entry, a goal, an exit.
    Block,
    /// The step was begun.
    Step,
    /// The condition came out so.
    Branch(bool),
    /// None of the lines of a `match` fitted.
    NoMatch,
    /// The arm of a split was taken.
    Arm(SmolStr),
    /// An alternative of a send was tried: `push reminder`.
    Alternative(SmolStr),
    /// The rule held or suppressed something.
    Rule,
}

impl What {
    /// What is missing where it was not reached, for people.
    pub fn missing(&self) -> String {
        match self {
            What::Block | What::Step => "never reached".to_string(),
            What::Branch(true) => "never true".to_string(),
            What::Branch(false) => "never false".to_string(),
            What::NoMatch => "always one of the lines".to_string(),
            What::Arm(arm) => format!("`{arm}` never taken"),
            What::Alternative(send) => format!("`{send}` never tried"),
            What::Rule => "never held or suppressed anything".to_string(),
        }
    }
}

/// What the tests of a program reach.
#[derive(Debug, Clone)]
pub struct Coverage {
    items: Vec<Item>,
    numbers: HashMap<(Span, What), usize>,
    rules: HashMap<RuleId, usize>,
    /// Rules that have no number of their own, by journey (empty: the charter) and text.
    named_rules: HashMap<(SmolStr, SmolStr), usize>,
    /// Splits and alternatives, by journey and name.
    named: HashMap<(SmolStr, What), Vec<usize>>,
    /// By `match` line: what its last line stands for when nothing fits.
    last_of_match: HashSet<Span>,
}

impl Coverage {
    /// All that the tests of a program can reach, and nothing of it reached yet.
    pub fn of(program: &ir::Program) -> Self {
        let mut out = Coverage {
            items: vec![],
            numbers: HashMap::new(),
            rules: HashMap::new(),
            named_rules: HashMap::new(),
            named: HashMap::new(),
            last_of_match: HashSet::new(),
        };
        for (_, span) in &program.charter.rules {
            out.add("", *span, What::Rule);
        }
        for journey in &program.journeys {
            for (_, span) in journey.rules() {
                out.add(&journey.name, span, What::Rule);
            }
            let entries = journey.entries.iter().map(|entry| (entry.span, &entry.steps));
            let goals = journey.goals.iter().map(|goal| (goal.span, &goal.steps));
            let exits = journey.exits.iter().map(|exit| (exit.span, &exit.steps));
            for (span, steps) in entries.chain(goals).chain(exits) {
                out.add(&journey.name, span, What::Block);
                out.steps(program, &journey.name, steps);
            }
        }
        out.items.sort_by_key(|item| (item.span.file, item.span.start));
        out.number();
        let journeys = program.journeys.iter().flat_map(|j| j.rules().map(|(text, span)| (j.name.clone(), text, span)));
        let charter = program.charter.rules.iter().map(|(text, span)| (SmolStr::default(), text, *span));
        for (journey, text, span) in journeys.chain(charter) {
            if let Some(number) = out.numbers.get(&(span, What::Rule)) {
                out.named_rules.entry((journey, text.clone())).or_insert(*number);
            }
        }
        for (id, span) in program.numbered_rules() {
            if let Some(number) = out.numbers.get(&(span, What::Rule)) {
                out.rules.insert(id, *number);
            }
        }
        out
    }

    /// Numbers the things in the order of the lines.
    fn number(&mut self) {
        self.numbers = self.items.iter().enumerate().map(|(at, item)| ((item.span, item.what.clone()), at)).collect();
        self.named = HashMap::new();
        for (at, item) in self.items.iter().enumerate() {
            if matches!(item.what, What::Arm(_) | What::Alternative(_)) {
                self.named.entry((item.journey.clone(), item.what.clone())).or_default().push(at);
            }
        }
        (self.rules, self.named_rules) = (HashMap::new(), HashMap::new());
    }

    /// Looks at the steps and branches of one journey alone.
    pub(super) fn only(&mut self, journey: &str) {
        self.items.retain(|item| item.journey == journey && item.what != What::Rule);
        self.number();
    }

    fn add(&mut self, journey: &str, span: Span, what: What) {
        self.items.push(Item { journey: journey.into(), span, what, reached: false });
    }

    fn steps(&mut self, program: &ir::Program, journey: &SmolStr, steps: &[Step]) {
        for step in steps {
            match &step.kind {
                StepKind::If { arms, otherwise } => {
                    for arm in arms {
                        self.add(journey, arm.span, What::Branch(true));
                        self.add(journey, arm.span, What::Branch(false));
                        self.steps(program, journey, &arm.steps);
                    }
                    self.steps(program, journey, otherwise);
                }
                StepKind::Match { arms, otherwise, .. } => {
                    for arm in arms {
                        self.add(journey, arm.span, What::Branch(true));
                        self.steps(program, journey, &arm.steps);
                    }
                    if let Some(last) = arms.last() {
                        self.add(journey, last.span, What::NoMatch);
                        self.last_of_match.insert(last.span);
                    }
                    self.steps(program, journey, otherwise);
                }
                StepKind::Split { name, arms } => {
                    for arm in arms {
                        let label = SmolStr::new(format!("{name} {}", arm.label));
                        self.add(journey, step.span, What::Arm(label));
                        self.steps(program, journey, &arm.steps);
                    }
                }
                StepKind::Repeat { steps, .. } => {
                    self.add(journey, step.span, What::Step);
                    self.steps(program, journey, steps);
                }
                StepKind::Send(sends) => {
                    self.add(journey, step.span, What::Step);
                    for send in sends.iter().skip(1) {
                        self.add(journey, step.span, What::Alternative(alternative(program, send)));
                    }
                }
                StepKind::BestOf(sends) => {
                    self.add(journey, step.span, What::Step);
                    for send in sends {
                        self.add(journey, step.span, What::Alternative(alternative(program, send)));
                    }
                }
                _ => self.add(journey, step.span, What::Step),
            }
        }
    }

    /// Takes what a test looked at.
    pub fn take(&mut self, effects: &[Effect]) {
        for effect in effects {
            self.one(effect);
        }
    }

    fn one(&mut self, effect: &Effect) {
        let journey = &effect.journey;
        match &effect.kind {
            EffectKind::Seen(seen) => match &seen.what {
                SeenKind::Block(span) => self.reach(*span, What::Block),
                SeenKind::Step(span) => self.reach(*span, What::Step),
                SeenKind::Decided(span, holds) => {
                    self.reach(*span, What::Branch(*holds));
                    if !holds && self.last_of_match.contains(span) {
                        self.reach(*span, What::NoMatch);
                    }
                }
                SeenKind::Refused(_) | SeenKind::Gate(_) => {}
            },
            EffectKind::Chose { split, arm } => {
                self.reach_named(journey, What::Arm(SmolStr::new(format!("{split} {arm}"))));
            }
            EffectKind::Sent { channel, message, .. } => self.tried(journey, channel, message),
            EffectKind::Held { channel, message, rule, .. } | EffectKind::Suppressed { channel, message, rule, .. } => {
                self.tried(journey, channel, message);
                let numbered = rule.id.and_then(|id| self.rules.get(&id));
                let own = || self.named_rules.get(&(journey.clone(), rule.text.clone()));
                let charter = || self.named_rules.get(&(SmolStr::default(), rule.text.clone()));
                if let Some(item) =
                    numbered.or_else(own).or_else(charter).copied().and_then(|at| self.items.get_mut(at))
                {
                    item.reached = true;
                }
            }
            _ => {}
        }
    }

    fn tried(&mut self, journey: &SmolStr, channel: &str, message: &str) {
        self.reach_named(journey, What::Alternative(SmolStr::new(format!("{channel} {message}"))));
    }

    fn reach(&mut self, span: Span, what: What) {
        if let Some(item) = self.numbers.get(&(span, what)).copied().and_then(|at| self.items.get_mut(at)) {
            item.reached = true;
        }
    }

    fn reach_named(&mut self, journey: &SmolStr, what: What) {
        for at in self.named.get(&(journey.clone(), what)).into_iter().flatten() {
            if let Some(item) = self.items.get_mut(*at) {
                item.reached = true;
            }
        }
    }

    /// All that can be reached, in the order of the lines.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Whether everything that was reached there is reached here; both are of one program.
    pub(super) fn reaches_all_of(&self, other: &Coverage) -> bool {
        self.items.iter().zip(&other.items).all(|(here, there)| here.reached || !there.reached)
    }

    /// How much of it was reached, and how much there is.
    pub fn reached(&self) -> (usize, usize) {
        (self.items.iter().filter(|item| item.reached).count(), self.items.len())
    }
}

fn alternative(program: &ir::Program, send: &ir::Send) -> SmolStr {
    let name = |list: &[SmolStr], at: usize| list.get(at).cloned().unwrap_or_default();
    let (channel, message) =
        (name(&program.channels, send.channel.index()), name(&program.messages, send.message.index()));
    SmolStr::new(format!("{channel} {message}"))
}
