//! From a file to its tree: each line of the outline is read by the grammar on its own, then put where it
//! belongs. A line that cannot be read leaves one message and spoils no other.

use super::classify::classify;
use super::elsewhere;
use super::habits;
use super::known::Known;
use super::layout::{outline, outline_of};
use super::line::{ItemHead, Line, StepLine, Tail};
use super::mistakes;
use super::node::Node;
use super::pasted;
use super::problem::{Problem, ProblemKind, kind};
use super::sense::by_chance;
use super::token::{Key, Lexeme};
use super::tree::*;
use super::trial::Trial;
use super::words::Mode;
use crate::diagnostic::{Diagnostic, Edit};
use crate::source::{SourceFile, Span};
use lalrpop_util::ParseError;
use smol_str::SmolStr;

#[allow(missing_docs, unused, unreachable_pub, clippy::all, clippy::restriction, reason = "generated code")]
pub(super) mod grammar {
    include!(concat!(env!("OUT_DIR"), "/journey.rs"));
}

/// A file larger than this is not read.
pub(crate) const MAX_FILE: usize = 1 << 20;

/// For so many messages of a file it is asked what a whole line may mean, and they are tried before they are given; nobody
/// reads more.
const MOST_TRIED: usize = 200;

/// Reads one file of a program. The tree holds every line that could be read; advice on the others names what the program
/// has.
pub(crate) fn parse(file: &SourceFile, id: u16, known: &Known<'_>) -> (File, Vec<Diagnostic>) {
    let (tree, problems) = read(file, id, false, known);
    (tree, problems.into_iter().map(Diagnostic::from).collect())
}

/// Whether a text can be read as lines of this kind. What would stand below its last `:` may be missing.
pub(super) fn readable(mode: Mode, text: &str) -> bool {
    fn reads(grammar: &grammar::LineParser, node: &Node<'_>) -> bool {
        let whole = node.problem.is_none() || node.opens && node.children.is_empty();
        whole
            && classify(node.mode, &node.pieces)
                .is_ok_and(|tokens| !elsewhere::has_a_strange_pair(node, &tokens) && grammar.parse(0, tokens).is_ok())
            && node.children.iter().all(|child| reads(grammar, child))
    }
    let file = SourceFile::new("", text);
    let grammar = grammar::LineParser::new();
    outline_of(mode, &file).iter().all(|node| reads(&grammar, node))
}

/// A line of this kind as it can be read, with the edits of its own messages made, and the first of these.
pub(super) fn mended(mode: Mode, text: &str, known: &Known<'_>) -> Option<(String, Option<Problem>)> {
    let (mut text, mut told) = (text.to_string(), None);
    // So many edits, one after the other, make a line readable, or none do.
    for _ in 0..4 {
        let file = SourceFile::new("", text.as_str());
        let mut nodes = outline_of(mode, &file);
        let [node] = nodes.as_mut_slice() else {
            return readable(mode, &text).then_some((text, told));
        };
        // What would stand below its `:` is missing.
        node.problem = node.problem.take().filter(|_| !node.opens);
        let mut parser = Parser::new(&file, 0, false, known);
        if parser.line(node).is_some() && parser.errors.is_empty() {
            return Some((text, told));
        }
        let first = parser.errors.into_iter().next()?;
        let fix = first.fix.as_deref()?;
        let mut edits: Vec<&Edit> = fix.edits.iter().collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        for edit in edits {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            text.get(start..end)?;
            text.replace_range(start..end, &edit.text);
        }
        told.get_or_insert(first);
    }
    None
}

/// The tree of a file without places: two texts that mean the same have the same.
pub(super) fn shape(file: &SourceFile) -> File {
    read(file, 0, true, &Known::default()).0
}

pub(super) fn read(file: &SourceFile, id: u16, placeless: bool, known: &Known<'_>) -> (File, Vec<Problem>) {
    if file.text.len() > MAX_FILE {
        let start = Span::new(id, 0, 0);
        let error = Problem::new(start, kind::File::TooLarge);
        return (File { broken: true, ..File::default() }, vec![error]);
    }
    if let Some(error) = pasted::instead_of_a_program(file, id) {
        return (File { broken: true, ..File::default() }, vec![error]);
    }
    let mut parser = Parser::new(file, id, placeless, known);
    for node in outline(file, id) {
        parser.item(node);
    }
    (parser.out, parser.errors)
}

