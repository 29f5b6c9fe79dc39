//! Every place where a program names something, its declarations left out.

use crate::ir::Engagement;
use crate::source::{Span, snake_case};
use crate::syntax::tree::*;
use crate::syntax::walk::{self, Bare};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// What a program names.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Events in snake case, with every place that names them.
    pub(super) events: BTreeMap<SmolStr, Vec<Span>>,
    pub(super) messages: BTreeSet<SmolStr>,
    pub(super) audiences: BTreeSet<SmolStr>,
    pub(super) segments: BTreeSet<SmolStr>,
    /// Channels; and categories, where a list does not say which of both it means.
    pub(super) channels: BTreeSet<SmolStr>,
}

impl Uses {
    pub(super) fn of(files: &[File]) -> Self {
        let mut uses = Uses::default();
        for item in files.iter().flat_map(|file| &file.items) {
            uses.item(item);
        }
        uses
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Charter(rules) => rules.iter().for_each(|rule| self.rule(&rule.kind)),
            ItemKind::Segment { cond, .. } => cond.iter().for_each(|cond| self.condition(cond)),
            ItemKind::Message { variants, .. } => {
                self.channels.extend(variants.iter().map(|variant| variant.channel.text.clone()));
            }
            ItemKind::Journey(journey) => journey.clauses.iter().for_each(|clause| self.clause(clause)),
            ItemKind::Test(test) => test.lines.iter().for_each(|line| self.test_line(&line.kind)),
            ItemKind::Profile(_) | ItemKind::Event { .. } | ItemKind::Channel { .. } | ItemKind::Audience { .. } => {}
        }
    }

    fn rule(&mut self, rule: &RuleKind) {
        self.channels.extend(rule.list().into_iter().flatten().map(|subject| subject.name.text.clone()));
        rule.cond().into_iter().for_each(|cond| self.condition(cond));
        match rule {
            RuleKind::Transactional(names) => self.messages.extend(names.iter().map(|name| name.text.clone())),
            RuleKind::Avoid { channel, other, .. } => {
                self.channels.extend([channel.text.clone(), other.text.clone()]);
            }
            _ => {}
        }
    }

    fn clause(&mut self, clause: &Clause) {
        for event in clause.events() {
            self.event_ref(event);
        }
        match clause.cond() {
            Some((cond, Bare::Events)) => self.condition(cond),
            Some((cond, bare)) => self.value(cond, bare),
            None => {}
        }
        match &clause.kind {
            ClauseKind::Rule(rule) => self.rule(rule),
            ClauseKind::Entry { entry: Entry::Entering(name) | Entry::Leaving(name), .. } => {
                self.segments.insert(name.text.clone());
            }
            _ => {}
        }
        walk::steps(clause.steps(), &mut |step| self.step(step));
    }

    fn step(&mut self, step: &Step) {
        for what in step.alternatives() {
            self.channels.insert(what.channel.text.clone());
            self.messages.insert(what.message.text.clone());
        }
        match &step.kind {
            StepKind::Add { audience, .. } | StepKind::Remove(audience) => {
                self.audiences.insert(audience.text.clone());
            }
            StepKind::Emit { event, .. } => self.event(event),
            _ => {}
        }
        match &step.kind {
            StepKind::If { .. } | StepKind::WaitFor { .. } | StepKind::Repeat { .. } => {
                step.exprs().into_iter().for_each(|cond| self.condition(cond));
            }
            _ => step.exprs().into_iter().for_each(|value| self.value(value, Bare::Events)),
        }
    }

    fn test_line(&mut self, line: &TestKind) {
        match line {
            TestKind::Event { event, .. } => self.event_ref(event),
            TestKind::Allow(channels) => self.channels.extend(channels.iter().map(|name| name.text.clone())),
            TestKind::Expect { words, .. } => {
                for word in words {
                    self.channels.insert(word.text.clone());
                    self.messages.insert(word.text.clone());
                    self.audiences.insert(word.text.clone());
                    self.events.entry(SmolStr::new(snake_case(&word.text))).or_default();
                }
            }
            _ => {}
        }
    }

    fn event_ref(&mut self, event: &EventRef) {
        match &event.message {
            Some(message) => _ = self.messages.insert(message.text.clone()),
            None => self.event(&event.name),
        }
    }

    fn event(&mut self, name: &Name) {
        self.events.entry(SmolStr::new(snake_case(&name.text))).or_default().push(name.span);
    }

    /// A condition, in which a text by itself is an event.
    fn condition(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Text(text) => {
                self.event(&Name { text: text.clone(), quoted: true, span: expr.span });
            }
            ExprKind::Not(inner) | ExprKind::Within(inner, _) => self.condition(inner),
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(|part| self.condition(part)),
            _ => self.value(expr, Bare::Events),
        }
    }

    fn value(&mut self, expr: &Expr, bare: Bare) {
        match &expr.kind {
            // `is known`, `is monday`: these words are no events.
            ExprKind::Compare { left, right, .. }
                if is_a_word(left, &["today"]) || is_a_word(right, &["known", "missing"]) =>
            {
                self.value(left, bare);
            }
            ExprKind::Path { path, suffix } if path.root == Root::Bare && bare == Bare::Events => {
                if let Some(name) = path.parts.first().filter(|name| !means_itself(name, suffix)) {
                    self.event(name);
                }
            }
            ExprKind::Pair(first, second, _) if bare == Bare::Events => match first.text.as_str() {
                "prefers" => _ = self.channels.insert(second.text.clone()),
                _ => _ = self.messages.insert(second.text.clone()),
            },
            ExprKind::Reachable { channel, .. } => _ = self.channels.insert(channel.text.clone()),
            ExprKind::InSegment(name) => _ = self.segments.insert(name.text.clone()),
            ExprKind::Aggregate { word, of, channel, .. } => {
                self.channels.extend(channel.iter().map(|channel| channel.text.clone()));
                if let Some(name) = of.parts.first().filter(|_| word.text != "rate") {
                    self.event(name);
                }
            }
            ExprKind::Last { path, .. } | ExprKind::Since { path, .. } => {
                path.parts.first().into_iter().for_each(|name| self.event(name));
            }
            ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) if bare == Bare::Events => {
                return self.condition(expr);
            }
            _ => {}
        }
        if let ExprKind::Compare { left, right, .. } = &expr.kind
            && (is_a_word(left, &["today"]) || is_a_word(right, &["known", "missing"]))
        {
            return;
        }
        for (part, bare) in expr.parts(bare) {
            self.value(part, bare);
        }
    }
}

/// Whether an expression is one of these words.
pub(super) fn is_a_word(expr: &Expr, words: &[&str]) -> bool {
    expr.path().is_some_and(|path| {
        path.root == Root::Bare
            && matches!(path.parts.as_slice(), [name] if !name.quoted && words.contains(&name.text.as_str()))
    })
}

/// Whether a bare name is a word of the language and no event.
pub(super) fn means_itself(name: &Name, suffix: &Suffix) -> bool {
    if name.quoted {
        return false;
    }
    match name.text.as_str() {
        "engagement" => true,
        "now" | "today" | "sent" | "suppressed" => suffix.is_empty(),
        word => suffix.is_empty() && Engagement::of(word).is_some(),
    }
}
