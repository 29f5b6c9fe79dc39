//! A program as the findings look at it: its trees, its names, its journeys and what they send.

use crate::check::NameKind;
use crate::check::names::Names;
use crate::diagnostic::{Diagnostic, Level};
use crate::ir;
use crate::prove::{self, Constant, Exceeding, Found, Never, Report, Shifted};
use crate::source::{SourceFile, Span};
use crate::syntax::are_texts;
use crate::syntax::tree::{
    self, Alternative, Clause, ClauseKind, Expr, File, Item, ItemKind, Rule, RuleKind, SendOption, Step,
};
use crate::syntax::walk::{self, Bare};
use smol_str::SmolStr;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// What every finding looks at.
pub(super) struct View<'a> {
    pub(super) files: &'a [File],
    pub(super) sources: &'a [SourceFile],
    /// Of each source whether it is the text of a message.
    are_texts: Vec<bool>,
    pub(super) names: &'a Names,
    pub(super) journeys: Vec<Journey<'a>>,
    /// Every send of every journey, journey by journey in the order of the files.
    pub(super) sends: Vec<Sent<'a>>,
    /// The journeys in files without an error: only their typed form is whole.
    sound: Vec<&'a ir::Journey>,
    program: Option<&'a ir::Program>,
    /// Whether every rule of the charter is known: what a wrong line of it says is not.
    pub(super) knows_charter: bool,
    /// What was proved of each of them.
    reports: OnceCell<Vec<Report>>,
    /// What their conditions come to.
    looks: OnceCell<Vec<Found>>,
    exceeding: OnceCell<Exceeding<'a>>,
    /// The typed program, if nothing in it is wrong.
    pub(super) whole: Option<&'a ir::Program>,
}

/// A journey with what it is called.
pub(super) struct Journey<'a> {
    pub(super) name: SmolStr,
    pub(super) item: &'a Item,
    pub(super) tree: &'a tree::Journey,
    /// Where its sends stand in [`View::sends`].
    sends: std::ops::Range<usize>,
}

/// One thing that a step sends, or tries to.
pub(super) struct Sent<'a> {
    pub(super) what: &'a Alternative,
    pub(super) category: SmolStr,
}

impl Sent<'_> {
    pub(super) fn is_transactional(&self) -> bool {
        self.category == "transactional"
    }
}

