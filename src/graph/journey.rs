//! One journey as a chart. Waits are no boxes: their time stands on the arrows.

use super::rules::add_rules_of;
use super::words::{clauses, in_words, question};
use super::{Chart, Edge, Node, NodeKind, Taken};
use crate::ir::{CategoryId, Journey, Program, Send, Step, StepKind};
use crate::source::{SourceFile, Span, on_one_line};
use crate::value::show_duration;
use smol_str::SmolStr;

/// An arrow that has not got an end yet.
struct Open {
    from: usize,
    label: Vec<String>,
    taken: Taken,
}

struct Drawer<'a> {
    program: &'a Program,
    sources: &'a [SourceFile],
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    part: usize,
    /// What sends count as that say nothing else.
    category: CategoryId,
}

/// The chart of a journey.
pub fn chart(program: &Program, journey: &Journey, sources: &[SourceFile]) -> Chart {
    let mut drawer = Drawer { program, sources, nodes: vec![], edges: vec![], part: 0, category: journey.category };
    let mut ends = vec![];
    for entry in &journey.entries {
        let start = drawer.block(NodeKind::Entry, entry.span);
        ends.extend(drawer.steps(&entry.steps, vec![start]));
    }
    drawer.end(ends, "end");
    let goals = journey.goals.iter().map(|goal| (NodeKind::Goal, goal.span, &goal.steps));
    let exits = journey.exits.iter().map(|exit| (NodeKind::Exit, exit.span, &exit.steps));
    for (kind, span, steps) in goals.chain(exits) {
        drawer.part += 1;
        let start = drawer.block(kind, span);
        if !steps.is_empty() {
            let ends = drawer.steps(steps, vec![start]);
            drawer.end(ends, "leaves");
        }
    }
    let (name, title) = (journey.name.clone(), journey.title.clone());
    let mut out = Chart { name, title, nodes: drawer.nodes, edges: drawer.edges };
    add_rules_of(program, journey, sources, &mut out);
    out
}