struct Parser<'a> {
    id: u16,
    file: &'a SourceFile,
    grammar: grammar::LineParser,
    errors: Vec<Problem>,
    /// The line of the file of the last message: a line gets one.
    last_error_line: usize,
    /// Whether a brace was told of that opens a block.
    brace_open: bool,
    /// Whether a note in the manner of other languages goes on.
    note_open: bool,
    /// The number of the message about tabs: a file gets one.
    first_tab: Option<usize>,
    /// Whether every place in the tree is left out.
    placeless: bool,
    /// What the program has names for.
    known: &'a Known<'a>,
    out: File,
}

impl<'a> Parser<'a> {
    fn new(file: &'a SourceFile, id: u16, placeless: bool, known: &'a Known<'a>) -> Self {
        Parser {
            id,
            file,
            grammar: grammar::LineParser::new(),
            errors: vec![],
            last_error_line: 0,
            brace_open: false,
            note_open: false,
            first_tab: None,
            placeless,
            known,
            out: File::default(),
        }
    }

    /// The place of a line in the tree.
    fn place(&self, node: &Node<'_>) -> Span {
        if self.placeless { Span::default() } else { node.span() }
    }

    fn error(&mut self, error: Problem) {
        let (line, _) = self.file.line_column(error.span.start);
        if line == self.last_error_line {
            // Where more than one thing is wrong, what is only likely mends nothing.
            if let Some(first) = self.errors.last_mut() {
                first.fix = first.fix.take().filter(|fix| fix.safe);
            }
            return;
        }
        // What stands between `/*` and `*/` is one note.
        let slice = self.file.slice(error.span);
        if self.note_open {
            self.note_open = slice != "*/";
            self.last_error_line = line;
            return;
        }
        let rest = self.file.text.get(error.span.end as usize..).unwrap_or_default();
        self.note_open =
            slice == "/*" && !rest.lines().next().unwrap_or_default().contains("*/") && rest.contains("\n*/");
        if self.joins(&error, line) {
            self.last_error_line = line;
            return;
        }
        // The brace that closes what one on an earlier line opened, and the bullets of one list, are one mistake.
        let closes = self.file.slice(error.span) == "}" && self.brace_open;
        self.brace_open |= self.file.slice(error.span) == "{";
        self.last_error_line = line;
        if !closes {
            if error.is_tab() {
                self.first_tab = Some(self.errors.len());
            }
            self.errors.push(error);
        }
    }

    /// Whether the same was said before, of a line above: then it is one mistake, mended in one go.
    fn joins(&mut self, error: &Problem, line: usize) -> bool {
        let at = match error.is_tab() {
            true => self.first_tab,
            false => self.errors.len().checked_sub(1).filter(|_| line == self.last_error_line + 1),
        };
        let same = at.and_then(|at| self.errors.get_mut(at)).filter(|first| error.kind.is_one_with(&first.kind));
        let Some(first) = same else { return false };
        match (&mut first.fix, &error.fix) {
            (Some(fix), Some(more)) => {
                fix.edits.extend(more.edits.iter().cloned());
                fix.safe &= more.safe;
            }
            (None, None) => {}
            _ => return false,
        }
        first.goes_on = true;
        true
    }

    /// Reads one line; `None` where it cannot be read, which is then said.
    fn line(&mut self, node: &mut Node<'_>) -> Option<Line> {
        let problem = node.problem.take();
        if node.pieces.is_empty() {
            problem.into_iter().for_each(|problem| self.error(problem));
            return None;
        }
        if let Some(error) = self.clause_at_the_margin(node, problem.as_ref()) {
            self.error(error);
            self.lose(node);
            return None;
        }
        let trial =
            Trial { grammar: &self.grammar, file: self.file, known: self.known, tries: self.errors.len() < MOST_TRIED };
        // What the whole line means says more than the place where it stops making sense. An `exit on` in a wrong column
        // is one of the journey, and its column is to blame.
        let placed = problem.is_some() && node.head == Some(Key::Exit);
        let meant = || if placed || !trial.tries { None } else { elsewhere::meant(node, self.known) };
        let told = || meant().into_iter().chain(problem.clone());
        if let Some(error) = mistakes::misplaced(node, trial).or_else(|| habits::other_else(node)) {
            let told = problem.clone().into_iter().chain(meant());
            let error = mistakes::likeliest(told, error, node, trial);
            self.error(error);
            self.lose(node);
            return None;
        }
        if let Some(error) = elsewhere::misread(node, self.known) {
            self.error(error);
            self.lose(node);
            return None;
        }
        let read = match classify(node.mode, &node.pieces) {
            // A sign that has no place is what it is.
            Err(odd) if odd.fix.is_some() && trial.holds(node, &odd) => Err(elsewhere::sign(node, self.known, odd)),
            Err(error) => Err(mistakes::likeliest(told(), error, node, trial)),
            Ok(tokens) => {
                let strange = elsewhere::has_a_strange_pair(node, &tokens).then(meant).flatten();
                let placed = tokens.iter().cloned();
                let placeless = self.placeless;
                let given =
                    placed.map(|(start, token, end)| if placeless { (0, token, 0) } else { (start, token, end) });
                let read = match strange {
                    Some(strange) => Err(ParseError::User { error: strange }),
                    None => self.grammar.parse(self.id, given),
                };
                read.map_err(|error| mistakes::explain(error, node, &tokens, told, trial))
            }
        };
        let chance = read.as_ref().ok().filter(|_| trial.tries).and_then(by_chance);
        let told = chance.and_then(|chance| elsewhere::meant_by_chance(node, self.known, chance));
        let read = match told.filter(|told| told.fix.is_some() && trial.holds(node, told)) {
            Some(told) => Err(told),
            None => read,
        };
        match read {
            Ok(line) => {
                problem.into_iter().for_each(|problem| self.error(problem));
                Some(line)
            }
            Err(error) => {
                self.error(error);
                self.lose(node);
                None
            }
        }
    }