/// A condition or a value, and the line it stands on.
pub(super) struct Condition<'a> {
    pub(super) expr: &'a Expr,
    pub(super) bare: Bare,
    /// Whether it is a condition as a whole, not a value.
    pub(super) asks: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(files: &'a [File], sources: &'a [SourceFile], names: &'a Names) -> Self {
        let mut view = View {
            files,
            sources,
            are_texts: are_texts(sources),
            names,
            journeys: vec![],
            sends: vec![],
            sound: vec![],
            program: None,
            knows_charter: true,
            reports: OnceCell::new(),
            looks: OnceCell::new(),
            exceeding: OnceCell::new(),
            whole: None,
        };
        for item in files.iter().flat_map(|file| &file.items) {
            let ItemKind::Journey(tree) = &item.kind else { continue };
            let file = sources.get(usize::from(item.span.file));
            let name = match &tree.name {
                Some(name) => name.text.clone(),
                None => file.map(|file| SmolStr::new(file.stem())).unwrap_or_default(),
            };
            let category = tree.clauses.iter().find_map(|clause| match &clause.kind {
                ClauseKind::Category(name) => Some(name.text.clone()),
                _ => None,
            });
            let category = category.unwrap_or(SmolStr::new_static("marketing"));
            let first = view.sends.len();
            for clause in &tree.clauses {
                walk::steps(clause.steps(), &mut |step| {
                    view.sends.extend(
                        step.alternatives()
                            .iter()
                            .map(|what| Sent { what, category: category_of(what).unwrap_or_else(|| category.clone()) }),
                    );
                });
            }
            let sends = first..view.sends.len();
            view.journeys.push(Journey { name, item, tree, sends });
        }
        view
    }

    /// Proves what can be proved of the journeys in files without an error: only their typed form is whole.
    pub(super) fn prove(mut self, program: &'a ir::Program, found: &[Diagnostic]) -> Self {
        let broken: BTreeSet<u16> =
            found.iter().filter(|finding| finding.level == Level::Error).map(|finding| finding.span().file).collect();
        self.knows_charter = knows_charter(self.files, found);
        self.sound = program.journeys.iter().filter(|journey| !broken.contains(&journey.span.file)).collect();
        self.program = Some(program);
        self.whole = broken.is_empty().then_some(program);
        self
    }

    /// What was proved.
    pub(super) fn proved(&self) -> impl Iterator<Item = &Report> {
        self.reports.get_or_init(|| self.each(|program, journey| [prove::follow(program, journey)])).iter()
    }

    fn looks(&self) -> impl Iterator<Item = &Found> {
        self.looks.get_or_init(|| self.each(|program, journey| [prove::look(program, journey)])).iter()
    }

    /// Something about each journey whose typed form is whole.
    fn each<T, I: IntoIterator<Item = T>>(&self, of: fn(&'a ir::Program, &'a ir::Journey) -> I) -> Vec<T> {
        let Some(program) = self.program else { return vec![] };
        self.sound.iter().flat_map(|journey| of(program, journey)).collect()
    }

    /// The rounds in which journeys set each other going without any time passing: a step of each.
    pub(super) fn endless(&self) -> Vec<Span> {
        self.program.map_or_else(Vec::new, |program| prove::endless(program, &self.sound))
    }

    /// The messages that caps can suppress, and the caps that journeys can exceed together.
    pub(super) fn exceeding(&self) -> &Exceeding<'a> {
        self.exceeding.get_or_init(|| match self.program {
            Some(program) => prove::exceeding(program, &self.sound, self.whole.is_some()),
            None => Exceeding::default(),
        })
    }

    /// The steps whose moment a hold can let pass.
    pub(super) fn shifted(&self) -> Vec<Shifted> {
        let Some(program) = self.program else { return vec![] };
        let sent = prove::sent(program);
        self.sound.iter().flat_map(|journey| prove::shifted(program, journey, &sent)).collect()
    }

    /// The conditions that come out one way only.
    pub(super) fn constant(&self) -> impl Iterator<Item = Constant> {
        let segments = self.whole.into_iter().flat_map(prove::constant_segments);
        segments.chain(self.looks().flat_map(|found| found.constant.iter().copied()))
    }

    /// Messages before which it was asked whether the person agreed to their channel.
    pub(super) fn agreed(&self) -> BTreeSet<Span> {
        self.looks().flat_map(|found| found.agreed.iter().copied()).collect()
    }

    /// The messages that never go.
    pub(super) fn never(&self) -> Vec<(Span, Never)> {
        let by_conditions = self.looks().flat_map(|found| found.never.iter().cloned());
        let mut all: Vec<(Span, Never)> = by_conditions.chain(self.each(prove::never_by_quiet)).collect();
        all.sort_by_key(|(place, _)| *place);
        all.dedup_by_key(|(place, _)| *place);
        all
    }

    /// The journeys whose `active` dates no entry can meet.
    pub(super) fn never_active(&self) -> impl Iterator<Item = &Journey<'a>> {
        let never: BTreeSet<Span> =
            self.sound.iter().filter(|journey| prove::never_active(journey)).map(|journey| journey.span).collect();
        self.journeys.iter().filter(move |journey| never.contains(&journey.item.span))
    }

    /// What a journey sends.
    pub(super) fn sends_of(&self, journey: &Journey<'a>) -> &[Sent<'a>] {
        self.sends.get(journey.sends.clone()).unwrap_or_default()
    }

    /// All items, in the order of the files.
    pub(super) fn items(&self) -> impl Iterator<Item = &'a Item> + use<'a> {
        self.files.iter().flat_map(|file| &file.items)
    }

    /// The rules of the charter.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'a Rule> + use<'a> {
        self.items()
            .filter_map(|item| match &item.kind {
                ItemKind::Charter(rules) => Some(rules),
                _ => None,
            })
            .flatten()
    }

    /// Whether a word stands on a line that could not be read.
    pub(super) fn lost(&self, word: &str) -> bool {
        self.names.lost(word)
    }

    /// Every place that names an event.
    pub(super) fn uses_of(&self, event: &str) -> &'a [Span] {
        self.names.resolutions.uses(NameKind::Event, event)
    }

    /// Every condition and value of the program, in the order of the files.
    pub(super) fn conditions(&self) -> Vec<Condition<'a>> {
        let mut out = Vec::new();
        for item in self.items() {
            match &item.kind {
                ItemKind::Segment { cond, .. } => {
                    out.extend(cond.iter().map(|expr| Condition { expr, bare: Bare::Events, asks: true }));
                }
                ItemKind::Charter(rules) => {
                    let conds = rules.iter().filter_map(|rule| rule.kind.cond());
                    out.extend(conds.map(|expr| Condition { expr, bare: Bare::Events, asks: true }));
                }
                ItemKind::Journey(journey) => {
                    for clause in &journey.clauses {
                        out.extend(clause.cond().map(|(expr, bare)| Condition { expr, bare, asks: true }));
                        walk::steps(clause.steps(), &mut |step| {
                            out.extend(step.exprs().into_iter().map(|expr| {
                                let asks = matches!(
                                    step.kind,
                                    tree::StepKind::If { .. }
                                        | tree::StepKind::WaitFor { .. }
                                        | tree::StepKind::Repeat { .. }
                                );
                                Condition { expr, bare: Bare::Events, asks }
                            }));
                        });
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// Whether a source that is the text of a message ends in this name.
    pub(super) fn is_text(&self, name: &str) -> bool {
        let ends = |source: &SourceFile| {
            source.name.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '\\']))
        };
        let is_named = name.contains('.') && !name.contains(char::is_whitespace);
        is_named && self.sources.iter().zip(&self.are_texts).any(|(source, is_text)| *is_text && ends(source))
    }

    /// The text of a place.
    pub(super) fn text(&self, span: Span) -> &'a str {
        self.sources.get(usize::from(span.file)).map_or("", |file| file.slice(span))
    }

    /// An item with all its lines: from its first to the last that is indented below it.
    pub(super) fn whole_item(&self, item: &Item) -> Span {
        let Some(file) = self.sources.get(usize::from(item.span.file)) else { return item.span };
        let mut end = item.span.end as usize;
        // A text over several lines may begin in any column.
        if let ItemKind::Message { variants, .. } = &item.kind {
            let texts = variants.iter().flat_map(|variant| &variant.parts);
            end = texts
                .map(|part| part.file.as_ref().unwrap_or(&part.text).span.end as usize)
                .max()
                .unwrap_or(end)
                .max(end);
        }
        end += file.text.get(end..).and_then(|rest| rest.find('\n')).map_or_else(|| file.text.len() - end, |at| at + 1);
        let mut last = end;
        for line in file.text.get(end..).unwrap_or_default().split_inclusive('\n') {
            last += line.len();
            if line.trim().is_empty() {
                continue;
            }
            if !line.starts_with(|c: char| c.is_whitespace()) {
                break;
            }
            end = last;
        }
        Span::new(item.span.file, item.span.start, end as u32)
    }
}