impl Drawer<'_> {
    fn node(&mut self, kind: NodeKind, lines: Vec<String>, span: Option<Span>) -> usize {
        self.nodes.push(Node { kind, lines, span, part: self.part });
        self.nodes.len() - 1
    }

    fn text(&self, span: Span) -> String {
        on_one_line(self.sources, span)
    }

    /// The first line of a clause, up to its steps.
    fn head(&self, span: Span) -> String {
        let text = self.text(span);
        text.trim_end_matches(':').to_string()
    }

    fn block(&mut self, kind: NodeKind, span: Span) -> Open {
        let from = self.node(kind, clauses(&self.head(span)), Some(span));
        Open { from, label: vec![], taken: Taken::Always }
    }

    /// Leads open arrows to a box.
    fn lead(&mut self, open: Vec<Open>, to: usize) {
        for open in open {
            self.edges.push(Edge { from: open.from, to, label: open.label, taken: open.taken, is_loose: false });
        }
    }

    fn end(&mut self, open: Vec<Open>, word: &str) {
        if !open.is_empty() {
            let end = self.node(NodeKind::End, vec![word.to_string()], None);
            self.lead(open, end);
        }
    }

    /// A box that all open arrows lead to, and the one that leaves it.
    fn through(&mut self, kind: NodeKind, lines: Vec<String>, span: Span, open: Vec<Open>) -> Vec<Open> {
        let from = self.node(kind, lines, Some(span));
        self.lead(open, from);
        vec![Open { from, label: vec![], taken: Taken::Always }]
    }

    fn steps(&mut self, steps: &[Step], open: Vec<Open>) -> Vec<Open> {
        steps.iter().fold(open, |open, step| if open.is_empty() { open } else { self.step(step, open) })
    }

    fn step(&mut self, step: &Step, open: Vec<Open>) -> Vec<Open> {
        match &step.kind {
            StepKind::Wait(_)
            | StepKind::WaitUntil { .. }
            | StepKind::WaitBetween { .. }
            | StepKind::WaitFor { .. } => {
                let mut open = open;
                if open.len() > 1 {
                    open = self.through(NodeKind::Meet, vec![], step.span, open);
                }
                let words = self.wait(step);
                open.iter_mut().for_each(|open| open.label.push(words.clone()));
                open
            }
            StepKind::Send(sends) => {
                let mut lines: Vec<String> =
                    sends.iter().enumerate().map(|(at, send)| self.send(send, at, "or ")).collect();
                lines.extend(self.says(sends));
                self.through(NodeKind::Send(self.channels(sends)), lines, step.span, open)
            }
            StepKind::BestOf(sends) => {
                let mut lines = vec!["best of".to_string()];
                lines.extend(sends.iter().map(|send| self.send(send, 0, "")));
                self.through(NodeKind::Send(self.channels(sends)), lines, step.span, open)
            }
            StepKind::If { arms, otherwise } => {
                let (mut out, mut rest) = (vec![], open);
                for arm in arms {
                    let text = self.text(arm.span);
                    let (asked, yes, no) = question(&arm.cond, &text);
                    let question =
                        self.node(NodeKind::Question, vec![format!("{}?", in_words(&asked))], Some(arm.span));
                    self.lead(std::mem::take(&mut rest), question);
                    let answer = |words: String, holds: bool| Open {
                        from: question,
                        label: vec![words],
                        taken: Taken::Answer(arm.span, holds),
                    };
                    out.extend(self.steps(&arm.steps, vec![answer(yes, true)]));
                    rest = vec![answer(no, false)];
                }
                out.extend(self.steps(otherwise, rest));
                out
            }
            StepKind::Match { arms, otherwise, .. } => {
                let question = self.node(NodeKind::Question, vec![self.head(step.span)], Some(step.span));
                self.lead(open, question);
                let mut out = vec![];
                for arm in arms {
                    let (label, taken) = (vec![self.head(arm.span)], Taken::Answer(arm.span, true));
                    out.extend(self.steps(&arm.steps, vec![Open { from: question, label, taken }]));
                }
                if let Some(last) = arms.last() {
                    let (label, taken) = (vec!["else".to_string()], Taken::Answer(last.span, false));
                    out.extend(self.steps(otherwise, vec![Open { from: question, label, taken }]));
                }
                out
            }
            StepKind::Split { name, arms } => {
                let split = self.node(NodeKind::Split, vec![format!("split {name}")], Some(step.span));
                self.lead(open, split);
                let mut out = vec![];
                for arm in arms {
                    let label = vec![format!("{}% {}", arm.share.normalize(), arm.label)];
                    let taken = Taken::Arm(arm.label.clone());
                    out.extend(self.steps(&arm.steps, vec![Open { from: split, label, taken }]));
                }
                out
            }
            StepKind::Repeat { steps, every, .. } => {
                let repeat = self.node(NodeKind::Repeat, vec![self.head(step.span)], Some(step.span));
                self.lead(open, repeat);
                let round = vec![Open { from: repeat, label: vec!["each time".to_string()], taken: Taken::Always }];
                let mut back = self.steps(steps, round);
                back.iter_mut().for_each(|open| open.label.push(format!("again {} later", show_duration(*every))));
                self.lead(back, repeat);
                vec![Open { from: repeat, label: vec!["then".to_string()], taken: Taken::Always }]
            }
            StepKind::Exit => {
                let exit = self.node(NodeKind::End, vec!["exit".to_string()], Some(step.span));
                self.lead(open, exit);
                vec![]
            }
            StepKind::Add(..)
            | StepKind::Remove(_)
            | StepKind::Set { .. }
            | StepKind::Emit { .. }
            | StepKind::Start(_)
            | StepKind::Call { .. } => {
                let lines = vec![self.text(step.span)];
                self.through(NodeKind::Action, lines, step.span, open)
            }
        }
    }

    /// A wait as it stands on an arrow.
    fn wait(&self, step: &Step) -> String {
        self.text(step.span)
    }

    /// The channels of a send, each once, in the order in which they are tried.
    fn channels(&self, sends: &[Send]) -> Vec<SmolStr> {
        let mut out: Vec<SmolStr> = vec![];
        for channel in sends.iter().filter_map(|send| self.program.channels.get(send.channel.index())) {
            if !out.contains(channel) {
                out.push(channel.clone());
            }
        }
        out
    }

    /// What the first of some messages says above all, where its text stands in the program: `“Your cart is waiting”`.
    fn says(&self, sends: &[Send]) -> Option<String> {
        let send = sends.first()?;
        let message = self.program.messages.get(send.message.index())?;
        let channel = self.program.channels.get(send.channel.index())?;
        let text = self.program.texts.iter().find(|text| text.message == *message && text.channel == *channel)?;
        let subject = text.parts.iter().find(|(part, _)| matches!(part.as_deref(), Some("subject" | "title")));
        let words = text.title.as_ref().or(subject.map(|(_, words)| words))?;
        Some(format!("“{}”", words.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// `or sms offer as promo`
    fn send(&self, send: &Send, at: usize, or: &str) -> String {
        let name = |list: &[SmolStr], at: usize| list.get(at).cloned().unwrap_or_default();
        let before = if at > 0 { or } else { "" };
        let channel = name(&self.program.channels, send.channel.index());
        let best = send
            .best_time
            .as_ref()
            .map_or_else(String::new, |(within, _)| format!(", best time within {}", show_duration(*within)));
        let category = if send.category == self.category {
            String::new()
        } else {
            format!(" as {}", name(&self.program.categories, send.category.index()))
        };
        format!("{before}{channel} {}{category}{best}", name(&self.program.messages, send.message.index()))
    }
}