    /// What a line below the steps means as one of the journey's, where it stands too far left for a step and begins none.
    fn clause_at_the_margin(&self, node: &mut Node<'_>, problem: Option<&Problem>) -> Option<Problem> {
        let at_margin =
            problem.is_some_and(|problem| matches!(problem.kind, ProblemKind::Layout(kind::Layout::TooFarLeft { .. })));
        if !at_margin || node.mode != Mode::Step || node.head.is_some() {
            return None;
        }
        node.mode = Mode::Clause;
        let trial = Trial { grammar: &self.grammar, file: self.file, known: self.known, tries: true };
        let found = elsewhere::meant(node, self.known);
        // That nothing is known of the line is said better of a step.
        let found = found.filter(|found| !found.kind.is_about_steps() && trial.holds(node, found));
        node.mode = Mode::Step;
        found
    }

    /// Remembers the words of a line that could not be read, and of those below it.
    fn lose(&mut self, node: &Node<'_>) {
        if node.mode == Mode::Item {
            self.out.broken = true;
            // It may begin the journey that is called as its file.
            self.out.lost_words.push(self.file.stem().into());
        }
        self.lose_words(node);
    }

    fn lose_words(&mut self, node: &Node<'_>) {
        let words = node.pieces.iter().filter(|p| matches!(p.lexeme, Lexeme::Word | Lexeme::Text));
        self.out.lost_words.extend(words.map(|p| SmolStr::new(p.text.trim_matches('"'))));
        // What stands below an item or a line of a journey is read on its own.
        if !matches!(node.mode, Mode::Item | Mode::Clause | Mode::Step) {
            node.children.iter().for_each(|child| self.lose_words(child));
        }
    }

    fn item(&mut self, mut node: Node<'_>) {
        let span = self.place(&node);
        let before = self.errors.len();
        let line = self.line(&mut node);
        let children = std::mem::take(&mut node.children);
        let kind = match line {
            Some(Line::Item(head)) => self.item_kind(head, &node, children, before),
            _ => {
                // What stands below a line that cannot be read is read as what it most likely is.
                match node.mode.below(node.head) {
                    Some(Mode::Clause) => drop(self.clauses(children)),
                    Some(Mode::Rule) => drop(self.rules(children)),
                    Some(Mode::Step) => drop(self.steps(children)),
                    Some(Mode::Condition) => drop(self.each(children, |_, _| Some(()))),
                    _ => {}
                }
                return;
            }
        };
        self.out.items.push(Item { kind, span });
    }