fn knows_charter(files: &[File], found: &[Diagnostic]) -> bool {
    let errors = found.iter().filter(|finding| finding.level == Level::Error);
    let wrong: BTreeSet<(u16, u32)> = errors.map(|error| (error.span().file, error.span().start)).collect();
    let mut there = false;
    for items in files.iter().map(|file| &file.items) {
        for (at, charter) in items.iter().enumerate().filter(|(_, item)| matches!(item.kind, ItemKind::Charter(_))) {
            there = true;
            let (of, begin) = (charter.span.file, charter.span.start);
            let end = items.get(at + 1).map_or(u32::MAX, |next| next.span.start);
            if wrong.range((of, begin)..(of, end)).next().is_some() {
                return false;
            }
        }
    }
    // A line of the first column that cannot be read may have begun it.
    there || !files.iter().any(|file| file.broken)
}

/// The category that an alternative names itself.
fn category_of(what: &Alternative) -> Option<SmolStr> {
    what.options.iter().find_map(|option| match option {
        SendOption::As(name) => Some(name.text.clone()),
        _ => None,
    })
}

impl<'a> Journey<'a> {
    /// Its entry blocks.
    pub(super) fn entries(&self) -> impl Iterator<Item = &'a Clause> + use<'a> {
        self.tree.clauses.iter().filter(|clause| matches!(clause.kind, ClauseKind::Entry { .. }))
    }

    /// Its goals.
    pub(super) fn goals(&self) -> impl Iterator<Item = &'a Clause> + use<'a> {
        self.tree.clauses.iter().filter(|clause| matches!(clause.kind, ClauseKind::Goal { .. }))
    }

    /// Its own rules, with their lines.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'a RuleKind, Span)> + use<'a> {
        self.tree.clauses.iter().filter_map(|clause| match &clause.kind {
            ClauseKind::Rule(rule) => Some((rule, clause.span)),
            _ => None,
        })
    }

    /// The property that it is keyed by.
    pub(super) fn key(&self) -> Option<&'a tree::Path> {
        self.tree.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::OnePer(path) => Some(path),
            _ => None,
        })
    }

    /// All its steps, in the order of the file.
    pub(super) fn steps(&self) -> Vec<&'a Step> {
        let mut out = Vec::new();
        for clause in &self.tree.clauses {
            walk::steps(clause.steps(), &mut |step| out.push(step));
        }
        out
    }
}