    fn item_kind(&mut self, head: ItemHead, node: &Node<'_>, children: Vec<Node<'_>>, before: usize) -> ItemKind {
        match head {
            ItemHead::Charter => ItemKind::Charter(self.rules(children)),
            ItemHead::Profile => ItemKind::Profile(self.fields(children)),
            ItemHead::Event(name, opens) => {
                let fields = opens.then(|| self.fields(children));
                // A line that cannot be read may list any property.
                let whole = self.errors.len() == before;
                ItemKind::Event { name, fields: fields.filter(|_| whole) }
            }
            ItemHead::Channel(name) => {
                let parts = self.each(children, |line, _| match line {
                    Line::ChannelPart(part) => Some(part),
                    _ => None,
                });
                ItemKind::Channel { name, parts }
            }
            ItemHead::Audience(name, title) => ItemKind::Audience { name, title },
            ItemHead::Segment(name) => {
                let mut conds = self.each(children, |line, _| match line {
                    Line::Condition(cond) => Some(cond),
                    _ => None,
                });
                if let Some(second) = conds.get(1) {
                    self.error(Problem::new(second.span, kind::Layout::TwoConditions));
                }
                conds.truncate(1);
                ItemKind::Segment { name, cond: conds.pop() }
            }
            ItemHead::Message(name, title) => ItemKind::Message { name, title, variants: self.variants(children) },
            ItemHead::Journey(name, title) => {
                let clauses = self.clauses(children);
                ItemKind::Journey(Journey { name: Some(name), title, clauses, broken: self.errors.len() > before })
            }
            ItemHead::Test(journey, title) => ItemKind::Test(Test { journey, title, lines: self.test_lines(children) }),
            ItemHead::Entry(entry) => {
                let steps = self.steps(children);
                let clause = Clause { kind: ClauseKind::Entry { entry, steps }, span: self.place(node) };
                ItemKind::Journey(Journey {
                    name: None,
                    title: None,
                    clauses: vec![clause],
                    broken: self.errors.len() > before,
                })
            }
        }
    }

    /// Reads lines that have nothing below them.
    fn each<T>(&mut self, nodes: Vec<Node<'_>>, take: impl Fn(Line, Span) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        for mut node in nodes {
            let span = self.place(&node);
            out.extend(self.line(&mut node).and_then(|line| take(line, span)));
        }
        out
    }

    fn rules(&mut self, nodes: Vec<Node<'_>>) -> Vec<Rule> {
        self.each(nodes, |line, span| match line {
            Line::Rule(kind) => Some(Rule { kind, span }),
            _ => None,
        })
    }

    fn fields(&mut self, nodes: Vec<Node<'_>>) -> Vec<Field> {
        self.each(nodes, |line, span| match line {
            Line::Field(path, ty) => Some(Field { path, ty, span }),
            _ => None,
        })
    }

    fn variants(&mut self, nodes: Vec<Node<'_>>) -> Vec<Variant> {
        let mut out = Vec::new();
        for mut node in nodes {
            let span = self.place(&node);
            let children = std::mem::take(&mut node.children);
            if let Some(Line::Variant(channel)) = self.line(&mut node) {
                let parts = self.each(children, |line, _| match line {
                    Line::VariantPart(part) => Some(part),
                    _ => None,
                });
                out.push(Variant { channel, parts, span });
            }
        }
        out
    }

    fn clauses(&mut self, nodes: Vec<Node<'_>>) -> Vec<Clause> {
        let mut out = Vec::new();
        for mut node in nodes {
            let span = self.place(&node);
            let line = self.line(&mut node);
            let children = std::mem::take(&mut node.children);
            let below = self.steps(children);
            let Some(Line::Clause(mut kind)) = line else { continue };
            if let ClauseKind::Goal { steps, .. }
            | ClauseKind::ExitOn { steps, .. }
            | ClauseKind::ExitWhen { steps, .. }
            | ClauseKind::Entry { steps, .. } = &mut kind
            {
                *steps = below;
            }
            out.push(Clause { kind, span });
        }
        out
    }

    fn steps(&mut self, nodes: Vec<Node<'_>>) -> Vec<Step> {
        let mut out: Vec<Step> = Vec::new();
        // Whether the line above is an `if` that an `else` may go on with.
        let mut open_if = false;
        for mut node in nodes {
            let span = self.place(&node);
            let is_else = node.head == Some(Key::Else);
            if is_else && !open_if && node.problem.is_none() {
                // `if a then b; c`, then a line that begins with `else`.
                let behind = node.follows;
                let kind = if behind { kind::Layout::ElseBehindSemicolon } else { kind::Layout::ElseAlone };
                node.problem = Some(Problem::new(span, kind));
            }
            let follows = node.follows;
            let head = node.head;
            let line = self.line(&mut node);
            let children = std::mem::take(&mut node.children);
            let Some(Line::Step(line)) = line else {
                // What cannot be read may have been an `if`: an `else` below it is not to blame.
                open_if = true;
                if !matches!(node.mode.below(head), Some(Mode::MatchArm | Mode::SplitArm)) {
                    drop(self.steps(children));
                }
                continue;
            };
            let chain_ended = matches!(line, StepLine::Else | StepLine::ElseStep(_));
            let starts_if = matches!(line, StepLine::If(_) | StepLine::IfThen { .. });
            let closed_tail = matches!(&line, StepLine::IfThen { tail: Some(tail), .. } | StepLine::ElseIfThen { tail: Some(tail), .. } if ends_in_else(tail));
            self.step_line(line, children, span, &mut out);
            open_if = !chain_ended && !closed_tail && (starts_if || is_else) && !(follows && starts_if);
        }
        out
    }

    fn step_line(&mut self, line: StepLine, children: Vec<Node<'_>>, span: Span, out: &mut Vec<Step>) {
        let push = |out: &mut Vec<Step>, kind| out.push(Step { kind, span });
        match line {
            StepLine::Simple(step) => {
                out.push(step);
                drop(self.steps(children));
            }
            StepLine::If(cond) => {
                let steps = self.steps(children);
                push(out, StepKind::If { arms: vec![Arm { cond, steps }], otherwise: None });
            }
            StepLine::IfThen { cond, step, tail } => {
                push(out, StepKind::If { arms: vec![Arm { cond, steps: vec![*step] }], otherwise: None });
                add_tail(out, tail);
            }
            StepLine::Else => {
                let steps = self.steps(children);
                add_else(out, steps);
            }
            StepLine::ElseStep(step) => add_else(out, vec![step]),
            StepLine::ElseIf(cond) => {
                let steps = self.steps(children);
                add_arm(out, Arm { cond, steps });
            }
            StepLine::ElseIfThen { cond, step, tail } => {
                add_arm(out, Arm { cond, steps: vec![*step] });
                add_tail(out, tail);
            }
            StepLine::Match(value) => {
                let (mut arms, mut otherwise) = (Vec::new(), None);
                for (line, below, at) in self.with_steps(children) {
                    match line {
                        Line::MatchArm(values) => arms.push((values, below, at)),
                        Line::MatchElse => otherwise = Some(below),
                        _ => {}
                    }
                }
                push(out, StepKind::Match { value, arms, otherwise });
            }
            StepLine::Split(name) => {
                let mut arms = Vec::new();
                for (line, below, _) in self.with_steps(children) {
                    if let Line::SplitArm(share, label) = line {
                        arms.push((share, label, below));
                    }
                }
                push(out, StepKind::Split { name, arms });
            }
            StepLine::Repeat { times, every, until } => {
                let steps = self.steps(children);
                push(out, StepKind::Repeat { times, every, until, steps });
            }
        }
    }

    fn with_steps(&mut self, nodes: Vec<Node<'_>>) -> Vec<(Line, Vec<Step>, Span)> {
        let mut out = Vec::new();
        for mut node in nodes {
            let span = self.place(&node);
            let children = std::mem::take(&mut node.children);
            let line = self.line(&mut node);
            let steps = self.steps(children);
            out.extend(line.map(|line| (line, steps, span)));
        }
        out
    }

    fn test_lines(&mut self, nodes: Vec<Node<'_>>) -> Vec<TestLine> {
        let mut out = Vec::new();
        for mut node in nodes {
            let span = self.place(&node);
            let children = std::mem::take(&mut node.children);
            let Some(Line::Test(offset, mut kind)) = self.line(&mut node) else { continue };
            if let TestKind::Profile(traits) = &mut kind {
                *traits = self.each(children, |line, _| match line {
                    Line::Trait(path, value) => Some((path, value)),
                    _ => None,
                });
            }
            out.push(TestLine { offset, kind, span });
        }
        out
    }
}

fn ends_in_else(tail: &Tail) -> bool {
    let mut tail = tail;
    loop {
        match tail {
            Tail::Else(_) => return true,
            Tail::If { tail: None, .. } => return false,
            Tail::If { tail: Some(next), .. } => tail = next,
        }
    }
}

fn last_if(steps: &mut [Step]) -> Option<(&mut Vec<Arm>, &mut Option<Vec<Step>>)> {
    match steps.last_mut().map(|step| &mut step.kind) {
        Some(StepKind::If { arms, otherwise }) => Some((arms, otherwise)),
        _ => None,
    }
}

fn add_arm(steps: &mut [Step], arm: Arm) {
    if let Some((arms, _)) = last_if(steps) {
        arms.push(arm);
    }
}

fn add_else(steps: &mut [Step], below: Vec<Step>) {
    if let Some((_, otherwise)) = last_if(steps) {
        *otherwise = Some(below);
    }
}

fn add_tail(steps: &mut [Step], tail: Option<Box<Tail>>) {
    let mut tail = tail;
    while let Some(part) = tail {
        tail = match *part {
            Tail::Else(step) => {
                add_else(steps, vec![step]);
                None
            }
            Tail::If { cond, step, tail } => {
                add_arm(steps, Arm { cond, steps: vec![step] });
                tail
            }
        };
    }
}
